"""A client's report as its files are just now: watched, and made again piece by piece where they change.

Of every notebook it is known with which key (`made_from.py`) its results were made. One whose key is another now, and
with it those that read its tables, runs again, in a kernel forked from the warm server; where only its sentences
changed, its page is rendered again with the outputs that are there. All takes place in a hidden folder of the preview's
own, into which the data are read once. Until a page is made, the last good one is served.
"""

import contextlib
import queue
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat

from helpers.data.client_data import remove_data
from helpers.errors import InputError, ThinDataError
from helpers.runs.executing import execute_step, forget_results, skip_lacking
from helpers.runs.job import Job
from helpers.runs.kernels import Kernels
from helpers.runs.notebooks import Notebook
from helpers.runs.own import page_note
from helpers.runs.pipeline import explain, read_data, report_info
from helpers.runs.preview_files import Stamps, Wanted, is_half_written, look, read_wanted
from helpers.runs.preview_pages import Pages
from helpers.runs.preview_server import Site
from helpers.runs.project import DATA_FOLDER
from helpers.runs.record import Run, Step
from helpers.runs.render import Page
from helpers.runs.reuse import find_reusable, take_data_step, take_over, with_outputs
from helpers.runs.states import latest_of, read_record
from helpers.runs.warm import ForkServer, cores
from helpers.story import fmt
from helpers.story.notebook import saved_tables

_PATIENCE_SECONDS = 3.0  # with a file that is half-written
_SETTLE_SECONDS = 0.3  # before anything else is said to be wrong
_AGAIN_SECONDS = 1.0  # until files that were wrong are looked at again, changed or not


@dataclass(frozen=True)
class _Made:
    """A notebook's result: the key it was made with, and path and hash of the notebook whose sentences it has."""

    key: str
    content: tuple[str, str]
    has_page: bool = True


@dataclass
class _Work:
    """A notebook that is running."""

    notebook: Notebook
    made: _Made  # what it comes to
    step: Step
    kernels: Kernels
    began: float
    thread: threading.Thread | None = None
    stopped: bool = False
    cell: str = ""

    def stop(self) -> None:
        self.stopped = True
        self.kernels.stop()


class Preview:
    """One client's report, made in `folder`; its pages go to `site`, which may have those of the last report.

    `tell` gets a line for each thing made.

    `turn` does what is to be done next; whoever holds it calls it, and `wait` in between, and `close` at the end.
    """

    def __init__(
        self, job: Job, folder: Path, site: Site, server: ForkServer | None, tell: Callable[[str], None]
    ) -> None:
        self._job, self._folder, self._site, self._server, self._tell = job, folder, site, server, tell
        self._pages = Pages(site, lambda name, seconds: tell(f"{name:<16} page   {seconds:.1f} s"))
        self._seen: Stamps = {}
        self._looked_at = 0.0
        self._trouble: tuple[str, float] | None = None  # what is wrong in the files, and from when on it is told
        self._wanted: Wanted | None = None
        self._run: Run | None = None
        self._made: dict[str, _Made] = {}
        self._pseudonymous = False  # some results are of a report whose tables no new one could be joined to
        self._failed: dict[str, tuple[list[Any], str]] = {}  # in which state of the files, and what is told
        self._at_work: dict[str, _Work] = {}
        self._ended: queue.Queue[tuple[_Work, BaseException | None]] = queue.Queue()
        self._some_ended = threading.Event()
        self._data_read = ""  # which data are in the folder
        self._supplied: dict[str, list[str]] = {}  # the columns of their tables
        self._info_due = True
        self._said: set[str] = set()
        for name in ("notebooks", "running", "tables"):
            (folder / name).mkdir()

    def turn(self) -> bool:
        """Look at the files, and do the next thing; whether there may be more to do at once."""
        self._look()
        busy = self._take_ended()
        if self._wanted is not None and self._run is not None:
            self._describe(self._wanted, self._run)
            self._renew_sentences(self._wanted)
            rendered = self._pages.render(idle=not self._at_work)
            if not self._pages.urgent:  # whoever waits for a page does not wait for what follows from it
                self._begin(self._wanted, self._run)
            busy |= rendered
        self._show()
        return busy

    def wait(self, longest_seconds: float) -> None:
        """Until a notebook has ended, or it is time to look at the files again."""
        self._some_ended.wait(longest_seconds)

    def close(self) -> None:
        """End all kernels and remove the data; the rest of the folder is its maker's to remove."""
        ends = time.monotonic() + 10
        works = [work for work in self._at_work.values() if work.thread is not None]
        while any(work.thread.is_alive() for work in works if work.thread) and time.monotonic() < ends:
            for work in works:
                work.stop()  # again: one may be only just starting
            time.sleep(0.05)
        if self._wanted is not None:
            with contextlib.suppress(InputError):
                params = self._wanted.params
                remove_data(params.data, self._folder / DATA_FOLDER, params.engine)

    def _look(self) -> None:
        now, stamps = time.monotonic(), look(self._job, self._wanted)
        again = self._trouble is not None and now >= self._looked_at + _AGAIN_SECONDS
        if stamps == self._seen and not again:
            return
        self._seen, self._looked_at = stamps, now
        try:
            wanted = read_wanted(self._job, self._folder, self._wanted)
            self._want(wanted)
            self._trouble = None
        except (InputError, OSError) as error:
            text = explain(error)
            if self._trouble is None or self._trouble[0] != text:
                files = [path for path in stamps if path.suffix == ".ipynb" or path == self._job.params_file]
                half = any(is_half_written(path) for path in files if path.is_file())
                self._trouble = text, now + (_PATIENCE_SECONDS if half else _SETTLE_SECONDS)

    def _want(self, wanted: Wanted) -> None:
        """Let go of what is not wanted any more."""
        names = [notebook.name for notebook in wanted.notebooks]
        run = Run(wanted.params, self._job.notebooks, self._report)
        if self._run is not None:
            there = self._run.steps
            run.steps = {name: there[name] for name in ("data", *names) if name in there}
            run.inputs = self._run.inputs
        before, self._wanted, self._run, self._info_due = self._wanted, wanted, run, True
        if before is None:
            self._take_over(wanted, run)
        self._made = {name: made for name, made in self._made.items() if name in names}
        self._failed = {name: failed for name, failed in self._failed.items() if not name or name in names}
        for name, work in self._at_work.items():
            if wanted.key_of(name) != work.made.key:
                work.stop()
        self._keep_pages()

    def _take_over(self, wanted: Wanted, run: Run) -> None:
        """Begin with what there is: the pages of the last report, and the results that hold still."""
        latest = latest_of(self._folder.parent)
        served = self._site.files()
        usable = find_reusable(self._folder.parent, str(wanted.params.as_of), wanted.notebooks, wanted.sources.keys)
        for notebook in wanted.notebooks:
            name, there = notebook.name, usable.get(notebook.name)
            if there is not None:
                Step(run, name, notebook.title).reuse(take_over(notebook, there, self._folder))
                self._made[name] = _Made(wanted.key_of(name), wanted.content_of(name), there.done)
                if there.done:
                    same = there.step.get("sha256") == wanted.content_of(name)[1] and there.folder == latest
                    self._pages.read(self._page(notebook), stands=same and notebook.page in served)
                record = read_record(there.folder) or {}
                self._pseudonymous |= record.get("identifiers") == "pseudonyms"
            elif latest is not None and notebook.page in served:  # until there is another
                executed = latest / "notebooks" / notebook.path.name
                if executed.is_file():
                    shutil.copyfile(executed, self._executed(notebook))
                    self._pages.read(self._page(notebook), stands=True)
        if usable and len(usable) == len(wanted.notebooks):
            run.inputs = take_data_step(usable[wanted.notebooks[0].name], self._folder)
        if usable:
            self._tell(f"Taken over from the last report: {len(usable)} of {len(wanted.notebooks)} notebooks")

    def _is_current(self, wanted: Wanted, name: str) -> bool:
        return name in self._made and self._made[name].key == wanted.key_of(name)

    def _has_failed(self, wanted: Wanted, name: str) -> bool:
        return name in self._failed and self._failed[name][0] == wanted.state_of(name)

    def _begin(self, wanted: Wanted, run: Run) -> None:
        """Start what is to run and waits for nothing."""
        if self._trouble is not None or self._has_failed(wanted, ""):
            return
        for notebook in wanted.notebooks:
            name = notebook.name
            if self._is_current(wanted, name) or name in self._at_work or self._has_failed(wanted, name):
                continue
            if self._pseudonymous:
                self._made, self._pseudonymous = {}, False
                return
            if len(self._at_work) >= cores():
                return
            if not all(self._is_current(wanted, other) for other in wanted.before(notebook)):
                continue
            if self._data_read != wanted.data and not self._read_data(wanted, run):
                return
            self._start(wanted, run, notebook)

    def _read_data(self, wanted: Wanted, run: Run) -> bool:
        """Read the data, which takes this thread's time: whatever there is to make needs them."""
        began = time.perf_counter()
        self._failed.pop("", None)
        self._site.say("Reading the data", wrong=False)
        for left in (self._folder / "tables").glob("rejected_*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        try:
            self._supplied = read_data(run, self._folder)
        except (InputError, OSError) as error:
            self._failed[""] = wanted.state_of(""), explain(error)
            return False
        self._data_read, self._info_due = wanted.data, True
        self._tell(f"{'data':<16} read   {time.perf_counter() - began:.1f} s")
        return True

    def _start(self, wanted: Wanted, run: Run, notebook: Notebook) -> None:
        name = notebook.name
        made = _Made(wanted.key_of(name), wanted.content_of(name))
        step = Step(run, name, notebook.title)
        self._failed.pop(name, None)
        self._made.pop(name, None)  # its tables are written over
        if lacking := notebook.lacks(self._supplied):
            skip_lacking(step, lacking)
            self._skip(notebook, replace(made, has_page=False))
            return
        if self._server is not None and not self._server.alive:
            self._server = ForkServer.start(self._job.notebooks)
        run.plan([other.name for other in wanted.notebooks])
        run.write(self._folder)
        work = _Work(notebook, made, step, Kernels(self._server), time.perf_counter())
        output = self._folder / "running" / notebook.path.name

        def execute() -> None:
            error: BaseException | None = None
            try:
                execute_step(
                    run, notebook, wanted.notebooks, step, self._folder, output, work.kernels,
                    self._job.timeout_seconds,
                )  # fmt: skip
            except BaseException as raised:  # for the thread that takes what has ended
                error = raised
            self._ended.put((work, error))
            self._some_ended.set()

        work.thread = threading.Thread(target=execute, name=f"notebook {name}", daemon=True)
        self._at_work[name] = work
        work.thread.start()

    def _take_ended(self) -> bool:
        self._some_ended.clear()
        ended = list(self._drain())
        for work, error in ended:
            notebook, name = work.notebook, work.notebook.name
            del self._at_work[name]
            work.kernels.close()
            if work.stopped or self._wanted is None or self._wanted.key_of(name) != work.made.key:
                continue
            work.step.record["tables"] = saved_tables(self._folder / "tables", name)
            work.step.end(error)
            self._info_due = True
            if isinstance(error, ThinDataError):
                forget_results(notebook, self._folder)
                self._skip(notebook, replace(work.made, has_page=False))
            elif error is not None:
                self._failed[name] = self._wanted.state_of(name), explain(error)
            else:
                (self._folder / "running" / notebook.path.name).replace(self._executed(notebook))
                self._made[name] = work.made
                self._pages.read(self._page(notebook))
                self._tell(f"{name:<16} run    {time.perf_counter() - work.began:.1f} s")
        return bool(ended)

    def _drain(self) -> Iterator[tuple[_Work, BaseException | None]]:
        with contextlib.suppress(queue.Empty):
            while True:
                yield self._ended.get_nowait()

    def _skip(self, notebook: Notebook, made: _Made) -> None:
        self._made[notebook.name] = made
        self._keep_pages()
        self._tell(f"{notebook.name:<16} skipped")

    def _keep_pages(self) -> None:
        names = {notebook.name for notebook in self._wanted.notebooks} if self._wanted else set()
        self._pages.keep(names - {name for name, made in self._made.items() if not made.has_page})

    def _renew_sentences(self, wanted: Wanted) -> None:
        """Render the pages whose notebooks differ in their sentences only."""
        for notebook in wanted.notebooks:
            name = notebook.name
            if not self._is_current(wanted, name) or self._made[name].content == wanted.content_of(name):
                continue
            self._made[name] = replace(self._made[name], content=wanted.content_of(name))
            if self._made[name].has_page:
                executed = self._executed(notebook)
                with contextlib.suppress(ValueError, OSError, nbformat.ValidationError):  # another save is seen next
                    fresh = nbformat.read(notebook.path, as_version=4)
                    nbformat.write(with_outputs(fresh, nbformat.read(executed, as_version=4)), executed)
                    self._pages.read(self._page(notebook))

    def _describe(self, wanted: Wanted, run: Run) -> None:
        """Say on all pages what they say of the report; when no tables are being written, which it looks into."""
        if not self._info_due or (self._at_work and self._pages.described):
            return
        self._info_due = False
        tables = self._folder / "tables"
        fmt.use_locale(wanted.params.locale)
        try:
            self._pages.describe(report_info(wanted.params, len(run.inputs), tables))
            self._pages.wrong.pop("brand", None)
        except InputError as error:
            self._pages.wrong["brand"] = str(error)

    def _executed(self, notebook: Notebook) -> Path:
        return self._folder / "notebooks" / notebook.path.name

    def _page(self, notebook: Notebook) -> Page:
        return Page(notebook.name, self._executed(notebook), notebook.page, page_note() if notebook.own else "")

    def _show(self) -> None:
        """What stands at the foot of the pages; what is wrong, on the terminal too."""
        wrong = [] if self._wanted is None else [
            told for name, (_, told) in self._failed.items() if self._has_failed(self._wanted, name)
        ]  # fmt: skip
        wrong += self._pages.wrong.values()
        if self._trouble is not None and time.monotonic() >= self._trouble[1]:
            wrong.append(self._trouble[0])
        making = [f"Making {name}{work.cell}" for name, work in self._at_work.items() if not work.stopped]
        self._site.say("\n".join([*wrong, *making]), wrong=bool(wrong))
        for text in wrong:
            if text not in self._said:
                self._tell(text)
        self._said = set(wrong)

    def _report(self, event: str, client: str, **fields: Any) -> None:
        if event == "cell" and fields["name"] in self._at_work:
            self._at_work[fields["name"]].cell = f", cell {fields['done'] + 1} of {fields['of']}"
        elif event == "note":
            self._tell(fields["message"])
