"""Key figures in readers' words: how each is called, written and defined."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.story import fmt
from helpers.story.terms import group_name, lower, natural_order, plain, rounded

if TYPE_CHECKING:
    from helpers.analysis.roi.kpis import Kpis

LABELS = {
    "customers": "Customers",
    "new_customers": "New customers",
    "leads": "Leads",
    "revenue": "Revenue",
    "average_order": "Average order",
    "revenue_per_customer": "Revenue per customer",
    "margin": "Gross margin",
    "margin_per_customer": "Gross margin per customer",
    "conversion": "Conversion",
    "retention": "Retention",
    "churn": "Churn of customers",
    "revenue_churn": "Churn of revenue",
    "cac": "Cost of winning a customer (CAC)",
    "cac_loaded": "CAC, fully loaded",
    "cltv": "Lifetime value, simple form (CLTV)",
    "gross_margin_value": "Value within five years",
    "cltv_cac": "Value to cost of winning",
    "payback_months": "Payback",
    "roi": "Return on winning a customer",
    "members": "Customers in the group",
    "won_value": "Margin so far of newly won customers",
    "won_retention": "Retention of newly won customers",
    "won_to_cac": "Margin so far to cost of winning",
    "customer_share": "Share of customers",
    "top_tenth_share": "Revenue share of the best tenth",
}
_SAID = {
    "cac": "the cost of winning a customer",
    "cac_loaded": "the full cost of winning a customer",
    "cltv": "the lifetime value",
    "cltv_cac": "the multiple that a customer brings of the cost of winning one",
}
_SHARES = (
    "margin",
    "conversion",
    "retention",
    "churn",
    "revenue_churn",
    "won_retention",
    "customer_share",
    "top_tenth_share",
)
_COUNTS = ("customers", "members", "new_customers", "leads")
NO_GROUPS = ("New in the period", "(unknown)", "(withheld)", "All customers")
_GROUPINGS = {
    "everyone": "All customers",
    "rfm_segment": "Value segments",
    "lifecycle_group": "Lifecycle stages",
    "cluster": "Behavioural segments",
}


def label_of(kpi: object) -> str:
    return LABELS.get(str(kpi), plain(kpi))


def grouping_name(name: object) -> str:
    """A segmentation as a heading: "company_size" -> "Company size"."""
    return _GROUPINGS.get(str(name), plain(name))


def segment_name(segment: object) -> str:
    return " + ".join(group_name(part) for part in str(segment).split(" + "))


def form_of(kpi: str, money: fmt.Money) -> Callable[[float], str]:
    """How a figure is written."""
    if kpi in _SHARES:
        return fmt.share
    if kpi in _COUNTS:
        return fmt.count
    if kpi in ("cltv_cac", "won_to_cac"):
        return times
    if kpi == "payback_months":
        return months
    return fmt.ratio if kpi == "roi" else rounded(money)


def times(x: float) -> str:
    """How many times one amount is another: from ten on without decimals."""
    return fmt.number(x, 0 if abs(x) >= 9.95 else 1)


def months(x: float) -> str:
    """Months, below one as such: "under 1 month"."""
    if x != x:
        return fmt.MISSING
    if x < 1:
        return "under 1 month"
    return fmt.many(round(x), "month") if x >= 10 or round(x, 1) % 1 == 0 else f"{fmt.number(x)} months"


def main_grouping(found: "Kpis") -> str:
    """The segmentation that a page shows first: the first one of behaviour that was had as it stood then, else the
    first; empty where there is none."""
    names = found.segmentations
    return next((name for name in names if found.moments[name] == "start"), names[0] if names else "")


def one_row_a_segment(table: pd.DataFrame) -> pd.DataFrame:
    """The long table with a row a segment: segment, and for each figure its value, and `<figure>_low`, `_high`."""
    keys = ["segmentation", "segment"]
    order = table[keys].drop_duplicates()
    parts = [order]
    for column, end in (("value", ""), ("low", "_low"), ("high", "_high")):
        wide = table.pivot(index=keys, columns="kpi", values=column).add_suffix(end)
        parts.append(wide.reindex(pd.MultiIndex.from_frame(order)).reset_index(drop=True))
    parts[0] = order.reset_index(drop=True)
    return pd.concat(parts, axis=1)


def in_reading_order(wide: pd.DataFrame) -> pd.DataFrame:
    """The rows of each segmentation by their own order where they have one ("1-9", "10-49"), else by what a customer
    brings; those won in the period, those not known and all customers last."""
    order: list[int] = []
    for name in wide["segmentation"].drop_duplicates():
        rows = wide.index[wide["segmentation"] == name]
        own = wide.loc[rows].assign(last=wide["segment"].isin(NO_GROUPS))
        places = natural_order(own["segment"])
        if places is None:
            ranked = own.sort_values(["last", "margin_per_customer"], ascending=[True, False], kind="stable")
            order += [int(i) for i in ranked.index]
        else:
            order += [int(rows[i]) for i in places]
    return wide.loc[order].reset_index(drop=True)


def definition_of(kpi: str, found: "Kpis") -> tuple[str, str]:
    """A figure's numerator and denominator in words; the latter is empty where a figure counts."""
    was, now = _PURCHASES.get(found.period.basis, _PURCHASES["orders"])
    margin = "gross margin of a customer a year"
    by_years = ", of those who left and the years all were seen" if found.period.basis == "tenure" else ""
    told: dict[str, tuple[str, str]] = {
        "customers": (f"customers who {now}", ""),
        "members": (f"customers who {now}; of groups of behaviour, all who were in them when the period began", ""),
        "new_customers": ("customers whose first purchase known lies in the period", ""),
        "leads": ("people on the customer list without a purchase", ""),
        "revenue": ("amounts bought in the period, before returns", ""),
        "average_order": ("revenue", "orders"),
        "revenue_per_customer": ("revenue", f"customers who {now}; of groups of behaviour, all their customers"),
        "margin": ("revenue after returns, less the cost of goods", "revenue after returns"),
        "margin_per_customer": ("gross margin", f"customers who {now}; of groups of behaviour, all their customers"),
        "conversion": ("of these, who bought for the first time in the period",
                       "people on the list who had not bought when it began, or came since"),
        "retention": (f"of these, who {now} as well", f"customers who {was}"),
        "churn": ("of these, the others", f"customers who {was}"),
        "revenue_churn": ("of this, what those brought who did not stay", "revenue of the period before"),
        "cac": ("acquisition costs of customers won in the period; of groups of behaviour, of all their customers",
                "the same customers, as far as their cost is known"),
        "cac_loaded": ("the same with the costs of leads who came and did not buy, and the overhead", "the same"),
        "cltv": (margin, f"churn a year{by_years}; counts on the customers of today for ever"),
        "gross_margin_value": (f"{margin}, of those who stay, for five years, discounted", "a customer"),
        "cltv_cac": ("value within five years", "CAC, fully loaded"),
        "payback_months": ("CAC, fully loaded", "gross margin of a customer a month"),
        "won_value": ("gross margin since, of customers won in the period before; what was bought before it at "
                      "its share of revenue", "these customers"),
        "won_retention": ("of these, who bought in the period as well", "customers won in the period before"),
        "won_to_cac": ("gross margin so far of a customer won in the period before",
                       "CAC of these, with the costs of leads of that time who have not bought, and today's overhead"),
        "roi": ("value within five years, less CAC, fully loaded", "CAC, fully loaded"),
    }  # fmt: skip
    return told.get(kpi, ("", ""))


_PURCHASES = {
    "orders": ("bought in the equally long period before", "bought in the period"),
    "subscriptions": ("had a subscription when the period began", "had one when it ended"),
    "tenure": ("ever had a subscription", "still have one"),
    "list": ("had bought", "have bought so far"),
}


def values_of(row: Any, *columns: str) -> dict[str, Any]:
    """The named columns of a row, for a statement's values."""
    return {column: row[column] for column in columns}


def said(kpi: str) -> str:
    """A figure in mid-sentence."""
    return _SAID.get(kpi, lower(label_of(kpi)))
