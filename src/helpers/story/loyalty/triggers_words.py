"""Sentences about what makes customers buy: a season, promotions, one category."""

from typing import TYPE_CHECKING, Any

from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.phrases import quoted
from helpers.story.statement import Statement

if TYPE_CHECKING:
    from helpers.analysis.loyalty.triggers import Triggers

MIN_TESTED = 50  # customers; with fewer nobody can be told from chance
_TWO_YEARS = 24
_SEASONAL_TRADE = 0.5  # our own convention: half of the trade in a quarter of the year


def season(result: "Triggers", money: Money) -> Statement:
    """Who buys in one season of the year only; where nobody does, whether the trade itself is seasonal."""
    found, values = _of(result, "season")
    values |= {"busiest": result.busiest, "busiest_share": result.busiest_share, "months": result.history_months}
    if not result.history_months:
        return _no_orders("season", values)
    if result.history_months < _TWO_YEARS:
        span = fmt.many(result.history_months, "month")
        text = f"The orders cover {span}: who buys in one season only shows after two years."
        return Statement("season", text, "few", needs="two years of orders", values=values)
    if found["tested"] < MIN_TESTED and not _seasonal(result):
        return _few("season", result, "season", values)
    habits = result.by_habit.query("trigger == 'season'")
    if habits.empty and _seasonal(result):
        text = f"The trade itself is seasonal: {fmt.share(result.busiest_share)} of it falls in {result.busiest}, "
        return Statement("season", f"{text}and no group of customers differs.", values=values)
    if habits.empty:
        return Statement("season", "No group of customers keeps to a season of its own.", values=values)
    top = habits.to_dict("records")[0]
    first, _, last = str(top["habit"]).partition(" to ")
    when = f"from {first} to {last}" if last else f"in {first}"
    values |= {"season": top["habit"], "season_customers": top["customers"]}
    most = f", {fmt.count(top['customers'])} of them {when}" if len(habits) > 1 else f", {when}"
    return Statement(
        "season",
        f"{_who(found)} in one season{most}.{_spent(found, money)}",
        action=f"Write to them in the weeks before {first}, and spare them offers after {last or first}.",
        headline=True,
        values=values,
    )


def promotion(result: "Triggers", money: Money) -> Statement:
    """Who buys almost only on promotion, or at a discount where no promotions are told."""
    found, values = _of(result, "promotion")
    how = {"promotion": "on promotion", "discount": "at a discount"}.get(result.promotion_from, "")
    if not result.history_months:
        return _no_orders("promotion", values)
    if not how:
        text = "The orders do not show which were on promotion."
        return Statement("promotion", text, "few", needs="the promotion of each order line", values=values)
    if found["tested"] < MIN_TESTED:
        return _few("promotion", result, how, values)
    overall = fmt.share(found["overall_share"])
    values |= {"overall_share": found["overall_share"]}
    if not found["customers"]:
        text = f"Of all orders {overall} came {how}, and no customer buys {how} more often than chance explains."
        return Statement("promotion", text, values=values)
    return Statement(
        "promotion",
        f"{_who(found)} {how}, as {overall} of all orders are.{_spent(found, money)}",
        action="Offer half of them something new at full price instead, and compare what both halves bring.",
        headline=verdicts.worth_saving(found["spend_share"]) if found["spend_share"] == found["spend_share"] else False,
        values=values,
    )


def category(result: "Triggers", money: Money) -> Statement:
    """Who takes most from one category, more than its share of the trade explains."""
    found, values = _of(result, "category")
    if not result.history_months:
        return _no_orders("category", values)
    if result.customers["favourite_category"].isna().all():
        text = "The orders do not show categories, so no preference is known."
        return Statement("category", text, "few", needs="the category of each order line", values=values)
    if found["tested"] < MIN_TESTED:
        return _few("category", result, "category", values)
    habits = result.by_habit.query("trigger == 'category'")
    if habits.empty:
        text = "No customer prefers one category by more than chance explains: all buy across the range."
        return Statement("category", text, values=values)
    top = habits.to_dict("records")[0]
    values |= {"category": top["habit"], "category_customers": top["customers"]}
    least = fmt.share(result.least_category_share)
    values |= {"least_category_share": result.least_category_share}
    return Statement(
        "category",
        f"{_count(found)} put {least} of their choices or more into one category, most often {quoted(top['habit'])} "
        f"({fmt.count(top['customers'])}).{_spent(found, money)}",
        action="Show them what is new in their category first, and one neighbouring category beside it.",
        values=values,
    )


def _of(result: "Triggers", trigger: str) -> tuple[dict[str, Any], dict[str, Any]]:
    rows = {str(r["trigger"]): r for r in result.by_trigger.to_dict("records")}
    found: dict[str, Any] = {str(name): value for name, value in rows[trigger].items()}
    kept = ("tested", "customers", "customer_share", "spend", "spend_share")
    return found, {name: found[name] for name in kept} | {"least_orders": result.least_orders}


def _no_orders(key: str, values: dict[str, Any]) -> Statement:
    return Statement(key, "There are no orders, so no habits are known.", "few", needs="orders", values=values)


def _seasonal(result: "Triggers") -> bool:
    return round(result.busiest_share, 2) >= _SEASONAL_TRADE


def _few(key: str, result: "Triggers", what: str, values: dict[str, Any]) -> Statement:
    enough = f"{fmt.words(result.least_orders)} orders"
    named = {"season": "keeps to a season", "category": "prefers a category"}.get(what, f"buys {what}")
    needs = f"{fmt.count(MIN_TESTED)} customers with {enough} or more"
    text = f"{fmt.many(values['tested'], 'customer')} ordered often enough to show who {named}, which is too few."
    return Statement(key, text[:1].upper() + text[1:], "few", needs=needs, values=values)


def _count(found: dict[str, Any]) -> str:
    share = fmt.share(found["customer_share"])
    return f"{fmt.many(found['customers'], 'customer')} ({share} of those who order often enough)"


def _who(found: dict[str, Any]) -> str:
    return f"{_count(found)} {'buys' if found['customers'] == 1 else 'buy'} almost only"


def _spent(found: dict[str, Any], money: Money) -> str:
    if found["spend_share"] != found["spend_share"]:
        return ""
    return f" They brought {money(found['spend'])}, {fmt.share(found['spend_share'])} of spend."
