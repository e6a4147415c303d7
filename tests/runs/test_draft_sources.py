"""`kit new` from URLs: databases and object storage are drafted like files, and no password is ever written."""

import io
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import fsspec
import ibis
import pandas as pd
import pytest
from ruamel.yaml import YAML

from helpers.data.client_data import open_data
from helpers.data.guess import sampling_databases
from helpers.data.guess.sampling import Sample
from helpers.data.reading import databases
from helpers.data.reading.drivers import sqlite
from helpers.data.reading.drivers.sqlite import SqliteSession, connect
from helpers.data.urls import DatabaseUrl
from helpers.errors import InputError
from helpers.runs.draft import draft_client
from helpers.runs.draft_head import Wishes
from helpers.runs.draft_sources import open_sources
from tests.runs.conftest import Kit
from tests.runs.drafts import mapping, unsure
from tests.servers import PASSWORD, QUOTED, Server, postgres_server

ORDERS = [(f"B{i}", f"{i % 9:03d}", f"2026-0{1 + i % 6}-11 10:00:00", i + 0.5) for i in range(60)]
CUSTOMERS = [(f"{i:03d}", f"Ann {i}", f"a{i}@x.com") for i in range(30)]
COLUMNS = {"order_id": "order_no", "customer_id": "cust_no", "ordered_at": "order_date", "amount": "total"}


def fill(run: Callable[..., Any]) -> None:
    """A shop's tables: two that are the kit's, one that is none, and one without rows."""
    run("CREATE TABLE orders (order_no VARCHAR(9), cust_no VARCHAR(9), order_date TIMESTAMP, total DECIMAL(9, 2))")
    run("CREATE TABLE customers (customer_id VARCHAR(9), name VARCHAR(9), email VARCHAR(20))")
    run("CREATE TABLE shelf (place VARCHAR(9), humidity INTEGER)")
    run("CREATE TABLE spare (order_no VARCHAR(9), total INTEGER)")
    for order, customer, at, total in ORDERS:
        run(f"INSERT INTO orders VALUES ('{order}', '{customer}', '{at}', {total})")
    for number, name, email in CUSTOMERS:
        run(f"INSERT INTO customers VALUES ('{number}', '{name}', '{email}')")
    for i in range(30):
        run(f"INSERT INTO shelf VALUES ('b{i}', {i})")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as db, db:
        fill(db.execute)
    return path


def more(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)


class TestDatabases:
    def check(self, draft: Any, params: Any, folder: Path) -> None:
        assert list(params.data) == ["orders", "customers"]
        (orders,), (customers,) = params.data["orders"].parts, params.data["customers"].parts
        assert (orders.table, mapping(orders)) == ("orders", COLUMNS)
        assert (customers.table, mapping(customers)["email"]) == ("customers", "email")
        assert params.as_of == date(2026, 6, 11)
        assert unsure(draft) == {"currency", "business_model"}
        told = " ".join(draft.left_out)
        assert "shop.spare: has no rows" in told
        assert "shop.shelf: it shows nothing of any table" in told
        data = open_data(params.data, params.as_of, folder / "read")
        assert data.received["rows_kept"].tolist() == [60, 30]
        assert data.tables["orders"].amount.sum().execute() == sum(row[3] for row in ORDERS)
        data.close()

    def test_sqlite(self, drafted: Any, shop: Path, tmp_path: Path) -> None:
        draft, params = drafted(f"sqlite://{shop}")
        self.check(draft, params, tmp_path)
        part = YAML(typ="safe").load(draft.text)["data"]["orders"]
        assert (part["source"], part["table"]) == ("sqlite://../shop.db", "orders")
        assert "sqlite: shop.orders, order_date" in draft.text
        assert draft.secrets == ()

    def test_duckdb(self, drafted: Any, tmp_path: Path) -> None:
        with duckdb.connect(tmp_path / "shop #1 100%.duckdb") as db:
            fill(db.execute)
        draft, params = drafted(f"duckdb://{tmp_path}/shop %231 100%25.duckdb")
        told = tuple(line.replace("shop #1 100%.", "shop.") for line in draft.left_out)
        self.check(type(draft)(**{**vars(draft), "left_out": told}), params, tmp_path)

    def test_postgres_and_its_password(
        self, drafted: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres: Server
    ) -> None:
        monkeypatch.setenv("ACME_PASSWORD", QUOTED)  # for the reading
        draft, params = drafted(postgres.url())
        self.check(draft, params, tmp_path)
        assert PASSWORD not in draft.text
        assert QUOTED not in draft.text
        assert f"kit:${{ACME_PASSWORD}}@127.0.0.1:{postgres.port}/shop" in draft.text
        assert draft.secrets == ("ACME_PASSWORD",)

    def test_one_table(self, drafted: Any, shop: Path) -> None:
        draft, params = drafted(f"sqlite://{shop}#orders")
        assert (list(params.data), draft.left_out) == (["orders"], ())

    def test_a_file_and_a_database(self, drafted: Any, shop: Path, tmp_path: Path) -> None:
        (tmp_path / "crm.csv").write_text("customer_id,email\n" + "".join(f"{i},a{i}@x.com\n" for i in range(30)))
        _, params = drafted(f"sqlite://{shop}#orders", tmp_path / "crm.csv")
        assert {table: spec.parts[0].table for table, spec in params.data.items()} == {
            "orders": "orders", "customers": None,
        }  # fmt: skip

    def test_a_second_table_of_the_same_rows_is_left_out_until_it_is_named(self, drafted: Any, shop: Path) -> None:
        more(shop, "CREATE VIEW best_orders AS SELECT * FROM orders WHERE total > 20")
        draft, params = drafted(f"sqlite://{shop}")
        assert [p.table for p in params.data["orders"].parts] == ["orders"]
        assert "shop.best_orders: looks like orders too, as orders does" in " ".join(draft.left_out)
        _, params = drafted(f"sqlite://{shop}#orders", f"sqlite://{shop}#best_orders")
        assert [p.table for p in params.data["orders"].parts] == ["orders", "best_orders"]

    def test_a_table_a_year_is_all_of_them(self, drafted: Any, shop: Path) -> None:
        more(shop, "ALTER TABLE orders RENAME TO orders_2025", "CREATE TABLE orders_2026 AS SELECT * FROM orders_2025")
        _, params = drafted(f"sqlite://{shop}")
        assert [p.table for p in params.data["orders"].parts] == ["orders_2025", "orders_2026"]

    def test_many_tables(self, drafted: Any, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sampling_databases, "MOST_TABLES", 2)
        draft, params = drafted(f"sqlite://{shop}")
        assert list(params.data) == ["orders", "customers"]  # by their names they are looked at first
        assert "2 more tables were not looked at; name one as <URL>#" in " ".join(draft.left_out)

    def test_a_long_table(self, drafted: Any, tmp_path: Path) -> None:
        """The sample is spread over it, and the last day is found though the sample does not hold it."""
        with closing(sqlite3.connect(tmp_path / "long.db")) as db, db:
            db.execute("CREATE TABLE aktion (Kundennummer, Testgruppe, gekauft, Datum)")
            lines = [(i, "Brief" if i < 29_000 else "Kontrollgruppe", i % 2, "2026-01-05") for i in range(30_000)]
            lines[20_001] = (20_001, "Brief", 1, "2026-02-02")
            db.executemany("INSERT INTO aktion VALUES (?, ?, ?, ?)", lines)
        draft, params = drafted(f"sqlite://{tmp_path}/long.db")
        part = params.data["exposures"].parts[0]
        assert (part.control, part.outcomes) == ("Kontrollgruppe", ("gekauft",))
        assert (params.as_of, draft.understood[0].rows) == (date(2026, 2, 2), 30_000)
        assert 15_000 < len(draft.understood[0].samples[0].frame) <= 20_000


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    import psycopg

    with postgres_server() as server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as db:
            db.execute("CREATE DATABASE shop")
        with psycopg.connect(server.url()) as db:
            fill(db.execute)
        yield server


@pytest.fixture
def bucket() -> Iterator[Any]:
    system = fsspec.filesystem("memory")
    for year in (2024, 2025):
        lines = [f"{year}{i},{i % 7},{year}-0{1 + i % 9}-11,{i}.5" for i in range(30)]
        text = "\n".join(["order_id,customer_id,ordered_at,amount", *lines])
        system.pipe(f"/kit-new/orders_{year}.csv", text.encode())
    system.pipe("/kit-new/crm.csv", b"customer_id,email\n" + b"".join(b"%d,a%d@x.com\n" % (i, i) for i in range(30)))
    yield system
    system.rm("/kit-new", recursive=True)


@pytest.mark.usefixtures("bucket")
class TestObjectStorage:
    def test_a_file(self, drafted: Any) -> None:
        draft, params = drafted("memory://kit-new/orders_2024.csv")
        assert params.data["orders"].parts[0].source == "memory://kit-new/orders_2024.csv"
        assert (params.as_of, draft.understood[0].shown) == (date(2024, 9, 11), "orders_2024.csv")

    def test_a_folder_becomes_a_glob_and_a_file(self, drafted: Any, tmp_path: Path) -> None:
        _, params = drafted("memory://kit-new/")
        assert params.data["orders"].parts[0].source.endswith("kit-new/orders_*.csv")
        assert params.data["customers"].parts[0].source.endswith("kit-new/crm.csv")
        data = open_data(params.data, params.as_of, tmp_path / "read")
        assert data.received["rows_kept"].tolist() == [60, 30]
        data.close()

    def test_every_sheet_of_a_workbook(self, drafted: Any, bucket: Any) -> None:
        book = io.BytesIO()
        with pd.ExcelWriter(book, engine="openpyxl") as writer:
            pd.DataFrame({"Notes": ["read me"]}).to_excel(writer, sheet_name="About", index=False)
            customers = pd.DataFrame(CUSTOMERS, columns=["customer_id", "name", "email"])
            customers.to_excel(writer, sheet_name="CRM", index=False)
        bucket.pipe("/kit-new/crm.xlsx", book.getvalue())
        draft, params = drafted("memory://kit-new/crm.xlsx", as_of=date(2026, 9, 30))
        assert params.data["customers"].parts[0].sheet == "CRM"
        assert draft.left_out[0].startswith("crm.xlsx, sheet About: it shows nothing")

    def test_named_twice(self, drafted: Any) -> None:
        draft, _ = drafted("memory://kit-new/orders_2024.csv", "memory://kit-new/orders_2024.csv")
        assert draft.left_out == ("orders_2024.csv: named twice, read once",)

    def test_without_a_date_the_day_must_be_said(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"No source holds a date.*--as-of 2026-09-30"):
            draft_client("x", ["memory://kit-new/crm.csv"], tmp_path, Wishes())
        assert draft_client("x", ["memory://kit-new/crm.csv"], tmp_path, Wishes(as_of=date(2026, 9, 30)))

    def test_a_missing_file_names_its_neighbours(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"no such file.*Did you mean \"orders_2024\.csv\""):
            draft_client("x", ["memory://kit-new/order_2024.csv"], tmp_path, Wishes())


class TestSecrets:
    def written(self, *sources: str, slug: str = "acme", folder: Path) -> tuple[list[str], dict[str, str]]:
        with open_sources(slug, [], folder) as found:
            for source in sources:
                found.remember(source, source)
            return [found.written(source) for source in sources], found.secrets

    def test_two_databases_with_passwords_of_their_own(self, tmp_path: Path) -> None:
        urls = [f"postgresql://u:{word}@h/{name}" for word, name in (("one", "a"), ("two", "b"), ("one", "c"))]
        texts, secrets = self.written(*urls, slug="7-acme", folder=tmp_path)
        assert [text.partition("u:")[2].partition("@")[0] for text in texts] == [
            "${_7_ACME_PASSWORD}", "${_7_ACME_2_PASSWORD}", "${_7_ACME_PASSWORD}",
        ]  # fmt: skip
        assert secrets == {"_7_ACME_PASSWORD": "one", "_7_ACME_2_PASSWORD": "two"}

    def test_no_repr_holds_one(self, tmp_path: Path) -> None:
        url = "postgresql://u:hunter2@h/a"
        with open_sources("x", [], tmp_path) as found:
            found.remember(url, url)
            found.written(url)
            found.samples.append(Sample(url, pd.DataFrame(), 0, lambda column: ibis.memtable({column: [1]}), table="a"))
            assert found.secrets
            assert "hunter2" not in repr(found)

    @pytest.mark.usefixtures("bucket")
    def test_names_in_the_environment_stay(self, drafted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KIT_BUCKET", "kit-new")
        draft, params = drafted("memory://${KIT_BUCKET}/orders_2024.csv")
        assert "memory://${KIT_BUCKET}/orders_2024.csv" in draft.text
        assert params.data["orders"].parts[0].source == "memory://kit-new/orders_2024.csv"

    def test_a_database_file_that_the_environment_names(
        self, drafted: Any, shop: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SHOP_URL", f"sqlite://{shop}")
        draft, _ = drafted("${SHOP_URL}#orders")
        assert YAML(typ="safe").load(draft.text)["data"]["orders"]["source"] == "sqlite://../shop.db"

    def test_a_name_that_is_not_set(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("KIT_NO_SUCH", raising=False)
        with pytest.raises(InputError, match="needs the environment variable KIT_NO_SUCH, which is not set") as error:
            draft_client("x", ["postgresql://u:${KIT_NO_SUCH}@h/shop"], tmp_path, Wishes())
        assert "\n" not in str(error.value)


class TestRefused:
    @pytest.mark.parametrize(
        ("source", "message"),
        [
            ("postgre://u:hunter2@h/shop", 'Did you mean "postgres://"'),
            ("postgresql://u:hunter2@127.0.0.1:1/shop", "cannot be reached"),
            ("postgresql://u:hunter2@h", "names no database"),
            ("sqlite://no.db", "There is no such file"),
            ("sqlite://{shop}#oders", 'Did you mean "orders"?'),
            ("sqlite://{shop}#spare", "There is no table with rows"),
            ("bigquery://project", "does not name a project and a dataset"),
        ],
    )
    def test_in_words(self, shop: Path, tmp_path: Path, source: str, message: str) -> None:
        with pytest.raises(InputError) as error:
            draft_client("x", [source.replace("{shop}", str(shop))], tmp_path, Wishes())
        assert message in str(error.value)
        assert "hunter2" not in str(error.value)

    def test_a_database_without_a_table_of_the_kit(self, shop: Path, tmp_path: Path) -> None:
        more(shop, "DROP TABLE orders", "DROP TABLE customers")
        draft = draft_client("x", [f"sqlite://{shop}"], tmp_path, Wishes())
        assert (draft.understood, [one.shown for one in draft.not_placed]) == ((), ["sqlite: shop.shelf"])
        assert YAML(typ="safe").load(draft.text)["data"] is None
        assert "#   table: shelf" in draft.text

    def test_a_database_without_tables(self, tmp_path: Path) -> None:
        more(tmp_path / "bare.db", "CREATE TABLE a (b)", "DROP TABLE a")
        with pytest.raises(InputError, match="The database has no tables"):
            draft_client("x", [f"sqlite://{tmp_path}/bare.db"], tmp_path, Wishes())

    def test_three_slashes_for_a_file_that_lies_here(
        self, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(shop.parent)
        with pytest.raises(InputError, match=r"Did you mean \"sqlite://shop\.db\""):
            draft_client("x", ["sqlite:///shop.db"], tmp_path, Wishes())


def test_the_command_shows_no_password(kit: Kit, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def open_shop(url: DatabaseUrl) -> SqliteSession:
        return connect(replace(url, database=str(shop)))

    monkeypatch.setattr(databases, "import_module", lambda name: sqlite)
    monkeypatch.setattr(sqlite, "connect", open_shop)
    done = kit("new", "beta", "postgresql://kit:hunter2@db.acme.com/shop?token=hunter3")
    assert (done.code, done.err) == (0, "")
    text = (kit.root / "params/beta.yaml").read_text("utf-8")
    assert "hunter" not in done.out + text
    assert "postgresql: shop.orders" in done.out
    assert "set BETA_PASSWORD and BETA_TOKEN in the environment" in done.out
    assert "postgresql://kit:${BETA_PASSWORD}@db.acme.com/shop?token=${BETA_TOKEN}" in text
