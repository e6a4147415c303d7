"""Tables of recommendation scores, what goes with them, and what customers say."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.story import fmt
from helpers.story.table import Form, Table, bracketed, frame_table, percent, rows_of
from helpers.story.terms import group_name, natural_order, plain

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.drivers import Drivers
    from helpers.analysis.nps_drivers.nps import NpsGroups


def groups(groups: "NpsGroups") -> Table:
    """Scores with intervals by group, one block a grouping; groups named by numbers in their order."""
    blocks = [block for _, block in groups.by_group.groupby("grouping", sort=False)]
    ordered = [block.iloc[natural_order(block["group"], keep=True) or []] for block in blocks]
    shown = pd.concat(ordered) if ordered else groups.by_group
    shown = shown.assign(
        score=[bracketed(fmt.score(r.nps), fmt.interval(r.nps_low, r.nps_high, fmt.score)) for r in rows_of(shown)],
        grouping=["overall" if g == "all" else g for g in shown["grouping"]],
    )
    labels = {
        "group": "Group",
        "answers": "Answers",
        "promoters": "Promoters (9–10)",
        "passives": "Passives (7–8)",
        "detractors": "Detractors (0–6)",
        "score": "NPS (95% interval)",
    }
    if "nps_weighted" in shown and shown["nps_weighted"].notna().any():
        weighted = [
            bracketed(fmt.score(r.nps_weighted), fmt.interval(r.nps_weighted_low, r.nps_weighted_high, fmt.score))
            for r in rows_of(shown)
        ]
        shown = shown.assign(weighted_score=weighted)
        labels["weighted_score"] = "Weighted NPS (95% interval)"
    formats: dict[str, Form] = {
        **dict.fromkeys(("answers", "promoters", "passives", "detractors"), fmt.count),
        "group": lambda g: "All answers" if g == "all" else group_name(g),
        "grouping": plain,
    }
    right = ["score", "weighted_score"]
    title, nothing = "Net Promoter Score by group", "every group holds all answers, so there are none to compare"
    shown = shown if (shown["answers"] < shown["answers"].max()).any() else shown.head(0)
    return frame_table(shown, labels, formats, title, group="grouping", right=right, nothing=nothing)


def drivers(drivers: "Drivers") -> Table:
    """Ratings by how much of the differences in score goes with them."""
    labels = {
        "driver": "Rating",
        "performance": "Average rating",
        "shared": "Share of the differences in score (95% interval)",
        "importance": "Share of what the ratings explain",
    }
    formats: dict[str, Form] = {
        "driver": plain,
        "importance": fmt.share,
        "performance": lambda x: fmt.number(x, 2),
    }
    note = f"From {fmt.many(drivers.answers, 'complete answer')}. Association, not proof of cause."
    between = [fmt.interval(r.lmg_low, r.lmg_high, percent) for r in rows_of(drivers.drivers)]
    shared = [bracketed(percent(x), b) for x, b in zip(drivers.drivers["lmg"], between, strict=True)]
    frame = drivers.drivers.assign(shared=shared)
    return frame_table(frame, labels, formats, "Ratings and how much goes with them", note, right=["shared"])


def actions(groups: pd.DataFrame, money: fmt.Money | None = None) -> Table:
    """Whom to talk to about what. groups: group, answers, customers, spend, action; what nobody knows has no column:
    customers of anonymous answers, spend where no customer has an order."""
    told = {"customers": "Customers", "spend": "Spend"}
    known = {name: label for name, label in told.items() if (groups.get(name, pd.Series([0])) > 0).any()}
    labels = {"group": "Who", "answers": "Answers", **known, "action": "What to do"}
    formats: dict[str, Form] = {
        "group": plain,
        "answers": fmt.count,
        "customers": fmt.count,
        "spend": money or fmt.count,
    }
    return frame_table(groups, labels, formats, "Whom to talk to")


def comments(answers: pd.DataFrame) -> Table:
    """In customers' own words. answers: score, comment."""
    labels = {"score": "Score (0–10)", "comment": "Comment"}
    return frame_table(answers, labels, {"score": fmt.count}, "In customers' words")
