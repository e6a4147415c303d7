"""What is known of subscribers, brought together, and its tables: also of clients who tell little or odd things."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.lifecycle import plans_frames
from helpers.analysis.lifecycle.plans_follow import Followed, follow_subscribers
from helpers.analysis.lifecycle.plans_revenue import Kept, measure_kept
from helpers.analysis.lifecycle.plans_usage import Usage
from helpers.errors import InputError
from tests.analysis.lifecycle.subscribers import TODAY, frame, many, subscriber, trial

NO_MONTHS = pd.DataFrame(
    {c: pd.Series(dtype=float) for c in ("partial", "active", "cancelled", "mrr", "contraction_mrr", "cancelled_mrr")}
)
NO_USE = Usage(pd.Series([], index=pd.Index([], dtype="str"), dtype="datetime64[us]"), False, "", 0, 0, math.nan)
NO_WINDOW = {"months": 0.0, "customers": 0.0, "lost": 0.0}
NOTHING_KEPT: Kept = measure_kept(
    NO_WINDOW | dict.fromkeys(("start_mrr", "expansion_mrr", "contraction_mrr", "cancelled_mrr"), math.nan)
)
TABLES = [getattr(plans_frames, name) for name in dir(plans_frames) if name.endswith("_table")]


def follow(people: pd.DataFrame, **more) -> Followed:  # type: ignore[no-untyped-def]
    attributes = people[["customer_id", *[c for c in ("plan",) if c in people]]]
    known = people.drop(columns=[c for c in ("plan",) if c in people])
    return follow_subscribers(known, attributes, NO_MONTHS, NOTHING_KEPT, NO_USE, TODAY.date(), **more)


def test_all_together() -> None:
    people = many(600)
    found = follow(people)
    assert found.plans is not None
    assert found.hazard is not None
    assert found.attributes is not None
    assert found.attributes.best == "plan"
    assert found.kept is None
    assert math.isnan(found.churn)
    lifecycle = plans_frames.subscribers_table(found)
    assert lifecycle["customer_id"].tolist() == people["customer_id"].tolist()
    figures = plans_frames.figures_table(found).set_index("figure")["value"]
    assert figures["paying_customers"] + figures["lapsed_customers"] == 600
    assert figures["recurring_revenue"] == people["monthly_fee"].sum()
    assert math.isnan(figures["net_revenue_retention"])


def test_knobs_reach_the_groups() -> None:
    found = follow(many(100), loyal_from_months=1, high_value_from_fee=1e9, risk_times=99).plans
    assert found is not None
    assert (found.thresholds.loyal_by, found.thresholds.high_value_by, found.risk_times) == ("set", "set", 99)


@pytest.mark.parametrize(
    "people",
    [
        frame(subscriber("a")).head(0),
        frame(trial("a", 3), trial("b", 400)),
        frame(*(subscriber(f"C{i}", i, ended=1) for i in range(30))),
        frame(*(subscriber(f"C{i}", i) for i in range(30))),
        frame(subscriber("a", 0)),
        frame(subscriber("a", 0, ended=1)),
        frame(*(subscriber(f"C{i}", 7) for i in range(30))),
        frame(*(subscriber(f"C{i}", i % 9 + 1, ended=i % 2, fee=math.nan) for i in range(90))),
        frame(*(subscriber(f"C{i}", 5, ended=math.nan) for i in range(9))),
        frame(*(subscriber(f"C{i}", i + 1, fee=1e9 if i == 0 else 1.0) for i in range(40))),
    ],
    ids=["none", "trials", "left", "stay", "new", "gone-at-once", "alike", "no-fees", "untold", "outlier"],
)
def test_odd_clients_have_their_tables(people: pd.DataFrame) -> None:
    found = follow(people)
    tables = [make(found) for make in TABLES]
    assert plans_frames.subscribers_table(found)["customer_id"].tolist() == people["customer_id"].tolist()
    assert all(len(table.columns) for table in tables)
    assert not any(np.isinf(table.select_dtypes("number").to_numpy()).any() for table in tables)


def test_customers_who_moved_are_counted_once_each() -> None:
    people = frame(
        subscriber("a", upgrades=2, subscriptions=3),
        subscriber("b", downgrades=1, added=1, subscriptions=3),
        subscriber("c"),
    )
    found = follow(people)
    assert (found.moved, found.upgraded, found.downgraded, found.added) == (2, 1, 1, 1)


def test_attributes_of_a_customer_twice_are_refused() -> None:
    people = frame(subscriber("a"))
    twice = pd.DataFrame({"customer_id": ["a", "a"], "plan": ["x", "y"]})
    with pytest.raises(InputError, match="several rows of attributes"):
        follow_subscribers(people, twice, NO_MONTHS, NOTHING_KEPT, NO_USE, TODAY.date())


def test_months_and_a_window_reach_the_figures() -> None:
    months = pd.DataFrame(
        {"active": [40, 42, 40], "cancelled": [0, 1, 2], "mrr": [400.0, 420, 400], "partial": [False, False, True]}
    ).assign(contraction_mrr=0.0, cancelled_mrr=[0.0, 10, 20])
    money = {"start_mrr": 400.0, "expansion_mrr": 20.0, "contraction_mrr": 0.0, "cancelled_mrr": 40.0}
    kept = measure_kept({"months": 2, "customers": 40, "lost": 4, **money})
    people = many(60)
    found = follow_subscribers(people.drop(columns="plan"), people[["customer_id"]], months, kept, NO_USE, TODAY.date())
    assert (found.churn, found.mrr_churn, found.churn_months) == (1 / 40, 10 / 400, 1)
    figures = plans_frames.figures_table(found).set_index("figure")["value"]
    assert figures["net_revenue_retention"] == pytest.approx(0.95)
    assert figures["gross_revenue_retention"] == pytest.approx(0.9)
    assert figures["churn_a_month"] == 1 / 40


def test_whoever_subscribes_and_does_not_buy_is_told_by_the_subscription() -> None:
    found = follow(many(100))
    stages = pd.DataFrame({"customer_id": ["C0000", "z"], "lifecycle_group": "lead", "since": pd.NaT, "orders": 0})
    joined = plans_frames.join_customers(stages, 0, found).set_index("customer_id")
    own = plans_frames.subscribers_table(found).set_index("customer_id")["lifecycle_group"]
    assert joined["lifecycle_group"].drop("z").to_dict() == own.to_dict()
    assert joined.loc["z", "lifecycle_group"] == "lead"
    pd.testing.assert_frame_equal(plans_frames.join_customers(stages, 1, found), stages)


def test_curves_of_subscribers_stand_behind_those_of_buyers() -> None:
    found = follow(many(100))
    own = plans_frames.survival_table(found)
    pd.testing.assert_frame_equal(plans_frames.join_survival(own.iloc[:0], found), own)
    joined = plans_frames.join_survival(own, found)
    assert len(joined) == 2 * len(own)
    assert not joined.duplicated(["grouping", "group", "months"]).any()
    assert set(joined["grouping"].iloc[len(own) :]).isdisjoint(own["grouping"])
