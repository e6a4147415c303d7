"""Tables of campaigns: lift against control, and what each action returned."""

import math
from typing import TYPE_CHECKING

import pandas as pd

from helpers.story import fmt
from helpers.story.table import Form, Table, bracketed, frame_table, percent, rows_of
from helpers.story.terms import form_of, is_amount, plain, rounded

if TYPE_CHECKING:
    from helpers.analysis.roi.experiments import Lift
    from helpers.analysis.roi.roi import Returns

# Told on the page on segments.
_ELSEWHERE = (
    *("order_share", "late_customers", "late_spend", "late_regulars", "late_regulars_spend", "yearly_spend"),
    *("median_orders", "median_spend", "apart_value", "apart_overall"),
)
_FAR = 20.0  # returns beyond 2,000% come from costs near zero


def segments(segments: pd.DataFrame, money: fmt.Money | None = None) -> Table:
    """Key figures by segment: the first column names the segment, units are told by the columns' names.

    Columns of words after the first, such as a segment's action, and who is late belong to the page on segments; what
    is not known of any segment, such as spend where orders have no amounts, has no column.
    """
    told = segments.drop(columns=[c for c in _ELSEWHERE if c in segments])
    told = told.dropna(axis="columns", how="all") if len(told) else told
    numeric = [str(c) for c in told.columns if pd.api.types.is_numeric_dtype(told[c])]
    labels = {c: plain(c) for c in [*map(str, segments.columns[:1]), *numeric]}
    formats: dict[str, Form] = {c: form_of(c, money) for c in numeric}
    return frame_table(segments, labels, formats, "Key figures by segment")


def lift(lift: "Lift", money: fmt.Money) -> Table:
    """Each arm against the control group, one block a measure."""
    rows = rows_of(lift.by_arm)
    forms = [_outcome_form(r.metric, r.control_mean, money) for r in rows]
    shown = lift.by_arm.assign(
        case=_actions(lift.by_arm),
        measured=[form(r.mean) for form, r in zip(forms, rows, strict=True)],
        compared=[form(r.control_mean) for form, r in zip(forms, rows, strict=True)],
        difference=[_difference(r.lift, r.low, r.high, form) for form, r in zip(forms, rows, strict=True)],
    )
    labels = {
        "case": "Campaign",
        **({"segment": "Segment"} if "segment" in shown else {}),
        "n": "Customers",
        "measured": "Contacted",
        "compared": "Left out" if lift.tested else "Not contacted",
        "difference": "Lift (95% interval)" if lift.tested else "Difference (95% interval)",
        "relative_lift": "In percent",
    }
    formats: dict[str, Form] = {"n": fmt.count, "relative_lift": fmt.change, "metric": plain}
    title = "Campaigns against the control group" + (f", “{lift.control}”, per customer" if lift.control else "")
    title = title if lift.tested else "Customers contacted and those who were not, per customer; not a test"
    return frame_table(shown, labels, formats, title, group="metric", right=["measured", "compared", "difference"])


def returns(returns: "Returns", money: fmt.Money) -> Table:
    """What each action earned for its cost, one block an action where it went to several segments, and the total."""
    cases, margin = returns.by_segment, fmt.share(returns.margin)
    by_segment = cases["segment"].nunique() > 1
    total = {
        "segment": "All together",
        "case": "All together",
        "incremental_revenue": returns.total.incremental_revenue,
        "cost": returns.total.cost,
        "roi": returns.total.roi,
        "roi_at_margin": returns.total.roi_at_margin,
    }
    listed = cases.assign(case=_actions(cases)).to_dict("records")
    shown = pd.DataFrame([*listed, total]) if len(cases) else cases.assign(case="")
    if len(cases):
        shown["extra"] = [
            bracketed(rounded(money)(r.incremental_revenue), _amounts(r.incremental_low, r.incremental_high, money))
            for r in rows_of(shown)
        ]
    labels = {
        "segment" if by_segment else "case": "Segment" if by_segment else "Campaign",
        "customers": "Customers",
        "extra": "Extra revenue (95% interval)",
        "cost": "Cost",
        "roi": "Return on revenue",
        "roi_at_margin": f"Return at {margin} margin",
        "verdict": "Verdict",
    }
    formats: dict[str, Form] = {"customers": fmt.count, "cost": rounded(money), "verdict": plain}
    formats |= dict.fromkeys(("roi", "roi_at_margin"), _ratio)
    note = (
        "Return: what is left after the cost, as a share of the cost; the verdict looks at its whole interval, at "
        "margin. The total counts measured actions with a known cost, or planned ones where none was measured."
    )
    title = "Return by campaign and segment" if by_segment else "Return by campaign"
    return frame_table(shown, labels, formats, title, note, group="case" if by_segment else "", right=["extra"])


def _actions(cases: pd.DataFrame) -> list[str]:
    """What was done: the campaign where there are several, and the arm; plans are marked."""
    campaigns = cases["campaign"].nunique() > 1
    planned = [b == "planned" for b in cases["basis"]] if "basis" in cases else [False] * len(cases)
    return [
        (f"{r.campaign}: {r.arm}" if campaigns else str(r.arm)) + (" (planned)" if plan else "")
        for r, plan in zip(rows_of(cases), planned, strict=True)
    ]


def _difference(lift: float, low: float, high: float, form: Form) -> str:
    """A lift with its interval; that of a rate is in percentage points, as "+1.5%" could be a relative change."""
    if form is percent:
        text = f"{fmt.signed(lift * 100, fmt.number)} points"
        return bracketed(text, fmt.interval(low * 100, high * 100, fmt.number))
    return bracketed(fmt.signed(lift, form), fmt.interval(low, high, form))


def _ratio(x: float) -> str:
    """A return; what a tiny cost blows up is not given to the percent."""
    return f"{'>' if x > 0 else '<'}{fmt.ratio(math.copysign(_FAR, x))}" if abs(x) > _FAR else fmt.ratio(x)


def _amounts(low: float, high: float, money: fmt.Money) -> str:
    return fmt.interval(low, high, rounded(money)) if low == low and high == high else fmt.MISSING


def _outcome_form(metric: str, typical: float, money: fmt.Money) -> Form:
    """Amounts as money; rates as percent; anything else as a number."""
    if is_amount(str(metric)):
        return money
    return percent if abs(typical) <= 1 else lambda x: fmt.number(x, 2)


def break_even(plans: pd.DataFrame, money: fmt.Money) -> Table:
    """What a programme must earn. plans: as from `roi.break_even`."""
    labels = {
        "segment": "Segment",
        "customers": "Customers",
        "average_spend": "Spent so far, each",
        "cost": "Cost for all",
        "break_even_lift": "Rise needed, each",
        "break_even_share": "Rise needed, share",
    }
    formats: dict[str, Form] = {
        "customers": fmt.count,
        "average_spend": rounded(money),
        "cost": rounded(money),
        "break_even_lift": money,
        "break_even_share": lambda x: fmt.share(x, 1),
    }
    return frame_table(plans, labels, formats, "What a programme must earn to pay for itself")
