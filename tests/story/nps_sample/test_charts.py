"""Charts of who answered, and of scores counted in several ways."""

from collections.abc import Callable, Sequence
from typing import ClassVar

import pandas as pd

from helpers.story.chart import Chart
from helpers.story.nps_sample import charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.nps_sample.samples import (
    ALIKE,
    APART,
    EVEN,
    HAPPY,
    RISING,
    WEIGHTED,
    beside,
    firms,
    nobody,
    question,
    responded,
    rivals,
    weighed,
)

CHARTS: dict[str, ToldChart] = {
    "rates": (
        lambda: charts.rates(responded()),
        ["by value segment: Best (100) 80%", "; Rest (900) 11% (9% to 13%). All customers 18%."],
    ),
    "weights": (
        lambda: charts.weights(weighed(WEIGHTED)),
        ["2025, weighted +71", "2025, unweighted +50", "2026, weighted +62", "2026, unweighted +40"],
    ),
    "views": (
        lambda: charts.views(firms()),
        ["Every answer counts once −15", "Every account counts once 0", "Answers count by role +29", "by revenue +87"],
    ),
    "sides": (lambda: charts.sides(beside(*APART)), ["Businesses (28) +43", "Their consumers (360) −27"]),
    "questions": (
        lambda: charts.questions([question(waves=RISING), question("ces")]),
        ["Satisfied, 2025 (200) 40% (33% to 47%); Satisfied, 2026 (200) 80%"],
    ),
    "competitors": (
        lambda: charts.competitors(rivals({}, {"name": "Old", "method": "", "nps": 50.0})),
        ["Our own survey +30 (+27 to +33)", "Old, 2026-03 +50", "Rival, 2026-03 +10"],
    ),
}
EMPTY: dict[str, Draw] = {
    "rates": lambda: charts.rates(nobody()),
    "weights": lambda: charts.weights(weighed(ALIKE)),
    "views": lambda: charts.views(firms([])),
    "sides": lambda: charts.sides(beside((3, (1, 1, 0), (0, 0, 0)))),
    "questions": lambda: charts.questions([question(), question("ces")]),
    "competitors": lambda: charts.competitors(rivals()),
}


def odd_rates(text: str) -> Sequence[Chart]:
    return [charts.rates(responded({text: HAPPY["Best"], "Rest": HAPPY["Rest"]}, by=text or "group"))]


class TestCharts(ChartChecks):
    module, charts, empty = charts, CHARTS, EMPTY
    odd: ClassVar[dict[str, Callable[[str], Sequence[Chart]]]] = {
        "rates": odd_rates,
        "weights": lambda text: [charts.weights(weighed({text: WEIGHTED["2025"], "b": WEIGHTED["2026"]}))],
        "questions": lambda text: [charts.questions([question(waves={text: RISING["2025"], "b": RISING["2026"]})])],
        "competitors": lambda text: [charts.competitors(rivals({"name": text, "date": text}))],
    }
    textless = ("views", "sides")

    def test_every_chart_is_tried_also_empty_and_with_any_text(self) -> None:
        drawn = {"rates", "weights", "views", "sides", "questions", "competitors"}
        assert set(self.charts) == set(self.empty) == {*self.odd, *self.textless} == drawn


def test_groups_keep_the_order_that_they_have() -> None:
    bands = pd.DataFrame(
        {"grouping": "spend_band", "group": ["Top fifth", "Bottom fifth"], "response_rate": [0.1, 0.9]}
    )
    assert charts.in_order(bands)["group"].tolist() == ["Top fifth", "Bottom fifth"]
    assert charts.in_order(bands.assign(grouping="role"))["group"].tolist() == ["Bottom fifth", "Top fifth"]
    sizes = bands.assign(grouping="size", group=["10-49", "1-9"])
    assert charts.in_order(sizes)["group"].tolist() == ["1-9", "10-49"]
    assert charts.in_order(bands.head(0)).empty


def test_small_groups_are_left_to_the_table() -> None:
    groups = {**EVEN, "Tiny": (9, 1, 1, 1)}
    assert "Tiny" not in charts.rates(responded(groups)).alt
    assert "Tiny" in charts.rates(responded(groups), min_customers=9).alt


def test_one_wave_is_shown_by_itself_and_means_as_shares_of_a_hundred() -> None:
    assert charts.weights(weighed({"2025": WEIGHTED["2025"]})).alt.count("weighted +") == 2
    one = charts.questions([question(waves={"2025": RISING["2025"]})])
    assert "There is only one row to show: Satisfied (200) 40%" in one.alt
    both = charts.questions([question(waves=RISING, scale="0-100"), question("ces", RISING, scale="1-7")])
    assert "Satisfied, 2025 (200) 3%" in both.alt
    assert "Easy to deal with, 2026 (200) 40%" in both.alt
