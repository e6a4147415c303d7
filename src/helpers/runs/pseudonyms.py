"""Numbers of customers, accounts and answers replaced by pseudonyms in the tables of a finished run.

A pseudonym is an HMAC-SHA256 (RFC 2104) of the number under a key made of the salt and the client's name: the same in
all tables and runs of a client, so that tables can be joined, another for every client, and not to be worked out by who
has not the salt. Notebooks of a run join tables by the numbers themselves; they are replaced before publishing, and
nothing that holds them is published.
"""

import base64
import hashlib
import hmac
import shutil
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from helpers.data.schema import TABLES
from helpers.data.spreadsheets import safe_frame

IDENTIFIERS = ("customer_id", "account_id", "response_id", "order_id")
_SET_ASIDE = frozenset(f"rejected_{table}" for table in TABLES)  # rows as they came, under the client's own headings
_LENGTH = 10  # bytes: the odds that two of a million numbers are alike are one in two million millions


def make_key(salt: str, client: str) -> bytes:
    """The key of one client's pseudonyms."""
    return hmac.new(salt.encode("utf-8"), client.encode("utf-8"), hashlib.sha256).digest()


def pseudonyms_of(numbers: pd.Series, key: bytes) -> pd.Series:
    """16 letters and figures for each number; blanks stay blank."""
    made = {number: _pseudonym(str(number), key) for number in numbers.dropna().unique() if str(number)}
    return numbers.map(lambda number: made.get(number, number)).astype(numbers.dtype)


def replace_identifiers(tables: Path, key: bytes) -> list[str]:
    """Write every table of a folder that has identifiers again with pseudonyms, and remove the rows set aside, which
    are as they came; returns the names of both."""
    done = []
    for path in sorted(tables.glob("*.parquet")):
        if is_set_aside(path.stem):
            shutil.rmtree(path) if path.is_dir() else path.unlink()  # Spark writes a folder
            path.with_suffix(".csv").unlink(missing_ok=True)
            done.append(path.stem)
            continue
        frame = pd.read_parquet(path)
        named = [column for column in IDENTIFIERS if column in frame]
        if named:
            frame = frame.assign(**{column: pseudonyms_of(frame[column], key) for column in named})
            frame.to_parquet(path, index=False)
            safe_frame(frame).to_csv(path.with_suffix(".csv"), index=False)
            done.append(path.stem)
    return done


def tables_of_persons(tables: Path) -> list[str]:
    """The tables of a folder that have rows of customers, answers or orders, by name: not for sending with a report."""
    found = []
    for path in sorted(tables.glob("*.parquet")):
        private = is_set_aside(path.stem) or not set(IDENTIFIERS).isdisjoint(pq.ParquetDataset(path).schema.names)
        if private and has_rows(path):
            found.append(path.stem)
    return found


def has_rows(table: Path) -> bool:
    """Whether a Parquet file, or a folder of them, has rows."""
    return any(fragment.count_rows() for fragment in pq.ParquetDataset(table).fragments)


def is_set_aside(name: str) -> bool:
    """Whether a table holds rows as they came, under the client's own headings."""
    return name in _SET_ASIDE


def _pseudonym(number: str, key: bytes) -> str:
    digest = hmac.new(key, number.encode("utf-8"), hashlib.sha256).digest()
    return base64.b32encode(digest[:_LENGTH]).decode("ascii").lower()
