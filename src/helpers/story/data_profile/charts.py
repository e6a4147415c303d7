"""Charts of what arrived: rows, the customers its sources know, and sales by month."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers.story import fmt
from helpers.story.chart import (
    INK,
    MUTED,
    QUIET,
    RULE,
    SIZE,
    TRACK,
    Chart,
    accent,
    fit,
    in_words,
    note,
    nothing,
    picture,
    points_across,
    records,
    render,
    sheet,
)
from helpers.story.chart_marks import tell
from helpers.story.data_profile import titles
from helpers.story.headings import head
from helpers.story.terms import lower, plain

_MOST_COMBINATIONS = 10  # of sources; the rest is counted together


@picture()
def rows(tables: pd.DataFrame) -> Chart:
    """Rows kept of the rows received, one bar for each table that lost some.

    tables: table, rows_in, rows_kept, rows_set_aside.
    """
    topic = "Rows kept of the rows received"
    if tables.empty:
        return nothing(topic, "no tables were read")
    cut = tables[tables["rows_set_aside"] > 0]
    texts = [
        f"{plain(t.table)}: {fmt.count(t.rows_kept)} of {fmt.count(t.rows_in)} rows kept "
        f"({fmt.share(t.rows_kept / t.rows_in)})"
        for t in records(cut)
    ]
    whole = len(tables) - len(cut)
    others = f"{fmt.many(whole, 'table')} kept every row" if whole else ""
    if len(cut) < 2:
        return in_words(topic, "; ".join(t for t in [*texts, others] if t) + ".")
    key = [("bar", accent(), "kept"), ("bar", QUIET, "set aside")]
    reading = "Share of the rows received" + (f"; {others}" if others else "")
    title, subtitle = head(titles.rows(tables), topic, reading)
    figure = sheet(title, subtitle, 0.56 * len(cut) + 0.1, key)
    ax = figure.subplots()
    for y, (table, text) in enumerate(zip(records(cut), texts, strict=True)):
        tell(ax.barh(y, 1, height=0.36, color=QUIET), [text])
        tell(ax.barh(y, table.rows_kept / table.rows_in, height=0.36, color=accent()), [text])
        note(ax, fit(text, points_across() - 4, lines=1), 0, y - 0.2, dx=0, dy=3, va="bottom", color=INK)
    ax.set_xlim(0, 1)
    ax.set_ylim(len(cut) - 0.75, -0.65)
    ax.set_xticks([])
    ax.set_yticks([])
    said = "; ".join(t for t in [*texts, others] if t)
    return render(figure, title, f"Rows kept of the rows received. {said}.")


@picture()
def coverage(combinations: pd.DataFrame) -> Chart:
    """Which sources know the same customers: a row for each of the most frequent combinations, with its customers.

    combinations: a column of true and false a source, and customers_known, the most frequent first (an UpSet plot,
    Lex et al. 2014, turned on its side so that it is read on a phone).
    """
    topic = "Customers by the sources that know them"
    sources = [c for c in combinations.columns if c != "customers_known"]
    if combinations.empty:
        return nothing(topic, "no source names its customers")
    total = combinations["customers_known"].sum()
    drawn = combinations.head(_MOST_COMBINATIONS)
    said = [
        f"{fmt.listing([lower(plain(s)) for s in sources if row[s]])}: {fmt.count(row['customers_known'])} "
        f"({fmt.share(row['customers_known'] / total)})"
        for row in drawn.to_dict("records")
    ]
    rest = combinations["customers_known"].iloc[len(drawn) :].sum()
    others = f"other combinations: {fmt.count(rest)} ({fmt.share(rest / total)})" if rest else ""
    text = "; ".join(t for t in [*said, others] if t)
    if len(drawn) < 2 or len(sources) < 2:
        return in_words(topic, f"{text}.")
    reading = f"Each row is one combination of sources{'; ' + others if others else ''}"
    title, subtitle = head(titles.coverage(combinations, len(drawn)), topic, reading)
    figure = sheet(title, subtitle, 0.34 * len(drawn) + 1.25)
    ax = figure.subplots()
    places, rows = np.arange(len(sources)), np.arange(len(drawn))
    start, reach = len(sources), 5.0  # bars begin to the right of the dots
    for y, row, words in zip(rows, drawn.to_dict("records"), said, strict=True):
        known = [x for x in places if row[sources[x]]]
        ax.plot([known[0], known[-1]], [y, y], color=accent(), linewidth=2, zorder=1)
        ax.scatter(places, [y] * len(places), s=46, color=TRACK, zorder=2)
        ax.scatter(known, [y] * len(known), s=46, color=accent(), zorder=3)
        length = reach * row["customers_known"] / drawn["customers_known"].max()
        tell(ax.barh(y, length, left=start, height=0.5, color=accent()), [words])
        n = row["customers_known"]
        note(ax, f"{fmt.count(n)} ({fmt.share(n / total)})", start + length, float(y))
    labels = [fit(plain(source), 110, lines=1) for source in sources]
    ax.set_xticks(places, labels, rotation=45, ha="left", rotation_mode="anchor", color=INK)
    ax.xaxis.tick_top()
    ax.set_yticks([])
    ax.set_xlim(-0.5, start + reach + 3.2)
    ax.set_ylim(len(drawn) - 0.5, -0.6)
    return render(figure, title, f"{topic}. {text}.")


@picture(wide=True)
def monthly_volume(months: pd.DataFrame, money: fmt.Money) -> Chart:
    """Spend and orders by month, one above the other; orders alone where no spend is known.

    months: month (date, period or "2011-03"), order_count, spend; `partial` (bool, optional) marks months
    that the data covers only in part, which are drawn paler.
    """
    with_spend = months.empty or bool(months["spend"].notna().any())
    topic = "Spend and orders by month" if with_spend else "Orders by month"
    if months.empty:
        return nothing(topic, "no dated orders")
    shown = months.assign(month=pd.PeriodIndex(months["month"].astype(str).str[:7], freq="M"))
    shown = shown.sort_values("month").reset_index(drop=True)
    first = shown["month"].iloc[0]
    place = shown["month"].map(lambda m: m.year * 12 + m.month - first.year * 12 - first.month).astype(int)
    if len(shown) == 1:
        return in_words(topic, _months_in_words(shown, money))
    partial = shown["partial"].astype(bool) if "partial" in shown else pd.Series(False, index=shown.index)
    key = [("bar", RULE, "month only partly covered by the data")] if partial.any() else []
    spend: tuple[str, str, Callable[[float], str], str] = ("spend", "Spend", money, accent())
    orders = ("order_count", "Orders", fmt.count, MUTED)
    panels = [spend, orders] if with_spend else [("order_count", "", fmt.count, accent())]
    title, subtitle = head(titles.monthly_volume(shown, money), topic)
    figure = sheet(title, subtitle, 2.05 * len(panels), key)
    axes = figure.subplots(len(panels), sharex=True, squeeze=False)[:, 0]
    for ax, (column, name, form, color) in zip(axes, panels, strict=True):
        values = shown[column].to_numpy(float)
        bars = ax.bar(place, values, width=0.75, color=[RULE if p else color for p in partial])
        of = f", {name.lower()}" if name else ""
        known = zip(shown["month"], values, partial, strict=True)
        tell(bars, [f"{m:%B %Y}{of}{', in part' if p else ''}: {form(v)}" if v == v else "" for m, v, p in known])
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
    axes[-1].set_xticks(ticks, [_month_tick(first + t, t == 0 or (first + t).month <= every) for t in ticks])
    return render(figure, title, _months_in_words(shown, money))


def _month_tick(month: pd.Period, with_year: bool) -> str:
    return f"{month:%b}\n{month:%Y}" if with_year else f"{month:%b}"


def _months_in_words(months: pd.DataFrame, money: fmt.Money) -> str:
    first, last = months.iloc[0], months.iloc[-1]
    if months["spend"].isna().all():
        most = months.sort_values("order_count", kind="stable").iloc[-1]
        return (
            f"Orders by month, {first['month']:%B %Y} to {last['month']:%B %Y}. First month "
            f"{fmt.many(first['order_count'], 'order')}, last month {fmt.many(last['order_count'], 'order')}. "
            f"Most: {fmt.many(most['order_count'], 'order')} in {most['month']:%B %Y}."
        )
    alt = (
        f"Spend and orders by month, {first['month']:%B %Y} to {last['month']:%B %Y}. First month "
        f"{money(first['spend'])} from {fmt.many(first['order_count'], 'order')}, last month "
        f"{money(last['spend'])} from {fmt.many(last['order_count'], 'order')}."
    )
    if months["spend"].notna().any():
        peak = months.sort_values("spend", kind="stable", na_position="first").iloc[-1]
        alt += f" Highest spend: {money(peak['spend'])} in {peak['month']:%B %Y}."
    return alt
