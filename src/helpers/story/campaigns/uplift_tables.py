"""Tables of whom to contact next: every ordering that was tried, against chance."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.campaigns.uplift_choice import per_customer, side
from helpers.story.fmt import Money
from helpers.story.table import Table, bracketed, frame_table
from helpers.story.terms import plain, printable

if TYPE_CHECKING:
    from helpers.analysis.campaigns.uplift import Uplift

_BY = {"segment": "Segment", "features": "All known before"}
_VERDICTS = {"above": "Yes", "below": "No", "unclear": "No"}


def orderings(uplift: "Uplift", revenue: str, money: Money) -> Table:
    """Each campaign, arm, outcome and ordering: the lift of the whole arm, and Qini with its interval."""
    rows = uplift.scores.to_dict("records")
    forms = [per_customer(row["metric"], revenue, money) for row in rows]
    shown = uplift.scores.assign(
        arm=[f"{printable(row['arm'])} ({printable(row['campaign'])})" for row in rows],
        metric=[plain(row["metric"]) for row in rows],
        ordering=[_BY[row["ordering"]] for row in rows],
        lift=[fmt.signed(row["lift"], form) for row, form in zip(rows, forms, strict=True)],
        qini=[
            bracketed(fmt.signed(row["qini"], form), fmt.interval(row["low"], row["high"], form))
            for row, form in zip(rows, forms, strict=True)
        ],
        verdict=[_VERDICTS[side(row, form)] for row, form in zip(rows, forms, strict=True)],
    )
    labels = {
        "arm": "Contact (campaign)",
        "ordering": "Ranked by",
        "lift": "Lift of all",
        "qini": "Qini (95% interval)",
        "verdict": "Beats chance?",
    }
    note = (
        "Lift and Qini: money per customer for revenue, else events per 100 customers. Qini: the average gap between "
        "this ranking's curve and chance; zero is chance. Each customer is ranked by a model that has not seen that "
        "customer. Intervals hold for all rows together."
    )
    title = "Can customers be ranked by what a contact adds?"
    return frame_table(
        shown,
        labels,
        {},
        title,
        note,
        group="metric",
        right=["lift", "qini"],
        nothing="no test was large enough to rank customers by",
    )
