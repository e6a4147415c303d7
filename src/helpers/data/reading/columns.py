"""The columns every raw row carries, and names for the source's own that no engine trips over."""

import re
from typing import Any

import ibis
import ibis.expr.datatypes as dt
from ibis.expr.types import Table

SOURCE, SOURCE_ROW, FAULT, LINE = "kit_file", "kit_row", "kit_fault", "kit_line"
OURS = (SOURCE, SOURCE_ROW, FAULT, LINE, "kit_place", "kit_fields", "rowid")  # the last three while reading

Repairs = list[tuple[str, int]]  # what was mended, and how often


def name_columns(cells: list[str]) -> tuple[list[str], Repairs]:
    """Names for the columns from the cells of a header; every name differs from the others in more than case.

    Blanks around a name go, line breaks in it become blanks. A column without a name is called after its place
    ("column5"), the second of two equal names gets a number ("Amount_2"), and one called as our own columns are
    is marked "(as received)".
    """
    names: list[str] = []
    seen: set[str] = set()
    nameless = repeated = ours = 0
    for place, cell in enumerate(cells, start=1):
        name = re.sub(r"\s*[\r\n\v\f\u2028\u2029]\s*", " ", cell.replace("\0", "")).strip().strip("\ufeff")
        if not name:
            nameless += 1
            name = f"column{place}"
        if name.casefold() in OURS:
            ours += 1
            name = f"{name} (as received)"
        wanted, copy = name, 2
        while name.casefold() in seen:
            name, copy = f"{wanted}_{copy}", copy + 1
        repeated += name != wanted
        seen.add(name.casefold())
        names.append(name)
    repairs = [
        ("columns without a name, called after their place", nameless),
        ("column names that stood twice, numbered", repeated),
        ("columns called like our own, marked “(as received)”", ours),
    ]
    return names, [(what, count) for what, count in repairs if count]


def union_by_name(tables: list[Table]) -> Table:
    """Stack tables whose columns may differ; a column that a table lacks is blank in its rows.

    Names that differ only in case are one column, as they are to the engine. A column of different types becomes
    text.
    """
    if len(tables) == 1:
        return tables[0]
    names: dict[str, tuple[str, Any]] = {}
    for table in tables:
        for column, kind in table.schema().items():
            name, known = names.setdefault(column.casefold(), (column, kind))
            if known != kind:
                names[column.casefold()] = (name, dt.string)
    aligned = []
    for table in tables:
        own = {c.casefold(): c for c in table.columns}
        aligned.append(
            table.select(
                **{
                    name: table[own[key]].cast(kind) if key in own else ibis.null(kind)
                    for key, (name, kind) in names.items()
                }
            )
        )
    return ibis.union(*aligned)
