"""Charts of subscribers."""

from dataclasses import replace
from math import nan
from typing import ClassVar

import pandas as pd
import pytest

from helpers.analysis.lifecycle.plans_follow import Followed
from helpers.story import fmt
from helpers.story.chart import Chart
from helpers.story.lifecycle import plans_charts as charts
from tests.analysis.lifecycle.subscribers import many
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.lifecycle import plans_samples as samples
from tests.story.lifecycle.plans_samples import dated, follow, nobody

POUNDS = fmt.Money("GBP")
CHARTS: dict[str, ToldChart] = {
    "groups": (lambda: charts.groups(dated(), POUNDS), ["lapsed", "loyal", "a month"]),
    "staying": (lambda: charts.staying(dated()), ["by plan", "“basic”", "after 12", "“pro”"]),
    "hazard": (lambda: charts.hazard(dated()), ["the first month", "months 4 to 6"]),
    "kept": (
        lambda: charts.kept(dated(), POUNDS),
        [
            "paid 12 months ago £4,000; gone: cancelled −£600; gone: cheaper −£150; come: dearer or more +£900",
            "paid now £4,150",
        ],
    ),
    "months": (lambda: charts.months(dated(), POUNDS), ["June 2026 to September 2026: £400 to £505"]),
    "trials": (lambda: charts.trials(dated()), ["40 trials paid for: 75% by day 14; half of these by day 14"]),
}
EMPTY: dict[str, Draw] = {
    "groups": lambda: charts.groups(nobody(), POUNDS),
    "staying": lambda: charts.staying(nobody()),
    "hazard": lambda: charts.hazard(samples.all_stay()),
    "kept": lambda: charts.kept(samples.by_tenure(), POUNDS),
    "months": lambda: charts.months(nobody(), POUNDS),
    "trials": lambda: charts.trials(nobody()),
}


def by_plan(text: str, plans: int = 2) -> Followed:
    """The first plan has that name."""
    people = many(600)
    names = {0: text, 1: "b", 2: "c", 3: "d", 4: "e", 5: "f"}
    kinds = pd.Series([i % 2 + 2 * (i // 2 % (plans // 2)) for i in people.index]).map(names)
    return follow(people.assign(plan=kinds.replace("", None)))


def odd_staying(text: str) -> list[Chart]:
    found = dated()
    assert found.attributes is not None
    return [
        charts.staying(by_plan(text)),
        charts.staying(replace(found, attributes=replace(found.attributes, best=text))),
    ]


class TestPlansCharts(ChartChecks):
    module, charts, empty = charts, CHARTS, EMPTY
    odd: ClassVar = {
        "groups": lambda text: [charts.groups(dated(), fmt.Money(text[:3]))],
        "staying": odd_staying,
        "kept": lambda text: [charts.kept(dated(), fmt.Money(text[:3]))],
        "months": lambda text: [charts.months(dated(), fmt.Money(text[:3]))],
    }
    textless = ("hazard", "trials")


def test_without_fees_no_chart_speaks_of_money() -> None:
    found = samples.by_tenure()
    chart = charts.groups(found, POUNDS)
    assert "£" not in chart.alt
    assert "fees" not in chart.title
    customers = replace(dated(), months=samples.months((nan,) * 4))
    assert "Paying customers at the end of each month" in charts.months(customers, POUNDS).alt
    assert "40 to 43" in charts.months(customers, POUNDS).alt


def test_all_together_where_nothing_parts_customers() -> None:
    assert "All customers" in charts.staying(samples.by_tenure()).alt


@pytest.mark.parametrize("plans", [4, 6])
def test_of_many_groups_those_at_the_ends_are_drawn(plans: int) -> None:
    alt = charts.staying(by_plan("a", plans)).alt
    assert alt.count("“") == 4


def test_two_months_make_a_line_and_one_does_not() -> None:
    assert charts.months(replace(dated(), months=samples.months().head(2)), POUNDS).svg
    assert not charts.months(replace(dated(), months=samples.months().head(1)), POUNDS).svg
