"""What stands on which slide, of pages as they were read."""

import json
from html import escape
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from helpers.errors import InputError
from helpers.runs.formats.page_parts import Grid, Picture, read_sections
from helpers.runs.formats.slides import Talk, plan_talk, title_of
from helpers.runs.params_head import Slides
from helpers.runs.render import Chapter, Page

CHART = {"title": "Spend by segment", "subtitle": "Share of all", "panels": [{"kind": "bar"}]}
TABLE = (
    '<figure class="table"><figcaption>{name}</figcaption><div class="table-wrap"><table><thead><tr><th>Segment</th>'
    '<th>Spend</th></tr></thead><tbody><tr><th>Champions</th><td class="gt_right">£5</td></tr></tbody></table></div>'
    "</figure>"
)
COVER = (
    '<div class="prose"><h1>Summary</h1></div><div class="output"><div class="lead"><p class="lead-text">It fell.</p>'
    '<p class="finding-action"><span>Call them.</span></p></div></div><div class="output"><ul class="figures">'
    '<li class="figure"><span class="figure-label">Sales</span><span class="figure-value">£9m</span></li></ul></div>'
    '<ol class="first"><li><p>Repeat it</p><span>Head of sales</span><span>For all</span></li></ol>'
)


def question(heading: str, *blocks: str) -> str:
    return f'<div class="prose"><h2>{heading}</h2><p>How {heading} is read.</p></div>' + "".join(
        block if block.startswith("<figure") else f'<div class="output">{block}</div>' for block in blocks
    )


def said(text: str, verdict: str = "neutral", action: str = "") -> str:
    todo = f'<p class="say-action"><strong>What to do</strong> {action}</p>' if action else ""
    return f'<div class="say say-{verdict}"><p>{text}</p>{todo}</div>'


def chart(alt: str) -> str:
    data = escape(json.dumps(CHART))
    image = f'<img src="data:image/svg+xml;base64,PHN2Zy8+" alt="{alt}" data-chart="{data}">'
    return f'<figure class="picture">{image}</figure>'


def page(name: str, *sections: str, title: str = "") -> Chapter:
    soup = BeautifulSoup("".join(sections), "html.parser")
    file = "index.html" if name.endswith("summary") else f"{name}.html"
    return Chapter(Page(name, Path(f"{name}.ipynb"), file), title or name, [], soup)


def finding(page: str, text: str, key: str = "k", **more: Any) -> dict[str, Any]:
    facts = {"verdict": "bad", "action": "Call them.", "headline": True, "values": {}, "figures": [], "main": ""}
    return {"page": page, "key": key, "text": text} | facts | more


PAGES = [
    page("00_summary", COVER),
    page(
        "02_rfm",
        question("Who", said("Champions bring 65% of spend.", "good"), chart("by segment"), said("Three are lost.")),
        question("What", TABLE.format(name="Segments"), said("Call the lost.", action="Do it.")),
        '<details class="further"><summary>More</summary>'
        + question("Where", TABLE.format(name="Lines"), said("At 30 days."))
        + "</details>",
        title="Best customers",
    ),
    page("05_nps", question("Score", said("It fell by 3 points.", "bad"), TABLE.format(name="Scores")), title="NPS"),
    page("07_review", question("Change", said("There is nothing to compare.", "few")), title="Review"),
]
FOUND = [
    finding("02_rfm", "Champions bring 65% of spend.", "share", verdict="good"),
    finding("05_nps", "It fell by 3 points.", "level"),
]


def talk(wanted: Slides = Slides(), findings: list[dict[str, Any]] = FOUND) -> Talk:  # noqa: B008
    return plan_talk(PAGES, findings, wanted)


def test_a_finding_takes_the_picture_of_its_section() -> None:
    first, second = talk().findings
    assert (first.title, first.source, first.verdict, first.figure) == ("It fell by 3 points", "NPS", "Concern", "3")
    assert isinstance(first.shown, Grid)
    assert first.shown.caption == "Scores"
    assert isinstance(second.shown, Picture)
    assert (second.shown.title, second.shown.subtitle, second.shown.alt) == (
        "Spend by segment",
        "Share of all",
        "by segment",
    )
    assert second.action == "Call them."
    assert second.points == ("Three are lost.",)
    assert second.notes.startswith("Champions bring 65% of spend.\n\nHow to read it: How Who is read.\n\nby segment")


def test_what_else_is_said_is_said_to_an_end() -> None:
    long = f"Members spent more; {'much ' * 24}before."
    answers = question("Who", said("It rose."), said(long), said(f"{'word ' * 30}end."), said("It fell."))
    (slide,) = plan_talk([PAGES[0], page("02_rfm", answers)], [], Slides()).chapters
    assert slide.points == ("Members spent more.", "It fell.")


def test_two_findings_of_a_section_show_different_things() -> None:
    both = question("Who", said("It fell."), said("It rose."), chart("one"), chart("other"))
    findings = [finding("02_rfm", "It fell."), finding("02_rfm", "It rose.", "j")]
    told = plan_talk([PAGES[0], page("02_rfm", both)], findings, Slides(findings=["rfm.k", "rfm.j"])).findings
    assert [slide.shown.alt for slide in told if isinstance(slide.shown, Picture)] == ["one", "other"]


def test_a_chapter_says_something_else_and_one_without_an_answer_has_no_slide() -> None:
    chapters = talk().chapters
    assert [(slide.source, slide.title) for slide in chapters] == [("Best customers", "Call the lost")]
    assert isinstance(chapters[0].shown, Grid)
    assert chapters[0].points == ("Three are lost.", "At 30 days.")


def test_tables_on_no_slide_are_the_appendix_but_what_is_folded_away() -> None:
    assert [slide.title for slide in talk().appendix] == []
    alone = talk(Slides(findings=["nps"]))
    assert [slide.title for slide in alone.findings] == ["It fell by 3 points"]
    named = talk(Slides(findings=["rfm.share"]))
    assert [slide.title for slide in named.chapters] == ["Call the lost", "It fell by 3 points"]


def test_the_cover_is_read_from_the_page() -> None:
    cover = talk().cover
    assert cover is not None
    assert (cover.title, cover.action) == ("It fell", "Call them.")
    assert cover.figures == (("Sales", "£9m", ""),)
    assert cover.first == (("Repeat it", "Head of sales · For all"),)


def test_what_is_skipped_is_nowhere() -> None:
    left = talk(Slides(skip=["nps"]))
    assert [slide.source for slide in (*left.findings, *left.chapters, *left.appendix)] == ["Best customers"] * 2
    assert [slide.title for slide in talk(Slides(skip=["rfm.share"])).findings] == ["It fell by 3 points"]


@pytest.mark.parametrize(("key", "name"), [("findings", "rfn"), ("skip", "rfm.shares")])
def test_a_name_of_nothing_is_told(key: str, name: str) -> None:
    with pytest.raises(InputError) as refused:
        talk(Slides.model_validate({key: [name]}))
    assert str(refused.value).startswith(f'deck.{key}: no page and no finding of this report is called "{name}"')
    assert "nps, review, rfm, summary" in str(refused.value)


def test_a_report_of_nothing_has_a_cover_only() -> None:
    empty = plan_talk([PAGES[0]], [], Slides())
    assert (empty.findings, empty.chapters, empty.appendix) == ((), (), ())


def test_sections_say_whether_they_are_folded() -> None:
    assert [(section.heading, section.folded) for section in read_sections(PAGES[1])] == [
        ("Who", False),
        ("What", False),
        ("Where", True),
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("It fell.", "It fell"),
        ("It fell. It rose.", "It fell. It rose"),
        ("It fell by −\u20603%.", "It fell by −3%"),
        (f"{'word ' * 30}end.", f"{'word ' * 24}word …"),
        (f"It fell. {'word ' * 30}end.", "It fell"),
    ],
)
def test_a_title_is_the_first_sentences_without_the_last_stop(text: str, title: str) -> None:
    assert title_of(text) == title
