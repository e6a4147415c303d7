"""The course of a score over waves: against statsmodels, by hand, and on a real survey."""

from dataclasses import replace
from math import nan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from helpers.analysis.nps_drivers.nps import compare_counts, compare_groups, score_counts, standard_error
from helpers.analysis.nps_drivers.waves import Course, choose_period, find_course, fit_trend, judge
from helpers.errors import InputError
from tests.analysis.nps_drivers.courses import counts_of


def course_of(*scores: float, n: int = 1300, start: int = 2021, **columns: list[float]) -> Course:
    return find_course(counts_of(*scores, n=n, start=start).assign(**columns))


def test_a_fall_is_told_from_the_first_wave_and_not_by_the_last_step() -> None:
    """A utility's waves: 48, 34 and 33, of which the last step alone is none."""
    course = course_of(48, 34, 33)
    assert course.whole is not None and course.biggest is not None
    assert (course.whole.from_wave, course.whole.to_wave, course.whole.verdict) == ("2021", "2023", "fell")
    assert course.whole.change == pytest.approx(-15, abs=0.1)
    assert (course.biggest.from_wave, course.biggest.to_wave) == ("2021", "2022")
    assert course.trend["verdict"].tolist() == ["fell", "fell", "unclear"]
    assert course.trend["comparison"].tolist() == ["first to last", "step", "step"]
    assert course.to_explain() == ("2021", "2023")
    assert (course.latest_wave, course.shown_wave) == ("2023", "2023")
    assert course.latest == score_counts(*counts_of(48, 34, 33).iloc[2, 1:4].astype(int))
    assert np.isnan(course.slope)  # a line through three waves says nothing more


def test_sfo_2017_to_2018(shared_data: Path) -> None:
    # shared/data/README.md: counts, 39.84 (weighted 40.40) and 30.98 (weighted 35.11).
    counts = pd.DataFrame({"wave": ["2018", "2017"], "promoters": [1268, 1436], "detractors": [447, 342]})
    course = find_course(counts.assign(passives=[2650 - 1268 - 447, 2746 - 1436 - 342]))
    assert course.by_wave["wave"].tolist() == ["2017", "2018"]
    assert course.by_wave["nps"].round(2).tolist() == [39.84, 30.98]
    alone = compare_groups(score_counts(1268, 935, 447), score_counts(1436, 968, 342))
    step = course.trend.to_dict("records")
    assert len(step) == 1 and step[0]["verdict"] == "fell"
    assert (step[0]["low"], step[0]["high"]) == pytest.approx((100 * alone.low, 100 * alone.high))
    second = course.by_wave.iloc[1]
    assert (second["change_low"], second["change_high"]) == pytest.approx((100 * alone.low, 100 * alone.high))
    assert course.by_wave.loc[0, ["change", "change_low", "change_high"]].isna().all()
    assert step[0]["change"] == pytest.approx(30.98 - 39.84, abs=0.01)


def test_steps_are_clear_where_bonferronis_correction_of_their_p_says_so() -> None:
    """statsmodels' multipletests on the p of the same differences; no step lies so near that rounding decides."""
    scores = (30, 36, 31, 33, 25, 27, 36, 35, 30, 41)
    course = course_of(*scores, n=900, start=2011)
    points = course.by_wave[["promoters", "passives", "detractors"]].to_numpy(float)
    p = compare_counts(points[1:], points[:-1])[3]
    steps = course.trend[course.trend["comparison"] == "step"]
    assert (steps["verdict"] != "unclear").tolist() == multipletests(p, method="bonferroni")[0].tolist()
    assert (p < 0.05).sum() > (steps["verdict"] != "unclear").sum() > 0
    single = course.by_wave.iloc[1:]
    assert (steps["low"].to_numpy() < single["change_low"].to_numpy()).all()


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.5, 9, "unclear"), (0.6, 9, "rose"), (-9, -0.6, "fell"), (-9, -0.5, "unclear"), (-1, 1, "unclear")],
)
def test_a_change_is_judged_as_it_is_printed(low: float, high: float, verdict: str) -> None:
    assert judge(low, high) == verdict


def test_a_trend_is_the_weighted_line_of_statsmodels() -> None:
    """With the error of the samples where the waves lie on a line, else that of the fit with Student's t."""
    near, far = counts_of(30, 31.5, 33, 35, 36, n=500), counts_of(30, 45, 20, 50, 36, n=500)
    times = np.array([2019.0, 2020, 2021.5, 2022, 2024])
    for counts, wide in ((near, False), (far, True)):
        points = counts[["promoters", "passives", "detractors"]].to_numpy(float)
        errors = 100 * standard_error(points[:, 0] + 0.75, points[:, 1] + 1.5, points[:, 2] + 0.75)
        scores = 100 * (points[:, 0] - points[:, 2]) / points.sum(axis=1)
        fit = sm.WLS(scores, sm.add_constant(times), weights=1 / errors**2)
        fitted = fit.fit() if wide else fit.fit(cov_type="fixed scale", use_t=False)
        low, high = fitted.conf_int()[1]
        assert (fit.fit().scale > 1) == wide
        assert fit_trend(times, points) == pytest.approx((fitted.params[1], low, high))


def test_ten_waves_up_and_down_have_no_trend_but_a_step() -> None:
    course = course_of(30, 34, 31, 36, 33, 35, 20, 31, 34, 31, start=2011)
    assert course.whole is not None and course.whole.verdict == "unclear"
    assert course.slope_low < 0 < course.slope_high
    assert course.biggest is not None and (course.biggest.from_wave, course.biggest.to_wave) == ("2016", "2017")
    assert course.to_explain() == ("2016", "2017")


def test_a_slow_rise_is_a_trend_in_points_a_year() -> None:
    course = course_of(20, 21, 23, 24, 26, 27, 29, 30, 32, 33, start=2011)
    assert course.slope_unit == "year"
    assert course.slope == pytest.approx(1.5, abs=0.1)
    assert 0 < course.slope_low < course.slope < course.slope_high
    by_wave = find_course(counts_of(20, 21, 23, 24, 26).assign(wave=list("abcde")))
    assert by_wave.slope_unit == "wave"
    dated = find_course(counts_of(20, 21, 23, 24, 26).assign(wave=list("abcde"), day=[0, 91, 182, 273, 365.25]))
    assert dated.slope_unit == "year"
    assert dated.slope == pytest.approx(4 * by_wave.slope, rel=0.01)


@pytest.mark.parametrize(
    ("slope", "side"),
    [
        ((0.04, 2), "unclear"),
        ((0.06, 2), "rose"),
        ((-2, -0.06), "fell"),
        ((-2, -0.04), "unclear"),
        ((nan, nan), "unclear"),
    ],
)
def test_a_trend_is_judged_with_one_decimal(slope: tuple[float, float], side: str) -> None:
    flat = course_of(30, 30)
    course = replace(flat, slope_low=slope[0], slope_high=slope[1])
    assert (course.trend_side, course.direction) == (side, side)
    fell = replace(course_of(40, 10), slope_low=slope[0], slope_high=slope[1])
    assert fell.direction == "fell"


def test_a_trend_needs_four_waves() -> None:
    assert not np.isnan(course_of(20, 22, 25, 28).slope)
    assert np.isnan(course_of(20, 25, 28).slope)
    assert np.isnan(find_course(counts_of(20, 22, 25, 28).head(0)).slope)


def test_waves_with_few_answers_are_shown_but_not_judged() -> None:
    counts = counts_of(48, 0, 33)
    counts.loc[1, ["promoters", "passives", "detractors"]] = [30, 0, 19]
    course = find_course(counts, min_answers=50)
    assert course.by_wave["judged"].tolist() == [True, False, True]
    assert course.by_wave.loc[1, "change"] == pytest.approx(100 * 11 / 49 - 48, abs=0.1)
    assert course.trend[["from_wave", "to_wave"]].values.tolist() == [["2021", "2023"]]
    assert find_course(counts, min_answers=49).by_wave["judged"].all()
    none = find_course(counts.iloc[[1]], min_answers=50)
    assert (none.whole, none.latest, none.shown_wave, len(none.trend)) == (None, None, "", 0)
    one = find_course(counts.iloc[[0]])
    assert (one.whole, one.latest_wave, one.shown_wave, one.to_explain()) == (None, "2021", "", ("", ""))
    empty = find_course(counts.head(0))
    assert empty.by_wave.empty and empty.whole is None
    assert find_course(counts.assign(promoters=0, passives=0, detractors=0), min_answers=0).whole is None


def test_waves_stand_in_the_order_of_their_days() -> None:
    course = course_of(10, 20, 30, day=[30.0, 20.0, 10.0])
    assert course.by_wave["wave"].tolist() == ["2023", "2022", "2021"]
    assert course.by_wave["nps"].round().tolist() == [30, 20, 10]
    undated = course_of(10, 20, 30, day=[30.0, nan, 10.0])
    assert undated.by_wave["wave"].tolist() == ["2021", "2022", "2023"]


def test_weights_have_scores_of_their_own() -> None:
    weights = {"weight_promoters": [5.0, 4], "weight_passives": [3.0, 3], "weight_detractors": [2.0, 3]}
    course = course_of(40, 30, **weights, weight_squares=[0.02, 0.02])
    assert course.by_wave["nps_weighted"].tolist() == pytest.approx([30, 10])
    assert course.weighted_change == pytest.approx(-20)
    assert course_of(40, 30).by_wave["nps_weighted"].isna().all()


def test_faults_are_named() -> None:
    with pytest.raises(InputError, match="'passives' is missing"):
        find_course(counts_of(1).drop(columns="passives"))
    with pytest.raises(InputError, match="'2021' is there twice"):
        find_course(pd.concat([counts_of(1), counts_of(2)]))


waves = st.lists(st.tuples(*[st.integers(0, 200)] * 3).filter(lambda c: sum(c) > 0), max_size=6)


@settings(max_examples=40, deadline=None)
@given(waves, st.integers(0, 90))
def test_every_answer_is_in_a_wave_or_has_none(rows: list[tuple[int, int, int]], without: int) -> None:
    counts = pd.DataFrame(rows, columns=["promoters", "passives", "detractors"], dtype="int64")
    counts.insert(0, "wave", [f"Wave {i}" for i in range(len(rows))])
    blank = pd.DataFrame({"wave": [None], "promoters": [without], "passives": [0], "detractors": [0]})
    course = find_course(pd.concat([counts.astype({"wave": object}), blank]), min_answers=50)
    assert course.unplaced == without
    assert course.by_wave["answers"].sum() == sum(map(sum, rows))
    judged = course.by_wave["judged"].sum()
    assert len(course.trend) == (0 if judged < 2 else 1 if judged == 2 else judged)
    assert (course.trend["low"] <= course.trend["change"]).all() and (
        course.trend["change"] <= course.trend["high"]
    ).all()


def months(first: str, *answers: int) -> pd.DataFrame:
    return pd.DataFrame({"month": pd.date_range(first, periods=len(answers), freq="MS"), "answers": answers})


@pytest.mark.parametrize(
    ("answers", "period"),
    [
        ([100] * 36, "quarter"),  # three years: 12 quarters
        ([100] * 40, "year"),  # 14 quarters are too many; four years
        ([100] * 6, "month"),
        ([20] * 12, "quarter"),
        ([10] * 12, ""),  # no two of its parts have fifty
        ([10] * 36, "year"),
        ([100, 100], ""),  # one survey that went over the turn of a month
        ([100, 90, 3], ""),
        ([100] * 8 + [3], "month"),
        ([100] * 3, "month"),
        ([100] * 13, "month"),
        ([100] * 14, "quarter"),
        ([100] * 39, "quarter"),  # thirteen
        ([100] * 4 + [3], "month"),  # four of five
        ([100] * 3 + [3], ""),  # three of four; of the two quarters one has three answers
        ([100] * 3 + [60, 3, 3, 3], "quarter"),
        ([50] * 3, "month"),
        ([49] * 3, ""),
        ([], ""),
    ],
)
def test_answers_without_waves_are_compared_by_the_finest_period_they_suffice_for(
    answers: list[int], period: str
) -> None:
    assert choose_period(months("2023-01-01", *answers), 50) == period
