"""Titles of the charts of stages, cohorts and how long customers stay: what each surely shows, or nothing."""

from typing import TYPE_CHECKING

from helpers.story import fmt, verdicts
from helpers.story.fmt import Money
from helpers.story.lifecycle import words

if TYPE_CHECKING:
    import pandas as pd

    from helpers.analysis.lifecycle.groups import Lifecycle
    from helpers.analysis.lifecycle.retention import CohortTrend
    from helpers.analysis.lifecycle.survival import Survival
    from helpers.analysis.lifecycle.thresholds import Thresholds

_LEAST = 20  # customers of a stage, below which its share of spend may hang on one of them


def groups(life: "Lifecycle", money: Money) -> str:
    """What the best customers bring beyond their number; else how many are loyal and how many dormant."""
    if words.answer(life, money).verdict in ("few", "unclear"):
        return ""
    _, _, loyal, high, dormant = life.groups.to_dict("records")
    share, brings = high["customer_share"], high["spend_share"]
    if brings == brings and verdicts.clearly_more(brings, share) and high["customers"] >= _LEAST:
        name = str(high["lifecycle_group"]).capitalize().replace(" ", "-")
        return f"{name} customers are {fmt.share(share)} of customers and {fmt.share(brings)} of spend"
    if not loyal["customers"] or not dormant["customers"]:
        return ""
    return (
        f"{fmt.share(loyal['customer_share'])} of customers are loyal, {fmt.share(dormant['customer_share'])} dormant"
    )


def next_order(cuts: "Thresholds", *, of_visits: bool = False) -> str:
    """How much likelier another order is at the order from which on customers count as loyal."""
    said = words.stage_thresholds(cuts, of_visits=of_visits)
    found = said.values
    if said.verdict != "neutral" or "after_first" not in found:
        return ""
    first, then = fmt.share(found["after_first"]), fmt.share(found["after_loyal"])
    noun = "visit" if of_visits else "order"
    return f"{first} {noun} again after the first {noun}, {then} after {fmt.words(int(found['loyal_orders']))}"


def cohorts(trend: "CohortTrend | None", unit: str, *, of_visits: bool = False) -> str:
    """Whether later customers come back as earlier ones did, where that is clear."""
    if trend is None or words.cohorts(trend, unit, of_visits=of_visits).verdict not in ("good", "bad"):
        return ""
    early, late = fmt.share(trend.early), fmt.share(trend.late)
    return f"{late} of newer customers came back in the next {unit}, {early} of earlier ones"


def survival(found: "Survival", *, of_visits: bool = False) -> str:
    """How many are left a year after their first order."""
    said = words.stay(found, of_visits=of_visits)
    if said.verdict == "few":
        return ""
    left, months = fmt.share(said.values["left"]), fmt.many(said.values["months"], "month")
    return f"An estimated {left} of customers are left after {months}"


def moves(wide: "pd.DataFrame", unit: str) -> str:
    """How many of the active fall dormant from one period to the next.

    wide: shares (0-1), from_status in rows, to_status in columns.
    """
    if "active" not in wide.index or "dormant" not in wide.columns:
        return ""
    falls = float(wide["dormant"].to_dict()["active"])
    return f"{fmt.share(falls)} of active customers are dormant a {unit} later" if falls > 0 else ""
