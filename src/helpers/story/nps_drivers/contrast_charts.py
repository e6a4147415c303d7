"""The chart of one driver's link with the score by group."""

from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from helpers.story import fmt
from helpers.story.chart import (
    QUIET,
    Chart,
    accent,
    in_words,
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
from helpers.story.nps_drivers import titles
from helpers.story.terms import lower, plain, printable

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.segments import Contrasts


@picture()
def slopes(result: "Contrasts") -> Chart:
    """How much the score differs for a point of the rating whose link differs most surely, in each group."""
    frame = result.contrasts
    topic = "Does a rating count alike in every group?"
    if frame.empty:
        return nothing(topic, "no two groups gave enough ratings")
    top = frame.iloc[0]
    driver, grouping = (lower(printable(plain(top[name]))) for name in ("driver", "grouping"))
    shown = frame[(frame["grouping"] == top["grouping"]) & (frame["driver"] == top["driver"]) & frame["slope"].notna()]
    topic = f"What a point of {driver} goes with, by {grouping}"
    if shown.empty:
        return nothing(topic, f"{driver} is rated alike by all of a group")
    shown = shown.sort_values("slope", ascending=False, kind="stable")
    said = [
        f"{printable(r.group)} {_two(r.slope)} ({fmt.interval(r.slope_low, r.slope_high, _two)})"
        for r in records(shown)
    ]
    if len(shown) == 1:
        return in_words(topic, f"Only one group has enough ratings: {said[0]}.")
    names = [f"{r.group} ({fmt.count(r.answers)})" for r in records(shown)]
    key = [("dot", accent(), "points of score"), ("line", QUIET, "95% interval")]
    reading = "Points of score for one point of rating, other ratings being equal; answers in brackets"
    title, subtitle = head(titles.slopes(result), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 165, 0.36) + 0.25, key)
    ax = figure.subplots()
    label_rows(ax, names, 165)
    for y, row in enumerate(records(shown)):
        ax.plot([row.slope_low, row.slope_high], [y, y], color=QUIET, linewidth=4, solid_capstyle="round")
        ax.plot([row.slope], [y], color=accent(), marker="o", markersize=9)
        note(ax, _two(row.slope), 1, y, 34, weight="bold", ha="right", xycoords=ax.get_yaxis_transform())
    ax.grid(axis="x")
    ax.margins(x=0.04)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(lambda v, _: _two(v))
    return render(figure, title, f"{topic}, in points of score: {'; '.join(said)}.")


def _two(x: float) -> str:
    return fmt.number(x, 2)
