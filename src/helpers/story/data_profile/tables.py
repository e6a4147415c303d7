"""Tables of what arrived, how it was cleaned, how the sources match, and what is odd in it."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.story import fmt
from helpers.story.data_profile.oddities import advice, groups_named, oddity, source_groups
from helpers.story.phrases import inside, some
from helpers.story.table import Form, Table, frame_table, measure, rows_of
from helpers.story.terms import in_plain, lower, plain

if TYPE_CHECKING:
    from helpers.analysis.data_profile.readiness import Readiness

_MANY_GAPS = 3  # columns of a table with blanks that are told one by one
_MOST = 40  # more rows than this nobody asks about; data_alerts holds them all


def received(tables: pd.DataFrame) -> Table:
    """What came in: one row a table."""
    shown = tables.assign(period=[_months(r.first_on, r.last_on) for r in rows_of(tables)])
    labels = {
        "table": "Table",
        "files": "Files",
        "rows_in": "Received",
        "rows_kept": "Kept",
        "rows_set_aside": "Set aside",
        "period": "From, to",
    }
    counts: dict[str, Form] = dict.fromkeys(("rows_in", "rows_kept", "rows_set_aside"), fmt.count)
    return frame_table(shown, labels, {"table": plain} | counts, "Tables received")


def quality(checks: pd.DataFrame) -> Table:
    """What was found wrong and what was done about it. checks: table, check, rows_found, rows_set_aside, handling."""
    labels = {
        "check": "What we found",
        "rows_found": "Rows found",
        "rows_set_aside": "Rows set aside",
        "handling": "What we did",
    }
    formats: dict[str, Form] = {
        "table": plain,
        "check": in_plain,
        "rows_found": fmt.count,
        "rows_set_aside": fmt.count,
        "handling": lambda text: in_plain(fmt.in_marks(text)),
    }
    note = "Rows found: of all that came. A row with several faults counts at each, and is set aside under one."
    title, nothing = "Faults and oddities by table", "no row was odd or at fault"
    return frame_table(checks, labels, formats, title, note=note, group="table", nothing=nothing)


def matches(matches: pd.DataFrame) -> Table:
    """How customers match with the customer list, both ways. matches: table, customers, in_customers, listed."""
    rows = rows_of(matches)
    shown = matches.assign(
        unknown=[_of(r.customers - r.in_customers, r.customers) for r in rows],
        covered=[_of(r.in_customers, r.listed) for r in rows],
    )
    labels = {
        "table": "Table",
        "customers": "Customers",
        "unknown": "Not in the customer list",
        "covered": "Share of the list it knows",
    }
    formats: dict[str, Form] = {"table": plain, "customers": fmt.count}
    right = ["unknown", "covered"]
    return frame_table(shown, labels, formats, "Customers the sources share with the customer list", right=right)


def readiness(ready: "Readiness") -> Table:
    """Which analyses the data can carry, and what to collect for the others."""
    labels = {"analysis": "Analysis", "verdict": "Data", "why": "Why"}
    if ready.verdicts["collect"].ne("").any():
        labels["collect"] = "What to collect next"
    formats: dict[str, Form] = {"analysis": plain, "verdict": plain, "why": fmt.in_marks, "collect": fmt.in_marks}
    return frame_table(ready.verdicts, labels, formats, "Analyses and what the data allow")


def gates(ready: "Readiness") -> Table:
    """The requirements behind `readiness`, one by one; of analyses without data, only what they would need."""
    missing = ready.verdicts[ready.verdicts["verdict"] == "missing"]
    gates = ready.gates[~ready.gates["analysis"].isin(missing["analysis"])]
    rows = rows_of(gates)
    gates = gates.assign(
        needed=[_amount(r.needed, r.unit) for r in rows],
        found=[_amount(r.found, r.unit) for r in rows],
        met=["yes" if r.passed else "no" for r in rows],
    )
    labels = {"gate": "Requirement", "needed": "Needed", "found": "Found", "met": "Met", "source": "Why this much"}
    formats: dict[str, Form] = {"analysis": plain, "gate": plain, "source": fmt.in_marks}
    title, right = "What each analysis needs", ["needed", "found"]
    return frame_table(gates, labels, formats, title, note=_needs(missing), group="analysis", right=right)


def _needs(missing: pd.DataFrame) -> str:
    """What would open the analyses that have no data, those with the same need together."""
    needs = [
        f"{fmt.listing([lower(plain(a)) for a in group['analysis']])} ({need})"
        for need, group in missing.groupby("needs", sort=False)
    ]
    return f"Not shown for want of data: {'; '.join(needs)}." if needs else ""


def _months(first: Any, last: Any) -> str:
    """The months of two days: "Oct 2023 to Sep 2026"."""
    start, end = (f"{name[:3]} {year}" if year else name for name, _, year in map(_month, (first, last)))
    return start if start == end else f"{start} to {end}"


def _month(day: Any) -> tuple[str, str, str]:
    return fmt.month(pd.Timestamp(day)).partition(" ")


def _of(n: float, whole: float) -> str:
    return f"{fmt.count(n)} ({fmt.share(n / whole)})" if whole else fmt.MISSING


def _amount(x: float, unit: str) -> str:
    if x != x:
        return "not known"
    return fmt.share(x) if unit == "share" else f"{measure(x)} {unit}"


def grain(tables: pd.DataFrame) -> Table:
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
    note = "Repeated rows are alike in every column used here; duplicates are alike in every column of the file. "
    note += "A dash: one column alone tells all rows apart."
    return frame_table(shown, labels, formats, "What a row stands for", note=note)


def alerts(alerts: pd.DataFrame) -> Table:
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
        return f"numbers that may be codes, and no word for any of them: {names}"
    if first.other:
        return f"blank in all {fmt.many(first.n, 'row')} of {groups_named(*source_groups(str(first.other)))}: {names}"
    least, most = fmt.share(same["figure"].min()), fmt.share(same["figure"].max())
    between = most if least == most else f"{least} to {most}"
    return f"blank in {between} of rows: {names}"


def _sentence(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


def _keys(keys: str) -> str:
    return fmt.listing([lower(plain(k)) for k in keys.split(", ")]) if keys else "no single column"
