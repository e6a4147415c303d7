"""The ordinal model against statsmodels' OrderedModel, weights against repeated answers, errors against theirs."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.discrete.discrete_model import Logit
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.tools import add_constant

from helpers.analysis.nps_drivers.ordinal import fit_levels, fit_ordinal, measure_ordinal, promoting
from tests.analysis.nps_drivers.answered import NAMES, make_answers, ready_answers

FRAME = make_answers(1200)
READY = ready_answers(FRAME)
THEIRS = OrderedModel(READY.kinds, FRAME[NAMES], distr="logit").fit(method="newton", disp=0, maxiter=100)


def test_slopes_likelihood_and_probabilities_are_those_of_statsmodels() -> None:
    fit = fit_ordinal(READY)
    assert fit is not None
    assert fit.slopes == pytest.approx(THEIRS.params[:4].to_numpy(), abs=1e-7)
    assert fit.log_likelihood == pytest.approx(THEIRS.llf, abs=1e-8)
    assert promoting(fit, READY.x) == pytest.approx(np.asarray(THEIRS.predict()), abs=1e-8)


def test_the_answers_influence_gives_robust_errors_near_the_models_own_where_it_is_true() -> None:
    fit = fit_ordinal(READY)
    assert fit is not None
    moves = fit.influence / READY.answers
    errors = np.sqrt(np.diag(moves.T @ moves))[2:]
    assert errors == pytest.approx(THEIRS.bse[:4].to_numpy(), rel=0.08)
    assert moves.sum(axis=0) == pytest.approx(np.zeros(6), abs=1e-6)


def test_a_weight_of_two_is_an_answer_twice() -> None:
    twice = fit_ordinal(ready_answers(pd.concat([FRAME, FRAME.iloc[:300]])))
    weighted = fit_ordinal(ready_answers(FRAME.assign(weight=[2.0] * 300 + [1.0] * 900), use_weights=True))
    assert twice is not None
    assert weighted is not None
    assert weighted.slopes == pytest.approx(twice.slopes, abs=1e-7)


def test_two_kinds_are_a_logistic_model() -> None:
    frame = FRAME[FRAME["nps_group"] != "passives"]
    ready = ready_answers(frame)
    fit = fit_ordinal(ready)
    assert fit is not None
    theirs = Logit((ready.kinds == 2).astype(float), add_constant(ready.x)).fit(disp=0)
    assert fit.slopes == pytest.approx(theirs.params[1:], abs=1e-6)
    assert promoting(fit, ready.x)[:, 1].max() == 0


def test_all_levels_of_the_score_can_be_fitted() -> None:
    fit = fit_levels(READY.x, READY.y, READY.weights)
    theirs = OrderedModel(READY.y.astype(int), FRAME[NAMES], distr="logit").fit(method="bfgs", disp=0, maxiter=500)
    assert fit is not None
    assert fit.slopes == pytest.approx(theirs.params[:4].to_numpy(), abs=2e-3)
    assert fit.log_likelihood >= theirs.llf - 1e-6


@pytest.mark.parametrize(
    "frame",
    [
        FRAME[FRAME["nps_group"] == "passives"],  # one kind
        FRAME.head(0),
        FRAME.head(11),  # 2 * (4 + 2) + 1 = 13 are needed
        FRAME.assign(a=FRAME["nps_group"].map({"promoters": 5.0, "passives": 3.0, "detractors": 1.0})),  # no failing
    ],
)
def test_what_cannot_be_fitted_has_no_importance(frame: pd.DataFrame) -> None:
    found = measure_ordinal(ready_answers(frame))
    assert found.drivers.empty
    assert found.drivers.columns.tolist() == ["driver", "ordinal", "ordinal_low", "ordinal_high", "ordinal_rank"]


def test_thirteen_answers_of_four_drivers_can_be_enough() -> None:
    x = np.random.default_rng(3).normal(size=(13, 4))
    levels = np.array([0, 1, 2] * 4 + [0])
    assert fit_levels(x, levels, np.ones(13)) is not None
    assert fit_levels(x[:12], levels[:12], np.ones(12)) is None
    assert fit_levels(np.ones((20, 1)), np.array([0, 1] * 10), np.ones(20)) is None


def test_importance_is_the_partial_effect_of_a_standard_deviation() -> None:
    found = measure_ordinal(READY).drivers.set_index("driver")
    fit = fit_ordinal(READY)
    assert fit is not None
    for j, name in enumerate(NAMES):
        near = READY.x.copy()
        near[:, j] += 1e-5
        slope = (promoting(fit, near) - promoting(fit, READY.x))[:, 2].mean() / 1e-5
        assert found.loc[name, "ordinal"] == pytest.approx(slope * READY.x[:, j].std(), rel=1e-4)
    assert found["ordinal_rank"].tolist() == [1, 2, 3, 4]
    wide = (found["ordinal_high"] - found["ordinal_low"]) / found["ordinal"].abs()
    theirs = 2 * 1.959964 * (THEIRS.bse / THEIRS.params.abs())[:4]
    assert wide.to_numpy() == pytest.approx(theirs.to_numpy(), rel=0.08)


def test_rank_goes_by_size_whatever_the_sign() -> None:
    found = measure_ordinal(ready_answers(make_answers(800, (0.3, -1.0)), ["a", "b"])).drivers
    assert found["ordinal_rank"].tolist() == [2, 1]
    assert found["ordinal"].iloc[1] < 0


def test_nobody_promotes_nothing_to_say() -> None:
    assert measure_ordinal(ready_answers(FRAME[FRAME["nps_group"] != "promoters"])).drivers.empty
