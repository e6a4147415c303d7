"""What goes with a theme, against published and other packages' answers."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from helpers.analysis.comments.scores import LEAST_RATED, compare_waves, link_ratings, score_themes


def groups(promoters: int, passives: int, detractors: int) -> list[str]:
    return ["promoters"] * promoters + ["passives"] * passives + ["detractors"] * detractors


def scored(theirs: tuple[int, int, int], others: tuple[int, int, int], least: int = 50) -> pd.Series:
    group = pd.Series(groups(*theirs) + groups(*others))
    raised = np.arange(len(group)) < sum(theirs)
    return score_themes(raised[:, None], group, least).iloc[0]


def test_score_and_interval_are_those_of_rocks() -> None:
    """200 promoters, 120 passives, 80 detractors: 30, adjusted Wald [22.15, 37.40] (shared/data/README.md)."""
    row = scored((200, 120, 80), (100, 100, 100))
    assert (row.comments, row.promoters, row.passives, row.detractors) == (400, 200, 120, 80)
    assert row.share == pytest.approx(400 / 700)
    assert row.nps == pytest.approx(30)
    assert (row.nps_low, row.nps_high) == (pytest.approx(22.15, abs=0.005), pytest.approx(37.40, abs=0.005))
    assert row.others_nps == pytest.approx(0)


def test_the_difference_is_of_two_groups_of_people() -> None:
    row = scored((20, 20, 60), (80, 60, 60))
    means = [np.array([1, 0, -1]) @ np.array(c) / (sum(c) + 3) for c in ((20, 20, 60), (80, 60, 60))]
    variances = [
        ((p + d + 1.5) / (n + 3) - m**2) / (n + 3)
        for (p, d, n), m in zip(((20, 60, 100), (80, 60, 200)), means, strict=True)
    ]
    half = 1.959963984540054 * np.sqrt(sum(variances))
    assert row.difference == pytest.approx(100 * (-0.4 - 0.1))
    assert row.difference_low == pytest.approx(100 * (means[0] - means[1] - half))
    assert row.difference_high == pytest.approx(100 * (means[0] - means[1] + half))
    assert row.p_value == pytest.approx(2 * stats.norm.sf(abs(means[0] - means[1]) / np.sqrt(sum(variances))))
    assert row.verdict == "lower"
    assert scored((80, 60, 60), (20, 20, 60)).verdict == "higher"
    assert scored((40, 30, 30), (40, 30, 30)).verdict == "unclear"


def test_scores_of_few_are_withheld_and_cannot_be_worked_out() -> None:
    row = scored((10, 0, 39), (100, 0, 100))
    assert row.verdict == "few"
    assert row.comments == 49
    blank = ["promoters", "passives", "detractors", "nps", "nps_low", "nps_high", "others_nps", "difference", "p_value"]
    assert row[blank].isna().all()
    assert scored((10, 0, 40), (100, 0, 100)).verdict == "lower"
    others_few = scored((10, 0, 40), (49, 0, 0))
    assert others_few.verdict == "few"
    assert others_few.nps == pytest.approx(-60)
    assert scored((10, 0, 40), (50, 0, 0)).verdict == "lower"


def test_intervals_hold_their_score_at_the_ends() -> None:
    row = scored((60, 0, 0), (0, 0, 60))
    assert (row.nps, row.nps_high) == (100, 100)
    assert row.nps_low < 100
    assert row.difference == pytest.approx(200)
    assert row.difference_low <= 200 <= row.difference_high <= 200


def test_one_in_twenty_of_what_is_clear_may_be_chance() -> None:
    """A p of .04 among twenty of no difference is not clear; alone it is."""
    rng = np.random.default_rng(1)
    group = pd.Series(rng.choice(["promoters", "passives", "detractors"], 600))
    raised = rng.random((600, 40)) < 0.3
    one = score_themes(raised[:, [0]], group, 50)
    many = score_themes(raised, group, 50)
    assert one["p_value"].iloc[0] == pytest.approx(many["p_value"].iloc[0])
    assert (many["p_value"] <= 0.05).any()
    assert (many["verdict"] == "unclear").all()


def test_shares_between_waves_are_compared_as_agresti_and_caffo() -> None:
    wave = pd.Series(["a"] * 100 + ["b"] * 80 + ["c"] * 120)
    raised = np.zeros((300, 1), dtype=bool)
    raised[:10] = raised[180:216] = True
    row = compare_waves(raised, wave, ["a", "b", "c"], 50).iloc[0]
    low, high = confint_proportions_2indep(36, 120, 10, 100, method="agresti-caffo", compare="diff")
    assert (row.first_wave, row.last_wave) == ("a", "c")
    assert (row.share_first, row.share_last, row.change) == (0.1, 0.3, pytest.approx(0.2))
    assert (row.change_low, row.change_high) == (pytest.approx(low), pytest.approx(high))
    assert row.trend == "more"
    assert compare_waves(raised, wave, ["c", "b", "a"], 50).iloc[0].trend == "less"
    assert compare_waves(raised, wave, ["a", "b", "c"], 100).iloc[0].last_wave == "c"
    assert compare_waves(raised, wave, ["a", "b"], 80).iloc[0].last_wave == "b"


def test_waves_with_few_comments_are_passed_over() -> None:
    wave = pd.Series(["a"] * 49 + ["b"] * 50 + ["c"] * 50)
    raised = np.ones((149, 1), dtype=bool)
    assert compare_waves(raised, wave, ["a", "b", "c"], 50).iloc[0].first_wave == "b"
    few = compare_waves(raised, wave, ["a", "b", "c"], 51).iloc[0]
    assert (few.first_wave, few.trend) == ("", "few")
    assert np.isnan(few.change)
    assert len(compare_waves(np.zeros((149, 0), dtype=bool), wave, ["a", "b", "c"], 50)) == 0


def test_a_rating_is_linked_as_welch_tests_it() -> None:
    rng = np.random.default_rng(3)
    raised = np.arange(300) < 60
    frame = pd.DataFrame({"delivery": rng.normal(4, 1, 300), "price": rng.normal(3, 1, 300), "same": 3.0})
    frame.loc[raised, "delivery"] -= 1.2
    frame.loc[frame.index[:5], "delivery"] = np.nan
    row = link_ratings(raised[:, None], frame).iloc[0]
    known = frame["delivery"].notna()
    test = stats.ttest_ind(frame["delivery"][raised & known], frame["delivery"][~raised & known], equal_var=False)
    bounds = test.confidence_interval(0.95)
    assert row.driver == "delivery"
    assert (row.driver_low, row.driver_high) == (pytest.approx(bounds.low), pytest.approx(bounds.high))
    assert row.driver_low < row.driver_difference < row.driver_high < 0


def test_the_rating_that_falls_most_goes_before_one_that_rises_more() -> None:
    rng = np.random.default_rng(3)
    raised = np.arange(400) < 100
    frame = pd.DataFrame({"up": rng.normal(4, 1, 400) + 2 * raised, "down": rng.normal(4, 1, 400) - 1 * raised})
    assert link_ratings(raised[:, None], frame).iloc[0].driver == "down"
    assert link_ratings(raised[:, None], frame[["up"]]).iloc[0].driver_difference > 1


def test_few_ratings_link_nothing() -> None:
    assert LEAST_RATED == 30
    raised = np.arange(200) < LEAST_RATED
    frame = pd.DataFrame({"r": np.where(raised, 1.0, 5.0) + np.tile([0, 0.1], 100)})
    assert link_ratings(raised[:, None], frame).iloc[0].driver == "r"
    fewer = np.arange(200) < LEAST_RATED - 1
    assert link_ratings(fewer[:, None], frame).iloc[0].driver == ""
    assert link_ratings(raised[:, None], frame[[]]).iloc[0].driver == ""
    constant = pd.DataFrame({"r": np.where(raised, 1.0, 5.0)})
    assert link_ratings(raised[:, None], constant).iloc[0].driver == ""


def test_a_theme_is_compared_within_its_language() -> None:
    """All who write in German score low; a theme of theirs is not lower for that."""
    group = pd.Series(groups(0, 0, 120) + groups(120, 0, 0))
    german = np.arange(240) < 120
    raised = (np.arange(240) < 60)[:, None]
    row = score_themes(raised, group, 50, german[:, None]).iloc[0]
    assert (row.share, row.nps, row.others_nps, row.verdict) == (0.5, -100, -100, "unclear")
    assert score_themes(raised, group, 50).iloc[0].verdict == "lower"
    wave = pd.Series(["a"] * 60 + ["b"] * 60 + ["a"] * 120)
    course = compare_waves(raised, wave, ["a", "b"], 50, german[:, None]).iloc[0]
    assert (course.share_first, course.share_last) == (1, 0)
    few = compare_waves(raised, wave, ["a", "b"], 60, (np.arange(240) < 119)[:, None]).iloc[0]
    assert few.trend == "few"
    assert np.isnan(few.change)
    rating = pd.DataFrame({"r": np.where(german, 2.0, 4.0) + np.tile([0, 0.5], 120)})
    assert link_ratings(raised, rating, german[:, None]).iloc[0].driver == ""
    assert link_ratings(raised, rating).iloc[0].driver == "r"
