"""What runs on a worker of a cluster: one client's report, told about for as long as somebody waits for it."""

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.runs.fitness import Needs, State, look, why_unfit
from helpers.runs.job import FAILED, WRONG, Job, Outcome
from helpers.runs.progress import Reporter

if TYPE_CHECKING:
    from helpers.runs.warm import ForkServer

TOPIC = "customer-report-kit"  # under which a cluster passes on what a run tells
Make = Callable[[Job, Reporter], Outcome]


class UnfitError(Exception):
    """This worker cannot make reports; the message is what the user is told. Another worker may."""


class _Unwanted(KeyboardInterrupt):
    """Nobody waits for this report any more: it ends as on Ctrl-C."""


def make_here(job: Job, report: Reporter) -> Outcome:
    """Make a client's report in a child process of this worker: one that dies does not take the worker with it.

    All threads of the worker share one fork server, and with it the cores; and the memory of the machine among them.
    """
    from distributed import get_worker

    from helpers.runs.crew import Crew

    outcomes: list[Outcome] = []
    threads = get_worker().state.nthreads
    with Crew(job.notebooks, threads, server=_server(job.notebooks, threads)) as crew:
        crew.run([job], report, lambda _, outcome: outcomes.append(outcome))
    return outcomes[0]


def make_on_worker(job: Job, make: Make, run: str, needs: Needs, here: State) -> Outcome:
    """The task: `make` a client's report, telling the cluster how far it is, for as long as it is waited for.

    `run` goes with what is told, for there may be several runs on a cluster. Raises UnfitError where another worker
    is to make it.
    """
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()
    unfit = why_unfit(look(needs), here, needs, worker.address)
    if unfit:
        raise UnfitError(str(unfit))

    def tell(event: str, client: str, **fields: Any) -> None:
        task = worker.state.tasks.get(key)
        if task is None or task.state == "cancelled":
            raise _Unwanted
        plain = json.loads(json.dumps(fields, default=str))
        worker.log_event(TOPIC, {"run": run, "key": key, "event": event, "client": client, "fields": plain})

    try:
        outcome = make(job, tell)
    except KeyboardInterrupt:  # not for the thread of the worker
        return Outcome(FAILED, "It was stopped.")
    finally:
        worker.log_event(TOPIC, {"run": run, "key": key, "event": "", "client": job.slug, "fields": {}})
    if outcome.status in (FAILED, WRONG):
        return replace(outcome, message=f"{outcome.message} It ran on {socket.gethostname()}.")
    return outcome


_servers: "dict[Path, ForkServer]" = {}  # they end with this process
_starting = threading.Lock()


def _server(notebooks: Path, threads: int) -> "ForkServer | None":
    """This worker's fork server for a folder of notebooks; None where the system cannot fork."""
    from helpers.runs.warm import ForkServer, can_fork, cores

    if not can_fork():
        return None
    with _starting:
        if notebooks not in _servers or not _servers[notebooks].alive:
            _servers[notebooks] = ForkServer.start(notebooks, max(cores(), threads))
        return _servers[notebooks]
