"""What the pages ask of a client's tables, two years of a small business, is counted alike on DuckDB and on Spark."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from helpers.data.client_data import ClientData, open_data
from helpers.data.engines import ENGINES
from helpers.data.features import purchases, subscriber_traits, subscription_revenue
from helpers.data.features.behaviour import customer_behaviour
from helpers.data.features.customer_traits import all_traits
from helpers.data.features.customers import find_buyers, look_back
from helpers.data.features.holdout import split_holdout
from helpers.data.features.repeat_purchases import split_purchases
from helpers.data.features.rhythm import gap_sums
from helpers.data.features.segment_kpis import choose_window, customer_attributes, period_customers
from helpers.data.features.subscriptions import subscriber_facts
from helpers.data.features.traits import customer_traits
from helpers.data.spec import PartSpec, TableSpec
from tests.data.engines.test_spark import QUICK

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("spark")]  # one JVM is enough
AS_OF = date(2026, 9, 30)
FIRST, DAYS, CUSTOMERS, ORDERS = pd.Timestamp("2024-10-01"), 729, 130, 600


def business() -> dict[str, pd.DataFrame]:
    """Orders with returns, a customer list, plans that began and ended, visits and logins."""
    rng = np.random.default_rng(8)

    def days(n: int) -> Any:
        return (FIRST + pd.to_timedelta(rng.integers(0, DAYS, n), "D")).strftime("%Y-%m-%d")

    who = rng.permutation(np.concatenate([np.arange(CUSTOMERS), rng.integers(0, 60, ORDERS - CUSTOMERS)]))
    orders = pd.DataFrame({"order_id": np.arange(ORDERS) // 2 * 2, "customer_id": who, "ordered_at": days(ORDERS)})
    orders["order_id"] = np.arange(ORDERS)
    orders["amount"] = rng.uniform(5, 90, ORDERS).round(2) * np.where(rng.uniform(size=ORDERS) < 0.06, -1, 1)
    orders["cost"] = (orders["amount"].abs() / 2).round(2)
    orders["channel"] = rng.choice(["web", "shop"], ORDERS)
    orders["category"] = rng.choice(["pots", "tools", ""], ORDERS)
    listed = pd.DataFrame({"customer_id": np.arange(CUSTOMERS), "acquired_on": "2024-09-01"})
    listed["channel"] = rng.choice(["ad", "friend", ""], CUSTOMERS)
    listed["region"] = rng.choice(["North", "South"], CUSTOMERS)
    plans = pd.DataFrame({"customer_id": rng.integers(0, 50, 70), "started_on": days(70), "plan": "Basic"})
    ended = pd.to_datetime(plans["started_on"]) + pd.to_timedelta(rng.integers(20, 600, 70), "D")
    plans["cancelled_on"] = ended.dt.strftime("%Y-%m-%d").where(ended <= pd.Timestamp(AS_OF), "")
    plans["monthly_fee"] = rng.choice([10, 25], 70)
    events = pd.DataFrame({"customer_id": rng.integers(0, 50, 400), "occurred_at": days(400)})
    events["kind"] = rng.choice(["visit", "login", "mail"], 400)
    return {"orders": orders, "customers": listed, "subscriptions": plans, "events": events}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ClientData]]:
    folder, specs = tmp_path_factory.mktemp("pages"), {}
    for name, frame in business().items():
        frame.to_csv(folder / f"{name}.csv", index=False)
        told = {"attributes": {"region": ("geographic", "region")}} if name == "customers" else {}
        specs[name] = TableSpec(name, (PartSpec(str(folder / f"{name}.csv"), **told),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_SUBMIT_ARGS", QUICK)
        opened = {engine: open_data(specs, AS_OF, folder / engine, engine) for engine in ENGINES}
        yield opened
        for data in opened.values():
            data.close()


def told_by(data: ClientData) -> dict[str, Any]:
    orders, listed, plans, events = (data.tables[t] for t in ("orders", "customers", "subscriptions", "events"))
    gaps, before = gap_sums(orders, AS_OF), look_back(orders, AS_OF, 6)
    rows = purchases.one_row_an_order(orders)
    visits = purchases.find_activity(orders.limit(0), plans.limit(0), events, AS_OF).rows
    split = split_purchases(orders, AS_OF)
    without_orders = replace(data, tables={**data.tables, "orders": orders.limit(0)})
    return {
        "gaps": gaps.customers,
        "buyers": find_buyers(orders, listed, AS_OF, months=12, with_margin=True).customers,
        "buyers then": before.customers,
        "gaps then": before.gaps,
        "totals of the period": before.totals,
        "holdout": split_holdout(orders, AS_OF).customers,
        "traits": customer_traits(orders, listed, ["region"]),
        "behaviour": customer_behaviour(data.tables, AS_OF),
        "totals": purchases.purchase_totals(rows, AS_OF),
        "steps": purchases.order_steps(rows, AS_OF),
        "milestones": purchases.milestones(rows, AS_OF, 3, 2, 60.0),
        "cohorts": purchases.cohort_activity(rows, AS_OF, "quarter"),
        "both": pd.DataFrame([purchases.bought_in_both(rows, AS_OF, 90)]),
        "channels": purchases.first_channels(orders, listed, AS_OF),
        "first channels": purchases.first_channels(orders, listed.drop("channel"), AS_OF),
        "known": purchases.first_known(listed, events, AS_OF),
        "gaps at": purchases.gaps_at(rows, [date(2025, 9, 30), date(2026, 3, 31)], AS_OF),
        "gaps of visits": gap_sums(visits, AS_OF).customers,
        "gaps of use": gap_sums(subscriber_traits.usage_events(events, "login"), AS_OF).customers,
        "repeat purchases": split.now,
        "repeat purchases before": split.before,
        "weeks": split.weeks,
        "subscribers": subscriber_facts(plans, AS_OF),
        "months": subscription_revenue.monthly_revenue(plans, AS_OF),
        "kept": pd.DataFrame([subscription_revenue.kept_revenue(plans, AS_OF, 12)]),
        "at start": subscriber_traits.attributes_at_start(data, AS_OF),
        "all traits": all_traits(data, AS_OF),
        "period": period_customers(data, choose_window(data, AS_OF)),
        "period of subscribers": period_customers(without_orders, choose_window(without_orders, AS_OF)),
        "attributes of subscribers": customer_attributes(without_orders, choose_window(without_orders, AS_OF)),
    }


def test_pages_are_told_the_same(read: dict[str, ClientData]) -> None:
    spark, duckdb = told_by(read["spark"]), told_by(read["duckdb"])
    wrong = {}
    for name, frame in duckdb.items():
        assert len(frame), name
        by = list(frame.columns[: 2 if name in ("channels", "first channels") else 0])
        ours, theirs = (f.sort_values(by, ignore_index=True) if by else f for f in (frame, spark[name]))
        try:
            assert_frame_equal(theirs, ours, obj=name)
        except AssertionError as error:
            wrong[name] = str(error)
    assert wrong == {}
