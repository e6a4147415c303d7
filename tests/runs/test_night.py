"""`reports/index.json` and what stands on the page, from the folders that runs leave."""

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
from bs4 import BeautifulSoup

from helpers.runs import night, night_page
from helpers.runs.job import FAILED, PUBLISHED, UNCHANGED, WRONG, Outcome
from helpers.runs.night import Night
from helpers.runs.night_client import BLANK, read_client
from helpers.runs.night_figures import columns, say_change, sort_value
from helpers.story.statement import KeyFigure, Statement, cover_figures
from tests.runs.conftest import AS_OF, Kit
from tests.runs.night_reports import CHANGED, COVER, MADE, SENTENCE, add_failed, add_report, figures

DONE = Outcome(PUBLISHED)
THIN_STEPS = [
    {"name": "05_nps_drivers", "title": "Who recommends us", "status": "skipped", "reason": "there are 12 answers"},
    {"name": "06_roi", "title": "What it earns", "status": "skipped", "reason": "needs …", "asked": "needs …"},
]


def index(reports: Path) -> dict[str, Any]:
    return json.loads((reports / "index.json").read_text("utf-8"))


def told(reports: Path) -> dict[str, tuple[str, str]]:
    """Status and message of each client, in the order of index.json."""
    return {c["client"]: (c["status"], c["message"]) for c in index(reports)["clients"]}


def page(reports: Path) -> BeautifulSoup:
    return BeautifulSoup((reports / "index.html").read_text("utf-8"), "html.parser")


class TestOneClient:
    def test_a_report(self, tmp_path: Path) -> None:
        add_report(tmp_path, "acme", "2026-06-30", cover=figures(("Spend", "£8.62m"), ("Retention", "61%")))
        add_report(tmp_path, "acme", findings=CHANGED)
        found = read_client(tmp_path, "acme")
        assert found.keys() == BLANK.keys()
        assert found | {"seen": []} == {
            "client": "acme", "name": "Acme", "status": "published", "message": "", "as_of": AS_OF,
            "page": "acme/latest/index.html", "made_at": MADE, "tried_at": MADE, "seconds": 41.5, "rows": 1234,
            "cover": figures(*COVER), "earlier": "2026-06-30",
            "changes": [{"label": "Spend", "before": "£8.62m", "now": "£9.24m", "change": "+7%"}],
            "changed": SENTENCE, "left_out": [], "seen": [],
        }  # fmt: skip
        assert (tmp_path / found["page"]).is_file()

    def test_a_record_of_an_older_version(self, tmp_path: Path) -> None:
        inputs = [{"table": "orders", "rows": 10}, {"table": "surveys", "rows": 5}]
        said = [{"page": "02_rfm", "key": "a", "figures": figures(("Spend", "£1"))}]
        add_report(tmp_path, "acme", findings=said, cover=None, seconds=None, rows=None, inputs=inputs)
        found = read_client(tmp_path, "acme")
        assert (found["cover"], found["seconds"], found["rows"]) == (figures(("Spend", "£1")), 60, 15)

    def test_one_left_out_for_too_few_data_is_thin_one_that_lacks_a_table_is_not(self, tmp_path: Path) -> None:
        add_report(tmp_path, "acme", steps=THIN_STEPS)
        add_report(tmp_path, "beta", steps=THIN_STEPS[1:])
        found = read_client(tmp_path, "acme")
        assert (found["status"], found["message"]) == ("thin", "Left out for too few data: “Who recommends us”.")
        assert found["left_out"] == [{"title": "Who recommends us", "reason": "there are 12 answers"}]
        assert read_client(tmp_path, "beta")["status"] == "published"

    def test_a_run_that_failed_since(self, tmp_path: Path) -> None:
        add_report(tmp_path, "acme")
        add_failed(tmp_path, "acme", error="It is empty.\nAnd more.")
        found = read_client(tmp_path, "acme")
        assert (found["status"], found["message"], found["as_of"]) == ("failed", "It is empty.", AS_OF)
        assert (found["made_at"], found["tried_at"]) == (MADE, "2026-11-26T02:00:00+00:00")

    def test_a_failure_before_the_report_is_mended(self, tmp_path: Path) -> None:
        add_report(tmp_path, "acme")
        add_failed(tmp_path, "acme", finished_at="2026-11-24T02:00:00+00:00")
        assert read_client(tmp_path, "acme")["status"] == "published"

    @pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "\udcff", "[" * 100_000])
    @pytest.mark.parametrize("folder", [AS_OF, "failed"])
    def test_a_damaged_record_is_told(self, tmp_path: Path, folder: str, text: str) -> None:
        add_report(tmp_path, "acme")
        add_failed(tmp_path, "acme")
        if folder == AS_OF:
            shutil.rmtree(tmp_path / "acme/failed")
        (tmp_path / "acme" / folder / "run.json").write_bytes(text.encode("utf-8", "surrogateescape"))
        found = read_client(tmp_path, "acme")
        assert found["status"] == "failed"
        assert f"acme/{folder}/run.json is damaged." in found["message"]
        assert found["page"] == "acme/latest/index.html"

    def test_fields_of_other_kinds_are_as_if_they_were_not_there(self, tmp_path: Path) -> None:
        add_report(
            tmp_path, "acme", findings=[1, {"figures": 3}], client=7, steps="x", cover=[{"label": 1}, "y"],
            seconds="long", rows="many", finished_at=5, started_at=[],
        )  # fmt: skip
        found = read_client(tmp_path, "acme")
        assert (found["name"], found["cover"], found["seconds"], found["rows"]) == ("acme", [], None, None)
        Night(tmp_path, ["acme"]).write()
        assert told(tmp_path) == {"acme": ("published", "")}

    def test_findings_of_other_kinds(self, tmp_path: Path) -> None:
        for n, findings in enumerate(([{"figures": 3}], [{"figures": [3]}], [{"figures": [{"label": "x"}]}])):
            add_report(tmp_path, f"c{n}", findings=findings, cover=None)
            assert read_client(tmp_path, f"c{n}")["cover"] == []

    def test_without_links_a_text_file_names_the_folder(self, tmp_path: Path) -> None:
        add_report(tmp_path, "acme", "2026-06-30")
        add_report(tmp_path, "acme")
        (tmp_path / "acme/latest").unlink()
        (tmp_path / "acme/latest.txt").write_text("2026-06-30\n")
        assert read_client(tmp_path, "acme")["page"] == "acme/2026-06-30/index.html"
        (tmp_path / "acme/latest.txt").write_text("../../etc\n")
        assert read_client(tmp_path, "acme")["page"] == f"acme/{AS_OF}/index.html"

    def test_never_made(self, tmp_path: Path) -> None:
        (tmp_path / "acme/draft").mkdir(parents=True)
        found = read_client(tmp_path, "acme")
        assert (found["status"], found["page"], found["tried_at"]) == ("never made", None, None)


class TestFigures:
    @pytest.mark.parametrize(
        ("before", "now", "said"),
        [
            ("£8.62m", "£9.24m", "+7%"),
            ("CHF 120k", "CHF 90k", "−25%"),
            ("999", "1,200", "+20%"),
            ("58%", "61%", "+3 points"),
            ("62%", "61%", "−1 point"),
            ("5.1%", "5.3%", "+0.2 points"),
            ("−3", "+4", "+7 points"),
            ("+33", "+27", "−6 points"),
            ("0", "+4", "+4 points"),
            ("5.4 times", "5.9 times", "+9%"),
            ("3,361", "3,362", ""),  # a change that prints as none
            ("<1%", "3%", ""),  # not known how much
            ("£3", "€3.10", ""),
            ("3 months", "90 days", ""),
            ("–", "5%", ""),
            ("none", "some", ""),
            ("0", "5", ""),
        ],
    )
    def test_what_changed(self, before: str, now: str, said: str) -> None:
        assert say_change(before, now) == said

    def test_sorted_by_what_they_stand_for(self) -> None:
        texts = ["−£2k", "−3", "<1%", "61", "£999", "£1.2k", "£1.2m", "£1.2bn"]
        values = [sort_value(text) for text in texts]
        assert values == sorted(values, key=lambda v: v or 0)
        assert values[-2:] == [1.2e6, 1.2e9]
        assert sort_value("12 months") == 12  # m is not million here
        assert sort_value("–") is None

    def test_columns_are_what_most_covers_have_in_their_order(self) -> None:
        covers = [figures(*COVER), figures(*COVER[1:]), figures(("Own", "1"), *COVER[2:]), []]
        assert columns(covers) == ["Retention", "Net Promoter Score"]
        assert columns([]) == []

    def test_the_figures_of_a_cover_are_those_of_its_strip(self) -> None:
        said = Statement("a", "Text.", figures=(KeyFigure("Spend", "£1", "of all"), KeyFigure("Buyers", "3")))
        findings = [said.as_record("02_rfm"), Statement("b", "Other.").as_record("03_clv")]
        assert cover_figures(findings) == [
            {"label": "Spend", "value": "£1", "note": "of all"},
            {"label": "Buyers", "value": "3", "note": ""},
        ]


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


class TestPage:
    def test_names_and_messages_are_text(self, tmp_path: Path) -> None:
        add_report(
            tmp_path, "acme", client='<script>alert(1)</script> & "Söhne"',
            cover=figures(("<b>Spend", "<i>1"), ("A & B", "2")),
            findings=[CHANGED[1] | {"text": "<img src=x onerror=alert(1)>"}],
        )  # fmt: skip
        run = Night(tmp_path, ["acme", "b c&d"])
        run.record("b c&d", Outcome(FAILED, "</script><script>alert(2)</script>"))
        run.write()
        soup = page(tmp_path)
        assert len(soup.find_all("script")) == 1
        assert soup.find_all(["img", "b", "i"]) == []
        rows = soup.select("tbody tr")
        assert rows[1].th is not None
        assert rows[1].th.a is not None
        assert rows[1].th.a.text == '<script>alert(1)</script> & "Söhne"'
        assert "</script><script>alert(2)</script>" in rows[0].text

    def test_links_lead_to_the_reports(self, tmp_path: Path) -> None:
        from urllib.parse import unquote

        for slug in ("acme", "b c&d #1?"):
            add_report(tmp_path, slug)
        Night(tmp_path, []).write()
        links = [str(a["href"]) for a in page(tmp_path).select("tbody a")]
        assert links == ["acme/latest/index.html", "b%20c%26d%20%231%3F/latest/index.html"]
        assert all((tmp_path / unquote(link)).is_file() for link in links)

    def test_figures_stand_side_by_side_with_what_they_were(self, tmp_path: Path) -> None:
        add_report(tmp_path, "acme", "2026-06-30", cover=figures(("Retention", "58%")))
        add_report(tmp_path, "acme")
        add_report(tmp_path, "beta", cover=figures(*COVER[1:], ("Members", "7")))
        Night(tmp_path, []).write()
        soup = page(tmp_path)
        heads = [th.get_text() for th in soup.select("thead th")]
        assert heads == [
            *("Client", "Status", "Last report", "Rows read", "Time taken", "Retention", "Net Promoter Score"),
            "Other figures",
        ]
        cells = [[td.get_text(" ", strip=True) for td in tr.select("td")] for tr in soup.select("tbody tr")]
        assert cells[0][4:] == ["61% was 58%, +3 points", "+33", "1 more Spend £9.24m"]
        assert cells[1][4:] == ["61%", "+33", "1 more Members 7"]
        assert cells[0][2:4] == ["1,234", "42 s"]

    def test_the_run_in_a_sentence(self, tmp_path: Path) -> None:
        began = datetime(2026, 11, 26, 2, 0).astimezone()
        run: dict[str, Any] = {
            "started_at": began.isoformat(), "finished_at": None, "interrupted": False, "asked": 200, "done": 0,
            "published": 0, "thin": 0, "unchanged": 0, "failed": 0,
        }  # fmt: skip
        assert night_page.say_run(run, began) == "A run is at work since 02:00; 0 of 200 clients done."
        run |= {"done": 37, "published": 30, "thin": 1, "unchanged": 5, "failed": 2}
        became = "30 published (1 of them thin), 5 unchanged and 2 failed."
        assert night_page.say_run(run, began) == f"A run is at work since 02:00; 37 of 200 clients done: {became}"
        run |= {"finished_at": began.replace(hour=3, minute=14).isoformat(), "interrupted": True}
        assert night_page.say_run(run, began) == (
            f"The last run, of 26 November 2026, 02:00, was stopped at 03:14 with 37 of 200 clients done: {became}"
        )
        run |= {"interrupted": False, "asked": 37}
        assert night_page.say_run(run, began) == (
            f"The last run, of 26 November 2026, 02:00 to 03:14, had 37 clients: {became}"
        )

    def test_without_any_client(self, tmp_path: Path) -> None:
        Night(tmp_path, []).write()
        assert "There is no client yet." in page(tmp_path).text


class TestList:
    def test_for_the_terminal(self, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
        kit.params("", "new")
        for n, slug in enumerate(("beta", "gamma")):
            add_report(
                kit.reports.parent, slug, cover=figures(("Spend", f"£{n}m"), ("A label that is far too long" * 3, "1"))
            )
        add_failed(kit.reports.parent, "gamma", error="It [b]failed[/b].")
        (kit.reports / "2026-10-31").mkdir()  # holds no report
        done = kit("list")
        assert (done.code, done.err) == (0, "")
        assert [line.split() for line in done.out.splitlines()] == [
            ["client", "last", "report", "age", "status", "Spend"],
            ["gamma", AS_OF, *age(kit, "gamma"), "failed", "£1m"],
            ["acme", AS_OF, *age(kit, "acme"), "published"],
            ["beta", AS_OF, *age(kit, "beta"), "published", "£0m"],
            ["new", "none", "yet", "never", "made"],
            ["gamma:", "It", "[b]failed[/b]."],
        ]
        monkeypatch.setenv("COLUMNS", "45")
        assert kit("list").out.splitlines()[0].split() == ["client", "last", "report", "age", "status"]

    def test_for_machines_it_is_what_the_index_has(self, kit: Kit) -> None:
        Night(kit.reports.parent, ["acme"]).write()
        done = kit("list", "--json")
        assert done.code == 0
        assert json.loads(done.out) == index(kit.reports.parent)["clients"]
        assert "reports/index.html" in kit("list").err


def age(kit: Kit, slug: str) -> list[str]:
    from helpers.runs.times import now, read_time, say_age

    made = read_time(read_client(kit.reports.parent, slug)["made_at"])
    assert made is not None
    return say_age((now() - made).total_seconds()).split()
