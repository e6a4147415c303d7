"""The notebooks of a project: what each is called, which tables it needs, and who must run before whom.

A notebook names the client's tables it cannot do without in its metadata, `{"kit": {"needs": ["orders"]}}`;
"orders|exposures" is satisfied by either, "customers(order_count, last_order_on or recency_days)" by a customers table
with the one column and one of the two others; `attributes` stands for any that is declared. The order of running
follows from the code: who loads a result table runs after who saves it, who loads the findings runs after all who do
not, and the summary runs last.
"""

import ast
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import nbformat

from helpers.data.schema import DERIVED, TABLES
from helpers.errors import InputError
from helpers.runs.knobs import notebook_sections

SUMMARY = "00_summary"
ATTRIBUTES = "attributes"  # in a need: any column that the client declared


@dataclass(frozen=True)
class Notebook:
    name: str  # the file's stem: "02_rfm"
    title: str  # its first heading
    path: Path
    needs: tuple[str, ...]
    reads: frozenset[str]  # result tables it loads; "*" for all findings
    writes: frozenset[str]

    @property
    def section(self) -> str:
        """Its section in the parameter file: the name without the number."""
        return self.name.partition("_")[2]

    @property
    def page(self) -> str:
        return "index.html" if self.name == SUMMARY else f"{self.name}.html"

    def lacks(self, supplied: Mapping[str, Collection[str]]) -> list[str]:
        """The needs that none of the supplied tables satisfies; `supplied` has the columns of each."""
        return [need for need in self.needs if not any(_is_met(one, supplied) for one in read_need(need))]


@dataclass(frozen=True)
class Need:
    """A table, and the columns it must have: of each group one. ATTRIBUTES stands for any that the client declared."""

    table: str
    columns: tuple[tuple[str, ...], ...] = ()


def read_need(need: str) -> list[Need]:
    """ "orders|customers(spend, a or b)" -> the two of which one will do."""
    found = []
    for one in need.split("|"):
        table, _, columns = one.rstrip(")").partition("(")
        groups = [group.strip().split(" or ") for group in columns.split(",")] if columns else []
        found.append(Need(table, tuple(tuple(group) for group in groups)))
    return found


def _is_met(need: Need, supplied: Mapping[str, Collection[str]]) -> bool:
    if need.table not in supplied:
        return False
    there = set(supplied[need.table])
    made = {*TABLES[need.table].column_names, *DERIVED.get(need.table, ())}
    own = {column for column in there if not column.startswith("kit_")} - made
    there |= {ATTRIBUTES} if own else set()
    return all(there & set(group) for group in need.columns)


def find_notebooks(folder: Path) -> list[Notebook]:
    """All numbered notebooks of a folder, in the order they must run."""
    found = [_describe(path) for path in notebook_sections(folder).values()]
    if not found:
        raise InputError("There are no notebooks", where=str(folder), allowed="files named like 02_rfm.ipynb")
    if SUMMARY not in {n.name for n in found}:
        raise InputError(
            f"There is no {SUMMARY}.ipynb, which makes the cover",
            where=str(folder),
            mend="Copy it there from the project's notebooks.",
        )
    return _in_order(found)


def _in_order(notebooks: Sequence[Notebook]) -> list[Notebook]:
    by_name = {n.name: n for n in notebooks}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for reader in notebooks:
        before = [other.name for other in notebooks if other is not reader and _waits_for(reader, other)]
        sorter.add(reader.name, *before)
    try:
        sorter.prepare()
    except CycleError as error:
        raise InputError(f"These notebooks wait for each other: {', '.join(error.args[1])}") from error
    ordered: list[Notebook] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += [by_name[name] for name in ready]
        sorter.done(*ready)
    return ordered


def _waits_for(reader: Notebook, other: Notebook) -> bool:
    if other.writes & reader.reads:
        return True
    return other.name != SUMMARY and (reader.name == SUMMARY or ("*" in reader.reads and "*" not in other.reads))


def _describe(path: Path) -> Notebook:
    try:
        notebook = nbformat.read(path, as_version=4)
    except (ValueError, TypeError, AttributeError, KeyError, nbformat.ValidationError) as error:
        raise InputError(
            "This is not a notebook that can be read", where=str(path), mend="Restore it from version control."
        ) from error
    headings = (
        line.lstrip("# ").strip()
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("# ")
    )
    reads, writes = _tables_used(notebook)
    return Notebook(
        name=path.stem,
        title=next(headings, path.stem),
        path=path,
        needs=tuple(notebook.metadata.get("kit", {}).get("needs", [])),
        reads=reads,
        writes=writes,
    )


def _tables_used(notebook: nbformat.NotebookNode) -> tuple[frozenset[str], frozenset[str]]:
    """Names passed to load_table and save_table; a cell that is not plain Python is left to papermill."""
    reads: set[str] = set()
    writes: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))  # say(…) or notebook.say(…)
            if called == "load_findings":
                reads.add("*")
            elif node.args and isinstance(node.args[0], ast.Constant):
                {"load_table": reads, "save_table": writes}.get(called, set()).add(str(node.args[0].value))
    return frozenset(reads), frozenset(writes)
