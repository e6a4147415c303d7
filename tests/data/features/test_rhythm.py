"""The days between orders, on the calendar and on the clock of a seasonal trade."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest
from ibis.expr.types import Table

from helpers.data.cleaning.marking import empty_table
from helpers.data.features.rhythm import find_pace, gap_sums

AS_OF = date(2026, 9, 30)


def bought(*rows: tuple[str, str], amount: float = 5.0) -> Table:
    customer, at = zip(*rows, strict=True)
    frame = pd.DataFrame({"customer_id": customer, "ordered_at": pd.to_datetime(list(at), format="ISO8601")})
    frame["order_id"] = [f"o{i}" for i in range(len(frame))]
    return ibis.memtable(frame.assign(amount=amount, is_return=False))


def test_gaps_are_between_days_with_orders() -> None:
    rows = [
        ("a", "2026-09-01"),
        ("a", "2026-09-01 18:00"),
        ("a", "2026-09-11"),
        ("a", "2026-09-15"),
        ("b", "2026-08-31"),
    ]
    found = gap_sums(bought(*rows), AS_OF)
    a, b = found.customers.to_dict("records")
    logs = np.log([10, 4])
    assert (a["orders"], a["gaps"], a["days_since"], a["clock_since"], a["tenure_days"]) == (4, 2, 15, 15, 29)
    assert a["mean_log_gap"] == pytest.approx(logs.mean())
    assert (a["mean_gap_days"], a["first_gap_days"], a["second_gap_days"]) == (7, 10, 4)
    assert (b["orders"], b["gaps"], b["days_since"]) == (1, 0, 30)
    assert all(np.isnan(b[c]) for c in ("mean_log_gap", "mean_gap_days", "first_gap_days", "second_gap_days"))
    assert not found.has_season and (found.pace["pace"] == 1).all()


def test_returns_and_what_comes_later_do_not_count() -> None:
    rows = bought(("a", "2026-09-01"), ("a", "2026-10-01"))
    assert gap_sums(rows, AS_OF).customers["orders"].tolist() == [1]
    assert gap_sums(rows, date(2026, 10, 1)).customers["orders"].tolist() == [2]
    assert gap_sums(bought(("a", "2026-09-01"), amount=-5.0), AS_OF).customers.empty
    assert gap_sums(empty_table("orders"), AS_OF).customers.empty


def test_visits_have_a_rhythm_too() -> None:
    frame = pd.DataFrame({"customer_id": ["a", "a", "a"], "kind": ["visit", "login", "visit"]})
    frame["occurred_at"] = pd.to_datetime(["2026-09-01 09:00", "2026-09-01 10:00", "2026-09-21 11:00"])
    row = gap_sums(ibis.memtable(frame), AS_OF).customers.iloc[0]
    assert (row["orders"], row["gaps"], row["days_since"]) == (3, 1, 9)


def seasonal(years: int) -> Table:
    """Two customers who come every November and December, as the trade does."""
    rows = []
    for year in range(2026 - years, 2026):
        for day in ("11-05", "11-19", "12-03", "12-17"):
            rows += [("a", f"{year}-{day}"), ("b", f"{year}-{day}")]
    return bought(*rows)


def test_in_the_dead_months_of_a_seasonal_trade_hardly_any_time_passes() -> None:
    found = gap_sums(seasonal(4), AS_OF)
    assert found.has_season
    row = found.customers.iloc[0]
    assert row["days_since"] == 287
    assert row["clock_since"] < 150
    pace = found.pace.set_index("month")["pace"]
    assert pace[11] == pytest.approx(0.5 / (30 / 365))
    assert pace[4] == 0.02


def test_one_season_is_no_seasonal_trade() -> None:
    assert not gap_sums(seasonal(1), AS_OF).has_season


def months(*shares_by_year: list[float], last: str = "2026-09") -> pd.DataFrame:
    end = pd.Period(last, "M")
    values = np.concatenate(shares_by_year)
    index = pd.period_range(end - len(values), end, freq="M")
    return pd.DataFrame({"month": index.to_timestamp(), "occasions": [99.0, *values]})


EVEN, HALF = [1.0] * 12, [3.0] * 6 + [1.0] * 6


def test_the_clock_is_the_calendar_below_three_quarters() -> None:
    assert (find_pace(months(EVEN, EVEN), AS_OF) == 1).all()
    pace = find_pace(months(HALF, HALF), AS_OF)
    # From October to March three orders a month, then one: 18 of 24, exactly three quarters.
    assert pace[9] == pytest.approx(3 / 24 / (31 / 365))
    assert pace[3] == pytest.approx(1 / 24 / (30 / 365))
    less = [2.9] * 6 + [1.0] * 6
    assert (find_pace(months(less, less), AS_OF) == 1).all()


def test_a_season_comes_every_year() -> None:
    strong = [9.0] * 6 + [0.0] * 6
    assert (find_pace(months(strong, [1.8] * 6 + [1.0] * 6), AS_OF) == 1).all()  # 9 of 14 in the second year
    assert (find_pace(months(strong, [2.1] * 6 + [1.0] * 6), AS_OF) != 1).any()  # 21 of 31
    assert (find_pace(months(strong, [0.0] * 12), AS_OF) == 1).all()
    assert (find_pace(months(strong), AS_OF) == 1).all()


def test_the_month_of_analysis_counts_once_it_is_over() -> None:
    strong = months([9.0] * 6 + [0.0] * 6, [9.0] * 6 + [0.0] * 6)
    assert (find_pace(strong, date(2026, 9, 29)) == 1).all()  # 23 whole months and a part


def test_a_year_on_the_clock_is_a_year() -> None:
    pace = find_pace(months(HALF, HALF), AS_OF)
    length = pd.period_range("2023-01", periods=12, freq="M").days_in_month.to_numpy()
    assert (pace * length).sum() == pytest.approx(365)
