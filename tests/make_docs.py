"""The parts of docs/params.md and docs/tables.md that are made from the code: every knob and every result table.

`make docs` writes them again, and docs/sentences.md (`list_sentences`) with them; a test fails where they are not what
the code says.
"""

import json
import re
from pathlib import Path

from helpers.runs.knobs import RESERVED, notebook_sections, read_knobs
from helpers.runs.notebooks import Notebook, find_notebooks
from helpers.story.results import ResultTable, declared

ROOT = Path(__file__).parents[1]
KINDS = {
    "text": "text",
    "yes/no": "yes/no",
    "date": "date",
    "count": "whole number",
    "number": "number",
    "share": "share, 0 to 1",
    "days": "days",
    "money": "money",
    "points": "points, −100 to 100",
}


def knobs(folder: Path = ROOT / "notebooks") -> str:
    """Every knob a client may set: a heading and a table for each notebook."""
    blocks = []
    for section, path in notebook_sections(folder).items():
        found = [k for k in read_knobs(path).values() if k.name not in RESERVED]
        rows = [
            [f"`{k.name}`", k.type, f"`{json.dumps(k.default, ensure_ascii=False)}`", k.allowed_text, k.comment]
            for k in found
        ]
        head = ["knob", "type", "default", "allowed", "meaning"]
        blocks.append(f"### {section}\n\n{_table(head, rows) if rows else 'No knobs.'}")
    return "\n\n".join(blocks)


def tables(folder: Path = ROOT / "notebooks") -> str:
    """Every result table that a notebook of ours saves, by page: what a row is, and its columns."""
    pages = sorted(find_notebooks(folder), key=lambda notebook: notebook.name)
    return "\n\n".join(block for page in pages for block in _of_page(page))


def _of_page(page: Notebook) -> list[str]:
    found = declared(page.name)
    return [f"## {page.title} ({page.name})", *[_described(table) for table in found.values()]] if found else []


def _described(table: ResultTable) -> str:
    key = f" Told apart by {', '.join(f'`{name}`' for name in table.key)}." if table.key else ""
    others = f" Further columns: {table.others}." if table.others else ""
    about = f" {table.about}" if table.about else ""
    rows = [[f"`{name}`", KINDS[column.kind], column.meaning] for name, column in table.columns.items()]
    return (
        f"### {table.name}\n\nOne row {table.row}.{key}{others}{about}\n\n{_table(['column', 'kind', 'meaning'], rows)}"
    )


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *[[cell.replace("|", "\\|") for cell in row] for row in rows]]
    return "\n".join(f"| {' | '.join(line)} |".replace("|  |", "| |") for line in lines)


def made(text: str, name: str, part: str) -> str:
    """The document with what stands between its marks `<!-- name -->` and `<!-- /name -->` made anew."""
    marks = rf"(<!-- {name} -->\n).*(<!-- /{name} -->)"
    if not re.search(marks, text, re.S):
        raise ValueError(f"the marks of {name} are missing")
    return re.sub(marks, lambda found: f"{found[1]}\n{part}\n\n{found[2]}", text, flags=re.S)


DOCUMENTS = {"params.md": ("knobs", knobs), "tables.md": ("tables", tables)}


def main() -> None:
    for document, (name, part) in DOCUMENTS.items():
        path = ROOT / "docs" / document
        path.write_text(made(path.read_text("utf-8"), name, part()), "utf-8")
    from tests import list_sentences  # which imports the tests of all narrators

    list_sentences.main()


if __name__ == "__main__":
    main()
