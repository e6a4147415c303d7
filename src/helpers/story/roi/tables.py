"""Tables of what each action returned for its cost, and of what a plan must bring."""

import math
from typing import TYPE_CHECKING

import pandas as pd

from helpers.data.spec import CONTACTED
from helpers.story import fmt
from helpers.story.roi.cases import arm_name
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import plain, rounded

if TYPE_CHECKING:
    from helpers.analysis.roi.returns import Returns
    from helpers.analysis.roi.simulate import SimulatedReturns

_FAR = 20.0  # returns beyond 2,000% come from costs near zero
_MOST_ROWS = 15
_CLEAR = ["pays", "loses", "consistent with paying", "consistent with a loss", "unclear"]


def returns(returns: "Returns", simulated: "SimulatedReturns", money: fmt.Money) -> Table:
    """What each action earned for its cost, one block an action where it went to several segments, and the total; of
    many rows the clear ones and the costliest."""
    margin, cases = fmt.share(returns.margin), simulated.by_segment
    by_segment = cases["segment"].nunique() > 1
    rank = cases["verdict"].map({verdict: place for place, verdict in enumerate(_CLEAR)}).fillna(len(_CLEAR))
    kept = cases.assign(rank=rank).sort_values(["rank", "cost"], ascending=[True, False], kind="stable")
    kept = cases.loc[sorted(kept.index[:_MOST_ROWS])]
    total = {
        **dict.fromkeys(("segment", "case"), "All together"),
        "incremental_revenue": returns.total.incremental_revenue,
        "cost": returns.total.cost or float("nan"),  # not known of any, or nothing
        "roi_at_margin": returns.total.roi_at_margin,
        "roi_at_margin_low": simulated.low,
        "roi_at_margin_high": simulated.high,
        "pays_chance": simulated.pays_chance,
    }
    shown = pd.DataFrame([*kept.assign(case=_actions(kept)).to_dict("records"), total]) if len(kept) else kept
    if len(kept):
        shown["at_margin"] = [
            bracketed(_ratio(r.roi_at_margin), fmt.interval(r.roi_at_margin_low, r.roi_at_margin_high, _ratio))
            for r in rows_of(shown)
        ]
    tested = set(cases["evidence"]) <= {"random test", "none"}
    labels = {
        "segment" if by_segment else "case": "Segment" if by_segment else "Campaign",
        "customers": "Customers",
        "incremental_revenue": "Extra revenue",
        "cost": "Cost",
        "at_margin": f"Return at {margin} margin (95% interval)",
        **({"pays_chance": "Chance"} if tested and not by_segment else {}),
        **({} if tested else {"evidence": "Measured by"}),
        "verdict": "Verdict",
    }
    formats: dict[str, Form] = {
        "customers": fmt.count,
        "verdict": _verdict,
        "evidence": _evidence,
        "pays_chance": _chance,
    }
    formats |= {"incremental_revenue": rounded(money), "cost": rounded(money)}
    note = "Return: what is left after the cost, as a share of the cost; the verdict looks at its whole interval. "
    if by_segment:
        note += "Intervals are wide enough for all rows of a campaign to hold together. "
    elif tested:
        note += "Chance: that it pays, the margin being uncertain too. "
    note += "The total counts tests whose cost is known or, where there are none, other comparisons or plans."
    if len(kept) < len(cases):
        note += (
            f" {fmt.count(len(kept))} of {fmt.count(len(cases))} rows are shown: clear verdicts, then the costliest."
        )
    title = "Return by campaign and segment" if by_segment else "Return by campaign"
    group = "case" if by_segment and len(kept) else ""
    return frame_table(shown, labels, formats, title, note, group=group, right=["at_margin"])


def _actions(cases: pd.DataFrame) -> list[str]:
    """What was done: the campaign where there are several, and the arm; plans are marked."""
    campaigns = cases["campaign"].nunique() > 1
    planned = [b == "planned" for b in cases["basis"]] if "basis" in cases else [False] * len(cases)
    return [
        (f"{r.campaign}: {r.arm}" if campaigns and r.arm != CONTACTED else arm_name(r.campaign, r.arm))
        + (" (planned)" if plan else "")
        for r, plan in zip(rows_of(cases), planned, strict=True)
    ]


def _verdict(verdict: object) -> str:
    """Short enough for a column: nothing but a test shows that it paid."""
    return {"consistent with paying": "May have paid", "consistent with a loss": "May have lost"}.get(
        str(verdict), plain(verdict)
    )


def _evidence(kind: object) -> str:
    return {"matched comparison": "Like for like"}.get(str(kind), plain(kind))


def _chance(x: float) -> str:
    """A simulated chance: that none of the draws went wrong does not make it sure."""
    return fmt.share(min(max(x, 0.001), 0.999))


def _ratio(x: float) -> str:
    """A return; what a tiny cost blows up is not given to the percent."""
    return f"{'>' if x > 0 else '<'}{fmt.ratio(math.copysign(_FAR, x))}" if abs(x) > _FAR else fmt.ratio(x)


def break_even(plans: pd.DataFrame, money: fmt.Money) -> Table:
    """What a programme must earn. plans: as from `returns.break_even`."""
    labels = {
        "segment": "Segment",
        "customers": "Customers",
        "average_spend": "Spent so far, each",
        "cost": "Cost for all",
        "break_even_lift": "Rise needed, each",
        "break_even_share": "Rise needed",
    }
    formats: dict[str, Form] = {
        "customers": fmt.count,
        "average_spend": rounded(money),
        "cost": rounded(money),
        "break_even_lift": money,
        "break_even_share": lambda x: fmt.share(x, 1),
    }
    if plans["break_even_lift"].nunique() == 1 and len(plans) > 1:
        labels.pop("break_even_lift")  # the same for each: the sentence beside the table tells it
    return frame_table(plans, labels, formats, "What a programme must earn to pay for itself")
