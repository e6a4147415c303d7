"""Which measures go with the score: known links are found, and what only seems to be one is told as such."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.analysis.experience import links
from helpers.analysis.experience.links import POINTS, Links, find_links, part, spearman_interval
from helpers.errors import InputError
from tests.analysis.experience.samples import MEASURES, groups_of, make_answers


@pytest.fixture(scope="module")
def found() -> Links:
    return find_links(make_answers(), MEASURES)


def row(found: Links, measure: str) -> pd.Series:
    return found.measures.set_index("measure").loc[measure]


def test_planted_links_are_recovered(found: Links) -> None:
    verdicts = found.measures.set_index("measure")["verdict"].to_dict()
    assert verdicts["orders"] == "clear"
    assert verdicts["returns"] == "unclear"
    assert row(found, "orders")["difference"] > 30
    # Busy customers have more tickets and are happier, so the plain difference hides what a ticket costs.
    ticket = row(found, "ticket_events")
    assert ticket["adjusted"] < -25
    assert ticket["adjusted_high"] < 0
    assert ticket["adjusted"] < ticket["difference"]


def test_differences_are_those_of_the_groups(found: Links) -> None:
    answers = make_answers()
    points = answers["group"].map(POINTS)
    has = answers["returns"] > 0
    one = row(found, "returns")
    assert (one["split"], one["answers_with"], one["answers_without"]) == ("some", has.sum(), (~has).sum())
    assert one["nps_with"] == pytest.approx(points[has].mean())
    assert one["difference"] == pytest.approx(points[has].mean() - points[~has].mean())
    theirs = sm.OLS(points, sm.add_constant(has.astype(float))).fit(cov_type="HC1", use_t=True)
    assert (one["low"], one["high"]) == pytest.approx(tuple(theirs.conf_int().loc["returns"]), rel=1e-3)
    assert one["correlation"] == pytest.approx(stats.spearmanr(answers["returns"], answers["score"]).statistic)
    assert found.nps == pytest.approx(points.mean())


def test_thirds_hold_all_answers_and_keep_equal_values_together(found: Links) -> None:
    answers = make_answers()
    levels = found.levels[found.levels["measure"] == "orders"]
    assert levels["level"].tolist() == ["low", "middle", "high"]
    assert levels["answers"].sum() == len(answers)
    assert (levels["least"].to_numpy()[1:] > levels["most"].to_numpy()[:-1]).all()
    assert (levels["low"] <= levels["nps"]).all() and (levels["nps"] <= levels["high"]).all()


def test_customers_not_answers_are_the_evidence() -> None:
    answers = make_answers(1_000)
    doubled = find_links(pd.concat([answers, answers], ignore_index=True), MEASURES)
    once = find_links(answers, MEASURES)
    assert doubled.customers == once.customers == 1_000
    for measure in ("orders", "returns"):
        wide, narrow = (r["high"] - r["low"] for r in (row(once, measure), row(doubled, measure)))
        assert narrow == pytest.approx(wide, rel=0.02)
        assert row(doubled, measure)["correlation_low"] == pytest.approx(row(once, measure)["correlation_low"])


def test_waves_are_held_equal() -> None:
    answers = make_answers(1_200)
    late = np.arange(len(answers)) % 2 == 1
    answers["returns"] = np.where(late, 1.0, 0.0)  # returns are counted since the second wave only
    answers["score"] = np.clip(answers["score"] - 3 * late, 0, 10)
    answers["group"] = groups_of(answers["score"].to_numpy())
    answers["wave"] = np.where(late ^ (np.random.default_rng(3).random(len(answers)) < 0.1), "2026", "2025")
    alone = row(find_links(answers, MEASURES), "returns")
    assert alone["difference"] < -30
    assert abs(row(find_links(answers.assign(wave="one"), MEASURES), "returns")["adjusted"]) > 30
    answers["wave"] = np.where(late, "2026", "2025")
    assert abs(row(find_links(answers, MEASURES), "returns")["adjusted"]) < abs(alone["difference"])


@pytest.mark.parametrize(("with_it", "verdict"), [(50, "unclear"), (49, "few")])
def test_too_few_are_not_tested(with_it: int, verdict: str) -> None:
    answers = make_answers(500)
    answers["returns"] = np.where(np.arange(500) % 10 == 0, 1.0, 0.0)
    answers.loc[answers.index[answers["returns"] > 0][with_it:], "returns"] = 0.0
    one = row(find_links(answers, MEASURES, min_answers=50), "returns")
    assert one["verdict"] == verdict
    assert pd.isna(one["difference"]) == (verdict == "few")


def test_constants_and_copies_are_named_and_not_tested() -> None:
    answers = make_answers(600).assign(returns=0.0)
    answers["visit_events"] = answers["orders"] * 2
    found = find_links(answers, MEASURES)
    assert row(found, "returns")["verdict"] == "one value"
    assert (row(found, "visit_events")["verdict"], row(found, "visit_events")["same_as"]) == ("copy", "orders")
    assert row(found, "orders")["verdict"] == "clear"
    assert found.measures["p_adjusted"].notna().sum() == 2
    assert found.levels["answers"].dtype == "int64"
    assert "returns" not in set(found.levels["measure"])


def test_what_is_not_known_is_left_out_of_its_measure_only() -> None:
    answers = make_answers(900)
    answers.loc[::3, "returns"] = np.nan
    found = find_links(answers, MEASURES)
    assert row(found, "returns")["answers"] == 600
    assert row(found, "orders")["answers"] == 900
    assert (
        find_links(answers.assign(returns=np.inf), MEASURES).measures.set_index("measure").loc["returns", "verdict"]
        == "one value"
    )


def test_p_values_are_corrected_by_benjamini_and_hochberg() -> None:
    tested = find_links(make_answers(), MEASURES).measures
    expected = stats.false_discovery_control(tested["p_value"])
    np.testing.assert_allclose(tested["p_adjusted"], expected)


@pytest.mark.parametrize(
    ("r", "n", "low", "high"), [(0.5, 50, 0.241, 0.693), (-0.5, 50, -0.693, -0.241), (0.0, 103, -0.1935, 0.1935)]
)
def test_interval_of_a_rank_correlation(r: float, n: int, low: float, high: float) -> None:
    """tanh(atanh r -+ 1.96 sqrt((1 + r^2 / 2) / (n - 3))), Bonett and Wright (2000), worked by hand."""
    assert spearman_interval(r, n) == pytest.approx((low, high), abs=2e-3)


def test_groups_of_other_names_are_refused() -> None:
    with pytest.raises(InputError, match="happy"):
        find_links(make_answers(50).assign(group="happy"), MEASURES)
    with pytest.raises(InputError):
        find_links(make_answers(50).assign(group=None), MEASURES)


def test_no_answers_and_no_measures() -> None:
    nothing = find_links(make_answers(50).head(0), MEASURES)
    assert nothing.measures["verdict"].tolist() == ["one value"] * 4
    assert np.isnan(nothing.nps)
    assert find_links(make_answers(50), MEASURES.head(0)).measures.empty


def test_all_of_one_opinion_is_unclear() -> None:
    answers = make_answers(400).assign(group="promoters", score=10.0)
    assert set(find_links(answers, MEASURES).measures["verdict"]) == {"unclear"}


@pytest.mark.parametrize(
    ("values", "split", "level"),
    [
        ([0, 0, 0, 1, 2], "some", [0, 0, 0, 2, 2]),
        ([1, 1, 5, 5], "some", [0, 0, 2, 2]),
        ([0] * 3 + list(range(1, 8)), "some", [0] * 3 + [2] * 7),
        ([0] * 2 + list(range(1, 8)), "thirds", [0] * 3 + [1] * 3 + [2] * 3),
        ([1, 2, 3, 4, 5, 6], "thirds", [0, 0, 1, 1, 2, 2]),
        ([1, 2, 9, 9, 9, 9], "thirds", [0, 0, 2, 2, 2, 2]),
        ([4, 4, 4], "", [-1, -1, -1]),
        ([np.nan, 1, 2], "some", [-1, 0, 2]),
        ([], "", []),
    ],
)
def test_how_a_measure_parts_the_answers(values: list[float], split: str, level: list[int]) -> None:
    told, places = part(np.array(values, dtype=float))
    assert told == split
    assert places.tolist() == level


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 6), st.just(np.nan)), max_size=60))
def test_parts_are_in_order_and_hold_everyone_known(values: list[float]) -> None:
    x = np.array(values, dtype=float)
    split, level = part(x)
    known = np.isfinite(x)
    if not split:
        assert (level == -1).all()
        return
    assert ((level >= 0) == known).all()
    assert {0, 2} <= set(level[known])
    for lower, upper in ((0, 1), (1, 2), (0, 2)):
        if (level == lower).any() and (level == upper).any():
            assert x[level == lower].max() < x[level == upper].min()


def test_what_is_made_up_of_counts_is_not_held_equal_with_them() -> None:
    assert "variety" in links.apart("event")
    assert set(links.apart("variety")) >= {"event", "variety"}
    assert "orders" not in links.apart("variety")


@pytest.mark.parametrize(("shuffled", "same"), [(0, True), (60, False)])
def test_a_copy_ranks_the_answers_alike(shuffled: int, same: bool) -> None:
    answers = make_answers(600)
    copy = answers["orders"].to_numpy().copy()
    copy[:shuffled] = copy[:shuffled][::-1]
    rank = stats.spearmanr(answers["orders"], copy).statistic
    assert (rank >= links.SAME) == same
    found = find_links(answers.assign(visit_events=copy), MEASURES)
    assert (row(found, "visit_events")["same_as"] == "orders") == same


def test_verdicts_look_at_corrected_p_values_both_alone_and_beside() -> None:
    found = find_links(make_answers(), MEASURES).measures
    for one in found.to_dict("records"):
        alone, beside = one["p_adjusted"] < links.SIGNIFICANT, one["adjusted_p"] < links.SIGNIFICANT
        agree = (one["difference"] > 0) == (one["adjusted"] > 0)
        expected = "clear" if alone and beside and agree else "hidden" if beside else "shared" if alone else "unclear"
        assert one["verdict"] == expected
