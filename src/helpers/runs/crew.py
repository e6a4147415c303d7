"""Clients side by side on this machine: a process for each client at work, which makes its report and tells of it.

Forked from a fork server where the system can, started anew elsewhere. A process that dies fails its own client and no
other; what a client took of memory goes with its process.
"""

import contextlib
import multiprocessing
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from helpers.errors import InputError
from helpers.runs.fork_server import WORKER
from helpers.runs.job import FAILED, Job, Outcome
from helpers.runs.progress import Reporter
from helpers.runs.stops import HeldBack, stop_once
from helpers.runs.warm import ForkServer, can_fork, cores

_ENGINES = "KIT_ENGINES"  # as engines/duck.py reads it, which is slow to import
_GRACE_SECONDS = 20.0
_DIED = "The process that made this report died; most often the machine ran out of memory. The last good report stands."
_NOT_BEGUN, _FEWER = "No further process could be started", "Use fewer --jobs."
OnOutcome = Callable[[Job, Outcome], None]


@dataclass
class _Worker:
    job: Job
    channel: Connection
    process: Any  # a Child of the fork server, or a multiprocessing.Process
    outcome: Outcome | None = None


class Crew:
    """Makes reports with at most `count` clients at work; `cold`: without a fork server. `server` is another's, to be
    used and left."""

    def __init__(self, notebooks: Path, count: int, *, cold: bool = False, server: ForkServer | None = None) -> None:
        self.notebooks, self.count = notebooks, count
        self._warm = can_fork() and not cold
        self._server = self._lent = server
        self._at_work: list[_Worker] = []

    def __enter__(self) -> "Crew":
        if self._warm and self._server is None:
            self._server = ForkServer.start(self.notebooks, max(cores(), self.count))
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._stop()
        if self._server and self._server is not self._lent:
            self._server.close()

    def run(self, jobs: Iterable[Job], report: Reporter, on_outcome: OnOutcome) -> None:
        """Make the reports of `jobs`, taken one by one as there is room; `on_outcome` gets each as it ends.

        Told to stop, it raises that once no worker is left.
        """
        with HeldBack() as stops:
            try:
                self._run(iter(jobs), report, on_outcome, stops)
            finally:
                self._stop()

    def _run(self, waiting: Iterator[Job], report: Reporter, on_outcome: OnOutcome, stops: HeldBack) -> None:
        more = True
        while more or self._at_work:
            while more and len(self._at_work) < self.count:
                with stops.taken():
                    job = next(waiting, None)
                more = job is not None
                if job is not None:
                    self._begin(job, on_outcome)
            with stops.taken():
                ready = set(wait([worker.channel for worker in self._at_work], 1.0)) if self._at_work else set()
            for worker in [worker for worker in self._at_work if worker.channel in ready]:
                if self._hear(worker, report):
                    self._at_work.remove(worker)
                    on_outcome(worker.job, self._end(worker))

    def _begin(self, job: Job, on_outcome: OnOutcome) -> None:
        own, given = multiprocessing.Pipe()
        try:
            if self._warm:
                process: Any = self._fork(given)
            else:
                process = _spawn(given)
            own.send((job, os.environ | {_ENGINES: str(self.count)}))
        except (InputError, OSError) as error:
            own.close()
            what = (
                error if isinstance(error, InputError) else InputError(f"{_NOT_BEGUN}: {error.strerror}", mend=_FEWER)
            )
            on_outcome(job, Outcome(FAILED, str(what)))
            return
        finally:
            given.close()
        self._at_work.append(_Worker(job, own, process))

    def _fork(self, channel: Connection) -> Any:
        if self._server is None or not self._server.alive:  # someone ended it: clients to come need another
            if self._server and self._server is not self._lent:
                self._server.close()
            self._server = ForkServer.start(self.notebooks, max(cores(), self.count))
        return self._server.fork(WORKER, {}, channel.fileno())

    def _hear(self, worker: _Worker, report: Reporter) -> bool:
        """Pass on what a worker tells; whether it has ended."""
        try:
            told = worker.channel.recv()
        except (EOFError, OSError):
            return True
        if isinstance(told, Outcome):
            worker.outcome = told
            return True
        event, client, fields = told
        report(event, client, **fields)
        return False

    def _end(self, worker: _Worker) -> Outcome:
        """Wait until a worker is no more; what came of its job."""
        worker.channel.close()
        outcome = worker.outcome or Outcome(FAILED, _DIED)
        if not self._warm:
            worker.process.join()
            return outcome
        try:
            worker.process.wait()
        except InputError as error:  # it was never begun
            outcome = Outcome(FAILED, str(error))
        worker.process.close()
        return outcome

    def _stop(self) -> None:
        """Let all at work clean up and end; what one has finished meanwhile is dropped with the rest."""
        for worker in self._at_work:
            worker.process.terminate()
        ends = time.monotonic() + _GRACE_SECONDS
        for worker in self._at_work:
            with contextlib.suppress(EOFError, OSError):  # its end
                while worker.channel.poll(max(ends - time.monotonic(), 0.0)):
                    told = worker.channel.recv()
                    if isinstance(told, Outcome) and told.stage:
                        shutil.rmtree(told.stage, ignore_errors=True)
                worker.process.kill()  # it does not listen
            self._end(worker)
        self._at_work = []


def be_worker(channel: int, server: ForkServer) -> None:
    """In a process of the fork server: make the report that comes over the channel."""
    _work(Connection(channel), server)


def _work(channel: Connection, server: ForkServer | None) -> None:
    signal.signal(signal.SIGTERM, stop_once)
    with contextlib.suppress(EOFError, OSError), channel:
        job, environment = channel.recv()
        os.environ.clear()
        os.environ.update(environment)
        from helpers.runs.kernels import Kernels
        from helpers.runs.pipeline import make_report

        kernels = Kernels(server)
        try:
            _hand_over(make_report(job, _Teller(channel), kernels), channel)
        finally:
            kernels.close()


def _hand_over(outcome: Outcome, channel: Connection) -> None:
    try:
        channel.send(outcome)
    except BaseException:  # nobody is there to publish it
        if outcome.stage:
            shutil.rmtree(outcome.stage, ignore_errors=True)
        raise


def _spawn(channel: Connection) -> Any:
    """A worker started anew. It does not hear Ctrl-C, which is for the run, from its first moment on."""
    process = multiprocessing.get_context("spawn").Process(target=_work, args=(channel, None), daemon=False)
    if threading.current_thread() is not threading.main_thread():
        process.start()
        return process
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process.start()
    finally:
        signal.signal(signal.SIGINT, before)
    return process


class _Teller:
    """A reporter that passes all on to the run; threads of one worker tell one after another.

    Where the run is gone, the report is not wanted any more, and its making ends.
    """

    def __init__(self, channel: Connection) -> None:
        self._channel = channel
        self._telling = threading.Lock()

    def __call__(self, event: str, client: str, **fields: Any) -> None:
        try:
            with self._telling:
                self._channel.send((event, client, fields))
        except OSError:
            raise SystemExit(128 + signal.SIGTERM) from None
