"""Titles of the charts of lifetime value: what each surely shows, or nothing."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.clv import words

if TYPE_CHECKING:
    from helpers.analysis.clv.checks import ForecastTest
    from helpers.analysis.clv.contracts import Contracts
    from helpers.analysis.clv.value import Worth


def tenths(result: "Worth") -> str:
    """What the top tenth has brought, and should bring where that is forecast."""
    if result.by_historic.empty:
        return ""
    top = result.by_historic.to_dict("records")[0]
    text = f"The top tenth of customers has brought {fmt.share(top['historic_share'])} of value"
    known = result.by_historic["clv_share"].notna().all()
    return f"{text} and should bring {fmt.share(top['clv_share'])}" if known else text


def tracking(tested: "ForecastTest") -> str:
    """How many orders were forecast and how many came, where the forecast was good enough to be used."""
    said = words.trust(tested)
    if said.verdict not in ("good", "neutral"):
        return ""
    found = said.values
    weeks = fmt.many(found["weeks"], "week")
    orders = fmt.many(found["expected"], "order")
    return f"For the last {weeks} {orders} were forecast; {fmt.count(found['actual'])} came"


def by_frequency(tested: "ForecastTest") -> str:
    """How far forecast and real orders are apart at most, as printed, where the forecast may be used."""
    if not tested.usable or tested.by_frequency.empty:
        return ""
    pairs = zip(tested.by_frequency["actual"], tested.by_frequency["expected"], strict=True)
    most = max(abs(round(actual, 1) - round(expected, 1)) for actual, expected in pairs)
    return f"Forecast and real orders differ by at most {fmt.number(most)} per customer"


def retention(result: "Contracts") -> str:
    """How many new subscribers are left after a year, or as long as they have been seen."""
    seen = result.curve.dropna(subset=["actual"]) if len(result.curve) else result.curve
    seen = seen[seen["months"].between(1, 12)] if len(seen) else seen
    if seen.empty:
        return ""
    last = seen.to_dict("records")[-1]
    return f"{fmt.share(last['actual'])} of new subscribers are still there after {fmt.many(last['months'], 'month')}"
