"""The chart of what goes with a two-valued outcome."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.chart import (
    INK,
    MUTED,
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
from helpers.story.headings import head
from helpers.story.nps_drivers import titles
from helpers.story.terms import lower, plain, printable

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.two_valued import TwoValued


@picture()
def satisfied(result: "TwoValued") -> Chart:
    """Each driver's share of McFadden's R-squared, with its 95% interval."""
    shown = result.drivers
    name = lower(printable(plain(result.outcome)))
    topic = "What goes with being satisfied"
    if shown.empty:
        return nothing(topic, "no outcome with two values has enough answers")
    names = [plain(driver) for driver in shown["driver"]]
    reading = f"Share of McFadden's R-squared; together {fmt.share(result.r_squared)}; lines: 95% interval"
    title, subtitle = head(titles.satisfied(result), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 160, 0.36))
    ax = figure.subplots()
    label_rows(ax, names, 160)
    said = []
    for y, (label, row) in enumerate(zip(names, records(shown), strict=True)):
        ax.barh(y, row.share, height=0.56, color=accent())
        span(ax, row.share_low, row.share_high, y, INK, 1.8)
        note(ax, fmt.share(row.share, 1), row.share_high, y)
        said.append(f"{label} {fmt.share(row.share, 1)} ({fmt.interval(row.share_low, row.share_high, _one)})")
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.set_xlim(left=0)
    ax.set_xticks([])
    alt = f"What goes with a high {name}: share of McFadden's R-squared, from {fmt.many(result.answers, 'answer')}: "
    return render(figure, title, f"{alt}{'; '.join(said)}. Together {fmt.share(result.r_squared)}.")


def _one(x: float) -> str:
    return fmt.share(x, 1)
