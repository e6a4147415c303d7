"""Sums by period: small files by hand, Online Retail against pandas, the demo's campaigns by before and after."""

import io
import json
import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import ibis
import pandas as pd
import pytest
from ibis.expr.types import Table

from helpers.analysis.roi import before_after, before_campaigns, regression
from helpers.analysis.roi.before_periods import Periods, choose_periods
from helpers.data.cleaning.marking import empty_table
from helpers.data.features.period_sums import (
    CONTACT_SUMS,
    PERIOD_COUNTS,
    contact_sums,
    first_and_last_day,
    period_counts,
    period_sums,
)
from helpers.data.schema import TABLES
from helpers.errors import InputError

pytestmark = pytest.mark.xdist_group("period sums")  # what these tests share is made in one process
AS_OF = date(2026, 9, 30)
ORDERS = (
    "order_id,customer_id,ordered_at,amount,cost\n"
    "1,A,2026-01-01 00:00,10,4\n1,A,2026-01-01 00:00,5,\n2,A,2026-01-31 23:59,20,5\n3,A,2026-02-01,7,7\n"
    "4,B,2026-02-28,100,60\n5,B,2026-02-28,-30,-20\n6,C,2025-12-31,1,1\n7,D,2026-03-01,3,1\n8,E,2026-10-01,9,1\n"
)
CUSTOMERS = "customer_id,acquired_on,acquisition_cost\nA,2025-05-05,12.5\nB,,\nZ,2026-01-15,3\n"
SUBSCRIPTIONS = (
    "customer_id,trial_started_on,started_on,cancelled_on,monthly_fee\n"
    "A,,2025-06-01,2026-01-20,30\nA,,2025-06-01,,10\n"  # one of two ends: still a subscriber
    "B,2026-01-02,2026-01-10,2026-02-05,20\nC,,2025-06-01,2026-02-28,50\nD,,2025-06-01,2026-03-01,\n"
    "E,2026-01-30,2026-02-15,,5\nF,2026-01-20,,,\n"
)
SURVEYS = (
    "response_id,customer_id,answered_at,score\n"
    "1,A,2026-01-31,10\n2,B,2026-01-01,9\n3,C,2026-01-05,6\n4,D,2026-01-05,7\n5,A,2026-02-02,0\n"
)
MONTHS = pd.DataFrame(
    {
        "period": ["before", "after"],
        "first": pd.to_datetime(["2026-01-01", "2026-02-01"]),
        "last": pd.to_datetime(["2026-01-31", "2026-02-28"]),
    }
)


KINDS = {"date": "timestamp(6)", "number": "float64", "flag": "boolean"}


def read(**texts: str) -> dict[str, Table]:
    """A client's tables as cleaning leaves them, those not given without rows."""
    return {name: empty_table(name) for name in TABLES} | {name: table(name, text) for name, text in texts.items()}


def table(name: str, text: str) -> Table:
    frame = pd.read_csv(io.StringIO(text), dtype=str)
    kinds = {c.name: c.kind for c in TABLES[name].columns if c.name in frame}
    for column, kind in kinds.items():
        if kind == "date":
            frame[column] = pd.to_datetime(frame[column], format="ISO8601").astype("datetime64[us]")
        elif kind == "number":
            frame[column] = frame[column].astype(float)
        elif kind == "flag":
            frame[column] = frame[column] == "yes"
    return ibis.memtable(frame, schema=ibis.schema({c: KINDS.get(kinds[c], "string") for c in frame.columns}))


class TestSums:
    def test_by_hand(self) -> None:
        """Days are in a period whole; E's order is after the analysis. A return is not taken off what was spent, and
        gives back what it cost."""
        frame = period_sums(read(orders=ORDERS, customers=CUSTOMERS), MONTHS, AS_OF)
        assert list(frame["customer_id"]) == ["A", "B", "C", "D", "Z"]
        told = frame.set_index("customer_id")
        assert list(told["orders_before"]) == [2, 0, 0, 0, 0]
        assert list(told["spend_before"]) == [35, 0, 0, 0, 0]
        assert list(told["orders_after"]) == [1, 1, 0, 0, 0]
        assert list(told["spend_after"]) == [7, 100, 0, 0, 0]
        assert told.loc["A", ["margin_before", "margin_spend_before"]].tolist() == [21, 30]
        assert told.loc["B", ["returned_after", "margin_after", "margin_spend_after"]].tolist() == [30, 30, 70]
        assert told.loc["A", ["returned_after", "margin_after", "margin_spend_after"]].tolist() == [0, 0, 7]
        assert told.loc["A", "known_on"] == pd.Timestamp("2025-05-05")
        assert told.loc["A", "first_on"] == pd.Timestamp("2026-01-01")
        assert pd.isna(told.loc["Z", "first_on"])
        assert told.loc["Z", "acquisition_cost"] == 3
        assert math.isnan(told.loc["B", "acquisition_cost"])

    def test_a_period_of_two_names(self) -> None:
        twice = pd.concat([MONTHS, MONTHS.assign(period=["again", "more"])])
        frame = period_sums(read(orders=ORDERS), twice, AS_OF)
        assert frame["spend_again"].tolist() == frame["spend_before"].tolist()
        assert frame["orders_more"].tolist() == frame["orders_after"].tolist()
        counts = period_counts(read(subscriptions=SUBSCRIPTIONS), twice, AS_OF)
        assert counts["period"].tolist() == ["before", "after", "again", "more"]
        assert counts["subscribers"].tolist() == [3, 4, 3, 4]

    def test_orders_without_costs_or_amounts(self) -> None:
        tables = read(orders="order_id,customer_id,ordered_at,quantity\n1,A,2026-01-02,1\n2,A,2026-01-03,2\n")
        frame = period_sums(tables, MONTHS, AS_OF)
        assert frame["orders_before"].tolist() == [2]
        assert frame[["spend_before", "returned_before", "margin_before"]].isna().all(axis=None)

    def test_a_customer_list_alone(self) -> None:
        frame = period_sums(read(customers=CUSTOMERS), MONTHS, AS_OF)
        assert len(frame) == 3
        assert frame["first_on"].isna().all()
        assert frame["orders_before"].sum() == 0

    def test_no_periods(self) -> None:
        tables = read(orders=ORDERS)
        nothing = MONTHS.iloc[:0]
        assert len(period_sums(tables, nothing, AS_OF)) == 4
        assert period_counts(tables, nothing, AS_OF).empty


class TestCounts:
    def test_subscribers(self) -> None:
        """Before: A, C and D pay at the start, none leaves: A keeps one of two. After: C leaves on the last day, B too;
        D a day later."""
        counts = period_counts(read(subscriptions=SUBSCRIPTIONS), MONTHS, AS_OF).set_index("period")
        assert counts["subscribers"].tolist() == [3, 4]
        assert counts["cancelled"].tolist() == [0, 2]

    def test_trials(self) -> None:
        """B paid within January, E in February, F never."""
        counts = period_counts(read(subscriptions=SUBSCRIPTIONS), MONTHS, AS_OF)
        assert counts["trials"].tolist() == [3, 0]
        assert counts["trials_converted"].tolist() == [1, 0]

    def test_answers(self) -> None:
        counts = period_counts(read(surveys=SURVEYS), MONTHS, AS_OF)
        assert counts[["answers", "promoters", "detractors"]].to_numpy().tolist() == [[4, 2, 1], [1, 0, 1]]

    def test_subscriptions_by_tenure_tell_nothing_of_periods(self) -> None:
        tables = read(subscriptions="customer_id,tenure_months,churned\nA,3,yes\nB,20,no\n")
        counts = period_counts(tables, MONTHS, AS_OF)
        assert list(counts.columns) == list(PERIOD_COUNTS)
        assert counts["subscribers"].tolist() == [0, 0]
        assert first_and_last_day(tables, AS_OF) == (None, None)


class TestRecord:
    def test_orders_go_first(self) -> None:
        tables = read(orders=ORDERS, customers=CUSTOMERS)
        assert first_and_last_day(tables, AS_OF) == (date(2025, 12, 31), date(2026, 3, 1))

    def test_else_what_began_first(self) -> None:
        tables = read(customers=CUSTOMERS, subscriptions=SUBSCRIPTIONS, surveys=SURVEYS)
        assert first_and_last_day(tables, AS_OF) == (date(2025, 5, 5), AS_OF)
        assert first_and_last_day(read(surveys=SURVEYS), AS_OF) == (date(2026, 1, 1), AS_OF)


class TestContacts:
    ORDERS = (
        "order_id,customer_id,ordered_at,amount\n0,X,2025-01-01,1\n1,A,2026-01-30,8\n2,A,2026-01-31,10\n"
        "3,A,2026-03-01 23:00,20\n4,A,2026-03-02,40\n5,A,2026-03-31,80\n6,B,2026-04-30,160\n7,B,2026-01-31,5\n"
    )
    CONTACTS = (
        "campaign,arm,customer_id,exposed_on\nspring,mail,A,2026-03-02 09:00\nspring,mail,A,2026-03-09\n"
        "spring,mail,C,2026-03-02\nspring,out,B,2026-03-02\nlate,mail,B,2026-09-03\nearly,mail,A,2025-01-30\n"
    )

    def test_by_hand(self) -> None:
        """Thirty days on either side of the first contact; both ends of each are tried. Contacts fewer days after the
        first order, or before the day of analysis, are left out."""
        found = contact_sums(read(orders=self.ORDERS, exposures=self.CONTACTS), AS_OF, days=30)
        assert list(found.columns) == list(CONTACT_SUMS)
        assert found[["campaign", "arm", "customers"]].to_numpy().tolist() == [
            ["spring", "mail", 2],
            ["spring", "out", 1],
        ]
        assert found["control"].tolist() == ["", ""]
        mail = found.iloc[0]
        assert (mail["before"], mail["after"]) == (15, 60)
        assert mail["variance_of_change"] == pytest.approx(((120 - 30) - 45) ** 2 * 2)
        assert found.iloc[1][["before", "after"]].tolist() == [5, 0]

    def test_the_last_that_can_be_followed(self) -> None:
        contacts = "campaign,arm,customer_id,exposed_on\ns,mail,A,2026-09-01\ns,out,B,2025-01-31\n"
        found = contact_sums(read(orders=self.ORDERS, exposures=contacts), AS_OF, days=30)
        assert found["customers"].tolist() == [1, 1]

    def test_contacts_that_tell_their_control(self) -> None:
        told = read(orders=self.ORDERS, exposures=self.CONTACTS)
        told["exposures"] = told["exposures"].mutate(control=ibis.literal("out"))
        assert contact_sums(told, AS_OF, days=30, control="other")["control"].tolist() == ["out", "out"]

    def test_nothing_to_go_by(self) -> None:
        assert contact_sums(read(orders=self.ORDERS), AS_OF).empty
        assert contact_sums(read(exposures=self.CONTACTS), AS_OF).empty
        unpaid = "order_id,customer_id,ordered_at,quantity\n1,A,2026-03-02,1\n"
        assert contact_sums(read(orders=unpaid, exposures=self.CONTACTS), AS_OF).empty


def compared(
    tables: dict[str, Table], before: list[str], after: list[str], as_of: date = AS_OF
) -> tuple[Periods, pd.DataFrame, before_after.BeforeAfter]:
    periods = choose_periods(before, after, as_of, *first_and_last_day(tables, as_of))
    sums = period_sums(tables, periods.frame(), as_of)
    counts = period_counts(tables, periods.frame(), as_of)
    return periods, sums, before_after.compare_before_after(sums, counts, periods, 0.4)


class TestUnseenClients:
    def test_a_month_of_history(self) -> None:
        lines = [f"{i},C{i % 40},2026-09-{1 + i % 30:02d},{10 + i % 7}" for i in range(120)]
        tables = read(orders="order_id,customer_id,ordered_at,amount\n" + "\n".join(lines) + "\n")
        periods, sums, found = compared(tables, [], [])
        assert periods.before is None
        assert found.rows.empty
        assert regression.came_anyway(sums, periods).reason
        halves = compared(tables, ["2026-09-01", "2026-09-15"], ["2026-09-16", "2026-09-30"])[2]
        assert {"revenue", "average_order", "customers"} <= set(halves.rows["metric"])
        with pytest.raises(InputError, match="before begins on 2026-07-01, and the data on 2026-09-01"):
            compared(tables, ["2026-07-01", "2026-07-31"], ["2026-09-01", "2026-09-30"])

    def test_a_furniture_shop(self) -> None:
        """Everyone buys once: nobody comes back, and churn is whole on both sides."""
        days = pd.date_range("2023-10-01", "2026-09-30", periods=300).strftime("%Y-%m-%d")
        lines = [f"{i},C{i},{day},{500 + i % 90}" for i, day in enumerate(days)]
        tables = read(orders="order_id,customer_id,ordered_at,amount\n" + "\n".join(lines) + "\n")
        rows = compared(tables, [], [])[2].rows.set_index("metric")
        assert rows.loc["churn", ["before", "after", "verdict"]].tolist() == [1, 1, "unclear"]
        assert rows.loc["cltv", "before"] == pytest.approx(
            0.4 * rows.loc["revenue_per_customer", "before"] / 1.08**0.5  # nobody returns after the first year
        )

    def test_subscriptions_with_dates(self) -> None:
        lines = [f"S{i},2023-{1 + i % 12:02d}-01,{'2026-01-01' if i % 4 == 0 else ''}" for i in range(80)]
        tables = read(subscriptions="customer_id,started_on,cancelled_on\n" + "\n".join(lines) + "\n")
        found = compared(tables, [], [])[2]
        assert found.rows["metric"].tolist() == ["churn"]
        assert found.rows.loc[0, ["before", "after", "verdict"]].tolist() == [0, 0.25, "worse"]

    def test_subscriptions_by_tenure(self) -> None:
        tables = read(subscriptions="customer_id,tenure_months,churned\nA,3,yes\nB,20,no\n")
        assert compared(tables, [], [])[2].rows.empty
        given = compared(tables, ["2025-01-01", "2025-06-30"], ["2026-01-01", "2026-06-30"])[2]
        assert given.rows.empty

    def test_a_list_of_customers(self) -> None:
        days = pd.date_range("2024-10-01", "2026-09-30", periods=200).strftime("%Y-%m-%d")
        lines = [f"C{i},{day},{20 + i % 10}" for i, day in enumerate(days)]
        tables = read(customers="customer_id,acquired_on,acquisition_cost\n" + "\n".join(lines) + "\n")
        rows = compared(tables, [], [])[2].rows.set_index("metric")
        assert rows.loc["new_customers", ["before", "after"]].tolist() == [100, 100]
        assert rows.loc["cac", ["before", "after"]].tolist() == [24.5, 24.5]


@pytest.fixture(scope="module")
def retail(shared_data: Path) -> Iterator[dict[str, Table]]:
    """Online Retail by the rules that give its known answers."""
    connection = duckdb.connect()
    file = shared_data / "online_retail.csv.gz"
    connection.execute(
        f"""create table orders as select InvoiceNo as order_id, CustomerID as customer_id,
        InvoiceDate::timestamp as ordered_at, Quantity::double * UnitPrice::double as amount
        from (select distinct * from read_csv('{file}', all_varchar=true))
        where CustomerID <> '' and Quantity::double > 0 and UnitPrice::double > 0"""
    )
    yield read() | {"orders": ibis.duckdb.from_connection(connection).table("orders")}
    connection.close()


class TestOnlineRetail:
    """Split at 2011-06-09. The numbers are pandas': orders by their first line, distinct lines with a customer and a
    positive quantity and price."""

    HALVES = (["2010-12-10", "2011-06-09"], ["2011-06-10", "2011-12-09"])

    def test_two_halves(self, retail: dict[str, Table]) -> None:
        periods, sums, found = compared(retail, *self.HALVES, date(2011, 12, 9))
        assert (sums["spend_before"].sum(), sums["spend_after"].sum()) == pytest.approx((3_220_732.91, 5_355_819.61))
        assert (sums["orders_before"].sum(), sums["orders_after"].sum()) == (7_111, 10_645)
        rows = found.rows.set_index("metric")
        assert rows.loc["customers", ["before", "after"]].tolist() == [2_648, 3_486]
        # 182 days and 183.
        assert rows.loc["revenue", ["before", "after"]].tolist() == pytest.approx(
            [3_220_732.91 * 30 / 182, 5_355_819.61 * 30 / 183]
        )
        assert rows.loc["revenue_per_customer", ["before", "after"]].tolist() == pytest.approx([1_216.289, 1_536.380])
        assert rows.loc["average_order", ["before", "after"]].tolist() == pytest.approx([452.923, 503.130], abs=0.001)
        assert "cltv" in set(found.left_out["metric"])
        assert not periods.same_season
        assert not periods.has_year
        assert not periods.has_placebo

    def test_the_best(self, retail: dict[str, Table]) -> None:
        """530 customers spent 2,257,885.97 before and 2,761,533.57 after; 186 of them were overtaken, 353 came up."""
        periods, sums, _ = compared(retail, *self.HALVES, date(2011, 12, 9))
        found = regression.came_anyway(sums, periods)
        best = found.rows.set_index("group").loc["High-value customers"]
        assert best["customers"] == 530
        assert best["change_share"] == pytest.approx(2_761_533.57 / 2_257_885.971 - 1)
        assert found.moves.loc[0, ["left", "entered"]].tolist() == [186, 353]
        assert not found.expected

    def test_a_year_is_too_short_for_the_default(self, retail: dict[str, Table]) -> None:
        assert compared(retail, [], [], date(2011, 12, 9))[0].before is None


@pytest.fixture(scope="module")
def demo(demo_data: Path) -> Iterator[dict[str, Table]]:
    """Its clean order lines, and its contacts with their measured spend."""
    connection = duckdb.connect()
    connection.execute(
        f"""create table orders as select InvoiceNo as order_id, trim(CustomerCode) as customer_id,
        InvoiceDate::timestamp as ordered_at, Quantity::double * UnitPrice::double as amount
        from (select distinct * from read_csv('{demo_data}/orders.csv', all_varchar=true))
        where trim(CustomerCode) <> '' and try_cast(Quantity as double) > 0 and UnitPrice::double > 0
        and try_cast(InvoiceDate as timestamp) is not null"""
    )
    connection.execute(
        f"""create table exposures as select Campaign as campaign, "Group" as arm, CustomerCode as customer_id,
        SentOn::timestamp as exposed_on, spend::double as spend
        from read_csv('{demo_data}/exposures.csv', all_varchar=true)"""
    )
    engine = ibis.duckdb.from_connection(connection)
    yield read() | {name: engine.table(name) for name in ("orders", "exposures")}
    connection.close()


class TestDemo:
    """The demo's spring campaigns went out when everybody buys more; its lift was planted."""

    def test_before_and_after_overstates_the_planted_lift(self, demo: dict[str, Table], demo_data: Path) -> None:
        """Contacted customers spend more after, and so do those left out: what was planted is far below either."""
        exposures = demo["exposures"]
        arms = exposures.group_by("campaign", "arm").aggregate(
            n=exposures.count(), mean=exposures.spend.mean(), variance=exposures.spend.var()
        )
        told = arms.execute().set_index(["campaign", "arm"])
        planted = json.loads((demo_data / "planted.json").read_text("utf-8"))["lifts"]
        planted = [one for one in planted if (one["campaign"], one["arm"]) in told.index]
        rows = []
        for one in planted:
            arm, out = told.loc[(one["campaign"], one["arm"])], told.loc[(one["campaign"], "Held out")]
            half = 1.96 * math.sqrt(arm["variance"] / arm["n"] + out["variance"] / out["n"])
            gap = arm["mean"] - out["mean"]
            rows.append((one["campaign"], one["arm"], gap, gap - half, gap + half))
        lift = pd.DataFrame(rows, columns=["campaign", "arm", "lift", "low", "high"])
        found = before_campaigns.naive_campaigns(contact_sums(demo, AS_OF, control="Held out"), lift)
        found = found.set_index(["campaign", "arm"])
        assert len(found) == len(planted) >= 3
        for one in planted:
            row = found.loc[(one["campaign"], one["arm"])]
            assert row["lift_low"] < one["spend_lift"] < row["lift_high"]
            assert row["naive_low"] > one["spend_lift"]
            assert row["naive"] == pytest.approx(row["left_out_change"], abs=25)
        assert (found.loc["Spring restock 2026", "verdict"] == "overstates").all()
        assert found.loc[("Spring restock 2026", "Email"), "naive"] > 200

    def test_half_years_move_with_the_seasons_as_a_year_earlier(self, demo: dict[str, Table]) -> None:
        """April to September beats October to March by 9%, as it did the year before: nothing is left to explain."""
        periods, sums, _ = compared(demo, ["2025-10-01", "2026-03-31"], ["2026-04-01", "2026-09-30"])
        found = regression.came_anyway(sums, periods)
        rows = found.rows.set_index(["group", "comparison"])
        assert found.against == "a year earlier"
        assert rows.loc[("All customers", "now"), "verdict"] == "above"
        assert rows.loc[("All customers", "a year earlier"), "verdict"] == "above"
        assert rows.loc[("All customers", "left to explain"), "verdict"] == "unclear"
