import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.rfm import ACTIONS, score_rfm, segment_grid
from helpers.errors import InputError

MEASURES = ["recency_days", "order_count", "spend"]


def make_customers(recency: list, orders: list, spend: list) -> pd.DataFrame:
    ids = [f"{i:05d}" for i in range(len(recency))]
    return pd.DataFrame({"customer_id": ids, "recency_days": recency, "order_count": orders, "spend": spend})


@st.composite
def customer_frames(draw: st.DrawFn) -> pd.DataFrame:
    n = draw(st.integers(1, 40))
    # Small ranges on purpose: ties are where scoring goes wrong.
    recency = draw(st.lists(st.integers(0, 12), min_size=n, max_size=n))
    orders = draw(st.lists(st.integers(1, 4), min_size=n, max_size=n))
    spend = draw(st.lists(st.integers(-200, 2000).map(lambda p: p / 4), min_size=n, max_size=n))
    return make_customers(recency, orders, spend)


def test_ten_distinct_customers_fill_fifths_evenly() -> None:
    # By hand: the customer with i customers worse scores 1 + floor(5 * i / 10).
    customers = make_customers(list(range(10)), list(range(1, 11)), [10.0 * i for i in range(10)])
    scored = score_rfm(customers).customers
    assert scored["r_score"].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert scored["f_score"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert scored["m_score"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_mostly_one_time_buyers_share_the_lowest_score() -> None:
    # By hand: 65 of 100 bought once -> 1; two orders: 1 + floor(5 * .65) = 4; three: 1 + floor(5 * .85) = 5.
    orders = [1] * 65 + [2] * 20 + [3] * 15
    scored = score_rfm(make_customers(list(range(100)), orders, [5.0] * 100)).customers
    by_orders = scored.groupby("order_count")["f_score"].unique().map(list).to_dict()
    assert by_orders == {1: [1], 2: [4], 3: [5]}
    assert scored["m_score"].unique().tolist() == [1]


def test_noise_in_the_last_digits_does_not_split_equal_spend() -> None:
    scored = score_rfm(make_customers([1, 1, 1], [1, 1, 1], [0.1 + 0.2, 0.3, 0.2])).customers
    assert scored["m_score"].tolist() == [2, 2, 1]
    # A millionth is a difference, a tenth of it is none.
    scored = score_rfm(make_customers([1, 1, 1], [1, 1, 1], [0.3, 0.300001, 0.3000001])).customers
    assert scored["m_score"].tolist() == [1, 4, 1]


def test_segments_and_concentration_by_hand() -> None:
    customers = make_customers([1, 1, 300, 300], [9, 9, 1, 1], [600.0, 300.0, 100.0, 0.0])
    result = score_rfm(customers, bins=2)
    # Two scores stretch to 1 and 5: the corners of the grid.
    assert result.segments["rfm_segment"].tolist() == ["Champions", "Lost"]
    assert result.segments["customer_share"].tolist() == [0.5, 0.5]
    assert result.segments["spend_share"].tolist() == [0.9, 0.1]
    assert result.segments["average_spend"].tolist() == [450.0, 50.0]
    assert result.segments["median_recency_days"].tolist() == [1.0, 300.0]
    assert result.segments["average_orders"].tolist() == [9.0, 1.0]
    # 1% of four customers is 4% of the biggest one: .04 * 600 / 1000.
    at = result.concentration.set_index("customer_share")["spend_share"]
    assert at.to_dict() == pytest.approx({0.01: 0.024, 0.05: 0.12, 0.1: 0.24, 0.2: 0.48, 0.5: 0.9, 1.0: 1.0})
    grid = result.grid.set_index(["r_score", "f_score"])
    assert grid["customers"].to_dict() == {(1, 1): 2, (1, 2): 0, (2, 1): 0, (2, 2): 2}
    assert np.isnan(grid.loc[(1, 2), "average_spend"])


def test_without_amounts_there_are_two_scores_and_nothing_of_spend() -> None:
    customers = make_customers([1, 1, 300, 300], [9, 9, 1, 1], [np.nan] * 4)
    result = score_rfm(customers, bins=2)
    assert not result.with_spend
    assert result.customers["m_score"].isna().all()
    assert result.segments["rfm_segment"].tolist() == ["Champions", "Lost"]
    assert result.segments["order_share"].tolist() == [0.9, 0.1]
    assert result.segments[["spend", "spend_share", "average_spend", "late_spend"]].isna().all(axis=None)
    assert result.grid["average_spend"].isna().all()
    assert result.concentration.empty
    assert result.concentration.columns.tolist() == ["customer_share", "spend_share"]
    pd.testing.assert_frame_equal(score_rfm(customers.drop(columns="spend"), bins=2).segments, result.segments)
    # Recency and frequency place a customer, with spend or without.
    with_spend = score_rfm(customers.assign(spend=5.0), bins=2)
    assert with_spend.with_spend
    assert with_spend.customers["rfm_segment"].tolist() == result.customers["rfm_segment"].tolist()


def test_late_is_who_waits_over_twice_the_usual_time() -> None:
    customers = make_customers([20, 21, 90, 400, 9], [3, 3, 2, 1, 5], [1.0, 2.0, 4.0, 8.0, 16.0])
    result = score_rfm(customers.assign(days_between_orders=[10.0, 10.0, 10.0, np.nan, 5.0]), bins=2)
    # By hand: 21 days are over twice ten, 20 are not; two orders make no rhythm; nine days are not over twice five.
    assert result.with_rhythm
    assert result.segments["late_customers"].sum() == 1
    assert result.segments["late_spend"].sum() == 2
    unknown = score_rfm(customers)
    assert not unknown.with_rhythm
    assert unknown.segments["late_customers"].isna().all()


@pytest.mark.parametrize(("returns", "known"), [(-4.5, True), (-5.0, False), (-20.0, False)])
def test_shares_of_spend_are_known_where_sales_outweigh_returns(returns: float, known: bool) -> None:
    result = score_rfm(make_customers([1, 2], [1, 1], [5.0, returns]))
    assert result.segments["spend_share"].notna().tolist() == [known] * len(result.segments)
    assert result.concentration["spend_share"].notna().tolist() == [known] * 6


def test_corners_of_the_standard_grid() -> None:
    cells = segment_grid(5).set_index(["r_score", "f_score"])["rfm_segment"]
    assert cells.loc[(5, 5)] == "Champions"
    assert cells.loc[(5, 1)] == "New customers"
    assert cells.loc[(4, 1)] == "Promising"
    assert cells.loc[(3, 3)] == "Needs attention"
    assert cells.loc[(1, 5)] == "Cannot lose them"
    assert cells.loc[(1, 1)] == "Lost"
    assert set(cells) == set(ACTIONS)


@pytest.mark.parametrize("bins", range(2, 11))
def test_every_cell_has_exactly_one_name(bins: int) -> None:
    cells = segment_grid(bins)
    assert len(cells) == bins * bins
    assert not cells.duplicated(["r_score", "f_score"]).any()
    # Each score stands for the nearest of five, a half for the upper one.
    fifth = {score: int(1 + 4 * (score - 1) / (bins - 1) + 0.5) for score in range(1, bins + 1)}
    standard = segment_grid().set_index(["r_score", "f_score"])["rfm_segment"]
    for row in cells.itertuples():
        assert row.rfm_segment == standard[fifth[row.r_score], fifth[row.f_score]]


@given(customers=customer_frames(), bins=st.integers(2, 10))
@settings(max_examples=40, deadline=None)
def test_scores_are_monotone_and_ties_stay_together(customers: pd.DataFrame, bins: int) -> None:
    scored = score_rfm(customers, bins).customers
    for value, score, sign in [
        ("recency_days", "r_score", -1),
        ("order_count", "f_score", 1),
        ("spend", "m_score", 1),
    ]:
        by_value = scored.groupby(sign * scored[value])[score]
        assert (by_value.nunique() == 1).all()
        assert by_value.first().is_monotonic_increasing
        assert scored[score].between(1, bins).all()
        # The definition, counted customer by customer.
        good = sign * customers[value].to_numpy()
        worse = (good[None, :] < good[:, None]).sum(axis=1)
        assert scored[score].tolist() == [1 + bins * w // len(good) for w in worse.tolist()]


@given(customers=customer_frames(), bins=st.integers(2, 10), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_every_customer_is_in_one_segment_whatever_the_order_of_rows(
    customers: pd.DataFrame, bins: int, seed: int
) -> None:
    result = score_rfm(customers, bins)
    assert result.customers["rfm_segment"].isin(ACTIONS).all()
    assert result.customers["customer_id"].tolist() == customers["customer_id"].tolist()
    assert result.segments["customers"].sum() == len(customers) == result.grid["customers"].sum()
    assert result.segments["customer_share"].sum() == pytest.approx(1)
    assert result.segments["order_share"].sum() == pytest.approx(1)
    assert result.segments["spend"].sum() == pytest.approx(customers["spend"].sum())
    if customers["spend"].sum() > 0:
        assert result.segments["spend_share"].sum() == pytest.approx(1)
        assert result.concentration["spend_share"].iloc[-1] == pytest.approx(1)
    best_to_worst = [name for name in ACTIONS if name in set(result.segments["rfm_segment"])]
    assert result.segments["rfm_segment"].tolist() == best_to_worst
    shuffled = score_rfm(customers.sample(frac=1, random_state=seed), bins)
    back = shuffled.customers.sort_values("customer_id", ignore_index=True)
    pd.testing.assert_frame_equal(back, result.customers)
    pd.testing.assert_frame_equal(shuffled.segments, result.segments)
    pd.testing.assert_frame_equal(shuffled.grid, result.grid)
    pd.testing.assert_frame_equal(shuffled.concentration, result.concentration)


def test_the_frame_given_is_left_alone() -> None:
    customers = make_customers([3, 1], [1, 2], [5.0, 9.0]).set_index(pd.Index([7, 8]))
    before = customers.copy()
    scored = score_rfm(customers).customers
    pd.testing.assert_frame_equal(customers, before)
    assert scored.columns.tolist() == [*customers.columns, "r_score", "f_score", "m_score", "rfm_segment"]


@pytest.mark.parametrize("bins", [1, 11, 2.5, True, "5"])
def test_bins_out_of_range_are_refused(bins: int) -> None:
    with pytest.raises(InputError, match="whole number from 2 to 10"):
        score_rfm(make_customers([1, 2], [1, 1], [1.0, 2.0]), bins)


def test_unusable_customers_are_refused_with_the_count() -> None:
    good = make_customers([1, 2, 3], [1, 1, 2], [1.0, 2.0, 3.0])
    with pytest.raises(InputError, match="no customers"):
        score_rfm(good.iloc[:0])
    with pytest.raises(InputError, match="1 rows repeat a customer_id"):
        score_rfm(good.assign(customer_id=["a", "a", "b"]))
    with pytest.raises(InputError, match="recency_days is missing for 2 of 3 customers"):
        score_rfm(good.assign(recency_days=[np.nan, np.nan, 1.0]))
    with pytest.raises(InputError, match="spend is missing for 1 of 3 customers"):
        score_rfm(good.assign(spend=[1.0, np.inf, 1.0]))
    with pytest.raises(InputError, match="customer_id is missing for 1 of 3"):
        score_rfm(good.assign(customer_id=["a", None, "b"]))
    with pytest.raises(InputError, match=r"lack order_count.*Columns given: customer_id"):
        score_rfm(good.drop(columns="order_count"))
    with pytest.raises(InputError, match=r"spend holds .* values"):
        score_rfm(good.assign(spend=["1", "2", "3"]))
