"""The course of the score over survey waves."""

import math
from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.chart import (
    MUTED,
    QUIET,
    RULE,
    Chart,
    accent,
    drawable,
    fit,
    in_words,
    note,
    nothing,
    picture,
    points_across,
    records,
    render,
    sheet,
    text_width,
)
from helpers.story.headings import head
from helpers.story.nps_drivers import titles
from helpers.story.terms import printable

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.waves import Course

_WIDEST = 60  # points that a wave's name takes at least of its place before it is broken
_MARGIN = 60  # points of the sheet's width beside the waves


@picture()
def course(course: "Course", min_answers: int = 0) -> Chart:
    """Scores of the waves in their order with 95% intervals, joined by a line; the weighted score as a dash where there
    are weights. Waves of fewer than `min_answers` have a hollow dot and no part in the line."""
    by = f" by calendar {course.kind}" if course.kind != "wave" else " by survey wave"
    topic = f"Net Promoter Score{by}"
    shown = course.by_wave[course.by_wave["answers"] > 0].reset_index(drop=True)
    if shown.empty:
        return nothing(topic, "no answers belong to a wave")
    said = [
        f"{printable(r.wave)} {fmt.score(r.nps)} ({fmt.interval(r.nps_low, r.nps_high, fmt.score)}, "
        f"{fmt.many(r.answers, 'answer')})"
        for r in records(shown)
    ]
    if len(shown) == 1:
        return in_words(topic, f"There is only one wave to show: {said[0]}.")
    weighted = shown["nps_weighted"].notna().any()
    key = [("dot", accent(), "score"), ("line", QUIET, "95% interval")]
    key += [("dot", MUTED, "weighted score")] if weighted else []
    few = not shown["judged"].all()
    reading = "Points from −100 to +100" + (f"; hollow: fewer than {fmt.many(min_answers, 'answer')}" if few else "")
    reading += "; by the date of the answer" if course.kind != "wave" else ""
    left_out = f"; {fmt.many(course.unplaced, 'answer')} of no known wave left out" if course.unplaced else ""
    title, subtitle = head(titles.course(course, min_answers), topic, reading + left_out)
    figure = sheet(title, subtitle, 3.0, key)
    ax = figure.subplots()
    places = list(range(len(shown)))
    slot = (points_across() - _MARGIN) / len(shown)
    judged = shown[shown["judged"]]
    ax.plot(judged.index, judged["nps"], color=accent(), linewidth=1.6, alpha=0.6)
    written = math.ceil((text_width("+00") + 4) / slot)  # every, every second … score has room
    for x, row in zip(places, records(shown), strict=True):
        ax.plot([x, x], [row.nps_low, row.nps_high], color=QUIET, linewidth=4, solid_capstyle="round")
        fill = accent() if row.judged else "white"
        ax.plot([x], [row.nps], color=accent(), marker="o", markersize=9, markeredgewidth=1.6, markerfacecolor=fill)
        if row.nps_weighted == row.nps_weighted:
            aside = min(18 / slot, 0.3)  # clear of the score's number above the interval
            ax.plot([x + aside], [row.nps_weighted], color=MUTED, marker="o", markersize=6)
        if x % written == (len(shown) - 1) % written:
            note(ax, fmt.score(row.nps), x, row.nps_high, 0, 4, ha="center", va="bottom", weight="bold")
    words = [word for wave in shown["wave"] for word in drawable(printable(wave)).split()]
    every = math.ceil(min(max(text_width(word) for word in words) + 3, _WIDEST) / slot)
    ticks = [x for x in places if x % every == (len(shown) - 1) % every]
    ax.set_xticks(ticks, [fit(shown["wave"].iloc[x], slot * every - 2, lines=3) for x in ticks])
    ax.set_xlim(-0.5, len(shown) - 0.5)
    low, high = shown["nps_low"].min(), shown["nps_high"].max()
    ax.set_ylim(low - 0.08 * (high - low) - 1, high + 0.2 * (high - low) + 1)
    if ax.get_ylim()[0] < 0 < ax.get_ylim()[1]:
        ax.axhline(0, color=RULE, linewidth=1.4)
    ax.grid(axis="y")
    ax.locator_params(axis="y", nbins=5)
    ax.yaxis.set_major_formatter(lambda v, _: fmt.score(v))
    ax.tick_params(axis="y", labelcolor=MUTED)
    alt = f"{topic}: {'; '.join(said)}{left_out}."
    if weighted:
        alt += (
            " Weighted: " + "; ".join(f"{printable(r.wave)} {fmt.score(r.nps_weighted)}" for r in records(shown)) + "."
        )
    return render(figure, title, alt)
