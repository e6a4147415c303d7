"""`kit new --update`: the parameter file of a client whose next files have come.

What was written and corrected by hand stays: only sources and `as_of` are renewed, and new columns and files are added.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, SequenceNode

from helpers.data.guess.head import year_in
from helpers.data.guess.matches import Match
from helpers.data.reading import list_files
from helpers.data.schema import TABLES
from helpers.data.spec import ROW_NUMBER, PartSpec
from helpers.data.urls import is_database
from helpers.errors import InputError
from helpers.runs.draft import Draft, not_placed_part
from helpers.runs.draft_edit import EditedFile, is_lines, last_line
from helpers.runs.draft_look import Understood
from helpers.runs.draft_text import WrittenPart, as_yaml, clean, not_placed_lines, part_lines, scalar
from helpers.runs.params import Params
from helpers.runs.yaml_tree import KeyPath

_MOST, _NEARLY_ALL = 0.5, 0.9  # of a part's columns that a file must have to be its next one
_FROM_DATA = ("the last day in the data", "no file holds a date; this is the end of the year")
_DRAFTED = ("the last day in ", "unsure: ", "no file holds a date", "as you said")  # comments on `as_of` of our own


@dataclass(frozen=True)
class Update:
    """A file's new text, and what became of what."""

    text: str
    renewed: list[str] = field(default_factory=list)  # sources and as_of
    new_columns: list[str] = field(default_factory=list)  # added as comments
    vanished: list[str] = field(default_factory=list)  # columns that the file names and the source lacks
    unmatched: list[str] = field(default_factory=list)  # parts for which no file came
    added: list[str] = field(default_factory=list)  # files that belonged to nothing
    notes: list[str] = field(default_factory=list)  # what else is to be looked at


@dataclass(frozen=True)
class _Part:
    """A part as the file has it."""

    table: str
    path: KeyPath
    spec: PartSpec

    @property
    def columns(self) -> list[str]:
        """The source's columns that it names."""
        spec = self.spec
        named = [*spec.columns.values(), *spec.ratings.values(), *(source for _, source in spec.attributes.values())]
        return list(dict.fromkeys(name for name in (*named, *spec.filter) if name != ROW_NUMBER))

    @property
    def year(self) -> int | None:
        """The year that it alone is of, as one of several waves."""
        year = year_in(Path(self.spec.source).name)
        return year if str(year) in self.spec.set.values() else None


def update_text(params: Params, draft: Draft, as_of_said: bool) -> Update:
    """The text of a client's file with the files of a draft of today's sources in it.

    Raises InputError where the file cannot be changed without changing more.
    """
    content = params.path.read_bytes()
    mark = "\ufeff" if content.startswith(b"\xef\xbb\xbf") else ""
    file = EditedFile(content.decode("utf-8-sig"))
    made = Update("")
    parts = [
        _Part(table, ("data", table, i) if _is_list(file, table) else ("data", table), spec)
        for table, tables in params.data.items()
        for i, spec in enumerate(tables.parts)
    ]
    files = [*draft.understood, *draft.others]
    matched = _match(parts, files)
    for at, one in matched.items():
        _renew_source(file, parts[at], one, made)
        _compare_columns(file, parts[at], one, made)
    taken = {id(one) for one in matched.values()}
    left = [part for at, part in enumerate(parts) if at not in matched and not part.year]
    made.unmatched.extend(f"{part.table}: {part.spec.place}" for part in left)
    for one in files:
        if id(one) not in taken and not _is_named(file, one):
            _add_file(file, one, parts, left, draft, made)
    _renew_as_of(file, params, draft, as_of_said, made)
    text = file.made()
    _check_unchanged(file.text, text, params)
    return replace(made, text=mark + text)


def write_update(path: Path, update: Update) -> bool:
    """Write the file's new text, whole or not at all; whether there was anything to write."""
    content = update.text.encode()
    if content == path.read_bytes():
        return False
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)
    return True


def _is_list(file: EditedFile, table: str) -> bool:
    return isinstance(file.node(("data", table)), SequenceNode)


def _match(parts: Sequence[_Part], files: Sequence[Understood]) -> dict[int, Understood]:
    """For each part, by its place, the file that is its next one; each file once, the closest first."""
    found = [
        (closeness, -i, -j)
        for i, part in enumerate(parts)
        for j, one in enumerate(files)
        if (closeness := _closeness(part, one))
    ]
    matched: dict[int, Understood] = {}
    taken: set[int] = set()
    for _, i, j in sorted(found, reverse=True):
        if -i not in matched and -j not in taken:
            matched[-i] = files[-j]
            taken.add(-j)
    return matched


def _closeness(part: _Part, one: Understood) -> float:
    """How surely a file is a part's next one; 0 where it is another."""
    first, spec = one.samples[0], part.spec
    if (spec.table or "") != first.table or spec.query:
        return 0.0
    if first.sheet and spec.sheet not in (0, first.sheet):
        return 0.0
    if _reads_already(spec, one):
        return 10.0
    if part.year and year_in(first.name) != part.year:
        return 0.0
    there = {column.name.strip().casefold() for column in one.look.columns}
    named = [name.strip().casefold() for name in part.columns]
    share = sum(name in there for name in named) / len(named) if named else 0.0
    same_table = one.usable and one.part.table == part.table
    same_name = _without_digits(Path(spec.source).name) == _without_digits(first.name)
    near = share > _MOST and (same_table or same_name)
    if near or (share >= _NEARLY_ALL and not one.usable) or (not named and same_table and same_name):
        return share + 0.3 * same_table + 0.3 * same_name
    return 0.0


def _without_digits(name: str) -> str:
    return re.sub(r"[\d*]+", "#", name)


def _reads_already(spec: PartSpec, one: Understood) -> bool:
    """Whether the part's source, a file, a folder or a glob, takes in all of these files."""
    if is_database(spec.source):
        return spec.source == one.samples[0].source
    try:
        files = {str(getattr(file, "url", file)) for file in list_files(spec)}
    except InputError:
        return False
    return {sample.source for sample in one.samples} <= files


def _renew_source(file: EditedFile, part: _Part, one: Understood, made: Update) -> None:
    if _reads_already(part.spec, one):
        return
    path = (*part.path, "source")
    written = file.scalar(path)
    if written is None:
        made.notes.append(f"{part.table}: {one.shown} is its next file; its `source` stands elsewhere, renew it there")
        return
    node = file.node(path)
    before = str(node.value) if node else ""
    name, new = before.rpartition("/")[2], as_yaml(one.source)
    next_name = one.source.rpartition("/")[2]
    here = Path(part.spec.source).parent == Path(one.samples[0].folder)
    if here and written.count(name) == 1 and as_yaml(next_name) == next_name:
        new = written.replace(name, next_name)  # the folder in the words it was written in
    file.replace_scalar(path, new)
    shown = f"{before} -> {new}" if name == next_name else f"{name or before} -> {one.shown}"
    made.renewed.append(f"{part.table}: {shown}")


def _compare_columns(file: EditedFile, part: _Part, one: Understood, made: Update) -> None:
    """Tell columns that vanished, and add new ones as comments."""
    there = {column.name.strip().casefold(): column.name for column in one.look.columns}
    gone = [name for name in part.columns if name.strip().casefold() not in there]
    made.vanished.extend(f"{part.table}: {name} is not in {one.shown}" for name in gone)
    known = " ".join(re.sub(r"(?m)^\s*#", " ", file.block_of(part.path)).split())
    named = {name.strip().casefold() for name in part.columns}
    own = set(TABLES[part.table].column_names)
    new = [
        name for plain, name in there.items() if plain not in named and plain not in own and not _mentions(known, name)
    ]
    node = file.node(part.path)
    if not new or node is None:
        return
    made.new_columns.extend(f"{part.table}: {name} ({one.shown})" for name in new)
    proposals = _proposals(part, one, new)
    block = file.node((*part.path, "columns"))
    if isinstance(block, MappingNode) and is_lines(block) and is_lines(node):
        indent = " " * block.start_mark.column
        file.insert_after(last_line(block), [indent + _proposed(match) for match in proposals])
        new = [name for name in new if name not in {match.source for match in proposals}]
    if new:
        names = clean(", ".join(new))
        file.insert_after(file.end_of(node), [f"{' ' * file.column_in(node)}# new, not used: {names}"])


def _proposed(match: Match) -> str:
    return f"# {clean(f'{match.column}: {scalar(match.source)}')} # new, not used"


def _mentions(text: str, name: str) -> bool:
    return any(
        re.search(rf"(?<!\w){re.escape(' '.join(form.split()))}(?!\w)", text)
        for form in (clean(name), clean(scalar(name)))
        if form.strip()
    )


def _proposals(part: _Part, one: Understood, new: Sequence[str]) -> list[Match]:
    """What new columns may be that the part has nothing for."""
    if one.part.table != part.table:
        return []
    free = [m for m in (*one.part.columns, *one.part.proposals) if m.column not in (*part.spec.columns, *part.spec.set)]
    return [m for m in free if m.source in new]


def _is_named(file: EditedFile, one: Understood) -> bool:
    """Whether the file's text names a source already, be it in a comment."""
    return f"source: {as_yaml(one.source)}" in file.text and (
        not one.samples[0].table or f"table: {one.samples[0].table}" in file.text
    )


def _add_file(
    file: EditedFile, one: Understood, parts: Sequence[_Part], left: Sequence[_Part], draft: Draft, made: Update
) -> None:
    """A file that belongs to nothing yet: a part of its own, or a comment where that may be wrong."""
    table = one.part.table
    data, node = file.node(("data",)), file.node(("data", table))
    mine = [part for part in parts if part.table == table]
    doubtful = not one.usable or any(part.table == table for part in left)
    if not isinstance(data, MappingNode) or not is_lines(data):
        made.added.append(f"{one.shown}: {table}, not added, for `data` is written in brackets")
        return
    base = data.value[0][0].start_mark.column
    written = _written_as_others(one, mine)
    if doubtful or (node is not None and not is_lines(node)):
        block = not_placed_lines(replace(not_placed_part(one, draft.understood), written=written), bool(mine), not mine,
                                 deeper=0 if mine else 2)  # fmt: skip
        if one.usable:
            block = [f"# {clean(one.shown)} looks like {table} too", *(line for line in block if _is_part(line))]
        at, indent = (file.end_of(node), base + 2) if node is not None else (file.end_of(data), base)
        file.insert_after(at, ["", *(" " * indent + line for line in block)])
        made.added.append(f"{one.shown}: as a comment, nearest to {table}")
        return
    if node is None:
        lines = [f"{table}: # one row {TABLES[table].grain}; {one.rows:,} rows",
                 *(f"  {line}" for line in part_lines(table, written, listed=False))]  # fmt: skip
        file.insert_after(file.end_of(data), ["", *(" " * base + line for line in lines)])
    else:
        indent = node.start_mark.column
        if isinstance(node, MappingNode):
            file.make_list(("data", table))
        file.insert_after(file.end_of(node), [" " * indent + line for line in part_lines(table, written, listed=True)])
    made.added.append(f"{one.shown}: a part of {table}")


def _is_part(line: str) -> bool:
    return bool(re.match(r"# (\w+:$| *- source| {2})", line))


def _written_as_others(one: Understood, same: Sequence[_Part]) -> WrittenPart:
    """A file as a part; a survey gets the wave that its name tells where the others have theirs."""
    constants = dict(one.part.constants)
    year = year_in(one.samples[0].name)
    if year and any("wave" in part.spec.set for part in same) and not one.part.source_of("wave"):
        constants["wave"] = str(year)
    first = one.samples[0]
    return WrittenPart(one.part, one.source, first.sheet, one.rows, "", constants, first.table)


def _renew_as_of(file: EditedFile, params: Params, draft: Draft, said: bool, made: Update) -> None:
    """The last day of the new data, where it is later than the day that stands, or the day that was said."""
    line = next(line for line in draft.head if line.key == "as_of")
    day, written = date.fromisoformat(line.value), file.scalar(("as_of",))
    if day == params.as_of or (day < params.as_of and not said):
        return
    if written is None or "${" in written:
        made.notes.append(f"as_of: the data end on {day}; the day that stands comes from elsewhere")
        return
    own = [spec.columns.get(TABLES[table].date_column, "") for table, t in params.data.items() for spec in t.parts]
    known = any(column and line.comment.endswith(f", {column})") for column in own)  # by hand, if not by the draft
    if not said and not known and not line.comment.startswith(_FROM_DATA):
        made.notes.append(f"as_of: {params.as_of} stays, for no column in use holds a date; --as-of renews it")
        return
    file.replace_scalar(("as_of",), line.value)
    if file.comment(("as_of",)).startswith(_DRAFTED):
        file.replace_comment(("as_of",), clean(f"unsure: {line.comment}" if line.unsure else line.comment))
    made.renewed.append(f"as_of: {params.as_of} -> {line.value}")


def _check_unchanged(before: str, after: str, params: Params) -> None:
    """Refuse a text in which more has changed than it should have."""
    old, new = (YAML(typ="safe", pure=True).load(text) for text in (before, after))
    same = all(old[key] == new.get(key) for key in old if key not in ("as_of", "data"))
    for table, given in old["data"].items():
        was = given if isinstance(given, list) else [given]
        now = new["data"].get(table)
        now = now if isinstance(now, list) else [now]
        same = same and all({**a, "source": ""} == {**b, "source": ""} for a, b in zip(was, now, strict=False))
    if not same:
        raise InputError(
            "This file is written in a way that cannot be updated", where=str(params.path),
            mend="Change its sources by hand.",
        )  # fmt: skip
