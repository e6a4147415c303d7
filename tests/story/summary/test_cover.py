"""The parts of the cover as markup: what each shows, and that a client's text is shown, never run."""

import re
from datetime import date
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from helpers.story.statement import KeyFigure, Statement
from helpers.story.summary import cover
from tests.story.markup import NASTY, Words

STEPS: list[dict[str, Any]] = [
    {"name": "data", "title": "Data", "status": "done", "reason": ""},  # no page
    {"name": "02_rfm", "title": "Who our best customers are", "status": "done", "reason": ""},
    {"name": "06_roi", "title": f"ROI {NASTY}", "status": "skipped", "reason": f"It needs {NASTY}."},
    {"name": "08_plan", "title": "Next quarter's plan", "status": "done", "reason": ""},
]
DAY = date(2026, 6, 30)
PLAN = Statement("answer", "Two actions for next quarter.", "good", headline=True).as_record("08_plan")


@pytest.fixture
def findings() -> list[dict[str, Any]]:
    figure = KeyFigure(NASTY, "£5", NASTY)
    return [
        Statement("a", NASTY, "bad", NASTY, headline=True, figures=(figure,)).as_record("02_rfm"),
        Statement("b", "Not for the cover.").as_record("02_rfm"),
        Statement("c", "Of a page without a step, 12% fewer.", headline=True).as_record("09_extra"),
    ]


def many(n: int, action: str = "Do {}.") -> list[dict[str, Any]]:
    return [
        Statement(f"f{i}", f"Finding {i}.", "good", action.format(i), headline=True).as_record("02_rfm")
        for i in range(n)
    ]


def read(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def texts(html: str, selector: str) -> list[str]:
    return [found.text for found in read(html).select(selector)]


class TestLead:
    def test_is_the_weightiest_with_its_action_and_its_page(self, findings: list[dict[str, Any]]) -> None:
        html = cover.lead(findings, STEPS).html
        assert texts(html, "div.lead.finding-bad p.lead-text") == [NASTY]
        assert texts(html, ".lead .finding-action span") == [NASTY]
        assert [link["href"] for link in read(html)("a")] == ["02_rfm.html"]
        assert "script" not in dict(Words(html).tags)

    @pytest.mark.parametrize(
        ("steps", "said"),
        [
            (
                STEPS,
                "Nothing stands out in the data supplied. What they show stands under “Who our best customers are” ",
            ),
            (STEPS[2:3], "No page could be made from the data supplied."),
            ([], "Nothing stands out in the data supplied."),
        ],
    )
    def test_without_a_finding_says_what_is_true(self, steps: list[dict[str, Any]], said: str) -> None:
        html = cover.lead([], steps).html
        assert Words(html).text.startswith(said)
        assert Words(html).tags == [("p", "note")]

    def test_a_page_that_only_says_what_it_lacks_tells_nothing_of_the_data(self) -> None:
        def told(*said: tuple[str, str]) -> str:
            records = [{"page": page, "needs": needs, "headline": False} for page, needs in said]
            return Words(cover.lead(records, STEPS[:2]).html).text

        assert "No page could be made" in told(("02_rfm", "orders"), ("02_rfm", "purchases"))
        assert "stands under “Who" in told(("02_rfm", "orders"), ("02_rfm", ""))
        assert "stands under “Who" in told()


class TestKeyFigures:
    @pytest.fixture
    def said(self) -> list[dict[str, Any]]:
        values = ["£9.24m", "61%", "+33", "<1%", "€3", "7"]
        figures = tuple(KeyFigure(f"Figure {i}", value) for i, value in enumerate(values))
        return [Statement("a", "Text.", figures=figures).as_record("02_rfm")]

    def test_a_clients_text_is_shown(self, findings: list[dict[str, Any]]) -> None:
        words = Words(cover.key_figures(findings).html)
        assert words.text == f"{NASTY}£5{NASTY}"
        assert [c for t, c in words.tags if t == "li"] == ["figure"]

    def test_what_changed_since_the_last_report_where_it_can_be_told(self, said: list[dict[str, Any]]) -> None:
        then = ["£8.62m", "58%", "+33", "<2%", "£3"]
        earlier = [{"label": f"Figure {i}", "value": value} for i, value in enumerate(then)]
        html = cover.key_figures(said, earlier, DAY).html
        changes = ["".join(texts(str(li), ".figure-change")) for li in read(html)("li")]
        assert changes == ["+7%", "+3 points", "unchanged", "", "", ""]
        assert Words(html).text.endswith("Beside a figure: its change since the report of 30 June 2026.")

    @pytest.mark.parametrize(
        ("earlier", "day"),
        [
            ((), None),
            ((), DAY),
            ([{"label": "Figure 4", "value": "£3"}], DAY),
            ([{"label": "Other", "value": "1"}], DAY),
        ],
    )
    def test_without_one_nothing_is_said_of_change(
        self, said: list[dict[str, Any]], earlier: list[dict[str, str]], day: date | None
    ) -> None:
        html = cover.key_figures(said, earlier, day).html
        assert "change" not in html and "2026" not in html

    def test_without_figures_there_is_nothing(self) -> None:
        assert cover.key_figures([], [{"label": "Spend", "value": "£3"}], DAY).html == ""


class TestHeadlines:
    def test_only_those_for_the_cover_with_figure_action_and_link(self, findings: list[dict[str, Any]]) -> None:
        html = cover.headlines(findings, STEPS).html
        words = Words(html)
        assert "Not for the cover" not in words.text
        assert words.text.count(NASTY) == 2
        assert "script" not in dict(words.tags)
        shown = [c for _, c in words.tags if c.startswith("finding finding-")]
        assert shown == ["finding finding-bad", "finding finding-neutral"]
        assert 'href="02_rfm.html">Who our best customers are<' in html
        assert 'href="09_extra.html">09_extra<' in html
        assert [one.text for one in read(html).select(".finding-figure")] == ["12%"]
        assert [one.span is not None for one in read(html).select(".finding-action")] == [True, False]

    def test_the_lead_and_the_plan_open_the_list_unless_they_stand_apart(self, findings: list[dict[str, Any]]) -> None:
        said = [*findings, PLAN]
        third = findings[2]["text"]
        assert texts(cover.headlines(said, STEPS).html, ".finding-text") == [PLAN["text"], NASTY, third]
        assert texts(cover.headlines(said, STEPS, apart=True).html, ".finding-text") == [third]

    @pytest.mark.parametrize(
        ("n", "rest"), [(8, ""), (9, "1 more finding like this is"), (10, "2 more findings like these are")]
    )
    def test_what_does_not_fit_is_counted(self, n: int, rest: str) -> None:
        html = cover.headlines(many(n), STEPS, apart=True).html
        assert re.findall(r"Finding (\d+)\.", Words(html).text) == [*"1234567"]
        assert Words(html).text.endswith(f"{rest} on the pages." if rest else "Who our best customers are")

    def test_what_is_too_long_is_cut_and_shows_it(self) -> None:
        words = " ".join(f"word{n}," for n in range(60))
        said = Statement("a", words, "bad", words, headline=True).as_record("02_rfm")
        for html in (cover.lead([said], STEPS).html, cover.headlines([said], STEPS).html):
            (text,), (action,) = texts(html, ".lead-text, .finding-text"), texts(html, "span")
            assert (len(text.split()), text[-9:]) == (26, " word24 …")
            assert (len(action.split()), action[-9:]) == (21, " word19 …")

    def test_what_has_several_sentences_is_cut_between_them_and_its_figure_is_of_those_shown(self) -> None:
        text = f"Buyers left. {'Of these it is said that ' * 5}45% wrote."
        said = Statement("a", text, "bad", headline=True, main="45%").as_record("02_rfm")
        html = cover.headlines([said], STEPS).html
        assert texts(html, ".finding-text") == ["Buyers left."]
        assert texts(html, ".finding-figure") == []

    def test_without_any_there_is_nothing(self) -> None:
        assert cover.headlines([], STEPS).html == cover.headlines(many(1), STEPS, apart=True).html == ""


class TestFirstSteps:
    def rows(self, n: int = 4) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "action": [f"Action {i} {NASTY}" for i in range(n)],
                "owner": ["head of sales", "", None, "x"][:n],
                "due": [pd.Timestamp("2026-12-31"), pd.NaT, date(2026, 10, 2), None][:n],
                "segment": ["at risk; Champions; Lost; New", "", "", "x"][:n],
                "customers": [2285.0, float("nan"), 3.0, 1.0][:n],
            }
        )

    def test_the_first_three_of_the_plan_with_whom_for_whom_and_when(self, findings: list[dict[str, Any]]) -> None:
        html = cover.first_steps([*findings, PLAN], STEPS, self.rows()).html
        soup = read(html)
        assert texts(html, ".first-plan") == ["Two actions for next quarter. Next quarter's plan"]
        assert [link["href"] for link in soup("a")] == ["08_plan.html"]
        assert [[one.text for one in li(["p", "span"])] for li in soup("li")] == [
            [f"Action 0 {NASTY}", "Head of sales, by 31 December 2026", "For At risk, Champions and two more (2,285)"],
            [f"Action 1 {NASTY}", "Owner to be named"],
            [f"Action 2 {NASTY}", "Owner to be named, by 2 October 2026"],
        ]

    def test_a_plan_without_a_sentence_or_a_page(self) -> None:
        assert texts(cover.first_steps([], STEPS, self.rows(1)).html, ".first-plan") == ["Next quarter's plan"]
        bare = cover.first_steps([], [], self.rows(1)[["action"]]).html
        assert (texts(bare, ".first-plan"), len(texts(bare, "li"))) == ([], 1)

    @pytest.mark.parametrize("plan", [pd.DataFrame(), pd.DataFrame(columns=["action", "owner"])])
    def test_without_a_plan_the_actions_of_the_weightiest_where_there_are_more(self, plan: pd.DataFrame) -> None:
        soup = read(cover.first_steps(many(5), STEPS, plan).html)
        assert [[p.text for p in li(["p", "a"])] for li in soup("li")] == [
            [f"Do {i}.", "Who our best customers are"] for i in range(3)
        ]
        assert cover.first_steps(many(3), STEPS, plan).html == ""
        assert cover.first_steps([*many(3), *many(9, "")], STEPS, plan).html == ""


class TestSkipped:
    def test_steps_say_why(self) -> None:
        words = Words(cover.skipped(STEPS).html)
        assert words.text == f"ROI {NASTY} It needs {NASTY}."
        assert "script" not in dict(words.tags)

    def test_what_is_asked_for_is_said_in_readers_words(self) -> None:
        step = {"title": "NPS", "status": "skipped", "reason": "needs surveys(score)", "asked": "needs survey answers"}
        assert Words(cover.skipped([step]).html).text == "NPS needs survey answers"

    def test_where_nothing_was_there_is_nothing(self) -> None:
        assert cover.skipped(STEPS[:2]).html == ""
