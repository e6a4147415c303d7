"""Whom to contact next time, in words: whether an ordering of customers beats chance, and which segments respond."""

from typing import TYPE_CHECKING

from helpers.analysis.campaigns.uplift import LEAST_ORDERED
from helpers.story import fmt
from helpers.story.campaigns.uplift_choice import (
    ALIKE,
    chosen_arm,
    chosen_ordering,
    named,
    per_customer,
    segments_of,
    side,
    unit_of,
)
from helpers.story.fmt import Money
from helpers.story.phrases import inside, quoted
from helpers.story.statement import Statement

if TYPE_CHECKING:
    from helpers.analysis.campaigns.uplift import Uplift

_NEEDS = "a campaign with a random group held out, 100 customers or more on either side, and segments of theirs"
_BY = {"segment": "Ranked by segment", "features": "Ranked by what was known before"}


def whom_next(uplift: "Uplift", revenue: str, money: Money) -> Statement:
    """Whether any ordering of customers beats chance, and what contacting the best half would have brought."""
    row = chosen_ordering(uplift, revenue, money)
    if row is None and len(uplift.scores):
        text = "There is nobody to contact first: no contact tested brought more than leaving customers alone."
        return Statement("whom_next", text, "unclear", values={"orderings": len(uplift.scores)})
    tested = uplift.by_segment.groupby(["campaign", "arm", "metric"])[["customers", "control_customers"]].sum()
    if row is None and (tested >= LEAST_ORDERED).all(axis="columns").any():
        text = "We cannot tell whom a contact moves most: nothing is known of customers from before the campaigns."
        return Statement("whom_next", text, "few", needs="customers' purchases or attributes from before a campaign")
    if row is None:
        text = "We cannot tell whom a contact moves most: no campaign held out enough customers at random."
        return Statement("whom_next", text, "few", needs=_NEEDS)
    values = {key: row[key] for key in ("campaign", "arm", "metric", "ordering", "lift", "qini", "low", "high", "half")}
    values["orderings"] = len(uplift.scores)
    if side(row, per_customer(row["metric"], revenue, money)) != "above":
        tried = (
            "The one ordering" if len(uplift.scores) == 1 else f"Not one of {fmt.words(len(uplift.scores))} orderings"
        )
        beats = "of customers does not beat chance" if len(uplift.scores) == 1 else "of customers beats chance"
        return Statement(
            "whom_next",
            f"{tried} {beats}: nothing known beforehand shows whom a contact moves most.",
            "unclear",
            action="Choose by value and cost, or contact all; a larger test may tell more.",
            values=values,
        )
    share = row["half"] / row["lift"]
    values["half_share"] = share
    # Beyond one, the other half loses by being contacted.
    brought = f"{fmt.share(share)} of" if share < 1 else "all of"
    return Statement(
        "whom_next",
        f"{_BY[row['ordering']]}, the better half brings {brought} the extra "
        f"{inside(row['metric'])} of {named(row, uplift.scores)}.",
        "good",
        action="Contact the best-ranked half first next time, again with a random group held out.",
        values=values,
    )


def who_responds(uplift: "Uplift", revenue: str, money: Money) -> Statement:
    """Which segments respond to the arm whose segments differ most surely, luck allowed for: which surely gains most,
    and which can gain least."""
    arm = chosen_arm(uplift, revenue)
    if arm is None:
        text = "No two segments had enough customers on both sides of a random test to be compared."
        return Statement("who_responds", text, "few", needs="30 customers of two segments on either side of a test")
    rows = segments_of(uplift, arm).to_dict("records")
    values = {"p_alike": arm["p_alike"], "tests": arm["tests"], "arm": arm["arm"], "segments": len(rows)}
    values["shrunk"] = {r["segment"]: r["shrunk"] for r in rows}
    form, unit = per_customer(arm["metric"], revenue, money), unit_of(arm["metric"], revenue)
    best, least = max(rows, key=lambda r: r["shrunk_low"]), min(rows, key=lambda r: r["shrunk_high"])
    if arm["p_alike"] * arm["tests"] >= ALIKE or form(best["shrunk"]) == form(least["shrunk"]):
        return Statement(
            "who_responds",
            "No segment clearly responds more than another: chance alone would make segments differ as much.",
            "unclear",
            values=values,
        )
    values |= {"best": best["segment"], "least": least["segment"], "metric": arm["metric"]}
    values |= {"per": 100, "per_100": {r["segment"]: 100 * r["shrunk"] for r in rows}}
    least_said = f"{fmt.signed(least['shrunk'], form)} for {quoted(least['segment'])}"
    return Statement(
        "who_responds",
        f"{named(arm, uplift.by_segment)} changes {inside(arm['metric'])} most surely for {quoted(best['segment'])}: "
        f"{fmt.signed(best['shrunk'], form)} {unit}, against {least_said}.",
        "neutral",
        action=f"Begin with {quoted(best['segment'])} next time.",
        values=values,
    )
