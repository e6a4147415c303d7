"""Every key figure worked by hand on small tables, and what is not told."""

from datetime import date
from math import exp, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.roi.groupings import FIXED, START, TODAY, Grouping
from helpers.analysis.roi.kpis import TOO_FEW, Period, measure_kpis
from helpers.errors import InputError
from tests.analysis.roi.kpi_samples import (
    COHORT_ON,
    NEW_ON,
    OLD,
    YEAR,
    by,
    figures,
    lead,
    left,
    note,
    people,
    stayed,
    value,
    won,
)

# 60 stayed with 100 each, 40 left who had brought 50 each, 40 were won at 20 each and brought 50 each, 60 leads of whom
# 30 came in the period at a cost of 4 each, and 30 had come before it.
ALL = people(
    stayed(60, 100.0), left(40, 50.0), won(40), lead(30, known_on=NEW_ON, acquisition_cost=4.0), lead(30, known_on=OLD)
)


def test_every_figure_by_hand() -> None:
    found = figures(ALL, overhead=200.0)
    assert value(found, "customers") == 100  # 60 stayed and 40 won
    assert value(found, "members") == 100
    assert value(found, "new_customers") == 40
    assert value(found, "leads") == 60
    assert value(found, "revenue") == 60 * 100 + 40 * 50
    assert value(found, "average_order") == 8_000 / 160  # two orders of each who stayed, one of each won
    assert value(found, "revenue_per_customer") == 80
    assert value(found, "margin") == pytest.approx(0.4)
    assert value(found, "margin_per_customer") == pytest.approx(32)
    assert value(found, "conversion") == 0.4  # 40 of the 60 leads and the 40 won
    assert value(found, "retention") == 0.6
    assert value(found, "churn") == 0.4
    assert value(found, "revenue_churn") == pytest.approx(2_000 / 8_000)
    assert value(found, "cac") == pytest.approx(20)
    assert value(found, "cac_loaded") == pytest.approx(20 + 30 * 4 / 40 + 200 / 40)  # 28
    assert value(found, "cltv") == pytest.approx(32 / 0.4)
    five = sum(32 * 0.6**t / 1.08 ** (t + 0.5) for t in range(5))
    assert value(found, "gross_margin_value") == pytest.approx(five)
    assert value(found, "cltv_cac") == pytest.approx(five / 28)
    assert value(found, "payback_months") == pytest.approx(28 / (32 / 12))
    assert value(found, "roi") == pytest.approx((five - 28) / 28)
    row = found.overall("cac_loaded")
    assert (row["numerator"], row["denominator"]) == (pytest.approx(28 * 40), 40)
    assert found.overall("retention")[["numerator", "denominator"]].tolist() == [60, 100]
    assert found.overall("retention")["unit"] == "share in 12 months"
    assert found.overall("retention")["period_first"] == pd.Timestamp("2025-10-01")


def test_customers_won_a_period_ago_by_hand() -> None:
    """40 won in the period before at 30 each, of whom 10 stayed: 10 x (60 + 70) + 30 x 60 less 20 sent back, at 40%."""
    cohort = {"first_on": COHORT_ON, "acquisition_cost": 30.0}
    c = people(stayed(10, 70.0, revenue_before=60.0, **cohort), left(30, 60.0, **cohort), won(40, 20.0), stayed(50))
    c.loc[15, "returned_before"] = 20.0
    found = figures(c, overhead=80.0)
    assert value(found, "won_value") == pytest.approx(0.4 * (10 * 130 + 30 * 60 - 20) / 40)
    assert value(found, "won_retention") == 0.25
    assert value(found, "won_to_cac") == pytest.approx(0.4 * 3_080 / 40 / (30 + 80 / 40))
    # A purchase on the first day of the period before is one in it; the history must go back half a period beyond.
    c.loc[:39, "first_on"] = pd.Timestamp("2024-10-01")
    assert value(figures(c), "won_retention") == 0.25
    just = Period("orders", YEAR.first, YEAR.last, YEAR.before, date(2024, 4, 1))
    assert value(figures(c, period=just), "won_retention") == 0.25
    short = Period("orders", YEAR.first, YEAR.last, YEAR.before, date(2024, 4, 3))
    assert "too short" in note(figures(c, period=short), "won_retention")


def test_customers_won_a_period_ago_bear_the_cost_of_the_leads_of_their_own_time() -> None:
    """Of leads known from the first to the last day of that period, not of those who came before or since."""
    cohort = {"first_on": COHORT_ON, "acquisition_cost": 30.0}
    days = {"2024-09-30": 1.0, "2024-10-01": 10.0, "2025-09-30": 30.0, "2025-10-01": 100.0}
    leads = [lead(1, known_on=pd.Timestamp(day), acquisition_cost=cost) for day, cost in days.items()]
    found = figures(people(stayed(40, 70.0, **cohort), won(40, 20.0), stayed(50), *leads), overhead=80.0)
    assert value(found, "cac_loaded") == pytest.approx(20 + 100 / 40 + 80 / 40)
    assert value(found, "won_to_cac") == pytest.approx(0.4 * 140 / (30 + (10 + 30) / 40 + 80 / 40))


def test_the_first_day_of_the_period_is_in_it() -> None:
    day = pd.Timestamp("2025-10-01")
    c = people(won(40, first_on=day, known_on=day), lead(40, known_on=day, acquisition_cost=5.0))
    found = figures(c)
    assert value(found, "new_customers") == 40
    assert value(found, "cac_loaded") == pytest.approx(20 + 5)
    later = figures(c.assign(first_on=c["first_on"] - pd.Timedelta(days=1)))
    assert value(later, "new_customers") == 0


@pytest.mark.parametrize(("began", "known"), [(date(2025, 7, 3), True), (date(2025, 7, 4), False)])
def test_who_was_new_takes_half_a_period_of_history_before(began: date, known: bool) -> None:
    """The period has 182 days, and 3 July lies 91 days before the period before."""
    period = Period("orders", date(2026, 4, 2), date(2026, 9, 30), date(2025, 10, 2), began)
    assert period.days == 182
    assert period.knows_won_before == known


@pytest.mark.parametrize(
    ("basis", "before", "known"),
    [("orders", None, False), ("orders", YEAR.before, True), ("subscriptions", None, True)],
)
def test_nobody_is_new_where_the_history_begins_with_the_period(basis: str, before: date | None, known: bool) -> None:
    found = figures(people(stayed(40), won(40), lead(60)), period=Period(basis, YEAR.first, YEAR.last, before))
    for kpi in ("new_customers", "conversion"):
        assert (value(found, kpi) > 0) == known
        assert ("the history begins with the period" in note(found, kpi)) != known


def test_margin_comes_from_costs_where_they_are_known() -> None:
    """Lines of 95 in 100 have a cost of 60 in each 95; the rest is taken to leave the same share."""
    c = people(stayed(100, 100.0, costed=95.0, cost=57.0))
    found = figures(c)
    assert found.margin_known
    assert value(found, "margin") == pytest.approx(0.4)  # 1 - 57 / 95
    assert value(found, "margin_per_customer") == pytest.approx(40)
    assert note(found, "margin") == "margin from the lines' costs"
    assert figures(c.assign(costed=90.0)).margin_known
    assert not figures(c.assign(costed=89.9)).margin_known
    assert not figures(c.assign(cost=0.0)).margin_known  # a column of zeros is no cost


def test_returns_are_taken_off_the_margin_and_not_off_revenue() -> None:
    found = figures(people(stayed(50, 100.0, returned=20.0)), margin=0.5)
    assert value(found, "revenue_per_customer") == 100
    assert value(found, "margin_per_customer") == 40
    assert value(found, "margin") == 0.5
    assert np.isnan(found.overall("margin")["low"])  # an assumption has no interval


def test_costs_above_revenue_lose_money_and_are_never_paid_back() -> None:
    c = people(stayed(60, 100.0, costed=100.0, cost=130.0, acquisition_cost=10.0), left(40), won(40, costed=50.0))
    c.loc[100:, "cost"] = 65.0
    found = figures(c)
    assert value(found, "margin") == pytest.approx(-0.3)
    assert value(found, "gross_margin_value") < 0
    assert note(found, "payback_months") == "a customer leaves no margin to pay it back"


def test_what_those_who_leave_keep_from_being_paid_has_no_payback() -> None:
    """Of 40 a year a tenth stay: 40 + 4 + … discounted from the middle of each year are 42.4: 43 are not paid back."""
    c = people(stayed(60, 100.0, acquisition_cost=1.0), left(540, 100.0), won(40, 42.0, 100.0))
    worth = value(figures(c), "gross_margin_value")
    assert worth == pytest.approx(sum(40 * 0.1**t / 1.08 ** (t + 0.5) for t in range(5)))
    assert value(figures(c), "payback_months") == pytest.approx(42 / (40 / 12))
    dear = figures(c.assign(acquisition_cost=c["acquisition_cost"] + 1))
    assert np.isnan(value(dear, "payback_months"))
    assert note(dear, "payback_months") == "not paid back within five years"
    # Where nobody's staying is known, five years of margin are the limit.
    short = Period("orders", YEAR.first, YEAR.last)
    assert value(figures(c.assign(acquisition_cost=200.0), period=short), "payback_months") == pytest.approx(60)
    assert np.isnan(value(figures(c.assign(acquisition_cost=200.1), period=short), "payback_months"))


def test_a_period_of_six_months_is_told_as_such_and_valued_by_the_year() -> None:
    half = Period("orders", date(2026, 4, 1), date(2026, 9, 30), date(2025, 10, 1))
    assert half.years == 0.5
    found = figures(people(stayed(90), left(10)), period=half)
    assert found.overall("retention")["unit"] == "share in 6 months"
    assert value(found, "retention") == 0.9
    assert value(found, "cltv") == pytest.approx(0.4 * 100 * 2 / (1 - 0.9**2))


@pytest.mark.parametrize(
    ("first", "last", "years", "time"),
    [
        (date(2025, 10, 1), date(2026, 9, 30), 1, "in 12 months"),
        (date(2026, 9, 1), date(2026, 9, 30), 1 / 12, "in 1 month"),
        (date(2026, 9, 8), date(2026, 9, 30), 23 / 365.25, "in 23 days"),
        (None, date(2026, 9, 30), 1, "so far"),
    ],
)
def test_the_unit_of_time(first: date | None, last: date, years: float, time: str) -> None:
    period = Period("orders", first, last)
    assert (period.years, period.time) == (pytest.approx(years), time)


def test_by_tenure_churn_is_of_all_and_its_yearly_rate_of_the_years_seen() -> None:
    """30 of 100 left in 400 years together: 1 - exp(-30 / 400) a year. Published: 1,869 of 7,043 customers, 26.5 %."""
    c = people(stayed(70, years=5.0), left(30, years=50 / 30))
    found = figures(c.assign(first_on=pd.NaT), period=Period("tenure", None, YEAR.last))
    assert value(found, "churn") == 0.3
    assert found.overall("churn")["unit"] == "share since joining"
    assert note(found, "churn") == "of all who ever joined, not a yearly rate"
    assert value(found, "cltv") == pytest.approx(40 / (1 - exp(-30 / 400)))


def test_groups_of_behaviour_are_as_they_stood_and_the_won_a_group_of_their_own() -> None:
    """Champions: 60 stayed. Lost: 40 left. An amount a customer is of all in the group; those won are in neither."""
    groups = by("rfm_segment", ALL, ("Champions", 60), ("Lost", 40), moment=START)
    found = figures(ALL, groups)
    of = {"segmentation": "rfm_segment"}
    assert value(found, "customers", "Lost", **of) == 0
    assert value(found, "members", "Lost", **of) == 40
    assert value(found, "revenue_per_customer", "Lost", **of) == 0
    assert value(found, "retention", "Lost", **of) == 0
    assert value(found, "members", "New in the period", **of) == 40
    assert note(found, "retention", "New in the period", **of) == "won in the period, so not yet seen to stay or leave"
    assert "each has seen a part only" in note(found, "payback_months", "New in the period", **of)
    assert found.of("rfm_segment", "conversion").empty  # leads are in no such group
    assert found.of("rfm_segment", "revenue")["value"].sum() == value(found, "revenue")


def test_an_acquisition_cost_of_a_group_is_that_of_its_customers_whenever_won() -> None:
    c = people(stayed(40, acquisition_cost=10.0), won(40, 20.0), lead(20, known_on=NEW_ON, acquisition_cost=8.0))
    groups = by("rfm_segment", c, ("Champions", 40), moment=START)
    found = figures(c, groups, overhead=40.0)
    of = {"segmentation": "rfm_segment"}
    assert value(found, "cac", "Champions", **of) == pytest.approx(10)
    assert value(found, "cac_loaded", "Champions", **of) == pytest.approx(10 + 20 * 8 / 40 + 40 / 40)
    assert value(found, "cac", "New in the period", **of) == pytest.approx(20)
    assert value(found, "cac") == pytest.approx(20)


def test_groups_of_todays_orders_do_not_tell_who_stayed() -> None:
    found = figures(ALL, by("cluster", ALL, ("A", 60), ("B", 80), moment=TODAY))
    assert np.isnan(value(found, "retention", "A", "cluster"))
    assert "decide who stayed" in note(found, "retention", "A", "cluster")
    assert value(found, "revenue_per_customer", "A", "cluster") == 100


def test_costs_of_leads_and_overhead_are_shared_by_attribute() -> None:
    """In the north 30 won and 10 leads at 6 each, in the south 30 won and none: overhead by customers won."""
    c = people(won(30), lead(10, known_on=NEW_ON, acquisition_cost=6.0), won(30, 10.0), stayed(5))
    found = figures(c, by("region", c, ("North", 40), ("South", 30)), overhead=120.0)
    assert value(found, "cac_loaded", "North", "region") == pytest.approx(20 + 60 / 30 + 2)
    assert value(found, "cac_loaded", "South", "region") == pytest.approx(10 + 2)
    assert value(found, "customers", "(unknown)", "region") == 5
    assert value(found, "conversion", "North", "region") == 0.75


def test_where_nobody_was_won_an_overhead_has_nobody_to_share_it() -> None:
    found = figures(people(stayed(50, acquisition_cost=9.0)), overhead=10.0)
    assert np.isnan(value(found, "cac_loaded"))


@pytest.mark.parametrize(("n", "told"), [(29, False), (30, True)])
def test_fewer_than_thirty_customers_are_too_few(n: int, told: bool) -> None:
    found = figures(people(stayed(n - 9), left(9), won(n), lead(50)))
    assert (note(found, "retention") == TOO_FEW) != told
    assert (note(found, "cac") == TOO_FEW) != told
    few = figures(people(stayed(n)))
    assert (note(few, "revenue_per_customer") == TOO_FEW) != told
    assert value(few, "revenue") == n * 100  # what was counted is told of any number
    pool = figures(people(won(10), lead(n - 10), stayed(50)))
    assert (note(pool, "conversion") == TOO_FEW) != told


def test_who_could_not_stay_long_enough_is_not_told() -> None:
    """A furniture shop: customers order so seldom that nobody can be said to have left."""
    c = people(stayed(60), left(40))
    rhythm = pd.DataFrame({"usual_gap_days": [456.25] * 100, "late": 0.5})
    assert value(figures(c, rhythm=rhythm), "retention") == 0.6  # 0.8 of 456.25 days are the year
    found = figures(c, rhythm=rhythm.assign(usual_gap_days=457.0))
    assert "too early" in found.no_retention
    assert np.isnan([value(found, k) for k in ("retention", "churn", "revenue_churn", "cltv", "roi")]).all()
    assert value(found, "revenue_per_customer") == 100
    known = rhythm.assign(usual_gap_days=50.0, late=[0.5] * 50 + [nan] * 50)
    assert not figures(c, rhythm=known).no_retention
    assert figures(c, rhythm=known.assign(late=[0.5] * 49 + [nan] * 51)).no_retention
    assert figures(c, rhythm=rhythm.assign(usual_gap_days=nan)).no_retention
    assert not figures(c, rhythm=rhythm.head(0)).no_retention


@pytest.mark.parametrize(
    ("customers", "period", "kpi", "said"),
    [
        (people(stayed(50)), Period("orders", YEAR.first, YEAR.last), "retention", "two equally long periods"),
        (people(stayed(50)), Period("list", None, YEAR.last), "retention", "purchases have no dates"),
        (people(stayed(50)), Period("list", None, YEAR.last), "payback_months", "no acquisition costs"),
        (people(stayed(50, acquisition_cost=1.0)), Period("list", None, YEAR.last), "payback_months", "have no dates"),
        (people(stayed(50)), YEAR, "cac", "no acquisition costs"),
        (people(stayed(50, acquisition_cost=0.0)), YEAR, "cac", "all acquisition costs are zero"),
        (people(stayed(50)), YEAR, "conversion", "no customer list names"),
        (people(stayed(50), lead(40, known_on=pd.NaT)).assign(known_on=pd.NaT), YEAR, "conversion", "when each lead"),
        (people(stayed(50)), YEAR, "cltv", "nobody left in the period"),
        (people(stayed(50)).assign(revenue=nan), YEAR, "revenue", "what customers paid is not known"),
        (people(stayed(50)).assign(orders=nan), YEAR, "average_order", "orders are not known"),
    ],
)
def test_what_is_not_told_says_why(customers: pd.DataFrame, period: Period, kpi: str, said: str) -> None:
    found = figures(customers, period=period)
    assert np.isnan(value(found, kpi))
    assert said in note(found, kpi)


def test_a_free_way_of_winning_customers_has_a_cost_and_no_multiple() -> None:
    c = people(won(40, 0.0), won(40, 30.0), stayed(60), left(40))
    halves = Grouping(
        "channel", pd.Series(["Friend"] * 40 + ["Ad"] * 140, index=c["customer_id"]), FIXED, ["Ad", "Friend"]
    )
    found = figures(pd.concat([c]), halves)
    assert value(found, "cac", "Friend", "channel") == 0
    assert np.isnan(value(found, "cltv_cac", "Friend", "channel"))


def test_a_client_of_whom_nothing_is_known_has_figures_without_values() -> None:
    found = figures(ALL.head(0), period=Period("nothing", None, YEAR.last))
    assert found.is_empty
    assert found.no_retention == "there are no purchases"
    assert not figures(ALL).is_empty


def test_where_all_or_none_stayed_the_interval_is_as_wide_as_that_of_retention() -> None:
    """Of 60 all stayed: retention is 94 to 100 % (Wilson), and the value reaches as far down."""
    found = figures(people(stayed(60, 100.0)))
    least = found.overall("retention")["low"]
    five = sum(40 * least**t / 1.08 ** (t + 0.5) for t in range(5))
    assert found.overall("gross_margin_value")["low"] == pytest.approx(five)
    assert found.overall("revenue_churn")["high"] == pytest.approx(1 - least)
    gone = figures(people(left(60), stayed(0), won(40)))
    assert gone.overall("revenue_churn")["low"] == pytest.approx(gone.overall("churn")["low"])
    assert gone.overall("revenue_churn")["high"] == 1


def test_one_huge_order_widens_the_interval_and_decides_nothing() -> None:
    c = people(stayed(199, 100.0), left(50), won(50), stayed(1, 1e6))
    row = figures(c).overall("revenue_per_customer")
    assert row["value"] > 4_000
    assert row["low"] < 150
    assert figures(c).overall("cltv")["low"] < 300  # of all others it is 40 / 0.2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"margin": 0.0}, "a margin of 0.0"),
        ({"margin": 1.01}, "a margin of 1.01"),
        ({"overhead": -1.0}, "an overhead of -1.0"),
        ({"discount_rate": 1.1}, "a discount of 1.1"),
        ({"discount_rate": -0.1}, "a discount of -0.1"),
    ],
)
def test_impossible_assumptions_are_refused(change: dict[str, float], said: str) -> None:
    with pytest.raises(InputError, match=said):
        figures(ALL, **change)
    figures(ALL, margin=1.0, overhead=0.0, discount_rate=1.0)


def test_customers_twice_and_absent_columns_are_refused() -> None:
    with pytest.raises(InputError, match="repeat a customer_id"):
        measure_kpis(pd.concat([ALL, ALL.head(1)]), YEAR, margin=0.4)
    with pytest.raises(InputError, match="lack revenue"):
        measure_kpis(ALL.drop(columns="revenue"), YEAR, margin=0.4)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_segments_account_for_every_customer_and_all_revenue(seed: int) -> None:
    rng = np.random.default_rng(seed)
    c = people(stayed(40), left(30), won(20), lead(15, known_on=NEW_ON))
    c["revenue"] = np.where(c["bought"], rng.gamma(1, 100, len(c)), 0.0)
    labels = pd.Series(rng.choice(["a", "b", None], len(c)), index=c["customer_id"], dtype=object)
    for moment in (START, FIXED, TODAY):
        found = figures(c, Grouping("g", labels.dropna().astype("str"), moment, ["a", "b"]))
        for kpi in ("customers", "new_customers", "revenue"):
            assert found.of("g", kpi)["value"].sum() == pytest.approx(value(found, kpi))
        for kpi in ("retention", "churn"):
            assert found.of("g", kpi)["denominator"].sum() == found.overall(kpi)["denominator"]
        known = found.table.dropna(subset=["value", "low", "high"])
        assert (known["low"] <= known["value"] + 1e-9).all()
        assert (known["value"] <= known["high"] + 1e-9).all()
