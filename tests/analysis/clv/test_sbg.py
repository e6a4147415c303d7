"""sBG: Fader and Hardie's published example, and the sums that its formulas stand for."""

import numpy as np
import pytest
from scipy import special

from helpers.analysis.clv import sbg
from helpers.errors import InputError, ThinDataError

# Fader and Hardie (2007), table 1: per cent of customers still there after each year.
REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3]
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4]


@pytest.mark.parametrize(
    ("still", "alpha", "beta", "log_likelihood"), [(REGULAR, 0.704, 1.182, -1680.3), (HIGH_END, 0.668, 3.806, -1611.2)]
)
def test_seven_years_tell_twelve(still: list[float], alpha: float, beta: float, log_likelihood: float) -> None:
    left = 10 * np.array(still[:8])  # of 1,000 customers
    found = sbg.fit(-np.diff(left), [0] * 6 + [left[-1]])
    assert found.parameters == pytest.approx([alpha, beta], abs=5e-4)
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=0.05)
    assert found.customers == pytest.approx(1000)
    assert 100 * found.survival([12])[0] == pytest.approx(still[12], abs=1.7)


def test_remaining_lifetime_as_published() -> None:
    """Fader and Hardie (2010), equation 6: discounted expected residual lifetime, by the hypergeometric function."""
    model, discount = sbg.Sbg(0.668, 3.806, np.eye(2), np.ones(2), 0.0, 0), 0.1
    for renewed in (0, 3):
        b = model.beta + renewed
        want = b / (model.alpha + b) * special.hyp2f1(1, b + 1, model.alpha + b + 1, 1 / 1.1)
        assert model.expected_renewals([renewed], 1000, discount)[0] == pytest.approx(want, rel=1e-6)
    ahead = model.survival([4, 5, 6]) / model.survival([3])
    assert model.expected_renewals([3], 3) == pytest.approx(ahead.sum())
    assert model.expected_renewals([3], 3, discount) == pytest.approx(ahead @ [1, 1 / 1.1, 1 / 1.21])


def test_derivatives_are_those_of_the_likelihood() -> None:
    lost, kept = np.array([30.0, 20, 0, 4]), np.array([3.0, 5, 1, 60])
    at, step = np.array([0.7, 2.1]), 1e-5
    _, gradient, curvature = sbg.log_likelihood(at, lost, kept)
    sides = [[sbg.log_likelihood(at + s * d, lost, kept) for s in (1, -1)] for d in step * np.eye(2)]
    assert gradient == pytest.approx([(up[0] - down[0]) / (2 * step) for up, down in sides], rel=1e-5)
    assert curvature == pytest.approx(np.array([(up[1] - down[1]) / (2 * step) for up, down in sides]), rel=1e-4)


def test_parameters_are_recovered() -> None:
    rng = np.random.default_rng(2)
    ends, watched = rng.geometric(rng.beta(0.8, 6.0, 20_000)), rng.integers(1, 40, 20_000)
    lost = np.bincount(ends[ends <= watched], minlength=41)[1:]
    kept = np.bincount(watched[ends > watched], minlength=41)[1:]
    found = sbg.fit(lost, kept)
    assert (np.abs(found.parameters - [0.8, 6.0]) < 3 * found.std_errors).all()


@pytest.mark.parametrize(
    ("lost", "kept", "says"),
    [([0, 0], [3, 4], "No contract has ended"), ([9], [0], "No contract has ever been renewed")],
)
def test_too_little_is_said_so(lost: list[int], kept: list[int], says: str) -> None:
    with pytest.raises(ThinDataError, match=says):
        sbg.fit(lost, kept)


@pytest.mark.parametrize(("lost", "kept"), [([1, 2], [3]), ([1, -2], [3, 1]), ([1, np.nan], [3, 1])])
def test_what_is_no_count_is_refused(lost: list[float], kept: list[float]) -> None:
    with pytest.raises(InputError, match="no counts"):
        sbg.fit(lost, kept)
