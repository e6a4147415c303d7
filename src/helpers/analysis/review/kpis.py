"""Key figures of two reports side by side, and which of them moved beyond chance.

A figure is only compared with its like: of a period as long, and where the period is shorter than a year, of the same
season; money in the same currency. What is merely counted (customers, recurring revenue) has no interval: it is shown
and not judged. Figures are gathered from the tables that each report saved, of whichever version it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.review.definitions import SHIFTED
from helpers.analysis.review.differences import CHANCE, Z, adjust, difference, p_of_interval, wilson

ALL = "All customers"
KEY = ["segmentation", "segment", "kpi"]
_MONEY_UNITS = ("money",)
_YEAR, _SLACK = 350, 31  # days: from when a period holds all seasons, and how far apart like periods may begin
_TENURE = 365
_LENGTH = 0.1  # by how much the lengths of two periods may differ
_FIGURES = [*KEY, "source", "value", "low", "high", "numerator", "denominator", "unit", "period_first", "period_last"]
_SOURCES = ("roi_kpis", "lifecycle_rates", "customers_rfm", "recurring_revenue")  # the first has the last word
_RATES = ("repeat_purchase", "retention", "dormancy", "churn")
_RECURRING = {
    "recurring_revenue": "money",
    "paying_customers": "count",
    "churn_a_month": "share",
    "net_revenue_retention": "share",
    "revenue_at_risk": "money",
}
# Of these less is better; of those that say only how large a group is, neither is.
LESS_IS_BETTER = frozenset(
    (
        *("churn", "revenue_churn", "cac", "cac_loaded", "payback_months", "late_share", "dormancy", "churn_a_month"),
        "revenue_at_risk",
    )
)
# Of these no number of customers stands under the line, but another figure, such as churn or a cost.
_OVER_FIGURES = frozenset(("cltv", "gross_margin_value", "cltv_cac", "won_to_cac", "payback_months", "roi"))
NEUTRAL = frozenset(("customers", "customer_share", "leads", "members", "top_tenth_share"))
# How roi_kpis calls segmentations that have another name here, and the kinds of its figures; others are money.
_SEGMENTATIONS = {"everyone": "all", "rfm_segment": "rfm", "lifecycle_group": "lifecycle", "cluster": "clusters"}
_KINDS = {
    **dict.fromkeys(("margin", "conversion", "retention", "churn", "revenue_churn"), "share"),
    **dict.fromkeys(("won_retention", "customer_share", "top_tenth_share"), "share"),
    **dict.fromkeys(("customers", "members", "new_customers", "leads"), "count"),
    **dict.fromkeys(("cltv_cac", "won_to_cac", "roi"), "ratio"),
    "payback_months": "months",
}


@dataclass(frozen=True)
class Kpis:
    """figures: a row a figure of either report: segmentation, segment, kpi, unit, then, now, change, change_share (of
    then; NaN for shares), low, high (95% interval of the change; NaN where only counted), p_value, p_adjusted, verdict:
    rose, fell, unclear (chance may do it), counted (no interval), few, season (another one), period (of another
    length), unlike (segments made otherwise, or whose limits have moved), currency, new, gone; better: more or less, ""
    where neither is
    days: between the two reports
    judged: figures whose change was tested
    """

    figures: pd.DataFrame
    days: int
    judged: int

    @property
    def moved(self) -> pd.DataFrame:
        """The figures that moved beyond chance, of all customers first, then the most certain."""
        found = self.figures[self.figures["verdict"].isin(["rose", "fell"])]
        first = (found["segmentation"] != "all").astype(int)
        return found.assign(first=first).sort_values(["first", "p_adjusted"], kind="stable").drop(columns="first")


def gather_kpis(tables: Mapping[str, pd.DataFrame], as_of: date | None) -> pd.DataFrame:
    """The figures that a report's tables hold: segmentation, segment, kpi, source (the table), value, low, high,
    numerator, denominator, unit (count, share, money, ratio or months), period_first, period_last (NaT for what is true
    of one day).

    From roi_kpis, lifecycle_rates, customers_rfm and recurring_revenue. Tables and columns that are not there are
    passed over. A figure may come from two of them, each with a definition of its own.
    """
    parts = [
        _from_kpis(_table(tables, "roi_kpis")),
        _from_rates(_table(tables, "lifecycle_rates"), as_of),
        _from_segments(_table(tables, "customers_rfm"), with_late=not len(_table(tables, "lifecycle_rates"))),
        _from_recurring(_table(tables, "recurring_revenue")),
    ]
    rows = [row for part in parts for row in part]
    frame = pd.DataFrame(rows, columns=_FIGURES)
    return frame.drop_duplicates([*KEY, "source"], keep="first", ignore_index=True)


def compare_kpis(
    then: pd.DataFrame,
    now: pd.DataFrame,
    days: int,
    *,
    definitions: pd.DataFrame | None = None,
    with_money: bool = True,
    min_customers: int = 30,
) -> Kpis:
    """The figures of two reports, as `gather_kpis` gives them, beside each other.

    A share is judged where both have `min_customers` behind it. Without `with_money`, amounts are listed and not
    compared. definitions: as `compare_definitions` has them; figures of segments that were made otherwise, or whose
    limits moved, are not judged, since they speak of other customers. Without any earlier figures there is nothing to
    compare.
    """
    if then.empty or now.empty:
        return Kpis(pd.DataFrame(columns=_COMPARED).astype(_TYPES), days, 0)
    both = then.merge(now, on=[*KEY, "source"], how="outer", suffixes=("_then", "_now"), sort=False)
    # One that both reports have from the same table, rather than one that only either has from another.
    lacking = both["value_then"].isna() | both["value_now"].isna()
    ranked = both.assign(lacking=lacking, rank=both["source"].map(_SOURCES.index))
    both = ranked.sort_values(["lacking", "rank"], kind="stable").drop_duplicates(KEY)
    order = {tuple(key): place for place, key in enumerate(pd.concat([now, then])[KEY].drop_duplicates().to_numpy())}
    both["place"] = [order[tuple(key)] for key in both[KEY].to_numpy()]
    both = both.sort_values("place", kind="stable").reset_index(drop=True)
    sides = {(c, w): both[f"{c}_{w}"].astype(float) for c in ("value", "low", "high") for w in ("then", "now")}
    args = [sides[c, w] for w in ("then", "now") for c in ("value", "low", "high")]
    apart, low, high = difference(*args)
    unit = both["unit_now"].fillna(both["unit_then"]).astype(str)
    unlike = _unlike(definitions)
    why = [_why_not(row, with_money, min_customers, unlike) for row in both.to_dict("records")]
    p = np.where(np.array(why) == "", p_of_interval(apart, low, high), np.nan)
    p_adjusted = adjust(p)
    clear = (p_adjusted < CHANCE) & ((low > 0) | (high < 0))
    verdict = np.where(clear, np.where(apart > 0, "rose", "fell"), np.where(np.isnan(p), "counted", "unclear"))
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(sides["value", "then"] > 0, apart / sides["value", "then"], np.nan)
    hidden = np.isin(why, ["currency"])
    figures = both[KEY].assign(
        unit=unit,
        then=sides["value", "then"],
        now=sides["value", "now"],
        change=np.where(hidden, np.nan, apart),
        change_share=np.where(hidden | (unit == "share"), np.nan, relative),
        low=np.where(hidden, np.nan, low),
        high=np.where(hidden, np.nan, high),
        p_value=p,
        p_adjusted=p_adjusted,
        verdict=np.where(np.array(why) == "", verdict, why),
        better=[_better(kpi) for kpi in both["kpi"]],
    )
    return Kpis(figures[_COMPARED].astype(_TYPES), days, int((~np.isnan(p)).sum()))


_COMPARED = [*KEY, "unit", "then", "now", "change", "change_share", "low", "high", "p_value", "p_adjusted", "verdict"]
_COMPARED += ["better"]
_TYPES: dict[str, Any] = {c: "str" if c in (*KEY, "unit", "verdict", "better") else "float64" for c in _COMPARED}


def _better(kpi: str) -> str:
    return "" if kpi in NEUTRAL else "less" if kpi in LESS_IS_BETTER else "more"


def _unlike(definitions: pd.DataFrame | None) -> set[str]:
    """The segmentations whose segments are not the same people by definition."""
    if definitions is None or definitions.empty:
        return set()
    alike = definitions["verdict"].isin(["same", "renamed"]) | (
        (definitions["verdict"] == "shifted") & ~definitions["shifted_share"].ge(SHIFTED)
    )
    return set(definitions.loc[~alike, "segmentation"])


def _why_not(row: Mapping[Any, Any], with_money: bool, least: int, unlike: set[str]) -> str:
    """Why the two figures of a row are not judged; "" where they may be."""
    if pd.isna(row["value_then"]):
        return "new"
    if pd.isna(row["value_now"]):
        return "gone"
    if str(row["unit_now"]) in _MONEY_UNITS and not with_money:
        return "currency"
    if row["segmentation"] in unlike and str(row["kpi"]) not in NEUTRAL:
        return "unlike"
    lengths = [_length(row["period_first_then"], row["period_last_then"])]
    lengths += [_length(row["period_first_now"], row["period_last_now"])]
    if all(lengths) and abs(lengths[1] - lengths[0]) > _LENGTH * max(lengths):
        return "period"
    if (
        all(lengths)
        and min(lengths) < _YEAR
        and _apart_in_year(row["period_last_then"], row["period_last_now"]) > _SLACK
    ):
        return "season"
    if row["kpi"] in _OVER_FIGURES:
        return ""
    behind = [row["denominator_then"], row["denominator_now"]]
    if any(pd.notna(n) and n < least for n in behind):
        return "few"
    return ""


def _length(first: Any, last: Any) -> int:
    return 0 if pd.isna(first) or pd.isna(last) else (pd.Timestamp(last) - pd.Timestamp(first)).days + 1


def _apart_in_year(one: Any, other: Any) -> float:
    """Days between two days' places in the year, either way round."""
    apart = abs((pd.Timestamp(other) - pd.Timestamp(one)).days) % 365.25
    return min(apart, 365.25 - apart)


def _table(tables: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    return tables.get(name, pd.DataFrame())


def _has(frame: pd.DataFrame, *columns: str) -> bool:
    return len(frame) > 0 and set(columns) <= set(frame.columns)


def _figure(
    source: str, segmentation: str, segment: str, kpi: str, value: float, unit: str, **more: Any
) -> dict[str, Any]:
    empty = dict.fromkeys(("low", "high", "numerator", "denominator"), np.nan)
    dates = {"period_first": pd.NaT, "period_last": pd.NaT}
    named = {
        "segmentation": segmentation,
        "segment": segment,
        "kpi": kpi,
        "source": source,
        "value": value,
        "unit": unit,
    }
    return named | empty | dates | more


def _from_kpis(frame: pd.DataFrame) -> list[dict[str, Any]]:
    if not _has(frame, *KEY, "value", "unit"):
        return []
    known = frame.reindex(columns=_FIGURES)
    found = []
    for row in known[known["value"].notna()].to_dict("records"):
        segmentation = _SEGMENTATIONS.get(str(row["segmentation"]), row["segmentation"])
        unit = _KINDS.get(str(row["kpi"]), "money")
        named = {"segmentation": segmentation, "source": "roi_kpis", "unit": unit}
        found.append({str(name): value for name, value in row.items()} | named)
    return found


def _from_rates(frame: pd.DataFrame, as_of: date | None) -> list[dict[str, Any]]:
    if not _has(frame, "rate", "value", "low", "high"):
        return []
    rows = []
    columns = ["rate", "value", "low", "high", "numerator", "denominator", "definition"]
    for row in frame.reindex(columns=columns).to_dict("records"):
        if row["rate"] not in _RATES or pd.isna(row["value"]):
            continue
        more = {name: row[name] for name in ("low", "high", "numerator", "denominator")}
        counted = re.search(r"in the last (\d+) days", str(row["definition"])) if row["rate"] == "retention" else None
        if counted and as_of:
            more |= {"period_first": pd.Timestamp(as_of - timedelta(days=2 * int(counted[1]) - 1))}
            more |= {"period_last": pd.Timestamp(as_of)}
        rows.append(_figure("lifecycle_rates", "all", ALL, row["rate"], row["value"], "share", **more))
    return rows


def _from_segments(customers: pd.DataFrame, *, with_late: bool) -> list[dict[str, Any]]:
    """Customers and yearly spend of each segment, and of all, with the share late where the lifecycle does not tell it:
    what stands at the day of the report."""
    if not _has(customers, "rfm_segment"):
        return []
    frame = customers.assign(is_late=customers["is_late"].astype(float) if "is_late" in customers else np.nan)
    has_spend = {"spend", "tenure_days"} <= set(frame.columns)
    # Of whom less than a year is known there is no spend a year: it would rise with every month of history.
    tenure = frame["tenure_days"].where(frame["tenure_days"] >= _TENURE) if has_spend else np.nan
    frame["yearly"] = frame["spend"] / (tenure / 365) if has_spend else np.nan
    rows = []
    whole = [("all", ALL, frame)]
    parts = [("rfm", str(name), part) for name, part in frame.groupby("rfm_segment", sort=False, observed=True)]
    for segmentation, name, part in whole + sorted(parts, key=lambda one: -len(one[2])):
        n = len(part)
        rows.append(_figure("customers_rfm", segmentation, name, "customers", float(n), "count"))
        late = part["is_late"]
        if with_late and segmentation == "all" and frame["is_late"].any():
            low, high = wilson(late.sum(), n)
            more = {"low": float(low), "high": float(high), "numerator": float(late.sum()), "denominator": float(n)}
            rows.append(_figure("customers_rfm", segmentation, name, "late_share", float(late.mean()), "share", **more))
        n = int(part["yearly"].notna().sum())
        if n > 1:
            mean, half = float(part["yearly"].mean()), Z * float(part["yearly"].std()) / np.sqrt(n)
            more = {"low": mean - half, "high": mean + half, "denominator": float(n)}
            rows.append(_figure("customers_rfm", segmentation, name, "yearly_spend", mean, "money", **more))
    return rows


def _from_recurring(frame: pd.DataFrame) -> list[dict[str, Any]]:
    if not _has(frame, "figure", "value"):
        return []
    known = frame[frame["figure"].isin(list(_RECURRING)) & frame["value"].notna()]
    if known.loc[known["figure"] == "paying_customers", "value"].eq(0).any():
        return []  # a shop, whose subscribers are none
    return [
        _figure("recurring_revenue", "all", ALL, r["figure"], r["value"], _RECURRING[r["figure"]])
        for r in known.to_dict("records")
    ]
