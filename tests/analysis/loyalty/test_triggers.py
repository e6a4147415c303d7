"""Habits are named where they are, seldom where they are not, and never after two orders."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.analysis.loyalty import seasons, triggers
from helpers.analysis.loyalty.exact import chance_of_as_many
from helpers.errors import InputError
from tests.analysis.loyalty.habits import CALENDAR, START, draw_habits, summed_up

FLAGS = {"promotion": "is_promotion_buyer", "season": "is_seasonal_buyer", "category": "prefers_category"}


def chance(k: int, n: int, kind: int, total: int) -> float:
    return float(chance_of_as_many(*(np.array([x]) for x in (k, n, kind, total)))[0])


class TestChance:
    def test_the_lady_tasting_tea(self) -> None:
        """Fisher (1935): three of four cups or better by chance 17 in 70, all four 1 in 70. R's fisher.test: 0.2429."""
        assert chance(3, 4, 4, 8) == pytest.approx(17 / 70, abs=1e-12)
        assert chance(4, 4, 4, 8) == pytest.approx(1 / 70, abs=1e-12)

    @settings(max_examples=60, deadline=None)
    @given(st.integers(1, 400), st.data())
    def test_is_the_tail_of_scipy(self, total: int, data: st.DataObject) -> None:
        kind, n = data.draw(st.integers(0, total)), data.draw(st.integers(0, total))
        k = data.draw(st.integers(0, n + 1))
        assert chance(k, n, kind, total) == pytest.approx(
            stats.hypergeom.sf(k - 1, total, kind, n), rel=1e-8, abs=1e-14
        )

    def test_many_are_worked_out_at_once_and_each_in_its_place(self) -> None:
        k, n, kind, total = np.array([[2, 3, 100, 1000], [3, 3, 100, 1000], [2, 3, 100, 1000], [0, 5, 3, 9]]).T
        found = chance_of_as_many(k, n, kind, total)
        np.testing.assert_allclose(found, stats.hypergeom.sf(k - 1, total, kind, n))
        assert chance_of_as_many(*np.empty((4, 0), int)).size == 0

    def test_terms_are_summed_in_parts_where_they_are_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rng = np.random.default_rng(1)
        n = rng.integers(1, 60, 200)
        k = rng.integers(0, n + 1)
        whole = chance_of_as_many(k, n, np.full(200, 300), np.full(200, 900))
        monkeypatch.setattr("helpers.analysis.loyalty.exact._CHUNK", 50)
        np.testing.assert_array_equal(chance_of_as_many(k, n, np.full(200, 300), np.full(200, 900)), whole)


def test_where_there_are_no_habits_hardly_any_is_found() -> None:
    """Without habits each trigger names anybody in at most one data set of twenty; twenty sets, and room for luck."""
    rng = np.random.default_rng(5)
    named = np.array([named_of(triggers.find_triggers(*draw_habits(rng, 200))) for _ in range(20)])
    assert ((named > 0).sum(axis=0) <= 3).all()  # 98% likely were the bound reached


def named_of(found: triggers.Triggers) -> list[int]:
    return [int(found.customers[flag].sum()) for flag in FLAGS.values()]


def test_planted_habits_are_found_and_few_others() -> None:
    rng = np.random.default_rng(8)
    wrong, right = [], []
    for _ in range(5):
        found = triggers.find_triggers(
            *draw_habits(rng, 900, in_season=250, on_promotion=90, of_one_category=60)
        ).customers
        truth = np.repeat(["season", "promotion", "category", ""], [250, 90, 60, 500])
        for trigger, flag in FLAGS.items():
            named, planted = found[flag].to_numpy(), truth == trigger
            wrong.append((named & ~planted).sum() / max(named.sum(), 1))
            right.append((named & planted).sum() / planted.sum())
        assert set(found.loc[found["is_seasonal_buyer"], "season"]) == {"February to May"}
    assert np.mean(wrong) <= 0.05  # the share of false discoveries that was asked for
    assert np.mean(right) >= 0.75


def test_the_share_of_false_discoveries_is_the_one_asked_for() -> None:
    habits = draw_habits(np.random.default_rng(3), 900, in_season=250, on_promotion=90)
    strict = named_of(triggers.find_triggers(*habits, false_share=0.001))
    assert all(a < b for a, b in zip(strict[:2], named_of(triggers.find_triggers(*habits))[:2], strict=True))


def same(orders: list[tuple[int, bool, int]], others: int = 200) -> triggers.Triggers:
    """One customer's orders (month, promoted, category) beside those of many: a tenth on promotion, all year round."""
    crowd = [(1 + i % others, START + (i * 7) % 36, i % 10 == 0, i % 4) for i in range(others * 12)]
    frame = pd.DataFrame(
        [(0, START + month, *rest) for month, *rest in orders] + crowd, columns=["who", "month", "promoted", "category"]
    )
    return triggers.find_triggers(*summed_up(frame, others + 1))


def test_two_orders_make_no_habit_and_four_may() -> None:
    two, four = (same([(8 * i, True, 3) for i in range(n)]).customers.iloc[0] for n in (2, 6))
    assert two["promotion_share"] == 1.0
    assert np.isnan(two["promotion_p"])
    assert not two["is_promotion_buyer"]
    assert four["is_promotion_buyer"]
    assert four["promotion_p"] < 1e-4


def test_a_burst_of_orders_is_no_season() -> None:
    """Six orders in three months lie within one season, but so would all orders of a short acquaintance."""
    rng = np.random.default_rng(2)
    customers, by_month, by_category = draw_habits(rng, 800, in_season=250)
    burst = customers.iloc[[0]].assign(
        customer_id="burst", orders=6, first_month=START + 13, last_month=START + 15, **dict.fromkeys(CALENDAR, 0)
    )
    burst[["months_2", "months_3", "months_4"]] = 1
    found = triggers.find_triggers(pd.concat([customers, burst]), by_month, by_category).customers
    last = found.iloc[-1]
    assert (last["season"], last["season_share"]) == ("February to May", 1.0)
    assert not last["is_seasonal_buyer"]
    assert not last["season_p"] < 0.2


def test_where_everyone_buys_in_a_season_nobody_stands_out_and_the_trade_is_told() -> None:
    customers, by_month, by_category = draw_habits(np.random.default_rng(4), 300, in_season=300, season=(10, 11))
    found = triggers.find_triggers(customers, by_month, by_category)
    assert named_of(found)[1] == 0
    assert found.busiest in ("October to December", "November to January", "September to November")
    assert found.busiest_share == 1.0


def test_promotions_before_a_customers_time_do_not_count() -> None:
    """All bought on promotion in the first year and nobody since: who came in that year is no promotion buyer."""
    rows = [(i, START + m + (12 if i >= 100 else 0), i < 100, 0) for i in range(200) for m in (0, 3, 6, 9, 11)]
    frame = pd.DataFrame(rows, columns=["who", "month", "promoted", "category"])
    found = triggers.find_triggers(*summed_up(frame, 200))
    assert named_of(found)[0] == 0
    assert found.by_trigger.loc[0, "overall_share"] == 0.5


def test_what_the_data_do_not_tell_is_not_known() -> None:
    customers, by_month, by_category = draw_habits(np.random.default_rng(1), 100, in_season=40)
    unknown = customers.assign(spend=np.nan, favourite=None, picks=0, favourite_picks=0)
    found = triggers.find_triggers(unknown, by_month, by_category.head(0), "")
    assert found.customers[["promotion_share", "promotion_p", "category_share", "category_p"]].isna().all(axis=None)
    assert found.by_trigger["tested"].tolist()[::2] == [0, 0]
    assert found.by_trigger[["spend", "spend_share", "overall_share"]].isna().all(axis=None)
    assert named_of(found)[0] == named_of(found)[2] == 0


def test_one_category_is_nobodys_preference() -> None:
    customers, by_month, by_category = draw_habits(np.random.default_rng(1), 100)
    found = triggers.find_triggers(customers, by_month, by_category.assign(category="Bulbs"))
    assert found.by_trigger["tested"].tolist()[2] == 0


def test_the_summary_adds_up() -> None:
    found = triggers.find_triggers(*draw_habits(np.random.default_rng(9), 900, in_season=250, on_promotion=90))
    summary = found.by_trigger.set_index("trigger")
    for trigger, flag in FLAGS.items():
        named = found.customers[found.customers[flag]]
        assert summary.loc[trigger, "customers"] == len(named)
        assert summary.loc[trigger, "tested"] == found.customers[f"{trigger}_p"].notna().sum()
        assert summary.loc[trigger, "spend"] == named["spend"].sum()
        assert summary.loc[trigger, "spend_share"] == pytest.approx(
            named["spend"].sum() / found.customers["spend"].sum()
        )
        assert found.by_habit.query("trigger == @trigger")["customers"].sum() == len(named)
    assert found.history_months == 36


def test_where_nobody_has_bought_nobody_has_habits() -> None:
    found = triggers.find_triggers(*(frame.head(0) for frame in draw_habits(np.random.default_rng(1), 10)))
    assert found.customers.empty
    assert found.by_habit.empty
    assert found.by_trigger["tested"].tolist() == [0, 0, 0]
    assert (found.history_months, found.busiest) == (0, "")


def test_one_customer_and_customers_all_alike_have_no_habits() -> None:
    alone = pd.DataFrame({"who": 0, "month": START + np.arange(0, 30, 3), "promoted": True, "category": 1})
    assert named_of(triggers.find_triggers(*summed_up(alone, 1))) == [0, 0, 0]
    alike = pd.concat([alone.assign(who=i) for i in range(80)])
    assert named_of(triggers.find_triggers(*summed_up(alike, 80))) == [0, 0, 0]


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 60), st.floats(1, 9), st.integers(0, 2**32 - 1))
def test_every_buyer_comes_back_once_and_nothing_is_out_of_bounds(customers: int, orders: float, seed: int) -> None:
    given_ = draw_habits(np.random.default_rng(seed), customers, orders=orders, in_season=customers // 2)
    found = triggers.find_triggers(*given_).customers
    assert found["customer_id"].tolist() == given_[0]["customer_id"].tolist()
    for trigger, flag in FLAGS.items():
        for column in (f"{trigger}_share", f"{trigger}_p"):
            assert found[column].dropna().between(0, 1).all()
        assert (found.loc[found[flag], f"{trigger}_p"] <= 0.05).all()
        assert (found.loc[found[flag], "orders"] >= 3).all()


def test_what_cannot_be_judged_is_refused_in_words() -> None:
    customers, by_month, by_category = draw_habits(np.random.default_rng(1), 10)
    with pytest.raises(InputError, match="1 orders make no habit"):
        triggers.find_triggers(customers, by_month, by_category, least_orders=1)
    for share in (0.0, 1.1):
        with pytest.raises(InputError, match="is no share"):
            triggers.find_triggers(customers, by_month, by_category, least_share=share)


@pytest.mark.parametrize(
    ("season", "name", "places"),
    [
        (seasons.Season(1, 4), "February to May", [1, 2, 3, 4]),
        (seasons.Season(11, 1), "December", [11]),
        (seasons.Season(10, 3), "November to January", [10, 11, 0]),
    ],
)
def test_seasons_are_named_by_their_months(season: seasons.Season, name: str, places: list[int]) -> None:
    assert (season.name, season.places) == (name, places)


def test_seasons_are_found_where_they_are_and_do_not_overlap() -> None:
    rng = np.random.default_rng(6)
    spring = draw_habits(rng, 500, in_season=200)
    autumn = draw_habits(rng, 500, in_season=200, season=(9, 10))
    both = pd.concat([spring[0], autumn[0]], ignore_index=True)
    by_month = pd.concat([spring[1], autumn[1]]).groupby("month", as_index=False).sum()
    found = seasons.find_seasons(seasons.with_time_known(both, by_month), by_month, 0.8)
    assert {s.name for s in found} == {"February to May", "October to November"}
    few = seasons.with_time_known(both, by_month)
    assert seasons.find_seasons(few.head(49), by_month, 0.8) == []
    assert seasons.find_seasons(few.head(50), by_month, 0.8) != []
