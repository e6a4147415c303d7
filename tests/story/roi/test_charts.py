"""Charts of what campaigns returned."""

import re
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from helpers.analysis.roi.returns import Returns
from helpers.story import fmt
from helpers.story.chart import BAD, GOOD, Chart
from helpers.story.roi import charts
from tests.story.chart_checks import ChartChecks, Draw, ToldChart
from tests.story.roi.cases import ALONE, LOSES, MATCHED, PAYS, SHOWN, returns

POUNDS = fmt.Money("GBP")

CHARTS: dict[str, ToldChart] = {
    "returns": (
        lambda: charts.returns(SHOWN, POUNDS),
        [
            "Champions, test, Call: extra margin £3,500 (£2,500 to £4,500), cost £1,000, pays",
            "Lost, test, Post",
            "no cost given",
        ],
    ),
}
EMPTY: dict[str, Draw] = {
    "returns": lambda: charts.returns(replace(SHOWN, by_segment=SHOWN.by_segment.head(0)), POUNDS),
}


def named(text: str) -> Returns:
    """The first segment, its campaign and every arm have that name."""
    rows = SHOWN.by_segment
    return replace(SHOWN, by_segment=rows.assign(segment=[text, "b", "c"], campaign=[text, "b", "c"], arm=text))


ODD: dict[str, Callable[[str], list[Chart]]] = {"returns": lambda text: [charts.returns(named(text), POUNDS)]}


class TestRoiCharts(ChartChecks):
    module, charts, empty, odd = charts, CHARTS, EMPTY, ODD


def _many_returns() -> Returns:
    """Forty cases: one pays, one loses, the others are unclear and cost 1 to 38; one interval is huge."""
    rows = pd.concat([SHOWN.by_segment.head(1)] * 40, ignore_index=True)
    rows = rows.assign(
        segment=[f"Group {i:02}" for i in range(40)],
        cost=[float(i) for i in range(40)],
        incremental_revenue=100.0,
        incremental_low=[-1e9 if i == 38 else -50.0 for i in range(40)],
        incremental_high=[1e9 if i == 38 else 250.0 for i in range(40)],
        verdict=["pays", "loses", *["unclear"] * 38],
    )
    return replace(SHOWN, by_segment=rows)


def test_of_many_returns_the_clear_and_the_costly_are_drawn() -> None:
    """Thirty-six rows nobody compares; what is unclear is ranked by cost, not by revenue that may be chance."""
    said = re.findall(r"Group (\d\d):", charts.returns(_many_returns(), POUNDS).alt)
    assert said == ["00", "01", *(str(i) for i in range(39, 29, -1))]


def test_one_huge_interval_does_not_flatten_the_others() -> None:
    """The axis ends near the other eleven intervals; what goes on beyond it has an arrow at either end."""
    shown = _many_returns().by_segment.tail(12)
    ends = charts._ends(shown["incremental_revenue"], shown["incremental_low"], shown["incremental_high"])
    assert ends == pytest.approx((100 - 600 - 48, 100 + 600 + 48))
    assert "arrows" in charts._beyond(shown["incremental_low"], shown["incremental_high"], ends)


def test_what_had_nobody_to_compare_with_is_not_drawn() -> None:
    said = charts.returns(returns(PAYS | {"segment": "Champions"}, ALONE | {"segment": "Lost"}), POUNDS).alt
    assert "Champions" in said and "Lost" not in said
    assert "nan" not in said


def test_what_was_not_tested_has_neither_colour() -> None:
    chart = charts.returns(returns(PAYS | MATCHED, LOSES | MATCHED), POUNDS)
    assert "consistent with paying" in chart.alt
    assert GOOD not in chart.svg and BAD not in chart.svg
    assert GOOD in charts.returns(returns(PAYS), POUNDS).svg


def test_a_campaign_is_named_where_its_arms_are_not_its_own() -> None:
    alt = charts.returns(returns(PAYS, LOSES | {"arm": "Call", "campaign": "Autumn"}), POUNDS).alt
    assert ". Spring: extra" in alt and "; Autumn: extra" in alt
    assert ". Call:" in charts.returns(returns(PAYS, LOSES | {"campaign": "Autumn"}), POUNDS).alt
