"""How large the next test must be, in words: what past tests could have shown, and what the next one takes."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.story import fmt
from helpers.story.phrases import inside, quoted
from helpers.story.statement import Statement

if TYPE_CHECKING:
    from helpers.analysis.campaigns.planning import NextTest

EVERYONE = "All customers"
_NEEDS = "a campaign with a group held out at random, or a period of orders as long as a campaign would be followed"


def past_tests(pairs: pd.DataFrame, plan: "NextTest", revenue: str) -> Statement:
    """Of the pairs of segment and campaign that were compared, how many were large enough to show a lift worth
    finding, and what a typical one could have shown."""
    shown = _of(pairs, revenue)
    if shown.empty:
        text = "No past campaign held customers out at random, so we cannot tell whether any was large enough."
        return Statement("past_tests", text, "few", needs="a campaign with a group held out at random")
    enough, many = int(shown["large_enough"].sum()), len(shown)
    typical = shown["smallest_seen_share"].median()
    metric = inside(shown["metric"].iloc[0])
    values: dict[str, Any] = {"pairs": many, "large_enough": enough, "worthwhile": plan.worthwhile, "typical": typical}
    values["unknown"] = int(shown["smallest_seen_share"].isna().sum())
    worth = fmt.share(plan.worthwhile)
    pair = "pair" if many == 1 else "pairs"
    if enough == many:
        of = "The one pair" if many == 1 else f"All {fmt.count(many)} pairs"
        text = f"{of} of segment and campaign could show a {worth} rise in {metric}."
        return Statement("past_tests", text, "good", values=values)
    of = (
        f"{fmt.words(enough).capitalize() if enough else 'Not one'} of {fmt.count(many)} {pair} of segment and campaign"
    )
    if many == 1:
        of = "The one pair of segment and campaign"
    could = "could not" if many == 1 else "could"
    text = f"{of} {could} show a {worth} rise in {metric}"
    text += f"; a typical one could show only {fmt.share(typical)} or more." if typical == typical else "."
    return Statement(
        "past_tests",
        text,
        "unclear",
        action="Read “unclear” as too small a test, not as a campaign that did nothing.",
        values=values,
    )


def next_test(plan: "NextTest") -> Statement:
    """What a test of all customers takes for the outcome that needs the fewest, and whether they are there."""
    rows = plan.by_segment[plan.by_segment["segment"] == EVERYONE]
    rows = rows.dropna(subset=["needed_an_arm"]).sort_values("needed_an_arm", kind="stable")
    if rows.empty:
        text = "We cannot tell how large a test must be: too little is known of what customers do uncontacted."
        return Statement("next_test", text, "few", needs=_NEEDS)
    row = rows.iloc[0].to_dict()
    values: dict[str, Any] = {key: row[key] for key in ("metric", "customers", "needed_an_arm", "smallest_seen_share")}
    values |= {"worthwhile": plan.worthwhile, "duration_days": row["duration_days"], "all": row["customers"]}
    worth, metric = fmt.share(plan.worthwhile), inside(row["metric"])
    takes = f"To show a {worth} rise in {metric}, a test takes {fmt.count(row['needed_an_arm'])} customers an arm"
    if row["verdict"] == "possible":
        return Statement(
            "next_test",
            f"{takes}; there are {fmt.count(row['customers'])}.",
            "good",
            action="Draw both arms at random from all customers, and decide by all together.",
            values=values,
        )
    if row["verdict"] == "later":
        return Statement(
            "next_test",
            f"{takes}; with new customers coming in, that is {fmt.days(row['duration_days'])} or more.",
            "unclear",
            action="Begin now with all customers, and add new ones as they come.",
            values=values,
        )
    least = row["smallest_seen_share"]
    seen = f"; all {fmt.count(row['customers'])} together show {fmt.share(least)} or more" if least == least else ""
    return Statement(
        "next_test",
        f"{takes}{seen}.",
        "unclear",
        action="Test something bolder on all customers together, or follow outcomes for longer.",
        values=values,
    )


def tests_by_segment(plan: "NextTest") -> Statement:
    """In which segments a test of their own is possible, by the outcome that needs the fewest customers there."""
    rows = plan.by_segment[plan.by_segment["segment"] != EVERYONE].dropna(subset=["smallest_seen"])
    rows = rows.sort_values(["segment", "needed_an_arm"], kind="stable").drop_duplicates("segment")
    if rows.empty:
        text = "No segment has enough customers of whom it is known what they do uncontacted."
        return Statement("tests_by_segment", text, "few", needs=_NEEDS)
    fit = rows[rows["possible"]].sort_values("customers", ascending=False, kind="stable")
    values = {"segments": len(rows), "possible": len(fit), "worthwhile": plan.worthwhile}
    worth = fmt.share(plan.worthwhile)
    if len(fit):
        first = fit.iloc[0]["segment"]
        large = "is large enough for a test of its own" if len(fit) == 1 else "are large enough for tests of their own"
        most = f"; the largest is {quoted(first)}" if len(fit) > 1 else f": {quoted(first)}"
        return Statement(
            "tests_by_segment",
            f"{_so_many(len(fit), len(rows))} {large}{most}.",
            "neutral",
            action=f"Test {quoted(first)} first, half of it held out at random.",
            values=values,
        )
    best = rows.sort_values("smallest_seen_share", kind="stable").iloc[0].to_dict()
    values |= {"best": best["segment"], "smallest_seen_share": best["smallest_seen_share"]}
    many = "The one segment is too small" if len(rows) == 1 else "No segment is large enough"
    return Statement(
        "tests_by_segment",
        f"{many} to show a {worth} rise by itself; {quoted(best['segment'])} comes nearest, with "
        f"{fmt.share(best['smallest_seen_share'])} or more.",
        "unclear",
        action="Test segments together, and split the result by segment only as a hint.",
        values=values,
    )


def _so_many(fit: int, rows: int) -> str:
    if fit == rows:
        return {1: "The one segment", 2: "Both segments"}.get(rows, f"All {fmt.words(rows)} segments")
    return f"{fmt.words(fit).capitalize()} of {fmt.many(rows, 'segment')}"


def _of(pairs: pd.DataFrame, revenue: str) -> pd.DataFrame:
    """The pairs of the outcome that is revenue, or of the first one."""
    if pairs.empty:
        return pairs
    return pairs[pairs["metric"] == (revenue if (pairs["metric"] == revenue).any() else pairs["metric"].iloc[0])]
