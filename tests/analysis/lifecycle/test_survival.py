"""Kaplan-Meier curves and log-rank tests give published answers, and lifelines' on the telephone customers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.lifecycle.survival import Survival, estimate_survival
from helpers.errors import InputError

# Weeks in remission under 6-MP and placebo (Freireich et al. 1963), as in Kleinbaum and Klein 2012, chapter 2.
TREATED_ENDED, TREATED_SEEN = [6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
WEEKS = pd.Series(TREATED_ENDED + TREATED_SEEN + PLACEBO)
ENDED = pd.Series([True] * 9 + [False] * 12 + [True] * 21)
GROUPS = pd.Series(["6-MP"] * 21 + ["placebo"] * 21)


@pytest.fixture(scope="module")
def remission() -> Survival:
    return estimate_survival(WEEKS, ENDED, GROUPS, "arm")


@pytest.fixture(scope="module")
def telephone(shared_data: Path) -> Survival:
    told = pd.read_csv(shared_data / "telco_churn.csv")
    return estimate_survival(told["tenure"], told["Churn"] == "Yes", told["Contract"], "Contract")


def _row(found: Survival, group: str, months: int) -> pd.Series:
    curves = found.curves
    return curves[(curves["group"] == group) & (curves["months"] == months)].iloc[0]


class TestRemission:
    """Kleinbaum and Klein 2012, Survival Analysis, tables of chapter 2; intervals from lifelines 0.30.3."""

    @pytest.mark.parametrize(
        ("week", "share"), [(0, 1.0), (6, 0.8571), (7, 0.8067), (10, 0.7529), (13, 0.6902), (16, 0.6275), (23, 0.4482)]
    )
    def test_curve(self, remission: Survival, week: int, share: float) -> None:
        assert _row(remission, "6-MP", week)["survival"] == pytest.approx(share, abs=5e-5)

    def test_at_risk_are_those_seen_until_then(self, remission: Survival) -> None:
        at_risk = {week: _row(remission, "6-MP", week)["at_risk"] for week in (0, 6, 7, 10, 13, 16, 22, 23, 35)}
        assert at_risk == {0: 21, 6: 21, 7: 17, 10: 15, 13: 12, 16: 11, 22: 7, 23: 6, 35: 1}

    def test_interval(self, remission: Survival) -> None:
        row = _row(remission, "6-MP", 10)
        assert (row["low"], row["high"]) == pytest.approx((0.503200, 0.889362), abs=1e-6)

    def test_log_rank(self, remission: Survival) -> None:
        assert remission.chi_squared == pytest.approx(16.7929, abs=1e-4)
        assert remission.degrees == 1
        assert remission.p_value == pytest.approx(4.169e-5, rel=1e-3)

    def test_medians(self, remission: Survival) -> None:
        medians = remission.medians.set_index("group")
        assert medians.loc["6-MP"].to_dict() == {"grouping": "arm", "median_months": 23, "customers": 21, "ended": 9}
        assert medians.loc["placebo", "median_months"] == 8

    def test_a_curve_ends_with_what_was_seen(self, remission: Survival) -> None:
        assert remission.curves.groupby("group")["months"].max().to_dict() == {"6-MP": 35, "all": 35, "placebo": 23}

    def test_the_whole_sample_comes_first(self, remission: Survival) -> None:
        assert remission.curves["grouping"].iloc[0] == "all"
        assert remission.medians[["grouping", "group"]].values.tolist() == [
            ["all", "all"],
            ["arm", "6-MP"],
            ["arm", "placebo"],
        ]


class TestTelephoneCustomers:
    """The known answers of the data's README, which are lifelines'."""

    def test_all(self, telephone: Survival) -> None:
        shares = [round(_row(telephone, "all", month)["survival"], 4) for month in (1, 6, 12, 24, 36, 60, 72)]
        assert shares == [0.9460, 0.8848, 0.8432, 0.7887, 0.7485, 0.6644, 0.5928]

    def test_by_contract(self, telephone: Survival) -> None:
        contracts = ["Month-to-month", "One year", "Two year"]
        assert [round(_row(telephone, c, 12)["survival"], 4) for c in contracts] == [0.7031, 0.9908, 1.0]
        medians = telephone.medians.set_index("group").loc[contracts]
        assert medians["customers"].tolist() == [3875, 1473, 1695]
        assert medians["ended"].tolist() == [1655, 166, 48]
        assert medians["median_months"].tolist()[0] == 35
        assert medians["median_months"].isna().tolist() == [False, True, True]

    def test_log_rank(self, telephone: Survival) -> None:
        assert (round(telephone.chi_squared, 3), telephone.degrees) == (2352.873, 2)
        assert telephone.p_value < 1e-300

    def test_intervals(self, telephone: Survival) -> None:
        row = _row(telephone, "Month-to-month", 12)
        assert (round(row["low"], 4), round(row["high"], 4)) == (0.6873, 0.7183)


class TestEdges:
    def test_nobody_has_ended(self) -> None:
        found = estimate_survival(pd.Series([3.0, 5.5]), pd.Series([False, False]))
        assert found.curves["survival"].tolist() == [1.0] * 6
        assert found.curves["high"].tolist() == [1.0] * 6
        # The exact bound of 2 of 2 is .025 ** (1/2).
        assert found.curves["low"].tolist() == pytest.approx([0.158114] * 4 + [0.025] * 2, abs=1e-6)
        assert np.isnan(found.medians["median_months"].iloc[0])
        assert (np.isnan(found.chi_squared), found.degrees, np.isnan(found.p_value)) == (True, 0, True)

    def test_all_have_ended(self) -> None:
        found = estimate_survival(pd.Series([1, 2, 2]), pd.Series([True] * 3))
        last = found.curves.iloc[-1]
        assert (last["survival"], last["low"]) == (0.0, 0.0)
        assert last["high"] == pytest.approx(1 - 0.158114, abs=1e-6)

    def test_half_left_is_the_median(self) -> None:
        found = estimate_survival(pd.Series([1, 2, 3, 4]), pd.Series([True] * 4))
        assert found.medians["median_months"].iloc[0] == 2

    def test_months_told_of(self) -> None:
        found = estimate_survival(pd.Series([1, 2, 30]), pd.Series([True, True, False]), at=[24, 0, 12, 36])
        assert found.curves["months"].tolist() == [0, 12, 24]

    def test_fractions_of_months_count(self) -> None:
        found = estimate_survival(pd.Series([0.5, 1.5, 2.5]), pd.Series([True, True, False]))
        assert found.curves["survival"].tolist() == pytest.approx([1, 2 / 3, 1 / 3])
        assert found.curves["at_risk"].tolist() == [3, 2, 1]

    def test_one_customer(self) -> None:
        found = estimate_survival(pd.Series([0]), pd.Series([True]), pd.Series(["x"]), "plan")
        assert found.curves["survival"].tolist() == [0.0, 0.0]
        assert found.degrees == 0

    def test_unknown_groups_have_a_curve_and_no_part_in_the_test(self) -> None:
        more = pd.Series([*GROUPS, None])
        found = estimate_survival(pd.Series([*WEEKS, 2]), pd.Series([*ENDED, True]), more, "arm")
        assert found.chi_squared == pytest.approx(16.7929, abs=1e-4)
        assert found.medians["group"].tolist() == ["all", "6-MP", "placebo", "(unknown)"]
        assert found.medians["customers"].iloc[1:].sum() == found.medians["customers"].iloc[0] == 43

    def test_a_group_gone_before_the_first_end_is_no_error(self) -> None:
        months, ended = pd.Series([1, 1, 5, 6]), pd.Series([False, False, True, True])
        assert estimate_survival(months, ended, pd.Series(list("aabb")), "plan").degrees == 0

    def test_rows_are_matched_by_place(self) -> None:
        shuffled = ENDED.set_axis(range(100, 142))
        assert estimate_survival(WEEKS, shuffled, GROUPS, "arm").chi_squared == pytest.approx(16.7929, abs=1e-4)

    @pytest.mark.parametrize(
        ("months", "ended", "groups", "grouping"),
        [
            ([1, 2], [True], None, "all"),
            ([1, None], [True, False], None, "all"),
            ([1, 2], [True, None], None, "all"),
            ([1, -1], [True, False], None, "all"),
            ([1, np.inf], [True, False], None, "all"),
            ([1, 2], [True, False], ["a"], "plan"),
            ([1, 2], [True, False], ["a", "b"], "all"),
        ],
    )
    def test_refused(self, months: list[float], ended: list[bool], groups: list[str] | None, grouping: str) -> None:
        with pytest.raises(InputError, match="Survival"):
            estimate_survival(
                pd.Series(months), pd.Series(ended), None if groups is None else pd.Series(groups), grouping
            )

    def test_no_customers(self) -> None:
        found = estimate_survival(pd.Series([], dtype=float), pd.Series([], dtype=bool))
        assert found.curves.empty and found.medians.empty and found.degrees == 0
        assert list(found.curves) == ["grouping", "group", "months", "at_risk", "survival", "low", "high"]
