"""Tables of what is odd in the data, of each source's grain and keys, and of what changed between two extracts."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.story import fmt
from helpers.story.narrate.phrases import inside, some
from helpers.story.oddities import advice, groups_named, oddity, source_groups
from helpers.story.tables.base import Form, Table, frame_table, rows_of
from helpers.story.terms import lower, plain

if TYPE_CHECKING:
    from helpers.analysis.data_profile.drift import Drift

_MANY_GAPS = 3  # columns of a table with blanks that are told one by one
_MOST = 40  # more rows than this nobody asks about; data_alerts holds them all


def tables_grain(tables: pd.DataFrame) -> Table:
    """What a row of each table stands for, and what tells its rows apart.

    tables: table, rows, grain, keys, repeated_rows.
    """
    shown = tables.assign(keys=[_keys(r.keys) for r in rows_of(tables)])
    labels = {
        "table": "Table",
        "grain": "A row is",
        "rows": "Rows",
        "keys": "Tells rows apart",
        "repeated_rows": "Repeated rows",
    }
    formats: dict[str, Form] = {"table": plain, "rows": fmt.count, "repeated_rows": fmt.count}
    note = "Repeated rows: the same in every column used, while duplicates are found by every column of the file. "
    note += "– where a column tells all rows apart."
    return frame_table(shown, labels, formats, "What a row stands for", note=note)


def data_alerts(alerts: pd.DataFrame) -> Table:
    """What to ask about, worst first. alerts: as in data_alerts; notes are left to the columns' own cards.

    Columns with the same to say are one row where there are several: a survey that lets people skip, or leaves out a
    question for a year, would fill the table with them.
    """
    told = alerts[alerts["severity"] != "note"]
    together = [same for same in _alike(told) if len(same) > 1]
    told = told.drop(index=[i for same in together for i in same.index[1:]])
    rows = rows_of(told)
    shown = told.assign(
        where=[plain(r.column) if r.column else "All rows" for r in rows],
        what=[_sentence(oddity(r)) for r in rows],
        todo=[advice(r) for r in rows],
    )
    for same in together:
        first = same.index[0]
        shown.loc[first, "where"] = fmt.many(len(same), "column")
        shown.loc[first, "what"] = _sentence(_said_together(same))
    labels = {"where": "Column", "what": "What is odd", "todo": "What to do"}
    hidden = len(shown) - _MOST
    note = f"{fmt.many(hidden, 'more alert')} in the saved table data_alerts." if hidden > 0 else ""
    return frame_table(shown.head(_MOST), labels, {"table": plain}, "What to ask about", note=note, group="table")


def drift(result: "Drift") -> Table:
    """What changed between two extracts, a row a column that changed, worst first."""
    told = result.columns[result.columns["verdict"] != "same"]
    rows = rows_of(told)
    shown = told.assign(
        column=[r.column if r.verdict != "renamed" else f"{r.column_before} → {r.column}" for r in rows],
        rows=[_both(r.rows_before, r.rows_after, fmt.count) for r in rows],
        blank=[_both(r.missing_share_before, r.missing_share_after, fmt.share) for r in rows],
        distinct=[_both(r.distinct_before, r.distinct_after, fmt.count) for r in rows],
        values=["; ".join(t for t in (_named("new", r.new_values), _named("gone", r.gone_values)) if t) for r in rows],
    )
    labels = {
        "column": "Column",
        "verdict": "Verdict",
        "psi": "Stability index",
        "rows": "Rows, before and now",
        "blank": "Blank",
        "distinct": "Different values",
        "values": "Values",
    }
    formats: dict[str, Form] = {"table": plain, "verdict": plain, "psi": lambda x: fmt.number(x, 2)}
    note = "Stability index (PSI): up to 0.1 as before, above 0.25 another distribution (Siddiqi 2006)."
    return frame_table(shown, labels, formats, "What changed since the earlier extract", note=note, group="table")


def _alike(told: pd.DataFrame) -> list[pd.DataFrame]:
    """The alerts that are one row: many columns with blanks, blanks in the same waves or files, codes without words."""
    blank, coded = told[told["alert"] == "gaps"], told[told["alert"] == "coded"]
    plainly = [gaps for _, gaps in blank[blank["other"] == ""].groupby("table") if len(gaps) > _MANY_GAPS]
    by_source = [gaps for _, gaps in blank[blank["other"] != ""].groupby(["table", "other"])]
    return [*plainly, *by_source, *(codes for _, codes in coded.groupby("table"))]


def _said_together(same: pd.DataFrame) -> str:
    """Several columns' oddity in a phrase: "blank in 20% to 74% of rows: park, rental and four more"."""
    names = some([inside(c) for c in same["column"]])
    first = rows_of(same)[0]
    if first.alert == "coded":
        return f"codes in figures, and no word for any of them: {names}"
    if first.other:
        return f"blank in all {fmt.many(first.n, 'row')} of {groups_named(*source_groups(str(first.other)))}: {names}"
    least, most = fmt.share(same["figure"].min()), fmt.share(same["figure"].max())
    between = most if least == most else f"{least} to {most}"
    return f"blank in {between} of rows: {names}"


def _sentence(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


def _both(before: float, after: float, form: Form) -> str:
    one, other = form(before), form(after)
    return one if one == other else f"{one} → {other}"


def _named(what: str, values: str) -> str:
    return f"{what}: {values}" if values else ""


def _keys(keys: str) -> str:
    return fmt.listing([lower(plain(k)) for k in keys.split(", ")]) if keys else "no single column"
