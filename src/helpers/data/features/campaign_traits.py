"""What was known of each customer before a campaign began, beside what came of it: what customers may be ranked by."""

from collections.abc import Mapping

import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.traits import customer_traits

_OWN = ["campaign", "arm", "control", "customer_id", "exposed_on", "cost"]
_NOT_OF_THEN = ["acquired_through", "role", "usual_channel", "usual_category"]  # they may have changed since
_BEFORE = ["recency_days", "tenure_days", "order_count", "spend", "average_order_value"]


def with_traits(
    customers: pd.DataFrame,
    before: Mapping[str, pd.DataFrame],
    people: Table,
    attributes: list[str],
    outcomes: list[str],
) -> tuple[pd.DataFrame, list[str]]:
    """The rows of `campaigns.campaign_customers` with what was known of each customer before, and the names of that.

    Known are the attributes that the campaign's file gives, what was bought before (pre_spend, pre_orders), `before`
    (by campaign, as from `campaigns.customers_before`) and the declared `attributes` of the list of `people`. Numbers
    given as text become numbers. Channel and role of the list, which may have changed since, are not among them.
    """
    own = [c for c in customers.columns if c not in (*_OWN, *outcomes)]
    frame = customers
    if frame["customer_id"].notna().any():
        earlier = [_known(told).assign(campaign=name) for name, told in before.items()]
        if earlier:
            keys = ["campaign", "customer_id"]
            frame = frame.merge(pd.concat(earlier, ignore_index=True), on=keys, how="left", validate="many_to_one")
        listed = customer_traits(people.limit(0), people, attributes, _NOT_OF_THEN)
        listed = listed.drop(columns=[c for c in listed if c in frame.columns and c != "customer_id"])
        if len(listed):
            frame = frame.merge(listed, on="customer_id", how="left", validate="many_to_one")
    features = [*own, *(c for c in frame.columns if c not in customers.columns)]
    for name in features:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            number = pd.to_numeric(frame[name], errors="coerce")
            if number.notna().sum() == frame[name].notna().sum():
                frame = frame.assign(**{name: number})
    return frame, [name for name in features if frame[name].nunique() > 1]


def _known(before: pd.DataFrame) -> pd.DataFrame:
    told = [c for c in _BEFORE if c in before.columns]
    return before[["customer_id", *told]].rename(columns={c: f"before_{c}" for c in told})
