"""The page on value segments for trades unlike each other: nobody who is on time is called absent, in any sentence."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest

from helpers.analysis import rfm
from helpers.analysis.rfm import holdout, movement
from helpers.analysis.rfm.maps import claims_absence
from helpers.analysis.rhythm import Rhythm, measure_rhythm
from helpers.data.cleaning.marking import empty_table
from helpers.data.features.customers import Buyers, find_buyers, look_back
from helpers.data.features.rhythm import gap_sums
from helpers.story import fmt
from helpers.story.rfm import charts, movement_words, tables, words
from helpers.story.statement import Statement

AS_OF = date(2026, 9, 30)
END = pd.Timestamp(AS_OF)
MONEY = fmt.Money("GBP")
ABSENCE = r"at risk|asleep|\b[Ll]ost\b|gone|quiet|lapsed|dormant|hibernat|win them back|About to sleep|Cannot lose"


@dataclass(frozen=True)
class Page:
    scored: rfm.Rfm
    rhythm: Rhythm
    buyers: Buyers
    said: dict[str, Statement]
    shown: str  # what charts and tables say


def page_of(orders: pd.DataFrame, as_of: date = AS_OF, draw: bool = True) -> Page:
    """All that the notebook makes of these orders."""
    table = ibis.memtable(orders)
    buyers = find_buyers(table, empty_table("customers"), as_of)
    gaps = gap_sums(table, as_of)
    rhythm = measure_rhythm(gaps.customers, has_season=gaps.has_season)
    chosen = rfm.Settings()
    scored = rfm.score_rfm(buyers.customers, rhythm.customers, chosen)
    period = movement.choose_period(0, buyers.customers["tenure_days"].max())
    past = look_back(table, as_of, period)
    then = movement.score_then(past.customers, measure_rhythm(past.gaps).customers, scored, chosen)
    moves = movement.compare_segments(then, scored, past.totals, period)
    tested = holdout.check_scores(then, past.totals, period)
    statements = [
        words.overview(scored, MONEY),
        words.naming(scored, rhythm),
        words.basis(scored, buyers),
        words.slipping(scored, MONEY),
        words.concentration(scored),
        words.scales(scored),
        movement_words.moved(moves, MONEY),
        movement_words.foretold(tested),
    ]
    pictures = []
    if draw:
        pictures += [charts.segments(scored, MONEY), charts.grid(scored, MONEY)]
        pictures += [charts.net_flows(moves), charts.tenths(tested)]
    made = [tables.actions(scored, MONEY), tables.segments(scored, MONEY), tables.flows(moves, MONEY)]
    made += [tables.lift(tested, MONEY), tables.cuts(scored, MONEY)]
    shown = " ".join([*(p.alt for p in pictures), *(t.text for t in made)])
    # Customers in are customers out, in every table.
    n = orders.loc[pd.to_datetime(orders["ordered_at"]) < END + pd.Timedelta(days=1), "customer_id"].nunique()
    assert len(scored.customers) == n == scored.segments["customers"].sum() == scored.grid["customers"].sum()
    if period:
        assert moves.by_segment["now"].sum() == n
    absent = scored.customers["rfm_segment"].map(claims_absence)
    assert scored.customers.loc[absent, "is_late"].all()
    return Page(scored, rhythm, buyers, {s.key: s for s in statements}, shown)


def regulars(
    rng: np.random.Generator, customers: int, gaps: list[float], since: int, spread: float = 0.1
) -> pd.DataFrame:
    """Customers who order every so many days up to the end."""
    rows = []
    for number in range(customers):
        day = END - pd.Timedelta(days=float(rng.uniform(0.5, 1)) * since)
        while day <= END:
            rows.append((f"{number:04d}", day.normalize(), round(float(rng.lognormal(3, 0.5)), 2)))
            day += pd.Timedelta(days=max(1.0, gaps[number % len(gaps)] * float(rng.normal(1, spread))))
    return pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])


def test_a_grocer_of_weekly_and_fortnightly_customers_is_told_nothing_false() -> None:
    page = page_of(regulars(np.random.default_rng(1), 150, [7, 14], 330))
    assert page.scored.why == "on time"
    assert "recency does not separate customers" in page.said["naming"].text
    assert page.said["slipping"].verdict == "good"
    told = " ".join([page.shown, *(f"{s.text} {s.action}" for s in page.said.values())])
    assert not re.search(ABSENCE, told)


def test_a_grocers_customers_who_stopped_are_found_and_only_they() -> None:
    orders = regulars(np.random.default_rng(2), 150, [7, 14], 330)
    stopped = orders["customer_id"].astype(int) % 15 == 0
    orders = orders[~stopped | (orders["ordered_at"] < END - pd.Timedelta(days=90))]
    scored = page_of(orders, draw=False).scored
    assert scored.why == "size"
    late = scored.customers["is_late"]
    gone = scored.customers["customer_id"].astype(int) % 15 == 0
    assert late[gone].all()
    assert late[~gone].mean() <= 0.05  # which is what 95% sure means
    absent = scored.customers["rfm_segment"].map(claims_absence)
    assert (absent == late).all()


def test_a_furniture_shop_does_not_call_two_years_of_silence_lost() -> None:
    rng = np.random.default_rng(3)
    page = page_of(regulars(rng, 200, [900.0, 1200.0, 1500.0], 3600, 0.3), draw=False)
    quiet = page.scored.customers["recency_days"].between(365, 900)
    assert quiet.sum() > 30
    assert not page.scored.customers.loc[quiet, "rfm_segment"].map(claims_absence).any()


def test_one_time_buyers_have_positions_and_the_page_says_why() -> None:
    rng = np.random.default_rng(4)
    days = END - pd.to_timedelta(rng.integers(0, 700, 200), "D")
    page = page_of(pd.DataFrame({"customer_id": [f"{i:03d}" for i in range(200)], "ordered_at": days, "amount": 9.5}))
    assert page.scored.why == "unknown"
    assert set(page.scored.segments["rfm_segment"]) == {"One order, latest", "One order, earlier"}
    assert "call nobody lost" in page.said["naming"].text
    told = page.shown + "".join(s.text + s.action for key, s in page.said.items() if key != "naming")
    assert not re.search(ABSENCE, told)


def test_a_christmas_trade_is_not_asleep_in_spring() -> None:
    rng = np.random.default_rng(5)
    rows = [
        (f"{c:03d}", pd.Timestamp(year, 11, 1) + pd.Timedelta(days=int(rng.integers(0, 50))), 20.0)
        for c in range(120)
        for year in (2022, 2023, 2024, 2025)
    ]
    orders = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])
    scored = page_of(orders, date(2026, 5, 31), draw=False).scored
    assert scored.customers["recency_days"].min() > 150
    assert not scored.customers["rfm_segment"].map(claims_absence).any()


@pytest.mark.parametrize(
    "orders",
    [
        pd.DataFrame({"customer_id": ["a"], "ordered_at": [END], "amount": [5.0]}),
        pd.DataFrame({"customer_id": list("abcd"), "ordered_at": [END] * 4, "amount": [5.0] * 4}),
        pd.DataFrame({"customer_id": list("abab"), "ordered_at": [END] * 4, "amount": [5.0, 5.0, -9.0, -9.0]}),
        pd.DataFrame({"customer_id": list("abc"), "ordered_at": [END] * 3, "amount": [1e9, 2.0, 3.0]}),
        pd.DataFrame(
            {"customer_id": list("ab"), "ordered_at": [END, END + pd.Timedelta(days=9)], "amount": [5.0, 4.0]}
        ),
    ],
    ids=["one customer", "all alike", "more returned than bought", "outlier", "dates after the day of analysis"],
)
def test_few_or_odd_orders_make_a_page_all_the_same(orders: pd.DataFrame) -> None:
    page = page_of(orders)
    assert page.said["overview"].verdict == "few"
    assert "nan" not in page.shown.lower()


def test_cdnows_one_time_buyers_share_a_score_and_are_not_called_lost(shared_data: Path) -> None:
    """The known answers of the data's README: 23,570 customers and what they spent; about half of them ordered once."""
    columns = ["customer_id", "day", "quantity", "amount"]
    text = {"customer_id": "str", "day": "str"}
    rows = pd.read_csv(shared_data / "cdnow_master.txt.gz", sep=r"\s+", header=0, names=columns, dtype=text)
    bought = rows.assign(ordered_at=pd.to_datetime(rows["day"], format="%Y%m%d"))
    table = ibis.memtable(bought[["customer_id", "ordered_at", "amount"]])
    as_of = date(1998, 6, 30)
    buyers = find_buyers(table, empty_table("customers"), as_of)
    assert rows["customer_id"].nunique() == 23_570
    # An order of nothing is no purchase: 68 customers never paid.
    assert len(buyers.customers) == 23_502
    scored = rfm.score_rfm(buyers.customers, measure_rhythm(gap_sums(table, as_of).customers).customers)
    assert scored.customers["spend"].sum() == pytest.approx(2_500_315.63, abs=0.005)
    once = scored.customers["order_count"] == 1
    assert scored.customers.loc[once, "f_score"].unique().tolist() == [1]
    two = scored.customers["order_count"] == 2
    assert scored.customers.loc[two, "f_score"].unique().tolist() == [1 + 5 * int(once.sum()) // len(scored.customers)]
    cuts = scored.cuts[scored.cuts["metric"] == "order_count"]
    assert cuts["score"].tolist() == [5, 4, 3, 1]
    assert cuts["customers"].sum() == len(scored.customers) == scored.segments["customers"].sum()
