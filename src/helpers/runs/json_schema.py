"""A JSON Schema of the parameter file, for completion and checks while typing in an editor.

Made from the models that check a file and from the notebooks' parameter cells, so that it cannot say anything
else. It is looser than the check where that reads values as written: a code may be a number or a text.
"""

import json
import math
from pathlib import Path
from typing import Any, get_args

from helpers.data.scales import ALSO, SCALES
from helpers.data.schema import TABLES, Table
from helpers.errors import InputError
from helpers.runs.knobs import RESERVED, Knob, Range, notebook_sections, parts_of, plain_type, read_knobs
from helpers.runs.params import ONLY_IN
from helpers.runs.params_head import Head
from helpers.runs.params_shape import ATTRIBUTE_KINDS, WHY_REQUIRED, OwnRule, Part

FILE = "schema.json"
_SCALAR = {"type": ["string", "number", "boolean"]}
_LISTED = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}
_FROM_ENVIRONMENT = {"type": "string", "pattern": "\\$\\{"}
_MEANINGS = {
    "source": "A file, a glob or a folder, counted from this file's folder.",
    "table": "A database's table.",
    "query": "A database's query.",
    "sheet": "Excel: the sheet's name, or its number from 0.",
    "header_row": "The row that holds the headers, counted from 1; 0 where there are none.",
    "columns": "The kit's column: the column in the source.",
    "ratings": "Columns that rate what may drive the score, or a driver's name: the column that rates it.",
    "attributes": "Traits of a customer by kind.",
    "missing": 'Codes that mean "no answer", by column; `ratings` stands for all ratings.',
    "values": "What values stand for, by column: {Very satisfied: 5}.",
    "set": "A constant for a column that the source lacks.",
    "filter": "Rows to keep, by column of the source.",
    "date_format": 'How dates are written when not as 2026-09-30, such as "%d/%m/%Y".',
    "decimal": "The decimal mark.",
    "encoding": "How the text is encoded, where looking does not find it.",
    "delimiter": "What parts the columns, where looking does not find it.",
    "rules": "What must hold of every row; or what to do about a built-in rule: note, set_aside or stop.",
    "scale": "The scale of the score where it is not 0-10; `stars` and `words` are five marks.",
    "merge": "Rows that are equal in one of these columns are one customer.",
    "control": "The arm that got nothing; or everyone else, who are not in the list; or nobody, where all were in it.",
    "outcomes": "The columns measured per customer.",
    "color": 'A color in hex and in quotes, "#0b5c8a".',
    "logo": "A picture file beside this file.",
    "brand": "How the report looks.",
    "deck": "Slides: which findings and chapters they have; under `brand`, the template (.pptx) they are made on.",
    "findings": 'The findings that get a slide, in this order: a page ("rfm"), or one of its ("rfm.segments").',
    "skip": "Pages and findings that get no slide.",
    "privacy": "What of persons a report may hold.",
    "quotes": "Whether pages may quote customers, masked; false forbids it whatever the knobs say.",
    "identifiers": "Numbers of customers, accounts and answers in tables: as_given, or pseudonyms by the salt.",
    "salt": "A secret that makes the pseudonyms, from the environment: ${KIT_SALT}.",
    "min_group": "Groups of fewer customers by an attribute are put together, so that nobody is recognised.",
    "benchmarks": "Competitors' published scores, each with its source and date, and how it was made where known.",
    "formats": "In which forms the report is made; html always is.",
    "locale": "Whose marks numbers have on pages: de-DE writes 1.234,5.",
    "audience": "For whom: what goes to a client holds no rows of persons, what the team gets may.",
    "engine": "What works on the rows: by default the warehouse that a source names, else duckdb.",
}
_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}


def make_schema(notebooks_dir: Path) -> str:
    """The schema as JSON text, ending in a newline. Raises InputError for a notebook whose knobs cannot be read."""
    head = Head.model_json_schema()
    shapes = {**head.pop("$defs", {}), **Part.model_json_schema().get("$defs", {})}
    definitions = {name: _loose(shape) for name, shape in shapes.items()}
    properties = {name: _described(name, _loose(shape)) for name, shape in head["properties"].items()}
    properties["as_of"] = {"type": "string", "format": "date", "description": _sentence(WHY_REQUIRED["as_of"])}
    properties["currency"] |= {"pattern": "^([A-Z]{3}|.*\\$\\{.*)$"}
    properties["data"] = {
        "description": "The client's tables.",
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {name: _table_shape(table) for name, table in TABLES.items()},
    }
    for section, notebooks in _all_sections(notebooks_dir).items():
        properties[section] = {
            "description": f"Knobs of {notebooks[0].name}.",
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": _knob_shapes(notebooks),
        }
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A client's parameter file",
        "description": "Made by `kit new` and `kit schema`; changes are lost.",
        "type": "object",
        "additionalProperties": False,
        "required": [*head["required"], "data"],
        "properties": properties,
        "definitions": definitions,
    }
    return json.dumps(schema, indent=1, ensure_ascii=False).replace("#/$defs/", "#/definitions/") + "\n"


def refresh_schema(params_dir: Path, notebooks_dir: Path) -> Path:
    """Write the schema beside the parameter files, unless it is there as it should be; returns its path."""
    path = params_dir / FILE
    text = make_schema(notebooks_dir)
    if not path.is_file() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8", newline="\n")
    return path


def _all_sections(notebooks_dir: Path) -> dict[str, list[Path]]:
    """The notebooks of each section, the kit's first: one schema serves the files of all clients, whichever have their
    own. Whose cannot be read is left out: what is wrong with it is that client's matter."""
    found = {section: [path] for section, path in notebook_sections(notebooks_dir).items()}
    for folder in sorted(p for p in notebooks_dir.iterdir() if p.is_dir() and not p.name.startswith(".")):
        try:
            own = [path for path in notebook_sections(notebooks_dir, folder.name).values() if path.parent == folder]
            for path in own:
                read_knobs(path)
        except InputError:
            continue
        for path in own:
            found.setdefault(path.stem.partition("_")[2], []).append(path)
    return found


def _knob_shapes(notebooks: list[Path]) -> dict[str, Any]:
    """Of each knob what it may be in any of the notebooks."""
    shapes: dict[str, list[dict[str, Any]]] = {}
    for notebook in notebooks:
        for knob in read_knobs(notebook).values():
            shape = _knob_shape(knob)
            known = shapes.setdefault(knob.name, [])
            if knob.name not in RESERVED and shape["anyOf"] not in [one["anyOf"] for one in known]:
                known.append(shape)
    return {name: one[0] if len(one) == 1 else {"anyOf": one} for name, one in shapes.items() if one}


def _table_shape(table: Table) -> dict[str, Any]:
    part = _part_shape(table)
    return {"description": f"One row {table.grain}.", "anyOf": [part, {"type": "array", "minItems": 1, "items": part}]}


def _part_shape(table: Table) -> dict[str, Any]:
    model = Part.model_json_schema()
    properties = {
        name: _described(name, _loose(shape))
        for name, shape in model["properties"].items()
        if ONLY_IN.get(name, table.name) == table.name
    }
    columns = {c.name: {**_SCALAR, "description": _column_text(c.doc, c.required)} for c in table.columns}
    properties["columns"] |= {"type": "object", "properties": columns, "additionalProperties": False}
    properties["set"] |= {
        "type": "object",
        "properties": dict.fromkeys(columns, _SCALAR),
        "additionalProperties": False,
    }
    traits = {"anyOf": [{"type": "array", "items": _SCALAR}, {"type": "object", "additionalProperties": _SCALAR}]}
    if "ratings" in properties:
        properties["ratings"] = _described("ratings", traits)
    properties["attributes"] |= {
        "type": "object",
        "properties": dict.fromkeys(ATTRIBUTE_KINDS, traits),
        "additionalProperties": False,
    }
    for name in ("missing", "filter"):
        properties[name] |= {"type": "object", "additionalProperties": _LISTED}
    severities = {"enum": [*get_args(OwnRule.model_fields["severity"].annotation)]}
    properties["rules"]["additionalProperties"] = {"anyOf": [severities, {"$ref": "#/definitions/OwnRule"}]}
    by_column = {"type": "object", "additionalProperties": _LISTED}
    for name, allowed in (("outcomes", []), ("merge", []), ("date_format", [by_column])):  # one may stand for a list
        if name in properties:
            properties[name] = _described(name, {"anyOf": [*_LISTED["anyOf"], *allowed]})
    if "scale" in properties:
        properties["scale"] = _described("scale", {"anyOf": [{"enum": [*SCALES, *ALSO]}, _FROM_ENVIRONMENT]})
    required = ["source", "control"] if table.name == "exposures" else ["source"]
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _loose(shape: Any) -> Any:
    """A shape without pydantic's titles and defaults, in which text may be any scalar as written."""
    if isinstance(shape, list):
        return [_loose(s) for s in shape]
    if not isinstance(shape, dict):
        return shape
    if shape.get("type") == "string" and "enum" not in shape and "const" not in shape:
        return dict(_SCALAR)
    dropped = ("title", "default", "description", "propertyNames", "format")
    return {
        name: {n: _loose(s) for n, s in value.items()} if name == "properties" else _loose(value)
        for name, value in shape.items()
        if name not in dropped
    }


def _described(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    text = _MEANINGS.get(name) or (_sentence(WHY_REQUIRED[name]) if name in WHY_REQUIRED else "")
    if not text:
        return shape
    if "$ref" in shape:  # beside a reference, draft 7 ignores everything else
        return {"description": text, "allOf": [shape]}
    return {"description": text, **shape}


def _column_text(doc: str, required: bool) -> str:
    return _sentence(doc) + (" Required." if required else "")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _knob_shape(knob: Knob) -> dict[str, Any]:
    """A knob's type, what is allowed, and what it means; a text with `${` stands for any value."""
    value: dict[str, Any] = {"type": _TYPES[plain_type(knob.type)]}
    choices = [a for a in knob.allowed if not isinstance(a, Range)]
    ranges = [a for a in knob.allowed if isinstance(a, Range)]
    if choices and not ranges:
        value["enum"] = choices
    elif len(ranges) == 1 and not choices:
        low, high = ranges[0].low, ranges[0].high
        value |= ({"minimum": low} if math.isfinite(low) else {}) | ({"maximum": high} if math.isfinite(high) else {})
    value = _nested(knob.type, value)
    text = _sentence(knob.comment) if knob.comment else ""
    return {
        "description": f"{text} Default: {json.dumps(knob.default, ensure_ascii=False)}.".strip(),
        "default": knob.default,
        "anyOf": [value, _FROM_ENVIRONMENT],
    }


def _nested(kind: str, value: dict[str, Any]) -> dict[str, Any]:
    """The shape of a list or dict of values, however deep."""
    inner = parts_of(kind)
    if inner is None:
        return value
    held = _nested(inner, value)
    return (
        {"type": "array", "items": held}
        if kind.startswith("list")
        else {"type": "object", "additionalProperties": held}
    )
