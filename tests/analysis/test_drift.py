"""Two extracts: what was planted between them is found, and what did not change is left alone."""

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.analysis.drift import Drift, Extract, compare_profiles, drift_of, stability_index
from helpers.data.profiling.tables import profile_columns
from helpers.errors import InputError

N = 4_000


def made(seed: int, n: int = N) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "order_id": [f"o{seed}{i}" for i in range(n)],
            "amount": rng.lognormal(3, 1, n),
            "score": rng.integers(0, 11, n),
            "region": rng.choice(["North", "South", "East", "West"], n, p=[0.4, 0.3, 0.2, 0.1]),
            "channel": rng.choice(["web", "shop"], n),
            "day": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D"),
        }
    )


def extract(frame: pd.DataFrame, table: str = "orders") -> Extract:
    profiled = profile_columns(table, ibis.memtable(frame))
    dates = profiled.tables[["table", "first_on", "last_on"]]
    return Extract(profiled.columns, profiled.values, dates)


def drift(before: pd.DataFrame, after: pd.DataFrame) -> Drift:
    return compare_profiles(extract(before), extract(after))


def verdicts(found: Drift) -> dict[str, str]:
    return dict(zip(found.columns["column"], found.columns["verdict"], strict=True))


def test_two_samples_of_one_thing_are_the_same() -> None:
    one = extract(made(1))
    for seed in range(2, 8):
        assert set(verdicts(compare_profiles(one, extract(made(seed)))).values()) == {"same"}
    small = drift(made(1, 80), made(2, 80))  # eighty rows differ by chance, and the index alone would say so
    assert (small.columns["psi"] > 0.1).any()
    assert set(verdicts(small).values()) == {"same"}


def side(values: dict | None = None, quantiles: dict | None = None, column: str = "x", **facts: object) -> Extract:
    """An extract of one column, from the rows of its values, or from its quantiles by the share below them."""
    about = {"table": "t", "column": column, "kind": "text", "rows": 1_000, "missing_share": 0.0, "distinct": 2}
    listed = [("t", column, "value", v, np.nan, np.nan, rows) for v, rows in (values or {}).items()]
    listed += [("t", column, "quantile", "", low, high, np.nan) for low, high in (quantiles or {}).items()]
    columns = ["table", "column", "measure", "value", "low", "high", "rows"]
    return Extract(pd.DataFrame([about | facts]), pd.DataFrame(listed, columns=columns), pd.DataFrame())


def halves(share: float, **facts: object) -> Extract:
    """A column of a and b, of which a is `share` of a million rows."""
    return side({"a": 1_000_000 * share, "b": 1_000_000 * (1 - share)}, **{"rows": 1_000_000, **facts})


def compared(before: Extract, after: Extract) -> pd.Series:
    return compare_profiles(before, after).columns.iloc[0]


def psi_of(p: list[float], q: list[float]) -> float:
    """From the definition; an empty bin counts as a ten-thousandth."""
    return sum((max(b, 1e-4) - max(a, 1e-4)) * np.log(max(b, 1e-4) / max(a, 1e-4)) for a, b in zip(p, q, strict=True))


def chance(bins: int, n: float, m: float) -> float:
    return stats.chi2.ppf(0.99, bins - 1) * (1 / n + 1 / m)


@pytest.mark.parametrize(
    ("before", "after", "p", "q"),
    [
        # Values below a hundredth of the rows, and those the earlier extract does not list, are one bin.
        ({"a": 980, "b": 10, "c": 9, "z": 1}, {"a": 500, "d": 500}, [0.98, 0.01, 0.01], [0.5, 0, 0.5]),
        # Twenty values at most.
        (
            {f"v{i}": 40 for i in range(25)},
            {f"v{i}": 100 for i in range(10)},
            [0.04] * 20 + [0.2],
            [0.1] * 10 + [0] * 11,
        ),
        # Where every value is rare, the most frequent stands for itself.
        ({f"v{i}": 5 for i in range(50)}, {"v0": 600, "v1": 400}, [0.005, 0.995], [0.6, 0.4]),
    ],
)
def test_psi_of_categories_by_hand(before: dict, after: dict, p: list[float], q: list[float]) -> None:
    row = compared(side(before), side(after, rows=1_250, missing_share=0.2))
    assert row["psi"] == pytest.approx(psi_of(p, q))
    assert row["psi_by_chance"] == pytest.approx(chance(len(p), 1_000, 1_000))


SHARES = [0, 0.01, 0.05, *np.arange(1, 10) / 10, 0.25, 0.75, 0.95, 0.99, 1]
EVEN = {low: 100 * low for low in SHARES}


@pytest.mark.parametrize(
    ("before", "after", "p", "q"),
    [
        (EVEN, {low: 100 * low + 15 for low in SHARES}, [0.1] * 10, [0, 0.05, *[0.1] * 7, 0.25]),
        (EVEN, {low: 50 * low for low in SHARES}, [0.1] * 10, [0.2] * 5 + [0] * 5),
        # Half of the rows are zero: they are one bin.
        ({low: max(0, 200 * low - 100) for low in SHARES}, EVEN, [0.5, *[0.1] * 5], [0, *[0.2] * 5]),
        ({0: 0, 0.5: 5, 1: 9}, {0: 0, 0.5: 5, 1: 9}, [0.5, 0.5], [0.5, 0.5]),
        ({0: 0, 0.25: 5, 1: 9}, {0: 0, 0.5: 5, 1: 9}, [1], [1]),  # no tenth is known
    ],
)
def test_psi_of_numbers_by_hand(before: dict, after: dict, p: list[float], q: list[float]) -> None:
    row = compared(side(quantiles=before, kind="number"), side(quantiles=after, kind="number", rows=400))
    assert row["psi"] == pytest.approx(psi_of(p, q))
    assert row["psi_by_chance"] == pytest.approx(chance(max(len(p), 2), 1_000, 400))


@pytest.mark.parametrize(
    ("before", "after", "known"),
    [
        (side({"a": 2}, rows=2), side({"a": 2}, rows=2), True),
        (side({"a": 1}, rows=1), side({"a": 2}, rows=2), False),
        (side({"a": 2}, rows=2), side({"a": 1}, rows=1), False),
        (side({"a": 9}), side(), False),
        (side(), side({"a": 9}), False),
        (side(quantiles={0: 0, 1: 9}), side(quantiles=EVEN), False),
        (side(quantiles=EVEN), side(quantiles={0: 0, 1: 9}), False),
    ],
)
def test_spread_is_compared_where_both_extracts_know_it(before: Extract, after: Extract, known: bool) -> None:
    row = compared(before, after)
    assert row[["psi", "psi_by_chance"]].notna().tolist() == [known, known]


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (halves(0.5), halves(0.654), "same"),  # .154 ln(.654 / .346) = .098
        (halves(0.5), halves(0.657), "some change"),  # .102
        (halves(0.5), halves(0.739), "some change"),  # .249
        (halves(0.5), halves(0.74), "changed"),  # .251
        (side({"a": 20, "b": 20}, rows=40), side({"a": 30, "b": 10}, rows=40), "same"),  # .27, by chance .46
        (side(missing_share=0.3), side(missing_share=0.3), "same"),
        (side(), side(missing_share=0.05), "same"),
        (side(), side(missing_share=0.051), "some change"),
        (side(missing_share=0.2), side(), "some change"),
        (side(missing_share=0.201), side(), "changed"),
        (side(), side(kind="number"), "changed"),
        (side({"a": 999, "b": 1}), side({"a": 1_000}, distinct=1), "some change"),
        (side({"a": 1_000}, distinct=1), side({"a": 999, "b": 1}), "some change"),
    ],
)
def test_verdicts_begin_at_their_limits(before: Extract, after: Extract, verdict: str) -> None:
    assert compared(before, after)["verdict"] == verdict


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        (side({"a": 9, "b": 1}), side({"a": 9, "c": 1}), ("c", "b")),
        (side({"a": 9, "b": 1, "d": 1}, distinct=3), side({"a": 9}, distinct=1), ("", "b, d")),
        (side({"a": 9, "b": 1}, distinct=3), side({"a": 9, "c": 1}), ("", "")),  # one is not listed
        (side({"a": 9, "b": 1}), side({"a": 9, "c": 1}, distinct=3), ("", "")),
        (side({"1": 9, "2": 1}, kind="number"), side({"1": 9, "3": 1}, kind="number"), ("", "")),
        (
            side({str(i): 9 for i in range(50)}, distinct=50),
            side({"0": 9}, distinct=1),
            ("", ", ".join(map(str, range(1, 50)))),
        ),
        (side({str(i): 9 for i in range(51)}, distinct=51), side({"0": 9}, distinct=1), ("", "")),
        (side(), side({"a": 9, "c": 1}), ("", "")),
    ],
)
def test_values_that_come_and_go_are_named_where_all_are_listed(
    before: Extract, after: Extract, named: tuple[str, str]
) -> None:
    assert tuple(compared(before, after)[["new_values", "gone_values"]]) == named


@pytest.mark.parametrize(
    ("before", "after", "renamed"),
    [
        (halves(0.5, column="region"), halves(0.739, column="regions"), True),  # near names, and values may differ
        (halves(0.5, column="region"), halves(0.74, column="regions"), False),
        (side(column="region"), side(column="regions"), True),  # nothing known speaks against it
        (side(column="region"), side(column="regions", kind="number"), False),
        (halves(0.5, column="region"), halves(0.654, column="area"), True),  # another name, the same values
        (halves(0.5, column="region"), halves(0.657, column="area"), False),
        (side(column="region"), side(column="area"), False),
    ],
)
def test_a_renamed_column_is_near_in_name_or_the_same_in_values(before: Extract, after: Extract, renamed: bool) -> None:
    found = compare_profiles(before, after).columns
    assert found["verdict"].tolist() == (["renamed"] if renamed else ["gone", "new"])


def both(*extracts: Extract) -> Extract:
    return Extract(*(pd.concat([getattr(e, part) for e in extracts]) for part in ("columns", "values", "received")))


def test_of_two_columns_with_the_same_values_none_is_the_renamed_one() -> None:
    after = both(halves(0.5, column="area"), halves(0.5, column="zone"))
    assert set(compare_profiles(halves(0.5, column="region"), after).columns["verdict"]) == {"gone", "new"}


def test_the_most_changed_column_comes_first() -> None:
    before = both(*(halves(0.5, column=c) for c in "abc"))
    after = both(*(halves(s, column=c) for c, s in {"a": 0.5, "b": 0.8, "c": 0.9}.items()))
    found = compare_profiles(before, after).columns
    assert found["column"].tolist() == ["c", "b", "a"]
    assert found.index.tolist() == [0, 1, 2]
    assert not {"worst", "index"} & set(found)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (1_000, 1_199, "same"),
        (1_000, 1_201, "more rows"),
        (1_000, 801, "same"),
        (1_000, 799, "fewer rows"),
        (0, 5, "more rows"),
        (1, 1, "same"),
    ],
)
def test_tables_grow_and_shrink_by_more_than_a_fifth(before: int, after: int, verdict: str) -> None:
    assert compare_profiles(side(rows=before), side(rows=after)).tables["verdict"].tolist() == [verdict]


def test_each_table_has_its_own_days() -> None:
    received = pd.DataFrame({"table": ["s", "t"], "first_on": [1, 3], "last_on": [2, 4]})
    dated = Extract(side().columns, side().values, received)
    row = compare_profiles(dated, side()).tables.iloc[0]
    assert row[["first_before", "last_before"]].tolist() == [3, 4]
    assert row[["first_after", "last_after"]].isna().all()


def test_psi_of_numbers_agrees_with_binning_the_rows() -> None:
    before, after = made(1), made(2).assign(amount=lambda f: f["amount"] * 1.6)
    found = drift(before, after).columns.set_index("column").loc["amount"]
    edges = before["amount"].quantile(np.arange(1, 10) / 10)
    p, q = (np.bincount(np.searchsorted(edges, f["amount"]), minlength=10) / N for f in (before, after))
    assert found["psi"] == pytest.approx(float(((q - p) * np.log(q / p)).sum()), rel=0.1)
    assert found["verdict"] in ("changed", "some change")


def test_planted_changes_are_found() -> None:
    after = made(2).rename(columns={"region": "regions"}).drop(columns="channel")
    after["amount"] *= 4
    after.loc[::3, "score"] = np.nan
    after["promotion"] = np.resize(["spring", "none"], N)
    found = drift(made(1), after.head(3_000))
    assert verdicts(found) == {
        "channel": "gone",
        "regions": "renamed",
        "amount": "changed",
        "score": "changed",
        "promotion": "new",
        "order_id": "same",
        "day": "same",
    }
    score = found.columns.set_index("column").loc["score"]
    assert score["missing_share_after"] == pytest.approx(1 / 3, abs=0.001)
    table = found.tables.iloc[0]
    assert (table["verdict"], table["rows_before"], table["rows_after"]) == ("fewer rows", 4_000, 3_000)


def test_tables_that_come_and_go() -> None:
    one, other = extract(made(1)), extract(made(2), "events")
    found = compare_profiles(one, other)
    assert found.tables.set_index("table")["verdict"].to_dict() == {"orders": "gone", "events": "new"}
    assert set(found.columns["verdict"]) == {"gone", "new"}


def test_saved_tables_are_enough(tmp_path: object) -> None:
    folder = str(tmp_path)
    one = extract(made(1))
    one.columns.to_parquet(f"{folder}/columns.parquet"), one.values.to_parquet(f"{folder}/values.parquet")
    read = Extract(
        pd.read_parquet(f"{folder}/columns.parquet"), pd.read_parquet(f"{folder}/values.parquet"), one.received
    )
    assert set(verdicts(compare_profiles(read, extract(made(2)))).values()) == {"same"}


def test_an_older_run_without_values_is_compared_without_its_spread() -> None:
    one = extract(made(1))
    old = Extract(one.columns, pd.DataFrame(), pd.DataFrame())
    found = compare_profiles(old, extract(made(2)))
    assert found.columns["psi"].isna().all()
    assert set(found.columns["verdict"]) == {"same"}
    with pytest.raises(InputError, match=r"earlier extract's data_columns lacks kind.*Make that report again"):
        compare_profiles(Extract(one.columns.drop(columns="kind"), one.values, one.received), one)


class TestSpreadOfMeasures:
    def test_the_index_by_hand(self) -> None:
        """Siddiqi (2006): the sum of (actual - expected) x ln(actual / expected). Halves become 60 and 40 in 100:
        0.1 ln 1.2 - 0.1 ln 0.8 = 0.04055."""
        psi, chance = stability_index([0.5, 0.5], [0.6, 0.4], 1000, 1000)
        assert psi == pytest.approx(0.1 * np.log(1.2) - 0.1 * np.log(0.8))
        assert psi == pytest.approx(0.04055, abs=1e-5)
        assert chance == pytest.approx(6.6349 * 0.002, rel=1e-4)  # chi-squared, 1 degree of freedom, 99%

    def test_measures_of_two_sets_of_customers(self) -> None:
        random = np.random.default_rng(5)
        before = pd.DataFrame({"same": random.normal(0, 1, 5000), "moved": random.normal(0, 1, 5000), "few": np.nan})
        after = pd.DataFrame({"same": random.normal(0, 1, 5000), "moved": random.normal(1, 1, 5000), "few": np.nan})
        before.loc[:98, "few"] = 1.0
        found = drift_of(before, after.assign(new=1.0), ["same", "moved", "few", "new"]).set_index("column")
        assert found["verdict"].to_dict() == {"same": "same", "moved": "changed", "few": "few"}
        # Of normals a deviation apart the index over ever finer bins is 1; over tenths a little less.
        assert found.loc["moved", "psi"] == pytest.approx(0.95, abs=0.1)
        assert found.loc["few", "rows_before"] == 99

    @pytest.mark.parametrize(
        ("shift", "verdict"), [(0.25, "same"), (0.4, "some change"), (0.45, "some change"), (0.6, "changed")]
    )
    def test_verdicts_by_siddiqis_limits(self, shift: float, verdict: str) -> None:
        """Of normals a shift apart the index is the shift squared: 0.0625, 0.16, 0.2025, 0.36."""
        random = np.random.default_rng(6)
        values = random.normal(0, 1, 20_000)
        found = drift_of(pd.DataFrame({"x": values}), pd.DataFrame({"x": values + shift}), ["x"])
        assert found["verdict"].tolist() == [verdict]

    def test_few_customers_differ_by_chance(self) -> None:
        random = np.random.default_rng(7)
        frames = [pd.DataFrame({"x": random.normal(0, 1, 100)}) for _ in range(2)]
        found = drift_of(*frames, ["x"]).iloc[0]
        assert found["psi_by_chance"] > 0.25
        assert found["verdict"] == "same"

    def test_equal_values_share_a_bin(self) -> None:
        ones = pd.DataFrame({"x": [1.0] * 300 + [2.0] * 100})
        assert drift_of(ones, ones, ["x"])["psi"].tolist() == [0.0]
        assert drift_of(pd.DataFrame(), ones, ["x"]).empty
