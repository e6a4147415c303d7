"""A downturn that hits one segment is found; where nothing happened, nothing is."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.review.market import NOW, PAST, Periods, choose_periods, compare_market
from helpers.errors import InputError

JUNE, SEPTEMBER = date(2026, 6, 30), date(2026, 9, 30)
PERIODS = choose_periods(JUNE, SEPTEMBER, "", date(2023, 1, 1))


def trade(
    seed: int, *, fall: float = 1.0, n: int = 4000, everywhere: float = 1.0, segments: int = 8, only_sales: bool = False
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Customers of three years; group 0's sales of `now` are times `fall`, everybody's times `everywhere`. The segment
    Best is made of whoever did well before each period, and falls back by itself every year."""
    random = np.random.default_rng(seed)
    ids = [f"c{i}" for i in range(n)]
    level = random.gamma(2.0, 50.0, n)
    group = random.integers(0, segments, n)
    # Good luck in the year before a period: it shows in the same days of that year, and is over when the period begins.
    lucky = {when: random.random(n) < 0.15 for when in ("later", "now", "past")}
    luck_in = {"now": lucky["later"], "past": lucky["now"], "before": lucky["past"]}
    done = {}
    for when in ("now", "past", "before"):
        spent = level * random.gamma(2.0, 0.5, n) * (random.random(n) < 0.7)
        done[f"spend_{when}"] = spent * np.where(luck_in[when], 2.0, 1.0)
    done["spend_now"] *= np.where(group == 0, fall, 1.0) * everywhere
    frame = pd.DataFrame({"customer_id": ids, **done})
    for when in ("now", "past", "before"):
        frame[f"orders_{when}"] = (frame[f"spend_{when}"] > 0).astype(float)
        frame[f"events_{when}"] = random.poisson(2, n).astype(float)
        if only_sales:
            frame[[f"orders_{when}", f"events_{when}"]] = 0.0
    placed = {
        when: pd.DataFrame(
            {"customer_id": ids, "trade": group.astype(str), "rfm": np.where(lucky[when], "Best", "Rest")}
        )
        for when in (NOW, PAST)
    }
    return frame, placed


def test_a_downturn_of_one_segment_is_found_there_alone() -> None:
    done, placed = trade(1, fall=0.6, segments=4)
    found = compare_market(done, placed, PERIODS)
    assert found.hit[["measure", "segment"]].to_numpy().tolist() == [["sales", "0"]]
    row = found.hit.iloc[0]
    assert row["low"] < -0.4 < row["high"] < 0
    assert row["against_rest"] < 0


def test_where_nothing_happened_nothing_is_found() -> None:
    """Twenty quiet years: with a correction for the number of segments, a false alarm in twenty is due."""
    alarms = 0
    for seed in range(20):
        done, placed = trade(100 + seed, n=800, segments=5, only_sales=True)
        alarms += len(compare_market(done, placed, PERIODS).hit) > 0
    assert alarms <= 2


def test_the_lucky_fall_back_by_themselves_and_are_not_hit() -> None:
    """Those placed for a good year sell half as much after it, as they did a year ago: no downturn."""
    done, placed = trade(2)
    rows = compare_market(done, placed, PERIODS).changes.set_index(["measure", "segment"])
    best = rows.loc[("sales", "Best")]
    assert best["plain_change"] == pytest.approx(-0.5, abs=0.1)
    assert best["usual_change"] == pytest.approx(-0.5, abs=0.1)
    assert best["verdict"] == "unclear"


def test_a_market_that_falls_everywhere_hits_nobody_more() -> None:
    done, placed = trade(3, everywhere=0.6, segments=3)
    found = compare_market(done, placed, PERIODS)
    whole = found.changes[found.changes["segmentation"] == "all"].set_index("measure")
    assert whole.loc["sales", "verdict"] == "fell"
    assert whole.loc["bought", "verdict"] == "unclear"
    assert found.hit.empty
    sales = found.changes[(found.changes["measure"] == "sales") & (found.changes["segmentation"] != "all")]
    assert set(sales["verdict"]) <= {"fell", "unclear"}


def test_intervals_hold_what_happened_as_often_as_they_say() -> None:
    """Segment 0 fell by a fifth in each of 40 made years: the interval must hold that in about 95 in 100."""
    held = 0
    for seed in range(40):
        done, placed = trade(1000 + seed, fall=0.8, n=600, segments=2, only_sales=True)
        placed = {when: frame.drop(columns="rfm") for when, frame in placed.items()}
        row = compare_market(done, placed, PERIODS).changes.query("measure == 'sales' and segment == '0'").iloc[0]
        held += row["low"] <= -0.2 <= row["high"]
    assert held >= 35


def test_one_large_customer_is_no_downturn() -> None:
    done, placed = trade(4)
    lost = done.index[placed[NOW]["trade"] == "0"][0]
    for when in ("now", "past", "before"):
        done.loc[done.index.isin([lost]), f"spend_{when}"] = 1e6 if when != "now" else 0.0
    row = compare_market(done, placed, PERIODS).changes.query("measure == 'sales' and segment == '0'").iloc[0]
    assert row["verdict"] in ("unclear", "one customer")


def test_a_change_by_hand() -> None:
    """40 customers: 10 each to 8 each, where a year ago it was 10 to 10: a fifth less than usual."""
    ids = [f"c{i}" for i in range(40)]
    wave = np.tile([1.0, -1.0], 20)
    done = pd.DataFrame({"customer_id": ids, "spend_now": 8 + wave, "spend_past": 10 + wave, "spend_before": 10 - wave})
    done = done.assign(**{f"{what}_{when}": 0.0 for what in ("orders", "events") for when in ("now", "past", "before")})
    placed = {when: pd.DataFrame({"customer_id": ids}) for when in (NOW, PAST)}
    row = compare_market(done, placed, PERIODS).changes.iloc[0]
    assert (row["mean_now"], row["mean_year_ago"]) == (8, 10)
    assert row["plain_change"] == pytest.approx(-0.2)
    assert row["usual_change"] == pytest.approx(0)
    assert row["change"] == pytest.approx(-0.2)
    # Each influence: wave/8 - wave/10 - (wave/10 + wave/10), over 40.
    error = np.sqrt(40 * ((1 / 8 - 1 / 10 - 2 / 10) / 40) ** 2)
    assert row["high"] == pytest.approx(0.8 * np.exp(1.959964 * error) - 1)


@pytest.mark.parametrize(("n", "verdict"), [(29, "few"), (30, "unclear")])
def test_thin_groups_are_few(n: int, verdict: str) -> None:
    done, placed = trade(5, n=200)
    for when in (NOW, PAST):
        placed[when] = placed[when][["customer_id"]].assign(trade=["a" if i < n else "b" for i in range(200)])
    found = compare_market(done, placed, PERIODS).changes.query("measure == 'sales' and segment == 'a'")
    assert found["verdict"].tolist() == [verdict]


def test_nobody_placed_or_nothing_done() -> None:
    done, placed = trade(6, n=200)
    assert compare_market(done, placed | {NOW: placed[NOW].head(0)}, PERIODS).changes.empty
    assert compare_market(done.head(0), placed, PERIODS).changes.empty
    assert compare_market(done, placed, Periods(reason="none")).changes.empty
    without = compare_market(done.assign(spend_now=np.nan, spend_past=np.nan, spend_before=np.nan), placed, PERIODS)
    assert set(without.changes["measure"]) == {"bought", "visits"}


class TestPeriods:
    def test_since_the_earlier_report(self) -> None:
        assert PERIODS.spans == {
            "now": (date(2026, 7, 1), SEPTEMBER),
            "past": (date(2025, 7, 1), date(2025, 9, 30)),
            "before": (date(2024, 7, 1), date(2024, 9, 30)),
        }
        assert PERIODS.starts == (JUNE, date(2025, 6, 30))

    def test_from_a_day_named(self) -> None:
        found = choose_periods(JUNE, SEPTEMBER, "2026-03-15", date(2023, 1, 1))
        assert found.spans["now"] == (date(2026, 3, 15), SEPTEMBER)

    def test_a_year_at_most(self) -> None:
        found = choose_periods(date(2024, 9, 30), SEPTEMBER, "", date(2020, 1, 1))
        assert found.spans["now"] == (date(2025, 10, 1), SEPTEMBER)

    @pytest.mark.parametrize(("day", "told"), [(date(2026, 9, 3), False), (date(2026, 9, 2), True)])
    def test_four_weeks_at_least(self, day: date, told: bool) -> None:
        assert bool(choose_periods(day, SEPTEMBER, "", date(2020, 1, 1)).spans) is told

    @pytest.mark.parametrize(("first", "told"), [(date(2024, 6, 30), True), (date(2024, 7, 1), False), (None, False)])
    def test_orders_must_reach_back(self, first: date | None, told: bool) -> None:
        found = choose_periods(JUNE, SEPTEMBER, "", first)
        assert bool(found.spans) is told
        assert bool(found.reason) is bool(found.needs) is not told

    def test_without_an_earlier_report(self) -> None:
        found = choose_periods(None, SEPTEMBER, "", date(2020, 1, 1))
        assert found.spans == {}
        assert found.needs == "an earlier report of this client"
        assert found.starts == (date(1970, 1, 1), date(1970, 1, 1))

    @pytest.mark.parametrize("text", ["March", "2026-09-30", "2027-01-01"])
    def test_an_impossible_day_is_refused(self, text: str) -> None:
        with pytest.raises(InputError, match=r"review.market_change"):
            choose_periods(JUNE, SEPTEMBER, text, date(2020, 1, 1))
