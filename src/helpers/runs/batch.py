"""The clients of one command: the unchanged are left as they are, the others are locked, made by workers, and published
here, by exactly one process, which keeps the page of all clients."""

import contextlib
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from helpers.errors import InputError
from helpers.runs.job import FAILED, PUBLISHED, UNCHANGED, WRONG, Job, Outcome
from helpers.runs.night import Night
from helpers.runs.progress import Reporter
from helpers.runs.publish import making, publish, tidy
from helpers.runs.unchanged import standing_of

EXIT = {UNCHANGED: 0, PUBLISHED: 0, FAILED: 1, WRONG: 2}


class Makers(Protocol):
    """Who makes reports: a crew on this machine, or the workers of a cluster."""

    def run(self, jobs: Iterable[Job], report: Reporter, on_outcome: Any) -> None: ...


class Batch:
    """Makes and publishes the reports of `jobs`; afterwards `pages` are the covers of those that stand.

    `uploads` takes published reports to object storage, where the project keeps copies there.
    """

    def __init__(self, jobs: Sequence[Job], night: Night, report: Reporter, uploads: Any = None) -> None:
        self.jobs, self.night, self.report, self.uploads = jobs, night, report, uploads
        self.pages: list[Path] = []
        self.published: list[Path] = []  # of these, the ones made by this run
        self.exit_code = 0
        self._began = time.monotonic()
        self._locks: dict[Job, contextlib.ExitStack] = {}

    def changed(self) -> Iterator[Job]:
        """The jobs that there is something to do for; of the others it is told since when they stand."""
        for job in self.jobs:
            standing = standing_of(job)
            if standing.unchanged and not job.only:
                tidy(job.reports, job.slug)
                target = (job.reports / job.slug / "latest").resolve()
                self._tell(job, Outcome(UNCHANGED, standing.since, target=target))
            else:
                yield job

    @property
    def seconds(self) -> float:
        """Since the batch began."""
        return time.monotonic() - self._began

    def run(self, jobs: Iterable[Job], makers: Makers) -> None:
        try:
            makers.run(self._locked(jobs), self.report, self._end)
        finally:
            for held in self._locks.values():
                held.close()

    def _locked(self, jobs: Iterable[Job]) -> Iterator[Job]:
        """The jobs whose clients nobody else is making, each locked when its turn comes."""
        for job in jobs:
            held = contextlib.ExitStack()
            try:
                held.enter_context(making(job.reports, job.slug))
            except InputError as error:
                self._tell(job, Outcome(FAILED, str(error)))
            except OSError as error:
                self._tell(job, Outcome(FAILED, str(InputError(str(error.strerror), where=str(error.filename)))))
            else:
                self._locks[job] = held
                yield job

    def _end(self, job: Job, outcome: Outcome) -> None:
        try:
            if outcome.stage and outcome.target:
                try:
                    publish(outcome.stage, outcome.target)
                    outcome = Outcome(PUBLISHED, target=outcome.target)
                except OSError as error:
                    what = f"The report cannot be put there: {error.strerror}"
                    outcome = Outcome(FAILED, str(InputError(what, where=str(error.filename or outcome.target))))
            self._tell(job, outcome)
        finally:
            self._locks.pop(job).close()

    def _tell(self, job: Job, outcome: Outcome) -> None:
        if outcome.target and outcome.status in (PUBLISHED, UNCHANGED):
            self.pages.append(outcome.target / "index.html")
            if self.uploads and not job.only:  # the unchanged too: a copy that failed last time is made now
                self.uploads.send(outcome.target)
        if outcome.status == PUBLISHED:
            self.published.append(self.pages[-1])
            self.report("published", job.slug, page=self.pages[-1])
        elif outcome.status == UNCHANGED:
            self.report("unchanged", job.slug, since=outcome.message)
        else:
            self.report("failed", job.slug, message=outcome.message)
        self.exit_code = max(self.exit_code, EXIT[outcome.status])
        if not job.only:
            self.night.record(job.slug, outcome)
