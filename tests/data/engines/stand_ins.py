"""DuckDB in place of a warehouse that cannot be had here, and the demo client's tables in it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import ibis.backends.sql.compilers as compilers
import sqlglot
from ibis.backends.duckdb import Backend

from helpers.data.spec import PartSpec, TableSpec
from helpers.runs.params import Params

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
