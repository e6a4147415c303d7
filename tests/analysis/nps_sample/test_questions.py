"""Satisfaction and effort: scales, cuts, intervals, course."""

from math import isnan

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from helpers.analysis.nps_sample.questions import (
    COLUMNS,
    Question,
    all_levels,
    measure_question,
    read_scale,
    share_interval,
)
from helpers.errors import InputError


def facts(answers: list[float]) -> dict[str, float]:
    values = np.array(answers, float)
    return {
        "answers": len(values),
        "least": values.min() if len(values) else np.nan,
        "most": values.max() if len(values) else np.nan,
        "fractions": int((values % 1 != 0).sum()),
        "below_one": int((values < 1).sum()),
        "above_five": int((values > 5).sum()),
        "above_seven": int((values > 7).sum()),
        "above_ten": int((values > 10).sum()),
    }


@pytest.mark.parametrize(
    ("answers", "scale"),
    [
        ([1, 2, 3, 4, 5], "1-5"),
        ([4, 5, 5], "1-5"),
        ([1, 2, 3, 4], ""),
        ([1, 4, 7], "1-7"),
        ([1, 4, 6], ""),
        ([1, 5, 10], "1-10"),
        ([0, 5, 10], "0-10"),
        ([0, 5, 9], ""),
        ([0, 3, 5], ""),
        ([3, 50, 100], "0-100"),
        ([33.3, 88.5], "0-100"),
        ([1.5, 3.5, 5], ""),
        ([-5, 50], ""),
        ([50, 101], ""),
        ([], ""),
        ([5] * 100 + [6], "1-5"),
        ([5] * 98 + [6, 6], ""),
        ([5] * 100 + [0], "1-5"),
        ([5] * 100 + [99], "1-5"),
        ([7] * 100 + [8], "1-7"),
    ],
)
def test_a_scale_is_told_only_where_its_top_was_given(answers: list[float], scale: str) -> None:
    reading = read_scale(facts(answers), "csat")
    assert reading.scale == scale
    assert reading.guessed
    assert reading.answers == len(answers)


@pytest.mark.parametrize(
    ("measure", "scale", "asks", "good", "definition"),
    [
        ("csat", "1-5", "ease", (4, 5), "share answering 4 to 5 of 1-5"),
        ("csat", "1-7", "effort", (6, 7), "share answering 6 to 7 of 1-7"),
        ("csat", "0-10", "ease", (9, 10), "share answering 9 to 10 of 0-10"),
        ("ces", "1-7", "ease", (5, 7), "share answering 5 to 7 of 1-7"),
        ("ces", "1-7", "effort", (1, 3), "share answering 1 to 3 of 1-7"),
        ("ces", "1-5", "ease", (4, 5), "share answering 4 to 5 of 1-5"),
        ("ces", "1-5", "effort", (1, 2), "share answering 1 to 2 of 1-5"),
        ("ces", "0-10", "effort", (0, 1), "share answering 0 to 1 of 0-10"),
    ],
)
def test_published_cuts(measure: str, scale: str, asks: str, good: tuple[int, int], definition: str) -> None:
    reading = read_scale(facts([1]), measure, scale, asks)
    assert (reading.good_low, reading.good_high) == good
    assert reading.definition == definition
    assert not reading.guessed
    assert reading.bounds == (*(int(x) for x in scale.split("-")), *good)


def test_a_hundred_has_no_boxes_and_other_scales_are_refused() -> None:
    reading = read_scale(facts([1, 90]), "csat", "0-100")
    assert isnan(reading.good_low)
    assert reading.definition == "mean of 0-100"
    assert read_scale(facts([]), "csat").definition == ""
    with pytest.raises(InputError, match="1-5, 1-7, 1-10, 0-10, 0-100"):
        read_scale(facts([1]), "csat", "1-6")


def test_a_share_has_the_interval_of_agresti_and_coull() -> None:
    assert share_interval(72, 100) == pytest.approx((0.72, *proportion_confint(72, 100, method="agresti_coull")))
    assert all(isnan(x) for x in share_interval(0, 0))
    share, low, high = share_interval(0, 3)
    assert (share, low) == (0, 0)
    assert high < 1
    assert share_interval(3, 3)[2] == 1


def wave(name: str, answers: list[float], cut: float = 4) -> dict[str, object]:
    values = np.array(answers, float)
    return {
        "wave": name,
        "answers": len(values),
        "outside": 0,
        "good": int((values >= cut).sum()),
        "total": values.sum(),
        "squares": (values**2).sum(),
    }


FIRST, LAST = [5, 4, 3, 2] * 15, [5, 5, 4, 2] * 20


def question(scale: str = "1-5", measure: str = "csat", **options: int) -> Question:
    reading = read_scale(facts([*FIRST, *LAST]), measure, scale)
    sums = pd.DataFrame([wave("all", [*FIRST, *LAST]), wave("2024", FIRST), wave("2025", [5] * 9), wave("2026", LAST)])
    return measure_question(reading, sums, 0.4, **options)


def test_level_and_course_of_a_share() -> None:
    found = question()
    assert found.whole["share"] == pytest.approx(90 / 140)
    assert (found.first_wave, found.last_wave) == ("2024", "2026")
    assert found.change == pytest.approx(0.25)
    caffo = confint_proportions_2indep(60, 80, 30, 60, compare="diff", method="agresti-caffo")
    assert (found.change_low, found.change_high) == pytest.approx(caffo)
    assert not found.is_mean
    assert found.is_told
    assert found.score_correlation == 0.4


def test_means_have_the_intervals_of_student_and_welch() -> None:
    found = question("0-100")
    assert found.is_mean
    both = DescrStatsW([*FIRST, *LAST])
    assert (found.whole["mean"], found.whole["mean_low"], found.whole["mean_high"]) == pytest.approx(
        (both.mean, *both.tconfint_mean())
    )
    welch = CompareMeans(DescrStatsW(LAST), DescrStatsW(FIRST)).tconfint_diff(usevar="unequal")
    assert found.change == pytest.approx(np.mean(LAST) - np.mean(FIRST))
    assert (found.change_low, found.change_high) == pytest.approx(welch)
    assert isnan(found.whole["share"])


def test_waves_with_few_answers_are_no_part_of_the_course() -> None:
    assert question(min_answers=60).first_wave == "2024"
    assert question(min_answers=61).first_wave == ""
    assert isnan(question(min_answers=61).change)
    assert question(min_answers=9).first_wave == "2024"


def test_all_of_one_mind_and_one_answer() -> None:
    reading = read_scale(facts([5]), "csat", "0-100")
    sums = pd.DataFrame([wave("all", [5] * 120), wave("1", [5] * 60), wave("2", [5] * 60)])
    alike = measure_question(reading, sums)
    assert (alike.change, alike.change_low, alike.change_high) == (0, 0, 0)
    one = measure_question(reading, pd.DataFrame([wave("all", [5])]))
    assert one.whole["mean"] == 5
    assert isnan(one.whole["mean_low"])
    nobody = measure_question(reading, pd.DataFrame([wave("all", [])]))
    assert not nobody.is_told
    assert isnan(nobody.whole["mean"])


def test_not_asked() -> None:
    reading = read_scale(facts([]), "ces")
    found = measure_question(reading, pd.DataFrame(columns=["wave", "answers"]))
    assert found.levels.empty
    assert found.whole == {}
    assert list(all_levels([found]).columns) == COLUMNS
    assert len(all_levels([found, question(), question(measure="ces")])) == 8


def test_bounds_of_a_mean_stay_on_the_scale() -> None:
    reading = read_scale(facts([1]), "csat", "1-5")
    level = measure_question(reading, pd.DataFrame([wave("all", [5, 1])])).whole
    assert stats.t.ppf(0.975, 1) * 2 > 5
    assert (level["mean_low"], level["mean_high"]) == (1, 5)
