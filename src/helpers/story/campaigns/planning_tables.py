"""Tables of test planning: what a test of each segment takes, and what it could show."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.table import Table, frame_table, rows_of
from helpers.story.terms import plain, printable

if TYPE_CHECKING:
    from helpers.analysis.campaigns.planning import NextTest

_VERDICTS = {
    "possible": "Possible now",
    "later": "With new customers",
    "too few": "Too few customers",
    "no room": "Cannot rise so far",
    "not known": "Not known",
}


def _share(x: float) -> str:
    return fmt.share(x, 1)


def _number(x: float) -> str:
    return fmt.number(x, 2)


def next_test(plan: "NextTest", revenue: str, money: Money) -> Table:
    """Each segment and outcome: what is usual, customers needed an arm and in all, and the smallest rise to be seen."""
    rows = rows_of(plan.by_segment)
    # A small segment's few counts may be zeros and ones by chance: the row of all customers, the first, tells.
    rates = {r.metric: r.kind == "rate" for r in reversed(rows)}
    forms = [money if r.metric == revenue else _share if rates[r.metric] else _number for r in rows]
    shown = plan.by_segment.assign(
        segment=[printable(r.segment) for r in rows],
        metric=[plain(r.metric) for r in rows],
        usual=[form(r.baseline) for r, form in zip(rows, forms, strict=True)],
        needed=[fmt.count(r.needed_an_arm) for r in rows],
        seen=[
            fmt.MISSING if r.smallest_seen_share != r.smallest_seen_share else fmt.change(r.smallest_seen_share)
            for r in rows
        ],
        days=[fmt.count(r.duration_days) for r in rows],
        verdict=[_VERDICTS[r.verdict] for r in rows],
    )
    labels = {
        "segment": "Segment",
        "customers": "Customers",
        "usual": "Usual, uncontacted",
        "needed": "Needed an arm",
        "seen": "Smallest rise seen",
        "days": "Days",
        "verdict": "Test of its own",
    }
    timed = plan.by_segment["duration_days"].notna().any()
    if not timed:
        labels.pop("days")
    held = fmt.share(plan.hold_out)
    note = (
        f"Needed: in two equal arms, to show a rise of {fmt.share(plan.worthwhile)} in {fmt.share(plan.power)} of "
        f"tests, with a {fmt.share(plan.alpha)} risk of a false alarm. Smallest rise seen: with the whole segment in "
        f"the test and {held} of it held out."
    )
    note += " Days: until the last outcome is in." if timed else ""
    return frame_table(
        shown,
        labels,
        {"customers": fmt.count},
        "What the next test takes",
        note,
        group="metric",
        right=["usual", "needed", "seen", "days"],
        nothing="too little is known of what customers do uncontacted",
    )
