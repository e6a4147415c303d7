"""A programme's cash against published answers and months worked by hand."""

from math import nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis.roi.cash import (
    Programme,
    explain_gain,
    net_gain,
    net_present_value,
    project_cash,
    repeat_campaigns,
)
from helpers.analysis.roi.returns import Returns, measure_returns
from helpers.errors import InputError


def case(verdict: str = "pays", *, customers: int = 1200, lift: float = 10.0, cost: float = 2400.0) -> dict:
    """1,200 customers a year, at £2 each; at a margin of 40 % a lift of 10 pays, of 4 is unclear, of 1 loses."""
    half = {"unclear": 12.0}.get(verdict, 0.5)
    row = {"segment": "all", "campaign": "spring", "arm": verdict, "customers": customers, "cost": cost}
    row |= {"old_average_revenue": 50.0, "new_average_revenue": 50 + lift, "basis": "measured"}
    row |= {"lift_low": lift - half, "lift_high": lift + half, "evidence": "random test", "control_customers": 1200.0}
    planned = {"basis": "planned", "evidence": "none"} if verdict == "planned" else {}
    return row | planned


def returns_of(*cases: dict, margin: float = 0.4) -> Returns:
    return measure_returns(pd.DataFrame(cases, columns=list(case())), margin)


def programme(
    *cases: dict, one_off: float = 0.0, monthly: float = 0.0, rate: float = 0.0, months: int = 12, margin: float = 0.4
) -> Programme:
    found = returns_of(*(cases or (case(),)), margin=margin)
    return repeat_campaigns(found, found, one_off, monthly, rate, months)


@pytest.mark.parametrize(
    ("rate", "flows", "worth"),
    [
        # numpy-financial 1.0, the examples of `npv`.
        (0.281, [-100, 39, 59, 55, 20], -0.0084785916384548798),
        (0.08, [-40_000, 5_000, 8_000, 12_000, 30_000], 3065.22267),
        (0.0, [-1, 1, 1], 1),
    ],
)
def test_present_value_is_that_of_numpy_financial(rate: float, flows: list[float], worth: float) -> None:
    assert net_present_value(np.array(flows), rate) == pytest.approx(worth, rel=1e-8)


def test_months_worked_by_hand() -> None:
    """1,200 customers a year buy for 10 more: 1,000 of revenue a month, of margin 400; contacts cost 200 a month, the
    programme 50, and 600 before it begins. So 150 a month: after 4 months all is paid back, to the penny."""
    cash = project_cash(programme(one_off=600, monthly=50))
    months = cash.by_month.set_index("month")
    assert months.loc[0, ["revenue", "one_off_cost", "monthly_cost", "flow"]].tolist() == [0, 600, 0, -600]
    month = {"revenue": 1000, "cost_of_goods": 600, "contact_cost": 200, "one_off_cost": 0, "monthly_cost": 50}
    assert months.loc[7, list(month)].to_dict() == pytest.approx(month)
    assert months["flow"].iloc[1:].tolist() == pytest.approx([150] * 12)
    assert months["cumulated"].tolist() == pytest.approx([-600 + 150 * m for m in range(13)])
    assert (cash.simple_payback_month, cash.payback_month) == (4, 4)
    assert cash.net_present_value == pytest.approx(1200)
    assert cash.roi == pytest.approx(1200 / (600 + 12 * 250))
    # (600 + 12 * 250) / (0.4 * 1,200) = 7.5; at 2 a customer of margin left, 1,200 of fixed cost need 600 customers.
    assert cash.break_even_lift == pytest.approx(7.5)
    assert cash.break_even_customers == pytest.approx(600)


def test_discounting_by_hand_puts_the_payback_off() -> None:
    """At 100 % a year a month is worth 2^(-1/12) of the one before: 150 * (1 - 2^(-m/12)) / (2^(1/12) - 1) is first 600
    or more in month 5 (m = 4: 520.1, m = 5: 632.6... by the sum below)."""
    factor = 2 ** (-1 / 12)
    by_hand = [-600 + sum(150 * factor**m for m in range(1, k + 1)) for k in range(13)]
    cash = project_cash(programme(one_off=600, monthly=50, rate=1.0))
    assert cash.by_month["discounted_cumulated"].tolist() == pytest.approx(by_hand)
    assert by_hand[4] < 0 < by_hand[5]
    assert (cash.simple_payback_month, cash.payback_month) == (4, 5)
    assert cash.net_present_value == pytest.approx(by_hand[-1])
    assert cash.by_month["discounted"].iloc[12] == pytest.approx(75)


@pytest.mark.parametrize(
    ("one_off", "monthly", "months", "payback"),
    [(0, 0, 12, 1), (200, 0, 12, 1), (201, 0, 12, 2), (2400, 0, 12, 12), (2401, 0, 12, nan), (0, 201, 12, nan)],
)
def test_payback_at_its_boundaries(one_off: float, monthly: float, months: int, payback: float) -> None:
    """200 a month are left after goods and contacts."""
    found = project_cash(programme(one_off=one_off, monthly=monthly, months=months)).simple_payback_month
    assert found == pytest.approx(payback, nan_ok=True)


def test_without_fixed_cost_no_customer_is_too_few_and_a_losing_contact_never_pays() -> None:
    assert project_cash(programme()).break_even_customers == 0
    losing = project_cash(programme(case("loses", lift=1.0), one_off=100))
    assert np.isnan(losing.break_even_customers)
    assert losing.net_present_value == pytest.approx(0.4 * 1200 - 2400 - 100)
    assert np.isnan(losing.payback_month)


PAYS, UNCLEAR, LOSES, PLANNED = (
    case(),
    case("unclear", lift=5.5),
    case("loses", lift=1.0),
    case("planned"),
)
MATCHED = case(lift=20.0) | {"evidence": "matched comparison", "arm": "members"}


@pytest.mark.parametrize(
    ("cases", "basis", "arms"),
    [
        ((PLANNED, LOSES, PAYS, UNCLEAR, MATCHED), "pays", ["pays"]),
        ((LOSES, PLANNED, UNCLEAR, MATCHED), "planned", ["planned"]),
        ((LOSES, UNCLEAR, MATCHED), "tested", ["loses", "unclear"]),
        ((MATCHED,), "", []),
        ((PAYS | {"cost": 0.0},), "", []),
        ((), "", []),
    ],
)
def test_what_a_programme_repeats(cases: tuple[dict, ...], basis: str, arms: list[str]) -> None:
    found = returns_of(*cases)
    repeated = repeat_campaigns(found, found, 10, 1, 0.08, 12)
    assert (repeated.basis, repeated.cases["arm"].tolist()) == (basis, arms)
    cash = project_cash(repeated)
    assert (len(cash.by_month), len(explain_gain(cash))) == ((13, 7) if basis else (0, 0))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"one_off": -1.0}, "one_off_cost -1.0 is impossible"),
        ({"monthly": -1.0}, "monthly_cost -1.0 is impossible"),
        ({"monthly": nan}, "monthly_cost nan"),
        ({"rate": -1.0}, "discount rate of -1.0"),
        ({"months": 0}, "horizon of 0 months"),
    ],
)
def test_impossible_programmes_are_refused(change: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        programme(**change)


def test_gain_by_its_inputs_by_hand() -> None:
    """A lift of 8 at 50 %, reaching 10 % more, lasting half as long: 1,200 * 1.1 * 8 * 0.5 * 0.5 = 2,640. Contacts cost
    2,400 * 1.1, the programme 600 and 12 * 50, all of it a fifth dearer: 1.2 * 3,840 = 4,608."""
    gain, roi = net_gain(programme(one_off=600, monthly=50), lift=8, margin=0.5, cost=1.2, reach=1.1, duration=0.5)
    assert gain == pytest.approx(2640 - 4608)
    assert roi == pytest.approx((2640 - 4608) / 4608)


def test_a_programme_may_last_a_month() -> None:
    cash = project_cash(programme(one_off=100, months=1))
    assert cash.by_month["month"].tolist() == [0, 1]
    assert cash.net_present_value == pytest.approx(100)


def test_the_waterfall_by_hand() -> None:
    steps = explain_gain(project_cash(programme(one_off=600, monthly=50))).set_index("step")
    amounts = {"extra_revenue": 12_000, "cost_of_goods": -7200, "contact_cost": -2400, "one_off_cost": -600}
    amounts |= {"monthly_cost": -600, "discounting": 0, "net_gain": 1200}
    assert steps["amount"].to_dict() == pytest.approx(amounts, abs=1e-9)
    assert steps["running"].tolist() == pytest.approx([12_000, 4800, 2400, 1800, 1200, 1200, 1200])


money = st.floats(0, 1e6)


@settings(max_examples=25, deadline=None)
@given(st.floats(-50, 500), money, money, st.floats(0, 2), st.integers(1, 60), st.floats(0.05, 1))
def test_steps_add_up_and_the_closed_form_is_the_sum_of_months(
    lift: float, one_off: float, monthly: float, rate: float, months: int, margin: float
) -> None:
    found = returns_of(case(lift=lift), margin=margin)
    table = found.by_segment
    planned = Programme(table, "tested", margin, one_off, monthly, rate, months)
    cash = project_cash(planned)
    steps = explain_gain(cash)
    scale = {"rel": 1e-9, "abs": 1e-9 * (1e6 + one_off + months * monthly)}
    assert steps["amount"].iloc[:-1].sum() == pytest.approx(cash.net_present_value, **scale)
    assert (steps["amount"].iloc[2:5] <= 0).all()
    gain, roi = net_gain(planned, planned.lift, margin, 1.0, 1.0, 1.0)
    assert gain == pytest.approx(cash.net_present_value, **scale)
    assert roi == pytest.approx(cash.roi, rel=1e-6, abs=1e-6)
    assert net_present_value(cash.by_month["flow"].to_numpy(), (1 + rate) ** (1 / 12) - 1) == pytest.approx(
        cash.net_present_value, **scale
    )
    at_even = net_gain(planned, cash.break_even_lift, margin, 1.0, 1.0, 1.0)[0]
    assert at_even == pytest.approx(0, abs=scale["abs"])


def test_at_the_break_even_customers_the_programme_just_pays() -> None:
    start = programme(one_off=600, monthly=50, rate=0.08)
    needed = project_cash(start).break_even_customers
    resized = programme(case(customers=round(needed), cost=2 * round(needed)), one_off=600, monthly=50, rate=0.08)
    assert project_cash(resized).net_present_value == pytest.approx(0, abs=2)
