"""Sentences about loyalty and commitment: what customers do, and what they say."""

from typing import TYPE_CHECKING, Any

from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.statement import Statement, Verdict

if TYPE_CHECKING:
    from helpers.analysis.loyalty.commitment import Commitment


def groups(result: "Commitment", money: Money, *, min_answers: int = 50) -> Statement:
    """How many are loyal, and how many stay although they are dissatisfied."""
    found = {str(r["commitment_group"]): r for r in result.groups.to_dict("records")}
    values: dict[str, Any] = {"placed": result.placed, "groups": {g: r["customers"] for g, r in found.items()}}
    if result.placed < min_answers:
        what = "subscribers" if result.of_subscriptions else "buyers"
        needs = f"{fmt.count(min_answers)} customers whose answers and {_data(result)} are both known"
        text = f"Of {fmt.many(result.placed, 'customer')} among {what} the answer is known: too few to compare."
        return Statement("groups", text, "few", needs=needs, values=values)
    loyal, trapped = _size(found, "loyal"), _size(found, "trapped")
    share, trapped_share = loyal / result.placed, trapped / result.placed
    values |= {"loyal_share": share, "trapped_share": trapped_share}
    keep = "stay" if result.of_subscriptions else "keep buying"
    text = (
        f"Of {fmt.count(result.placed)} customers placed, {fmt.share(share)} are loyal: they recommend us and {keep}."
    )
    if not trapped:
        return Statement("groups", f"{text} Nobody is trapped.", "good", headline=True, values=values)
    spend = found["trapped"]["spend_share"]
    worth = f", with {fmt.share(spend)} of spend" if spend == spend else ""
    values |= {"trapped_spend_share": spend, "trapped_spend": found["trapped"]["spend"]}
    concern = verdicts.worth_saving(spend if spend == spend else trapped_share)
    verdict: Verdict = "bad" if concern else "neutral"
    they = f"{fmt.count(trapped)} are" if trapped > 1 else "1 is"
    buy = keep if trapped > 1 else keep.replace("keep", "keeps").replace("stay", "stays")
    return Statement(
        "groups",
        f"{text} {they} trapped: dissatisfied, yet {buy}{worth}.",
        verdict,
        action="Call the trapped, biggest spenders first, and fix what they name before a competitor offers a way out."
        if spend == spend
        else "Call the trapped first, and fix what they name before a competitor offers a way out.",
        headline=True,
        main=fmt.count(trapped) if concern else "",
        values=values,
    )


def at_stake(result: "Commitment", money: Money, *, min_customers: int = 10) -> Statement:
    """Who speaks well of us and does not keep buying, and who is both late and dissatisfied."""
    found = {str(r["commitment_group"]): r for r in result.groups.to_dict("records")}
    committed, lost = _size(found, "committed"), _size(found, "at risk") + _size(found, "left")
    values: dict[str, Any] = {"committed": committed, "at_risk": _size(found, "at risk"), "left": _size(found, "left")}
    if committed + lost < min_customers:
        text = "Hardly anyone who answered buys little or has gone."
        needs = f"{fmt.count(min_customers)} customers who answered and do not keep buying"
        return Statement("at_stake", text, "few", needs=needs, values=values)
    do = "no longer subscribe" if result.of_subscriptions else "buy seldom or are late"
    one = "no longer subscribes" if result.of_subscriptions else "buys seldom or is late"
    text = f"{fmt.count(committed)} customers recommend us but {do}"
    if committed < 2:
        text = f"1 customer recommends us but {one}" if committed else "All who recommend us keep buying"
    late, gone = _size(found, "at risk"), _size(found, "left")
    if late:
        text += f"; {fmt.count(late)} {'is' if late == 1 else 'are'} dissatisfied and late with the next order"
    if gone:
        text += f"; {fmt.count(gone)} {'was' if gone == 1 else 'were'} dissatisfied and left"
    return Statement(
        "at_stake",
        f"{text}.",
        action="Ask those who recommend us what is in the way: they like us already." if committed else "",
        values=values,
    )


def agreement(result: "Commitment", *, min_answers: int = 50) -> Statement:
    """Whether those who recommend us keep buying more often than those who would not."""
    rows = {str(r["attitude"]): r for r in result.by_attitude.to_dict("records")}
    good, bad = rows["promoter"], rows["detractor"]
    values = {
        "promoters": good["customers"],
        "detractors": bad["customers"],
        "promoters_kept_share": good["kept_share"],
        "detractors_kept_share": bad["kept_share"],
        "difference": result.difference,
        "low": result.difference_low,
        "high": result.difference_high,
    }
    least = min(good["customers"], bad["customers"])
    if least < min_answers / 2:
        needs = f"{fmt.count(min_answers / 2)} promoters and as many detractors whose behaviour is known"
        text = "Too few promoters or detractors are known by what they do, so opinion and behaviour are not compared."
        return Statement("agreement", text, "few", needs=needs, values=values)
    keep = "stay" if result.of_subscriptions else "keep buying"
    kept, other = fmt.share(good["kept_share"]), fmt.share(bad["kept_share"])
    side = verdicts.side_of_zero(result.difference_low, result.difference_high)
    if side == "unclear" or kept == other:
        text = f"What customers say hardly shows whether they {keep}: {kept} of promoters do, {other} of detractors."
        return Statement("agreement", text, "unclear", values=values)
    more = "more" if side == "above" else "less"
    return Statement(
        "agreement",
        f"Promoters {keep} {more} often than detractors: {kept} against {other}.",
        "neutral",
        values=values,
    )


def _size(found: dict[str, Any], group: str) -> int:
    return int(found[group]["customers"]) if group in found else 0


def _data(result: "Commitment") -> str:
    return "subscriptions" if result.of_subscriptions else "orders"
