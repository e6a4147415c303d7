"""Actions whose gain was measured: campaigns to repeat, and campaigns to stop.

The gain of a contact is the margin on the extra revenue less the cost of the contact. Only a random test, or a
comparison of like with like, tells it; weaker evidence and lifts in anything but revenue make no gain.
"""

from collections.abc import Mapping
from math import isfinite, nan
from typing import Any

import pandas as pd

from helpers.analysis.plan.lists import EVERYONE, join, pick

# From the strongest on; a test that is broken, a course over time and a before and after tell too little to spend by.
EVIDENCE = ("random test", "matched comparison", "difference in differences")
# What the page on returns must say of an arm, if it says anything, for the plan to say the same.
PAYS = ("pays", "consistent with paying", "no cost given")
LOSES = ("loses", "consistent with a loss", "no cost given")
ALIKE = 0.05  # p-value below which segments are taken to differ in what a contact adds
CLEAR = 0.05  # of a lift's p-value among all comparisons of its campaign, as the page on campaigns judges it

Candidate = dict[str, Any]


def measured_actions(
    tables: Mapping[str, pd.DataFrame], margin: float, cost_per_contact: float, hold_out: float
) -> list[Candidate]:
    """Of each campaign the arm that clearly pays best, to be repeated, and the arms that clearly lose, to be stopped.

    `tables`: campaign_lift, and where there are any campaign_uplift, roi_campaigns and customers_rfm. margin NaN: not
    known, so what clearly raised revenue is repeated and what lowered it stopped, without a gain; cost_per_contact 0:
    that of the campaign, as far as known.
    """
    arms = _revenue_rows(tables["campaign_lift"])
    found: list[Candidate] = []
    if arms.empty:
        return found
    for _, of_campaign in arms.groupby("campaign", sort=True):
        rows: list[Candidate] = of_campaign.to_dict("records")  # type: ignore[assignment]
        gains = [_gain(row, tables, margin, cost_per_contact) for row in rows]
        told = [_told(g, tables["roi_campaigns"]) if not cost_per_contact else "" for g in gains]
        paying = [g for g, verdict in zip(gains, told, strict=True) if g["pays"] and verdict in ("", *PAYS)]
        lost = [g for g, verdict in zip(gains, told, strict=True) if g["loses"] and verdict in ("", *LOSES)]
        found += [_stop(g) for g in lost]
        if paying:
            best = max(paying, key=lambda g: g["gain"] if isfinite(margin) else g["lift"])
            found.append(_repeat(best, tables, margin, hold_out))
    return found


def margin_used(returns: pd.DataFrame) -> float:
    """The gross margin that the page on returns assumed, as cost / (customers * break_even_lift); NaN if not told."""
    if not {"cost", "customers", "break_even_lift"} <= set(returns.columns):
        return nan
    known = returns[(returns["cost"] > 0) & (returns["customers"] > 0) & (returns["break_even_lift"] > 0)]
    if known.empty:
        return nan
    return float((known["cost"] / (known["customers"] * known["break_even_lift"])).median())


def _revenue_rows(lifts: pd.DataFrame) -> pd.DataFrame:
    if not {"is_revenue", "evidence", "lift", "low", "high"} <= set(lifts.columns):
        return lifts.head(0)
    usable = lifts["is_revenue"].astype("bool") & lifts["evidence"].isin(EVIDENCE)
    if "hangs_on" in lifts:  # a few customers make the answer, so it is none
        usable &= ~(lifts["hangs_on"] > 0)
    return lifts[usable].dropna(subset=["lift", "low", "high"])


def _gain(row: Candidate, tables: Mapping[str, pd.DataFrame], margin: float, cost_per_contact: float) -> Candidate:
    """Gain a customer contacted with its interval, and whether it clearly pays or loses.

    Without a known cost it is the margin alone; without a margin it is not known, and the lift in revenue decides. A
    lift that may be chance among all that its campaign compared pays nothing, and its fall is no loss but the cost's.
    """
    cost = cost_per_contact or _cost_each(row, tables["roi_campaigns"])
    paid = cost if isfinite(cost) else 0.0
    gains = {name: margin * row[of] - paid for name, of in (("gain", "lift"), ("low", "low"), ("high", "high"))}
    low, high = (gains["low"], gains["high"]) if isfinite(margin) else (row["low"], row["high"])
    clear = not row.get("p_adjusted", 0.0) >= CLEAR
    priced = isfinite(margin) and paid > 0
    kept = {key: row[key] for key in ("campaign", "arm", "metric", "n", "evidence", "lift")}
    return kept | gains | {"cost_each": cost, "pays": low > 0 and clear, "loses": high < 0 and (clear or priced)}


def _told(gain: Candidate, returns: pd.DataFrame) -> str:
    """The verdict of the page on returns on an arm; nothing where it has none."""
    if not {"campaign", "arm", "verdict"} <= set(returns.columns):
        return ""
    same = returns[(returns["campaign"] == gain["campaign"]) & (returns["arm"] == gain["arm"])]
    return str(same["verdict"].iloc[0]) if len(same) else ""


def _cost_each(row: Candidate, returns: pd.DataFrame) -> float:
    if row.get("cost", 0) > 0:
        return float(row["cost"] / (row.get("customers") or row["n"]))
    if not {"campaign", "arm", "cost", "customers"} <= set(returns.columns):
        return nan
    same = returns[(returns["campaign"] == row["campaign"]) & (returns["arm"] == row["arm"])]
    same = same[(same["cost"] > 0) & (same["customers"] > 0)]
    return float(same["cost"].sum() / same["customers"].sum()) if len(same) else nan


def _stop(gain: Candidate) -> Candidate:
    """Not to spend again what a campaign lost: for as many customers as last time."""
    n = gain["n"]
    return _described("stop", gain, "", "") | {
        "contacted": 0,
        "cost": 0.0,
        "expected": -gain["gain"] * n,
        "low": -gain["high"] * n,
        "high": -gain["low"] * n,
    }


def _repeat(gain: Candidate, tables: Mapping[str, pd.DataFrame], margin: float, hold_out: float) -> Candidate:
    """The arm again, for the segments where it clearly pays, or for all where these do not differ.

    Whom somebody chose is like nobody else: what was not a random test is repeated for as many customers as last time,
    and half of them are held out, since it is still to be tested. No gain is reckoned for more customers than the test
    drew, contacted and left out: what others would do, nobody has seen.
    """
    chosen = gain["evidence"] != EVIDENCE[0]
    people = tables["customers_rfm"].head(0) if chosen else tables["customers_rfm"]
    hold_out = 0.5 if chosen else hold_out
    paid = gain["cost_each"] if isfinite(gain["cost_each"]) else 0.0
    segments = _paying_segments(gain, tables, margin, paid) if len(people) else pd.DataFrame()
    if len(segments):
        each = [len(pick(people, "customers_rfm", s)) for s in segments["segment"]]
        segments = segments.assign(today=each).query("today > 0")
    if len(segments):
        segment, source = join(sorted(segments["segment"])), "customers_rfm"
        customers = int(segments["today"].sum())
        # Bounds are added up as they are: the lifts of segments share what is not known of the campaign's.
        sums = {
            name: float((segments[of] * segments["today"]).sum())
            for name, of in (("gain", "gain"), ("low", "gain_low"), ("high", "gain_high"))
        }
    else:
        segment, source = EVERYONE if len(people) else "", "customers_rfm" if len(people) else ""
        customers = len(people) or int(gain["n"])
        sums = {name: gain[name] * customers for name in ("gain", "low", "high")}
    drawn = _drawn(gain, tables, segments)
    size = customers if chosen or not drawn > 0 else min(customers, round(drawn))
    held_out = round(size * hold_out)
    reached = (size - held_out) / customers
    return _described("repeat", gain, segment, source) | {
        "customers": customers if source else nan,
        "contacted": size - held_out,
        "held_out": held_out,
        "cost": gain["cost_each"] * (size - held_out),
        "expected": sums["gain"] * reached,
        "low": sums["low"] * reached,
        "high": sums["high"] * reached,
    }


def _paying_segments(gain: Candidate, tables: Mapping[str, pd.DataFrame], margin: float, paid: float) -> pd.DataFrame:
    """The segments of the arm where the contact clearly pays, with gain, gain_low and gain_high a customer; none where
    segments do not differ by more than chance explains."""
    uplift = tables["campaign_uplift"]
    if uplift.empty:
        return pd.DataFrame()
    keys = ["campaign", "arm", "metric"]
    own = uplift[(uplift[keys] == [gain[key] for key in keys]).all(axis="columns")]
    own = own.dropna(subset=["lift"])
    if own.empty or not own["p_alike"].iloc[0] < ALIKE:
        return pd.DataFrame()
    found = own[["segment"]].assign(
        gain=margin * own["shrunk"] - paid,
        gain_low=margin * own["shrunk_low"] - paid,
        gain_high=margin * own["shrunk_high"] - paid,
    )
    return found[found["gain_low"] > 0]


def _drawn(gain: Candidate, tables: Mapping[str, pd.DataFrame], segments: pd.DataFrame) -> float:
    """Customers of the test, in all arms and left out; those of the segments where it is repeated for these alone."""
    name, left_out = ("campaign_uplift", "control_customers") if len(segments) else ("campaign_lift", "control_n")
    rows = tables[name]
    if left_out not in rows:
        return nan
    rows = rows[(rows["campaign"] == gain["campaign"]) & (rows["metric"] == gain["metric"])]
    if not len(segments):
        return float(rows["n"].sum() + rows[left_out].max())
    own = rows[rows["segment"].isin(segments["segment"])].groupby("segment")
    return float((own["customers"].sum() + own[left_out].max()).sum())


def _described(kind: str, gain: Candidate, segment: str, source: str) -> Candidate:
    kept = {"campaign": gain["campaign"], "arm": gain["arm"], "metric": gain["metric"], "evidence": gain["evidence"]}
    return kept | {"kind": kind, "segment": segment, "list": source, "source": "06_campaigns"}
