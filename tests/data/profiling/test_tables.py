"""Profiles of tables: the engine's answers against pandas and scipy on the same rows."""

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.data.client_data import ClientData
from helpers.data.profiling import facts
from helpers.data.profiling.facts import QUANTILES
from helpers.data.profiling.tables import Profile, profile_columns, profile_tables


def made(n: int = 3_000) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    amount = rng.lognormal(3, 1, n)
    frame = pd.DataFrame(
        {
            "key": [f"k{i:05d}" for i in range(n)],
            "amount": amount,
            "twice": 2 * amount + rng.normal(0, 1, n),
            "quantity": rng.integers(0, 8, n),
            "day": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 200, n), unit="D"),
            "region": rng.choice(["North", "South", "East"], n, p=[0.6, 0.3, 0.1]),
            "flag": rng.random(n) < 0.25,
        }
    )
    frame.loc[::10, "twice"] = np.nan
    return frame


def profile_of(frame: pd.DataFrame, **options: object) -> Profile:
    return profile_columns("t", ibis.memtable(frame), **options)  # type: ignore[arg-type]


def facts_of(frame: pd.DataFrame, **options: object) -> pd.DataFrame:
    return profile_of(frame, **options).columns.set_index("column")


@pytest.mark.parametrize("n", [3_000, 12_000])  # few enough to have all values counted, and too many
def test_facts_agree_with_pandas_and_scipy(n: int) -> None:
    frame = made(n)
    found = facts_of(frame)
    for column in ("amount", "twice", "quantity"):
        numbers, facts = frame[column].dropna().astype(float), found.loc[column]
        assert facts["mean"] == pytest.approx(numbers.mean())
        assert facts["sd"] == pytest.approx(numbers.std())
        assert facts["skewness"] == pytest.approx(stats.skew(numbers, bias=False))
        assert facts["kurtosis"] == pytest.approx(stats.kurtosis(numbers, bias=False))
        quantiles = [facts[f"q{round(100 * q):02d}"] for q in QUANTILES]
        assert quantiles == pytest.approx(numbers.quantile(list(QUANTILES)).tolist())
        assert facts["distinct"] == numbers.nunique()
        assert facts["zeros"] == (numbers == 0).sum()
    assert found.loc["twice", "missing"] == n // 10
    assert found["role"].to_dict() == {
        "key": "identifier",
        "amount": "measure",
        "twice": "measure",
        "quantity": "measure",
        "day": "date",
        "region": "category",
        "flag": "flag",
    }
    assert found.loc["flag", "mean"] == pytest.approx(frame["flag"].mean())
    assert (found.loc["day", "minimum"], found.loc["day", "maximum"]) == ("2025-01-01", "2025-07-19")


def test_correlations_leave_out_rows_with_a_blank() -> None:
    frame = made()
    found = profile_of(frame).correlations.set_index(["left", "right"])
    expected = frame[["amount", "twice", "quantity"]].corr()
    for (left, right), row in found.iterrows():
        assert row["correlation"] == pytest.approx(expected.loc[left, right])
    assert found.loc[("amount", "twice"), "n"] == 2_700


def test_large_tables_are_sampled_for_quantiles_alone() -> None:
    frame = made(20_000)
    exact, sampled = facts_of(frame, exact_rows=50_000), facts_of(frame, exact_rows=5_000)
    assert sampled.loc["region", "distinct"] == 3
    assert sampled.loc["key", "distinct"] == 20_000
    assert not sampled.loc["amount", "distinct_exact"]
    assert sampled.loc["amount", "distinct"] == pytest.approx(20_000, rel=0.15)
    assert sampled.loc["amount", "mean"] == pytest.approx(exact.loc["amount", "mean"])
    # The median of 5,000 lies within four standard errors, sqrt(.25 / 5000), of the share of one half.
    assert abs((frame["amount"] <= sampled.loc["amount", "q50"]).mean() - 0.5) < 4 * np.sqrt(0.25 / 5_000)
    again = facts_of(frame, exact_rows=5_000)
    assert again.loc["amount", "q50"] == sampled.loc["amount", "q50"]


def test_lines_of_one_order_are_sampled_apart() -> None:
    rng = np.random.default_rng(2)
    order = np.repeat(np.arange(1_000), 20)
    level = rng.normal(50, 20, 1_000)[order]  # whole orders would make a sample of 250, not of 5,000
    frame = pd.DataFrame(
        {
            "order_id": np.char.add("A", order.astype(str)),
            "customer_id": np.char.add("C", order.astype(str)),
            "at": pd.Timestamp("2025-01-01") + pd.to_timedelta(order, unit="h"),
            "amount": (level + rng.normal(0, 2, 20_000)).round(),
            "product": rng.integers(0, 500, 20_000),
        }
    )
    sampled = facts_of(frame, exact_rows=5_000)
    for share in QUANTILES:
        quantile = sampled.loc["amount", f"q{round(100 * share):02d}"]
        below, upto = (frame["amount"] < quantile).mean(), (frame["amount"] <= quantile).mean()
        error = 4 * np.sqrt(share * (1 - share) / 5_000)
        assert below - error <= share <= upto + error


def test_few_distinct_values_are_counted_exactly_in_any_table() -> None:
    found = facts_of(made(20_000).assign(spent=lambda f: f["quantity"] / 2), exact_rows=5_000)
    assert (found.loc["spent", "distinct"], found.loc["spent", "distinct_exact"]) == (8, True)


def test_numbers_are_told_alike_from_counts_and_by_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = made().drop(columns="flag").assign(cents=lambda f: f["amount"].round(1), half=lambda f: f["quantity"] / 2)
    frame.loc[::7, "cents"], frame.loc[::500, "half"] = -frame["cents"], np.inf
    counted = profile_of(frame)
    monkeypatch.setattr(facts, "FEW_NUMBERS", 0)
    asked = profile_of(frame)
    kept = ~(counted.values["measure"].eq("value") & counted.values["column"].eq("half"))  # told by counts alone
    pd.testing.assert_frame_equal(asked.values, counted.values[kept].reset_index(drop=True))
    own = ["top_rows"]
    pd.testing.assert_frame_equal(asked.columns.drop(columns=own), counted.columns.drop(columns=own))


def test_infinite_and_not_a_number_are_told_apart() -> None:
    connection = ibis.duckdb.connect()
    table = connection.sql("SELECT unnest(['inf'::DOUBLE, '-inf', 'nan', NULL, 1.5, 2.5]) AS x")
    facts = profile_columns("t", table).columns.iloc[0]
    assert (facts["infinite"], facts["missing"], facts["distinct"], facts["mean"]) == (2, 2, 2, 2.0)


def test_any_kind_of_column_is_taken() -> None:
    connection = ibis.duckdb.connect()
    table = connection.sql(
        "SELECT 1::DECIMAL(9,2) AS a, DATE '2024-01-01' AS \"b c\", TIME '10:00' AS d, [1, 2] AS e, {'x': 1} AS f, "
        "NULL AS g, TIMESTAMPTZ '2024-01-01 10:00:00+00' AS h, '' AS i, 12345678901234567890::HUGEINT AS j"
    )
    found = profile_columns("t", table).columns.set_index("column")
    assert list(found.index) == ["a", "b c", "d", "e", "f", "g", "h", "i", "j"]
    assert found["kind"].tolist() == ["number", "date", "text", "text", "text", "number", "date", "text", "number"]


@pytest.mark.parametrize("frame", [made(0), made(1), made(3), pd.DataFrame({"x": [None, None]}, dtype=object)])
def test_tables_with_next_to_nothing_are_profiled(frame: pd.DataFrame) -> None:
    found = profile_of(frame)
    assert len(found.columns) == frame.shape[1]
    assert (found.columns["missing"] + found.columns["distinct"] <= len(frame) + 0).all()


def test_values_of_persons_and_codes_are_not_listed() -> None:
    frame = made().assign(email=lambda f: f["key"] + "@example.com", name="Ann Lee")
    frame.loc[::2, "name"], frame.loc[::3, "name"] = "José Núñez", "Mary O'Neill"
    frame["comment"] = ["words and more words that somebody wrote " + k for k in frame["key"]]
    listed = profile_of(frame).values.query("measure == 'value'")
    assert set(listed["column"]) == {"region", "flag", "quantity"}
    assert listed.query("column == 'region'")["rows"].sum() == len(frame)


def test_keys_and_repeated_rows() -> None:
    about = profile_of(made()).tables.iloc[0]
    assert (about["keys"], about["date_column"]) == ("key", "day")
    assert np.isnan(about["repeated_rows"])
    lines = pd.concat([made(40), made(10)]).drop(columns="key")
    twice = profile_of(lines).tables.iloc[0]
    assert (twice["keys"], twice["repeated_rows"]) == ("", lines.duplicated().sum())
    repeated = profile_of(pd.concat([lines.head(40)] * 2)).tables.iloc[0]
    assert repeated["repeated_rows"] == 40


def test_days_hold_rows_means_and_shares_filled() -> None:
    frame = made()
    days = profile_of(frame).days
    by_day = frame.groupby("day")
    rows = days.query("measure == 'rows'").set_index("day")["value"]
    assert rows.to_dict() == by_day.size().astype(float).to_dict()
    means = days.query("measure == 'mean' and column == 'amount'").set_index("day")["value"]
    assert means.to_numpy() == pytest.approx(by_day["amount"].mean().to_numpy())
    filled = days.query("measure == 'filled' and column == 'twice'").set_index("day")["value"]
    assert filled.to_numpy() == pytest.approx(by_day["twice"].apply(lambda x: x.notna().mean()).to_numpy())


@given(
    st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9), st.sampled_from([0.0, 1.0, 2.5])), min_size=2, max_size=60),
)
@settings(deadline=None, max_examples=30)
def test_bins_and_blanks_add_up_to_rows(numbers: list[float | None]) -> None:
    frame = pd.DataFrame({"x": pd.Series(numbers, dtype=float)})
    found = profile_of(frame)
    bins = found.values.query("measure == 'bin'")
    facts = found.columns.iloc[0]
    if facts["distinct"] > 1:
        assert bins["rows"].sum() + facts["missing"] == len(frame)
        assert (bins["high"] > bins["low"]).all()
    quantiles = found.values.query("measure == 'quantile'")["high"]
    assert (quantiles.diff().dropna() >= -1e-9 * quantiles.abs().max()).all()  # interpolation rounds


def test_canonical_tables_know_their_columns(demo_client: ClientData) -> None:
    found = profile_tables(demo_client.supplied_tables())
    columns = found.columns.set_index(["table", "column"])
    assert columns.loc[("orders", "order_id"), "role"] == "identifier"
    assert columns.loc[("subscriptions", "cancelled_on"), "sparse"]
    assert columns.loc[("customers", "email"), "personal"] == "e-mail address"
    assert columns.loc[("surveys", "comment"), "role"] == "free text"
    assert not {"kit_file", "kit_row", "is_return"} & set(found.columns["column"])
    tables = found.tables.set_index("table")
    assert tables.loc["customers", "keys"] == "customer_id"
    assert tables.loc["orders", "grain"] == "an order line"
    lines = demo_client.tables["orders"].count().execute()
    bins = found.values.query("table == 'orders' and measure == 'bin'").groupby("column")["rows"].sum()
    assert (bins == lines).all()
    assert "email" not in set(found.values["column"])


def test_ends_are_the_smallest_and_largest_values_with_their_rows() -> None:
    numbers = [-7.5, -7.5, 0.0, *range(1, 60), 99.0, 99.0, 99.0, float("inf"), None]
    frame = pd.DataFrame({"x": numbers, "scale": [i % 5 for i in range(len(numbers))]})
    found = profile_of(frame).values.query("measure in ['smallest', 'largest']")
    assert found[["column", "measure", "value", "rows"]].to_numpy().tolist() == [
        ["x", "smallest", "-7.5", 2],
        ["x", "smallest", "0", 1],
        ["x", "smallest", "1", 1],
        ["x", "largest", "99", 3],
        ["x", "largest", "59", 1],
        ["x", "largest", "58", 1],
    ]


def test_rows_of_an_end_are_not_told_where_more_may_follow() -> None:
    frame = pd.DataFrame({"x": [0.0] * 30 + list(range(1, 60))})
    smallest = profile_of(frame).values.query("measure == 'smallest'")
    assert smallest["value"].tolist() == ["0"]
    assert smallest["rows"].isna().all()


def test_numbers_of_people_have_no_ends() -> None:
    phones = pd.DataFrame({"phone": [f"0151 23{i:05d}" for i in range(50)], "customer_id": range(50)})
    found = profile_of(phones, identifiers=["customer_id"]).values
    assert found.query("measure in ['smallest', 'largest']").empty


SENTINELS = ["Please ring Zebulon Quackenbush", "zebulon@quackenbush.example", "+44 20 7946 0018"]


def test_what_belongs_to_a_person_is_never_listed_whatever_its_count() -> None:
    """Few distinct texts, each many times: a column's values would be listed as if they were categories."""
    rows = 300
    frame = pd.DataFrame(
        {
            "comment": [SENTINELS[i % 3] for i in range(rows)],
            "last_note": ["Zebulon called" if i % 2 else "Zebulon wrote" for i in range(rows)],
            "why": [
                "I was served by Zebulon and it took ages" if i % 2 else "It was all as it should be, thanks"
                for i in range(rows)
            ],
            "channel": [SENTINELS[1 + i % 2] if i % 30 == 0 else ("Web" if i % 2 else "Shop") for i in range(rows)],
        }
    )
    found = profile_of(frame)
    told = "\n".join(table.to_csv() for table in (found.columns, found.values, found.correlations))
    for text in ("Zebulon", "quackenbush", "7946"):
        assert text not in told
    listed = found.values.query("column == 'channel' and measure == 'value'")
    assert set(listed["value"]) == {"Web", "Shop"}, "what is no person's still is"
