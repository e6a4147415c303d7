"""Simulated gains against statsmodels' predictions, their intervals against the bootstrap, and the top of the scale."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.miscmodels.ordinal_model import OrderedModel

from helpers.analysis.nps_drivers.gain import simulate_gain
from helpers.errors import InputError
from tests.analysis.nps_drivers.answered import NAMES, make_answers, ready_answers

FRAME = make_answers(900)


def test_gain_is_what_statsmodels_would_predict() -> None:
    ready = ready_answers(FRAME)
    found = simulate_gain(ready, 0.5)
    model = OrderedModel(ready.kinds, FRAME[NAMES], distr="logit").fit(method="newton", disp=0, maxiter=100)

    def nps(frame: pd.DataFrame) -> pd.Series:
        p = np.asarray(model.predict(exog=frame[NAMES]))
        return pd.Series(100 * (p[:, 2] - p[:, 0]))

    before = nps(FRAME)
    assert found.nps_modelled == pytest.approx(before.mean(), abs=1e-5)
    assert found.nps == pytest.approx(100 * (ready.kinds - 1).mean())
    assert abs(found.nps - found.nps_modelled) < 0.6
    for row in found.drivers.to_dict("records"):
        raised = FRAME.assign(**{row["driver"]: np.minimum(FRAME[row["driver"]] + 0.5, 5)})
        change = nps(raised) - before
        below = (FRAME[row["driver"]] < 5).to_numpy()
        assert row["nps_change"] == pytest.approx(change.mean(), abs=1e-5)
        assert row["nps_change_among"] == pytest.approx(change[below].mean(), abs=1e-5)
        assert row["answers_changed"] == below.sum()
        assert row["changed_share"] == pytest.approx(below.mean())
    assert found.drivers["driver"].tolist()[:3] == ["a", "b", "c"]


def test_intervals_are_as_wide_as_the_bootstraps() -> None:
    rng = np.random.default_rng(7)
    found = simulate_gain(ready_answers(FRAME)).drivers.set_index("driver")
    again = [
        simulate_gain(ready_answers(FRAME.iloc[rng.integers(0, 900, 900)])).drivers.set_index("driver")
        for _ in range(80)
    ]
    for change, low, high in (("nps_change", "low", "high"), ("nps_change_among", "among_low", "among_high")):
        spread = pd.concat([sample[change] for sample in again], axis=1).std(axis=1)
        ours = (found[high] - found[low]) / 2 / 1.959964
        assert (ours / spread).to_numpy() == pytest.approx(np.ones(4), abs=0.25)


def test_ratings_not_given_and_those_at_the_top_do_not_rise() -> None:
    frame = FRAME.copy()
    frame.loc[frame.index[:200], "b"] = np.nan
    row = simulate_gain(ready_answers(frame)).drivers.set_index("driver").loc["b"]
    assert row["answers_changed"] == (FRAME["b"].iloc[200:] < 5).sum()


def test_a_rise_beyond_the_top_changes_no_more_than_one_to_the_top() -> None:
    at_most, beyond = (simulate_gain(ready_answers(FRAME), rise).drivers["nps_change"] for rise in (4, 40))
    assert at_most.tolist() == pytest.approx(beyond.tolist())


def test_a_driver_that_goes_with_lower_scores_loses() -> None:
    found = simulate_gain(ready_answers(make_answers(600, (0.8, -0.8)), ["a", "b"])).drivers
    assert found["driver"].tolist() == ["a", "b"]
    assert found["high"].iloc[1] < 0


def test_without_passives_a_threshold_is_worth_two() -> None:
    frame = FRAME[FRAME["nps_group"] != "passives"]
    found = simulate_gain(ready_answers(frame))
    assert found.nps_modelled == pytest.approx(found.nps, abs=1e-4)
    only_low = simulate_gain(ready_answers(FRAME[FRAME["nps_group"] != "promoters"]))
    assert only_low.nps_modelled == pytest.approx(only_low.nps, abs=1e-4)


def test_weights_count() -> None:
    weighted = simulate_gain(ready_answers(FRAME.assign(weight=1.0 + (FRAME["score"] < 7)), use_weights=True))
    plain = simulate_gain(ready_answers(FRAME))
    assert weighted.nps < plain.nps - 5


@pytest.mark.parametrize("frame", [FRAME.head(0), FRAME.assign(nps_group="promoters")])
def test_nothing_to_fit_nothing_to_gain(frame: pd.DataFrame) -> None:
    found = simulate_gain(ready_answers(frame))
    assert found.drivers.empty
    assert np.isnan(found.nps_modelled)


@pytest.mark.parametrize("rise", [0, -1, np.nan])
def test_a_rise_of_nothing_is_refused(rise: float) -> None:
    with pytest.raises(InputError, match="points of rating is none"):
        simulate_gain(ready_answers(FRAME), rise)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.01, 2), st.floats(0.01, 2))
def test_a_greater_rise_never_changes_less(one: float, other: float) -> None:
    small, great = sorted((one, other))
    ready = ready_answers(FRAME.head(200))
    changes = [simulate_gain(ready, rise).drivers.set_index("driver")["nps_change"].abs() for rise in (small, great)]
    assert (changes[0] <= changes[1] + 1e-9).all()
