"""Sentences about what changed between two extracts."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.story import fmt
from helpers.story.phrases import quoted
from helpers.story.statement import Statement
from helpers.story.terms import lower, plain, printable

if TYPE_CHECKING:
    from helpers.analysis.drift import Drift


def describe_drift(result: "Drift") -> Statement:
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
            f"No column has certainly changed. {fmt.many(int(unclear.sum()), 'column')} may have, but the rows are few."
        )
        return Statement("drift", text, "unclear", values=values | {"unclear": int(unclear.sum())})
    if not told:
        some_change = int(count.get("some change", 0) + count.get("new", 0))
        text = f"The {fmt.many(len(columns), 'column')} are spread as in the earlier extract"
        text += f", but for small changes in {fmt.count(some_change)}." if some_change else "."
        return Statement("drift", text, "good", values=values | {"small_changes": some_change})
    more = [f"{fmt.words(len(told) - 3)} more have changed"] if len(told) > 4 else []
    others = [one[:1].upper() + one[1:] for one in [*told[1 : 3 if more else 4], *more]]
    text = " ".join(f"{one}." for one in [f"Since the earlier extract {told[0]}", *others])
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
        said.append(f"is spread differently (stability index {fmt.number(row['psi'], 2)})")
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
