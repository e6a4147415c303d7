"""`kit diff`: what a client's own version differs in, and what changed in the kit's since it was copied."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell
from rich.console import Console

from helpers.runs import cli_notebooks
from helpers.runs.notebook_diff import compare
from helpers.runs.own import base_of
from tests.runs.conftest import PARAMS, Kit, write_notebook

KITS, OWN = "notebooks/01_sales.ipynb", "notebooks/acme/01_sales.ipynb"
CELLS = ("# Which?\nWho bought.", "found = 1\nshown = 2\nfound", "# Why?", "say(found)")
KNOBS = "bins: int = 5  # scores [2..10]\nword: str = 'a'  # any [a | b]\n"
Change = Callable[[list[Any]], None]


@pytest.fixture
def sales(kit: Kit) -> Kit:
    """A project with a notebook of which acme has its own version, as `kit open` made it."""
    write_notebook(kit.root / KITS, "Sales", *CELLS, knobs=KNOBS)
    assert kit("open", "acme", "sales", "--no-lab").code == 0
    return kit


def edit(path: str | Path, change: Change) -> None:
    notebook = nbformat.read(path, 4)
    change(notebook.cells)
    nbformat.write(notebook, path)


def replace(number: int, old: str, new: str) -> Change:
    def change(cells: list[Any]) -> None:
        assert old in cells[number].source
        cells[number].source = cells[number].source.replace(old, new)

    return change


def said(kit: Kit, *args: str) -> list[str]:
    done = kit("diff", "acme", *args)
    assert (done.code, done.err) == (0, "")
    return done.out.splitlines()


class TestNothing:
    def test_no_version_of_its_own(self, kit: Kit) -> None:
        assert said(kit) == [
            "acme has no version of its own of any notebook: the kit's is used. `kit open acme rfm` makes one."
        ]
        assert said(kit, "summary")[0].startswith("acme has no version of its own of summary: the kit's is used.")

    def test_nothing_differs(self, sales: Kit) -> None:
        assert said(sales) == said(sales, "sales") == ["acme/01_sales.ipynb: nothing differs from the kit's notebook."]

    def test_outputs_do_not_count(self, sales: Kit) -> None:
        def run(cells: list[Any]) -> None:
            cells[3].execution_count, cells[3].outputs = 4, [nbformat.v4.new_output("stream", text="1")]

        edit(OWN, run)
        assert said(sales) == ["acme/01_sales.ipynb: nothing differs from the kit's notebook."]

    def test_one_that_only_the_client_has(self, kit: Kit) -> None:
        write_notebook(kit.root / "notebooks/acme/09_regions.ipynb", "Regions")
        assert said(kit) == ["acme/09_regions.ipynb is acme's own: the kit has no notebook of that name."]


class TestOwn:
    def test_a_changed_cell_is_shown_by_its_lines(self, sales: Kit) -> None:
        edit(OWN, replace(3, "shown = 2", "shown = 3"))
        assert said(sales) == [
            "acme/01_sales.ipynb: 1 difference from the kit's notebook",
            "  cell 4 changed, under “Which?”",
            "     found = 1",
            "    -shown = 2",
            "    +shown = 3",
            "     found",
            "The kit's notebook has not changed since it was copied.",
        ]

    def test_added_removed_and_moved_cells(self, sales: Kit) -> None:
        def change(cells: list[Any]) -> None:
            cells.insert(2, new_markdown_cell("Mine\nalone"))
            del cells[4]
            cells.append(cells.pop(4 - 1))

        edit(OWN, change)
        found = said(sales)
        assert found[:3] == [
            "acme/01_sales.ipynb: 3 differences from the kit's notebook",
            "  cell 3 added, under “Sales”",
            "    +Mine",
        ]
        assert "  cell 4 removed, under “Which?”" in found
        assert "    -found = 1" in found
        assert [line for line in found if " moved" in line] == ["  cell 6 moved, it was cell 3, under “Which?”"]

    def test_knobs_are_told_as_knobs(self, sales: Kit) -> None:
        sales.params(PARAMS + "sales: {word: b}\n")
        cells = "bins: int = 6  # marks [2..9]\nword: str = 'b'  # any [a | b]\nmore: list[int] = [1]\n"
        write_notebook(sales.root / OWN, "Sales", *CELLS, knobs=cells)
        assert said(sales, "sales")[1:-1] == [
            "  knobs in the first cell",
            "    bins: 5 → 6",
            "    bins, meaning: scores → marks",
            "    bins, allowed: 2..10 → 2..9",
            '    word: "a" → "b", as the parameter file sets it',
            "    more: added, list[int] = [1]",
        ]
        write_notebook(sales.root / OWN, "Sales", *CELLS, knobs="bins: int = 5  # scores [2..10]\n")
        sales.params(PARAMS)
        assert said(sales)[1:-1] == ["  knobs in the first cell", '    word: removed, it was "a"']

    def test_a_first_cell_that_is_not_python_is_told_as_it_stands(self, sales: Kit) -> None:
        edit(OWN, replace(1, "bins: int = 5", "bins: int = = 5"))
        assert "    +bins: int = = 5  # scores [2..10]" in said(sales)

    def test_the_data_needed(self, sales: Kit) -> None:
        write_notebook(sales.root / OWN, "Sales", *CELLS, knobs=KNOBS, needs=["orders", "surveys"])
        assert said(sales)[1:-1] == ["  data needed: none → orders; surveys"]

    def test_cells_without_ids_are_matched_by_what_they_hold(self, sales: Kit) -> None:
        # Made anew, no id is as it was.
        cells = ["# Before\nAnother.", *CELLS[:1], CELLS[1].replace("shown = 2", "shown = 20"), *CELLS[2:]]
        write_notebook(sales.root / OWN, "Sales", *cells, knobs=KNOBS)
        assert [line for line in said(sales) if line.startswith("  cell")] == [
            "  cell 3 added, under “Before”",
            "  cell 5 changed, under “Which?”",
        ]


class TestKits:
    def test_what_changed_since_it_was_copied_is_told_apart(self, sales: Kit) -> None:
        edit(OWN, replace(5, "say(found)", "say(found + 1)"))
        edit(KITS, replace(2, "Who bought.", "Who bought, and when."))
        edit(KITS, replace(5, "say(found)", "say(found, 2)"))
        assert said(sales) == [
            "acme/01_sales.ipynb: 1 difference from the kit's notebook as it was copied",
            "  cell 6 changed, under “Why?”",
            "    -say(found)",
            "    +say(found + 1)",
            "acme/01_sales.ipynb: 2 changes in the kit's notebook since it was copied",
            "  cell 3 changed, under “Which?”",
            "     # Which?",
            "    -Who bought.",
            "    +Who bought, and when.",
            "  cell 6 changed, under “Why?”; this client's version differs here too",
            "    -say(found)",
            "    +say(found, 2)",
        ]

    def test_only_the_kits_changed(self, sales: Kit) -> None:
        edit(KITS, replace(1, "bins: int = 5", "bins: int = 7"))
        assert said(sales) == [
            "acme/01_sales.ipynb: nothing differs from the kit's notebook as it was copied.",
            "acme/01_sales.ipynb: 1 change in the kit's notebook since it was copied",
            "  knobs in the first cell",
            "    bins: 5 → 7",
        ]

    def test_without_the_kits_as_it_was(self, sales: Kit) -> None:
        base_of(Path(OWN)).unlink()
        edit(KITS, replace(2, "Who bought.", "Who bought, and when."))
        found = said(sales)
        assert "    -Who bought, and when." in found
        assert found[-1] == ("The kit's notebook as it was copied is not kept, so its later changes are among these.")


def test_the_same_way_back_tells_the_opposite(tmp_path: Path) -> None:
    one = write_notebook(tmp_path / "one.ipynb", "Sales", *CELLS)
    other = write_notebook(tmp_path / "other.ipynb", "Sales", *CELLS[:2])
    assert [c.what.split(",")[0] for c in compare(one, other)] == ["cell 5 removed", "cell 6 removed"]
    assert [c.what.split(",")[0] for c in compare(other, one)] == ["cell 5 added", "cell 6 added"]
    assert compare(one, one) == []


def test_a_file_set_wrongly_does_not_hinder(sales: Kit) -> None:
    edit(OWN, replace(1, "bins: int = 5  # scores [2..10]\n", ""))
    sales.params(PARAMS + "sales: {bins: 4}\n")  # and this is what is asked about
    assert "    bins: removed, it was 5" in said(sales)


def test_a_notebook_that_cannot_be_read(sales: Kit) -> None:
    Path(OWN).write_text("{", "utf-8")
    done = sales("diff", "acme")
    assert (done.code, done.err) == (2, f"{Path(OWN).resolve()}: This is not a notebook that can be read.\n")


def test_a_misspelt_section_is_answered_with_the_nearest(sales: Kit) -> None:
    done = sales("diff", "acme", "sails")
    assert (done.code, done.err) == (2, "kit diff acme sails: there is no section sails; did you mean sales?\n")


@pytest.mark.parametrize("tty", [True, False])
def test_colours_are_for_a_terminal(sales: Kit, monkeypatch: pytest.MonkeyPatch, tty: bool) -> None:
    def console(**wishes: Any) -> Console:
        return Console(force_terminal=tty, color_system="standard" if tty else None, **wishes)

    monkeypatch.setattr(cli_notebooks, "Console", console)
    edit(OWN, replace(3, "shown = 2", "shown = [3]"))  # brackets are not markup
    done = sales("diff", "acme")
    assert ("\x1b[32m    +shown = [3]\x1b[0m" in done.out) == tty
    assert ("\x1b" in done.out) == tty
    assert "+shown = [3]" in done.out
