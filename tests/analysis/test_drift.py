"""Two extracts: what was planted between them is found, and what did not change is left alone."""

import ibis
import numpy as np
import pandas as pd
import pytest

from helpers.analysis.drift import Drift, Extract, compare_profiles
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
    for seed in range(2, 8):
        assert set(verdicts(drift(made(1), made(seed))).values()) == {"same"}
    small = drift(made(1, 80), made(2, 80))  # eighty rows differ by chance, and the index alone would say so
    assert (small.columns["psi"] > 0.1).any()
    assert set(verdicts(small).values()) == {"same"}


def test_psi_by_hand() -> None:
    before = pd.DataFrame({"x": ["a"] * 500 + ["b"] * 500})
    after = pd.DataFrame({"x": ["a"] * 800 + ["b"] * 200})
    row = drift(before, after).columns.iloc[0]
    # (.8 - .5) ln(.8 / .5) + (.2 - .5) ln(.2 / .5), and nothing in "all others".
    assert row["psi"] == pytest.approx(0.3 * np.log(1.6) - 0.3 * np.log(0.4))
    assert row["verdict"] == "changed"


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


def test_a_renamed_column_is_known_by_its_values_too() -> None:
    found = drift(made(1), made(2).rename(columns={"region": "sales_area"}))
    row = found.columns.query("verdict == 'renamed'").iloc[0]
    assert (row["column_before"], row["column"]) == ("region", "sales_area")


def test_a_near_name_over_other_values_is_no_renaming() -> None:
    after = made(2).drop(columns="region").assign(regions=np.resize(["red", "blue"], N))
    assert verdicts(drift(made(1), after)) | {"region": "gone", "regions": "new"} == verdicts(drift(made(1), after))


def test_categories_that_come_and_go_are_named() -> None:
    after = made(2)
    after["region"] = after["region"].replace({"West": "Wales"})
    row = drift(made(1), after).columns.set_index("column").loc["region"]
    assert (row["new_values"], row["gone_values"]) == ("Wales", "West")
    assert row["verdict"] in ("some change", "changed")


def test_tables_that_come_and_go() -> None:
    one, other = extract(made(1)), extract(made(2), "events")
    found = compare_profiles(one, other)
    assert found.tables.set_index("table")["verdict"].to_dict() == {"orders": "gone", "events": "new"}
    assert set(found.columns["verdict"]) == {"gone", "new"}


def test_another_kind_of_values_is_a_change() -> None:
    assert verdicts(drift(made(1), made(2).assign(score="x")))["score"] == "changed"


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
