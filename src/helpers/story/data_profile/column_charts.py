"""Charts of columns: how far they are filled, what changed suddenly, which numbers move together."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colors as mcolors
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers.story import fmt
from helpers.story.chart import (
    BAD,
    MUTED,
    SIZE,
    SMALL,
    TRACK,
    Chart,
    accent,
    fit,
    in_words,
    label_rows,
    note,
    nothing,
    picture,
    points_across,
    records,
    render,
    rows_height,
    sheet,
    text_on,
    tint,
)
from helpers.story.chart_marks import tell
from helpers.story.chart_text import size_within
from helpers.story.data_profile import titles
from helpers.story.data_profile.oddities import oddity
from helpers.story.headings import head
from helpers.story.phrases import some
from helpers.story.terms import lower, plain

_MOST_GAPS = 24  # more rows than this are a table's work
_WELL_FILLED = 0.95  # columns filled in this share of rows or more are counted, not drawn
_MOST_COURSES = 5
_MOST_COLUMNS = 8  # of a table in the picture of correlations: more could not be read on a phone
_LINKED = 0.3  # a correlation that is worth a picture (Cohen 1988: medium)
_MEASURES = {"rows": "rows a", "mean": "average by", "filled": "share filled by"}


@picture()
def filled(columns: pd.DataFrame) -> Chart:
    """Share of rows with a value in the columns with gaps, the emptiest of each table first.

    columns: table, column, kind, missing_share (0-1). Well filled columns are counted, not listed.
    """
    topic = "Columns with gaps"
    if columns.empty:
        return nothing(topic, "no columns were read")
    least = fmt.share(_WELL_FILLED)
    gappy = columns[columns["missing_share"] > 1 - _WELL_FILLED]
    drawn = gappy.nlargest(_MOST_GAPS, "missing_share", keep="first")
    said = [f"{plain(r.column)} in {lower(plain(r.table))} {fmt.share(1 - r.missing_share)}" for r in records(drawn)]
    rest = f"at least {least} in {fmt.count(len(columns) - len(gappy))} of {fmt.many(len(columns), 'column')}"
    if len(gappy) < 2:
        return in_words(topic, f"Share of rows with a value: {'; '.join([*said, rest])}.")
    labels: list[str] = []
    filled: list[float | None] = []
    for table, group in drawn.groupby("table", sort=False):
        labels += [plain(table), *(plain(c) for c in group["column"])]
        filled += [None, *(1 - group["missing_share"])]
    claim = titles.filled(len(gappy), len(columns), least)
    reading = f"Share of rows with a value; {rest}"
    reading += f"; the emptiest {fmt.count(_MOST_GAPS)} are drawn" if len(gappy) > _MOST_GAPS else ""
    title, subtitle = head(claim, topic, reading)
    figure = sheet(title, subtitle, rows_height(labels, 170, 0.3))
    ax = figure.subplots()
    label_rows(ax, labels, 170)
    for y, (tick, share) in enumerate(zip(ax.get_yticklabels(), filled, strict=True)):
        if share is None:
            tick.set_fontweight("bold")
            continue
        ax.barh(y, 1, height=0.5, color=TRACK)
        ax.barh(y, share, height=0.5, color=accent())
        note(ax, fmt.share(share), 1, y)
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    return render(figure, title, f"Share of rows with a value: {'; '.join([*said, rest])}.")


@picture()
def sudden_changes(courses: pd.DataFrame, alerts: pd.DataFrame) -> Chart:
    """The course of each measure with a sudden change, and the day from which it holds.

    courses: table, column, measure, period_days, starts_on, value (breaks.trace_changes). alerts: as in data_alerts.
    """
    topic = "What changed suddenly"
    told = alerts[alerts["alert"] == "sudden change"]
    if told.empty or courses.empty:
        return nothing(topic, "no measure changed suddenly and stayed so")
    drawn = told.head(_MOST_COURSES)
    said = [f"{_named(a)}: {oddity(a)}" for a in records(told)]
    hidden = len(told) - len(drawn)
    reading = f"The dashed line is the day of the change{f'; {hidden} more in the table above' if hidden else ''}"
    title, subtitle = head(titles.sudden_changes(len(told)), topic, reading)
    figure = sheet(title, subtitle, 1.55 * len(drawn))
    axes = np.atleast_1d(figure.subplots(len(drawn)))
    for ax, alert in zip(axes, records(drawn), strict=True):
        key = (courses["table"] == alert.table) & (courses["column"] == alert.column)
        own = courses[key & (courses["measure"] == alert.other)]
        each = "week" if own["period_days"].iloc[0] == 7 else "day"
        (line,) = ax.plot(own["starts_on"], own["value"].to_numpy(float), color=accent(), linewidth=1.6)
        form = _percent if alert.other == "filled" else _short
        tell(line, [f"{each.capitalize()} from {fmt.day(r.starts_on)}: {form(r.value)}" for r in records(own)])
        ax.axvline(alert.on, color=BAD, linewidth=1.2, linestyle=(0, (4, 3)))
        name = fit(f"{_named(alert)}, {_MEASURES[alert.other]} {each}", points_across() - 60, SIZE, lines=1, bold=True)
        ax.set_title(name, loc="left", fontsize=SIZE, weight="bold", pad=20)
        ax.set_ylim(bottom=min(0, float(own["value"].min())))
        ax.yaxis.set_major_locator(MaxNLocator(3))
        ax.yaxis.set_major_formatter(FuncFormatter(form))
        ax.tick_params(axis="y", labelcolor=MUTED)
        ax.grid(axis="y")
        first, last = own["starts_on"].iloc[0], own["starts_on"].iloc[-1]
        ax.set_xticks([first, last], [fmt.month(first), fmt.month(last)])
        for label, side in zip(ax.get_xticklabels(), ("left", "right"), strict=True):
            label.set_ha(side)
        late = alert.on - first > (last - first) * 0.6
        top = ax.get_ylim()[1]
        note(ax, fmt.day(pd.Timestamp(alert.on)), alert.on, top, -4 if late else 4, 2, ha="right" if late else "left",
             va="bottom", color=BAD)  # fmt: skip
    return render(figure, title, f"{topic}. {'; '.join(said)}.")


def _named(alert: Any) -> str:
    return f"{plain(alert.table)}, {lower(plain(alert.column))}" if alert.column else plain(alert.table)


def _percent(x: float, _: Any = None) -> str:
    return fmt.share(x)


def _short(x: float, _: Any = None) -> str:
    return fmt.count(x) if abs(x) >= 10 or x % 1 == 0 else fmt.number(x, 2)


@picture()
def correlations(pairs: pd.DataFrame) -> Chart:
    """How closely the number columns of each table move together: a triangle of coefficients, shaded by size.

    pairs: table, left, right, correlation (Pearson). A table is drawn where it has three columns or more and a
    correlation of 0.3 or more, either way; of many columns those with the closest links.
    """
    topic = "Which numbers move together"
    known = pairs.dropna(subset=["correlation"])
    shown = []
    for table, own in known.groupby("table", sort=False):
        names = list(dict.fromkeys([*own["left"], *own["right"]]))
        if len(names) > 2 and own["correlation"].abs().max() >= _LINKED:
            shown.append((str(table), own, names))
    if not shown:
        return nothing(topic, "no table has three number columns of which two are linked")
    shown = [(table, own, _closest(own, names)) for table, own, names in shown]
    said = [f"{plain(table)}: {some(_strongest(own, names))}" for table, own, names in shown]
    key = [("bar", tint(), "rise together"), ("bar", _falling(), "one falls as the other rises")]
    heights = [0.42 * len(names) + 0.35 for _, _, names in shown]
    drawn = [own[own["left"].isin(names) & own["right"].isin(names)] for _, own, names in shown]
    title, subtitle = head(titles.correlations(pd.concat(drawn)), topic, "Correlation, −1 to 1; deeper is closer")
    figure = sheet(title, subtitle, sum(heights) + 0.3, key)
    axes = np.atleast_1d(figure.subplots(len(shown), height_ratios=heights))
    for ax, (table, own, names) in zip(axes, shown, strict=True):
        _triangle(ax, own, names)
        name = fit(plain(table), points_across() - 12, SIZE, lines=1, bold=True)
        ax.set_title(name, loc="left", fontsize=SIZE, weight="bold", pad=6)
    return render(figure, title, f"{topic}. {'; '.join(said)}.")


def _closest(own: pd.DataFrame, names: list[str]) -> list[str]:
    """At most as many columns as can be read, those with the closest link first chosen, in the table's order."""
    ranked = own.assign(size=own["correlation"].abs()).sort_values("size", ascending=False, kind="stable")
    chosen = list(dict.fromkeys(name for r in records(ranked) for name in (r.left, r.right)))[:_MOST_COLUMNS]
    return [name for name in names if name in chosen]


def _strongest(own: pd.DataFrame, names: list[str]) -> list[str]:
    drawn = own[own["left"].isin(names) & own["right"].isin(names)]
    ranked = drawn.reindex(drawn["correlation"].abs().sort_values(ascending=False, kind="stable").index)
    linked = ranked[ranked["correlation"].abs() >= _LINKED]
    return [
        f"{lower(plain(r.left))} with {lower(plain(r.right))} {fmt.number(r.correlation, 2)}" for r in records(linked)
    ]


def _triangle(ax: Any, own: pd.DataFrame, names: list[str]) -> None:
    found = {frozenset((r.left, r.right)): r.correlation for r in records(own)}
    for y, row in enumerate(names):
        for x, column in enumerate(names[:y]):
            value = found.get(frozenset((row, column)), np.nan)
            if np.isnan(value):
                continue
            full = mcolors.to_rgb(tint() if value > 0 else _falling())
            color = mcolors.to_hex(tuple(1 - abs(value) * (1 - channel) for channel in full))
            cell = Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=color, edgecolor="white", linewidth=1.5)
            tell(ax.add_patch(cell), f"{plain(row)} with {lower(plain(column))}: {fmt.number(value, 2)}")
            text = fmt.number(value, 2)
            size = min(SMALL - 1, size_within(text, points_across() / (_MOST_COLUMNS + 3) - 4))
            ax.text(x, y, text, ha="center", va="center", fontsize=size, color=text_on(color))
        note(ax, fit(plain(row), 130, lines=1), y - 0.45, y, dx=2)
    ax.set_xlim(-0.5, _MOST_COLUMNS + 2.5)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xticks([])
    ax.set_yticks([])


def _falling() -> str:
    """A pale orange that reads apart from the brand's tint, also in grey and for every kind of colour vision."""
    return "#e8a27f"
