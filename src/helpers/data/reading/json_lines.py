"""JSON into the engine: an object a line, or one array of objects. Columns are the union of the keys.

Values come as text: texts as they are, numbers and true/false as JSON writes them, objects and lists as JSON.
kit_row is the number of the line, or of the element in an array, from 1.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from ibis.expr.types import Table

from helpers.data.reading import engine
from helpers.data.reading.columns import FAULT, LINE, SOURCE_ROW, Repairs, name_columns
from helpers.data.reading.csv_files import load_text
from helpers.data.reading.loaded import Loaded
from helpers.data.reading.sniff import ONE_COLUMN, Dialect, Layout
from helpers.data.reading.text import PlainText, as_utf8
from helpers.data.spec import PartSpec

LARGEST_ARRAY = 512 << 20  # bytes of a file that must be held as a whole
MOST_KEYS = 5_000
_LINES = Layout(Dialect(ONE_COLUMN, "", ""), None, 0, 0, 1)
_TEXT = "kit_text"


def read_json(con: Any, path: Path, part: PartSpec, name: str, work: Path) -> Loaded:
    """Load JSON into the engine table `name`; a line that is no object is a faulty row, with its text in kit_line.

    Raises ValueError for a file that is neither lines nor an array, or has more keys than columns can be.
    """
    plain = as_utf8(path, work, part.encoding)
    repairs = plain.repairs
    if not _first_is_object(plain.path):
        plain = _array_as_lines(plain, work)
    _, lines, rows, found = load_text(con, plain, _LINES, [_TEXT], f"{name}_lines", work)
    repairs = [*repairs, *found]
    blank = int(lines.filter(lines[_TEXT].isnull() & lines[FAULT].isnull()).count().execute())
    table, more = _with_columns(con, lines, name)
    engine.drop(con, f"{name}_lines")
    if blank:
        repairs.append(("blank rows skipped", blank))
    return Loaded(table, rows - blank, [*repairs, *more], 0)


def _with_columns(con: Any, lines: Table, name: str) -> tuple[Table, Repairs]:
    text, parsed = _TEXT, f"{name}_parsed"
    has_line = LINE in lines.columns
    con.create_table(f"{name}_numbered", lines.filter(lines[text].notnull() | lines[FAULT].notnull()), overwrite=True)
    engine.run(
        con,
        f"CREATE OR REPLACE TABLE {engine.quoted(parsed)} AS SELECT {text}, {SOURCE_ROW}, "
        f"CASE WHEN {FAULT} IS NOT NULL THEN {FAULT} WHEN NOT json_valid({text}) THEN 'a line that is not JSON' "
        f"WHEN json_type(CASE WHEN json_valid({text}) THEN {text} END) <> 'OBJECT' THEN 'a line that is not a JSON "
        f"object' END AS {FAULT}, {LINE if has_line else 'NULL::VARCHAR'} AS {LINE} "
        f"FROM {engine.quoted(name + '_numbered')}",
    )
    found = engine.run(
        con,
        f"SELECT key, min((number, place)) FROM (SELECT {SOURCE_ROW} AS number, unnest(json_keys({text})) AS key, "
        f"generate_subscripts(json_keys({text}), 1) AS place FROM {engine.quoted(parsed)} "
        f"WHERE {FAULT} IS NULL) GROUP BY key ORDER BY 2",
    )
    keys = [key for key, _ in found]
    if len(keys) > MOST_KEYS:
        raise ValueError(f"its objects have {len(keys):,} different keys, more than the {MOST_KEYS:,} columns allowed")
    names, repairs = name_columns(keys)
    pointers = ", ".join(engine.literal("/" + key.replace("~", "~0").replace("/", "~1")) for key in keys)
    values = "".join(f"nullif(kit_values[{i}], '') AS {engine.quoted(n)}, " for i, n in enumerate(names, start=1))
    extracted = f"json_extract_string(CASE WHEN {FAULT} IS NULL THEN {text} END, [{pointers}])" if keys else "NULL"
    engine.run(
        con,
        f"CREATE OR REPLACE TABLE {engine.quoted(name)} AS SELECT {values}{SOURCE_ROW}, {FAULT}, "
        f"CASE WHEN {FAULT} IS NOT NULL THEN coalesce({LINE}, {text}) END AS {LINE} "
        f"FROM (SELECT *, {extracted} AS kit_values FROM {engine.quoted(parsed)})",
    )
    engine.drop(con, parsed, f"{name}_numbered")
    table = con.table(name)
    return (table if table[LINE].count().execute() else table.drop(LINE)), repairs


def _first_is_object(path: Path) -> bool:
    with path.open("rb") as stream:
        for line in stream:
            text = line.removeprefix(b"\xef\xbb\xbf").strip()
            if text:
                return (text.startswith(b"{") and _parses(text)) or not text.startswith((b"[", b"{"))
    return True


def _parses(text: bytes) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _array_as_lines(plain: PlainText, work: Path) -> PlainText:
    """An array of objects, also one inside a single object, written an object a line."""
    if plain.path.stat().st_size > LARGEST_ARRAY:
        raise ValueError("it is one JSON array of more than 512 MB; ask for JSON lines, one object a line")
    try:
        value = json.loads(plain.path.read_text("utf-8-sig", errors="backslashreplace"))
    except ValueError as error:
        if _second_is_object(plain.path):
            return plain
        raise ValueError(f"it is not JSON that ends properly ({error})") from error
    if isinstance(value, dict):
        lists = [v for v in value.values() if isinstance(v, list) and v and all(isinstance(e, dict) for e in v)]
        value = lists[0] if len(lists) == 1 else [value]
    if not isinstance(value, list) or not any(isinstance(element, dict) for element in value):
        raise ValueError("it is JSON, but neither lines of objects nor an array of them")
    copy = work / "lines.jsonl"
    with copy.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(json.dumps(element, ensure_ascii=False) + "\n" for element in value)
    return replace(plain, path=copy, lines=len(value), uniform=True, only_cr=False, broken=False)


def _second_is_object(path: Path) -> bool:
    """Whether the first line is merely a broken one among lines that are objects."""
    with path.open("rb") as stream:
        good = [_parses(line) for _, line in zip(range(20), stream, strict=False) if line.strip().startswith(b"{")]
    return sum(good) * 2 > len(good)
