"""Clients made on a Dask cluster: each published once, whatever becomes of workers, scheduler and run."""

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.runs import cluster as module
from helpers.runs import fitness
from helpers.runs.fitness import Needs, State, look, needs_of, proof_in, why_unfit
from helpers.runs.job import FAILED, MADE, Job, Outcome
from helpers.runs.publish import publish
from helpers.runs.states import RECORDED_PACKAGES
from tests.runs import on_cluster
from tests.runs.conftest import Kit
from tests.runs.on_cluster import DAY, Cluster

pytestmark = [
    pytest.mark.xdist_group("cluster"),  # whose processes are shared
    pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by signals"),
]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler with two workers."""
    opened = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        opened.add_worker()
        opened.add_worker()
        yield opened
    finally:
        opened.close()


@dataclass
class Night:
    """A project, and a run of it whose outcomes are published as they come."""

    root: Path
    outcomes: list[tuple[str, Outcome]] = field(default_factory=list)
    events: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    on_cell: Callable[[str, dict[str, Any]], None] = lambda client, fields: None

    def jobs(self, *slugs: str) -> list[Job]:
        made = []
        for slug in slugs:
            path = self.root / "params" / f"{slug}.yaml"
            path.write_text("client: ${KIT_SECRET}\n")
            made.append(Job(path, self.root, self.root / "notebooks", self.root / "reports"))
        return made

    def hold(self, slug: str) -> Path:
        path = self.root / "hold" / slug
        path.touch()
        return path

    def run(self, jobs: Sequence[Job], address: str, make: Any = on_cluster.make_stage) -> None:
        with module.Cluster(address, jobs, make=make) as workers:
            workers.run(jobs, self.hear, self.take)

    def hear(self, event: str, client: str, **fields: Any) -> None:
        self.events.append((event, client, fields))
        if event == "cell":
            self.on_cell(client, fields)

    def take(self, job: Job, outcome: Outcome) -> None:
        self.outcomes.append((job.slug, outcome))
        if outcome.status == MADE:
            assert outcome.stage is not None and outcome.target is not None
            publish(outcome.stage, outcome.target)

    def published(self) -> list[str]:
        """The clients whose report is there and whole, once for each time that it was published."""
        made = [slug for slug, outcome in self.outcomes if outcome.status == MADE]
        assert all((self.root / "reports" / slug / DAY / "index.html").read_text() == slug for slug in made)
        return sorted(made)

    def left_behind(self) -> list[str]:
        return [p.name for p in (self.root / "reports").rglob(".*")]


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Night:
    """A project whose parameter files read KIT_SECRET."""
    monkeypatch.setenv("KIT_SECRET", on_cluster.SECRET)
    for name in ("params", "notebooks", "reports", "hold"):
        (tmp_path / name).mkdir()
    return Night(tmp_path)


def test_every_client_is_made_once_and_tells_how_far_it_is(cluster: Cluster, night: Night) -> None:
    held = night.hold("c03")
    night.on_cell = lambda client, fields: held.unlink(missing_ok=True)
    slugs = [f"c{n:02d}" for n in range(12)]
    night.run(night.jobs(*slugs, "bad"), cluster.address)
    assert night.published() == slugs
    failed = [outcome.message for slug, outcome in night.outcomes if slug == "bad"]
    assert failed == [f"Its data are bad. It ran on {os.uname().nodename}."]
    assert Counter(client for event, client, _ in night.events if event == "client") == Counter([*slugs, "bad"])
    assert {(event, client) for event, client, _ in night.events if event != "client"} == {("cell", "c03")}
    assert night.left_behind() == []


def test_a_client_whose_worker_is_killed_is_made_by_another(cluster: Cluster, night: Night) -> None:
    held, killed = night.hold("c01"), []

    def kill(client: str, fields: dict[str, Any]) -> None:
        if not killed:
            killed.append(fields["pid"])
            os.kill(fields["pid"], signal.SIGKILL)
            held.unlink()

    night.on_cell = kill
    slugs = [f"c{n:02d}" for n in range(8)]
    night.run(night.jobs(*slugs), cluster.address)
    cluster.add_worker()  # in place of the one that is gone
    assert killed
    assert night.published() == slugs
    assert Counter(client for event, client, _ in night.events if event == "client")["c01"] == 2
    assert night.left_behind() == [f".{DAY}.{killed[0]}.stage"]  # for the next run to remove


def test_on_ctrl_c_workers_drop_what_they_had_begun(cluster: Cluster, night: Night) -> None:
    night.hold("c00")

    def interrupt(client: str, fields: dict[str, Any]) -> None:
        raise KeyboardInterrupt

    night.on_cell = interrupt
    with pytest.raises(KeyboardInterrupt):
        night.run(night.jobs("c00", "c01", "c02", "c03", "c04", "c05", "c06"), cluster.address)
    assert "c00" not in night.published()
    assert night.left_behind() == []


def test_a_defect_on_a_worker_is_one_client_s_trouble(cluster: Cluster, night: Night) -> None:
    night.run(night.jobs("c00", "c01"), cluster.address, on_cluster.break_down)
    assert [o.status for _, o in night.outcomes] == [FAILED, FAILED]
    assert night.outcomes[0][1].message == "Something went wrong, ZeroDivisionError: a defect of the kit."


def test_a_worker_without_the_kit_is_named_before_any_work(cluster: Cluster, night: Night) -> None:
    bare = cluster.add_worker(first=on_cluster.WITHOUT_KIT)
    try:
        said = refusal_once_seen(night, cluster, 3)
        assert said.startswith("Worker tcp://127.0.0.1:")
        assert "The customer report kit is not installed there. Install the same version" in said
    finally:
        bare.kill()
        bare.wait()
    assert night.outcomes == []


def test_a_worker_that_comes_later_and_does_not_fit_is_passed_over(cluster: Cluster, night: Night) -> None:
    """Idle as it always is, it would get every client and fail it."""
    held, late = night.hold("c00"), []

    def let_it_come(client: str, fields: dict[str, Any]) -> None:
        if not late:
            late.append(cluster.add_worker(first="import os; del os.environ['KIT_SECRET']\n"))
            wait_for_workers(cluster, 3)
            held.unlink()

    night.on_cell = let_it_come
    slugs = [f"c{n:02d}" for n in range(16)]
    try:
        night.run(night.jobs(*slugs), cluster.address)
    finally:
        for worker in late:
            worker.kill()
            worker.wait()
    assert night.published() == slugs


@pytest.mark.slow
def test_the_command_makes_whole_reports_on_a_cluster(cluster: Cluster, kit: Kit) -> None:
    text = (kit.root / "params/acme.yaml").read_text("utf-8")
    kit.params(text.replace("Acme", "Beta"), "beta")
    kit.params(text.replace("orders.csv", "lost.csv"), "lost")
    result = kit("run", "--all", "--force", "--scheduler", cluster.address)
    assert result.code == 1
    assert not (kit.reports / "latest/good").exists()  # what came with the project is replaced
    for client in ("acme", "beta"):
        assert (kit.root / "reports" / client / "latest/index.html").is_file()
    assert "lost.csv" in result.err
    assert f"It ran on {os.uname().nodename}." in result.err
    assert not list((kit.root / "reports").glob("*/.*"))


def test_a_cluster_that_cannot_be_used_is_told_in_a_sentence(
    cluster: Cluster, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CONNECT_SECONDS", 0.3)
    jobs = night.jobs("c00")
    told = {}
    for address in ("10.0.0.5:8786", "tcp://127.0.0.1:1", "tcp://no.such.host.invalid:8786", "tcp://127.0.0.1:x"):
        with pytest.raises(InputError) as error:
            night.run(jobs, address)
        told[address] = str(error.value)
    assert told.pop("10.0.0.5:8786") == (
        "10.0.0.5:8786: This is not the address of a scheduler. Allowed: like tcp://10.0.0.5:8786."
    )
    for address, said in told.items():
        assert said.startswith(
            f"{address}: There is no scheduler that answers here. Start it, with `dask scheduler`, or"
        )
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"not installed. Install it: pip install 'customer-report-kit\[dask\]'"):
        night.run(jobs, cluster.address)
    assert night.outcomes == []


def test_a_cluster_without_workers_then_one_that_dies_then_a_lost_scheduler(
    tmp_path: Path, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Cluster(tmp_path, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    try:
        with monkeypatch.context() as impatient, pytest.raises(InputError) as error:
            impatient.setattr(fitness, "_WAIT_SECONDS", 1)
            night.run(night.jobs("c00"), own.address)
        assert str(error.value).startswith(
            f"{own.address}: This scheduler has no worker. Start some, with `dask worker"
        )
        assert night.left_behind() == []

        own.add_worker()
        night.run(night.jobs("c00"), own.address, on_cluster.die)
        [(slug, outcome)] = night.outcomes
        assert (slug, outcome.status) == ("c00", FAILED)
        assert outcome.message.startswith("Every worker that made this report died; most often the machine ran out of")

        night.outcomes.clear()
        own.add_worker()
        night.hold("c01")
        night.on_cell = lambda client, fields: own.scheduler.kill()
        slugs = [f"c{n:02d}" for n in range(9)]
        night.run(night.jobs(*slugs), own.address)
        assert night.published() == ["c00"]
        assert [slug for slug, _ in night.outcomes] == slugs
        assert {(o.status, o.message) for _, o in night.outcomes[1:]} == {
            (FAILED, f"{own.address}: The scheduler was lost before this report was made. {module._AGAIN}")
        }
    finally:
        own.close()


def test_what_a_worker_lacks_is_named() -> None:
    needs = Needs(("/srv/kit", "/srv/exports"), "/srv/kit/reports/.proof", ("pandas", "s3fs"), ("KIT_SALT",))
    here = State("3.11.7", "a1", {"pandas": "3.1.1", "s3fs": ""}, ("/srv/exports",), (), True, True)
    said = {
        "It has Python 3.12.1, and this machine 3.11.7.": replace(here, python="3.12.1"),
        "Its kit is not the same as that of this machine.": replace(here, kit="b2"),
        "It has pandas 3.0.0, and this machine 3.1.1.": replace(here, versions={"pandas": "3.0.0"}),
        "The package pandas is not installed there.": replace(here, versions={"pandas": "", "s3fs": "1"}),
        "It does not see /srv/kit.": replace(here, unseen=("/srv/exports", "/srv/kit")),
        "Its /srv/kit/reports is not the folder of this machine.": replace(here, sees_proof=False),
        "It does not see /srv/kit/reports.": replace(here, sees_proof=False, may_write=False),
        "It may not write into /srv/kit/reports.": replace(here, may_write=False),
        "The environment variable KIT_SALT is not set there.": replace(here, unset=("KIT_SALT",)),
    }
    for sentence, there in said.items():
        assert str(why_unfit(there, here, needs, "tcp://10.0.0.7:4")).startswith(f"Worker tcp://10.0.0.7:4: {sentence}")
    assert why_unfit(here, here, needs, "tcp://10.0.0.7:4") is None  # what is missing here too is a client's trouble


def test_what_parameter_files_read_is_asked_of_workers(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIT_SECRET")
    jobs = night.jobs("c00", "c01", "c02")
    jobs[0].params_file.write_text("engine: spark\ndata: {orders: {source: 's3://bucket/${YEAR:-2026}/a.csv'}}\n")
    jobs[1].params_file.write_text("data: {orders: {source: 'postgresql://kit:${PASSWORD}@host/shop'}}\n")
    jobs[2].params_file.unlink()
    with proof_in(night.root / "reports") as proof:
        needs = needs_of(jobs, proof)
        state = look(needs)
    assert set(needs.packages) == {*RECORDED_PACKAGES, "pyspark", "s3fs", "psycopg"}
    assert needs.variables == ("PASSWORD",)
    assert (state.unset, state.sees_proof, state.may_write) == (("PASSWORD",), True, True)
    assert state.versions["pandas"] == pd.__version__


def refusal_once_seen(night: Night, cluster: Cluster, workers: int) -> str:
    """What a run is refused with once the cluster has so many workers."""
    wait_for_workers(cluster, workers)
    with pytest.raises(InputError) as error:
        night.run(night.jobs("c00"), cluster.address)
    return str(error.value)


def wait_for_workers(cluster: Cluster, workers: int) -> None:
    from distributed import Client

    with Client(cluster.address, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=60)
