"""Databases by URL: every type arrives as it was, no secret is ever said, and every trouble is one sentence."""

import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import pytest

from helpers.data.reading import databases
from tests.data.reading.database_reads import read, refusal, types


class TestRefusals:
    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("postgresq://kit:hunter2@h/shop", 'Did you mean "postgresql://"'),
            ("oracle://kit:hunter2@h/shop", "Allowed: sqlite://, duckdb://, postgresql://"),
            ("postgresql://kit:hunter2@h:54x2/shop", "The port in the URL is not a number"),
            ("postgresql://kit:hunter2@h", "The URL names no database"),
            ("mysql:///shop", "The URL names no host"),
            ("sqlite://", "The URL names no database file"),
        ],
    )
    def test_a_wrong_url_is_refused(self, con: Any, source: str, expected: str) -> None:
        assert expected in refusal(con, source, table="orders")

    def test_a_table_or_a_query_not_both_nor_neither(self, con: Any) -> None:
        url = "postgresql://kit:hunter2@h/shop"
        assert "Both `table` and `query` are given" in refusal(con, url, table="a", query="SELECT 1")
        assert "Neither `table` nor `query` is given" in refusal(con, url)

    def test_a_driver_that_is_not_installed_is_named(self, con: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        def missing(name: str) -> None:
            raise ModuleNotFoundError("No module named 'psycopg'", name="psycopg")

        monkeypatch.setattr(databases, "import_module", missing)
        message = refusal(con, "postgresql://kit:hunter2@h/shop", table="orders")
        assert 'pip install "customer-report-kit[postgres]"' in message


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE orders (no INTEGER, who TEXT, value REAL, mixed, raw BLOB, day DATE)")
        rows = [
            (1, "Zoë 😀", 1.5, 7, b"\x01\xff", "2026-01-05"),
            (2**53 + 1, 'a,"b"\nc', 2, "x", None, None),
            (None, "", None, 0.1, b"", "2026-02-30"),
        ]
        db.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", rows)
        db.execute("CREATE TABLE blank (a)")
        db.execute('CREATE VIEW "odd.name" AS SELECT 1 AS a')
    db.close()
    return f"sqlite://{path}"


class TestSqlite:
    def test_types(self, con: Any, sqlite_url: str) -> None:
        rows = read(con, sqlite_url, table="orders")
        assert rows == [
            {"no": 1, "who": "Zoë 😀", "value": 1.5, "mixed": "7", "raw": "01ff", "day": "2026-01-05"},
            {"no": 2**53 + 1, "who": 'a,"b"\nc', "value": 2.0, "mixed": "x", "raw": None, "day": None},
            {"no": None, "who": "", "value": None, "mixed": "0.1", "raw": "", "day": "2026-02-30"},
        ]
        assert types(con)["no"] == "BIGINT"
        assert types(con)["value"] == "DOUBLE"

    def test_a_query(self, con: Any, sqlite_url: str) -> None:
        rows = read(con, sqlite_url, query="SELECT count(*) AS n, min(value) AS low FROM orders; -- all of them")
        assert rows == [{"n": 3, "low": 1.5}]

    def test_a_name_with_a_dot(self, con: Any, sqlite_url: str) -> None:
        assert read(con, sqlite_url, table="odd.name") == [{"a": 1}]

    def test_text_that_is_not_utf8(self, con: Any, tmp_path: Path) -> None:
        with sqlite3.connect(tmp_path / "old.db") as db:
            db.execute("CREATE TABLE t AS SELECT CAST(x'5a6feb' AS TEXT) AS who")
        db.close()
        assert read(con, f"sqlite://{tmp_path}/old.db", table="t") == [{"who": "Zoë"}]

    def test_a_file_that_is_not_there_is_not_made(self, con: Any, tmp_path: Path, sqlite_url: str) -> None:
        message = refusal(con, f"sqlite://{tmp_path}/shop.dbx", table="orders")
        assert "There is no such file" in message
        assert 'Did you mean "shop.db"?' in message
        assert sorted(p.name for p in tmp_path.iterdir()) == ["shop.db"]

    def test_a_file_that_is_no_database(self, con: Any, tmp_path: Path) -> None:
        (tmp_path / "shop.db").write_text("no,cust\n" * 1000)
        assert "not a SQLite database" in refusal(con, f"sqlite://{tmp_path}/shop.db", table="orders")
        assert "This is a folder" in refusal(con, f"sqlite://{tmp_path}", table="orders")

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            ({"table": "order"}, 'no table "order". Allowed: blank, odd.name, orders. Did you mean "orders"?'),
            ({"table": "blank"}, "The table has no rows"),
            ({"query": "SELECT * FROM orders WHERE no < 0"}, "The query has no rows"),
            ({"query": "SELECT nope FROM orders"}, "no such column: nope"),
            ({"query": "SELECT FROM WHERE"}, 'near "FROM": syntax error'),
            ({"query": "DELETE FROM orders"}, "not a SELECT"),
            ({"query": "PRAGMA journal_mode = wal"}, "not a SELECT"),
            ({"query": "SELEKT 1"}, "not a SELECT"),
            ({"query": "SELECT 1; DELETE FROM orders"}, "several statements"),
            ({"query": "SELECT 'a"}, "cannot be understood"),
            ({"query": "SELECT no, who AS NO FROM orders"}, 'Two columns are called "NO"'),
            ({"query": "SELECT no AS kit_row FROM orders"}, 'Two columns are called "kit_row"'),
        ],
    )
    def test_what_cannot_be_read_is_said(self, con: Any, sqlite_url: str, asked: dict[str, str], expected: str) -> None:
        message = refusal(con, sqlite_url, **asked)
        assert expected in message
        assert message.startswith("sqlite: shop")


class TestDuckDb:
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        with duckdb.connect(str(tmp_path / "shop.duckdb")) as db:
            db.execute("""
                CREATE TABLE typed AS SELECT 1::TINYINT AS i, 170141183460469231::HUGEINT AS h,
                    12.34::DECIMAL(9, 2) AS d, 12::DECIMAL(20, 0) AS w, 0.5::FLOAT AS f, 'Zoë' AS t, true AS b,
                    DATE '2026-01-05' AS day,
                    TIMESTAMP '2026-01-05 10:00:00.123456' AS at, TIMESTAMPTZ '2026-01-05 10:00:00+02' AS zoned,
                    '\\x01\\xFF'::BLOB AS raw, [1, 2] AS list, {'a': 1} AS struct, 'infinity'::TIMESTAMP AS never,
                    '8c9b1f9e-53a4-4a4c-8b0f-2e0c4c5e9a11'::UUID AS id
            """)
            db.execute("CREATE SCHEMA eu")
            db.execute("CREATE TABLE eu.orders AS SELECT range AS n FROM range(200_000)")
        return f"duckdb://{tmp_path}/shop.duckdb"

    def test_types(self, con: Any, url: str) -> None:
        (row,) = read(con, url, table="typed")
        shown = {key: str(value) for key, value in row.items()}
        assert shown == {
            **{"i": "1", "h": "170141183460469231", "d": "12.34", "w": "12", "f": "0.5", "t": "Zoë", "b": "True"},
            **{"day": "2026-01-05", "at": "2026-01-05 10:00:00.123456", "zoned": "2026-01-05 08:00:00"},
            "never": "None",
            **{"raw": "01ff", "list": "[1, 2]", "struct": "{'a': 1}", "id": "8c9b1f9e-53a4-4a4c-8b0f-2e0c4c5e9a11"},
        }
        assert types(con) == {
            **{"i": "BIGINT", "h": "DECIMAL(38,0)", "d": "DOUBLE", "w": "DECIMAL(38,0)", "f": "DOUBLE", "t": "VARCHAR"},
            **{"b": "BOOLEAN", "day": "DATE", "at": "TIMESTAMP", "zoned": "TIMESTAMP", "never": "TIMESTAMP"},
            **dict.fromkeys(("raw", "list", "struct", "id"), "VARCHAR"),
        }

    def test_rows_keep_their_order(self, con: Any, url: str) -> None:
        rows = read(con, url, table="eu.orders")
        assert [row["n"] for row in rows] == list(range(200_000))

    def test_troubles(self, con: Any, url: str, tmp_path: Path) -> None:
        assert "Allowed: typed, eu.orders" in refusal(con, url, table="orders")
        assert "not a SELECT" in refusal(con, url, query="COPY typed TO 'x.csv'")
        (tmp_path / "bad.duckdb").write_text("no")
        assert "not a DuckDB database" in refusal(con, f"duckdb://{tmp_path}/bad.duckdb", table="typed")
