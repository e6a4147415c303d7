"""Recency, frequency and spend, and the segments they make of customers with a rhythm and of those without."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.rfm import Settings, score_rfm
from helpers.analysis.rfm.maps import claims_absence
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


def rhythm_of(customers: pd.DataFrame, late: list) -> pd.DataFrame:
    """late: True, False or None where it is not known of a customer."""
    known = [np.nan if told is None else 0.99 if told else 0.2 for told in late]
    ids = customers["customer_id"]
    return pd.DataFrame({"customer_id": ids, "late": known, "is_late": [bool(told) for told in late]})


def test_segments_and_concentration_by_hand() -> None:
    customers = make_customers([1, 1, 300, 300], [9, 9, 1, 1], [600.0, 300.0, 100.0, 0.0])
    customers["tenure_days"] = [731, 100, 300, 300]
    rhythm = rhythm_of(customers, [False, False, True, True])
    result = score_rfm(customers, rhythm, Settings(bins=2))
    # Two scores stretch to 1 and 5: the corners of the grid.
    found = result.segments
    assert found["rfm_segment"].tolist() == ["Loyal customers", "Lost"]
    assert found["customer_share"].tolist() == [0.5, 0.5]
    assert found["spend_share"].tolist() == [0.9, 0.1]
    assert found["average_spend"].tolist() == [450.0, 50.0]
    assert found["median_recency_days"].tolist() == [1.0, 300.0]
    assert found["median_orders"].tolist() == [9.0, 1.0]
    assert found["median_spend"].tolist() == [450.0, 50.0]
    assert found["average_orders"].tolist() == [9.0, 1.0]
    assert found["late_customers"].tolist() == [0, 2]
    assert found["late_regulars"].tolist() == [0, 0]
    assert found["late_spend"].tolist() == [0.0, 100.0]
    # 600 in 731 days is 299.79 a year; of less than a year's customers what they spent is a year's.
    assert found["yearly_spend"].tolist() == pytest.approx([600 / (731 / 365.25) + 300, 100])
    assert found["objective"].tolist() == ["Grow", "Limit the cost"]
    assert found["action"].str.len().gt(10).all()
    # 1% of four customers is 4% of the biggest one: .04 * 600 / 1000.
    at = result.concentration.set_index("customer_share")["spend_share"]
    assert at.to_dict() == pytest.approx({0.01: 0.024, 0.05: 0.12, 0.1: 0.24, 0.2: 0.48, 0.5: 0.9, 1.0: 1.0})
    grid = result.grid.set_index(["r_score", "f_score"])
    assert grid["customers"].to_dict() == {(1, 1): 2, (1, 2): 0, (2, 1): 0, (2, 2): 2}
    assert grid.loc[(2, 2), ["spend", "average_spend"]].tolist() == [900.0, 450.0]
    assert np.isnan(grid.loc[(1, 2), "average_spend"])
    assert result.customers["rfm_score"].tolist() == [100.0, 100.0, 0.0, 0.0]
    assert result.repeat_share == 0.5


def test_what_sets_a_segment_apart_is_where_its_median_is_farthest_from_everyones() -> None:
    # Those late differ in recency alone; everyone's median is 10 days, three orders.
    customers = make_customers([10] * 6 + [400] * 2, [3] * 8, [50.0] * 7 + [60.0])
    result = score_rfm(customers, rhythm_of(customers, [False] * 6 + [True] * 2))
    lost = result.segments.set_index("rfm_segment").loc["Lost"]
    assert (lost["apart_measure"], lost["apart_value"], lost["apart_overall"]) == ("recency_days", 400.0, 10.0)


def test_gini_and_pareto() -> None:
    # The ten incomes of R's ineq and DescTools; ineq::Gini gives 0.4620911.
    incomes = [541.0, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]
    result = score_rfm(make_customers(list(range(10)), [1] * 10, incomes))
    assert result.gini == pytest.approx(0.4620911, abs=5e-8)
    # By hand: 80% of 66,586 is 53,269; the biggest four bring 48,861, the biggest five 54,262.
    assert result.pareto_customers == 5
    assert score_rfm(make_customers([1, 1], [1, 1], [4.0, 1.0])).pareto_customers == 1  # 80% exactly
    assert score_rfm(make_customers([1, 1], [1, 1], [5.0, 5.0])).gini == 0
    assert np.isnan(score_rfm(make_customers([1, 1], [1, 1], [-5.0, 0.0])).gini)


def test_without_amounts_there_are_two_scores_and_nothing_of_spend() -> None:
    customers = make_customers([1, 1, 300, 300], [9, 9, 1, 1], [np.nan] * 4)
    rhythm = rhythm_of(customers, [False, False, True, True])
    two = Settings(bins=2)
    result = score_rfm(customers, rhythm, two)
    assert not result.with_spend
    assert result.customers["m_score"].isna().all()
    assert result.segments["rfm_segment"].tolist() == ["Loyal customers", "Lost"]
    assert result.segments["order_share"].tolist() == [0.9, 0.1]
    money = ["spend", "spend_share", "average_spend", "median_spend", "yearly_spend", "late_spend"]
    assert result.segments[money].isna().all(axis=None)
    assert result.segments["apart_measure"].isin(["recency_days", "order_count"]).all()
    assert result.grid["average_spend"].isna().all()
    assert result.concentration.empty
    assert result.concentration.columns.tolist() == ["customer_share", "spend_share"]
    assert set(result.cuts["metric"]) == {"recency_days", "order_count"}
    assert np.isnan(result.gini)
    pd.testing.assert_frame_equal(score_rfm(customers.drop(columns="spend"), rhythm, two).segments, result.segments)
    # Recency, frequency and rhythm place a customer, with spend or without.
    with_spend = score_rfm(customers.assign(spend=5.0), rhythm, two)
    assert with_spend.with_spend
    assert with_spend.customers["rfm_segment"].tolist() == result.customers["rfm_segment"].tolist()


def test_the_rhythm_of_each_customer_is_found_by_number() -> None:
    customers = make_customers([1, 300, 300, 200], [9, 4, 3, 2], [600.0, 300.0, 100.0, 0.0])
    rhythm = rhythm_of(customers, [False, True, None, True]).sample(frac=1, random_state=1)
    result = score_rfm(customers, rhythm)
    assert result.customers["is_late"].tolist() == [False, True, False, True]
    assert result.segments["late_customers"].sum() == 2
    assert result.segments[["late_regulars", "late_regulars_spend"]].sum().tolist() == [
        1,
        300.0,
    ]  # three orders or more
    assert result.with_rhythm


@pytest.mark.parametrize("rhythm", [None, pd.DataFrame(columns=["customer_id", "late", "is_late"]), "unknown"])
def test_where_no_rhythm_is_known_names_tell_positions(rhythm: object) -> None:
    customers = make_customers([1, 10, 90, 800], [9, 1, 4, 1], [1.0, 2.0, 4.0, 8.0])
    given_rhythm = rhythm_of(customers, [None] * 4) if isinstance(rhythm, str) else rhythm
    result = score_rfm(customers, given_rhythm)  # type: ignore[arg-type]
    assert (result.why, result.with_rhythm) == ("unknown", False)
    assert result.segments["late_customers"].isna().all()
    assert not any(claims_absence(name) for name in result.rules["rfm_segment"])
    assert result.customers["rfm_segment"].tolist() == [
        "More orders, latest",
        "One order, earlier",
        "Fewer orders, earlier",
        "One order, earlier",
    ]


@pytest.mark.parametrize(("oldest", "late", "why"), [(31, False, "on time"), (32, False, "size"), (31, True, "size")])
def test_where_everyone_came_within_a_month_and_nobody_is_late_recency_names_nobody(
    oldest: int, late: bool, why: str
) -> None:
    customers = make_customers([1, 8, 14, oldest], [40, 40, 20, 20], [900.0, 100.0, 800.0, 90.0])
    result = score_rfm(customers, rhythm_of(customers, [False, False, False, late]))
    assert result.why == why
    if why == "on time":
        swapped = score_rfm(customers.assign(recency_days=[oldest, 14, 8, 1]), rhythm_of(customers, [False] * 4))
        assert swapped.customers["rfm_segment"].tolist() == result.customers["rfm_segment"].tolist()
        without = score_rfm(customers.drop(columns="spend"), rhythm_of(customers, [False] * 4))
        assert without.customers["rfm_segment"].tolist() == ["Middling orders"] * 2 + ["Fewest orders"] * 2


def test_the_number_of_segments_follows_the_customers_or_the_client() -> None:
    for n, segments in ((799, 5), (800, 8), (1_100, 11)):
        customers = make_customers([400] * n, [3] * n, [1.0] * n)
        rhythm = rhythm_of(customers, [False] * n)
        assert len(score_rfm(customers, rhythm).rules) == segments
        asked = score_rfm(customers, rhythm, Settings(segment_map=["8"]))
        assert (len(asked.rules), asked.why) == (8, "asked")
    own = score_rfm(customers, rhythm, Settings(bins=10, segment_map=["Odd <b>: r 1-9", "Rest:"]))
    assert own.why == "own"
    assert own.segments["rfm_segment"].tolist() == ["Odd <b>"]
    assert own.rules["customers"].tolist() == [1_100, 0]


def test_a_rule_that_asks_for_money_needs_it() -> None:
    customers = make_customers([1, 2], [1, 1], [np.nan, np.nan])
    with pytest.raises(InputError, match="asks for m"):
        score_rfm(customers, settings=Settings(bins=2, segment_map=["Big: m 1-2"]))


def test_cuts_are_in_the_clients_units_and_measures_may_have_scales_of_their_own() -> None:
    customers = make_customers([0, 40, 100], [1, 5, 9], [10.0, 500.0, 2000.0])
    customers = customers.assign(
        tenure_days=[10, 365.25, 730.5], average_order_value=[10.0, 100, 222.2], margin=[4.0, 9, 1]
    )
    own = Settings(scales=["recency: 30, 90", "frequency: 3 scores", "monetary: 100"])
    result = score_rfm(customers, settings=own)
    assert result.levels == {"r": 3, "f": 3, "m": 2}
    assert result.customers[["r_score", "f_score", "m_score"]].to_numpy().tolist() == [[3, 1, 1], [2, 2, 2], [1, 3, 2]]
    days = result.cuts[result.cuts["metric"] == "recency_days"]
    assert days[["score", "low", "high", "customers"]].to_numpy().tolist() == [
        [3, 0, 0, 1],
        [2, 40, 40, 1],
        [1, 100, 100, 1],
    ]
    money = score_rfm(customers, settings=Settings(bins=3, monetary="margin")).cuts.query("metric == 'margin'")
    assert money["low"].tolist() == [9, 4, 1]
    money = score_rfm(customers, settings=Settings(bins=3, monetary="average_order")).cuts
    assert money.query("metric == 'average_order_value'")["low"].tolist() == [222.2, 100, 10]
    # Ten days count as ninety: 1 / (90 / 365.25); five orders in one year; nine in two.
    yearly = score_rfm(customers, settings=Settings(bins=3, per_year=True))
    assert yearly.customers["orders_per_year"].tolist() == pytest.approx([365.25 / 90, 5, 4.5])
    assert yearly.customers["f_score"].tolist() == [1, 3, 2]
    assert "orders_per_year" in set(yearly.cuts["metric"])


def test_weights_make_the_score_of_all_three() -> None:
    customers = make_customers([0, 40, 100], [1, 5, 9], [10.0, 2000.0, 500.0])
    scored = score_rfm(customers, settings=Settings(bins=3, weights=[2, 1, 1])).customers
    # By hand: (2 x 100 + 0 + 0) / 4, (2 x 50 + 50 + 100) / 4, (0 + 100 + 50) / 4.
    assert scored["rfm_score"].tolist() == [50, 62.5, 37.5]
    without = score_rfm(customers.drop(columns="spend"), settings=Settings(bins=3, weights=[2, 1, 1])).customers
    assert without["rfm_score"].tolist() == pytest.approx([200 / 3, 50, 100 / 3])
    with pytest.raises(InputError, match="leave no measure that is known"):
        score_rfm(customers.drop(columns="spend"), settings=Settings(weights=[0, 0, 1]))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"monetary": "profit"}, "monetary holds 'profit'. Allowed: spend, margin, average_order"),
        ({"weights": [1, 1]}, "weights holds"),
        ({"weights": [0, 0, 0]}, "weights holds"),
        ({"weights": [-1, 1, 1]}, "weights holds"),
        ({"scales": ["money: 4"]}, "scales holds 'money: 4'"),
        ({"scales": ["recency: soon"]}, "scales holds 'recency: soon'"),
        ({"scales": ["recency: 11 scores"]}, "number of recency scores is 11"),
        ({"method": "deciles"}, "deciles"),
        ({"per_year": True}, "first order of each"),
        ({"monetary": "margin"}, "lack margin"),
    ],
)
def test_settings_that_cannot_be_are_refused(more: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        score_rfm(make_customers([1, 2], [1, 1], [1.0, 2.0]), settings=Settings(**more))


@pytest.mark.parametrize(("returns", "known"), [(-4.5, True), (-5.0, False), (-20.0, False)])
def test_shares_of_spend_are_known_where_sales_outweigh_returns(returns: float, known: bool) -> None:
    result = score_rfm(make_customers([1, 2], [1, 1], [5.0, returns]))
    assert result.segments["spend_share"].notna().tolist() == [known] * len(result.segments)
    assert result.concentration["spend_share"].notna().tolist() == [known] * 6


@given(customers=customer_frames(), bins=st.integers(2, 10))
@settings(max_examples=25, deadline=None)
def test_scores_are_monotone_and_ties_stay_together(customers: pd.DataFrame, bins: int) -> None:
    scored = score_rfm(customers, settings=Settings(bins)).customers
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


@given(
    customers=customer_frames(),
    bins=st.integers(2, 10),
    seed=st.integers(0, 99),
    method=st.sampled_from(["quantiles", "breaks"]),
    segments=st.sampled_from([(), ("5",), ("8",), ("11",)]),
    rhythm=st.booleans(),
)
@settings(max_examples=20, deadline=None)
def test_every_customer_is_in_one_segment_whatever_the_order_of_rows(
    customers: pd.DataFrame, bins: int, seed: int, method: str, segments: tuple, rhythm: bool
) -> None:
    late = np.random.default_rng(seed).random(len(customers)) < 0.3
    told = rhythm_of(customers, late.tolist()) if rhythm else None
    chosen = Settings(bins, method, segment_map=segments)
    result = score_rfm(customers, told, chosen)
    assert result.customers["customer_id"].tolist() == customers["customer_id"].tolist()
    assert result.segments["customers"].sum() == len(customers) == result.grid["customers"].sum()
    assert result.cuts.groupby("metric")["customers"].sum().tolist() == [len(customers)] * 3
    assert result.segments["customer_share"].sum() == pytest.approx(1)
    assert result.segments["order_share"].sum() == pytest.approx(1)
    assert result.segments["spend"].sum() == pytest.approx(customers["spend"].sum())
    if customers["spend"].sum() > 0:
        assert result.segments["spend_share"].sum() == pytest.approx(1)
        assert result.concentration["spend_share"].iloc[-1] == pytest.approx(1)
    in_order = [
        name for name in dict.fromkeys(result.rules["rfm_segment"]) if name in set(result.segments["rfm_segment"])
    ]
    assert result.segments["rfm_segment"].tolist() == in_order
    # Nobody who is on time is in a segment whose name says otherwise.
    absent = result.customers["rfm_segment"].map(claims_absence)
    assert result.customers.loc[absent, "is_late"].all()
    assert result.customers["is_late"].tolist() == (late if rhythm else late & False).tolist()
    shuffled = score_rfm(customers.sample(frac=1, random_state=seed), told, chosen)
    back = shuffled.customers.sort_values("customer_id", ignore_index=True)
    pd.testing.assert_frame_equal(back, result.customers)
    pd.testing.assert_frame_equal(shuffled.segments, result.segments)
    pd.testing.assert_frame_equal(shuffled.grid, result.grid)
    pd.testing.assert_frame_equal(shuffled.concentration, result.concentration)


@pytest.mark.parametrize(
    "customers",
    [
        make_customers([3], [1], [9.0]),
        make_customers([3] * 9, [2] * 9, [9.0] * 9),
        make_customers([1, 2, 3], [1, 1, 1], [-5.0, -9.0, -1.0]),
        make_customers([1, 2, 3], [1, 2, 3], [5.0, 1e9, 7.0]),
    ],
    ids=["one customer", "all identical", "negative spend only", "outlier"],
)
@pytest.mark.parametrize("method", ["quantiles", "breaks"])
def test_odd_customers_are_scored_all_the_same(customers: pd.DataFrame, method: str) -> None:
    result = score_rfm(customers, settings=Settings(method=method))
    assert result.segments["customers"].sum() == len(customers)
    assert result.customers[["r_score", "f_score", "m_score", "rfm_score"]].notna().all(axis=None)


def test_the_frame_given_is_left_alone() -> None:
    customers = make_customers([3, 1], [1, 2], [5.0, 9.0]).set_index(pd.Index([7, 8]))
    before = customers.copy()
    scored = score_rfm(customers).customers
    pd.testing.assert_frame_equal(customers, before)
    made = ["r_score", "f_score", "m_score", "rfm_score", "is_late", "rfm_segment"]
    assert scored.columns.tolist() == [*customers.columns, *made]


@pytest.mark.parametrize("bins", [1, 11, 2.5, True, "5"])
def test_bins_out_of_range_are_refused(bins: int) -> None:
    with pytest.raises(InputError, match="whole number from 2 to 10"):
        score_rfm(make_customers([1, 2], [1, 1], [1.0, 2.0]), settings=Settings(bins))


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
