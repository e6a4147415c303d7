"""Sentences about what segmentation and campaigns earn, with cause, cost and uncertainty."""

from collections.abc import Callable

import pandas as pd

from helpers.analysis.experiments import Lift
from helpers.analysis.roi import Returns
from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.statement import KeyFigure, Statement


def segment_value(kpis: pd.DataFrame, money: Money) -> Statement:
    """`kpis` as in the rfm_segments table; says where a pound of effort meets most spend."""
    if kpis.empty:
        return Statement("segment_value", "No orders were supplied, so segments have no value to compare.", "few")
    top = kpis.sort_values("average_spend", ascending=False).iloc[0]
    low = kpis.sort_values("average_spend").iloc[0]
    return Statement(
        "segment_value",
        f"A customer among the {top['rfm_segment']} has spent {money(top['average_spend'])}, one among the "
        f"{low['rfm_segment']} {money(low['average_spend'])}: the same contact is not worth the same everywhere.",
        values={"top": top["rfm_segment"], "low": low["rfm_segment"]},
    )


def campaign_lift(lift: Lift, metric: str, form: Callable[[float], str]) -> Statement:
    """Which arms clearly moved the metric against the control group."""
    arms = lift.by_arm[lift.by_arm["metric"] == metric]
    name = metric.replace("_", " ")
    if arms.empty:
        return Statement("campaign_lift", "No campaign with a control group was supplied.", "few")
    said, clear = [], False
    for arm in arms.to_dict("records"):
        low, high = form(arm["low"]), form(arm["high"])
        between = f"95% interval {low} to {high}"
        apart = (arm["low"] > 0 or arm["high"] < 0) and low != high
        clear |= apart
        who = f"{arm['arm']} ({arm['campaign']})" if arms["campaign"].nunique() > 1 else str(arm["arm"])
        said.append(
            f"{who} {'raised' if arm['lift'] > 0 else 'lowered'} {name} by {form(abs(arm['lift']))} a customer "
            f"({between})"
            if apart
            else f"{who} made no clear difference to {name} ({between})"
        )
    return Statement(
        "campaign_lift",
        "; ".join(said) + ". Measured against customers left out at random.",
        "good" if (arms["low"] > 0).any() else "neutral" if clear else "unclear",
        headline=True,
        values={
            "metric": metric,
            "arms": arms[["campaign", "arm", "lift", "low", "high"]].to_dict("records"),
        },
    )


def returns_on_campaigns(result: Returns, money: Money) -> Statement:
    """What each campaign earned for its cost, on revenue and at margin, with its interval."""
    cases = result.by_segment
    values = {"roi": result.total.roi, "roi_at_margin": result.total.roi_at_margin, "margin": result.margin}
    if cases.empty:
        return Statement(
            "returns_on_campaigns",
            "No return can be shown: no campaign with a control group was supplied.",
            "few",
            action="Hold a random tenth of customers out of the next campaign, so that its return can be measured.",
            values=values,
        )
    if not result.total.cost > 0:
        return Statement(
            "returns_on_campaigns",
            f"The campaigns brought {money(result.total.incremental_revenue)} more revenue than no campaign would "
            "have; what they cost was not given, so no return is shown.",
            "few",
            action="Set roi: cost_per_contact in the parameter file.",
            headline=True,
            values=values,
        )
    costed = cases[cases["cost"] > 0]
    said = "; ".join(
        f"{row['arm']} ({row['campaign']}) {_OUTCOMES[row['verdict']]}, {fmt.ratio(row['roi_at_margin'])} "
        f"({fmt.interval(row['roi_at_margin_low'], row['roi_at_margin_high'], fmt.ratio)})"
        for row in costed.to_dict("records")
    )
    margin = fmt.share(result.margin)
    paying, losing = (costed[costed["verdict"] == v] for v in ("pays", "loses"))
    return Statement(
        "returns_on_campaigns",
        f"{money(result.total.cost)} spent on campaigns brought {money(result.total.incremental_revenue)} of extra "
        f"revenue, a return of {fmt.ratio(result.total.roi)}. At an assumed gross margin of {margin} that is "
        f"{fmt.ratio(result.total.roi_at_margin)}. By arm, at margin and with 95% interval: {said}.",
        "good" if len(paying) and not len(losing) else "bad" if len(losing) and not len(paying) else "neutral",
        action=_next_budget(paying, losing),
        headline=True,
        values=values,
        figures=(
            KeyFigure(
                "Return on campaigns",
                fmt.ratio(result.total.roi_at_margin),
                f"at {margin} margin; {fmt.ratio(result.total.roi)} on revenue",
            ),
        ),
    )


def returns_on_segments(result: Returns, money: Money) -> Statement:
    """Where it paid, by segment, or what a plan would return."""
    cases = result.by_segment
    if cases.empty:
        return Statement(
            "returns_on_segments", "There is neither a measured campaign nor a plan to show by segment.", "few"
        )
    values = {"verdicts": cases["verdict"].value_counts().to_dict()}
    if (cases["basis"] == "planned").all():
        return Statement(
            "returns_on_segments",
            f"If the plan holds, {money(result.total.cost)} returns {fmt.ratio(result.total.roi)} on revenue and "
            f"{fmt.ratio(result.total.roi_at_margin)} at an assumed margin of {fmt.share(result.margin)}. "
            "The plan is an assumption: nothing was measured.",
            "unclear",
            action="Test the plan on a random half of one segment before paying for all.",
            headline=True,
            values=values,
        )
    if cases["segment"].nunique() < 2:
        return Statement(
            "returns_on_segments",
            "The customers in the campaigns cannot be matched to value groups as they stood before, so the return "
            "is shown for all of them together.",
            "few",
            action="Keep the customer number and the date of contact with each campaign.",
            values=values,
        )
    paying, losing = (_where(cases, verdict) for verdict in ("pays", "loses"))
    said = [
        f"{word} {fmt.listing(names[:4])}" + (f" and {fmt.words(len(names) - 4)} more" if len(names) > 4 else "")
        for word, names in (("clearly paid among", paying), ("clearly lost money among", losing))
        if names
    ]
    if not said:
        return Statement(
            "returns_on_segments",
            f"In none of the {fmt.count(len(cases))} combinations of group and arm is the result clear by itself: "
            "the groups are too small to tell them apart.",
            "unclear",
            action="Decide by the whole campaign above; to choose between groups, contact more customers of each.",
            values=values,
        )
    return Statement(
        "returns_on_segments",
        f"It {'; it '.join(said)}. All other combinations are unclear.",
        "good" if paying and not losing else "bad" if losing and not paying else "neutral",
        action=f"Put the next budget where it clearly paid: {paying[0]}." if paying else "",
        headline=bool(paying),
        values=values,
    )


_OUTCOMES = {"pays": "paid", "loses": "lost money", "unclear": "is unclear", "no cost given": "has no cost given"}


def _next_budget(paying: pd.DataFrame, losing: pd.DataFrame) -> str:
    if len(paying):
        best = paying.sort_values("roi_at_margin").iloc[-1]
        stop = f" Stop {losing.iloc[0]['arm']} ({losing.iloc[0]['campaign']})." if len(losing) else ""
        return f"Repeat {best['arm']} ({best['campaign']}), again with a control group.{stop}"
    if len(losing):
        worst = losing.iloc[0]
        return f"Stop {worst['arm']} ({worst['campaign']}), or make it cheaper."
    return "Run it again with larger groups before paying for it at full size."


def _where(cases: pd.DataFrame, verdict: str) -> list[str]:
    return [f"{r['segment']} ({r['arm']})" for r in cases[cases["verdict"] == verdict].to_dict("records")]
