"""The sentence about the scale that customers scored on, where it is not 0 to 10 or not the same for all."""

from typing import TYPE_CHECKING, Any

from helpers.story import fmt
from helpers.story.statement import Statement

if TYPE_CHECKING:
    from helpers.data.features.score_scales import ScaleTold
    from helpers.data.scales import Scale


def scale(told: "ScaleTold") -> Statement:
    """Who counts as a promoter on the scale that is scored, and which answers are left out; nothing where all answers
    are on 0 to 10."""
    if told.is_usual:
        return Statement("scale", "")  # nothing to add
    values: dict[str, Any] = {"scale": told.scale.name, "answers": told.answers}
    texts = []
    if told.scale.name != "0-10":
        texts.append(_cuts(told.scale, values))
    other, unknown = sum(told.others.values()), sum(told.doubted.values())
    if other:
        asked = ", ".join(_ends(name, values) for name in told.others)
        texts.append(f"{_left_out(other)}, scored from {asked}: scores on different scales cannot be compared.")
    if unknown:
        texts.append(f"{_left_out(unknown)}, as the scale they were asked on is not known.")
    values |= {"others": told.others, "doubted": told.doubted, "left_out": [other, unknown]}
    action = "Do not compare the result with scores from 0 to 10." if told.scale.name != "0-10" else ""
    action = "Ask on which scale those answers were given, and name it in the parameter file." if unknown else action
    return Statement("scale", " ".join(texts), "neutral", action=action, values=values)


def _cuts(scale: "Scale", values: dict[str, Any]) -> str:
    kinds = ((scale.promoter_from, scale.high), (scale.passive_from, scale.promoter_from - 1))
    promoters, passives, detractors = (_marks(*ends) for ends in (*kinds, (scale.low, scale.passive_from - 1)))
    values["marks"] = [x for low, high in kinds for x in (low, high)] + [scale.low, scale.passive_from - 1, 0, 10]
    return (
        f"Customers scored from {fmt.count(scale.low)} to {fmt.count(scale.high)}: {promoters} makes a promoter, "
        f"{passives} a passive, {detractors} a detractor."
    )


def _marks(low: int, high: int) -> str:
    if low == high:
        return fmt.count(high)
    return f"{fmt.count(low)} {'or' if high == low + 1 else 'to'} {fmt.count(high)}"


def _ends(name: str, values: dict[str, Any]) -> str:
    low, high = name.split("-")
    values[f"ends_{name}"] = [int(low), int(high)]
    return f"{low} to {high}"


def _left_out(n: int) -> str:
    return f"{fmt.many(n, 'answer')} {'is' if n == 1 else 'are'} left out"
