"""The test of a forecast on later orders: CDNOW's, simulated trades that it must trust, and others that it must not."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.clv import checks
from helpers.analysis.clv.order_values import fit_values


def trade(rng: np.random.Generator, n: int = 900, split: float = 70.0, end: float = 104.0, busy: bool = False):  # type: ignore[no-untyped-def]
    """Customers who buy by the Pareto/NBD model, as `split_purchases` would tell them, and the weeks. busy: all buy in
    one quarter of a year."""
    began = rng.uniform(0, split, n).round(0)
    rate, stay = rng.gamma(0.8, 1 / 6.0, n), rng.exponential(1 / rng.gamma(0.7, 1 / 30.0, n))
    buys: list[tuple[int, float, float]] = []
    for i in range(n):
        on = began[i] + rng.exponential(1 / rate[i])
        while on < min(end, began[i] + stay[i]):
            if not busy or on % 52 > 40:
                buys.append((i, on, rng.gamma(4, 10)))
            on += rng.exponential(1 / rate[i])
    rows = pd.DataFrame(buys, columns=["i", "on", "value"])
    early, late = rows[rows["on"] <= split].groupby("i"), rows[rows["on"] > split].groupby("i")
    frame = pd.DataFrame(index=np.arange(n))
    frame["customer_id"] = [f"c{i}" for i in range(n)]
    frame["repeat_orders"] = early.size().reindex(frame.index, fill_value=0).astype(float)
    frame["last_weeks"] = (early["on"].max() - began[early["on"].max().index]).reindex(frame.index, fill_value=0.0)
    frame["age_weeks"] = split - began
    frame["mean_value"] = early["value"].mean()
    frame["spend"] = 40 + early["value"].sum().reindex(frame.index, fill_value=0.0)
    frame["returned"] = 0.0
    frame["later_orders"] = late.size().reindex(frame.index, fill_value=0).astype(float)
    frame["later_spend"] = late["value"].sum().reindex(frame.index, fill_value=0.0)
    frame["later_returned"] = 0.0
    counts = np.bincount(rows["on"].astype(int), minlength=int(end))
    weeks = pd.DataFrame({"week": np.arange(1, int(end) + 1), "repeat_orders": counts})
    return frame, weeks


AT = {"split_weeks": 70.0, "all_weeks": 104.0}


def test_cdnow_in_the_39_weeks_after(cdnow: pd.DataFrame) -> None:
    """1,882 repeat orders came (the data's README); what lifetimes 0.11.3 expects of both models."""
    before = cdnow.reset_index().rename(
        columns={"x": "repeat_orders", "t_x": "last_weeks", "age": "age_weeks", "later": "later_orders"}
    )
    before = before.assign(later_orders=before["later_orders"].fillna(0), spend=50.0, returned=0.0)
    before = before.assign(later_spend=before["later_orders"] * 38.0, later_returned=0.0)
    weeks = pd.DataFrame({"week": np.arange(1, 79), "repeat_orders": 50})
    found = checks.test_forecast(before, weeks, split_weeks=272 / 7, all_weeks=545 / 7)
    assert (found.customers, found.repeaters, found.actual_orders) == (2_357, 946, 1_882)
    assert found.candidates["log_likelihood"].round(3).tolist() == [-9582.429, -9594.976]
    assert found.error == pytest.approx(found.expected_orders / 1_882 - 1)
    assert found.trusted
    assert found.candidates["expected_orders"].to_numpy() == pytest.approx([1653.41, 1665.52], abs=0.1)
    assert found.by_frequency["customers"].sum() == 2_357
    total = (found.by_frequency["customers"] * found.by_frequency["actual"]).sum()
    assert total == pytest.approx(1_882)
    # Tracking: what new customers make up to each age, summed over customers by their first day.
    assert found.tracking["expected"].iloc[-1] == pytest.approx(4_186, rel=0.03)
    assert found.tracking["later"].sum() == 39


def test_a_trade_of_the_models_kind_is_trusted() -> None:
    before, weeks = trade(np.random.default_rng(1))
    found = checks.test_forecast(before, weeks, **AT)
    assert found.trusted, found
    assert found.usable == found.model
    assert found.value_reason == ""
    assert abs(found.error) < 0.15
    assert found.top_fifth_share > 0.5
    end = found.tracking.iloc[-1]
    assert end["expected"] == pytest.approx(end["actual"], rel=0.1)
    assert end["actual"] == weeks["repeat_orders"].sum()
    assert (found.tracking["expected"].diff().dropna() >= 0).all()
    assert set(found.candidates["model"]) == {"BG/NBD", "Pareto/NBD"}
    gap = (found.by_frequency["customers"] * (found.by_frequency["expected"] - found.by_frequency["actual"])).abs()
    best = found.candidates.set_index("model").loc[found.model]
    assert best["group_error"] == pytest.approx(gap.sum() / found.actual_orders)


def test_a_forecast_that_missed_is_refused_beyond_the_stated_bound() -> None:
    before, weeks = trade(np.random.default_rng(1))
    more = before.assign(later_orders=before["later_orders"] * 2, later_spend=before["later_spend"] * 2)
    found = checks.test_forecast(more, weeks, **AT)
    assert (found.reason, found.usable) == ("missed", "")
    bound = round(abs(found.error), 2)
    assert checks.test_forecast(more, weeks, **AT, most_error=bound).trusted
    assert not checks.test_forecast(more, weeks, **AT, most_error=bound - 0.01).trusted


def test_orders_may_be_right_and_their_value_wrong() -> None:
    before, weeks = trade(np.random.default_rng(1))
    found = checks.test_forecast(before.assign(later_spend=before["later_spend"] * 3), weeks, **AT)
    assert found.trusted
    assert found.value_reason == "missed"
    assert found.value_error == pytest.approx(-0.67, abs=0.05)


@pytest.mark.parametrize(
    ("change", "at", "reason"),
    [
        ({}, {"split_weeks": 17.0, "all_weeks": 25.9}, "short"),
        (
            {"repeat_orders": 0.0, "last_weeks": 0.0, "later_orders": 0.0},
            {"split_weeks": 9.0, "all_weeks": 9.9},
            "one-time",
        ),
        ({"repeat_orders": 0.0, "last_weeks": 0.0}, AT, "one-time"),
        ({"later_orders": 0.0}, AT, "few later"),
    ],
)
def test_what_the_data_cannot_carry_is_said(change: dict[str, float], at: dict[str, float], reason: str) -> None:
    before, weeks = trade(np.random.default_rng(2), 300)
    found = checks.test_forecast(before.assign(**change), weeks, **at)
    assert (found.reason, found.model, found.usable) == (reason, "", "")
    assert found.tracking.empty
    assert np.isnan(found.error)


def test_thirty_are_enough_and_one_fewer_is_not() -> None:
    before, weeks = trade(np.random.default_rng(3), 400)
    back = before[before["repeat_orders"] > 0].head(30)
    once = before[before["repeat_orders"] == 0]
    assert checks.test_forecast(pd.concat([back, once]), weeks, **AT, most_error=9).reason == ""
    assert checks.test_forecast(pd.concat([back.head(29), once]), weeks, **AT, most_error=9).reason == "one-time"
    few = before.assign(later_orders=(np.arange(len(before)) < 30).astype(float))
    assert checks.test_forecast(few, weeks, **AT, most_error=99).reason == ""
    fewer = before.assign(later_orders=(np.arange(len(before)) < 29).astype(float))
    assert checks.test_forecast(fewer, weeks, **AT, most_error=99).reason == "few later"


def test_nobody_bought() -> None:
    before, weeks = trade(np.random.default_rng(2), 50)
    assert checks.test_forecast(before.head(0), weeks.head(0), **AT).reason == "none"


def test_a_seasonal_trade_is_refused() -> None:
    before, weeks = trade(np.random.default_rng(4), 1_500, busy=True)
    found = checks.test_forecast(before, weeks, **AT)
    assert found.busiest_share == pytest.approx(1)
    assert found.reason == "seasonal"


def test_share_of_the_busiest_quarter() -> None:
    assert checks.busiest_share(np.ones(52)) == pytest.approx(0.25)
    assert np.isnan(checks.busiest_share(np.ones(51)))
    assert np.isnan(checks.busiest_share(np.zeros(60)))
    around = np.zeros(60)
    around[-3:], around[8:12], around[20] = (
        1,
        1,
        3,
    )  # three weeks at the end of the year, four at its start
    assert checks.busiest_share(around) == pytest.approx(0.7)
    assert checks.busiest_share(np.concatenate([np.full(52, 99.0), np.ones(52)])) == pytest.approx(0.25)


class TestChoice:
    def candidates(self, gaps: list[float], fits: list[float]) -> pd.DataFrame:
        return pd.DataFrame({"group_error": gaps, "log_likelihood": fits})

    @pytest.mark.parametrize(
        ("gaps", "fits", "place", "by"),
        [
            ([0.1, 0.05], [-10.0, -20.0], 1, "groups"),
            ([0.1, 0.104], [-20.0, -10.0], 1, "likelihood"),
            ([0.1, 0.104], [-10.0, -10.4], 0, "simplicity"),
            ([0.1], [-10.0], 0, "simplicity"),
        ],
    )
    def test_by_what_is_printed(self, gaps: list[float], fits: list[float], place: int, by: str) -> None:
        assert checks._choose(self.candidates(gaps, fits)) == (place, by)


class TestOrderValues:
    def customers(self, n: int = 60, **more: object) -> pd.DataFrame:
        rng = np.random.default_rng(0)
        frame = pd.DataFrame(
            {
                "repeat_orders": np.arange(n) % 6 + 1.0,
                "mean_value": rng.gamma(5, 8, n),
                "spend": 100.0,
                "returned": 0.0,
            }
        )
        return frame.assign(**more)

    def test_returns_are_taken_off(self) -> None:
        gross, net = fit_values(self.customers()), fit_values(self.customers(returned=20.0))
        assert gross.known
        assert net.kept_share == pytest.approx(0.8)
        few = self.customers().head(3)
        assert net.expected(few) == pytest.approx(0.8 * gross.expected(few))

    def test_all_orders_worth_the_same_need_no_model(self) -> None:
        found = fit_values(self.customers(mean_value=25.0))
        assert found.known
        assert found.model is None
        assert found.expected(self.customers().head(2)).tolist() == [25, 25]

    def test_thirty_repeat_customers_are_enough(self) -> None:
        assert fit_values(self.customers(30)).known
        assert fit_values(self.customers(29)).reason == "few"

    def test_value_that_goes_with_frequency_is_refused(self) -> None:
        frame = self.customers()
        linked = fit_values(frame.assign(mean_value=frame["mean_value"] + 30 * frame["repeat_orders"]))
        assert (linked.reason, linked.model) == ("linked", None)
        assert linked.link > 0.3
        assert np.isnan(linked.expected(frame)).all()

    def test_without_amounts(self) -> None:
        assert fit_values(self.customers(spend=np.nan, mean_value=np.nan)).reason == "amounts"
        assert fit_values(self.customers(spend=0.0)).reason == "amounts"
        assert fit_values(self.customers().head(0)).reason == "amounts"

    def test_one_order_of_a_billion_leaves_no_mean_to_tell_or_a_number(self) -> None:
        frame = self.customers(200)
        frame.loc[0, "mean_value"] = 1e9
        found = fit_values(frame)
        assert found.reason in ("", "wide")
        assert not np.isinf(found.expected(frame)).any()

    def test_free_repeat_orders_tell_no_value(self) -> None:
        frame = self.customers(40)
        frame.loc[0, "mean_value"] = 0
        found = fit_values(frame)
        assert found.model is not None
        assert found.model.customers == 39
        prior = found.expected(frame.assign(repeat_orders=0.0))
        assert found.expected(frame)[0] == pytest.approx(prior[0])
