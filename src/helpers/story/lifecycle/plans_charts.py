"""Charts of subscribers: who they are, how long they stay, when they leave, and what they keep paying."""

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.story import fmt
from helpers.story.chart import (
    BAD,
    GOOD,
    INK,
    MUTED,
    QUIET,
    SIZE,
    WHITE_BACK,
    Chart,
    accent,
    fit,
    label_rows,
    note,
    nothing,
    picture,
    points_across,
    records,
    render,
    room_beside,
    rows_height,
    sheet,
    span,
    text_width,
)
from helpers.story.chart_marks import tell
from helpers.story.headings import head
from helpers.story.lifecycle import plans_titles as titles
from helpers.story.lifecycle.plans_stages import stage_name
from helpers.story.phrases import inside, quoted
from helpers.story.terms import rounded
from helpers.story.units import in_unit

if TYPE_CHECKING:
    from helpers.analysis.lifecycle.plans_follow import Followed

_NOBODY = "no subscriptions were supplied"
_TOLD = (6, 12, 24, 36, 60)  # months told in a curve's words
_LINES = ("-", "--", ":", "-.")


@picture()
def groups(followed: "Followed", money: fmt.Money) -> Chart:
    """Share of customers beside share of fees, a row a group."""
    plans, topic = followed.plans, "Subscribers and what they pay, by group"
    if plans is None or plans.groups.empty:
        return nothing(topic, _NOBODY)
    table = plans.groups
    with_fee = bool(table["fee_share"].notna().any())
    names = [g.capitalize() for g in table["lifecycle_group"]]
    topic = topic if with_fee else "Subscribers by group"
    of = " and of all fees" if with_fee else ""
    title, subtitle = head(titles.groups(followed), topic, f"Share of all customers{of}")
    figure = sheet(title, subtitle, rows_height(names, 110) + 0.3)
    axes = figure.subplots(1, 2 if with_fee else 1, sharey=True, squeeze=False)[0]
    room = label_rows(axes[0], names, 110) / len(axes)
    most = table[["customer_share", "fee_share"]].max().max() or 1
    panels = [("customer_share", in_unit("Customers"), QUIET), ("fee_share", "Fees a month", accent())]
    for ax, (column, heading, color) in zip(axes, panels, strict=False):
        ax.barh(range(len(names)), table[column].fillna(0), height=0.62, color=color)
        ax.axvline(0, color=MUTED, linewidth=0.8)
        texts = []
        for y, row in enumerate(records(table)):
            share = getattr(row, column)
            of_fee = f"{fmt.share(share)}, {rounded(money)(row.monthly_fee)}"
            text = of_fee if column == "fee_share" else f"{fmt.share(share)}, {fmt.count(row.customers)}"
            texts.append(text if share > 0 or column == "customer_share" else "none")
            note(ax, texts[-1], share if share > 0 else 0, y)
        ax.set_xlim(0, most * (1 + room_beside(texts, room, sides=1)))
        ax.set_xticks([])
        ax.set_title(heading, loc="left", fontsize=SIZE, weight="bold")
    fee = (lambda r: f", {money(r.monthly_fee)} a month") if with_fee else (lambda r: "")
    said = "; ".join(
        f"{r.lifecycle_group} {fmt.many(r.customers, 'customer')} ({fmt.share(r.customer_share)}){fee(r)}"
        for r in records(table)
    )
    return render(figure, title, f"Subscribers by group: {said}.")


@picture()
def staying(followed: "Followed") -> Chart:
    """Share still a customer by month of tenure, of the groups that differ most, each with its interval."""
    found, topic = followed.attributes, "How long customers stay"
    if found is None or followed.hazard is None or not followed.hazard.ended:
        return nothing(topic, "nobody is known to have left")
    curves = found.curves.curves
    by_group = curves[curves["grouping"] != "all"] if found.best else curves
    ends = by_group.groupby("group", sort=False)["survival"].last().sort_values(ascending=False)
    sizes = by_group.groupby("group", sort=False)["at_risk"].max()
    # Of many groups those at either end are drawn; one of a few customers says little.
    named = [g for g in ends.index if g != "(unknown)" and sizes[g] >= 30] or list(ends.index)
    shown = named if len(named) <= 4 else [named[0], named[1], named[-2], named[-1]]
    by = f", by {inside(found.best)}" if found.best else ""
    reading = "Share still a customer by months since the start; bands: 95% interval"
    title, subtitle = head(titles.staying(followed, shown), f"{topic}{by}", reading)
    figure = sheet(title, subtitle, 3.1)
    ax = figure.subplots()
    said = []
    longest = int(by_group["months"].max())
    colors = [GOOD, accent(), MUTED, BAD] if len(shown) > 1 else [accent()]
    colors = [GOOD, BAD] if len(shown) == 2 else [GOOD, MUTED, BAD] if len(shown) == 3 else colors
    places = []
    for group, color, line in zip(shown, colors, _LINES, strict=False):
        curve = by_group[by_group["group"] == group]
        ax.fill_between(curve["months"], curve["low"], curve["high"], step="post", color=color, alpha=0.15, linewidth=0)
        (course,) = ax.step(
            curve["months"], curve["survival"], where="post", color=color, linewidth=2.2, linestyle=line
        )
        who = group if found.best else "all customers"
        tell(course, [f"{who} {fmt.share(r.survival)} after {fmt.many(r.months, 'month')}" for r in records(curve)])
        last = curve.iloc[-1]
        places.append((group, color, float(last["months"]), float(last["survival"])))
        told = curve[curve["months"].isin(_TOLD)]
        shares = ", ".join(f"{fmt.share(r.survival)} after {r.months}" for r in records(told))
        shares = shares or f"{fmt.share(last['survival'])} after {fmt.count(last['months'])}"
        said.append(f"{quoted(group) if found.best else 'All customers'} {shares}")
    _end_labels(ax, places, named=bool(found.best))
    ax.set_xlim(0, max(longest, 1) * (1.36 if found.best else 1.12))
    ax.set_ylim(0, 1.03)
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    step = 1 if longest <= 8 else 3 if longest <= 24 else 12 if longest <= 96 else 24
    ax.set_xticks(range(0, longest + 1, step))
    ax.set_xlabel("months since the start")
    ax.grid(axis="y")
    return render(figure, title, f"Share still a customer by months since the start{by}. {'; '.join(said)}.")


@picture()
def hazard(followed: "Followed") -> Chart:
    """Share who cancel in an average month of each stretch of tenure, with its interval."""
    found, topic = followed.hazard, "Risk of cancelling by time as a customer"
    if found is None or not found.ended:
        return nothing(topic, "nobody is known to have left")
    stages = found.stages[found.stages["exposure"] > 0]
    names = [stage_name(r.from_months, r.to_months).capitalize() for r in records(stages)]
    key = [("bar", accent(), "share who cancel in an average month"), ("line", INK, "95% interval")]
    title, subtitle = head(titles.hazard(followed), topic)
    figure = sheet(title, subtitle, rows_height(names, 130, 0.36), key)
    ax = figure.subplots()
    label_rows(ax, names, 130)
    said = []
    for y, (name, row) in enumerate(zip(names, records(stages), strict=True)):
        ax.barh(y, row.hazard, height=0.58, color=accent())
        span(ax, row.low, row.high, y, INK, 1.8)
        note(ax, fmt.share(row.hazard, 1), row.high, y, 7)
        said.append(f"{name.lower()} {fmt.share(row.hazard, 1)} ({fmt.interval(row.low, row.high, _tenth)})")
    ax.axvline(0, color=MUTED, linewidth=0.8)
    # One stretch that few reached would leave the others no room.
    ax.set_xlim(0, min(float(stages["high"].max()), 3 * float(stages["hazard"].max()) or 1) * 1.18)
    ax.set_xticks([])
    return render(figure, title, f"Share who cancel in an average month, with 95% interval: {'; '.join(said)}.")


@picture()
def kept(followed: "Followed", money: fmt.Money) -> Chart:
    """From what customers paid at the window's start to what they pay now, step by step."""
    found, topic = followed.kept, "What existing customers keep paying"
    if found is None or not found.start_mrr > 0:
        return nothing(topic, "no fee of an earlier month is known")
    ago = f"{fmt.many(found.months, 'month')} ago"
    steps = [
        (f"Paid {ago}", 0.0, found.start_mrr, QUIET, money(found.start_mrr)),
        (
            "Gone: cancelled",
            found.start_mrr - found.cancelled_mrr,
            found.start_mrr,
            BAD,
            _minus(money, found.cancelled_mrr),
        ),
    ]
    level = found.start_mrr - found.cancelled_mrr
    steps.append(("Gone: cheaper", level - found.contraction_mrr, level, BAD, _minus(money, found.contraction_mrr)))
    level -= found.contraction_mrr
    more = fmt.signed(found.expansion_mrr, money)
    steps.append(("Come: dearer or more", level, level + found.expansion_mrr, GOOD, more))
    steps.append(("Paid now", 0.0, found.end_mrr, accent(), f"{money(found.end_mrr)} ({fmt.share(found.net)})"))
    names = [name for name, *_ in steps]
    reading = "Fees a month of the customers who paid at the start; later ones do not count"
    title, subtitle = head(titles.kept(followed, money), topic, reading)
    figure = sheet(title, subtitle, rows_height(names, 140, 0.4))
    ax = figure.subplots()
    room = label_rows(ax, names, 140)
    most = max(high for _, _, high, _, _ in steps)
    for y, (_, low, high, color, text) in enumerate(steps):
        ax.barh(y, high - low, left=low, height=0.58, color=color)
        note(ax, text, high, y, 6)
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.set_xlim(0, most * (1 + room_beside([text for *_, text in steps], room, sides=1)))
    ax.set_xticks([])
    said = "; ".join(f"{name.lower()} {text}" for name, *_, text in steps)
    return render(
        figure, title, f"Fees a month of customers of {ago}: {said}. Gross retention {fmt.share(found.gross)}."
    )


@picture(wide=True)
def months(followed: "Followed", money: fmt.Money) -> Chart:
    """Recurring revenue, or customers where no fee is known, at the end of each month."""
    table = followed.months.tail(36)
    with_fee = bool(len(table) and table["mrr"].notna().any())
    topic = "Recurring revenue at the end of each month" if with_fee else "Paying customers at the end of each month"
    if len(table) < 2:
        return nothing(topic, "subscriptions have no dates, or one month only")
    of, form = ("mrr", money) if with_fee else ("active", fmt.count)
    values = table[of].to_numpy(dtype=float)
    claim = titles.months(values[0], values[-1], len(values) - 1, of_fees=with_fee, money=money)
    title, subtitle = head(claim, topic)
    figure = sheet(title, subtitle, 2.6)
    ax = figure.subplots()
    top = max(values.max() * 1.22, 1)
    at = np.arange(len(table))
    ax.fill_between(at, 0, values, color=accent(), alpha=0.14, linewidth=0)
    (line,) = ax.plot(at, values, color=accent(), linewidth=2.4)
    tell(line, [f"{fmt.month(pd.Timestamp(m))}: {form(round(v))}" for m, v in zip(table["month"], values, strict=True)])
    for i, side in ((0, "left"), (len(at) - 1, "right")):
        ax.plot([at[i]], [values[i]], color=accent(), marker="o", markersize=6)
        text = form(round(values[i]))
        under = math.ceil(text_width(text) / points_across() * len(at)) + 1  # months that it stands over
        highest = max(values[:under] if i == 0 else values[-under:])
        note(ax, text, at[i], values[i], 0, 11 + 150 * (highest - values[i]) / top, ha=side, bbox=WHITE_BACK)
    ax.set_xlim(-0.3, len(at) - 0.7)
    ax.set_ylim(0, top)
    ticks = sorted({0, len(at) // 2, len(at) - 1})
    days = [pd.Timestamp(table["month"].iloc[i]) for i in ticks]
    ax.set_xticks(ticks, [f"{d:%b %Y}" for d in days])
    ax.get_xticklabels()[0].set_horizontalalignment("left")
    ax.get_xticklabels()[-1].set_horizontalalignment("right")
    ax.set_yticks([])
    return render(
        figure, title, f"{topic}, {fmt.month(days[0])} to {fmt.month(days[-1])}: {form(round(values[0]))} to "
        f"{form(round(values[-1]))}.",
    )  # fmt: skip


@picture()
def trials(followed: "Followed") -> Chart:
    """Share of trials paid for by days since the trial's start, with its interval."""
    found, topic = followed.trials, "How soon trials are paid for"
    if not found.trials or not found.paid:
        return nothing(topic, "no trial was paid for")
    curve = found.curve
    reading = "Share paid for, by days since the trial began; band: 95% interval"
    title, subtitle = head(titles.trials(followed), topic, reading)
    figure = sheet(title, subtitle, 2.6)
    ax = figure.subplots()
    ax.fill_between(curve["days"], curve["low"], curve["high"], step="post", color=accent(), alpha=0.16, linewidth=0)
    ax.step(curve["days"], curve["paid_share"], where="post", color=accent(), linewidth=2.4)
    last = curve.iloc[-1]
    note(ax, fmt.share(last["paid_share"]), last["days"], last["paid_share"], 6)
    ax.set_xlim(0, max(1.0, float(last["days"])) * 1.12)
    ax.set_ylim(0, 1.05)
    ax.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
    ax.set_xlabel("days since the trial began")
    ax.grid(axis="y")
    said = f"{fmt.share(last['paid_share'])} by day {fmt.count(last['days'])}"
    half = f"; half of these by day {fmt.count(found.median_days)}" if found.median_days == found.median_days else ""
    return render(figure, title, f"Share of {fmt.many(found.trials, 'trial')} paid for: {said}{half}.")


def _end_labels(ax: Axes, places: list[tuple[str, str, float, float]], *, named: bool) -> None:
    """Each line's name and last share at its end, moved apart where they would touch."""
    least, below = 0.105 if named else 0.0, 2.0
    for group, color, x, share in sorted(places, key=lambda p: -p[3]):
        y = min(share, below - least)
        below = y
        text = f"{fit(group, 100, lines=1)} {fmt.share(share)}" if named else fmt.share(share)
        note(ax, text, x, max(y, 0.02), 6, color=INK if color == MUTED else color)


def _minus(money: fmt.Money, amount: float) -> str:
    return money(-amount) if amount else money(0)


def _tenth(x: float) -> str:
    return fmt.share(x, 1)
