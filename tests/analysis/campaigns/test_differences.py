"""Difference in differences against a published answer, statsmodels' clustered errors, and its checks on trends."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.regression.linear_model import OLS

from helpers.analysis.campaigns.differences import Differences, measure_differences
from helpers.errors import InputError

OTHERS = "everyone else"


def reduced(
    values: dict[str, np.ndarray], before: int, days: list[int] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The sums of one campaign: of each arm a row a customer and a column a period."""
    sums, products = [], []
    for arm, rows in values.items():
        width = rows.shape[1]
        for k in range(width):
            told = {"campaign": "spring", "arm": arm, "period": k - before, "days": (days or [7] * width)[k]}
            sums.append({**told, "customers": len(rows), "total": rows[:, k].sum()})
            for j in range(k + 1):
                told = {"campaign": "spring", "arm": arm, "period": j - before, "other": k - before}
                products.append({**told, "product": float(rows[:, j] @ rows[:, k])})
    return pd.DataFrame(sums), pd.DataFrame(products)


def measured(values: dict[str, np.ndarray], before: int, days: list[int] | None = None) -> Differences:
    return measure_differences(*reduced(values, before, days), OTHERS)


def told(values: dict[str, np.ndarray], before: int, days: list[int] | None = None) -> pd.Series:
    return measured(values, before, days).by_arm.iloc[0]


def panel(
    seed: int = 1, members: int = 60, others: int = 90, before: int = 4, after: int = 3, **effect: float
) -> dict[str, np.ndarray]:
    """Customers with a level of their own; of members `lift` is added after, `drift` every period, and `dip` taken off
    the last two before."""
    rng = np.random.default_rng(seed)
    made = {}
    for arm, n in (("mail", members), (OTHERS, others)):
        own = rng.gamma(2, 10, n)[:, None]
        rows = rng.poisson(own * np.ones((1, before + after))).astype("float64")
        if arm == "mail":
            rows[:, before:] += effect.get("lift", 0)
            rows += effect.get("drift", 0) * np.arange(before + after)
            rows[:, before - 2 : before] -= effect.get("dip", 0)
        made[arm] = rows
    return made


def spread_about(mean: float, n: int) -> np.ndarray:
    return mean + np.resize([-6.0, 6.0], n)


class TestEstimate:
    def test_card_and_krueger(self) -> None:
        """Employment a restaurant before and after the minimum wage rose in New Jersey, not in Pennsylvania: 20.44 to
        21.03, 23.33 to 21.17, which the table's unrounded means make 2.76 (Card and Krueger 1994, AER 84, table 3)."""
        new_jersey = np.column_stack([spread_about(20.44, 320), spread_about(21.03, 320)])
        pennsylvania = np.column_stack([spread_about(23.33, 76), spread_about(21.17, 76)])
        found = told({"New Jersey": new_jersey, OTHERS: pennsylvania}, 1)
        assert found[["before", "after", "control_before", "control_after"]].tolist() == pytest.approx(
            [20.44, 21.03, 23.33, 21.17]
        )
        assert found["estimate"] == pytest.approx(2.76, abs=0.015)
        assert found["estimate"] == pytest.approx(0.59 + 2.16)

    def test_errors_are_those_of_statsmodels_clustered_by_customer(self) -> None:
        values = panel(lift=3)
        rows = [
            {"who": f"{arm}{i}", "y": side, "member": arm == "mail", "after": is_after}
            for arm, own in values.items()
            for i, spent in enumerate(own)
            for is_after, side in ((0, spent[:4].sum() * 3 / 4), (1, spent[4:].sum()))
        ]
        frame = pd.DataFrame(rows).astype({"member": "float64", "after": "float64"})
        design = np.column_stack(
            [np.ones(len(frame)), frame["member"], frame["after"], frame["member"] * frame["after"]]
        )
        fit = OLS(frame["y"].to_numpy(), design).fit(
            cov_type="cluster", cov_kwds={"groups": frame["who"].factorize()[0]}
        )
        found = told(values, 4)
        assert found["estimate"] == pytest.approx(fit.params[3])
        assert found["error"] == pytest.approx(fit.bse[3])
        reach = stats.t.ppf(0.975, 59) * fit.bse[3]
        assert (found["low"], found["high"]) == pytest.approx((fit.params[3] - reach, fit.params[3] + reach))
        assert found["p_value"] == pytest.approx(2 * stats.t.sf(fit.params[3] / fit.bse[3], 59))

    def test_they_are_those_of_the_panel_of_all_periods_but_for_the_correction(self) -> None:
        values = panel(seed=2, before=3, after=3, lift=1)
        frame = pd.concat(
            pd.DataFrame({"y": own.ravel(), "who": [f"{arm}{i}" for i in range(len(own)) for _ in range(6)],
                          "after": np.tile([0, 0, 0, 1, 1, 1], len(own)), "member": float(arm == "mail")})
            for arm, own in values.items()
        )  # fmt: skip
        design = np.column_stack(
            [np.ones(len(frame)), frame["member"], frame["after"], frame["member"] * frame["after"]]
        )
        groups = frame["who"].factorize()[0]
        fit = OLS(frame["y"].to_numpy(), design).fit(
            cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
        )
        found, n = told(values, 3), 150
        correction = n / (n - 1) * (2 * n - 1) / (2 * n - 4)
        assert found["estimate"] == pytest.approx(3 * fit.params[3])  # the sum of three periods
        assert found["error"] == pytest.approx(3 * fit.bse[3] * correction**0.5)

    def test_the_change_of_those_contacted_is_that_of_a_paired_test(self) -> None:
        values = panel(seed=5, before=2, after=2)
        change = values["mail"] @ [-1, -1, 1, 1]
        low, high = stats.ttest_1samp(change, 0).confidence_interval()
        found = told(values, 2)
        assert found[["change", "change_low", "change_high"]].tolist() == pytest.approx([change.mean(), low, high])

    def test_a_short_last_period_counts_by_its_days(self) -> None:
        """Ten days after are held against fourteen before by the day: 14 a customer before is 10 in ten days."""
        values = {"mail": np.tile([7.0, 7.0, 7.0, 6.0], (40, 1)), OTHERS: np.tile([7.0, 7.0, 7.0, 3.0], (40, 1))}
        values["mail"][::2] += 1
        values[OTHERS][::2] += 1
        found = measured(values, 2, [7, 7, 7, 3])
        row = found.by_arm.iloc[0]
        assert (row["days"], row["days_before"]) == (10, 14)
        assert row["before"] == pytest.approx(15 * 10 / 14)
        assert row["estimate"] == pytest.approx(3)
        last = found.course[(found.course["arm"] == "mail") & (found.course["period"] == 1)].iloc[0]
        assert last["mean"] == pytest.approx(6.5 * 7 / 3)

    @settings(max_examples=20, deadline=None)
    @given(st.integers(0, 10_000), st.floats(-20, 20))
    def test_what_both_gain_is_no_effect(self, seed: int, gain: float) -> None:
        plain = panel(seed, 35, 40)
        risen = {arm: rows + gain * np.array([0, 0, 0, 0, 1, 1, 1]) for arm, rows in plain.items()}
        assert told(risen, 4)["estimate"] == pytest.approx(told(plain, 4)["estimate"], abs=1e-6)


class TestTrends:
    def test_both_moved_alike(self) -> None:
        found = told(panel(lift=5), 4)
        assert (found["trends"], found["ok"], found["why"]) == ("alike", True, "")
        assert found["low"] < 15 < found["high"]
        assert found["placebo_low"] < 0 < found["placebo_high"]

    def test_a_drift_before_is_seen(self) -> None:
        found = told(panel(drift=2), 4)
        assert (found["trends"], found["ok"], found["why"]) == ("apart", False, "they moved apart before")
        assert found["trend_p"] < 0.01
        assert found["slope_low"] < 2 < found["slope_high"]
        assert found["low"] > 0  # which the plain estimate takes for an effect

    def test_a_dip_before_is_seen(self) -> None:
        """Those who had just stopped buying come back on average, whatever one sends them (Ashenfelter 1978)."""
        assert told(panel(dip=4), 4)["trends"] == "apart"

    def test_the_joint_test_is_hotellings(self) -> None:
        """With one arm far larger than the other it is the one-sample test of the smaller (Hotelling 1931)."""
        values = panel(seed=7, members=50, others=200_000)
        steps = (
            values["mail"][:, :3] - values["mail"][:, [3]] - (values[OTHERS][:, :3] - values[OTHERS][:, [3]]).mean(0)
        )
        mean, n = steps.mean(0), 50
        squared = n * mean @ np.linalg.inv(np.cov(steps.T)) @ mean
        wanted = stats.f.sf(squared * (n - 3) / (3 * (n - 1)), 3, n - 3)
        assert told(values, 4)["trend_p"] == pytest.approx(wanted, rel=0.01)

    def test_it_finds_a_twentieth_where_there_is_nothing(self) -> None:
        p_values = [told(panel(seed, 40, 50, before=6), 6)["trend_p"] for seed in range(80)]
        assert 0.01 <= np.mean(np.array(p_values) < 0.05) <= 0.1

    def test_the_placebo_is_the_estimate_for_a_start_half_way(self) -> None:
        values = panel(seed=3, before=4, after=2)
        early = {arm: rows[:, :4] for arm, rows in values.items()}
        found, moved = told(values, 4), told(early, 2)
        for name in ("", "_low", "_high"):
            assert found[f"placebo{name}"] == pytest.approx(moved[name[1:] or "estimate"])

    def test_with_an_odd_number_of_periods_the_first_part_is_the_longer(self) -> None:
        values = panel(seed=3, before=5, after=2)
        found, moved = told(values, 5), told({arm: rows[:, :5] for arm, rows in values.items()}, 3)
        assert found["placebo"] == pytest.approx(moved["estimate"])

    def test_the_drift_that_could_be_missed_is_that_of_a_slope_just_too_small(self) -> None:
        """From the middle of four weeks before, -2, to that of three after, 1.5: 3.5 slopes in each of three weeks."""
        found = told(panel(before=4, after=3), 4)
        assert found["drift"] == pytest.approx((found["slope_high"] - found["slope"]) * 3.5 * 3)
        drifting = panel(before=4, after=3)
        drifting["mail"] = drifting["mail"] + found["drift"] / 10.5 * np.arange(7)
        assert told(drifting, 4)["estimate"] - found["estimate"] == pytest.approx(found["drift"])

    def test_two_periods_tell_no_trend(self) -> None:
        found = told(panel(before=2), 2)
        assert (found["trends"], found["ok"], found["why"]) == ("not checked", False, "too short a time before")
        assert np.isfinite(found["estimate"])
        assert told(panel(before=3), 3)["trends"] == "alike"

    def test_gaps_are_told_against_the_last_period_before(self) -> None:
        values = panel(seed=4)
        gaps = measured(values, 4).gaps.set_index("period")
        assert gaps.index.tolist() == [-4, -3, -2, 0, 1, 2]
        means = values["mail"].mean(0) - values[OTHERS].mean(0)
        assert gaps["gap"].tolist() == pytest.approx((means - means[3])[[0, 1, 2, 4, 5, 6]])


class TestThin:
    @pytest.mark.parametrize(
        ("members", "others", "why"), [(29, 90, "too few customers"), (60, 29, "too few customers"), (30, 30, "")]
    )
    def test_few_customers_are_not_compared(self, members: int, others: int, why: str) -> None:
        found = told(panel(members=members, others=others), 4)
        assert (found["why"], found["n"], found["control_n"]) == (why, members, others)
        assert np.isnan(found["estimate"]) == bool(why)

    def test_nothing_before_or_after(self) -> None:
        values = panel(before=0, after=3)
        assert told(values, 0)["why"] == "no sales before"
        assert told(values, 3)["why"] == "too short a time after"

    @pytest.mark.parametrize(("days", "why"), [(6, "too short a time after"), (7, "")])
    def test_less_than_a_week_after_tells_nothing(self, days: int, why: str) -> None:
        assert told(panel(after=1), 4, [7, 7, 7, 7, days])["why"] == why

    def test_purchases_that_never_differ_tell_nothing(self) -> None:
        values = panel() | {"mail": np.zeros((60, 7))}
        assert told(values, 4)["why"] == "too few purchases"

    def test_a_campaign_to_all_has_no_row(self) -> None:
        found = measured({"mail": panel()["mail"]}, 4)
        assert (len(found.by_arm), len(found.course), len(found.gaps)) == (0, 0, 0)

    def test_impossible_input(self) -> None:
        sums, products = reduced(panel(), 4)
        with pytest.raises(InputError, match="'total' is missing"):
            measure_differences(sums.drop(columns="total"), products, OTHERS)
        with pytest.raises(InputError, match="'product' is missing"):
            measure_differences(sums, products.drop(columns="product"), OTHERS)
        with pytest.raises(InputError, match="confidence 1 is impossible"):
            measure_differences(sums, products, OTHERS, 1)


@pytest.mark.parametrize(
    ("members", "others", "entangled"), [(0.5, 0.25, True), (0.49, 0, False), (0.5, 0.26, False), (1, 0.5, True)]
)
def test_nothing_is_put_down_to_one_of_two_campaigns_to_the_same_customers(
    members: float, others: float, entangled: bool
) -> None:
    shared = pd.DataFrame({"campaign": ["spring"], "other": ["may"], "member_share": members, "others_share": others})
    found = measure_differences(*reduced(panel(lift=5), 4), OTHERS, shared=shared).by_arm.iloc[0]
    assert (found["ok"], found["why"]) == (not entangled, "entangled" if entangled else "")
    assert found["low"] > 0
    elsewhere = measure_differences(*reduced(panel(lift=5), 4), OTHERS, shared=shared.assign(campaign="june"))
    assert elsewhere.by_arm.iloc[0]["ok"]


def test_every_arm_is_held_against_the_same_others() -> None:
    values = panel(lift=2)
    found = measured({"call": values["mail"] + 1, **values}, 4)
    assert found.by_arm["arm"].tolist() == ["call", "mail"]
    assert found.course.groupby("arm")["period"].count().to_dict() == {"call": 7, OTHERS: 7, "mail": 7}
    means = found.course.set_index(["arm", "period"])["mean"]
    assert means["mail"].tolist() == pytest.approx(values["mail"].mean(0).tolist())
    half = stats.t.ppf(0.975, 59) * values["mail"][:, 0].std(ddof=1) / 60**0.5
    assert found.course.set_index(["arm", "period"]).loc[("mail", -4), "high"] == pytest.approx(
        means["mail", -4] + half
    )
