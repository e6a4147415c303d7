"""Tables of before and after: each figure, its change and what it means; and how each is counted."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.analysis.roi.before_figures import DECLARED
from helpers.story import fmt
from helpers.story.roi.before_labels import (
    NAMES,
    change_form,
    change_text,
    meaning,
    name_of,
    span_text,
    value_form,
)
from helpers.story.table import Table, bracketed, frame_table, rows_of

if TYPE_CHECKING:
    from helpers.analysis.roi.before_after import BeforeAfter


def before_after(found: "BeforeAfter", money: fmt.Money) -> Table:
    """One row a figure: before, after, change in units and in percent with its interval, and the meaning in words."""
    rows = rows_of(found.rows)
    shown = pd.DataFrame(
        {
            "figure": [name_of(r) for r in rows],
            "before": [value_form(r, money)(r.before) for r in rows],
            "after": [value_form(r, money)(r.after) for r in rows],
            "change": [_change(r, money) for r in rows],
            "between": [fmt.interval(r.low, r.high, change_form(r, money)) for r in rows],
            "meaning": [meaning(r, money, same_season=found.periods.same_season) for r in rows],
        }
    )
    labels = {
        "figure": "Figure",
        "before": "Before",
        "after": "After",
        "change": "Change",
        "between": "95% interval",
        "meaning": "What it means",
    }
    if found.rows["low"].isna().all():
        labels.pop("between")
    right = ["before", "after", "change", "between"]
    nothing = "no figures were declared, and the data do not hold two periods to compare"
    return frame_table(shown, labels, {}, "Before and after", _note(found, money), right=right, nothing=nothing)


def _change(row: Any, money: fmt.Money) -> str:
    """A change in units, and in percent where the figure is no percentage itself: "+15.5 points (+21%)" misleads."""
    text = change_text(row, money)
    return text if text.endswith(("point", "points")) else bracketed(text, fmt.change(row.change_share))


def definitions(found: "BeforeAfter", money: fmt.Money) -> Table:
    """How each figure is counted, and what is lacking for those that are not told."""
    told = [
        (name_of(r), "declared in the parameter file" if r.basis == DECLARED else r.note) for r in rows_of(found.rows)
    ]
    told += [(NAMES[r.metric], f"not told: {r.reason}") for r in rows_of(found.left_out)]
    shown = pd.DataFrame(told, columns=["figure", "counted"])
    labels = {"figure": "Figure", "counted": "How it is counted"}
    return frame_table(shown, labels, {}, "How the figures are counted", nothing="no figures are compared")


def _note(found: "BeforeAfter", money: fmt.Money) -> str:
    """Which periods stand in the table, and what the data give where figures were declared."""
    said = []
    if found.periods.before and found.periods.after and (found.rows["basis"] != DECLARED).any():
        before, after = span_text(found.periods.before), span_text(found.periods.after)
        said.append(f"Before: {before}. After: {after}.")
    for row in rows_of(found.rows):
        if row.measured_before == row.measured_before:
            form = value_form(row, money)
            values = f"{form(row.measured_before)} and {form(row.measured_after)}"
            said.append(f"{NAMES[row.metric]} was declared; the data give {values}.")
    if (found.rows["basis"] == DECLARED).any():
        said.append("Declared figures are counted as their source counts them, so those of other sections may differ.")
    return " ".join(said)
