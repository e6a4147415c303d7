"""Which group each customer is in, for every segmentation there is, as it stood when the period began.

Groups made of today's orders decide their own retention: "Champions" are those who came back. So groups of behaviour
are taken as they stood the day before the period, and customers won in it have a group of their own. What cannot be
had as it stood then is shown without the figures that it would decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

EVERYONE, ALL = "everyone", "All customers"
NEW = "New in the period"
NOT_KNOWN = "(unknown)"
START, TODAY, FIXED = "start", "today", "fixed"
VALUE, LIFECYCLE, CLUSTERS = "rfm_segment", "lifecycle_group", "cluster"
_BEHAVIOUR_OF_TODAY = "usual_"  # attributes read from all orders so far
_BY_HAND = "set by hand"
_STAGES = ("active", "loyal", "high value", "dormant")


@dataclass(frozen=True)
class Grouping:
    """segments: by customer_id; blanks, and customers who are not there, are not known. moment: whether they are as
    they stood when the period began, as today's orders make them, or fixed, as a region is. order: of the segments."""

    name: str
    segments: pd.Series
    moment: str
    order: Sequence[str] = ()


def list_groupings(
    value_then: pd.DataFrame,
    lifecycle_then: pd.DataFrame,
    clusters_then: pd.Series | None,
    clusters_now: pd.Series | None,
    attributes: pd.DataFrame,
    value_now: pd.DataFrame | None = None,
) -> list[Grouping]:
    """Every segmentation that is known of two groups or more, those of behaviour first.

    value_then: customer_id, rfm_segment, when the period began; lifecycle_then: customer_id, lifecycle_group, the same;
    clusters_then, clusters_now: by customer_id; attributes: customer_id and a column each. value_now: today's segments,
    for a client of whom there is nothing earlier. Frames without rows are passed over.
    """
    found: list[Grouping] = []
    for frame, column in ((value_then, VALUE), (lifecycle_then, LIFECYCLE)):
        if len(frame) and column in frame:
            found.append(_grouping(column, frame.set_index("customer_id")[column], START))
    if value_now is not None and len(value_now) and value_then.empty:
        found.append(_grouping(VALUE, value_now.set_index("customer_id")[VALUE], TODAY))
    if clusters_then is not None:
        found.append(_grouping(CLUSTERS, clusters_then, START))
    elif clusters_now is not None:
        found.append(_grouping(CLUSTERS, clusters_now, TODAY))
    if len(attributes):
        values = attributes.set_index("customer_id")
        names = [str(c) for c in values.columns if not str(c).startswith(_BEHAVIOUR_OF_TODAY)]
        found += [_grouping(name, values[name], FIXED) for name in names]
    return [g for g in found if g.segments.nunique() > 1]


def _grouping(name: str, segments: pd.Series, moment: str) -> Grouping:
    known = segments.dropna().astype("str")
    return Grouping(name, known, moment, list(dict.fromkeys(known.sort_values())))


def stages_at(
    customers: pd.DataFrame, rhythm: pd.DataFrame, day: date, thresholds: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The lifecycle stage of each buyer at the end of `day`, by today's rules: customer_id, lifecycle_group.

    customers: customer_id, first_on, loyal_on, high_value_on, lifecycle_group. rhythm: customer_id, days_since,
    is_late, as known that day. thresholds: threshold, value, source; days that make dormant decide alone where the
    client has set them. No rows where the stages are others than those of buyers, as subscribers' are.
    """
    none = pd.DataFrame({"customer_id": pd.Series(dtype="str"), "lifecycle_group": pd.Series(dtype="str")})
    if customers.empty or rhythm.empty or not set(_STAGES) & set(customers["lifecycle_group"]):
        return none
    late = rhythm["is_late"].astype(bool)
    if thresholds is not None and len(thresholds):
        by_hand = thresholds[(thresholds["threshold"] == "dormant_days") & (thresholds["source"] == _BY_HAND)]
        late = rhythm["days_since"] > by_hand["value"].iloc[0] if len(by_hand) else late
    then, end = customers[customers["customer_id"].isin(rhythm["customer_id"])], pd.Timestamp(day)
    rules = [
        then["customer_id"].isin(rhythm.loc[late, "customer_id"]),
        then["high_value_on"].le(end),
        then["loyal_on"].le(end),
    ]
    stages = np.select([r.to_numpy() for r in rules], ["dormant", "high value", "loyal"], "active")
    return pd.DataFrame({"customer_id": then["customer_id"].to_numpy(), "lifecycle_group": pd.array(stages, "str")})


def codes_of(
    grouping: Grouping, customers: pd.DataFrame, first: date | None, ids: pd.Index | None = None
) -> tuple[list[str], np.ndarray]:
    """The segments that customers are in, and the place in them of each row; -1 for who is in none.

    customers: customer_id, first_on, bought, before. Of groups as they stood when the period began, customers first
    seen in it are NEW; leads are in none. Of others, who is not known is NOT_KNOWN. ids: the customers' numbers as an
    index, where several groupings are asked for: it is hashed once.
    """
    ids = pd.Index(customers["customer_id"]) if ids is None else ids
    names = [*dict.fromkeys([*grouping.order, *grouping.segments.unique()]), NEW, NOT_KNOWN]
    places, codes = ids.get_indexer(grouping.segments.index), np.full(len(customers), -1)
    codes[places[places >= 0]] = pd.Categorical(grouping.segments, categories=names).codes[places >= 0]
    is_customer = (customers["first_on"].notna() | customers["bought"] | customers["before"]).to_numpy()
    if grouping.moment == START and first:
        codes[(customers["first_on"] >= pd.Timestamp(first)).to_numpy()] = len(names) - 2
    codes[(codes < 0) & (is_customer | (grouping.moment == FIXED))] = len(names) - 1
    if grouping.moment != FIXED:
        codes[~is_customer] = -1
    there = np.bincount(codes[codes >= 0], minlength=len(names)) > 0
    moved = np.append(np.cumsum(there) - 1, -1)  # the last place is that of -1
    return [name for name, known in zip(names, there, strict=True) if known], moved[codes]
