"""Alerts: each with a table that must raise it and one that must not, from a real profile of planted rows."""

from collections.abc import Callable, Iterable

import ibis
import numpy as np
import pandas as pd
import pytest

from helpers.analysis.data_profile import alerts, breaks
from helpers.data.profiling.tables import profile_columns

N = 400
rng = np.random.default_rng(9)


def luhn(stem: str) -> str:
    digits = [int(c) for c in stem][::-1]
    total = sum(digits[1::2]) + sum(sum(divmod(2 * d, 10)) for d in digits[::2])
    return stem + str(-total % 10)


def found_in(frame: pd.DataFrame, **options: object) -> pd.DataFrame:
    profiled = profile_columns("t", ibis.memtable(frame), **options)  # type: ignore[arg-type]
    changes = breaks.find_changes(profiled.tables, profiled.days)
    return alerts.find_alerts(profiled.columns, profiled.tables, profiled.correlations, [changes])


def column(values: object) -> Callable[[], pd.DataFrame]:
    return lambda: pd.DataFrame({"x": values})


def weeks(level: Callable[[np.ndarray], np.ndarray]) -> pd.DataFrame:
    """One year and a half of days with a few rows each, more or fewer by `level`."""
    days = np.arange(540)
    rows = np.random.default_rng(2).poisson(level(days))
    return pd.DataFrame({"day": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.repeat(days, rows), unit="D")})


def mean_breaks(at: int) -> pd.DataFrame:
    frame = weeks(lambda d: np.full(len(d), 10))
    late = (frame["day"] >= frame["day"].min() + pd.Timedelta(days=at)).to_numpy()
    return frame.assign(x=np.random.default_rng(3).normal(50, 5, len(frame)) + np.where(late, 15, 0))


def without(first: int, last: int) -> pd.DataFrame:
    frame = weeks(lambda d: np.full(len(d), 5))
    day = (frame["day"] - frame["day"].min()).dt.days
    return frame[(day < first) | (day > last)]


def open_on(weekdays: Iterable[int], days: int = 70) -> pd.DataFrame:
    every = pd.date_range("2026-01-05", periods=days)  # a Monday
    return pd.DataFrame({"day": every[every.day_of_week.isin(list(weekdays))]})


PLAIN = rng.normal(50, 5, N)
REGIONS = rng.choice(["North", "South", "East"], N)
# An alert: rows that must raise it, and rows that must not.
CASES: dict[str, tuple[Callable[[], pd.DataFrame], Callable[[], pd.DataFrame]]] = {
    "empty": (column([None] * N), column([None] * (N - 1) + ["a"])),
    "gaps": (column([None] * 81 + list(PLAIN[81:])), column([None] * 79 + list(PLAIN[79:]))),
    "constant": (column(["a"] * N), column(["a"] * 300 + ["b"] * 100)),
    "nearly constant": (column(["a"] * 397 + ["b"] * 3), column(["a"] * 350 + ["b"] * 50)),
    "imbalance": (column(["a"] * 370 + ["b"] * 30), column(["a"] * 350 + ["b"] * 50)),
    "high cardinality": (column([f"Item {i % 60}" for i in range(N)]), column([f"Item {i % 40}" for i in range(N)])),
    "unique": (column([f"k{i}" for i in range(N)]), column([f"k{i // 2}" for i in range(N)])),
    "constant length": (column([f"{i:05d}x" for i in range(N)]), column([f"{i}x" for i in range(N)])),
    "zeros": (column([0.0] * 200 + list(PLAIN[200:])), column([0.0] * 100 + list(PLAIN[100:]))),
    "infinite": (column([np.inf, *PLAIN[1:]]), column(PLAIN)),
    "skew": (column(rng.lognormal(0, 1.5, N)), column(rng.normal(0, 1, N))),
    "outliers": (column([*PLAIN[1:], 5_000.0]), column(PLAIN)),
    "mixed types": (column([str(i % 30) for i in range(390)] + ["none"] * 10), column(REGIONS)),
    "numbers as text": (column([str(i % 30) for i in range(N)]), column([f"No {i % 30}" for i in range(N)])),
    "dirty categories": (column([*REGIONS[4:], "north", "south", " East", "EAST"]), column(REGIONS)),
    "coded": (column([str(i % 5) for i in range(N)]), column([f"20{i % 5 + 20}" for i in range(N)])),
    "personal data": (
        column([f"p{i}@example.com" for i in range(N)]),
        column([f"{i:06d}-2024" for i in range(N)]),
    ),
    "high correlation": (
        lambda: pd.DataFrame({"x": PLAIN, "y": 3 * PLAIN + rng.normal(0, 1, N)}),
        lambda: pd.DataFrame({"x": PLAIN, "y": rng.normal(0, 1, N)}),
    ),
    "duplicates": (
        lambda: pd.DataFrame({"x": [*PLAIN[1:], PLAIN[1]], "customer_id": ["c"] * N}),
        lambda: pd.DataFrame({"x": PLAIN, "customer_id": ["c"] * N}),
    ),
    "sudden change": (lambda: mean_breaks(300), lambda: mean_breaks(10_000)),
    "gaps in dates": (lambda: without(200, 215), lambda: without(200, 203)),
    "closed weekdays": (lambda: open_on(range(6)), lambda: open_on(range(7))),
}

OF_SOURCES = {"repeated key", "charges", "several names"}  # what a profile does not hold; tried below


def test_every_alert_is_tried() -> None:
    assert set(CASES) | OF_SOURCES == set(alerts.ALERTS)


@pytest.mark.parametrize("name", CASES)
def test_alert_is_raised_where_it_should_and_only_there(name: str) -> None:
    odd, even = CASES[name]
    raised = found_in(odd(), identifiers=["customer_id"])
    assert name in set(raised["alert"])
    assert set(raised["severity"]) <= set(alerts.SEVERITIES)
    assert name not in set(found_in(even(), identifiers=["customer_id"])["alert"])


def test_alerts_hold_their_figures() -> None:
    frame = mean_breaks(300)
    change = found_in(frame).query("alert == 'sudden change'").iloc[0]
    assert (change["column"], change["other"]) == ("x", "mean")
    assert change["figure"] == pytest.approx(0.3, abs=0.03)
    broken = frame["day"].min() + pd.Timedelta(days=300)
    assert abs((change["on"] - broken).days) <= 7
    gap = found_in(without(200, 215)).query("alert == 'gaps in dates'").iloc[0]
    assert gap["figure"] == 16
    assert gap["on"] == pd.Timestamp("2024-01-01") + pd.Timedelta(days=199)
    dirty = found_in(pd.DataFrame({"x": [*REGIONS[3:], "north", "NORTH", "South "]})).iloc[0]
    assert (dirty["alert"], dirty["n"]) == ("dirty categories", 3)


def test_a_fall_in_volume_is_dated() -> None:
    frame = weeks(lambda d: np.where(d < 300, 30, 15))
    change = found_in(frame).query("alert == 'sudden change'").iloc[0]
    assert (change["column"], change["other"]) == ("", "rows")
    assert change["figure"] == pytest.approx(-0.5, abs=0.06)
    assert abs((change["on"] - pd.Timestamp("2024-01-01")).days - 300) <= 7


def test_a_column_filled_from_a_date_on_is_told() -> None:
    frame = mean_breaks(10_000)
    frame.loc[frame["day"] < "2024-10-28", "x"] = np.nan
    told = found_in(frame).query("alert == 'sudden change' and other == 'filled'").iloc[0]
    assert (told["column"], told["on"]) == ("x", pd.Timestamp("2024-10-28"))
    assert told["figure"] == pytest.approx(1)


def test_cards_are_to_act_on_and_stand_first() -> None:
    numbers = [luhn(f"4{n:014d}") for n in range(0, 400_000, 1_000)]
    found = found_in(pd.DataFrame({"note": REGIONS, "paid_with": numbers}))
    assert found.iloc[0][["column", "alert", "severity", "other"]].tolist() == [
        "paid_with",
        "personal data",
        "act",
        "payment card number",
    ]
    assert "personal data" not in set(found_in(pd.DataFrame({"paid_with": [n[:-1] for n in numbers]}))["alert"])


def test_identifiers_are_not_called_varied_and_sparse_columns_not_gappy() -> None:
    frame = pd.DataFrame({"order_id": [f"o{i // 2}" for i in range(N)], "cancelled_on": [None] * 300 + ["x"] * 100})
    found = found_in(frame, identifiers=["order_id"], sparse=["cancelled_on"])
    assert not set(found["alert"]) & {"high cardinality", "gaps", "mixed types"}


def test_marks_on_a_scale_are_never_far_out() -> None:
    assert "outliers" not in set(
        found_in(pd.DataFrame({"score": [9.0, 10, 10, 9, 10] * 79 + [0, 1, 2, 9, 9]}))["alert"]
    )


def test_few_rows_are_not_judged_by_shape() -> None:
    found = found_in(pd.DataFrame({"x": [1.0, 2, 3, 4, 900], "y": ["a", "a", "a", "a", "b"]}))
    assert found.empty


def test_the_limits_move() -> None:
    profiled = profile_columns("t", ibis.memtable(pd.DataFrame({"x": [None] * 40 + list(PLAIN[40:])})))
    changes = breaks.find_changes(profiled.tables, profiled.days)
    frames = (profiled.columns, profiled.tables, profiled.correlations, [changes])
    assert "gaps" in set(alerts.find_alerts(*frames, high_missing_share=0.1)["alert"])
    assert "gaps" not in set(alerts.find_alerts(*frames, high_missing_share=0.11)["alert"])


def test_of_equal_severity_the_emptier_column_comes_first() -> None:
    def blank(share: float) -> list[float | None]:
        return [None if i < share * N else float(i) for i in range(N)]

    told = found_in(pd.DataFrame({"some": blank(0.3), "most": blank(0.8), "half": blank(0.5)})).query("alert == 'gaps'")
    assert told["column"].tolist() == ["most", "half", "some"]


def by_source(**filled: tuple[int, int]) -> pd.DataFrame:
    """A column's rows and filled rows by wave."""
    rows = [("surveys", "wave", wave, "state", *counts) for wave, counts in filled.items()]
    return pd.DataFrame(rows, columns=["table", "grouping", "group", "column", "rows", "filled"])


NO_KEYS = pd.DataFrame(columns=["table", "column", "rows", "within"])


@pytest.mark.parametrize(
    ("filled", "other"),
    [
        ({"w1": (100, 97), "w2": (90, 0), "w3": (60, 0)}, "wave: w2; w3"),
        ({"w1": (100, 97), "w2": (90, 1)}, None),  # all or nothing
        ({"w1": (100, 50), "w2": (9, 0)}, None),  # .5 ** 9 = .00195: may be chance
        ({"w1": (100, 50), "w2": (10, 0)}, "wave: w2"),  # .5 ** 10 = .00098
        ({"w1": (100, 100), "w2": (4, 0)}, None),
        ({"w1": (100, 100), "w2": (5, 0)}, "wave: w2"),
        ({"w1": (100, 0), "w2": (100, 0)}, None),  # blank everywhere is "empty"
    ],
)
def test_waves_that_leave_a_column_blank_are_named(filled: dict[str, tuple[int, int]], other: str | None) -> None:
    found = alerts.find_source_alerts(by_source(**filled), NO_KEYS)
    assert found["other"].tolist() == ([other] if other else [])


def test_what_a_wave_leaves_blank_is_told_in_place_of_the_share() -> None:
    frame = pd.DataFrame({"state": ["x"] * 200 + [None] * 200, "plain": [None] * 200 + ["x"] * 200})
    profiled = profile_columns("surveys", ibis.memtable(frame))
    found = alerts.find_source_alerts(by_source(w1=(200, 190), w2=(200, 0)), NO_KEYS)
    told = alerts.find_alerts(profiled.columns, profiled.tables, profiled.correlations, [found])
    gaps = told.query("alert == 'gaps'").set_index("column")
    assert gaps["other"].to_dict() == {"state": "wave: w2", "plain": ""}
    assert gaps.loc["state", ["figure", "n"]].tolist() == [pytest.approx(0.05), 200]
    assert set(gaps["severity"]) == {"look"}


def test_numbers_that_restart_are_told() -> None:
    keys = pd.DataFrame([("surveys", "response_id", 300, "wave")], columns=NO_KEYS.columns)
    found = alerts.find_source_alerts(by_source(), keys).iloc[0]
    assert (found["alert"], found["other"], found["n"]) == ("repeated key", "wave", 300)


@pytest.mark.parametrize(
    ("weekdays", "days", "closed"),
    [
        ([0, 1, 2, 3, 4, 6], 56, ("Saturday", "look")),
        ([0, 1, 2, 3, 4, 6], 55, None),  # less than eight weeks
        ([0, 1, 2, 3, 4], 68, ("Saturday; Sunday", "note")),
        ([0, 1, 2, 3, 5], 68, ("Friday; Sunday", "look")),
        (range(7), 70, None),
    ],
)
def test_closed_weekdays_are_named(weekdays: Iterable[int], days: int, closed: tuple[str, str] | None) -> None:
    profiled = profile_columns("orders", ibis.memtable(open_on(weekdays, days)))
    found = breaks.find_changes(profiled.tables, profiled.days).query("alert == 'closed weekdays'")
    assert [tuple(r) for r in found[["other", "severity"]].to_numpy()] == ([closed] if closed else [])


def test_a_weekday_may_be_empty_by_chance() -> None:
    """Rows on two weekdays in five, over eight weeks: .6 ** 8 = .017."""
    every = pd.date_range("2026-01-05", periods=56)
    days = [d for i, d in enumerate(every) if d.weekday() != 5 and i % 5 in (0, 2)]
    profiled = profile_columns("orders", ibis.memtable(pd.DataFrame({"day": days})))
    assert "closed weekdays" not in set(breaks.find_changes(profiled.tables, profiled.days)["alert"])


def test_charges_and_renamed_products_are_told() -> None:
    charges = pd.DataFrame({"product": ["POSTAGE", "A; b", "Manual", "Fee"], "rows": [90, 40, 3, 1]})
    found = alerts.find_order_alerts(charges, {"products": 205, "rows": 900, "most": 4})
    assert found[["column", "alert", "figure", "other", "n"]].to_numpy().tolist() == [
        ["product", "charges", 4, "POSTAGE; A, b; Manual", 134],
        ["product_id", "several names", 205, "4", 900],
    ]
    assert alerts.find_order_alerts(charges.head(0), {"products": 0, "rows": 0, "most": 0}).empty


def test_the_course_of_a_change_is_traced_by_week() -> None:
    frame = mean_breaks(300)
    profiled = profile_columns("t", ibis.memtable(frame))
    changes = breaks.find_changes(profiled.tables, profiled.days)
    traced = breaks.trace_changes(profiled.tables, profiled.days, changes)
    assert set(zip(traced["column"], traced["measure"], traced["period_days"], strict=True)) == {("x", "mean", 7)}
    week = traced.iloc[10]
    rows = frame[(frame["day"] >= week["starts_on"]) & (frame["day"] < week["starts_on"] + pd.Timedelta(days=7))]
    assert week["value"] == pytest.approx(rows["x"].mean())
    assert breaks.trace_changes(profiled.tables, profiled.days, changes.head(0)).empty
