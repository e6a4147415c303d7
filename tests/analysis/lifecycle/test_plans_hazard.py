"""The hazard of cancelling: life tables against counts by hand, intervals against statsmodels, real customers."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from helpers.analysis.lifecycle.plans_hazard import LEAST_ENDED, leave_within, measure_hazard, wilson
from helpers.errors import InputError, ThinDataError


def hazard(*people: tuple[float, bool]):  # type: ignore[no-untyped-def]
    frame = pd.DataFrame(people, columns=["months", "ended"])
    return measure_hazard(frame["months"], frame["ended"])


def constant(rate: float, n: int = 2_000, seed: int = 1, until: float = 30):  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(seed)
    stays, seen = rng.exponential(1 / rate, n), rng.uniform(0, until, n)
    return measure_hazard(pd.Series(np.minimum(stays, seen)), pd.Series(stays < seen))


def test_by_hand_in_whole_months() -> None:
    """Five customers: two leave in the first month, one in the third; one is seen for two, one for three."""
    found = hazard((1, True), (1, True), (3, True), (2, False), (3, False))
    assert found.by_month["months"].tolist() == [1, 2, 3]
    assert found.by_month["at_risk"].tolist() == [5, 3, 2]
    assert found.by_month["ended"].tolist() == [2, 0, 1]
    assert found.by_month["exposure"].tolist() == [5, 3, 2]
    assert found.by_month["hazard"].tolist() == [0.4, 0, 0.5]
    assert found.monthly == pytest.approx(0.3)
    assert (found.customers, found.ended) == (5, 3)


def test_a_part_of_a_month_is_a_part_of_its_exposure() -> None:
    """Who left within a month lived all of it; who is still there lived a quarter of the second."""
    found = hazard((0.5, True), (1.25, False))
    assert found.by_month["at_risk"].tolist() == [2, 1]
    assert found.by_month["exposure"].tolist() == [2, 0.25]
    assert found.by_month["hazard"].tolist() == [0.5, 0]


def test_who_leaves_at_once_leaves_in_the_first_month_and_who_is_new_adds_nothing() -> None:
    found = hazard((0, True), (0, False), (1, False))
    assert found.by_month["ended"].tolist() == [1]
    assert found.by_month["at_risk"].tolist() == [3]
    assert found.by_month["exposure"].tolist() == [2]


@pytest.mark.parametrize(("ended", "of"), [(0, 10), (3, 10), (10, 10), (1, 4000), (37, 380)])
def test_intervals_are_those_of_statsmodels(ended: int, of: int) -> None:
    assert wilson(ended, of) == pytest.approx(proportion_confint(ended, of, method="wilson"), abs=1e-12)


def test_an_interval_of_nothing_is_not_known() -> None:
    assert all(math.isnan(x) for x in wilson(0, 0))


def test_with_a_constant_risk_nothing_stands_out_and_nothing_levels_off() -> None:
    found = constant(0.05)
    assert found.monthly == pytest.approx(1 - math.exp(-0.05), abs=0.004)
    assert found.low < 1 - math.exp(-0.05) < found.high
    assert not found.peak_is_clear
    assert math.isnan(found.levels_off_months)


def test_a_risk_that_falls_levels_off() -> None:
    """A tenth leave in each of the first three months, one in a hundred later."""
    rng = np.random.default_rng(5)
    monthly = np.where(np.arange(36) < 3, 0.1, 0.01)
    goes = rng.random((4_000, 36)) < monthly
    first = np.where(goes.any(axis=1), goes.argmax(axis=1) + 1, 36)
    found = measure_hazard(pd.Series(first.astype(float)), pd.Series(goes.any(axis=1)))
    assert found.stages["from_months"].tolist() == [0, 1, 3, 6, 12, 24]
    assert found.peak in (0, 1)
    assert found.peak_is_clear
    assert found.levels_off_months == 3


def test_too_few_cancellations_have_no_peak() -> None:
    people = [(1.0, True)] * (LEAST_ENDED - 1) + [(5.0, False)] * 100
    found = hazard(*people)
    assert found.peak == -1
    assert math.isnan(found.levels_off_months)
    assert hazard(*people, (1.0, True)).peak == 0


def test_leaving_within_a_year_is_what_the_curve_says() -> None:
    found = constant(0.05, 20_000)
    assert leave_within(pd.Series([0.0, 3.5, 40.0]), found, 12) == pytest.approx([1 - math.exp(-0.6)] * 3, abs=0.03)
    assert leave_within(pd.Series([5.0]), found, 0) == pytest.approx([0])


def test_leaving_within_some_months_by_hand() -> None:
    """Stages of one and of two months: a half leave in the first, a tenth in each of the next."""
    people = [(1.0, True)] * 50 + [(2.0, True)] * 5 + [(3.0, True)] * 5 + [(3.0, False)] * 40
    found = hazard(*people)
    rate = 10 / (50 + 45)
    assert found.stages["hazard"].tolist() == pytest.approx([0.5, rate])
    chance = leave_within(pd.Series([0.0, 1.0, 9.0]), found, 2)
    assert chance == pytest.approx([1 - 0.5 * (1 - rate), 1 - (1 - rate) ** 2, 1 - (1 - rate) ** 2])


def test_bad_input_is_refused() -> None:
    with pytest.raises(ThinDataError, match="no customers"):
        hazard()
    for wrong in (-1.0, math.nan, math.inf):
        with pytest.raises(InputError, match="missing or below zero"):
            hazard((wrong, True))


@given(st.lists(st.tuples(st.floats(0, 90), st.booleans()), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_everyone_counts_once(people: list[tuple[float, bool]]) -> None:
    found = hazard(*people)
    assert found.by_month["ended"].sum() == sum(ended for _, ended in people) == found.stages["ended"].sum()
    assert found.by_month["at_risk"].iloc[0] == len(people)
    assert (found.by_month["exposure"] <= found.by_month["at_risk"] + 1e-9).all()
    assert (found.by_month["exposure"] >= found.by_month["ended"] - 1e-9).all()
    known = found.by_month.dropna(subset="hazard")
    assert ((known["low"] <= known["hazard"] + 1e-9) & (known["hazard"] <= known["high"] + 1e-9)).all()


def test_the_telephone_customers(shared_data: Path) -> None:
    """Cancelled over those at risk in each month is the hazard of Kaplan and Meier, whose known shares it gives."""
    phone = pd.read_csv(shared_data / "telco_churn.csv")
    found = measure_hazard(phone["tenure"].astype(float), phone["Churn"] == "Yes")
    stays = (1 - found.by_month.set_index("months")["hazard"]).cumprod()
    known = {1: 0.9460, 6: 0.8848, 12: 0.8432, 24: 0.7887, 36: 0.7485, 60: 0.6644, 72: 0.5928}
    assert {m: round(stays[m], 4) for m in known} == known
    assert (found.customers, found.ended) == (7_043, 1_869)
    assert found.peak == 0
    assert found.peak_is_clear
    assert found.levels_off_months == 12
