"""Charts of what goes with the score, and of where improvement should start."""

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes

from helpers.story import fmt
from helpers.story.chart import (
    BAD,
    GOOD,
    INK,
    MUTED,
    QUIET,
    RULE,
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
    span,
)
from helpers.story.chart_labels import place_labels
from helpers.story.chart_marks import tell
from helpers.story.headings import head
from helpers.story.nps_drivers import titles
from helpers.story.terms import lower, plain

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.drivers import Drivers

_MOST_BARS = 12
_MOST_LABELS = 10  # beside dots; of more drivers only the important ones are named
_COLORS = {"fix first": BAD, "keep up": GOOD}
_CORNERS = {(0, 1): "Fix first", (1, 1): "Keep up", (0, 0): "Improve later", (1, 0): "Good enough"}


@picture()
def importance(drivers: "Drivers") -> Chart:
    """Each driver's share of what the ratings explain, with 95% intervals, of the twelve that matter most; drivers that
    customers rate like a more important one say so."""
    topic = "How much goes with each rating"
    every, shown = len(drivers.drivers), drivers.drivers.head(_MOST_BARS)
    if shown.empty:
        return nothing(topic, "no drivers were rated")
    if shown["importance"].isna().any():
        return nothing(topic, "the ratings explain nothing of the score")
    names = [
        plain(r.driver) + (f" (like {lower(plain(r.group))})" if r.group != r.driver else "") for r in records(shown)
    ]
    known = shown["importance_low"].notna().any()
    reading = "Share of what the ratings explain" + ("; lines: 95% interval" if known else "")
    reading += f"; the first {_MOST_BARS} of {every}" if every > _MOST_BARS else ""
    title, subtitle = head(titles.importance(drivers), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 160, 0.34))
    ax = figure.subplots()
    label_rows(ax, names, 160)
    said = []
    for y, (name, row) in enumerate(zip(names, records(shown), strict=True)):
        ax.barh(y, row.importance, height=0.56, color=accent())
        span(ax, row.importance_low, row.importance_high, y, INK, 1.8)
        note(ax, fmt.share(row.importance), max(v for v in (row.importance, row.importance_high) if v == v), y)
        between = f" ({fmt.interval(row.importance_low, row.importance_high)})" if known else ""
        said.append(f"{name} {fmt.share(row.importance)}{between}")
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.set_xlim(left=0)
    ax.set_xticks([])
    alt = (
        f"Each rating's share of what the ratings explain, from {fmt.many(drivers.answers, 'answer')}: "
        f"{'; '.join(said)}. Together they explain {fmt.share(drivers.r_squared)} of the differences in score."
    )
    return render(figure, title, alt)


@picture()
def matrix(drivers: "Drivers") -> Chart:
    """Importance against performance, with the four quadrants; hollow where the answers do not settle the quadrant.

    Ratings of different scales stand on the share of the scale that they reach.
    """
    topic = "Importance and average rating"
    shown = drivers.drivers
    if shown.empty:
        return nothing(topic, "no drivers were rated")
    if shown["importance"].isna().any():
        return nothing(topic, "the ratings explain nothing of the score")
    alike = shown["scale_low"].nunique() == shown["scale_high"].nunique() == 1
    across = shown["performance"] if alike else shown["performance_share"]
    even, middle = 1 / len(shown), across.mean()
    clear = shown["quadrant_verdict"] == "clear"
    key = [("dot", BAD, "fix first"), ("dot", GOOD, "keep up"), ("dot", MUTED, "less important")]
    reading = "Lines: the average rating, and an even share of importance"
    reading += "" if clear.all() else "; hollow: too close to a line to tell"
    named = _labelled(shown)
    reading += "" if named.all() else ". Less important ratings are named in the table"
    title, subtitle = head(titles.matrix(drivers), topic, reading)
    figure = sheet(title, subtitle, 4.7, key)
    ax = figure.subplots()
    ax.axhline(even, color=RULE, linewidth=1.2)
    ax.axvline(middle, color=RULE, linewidth=1.2)
    if len(shown) <= _MOST_LABELS:
        _draw_crosses(ax, shown, alike)
    for x, row, is_clear in zip(across, records(shown), clear, strict=True):
        color = _COLORS.get(row.quadrant, MUTED)
        fill = color if is_clear else "white"
        (dot,) = ax.plot(
            *([x], [row.importance]), color=color, marker="o", markersize=9, linestyle="", markeredgewidth=1.8,
            markerfacecolor=fill,
        )  # fmt: skip
        rated = f"average rating {fmt.number(row.performance, 2)}"
        tell(dot, f"{plain(row.driver)}: importance {fmt.share(row.importance)}, {rated}")
    ax.margins(0.22, 0.16)
    ax.set_xlabel("Average rating" if alike else "Average rating (share of its scale)")
    ax.set_ylabel("Importance (share of what ratings explain)")
    digits = 1 if across.max() - across.min() >= 0.5 else 2  # else neighbouring marks would read the same
    ax.xaxis.set_major_formatter((lambda v, _: fmt.number(v, digits)) if alike else (lambda v, _: fmt.share(v)))
    ax.yaxis.set_major_formatter(lambda v, _: fmt.share(v) if v >= 0 else "")
    ax.tick_params(axis="y", labelcolor=MUTED)
    place_labels(
        ax, across, shown["importance"], [plain(d) if n else "" for d, n in zip(shown["driver"], named, strict=True)],
        _CORNERS,
    )  # fmt: skip
    said = "; ".join(
        f"{plain(r.driver)}: {r.quadrant}{'' if c else ' (unclear)'}, importance {fmt.share(r.importance)}, "
        f"average rating {fmt.number(r.performance, 2)}"
        for r, c in zip(records(shown), clear, strict=True)
    )
    low = fmt.listing([plain(d) for d in shown.loc[clear & (shown["quadrant"] == "fix first"), "driver"]])
    lead = f"Fix first: {low}." if low else "No important rating is clearly below average."
    return render(figure, title, f"Importance against average rating. {lead} {said}.")


def _labelled(shown: pd.DataFrame) -> pd.Series:
    """Whether each driver's name stands beside its dot."""
    few = len(shown) <= _MOST_LABELS
    important = shown["importance"].rank(ascending=False) <= _MOST_LABELS
    return pd.Series(few, index=shown.index) | (important & (shown["importance"] >= 1 / len(shown)))


def _draw_crosses(ax: Axes, shown: pd.DataFrame, alike: bool) -> None:
    """Intervals of both measures, thin, as far as they are known."""
    for row in records(shown):
        width = (row.scale_high - row.scale_low) or 1.0
        x, low, high = row.performance, row.performance_low, row.performance_high
        if not alike:
            x, low, high = row.performance_share, (low - row.scale_low) / width, (high - row.scale_low) / width
        ax.plot([low, high], [row.importance, row.importance], color=QUIET, linewidth=1.4)
        ax.plot([x, x], [row.importance_low, row.importance_high], color=QUIET, linewidth=1.4)
