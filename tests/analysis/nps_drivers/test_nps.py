"""NPS and its interval against published answers, exact coverage and a real survey."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from helpers.analysis.nps_drivers.nps import (
    NpsGroups,
    compare_counts,
    compare_groups,
    score_counts,
    score_groups,
    score_nps,
    standard_error,
    whole_sample,
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


def test_the_whole_sample_is_the_row_of_all() -> None:
    waves = {"2024": (0, 0, 100), "2025": (100, 0, 0)}
    assert whole_sample(_groups(wave=waves, all={"all": (100, 20, 30)})) == score_counts(100, 20, 30)


@settings(max_examples=40, deadline=None)
@given(counts, counts)
def test_many_differences_at_once_are_those_of_two_groups(a: tuple, b: tuple) -> None:
    one, other = score_counts(*a), score_counts(*b)
    alone = compare_groups(one, other)
    difference, low, high, p = (x[1] for x in compare_counts(np.array([b, a]), np.array([a, b])))
    assert (difference, low, high) == pytest.approx((alone.difference, alone.low, alone.high), abs=1e-9)
    assert 0 <= p <= 1


def test_a_difference_has_the_p_of_the_z_test_of_statsmodels() -> None:
    # Adjusted counts (0.75, 1.5, 0.75 more) as frequencies; ztest with the variances unpooled divides by n - 1.
    a, b = (
        DescrStatsW([1, 0, -1], weights=[200.75, 121.5, 80.75]),
        DescrStatsW([1, 0, -1], weights=[90.75, 71.5, 40.75]),
    )
    z = (a.mean - b.mean) / np.sqrt(a.var / 403 + b.var / 203)
    found = compare_counts(np.array([[200, 120, 80]]), np.array([[90, 70, 40]]))
    assert found[3][0] == pytest.approx(2 * stats.norm.sf(abs(z)))
    theirs = CompareMeans(a, b).ztest_ind(usevar="unequal")[1]
    assert found[3][0] == pytest.approx(theirs, abs=2e-3)


def test_a_wider_interval_for_more_confidence_and_none_without_answers() -> None:
    a, b = np.array([[50, 20, 30], [0, 0, 0]]), np.array([[40, 20, 40], [5, 5, 5]])
    _, low, high, _ = compare_counts(a, b, 0.99)
    _, low_95, high_95, _ = compare_counts(a, b)
    assert low[0] < low_95[0] < high_95[0] < high[0]
    assert (high[0] - low[0]) / (high_95[0] - low_95[0]) == pytest.approx(stats.norm.isf(0.005) / stats.norm.isf(0.025))
    assert np.isnan([low[1], high[1]]).all()


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
