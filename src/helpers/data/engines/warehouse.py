"""Snowflake and BigQuery: the client's rows stay in the warehouse, and so does what the kit makes of them.

Tables are kept in the connection's schema or dataset, called kit_<reading>_<table>, since each notebook is a session
of its own; `drop` removes those of a reading. What a session alone needs is a temporary table.
"""

import re
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.engines import PREFIX, errors_of_engines
from helpers.data.engines.duck import plain_types
from helpers.data.urls import database_label, parse_url, redact
from helpers.errors import InputError, first_line

_SCOPES = ["https://www.googleapis.com/auth/bigquery", "https://www.googleapis.com/auth/cloud-platform"]


class WarehouseEngine:
    """A session of a warehouse; what is kept are tables whose names tell the folder they are kept for."""

    reads_files = False

    def __init__(self, con: Any, folder: Path, label: str) -> None:
        self.con, self.folder, self.label = con, folder, label
        self.prefix = f"{PREFIX}{re.sub(r'[^0-9A-Za-z]', '_', folder.name)}_"

    def take(self, table: Table, name: str) -> Table:
        path = self.folder / f"{name}.parquet"
        plain_types(table).to_parquet(path)
        return self.con.read_parquet(path)

    def store(self, rows: Table, name: str) -> Table:
        return self.con.create_table(self.prefix + name, rows, overwrite=True)

    def bring(self, frame: pd.DataFrame, name: str) -> Table:
        return self.store(ibis.memtable(frame), name)

    def hold(self, rows: Table, name: str) -> Table:
        return self.con.create_table(f"{self.prefix}held_{name}", rows, temp=True, overwrite=True)

    def sql(self, table: Table) -> str:
        return str(self.con.compile(table))

    def open(self, sql: str) -> Table:
        return self.con.sql(sql)

    def drop(self) -> None:
        try:
            for name in self.con.list_tables(like=f"^{self.prefix}"):
                self.con.drop_table(name, force=True)
        except errors_of_engines() as error:
            said = first_line(error)
        else:
            return
        raise InputError(
            f"The kit's tables could not be removed: {said}",
            where=self.label,
            mend=f"Drop the tables whose names begin with {self.prefix}.",
        )

    def close(self) -> None:
        self.con.disconnect()


def connect(source: str) -> Any:
    """An Ibis connection to the warehouse that a URL names.

    Raises InputError, without the URL's secrets, for one whose packages are not installed, that cannot be reached or
    that refuses the login.
    """
    url = parse_url(source)
    try:
        if url.engine == "snowflake":
            database, schema = url.database.split("/")
            given = {"user": url.user, "password": url.password, "port": url.port, **url.options}
            # Ibis would make a database of its own functions, none of which is used here.
            where: dict[str, Any] = {"account": url.host, "database": database, "schema": schema}
            return ibis.snowflake.connect(**where, **{k: v for k, v in given.items() if v}, create_object_udfs=False)
        import google.auth  # Ibis would open a browser where there is no login, and a nightly run would wait for it

        credentials, _ = google.auth.default(scopes=_SCOPES)
        return ibis.bigquery.connect(
            project_id=url.host, dataset_id=url.database, credentials=credentials, **url.options
        )
    except ModuleNotFoundError as error:
        what = f"Reading {url.scheme}:// needs the package {error.name}, which is not installed"
        mend = f'pip install "customer-report-kit[{url.engine}]"'
    except Exception as error:
        if not isinstance(error, (*errors_of_engines(), OSError, ValueError, TypeError)):
            raise
        what = f"The warehouse cannot be opened: {redact(first_line(error), source)}"
        mend = _LOGIN[url.engine]
    raise InputError(what, where=database_label(source), mend=mend)


_LOGIN = {
    "snowflake": "Check the account, user, password, database, schema, warehouse and role in the URL.",
    "bigquery": "Check the project and dataset, and log in: GOOGLE_APPLICATION_CREDENTIALS names a key file, "
    "or run `gcloud auth application-default login`.",
}
