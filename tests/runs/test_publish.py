"""Publishing whole or not at all: what stands before, during and after, and what runs that died leave behind."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.errors import InputError
from helpers.runs import publish as publishing
from helpers.runs.exchange import exchange
from helpers.runs.publish import check_stage, clear, client_lock, keep_failed, making, open_stage, publish, tidy


def build(client_dir: Path, day: str, text: str = "new") -> Path:
    """A stage with a cover, ready to publish."""
    stage = open_stage(client_dir, day)
    for page in PAGES:
        (stage / page).write_text(text)
    return stage


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A client's reports: one of 2026-08-31, which is the latest."""
    client_dir = tmp_path / "reports" / "acme"
    stage = build(client_dir, "2026-08-31", "old")
    (stage / "only_in_old.html").touch()
    publish(stage, client_dir / "2026-08-31")
    return client_dir


def test_a_report_of_the_same_date_is_replaced_whole(reports: Path) -> None:
    publish(build(reports, "2026-08-31"), reports / "2026-08-31")
    assert names(reports) == {"2026-08-31", "latest"}
    assert names(reports / "latest") == {"index.html", "more.html"}
    assert (reports / "latest/index.html").read_text() == "new"


def test_latest_is_a_relative_link_that_moves_last(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens latest/index.html finds it before and after each step, the old one or the new one."""
    assert (reports / "latest").readlink() == Path("2026-08-31")
    seen = []

    def watched(name: str) -> None:
        original = getattr(Path, name)

        def step(self: Path, target: Path) -> Path:
            seen.append((name, (reports / "latest/index.html").read_text()))
            moved: Path = original(self, target)
            seen.append((name, (reports / "latest/index.html").read_text()))
            return moved

        monkeypatch.setattr(Path, name, step)

    stage = build(reports, "2026-09-30")
    watched("rename")
    watched("replace")
    publish(stage, reports / "2026-09-30")
    assert seen == [("rename", "old"), ("rename", "old"), ("replace", "old"), ("replace", "new")]
    assert (reports / "latest").readlink() == Path("2026-09-30")
    assert names(reports) == {"2026-08-31", "2026-09-30", "latest"}


def test_a_report_of_an_older_date_made_later_is_the_latest(reports: Path) -> None:
    publish(build(reports, "2026-07-31"), reports / "2026-07-31")
    assert (reports / "latest").readlink() == Path("2026-07-31")


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, OSError])
def test_an_interruption_between_the_renames_brings_the_old_report_back(
    reports: Path, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException]
) -> None:
    stage = build(reports, "2026-08-31")
    original = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self == stage:
            raise stop
        return original(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    monkeypatch.setattr(publishing, "exchange", lambda *_: False)
    with pytest.raises(stop):
        publish(stage, reports / "2026-08-31")
    assert (reports / "latest/index.html").read_text() == "old"
    clear(reports)
    assert names(reports) == {"2026-08-31", "latest"}
    assert (reports / "latest").readlink() == Path("2026-08-31")


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process dies in a copy of this one")
@pytest.mark.parametrize("in_one_step", [True, False])
@pytest.mark.parametrize("day", ["2026-08-31", "2026-07-31", "2026-09-30"], ids=["latest", "not latest", "new"])
def test_wherever_a_run_dies_latest_is_whole_and_the_next_puts_all_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: str, in_one_step: bool
) -> None:
    """A process dies at the first change to the disk, at the second, and so on until it lives to the end; before each
    change, a reader looks."""
    if not in_one_step:
        monkeypatch.setattr(publishing, "exchange", lambda *_: False)
    elif not exchange(make(tmp_path / "one"), make(tmp_path / "other")):
        pytest.skip("this file system cannot")
    for deaths in range(60):
        reports = tmp_path / str(deaths)
        for old in ("2026-07-31", "2026-08-31"):
            publish(build(reports, old, "old"), reports / old)
        stage = build(reports, day)
        lived = publish_and_die(stage, reports / day, deaths)
        assert {read(reports / "latest", page) for page in ("index.html", "more.html")} in ({"old"}, {"new"})
        clear(reports)
        whole = {read(path, page) for path in (reports / "latest", reports / "2026-08-31") for page in PAGES}
        assert whole <= {"old", "new"}
        assert (reports / "latest").readlink().name in {"2026-08-31", day}
        assert names(reports) == {"2026-07-31", "2026-08-31", "latest"} | ({day} if (reports / day).exists() else set())
        if lived:
            assert {read(reports / "latest", page) for page in PAGES} == {"new"}
            return
    pytest.fail("it never came to its end")


PAGES = ("index.html", "more.html")
DIED, NOT_WHOLE = 9, 8
CHANGES = {"os.rename", "os.link", "os.symlink", "os.remove", "os.rmdir", "os.mkdir", "ctypes.dlsym"}


def make(folder: Path) -> Path:
    folder.mkdir()
    return folder


def read(report: Path, page: str) -> str:
    return (report / page).read_text()


def publish_and_die(stage: Path, target: Path, deaths: int) -> bool:
    """Publish in a copy of this process, which dies before the change with this number; whether it lived."""
    child = os.fork()
    if not child:
        left = [deaths]

        def die(event: str, _: object) -> None:
            if event in CHANGES:
                if read(target.parent / "latest", "index.html") not in ("old", "new"):
                    os._exit(NOT_WHOLE)
                left[0] -= 1
                if left[0] < 0:
                    os._exit(DIED)

        sys.addaudithook(die)
        with contextlib.suppress(Exception):  # a reader found nothing
            publish(stage, target)
            os._exit(0)
        os._exit(NOT_WHOLE)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, DIED)
    return code == 0


def test_what_is_half_made_goes_with_the_lock(tmp_path: Path) -> None:
    with making(tmp_path, "acme"):
        build(tmp_path / "acme", "2026-09-30")
    assert names(tmp_path / "acme") == set()
    build(tmp_path / "acme", "2026-09-30")
    with client_lock(tmp_path, "acme"):
        tidy(tmp_path, "acme")  # it is somebody's
        assert len(names(tmp_path / "acme")) == 1
    build(tmp_path / "acme", "2026-09-30")
    tidy(tmp_path, "acme")
    assert names(tmp_path / "acme") == set()
    tidy(tmp_path, "never_made")
    assert names(tmp_path) == {"acme", ".locks"}


def test_a_machine_that_stopped_between_the_renames_is_put_right_by_the_next_run(reports: Path) -> None:
    (reports / "2026-08-31").rename(reports / ".2026-08-31.replaced")
    assert not (reports / "latest/index.html").exists()
    stage = open_stage(reports, "2026-09-30")
    assert (reports / "latest/index.html").read_text() == "old"
    assert names(reports) == {"2026-08-31", "latest", stage.name}


def test_a_machine_that_stopped_after_the_renames_leaves_the_new_report(reports: Path) -> None:
    (reports / "2026-08-31").rename(reports / ".2026-08-31.replaced")
    (reports / "2026-08-31").mkdir()
    (reports / "2026-08-31" / "index.html").write_text("new")
    open_stage(reports, "2026-09-30").rmdir()
    assert (reports / "latest/index.html").read_text() == "new"
    assert names(reports) == {"2026-08-31", "latest"}


def test_leavings_of_dead_runs_go_and_what_is_others_stays(reports: Path) -> None:
    dead = open_stage(reports, "2026-09-30")
    (dead / "tables").mkdir()
    (reports / ".latest.new").symlink_to("2026-09-30")
    (reports / ".notes").touch()
    stage = open_stage(reports, "2026-09-30")
    assert names(stage) == set()
    assert stage != dead
    assert names(reports) == {"2026-08-31", "latest", ".notes", stage.name}


def test_a_client_is_made_by_one_run_at_a_time(tmp_path: Path) -> None:
    """The lock is the system's: it goes with its holder, however that one ends."""
    hold = (
        "import sys\nfrom pathlib import Path\nfrom helpers.runs.publish import client_lock\n"
        "with client_lock(Path(sys.argv[1]), 'acme'):\n    print('held', flush=True)\n    sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdin and other.stdout
    with other.stdin, other.stdout:
        assert other.stdout.readline() == "held\n"
        wanted = r"^acme: Another run is making this client's report just now\."
        with pytest.raises(InputError, match=wanted), client_lock(tmp_path, "acme"):
            pass
        with client_lock(tmp_path, "globex"):
            pass
        other.kill()
        other.wait()
    with client_lock(tmp_path, "acme"):
        pass


def test_a_folder_called_latest_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "latest").mkdir()
    with pytest.raises(InputError, match=r"latest: This is a folder, where the link .* belongs\. Rename it\.$"):
        open_stage(tmp_path, "2026-09-30")
    assert names(tmp_path) == {"latest"}


def test_without_links_a_text_file_names_the_latest(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (reports / "latest").unlink()

    def refuse(*_: object, **__: object) -> None:
        raise OSError("a required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    publish(build(reports, "2026-09-30"), reports / "2026-09-30")
    assert (reports / "latest.txt").read_text() == "2026-09-30\n"
    assert names(reports) == {"2026-08-31", "2026-09-30", "latest.txt"}


def test_a_failed_run_is_kept_in_place_of_the_one_before(reports: Path) -> None:
    keep_failed(build(reports, "2026-09-30", "first"))
    kept = keep_failed(build(reports, "2026-09-30", "second"))
    assert kept == reports / "failed"
    assert (kept / "index.html").read_text() == "second"
    assert names(reports) == {"2026-08-31", "latest", "failed"}


def test_a_published_report_takes_the_failed_run_away(reports: Path) -> None:
    keep_failed(build(reports, "2026-09-30", "failed"))
    publish(build(reports, "2026-09-30"), reports / "2026-09-30")
    assert names(reports) == {"2026-08-31", "2026-09-30", "latest"}


def test_a_report_without_a_page_or_with_an_empty_one_is_not_published(tmp_path: Path) -> None:
    stage = build(tmp_path, "2026-09-30")
    check_stage(stage, ["index.html"])
    (stage / "empty.html").touch()
    for name in ("absent.html", "empty.html"):
        with pytest.raises(InputError, match=f"The page {name} was not made"):
            check_stage(stage, ["index.html", name])
