"""Tables of subscribers: the groups and what to do, how long they stay, and which attributes part them."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.story import fmt
from helpers.story.table import Form, Table, bracketed, frame_table, percent, rows_of
from helpers.story.terms import group_name, plain, rounded

if TYPE_CHECKING:
    from helpers.analysis.lifecycle.plans_follow import Followed

_TOLD = (1, 6, 12, 24, 36, 60, 72)
_MOST = 10
WHAT_TO_DO = {
    "trial": "Help them to the first success before the trial ends.",
    "active": "See them through the time when most leave.",
    "high value": "Give each a person responsible for the relationship.",
    "loyal": "Thank them, and ask them to recommend you.",
    "silent": "Call: ask what keeps them from it, and help them start again.",
    "lapsed": "Ask why they left; win back where the reason is put right.",
}


def groups(followed: "Followed", money: fmt.Money) -> Table:
    """The groups with their size, what they pay and what to do."""
    title, plans = "Groups of subscribers and what to do", followed.plans
    if plans is None:
        return frame_table(pd.DataFrame({"group": []}), {"group": "Group"}, {}, title, nothing="no subscriptions")
    rows = rows_of(plans.groups)
    shown = pd.DataFrame(
        {
            "group": [r.lifecycle_group.capitalize() for r in rows],
            "action": [WHAT_TO_DO[r.lifecycle_group] for r in rows],
            "size": [bracketed(fmt.count(r.customers), fmt.share(r.customer_share)) for r in rows],
            "fee": [bracketed(rounded(money)(r.monthly_fee), fmt.share(r.fee_share)) for r in rows],
            "median_months": plans.groups["median_months"],
            "at_risk": plans.groups["at_risk"],
        }
    )
    if plans.monthly_fee != plans.monthly_fee:
        shown = shown.drop(columns="fee")
    labels = {
        "group": "Group",
        "action": "What to do",
        "size": "Customers (share)",
        "fee": "Fees a month (share)",
        "median_months": "Months, median",
        "at_risk": "At risk",
    }
    formats: dict[str, Form] = {"median_months": lambda x: fmt.number(x, 0), "at_risk": fmt.count}
    return frame_table(shown, labels, formats, title, right=[c for c in ("size", "fee") if c in shown])


def staying(followed: "Followed") -> Table:
    """Share still a customer after so many months, of all and by the attribute that parts most."""
    title, found = "Share still a customer", followed.attributes
    if found is None or followed.hazard is None or not followed.hazard.ended:
        return frame_table(pd.DataFrame({"group": []}), {"group": "Group"}, {}, title, nothing="nobody has left")
    curves = found.curves.curves
    told = curves[curves["months"].isin(_TOLD)]
    cells = told.assign(
        cell=[percent(r.survival) for r in rows_of(told)],
        group=told["group"].where(told["grouping"] != "all", "All customers").map(group_name),
    )
    order = list(dict.fromkeys(cells["group"]))
    wide = cells.pivot_table(index="group", columns="months", values="cell", aggfunc="first").reindex(order)
    months = [f"m{m}" for m in wide.columns]
    wide.columns = pd.Index(months)
    sizes = found.curves.medians
    names = sizes["group"].where(sizes["grouping"] != "all", "All customers").map(group_name)
    wide["customers"] = pd.Series(sizes["customers"].to_numpy(), index=names).reindex(order)
    labels = {"group": "Group", "customers": "Customers"}
    labels |= {f"m{m}": f"{fmt.many(m, 'month')}" for m in _TOLD}
    shown = wide.reset_index()
    note = "The table survival has every month, with its 95% interval."
    if not pd.isna(found.curves.chi_squared):
        note = f"{_log_rank(found.curves.chi_squared, found.curves.degrees)} {note}"
    return frame_table(shown, labels, {"customers": fmt.count}, title, note, right=months)


def attributes(followed: "Followed") -> Table:
    """The attributes tried, the strongest first, with the share of the best and of the worst group that stay."""
    title, found = "What sets apart those who stay", followed.attributes
    if found is None or found.tested.empty:
        shown = pd.DataFrame({"attribute": []})
        return frame_table(shown, {"attribute": "Attribute"}, {}, title, nothing="no attribute could be tried")
    top = found.tested.head(_MOST)
    rows = rows_of(top)
    shown = pd.DataFrame(
        {
            "attribute": [plain(r.attribute) for r in rows],
            "best": [f"{group_name(r.best_group)}: {fmt.share(r.best_share)}" for r in rows],
            "worst": [f"{group_name(r.worst_group)}: {fmt.share(r.worst_share)}" for r in rows],
            "effect": top["effect"],
            "p_corrected": [_chance(r.p_corrected) for r in rows],
            "verdict": [_VERDICTS[r.verdict] for r in rows],
        }
    )
    after = fmt.many(found.horizon_months, "month")
    labels = {
        "attribute": "Attribute",
        "best": f"Stay most, after {after}",
        "worst": "Stay least",
        "effect": "Strength",
        "p_corrected": "Chance alone",
        "verdict": "Reading",
    }
    note = (
        f"{fmt.many(len(found.tested), 'attribute')} tried. Strength: how far the risk of cancelling differs between "
        f"groups; {fmt.number(0.7)} is twofold. Chance alone: log-rank test, corrected for the number tried. "
        "Association, not proof of cause."
    )
    return frame_table(shown, labels, {"effect": lambda x: fmt.number(x, 2)}, title, note, right=["p_corrected"])


_VERDICTS = {"parts": "tells them apart", "small": "real, but small", "unclear": "may be chance"}


def _chance(p: float) -> str:
    return "<0.1%" if p < 0.001 else fmt.share(p, 1 if p < 0.1 else 0)


def _log_rank(chi_squared: float, degrees: int) -> str:
    on = fmt.many(degrees, "degree")
    return f"Log-rank test of the groups: chi-squared {fmt.number(chi_squared, 1)} on {on} of freedom."
