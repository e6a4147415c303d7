"""URLs of databases and warehouses: their parts, what may be shown of them, and secrets taken out of any text."""

from pathlib import Path

import pytest

from helpers.data.spec import PartSpec
from helpers.data.urls import (
    anchor_url,
    database_file,
    database_label,
    file_url,
    hide_secrets,
    is_database,
    parse_url,
    redact,
)
from tests.servers import PASSWORD, QUOTED


class TestUrls:
    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("postgresql://u:p@h/d", True),
            ("postgresql+psycopg://u:p@h/d", True),
            ("sqlite:///a.db", True),
            ("snowflake://a", True),
            ("orders_*.csv.gz", False),
            ("/data/acme", False),
            ("C:\\data\\acme.csv", False),
            ("file:///data/acme.csv", False),
        ],
    )
    def test_what_is_a_database(self, source: str, expected: bool) -> None:
        assert is_database(source) is expected

    @pytest.mark.parametrize(
        "source",
        [
            f"postgresql://kit:{QUOTED}@db.acme.com:5433/shop?sslmode=require",
            f"postgres+psycopg://kit:{PASSWORD}@db.acme.com:5433/shop?sslmode=require",  # not encoded, as many write it
        ],
    )
    def test_a_server_url_in_parts(self, source: str) -> None:
        url = parse_url(source)
        assert (url.engine, url.user, url.password) == ("postgresql", "kit", PASSWORD)
        assert (url.host, url.port, url.database, url.options) == ("db.acme.com", 5433, "shop", {"sslmode": "require"})
        assert PASSWORD not in repr(url)

    def test_an_address_of_version_six(self) -> None:
        url = parse_url("postgresql://kit:pw@[::1]:5433/shop")
        assert (url.host, url.port) == ("::1", 5433)

    @pytest.mark.parametrize(
        ("source", "path"),
        [
            ("sqlite:///data/shop.db", "/data/shop.db"),
            ("sqlite:////data/shop.db", "/data/shop.db"),
            ("sqlite://exports/shop%20a.db", "exports/shop a.db"),
            ("sqlite:///C:/data/shop.db", "C:/data/shop.db"),
            ("duckdb://shop.duckdb", "shop.duckdb"),
        ],
    )
    def test_a_file_url(self, source: str, path: str) -> None:
        assert database_file(source) == Path(path)

    def test_a_file_is_counted_from_the_parameter_files_folder(self) -> None:
        folder = Path("/params")
        assert database_file(anchor_url("sqlite://shop.db", folder)) == Path("/params/shop.db")
        assert database_file(anchor_url("sqlite:////elsewhere/shop.db", folder)) == Path("/elsewhere/shop.db")
        assert anchor_url("postgresql://h/shop", folder) == "postgresql://h/shop"

    @pytest.mark.parametrize(
        ("source", "label"),
        [
            (f"postgresql://kit:{QUOTED}@h/shop?password=hunter2", "postgresql: shop.orders"),
            ("mariadb://kit:hunter2@h:3306/shop", "mariadb: shop.orders"),
            ("sqlite:///data/shop.db", "sqlite: shop.orders"),
            ("snowflake://kit:hunter2@account/shop", "snowflake: database"),
            ("postgresql://kit:hunter2@h:port/shop", "postgresql: database"),
        ],
    )
    def test_a_label_shows_neither_user_nor_password(self, source: str, label: str) -> None:
        assert database_label(source, "orders") == label

    @pytest.mark.parametrize(
        ("source", "text"),
        [
            (f"postgresql://kit:{QUOTED}@h/shop", f'conninfo "host=h password={PASSWORD}" or {QUOTED}'),
            ("mysql://kit:hunter2@h/shop", "(using mysql://kit:hunter2@h/shop)"),
            ("snowflake://kit@h/shop?token=hunter2&warehouse=w", "bad token hunter2"),
            ("postgresql://h/shop?password=hunter2", "password=hunter2"),
            ("postgresql://kit:it's%0Ahunter2@h/shop", repr("it's\nhunter2")),
            ("postgresql://kit:it's%5Chunter2@h/shop", r"password='it\'s\\hunter2'"),
        ],
    )
    def test_secrets_are_taken_out_of_any_text(self, source: str, text: str) -> None:
        clean = redact(text, source)
        assert "***" in clean
        for secret in (PASSWORD, QUOTED, "hunter2"):
            assert secret not in clean

    def test_a_part_never_shows_its_password(self) -> None:
        shown = repr(PartSpec("postgresql://kit:hunter2@h/shop?token=hunter3", table="orders"))
        assert "hunter" not in shown
        assert "table='orders'" in shown
        assert PartSpec("postgresql://kit:hunter2@h/shop", table="orders").place == "postgresql: shop.orders"

    @pytest.mark.parametrize(
        ("source", "written", "hidden"),
        [
            ("postgresql://u@h/d", "postgresql://u@h/d", {}),
            ("postgresql://u:p@h/d", "postgresql://u:${A_PASSWORD}@h/d", {"A_PASSWORD": "p"}),
            ("mysql+pymysql://u:p@ss/w@h/d", "mysql+pymysql://u:${A_PASSWORD}@h/d", {"A_PASSWORD": "p@ss/w"}),
            ("postgresql://${U}:${P:-p@1}@h/d", "postgresql://${U}:${P}@h/d", {}),
            ("postgresql://u:p${P}@h/d", "postgresql://u:${A_PASSWORD}@h/d", {"A_PASSWORD": "p${P}"}),
            ("${URL:-postgresql://u:p@h/d}", "${URL}", {}),
            (
                "postgresql://h/d?sslmode=require&api-key=k",
                "postgresql://h/d?sslmode=require&api-key=${A_API_KEY}",
                {"A_API_KEY": "k"},
            ),
            ("sc://h:1/;token=t;use_ssl=true", "sc://h:1/;token=${A_TOKEN};use_ssl=true", {"A_TOKEN": "t"}),
            ("s3://bucket/a@b.csv", "s3://bucket/a@b.csv", {}),
            ("abfs://box@account.dfs.core.windows.net/a.csv", "abfs://box@account.dfs.core.windows.net/a.csv", {}),
            ("s3://k:s@bucket/a.csv", "s3://k:${A_PASSWORD}@bucket/a.csv", {"A_PASSWORD": "s"}),
            ("https://t0ken@h/a.csv", "https://${A_PASSWORD}@h/a.csv", {"A_PASSWORD": "t0ken"}),
            ("https://h/a.csv?sig=s", "https://h/a.csv?sig=${A_SIG}", {"A_SIG": "s"}),
            ("sqlite:///a?b=c@d.db", "sqlite:///a?b=c@d.db", {}),
        ],
    )  # fmt: skip
    def test_a_url_for_a_file_that_others_read(self, source: str, written: str, hidden: dict[str, str]) -> None:
        assert hide_secrets(source, "A") == (written, hidden)

    def test_a_file_with_signs_of_its_own_is_found_again(self) -> None:
        path = Path("/100% of?#1/shop ü.db")
        url = file_url("sqlite", path)
        assert database_file(url) == path
        assert database_file(anchor_url(url, Path("/params"))) == path
        assert database_file(anchor_url("sqlite://a%2520.db", Path("/50%"))) == Path("/50%/a%20.db")
