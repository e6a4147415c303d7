"""What subscriptions bring by calendar month, and how much of it customers keep bringing; reduced in the engine.

A customer brings the fees of all subscriptions that run at the end of a month. What changes from one month's end to the
next is told by customer: new, come back, dearer, cheaper, or gone. A subscription that starts and ends within a month
is in no month's end and counts in none.
"""

from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.subscriptions import paid_rows

_PENNY = 0.005  # less is the rounding of sums, no change of a fee
_MOVES = ("new", "returned", "expansion", "contraction", "cancelled")
MONTHLY = (
    *("month", "partial", "started", "returned", "cancelled", "active", "new_mrr", "returned_mrr", "expansion_mrr"),
    *("contraction_mrr", "cancelled_mrr", "mrr", "churn", "mrr_churn"),
)


def monthly_revenue(subscriptions: Table, as_of: date) -> pd.DataFrame:
    """One row a calendar month from the first start on, with the columns of MONTHLY.

    month: its first day; partial: whether `as_of` falls before its end. started, returned, cancelled: customers who
    paid at its end and never before, again, or no longer; active: who paid at its end. mrr: their fees for a month, and
    what moved it since the month before: new, returned, expansion, contraction, cancelled, all positive; money is NaN
    where no fee is known. churn, mrr_churn: customers cancelled, and fees cancelled or lowered, as shares of those at
    the end of the month before; NaN where there were none.

    Without any start it has no rows.
    """
    moved = _moves(subscriptions, as_of)
    if moved.empty:
        return pd.DataFrame({c: pd.Series(dtype="float64") for c in MONTHLY})
    this = as_of.year * 12 + as_of.month - 1
    every = np.arange(int(moved["at"].min()), this + 1)
    table = moved.pivot_table(index="at", columns="move", values=["customers", "money"], aggfunc="sum")
    table = table.reindex(every).fillna(0.0)
    customers = {move: _of(table, "customers", move) for move in _MOVES}
    money = {move: _of(table, "money", move) for move in _MOVES}
    months = pd.DataFrame(
        {
            "month": pd.to_datetime([f"{at // 12}-{at % 12 + 1:02d}-01" for at in every]).astype("datetime64[us]"),
            "started": customers["new"].astype("int64"),
            "returned": customers["returned"].astype("int64"),
            "cancelled": customers["cancelled"].astype("int64"),
        }
    )
    months["partial"] = (every == this) & ((as_of + timedelta(days=1)).day != 1)
    months["active"] = (months["started"] + months["returned"] - months["cancelled"]).cumsum()
    for move in _MOVES:
        months[f"{move}_mrr"] = money[move]
    gained = money["new"] + money["returned"] + money["expansion"]
    months["mrr"] = (gained - money["contraction"] - money["cancelled"]).cumsum().round(2)
    before, mrr_before = months["active"].shift(), months["mrr"].shift()
    months["churn"] = (months["cancelled"] / before).where(before > 0)
    lost = money["contraction"] + money["cancelled"]
    months["mrr_churn"] = (lost / mrr_before.to_numpy()).where(mrr_before > 0)
    if not months["mrr"].any():
        months[[c for c in MONTHLY if "mrr" in c]] = np.nan
    return months[list(MONTHLY)]


def kept_revenue(subscriptions: Table, as_of: date, months: int) -> dict[str, float]:
    """What the customers who paid `months` months before `as_of` pay at the end of `as_of`.

    months, customers (who paid then), lost (of these, who pay nothing now), start_mrr (their fees a month then),
    expansion_mrr, contraction_mrr (of those who stayed, by customer) and cancelled_mrr, all positive. NaN for money
    where no fee is known.
    """
    then = pd.Timestamp(as_of + timedelta(days=1)) - pd.DateOffset(months=months)  # so that months' ends meet
    rows = paid_rows(subscriptions, as_of)
    rows = rows.filter(rows.start.notnull())
    at = ibis.literal(then.to_pydatetime())
    ran = (rows.start < at) & (rows.stop.isnull() | (rows.stop >= at))
    now = rows.stop.isnull()
    fee = rows.fee.fill_null(0.0)
    of_each = rows.group_by("customer_id").aggregate(
        ran=ran.cast("int64").sum(),
        runs=now.cast("int64").sum(),
        before=ibis.ifelse(ran, fee, 0.0).sum(),
        after=ibis.ifelse(now, fee, 0.0).sum(),
        fees=ibis.ifelse(ran | now, rows.fee, ibis.null("float64")).count(),
    )
    of_each = of_each.filter(of_each.ran > 0)
    stays, change = of_each.runs > 0, of_each.after - of_each.before
    found = (
        of_each.aggregate(
            customers=of_each.count(),
            lost=(~stays).cast("int64").sum(),
            fees=of_each.fees.sum(),
            start_mrr=of_each.before.sum(),
            expansion_mrr=ibis.ifelse(stays & (change > _PENNY), change, 0.0).sum(),
            contraction_mrr=ibis.ifelse(stays & (change < -_PENNY), -change, 0.0).sum(),
            cancelled_mrr=ibis.ifelse(stays, 0.0, of_each.before).sum(),
        )
        .execute()
        .iloc[0]
        .astype(float)
        .fillna(0.0)
    )
    money = ["start_mrr", "expansion_mrr", "contraction_mrr", "cancelled_mrr"]
    known = found.pop("fees") > 0
    kept = {str(name): float(value) for name, value in found.items()}
    return {"months": float(months)} | {k: v if known or k not in money else float("nan") for k, v in kept.items()}


def _moves(subscriptions: Table, as_of: date) -> pd.DataFrame:
    """at (the month's number since the year 0), move, customers, money: what happened to customers between the ends of
    two months.

    Each start adds to a customer's subscriptions and fees in its month, each end takes away; added up in time they say
    what the customer had before and after, so that only months with a change are looked at.
    """
    rows = paid_rows(subscriptions, as_of)
    rows = rows.filter(rows.start.notnull()).mutate(fee=rows.fee.fill_null(0.0))
    starts = rows.select("customer_id", at=_month(rows.start), n=ibis.literal(1), fee=rows.fee)
    gone = rows.filter(rows.stop.notnull())
    stops = gone.select("customer_id", at=_month(gone.stop), n=ibis.literal(-1), fee=-gone.fee)
    changes = ibis.union(starts, stops)
    monthly = changes.group_by("customer_id", "at").aggregate(n=changes.n.sum(), fee=changes.fee.sum())
    so_far = ibis.cumulative_window(group_by="customer_id", order_by="at")
    summed = monthly.mutate(after=monthly.n.sum().over(so_far), fee_after=monthly.fee.sum().over(so_far))
    ever = summed.after.max().over(so_far)
    summed = summed.mutate(before=summed.after - summed.n, fee_before=summed.fee_after - summed.fee, ever=ever)
    earlier = summed.ever.lag().over(ibis.window(group_by="customer_id", order_by="at")).fill_null(0)
    summed = summed.mutate(earlier=earlier)
    change = summed.fee_after - summed.fee_before
    move = ibis.cases(
        ((summed.before == 0) & (summed.after > 0) & (summed.earlier == 0), "new"),
        ((summed.before == 0) & (summed.after > 0), "returned"),
        ((summed.before > 0) & (summed.after == 0), "cancelled"),
        (change > _PENNY, "expansion"),
        (change < -_PENNY, "contraction"),
        else_="",
    )
    # Who leaves takes all the fees there were; the sum of what remains may be off by rounding.
    moved = summed.mutate(move=move, money=(summed.after == 0).ifelse(summed.fee_before, change.abs()))
    counted = moved.group_by("at", "move").aggregate(customers=moved.count(), money=moved.money.sum())
    return counted.execute().astype({"at": "int64", "money": float})


def _month(day: Any) -> Any:
    return (day.year() * 12 + day.month() - 1).cast("int64")


def _of(table: pd.DataFrame, value: str, move: str) -> pd.Series:
    known = (value, move) in table.columns
    return (table[value, move] if known else pd.Series(0.0, index=table.index)).reset_index(drop=True)
