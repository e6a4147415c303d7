"""Sentences about what the client supplied and what it can carry."""

import pandas as pd

from helpers.analysis.profile import Readiness
from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.statement import KeyFigure, Statement

_ANALYSES = {
    "rfm": "value segments",
    "clusters": "behaviour groups",
    "nps": "the Net Promoter Score",
    "drivers": "what drives it",
    "roi": "the return on campaigns",
}


def data_received(received: pd.DataFrame, quality: pd.DataFrame) -> Statement:
    """`received` and `quality` as in ClientData."""
    rows_in, aside = int(received["rows_in"].sum()), int(received["rows_set_aside"].sum())
    text = f"We read {fmt.many(rows_in, 'row')} in {fmt.many(len(received), 'table')}"
    if not aside:
        return Statement(
            "data_received", f"{text} and could use every one of them.", "good", values={"rows_in": rows_in}
        )
    worst = quality.sort_values("rows_set_aside", ascending=False).iloc[0]
    share = aside / rows_in
    text += (
        f" and set {fmt.count(aside)} of them ({fmt.share(share, 1)}) aside, most often in {worst['table']} "
        f"because of “{worst['check']}” ({fmt.many(worst['rows_set_aside'], 'row')}). "
        "Nothing is lost: every row set aside is kept with its reason."
    )
    return Statement(
        "data_received",
        text,
        "bad" if share >= 0.05 else "neutral",
        action=f"Ask for the {worst['table']} again with “{worst['check']}” mended at the source, "
        "and see the rejected rows saved with this report."
        if share >= 0.05
        else "",
        headline=share >= 0.05,
        values={"rows_in": rows_in, "rows_set_aside": aside},
    )


def columns_gaps(columns: pd.DataFrame, *, high: float = 0.2) -> Statement:
    """`columns` as in features.column_summary; names the columns with `high` or more of their values blank."""
    gappy = columns[columns["missing_share"] >= high].sort_values("missing_share", ascending=False)
    if gappy.empty:
        most = columns["missing_share"].max()
        return Statement(
            "columns_gaps",
            f"No column is blank in {fmt.share(high)} of its rows or more; the emptiest lacks {fmt.share(most, 1)}.",
            "good",
            values={"highest_missing_share": most},
        )
    named = [f"{r['table']}.{r['column']} ({fmt.share(r['missing_share'])})" for r in gappy.head(4).to_dict("records")]
    more = f", and {fmt.words(len(gappy) - 4)} more" if len(gappy) > 4 else ""
    return Statement(
        "columns_gaps",
        f"{fmt.many(len(gappy), 'column')} of {len(columns)} {'is' if len(gappy) == 1 else 'are'} blank in "
        f"{fmt.share(high)} of the rows or more: {', '.join(named)}{more}.",
        "neutral",
        values={"columns": len(columns), "gappy": len(gappy)},
    )


def view_of_customers(matches: pd.DataFrame) -> Statement:
    """`matches` as in features.key_matches."""
    if matches.empty:
        return Statement(
            "view_of_customers",
            "There is one source of customers only, so nothing can be matched across sources.",
            "few",
        )
    worst = matches.assign(share=matches["in_customers"] / matches["customers"]).sort_values("share").iloc[0]
    if worst["in_customers"] == worst["customers"]:
        text = "Every customer in every table is known to the customer list: one view of the customer stands."
        return Statement("view_of_customers", text, "good", values={"worst_share": 1.0})
    return Statement(
        "view_of_customers",
        f"The customer list knows {fmt.share(worst['share'], 1)} of the customers in {worst['table']} "
        f"({fmt.count(worst['in_customers'])} of {fmt.count(worst['customers'])}), and more in every other table.",
        "good" if worst["share"] >= 0.95 else "bad",
        action="" if worst["share"] >= 0.95 else "Ask which system holds the others, and for its export.",
        values={"worst_share": worst["share"], "table": worst["table"]},
    )


def sales_rhythm(monthly: pd.DataFrame, money: Money) -> Statement:
    """`monthly` as in features.monthly_orders; compares the last twelve whole months with the twelve before."""
    whole = monthly.iloc[1:-1]  # the first and last month may be cut by the export
    if len(whole) < 24:
        return Statement(
            "sales_rhythm",
            f"There are {fmt.many(len(whole), 'whole month')} of orders; two whole years would be needed to tell "
            "growth from season.",
            "few",
            values={"whole_months": len(whole)},
        )
    now, before = whole["spend"].iloc[-12:].sum(), whole["spend"].iloc[-24:-12].sum()
    rise = now / before - 1
    verdict = "good" if round(rise, 2) > 0 else "bad" if round(rise, 2) < 0 else "neutral"
    return Statement(
        "sales_rhythm",
        f"Sales of the last twelve whole months were {money(now)}, {fmt.change(rise)} on the twelve before.",
        verdict,
        values={"spend": now, "spend_before": before},
        figures=(KeyFigure("Sales, twelve months", money(now), f"{fmt.change(rise)} on the year before"),),
    )


def readiness(result: Readiness) -> Statement:
    """What may be decided on these data."""
    verdicts = result.verdicts.set_index("analysis")["verdict"]
    by_verdict = {v: [_ANALYSES[a] for a in verdicts.index[verdicts == v]] for v in ("ready", "thin", "missing")}
    parts = []
    if by_verdict["ready"]:
        parts.append(f"The data carry {fmt.listing(by_verdict['ready'])}")
    if by_verdict["thin"]:
        parts.append(f"they are thin for {fmt.listing(by_verdict['thin'])}")
    if by_verdict["missing"]:
        parts.append(f"nothing was supplied for {fmt.listing(by_verdict['missing'])}")
    text = "; ".join(parts) + "."
    collect = [c for c in result.verdicts["collect"] if c]
    return Statement(
        "readiness",
        text[0].upper() + text[1:],
        "good" if set(verdicts) == {"ready"} else "few",
        action=collect[0] if collect and by_verdict["thin"] else "",
        headline=bool(by_verdict["thin"]),
        values=verdicts.to_dict(),
    )
