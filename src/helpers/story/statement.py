"""What a narrator returns: a sentence, the values it used, what to do, and how it is to be taken."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from helpers.story import fmt

Verdict = Literal["good", "bad", "neutral", "unclear", "few"]
VERDICT_WORDS = {  # as report.css has them
    "good": "Good news",
    "bad": "Concern",
    "neutral": "What we see",
    "unclear": "Not clear yet",
    "few": "Too little data",
}


@dataclass(frozen=True)
class KeyFigure:
    """One number for the strip on the cover, already text."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Statement:
    """`key` names the narrator, so that running a cell again replaces what it said before."""

    key: str
    text: str
    verdict: Verdict = "neutral"
    action: str = ""
    headline: bool = False  # belongs on the cover
    aside: bool = False  # a note on how something was done: told in small print
    needs: str = ""  # what would bring something to say, where there is nothing: its section then leaves the page
    main: str = ""  # the number to set large on the cover, as the text prints it; "" = the first that stands out
    values: dict[str, Any] = field(default_factory=dict)
    figures: tuple[KeyFigure, ...] = ()

    def as_record(self, page: str) -> dict[str, Any]:
        return {"page": page, **asdict(self)}


def cover_figures(findings: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The key figures of all pages, of findings in the order of pages: label, value and note ("" for none); values with
    English marks, so that reports of several clients and years are compared."""
    figures = (figure for finding in findings for figure in finding.get("figures") or ())
    return [{"label": f["label"], "value": fmt.as_english(f["value"]), "note": f["note"]} for f in figures]


def only_figures(found: Any) -> list[dict[str, str]]:
    """What of a record's `cover` are figures: with a label and a value, a note where there is one."""
    if not isinstance(found, list):
        return []
    return [
        {"label": one["label"], "value": one["value"], "note": str(one.get("note") or "")}
        for one in found
        if isinstance(one, dict) and isinstance(one.get("label"), str) and isinstance(one.get("value"), str)
    ]
