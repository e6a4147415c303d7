"""The parts of the cover as markup, made from what the other pages found; a part with nothing to show is empty."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

import pandas as pd

from helpers.story import fmt
from helpers.story.notebook import Html
from helpers.story.phrases import brief, quoted, shortened, some
from helpers.story.printed import say_change
from helpers.story.summary.choice import (
    MOST_FIRST,
    Finding,
    choose_figures,
    choose_findings,
    is_of_plan,
)
from helpers.story.summary.main_figure import main_figure
from helpers.story.terms import group_name, printable

MOST_WORDS, MOST_OF_ACTION = 25, 20  # of a finding and of its action; what is longer is on its page
_MOST_SEGMENTS = 2
Steps = Sequence[Mapping[str, Any]]


def lead(findings: Sequence[Finding], steps: Steps) -> Html:
    """The finding that matters most, set large; where none stands out, what the data do tell."""
    found = choose_findings(findings).lead
    if found is None:
        return Html(_note(escape(_nothing(findings, steps))))
    return Html(
        f'<div class="lead finding-{found["verdict"]}"><p class="lead-text">'
        f"{escape(_within(found['text'], MOST_WORDS))}</p>{_what_to_do(found, steps)}</div>"
    )


def key_figures(
    findings: Sequence[Finding], earlier: Sequence[Mapping[str, str]] = (), day: date | None = None
) -> Html:
    """The strip of key figures; with the figures of the cover of an earlier report, of that day, what changed since.

    A figure printed in another way then, in another currency say, is shown without a change.
    """
    before = {figure["label"]: figure["value"] for figure in earlier} if day else {}
    shown = choose_figures(findings)
    changes = [_change(before.get(figure["label"], ""), figure["value"]) for figure in shown]
    items = "".join(_figure(figure, changed) for figure, changed in zip(shown, changes, strict=True))
    since = f"Beside a figure: its change since the report of {fmt.day(day)}." if any(changes) else ""
    return Html((f'<ul class="figures">{items}</ul>' if items else "") + (_note(since) if since else ""))


def headlines(findings: Sequence[Finding], steps: Steps, *, apart: bool = False) -> Html:
    """The findings meant for the cover, each with its main figure, its action and a link to its page.

    apart: the weightiest and the plan have parts of their own, `lead` and `first_steps`; else they open the list.
    """
    chosen = choose_findings(findings)
    first = [] if apart else [f for f in findings if f["headline"] and is_of_plan(f)]
    first += [chosen.lead] if chosen.lead and not apart else []
    items = "".join(_headline(finding, steps) for finding in [*first, *chosen.others])
    these = "this is" if chosen.more == 1 else "these are"
    rest = _note(f"{fmt.many(chosen.more, 'more finding')} like {these} on the pages.") if chosen.more else ""
    return Html(f'<ol class="findings">{items}</ol>{rest}' if items else "")


def first_steps(findings: Sequence[Finding], steps: Steps, plan: pd.DataFrame) -> Html:
    """Three actions, with who answers for each and for whom it is: the first of the plan's (table `actions`).

    Without a plan, the actions of the weightiest findings, where more of those shown have one; else they are
    read beside the findings.
    """
    rows = plan.to_dict("records") if "action" in plan else []
    if rows:
        told = next((f for f in findings if f["headline"] and is_of_plan(f)), None)
        page = told["page"] if told else next((s["name"] for s in steps if is_of_plan({"page": s["name"]})), "")
        said = escape(_within(told["text"], MOST_WORDS)) + " " if told else ""
        opening = f'<p class="first-plan">{said}{_link(page, steps)}</p>' if page else ""
        items = [_first(str(row["action"]), _who(row), _for_whom(row)) for row in rows[:MOST_FIRST]]
        return Html(f'{opening}<ol class="first">{"".join(items)}</ol>')
    chosen = choose_findings(findings)
    telling = [f for f in (chosen.lead, *chosen.others) if f and f["action"]]
    if len(telling) <= MOST_FIRST:
        return Html("")
    items = [_first(f["action"], _link(f["page"], steps)) for f in telling[:MOST_FIRST]]
    return Html(f'<ol class="first">{"".join(items)}</ol>')


def skipped(steps: Steps) -> Html:
    """What this report does not look at, and which data would unlock it."""
    items = "".join(
        f"<li><strong>{escape(step['title'])}</strong> {escape(_reason(step))}</li>"
        for step in steps
        if step["status"] == "skipped"
    )
    return Html(f'<ul class="skipped">{items}</ul>' if items else "")


def _change(then: str, now: str) -> str:
    """then: as a record has it, with English marks; now: as it is printed."""
    now = fmt.as_english(now)
    return "unchanged" if then == now else say_change(then, now)


def _figure(figure: Mapping[str, str], changed: str) -> str:
    change = f' <span class="figure-change">{escape(changed)}</span>' if changed else ""
    note = f'<span class="figure-note">{escape(figure["note"])}</span>' if figure["note"] else ""
    return (
        f'<li class="figure"><span class="figure-label">{escape(figure["label"])}</span>'
        f'<span class="figure-value">{escape(figure["value"])}{change}</span>{note}</li>'
    )


def _headline(finding: Finding, steps: Steps) -> str:
    text = _within(finding["text"], MOST_WORDS)
    number = main_figure(finding | {"text": text})
    figure = f'<p class="finding-figure">{escape(number)}</p>' if number else ""
    return (
        f'<li class="finding finding-{finding["verdict"]}">{figure}<div><p class="finding-text">'
        f"{escape(text)}</p>{_what_to_do(finding, steps)}</div></li>"
    )


def _what_to_do(finding: Finding, steps: Steps) -> str:
    action = f"<span>{escape(_within(finding['action'], MOST_OF_ACTION))}</span>&emsp;" if finding["action"] else ""
    return f'<p class="finding-action">{action}{_link(finding["page"], steps)}</p>'


def _link(page: str, steps: Steps) -> str:
    title = next((step["title"] for step in steps if step["name"] == page), page)
    return f'<a class="finding-more" href="{page}.html">{escape(title)}</a>'


def _first(action: str, *details: str) -> str:
    """One action to do first; details are markup."""
    told = "".join(f"<span>{detail}</span>" for detail in details if detail)
    return f"<li><p>{escape(_within(action, MOST_OF_ACTION))}</p>{told}</li>"


def _who(row: Mapping[Any, Any]) -> str:
    """Who answers for an action and by when: "Head of sales, by 31 December 2026"."""
    owner = _text(row.get("owner"))
    owner = f"{owner[:1].upper()}{owner[1:]}" if owner else "Owner to be named"
    due = row.get("due")
    return escape(f"{owner}, by {fmt.day(due)}" if isinstance(due, date) and due == due else owner)


def _for_whom(row: Mapping[Any, Any]) -> str:
    """For which segments, and for how many in all: "At risk, Champions and three more (2,285)"."""
    segments = [group_name(part[:1].upper() + part[1:]) for part in _text(row.get("segment")).split("; ") if part]
    many = row.get("customers")
    count = f" ({fmt.count(many)})" if isinstance(many, int | float) and many == many else ""
    return escape(f"For {some(segments, _MOST_SEGMENTS)}{count}") if segments else ""


def _within(text: str, most: int) -> str:
    """As many of a text's sentences as have `most` words together, else its first words."""
    return shortened(brief(text, most), most)


def _text(value: Any) -> str:
    return printable(value) if isinstance(value, str) else ""


def _reason(step: Mapping[str, Any]) -> str:
    return str(step.get("asked") or step["reason"])


def _nothing(findings: Iterable[Mapping[str, Any]], steps: Steps) -> str:
    # A page that only said what it lacks tells nothing of the data.
    findings = list(findings)
    silent = {f["page"] for f in findings} - {f["page"] for f in findings if not f.get("needs")}
    pages = [step for step in steps if step["status"] == "done" and step["name"][0].isdigit()]
    made = [quoted(step["title"]) for step in pages if step["name"] not in silent]
    if made:
        return f"Nothing stands out in the data supplied. What they show stands under {some(made)}."
    return "Nothing stands out in the data supplied." if not steps else "No page could be made from the data supplied."


def _note(text: str) -> str:
    return f'<p class="note">{text}</p>'
