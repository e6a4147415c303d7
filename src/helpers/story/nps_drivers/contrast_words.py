"""Sentences on whether reasons differ between groups."""

from typing import TYPE_CHECKING, Any

from helpers.story import fmt
from helpers.story.phrases import inside, opening, quoted
from helpers.story.statement import Statement

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.segments import Contrasts


def contrasts(result: "Contrasts") -> Statement:
    """The surest difference between groups in what goes with the score, or that none is clear."""
    frame = result.contrasts
    if frame.empty:
        needs = f"two groups of customers with {fmt.many(result.least_answers, 'rated answer')} or more each"
        return Statement("contrasts", "No two groups gave enough ratings to compare their reasons.", "few", needs=needs)
    groupings = [inside(name) for name in frame["grouping"].unique()]
    clear = frame[frame["clear"]]
    told = [r for r in clear.to_dict("records") if _two(r["slope"]) != _two(r["slope_others"])]
    if not told:
        by = fmt.listing(groupings).replace(" and ", " or ")
        by = f"compared by {by}" if len(groupings) <= 3 else f"in any of {fmt.words(len(groupings))} comparisons"
        text = f"No rating clearly matters more to one group of customers than to the others, {by}."
        return Statement("contrasts", text, "unclear", values={"groupings": len(groupings), "tests": len(frame)})
    top = told[0]
    values: dict[str, Any] = {"grouping": top["grouping"], "group": top["group"], "driver": top["driver"]}
    values |= {"slope": top["slope"], "slope_others": top["slope_others"], "clear": len(told)}
    more = top["difference"] > 0
    driver = inside(top["driver"])
    text = f"{opening(driver)} goes with the score {'more' if more else 'less'} closely for "
    text += f"{quoted(top['group'])} ({inside(top['grouping'])}): {_two(top['slope'])} points a point of rating, "
    text += f"{_two(top['slope_others'])} elsewhere."
    where = f"Put {driver} first for {quoted(top['group'])}." if more else f"Start with {driver} elsewhere than there."
    return Statement("contrasts", text, action=where, values=values)


def _two(x: float) -> str:
    return fmt.number(x, 2)
