"""Writes docs/sentences.md: every sentence that the kit can say, by page and narrator, told by asking each narrator for
all the branches that its tests bring, and each chart and table for what stands over and beneath it.

`make docs` writes it again. A narrator's, chart's or table's test fails where it says what is not listed; a slow one
where the list holds what nobody says any more.
"""

import importlib
import inspect
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from helpers.runs.notebooks import Notebook, find_notebooks
from tests.story.chapters import TESTS
from tests.story.chart_checks import ChartChecks
from tests.story.sentences import DOCUMENT, lines_of, lines_of_chart, lines_of_table
from tests.story.table_checks import TableChecks
from tests.story.word_checks import WordChecks

ROOT = Path(__file__).parents[1]
HEAD = """# Every sentence the kit can say

Made by `make docs`, not written: what the notebooks say in prose, then every branch of every narrator, and the titles
and notes of charts and tables, as their tests bring them. "#" stands for a figure, DATE for a day or month, “…” for a
name of the client's; an arrow leads to what is to be done. A sentence is mended where it is said, in `notebooks/` or
`src/helpers/story/`, and the list made again.
"""


Checks = TypeVar("Checks", WordChecks, ChartChecks, TableChecks)


def checks(of: type[Checks]) -> list[type[Checks]]:
    """The checks of all modules of narrators, charts or tables."""
    files = [path for path in sorted(TESTS.rglob("test_*.py")) if of.__name__ in path.read_text("utf-8")]
    modules = [importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)) for path in files]
    found = {kind for module in modules for _, kind in inspect.getmembers(module, inspect.isclass)}
    kinds = [kind for kind in found if issubclass(kind, of) and kind is not of]
    return sorted(kinds, key=lambda kind: kind.module.__name__)


def _narrated(of_chapter: Iterable[type[WordChecks]]) -> Iterator[str]:
    """The lines of a chapter's narrators, each once."""
    for kind in of_chapter:
        module = kind.module.__name__.rpartition(".")[2]
        for name, cases in kind.cases.items():
            yield f"### {module}.{name}"
            yield from dict.fromkeys(line for tell, _, _ in cases for line in lines_of(tell()))


def _drawn(charts: Iterable[type[ChartChecks]], tables: Iterable[type[TableChecks]]) -> Iterator[str]:
    """What stands over a chapter's charts and tables, each line once."""
    lines = [line for kind in charts for draw, _ in kind.charts.values() for line in lines_of_chart(draw())]
    lines += [line for table in tables for make, _ in table.tables.values() for line in lines_of_table(make())]
    if lines:
        yield "### Charts and tables"
        yield from dict.fromkeys(lines)


def prose_of(notebook: Path) -> Iterator[str]:
    """The prose of a notebook, a line a paragraph as it stands; headings in bold type."""
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            for line in "".join(cell["source"]).splitlines():
                if line.strip():
                    yield f"- **{line.lstrip('# ')}**" if line.startswith("#") else f"- {line}"


def _chapter_of(kind: type[WordChecks | ChartChecks | TableChecks]) -> str:
    """ "rfm" of helpers.story.rfm.words; "" of a module that all chapters share."""
    return ".".join(kind.module.__name__.split(".")[2:-1])


def write_list() -> str:
    """The whole document."""
    pages: list[Notebook] = sorted(find_notebooks(ROOT / "notebooks"), key=lambda notebook: notebook.name)
    kinds, charts, tables = checks(WordChecks), checks(ChartChecks), checks(TableChecks)
    parts = [HEAD.rstrip()]
    for page in pages:
        chapter = page.name.partition("_")[2]
        narrated = _narrated(kind for kind in kinds if _chapter_of(kind) == chapter)
        drawn = _drawn(
            [kind for kind in charts if _chapter_of(kind) == chapter],
            [kind for kind in tables if _chapter_of(kind) == chapter],
        )
        parts.append(_laid_out([f"## {page.title} ({page.name})", *prose_of(page.path), *narrated, *drawn]))
    shared = [kind for kind in kinds if not _chapter_of(kind)]
    parts.append(_laid_out(["## Said on several pages", *_narrated(shared)]))
    return "\n\n".join(parts) + "\n"


def _laid_out(lines: Iterable[str]) -> str:
    """Lines with a blank one around headings."""
    text = ""
    for line in lines:
        text += f"\n{line}\n\n" if line.startswith("#") else f"{line}\n"
    return text.replace("\n\n\n", "\n\n").strip()


def main() -> None:
    DOCUMENT.write_text(write_list(), "utf-8")


if __name__ == "__main__":
    main()
