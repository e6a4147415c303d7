"""The knobs of a notebook, read from its cell tagged `parameters`: name, type, default, meaning, allowed.

The cell is the only place a knob is declared, one a line:

    bins: int = 5        # scores per measure, 5 = quintiles [2..10]
    method: str = "auto" # how the number is chosen [auto | fixed]

The brackets that end a comment hold what is allowed: values and ranges (`2..10`, `0..`), parted by `|`.
For a list or a dict they hold for each of its values.
"""

import ast
import io
import json
import math
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from helpers.errors import InputError, nearest

RESERVED = {
    "params_file": "is the parameter file itself",
    "run_dir": "is where each run keeps its results; the run sets it",
}
TYPES = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list[str]": 'a list of texts, like ["a", "b"]',
    "list[int]": "a list of whole numbers, like [1, 2]",
    "list[float]": "a list of numbers, like [0.5, 1]",
    "dict[str, float]": "names with a number each, like {a: 0.5}",
    "dict[str, str]": "names with a text each, like {a: b}",
    "dict[str, list[float]]": "names with a list of numbers each, like {a: [0.5, 1]}",
}


@dataclass(frozen=True)
class Range:
    """Numbers from low to high, both included; open ends are infinite."""

    low: float
    high: float


@dataclass(frozen=True)
class Knob:
    name: str
    type: str  # one of TYPES
    default: Any
    comment: str  # without the brackets
    allowed: tuple[Any, ...]  # values and Ranges; empty when anything of the type goes
    allowed_text: str  # the same, as written
    line: int  # within the cell, from 1


@dataclass(frozen=True)
class Fault:
    """What is wrong with a value. `{value}` in `what` stands for it; `at` is its place in a list or dict."""

    at: tuple[str | int, ...]
    what: str
    allowed: str = ""
    mend: str = ""


def notebook_sections(notebooks_dir: Path, client: str = "") -> dict[str, Path]:
    """Section name -> notebook, in the report's order: `02_rfm.ipynb` is the section `rfm`.

    Only notebooks whose name begins with a number and `_` belong to the report. Those of a client's own, in the folder
    named as the client, stand in place of the kit's and beside them. Raises InputError when the folder is missing, when
    two notebooks share a section, or a client's own has another number than the kit's it stands for.
    """
    if not notebooks_dir.is_dir():
        raise InputError("There is no such folder of notebooks", where=str(notebooks_dir))
    sections = _sections_of(notebooks_dir)
    for section, path in _sections_of(notebooks_dir / client).items() if client else ():
        kits = sections.get(section, path)
        if kits.name != path.name:
            raise InputError(
                f"{path.name} and the kit's {kits.name} are both the section {section}",
                where=str(path.parent),
                mend=f"Rename it: {kits.name} stands in place of the kit's, another section beside it.",
            )
        sections[section] = path
    return dict(sorted(sections.items(), key=lambda item: item[1].name))


def is_own(notebook: Path, notebooks_dir: Path) -> bool:
    """Whether a notebook is one of a client's own, not the kit's."""
    return notebook.parent != notebooks_dir


def diff_hint(notebook: Path, notebooks_dir: Path) -> str:
    """How to see what a client's own version changed; "" for a notebook that is no version of one of the kit's."""
    if not is_own(notebook, notebooks_dir) or not (notebooks_dir / notebook.name).is_file():
        return ""
    section = notebook.stem.partition("_")[2]
    return f"`kit diff {notebook.parent.name} {section}` shows what differs from the kit's notebook."


def knobs_for(notebook: Path, notebooks_dir: Path) -> dict[str, Knob]:
    """`read_knobs`, whose errors say of a client's own version how to compare it with the kit's."""
    try:
        return read_knobs(notebook)
    except InputError as error:
        hint = diff_hint(notebook, notebooks_dir)
        mend = " ".join(filter(None, [error.mend, hint]))
        raise InputError(error.what, where=error.where, allowed=error.allowed, mend=mend) from None


def _sections_of(folder: Path) -> dict[str, Path]:
    sections: dict[str, Path] = {}
    for path in sorted(folder.glob("*.ipynb")):
        match = re.fullmatch(r"\d+_(.+)", path.stem)
        if not match:
            continue
        if match[1] in sections:
            raise InputError(
                f"{sections[match[1]].name} and {path.name} are both the section {match[1]}",
                where=str(folder),
                mend="Rename one of them.",
            )
        sections[match[1]] = path
    return sections


def read_knobs(notebook: Path) -> dict[str, Knob]:
    """The knobs of a notebook by name, in its order. Raises InputError naming the line of the cell."""
    return dict(_read_knobs(notebook, stamp(notebook)))


def stamp(path: Path) -> tuple[int, ...]:
    """What tells that a file is as it was: size, times and place on the disk; () where there is none."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


@lru_cache(maxsize=256)  # every client of a night reads the same ones
def _read_knobs(notebook: Path, stamped: tuple[int, ...]) -> dict[str, Knob]:
    source = parameters_cell(notebook)
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise InputError("This is not Python", where=_where(notebook, error.lineno or 1)) from None
    comments = _comments(source)
    knobs: dict[str, Knob] = {}
    for statement in body:
        where = _where(notebook, statement.lineno)
        knob = _read_knob(statement, comments, where)
        if knob.name in knobs:
            raise InputError(f"{knob.name} is declared twice", where=where)
        knobs[knob.name] = knob
    return knobs


def check_value(knob: Knob, value: Any) -> tuple[Any, list[Fault]]:
    """A value as the knob's type, and what is wrong with it: "thirty" is not 30, true is not 1, 4 is 4.0."""
    faults = list(_find_faults(knob, knob.type, (), value))
    return (value if faults else _as_type(knob.type, value)), faults


def _find_faults(knob: Knob, kind: str, at: tuple[str | int, ...], value: Any) -> Iterator[Fault]:
    inner = parts_of(kind)
    if inner is None:
        if fault := _check_one(knob, kind, at, value):
            yield fault
        return
    if not isinstance(value, list if kind.startswith("list") else dict):
        yield _wrong_type(kind, at, value)
        return
    for key, part in enumerate(value) if isinstance(value, list) else value.items():
        yield from _find_faults(knob, inner, (*at, key if isinstance(key, int) else str(key)), part)


def parts_of(kind: str) -> str | None:
    """The type of what a list or dict holds; None for a plain value."""
    if kind.startswith("list["):
        return kind[5:-1]
    return kind.removeprefix("dict[str, ")[:-1] if kind.startswith("dict") else None


def plain_type(kind: str) -> str:
    """The type of the values within, however deep."""
    inner = parts_of(kind)
    return kind if inner is None else plain_type(inner)


def parameters_cell(notebook: Path) -> str:
    """The source of the cell that declares a notebook's knobs. Raises InputError where there is not exactly one."""
    try:
        # Plain JSON: nbformat takes a second to import, and every notebook of every client reads its knobs.
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        tagged = [c for c in cells if c["cell_type"] == "code" and "parameters" in c["metadata"].get("tags", [])]
    except FileNotFoundError:
        raise InputError("There is no such notebook", where=str(notebook)) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError("This is not a notebook", where=str(notebook)) from None
    if len(tagged) != 1:
        found = "has no cell" if not tagged else "has several cells"
        raise InputError(
            f"The notebook {found} tagged `parameters`",
            where=str(notebook),
            mend="Tag its first code cell `parameters`, and no other.",
        )
    return "".join(tagged[0]["source"])


def _read_knob(statement: ast.stmt, comments: dict[int, str], where: str) -> Knob:
    if (
        not isinstance(statement, ast.AnnAssign)
        or not isinstance(statement.target, ast.Name)
        or statement.value is None
    ):
        raise InputError("Each line of the cell is `name: type = value  # meaning`", where=where)
    name, kind = statement.target.id, ast.unparse(statement.annotation)
    if kind not in TYPES:
        raise InputError(f"{name} has the type {kind}", where=where, allowed=", ".join(TYPES))
    try:
        default = ast.literal_eval(statement.value)
    except ValueError:
        raise InputError(f"The default of {name} must be a plain value, not a calculation", where=where) from None
    lines = range(statement.end_lineno or statement.lineno, statement.lineno - 1, -1)
    comment = next((comments[line] for line in lines if line in comments), "")
    bracket = re.search(r"\s*\[([^\[\]]*)\]$", comment)
    text = bracket[1].strip() if bracket else ""
    comment = comment[: bracket.start()] if bracket else comment
    allowed = tuple(_read_allowed(part.strip(), kind, name, where) for part in text.split("|")) if bracket else ()
    knob = Knob(name, kind, default, comment.strip(), allowed, text, statement.lineno)
    value, faults = check_value(knob, default)
    if faults:
        what = faults[0].what.replace("{value}", repr(default))
        raise InputError(f"The default of {name} {what}", where=where, allowed=faults[0].allowed)
    return Knob(name, kind, value, comment.strip(), allowed, text, statement.lineno)


def _read_allowed(text: str, kind: str, name: str, where: str) -> Any:
    """One alternative of the brackets: a Range, or a value of the knob's type."""
    if plain_type(kind) == "str":
        return text.strip("\"'")
    if kind == "bool":
        raise InputError(f"{name} is true or false and needs no brackets", where=where)
    number = int if plain_type(kind) == "int" else float
    try:
        if ".." not in text:
            return number(text)
        low, high = text.split("..")
        return Range(number(low) if low else -math.inf, number(high) if high else math.inf)
    except ValueError:
        raise InputError(
            f'"{text}" does not say what {name} may be',
            where=where,
            mend="End the comment with a range, [2..10], or with choices, [1 | 2].",
        ) from None


def _check_one(knob: Knob, kind: str, at: tuple[str | int, ...], value: Any) -> Fault | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = {
        "str": isinstance(value, str),
        "bool": isinstance(value, bool),
        "int": isinstance(value, int) and not isinstance(value, bool),
        "float": number and math.isfinite(value),
    }
    if not fits[kind]:
        return _wrong_type(kind, at, value)
    if not knob.allowed or any(a.low <= value <= a.high if isinstance(a, Range) else a == value for a in knob.allowed):
        return None
    hint = nearest(value, [a for a in knob.allowed if isinstance(a, str)]) if isinstance(value, str) else ""
    allowed = ", ".join(_say(a) for a in knob.allowed)
    return Fault(at, "cannot be {value}", allowed=allowed, mend=f'Did you mean "{hint}"?' if hint else "")


def _wrong_type(kind: str, at: tuple[str | int, ...], value: Any) -> Fault:
    if value is None:
        return Fault(at, f"is empty; it must be {TYPES[kind]}", mend="Give a value, or delete the line.")
    shown = "a list" if isinstance(value, list) else "several keys" if isinstance(value, dict) else "{value}"
    quotes = "Put it in quotes." if kind == "str" and shown == "{value}" else ""
    return Fault(at, f"must be {TYPES[kind]}, not {shown}", mend=quotes)


def _say(allowed: Any) -> str:
    if isinstance(allowed, Range):
        low, high = _say(allowed.low), _say(allowed.high)
        if math.isinf(allowed.high):
            return f"{low} or more"
        return f"{low} to {high}" if math.isfinite(allowed.low) else f"up to {high}"
    return str(int(allowed)) if isinstance(allowed, float) and allowed.is_integer() else str(allowed)


def _as_type(kind: str, value: Any) -> Any:
    inner = parts_of(kind)
    if inner is None:
        return float(value) if kind == "float" else value
    if isinstance(value, list):
        return [_as_type(inner, part) for part in value]
    return {str(key): _as_type(inner, part) for key, part in value.items()}


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("#").strip() for t in tokens if t.type == tokenize.COMMENT}


def _where(notebook: Path, line: int) -> str:
    return f"{notebook}, parameters cell, line {line}"
