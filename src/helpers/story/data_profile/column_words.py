"""Sentences about columns: what is odd, which name people, what is blank, not used, or moves together."""

import pandas as pd

from helpers.analysis.data_profile.alerts import ALERTS
from helpers.story import fmt
from helpers.story.data_profile.oddities import advice, kind, oddity
from helpers.story.phrases import check_name, inside, quoted, some
from helpers.story.statement import Statement, Verdict
from helpers.story.terms import lower, plain

_LINKED = 0.5  # a correlation that is called moving together (Cohen 1988: large)
_FEWEST_ROWS = 30  # with fewer in every table nothing can be called odd
_FEW_NAMES = 4  # columns not used that a sentence names


def oddities(alerts: pd.DataFrame, columns: pd.DataFrame) -> Statement:
    """`alerts` as from alerts.find_alerts, `columns` as in data_columns."""
    if columns.empty or columns["rows"].max() < _FEWEST_ROWS:
        text = "There are too few rows to say what is usual, and so what is odd."
        return Statement("oddities", text, "few", needs=f"a table with {_FEWEST_ROWS} rows or more")
    told = alerts[alerts["severity"] != "note"]
    values: dict[str, object] = {"columns": len(columns), "alerts": len(told), "notes": len(alerts) - len(told)}
    values["kinds"] = len(ALERTS)
    looked = f"We looked at {fmt.many(len(columns), 'column')} for {fmt.words(len(ALERTS))} kinds of oddities"
    if told.empty:
        return Statement("oddities", f"{looked} and found none to ask about.", "good", values=values)
    first = next(told.itertuples(index=False))
    kinds = told["alert"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    named = [f"{kind(str(alert))} ({fmt.count(n)})" for alert, n in kinds.items()]
    act = int((told["severity"] == "act").sum())
    text = f"{looked} and found {fmt.count(len(told))} to ask about: {some(named)}."
    values |= {"act": act, **{str(k): int(n) for k, n in kinds.items()}}
    if len(kinds) > 5:
        values["more"] = len(kinds) - 4
    where = f"{plain(first.table)}, {inside(first.column)}" if first.column else plain(first.table)
    action = f"{where}: {_plain_sentence(oddity(first))}. {advice(first)}"
    return Statement("oddities", text, "bad" if act else "neutral", action=action, headline=bool(act), values=values)


def number_links(pairs: pd.DataFrame) -> Statement:
    """Which number columns move together; `pairs` as in data_correlations."""
    known = pairs[(pairs["n"] >= _FEWEST_ROWS) & pairs["correlation"].notna()]
    if known.empty:
        text = "No table has two number columns with enough rows to tell whether they move together."
        needs = f"a table with two number columns that are filled together in {_FEWEST_ROWS} rows or more"
        return Statement("number_links", text, "few", needs=needs)
    size = known["correlation"].abs().round(2)
    ranked = known.assign(size=size).sort_values("size", ascending=False, kind="stable")
    linked = ranked[ranked["size"] >= _LINKED]
    values: dict[str, object] = {"pairs": len(known), "linked": len(linked), "more": len(linked) - 3}
    if linked.empty:
        most = float(ranked["size"].iloc[0])
        text = (
            f"No two of the number columns move together: the closest of {fmt.many(len(known), 'pair')} correlate by "
        )
        return Statement("number_links", f"{text}{fmt.number(most, 2)}.", "neutral", values=values | {"most": most})
    several = pairs["table"].nunique() > 1
    named = [
        f"{quoted(inside(r['left']))} and {quoted(inside(r['right']))}"
        f"{_in(r['table']) if several else ''} ({fmt.number(r['correlation'], 2)})"
        for r in linked.to_dict("records")
    ]
    values["correlations"] = [float(c) for c in linked["correlation"].head(4)]
    have = "pair of number columns moves" if len(linked) == 1 else "pairs of number columns move"
    return Statement("number_links", f"{fmt.count(len(linked))} {have} together: {some(named, 3)}.", values=values)


def _in(table: object) -> str:
    return f" in {lower(plain(table))}"


def personal_data(alerts: pd.DataFrame) -> Statement:
    """Which columns look like a person's data; `alerts` as from alerts.find_alerts."""
    found = alerts[alerts["alert"] == "personal data"]
    if found.empty:
        text = (
            "No column looks like personal data, judging by form, check digits and headings. This is no legal advice."
        )
        return Statement("personal_data", text, "good")
    rows = found.to_dict("records")
    named = [f"{quoted(inside(r['column']))} in {lower(plain(r['table']))} ({r['other']})" for r in rows]
    unexpected = found[found["severity"] != "note"]
    never = found[found["severity"] == "act"]
    are = "column looks" if len(found) == 1 else "columns look"
    text = f"{fmt.count(len(found))} {are} like personal data: {some(named)}. No page of this report shows them."
    values: dict[str, object] = {"columns": len(found), "unexpected": len(unexpected), "more": len(found) - 4}
    if unexpected.empty:
        return Statement("personal_data", text, "neutral", values=values)
    ask = some([quoted(inside(c)) for c in unexpected["column"]])
    return Statement(
        "personal_data",
        text,
        "bad" if len(never) else "neutral",
        action=f"Have {ask} taken out of the export: no analysis here needs it.",
        headline=bool(len(never)),
        values=values,
    )


def _plain_sentence(text: str) -> str:
    return text.rstrip(".")


def unused(unused: pd.DataFrame) -> Statement:
    """`unused` as from unused.unused_columns."""
    if unused.empty:
        return Statement("unused", "", "good")  # the section is left out, and why is said at the page's end
    by_table = unused.groupby("table", sort=False)["columns_received"].agg(["size", "first"])
    received = int(by_table["first"].sum())
    values: dict[str, object] = {"columns": len(unused), "received": received}
    values |= {str(table): [int(n), int(came)] for table, n, came in by_table.itertuples()}
    named = [
        f"{fmt.count(n)} of {fmt.count(came)} in {lower(plain(table))}" for table, n, came in by_table.itertuples()
    ]
    if len(unused) <= _FEW_NAMES:
        named = [
            f"{quoted(r['column'])} in {lower(plain(r['table']))}"
            for r in unused[["table", "column"]].to_dict("records")
        ]
    elif len(named) == 1:
        named = []
    text = f"Of {fmt.many(received, 'column')} supplied, {fmt.count(len(unused))} "
    text += f"{'is' if len(unused) == 1 else 'are'} not used in this report"
    return Statement(
        "unused",
        f"{text}: {some(named, 6)}." if named else f"{text}.",
        action="Look through the names. One that matters can be named in the parameter file, under “columns” or, where "
        "it tells customers or answers apart, under “attributes”.",
        values=values,
    )


def gaps(columns: pd.DataFrame, quality: pd.DataFrame, *, high: float = 0.2) -> Statement:
    """`columns` as in data_columns, `quality` as in ClientData; names the columns with `high` or more of their values
    blank, and what was set aside for a blank before."""
    if columns.empty:
        return Statement("gaps", "No columns were supplied.", "few", needs="a table with rows")
    columns = columns[~columns["sparse"]]
    blank = columns["missing_share"].round(3)  # as printed, so that "20.0%" is never below a limit of 20%
    gappy = columns[blank >= max(high, 0.001)].sort_values("missing_share", ascending=False, kind="stable")
    most = float(columns["missing_share"].max())
    values: dict[str, float] = {"columns": len(columns), "gappy": len(gappy), "highest_missing_share": most}
    aside = quality[(quality["rows_set_aside"] > 0) & quality["check"].str.startswith("no ")]
    values |= {"rows_set_aside": int(aside["rows_set_aside"].sum())}
    values |= {f"{r['table']}: {r['check']}": r["rows_set_aside"] for r in aside.to_dict("records")}
    if gappy.empty:
        text = f"No column is blank in {fmt.share(high)} or more of the rows kept. The emptiest is blank in "
        text = f"{text}{fmt.share(most, 1)} of them." if most else "In the rows kept, every column is filled."
        verdict: Verdict = "good" if aside.empty else "neutral"
        return Statement("gaps", text + _set_aside_for_blanks(aside), verdict, values=values)
    values |= {f"{r['table']}.{r['column']}": r["missing_share"] for r in gappy.to_dict("records")}
    tables = [f" in {lower(plain(table))}" for table in gappy["table"]]
    one_table = tables[0] if len(set(tables)) == 1 else ""  # said once
    named = [
        f"{quoted(inside(r['column']))}{'' if one_table else table} ({fmt.share(r['missing_share'])})"
        for r, table in zip(gappy.to_dict("records"), tables, strict=True)
    ]
    are = "is" if len(gappy) == 1 else "are"
    return Statement(
        "gaps",
        f"{fmt.count(len(gappy))} of {fmt.many(len(columns), 'column')} {are} blank in {fmt.share(high)} or more "
        f"of the rows kept{one_table}: {some(named, 3)}.{_set_aside_for_blanks(aside)}",
        "neutral",
        values=values,
    )


def _set_aside_for_blanks(aside: pd.DataFrame) -> str:
    """What is not among the rows kept because a column they need was blank: a sentence, or nothing."""
    if aside.empty:
        return ""
    why = [
        f"{check_name(r['check'])} in {lower(plain(r['table']))} ({fmt.count(r['rows_set_aside'])})"
        for r in aside.sort_values("rows_set_aside", ascending=False, kind="stable").to_dict("records")
    ]
    were = "row was" if int(aside["rows_set_aside"].sum()) == 1 else "rows were"
    return f" {fmt.count(aside['rows_set_aside'].sum())} more {were} set aside for a blank: {some(why)}."
