"""Interrupted series against worked examples and statsmodels, and what they must not claim."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.linear_model import OLS

from helpers.analysis.campaigns.interrupted import Interrupted, measure_interruptions
from helpers.errors import InputError

FIRST = pd.Timestamp("2023-01-02")


def daily(weeks: np.ndarray) -> pd.DataFrame:
    """Sales by day, the same on all days of a week."""
    days = pd.date_range(FIRST, periods=7 * len(weeks), freq="D")
    return pd.DataFrame({"day": days, "value": np.repeat(weeks / 7, 7)})


def campaigns(*weeks: int, contacted: int = 100) -> pd.DataFrame:
    first = FIRST + pd.to_timedelta(7 * np.array(weeks), unit="D")
    named = [f"campaign {i}" for i in range(len(weeks))]
    return pd.DataFrame({"campaign": named, "first_on": first, "last_on": first, "contacted": contacted})


def judged(weeks: np.ndarray, *starts: int) -> Interrupted:
    return measure_interruptions(daily(weeks), campaigns(*starts))


def noise(weeks: int, seed: int = 1, level: float = 1000, spread: float = 30) -> np.ndarray:
    return level + np.random.default_rng(seed).normal(0, spread, weeks)


def year(weeks: int, height: float = 300) -> np.ndarray:
    return height * np.cos(2 * np.pi * np.arange(weeks) * 7 / 365.25)


class TestEstimate:
    def test_a_step_and_a_slope_by_hand(self) -> None:
        """100 + 2 a week; from week 30 on 50 more and 3 more a week: in ten weeks 10 * 50 + 3 * 45 = 635."""
        week = np.arange(40.0)
        sales = 100 + 2 * week + np.where(week >= 30, 50 + 3 * (week - 30), 0)
        found = judged(sales, 30)
        row = found.by_campaign.iloc[0]
        assert (row["level"], row["slope"], row["effect"]) == pytest.approx((50, 3, 635))
        assert row["expected"] == pytest.approx((100 + 2 * week[30:]).sum())
        assert row["estimate"] == pytest.approx(6.35)
        assert (row["weeks_before"], row["weeks_after"], row["days"]) == (30, 10, 70)
        weeks = found.weeks.set_index("week")
        assert weeks["sales"].tolist() == pytest.approx(sales.tolist())
        assert weeks.loc[5, "expected"] == pytest.approx(100 + 2 * 35)
        assert weeks.loc[-1, "expected"] == pytest.approx(weeks.loc[-1, "fitted"])
        assert weeks.loc[0, "first_on"] == FIRST + pd.Timedelta(days=210)

    def test_errors_are_those_of_statsmodels(self) -> None:
        sales = noise(60) + np.where(np.arange(60) >= 48, 80, 0)
        week = np.arange(-48.0, 12)
        step = week >= 0
        design = np.column_stack([np.ones(60), week, step, step * week])
        fit = OLS(sales, design).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True})  # 4 * .6 ** (2/9)
        weights = np.array([0, 0, 12, week[step].sum()])
        error = float(np.sqrt(weights @ fit.cov_params() @ weights))
        row = judged(sales, 48).by_campaign.iloc[0]
        assert (row["effect"], row["error"]) == pytest.approx((weights @ fit.params, error))
        reach = stats.t.ppf(0.975, 56) * error
        assert row["hac_high"] - row["effect"] == pytest.approx(reach)
        assert (row["level"], row["slope"]) == pytest.approx((fit.params[2], fit.params[3]))

    @pytest.mark.parametrize(("weeks", "slope"), [(37, False), (38, True)])
    def test_a_change_of_slope_takes_eight_weeks(self, weeks: int, slope: bool) -> None:
        row = judged(noise(weeks), 30).by_campaign.iloc[0]
        assert np.isfinite(row["slope"]) == slope

    def test_a_season_of_two_years_is_taken_out(self) -> None:
        sales = noise(130, spread=10) + year(130) + np.where(np.arange(130) >= 120, 100, 0)
        row = judged(sales, 120).by_campaign.iloc[0]
        assert row["season"]
        assert row["low"] < 1000 < row["high"]
        assert (row["ok"], row["why"]) == (True, "")
        assert row["low"] > 0
        assert row["placebo_p"] == pytest.approx(1 / (1 + row["placebos"]))

    def test_a_day_without_sales_counts_as_nothing(self) -> None:
        sales = daily(noise(40))
        gone = sales[(sales["day"] < FIRST + pd.Timedelta(days=230)) | (sales["day"] >= FIRST + pd.Timedelta(days=240))]
        row = measure_interruptions(gone, campaigns(30)).by_campaign.iloc[0]
        assert row["effect"] == pytest.approx(
            measure_interruptions(sales, campaigns(30)).by_campaign.iloc[0]["effect"], rel=9
        )
        assert row["weeks_after"] == 10
        assert row["effect"] < -800

    def test_days_that_fill_no_week_are_left_out(self) -> None:
        sales = daily(noise(41)).iloc[3:-2]
        row = measure_interruptions(sales, campaigns(30)).by_campaign.iloc[0]
        assert (row["weeks_before"], row["weeks_after"]) == (29, 10)


class TestPlacebos:
    def test_they_are_the_effects_of_dates_before(self) -> None:
        sales = noise(60)
        found = judged(sales, 50)
        assert found.placebos["week"].tolist() == list(range(-38, -9))  # from twelve weeks in, ten weeks each
        moved = judged(sales[:30], 20).by_campaign.iloc[0]
        assert found.placebos.set_index("week").loc[-30, "effect"] == pytest.approx(moved["effect"])

    def test_an_effect_that_stands_out(self) -> None:
        sales = noise(60) + np.where(np.arange(60) >= 50, 900, 0)
        row = judged(sales, 50).by_campaign.iloc[0]
        assert row["placebos"] == 29
        assert row["placebo_p"] == pytest.approx(1 / 30)
        assert row["low"] > 0

    def test_one_that_does_not_though_its_errors_say_so(self) -> None:
        """Sales that wander look like an effect wherever one cuts them."""
        found = pd.concat(
            judged(1000 + np.random.default_rng(seed).normal(0, 30, 120).cumsum(), 110).by_campaign
            for seed in range(40)
        )
        by_errors = (found["hac_low"] > 0) | (found["hac_high"] < 0)
        claimed = (found["low"] > 0) | (found["high"] < 0)
        assert by_errors.sum() >= 12
        assert claimed.sum() <= by_errors.sum() / 2

    def test_the_interval_is_never_narrower_than_either(self) -> None:
        for seed in range(10):
            found = judged(noise(70, seed), 55)
            row = found.by_campaign.iloc[0]
            scatter = np.quantile(found.placebos["effect"].abs(), 0.95)
            wanted = max(row["hac_high"] - row["effect"], scatter)
            assert (row["effect"] - row["low"], row["high"] - row["effect"]) == pytest.approx((wanted, wanted))

    def test_where_nothing_happened_little_is_found(self) -> None:
        found = [judged(noise(130, seed) + year(130), 120).by_campaign.iloc[0] for seed in range(30)]
        claimed = [row["low"] > 0 or row["high"] < 0 for row in found]
        assert sum(claimed) <= 4


class TestNotToBeUsed:
    def test_a_season_that_was_never_seen_before(self) -> None:
        """Christmas comes for the first time: a year of sales cannot tell it from the campaign."""
        sales = noise(53, spread=20)
        sales[43:] += np.linspace(100, 900, 10)
        row = judged(sales, 43).by_campaign.iloc[0]
        assert row["low"] > 0
        assert (row["ok"], row["season"], row["why"]) == (False, False, "less than two years of sales")

    @pytest.mark.parametrize(("before", "season"), [(103, True), (94, True), (93, False)])
    def test_two_years_in_all_make_a_season(self, before: int, season: bool) -> None:
        """104.4 weeks are two years; eleven come after."""
        row = judged(noise(before + 11), before).by_campaign.iloc[0]
        assert (row["season"], row["why"] == "less than two years of sales") == (season, not season)

    def test_other_campaigns_at_the_time(self) -> None:
        sales = noise(140)
        found = judged(sales, 100, 105, 110).by_campaign
        assert found["why"].tolist() == ["other campaigns at the time"] * 3
        assert not found["ok"].any()
        apart = judged(sales, 30, 120).by_campaign.iloc[1]
        assert (apart["ok"], apart["why"]) == (True, "")

    @pytest.mark.parametrize(("days", "clash"), [(-141, False), (-140, True), (139, True), (140, False)])
    def test_the_time_around_is_as_long_as_the_weeks_judged(self, days: int, clash: bool) -> None:
        """Twenty weeks are judged: a campaign up to twenty weeks before or in them counts, to the day."""
        both = campaigns(120, 120)
        both.loc[1, ["first_on", "last_on"]] += pd.Timedelta(days=days)
        found = measure_interruptions(daily(noise(140)), both).by_campaign.iloc[0]
        assert (found["why"] == "other campaigns at the time") == clash

    @pytest.mark.parametrize(
        ("weeks", "start", "why"),
        [
            (6, 3, "too few weeks before"),
            (30, 11, "too few weeks before"),
            (30, 12, "less than two years of sales"),
            (33, 30, "too few weeks after"),
            (34, 30, "less than two years of sales"),
            (30, 0, "too few weeks before"),
            (30, 30, "too few weeks after"),
        ],
    )
    def test_thin_data(self, weeks: int, start: int, why: str) -> None:
        row = judged(noise(weeks), start).by_campaign.iloc[0]
        assert (row["why"], row["ok"]) == (why, False)
        assert np.isnan(row["effect"]) == (why != "less than two years of sales")

    def test_as_many_weeks_are_judged_as_there_are_before_and_half_a_year_at_most(self) -> None:
        assert judged(noise(60), 15).by_campaign.iloc[0]["weeks_after"] == 15
        assert judged(noise(60), 30).by_campaign.iloc[0]["weeks_after"] == 26

    def test_sales_that_never_change(self) -> None:
        assert judged(np.full(50, 10.0), 30).by_campaign.iloc[0]["why"] == "sales never change"

    def test_no_sales_at_all(self) -> None:
        nothing = measure_interruptions(daily(noise(0)), campaigns(30))
        assert (len(nothing.by_campaign), len(nothing.weeks), len(nothing.placebos)) == (0, 0, 0)

    def test_impossible_input(self) -> None:
        with pytest.raises(InputError, match="'value' is missing"):
            measure_interruptions(daily(noise(30)).drop(columns="value"), campaigns(20))
        with pytest.raises(InputError, match="'contacted' is missing"):
            measure_interruptions(daily(noise(30)), campaigns(20).drop(columns="contacted"))
        with pytest.raises(InputError, match="confidence 0 is impossible"):
            measure_interruptions(daily(noise(30)), campaigns(20), 0)


def test_others_are_known_of_and_not_judged() -> None:
    found = measure_interruptions(daily(noise(140)), campaigns(100, 105), judged=["campaign 0"]).by_campaign
    assert found[["campaign", "why"]].to_numpy().tolist() == [["campaign 0", "other campaigns at the time"]]
