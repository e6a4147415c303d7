"""Rows equal to an earlier one of their part, in every column the client sent.

They are suspected by a hash of all that came, where the engine has one, and held against each other as they came.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from ibis.expr.types import Table

from helpers.data.cleaning.keeping import PLACE, MarkedPart, SplitTable
from helpers.data.cleaning.marking import HASH, identifies_rows
from helpers.data.cleaning.row_rules import BUILT_IN, NOTE, severity_of

HASHES_AT_A_TIME = 4_000_000


def find_repeats(split: SplitTable) -> list[dict[str, Any]]:
    """Set aside the second and later of equal rows; check, part, rows_found, handling and severity."""
    rule = BUILT_IN["identical_lines"]
    counts = []
    for i, part in enumerate(split.parts):
        repeats = _repeats_of(split, i)
        rows = 0 if repeats is None else int(repeats.count().execute())
        if repeats is None or rows == 0:
            continue
        severity = severity_of("identical_lines", part.spec)
        handling = rule.handling(severity)
        if not identifies_rows(part.marked.columns, part.spec, split.name):
            severity, handling = NOTE, "kept: without an identifier, equal rows may be different customers"
        said = {"handling": handling, "severity": severity}
        counts.append({"check": rule.phrase, "part": i, "rows_found": rows, **said})
        if severity != NOTE:
            split.set_aside(_without_unread(part, repeats), rule.phrase)
    return counts


def _without_unread(part: MarkedPart, found: Table) -> Table:
    """Without the rows that cannot be read, or that nobody asked for: those are set aside for that."""
    if not part.marked.leading:
        return found
    rows = part.marked.rows.semi_join(part.keyed(found), part.key)
    return found.anti_join(rows.filter(part.marked.on(rows).reason() < part.marked.leading), PLACE)


def _repeats_of(split: SplitTable, i: int) -> Table | None:
    """The second and later of equal rows: kit_part, kit_file, kit_row; None where every row is known to be the only
    one."""
    part = split.parts[i]
    hashed = HASH in part.marked.rows.columns
    rows = _suspects(split, i) if hashed else part.raw
    if rows is None:
        return None
    # As texts, since not every engine holds fractions against each other here.
    equal = [rows[c].cast("string") for c in rows.columns if c not in PLACE]
    copy = ibis.row_number().over(group_by=equal, order_by=list(PLACE))
    repeats = rows.mutate(kit_copy=copy).filter(lambda t: t.kit_copy > 0)
    repeats = repeats.select(*PLACE, kit_part=ibis.literal(i, "int64"))
    return split.engine.hold(repeats, f"repeats_{split.name}_{i}") if hashed else repeats


def _suspects(split: SplitTable, i: int) -> Table | None:
    """The rows that share their hash with another, as they came; None where there are none."""
    part, engine = split.parts[i], split.engine
    rows = part.marked.rows
    shared = _shared_hashes(engine.con, rows, part.rows, f"shared_{split.name}_{i}")
    if shared is None:
        return None
    places = rows.semi_join(shared, HASH).select(*PLACE)
    places = engine.hold(places, f"suspects_{split.name}_{i}")
    # What came in the rows that will be set aside is wanted later; one look at the source does for both.
    aside = rows.filter(~part.marked.usable()).select(*PLACE)
    return split.as_came(i, places.union(aside)).semi_join(places, PLACE)


def _shared_hashes(con: Any, rows: Table, count: int, name: str) -> Table | None:
    """The hashes that several rows share, in the engine table `name`; None where there are none.

    They are sorted range by range, which takes a third of the time of grouping them and no more memory for more rows.
    """
    parts = -(-count // HASHES_AT_A_TIME)
    query = f"SELECT {HASH} FROM ({ibis.to_sql(rows.select(HASH), dialect='duckdb')}) WHERE {HASH}"
    ends = [k * 2**64 // parts for k in range(parts + 1)]

    def shared_of(k: int) -> np.ndarray:
        with closing(con.con.cursor()) as cursor:
            hashes = cursor.execute(f"{query} BETWEEN {ends[k]} AND {ends[k + 1] - 1}").fetchnumpy()[HASH]
        hashes.sort()
        return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])

    found = None
    with ThreadPoolExecutor(2) as pool:
        for hashes in pool.map(shared_of, range(parts)):
            if len(hashes) and found is None:
                found = con.create_table(name, pa.table({HASH: hashes}), temp=True)
            elif len(hashes):
                con.insert(name, pa.table({HASH: hashes}))
    return found
