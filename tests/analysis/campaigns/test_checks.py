"""Sizes and likeness of arms against scipy, by hand, and at the limits."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from helpers.analysis.campaigns.checks import check_tests
from helpers.analysis.campaigns.ratio import LEVEL, check_ratios
from helpers.errors import InputError
from tests.analysis.campaigns.samples import CONTROL, people


def sizes(*customers: int, campaign: str = "spring") -> pd.DataFrame:
    arms = [f"arm {i}" for i in range(len(customers))]
    return pd.DataFrame({"campaign": campaign, "arm": arms, "customers": customers})


@pytest.mark.parametrize(
    ("customers", "design"),
    [
        ((507, 493), "50 : 50"),
        ((9_040, 960), "90 : 10"),
        ((21_307, 21_306, 21_387), "33.3 : 33.3 : 33.3"),
        ((500, 260, 240), "50 : 25 : 25"),
        ((100, 4_950, 4_950), "1 : 49.5 : 49.5"),
        ((6_650, 3_350), "66.7 : 33.3"),
    ],
)
def test_designs_that_people_draw_are_known(customers: tuple[int, ...], design: str) -> None:
    row = check_ratios(sizes(*customers)).iloc[0]
    assert row["design"] == design
    assert not row["broken"]
    assert row["customers"] == sum(customers)
    expected = np.array([float(part) for part in design.split(" : ")])
    expected = sum(customers) * expected / expected.sum()
    assert row["p_value"] == pytest.approx(stats.chisquare(customers, expected).pvalue, abs=0.06)


def test_by_hand() -> None:
    """507 and 493 against halves: 2 x 7 squared / 500 = .196, p .658."""
    assert check_ratios(sizes(507, 493)).iloc[0]["p_value"] == pytest.approx(0.658, abs=5e-4)


def test_sizes_that_nobody_draws_are_flagged() -> None:
    """The published example of a mismatch (Fabijan et al. 2019): 821,588 against 815,482 under halves, p 1.8e-6."""
    row = check_ratios(sizes(821_588, 815_482)).iloc[0]
    assert row["p_value"] == pytest.approx(1.8e-6, abs=1e-7)
    assert row["broken"]
    assert not check_ratios(sizes(8_216, 8_155)).iloc[0]["broken"]
    assert check_ratios(sizes(4_700, 5_300)).iloc[0]["broken"]


def test_the_limit_is_a_thousandth() -> None:
    below = next(d for d in range(1, 500) if stats.chisquare([5_000 + d, 5_000 - d]).pvalue < LEVEL)
    assert check_ratios(sizes(5_000 + below, 5_000 - below)).iloc[0]["broken"]
    assert not check_ratios(sizes(5_000 + below - 1, 5_000 - below + 1)).iloc[0]["broken"]


def test_declared_shares_count() -> None:
    row = check_ratios(sizes(600, 400), {"arm 0": 5, "arm 1": 5}).iloc[0]
    assert (row["design"], row["declared"], row["broken"]) == ("50 : 50", True, True)
    other = check_ratios(sizes(600, 400), {"arm 0": 5}).iloc[0]  # the share of one is not known
    assert (other["design"], other["declared"], other["broken"]) == ("60 : 40", False, False)
    with pytest.raises(InputError, match="above zero"):
        check_ratios(sizes(600, 400), {"arm 0": 0, "arm 1": 5})


def test_campaigns_are_checked_apart_and_one_arm_is_no_test() -> None:
    found = check_ratios(pd.concat([sizes(500, 500), sizes(5, campaign="a"), sizes(470, 5_300, campaign="b")]))
    assert found["campaign"].tolist() == ["b", "spring"]


def test_balance_agrees_with_scipy() -> None:
    rng = np.random.default_rng(0)
    frame = people({"call": np.zeros(300), "mail": np.zeros(280), CONTROL: np.zeros(310)})
    frame = frame.assign(pre_spend=rng.gamma(1, 9, 890), region=rng.choice(["North", "South", "East"], 890))
    found = check_tests(frame, ["pre_spend", "region", "not there"])
    rows = found.balance.set_index(["arm", "measure"])
    by_arm = dict(list(frame.groupby("arm")))
    for arm in ("call", "mail"):
        a, b = by_arm[arm]["pre_spend"], by_arm[CONTROL]["pre_spend"]
        row = rows.loc[(arm, "pre_spend")]
        assert row["p_value"] == pytest.approx(stats.ttest_ind(a, b, equal_var=False).pvalue)
        assert row["smd"] == pytest.approx((a.mean() - b.mean()) / np.sqrt((a.var() + b.var()) / 2))
        table = pd.crosstab(frame["arm"], frame["region"]).loc[[arm, CONTROL]]
        assert rows.loc[(arm, "region"), "p_value"] == pytest.approx(stats.chi2_contingency(table).pvalue)
    assert found.balance["p_adjusted"].tolist() == pytest.approx(
        multipletests(found.balance["p_value"], method="holm")[1].tolist()
    )
    assert found.broken == []


def test_arms_unlike_before_were_not_drawn_at_random() -> None:
    rng = np.random.default_rng(0)
    frame = people({"call": np.zeros(300), CONTROL: np.zeros(300)})
    frame["pre_spend"] = np.r_[rng.normal(12, 3, 300), rng.normal(10, 3, 300)]
    found = check_tests(frame, ["pre_spend"])
    assert found.broken == ["spring"]
    assert not found.ratios["broken"].any()
    assert found.balance["smd"].iloc[0] == pytest.approx(2 / 3, abs=0.15)
    assert check_tests(frame).broken == []


def test_rare_kinds_are_taken_together() -> None:
    """Of four kinds two are rare: 2 + 3 and 4 + 3, enough together; by hand chi-squared on three columns."""
    kinds = ["a"] * 50 + ["b"] * 45 + ["c"] * 2 + ["d"] * 3 + ["a"] * 48 + ["b"] * 45 + ["c"] * 4 + ["d"] * 3
    frame = people({"call": np.zeros(100), CONTROL: np.zeros(100)}, kind=kinds)
    expected = stats.chi2_contingency([[50, 45, 5], [48, 45, 7]]).pvalue
    assert check_tests(frame, ["kind"]).balance["p_value"].tolist() == pytest.approx([expected])


def test_what_cannot_be_compared_is_passed_over() -> None:
    frame = people({"call": np.zeros(40), CONTROL: np.zeros(40)}, same=1.0, blank=np.nan, one="x")
    frame["names"] = [f"name {i}" for i in range(80)]
    assert check_tests(frame, ["same", "blank", "one", "names"]).balance.empty
    assert check_tests(frame.assign(control="everyone else"), ["spend"]).ratios.empty
    only = frame.assign(kind=["a"] * 79 + ["b"])
    assert check_tests(only, ["kind"]).balance.empty
