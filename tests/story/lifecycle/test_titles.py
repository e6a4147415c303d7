"""What the titles of the charts of the lifecycle say, and when they say nothing."""

import pandas as pd

from helpers.story.lifecycle import charts, titles
from tests.story.lifecycle.results import CUTS, GRID, LIFE, cuts, life, staying, trend
from tests.story.title_checks import TitleChecks, ToldTitle
from tests.story.word_checks import POUNDS


def wide(falls: float) -> pd.DataFrame:
    return pd.DataFrame({"active": [1 - falls], "dormant": [falls]}, index=["active"])


CASES: dict[str, list[ToldTitle]] = {
    "groups": [
        (lambda: titles.groups(LIFE, POUNDS), "High-value customers are 2% of customers and 40% of spend"),
        (lambda: titles.groups(life([0, 30, 60, 0, 10]), POUNDS), "60% of customers are loyal, 10% dormant"),
        (lambda: titles.groups(life([0, 81, 0, 0, 19], [0.0, 81, 0, 0, 19]), POUNDS), ""),
        (lambda: titles.groups(life([0, 30, 60, 0, 10], known=False), POUNDS), ""),
        (lambda: titles.groups(life([0, 1, 2, 0, 1]), POUNDS), ""),
        (
            lambda: titles.groups(life([0, 500, 300, 19, 181], [0.0, 10, 20, 60, 10]), POUNDS),
            "30% of customers are loyal, 18% dormant",
        ),
    ],
    "next_order": [
        (lambda: titles.next_order(CUTS), "58% order again after the first order, 90% after five"),
        (lambda: titles.next_order(CUTS, of_visits=True), "58% visit again after the first visit, 90% after five"),
        (lambda: titles.next_order(cuts(low=2, high=6)), ""),
        (lambda: titles.next_order(cuts("set by hand")), ""),
    ],
    "cohorts": [
        (
            lambda: titles.cohorts(trend(0.4, 0.25, -0.2, -0.1), "quarter"),
            "25% of newer customers came back in the next quarter, 40% of earlier ones",
        ),
        (lambda: titles.cohorts(trend(0.4, 0.39, -0.05, 0.03), "quarter"), ""),
        (lambda: titles.cohorts(trend(0.4, 0.2, -0.3, -0.1, customers=20), "quarter"), ""),
        (lambda: titles.cohorts(None, "month"), ""),
    ],
    "survival": [
        (lambda: titles.survival(staying()), "An estimated 76% of customers are left after 12 months"),
        (lambda: titles.survival(staying(ended=9)), ""),
    ],
    "moves": [
        (lambda: titles.moves(wide(0.08), "quarter"), "8% of active customers are dormant a quarter later"),
        (lambda: titles.moves(wide(0.0), "quarter"), ""),
        (lambda: titles.moves(pd.DataFrame(), "quarter"), ""),
    ],
}


class TestLifecycleTitles(TitleChecks):
    module, cases = titles, CASES


def test_the_topic_stays_beneath_a_claim_and_stands_alone_without_one() -> None:
    assert charts.cohorts(GRID, "quarter").title == "How many new customers come back"
    claimed = charts.cohorts(GRID, "quarter", trend(0.4, 0.25, -0.2, -0.1))
    assert claimed.title == "25% of newer customers came back in the next quarter, 40% of earlier ones"
    assert "How many new customers come back. Customers who bought" in claimed.svg
