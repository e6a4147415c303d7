"""How the values of an outcome are written, and what a lift in it amounts to."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from helpers.analysis.campaigns.lift import BROKEN, RANDOM
from helpers.analysis.campaigns.segments import LEAST_ARM
from helpers.story import fmt, verdicts
from helpers.story.table import percent
from helpers.story.terms import is_amount, plain

Form = Callable[[float], str]
Answer = Literal["up", "down", "unclear", "hangs", "few", "broken", "alone"]
CLEAR = 0.05  # of the p-value, after the correction for all arms and metrics of the campaign


_BEFORE = {"pre_spend": "Spend before", "pre_orders": "Orders before", "segment": "Value segment"}


def measure_name(name: object) -> str:
    """What was known of customers before a campaign, in readers' words."""
    return _BEFORE.get(str(name), plain(name))


def level_form(metric: object, typical: float, money: fmt.Money) -> Form:
    """Amounts as money; rates as percent; anything else as a number."""
    if is_amount(str(metric)):
        return money
    if metric == "orders":  # a number of them, however few: 0.14 is not a share of customers
        return lambda x: fmt.number(x, 2)
    return percent if abs(typical) <= 1 else lambda x: fmt.number(x, 2)


def lift_form(metric: object, typical: float, money: fmt.Money) -> Form:
    """A difference: that of a rate is in percentage points, as "1.5%" could be a relative change."""
    form = level_form(metric, typical, money)
    return _points if form is percent else form


def _points(x: float) -> str:
    text = fmt.number(100 * x, 1)
    return text if text == fmt.MISSING else f"{text} points"


def answer_of(row: Mapping[Any, Any], money: fmt.Money) -> Answer:
    """What a row of `Lift.by_arm` says: clearly up or down as printed and after correction; "hangs" where that would be
    undone by leaving out a few customers; few, broken draw, or nobody held out."""
    if row["evidence"] == BROKEN:
        return "broken"
    if row["evidence"] != RANDOM:
        return "alone"
    if row["low"] != row["low"] or min(row["n"], row["control_n"]) < LEAST_ARM:
        return "few"
    form = lift_form(row["metric"], row["control_mean"], money)
    side = verdicts.side_of_zero(row["low"], row["high"], form)
    if side == "unclear" or not row["p_adjusted"] < CLEAR:
        return "unclear"
    if row.get("hangs_on", 0):
        return "hangs"
    return "up" if side == "above" else "down"
