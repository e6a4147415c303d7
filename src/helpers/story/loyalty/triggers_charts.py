"""Charts of what makes customers buy."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.chart import (
    TRACK,
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
from helpers.story.loyalty import titles

if TYPE_CHECKING:
    from helpers.analysis.loyalty.triggers import Triggers


@picture()
def habits(result: "Triggers") -> Chart:
    """How many of the customers who could show a habit have one, by what makes them buy."""
    topic = "Customers with a buying habit"
    shown = result.by_trigger[result.by_trigger["tested"] > 0]
    if shown.empty:
        return nothing(topic, "no customer has ordered often enough to show a habit")
    order = {"season": 0, "promotion": 1, "category": 2}
    shown = shown.sort_values("trigger", key=lambda t: t.map(order))
    promotion = "Almost only at a discount" if result.promotion_from == "discount" else "Almost only on promotion"
    named = {"season": "In one season only", "promotion": promotion, "category": "Mostly one category"}
    labels = [named[t] for t in shown["trigger"]]
    title, subtitle = head(titles.habits(result), topic, "Share of those who ordered often enough to tell")
    figure = sheet(title, subtitle, rows_height(labels, 170, 0.42))
    ax = figure.subplots()
    label_rows(ax, labels, 170)
    said = []
    for y, (label, row) in enumerate(zip(labels, records(shown), strict=True)):
        ax.barh(y, 1, height=0.55, color=TRACK)
        ax.barh(y, row.customer_share, height=0.55, color=accent())
        share = fmt.share(row.customer_share)
        note(ax, f"{share} ({fmt.count(row.customers)})", 1, y)
        said.append(f"{label}: {share}, {fmt.count(row.customers)} of {fmt.many(row.tested, 'customer')}")
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    return render(figure, title, f"{topic}. {'; '.join(said)}.")
