"""Blank ratings filled as scikit-learn's linear regression would, and what cannot be told apart left out."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression

from helpers.analysis.nps_drivers.complete import complete_ratings
from helpers.errors import InputError
from tests.analysis.nps_drivers.answered import NAMES, make_answers, ready_answers


def test_a_blank_is_what_the_other_ratings_let_one_expect() -> None:
    frame = make_answers(400)
    blank = frame.copy()
    blank.loc[0, "b"] = np.nan
    rest = frame.iloc[1:]
    expected = LinearRegression().fit(rest[["a", "c", "d"]], rest["b"]).predict(frame[["a", "c", "d"]].iloc[[0]])
    assert ready_answers(blank).x[0, 1] == pytest.approx(expected[0], abs=2e-3)  # its covariances lack one answer less


def test_complete_answers_stay_and_are_all_counted() -> None:
    frame = make_answers(200)
    ready = ready_answers(frame)
    assert (ready.x == frame[NAMES].to_numpy()).all()
    assert (ready.answers, ready.filled_share, ready.left_out) == (200, 0, {})
    assert ready.kinds.tolist() == [["detractors", "passives", "promoters"].index(g) for g in frame["nps_group"]]


def test_two_ratings_and_a_quarter_are_asked_for() -> None:
    frame = make_answers(100)
    frame.loc[0, ["a", "b"]] = np.nan
    frame.loc[1, ["a", "b", "c"]] = np.nan
    frame.loc[2, "score"] = np.nan
    ready = ready_answers(frame)
    assert np.flatnonzero(~ready.rows).tolist() == [1, 2]
    assert ready.filled_share == pytest.approx(2 / (98 * 4))


@pytest.mark.parametrize("change", [lambda a: a, lambda a: 6 - a, lambda a: 2 * a + 1])
def test_copies_and_constants_are_left_out_and_named(change) -> None:  # type: ignore[no-untyped-def]
    frame = make_answers(100).assign(copy=lambda f: change(f["a"]), same=3.0, none=np.nan)
    ready = ready_answers(frame, [*NAMES, "copy", "same"])
    assert ready.left_out == {"copy": "a", "same": "constant"}
    assert ready.drivers == NAMES
    assert ready_answers(frame, ["a", "none"]).left_out == {"none": "constant"}


def test_a_copy_with_blanks_of_its_own_is_one_all_the_same() -> None:
    frame = make_answers(100).assign(copy=lambda f: f["a"])
    frame.loc[::3, "copy"] = np.nan
    frame.loc[1::7, "a"] = np.nan
    assert ready_answers(frame, [*NAMES, "copy"]).left_out == {"copy": "a"}


def test_a_sum_of_others_is_left_out() -> None:
    frame = make_answers(100).assign(total=lambda f: f["a"] + 2 * f["b"])
    assert ready_answers(frame, [*NAMES, "total"]).left_out == {"total": "b"}


def test_weights_average_one_and_answers_of_no_weight_are_left_out() -> None:
    frame = make_answers(6).assign(weight=[0, 2, 2, 4, np.nan, 4])
    ready = ready_answers(frame, use_weights=True)
    assert ready.weights.tolist() == pytest.approx([2 / 3, 2 / 3, 4 / 3, 4 / 3])
    assert ready_answers(frame).weights.tolist() == [1] * 6


@pytest.mark.parametrize("weight", [-1.0, 0.0])
def test_impossible_weights_are_refused(weight: float) -> None:
    with pytest.raises(InputError, match="negative, or all of them are zero"):
        ready_answers(make_answers(5).assign(weight=weight), use_weights=True)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="column 'z' is missing"):
        complete_ratings(make_answers(5), ["a", "z"])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 12), st.integers(0, 4), st.floats(0, 1), st.integers(0, 99))
def test_whatever_is_blank_nothing_is_left_blank(rows: int, k: int, share: float, seed: int) -> None:
    frame = make_answers(rows)
    drawn = np.random.default_rng(seed).random((rows, 4)) < share
    frame[NAMES] = frame[NAMES].mask(pd.DataFrame(drawn, columns=NAMES))
    ready = ready_answers(frame, NAMES[:k])
    assert not np.isnan(ready.x).any()
    assert ready.answers == ready.rows.sum() <= rows
    assert sorted([*ready.drivers, *ready.left_out]) == NAMES[:k]
