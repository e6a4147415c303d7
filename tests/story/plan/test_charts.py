"""The chart of the plan."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from helpers.story.chart import Chart
from helpers.story.plan import charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
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
