"""The JSON Schema of the parameter file: it takes what the check takes, and refuses what a misspelling makes."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from helpers.data.schema import TABLES
from helpers.runs.json_schema import _MEANINGS, make_schema, refresh_schema
from helpers.runs.knobs import RESERVED, notebook_sections, read_knobs
from helpers.runs.params import read_params
from helpers.runs.params_head import Brand, Head
from helpers.runs.params_shape import Part
from helpers.runs.project import Project
from helpers.runs.yaml_tree import read_tree
from tests.runs.conftest import Kit
from tests.runs.params_text import DATA, HEAD, Read

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def schema(project: Project) -> Any:
    return json.loads(make_schema(project.notebooks))


def problems(schema: Any, text: str) -> list[str]:
    validator = jsonschema.Draft7Validator(schema)
    return [error.message for error in validator.iter_errors(read_tree("x.yaml", text).values)]


def test_the_committed_schema_is_current(project: Project) -> None:
    committed = (project.params / "schema.json").read_text("utf-8")
    assert committed == make_schema(project.notebooks), "the file's shape or a knob has changed: run `kit schema`"


def test_it_is_a_schema(schema: Any) -> None:
    jsonschema.Draft7Validator.check_schema(schema)


@pytest.mark.parametrize("path", ["params/demo.yaml", *(f"tests/params/{n}.yaml" for n in
                                  ("online_retail", "hillstrom", "sfo_survey"))])  # fmt: skip
def test_files_that_are_right_are_taken(schema: Any, project: Project, path: str) -> None:
    assert problems(schema, (ROOT / path).read_text("utf-8")) == []


EVERYTHING = (
    HEAD
    + """brand: {color: "#0b5c8a"}
data:
  orders:
    source: a.csv
    sheet: 2
    header_row: 3
    decimal: ","
    delimiter: ";"
    date_format: {ordered_at: ["%d.%m.%Y", excel], all: "%Y%m%d"}
    rules: {identical_lines: note, small: {expression: amount < 10000, severity: stop}}
    filter: {Country: [1, x]}
    columns: {amount: 7}
  customers:
    source: a.csv
    merge: email
    attributes: {demographic: [age, 2], geographic: {region: Region}}
  surveys:
    - &one {source: a.csv, columns: {score: q}, ratings: {a: b}, missing: {score: 99, ratings: [0, n/a]},
       values: {a: {Very good: 5, bad: 1}}}
    - {<<: *one, set: {wave: 2025}, date_format: "%d.%m.%Y"}
    - {source: b.csv, columns: {score: q}, ratings: [signs, 2], scale: 1-10}
  exposures: {source: a.csv, control: no, outcomes: spend}
rfm: {bins: 4}
clusters:
"""
)


def test_whatever_the_check_takes(schema: Any, project: Project, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(EVERYTHING, "utf-8")
    read_params(tmp_path / "x.yaml", project.notebooks)
    assert problems(schema, EVERYTHING) == []


def test_a_reference_to_the_environment_stands_for_anything(schema: Any) -> None:
    text = HEAD.replace("GBP", "${CURRENCY}") + DATA + 'rfm: {bins: "${BINS}"}\n'
    assert problems(schema, text) == []


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        HEAD.replace("currency", "curency") + DATA,
        HEAD.replace("GBP", "pounds") + DATA,
        HEAD.replace("b2b", "b4b") + DATA,
        HEAD + DATA.replace("orders:", "ordres:"),
        HEAD + DATA.replace("source:", "sorce:"),
        HEAD + DATA + "    columns: {amuont: x}\n",
        HEAD + DATA + "    ratings: {a: b}\n",
        HEAD + DATA + "    control: x\n",
        HEAD + DATA + "    decimal: ';'\n",
        HEAD + DATA + "    merge: email\n",
        HEAD + DATA + "    scale: 1-10\n",
        HEAD + DATA.replace("orders", "surveys") + "    scale: 1-9\n",
        HEAD + DATA + "    rules: {identical_lines: stopp}\n",
        HEAD + DATA + "    header_row: -1\n",
        HEAD + DATA + "    attributes: {demografic: [age]}\n",
        HEAD + DATA.replace("orders", "exposures"),
        HEAD + DATA + "rfm: {binz: 4}\n",
        HEAD + DATA + "rfm: {bins: 40}\n",
        HEAD + DATA + "rfm: {bins: four}\n",
        HEAD + DATA + "clusters: {features_used: spend}\n",
        HEAD + DATA + "rmf: {bins: 4}\n",
    ],
)
def test_what_is_wrong_is_underlined(schema: Any, text: str) -> None:
    assert problems(schema, text)


def test_every_key_is_there_and_says_what_it_is(schema: Any, project: Project) -> None:
    assert set(_MEANINGS) >= set(Part.model_fields) | set(Brand.model_fields)
    assert set(schema["properties"]) == set(Head.model_fields) | {"data"} | set(notebook_sections(project.notebooks))
    assert set(schema["properties"]["data"]["properties"]) == set(TABLES)
    assert all(p.get("description") for n, p in schema["properties"].items() if n in WITH_MEANING)
    for table in TABLES.values():
        part = schema["properties"]["data"]["properties"][table.name]["anyOf"][0]["properties"]
        assert list(part["columns"]["properties"]) == table.column_names
        assert all(shape["description"] for shape in part.values())


WITH_MEANING = ("client", "as_of", "currency", "business_model", "brand", "data")


def test_every_knob_is_there_with_its_default(schema: Any, project: Project) -> None:
    for section, notebook in notebook_sections(project.notebooks).items():
        knobs = {name: knob for name, knob in read_knobs(notebook).items() if name not in RESERVED}
        shapes = schema["properties"][section]["properties"]
        assert shapes.keys() == knobs.keys()
        for name, knob in knobs.items():
            assert shapes[name]["default"] == knob.default
            jsonschema.validate(knob.default, shapes[name])
            assert knob.comment[1:] in shapes[name]["description"]


def test_a_project_of_other_notebooks_has_its_own(read: Read) -> None:
    made = json.loads(make_schema(Path("notebooks")))
    assert made["properties"]["rfm"]["properties"]["weights"]["anyOf"][0]["additionalProperties"] == {
        "type": "number", "minimum": 0.0,
    }  # fmt: skip
    assert made["properties"]["rfm"]["properties"]["method"]["anyOf"][0]["enum"] == ["auto", "fixed"]


def test_it_is_written_only_when_it_changes(project: Project, tmp_path: Path) -> None:
    path = refresh_schema(tmp_path, project.notebooks)
    before = path.stat().st_mtime_ns
    refresh_schema(tmp_path, project.notebooks)
    assert path.stat().st_mtime_ns == before
    path.write_text("{}")
    refresh_schema(tmp_path, project.notebooks)
    assert path.read_text("utf-8") == make_schema(project.notebooks)


def test_the_command(kit: Kit) -> None:
    done = kit("schema")
    assert (done.code, done.out, done.err) == (0, "params/schema.json\n", "")
    assert json.loads((kit.root / "params/schema.json").read_text("utf-8"))["properties"]["summary"]
