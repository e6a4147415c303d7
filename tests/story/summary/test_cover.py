"""The parts of the cover: what was found, the key figures, what was skipped; a client's text is shown, never run."""

import re
from typing import Any

import pytest

from helpers.story.statement import KeyFigure, Statement, Verdict
from helpers.story.summary import cover
from tests.story.markup import NASTY, Words

STEPS: list[dict[str, Any]] = [
    {"name": "02_rfm", "title": "Who our best customers are", "status": "done", "reason": ""},
    {"name": "06_roi", "title": f"ROI {NASTY}", "status": "skipped", "reason": f"It needs {NASTY}."},
]


@pytest.fixture
def findings() -> list[dict[str, Any]]:
    figure = KeyFigure(NASTY, "£5", NASTY)
    return [
        Statement("a", NASTY, "bad", NASTY, headline=True, figures=(figure,)).as_record("02_rfm"),
        Statement("b", "Not for the cover.").as_record("02_rfm"),
        Statement("c", "Of a page without a step.", headline=True).as_record("09_extra"),
    ]


def test_headlines_only_with_action_and_link(findings: list[dict[str, Any]]) -> None:
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


def test_concerns_come_first_and_what_does_not_fit_is_counted() -> None:
    verdicts: list[Verdict] = ["few", "unclear", "neutral", "good", "bad"]
    findings = [
        Statement(f"{verdict}{i}", "Found.", verdict, headline=True).as_record("02_rfm")
        for verdict in verdicts
        for i in range(3)
    ]
    words = Words(cover.headlines(findings, STEPS).html)
    shown = [c.removeprefix("finding finding-") for _, c in words.tags if c.startswith("finding finding-")]
    assert shown == ["bad"] * 3 + ["good"] * 3 + ["neutral"] * 3 + ["unclear"]
    assert words.text.endswith("5 more findings like these are on the pages.")


def shown_of(*said: tuple[str, Verdict]) -> list[str]:
    """The places of the findings that the cover shows; each is a page and a verdict."""
    findings = [
        Statement(f"f{i}", f"Finding {i}.", verdict, headline=True).as_record(page)
        for i, (page, verdict) in enumerate(said)
    ]
    return re.findall(r"Finding (\d+)\.", Words(cover.headlines(findings, STEPS).html).text)


def test_the_plan_to_vote_on_leads() -> None:
    assert shown_of(("02_rfm", "bad"), ("08_plan", "good"), ("06_roi", "good")) == ["1", "0", "2"]
    assert shown_of(("02_rfm", "bad"), ("08_plan", "unclear")) == ["0", "1"]


def test_no_page_crowds_out_the_others() -> None:
    """Of nine concerns of one page two are shown, once each other page has had its two."""
    crowd: list[tuple[str, Verdict]] = [("02_rfm", "bad")] * 9
    others: list[tuple[str, Verdict]] = [(f"0{n}_page", v) for n in range(3, 7) for v in ("neutral", "good")]
    assert shown_of(*crowd, *others) == ["0", "1", "10", "12", "14", "16", "9", "11", "13", "15"]


def test_every_page_has_its_weightiest_before_any_has_a_second() -> None:
    """Ten pages have places, the unclear among them; of the eleventh finding's page the first is shown already."""
    pages: list[tuple[str, Verdict]] = [(f"page {n}", "unclear") for n in range(9)]
    assert shown_of(("02_rfm", "bad"), ("02_rfm", "bad"), *pages) == ["0", *map(str, range(2, 11))]


def test_beside_a_concern_a_page_has_its_best_news() -> None:
    """Nine pages have a place each; the tenth goes to the good news of the first, not to its second concern."""
    pages: list[tuple[str, Verdict]] = [(f"page {n}", "neutral") for n in range(8)]
    shown = shown_of(("02_rfm", "bad"), ("02_rfm", "bad"), ("02_rfm", "neutral"), ("02_rfm", "good"), *pages)
    assert shown == ["0", "3", *map(str, range(4, 12))]


def test_where_few_pages_have_findings_they_have_the_room() -> None:
    assert shown_of(*[("02_rfm", "good")] * 12) == [str(n) for n in range(10)]
    assert shown_of(*[("02_rfm", "neutral")] * 3, ("06_roi", "unclear"), ("02_rfm", "bad")) == ["4", "0", "1", "2", "3"]


def test_key_figures(findings: list[dict[str, Any]]) -> None:
    words = Words(cover.key_figures(findings, STEPS).html)
    assert words.text == f"{NASTY}£5{NASTY}"
    assert [c for t, c in words.tags if t == "li"] == ["figure"]


def test_skipped_steps_say_why() -> None:
    words = Words(cover.skipped(STEPS).html)
    assert words.text == f"ROI {NASTY} It needs {NASTY}."
    assert "script" not in dict(words.tags)


def test_what_is_asked_for_is_said_in_readers_words() -> None:
    step = {"title": "NPS", "status": "skipped", "reason": "needs surveys(score)", "asked": "needs survey answers"}
    assert Words(cover.skipped([step]).html).text == "NPS needs survey answers"
    assert Words(cover.key_figures([], [step | {"name": "05"}]).html).text.endswith("“NPS” needs survey answers.")


def test_without_a_figure_the_cover_says_what_can_be_told_and_what_to_send() -> None:
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


def test_a_page_that_only_says_what_it_lacks_tells_nothing_of_the_data() -> None:
    def told(*findings: tuple[str, str]) -> str:
        said = [{"page": page, "needs": needs, "figures": []} for page, needs in findings]
        return Words(cover.key_figures(said, [{"name": "06_roi", "title": "ROI", "status": "done"}]).html).text

    assert "No other page could be made" in told(("06_roi", "campaigns"), ("06_roi", "purchases"))
    assert "stands under “ROI”" in told(("06_roi", "campaigns"), ("06_roi", ""))
    assert "stands under “ROI”" in told()


def test_empty_parts_say_so() -> None:
    assert Words(cover.headlines([], STEPS).html).text == "Nothing stood out."
    assert Words(cover.skipped(STEPS[:1]).html).text == "Every page of the report could be made."
