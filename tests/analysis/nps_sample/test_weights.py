"""What survey weights change, by the sums that the engine gives."""

from math import isnan

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.nps_sample.weights import COLUMNS, Weighting, weigh_answers
from helpers.errors import InputError
from tests.analysis.nps_sample.test_estimates import CLUSTER, I, W, Y, sums_of


def weigh(w: np.ndarray, cluster: np.ndarray = I) -> Weighting:
    told = {"wave": "all", "unweighted": (w == 0).sum(), "sum_w2": (w * w).sum(), "max_w": w.max(), "min_w": w.min()}
    row = pd.DataFrame([sums_of(Y, w, cluster).to_dict() | told])
    return weigh_answers(row.astype(dict.fromkeys(["answers", "unweighted", "clusters", "clusters_all"], int)))


def test_both_scores_and_what_the_weights_cost() -> None:
    found = weigh(W)
    assert found.weighted
    assert not found.repeated
    whole = found.whole
    assert (whole["nps"], whole["nps_weighted"]) == pytest.approx((15, 15.8333333))
    assert whole["change"] == pytest.approx(0.8333333)
    assert whole["change_low"] < 0 < whole["change_high"]
    # 60 weights of 1, 1.5, 2, 2.5 and 3: 60 * 12 * 22.5 / 120^2.
    assert whole["design_effect"] == pytest.approx(1.125)
    assert whole["effective_answers"] == pytest.approx(53.333333)
    assert whole["largest_weight"] == pytest.approx(1.5)
    assert found.plain == pytest.approx((15, whole["nps_low"], whole["nps_high"]))
    assert found.waves == []


def test_all_answers_come_before_the_waves_in_their_order() -> None:
    rows = [sums_of(Y[part], W[part], I[part]).to_dict() for part in (slice(None), slice(20), slice(20, None))]
    told = {"unweighted": 0, "sum_w2": 1.0, "max_w": 3.0}
    frame = pd.DataFrame([{"wave": n, **r, **told} for n, r in zip(["all", "b", "a"], rows, strict=True)])
    assert weigh_answers(frame).waves == ["b", "a"]
    ordered = weigh_answers(frame, ["a", "b"])
    assert ordered.waves == ["a", "b"]
    assert ordered.whole["answers"] == 60


def test_repeated_answers_are_told() -> None:
    assert weigh(W, CLUSTER).repeated


def test_blank_and_zero_weights_do_not_count() -> None:
    w = np.where(I < 20, 0.0, 2.0)
    found = weigh(w)
    assert found.weighted, "equal weights, but not of all"
    assert found.whole["weighted"] == 40
    assert found.whole["design_effect"] == pytest.approx(1)
    assert found.whole["nps_weighted"] == pytest.approx(100 * Y[20:].mean())


@pytest.mark.parametrize("w", [0.0, 1.0, 7.5])
def test_weights_that_are_all_alike_tell_nothing(w: float) -> None:
    found = weigh(np.full(60, w))
    assert not found.weighted
    assert isnan(found.whole["nps_weighted"]) == (w == 0)


def test_negative_weights_are_refused() -> None:
    with pytest.raises(InputError, match="below zero"):
        weigh(np.where(I == 3, -1.0, 1.0))


def test_no_answers_at_all() -> None:
    found = weigh_answers(pd.DataFrame(columns=COLUMNS))
    assert not found.weighted
    assert not found.repeated
    assert all(isnan(x) for x in found.plain)
