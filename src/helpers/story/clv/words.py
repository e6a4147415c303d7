"""Sentences about what customers will be worth, and whether the forecast can be trusted."""

from collections.abc import Callable
from math import nan
from typing import TYPE_CHECKING, Any

from helpers.story import fmt
from helpers.story.statement import KeyFigure, Statement

if TYPE_CHECKING:
    from helpers.analysis.clv.checks import ForecastTest
    from helpers.analysis.clv.contracts import Contracts
    from helpers.analysis.clv.value import Total, Worth
    from helpers.story.fmt import Money

Values = dict[str, Any]
NEEDS = "orders that name the customer and the day"
NAMED = 50  # customers, our own convention: so many at most can each have a named contact
_EXACTLY = "almost exactly"
_NEAR = 0.1  # our own convention: a total forecast to a tenth is good news
_SEASON = "{share} of the last year's repeat orders fell into one quarter, and out of season everyone seems gone"


def worth(result: "Worth", tested: "ForecastTest", money: "Money") -> Statement:
    """What today's customers are expected to order and to bring; where nothing is forecast, why not."""
    n, months = len(result.customers), result.months
    values: Values = {"customers": n, "months": months}
    if n == 0:
        return Statement("worth", "No customer has ordered yet.", "few", values=values, needs=NEEDS)
    if not result.model:
        text = f"What {fmt.many(n, 'customer')} will be worth cannot be forecast{_why(tested, values)}."
        return Statement("worth", text, "unclear" if tested.model else "few", values=values)
    orders, value = result.orders, result.value
    ahead = f"in the next {fmt.many(months, 'month') if months > 1 else 'month'}"
    with_value = value.value == value.value
    error = tested.value_error if with_value and tested.value_error == tested.value_error else tested.error
    values["error"] = abs(error)
    known = f" {ahead}; {_off(error)}." if error == error else f" {ahead}."
    text = f"Today's {fmt.many(n, 'customer')} should place {fmt.many(orders.value, 'order')}"
    values |= {"orders": orders.value}
    if not with_value:
        figure = KeyFigure("Orders to come", fmt.count(orders.value), ahead)
        action = "Write first to the customers expected to order most."
        return Statement("worth", text + known, action=action, headline=True, values=values, figures=(figure,))
    values["value"] = value.value
    text += f" and bring {money(value.value)} of {_earned(result)}"
    return Statement(
        "worth",
        text + known,
        action="Let expected value, not past spend, decide what winning and keeping a customer may cost.",
        headline=True,
        values=values,
        figures=(KeyFigure("Value to come", money(value.value), f"{_earned(result)} {ahead}"),),
    )


def so_far(result: "Worth", tested: "ForecastTest", money: "Money") -> Statement:
    """What customers have brought, and whether those who brought most will bring most, or why that is left open."""
    if not len(result.customers):
        return Statement("so_far", "", "few")
    values: Values = {"historic_value": result.historic_value}
    if result.by_historic.empty:
        text = "What each customer has spent is not known." if result.historic_value != result.historic_value else (
            f"So far customers have brought {money(result.historic_value)} of {_earned(result)}, after returns."
        )  # fmt: skip
        return Statement("so_far", text, "few", values=values)
    top = result.by_historic.to_dict("records")[0]
    values |= {name: top[name] for name in ("customers", "historic_share", "clv_share")}
    text = f"So far customers have brought {money(result.historic_value)} of {_earned(result)}, after returns. The "
    text += f"top tenth of customers brought {fmt.share(top['historic_share'])} of it"
    if top["clv_share"] == top["clv_share"]:
        values |= {"each": top["clv"] / top["customers"]}
        text += f", and should bring {fmt.share(top['clv_share'])} of what is to come: {money(values['each'])} each."
        text += _between(result.value, money, values)
        them = "this 1 customer" if top["customers"] == 1 else f"these {fmt.count(top['customers'])} customers"
        action = f"Give {them} {'a named contact' if top['customers'] <= NAMED else 'the best service'}, and see "
        return Statement("so_far", text, action=f"{action}monthly who falls behind.", values=values)
    if result.model and result.value_reason:
        text += f". {_no_value(result, tested, values)}{_between(result.orders, fmt.count, values, 'orders')}"
        return Statement("so_far", text, "unclear", values=values)
    return Statement("so_far", f"{text}.", values=values)


def trust(tested: "ForecastTest") -> Statement:
    """How far the forecast was off when it was tested on later orders."""
    values: Values = {"expected": tested.expected_orders, "actual": tested.actual_orders, "error": abs(tested.error)}
    values |= {"weeks": round(tested.later_weeks) if tested.later_weeks == tested.later_weeks else nan}
    if tested.reason == "none":
        return Statement("trust", "No customer has ordered yet.", "few", values=values, needs=NEEDS)
    if not tested.model:
        return Statement("trust", f"The forecast could not be tested{_why(tested, values)}.", "few", values=values)
    text = f"For the last {fmt.many(values['weeks'], 'week')}, which it had not seen, the model forecast "
    text += f"{fmt.many(tested.expected_orders, 'order')}; {fmt.count(tested.actual_orders)} came"
    text += f"{_missed_by(tested.error)}."
    if tested.reason == "seasonal":
        values["busiest"] = tested.busiest_share
        text += f" It is not used: {_SEASON.format(share=fmt.share(tested.busiest_share))}."
        return Statement("trust", text, "unclear", values=values)
    if tested.reason == "missed":
        values["most_error"] = tested.most_error
        text += f" That is more than the {fmt.share(tested.most_error)} allowed, so it is not used."
        return Statement("trust", text, "unclear", values=values)
    values["top_fifth"] = tested.top_fifth_share
    text += f" The fifth of customers it ranked first placed {fmt.share(tested.top_fifth_share)} of them."
    if tested.value_error == tested.value_error and abs(tested.value_error) <= 1:
        values["value_error"] = abs(tested.value_error)
        text += f" The value of all orders was forecast {_by_how_much(tested.value_error)}."
    near = round(abs(tested.error), 2) <= _NEAR
    text = f"{text} {_chosen(tested, values)}".strip()
    return Statement("trust", text, "good" if near else "neutral", values=values)


def subscribers(result: "Contracts", money: "Money") -> Statement:
    """How many of today's subscribers should still be there, and what they bring until then."""
    values: Values = {"running": result.running, "ended": result.ended, "months": result.months}
    if result.reason == "none":
        text, needs = "No subscription is known to run or to have ended.", "subscriptions, and which have ended"
        return Statement("subscribers", text, "few", values=values, needs=needs)
    if result.reason or not result.running:
        left = f"{fmt.many(result.ended, 'subscriber')} {'has' if result.ended == 1 else 'have'} left"
        left = f"only {left}" if result.ended else "nobody has left yet"
        why = {"few": left, "short": "subscriptions have run for under half a year"}.get(result.reason, "none is left")
        text = f"How long subscribers will stay cannot be forecast: {why}."
        return Statement("subscribers", text, "few", values=values)
    still, value = result.still_share, result.value.value
    values |= {"still": still.value, "low": still.low, "high": still.high, "value": value}
    text = f"Of today's {fmt.many(result.running, 'subscriber')}, {fmt.share(still.value)} should still be there in "
    text += f"{fmt.many(result.months, 'month')} (95% interval {fmt.interval(still.low, still.high)})"
    earned = "fees" if result.margin == 1 else "margin"
    text += f"; their {earned} until then should be {money(value)}." if value == value else "."
    action = "Budget with this share, and judge every retention measure by whether it rises."
    return Statement("subscribers", text, action=action, headline=True, values=values)


def read_off(result: "Contracts") -> Statement:
    """By what the stay of subscribers is told, and how far the model was off when tested."""
    if not result.method:
        return Statement("read_off", "", "few")
    values: Values = {"gap": round(100 * result.gap), "told": result.tested_months}
    off = "almost exactly" if values["gap"] == 0 else f"to within {fmt.many(values['gap'], 'point')}"
    first = fmt.many(result.tested_months, "month")
    text = f"From the first {first} of the curve, the model predicted the later ones {off}"
    if result.method == "curve":
        values["most"] = round(100 * result.most_gap)
        text += f", more than the {fmt.count(values['most'])} allowed: the forecast is read off the observed curve."
        return Statement("read_off", text, "unclear", values=values)
    return Statement("read_off", f"{text}.", "good", values=values)


def _why(tested: "ForecastTest", values: Values) -> str:
    """Why nothing is forecast, after a colon; puts the figures it names into `values`."""
    weeks = round(tested.weeks) if tested.weeks == tested.weeks else nan
    values |= {"repeaters": tested.repeaters, "history": weeks, "later": tested.actual_orders}
    values |= {"busiest": tested.busiest_share, "error": abs(tested.error)}
    back = (
        f"only {fmt.many(tested.repeaters, 'customer')} had come back" if tested.repeaters else "nobody had come back"
    )
    came = f"only {fmt.many(tested.actual_orders, 'repeat order')}" if tested.actual_orders else "no repeat order"
    return {
        "none": ": there are no orders",
        "short": f": the orders cover {fmt.many(weeks, 'week')}, less than half a year",
        "one-time": f": by the day of the test {back}",
        "few later": f": {came} came after the day of the test",
        "seasonal": f": {_SEASON.format(share=fmt.share(tested.busiest_share))}",
        "missed": f": tested on later orders, the forecast was {fmt.share(abs(tested.error))} off",
    }.get(tested.reason, ": no model fits their orders")


def _no_value(result: "Worth", tested: "ForecastTest", values: Values) -> str:
    values |= {"link": abs(result.link), "value_error": abs(tested.value_error)}
    off, link = fmt.share(abs(tested.value_error)), fmt.number(abs(result.link), 2)
    off = off if abs(tested.value_error) <= 1 else "far"
    missed = f": in a test it was {off} off" if tested.value_error == tested.value_error else ""
    linked = f" (rank correlation {link})" if result.link == result.link else ""
    return {
        "amounts": "Not all orders have amounts, so the value of future orders is left open.",
        "few": "Too few customers came back to say what future orders are worth.",
        "linked": f"The value of an order is linked to how often a customer orders{linked}; the model excludes that, "
        "so the value of future orders is left open.",
        "wide": "A few large orders make most of it, so the value of future orders is left open.",
    }.get(result.value_reason, f"The value of future orders is left open{missed}.")


def _chosen(tested: "ForecastTest", values: Values) -> str:
    by_name = tested.candidates.set_index("model")
    if len(by_name) < 2:
        return ""
    (other,) = [str(name) for name in by_name.index if name != tested.model]
    if tested.chosen_by == "groups":
        gaps = [float(by_name["group_error"][name]) for name in (tested.model, other)]
        values |= {"gaps": gaps}
        better, worse = (fmt.share(gap) for gap in gaps)
        return f"{tested.model} was kept: by groups of customers it was {better} off, {other} {worse}."
    if tested.chosen_by == "likelihood":
        return f"{tested.model} was kept, as it fits the earlier orders better than {other}."
    return f"{tested.model} was kept, the simpler of two models that forecast equally well."


def _off(error: float) -> str:
    """How far the forecast was off in the test, as a clause."""
    how = _by_how_much(error)
    return f"when tested, the forecast was {'under 1% off' if how == _EXACTLY else how}"


def _by_how_much(error: float) -> str:
    text = fmt.share(abs(error))
    return _EXACTLY if fmt.is_zero(text) or text.startswith("<") else f"{text} too {'high' if error > 0 else 'low'}"


def _between(total: "Total", form: Callable[[float], str], values: Values, what: str = "") -> str:
    """Between which bounds what is to come should lie, as far as chance goes."""
    low, high = form(total.low), form(total.high)
    if total.low != total.low or low == high:
        return ""
    values |= {"low": total.low, "high": total.high}
    of = f"the number of {what}" if what else "what is to come"
    return f" If customers go on as before, {of} lies between {low} and {high} (95% interval)."


def _missed_by(error: float) -> str:
    text = fmt.share(abs(error))
    return "" if fmt.is_zero(text) or text.startswith("<") else f", {text} too {'many' if error > 0 else 'few'}"


def _earned(result: "Worth") -> str:
    return "revenue" if result.margin == 1 else "margin"
