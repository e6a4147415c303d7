"""Differences between groups against statsmodels' interactions, the correction against theirs, planted ones found."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests

from helpers.analysis.nps_drivers.segments import MOST_GROUPS, contrast_drivers
from helpers.errors import InputError
from tests.analysis.nps_drivers.answered import NAMES, group_of, make_answers, ready_answers


def grouped(rows: int = 1200, extra: float = 0.0) -> pd.DataFrame:
    """Answers of three regions; in the north a point of b goes with `extra` more."""
    rng = np.random.default_rng(4)
    frame = make_answers(rows, noise=0.6)
    frame["region"] = rng.choice(["north", "south", "west"], rows)
    north = (frame["region"] == "north").to_numpy()
    score = np.clip(frame["score"] + extra * north * (frame["b"] - 3.5), 0, 10)
    return frame.assign(score=score, nps_group=group_of(score.to_numpy()))


def test_a_group_against_the_others_is_an_interaction_of_statsmodels() -> None:
    frame = grouped(600)
    found = contrast_drivers(ready_answers(frame), frame[["region"]]).contrasts
    own = (frame["region"] == "west").astype(float)
    design = sm.add_constant(frame[NAMES].assign(own=own))
    for name in NAMES:
        design[f"{name}_own"] = frame[name] * own
    theirs = sm.OLS(frame["score"], design).fit(cov_type="HC3")
    ours = found[found["group"] == "west"].set_index("driver")
    for name in NAMES:
        assert ours.loc[name, "difference"] == pytest.approx(theirs.params[f"{name}_own"])
        assert ours.loc[name, "slope_others"] == pytest.approx(theirs.params[name])
        assert ours.loc[name, "p_value"] == pytest.approx(theirs.pvalues[f"{name}_own"], rel=1e-6)
        low, high = theirs.conf_int().loc[f"{name}_own"]
        assert (ours.loc[name, "low"], ours.loc[name, "high"]) == pytest.approx((low, high))
    assert ours["answers"].unique() == own.sum()


def test_a_planted_difference_is_found_and_nothing_else() -> None:
    frame = grouped(extra=0.6)
    found = contrast_drivers(ready_answers(frame), frame[["region"]]).contrasts
    first = found.iloc[0]
    assert (first["driver"], first["group"]) == ("b", "north")
    assert first["difference"] > 0.3
    assert set(found.loc[found["clear"], "driver"]) == {"b"}


def test_groups_drawn_at_random_do_not_differ() -> None:
    frame = grouped()
    found = contrast_drivers(ready_answers(frame), frame[["region"]]).contrasts
    assert not found["clear"].any()
    assert found["p_adjusted"].to_numpy() == pytest.approx(multipletests(found["p_value"], method="fdr_bh")[1])


def test_of_two_groups_one_counts_as_a_test_and_both_are_told() -> None:
    frame = grouped().assign(half=lambda f: np.where(f.index % 2, "odd", "even"))
    found = contrast_drivers(ready_answers(frame), frame[["half"]]).contrasts
    assert found["group"].value_counts().to_dict() == {"even": 4, "odd": 4}
    odd = found[found["group"] == "odd"].set_index("driver")
    even = found[found["group"] == "even"].set_index("driver")
    assert odd["difference"].sort_index().tolist() == pytest.approx((-even["difference"]).sort_index().tolist())
    assert even["p_adjusted"].sort_index().tolist() == odd["p_adjusted"].sort_index().tolist()
    expected = multipletests(even["p_value"], method="fdr_bh")[1]
    assert even["p_adjusted"].to_numpy() == pytest.approx(expected)
    assert found["difference"].iloc[0] > 0  # the group where it counts more is told first


def test_waves_are_no_groups_and_what_is_not_known_is_none() -> None:
    frame = grouped().assign(wave="w1", tier=None)
    frame["region"] = frame["region"].where(frame["region"] != "west")
    found = contrast_drivers(ready_answers(frame), frame[["wave", "tier", "region"]]).contrasts
    assert found["grouping"].unique().tolist() == ["region"]
    assert sorted(found["group"].unique()) == ["north", "south"]


@pytest.mark.parametrize(("size", "told"), [(50, True), (49, False)])
def test_a_group_needs_answers_enough(size: int, told: bool) -> None:
    frame = grouped(400).assign(tier=lambda f: np.where(f.index < size, "gold", "other"))
    found = contrast_drivers(ready_answers(frame), frame[["tier"]], min_answers=10)
    assert found.least_answers == 50  # ten for each of four drivers and the constant
    assert (len(found.contrasts) > 0) == told
    assert contrast_drivers(ready_answers(frame), frame[["tier"]], min_answers=51).contrasts.empty


def test_at_most_twelve_groups_of_a_grouping_are_compared() -> None:
    frame = grouped(1500).assign(city=lambda f: "c" + (f.index % 15).astype(str))
    found = contrast_drivers(ready_answers(frame), frame[["city"]], min_answers=10).contrasts
    assert found["group"].nunique() == MOST_GROUPS


def test_a_driver_that_is_constant_within_a_group_has_blanks() -> None:
    frame = grouped(600)
    frame.loc[frame["region"] == "north", "d"] = 4.0
    frame.loc[frame["region"] == "south", "c"] = frame.loc[frame["region"] == "south", "a"]
    found = contrast_drivers(ready_answers(frame), frame[["region"]]).contrasts.set_index(["group", "driver"])
    assert np.isnan(found.loc[("north", "d"), "p_adjusted"])
    assert np.isnan(found.loc[("south", "c"), "slope"])
    assert not found.loc[("north", "d"), "clear"]
    assert found.loc[("north", "a"), "slope"] > 0


def test_groups_of_other_rows_are_refused() -> None:
    frame = grouped(100)
    with pytest.raises(InputError, match="99 rows of groups for 100 rows of ratings"):
        contrast_drivers(ready_answers(frame), frame[["region"]].head(99))


def test_no_groupings_no_drivers_no_answers() -> None:
    frame = grouped(200)
    assert contrast_drivers(ready_answers(frame), frame[[]]).contrasts.empty
    assert contrast_drivers(ready_answers(frame, []), frame[["region"]]).contrasts.empty
    none = frame.head(0)
    assert contrast_drivers(ready_answers(none), none[["region"]]).contrasts.empty
