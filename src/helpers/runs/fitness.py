"""Whether a worker of a cluster fits: whether it has what the machine that hands out the clients has.

That is this very kit, the same versions of what figures come from, the folders at the same paths, and the variables and
packages that the parameter files need. So a report does not depend on who made it. What neither machine has is the
trouble of the client that needs it.
"""

import contextlib
import os
import platform
import re
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from helpers.errors import InputError
from helpers.runs.job import Job
from helpers.runs.states import RECORDED_PACKAGES, kit_digest

# What a parameter file reads through -> the package that does it.
_READ_BY = {
    **dict.fromkeys(("s3", "s3a"), "s3fs"),
    **dict.fromkeys(("gs", "gcs"), "gcsfs"),
    **dict.fromkeys(("az", "abfs", "abfss"), "adlfs"),
    **dict.fromkeys(("postgres", "postgresql"), "psycopg"),
    **dict.fromkeys(("mysql", "mariadb"), "pymysql"),
    **dict.fromkeys(("spark", "sc"), "pyspark"),
    "snowflake": "snowflake-connector-python",
    "bigquery": "google-cloud-bigquery",
}
_READS = re.compile(r"\b([a-z][a-z0-9]+)://|\bengine:\s*(spark)\b|\$\{(\w+)\}")
_AHEAD = 2  # tasks for every thread
_WAIT_SECONDS = 10  # for the first worker
_LOOK_SECONDS = 2.0
_SAME = "Install the same version of the kit, with the same requirements.txt and extras, on all machines."
_SHARED = "Let all machines see the project, its data and its reports at the same paths, as on a shared disk."


@dataclass(frozen=True)
class Needs:
    """What a worker is asked about: paths that it must see, the file that proves the folder of reports to be the same
    one, packages, and names of environment variables."""

    paths: tuple[str, ...]
    proof: str
    packages: tuple[str, ...]
    variables: tuple[str, ...]


@dataclass(frozen=True)
class State:
    """What a machine has of it. All plain, so that another version of the kit can tell that it differs."""

    python: str  # 3.11.7
    kit: str  # its digest
    versions: dict[str, str]  # of the packages asked about; "" where one is not installed
    unseen: tuple[str, ...]  # paths
    unset: tuple[str, ...]  # variables
    sees_proof: bool
    may_write: bool  # in the folder of reports


def look(needs: Needs) -> State:
    """What this machine has of what is needed."""
    proof = Path(needs.proof)
    return State(
        python=platform.python_version(),
        kit=kit_digest(),
        versions={name: _version(name) for name in needs.packages},
        unseen=tuple(path for path in needs.paths if not Path(path).exists()),
        unset=tuple(name for name in needs.variables if name not in os.environ),
        sees_proof=proof.is_file(),
        may_write=os.access(proof.parent, os.W_OK),
    )


def why_unfit(there: State, here: State, needs: Needs, worker: str) -> InputError | None:
    """What a worker lacks of what this machine has, as the one sentence to tell; None where it fits."""
    where = f"Worker {worker}"
    if there.python != here.python:
        return InputError(f"It has Python {there.python}, and this machine {here.python}", where=where, mend=_SAME)
    for name, wanted in here.versions.items():
        found = there.versions.get(name, "")
        if wanted and not found:
            return InputError(f"The package {name} is not installed there", where=where, mend=_SAME)
        if wanted and found != wanted:
            return InputError(f"It has {name} {found}, and this machine {wanted}", where=where, mend=_SAME)
    if there.kit != here.kit:
        return InputError("Its kit is not the same as that of this machine", where=where, mend=_SAME)
    unseen = [path for path in there.unseen if path not in here.unseen]
    if unseen:
        return InputError(f"It does not see {unseen[0]}", where=where, mend=_SHARED)
    reports = Path(needs.proof).parent
    if not there.sees_proof:
        what = f"Its {reports} is not the folder of this machine" if there.may_write else f"It does not see {reports}"
        return InputError(what, where=where, mend=_SHARED)
    if not there.may_write:
        return InputError(f"It may not write into {reports}", where=where, mend="Give its user the right to.")
    unset = [name for name in there.unset if name not in here.unset]
    if unset:
        mend = "Start workers with the environment that the parameter files read."
        return InputError(f"The environment variable {unset[0]} is not set there", where=where, mend=mend)
    return None


@dataclass
class Workers:
    """The workers of a cluster: who is there, and who of them fits."""

    client: Any  # of the cluster's scheduler
    needs: Needs
    here: State
    threads: dict[str, int] = field(default_factory=dict)  # of those that fit, by address
    unfit: dict[str, InputError] = field(default_factory=dict)
    _looked_at: float = float("-inf")

    def meet(self, scheduler: str) -> None:
        """Refuse a cluster without workers, or one with a worker that does not fit."""
        try:
            self.client.wait_for_workers(1, timeout=_WAIT_SECONDS)
        except TimeoutError:
            mend = f"Start some, with `dask worker {scheduler}`."
            raise InputError("This scheduler has no worker", where=scheduler, mend=mend) from None
        self.look_around()
        if self.unfit:
            raise next(iter(self.unfit.values()))

    def look_around(self) -> None:
        """Ask the workers that have come since whether they fit; now and then, however often this is called."""
        if time.monotonic() < self._looked_at + _LOOK_SECONDS:
            return
        self._looked_at = time.monotonic()
        with contextlib.suppress(OSError, TimeoutError):  # the scheduler is lost: noticed where answers are heard
            there = dict(self.client.nthreads())
            new = [address for address in there if address not in self.threads and address not in self.unfit]
            if new:
                told = self.client.run(look, self.needs, workers=new, on_error="return")
                judged = {address: judge(state, self.here, self.needs, address) for address, state in told.items()}
                self.unfit |= {address: why for address, why in judged.items() if why is not None}
            self.threads = {a: n for a, n in there.items() if a not in self.unfit}

    def ask_again(self) -> None:
        """After one has turned a job down, whoever it was."""
        self.threads, self._looked_at = {}, float("-inf")
        self.look_around()

    @property
    def room(self) -> int:
        """Tasks to have handed out: some wait, so that no worker does."""
        return max(_AHEAD * sum(self.threads.values()), 1)

    def where(self) -> dict[str, Any]:
        """Where a task may go: past the workers that do not fit, for as long as there is one that does."""
        if not self.unfit or not self.threads:
            return {}
        return {"workers": sorted(self.threads), "allow_other_workers": True}


def judge(told: Any, here: State, needs: Needs, address: str) -> InputError | None:
    """Why a worker does not fit, from what it told of itself, or what went wrong when it was asked."""
    if isinstance(told, State):
        return why_unfit(told, here, needs, address)
    if isinstance(told, OSError):
        return None  # it has gone in the meantime
    missing = re.search(r"No module named \\?'helpers(\.runs)?\\?'", repr(told))  # an error of its own only as text
    what = "is not installed there" if missing else "is of another version there"
    return InputError(f"The customer report kit {what}", where=f"Worker {address}", mend=_SAME)


@contextmanager
def proof_in(reports: Path) -> Iterator[Path]:
    """A hidden file in the folder of reports, by which workers tell whether theirs is the same."""
    reports.mkdir(parents=True, exist_ok=True)
    proof = reports / f".cluster.{uuid.uuid4().hex}"
    proof.touch()
    try:
        yield proof
    finally:
        proof.unlink(missing_ok=True)


def needs_of(jobs: Sequence[Job], proof: Path) -> Needs:
    """What workers must have: the folders of the project, and what its parameter files read."""
    job = jobs[0]
    folders = [job.project, job.notebooks, job.params_file, job.project / "data"]
    packages, variables = dict.fromkeys(RECORDED_PACKAGES), set()
    for one in jobs:
        with contextlib.suppress(OSError):  # that client's own trouble
            for scheme, engine, variable in _READS.findall(one.params_file.read_text("utf-8", errors="replace")):
                if package := _READ_BY.get(scheme or engine):
                    packages[package] = None
                variables |= {variable} - {""}
    return Needs(tuple(map(str, folders)), str(proof), tuple(packages), tuple(sorted(variables)))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
