"""Sample sizes against R and statsmodels, and what a plan makes of them."""

from math import isnan, nan, sqrt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.power import TTestIndPower
from statsmodels.stats.proportion import power_proportions_2indep

from helpers.analysis.campaigns.planning import (
    LEAST_KNOWN,
    LONGEST_DAYS,
    look_back,
    plan_tests,
    power_of_means,
    size_for_mean,
    size_for_rate,
    smallest_mean_lift,
    smallest_rate_lift,
)
from helpers.errors import InputError


@pytest.mark.parametrize(
    ("rate", "expected", "power", "alpha", "n"),
    [
        (0.05, 0.06, 0.8, 0.05, 8_158),  # R: power.prop.test(p1 = .05, p2 = .06, power = .8): 8157.6
        (0.5, 0.75, 0.9, 0.05, 77),  # R's own example: power.prop.test(p1 = .50, p2 = .75, power = .90): 76.7
        (0.06, 0.05, 0.8, 0.05, 8_158),
    ],
)
def test_rates_as_in_r(rate: float, expected: float, power: float, alpha: float, n: int) -> None:
    assert size_for_rate(rate, expected, power=power, alpha=alpha) == (n, n)


@pytest.mark.parametrize("hold_out", [0.1, 0.3, 0.5, 0.8])
def test_unequal_arms_reach_the_power_that_statsmodels_gives_them(hold_out: float) -> None:
    contacted, held_out = size_for_rate(0.05, 0.06, hold_out=hold_out)
    power = power_proportions_2indep(0.01, 0.05, contacted, ratio=held_out / contacted).power
    assert power == pytest.approx(0.8, abs=2e-3)
    assert held_out / (contacted + held_out) == pytest.approx(hold_out, abs=1e-4)


def test_means_as_in_r() -> None:
    """R's own example: power.t.test(power = .90, delta = 1) gives n = 22.02110."""
    assert size_for_mean(1.0, 1.0, power=0.9) == (23, 23)
    assert size_for_mean(2.0, -2.0, power=0.9) == (23, 23)


@pytest.mark.parametrize(("effect", "hold_out"), [(0.2, 0.5), (0.2, 0.2), (0.9, 0.5), (0.01, 0.5), (0.05, 0.9)])
def test_means_as_in_statsmodels(effect: float, hold_out: float) -> None:
    ratio = hold_out / (1 - hold_out)
    n = TTestIndPower().solve_power(effect, power=0.8, alpha=0.05, ratio=ratio)
    contacted, held_out = size_for_mean(10.0, 10 * effect, hold_out=hold_out)
    assert (contacted, held_out) == pytest.approx((n, n * ratio), abs=1.01, rel=1e-5)
    assert contacted >= n - 1e-3 * n


@pytest.mark.parametrize(("effect", "n", "m"), [(0.1, 50, 50), (0.5, 64, 30), (2.0, 500, 20), (0.01, 90_000, 20_000)])
def test_power_as_in_statsmodels(effect: float, n: int, m: int) -> None:
    assert power_of_means(effect, n, m) == pytest.approx(TTestIndPower().power(effect, n, 0.05, ratio=m / n), abs=1e-5)


def test_smallest_lifts_turn_the_sizes_round() -> None:
    assert smallest_rate_lift(0.05, 8_158, 8_158) == pytest.approx(0.01, abs=1e-6)
    assert smallest_rate_lift(0.05, 8_157, 8_157) > 0.01
    n = TTestIndPower().solve_power(nobs1=394, power=0.8, alpha=0.05)
    assert smallest_mean_lift(10.0, 394, 394) == pytest.approx(10 * n, rel=1e-6)


def test_smallest_lifts_that_no_test_shows_are_blank() -> None:
    assert isnan(smallest_rate_lift(0.9, 20, 20))  # not even a rise to 100 %
    assert isnan(smallest_rate_lift(0.0, 500, 500))
    assert isnan(smallest_rate_lift(0.05, 500, 0))
    assert isnan(smallest_mean_lift(1.0, 1, 500))
    assert isnan(smallest_mean_lift(0.0, 500, 500))


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 0.9), st.floats(0.05, 0.95), st.integers(50, 100_000))
def test_more_customers_show_smaller_lifts(rate: float, hold_out: float, n: int) -> None:
    few = smallest_rate_lift(rate, n * (1 - hold_out), n * hold_out)
    many = smallest_rate_lift(rate, 2 * n * (1 - hold_out), 2 * n * hold_out)
    assert isnan(few) or many < few


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: size_for_rate(0.0, 0.1), "rate 0.0"),
        (lambda: size_for_rate(0.1, 1.0), "expected rate"),
        (lambda: size_for_rate(0.1, 0.1), "both rates"),
        (lambda: size_for_rate(0.1, 0.2, hold_out=1.0), "hold_out"),
        (lambda: size_for_rate(0.1, 0.2, power=0.05), "no more than alpha"),
        (lambda: size_for_mean(1.0, 0.0), "lift of 0"),
        (lambda: size_for_mean(0.0, 1.0), "deviation of 0"),
        (lambda: size_for_mean(1.0, 1.0, alpha=0.0), "alpha"),
    ],
)
def test_impossible_questions_are_refused(call: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        call()


def baseline(**changed: Any) -> pd.DataFrame:
    """A rate of 5 % among 20,000 customers, followed for 60 days, 100 new ones a month."""
    n = changed.get("n", 1_000)
    row = {"segment": "All customers", "metric": "conversion", "customers": 20_000, "n": n, "mean": 0.05, "days": 60}
    row |= {"sd": sqrt(0.05 * 0.95 * n / (n - 1)), "new_a_month": 100.0} | changed
    return pd.DataFrame([row])


def planned(**changed: Any) -> dict[str, Any]:
    return dict(plan_tests(baseline(**changed), worthwhile=0.2).by_segment.iloc[0])


def test_a_test_that_is_possible() -> None:
    """5 % against 6 %: 8,158 an arm of 20,000 customers, in the 60 days that outcomes are followed."""
    row = planned()
    assert (row["kind"], row["needed_an_arm"], row["verdict"], row["possible"]) == ("rate", 8_158, "possible", True)
    assert row["duration_days"] == row["followed_days"] == 60
    assert row["smallest_worthwhile"] == pytest.approx(0.01)
    assert row["smallest_seen"] == pytest.approx(smallest_rate_lift(0.05, 10_000, 10_000))
    assert row["smallest_seen_share"] == pytest.approx(row["smallest_seen"] / 0.05)


@pytest.mark.parametrize(
    ("customers", "new", "verdict", "days"),
    [
        (16_316, 100.0, "possible", 60),
        (16_315, 100.0, "later", 61),  # one more at 100 a month takes 0.3 days
        (15_316, 100.0, "later", 365),  # 1,000 more: ten months of 30.4375 days, and 60
        (14_116, 100.0, "too few", nan),  # 2,200 more: 669.6 days and 60 is less than two years, so see below
        (16_315, 0.0, "too few", nan),
        (16_315, nan, "too few", nan),
    ],
)
def test_customers_that_are_lacking_may_come(customers: int, new: float, verdict: str, days: float) -> None:
    row = planned(customers=customers, new_a_month=new)
    if customers == 14_116:
        assert (row["verdict"], row["duration_days"]) == ("later", LONGEST_DAYS)
        assert planned(customers=customers - 4)["verdict"] == "too few"
        return
    assert (row["verdict"], row["possible"]) == (verdict, verdict == "possible")
    assert row["duration_days"] == days or (isnan(days) and isnan(row["duration_days"]))


def test_it_is_not_told_how_long_outcomes_are_followed() -> None:
    assert isnan(planned(days=nan)["duration_days"])
    assert planned(days=nan)["verdict"] == "possible"
    assert planned(days=nan, customers=15_316)["duration_days"] == 305


def test_an_amount_is_planned_by_its_spread() -> None:
    row = planned(metric="spend", mean=40.0, sd=120.0)
    assert row["kind"] == "amount"
    assert row["needed_an_arm"] == size_for_mean(120.0, 8.0)[0]
    assert row["smallest_seen"] == pytest.approx(smallest_mean_lift(120.0, 10_000, 10_000))


@pytest.mark.parametrize("changed", [{"n": LEAST_KNOWN - 1}, {"mean": 0.0, "sd": 0.0}, {"mean": nan, "sd": nan}])
def test_what_is_not_known_is_not_planned(changed: dict[str, Any]) -> None:
    row = planned(**changed)
    assert (row["verdict"], row["possible"]) == ("not known", False)
    assert isnan(row["needed_an_arm"])


def test_just_enough_customers_tell_what_is_usual() -> None:
    assert planned(n=LEAST_KNOWN)["verdict"] == "possible"


def test_a_rate_cannot_rise_above_all() -> None:
    row = planned(mean=0.9, sd=sqrt(0.9 * 0.1 * 1_000 / 999))
    assert (row["kind"], row["verdict"]) == ("rate", "no room")


def test_the_share_held_out_shapes_the_arms() -> None:
    frame = plan_tests(baseline(), worthwhile=0.2, hold_out=0.1).by_segment
    assert (frame["needed_contacted"].iloc[0], frame["needed_held_out"].iloc[0]) == size_for_rate(
        0.05, 0.06, hold_out=0.1
    )
    assert frame["needed_an_arm"].iloc[0] == 8_158
    assert frame["verdict"].iloc[0] == "possible"  # in equal arms, which take the fewest


def test_bad_plans_are_refused() -> None:
    with pytest.raises(InputError, match="worth finding"):
        plan_tests(baseline(), worthwhile=0.0)
    with pytest.raises(InputError, match="'sd' is missing"):
        plan_tests(baseline().drop(columns="sd"), worthwhile=0.2)
    with pytest.raises(InputError, match="twice"):
        plan_tests(pd.concat([baseline(), baseline()]), worthwhile=0.2)
    with pytest.raises(InputError, match="hold_out"):
        plan_tests(baseline(), worthwhile=0.2, hold_out=0.0)


def test_no_baseline_gives_no_rows() -> None:
    plan = plan_tests(baseline().head(0), worthwhile=0.2)
    assert plan.by_segment.empty
    assert "verdict" in plan.by_segment


def pair(n: int, m: float, mean: float, sd: float, metric: str = "conversion") -> dict[str, Any]:
    told = {"campaign": "spring", "arm": "mail", "metric": metric, "segment": "Lost", "customers": n}
    return told | {"control_customers": m, "control_mean": mean, "control_sd": sd}


def test_past_tests_are_judged_by_their_arms() -> None:
    def rate(n: int) -> float:
        return sqrt(0.05 * 0.95 * n / (n - 1))

    pairs = [
        pair(8_158, 8_158, 0.05, rate(8_158)),
        pair(8_157, 8_158, 0.05, rate(8_158)),
        pair(500, 0, nan, nan),
        pair(500, 400, 40.0, 120.0, "spend"),
    ]
    found = look_back(pd.DataFrame(pairs), worthwhile=0.2)
    assert found["large_enough"].tolist() == [True, False, False, False]
    assert found["needed_an_arm"].tolist()[:2] == [8_158, 8_158]
    assert found["needed_an_arm"].iloc[3] == size_for_mean(120.0, 8.0)[0]
    assert found["smallest_seen"].iloc[3] == pytest.approx(smallest_mean_lift(120.0, 500, 400))
    assert found["smallest_seen_share"].iloc[3] == pytest.approx(found["smallest_seen"].iloc[3] / 40)
    assert found.loc[2, ["needed_an_arm", "smallest_seen"]].isna().all()


def test_a_past_rate_that_cannot_rise_so_far_has_no_size() -> None:
    row = look_back(pd.DataFrame([pair(500, 500, 0.9, sqrt(0.09 * 500 / 499))]), worthwhile=0.2).iloc[0]
    assert isnan(row["needed_an_arm"])
    assert not row["large_enough"]
