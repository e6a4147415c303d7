"""Attributes that part those who stay from those who leave: the log-rank tests are survival's, the ranking is here."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from helpers.analysis.lifecycle import plans_attributes
from helpers.analysis.lifecycle.plans_attributes import LEAST_CUSTOMERS, LEAST_ENDED, compare_attributes
from tests.analysis.lifecycle.subscribers import many


@pytest.fixture(scope="module")
def phone(shared_data: Path) -> pd.DataFrame:
    return pd.read_csv(shared_data / "telco_churn.csv", dtype={"SeniorCitizen": str})


def test_the_telephone_customers(phone: pd.DataFrame) -> None:
    """Known answers of the data's README: by contract chi-squared 2,352.873 on 2 degrees, and the shares at a year."""
    chosen = phone[["gender", "Contract", "PaymentMethod", "Partner", "customerID"]]
    charged = pd.to_numeric(phone["TotalCharges"], errors="coerce")
    found = compare_attributes(phone["tenure"], phone["Churn"] == "Yes", chosen.assign(charged=charged))
    assert found.best == "Contract"
    assert found.curves.chi_squared == pytest.approx(2_352.873, abs=0.001)
    assert found.curves.degrees == 2
    top = found.tested.iloc[0]
    assert (top["best_group"], round(top["best_share"], 4)) == ("Two year", 1.0)
    assert (top["worst_group"], round(top["worst_share"], 4)) == ("Month-to-month", 0.7031)
    assert top["effect"] == pytest.approx(math.sqrt((2_352.873 - 2) / 1_869), abs=1e-4)
    assert found.tested.set_index("attribute").loc["gender", "verdict"] == "unclear"
    assert found.left_out.to_numpy().tolist() == [["customerID", "too many groups"], ["charged", "grows with time"]]
    corrected = multipletests(found.tested["p_value"], method="holm")[1]
    assert found.tested["p_corrected"].to_numpy() == pytest.approx(corrected)
    year = found.curves.curves.query("months == 12 and grouping == 'Contract'").set_index("group")["survival"].round(4)
    assert year.to_dict() == {"Month-to-month": 0.7031, "One year": 0.9908, "Two year": 1.0}


def compare(people: pd.DataFrame, **columns):  # type: ignore[no-untyped-def]
    return compare_attributes(people["months"], people["ended"] == 1, pd.DataFrame(columns, index=people.index))


def test_chance_is_not_taken_for_a_difference() -> None:
    people = many(600)
    rng = np.random.default_rng(0)
    noise = {f"noise {i}": rng.choice(["a", "b", "c"], len(people)) for i in range(20)}
    found = compare(people, plan=people["plan"], **noise)
    assert found.best == "plan"
    assert (found.tested["verdict"] == "parts").sum() == 1
    none = compare(people, **noise)
    assert none.best == ""
    assert set(none.curves.curves["grouping"]) == {"all"}
    assert set(none.groups) == {"all"}


def test_numbers_are_cut_at_their_quarters_and_what_grows_with_time_is_left_out() -> None:
    people = many(600)
    seats = pd.Series(np.where(people["plan"] == "basic", 1.0, 40.0)) + np.arange(600) % 10
    found = compare(people, seats=seats, total=people["months"] * 10 + 1, few=people["plan"].eq("pro").astype(int))
    assert found.left_out.to_numpy().tolist() == [["total", "grows with time"]]
    assert found.tested["attribute"].tolist() == ["few", "seats"]
    assert found.tested["best_group"].iloc[0] == "1"
    bands = found.tested.set_index("attribute").loc["seats"]
    assert bands["groups"] == 4
    assert bands["worst_group"].startswith(("below", "5 to"))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (["same"] * 300, "no groups"),
        ([None] * 300, "no groups"),
        ([f"code {i}" for i in range(300)], "too many groups"),
        ([f"{i % 10}x" for i in range(300)], "too many groups"),
        (["a"] * (300 - LEAST_CUSTOMERS + 1) + ["b"] * (LEAST_CUSTOMERS - 1), "too few customers"),
    ],
)
def test_what_is_no_grouping_says_why(values: list[str], why: str) -> None:
    found = compare(many(), thing=values)
    assert found.left_out.to_numpy().tolist() == [["thing", why]]
    assert found.tested.empty


def test_thirty_customers_are_a_group() -> None:
    found = compare(many(), thing=["a"] * (300 - LEAST_CUSTOMERS) + ["b"] * LEAST_CUSTOMERS)
    assert found.tested["groups"].tolist() == [2]


def test_those_without_a_value_or_of_a_small_group_take_no_part() -> None:
    people = many()
    plan = people["plan"].where(people.index >= 20, "odd").where(people.index < 290)
    found = compare(people, plan=plan)
    assert found.tested["customers"].tolist() == [270]
    assert found.groups.isna().sum() == 30
    assert "(unknown)" in set(found.curves.curves["group"])


def test_with_few_cancellations_nothing_is_tried() -> None:
    people = many()
    few = people["ended"].eq(1) & (people["ended"].eq(1).cumsum() < LEAST_ENDED)
    found = compare_attributes(people["months"], few, people[["plan"]])
    assert found.left_out.to_numpy().tolist() == [["plan", "too few left"]]


def test_an_attribute_may_have_any_name() -> None:
    people = many(600)
    assert compare(people, all=people["plan"]).curves.medians["grouping"].tolist() == ["all", "by all", "by all"]


def test_the_horizon_is_no_longer_than_the_data() -> None:
    people = many(600).assign(months=lambda f: f["months"] / 6)
    assert compare(people, plan=people["plan"]).horizon_months == int(people["months"].max())


def test_large_data_are_compared_on_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    people = many(600)
    whole = compare(people, plan=people["plan"])
    monkeypatch.setattr(plans_attributes, "_SAMPLE", 300)
    part = compare(people, plan=people["plan"])
    assert part.tested["customers"].tolist() == [300]
    assert part.curves.chi_squared == whole.curves.chi_squared  # what is drawn is of everyone
