"""Odd data go through all of the page's arithmetic and words: no error, nobody lost, or one clear sentence."""

from datetime import date

import ibis
import pandas as pd
import pytest

from helpers.analysis import rhythm
from helpers.analysis.lifecycle import groups, retention, survival, thresholds, transitions
from helpers.data.cleaning.marking import empty_table
from helpers.data.features import purchases
from helpers.data.features.rhythm import gap_sums
from helpers.errors import ThinDataError
from helpers.story import fmt
from helpers.story.lifecycle import charts, tables, words
from helpers.story.statement import Statement

AS_OF = date(2026, 6, 30)
POUNDS = fmt.Money("GBP")


def lines(customers: list[str], days: list[str], amounts: list[float]) -> pd.DataFrame:
    frame = pd.DataFrame({"customer_id": customers, "ordered_at": pd.to_datetime(days), "amount": amounts})
    return frame.assign(order_id=[f"o{i}" for i in range(len(frame))])


SAME_DAYS = ["2026-01-01", "2026-03-01", "2026-05-01"]
ODD = {
    "one customer with one order": lines(["a"], ["2026-05-01"], [10.0]),
    "one customer": lines(["a"] * 3, SAME_DAYS, [10.0] * 3),
    "all identical": lines([f"c{i // 3}" for i in range(180)], SAME_DAYS * 60, [10.0] * 180),
    "one order each, on one day": lines([f"c{i}" for i in range(90)], ["2026-06-30"] * 90, [1.0] * 90),
    "an outlier": lines([f"c{i // 3}" for i in range(180)], SAME_DAYS * 60, [1e9] + [1.0] * 179),
    "dates to come": lines([f"c{i}" for i in range(60)], ["2026-06-01", "2027-06-01"] * 30, [1.0] * 60),
    "names with markup": lines(["<script>", "a & b", "“"] * 20, ["2026-06-01"] * 60, [1.0] * 60),
}


def tell(orders: pd.DataFrame) -> tuple[groups.Lifecycle, list[Statement]]:
    """All of the page."""
    table = ibis.memtable(orders)
    activity = purchases.find_activity(table, empty_table("subscriptions"), empty_table("events"), AS_OF)
    totals, steps = purchases.purchase_totals(activity.rows, AS_OF), purchases.order_steps(activity.rows, AS_OF)
    gaps = gap_sums(activity.rows, AS_OF)
    timing = rhythm.measure_rhythm(gaps.customers, has_season=gaps.has_season)
    cuts = thresholds.find_thresholds(totals, steps, timing.customers)
    asked = (cuts.loyal_orders, cuts.high_orders, cuts.high_spend)
    reached = purchases.milestones(activity.rows, AS_OF, *asked)
    known = purchases.first_known(empty_table("customers"), empty_table("events"), AS_OF)
    life = groups.group_customers(totals, reached, timing.customers, known, cuts, AS_OF)
    unit = transitions.choose_unit(timing.usual_gap_days, gaps.customers["tenure_days"].max())
    ends = transitions.period_ends(totals["first_on"].min(), AS_OF, unit)
    past = purchases.gaps_at(activity.rows, ends, AS_OF)
    then = rhythm.measure_rhythm(past).customers
    late = transitions.late_at(past, then, timing.customers, AS_OF)
    moves = transitions.follow_stages(life.customers, late, ends, unit)
    window = retention.choose_window(timing.usual_gap_days)
    back = purchases.bought_in_both(activity.rows, AS_OF, window)
    rates = retention.measure_rates(life, cuts, back, window, moves)
    grid = retention.cohort_grid(purchases.cohort_activity(activity.rows, AS_OF, unit), AS_OF, unit)
    channels = purchases.first_channels(table, empty_table("customers"), AS_OF)
    stays = retention.measure_stays(life, timing.customers, channels, AS_OF)
    staying = survival.estimate_survival(stays.months, stays.ended, stays.groups, stays.grouping)
    shown = [charts.groups(life, POUNDS), charts.next_order(cuts), charts.cohorts(grid, unit), charts.moves(moves)]
    shown += [charts.survival(staying)]
    made = [tables.groups(life, POUNDS), tables.thresholds(cuts, POUNDS), tables.rates(rates), tables.heading(moves)]
    assert all(item.title for item in (*shown, *made))
    said = [words.answer(life, POUNDS), words.stage_basis(life, timing.reason), words.stage_thresholds(cuts)]
    said += [words.rates(rates)]
    said += [words.cohorts(retention.compare_cohorts(grid), unit), words.stay(staying), words.stage_moves(moves, life)]
    return life, said


@pytest.mark.parametrize("odd", list(ODD))
def test_nobody_is_lost_and_no_word_is_amiss(odd: str) -> None:
    orders = ODD[odd]
    life, said = tell(orders)
    counted = orders[orders["ordered_at"] < pd.Timestamp("2026-07-01")]["customer_id"]
    assert sorted(life.customers["customer_id"]) == sorted(counted.unique())
    assert life.groups["customers"].sum() == counted.nunique()
    assert life.customers["since"].notna().all()
    assert not [s for s in said if "nan" in s.text.lower()]


def test_negative_spend_only_is_one_sentence() -> None:
    with pytest.raises(ThinDataError, match="no purchase, no subscription and no visit"):
        tell(lines(["a", "b"], ["2026-05-01", "2026-05-02"], [-5.0, -1.0]))


def test_orders_to_come_alone_are_one_sentence() -> None:
    with pytest.raises(ThinDataError):
        tell(lines(["a", "b"], ["2027-05-01", "2027-05-02"], [5.0, 1.0]))
