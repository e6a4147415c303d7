"""The chart of the plan."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import ClassVar

from helpers.story import fmt
from helpers.story.chart import Chart
from helpers.story.plan import charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.chart_room import text_lines
from tests.story.plan.samples import LATE, REPEAT, STOP, plan
from tests.story.word_checks import POUNDS


class TestPlanCharts(ChartChecks):
    module = charts
    charts: ClassVar[dict[str, ToldChart]] = {
        "gains": (
            lambda: charts.gains(plan(REPEAT, STOP, LATE), POUNDS),
            [
                "Repeat “Call” of “Spring” £9,000 (£6,000 to £12k)",
                "Do not repeat “Card” of “Spring” £2,000 (£1,000 to £3,000).",
            ],
        )
    }
    empty: ClassVar[dict[str, Draw]] = {"gains": lambda: charts.gains(plan(LATE), POUNDS)}
    odd: ClassVar[dict[str, Callable[[str], Sequence[Chart]]]] = {
        "gains": lambda text: [charts.gains(plan(REPEAT | {"arm": text, "campaign": text}, STOP), POUNDS)]
    }


def test_amounts_on_the_axis_keep_apart_on_a_phone() -> None:
    row = REPEAT | {"expected": 3_987.0, "low": 1_800.0, "high": 6_200.0}
    lines = text_lines(charts.gains(plan(row), fmt.Money("USD")).narrow)
    ticks = sorted((line.left, line.right) for line in lines if line.text.endswith("000") or line.text == "$0")
    assert [right + 6 < left for (_, right), (left, _) in pairwise(ticks)] == [True] * (len(ticks) - 1)
    assert len(ticks) > 1
