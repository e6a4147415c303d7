"""What each customer said last: the recommendation score and, where asked, satisfaction and effort."""

from datetime import date, timedelta

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.score_scales import SCALE, on_one_scale
from helpers.data.reading import SOURCE, SOURCE_ROW
from helpers.data.scales import DEFAULT, SCALES

ATTITUDES = ("score", "csat", "ces")


def latest_attitudes(surveys: Table, as_of: date) -> pd.DataFrame:
    """One row a customer who answered by the end of `as_of`: customer_id, answered_on (NaT where not known), score,
    csat and ces (NaN where not asked or not answered), all of the latest answer with a score; and scale, the one that
    all scores are on: answers on others are left out, see `score_scales.one_scale`.

    No rows where answers carry no customer, or where the scale of all of them is doubted.
    """
    if "customer_id" not in surveys.columns:
        return _frame(pd.DataFrame(columns=["customer_id"]))
    answers = on_one_scale(surveys)
    known = answers.filter(answers.customer_id.notnull(), answers.score.notnull())
    order = [ibis.desc(name) for name in (SOURCE, SOURCE_ROW) if name in known.columns]
    if "answered_at" in known.columns:
        before = ibis.literal(pd.Timestamp(as_of + timedelta(days=1)).to_pydatetime())
        known = known.filter((known.answered_at < before).fill_null(True))
        # Nulls come last by the first: engines differ in where they put them.
        order = [ibis.asc(known.answered_at.isnull()), ibis.desc(known.answered_at), *order]
    order.append(ibis.desc(known.score))
    ranked = known.mutate(kit_place=ibis.row_number().over(group_by="customer_id", order_by=order))
    columns = [c for c in ("customer_id", "answered_at", *ATTITUDES, SCALE) if c in known.columns]
    latest = ranked.filter(ranked.kit_place == 0).select(*columns)
    return _frame(latest.order_by("customer_id").execute())


def cuts_of(attitudes: pd.DataFrame) -> tuple[int, int, int, int]:
    """The scale of what `latest_attitudes` returns: its lowest mark, from which on a customer is passive, from which on
    a promoter, and its highest mark."""
    scale = SCALES[str(attitudes[SCALE].iloc[0]) if len(attitudes) else DEFAULT]
    return scale.low, scale.passive_from, scale.promoter_from, scale.high


def _frame(found: pd.DataFrame) -> pd.DataFrame:
    times = pd.to_datetime(found["answered_at"]) if "answered_at" in found else pd.Series(pd.NaT, found.index)
    frame = pd.DataFrame({"customer_id": found["customer_id"].astype("str"), "answered_on": times.dt.normalize()})
    for column in ATTITUDES:
        frame[column] = found[column].astype(float) if column in found else float("nan")
    frame[SCALE] = found[SCALE].astype("str") if SCALE in found else DEFAULT
    return frame.astype({"answered_on": "datetime64[us]", SCALE: "str"})
