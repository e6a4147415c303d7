"""Publishing whole or not at all: what stands before, during and after, and what runs that died leave behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.errors import InputError
from helpers.runs.publish import check_stage, keep_failed, open_stage, publish


def build(client_dir: Path, day: str, text: str = "new") -> Path:
    """A stage with a cover, ready to publish."""
    stage = open_stage(client_dir, day)
    (stage / "index.html").write_text(text)
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
    assert names(reports / "latest") == {"index.html"}
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
    with pytest.raises(stop):
        publish(stage, reports / "2026-08-31")
    assert (reports / "latest/index.html").read_text() == "old"
    assert names(reports) == {"2026-08-31", "latest", stage.name}


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


def test_leavings_of_dead_runs_go_and_those_of_others_stay(reports: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    zombie = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    assert zombie.stdout is not None
    with zombie.stdout:
        zombie.stdout.read()
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)  # ended, and its parent has not asked how
    try:
        for pid in (dead.pid, zombie.pid, os.getpid(), os.getppid()):
            (reports / f".2026-09-30.{pid}" / "tables").mkdir(parents=True)
        (reports / f".latest.{dead.pid}").symlink_to("2026-09-30")
        (reports / f".latest.{zombie.pid}").write_text("2026-09-30")
        (reports / ".notes").touch()
        stage = open_stage(reports, "2026-09-30")
    finally:
        zombie.wait()
    assert names(stage) == set()
    assert names(reports) == {"2026-08-31", "latest", ".notes", stage.name, f".2026-09-30.{os.getppid()}"}


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
