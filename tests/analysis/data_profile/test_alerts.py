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
# An alert: a column that must raise it, and one that must not.
COLUMNS = {
    "empty": ([None] * N, [None] * (N - 1) + ["a"]),
    "gaps": ([None] * 81 + list(PLAIN[81:]), [None] * 79 + list(PLAIN[79:])),
    "constant": (["a"] * N, ["a"] * 300 + ["b"] * 100),
    "nearly constant": (["a"] * 397 + ["b"] * 3, ["a"] * 350 + ["b"] * 50),
    "imbalance": (["a"] * 370 + ["b"] * 30, ["a"] * 350 + ["b"] * 50),
    "high cardinality": ([f"Item {i % 60}" for i in range(N)], [f"Item {i % 40}" for i in range(N)]),
    "unique": ([f"k{i}" for i in range(N)], [f"k{i // 2}" for i in range(N)]),
    "constant length": ([f"{i:05d}x" for i in range(N)], [f"{i}x" for i in range(N)]),
    "zeros": ([0.0] * 200 + list(PLAIN[200:]), [0.0] * 100 + list(PLAIN[100:])),
    "infinite": ([np.inf, *PLAIN[1:]], PLAIN),
    "skew": (rng.lognormal(0, 1.5, N), rng.normal(0, 1, N)),
    "outliers": ([*PLAIN[1:], 5_000.0], PLAIN),
    "mixed types": ([str(i % 30) for i in range(390)] + ["none"] * 10, REGIONS),
    "numbers as text": ([str(i % 30) for i in range(N)], [f"No {i % 30}" for i in range(N)]),
    "dirty categories": ([*REGIONS[4:], "north", "south", " East", "EAST"], REGIONS),
    "coded": ([str(i % 5) for i in range(N)], [f"20{i % 5 + 20}" for i in range(N)]),
    "personal data": ([f"p{i}@example.com" for i in range(N)], [f"{i:06d}-2024" for i in range(N)]),
}
# The same of tables.
FRAMES: dict[str, tuple[Callable[[], pd.DataFrame], Callable[[], pd.DataFrame]]] = {
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
    assert {*COLUMNS, *FRAMES, *OF_SOURCES} == set(alerts.ALERTS)


def test_alerts_of_columns_are_raised_where_they_should_and_only_there() -> None:
    columns = {
        f"{x}{i}": values for i, pair in enumerate(COLUMNS.values()) for x, values in zip("xy", pair, strict=True)
    }
    raised = found_in(pd.DataFrame(columns))
    told = raised.groupby("column")["alert"].agg(set).to_dict()
    for i, name in enumerate(COLUMNS):
        assert name in told[f"x{i}"]
        assert name not in told.get(f"y{i}", ())
    assert set(raised["severity"]) <= set(alerts.SEVERITIES)


@pytest.mark.parametrize("name", FRAMES)
def test_alerts_of_tables_are_raised_where_they_should_and_only_there(name: str) -> None:
    odd, even = FRAMES[name]
    assert name in set(found_in(odd(), identifiers=["customer_id"])["alert"])
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


# A column's profile with nothing odd in it: texts in five categories, and numbers.
TEXT = {
    **{"table": "t", "column": "x", "kind": "text", "role": "category", "sparse": False, "rows": 100, "missing": 0},
    **{"missing_share": 0.0, "distinct": 5, "distinct_exact": True, "top_rows": 30, "length_min": 3, "length_max": 6},
    **{"personal": "", "personal_share": 0.0, "mention_share": 0.0, "number_like_share": 0.0, "date_like_share": 0.0},
    **{"spelling_rows": 0, "spelling_example": "", "padded_share": 0.0, "infinite": 0, "zeros": np.nan},
    **{"skewness": np.nan, "far_out": np.nan},
}
NUMBER = TEXT | {
    **{"kind": "number", "role": "measure", "distinct": 60, "top_rows": 3, "length_min": np.nan, "length_max": np.nan},
    **{"number_like_share": np.nan, "date_like_share": np.nan, "zeros": 0, "skewness": 0.0, "far_out": 0},
}
KEY = TEXT | {"role": "identifier", "distinct": 99, "top_rows": 2}
NO_PAIRS = pd.DataFrame(columns=["table", "left", "right", "correlation", "n"])
NO_TABLES = pd.DataFrame(columns=["table", "rows", "repeated_rows"])


def told_of(*columns: dict, **options: float) -> list[tuple]:
    found = alerts.find_alerts(pd.DataFrame(columns), NO_TABLES, NO_PAIRS, **options)
    return [tuple(r) for r in found[["alert", "severity", "figure", "other", "n"]].to_numpy()]


AT_LIMITS: list[tuple[dict, tuple | None]] = [
    (TEXT, None),
    (NUMBER, None),
    (KEY, None),
    (TEXT | {"missing": 100, "missing_share": 1.0, "distinct": 0}, ("empty", "look", 1, "", 100)),
    (TEXT | {"missing": 100, "missing_share": 1.0, "distinct": 0, "sparse": True}, ("empty", "note", 1, "", 100)),
    (TEXT | {"missing": 20, "missing_share": 0.2}, ("gaps", "look", 0.2, "", 20)),
    (TEXT | {"missing": 20, "missing_share": 0.2, "sparse": True}, None),
    (TEXT | {"missing": 19, "missing_share": 0.19}, None),
    (TEXT | {"missing": 15, "missing_share": 0.15, "distinct": 1, "top_rows": 85}, ("constant", "note", 0.85, "", 85)),
    (TEXT | {"rows": 2, "distinct": 1, "top_rows": 2}, ("constant", "note", 1, "", 2)),
    (TEXT | {"rows": 1, "distinct": 1, "top_rows": 1}, None),
    (NUMBER | {"distinct": 2, "top_rows": 99}, ("nearly constant", "note", 0.99, "", 1)),
    (NUMBER | {"distinct": 2, "top_rows": 98}, None),
    (TEXT | {"top_rows": 90}, ("imbalance", "note", 0.9, "", 10)),
    (TEXT | {"top_rows": 90, "role": "flag"}, ("imbalance", "note", 0.9, "", 10)),
    (TEXT | {"top_rows": 89}, None),
    (TEXT | {"rows": 30, "top_rows": 27}, ("imbalance", "note", 0.9, "", 3)),
    (TEXT | {"rows": 29, "top_rows": 27}, None),
    (TEXT | {"distinct": 51}, ("high cardinality", "note", 51, "", 100)),
    (TEXT | {"distinct": 50}, None),
    (KEY | {"distinct": 100}, ("unique", "note", 100, "", 100)),
    (KEY | {"distinct": 100, "distinct_exact": False}, None),
    (KEY | {"rows": 30, "distinct": 30}, ("unique", "note", 30, "", 30)),
    (KEY | {"rows": 29, "distinct": 29}, None),
    (TEXT | {"rows": 40, "distinct": 40}, None),
    (KEY | {"length_min": 6}, ("constant length", "note", 6, "", 100)),
    (KEY | {"length_min": 6, "rows": 30, "distinct": 28}, ("constant length", "note", 6, "", 30)),
    (KEY | {"length_min": 6, "rows": 29, "distinct": 28}, None),
    (TEXT | {"length_min": 6}, None),
    (NUMBER | {"length_min": 6, "length_max": 6, "role": "identifier"}, None),
    (TEXT | {"personal": "email", "personal_share": 0.95}, ("personal data", "look", 0.95, "email", 0)),
    (
        TEXT | {"column": "email", "personal": "email", "personal_share": 0.95},
        ("personal data", "note", 0.95, "email", 0),
    ),
    (TEXT | {"mention_share": 0.02}, ("personal data", "look", 0.02, alerts.MENTIONS, 0)),
    (TEXT | {"number_like_share": 0.5}, ("mixed types", "look", 0.5, "number", 50)),
    (TEXT | {"date_like_share": 0.6, "number_like_share": 0.5}, ("mixed types", "look", 0.6, "date", 40)),
    (TEXT | {"number_like_share": 0.49}, None),
    (TEXT | {"number_like_share": 0.5, "rows": 29, "top_rows": 9}, None),
    (TEXT | {"number_like_share": 0.5, "rows": 30, "top_rows": 9}, ("mixed types", "look", 0.5, "number", 15)),
    (KEY | {"number_like_share": 0.5}, None),
    (TEXT | {"number_like_share": 1.0, "distinct": 21}, ("numbers as text", "note", 1, "number", 100)),
    (TEXT | {"number_like_share": 1.0, "length_max": 3, "distinct": 20}, None),
    (TEXT | {"number_like_share": 1.0, "length_max": 2, "distinct": 20}, ("coded", "look", 20, "", 100)),
    (TEXT | {"number_like_share": 1.0, "length_max": 2, "distinct": 2}, ("coded", "look", 2, "", 100)),
    (TEXT | {"number_like_share": 1.0, "length_max": 2, "distinct": 2, "column": "wave"}, None),
    (TEXT | {"number_like_share": 1.0, "length_max": 2, "distinct": 2, "role": "flag"}, None),
    (
        TEXT | {"number_like_share": 1.0, "length_max": 2, "distinct": 21},
        ("numbers as text", "note", 1, "number", 100),
    ),
    (
        TEXT | {"number_like_share": 1.0, "length_max": 2, "distinct": 1, "top_rows": 100},
        ("constant", "note", 1, "", 100),
    ),
    (TEXT | {"length_max": 2}, None),
    (
        TEXT | {"missing": 10, "missing_share": 0.1, "spelling_rows": 1, "spelling_example": "north"},
        ("dirty categories", "look", 1 / 90, "north", 1),
    ),
    (TEXT | {"padded_share": 0.1}, ("dirty categories", "look", 0.1, alerts.PADDED, 10)),
    (NUMBER | {"infinite": 1}, ("infinite", "act", 0.01, "", 1)),
    (NUMBER | {"zeros": 50}, ("zeros", "note", 0.5, "", 50)),
    (NUMBER | {"zeros": 49}, None),
    (NUMBER | {"zeros": 50, "distinct": 3}, ("zeros", "note", 0.5, "", 50)),
    (NUMBER | {"zeros": 50, "distinct": 2}, None),
    (NUMBER | {"zeros": 29, "rows": 29, "distinct": 28}, None),
    (NUMBER | {"zeros": 30, "rows": 30, "distinct": 28}, ("zeros", "note", 1, "", 30)),
    (NUMBER | {"zeros": 50, "role": "identifier"}, None),
    (NUMBER | {"zeros": 50, "kind": "date"}, None),
    (NUMBER | {"skewness": 2.0, "distinct": 3}, ("skew", "note", 2, "", 100)),
    (NUMBER | {"skewness": -2.0}, ("skew", "note", -2, "", 100)),
    (NUMBER | {"skewness": 1.99}, None),
    (NUMBER | {"skewness": 2.0, "distinct": 2}, None),
    (NUMBER | {"far_out": 1, "distinct": 21}, ("outliers", "note", 0.01, "", 1)),
    (NUMBER | {"far_out": 1, "rows": 200}, ("outliers", "look", 0.005, "", 1)),
    (NUMBER | {"far_out": 1, "distinct": 20}, None),  # marks on a scale
]


@pytest.mark.parametrize(("facts", "told"), AT_LIMITS)
def test_alerts_begin_at_their_limits(facts: dict, told: tuple | None) -> None:
    assert told_of(facts) == ([pytest.approx(told)] if told else [])


@pytest.mark.parametrize(
    ("facts", "limit", "told", "quiet"),
    [
        (TEXT | {"missing": 1, "missing_share": 0.01}, "high_missing_share", 0.01, 0.02),
        (TEXT | {"missing": 1, "missing_share": 0.01}, "high_missing_share", 0, 0.02),
        (TEXT | {"distinct": 9}, "many_categories", 8, 9),
        (NUMBER | {"skewness": 1.0}, "high_skewness", 1.0, 1.1),
        (NUMBER | {"zeros": 10}, "high_zero_share", 0.1, 0.11),
    ],
)
def test_the_limits_move(facts: dict, limit: str, told: float, quiet: float) -> None:
    assert len(told_of(facts, **{limit: told})) == 1
    assert told_of(facts, **{limit: quiet}) == []
    assert told_of(TEXT, high_missing_share=0) == []  # a full column has no gaps, whatever the limit


@pytest.mark.parametrize(
    ("correlation", "n", "limit", "told"),
    [
        (0.9, 30, 0.9, True),
        (-0.9, 30, 0.9, True),
        (0.89, 30, 0.9, False),
        (0.89, 30, 0.89, True),
        (0.99, 29, 0.9, False),
    ],
)
def test_columns_that_say_the_same_are_told_from_thirty_rows_on(
    correlation: float, n: int, limit: float, told: bool
) -> None:
    pairs = pd.DataFrame([("t", "x", "y", correlation, n)], columns=NO_PAIRS.columns)
    options = {} if limit == 0.9 else {"high_correlation": limit}
    found = alerts.find_alerts(pd.DataFrame([NUMBER]), NO_TABLES, pairs, **options)
    assert found[["alert", "other", "figure", "n"]].to_numpy().tolist() == (
        [["high correlation", "y", correlation, n]] if told else []
    )


def test_equal_rows_are_worth_a_look_in_a_table_with_an_identifier() -> None:
    tables = pd.DataFrame([("t", 100, 1), ("u", 50, 5), ("v", 50, 0)], columns=NO_TABLES.columns)
    columns = pd.DataFrame([TEXT, KEY | {"table": "u"}, KEY | {"table": "v"}])
    found = alerts.find_alerts(columns, tables, NO_PAIRS)
    assert found[["table", "alert", "severity", "figure", "n"]].to_numpy().tolist() == [
        ["u", "duplicates", "look", 0.1, 5],
        ["t", "duplicates", "note", 0.01, 1],
    ]


def test_of_equal_severity_what_concerns_all_comes_first_then_what_concerns_most() -> None:
    columns = [
        TEXT | {"column": "one", "spelling_rows": 1},
        TEXT | {"column": "some", "missing": 30, "missing_share": 0.3},
        TEXT | {"column": "all", "mention_share": 0.1},
        NUMBER | {"column": "worst", "infinite": 1},
        TEXT | {"column": "known", "distinct": 1},
    ]
    found = alerts.find_alerts(pd.DataFrame(columns), NO_TABLES, NO_PAIRS)
    assert found["column"].tolist() == ["worst", "all", "some", "one", "known"]
    assert found.index.tolist() == [0, 1, 2, 3, 4]
    assert found.columns.tolist() == ["table", "column", "alert", "severity", "figure", "other", "on", "n"]


def test_only_what_tells_of_blanks_stands_in_place_of_their_share() -> None:
    elsewhere = pd.DataFrame([{"table": "t", "column": "x", "alert": "sudden change", "figure": 1.0}])
    blank = pd.DataFrame([TEXT | {"missing": 30, "missing_share": 0.3}])
    found = alerts.find_alerts(blank, NO_TABLES, NO_PAIRS, [elsewhere, elsewhere.assign(alert="gaps", column="y")])
    assert sorted(found["alert"]) == ["gaps", "gaps", "sudden change"]
    found = alerts.find_alerts(blank, NO_TABLES, NO_PAIRS, [elsewhere.assign(alert="gaps", other="wave: 1")])
    assert found[["alert", "other", "severity", "n"]].to_numpy().tolist() == [["gaps", "wave: 1", "look", 0]]


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
        ({"w1": (1, 1), "w2": (5, 0)}, "wave: w2"),
    ],
)
def test_waves_that_leave_a_column_blank_are_named(filled: dict[str, tuple[int, int]], other: str | None) -> None:
    waves = by_source(**filled)
    files = waves.assign(grouping="file")  # as much is true of the files, and told once
    found = alerts.find_source_alerts(pd.concat([waves, files]), NO_KEYS)
    assert found["other"].tolist() == ([other] if other else [])
    if other:  # columns in the order of the table
        both = pd.concat([waves, waves.assign(column="area")])
        assert alerts.find_source_alerts(both, NO_KEYS)["column"].tolist() == ["state", "area"]


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


def test_charges_and_renamed_products_are_told() -> None:
    charges = pd.DataFrame({"product": ["POSTAGE", "A; b", "Manual", "Fee"], "rows": [90, 40, 3, 1]})
    found = alerts.find_order_alerts(charges, {"products": 205, "rows": 900, "most": 4})
    assert found[["column", "alert", "figure", "other", "n"]].to_numpy().tolist() == [
        ["product", "charges", 4, "POSTAGE; A, b; Manual", 134],
        ["product_id", "several names", 205, "4", 900],
    ]
    assert alerts.find_order_alerts(charges.head(0), {"products": 0, "rows": 0, "most": 0}).empty
