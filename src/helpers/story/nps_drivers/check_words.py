"""Sentences on whether another method would say the same."""

from typing import TYPE_CHECKING, Any

from helpers.story import fmt, verdicts
from helpers.story.phrases import inside
from helpers.story.statement import Statement

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.checks import Checks

_COUNTED = {2: "Both methods name", 3: "All three methods name"}


def methods(checks: "Checks", *, min_answers: int = 50) -> Statement:
    """Whether a linear, an ordinal and a boosted model name the same driver first."""
    needs = f"two aspects or more, rated in {fmt.many(min_answers, 'answer')} or more"
    if checks.answers < min_answers or len(checks.drivers) < 2 or len(checks.first) < 2:
        return Statement("methods", "There are too few ratings to compare methods.", "few", needs=needs)
    values: dict[str, Any] = {"r_squared": checks.r_squared, "first": dict(checks.first), "methods": len(checks.first)}
    if verdicts.explained(max(checks.r_squared, 0)) == "next to nothing":
        text = (
            "On answers it has not seen, even a flexible method says next to nothing about the score, so no order of "
        )
        return Statement("methods", f"{text}ratings is worth comparing.", "unclear", values=values)
    told = fmt.share(checks.r_squared)
    if checks.agree:
        first = inside(next(iter(checks.first.values())))
        text = f"{_COUNTED[len(checks.first)]} {first} first. The most flexible explains {told} of the differences in "
        return Statement("methods", f"{text}scores it has not seen.", values=values)
    names = [inside(driver) for driver in dict.fromkeys(checks.first.values())]
    how = "The methods disagree on which comes first"
    if checks.within_error:
        how = "The methods differ within their margins of error"
    return Statement(
        "methods",
        f"{how}: {fmt.listing(names)}.",
        "unclear",
        action="Treat them as equally important, and start with what is cheapest to fix.",
        values=values,
    )
