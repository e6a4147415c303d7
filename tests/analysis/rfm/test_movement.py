"""Movement between two scorings, and whether the first foretold what came after."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score
from statsmodels.stats.proportion import proportion_confint

from helpers.analysis.rfm import Settings, score_rfm
from helpers.analysis.rfm.holdout import area_under_curve, check_scores, wilson
from helpers.analysis.rfm.movement import NO_MORE, NOT_YET, choose_period, compare_segments, score_then
from helpers.errors import InputError

NOTHING = pd.DataFrame(columns=["customer_id", "recency_days", "order_count", "spend"])
TOTALS = ["customer_id", "orders_now", "spend_now", "orders_before", "spend_before"]


def people(ids: str, recency: list, orders: list) -> pd.DataFrame:
    frame = pd.DataFrame({"customer_id": list(ids), "recency_days": recency, "order_count": orders})
    return frame.assign(spend=10.0 * frame["order_count"])


def lateness(ids: str, late: str) -> pd.DataFrame:
    is_late = [i in late for i in ids]
    return pd.DataFrame({"customer_id": list(ids), "late": np.where(is_late, 0.99, 0.3), "is_late": is_late})


OWN = Settings(bins=2, segment_map=["Lost: late yes", "Big: f 2", "Small:"])
# a to d were customers then; e is new; d has nothing in the window any more.
THEN = people("abcd", [5, 9, 90, 80], [2, 1, 3, 1])
NOW = people("eabc", [1, 200, 3, 7], [1, 2, 2, 5])
SINCE = pd.DataFrame([("a", 0, 0.0, 1, 40.0), ("b", 1, 30.0, 0, 0.0), ("e", 1, 5.0, 0, 0.0)], columns=TOTALS)


def test_flows_by_hand() -> None:
    scored = score_rfm(NOW, lateness("eabc", "a"), OWN)
    assert scored.customers["rfm_segment"].tolist() == ["Small", "Lost", "Small", "Big"]
    then = score_then(THEN, lateness("abcd", "c"), scored, OWN)
    assert then["rfm_segment"].tolist() == ["Big", "Small", "Lost", "Small"]
    moves = compare_segments(then, scored, SINCE, 6)
    flows = {
        (r.from_segment, r.to_segment): (r.customers, r.spend_before, r.spend_now) for r in moves.flows.itertuples()
    }
    assert flows == {
        ("Small", "Small"): (1, 0, 30),
        ("Big", "Lost"): (1, 40, 0),
        ("Lost", "Big"): (1, 0, 0),
        (NOT_YET, "Small"): (1, 0, 5),
        ("Small", NO_MORE): (1, 0, 0),
    }
    assert moves.flows["from_segment"].tolist()[0] == "Small"  # who stayed comes first
    assert moves.by_segment["rfm_segment"].tolist() == ["Lost", "Big", "Small"]
    assert moves.by_segment[["before", "now", "stayed", "arrived", "left", "net"]].to_numpy().tolist() == [
        [1, 1, 0, 1, 1, 0],
        [1, 1, 0, 1, 1, 0],
        [2, 2, 1, 1, 1, 0],
    ]
    assert moves.by_segment["spend_before"].tolist() == [0, 40, 0]
    assert (moves.became_late, moves.became_late_before, moves.became_late_now, moves.came_back) == (1, 40, 0, 1)
    assert (moves.new, moves.months, moves.with_spend) == (1, 6, True)


def test_without_spend_or_rhythm_nothing_is_said_of_them() -> None:
    scored = score_rfm(NOW, None, OWN)
    then = score_then(THEN, None, scored, OWN)
    moves = compare_segments(then, scored, SINCE.assign(spend_now=np.nan, spend_before=np.nan), 6)
    assert not moves.with_spend
    assert moves.flows[["spend_before", "spend_now"]].isna().all(axis=None)
    assert np.isnan([moves.became_late, moves.became_late_before, moves.came_back]).all()


def test_without_earlier_customers_there_is_nothing_to_compare() -> None:
    scored = score_rfm(NOW, None, OWN)
    then = score_then(NOTHING, None, scored, OWN)
    assert then.empty
    moves, tested = compare_segments(then, scored, SINCE.head(0), 0), check_scores(then, SINCE.head(0), 0)
    assert (moves.months, len(moves.flows), len(moves.by_segment)) == (0, 0, 0)
    assert (tested.months, tested.customers, len(tested.by_segment), len(tested.by_tenth)) == (0, 0, 0, 0)


def test_a_customer_scored_twice_is_refused() -> None:
    scored = score_rfm(NOW, None, OWN)
    then = score_then(THEN, None, scored, OWN)
    with pytest.raises(InputError, match="scored twice"):
        compare_segments(pd.concat([then, then.head(1)]), scored, SINCE, 6)


@given(seed=st.integers(0, 10_000), n=st.integers(1, 40), m=st.integers(1, 40))
@settings(max_examples=12, deadline=None)
def test_all_customers_of_both_times_are_in_the_flows_once(seed: int, n: int, m: int) -> None:
    rng = np.random.default_rng(seed)

    def draw(size: int) -> pd.DataFrame:
        ids = rng.choice(60, size, replace=False)
        frame = pd.DataFrame({"customer_id": ids.astype(str), "recency_days": rng.integers(0, 9, size)})
        return frame.assign(order_count=rng.integers(1, 4, size), spend=rng.integers(-5, 50, size) / 2)

    before, now = draw(n), draw(m)
    late = pd.DataFrame({"customer_id": np.arange(60).astype(str), "late": 0.5, "is_late": rng.random(60) < 0.3})
    scored = score_rfm(now, late)
    then = score_then(before, late, scored, Settings())
    totals = pd.DataFrame({"customer_id": np.arange(60).astype(str), "orders_now": 1, "spend_now": 1.0})
    moves = compare_segments(then, scored, totals.assign(spend_before=2.0), 3)
    flows = moves.flows
    assert flows["customers"].sum() == len(set(before["customer_id"]) | set(now["customer_id"]))
    assert flows.loc[flows["to_segment"] != NO_MORE, "customers"].sum() == len(now)
    assert flows.loc[flows["from_segment"] != NOT_YET, "customers"].sum() == len(before)
    assert flows["spend_before"].sum() == 2 * flows["customers"].sum()
    by = moves.by_segment
    assert (by["before"].sum(), by["now"].sum()) == (len(before), len(now))
    assert (by["net"] == by["arrived"] - by["left"]).all()
    tested = check_scores(then, totals, 3)
    assert tested.by_segment["customers"].sum() == tested.by_tenth["customers"].sum() == len(before) == tested.customers


@pytest.mark.parametrize(
    ("days", "months"),
    [(76, 0), (77, 1), (228, 1), (229, 3), (456, 3), (457, 6), (913, 6), (914, 12), (float("nan"), 0)],
)
def test_the_period_is_the_longest_that_the_history_holds_two_and_a_half_times(days: float, months: int) -> None:
    assert choose_period(0, days) == months


def test_a_period_asked_for_must_leave_a_history() -> None:
    assert choose_period(5, 153) == 5
    with pytest.raises(InputError, match=r"5 months leaves no orders before it.*less than the 5 months"):
        choose_period(5, 152)


def test_the_area_and_its_error() -> None:
    rng = np.random.default_rng(2)
    score = rng.integers(0, 13, 300).astype(float)
    happened = rng.random(300) < score / 16
    area, _ = area_under_curve(score, happened)
    assert area == pytest.approx(roc_auc_score(happened, score), abs=1e-12)
    # Hanley and McNeil (1982), table II: readings of 58 normal and 51 abnormal images, area .893, and error .032 by
    # their count of pairs; their formula, which is used here, is a little wider.
    ratings_normal, ratings_abnormal = [33, 6, 6, 11, 2], [3, 2, 2, 11, 33]
    images = np.repeat([1.0, 2, 3, 4, 5] * 2, ratings_normal + ratings_abnormal)
    found = area_under_curve(images, np.arange(109) >= 58)
    assert round(found[0], 3) == 0.893
    assert found[1] == pytest.approx(0.0325, abs=5e-5)
    assert np.isnan(area_under_curve(score, np.ones(300, bool))).all()


def test_shares_have_wilsons_interval() -> None:
    for yes, n in ((0, 9), (3, 9), (9, 9), (81, 263)):
        low, high = proportion_confint(yes, n, method="wilson")
        assert wilson(yes, n) == (pytest.approx(low, abs=1e-12), pytest.approx(high, abs=1e-12))


def test_the_holdout_by_hand() -> None:
    ids = [f"{i:02d}" for i in range(20)]
    then = pd.DataFrame(
        {"customer_id": ids, "rfm_segment": ["A"] * 8 + ["B"] * 12, "rfm_score": [90.0] * 8 + [10.0] * 12}
    )
    bought = pd.DataFrame({"customer_id": [*ids[:6], ids[8], "99"], "orders_now": [2] * 6 + [3, 7], "spend_now": 10.0})
    tested = check_scores(then, bought, 12)
    assert tested.by_segment["rfm_segment"].tolist() == ["A", "B"]
    a, b = tested.by_segment.to_dict("records")
    assert (a["customers"], a["ordered"], a["ordered_share"], a["orders_each"], a["spend_each"]) == (
        8,
        6,
        0.75,
        1.5,
        7.5,
    )
    # All twenty placed 15 orders and spent 70: .75 and 3.5 each.
    assert (a["order_lift"], a["spend_lift"]) == (pytest.approx(2), pytest.approx(7.5 / 3.5))
    assert (b["ordered"], b["order_lift"]) == (1, pytest.approx(0.25 / 0.75))
    tenths = tested.by_tenth
    # Twelve share the least score, which is the tenth tenth; 12 of 20 are worse than the rest: 1 + floor(10 x .6) = 7.
    assert tenths["tenth"].tolist() == [4, 10]
    assert tenths["order_share"].tolist() == pytest.approx([12 / 15, 3 / 15])
    assert tenths["spend_share"].tolist() == pytest.approx([60 / 70, 10 / 70])
    assert (tested.customers, tested.ordered, tested.months) == (20, 7, 12)
    # Of 7 x 13 pairs: 6 x 11 right, 6 x 2 and 1 x 11 tied.
    assert tested.auc == pytest.approx((66 + 23 / 2) / 91)
    assert tested.auc_low < tested.auc < tested.auc_high <= 1
    nobody = check_scores(then, bought.tail(1), 12)
    assert nobody.ordered == 0
    assert nobody.by_segment[["order_lift", "spend_lift"]].isna().all(axis=None)
    assert nobody.by_tenth["order_share"].isna().all()
    assert check_scores(then, bought.assign(spend_now=np.nan), 12).by_segment["spend_each"].isna().all()
