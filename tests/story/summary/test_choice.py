"""What the cover shows of all that was said: the weightiest first, no page crowding out another."""

from typing import Any

import pytest

from helpers.story.statement import KeyFigure, Statement, Verdict
from helpers.story.summary.choice import MOST_FIGURES, MOST_FINDINGS, choose_figures, choose_findings


def shown(*said: tuple[Any, ...]) -> list[int]:
    """The places of the findings that the cover shows, the one set large first; each is a page, a verdict, values."""
    findings = [finding(f"f{i}", *one) for i, one in enumerate(said)]
    chosen = choose_findings(findings)
    told = [chosen.lead, *chosen.others] if chosen.lead else []
    assert len(told) + chosen.more == sum(page != "08_plan" for page, *_ in said)
    return [int(one["key"][1:]) for one in told if one]


def finding(key: str, page: str, verdict: Verdict = "neutral", values: dict[str, Any] | None = None) -> dict[str, Any]:
    return Statement(key, "Text.", verdict, headline=True, values=values or {}).as_record(page)


def test_concerns_come_first_then_good_news_the_thin_last() -> None:
    order: list[Verdict] = ["few", "unclear", "neutral", "good", "bad"]
    assert shown(*[(f"0{n}_page", verdict) for n, verdict in enumerate(order)]) == [4, 3, 2, 1, 0]


def test_only_what_is_meant_for_the_cover_is_on_it() -> None:
    chosen = choose_findings([Statement("a", "On its page.", "bad").as_record("02_rfm")])
    assert (chosen.lead, chosen.others, chosen.more) == (None, (), 0)


def test_the_plan_is_no_news() -> None:
    assert shown(("08_plan", "good"), ("02_rfm", "neutral")) == [1]
    assert shown(("08_plan", "good")) == []


def test_of_equals_the_one_known_with_an_interval_is_set_large_and_the_others_keep_their_order() -> None:
    interval = {"low": -0.3, "high": -0.1}
    assert shown(("02_rfm", "bad"), ("03_clv", "bad"), ("04_nps", "bad", interval), ("05_x", "bad", interval)) == [
        *(2, 0, 1, 3)
    ]
    assert shown(("02_rfm", "bad"), ("03_clv", "good", interval)) == [0, 1]
    assert shown(("02_rfm", "bad"), ("03_clv", "bad", {"low": None, "high": 2.0})) == [0, 1]


def test_of_equals_what_changed_since_the_last_report_comes_first() -> None:
    sure = {"low": 1.0, "high": 2.0}
    assert shown(("02_rfm", "bad", sure), ("07_review", "bad"), ("07_review", "good"), ("03_clv", "good")) == [
        1,
        0,
        2,
        3,
    ]


def test_of_equals_what_is_said_of_the_data_comes_last() -> None:
    assert shown(("01_data_profile", "bad"), ("02_rfm", "bad"), ("03_clv", "good")) == [1, 0, 2]


def test_no_page_crowds_out_the_others() -> None:
    """Of nine concerns of one page two are shown, once each other page has had one."""
    crowd = [("02_rfm", "bad")] * 9
    others = [(f"0{n}_page", verdict) for n in range(3, 6) for verdict in ("neutral", "good")]
    assert shown(*crowd, *others) == [0, 1, 10, 12, 14, 9, 11, 13]


def test_every_page_has_its_weightiest_before_any_has_a_second() -> None:
    """Eight pages have places, the unclear among them."""
    pages = [(f"1{n}_page", "unclear") for n in range(7)]
    assert shown(("02_rfm", "bad"), ("02_rfm", "bad"), *pages) == [0, *range(2, 9)]


def test_beside_a_concern_a_page_has_its_best_news() -> None:
    """Seven pages have a place each; the eighth goes to the good news of the first, not to its second concern."""
    pages = [(f"1{n}_page", "neutral") for n in range(6)]
    found = shown(("02_rfm", "bad"), ("02_rfm", "bad"), ("02_rfm", "neutral"), ("02_rfm", "good"), *pages)
    assert found == [0, 3, *range(4, 10)]


def test_where_few_pages_have_findings_they_have_the_room() -> None:
    assert shown(*[("02_rfm", "good")] * 12) == list(range(MOST_FINDINGS + 1))


@pytest.mark.parametrize(
    ("pages", "labels"),
    [
        ("2 2 3", "a b c"),
        ("2 2 2 2 2 2 2 2", "a b c d e f g h"),
        ("2 2 2 2 2 2 2 2 2", "a b c d e f g h"),
        ("1 2 2 2 3 3 3 4 5 5 5 6", "a b c e f h i l"),  # each page has one, then the first two a second
    ],
)
def test_every_page_has_a_key_figure_before_any_has_a_second(pages: str, labels: str) -> None:
    findings = [
        Statement(name, "Text.", figures=(KeyFigure(name, "£1"),)).as_record(f"0{page}_page")
        for page, name in zip(pages.split(), "abcdefghijkl", strict=False)
    ]
    assert [figure["label"] for figure in choose_figures(findings)] == labels.split()
    assert len(labels.split()) <= MOST_FIGURES


def test_figures_of_one_finding_and_of_none() -> None:
    both = Statement("a", "Text.", figures=(KeyFigure("Spend", "£1", "of all"), KeyFigure("Buyers", "3")))
    findings = [both.as_record("02_rfm"), Statement("b", "Other.").as_record("03_clv")]
    assert choose_figures(findings) == [
        {"label": "Spend", "value": "£1", "note": "of all"},
        {"label": "Buyers", "value": "3", "note": ""},
    ]
    assert choose_figures([]) == []
