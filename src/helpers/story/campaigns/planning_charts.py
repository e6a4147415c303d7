"""Charts of test planning: customers there are against customers a test takes, by segment."""

from typing import TYPE_CHECKING

from matplotlib.ticker import LogLocator, NullLocator

from helpers.story import fmt
from helpers.story.campaigns import titles
from helpers.story.chart import (
    GOOD,
    INK,
    MUTED,
    QUIET,
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
)
from helpers.story.headings import head
from helpers.story.terms import lower, plain, printable

if TYPE_CHECKING:
    from helpers.analysis.campaigns.planning import NextTest

_MOST_ROWS = 14


@picture()
def sizes(plan: "NextTest") -> Chart:
    """For each segment how many customers there are, and how many a test with two equal arms takes."""
    topic = "Customers there are, and customers a test takes"
    known = plan.by_segment.dropna(subset=["needed_an_arm"])
    known = known[known["customers"] > 0]
    if known.empty:
        return nothing(topic, "too little is known of what customers do uncontacted")
    # One outcome, that of which fewest are needed for all: each has its own need.
    metric = known.sort_values("needed_an_arm", kind="stable")["metric"].iloc[0]
    everyone = known[known["segment"] == "All customers"].sort_values("needed_an_arm", kind="stable")
    metric = everyone["metric"].iloc[0] if len(everyone) else metric
    shown = known[known["metric"] == metric].head(_MOST_ROWS)
    rows = records(shown)
    names = [printable(r.segment) for r in rows]
    colors = [GOOD if r.possible else MUTED for r in rows]
    reading = f"To show a {fmt.share(plan.worthwhile)} rise in {lower(plain(metric))}; each step is ten times as many"
    key = [
        *([("dot", GOOD, "customers there are: enough")] if GOOD in colors else []),
        *([("dot", MUTED, "customers there are: too few")] if MUTED in colors else []),
        ("tick", INK, "customers needed, both arms"),
    ]
    title, subtitle = head(titles.sizes(plan, metric), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 150, 0.42) + 0.3, key)
    ax = figure.subplots()
    room = label_rows(ax, names, 150)
    ax.set_xscale("log")
    for y, (row, color) in enumerate(zip(rows, colors, strict=True)):
        needed = 2 * row.needed_an_arm
        ax.plot([row.customers, needed], [y, y], color=QUIET, linewidth=2)
        ax.plot([needed], [y], color=INK, marker="|", markersize=14, markeredgewidth=2.4)
        ax.plot([row.customers], [y], color=color, marker="o", markersize=9)
        right = needed >= row.customers
        note(ax, fmt.count(needed), needed, y, 8 if right else -8, 0, ha="left" if right else "right")
        note(ax, fmt.count(row.customers), row.customers, y, -8 if right else 8, 0, ha="right" if right else "left")
    drawn = [n for r in rows for n in (r.customers, 2 * r.needed_an_arm)]
    ax.margins(x=room_beside(map(fmt.count, drawn), room))
    ax.grid(axis="x")
    ax.xaxis.set_major_locator(LogLocator(10))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(lambda v, _: fmt.count(v) if min(drawn) <= v <= max(drawn) else "")
    said = [
        f"{name} {fmt.count(r.customers)} of {fmt.count(2 * r.needed_an_arm)}"
        for name, r in zip(names, rows, strict=True)
    ]
    return render(figure, title, f"{topic}, {reading.partition(';')[0].lower()}: {'; '.join(said)}.")
