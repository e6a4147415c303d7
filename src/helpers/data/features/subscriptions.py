"""Subscriptions told by dates or by their tenure, reduced in the engine: how many there are, have ended, and for how
long they have run."""

from datetime import date, timedelta
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.engines.dialect import quantiles

_SECONDS_A_MONTH = 365.25 / 12 * 86_400


def subscription_totals(subscriptions: Table, as_of: date) -> dict[str, float]:
    """Of all subscriptions: subscriptions, subscribers, known (whether they have ended), ended (of these) and
    median_tenure_months (NaN where none is known), at the end of `as_of`.

    What the table says of churn and tenure goes first, then its dates. With neither `churned` nor `cancelled_on` it is
    not known of any whether it has ended.
    """
    end = ibis.literal(pd.Timestamp(as_of + timedelta(days=1)).to_pydatetime())
    rows = subscriptions.select("customer_id", ended=_ended(subscriptions, end), months=_months(subscriptions, end))
    found = rows.aggregate(
        subscriptions=rows.count(),
        subscribers=rows.customer_id.nunique(),
        known=rows.ended.count(),
        ended=rows.ended.sum(),
        median_tenure_months=quantiles(rows.months, [0.5])[0],
    ).execute()
    facts = found.iloc[0].astype(float)
    return {name: float(value) for name, value in facts.fillna({"ended": 0.0}).items()}


def _ended(rows: Table, end: Any) -> Any:
    told = [rows.churned] if "churned" in rows.columns else []
    if "cancelled_on" in rows.columns and "started_on" in rows.columns:
        by_date = (rows.cancelled_on < end).fill_null(False)
        told.append(rows.started_on.isnull().ifelse(ibis.null("boolean"), by_date))
    return (ibis.coalesce(*told) if told else ibis.null("boolean")).cast("int64")


def _months(rows: Table, end: Any) -> Any:
    told = [rows.tenure_months] if "tenure_months" in rows.columns else []
    if "started_on" in rows.columns:
        last = ibis.least(ibis.coalesce(rows.cancelled_on, end), end) if "cancelled_on" in rows.columns else end
        seconds = last.cast("timestamp(6)").epoch_seconds() - rows.started_on.epoch_seconds()
        told.append(seconds.cast("float64") / _SECONDS_A_MONTH)
    return ibis.coalesce(*told) if told else ibis.null("float64")
