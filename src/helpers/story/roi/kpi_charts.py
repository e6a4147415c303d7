"""What a customer of each group is worth, beside what winning one cost."""

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.ticker import MaxNLocator

from helpers.story import fmt
from helpers.story.chart import (
    INK,
    MUTED,
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
    span,
)
from helpers.story.headings import head
from helpers.story.roi import titles
from helpers.story.roi.kpi_terms import grouping_name, main_grouping, one_row_a_segment, segment_name
from helpers.story.terms import rounded

if TYPE_CHECKING:
    from helpers.analysis.roi.kpis import Kpis

_MOST_ROWS, _LABEL = 14, 150
_FALLBACK = "revenue_per_customer"


@picture()
def worth(found: "Kpis", money: fmt.Money) -> Chart:
    """Value within five years of a customer of each group as a bar with its interval, and the cost of winning one as a
    tick; where who stays is not known, what a customer brought in the period."""
    name = main_grouping(found)
    wide = one_row_a_segment(found.table[found.table["segmentation"].isin([name, "everyone"])])
    kpi = "gross_margin_value" if wide["gross_margin_value"].notna().any() else _FALLBACK
    topic = "What a customer is worth" if kpi != _FALLBACK else "What a customer brought"
    topic += f", by {grouping_name(name).lower()}" if name else ""
    shown = wide.dropna(subset=kpi)
    if shown.empty:
        return nothing(topic, "no group has enough customers, or what they paid is not known")
    groups = shown[shown["segmentation"] != "everyone"].sort_values(kpi, ascending=False, kind="stable")
    shown = pd.concat([groups.head(_MOST_ROWS), shown[shown["segmentation"] == "everyone"]])
    amount, with_cost = rounded(money), bool(shown["cac_loaded"].notna().any()) and kpi != _FALLBACK
    said = [_said(row, kpi, money, with_cost=with_cost) for row in shown.to_dict("records")]
    if len(shown) == 1:
        return in_words(topic, f"{said[0]}.")
    names = [segment_name(segment) for segment in shown["segment"]]
    what = "Gross margin of a customer within five years" if kpi != _FALLBACK else "Revenue of a customer in the period"
    key = [("bar", accent(), "a customer of the group"), ("bar", QUIET, "the average customer")]
    key += [("tick", INK, "cost of winning one")] if with_cost else []
    title, subtitle = head(titles.worth(shown, kpi, money), topic, f"{what}; lines: 95% interval")
    figure = sheet(title, subtitle, rows_height(names, _LABEL, 0.36) + 0.2, key)
    ax = figure.subplots()
    label_rows(ax, names, _LABEL)
    reach = max(float(shown[kpi].max()), float(shown[f"{kpi}_high"].fillna(0).max()), 0.01)
    for y, row in enumerate(records(shown)):
        value, low, high = (getattr(row, f"{kpi}{end}") for end in ("", "_low", "_high"))
        ax.barh(y, value, height=0.56, color=QUIET if row.segmentation == "everyone" else accent())
        if pd.notna(low) and pd.notna(high):
            span(ax, low, high, y, INK, 1.6)
        end = max(value, high) if pd.notna(high) else value
        note(ax, amount(value), max(end, 0), y, 5, color=INK)
        if with_cost and pd.notna(row.cac_loaded):
            ax.plot([row.cac_loaded] * 2, [y - 0.4, y + 0.4], color=INK, linewidth=2.4)
    ax.axvline(0, color=MUTED, linewidth=0.8)
    ax.set_xlim(min(float(shown[f"{kpi}_low"].min()), 0.0) if shown[f"{kpi}_low"].notna().any() else 0, reach * 1.2)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_formatter(lambda v, _: amount(v))
    ax.grid(axis="x")
    return render(figure, title, f"{what} with 95% interval: {'; '.join(said)}.")


def _said(row: dict[Any, Any], kpi: str, money: fmt.Money, *, with_cost: bool) -> str:
    between = fmt.interval(row[f"{kpi}_low"], row[f"{kpi}_high"], money)
    text = f"{segment_name(row['segment'])} {money(row[kpi])}"
    text += f" ({between})" if between != fmt.MISSING else ""
    cost = row["cac_loaded"]
    return text + (f", cost of winning one {money(cost)}" if with_cost and cost == cost else "")
