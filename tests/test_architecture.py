"""The shape of the project: imports point one way, notebooks keep to their grammar, documents name what exists."""

import ast
import functools
import re
from pathlib import Path

import nbformat
import pytest

from helpers.runs.knobs import read_knobs
from helpers.runs.notebooks import find_notebooks
from helpers.story.results import declared

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "helpers"
LAYERS = ["errors", "data", "analysis", "story", "runs"]  # each may import what stands before it, and itself
# The rooms of data, in the order in which a client's rows pass them, with what stands at the top among them.
ROOMS = [
    *(
        "answer_words",
        "scales",
        "schema",
        "urls",
        "spec",
        "spreadsheets",
        "local_files",
        "engines",
        "reading",
        "cleaning",
        "client_data",
    ),
    *("profiling", "features", "guess", "demo"),
]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MODULES = sorted(SOURCE.rglob("*.py"))
LONGEST_CELL, LONGEST_MODULE = 12, 400
MOST_KNOBS = 16  # of a page, in the cell that declares them


@functools.cache
def look_at(path: Path) -> tuple[frozenset[str], str]:
    """What `imports_of` a module says, and its docstring."""
    tree = ast.parse(path.read_text("utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("helpers"):
            found |= {f"{node.module}.{alias.name}".removeprefix("helpers.") for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.name.removeprefix("helpers.") for a in node.names if a.name.startswith("helpers.")}
    return frozenset(found), ast.get_docstring(tree) or ""


def imports_of(path: Path) -> frozenset[str]:
    """Modules of helpers that a module imports, as "layer.module", wherever in it the import stands."""
    return look_at(path)[0]


def layer_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def modules_of(layer: str) -> list[Path]:
    return [path for path in MODULES if path.is_relative_to(SOURCE / layer)]


def test_imports_point_one_way() -> None:
    back = {}
    for path in MODULES:
        layer = layer_of(path)
        if layer in ("__init__", "__main__"):
            continue
        allowed = LAYERS[: LAYERS.index(layer) + 1] if layer != "analysis" else ["errors", "analysis"]
        back[path] = {name for name in imports_of(path) if name.split(".")[0] not in allowed}
    assert len(back) > 500
    assert not {path: names for path, names in back.items() if names}


def test_rooms_of_data_import_only_what_rows_have_passed() -> None:
    back = {}
    for path in modules_of("data"):
        room = path.relative_to(SOURCE / "data").parts[0].removesuffix(".py")
        if room == "__init__":
            continue
        rooms = {name.split(".")[1] for name in imports_of(path) if name.startswith("data.")}
        back[path] = rooms - set(ROOMS[: ROOMS.index(room) + 1])
    assert len(back) > 50
    assert not {path: rooms for path, rooms in back.items() if rooms}


def test_methods_know_neither_each_other_nor_the_engine() -> None:
    known = {}
    for path in modules_of("analysis"):
        imported = {name for name in imports_of(path) if not name.startswith("errors.")}
        # The modules of one folder are one method.
        known[path] = {name for name in imported if path.parent.name not in name.split(".")[1:-1]}
    assert len(known) > 50
    assert not {path: names for path, names in known.items() if names}


def test_chapters_do_not_know_each_other_and_what_they_share_knows_none() -> None:
    chapters = {folder.name for folder in (SOURCE / "story").iterdir() if (folder / "__init__.py").is_file()}
    known = {}
    for path in modules_of("story"):
        imported = {name.split(".")[1] for name in imports_of(path) if name.startswith("story.")}
        known[path] = (imported & chapters) - {path.parent.name}
    assert len(known) > 50
    assert not {path: names for path, names in known.items() if names}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_takes_its_words_and_pictures_from_its_own_chapter(path: Path) -> None:
    code = "\n".join(cell.source for cell in code_cells(path))
    assert set(re.findall(r"from helpers\.story\.(\w+) import", code)) <= {path.stem.partition("_")[2], "notebook"}


def test_the_check_of_imports_would_notice(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def f():\n    from helpers.runs.cli import main\n    import helpers.story.fmt\n")
    assert imports_of(wrong) == {"runs.cli.main", "story.fmt"}


def test_a_module_can_be_read_in_one_sitting() -> None:
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert not {path: count for path, count in lines.items() if count > LONGEST_MODULE}


def test_a_module_says_what_it_is_for() -> None:
    assert not [path for path in MODULES if not look_at(path)[1]]


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
class TestNotebookGrammar:
    def test_is_committed_without_outputs_and_with_its_kernel(self, path: Path) -> None:
        notebook = nbformat.read(path, as_version=4)
        assert notebook.metadata.kernelspec.name == "python3"
        assert not [c for c in code_cells(path) if c.outputs or c.execution_count]

    def test_code_cells_are_short_and_plain(self, path: Path) -> None:
        banned = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try, ast.With, ast.Lambda)
        for cell in code_cells(path):
            longest = MOST_KNOBS if cell.metadata.get("tags") == ["parameters"] else LONGEST_CELL
            assert len(cell.source.splitlines()) <= longest, cell.source
            assert not re.search(r"^\s*[%!]|warnings\.", cell.source, re.M), cell.source
            assert not [n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, banned)], cell.source

    def test_the_first_code_cell_is_the_only_home_of_defaults(self, path: Path) -> None:
        first, *others = code_cells(path)
        assert first.metadata.tags == ["parameters"]
        assert not [c for c in others if "parameters" in c.metadata.get("tags", [])]
        for statement in ast.parse(first.source).body:
            assert isinstance(statement, ast.AnnAssign)
            assert "#" in first.source.splitlines()[statement.end_lineno - 1], "a knob says what it does"
        used = {n.id for c in others for n in ast.walk(ast.parse(c.source)) if isinstance(n, ast.Name)}
        assert set(read_knobs(path)) <= used, "a knob that nothing reads"

    def test_headings_are_the_readers_questions(self, path: Path) -> None:
        cells = nbformat.read(path, as_version=4).cells
        texts = [c.source for c in cells if c.cell_type == "markdown"]
        assert texts[0].startswith("# ")
        assert len(texts) >= 3
        for text in texts[1:]:
            heading, _, prose = text.partition("\n")
            assert re.fullmatch(r"## .+\?", heading), f"{heading}: a section's heading is a question"
            sentences = len(re.findall(r"[.:](\s|$)", prose.strip()))
            assert 1 <= sentences <= 5, f"{heading}: two to four sentences follow a heading, five parts at most"

    def test_every_section_says_something(self, path: Path) -> None:
        """Compute, show, say: a section that shows but draws no conclusion leaves the reader alone with it."""
        if path.stem == "00_summary":
            return
        code = "\n".join(c.source for c in code_cells(path))
        shown = len(re.findall(r"^\w*(charts|tables)\.", code, re.M))
        assert len(re.findall(r"say\(\w+\.", code)) >= shown / 3

    def test_it_opens_its_own_page(self, path: Path) -> None:
        assert f'page="{path.stem}"' in "\n".join(c.source for c in code_cells(path))


def test_notebooks_run_after_those_whose_tables_they_load() -> None:
    order = [n.name for n in find_notebooks(ROOT / "notebooks")]
    assert order[-1] == "00_summary"
    assert order.index("02_rfm") < order.index("05_nps_drivers")
    assert order.index("02_rfm") < order.index("06_roi")


def test_every_result_table_is_declared_by_its_page() -> None:
    for notebook in find_notebooks(ROOT / "notebooks"):
        where = f"declare what {notebook.name} saves in src/helpers/story/{notebook.section}/results.py"
        assert notebook.writes == set(declared(notebook.name)), where
