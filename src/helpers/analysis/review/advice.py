"""What to do with segments: which are too small, do worse than before, or are no longer what they were.

Too small at both times: to be merged with a neighbour, or dropped. Where the page on returns has advice on a segment
(`roi_segment_advice`), that stands, beside what it said then.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.analysis.review.kpis import Kpis
from helpers.analysis.review.moves import Moves

LEAST_SHARE = 0.01  # our own convention: a hundredth of customers is hardly worth a plan of its own


@dataclass(frozen=True)
class Advice:
    """segments: a row a segment with advice: segmentation, segment (several with " + " between, where they are to be
    merged), customers (now; NaN where not known), advice (merge, split, drop or watch), advice_then ("" where the
    earlier report had none), why
    compared: whether there is anything of an earlier report; without it there is no advice that the page on returns
    does not give"""

    segments: pd.DataFrame
    compared: bool = True


_COLUMNS = ["segmentation", "segment", "customers", "advice", "advice_then", "why"]
_TYPES: dict[str, Any] = {c: "float64" if c == "customers" else "str" for c in _COLUMNS}
_SEGMENTATIONS = {"rfm_segment": "rfm", "lifecycle_group": "lifecycle", "cluster": "clusters"}


def judge_segments(
    kpis: Kpis, moves: Moves, then: pd.DataFrame, now: pd.DataFrame, *, min_customers: int = 30
) -> Advice:
    """Advice on segments from the figures, the moves, and the tables `roi_segment_advice` of both reports, if any;
    none where there is no earlier report."""
    if kpis.figures.empty and moves.totals.empty and then.empty:
        return Advice(pd.DataFrame(columns=_COLUMNS).astype(_TYPES), compared=False)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    sizes = {(r["segmentation"], r["segment"]): float(r["now"]) for r in moves.segments.to_dict("records")}
    totals = {r["segmentation"]: float(r["customers_now"]) for r in moves.totals.to_dict("records")}
    for row in moves.segments.to_dict("records"):
        least = max(min_customers, LEAST_SHARE * totals[row["segmentation"]])
        key = (row["segmentation"], row["segment"])
        if row["now"] < least and row["then"] < least:
            rows[key] = {"advice": "merge", "why": "too small in both reports"}
        elif row["verdict"] and row["kept"] == "changed" and row["now"] >= least:
            rows[key] = {"advice": "watch", "why": "most of its members have changed"}
    worse = _worse(kpis)
    for key, names in worse.items():
        if key in rows and rows[key]["advice"] == "merge":
            continue
        rows[key] = {"advice": "watch", "why": f"worse than before in {names}"}
    before = {key: row["advice"] for key, row in _on_returns(then).items()}
    rows |= _on_returns(now)
    made = [
        {
            "segmentation": key[0],
            "segment": key[1],
            "customers": sizes.get(key, float("nan")),
            "advice_then": before.get(key, ""),
            **row,
        }
        for key, row in rows.items()
    ]
    return Advice(pd.DataFrame(made, columns=_COLUMNS).astype(_TYPES))


def _worse(kpis: Kpis) -> dict[tuple[str, str], str]:
    """By segment the figures that moved for the worse beyond chance."""
    moved = kpis.moved
    moved = moved[(moved["segmentation"] != "all") & (moved["better"] != "")]
    bad = moved[(moved["verdict"] == "rose") == (moved["better"] == "less")]
    found: dict[tuple[str, str], list[str]] = {}
    for row in bad.to_dict("records"):
        found.setdefault((row["segmentation"], row["segment"]), []).append(str(row["kpi"]))
    return {key: ", ".join(names) for key, names in found.items()}


def _on_returns(frame: pd.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    """By segment the first advice that the page on returns has on it, and why."""
    if not {"segmentation", "segment", "advice"} <= set(frame.columns):
        return {}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in frame.to_dict("records"):
        name = str(row["segmentation"])
        key = (_SEGMENTATIONS.get(name, name), str(row["segment"]))
        found.setdefault(key, {"advice": str(row["advice"]), "why": str(row.get("why", ""))})
    return found
