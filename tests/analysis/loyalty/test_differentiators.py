"""Attributes that go with staying are named, those that only seem to are not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.loyalty import differentiators
from helpers.analysis.loyalty.differentiators import compare_attributes
from helpers.errors import InputError


def outcome(retained: np.ndarray, tenure: np.ndarray | float = 400.0) -> pd.DataFrame:
    ids = [f"c{i}" for i in range(len(retained))]
    return pd.DataFrame(
        {
            "customer_id": ids,
            "retained": retained.astype(bool),
            "tenure_days": tenure,
            "comparable": True,
            "stays_with": "order",
        }
    )


def attributes(of: pd.DataFrame, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": of["customer_id"], **columns})


def verdicts(found: differentiators.Differentiators) -> dict[str, str]:
    return dict(zip(found.effects["attribute"], found.effects["verdict"], strict=True))


@pytest.fixture(scope="module")
def made() -> differentiators.Differentiators:
    """Two thousand customers: size and age go with staying; city and noise do not; tenure explains the loyalty card."""
    rng = np.random.default_rng(4)
    n = 2000
    tenure = rng.uniform(0, 1000, n)
    size, age = rng.choice(["1-9", "10-49", "50+"], n), rng.normal(45, 12, n).round()
    chance = 0.25 + 0.0004 * tenure + 0.2 * (size == "50+") + 0.006 * (age - 45)
    kept = rng.random(n) < chance
    of = outcome(kept, tenure)
    card = np.where(rng.random(n) < 0.05 + 0.0009 * tenure, "yes", "no")
    more = {
        "reason": np.where(kept, None, rng.choice(["price", "moved"], n)),
        "closed_days": np.where(kept, np.nan, rng.normal(50, 9, n)),
        "paid_so_far": tenure * rng.uniform(0.8, 1.2, n),
        "country": "UK",
        "note": [f"note {i}" for i in range(n)],
        "fax": np.where(np.arange(n) < 25, "yes", None),
        "empty": None,
    }
    city, noise = rng.choice(["Bath", "York", "Hull"], n), rng.normal(0, 1, n)
    return compare_attributes(of, attributes(of, size=size, age=age, card=card, city=city, noise=noise, **more))


def test_what_goes_with_staying_is_told_from_what_does_not(made: differentiators.Differentiators) -> None:
    assert verdicts(made) == {
        "size": "differentiator",
        "age": "differentiator",
        "city": "unclear",
        "noise": "unclear",
        "card": "unclear",
        "fax": "one value",
        "note": "too many values",
        "country": "one value",
        "paid_so_far": "grows with tenure",
        "reason": "tells the outcome",
        "closed_days": "tells the outcome",
    }
    assert made.effects["attribute"].tolist()[:2] in (["size", "age"], ["age", "size"])
    effects = made.effects.set_index("attribute")
    assert (effects.loc[["size", "age"], "effect_low"] > 0).all()
    assert effects.loc["closed_days", ["statistic", "p_value", "effect"]].isna().all()


def test_tenure_is_held_alike(made: differentiators.Differentiators) -> None:
    """Card holders stay more often since they have been customers longer; with like tenure they do not."""
    card = made.retention.query("attribute == 'card'").set_index("level")
    assert card.loc["yes", "retained_share"] - card.loc["no", "retained_share"] > 0.1
    assert abs(card.loc["yes", "comparable_share"] - card.loc["no", "comparable_share"]) < 0.08


def test_every_customer_stands_once_in_each_attribute(made: differentiators.Differentiators) -> None:
    counted = made.retention.groupby("attribute")["customers"].sum()
    assert (counted == made.customers).all()
    fax = made.retention.query("attribute == 'fax'")
    assert fax[["level", "customers"]].to_numpy().tolist() == [["yes", 25], ["(unknown)", 1975]]
    assert "empty" not in set(made.retention["attribute"])
    ages = made.retention.query("attribute == 'age'")
    assert ages["kind"].tolist() == ["number"] * 4
    assert ages["level"].iloc[0].endswith(" to 37")
    assert (made.retention["low"] <= made.retention["retained_share"]).all()


def test_by_chance_hardly_anything_is_a_differentiator() -> None:
    """Six attributes without meaning, ten times: Holm keeps a single mistake to one set in twenty."""
    rng = np.random.default_rng(8)
    mistaken = 0
    for _ in range(10):
        of = outcome(rng.random(300) < 0.5, rng.uniform(0, 900, 300))
        codes = {f"a{i}": rng.choice(["x", "y", "z"], 300) for i in range(3)}
        numbers = {f"b{i}": rng.normal(0, 1, 300) for i in range(3)}
        mistaken += any(
            v in ("differentiator", "slight")
            for v in verdicts(compare_attributes(of, attributes(of, **codes, **numbers))).values()
        )
    assert mistaken <= 2


def test_p_values_are_corrected_by_holm() -> None:
    """Holm (1979): the smallest of three times three, the next at least that and times two."""
    rng = np.random.default_rng(1)
    of = outcome(rng.random(400) < 0.5)
    effects = compare_attributes(
        of, attributes(of, a=rng.normal(0, 1, 400), b=rng.normal(0, 1, 400), c=rng.normal(0, 1, 400))
    ).effects
    ordered = effects.sort_values("p_value")
    p = ordered["p_value"].to_numpy() * [3, 2, 1]
    np.testing.assert_allclose(ordered["p_adjusted"], np.minimum(np.maximum.accumulate(p), 1))


@pytest.mark.parametrize(
    ("gap", "strength", "verdict"),
    [
        (0.086, "negligible", "slight"),
        (0.106, "small", "differentiator"),
        (0.31, "medium", "differentiator"),
        (0.51, "large", "differentiator"),
    ],
)
def test_strength_is_cohens(gap: float, strength: str, verdict: str) -> None:
    """Two levels of 2,000 customers, kept half and half but for a gap: Cramer's V is the gap."""
    level = np.repeat(["a", "b"], 2000)
    kept = np.concatenate([np.arange(2000) < 1000 + half for half in (round(1000 * gap), -round(1000 * gap))])
    found = compare_attributes(outcome(kept), attributes(outcome(kept), level=level)).effects.iloc[0]
    assert found["effect"] == pytest.approx(gap, abs=0.003)
    assert (found["strength"], found["verdict"]) == (strength, verdict)


@pytest.mark.parametrize(
    ("shift", "strength"), [(0.1, "negligible"), (0.13, "small"), (0.29, "medium"), (0.44, "large")]
)
def test_strength_of_numbers_is_vargha_and_delaneys(shift: float, strength: str) -> None:
    """Ranks of two halves of a line, the upper moved up: the rank-biserial correlation is 2 s - s^2."""
    n = 3000
    moved = 1 - np.sqrt(1 - shift)
    values = np.concatenate([np.linspace(0, 1, n), np.linspace(0, 1, n) + moved])
    kept = np.repeat([0, 1], n)
    found = compare_attributes(outcome(kept), attributes(outcome(kept), x=values)).effects.iloc[0]
    assert found["effect"] == pytest.approx(shift, abs=0.002)
    assert found["strength"] == strength


def test_who_had_no_time_or_no_rhythm_is_not_compared() -> None:
    customers = pd.DataFrame(
        {"customer_id": list("abcd"), "late": [0.2, 0.95, np.nan, 0.1], "is_late": [False, True, False, False]}
    )
    tenure = pd.DataFrame({"customer_id": list("abcd"), "tenure_days": [60, 60, 900, 59]})
    found = differentiators.outcome_of_rhythm(customers, tenure, 30.0)
    assert found["comparable"].tolist() == [True, True, False, False]
    assert found["retained"].tolist() == [True, False, True, True]
    compared = compare_attributes(found, customers[["customer_id"]].assign(x=["p", "q", "p", "q"]))
    assert (compared.customers, compared.set_aside, compared.retained_share) == (2, 2, 0.5)
    assert verdicts(compared) == {"x": "too few"}


def test_orders_tell_who_stays_and_subscriptions_where_orders_do_not() -> None:
    rhythm = pd.DataFrame({"customer_id": ["a"], "late": [0.2], "is_late": [False]})
    tenure = pd.DataFrame({"customer_id": ["a"], "tenure_days": [60]})
    subscribers = pd.DataFrame({"customer_id": ["b"], "ended": [0.0], "started_on": [pd.NaT], "months": [3.0]})
    day = pd.Timestamp("2026-01-31")
    by_orders = differentiators.outcome_of(rhythm, tenure, 30.0, subscribers, day)
    assert by_orders[["customer_id", "stays_with"]].to_numpy().tolist() == [["a", "order"]]
    by_subscriptions = differentiators.outcome_of(rhythm, tenure, 31.0, subscribers, day)
    assert by_subscriptions[["customer_id", "stays_with"]].to_numpy().tolist() == [["b", "subscription"]]
    none = differentiators.outcome_of(rhythm.head(0), tenure.head(0), np.nan, subscribers.head(0), day)
    assert compare_attributes(none, tenure[["customer_id"]]).outcome == "order"


def test_subscribers_are_compared_by_their_start_or_by_the_months_told() -> None:
    frame = pd.DataFrame(
        {
            "customer_id": list("abc"),
            "ended": [1.0, 0.0, np.nan],
            "started_on": pd.to_datetime(["2026-01-01", None, None]),
            "months": [3.0, 12.0, np.nan],
        }
    )
    found = differentiators.outcome_of_subscribers(frame, pd.Timestamp("2026-01-31"))
    assert found["tenure_days"].tolist()[:2] == [30.0, 365.25]
    assert found["comparable"].tolist() == [True, True, False]
    assert found["retained"].tolist()[:2] == [False, True]


def test_the_telephone_customers(shared_data: Path) -> None:
    """Of IBM's customers 57.3% on a monthly contract stayed, 88.7% on one of a year and 97.2% of two years (1,655 of
    3,875, 166 of 1,473 and 48 of 1,695 left); gender goes with nothing."""
    told = pd.read_csv(shared_data / "telco_churn.csv").rename(columns={"customerID": "customer_id"})
    facts = told[["customer_id"]].assign(
        ended=(told["Churn"] == "Yes").astype(float), months=told["tenure"].astype(float), started_on=pd.NaT
    )
    of = differentiators.outcome_of_subscribers(facts, pd.Timestamp("2026-01-01"))
    told["TotalCharges"] = pd.to_numeric(told["TotalCharges"], errors="coerce")
    found = compare_attributes(of, told.drop(columns="tenure"))
    assert found.outcome == "subscription"
    contract = found.retention.query("attribute == 'Contract'")
    assert contract["customers"].tolist() == [3875, 1473, 1695]
    assert contract["retained"].tolist() == [2220, 1307, 1647]
    seen = verdicts(found)
    assert seen["Contract"] == seen["InternetService"] == seen["MonthlyCharges"] == "differentiator"
    assert seen["gender"] == seen["PhoneService"] == "unclear"
    assert seen["TotalCharges"] == "grows with tenure"
    assert seen["Churn"] == "tells the outcome"


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 120), st.integers(0, 2**32 - 1))
def test_nothing_breaks_and_nobody_is_lost(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    of = outcome(rng.random(n) < rng.random(), rng.choice([np.nan, 5.0, 800.0, 1e9], n))
    frame = attributes(
        of,
        text=rng.choice(["<b>x</b>", "y", None, "z"], n),
        number=rng.choice([np.nan, -1.0, 0.0, 2.5, 1e9, np.inf], n),
        flag=pd.Series(rng.choice([True, False, None], n), dtype="boolean"),
    )
    found = compare_attributes(of, frame)
    assert (found.retention.groupby("attribute")["customers"].sum() == n).all()
    assert found.effects["p_value"].dropna().between(0, 1).all()
    assert found.effects["effect"].dropna().between(-1, 1).all()
    assert (found.effects["p_adjusted"].dropna() >= found.effects["p_value"].dropna() - 1e-15).all()


def test_without_attributes_there_is_nothing_and_twice_is_refused() -> None:
    of = outcome(np.ones(3))
    found = compare_attributes(of, attributes(of))
    assert found.effects.empty
    assert found.retention.empty
    assert compare_attributes(of.head(0), attributes(of.head(0))).customers == 0
    for twice, single in ((0, 1), (1, 0)):
        frames = [of, attributes(of, x=1)]
        frames[twice] = pd.concat([frames[twice]] * 2)
        with pytest.raises(InputError, match="3 rows repeat a customer"):
            compare_attributes(*frames)
        assert len(frames[single]) == 3
