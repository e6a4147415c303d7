"""Penalty and reward against statsmodels, planted kinds found again, and a straight line under a ceiling."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.miscmodels.ordinal_model import OrderedModel

from helpers.analysis.nps_drivers.penalty import (
    BASIC,
    EXCITEMENT,
    PERFORMANCE,
    UNCLEAR,
    measure_penalties,
    robust_regression,
)
from tests.analysis.nps_drivers.answered import group_of, make_answers, ready_answers

KINDS = ["basic", "even", "exciting", "idle"]


def planted(rows: int = 3000, seed: int = 2) -> pd.DataFrame:
    """One driver that only costs, one that counts both ways, one that only delights, one that does nothing."""
    rng = np.random.default_rng(seed)
    x = np.clip(np.rint(3.6 + rng.normal(size=(rows, 4))), 1, 5)
    score = 6.5 + 1.2 * np.minimum(x[:, 0] - 4, 0) + 0.7 * (x[:, 1] - 3) + 1.8 * np.maximum(x[:, 2] - 4, 0)
    score = np.clip(np.rint(score + 1.2 * rng.normal(size=rows)), 0, 10)
    return pd.DataFrame(x, columns=KINDS).assign(score=score, nps_group=group_of(score))


def test_planted_kinds_are_found() -> None:
    found = measure_penalties(ready_answers(planted(), KINDS)).drivers.set_index("driver")
    assert found["kind"].to_dict() == {"basic": BASIC, "even": PERFORMANCE, "exciting": EXCITEMENT, "idle": UNCLEAR}
    assert found.loc["basic", "reward_low"] < 0 < found.loc["basic", "reward_high"]
    assert found.loc["exciting", "asymmetry_low"] > 0


def test_a_straight_line_is_no_basic_factor_though_the_score_has_a_top() -> None:
    frame = make_answers(4000, (1.2, 0.8, 0.4, 0.0))
    assert (frame["score"] == 10).mean() > 0.15
    found = measure_penalties(ready_answers(frame)).drivers.set_index("driver")
    assert (found["penalty"].abs() > found["reward"])[["a", "b"]].all()  # in points of score it looks like one
    assert found["kind"].to_dict() == {"a": PERFORMANCE, "b": PERFORMANCE, "c": PERFORMANCE, "d": UNCLEAR}


def dummies(frame: pd.DataFrame, cuts: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    low = {f"{n}_low": (frame[n] <= cuts.loc[n, "low_up_to"]).astype(float) for n in names}
    return pd.DataFrame(low | {f"{n}_high": (frame[n] >= cuts.loc[n, "high_from"]).astype(float) for n in names})


def test_numbers_are_those_of_statsmodels() -> None:
    frame = planted(800).assign(weight=np.linspace(0.5, 1.5, 800))
    found = measure_penalties(ready_answers(frame, KINDS, use_weights=True)).drivers.set_index("driver")
    design = dummies(frame, found, KINDS)
    theirs = sm.WLS(frame["score"], sm.add_constant(design), weights=frame["weight"]).fit(cov_type="HC3")
    z = 2.4977  # 95% of four intervals together: the normal quantile of 1 - .025 / 4
    for name in KINDS:
        for side, of in (("low", "penalty"), ("high", "reward")):
            estimate, error = theirs.params[f"{name}_{side}"], theirs.bse[f"{name}_{side}"]
            assert found.loc[name, of] == pytest.approx(estimate)
            assert found.loc[name, f"{of}_low"] == pytest.approx(estimate - z * error, abs=1e-4)
            assert found.loc[name, f"{of}_high"] == pytest.approx(estimate + z * error, abs=1e-4)


def test_asymmetry_is_in_log_odds_a_point_of_rating() -> None:
    frame = planted(800)
    found = measure_penalties(ready_answers(frame, KINDS)).drivers.set_index("driver")
    design = dummies(frame, found, KINDS)
    theirs = OrderedModel(frame["score"].astype(int), design, distr="logit").fit(method="bfgs", disp=0, maxiter=500)
    name = "exciting"
    low, high = found.loc[name, ["low_up_to", "high_from"]]
    x = frame[name]
    between = x[(x > low) & (x < high)].mean()
    down, up = between - x[x <= low].mean(), x[x >= high].mean() - between
    expected = theirs.params[f"{name}_low"] / down + theirs.params[f"{name}_high"] / up
    assert found.loc[name, "asymmetry"] == pytest.approx(expected, abs=2e-3)


def test_weighted_regression_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(0)
    design, y, weights = sm.add_constant(rng.normal(size=(60, 2))), rng.normal(size=60), rng.uniform(0.5, 2, 60)
    coefficients, covariance = robust_regression(design, y, weights)
    theirs = sm.WLS(y, design, weights=weights).fit(cov_type="HC3")
    assert coefficients == pytest.approx(theirs.params)
    assert covariance == pytest.approx(theirs.cov_params())


@pytest.mark.parametrize(
    ("ratings", "cut"),
    [
        ([1] * 40 + [2] * 40 + [3] * 40, (1, 3)),
        ([1] * 5 + [2] * 30 + [3] * 30 + [4] * 40 + [5] * 45, (2, 5)),  # nearest to thirds
        ([3] * 30 + [4] * 30 + [5] * 90, (3, 5)),
        ([3] * 29 + [4] * 31 + [5] * 90, None),  # 29 low ones are too few
        ([1] * 60 + [5] * 60, None),  # nothing between
    ],
)
def test_ratings_are_cut_near_to_thirds(ratings: list[int], cut: tuple[int, int] | None) -> None:
    rng = np.random.default_rng(5)
    score = rng.integers(0, 11, len(ratings)).astype(float)
    frame = pd.DataFrame({"q": np.array(ratings, float), "score": score, "nps_group": group_of(score)})
    row = measure_penalties(ready_answers(frame, ["q"])).drivers.iloc[0]
    if cut is None:
        assert row[["low_up_to", "penalty", "asymmetry"]].isna().all()
        assert row["kind"] == UNCLEAR
    else:
        assert (row["low_up_to"], row["high_from"]) == cut
        assert row["low_share"] == np.mean(np.array(ratings) <= cut[0])


def test_drivers_rated_low_in_the_same_answers_are_told_once() -> None:
    frame = planted(400).assign(like=lambda f: f["even"] ** 3)
    found = measure_penalties(ready_answers(frame, [*KINDS, "like"])).drivers.set_index("driver")
    assert found.loc["like", "kind"] == UNCLEAR
    assert np.isnan(found.loc["like", "penalty"])
    assert found.loc["even", "penalty"] < 0


def test_a_score_that_cannot_be_modelled_leaves_asymmetry_blank() -> None:
    frame = planted(300).assign(score=7.0, nps_group="passives")
    found = measure_penalties(ready_answers(frame, KINDS)).drivers
    assert found["asymmetry"].isna().all()
    assert (found["kind"] == UNCLEAR).all()


@pytest.mark.parametrize("rows", [0, 30])
def test_few_answers_are_not_judged(rows: int) -> None:
    found = measure_penalties(ready_answers(planted(rows), KINDS)).drivers
    assert found["penalty"].isna().all()


def test_a_long_scale_counts_by_kinds_of_customer() -> None:
    frame = planted(800)
    long = frame.assign(score=frame["score"] * 10 + np.arange(800) % 10)
    found = measure_penalties(ready_answers(long, KINDS)).drivers.set_index("driver")
    assert found.loc["exciting", "kind"] == EXCITEMENT
    assert found.loc["exciting", "reward"] > 5
