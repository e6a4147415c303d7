"""Tables of what came in, how clean it is and what it can answer."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.story import fmt
from helpers.story.tables.base import Form, Table, frame_table, measure, rows_of
from helpers.story.terms import in_plain, lower, plain

if TYPE_CHECKING:
    from helpers.analysis.data_profile.readiness import Readiness


def tables_received(tables: pd.DataFrame) -> Table:
    """What came in: one row a table."""
    shown = tables.assign(period=[_months(r.first_on, r.last_on) for r in rows_of(tables)])
    labels = {
        "table": "Table",
        "files": "Files",
        "rows_in": "Rows received",
        "rows_kept": "Kept",
        "rows_set_aside": "Set aside",
        "period": "From, to",
    }
    counts: dict[str, Form] = dict.fromkeys(("rows_in", "rows_kept", "rows_set_aside"), fmt.count)
    return frame_table(shown, labels, {"table": plain} | counts, "Tables received")


def data_quality(checks: pd.DataFrame) -> Table:
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
        "handling": in_plain,
    }
    note = "Rows found: of all that came. A row with several faults counts at each, and is set aside under one."
    return frame_table(checks, labels, formats, "Faults and oddities by table", note=note, group="table")


def key_matches(matches: pd.DataFrame) -> Table:
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
    formats: dict[str, Form] = {"analysis": plain, "verdict": plain}
    return frame_table(ready.verdicts, labels, formats, "Analyses and what the data allow")


def readiness_gates(ready: "Readiness") -> Table:
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
    formats: dict[str, Form] = {"analysis": plain, "gate": plain}
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
    """The months of two days: "October 2023 to September 2026"."""
    start, end = fmt.month(pd.Timestamp(first)), fmt.month(pd.Timestamp(last))
    return start if start == end else f"{start} to {end}"


def _of(n: float, whole: float) -> str:
    return f"{fmt.count(n)} ({fmt.share(n / whole)})" if whole else fmt.MISSING


def _amount(x: float, unit: str) -> str:
    if x != x:
        return "not known"
    return fmt.share(x) if unit == "share" else f"{measure(x)} {unit}"
