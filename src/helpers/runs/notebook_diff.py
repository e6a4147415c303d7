"""What differs between a client's own version of a notebook and the kit's, and what changed in the kit's meanwhile.

Cells are matched by their ids, where these are lost by what they hold. The first cell is told as knobs.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from pathlib import Path
from typing import Any

from helpers.errors import InputError
from helpers.runs.knobs import RESERVED, Knob, notebook_sections, read_knobs
from helpers.runs.own import base_of, written
from helpers.story import fmt

HEADING, ADDED, REMOVED, PLACE, PLAIN = "bold", "green", "red", "cyan", ""
_ALIKE = 0.6  # the share of two cells that is the same, from which one is taken for a change of the other

Line = tuple[str, str]  # its style, its text


@dataclass(frozen=True)
class Cell:
    id: str
    kind: str
    source: str
    knobs: bool  # the cell that declares them
    place: str  # where a reader finds it


@dataclass(frozen=True)
class Change:
    """One difference. before: the place among the cells compared with; None where the cell was added."""

    before: int | None
    what: str
    lines: tuple[Line, ...] = ()


def diff_client(
    client: str, notebooks_dir: Path, section: str = "", knobs: Mapping[str, Any] | None = None
) -> list[Line]:
    """What `kit diff` prints of one client: of a section, or of all that the client has its own version of.

    knobs: section -> knob -> value as the parameter file sets them, where it can be read. Raises InputError for a
    notebook that cannot be read.
    """
    kits, here = notebook_sections(notebooks_dir), notebook_sections(notebooks_dir, client)
    own = {name: path for name, path in here.items() if path.parent != notebooks_dir and section in ("", name)}
    if not own:
        whose = f"{client} has no version of its own of {section or 'any notebook'}"
        return [(PLAIN, f"{whose}: the kit's is used. `kit open {client} {section or 'rfm'}` makes one.")]
    told: list[Line] = []
    for name, path in own.items():
        told += [(PLAIN, "")] if told else []
        if name not in kits:
            told.append((PLAIN, f"{client}/{path.name} is {client}'s own: the kit has no notebook of that name."))
        else:
            told += _diff_one(client, path, kits[name], (knobs or {}).get(name, {}))
    return told


def _diff_one(client: str, own: Path, kit: Path, knobs: Mapping[str, Any]) -> Iterator[Line]:
    name, base = f"{client}/{own.name}", base_of(own)
    known = base.is_file()
    changes = compare(base if known else kit, own, knobs)
    later = compare(base, kit) if known else []
    if not changes and not later:
        yield PLAIN, f"{name}: nothing differs from the kit's notebook."
        return
    if changes:
        copied = " as it was copied" if later else ""
        yield HEADING, f"{name}: {fmt.many(len(changes), 'difference')} from the kit's notebook{copied}"
        yield from _told(changes)
    else:
        yield PLAIN, f"{name}: nothing differs from the kit's notebook as it was copied."
    if later:
        yield HEADING, f"{name}: {fmt.many(len(later), 'change')} in the kit's notebook since it was copied"
        yield from _told(later, also={c.before for c in changes if c.before is not None})
    elif not known:
        yield PLAIN, "The kit's notebook as it was copied is not kept, so its later changes are among these."
    else:
        yield PLAIN, "The kit's notebook has not changed since it was copied."


def _told(changes: Iterable[Change], also: Collection[int] = ()) -> Iterator[Line]:
    for change in changes:
        both = "; this client's version differs here too" if change.before in also else ""
        yield PLACE, f"  {change.what}{both}"
        for style, text in change.lines:
            yield style, f"    {text}"


def compare(before: Path, after: Path, set_by_file: Mapping[str, Any] | None = None) -> list[Change]:
    """The differences of two notebooks in the order of the later one; outputs do not count.

    set_by_file: knob -> value in the parameter file, to say where a knob's value comes from.
    """
    old, old_needs = read_cells(before)
    new, new_needs = read_cells(after)
    found: list[tuple[float, Change]] = []
    if old_needs != new_needs:
        was, now = ("; ".join(needs) or "none" for needs in (old_needs, new_needs))
        found.append((-1, Change(None, f"data needed: {was} → {now}")))
    pairs = _match(old, new)
    stable = _in_order([pairs[j] for j in sorted(pairs)])
    for j, cell in enumerate(new):
        i = pairs.get(j)
        if i is None:
            lines = [(ADDED, f"+{line}") for line in cell.source.splitlines()]
            found.append((j, Change(None, f"cell {j + 1} added, {cell.place}", tuple(lines))))
        elif old[i].knobs and cell.knobs:
            lines = _diff_knobs(before, after, old[i], cell, set_by_file or {})
            found += [(j, Change(i, "knobs in the first cell", tuple(lines)))] if lines else []
        elif old[i].source != cell.source or old[i].kind != cell.kind:
            lines = _diff_sources(old[i].source, cell.source)
            moved = " and moved" * (i not in stable)
            found.append((j, Change(i, f"cell {j + 1} changed{moved}, {cell.place}", tuple(lines))))
        elif i not in stable:
            found.append((j, Change(i, f"cell {j + 1} moved, it was cell {i + 1}, {cell.place}")))
    by_old = {i: j for j, i in pairs.items()}
    for i, cell in enumerate(old):
        if i not in by_old:
            lines = [(REMOVED, f"-{line}") for line in cell.source.splitlines()]
            after_ = max((by_old[k] for k in range(i) if k in by_old), default=-1)
            found.append((after_ + 0.5, Change(i, f"cell {i + 1} removed, {cell.place}", tuple(lines))))
    return [change for _, change in sorted(found, key=lambda one: one[0])]


def read_cells(path: Path) -> tuple[list[Cell], list[str]]:
    """A notebook's cells, and the data it needs. Raises InputError where it cannot be read."""
    try:
        notebook = json.loads(path.read_bytes())
        cells, place = [], "at its top"
        for cell in notebook["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown" and source.lstrip().startswith("#"):
                place = f"under “{source.lstrip().splitlines()[0].lstrip('# ')}”"
            knobs = "parameters" in cell["metadata"].get("tags", [])
            cells.append(Cell(cell.get("id", ""), cell["cell_type"], source, knobs, place))
        return cells, list(notebook["metadata"].get("kit", {}).get("needs", []))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError("This is not a notebook that can be read", where=str(path)) from error


def _match(old: list[Cell], new: list[Cell]) -> dict[int, int]:
    """Place in `new` -> place in `old` of the same cell."""
    ids = {cell.id: i for i, cell in enumerate(old) if cell.id}
    pairs = {j: ids[cell.id] for j, cell in enumerate(new) if cell.id in ids}
    for least in (1.0, _ALIKE):  # what is the same first
        for j, cell in enumerate(new):
            left = [i for i in range(len(old)) if i not in pairs.values() and old[i].kind == cell.kind]
            if j not in pairs and left:
                likeness = {i: _likeness(old[i], cell, least) for i in left}
                best = max(left, key=lambda i: likeness[i])
                if likeness[best] >= least:
                    pairs[j] = best
    return pairs


def _likeness(one: Cell, other: Cell, least: float) -> float:
    """From 0 to 1; 0 where it is less than `least`."""
    if one.source == other.source or (one.knobs and other.knobs):
        return 1.0
    matcher = SequenceMatcher(None, one.source, other.source, autojunk=False)
    return matcher.ratio() if least < 1 and matcher.quick_ratio() >= least else 0.0


def _in_order(places: list[int]) -> set[int]:
    """Those that stand as they stood: the longest part that goes on rising."""
    matcher = SequenceMatcher(None, sorted(places), places, autojunk=False)
    return {places[k] for block in matcher.get_matching_blocks() for k in range(block.b, block.b + block.size)}


def _diff_sources(before: str, after: str) -> list[Line]:
    styles = {"+": ADDED, "-": REMOVED}
    found = unified_diff(before.splitlines(), after.splitlines(), n=2, lineterm="")
    lines = list(found)[2:]  # without the files' names
    return [(styles.get(line[0], PLAIN), line) for line in lines if not line.startswith("@@")]


def _diff_knobs(before: Path, after: Path, old: Cell, new: Cell, set_by_file: Mapping[str, Any]) -> list[Line]:
    try:
        was, now = read_knobs(before), read_knobs(after)
    except InputError:  # a cell that cannot be read as knobs is told as it stands
        return _diff_sources(old.source, new.source)
    lines: list[Line] = []
    for name in [*was, *(name for name in now if name not in was)]:
        if name in RESERVED:
            continue
        if name not in now:
            lines.append((REMOVED, f"{name}: removed, it was {written(was[name].default)}"))
        elif name not in was:
            lines.append((ADDED, f"{name}: added, {now[name].type} = {written(now[name].default)}"))
        else:
            lines += _diff_knob(was[name], now[name], set_by_file)
    return lines


def _diff_knob(was: Knob, now: Knob, set_by_file: Mapping[str, Any]) -> Iterator[Line]:
    if was.default != now.default or was.type != now.type:
        by_file = now.name in set_by_file and set_by_file[now.name] == now.default
        why = ", as the parameter file sets it" if by_file else ""
        yield PLAIN, f"{now.name}: {written(was.default)} → {written(now.default)}{why}"
    for what, one, other in (
        ("type", was.type, now.type),
        ("meaning", was.comment, now.comment),
        ("allowed", was.allowed_text, now.allowed_text),
    ):
        if one != other:
            yield PLAIN, f"{now.name}, {what}: {one or 'any'} → {other or 'any'}"
