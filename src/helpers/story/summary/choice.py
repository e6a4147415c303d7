"""Which findings, figures and actions the cover has room for, of all that the pages said. Nothing is computed here.

A concern weighs more than good news, that more than what is plainly seen; the unclear and the thin come last. Of
equals what changed since the last report comes first, what is said of the data themselves last, and else the pages have
their order. The one finding set large is the weightiest; of equals the first whose interval is known, so that it tells
of more than chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from helpers.story.chapters import chapter_of

MOST_FINDINGS = 7  # beside the one set large: what is read in four minutes, actions included
MOST_FIGURES = 8  # two rows of four
MOST_FIRST = 3  # actions to do first
_ORDER = ["bad", "good", "neutral", "unclear", "few"]
_PLAN, _REVIEW = "plan", "review"  # chapters: what is to be voted on, and what changed since the last report

Finding = dict[str, Any]


@dataclass(frozen=True)
class Chosen:
    """What of the findings for the cover is shown on it.

    lead: the one set large, None where there is none
    others: those beneath it, the weightiest first
    more: how many more there are on the pages
    """

    lead: Finding | None
    others: tuple[Finding, ...]
    more: int


def choose_findings(findings: Sequence[Finding]) -> Chosen:
    """The weightiest finding for the cover, and at most seven others; the plan's stand apart, as they are no news.

    Every page has its weightiest before any has a second, and a second before any has a third.
    """
    ranked = sorted((f for f in findings if f["headline"] and not is_of_plan(f)), key=_weight)
    leading = min(ranked, key=lambda finding: (_weight(finding), not _has_interval(finding)), default=None)
    ranked.sort(key=lambda finding: finding is not leading)
    turns = _turns(ranked)
    places = sorted(range(len(ranked)), key=lambda place: turns[place])[: MOST_FINDINGS + 1]
    shown = [ranked[place] for place in sorted(places)]
    return Chosen(shown[0] if shown else None, tuple(shown[1:]), len(ranked) - len(shown))


def choose_figures(findings: Sequence[Finding]) -> list[dict[str, str]]:
    """At most eight key figures, in the order of pages: where there are more, every page has its first before any has a
    second, the earlier pages first."""
    figures: list[tuple[int, int, dict[str, str]]] = []  # its place within its page and among all
    by_page: dict[str, int] = {}
    for finding in findings:
        for figure in finding.get("figures") or ():
            place = by_page[finding["page"]] = by_page.get(finding["page"], -1) + 1
            figures.append((place, len(figures), figure))
    chosen = sorted(figures, key=lambda one: one[:2])[:MOST_FIGURES]
    return [figure for _, _, figure in sorted(chosen, key=lambda one: one[1])]


def is_of_plan(finding: Finding) -> bool:
    return _chapter(finding) == _PLAN


def _weight(finding: Finding) -> tuple[int, bool, bool]:
    about_data = bool(getattr(chapter_of(finding["page"]), "AS_SUPPLIED", False))
    return _ORDER.index(finding["verdict"]), about_data, _chapter(finding) != _REVIEW


def _has_interval(finding: Finding) -> bool:
    values = finding.get("values") or {}
    return all(isinstance(values.get(bound), int | float) for bound in ("low", "high"))


def _chapter(finding: Finding) -> str:
    return str(finding["page"]).partition("_")[2]


def _turns(ranked: Sequence[Finding]) -> list[int]:
    """For each finding its turn within its page, from 0: the weightiest, then the best news, then the others."""
    by_page: dict[str, list[int]] = {}
    for place, finding in enumerate(ranked):
        by_page.setdefault(finding["page"], []).append(place)
    turns = [0] * len(ranked)
    for weightiest, *others in by_page.values():
        others.sort(key=lambda place: ranked[place]["verdict"] != "good")
        for turn, place in enumerate([weightiest, *others]):
            turns[place] = turn
    return turns
