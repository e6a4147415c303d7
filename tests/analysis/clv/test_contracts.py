"""Value of subscribers: simulated ones, the telephone customers, and too few to tell."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.clv import contracts, sbg
from helpers.errors import InputError


def subscribers(n: int = 6_000, alpha: float = 0.8, beta: float = 6.0, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ends, watched = rng.geometric(rng.beta(alpha, beta, n)), rng.integers(1, 48, n)
    return pd.DataFrame(
        {
            "customer_id": [f"s{i}" for i in range(n)],
            "months": np.minimum(ends, watched).astype(float),
            "ended": (ends <= watched).astype(float),
            "monthly_fee": 20.0,
        }
    )


GIVEN = subscribers()


def test_a_curve_of_the_models_kind_is_projected_by_it() -> None:
    found = contracts.value_contracts(GIVEN, months=12, margin=0.5, discount_rate=0.0)
    assert (found.method, found.reason) == ("sBG", "")
    assert found.gap < 0.05
    runs = GIVEN["ended"] == 0
    assert (found.running, found.ended) == (runs.sum(), (~runs).sum())
    told = found.customers.set_index(GIVEN.index)
    assert told["p_alive"].tolist() == runs.astype(float).tolist()
    assert (told.loc[~runs, ["expected_orders", "clv"]] == 0).all(axis=None)
    assert told.loc[runs, "clv"].to_numpy() == pytest.approx(told.loc[runs, "expected_orders"] * 10)
    assert told.loc[runs, "historic_value"].to_numpy() == pytest.approx(GIVEN.loc[runs, "months"] * 10)
    assert told.loc[~runs, "historic_value"].isna().all()
    model = sbg.Sbg(*found.parameters["value"], np.eye(2), np.ones(2), 0.0, 0)
    renewals = model.expected_renewals(GIVEN.loc[runs, "months"], 12)
    assert told.loc[runs, "expected_orders"].to_numpy() == pytest.approx(renewals)
    assert found.value.value == pytest.approx(told["clv"].sum())
    # A year on, by the truth that the customers were made from.
    n = GIVEN.loc[runs, "months"].to_numpy()
    true = sbg.survival(np.array([0.8, 6.0]), n + 12) / sbg.survival(np.array([0.8, 6.0]), n)
    assert found.still_share.low <= true.mean() <= found.still_share.high
    assert found.parameters["used"].all()


def test_renewals_are_discounted_from_the_next_on() -> None:
    flat = contracts.value_contracts(GIVEN, months=24, discount_rate=0.0).value.value
    dear = contracts.value_contracts(GIVEN, months=24, discount_rate=0.2).value.value
    one = contracts.value_contracts(GIVEN, months=1, discount_rate=0.2).value.value
    assert 0.82 < dear / flat < 0.87
    assert one == pytest.approx(contracts.value_contracts(GIVEN, months=1, discount_rate=0.0).value.value)


def test_the_telephone_customers(shared_data: Path) -> None:
    """Kaplan-Meier as in the data's README. They leave faster again in their last months, which sBG excludes: a fit to
    36 months is 12 points off at 72, so renewals are read off the curve."""
    rows = pd.read_csv(shared_data / "telco_churn.csv")
    given = pd.DataFrame(
        {
            "customer_id": rows["customerID"],
            "months": rows["tenure"].astype(float),
            "ended": (rows["Churn"] == "Yes").astype(float),
            "monthly_fee": rows["MonthlyCharges"],
        }
    )
    found = contracts.value_contracts(given)
    seen = found.curve.set_index("months")["actual"]
    known = {1: 0.9460, 6: 0.8848, 12: 0.8432, 24: 0.7887, 36: 0.7485, 60: 0.6644, 72: 0.5928}
    assert {m: round(seen[m], 4) for m in known} == known
    assert (found.running, found.ended, found.tested_months) == (5_174, 1_869, 36)
    assert found.method == "curve"
    assert round(found.gap, 2) == 0.12
    assert found.still_share.value == pytest.approx(0.919, abs=1e-3)
    new = found.customers[(given["months"] == 0).to_numpy()]
    assert new["expected_orders"].to_numpy() == pytest.approx(seen[list(range(1, 13))].sum())
    assert len(found.customers) == 7_043
    assert not found.parameters["used"].any()


def test_beyond_the_curve_subscribers_leave_as_in_its_last_year() -> None:
    given = GIVEN.assign(months=GIVEN["months"] + 24)  # nobody leaves for two years: nothing that sBG knows
    found = contracts.value_contracts(given, months=12)
    assert found.method == "curve"
    curve = found.curve.set_index("months")
    last = int(curve["actual"].last_valid_index())
    a_year = curve.loc[last, "projected"] / curve.loc[last - 12, "projected"]
    assert curve.loc[last + 12, "projected"] / curve.loc[last, "projected"] == pytest.approx(a_year)
    assert (curve["projected"].diff().dropna() <= 1e-12).all()
    assert found.still_share.low < found.still_share.value < found.still_share.high


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"ended": np.nan}, "none"), ({"ended": 0.0}, "few"), ({"months": 2.0}, "short")],
)
def test_what_cannot_be_told(change: dict[str, float], reason: str) -> None:
    given = GIVEN.assign(**change)
    found = contracts.value_contracts(given)
    assert (found.reason, found.method) == (reason, "")
    assert len(found.customers) == len(given)
    assert found.customers[["p_alive", "expected_orders", "clv"]].isna().all(axis=None)
    assert found.curve.empty


def test_thirty_ended_are_enough() -> None:
    gone, runs = GIVEN[GIVEN["ended"] == 1], GIVEN[GIVEN["ended"] == 0].head(300)
    assert contracts.value_contracts(pd.concat([gone.head(30), runs])).reason == ""
    assert contracts.value_contracts(pd.concat([gone.head(29), runs])).reason == "few"


def test_unknown_subscribers_stay_in_the_table() -> None:
    odd = pd.DataFrame({"customer_id": ["u", "w"], "months": [np.nan, 3.0], "ended": [0.0, np.nan], "monthly_fee": 5.0})
    found = contracts.value_contracts(pd.concat([GIVEN, odd], ignore_index=True))
    assert found.customers["customer_id"].tolist() == [*GIVEN["customer_id"], "u", "w"]
    assert found.customers.tail(2)["p_alive"].isna().all()


def test_without_fees_renewals_have_no_value() -> None:
    found = contracts.value_contracts(GIVEN.assign(monthly_fee=np.nan))
    assert np.isnan(found.value.value)
    assert found.customers.loc[(GIVEN["ended"] == 0).to_numpy(), "expected_orders"].gt(0).all()


def test_a_customer_twice_is_refused() -> None:
    with pytest.raises(InputError, match="1 rows repeat"):
        contracts.value_contracts(pd.concat([GIVEN, GIVEN.head(1)]))
