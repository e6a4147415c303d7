"""The notebooks of one run: each as soon as those whose tables it reads are done, several at a time."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from graphlib import TopologicalSorter
from pathlib import Path

from helpers.data.schema import TABLES
from helpers.errors import InputError, nearest
from helpers.runs.kernels import Endings, Kernels
from helpers.runs.notebooks import SUMMARY, Notebook, read_need, waits_for
from helpers.runs.own import explain_misfit, notes_on
from helpers.runs.record import Run, Step
from helpers.runs.reuse import Reusable, take_over
from helpers.runs.warm import cores
from helpers.story.notebook import forget_page, saved_tables
from helpers.story.phrases import told_by


@dataclass(frozen=True)
class Reuse:
    """keys: of all notebooks; usable: the results of earlier runs that have them."""

    keys: Mapping[str, str] = field(default_factory=dict)
    usable: Mapping[str, Reusable] = field(default_factory=dict)


def choose_notebooks(notebooks: Sequence[Notebook], only: Sequence[str]) -> list[Notebook]:
    """The notebooks of the sections asked for, those whose tables they read, and the cover; all where none is.

    Raises InputError for a section that there is not, with the nearest.
    """
    by_section = {notebook.section: notebook for notebook in notebooks}
    for section in only:
        if section not in by_section:
            hint = nearest(section, by_section)
            raise InputError(
                f"There is no section {section}",
                where="--only",
                allowed=", ".join(by_section),
                mend=f'Did you mean "{hint}"?' if hint else "",
            )
    chosen = {by_section[section].name for section in only} | {SUMMARY}
    for reader in reversed(notebooks):  # who is read stands before who reads
        if reader.name in chosen:
            chosen |= {other.name for other in notebooks if other.writes & reader.reads}
    return [notebook for notebook in notebooks if not only or notebook.name in chosen]


def run_notebooks(
    run: Run,
    notebooks: Sequence[Notebook],
    supplied: Mapping[str, Collection[str]],
    stage: Path,
    kernels: Kernels,
    reuse: Reuse,
    on_made: Callable[[Notebook], None],
    timeout_seconds: int,
) -> None:
    """Take over what holds still, run what has its data, skip the rest with the reason.

    `supplied` has the columns of each of the client's tables. `on_made` gets each that has a page, as soon as it is
    done. When one fails, those at work are let end and no other is begun; then its error is raised.
    """
    (stage / "notebooks").mkdir()
    run.plan([notebook.name for notebook in notebooks])
    by_name = {notebook.name: notebook for notebook in notebooks}
    before = {n.name: {other.name for other in notebooks if other is not n and waits_for(n, other)} for n in notebooks}
    sorter: TopologicalSorter[str] = TopologicalSorter(before)
    sorter.prepare()
    urgency = _count_followers(before)
    ended, steps = Endings(kernels), {n.name: Step(run, n.name, n.title) for n in notebooks}
    ready: list[str] = []
    failure: BaseException | None = None
    while ended.at_work or (sorter.is_active() and not failure):
        ready += sorter.get_ready()
        ready.sort(key=lambda name: (-urgency[name], name))
        while ready and len(ended.at_work) < cores() and not failure:
            notebook = by_name[ready.pop(0)]
            step = steps[notebook.name]
            step.record["key"] = reuse.keys.get(notebook.name, "")
            if usable := reuse.usable.get(notebook.name):
                step.reuse(take_over(notebook, usable, stage))
                if usable.done:
                    on_made(notebook)
                sorter.done(notebook.name)
                continue
            lacking = notebook.lacks(supplied)
            if lacking:
                skip_lacking(step, lacking)
                sorter.done(notebook.name)
                continue
            run.write(stage)
            output = stage / "notebooks" / notebook.path.name
            work = partial(execute_step, run, notebook, notebooks, step, stage, output, kernels, timeout_seconds)
            ended.start(notebook.name, work)
        if not ended.at_work:
            continue
        name, error = ended.next()
        steps[name].record["tables"] = saved_tables(stage / "tables", name)
        steps[name].end(error)
        sorter.done(name)
        status = steps[name].record["status"]
        if status == "failed":
            failure = failure or error
        elif status == "done":
            on_made(by_name[name])
        else:  # too few data: nothing of what it said before it noticed may be read as a result
            forget_results(by_name[name], stage)
    if failure:
        raise failure


def execute_step(
    run: Run,
    notebook: Notebook,
    notebooks: Sequence[Notebook],
    step: Step,
    stage: Path,
    output: Path,
    kernels: Kernels,
    timeout_seconds: int,
) -> None:
    """Run one of a client's notebooks into the report that is made in `stage`; raises InputError, see `Kernels`."""
    if notebook.own:
        step.record["own"] = True
        for note in notes_on(notebook, notebooks, run.params):
            run.report("note", run.params.slug, message=note)
    step.record["sha256"] = hashlib.sha256(notebook.path.read_bytes()).hexdigest()
    knobs = run.params.knobs.get(notebook.section, {})
    try:
        kernels.execute(
            notebook.path,
            output,
            {"params_file": str(run.params.path), "run_dir": str(stage), **knobs},
            on_start=step.begin,
            on_cell=lambda done, of: run.report("cell", run.params.slug, name=notebook.name, done=done, of=of),
            timeout_seconds=timeout_seconds,
        )
    except InputError as error:
        told = explain_misfit(error, notebook, notebooks)
        if told is error:  # raised from itself, it would be its own cause
            raise
        raise told from error


def _count_followers(before: Mapping[str, set[str]]) -> dict[str, int]:
    """How many wait for each, directly or not: who holds up most goes first."""

    def followers(name: str) -> set[str]:
        direct = {other for other, waits in before.items() if name in waits}
        return direct.union(*(followers(other) for other in direct))

    return {name: len(followers(name)) for name in before}


def skip_lacking(step: Step, lacking: Sequence[str]) -> None:
    """Skip a notebook for the needs that the client's tables do not satisfy."""
    reason = "needs " + " and ".join(_say_need(need) for need in lacking)
    step.skip(reason, "needs " + ", and ".join(_say_need_plainly(need) for need in lacking))


def forget_results(notebook: Notebook, stage: Path) -> None:
    """Remove what a notebook left in a report that is being made."""
    (stage / "notebooks" / notebook.path.name).unlink(missing_ok=True)
    for name in {*notebook.writes, *saved_tables(stage / "tables", notebook.name)}:
        for ending in ("parquet", "csv"):
            (stage / "tables" / f"{name}.{ending}").unlink(missing_ok=True)
    forget_page(stage / "tables", notebook.name)


def _say_need(need: str) -> str:
    """ "orders" -> "the table orders (one row is an order line, with customer_id, ordered_at)" """
    said = []
    for one in read_need(need):
        table = TABLES[one.table]
        columns = [[c.name] for c in table.columns if c.required] + [list(group) for group in one.columns]
        named = ", ".join(
            " or ".join([", ".join(group[:-1]), group[-1]]) if group[1:] else group[0] for group in columns
        )
        said.append(f"the table {table.name} (one row is {table.grain}, with {named})")
    return " or ".join(said)


def _say_need_plainly(need: str) -> str:
    """ "orders" -> "orders with customer number and order date" """
    return ", or ".join(
        told_by(one.table, [*([c.name] for c in TABLES[one.table].columns if c.required), *one.columns])
        for one in read_need(need)
    )
