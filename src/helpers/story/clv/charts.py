"""Charts of lifetime value: history beside what is expected, the test on later orders, how long subscribers stay."""

from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from helpers.story import fmt
from helpers.story.chart import (
    BAD,
    INK,
    MUTED,
    QUIET,
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
from helpers.story.chart_marks import tell
from helpers.story.clv import titles
from helpers.story.headings import head
from helpers.story.terms import rounded

if TYPE_CHECKING:
    from helpers.analysis.clv.checks import ForecastTest
    from helpers.analysis.clv.contracts import Contracts
    from helpers.analysis.clv.value import Worth


_PLACES = {1: "Top tenth", 2: "2nd tenth", 3: "3rd tenth", 10: "Last tenth"}


@picture()
def tenths(result: "Worth", money: fmt.Money) -> Chart:
    """Customers in tenths by what they have brought, beside what each tenth is expected to bring."""
    topic = "What each tenth of customers has brought, and should bring"
    found = result.by_historic
    if found.empty:
        return nothing(topic, "fewer than ten customers have a known spend")
    known = found["clv_share"].notna().all()
    topic = topic if known else "What each tenth of customers has brought"
    ahead = f"in the next {fmt.many(result.months, 'month')}"
    key = [("bar", QUIET, "share of value so far")] + ([("bar", accent(), f"share of value {ahead}")] if known else [])
    labels = [_PLACES.get(int(t), f"{t}th tenth") for t in found["tenth"]]
    title, subtitle = head(titles.tenths(result), topic, "Customers ranked by value so far")
    figure = sheet(title, subtitle, rows_height(labels, 90, 0.46 if known else 0.34), key)
    ax = figure.subplots()
    label_rows(ax, labels, 90)
    said = []
    for y, row in enumerate(records(found)):
        place = y - 0.19 if known else y
        ax.barh(place, row.historic_share, height=0.36, color=QUIET)
        note(ax, f"{fmt.share(row.historic_share)}, {rounded(money)(row.historic_value)}", row.historic_share, place)
        text = f"tenth {fmt.count(row.tenth)} {fmt.share(row.historic_share)}"
        if known:
            ax.barh(y + 0.19, row.clv_share, height=0.36, color=accent())
            note(ax, f"{fmt.share(row.clv_share)}, {rounded(money)(row.clv)}", row.clv_share, y + 0.19)
            text += f" and {fmt.share(row.clv_share)}"
        said.append(text)
    ax.set_xlim(0, max(found["historic_share"].max(), found["clv_share"].max() if known else 0) * 1.35)
    ax.set_xticks([])
    ax.axvline(0, color=MUTED, linewidth=0.8)
    what = "Share of value so far" + (f" and {ahead}" if known else "")
    return render(figure, title, f"{what}: {'; '.join(said)}.")


@picture(wide=True)
def tracking(tested: "ForecastTest", first_on: Any) -> Chart:
    """Repeat orders added up week by week, those that came and those forecast from what was known at the split."""
    topic = "Repeat orders, forecast and real"
    found = tested.tracking
    if found.empty:
        return nothing(topic, "the forecast could not be tested")
    key = [("line", INK, "orders that came"), ("line", accent(), "forecast")]
    reading = "Added up; the model knows nothing of what is right of the dashed line"
    title, subtitle = head(titles.tracking(tested), topic, reading)
    figure = sheet(title, subtitle, 2.7, key, beside=True)
    ax = figure.subplots()
    (came,) = ax.plot(found["week"], found["actual"].to_numpy(float), color=INK, linewidth=2.4)
    weeks = [
        f"Week of {fmt.day(_week_on(first_on, r.week))}: {fmt.count(r.actual)} came, {fmt.count(r.expected)} forecast"
        for r in records(found)
    ]
    tell(came, weeks)
    ax.plot(found["week"], found["expected"].to_numpy(float), color=accent(), linewidth=2.4)
    split = int((~found["later"].astype(bool)).sum())
    ax.axvline(split, color=BAD, linewidth=1.2, linestyle=(0, (4, 3)))
    _counted(ax)
    ends = [1, split, len(found)] if 0.15 * len(found) < split < 0.85 * len(found) else [1, len(found)]
    ax.set_xticks(ends, [f"{_week_on(first_on, week):%b %Y}" for week in ends])
    sides: tuple[Literal["left", "center", "right"], ...] = ("left", "center", "right")
    sides = sides if len(ends) == 3 else ("left", "right")
    for label, side in zip(ax.get_xticklabels(), sides, strict=True):
        label.set_horizontalalignment(side)
    last, at_split = found.iloc[-1], found.iloc[max(split - 1, 0)]
    text = f"Repeat orders added up. At the split {fmt.count(at_split['actual'])} had come and "
    text += f"{fmt.count(at_split['expected'])} were forecast; at the end {fmt.count(last['actual'])} and "
    return render(figure, title, f"{text}{fmt.count(last['expected'])}.")


@picture()
def by_frequency(tested: "ForecastTest") -> Chart:
    """Later orders a customer, by how often customers had come back before: forecast and real."""
    topic = "Later orders by how often customers had come back"
    found = tested.by_frequency
    if found.empty:
        return nothing(topic, "the forecast could not be tested")
    most = int(found["repeat_orders"].max())
    labels = [
        "never" if n == 0 else f"{fmt.words(n)} or more times" if n == most and n == 7 else "once" if n == 1
        else f"{fmt.words(n)} times"
        for n in found["repeat_orders"].astype(int)
    ]  # fmt: skip
    labels = [f"{label[:1].upper()}{label[1:]}" for label in labels]
    key = [("dot", INK, "orders that came"), ("dot", accent(), "forecast")]
    reading = "Orders each customer placed after the split, on average"
    title, subtitle = head(titles.by_frequency(tested), topic, reading)
    figure = sheet(title, subtitle, rows_height(labels, 130), key)
    ax = figure.subplots()
    label_rows(ax, labels, 130)
    said = []
    for y, (row, label) in enumerate(zip(records(found), labels, strict=True)):
        ax.plot([row.actual, row.expected], [y, y], color=QUIET, linewidth=2, zorder=1)
        (forecast,) = ax.plot([row.expected], [y], color=accent(), marker="o", markersize=8, zorder=2)
        (came,) = ax.plot([row.actual], [y], color=INK, marker="o", markersize=8, zorder=3)
        tell(forecast, f"{label}, forecast: {fmt.number(row.expected)}")
        tell(came, f"{label}, orders that came: {fmt.number(row.actual)}")
        far = max(row.actual, row.expected)
        note(ax, f"{fmt.number(row.actual)} ({fmt.number(row.expected)})", far, y, 9)
        said.append(f"{label} {fmt.number(row.actual)}, forecast {fmt.number(row.expected)}")
    ax.set_xlim(0, max(found["actual"].max(), found["expected"].max()) * 1.3 or 1)
    ax.set_xticks([])
    ax.axvline(0, color=MUTED, linewidth=0.8)
    return render(figure, title, f"Orders a customer after the split: {'; '.join(said)}.")


@picture()
def retention(result: "Contracts") -> Chart:
    """Share of new subscribers still there month by month: seen, projected from the first half, and as valued."""
    topic = "How long subscribers stay"
    found = result.curve
    if found.empty:
        return nothing(topic, "too few subscriptions have ended")
    seen = found.dropna(subset=["actual"])
    after = found[found["months"] >= seen["months"].max()]
    missed = result.method == "curve"
    color = QUIET if missed else accent()
    key = [("line", INK, "share still there"), ("line", color, f"model told the first {result.tested_months} months")]
    key += [("line", accent(), "as valued")] if missed else []
    title, subtitle = head(titles.retention(result), topic, "New subscribers still there after so many months")
    figure = sheet(title, subtitle, 2.7, key)
    ax = figure.subplots()
    drawn = found if not missed else found[found["months"] <= seen["months"].max()]
    ax.plot(drawn["months"], drawn["expected"], color=color, linewidth=2.4)
    ax.step(seen["months"], seen["actual"].to_numpy(float), where="post", color=INK, linewidth=2.4)
    if missed:
        ax.plot(after["months"], after["projected"], color=accent(), linewidth=2.4)
    ax.axvline(result.tested_months, color=BAD, linewidth=1.2, linestyle=(0, (4, 3)))
    ax.set_ylim(0, 1.02)
    quarters = [0, 0.25, 0.5, 0.75, 1]
    ax.set_yticks(quarters, [fmt.share(quarter) for quarter in quarters])
    ax.xaxis.set_major_locator(MultipleLocator(12 * max(1, len(found) // 84)))
    ax.tick_params(axis="y", labelcolor=MUTED)
    ax.grid(axis="y")
    ax.set_xlabel("Months")
    marks = [m for m in (1, 6, 12, 24, 36, 60) if m <= seen["months"].max()]
    rows = seen.set_index("months")
    shares = [(m, fmt.share(rows["actual"][m]), fmt.share(rows["expected"][m])) for m in marks]
    said = [f"{fmt.many(month, 'month')} {actual}, model {expected}" for month, actual, expected in shares]
    return render(figure, title, f"Share of subscribers still there after {'; '.join(said)}.")


def _counted(ax: Axes) -> None:
    ax.set_ylim(bottom=0)
    ax.set_xlim(left=1)
    ax.yaxis.set_major_locator(MaxNLocator(4))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda x, _: fmt.count(x)))
    ax.tick_params(axis="y", labelcolor=MUTED)
    ax.grid(axis="y")


def _week_on(first_on: Any, week: int) -> pd.Timestamp:
    return pd.Timestamp(first_on) + pd.Timedelta(weeks=int(week) - 1)
