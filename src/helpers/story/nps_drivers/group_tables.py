"""The scores of all groups."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.data.schema import WITHHELD
from helpers.story import fmt
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import group_name, natural_order, plain

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.groups import Groups

_VERDICTS = {"above": "Above the rest", "below": "Below the rest", "unclear": "Not clear"}


def groups(result: "Groups") -> Table:
    """Scores with intervals by group, one block a grouping, and whether each is clearly apart from the rest; groups
    named by numbers in their order."""
    rows = result.by_group
    blocks = [block for _, block in rows.groupby("grouping", sort=False)]
    ordered = [_in_order(block) for block in blocks]
    shown = pd.concat(ordered) if ordered else rows
    shown = shown.assign(
        score=[bracketed(fmt.score(r.nps), fmt.interval(r.nps_low, r.nps_high, fmt.score)) for r in rows_of(shown)],
        grouping=["overall" if g == "all" else g for g in shown["grouping"]],
        apart=[_VERDICTS.get(v, "") for v in shown["verdict"]],
    )
    labels = {
        "group": "Group",
        "answers": "Answers",
        "promoters": "Promoters",
        "passives": "Passives",
        "detractors": "Detractors",
        "score": "NPS (95% interval)",
    }
    if shown["nps_weighted"].notna().any():
        weighted = [
            bracketed(fmt.score(r.nps_weighted), fmt.interval(r.nps_weighted_low, r.nps_weighted_high, fmt.score))
            for r in rows_of(shown)
        ]
        shown = shown.assign(weighted_score=weighted)
        labels["weighted_score"] = "Weighted NPS (95% interval)"
    if (shown["apart"] != "").any():
        labels["apart"] = "Against the rest"
    formats: dict[str, Form] = {
        **dict.fromkeys(("answers", "promoters", "passives", "detractors"), fmt.count),
        "group": _name,
        "grouping": plain,
    }
    title, nothing = "Net Promoter Score by group", "every group holds all answers, so there are none to compare"
    note = "Against the rest: allowing for how many groups are compared. "
    note += "Small groups: those of too few answers, together."
    shown = shown if (shown["answers"] < shown["answers"].max()).any() else shown.head(0)
    right = ["score", "weighted_score"]
    return frame_table(shown, labels, formats, title, note, group="grouping", right=right, nothing=nothing)


def _in_order(block: pd.DataFrame) -> pd.DataFrame:
    """Groups named by numbers in their order, others and waves as they are; what is withheld last."""
    if (block["grouping"] == "wave").all():
        return block
    last = block["group"] == WITHHELD
    named = block[~last]
    return pd.concat([named.iloc[natural_order(named["group"], keep=True) or []], block[last]])


def _name(group: str) -> str:
    return "All answers" if group == "all" else "Small groups" if group == WITHHELD else group_name(group)
