"""Sentences about how customers move between segments, and whether their scores foretold what they did."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.phrases import quoted
from helpers.story.statement import Statement

if TYPE_CHECKING:
    from helpers.analysis.rfm.holdout import Holdout
    from helpers.analysis.rfm.movement import Movement

_NEEDS = "orders of three months or more"


def moved(result: "Movement", money: Money, *, min_customers: int = 10) -> Statement:
    """Who has become late since, and what went with them; where nobody's rhythm is known, which segment grew most."""
    values: dict[str, float] = {"months": result.months, "new": result.new}
    if not result.months:
        text = "The history is too short to compare with an earlier day."
        return Statement("moved", text, "few", values=values, needs=_NEEDS)
    over = f"Over the past {fmt.many(result.months, 'month') if result.months > 1 else 'month'}"
    if result.became_late != result.became_late or result.became_late < min_customers:
        return _grew_most(result, over, values, min_customers)
    values |= {"became_late": result.became_late, "came_back": result.came_back}
    text = f"{over} {fmt.many(result.became_late, 'customer')} became late"
    before, now = money(result.became_late_before), money(result.became_late_now)
    if result.with_spend and before != now:
        values |= {"spend_before": result.became_late_before, "spend_now": result.became_late_now}
        text += f": they spent {before} in the period before, {now} since"
    text += f". {fmt.count(result.came_back)} came back." if result.came_back else "."
    action = "Start with those who became late last: the shorter the wait, the easier it is to win them back."
    return Statement("moved", text, action=action, values=values)


def _grew_most(result: "Movement", over: str, values: dict[str, float], min_customers: int) -> Statement:
    by_segment = result.by_segment.sort_values("net", ascending=False, kind="stable").to_dict("records")
    if not by_segment or max(abs(row["net"]) for row in by_segment) < min_customers:
        text = f"{over} no segment has grown or shrunk by {fmt.words(min_customers)} customers on balance."
        return Statement("moved", text, "unclear", values=values | {"least": min_customers})
    top = by_segment[0] if abs(by_segment[0]["net"]) >= min_customers else by_segment[-1]
    verb = "grown" if top["net"] > 0 else "shrunk"
    values |= {"net": abs(top["net"]), "now": top["now"]}
    text = f"{over} {quoted(top['rfm_segment'])} has {verb} by {fmt.many(abs(top['net']), 'customer')} on balance, "
    new = f"; {fmt.many(result.new, 'customer')} {'is' if result.new == 1 else 'are'} new" if result.new else ""
    return Statement("moved", f"{text}to {fmt.count(top['now'])}{new}.", values=values)


def foretold(result: "Holdout", *, min_customers: int = 100, min_each: int = 20) -> Statement:
    """Whether the scores of one period ago told who would order since."""
    idle = result.customers - result.ordered
    values: dict[str, float] = {
        "customers": result.customers,
        "ordered": result.ordered,
        "months": result.months,
        "idle": idle,
    }
    if not result.months:
        text = "The history is too short to compare earlier scores with later orders."
        return Statement("foretold", text, "few", values=values, needs=_NEEDS)
    ago = f"{fmt.many(result.months, 'month')} ago"
    if result.customers < min_customers or min(result.ordered, idle) < min_each:
        who = (
            f"Of {fmt.many(result.customers, 'customer')} scored {ago}, {fmt.count(result.ordered)} have ordered since"
        )
        if result.ordered == result.customers:
            who = f"All {fmt.many(result.customers, 'customer')} scored {ago} have ordered since"
        elif not result.ordered:
            who = f"Not one of {fmt.many(result.customers, 'customer')} scored {ago} has ordered since"
        return Statement("foretold", f"{who}: too little difference to test scores on.", "few", values=values)
    rows = result.by_tenth.to_dict("records")
    best, worst = rows[0], rows[-1]
    values |= {"auc": result.auc, "auc_low": result.auc_low, "auc_high": result.auc_high}
    values |= {"best": best["ordered_share"], "best_customers": best["customers"]}
    values |= {"worst": worst["ordered_share"], "worst_customers": worst["customers"]}
    shares = (
        f"of the {fmt.count(best['customers'])} customers scored best, {fmt.share(best['ordered_share'])} have ordered "
    )
    shares += f"since; of the {fmt.count(worst['customers'])} scored worst, {fmt.share(worst['ordered_share'])}."
    rank = _foretells(result.auc, result.auc_low)
    if rank == "not":
        action = "Use the segments to describe customers, not to choose whom to contact."
        return Statement(
            "foretold", f"Scores of {ago} did not predict orders: {shares}", "unclear", action, values=values
        )
    return Statement("foretold", f"Scores of {ago} predicted orders {rank}: {shares}", "good", values=values)


def _foretells(area: float, low: float) -> str:
    """Hosmer and Lemeshow (2000) of the area under the ROC curve: from .8 excellent, from .7 acceptable; not where the
    interval holds .5, which is what chance would do."""
    if not round(low, 2) > 0.5:
        return "not"
    return "well" if round(area, 2) >= 0.8 else "fairly" if round(area, 2) >= 0.7 else "weakly"
