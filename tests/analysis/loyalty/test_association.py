"""Tests and effect sizes against published answers and those of other packages."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from helpers.analysis.loyalty.association import compare_levels, compare_numbers, noncentrality


def rows(tables: list[list[list[int]]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """level, outcome, stratum of tables of [kept, not kept] by level, one a stratum."""
    found = [
        (level, outcome, stratum)
        for stratum, table in enumerate(tables)
        for level, pair in enumerate(table)
        for outcome, n in zip((1, 0), pair, strict=True)
        for _ in range(n)
    ]
    level, outcome, stratum = np.array(found).T
    return level, outcome, stratum


# R's datasets::Titanic, survived and died, of the first, second and third class and the crew.
TITANIC = [[203, 122], [118, 167], [178, 528], [212, 673]]
# R's datasets::UCBAdmissions, admitted and rejected, men and women, departments A to F.
BERKELEY = [
    [[512, 313], [89, 19]],
    [[353, 207], [17, 8]],
    [[120, 205], [202, 391]],
    [[138, 279], [131, 244]],
    [[53, 138], [94, 299]],
    [[22, 351], [24, 317]],
]


def test_the_titanic() -> None:
    """vcd::assocstats of R: chi-squared 190.40 on 3 degrees of freedom, Cramer's V 0.294."""
    found = compare_levels(*rows([TITANIC]))
    n = 2201
    assert found.statistic * n / (n - 1) == pytest.approx(190.4011, abs=1e-4)
    assert found.degrees == 3
    assert found.p_value == pytest.approx(stats.chi2.sf(190.4011 * (n - 1) / n, 3), rel=1e-3)
    phi = 190.4011 / n
    bergsma = np.sqrt((phi - 3 / (n - 1)) / (1 - 1 / (n - 1)))
    assert found.effect == pytest.approx(bergsma, abs=1e-6)
    assert round(np.sqrt(phi), 3) == 0.294
    assert found.effect_low < found.effect < found.effect_high


def test_berkeley_where_departments_explain_the_difference() -> None:
    """mantelhaen.test(UCBAdmissions, correct = FALSE) of R: 1.5246, p 0.2169; pooled, chi-squared is 92.2."""
    found = compare_levels(*rows(BERKELEY))
    assert (found.statistic, found.p_value) == pytest.approx((1.5246, 0.2169), abs=5e-5)
    assert found.effect < 0.02
    theirs = StratifiedTable([np.array(t) for t in BERKELEY]).test_null_odds()
    assert found.statistic == pytest.approx(theirs.statistic)
    level, outcome, _ = rows(BERKELEY)
    n = len(level)
    assert compare_levels(level, outcome, np.zeros(n, int)).statistic * n / (n - 1) == pytest.approx(92.2053, abs=1e-3)


def test_levels_do_not_count_by_their_order_and_strata_without_a_choice_do_not_count() -> None:
    level, outcome, stratum = rows(BERKELEY)
    other = compare_levels(1 - level, outcome, 5 - stratum)
    assert other.statistic == pytest.approx(compare_levels(level, outcome, stratum).statistic)
    more = [*BERKELEY, [[30, 0], [10, 0]], [[0, 0], [1, 0]]]
    assert compare_levels(*rows(more)) == compare_levels(level, outcome, stratum)


def test_noncentrality_is_where_scipy_has_it() -> None:
    for statistic, degrees, p in ((12.0, 3, 0.025), (12.0, 3, 0.975), (1100.0, 2, 0.025), (1100.0, 2, 0.975)):
        assert stats.ncx2.cdf(statistic, degrees, noncentrality(statistic, degrees, p)) == pytest.approx(p, abs=1e-6)
    assert noncentrality(3.0, 3, 0.975) == 0.0
    assert noncentrality(2e5, 3, 0.025) == pytest.approx(2e5, rel=0.02)


def test_the_interval_of_v_holds_what_is_true() -> None:
    """Two levels kept at 60% and 40%: V is 0.2. Of 300 samples 95% must have it in their interval, give or take."""
    rng = np.random.default_rng(3)
    level = np.repeat([0, 1], 200)
    held = 0
    for _ in range(300):
        outcome = (rng.random(400) < np.where(level == 0, 0.6, 0.4)).astype(int)
        found = compare_levels(level, outcome, np.zeros(400, int))
        held += found.effect_low <= 0.2 <= found.effect_high
    assert 0.91 <= held / 300 <= 0.985


def test_one_stratum_of_numbers_is_wilcoxons_test() -> None:
    rng = np.random.default_rng(1)
    values, outcome = rng.integers(0, 12, 90).astype(float), rng.integers(0, 2, 90)
    found = compare_numbers(values, outcome, np.zeros(90, int))
    theirs = stats.mannwhitneyu(values[outcome == 1], values[outcome == 0], method="asymptotic", use_continuity=False)
    assert found.p_value == pytest.approx(theirs.pvalue)
    area = theirs.statistic / ((outcome == 1).sum() * (outcome == 0).sum())
    assert found.effect == pytest.approx(2 * area - 1)


def test_the_interval_of_the_area_is_delongs() -> None:
    """By the definition of DeLong et al. (1988): the variances of each one's share of the others it beats."""
    rng = np.random.default_rng(2)
    values, outcome = rng.integers(0, 9, 70).astype(float), rng.integers(0, 2, 70)
    x, y = values[outcome == 1], values[outcome == 0]
    beats = (x[:, None] > y) + 0.5 * (x[:, None] == y)
    error = np.sqrt(beats.mean(axis=1).var(ddof=1) / len(x) + beats.mean(axis=0).var(ddof=1) / len(y))
    found = compare_numbers(values, outcome, np.zeros(70, int))
    assert found.effect_high - found.effect == pytest.approx(2 * 1.959964 * error, rel=1e-6)
    assert found.effect - found.effect_low == pytest.approx(2 * 1.959964 * error, rel=1e-6)


def test_ranks_are_compared_within_strata() -> None:
    """In each stratum the retained have the lower numbers; between strata it looks the other way round."""
    values = np.array([1.0, 2, 3, 4, 11, 12, 13, 14])
    outcome = np.array([1, 0, 0, 0, 1, 1, 1, 0])
    stratum = np.repeat([0, 1], 4)
    assert compare_numbers(values, outcome, stratum).effect == -1.0
    assert compare_numbers(values, outcome, np.zeros(8, int)).effect > 0
    # Van Elteren (1960): sums of ranks over n + 1, by hand: (1 - 2.5) / 5 twice, variance 1.25 / 25 twice.
    assert compare_numbers(values, outcome, stratum).statistic == pytest.approx((2 * -1.5 / 5) ** 2 / (2 * 1.25 / 25))


def test_what_does_not_vary_is_no_association() -> None:
    zeros = np.zeros(6, int)
    for outcome in (zeros, zeros + 1):
        assert compare_levels(np.arange(6) % 2, outcome, zeros).degrees == 0
        assert np.isnan(compare_numbers(np.arange(6.0), outcome, zeros).p_value)
    flat = compare_numbers(np.ones(6), np.arange(6) % 2, zeros)
    assert (flat.statistic, flat.p_value, flat.effect) == (0.0, 1.0, 0.0)
    assert compare_levels(zeros, np.arange(6) % 2, zeros).degrees == 0
