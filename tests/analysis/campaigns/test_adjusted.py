"""The doubly robust estimate: another package's answer, cases worked by hand, and truth found again."""

import numpy as np
import pandas as pd
import pytest
from scipy import special
from sklearn.linear_model import LogisticRegression, Ridge

from helpers.analysis.campaigns import adjusted


def test_the_estimate_is_that_of_doubleml() -> None:
    """DoubleML 0.11.4 for Python, DoubleMLIRM(score="ATTE", normalize_ipw=False) with these models given as external
    predictions (g0 = g1 = expected, m = likely): coefficient, standard error, 95% interval."""
    i = np.arange(400)
    x, z = np.sin(i * 1.7) * 1.5, np.cos(i * 0.9)
    is_member = (i * 0.618034) % 1 < 1 / (1 + np.exp(-(0.8 * x - 0.4)))
    y = 20 + 6 * x + 3 * z + 4 * is_member * (1 + 0.5 * np.sin(i)) + 5 * np.sin(i * 2.3 + 1)
    found = adjusted.effect_on_members(y, is_member, 21 + 5 * x, 1 / (1 + np.exp(-(0.7 * x - 0.3))))
    assert is_member.sum() == 167
    assert (found.value, found.error) == pytest.approx((4.03566548, 0.48525933), abs=1e-8)
    assert (found.low, found.high) == pytest.approx((3.084575, 4.986756), abs=1e-6)


def test_two_groups_of_customers_by_hand() -> None:
    """Of good customers 3 of 4 are members, of weak ones 1 of 4. Among the good, members average 30 and the other one
    has 20: 10 more; among the weak 9 against (2 + 4 + 6) / 3 = 4: 5 more. Three of four members are good: (3 x 10 + 5)
    / 4 = 8.75, whatever is expected; the plain difference is (90 + 9) / 4 - (20 + 12) / 4 = 16.75."""
    is_good = np.array([1, 1, 1, 1, 0, 0, 0, 0])
    is_member = np.array([1, 1, 1, 0, 1, 0, 0, 0]) == 1
    y = np.array([25.0, 30, 35, 20, 9, 2, 4, 6])
    likely = np.where(is_good == 1, 0.75, 0.25)
    exact = adjusted.effect_on_members(y, is_member, np.where(is_good == 1, 20.0, 4.0), likely)
    assert exact.value == pytest.approx(8.75)
    assert adjusted.effect_on_members(y, is_member, np.zeros(8), likely).value == pytest.approx(8.75)
    # What is expected exactly needs no weights.
    anyhow = adjusted.effect_on_members(y, is_member, np.where(is_good == 1, 20.0, 4.0), np.full(8, 0.5))
    assert anyhow.value == pytest.approx(8.75)
    assert y[is_member].mean() - y[~is_member].mean() == pytest.approx(16.75)


def test_the_interval_follows_its_confidence() -> None:
    y, is_member = np.array([1.0, 2, 3, 4]), np.array([True, True, False, False])
    wide, narrow = (adjusted.effect_on_members(y, is_member, y * 0, y * 0 + 0.5, c) for c in (0.99, 0.8))
    assert (wide.high - wide.value) / wide.error == pytest.approx(2.5758, abs=1e-4)
    assert (narrow.value - narrow.low) / narrow.error == pytest.approx(1.2816, abs=1e-4)


def drawn(n: int = 6_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x (n, 2), membership and outcome; members gain 3, and are chosen by what drives the outcome too."""
    rng = np.random.default_rng(7)
    x = rng.normal(size=(n, 2))
    is_member = rng.random(n) < special.expit(0.9 * x[:, 0] - 0.7 * x[:, 1] - 1)
    y = 10 + 4 * x[:, 0] - 2 * x[:, 1] + 3 * is_member + rng.normal(size=n)
    return x, is_member, y


def test_either_model_may_be_wrong_but_not_both() -> None:
    x, is_member, y = drawn()
    fold = adjusted.deal_folds(is_member, 0)
    likely = adjusted.probabilities(x, is_member, fold)
    expected = adjusted.expectations(x, y[:, None], is_member, fold)[:, 0]
    blind, flat = np.full(len(y), is_member.mean()), np.full(len(y), y[~is_member].mean())
    for both in ((expected, likely), (expected, blind), (flat, likely)):
        found = adjusted.effect_on_members(y, is_member, *both)
        assert found.low < 3 < found.high
        assert found.error < 0.25
    wrong = adjusted.effect_on_members(y, is_member, flat, blind)
    assert wrong.low > 5
    assert wrong.value == pytest.approx(y[is_member].mean() - y[~is_member].mean())


def test_models_are_those_of_scikit_learn() -> None:
    x, is_member, y = drawn(500)
    fold = adjusted.deal_folds(is_member, 1)
    likely = adjusted.probabilities(x, is_member, fold)
    expected = adjusted.expectations(x, y[:, None], is_member, fold)[:, 0]
    for one in range(adjusted.FOLDS):
        out = fold == one
        model = LogisticRegression(C=1 / adjusted.PENALTY_OF_LIKELY, tol=1e-10).fit(x[~out], is_member[~out])
        known = model.predict_proba(x[out])[:, 1].clip(max=adjusted.CERTAIN)
        assert likely[out] == pytest.approx(known, abs=1e-5)
        others = ~out & ~is_member
        assert expected[out] == pytest.approx(
            Ridge(alpha=adjusted.PENALTY).fit(x[others], y[others]).predict(x[out]), abs=1e-6
        )


def test_nobody_is_judged_by_a_model_that_has_seen_him() -> None:
    x, is_member, y = drawn(500)
    fold = adjusted.deal_folds(is_member, 1)
    other = y + np.where(fold == 2, 1_000.0, 0.0)
    before, after = (adjusted.expectations(x, v[:, None], is_member, fold)[:, 0] for v in (y, other))
    assert before[fold == 2] == pytest.approx(after[fold == 2])
    assert abs(before - after)[fold != 2].min() > 100


def test_of_very_many_a_part_makes_the_model() -> None:
    """The constant is put right: probabilities are those of all, not of as many members as others."""
    x, is_member, _ = drawn(20_000)
    fold = adjusted.deal_folds(is_member, 0)
    whole, part = (adjusted.probabilities(x, is_member, fold, most) for most in (adjusted.MOST_FITTED, 3_000))
    assert abs(whole - part).max() < 0.08
    assert part.mean() == pytest.approx(is_member.mean(), abs=0.01)


def test_the_part_has_no_pattern() -> None:
    """Every third customer is of the north, which has nothing to do with who is a member: every ninth one is drawn."""
    i = np.arange(18_000)
    is_member, north = i % 10 == 0, (i % 3 == 0).astype(float)[:, None]
    likely = adjusted.probabilities((north - 1 / 3) * 2, is_member, adjusted.deal_folds(is_member, 0), 1_800)
    assert likely.max() - likely.min() < 0.03


def test_a_column_that_tells_all_breaks_nothing() -> None:
    is_member = np.arange(200) < 60
    x = np.where(is_member, 1.0, -1.0)[:, None]
    likely = adjusted.probabilities(x, is_member, adjusted.deal_folds(is_member, 0))
    assert likely[is_member].min() > 0.7
    many = np.arange(40_000) < 10_000
    sure = adjusted.probabilities(np.where(many, 1.0, -1.0)[:, None], many, adjusted.deal_folds(many, 0))
    assert sure.max() == adjusted.CERTAIN
    # Who is next to certainly no member has next to no weight: a floor would add up over many such.
    assert sure.min() < 0.005


@pytest.mark.parametrize("members", [1, 7, 50])
def test_folds_have_as_many_of_each_side(members: int) -> None:
    is_member = np.arange(103) < members
    fold = adjusted.deal_folds(is_member, 3)
    for side in (is_member, ~is_member):
        sizes = np.bincount(fold[side], minlength=adjusted.FOLDS)
        assert sizes.max() - sizes.min() <= 1
    assert (fold == adjusted.deal_folds(is_member, 3)).all()


def test_numbers_give_themselves_their_logarithm_and_their_rank() -> None:
    frame = pd.DataFrame({"spend": [0.0, 1, 2, 3, 1e6] * 20, "age": [-1.0, 5, np.nan, 7, 9] * 20, "no": np.nan})
    x = adjusted.design_matrix(frame, ["spend"], [])
    assert x.shape == (100, 3)
    assert x.mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert x.std(axis=0) == pytest.approx(1)
    logged = np.log1p(frame["spend"].to_numpy())
    assert x[:, 1] == pytest.approx((logged - logged.mean()) / logged.std())
    ranks = frame["spend"].rank().to_numpy()
    assert x[:, 2] == pytest.approx((ranks - ranks.mean()) / ranks.std())
    # Not known is a column of its own; a number below zero has no logarithm; of what nobody tells there is nothing.
    aged = adjusted.design_matrix(frame, ["age", "no"], [])
    assert aged.shape == (100, 4)
    assert (aged[:, 0] > 0).tolist() == frame["age"].isna().tolist()
    assert aged[:, 1] == pytest.approx(aged[:, 2])


def test_the_largest_amounts_are_cut() -> None:
    frame = pd.DataFrame({"spend": [*np.arange(999.0), 1e9]})
    x = adjusted.design_matrix(frame, ["spend"], [])
    assert x[:, 0].max() < 2


def test_levels_that_few_have_are_one() -> None:
    trade = ["a"] * 30 + ["b"] * 20 + ["c"] * 10 + ["d"] * 9 + [None] * 31
    x = adjusted.design_matrix(pd.DataFrame({"trade": trade}), [], ["trade"])
    # Of blanks, a, b and c one is what the others are held against, together with d.
    assert x.shape == (100, 3)
    assert adjusted.design_matrix(pd.DataFrame({"trade": ["a"] * 50}), [], ["trade"]).shape == (50, 0)
