"""Warehouses: which one holds a client's rows, reading within it, and what Snowflake and BigQuery are asked.

Neither can be had here. DuckDB stands in for each, in a file that several sessions open: it runs what the kit asks,
and every expression is also written in the SQL of the warehouse it stands for, which must succeed and parse.
"""

import sys
import traceback
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pytest

from helpers.data.engines import open_engine
from helpers.data.reading.warehouses import choose_engine, read_warehouse
from helpers.data.spec import PartSpec
from helpers.errors import InputError
from tests.data.engines.stand_ins import URLS, Shop, one

AS_OF = date(2026, 9, 30)


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
