"""Actions promised in the earlier report, and what is on record of them since.

What is on record: that the client says an action was carried out, or a campaign of its name, or on its segment, that
was measured since. Beside that stands what the customers on its list have bought since and in as many days before,
against all others who were customers then. Lists are made of customers who stand out, so that they drift back to the
usual by themselves: the comparison describes, and shows no cause.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.review.differences import Z

_TEXTS = ("id", "segment", "action", "list", "measure", "owner", "source")
_NUMBERS = ("customers", "cost", "expected", "low", "high")
_SEGMENT_COLUMNS = ("rfm_segment", "lifecycle_group", "cluster", "cluster_name", "segment", "category")
_FLAGS = {"subscribers_lifecycle": "at_risk", "accounts_heard": "silent"}  # of these lists the rows that say yes
_EVERYONE, _SEPARATOR = "All customers", "; "


@dataclass(frozen=True)
class Actions:
    """actions: a row an action: id, segment, action, list, measure, owner, source, due, customers, cost, expected, low,
    high (as promised), status (done, measured, overdue, not due, nothing), campaign, lift, lift_low, lift_high, metric
    (of what was measured), listed (customers of the list found), before, since (their average spend in the days before
    the earlier report and since, or orders where amounts are not known or not to be compared), others_before,
        others_since, difference (of the two changes), difference_low, difference_high (95% interval, Welch)
    basis: "spend" or "orders": what before and since count
    days: between the two reports
    """

    actions: pd.DataFrame
    basis: str
    days: int


def follow_actions(
    actions: pd.DataFrame,
    lists: Mapping[str, pd.DataFrame],
    members: Sequence[pd.DataFrame],
    bought: pd.DataFrame,
    lift_then: pd.DataFrame,
    lift_now: pd.DataFrame,
    *,
    day: date | None,
    as_of: date,
    done: Sequence[str] = (),
    with_money: bool = True,
    followed: bool = True,
    min_customers: int = 30,
) -> Actions:
    """What became of each action of the earlier report (`actions` as it saved them; columns may be missing).

    lists: the earlier report's tables that actions name. members: its tables with the customer_id of all who were
    customers then. bought: customer_id, spend_since, orders_since, spend_before, orders_before; who is missing bought
    nothing. lift_then, lift_now: `campaign_lift` of both reports. done: ids or names of actions that were carried out.
    followed: whether customers of then can be told today.
    """
    days = (as_of - day).days if day else 0
    basis = "spend" if with_money and "spend_since" in bought and bought["spend_since"].notna().any() else "orders"
    rows = []
    told = {" ".join(text.split()).casefold() for text in done}
    measured = _new_campaigns(lift_then, lift_now)
    everyone = _totals(members if followed else (), bought, basis)
    for row in actions.reindex(columns=[*_TEXTS, *_NUMBERS, "due"]).to_dict("records"):
        kept: dict[str, Any] = {name: "" if pd.isna(row[name]) else str(row[name]) for name in _TEXTS}
        kept |= {name: float(row[name]) if pd.notna(row[name]) else np.nan for name in _NUMBERS}
        kept["due"] = pd.to_datetime(row["due"], errors="coerce") if row["due"] not in ("", None) else pd.NaT
        found = _measured(kept, measured)
        kept["status"] = _status(kept, found, told, as_of)
        kept |= {"basis": basis, "days": float(days)}
        rows.append(kept | found | _since(kept, lists.get(kept["list"]), everyone, min_customers))
    frame = pd.DataFrame(rows, columns=list(_TYPES))
    return Actions(frame.astype(_TYPES), basis, days)


_FOUND = {"campaign": "str", "metric": "str", "lift": "float64", "lift_low": "float64", "lift_high": "float64"}
_SINCE = [*("listed", "before", "since", "others_before", "others_since")]
_SINCE += ["difference", "difference_low", "difference_high"]
_TYPES: dict[str, Any] = {**dict.fromkeys(_TEXTS, "str"), **dict.fromkeys(_NUMBERS, "float64")}
_TYPES |= {"due": "datetime64[us]", "status": "str", **_FOUND, **dict.fromkeys(_SINCE, "float64")}
_TYPES |= {"basis": "str", "days": "float64"}


def _new_campaigns(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Campaigns that only the later report measures."""
    if not {"campaign", "metric", "lift", "low", "high"} <= set(now.columns):
        return pd.DataFrame(columns=["campaign", "metric", "lift", "low", "high"])
    known = set(then["campaign"]) if "campaign" in then.columns else set()
    return now[~now["campaign"].isin(known)]


def _measured(action: Mapping[str, Any], campaigns: pd.DataFrame) -> dict[str, Any]:
    """The campaign that bears the action's id, name or segment in its own; the first of its rows that is of money."""
    nothing: dict[str, Any] = {"campaign": "", "metric": "", "lift": np.nan, "lift_low": np.nan, "lift_high": np.nan}
    named = [text.casefold() for text in (action["action"], action["id"], action["segment"]) if len(text) > 3]
    for row in campaigns.sort_values("metric", key=lambda m: m != "spend", kind="stable").to_dict("records"):
        campaign = str(row["campaign"]).casefold()
        if any(_holds(campaign, text) or (len(campaign) > 3 and _holds(text, campaign)) for text in named):
            return {
                "campaign": str(row["campaign"]),
                "metric": str(row["metric"]),
                "lift": row["lift"],
                "lift_low": row["low"],
                "lift_high": row["high"],
            }
    return nothing


def _holds(text: str, words: str) -> bool:
    """Whether the words stand in the text as they are: "call" is not in "recall"."""
    return bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text))


def _status(action: Mapping[str, Any], found: Mapping[str, Any], told: set[str], as_of: date) -> str:
    if found["campaign"]:
        return "measured"
    if {action["id"].casefold(), " ".join(action["action"].split()).casefold()} & told:
        return "done"
    if pd.isna(action["due"]):
        return "nothing"
    return "overdue" if action["due"] <= pd.Timestamp(as_of) else "not due"


def _totals(members: Sequence[pd.DataFrame], bought: pd.DataFrame, basis: str) -> pd.DataFrame:
    """customer_id, before, since of everyone who was a customer then."""
    known_then = [frame["customer_id"] for frame in members if "customer_id" in frame.columns]
    if not known_then:
        return pd.DataFrame({"customer_id": pd.Series(dtype="str"), "before": [], "since": []})
    columns = {f"{basis}_before": "before", f"{basis}_since": "since"}
    known = bought[["customer_id", *columns]].rename(columns=columns)
    ids = pd.concat(known_then).dropna().drop_duplicates().to_frame()
    return ids.merge(known, on="customer_id", how="left", validate="one_to_one").fillna({"before": 0.0, "since": 0.0})


def _pick(listed: pd.DataFrame, name: str, segment: str) -> pd.DataFrame:
    """The rows of a list that an action for a segment, or several parted by "; ", is about."""
    flag = _FLAGS.get(name, "")
    if flag in listed and pd.api.types.is_bool_dtype(listed[flag]) and segment != _EVERYONE:
        return listed[listed[flag]]
    names = segment.split(_SEPARATOR)
    column = next((c for c in _SEGMENT_COLUMNS if c in listed and listed[c].isin(names).any()), "")
    return listed[listed[column].isin(names)] if column and segment != _EVERYONE else listed


def _since(
    action: Mapping[str, Any], listed: pd.DataFrame | None, everyone: pd.DataFrame, least: int
) -> dict[str, float]:
    nothing = dict.fromkeys(_SINCE, np.nan)
    if listed is None or "customer_id" not in listed.columns:
        return nothing
    chosen = _pick(listed, str(action["list"]), str(action["segment"]))
    on_list = everyone["customer_id"].isin(chosen["customer_id"])
    these, others = everyone[on_list], everyone[~on_list]
    found = nothing | {"listed": float(len(these))}
    if min(len(these), len(others)) < least:
        return found
    changes = [(part["since"] - part["before"]).to_numpy(float) for part in (these, others)]
    apart = float(changes[0].mean() - changes[1].mean())
    half = Z * float(np.sqrt(sum(change.var(ddof=1) / len(change) for change in changes)))
    return found | {
        "before": float(these["before"].mean()),
        "since": float(these["since"].mean()),
        "others_before": float(others["before"].mean()),
        "others_since": float(others["since"].mean()),
        "difference": apart,
        "difference_low": apart - half,
        "difference_high": apart + half,
    }
