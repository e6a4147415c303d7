"""Tables of the value segments: what to do, who they are, where they were, what they did since, how they were made."""

from typing import TYPE_CHECKING, Any

from helpers.story import fmt
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import form_of, rounded

if TYPE_CHECKING:
    from helpers.analysis.rfm import Rfm
    from helpers.analysis.rfm.holdout import Holdout
    from helpers.analysis.rfm.movement import Movement

_FLOWS = 10  # of customers who moved, the largest


def actions(rfm: "Rfm", money: fmt.Money) -> Table:
    """What a client wants of each segment, what to do, and what it is worth a year."""
    shown = rfm.segments
    with_worth = rfm.with_spend and bool(shown["yearly_spend"].notna().any())
    labels = {"rfm_segment": "Segment", "customers": "Customers", "objective": "Objective", "action": "What to do"}
    labels |= {"yearly_spend": "At stake a year"} if with_worth else {}
    note = "At stake: what its members spend a year, at their pace since the first order." if with_worth else ""
    formats: dict[str, Form] = {"customers": fmt.count, "yearly_spend": rounded(money)}
    return frame_table(shown, labels, formats, "Segments and what to do", note)


def segments(rfm: "Rfm", money: fmt.Money) -> Table:
    """The segments with their members' size, worth and habits, as far as they are known."""
    rows = rows_of(rfm.segments)
    shown = rfm.segments.assign(
        size=[bracketed(fmt.count(r.customers), fmt.share(r.customer_share)) for r in rows],
        apart=[_apart(r, money) for r in rows],
    )
    if rfm.with_spend:
        shown["worth"] = [bracketed(money(r.spend), fmt.share(r.spend_share)) for r in rows]
    else:
        shown = shown.drop(columns="median_spend")
    labels = {
        "rfm_segment": "Segment",
        "size": "Customers (share)",
        "worth": "Spend (share)",
        "median_spend": "Spend, each",
        "median_orders": "Orders, each",
        "median_recency_days": "Last order (days)",
        "apart": "Most unlike others in",
    }
    formats: dict[str, Form] = {
        "median_spend": rounded(money),
        "median_recency_days": fmt.count,
        "median_orders": _whole,
    }
    note = "Each: the median of the segment's members. Most unlike others: the segment's median, and everyone's."
    return frame_table(
        shown, labels, formats, "Who is in each segment", note, right=[c for c in ("size", "worth") if c in shown]
    )


def flows(result: "Movement", money: fmt.Money) -> Table:
    """The largest moves between segments, and what those customers spent before and since."""
    moved = result.flows[result.flows["from_segment"] != result.flows["to_segment"]].head(_FLOWS)
    labels = {"from_segment": "From", "to_segment": "To", "customers": "Customers"}
    if result.with_spend:
        labels |= {"spend_before": "Spend before", "spend_now": "Spend since"}
    formats: dict[str, Form] = {
        "customers": fmt.count,
        "spend_before": rounded(money),
        "spend_now": rounded(money),
    }
    period = fmt.many(result.months, "month")
    note = f"Spend since: in the last {period}; before: in the {period} before that." if result.with_spend else ""
    return frame_table(moved, labels, formats, "The largest moves between segments", note, nothing="nobody moved")


def lift(result: "Holdout", money: fmt.Money) -> Table:
    """What each segment of then has done since, with the interval of the share that ordered."""
    shown = result.by_segment.assign(
        since=[
            bracketed(fmt.share(r.ordered_share), fmt.interval(r.low, r.high, fmt.share))
            for r in rows_of(result.by_segment)
        ]
    )
    labels = {
        "rfm_segment": "Segment then",
        "customers": "Customers",
        "since": "Ordered since (95% interval)",
        "orders_each": "Orders, each",
        "order_lift": "Orders, times the average",
        "spend_each": "Spend, each",
        "spend_lift": "Spend, times the average",
    }
    labels = {c: label for c, label in labels.items() if c == "since" or shown[c].notna().any()}
    formats: dict[str, Form] = {
        "customers": fmt.count,
        "orders_each": fmt.number,
        "spend_each": rounded(money),
        "order_lift": fmt.number,
        "spend_lift": fmt.number,
    }
    return frame_table(shown, labels, formats, "What each segment has done since", right=["since"])


def cuts(rfm: "Rfm", money: fmt.Money) -> Table:
    """From where to where each score goes, in the measure's unit."""
    rows = rows_of(rfm.cuts)
    shown = rfm.cuts.assign(measure=[_MEASURES[r.metric] for r in rows], span=[_span(r, money) for r in rows])
    labels = {"score": "Score", "span": "From – to", "customers": "Customers"}
    formats: dict[str, Form] = {"score": fmt.count, "customers": fmt.count}
    note = "Equal customers have equal scores, so some scores may go to nobody."
    return frame_table(shown, labels, formats, "Where the scores are cut", note, group="measure", right=["span"])


def rules(rfm: "Rfm") -> Table:
    """The map, rule by rule."""
    labels = {"rfm_segment": "Segment", "rule": "Rule", "customers": "Customers"}
    note = "r, f, m: scores for recency, frequency and money. late: by their own rhythm. once: one order so far. "
    note += "The first rule that fits names the segment."
    shown = rfm.rules.assign(rule=rfm.rules["rule"].replace("", "everyone else"))
    return frame_table(shown, labels, {"customers": fmt.count}, "How segments are made", note)


_MEASURES = {
    "recency_days": "Days since the last order",
    "order_count": "Orders",
    "orders_per_year": "Orders a year",
    "spend": "Spend",
    "margin": "Margin",
    "average_order_value": "Average order",
}
_APART = {"recency_days": "last order", "order_count": "orders", "spend": "spend"}


def _apart(row: Any, money: fmt.Money) -> str:
    form = _form(row.apart_measure, money)
    name, unit = _APART[row.apart_measure], " days ago" if row.apart_measure == "recency_days" else ""
    return f"{name}: {form(row.apart_value)}{unit}, all {form(row.apart_overall)}"


def _span(row: Any, money: fmt.Money) -> str:
    form = _form(row.metric, money)
    low, high = form(row.low), form(row.high)
    return low if low == high else f"{low} to {high}"


def _form(metric: str, money: fmt.Money) -> Form:
    if metric in ("spend", "margin", "average_order_value"):
        return rounded(money)
    return form_of("recency_days") if metric == "recency_days" else _whole


def _whole(x: float) -> str:
    return fmt.count(x) if x % 1 == 0 else fmt.number(x)
