"""Sentences about what the client supplied and what it can carry."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.narrate.phrases import inside, quoted, some
from helpers.story.statement import KeyFigure, Statement, Verdict

if TYPE_CHECKING:
    from helpers.analysis.data_profile.readiness import Readiness
from helpers.story.terms import in_plain, lower, plain

_FEW_NAMES = 4  # columns not used that a sentence names
_ANALYSES = {
    "rfm": "value segments",
    "lifecycle": "the customer lifecycle",
    "clusters": "behavioural segments",
    "nps": "the Net Promoter Score",
    "nps_groups": "the score by group",
    "drivers": "the drivers of the score",
    "roi": "the return on campaigns",
}


def data_received(received: pd.DataFrame, quality: pd.DataFrame) -> Statement:
    """`received` and `quality` as in ClientData."""
    rows_in, aside = int(received["rows_in"].sum()), int(received["rows_set_aside"].sum())
    values = {"rows_in": rows_in, "rows_set_aside": aside, "tables": len(received)}
    if not rows_in:
        text = "The files supplied hold no rows, so there is nothing to analyse."
        return Statement("data_received", text, "few", "Ask for the export again.", headline=True, values=values)
    text = f"We read {fmt.many(rows_in, 'row')} in {fmt.many(len(received), 'table')}"
    if not aside:
        return Statement("data_received", f"{text} and could use all of them.", "good", values=values)
    share = aside / rows_in
    text += f" and set {fmt.count(aside)} of them aside ({fmt.share(share, 1)})"
    worst = quality.sort_values("rows_set_aside", ascending=False, kind="stable").head(1).to_dict("records")
    action = "Look through the rows set aside with whoever made the export, and ask for one that holds them whole."
    if worst:
        check, rows, table = _in_words(worst[0]["check"]), int(worst[0]["rows_set_aside"]), worst[0]["table"]
        text += f", most often for {check} in {table} ({fmt.many(rows, 'row')})" if rows < aside else f", for {check}"
        action = f"Ask whoever made the {table} export about {check}, and for one where it is mended."
        values |= {"check": worst[0]["check"], "table": table, "rows_of_check": rows}
    much = verdicts.too_much_set_aside(share)
    return Statement(
        "data_received",
        f"{text}. Nothing is lost: the rows set aside are saved with this report, each with its reason.",
        "bad" if much else "neutral",
        action=action if much else "",
        headline=much,
        values=values | {"share_set_aside": share},
    )


def columns_unused(unused: pd.DataFrame) -> Statement:
    """`unused` as from unused.unused_columns."""
    if unused.empty:
        return Statement("columns_unused", "Every column that came is used.", "good")
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
    text = f"Of {fmt.many(received, 'column')} that came, {fmt.count(len(unused))} "
    text += f"{'is' if len(unused) == 1 else 'are'} not used in this report"
    return Statement(
        "columns_unused",
        f"{text}: {some(named, 6)}." if named else f"{text}.",
        action="Look through the names. One that matters can be named in the parameter file, under “columns” or, where "
        "it tells customers or answers apart, under “attributes”.",
        values=values,
    )


def columns_gaps(columns: pd.DataFrame, quality: pd.DataFrame, *, high: float = 0.2) -> Statement:
    """`columns` as in data_columns, `quality` as in ClientData; names the columns with `high` or more of their values
    blank, and what was set aside for a blank before."""
    if columns.empty:
        return Statement("columns_gaps", "No columns were supplied.", "few")
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
        return Statement("columns_gaps", text + _set_aside_for_blanks(aside), verdict, values=values)
    values |= {f"{r['table']}.{r['column']}": r["missing_share"] for r in gappy.to_dict("records")}
    named = [
        f"{quoted(inside(r['column']))} in {lower(plain(r['table']))} ({fmt.share(r['missing_share'])})"
        for r in gappy.to_dict("records")
    ]
    are = "is" if len(gappy) == 1 else "are"
    return Statement(
        "columns_gaps",
        f"{fmt.count(len(gappy))} of {fmt.many(len(columns), 'column')} {are} blank in {fmt.share(high)} or more "
        f"of the rows kept: {some(named)}.{_set_aside_for_blanks(aside)}",
        "neutral",
        values=values,
    )


def _set_aside_for_blanks(aside: pd.DataFrame) -> str:
    """What is not among the rows kept because a column they need was blank: a sentence, or nothing."""
    if aside.empty:
        return ""
    why = [
        f"{_in_words(r['check'])} in {lower(plain(r['table']))} ({fmt.count(r['rows_set_aside'])})"
        for r in aside.sort_values("rows_set_aside", ascending=False, kind="stable").to_dict("records")
    ]
    were = "row is" if int(aside["rows_set_aside"].sum()) == 1 else "rows are"
    return (
        f" {fmt.count(aside['rows_set_aside'].sum())} more {were} not among them, set aside for a blank: {some(why)}."
    )


def view_of_customers(matches: pd.DataFrame) -> Statement:
    """`matches` as in features.coverage.key_matches."""
    matches = matches[matches["customers"] > 0]
    if matches.empty:
        return Statement(
            "view_of_customers",
            "Whether the sources speak of the same customers cannot be checked: that takes a customer list and at "
            "least one other table with customer numbers.",
            "few",
        )
    shares = (matches["in_customers"] / matches["customers"]).rename("share")
    ranked = matches.assign(share=shares).sort_values("share", kind="stable").to_dict("records")
    worst = ranked[0]
    values = {"worst_share": worst["share"], "table": worst["table"]}
    if worst["in_customers"] == worst["customers"]:
        text = "Every customer in every other table is in the customer list too."
        return Statement("view_of_customers", text, "good", values=values)
    unknown = int(worst["customers"] - worst["in_customers"])
    good = worst["share"] >= 0.95
    least = "; no other table has a lower share" if len(ranked) > 1 else ""
    return Statement(
        "view_of_customers",
        f"The customer list knows {fmt.share(worst['share'], 1)} of the customers in {worst['table']} "
        f"({fmt.count(worst['in_customers'])} of {fmt.count(worst['customers'])}){least}.",
        "good" if good else "bad",
        action=""
        if good
        else f"Ask which system holds the other {fmt.many(unknown, 'customer')}, and for an export of it.",
        values=values | {"in_customers": int(worst["in_customers"]), "customers": int(worst["customers"])},
    )


def sales_rhythm(monthly: pd.DataFrame, money: Money) -> Statement:
    """`monthly` as in order_lines.monthly_orders; the last twelve whole months against the twelve before."""
    if monthly.empty:
        return Statement("sales_rhythm", "No orders were supplied, so nothing is said about sales.", "few")
    spend = monthly.set_index(pd.PeriodIndex(monthly["month"], freq="M"))["spend"]
    every = spend.reindex(pd.period_range(spend.index.min(), spend.index.max()), fill_value=0.0)
    first_cut, last_cut = monthly["partial"].iloc[0], monthly["partial"].iloc[-1]
    whole = every.iloc[int(first_cut) : len(every) - int(last_cut)]
    if len(whole) < 24:
        have = fmt.many(len(whole), "whole month")
        return Statement(
            "sales_rhythm",
            f"The orders cover {have}. It takes 24 to tell growth from season.",
            "few",
            values={"whole_months": len(whole)},
        )
    now, before = float(whole.iloc[-12:].sum()), float(whole.iloc[-24:-12].sum())
    until = fmt.month(whole.index[-1].to_timestamp())
    values = {"spend": now, "spend_before": before, "until": until}
    text = f"Sales in the twelve months to {until} were {money(now)} before returns"
    if fmt.is_zero(money(before)) or before < 0:
        return Statement("sales_rhythm", f"{text}. There were none in the twelve months before.", values=values)
    rise = now / before - 1
    printed = fmt.change(rise)
    verdict: Verdict = "neutral"
    if fmt.is_zero(printed) or money(now) == money(before):
        text = f"{text}, about as much as in the twelve months before ({money(before)})."
    else:
        size, way = fmt.share(abs(rise)), "more" if rise > 0 else "less"
        text = f"{text}, {size} {way} than in the twelve months before ({money(before)})."
        verdict = "good" if rise > 0 else "bad"
    return Statement(
        "sales_rhythm",
        text,
        verdict,
        action="List the twenty customers whose orders fell most, and ask them why." if verdict == "bad" else "",
        headline=verdict == "bad",
        values=values | {"rise": rise},
        figures=(KeyFigure("Sales, twelve months", money(now), f"{printed} on the year before"),),
    )


def readiness(result: "Readiness") -> Statement:
    """What may be decided on these data."""
    found = {str(r["analysis"]): r for r in result.verdicts.to_dict("records")}
    by_verdict = {
        verdict: [_ANALYSES[a] for a in _ANALYSES if a in found and found[a]["verdict"] == verdict]
        for verdict in ("ready", "thin", "missing")
    }
    said = [
        f"{opening} {fmt.listing(by_verdict[verdict])}."
        for verdict, opening in (
            ("ready", "The data are enough for"),
            ("thin", "They are thin for" if by_verdict["ready"] else "The data are thin for"),
            ("missing", "Data are missing for"),
        )
        if by_verdict[verdict]
    ]
    collect = [str(r["collect"]) for r in found.values() if r["verdict"] == "thin" and r["collect"]]
    enough = bool(by_verdict["ready"]) and not by_verdict["thin"]
    return Statement(
        "readiness",
        " ".join(said),
        "few" if not enough else "neutral" if by_verdict["missing"] else "good",
        action=collect[0] if collect else "",
        headline=not enough,
        values={a: r["verdict"] for a, r in found.items()},
    )


def _in_words(check: object) -> str:
    """A check's name as the table of checks has it, in mid-sentence."""
    return quoted(lower(in_plain(check)))
