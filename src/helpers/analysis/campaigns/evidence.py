"""How strong the evidence on a campaign is: which estimate leads, and whether the weaker ones agree with it.

The kinds of evidence are ranked by what has to be believed for each to tell what the campaign did. A random draw asks
for nothing else (Rubin 1974); a matched comparison, that nothing unseen drove who was chosen; difference in
differences, that both sides would have moved alike; a course that was interrupted, that nothing else happened at the
time; before and after, that nothing else happened at all. The order is that of the hierarchies in use in evaluation
(Shadish, Cook and Campbell 2002, "Experimental and Quasi-Experimental Designs").
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.errors import InputError

RANDOM, BROKEN = "random test", "random test, broken"
MATCHED, DIFFERENCES = "matched comparison", "difference in differences"
SERIES, BEFORE_AFTER, NONE = "interrupted series", "before and after", "none"
KINDS = (RANDOM, BROKEN, MATCHED, DIFFERENCES, SERIES, BEFORE_AFTER, NONE)  # the strongest first
AGREE, DIFFER, ALONE = "agree", "differ", "alone"
WHOLE = ""  # as arm: the estimate is of all that a campaign contacted, whatever the arm
_NEEDED = ["campaign", "arm", "metric", "method", "estimate", "low", "high", "ok", "why"]


@dataclass(frozen=True)
class Evidence:
    """methods: one row a campaign, arm and estimate, the strongest kind first: campaign, arm, metric, method, estimate,
    low, high (per customer contacted, over `days` days where known), days, rank (1 is the strongest kind there is),
    leads (whether the campaign is judged by it), agrees (with the one that leads: agree, differ; NA for itself, where
    it is not ok, where either has no interval, or where it judges another metric), ok, why.
    by_campaign: one row a campaign and arm: campaign, arm, evidence (the kind that leads; "none" where no estimate is
    ok), metric, estimate, low, high, agreement (agree, differ, alone), others (estimates compared with it), why (what
    was wrong with the strongest kind, where none is ok)."""

    methods: pd.DataFrame
    by_campaign: pd.DataFrame


def rank_evidence(estimates: pd.DataFrame) -> Evidence:
    """Put the estimates of each campaign and arm in order, and say which leads.

    `estimates`: campaign, arm (WHOLE where the estimate does not tell arms apart), metric, method (one of KINDS),
    estimate, low, high (per customer; NaN where there is none), ok (whether the method's own checks hold), why ("" or
    what is wrong), and, if known, days (that were followed). The strongest kind that is ok and has an interval leads;
    before and after never does, as everything else that happened is in it. Two estimates agree where their intervals
    overlap and they have the same sign, or neither is clearly above or below zero; per day where they were followed for
    different times.

    Raises InputError where a column is missing, a method is unknown, or a campaign and arm has one twice.
    """
    if missing := [c for c in _NEEDED if c not in estimates]:
        raise InputError(f"column {missing[0]!r} is missing", where="evidence", allowed=", ".join(_NEEDED))
    if unknown := sorted(set(estimates["method"]) - set(KINDS)):
        raise InputError(f"method {unknown[0]!r} is unknown", where="evidence", allowed=", ".join(KINDS))
    rows = _with_arms(estimates.assign(days=estimates.get("days", np.nan)))
    twice = rows.duplicated(["campaign", "arm", "metric", "method"])
    if twice.any():
        row = rows[twice].iloc[0]
        raise InputError(f'"{row["method"]}" of campaign {row["campaign"]!r} is given twice', where="evidence")
    methods, judged = [], []
    for (campaign, arm), own in rows.groupby(["campaign", "arm"], sort=False):
        ranked, verdict = _judge(own)
        methods.append(ranked)
        judged.append({"campaign": campaign, "arm": arm, **verdict})
    columns = [*_NEEDED[:4], "estimate", "low", "high", "days", "rank", "leads", "agrees", "ok", "why"]
    found = pd.concat(methods, ignore_index=True)[columns] if methods else pd.DataFrame(columns=columns)
    found = found.astype({"leads": "bool", "ok": "bool"})
    told = ["campaign", "arm", "evidence", "metric", "estimate", "low", "high", "agreement", "others", "why"]
    return Evidence(found, pd.DataFrame(judged, columns=told))


def rows_of_lift(lift: pd.DataFrame, metric: str) -> pd.DataFrame:
    """The rows of a frame like campaign_lift as estimates: those of one metric, or of each campaign's first one where
    it has not that. Its `evidence` is the method; an estimate without interval, or of no evidence, is not ok."""
    own = lift[lift["metric"] == metric]
    rest = lift[~lift["campaign"].isin(own["campaign"])]
    rest = rest[rest["metric"] == rest.groupby("campaign")["metric"].transform("first")]
    found = pd.concat([own, rest]).rename(columns={"lift": "estimate", "evidence": "method"})
    known = found["low"].notna() & found["high"].notna()
    nothing = (found["mean"] == 0) & (found["control_mean"] == 0) if "mean" in found else found["method"].isna()
    why = np.where(found["method"] == BROKEN, "not as drawn", np.where(nothing, "rare", "too few customers"))
    found = found.assign(ok=known & (found["method"] != NONE), why=np.where(known, "", why))
    return found[_NEEDED].reset_index(drop=True)


def rows_of_members(effects: pd.DataFrame, metric: str) -> pd.DataFrame:
    """The matched comparison as estimates: those of one metric of a frame like campaign_members. They are ok where the
    verdict is one on the lift; any other verdict says why nothing is claimed."""
    bounds = {"adjusted_lift": "estimate", "adjusted_low": "low", "adjusted_high": "high"}
    found = effects.loc[effects["metric"] == metric, ["campaign", "arm", "metric", *bounds, "verdict"]]
    found = found.rename(columns=bounds)
    found["ok"] = found["verdict"].isin(["more", "less", "unclear"])
    found["why"] = found["verdict"].where(~found["ok"], "")
    return found.assign(method=MATCHED)[_NEEDED].reset_index(drop=True)


def gather(*estimates: pd.DataFrame) -> pd.DataFrame:
    """Estimates of several methods, as `rank_evidence` takes them. Where a matched comparison is given both as such and
    as a lift, the former stands, as it says what is wrong. "none" is told only of campaigns without any other."""
    filled = [frame for frame in estimates if len(frame)]
    if not filled:
        return pd.DataFrame(columns=[*_NEEDED, "days"])
    found = pd.concat(filled, ignore_index=True).reindex(columns=[*_NEEDED, "days"])
    found = found.drop_duplicates(["campaign", "arm", "metric", "method"])
    told = set(found.loc[found["method"] != NONE, "campaign"])
    return found[(found["method"] != NONE) | ~found["campaign"].isin(told)].reset_index(drop=True)


def rows_of_differences(by_arm: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Difference in differences, and the plain before and after of those contacted, as estimates."""
    shared = ["campaign", "arm", "days"]
    differences = by_arm[[*shared, "estimate", "low", "high", "ok", "why"]].assign(method=DIFFERENCES)
    renamed = {"change": "estimate", "change_low": "low", "change_high": "high"}
    plain = by_arm[[*shared, *renamed]].rename(columns=renamed).assign(method=BEFORE_AFTER, ok=False)
    plain["why"] = np.where(plain["low"].notna(), "everything else that changed counts too", by_arm["why"])
    return pd.concat([differences, plain], ignore_index=True).assign(metric=metric)[[*_NEEDED, "days"]]


def rows_of_series(by_campaign: pd.DataFrame, metric: str) -> pd.DataFrame:
    """The interrupted series as estimates per customer contacted, of all arms together."""
    bounds = {"estimate_low": "low", "estimate_high": "high"}
    found = by_campaign[["campaign", "estimate", *bounds, "days", "ok", "why"]].rename(columns=bounds)
    return found.assign(arm=WHOLE, metric=metric, method=SERIES)[[*_NEEDED, "days"]]


def _with_arms(estimates: pd.DataFrame) -> pd.DataFrame:
    """An estimate of a whole campaign stands beside each of its arms."""
    whole = (estimates["arm"] == WHOLE).astype("bool")
    arms = estimates.loc[~whole, ["campaign", "arm"]].drop_duplicates()
    spread = estimates[whole].drop(columns="arm").merge(arms, on="campaign", how="left")
    spread["arm"] = spread["arm"].fillna(WHOLE)
    return pd.concat([estimates[~whole], spread], ignore_index=True)


def _judge(own: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    kind = own["method"].map({name: i for i, name in enumerate(KINDS)})
    ranked = own.assign(kind=kind).sort_values("kind", kind="stable").drop(columns="kind").reset_index(drop=True)
    ranked["rank"] = ranked["method"].map({m: i for i, m in enumerate(dict.fromkeys(ranked["method"]), start=1)})
    usable = ranked["ok"].astype(bool) & ranked["low"].notna() & ranked["high"].notna()
    leading = ranked.index[usable & ~ranked["method"].isin([BEFORE_AFTER, NONE])]
    ranked["leads"], ranked["agrees"] = False, pd.Series(pd.NA, index=ranked.index, dtype="object")
    if leading.empty:
        first = ranked.iloc[0]
        nothing = dict.fromkeys(("estimate", "low", "high"), np.nan)
        return ranked, {"evidence": NONE, "metric": first["metric"], **nothing, "agreement": ALONE, "others": 0,
                        "why": first["why"]}  # fmt: skip
    lead = ranked.loc[leading[0]]
    ranked.loc[leading[0], "leads"] = True
    others = ranked.index[usable & (ranked["metric"] == lead["metric"]) & (ranked.index != leading[0])]
    for i in others:
        ranked.loc[i, "agrees"] = AGREE if _agree(lead, ranked.loc[i]) else DIFFER
    compared = set(ranked.loc[others, "agrees"])
    agreement = ALONE if not compared else DIFFER if DIFFER in compared else AGREE
    told = {name: lead[name] for name in ("metric", "estimate", "low", "high")}
    return ranked, {"evidence": lead["method"], **told, "agreement": agreement, "others": len(others), "why": ""}


def _agree(one: pd.Series, other: pd.Series) -> bool:
    scale = one["days"] / other["days"] if one["days"] > 0 and other["days"] > 0 else 1.0
    low, high = other["low"] * scale, other["high"] * scale
    unclear = one["low"] <= 0 <= one["high"] and low <= 0 <= high
    same = unclear or np.sign(one["estimate"]) == np.sign(other["estimate"])
    return bool(same and one["low"] <= high and low <= one["high"])
