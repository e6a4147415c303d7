"""What stands on the page of all clients, and what `kit list` prints of it."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from helpers.runs import night_page
from helpers.runs.job import FAILED, Outcome
from helpers.runs.night import Night
from helpers.runs.night_client import read_client
from tests.runs.conftest import AS_OF, Kit
from tests.runs.night_reports import (
    CHANGED,
    COVER,
    add_failed,
    add_report,
    figures,
    index,
    page,
)


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
            add_report(tmp_path, slug, files={"pdf": "a.pdf"})
        (tmp_path / "acme/latest/a.pdf").touch()
        Night(tmp_path, []).write()
        links = [str(a["href"]) for a in page(tmp_path).select("tbody a")]
        assert links == ["acme/latest/index.html", "acme/latest/a.pdf", "b%20c%26d%20%231%3F/latest/index.html"]
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
