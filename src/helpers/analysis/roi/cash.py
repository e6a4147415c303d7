"""What a programme costs and brings month by month, in today's money.

A programme repeats campaigns: each is run once a year at the size it was measured at, spread evenly over the months,
and earns in the month what it was measured to earn. That uses each customer once a year, and asks for no lift that was
not seen. What it costs once is paid before the first month; what recurs is paid at the end of each, as revenue comes
in. Later money is worth less: a month's discount rate is (1 + yearly rate)^(1/12) - 1, the effective one, and net
present value is the sum of all flows so discounted (Brealey, Myers and Allen, "Principles of Corporate Finance",
ch. 2).
"""

from dataclasses import dataclass
from math import isnan, nan
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.roi.cases import MATCHED
from helpers.analysis.roi.returns import LOSES, PAYS, PLANNED, UNCLEAR, Returns
from helpers.errors import InputError

MONTHS = 12
COSTS = ["cost_of_goods", "contact_cost", "one_off_cost", "monthly_cost"]
MONTHLY = ["month", "revenue", *COSTS, "flow", "cumulated", "discounted", "discounted_cumulated"]


@dataclass(frozen=True)
class Programme:
    """cases: rows of `Returns.by_segment` that are repeated. basis: "pays" (tested, and they paid), "planned",
    "tested" (nothing paid for sure, so all that was tested), or "" where there is nothing to repeat."""

    cases: pd.DataFrame
    basis: str
    margin: float
    one_off_cost: float
    monthly_cost: float
    discount_rate: float  # a year
    horizon_months: int

    @property
    def customers(self) -> float:
        """Customers contacted a year."""
        return float(self.cases["customers"].sum())

    @property
    def revenue(self) -> float:
        """Extra revenue a year."""
        return float(self.cases["incremental_revenue"].sum())

    @property
    def contact_cost(self) -> float:
        """Cost of the contacts of a year."""
        return float(self.cases["cost"].sum())

    @property
    def lift(self) -> float:
        """Extra revenue per customer contacted."""
        return self.revenue / self.customers if self.customers else nan

    @property
    def present_months(self) -> float:
        """What one unit of money in each month of the horizon is worth today."""
        return float(_discounts(self.discount_rate, self.horizon_months)[1:].sum())


@dataclass(frozen=True)
class Cash:
    """by_month: month (0 = before the first), revenue, cost_of_goods, contact_cost, one_off_cost, monthly_cost (costs
    above zero), flow, cumulated, discounted, discounted_cumulated; money in the client's currency.

    net_present_value: of all flows. roi: that over the present value of all that is spent on the programme, NaN where
    nothing is. payback_month, simple_payback_month: the first month at whose end the flows so far, discounted or not,
    have paid for themselves and do so to the end; NaN where never. break_even_lift: revenue per customer contacted at
    which the programme just pays; break_even_customers: customers contacted a year at which it does, at the lift
    expected, 0 where it has no fixed cost, NaN where each contact loses.
    """

    by_month: pd.DataFrame
    net_present_value: float
    roi: float
    payback_month: float
    simple_payback_month: float
    break_even_lift: float
    break_even_customers: float


def repeat_campaigns(
    campaigns: Returns,
    plans: Returns,
    one_off_cost: float,
    monthly_cost: float,
    discount_rate: float,
    horizon_months: int,
) -> Programme:
    """The programme that repeats what paid in a random test; where nothing did, the plan; where there is none, all that
    was tested and has a cost.

    `campaigns`: the returns of whole campaigns; `plans`: returns that hold the planned ones. What is merely consistent
    with paying is not repeated: it asks for a test first. Raises InputError on negative costs, a discount rate of
    -100 % or less, and a horizon of no month.
    """
    for name, value in (("one_off_cost", one_off_cost), ("monthly_cost", monthly_cost)):
        if not value >= 0:
            raise InputError(f"{name} {value} is impossible", where="programme", allowed="0 or more")
    if not discount_rate > -1:
        raise InputError(f"a discount rate of {discount_rate} is impossible", where="programme", allowed="above -1")
    if horizon_months < 1:
        raise InputError(f"a horizon of {horizon_months} months is impossible", where="programme", allowed="1 or more")
    tested = campaigns.by_segment[campaigns.by_segment["evidence"] != MATCHED]
    kinds = {
        "pays": tested[tested["verdict"] == PAYS],
        "planned": plans.by_segment[plans.by_segment["verdict"] == PLANNED],
        "tested": tested[tested["verdict"].isin([UNCLEAR, LOSES])],
    }
    basis = next((name for name, cases in kinds.items() if len(cases)), "")
    chosen = kinds.get(basis, tested.head(0)).reset_index(drop=True)
    return Programme(chosen, basis, campaigns.margin, one_off_cost, monthly_cost, discount_rate, horizon_months)


def net_present_value(flows: np.ndarray, rate: float) -> float:
    """Today's worth of `flows` (periods,), the first of them now, at `rate` a period.

    -100, 39, 59, 55, 20 at 28.1 % are worth -0.00848 (numpy-financial's npv).
    """
    return float(np.sum(np.asarray(flows) / (1 + rate) ** np.arange(len(flows))))


def project_cash(programme: Programme) -> Cash:
    """The programme's money by month, what it is worth today and when it has paid for itself; see `Cash`. Nothing of
    it, and no month, where there is no programme."""
    if not programme.basis:
        return Cash(pd.DataFrame(columns=MONTHLY), nan, nan, nan, nan, nan, nan)
    months = np.arange(programme.horizon_months + 1)
    running = (months > 0).astype("float64")
    monthly = pd.DataFrame(
        {
            "month": months,
            "revenue": running * programme.revenue / MONTHS,
            "cost_of_goods": running * programme.revenue * (1 - programme.margin) / MONTHS,
            "contact_cost": running * programme.contact_cost / MONTHS,
            "one_off_cost": (1 - running) * programme.one_off_cost,
            "monthly_cost": running * programme.monthly_cost,
        }
    )
    monthly["flow"] = monthly["revenue"] - monthly[COSTS].sum(axis=1)
    discounts = _discounts(programme.discount_rate, programme.horizon_months)
    monthly["cumulated"] = monthly["flow"].cumsum()
    monthly["discounted"] = monthly["flow"] * discounts
    monthly["discounted_cumulated"] = monthly["discounted"].cumsum()
    spent = float((monthly[COSTS[1:]].sum(axis=1) * discounts).sum())
    value = float(monthly["discounted"].sum())
    per_contact = programme.margin * programme.lift - programme.contact_cost / max(programme.customers, 1)
    present = programme.present_months
    fixed = programme.one_off_cost + programme.monthly_cost * present
    return Cash(
        by_month=monthly,
        net_present_value=value,
        roi=value / spent if spent > 0 else nan,
        payback_month=_payback(monthly["discounted_cumulated"].to_numpy()),
        simple_payback_month=_payback(monthly["cumulated"].to_numpy()),
        break_even_lift=_ratio(spent, programme.margin * programme.customers * present / MONTHS),
        break_even_customers=_ratio(fixed * MONTHS, present * per_contact) if per_contact > 0 else nan,
    )


def net_gain(programme: Programme, lift: Any, margin: Any, cost: Any, reach: Any, duration: Any) -> tuple[Any, Any]:
    """Net present value and return of the programme, given its inputs: numbers, or arrays (draws,).

    lift: revenue per customer contacted; margin: share of revenue; cost, reach and duration multiply all costs, the
    customers contacted, and the time a lift lasts. With all of them as expected it is what `project_cash` finds. The
    return is NaN where nothing is spent.
    """
    present = programme.present_months
    earned = margin * lift * duration * reach * programme.customers / MONTHS * present
    fixed = programme.one_off_cost + programme.monthly_cost * present
    spent = cost * (fixed + reach * programme.contact_cost / MONTHS * present)
    gain = earned - spent
    with np.errstate(divide="ignore", invalid="ignore"):
        return gain, gain / np.where(spent > 0, spent, nan)


def explain_gain(cash: Cash) -> pd.DataFrame:
    """From the programme's extra revenue to its net gain: step, amount (what it adds, or takes away), running (what is
    left after it). All amounts but the last add up to the last. No steps without a programme."""
    if cash.by_month.empty:
        return pd.DataFrame(columns=["step", "amount", "running"])
    sums = cash.by_month.sum()
    amounts = {"extra_revenue": sums["revenue"], **{name: -sums[name] for name in COSTS}}
    amounts["discounting"] = cash.net_present_value - sums["flow"]
    amounts["net_gain"] = cash.net_present_value
    steps = pd.DataFrame({"step": list(amounts), "amount": np.array(list(amounts.values()), dtype="float64")})
    running = steps["amount"].cumsum()
    running.iloc[-1] = cash.net_present_value
    return steps.assign(running=running)


def _discounts(rate: float, months: int) -> np.ndarray:
    """What one unit of money is worth today if it comes now, in a month, ... (months + 1,)."""
    return (1 + rate) ** (-np.arange(months + 1) / MONTHS)


def _payback(cumulated: np.ndarray) -> float:
    """The first month, from 1 on, from whose end the sum of all flows is never below zero again."""
    short = np.flatnonzero(cumulated[1:] < 0)
    first = short[-1] + 2 if len(short) else 1
    return float(first) if first < len(cumulated) else nan


def _ratio(above: float, below: float) -> float:
    return nan if isnan(below) or below == 0 else above / below
