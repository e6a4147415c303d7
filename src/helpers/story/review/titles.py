"""Titles of the charts of what changed since an earlier report: what each surely shows, or nothing."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.story import fmt
from helpers.story.phrases import quoted
from helpers.story.review.labels import MEASURES, segment_label, segmentation_label
from helpers.story.terms import lower

if TYPE_CHECKING:
    from helpers.analysis.review.moves import Moves

_LEAST = 10  # customers who moved, as in the words on moves


def sizes(shown: pd.DataFrame) -> str:
    """The segment whose size clearly changed most, of those drawn: one segmentation, with verdicts."""
    clear = shown[shown["verdict"].isin(["grew", "shrank"])].sort_values("net", key=abs, ascending=False, kind="stable")
    if clear.empty:
        return ""
    rows: list[dict[Any, Any]] = clear.to_dict("records")
    first = rows[0]
    most = " most," if not rows[1:] or abs(rows[1]["net"]) < abs(first["net"]) else ""
    by = f"by {fmt.many(abs(first['net']), 'customer')} to {fmt.count(first['now'])}"
    return f"{quoted(segment_label(first['segmentation'], first['segment']))} {first['verdict']}{most} {by}"


def flows(result: "Moves", segmentation: str) -> str:
    """How many customers are in another segment now."""
    told = result.told[result.told["segmentation"] == segmentation].to_dict("records")
    if not told or told[0]["moved"] < _LEAST:
        return ""
    moved, both = fmt.count(told[0]["moved"]), fmt.count(told[0]["in_both"])
    return f"{moved} of {both} customers have moved between {lower(segmentation_label(segmentation))}"


def market(shown: pd.DataFrame) -> str:
    """The group that was clearly hit and fell furthest short of what is usual, of those drawn: one measure."""
    hit = shown[shown["verdict"] == "hit"].sort_values("change", kind="stable").to_dict("records")
    if not hit or fmt.is_zero(fmt.change(hit[0]["change"])):
        return ""
    what = lower(MEASURES[hit[0]["measure"]])
    return f"{quoted(hit[0]['segment'])}: {what} fell {fmt.share(-hit[0]['change'])} short of what is usual"
