"""The notebooks of a project: what each is called, which tables it needs, and who must run before whom.

A notebook names the client's tables it cannot do without in its metadata, `{"kit": {"needs": ["orders"]}}`;
"orders|exposures" is satisfied by either, "customers(order_count, last_order_on or recency_days)" by a customers table
with the one column and one of the two others; `attributes` stands for any that is declared. The order of running
follows from the code: who loads a result table runs after who saves it, who loads the findings runs after all who do
not, and the summary runs last.

A client's own version of a notebook, `notebooks/acme/02_rfm.ipynb`, stands in place of the kit's for that client, and
a notebook that only the client has, `notebooks/acme/09_regions.ipynb`, beside the kit's.
"""

import ast
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from helpers.data.schema import DERIVED, TABLES
from helpers.errors import InputError
from helpers.runs.knobs import diff_hint, is_own, knobs_for, notebook_sections, stamp

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
    own: bool = False  # a client's own version, or one that only this client has

    @property
    def section(self) -> str:
        """Its section in the parameter file: the name without the number."""
        return self.name.partition("_")[2]

    @property
    def page(self) -> str:
        return "index.html" if self.name == SUMMARY else f"{self.name}.html"

    @property
    def diff_hint(self) -> str:
        """How to see what a client's own version changed; "" where there is nothing to compare."""
        return diff_hint(self.path, self.path.parent.parent) if self.own else ""

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


def find_notebooks(folder: Path, client: str = "") -> list[Notebook]:
    """All numbered notebooks of a folder, in the order they must run; a client's own in place of the kit's.

    Raises InputError naming what cannot be read, what lacks, or which notebooks wait for each other.
    """
    found = []
    for path in notebook_sections(folder, client).values():
        own = is_own(path, folder)
        found.append(replace(_describe(path, stamp(path)), own=own))
        if own:  # without the cell of its knobs it would keep its results elsewhere, and the report would lack them
            knobs_for(path, folder)
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
        before = [other.name for other in notebooks if other is not reader and waits_for(reader, other)]
        sorter.add(reader.name, *before)
    try:
        sorter.prepare()
    except CycleError as error:
        hints = {by_name[name].diff_hint for name in error.args[1]} - {""}
        what = f"These notebooks wait for each other: {', '.join(error.args[1])}"
        raise InputError(what, mend=" ".join(sorted(hints))) from error
    ordered: list[Notebook] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += [by_name[name] for name in ready]
        sorter.done(*ready)
    return ordered


def waits_for(reader: Notebook, other: Notebook) -> bool:
    """Whether `reader` loads what `other` saves or says."""
    if other.writes & reader.reads:
        return True
    return other.name != SUMMARY and (reader.name == SUMMARY or ("*" in reader.reads and "*" not in other.reads))


@lru_cache(maxsize=256)  # every client of a night has the same ones
def _describe(path: Path, stamped: tuple[int, ...]) -> Notebook:
    try:
        cells, needs = _read(path)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise InputError(
            "This is not a notebook that can be read", where=str(path), mend="Restore it from version control."
        ) from error
    prose = (source.splitlines() for kind, source in cells if kind == "markdown")
    headings = (line.lstrip("# ").strip() for lines in prose for line in lines if line.startswith("# "))
    reads, writes = _tables_used(source for kind, source in cells if kind == "code")
    return Notebook(path.stem, next(headings, path.stem), path, needs, reads, writes)


def _read(path: Path) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """Kind and source of every cell, and the needs, from the file's JSON: nbformat takes a second to import, and longer
    to check what papermill checks when it runs the notebook."""
    notebook = json.loads(path.read_bytes())
    if notebook["nbformat"] < 4:
        raise ValueError("of an old version")
    cells = [(str(cell["cell_type"]), "".join(cell["source"])) for cell in notebook["cells"]]
    return cells, tuple(notebook["metadata"].get("kit", {}).get("needs", []))


def _tables_used(sources: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Names passed to load_table and save_table; a cell that is not plain Python is left to papermill."""
    reads: set[str] = set()
    writes: set[str] = set()
    for source in sources:
        try:
            tree = ast.parse(source)
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
