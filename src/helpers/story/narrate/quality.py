"""Sentences about what is odd in the data, who is known where, whether to segment, and what changed since last time."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.analysis.data_profile.alerts import ALERTS
from helpers.story import fmt
from helpers.story.narrate.phrases import inside, quoted, some
from helpers.story.oddities import advice, kind, oddity
from helpers.story.statement import Statement

if TYPE_CHECKING:
    from helpers.analysis.data_profile.drift import Drift
    from helpers.analysis.data_profile.readiness import Readiness
from helpers.story.terms import lower, plain, printable

_LINKED = 0.5  # a correlation that is called moving together (Cohen 1988: large)
_FEWEST_ROWS = 30  # with fewer in every table nothing can be called odd


def oddities(alerts: pd.DataFrame, columns: pd.DataFrame) -> Statement:
    """`alerts` as from alerts.find_alerts, `columns` as in data_columns."""
    if columns.empty or columns["rows"].max() < _FEWEST_ROWS:
        text = "There are too few rows to say what is usual in them, and so what is odd."
        return Statement("oddities", text, "few")
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
        return Statement("number_links", text, "few")
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
    named = [
        f"{quoted(inside(r['left']))} and {quoted(inside(r['right']))} in {lower(plain(r['table']))} "
        f"({fmt.number(r['correlation'], 2)})"
        for r in linked.to_dict("records")
    ]
    values["correlations"] = [float(c) for c in linked["correlation"].head(4)]
    have = "pair of number columns moves" if len(linked) == 1 else "pairs of number columns move"
    return Statement("number_links", f"{fmt.count(len(linked))} {have} together: {some(named, 3)}.", values=values)


def personal_data(alerts: pd.DataFrame) -> Statement:
    """Which columns look like a person's data; `alerts` as from alerts.find_alerts."""
    found = alerts[alerts["alert"] == "personal data"]
    if found.empty:
        text = "No column looks like personal data. We looked at forms and check digits, so this is no legal advice."
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
    verdicts = found.reindex(["rfm", "clusters"])["verdict"].tolist()
    buyers = result.gates[(result.gates["analysis"] == "rfm") & (result.gates["unit"] == "customers")]["found"]
    values = {"buyers": float(buyers.iloc[0]) if len(buyers) else float("nan")}
    if verdicts == ["ready", "ready"]:
        text = "Yes: the data carry segments by value and by behaviour."
        return Statement("segmentation", text, "good", values=values)
    if "ready" in verdicts:
        ready, thin = ("rfm", "clusters") if verdicts[0] == "ready" else ("clusters", "rfm")
        names = {"rfm": "segments by value", "clusters": "segments by behaviour"}
        text = f"In part: the data carry {names[ready]}, but are thin for {names[thin]}. {_why(found, thin)}"
        return Statement("segmentation", text, "few", action=_said(found, thin), values=values | _figures(result))
    if verdicts[0] == "missing":
        text = f"No. {_why(found, 'rfm')}"
        return Statement("segmentation", text, "few", action=_said(found, "rfm"), values=values)
    text = f"Only in a simple way. {_why(found, 'rfm')}"
    values |= _figures(result)
    return Statement("segmentation", text, "few", action=_said(found, "rfm"), headline=True, values=values)


def _figures(result: "Readiness") -> dict[str, float]:
    """The numbers that reasons are made of."""
    figures = {f"{r['analysis']}: {r['gate']}": float(r["found"]) for r in result.gates.to_dict("records")}
    buyers = figures.get("rfm: buyers for scores from 1 to 5", float("nan"))
    return figures | {"cells": 25.0, "buyers_a_cell": buyers / 25}


def _why(verdicts: pd.DataFrame, analysis: str) -> str:
    return str(verdicts.loc[analysis, "why"])


def _said(verdicts: pd.DataFrame, analysis: str) -> str:
    return str(verdicts.loc[analysis, "collect"])


def drift(result: "Drift") -> Statement:
    """What changed since the earlier extract."""
    columns, tables = result.columns, result.tables
    count = columns["verdict"].value_counts()
    gone, changed = int(count.get("gone", 0)), int(count.get("changed", 0))
    values: dict[str, object] = {"columns": len(columns), **{str(k): int(n) for k, n in count.items()}}
    if columns.empty:
        return Statement("drift", "There is nothing to compare: neither extract has columns.", "few")
    worst = columns[columns["verdict"].isin(["gone", "renamed", "changed"])]
    told = [_drifted(r) for r in worst.itertuples(index=False)]
    fewer = tables[tables["verdict"].isin(["fewer rows", "gone"])]
    told += [f"{lower(plain(r.table))} has {_rows(r)}" for r in fewer.itertuples(index=False)]
    unclear = columns["psi"].gt(0.1) & columns["psi"].le(columns["psi_by_chance"])
    if not told and unclear.any():
        text = (
            f"No column changed for certain. {fmt.many(int(unclear.sum()), 'column')} may have, but the rows are few."
        )
        return Statement("drift", text, "unclear", values=values | {"unclear": int(unclear.sum())})
    if not told:
        some_change = int(count.get("some change", 0) + count.get("new", 0))
        text = f"The {fmt.many(len(columns), 'column')} are spread as in the earlier extract"
        text += f", but for small changes in {fmt.count(some_change)}." if some_change else "."
        return Statement("drift", text, "good", values=values | {"small_changes": some_change})
    text = f"Since the earlier extract {some(told, 3)}."
    values |= {"told": len(told) - 3, "columns_told": _numbers(worst), "tables_told": _numbers(fewer)}
    return Statement(
        "drift",
        text,
        "bad" if gone or changed or len(fewer) else "neutral",
        action="Ask whoever made the export what changed before comparing this report with the last.",
        headline=bool(gone or changed or len(fewer)),
        values=values,
    )


def _numbers(frame: pd.DataFrame) -> list[float]:
    return [float(x) for column in frame.select_dtypes("number") for x in frame[column] if x == x]


def _drifted(r: object) -> str:
    """A changed column as part of a sentence; names are the client's and stand in quotes."""
    row = r._asdict()  # type: ignore[attr-defined]
    name = f"{quoted(row['column'])} in {lower(plain(row['table']))}"
    if row["verdict"] == "renamed":
        return f"{quoted(row['column_before'])} in {lower(plain(row['table']))} is now called {quoted(row['column'])}"
    if row["verdict"] in ("gone", "new", "same"):
        return name + {"gone": " is gone", "new": " is new", "same": " is as it was"}[row["verdict"]]
    said = []
    before, after = row["missing_share_before"], row["missing_share_after"]
    if abs(after - before) > 0.05:
        said.append(f"is blank in {fmt.share(after)} of rows, before in {fmt.share(before)}")
    if row["psi"] > max(0.1, row["psi_by_chance"]):
        said.append(f"is spread otherwise (stability index {fmt.number(row['psi'], 2)})")
    if row["gone_values"]:
        said.append(f"no longer has “{printable(row['gone_values'])}”")
    if row["new_values"]:
        said.append(f"has the new “{printable(row['new_values'])}”")
    return f"{name} {fmt.listing(said) or 'holds another kind of values'}"


def _rows(r: object) -> str:
    row = r._asdict()  # type: ignore[attr-defined]
    if row["verdict"] == "gone":
        return "no rows any more"
    return f"{fmt.count(row['rows_after'])} rows, before {fmt.count(row['rows_before'])}"


def _plain_sentence(text: str) -> str:
    return text.rstrip(".")
