"""Features of customer grain: hand-computed answers, and agreement with pandas on the same rows."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.features import answers, campaigns
from helpers.data.features.customers import customer_features
from helpers.data.features.order_lines import monthly_orders
from helpers.data.schema import UNKNOWN, WITHHELD
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


def test_features_agree_with_pandas(demo_params: Params, demo_client: ClientData) -> None:
    """The same reduction by pandas on the rows kept."""
    frame = customer_features(demo_client.tables["orders"], demo_params.as_of).set_index("customer_id")
    lines = demo_client.tables["orders"].filter(lambda t: t.amount > 0).execute()
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
    exposures = campaigns.withhold_persons(ibis.memtable(frame)).execute()
    means = exposures.groupby("campaign")["spend"].mean().to_dict()
    assert means == {"Name withheld 1": 1.0, "Name withheld 2": 3.0, "Spring": 3.0}


def test_joined_lookups_may_not_repeat_a_customer() -> None:
    surveys = ibis.memtable({"customer_id": ["a", "b"], "score": [10.0, 0.0]})
    twice = pd.DataFrame({"customer_id": ["a", "a"], "region": ["n", "s"]})
    with pytest.raises(InputError, match="more than once"):
        answers.with_groups(surveys, (twice, ["region"]))


def test_segments_for_campaigns_know_nothing_of_what_came_after(demo_client: ClientData) -> None:
    exposures = demo_client.tables["exposures"]
    first = exposures.group_by("campaign").aggregate(day=exposures.exposed_on.min()).execute()
    before = campaigns.customers_before(demo_client)
    latest = demo_client.tables["orders"].filter(lambda t: t.amount > 0).customer_id.nunique().execute()
    assert sorted(before) == sorted(first["campaign"]) and len(before) > 1
    for name, day in zip(first["campaign"], pd.to_datetime(first["day"]), strict=True):
        assert before[name]["recency_days"].min() == 0  # somebody bought the day before
        assert 0 < len(before[name]) < latest
        assert before[name]["tenure_days"].max() < (day - pd.Timestamp("2023-09-30")).days
    assert len({len(frame) for frame in before.values()}) > 1
