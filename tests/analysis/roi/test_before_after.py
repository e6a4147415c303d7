"""The table of before and after: declared figures by hand, and figures of two small periods reckoned by hand."""

import math
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.roi.before_after import BeforeAfter, compare_before_after
from helpers.analysis.roi.before_figures import FIGURES, ROWS, declare_figures
from helpers.analysis.roi.before_measures import (
    NO_CHURN,
    NO_COSTS,
    NO_LEADS,
    NO_ORDERS,
    NO_PRIOR,
    SEASONS,
    SHORT,
    UNEQUAL,
)
from helpers.analysis.roi.before_periods import Periods, choose_periods
from helpers.errors import InputError

AS_OF = date(2026, 9, 30)
BEFORE, AFTER = ["2024-10-01", "2025-09-30"], ["2025-10-01", "2026-09-30"]
YEARS = choose_periods(BEFORE, AFTER, AS_OF, date(2023, 10, 1), AS_OF)
FEW_YEARS = choose_periods(BEFORE, AFTER, AS_OF, date(2024, 10, 1), AS_OF)
NO_PERIODS = Periods(None, None, None)
COUNTS = ("subscribers", "cancelled", "trials", "trials_converted", "answers", "promoters", "detractors")


class TestDeclared:
    @pytest.mark.parametrize(
        ("name", "given", "change", "share"),
        [
            ("cltv", [1000, 1200], 200, 0.20),
            ("conversion", [0.05, 0.08], 0.03, 0.60),
            ("cac", [50, 40], -10, -0.20),
            ("churn", [0.15, 0.10], -0.05, -1 / 3),
            ("roi", [5.0, 9.0], 4, 0.8),
        ],
    )
    def test_by_hand(self, name: str, given: list[float], change: float, share: float) -> None:
        row = declare_figures({name: given}).iloc[0]
        assert (row["change"], row["change_share"]) == pytest.approx((change, share))
        assert (row["verdict"], row["basis"], row["unit"]) == ("declared", "declared", FIGURES[name].unit)
        assert math.isnan(row["low"])

    def test_the_return_example(self) -> None:
        """1000 -> 1500 for 100 customers at 5000: 50,000 more, 900%; 500% at a margin of 60%."""
        row = declare_figures({"revenue_per_customer": [1000, 1500]}).iloc[0]
        assert row["change"] * 100 == 50_000
        gain = row["change"] * 100
        assert ((gain - 5_000) / 5_000, (0.6 * gain - 5_000) / 5_000) == (9.0, 5.0)

    def test_in_the_order_of_the_table(self) -> None:
        rows = declare_figures({"churn": [0.15, 0.1], "cltv": [1, 2], "cac": [50, 40]})
        assert list(rows["metric"]) == ["cltv", "cac", "churn"]
        assert list(rows.columns) == list(ROWS)
        assert list(declare_figures({}).columns) == list(ROWS)

    def test_a_share_with_its_counts_has_an_interval(self) -> None:
        """50 of 1,000 and 80 of 1,000: Newcombe's interval is above zero."""
        row = declare_figures({"conversion": [0.05, 0.08, 1_000, 1_000]}).iloc[0]
        assert row["verdict"] == "better"
        assert 0 < row["low"] < 0.03 < row["high"]
        assert declare_figures({"churn": [0.05, 0.08, 1_000, 1_000]}).iloc[0]["verdict"] == "worse"
        assert declare_figures({"churn": [0.15, 0.10, 100, 100]}).iloc[0]["verdict"] == "unclear"
        assert declare_figures({"churn": [0.15, 0.10, 20, 100]}).iloc[0]["verdict"] == "too few"

    def test_no_share_of_nothing_or_of_what_may_be_negative(self) -> None:
        rows = declare_figures({"roi": [0.5, -0.2], "nps": [20, 30], "cac": [0, 40]}).set_index("metric")
        assert rows["change_share"].isna().all()
        assert rows.loc["nps", "change"] == pytest.approx(0.1)

    @pytest.mark.parametrize(
        ("figures", "said"),
        [
            ({"clv": [1, 2]}, '"clv" is not a figure .* Did you mean "cltv"?'),
            ({"cltv": [1]}, r"roi.figures.cltv: cltv has 1 values. Allowed: \[before, after\]\."),
            ({"cltv": [1, 2, 3, 4]}, "cltv has 4 values"),
            ({"conversion": [0.1, 0.2, 3]}, "conversion has 3 values.*or with the numbers"),
            ({"conversion": [5, 8]}, r"conversion of 5 is impossible. Allowed: 0 to 1 \(0.05 is 5%\)"),
            ({"conversion": [0.1, 0.2, 0, 5]}, "counted from 0 and 5"),
            ({"conversion": [0.1, 0.2, 10.5, 5]}, "counted from 10.5 and 5"),
            ({"cac": [-1, 2]}, "cac of -1 is impossible. Allowed: 0 or more"),
            ({"roi": [1, float("nan")]}, "roi of nan is impossible"),
            ({"nps": [10, 101]}, "nps of 101 is impossible"),
        ],
    )
    def test_refused(self, figures: dict[str, list[float]], said: str) -> None:
        with pytest.raises(InputError, match=said):
            declare_figures(figures)


def counts(periods: Periods = YEARS, **columns: list[int]) -> pd.DataFrame:
    """Of before and after what is given, of the other windows nothing."""
    frame = pd.DataFrame({"period": list(periods.windows)})
    for name in COUNTS:
        frame[name] = [*columns.get(name, [0, 0]), *[0] * (len(frame) - 2)]
    return frame


def customers(periods: Periods = YEARS, n: int = 200, **columns: Any) -> pd.DataFrame:
    """n customers, by default buying once for 10 in each window."""
    told: dict[str, Any] = {"known_on": pd.NaT, "first_on": pd.Timestamp("2023-12-01"), "acquisition_cost": math.nan}
    for name in periods.windows:
        told |= {f"orders_{name}": 1.0, f"spend_{name}": 10.0, f"returned_{name}": 0.0}
        told |= {f"margin_{name}": math.nan, f"margin_spend_{name}": math.nan}
    frame = pd.DataFrame({"customer_id": [f"c{i}" for i in range(n)]}).assign(**(told | columns))
    return frame.astype({"known_on": "datetime64[us]", "first_on": "datetime64[us]"})


def compare(frame: pd.DataFrame, counted: pd.DataFrame | None = None, periods: Periods = YEARS, **more: Any) -> Any:
    counted = counts(periods) if counted is None else counted
    return compare_before_after(frame, counted, periods, 0.5, **({"discount_rate": 0.0} | more))


def row(found: BeforeAfter, metric: str) -> Any:
    return found.rows.set_index("metric").loc[metric]


def reasons(found: BeforeAfter) -> dict[str, str]:
    return dict(zip(found.left_out["metric"], found.left_out["reason"], strict=True))


def test_revenue_and_what_it_is_made_of() -> None:
    """100 of 200 buy twice for 15 in all before; all once for 20 after."""
    half = np.repeat([1.0, 0.0], 100)
    found = compare(customers(orders_before=2 * half, spend_before=15 * half, orders_after=1.0, spend_after=20.0))
    told = {name: (row(found, name)["before"], row(found, name)["after"]) for name in found.rows["metric"]}
    assert told["revenue"] == (1_500, 4_000)
    assert told["customers"] == (100, 200)
    assert told["revenue_per_customer"] == (15, 20)
    assert told["average_order"] == (7.5, 20)
    assert row(found, "revenue")["change_share"] == pytest.approx(5 / 3)
    assert row(found, "revenue")["verdict"] == row(found, "average_order")["verdict"] == "better"
    assert found.top_share == pytest.approx(0.01)
    assert "gross_margin" not in told


def test_gross_margin_is_told_by_the_lines_costs() -> None:
    """Of 10 spent 1 is sent back; lines of 8.2, nine tenths of the 9 that are left and more, have a cost."""
    costs = {"margin_before": 4.1, "margin_spend_before": 8.2, "margin_after": 2.7, "margin_spend_after": 9.0}
    found = compare(customers(returned_before=1.0, returned_after=1.0, **costs))
    assert tuple(row(found, "gross_margin")[["before", "after"]]) == pytest.approx((0.5, 0.3))
    assert tuple(row(found, "cltv")[["before", "after"]]) == pytest.approx((5 * 4.5, 5 * 2.7))
    assumed = compare(customers(returned_before=1.0, **(costs | {"margin_spend_before": 8.0})))
    assert "gross_margin" not in set(assumed.rows["metric"])
    assert tuple(row(assumed, "cltv")[["before", "after"]]) == pytest.approx((5 * 4.5, 5 * 5.0))


def test_churn_of_buyers_is_who_did_not_buy_again() -> None:
    """Of 200 buyers 50 did not come back before; of the 150 of before 120 did after."""
    before, after = np.repeat([1.0, 0.0], [150, 50]), np.repeat([1.0, 0.0], [120, 80])
    found = compare(customers(orders_before=before, orders_after=after, orders_prior_after=before))
    assert tuple(row(found, "churn")[["before", "after"]]) == (0.25, 0.2)
    assert row(found, "churn")["verdict"] == "unclear"


def test_lifetime_value_by_hand() -> None:
    """150 buyers of 200 come back and spend 20 each, at a margin of .5: 10 a year, 30.5078 within five at a rate of
    return of .75 (1 + .75 + .5625 + .4219 + .3164 = 3.0508). After, 120 of 150 come back: 10 * 3.3616."""
    before, after = np.repeat([1.0, 0.0], [150, 50]), np.repeat([1.0, 0.0], [120, 80])
    frame = customers(orders_before=before, orders_after=after, orders_prior_after=before)
    found = compare(frame.assign(spend_before=20 * before, spend_after=20 * after))
    cltv = row(found, "cltv")
    assert tuple(cltv[["before", "after"]]) == pytest.approx((30.5078125, 33.616))
    # All spend alike, so the interval is that of the return rates, times 10 * (1 + 2 r + 3 r² + 4 r³).
    slopes = [10 * (1 + 2 * r + 3 * r**2 + 4 * r**3) for r in (0.75, 0.8)]
    paired = np.where(before, (after - 0.8) / 150 * slopes[1], 0) - (before - 0.75) / 200 * slopes[0]
    half = 1.959964 * math.sqrt(200 / 199 * (paired**2).sum())
    assert cltv["high"] - cltv["change"] == pytest.approx(half, rel=1e-5)


def test_lifetime_value_as_the_bootstrap_has_it() -> None:
    rng = np.random.default_rng(5)
    n = 1_500
    active = rng.random((3, n)) < rng.beta(2, 1, n)
    spend = active * rng.gamma(2, 30, n) * rng.lognormal(0, 0.4, (3, n))
    frame = customers(
        n=n,
        orders_prior_before=active[0],
        orders_before=active[1],
        orders_prior_after=active[1],
        orders_after=active[2],
    ).assign(spend_before=spend[1], spend_after=spend[2])

    def value(a: np.ndarray, b: np.ndarray, s: np.ndarray) -> np.ndarray:
        stay = (a & b).sum(1) / a.sum(1)
        return 0.5 * s.sum(1) / b.sum(1) * sum(stay**k for k in range(5))

    drawn = rng.integers(0, n, (1_500, n))
    a, b, c = (active[i][drawn] for i in range(3))
    spread = (value(b, c, spend[2][drawn]) - value(a, b, spend[1][drawn])).std()
    cltv = row(compare(frame), "cltv")
    assert cltv["high"] - cltv["low"] == pytest.approx(2 * 1.96 * spread, rel=0.06)


def test_lifetime_value_is_discounted_from_the_middle_of_each_year() -> None:
    """Everyone comes back and leaves a margin of 5 a year; at 8% five years are worth 4.1493 (numpy-financial's pv of
    one a year, -3.9927, brought half a year nearer)."""
    cltv = row(compare(customers(), discount_rate=0.08), "cltv")
    assert cltv["before"] == pytest.approx(5 * 3.992710 * 1.08**0.5, rel=1e-6)


def test_lifetime_value_of_half_years_is_that_of_years() -> None:
    """10 a half-year, at a margin of .5, and half come back from one half-year to the next: 10 a year, and a quarter
    a year later: 10 * (1 + 1/4 + 1/16 + 1/64 + 1/256) = 13.32."""
    half = choose_periods(["2024-10-02", "2025-04-01"], ["2025-10-02", "2026-04-01"], AS_OF, date(2023, 10, 1), AS_OF)
    again = np.repeat([1.0, 0.0], 100)
    frame = customers(half, orders_before=again, spend_before=again * 10)
    cltv = row(compare(frame, periods=half), "cltv")
    years = 182 / 365
    assert cltv["before"] == pytest.approx(5 / years * sum(0.5 ** (k / years) for k in range(5)))
    assert cltv["before"] == pytest.approx(13.32, rel=0.005)
    nobody = customers(half, orders_before=again, spend_before=again * 10, orders_prior_before=1 - again)
    assert row(compare(nobody, periods=half), "cltv")["before"] == pytest.approx(5 / years)


def test_subscribers_leave_beside_buyers() -> None:
    found = compare(customers(), counts(subscribers=[100, 200], cancelled=[25, 20]))
    assert tuple(row(found, "subscriber_churn")[["before", "after", "verdict"]]) == (0.25, 0.1, "better")
    assert tuple(row(found, "churn")[["before", "after"]]) == (0, 0)


def test_conversion_and_cost_of_those_won() -> None:
    """Of 100 leads a year 40 buy by its end, then 60; they cost 10 each, then 20."""
    known = np.repeat([pd.Timestamp("2025-01-05"), pd.Timestamp("2026-01-05")], 100)
    first = np.repeat([pd.Timestamp("2025-09-30"), pd.NaT, pd.Timestamp("2026-09-30"), pd.NaT], [40, 60, 60, 40])
    cost, bought = np.repeat([10.0, 20.0], 100), ~pd.isna(first)
    spend = np.where(bought, 40.0, 0.0)
    frame = customers(known_on=known, first_on=first, acquisition_cost=cost, spend_before=spend, spend_after=spend)
    found = compare(frame)
    conversion = row(found, "conversion")
    assert tuple(conversion[["before", "after", "verdict"]]) == (0.4, 0.6, "better")
    assert (conversion["n_before"], conversion["n_after"]) == (100, 100)
    assert tuple(row(found, "new_customers")[["before", "after"]]) == (40, 60)
    assert row(found, "new_customers")["note"] == "who bought for the first time in the period"
    assert tuple(row(found, "cac")[["before", "after", "change", "verdict"]]) == (10, 20, 10, "worse")
    # Half of 40 is 20: twice the cost of 10, and just the cost of 20.
    assert tuple(row(found, "return_on_new_customers")[["before", "after"]]) == (1, 0)


def test_a_list_on_which_all_have_bought_is_no_list_of_leads() -> None:
    known = np.repeat([pd.Timestamp("2025-01-05"), pd.Timestamp("2026-01-05")], 100)
    frame = customers(known_on=known, first_on=known)
    assert reasons(compare(frame))["conversion"] == NO_LEADS
    found = compare(frame, counts(trials=[50, 60], trials_converted=[25, 40]))
    assert row(found, "conversion")["note"] == "trials begun in the period and paid for by its end"
    assert row(found, "conversion")["before"] == 0.5


@pytest.mark.parametrize("converted", [(50, 40), (25, 60), (0, 40), (25, 0)])
def test_where_all_trials_were_paid_for_those_that_were_not_are_missing(converted: tuple[int, int]) -> None:
    """A file of customers alone: of the last trials of a period those paid for later are there, and no others."""
    known = np.repeat([pd.Timestamp("2025-01-05"), pd.Timestamp("2026-01-05")], 100)
    found = compare(
        customers(known_on=known, first_on=known), counts(trials=[50, 60], trials_converted=list(converted))
    )
    assert reasons(found)["conversion"] == NO_LEADS


def test_who_is_new_is_told_by_first_purchases_where_no_list_does() -> None:
    first = np.repeat([pd.Timestamp("2024-10-01"), pd.Timestamp("2026-09-30")], [120, 80])
    assert tuple(row(compare(customers(first_on=first)), "new_customers")[["before", "after"]]) == (120, 80)
    listed = compare(customers(FEW_YEARS, first_on=first, known_on=first), periods=FEW_YEARS)
    assert tuple(row(listed, "new_customers")[["before", "after"]]) == (120, 80)
    assert row(listed, "new_customers")["note"].startswith("who were first known in the period")
    most = pd.Series(first).where(np.arange(200) >= 20)
    assert "new_customers" in set(
        compare(customers(FEW_YEARS, first_on=first, known_on=most), periods=FEW_YEARS).rows.metric
    )
    less = most.where(np.arange(200) >= 21)
    assert reasons(compare(customers(FEW_YEARS, first_on=first, known_on=less), periods=FEW_YEARS))["cac"] == NO_COSTS
    few = compare(customers(FEW_YEARS, first_on=first), periods=FEW_YEARS)
    assert reasons(few)["cac"] == NO_COSTS
    assert "new_customers" not in set(few.rows["metric"])
    assert reasons(few)["churn"] == reasons(few)["cltv"] == NO_PRIOR


def test_score() -> None:
    """100 answers, 50 promoters and 20 detractors; then 200 with 120 and 20: 30 and 50."""
    found = compare(customers(), counts(answers=[100, 200], promoters=[50, 120], detractors=[20, 20]))
    score = row(found, "nps")
    assert tuple(score[["before", "after"]]) == pytest.approx((0.3, 0.5))
    half = 1.959964 * math.sqrt((0.7 - 0.09) / 99 + (0.7 - 0.25) / 199)
    assert score["high"] - score["change"] == pytest.approx(half, rel=1e-5)
    assert "nps" not in set(compare(customers(), counts(answers=[1, 200])).rows["metric"])


def test_lengths_that_differ() -> None:
    """365 days against 183: sums for 30 days, and no shares of who bought."""
    periods = choose_periods(BEFORE, ["2026-04-01", "2026-09-30"], AS_OF, date(2023, 10, 1), AS_OF)
    counted = counts(periods, subscribers=[100, 100], cancelled=[20, 20])
    found = compare(customers(periods), counted, periods)
    revenue = row(found, "revenue")
    assert revenue["unit"] == "money a month"
    assert tuple(revenue[["before", "after"]]) == pytest.approx((2_000 * 30 / 365, 2_000 * 30 / 183))
    assert row(found, "subscriber_churn")["unit"] == "share a month"
    assert row(found, "subscriber_churn")["after"] == pytest.approx(1 - 0.8 ** (30 / 183))
    assert {name for name, why in reasons(found).items() if why == UNEQUAL} == {
        "cltv",
        "churn",
        "conversion",
        "revenue_per_customer",
    }


@pytest.mark.parametrize(("last", "days", "why"), [("09-27", 179, SHORT), ("09-28", 180, "")])
def test_short_periods_have_no_lifetime_value(last: str, days: int, why: str) -> None:
    told = ([f"{year}-04-02", f"{year}-{last}"] for year in (2025, 2026))
    periods = choose_periods(*told, AS_OF, date(2023, 10, 1), AS_OF)
    assert periods.before and periods.before.days == days
    found = compare(customers(periods), periods=periods)
    assert reasons(found).get("cltv", "") == why
    assert ("cltv" in set(found.rows["metric"])) == (not why)


def test_other_seasons_have_no_lifetime_value() -> None:
    halves = choose_periods(["2025-10-04", "2026-04-01"], ["2026-04-02", "2026-09-28"], AS_OF, date(2023, 10, 1), AS_OF)
    found = compare(customers(halves), periods=halves)
    assert reasons(found)["cltv"] == SEASONS
    assert "churn" in set(found.rows["metric"])


def test_orders_without_amounts() -> None:
    nothing = {f"{measure}_{name}": math.nan for name in YEARS.windows for measure in ("spend", "returned")}
    found = compare(customers(**nothing))
    assert {*found.rows["metric"]} == {"customers", "churn", "new_customers"}
    assert reasons(found)["revenue"] == reasons(found)["cltv"] == NO_ORDERS
    assert math.isnan(found.top_share)


def test_subscriptions_alone() -> None:
    nobody = customers().iloc[:0]
    found = compare(nobody, counts(subscribers=[100, 200], cancelled=[25, 20]))
    assert list(found.rows["metric"]) == ["churn"]
    assert reasons(found) == {"cltv": NO_ORDERS, "conversion": NO_LEADS, "cac": NO_COSTS, "revenue": NO_ORDERS}


def test_a_customer_list_alone() -> None:
    known = np.repeat([pd.Timestamp("2024-10-01"), pd.Timestamp("2026-09-30")], [120, 80])
    frame = customers(known_on=known, first_on=pd.NaT, acquisition_cost=5.0)
    found = compare(frame.assign(**{f"orders_{name}": 0.0 for name in YEARS.windows}))
    assert {*found.rows["metric"]} == {"new_customers", "cac"}
    assert reasons(found)["churn"] == NO_CHURN


def test_declared_figures_take_the_place_of_measured_ones() -> None:
    found = compare(customers(), figures={"revenue": [7, 8], "roi": [1, 2]})
    revenue = row(found, "revenue")
    assert tuple(revenue[["before", "after", "measured_before", "measured_after"]]) == (7, 8, 2_000, 2_000)
    assert revenue["basis"] == "declared"
    assert math.isnan(row(found, "roi")["measured_before"])
    assert found.rows["metric"].is_unique


def test_figures_alone() -> None:
    frame = customers(NO_PERIODS, first_on=pd.NaT)
    found = compare(
        frame, counts(choose_periods(BEFORE, AFTER, AS_OF, None, None)), NO_PERIODS, figures={"cac": [50, 40]}
    )
    assert list(found.rows["metric"]) == ["cac"]
    assert found.left_out.empty


def test_a_period_without_purchases_is_refused() -> None:
    with pytest.raises(
        InputError, match=r"roi\.before: before is empty: nobody bought from 2024-10-01 to 2025-09-30\."
    ):
        compare(customers(orders_before=0.0))


def test_one_order_of_a_million() -> None:
    spend = np.where(np.arange(200) == 0, 1e6, 10.0)
    found = compare(customers(spend_after=spend))
    assert found.top_share == pytest.approx(1e6 / (1e6 + 1990))
    assert row(found, "revenue")["verdict"] == "unclear"


def test_where_orders_do_not_tell_who_stayed_churn_and_value_are_left_out() -> None:
    told = compare(customers(), no_retention="customers order too seldom")
    assert {reasons(told)[name] for name in ("churn", "cltv")} == {"customers order too seldom"}
    assert not {"churn", "cltv"} & set(told.rows["metric"])
    assert {"churn", "cltv"} <= set(compare(customers()).rows["metric"])
