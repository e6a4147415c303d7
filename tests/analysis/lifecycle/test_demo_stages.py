"""On the demo, who stopped is found dormant, and who goes on is not."""

from datetime import date

import pandas as pd
import pytest

from helpers.analysis import rhythm
from helpers.analysis.lifecycle.groups import Lifecycle, group_customers
from helpers.analysis.lifecycle.thresholds import find_thresholds
from helpers.data.cleaning.marking import empty_table
from helpers.data.client_data import ClientData
from helpers.data.features import purchases
from helpers.data.features.rhythm import gap_sums
from helpers.runs.params import Params


@pytest.fixture
def life(demo_params: Params, demo_client: ClientData) -> Lifecycle:
    as_of: date = demo_params.as_of
    orders, customers = demo_client.tables["orders"], demo_client.tables["customers"]
    rows = purchases.find_activity(orders, empty_table("subscriptions"), empty_table("events"), as_of).rows
    totals, steps, gaps = (
        purchases.purchase_totals(rows, as_of),
        purchases.order_steps(rows, as_of),
        gap_sums(rows, as_of),
    )
    timing = rhythm.measure_rhythm(gaps.customers, has_season=gaps.has_season).customers
    cuts = find_thresholds(totals, steps, timing)
    reached = purchases.milestones(rows, as_of, cuts.loyal_orders, cuts.high_orders, cuts.high_spend)
    known = purchases.first_known(customers, empty_table("events"), as_of)
    return group_customers(totals, reached, timing, known, cuts, as_of, late_share=rhythm.LATE, pace=gaps.pace)


def test_planted_dormancy_is_recovered(life: Lifecycle, demo_params: Params) -> None:
    folder = demo_params.data["orders"].parts[0].source.rsplit("/", 1)[0]
    planted = pd.read_csv(f"{folder}/planted_customers.csv", dtype=str)
    told = planted.merge(life.customers, on="customer_id", how="left", validate="one_to_one")
    assert told["lifecycle_group"].notna().all()
    assert set(told.loc[told["segment"] == "No orders", "lifecycle_group"]) == {"lead"}
    # Trial buyers order once or twice and are gone, which was not planted as stopping.
    going = told[~told["segment"].isin(["No orders", "Trial buyers"])]
    stopped, dormant = going["stopped"].notna(), going["lifecycle_group"] == "dormant"
    assert (stopped & dormant).sum() / stopped.sum() >= 0.85, "recall"
    assert (stopped & dormant).sum() / dormant.sum() >= 0.8, "precision"
    best = going["segment"].isin(["Key account buyers", "Regular restockers"])
    assert (stopped & dormant & best).sum() / (stopped & best).sum() >= 0.95
    both = going[stopped & dormant]
    assert (both["last_on"] <= pd.to_datetime(both["stopped_on"])).all(), "nobody orders after having stopped"
    assert ((both["since"] - pd.to_datetime(both["stopped_on"])).dt.days.abs().median()) <= 120
