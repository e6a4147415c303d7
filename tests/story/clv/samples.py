"""Small results of lifetime value with numbers a reader can check by eye."""

from dataclasses import replace
from math import nan
from typing import Any

import pandas as pd

from helpers.analysis.clv.checks import ForecastTest
from helpers.analysis.clv.contracts import Contracts
from helpers.analysis.clv.value import Total, Worth

TESTED = ForecastTest(
    model="BG/NBD",
    reason="",
    value_reason="",
    chosen_by="groups",
    candidates=pd.DataFrame(
        {
            "model": ["BG/NBD", "Pareto/NBD"],
            "log_likelihood": [-9582.4, -9595.0],
            "expected_orders": [1158.0, 1180.0],
            "error": [0.0114, 0.0306],
            "group_error": [0.148, 0.178],
        }
    ),
    tracking=pd.DataFrame(
        {
            "week": range(1, 53),
            "actual": [20.0 * week for week in range(1, 53)],
            "expected": [21.0 * week for week in range(1, 53)],
            "later": [week > 34 for week in range(1, 53)],
        }
    ),
    by_frequency=pd.DataFrame(
        {
            "repeat_orders": range(8),
            "customers": [1300, 430, 200, 120, 70, 50, 40, 90],
            "actual": [0.11, 0.36, 0.73, 0.77, 1.42, 1.07, 1.24, 3.8],
            "expected": [0.12, 0.28, 0.56, 0.88, 1.32, 1.56, 1.85, 3.97],
        }
    ),
    customers=2300,
    repeaters=1000,
    weeks=77.9,
    later_weeks=25.7,
    expected_orders=1158.0,
    actual_orders=1145.0,
    error=0.0114,
    value_error=-0.004,
    top_fifth_share=0.652,
    busiest_share=0.29,
    most_error=0.25,
)


def untested(reason: str, **more: Any) -> ForecastTest:
    """Nothing was fitted."""
    empty = {name: getattr(TESTED, name).head(0) for name in ("candidates", "tracking", "by_frequency")}
    unknown = dict.fromkeys(["expected_orders", "error", "value_error", "top_fifth_share"], nan)
    return replace(TESTED, model="", reason=reason, chosen_by="", **empty, **unknown, **more)


def refused(reason: str, **more: Any) -> ForecastTest:
    """A model was fitted, tested, and is not used."""
    return replace(TESTED, reason=reason, **more)


_SHARES = [0.51, 0.17, 0.10, 0.07, 0.05, 0.04, 0.03, 0.015, 0.01, 0.005]
TENTHS = pd.DataFrame(
    {
        "tenth": range(1, 11),
        "customers": 230,
        "historic_value": [244_000 * share for share in _SHARES],
        "clv": [68_900 * share for share in [0.57, *_SHARES[1:9], 0.0]],
        "historic_share": _SHARES,
        "clv_share": [0.57, *_SHARES[1:9], 0.0],
    }
)
WORTH = Worth(
    customers=pd.DataFrame({"customer_id": [f"c{i}" for i in range(2300)]}),
    parameters=pd.DataFrame(
        {
            "model": ["BG/NBD", "BG/NBD", "Pareto/NBD", "Gamma-Gamma"],
            "parameter": ["r", "b", "r", "v"],
            "value": [0.2426, 2_000_000.0, 0.5532, 15.4435],
            "std_error": [0.0126, nan, 0.0476, 4.1594],
            "used": [True, True, False, True],
        }
    ),
    orders=Total(1973.0, 1795.0, 2150.0),
    value=Total(68_900.0, 61_200.0, 76_700.0),
    by_historic=TENTHS,
    model="BG/NBD",
    value_reason="",
    link=0.2,
    historic_value=244_000.0,
    months=12,
    margin=1.0,
    discount_rate=0.1,
)
NO_VALUE = TENTHS.assign(clv=nan, clv_share=nan)


def unvalued(reason: str, **more: Any) -> Worth:
    """Orders are forecast, their value is not."""
    return replace(WORTH, value=Total(), value_reason=reason, by_historic=NO_VALUE, **more)


UNFORECAST = replace(WORTH, model="", orders=Total(), value=Total(), by_historic=NO_VALUE)
NOBODY = replace(UNFORECAST, customers=WORTH.customers.head(0), historic_value=nan, by_historic=TENTHS.head(0))

_MONTHS = range(85)
CURVE = pd.DataFrame(
    {
        "months": _MONTHS,
        "actual": [1 - 0.005 * month if month <= 72 else nan for month in _MONTHS],
        "expected": [1 - 0.004 * month for month in _MONTHS],
        "later": [36 < month <= 72 for month in _MONTHS],
        "projected": [1 - 0.005 * month for month in _MONTHS],
    }
)
RENEWING = Contracts(
    customers=pd.DataFrame({"customer_id": ["s1"]}),
    curve=CURVE,
    parameters=WORTH.parameters.head(0),
    still_share=Total(0.919, 0.911, 0.927),
    value=Total(3_480_000.0, 3_460_000.0, 3_500_000.0),
    gap=0.02,
    most_gap=0.05,
    method="sBG",
    reason="",
    running=5174,
    ended=1869,
    tested_months=36,
    months=12,
    margin=1.0,
)


def unrenewed(reason: str, **more: Any) -> Contracts:
    return replace(
        RENEWING, reason=reason, method="", gap=nan, curve=CURVE.head(0), still_share=Total(), value=Total(), **more
    )
