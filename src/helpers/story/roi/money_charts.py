"""Charts of a programme's money: the way to its net gain, the months until it has paid, and what it hangs on."""

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.ticker import MaxNLocator

from helpers.story import fmt
from helpers.story.chart import (
    BAD,
    GOOD,
    INK,
    MUTED,
    QUIET,
    WHITE_BACK,
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
)
from helpers.story.chart_marks import tell
from helpers.story.headings import head
from helpers.story.roi import titles
from helpers.story.roi.steps import BASES, INPUT_NAMES, STEP_NAMES
from helpers.story.terms import lower, rounded

if TYPE_CHECKING:
    from helpers.analysis.roi.cash import Cash, Programme
    from helpers.analysis.roi.simulate import Outlook

_NO_PROGRAMME = "there is neither a tested campaign with a cost nor a plan"
_RELATIVE = ("cost", "reach", "duration")


@picture()
def cash(programme: "Programme", result: "Cash", money: fmt.Money, outlook: "Outlook | None" = None) -> Chart:
    """All flows so far by month, in today's money and not discounted, with the month in which they have paid.

    outlook: how far chance goes, without which the title claims nothing.
    """
    topic = "Cash so far, by month"
    months = result.by_month
    if months.empty:
        return nothing(topic, _NO_PROGRAMME)
    key = [("line", accent(), "in today's money"), ("line", QUIET, "not discounted")]
    pays = result.payback_month == result.payback_month
    key += [("dot", GOOD, "has paid for itself")] if pays else []
    title, subtitle = head(titles.cash(programme, result, outlook, money), topic, BASES[programme.basis])
    figure = sheet(title, subtitle, 2.7, key, beside=True)
    ax = figure.subplots()
    ax.axhline(0, color=INK, linewidth=1.2)
    ax.plot(months["month"], months["cumulated"], color=QUIET, linewidth=2.4)
    ax.plot(months["month"], months["discounted_cumulated"], color=accent(), linewidth=2.8)
    last = months.iloc[-1]
    said = f"{money(last['discounted_cumulated'])} after {fmt.many(last['month'], 'month')}"
    if pays:
        at = float(months["discounted_cumulated"].iloc[int(result.payback_month)])
        ax.plot([result.payback_month], [at], color=GOOD, marker="o", markersize=9)
    ax.set_xlabel("Months")
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.yaxis.set_major_formatter(lambda v, _: money(v))
    ax.grid(axis="y")
    ax.margins(x=0.02, y=0.1)
    paid = f"paid for itself by month {result.payback_month:.0f}" if pays else "not paid for itself by then"
    return render(figure, title, f"{topic}, in today's money: {said}; {paid}.")


@picture()
def waterfall(steps: pd.DataFrame, money: fmt.Money) -> Chart:
    """From the programme's extra revenue to its net gain, one bar a step; steps of nothing are left out."""
    topic = "From extra revenue to net gain"
    if steps.empty:
        return nothing(topic, _NO_PROGRAMME)
    ends = steps["step"].isin(["extra_revenue", "net_gain"])
    shown = steps[ends | steps["amount"].map(lambda x: not fmt.is_zero(money(x)))]
    rows = records(shown)
    names = [STEP_NAMES[row.step] for row in rows]
    title, subtitle = head(titles.waterfall(steps, money), topic, "Over the programme's whole time")
    figure = sheet(title, subtitle, rows_height(names, 150, 0.42) + 0.1)
    ax = figure.subplots()
    label_rows(ax, names, 150)
    for y, row in enumerate(rows):
        whole = row.step in ("extra_revenue", "net_gain")
        start = 0.0 if whole else row.running - row.amount
        color = (GOOD if row.amount >= 0 else BAD) if whole else QUIET
        ax.barh(y, row.amount, left=start, height=0.6, color=color)
        if y + 1 < len(rows):
            ax.plot([row.running] * 2, [y, y + 1], color=MUTED, linewidth=0.8, zorder=0)
        right = max(start, start + row.amount)
        note(ax, fmt.signed(row.amount, rounded(money)) if not whole else rounded(money)(row.amount), right, y)
    ax.axvline(0, color=INK, linewidth=1)
    ax.margins(x=0.16)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_formatter(lambda v, _: money(v))
    ax.grid(axis="x")
    said = [f"{name} {money(row.amount)}" for name, row in zip(names, rows, strict=True)]
    return render(figure, title, f"{topic}: {'; '.join(said)}.")


@picture()
def tornado(outlook: "Outlook", money: fmt.Money) -> Chart:
    """How far each input moves the net gain between its 10th and 90th percentile, the widest on top."""
    topic = "What the net gain hangs on"
    if outlook.tornado.empty:
        return nothing(topic, _NO_PROGRAMME)
    rows = records(outlook.tornado)
    names = [INPUT_NAMES[row.input] for row in rows]
    key = [("bar", BAD, "input at its low end"), ("bar", GOOD, "input at its high end")]
    reading = f"Net gain with one input at its 10th or 90th percentile; line: expected, {money(outlook.net_gain)}"
    title, subtitle = head(titles.tornado(outlook, money), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 160, 0.5) + 0.25, key)
    ax = figure.subplots()
    room = label_rows(ax, names, 160)
    for y, row in enumerate(rows):
        for gain, color, at in (
            (row.net_gain_low, BAD, row.at_low),
            (row.net_gain_high, GOOD, row.at_high),
        ):
            bars = ax.barh(y, gain - outlook.net_gain, left=outlook.net_gain, height=0.5, color=color)
            side = -1 if gain < outlook.net_gain else 1
            text, align = _level(row.input, at, money), "right" if side < 0 else "left"
            tell(bars, [f"{names[y]} at {text}: net gain {money(gain)}"])
            note(ax, text, gain, y, 5 * side, ha=align, bbox=WHITE_BACK)
    ax.axvline(outlook.net_gain, color=INK, linewidth=1.2)
    levels = [_level(row.input, at, money) for row in rows for at in (row.at_low, row.at_high)]
    ax.margins(x=room_beside(levels, room))
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_formatter(lambda v, _: money(v))
    ax.grid(axis="x")
    said = [
        f"{lower(name)} from {_level(r.input, r.at_low, money)} to {_level(r.input, r.at_high, money)}: "
        f"{money(r.net_gain_low)} to {money(r.net_gain_high)}"
        for name, r in zip(names, rows, strict=True)
    ]
    return render(figure, title, f"{topic}, all else as expected. {'; '.join(said)}.")


def _level(name: str, at: float, money: fmt.Money) -> str:
    """Where an input stands: an amount, a share, or how far from what is expected."""
    if name == "lift":
        return money(at)
    return fmt.change(at - 1) if name in _RELATIVE else fmt.share(at)
