"""From when on a customer is loyal, of high value or dormant: by hand-worked and published answers."""

from math import inf, nan

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.lifecycle import thresholds
from helpers.analysis.lifecycle.thresholds import find_thresholds, next_orders, wilson
from helpers.errors import InputError

NO_RHYTHM = pd.DataFrame({"usual_gap_days": [nan]})


def steps(rows: list[tuple[int, int, int, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["order", "days", "returned", "customers"])


def levelling(shares: list[float], customers: int = 10_000, waited: int = 400) -> pd.DataFrame:
    """After the n-th order that share comes back after 10 days; the others have been waited for long."""
    rows = []
    for order, share in enumerate(shares, 1):
        back = round(share * customers)
        rows += [(order, 10, 1, back), (order, waited, 0, customers - back)]
    return steps(rows)


def totals(orders: list[int], spend: list[float] | None = None, lately: list[int] | None = None) -> pd.DataFrame:
    return pd.DataFrame(
        {"orders": orders, "spend": spend or [nan] * len(orders), "orders_last_year": lately or [1] * len(orders)}
    )


def found(shares: list[float], **by_hand: float) -> thresholds.Thresholds:
    return find_thresholds(totals([1, 2, 3], [1.0, 2.0, 3.0]), levelling(shares), NO_RHYTHM, **by_hand)  # type: ignore[arg-type]


def row(cuts: thresholds.Thresholds, name: str) -> pd.Series:
    return cuts.table.set_index("threshold").loc[name]


class TestWilson:
    @pytest.mark.parametrize(
        ("part", "whole", "low", "high"),
        # Newcombe 1998, Statistics in Medicine 17, table I, method 3.
        [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
    )
    def test_published_intervals(self, part: int, whole: int, low: float, high: float) -> None:
        assert wilson(part / whole, whole) == pytest.approx((low, high), abs=5e-5)

    def test_a_variance_tells_how_many_customers_count(self) -> None:
        assert wilson(0.3, 1e9, 0.3 * 0.7 / 50) == pytest.approx(wilson(0.3, 50))


class TestNextOrder:
    def test_nobody_open_is_a_plain_share(self) -> None:
        assert next_orders(levelling([0.5]), 30)["share"].tolist() == pytest.approx([0.5])

    def test_who_is_still_waited_for_counts_as_long_as_that(self) -> None:
        # Kaplan-Meier by hand: 40 at risk, 10 back at 5 days; 10 leave at 7; 20 at risk at 9, 5 back: 1 - .75 * .75.
        rows = steps([(1, 5, 1, 10), (1, 7, 0, 10), (1, 9, 1, 5), (1, 30, 0, 15)])
        one = next_orders(rows, 20).iloc[0]
        assert one["share"] == pytest.approx(0.4375)
        # Greenwood: .5625 ** 2 * (10 / (40 * 30) + 5 / (20 * 15)).
        variance = 0.5625**2 * (10 / 1200 + 5 / 300)
        assert (one["low"], one["high"]) == pytest.approx(wilson(0.4375, 40, variance))

    def test_within_means_on_the_day_too(self) -> None:
        rows = steps([(1, 5, 1, 20), (1, 6, 1, 20)])
        assert [next_orders(rows, d)["share"].iloc[0] for d in (4, 5, 6)] == pytest.approx([0.0, 0.5, 1.0])

    def test_few_customers_are_not_told_of(self) -> None:
        assert next_orders(steps([(1, 5, 1, 30), (2, 5, 1, 29)]), 9)["order"].tolist() == [1]

    def test_all_came_back(self) -> None:
        one = next_orders(steps([(1, 5, 1, 40)]), 9).iloc[0]
        assert one["share"] == 1.0 and one["high"] == 1.0 and 0.9 < one["low"] < 1

    def test_nobody_came_back(self) -> None:
        one = next_orders(steps([(1, 5, 0, 40)]), 9).iloc[0]
        assert one["share"] == 0.0 and one["low"] == 0.0 and 0 < one["high"] < 0.1


class TestLoyal:
    def test_where_the_next_order_stops_getting_likelier(self) -> None:
        cuts = found([0.3, 0.5, 0.7, 0.86, 0.9, 0.9, 0.9])
        assert cuts.loyal_orders == 4
        assert row(cuts, "loyal_orders")[["low", "high", "source"]].tolist() == [4, 4, "data"]

    def test_five_points_an_order_are_not_level_yet(self) -> None:
        # From the second order to the fourth: .11 / 2 and .09 / 2 an order.
        assert found([0.3, 0.79, 0.86, 0.9, 0.9]).loyal_orders == 3
        assert found([0.3, 0.81, 0.86, 0.9, 0.9]).loyal_orders == 2

    def test_one_flat_step_is_not_level(self) -> None:
        assert found([0.3, 0.5, 0.5, 0.7, 0.7, 0.7]).loyal_orders == 4

    def test_last_order_known_is_one_step_ahead(self) -> None:
        # .08 from the second to the third order, .04 from there to the last: too steep as a mean, level at the end.
        assert found([0.3, 0.6, 0.72, 0.76]).loyal_orders == 3
        assert found([0.3, 0.6, 0.64]).loyal_orders == 2
        assert row(found([0.3, 0.6, 0.66]), "loyal_orders")["source"] == "convention"

    def test_creeping_up_among_the_many_does_not_count(self) -> None:
        # The demo's own shape: 3 points an order, on and on.
        assert found([0.57, 0.59, 0.68, 0.71, 0.75, 0.79, 0.82, 0.87, 0.88, 0.89, 0.93, 0.96]).loyal_orders == 3

    def test_range_by_hand(self) -> None:
        # Of 400 customers each. From the second order to the fourth .11 / 2 = .055, its error the root of
        # (.6 * .4 + .71 * .29) / 400, half of it: .0167. So .022 to .088. From the third on 0, at most .031.
        shares = [0.3, 0.6, 0.71, 0.71, 0.71]
        cuts = find_thresholds(totals([1, 2]), levelling(shares, customers=400), NO_RHYTHM)
        assert row(cuts, "loyal_orders")[["value", "low", "high"]].tolist() == [3, 2, 3]
        assert row(cuts, "loyal_orders")["reason"].endswith("within 10 days less than 5 points likelier")

    def test_nobody_is_loyal_by_one_order(self) -> None:
        assert found([0.9, 0.9, 0.9]).loyal_orders == 2

    def test_few_customers_widen_the_range(self) -> None:
        shares = [0.3, 0.5, 0.7, 0.86, 0.9, 0.9, 0.9]
        cuts = find_thresholds(totals([1, 2]), levelling(shares, customers=120), NO_RHYTHM)
        low, high = row(cuts, "loyal_orders")[["low", "high"]]
        assert low <= cuts.loyal_orders <= high and low < high

    def test_one_time_buyers_get_the_custom(self) -> None:
        cuts = find_thresholds(totals([1] * 40), steps([(1, 50, 0, 40)]), NO_RHYTHM)
        assert (cuts.loyal_orders, row(cuts, "loyal_orders")["source"]) == (3, "convention")
        assert row(cuts, "dormant_days")["source"] == "not known"

    def test_the_horizon_is_when_nine_of_ten_were_back(self) -> None:
        rows = steps([(1, 10, 1, 89), (1, 20, 1, 2), (1, 30, 1, 9), (1, 300, 0, 50)])
        assert find_thresholds(totals([1, 2]), rows, NO_RHYTHM).within_days == 20

    def test_the_horizon_leaves_time_to_see_it(self) -> None:
        rows = steps([(1, 250, 1, 100), (1, 300, 0, 50)])
        assert find_thresholds(totals([1, 2]), rows, NO_RHYTHM).within_days == 150


class TestHighValue:
    def test_those_who_bring_half_between_a_twentieth_and_a_fifth(self) -> None:
        # Ten of a hundred spend 90 each, the others 10: 900 of 1,800.
        cuts = find_thresholds(totals([2] * 100, [10.0] * 90 + [90.0] * 10), levelling([0.5]), NO_RHYTHM)
        assert cuts.high_spend == 90
        assert row(cuts, "high_value_spend")["reason"] == "those who spent as much bring half of all spend"

    def test_never_more_than_a_fifth(self) -> None:
        spend = [float(n) for n in range(1, 101)]
        cuts = find_thresholds(totals([2] * 100, spend), levelling([0.5]), NO_RHYTHM)
        assert cuts.high_spend == 80
        assert row(cuts, "high_value_spend")["reason"] == "a fifth of buyers spent as much"

    def test_one_outlier_is_not_alone(self) -> None:
        spend = [float(n) for n in range(1, 100)] + [1e9]
        cuts = find_thresholds(totals([2] * 100, spend), levelling([0.5]), NO_RHYTHM)
        assert cuts.high_spend == 95
        assert "twentieth" in row(cuts, "high_value_spend")["reason"]

    def test_range_of_a_quantile_is_that_of_order_statistics(self) -> None:
        spend = [float(n) for n in range(1, 101)]
        cuts = find_thresholds(totals([2] * 100, spend), levelling([0.5]), NO_RHYTHM)
        # Conover: 79 of 100 lie below 80; 79 -+ 1.96 * sqrt(100 * .79 * .21) = 71.0 and 87.0.
        assert row(cuts, "high_value_spend")[["low", "high"]].tolist() == [71.0, 87.0]

    def test_as_many_orders_as_the_average_customer(self) -> None:
        assert find_thresholds(totals([1, 1, 8]), levelling([0.5]), NO_RHYTHM).high_orders == 4
        assert find_thresholds(totals([3, 3, 3]), levelling([0.5]), NO_RHYTHM).high_orders == 3
        assert find_thresholds(totals([1, 1, 1]), levelling([0.5]), NO_RHYTHM).high_orders == 2

    def test_unknown_spend(self) -> None:
        cuts = find_thresholds(totals([1, 2]), levelling([0.5]), NO_RHYTHM)
        assert np.isnan(cuts.high_spend) and row(cuts, "high_value_spend")["source"] == "not known"


class TestOthers:
    def test_orders_a_year_are_of_those_who_ordered_lately(self) -> None:
        cuts = find_thresholds(totals([5, 5, 5], lately=[0, 2, 4]), levelling([0.5]), NO_RHYTHM)
        assert row(cuts, "orders_a_year")["value"] == 3.0

    def test_overdue_after_nine_of_ten(self) -> None:
        rows = steps([(1, 10, 1, 50), (1, 20, 1, 40), (1, 30, 1, 10)])
        assert row(find_thresholds(totals([2]), rows, NO_RHYTHM), "dormant_days")["value"] == 20

    def test_usual_gap_has_the_range_of_customers(self) -> None:
        rhythm = pd.DataFrame({"usual_gap_days": [*range(11), nan]})
        cuts = find_thresholds(totals([2]), levelling([0.5]), rhythm)
        assert row(cuts, "usual_gap_days")[["value", "low", "high"]].tolist() == [5, 1, 9]

    def test_each_may_be_set_by_hand(self) -> None:
        cuts = found([0.3, 0.9, 0.9], loyal_orders=9, high_orders=7, high_spend=55.5, dormant_days=40)
        assert (cuts.loyal_orders, cuts.high_orders, cuts.high_spend, cuts.dormant_days) == (9, 7, 55.5, 40)
        names = ["loyal_orders", "high_value_orders", "high_value_spend", "dormant_days"]
        assert [row(cuts, n)["source"] for n in names] == ["set by hand"] * 4

    def test_days_are_not_set_unless_by_hand(self) -> None:
        assert np.isnan(found([0.3, 0.9, 0.9]).dormant_days)

    @pytest.mark.parametrize(
        "wrong", [{"loyal_orders": -1}, {"dormant_days": -1}, {"high_spend": inf}, {"high_spend": nan}]
    )
    def test_impossible_thresholds_are_refused(self, wrong: dict[str, float]) -> None:
        with pytest.raises(InputError, match="Lifecycle"):
            found([0.3, 0.9], **wrong)

    def test_nobody_bought(self) -> None:
        found = find_thresholds(totals([]), levelling([]), NO_RHYTHM, dormant_days=90)
        assert found.table.empty and found.next_order.empty
        assert (found.loyal_orders, found.high_orders, found.dormant_days) == (3, 3, 90)
        assert np.isnan(found.high_spend)
