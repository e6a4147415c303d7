"""Charts of the time before and after a campaign: of members and others, and of all sales."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.ticker import MaxNLocator

from helpers.data.spec import CONTACTED, EVERYONE_ELSE
from helpers.story import fmt
from helpers.story.campaigns import titles
from helpers.story.campaigns.evidence_labels import form_of
from helpers.story.chart import (
    BAD,
    INK,
    MUTED,
    Chart,
    accent,
    fit,
    nothing,
    picture,
    points_across,
    records,
    render,
    sheet,
)
from helpers.story.chart_marks import tell
from helpers.story.fmt import Money
from helpers.story.headings import head
from helpers.story.terms import printable

if TYPE_CHECKING:
    from helpers.analysis.campaigns.differences import Differences
    from helpers.analysis.campaigns.interrupted import Interrupted

_MOST = 3  # campaigns drawn, those with most customers
_DASHED = (0, (4, 3))


@picture(wide=True)
def series_courses(result: "Differences", metric: str, money: Money) -> Chart:
    """What members and everyone else bought in each period before and after the campaign's first day."""
    what = "spent" if metric == "spend" else "ordered"
    topic = f"What members and others {what}, before and after"
    chosen = result.by_arm.sort_values("n", ascending=False, kind="stable")["campaign"].drop_duplicates().head(_MOST)
    if chosen.empty:
        return nothing(topic, "no list of members can be followed beside others")
    form = form_of(metric, money)
    key = [("line", accent(), "members"), ("line", INK, "everyone else"), ("tick", BAD, "first day")]
    lengths = result.course.groupby("campaign")["days"].max()
    spans = sorted({_span(int(lengths[name])) for name in chosen})
    below = f"A customer, by {fmt.listing(spans)}; shaded: 95% interval"
    title, subtitle = head(titles.series_courses(result, metric, money, list(chosen)), topic, below)
    figure = sheet(title, subtitle, 2.3 * len(chosen), key, beside=True)
    axes = np.atleast_1d(figure.subplots(len(chosen)))
    said = []
    for ax, name in zip(axes, chosen, strict=True):
        own = result.course[result.course["campaign"] == name]
        weeks = lengths[name] / 7
        for arm, course in own.groupby("arm", sort=False):
            rows, other = course.sort_values("period"), arm == EVERYONE_ELSE
            x = (rows["period"] + 0.5) * weeks
            color = INK if other else accent()
            ax.fill_between(x, rows["low"].clip(lower=0), rows["high"], color=color, alpha=0.13, linewidth=0)
            (line,) = ax.plot(
                x, rows["mean"], color=color, linewidth=2.2 if not other else 1.6, marker="o", markersize=4
            )
            tell(line, [f"{_when(r.period, weeks)}, {_who(str(arm))}: {form(r.mean)}" for r in records(rows)])
            said.append(_told(name, str(arm), rows, form))
        ax.axvline(0, color=BAD, linewidth=1.2, linestyle=_DASHED)
        _heading(ax, name)
        _value_axis(ax, form)
        ax.xaxis.set_major_locator(MaxNLocator(7, integer=True))
        ax.xaxis.set_major_formatter(lambda v, _: fmt.signed(v, fmt.count) if v else "0")
    axes[-1].set_xlabel("weeks from the campaign's first day")
    return render(figure, title, f"{topic}: {'; '.join(said)}.")


@picture(wide=True)
def series_weeks(result: "Interrupted", metric: str, money: Money) -> Chart:
    """All sales by week, and the course they were on before each campaign."""
    topic = "All sales by week, and the course they were on"
    drawn = set(result.weeks["campaign"])
    rows = [row for row in records(result.by_campaign) if row.campaign in drawn]
    rows = sorted(rows, key=lambda row: (not row.ok, -row.contacted))[:_MOST]
    if not rows:
        return nothing(topic, "too few weeks of sales are known before and after any campaign")
    form = money if metric == "spend" else fmt.count
    key = [("line", MUTED, "sales"), ("line", accent(), "course before, carried on"), ("tick", BAD, "first day")]
    claim = titles.series_weeks(result, metric, money, [str(row.campaign) for row in rows])
    title, subtitle = head(claim, topic)
    figure = sheet(title, subtitle, 2.3 * len(rows), key)
    axes = np.atleast_1d(figure.subplots(len(rows)))
    said = []
    for ax, row in zip(axes, rows, strict=True):
        weeks = result.weeks[result.weeks["campaign"] == row.campaign].sort_values("week")
        day = pd.to_datetime(weeks["first_on"]).to_numpy()
        (line,) = ax.plot(day, weeks["sales"], color=MUTED, linewidth=1.3)
        tell(line, [f"Week from {fmt.day(pd.Timestamp(r.first_on))}: {form(r.sales)}, course before {form(r.expected)}"
                    for r in records(weeks)])  # fmt: skip
        before = (weeks["week"] < 0).to_numpy()
        ax.plot(day[before], weeks["expected"][before], color=accent(), linewidth=2)
        ax.plot(day[~before], weeks["expected"][~before], color=accent(), linewidth=2, linestyle=_DASHED)
        ax.axvline(day[~before][0], color=BAD, linewidth=1.2, linestyle=_DASHED)
        _heading(ax, row.campaign)
        _value_axis(ax, form)
        locator = AutoDateLocator(minticks=3, maxticks=6)
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))
        after = weeks.loc[~before, ["sales", "expected"]].sum()
        said.append(
            f"{printable(row.campaign)}: {form(after['sales'])} in the {fmt.many(row.weeks_after, 'week')} after, "
            f"{form(after['expected'])} on the course before"
        )
    return render(figure, title, f"{topic}: {'; '.join(said)}.")


def _who(arm: str) -> str:
    return "everyone else" if arm == EVERYONE_ELSE else "members" if arm == CONTACTED else printable(arm)


def _when(period: float, weeks: float) -> str:
    """The weeks of a period, counted from the first day."""
    near, far = sorted((abs(period * weeks), abs((period + 1) * weeks)))
    one = f"Week {far:.0f}" if far - near <= 1 else f"Weeks {near + 1:.0f} to {far:.0f}"
    return f"{one} {'before' if period < 0 else 'after'}"


def _told(campaign: str, arm: str, rows: pd.DataFrame, form: Any) -> str:
    who = _who(arm)
    before, after = (rows.loc[side, "mean"].mean() for side in (rows["period"] < 0, rows["period"] >= 0))
    return f"{printable(campaign)}, {who}: {form(before)} a period before, {form(after)} after"


def _span(days: int) -> str:
    return {7: "week", 28: "four weeks", 91: "thirteen weeks"}.get(days, fmt.days(days))


def _heading(ax: Axes, name: object) -> None:
    shown = fit(printable(name), points_across() - 60, lines=1)
    ax.set_title(shown, loc="left", fontsize=11, color=INK, pad=6)


def _value_axis(ax: Axes, form: Any) -> None:
    ax.set_ylim(bottom=0)
    ax.grid(axis="y")
    ax.yaxis.set_major_locator(MaxNLocator(4))
    ax.yaxis.set_major_formatter(lambda v, _: form(v))
