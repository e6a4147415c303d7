"""Reports in object storage: no reader sees half of one, and a machine with an empty disk gets what it needs."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from helpers.errors import InputError
from helpers.runs.publish import open_stage, publish
from helpers.runs.remote import INDEX, Storage, Uploads
from tests.runs.conftest import Kit

ADDRESS = "breaking://bucket/reports"


class Breaking(MemoryFileSystem):
    """Storage in memory whose network breaks after so many requests that change something."""

    protocol = "breaking"
    store: dict[str, Any] = {}  # noqa: RUF012  # as its parent has it: shared by all instances
    pseudo_dirs = [""]  # noqa: RUF012
    left: int | None = None
    error: Exception = ConnectionResetError("gone")

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(super()._strip_protocol(path.replace("breaking://", "memory://")))

    def put_file(self, *args: Any, **kwargs: Any) -> Any:
        self._count()
        return super().put_file(*args, **kwargs)

    def rm(self, *args: Any, **kwargs: Any) -> Any:
        self._count()
        return super().rm(*args, **kwargs)

    def ls(self, *args: Any, **kwargs: Any) -> Any:
        if Breaking.left == 0:
            raise Breaking.error
        return super().ls(*args, **kwargs)

    def _count(self) -> None:
        if Breaking.left is not None:
            if Breaking.left == 0:
                raise Breaking.error
            Breaking.left -= 1


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    fsspec.register_implementation("breaking", Breaking, clobber=True)
    yield Storage(ADDRESS)
    Breaking.store.clear()
    Breaking.pseudo_dirs[:] = [""]
    Breaking.left, Breaking.error = None, ConnectionResetError("gone")


def make(reports: Path, text: str, day: str = "2026-09-30", at: str = "02:00", client: str = "acme") -> Path:
    """Publish a report on this machine, its pages holding a text."""
    stage = open_stage(reports / client, day)
    (stage / "tables").mkdir()
    for name in ("index.html", "report.html", "02_rfm.html", "tables/segments.csv"):
        (stage / name).write_text(f"{text} {name}")
    (stage / "run.json").write_text(json.dumps({"finished_at": f"2026-11-26T{at}:00+00:00", "text": text}))
    publish(stage, reports / client / day)
    return reports / client / day


def read(address: str) -> str:
    with fsspec.open(address, "rt") as stream:
        return stream.read()


def follow(address: str) -> str:
    """What a reader sees who opens a page: pages that lead elsewhere are followed."""
    for _ in range(2):
        text = read(address)
        leads = re.search('content="0; url=([^"]+)"', text)
        if not leads:
            return text
        parts = address.split("/")[:-1]
        for part in leads[1].split("/"):
            parts = parts[:-1] if part == ".." else [*parts, part]
        address = "/".join(parts)
    raise AssertionError("a page leads in a circle")


def seen(page: str = "index.html", day: str = "latest") -> str:
    return follow(f"{ADDRESS}/acme/{day}/{page}").split()[0]


def everything() -> set[str]:
    return {name.removeprefix("/bucket/reports/") for name in Breaking.store}


def test_a_report_is_read_where_it_is_read_on_this_machine(tmp_path: Path, storage: Storage) -> None:
    storage.check()
    assert storage.upload(make(tmp_path, "old", "2026-08-31")) == f"{ADDRESS}/acme/2026-08-31/index.html"
    storage.upload(make(tmp_path, "new"))
    assert {seen(), seen("report.html"), seen(day="2026-09-30"), seen("report.html", "2026-09-30")} == {"new"}
    assert follow(f"{ADDRESS}/acme/index.html") == "new index.html"
    assert seen(day="2026-08-31") == "old"
    index = json.loads(read(f"{ADDRESS}/acme/{INDEX}"))
    assert (index["latest"], set(index["reports"])) == ("2026-09-30", {"2026-08-31", "2026-09-30"})
    run = index["reports"]["2026-09-30"]["run"]
    assert read(f"{ADDRESS}/acme/2026-09-30/{run}/tables/segments.csv") == "new tables/segments.csv"


def test_a_report_that_is_there_is_not_copied_again(tmp_path: Path, storage: Storage) -> None:
    report = make(tmp_path, "old")
    storage.upload(report)
    Breaking.left = 0  # whatever is written now fails
    storage.upload(report)


def test_a_network_lost_at_any_moment_leaves_the_last_good_report(tmp_path: Path, storage: Storage) -> None:
    """Every request of an upload fails once, and each time all addresses lead to one whole report, old or new."""
    storage.upload(make(tmp_path, "old"))
    new = make(tmp_path, "new", at="03:00")
    broke = 0
    for after in range(100):
        Breaking.left = after
        try:
            storage.upload(new)
        except InputError as error:
            broke += 1
            assert str(error) == (
                f"{ADDRESS}: Reports cannot be copied to this storage: it does not answer. See to the network. "
                "The report stands on this machine and in storage the one before; run again to copy it."
            )
        Breaking.left = None
        index = json.loads(read(f"{ADDRESS}/acme/{INDEX}"))
        told = index["reports"]["2026-09-30"]
        run = f"{ADDRESS}/acme/2026-09-30/{told['run']}"
        texts = {follow(f"{run}/{name}").split()[0] for name in ("index.html", "report.html", "02_rfm.html")}
        assert len(texts) == 1
        for page in ("index.html", "report.html"):
            for day in ("latest", "2026-09-30"):
                assert seen(page, day) in ("old", "new")
        if "new" in texts:
            break
    assert broke == 11  # five files, five pages that lead to it, latest.json
    storage.upload(new)
    assert {seen(), seen("report.html")} == {"new"}


def test_of_a_report_made_again_the_one_before_stays_a_while(tmp_path: Path, storage: Storage) -> None:
    runs = []
    for text in ("first", "second", "third"):
        storage.upload(make(tmp_path, text, at=f"0{len(runs)}:00"))
        runs.append(json.loads(read(f"{ADDRESS}/acme/{INDEX}"))["reports"]["2026-09-30"]["run"])
    there = {name.split("/")[2] for name in everything() if name.count("/") == 3}
    assert there == set(runs[1:])


@pytest.fixture
def elsewhere(tmp_path: Path, storage: Storage) -> Path:
    """The folder of the client on a machine with an empty disk; storage has its reports of four quarters."""
    for day in ("2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30"):
        storage.upload(make(tmp_path / "made", day, day))
    return tmp_path / "empty" / "acme"


def test_an_empty_disk_gets_what_the_next_report_reads(elsewhere: Path, storage: Storage) -> None:
    assert storage.fetch(elsewhere, "2026-12-31") == ["2026-09-30"]
    assert (elsewhere / "latest").resolve().name == "2026-09-30"
    assert (elsewhere / "latest/tables/segments.csv").read_text() == "2026-09-30 tables/segments.csv"
    assert {p.name for p in elsewhere.iterdir()} == {"2026-09-30", "latest"}
    assert storage.fetch(elsewhere, "2026-12-31") == []


def test_a_report_made_again_gets_its_own_and_the_one_before(elsewhere: Path, storage: Storage) -> None:
    assert storage.fetch(elsewhere, "2026-06-30", "2025-12-31") == [
        *("2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30")
    ]
    assert (elsewhere / "latest").resolve().name == "2026-09-30"


def test_what_is_newer_stays_and_what_failed_stays(elsewhere: Path, storage: Storage) -> None:
    make(elsewhere.parent, "newer", "2026-09-30", at="04:00")
    make(elsewhere.parent, "older", "2026-06-30", at="01:00")
    (elsewhere / "failed").mkdir()
    assert storage.fetch(elsewhere, "2026-09-30") == ["2026-06-30"]
    assert (elsewhere / "2026-09-30/index.html").read_text() == "newer index.html"
    assert (elsewhere / "2026-06-30/index.html").read_text() == "2026-06-30 index.html"
    assert (elsewhere / "latest").resolve().name == "2026-06-30"  # the one made last on this machine
    assert (elsewhere / "failed").is_dir()


def test_a_report_that_is_not_whole_in_storage_is_not_taken(elsewhere: Path, storage: Storage) -> None:
    lost = next(name for name in Breaking.store if name.endswith("02_rfm.html") and "2026-09-30" in name)
    del Breaking.store[lost]
    with pytest.raises(InputError, match=r"This report is not whole in storage\. Make it again with --force\.$"):
        storage.fetch(elsewhere, "2026-12-31")
    assert not (elsewhere / "latest").exists()


def test_a_client_that_storage_does_not_know_has_nothing_to_fetch(tmp_path: Path, storage: Storage) -> None:
    assert storage.fetch(tmp_path / "acme", "2026-12-31") == []
    assert not (tmp_path / "acme").exists()


def test_old_reports_go_and_the_one_made_last_stays(elsewhere: Path, storage: Storage) -> None:
    storage.remove("acme", ["2025-12-31", "2026-09-30", "2020-01-01"])
    assert {name.split("/")[1] for name in everything() if name.count("/") > 1} == {
        *("2026-03-31", "2026-06-30", "2026-09-30", "latest")
    }
    assert set(json.loads(read(f"{ADDRESS}/acme/{INDEX}"))["reports"]) == {"2026-03-31", "2026-06-30", "2026-09-30"}


def test_the_night_s_page_is_copied_beside_the_clients(tmp_path: Path, storage: Storage) -> None:
    for name in ("index.html", "index.json"):
        (tmp_path / name).write_text(name)
    storage.upload_files([tmp_path / "index.html", tmp_path / "index.json"])
    assert [read(f"{ADDRESS}/{name}") for name in ("index.html", "index.json")] == ["index.html", "index.json"]


def test_uploads_go_on_beside_the_run_and_one_s_trouble_is_its_own(tmp_path: Path, storage: Storage) -> None:
    with Uploads(storage) as uploads:
        for client in ("acme", "beta", "gamma"):
            uploads.send(make(tmp_path, client, client=client))
        uploads.send(tmp_path / "lost" / "2026-09-30")
    assert uploads.troubles == {"lost": f"{tmp_path / 'lost' / '2026-09-30'}: This is no published report."}
    assert [follow(f"{ADDRESS}/{c}/latest/index.html").split()[0] for c in ("acme", "beta", "gamma")] == [
        *("acme", "beta", "gamma")
    ]


class NoCredentialsError(Exception):
    """As botocore names it."""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            NoCredentialsError("Unable to locate credentials"),
            "no credentials are there that it accepts. See to it that",
        ),
        (
            PermissionError("Forbidden"),
            "access is denied. See to it that this machine's account may read and write there.",
        ),
        (
            FileNotFoundError("The specified bucket does not exist"),
            "there is no such bucket, or it lost a file. Correct",
        ),
        (TimeoutError(), "it does not answer. See to the network."),
        (RuntimeError("key=secret"), "RuntimeError. The report stands on this machine"),
    ],
)
def test_what_storage_says_is_one_sentence(tmp_path: Path, storage: Storage, error: Exception, said: str) -> None:
    report = make(tmp_path, "new")
    Breaking.left, Breaking.error = 0, error
    with pytest.raises(InputError) as told:
        storage.upload(report)
    assert str(told.value).startswith(f"{ADDRESS}: Reports cannot be copied to this storage: {said}")
    assert str(told.value).endswith("in storage the one before; run again to copy it.")
    assert "secret" not in str(told.value)


def test_a_storage_whose_package_is_missing_names_the_extra() -> None:
    with pytest.raises(InputError) as error:  # none of the pinned packages
        Storage("gs://key:secret@bucket/reports").check()
    assert str(error.value) == (
        "gs://bucket/reports: Reports in gs:// need a package that is not installed. "
        "Install it: pip install 'customer-report-kit[gcs]'."
    )


def test_an_index_that_is_damaged_is_named(tmp_path: Path, storage: Storage) -> None:
    report = make(tmp_path, "new")
    storage.upload(report)
    for content in (b"{", b"[]", b'{"reports": 3}'):
        fsspec.filesystem("breaking").pipe_file(f"/bucket/reports/acme/{INDEX}", content)
        with pytest.raises(
            InputError, match=r"acme/latest\.json: This is not what the kit writes there\. Correct it, or"
        ):
            storage.upload(report)


def test_a_disk_as_storage(tmp_path: Path) -> None:
    """The same through another implementation, which knows folders."""
    storage = Storage(f"file://{tmp_path}/far/reports")
    storage.check()
    storage.upload(make(tmp_path / "made", "new"))
    far = tmp_path / "far/reports/acme"
    assert follow(f"file://{far}/latest/index.html") == "new index.html"
    shutil.rmtree(tmp_path / "made")
    assert storage.fetch(tmp_path / "made/acme", "2026-09-30") == ["2026-09-30"]
    assert (tmp_path / "made/acme/latest/tables/segments.csv").is_file()


def test_a_run_copies_what_stands_once_and_the_night_s_page(kit: Kit) -> None:
    (kit.root / "kit.yaml").write_text("reports: memory://kit-bucket/reports\n")
    memory = fsspec.filesystem("memory")
    try:
        for _ in ("made", "unchanged: what could not be copied last time is copied now"):
            assert kit("run", "acme").code == 0
            index = json.loads(memory.cat_file("/kit-bucket/reports/acme/latest.json"))
            assert list(index["reports"]) == ["2026-09-30"]
            run = index["reports"]["2026-09-30"]["run"]
            copied = memory.cat_file(f"/kit-bucket/reports/acme/2026-09-30/{run}/index.html")
            assert copied == (kit.reports / "latest/index.html").read_bytes()
            assert memory.cat_file("/kit-bucket/reports/index.html") == (kit.root / "reports/index.html").read_bytes()
            memory.rm("/kit-bucket", recursive=True)
        assert kit("run", "acme", "--only", "summary").code == 0
        assert not memory.exists("/kit-bucket/reports/acme")
    finally:
        memory.store.clear()


def test_a_run_whose_storage_cannot_be_used_is_refused_before_any_work(kit: Kit) -> None:
    (kit.root / "kit.yaml").write_text("reports: gs://bucket/reports\n")
    result = kit("run", "acme")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("gs://bucket/reports: Reports in gs:// need a package that is not installed.")
    assert kit.last_good_stands()
