"""`reports/index.json`: what a run makes of it, whole at every moment, from the folders that runs leave."""

import json
import os
import shutil
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from helpers.runs import night, night_page
from helpers.runs.job import FAILED, UNCHANGED, WRONG, Outcome
from helpers.runs.night import Night
from helpers.runs.night_client import read_client
from tests.runs.night_reports import (
    DONE,
    MADE,
    THIN_STEPS,
    add_report,
    index,
    told,
)


class TestNight:
    def test_what_became_of_each(self, tmp_path: Path) -> None:
        for slug in ("acme", "beta", "gamma", "thin"):
            add_report(tmp_path, slug, steps=THIN_STEPS if slug in ("thin", "beta") else [])
        run = Night(tmp_path, ["acme", "beta", "gamma", "thin", "wrong", "new"], asked=5)
        run.record("acme", DONE)
        run.record("beta", Outcome(UNCHANGED, "2026-11-25T02:14:00+00:00"))
        run.record("gamma", Outcome(FAILED, "It failed.\nThe rest of it."))
        run.record("wrong", Outcome(WRONG, "params/wrong.yaml, line 1: clinet is not known."))
        run.record("thin", DONE)
        run.write()
        since = datetime(2026, 11, 25, 2, 14, tzinfo=UTC).astimezone()
        assert told(tmp_path) == {
            "gamma": ("failed", "It failed."),
            "wrong": ("failed", "params/wrong.yaml, line 1: clinet is not known."),
            "acme": ("published", ""),
            "beta": (
                "unchanged",
                f"Since {since.day} November 2026, {since:%H:%M}. Left out for too few data: “Who recommends us”.",
            ),
            "new": ("never made", ""),
            "thin": ("thin", "Left out for too few data: “Who recommends us”."),
        }
        counts = {k: v for k, v in index(tmp_path)["run"].items() if not k.endswith("_at")}
        assert counts == {
            "interrupted": False, "asked": 5, "done": 5, "published": 2, "thin": 1, "unchanged": 1, "failed": 2,
        }  # fmt: skip
        summary = run.summary()
        assert [(c["client"], c["status"]) for c in summary["clients"]] == [
            ("gamma", "failed"), ("wrong", "failed"), ("acme", "published"), ("beta", "unchanged"), ("thin", "thin"),
        ]  # fmt: skip
        assert summary["page"] == str(tmp_path / "index.html")
        assert summary["finished_at"] >= summary["started_at"]
        assert json.loads(json.dumps(summary)) == summary

    def test_the_next_run_knows_what_no_folder_tells(self, tmp_path: Path) -> None:
        add_report(tmp_path, "beta")
        first = Night(tmp_path, ["acme", "beta"])
        first.record("acme", Outcome(WRONG, "acme.yaml is wrong."))
        first.write()
        Night(tmp_path, ["acme", "beta"]).write()
        assert told(tmp_path) == {"acme": ("failed", "acme.yaml is wrong."), "beta": ("published", "")}
        add_report(tmp_path, "acme")
        Night(tmp_path, ["acme", "beta"]).write()
        assert told(tmp_path)["acme"] == ("published", "")

    def test_only_folders_that_changed_are_read_again(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for slug in ("acme", "beta", "gamma"):
            add_report(tmp_path, slug)
        Night(tmp_path, []).write()
        read: list[str] = []

        def watched(reports: Path, slug: str) -> dict[str, Any]:
            read.append(slug)
            return read_client(reports, slug)

        monkeypatch.setattr(night, "read_client", watched)
        add_report(tmp_path, "beta", "2026-10-31")
        run = Night(tmp_path, ["acme"])
        assert read == ["beta"]
        run.record("gamma", Outcome(UNCHANGED, MADE))
        run.record("acme", DONE)
        run.write()
        assert read == ["beta", "acme"]
        assert set(told(tmp_path)) == {"acme", "beta", "gamma"}

    def test_a_client_that_is_gone_leaves_the_page(self, tmp_path: Path) -> None:
        for slug in ("acme", "beta"):
            add_report(tmp_path, slug)
        Night(tmp_path, []).write()
        shutil.rmtree(tmp_path / "beta")
        Night(tmp_path, ["acme"]).write()
        assert set(told(tmp_path)) == {"acme"}
        shutil.rmtree(tmp_path / "acme")
        Night(tmp_path, ["acme"]).write()
        assert told(tmp_path) == {"acme": ("never made", "")}

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1}', '{"version": 9, "clients": []}', "null"])
    def test_a_damaged_index_is_made_again(self, tmp_path: Path, text: str) -> None:
        add_report(tmp_path, "acme")
        (tmp_path / "index.json").write_text(text)
        Night(tmp_path, []).write()
        assert told(tmp_path) == {"acme": ("published", "")}

    def test_two_runs_at_once_keep_what_the_other_wrote(self, tmp_path: Path) -> None:
        for slug in ("acme", "beta"):
            add_report(tmp_path, slug)
        one, other = Night(tmp_path, ["acme", "beta"]), Night(tmp_path, ["acme", "beta"])
        one.record("acme", Outcome(FAILED, "It failed."))
        one.write()
        other.record("beta", Outcome(WRONG, "It is wrong."))
        other.write()
        expected = {"acme": ("failed", "It failed."), "beta": ("failed", "It is wrong.")}
        assert told(tmp_path) == expected
        one.write()
        assert told(tmp_path) == expected
        add_report(tmp_path, "acme", "2026-10-31")
        other.record("acme", DONE)  # tried later than by the first
        other.write()
        one.write()
        assert told(tmp_path)["acme"] == ("published", "")

    def test_readers_never_meet_half_a_page(self, tmp_path: Path) -> None:
        for n in range(30):
            add_report(tmp_path, f"client{n}")
        runs = [Night(tmp_path, []) for _ in range(2)]
        for run in runs:
            run.write()
        seen, over = [0], threading.Event()

        def read() -> None:
            while not over.is_set():
                assert len(index(tmp_path)["clients"]) == 30
                assert (tmp_path / "index.html").read_text("utf-8").rstrip().endswith("</html>")
                seen[0] += 1

        failed: list[BaseException] = []

        def guarded(work: Callable[[], None]) -> None:
            try:
                work()
            except BaseException as error:
                failed.append(error)

        def write(run: Night) -> None:
            for _ in range(15):
                run.write()

        reader = threading.Thread(target=guarded, args=(read,))
        writers = [threading.Thread(target=guarded, args=(partial(write, run),)) for run in runs]
        for thread in (reader, *writers):
            thread.start()
        for thread in writers:
            thread.join()
        over.set()
        reader.join()
        assert failed == []
        assert [run.trouble for run in runs] == ["", ""]
        assert seen[0] > 1
        assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []

    def test_it_is_written_again_only_when_that_takes_little_of_the_time(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        add_report(tmp_path, "acme")
        clock, written = [0.0], []
        monkeypatch.setattr(time, "monotonic", lambda: clock[0])

        def slow(*_: Any) -> str:
            clock[0] += 2.0
            written.append(clock[0])
            return "<html></html>"

        monkeypatch.setattr(night_page, "render_night", slow)
        run = Night(tmp_path, [])
        for _ in range(1000):
            clock[0] += 0.1
            run.record("acme", DONE)
        assert len(written) == 3  # at once, then 40 s after each
        assert all(after - before - 2 >= 40 for before, after in pairwise(written))
        assert index(tmp_path)["run"]["done"] == 1
        run.write()
        assert len(written) == 4
        assert index(tmp_path)["run"]["finished_at"]

    def test_what_a_killed_run_left_is_cleared(self, tmp_path: Path) -> None:
        (tmp_path / ".index.html.123456").write_text("half")
        Night(tmp_path, []).write()
        assert sorted(p.name for p in tmp_path.iterdir()) == ["index.html", "index.json"]

    def test_a_page_that_cannot_be_written_is_one_sentence(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        run = Night(tmp_path / "file/reports", ["acme"])
        run.record("acme", DONE)
        assert run.trouble == (
            f"{tmp_path}/file/reports/index.html: The page of all clients could not be written: Not a directory."
        )

    def test_a_full_disk_leaves_the_page_as_it_was(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        run = Night(tmp_path, ["acme"])
        run.write()
        before = (tmp_path / "index.html").read_text(), (tmp_path / "index.json").read_text()

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        run.write()
        assert "No space left on device" in run.trouble
        assert before == ((tmp_path / "index.html").read_text(), (tmp_path / "index.json").read_text())
        assert sorted(p.name for p in tmp_path.iterdir()) == ["index.html", "index.json"]
        monkeypatch.undo()
        run.write()
        assert run.trouble == ""
