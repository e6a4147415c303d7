"""Least squares with several answers of a customer, against statsmodels and by hand."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from helpers.analysis.experience.regression import fit_clustered

RNG = np.random.default_rng(7)
N = 400
CLUSTER = RNG.integers(0, 90, N)
CLUSTER = np.unique(CLUSTER, return_inverse=True)[1]
X = np.column_stack([np.ones(N), RNG.normal(size=N), RNG.integers(0, 2, N)])
Y = X @ [3.0, 10.0, -20.0] + 40 * RNG.normal(size=N) + 25 * RNG.normal(size=CLUSTER.max() + 1)[CLUSTER]


def test_as_statsmodels_has_it() -> None:
    ours = fit_clustered(X, Y, CLUSTER)
    theirs = sm.OLS(Y, X).fit(cov_type="cluster", cov_kwds={"groups": CLUSTER, "df_correction": True}, use_t=True)
    np.testing.assert_allclose(ours.coefficients, theirs.params, rtol=1e-10)
    np.testing.assert_allclose(ours.errors, theirs.bse, rtol=1e-10)
    for place in range(3):
        _, low, high, p = ours.interval(place)
        np.testing.assert_allclose([low, high], theirs.conf_int()[place], rtol=1e-9)
        assert p == pytest.approx(theirs.pvalues[place], rel=1e-8, abs=1e-300)


def test_one_answer_each_is_whites_sandwich() -> None:
    ours = fit_clustered(X, Y, np.arange(N))
    np.testing.assert_allclose(ours.errors, sm.OLS(Y, X).fit(cov_type="HC1").bse, rtol=1e-10)
    assert ours.degrees == N - 1


def test_the_mean_of_independent_answers_has_its_usual_interval() -> None:
    fit = fit_clustered(np.ones((N, 1)), Y, np.arange(N))
    mean, low, high, p = fit.interval(0)
    assert (mean, low, high) == pytest.approx((Y.mean(), *stats.t.interval(0.95, N - 1, Y.mean(), stats.sem(Y))))
    assert p == pytest.approx(stats.ttest_1samp(Y, 0).pvalue)


def test_answers_of_one_customer_are_no_further_evidence() -> None:
    once = fit_clustered(X, Y, np.arange(N))
    twice = fit_clustered(np.vstack([X, X]), np.concatenate([Y, Y]), np.tile(np.arange(N), 2))
    np.testing.assert_allclose(twice.coefficients, once.coefficients)
    np.testing.assert_allclose(twice.errors, once.errors, rtol=0.01)


def test_columns_made_up_of_others_and_too_few_customers() -> None:
    doubled = np.column_stack([X, X[:, 1]])
    fit = fit_clustered(doubled, Y, CLUSTER)
    assert fit.coefficients[1] == pytest.approx(fit.coefficients[3])
    assert fit.coefficients[1] + fit.coefficients[3] == pytest.approx(fit_clustered(X, Y, CLUSTER).coefficients[1])
    few = fit_clustered(X, Y, CLUSTER % 3)
    assert np.isnan(few.errors).all()
    assert np.isnan(few.interval(0)[1])
    assert np.isfinite(fit_clustered(X, Y, CLUSTER % 4).errors).all()


def test_answers_without_any_noise() -> None:
    same = fit_clustered(X, np.full(N, 100.0), CLUSTER)
    assert same.interval(1) == (0.0, 0.0, 0.0, 1.0)
    assert same.interval(0)[0] == pytest.approx(100)
    assert fit_clustered(X, 200 * X[:, 2], CLUSTER).interval(2) == pytest.approx((200, 200, 200, 0))
