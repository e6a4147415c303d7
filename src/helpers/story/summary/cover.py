"""The parts of the cover, made from what the other pages found; nothing is computed here."""

from collections.abc import Sequence
from html import escape
from typing import Any

from helpers.story import fmt
from helpers.story.notebook import Html
from helpers.story.phrases import quoted
from helpers.story.statement import cover_figures

_ORDER = ["bad", "good", "neutral", "unclear", "few"]
_PLAN = "08_plan"  # what is to be voted on: the cover leads with it
MOST_HEADLINES = 10  # what is read in four minutes, actions included


def key_figures(findings: Sequence[dict[str, Any]], steps: Sequence[dict[str, Any]]) -> Html:
    """The strip of key figures, in the order the pages gave them; without any, a paragraph on what can be told of
    the data as they are, and what to send."""
    items = "".join(
        f'<li class="figure"><span class="figure-label">{escape(f["label"])}</span>'
        f'<span class="figure-value">{escape(f["value"])}</span>'
        f'<span class="figure-note">{escape(f["note"])}</span></li>'
        for f in cover_figures(findings)
    )
    return Html(f'<ul class="figures">{items}</ul>' if items else _note(escape(_instead(findings, steps))))


def headlines(findings: Sequence[dict[str, Any]], steps: Sequence[dict[str, Any]]) -> Html:
    """The findings meant for the cover, each with its action and a link to its page: the plan to vote on, then
    concerns, then good news, then what is plainly seen, the unclear last.

    Every page has its weightiest before any has a second, and a second before any has a third; what does not fit is on
    its page, and counted.
    """
    titles = {step["name"]: step["title"] for step in steps}
    ranked = sorted((f for f in findings if f["headline"]), key=_weight)
    turns = _turns(ranked)
    chosen = sorted(range(len(ranked)), key=lambda place: turns[place])[:MOST_HEADLINES]
    items = "".join(_headline(ranked[place], titles) for place in sorted(chosen))
    more = len(ranked) - len(chosen)
    rest = (
        _note(f"{more} more finding{' like these is' if more == 1 else 's like these are'} on the pages.")
        if more
        else ""
    )
    return Html(f'<ol class="findings">{items}</ol>{rest}' if items else _note("Nothing stood out."))


def skipped(steps: Sequence[dict[str, Any]]) -> Html:
    """What this report does not look at, and which data would unlock it."""
    items = "".join(
        f"<li><strong>{escape(step['title'])}</strong> {escape(_reason(step))}</li>"
        for step in steps
        if step["status"] == "skipped"
    )
    return Html(f'<ul class="skipped">{items}</ul>' if items else _note("Every page of the report could be made."))


def _weight(finding: dict[str, Any]) -> int:
    if finding["page"] == _PLAN and finding["verdict"] in ("good", "neutral"):
        return -1
    return _ORDER.index(finding["verdict"])


def _turns(ranked: Sequence[dict[str, Any]]) -> list[int]:
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


def _headline(finding: dict[str, Any], titles: dict[str, str]) -> str:
    page, verdict = finding["page"], finding["verdict"]
    action = f'<p class="finding-action">{escape(finding["action"])}</p>' if finding["action"] else ""
    title = escape(titles.get(page, page))
    return (
        f'<li class="finding finding-{verdict}"><p class="finding-text">{escape(finding["text"])}</p>{action}'
        f'<a class="finding-more" href="{page}.html">{title}</a></li>'
    )


def _reason(step: dict[str, Any]) -> str:
    return str(step.get("asked") or step["reason"])


def _instead(findings: Sequence[dict[str, Any]], steps: Sequence[dict[str, Any]]) -> str:
    # A page that only said what it lacks tells nothing of the data.
    silent = {f["page"] for f in findings} - {f["page"] for f in findings if not f.get("needs")}
    pages = [step for step in steps if step["status"] == "done" and step["name"][0].isdigit()]
    made = [quoted(step["title"]) for step in pages if step["name"] not in silent]
    told = f"What they do tell stands under {fmt.listing(made)}." if made else "No other page could be made from them."
    by_reason: dict[str, list[str]] = {}
    for step in steps:
        if step["status"] == "skipped":
            by_reason.setdefault(_reason(step), []).append(quoted(step["title"]))
    asked = [
        f"{fmt.listing(titles)} {'needs' if len(titles) == 1 else 'need'} {reason.removeprefix('needs ')}."
        if reason.startswith("needs ")
        else f"{fmt.listing(titles)} {'is' if len(titles) == 1 else 'are'} missing: {reason}"
        for reason, titles in by_reason.items()
    ]
    return " ".join(["The data supplied hold no key figure yet.", told, *asked])


def _note(text: str) -> str:
    return f'<p class="note">{text}</p>'
