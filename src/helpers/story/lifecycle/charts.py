"""Charts of the lifecycle: who is at which stage, how likely the next order is, cohorts, survival and moves."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.story import fmt
from helpers.story.chart import (
    BAD,
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
    records,
    render,
    room_beside,
    rows_height,
    sheet,
    text_on,
    tint,
)
from helpers.story.chart_marks import tell
from helpers.story.colors import LINES
from helpers.story.headings import head
from helpers.story.lifecycle import titles
from helpers.story.terms import group_name
from helpers.story.units import in_unit

if TYPE_CHECKING:
    from helpers.analysis.lifecycle.groups import Lifecycle
    from helpers.analysis.lifecycle.retention import CohortTrend
    from helpers.analysis.lifecycle.survival import Survival
    from helpers.analysis.lifecycle.thresholds import Thresholds
    from helpers.analysis.lifecycle.transitions import Transitions

_MOST_ROWS, _MOST_COLUMNS = 14, 13  # cohorts and periods a reader can take in
_LINES = 4  # groups of customers beside the whole
_COLORS = LINES[1:5]  # beside the brand's


@picture()
def groups(life: "Lifecycle", money: fmt.Money) -> Chart:
    """Share of customers at each stage, beside their share of spend where it is known."""
    topic = "Customers by stage of their lifecycle"
    found = life.groups
    if not found["customers"].iloc[1:].sum():  # the first are leads
        return nothing(topic, "nobody has bought")
    if not found["customers"].iloc[0]:  # without a customer list there are no leads
        found = found.iloc[1:]
    with_money = bool(found["spend_share"].notna().any())
    names = [str(g).capitalize() for g in found["lifecycle_group"]]
    reading = "Share of all customers" + (", and of all spend" if with_money else "")
    title, subtitle = head(titles.groups(life, money), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 110, 0.4) + 0.3)
    axes = figure.subplots(1, 2 if with_money else 1, sharey=True, squeeze=False)[0]
    room = label_rows(axes[0], names, 110) / len(axes)
    dormant = len(names) - 1
    panels = [("customers", "customer_share", in_unit("Customers")), ("spend", "spend_share", "Spend")]
    for ax, (amount, share, heading) in zip(axes, panels, strict=False):
        colors = [accent()] * dormant + [BAD]
        colors[0] = QUIET if len(names) == len(life.groups) else accent()
        ax.barh(range(len(names)), found[share].fillna(0), height=0.62, color=colors)
        ax.axvline(0, color=MUTED, linewidth=0.8)
        texts = []
        for y, row in enumerate(records(found)):
            value = getattr(row, amount)
            written = fmt.count(value) if amount == "customers" else money(value)
            texts.append(f"{fmt.share(getattr(row, share))}, {written}" if value else "none")
            note(ax, texts[-1], max(getattr(row, share), 0), y)
        most = max(found[s].max() for _, s, _ in panels[: len(axes)])
        ax.set_xlim(0, most * (1 + room_beside(texts, room, sides=1)))
        ax.set_xticks([])
        ax.set_title(heading, loc="left", fontsize=SIZE, weight="bold")
    said = "; ".join(
        f"{r.lifecycle_group} {fmt.share(r.customer_share)} of customers"
        + (f" and {fmt.share(r.spend_share)} of spend" if with_money else "")
        for r in records(found)
    )
    return render(figure, title, f"Share of customers by stage: {said}.")


@picture()
def next_order(cuts: "Thresholds", *, of_visits: bool = False) -> Chart:
    """The share of customers who order again after each order, with intervals, and from when on they are loyal."""
    noun = "visit" if of_visits else "order"
    topic = f"How likely another {noun} is after each {noun}"
    found = cuts.next_order.iloc[:-1] if len(cuts.next_order) > 2 else cuts.next_order
    if len(found) < 2:
        return nothing(topic, f"too few customers with several {noun}s")
    key = [
        ("line", accent(), f"share who make another within {fmt.days(cuts.within_days)}"),
        ("bar", TRACK, "95% interval"),
    ]
    title, subtitle = head(titles.next_order(cuts, of_visits=of_visits), topic)
    figure = sheet(title, subtitle, 2.7, key)
    ax = figure.subplots()
    ax.fill_between(found["order"], found["low"], found["high"], color=TRACK, linewidth=0)
    ax.plot(found["order"], found["share"], color=accent(), linewidth=2.2, marker="o", markersize=4)
    if found["order"].iloc[0] <= cuts.loyal_orders <= found["order"].iloc[-1]:
        ax.axvline(cuts.loyal_orders, color=INK, linewidth=1, linestyle=(0, (4, 3)))
        right = cuts.loyal_orders > found["order"].mean()
        note(ax, "loyal from here on", cuts.loyal_orders, 0.06, -5 if right else 5, ha="right" if right else "left")
    for row in (found.iloc[0], found.iloc[-1]):
        note(ax, fmt.share(row["share"]), row["order"], row["share"], 0, -13, ha="center", weight="bold")
    ax.set_ylim(0, 1.05)
    ax.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
    ax.tick_params(axis="y", labelcolor=MUTED)
    ax.grid(axis="y")
    step = max(1, round(len(found) / 12))
    ax.set_xticks(found["order"][::step], [fmt.count(n) for n in found["order"][::step]])
    ax.set_xlabel(f"{noun.capitalize()}s so far")
    said = "; ".join(f"after {fmt.count(r.order)} {fmt.share(r.share)}" for r in records(found.iloc[::step]))
    alt = f"Share of customers who make another {noun} within {fmt.days(cuts.within_days)}: {said}. "
    return render(figure, title, alt + f"Loyal from {noun} {fmt.count(cuts.loyal_orders)} on.")


@picture(wide=True)
def cohorts(grid: pd.DataFrame, unit: str, trend: "CohortTrend | None" = None, *, of_visits: bool = False) -> Chart:
    """Of customers with their first order in each period, the share who ordered in each period since.

    trend: what the title is told from.
    """
    topic = "How many new customers come back"
    shown = grid[grid["period"] > 0]
    if shown.empty:
        return nothing(topic, f"no {unit} is over since customers first came")
    first = sorted(shown["cohort"].unique())[-_MOST_ROWS:]
    shown = shown[shown["cohort"].isin(first) & (shown["period"] < _MOST_COLUMNS)]
    wide = shown.pivot(index="cohort", columns="period", values="retention")
    sizes = grid[grid["period"] == 0].set_index("cohort")["customers"]
    names = [f"{_period_name(c, unit)} ({fmt.count(sizes[c])})" for c in wide.index]
    done = "visited" if of_visits else "bought"
    reading = f"Customers who {done} in each {unit} after the first, in percent; in brackets, new customers"
    title, subtitle = head(titles.cohorts(trend, unit, of_visits=of_visits), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 130, 0.3) + 0.55)
    ax = figure.subplots()
    periods = [int(p) for p in wide.columns]
    most = max(float(np.nanmax(wide.to_numpy())), 0.01)
    for y, cohort in enumerate(wide.index):
        for period, share in zip(periods, wide.loc[cohort], strict=True):
            if share != share:
                continue
            color = _blend(share / most)
            cell = ax.add_patch(_cell(period, y, color))
            tell(cell, f"{names[y]}, {fmt.many(period, unit)} later: {fmt.share(share)}")
            ax.text(
                period, y, fmt.share(share).rstrip("%"), ha="center", va="center", fontsize=9.5, color=text_on(color)
            )
    label_rows(ax, names, 130)
    ax.set_xlim(0.5, max(periods) + 0.5)
    ax.set_xticks(periods, [fmt.count(p) for p in periods])
    ax.set_xlabel(f"{unit.capitalize()}s since the first {'visit' if of_visits else 'order'}")
    said = "; ".join(
        f"{_period_name(c, unit)} {fmt.share(wide.loc[c].dropna().iloc[0])}"
        for c in wide.index
        if wide.loc[c].notna().any()
    )
    return render(figure, title, f"Share of new customers who {done} again in the {unit} after their first: {said}.")


@picture()
def survival(found: "Survival", *, of_visits: bool = False) -> Chart:
    """The share of customers left by months since the first order: all with the interval, and the largest groups."""
    noun = "visit" if of_visits else "order"
    topic = f"How many customers are left after their first {noun}"
    whole = found.curves[found.curves["grouping"] == "all"]
    if len(whole) < 2 or not found.medians["ended"].iloc[0]:
        return nothing(topic, "nobody is known to have stopped")
    parted = found.medians[found.medians["grouping"] != "all"].sort_values("customers", ascending=False)
    lines = [str(g) for g in parted["group"].head(_LINES)] if found.p_value < 0.05 else []
    key = [("line", accent(), "all customers, with 95% interval")]
    key += [("line", color, group_name(g)) for g, color in zip(lines, _COLORS, strict=False)]
    reading = "An estimate: customers late with the next count as gone since their last"
    title, subtitle = head(titles.survival(found, of_visits=of_visits), topic, reading)
    figure = sheet(title, subtitle, 3.0, key, beside=bool(lines))
    ax = figure.subplots()
    for group, color in zip(lines, _COLORS, strict=False):
        own = found.curves[(found.curves["grouping"] != "all") & (found.curves["group"] == group)]
        ax.step(own["months"], own["survival"], where="post", color=color, linewidth=1.4)
    ax.fill_between(whole["months"], whole["low"], whole["high"], step="post", color=accent(), alpha=0.18, linewidth=0)
    ax.step(whole["months"], whole["survival"], where="post", color=accent(), linewidth=2.6)
    last = whole.iloc[-1]
    if lines:  # their names stand at the right
        note(ax, fmt.share(last["survival"]), last["months"], last["survival"], -2, 9, ha="right", weight="bold")
    else:
        note(ax, fmt.share(last["survival"]), last["months"], last["survival"], 4, weight="bold")
    ax.set_xlim(0, last["months"] * (1 if lines else 1.1))
    ax.set_ylim(0, 1.03)
    ax.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
    ax.tick_params(axis="y", labelcolor=MUTED)
    ax.grid(axis="y")
    step = 12 if last["months"] > 18 else 3 if last["months"] > 6 else 1
    ticks = range(0, int(last["months"]) + 1, step)
    ax.set_xticks(list(ticks), [fmt.count(t) for t in ticks])
    ax.set_xlabel(f"Months since the first {noun}")
    marks = whole[whole["months"].isin(list(ticks)[1:])]
    said = "; ".join(f"{fmt.many(r.months, 'month')} {fmt.share(r.survival)}" for r in records(marks))
    return render(figure, title, f"Share of customers left after {said or fmt.share(last['survival'])}.")


@picture()
def moves(found: "Transitions") -> Chart:
    """From each stage, the share of customers at each stage one period later."""
    topic = f"Where customers of each stage are a {found.unit} later"
    if not found.periods:
        return nothing(topic, "fewer than two whole periods of history")
    wide = found.moves.pivot(index="from_status", columns="to_status", values="share")
    stages = [s for s in found.heading["status"] if wide[s].any()]
    rows = [s for s in (*stages, "new") if s in wide.index]
    names = [f"{str(s).capitalize()}" for s in rows]
    reading = f"Share of each row's customers, on average over {fmt.many(found.periods, found.unit)}"
    title, subtitle = head(titles.moves(wide, found.unit), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 90, 0.42) + 0.6)
    ax = figure.subplots()
    for y, start in enumerate(rows):
        for x, end in enumerate(stages):
            share = wide.loc[start, end]
            color, written = _blend(share), fmt.share(share) if share else ""
            cell = ax.add_patch(_cell(x, y, color))
            tell(cell, f"From {start!s} to {end!s}: {written}" if written else "")
            ax.text(x, y, written, ha="center", va="center", fontsize=SIZE, color=text_on(color))
    label_rows(ax, names, 90)
    ax.set_xlim(-0.5, len(stages) - 0.5)
    ax.set_xticks(range(len(stages)), [str(s).capitalize().replace(" ", "\n") for s in stages])
    ax.xaxis.tick_top()
    stay = "; ".join(f"{s} {fmt.share(wide.loc[s, s])}" for s in rows if s in stages)
    return render(figure, title, f"Share of customers still at their stage a {found.unit} later: {stay}.")


def _cell(x: float, y: float, color: Any) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=color, edgecolor="white", linewidth=2)


def _blend(share: float) -> str:
    """From the empty track to the deepest tint on which ink can be read."""
    from matplotlib import colors

    low, high = (np.array(colors.to_rgb(c)) for c in (TRACK, tint()))
    return str(colors.to_hex(low + (high - low) * min(max(share, 0), 1)))


def _period_name(start: pd.Timestamp, unit: str) -> str:
    if unit == "year":
        return f"{start:%Y}"
    return f"{start:%b %Y}" if unit == "month" else f"{start:%Y} Q{(start.month + 2) // 3}"
