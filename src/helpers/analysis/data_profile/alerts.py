"""What is odd in a table: named alerts on its columns, from the facts of its profile.

An alert is a fact worth a look, not a fault. Severities: `act` (results would be wrong or unlawful to share), `look`
(ask whoever made the export) and `note` (know it when you read the results). Limits without a source named here are
our own conventions; the ones an analyst may want to move are the keyword parameters.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

ALERTS = {
    "empty": "no value in any row",
    "gaps": "many blanks where a value is expected",
    "constant": "one value in every row",
    "nearly constant": "one value in 99% of rows",
    "imbalance": "one value in 90% of rows",
    "high cardinality": "too many categories to compare",
    "unique": "another value in every row",
    "repeated key": "a row's number that several rows have",
    "constant length": "codes that are all as long",
    "zeros": "mostly zeros",
    "infinite": "numbers without an end",
    "skew": "a long tail on one side",
    "outliers": "numbers far from the others",
    "mixed types": "texts that are mostly numbers or dates, and some words",
    "numbers as text": "texts that are all numbers or dates",
    "dirty categories": "one category in several spellings",
    "coded": "categories that are told by numbers alone",
    "personal data": "values that look like a person's",
    "charges": "lines that charge or correct, among products",
    "several names": "article numbers with more than one name",
    "high correlation": "two columns that say the same",
    "duplicates": "rows that are the same in every column",
    "sudden change": "a level that jumps at a date and stays",
    "gaps in dates": "days without any row where some were to be expected",
    "closed weekdays": "weekdays without any row",
}
SEVERITIES = ("act", "look", "note")
MENTIONS, PADDED = "mentioned in texts", "blanks around"  # `other` of personal data and of dirty categories
_NEVER_NEEDED = {"payment card number", "bank account number (IBAN)", "national identity number"}
_KNOWN_PERSONAL = {"name", "email"}  # the canonical columns that are meant to hold them
_JUDGED = 30  # with fewer values than this a column's shape says nothing
_COLUMNS = ["table", "column", "alert", "severity", "figure", "other", "on", "n"]
_NEARLY, _IMBALANCED = 0.99, 0.9
_CHANCE, _FEWEST = 0.001, 5  # that a wave's blanks are no pattern; its rows where nothing is blank elsewhere
_CODE_LENGTH, _MOST_CODES = 2, 20  # characters and number of codes; longer ones are years and article numbers
_EXAMPLES = 3
_NUMBERED = {"wave"}  # columns whose numbers are their names
_SCALE = 20  # up to as many different numbers are marks on a scale, none of which is far out


def find_alerts(
    columns: pd.DataFrame,
    tables: pd.DataFrame,
    correlations: pd.DataFrame,
    found_before: Sequence[pd.DataFrame] = (),
    *,
    high_missing_share: float = 0.2,
    many_categories: int = 50,
    high_skewness: float = 2.0,
    high_zero_share: float = 0.5,
    high_correlation: float = 0.9,
) -> pd.DataFrame:
    """What is odd, worst first, and of equal severity what concerns all rows, then what concerns most.

    `columns`, `tables` and `correlations` are those of a profile (`profiling.tables.Profile`). `found_before` are
    alerts found elsewhere (`breaks.find_changes`, `find_source_alerts`), with `severity` where it is not "look"; what
    they say of a column's blanks stands in place of the plain share.

    high_skewness: twice what Bulmer (1979, Principles of Statistics) calls highly skewed, since amounts of money
    nearly always are. Outliers are beyond Tukey's (1977) outer fences. high_correlation: of Pearson's coefficient.

    Returns a row an alert: table, column ("" for the table as a whole), alert (of ALERTS), severity, figure (its
    size: a share 0-1, a count, a skewness, a correlation, or a relative change), other (another column, an example,
    or a kind of personal data), on (the date from which it holds), n (rows concerned).
    """
    found: list[dict[str, Any]] = []
    before: list[dict[str, Any]] = []
    for elsewhere in found_before:
        before += [{"severity": "look"} | {str(k): v for k, v in r.items()} for r in elsewhere.to_dict("records")]
    explained = {(alert["table"], alert["column"]) for alert in before if alert["alert"] == "gaps"}
    for row in columns.to_dict("records"):
        facts = {str(name): value for name, value in row.items()}
        place = {"table": facts["table"], "column": facts["column"]}
        if tuple(place.values()) not in explained:
            found += [place | alert for alert in _filling(facts, high_missing_share)]
        found += [place | alert for alert in _values(facts, many_categories)]
        found += [place | alert for alert in _texts(facts)]
        found += [place | alert for alert in _numbers(facts, high_skewness, high_zero_share)]
    high = correlations[(correlations["correlation"].abs() >= high_correlation) & (correlations["n"] >= _JUDGED)]
    found += [
        {"table": r["table"], "column": r["left"], "other": r["right"], "figure": r["correlation"], "n": r["n"]}
        | _alert("high correlation", "note")
        for r in high.to_dict("records")
    ]
    for about in tables.to_dict("records"):
        place = {"table": about["table"], "column": ""}
        if about["repeated_rows"] > 0:
            n = about["repeated_rows"]
            roles = columns[columns["table"] == about["table"]]["role"]
            # Without an identifier equal rows may be different people with the same answers.
            severity = "look" if (roles == "identifier").any() else "note"
            found.append({**place, **_alert("duplicates", severity, figure=n / about["rows"], n=n)})
    found += before
    frame = pd.DataFrame(found, columns=_COLUMNS).astype({"figure": float})
    frame["other"] = pd.Series(["" if pd.isna(other) else str(other) for other in frame["other"]], dtype="str")
    frame["on"] = pd.to_datetime(frame["on"]).astype("datetime64[us]")
    frame["n"] = frame["n"].fillna(0).astype("int64")
    worst = frame["severity"].map(SEVERITIES.index).astype(int)
    spread = frame["n"].where(frame["n"] > 0, np.inf)  # no number of rows: it is about the column or table as a whole
    order = pd.DataFrame({"worst": worst, "spread": -spread}).sort_values(["worst", "spread"], kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def find_source_alerts(by_source: pd.DataFrame, repeated: pd.DataFrame) -> pd.DataFrame:
    """Columns that whole waves or files leave blank, and row numbers that restart.

    by_source, repeated: as from `profiling.by_source`. A wave or file counts as leaving a column blank where all its
    rows are, and at the rate of blanks elsewhere that would happen to less than one in a thousand. Returns alerts:
    "gaps", with the share of blanks elsewhere as figure, and "wave: 2018; 2019" as other; "repeated key", with wave or
    file as other where the number is unique in each.
    """
    found: list[dict[str, Any]] = []
    for (table, column), own in by_source.groupby(["table", "column"], sort=False):
        for grouping, groups in own.groupby("grouping", sort=False):
            blank, others = groups[groups["filled"] == 0], groups[groups["filled"] > 0]
            missing = 1 - others["filled"].sum() / max(others["rows"].sum(), 1)
            blank = blank[missing ** blank["rows"] < _CHANCE] if missing > 0 else blank[blank["rows"] >= _FEWEST]
            if len(blank) and len(others):
                other = f"{grouping}: {'; '.join(blank['group'])}"
                place = {"table": table, "column": column, "other": other, "n": int(blank["rows"].sum())}
                found.append(place | _alert("gaps", "look", figure=missing))
                break
    for r in repeated.to_dict("records"):
        place = {"table": r["table"], "column": r["column"], "other": r["within"], "n": r["rows"]}
        found.append(place | _alert("repeated key", "look"))
    return pd.DataFrame(found, columns=_COLUMNS)


def find_order_alerts(charges: pd.DataFrame, renamed: Mapping[str, int]) -> pd.DataFrame:
    """What order lines hold besides sales of products, from `data.features.order_lines`.

    Returns alerts: "charges", with the number of names as figure and the most frequent as other ("POSTAGE; Manual");
    "several names", with the number of article numbers as figure and the most names of one as other.
    """
    found = []
    if len(charges):
        other = "; ".join(charges["product"].head(_EXAMPLES).str.replace(";", ","))
        charged = _alert("charges", "look", figure=len(charges), other=other, n=int(charges["rows"].sum()))
        found.append({"table": "orders", "column": "product", **charged})
    if renamed["products"]:
        several = _alert("several names", "look", figure=renamed["products"], other=str(renamed["most"]))
        found.append({"table": "orders", "column": "product_id", "n": renamed["rows"], **several})
    return pd.DataFrame(found, columns=_COLUMNS)


def _alert(name: str, severity: str, **more: Any) -> dict[str, Any]:
    return {"alert": name, "severity": severity, **more}


def _filled(facts: Mapping[str, Any]) -> float:
    return float(facts["rows"] - facts["missing"])


def _filling(facts: Mapping[str, Any], high: float) -> Iterator[dict[str, Any]]:
    if facts["rows"] and not _filled(facts):
        yield _alert("empty", "note" if facts["sparse"] else "look", figure=1.0, n=facts["rows"])
    elif facts["missing_share"] >= max(high, 1e-9) and not facts["sparse"]:
        yield _alert("gaps", "look", figure=facts["missing_share"], n=facts["missing"])


def _values(facts: Mapping[str, Any], many: int) -> Iterator[dict[str, Any]]:
    filled, distinct, top = _filled(facts), facts["distinct"], facts["top_rows"]
    if filled < 2 or not distinct:
        return
    if distinct == 1:
        yield _alert("constant", "note", figure=filled / facts["rows"], n=filled)
    elif top / filled >= _NEARLY:
        yield _alert("nearly constant", "note", figure=top / filled, n=filled - top)
    elif filled >= _JUDGED and top / filled >= _IMBALANCED and facts["role"] in ("category", "flag"):
        yield _alert("imbalance", "note", figure=top / filled, n=filled - top)
    if facts["role"] == "category" and not facts["personal"] and distinct > many:
        yield _alert("high cardinality", "note", figure=distinct, n=filled)
    if filled >= _JUDGED and distinct == facts["rows"] and facts["distinct_exact"] and facts["role"] == "identifier":
        yield _alert("unique", "note", figure=distinct, n=filled)
    same = facts["length_min"] == facts["length_max"]
    if facts["kind"] == "text" and facts["role"] == "identifier" and same and filled >= _JUDGED:
        yield _alert("constant length", "note", figure=facts["length_min"], n=filled)


def _texts(facts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if facts["personal"]:
        known = "note" if facts["column"] in _KNOWN_PERSONAL else "look"
        severity = "act" if facts["personal"] in _NEVER_NEEDED else known
        yield _alert("personal data", severity, figure=facts["personal_share"], other=facts["personal"])
    elif facts["mention_share"] > 0:
        yield _alert("personal data", "look", figure=facts["mention_share"], other=MENTIONS)
    if facts["kind"] != "text":
        return
    alike = max(("number", "date"), key=lambda kind: float(np.nan_to_num(facts[f"{kind}_like_share"])))
    share, filled = float(np.nan_to_num(facts[f"{alike}_like_share"])), _filled(facts)
    if facts["role"] != "identifier" and not facts["personal"] and filled >= _JUDGED:
        if 0.5 <= share < 1:
            yield _alert("mixed types", "look", figure=share, other=alike, n=round((1 - share) * filled))
        elif share == 1 and facts["distinct"] > 20:
            yield _alert("numbers as text", "note", figure=share, other=alike, n=filled)
    short = facts["length_max"] <= _CODE_LENGTH and 2 <= facts["distinct"] <= _MOST_CODES
    if facts["role"] == "category" and short and facts["number_like_share"] == 1 and facts["column"] not in _NUMBERED:
        yield _alert("coded", "look", figure=facts["distinct"], n=filled)
    if facts["spelling_rows"] > 0:
        slips = facts["spelling_rows"]
        yield _alert("dirty categories", "look", figure=slips / filled, other=facts["spelling_example"], n=slips)
    elif facts["padded_share"] > 0:
        padded = facts["padded_share"]
        yield _alert("dirty categories", "look", figure=padded, other=PADDED, n=round(padded * filled))


def _numbers(facts: Mapping[str, Any], high_skewness: float, high_zeros: float) -> Iterator[dict[str, Any]]:
    filled = _filled(facts)
    if facts["infinite"] > 0:
        yield _alert("infinite", "act", figure=facts["infinite"] / facts["rows"], n=facts["infinite"])
    if facts["kind"] != "number" or facts["role"] == "identifier" or filled < _JUDGED:
        return
    if facts["zeros"] / filled >= high_zeros and facts["distinct"] > 2:
        yield _alert("zeros", "note", figure=facts["zeros"] / filled, n=facts["zeros"])
    if abs(facts["skewness"]) >= high_skewness and facts["distinct"] > 2:
        yield _alert("skew", "note", figure=facts["skewness"], n=filled)
    if facts["far_out"] > 0 and facts["distinct"] > _SCALE:
        share = facts["far_out"] / filled
        yield _alert("outliers", "look" if share < 0.01 else "note", figure=share, n=facts["far_out"])
