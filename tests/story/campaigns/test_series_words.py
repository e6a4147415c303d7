"""The narrators of the time before and after a campaign, at their branches."""

from typing import Any

import pytest

from helpers.story.campaigns import series_words as words
from helpers.story.statement import Statement
from tests.story.campaigns.series_samples import APART, FEW_WEEKS, NO_SEASON, THIN, UNCHECKED, course, moved
from tests.story.word_checks import POUNDS, Case, WordChecks

LESS: dict[str, Any] = {"estimate": -30.0, "low": -40.0, "high": -20.0}
OPEN: dict[str, Any] = {"low": -5.0, "high": 65.0}
AUTUMN = {"campaign": "Autumn"}


def difference(*rows: dict[str, Any], metric: str = "spend") -> Statement:
    return words.series_difference(moved(*rows), metric, POUNDS)


def trends(*rows: dict[str, Any]) -> Statement:
    return words.series_trends(moved(*rows))


def drift(*rows: dict[str, Any]) -> Statement:
    return words.series_drift(moved(*rows), "spend", POUNDS)


def sales(*rows: dict[str, Any], metric: str = "spend") -> Statement:
    return words.series_course(course(*rows), metric, POUNDS)


CASES: dict[str, list[Case]] = {
    "series_difference": [
        (difference, "few", ["No campaign's members can be followed over time."]),
        (
            lambda: difference({}),
            "neutral",
            [
                "Since “Spring” began, members have spent £30 each more than had "
                "they moved like others: a hint, not proof."
            ],
        ),
        (lambda: difference(LESS), "neutral", ["members have spent £30 each less than had they moved like others"]),
        (
            lambda: difference(LESS | {"estimate": -0.3, "low": -0.4, "high": -0.2}, metric="orders"),
            "neutral",
            ["have placed 0.30 fewer orders each than had they moved like others"],
        ),
        (
            lambda: difference({"estimate": 0.3, "low": 0.2}, metric="orders"),
            "neutral",
            ["placed 0.30 more orders each"],
        ),
        (lambda: difference(APART), "unclear", ["like others, but the groups moved apart before it began."]),
        (lambda: difference(UNCHECKED), "unclear", ["like others, but too short a time before is known."]),
        (
            lambda: difference(OPEN),
            "unclear",
            ["Members' spending did not clearly change more or less than others' once"],
        ),
        (lambda: difference(OPEN, metric="orders"), "unclear", ["Members' orders did not clearly change"]),
        (lambda: difference({"low": 0.004, "high": 60.0}), "unclear", ["did not clearly change"]),
        (lambda: difference(THIN), "few", ["others cannot be followed over time: there are too few customers."]),
        (lambda: difference({}, AUTUMN | {"n": 301} | OPEN), "unclear", ["once “Autumn” began"]),
        (lambda: difference({}, AUTUMN | THIN | {"n": 900}), "neutral", ["Since “Spring” began"]),
    ],
    "series_trends": [
        (trends, "few", ["Nothing is known of how members and others moved before."]),
        (
            lambda: trends({}),
            "neutral",
            [
                "Before “Spring”, members and others moved alike, as far as "
                "we can see. They need not have done so since."
            ],
        ),
        (lambda: trends(APART), "unclear", ["Members and others already moved apart before “Spring”"]),
        (lambda: trends(UNCHECKED), "few", ["Too little is known of the time before “Spring” to tell"]),
    ],
    "series_drift": [
        (lambda: drift({}), "neutral", ["could explain up to £12 of difference a customer, less than was found."]),
        (lambda: drift({"drift": 30.0}), "neutral", ["up to £30 of difference a customer, more than was found."]),
        (
            lambda: drift(LESS | {"drift": 29.0}),
            "neutral",
            ["up to £29 of difference a customer, less than was found."],
        ),
    ],
    "series_course": [
        (sales, "few", ["Sales cannot be compared with the first day of any campaign."]),
        (
            lambda: sales({}),
            "neutral",
            [
                "In the 10 weeks after “Spring” began, all sales lay £9,000 above "
                "the course they were on: a hint, not proof."
            ],
        ),
        (
            lambda: sales({"effect": -9e3, "low": -13e3, "high": -5e3}),
            "neutral",
            ["lay £9,000 below the course they were on"],
        ),
        (lambda: sales({}, metric="orders"), "neutral", ["all sales lay 9,000 orders above the course"]),
        (lambda: sales({"low": -1.0}), "unclear", ["all sales did not clearly leave the course they were on."]),
        (
            lambda: sales(NO_SEASON),
            "unclear",
            ["after “Spring” began says nothing about it: it takes two years of sales to know the season."],
        ),
        (lambda: sales(FEW_WEEKS), "few", ["says nothing about it: too few weeks before are known."]),
        (lambda: sales(NO_SEASON, AUTUMN | {"contacted": 9}), "neutral", ["after “Autumn” began, all sales lay"]),
        (lambda: sales(FEW_WEEKS, AUTUMN | NO_SEASON | {"contacted": 9}), "unclear", ["after “Autumn” began says"]),
    ],
}


class TestSeriesWords(WordChecks):
    module, cases = words, CASES
    never_few = ("series_drift",)
    counted = ("series_drift",)


@pytest.mark.parametrize("rows", [(), (APART,), (UNCHECKED,), (THIN,)])
def test_no_drift_is_told_where_trends_were_not_alike(rows: tuple[dict[str, Any], ...]) -> None:
    assert drift(*rows).text == ""


def test_a_section_without_anything_to_show_leaves_the_page() -> None:
    for said in (difference(), difference(THIN), trends(), sales(), sales(FEW_WEEKS)):
        assert said.needs
    assert not any(said.needs for said in (difference(APART), trends(UNCHECKED), sales(NO_SEASON)))


@pytest.mark.parametrize("cases", CASES.values())
def test_findings_are_short(cases: list[Case]) -> None:
    for tell, _, _ in cases:
        assert len(tell().text.split()) <= 25, tell().text
