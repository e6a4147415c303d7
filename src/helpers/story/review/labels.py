"""Figures, segmentations and outcomes of the review in readers' words."""

from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.terms import group_name, lower, plain, printable, rounded

_KPIS = {
    "aov": "Average order",
    "average_order": "Average order",
    "cac": "Cost of winning a customer",
    "cac_loaded": "Full cost of winning a customer",
    "churn": "Churn of customers",
    "churn_a_month": "Churn of subscribers a month",
    "cltv": "Lifetime value",
    "cltv_cac": "Value to cost of winning",
    "conversion": "Leads who became customers",
    "customer_share": "Share of customers",
    "customers": "Customers",
    "dormancy": "Share of dormant customers",
    "gross_margin_value": "Value within five years",
    "late_share": "Share of late customers",
    "margin": "Gross margin",
    "margin_per_customer": "Gross margin per customer",
    "members": "Customers in the group",
    "net_revenue_retention": "Net revenue retention",
    "new_customers": "New customers",
    "paying_customers": "Paying subscribers",
    "payback_months": "Months to pay back",
    "recurring_revenue": "Recurring revenue a month",
    "repeat_purchase": "Share of buyers with a second order",
    "retention": "Retention of customers",
    "revenue_at_risk": "Revenue at risk a month",
    "revenue_churn": "Churn of revenue",
    "revenue_per_customer": "Revenue per customer",
    "roi": "Return on winning a customer",
    "top_tenth_share": "Revenue share of the best tenth",
    "won_retention": "Retention of newly won customers",
    "won_to_cac": "Margin so far to cost of winning",
    "won_value": "Margin so far of newly won customers",
    "yearly_spend": "Spend a year per customer",
}
SEGMENTATIONS = {
    "all": "All customers",
    "rfm": "Value segments",
    "lifecycle": "Lifecycle groups",
    "clusters": "Behavioural segments",
}
MEASURES = {"sales": "Sales per customer", "bought": "Share who bought", "visits": "Visits per customer"}
STATUSES = {
    "done": "Carried out",
    "measured": "Measured",
    "overdue": "Overdue",
    "not due": "Not yet due",
    "nothing": "Nothing on record",
}
VERDICTS = {
    "rose": "Rose",
    "fell": "Fell",
    "unclear": "Not clear",
    "counted": "Counted",
    "few": "Too few",
    "season": "Another season",
    "period": "Another length",
    "unlike": "Another group",
    "currency": "Another currency",
    "new": "New",
    "gone": "Gone",
}


def kpi_label(kpi: object) -> str:
    """A figure's name as it opens a row: "late_share" -> "Share of late customers"."""
    return _KPIS.get(str(kpi), plain(kpi))


def kpi_inside(kpi: object) -> str:
    """The same in mid-sentence."""
    return lower(kpi_label(kpi))


def segmentation_label(name: object) -> str:
    return SEGMENTATIONS.get(str(name), plain(name))


def segment_label(segmentation: object, segment: object) -> str:
    """A segment as it opens a row; the kit's own names of lifecycle groups begin with a capital there."""
    name = group_name(printable(segment))
    return name[:1].upper() + name[1:] if segmentation == "lifecycle" else name


def kpi_value(unit: object, x: float, money: Money) -> str:
    """A figure in its unit; a share with one decimal below a tenth, where whole percents would hide a change."""
    if unit == "share":
        return fmt.share(x, 1 if abs(x) < 0.1 else 0)
    if unit == "money":
        return rounded(money)(x)
    return fmt.count(x) if unit in ("count", "customers") else fmt.number(x)


def kpi_change(unit: object, x: float, money: Money) -> str:
    """A change in the figure's unit, that of a share in points: +2.4."""
    if x != x:
        return fmt.MISSING
    if unit == "share":
        return fmt.signed(100 * x, fmt.number)
    return fmt.signed(x, lambda value: kpi_value(unit, value, money))
