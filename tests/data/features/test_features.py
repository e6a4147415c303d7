"""Features of customer grain: hand-computed answers, and agreement with pandas on the same rows."""

from datetime import date
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest
from ibis.expr.types import Table

from helpers.analysis.nps_drivers import drivers
from helpers.data.cleaning.marking import empty_table
from helpers.data.client_data import open_data
from helpers.data.features import answers, campaigns
from helpers.data.features.coverage import customer_coverage, key_matches
from helpers.data.features.customers import customer_features
from helpers.data.features.order_lines import monthly_orders
from helpers.data.features.readiness import readiness_facts
from helpers.data.schema import TABLES, UNKNOWN, WITHHELD
from helpers.errors import InputError
from helpers.runs.params import Params

AS_OF = date(2026, 9, 30)


@pytest.fixture
def orders() -> Table:
    rows = [
        ("o1", "a", "2026-01-01 10:00", 100.0, "p"),
        ("o1", "a", "2026-01-01 10:00", 50.0, "q"),
        ("o2", "a", "2026-09-30 23:00", 30.0, "p"),
        ("r1", "a", "2026-05-01", -20.0, "p"),
        ("o3", "b", "2026-09-01", 7.0, "q"),
        ("r2", "c", "2026-09-02", -7.0, "q"),  # sent back what was bought before the data begin
        ("o4", "b", "2026-10-01", 999.0, "q"),  # after the report's date
    ]
    frame = pd.DataFrame(rows, columns=["order_id", "customer_id", "ordered_at", "amount", "product_id"])
    return ibis.memtable(frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"], format="mixed")))


def test_customer_features_by_hand(orders: Table) -> None:
    frame = customer_features(orders, AS_OF).set_index("customer_id")
    assert frame.index.tolist() == ["a", "b"]  # c only returned, so is no buyer
    a, b = frame.loc["a"], frame.loc["b"]
    assert (a["recency_days"], a["tenure_days"], a["order_count"], a["spend"]) == (0, 272, 2, 180)
    assert (a["average_order_value"], a["product_count"], a["days_between_orders"]) == (90, 2, 272)
    assert (a["returned"], a["return_share"]) == (20, pytest.approx(20 / 180))
    assert (b["recency_days"], b["order_count"], b["spend"]) == (29, 1, 7)
    assert np.isnan(b["days_between_orders"])


def test_returns_can_be_taken_off(orders: Table) -> None:
    frame = customer_features(orders, AS_OF, subtract_returns=True).set_index("customer_id")
    assert frame.loc["a", "spend"] == 160
    assert frame.loc["a", "return_share"] == pytest.approx(20 / 180)


def test_months_that_the_orders_do_not_cover_are_marked(orders: Table) -> None:
    monthly = monthly_orders(orders).set_index("month")
    assert monthly["spend"].tolist() == [150, 7 + 30, 999]
    assert monthly["partial"].tolist() == [False, False, True]  # January from its 1st, October's 1st alone


def test_orders_without_a_number_count_by_customer_and_day(orders: Table) -> None:
    frame = customer_features(orders.drop("order_id"), AS_OF).set_index("customer_id")
    assert frame.loc["a", "order_count"] == 2


def test_features_agree_with_pandas(demo_params: Params, tmp_path: Path) -> None:
    """The same reduction by pandas on the rows kept."""
    data = open_data({"orders": demo_params.data["orders"]}, demo_params.as_of, tmp_path)
    frame = customer_features(data.tables["orders"], demo_params.as_of).set_index("customer_id")
    lines = data.tables["orders"].filter(lambda t: t.amount > 0).execute()
    by_customer = lines.groupby("customer_id")
    assert frame["spend"].to_numpy() == pytest.approx(by_customer["amount"].sum().loc[frame.index].to_numpy())
    assert (frame["order_count"] == by_customer["order_id"].nunique()).all()
    last = by_customer["ordered_at"].max().dt.normalize()
    assert (frame["recency_days"] == (pd.Timestamp(demo_params.as_of) - last).dt.days).all()


def test_counts_of_answers_keep_those_without_a_group() -> None:
    surveys = ibis.memtable({"score": [10.0, 9, 8, 0, 6], "wave": ["x", "x", None, "y", "y"]})
    counts = answers.nps_counts(surveys, ["wave"]).set_index(["grouping", "group"])
    assert counts.loc[("all", "all")].tolist() == [2, 1, 2]
    assert counts.loc[("wave", UNKNOWN)].tolist() == [0, 1, 0]
    assert counts.loc["wave"].sum().tolist() == [2, 1, 2]


@pytest.mark.parametrize(
    ("waves", "groups"),
    [
        ([2021.0, 2022.0, None, 2022.0], {"2021": 1, "2022": 2, UNKNOWN: 1}),
        (["2022.0", "2022", "2021.00", None], {"2021": 1, "2022": 2, UNKNOWN: 1}),
        (["2.0", "2.1", "2.0", "3"], {"2.0": 2, "2.1": 1, "3": 1}),
        (["Q1 2022.0", "2022.0", "2022.0", None], {"2022.0": 2, "Q1 2022.0": 1, UNKNOWN: 1}),
    ],
)
def test_a_group_that_is_a_whole_number_is_told_as_one(waves: list[object], groups: dict[str, int]) -> None:
    counts = answers.nps_counts(ibis.memtable(pd.DataFrame({"score": [10.0] * 4, "wave": waves})), ["wave"])
    counted = counts.query("grouping == 'wave'").set_index("group")["promoters"]
    assert counted.to_dict() == groups


def test_groups_named_by_what_is_a_persons_are_one_group_without_a_name() -> None:
    names = ["ann@quackenbush.example", "Desk", "+44 20 7946 0001", "Desk", None]
    frame = pd.DataFrame({"score": [10.0, 10.0, 0.0, 7.0, 9.0], "touchpoint": names})
    counts = answers.nps_counts(ibis.memtable(frame), ["touchpoint"]).query("grouping == 'touchpoint'")
    told = counts.set_index("group")[["promoters", "passives", "detractors"]].T.to_dict("list")
    assert told == {WITHHELD: [1, 0, 1], "Desk": [1, 1, 0], UNKNOWN: [1, 0, 0]}


def test_campaigns_named_by_what_is_a_persons_stay_apart() -> None:
    names = ["ann@quackenbush.example", "Spring", "bob@quackenbush.example", "Spring"]
    frame = pd.DataFrame({"campaign": names, "arm": "mail", "spend": [1.0, 2.0, 3.0, 4.0]})
    frame[campaigns.SEGMENT] = "Lost"
    exposures = campaigns.withhold_persons(ibis.memtable(frame))
    outcomes = campaigns.arm_outcomes(exposures, ["spend"]).set_index("campaign")["mean"].to_dict()
    assert outcomes == {"Name withheld 1": 1.0, "Name withheld 2": 3.0, "Spring": 3.0}
    assert set(campaigns.arm_costs(exposures)["campaign"]) == set(outcomes)


def test_joined_lookups_may_not_repeat_a_customer() -> None:
    surveys = ibis.memtable({"customer_id": ["a", "b"], "score": [10.0, 0.0]})
    twice = pd.DataFrame({"customer_id": ["a", "a"], "region": ["n", "s"]})
    with pytest.raises(InputError, match="more than once"):
        answers.with_groups(surveys, (twice, ["region"]))


def test_moments_in_the_engine_equal_those_of_pandas() -> None:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.integers(1, 6, (300, 3)).astype(float), columns=["score", "food", "price"])
    frame.loc[::7, "food"] = np.nan
    surveys = ibis.memtable(frame.assign(kit_file="s.csv", kit_row=range(300)))
    engine = answers.rating_moments(surveys, "score", ["food", "price"], buckets=1)
    pandas = drivers.collect_moments(frame, "score", ["food", "price"])
    key = ["left", "right"]
    both = engine.merge(pandas, on=key, suffixes=("_engine", "_pandas"))
    assert len(both) == len(pandas) == 10
    assert both["value_engine"].to_numpy() == pytest.approx(both["value_pandas"].to_numpy())


def test_actions_count_each_customer_once_by_the_latest_answer() -> None:
    surveys = ibis.memtable(
        {
            "customer_id": ["a", "a", "b", None],
            "score": [0.0, 10.0, 6.0, 9.0],
            "answered_at": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-01-01", "2026-01-01"]),
            "kit_file": ["s"] * 4,
            "kit_row": [1, 2, 3, 4],
        }
    )
    spend = pd.DataFrame({"customer_id": ["a"], "spend": [500.0]})
    found = answers.nps_actions(surveys, spend).set_index("group")
    assert found["answers"].to_dict() == {"detractors": 2, "passives": 0, "promoters": 2}
    assert found["customers"].to_dict() == {"detractors": 1, "passives": 0, "promoters": 1}
    assert found.loc["promoters", "spend"] == 500


def test_comments_hide_addresses_and_long_numbers() -> None:
    said = "Call me on 020 7946 0958 or mail jo@example.com about order 12"
    surveys = ibis.memtable({"score": [3.0, 9.0], "comment": [said, "fine"]})
    sample = answers.comment_sample(surveys, 5)
    assert sample["comment"].tolist() == ["Call me on [number] or mail [e-mail] about order 12"]


def test_campaign_arms_match_pandas() -> None:
    frame = pd.DataFrame(
        {
            "campaign": ["c"] * 6,
            "arm": ["mail"] * 3 + ["none"] * 3,
            "spend": [1.0, 2.0, None, 0.0, 0.0, 3.0],
            "rfm_segment": ["x"] * 6,
        }
    )
    arms = campaigns.arm_outcomes(ibis.memtable(frame), ["spend"]).set_index("arm")
    expected = frame.groupby("arm")["spend"].agg(["count", "mean", "var"])
    assert arms.loc[["mail", "none"], ["n", "mean", "variance"]].to_numpy() == pytest.approx(expected.to_numpy())


def test_segments_for_campaigns_know_nothing_of_what_came_after(demo_params: Params, tmp_path: Path) -> None:
    data = open_data({name: demo_params.data[name] for name in ("orders", "exposures")}, demo_params.as_of, tmp_path)
    first = data.tables["exposures"].exposed_on.min().execute()
    before = campaigns.customers_before(data)
    assert before["recency_days"].min() >= 0
    latest = data.tables["orders"].filter(lambda t: t.amount > 0).customer_id.nunique().execute()
    assert 0 < len(before) < latest
    longest = before["tenure_days"].max()
    assert longest < (first - pd.Timestamp("2023-09-30")).days


def test_readiness_looks_at_the_arms_of_one_campaign() -> None:
    """Arms of several campaigns, or several arms of one, are never added up to look like one large test."""
    sizes = {("big", "none"): 40, ("big", "mail"): 30, ("big", "call"): 20, ("small", "none"): 90, ("small", "mail"): 5}
    rows = [pair for pair, n in sizes.items() for _ in range(n)]
    exposures = ibis.memtable(pd.DataFrame(rows, columns=["campaign", "arm"]))
    tables = {name: empty_table(name) for name in TABLES} | {"exposures": exposures}
    facts = readiness_facts(tables, [], "none", as_of=AS_OF)
    assert (facts["control_customers"], facts["treated_customers"]) == (40, 20)
    without = readiness_facts({name: empty_table(name) for name in TABLES}, [], "", as_of=AS_OF)
    assert (without["control_customers"], without["treated_customers"]) == (0, 0)


def test_rating_coverage_by_hand() -> None:
    surveys = ibis.memtable(pd.DataFrame({"score": [9.0, 8, 7, 1], "food": [5.0, 4, None, 3], "price": [2.0, 2, 2, 2]}))
    found = answers.rating_coverage(surveys, ["food", "price"])
    assert found.values.tolist() == [["food", 3, 0.75, 4.0, 3], ["price", 4, 1.0, 2.0, 1]]
    assert answers.rating_coverage(surveys, []).empty
    assert drivers.usable_drivers(found, 0.5, 3) == ["food"]


def test_customers_are_counted_by_the_tables_that_name_them() -> None:
    named = {"customers": ["a", "b", "c"], "orders": ["a", "a", "b", "x"], "surveys": ["a", None]}
    tables = {name: ibis.memtable(pd.DataFrame({"customer_id": ids})) for name, ids in named.items()}
    tables["exposures"] = ibis.memtable(pd.DataFrame({"arm": ["mail"]}))  # anonymous
    found = customer_coverage(tables)
    known = {tuple(row[:-1]): row[-1] for row in found.values.tolist()}
    assert found.columns.tolist() == ["customers", "orders", "surveys", "customers_known"]
    assert known == {(True, True, True): 1, (True, True, False): 1, (True, False, False): 1, (False, True, False): 1}
    matches = key_matches(found)
    assert matches.values.tolist() == [["orders", 3, 2, 3], ["surveys", 1, 1, 3]]
    assert key_matches(customer_coverage({"orders": tables["orders"]})).empty
    assert customer_coverage({"exposures": tables["exposures"]}).empty


def test_answers_per_group_are_those_of_the_second_largest() -> None:
    surveys = pd.DataFrame({"wave": ["1"] * 9 + ["2"] * 4 + ["3"] * 2, "touchpoint": ["x"] * 12 + [None] * 3})
    tables = {name: empty_table(name) for name in TABLES}
    tables["surveys"] = ibis.memtable(surveys.assign(score=9.0))
    assert readiness_facts(tables, [], "", as_of=AS_OF)["answers_per_group"] == 4


def test_a_list_tells_what_rfm_and_clusters_can_be_made_of() -> None:
    customers = {"customer_id": list("abcd"), "income": ["1", "2", "3", "4"], "city": ["x", "y", "x", "y"]}
    tables = {name: empty_table(name) for name in TABLES}
    facts = readiness_facts(tables | {"customers": ibis.memtable(pd.DataFrame(customers))}, [], "", as_of=AS_OF)
    assert (facts["buyers"], facts["scored"], facts["grouped"], facts["features"]) == (0, 0, 4, 1)
    assert (
        readiness_facts(
            tables | {"customers": ibis.memtable(pd.DataFrame(customers))}, [], "", ["income"], as_of=AS_OF
        )["features"]
        == 0
    )
    told = pd.DataFrame(customers).assign(order_count=[1.0, 2.0, 0.0, 3.0], recency_days=[10.0, 400.0, None, 40.0])
    facts = readiness_facts(tables | {"customers": ibis.memtable(told)}, [], "", as_of=AS_OF)
    assert (facts["scored"], facts["history_days"], facts["features"]) == (
        3,
        390,
        2,
    )  # last orders are known of too few
    assert facts["repeat_share"] == pytest.approx(2 / 3)
    only = ibis.memtable(pd.DataFrame({"customer_id": ["a"]}))
    facts = readiness_facts(tables | {"customers": only}, [], "", as_of=AS_OF)
    assert (facts["scored"], facts["grouped"]) == (0, 0)


def test_what_customers_do_carries_groups_and_a_lifecycle_where_there_are_no_orders() -> None:
    tables = {name: empty_table(name) for name in TABLES}
    days = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01", "2026-05-02"])
    events = pd.DataFrame({"customer_id": [*"abcdd", "d"], "occurred_at": days, "kind": ["visit"] * 5 + ["mail"]})
    facts = readiness_facts(tables | {"events": ibis.memtable(events)}, [], "", as_of=AS_OF)
    assert (facts["visitors"], facts["grouped"], facts["scored"]) == (4, 4, 0)
    assert facts["features"] == 1  # days since the last one; the counts have two values only
    fees = pd.DataFrame({"customer_id": list("abc"), "tenure_months": [1.0, 5.0, 9.0], "churned": [False, True, False]})
    facts = readiness_facts(tables | {"subscriptions": ibis.memtable(fees)}, [], "", as_of=AS_OF)
    assert (facts["subscribers"], facts["grouped"], facts["features"]) == (3, 3, 1)
    nothing = readiness_facts(tables, [], "", as_of=AS_OF)
    assert (nothing["visitors"], nothing["grouped"], nothing["features"]) == (0, 0, 0)
