"""Tables of operational measures, touchpoints and attributes of the active."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.experience.labels import attribute_label, measure_label
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import group_name, printable

if TYPE_CHECKING:
    from helpers.analysis.experience.links import Links
    from helpers.analysis.experience.touchpoints import Touchpoints
    from helpers.analysis.loyalty.differentiators import Differentiators

_VERDICTS = {
    "clear": "Clear",
    "shared": "Part of others",
    "hidden": "Hidden",
    "unclear": "Not clear",
    "few": "Too few",
    "one value": "All alike",
    "copy": "Same as another",
}
_SPLITS = {"some": ("any", "none"), "thirds": ("high", "low")}
_TOUCHPOINTS = {
    ("asked about", "below"): "Mend first",
    ("asked about", "above"): "Protect",
    ("used", "below"): "Scores lower",
    ("used", "above"): "Scores higher",
    **{(source, "alike"): "Like the others" for source in ("asked about", "used")},
    **{(source, "few"): "Too few" for source in ("asked about", "used")},
}
_APART = {"differentiator": "Yes", "slight": "Too little to act on", "unclear": "Not clear"}


def measures(links: "Links") -> Table:
    """Every measure: NPS with and without, the difference, and what is left of it among customers otherwise alike."""
    rows = rows_of(links.measures)
    shown = links.measures.assign(
        name=[measure_label(r.family, r.subject) for r in rows],
        with_it=[_of(r.nps_with, r.split, 0) for r in rows],
        without_it=[_of(r.nps_without, r.split, 1) for r in rows],
        plainly=[bracketed(fmt.score(r.difference), fmt.interval(r.low, r.high, fmt.score)) for r in rows],
        alike=[
            bracketed(fmt.score(r.adjusted), fmt.interval(r.adjusted_low, r.adjusted_high, fmt.score)) for r in rows
        ],
        verdict=[_VERDICTS[r.verdict] for r in rows],
    )
    labels = {
        "name": "Before the answer",
        "with_it": "NPS with",
        "without_it": "NPS without",
        "plainly": "Plain difference (95% interval)",
        "alike": "When otherwise alike",
        "verdict": "Verdict",
    }
    note = (
        "High and low: the top and the bottom third of answers. Otherwise alike: all other measures and the wave held "
        "equal. Part of others: no difference among customers otherwise alike. Hidden: a difference only among these. "
        "Not proof of cause."
    )
    formats: dict[str, Form] = {}
    right = ["with_it", "without_it", "plainly", "alike"]
    title = "What customers lived through, and the score"
    return frame_table(shown, labels, formats, title, note, right=right, nothing="no measure is known of the answers")


def touchpoint_scores(result: "Touchpoints") -> Table:
    """Every touchpoint: how many met it, how it scores now, and what it adds to the overall score."""
    rows = rows_of(result.touchpoints)
    shown = result.touchpoints.assign(
        name=[printable(r.touchpoint) for r in rows],
        heading=["What the answer is about" if r.source == "asked about" else "Used before answering" for r in rows],
        now=[bracketed(fmt.score(r.nps), fmt.interval(r.low, r.high, fmt.score)) for r in rows],
        apart=[fmt.score(r.difference) for r in rows],
        adds=[fmt.signed(r.pull, fmt.number) for r in rows],
        verdict=[_TOUCHPOINTS[r.source, r.verdict] for r in rows],
    )
    labels = {
        "name": "Touchpoint",
        "answers": "Answers",
        "answer_share": "Share",
        "now": "NPS now (95% interval)",
        "apart": "Against others",
        "adds": "Adds to NPS",
        "verdict": "Verdict",
    }
    formats: dict[str, Form] = {"answers": fmt.count, "answer_share": fmt.share}
    note = "Adds: the touchpoint's share of answers times its difference from the others."
    if result.is_equal and result.used:
        note += " For touchpoints used: the difference from customers with like orders and spend."
    right = ["now", "apart", "adds"]
    why = "no touchpoint is named by answers or events"
    return frame_table(shown, labels, formats, "Touchpoints", note, group="heading", right=right, nothing=why)


def apart(result: "Differentiators", *, asked: bool = False) -> Table:
    """The attributes compared, by how far they set the active apart from the passive."""
    found = result.effects[result.effects["verdict"].isin(list(_APART))]
    rows = rows_of(found)
    shown = found.assign(
        name=[attribute_label(r.attribute) for r in rows],
        told=[_APART[r.verdict] for r in rows],
        best=[_end(r.best_level, r.best_share) for r in rows],
        worst=[_end(r.worst_level, r.worst_share) for r in rows],
    )
    labels = {
        "name": "Attribute",
        "told": "Sets apart",
        "strength": "Strength",
        "best": "Most active",
        "worst": "Least active",
    }
    note = "Among active and passive customers of similar tenure, corrected for their number. Not proof of cause."
    why = "customers were asked" if asked else "no attribute is known of enough customers"
    return frame_table(shown, labels, {}, "Attributes of active customers", note, nothing=why)


def _of(nps: float, split: str, end: int) -> str:
    return f"{fmt.score(nps)} ({_SPLITS[split][end]})" if split in _SPLITS and nps == nps else fmt.MISSING


def _end(level: str, share: float) -> str:
    return f"{group_name(printable(level))} ({fmt.share(share)})" if level and share == share else fmt.MISSING
