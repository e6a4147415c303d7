"""A client's data as canonical tables in the engine: read once, kept beside the run.

The rows stay in the engine. Notebooks of the same run open the same reading, so a client's files are read once
however many notebooks there are; they are read again when a source or its mapping has changed.
"""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from ibis.expr.types import Table

from helpers.data.cleaning.client_tables import KEPT, NOTES, clean_tables, rejected_name
from helpers.data.cleaning.marking import empty_table
from helpers.data.engines import Engine, discard, open_engine
from helpers.data.reading import list_files
from helpers.data.reading.warehouses import choose_engine
from helpers.data.schema import TABLES, UNKNOWN
from helpers.data.spec import NO_ARM, PartSpec, TableSpec
from helpers.data.urls import database_file, is_database
from helpers.errors import InputError

CURRENT = "current.json"  # names the folder of the reading that holds, and what it was made from
READING_VERSION = 8  # raise when reading or cleaning changes what it produces


@dataclass(frozen=True)
class ClientData:
    """Canonical tables of one client. A table that was not supplied is there, without rows."""

    tables: dict[str, Table]
    specs: dict[str, TableSpec]
    received: pd.DataFrame  # table, files, rows_in, rows_kept, rows_set_aside, first_on, last_on
    quality: pd.DataFrame  # table, check, rows_found, rows_set_aside, handling
    inputs: pd.DataFrame  # table, path, sha256, rows, columns (a list)
    rejects: dict[str, Table]  # by table: its rows set aside, as they came, with `reason`
    engine: Engine

    def supplied(self) -> list[str]:
        return [name for name in TABLES if name in self.specs]

    def supplied_tables(self) -> dict[str, Table]:
        return {name: self.tables[name] for name in self.supplied()}

    def ratings(self) -> list[str]:
        return _merged(part.ratings for part in self._parts("surveys"))

    def attributes(self, table: str, kind: str = "") -> list[str]:
        """The attributes declared of a table, all or those of a kind ("geographic")."""
        parts = [part.attributes for part in self._parts(table)]
        return _merged([name for name, (of, _) in part.items() if kind in ("", of)] for part in parts)

    def outcomes(self) -> list[str]:
        return _merged(part.outcomes for part in self._parts("exposures"))

    def control(self) -> str:
        """The arm that got nothing, of the first campaigns that have one; else EVERYONE_ELSE, else NOBODY; empty where
        the client has no campaigns. `controls` tells it of each campaign."""
        named = [part.control for part in self._parts("exposures") if part.control]
        ranked = sorted(named, key=lambda name: NO_ARM.index(name) + 1 if name in NO_ARM else 0)
        return next(iter(ranked), "")

    def controls(self) -> dict[str, str]:
        """By campaign: the arm that got nothing in it, EVERYONE_ELSE or NOBODY; one without a name is UNKNOWN."""
        exposures = self.tables["exposures"]
        found = exposures.select(campaign=exposures.campaign.fill_null(UNKNOWN), control="control").distinct().execute()
        return dict(sorted(zip(found["campaign"], found["control"], strict=True)))

    def rejected(self, table: str) -> pd.DataFrame:
        return self.rejects[table].execute()

    def close(self) -> None:
        self.engine.close()

    def _parts(self, table: str) -> tuple[PartSpec, ...]:
        return self.specs[table].parts if table in self.specs else ()


def open_data(specs: dict[str, TableSpec], as_of: date, folder: Path, asked: str | None = None) -> ClientData:
    """Open a client's tables, reading the sources unless `folder` holds them already, unchanged.

    `asked` is the engine that the parameter file asks for, see `choose_engine`. Whoever removes the folder uses
    `remove_data`, as a warehouse keeps tables for it.

    Raises InputError for a source that is missing, unreadable, empty, without a needed column, of which no row can
    be used, or that breaks a rule whose severity is "stop".
    """
    engine = choose_engine(specs, asked)
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    fingerprint = _fingerprint(specs, as_of, engine)
    reading = _current_reading(folder, fingerprint)
    if reading is None:
        reading = folder / f"{fingerprint[:16]}-{os.getpid()}"
        shutil.rmtree(reading, ignore_errors=True)
        reading.mkdir()
        try:
            clean_tables(specs, as_of, reading, engine)
        except BaseException:
            with contextlib.suppress(InputError):  # the first error is the one to tell
                discard(engine, reading)
            raise
        _make_current(folder, reading, fingerprint, engine)
    opened = open_engine(engine, reading)
    kept = json.loads((reading / KEPT).read_text("utf-8"))
    notes = {name: pd.read_parquet(reading / f"{name}.parquet") for name in NOTES}
    tables = {name: opened.open(kept[name]) if name in specs else empty_table(name) for name in TABLES}
    rejects = {name: opened.open(kept[rejected_name(name)]) for name in specs}
    return ClientData(tables, specs, rejects=rejects, engine=opened, **notes)


def remove_data(specs: dict[str, TableSpec], folder: Path, asked: str | None = None) -> None:
    """Remove what `open_data` kept in `folder`, and for it in a warehouse.

    Raises InputError, the folder being gone, where a warehouse keeps its tables.
    """
    try:
        for reading in sorted(folder.glob("*-*")):
            discard(choose_engine(specs, asked), reading)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fingerprint(specs: dict[str, TableSpec], as_of: date, engine: str) -> str:
    """Changes when a file, its mapping, the date or the engine does. Content is hashed when the data are read.

    A database on a server does not say when it changed: its reading holds for a day, and for the run it belongs to.
    """
    described: list[Any] = [READING_VERSION, str(as_of), engine]
    for name, spec in specs.items():
        described += [[name, repr(part), _state(part)] for part in spec.parts]
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()


def _state(part: PartSpec) -> Any:
    if not is_database(part.source):
        return [(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in list_files(part)]
    file = database_file(part.source)
    if file is None or not file.is_file():
        return str(date.today())
    return [(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in (file, Path(f"{file}-wal")) if p.is_file()]


def _current_reading(folder: Path, fingerprint: str) -> Path | None:
    try:
        current = json.loads((folder / CURRENT).read_text("utf-8"))
    except FileNotFoundError:
        return None
    reading = folder / current["reading"]
    return reading if current["fingerprint"] == fingerprint and reading.is_dir() else None


def _make_current(folder: Path, reading: Path, fingerprint: str, engine: str) -> None:
    """Let this reading hold, and remove the one before it."""
    note = reading / CURRENT
    note.write_text(json.dumps({"reading": reading.name, "fingerprint": fingerprint}), "utf-8")
    note.replace(folder / CURRENT)
    for other in folder.iterdir():
        if other.is_dir() and other != reading:
            discard(engine, other)


def _merged(mappings: Iterable[Iterable[str]]) -> list[str]:
    """The names of all parts, each once, in order."""
    return list(dict.fromkeys(name for mapping in mappings for name in mapping))
