"""NPS and its interval against published answers, exact coverage and a real survey."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from helpers.analysis.nps_drivers.nps import (
    NpsGroups,
    compare_groups,
    compare_waves,
    score_counts,
    score_groups,
    score_nps,
    standard_error,
    whole_sample,
    widest_gap,
)
from helpers.errors import InputError

counts = st.tuples(*[st.integers(0, 2000)] * 3).filter(lambda c: sum(c) > 0)


def test_published_example() -> None:
    # 200 promoters, 120 passives, 80 detractors: shared/data/README.md, "Known answers".
    nps = score_counts(200, 120, 80)
    assert nps.score == pytest.approx(0.30)
    assert nps.low == pytest.approx(0.2215, abs=5e-5)
    assert nps.high == pytest.approx(0.3740, abs=5e-5)
    assert nps.n == 400
    assert standard_error(200, 120, 80) == pytest.approx(0.03905, abs=5e-6)


def test_adjusted_wald_is_the_wald_interval_with_three_more_answers() -> None:
    # Rocks's own R package NPS adds pseudo-observations (0.75, 1.5, 0.75); statsmodels gives the Wald
    # interval of the mean of +1, 0, -1 with those as frequencies (ddof 0: the trinomial variance).
    nps = score_counts(20, 5, 7)
    wald = DescrStatsW([1, 0, -1], weights=[20.75, 6.5, 7.75], ddof=0)
    half = stats.norm.ppf(0.975) * np.sqrt(wald.var / 35)
    assert (nps.low, nps.high) == pytest.approx((wald.mean - half, wald.mean + half))


@pytest.mark.parametrize("shares", [(0.5, 0.3, 0.2), (0.8, 0.15, 0.05), (0.3, 0.4, 0.3), (0.95, 0.04, 0.01)])
def test_interval_covers_as_promised_with_thirty_answers(shares: tuple[float, float, float]) -> None:
    # Exact: every possible survey of 30 answers, weighted by its multinomial probability.
    truth, adjusted, plain = shares[0] - shares[2], 0.0, 0.0
    for promoters in range(31):
        for detractors in range(31 - promoters):
            passives = 30 - promoters - detractors
            probability = stats.multinomial.pmf([promoters, passives, detractors], 30, shares)
            nps = score_counts(promoters, passives, detractors)
            half = 1.959964 * standard_error(promoters, passives, detractors)
            adjusted += probability * (nps.low <= truth <= nps.high)
            plain += probability * (abs(nps.score - truth) <= half)
    assert 0.93 <= adjusted <= 0.99
    assert abs(adjusted - 0.95) <= abs(plain - 0.95) + 0.01  # the plain one drops to 0.78 for the last shares


def test_answers_are_sorted_into_kinds_at_the_published_cuts() -> None:
    # 0-6 detract, 7-8 are passive, 9-10 promote.
    assert score_nps(pd.Series(range(11))) == score_counts(2, 2, 7)
    for answer, score in {0: -1, 6: -1, 7: 0, 8: 0, 9: 1, 10: 1}.items():
        assert score_nps(pd.Series([answer])).score == score


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 10)), min_size=1))
def test_every_answer_counts_once_and_blanks_never(answers: list[int | None]) -> None:
    given_answers = [a for a in answers if a is not None]
    column = pd.Series(answers, dtype="Int64")
    if not given_answers:
        with pytest.raises(InputError):
            score_nps(column)
        return
    nps = score_nps(column)
    kinds = np.digitize(given_answers, [6.5, 8.5])
    assert nps == score_counts(*(int((kinds == k).sum()) for k in (2, 1, 0)))
    assert nps.n == len(given_answers)
    assert nps == score_nps(column.astype("float64"))


@settings(max_examples=40, deadline=None)
@given(counts)
def test_interval_holds_the_score_within_its_range(c: tuple[int, int, int]) -> None:
    nps = score_counts(*c)
    assert -1 <= nps.low <= nps.score <= nps.high <= 1
    assert nps.low < nps.high


@settings(max_examples=40, deadline=None)
@given(counts)
def test_swapping_promoters_and_detractors_mirrors_the_interval(c: tuple[int, int, int]) -> None:
    nps, mirrored = score_counts(*c), score_counts(*reversed(c))
    assert (mirrored.score, mirrored.low, mirrored.high) == pytest.approx((-nps.score, -nps.high, -nps.low))


@pytest.mark.parametrize("answers", [[], [None, None], [5, 11], [-1], [8.5], ["often"]])
def test_answers_that_cannot_be_scored_are_refused(answers: list) -> None:
    with pytest.raises(InputError):
        score_nps(pd.Series(answers, dtype=object))


def test_the_first_wrong_answer_is_named() -> None:
    with pytest.raises(InputError, match=r"score: 2 of 4 answers cannot be scored, the first is 11\..*0 to 10"):
        score_nps(pd.Series([9, 11, None, 3, 99], dtype="Int64", name="score"))


def test_negative_counts_are_refused() -> None:
    with pytest.raises(InputError, match="-1 passives"):
        score_counts(5, -1, 2)


def test_compare_adds_the_adjusted_variances() -> None:
    # By hand: 200/120/80 -> centre 120/403, variance (281.5/403 - (120/403)^2)/403 = .00151324;
    # 90/70/40 -> centre 50/203, variance (131.5/203 - (50/203)^2)/203 = .00289218.
    # difference of centres .0514609, half-width 1.959964 * sqrt(.00440542) = .1300898.
    result = compare_groups(score_counts(200, 120, 80), score_counts(90, 70, 40))
    assert result.difference == pytest.approx(0.05)
    assert result.low == pytest.approx(0.0514609 - 0.1300898, abs=2e-6)
    assert result.high == pytest.approx(0.0514609 + 0.1300898, abs=2e-6)


def test_compare_is_not_misled_by_a_bound_cut_at_one() -> None:
    # 30 of 31 promote: the upper bound is cut at 1, yet the variance is that of 30.75, 2.5 and 0.75 answers.
    most, half = score_counts(30, 1, 0), score_counts(50, 0, 50)
    assert most.high == 1
    variance = standard_error(30.75, 2.5, 0.75) ** 2 + standard_error(50.75, 1.5, 50.75) ** 2
    low = 30 / 34 - stats.norm.ppf(0.975) * np.sqrt(variance)
    assert compare_groups(most, half).low == pytest.approx(low)
    assert compare_groups(score_counts(0, 1, 30), half).high == pytest.approx(-low)


def test_a_difference_is_never_more_than_two() -> None:
    # Ten against ten thousand: 10/13 + 10000/10003, and a half-width of .29, would end at 2.06.
    few, many = score_counts(10, 0, 0), score_counts(0, 0, 10_000)
    assert compare_groups(few, many).high == 2
    assert compare_groups(many, few).low == -2


@settings(max_examples=40, deadline=None)
@given(counts, counts)
def test_compare_is_antisymmetric_and_holds_the_difference(a: tuple, b: tuple) -> None:
    one, other = score_counts(*a), score_counts(*b)
    there, back = compare_groups(one, other), compare_groups(other, one)
    assert (there.difference, there.low, there.high) == pytest.approx((-back.difference, -back.high, -back.low))
    assert -2 <= there.low <= there.difference <= there.high <= 2


def test_groups_agree_with_scoring_each_alone() -> None:
    frame = pd.DataFrame(
        {
            "grouping": ["all", "terminal", "terminal", "terminal"],
            "group": ["all", "A", "B", "C"],
            "promoters": [200, 150, 50, 0],
            "passives": [120, 70, 50, 0],
            "detractors": [80, 30, 50, 0],
        }
    )
    by_group = score_groups(frame).by_group
    scores = [f"{score}{end}" for score in ("nps", "nps_weighted") for end in ("", "_low", "_high")]
    assert by_group.columns.tolist() == ["grouping", "group", "answers", "promoters", "passives", "detractors", *scores]
    assert by_group["group"].tolist() == ["all", "A", "B", "C"]
    assert by_group["answers"].tolist() == [400, 250, 150, 0]
    for row in by_group.iloc[:3].itertuples():
        alone = score_counts(row.promoters, row.passives, row.detractors)
        assert (row.nps, row.nps_low, row.nps_high) == pytest.approx(
            (100 * alone.score, 100 * alone.low, 100 * alone.high)
        )
    assert by_group.loc[3, ["nps", "nps_low", "nps_high"]].isna().all()
    assert by_group[["nps_weighted", "nps_weighted_low", "nps_weighted_high"]].isna().all(axis=None)


@settings(max_examples=40, deadline=None)
@given(counts, st.floats(0.01, 100))
def test_equal_weights_change_nothing(c: tuple[int, int, int], weight: float) -> None:
    row = _weighted_counts(pd.Series([9] * c[0] + [7] * c[1] + [0] * c[2]), weight)
    result = score_groups(row).by_group.iloc[0]
    for end in ("", "_low", "_high"):
        assert result[f"nps_weighted{end}"] == pytest.approx(result[f"nps{end}"], abs=1e-6)


def test_unequal_weights_widen_the_interval_to_kish_effective_answers() -> None:
    # Weights 1 and 3, half of the answers each: effective n = (1 + 3)^2 / (2 (1 + 9)) = 0.8 of the answers.
    answers = pd.Series([10, 10, 8, 2] * 100)
    row = _weighted_counts(answers, pd.Series([1.0] * 200 + [3.0] * 200))
    result = score_groups(row).by_group.iloc[0]
    alone = score_counts(160, 80, 80)  # the same shares of 320 answers
    assert result["nps_weighted"] == pytest.approx(25)
    assert result["nps_weighted_low"] == pytest.approx(100 * alone.low)
    assert result["nps_weighted_high"] == pytest.approx(100 * alone.high)


def test_group_faults_are_named() -> None:
    row = _weighted_counts(pd.Series([9, 0]), 1.0)
    with pytest.raises(InputError, match="'detractors' is missing"):
        score_groups(row.drop(columns="detractors"))
    with pytest.raises(InputError, match="'weight_passives' is missing"):
        score_groups(row.drop(columns=["weight_squares", "weight_passives"]))
    with pytest.raises(InputError, match="'passives' has blank or negative"):
        score_groups(row.assign(passives=-1))


def test_the_widest_gap_is_from_the_worst_group_to_the_best() -> None:
    groups = _groups(age={"young": (60, 20, 20)}, terminal={"A": (60, 20, 20), "B": (80, 10, 10), "C": (20, 40, 40)})
    gap = widest_gap(groups)
    assert (gap.grouping, gap.low, gap.high, gap.clear) == ("terminal", "C", "B", True)
    assert gap.points == pytest.approx(70 - -20)
    assert gap.by_group["group"].tolist() == ["A", "B", "C"]


def test_everyone_and_survey_waves_are_no_groups_to_compare() -> None:
    waves = {"2024": (0, 0, 100), "2025": (100, 0, 0)}
    gap = widest_gap(_groups(all=waves, wave=waves, terminal={"A": (50, 0, 0), "B": (49, 0, 1)}))
    assert gap.grouping == "terminal"
    assert whole_sample(_groups(terminal=waves, all={"all": (100, 20, 30)})) == score_counts(100, 20, 30)


@pytest.mark.parametrize(("answers", "found"), [(49, ""), (50, "terminal")])
def test_a_group_is_judged_from_fifty_answers_on(answers: int, found: str) -> None:
    groups = _groups(terminal={"A": (50, 0, 0), "B": (0, 0, answers)}, wave={"1": (50, 0, 0), "2": (0, 0, answers)})
    gap, change = widest_gap(groups), compare_waves(groups)
    assert gap.grouping == found
    assert gap.clear == (change is not None) == bool(found)
    assert np.isnan(gap.points) == gap.by_group.empty == (not found)
    assert widest_gap(groups, 49).high == "A"
    assert compare_waves(groups, 49) is not None


@pytest.mark.parametrize(("promoters", "clear"), [(400, False), (410, True)])
def test_a_gap_is_clear_where_the_printed_intervals_keep_apart(promoters: int, clear: bool) -> None:
    # B's interval ends at 4.79 and A's starts at 4.84, both printed as 5, or at 5.80, printed as 6.
    gap = widest_gap(_groups(x={"A": (promoters, 700 - promoters, 300), "B": (300, 400, 300)}))
    assert (gap.high, gap.clear) == ("A", clear)


def test_a_clear_gap_comes_before_a_wider_one_and_the_first_of_equals_stays() -> None:
    wide = {"A": (30, 0, 20), "B": (20, 0, 30)}  # 40 points, each within about 27
    sure = {"C": (500, 300, 200), "D": (300, 400, 300)}  # 30 points, each within about 5
    for groups in (_groups(wide=wide, sure=sure), _groups(sure=sure, wide=wide)):
        assert (widest_gap(groups).grouping, widest_gap(groups).clear) == ("sure", True)
    assert widest_gap(_groups(sure=sure, wider={"E": (500, 300, 200), "F": (200, 300, 500)})).grouping == "wider"
    assert widest_gap(_groups(zone=sure, age=sure)).grouping == "zone"
    assert widest_gap(_groups(only=wide)).grouping == "only"


def test_the_last_wave_is_held_against_the_one_before() -> None:
    waves = {"2025-2": (30, 10, 15), "2024": (0, 0, 60), "2025-3": (49, 0, 0), "2025-1": (20, 10, 20)}
    change = compare_waves(_groups(all={"all": (99, 20, 95)}, wave=waves))
    assert change is not None
    assert (change.before_name, change.now_name) == ("2025-1", "2025-2")
    before, now = score_counts(20, 10, 20), score_counts(30, 10, 15)
    assert (change.before, change.now, change.difference) == (before, now, compare_groups(now, before))
    assert np.isnan([change.before_weighted, change.now_weighted]).all()
    weights = {
        "weight_promoters": 3.0,
        "weight_passives": 1.0,
        "weight_detractors": [1.0, 9, 9, 2],
        "weight_squares": 1.0,
    }
    weighted = compare_waves(_groups(weights, wave=waves))
    assert weighted is not None
    assert (weighted.before_weighted, weighted.now_weighted) == pytest.approx((100 * 1 / 6, 100 * 2 / 5))


@pytest.mark.parametrize(
    ("file", "column", "answers", "promoters", "detractors", "nps", "weighted"),
    [
        # shared/data/README.md, "SFO survey": counts, plain NPS, NPS weighted by WEIGHT.
        ("sfo_survey_2017.csv", "NETPRO", 2746, 1436, 342, 39.84, 40.40),
        ("sfo_survey_2018.csv", "NETPRO  ", 2650, 1268, 447, 30.98, 35.11),
    ],
)
def test_sfo_survey(
    shared_data: Path,
    file: str,
    column: str,
    answers: int,
    promoters: int,
    detractors: int,
    nps: float,
    weighted: float,
) -> None:
    survey = pd.read_csv(shared_data / file, usecols=[column, "WEIGHT"], encoding="latin-1")
    survey = survey[pd.to_numeric(survey[column], errors="coerce").between(0, 10)]  # 11 means blank
    scores = pd.to_numeric(survey[column])
    plain = score_nps(scores)
    assert plain.n == answers
    assert round(100 * plain.score, 2) == nps
    result = score_groups(_weighted_counts(scores, survey["WEIGHT"])).by_group.iloc[0]
    assert (result["answers"], result["promoters"], result["detractors"]) == (answers, promoters, detractors)
    assert result["nps"] == pytest.approx(nps, abs=0.005)
    assert result["nps_weighted"] == pytest.approx(weighted, abs=0.005)
    assert result["nps_weighted_high"] - result["nps_weighted_low"] > result["nps_high"] - result["nps_low"]


def _groups(weights: dict | None = None, **groupings: dict[str, tuple[int, int, int]]) -> NpsGroups:
    """Scored groups from their promoters, passives and detractors."""
    rows = [(grouping, group, *kinds) for grouping, groups in groupings.items() for group, kinds in groups.items()]
    columns = ["grouping", "group", "promoters", "passives", "detractors"]
    return score_groups(pd.DataFrame(rows, columns=columns).assign(**weights or {}))


def _weighted_counts(answers: pd.Series, weights: pd.Series | float) -> pd.DataFrame:
    kinds = {"promoters": answers >= 9, "passives": answers.between(7, 8), "detractors": answers <= 6}
    weights = pd.Series(weights, index=answers.index, dtype="float64")
    return pd.DataFrame(
        {
            "grouping": ["all"],
            "group": ["all"],
            **{kind: [int(those.sum())] for kind, those in kinds.items()},
            **{f"weight_{kind}": [weights[those].sum()] for kind, those in kinds.items()},
            "weight_squares": [(weights**2).sum()],
        }
    )
