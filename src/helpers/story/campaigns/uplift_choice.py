"""Which arm, outcome and ordering the page tells of, and how what a contact adds is written."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.story import fmt, verdicts
from helpers.story.phrases import quoted

if TYPE_CHECKING:
    from helpers.analysis.campaigns.uplift import Uplift

Form = Callable[[float], str]
ALIKE = 0.05  # p-value below which segments are taken to differ


def per_customer(metric: str, revenue: str, money: Form) -> Form:
    """How a lift is written: money where the outcome is revenue, else events per 100 customers."""
    return money if metric == revenue else lambda x: fmt.number(100 * x, 1)


def unit_of(metric: str, revenue: str) -> str:
    return "a customer" if metric == revenue else "per 100 customers"


def side(row: Any, form: Form) -> verdicts.Side:
    """Whether an ordering does better than chance, as its interval is printed."""
    return verdicts.side_of_zero(row["low"], row["high"], form)


def chosen_ordering(uplift: "Uplift", revenue: str, money: Form) -> dict[Any, Any] | None:
    """The ordering to tell of, with the gain at half of the customers: the one furthest above chance by its own
    interval, if any is; else of the outcome that is revenue the one that comes nearest. None where none was tried."""
    scores = uplift.scores[uplift.scores["lift"] > 0]
    if scores.empty:
        return None
    width = (scores["high"] - scores["low"]).where(lambda w: w > 0)
    ranked = scores.assign(strength=(scores["qini"] / width).fillna(0.0), main=scores["metric"] == revenue)
    clear = [side(r, per_customer(str(r["metric"]), revenue, money)) == "above" for r in ranked.to_dict("records")]
    ranked = ranked.assign(clear=clear).sort_values(["clear", "strength"], ascending=False, kind="stable")
    if not ranked["clear"].any() and ranked["main"].any():
        ranked = ranked[ranked["main"]]
    row = dict(ranked.iloc[0].to_dict())
    curve = curve_of(uplift, row)
    half = (curve["contacted_share"] - 0.5).abs().to_numpy().argmin()
    return row | {"half": float(curve["gain"].iloc[half])}


def curve_of(uplift: "Uplift", row: dict[Any, Any]) -> pd.DataFrame:
    keys = ["campaign", "arm", "metric", "ordering"]
    return uplift.curve[(uplift.curve[keys] == [row[key] for key in keys]).all(axis="columns")]


def chosen_arm(uplift: "Uplift", revenue: str) -> dict[Any, Any] | None:
    """The arm whose segments to tell of: the one whose segments differ most surely, of revenue where it was measured.

    With `tests`, how many arms were looked at. None where no arm was compared in two segments.
    """
    rows = uplift.by_segment.dropna(subset=["lift"])
    own = rows[rows["metric"] == revenue]
    rows = own if len(own) else rows
    arms = rows.drop_duplicates(["campaign", "arm", "metric"]).dropna(subset=["p_alike"])
    if arms.empty:
        return None
    return dict(arms.sort_values("p_alike", kind="stable").iloc[0].to_dict()) | {"tests": len(arms)}


def segments_of(uplift: "Uplift", arm: dict[Any, Any]) -> pd.DataFrame:
    """The segments of an arm that have a lift of their own, greatest shrunk lift first."""
    keys = ["campaign", "arm", "metric"]
    same = (uplift.by_segment[keys] == [arm[key] for key in keys]).all(axis="columns")
    return uplift.by_segment[same].dropna(subset=["lift"])


def named(row: dict[Any, Any], frame: pd.DataFrame) -> str:
    """An arm in quotes, with its campaign where there are several."""
    several = frame["campaign"].nunique() > 1
    return quoted(row["arm"]) + (f" in {quoted(row['campaign'])}" if several else "")
