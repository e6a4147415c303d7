"""Active, passive and lost customers, from what they do."""

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.experience.activity import Activity, active_or_passive, engaging, place_activity
from helpers.analysis.loyalty.differentiators import compare_attributes
from helpers.errors import InputError

MEASURES = pd.DataFrame(
    {
        "measure": ["orders", "spend", "visit_events", "ticket_events", "returns"],
        "family": ["orders", "spend", "event", "event", "returns"],
        "subject": ["", "", "visit", "ticket", ""],
    }
)
NOBODY = pd.DataFrame({"customer_id": [], "ended": []}).astype({"customer_id": "str", "ended": "float"})
NO_RHYTHM = pd.DataFrame({"customer_id": [], "late": [], "is_late": []}).astype({"customer_id": "str"})


def window(**rows: tuple[float, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows.values(), columns=["orders", "spend", "visit_events"])
    return frame.assign(customer_id=pd.Series(list(rows), dtype="str"), ticket_events=9.0, returns=9.0)


def rhythm(**late: float) -> pd.DataFrame:
    share = pd.Series(list(late.values()), dtype=float)
    return pd.DataFrame({"customer_id": list(late), "late": share, "is_late": share >= 0.9})


def placed() -> Activity:
    return place_activity(
        rhythm(a=0.1, b=0.2, c=0.3, d=0.95, e=np.nan, f=0.5),
        NOBODY,
        window(a=(9, 900, 1), b=(3, 300, 3), c=(1, 50, 5), d=(9, 900, 9), e=(1, 1, 1)),
        MEASURES,
        365,
    )


def test_customers_are_placed_by_hand() -> None:
    result = placed()
    # Of a, b, c and f, who are not lost, the usual customer has 2 orders, 175 of spend and 2 visits.
    assert result.usual.set_index("measure")["usual"].to_dict() == {"orders": 2, "spend": 175, "visit_events": 2}
    assert result.customers.set_index("customer_id")["activity"].to_dict() == {
        "a": "active",
        "b": "active",
        "c": "passive",
        "d": "lost",
        "e": "not known",
        "f": "passive",
    }
    broad = result.customers.set_index("customer_id")["broadness"]
    assert broad[["a", "b", "c", "f"]].tolist() == pytest.approx([2 / 3, 1, 1 / 3, 0])
    assert broad[["d", "e"]].isna().all()
    groups = result.groups.set_index("activity")
    assert groups["customers"].to_dict() == {"active": 2, "passive": 2, "lost": 1, "not known": 1}
    assert groups["customer_share"].tolist()[:3] == [0.4, 0.4, 0.2]
    assert groups["spend_share"].tolist()[:3] == pytest.approx([1200 / 2150, 50 / 2150, 900 / 2150])
    assert pd.isna(groups.loc["not known", "customer_share"])
    assert (result.known, result.of_subscriptions) == (5, False)


def test_half_of_the_measures_make_a_customer_active() -> None:
    two = MEASURES[MEASURES["measure"].isin(["orders", "visit_events"])]
    result = place_activity(rhythm(a=0, b=0, c=0), NOBODY, window(a=(5, 0, 0), b=(1, 0, 1), c=(1, 0, 2)), two, 365)
    assert result.customers["activity"].tolist() == ["active", "passive", "active"]


def test_tickets_and_returns_are_no_activity() -> None:
    assert engaging(MEASURES) == ["orders", "spend", "visit_events"]


def test_without_rhythm_subscriptions_tell_who_is_lost() -> None:
    subscribers = pd.DataFrame({"customer_id": ["a", "b", "c", "d"], "ended": [0, 0, 1, np.nan]})
    result = place_activity(NO_RHYTHM, subscribers, window(a=(0, 0, 5), b=(0, 0, 1)), MEASURES, 365)
    assert result.customers["activity"].tolist() == ["passive", "passive", "lost", "not known"]
    only = MEASURES[MEASURES["measure"] == "visit_events"]
    result = place_activity(NO_RHYTHM, subscribers, window(a=(0, 0, 5), b=(0, 0, 1)), only, 365)
    assert result.customers["activity"].tolist()[:2] == ["active", "passive"]
    assert result.of_subscriptions


def test_without_anything_measured_nobody_is_placed() -> None:
    result = place_activity(NO_RHYTHM, NOBODY, window(), MEASURES.head(0), 365)
    assert result.known == 0
    assert result.groups.empty
    subscribers = pd.DataFrame({"customer_id": ["a"], "ended": [0.0]})
    assert place_activity(NO_RHYTHM, subscribers, window(), MEASURES.head(0), 365).known == 0


def test_shares_sum_to_one() -> None:
    groups = placed().groups
    assert groups["customer_share"].sum() == pytest.approx(1)
    assert groups["spend_share"].sum() == pytest.approx(1)
    known = groups[groups["activity"] != "not known"]
    assert (known["low"] <= known["customer_share"]).all() and (known["customer_share"] <= known["high"]).all()


def test_a_customer_twice_is_refused() -> None:
    twice = pd.concat([rhythm(a=0), rhythm(a=0)])
    with pytest.raises(InputError, match="repeat a customer"):
        place_activity(twice, NOBODY, window(a=(1, 1, 1)), MEASURES, 365)


def test_the_active_are_compared_with_the_passive_only() -> None:
    rng = np.random.default_rng(1)
    n = 600
    big = rng.random(n) < 0.5
    frame = pd.DataFrame({"orders": rng.poisson(np.where(big, 8, 2)), "spend": 0.0, "visit_events": 0.0})
    frame["customer_id"] = [f"c{i}" for i in range(n)]
    late = np.where(np.arange(n) % 10 == 0, 0.99, 0.1)
    customers = pd.DataFrame({"customer_id": frame["customer_id"], "late": late, "is_late": late > 0.9})
    only = MEASURES[MEASURES["measure"] == "orders"]
    result = place_activity(customers, NOBODY, frame, only, 365)
    tenure = pd.DataFrame({"customer_id": frame["customer_id"], "tenure_days": 500.0})
    outcome = active_or_passive(result, tenure)
    assert outcome["comparable"].sum() == n * 9 // 10
    traits = pd.DataFrame({"customer_id": frame["customer_id"], "size": np.where(big, "big", "small")})
    found = compare_attributes(outcome, traits)
    assert found.effects.iloc[0]["verdict"] == "differentiator"
    assert found.effects.iloc[0]["best_level"] == "big"
