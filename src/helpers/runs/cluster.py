"""Hands clients to a Dask cluster: one task a client, made again elsewhere where a worker dies.

The cluster is Dask's own, started by whoever runs it. A worker leaves a finished report in its hidden folder on the
shared disk and says where. This process takes exactly one answer a client and publishes it, so that a worker that was
given up and finishes all the same changes nothing. Tasks are handed out a few at a time: ten thousand clients take no
more of the scheduler's memory, or of this process's, than ten do.
"""

import contextlib
import logging
import queue
import re
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any

from helpers.errors import InputError, first_line
from helpers.runs.fitness import Workers, look, needs_of, proof_in
from helpers.runs.job import FAILED, Job, Outcome
from helpers.runs.on_worker import TOPIC, Make, make_here, make_on_worker
from helpers.runs.progress import Reporter

OnOutcome = Callable[[Job, Outcome], None]
_CONNECT_SECONDS = 10  # to find the scheduler
_CLEAN_UP_SECONDS = 20  # for workers to end what nobody waits for any more
_TICK_SECONDS = 2.0  # that nothing may be heard before a look at the scheduler
_ELSEWHERE = 3  # times that a client goes to another worker because one did not fit
_ADDRESS = re.compile(r"(tcp|tls|ws|wss)://[^\s/]+")


class Cluster(AbstractContextManager["Cluster"]):
    """The workers of a Dask scheduler at an address such as `tcp://10.0.0.5:8786`, used as a crew of this machine is.

    Entering it raises InputError in one sentence, before any work, where there is no such scheduler, where it has no
    worker, or where one of them does not fit. `jobs` are those to come, by which workers are asked; `make` is what a
    worker does with one.
    """

    def __init__(self, scheduler: str, jobs: Sequence[Job], *, make: Make = make_here) -> None:
        self.scheduler, self.jobs, self.make = scheduler, jobs, make
        self._held = ExitStack()

    def __enter__(self) -> "Cluster":
        with ExitStack() as held:
            self._client = held.enter_context(_connect(self.scheduler))
            self._needs = needs_of(self.jobs, held.enter_context(proof_in(self.jobs[0].reports)))
            self._workers = Workers(self._client, self._needs, look(self._needs))
            self._workers.meet(self.scheduler)
            self._held = held.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def run(self, jobs: Iterable[Job], report: Reporter, on_outcome: OnOutcome) -> None:
        """Have `jobs` made, taken one by one as workers have room.

        `on_outcome` is called in this thread, once a job: MADE with the stage to publish, or why there is none.
        `report` is told, in this thread too, what workers are doing. Where the scheduler is lost, every job that has no
        outcome yet fails with a message that says so.
        """
        _Run(self._client, self.scheduler, report, on_outcome, self.make, self._workers, iter(jobs)).hand_out()


@dataclass(frozen=True)
class _Handed:
    """A job that is handed out."""

    job: Job
    future: Any
    turned_down: int  # times that a worker found that it does not fit


@dataclass
class _Run:
    client: Any
    scheduler: str
    report: Reporter
    on_outcome: OnOutcome
    make: Make
    workers: Workers
    waiting: Iterator[Job]
    again: "deque[tuple[Job, int]]" = field(default_factory=deque)  # turned down by a worker, and how often
    name: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    heard: "queue.SimpleQueue[Any]" = field(default_factory=queue.SimpleQueue)  # futures that are done, and messages
    out: dict[str, _Handed] = field(default_factory=dict)  # by key
    at_work: set[str] = field(default_factory=set)  # keys of those that a worker has begun and not ended
    lost: bool = False  # the scheduler
    number: "count[int]" = field(default_factory=count)

    def hand_out(self) -> None:
        """Until every job has its outcome."""
        self.client.subscribe_topic(TOPIC, lambda event: self.heard.put(event[1]))
        try:
            self._submit()
            while self.out:
                self._hear(_TICK_SECONDS)
                if self.lost or self.client.status != "running":
                    self._give_up()
                else:
                    self.workers.look_around()
                    self._submit()
        except BaseException:
            self._withdraw()
            raise
        finally:
            with contextlib.suppress(Exception):  # the scheduler may be gone
                self.client.unsubscribe_topic(TOPIC)

    def _submit(self) -> None:
        """Hand out as many as the workers that are there have room for."""
        while len(self.out) < self.workers.room:
            job, turned_down = self.again.popleft() if self.again else (next(self.waiting, None), 0)
            if job is None:
                return
            key = f"report-{job.slug}-{self.name}-{next(self.number)}"
            arguments = (job, self.make, self.name, self.workers.needs, self.workers.here)
            future = self.client.submit(make_on_worker, *arguments, key=key, pure=False, **self.workers.where())
            self.out[key] = _Handed(job, future, turned_down)
            future.add_done_callback(self.heard.put)

    def _hear(self, wait_seconds: float) -> None:
        """Wait for the next answer or message, and act on it."""
        try:
            heard = self.heard.get(timeout=wait_seconds)
        except queue.Empty:
            return
        if isinstance(heard, dict):
            self._pass_on(heard)
        elif heard.key in self.out:
            self._take(heard)

    def _pass_on(self, told: dict[str, Any]) -> None:
        """A message of a worker; those of other runs, and of one that was given up, are not."""
        if told["run"] != self.name:
            return
        if not told["event"]:
            self.at_work.discard(told["key"])
        elif told["key"] in self.out:
            self.at_work.add(told["key"])
            self.report(told["event"], told["client"], **told["fields"])

    def _take(self, future: Any) -> None:
        """The one answer to a task."""
        handed = self.out[future.key]
        try:
            outcome: Outcome = future.result()
        except CancelledError:  # with the scheduler goes all that it knew
            self.lost = True
            return
        except Exception as error:
            kind = type(error).__name__
            if kind == "UnfitError" and handed.turned_down < _ELSEWHERE:
                del self.out[future.key]
                self.workers.ask_again()
                self.again.append((handed.job, handed.turned_down + 1))
                return
            why = {"UnfitError": str(error), "KilledWorker": _DIED}.get(kind)
            outcome = Outcome(FAILED, why or str(InputError(f"Something went wrong, {kind}: {first_line(error)}")))
        self._close(future.key, outcome)

    def _close(self, key: str, outcome: Outcome) -> None:
        handed = self.out.pop(key)
        handed.future.release()
        self.on_outcome(handed.job, outcome)

    def _give_up(self) -> None:
        """The scheduler is lost. What was answered in time is taken; all else is told as not made."""
        while not self.heard.empty():
            self._hear(0.0)
        what = "The scheduler was lost before this report was made"
        outcome = Outcome(FAILED, str(InputError(what, where=self.scheduler, mend=_AGAIN)))
        for key in list(self.out):
            self._close(key, outcome)
        for job in chain((job for job, _ in self.again), self.waiting):
            self.on_outcome(job, outcome)

    def _withdraw(self) -> None:
        """Take back what is handed out, and wait while workers remove what they had begun."""
        futures = [handed.future for handed in self.out.values()]
        self.out.clear()
        with contextlib.suppress(Exception):  # what stopped us is what is told
            self.client.cancel(futures)
            ends = time.monotonic() + _CLEAN_UP_SECONDS
            while self.at_work and self.client.status == "running" and time.monotonic() < ends:
                self._hear(0.2)


_DIED = (
    "Every worker that made this report died; most often the machine ran out of memory. Give workers fewer threads, or "
    "more memory."
)
_AGAIN = "Start it, and run again: reports that stand are not made twice."


@contextmanager
def _connect(scheduler: str) -> Iterator[Any]:
    """A client of the scheduler; raises InputError where there is none."""
    if not _ADDRESS.fullmatch(scheduler):
        raise InputError("This is not the address of a scheduler", where=scheduler, allowed="like tcp://10.0.0.5:8786")
    try:
        import distributed
    except ImportError:
        raise InputError(
            "Running on a cluster needs a package that is not installed",
            where=scheduler,
            mend="Install it: pip install 'customer-report-kit[dask]'",
        ) from None
    for name in [n for n in logging.root.manager.loggerDict if n.startswith("distributed")]:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # it complains of what is told here in a sentence
    try:
        client = distributed.Client(scheduler, timeout=_CONNECT_SECONDS, set_as_default=False, name="kit")
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise InputError(
            "There is no scheduler that answers here",
            where=scheduler,
            mend="Start it, with `dask scheduler`, or correct the address.",
        ) from error
    try:
        yield client
    finally:
        client.close(timeout=5)
