"""Charts of what would have come anyway, and of campaigns told by before and after."""

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.analysis.roi.regression import EVERYONE, HIGH_VALUE, LEFT, NOW, OTHERS
from helpers.data.spec import CONTACTED
from helpers.story import fmt
from helpers.story.chart import (
    INK,
    MUTED,
    WHITE_BACK,
    Chart,
    accent,
    label_rows,
    note,
    nothing,
    picture,
    records,
    render,
    rows_height,
    sheet,
)
from helpers.story.headings import head
from helpers.story.roi import titles
from helpers.story.roi.cases import arm_name
from helpers.story.terms import rounded

if TYPE_CHECKING:
    from helpers.analysis.roi.regression import CameAnyway

_MOST_ROWS = 8
_STEP = 0.26  # of a row, between the marks in it


@picture()
def came_anyway(found: "CameAnyway") -> Chart:
    """Change in spend of each group now and in the same comparison made earlier, and what is left of it."""
    topic = "How much of the change in spend would have come anyway"
    shown = found.rows[found.rows["group"].isin([EVERYONE, HIGH_VALUE, OTHERS]) & found.rows["change_share"].notna()]
    if shown.empty or not found.expected:
        return nothing(topic, "there is no earlier period to compare with")
    colors = {NOW: accent(), found.against: MUTED, LEFT: INK}
    order = list(colors)
    key = [("dot", color, name) for name, color in colors.items()]
    key[-1] = ("dot", INK, f"left to explain: now less {found.against}")
    groups = [group for group in (EVERYONE, HIGH_VALUE, OTHERS) if (shown["group"] == group).any()]
    height = rows_height(groups, 120, 0.34 * len(order)) + 0.3
    reading = "Spend after compared with before, same groups; lines: 95% interval"
    title, subtitle = head(titles.came_anyway(found), topic, reading)
    figure = sheet(title, subtitle, height, key)
    ax = figure.subplots()
    label_rows(ax, groups, 120)
    ax.axvline(0, color=INK, linewidth=1.2)
    said = []
    for y, group in enumerate(groups):
        rows = {r.comparison: r for r in records(shown[shown["group"] == group])}
        for place, name in enumerate(n for n in order if n in rows):
            row, at = rows[name], y + (place - (len(rows) - 1) / 2) * _STEP
            ax.plot([row.share_low, row.share_high], [at, at], color=colors[name], linewidth=2.4)
            ax.plot([row.change_share], [at], color=colors[name], marker="o", markersize=8)
            points = name == LEFT
            text = fmt.signed(row.change_share * 100, _one) + (" points" if points else "%")
            _beside(ax, text, max(row.change_share, row.share_high if row.share_high == row.share_high else -9), at)
            between = fmt.interval(row.share_low * 100, row.share_high * 100, _one)
            said.append(f"{group}, {name}: {text}" + (f" ({between})" if between != fmt.MISSING else ""))
    _axis(ax, lambda v: fmt.change(v))
    return render(figure, title, f"{topic}. {'; '.join(said)}.")


@picture()
def naive_campaigns(campaigns: pd.DataFrame, money: fmt.Money) -> Chart:
    """What each arm would be credited with by before and after, beside its measured lift and the customers left out."""
    topic = "Campaigns by before and after, and as measured"
    if campaigns.empty:
        return nothing(topic, "no campaign has a day of contact, orders on both sides of it and customers left out")
    shown = campaigns.sort_values("overstated", key=abs, ascending=False, kind="stable").head(_MOST_ROWS)
    several = shown["campaign"].nunique() > 1
    names = [
        f"{r.campaign}: {r.arm}" if several and r.arm != CONTACTED else arm_name(r.campaign, r.arm)
        for r in records(shown)
    ]
    key = [
        ("dot", accent(), "before to after, contacted"),
        ("dot", INK, "measured lift"),
        ("tick", MUTED, "before to after, left out"),
    ]
    form = rounded(money)
    title, subtitle = head(titles.naive_campaigns(campaigns, money), topic, "Per customer; lines: 95% interval")
    figure = sheet(title, subtitle, rows_height(names, 150, 0.72) + 0.25, key)
    ax = figure.subplots()
    label_rows(ax, names, 150)
    ax.axvline(0, color=INK, linewidth=1.2)
    said = []
    for y, (name, row) in enumerate(zip(names, records(shown), strict=True)):
        marks = ((row.naive, row.naive_low, row.naive_high, accent()), (row.lift, row.lift_low, row.lift_high, INK))
        for place, (value, low, high, color) in enumerate(marks):
            at = y + (place - 0.5) * _STEP
            ax.plot([low, high], [at, at], color=color, linewidth=2.4)
            ax.plot([value], [at], color=color, marker="o", markersize=8)
            if value == value:
                _beside(ax, fmt.signed(value, form), max(value, high if high == high else value), at)
        ax.plot([row.left_out_change] * 2, [y - 0.3, y + 0.06], color=MUTED, linewidth=2.4)
        said.append(
            f"{name}: before and after {fmt.signed(row.naive, form)}, measured lift {fmt.signed(row.lift, form)}, "
            f"customers left out {fmt.signed(row.left_out_change, form)}"
        )
    _axis(ax, form)
    return render(figure, title, f"{topic}, per customer. {'; '.join(said)}.")


def _one(x: float) -> str:
    return fmt.number(x, 1)


def _beside(ax: Axes, text: str, x: float, y: float) -> None:
    note(ax, text, x, y, 7, bbox=WHITE_BACK)


def _axis(ax: Axes, form: "fmt.Money | object") -> None:
    low, high = ax.get_xlim()
    ax.set_xlim(low, high + 0.22 * (high - low))  # room for the numbers on the right
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_formatter(lambda v, _: form(v))  # type: ignore[operator]
    ax.grid(axis="x")
