"""What each customer said last: the recommendation score and, where asked, satisfaction and effort."""

from datetime import date, timedelta

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.reading import SOURCE, SOURCE_ROW

ATTITUDES = ("score", "csat", "ces")


def latest_attitudes(surveys: Table, as_of: date) -> pd.DataFrame:
    """One row a customer who answered by the end of `as_of`: customer_id, answered_on (NaT where not known), score
    (0-10), csat and ces (NaN where not asked or not answered), all of the latest answer with a score.

    No rows where answers carry no customer.
    """
    if "customer_id" not in surveys.columns:
        return _frame(pd.DataFrame(columns=["customer_id"]))
    known = surveys.filter(surveys.customer_id.notnull(), surveys.score.notnull())
    order = [ibis.desc(name) for name in (SOURCE, SOURCE_ROW) if name in known.columns]
    if "answered_at" in known.columns:
        before = ibis.literal(pd.Timestamp(as_of + timedelta(days=1)).to_pydatetime())
        known = known.filter((known.answered_at < before).fill_null(True))
        # Nulls come last by the first: engines differ in where they put them.
        order = [ibis.asc(known.answered_at.isnull()), ibis.desc(known.answered_at), *order]
    order.append(ibis.desc(known.score))
    ranked = known.mutate(kit_place=ibis.row_number().over(group_by="customer_id", order_by=order))
    columns = [c for c in ("customer_id", "answered_at", *ATTITUDES) if c in known.columns]
    latest = ranked.filter(ranked.kit_place == 0).select(*columns)
    return _frame(latest.order_by("customer_id").execute())


def _frame(found: pd.DataFrame) -> pd.DataFrame:
    times = pd.to_datetime(found["answered_at"]) if "answered_at" in found else pd.Series(pd.NaT, found.index)
    frame = pd.DataFrame({"customer_id": found["customer_id"].astype("str"), "answered_on": times.dt.normalize()})
    for column in ATTITUDES:
        frame[column] = found[column].astype(float) if column in found else float("nan")
    return frame.astype({"answered_on": "datetime64[us]"})
