"""What every reader hands back, and what is done to every file after its rows are in the engine."""

import math
import re
import statistics
from dataclasses import dataclass
from typing import Any

import ibis
from ibis.expr.types import Table

from helpers.data.reading import engine
from helpers.data.reading.columns import FAULT, OURS, SOURCE_ROW, Repairs
from helpers.data.reading.engine import Scan
from helpers.data.reading.lines import Lines
from helpers.errors import InputError

TOTALS, BLANK = "a totals row", "a blank row"
_LAST = 5  # rows at the end of a file among which totals are looked for
LAST = _LAST + 15  # … and those they are held against
_TOTAL = re.compile(
    r"(?:(?:grand|sub|gross|net|overall|report|page|column)[\s-]?totals?|totals?|sums?|all"
    r"|summe|gesamt(?:summe|betrag|ergebnis)?|zwischensumme|totaal|eindtotaal|subtotaal|som"
    r"|total[ei]|totale (?:generale|complessivo)|somme|total g[ée]n[ée]ral|totaux|gran total|total geral|soma"
    r"|suma|suma (?:total|końcowa)|razem|ogółem|łącznie|totalt|summa|i alt|yhteensä|celkem|spolu|összesen"
    r"|(?:genel )?toplam|итого|всего|σύνολο|合計|総計|总计|合计|합계)\s*[:=]?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-+(]?\s*[^\w\s]?\s*\d[\d.,' \u00a0\u202f]*\s*[^\w\s]?\)?|#.*")


@dataclass(frozen=True)
class Loaded:
    """A file's rows in the engine: its own columns, kit_row, kit_fault, and kit_line where a row needed it."""

    table: Table
    rows: int
    repairs: Repairs
    header_row: int
    in_order: Scan | None = None  # the columns alone, where row i of the file is sure to be row i of the query
    lines: Lines | None = None  # where rows can be fetched by their number
    sure: bool = True  # False: `rows` is what the lines say, and nobody looked whether each is a row and not blank


def finish(
    con: Any, relation: str, table: Table, rows: int, repairs: Repairs, header_row: int, nameless: list[str]
) -> Loaded:
    """Leave out blank lines and the columns in `nameless` that hold nothing; mark blank and totals rows as faulty.

    `table` is the engine's `relation` (SQL) with kit_row and kit_fault, `rows` its number of rows. What is left out is
    counted among the repairs. In a table of one column a blank row is a blank line; in others it has delimiters,
    and is a row that holds nothing.
    """
    repairs = list(repairs)
    columns = own_columns(table)
    blank, *filled = engine.count_blank(con, relation, columns, nameless)
    empty = [column for column, count in zip(nameless, filled, strict=True) if not count]
    if empty and len(empty) < len(columns):
        table = table.drop(*empty)
        columns = [c for c in columns if c not in empty]
        repairs.append(("columns without name and content left out", len(empty)))
    if blank:
        is_blank = ibis.coalesce(*[table[c] for c in columns]).isnull() & table[FAULT].isnull()
        if len(columns) == 1:
            table, rows = table.filter(~is_blank), rows - blank
            repairs = add(repairs, "blank rows skipped", blank)
        else:
            table = table.mutate(**{FAULT: is_blank.ifelse(ibis.literal(BLANK), table[FAULT])})
    last = engine.last_rows(con, relation, columns, header_row + 1, LAST)
    totals = find_totals(table, columns, last)
    if totals:
        table = table.mutate(**{FAULT: table[SOURCE_ROW].isin(totals).ifelse(ibis.literal(TOTALS), table[FAULT])})
    return Loaded(table, rows, repairs, header_row)


def no_rows(where: str) -> InputError:
    """What is said about a file that holds a header at most."""
    return InputError(
        "The file has no rows below its header",
        where=where,
        mend="Ask for the export again, or take the table out of the parameter file.",
    )


def own_columns(table: Table) -> list[str]:
    """The source's columns, without ours."""
    return [c for c in table.columns if c not in OURS]


def add(repairs: Repairs, what: str, count: int) -> Repairs:
    """The repairs with `count` more of one sort; none is added for 0."""
    if not count:
        return repairs
    known = dict(repairs)
    known[what] = known.get(what, 0) + count
    return list(known.items())


def find_totals(table: Table, columns: list[str], last: list[tuple[Any, ...]]) -> list[int]:
    """The rows among the last few that sum up those above: kit_row of each.

    Such a row begins with a word for "total" and nothing else in that cell, its other cells are blank or numbers,
    and either cells are blank that the rows above fill, or a number is the sum of its column. `last` has the last
    rows from the end on: kit_row, kit_line, and the cells of `columns`.
    """
    cells = [[str(c or "").strip() for c in row] for _, _, *row in last]
    cells = [row if any(row) else _from_line(line) for row, (_, line, *_) in zip(cells, last, strict=True)]
    found = []
    for i, row in enumerate(cells[:_LAST]):
        filled = [c for c in row if c]
        if not filled or not _TOTAL.fullmatch(filled[0]) or not all(_NUMBER.fullmatch(c) for c in filled[1:]):
            continue
        above = [sum(1 for c in other if c) for other in cells[i + 1 :]]
        place = int(last[i][0])
        first = next(j for j, c in enumerate(row) if c)
        sparse = bool(above) and len(filled) < statistics.median(above) and len(filled) - 1 <= 0.6 * (len(row) - 1)
        if first <= len(row) // 2 and (sparse or _is_sum(table, columns, row, place)):
            found.append(place)
    return found


def _from_line(line: Any) -> list[str]:
    return [c.strip().strip('"') for c in re.split(r"[,;\t|]", line)] if isinstance(line, str) else []


def _is_sum(table: Table, columns: list[str], cells: list[str], place: int) -> bool:
    above = table.filter((table[SOURCE_ROW] < place) & table[FAULT].isnull())
    for column, cell in zip(columns, cells, strict=False):
        for thousands, decimal in ((",", "."), (".", ",")):
            value = _to_number(cell, thousands, decimal)
            if value is None:
                continue
            text = above[column].replace(thousands, "").replace(decimal, ".")
            total = text.try_cast("float64").sum().execute()
            if total is not None and total != 0 and math.isclose(float(total), value, rel_tol=1e-6, abs_tol=0.006):
                return True
    return False


def _to_number(cell: str, thousands: str, decimal: str) -> float | None:
    try:
        return float(cell.replace(thousands, "").replace(decimal, "."))
    except ValueError:
        return None
