"""Databases by URL: every type arrives as it was, no secret is ever said, and every trouble is one sentence."""

import logging
import sqlite3
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import ibis
import psycopg
import pymysql
import pytest

from helpers.data import databases
from helpers.data.databases import read_database
from helpers.data.drivers import BATCH_BYTES, postgres
from helpers.data.spec import PartSpec
from helpers.data.urls import parse_url
from helpers.errors import InputError
from tests.data.servers import PASSWORD, QUOTED, Server, free_port, mariadb_server, missing_server, postgres_server

OWN = {"kit_file", "kit_row", "kit_fault"}


@pytest.fixture
def con() -> Iterator[Any]:
    con = ibis.duckdb.connect()
    yield con
    con.disconnect()


def part(source: str, **asked: str) -> PartSpec:
    return PartSpec(source, **asked)  # type: ignore[arg-type]


def read(con: Any, source: str, **asked: str) -> list[dict[str, Any]]:
    raw = read_database(con, part(source, **asked), "raw")
    rows = con.con.execute("SELECT * FROM raw ORDER BY kit_row").to_arrow_table().to_pylist()
    assert raw.rows == len(rows) == raw.table.count().execute()
    assert [row["kit_row"] for row in rows] == list(range(1, len(rows) + 1))
    assert {row["kit_file"] for row in rows} == {raw.label}
    assert {row["kit_fault"] for row in rows} == {None}
    assert raw.table.columns[-3:] == ("kit_file", "kit_row", "kit_fault")
    return [{key: value for key, value in row.items() if key not in OWN} for row in rows]


def types(con: Any) -> dict[str, str]:
    described = con.con.execute("DESCRIBE raw").fetchall()
    return {name: kind for name, kind, *_ in described if name not in OWN}


def refusal(con: Any, source: str, **asked: str) -> str:
    """The one sentence of a refusal; nothing of the secret is in it, its traceback or what it carries."""
    with pytest.raises(InputError) as caught:
        read_database(con, part(source, **asked), "raw")
    error = caught.value
    whole = "".join(traceback.format_exception(error, chain=True))
    own = whole.replace(source, "") if "kit:" not in source else whole
    for secret in (PASSWORD, QUOTED, "hunter2"):
        assert secret not in own
    assert error.__cause__ is None
    assert "raw" not in con.list_tables()
    assert "\n" not in str(error)
    return str(error)


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


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    with postgres_server() as server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as db:
            db.execute("CREATE DATABASE shop")
        with psycopg.connect(server.url(), autocommit=True) as db:
            db.execute("CREATE SEQUENCE numbers")
            db.execute("""
            CREATE TABLE typed (i int, b bigint, n numeric(10, 2), id numeric(20, 0), any_size numeric, long_id numeric,
                f real, t text, c char(5), yes bool, day date, at timestamp, zoned timestamptz, u uuid, j jsonb,
                list text[], raw bytea, took interval, paid money, "Odd ""x"" name" int)
        """)
            db.execute("""
            INSERT INTO typed VALUES
            (1, 9007199254740993, 12.34, 12345678901234567890, 0.1, 12345678901234567890, 0.1, 'Zoë 😀, "q"
new line', 'ab', true, '2026-01-05', '2026-01-05 10:00:00.123456', '2026-01-05 10:00:00+02',
             '8c9b1f9e-53a4-4a4c-8b0f-2e0c4c5e9a11', '{"a": [1]}', '{x,"y z",NULL}', '\\x01ff', '2 days', 1234.5, 7),
            (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
             NULL, NULL),
            (-1, -1, 'NaN', 0, 7, 1, 'NaN', '', '', false, 'infinity', '-infinity', 'infinity',
             NULL, 'null', '{}', '', '0', -1, 0)
        """)
            db.execute('CREATE SCHEMA eu; CREATE TABLE eu."Orders" AS SELECT 5 % 3 AS n; CREATE TABLE empty (a int)')
            db.execute("CREATE MATERIALIZED VIEW best AS SELECT 'o''k' AS t")
        yield server


@pytest.mark.xdist_group("postgresql")  # one server, in the one process that runs these
class TestPostgresql:
    def test_types(self, con: Any, postgresql: Server) -> None:
        full, blank, odd = read(con, postgresql.url(), table="typed")
        assert {key: str(value) for key, value in full.items()} == {
            **{"i": "1", "b": "9007199254740993", "n": "12.34", "id": "12345678901234567890", "any_size": "0.1"},
            **{"long_id": "12345678901234567890", "f": "0.1", "t": 'Zoë 😀, "q"\nnew line', "c": "ab", "yes": "True"},
            **{"day": "2026-01-05", "at": "2026-01-05 10:00:00.123456", "zoned": "2026-01-05 08:00:00"},
            **{"u": "8c9b1f9e-53a4-4a4c-8b0f-2e0c4c5e9a11", "j": '{"a": [1]}', "list": '{x,"y z",NULL}', "raw": "01ff"},
            **{"took": "2 days", "paid": "1234.5", 'Odd "x" name': "7"},
        }
        assert set(blank.values()) == {None}
        assert (odd["t"], odd["c"], odd["raw"], odd["j"], odd["yes"]) == ("", "", "", "null", False)
        assert odd["n"] != odd["n"]
        assert (odd["day"], odd["at"], odd["zoned"]) == (None, None, None)
        assert types(con) == {
            **{"i": "BIGINT", "b": "BIGINT", "n": "DOUBLE", "id": "DECIMAL(38,0)", "any_size": "DOUBLE"},
            **{"long_id": "VARCHAR", "f": "DOUBLE", "yes": "BOOLEAN", "day": "DATE", "at": "TIMESTAMP"},
            **{"zoned": "TIMESTAMP", "paid": "DOUBLE", 'Odd "x" name': "BIGINT"},
            **dict.fromkeys(("t", "c", "u", "j", "list", "raw", "took"), "VARCHAR"),
        }

    def test_a_single_column_with_blanks(self, con: Any, postgresql: Server) -> None:
        query = "SELECT * FROM (VALUES ('a'), (NULL), (''), ('\\.')) v(t)"
        assert [row["t"] for row in read(con, postgresql.url(), query=query)] == ["a", None, "", "\\."]

    def test_many_rows_come_in_pieces_and_in_order(self, con: Any, postgresql: Server) -> None:
        query = "SELECT n, repeat('x', 100) AS t FROM generate_series(1, 200000) n ORDER BY n DESC"
        session = postgres.connect(parse_url(postgresql.url()))
        try:
            batches = list(session.batches(query, session.columns(query)))
        finally:
            session.close()
        assert sum(b.num_rows for b in batches) == 200_000
        assert max(b.nbytes for b in batches) < 2 * BATCH_BYTES
        assert len(batches) > 2
        raw = read_database(con, part(postgresql.url(), query=query), "raw")
        in_order = (raw.table.n + raw.table.kit_row == 200_001).all().execute()
        assert (raw.rows, in_order) == (200_000, True)

    def test_a_schema_a_view_and_a_percent_sign(self, con: Any, postgresql: Server) -> None:
        assert read(con, postgresql.url(), table="eu.Orders") == [{"n": 2}]
        assert read(con, postgresql.url(), table="public.best") == [{"t": "o'k"}]
        assert read(con, postgresql.url(), query="SELECT 7 % 4 AS n") == [{"n": 3}]
        assert read_database(con, part(postgresql.url(), table="best"), "b").label == "postgresql: shop.best"
        assert 'Did you mean "eu.Orders"?' in refusal_keeping(con, postgresql.url(), table="eu.orders")
        assert "The table has no rows" in refusal_keeping(con, postgresql.url(), table="empty")

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("SELECT nope", 'column "nope" does not exist'),
            ("SELECT FROM WHERE", 'syntax error at or near "WHERE"'),
            ("UPDATE typed SET i = 1", "not a SELECT"),
            ("WITH gone AS (DELETE FROM typed RETURNING *) SELECT * FROM gone", "not a SELECT"),
            ("SELECT * INTO copied FROM typed", "not a SELECT"),
            ("SELECT 1; DROP TABLE typed", "several statements"),
            ("SELECT nextval('numbers')", "would change the database"),
            ("SELECT 1 / (n - 90000) AS x FROM generate_series(1, 200000) n", "division by zero"),
            (
                "SELECT n, CASE WHEN n = 150000 THEN pg_terminate_backend(pg_backend_pid()) END AS x, repeat('x', 100) "
                "FROM generate_series(1, 200000) n",
                "terminating connection",
            ),
        ],
    )
    def test_a_wrong_query(self, con: Any, postgresql: Server, query: str, expected: str) -> None:
        message = refusal(con, postgresql.url(), query=query)
        assert expected in message
        assert message.startswith("postgresql: shop: ")

    def test_a_refused_login(self, con: Any, postgresql: Server, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG):
            message = refusal(con, postgresql.url(password="hunter2"), table="typed")
        assert "refuses the user name or the password" in message
        assert "hunter2" not in caplog.text
        assert "hunter2" not in refusal(con, postgresql.url(options="?nonsense=hunter2"), table="typed")
        assert 'There is no database "shpo"' in refusal(con, postgresql.url("shpo"), table="typed")

    def test_what_the_error_carries_holds_no_driver_error(self, con: Any, postgresql: Server) -> None:
        with pytest.raises(InputError) as caught:
            read_database(con, part(postgresql.url(password="hunter2"), table="typed"), "raw")
        assert caught.value.__context__ is None

    def test_rows_that_are_lost_on_the_way_are_noticed(
        self, con: Any, postgresql: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(postgres.PostgresSession, "count", lambda self, sql: 5)
        assert "3 of 5 rows were delivered" in refusal(con, postgresql.url(), table="typed")


def refusal_keeping(con: Any, source: str, **asked: str) -> str:
    con.drop_table("raw", force=True)
    return refusal(con, source, **asked)


def test_continuous_integration_must_have_the_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install postgresql"):
        missing_server("PostgreSQL", "postgresql")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception):
        missing_server("PostgreSQL", "postgresql")


def test_a_server_that_is_not_there(con: Any) -> None:
    for scheme in ("postgresql", "mysql"):
        port = free_port()
        message = refusal(con, f"{scheme}://kit:hunter2@127.0.0.1:{port}/shop", table="orders")
        assert f"The database server 127.0.0.1:{port} cannot be reached" in message


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    """A server with the table `typed`, filled by a session of another time zone and without strictness."""
    with mariadb_server() as server:
        db = pymysql.connect(host="127.0.0.1", port=server.port, user="kit", password=PASSWORD, database="shop")
        with db, db.cursor() as cursor:
            cursor.execute("""
                CREATE TABLE typed (i int, b bigint unsigned, n decimal(10, 2), id decimal(20, 0), w decimal(9, 0),
                    f float, t text, yes boolean, day date, at datetime(6), zoned timestamp(3) NULL, raw varbinary(9),
                    j json, took time, y year)
            """)
            cursor.execute("SET time_zone = '+02:00'")
            cursor.execute("SET sql_mode = ''")
            cursor.execute("""
                INSERT INTO typed VALUES
                (1, 18446744073709551615, 12.34, 12345678901234567890, 9, 0.1, 'Zoë 😀', true, '2026-01-05',
                 '2026-01-05 10:00:00.123456', '2026-01-05 10:00:00.5', x'01ff', '{"a": [1]}', '10:00:00', 2026),
                (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                (-1, 0, -1, -2, -3, 1, '', false, '0000-00-00', '0000-00-00', NULL, '', '[]', '-01:00:00', 2000)
            """)
            cursor.execute("CREATE TABLE empty (a int)")
            db.commit()
        yield server


@pytest.mark.xdist_group("mariadb")
class TestMariadb:
    def test_types(self, con: Any, mariadb: Server) -> None:
        full, blank, odd = read(con, mariadb.url(), table="typed")
        assert {key: str(value) for key, value in full.items()} == {
            **{"i": "1", "b": "18446744073709551615", "n": "12.34", "id": "12345678901234567890", "w": "9", "f": "0.1"},
            **{"t": "Zoë 😀", "yes": "1", "day": "2026-01-05", "at": "2026-01-05 10:00:00.123456", "y": "2026"},
            **{"zoned": "2026-01-05 08:00:00.500000", "raw": "01ff", "j": '{"a": [1]}', "took": "10:00:00"},
        }
        assert set(blank.values()) == {None}
        assert (odd["t"], odd["day"], odd["at"], odd["raw"], odd["w"]) == ("", None, None, "", -3)
        assert types(con) == {
            **{"i": "BIGINT", "b": "DECIMAL(38,0)", "n": "DOUBLE", "id": "DECIMAL(38,0)", "w": "BIGINT", "f": "DOUBLE"},
            **{"yes": "BIGINT", "day": "DATE", "at": "TIMESTAMP", "zoned": "TIMESTAMP", "y": "BIGINT"},
            **dict.fromkeys(("t", "raw", "j", "took"), "VARCHAR"),
        }

    def test_many_rows(self, con: Any, mariadb: Server) -> None:
        rows = read(con, mariadb.url(), query="SELECT seq AS n FROM seq_1_to_120000 ORDER BY seq")
        assert [row["n"] for row in rows] == list(range(1, 120_001))

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            ({"table": "typd"}, 'Did you mean "typed"?'),
            ({"table": "empty"}, "The table has no rows"),
            ({"query": "SELECT nope FROM typed"}, "Unknown column 'nope'"),
            ({"query": "DELETE FROM typed"}, "not a SELECT"),
            ({"query": "SELECT 1 AS a INTO OUTFILE '/tmp/x'"}, "mariadb: shop"),
        ],
    )
    def test_troubles(self, con: Any, mariadb: Server, asked: dict[str, str], expected: str) -> None:
        assert expected in refusal(con, mariadb.url(), **asked)

    def test_a_refused_login(self, con: Any, mariadb: Server) -> None:
        assert "refuses the user name or the password" in refusal(con, mariadb.url(password="hunter2"), table="typed")
        assert "mariadb: shpo" in refusal(con, mariadb.url("shpo"), table="typed")
        assert 'unknown option "nonsense"' in refusal(con, mariadb.url(options="?nonsense=hunter2"), table="typed")
