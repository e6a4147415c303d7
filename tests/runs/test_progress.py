"""What a run tells while several clients, and several steps of one, are at work."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from helpers.runs import progress, times

SINCE = "2026-11-25T02:14:00+00:00"
TOLD = times.say_time(datetime(2026, 11, 25, 2, 14, tzinfo=UTC))  # by this machine's clock
Feed = Callable[[Any], None]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Console:
    console = Console(force_terminal=True, width=120, record=True, file=io.StringIO())
    monkeypatch.setattr(progress, "Console", lambda **_: console)
    return console


def lines_of(live: progress.Live) -> list[tuple[str, str]]:
    return [(task.description, task.fields["cell"]) for task in live.progress.tasks if task.visible]


def begin(report: progress.Reporter, client: str, *steps: str) -> None:
    report("client", client, as_of="2026-09-30")
    for step in steps:
        report("step", client, name=step, status="running")


class TestLive:
    def test_each_client_at_work_has_a_line_with_its_steps_and_their_cells(self, shown: Console) -> None:
        with progress.Live() as live:
            live("started", "", clients=3)
            begin(live, "acme", "02_rfm", "03_lifecycle")
            begin(live, "beta", "data")
            live("cell", "acme", name="03_lifecycle", done=2, of=8)
            live("cell", "acme", name="02_rfm", done=4, of=5)
            live("cell", "acme", name="04_clv", done=1, of=5)  # not at work: told by nobody
            assert lines_of(live) == [
                ("0 of 3 clients", ""),
                ("acme  02_rfm, 03_lifecycle", "cells 5 of 5, 3 of 8"),
                ("beta  data", ""),
            ]
            bar = live.progress.tasks[1]
            assert (bar.completed, bar.total) == (6, 13)
            live("step", "acme", name="02_rfm", status="done", seconds=1.0)
            live("cell", "acme", done=3, of=8)  # without its name it is the step begun last
            assert lines_of(live)[1] == ("acme  03_lifecycle", "cell 4 of 8")

    def test_the_run_has_a_line_with_what_failed_and_what_is_left(
        self, shown: Console, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock = [0.0]
        monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
        with progress.Live() as live:
            live("started", "", clients=4)
            begin(live, "acme", "data")
            assert lines_of(live)[0] == ("0 of 4 clients", "")
            live("unchanged", "aaa", since=SINCE)
            assert lines_of(live)[0] == ("1 of 4 clients", "")  # the pace of what is skipped foretells nothing
            clock[0] = 600.0
            live("failed", "acme", message="It [b]failed[/b].")
            assert lines_of(live) == [("2 of 4 clients, 1 failed", "about 10 min left")]

    def test_of_several_clients_only_what_became_of_them_scrolls_by(self, shown: Console) -> None:
        with progress.Live() as live:
            live("started", "", clients=2)
            begin(live, "acme", "02_rfm")
            live("step", "acme", name="02_rfm", status="done", seconds=1.5)
            live("step", "acme", name="06_roi", status="skipped", reason="needs orders")
            live("published", "acme", page="x")
            live("failed", "beta", message="It [b]failed[/b].")
            live("finished", "", published=1, unchanged=0, failed=1, seconds=100)
        text = shown.export_text()
        assert "02_rfm   " not in text
        assert "acme  published, 0 s, 1 skipped\n" in text
        assert "beta: It [b]failed[/b].\n" in text
        assert "2 clients in 2 min: 1 published, 1 failed.\n" in text

    def test_two_hundred_unchanged_are_one_line(self, shown: Console) -> None:
        with progress.Live() as live:
            live("started", "", clients=200)
            for n in range(200):
                live("unchanged", f"client{n}", since=SINCE)
        text = shown.export_text()
        assert text.count("unchanged") == 1
        assert f"200 clients: unchanged since {TOLD}.\n" in text

    def test_since_when_holds_for_all(self, shown: Console) -> None:
        with progress.Live() as live:
            for client, since in (("a", "2026-11-20T02:14:00+00:00"), ("b", SINCE), ("c", "2026-11-19T01:00:00+00:00")):
                live("unchanged", client, since=since)
        assert f"3 clients: unchanged since {TOLD} or longer.\n" in shown.export_text()

    def test_a_single_one_is_named(self, shown: Console) -> None:
        with progress.Live() as live:
            live("unchanged", "acme", since=SINCE)
            assert live.progress.tasks == []
        assert f"acme: unchanged since {TOLD}.\n" in shown.export_text()

    def test_an_interrupt_leaves_no_line_and_tells_what_was_skipped(self, shown: Console) -> None:
        with pytest.raises(KeyboardInterrupt), progress.Live() as live:
            live("started", "", clients=3)
            live("unchanged", "aaa", since=SINCE)
            begin(live, "acme", "data")
            raise KeyboardInterrupt
        assert f"aaa: unchanged since {TOLD}.\n" in shown.export_text()


class TestLines:
    def feed(self, report: Any) -> None:
        report("started", "", clients=2)
        begin(report, "acme", "data", "02_rfm")
        report("cell", "acme", name="02_rfm", done=1, of=5)
        report("step", "acme", name="02_rfm", status="done", seconds=1.5)
        report("step", "acme", name="04_clv", status="done", seconds=0.0, reused=True)
        report("published", "acme", page="x")
        report("unchanged", "beta", since=SINCE)
        report("failed", "gamma", message="It failed.")
        report("finished", "", published=1, unchanged=1, failed=1, seconds=7200)

    def test_plain(self, capsys: pytest.CaptureFixture[str]) -> None:
        with progress.Plain() as report:
            self.feed(report)
        assert capsys.readouterr().err.splitlines() == [
            "acme  02_rfm           1.5 s",
            "acme  04_clv           as before",
            f"beta  unchanged since {TOLD}",
            "gamma: It failed.",
            "2 clients in 2.0 h: 1 published, 1 unchanged, 1 failed.",
        ]

    def test_json_has_one_object_an_event_but_for_cells(self, capsys: pytest.CaptureFixture[str]) -> None:
        with progress.Json() as report:
            self.feed(report)
        events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [e["event"] for e in events] == [
            *("started", "client", "step", "step", "step", "step", "published", "unchanged", "failed", "finished")
        ]
        assert events[0] == {"event": "started", "client": "", "clients": 2}
        assert events[7] == {"event": "unchanged", "client": "beta", "since": SINCE}

    def test_quiet(self, capsys: pytest.CaptureFixture[str]) -> None:
        with progress.Quiet() as report:
            self.feed(report)
        assert capsys.readouterr() == ("", "gamma: It failed.\n")


class TestTimes:
    @pytest.mark.parametrize(
        ("seconds", "said"),
        [
            (0, "just now"),
            (59, "just now"),
            (60, "1 minute"),
            (119, "1 minute"),
            (120, "2 minutes"),
            (7199, "119 minutes"),
            (7200, "2 hours"),
            (172_799, "47 hours"),
            (172_800, "2 days"),
            (86_400_000, "1,000 days"),
        ],
    )
    def test_ages(self, seconds: float, said: str) -> None:
        assert times.say_age(seconds) == said

    @pytest.mark.parametrize(
        ("seconds", "said"), [(0.4, "0 s"), (89, "89 s"), (90, "2 min"), (5399, "90 min"), (5400, "1.5 h")]
    )
    def test_durations(self, seconds: float, said: str) -> None:
        assert times.say_duration(seconds) == said

    def test_since(self) -> None:
        noon = datetime(2026, 11, 25, 12, 0).astimezone()
        assert times.say_since("2026-11-25T02:14:00" + f"{noon:%z}", noon) == "02:14"
        assert times.say_since(SINCE) == TOLD
        assert times.say_since("the beginning") == "the beginning"
        assert times.read_time("2026-11-25T02:14:00") == times.read_time(SINCE)
        assert times.read_time(None) is None
