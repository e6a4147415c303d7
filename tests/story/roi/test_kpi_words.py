"""What is said of customers' worth, of targets and of what could become of the groups, at every branch."""

from math import nan

import pytest

from helpers.analysis.roi.groupings import START
from helpers.analysis.roi.kpis import Period
from helpers.story.roi import kpi_words as words
from tests.analysis.roi.kpi_samples import YEAR, by, figures, left, people, stayed, won
from tests.story.roi.kpi_samples import (
    ADVICE,
    BUSINESS,
    FEW,
    HALF,
    NO_COST,
    NO_TARGETS,
    NOTHING,
    SELDOM,
    business,
    judged,
    plain,
)
from tests.story.word_checks import POUNDS, Case, WordChecks

COHORT_DEAR, COHORT_EVEN = business(cost=200.0), business(cost=40.0)
AVERAGE = plain(stayed(300, 200.0), left(100, 50.0), won(60, 20.0))
AVERAGE_DEAR = plain(stayed(300, 20.0), left(300, 20.0), won(60, 200.0))
LOSS = plain(
    stayed(90, 120.0, costed=120.0, cost=144.0, acquisition_cost=9.0),
    left(30, 30.0, acquisition_cost=9.0),
)
FREE = plain(stayed(90, 120.0, acquisition_cost=0.0), left(30, 30.0, acquisition_cost=0.0))
HALF_DEAR = plain(stayed(300, 20.0), left(300, 20.0), won(60, 200.0, first_on="2026-06-01"), period=HALF.period)
AVERAGE_EVEN = plain(stayed(100, 200.0), left(100, 200.0), stayed(3, 9_000.0), won(60, 400.0, revenue=2.0))

CASES: dict[str, list[Case]] = {
    "worth": [
        (lambda: words.worth(BUSINESS, POUNDS), "good", ["Customers won 12 to 24 months ago have so far brought"]),
        (
            lambda: words.worth(COHORT_DEAR, POUNDS),
            "bad",
            ["brought only 0.2 times what winning them cost", "Spend no more"],
        ),
        (
            lambda: words.worth(COHORT_EVEN, POUNDS),
            "unclear",
            ["Whether customers won 12 to 24 months ago have brought"],
        ),
        (
            lambda: words.worth(AVERAGE, POUNDS),
            "good",
            ["times what winning one costs, as gross margin within five years"],
        ),
        (lambda: words.worth(AVERAGE_DEAR, POUNDS), "bad", ["brings only 0.1 times", "Cut the dearest ways"]),
        (lambda: words.worth(AVERAGE_EVEN, POUNDS), "unclear", ["Whether a customer brings more within five years"]),
        (lambda: words.worth(HALF, POUNDS), "unclear", ["At the pace of the last 6 months, a customer brings £"]),
        (lambda: words.worth(HALF_DEAR, POUNDS), "bad", ["At the pace of the last 6 months, a customer brings only"]),
        (lambda: words.worth(LOSS, POUNDS), "bad", ["Customers bring no gross margin", "by 20% of revenue"]),
        (lambda: words.worth(FREE, POUNDS), "unclear", ["within five years; winning one is on record as free."]),
        (lambda: words.worth(NO_COST, POUNDS), "unclear", ["what winning one costs is not known", "Keep what winning"]),
        (
            lambda: words.worth(SELDOM, POUNDS),
            "few",
            ["A customer brought £100 of revenue in 12 months", "too early to tell"],
        ),
        (lambda: words.worth(FEW, POUNDS), "few", ["what a customer brings: fewer than 30 customers"]),
        (lambda: words.worth(NOTHING, POUNDS), "few", ["what customers paid is not known"]),
    ],
    "newly_won": [
        (
            lambda: words.newly_won(BUSINESS),
            "bad",
            ["Only 33% of newly won customers bought again in 12 months, against 70% of all", "a second order"],
        ),
        (lambda: words.newly_won(business(20, 40)), "unclear", ["do not clearly stay"]),
        (
            lambda: words.newly_won(business(10, 600)),
            "good",
            ["33% of newly won customers bought again in 12 months, against 4% of all"],
        ),
        (lambda: words.newly_won(NO_COST), "few", [""]),
    ],
    "groups_apart": [
        (
            lambda: words.groups_apart(BUSINESS, POUNDS),
            "neutral",
            ["A customer of “Champions” is worth", "one of “Lost” £0."],
        ),
        (lambda: words.groups_apart(business(25, 25), POUNDS), "few", ["No two groups have enough customers"]),
        (lambda: words.groups_apart(business(300, 0), POUNDS), "neutral", ["one of “Repeat buyers”"]),
        (
            lambda: words.groups_apart(ALIKE, POUNDS),
            "unclear",
            ["No two groups clearly differ in what a customer is worth"],
        ),
        (lambda: words.groups_apart(NO_COST, POUNDS), "few", ["Customers are in no groups"]),
    ],
    "lost_revenue": [
        (
            lambda: words.lost_revenue(BUSINESS),
            "neutral",
            ["30% of customers did not buy again in 12 months, and", "mostly smaller"],
        ),
        (
            lambda: words.lost_revenue(business(gone=900.0)),
            "bad",
            ["larger customers leave more often", "Call the largest"],
        ),
        (lambda: words.lost_revenue(business(gone=194.0)), "unclear", ["whether they were larger or smaller"]),
        (lambda: words.lost_revenue(HALF), "unclear", ["in 6 months"]),
        (lambda: words.lost_revenue(NO_MONEY), "neutral", ["25% of customers did not buy again in 12 months."]),
        (lambda: words.lost_revenue(TENURE), "unclear", ["25% of customers have left since joining;"]),
        (lambda: words.lost_revenue(PLANS), "unclear", ["25% of customers left in 12 months;"]),
        (lambda: words.lost_revenue(SELDOM), "few", [""]),
    ],
    "under_target": [
        (
            lambda: words.under_target(judged({"retention": 0.95}), POUNDS),
            "bad",
            ["Four targets are clearly missed, most by retention of “Lost”, 0% instead of 95%."],
        ),
        (lambda: words.under_target(judged({"cac": 19.0, "average_order": 5.0}), POUNDS), "bad", ["cost of winning"]),
        (
            lambda: words.under_target(judged({"revenue_per_customer": 1.0, "retention": 0.0}), POUNDS),
            "bad",
            ["One target is"],
        ),
        (
            lambda: words.under_target(judged({"average_order": 5.0}), POUNDS),
            "good",
            ["Every group that can be judged reaches its target."],
        ),
        (lambda: words.under_target(judged({"payback_months": 5.2}), POUNDS), "unclear", ["clearly under its target"]),
        (
            lambda: words.under_target(judged({}), POUNDS),
            "neutral",
            ["clearly worse than the average customer's", "of “South”"],
        ),
        (lambda: words.under_target(NO_TARGETS, POUNDS), "few", ["No group could be compared"]),
    ],
    "advice": [
        (lambda: words.advice(ADVICE, BUSINESS), "neutral", ["suggest merging one, splitting two and dropping one;"]),
        (lambda: words.advice(ADVICE.query("advice == 'watch'"), BUSINESS), "unclear", ["Nothing is clear enough"]),
        (lambda: words.advice(ADVICE.head(0), NO_COST), "few", ["Customers are in no groups"]),
    ],
    "definitions": [
        (
            lambda: words.definitions(BUSINESS),
            "neutral",
            ["40% of revenue after returns, an assumption", "by 8% a year"],
        ),
        (lambda: words.definitions(HALF), "neutral", ["so a season may sway it"]),
        (lambda: words.definitions(NOTHING), "few", [""]),
    ],
}
_ALIKE = people(stayed(80, 90.0), left(20, 90.0), stayed(79, 90.0), left(21, 90.0))
ALIKE = figures(_ALIKE, by("rfm_segment", _ALIKE, ("A", 100), ("B", 100), moment=START))
NO_MONEY = figures(people(stayed(90), left(30)).assign(revenue=nan, revenue_before=nan))
TENURE = plain(stayed(90, years=2.0), left(30, years=1.0), period=Period("tenure", None, YEAR.last))
PLANS = plain(stayed(90), left(30), period=Period("subscriptions", YEAR.first, YEAR.last))


class TestKpiWords(WordChecks):
    module, cases = words, CASES
    counted = ("definitions",)
    not_for_the_cover = ("lost_revenue",)
    limits = ("30",)


@pytest.mark.parametrize("found", [BUSINESS, COHORT_DEAR, AVERAGE, NO_COST])
def test_a_finding_for_the_cover_is_short(found: object) -> None:
    for told in (words.worth(found, POUNDS), words.newly_won(found), words.lost_revenue(found)):  # type: ignore[arg-type]
        if told.headline:
            assert len(told.text.split()) <= 25
        assert len(told.action.split()) <= 20
