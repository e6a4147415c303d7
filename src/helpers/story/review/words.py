"""Sentences about what changed since the earlier report."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.phrases import inside, quoted, some
from helpers.story.review.labels import kpi_inside, kpi_label, kpi_value, segmentation_label
from helpers.story.statement import Statement, Verdict
from helpers.story.terms import lower

if TYPE_CHECKING:
    from helpers.analysis.review.advice import Advice
    from helpers.analysis.review.kpis import Kpis
    from helpers.analysis.review.market import Market
    from helpers.analysis.review.moves import Moves
    from helpers.analysis.review.opinions import Opinions

EARLIER = "an earlier report of this client"
_MOST_NAMED = 3
_WHY_NOT = {
    "counted": "only counted",
    "few": "of too few customers",
    "season": "of another season",
    "period": "of a period of another length",
    "unlike": "of groups whose limits or rules are others now",
    "currency": "in another currency, or one not known",
    "new": "new",
    "gone": "no longer there",
}


def answer(
    kpis: "Kpis", moves: "Moves", opinions: "Opinions", market: "Market", day: date | None, since: int
) -> Statement:
    """What changed, by name, the concerns first; nothing, or that there is nothing to compare with."""
    values: dict[str, Any] = {"days": since}
    if day is None:
        text = "This is the first report of this client: there is nothing yet to compare it with."
        return Statement("answer", text, "few", values=values)
    values |= {"date": fmt.day(day), "day": day.day}
    bad, good = _things(kpis, moves, opinions, market)
    things = [*bad, *good]
    values |= {"things": len(things), "more": max(len(things) - _MOST_NAMED, 0)}
    opening = f"Since {fmt.day(day)}"
    if not things and not _compared(kpis, moves, opinions, market):
        text = f"{opening} nothing can be compared: that report has no figures, groups or answers like those of today."
        return Statement("answer", text, "few", values=values)
    if not things:
        text = f"{opening} nothing has changed by more than chance explains."
        return Statement("answer", text, "unclear", headline=True, values=values)
    thing = "thing has" if len(things) == 1 else "things have"
    named = things[0] if len(things) == 1 else some(things, _MOST_NAMED)
    text = f"{opening} {fmt.words(len(things))} {thing} changed: {named}."
    action = f"Begin with {_subject(bad[0])}: ask those who serve these customers what happened." if bad else ""
    verdict: Verdict = "bad" if bad else "neutral"
    return Statement("answer", text, verdict, action=action, headline=True, values=values)


def figures(result: "Kpis", money: Money) -> Statement:
    """The figure that moved most certainly, of all customers where there is one."""
    values: dict[str, Any] = {"judged": result.judged, "days": result.days}
    if not len(result.figures):
        return Statement(
            "figures", "There are no earlier figures to compare with.", "few", needs=EARLIER, values=values
        )
    moved = result.moved
    moved = moved[moved["better"] != ""]
    values["moved"] = len(moved)
    if not result.judged:
        text = "No figure of the two reports can be judged: they are only counted, or of unlike periods or groups."
        return Statement("figures", text, "few", values=values)
    if moved.empty:
        text = f"Of {fmt.count(result.judged)} figures judged none has moved by more than chance explains."
        if result.judged == 1:
            text = "The one figure judged has not moved by more than chance explains."
        return Statement("figures", text, "unclear", values=values)
    row = moved.to_dict("records")[0]
    values |= {"then": row["then"], "now": row["now"]}
    then, now = (kpi_value(row["unit"], row[when], money) for when in ("then", "now"))
    whose = "" if row["segmentation"] == "all" else f" of {quoted(row['segment'])}"
    level = f"to {now}" if then != now else f"slightly, to {now}"
    text = f"{kpi_label(row['kpi'])}{whose} {row['verdict']} {level} since the last report, more than chance explains."
    bad = _is_worse(row)
    action = f"Find out what lies behind {kpi_inside(row['kpi'])} before the next plan is agreed." if bad else ""
    return Statement("figures", text, "bad" if bad else "good", action=action, values=values)


def not_judged(result: "Kpis") -> Statement:
    """Why figures are shown and not judged."""
    found = result.figures["verdict"].value_counts()
    why = {name: int(found.get(name, 0)) for name in _WHY_NOT}
    parts = [f"{fmt.count(n)} {_WHY_NOT[name]}" for name, n in why.items() if n]
    if not parts:
        return Statement("not_judged", "")
    total = sum(why.values())
    of = fmt.many(len(result.figures), "figure")
    text = f"{fmt.count(total)} of {of} {'is' if total == 1 else 'are'} not judged: {fmt.listing(parts)}."
    return Statement("not_judged", text, aside=True, values={**why, "total": total, "figures": len(result.figures)})


def moved(result: "Moves", *, min_customers: int = 10) -> Statement:
    """Who became dormant and who came back; without such groups, how many are in another segment."""
    told = result.told
    if told.empty:
        reasons = [reason for reason in result.totals["reason"] if reason]
        text = f"Moves are not shown: {reasons[0]}." if reasons else "There is nobody to follow from an earlier report."
        needs = "segments made by the same rules, and the same customers, in both reports" if reasons else EARLIER
        return Statement("moved", text, "few", needs=needs)
    flows = result.flows
    dormant = flows[flows["segmentation"] == "lifecycle"]
    groups = set(dormant["from_segment"]) | set(dormant["to_segment"])
    if "dormant" in groups:
        both = dormant[(dormant["from_segment"] != "New since") & (dormant["to_segment"] != "Not in this report")]
        went = int(both.loc[(both["to_segment"] == "dormant") & (both["from_segment"] != "dormant"), "customers"].sum())
        back = int(both.loc[(both["from_segment"] == "dormant") & (both["to_segment"] != "dormant"), "customers"].sum())
        values = {"became_dormant": went, "came_back": back}
        if max(went, back) >= min_customers and went != back:
            returned = "none has" if not back else f"{fmt.count(back)} {'has' if back == 1 else 'have'}"
            have = "has" if went == 1 else "have"
            text = f"{fmt.many(went, 'customer')} {have} become dormant since; {returned} come back."
            if back > went:
                return Statement("moved", text, "good", values=values)
            action = "Contact those who became dormant last: the shorter the wait, the easier it is to win them back."
            return Statement("moved", text, "bad", action=action, headline=True, values=values)
    row = told.to_dict("records")[0]
    values = {"moved": row["moved"], "in_both": row["in_both"]}
    where = lower(segmentation_label(row["segmentation"]))
    have = "1 has" if row["moved"] == 1 else f"{fmt.count(row['moved'])} have"
    text = f"Of {fmt.many(row['in_both'], 'customer')} in both reports {have} moved between {where}."
    few = row["moved"] < min_customers
    return Statement("moved", text, "unclear" if few else "neutral", values=values)


def sizes(result: "Moves") -> Statement:
    """Which segment grew or shrank most, of those that did beyond chance."""
    judged = result.segments[result.segments["verdict"].isin(["grew", "shrank", "unclear"])]
    if result.segments.empty:
        return Statement("sizes", "", "few", needs=EARLIER)
    if judged.empty:
        text = "No segment can be compared in size." if len(result.totals) else ""
        return Statement("sizes", text, "few", needs=EARLIER)
    clear = judged[judged["verdict"] != "unclear"]
    values: dict[str, Any] = {"judged": len(judged), "clear": len(clear)}
    if clear.empty:
        text = f"Of {fmt.many(len(judged), 'segment')} none grew or shrank by more than chance explains."
        if len(judged) == 1:
            text = "The one segment compared did not grow or shrink by more than chance explains."
        return Statement("sizes", text, "unclear", values=values)
    row = _largest(clear)
    values |= {"net": row["net"], "then": row["then"], "now": row["now"]}
    customers = fmt.many(abs(row["net"]), "customer")
    text = f"The group {quoted(row['segment'])} {row['verdict']} most, by {customers} to {fmt.count(row['now'])}."
    return Statement("sizes", text, values=values)


def limits(definitions: pd.DataFrame) -> Statement:
    """Where segments are not quite, or not at all, what they were; nothing where all are the same."""
    parts, values = [], {}
    for row in definitions[definitions["verdict"] != "same"].to_dict("records"):
        name = lower(segmentation_label(row["segmentation"]))
        share = row["shifted_share"]
        if row["verdict"] == "shifted" and share == share:
            values[str(row["segmentation"])] = share
            parts.append(f"of {name}, {fmt.share(share)} of customers would score differently by the earlier limits")
        elif row["verdict"] == "renamed":
            parts.append(f"{name} have new names for the same rules")
        else:
            parts.append(f"{name}: {fmt.in_marks(str(row['why']))}")
    if not parts:
        return Statement("limits", "")
    text = "; ".join(parts)
    return Statement("limits", f"{text[:1].upper()}{text[1:]}.", aside=True, values=values)


def same(result: "Moves") -> Statement:
    """How many segments kept their members."""
    known = result.segments[result.segments["kept"] != ""]
    known = known[known["then"].gt(0) & known["now"].gt(0)]
    if known.empty:
        return Statement("same", "No segment can be looked up in both reports.", "few", needs=EARLIER)
    count = known["kept"].value_counts()
    changed, kept = int(count.get("changed", 0)), int(count.get("stable", 0))
    values = {"changed": changed, "stable": kept, "segments": len(known)}
    if len(known) == changed:
        text = "No segment kept most of its members: a list made from the last report is out of date."
        return Statement(
            "same", text, "neutral", action="Make a new list of customers before using any.", values=values
        )
    of = fmt.many(len(known), "segment")
    if not changed:
        return Statement(
            "same", f"All of {of} hold largely the same customers as in the last report.", "good", values=values
        )
    verb = "holds" if changed == 1 else "hold"
    text = f"{fmt.words(changed).capitalize()} of {of} {verb} largely other customers than in the last report."
    return Statement("same", text, action="Make new lists of these segments before using them.", values=values)


def drifted(drift: pd.DataFrame) -> Statement:
    """Which measures of customers are spread otherwise than then."""
    judged = drift[drift["verdict"] != "few"] if len(drift) else drift
    if not len(judged):
        return Statement("drifted", "No measure of customers can be compared.", "few", needs=EARLIER)
    found = judged[judged["verdict"] != "same"].sort_values("psi", ascending=False)
    values: dict[str, Any] = {"measures": len(judged), "psi": list(found["psi"])}
    if found.empty:
        return Statement(
            "drifted", f"In {fmt.many(len(judged), 'measure')} customers are spread as before.", "good", values=values
        )
    row = found.to_dict("records")[0]
    much = "clearly" if row["verdict"] == "changed" else "somewhat"
    others = (
        f", and so {'has' if len(found) == 2 else 'have'} {fmt.words(len(found) - 1)} more" if len(found) > 1 else ""
    )
    values["others"] = len(found) - 1
    index = f"(index {fmt.number(row['psi'], 2)})"
    text = f"The spread of customers by {inside(row['column'])} has {much} changed {index}{others}."
    return Statement("drifted", text, values=values)


def advised(result: "Advice") -> Statement:
    """Which segments to merge or to watch; on the first report that is told by the page on returns alone."""
    rows = result.segments
    if not result.compared:
        return Statement("advised", "No segment can be judged against an earlier report.", "few", needs=EARLIER)
    if rows.empty:
        return Statement("advised", "Every segment is large enough, and none does worse than before.", "good")
    by_advice: Mapping[str, list[str]] = {
        str(name): [quoted(s) for s in part["segment"]] for name, part in rows.groupby("advice", sort=False)
    }
    values = {name: len(names) for name, names in by_advice.items()}
    merge, watch = by_advice.get("merge", []), by_advice.get("watch", [])
    more = {f"{name}_more": max(len(names) - _MOST_NAMED, 0) for name, names in by_advice.items()}
    if merge:
        text = f"{some(merge, _MOST_NAMED)} {'is' if len(merge) == 1 else 'are'} too small, now as before."
        action = "Merge them with their neighbours, or leave them out of the plan."
        if len(merge) == 1:
            action = "Merge it with its neighbour, or leave it out of the plan."
        return Statement("advised", text, action=action, values=values | more)
    name = "watch" if watch else next(iter(by_advice))
    text = f"{name.capitalize()} {some(by_advice[name], _MOST_NAMED)}; the table says why."
    return Statement("advised", text, values=values | more)


def _things(kpis: "Kpis", moves: "Moves", opinions: "Opinions", market: "Market") -> tuple[list[str], list[str]]:
    """What changed, in words: what is worse, and what is not."""
    bad: list[str] = []
    other: list[str] = []
    figures = kpis.moved
    for row in figures[(figures["segmentation"] == "all") & (figures["better"] != "")].to_dict("records"):
        (bad if _is_worse(row) else other).append(f"{kpi_inside(row['kpi'])} {row['verdict']}")
    for row in opinions.scores[opinions.scores["grouping"] == "all"].to_dict("records"):
        if row["verdict"] in ("rose", "fell"):
            (bad if row["verdict"] == "fell" else other).append(f"the NPS {row['verdict']}")
    hit = market.hit[market.hit["measure"] == "sales"]
    bad += [f"sales of {quoted(row['segment'])} fell" for row in hit.to_dict("records")]
    groups = moves.alike[moves.alike["verdict"].isin(["grew", "shrank"])]
    for _, part in groups.groupby("segmentation", sort=False):
        dormant = part[(part["segment"] == "dormant") & (part["verdict"] == "grew")]
        named = _largest(dormant if len(dormant) else part)
        (bad if len(dormant) else other).append(f"the group {quoted(named['segment'])} {named['verdict']}")
    return bad, other


def _compared(kpis: "Kpis", moves: "Moves", opinions: "Opinions", market: "Market") -> bool:
    """Whether anything of the two reports was held against each other, so that no change is a finding."""
    told = (moves.alike["verdict"], opinions.scores["verdict"], market.changes["verdict"])
    return bool(kpis.judged) or any(not set(verdicts) <= {"", "few"} for verdicts in told)


def _largest(segments: pd.DataFrame) -> dict[Any, Any]:
    """The segment whose size has changed most."""
    return segments.sort_values("net", key=abs, ascending=False, kind="stable").to_dict("records")[0]


def _is_worse(row: Mapping[Any, Any]) -> bool:
    return bool((row["verdict"] == "rose") == (row["better"] == "less"))


def _subject(thing: str) -> str:
    """ "sales of “A” fell" -> "sales of “A”"."""
    return thing.rpartition(" ")[0]
