"""The narrators of what changed between two periods, at their branches."""

from math import nan

import pandas as pd
import pytest

from helpers.analysis.roi.before_campaigns import NAIVE
from helpers.story.roi import before_words as words
from tests.runs.test_findings import MOST_OF_ACTION, MOST_WORDS
from tests.story.roi import before_samples as samples
from tests.story.roi.before_samples import BETTER, FEW, UNCLEAR, WORSE, came, campaigns, found, measured
from tests.story.word_checks import POUNDS, Case, WordChecks

MONTHLY = measured("revenue", 500_000, 800_000, 50_000, unit="money a month")
FEWER = measured("churn", 0.15, 0.10, 0.02)

CASES: dict[str, list[Case]] = {
    "before_after": [
        (lambda: words.before_after(found(), POUNDS), "few", ["no two periods to compare"]),
        (lambda: words.before_after(found(FEW), POUNDS), "few", ["Too few customers"]),
        (
            lambda: words.before_after(samples.DECLARED, POUNDS),
            "neutral",
            ["As declared, customer lifetime value rose from £1,000 to £1,200. We cannot say how far chance"],
        ),
        (
            lambda: words.before_after(found(UNCLEAR, FEW), POUNDS),
            "unclear",
            ["Of 2 figures compared, not one clearly changed"],
        ),
        (
            lambda: words.before_after(samples.MIXED, POUNDS),
            "neutral",
            [
                "Customer lifetime value rose from £1,000 to £1,200.",
                "Of 4 figures compared, one clearly improved and one got worse.",
                "Find out what is behind the rise in the cost of winning a customer before",
            ],
        ),
        (lambda: words.before_after(found(BETTER), POUNDS), "good", ["£1,200. That is clearly better."]),
        (
            lambda: words.before_after(found(BETTER, UNCLEAR), POUNDS),
            "good",
            ["Of 2 figures compared, one clearly improved and none got worse."],
        ),
        (lambda: words.before_after(found(FEWER), POUNDS), "good", ["Churn fell from 15% to 10%."]),
        (lambda: words.before_after(found(WORSE), POUNDS), "bad", ["£50. That is clearly worse."]),
        (
            lambda: words.before_after(found(MONTHLY, periods=samples.UNLIKE), POUNDS),
            "unclear",
            ["Revenue for 30 days rose from £500k to £800k, but the two periods lie in different seasons"],
        ),
        (
            lambda: words.before_after(found(MONTHLY, periods=samples.SEASONS), POUNDS),
            "neutral",
            ["lie in different seasons; how much of that also came a year earlier is shown further down."],
        ),
        (
            lambda: words.before_after(found(measured("cltv", 1_000_000, 1_001_000, 500)), POUNDS),
            "good",
            ["Customer lifetime value stayed at about £1m."],
        ),
    ],
    "compared_periods": [
        (lambda: words.compared_periods(samples.DECLARED), "few", []),
        (lambda: words.compared_periods(found(BETTER)), "neutral", []),
        (
            lambda: words.compared_periods(found(BETTER, periods=samples.UNLIKE)),
            "unclear",
            [
                "The periods lie in different seasons, and there is no earlier year to compare with",
                "The periods have 182 days and 183 days, so sums are given for 30 days.",
            ],
        ),
        (
            lambda: words.compared_periods(found(BETTER, periods=samples.SEASONS)),
            "neutral",
            ["the same months a year earlier are shown further down"],
        ),
        (
            lambda: words.compared_periods(found(BETTER, top_share=0.1)),
            "unclear",
            ["One customer brought 10% of a period's revenue"],
        ),
        (lambda: words.compared_periods(found(BETTER, top_share=0.099)), "neutral", []),
        (lambda: words.compared_periods(found(BETTER, top_share=nan)), "neutral", []),
    ],
    "came_anyway": [
        (lambda: words.came_anyway(samples.NOT_EXPECTED), "few", ["No earlier data show"]),
        (lambda: words.came_anyway(came(0.09, 0.05, few=True)), "few", ["too few customers to tell the two apart"]),
        (
            lambda: words.came_anyway(came(0.09, 0.085)),
            "unclear",
            ["Spend rose 9% between the two periods; a year earlier it rose 8%. No clear change is left"],
        ),
        (lambda: words.came_anyway(came(0.09, 0.09)), "unclear", ["a year earlier it rose 9% too."]),
        (lambda: words.came_anyway(came(0.001, -0.02)), "unclear", ["Spend rose <1%", "it fell 2%"]),
        (lambda: words.came_anyway(came(0.0, -0.01)), "unclear", ["Spend stayed level"]),
        (
            lambda: words.came_anyway(came(0.19, 0.09)),
            "neutral",
            ["That is 10 points more than would have come anyway"],
        ),
        (lambda: words.came_anyway(came(-0.1, 0.05)), "neutral", ["Spend fell 10%", "That is 15 points less"]),
        # 0.4 points printed as 0 is nothing to make a verdict of.
        (lambda: words.came_anyway(came(0.03, 0.0, 0.0261)), "unclear", ["No clear change"]),
    ],
    "high_value": [
        (lambda: words.high_value(samples.NOT_EXPECTED), "few", []),
        (lambda: words.high_value(came(0, 0, few=True)), "few", ["They are too few to compare by spend."]),
        (
            lambda: words.high_value(came(0, 0)),
            "unclear",
            [
                "Of the 500 customers with the highest spend before, 30% were no longer among the best after; a year "
                "earlier it was 40%.",
                "Their spend fell 20%; that of the best a year earlier fell 20% as well.",
                "The two do not clearly differ.",
            ],
        ),
        (lambda: words.high_value(came(0, 0, best=-0.1)), "neutral", ["Their spend fell 10%"]),
    ],
    "naive_campaigns": [
        (
            lambda: words.naive_campaigns(pd.DataFrame(columns=list(NAIVE)), POUNDS),
            "few",
            ["No campaign can be judged"],
        ),
        (
            lambda: words.naive_campaigns(campaigns(52, 2), POUNDS),
            "neutral",
            [
                "Before and after would credit “Email” with +£52 a customer within 60 days; the measured lift is +£2.",
                "Spend of customers left out changed by +£50 too.",
                "never by before and after.",
            ],
        ),
        (lambda: words.naive_campaigns(campaigns(-52, 2), POUNDS), "neutral", ["with −£52 a customer"]),
        (
            lambda: words.naive_campaigns(campaigns(3, 2), POUNDS),
            "unclear",
            ["In one comparison, before and after does"],
        ),
    ],
}


class TestBeforeWords(WordChecks):
    module, cases = words, CASES
    limits = ("30",)  # days for which sums are told


ALL = [case for cases in CASES.values() for case in cases]


@pytest.mark.parametrize("case", ALL, ids=range(len(ALL)))
def test_the_cover_and_actions_are_short(case: Case) -> None:
    statement = case[0]()
    if statement.headline:
        assert len(statement.text.split()) <= MOST_WORDS
    assert len(statement.action.split()) <= MOST_OF_ACTION


def test_of_unlike_seasons_nothing_is_on_the_cover() -> None:
    statement = words.before_after(found(WORSE, periods=samples.UNLIKE), POUNDS)
    assert not statement.headline
    assert words.before_after(found(WORSE), POUNDS).headline
    assert not words.before_after(samples.DECLARED, POUNDS).headline


def test_a_warning_is_no_small_print() -> None:
    assert not words.compared_periods(found(BETTER, periods=samples.UNLIKE)).aside
    assert words.compared_periods(found(BETTER, periods=samples.SEASONS)).aside


def test_what_is_lacking_is_named() -> None:
    assert words.came_anyway(samples.NOT_EXPECTED).needs == "orders with amounts"
    assert words.before_after(found(), POUNDS).needs.startswith("two periods named")


def test_the_arm_furthest_off_is_told() -> None:
    both = pd.concat([campaigns(52, 2, name="Email"), campaigns(80, 2, name="Call")])
    assert "“Call”" in words.naive_campaigns(both, POUNDS).text
    assert words.naive_campaigns(both.assign(verdict="too few"), POUNDS).needs
