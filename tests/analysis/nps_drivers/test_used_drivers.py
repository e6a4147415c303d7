"""Which ratings become drivers, and the word by which others are left out."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.nps_drivers.drivers import (
    collect_moments,
    collect_pairs,
    describe_coverage,
    find_drivers,
    rest_on_pairs,
    usable_drivers,
)
from tests.analysis.nps_drivers.ratings import make_ratings, measure


def test_ratings_that_enough_people_gave_and_differ_in_are_used() -> None:
    coverage = pd.DataFrame(
        [
            *[("just enough", 50, 0.3, 2), ("a little short", 49, 0.3, 2), ("too seldom", 60, 0.29, 2)],
            ("all alike", 90, 0.9, 1),
        ],
        columns=["driver", "answers", "answered_share", "distinct"],
    )
    assert usable_drivers(coverage, min_coverage=0.3, min_answers=50) == ["just enough"]


def test_of_many_ratings_all_are_used() -> None:
    answers = [100 + (7 * i) % 17 for i in range(40)]
    coverage = pd.DataFrame({"driver": range(40), "answers": answers, "answered_share": 1.0, "distinct": 5})
    assert usable_drivers(coverage, 0.3, 50) == list(range(40))


@pytest.mark.parametrize(("rated", "complete", "pairs"), [(100, 80, False), (100, 79, True), (0, 0, False)])
def test_pairs_are_used_where_a_fifth_of_answers_would_be_lost(rated: int, complete: int, pairs: bool) -> None:
    assert rest_on_pairs(rated, complete) == pairs


def test_more_drivers_than_answers_to_spare_are_not_found() -> None:
    frame, names = make_ratings(5, 3, seed=3)
    assert find_drivers(collect_moments(frame, "y", names), "y", names, 5, min_answers=2).drivers.empty


def test_a_driver_without_any_share_has_none_below_zero() -> None:
    # Each combination of four ratings once: what c and d add is nothing, but for rounding.
    grid = np.array(np.meshgrid(*[[1, 2, 3]] * 4)).reshape(4, -1).T
    frame = pd.DataFrame(grid, columns=list("abcd"))
    shares = measure(frame.assign(y=frame["a"] + frame["b"]), "y", list("abcd")).drivers["lmg"]
    assert shares.tolist() == pytest.approx([0.5, 0.5, 0, 0])
    assert (shares >= 0).all()


@pytest.mark.parametrize("collect", [collect_moments, collect_pairs])
def test_copies_and_constants_are_left_out_with_a_word(collect: Callable[..., pd.DataFrame]) -> None:
    frame, names = make_ratings(200, 3, seed=1)
    frame = frame.assign(copy=6 - frame["d1"], flat=4.0)
    asked = [*names, "copy", "flat"]
    found = find_drivers(collect(frame, "y", asked, buckets=50), "y", asked, 200)
    assert found.left_out == {"copy": 'a copy of "d1"', "flat": "all alike"}
    assert (found.asked, sorted(found.drivers["driver"])) == (5, names)
    alone = find_drivers(collect(frame, "y", names, buckets=50), "y", names, 200)
    pd.testing.assert_frame_equal(found.drivers, alone.drivers)


def test_a_combination_is_left_out_with_a_word() -> None:
    frame, names = make_ratings(200, 3, seed=1)
    frame["sum"] = frame["d0"] + frame["d2"]
    asked = [*names, "sum"]
    found = find_drivers(collect_moments(frame, "y", asked), "y", asked, 200)
    assert found.left_out == {"sum": 'follows from "d0", "d2"'}


@pytest.mark.parametrize("collect", [collect_moments, collect_pairs])
def test_answers_without_any_weight_find_no_drivers(collect: Callable[..., pd.DataFrame]) -> None:
    frame, names = make_ratings(200, 3, seed=1)
    moments = collect(frame.assign(w=0.0), "y", names, weight="w", buckets=50)
    found = find_drivers(moments, "y", names, 200)
    assert (found.drivers.empty, found.answers, found.asked) == (True, 0, 3)


def test_a_score_that_never_differs_finds_no_drivers() -> None:
    frame, names = make_ratings(200, 3, seed=1)
    found = find_drivers(collect_moments(frame.assign(y=9.0), "y", names), "y", names, 200)
    assert found.drivers.empty
    assert found.left_out == {"y": "all alike"}
    flat = find_drivers(collect_moments(frame.assign(d0=1.0), "y", ["d0"]), "y", ["d0"], 200)
    assert (flat.drivers.empty, flat.asked, flat.left_out) == (True, 1, {"d0": "all alike"})


@pytest.mark.parametrize(("together", "left_out"), [(30, {}), (29, {"d2": 'seldom rated together with "d1"'})])
def test_ratings_seldom_given_together_are_left_out(together: int, left_out: dict) -> None:
    frame, names = make_ratings(300, 3, seed=1)
    frame.loc[120 + together :, "d1"] = np.nan
    frame.loc[:119, "d2"] = np.nan  # d1 and d2 share `together` answers; d2 has fewer or more than d1
    frame.loc[260:, "d2"] = np.nan
    found = find_drivers(collect_pairs(frame, "y", names, buckets=50), "y", names, 300)
    assert found.left_out == left_out
    # Weights that are all alike change nothing, however large.
    heavy = collect_pairs(frame.assign(w=40.0), "y", names, weight="w", buckets=50)
    assert find_drivers(heavy, "y", names, 300).left_out == left_out


def test_every_rating_asked_is_used_or_told_why_not() -> None:
    frame, _ = make_ratings(200, 2, seed=1)
    asked = ["d0", "d1", "copy"]
    moments = collect_moments(frame.assign(copy=frame["d0"]), "y", asked, buckets=50)
    found = find_drivers(moments, "y", asked, 200)
    coverage = pd.DataFrame(
        [
            *[("d0", 200, 1.0, 5), ("d1", 50, 0.25, 5), ("copy", 200, 1.0, 5), ("few", 49, 0.3, 1)],
            *[("seldom", 60, 0.24, 5), ("flat", 90, 0.5, 1), ("more", 90, 0.5, 2)],
        ],
        columns=["driver", "answers", "answered_share", "distinct"],
    )
    told = describe_coverage(coverage, found, 0.25, 50)
    assert told.set_index("driver")["why_not"].to_dict() == {
        "d0": "",
        "d1": "",
        "copy": 'a copy of "d0"',
        "few": "too few answers",
        "seldom": "too small a share of answers",
        "flat": "all alike",
        "more": "too few answers for so many ratings",
    }
    assert told["used"].tolist() == [True, True, *[False] * 5]
    assert len(told) == len(coverage)
