"""What the titles of the charts of subscribers say, and when they say nothing."""

from dataclasses import replace
from math import nan
from typing import Any

from helpers.analysis.lifecycle.plans_follow import Followed
from helpers.story.lifecycle import plans_charts
from helpers.story.lifecycle import plans_titles as titles
from tests.story.lifecycle import plans_samples as samples
from tests.story.lifecycle.plans_samples import dated, kept, nobody
from tests.story.lifecycle.test_plans_charts import by_plan
from tests.story.lifecycle.test_plans_words import peak
from tests.story.title_checks import TitleChecks, ToldTitle
from tests.story.word_checks import POUNDS


def with_group(group: str, **changes: Any) -> Followed:
    """Only that group, with these figures."""
    found = dated()
    assert found.plans is not None
    table = found.plans.groups.head(1).assign(lifecycle_group=group, **changes)
    return replace(found, plans=replace(found.plans, groups=table))


def apart(best: float, worst: float) -> Followed:
    """Shares left of either plan."""
    found = dated()
    assert found.attributes is not None
    tested = found.attributes.tested.assign(best_share=best, worst_share=worst)
    return replace(found, attributes=replace(found.attributes, tested=tested))


CASES: dict[str, list[ToldTitle]] = {
    "groups": [
        (
            lambda: titles.groups(with_group("high value", customers=40, customer_share=0.1, fee_share=0.35)),
            "High-value customers are 10% of subscribers and 35% of fees",
        ),
        (
            lambda: titles.groups(with_group("lapsed", customers=40, customer_share=0.1)),
            "10% of subscribers have lapsed",
        ),
        (lambda: titles.groups(with_group("high value", customers=40, customer_share=0.1, fee_share=0.12)), ""),
        (lambda: titles.groups(with_group("high value", customers=40, customer_share=0.1, fee_share=nan)), ""),
        (lambda: titles.groups(with_group("high value", customers=2, customer_share=0.1, fee_share=0.35)), ""),
        (lambda: titles.groups(with_group("lapsed", customers=3, customer_share=0.1)), ""),
        (lambda: titles.groups(nobody()), ""),
    ],
    "staying": [
        (
            lambda: titles.staying(apart(0.81, 0.44), ["basic", "pro"]),
            "81% of “pro” are left after 12 months, 44% of “basic”",
        ),
        (lambda: titles.staying(apart(0.812, 0.808), ["basic", "pro"]), ""),
        (lambda: titles.staying(apart(0.81, 0.44), ["basic", "other"]), ""),
        (lambda: titles.staying(samples.by_tenure(), []), "49% of customers are still there after 9 months"),
        (lambda: titles.staying(nobody(), []), ""),
    ],
    "hazard": [
        (lambda: titles.hazard(peak(3, 6)), "The risk of cancelling peaks in months 4 to 6: 20.0% a month"),
        (lambda: titles.hazard(dated()), ""),
        (lambda: titles.hazard(nobody()), ""),
    ],
    "kept": [
        (lambda: titles.kept(dated(), POUNDS), "Subscribers of 12 months ago now pay 104% of what they paid then"),
        (lambda: titles.kept(replace(dated(), kept=kept(nan, nan, nan, nan)), POUNDS), ""),
        (lambda: titles.kept(replace(dated(), kept=kept(10, 0, 0, 0, customers=1, lost=0, months=1)), POUNDS), ""),
        (lambda: titles.kept(nobody(), POUNDS), ""),
    ],
    "months": [
        (
            lambda: titles.months(400, 505, 3, of_fees=True, money=POUNDS),
            "Recurring revenue rose from £400 to £505 in 3 months",
        ),
        (
            lambda: titles.months(43, 40, 1, of_fees=False, money=POUNDS),
            "Paying customers fell from 43 to 40 in 1 month",
        ),
        (lambda: titles.months(400.4, 400.1, 3, of_fees=True, money=POUNDS), ""),
    ],
    "trials": [
        (lambda: titles.trials(dated()), "75% of 40 trials are paid for within 14 days"),
        (lambda: titles.trials(replace(dated(), trials=samples.trials(30, 0))), ""),
        (lambda: titles.trials(replace(dated(), trials=samples.trials(0, 30))), ""),
        (lambda: titles.trials(nobody()), ""),
    ],
}


class TestPlansTitles(TitleChecks):
    module, cases = titles, CASES


def test_a_plan_with_a_long_name_leaves_the_topic() -> None:
    assert plans_charts.staying(by_plan("x" * 200)).title == "How long customers stay, by plan"
