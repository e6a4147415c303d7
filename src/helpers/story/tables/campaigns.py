"""Tables of campaigns: lift against control, and what each action returned."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.story import fmt
from helpers.story.tables.base import Form, Table, frame_table, percent, rows_of
from helpers.story.terms import form_of, plain

if TYPE_CHECKING:
    from helpers.analysis.experiments import Lift
    from helpers.analysis.roi import Returns


def campaign_lift(lift: "Lift", money: fmt.Money) -> Table:
    """Each arm against the control group, one block a measure."""
    rows = rows_of(lift.by_arm)
    forms = [_outcome_form(r.metric, r.control_mean, money) for r in rows]
    shown = lift.by_arm.assign(
        measured=[form(r.mean) for form, r in zip(forms, rows, strict=True)],
        compared=[form(r.control_mean) for form, r in zip(forms, rows, strict=True)],
        difference=[_signed(r.lift, form) for form, r in zip(forms, rows, strict=True)],
        interval=[fmt.interval(r.low, r.high, form) for form, r in zip(forms, rows, strict=True)],
    )
    written = ["measured", "compared", "difference", "interval"]
    many_campaigns = shown["campaign"].nunique() > 1
    labels = {
        "arm": "Arm",
        **({"campaign": "Campaign"} if many_campaigns else {}),
        **({"segment": "Segment"} if "segment" in shown else {}),
        "n": "Customers",
        "measured": "Per customer",
        "compared": "Per customer, control",
        "difference": "Lift",
        "interval": "95% interval of the lift",
        "relative_lift": "Lift, relative",
    }
    formats: dict[str, Form] = {"n": fmt.count, "relative_lift": fmt.change, "metric": plain}
    title = f"Campaigns against the control group ({lift.control})"
    return frame_table(shown, labels, formats, title, group="metric", right=written)


def returns(returns: "Returns", money: fmt.Money) -> Table:
    """What each action earned for its cost, and all of them together."""
    by_segment = returns.by_segment.assign(
        between=[fmt.interval(r.incremental_low, r.incremental_high, money) for r in rows_of(returns.by_segment)],
        roi_between=[
            fmt.interval(r.roi_at_margin_low, r.roi_at_margin_high, fmt.ratio) for r in rows_of(returns.by_segment)
        ],
    )
    total = {
        "segment": "Total",
        "incremental_revenue": returns.total.incremental_revenue,
        "cost": returns.total.cost,
        "roi": returns.total.roi,
        "roi_at_margin": returns.total.roi_at_margin,
    }
    shown = pd.DataFrame([*by_segment.to_dict("records"), total]) if len(by_segment) else by_segment
    margin = fmt.share(returns.margin)
    labels = {
        "segment": "Segment",
        **{c: plain(c) for c in ("campaign", "arm") if c in shown and shown[c].nunique() > 1},
        "basis": "Basis",
        "customers": "Customers",
        "incremental_revenue": "Extra revenue",
        "between": "95% interval of the extra revenue",
        "cost": "Cost",
        "roi": "Return on revenue",
        "roi_at_margin": f"Return at {margin} margin",
        "roi_between": f"95% interval at {margin} margin",
        "break_even_lift": "Extra revenue per customer that pays the cost",
        "verdict": "Verdict",
    }
    formats: dict[str, Form] = {
        "customers": fmt.count,
        "incremental_revenue": money,
        "cost": money,
        "roi": fmt.ratio,
        "roi_at_margin": fmt.ratio,
        "break_even_lift": money,
        "verdict": plain,
    }
    note = (
        "Return: what is left after the cost, as a share of the cost. The total counts measured actions with a "
        "known cost, or planned ones where none was measured."
    )
    return frame_table(shown, labels, formats, "What each action returned", note, right=["between", "roi_between"])


def _signed(x: float, form: Form) -> str:
    text = form(x)
    return "+" + text if x > 0 else text


def _outcome_form(metric: str, typical: float, money: fmt.Money) -> Form:
    """Amounts as money; rates as percent; anything else as a number."""
    if form_of(str(metric), money) is money or "revenue" in str(metric):
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
        "average_spend": money,
        "cost": money,
        "break_even_lift": money,
        "break_even_share": lambda x: fmt.share(x, 1),
    }
    return frame_table(plans, labels, formats, "What a programme must earn to pay for itself")
