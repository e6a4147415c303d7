"""Who is late: the model against brute force, the verdicts on made trades whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import betainc

from helpers.analysis import rhythm as of_rhythm
from helpers.analysis.rhythm import LATE, REGULARITIES, Model, Rhythm, fit, measure_rhythm, still_waiting
from helpers.errors import InputError

MODEL = Model(spread=1.7, scale=30.0, weights=np.array([0.1, 0.3, 0.3, 0.2, 0.1]), back=2.0, gone=1.0)


def row(*gap_days: float, since: float = 10, tenure: float | None = None, customer: str = "a") -> dict[str, object]:
    return {
        "customer_id": customer,
        "orders": len(gap_days) + 1,
        "gaps": len(gap_days),
        "mean_gap_days": np.mean(gap_days) if gap_days else np.nan,
        "mean_log_gap": np.log(gap_days).mean() if gap_days else np.nan,
        "first_gap_days": gap_days[0] if gap_days else np.nan,
        "second_gap_days": gap_days[1] if gap_days[1:] else np.nan,
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
    # Brute force: average the gamma's tail over pace and regularity, weighted by prior times likelihood.
    seen, wait = (12.0, 30.0, 18.0), 45.0
    pace = np.linspace(1e-5, 0.6, 60_000)
    top = bottom = 0.0
    for shape, weight in zip(REGULARITIES, MODEL.weights, strict=True):
        likely = stats.gamma.pdf(pace, MODEL.spread, scale=1 / MODEL.scale) * weight
        for gap in seen:
            likely = likely * stats.gamma.pdf(gap, shape, scale=1 / (shape * pace))
        top += (likely * stats.gamma.sf(wait, shape, scale=1 / (shape * pace))).sum()
        bottom += likely.sum()
    found = still_waiting(MODEL, pd.DataFrame([row(*seen, since=wait)]))
    assert found[0] == pytest.approx(top / bottom, rel=1e-4)


def test_the_slope_is_that_of_the_likelihood() -> None:
    sums = of_rhythm._sums(trade(np.random.default_rng(8), 80, 40, 0.7, 0.6, 0.8, 600))
    at = np.array([3.6, 0.5, 0.3, -0.4, 0.2, -0.6, 0.7, -0.1])
    _, slope = of_rhythm._log_likelihood(at, *sums)
    for i, step in enumerate(1e-4 * np.eye(len(at))):
        above, below = (of_rhythm._log_likelihood(at + side * step, *sums)[0] for side in (1, -1))
        assert slope[i] == pytest.approx((above - below) / 2e-4, rel=1e-5, abs=1e-4)


def test_few_customers_are_held_by_the_priors() -> None:
    # At the parameters found, the likelihood times normal priors is at its top: around 1.5 for the logarithm of spread,
    # around 1 for back, gone and the odds of the regularities, with a deviation of one and of one and a half.
    gaps = trade(np.random.default_rng(10), 12, 40, 0.7, 0.6, 0.8, 600)
    model, sums = fit(gaps), of_rhythm._sums(gaps)
    odds = np.log(model.weights[1:] / model.weights[0])
    at = np.array([*np.log([model.scale / model.spread, model.spread, model.back, model.gone]), *odds])

    def height(free: np.ndarray) -> float:
        pull = (free[1] - np.log(1.5)) ** 2 + ((free[2:] / 1.5) ** 2).sum()
        return of_rhythm._log_likelihood(free, *sums)[0] - pull / 2

    for step in 1e-3 * np.eye(len(at)):
        assert (height(at + step) - height(at - step)) / 2e-3 == pytest.approx(0, abs=0.03)


def test_the_sum_for_whole_shapes_is_the_incomplete_beta_function() -> None:
    rng = np.random.default_rng(9)
    a, x = 10 ** rng.uniform(-2, 4, 2_000), 1 - 10 ** rng.uniform(-8, 0, 2_000)
    for b in REGULARITIES:
        found = of_rhythm._beta_share(a, float(b), x)
        assert found == pytest.approx(betainc(a, b, x), abs=1e-12)
        assert found.max() <= 1


def test_without_gaps_the_next_one_is_the_trades() -> None:
    pace = np.linspace(1e-6, 1.0, 100_000)
    prior = stats.gamma.pdf(pace, MODEL.spread, scale=1 / MODEL.scale)
    tails = [stats.gamma.sf(60.0, k, scale=1 / (k * pace)) @ prior / prior.sum() for k in REGULARITIES]
    found = still_waiting(MODEL, pd.DataFrame([row(since=60)]))
    assert found[0] == pytest.approx(np.dot(MODEL.weights, tails), rel=1e-3)


def test_few_orders_say_little_and_many_say_all() -> None:
    rng = np.random.default_rng(6)
    gaps = trade(rng, 300, 30, 0.5, 0.5, 0.9, 600)
    weekly = [row(*[7.0] * n, since=1, customer=f"w{n}") for n in (1, 3, 60)]
    usual = measure_rhythm(pd.concat([gaps, pd.DataFrame(weekly)])).customers["usual_gap_days"].tail(3).to_list()
    assert usual[0] > usual[1] > usual[2]
    assert usual[0] > 8
    assert usual[2] == pytest.approx(7, rel=0.03)


def test_no_trade_is_so_regular_that_a_few_days_mean_anything() -> None:
    gaps = pd.DataFrame([row(*[7.0] * 40, since=s, customer=str(s)) for s in (7, 8, 9, 11, 21)])
    found = measure_rhythm(gaps)
    assert found.customers["is_late"].tolist() == [False, False, False, True, True]
    assert found.customers["late"].is_monotonic_increasing
    assert found.customers["usual_gap_days"].between(6.9, 7.3).all()


def late_of(found: Rhythm, gaps: pd.DataFrame) -> tuple[float, float]:
    """Share called late of those who still come, and of those gone."""
    late = found.customers["is_late"].to_numpy()
    gone = gaps["gone"].to_numpy(bool)
    return float(late[~gone].mean()), float(late[gone].mean())


def test_a_weekly_grocer_hears_of_those_who_are_gone() -> None:
    gaps = trade(np.random.default_rng(1), 600, 8, 0.4, 0.3, 0.99, 730)
    here, gone = late_of(measure_rhythm(gaps), gaps)
    assert here < 0.08
    assert gone > 0.9
    fortnightly = measure_rhythm(pd.concat([gaps, pd.DataFrame([row(*[14.0] * 25, since=14, customer="x")])]))
    assert not fortnightly.customers["is_late"].iloc[-1]


def test_a_furniture_shop_with_a_short_history_calls_nobody_late() -> None:
    for seed in range(3):
        gaps = trade(np.random.default_rng(seed), 300, 1_400, 0.3, 0.4, 0.7, 1_100)
        found = measure_rhythm(gaps)
        assert not found.customers["is_late"].any()
        assert not found.known_of_all
        assert "so only those with three orders or more can be called late" in found.reason
        assert found.customers.loc[found.customers["orders"] < 3, "late"].isna().all()


def test_many_who_never_come_back_do_not_stretch_the_rhythm() -> None:
    gaps = trade(np.random.default_rng(2), 1_500, 40, 0.7, 0.6, 0.6, 1_000)
    found = measure_rhythm(gaps)
    here, gone = late_of(found, gaps)
    assert found.known_of_all and found.reason == ""
    assert here < 0.1
    assert gone > 0.75
    assert 30 < found.usual_gap_days < 55


def test_the_parameters_are_found_again() -> None:
    rng = np.random.default_rng(3)
    rows = []
    for i in range(1_000):
        pace, shape, chance = rng.gamma(2.5, 1 / 60), rng.choice([1.0, 5.0], p=[0.3, 0.7]), rng.beta(6.0, 1.5)
        at = [rng.uniform(0, 700)]
        while rng.random() < chance:
            following = at[-1] + rng.gamma(shape, 1 / (shape * pace))
            if following > 1_500:
                break
            at.append(following)
        rows.append(row(*np.diff(at), since=1_500 - at[-1], tenure=1_500 - at[0], customer=f"c{i}"))
    model = fit(pd.DataFrame(rows))
    assert model.spread == pytest.approx(2.5, rel=0.2)
    assert model.scale == pytest.approx(60, rel=0.2)
    assert model.weights[[0, 4]].sum() < 0.1
    assert model.weights[3] == pytest.approx(0.7, abs=0.12)
    assert model.back / (model.back + model.gone) == pytest.approx(0.8, abs=0.03)
    assert model.back == pytest.approx(6.0, rel=0.5)


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


def one_time(returned: list[float], waits: list[float], history: int) -> pd.DataFrame:
    """Who came back once, a day ago, and who has waited since the first order."""
    back = [row(days, since=1, tenure=history, customer=f"b{i}") for i, days in enumerate(returned)]
    return pd.DataFrame([*back, *(row(since=w, tenure=history, customer=f"w{i}") for i, w in enumerate(waits))])


def test_with_one_order_a_customer_is_as_late_as_the_others_came_back() -> None:
    # Twenty came back after 10, 20 ... 200 days; all who wait have waited longer, so the curve is the plain share.
    found = measure_rhythm(one_time([10.0 * i for i in range(1, 21)], [205, 300, 400], 400))
    assert found.known_of_all
    assert found.gap_days["share"].tolist() == [0.5, 0.8, 0.9, 0.95]
    assert found.gap_days["days"].tolist() == [100, 160, 180, 190]
    again = measure_rhythm(one_time([10.0 * i for i in range(1, 21)], [5, 95, 170, 300], 400))
    assert again.known
    usual = again.customers["usual_gap_days"]
    assert (usual.tail(4) == again.gap_days["days"].iloc[0]).all()
    assert again.usual_gap_days == np.median(usual.head(20)) != np.median(usual)
    assert again.customers["late"].iloc[-4] == 0
    waiting = again.customers.tail(3)
    assert waiting["is_late"].tolist() == [False, False, True]
    assert waiting["late"].iloc[-1] == 1
    assert (waiting["usual_gap_days"] == waiting["usual_gap_days"].iloc[0]).all()


def test_whoever_is_still_on_the_way_counts_for_the_days_seen() -> None:
    # Kaplan-Meier by hand: 20 return on day 10 of 80; then 40 are lost from sight on day 20; then 20 of 20 on day 30.
    found = measure_rhythm(one_time([10.0] * 20 + [30.0] * 20, [20] * 40, 100))
    waiting = found.customers.tail(40)
    assert waiting["late"].tolist() == pytest.approx([0.25] * 40)


def test_others_judge_where_the_history_is_a_third_longer_than_their_returns() -> None:
    returned = [30.0] * 20
    for history, known in ((40, True), (39, False)):
        found = measure_rhythm(one_time(returned, [30] * 5, history))
        assert found.known_of_all is known
        assert found.customers["late"].tail(5).notna().all() == known
    assert not measure_rhythm(one_time(returned[1:], [30] * 5, 400)).known_of_all  # 19 make no curve


def test_two_orders_are_late_only_by_own_and_others_rhythm() -> None:
    others = [row(*[10.0] * 12, since=3, tenure=400, customer=f"o{i}") for i in range(30)]
    slow, quick = row(200.0, since=60, tenure=400, customer="s"), row(10.0, since=60, tenure=400, customer="q")
    found = measure_rhythm(pd.DataFrame([*others, slow, quick])).customers.set_index("customer_id")
    assert not found.loc["s", "is_late"]
    assert found.loc["q", "is_late"]


def test_nobody_is_late_before_the_days_between_own_orders_have_passed() -> None:
    others = [row(*[10.0] * 12, since=3, tenure=900, customer=f"o{i}") for i in range(30)]
    waits = [row(200.0, since=s, tenure=900, customer=f"s{s}") for s in (199, 200, 201)]
    found = measure_rhythm(pd.DataFrame([*others, *waits])).customers.tail(3)
    assert found["late"].tolist()[:2] == [0.5, 0.5]
    assert found["late"].iloc[2] > 0.6


def test_two_orders_are_judged_by_how_soon_third_ones_came() -> None:
    # After the first order people are back in 40 days, after the second in 5 to 24; ten wait since 25 and 60 days.
    rows = [row(40.0, 5.0 + i % 20, since=1, tenure=400, customer=f"a{i}") for i in range(40)]
    waits = [row(40.0, since=41 + 30 * (i % 2), tenure=400, customer=f"b{i}") for i in range(10)]
    found = measure_rhythm(pd.DataFrame([*rows, *waits])).customers.tail(10)
    assert (found["late"] > 0.5).all()
    first_only = [row(40.0, since=41 + 30 * (i % 2), tenure=400, customer=f"b{i}") for i in range(40)]
    alone = measure_rhythm(pd.DataFrame(first_only))
    assert alone.known_of_all and alone.customers["late"].notna().all()  # by the curve of second orders


def test_the_second_gap_alone_may_be_known() -> None:
    # First orders are followed late in the history, second ones soon.
    rows = [row(95.0 + i % 5, 3.0, since=50 - i % 5, tenure=150, customer=f"a{i}") for i in range(40)]
    first = [row(130.0, since=15, tenure=150, customer=f"b{i}") for i in range(40)]
    found = measure_rhythm(pd.DataFrame([*rows, *first, row(since=150, customer="c")]))
    assert not found.known_of_all
    assert "only those with two orders or more" in found.reason
    assert found.customers["late"].notna().sum() == 80


def test_a_customer_is_late_from_a_chance_of_nine_in_ten() -> None:
    gaps = pd.DataFrame([row(*[10.0, 20.0, 15.0] * 8, since=s, customer=str(s)) for s in range(1, 80)])
    found = measure_rhythm(gaps).customers
    assert LATE == 0.9
    assert (found["is_late"] == (found["late"] >= 0.9)).all()
    assert found["late"].is_monotonic_increasing
    assert 0 < found["is_late"].mean() < 1


def test_customers_come_back_in_the_order_given_whatever_it_is() -> None:
    gaps = trade(np.random.default_rng(5), 80, 20, 0.5, 0.5, 0.9, 300)
    found = measure_rhythm(gaps).customers
    turned = measure_rhythm(gaps[::-1]).customers
    assert found["customer_id"].tolist() == gaps["customer_id"].tolist()
    pd.testing.assert_frame_equal(turned[::-1].reset_index(drop=True), found, rtol=1e-4)


def test_today_is_not_late() -> None:
    found = measure_rhythm(pd.DataFrame([row(5.0, 5.0, since=0)])).customers
    assert not found["is_late"].iloc[0] and found["late"].iloc[0] < 0.02


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
