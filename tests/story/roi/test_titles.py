"""What the titles of the charts of returns and customers' worth say, and when they say nothing."""

from dataclasses import replace
from math import nan
from typing import Any

import pandas as pd

from helpers.analysis.roi.before_campaigns import NAIVE
from helpers.analysis.roi.cash import explain_gain, project_cash
from helpers.analysis.roi.simulate import simulate_programme
from helpers.story.roi import before_charts, charts, titles
from tests.story.roi import before_samples as samples
from tests.story.roi.before_samples import came, campaigns
from tests.story.roi.cases import FREE, LOSES, MATCHED, PAYS, UNCLEAR, case, outlook, programme, returns
from tests.story.roi.test_charts import named
from tests.story.roi.test_money_words import ALIKE
from tests.story.title_checks import TitleChecks, ToldTitle
from tests.story.word_checks import POUNDS


def returned(*cases: dict[str, Any]) -> str:
    found = returns(*cases)
    return titles.returns(found.by_segment, [c["arm"] for c in cases], found.margin, POUNDS)


def worth(low: float, high: float, kpi: str = "gross_margin_value", last: str = "everyone") -> str:
    """Champions of £300, between these ends, and all customers of £100 (£90 to £110)."""
    rows = [("Champions", "rfm", 300.0, low, high), ("All", last, 100.0, 90.0, 110.0)]
    frame = pd.DataFrame(rows, columns=["segment", "segmentation", kpi, f"{kpi}_low", f"{kpi}_high"])
    return titles.worth(frame, kpi, POUNDS)


def cash(*cases: dict[str, Any], **terms: float) -> str:
    planned = programme(*cases, **terms)
    return titles.cash(planned, project_cash(planned), simulate_programme(planned, draws=2_000), POUNDS)


def left(*cases: dict[str, Any]) -> str:
    return titles.waterfall(explain_gain(project_cash(programme(*cases, monthly=0.0, rate=0.0))), POUNDS)


PLAN = case("Plan", 1_000, 6_000, 6_000, basis="planned", evidence="none")
CASES: dict[str, list[ToldTitle]] = {
    "returns": [
        (lambda: returned(PAYS), "“Call” paid: £3,500 of extra margin for £1,000"),
        (lambda: returned(LOSES), "“Post” lost money: £250 of extra margin for £1,000"),
        (lambda: returned(UNCLEAR), ""),
        (lambda: returned(PAYS | MATCHED), ""),
        (lambda: returned(), ""),
    ],
    "worth": [
        (lambda: worth(250, 350), "Champions are worth £300 a customer, the average customer £100"),
        (
            lambda: worth(250, 350, "revenue_per_customer"),
            "Champions brought £300 a customer, the average customer £100",
        ),
        (lambda: worth(109, 500), ""),
        (lambda: worth(nan, nan), ""),
        (lambda: worth(250, 350, last="rfm"), ""),
    ],
    "cash": [
        (lambda: cash(PAYS, monthly=0.0, rate=0.0), "The programme should gain £2,000 and pay for itself by month 3"),
        (lambda: cash(LOSES, monthly=0.0, rate=0.0), "The programme would lose £1,250 over 12 months"),
        (lambda: cash(UNCLEAR, one_off=0.0), ""),
        (lambda: cash(PLAN, monthly=0.0, rate=0.0), ""),
        (lambda: titles.cash(programme(PAYS), project_cash(programme(PAYS)), None, POUNDS), ""),
        (lambda: cash(FREE), ""),
    ],
    "waterfall": [
        (lambda: left(PAYS), "Of £7,000 of extra revenue £2,000 is left as net gain"),
        (lambda: left(LOSES), "Of £500 of extra revenue nothing is left as net gain"),
        (lambda: left(FREE), ""),
        (lambda: left(case("Call", 1_000, -500, 500)), ""),
    ],
    "tornado": [
        (
            lambda: titles.tornado(
                replace(outlook(PAYS), tornado=pd.DataFrame({"input": ["lift", "margin"], "swing": [900.0, 100.0]})),
                POUNDS,
            ),
            "The lift per customer moves the net gain most: by £900",
        ),
        (lambda: titles.tornado(replace(outlook(PAYS), tornado=ALIKE), POUNDS), ""),
        (lambda: titles.tornado(outlook(FREE), POUNDS), ""),
    ],
    "came_anyway": [
        (
            lambda: titles.came_anyway(came(0.19, 0.09)),
            "Spend rose 19% between the two periods; a year earlier it rose 9%",
        ),
        (lambda: titles.came_anyway(came(0.09, 0.085)), ""),
        (lambda: titles.came_anyway(samples.NOT_EXPECTED), ""),
    ],
    "naive_campaigns": [
        (
            lambda: titles.naive_campaigns(campaigns(52, 2), POUNDS),
            "Before and after would credit “Email” with +£52; the measured lift is +£2",
        ),
        (lambda: titles.naive_campaigns(campaigns(3, 2), POUNDS), ""),
        (lambda: titles.naive_campaigns(pd.DataFrame(columns=list(NAIVE)), POUNDS), ""),
    ],
}


class TestRoiTitles(TitleChecks):
    module, cases = titles, CASES


def test_a_campaign_with_a_long_name_leaves_the_topic() -> None:
    assert charts.returns(named("x" * 200), POUNDS).title == "Extra margin and what it cost"
    chart = before_charts.naive_campaigns(campaigns(52, 2, name="x" * 200), POUNDS)
    assert chart.title == "Campaigns by before and after, and as measured"
