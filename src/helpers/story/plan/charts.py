"""The chart of next quarter's plan: what each measured action should bring, beside its cost."""

from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from helpers.story import fmt
from helpers.story.chart import (
    BAD,
    GOOD,
    INK,
    MUTED,
    QUIET,
    Chart,
    label_rows,
    note,
    nothing,
    picture,
    render,
    room_beside,
    rows_height,
    sheet,
)
from helpers.story.fmt import Money
from helpers.story.headings import head
from helpers.story.plan import titles
from helpers.story.plan.actions import action_text
from helpers.story.terms import rounded

if TYPE_CHECKING:
    from helpers.analysis.plan.plan import Plan


@picture()
def gains(plan: "Plan", money: Money) -> Chart:
    """The gain of each action that was measured, with its interval; the others have none to draw."""
    topic = "What the measured actions should bring"
    rows = plan.actions.dropna(subset=["expected", "low", "high"]).to_dict("records")
    if not rows:
        return nothing(topic, "no test or like-for-like comparison has measured an action")
    names = [action_text(row) for row in rows]
    colors = [GOOD if row["low"] > 0 else BAD if row["high"] < 0 else MUTED for row in rows]
    key = [("dot", GOOD, "gain"), ("line", QUIET, "95% interval")]
    reading = f"Margin of {fmt.share(plan.margin)} on extra revenue, less cost; of what is stopped the loss avoided"
    title, subtitle = head(titles.gains(rows[0], money), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 190, 0.6) + 0.3, key)
    ax = figure.subplots()
    room = label_rows(ax, names, 190)
    ax.axvline(0, color=INK, linewidth=1.2)
    for y, (row, color) in enumerate(zip(rows, colors, strict=True)):
        ax.plot([row["low"], row["high"]], [y, y], color=QUIET, linewidth=4, solid_capstyle="round")
        ax.plot([row["expected"]], [y], color=color, marker="o", markersize=9)
        note(ax, rounded(money)(row["expected"]), row["high"], y, 9)
    low, high = min(0.0, *(row["low"] for row in rows)), max(0.0, *(row["high"] for row in rows))
    beyond = room_beside([rounded(money)(row["expected"]) for row in rows], room, sides=1)
    ax.set_xlim(low - 0.06 * (high - low), high + (high - low) * beyond)
    ax.grid(axis="x")
    ax.xaxis.set_major_locator(MaxNLocator(min(5, max(2, round(room / 65)))))
    ax.xaxis.set_major_formatter(lambda v, _: money(v))
    said = [
        f"{name} {money(row['expected'])} ({fmt.interval(row['low'], row['high'], money)})"
        for name, row in zip(names, rows, strict=True)
    ]
    return render(figure, title, f"{topic}, margin less cost: {'; '.join(said)}.")
