"""Tables of members, others and all sales before and after campaigns."""

from typing import TYPE_CHECKING, Any

from helpers.analysis.campaigns.differences import ALIKE, APART
from helpers.data.spec import CONTACTED
from helpers.story import fmt
from helpers.story.campaigns.evidence_labels import form_of, reason
from helpers.story.fmt import Money
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import printable

if TYPE_CHECKING:
    from helpers.analysis.campaigns.differences import Differences
    from helpers.analysis.campaigns.interrupted import Interrupted

_TRENDS = {ALIKE: "Alike, as far as seen", APART: "Moved apart"}


def series_differences(result: "Differences", metric: str, money: Money) -> Table:
    """Of each campaign: what members and others bought before and after, how the changes differ, and the placebo."""
    form, rows = form_of(metric, money), rows_of(result.by_arm)
    shown = result.by_arm.assign(
        name=[_who(r) for r in rows],
        members=[_moved(r.before, r.after, form) for r in rows],
        others=[_moved(r.control_before, r.control_after, form) for r in rows],
        found=[_signed(r.estimate, r.low, r.high, form) for r in rows],
        earlier=[fmt.signed(r.placebo, form) if r.placebo == r.placebo else fmt.MISSING for r in rows],
        said=[_TRENDS.get(r.trends) or reason(r.why).capitalize() for r in rows],
    )
    labels = {
        "name": "Campaign",
        "members": "Members, before to after",
        "others": "Others",
        "found": "Difference of the changes (95% interval)",
        "earlier": "The same for an earlier start",
        "said": "Before it began",
    }
    note = (
        "Per customer, since the campaign's first day; the time before is scaled to as many days. Intervals allow for "
        "each customer's periods being alike. The earlier start is half-way through the time before, when there should "
        "be nothing to find. Finding nothing does not prove that both would have moved alike."
    )
    title = "Members and others, before and after"
    why = "no list of members can be followed beside others"
    return frame_table(shown, labels, {}, title, note, right=["members", "others", "found", "earlier"], nothing=why)


def series_interruptions(result: "Interrupted", metric: str, money: Money) -> Table:
    """Of each campaign: all sales in the weeks after against the course before, beside the same on earlier dates."""
    form: Form = money if metric == "spend" else fmt.count
    rows = rows_of(result.by_campaign)
    shown = result.by_campaign.assign(
        name=[printable(r.campaign) for r in rows],
        weeks=[f"{fmt.count(r.weeks_before)} and {fmt.count(r.weeks_after)}" for r in rows],
        course=[form(r.expected) if r.expected == r.expected else fmt.MISSING for r in rows],
        found=[_signed(r.effect, r.low, r.high, form) for r in rows],
        as_large=[_as_large(r) for r in rows],
        said=["Judged" if r.ok else f"Not used: {reason(r.why)}" for r in rows],
    )
    labels = {
        "name": "Campaign",
        "weeks": "Weeks before and after",
        "course": "Sales on the course before",
        "found": "Difference (95% interval)",
        "as_large": "As large on earlier dates",
        "said": "Verdict",
    }
    note = (
        "The course is the trend, with the season where two years are known. The interval shows how much the same "
        "difference varies on earlier dates without a campaign."
    )
    why = "no campaign has a first day"
    right = ["weeks", "course", "found", "as_large"]
    return frame_table(shown, labels, {}, "All sales after a campaign began", note, right=right, nothing=why)


def _who(row: Any) -> str:
    return printable(row.campaign) if row.arm == CONTACTED else f"{printable(row.campaign)}, {printable(row.arm)}"


def _moved(before: float, after: float, form: Form) -> str:
    return fmt.MISSING if before != before else f"{form(before)} to {form(after)}"


def _signed(value: float, low: float, high: float, form: Form) -> str:
    return fmt.MISSING if value != value else bracketed(fmt.signed(value, form), fmt.interval(low, high, form))


def _as_large(row: Any) -> str:
    if not row.placebos:
        return fmt.MISSING
    return f"{fmt.count(round(row.placebo_p * (1 + row.placebos)) - 1)} of {fmt.count(row.placebos)}"
