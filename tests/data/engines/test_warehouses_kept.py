"""What a warehouse keeps for a run and gives up after it, and whole clients in one: see stand_ins.py."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import ibis
import pandas as pd
import pytest
from ibis.common.exceptions import IbisError

from helpers.data.client_data import open_data, remove_data
from helpers.data.engines import discard, open_engine
from helpers.data.features.campaigns import campaign_customers
from helpers.data.features.customers import customer_features
from helpers.data.features.order_lines import monthly_orders
from helpers.data.features.readiness import readiness_facts
from helpers.data.features.subscriptions import subscription_totals
from helpers.data.profiling.tables import profile_tables
from helpers.data.spec import EVERYONE_ELSE, PartSpec, Rule, TableSpec
from helpers.errors import InputError
from helpers.runs.params import Params
from tests.data.engines.stand_ins import SOME, Shop, StandIn, in_warehouse, one

AS_OF = date(2026, 9, 30)


class TestKeeping:
    """What is kept in a warehouse for a run, and removed after it."""

    ORDERS = "SELECT 'A' || range AS no, 'c' || range % 3 AS cust, '2026-01-05' AS day, range * 1.5 AS value"
    COLUMNS: ClassVar = {"order_id": "no", "customer_id": "cust", "ordered_at": "day", "amount": "value"}

    def spec(self, shop: Shop, **more: Any) -> dict[str, TableSpec]:
        return one("orders", PartSpec(shop.url, table="orders", columns=self.COLUMNS, **more))

    def test_another_session_opens_what_one_kept(self, shop: Shop, tmp_path: Path) -> None:
        (tmp_path / "reading-1").mkdir()
        first = open_engine(shop.url, tmp_path / "reading-1")
        stored = first.store(ibis.memtable({"a": [1, 2]}), "rows")
        brought = first.bring(pd.DataFrame({"a": [2], "b": ["x"]}), "more")
        held = first.hold(stored.filter(stored.a > 1), "some")
        with_files = first.take(ibis.memtable({"a": [3], "raw": [b"x"]}), "files")
        assert (held.count().execute(), with_files.a.sum().execute()) == (1, 3)
        sql = first.sql(stored.inner_join(brought, "a"))
        first.close()
        second = open_engine(shop.url, tmp_path / "reading-1")
        assert second.open(sql).to_pyarrow().to_pylist() == [{"a": 2, "b": "x"}]
        second.close()
        discard(shop.url, tmp_path / "reading-2")
        assert shop.kept() == ["kit_reading_1_more", "kit_reading_1_rows"]
        discard(shop.url, tmp_path / "reading-1")
        assert shop.kept() == []

    def test_a_new_reading_takes_the_place_of_the_last(self, shop: Shop, tmp_path: Path) -> None:
        shop.run(f"CREATE TABLE orders AS {self.ORDERS} FROM range(40)")
        open_data(self.spec(shop), AS_OF, tmp_path / "data").close()
        first = shop.kept()
        open_data(self.spec(shop), AS_OF, tmp_path / "data").close()
        assert shop.kept() == first
        open_data(self.spec(shop, filter={"cust": ["c1"]}), AS_OF, tmp_path / "data").close()
        assert len(shop.kept()) == len(first)
        assert not set(shop.kept()) & set(first)
        remove_data(self.spec(shop), tmp_path / "data")
        assert shop.kept() == []
        assert not (tmp_path / "data").exists()

    def test_a_reading_that_fails_leaves_nothing(self, shop: Shop, tmp_path: Path) -> None:
        shop.run(f"CREATE TABLE orders AS {self.ORDERS} FROM range(40)")
        with pytest.raises(InputError, match="ends the run"):
            open_data(self.spec(shop, rules=(Rule("dear", "amount < 10", "stop"),)), AS_OF, tmp_path / "data")
        assert shop.kept() == []

    def test_tables_that_cannot_be_removed_are_named(
        self, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.run(f"CREATE TABLE orders AS {self.ORDERS} FROM range(40)")
        open_data(self.spec(shop), AS_OF, tmp_path / "data").close()

        def refuse(*_: Any, **__: Any) -> None:
            raise IbisError("insufficient privileges")

        monkeypatch.setattr(StandIn, "drop_table", refuse)
        with pytest.raises(InputError, match=r"insufficient privileges\. Drop the tables whose names begin with kit_"):
            remove_data(self.spec(shop), tmp_path / "data")
        assert not (tmp_path / "data").exists()


def test_dates_as_clients_write_them(shop: Shop, tmp_path: Path) -> None:
    """The order of day and month declared, offsets, missing seconds, and what is no date."""
    shop.run("""
        CREATE TABLE orders AS SELECT * FROM (VALUES ('a', '03/02/2026', '2026-02-03 10:00', '1,5'),
            ('b', '31/02/2026', '2026/2/3T10:00:00.5Z', '1.234,50 €'), ('c', NULL, '2026-02-03 10:00:00+0200', 'x'),
            ('d', '1/1/2026', '2026-02-03', '-3'), ('e', '01/01/2026', '20260203', '7')) AS t (no, day, clock, value)
    """)
    part = PartSpec(shop.url, table="orders", decimal=",", set={"customer_id": "c1"})
    by_day = replace(part, columns={"ordered_at": "day", "amount": "value"}, date_format={"all": ("%d/%m/%Y",)})
    by_clock = replace(part, columns={"ordered_at": "clock", "amount": "value"})
    kept = []
    for spec in (by_day, by_clock):
        data = open_data(one("orders", spec), AS_OF, tmp_path / "data")
        rows = data.tables["orders"].order_by("ordered_at", "amount").execute()
        kept.append([(str(row.ordered_at), row.amount) for row in rows.itertuples()])
        data.close()
    assert kept[0] == [("2026-01-01 00:00:00", -3.0), ("2026-01-01 00:00:00", 7.0), ("2026-02-03 00:00:00", 1.5)]
    assert kept[1] == [
        ("2026-02-03 00:00:00", -3.0),
        ("2026-02-03 10:00:00", 1.5),
        ("2026-02-03 10:00:00.500000", 1234.5),
    ]


def test_poorer_tables_in_a_warehouse(shop: Shop, tmp_path: Path) -> None:
    """Orders without money, durations, subscriptions by dates or tenure, and everyone else in a campaign."""
    shop.run("""
        CREATE TABLE orders AS SELECT * FROM (VALUES ('A', DATE '2026-01-05', 2), ('A', DATE '2026-03-05', -1),
            ('B', DATE '2026-02-01', NULL)) AS t (customer_id, ordered_at, quantity);
        CREATE TABLE events AS SELECT 'A' AS customer_id, TIMESTAMP '2026-01-05 10:00:00' AS occurred_at,
            TIMESTAMP '2026-01-05 10:45:00' AS ended_at;
        CREATE TABLE subscriptions AS SELECT * FROM (VALUES ('A', DATE '2025-10-01', DATE '2026-01-01', NULL, NULL),
            ('B', NULL, NULL, 5, 'no')) AS t (customer_id, started_on, cancelled_on, tenure_months, churned);
        CREATE TABLE exposures AS SELECT 'A' AS customer_id, DATE '2026-03-01' AS exposed_on;
    """)
    more: dict[str, dict[str, Any]] = {"events": {"set": {"kind": "call"}}, "exposures": {"control": EVERYONE_ELSE}}
    tables = ("orders", "events", "subscriptions", "exposures")
    specs = {t: TableSpec(t, (PartSpec(shop.url, table=t, **more.get(t, {})),)) for t in tables}
    data = open_data(specs, AS_OF, tmp_path / "data")
    assert sorted(data.tables["orders"].is_return.execute()) == [False, False, True]
    assert data.tables["events"].duration_minutes.execute().tolist() == [45]
    found = subscription_totals(data.tables["subscriptions"], AS_OF)
    assert (found["known"], found["ended"]) == (2, 1)
    arms = campaign_customers(data, {}).groupby("arm")["orders"].count()
    assert arms.to_dict() == {"contacted": 1, EVERYONE_ELSE: 1}
    data.close()


@pytest.mark.slow
def test_the_demo_client_in_a_warehouse(shop: Shop, demo_params: Params, tmp_path: Path) -> None:
    """Rows as files have them give the same counts and features, and all of it can be asked of the warehouse."""
    specs = in_warehouse(demo_params, shop)
    there = open_data(specs, demo_params.as_of, tmp_path / "there")
    files = {name: demo_params.data[name] for name in SOME}
    here = open_data(files, demo_params.as_of, tmp_path / "here")
    counts = ["table", "rows_in", "rows_kept", "rows_set_aside"]
    pd.testing.assert_frame_equal(there.received[counts], here.received[counts])
    pd.testing.assert_frame_equal(there.quality, here.quality)
    pd.testing.assert_frame_equal(
        customer_features(there.tables["orders"], AS_OF), customer_features(here.tables["orders"], AS_OF)
    )
    pd.testing.assert_frame_equal(monthly_orders(there.tables["orders"]), monthly_orders(here.tables["orders"]))
    facts = [readiness_facts(data.tables, data.ratings(), as_of=AS_OF) for data in (there, here)]
    assert facts[0] == facts[1]
    profiled = profile_tables({name: there.tables[name] for name in ("orders", "customers")}, exact_rows=2_000)
    assert len(profiled.columns) == sum(len(there.tables[name].columns) - 2 for name in ("orders", "customers")) - 1
    for data in (there, here):
        data.close()
    remove_data(specs, tmp_path / "there")
    assert shop.kept() == []
