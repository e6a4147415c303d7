"""Steps in series: planted ones are found on their date, clean series stay quiet at the rate the module states."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from helpers.analysis.data_profile.breaks import find_break

WEEKS = np.arange(104)
Series = Callable[[np.random.Generator], NDArray[np.float64]]


def remembering(rng: np.random.Generator, rho: float) -> NDArray[np.float64]:
    values = rng.normal(size=154)
    for i in range(1, 154):
        values[i] += rho * values[i - 1]
    return values[50:]


def shop(rng: np.random.Generator) -> NDArray[np.float64]:
    """Weekly orders with a slow season and a Christmas that doubles them."""
    peak = np.where(WEEKS % 52 >= 46, 1.0, 0.0)
    return np.log1p(rng.poisson(200 * (1 + peak + 0.3 * np.sin(2 * np.pi * WEEKS / 52))))


CLEAN: dict[str, Series] = {
    "white": lambda rng: rng.normal(size=104),
    "heavy tails": lambda rng: rng.standard_t(3, 104),
    "mildly autocorrelated": lambda rng: remembering(rng, 0.3),
    "growing": lambda rng: np.log1p(rng.poisson(20 * np.exp(WEEKS / 40))),
    "seasonal": lambda rng: 3 * np.sin(2 * np.pi * WEEKS / 52) + rng.normal(size=104),
    "Christmas": shop,
    "few counts": lambda rng: np.log1p(rng.poisson(5, 104)),
    "average of skewed amounts": lambda rng: rng.lognormal(3, 1, (104, 80)).mean(axis=1),
}


@pytest.mark.parametrize("name", CLEAN)
def test_clean_series_stay_quiet(name: str) -> None:
    rng = np.random.default_rng(17)
    alarms = sum(find_break(CLEAN[name](rng), least_step=0.3) is not None for _ in range(60))
    assert alarms <= 2  # 2% a series: more than two of sixty would be seen once in nine times, and the seed is fixed


@pytest.mark.parametrize("step", [6.0, -6.0])
def test_a_planted_step_is_found_within_a_period(step: float) -> None:
    rng = np.random.default_rng(5)
    found = [find_break(np.where(WEEKS >= 60, step, 0) + rng.normal(size=104), least_step=1) for _ in range(30)]
    right = [b for b in found if b is not None and abs(b.at - 60) <= 1 and np.sign(b.after - b.before) == np.sign(step)]
    assert len(right) >= 28


def test_a_step_in_a_season_is_found() -> None:
    rng = np.random.default_rng(5)
    series = np.sin(2 * np.pi * WEEKS / 52) + np.where(WEEKS >= 70, -6, 0) + rng.normal(0, 0.5, 104)
    found = find_break(series, least_step=1)
    assert found is not None
    assert abs(found.at - 70) <= 1


def test_a_step_that_comes_each_year_is_the_season() -> None:
    series = np.where(np.arange(156) % 52 >= 26, 10.0, 0.0) + np.random.default_rng(1).normal(size=156)
    assert find_break(series, least_step=1) is None
    assert find_break(series[:52], least_step=1) is not None  # within one year nobody can tell


def test_a_step_too_small_to_matter_is_none() -> None:
    series = np.where(WEEKS >= 50, 1.0, 0.0) + np.random.default_rng(1).normal(0, 0.01, 104)
    assert find_break(series, least_step=0.5) is not None
    assert find_break(series, least_step=1.5) is None


@pytest.mark.parametrize(
    "series", [np.array([]), np.zeros(15), np.full(104, 7.0), np.full(104, np.nan), np.where(WEEKS < 50, np.nan, 1.0)]
)
def test_short_equal_and_unknown_series_have_no_step(series: NDArray[np.float64]) -> None:
    assert find_break(series, least_step=0.1) is None


def test_exactly_equal_levels_step_where_they_do() -> None:
    found = find_break(np.where(WEEKS >= 40, 2.0, 1.0), least_step=0.5)
    assert found is not None
    assert (found.at, found.before, found.after) == (40, 1.0, 2.0)
