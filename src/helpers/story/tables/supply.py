"""Tables of what came in, how clean it is and what it can answer."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.story import fmt
from helpers.story.tables.base import Form, Table, frame_table, measure, rows_of
from helpers.story.terms import plain

if TYPE_CHECKING:
    from helpers.analysis.profile import Readiness


def tables_received(tables: pd.DataFrame) -> Table:
    """What came in: one row a table."""
    labels = {
        "table": "Table",
        "files": "Files",
        "rows_in": "Rows received",
        "rows_kept": "Rows kept",
        "rows_set_aside": "Rows set aside",
        "first_on": "First day",
        "last_on": "Last day",
    }
    counts: dict[str, Form] = dict.fromkeys(("rows_in", "rows_kept", "rows_set_aside"), fmt.count)
    days: dict[str, Form] = dict.fromkeys(("first_on", "last_on"), fmt.day)
    return frame_table(tables, labels, counts | days, "What we received")


def data_quality(checks: pd.DataFrame) -> Table:
    """What was found wrong and what was done about it. checks: table, check, rows_found, rows_set_aside, handling."""
    labels = {
        "check": "What we found",
        "rows_found": "Rows found",
        "rows_set_aside": "Rows set aside",
        "handling": "What we did",
    }
    formats: dict[str, Form] = {"rows_found": fmt.count, "rows_set_aside": fmt.count}
    return frame_table(checks, labels, formats, "How clean the data are", group="table")


def column_summary(columns: pd.DataFrame) -> Table:
    """columns: table, column, kind, rows, missing_share, distinct, minimum, maximum."""
    labels = {
        "column": "Column",
        "kind": "Kind",
        "rows": "Rows",
        "missing_share": "Missing",
        "distinct": "Distinct values",
        "minimum": "Smallest",
        "maximum": "Largest",
    }
    formats: dict[str, Form] = {"rows": fmt.count, "missing_share": fmt.share, "distinct": fmt.count}
    return frame_table(columns, labels, formats, "Every column at a glance", group="table")


def key_matches(matches: pd.DataFrame) -> Table:
    """How many customers of each table the customer list knows. matches: table, customers, in_customers."""
    labels = {"table": "Table", "customers": "Customers", "in_customers": "Known to the customer list"}
    formats: dict[str, Form] = {"customers": fmt.count, "in_customers": fmt.count}
    return frame_table(matches, labels, formats, "Customers the sources share")


def readiness(ready: "Readiness") -> Table:
    """Which analyses the data can carry, and what to collect for the others."""
    labels = {"analysis": "Analysis", "verdict": "Data", "why": "Why", "collect": "What to collect next"}
    formats: dict[str, Form] = {"analysis": plain, "verdict": plain}
    return frame_table(ready.verdicts, labels, formats, "Which questions the data can answer")


def readiness_gates(ready: "Readiness") -> Table:
    """The requirements behind `readiness`, one by one."""
    rows = rows_of(ready.gates)
    gates = ready.gates.assign(
        needed=[_amount(r.needed, r.unit) for r in rows],
        found=[_amount(r.found, r.unit) for r in rows],
        met=["yes" if r.passed else "no" for r in rows],
    )
    labels = {"gate": "Requirement", "needed": "Needed", "found": "Found", "met": "Met", "source": "Why this much"}
    formats: dict[str, Form] = {"analysis": plain, "gate": plain}
    return frame_table(gates, labels, formats, "What each analysis needs", group="analysis", right=["needed", "found"])


def _amount(x: float, unit: str) -> str:
    if x != x:
        return "not known"
    return fmt.share(x) if unit == "share" else f"{measure(x)} {unit}"
