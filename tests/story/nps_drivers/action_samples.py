"""Lists that close the loop as `plan_actions` makes them."""

from datetime import date
from typing import Any

import pandas as pd

from helpers.analysis.nps_drivers import actions

AS_OF = date(2026, 9, 30)
DUE = {"detractors": 2, "passives": 30, "promoters": 14}
STATUSES = (
    *("to follow up", "followed by a later answer", "too long ago", "without a date", "without a customer number"),
    *("not to be contacted", "on a scale that is not known"),
)


def planned(
    detractors: int = 0,
    passives: int = 0,
    promoters: int = 0,
    *,
    basis: str = "spend",
    left_out: dict[str, int] | None = None,
    due: dict[str, int] | None = None,
    worth: float = 100.0,
    **settings: Any,
) -> actions.Actions:
    """So many of each, every one worth the same."""
    categories = ["detractors"] * detractors + ["passives"] * passives + ["promoters"] * promoters
    frame = pd.DataFrame({"category": pd.Series(categories, dtype="str")})
    frame["customer_id"] = [f"c{i}" for i in range(len(frame))]
    frame["score"] = frame["category"].map({"detractors": 3.0, "passives": 7.0, "promoters": 9.0}).astype(float)
    frame["answered_on"] = pd.Series(pd.Timestamp("2026-09-01"), frame.index, dtype="datetime64[us]")
    for name in ("response_id", "account_id", "owner", "wave", "touchpoint", "worst", "second", "ask_about"):
        frame[name] = pd.Series("", frame.index, dtype="str")
    for name in ("worst_rating", "second_rating", "ask_rating"):
        frame[name] = pd.Series(float("nan"), frame.index)
    frame["commented"], frame["consented"] = False, True
    value = frame[["customer_id"]].assign(value=worth, last_order_on=pd.Timestamp("2026-09-01"))
    value = value.astype({"customer_id": "str", "last_order_on": "datetime64[us]"}).head(len(frame) if basis else 0)
    value.attrs["basis"] = basis
    counts = {"to follow up": len(frame)} | (left_out or {})
    accounted = pd.DataFrame({"status": STATUSES, "answers": [counts.get(s, 0) for s in STATUSES]})
    usual: dict[str, Any] = {"business_model": "b2b", "due_in_days": due or DUE}
    return actions.plan_actions(frame, accounted, value, AS_OF, **(usual | settings))
