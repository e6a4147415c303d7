"""What comparing contacted customers before and after would have said of a campaign, beside what was measured.

Who is contacted when, and in which season, moves spend whatever the campaign does; customers left out show by how much.
"""

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.roi.before_changes import CONFIDENCE, LEAST

NAIVE = (
    *("campaign", "arm", "customers", "before", "after", "naive", "naive_low", "naive_high", "left_out_change"),
    *("lift", "lift_low", "lift_high", "overstated", "verdict"),
)
OVERSTATES, UNDERSTATES, AGREES, UNKNOWN = "overstates", "understates", "within chance", "too few"


def naive_campaigns(contacts: pd.DataFrame, lift: pd.DataFrame) -> pd.DataFrame:
    """What comparing contacted customers before and after would have said of each campaign, beside what a test says.

    contacts: campaign, arm, control (the arm that got nothing), customers, before, after (mean spend in as many days on
    either side of the contact), variance_of_change. lift: of the outcome that is revenue: campaign, arm, lift, low,
    high. One row an arm of `lift` that has contacts, as its control has (a lift against everyone else counts other days
    than these), with the columns of NAIVE: naive is after - before, left_out_change the same of the control arm,
    overstated naive - lift; verdict "overstates" or
    "understates" where the two intervals lie apart, "within chance" where they overlap, "too few" where one is not
    known.
    """
    half = special.ndtri((1 + CONFIDENCE) / 2) * np.sqrt(contacts["variance_of_change"] / contacts["customers"])
    naive = contacts["after"] - contacts["before"]
    enough = contacts["customers"] >= LEAST
    found = contacts[["campaign", "arm", "customers", "before", "after"]].assign(
        naive=naive, naive_low=(naive - half).where(enough), naive_high=(naive + half).where(enough)
    )
    is_control = contacts["arm"] == contacts["control"]
    left_out = found[is_control].set_index("campaign")["naive"]
    measured = lift[["campaign", "arm", "lift", "low", "high"]] if len(lift) else pd.DataFrame(columns=_LIFT)
    measured = measured.rename(columns={"low": "lift_low", "high": "lift_high"})
    joined = found[~is_control].merge(measured, on=["campaign", "arm"], validate="one_to_one")
    joined.insert(8, "left_out_change", joined["campaign"].map(left_out).astype("float64"))
    joined = joined[joined["left_out_change"].notna()].reset_index(drop=True)
    verdict = np.select(
        [
            joined[["naive_low", "lift_low"]].isna().any(axis=1),
            joined["naive_low"] > joined["lift_high"],
            joined["naive_high"] < joined["lift_low"],
        ],
        [UNKNOWN, OVERSTATES, UNDERSTATES],
        default=AGREES,
    )
    joined = joined.assign(overstated=joined["naive"] - joined["lift"], verdict=verdict.astype(object))
    return joined[list(NAIVE)].astype({"verdict": "str"})


def revenue_lift(lift: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Of a table of lifts the rows of revenue: those marked `is_revenue`, or where none is those of `outcome`. Without
    those whose `evidence` is before and after itself, or none; one row a campaign and arm."""
    if lift.empty:
        return pd.DataFrame(columns=_LIFT)
    if "evidence" in lift:
        lift = lift[~lift["evidence"].isin(["before and after", "none"])]
    lift = lift.dropna(subset="lift")
    if "is_revenue" in lift and lift["is_revenue"].fillna(False).any():
        lift = lift[lift["is_revenue"].fillna(False).astype(bool)]
    else:
        lift = lift[lift["metric"] == outcome]
    return lift.drop_duplicates(["campaign", "arm"])


_LIFT = ["campaign", "arm", "lift", "low", "high"]
