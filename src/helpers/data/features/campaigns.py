"""Campaigns with a control group, reduced in the engine: outcomes and costs by arm and by segment."""

from collections.abc import Sequence
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.features.answers import SEGMENT, with_groups
from helpers.data.features.customers import customer_features
from helpers.data.profiling.texts import looks_personal
from helpers.errors import InputError

EVERYONE = "All customers"
NO_PURCHASE = "No purchase before"


def customers_before(data: ClientData) -> pd.DataFrame:
    """Features of buyers as they stood the day before the first contact; no rows where that is not known.

    Segments made from later orders would hold what the campaign itself caused: its winners would be found
    among the customers it had just made good ones.
    """
    exposures, nothing = data.tables["exposures"], pd.DataFrame()
    if not {"exposures", "orders"} <= data.specs.keys() or not {"customer_id", "exposed_on"} <= set(exposures.columns):
        return nothing
    first = exposures.exposed_on.min().execute()
    if pd.isna(first):
        return nothing
    return customer_features(data.tables["orders"], (pd.Timestamp(first) - pd.Timedelta(days=1)).date())


def with_segments(data: ClientData, segments: pd.DataFrame) -> Table:
    """All exposures with rfm_segment: the customer's value segment before the campaign, or one segment of all.

    `segments` has customer_id and rfm_segment, or no rows. Campaigns and arms named by what looks like a person's have
    a name of ours, each its own.
    """
    exposures = withhold_persons(data.tables["exposures"])
    if segments.empty:
        return exposures.mutate(**{SEGMENT: ibis.literal(EVERYONE)})
    joined = with_groups(exposures, (segments, [SEGMENT]))
    return joined.mutate(**{SEGMENT: joined[SEGMENT].fill_null(NO_PURCHASE)})


def control(data: ClientData) -> str:
    """The arm that got nothing, as `with_segments` names it; empty where the client has no campaigns."""
    return _names_of_ours(data.tables["exposures"].arm).get(data.control(), data.control())


def withhold_persons(exposures: Table) -> Table:
    """Exposures whose campaigns and arms have a name of ours where their own looks like a person's."""
    ours = {column: _names_of_ours(exposures[column]) for column in ("campaign", "arm")}
    return exposures.mutate(**{column: exposures[column].substitute(names) for column, names in ours.items() if names})


def _names_of_ours(names: Any) -> dict[str, str]:
    """What looks like a person's in a column of names, and what it is called instead."""
    given = names.as_table().distinct().execute().iloc[:, 0]
    personal = sorted(name for name in given.dropna() if looks_personal(name))
    return {name: f"Name withheld {number}" for number, name in enumerate(personal, start=1)}


def outcomes(data: ClientData, revenue: str) -> list[str]:
    """The measured outcomes, the one that is revenue first; none where no campaign was supplied."""
    named = data.outcomes()
    if named and revenue not in named:
        raise InputError(
            f'roi.outcome is "{revenue}", which no campaign measured',
            allowed=", ".join(named),
            mend="Name the outcome that is revenue per customer.",
        )
    return sorted(named, key=lambda name: name != revenue)


def arm_outcomes(exposures: Table, metrics: Sequence[str], *, by_segment: bool = False) -> pd.DataFrame:
    """One row a campaign, arm and metric (and segment, if asked): campaign, arm, metric, n, mean,
    variance (sample variance). Customers whose metric is blank are not in n."""
    columns = ["campaign", "arm", "metric", "n", "mean", "variance"] + (["segment"] if by_segment else [])
    frames = []
    for metric in metrics:
        value = exposures[metric]
        keys: dict[str, Any] = {"campaign": exposures.campaign, "arm": exposures.arm}
        if by_segment:
            keys["segment"] = exposures[SEGMENT]
        grouped = exposures.group_by(**keys).aggregate(
            n=value.count(), mean=value.mean(), variance=value.var(how="sample")
        )
        frames.append(grouped.execute().assign(metric=metric))
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
    return frame[columns].sort_values(columns[:3] + columns[6:], ignore_index=True)


def arm_costs(exposures: Table) -> pd.DataFrame:
    """One row a segment, campaign and arm: segment, campaign, arm, customers, cost (NaN where none is given)."""
    keys = {"segment": exposures[SEGMENT], "campaign": exposures.campaign, "arm": exposures.arm}
    cost = exposures.cost.sum() if "cost" in exposures.columns else ibis.null("float64")
    return exposures.group_by(**keys).aggregate(customers=exposures.count(), cost=cost).execute()
