"""Sentences about which groups of customers recommend more or less than the others."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from helpers.data.schema import UNKNOWN, WITHHELD
from helpers.story import fmt, verdicts
from helpers.story.phrases import inside, quoted
from helpers.story.statement import Statement, Verdict

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.groups import Cells, Groups


def by_group(result: "Groups", *, min_answers: int = 50) -> Statement:
    """The grouping whose groups are furthest apart, of those that clearly differ from all others."""
    if result.compared < 2:
        return Statement(
            "by_group",
            f"No two groups of customers gave {fmt.many(min_answers, 'answer')} or more each, so none are compared.",
            "few",
            values={"min_answers": min_answers},
            needs=f"two groups of customers, by touchpoint or by any attribute of theirs, with "
            f"{fmt.many(min_answers, 'answer')} or more each",
        )
    values: dict[str, Any] = {"compared": result.compared}
    if not result.grouping:
        text = f"No group of the {fmt.count(result.compared)} compared scores clearly above or below the others."
        return Statement("by_group", text, "unclear", values=values)
    kind = inside(result.grouping)
    low, high = (result.row(name) if name else None for name in (result.lowest, result.highest))
    values |= {"grouping": result.grouping, "lowest": result.lowest, "highest": result.highest}
    scores = [(name, row) for name, row in (("lowest", low), ("highest", high)) if row]
    values |= {f"nps_{name}": row["nps"] for name, row in scores} | {
        f"rest_{name}": row["rest"] for name, row in scores
    }
    if low and high:
        text = f"Scores differ most by {kind}: {_name(result.lowest, kind)} gives {fmt.score(low['nps'])}, "
        text += f"{_name(result.highest, kind)} {fmt.score(high['nps'])}."
    elif low:
        text = f"{_name(result.lowest, kind, True)} scores {fmt.score(low['nps'])}, clearly below the "
        text += f"{fmt.score(low['rest'])} of all others."
    else:
        assert high is not None
        text = f"{_name(result.highest, kind, True)} scores {fmt.score(high['nps'])}, clearly above the "
        text += f"{fmt.score(high['rest'])} of all others."
    return Statement(
        "by_group",
        text,
        _verdict(low),
        action=_action(result.lowest, kind, alone=not high) if low else "",
        headline=result.grouping != "rfm_segment",  # that the lost score low is no news
        values=values,
    )


def heat(result: "Cells") -> Statement:
    """The pair of groups that scores furthest below all other answers, or above them."""
    rows, columns = inside(result.rows or "touchpoint"), inside(result.columns or "segment")
    shown = result.by_cell[result.by_cell["nps"].notna()]
    if len(shown) < 2:
        needs = "two touchpoints or journey stages, and two groups of customers, with enough answers for each pair"
        return Statement("heat", "There are too few answers to compare pairs of groups.", "few", needs=needs)
    values: dict[str, Any] = {"compared": len(shown)}
    clear = shown[shown["verdict"].isin(["above", "below"])]
    if clear.empty:
        text = f"No pair of {rows} and {columns} scores clearly above or below all other answers."
        return Statement("heat", text, "unclear", values=values)
    below = clear[clear["verdict"] == "below"]
    side = "below" if len(below) else "above"
    chosen = below.loc[[below["nps"].idxmin()]] if len(below) else clear.loc[[clear["nps"].idxmax()]]
    row = chosen.to_dict("records")[0]
    values |= {"nps": row["nps"], "rest": row["rest"], "row": row["row"], "column": row["column"]}
    pair = f"{_name(row['column'], columns, True)} at {_name(row['row'], rows)}"
    text = f"{pair} scores {fmt.score(row['nps'])}, clearly {side} the {fmt.score(row['rest'])} of all other answers."
    low = row if side == "below" else None
    action = "Ask these customers what goes wrong there, and fix it for them first." if low else ""
    return Statement("heat", text, _verdict(low), action=action, values=values)


def _verdict(low: Mapping[Any, Any] | None) -> Verdict:
    """Bad where detractors clearly lead in the lowest group."""
    bad = low is not None and verdicts.side_of_zero(low["nps_low"], low["nps_high"], fmt.score) == "below"
    return "bad" if bad else "neutral"


def _action(lowest: str, kind: str, alone: bool) -> str:
    """What to do about the lowest group, which is the only one named where it is `alone`."""
    if lowest == UNKNOWN:
        return f"Look up who these customers are before acting: their {kind} is not known."
    whose = "this group's comments" if alone or lowest == WITHHELD else f"the comments from {quoted(lowest)}"
    return f"Read {whose} first, and call the detractors who can be reached."


def _name(group: str, kind: str, opens: bool = False) -> str:
    """A group in a sentence; where it opens one, with the kind of group it is."""
    if group == UNKNOWN:
        return f"{kind[:1].upper() + kind[1:] if opens else kind} not known"
    if group == WITHHELD:
        return "The group not named" if opens else "the group not named"
    return f"{quoted(group)} ({kind})" if opens else quoted(group)
