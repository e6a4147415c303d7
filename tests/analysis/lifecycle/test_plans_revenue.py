"""Revenue retention against published examples, and churn of an average month."""

import math

import pandas as pd
import pytest

from helpers.analysis.lifecycle.plans_revenue import LEAST_CUSTOMERS, choose_window, churn_a_month, measure_kept


def kept(start: float, more: float, less: float, gone: float, customers: int = 100, lost: int = 7):  # type: ignore[no-untyped-def]
    money = {"start_mrr": start, "expansion_mrr": more, "contraction_mrr": less, "cancelled_mrr": gone}
    return measure_kept({"months": 12, "customers": customers, "lost": lost, **money})


def test_published_example() -> None:
    """ChurnZero, Churnopedia, "Net revenue retention" (churnzero.net/churnopedia/net-revenue-retention): 27,000 a month
    grows to 35,000 by upsells to the same customers, 5,000 of contracts expire: 30,000 / 27,000 = 111%."""
    found = kept(27_000, 8_000, 0, 5_000)
    assert found.end_mrr == 30_000
    assert round(found.net, 2) == 1.11
    assert found.gross == pytest.approx(22 / 27)
    assert found.revenue_churn == pytest.approx(5 / 27)
    assert found.churn == 0.07


def test_published_churn() -> None:
    """500 customers at the start, 450 at the end: churn 10% (github.com/Brett777/Predict-Churn, README)."""
    assert kept(500, 0, 0, 50, 500, 50).churn == 0.1


def test_cheaper_plans_take_away_from_both() -> None:
    found = kept(100, 30, 10, 20)
    assert (found.net, found.gross, found.revenue_churn) == pytest.approx((1.0, 0.7, 0.3))


def test_without_revenue_at_the_start_retention_is_not_known() -> None:
    assert math.isnan(kept(0, 10, 0, 0).net)
    found = kept(math.nan, math.nan, math.nan, math.nan)
    assert math.isnan(found.net)
    assert math.isnan(found.gross)
    assert found.churn == 0.07
    assert math.isnan(kept(0, 0, 0, 0, customers=0, lost=0).churn)


def test_thirty_customers_are_enough() -> None:
    assert kept(1, 0, 0, 0, customers=LEAST_CUSTOMERS).enough
    assert not kept(1, 0, 0, 0, customers=LEAST_CUSTOMERS - 1).enough


def months(active: list[int], **more: list[float]) -> pd.DataFrame:
    frame = pd.DataFrame({"active": active, "partial": False, "cancelled": 0, "mrr": 10.0})
    return frame.assign(contraction_mrr=0.0, cancelled_mrr=0.0).assign(**more)


@pytest.mark.parametrize(
    ("active", "window"),
    [
        ([50] * 20, 12),
        ([50] * 13, 12),
        ([50] * 12, 11),
        ([29, 30, 40, 50], 2),
        ([3, 5, 9], 2),
        ([0, 5, 9], 1),
        ([9], 0),
        ([], 0),
        ([0, 0], 0),
    ],
)
def test_the_longest_window_with_customers_is_taken(active: list[int], window: int) -> None:
    assert choose_window(months(active)) == window


def test_churn_of_an_average_month_leaves_out_the_month_not_over() -> None:
    table = months(
        [100, 90, 80, 10],
        cancelled=[0, 10, 10, 70],
        mrr=[1000.0, 950, 900, 100],
        contraction_mrr=[0.0, 10, 20, 0],
        cancelled_mrr=[0.0, 90, 75, 800],
        partial=[False, False, False, True],
    )
    customers, revenue = churn_a_month(table, 12)
    assert customers == pytest.approx(20 / 190)
    assert revenue == pytest.approx(195 / 1950)
    assert churn_a_month(table, 1) == pytest.approx((10 / 90, 95 / 950))


def test_churn_is_not_known_without_a_month_before() -> None:
    assert all(math.isnan(x) for x in churn_a_month(months([5]), 12))
    without = months([5, 4], cancelled=[0, 1], mrr=[math.nan] * 2, cancelled_mrr=[math.nan] * 2)
    customers, revenue = churn_a_month(without, 12)
    assert customers == 0.2
    assert math.isnan(revenue)
