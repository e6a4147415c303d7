"""What a client's data were like before: the tables that an earlier report saved, or another parameter file's data."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.analysis.drift import Extract
from helpers.data.client_data import ClientData
from helpers.data.features.attributes import with_numbers
from helpers.data.profiling.tables import profile_tables
from helpers.errors import ColumnMissingError, InputError, nearest
from helpers.runs.states import recorded_days

_SAVED = ("data_columns", "data_values", "data_received")


def extract_of(data: ClientData) -> Extract:
    """The profile of data that are open."""
    profiled = profile_tables(with_numbers(data))
    return Extract(profiled.columns, profiled.values, data.received)


def saved_extract(client_dir: Path, day: str) -> Extract | None:
    """What the report of a day saved of its data; None where there is no such report.

    `day` is the report's date, or "latest". Raises InputError for a report that saved no profile.
    """
    folder = client_dir / day / "tables"
    if not folder.is_dir():
        return None
    frames = [pd.read_parquet(path) if (path := folder / f"{name}.parquet").is_file() else None for name in _SAVED]
    columns, values, received = frames
    if columns is None:
        raise InputError(
            "This report holds no profile of its data to compare with",
            where=str(folder),
            mend="Compare with another one, or make it again with the notebook 01_data_profile.",
        )
    nothing = pd.DataFrame()
    return Extract(columns, nothing if values is None else values, nothing if received is None else received)


@contextmanager
def remembering(client_dir: Path) -> Iterator[None]:
    """Where a client's data are read: of a column that is missing now, say when a report last had it."""
    try:
        yield
    except ColumnMissingError as error:
        told = _say_when(error, client_dir)
        if told is None:
            raise
        raise told from error


def _say_when(error: ColumnMissingError, client_dir: Path) -> InputError | None:
    for day in reversed(recorded_days(client_dir)):
        record: dict[str, Any] = json.loads((client_dir / day / "run.json").read_text("utf-8"))
        columns = {column for source in record.get("inputs", []) for column in source.get("columns", [])}
        known = {column.strip().casefold() for column in columns}
        if error.column.strip().casefold() in known:
            near = nearest(error.column, error.there)
            now = f'the nearest now is "{near}"' if near else "nothing like it is there now"
            return InputError(
                f'{error.what}; "{error.column}" was there on {day}, {now}',
                where=error.where,
                allowed=error.allowed,
                mend=error.mend,
            )
    return None
