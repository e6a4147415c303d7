"""Who is late: the model against brute force, the verdicts on made trades whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.analysis.rhythm import LATE, Model, Rhythm, expect_next, fit, measure_rhythm
from helpers.errors import InputError

MODEL = Model(centre=3.0, strength=0.8, shape=2.5, rate=0.9, back=2.0, gone=1.0)


def row(*gap_days: float, since: float = 10, tenure: float | None = None, customer: str = "a") -> dict[str, object]:
    logs = np.log(gap_days)
    return {
        "customer_id": customer,
        "orders": len(gap_days) + 1,
        "gaps": len(gap_days),
        "mean_log_gap": logs.mean() if len(logs) else np.nan,
        "ss_log_gap": ((logs - logs.mean()) ** 2).sum() if len(logs) else np.nan,
        "days_since": int(since),
        "clock_since": float(since),
        "tenure_days": int(sum(gap_days) + since if tenure is None else tenure),
    }


def trade(
    rng: np.random.Generator, customers: int, gap: float, between: float, within: float, again: float, days: int
) -> pd.DataFrame:
    """A made trade: log-normal gaps around each customer's own, and after each order a chance to be gone."""
    rows = []
    for i in range(customers):
        own = np.log(gap) + between * rng.normal()
        at = [rng.uniform(0, days)]
        gone = rng.random() > again
        while not gone:
            following = at[-1] + max(1.0, np.exp(own + within * rng.normal()))
            if following > days:
                break
            at.append(following)
            gone = rng.random() > again
        on = np.unique(np.floor(at))
        rows.append(
            row(*np.diff(on), since=int(days - on[-1]), tenure=int(days - on[0]), customer=f"c{i}") | {"gone": gone}
        )
    return pd.DataFrame(rows)


def test_what_is_expected_of_the_next_gap_is_the_posterior_predictive() -> None:
    # Brute force: integrate the normal over mean and precision, weighted by prior times likelihood.
    logs = np.log([12.0, 30.0, 18.0])
    jitter = 3 * 0.01  # added to the squares: days are whole
    degrees, middle, spread = (x[0] for x in expect_next(MODEL, pd.DataFrame([row(12.0, 30.0, 18.0)])))

    mean, precision = np.meshgrid(np.linspace(0, 6, 600), np.linspace(0.005, 25, 1_500))
    weight = stats.gamma.pdf(precision, MODEL.shape, scale=1 / MODEL.rate) * np.exp(-jitter * precision / 2)
    for each in (MODEL.centre, *logs):
        scale = MODEL.strength if each == MODEL.centre else 1.0
        weight = weight * stats.norm.pdf(each, mean, 1 / np.sqrt(scale * precision))
    for limit in (2.5, 3.6):
        below = (weight * stats.norm.cdf((limit - mean) * np.sqrt(precision))).sum() / weight.sum()
        assert stats.t.cdf((limit - middle) / spread, degrees) == pytest.approx(below, abs=1e-4)


def test_few_orders_say_little_and_many_say_all() -> None:
    gaps = pd.DataFrame([row(), row(7.0), row(*[7.0] * 50)])
    usual = np.exp(expect_next(MODEL, gaps)[1])
    assert usual[0] == pytest.approx(np.exp(3.0))
    assert usual[0] > usual[1] > 7
    assert usual[1] == pytest.approx(np.exp((0.8 * 3 + np.log(7)) / 1.8))
    assert usual[2] == pytest.approx(7, rel=0.02)


def test_no_trade_is_so_regular_that_a_few_days_mean_anything() -> None:
    gaps = pd.DataFrame([row(*[7.0] * 40, since=s, customer=str(s)) for s in (7, 8, 10, 12, 21)])
    found = measure_rhythm(gaps)
    assert found.customers["is_late"].tolist() == [False, False, False, True, True]
    assert found.customers["late"].is_monotonic_increasing
    assert found.customers["late_from_days"].between(10, 12).all()
    assert found.customers["usual_gap_days"].between(6.9, 7.1).all()


def late_of(found: Rhythm, gaps: pd.DataFrame) -> tuple[float, float]:
    """Share called late of those who still come, and of those gone."""
    late = found.customers["is_late"].to_numpy()
    gone = gaps["gone"].to_numpy(bool)
    return float(late[~gone].mean()), float(late[gone].mean())


def test_a_weekly_grocer_hears_of_those_who_are_gone() -> None:
    gaps = trade(np.random.default_rng(1), 600, 8, 0.4, 0.3, 0.99, 730)
    found = measure_rhythm(gaps)
    here, gone = late_of(found, gaps)
    assert here < 0.05
    assert gone > 0.9
    assert found.known and found.known_of_all and found.reason == ""
    fortnightly = measure_rhythm(pd.concat([gaps, pd.DataFrame([row(*[14.0] * 25, since=14, customer="x")])]))
    assert not fortnightly.customers["is_late"].iloc[-1]


def test_a_furniture_shop_with_a_short_history_calls_nobody_late() -> None:
    for seed in range(3):
        gaps = trade(np.random.default_rng(seed), 400, 1_400, 0.3, 0.4, 0.7, 1_100)
        found = measure_rhythm(gaps)
        assert not found.customers["is_late"].any()
        assert not found.known_of_all
        assert "so only those with three orders or more can be called late" in found.reason
        assert found.customers.loc[found.customers["orders"] < 3, "late"].isna().all()


def test_many_who_never_come_back_do_not_stretch_the_rhythm() -> None:
    gaps = trade(np.random.default_rng(2), 1_500, 40, 0.7, 0.6, 0.6, 1_000)
    found = measure_rhythm(gaps)
    here, gone = late_of(found, gaps)
    assert here < 0.08
    assert gone > 0.6
    assert 30 < found.usual_gap_days < 55


def test_the_parameters_are_found_again() -> None:
    rng = np.random.default_rng(3)
    rows = []
    for i in range(1_500):
        precision = rng.gamma(6.0, 1 / 2.4)
        own = 3.0 + rng.normal() / np.sqrt(0.7 * precision)
        at, chance = [rng.uniform(0, 700)], rng.beta(6.0, 1.5)
        while rng.random() < chance:
            following = at[-1] + np.exp(own + rng.normal() / np.sqrt(precision))
            if following > 1_500:
                break
            at.append(following)
        rows.append(row(*np.diff(at), since=1_500 - at[-1], tenure=1_500 - at[0], customer=f"c{i}"))
    model = fit(pd.DataFrame(rows))
    assert model.centre == pytest.approx(3.0, abs=0.12)
    assert model.strength == pytest.approx(0.7, rel=0.2)
    assert model.rate / model.shape == pytest.approx(0.4, rel=0.15)
    assert model.shape == pytest.approx(6.0, rel=0.35)
    assert model.back / (model.back + model.gone) == pytest.approx(0.8, abs=0.03)


def test_one_time_buyers_have_no_rhythm() -> None:
    found = measure_rhythm(pd.DataFrame([row(since=s, customer=str(s)) for s in (1, 90, 900)]))
    assert not found.known and not found.known_of_all
    assert found.customers["late"].isna().all() and found.customers["usual_gap_days"].isna().all()
    assert not found.customers["is_late"].any()
    assert found.gap_days.empty and np.isnan(found.usual_gap_days)
    assert found.reason == "No customer has ordered on two days, so nobody's rhythm is known"


def test_two_gaps_make_a_rhythm_where_the_history_is_short() -> None:
    gaps = pd.DataFrame([row(30.0, since=5, tenure=35), row(20.0, 25.0, since=5, tenure=50, customer="b")])
    found = measure_rhythm(gaps)
    assert found.customers["late"].notna().tolist() == [False, True]
    assert found.known and not found.known_of_all


def test_the_others_rhythm_judges_where_the_history_is_a_fifth_longer() -> None:
    gaps = pd.DataFrame([row(30.0, 30.0, since=5, customer=f"c{i}") for i in range(40)])
    last = measure_rhythm(gaps).gap_days["days"].iloc[-1]
    for tenure, known in ((np.ceil(1.2 * last), True), (np.floor(1.2 * last), False)):
        assert measure_rhythm(gaps.assign(tenure_days=tenure)).known_of_all is known


def test_gaps_of_the_trade_rise_with_the_share() -> None:
    found = measure_rhythm(trade(np.random.default_rng(4), 200, 20, 0.3, 0.5, 0.9, 400))
    assert found.gap_days["share"].tolist() == [0.5, 0.8, 0.9, 0.95]
    assert found.gap_days["days"].is_monotonic_increasing
    assert found.usual_gap_days == found.gap_days["days"].iloc[0]


def test_a_customer_is_late_from_a_chance_of_95_in_100() -> None:
    gaps = pd.DataFrame([row(*[10.0, 20.0, 15.0] * 8, since=s, customer=str(s)) for s in range(1, 80)])
    found = measure_rhythm(gaps).customers
    assert LATE == 0.95
    assert (found["is_late"] == (found["late"] >= 0.95)).all()
    assert (found["is_late"] == (found["days_since"] >= found["late_from_days"])).all()
    assert 0 < found["is_late"].mean() < 1


def test_customers_come_back_in_the_order_given_whatever_it_is() -> None:
    gaps = trade(np.random.default_rng(5), 80, 20, 0.5, 0.5, 0.9, 300)
    found = measure_rhythm(gaps).customers
    turned = measure_rhythm(gaps[::-1]).customers
    assert found["customer_id"].tolist() == gaps["customer_id"].tolist()
    pd.testing.assert_frame_equal(turned[::-1].reset_index(drop=True), found, rtol=1e-4)


def test_today_is_not_late() -> None:
    found = measure_rhythm(pd.DataFrame([row(5.0, 5.0, since=0)])).customers
    assert not found["is_late"].iloc[0] and found["late"].iloc[0] < 0.01


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (pd.DataFrame([row(5.0), row(5.0)]), "repeat a customer_id"),
        (pd.DataFrame([row(5.0)]).drop(columns="gaps"), "lack gaps"),
        (pd.DataFrame([row(5.0, since=-1)]), "after the day of analysis"),
    ],
)
def test_what_cannot_be_used_is_refused(broken: pd.DataFrame, said: str) -> None:
    with pytest.raises(InputError, match=said):
        measure_rhythm(broken)
