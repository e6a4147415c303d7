"""The number set large beside a finding: the one the sentence is about, taken from the sentence."""

import pytest

from helpers.story import fmt
from helpers.story.statement import KeyFigure, Statement
from helpers.story.summary.main_figure import main_figure


def of(text: str, main: str = "", *figures: str) -> str:
    shown = tuple(KeyFigure("Label", figure) for figure in figures)
    return main_figure(Statement("a", text, main=main, figures=shown).as_record("02_rfm"))


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("911 of 3,361 buyers, with 5% of spend, are late.", "911"),
        ("The segment “Top 10” holds 19% of 3,361 buyers and 65% of spend.", "19%"),
        ("Of 1,490 customers placed, 45% are loyal.", "45%"),
        ("Of today's 271 subscribers, 79% should still be there in 12 months (95% interval 76% to 83%).", "79%"),
        ("Today's 3,361 customers should place 12,192 orders.", "12,192"),
        ("Customer lifetime value rose from £4,219 to £4,497. Of 13 figures six improved.", "£4,497"),
        ("Those who spent most have an NPS of +43, the others −3.", "+43"),
        ("It fell to −3.", "−3"),
        ("Customers won 12 to 24 months ago have brought 5.4 times what winning them cost.", "5.4 times"),
        ("Since 30 June 2026 spend fell by CHF 1.2m.", "CHF 1.2m"),
        ("Since 2024 fewer than 5% returned, under <1% of them twice.", "<1%"),
        ("Those aged 30–39 and 40-49 bring €791k.", "€791k"),
        ("In the 3-month trial 12 stayed.", "12"),
        ("Start with delivery: it goes closely with the score.", ""),
        ("Nothing has changed in 12 months.", ""),
        ("“Email 2” did best (£5 each).", ""),
    ],
)
def test_the_first_that_is_no_base_no_start_and_no_time(text: str, figure: str) -> None:
    assert of(text) == figure


def test_a_key_figure_of_the_finding_comes_before_others() -> None:
    text = "Today's customers should place 12,192 orders and bring £8.07m."
    assert of(text, "", "£8.07m", "£5") == "£8.07m"
    assert of(text, "", "£9") == "12,192"


def test_what_the_narrator_names_comes_before_all_if_it_stands_in_the_text() -> None:
    text = "Each counted once they score +28; weighted to all it is +18."
    assert of(text) == "+28"
    assert of(text, "+18", "+28") == "+18"
    assert of(text, "+19") == "+28"


def test_a_figure_has_the_marks_of_its_text() -> None:
    fmt.use_locale("de-DE")
    try:
        said = {"text": "Of 3.361 buyers, 45% brought £1.234,50.", "figures": [{"value": "£1.234,50"}]}
        assert main_figure(said) == "£1.234,50"
        assert main_figure(said | {"figures": [], "text": "They brought £8,07m in 2025."}) == "£8,07m"
    finally:
        fmt.use_locale("")
