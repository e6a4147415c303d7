"""Saved tables of other pages, small enough to reckon a plan from by hand."""

from datetime import date
from typing import Any

import pandas as pd

from helpers.analysis.plan.plan import TABLES, Plan, make_plan

AS_OF = date(2026, 9, 30)
CUSTOMERS = {"Champions": 40, "At risk": 20, "One-time buyers": 30, "Lost": 10}


def lift(arm: str = "Call", low: float = 20.0, high: float = 40.0, **changed: Any) -> dict[str, Any]:
    """A lift of 30 revenue a customer, for 500 customers at a cost of 2 each."""
    row = {"campaign": "Spring", "arm": arm, "metric": "spend", "n": 500, "lift": (low + high) / 2, "low": low}
    return row | {"high": high, "is_revenue": True, "evidence": "random test", "cost": 1000.0} | changed


def returns(margin: float = 0.4) -> pd.DataFrame:
    """Of 500 customers contacted for 1,000: break-even at 2 / margin."""
    row = {"campaign": "Spring", "arm": "Call", "customers": 500, "cost": 1000.0, "break_even_lift": 2 / margin}
    return pd.DataFrame([row])


def uplift(p_alike: float = 0.001, **shrunk: float) -> pd.DataFrame:
    """Each segment's drawn lift, 10 either side."""
    rows = [
        {"campaign": "Spring", "arm": "Call", "metric": "spend", "segment": s.replace("_", " "), "lift": x, "shrunk": x}
        for s, x in shrunk.items()
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(shrunk_low=frame["shrunk"] - 10, shrunk_high=frame["shrunk"] + 10, p_alike=p_alike)


def buyers() -> pd.DataFrame:
    names = [name for name, n in CUSTOMERS.items() for _ in range(n)]
    return pd.DataFrame({"customer_id": [str(i) for i in range(len(names))], "rfm_segment": names})


def segments() -> pd.DataFrame:
    """Everybody at risk is a regular who is late; of the lost, who are late too, few were regulars. Thrice the buyers
    of `buyers`, enough for tests of segments."""
    frame = pd.DataFrame({"rfm_segment": list(CUSTOMERS), "customers": [3 * n for n in CUSTOMERS.values()]})
    return frame.assign(
        late_regulars=[0, 60, 0, 9],
        yearly_spend=[9_000.0, 4_000.0, 600.0, 100.0],
        objective=["Keep", "Win back", "Win the second order", "Let go"],
    )


def answers() -> pd.DataFrame:
    rows = [("1", "A", "detractors", "sales", 2, 500.0), ("2", "A", "detractors", "sales", 2, 700.0)]
    rows += [("3", "B", "promoters", "service", 14, 900.0)]
    return pd.DataFrame(
        rows, columns=["customer_id", "account_id", "category", "owner", "due_in_days", "value_at_stake"]
    )


def subscribers() -> pd.DataFrame:
    return pd.DataFrame({"customer_id": list("abc"), "monthly_fee": [10.0, 20.0, 30.0], "at_risk": [True, False, True]})


def people() -> pd.DataFrame:
    groups = ["lead", "active", "lead", "dormant"] * 30
    return pd.DataFrame({"customer_id": [str(i) for i in range(120)], "lifecycle_group": groups})


def accounts() -> pd.DataFrame:
    return pd.DataFrame({"account_id": list("AB"), "silent": [True, False]})


def sizes_of(customers: int = 100, needed: float = 5_000.0, *, possible: bool = False) -> pd.DataFrame:
    """A rate of 10 % in every segment, and an amount that varies more."""
    names = ["All customers", *CUSTOMERS]
    sizes = [customers, *CUSTOMERS.values()]
    rate = pd.DataFrame({"segment": names, "customers": sizes, "metric": "conversion", "baseline": 0.1, "sd": 0.3})
    money = rate.assign(metric="spend", baseline=10.0, sd=100.0)
    frame = pd.concat([rate, money], ignore_index=True)
    return frame.assign(smallest_worthwhile=1.0, needed_an_arm=needed, possible=possible, followed_days=60.0)


def tables(**given: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {name: given.get(name, pd.DataFrame()) for name in TABLES}


def everything() -> dict[str, pd.DataFrame]:
    return tables(
        campaign_lift=pd.DataFrame([lift(), lift("Catalogue", -9.0, -1.0), lift("Mail", -5.0, 15.0)]),
        roi_campaigns=returns(),
        test_plan=sizes_of(),
        rfm_segments=segments(),
        customers_rfm=buyers(),
        nps_actions=answers(),
        subscribers_lifecycle=subscribers(),
        customers_lifecycle=people(),
        accounts_heard=accounts(),
    )


def plan(given: dict[str, pd.DataFrame], **changed: Any) -> Plan:
    """The plan of these tables, at their date."""
    return make_plan(given, AS_OF, **({"owners": {}, "most": 12} | changed))


def of_kind(found: Plan, kind: str) -> dict[Any, Any]:
    return dict(found.actions.set_index("kind", drop=False).loc[kind])
