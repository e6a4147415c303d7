"""Sentences on what changed between two periods, and on how much of it would have come anyway."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.analysis.roi.before_campaigns import OVERSTATES, UNDERSTATES, UNKNOWN
from helpers.analysis.roi.before_figures import BETTER, DECLARED, FEW, WORSE
from helpers.analysis.roi.before_measures import LEVERAGE, MONTH_DAYS
from helpers.analysis.roi.regression import EVERYONE, HIGH_VALUE, LEFT, NOW
from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.phrases import quoted
from helpers.story.roi.before_labels import inside, judged, value_form
from helpers.story.roi.cases import arm_name
from helpers.story.statement import Statement, Verdict
from helpers.story.table import rows_of

if TYPE_CHECKING:
    from helpers.analysis.roi.before_after import BeforeAfter
    from helpers.analysis.roi.regression import CameAnyway

_PERIODS = "two periods named in the parameters, two years of orders, or figures declared there"


def before_after(found: "BeforeAfter", money: Money) -> Statement:
    """How many figures got clearly better and worse, and the first of them; declared ones claim nothing."""
    rows = rows_of(found.rows)
    if not rows:
        text = "There are no two periods to compare, and no figures were declared."
        return Statement("before_after", text, "few", needs=_PERIODS)
    verdict = {row.metric: judged(row, money) for row in rows}
    better, worse = ([row for row in rows if verdict[row.metric] == v] for v in (BETTER, WORSE))
    compared = sum(v != DECLARED for v in verdict.values())
    values: dict[str, Any] = {"compared": compared, "better": len(better), "worse": len(worse)}
    if not compared:
        return _declared(rows[0], money)
    if all(v in (FEW, DECLARED) for v in verdict.values()):
        text = "Too few customers stand behind the figures of either period to tell a change from chance."
        return Statement("before_after", text, "few", values=values)
    if not better and not worse:
        text = f"Of {fmt.many(compared, 'figure')} compared, not one clearly changed between the two periods."
        return Statement("before_after", text, "unclear", values=values)
    first = next(row for row in rows if verdict[row.metric] in (BETTER, WORSE))
    values |= _values_of(first)
    if not found.periods.same_season:
        return _in_other_seasons(found, first, money, values)
    text = f"{_moved(first, money)}. {_tally(compared, len(better), len(worse))}"
    overall: Verdict = "neutral" if better and worse else "good" if better else "bad"
    action = f"{_look_into(worse[0])} before the next budget is set." if worse else ""
    return Statement("before_after", text, overall, action, headline=True, values=values)


def _in_other_seasons(found: "BeforeAfter", first: Any, money: Money, values: dict[str, Any]) -> Statement:
    """A change between unlike months is not taken for good or bad."""
    text = f"{_moved(first, money)}, but the two periods lie in different seasons"
    if found.periods.has_year:
        text += "; how much of that also came a year earlier is shown further down."
        return Statement("before_after", text, "neutral", values=values)
    return Statement("before_after", f"{text}, which may explain all of it.", "unclear", values=values)


def _look_into(row: Any) -> str:
    the = "the " if row.metric in ("cac", "average_order") else ""
    return f"Find out what is behind the {'rise' if row.change > 0 else 'fall'} in {the}{inside(row)}"


def _tally(compared: int, better: int, worse: int) -> str:
    if compared == 1:
        return f"That is clearly {'better' if better else 'worse'}."
    up, down = (fmt.words(n) if n else "none" for n in (better, worse))
    return f"Of {fmt.many(compared, 'figure')} compared, {up} clearly improved and {down} got worse."


def _declared(row: Any, money: Money) -> Statement:
    text = f"As declared, {_moved(row, money, opening=False)}. We cannot say how far chance may explain it."
    return Statement("before_after", text, "neutral", values=_values_of(row))


def _moved(row: Any, money: Money, *, opening: bool = True) -> str:
    """ "Churn fell from 15% to 10%"."""
    name = inside(row)
    name = name[:1].upper() + name[1:] if opening else name
    form = value_form(row, money)
    before, after = form(row.before), form(row.after)
    if before == after:
        return f"{name} stayed at about {after}"
    return f"{name} {'rose' if row.change > 0 else 'fell'} from {before} to {after}"


def _values_of(row: Any) -> dict[str, Any]:
    return {"metric": row.metric, "before": row.before, "after": row.after, "change": row.change}


def compared_periods(found: "BeforeAfter") -> Statement:
    """What is unlike in the two periods: seasons, lengths, a customer who outweighs the others; nothing where they are
    alike."""
    periods = found.periods
    if periods.before is None or periods.after is None or (found.rows["basis"] == DECLARED).all():
        return Statement("compared_periods", "", "few")
    days = [periods.before.days, periods.after.days]
    values: dict[str, Any] = {}
    said: list[str] = []
    verdict: Verdict = "neutral"
    if not periods.same_season:
        if periods.has_year:
            said.append("The periods lie in different seasons; the same months a year earlier are shown further down.")
        else:
            said.append(
                "The periods lie in different seasons, and there is no earlier year to compare with: part of any "
                "change may be the season."
            )
            verdict = "unclear"
    if days[0] != days[1]:
        lengths = fmt.listing([fmt.days(n) for n in days])
        said.append(f"The periods have {lengths}, so sums are given for {MONTH_DAYS} days.")
        values["lengths"] = [*days, MONTH_DAYS]
    if found.top_share >= LEVERAGE:
        said.append(f"One customer brought {fmt.share(found.top_share)} of a period's revenue and moves every figure.")
        values["top_share"] = found.top_share
        verdict = "unclear"
    aside = bool(said) and verdict == "neutral"
    return Statement("compared_periods", " ".join(said), verdict, aside=aside, values=values)


def came_anyway(found: "CameAnyway") -> Statement:
    """Whether spend changed by more than in the same comparison made earlier."""
    if not found.expected:
        text = "No earlier data show how much of the change would have come anyway."
        needs = found.reason or "a period of orders before the two, or the same months of a year earlier"
        return Statement("came_anyway", text, "few", needs=needs)
    now, then, left = _three(found, EVERYONE)
    told, before = _grew(now.change_share), _grew(then.change_share)
    values = {"now": now.change_share, "then": then.change_share, "left": left.change_share}
    again = f"it {before} too" if told == before else f"it {before}"
    start = f"Spend {told} between the two periods; {found.against} {again}"
    if left.verdict == "too few":
        text = f"{start}. There are too few customers to tell the two apart."
        return Statement("came_anyway", text, "few", values=values)
    form = _points
    side = verdicts.side_of_zero(left.share_low, left.share_high, form)
    if side == "unclear":
        text = f"{start}. No clear change is left that needs another explanation."
        return Statement("came_anyway", text, "unclear", values=values)
    values |= {"left_points": 100 * left.change_share}
    better = "more" if side == "above" else "less"
    text = f"{start}. That is {_size(left.change_share)} {better} than would have come anyway, for whatever reason."
    return Statement("came_anyway", text, "neutral", values=values)


def high_value(found: "CameAnyway") -> Statement:
    """How the best customers of the period before went on, and how the best of an earlier period did."""
    if not found.expected:
        return Statement("high_value", "", "few")
    now, then, left = _three(found, HIGH_VALUE)
    gone = {row.comparison: float(row.left_share) for row in rows_of(found.moves)}
    values = {
        "customers": now.customers,
        "now": now.change_share,
        "then": then.change_share,
        "left_now": gone[NOW],
        "left_then": gone[found.against],
        "left": left.change_share,
    }
    lost, lost_then = fmt.share(gone[NOW]), fmt.share(gone[found.against])
    text = (
        f"Of the {fmt.many(now.customers, 'customer')} with the highest spend before, {lost} were no longer among the "
        f"best after; {found.against} {'as many' if lost == lost_then else f'it was {lost_then}'}."
    )
    if left.verdict == "too few":
        return Statement("high_value", f"{text} They are too few to compare by spend.", "few", values=values)
    told, before = _grew(now.change_share), _grew(then.change_share)
    text += f" Their spend {told}; that of the best {found.against} {before}{' as well' if told == before else ''}."
    side = verdicts.side_of_zero(left.share_low, left.share_high, _points)
    if side == "unclear":
        return Statement("high_value", f"{text} The two do not clearly differ.", "unclear", values=values)
    return Statement("high_value", text, "neutral", values=values)


def naive_campaigns(campaigns: pd.DataFrame, money: Money, days: int = 60) -> Statement:
    """What before and after would credit a campaign with, beside what was measured against customers left out."""
    known = campaigns[campaigns["verdict"] != UNKNOWN]
    if known.empty:
        text = "No campaign can be judged both by before and after and by customers left out."
        needs = "campaigns with the day of contact, orders with amounts, and customers left out"
        return Statement("naive_campaigns", text, "few", needs=needs)
    apart = known[known["verdict"].isin([OVERSTATES, UNDERSTATES])]
    if apart.empty:
        of = f"{fmt.words(len(known))} comparison{'s' * (len(known) > 1)}"
        text = f"In {of}, before and after does not clearly differ from what customers left out show."
        return Statement("naive_campaigns", text, "unclear", values={"compared": len(known)})
    row = rows_of(apart.sort_values("overstated", key=abs, ascending=False, kind="stable").head(1))[0]
    values = {"naive": row.naive, "lift": row.lift, "days": days, "left_out_change": row.left_out_change}
    values["arm"] = arm_name(row.campaign, row.arm)
    text = (
        f"Before and after would credit {quoted(arm_name(row.campaign, row.arm))} with "
        f"{fmt.signed(row.naive, money)} a customer within {fmt.days(days)}; "
        f"the measured lift is {fmt.signed(row.lift, money)}. Spend of customers left out changed by "
        f"{fmt.signed(row.left_out_change, money)} too."
    )
    action = "Judge campaigns by customers left out, never by before and after."
    return Statement("naive_campaigns", text, "neutral", action, values=values)


def _three(found: "CameAnyway", group: str) -> tuple[Any, Any, Any]:
    """A group's change now, the one earlier, and what is left."""
    rows = {r.comparison: r for r in rows_of(found.rows[found.rows["group"] == group])}
    return rows[NOW], rows[found.against], rows[LEFT]


def _grew(share: float) -> str:
    text = fmt.share(abs(share))
    if fmt.is_zero(text):
        return "stayed level"
    return f"{'rose' if share > 0 else 'fell'} {text}"


def _points(share: float) -> str:
    return fmt.number(share * 100, 0)


def _size(share: float) -> str:
    return fmt.many(round(abs(share) * 100), "point")
