"""Purchases in order of time: what is counted, from when on, and what is left out."""

from datetime import date

import ibis
import pandas as pd
import pytest
from ibis.expr.types import Table

from helpers.data.cleaning.marking import empty_table
from helpers.data.features import purchases
from helpers.errors import InputError, ThinDataError

AS_OF = date(2026, 6, 30)
DAYS = ["2026-01-01", "2026-01-01", "2026-02-10", "2026-05-01", "2026-05-01", "2026-06-30", "2026-07-01", "2026-03-05"]
LINES = pd.DataFrame(
    {
        "order_id": ["1", "1", "2", "3", "4", "5", "6", "7"],
        "customer_id": ["a", "a", "a", "a", "b", "b", "b", "c"],
        "ordered_at": pd.to_datetime(DAYS) + pd.Timedelta(hours=10),
        "amount": [10.0, 5.0, 20.0, 40.0, 7.0, 9.0, 99.0, -8.0],
        "channel": ["shop", "web", "web", "web", "shop", "web", "web", "shop"],
    }
)
EVENTS = pd.DataFrame(
    {
        "customer_id": ["a", "a", "d", "d", "d", "e"],
        "occurred_at": pd.to_datetime(
            [
                "2026-01-02 09:00",
                "2026-01-02 18:00",
                "2026-02-01 00:00",
                "2026-03-01 00:00",
                "2026-07-05 00:00",
                "2026-07-05 00:00",
            ]
        ),
        "kind": ["Login", "visit", "visit", "ticket", "visit", "visit"],
    }
)
ORDERS, VISITS = ibis.memtable(LINES), ibis.memtable(EVENTS)


def orders_of(days: dict[str, list[str]]) -> Table:
    rows = [(customer, day) for customer, own in days.items() for day in own]
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at"])
    return ibis.memtable(frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"])))


class TestActivity:
    def test_an_order_is_a_row_and_a_return_is_none(self) -> None:
        found = purchases.find_activity(ORDERS, empty_table("subscriptions"), VISITS, AS_OF)
        rows = found.rows.order_by("order_id").execute()
        assert not found.of_visits
        assert rows["order_id"].tolist() == ["1", "2", "3", "4", "5"]  # the sixth is of a later day
        assert rows["amount"].tolist() == [15.0, 20.0, 40.0, 7.0, 9.0]

    def test_without_orders_visits_stand_in_a_day_each(self) -> None:
        found = purchases.find_activity(empty_table("orders"), empty_table("subscriptions"), VISITS, AS_OF)
        assert found.of_visits
        totals = purchases.purchase_totals(found.rows, AS_OF)
        assert totals[["customer_id", "orders"]].values.tolist() == [["a", 1], ["d", 1]]
        assert totals["spend"].isna().all()

    def test_kinds_asked_for_are_those_that_count(self) -> None:
        found = purchases.find_activity(empty_table("orders"), empty_table("subscriptions"), VISITS, AS_OF, ["ticket"])
        assert purchases.purchase_totals(found.rows, AS_OF)["customer_id"].tolist() == ["d"]

    def test_where_no_kind_is_a_visit_all_count(self) -> None:
        events = ibis.memtable(EVENTS.assign(kind="scan"))
        rows = purchases.visits_as_orders(events)
        assert rows.count().execute() == 6

    def test_a_kind_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(InputError, match=r'No event is of the kind "call"\. Allowed: Login, ticket, visit'):
            purchases.find_activity(empty_table("orders"), empty_table("subscriptions"), VISITS, AS_OF, ["call"])

    def test_nothing_at_all_is_too_thin(self) -> None:
        with pytest.raises(ThinDataError, match="no purchase, no subscription and no visit"):
            purchases.find_activity(empty_table("orders"), empty_table("subscriptions"), empty_table("events"), AS_OF)

    def test_returns_alone_are_too_thin(self) -> None:
        with pytest.raises(ThinDataError):
            purchases.find_activity(
                ibis.memtable(LINES.assign(amount=-1.0)), empty_table("subscriptions"), empty_table("events"), AS_OF
            )


class TestTotals:
    def test_what_each_has_done_by_that_day(self) -> None:
        found = purchases.purchase_totals(ORDERS, AS_OF).set_index("customer_id")
        assert found["orders"].to_dict() == {"a": 3, "b": 2}
        assert found["spend"].to_dict() == {"a": 75.0, "b": 16.0}
        assert found.loc["b", "last_on"] == pd.Timestamp("2026-06-30")
        assert found.loc["a", "first_on"] == pd.Timestamp("2026-01-01")

    def test_a_year_has_365_days(self) -> None:
        orders = orders_of({"a": ["2025-06-30", "2025-07-01", "2026-06-30"]})
        found = purchases.purchase_totals(orders, AS_OF)
        assert found[["orders", "orders_last_year"]].values.tolist() == [[3, 2]]


class TestMilestones:
    def test_days_on_which_something_was_reached(self) -> None:
        found = purchases.milestones(ORDERS, AS_OF, 2, 2, 35.0).set_index("customer_id")
        assert found.loc["a"].tolist() == [pd.Timestamp("2026-02-10"), pd.Timestamp("2026-02-10")]
        assert found.loc["b", "loyal_on"] == pd.Timestamp("2026-06-30")
        assert found["high_value_on"].isna().tolist() == [False, True]

    @pytest.mark.parametrize(
        ("orders", "spend", "day"), [(3, 35.0, "2026-05-01"), (1, 36.0, "2026-05-01"), (1, 15.0, "2026-01-01")]
    )
    def test_high_value_takes_both(self, orders: int, spend: float, day: str) -> None:
        found = purchases.milestones(ORDERS, AS_OF, 2, orders, spend)
        assert found["high_value_on"].iloc[0] == pd.Timestamp(day)

    def test_without_amounts_orders_alone_count(self) -> None:
        found = purchases.milestones(ORDERS.drop("amount"), AS_OF, 2, 4, float("nan"))
        assert found["high_value_on"].tolist() == [pd.Timestamp("2026-03-05")] * 0 + [pd.NaT] * len(found)
        assert purchases.milestones(ORDERS.drop("amount"), AS_OF, 2, 3, float("nan"))["high_value_on"].notna().any()


class TestSteps:
    def test_what_followed_each_order(self) -> None:
        found = purchases.order_steps(ORDERS, AS_OF)
        assert found.values.tolist() == [
            [1, 40, 1, 1],  # a: 1 January to 10 February
            [1, 60, 1, 1],  # b: 1 May to 30 June
            [2, 0, 0, 1],  # b ordered today
            [2, 80, 1, 1],
            [3, 60, 0, 1],
        ]

    def test_late_orders_are_counted_together_and_none_is_lost(self) -> None:
        days = pd.date_range("2026-01-01", periods=40, freq="D").strftime("%Y-%m-%d").tolist()
        found = purchases.order_steps(orders_of({"a": days}), AS_OF)
        assert found["order"].max() == purchases.MOST_STEPS
        assert found["customers"].sum() == 40


class TestCohorts:
    def test_only_periods_that_are_over(self) -> None:
        orders = orders_of({"a": ["2026-01-05", "2026-02-05", "2026-06-29"], "b": ["2026-02-01"]})
        found = purchases.cohort_activity(orders, AS_OF, "month")
        assert found.values.tolist() == [
            [pd.Timestamp("2026-01-01"), pd.Timestamp("2026-01-01"), 1],
            [pd.Timestamp("2026-01-01"), pd.Timestamp("2026-02-01"), 1],
            [pd.Timestamp("2026-01-01"), pd.Timestamp("2026-06-01"), 1],
            [pd.Timestamp("2026-02-01"), pd.Timestamp("2026-02-01"), 1],
        ]
        earlier = purchases.cohort_activity(orders, date(2026, 6, 29), "month")
        assert earlier["active_in"].max() == pd.Timestamp("2026-02-01"), "June is not over on the 29th"

    def test_who_bought_in_both(self) -> None:
        last, middle, before = "2026-06-30", "2026-05-31", "2026-05-01"  # windows of 30 days: from 1 June, from 2 May
        orders = orders_of({"a": [middle, last], "b": [middle], "c": [before, last], "d": ["2026-05-02", "2026-06-01"]})
        assert purchases.bought_in_both(orders, AS_OF, 30) == (3, 2)
        assert purchases.bought_in_both(orders, date(2026, 1, 1), 30) == (0, 0)


class TestWhoIsKnown:
    def test_from_the_list_and_from_events(self) -> None:
        listed = ibis.memtable(
            pd.DataFrame({"customer_id": ["a", "z"], "acquired_on": pd.to_datetime(["2025-03-01", None])})
        )
        found = purchases.first_known(listed, VISITS, AS_OF).set_index("customer_id")["known_on"]
        assert found.index.tolist() == ["a", "d", "z"], "e came after the day of the report"
        assert found["a"] == pd.Timestamp("2025-03-01") and found["d"] == pd.Timestamp("2026-02-01")
        assert pd.isna(found["z"])

    def test_a_day_after_the_report_is_not_known(self) -> None:
        listed = ibis.memtable(pd.DataFrame({"customer_id": ["a"], "acquired_on": pd.to_datetime(["2026-07-01"])}))
        assert purchases.first_known(listed, empty_table("events"), AS_OF)["known_on"].isna().all()

    def test_channel_of_the_list_else_of_the_first_order(self) -> None:
        listed = ibis.memtable(pd.DataFrame({"customer_id": ["a"], "channel": ["fair"]}))
        assert purchases.first_channels(ORDERS, listed, AS_OF).values.tolist() == [["a", "fair"]]
        unlisted = purchases.first_channels(ORDERS, empty_table("customers"), AS_OF)
        assert sorted(unlisted.values.tolist()) == [["a", "shop"], ["b", "shop"]]
        assert purchases.first_channels(ORDERS.drop("channel"), empty_table("customers"), AS_OF).empty


class TestGapsAt:
    def test_a_row_a_buyer_and_end(self) -> None:
        ends = [date(2026, 3, 31), date(2026, 5, 31), AS_OF]
        found = purchases.gaps_at(purchases.one_row_an_order(ORDERS), ends, AS_OF)
        assert found[["period_end", "buyer", "orders"]].values.tolist() == [
            [pd.Timestamp("2026-03-31"), "a", 2],
            [pd.Timestamp("2026-05-31"), "a", 3],
            [pd.Timestamp("2026-05-31"), "b", 1],
        ]
        assert found["customer_id"].is_unique

    def test_days_on_another_clock_are_left_out(self) -> None:
        assert purchases.gaps_at(ORDERS, [date(2026, 3, 31)], AS_OF, has_season=True).empty
