"""The title of the chart of the plan: what it surely shows, or nothing."""

from helpers.story import verdicts
from helpers.story.fmt import Money
from helpers.story.plan.actions import Row, campaign_text
from helpers.story.terms import rounded


def gains(first: Row, money: Money) -> str:
    """What the first action should bring or save, where its interval lies above zero; by a comparison it may."""
    if verdicts.side_of_zero(first["low"], first["high"], money) != "above":
        return ""
    may = "should" if first["evidence"] == "random test" else "may"
    amount = rounded(money)(first["expected"])
    if first["kind"] == "stop":
        return f"Dropping {campaign_text(first)} {may} avoid a loss of {amount}"
    return f"Repeating {campaign_text(first)} {may} bring {amount}"
