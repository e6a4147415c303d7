"""Who moved where between two reports, and whether segments kept their members.

The same customers are looked up in both reports' tables. Each of then stayed, moved or is gone; those who are only in
the later report are new and told apart. Whether a segment grew is tested on those who came and went (sign test), since
those who stayed tell nothing of it. Agreement of the two divisions: the adjusted Rand index (Hubert and Arabie 1985);
of one segment: Jaccard's, members in both over members in either, among customers of both reports.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.review.definitions import SHIFTED
from helpers.analysis.review.differences import CHANCE, adjust, p_of_flows

NEW, GONE = "New since", "Not in this report"
SOURCES = {
    "rfm": ("customers_rfm", "rfm_segment"),
    "lifecycle": ("customers_lifecycle", "lifecycle_group"),
    "clusters": ("customers_clusters", "cluster"),
}
STABLE, RECOGNISABLE = 0.75, 0.6  # Hennig (2007), of Jaccard's index


@dataclass(frozen=True)
class Moves:
    """totals: a row a segmentation of both reports: segmentation, customers_then, customers_now, in_both, stayed,
        moved, gone, new, moved_share (of those in both), rand (adjusted Rand index), definition and shifted_share (as
        `compare_definitions` has them), reason (why moves are not told; "" where they are)
    flows: a row a pair of segments: segmentation, from_segment (NEW for new ones), to_segment (GONE for those who are
        in this report no more), customers, from_share (of those in from_segment); only where moves are told
    segments: a row a segment then or now: segmentation, segment, then, now, stayed, arrived, new, left, gone, net,
        stayed_share (of then), p_value, p_adjusted, verdict (grew, shrank, unclear, few; "" where moves are not told),
        jaccard (NaN where nobody of either is in both reports), kept (stable, recognisable, changed; "" where not
        known)
    """

    totals: pd.DataFrame
    flows: pd.DataFrame
    segments: pd.DataFrame

    @property
    def alike(self) -> pd.DataFrame:
        """The segments of segmentations whose limits have not moved: of these a change in size is one of customers."""
        moved = (self.totals["definition"] == "shifted") & (self.totals["shifted_share"] >= SHIFTED)
        names = set(self.totals.loc[(self.totals["reason"] == "") & ~moved, "segmentation"])
        return self.segments[self.segments["segmentation"].isin(names)]

    @property
    def told(self) -> pd.DataFrame:
        return self.totals[self.totals["reason"] == ""]


def find_moves(
    then: Mapping[str, pd.DataFrame],
    now: Mapping[str, pd.DataFrame],
    definitions: pd.DataFrame,
    *,
    why_not: str = "",
    min_customers: int = 30,
) -> Moves:
    """Moves in every segmentation that both reports have.

    then, now: tables by name (`SOURCES`), with customer_id and the segment. definitions: as `compare_definitions` has
    them; moves between unlike segments are counted for their stability and not told. why_not: why customers can't be
    followed at all. Segments with fewer than `min_customers` at both times are not judged.
    """
    totals, flows, segments = [], [], []
    verdicts = {row["segmentation"]: row for row in definitions.to_dict("records")}
    for name, (table, column) in SOURCES.items():
        before, after = _members(then.get(table), column), _members(now.get(table), column)
        if before.empty or after.empty:
            continue
        found = verdicts.get(name, {"verdict": "unknown", "why": "nothing is known of its definition", "renamed": {}})
        before = before.replace({"segment": found.get("renamed") or {}})
        joined = before.merge(after, on="customer_id", how="outer", suffixes=("_then", "_now"), validate="one_to_one")
        reason = why_not or ("" if found["verdict"] in ("same", "shifted", "renamed") else str(found["why"]))
        shared = joined["segment_then"].notna() & joined["segment_now"].notna()
        if not why_not and not shared.any():
            reason = "no customer number of the earlier report is in this one"
        made = {"definition": found["verdict"], "shifted_share": found.get("shifted_share", np.nan), "reason": reason}
        totals.append({"segmentation": name, **_total(joined, shared), **made})
        pairs = _count_pairs(joined)
        parts = _by_segment(pairs, min_customers)
        if why_not or not shared.any():
            parts = parts.assign(jaccard=np.nan, kept="")
        if reason:
            parts = parts.assign(verdict="", p_value=np.nan, p_adjusted=np.nan)
        else:
            flows.append(pairs.assign(segmentation=name))
        segments.append(parts.assign(segmentation=name))
    return Moves(_stack(totals, _TOTALS), _stack(flows, _FLOWS), _stack(segments, _SEGMENTS))


def adjusted_rand(table: np.ndarray) -> float:
    """The adjusted Rand index of a table of counts (Hubert and Arabie 1985); 1 where both divisions are the same, or
    have one group only; NaN without anybody."""
    counts = np.asarray(table, float)
    total = counts.sum()
    if not total:
        return float("nan")
    inside, rows, columns = (_pairs(x).sum() for x in (counts, counts.sum(axis=1), counts.sum(axis=0)))
    expected = rows * columns / _pairs(total) if total > 1 else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == expected else float((inside - expected) / (most - expected))


_TOTALS: dict[str, Any] = {"segmentation": "str"}
_TOTALS |= dict.fromkeys(("customers_then", "customers_now", "in_both", "stayed", "moved", "gone", "new"), "int64")
_TOTALS |= {
    "moved_share": "float64",
    "rand": "float64",
    "definition": "str",
    "shifted_share": "float64",
    "reason": "str",
}
_FLOWS: dict[str, Any] = {"segmentation": "str", "from_segment": "str", "to_segment": "str", "customers": "int64"}
_FLOWS |= {"from_share": "float64"}
_COUNTS = ("then", "now", "stayed", "arrived", "new", "left", "gone", "net")
_SEGMENTS: dict[str, Any] = {"segmentation": "str", "segment": "str", **dict.fromkeys(_COUNTS, "int64")}
_SEGMENTS |= {"stayed_share": "float64", "p_value": "float64", "p_adjusted": "float64", "verdict": "str"}
_SEGMENTS |= {"jaccard": "float64", "kept": "str"}


def _stack(parts: list[Any], types: dict[str, Any]) -> pd.DataFrame:
    if parts and isinstance(parts[0], pd.DataFrame):
        frame = pd.concat(parts, ignore_index=True)
    else:
        frame = pd.DataFrame(parts, columns=list(types))
    return frame[list(types)].astype(types)


def _members(frame: pd.DataFrame | None, column: str) -> pd.DataFrame:
    if frame is None or not {"customer_id", column} <= set(frame.columns):
        return pd.DataFrame(columns=["customer_id", "segment"])
    members = frame[["customer_id", column]].dropna().rename(columns={column: "segment"})
    return members.drop_duplicates("customer_id").astype("str")


def _total(joined: pd.DataFrame, shared: pd.Series) -> dict[str, Any]:
    both = joined[shared]
    stayed = int((both["segment_then"] == both["segment_now"]).sum())
    counts = pd.crosstab(both["segment_then"], both["segment_now"]).to_numpy() if len(both) else np.zeros((0, 0))
    return {
        "customers_then": int(joined["segment_then"].notna().sum()),
        "customers_now": int(joined["segment_now"].notna().sum()),
        "in_both": len(both),
        "stayed": stayed,
        "moved": len(both) - stayed,
        "gone": int(joined["segment_now"].isna().sum()),
        "new": int(joined["segment_then"].isna().sum()),
        "moved_share": (len(both) - stayed) / len(both) if len(both) else np.nan,
        "rand": adjusted_rand(counts),
    }


def _count_pairs(joined: pd.DataFrame) -> pd.DataFrame:
    named = pd.DataFrame(
        {"from_segment": joined["segment_then"].fillna(NEW), "to_segment": joined["segment_now"].fillna(GONE)}
    )
    pairs = named.groupby(["from_segment", "to_segment"]).size().rename("customers").reset_index()
    pairs["from_share"] = pairs["customers"] / pairs.groupby("from_segment")["customers"].transform("sum")
    return pairs.sort_values(["customers", "from_segment", "to_segment"], ascending=[False, True, True])


def _by_segment(pairs: pd.DataFrame, least: int) -> pd.DataFrame:
    same = pairs["from_segment"] == pairs["to_segment"]
    is_new, is_gone = pairs["from_segment"] == NEW, pairs["to_segment"] == GONE

    def count(rows: pd.Series, side: str) -> pd.Series:
        return pairs[rows].groupby(f"{side}_segment")["customers"].sum()

    counted = pd.DataFrame(
        {
            "then": count(~is_new, "from"),
            "now": count(~is_gone, "to"),
            "stayed": count(same, "to"),
            "arrived": count(~same & ~is_new & ~is_gone, "to"),
            "new": count(is_new & ~is_gone, "to"),
            "left": count(~same & ~is_new & ~is_gone, "from"),
            "gone": count(is_gone & ~is_new, "from"),
        }
    )
    found = counted.fillna(0).astype("int64").rename_axis("segment").reset_index()
    found = found.assign(net=found["now"] - found["then"])
    came, went = found["arrived"] + found["new"], found["left"] + found["gone"]
    few = (found[["then", "now"]].max(axis=1) < least).to_numpy()
    p = np.where(few, np.nan, p_of_flows(came, went))
    p_adjusted = adjust(p)
    moved = np.where(found["net"] > 0, "grew", "shrank")
    either = found["stayed"] + found["left"] + found["stayed"] + found["arrived"] - found["stayed"]
    jaccard = (found["stayed"] / either.where(either > 0)).astype(float)
    kept = np.select(
        [jaccard.isna(), jaccard.round(2) >= STABLE, jaccard.round(2) >= RECOGNISABLE],
        ["", "stable", "recognisable"],
        "changed",
    )
    return found.assign(
        stayed_share=found["stayed"] / found["then"].where(found["then"] > 0),
        p_value=p,
        p_adjusted=p_adjusted,
        verdict=np.where(few, "few", np.where(p_adjusted < CHANCE, moved, "unclear")),
        jaccard=jaccard,
        kept=kept,
    ).sort_values(["now", "segment"], ascending=[False, True], kind="stable")


def _pairs(n: Any) -> Any:
    return n * (n - 1) / 2
