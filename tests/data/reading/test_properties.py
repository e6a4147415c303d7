"""Whatever a table holds comes back as it was written, and whatever a file holds ends as a table or one sentence."""

import csv
import io
from pathlib import Path
from typing import Any

import ibis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from helpers.data.reading import FAULT, SOURCE_ROW, read_raw
from helpers.data.spec import PartSpec
from helpers.errors import InputError

CON: Any = ibis.duckdb.connect()
QUIET = {"deadline": None, "derandomize": True, "suppress_health_check": list(HealthCheck), "phases": [Phase.generate]}
TRICKY = st.text(st.sampled_from("ab 1.,;|\t\"'\n\r\\é€“ß漢0-/"), max_size=8)
CELL = st.one_of(TRICKY, st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=10))


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    width = draw(st.integers(2, 5))
    header = [f"name {i}" for i in range(width)]
    row = st.lists(CELL, min_size=width, max_size=width)
    return header, draw(st.lists(row, min_size=1, max_size=8))


def load(folder: Path, content: bytes, **options: Any) -> list[tuple[Any, ...]] | str:
    (folder / "f.csv").write_bytes(content)
    try:
        (raw,) = read_raw(CON, PartSpec(str(folder / "f.csv"), **options), "p")
    except InputError as error:
        return str(error)
    frame = raw.table.order_by(SOURCE_ROW).execute()
    assert len(frame) == raw.rows
    own = [c for c in frame.columns if not c.startswith("kit_")]
    frame = frame.astype(object).where(frame.notna(), None)
    if "delimiter" in options:
        assert set(frame[FAULT]) <= {None, "a blank row"}
    return [tuple(row) for row in frame[[SOURCE_ROW, *own]].to_numpy()]


@settings(max_examples=120, **QUIET)
@given(
    table=tables(),
    delimiter=st.sampled_from([",", ";", "\t", "|", "^", "~"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_every_cell_comes_back(
    tmp_path: Path, table: tuple[list[str], list[list[str]]], delimiter: str, end: str, quoting: int, encoding: str
) -> None:
    header, rows = table
    if quoting == csv.QUOTE_MINIMAL or end == "\r":  # the writer quotes only what ends its own lines
        foreign = {"\n": "\r", "\r": "\n", "\r\n": ""}[end]
        rows = [[c.translate({ord(f): "_" for f in foreign}) for c in row] for row in rows]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([header, *rows])
    content = text.getvalue().encode(encoding, "replace")
    rows = [[c.encode(encoding, "replace").decode(encoding) for c in row] for row in rows]
    got = load(tmp_path, content, delimiter=delimiter, header_row=1, encoding=encoding)
    assert got == [(i, *(c or None for c in row)) for i, row in enumerate(rows, start=2)]


@settings(max_examples=80, **QUIET)
@given(
    rows=st.lists(
        st.tuples(
            st.integers(0, 99_999).map(str),
            st.dates().map(str),
            st.floats(0, 10_000).map(lambda v: f"{v:.2f}"),
            st.text(st.sampled_from("abc XYZ'é&.-"), min_size=1, max_size=20),
        ),
        min_size=3,
        max_size=20,
    ),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    decimal=st.sampled_from([".", ","]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_found_by_looking_is_right(
    tmp_path: Path, rows: list[tuple[str, ...]], delimiter: str, decimal: str, end: str
) -> None:
    table = [(a, b, c.replace(".", decimal), d) for a, b, c, d in rows]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows([("id", "day", "amount", "remark"), *table])
    got = load(tmp_path, text.getvalue().encode())
    assert got == [(i, *row) for i, row in enumerate(table, start=2)]


@settings(max_examples=200, **QUIET)
@given(content=st.one_of(st.binary(max_size=300), st.text("ab,;\"'\n\r \t1é{}[]:<\\", max_size=120).map(str.encode)))
def test_any_bytes_are_a_table_or_one_sentence(tmp_path: Path, content: bytes) -> None:
    got = load(tmp_path, content)
    if isinstance(got, str):
        assert str(tmp_path / "f.csv") in got
        assert "\n" not in got
    else:
        assert len({row[0] for row in got}) == len(got)


@settings(max_examples=80, **QUIET)
@given(
    lines=st.lists(st.text('ab,"1 é', max_size=12), min_size=1, max_size=12),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_every_line_is_accounted_for(tmp_path: Path, lines: list[str], end: str) -> None:
    """Lines that quote nothing over their end: each is a row, blank, or inside the one that swallowed it."""
    content = end.join(["a,b,c", *lines]) + end
    (tmp_path / "f.csv").write_bytes(content.encode())
    try:
        (raw,) = read_raw(CON, PartSpec(str(tmp_path / "f.csv"), delimiter=",", header_row=1), "p")
    except InputError:
        assert not any(line.strip() for line in lines) or max(line.count(",") for line in lines) > 2
        return
    frame = raw.table.order_by(SOURCE_ROW).execute()
    inside = sum(str(v).count("\n") for c in ("a", "b", "c") if c in frame for v in frame[c].dropna())
    blank = dict(raw.repairs).get("blank rows skipped", 0)
    trailing = len(lines) - len("\n".join(line.strip() for line in lines).rstrip("\n").split("\n"))
    assert len(lines) - trailing <= len(frame) + inside + blank <= len(lines)
