"""The parameter file of a client, `params/<client>.yaml`: who it is, where its data is, and its knobs.

Nothing is guessed: an unknown key, a wrong type or an impossible value is refused with its line, what is
allowed and the nearest spelling, and all of a file's problems are told together. The guide is docs/params.md.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from helpers.data.reading.warehouses import choose_engine
from helpers.data.schema import TABLES
from helpers.data.spec import EVERYONE_ELSE, NOBODY, PartSpec, Rule, TableSpec
from helpers.data.urls import EXAMPLES, is_database
from helpers.errors import InputError, ParamsError
from helpers.runs.knobs import RESERVED, check_value, diff_hint, knobs_for, notebook_sections
from helpers.runs.params_head import ALL_SLIDES, WHY_OF_BENCHMARK, Benchmark, Brand, Head, Privacy, Slides
from helpers.runs.params_shape import REFUSED, WHY_REQUIRED, Part, did_you_mean
from helpers.runs.project import client_names
from helpers.runs.yaml_tree import KeyPath, Tree, read_tree, set_value

_HEAD = tuple(Head.model_fields)
QUOTES = "comments"  # the knob that says how many comments a page quotes
ONLY_IN = {
    "ratings": "surveys",
    "control": "exposures",
    "outcomes": "exposures",
    "merge": "customers",
    "scale": "surveys",
}
_CODES = ("missing", "values", "set", "filter")  # where an unquoted NULL is the client's code, not an empty value
_SMALLEST = "The smallest file has client, as_of, currency, business_model and data; docs/params.md shows one."


@dataclass(frozen=True)
class Params:
    """What one client's file says, checked."""

    client: str
    slug: str  # the file's stem: names the report's folder
    as_of: date  # ages and recencies are counted back from the end of this day
    currency: str  # ISO code
    business_model: str  # b2c, b2b or b2b2c
    unit: str  # what every analysis counts: customer or account
    engine: str | None  # what shall hold the rows, where the file says so: duckdb or spark
    brand: Brand
    privacy: Privacy
    data: dict[str, TableSpec]
    knobs: dict[str, dict[str, Any]]  # section -> knob -> value, only those given
    path: Path
    sha256: str  # of the file, without overrides
    overrides: tuple[str, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()  # competitors' scores, as published
    formats: tuple[str, ...] = ("html",)  # in which the report is made, pages first
    deck: Slides = ALL_SLIDES  # which findings and chapters the slides have
    locale: str = ""  # whose marks numbers have: de-DE
    audience: str = "client"  # for whom: what is sent to a client holds no rows of persons, what the team gets may


def read_params(path: Path, notebooks_dir: Path, overrides: Sequence[str] = ()) -> Params:
    """Read and check a client's file; `overrides` such as "rfm.bins=4" replace what it says.

    Raises ParamsError with every problem found, one a line.
    """
    path = Path(path)
    file = _show(path)
    content = _read_bytes(path, file)
    tree = read_tree(file, _decode(content, file))
    if not tree.values and not tree.problems:
        raise ParamsError("The file is empty", where=file, mend=_SMALLEST)
    for override in overrides:
        set_value(tree, override)
    notebooks_dir = Path(notebooks_dir)
    sections = notebook_sections(notebooks_dir, path.stem)
    folder = path.resolve().parent
    known = [*_HEAD, "data", *sections]
    for key in tree.values:
        if key not in known:
            tree.refuse(
                (key,),
                "is neither a key of the head nor a notebook's section",
                allowed=", ".join(known),
                mend=did_you_mean(key, known),
            )
    head = _read_head(tree, folder)
    data = _read_data(tree, folder)
    _check_engine(tree, data, head)
    _check_everyone_else(tree, data, head)
    for name in {*_HEAD, "data"} & sections.keys():
        raise ParamsError(f"{name} is a key of the head, not a name for a notebook", where=str(sections[name]))
    knobs = {name: _read_section(tree, name, notebooks_dir, sections[name]) for name in tree.values if name in sections}
    if head and not head.privacy.quotes:
        knobs = _without_quotes(knobs, notebooks_dir, sections)
    tree.raise_problems()
    assert head is not None, "a head that cannot be read has raised its problems"
    return Params(
        client=head.client.strip(),
        slug=path.stem,
        as_of=head.as_of,
        currency=head.currency,
        business_model=head.business_model,
        unit=head.unit,
        engine=head.engine,
        brand=head.brand,
        privacy=head.privacy,
        data=data,
        knobs=knobs,
        path=path.resolve(),
        sha256=hashlib.sha256(content).hexdigest(),
        overrides=tuple(overrides),
        benchmarks=tuple(head.benchmarks),
        formats=tuple(dict.fromkeys(["html", *head.formats])),
        deck=head.deck,
        locale=head.locale or "",
        audience=head.audience,
    )


def _show(path: Path) -> str:
    """A path for messages: from the working folder where it lies inside it."""
    full = path.resolve()
    return (full.relative_to(Path.cwd()) if full.is_relative_to(Path.cwd()) else path).as_posix()


def _read_bytes(path: Path, file: str) -> bytes:
    if path.is_dir():
        raise ParamsError("This is a folder, not a parameter file", where=file, mend=_say_clients(path, ""))
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ParamsError(
            "There is no such parameter file",
            where=file,
            mend=_say_clients(path.parent, path.stem),
        ) from None
    except OSError as error:
        raise ParamsError(f"The file cannot be read: {error.strerror or 'no reason given'}", where=file) from None


def _say_clients(folder: Path, wanted: str) -> str:
    names = client_names(folder)
    if not names:
        return f"There are no clients in {_show(folder)}."
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    hint = did_you_mean(wanted, names)
    return f"Clients in {_show(folder)}: {', '.join(names[:12])}{more}. {hint}".strip()


def _decode(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ParamsError(
            "There is a character that is not UTF-8",
            where=f"{file}, line {line}",
            mend="Save the file with the encoding UTF-8.",
        ) from None


def _read_head(tree: Tree, folder: Path) -> Head | None:
    given = {key: tree.as_text((key,)) for key in _HEAD if key in tree.values}
    for key in ("brand", "benchmarks", "privacy", "formats", "deck"):  # with their lines commented out
        if given.get(key, "") is None:
            del given[key]
    try:
        return Head.model_validate(given, context={"folder": folder, "hidden": tree.hidden})
    except ValidationError as error:
        _refuse_all(tree, (), error)
        return None


def _read_data(tree: Tree, folder: Path) -> dict[str, TableSpec]:
    data = tree.values.get("data")
    if not data or not isinstance(data, dict):
        what = "is missing" if "data" not in tree.values else "is empty" if not data else "must hold tables"
        tree.refuse(("data",), what, allowed=", ".join(TABLES), mend="Name at least one table and its `source`.")
        return {}
    specs = {}
    for name, given in data.items():
        if name not in TABLES:
            tree.refuse(
                ("data", name),
                "is not a table",
                allowed=", ".join(TABLES),
                mend=did_you_mean(name, list(TABLES)),
            )
            continue
        paths: list[KeyPath] = [("data", name)]
        if isinstance(given, list) and given:
            paths = [("data", name, i) for i in range(len(given))]
        parts = [_read_part(tree, name, path, folder) for path in paths]
        specs[name] = TableSpec(name, tuple(p for p in parts if p is not None))
    return specs


def _check_engine(tree: Tree, data: dict[str, TableSpec], head: Head | None) -> None:
    """Refuse sources in several warehouses, and a warehouse with another engine."""
    try:
        choose_engine(data, head.engine if head else None)
    except InputError as error:
        said = error.what[0].lower() + error.what[1:]
        tree.refuse((error.where,), f"cannot be used: {said}", allowed=error.allowed, mend=error.mend)


def _check_everyone_else(tree: Tree, data: dict[str, TableSpec], head: Head | None) -> None:
    """Refuse `control: everyone else` where nothing tells who else there is."""
    parts = data["exposures"].parts if "exposures" in data else ()
    others = [part.control == EVERYONE_ELSE for part in parts]
    if not any(others):
        return
    place: KeyPath = ("data", "exposures", others.index(True), "control")
    place = place if place in tree.marks else ("data", "exposures", "control")
    if not {"customers", "orders"} & data.keys():
        tree.refuse(
            place,
            f'is "{EVERYONE_ELSE}", and no table tells who else there is',
            allowed="with customers or orders",
            mend="Add the table, or name the arm that got nothing.",
        )
    if head and head.unit == "account":
        tree.refuse(
            place,
            f'is "{EVERYONE_ELSE}", which does not go with `unit: account`: a campaign lists people',
            mend="Take `unit: account` out, or name the arm that got nothing.",
        )


def _read_part(tree: Tree, table: str, path: KeyPath, folder: Path) -> PartSpec | None:
    raw: Any = tree.values
    for key in path:
        raw = raw[key]
    if not isinstance(raw, dict):
        tree.refuse(
            path,
            "must say where the table is" if raw else "is empty",
            mend=f"Write `{table}: {{source: …}}`.",
        )
        return None
    given = {key: tree.as_text((*path, key), null_is_text=key in _CODES) for key in raw}
    for key, home in ONLY_IN.items():
        if key in given and table != home:
            tree.refuse((*path, key), f"belongs only to {home}, not to {table}")
            del given[key]
    if type(raw.get("sheet")) is int:  # a number counts sheets from 0; in quotes it is a name
        given["sheet"] = raw["sheet"]
    for key in ("table", "query"):
        if key in given and not is_database(str(given.get("source"))):
            tree.refuse((*path, key), "goes with the URL of a database as `source`", allowed=EXAMPLES)
    _refuse_clashes(tree, path, given)
    context = {"folder": folder, "table": table, "chosen": _chosen_names(given), "hidden": tree.hidden}
    try:
        part = Part.model_validate(given, context=context)
    except ValidationError as error:
        _refuse_all(tree, path, error, table)
        part = None
    if table == "exposures" and given.get("control") is None:
        tree.refuse(
            (*path, "control"), f"is missing: it names the arm that got nothing, or is `{EVERYONE_ELSE}` or `{NOBODY}`"
        )
    if part is None:
        return None
    fields = {name: getattr(part, name) for name in Part.model_fields}
    fields["attributes"] = {
        name: (kind, column) for kind, columns in part.attributes.items() for name, column in columns.items()
    }
    fields["outcomes"], fields["merge"] = tuple(part.outcomes), tuple(part.merge)
    fields["date_format"] = {column: tuple(formats) for column, formats in part.date_format.items()}
    own = {name: rule.expression for name, rule in part.rules.items() if rule.expression}
    fields["rules"] = tuple(Rule(name, text, part.rules[name].severity) for name, text in own.items())
    fields["severities"] = {name: rule.severity for name, rule in part.rules.items() if name not in own}
    return PartSpec(**fields)


def _refuse_clashes(tree: Tree, path: KeyPath, given: dict[str, Any]) -> None:
    """Refuse a column that is both mapped and set, and a name that is chosen twice."""
    columns, constants = given.get("columns"), given.get("set")
    if isinstance(columns, dict) and isinstance(constants, dict):
        for name in constants:
            if name in columns:
                tree.refuse((*path, "set", name), "is mapped under `columns` too", mend="Keep one of them.")
    names = _chosen_names(given)[1:]
    for name in dict.fromkeys(n for n in names if names.count(n) > 1):
        tree.refuse((*path, name), "is named more than once", mend="Give each its own name.")


def _chosen_names(given: dict[str, Any]) -> list[str]:
    """The names of ratings, attributes and outcomes, after `ratings` itself, which stands for all of them."""
    attributes = given.get("attributes")
    kinds = list(attributes.values()) if isinstance(attributes, dict) else []
    groups = [given.get("ratings"), *kinds, given.get("outcomes")]
    names = [name for group in groups if isinstance(group, dict | list) for name in group]
    return ["ratings", *(name for name in names if isinstance(name, str))]


def _read_section(tree: Tree, section: str, notebooks_dir: Path, notebook: Path) -> dict[str, Any]:
    given = tree.values[section]
    if given is None:  # a section with its lines commented out
        return {}
    if not isinstance(given, dict):
        tree.refuse((section,), "must hold knobs", mend=f"Write `{section}: {{knob: value}}`.")
        return {}
    knobs = knobs_for(notebook, notebooks_dir)
    hint = diff_hint(notebook, notebooks_dir)
    no_knob = f"is not a knob of {_show(notebook)}, this client's own version" if hint else "is not a knob"
    allowed = [name for name in knobs if name not in RESERVED]
    values = {}
    for name, value in given.items():
        if name in RESERVED:
            tree.refuse((section, name), f"cannot be set: it {RESERVED[name]}", mend="Delete the line.")
        elif name not in knobs:
            tree.refuse(
                (section, name),
                no_knob if allowed else f"{no_knob}: {section} has none",
                allowed=", ".join(allowed),
                mend=" ".join(filter(None, [did_you_mean(name, allowed), hint])),
            )
        else:
            values[name], faults = check_value(knobs[name], value)
            for fault in faults:
                tree.refuse((section, name, *fault.at), fault.what, allowed=fault.allowed, mend=fault.mend)
    return values


def _without_quotes(
    knobs: dict[str, dict[str, Any]], notebooks_dir: Path, sections: dict[str, Path]
) -> dict[str, dict[str, Any]]:
    """The knobs with every notebook's `comments` at 0, whatever the file says of it."""
    quoting = [name for name, notebook in sections.items() if QUOTES in knobs_for(notebook, notebooks_dir)]
    return knobs | {name: knobs.get(name, {}) | {QUOTES: 0} for name in quoting}


def _refuse_all(tree: Tree, base: KeyPath, error: ValidationError, table: str = "") -> None:
    """Put what pydantic found into sentences."""
    for found in error.errors(include_url=False):
        path = (*base, *(key for key in found["loc"] if key != "[key]"))
        if found["type"] == "extra_forbidden":
            shapes: dict[str, type[BaseModel]] = {"benchmarks": Benchmark, "privacy": Privacy}
            known = _part_keys(table) if table else list(shapes.get(str(path[0]), Brand).model_fields)
            hint = did_you_mean(str(path[-1]), known)
            tree.refuse(path, "is not a key here", allowed=", ".join(known), mend=hint)
        elif found["type"] == "missing":
            reasons = WHY_OF_BENCHMARK if path[0] == "benchmarks" else WHY_REQUIRED
            why = reasons.get(str(path[-1]), "")
            tree.refuse(path, f"is missing: {why}" if why else "is missing")
        else:
            while path not in tree.marks and len(path) > len(base) + 1:
                path = path[:-1]  # pydantic adds the type it tried, and we a name for what was given once for all
            tree.refuse(path, *_say_wrong(found))


def _part_keys(table: str) -> list[str]:
    return [key for key in Part.model_fields if ONLY_IN.get(key, table) == table]


def _say_wrong(found: ErrorDetails) -> tuple[str, str, str]:
    """What is wrong, what is allowed and how to mend it; never the value itself."""
    kind, value, context = found["type"], found["input"], found.get("ctx", {})
    if kind == REFUSED:
        return context["what"], context["allowed"], context["mend"]
    if value is None:
        return "is empty", "", "Give a value, or delete the line."
    if kind == "literal_error":
        choices = re.findall("'([^']*)'", context["expected"])
        allowed = ", ".join(c if c.isidentifier() or c.isalnum() else f'"{c}"' for c in choices)
        return "cannot be {value}", allowed, did_you_mean(str(value), choices)
    if kind in ("int_parsing", "greater_than_equal"):
        return "must be a whole number from 0 on, not {value}", "", ""
    if kind == "bool_parsing":
        return "cannot be {value}", "true, false", ""
    if kind in ("dict_type", "model_type"):
        return "must be lines of `key: value`", "", ""
    if kind == "list_type":
        return "must be a list, like [a, b]", "", ""
    if kind in ("string_type", "int_type"):
        return f"must be one text, not {'a list' if isinstance(value, list) else 'several keys'}", "", ""
    return "cannot be {value}", "", ""
