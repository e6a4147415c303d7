"""Saying, saving and loading: what the cover and later notebooks find in the run's folder."""

import json
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.story import cover, notebook
from helpers.story.statement import KeyFigure, Statement, Verdict

NASTY = '<script>alert("x")</script> & Söhne'
STEPS: list[dict[str, Any]] = [
    {"name": "02_rfm", "title": "Who our best customers are", "status": "done", "reason": ""},
    {"name": "06_roi", "title": f"ROI {NASTY}", "status": "skipped", "reason": f"It needs {NASTY}."},
]


@pytest.fixture(autouse=True)
def run(tmp_path: Path) -> Iterator[Path]:
    """An open page in an empty run folder, closed again afterwards."""
    notebook.open_page("02_rfm", tmp_path)
    yield tmp_path
    notebook._page = None


def said(run: Path) -> list[tuple[str, str, str]]:
    return [(f["page"], f["key"], f["text"]) for f in notebook.read_findings(run / "tables")]


class Words(HTMLParser):
    """The text and the tags of some markup."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags = "", []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs).get("class") or ""))


def test_what_is_said_is_found_by_the_cover(run: Path) -> None:
    figure = KeyFigure("Spend", "£5", "a customer")
    notebook.say(Statement("a", "One.", "good", "Do it.", headline=True, values={"x": 1}, figures=(figure,)))
    assert notebook.load_findings() == [
        {
            "page": "02_rfm",
            "key": "a",
            "text": "One.",
            "verdict": "good",
            "action": "Do it.",
            "headline": True,
            "values": {"x": 1},
            "figures": [{"label": "Spend", "value": "£5", "note": "a customer"}],
        }
    ]


def test_a_cell_run_again_replaces_its_finding_in_place(run: Path) -> None:
    for key, text in (("a", "One."), ("b", "Two."), ("a", "Three.")):
        notebook.say(Statement(key, text))
    assert said(run) == [("02_rfm", "a", "Three."), ("02_rfm", "b", "Two.")]


def test_pages_keep_apart_and_in_their_order(run: Path) -> None:
    notebook.say(Statement("a", "Of two."))
    notebook.open_page("01_data_profile", run)
    notebook.say(Statement("a", "Of one."))
    assert said(run) == [("01_data_profile", "a", "Of one."), ("02_rfm", "a", "Of two.")]


def test_a_page_opened_again_forgets_what_it_said_and_no_more(run: Path) -> None:
    notebook.say(Statement("a", "Of two."))
    notebook.open_page("06_roi", run)
    notebook.say(Statement("a", "Of six."))
    notebook.open_page("02_rfm", run)
    assert said(run) == [("06_roi", "a", "Of six.")]


def test_findings_are_strict_json_whatever_the_values(run: Path) -> None:
    values = {
        "none": [np.nan, float("inf"), pd.NA, pd.NaT, None],
        "plain": (np.int64(3), np.float64(0.5), np.bool_(True), "é"),
        "other": {1: date(2026, 9, 30)},
    }
    notebook.say(Statement("a", "One.", values=values))

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    text = (run / "tables" / "findings.json").read_text("utf-8")
    assert json.loads(text, parse_constant=refuse)[0]["values"] == {
        "none": [None] * 5,
        "plain": [3, 0.5, True, "é"],
        "other": {"1": "2026-09-30"},
    }


def test_statement_shows_verdict_text_and_action() -> None:
    words = Words(notebook.statement_html(Statement("a", NASTY, "bad", NASTY)))
    assert ("div", "say say-bad") in words.tags
    assert "script" not in dict(words.tags)
    assert words.text == f"{NASTY}What to do {NASTY}"
    assert "What to do" not in notebook.statement_html(Statement("a", "One."))


def test_saved_tables_come_back_in_parquet_and_csv(run: Path) -> None:
    frame = pd.DataFrame(
        {"customer_id": ["00123", "é"], "spend": [1.5, None], "on": pd.to_datetime(["2026-01-02"] * 2)}
    )
    notebook.save_table("customers_rfm", frame)
    pd.testing.assert_frame_equal(notebook.load_table("customers_rfm"), frame)
    text = (run / "tables" / "customers_rfm.csv").read_text("utf-8")
    assert text.splitlines()[:2] == ["customer_id,spend,on", "00123,1.5,2026-01-02"]


def test_a_table_nobody_saved_is_empty() -> None:
    assert notebook.load_table("customers_rfm").empty
    assert list(notebook.load_table("customers_rfm").columns) == []


def test_steps_come_from_the_record_of_the_run(run: Path) -> None:
    assert notebook.load_steps() == []
    (run / "run.json").write_text(json.dumps({"steps": STEPS}), "utf-8")
    assert notebook.load_steps() == STEPS


def test_without_a_page_the_message_says_what_to_do() -> None:
    notebook._page = None
    with pytest.raises(InputError, match="open_client"):
        notebook.say(Statement("a", "One."))


class TestCover:
    @pytest.fixture
    def findings(self) -> list[dict[str, Any]]:
        figure = KeyFigure(NASTY, "£5", NASTY)
        return [
            Statement("a", NASTY, "bad", NASTY, headline=True, figures=(figure,)).as_record("02_rfm"),
            Statement("b", "Not for the cover.").as_record("02_rfm"),
            Statement("c", "Of a page without a step.", headline=True).as_record("09_extra"),
        ]

    def test_headlines_only_with_action_and_link(self, findings: list[dict[str, Any]]) -> None:
        html = cover.headlines(findings, STEPS).html
        words = Words(html)
        assert "Not for the cover" not in words.text
        assert words.text.count(NASTY) == 2
        assert "script" not in dict(words.tags)
        assert [c for _, c in words.tags if c.startswith("finding finding-")] == [
            "finding finding-bad",
            "finding finding-neutral",
        ]
        assert 'href="02_rfm.html">Who our best customers are<' in html
        assert 'href="09_extra.html">09_extra<' in html
        assert html.count("finding-action") == 1

    def test_concerns_come_first_and_what_does_not_fit_is_counted(self) -> None:
        verdicts: list[Verdict] = ["few", "unclear", "neutral", "good", "bad"]
        findings = [
            Statement(f"{verdict}{i}", "Found.", verdict, headline=True).as_record("02_rfm")
            for verdict in verdicts
            for i in range(3)
        ]
        words = Words(cover.headlines(findings, STEPS).html)
        shown = [c.removeprefix("finding finding-") for _, c in words.tags if c.startswith("finding finding-")]
        assert shown == ["bad"] * 3 + ["good"] * 3 + ["neutral"] * 3 + ["unclear"]
        assert words.text.endswith("5 more of this weight are on the pages.")

    def test_key_figures(self, findings: list[dict[str, Any]]) -> None:
        words = Words(cover.key_figures(findings, STEPS).html)
        assert words.text == f"{NASTY}£5{NASTY}"
        assert [c for t, c in words.tags if t == "li"] == ["figure"]

    def test_skipped_steps_say_why(self) -> None:
        words = Words(cover.skipped(STEPS).html)
        assert words.text == f"ROI {NASTY} It needs {NASTY}."
        assert "script" not in dict(words.tags)

    def test_without_a_figure_the_cover_says_what_can_be_told_and_what_to_send(self) -> None:
        steps = [
            {"name": "data", "title": "Data", "status": "done", "reason": ""},  # no page
            {"name": "01_data_profile", "title": "What the data can tell", "status": "done", "reason": ""},
            {"name": "02_rfm", "title": "Best customers", "status": "skipped", "reason": "needs the table orders"},
            {"name": "04_clusters", "title": "Behaviours", "status": "skipped", "reason": "needs the table orders"},
            {"name": "05_nps_drivers", "title": "NPS", "status": "skipped", "reason": "needs the table surveys"},
            {"name": "06_roi", "title": f"ROI {NASTY}", "status": "skipped", "reason": "Twelve answers are too few."},
        ]
        words = Words(cover.key_figures([], steps).html)
        assert words.text == (
            "The data supplied hold no key figure yet. What they do tell stands under “What the data can tell”. "
            "“Best customers” and “Behaviours” need the table orders. “NPS” needs the table surveys. "
            f"“ROI {NASTY}” is missing: Twelve answers are too few."
        )
        assert words.tags == [("p", "note")]
        nothing = Words(cover.key_figures([], steps[2:3]).html).text
        assert nothing == (
            "The data supplied hold no key figure yet. No other page could be made from them. "
            "“Best customers” needs the table orders."
        )

    def test_empty_parts_say_so(self) -> None:
        assert Words(cover.headlines([], STEPS).html).text == "Nothing stood out."
        assert Words(cover.skipped(STEPS[:1]).html).text == "Every page of the report could be made."
