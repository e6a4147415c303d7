"""The Qini curve against scikit-uplift, by hand, and on orderings whose worth is known."""

import numpy as np
import pytest

from helpers.analysis.campaigns.qini import POINTS, STEPS, measure_qini

# 60 customers, and what scikit-uplift 0.5.1 makes of them: qini_curve(outcome, score, treated), and from it
# auc(x, y) - y[-1] * 60 / 2 = 57.90126929933081 (its Qini before norming), 31 of them being treated.
SCORE = np.array([int(c, 16) for c in "B78A69A2033AA0591915934383B556666B99874B52A1A7105016B59B9756"])
TREATED = np.array([int(c) for c in "000010001110100011101011011111010001111110110010100001001101"]) == 1
OUTCOME = np.array([float(c) for c in "000100010100001000011001001101100000111100100000100010100100"])
CURVE_X = [0, 6, 12, 20, 23, 27, 34, 42, 44, 49, 51, 56, 60]
CURVE_Y = [
    *(0.0, 1.5, 2.0, 2.0, 3.071428571428571, 4.9375, 4.842105263157895, 4.545454545454546, 5.0),
    *(6.217391304347826, 5.72, 4.923076923076923, 5.517241379310345),
]
TREATED_COUNT, AREA = 31, 57.90126929933081


def test_agrees_with_scikit_uplift() -> None:
    found = measure_qini(SCORE, OUTCOME, TREATED)
    assert found.lift == pytest.approx(CURVE_Y[-1] / TREATED_COUNT)
    assert found.area == pytest.approx(AREA / 60 / TREATED_COUNT)
    expected = np.interp(np.linspace(0, 60, POINTS + 1), CURVE_X, CURVE_Y) / TREATED_COUNT
    assert found.curve["gain"].tolist() == pytest.approx(expected.tolist())


def test_the_curve_ends_at_the_lift_and_begins_at_nothing() -> None:
    curve = measure_qini(SCORE, OUTCOME, TREATED).curve
    lift = OUTCOME[TREATED].mean() - OUTCOME[~TREATED].mean()
    assert curve[["contacted_share", "gain", "random"]].iloc[0].tolist() == [0, 0, 0]
    assert curve[["contacted_share", "gain", "random"]].iloc[-1].tolist() == pytest.approx([1, lift, lift])
    assert curve["random"].tolist() == pytest.approx((curve["contacted_share"] * lift).tolist())


def test_four_customers_by_hand() -> None:
    """The best-ranked half: one treated who buys, one not who does not; the others the other way about. Gain at a half
    (1 - 0 * 1/1) / 2 = 0.5, at the end (1 - 1 * 2/2) / 2 = 0; the triangle under it has an area of a quarter."""
    found = measure_qini(np.array([2, 2, 1, 1]), np.array([1.0, 0, 0, 1]), np.array([True, False, True, False]))
    assert (found.lift, found.area) == (0, 0.25)
    assert found.curve.loc[POINTS // 2, "gain"] == 0.5


def test_customers_of_one_rank_make_no_ordering() -> None:
    found = measure_qini(np.ones(60), OUTCOME, TREATED)
    assert (found.area, found.low, found.high) == pytest.approx((0, 0, 0), abs=1e-12)


def moved(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customers of whom a fifth buys, and of the better half of the contacted two fifths more: x, outcome, treated."""
    rng = np.random.default_rng(seed)
    x, treated = rng.random(n), rng.random(n) < 0.5
    return x, (rng.random(n) < 0.2 + 0.4 * (treated & (x > 0.5))).astype("float64"), treated


def test_an_ordering_that_is_right_beats_chance_and_its_reverse_loses() -> None:
    """All of a lift of 0.2 comes from the better half: the area is 0.2 / 4 = 0.05."""
    x, outcome, treated = moved(20_000, 1)
    right, wrong = measure_qini(x, outcome, treated), measure_qini(-x, outcome, treated)
    assert right.low < 0.05 < right.high
    assert right.low > 0
    assert wrong.high < 0


def test_the_interval_holds_chance_about_as_often_as_it_says() -> None:
    """Of 25 orderings drawn at random 95 % should have an interval that holds zero; 20 or fewer has odds of 1 in
    140."""
    rng = np.random.default_rng(2)
    outcome, treated = (rng.random(400) < 0.3).astype("float64"), rng.random(400) < 0.4
    found = [measure_qini(rng.random(400), outcome, treated, seed=i) for i in range(25)]
    assert sum(q.low <= 0 <= q.high for q in found) > 20


def test_a_curve_of_many_ranks_is_that_of_all_customers() -> None:
    """With more ranks than steps the area moves by no more than a step can hold."""
    x, outcome, treated = moved(4 * STEPS, 3)
    place = np.argsort(-x)
    t, y = treated[place], outcome[place]
    n, m = np.cumsum(t), np.cumsum(~t)
    gain = np.append(0, (np.cumsum(y * t) - np.cumsum(y * ~t) / np.maximum(m, 1) * n) / t.sum())
    share = np.arange(len(y) + 1) / len(y)
    exact = np.trapezoid(gain - share * gain[-1], share)
    assert measure_qini(x, outcome, treated).area == pytest.approx(exact, abs=2e-3)


def test_confidence_widens_the_interval() -> None:
    x, outcome, treated = moved(2_000, 4)
    narrow, wide = (measure_qini(x, outcome, treated, confidence=c) for c in (0.95, 0.99))
    assert (wide.high - wide.low) / (narrow.high - narrow.low) == pytest.approx(2.5758 / 1.9600, abs=1e-3)
    assert narrow.area == wide.area == pytest.approx((narrow.low + narrow.high) / 2)
