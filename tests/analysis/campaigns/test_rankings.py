"""Rankings of customers: made by those of other folds, and the same as scikit-learn's ridge makes them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from helpers.analysis.campaigns import rankings
from helpers.analysis.campaigns.rankings import FOLDS, PENALTY, design, rank_by_features, rank_by_segment, ridge


def customers(n: int = 2_000) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Contact adds 0.5 for those of x above a half and for nobody else."""
    rng = np.random.default_rng(5)
    x, treated = rng.random(n), rng.random(n) < 0.5
    outcome = rng.normal(1, 1, n) + 2.0 * (treated & (x > 0.5))
    side = np.where(x > 0.5, "moved", "not")
    return outcome, treated, pd.DataFrame({"x": x, "side": side, "noise": rng.random(n)})


def test_ridge_is_scikit_learns() -> None:
    rng = np.random.default_rng(1)
    x = np.column_stack([np.ones(80), rng.normal(size=(80, 3))])
    y = x @ [3, 1, -2, 0] + rng.normal(size=80)
    theirs = Ridge(alpha=PENALTY * 80).fit(x[:, 1:], y)
    ours = ridge(x.T @ x, x.T @ y)
    assert ours[0] == pytest.approx(theirs.intercept_)
    assert ours[1:] == pytest.approx(theirs.coef_)


def test_those_whom_a_contact_moves_stand_first() -> None:
    outcome, treated, frame = customers()
    moved = (frame["side"] == "moved").to_numpy()
    for rank in (
        rank_by_segment(outcome, treated, frame["side"]),
        rank_by_features(outcome, treated, design(frame[["x"]])),
    ):
        assert rank.min() > 0
        assert rank.max() < 1
        assert rank[moved].mean() - rank[~moved].mean() == pytest.approx(0.5, abs=0.05)


def test_a_customers_own_outcome_does_not_move_its_rank() -> None:
    outcome, treated, frame = customers(600)
    changed = outcome.copy()
    changed[7] += 1e3
    before, after = (rank_by_segment(y, treated, frame["noise"].gt(0.5).astype(str)) for y in (outcome, changed))
    # The others' ranks change, and that of the customer only by the others of its fold changing places with it: none
    # of its segment do, as they share its score there.
    assert before[7] == after[7]


def test_where_segments_do_not_differ_all_have_one_rank() -> None:
    rng = np.random.default_rng(8)
    outcome, treated = np.zeros(400), rng.random(400) < 0.5
    assert set(rank_by_segment(outcome, treated, pd.Series(["a", "b"] * 200))) == {0.5}
    assert set(rank_by_features(outcome, treated, design(pd.DataFrame({"x": rng.random(400)})))) == {0.5}


def test_few_customers_are_split_more_than_once_and_many_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within one split a fold of 200 has 200 places; averages over ten have more."""
    outcome, treated, frame = customers(1_000)
    several = set(rank_by_features(outcome, treated, design(frame[["x"]])))
    monkeypatch.setattr(rankings, "ENOUGH", 1_000)
    once = set(rank_by_features(outcome, treated, design(frame[["x"]])))
    assert len(once) <= 3 * 1_000 / FOLDS < len(several)  # folds of 199, 200 and 201


def test_numbers_count_by_their_rank_and_texts_by_their_value() -> None:
    frame = pd.DataFrame({"spend": [1.0, 2.0, 3.0, np.nan], "where": ["a", "b", "a", None], "same": 1})
    huge = frame.assign(spend=[1.0, 2.0, 1e6, np.nan])
    made = design(frame)
    assert made == pytest.approx(design(huge))
    # ones; rank and blank of spend; "", a and b of where. What never varies is not there.
    assert made.shape == (4, 6)
    assert made[:, 0].tolist() == [1] * 4
    assert made[:, 1:].mean(0) == pytest.approx(0)
    assert made[:, 1:].std(0) == pytest.approx(1)
