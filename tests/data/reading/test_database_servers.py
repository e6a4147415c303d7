"""PostgreSQL and MariaDB, each in a throw-away server: every type arrives as it was, and no secret is ever said."""

import logging
from collections.abc import Iterator
from typing import Any

import psycopg
import pymysql
import pytest

from helpers.data.reading.databases import read_database
from helpers.data.reading.drivers import BATCH_BYTES, postgres
from helpers.data.urls import parse_url
from helpers.errors import InputError
from tests.data.reading.database_reads import part, read, refusal, types
from tests.servers import PASSWORD, Server, free_port, mariadb_server, missing, postgres_server


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
        missing("PostgreSQL", "apt-get install postgresql")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception):
        missing("PostgreSQL", "apt-get install postgresql")


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
