"""Charts of attributes that go with staying."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.chart import (
    INK,
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
from helpers.story.loyalty import titles
from helpers.story.terms import group_name, lower, natural_order, plain

if TYPE_CHECKING:
    from helpers.analysis.loyalty.differentiators import Differentiators

_MOST = 12
_TESTED = ("differentiator", "slight", "unclear")


@picture()
def levels(result: "Differentiators", place: int = 0) -> Chart:
    """Who stays, by the levels of one attribute with their 95% intervals, and all customers as a line.

    place: which of the attributes tested, the strongest first.
    """
    topic = "Customers who stayed" if result.outcome == "subscription" else "Customers still active"
    tested = result.effects[result.effects["verdict"].isin(_TESTED)]
    if len(tested) <= place:
        return nothing(topic, "no attribute is known of enough customers")
    attribute = tested["attribute"].iloc[place]
    topic = f"{topic}, by {lower(plain(attribute))}"
    shown = result.retention[result.retention["attribute"] == attribute]
    if tested["kind"].iloc[place] == "category":
        order = natural_order(shown["level"])
        by_share = shown.sort_values("retained_share", ascending=False, kind="stable")
        shown = shown.iloc[order] if order else by_share
    shown = shown.head(_MOST)
    said = [
        f"{_level(r.level)} {fmt.share(r.retained_share)} ({fmt.interval(r.low, r.high)}, "
        f"{fmt.many(r.customers, 'customer')})"
        for r in records(shown)
    ]
    if len(shown) == 1:
        return in_words(topic, f"There is only one group to show: {said[0]}.")
    names = [f"{_level(r.level)} ({fmt.count(r.customers)})" for r in records(shown)]
    overall = fmt.share(result.retained_share)
    key = [("dot", accent(), "share"), ("line", QUIET, "95% interval"), ("line", INK, f"all customers {overall}")]
    claim = "" if place else titles.levels(result, [str(level) for level in shown["level"]])
    title, subtitle = head(claim, topic, "Share of customers; how many in brackets")
    figure = sheet(title, subtitle, rows_height(names, 165, 0.36) + 0.25, key)
    ax = figure.subplots()
    label_rows(ax, names, 165)
    ax.axvline(result.retained_share, color=INK, linewidth=1.4)
    for y, row in enumerate(records(shown)):
        ax.plot([row.low, row.high], [y, y], color=QUIET, linewidth=4, solid_capstyle="round")
        ax.plot([row.retained_share], [y], color=accent(), marker="o", markersize=9)
        note(
            *(ax, fmt.share(row.retained_share), 1, y, 38),
            weight="bold", ha="right", xycoords=ax.get_yaxis_transform(),
        )  # fmt: skip
    ax.grid(axis="x")
    ax.margins(x=0.06)
    ax.xaxis.set_major_formatter(lambda v, _: fmt.share(v) if 0 <= v <= 1 else "")
    return render(figure, title, f"{topic}: {'; '.join(said)}. All customers: {overall}.")


def _level(level: str) -> str:
    return "All others" if level == "(all others)" else group_name(level)
