"""Charts of the data profile: what came in, how much of it is filled, how it spreads over time."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers.story import fmt
from helpers.story.charts.base import (
    INK,
    MUTED,
    QUIET,
    RULE,
    SIZE,
    TRACK,
    WIDTH,
    Chart,
    accent,
    fit,
    house_style,
    label_rows,
    note,
    nothing,
    records,
    render,
    rows_height,
    sheet,
)

_MOST_COLUMNS = 24  # more rows than this are a table's work


@house_style()
def profile_coverage(columns: pd.DataFrame) -> Chart:
    """Share of rows with a value, the emptiest columns of each table first.

    columns: table, column, kind, missing_share (0-1). Full columns are counted, not listed.
    """
    title = "How complete is each column?"
    if columns.empty:
        return nothing(title, "no columns were read")
    holed = columns[columns["missing_share"] > 0].nlargest(_MOST_COLUMNS, "missing_share", keep="first")
    labels: list[str] = []
    filled: list[float | None] = []
    for table, group in columns.groupby("table", sort=False):
        listed = holed[holed["table"] == table]
        rest = group.drop(index=listed.index)
        labels += [str(table), *(f"   {c}" for c in listed["column"])]
        filled += [None, *(1 - listed["missing_share"])]
        if len(rest):
            labels.append(fmt.many(len(rest), "other column" if len(listed) else "column"))
            filled.append(1 - rest["missing_share"].max())
    figure = sheet(title, "Share of rows with a value", rows_height(labels, 170, 0.3))
    ax = figure.subplots()
    label_rows(ax, labels, 170)
    for y, (tick, share) in enumerate(zip(ax.get_yticklabels(), filled, strict=True)):
        if share is None:
            tick.set_fontweight("bold")
            continue
        ax.barh(y, 1, height=0.5, color=TRACK)
        ax.barh(y, share, height=0.5, color=accent())
        note(ax, fmt.share(share), 1, y)
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    worst = "; ".join(f"{r.table}.{r.column} {fmt.share(1 - r.missing_share)}" for r in records(holed.head(5)))
    alt = f"{fmt.many(len(columns), 'column')} by the share of rows with a value. " + (
        f"Least complete: {worst}." if worst else f"Every column is complete ({fmt.share(1)})."
    )
    return render(figure, title, alt)


@house_style()
def profile_rows(tables: pd.DataFrame) -> Chart:
    """Rows kept of the rows received, one bar a table.

    tables: table, rows_in, rows_kept, rows_set_aside.
    """
    title = "How much of the data could be used?"
    if tables.empty:
        return nothing(title, "no tables were read")
    texts = [
        f"{t.table}: {fmt.count(t.rows_kept)} of {fmt.count(t.rows_in)} rows kept"
        + (f" ({fmt.share(t.rows_kept / t.rows_in)})" if t.rows_in else "")
        for t in records(tables)
    ]
    key = [("bar", accent(), "kept"), ("bar", QUIET, "set aside")]
    figure = sheet(title, "Share of the rows received", 0.56 * len(tables) + 0.1, key)
    ax = figure.subplots()
    for y, (table, text) in enumerate(zip(records(tables), texts, strict=True)):
        kept = table.rows_kept / table.rows_in if table.rows_in else 0
        ax.barh(y, 1 if table.rows_in else 0, height=0.36, color=QUIET)
        ax.barh(y, kept, height=0.36, color=accent())
        note(ax, fit(text, WIDTH * 72, lines=1), 0, y - 0.2, dx=0, dy=3, va="bottom", color=INK)
    ax.set_xlim(0, 1)
    ax.set_ylim(len(tables) - 0.75, -0.65)
    ax.set_xticks([])
    ax.set_yticks([])
    return render(figure, title, "Rows kept of the rows received. " + "; ".join(texts) + ".")


@house_style()
def monthly_volume(months: pd.DataFrame, money: fmt.Money) -> Chart:
    """Spend and orders by month, one above the other.

    months: month (date, period or "2011-03"), order_count, spend; `partial` (bool, optional) marks months
    that the data covers only in part, which are drawn paler.
    """
    title = "Spend and orders by month"
    if months.empty:
        return nothing(title, "no dated orders")
    shown = months.assign(month=pd.PeriodIndex(months["month"].astype(str).str[:7], freq="M"))
    shown = shown.sort_values("month").reset_index(drop=True)
    first = shown["month"].iloc[0]
    place = shown["month"].map(lambda m: m.year * 12 + m.month - first.year * 12 - first.month).astype(int)
    partial = shown["partial"].astype(bool) if "partial" in shown else pd.Series(False, index=shown.index)
    key = [("bar", RULE, "month only partly covered by the data")] if partial.any() else []
    figure = sheet(title, "", 4.1, key)
    axes = figure.subplots(2, sharex=True)
    panels: tuple[tuple[str, str, Callable[[float], str], str], ...] = (
        ("spend", "Spend", money, accent()),
        ("order_count", "Orders", fmt.count, MUTED),
    )
    for ax, (column, name, form, color) in zip(axes, panels, strict=True):
        values = shown[column].to_numpy(float)
        ax.bar(place, values, width=0.75, color=[RULE if p else color for p in partial])
        ax.set_title(name, loc="left", fontsize=SIZE, weight="bold", pad=14)
        ax.yaxis.set_major_locator(MaxNLocator(3))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _, form=form: form(v)))
        ax.tick_params(axis="y", labelcolor=MUTED)
        ax.grid(axis="y")
        ax.axhline(0, color=MUTED, linewidth=0.8)
        if np.isfinite(values).any():
            peak = int(np.nanargmax(values))
            note(ax, form(values[peak]), place.iloc[peak], values[peak], 0, 3, ha="center", va="bottom")
    every = next(n for n in (1, 2, 3, 6, 12, 24, 60, 120) if place.max() / n <= 7.5)
    ticks = range(0, int(place.max()) + 1, every)
    axes[1].set_xticks(ticks, [_month_tick(first + t, t == 0 or (first + t).month <= every) for t in ticks])
    return render(figure, title, _months_in_words(shown, money))


def _month_tick(month: pd.Period, with_year: bool) -> str:
    return f"{month:%b}\n{month:%Y}" if with_year else f"{month:%b}"


def _months_in_words(months: pd.DataFrame, money: fmt.Money) -> str:
    first, last = months.iloc[0], months.iloc[-1]
    alt = (
        f"Spend and orders by month, {first['month']:%B %Y} to {last['month']:%B %Y}. First month "
        f"{money(first['spend'])} from {fmt.many(first['order_count'], 'order')}, last month "
        f"{money(last['spend'])} from {fmt.many(last['order_count'], 'order')}."
    )
    if months["spend"].notna().any():
        peak = months.sort_values("spend", kind="stable", na_position="first").iloc[-1]
        alt += f" Highest spend: {money(peak['spend'])} in {peak['month']:%B %Y}."
    return alt
