"""What the titles of the charts of segments say, and when they say nothing."""

from dataclasses import replace

import pandas as pd

from helpers.analysis.rfm import Rfm
from helpers.analysis.rfm.holdout import no_holdout
from helpers.analysis.rfm.movement import Movement, no_movement
from helpers.story.rfm import charts, titles
from tests.story import samples
from tests.story.samples import scored
from tests.story.title_checks import TitleChecks, ToldTitle
from tests.story.word_checks import POUNDS


def moved(**net: int) -> Movement:
    """On balance, by segment."""
    frame = pd.DataFrame({"rfm_segment": list(net), "net": list(net.values())})
    return replace(samples.MOVES, by_segment=frame.assign(arrived=60, left=60 - frame["net"], before=90, now=90))


def best_cell(customers: int, rfm: Rfm = samples.RFM) -> Rfm:
    return replace(rfm, grid=rfm.grid.assign(customers=[300, 0, 75, customers]))


CASES: dict[str, list[ToldTitle]] = {
    "segments": [
        (lambda: titles.segments(samples.RFM, POUNDS), "Champions are 52% of customers and 89% of spend"),
        (lambda: titles.segments(samples.RF, POUNDS), "Champions are 52% of customers and 84% of orders"),
        (
            lambda: titles.segments(scored({"At risk": (20, 900.0), "Lost": (80, 10.0)}), POUNDS),
            "“At risk” is 20% of customers and 96% of spend",
        ),
        (lambda: titles.segments(scored({"Champions": (50, 10.0), "Lost": (50, 10.0)}), POUNDS), ""),
        (lambda: titles.segments(scored({"Champions": (90, 10.0)}), POUNDS), ""),
        (lambda: titles.segments(scored({"Champions": (9, 900.0), "Lost": (9, 1.0)}), POUNDS), ""),
        (lambda: titles.segments(scored({"Lost": (90, 0.0)}), POUNDS), ""),
    ],
    "grid": [
        (
            lambda: titles.grid(samples.RFM, POUNDS),
            "750 customers score best in recency and in orders, spending £11.6k each",
        ),
        (lambda: titles.grid(samples.RF, POUNDS), "750 customers score best in recency and in orders"),
        (lambda: titles.grid(best_cell(19), POUNDS), ""),
        (lambda: titles.grid(replace(samples.RFM, grid=samples.RFM.grid.head(2)), POUNDS), ""),
    ],
    "concentration": [
        (lambda: titles.concentration(samples.RFM), "The biggest fifth of customers has brought 75% of spend"),
        (lambda: titles.concentration(samples.RF), ""),
    ],
    "net_flows": [
        (
            lambda: titles.net_flows(moved(Champions=17, Lost=-12)),
            "Champions have grown most: by 17 customers on balance",
        ),
        (lambda: titles.net_flows(moved(Champions=2, Lost=-12)), "“Lost” has shrunk most: by 12 customers on balance"),
        (lambda: titles.net_flows(samples.MOVES), ""),
        (lambda: titles.net_flows(moved(Champions=9, Lost=-8)), ""),
        (lambda: titles.net_flows(no_movement()), ""),
    ],
    "tenths": [
        (
            lambda: titles.tenths(samples.HOLDOUT),
            "90% of the best-scored customers have ordered since, 10% of the last",
        ),
        (lambda: titles.tenths(replace(samples.HOLDOUT, auc_low=0.49)), ""),
        (lambda: titles.tenths(no_holdout()), ""),
    ],
}


class TestRfmTitles(TitleChecks):
    module, cases = titles, CASES


def test_a_name_too_long_for_a_title_leaves_its_topic() -> None:
    long = replace(samples.RFM, segments=samples.RFM.segments.assign(rfm_segment=["x" * 200, "b", "c"]))
    assert charts.segments(long, POUNDS).title == "Customers and spend by segment"
    assert charts.segments(samples.RFM, POUNDS).title == "Champions are 52% of customers and 89% of spend"
