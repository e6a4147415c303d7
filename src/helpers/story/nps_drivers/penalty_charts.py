"""The chart of penalties and rewards."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.chart import (
    BAD,
    GOOD,
    INK,
    MUTED,
    Chart,
    label_rows,
    note,
    nothing,
    picture,
    records,
    render,
    room_beside,
    rows_height,
    sheet,
    span,
)
from helpers.story.headings import head
from helpers.story.nps_drivers import titles
from helpers.story.terms import plain

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.penalty import Penalties

_KINDS = {"basic": "must be right", "performance": "both ways", "excitement": "delights", "unclear": "not clear"}
_MOST = 10


@picture()
def contrast(result: "Penalties") -> Chart:
    """What a low rating costs and what a high one brings, as bars to both sides, for the ten with most of both."""
    topic = "What a low rating costs and a high one brings"
    shown = result.drivers[result.drivers["penalty"].notna()]
    if shown.empty:
        return nothing(topic, "too few ratings are low, or high")
    every, shown = len(shown), shown.head(_MOST)
    names = [f"{plain(r.driver)} ({_KINDS[r.kind]})" for r in records(shown)]
    key = [("bar", BAD, "rated low"), ("bar", GOOD, "rated high")]
    reading = "Points of score, against customers who rate it in between; lines: 95% interval"
    reading += f"; the first {_MOST} of {every}" if every > _MOST else ""
    title, subtitle = head(titles.contrast(result), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 150, 0.5), key)
    ax = figure.subplots()
    room = label_rows(ax, names, 150)
    said = []
    for y, (name, row) in enumerate(zip(names, records(shown), strict=True)):
        for side, color, value, low, high in (
            (-1, BAD, row.penalty, row.penalty_low, row.penalty_high),
            (1, GOOD, row.reward, row.reward_low, row.reward_high),
        ):
            at = y + 0.17 * side  # one above the other: both may lie on the same side of zero
            ax.barh(at, value, height=0.3, color=color)
            span(ax, low, high, at, INK, 1.4)
            end = min(low, 0) if side < 0 else max(high, 0)
            note(ax, _points(value), end, at, 5 * side, ha="right" if side < 0 else "left")
        said.append(f"{name}: low {_points(row.penalty)}, high {_points(row.reward)}")
    ax.axvline(0, color=MUTED, linewidth=0.8)
    values = [_points(x) for column in ("penalty", "reward") for x in shown[column]]
    ax.margins(x=room_beside(values, room))
    ax.set_xticks([])
    return render(
        figure, title, f"{topic}, in points of score, from {fmt.many(result.answers, 'answer')}. {'; '.join(said)}."
    )


def _points(x: float) -> str:
    return fmt.signed(x, fmt.number)
