"""Tables of the review: figures, segments, actions, opinion, the market and definitions then and now."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.phrases import opening
from helpers.story.review.labels import (
    MEASURES,
    STATUSES,
    VERDICTS,
    kpi_change,
    kpi_label,
    kpi_value,
    segment_label,
    segmentation_label,
)
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import group_name, printable, rounded

if TYPE_CHECKING:
    from helpers.analysis.review.actions import Actions
    from helpers.analysis.review.advice import Advice
    from helpers.analysis.review.kpis import Kpis
    from helpers.analysis.review.market import Market
    from helpers.analysis.review.moves import Moves
    from helpers.analysis.review.opinions import Opinions

_MOST = 40
_NO_EARLIER = "there is no earlier report to compare with"
_SIZES = {"grew": "Grew", "shrank": "Shrank", "unclear": "Not clear", "few": "Too few", "": "Not told"}
_KEPT = {"stable": "Yes", "recognisable": "Mostly", "changed": "No", "": "Not known"}
_DRIFT = {"changed": "Clearly", "some change": "Somewhat", "same": "No", "few": "Too few"}
_MARKET = {
    "hit": "Hit",
    "fell": "Fell as the rest",
    "rose": "Rose",
    "unclear": "Not clear",
    "one customer": "One customer",
    "few": "Too few",
}
_SCORES = {"rose": "Rose", "fell": "Fell", "unclear": "Not clear", "few": "Too few"}


def figures(result: "Kpis", money: Money) -> Table:
    """Every figure of all customers, and of segments those that have moved; "in the group" tells nothing of all."""
    found = result.figures
    of_all = (found["segmentation"] == "all") & (found["kpi"] != "members")
    found = found[of_all | ((found["segmentation"] != "all") & found["verdict"].isin(["rose", "fell"]))].head(_MOST)
    rows = rows_of(found)
    shown = found.assign(
        name=[kpi_label(r.kpi) for r in rows],
        heading=[_heading(r.segmentation, r.segment) for r in rows],
        was=[kpi_value(r.unit, r.then, money) for r in rows],
        is_now=[kpi_value(r.unit, r.now, money) for r in rows],
        changed=[bracketed(kpi_change(r.unit, r.change, money), _between(r, money)) for r in rows],
        told=[VERDICTS[r.verdict] for r in rows],
    )
    labels = {"name": "Figure", "was": "Then", "is_now": "Now", "changed": "Change (95% interval)", "told": "Verdict"}
    note = (
        "Shares change in points. Not judged: plain counts, figures of another season or length of period, and groups "
        "whose limits or rules have changed. Corrected for the number of figures."
    )
    right = ["was", "is_now", "changed"]
    return frame_table(
        shown, labels, {}, "Key figures then and now", note, group="heading", right=right, nothing=_NO_EARLIER
    )


def segments(result: "Moves") -> Table:
    """Every segment whose moves are told: customers then and now, who stayed, came and went."""
    found = result.segments[result.segments["verdict"] != ""].head(_MOST)
    rows = rows_of(found)
    shown = found.assign(
        name=[segment_label(r.segmentation, r.segment) for r in rows],
        heading=[segmentation_label(r.segmentation) for r in rows],
        changed=[fmt.signed(r.net, fmt.count) for r in rows],
        came=found["arrived"] + found["new"],
        went=found["left"] + found["gone"],
        told=[_SIZES[r.verdict] for r in rows],
    )
    labels = {
        "name": "Segment",
        "then": "Then",
        "now": "Now",
        "changed": "Change",
        "stayed": "Stayed",
        "came": "Came",
        "went": "Went",
        "told": "Verdict",
    }
    formats: dict[str, Form] = dict.fromkeys(("then", "now", "stayed", "came", "went"), fmt.count)
    note = (
        "Came and went: with customers new since, and those in this report no more. "
        "Corrected for the number of segments."
    )
    why = "no segments are made alike in two reports"
    return frame_table(
        shown, labels, formats, "Customers by segment", note, group="heading", right=["changed"], nothing=why
    )


def actions(result: "Actions", money: Money) -> Table:
    """Every action promised, whether it is on record, and what customers of its list did since."""
    found = result.actions
    rows = rows_of(found)
    form: Callable[[float], str] = rounded(money) if result.basis == "spend" else fmt.number
    shown = found.assign(
        name=[_action(r) for r in rows],
        promised=[rounded(money)(r.expected) for r in rows],
        told=[_record(r) for r in rows],
        lately=[_then_now(r.before, r.since, form) for r in rows],
        others=[_then_now(r.others_before, r.others_since, form) for r in rows],
    )
    labels = {
        "name": "Action",
        "due": "Due",
        "promised": "Expected",
        "told": "On record",
        "lately": "On the list",
        "others": "Others",
    }
    what = "spend" if result.basis == "spend" else "orders"
    note = (
        f"On the list, and others: average {what} per customer in the {fmt.days(result.days)} up to the last report, "
        "and since. Customers on lists stood out, so they drift back to the average anyway: not proof of cause."
    )
    right = ["promised", "lately", "others"]
    why = "the earlier report promised no actions"
    return frame_table(shown, labels, {}, "What became of last time's actions", note, right=right, nothing=why)


def scores(result: "Opinions") -> Table:
    """The score of all and of every group: answers before, and since."""
    found = result.scores.head(_MOST)
    rows = rows_of(found)
    shown = found.assign(
        name=["All answers" if r.grouping == "all" else group_name(printable(r.group)) for r in rows],
        heading=["All" if r.grouping == "all" else opening(r.grouping) for r in rows],
        was=[fmt.score(r.nps_then) for r in rows],
        is_now=[fmt.score(r.nps_since) for r in rows],
        changed=[bracketed(fmt.score(r.difference), fmt.interval(r.low, r.high, fmt.score)) for r in rows],
        told=[_SCORES[r.verdict] for r in rows],
    )
    shown = shown if result.since else shown.head(0)
    labels = {
        "name": "Group",
        "answers_then": "Answers then",
        "was": "NPS then",
        "answers_since": "Answers since",
        "is_now": "NPS since",
        "changed": "Difference (95% interval)",
        "told": "Verdict",
    }
    formats: dict[str, Form] = {"answers_then": fmt.count, "answers_since": fmt.count}
    note = "Groups are corrected for their number."
    right = ["was", "is_now", "changed"]
    why = "no answer has come since the earlier report"
    return frame_table(shown, labels, formats, "NPS then and since", note, group="heading", right=right, nothing=why)


def drivers(result: "Opinions") -> Table:
    """Every driver's weight, rank and rating in both reports."""
    found = result.drivers if result.since else result.drivers.head(0)
    rows = rows_of(found)
    shown = found.assign(
        name=[opening(r.driver) for r in rows],
        weight=[f"{fmt.share(r.importance_then)} → {fmt.share(r.importance_now)}" for r in rows],
        rank=[f"{_rank(r.rank_low_then, r.rank_high_then)} → {_rank(r.rank_low_now, r.rank_high_now)}" for r in rows],
        rating=[f"{fmt.number(r.performance_then, 2)} → {fmt.number(r.performance_now, 2)}" for r in rows],
        changed=[
            bracketed(
                fmt.signed(r.performance_change, _two),
                fmt.interval(r.performance_low, r.performance_high, lambda x: fmt.signed(x, _two)),
            )
            for r in rows
        ],
        told=[_SCORES[r.performance_verdict] for r in rows],
    )
    labels = {
        "name": "Driver",
        "weight": "Weight",
        "rank": "Rank",
        "rating": "Average rating",
        "changed": "Change of rating (95% interval)",
        "told": "Rating",
    }
    note = "Ranks that overlap count as no change. This report counts the earlier answers again."
    right = ["weight", "rank", "rating", "changed"]
    why = "drivers of the score are not in both reports, or no answer has come since"
    return frame_table(shown, labels, {}, "Drivers of the score then and now", note, right=right, nothing=why)


def market(result: "Market") -> Table:
    """Every group's sales, or the first measure there is, and of the others those that were hit."""
    found = result.changes[result.changes["verdict"] != "few"]
    first = found["measure"].iloc[0] if len(found) else ""
    found = found[(found["measure"] == first) | (found["segmentation"] == "all") | (found["verdict"] == "hit")]
    found = found.head(_MOST)
    rows = rows_of(found)
    shown = found.assign(
        name=[group_name(printable(r.segment)) for r in rows],
        heading=[MEASURES[r.measure] for r in rows],
        plain=[fmt.change(r.plain_change) for r in rows],
        usual=[fmt.change(r.usual_change) for r in rows],
        over=[bracketed(fmt.change(r.change), fmt.interval(r.low, r.high, fmt.change)) for r in rows],
        rest=[fmt.change(r.against_rest) for r in rows],
        told=[_MARKET[r.verdict] for r in rows],
    )
    labels = {
        "name": "Group",
        "customers_now": "Customers",
        "plain": "On the year",
        "usual": "Usual",
        "over": "Over the usual (95% interval)",
        "rest": "Against the rest",
        "told": "Verdict",
    }
    formats: dict[str, Form] = {"customers_now": fmt.count}
    note = (
        "On the year: against the same days a year before, among customers who were in the group when the period "
        "began. Usual: the same comparison a year ago. Corrected for the number of groups."
    )
    right = ["plain", "usual", "over", "rest"]
    why = result.periods.reason.rstrip(".").lower() or "there are too few customers"
    return frame_table(
        shown, labels, formats, "Groups against their own past", note, group="heading", right=right, nothing=why
    )


def stability(result: "Moves") -> Table:
    """Of every segment in both reports, how many of its members it kept."""
    found = result.segments[(result.segments["kept"] != "") & result.segments[["then", "now"]].gt(0).all(axis=1)]
    rows = rows_of(found.head(_MOST))
    shown = found.head(_MOST).assign(
        name=[segment_label(r.segmentation, r.segment) for r in rows],
        heading=[segmentation_label(r.segmentation) for r in rows],
        told=[_KEPT[r.kept] for r in rows],
    )
    labels = {
        "name": "Segment",
        "then": "Then",
        "now": "Now",
        "stayed": "Stayed",
        "jaccard": "In both, of in either",
        "told": "Largely the same customers",
    }
    formats: dict[str, Form] = {**dict.fromkeys(("then", "now", "stayed"), fmt.count), "jaccard": fmt.share}
    note = (
        "Among customers of both reports. From three quarters on largely the same, below six tenths not (Hennig 2007)."
    )
    return frame_table(shown, labels, formats, "Who segments are made of", note, group="heading", nothing=_NO_EARLIER)


def drift(drift: pd.DataFrame) -> Table:
    """Every measure of customers, and how far its spread has moved."""
    rows = rows_of(drift)
    shown = drift.assign(
        name=[opening(r.column) for r in rows],
        was=[_measure(r.median_before) for r in rows],
        is_now=[_measure(r.median_after) for r in rows],
        told=[_DRIFT[r.verdict] for r in rows],
    )
    labels = {
        "name": "Measure",
        "was": "Median then",
        "is_now": "Median now",
        "psi": "Stability index",
        "psi_by_chance": "By chance",
        "told": "Spread differently",
    }
    formats: dict[str, Form] = {"psi": _two, "psi_by_chance": _two}
    note = (
        f"Population stability index: from {fmt.number(0.1)} on somewhat, from {fmt.number(0.25, 2)} on clearly "
        "different (Siddiqi 2006). Totals grow with time, and days since the last order move with the season."
    )
    title = "How customers are spread then and now"
    return frame_table(shown, labels, formats, title, note, right=["was", "is_now"], nothing=_NO_EARLIER)


def advice(result: "Advice") -> Table:
    """Segments to merge, watch, split or remove."""
    rows = rows_of(result.segments)
    shown = result.segments.assign(
        name=[group_name(printable(r.segment)) for r in rows],
        of=[segmentation_label(r.segmentation) for r in rows],
        told=[opening(r.advice) for r in rows],
        why=[_why(r.why) for r in rows],
    )
    labels = {"name": "Segment", "of": "One of the", "customers": "Customers", "told": "What to do", "why": "Why"}
    if result.segments["customers"].isna().all():
        labels.pop("customers")
    formats: dict[str, Form] = {"customers": fmt.count}
    return frame_table(shown, labels, formats, "Segments to act on", nothing="no segment needs a change")


def _action(row: Any) -> str:
    name, segment = printable(row.action) or printable(row.id), group_name(printable(row.segment))
    return f"{name}: {segment}" if row.segment and row.segment not in row.action else name


def _record(row: Any) -> str:
    more = printable(row.campaign) or printable(row.owner)
    return f"{STATUSES[row.status]} ({more})" if more else STATUSES[row.status]


def _heading(segmentation: str, segment: str) -> str:
    return (
        "All customers"
        if segmentation == "all"
        else f"{segmentation_label(segmentation)}: {segment_label(segmentation, segment)}"
    )


def _between(row: Any, money: Money) -> str:
    if row.low != row.low or row.high != row.high:
        return fmt.MISSING
    return f"{kpi_change(row.unit, row.low, money)} to {kpi_change(row.unit, row.high, money)}"


def _then_now(then: float, now: float, form: Callable[[float], str]) -> str:
    return fmt.MISSING if then != then else f"{form(then)}, {form(now)}"


def _two(x: float) -> str:
    return fmt.number(x, 2)


def _rank(low: float, high: float) -> str:
    return fmt.count(low) if low == high else f"{fmt.count(low)} to {fmt.count(high)}"


def _measure(x: float) -> str:
    return fmt.count(x) if abs(x) >= 10 else fmt.number(x)


def _why(text: str) -> str:
    """A reason, with the figures it names in readers' words."""
    text = fmt.in_marks(text)
    _, found, names = text.partition("worse than before in ")
    if not found:
        return opening(text) if "_" not in text else text
    return f"Worse than before in {fmt.listing([kpi_label(name).lower() for name in names.split(', ')])}"
