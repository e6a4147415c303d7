"""The chart of simulated gains."""

from collections.abc import Collection
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
from helpers.story.terms import plain

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.gain import Gain

_MOST = 12


@picture()
def gain(result: "Gain", *, doubtful: Collection[str] = (), chance: float = 0.0, min_answers: int = 50) -> Chart:
    """Points of NPS that a rise of each rating would go with, the twelve greatest.

    doubtful, chance, min_answers: what the title may not claim, as for the sentence in `gain_words`.
    """
    topic = "What a better rating would go with"
    shown = result.drivers.head(_MOST)
    if shown.empty:
        return nothing(topic, "too few answers rate anything")
    names = [plain(driver) for driver in shown["driver"]]
    rise = fmt.number(result.rise, 1 if result.rise % 1 else 0)
    reading = f"Points of NPS for {rise} more on one rating; lines: 95% interval"
    claim = titles.gain(result, shown, doubtful=doubtful, chance=chance, min_answers=min_answers)
    title, subtitle = head(claim, topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 160, 0.36))
    ax = figure.subplots()
    label_rows(ax, names, 160)
    said = []
    for y, (name, row) in enumerate(zip(names, records(shown), strict=True)):
        ax.barh(y, row.nps_change, height=0.56, color=accent())
        span(ax, row.low, row.high, y, INK, 1.8)
        note(ax, fmt.score(row.nps_change), max(row.high, 0), y)
        said.append(f"{name} {fmt.score(row.nps_change)} ({fmt.interval(row.low, row.high, fmt.score)})")
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.set_xticks([])
    more = len(result.drivers) - len(shown)
    alt = f"{reading}, from {fmt.many(result.answers, 'answer')}: {'; '.join(said)}."
    return render(figure, title, alt + (f" And {fmt.many(more, 'smaller gain')}." if more else ""))
