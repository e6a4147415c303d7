"""Sentences on which ratings cost when low and which bring when high."""

from typing import TYPE_CHECKING, Any

from helpers.story import fmt
from helpers.story.phrases import inside, opening, some
from helpers.story.statement import Statement

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.penalty import Penalties


def kinds(result: "Penalties", *, min_answers: int = 50) -> Statement:
    """Basic, performance and excitement factors, as far as they are clear."""
    judged = result.drivers[result.drivers["penalty"].notna()]
    if judged.empty or result.answers < min_answers:
        needs = f"ratings in {fmt.many(min_answers, 'answer')} or more, with low, middle and high ones"
        return Statement("kinds", "Too few ratings are low, or high, to tell what each costs.", "few", needs=needs)
    by_kind = {kind: members.to_dict("records") for kind, members in judged.groupby("kind", sort=False)}
    basic, exciting = by_kind.get("basic", []), by_kind.get("excitement", [])
    even = by_kind.get("performance", [])
    values: dict[str, Any] = {str(kind): len(members) for kind, members in by_kind.items()}
    if not basic and not exciting and not even:
        text = "No rating clearly costs points when low, or adds any when high."
        return Statement("kinds", text, "unclear", values=values)
    if not basic and not exciting:
        names = some([inside(r["driver"]) for r in even], 3)
        values["more"] = max(len(even) - 3, 0)
        count = "counts" if len(even) == 1 else "count"
        text = f"{names[:1].upper()}{names[1:]} {count} both ways: a low rating costs points of score, a high one adds "
        return Statement("kinds", f"{text}some.", values=values)
    parts = []
    action = ""
    if exciting:
        top = exciting[0]
        values |= {"excitement_reward": top["reward"], "excitement_penalty": abs(min(top["penalty"], 0))}
        brings = _pair(top["reward"], top["penalty"], bool(basic))
        parts.append(f"{opening(top['driver'])} can delight: a high rating brings {brings}.")
        action = f"Make {inside(top['driver'])} something customers talk about, once the basics hold."
    if basic:
        top = basic[0]
        values |= {"basic_penalty": abs(top["penalty"]), "basic_reward": max(top["reward"], 0)}
        parts.insert(
            0,
            f"{opening(top['driver'])} must be right: a low rating costs "
            f"{_brought(top['penalty'], top['reward'], bool(exciting))}.",
        )
        action = f"Bring {inside(top['driver'])} up to standard everywhere before adding anything new."
    return Statement("kinds", " ".join(parts), action=action, values=values)


def _brought(penalty: float, reward: float, short: bool) -> str:
    """What a low rating costs and, unless it is to be `short`, what a high one brings beside it."""
    costs = f"{fmt.number(abs(penalty))} points of score"
    return costs if short else f"{costs}, a high one brings {fmt.number(max(reward, 0))}"


def _pair(reward: float, penalty: float, short: bool) -> str:
    """What a high rating brings and, unless it is to be `short`, what a low one costs beside it."""
    brings = f"{fmt.number(reward)} points of score"
    return brings if short else f"{brings}, a low one costs {fmt.number(abs(min(penalty, 0)))}"
