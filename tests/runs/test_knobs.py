"""Knobs are read from a notebook's parameters cell and nowhere else, and take only what they allow."""

import math
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.errors import InputError
from helpers.runs.knobs import (
    Fault,
    Knob,
    Range,
    check_value,
    notebook_sections,
    read_knobs,
)


def _write(path: Path, *sources: str, tags: tuple[str, ...] = ("parameters",)) -> Path:
    cells = [new_markdown_cell("# A report"), *(new_code_cell(s, metadata={"tags": list(tags)}) for s in sources)]
    nbformat.write(new_notebook(cells=cells), path)
    return path


def _knob(line: str, tmp_path: Path) -> Knob:
    [knob] = read_knobs(_write(tmp_path / "02_rfm.ipynb", line)).values()
    return knob


def test_a_knob_is_its_line_of_the_cell(tmp_path: Path) -> None:
    source = "# What a run may change\nbins: int = 5  # scores per measure, 5 = quintiles [2..10]"
    knobs = read_knobs(_write(tmp_path / "02_rfm.ipynb", source))
    meaning = "scores per measure, 5 = quintiles"
    assert knobs == {"bins": Knob("bins", "int", 5, meaning, (Range(2, 10),), "2..10", 2)}


@pytest.mark.parametrize(
    ("line", "default", "allowed"),
    [
        ('method: str = "auto"  # how [auto | fixed]', "auto", ("auto", "fixed")),
        ("k: int = 0  # clusters, 0 = chosen [0 | 2..12]", 0, (0, Range(2, 12))),
        ("margin: float = 1  # share kept [0..1]", 1.0, (Range(0, 1),)),
        ("days: int = 30  # window [1..]", 30, (Range(1, math.inf),)),
        ("change: float = -0.5  # fall [..0]", -0.5, (Range(-math.inf, 0),)),
        ("log: bool = True  # log scale", True, ()),
        ("names: list[str] = []", [], ()),
        ("steps: list[int] = [7, 30]  # days [1..365]", [7, 30], (Range(1, 365),)),
        ("shares: list[float] = [0.5, 1]", [0.5, 1.0], ()),
        ('weights: dict[str, float] = {"r": 1}', {"r": 1.0}, ()),
        ('owners: dict[str, str] = {"rfm": "Ann"}', {"rfm": "Ann"}, ()),
        ('figures: dict[str, list[float]] = {"cac": [50, 40]}  # [0..]', {"cac": [50.0, 40.0]}, (Range(0, math.inf),)),
    ],
)
def test_every_type_is_read(line: str, default: Any, allowed: tuple[Any, ...], tmp_path: Path) -> None:
    knob = _knob(line, tmp_path)
    assert knob.default == default
    assert type(knob.default) is type(default)
    assert knob.allowed == allowed


def test_a_default_may_span_lines_and_hold_a_hash(tmp_path: Path) -> None:
    source = 'weights: dict[str, float] = {  # weight of each measure\n    "r": 1.0,\n}\ncolor: str = "#fff"  # hue'
    knobs = read_knobs(_write(tmp_path / "02_rfm.ipynb", source))
    assert [(k.name, k.comment, k.line) for k in knobs.values()] == [
        ("weights", "weight of each measure", 1),
        ("color", "hue", 4),
    ]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("bins = 5", "line 1: Each line of the cell is `name: type = value  # meaning`."),
        ("bins: int", "line 1: Each line of the cell is `name: type = value  # meaning`."),
        ("a: int = 1\nbins: int = 2 + n", "line 2: The default of bins must be a plain value, not a calculation."),
        ("bins: tuple = ()", "line 1: bins has the type tuple. Allowed: str, int, float, bool, list[str]"),
        ('bins: int = "5"', "line 1: The default of bins must be a whole number, not '5'."),
        ("bins: int = 1  # [2..10]", "line 1: The default of bins cannot be 1. Allowed: 2 to 10."),
        ("bins: int = 5  # [few]", '"few" does not say what bins may be. End the comment with a range, [2..10]'),
        ("log: bool = True  # [true | false]", "log is true or false and needs no brackets."),
        ("a: int = 1\na: int = 2", "line 2: a is declared twice."),
        ("a: int =", "line 1: This is not Python."),
    ],
)
def test_a_cell_that_is_not_flat_and_typed_is_refused(source: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_knobs(_write(tmp_path / "02_rfm.ipynb", source))
    assert str(error.value).startswith(f"{tmp_path / '02_rfm.ipynb'}, parameters cell, line ")
    assert sentence in str(error.value)


def test_a_notebook_has_one_parameters_cell(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no cell tagged `parameters`"):
        read_knobs(_write(tmp_path / "02_rfm.ipynb", "a: int = 1", tags=()))
    with pytest.raises(InputError, match="has several cells tagged `parameters`"):
        read_knobs(_write(tmp_path / "02_rfm.ipynb", "a: int = 1", "b: int = 1"))
    (tmp_path / "03_x.ipynb").write_text("no JSON")
    with pytest.raises(InputError, match="This is not a notebook"):
        read_knobs(tmp_path / "03_x.ipynb")
    with pytest.raises(InputError, match="There is no such notebook"):
        read_knobs(tmp_path / "04_x.ipynb")


def test_sections_are_numbered_notebooks_without_their_number(tmp_path: Path) -> None:
    for name in ("05_nps_drivers", "00_summary", "Untitled"):
        _write(tmp_path / f"{name}.ipynb", "a: int = 1")
    assert notebook_sections(tmp_path) == {
        "summary": tmp_path / "00_summary.ipynb",
        "nps_drivers": tmp_path / "05_nps_drivers.ipynb",
    }
    _write(tmp_path / "09_summary.ipynb", "a: int = 1")
    with pytest.raises(InputError, match=r"00_summary.ipynb and 09_summary.ipynb are both the section summary"):
        notebook_sections(tmp_path)
    with pytest.raises(InputError, match="There is no such folder of notebooks"):
        notebook_sections(tmp_path / "none")


@pytest.mark.parametrize(
    ("line", "value", "what"),
    [
        ("a: int = 1", "thirty", "must be a whole number, not {value}"),
        ("a: int = 1", True, "must be a whole number, not {value}"),
        ("a: int = 1", 4.0, "must be a whole number, not {value}"),
        ("a: int = 1", None, "is empty; it must be a whole number"),
        ("a: int = 1", [1], "must be a whole number, not a list"),
        ("a: float = 1.0", True, "must be a number, not {value}"),
        ("a: float = 1.0", math.nan, "must be a number, not {value}"),
        ("a: float = 1.0", math.inf, "must be a number, not {value}"),
        ("a: bool = True", 1, "must be true or false, not {value}"),
        ("a: bool = True", "yes", "must be true or false, not {value}"),
        ('a: str = ""', 5, "must be text, not {value}"),
        ('a: str = ""', {"b": 1}, "must be text, not several keys"),
        ("a: list[int] = []", 5, "must be a list of whole numbers, like [1, 2], not {value}"),
        ("a: dict[str, float] = {}", [5], "must be names with a number each, like {a: 0.5}, not a list"),
        ("a: dict[str, str] = {}", [5], "must be names with a text each, like {a: b}, not a list"),
    ],
)
def test_types_are_strict(line: str, value: Any, what: str, tmp_path: Path) -> None:
    _, [fault] = check_value(_knob(line, tmp_path), value)
    assert (fault.at, fault.what) == ((), what)


def test_faults_inside_lists_and_dicts_say_where(tmp_path: Path) -> None:
    _, faults = check_value(_knob("a: list[int] = []  # days [1..9]", tmp_path), [1, "b", 10, 9])
    assert faults == [
        Fault((1,), "must be a whole number, not {value}"),
        Fault((2,), "cannot be {value}", "1 to 9"),
    ]
    _, faults = check_value(_knob("a: dict[str, float] = {}", tmp_path), {"x": 1, "y": "z"})
    assert [f.at for f in faults] == [("y",)]
    _, faults = check_value(_knob("a: dict[str, list[float]] = {}", tmp_path), {"x": [1, "b"], "y": 2, "z": []})
    assert [(f.at, f.what) for f in faults] == [
        (("x", 1), "must be a number, not {value}"),
        (("y",), "must be a list of numbers, like [0.5, 1], not {value}"),
    ]


@pytest.mark.parametrize(
    ("brackets", "kind", "default", "value", "allowed"),
    [
        ("2..10", "int", "2", 11, "2 to 10"),
        ("0..1", "float", "0.5", 1.01, "0 to 1"),
        ("0.5..0.99", "float", "0.5", 0.995, "0.5 to 0.99"),
        ("1..", "int", "1", 0, "1 or more"),
        ("..0", "float", "0.0", 0.1, "up to 0"),
        ("0 | 2..12", "int", "0", 1, "0, 2 to 12"),
        ("auto | fixed", "str", '"auto"', "atuo", "auto, fixed"),
    ],
)
def test_what_is_allowed_is_said_in_words(
    brackets: str, kind: str, default: str, value: Any, allowed: str, tmp_path: Path
) -> None:
    _, [fault] = check_value(_knob(f"a: {kind} = {default}  # x [{brackets}]", tmp_path), value)
    assert (fault.what, fault.allowed) == ("cannot be {value}", allowed)
    assert fault.mend == ('Did you mean "auto"?' if kind == "str" else "")


ANY_INT = Knob("a", "int", 0, "", (Range(-5, 5),), "-5..5", 1)
ANY_FLOAT = Knob("a", "float", 0.0, "", (Range(-5, 5),), "-5..5", 1)


@given(st.integers(-20, 20) | st.floats(-20, 20) | st.booleans() | st.text(max_size=3) | st.none())
def test_a_value_passes_exactly_when_it_is_of_the_type_and_in_the_range(value: Any) -> None:
    in_range = isinstance(value, int | float) and not isinstance(value, bool) and -5 <= value <= 5
    as_int, faults = check_value(ANY_INT, value)
    assert (not faults) == (in_range and isinstance(value, int))
    assert as_int is value
    as_float, faults = check_value(ANY_FLOAT, value)
    assert (not faults) == in_range
    assert not in_range or (as_float == value and type(as_float) is float)
