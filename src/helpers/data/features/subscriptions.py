"""Subscriptions told by dates or by their tenure, reduced in the engine: how many there are, have ended, and for how
long they have run; and one row a subscriber, whatever the number of subscriptions.

A customer with several subscriptions, one after the other or side by side, is one subscriber, who leaves when the last
of them ends.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.engines.dialect import quantiles

_SECONDS_A_MONTH = 365.25 / 12 * 86_400
_SECONDS_A_DAY = 86_400
_SUCCEEDS_DAYS = 31  # a subscription that starts at most so long before the last one's end takes its place

SUBSCRIBER = (
    *("customer_id", "subscriptions", "running", "trial_started_on", "started_on", "ended_on", "latest_started_on"),
    *("months", "ended", "leaving", "monthly_fee", "without_fee", "upgrades", "downgrades", "added"),
)


def subscription_totals(subscriptions: Table, as_of: date) -> dict[str, float]:
    """Of all subscriptions: subscriptions, subscribers, known (whether they have ended), ended (of these) and
    median_tenure_months (NaN where none is known), at the end of `as_of`.

    What the table says of churn and tenure goes first, then its dates. With neither `churned` nor `cancelled_on` it is
    not known of any whether it has ended.
    """
    rows = tenure_and_end(subscriptions, as_of)
    found = rows.aggregate(
        subscriptions=rows.count(),
        subscribers=rows.customer_id.nunique(),
        known=rows.ended.count(),
        ended=rows.ended.sum(),
        median_tenure_months=quantiles(rows.months, [0.5])[0],
    ).execute()
    facts = found.iloc[0].astype(float)
    return {name: float(value) for name, value in facts.fillna({"ended": 0.0}).items()}


def tenure_and_end(subscriptions: Table, as_of: date) -> Table:
    """Each subscription's customer_id, `ended` (1 or 0, null unknown), `months` it has run, at the end of `as_of`, and
    monthly_fee where the table has it."""
    end = _end_of(as_of)
    fee = ["monthly_fee"] if "monthly_fee" in subscriptions.columns else []
    told = {"ended": _ended(subscriptions, end), "months": _months(subscriptions, end)}
    return subscriptions.select("customer_id", *fee, **told)


def has_dates(subscriptions: Table) -> bool:
    """Whether any subscription has a start: without one nothing is known by the calendar."""
    if "started_on" not in subscriptions.columns:
        return False
    return bool(subscriptions.started_on.notnull().any().fill_null(False).execute())


def subscriber_facts(subscriptions: Table, as_of: date) -> pd.DataFrame:
    """One row a subscriber, in the order of their numbers, with the columns of SUBSCRIBER.

    subscriptions: how many were ever paid for (trials are none); running: how many at the end of `as_of`.
    trial_started_on: the first trial; started_on, ended_on: the first day and, where all have ended, the last; NaT
        where no date is known. latest_started_on: the start of the latest one.
    months: from the first start to the end, or to `as_of`; by tenure that of the longest. NaN where nothing tells.
    ended: 1 where the last has ended, 0 where one runs, NaN where that is not known, or nothing was ever paid for.
    leaving: whether each that runs has a day after `as_of` on which it ends.
    monthly_fee: of those that run, NaN where none of them has a known fee; a fee below zero is not known.
    without_fee: how many run without a known fee.
    upgrades, downgrades: times a subscription took the place of a cheaper, a dearer one; added: times one came beside.

    A subscription cancelled before its start has ended at its start. One that starts after `as_of` is left out.
    """
    rows = paid_rows(subscriptions, as_of)
    found = (
        rows.group_by("customer_id")
        .aggregate(
            subscriptions=rows.paid.cast("int64").sum(),
            running=rows.runs.cast("int64").sum(),
            told=rows.ended.count(),
            trial_started_on=rows.trial_start.min(),
            started_on=rows.start.min(),
            last_end=rows.stop.max(),
            latest_started_on=rows.start.max(),
            tenure=rows.tenure.max(),
            leaving=(rows.runs & rows.to_end.fill_null(False)).cast("int64").sum(),
            monthly_fee=ibis.ifelse(rows.runs, rows.fee, ibis.null("float64")).sum(),
            without_fee=(rows.runs & rows.fee.isnull()).cast("int64").sum(),
        )
        .order_by("customer_id")
        .execute()
    )
    found = found.merge(_changes(rows), on="customer_id", how="left", validate="one_to_one")
    changes = ["upgrades", "downgrades", "added"]
    found[changes] = found[changes].fillna(0).astype("int64")
    return _finished(found, as_of)


def paid_rows(subscriptions: Table, as_of: date) -> Table:
    """Each subscription that has begun by the end of `as_of`, in the engine: customer_id, plan, addons, trial_start,
    start, stop (null while it runs), paid (whether it was ever more than a trial), ended (1, 0, or null), runs, to_end
    (whether it runs and its end is set), tenure (months told, not dated), fee (null where not known or below zero)."""
    end = _end_of(as_of)
    columns = subscriptions.columns
    day = {c: _column(subscriptions, c, "timestamp(6)") for c in ("trial_started_on", "started_on", "cancelled_on")}
    start, cancelled = day["started_on"], day["cancelled_on"]
    tenure = _column(subscriptions, "tenure_months", "float64")
    fee = _column(subscriptions, "monthly_fee", "float64")
    rows = subscriptions.select(
        "customer_id",
        plan=_column(subscriptions, "plan", "string"),
        addons=_column(subscriptions, "addons", "string"),
        trial_start=(day["trial_started_on"] < end).ifelse(day["trial_started_on"], ibis.null("timestamp(6)")),
        start=start,
        stop=ibis.greatest(ibis.ifelse(cancelled < end, cancelled, ibis.null("timestamp(6)")), start),
        cancelled=cancelled,
        told=_ended(subscriptions, end),
        tenure=tenure,
        fee=(fee >= 0).ifelse(fee, ibis.null("float64")),
    )
    # Spark's and Snowflake's greatest is null where either is; DuckDB's is not.
    stopped = (rows.cancelled < end).fill_null(False) & (rows.told == 1).fill_null(True)
    stop = stopped.ifelse(rows.stop, ibis.null("timestamp(6)"))
    paid = rows.start.notnull() | rows.tenure.notnull()
    told = paid.ifelse(rows.told, ibis.null("int64"))
    rows = rows.filter((rows.start < end).fill_null(True))
    rows = rows.mutate(stop=stop, paid=paid, ended=told, runs=(told == 0).fill_null(False))
    if "cancelled_on" in columns:
        return rows.mutate(to_end=rows.runs & (rows.cancelled >= end).fill_null(False))
    return rows.mutate(to_end=ibis.literal(False))


def first_of_each(subscriptions: Table, as_of: date, columns: Sequence[str]) -> Table:
    """customer_id and `columns` of the subscription that each customer began with, in the engine.

    What customers are compared by must be known at the start: who came to a better plan later had to stay to get there.
    """
    end = _end_of(as_of)
    start = _column(subscriptions, "started_on", "timestamp(6)")
    rows = subscriptions.filter((start < end).fill_null(True))
    start = _column(rows, "started_on", "timestamp(6)")
    tenure = _column(rows, "tenure_months", "float64")
    order = [start.isnull(), start, ibis.desc(tenure), *(rows[c] for c in columns)]
    placed = rows.mutate(kit_place=ibis.row_number().over(group_by="customer_id", order_by=order))
    return placed.filter(placed.kit_place == 0).select("customer_id", *columns)


def _changes(rows: Table) -> pd.DataFrame:
    """How often each customer moved to a dearer or a cheaper subscription, or took another beside the first."""
    dated = rows.filter(rows.start.notnull()).select("customer_id", "start", "stop", "fee", "plan")
    order = [dated.start, dated.fee, dated.plan]
    window = ibis.window(group_by="customer_id", order_by=order)
    placed = dated.mutate(place=ibis.row_number().over(window), fee_before=dated.fee.lag().over(window))
    placed = placed.mutate(stop_before=dated.stop.lag().over(window)).filter(lambda t: t.place > 0)
    overlap = placed.stop_before.epoch_seconds() - placed.start.epoch_seconds()
    succeeds = (overlap <= _SUCCEEDS_DAYS * _SECONDS_A_DAY).fill_null(False)
    dearer, cheaper = (placed.fee > placed.fee_before), (placed.fee < placed.fee_before)
    return (
        placed.group_by("customer_id")
        .aggregate(
            upgrades=(succeeds & dearer.fill_null(False)).cast("int64").sum(),
            downgrades=(succeeds & cheaper.fill_null(False)).cast("int64").sum(),
            added=(~succeeds).cast("int64").sum(),
        )
        .execute()
    )


def _finished(found: pd.DataFrame, as_of: date) -> pd.DataFrame:
    for column in ("trial_started_on", "started_on", "last_end", "latest_started_on"):
        found[column] = pd.to_datetime(found[column]).astype("datetime64[us]")
    counts = ["subscriptions", "running", "told", "leaving", "without_fee"]
    found[counts] = found[counts].fillna(0).astype("int64")
    ended = (found["running"] == 0).astype(float)
    known = (found["running"] > 0) | ((found["told"] == found["subscriptions"]) & (found["subscriptions"] > 0))
    found["ended"] = ended.where(known)
    found["ended_on"] = found.pop("last_end").where(found["ended"] == 1)
    last = found["ended_on"].where(found["ended"] == 1, pd.Timestamp(as_of) + pd.Timedelta(days=1))
    dated = (last - found["started_on"]).dt.total_seconds() / _SECONDS_A_MONTH
    # Told by tenure goes first, as in the totals; where rows are told either way, the longest time counts.
    found["months"] = pd.concat([found.pop("tenure").astype(float), dated], axis=1).max(axis=1)
    found["leaving"] = (found["leaving"] == found["running"]) & (found["running"] > 0)
    found["monthly_fee"] = found["monthly_fee"].astype(float)
    return found[list(SUBSCRIBER)]


def _end_of(as_of: date) -> Any:
    return ibis.literal(pd.Timestamp(as_of + timedelta(days=1)).to_pydatetime())


def _column(rows: Table, name: str, kind: str) -> Any:
    """A column of the table, of a kind that every engine takes alike; null where the client has none."""
    return rows[name].cast(kind) if name in rows.columns else ibis.null(kind)


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
