"""Who pays without using: customers late by their own rhythm of use, or who have never used what they pay for."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

COVERED = 0.5  # of paying customers with any use on record, below which use is not recorded of all
_LEAST_WAIT_DAYS = 30  # nobody is said not to use within a month of the start


@dataclass(frozen=True)
class Usage:
    """Use of what is paid for.

    silent_since: by customer_id, the day of the last use, or of the start where there was none, of customers who pay
        and do not use; NaT where no date is known
    known: whether use can be told at all; reason: why not, else ""
    late, never: silent customers late by their own rhythm, and who have never used
    covered_share: paying customers with any use on record, NaN without paying ones
    """

    silent_since: pd.Series
    known: bool
    reason: str
    late: int
    never: int
    covered_share: float


def find_silent(
    subscribers: pd.DataFrame, rhythm: pd.DataFrame, gap_days: pd.DataFrame, as_of: date, reason: str = ""
) -> Usage:
    """Who of the paying customers does not use.

    subscribers: customer_id, running, started_on, months. rhythm: customer_id, days_since, is_late, of events of use
    (`analysis.rhythm`); gap_days: share, days, by when that share of next uses has come. Who has never used is silent
    only where use is on record of at least COVERED of those who pay, and after longer than 95 in 100 next uses take.
    """
    none = pd.Series(pd.NaT, index=pd.Index([], dtype="str"), dtype="datetime64[us]")
    paying = subscribers[subscribers["running"] > 0]
    if not len(rhythm) or not len(paying):
        return Usage(none, False, reason or "no event tells who uses", 0, 0, float("nan"))
    joined = paying.merge(rhythm[["customer_id", "days_since", "is_late"]], on="customer_id", how="left")
    used = joined["days_since"].notna()
    covered = float(used.mean())
    late = used & joined["is_late"].astype("boolean").fillna(False).astype(bool)
    waited = joined["months"] * 365.25 / 12
    known = covered >= COVERED
    wait = _longest_usual(gap_days)
    never = ~used & (waited > wait) if known else used & False
    last = (pd.Timestamp(as_of) - pd.to_timedelta(joined["days_since"], unit="D")).where(used, joined["started_on"])
    silent = late | never
    since = pd.Series(
        last[silent].astype("datetime64[us]").to_numpy(), index=pd.Index(joined.loc[silent, "customer_id"])
    )
    told = "" if known else "use is on record of less than half of those who pay"
    return Usage(since, known, told, int(late.sum()), int(never.sum()), covered)


def _longest_usual(gap_days: pd.DataFrame) -> float:
    days = gap_days.loc[gap_days["share"].round(2) == 0.95, "days"]
    return max(_LEAST_WAIT_DAYS, float(days.iloc[0])) if len(days) else float("inf")
