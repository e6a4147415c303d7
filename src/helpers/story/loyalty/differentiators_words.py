"""Sentences about attributes that go with staying: association, never more."""

from typing import TYPE_CHECKING, Any

from helpers.story import fmt
from helpers.story.phrases import inside, quoted, some
from helpers.story.statement import Statement

if TYPE_CHECKING:
    from helpers.analysis.loyalty.differentiators import Differentiators

_NEEDS = "attributes of customers, such as region, size or age"
_MOST_NAMED = 3
_TESTED = ("differentiator", "slight", "unclear")


def strongest(result: "Differentiators") -> Statement:
    """The attribute that goes with staying most, if any does enough to be acted on."""
    effects = result.effects.to_dict("records")
    tested = [e for e in effects if e["verdict"] in _TESTED]
    values: dict[str, Any] = {"customers": result.customers, "attributes": len(tested)}
    if not tested:
        text = "No attribute is known of enough customers who stayed and who did not."
        return Statement("strongest", text, "few", needs=_NEEDS, values=values)
    top = tested[0]
    values |= {"attribute": top["attribute"], "effect": top["effect"], "p_adjusted": top["p_adjusted"]}
    if top["verdict"] == "unclear":
        text = f"No attribute goes clearly with staying: {fmt.words(len(tested))} were tested."
        if len(tested) == 1:
            text = "The attribute tested does not go clearly with staying."
        return Statement("strongest", text, "unclear", values=values)
    name, keep = inside(top["attribute"]), _keep(result)
    if top["verdict"] == "slight":
        what = f"Of {fmt.words(len(tested))} attributes none predicts"
        what = "The attribute tested does not predict" if len(tested) == 1 else what
        text = f"{what} staying well enough to act on."
        return Statement("strongest", text, "unclear", values=values)
    values |= {"best_share": top["best_share"], "worst_share": top["worst_share"]}
    best, worst = (f"{fmt.share(top[f'{end}_share'])} of {quoted(top[f'{end}_level'])}" for end in ("best", "worst"))
    return Statement(
        "strongest",
        f"Customers differ most by {name}: {best} {keep}, {worst}.",
        action=f"Ask customers of {quoted(top['worst_level'])} what they lack, before winning more of them.",
        headline=True,
        values=values,
    )


def others(result: "Differentiators") -> Statement:
    """Further differentiators, and attributes with which staying does not go."""
    effects = result.effects.to_dict("records")
    more = [e for e in effects if e["verdict"] == "differentiator"][1:]
    slight = [e for e in effects if e["verdict"] == "slight"]
    none = [e for e in effects if e["verdict"] == "unclear"]
    values = {"more": len(more), "slight": len(slight), "unclear": len(none)}
    values |= {"more_left": max(len(more) - 4, 0)}
    if len(more) + len(slight) + len(none) < 1:
        text = "No further attribute was tested."
        return Statement("others", text, "few", needs=_NEEDS, values=values)
    said = []
    if more:
        said.append(f"{_names(more)} also {'goes' if len(more) == 1 else 'go'} with staying.")
    if len(none) > _MOST_NAMED:
        said.append(f"{fmt.words(len(none))} others do not, as far as the data show.")
    elif none:
        said.append(f"{_names(none)} {'does' if len(none) == 1 else 'do'} not, as far as the data show.")
    if not said:
        said.append(f"{_names(slight)} {'goes' if len(slight) == 1 else 'go'} with it too, but only just.")
    return Statement("others", " ".join(map(_opening, said)), "neutral" if more else "unclear", values=values)


def left_out(result: "Differentiators") -> Statement:
    """Attributes that tell the outcome itself or grow with tenure, and so say nothing about who will stay."""
    rows = result.effects.to_dict("records")
    telling = [e for e in rows if e["verdict"] == "tells the outcome"]
    growing = [e for e in rows if e["verdict"] == "grows with tenure"]
    said = []
    if telling:
        said.append(f"{_names(telling)} {'gives' if len(telling) == 1 else 'give'} away the outcome itself")
    if growing:
        said.append(f"{_names(growing)} {'grows' if len(growing) == 1 else 'grow'} with the time as a customer")
    text = f"Left out: {'; '.join(said)}." if said else ""
    return Statement("left_out", text, values={"telling": len(telling), "growing": len(growing)})


def _names(effects: list[dict[Any, Any]]) -> str:
    return some([inside(e["attribute"]) for e in effects])


def _opening(text: str) -> str:
    return text[:1].upper() + text[1:]


def _keep(result: "Differentiators") -> str:
    return "stay" if result.outcome == "subscription" else "are still active"
