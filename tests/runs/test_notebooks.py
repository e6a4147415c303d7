"""The notebooks of a project: their order, what they need, and what cannot be run."""

from pathlib import Path

import nbformat
import pytest

from helpers.errors import InputError
from helpers.runs.notebooks import find_notebooks
from tests.runs.conftest import write_notebook


def order(folder: Path, notebooks: dict[str, str]) -> list[str]:
    for name, cell in ({"00_summary": "load_findings()"} | notebooks).items():
        write_notebook(folder / f"{name}.ipynb", name.title(), cell)
    return [n.name for n in find_notebooks(folder)]


def test_without_tables_in_common_they_run_by_number_and_the_summary_last(tmp_path: Path) -> None:
    assert order(tmp_path, {"10_late": "", "02_rfm": "", "01_data": ""}) == [
        "01_data",
        "02_rfm",
        "10_late",
        "00_summary",
    ]


def test_who_loads_a_table_runs_after_who_saves_it(tmp_path: Path) -> None:
    found = order(
        tmp_path,
        {
            "01_first": "seen = notebook.load_table('scores').merge(load_table(\"groups\"))",
            "02_groups": "save_table('groups', frame)\nsame = load_table('groups')",  # its own: no one to wait for
            "03_scores": "if save_table('scores', load_table('groups')):\n    load_table(name)\n    load_table()",
        },
    )
    assert found == ["02_groups", "03_scores", "01_first", "00_summary"]


def test_who_loads_the_findings_runs_after_who_does_not(tmp_path: Path) -> None:
    found = order(
        tmp_path,
        {
            "01_review": "load_findings(); load_table('kept')",
            "02_a": "",
            "03_keep": "save_table('kept', load_findings())",
        },
    )
    assert found == ["02_a", "03_keep", "01_review", "00_summary"]


def test_the_summary_runs_last_whatever_it_loads(tmp_path: Path) -> None:
    assert order(tmp_path, {"00_summary": "1", "07_review": "load_findings()"}) == ["07_review", "00_summary"]


def test_a_cycle_is_refused_and_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"These notebooks wait for each other: .*01_a, 02_b"):
        order(
            tmp_path,
            {"01_a": "save_table('a', load_table('b'))", "02_b": "save_table('b', load_table('a'))"},
        )


def test_a_cell_that_is_not_plain_python_is_passed_over(tmp_path: Path) -> None:
    assert order(tmp_path, {"01_a": "%time load_table('b')", "02_b": "save_table('b', 1)"})[:2] == ["01_a", "02_b"]


def test_a_notebook_is_described(tmp_path: Path) -> None:
    write_notebook(tmp_path / "00_summary.ipynb", "Summary")
    write_notebook(tmp_path / "06_roi.ipynb", "What paid", "# Not the title", needs=["orders|exposures", "customers"])
    write_notebook(tmp_path / "scratch.ipynb", "Not a part of the report")
    write_notebook(tmp_path / "6x_scratch.ipynb", "Nor is this")
    roi, summary = find_notebooks(tmp_path)
    assert (roi.title, roi.section, roi.page) == ("What paid", "roi", "06_roi.html")
    assert summary.page == "index.html"
    assert roi.lacks({"surveys": ["score"]}) == ["orders|exposures", "customers"]
    assert roi.lacks({"exposures": []}) == ["customers"]
    assert roi.lacks({"orders": [], "customers": []}) == summary.lacks({}) == []


@pytest.mark.parametrize(
    ("columns", "met"),
    [
        (["customer_id", "order_count", "recency_days"], True),
        (["customer_id", "order_count", "last_order_on", "spend"], True),
        (["customer_id", "order_count"], False),
        (["customer_id", "recency_days", "last_order_on", "income"], False),
    ],
)
def test_a_table_may_need_columns(tmp_path: Path, columns: list[str], met: bool) -> None:
    need = "orders|customers(order_count, last_order_on or recency_days)"
    write_notebook(tmp_path / "00_summary.ipynb", "Summary", needs=[need])
    [notebook] = find_notebooks(tmp_path)
    assert notebook.lacks({"customers": columns}) == ([] if met else [need])
    assert notebook.lacks({"customers": columns, "orders": []}) == []
    assert notebook.lacks({"surveys": columns}) == [need]


@pytest.mark.parametrize(
    ("columns", "met"),
    [
        (["customer_id", "income", "kit_row"], True),
        (["customer_id", "spend"], True),
        (["customer_id", "email", "kit_file", "kit_row"], False),
    ],
)
def test_attributes_are_any_that_are_declared(tmp_path: Path, columns: list[str], met: bool) -> None:
    write_notebook(tmp_path / "00_summary.ipynb", "Summary", needs=["customers(attributes or spend)"])
    assert (find_notebooks(tmp_path)[0].lacks({"customers": columns}) == []) == met


def test_a_notebook_without_a_heading_is_called_by_its_name(tmp_path: Path) -> None:
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "00_summary.ipynb")
    assert [n.title for n in find_notebooks(tmp_path)] == ["00_summary"]


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"not json", b"\xff\xfe", b'{"cells": 3, "nbformat": 4}'])
def test_a_file_that_is_no_notebook_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "00_summary.ipynb").write_bytes(content)
    with pytest.raises(InputError, match=r"00_summary\.ipynb: This is not a notebook that can be read\. Restore it"):
        find_notebooks(tmp_path)


def test_a_folder_needs_notebooks_and_a_cover(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There are no notebooks\. Allowed: files named like 02_rfm\.ipynb\."):
        find_notebooks(tmp_path)
    write_notebook(tmp_path / "02_rfm.ipynb", "Customers")
    with pytest.raises(InputError, match=r"There is no 00_summary\.ipynb, which makes the cover"):
        find_notebooks(tmp_path)
