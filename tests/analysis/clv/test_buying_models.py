"""BG/NBD and Pareto/NBD: published answers, another package's, simulated customers, and customers of every kind."""

from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from helpers.analysis.clv import bg_nbd, pareto_nbd
from helpers.analysis.clv.histories import group_histories, group_rows
from helpers.errors import InputError, ThinDataError
from tests.analysis.clv import simulate

MODELS = [bg_nbd, pareto_nbd]
# Parameters as published; standard errors, P(alive) and expected repeats of a new customer in 52 weeks by lifetimes
# 0.11.3, which gives no standard errors for Pareto/NBD.
BG = bg_nbd.BgNbd(0.2426, 4.4136, 0.7929, 2.4259, np.eye(4), np.ones(4), 0.0, 0)
PARETO = pareto_nbd.ParetoNbd(0.5532, 10.576, 0.6063, 11.672, np.eye(4), np.ones(4), 0.0, 0)


class TestCdnow:
    """Fader, Hardie and Lee (2005), table 2: CDNOW's sample to 1997-09-30."""

    def test_bg_nbd(self, cdnow: pd.DataFrame) -> None:
        found = bg_nbd.fit(cdnow["x"], cdnow["t_x"], cdnow["age"])
        assert found.parameters == pytest.approx([0.242595, 4.413603, 0.792922, 2.425906], abs=1e-4)
        assert found.log_likelihood == pytest.approx(-9582.429, abs=5e-4)
        assert found.std_errors == pytest.approx([0.012557, 0.378224, 0.185734, 0.705414], rel=1e-3)
        assert found.customers == 2357
        assert found.expected_orders([2], [30.43], [38.86], 39) == pytest.approx(1.226, abs=5e-4)
        assert found.p_alive([2], [30.43], [38.86]) == pytest.approx(0.726609, abs=1e-5)
        assert found.expected_repeats([52.0]) == pytest.approx(1.444012, abs=1e-5)

    def test_pareto_nbd(self, cdnow: pd.DataFrame) -> None:
        found = pareto_nbd.fit(cdnow["x"], cdnow["t_x"], cdnow["age"])
        assert found.parameters == pytest.approx([0.5532, 10.576, 0.6063, 11.672], rel=5e-4)
        assert found.log_likelihood == pytest.approx(-9594.976, abs=5e-4)
        assert found.expected_orders([2], [30.43], [38.86], 39) == pytest.approx(1.455066, abs=1e-4)
        assert found.p_alive([2], [30.43], [38.86]) == pytest.approx(0.869107, abs=1e-5)
        assert found.expected_repeats([52.0]) == pytest.approx(1.473417, abs=2e-4)

    @pytest.mark.parametrize("model", MODELS)
    def test_a_unit_of_time_changes_nothing_else(self, model: ModuleType, cdnow: pd.DataFrame) -> None:
        weeks = model.fit(cdnow["x"], cdnow["t_x"], cdnow["age"])
        days = model.fit(cdnow["x"], cdnow["t_x"] * 7, cdnow["age"] * 7)
        ratios = days.parameters / weeks.parameters
        assert ratios == pytest.approx([1, 7, 1, 1 if model is bg_nbd else 7], rel=1e-6)
        assert days.expected_orders([5], [140.0], [210.0], 365.0) == pytest.approx(
            weeks.expected_orders([5], [20.0], [30.0], 365 / 7), rel=1e-6
        )


def some_histories(rng: np.random.Generator, n: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customers with 0 to 900 repeats, watched for 0 to 60 weeks, some at their very last purchase."""
    age = rng.uniform(0, 60, n).round(1)
    age[0] = 0
    x = rng.poisson(2, n) * (age > 1.0)
    x[1], age[1], age[2], x[2] = 900, 50, 30, 3
    t_x = np.where(x > 0, age * rng.uniform(0.05, 1, n), 0)
    t_x[2] = 30
    return x.astype(float), t_x, age


@pytest.mark.parametrize(
    ("model", "at"),
    [
        (bg_nbd, [0.6, 4, 0.8, 2.4]),
        (bg_nbd, [3, 20, 1.7, 0.4]),
        (pareto_nbd, [0.6, 9, 0.6, 12]),
        (pareto_nbd, [0.6, 15, 1.8, 3]),
    ],
)
def test_derivatives_are_those_of_the_likelihood(model: ModuleType, at: list[float]) -> None:
    grouped = group_histories(*some_histories(np.random.default_rng(0)))
    here, step = np.array(at), 1e-5
    _, gradient, curvature = model.log_likelihood(here, grouped)
    sides = [
        (model.log_likelihood(here + d, grouped), model.log_likelihood(here - d, grouped)) for d in step * np.eye(4)
    ]
    assert gradient == pytest.approx([(up[0] - down[0]) / (2 * step) for up, down in sides], rel=1e-5)
    by_steps = np.array([(up[1] - down[1]) / (2 * step) for up, down in sides])
    assert np.abs(curvature - by_steps).max() < 1e-6 * np.abs(curvature).max()
    assert (curvature == curvature.T).all()


def test_likelihood_of_bg_nbd_as_published() -> None:
    """Equation 6, with gamma and beta functions where they don't overflow."""
    r, alpha, a, b = 0.6, 4.0, 0.8, 2.4
    for x, t_x, age in ((0, 0.0, 20.0), (1, 3.0, 20.0), (7, 18.0, 20.0), (2, 20.0, 20.0)):
        alive = special.beta(a, b + x) / special.beta(a, b) / (alpha + age) ** (r + x)
        left = special.beta(a + 1, b + x - 1) / special.beta(a, b) / (alpha + t_x) ** (r + x) if x else 0
        want = np.log((alive + left) * special.gamma(r + x) * alpha**r / special.gamma(r))
        one_more = group_histories([x, 1], [t_x, 1.0], [age, 1.0])
        other = bg_nbd.log_likelihood(np.array([r, alpha, a, b]), group_histories([1], [1.0], [1.0]))[0]
        got = bg_nbd.log_likelihood(np.array([r, alpha, a, b]), one_more)[0] - other
        assert got == pytest.approx(want, rel=1e-12)


@pytest.mark.parametrize(("alpha", "beta"), [(10.0, 3.0), (3.0, 10.0), (5.0, 5.0), (0.2, 300.0), (300.0, 0.2)])
@pytest.mark.parametrize("x", [0, 2, 40])
def test_likelihood_of_pareto_nbd_as_published(alpha: float, beta: float, x: int) -> None:
    """Fader and Hardie's note, with Gauss's hypergeometric function where it does not overflow."""
    r, s, t_x, age = 0.6, 0.7, (12.0 if x else 0.0), 40.0
    top, other = max(alpha, beta), (s + 1 if alpha >= beta else r + x)

    def left(t: float) -> float:
        z = abs(alpha - beta) / (top + t)
        return float(special.hyp2f1(r + s + x, other, r + s + x + 1, z) / (top + t) ** (r + s + x))

    alive = 1 / ((alpha + age) ** (r + x) * (beta + age) ** s)
    inner = alive + s / (r + s + x) * (left(t_x) - left(age))
    want = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) + s * np.log(beta) + np.log(inner)
    at, base = np.array([r, alpha, s, beta]), group_histories([1], [1.0], [1.0])
    both = group_histories([x, 1], [t_x, 1.0], [age, 1.0])
    got = pareto_nbd.log_likelihood(at, both)[0] - pareto_nbd.log_likelihood(at, base)[0]
    assert got == pytest.approx(want, rel=1e-8)
    model = pareto_nbd.ParetoNbd(r, alpha, s, beta, np.eye(4), np.ones(4), 0.0, 0)
    assert model.p_alive([x], [t_x], [age]) == pytest.approx(alive / inner, rel=1e-7)


@pytest.mark.parametrize("a", [0.3, 0.995, 1.0, 1.0049, 1.7, 14.9])
@pytest.mark.parametrize(("x", "age", "horizon"), [(0, 0.0, 52.0), (2, 38.0, 39.0), (30, 52.0, 520.0)])
def test_expected_orders_of_bg_nbd_as_a_mean_over_customers(a: float, x: int, age: float, horizon: float) -> None:
    r, alpha, b = 0.6, 4.0, 2.4

    def bought(p: float) -> float:
        grown = np.log1p(p * horizon / (alpha + age))
        return float(-np.expm1(-(r + x) * grown) / p * stats.beta.pdf(p, a, b + x))

    want = integrate.quad(bought, 0, 0.01, limit=200)[0] + integrate.quad(bought, 0.01, 1, limit=200)[0]
    got = bg_nbd.orders_if_alive(np.array([r, alpha, a, b]), np.array([float(x)]), np.array([age]), horizon)
    assert got == pytest.approx(want, rel=1e-6)


def test_expected_orders_agree_where_the_formula_is_left() -> None:
    """scipy's function gives up for large a or b; a mean by quadrature goes on."""
    x, age = np.array([0.0, 1, 5, 60, 900]), np.full(5, 30.0)
    for inside, beyond in (([0.5, 5, 14.999, 3], [0.5, 5, 15.001, 3]), ([0.5, 5, 0.7, 59.999], [0.5, 5, 0.7, 60.001])):
        near, far = (bg_nbd.orders_if_alive(np.array(at), x, age, 52.0) for at in (inside, beyond))
        assert far == pytest.approx(near, rel=2e-4)
    # A leaving probability that is the same for all: a, b without end, at a tenth.
    same = bg_nbd.orders_if_alive(np.array([0.5, 5.0, 1e6, 9e6]), x, age, 52.0)
    assert same == pytest.approx((1 - (1 + 0.1 * 52 / 35) ** -(0.5 + x)) / 0.1, rel=1e-4)


@pytest.mark.parametrize("s", [0.4, 1.0, 1 + 1e-9, 2.5])
def test_expected_orders_of_pareto_nbd_as_time_spent_alive(s: float) -> None:
    there = integrate.quad(lambda t: ((12 + 30) / (12 + 30 + t)) ** s, 0, 52)[0]
    got = pareto_nbd.orders_if_alive(np.array([0.6, 9, s, 12]), np.array([3.0]), np.array([30.0]), 52.0)
    assert got == pytest.approx(3.6 / 39 * there, rel=1e-8)


class TestRecovery:
    def test_bg_nbd(self) -> None:
        rng = np.random.default_rng(5)
        age = rng.uniform(20, 100, 12_000)
        truth = [0.6, 6.0, 0.8, 2.5]
        x, t_x = simulate.bg_nbd(rng, truth, age)
        found = bg_nbd.fit(x, t_x, age)
        assert (np.abs(found.parameters - truth) < 3 * found.std_errors).all()
        assert (found.std_errors < 0.1 * np.array(truth)).all()

    def test_pareto_nbd(self) -> None:
        rng = np.random.default_rng(6)
        age = rng.uniform(20, 100, 12_000)
        truth = [0.6, 6.0, 0.8, 25.0]
        x, t_x = simulate.pareto_nbd(rng, truth, age)
        found = pareto_nbd.fit(x, t_x, age)
        assert (np.abs(found.parameters - truth) < 3 * found.std_errors).all()
        assert (found.std_errors < 0.2 * np.array(truth)).all()

    def test_orders_to_come_are_those_that_come(self) -> None:
        """What is expected of 20,000 customers in a year, against what they did, in all and of the likeliest tenth."""
        rng = np.random.default_rng(7)
        n, age = 20_000, 52.0
        rate, leaves = rng.gamma(0.6, 1 / 6.0, n), rng.beta(0.8, 2.5, n)
        x, t_x, now, later = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
        on = np.ones(n, dtype=bool)
        while on.any():
            now[on] += rng.exponential(1 / rate[on])
            on &= now < 2 * age
            early = on & (now < age)
            x[early], t_x[early] = x[early] + 1, now[early]
            later += on & ~early
            on[on] = rng.random(on.sum()) >= leaves[on]
        found = bg_nbd.fit(x, t_x, np.full(n, age))
        expected = found.expected_orders(x, t_x, np.full(n, age), age)
        likely = expected >= np.quantile(expected, 0.9)
        assert expected.sum() == pytest.approx(later.sum(), rel=0.04)
        assert expected[likely].sum() == pytest.approx(later[likely].sum(), rel=0.04)


@pytest.mark.parametrize("model", MODELS)
class TestEveryCustomer:
    def test_thousands_of_purchases_and_none(self, model: ModuleType) -> None:
        x, t_x, age = [0, 0, 5000, 5000, 1, 40], [0, 0, 259.9, 100, 260, 3], [0, 260, 260, 260, 260, 260]
        found = BG if model is bg_nbd else PARETO
        alive, orders = found.p_alive(x, t_x, age), found.expected_orders(x, t_x, age, 52)
        assert np.isfinite(alive).all()
        assert np.isfinite(orders).all()
        assert alive[2] > 0.9
        assert alive[3] < 1e-6
        assert alive[5] < 0.01
        assert 400 < orders[2] < 1001
        assert alive[0] == 1

    def test_does_not_depend_on_how_often_a_history_is_written_down(self, model: ModuleType) -> None:
        rng = np.random.default_rng(3)
        age = np.full(2_000, 60.0)
        buy = simulate.bg_nbd if model is bg_nbd else simulate.pareto_nbd
        x, t_x = buy(rng, [0.6, 6, 0.8, 2.5 if model is bg_nbd else 25], age)
        once, thrice = model.fit(x, t_x, age), model.fit(*(np.tile(v, 3) for v in (x, t_x, age)))
        assert thrice.parameters == pytest.approx(once.parameters, rel=1e-4)
        assert thrice.log_likelihood == pytest.approx(3 * once.log_likelihood, rel=1e-9)
        assert thrice.covariance == pytest.approx(once.covariance / 3, rel=1e-3)

    def test_who_all_came_back_alike_tells_no_difference_between_customers(self, model: ModuleType) -> None:
        """A parameter that runs off to its edge has no standard error; expectations stay."""
        found = model.fit(np.full(200, 5), np.full(200, 25.0), np.full(200, 30.0))
        assert np.isnan(found.std_errors).any()
        assert np.isfinite(found.covariance).all()
        assert 3 < found.expected_orders([5], [25.0], [30.0], 30.0)[0] < 7

    def test_nobody_came_back(self, model: ModuleType) -> None:
        with pytest.raises(ThinDataError, match="No customer has bought a second time"):
            model.fit([0, 0], [0, 0], [10, 20])

    @pytest.mark.parametrize(
        ("x", "t_x", "age", "says"),
        [
            ([1, 2], [1], [2, 3], "differ in length"),
            ([np.nan, 1], [1, 1], [2, 2], "1 of 2 customers have a frequency, recency or age that is missing"),
            ([1.5], [1], [2], "no whole number"),
            ([-1], [1], [2], "no whole number"),
            ([1], [3], [2], "outside 0 and their age"),
            ([1], [-1], [2], "outside 0 and their age"),
            ([0], [1], [2], "without a repeat purchase"),
            ([1], [0], [2], "at the very moment"),
        ],
    )
    def test_what_is_no_history_is_refused(
        self, model: ModuleType, x: list[float], t_x: list[float], age: list[float], says: str
    ) -> None:
        with pytest.raises(InputError, match=says):
            model.fit(x, t_x, age)


@settings(max_examples=40, deadline=None)
@given(
    x=st.integers(0, 300),
    late=st.floats(0.01, 1),
    age=st.floats(0.5, 500),
    horizon=st.floats(0.1, 300),
    a=st.floats(0.05, 30),
)
def test_probabilities_and_orders_stay_within_their_bounds(
    x: int, late: float, age: float, horizon: float, a: float
) -> None:
    t_x = age * late if x else 0.0
    for model in (
        bg_nbd.BgNbd(0.5, 5, a, 2, np.eye(4), np.ones(4), 0.0, 0),
        pareto_nbd.ParetoNbd(0.5, 5, a, 20, np.eye(4), np.ones(4), 0.0, 0),
    ):
        (alive,), (orders,) = model.p_alive([x], [t_x], [age]), model.expected_orders([x], [t_x], [age], horizon)
        rate = (model.r + x) / (model.alpha + age)
        assert 0 <= alive <= 1
        assert -1e-9 <= orders <= alive * rate * horizon * (1 + 1e-6) + 1e-9
        assert model.expected_orders([x], [t_x], [age], horizon + 1)[0] >= orders - 1e-9


def test_rows_are_grouped_by_all_their_columns() -> None:
    code, first = group_rows(np.array([1.0, 1, 2, 1]), np.array([3.0, 4, 3, 3]))
    assert code.tolist() == [0, 1, 2, 0]
    assert first.tolist() == [0, 1, 2]
    grouped = group_histories([1, 1, 0, 1], [2, 2, 0, 3], [4, 4, 4, 4])
    assert grouped.customers.tolist() == [2, 1, 1]
    assert dict(zip(grouped.x_values.tolist(), grouped.x_customers.tolist(), strict=True)) == {1.0: 3, 0.0: 1}
