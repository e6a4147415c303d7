"""Tables of the value segments."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import rounded

if TYPE_CHECKING:
    from helpers.analysis.rfm import Rfm


def segments(rfm: "Rfm", money: fmt.Money) -> Table:
    """The segments with what they are worth, as far as that is known, and what to do, best first."""
    rows = rows_of(rfm.segments)
    shown = rfm.segments.assign(size=[bracketed(fmt.count(r.customers), fmt.share(r.customer_share)) for r in rows])
    if rfm.with_spend:
        shown["worth"] = [bracketed(money(r.spend), fmt.share(r.spend_share)) for r in rows]
    else:
        shown = shown.drop(columns="average_spend")
    labels = {
        "rfm_segment": "Segment",
        "action": "What to do",
        "size": "Customers (share)",
        "worth": "Spend (share)",
        "average_spend": "Spend, each",
        "average_orders": "Orders, each",
        "median_recency_days": "Last order (days)",
    }
    formats: dict[str, Form] = {
        "average_spend": rounded(money),
        "median_recency_days": fmt.count,
        "average_orders": fmt.number,
    }
    note = "Last order: days since then, the median."
    return frame_table(
        shown, labels, formats, "Segments and what to do", note, right=[c for c in ("size", "worth") if c in shown]
    )
