"""The columns that came and were not used: what else the client's files could tell.

The reading names every column of every file. How far an unused one is filled is told from a sample of the first file
of each part, since the rows as they came are not kept.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.data.client_data import ClientData
from helpers.data.reading import list_files, sample_raw
from helpers.data.schema import TABLES
from helpers.data.spec import ROW_NUMBER, PartSpec
from helpers.data.urls import is_database, is_remote

_COLUMNS = ["table", "column", "columns_received", "files", "filled_share", "distinct", "looked_at"]


def unused_columns(data: ClientData) -> pd.DataFrame:
    """One row a column that no mapping names, in the files' order: table, column, columns_received (different columns
    in the table's files), files (how many of them have it unused), filled_share and distinct (values) of the
    `looked_at` rows of a sample. The last three are not known (NaN, 0) of databases and remote files."""
    rows = []
    for table, received in data.inputs.groupby("table", sort=False):
        parts = data.specs[str(table)].parts
        files: dict[str, int] = {}
        names: dict[str, str] = {}  # a year's files may spell a column in other cases
        for path, columns in zip(received["path"], received["columns"], strict=True):
            used = set().union(*(_used(part, str(table), columns) for part in parts if path in _paths(part)))
            for column in columns:
                name = names.setdefault(column.casefold(), column)
                if column not in used:
                    files[name] = files.get(name, 0) + 1
        if not files:
            continue
        seen = _looked_at(parts, list(files))
        rows += [(table, column, len(names), n, *seen[column]) for column, n in files.items()]
    return pd.DataFrame(rows, columns=_COLUMNS).astype({"filled_share": float, "distinct": float})


def _used(part: PartSpec, table: str, there: Iterable[str]) -> set[str]:
    """Which of the columns of a source its part names, or has under the kit's own name."""
    there = list(there)
    by_folded = {c.strip().casefold(): c for c in there}
    named = [*part.columns.values(), *part.ratings.values(), *part.outcomes, *part.filter]
    named += [column for _, column in part.attributes.values()]
    named += [c for c in TABLES[table].column_names if c not in part.columns and c not in part.set]
    own = {name if name in there else by_folded.get(name.strip().casefold(), "") for name in named}
    return own - {"", ROW_NUMBER}


def _paths(part: PartSpec) -> set[str]:
    """A part's files, as the reading names them."""
    return {part.place} if is_database(part.source) else {str(file) for file in list_files(part)}


def _looked_at(parts: Iterable[PartSpec], columns: list[str]) -> dict[str, tuple[float, float, int]]:
    """Share filled and different values of each column in the samples of the parts that have it, and their rows."""
    local = [p for p in parts if not is_database(p.source) and not is_remote(p.source)]
    frames = [sample_raw(part) for part in local]
    seen = {}
    for column in columns:
        values = [frame[c] for frame in frames for c in frame if str(c).casefold() == column.casefold()]
        given = pd.concat(values).dropna() if values else pd.Series(dtype=object)
        n = sum(len(v) for v in values)
        seen[column] = (len(given) / n, float(given.nunique()), n) if n else (np.nan, np.nan, 0)
    return seen
