"""Standardised differences, worked by hand."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.campaigns import balance


def test_a_difference_in_standard_deviations() -> None:
    """Means 12 and 10, both variances 4: (12 - 10) / 2. Weighted 1, 1, 2 the others average 10.5: .75."""
    members, others = np.array([10.0, 12, 14]), np.array([8.0, 10, 12])
    assert balance.mean_difference(members, others) == pytest.approx(1)
    assert balance.mean_difference(members, others, np.array([1.0, 1, 2])) == pytest.approx(0.75)
    assert balance.mean_difference(others, members) == pytest.approx(-1)


def test_a_difference_of_unequal_spread() -> None:
    """Variances 2 and 8, whose mean is 5: 3 / sqrt(5)."""
    assert balance.mean_difference(np.array([4.0, 6]), np.array([0.0, 4])) == pytest.approx(3 / 5**0.5)


def test_what_does_not_vary_does_not_differ() -> None:
    assert balance.mean_difference(np.array([1.0, 1]), np.array([1.0, 1])) == 0


def test_rows_of_numbers_and_of_levels() -> None:
    frame = pd.DataFrame(
        {
            "spend": np.tile([0.0, 100.0], 20),
            "age": [*[30.0] * 10, *[np.nan] * 10, *[-1.0, 40.0] * 10],
            "trade": [*["x"] * 12, *[None] * 18, *["rare"] * 9, "x"],
        }
    )
    is_member = np.arange(40) < 20
    weights = np.where(is_member, 5.0, np.where(frame["spend"] > 0, 3.0, 1.0))
    found = balance.measure_balance(frame, is_member, weights, ["spend", "age"], ["trade"])
    assert list(found.columns) == balance.BALANCE_COLUMNS
    assert found["difference"].abs().is_monotonic_decreasing
    rows = {(row["covariate"], row["level"]): row for row in found.to_dict("records")}
    assert set(rows) == {("spend", ""), ("age", ""), ("trade", "x"), ("trade", balance.UNKNOWN)}
    # Means are amounts; the difference is one of logarithms: of ln 101 / 4 in units of its deviation.
    assert [rows["spend", ""][f"{of}_mean"] for of in ("members", "others", "weighted")] == [50, 50, 75]
    deviation = (np.log(101) ** 2 / 4 * 20 / 19) ** 0.5
    assert rows["spend", ""]["weighted_difference"] == pytest.approx(-np.log(101) / 4 / deviation)
    assert rows["spend", ""]["difference"] == pytest.approx(0)
    # Below zero there is no logarithm; customers of whom the age is not known do not count.
    assert [rows["age", ""][f"{of}_mean"] for of in ("members", "others")] == [30, 19.5]
    assert rows["age", ""]["difference"] == pytest.approx(10.5 / (20.5**2 * 20 / 19 / 2) ** 0.5)
    assert [rows["trade", "x"][f"{of}_mean"] for of in ("members", "others")] == [0.6, 0.05]


def test_what_one_side_does_not_tell_is_not_compared() -> None:
    frame = pd.DataFrame({"age": [1.0, np.nan, 3, 4]})
    is_member = np.array([True, True, False, False])
    assert balance.measure_balance(frame, is_member, np.ones(4), ["age"], []).empty
