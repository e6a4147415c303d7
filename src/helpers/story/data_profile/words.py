"""Sentences about what arrived, which questions it can answer, and how sales moved."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.phrases import brief, check_name, quoted, some
from helpers.story.statement import KeyFigure, Statement, Verdict
from helpers.story.terms import plain

if TYPE_CHECKING:
    from helpers.analysis.data_profile.readiness import Readiness

_ANALYSES = {
    "rfm": "value segments",
    "lifecycle": "the customer lifecycle",
    "clusters": "behavioural segments",
    "nps": "the Net Promoter Score",
    "nps_groups": "the score by group",
    "drivers": "the drivers of the score",
    "roi": "the return on campaigns",
}


def received(received: pd.DataFrame, quality: pd.DataFrame) -> Statement:
    """`received` and `quality` as in ClientData."""
    rows_in, aside = int(received["rows_in"].sum()), int(received["rows_set_aside"].sum())
    values = {"rows_in": rows_in, "rows_set_aside": aside, "tables": len(received)}
    if not rows_in:
        text = "The files supplied hold no rows, so there is nothing to analyse."
        return Statement("received", text, "few", "Ask for the export again.", headline=True, values=values)
    text = f"We read {fmt.many(rows_in, 'row')} in {fmt.many(len(received), 'table')}"
    if not aside:
        return Statement("received", f"{text} and could use all of them.", "good", values=values)
    share = aside / rows_in
    text += f" and set {fmt.count(aside)} of them aside ({fmt.share(share, 1)})"
    worst = quality.sort_values("rows_set_aside", ascending=False, kind="stable").head(1).to_dict("records")
    action = "Look through the rows set aside with whoever made the export, and ask for a corrected one."
    if worst:
        check, rows, table = check_name(worst[0]["check"]), int(worst[0]["rows_set_aside"]), worst[0]["table"]
        text += f", most often for {check} in {table} ({fmt.many(rows, 'row')})" if rows < aside else f", for {check}"
        action = f"Ask whoever made the {table} export about {check}, and for a corrected export."
        values |= {"check": worst[0]["check"], "table": table, "rows_of_check": rows}
    much = verdicts.too_much_set_aside(share)
    return Statement(
        "received",
        f"{text}. Nothing is lost: the rows set aside are saved with this report, each with its reason.",
        "bad" if much else "neutral",
        action=action if much else "",
        headline=much,
        main=fmt.share(share, 1),
        values=values | {"share_set_aside": share},
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
            needs="a customer list, and another table with customer numbers",
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
    """`monthly` as in order_lines.monthly_orders; the last twelve whole months against the twelve before, in spend or,
    where none is known, in orders."""
    if monthly.empty:
        text = "No purchases were supplied, so nothing is said about sales."
        return Statement("sales_rhythm", text, "few", needs="purchases with a date")
    with_spend = bool(monthly["spend"].notna().any())
    measured = monthly.set_index(pd.PeriodIndex(monthly["month"], freq="M"))["spend" if with_spend else "order_count"]
    every = measured.reindex(pd.period_range(measured.index.min(), measured.index.max()), fill_value=0)
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
    form: Callable[[float], str] = money if with_spend else fmt.count
    name, much = ("spend", "much") if with_spend else ("orders", "many")
    values = {name: now, f"{name}_before": before, "until": until}
    text = f"Sales in the twelve months to {until} were {money(now)} before returns"
    if not with_spend:
        text = f"Customers placed {fmt.many(int(now), 'order')} in the twelve months to {until}"
    if fmt.is_zero(form(before)) or before < 0:
        return Statement("sales_rhythm", f"{text}. There were none in the twelve months before.", values=values)
    rise = now / before - 1
    printed = fmt.change(rise)
    verdict: Verdict = "neutral"
    if fmt.is_zero(printed) or form(now) == form(before):
        text = f"{text}, about as {much} as in the twelve months before ({form(before)})."
    else:
        size, way = fmt.share(abs(rise)), "more" if rise > 0 else "less"
        text = f"{text}, {size} {way} than in the twelve months before ({form(before)})."
        verdict = "good" if rise > 0 else "bad"
    return Statement(
        "sales_rhythm",
        text,
        verdict,
        action="List the twenty customers whose orders fell most, and ask them why." if verdict == "bad" else "",
        headline=verdict == "bad",
        values=values | {"rise": rise},
        figures=(
            KeyFigure(
                f"{'Sales' if with_spend else 'Orders'}, twelve months", form(now), f"{printed} on the year before"
            ),
        ),
    )


def subscribers(totals: Mapping[str, float]) -> Statement:
    """`totals` as from features.subscriptions.subscription_totals: how many have left, and how long they stay. What
    that means for revenue is the lifecycle page's to say, on the cover too."""
    n, known, ended = (int(totals[name]) for name in ("subscriptions", "known", "ended"))
    if not n:
        text = "No subscriptions were supplied, so nothing is said about them."
        return Statement("subscribers", text, "few", needs="subscriptions, with their start and end or their tenure")
    people, months = int(totals["subscribers"]), totals["median_tenure_months"]
    values: dict[str, float] = {"subscriptions": n, "subscribers": people, "known": known, "ended": ended}
    if not known:
        said = f"There {'is' if n == 1 else 'are'} {fmt.many(n, 'subscription')}; no end is recorded for any."
    else:
        values["ended_share"] = ended / known
        counted = fmt.many(known, "subscription") + (" whose end is recorded" if known < n else "")
        said = f"{fmt.share(ended / known)} of {counted} {'has' if known == 1 else 'have'} ended."
    if people != n:
        said += f" They are held by {fmt.many(people, 'customer')}."
    if months == months:
        values["median_tenure_months"] = months
        said += f" Half have run for {fmt.number(months, 0)} months or longer."
    return Statement(
        "subscribers",
        said,
        "neutral",
        values=values,
    )


def readiness(result: "Readiness") -> Statement:
    """What may be decided on these data; the table beside it has the analyses one by one."""
    found = {str(r["analysis"]): r for r in result.verdicts.to_dict("records")}
    ready, thin, missing = (
        [_ANALYSES[a] for a in _ANALYSES if a in found and found[a]["verdict"] == verdict]
        for verdict in ("ready", "thin", "missing")
    )
    if thin:
        said = f"The data are thin for {some(thin, 3)}"
        if ready:
            said = f"The data are enough for {fmt.words(len(ready))} of {fmt.words(len(found))} questions, "
            said += f"but thin for {some(thin, 2)}"
        said += (
            f", and missing for {fmt.words(len(missing))} other question{'s' if missing[1:] else ''}."
            if missing
            else "."
        )
    elif ready:
        said = f"The data are enough for {fmt.listing(ready)}."
        said += f" Data are missing for {fmt.listing(missing)}." if missing else ""
    else:
        said = "Data are missing for every question of this report."
    collect = [fmt.in_marks(str(r["collect"])) for r in found.values() if r["verdict"] == "thin" and r["collect"]]
    enough = bool(ready) and not thin
    return Statement(
        "readiness",
        said,
        "few" if not enough else "neutral" if missing else "good",
        action=brief(collect[0]) if collect else "",
        headline=not enough,
        values={a: r["verdict"] for a, r in found.items()},
    )


def coverage(combinations: pd.DataFrame) -> Statement:
    """`combinations` as from features.coverage.customer_coverage: how far the sources make one view of the customer."""
    tables = [c for c in combinations.columns if c != "customers_known"]
    total = int(combinations["customers_known"].sum())
    if len(tables) < 2 or not total:
        return Statement("coverage", "", "few")  # view_of_customers says what it takes
    known = combinations[tables].sum(axis=1)
    by_sources = combinations["customers_known"].groupby(known).sum()
    every, single = int(by_sources.get(len(tables), 0)), int(by_sources.get(1, 0))
    values = {"customers": total, "sources": len(tables), "in_every": every, "in_one": single}
    text = f"{fmt.many(total, 'customer')} {'is' if total == 1 else 'are'} named in {fmt.words(len(tables))} sources"
    shares = {"every_share": every / total, "one_share": single / total}
    if every == total:
        return Statement("coverage", f"{text}, and each of them in every source.", "good", values=values)
    alone = combinations[known == 1].sort_values("customers_known", ascending=False, kind="stable")
    text += f". {fmt.share(every / total)} of them are in every source, {fmt.share(single / total)} in one only"
    if single:
        most = alone.iloc[0]
        source = quoted(plain(next(t for t in tables if most[t])))
        n = int(most["customers_known"])
        text += f", {'most of these' if n < single else 'namely'} in {source} ({fmt.count(n)})"
        values["most_in_one"] = n
    return Statement("coverage", f"{text}.", "neutral", values=values | shares)


def segmentation(result: "Readiness") -> Statement:
    """Whether these customers may be segmented at all, and how simply to begin."""
    found = result.verdicts.set_index("analysis")
    rfm, clusters = (str(found.loc[analysis, "verdict"]) for analysis in ("rfm", "clusters"))
    buyers = result.gates[(result.gates["analysis"] == "rfm") & (result.gates["unit"] == "customers")]["found"]
    values = {"buyers": float(buyers.iloc[0]) if len(buyers) else float("nan")}
    if (rfm, clusters) == ("ready", "ready"):
        text = "Yes: the data are enough for segments by value and by behaviour."
        return Statement("segmentation", text, "good", values=values)
    if rfm == "missing" and clusters == "missing":
        text = f"No. {_why(found, 'rfm')}"
        return Statement("segmentation", text, "few", action=_said(found, "rfm"), values=values)
    values |= _figures(result)
    if rfm == "missing":
        said = ", yes" if clusters == "ready" else f", with care: {_inside(_why(found, 'clusters'))[:-1]}"
        text = f"By behaviour{said}. By value, no: {_inside(_why(found, 'rfm'))}"
        verdict: Verdict = "neutral" if clusters == "ready" else "few"
        return Statement("segmentation", text, verdict, action=_said(found, "clusters"), values=values)
    if "ready" in (rfm, clusters):
        ready, other = ("rfm", "clusters") if rfm == "ready" else ("clusters", "rfm")
        names = {"rfm": "segments by value", "clusters": "segments by behaviour"}
        thin = "are thin for" if found.loc[other, "verdict"] == "thin" else "not"
        text = f"In part: the data are enough for {names[ready]}, but {thin} {names[other]}. {_why(found, other)}"
        return Statement("segmentation", text, "few", action=_said(found, other), values=values)
    text = f"Only in a simple way. {_why(found, 'rfm')}"
    return Statement("segmentation", text, "few", action=_said(found, "rfm"), values=values)


def _inside(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _figures(result: "Readiness") -> dict[str, float]:
    """The numbers that reasons are made of."""
    figures = {f"{r['analysis']}: {r['gate']}": float(r["found"]) for r in result.gates.to_dict("records")}
    buyers = figures.get("rfm: buyers for scores from 1 to 5", float("nan"))
    needed = result.gates[(result.gates["analysis"] == "clusters") & (result.gates["unit"] == "customers")]["needed"]
    return figures | {"cells": 25.0, "buyers_a_cell": buyers / 25, "measures": float(needed.iloc[0]) / 70}


def _why(verdicts: pd.DataFrame, analysis: str) -> str:
    return fmt.in_marks(str(verdicts.loc[analysis, "why"]))


def _said(verdicts: pd.DataFrame, analysis: str) -> str:
    return fmt.in_marks(str(verdicts.loc[analysis, "collect"]))
