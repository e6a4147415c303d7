"""What customers do besides ordering, one row a customer: subscriptions, interactions, and what they answered.

Everything is reduced in the engine. Counts of a customer who is in none of a table's rows are not known, not zero: that
table may know of others only.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.persons import withhold_in_engine
from helpers.data.features.score_scales import on_one_scale
from helpers.data.features.subscriptions import tenure_and_end

MOST_KINDS = 4  # kinds of interaction that are counted apart, the most frequent ones
_DAY = 86_400


def customer_behaviour(tables: Mapping[str, Table], as_of: date) -> pd.DataFrame:
    """customer_id and what `subscriptions` and `events` tell up to the end of `as_of`, as far as they were given.

    tenure_months (of the longest subscription), monthly_fee (of all that run, else the highest), subscription_count;
    event_count, last_event_days (days since the last one) and <kind>_events of the four most frequent kinds. No rows
    where neither has any.
    """
    found = [
        f(tables[name], as_of) for name, f in (("subscriptions", _subscribed), ("events", _events)) if name in tables
    ]
    frame = pd.DataFrame({"customer_id": pd.Series(dtype="str")})
    for part in found:
        if len(part):
            frame = frame.merge(part, on="customer_id", how="outer", validate="one_to_one")
    return frame


def customer_answers(surveys: Table, as_of: date) -> pd.DataFrame:
    """customer_id and the mean of what each has answered: recommendation, csat, ces; those not asked are left out.
    Recommendations are those on one scale, see `score_scales.one_scale`. No rows where answers do not say whose they
    are."""
    asked = {"recommendation": "score", "csat": "csat", "ces": "ces"}
    asked = {name: column for name, column in asked.items() if column in surveys.columns}
    if "customer_id" not in surveys.columns or not asked:
        return pd.DataFrame({"customer_id": pd.Series(dtype="str")})
    known = surveys.filter(surveys.customer_id.notnull())
    if "answered_at" in surveys.columns:
        known = known.filter((known.answered_at < _end(as_of)).fill_null(True))
    scored = on_one_scale(known)
    if "scale" in known.columns and "score" in asked.values():
        told = scored.aggregate(scale=scored["scale"].max()).execute()["scale"].iloc[0]
        on_it = known["scale"] == ("" if pd.isna(told) else str(told))
        known = known.mutate(score=on_it.ifelse(known.score, ibis.null("float64")))
    means = known.group_by("customer_id").aggregate(**{name: known[column].mean() for name, column in asked.items()})
    frame = means.order_by("customer_id").execute()
    return frame.astype(dict.fromkeys(asked, float))


def _end(as_of: date) -> Any:
    return ibis.literal(pd.Timestamp(as_of + timedelta(days=1)).to_pydatetime())


def _subscribed(subscriptions: Table, as_of: date) -> pd.DataFrame:
    rows = tenure_and_end(subscriptions, as_of)
    measures = {"tenure_months": rows.months.max(), "subscription_count": rows.count()}
    if "monthly_fee" in rows.columns:
        runs = rows.ended.fill_null(0) == 0
        # What an ended one cost still tells what kind of customer it was.
        fees = rows.monthly_fee.sum(where=runs), rows.monthly_fee.max()
        measures["monthly_fee"] = (rows.count(where=runs) > 0).ifelse(fees[0], fees[1])
    frame = rows.group_by("customer_id").aggregate(**measures).order_by("customer_id").execute()
    frame = frame.astype({c: float for c in frame.columns if c != "customer_id"})
    return frame.assign(tenure_months=frame["tenure_months"].round(2))


def _events(events: Table, as_of: date) -> pd.DataFrame:
    before = withhold_in_engine(events.filter(events.occurred_at < _end(as_of)), "kind")
    counted = before.group_by("kind").aggregate(n=before.count()).order_by(ibis.desc("n"), "kind").limit(MOST_KINDS)
    kinds = [str(k) for k in counted.execute()["kind"]]
    measures: dict[str, Any] = {"event_count": before.count(), "last": before.occurred_at.max()}
    measures |= {f"n_{i}": before.count(where=before.kind == kind) for i, kind in enumerate(kinds)}
    frame = before.group_by("customer_id").aggregate(**measures).order_by("customer_id").execute()
    days = (pd.Timestamp(as_of) - pd.to_datetime(frame.pop("last")).dt.normalize()).dt.days
    frame.insert(2, "last_event_days", days)
    names = {f"n_{i}": f"{kind.replace(' ', '_')}_events" for i, kind in enumerate(kinds)}
    frame = frame.rename(columns=names).astype(
        dict.fromkeys([*names.values(), "event_count", "last_event_days"], float)
    )
    # One kind alone is what all of them are.
    return frame if len(kinds) > 1 else frame.drop(columns=list(names.values()))
