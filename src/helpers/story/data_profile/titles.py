"""Titles of the charts of what arrived: what each surely shows, or nothing."""

import pandas as pd

from helpers.story import fmt
from helpers.story.data_profile import column_words, words
from helpers.story.fmt import Money
from helpers.story.phrases import inside, opening


def rows(tables: pd.DataFrame) -> str:
    """How many of all rows received were kept. tables: rows_in, rows_kept."""
    received, kept = int(tables["rows_in"].sum()), int(tables["rows_kept"].sum())
    return f"{fmt.share(kept / received)} of {fmt.many(received, 'row')} received were kept" if received > 1 else ""


def coverage(combinations: pd.DataFrame, drawn: int) -> str:
    """How many customers all sources know, where that is among the first `drawn` combinations."""
    sources = [c for c in combinations.columns if c != "customers_known"]
    everywhere = combinations.head(drawn)[combinations.head(drawn)[sources].all(axis="columns")]
    if everywhere.empty:
        return ""
    share = everywhere["customers_known"].iloc[0] / combinations["customers_known"].sum()
    of = "both" if len(sources) == 2 else f"all {fmt.words(len(sources))}"
    return f"{fmt.share(share)} of customers are known to {of} sources"


def monthly_volume(months: pd.DataFrame, money: Money) -> str:
    """How sales moved from one year to the next; of less than two years nothing is said.

    months: as in the chart, in their order.
    """
    months = months if "partial" in months else months.assign(partial=False)
    said = words.sales_rhythm(months, money)
    if said.verdict not in ("good", "bad"):
        return ""
    rise = said.values["rise"]
    what = "Sales" if "spend" in said.values else "Orders"
    return (
        f"{what} of the last twelve whole months are {'up' if rise > 0 else 'down'} {fmt.share(abs(rise))} on the year"
    )


def filled(gaps: int, columns: int, least: str) -> str:
    """How many columns have gaps. least: the share of rows from which on a column has none, as text."""
    return f"{fmt.count(gaps)} of {fmt.many(columns, 'column')} have a value in under {least} of rows" if gaps else ""


def sudden_changes(changes: int) -> str:
    """How many measures changed suddenly and stayed so."""
    if not changes:
        return ""
    measures = "measure has" if changes == 1 else "measures have"
    return f"{fmt.words(changes).capitalize()} {measures} changed suddenly and stayed so"


def correlations(drawn: pd.DataFrame) -> str:
    """Two columns that move together as closely as any. drawn: left, right, correlation (-1 to 1), n."""
    if column_words.number_links(drawn).values.get("linked", 0) == 0:
        return ""
    ranked = drawn.assign(size=drawn["correlation"].abs()).sort_values("size", ascending=False, kind="stable")
    first = ranked.to_dict("records")[0]
    together = "rise together" if first["correlation"] > 0 else "move in opposite ways"
    names = f"{opening(first['left'])} and {inside(first['right'])}"
    return f"{names} {together}: correlation {fmt.number(first['correlation'], 2)}"
