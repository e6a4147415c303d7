"""Warehouses: which one holds a client's rows, reading within it, and what Snowflake and BigQuery are asked.

Neither can be had here. DuckDB stands in for each, in a file that several sessions open: it runs what the kit asks,
and every expression is also written in the SQL of the warehouse it stands for, which must succeed and parse.
"""

import sys
import traceback
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import ibis
import ibis.backends.sql.compilers as compilers
import pandas as pd
import pytest
import sqlglot
from ibis.backends.duckdb import Backend
from ibis.common.exceptions import IbisError

from helpers.data.client_data import open_data, remove_data
from helpers.data.engines import dialect, discard, open_engine, warehouse
from helpers.data.features.campaigns import campaign_customers
from helpers.data.features.customers import customer_features
from helpers.data.features.order_lines import monthly_orders
from helpers.data.features.readiness import readiness_facts
from helpers.data.features.subscriptions import subscription_totals
from helpers.data.profiling.tables import profile_tables
from helpers.data.reading.warehouses import choose_engine, read_warehouse
from helpers.data.spec import EVERYONE_ELSE, PartSpec, Rule, TableSpec
from helpers.errors import InputError
from helpers.runs.params import Params

AS_OF = date(2026, 9, 30)
URLS = {
    "snowflake": "snowflake://kit:hunter2@account/SHOP/PUBLIC?warehouse=W&role=R",
    "bigquery": "bigquery://project/shop",
}
SOME = ("orders", "customers", "surveys")  # of the demo client's tables; the others are marked alike
# What DuckDB lacks of the functions that the kit asks the warehouses for.
FUNCTIONS = {
    "snowflake": """
        CREATE OR REPLACE MACRO try_to_double(t) AS try_cast(t AS DOUBLE);
        CREATE OR REPLACE MACRO hex_encode(b) AS hex(b);
        CREATE OR REPLACE MACRO to_json(v) AS v::JSON::VARCHAR;
        CREATE OR REPLACE MACRO convert_timezone(zone, moment) AS moment::TIMESTAMP;
        CREATE OR REPLACE MACRO try_to_timestamp_ntz(t) AS try_cast(t AS TIMESTAMP);
        CREATE OR REPLACE MACRO try_to_timestamp_tz(t, form) AS
            CASE form WHEN 'DD/MM/YYYY' THEN try_strptime(t, '%d/%m/%Y')::TIMESTAMPTZ END;
    """,
    "bigquery": """
        CREATE SCHEMA IF NOT EXISTS safe;
        CREATE OR REPLACE MACRO safe.parse_timestamp(form, t) AS try_strptime(t, form)::TIMESTAMPTZ;
        CREATE OR REPLACE MACRO to_json_string(v) AS to_json(v)::VARCHAR;
        CREATE OR REPLACE MACRO to_hex(b) AS lower(hex(b));
    """,
}


class StandIn(Backend):
    """A DuckDB that also writes what it is asked in another warehouse's SQL."""

    stands_for = ""
    written: list[str]

    def _run_pre_execute_hooks(self, expr: Any) -> None:
        compiler = getattr(compilers, self.stands_for).compiler
        sql = compiler.to_sqlglot(expr.as_table() if isinstance(expr, ibis.Value) else expr).sql(compiler.dialect)
        sqlglot.parse_one(sql, read=compiler.dialect)
        self.written.append(sql)
        super()._run_pre_execute_hooks(expr)


class Shop:
    """A warehouse that is one: `connect` opens sessions of it, `written` is all that they were asked."""

    def __init__(self, kind: str, path: Path) -> None:
        self.kind, self.path, self.url, self.written = kind, path, URLS[kind], list[str]()

    def connect(self, source: str) -> StandIn:
        con = StandIn()
        con.stands_for, con.written = self.kind, self.written
        con.do_connect(str(self.path))
        con.raw_sql("SET TimeZone = 'UTC'")
        con.raw_sql(FUNCTIONS[self.kind])
        return con

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        con = self.connect("")
        try:
            return list(con.raw_sql(sql).fetchall())
        finally:
            con.disconnect()

    def kept(self) -> list[str]:
        return [name for (name,) in self.run("SELECT table_name FROM duckdb_tables() ORDER BY 1") if "kit_" in name]


@pytest.fixture(params=["snowflake", "bigquery"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = Shop(request.param, tmp_path / "shop.duckdb")
    monkeypatch.setattr(warehouse, "connect", shop.connect)

    def engine_of(expression: Any) -> str:
        try:
            backend = expression.get_backend()
        except IbisError:
            return "duckdb"
        return shop.kind if isinstance(backend, StandIn) else "duckdb"

    monkeypatch.setattr(dialect, "engine_of", engine_of)
    return shop


def in_warehouse(params: Params, shop: Shop) -> dict[str, TableSpec]:
    """The demo client's tables, put into the warehouse as text."""
    specs = {}
    for name, spec in params.data.items():
        if name not in SOME:
            continue
        parts = []
        for i, part in enumerate(spec.parts):
            table = f"{name}_{i}"
            given = ibis.duckdb.connect()
            given.raw_sql(f"CREATE TABLE t AS SELECT * FROM read_csv('{part.source}', all_varchar = true)")
            frame = given.table("t").to_pyarrow()
            con = shop.connect("")
            con.con.register("came", frame)
            con.raw_sql(f'CREATE TABLE "{table.upper()}" AS SELECT * FROM came')
            con.disconnect()
            given.disconnect()
            parts.append(replace(part, source=shop.url, table=table))
        specs[name] = replace(spec, parts=tuple(parts))
    return specs


def one(table: str, *parts: PartSpec) -> dict[str, TableSpec]:
    return {table: TableSpec(table, parts)}


class TestEngine:
    """Which engine holds a client's rows."""

    @pytest.mark.parametrize(
        ("sources", "asked", "chosen"),
        [
            ([], None, "duckdb"),
            (["orders.csv", "postgresql://h/shop"], None, "duckdb"),
            (["orders.csv"], "spark", "spark"),
            (["orders.csv", "spark://"], None, "spark"),
            (["spark://", "spark:///"], "spark", "spark"),
            (["sc://host:15002"], None, "sc://host:15002"),
            (["sc://host:15002"], "spark", "sc://host:15002"),
            ([URLS["snowflake"], "orders.csv", URLS["snowflake"]], None, URLS["snowflake"]),
            ([URLS["bigquery"]], None, URLS["bigquery"]),
        ],
    )
    def test_the_one_asked_for_or_the_warehouse(self, sources: list[str], asked: str | None, chosen: str) -> None:
        assert choose_engine(one("orders", *map(PartSpec, sources)), asked) == chosen

    @pytest.mark.parametrize(
        ("sources", "asked", "sentence"),
        [
            (
                [URLS["snowflake"], "spark://"],
                None,
                "data: The sources name 2 warehouses: snowflake: SHOP.PUBLIC, spark. Allowed: one warehouse; files and "
                "other databases are brought into it. Write the same URL everywhere; `table: schema.table` names a "
                "table of another schema.",
            ),
            (
                [URLS["snowflake"]],
                "duckdb",
                "engine: The rows of snowflake: SHOP.PUBLIC stay where they are, and duckdb cannot work on them there. "
                "Take `engine: duckdb` out: a warehouse that a source names is the engine.",
            ),
            (["spark://"], "duckdb", "engine: The rows of spark stay where they are"),
            ([URLS["bigquery"]], "spark", "engine: The rows of bigquery: shop stay where they are"),
        ],
    )
    def test_two_are_refused(self, sources: list[str], asked: str | None, sentence: str) -> None:
        with pytest.raises(InputError) as caught:
            choose_engine(one("orders", *map(PartSpec, sources)), asked)
        assert str(caught.value).startswith(sentence)
        assert "hunter2" not in str(caught.value)

    @pytest.mark.parametrize("kind", ["snowflake", "bigquery"])
    def test_a_package_that_is_not_installed_is_named(
        self, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, {"snowflake": "snowflake.connector", "bigquery": "google.auth"}[kind], None)
        with pytest.raises(InputError) as caught:
            open_engine(URLS[kind], tmp_path)
        assert f'not installed. pip install "customer-report-kit[{kind}]"' in str(caught.value)
        assert "hunter2" not in str(caught.value)
        assert caught.value.__cause__ is None

    def test_a_refused_login_is_said_without_its_secrets(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        given: dict[str, Any] = {}

        def refuse(**asked: Any) -> None:
            given.update(asked)
            raise ValueError("250001: Failed to connect as kit with hunter2: Incorrect username or password")

        monkeypatch.setattr(ibis.snowflake, "connect", refuse)
        with pytest.raises(InputError) as caught:
            open_engine(URLS["snowflake"], tmp_path)
        assert str(caught.value).startswith("snowflake: SHOP.PUBLIC: The warehouse cannot be opened: 250001")
        assert "hunter2" not in "".join(traceback.format_exception(caught.value))
        assert given == {
            **{"account": "account", "database": "SHOP", "schema": "PUBLIC", "user": "kit", "password": "hunter2"},
            **{"warehouse": "W", "role": "R", "create_object_udfs": False},
        }


class TestReading:
    """A table or query of a warehouse, copied within it."""

    def read(self, shop: Shop, folder: Path, **asked: str) -> list[dict[str, Any]]:
        engine = open_engine(shop.url, folder / "reading-1")
        try:
            raw = read_warehouse(engine, PartSpec(shop.url, **asked), "part")  # type: ignore[arg-type]
            rows = raw.table.order_by("kit_row").to_pyarrow().to_pylist()
            assert raw.rows == len(rows) == len({row["kit_row"] for row in rows})
            assert {(row["kit_file"], row["kit_fault"]) for row in rows} == {(raw.label, None)}
        finally:
            engine.close()
        assert shop.kept() == ["kit_reading_1_part"]
        return [{k: v for k, v in row.items() if k not in ("kit_file", "kit_row", "kit_fault")} for row in rows]

    def test_types(self, shop: Shop, tmp_path: Path) -> None:
        shop.run("""
            CREATE TABLE typed AS SELECT 1::TINYINT AS i, 12.34::DECIMAL(9, 2) AS d, 12::DECIMAL(20, 0) AS w, 0.5 AS f,
            'Zoë' AS t, true AS b, DATE '2026-01-05' AS day, TIMESTAMP '2026-01-05 10:00:00.123456' AS at,
            TIMESTAMPTZ '2026-01-05 10:00:00+02' AS zoned, '\\x01\\xFF'::BLOB AS raw, [1, 2] AS list,
            {'a': 1} AS struct, TIME '10:00:00' AS hour
        """)
        (row,) = self.read(shop, tmp_path, table="TYPED")
        assert {key: str(value) for key, value in row.items()} == {
            **{"i": "1", "d": "12.34", "w": "12", "f": "0.5", "t": "Zoë", "b": "True", "day": "2026-01-05"},
            **{"at": "2026-01-05 10:00:00.123456", "zoned": "2026-01-05 08:00:00", "raw": "01ff", "list": "[1,2]"},
            **{"struct": '{"a":1}', "hour": "10:00:00"},
        }
        assert isinstance(row["d"], float)

    def test_rows_are_numbered_alike_each_time(self, shop: Shop, tmp_path: Path) -> None:
        shop.run("CREATE TABLE numbers AS SELECT range AS n, range % 7 AS m FROM range(3000)")
        first = self.read(shop, tmp_path, table="numbers")
        shop.run("CREATE TABLE turned AS SELECT * FROM numbers ORDER BY n DESC")
        assert self.read(shop, tmp_path, query="SELECT n, m FROM turned;") == first
        assert sorted(row["n"] for row in first) == list(range(3000))

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ({"table": "order"}, 'There is no table "order". Allowed: blank, orders. Did you mean "orders"?'),
            ({"table": "eu.order"}, 'There is no table "eu.order". Allowed: eu.clients'),
            ({"table": "blank"}, "The table has no rows"),
            ({"query": "SELECT * FROM orders WHERE no < 0"}, "The query has no rows"),
            ({"query": "SELECT nope FROM orders"}, "The query cannot be read"),
            ({"query": "DELETE FROM orders"}, "not a SELECT"),
            ({"query": "SELECT 1 AS kit_row"}, 'Two columns are called "kit_row"'),
            ({"query": "SELECT 1", "table": "orders"}, "Both `table` and `query` are given"),
            ({}, "Neither `table` nor `query` is given"),
        ],
    )
    def test_what_cannot_be_read_is_said(self, shop: Shop, tmp_path: Path, asked: dict[str, str], said: str) -> None:
        shop.run("CREATE TABLE orders AS SELECT 1 AS no; CREATE TABLE blank (a INT); CREATE TABLE kit_old_x (a INT)")
        shop.run("CREATE SCHEMA eu; CREATE TABLE eu.clients AS SELECT 1 AS a")
        with pytest.raises(InputError) as caught:
            self.read(shop, tmp_path, **asked)
        assert said in str(caught.value)
        assert "\n" not in str(caught.value)
        assert caught.value.__cause__ is None


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
