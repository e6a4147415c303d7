"""Charts of the recency, frequency and spend segments."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.colors import LogNorm, Normalize

from helpers.story import fmt
from helpers.story.chart import (
    INK,
    MUTED,
    QUIET,
    SIZE,
    TRACK,
    Chart,
    accent,
    label_rows,
    note,
    nothing,
    picture,
    points_across,
    records,
    render,
    rows_height,
    sheet,
    span,
    text_on,
    tint,
)
from helpers.story.chart_marks import tell
from helpers.story.headings import head
from helpers.story.rfm import titles
from helpers.story.terms import rounded
from helpers.story.units import in_unit

if TYPE_CHECKING:
    from helpers.analysis.rfm import Rfm
    from helpers.analysis.rfm.holdout import Holdout
    from helpers.analysis.rfm.movement import Movement


_NO_SUMS = 300  # points across, up to which a share stands alone, since two panels leave no room for more


@picture()
def segments(rfm: "Rfm", money: fmt.Money) -> Chart:
    """Share of customers beside share of spend, of orders where spend is not known; a row a segment, best on top."""
    of, bring = ("Spend", "spend_share") if rfm.with_spend else ("Orders", "order_share")
    topic = f"Customers and {of.lower()} by segment"
    segments = rfm.segments
    if segments.empty:
        return nothing(topic, "no customers with orders")
    names = [str(s) for s in segments["rfm_segment"]]
    reading = f"Share of all customers, and of all {of.lower()}: longer on the right means worth more than its number"
    title, subtitle = head(titles.segments(rfm, money), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 130) + 0.3)
    axes = figure.subplots(1, 2, sharey=True)

    def brought(row: Any) -> str:
        with_sum = rfm.with_spend and points_across() > _NO_SUMS
        return f"{fmt.share(row.spend_share)}, {money(row.spend)}" if with_sum else fmt.share(getattr(row, bring))

    panels: tuple[tuple[str, str, str, Callable[[Any], str]], ...] = (
        ("customer_share", in_unit("Customers"), QUIET, lambda row: fmt.share(row.customer_share)),
        (bring, of, accent(), brought),
    )
    for ax, (column, name, color, text) in zip(axes, panels, strict=True):
        ax.barh(range(len(names)), segments[column], height=0.62, color=color)
        ax.axvline(0, color=MUTED, linewidth=0.8)
        for y, row in enumerate(records(segments)):
            share = getattr(row, column)
            note(ax, text(row), share if share > 0 else 0, y)
        # The same scale on both sides: a longer bar on the right means more than the head count.
        ax.set_xlim(0, segments[["customer_share", bring]].max().max() or 1)
        ax.set_xticks([])
        ax.set_title(name, loc="left", fontsize=SIZE, weight="bold")
    label_rows(axes[0], names, 130)
    said = "; ".join(
        f"{r.rfm_segment} {fmt.share(r.customer_share)} of customers and {fmt.share(getattr(r, bring))} of {of.lower()}"
        for r in records(segments)
    )
    return render(figure, title, f"Share of customers and of {of.lower()} by segment, best first. {said}.")


@picture()
def grid(rfm: "Rfm", money: fmt.Money) -> Chart:
    """Customers by recency and order score; the darker the cell, the higher the average spend, or where that is not
    known the more customers."""
    import seaborn as sns  # with all of scipy.stats: half of what a page without heat maps would import

    topic = "Customers by last order and number of orders"
    if not (rfm.grid["customers"] > 0).any():
        return nothing(topic, "no customers with orders")
    cells = rfm.grid[rfm.grid["customers"] > 0]
    shade = "average_spend" if rfm.with_spend else "customers"
    shades = cells.pivot(index="f_score", columns="r_score", values=shade).reindex(
        range(rfm.levels["f"], 0, -1), columns=range(1, rfm.levels["r"] + 1)
    )
    width, height = rfm.levels["r"], rfm.levels["f"]
    with_spend = rfm.with_spend and max(width, height) <= 6  # smaller cells have no room for the second line
    reading = "Customers in each cell: the darker, the more"
    if rfm.with_spend:
        reading = "Customers in each cell; the darker, the higher their average spend"
    if with_spend:
        reading = "Customers in each cell, and their average spend: the darker, the higher"
    title, subtitle = head(titles.grid(rfm, money), topic, reading)
    figure = sheet(title, subtitle, 4.0)
    ax = figure.subplots()
    palette, norm = sns.light_palette(tint(), as_cmap=True), _norm(cells[shade])
    drawn = {"cmap": palette, "norm": norm, "mask": shades.isna(), "cbar": False, "linewidths": 2, "linecolor": "white"}
    sns.heatmap(shades, ax=ax, **drawn)
    said_of = {(c.f_score, c.r_score): _cell_words(c, money, with_spend=rfm.with_spend) for c in records(cells)}
    tell(ax.collections[0], [said_of.get((f, r), "") for f in range(height, 0, -1) for r in range(1, width + 1)])
    for cell in records(cells):
        place = (cell.r_score - 0.5, height - cell.f_score + 0.5)
        color = text_on(palette(norm(getattr(cell, shade))))
        up = 7 if with_spend else 0
        note(ax, fmt.count(cell.customers), *place, 0, up, weight="bold", color=color, ha="center")
        if with_spend:
            note(ax, rounded(money)(cell.average_spend), *place, 0, -7, color=color, ha="center")
    ax.set_facecolor(TRACK)
    ax.set_xticks([0.5, width - 0.5], ["longest ago", "most recent"], rotation=0)
    ax.set_yticks([0.5, height - 0.5], ["most\norders", "fewest\norders"], rotation=0, color=MUTED)
    ax.set_xlabel("Last order")
    ax.set_ylabel("")
    top = cells.sort_values("customers", ascending=False, kind="stable").head(3)
    said = "; ".join(_cell_words(c, money, with_spend=rfm.with_spend) for c in records(top))
    upto = f"1 to {fmt.count(width)} and 1 to {fmt.count(height)}"
    alt = f"Customers by recency score and frequency score, {upto}. Fullest cells: {said}."
    return render(figure, title, alt)


def _cell_words(cell: Any, money: fmt.Money, *, with_spend: bool) -> str:
    place = f"at recency {fmt.count(cell.r_score)} and frequency {fmt.count(cell.f_score)}"
    spend = f", average spend {rounded(money)(cell.average_spend)}" if with_spend else ""
    return f"{fmt.many(cell.customers, 'customer')} {place}{spend}"


@picture()
def concentration(rfm: "Rfm") -> Chart:
    """Share of all spend that the biggest customers bring, against an even spread."""
    topic = "Spend brought by the biggest customers"
    points = rfm.concentration[rfm.concentration["customer_share"] < 1]
    if points.empty:
        return nothing(topic, "the amount of each order is not known")
    labels = [in_unit(f"Top {fmt.share(p)} of customers") for p in points["customer_share"]]
    key = [("bar", accent(), "their share of all spend"), ("tick", INK, "if all spent alike")]
    spread = f"Gini coefficient {fmt.number(rfm.gini, 2)}: 0 if all spent alike, 1 if one spent all"
    title, subtitle = head(titles.concentration(rfm), topic, spread if rfm.gini == rfm.gini else "")
    figure = sheet(title, subtitle, rows_height(labels, 160, 0.42), key)
    ax = figure.subplots()
    label_rows(ax, labels, 160)
    for y, point in enumerate(records(points)):
        ax.barh(y, 1, height=0.55, color=TRACK)
        ax.barh(y, point.spend_share, height=0.55, color=accent())
        for color, width in (("white", 5), (INK, 2.4)):  # a white rim, to stand out from the bar
            ax.plot([point.customer_share] * 2, [y - 0.36, y + 0.36], color=color, linewidth=width)
        note(ax, fmt.share(point.spend_share), 1, y)
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    said = "; ".join(f"the top {fmt.share(p.customer_share)} bring {fmt.share(p.spend_share)}" for p in records(points))
    return render(figure, title, f"Share of all spend by the biggest customers: {said}.")


@picture()
def net_flows(result: "Movement") -> Chart:
    """Who left each segment and who came to it, a row a segment, with what that makes on balance."""
    topic = "Customers who came to and left each segment"
    rows = records(result.by_segment)
    if not rows:
        return nothing(topic, "the history is too short to compare with an earlier day")
    names = [str(row.rfm_segment) for row in rows]
    key = [("bar", QUIET, "left"), ("bar", accent(), "came"), ("dot", INK, "on balance")]
    reading = f"Against {fmt.many(result.months, 'month')} ago; those who stayed are not shown"
    title, subtitle = head(titles.net_flows(result), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 150) + 0.1, key)
    ax = figure.subplots()
    widest = max(max(row.left, row.arrived) for row in rows) or 1
    for y, row in enumerate(rows):
        for side, color, what, n in ((-1, QUIET, "left", row.left), (1, accent(), "came", row.arrived)):
            bars = ax.barh(y, side * n, height=0.62, color=color)
            tell(bars, [f"{names[y]}, {what}: {fmt.count(n)}"])
        (dot,) = ax.plot(row.net, y, "o", color=INK, markeredgecolor="white", markeredgewidth=1.2, markersize=7)
        tell(dot, f"{names[y]}, on balance: {fmt.signed(row.net, fmt.count)}")
        note(ax, fmt.signed(row.net, fmt.count), 1.04 * widest, y, weight="bold")
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.set_xlim(-1.02 * widest, 1.3 * widest)
    ax.set_xticks([])
    label_rows(ax, names, 150)
    said = "; ".join(
        f"{r.rfm_segment} {fmt.signed(r.net, fmt.count)}: {fmt.count(r.arrived)} came, {fmt.count(r.left)} left"
        for r in rows
    )
    return render(figure, title, f"Customers by segment against {fmt.many(result.months, 'month')} ago. {said}.")


@picture()
def tenths(result: "Holdout") -> Chart:
    """Share that ordered since, with its interval, beside the share of spend or orders; best scores on top."""
    topic = "What customers did after they were scored"
    rows = records(result.by_tenth)
    if not rows:
        return nothing(topic, "the history is too short to hold earlier scores against later orders")
    if not result.ordered:
        return nothing(topic, "none of the customers scored then has ordered since")
    with_spend = bool(result.by_tenth["spend_share"].notna().any())
    bring, of = ("spend_share", "Spend since") if with_spend else ("order_share", "Orders since")
    names = [in_unit(f"{fmt.many(row.customers, 'customer')}") for row in rows]
    names[0], names[-1] = f"Best: {names[0]}", f"Last: {names[-1]}" if len(names) > 1 else names[-1]
    reading = f"Scores of {fmt.many(result.months, 'month')} ago, best on top, about a tenth of customers a row; "
    reading += "lines are 95% intervals"
    title, subtitle = head(titles.tenths(result), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 146) + 0.3)
    left, right = figure.subplots(1, 2, sharey=True)
    for y, row in enumerate(rows):
        left.barh(y, 1, height=0.62, color=TRACK)
        left.barh(y, row.ordered_share, height=0.62, color=accent())
        span(left, row.low, row.high, y, INK)
        note(left, fmt.share(row.ordered_share), 1, y)
        share = getattr(row, bring)
        right.barh(y, share, height=0.62, color=QUIET)
        note(right, fmt.share(share), max(share, 0), y)
    left.set_xlim(0, 1.25)
    right.set_xlim(0, 1.3 * max(result.by_tenth[bring].max(), 0.01))
    for ax, name in ((left, "Ordered since"), (right, of)):
        ax.set_xticks([])
        ax.set_title(name, loc="left", fontsize=SIZE, weight="bold")
    label_rows(left, names, 146)
    said = "; ".join(
        f"{fmt.many(r.customers, 'customer')}: {fmt.share(r.ordered_share)}, {fmt.share(getattr(r, bring))}"
        for r in rows
    )
    what = "spend" if with_spend else "orders"
    return render(
        figure,
        title,
        f"Customers by score {fmt.many(result.months, 'month')} ago, best first, with the "
        f"share that ordered since and their share of {what}. {said}.",
    )


def _norm(values: "pd.Series[float]") -> Normalize:
    """Even steps of shade; steps of ratio where the largest value would leave all others pale."""
    low, high = values.min(), values.max()
    if low > 0 and high > 20 * low:
        return LogNorm(low, high)
    return Normalize(low if low < high else high - 1, high)
