"""DuckDB files: opened read-only by a connection of their own, streamed as Arrow."""

from collections.abc import Generator

import duckdb
import pyarrow as pa

from helpers.data.reading.drivers import BATCH_ROWS, Column, Explained, by_shown_name, decimal_type
from helpers.data.reading.engine import quoted
from helpers.data.urls import DatabaseUrl
from helpers.errors import first_line

ERRORS: tuple[type[Exception], ...] = (duckdb.Error, pa.ArrowInvalid)
INTEGERS = ("tinyint", "smallint", "integer", "bigint", "utinyint", "usmallint", "uinteger")


class DuckSession:
    """One snapshot of the file."""

    dialect = "duckdb"

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        con.begin()

    def tables(self) -> dict[str, tuple[str, str]]:
        listed = """
            SELECT CASE WHEN table_schema = current_schema() THEN '' ELSE table_schema END, table_name
            FROM information_schema.tables WHERE table_schema NOT IN ('information_schema', 'pg_catalog') ORDER BY 1, 2
        """
        return by_shown_name(self._con.execute(listed).fetchall())

    def columns(self, sql: str) -> list[Column]:
        # Not description: there every decimal is alike.
        relation = self._con.sql(f"SELECT * FROM ({sql}\n) AS kit_source")
        return [_column(name, str(kind)) for name, kind in zip(relation.columns, relation.types, strict=True)]

    def batches(self, sql: str, columns: list[Column]) -> Generator[pa.RecordBatch, None, None]:
        wanted = ", ".join(f"{c.sql} AS {quoted(c.name)}" for c in columns)
        yield from self._con.execute(f"SELECT {wanted} FROM ({sql}\n) AS kit_source").to_arrow_reader(BATCH_ROWS)

    def count(self, sql: str) -> int:
        row = self._con.execute(f"SELECT count(*) FROM ({sql}\n) AS kit_source").fetchone()
        return int(row[0]) if row else 0

    def close(self) -> None:
        self._con.close()


def connect(url: DatabaseUrl) -> DuckSession:
    """Open the file that a URL names."""
    con = duckdb.connect(url.database, read_only=True)
    try:
        return DuckSession(con)
    except BaseException:
        con.close()
        raise


def explain(error: Exception, url: DatabaseUrl) -> Explained:
    """What went wrong, in words."""
    line = first_line(error)
    if "not a valid DuckDB database" in line:
        return Explained("The file is not a DuckDB database", "Correct `source`, or ask for the file again.")
    if "lock" in line and isinstance(error, duckdb.IOException):
        return Explained("Another program has the DuckDB database open", "Try again when it is closed.")
    return Explained(f"The database refuses to read this: {line}")


def _column(name: str, kind: str) -> Column:
    own, kind = quoted(name), kind.lower()
    if kind in INTEGERS:
        return Column(name, pa.int64(), f"{own}::BIGINT")
    if kind in ("hugeint", "ubigint"):
        return Column(name, pa.decimal128(38, 0), f"{own}::DECIMAL(38, 0)")
    if kind.startswith("decimal"):
        precision, scale = (int(n) for n in kind[len("decimal(") : -1].split(","))
        arrow, _ = decimal_type(precision, scale)
        wanted = "DOUBLE" if scale else "BIGINT" if arrow == pa.int64() else "DECIMAL(38, 0)"
        return Column(name, arrow, f"{own}::{wanted}")
    if kind in ("float", "double"):
        return Column(name, pa.float64(), f"{own}::DOUBLE")
    if kind == "boolean":
        return Column(name, pa.bool_(), own)
    if kind == "date":
        return Column(name, pa.date32(), _finite(own))
    if kind == "timestamp with time zone":
        return Column(name, pa.timestamp("us"), f"make_timestamp(epoch_us({_finite(own)}))")
    if kind.startswith("timestamp"):
        return Column(name, pa.timestamp("us"), f"{_finite(own)}::TIMESTAMP")
    if kind == "blob":
        return Column(name, pa.string(), f"lower(hex({own}))")
    return Column(name, pa.string(), f"{own}::VARCHAR")


def _finite(value: str) -> str:
    """Infinite dates say "never": blank here."""
    return f"CASE WHEN isfinite({value}) THEN {value} END"
