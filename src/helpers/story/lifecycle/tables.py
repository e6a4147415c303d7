"""Tables of the lifecycle: stages and what to do, thresholds, rates, and where the stages head."""

from typing import TYPE_CHECKING, Any

from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import rounded

if TYPE_CHECKING:
    from helpers.analysis.lifecycle.groups import Lifecycle
    from helpers.analysis.lifecycle.retention import Rates
    from helpers.analysis.lifecycle.thresholds import Thresholds
    from helpers.analysis.lifecycle.transitions import Transitions

_THRESHOLDS = {
    "orders_a_year": "Orders a year",
    "usual_gap_days": "Usual days between orders",
    "loyal_orders": "Loyal from this order on",
    "high_value_orders": "High value: orders",
    "high_value_spend": "High value: spend",
    "dormant_days": "Next order overdue after (days)",
}
_RATES = {
    "repeat_purchase": "Repeat purchase",
    "second_order": "Second order",
    "retention": "Retention",
    "dormancy": "Dormancy",
    "churn": "Churn",
    "revival": "Revival",
}
_OF_VISITS = {
    "Orders a year": "Visits a year",
    "Usual days between orders": "Usual days between visits",
    "Loyal from this order on": "Loyal from this visit on",
    "High value: orders": "High activity: visits",
    "Next order overdue after (days)": "Next visit overdue after (days)",
    "Repeat purchase": "Came again",
    "Second order": "Second visit",
}


def groups(life: "Lifecycle", money: Money) -> Table:
    """The stages with their size and worth, and what to do at each; those without customers are left out."""
    found = life.groups[life.groups["customers"] > 0]
    if found["lifecycle_group"].isin([life.groups["lifecycle_group"].iloc[0]]).all():  # leads alone
        found = found.iloc[:0]
    rows = rows_of(found)
    shown = found.assign(
        group=[str(r.lifecycle_group).capitalize() for r in rows],
        size=[bracketed(fmt.count(r.customers), fmt.share(r.customer_share)) for r in rows],
    )
    if found["spend_share"].notna().any():
        worth = [bracketed(money(r.spend), fmt.share(r.spend_share)) if r.spend else fmt.MISSING for r in rows]
        shown = shown.assign(worth=worth)
    noun = "Visits" if life.of_visits else "Orders"
    labels = {
        "group": "Stage",
        "action": "What to do",
        "size": "Customers (share)",
        "worth": "Spend (share)",
        "median_orders": f"{noun}, each",
        "median_days_since": f"Last {noun.lower()[:-1]} (days)",
    }
    formats: dict[str, Form] = {"median_orders": fmt.count, "median_days_since": fmt.count}
    note = f"{noun} and days since the last: the median customer's."
    right = [c for c in ("size", "worth") if c in shown]
    return frame_table(shown, labels, formats, "Stages and what to do", note, right=right, nothing="no customers")


def thresholds(cuts: "Thresholds", money: Money, *, of_visits: bool = False) -> Table:
    """Each threshold, where it comes from and why it lies where it does."""

    def form(row: Any, x: float) -> str:
        if row.threshold == "high_value_spend":
            return rounded(money)(x)
        return fmt.number(x) if row.threshold == "orders_a_year" else fmt.count(x)

    rows = rows_of(cuts.table[cuts.table["source"] != "not known"])
    shown = cuts.table[cuts.table["source"] != "not known"].assign(
        name=[_said(_THRESHOLDS[r.threshold], of_visits) for r in rows],
        shown=[form(r, r.value) for r in rows],
        between=[_between(form(r, r.low), form(r, r.high)) for r in rows],
        why=[_sentence(_said_of(r.reason, of_visits)) for r in rows],
        source=[str(r.source).capitalize() for r in rows],
    )
    labels = {"name": "Threshold", "shown": "Value", "between": "Range", "source": "Source", "why": "Why there"}
    note = "Range: 95% interval; for usual days, from the quickest tenth of customers to the slowest."
    return frame_table(shown, labels, {}, "Where one stage ends and the next begins", note, right=["shown", "between"])


def rates(found: "Rates") -> Table:
    """Each rate with its interval and its definition."""
    rows = rows_of(found.table[found.table["value"].notna()])
    shown = found.table[found.table["value"].notna()].assign(
        name=[_said(_RATES[r.rate], found.of_visits) for r in rows],
        shown=[bracketed(fmt.share(r.value), fmt.interval(r.low, r.high)) for r in rows],
        counted=[_counted(r.numerator, r.denominator) for r in rows],
        what=[_sentence(fmt.in_marks(r.definition)) for r in rows],
    )
    labels = {"name": "Rate", "shown": "Value (95% interval)", "counted": "Customers", "what": "What it is"}
    return frame_table(shown, labels, {}, "How many come back, and how many are lost", right=["shown", "counted"])


def heading(moves: "Transitions") -> Table:
    """The share of customers at each stage now, and as the moves of the last periods would carry it on."""
    found = moves.heading[(moves.heading[["before", "now", "later"]] > 0).any(axis=1)]
    shown = found.assign(stage=[str(s).capitalize() for s in found["status"]])
    ahead = fmt.many(moves.periods_ahead, moves.unit)
    labels = {"stage": "Stage", "now": "Now", "later": f"In {ahead}", "settled": "In the long run"}
    formats: dict[str, Form] = {"now": fmt.share, "later": fmt.share, "settled": fmt.share}
    note = "A projection, not a forecast: if customers kept moving as they do now, and nobody new came."
    return frame_table(shown, labels, formats, "Where the stages head", note, nothing="fewer than two whole periods")


def _said(label: str, of_visits: bool) -> str:
    return _OF_VISITS.get(label, label) if of_visits else label


def _said_of(reason: str, of_visits: bool) -> str:
    if of_visits:
        reason = reason.replace("orders", "visits").replace("ordered", "came").replace("order", "visit")
    return fmt.in_marks(reason)


def _between(low: str, high: str) -> str:
    return fmt.MISSING if fmt.MISSING in (low, high) else f"{low} to {high}"


def _counted(part: float, whole: float) -> str:
    return fmt.count(whole) if part != part else f"{fmt.count(part)} of {fmt.count(whole)}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
