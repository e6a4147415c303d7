"""Next quarter's plan: three to seven actions, ranked by what they were measured to bring, then by what is at stake.

Nothing is invented. What an action brings is told where a test or a comparison of like with like measured it; else it
is blank, with the rise in revenue that would pay for it where cost and margin are known. How it is to be measured
follows from how many customers there are: the smallest lift that two arms show at 80 % power and a two-sided 5 % risk
is 2.80 * sd * sqrt(1/n + 1/m) (Cohen 1988, ch. 2, normal approximation).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import nan, sqrt

import pandas as pd
from scipy import special

from helpers.analysis.plan.lists import EVERYONE, SEPARATOR
from helpers.analysis.plan.measured import EVIDENCE, Candidate, margin_used, measured_actions
from helpers.analysis.plan.unmeasured import unmeasured_actions
from helpers.errors import InputError

TABLES = (
    *("campaign_lift", "campaign_uplift", "roi_campaigns", "test_plan", "rfm_segments", "customers_rfm"),
    *("nps_actions", "subscribers_lifecycle", "customers_lifecycle", "accounts_heard"),
)
CALLS = ("call_detractors", "call_subscribers", "ask_decision_makers")  # nobody is left without a call to measure it
TESTS = ("second_order", "first_order", "test")  # an offer whose worth is what the action is to find out
MOST_STOPS = 2  # that stand before what is to be done
LEAST_ARM = 30  # customers contacted and held out, below which a test tells nothing
POWER, ALPHA = 0.8, 0.05
COLUMNS = [
    *("id", "rank", "kind", "campaign", "arm", "segment", "customers", "list", "contacted", "held_out", "cost"),
    *("expected", "low", "high", "at_stake", "break_even", "evidence", "metric", "duration_days"),
    *("smallest_seen_share", "owner", "due", "source"),
]
NUMBERS = [
    *("customers", "contacted", "held_out", "cost", "expected", "low", "high", "at_stake", "break_even"),
    *("duration_days", "smallest_seen_share"),
]


@dataclass(frozen=True)
class Plan:
    """actions: one row an action, first the one to do first: id (stable as long as action and segments are the same),
    rank, kind ("repeat", "stop", "win_back", "call_detractors", "call_subscribers", "ask_decision_makers",
    "second_order", "first_order", "test"), campaign, arm, segment (several parted by "; "), customers (rows of `list`
    that are of the segment; blank without a list), list (a saved table), contacted, held_out (customers), cost,
    expected with low and high (margin on extra revenue less the cost, for those contacted, no more than the test drew,
    as long as it was followed; blank where not measured or without a margin), at_stake (what these customers bring a
    year), break_even (extra revenue a customer that pays the contact), evidence, metric, duration_days and
    smallest_seen_share (of the test; share of what is usual), owner ("" where not named), due, source (page). Money in
    the client's currency.

    left_out: actions found beyond `most`. expected, low, high: of all contacts whose gain was measured by `basis`, the
    strongest evidence there is (what is stopped does not count), NaN where there is none.
    """

    actions: pd.DataFrame
    left_out: int
    expected: float
    low: float
    high: float
    margin: float  # NaN where not known
    basis: str  # the evidence of what is expected: the strongest there is, "" where nothing is measured


def make_plan(
    tables: Mapping[str, pd.DataFrame],
    as_of: date,
    *,
    owners: Mapping[str, str],
    due: str = "",
    cost_per_contact: float = 0.0,
    margin: float = 0.0,
    hold_out: float = 0.1,
    most: int = 6,
    by_account: bool = False,
) -> Plan:
    """The plan from the tables that other pages saved (TABLES, by name; those that are not there without rows).

    owners: whom an action belongs to, by the action's id or kind, one of its segments, its page or its list. due: a
    day, by default the last of the quarter after `as_of`'s. cost_per_contact 0: that of past campaigns. margin 0: the
    one that the page on returns assumed. hold_out: share of those who would be contacted that is held out; of what was
    never measured half is.

    Raises InputError on a day that is none or that lies before `as_of`, and on impossible shares and costs.
    """
    last_day = _due(due, as_of)
    if not (0 < hold_out < 1 and 0 <= margin <= 1 and cost_per_contact >= 0 and most >= 1):
        raise InputError(
            f"hold_out {hold_out}, margin {margin}, cost_per_contact {cost_per_contact}, most {most}",
            where="plan",
            allowed="shares between 0 and 1, no cost below 0, one action or more",
        )
    there = {name: tables.get(name, pd.DataFrame()) for name in TABLES}
    assumed = margin or margin_used(there["roi_campaigns"])
    measured = measured_actions(there, assumed, cost_per_contact, hold_out)
    repeats = any(action["kind"] == "repeat" for action in measured)
    taken = [name for action in measured if action["segment"] for name in action["segment"].split(SEPARATOR)]
    others = unmeasured_actions(there, as_of, by_account=by_account, has_measured=repeats, taken=taken)
    # An offer that is to be tested needs customers enough for a test; a call or a letter does not.
    others = [a for a in others if a["kind"] not in TESTS or a["customers"] >= 2 * LEAST_ARM]
    others = [_arms(action, cost_per_contact, assumed) for action in others]
    found = [_with_test(action, there["test_plan"]) for action in [*measured, *others]]
    for action in found:
        action["id"] = _id(action)
        action["owner"] = _owner(action, owners)
        action["due"] = pd.Timestamp(min(action.get("due") or last_day, last_day))
    frame = pd.DataFrame(found, columns=COLUMNS)
    frame[NUMBERS] = frame[NUMBERS].astype("float64")
    ranked = _ranked(frame)
    kept = ranked.head(most)
    # What is stopped saves money only if it would have been spent again, so it is not counted; nor is weaker evidence
    # added to stronger.
    brings = kept[kept["expected"].notna() & (kept["kind"] != "stop")]
    basis = next((name for name in EVIDENCE if (brings["evidence"] == name).any()), "")
    sums = brings[brings["evidence"] == basis]
    total = float(sums["expected"].sum()) if len(sums) else nan
    # Actions rest on different tests, so errors add up as independent ones do.
    below, above = (sqrt(float(((sums["expected"] - sums[end]) ** 2).sum())) for end in ("low", "high"))
    return Plan(kept, len(ranked) - len(kept), total, total - below, total + above, assumed, basis)


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """What was measured first, by the strength of the evidence and by the gain; then by what is at stake, by
    customers. Many campaigns that lost are one lesson: beyond MOST_STOPS they come last."""
    strength = frame["evidence"].map({name: place for place, name in enumerate(EVIDENCE)}).fillna(len(EVIDENCE))
    keys = frame.assign(unmeasured=frame["expected"].isna(), strength=strength)
    order = ["unmeasured", "strength", "expected", "at_stake", "customers", "id"]
    ranked = keys.sort_values(order, ascending=[True, True, False, False, False, True], kind="stable")
    stops = ranked["kind"] == "stop"
    ranked = ranked.loc[(stops & (stops.cumsum() > MOST_STOPS)).sort_values(kind="stable").index]
    return frame.loc[ranked.index].assign(rank=range(1, len(frame) + 1)).reset_index(drop=True)


def _arms(action: Candidate, cost_per_contact: float, margin: float) -> Candidate:
    """Who is contacted and who is held out, and what that costs, where nothing was measured yet."""
    customers = action["customers"]
    held_out = 0 if action["kind"] in CALLS or customers < 2 * LEAST_ARM else customers // 2
    contacted = customers - held_out
    if action.get("arm_size"):  # customers enough for a test that need not reach all
        contacted = held_out = min(int(action["arm_size"]), customers // 2)
    cost = cost_per_contact * contacted if cost_per_contact else nan
    pays = cost_per_contact / margin if cost_per_contact and margin > 0 else nan
    return action | {"contacted": contacted, "held_out": held_out, "cost": cost, "break_even": pays}


def _with_test(action: Candidate, plans: pd.DataFrame) -> Candidate:
    """How long the action's test takes and the smallest rise it shows, for the outcome that shows the smallest. Neither
    is told of chosen members, of whom no list is known."""
    n, held_out = action.get("contacted", 0), action.get("held_out", 0)
    if plans.empty or not (n and held_out) or action["list"] not in ("customers_rfm", ""):
        return action
    if action["kind"] == "repeat" and action["evidence"] != EVIDENCE[0]:
        return action  # somebody chose them: what is usual among all customers is not usual among them
    names = (action["segment"] or EVERYONE).split(SEPARATOR)
    known = plans[plans["segment"].isin(names)].dropna(subset=["smallest_worthwhile"])
    best: dict[str, object] = {}
    for metric, rows in known.groupby("metric", sort=True):
        weight = rows["customers"] / rows["customers"].sum()
        mean = float((weight * rows["baseline"]).sum())
        variance = float((weight * (rows["sd"] ** 2 + rows["baseline"] ** 2)).sum()) - mean**2
        share = smallest_share(mean, sqrt(max(variance, 0.0)), n, held_out)
        days = rows["followed_days"].max() if "followed_days" in rows else nan
        if share < best.get("smallest_seen_share", float("inf")):  # type: ignore[operator]
            best = {"smallest_seen_share": share, "duration_days": days, "metric": metric}
    return action | best


def smallest_share(mean: float, sd: float, n: float, held_out: float) -> float:
    """The smallest lift that so many contacted and held out show, as a share of the mean; NaN where none is usual."""
    if not (mean > 0 and n > 0 and held_out > 0):
        return nan
    return float((special.ndtri(POWER) - special.ndtri(ALPHA / 2)) * sd * sqrt(1 / n + 1 / held_out) / mean)


def _id(action: Candidate) -> str:
    """The same for the same action and segments, in whatever quarter."""
    told = "|".join(str(action.get(key, "")) for key in ("kind", "campaign", "arm", "segment"))
    return f"{action['kind'].replace('_', '-')}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def _owner(action: Candidate, owners: Mapping[str, str]) -> str:
    named = {key.strip().casefold(): owner for key, owner in owners.items()}
    page = action["source"]
    keys = [action["id"], action["kind"], action["kind"].replace("_", " "), *action["segment"].split(SEPARATOR)]
    keys += [str(action.get("arm", "")), str(action.get("campaign", "")), action["list"], page, page.partition("_")[2]]
    return next((named[key.casefold()] for key in keys if key and key.casefold() in named), action.get("owner", ""))


def _due(due: str, as_of: date) -> date:
    if not due:
        return (pd.Period(pd.Timestamp(as_of), freq="Q") + 1).end_time.date()
    try:
        day = date.fromisoformat(due)
    except ValueError:
        raise InputError(f"due {due!r} is not a day", where="plan", allowed="a day like 2026-12-31") from None
    if day <= as_of:
        raise InputError(f"due {due} is not after {as_of}", where="plan", allowed="a day after the day of analysis")
    return day
