"""Saying, saving and loading: what the cover and later notebooks find in the run's folder."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.story import notebook
from helpers.story.statement import KeyFigure, Statement
from tests.story.markup import NASTY, Words

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
            "aside": False,
            "values": {"x": 1},
            "figures": [{"label": "Spend", "value": "£5", "note": "a customer"}],
            "needs": "",
            "main": "",
        }
    ]


def test_what_would_bring_something_to_say_is_marked_for_the_page(run: Path) -> None:
    shown = notebook.say(Statement("a", "There is one wave.", "few", needs='two "waves" & more'))
    assert 'data-needs="two &quot;waves&quot; &amp; more"' in shown.html
    assert "data-needs" not in notebook.say(Statement("b", "The score rose.")).html
    assert [finding["needs"] for finding in notebook.load_findings()] == ['two "waves" & more', ""]


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

    notebook.join_findings(run / "tables")
    assert [path.name for path in (run / "tables").iterdir()] == ["findings.json"]
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
    notebook.save_table("customers_own", frame)
    pd.testing.assert_frame_equal(notebook.load_table("customers_own"), frame)
    text = (run / "tables" / "customers_own.csv").read_text("utf-8")
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


def test_the_tables_that_a_page_saved_are_known_while_its_report_is_made(run: Path) -> None:
    frame = pd.DataFrame({"customer_id": ["007"]})
    assert notebook.saved_tables(run / "tables", "02_rfm") == []
    for name in ("segments_own", "customers_own", "segments_own"):
        notebook.save_table(name, frame)
    assert notebook.saved_tables(run / "tables", "02_rfm") == ["segments_own", "customers_own"]
    notebook.open_page("06_roi", run)
    assert notebook.saved_tables(run / "tables", "06_roi") == []
    notebook.open_page("02_rfm", run)  # run again, from its top
    assert notebook.saved_tables(run / "tables", "02_rfm") == []
    notebook.save_table("customers_own", frame)
    notebook.join_findings(run / "tables")
    assert sorted(p.name for p in (run / "tables").glob("*own*")) == [
        "customers_own.csv", "customers_own.parquet", "segments_own.csv", "segments_own.parquet"
    ]  # fmt: skip
    assert not (run / "tables/findings").exists()
