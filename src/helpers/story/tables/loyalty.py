"""Tables of recommendation scores, what goes with them, and what customers say."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.story import fmt
from helpers.story.tables.base import Form, Table, frame_table, percent, rows_of
from helpers.story.terms import plain

if TYPE_CHECKING:
    from helpers.analysis.drivers import Drivers
    from helpers.analysis.nps import NpsGroups


def nps_groups(groups: "NpsGroups") -> Table:
    """Scores with intervals by group, one block a grouping."""
    shown = groups.by_group.assign(
        interval=[_points_interval(r.nps_low, r.nps_high) for r in rows_of(groups.by_group)],
        grouping=["overall" if g == "all" else g for g in groups.by_group["grouping"]],
    )
    labels = {
        "group": "Group",
        "answers": "Answers",
        "promoters": "Promoters (9–10)",
        "passives": "Passives (7–8)",
        "detractors": "Detractors (0–6)",
        "nps": "NPS (points)",
        "interval": "95% interval",
    }
    right = ["interval"]
    if "nps_weighted" in shown and shown["nps_weighted"].notna().any():
        weighted = [_points_interval(r.nps_weighted_low, r.nps_weighted_high) for r in rows_of(shown)]
        shown = shown.assign(weighted_interval=weighted)
        right.append("weighted_interval")
        labels |= {"nps_weighted": "Weighted NPS (points)", "weighted_interval": "95% interval, weighted"}
    formats: dict[str, Form] = {
        **dict.fromkeys(("answers", "promoters", "passives", "detractors"), fmt.count),
        "nps": _points,
        "nps_weighted": _points,
        "group": _all_or_name,
        "grouping": plain,
    }
    return frame_table(shown, labels, formats, "Net Promoter Score by group", group="grouping", right=right)


def drivers(drivers: "Drivers") -> Table:
    """Ratings by how much of the differences in score goes with them."""
    low_high = [_share_interval(r.lmg_low, r.lmg_high) for r in rows_of(drivers.drivers)]
    labels = {
        "driver": "Rating",
        "lmg": "Share of the differences in score",
        "interval": "95% interval",
        "importance": "Share of what the ratings explain",
        "performance": "Average rating",
        "correlation": "Correlation with the score",
        "relative_weight": "Share by Johnson's method",
    }
    formats: dict[str, Form] = {
        "driver": plain,
        "lmg": percent,
        "importance": fmt.share,
        "performance": lambda x: fmt.number(x, 2),
        "correlation": lambda x: fmt.number(x, 2),
        "relative_weight": percent,
    }
    note = f"From {fmt.many(drivers.answers, 'complete answer')}. Association, not proof of cause."
    frame = drivers.drivers.assign(interval=low_high)
    return frame_table(frame, labels, formats, "What goes with a higher score", note, right=["interval"])


def nps_actions(groups: pd.DataFrame, money: fmt.Money | None = None) -> Table:
    """Whom to talk to about what. groups: group, answers, customers, spend, action."""
    labels = {
        "group": "Who",
        "answers": "Answers",
        "customers": "Customers",
        "spend": "Spend",
        "action": "What to do",
    }
    formats: dict[str, Form] = {"answers": fmt.count, "customers": fmt.count, "spend": money or fmt.count}
    return frame_table(groups, labels, formats, "What to do next")


def comments(answers: pd.DataFrame) -> Table:
    """In customers' own words. answers: score, comment."""
    labels = {"score": "Score (0–10)", "comment": "Comment"}
    return frame_table(answers, labels, {"score": fmt.count}, "In customers' words")


def _points(x: float) -> str:
    return fmt.points(x / 100)


def _points_interval(low: float, high: float) -> str:
    return fmt.interval(low, high, _points)


def _share_interval(low: float, high: float) -> str:
    return fmt.interval(low, high, percent)


def _all_or_name(group: object) -> str:
    return "All customers" if group == "all" else str(group)
