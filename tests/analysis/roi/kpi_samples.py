"""Customers of a period, made from few numbers, for the tests of key figures and of what is said of them."""

from datetime import date
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.roi.groupings import FIXED, Grouping
from helpers.analysis.roi.kpis import Kpis, Period, measure_kpis

YEAR = Period("orders", date(2025, 10, 1), date(2026, 9, 30), date(2024, 10, 1), date(2023, 1, 1))
OLD, NEW_ON, COHORT_ON = (pd.Timestamp(d) for d in ("2024-01-01", "2026-01-01", "2025-01-01"))
_PLAIN: dict[str, Any] = {
    **{"known_on": OLD, "first_on": OLD, "acquisition_cost": nan, "bought": False, "before": False, "kept": False},
    **{"orders": 0.0, "revenue": 0.0, "returned": 0.0, "costed": 0.0, "cost": 0.0, "revenue_before": 0.0},
    **{"returned_before": 0.0, "years": nan},
}


def people(*groups: tuple[int, dict[str, Any]]) -> pd.DataFrame:
    """So many customers of each kind; what is not told of them is as of somebody who has bought nothing lately."""
    frames = [pd.DataFrame(_PLAIN | told, index=range(n)) for n, told in groups]
    frame = pd.concat(frames, ignore_index=True)
    for column in ("known_on", "first_on"):
        frame[column] = pd.to_datetime(frame[column])
    return frame.assign(customer_id=[f"C{i:04d}" for i in range(len(frame))])


def stayed(n: int, revenue: float = 100.0, **more: Any) -> tuple[int, dict[str, Any]]:
    told = {"bought": True, "before": True, "kept": True, "orders": 2.0, "revenue": revenue, "revenue_before": revenue}
    return n, told | more


def left(n: int, revenue_before: float = 100.0, **more: Any) -> tuple[int, dict[str, Any]]:
    return n, {"before": True, "revenue_before": revenue_before} | more


def won(n: int, cost: float = 20.0, revenue: float = 50.0, **more: Any) -> tuple[int, dict[str, Any]]:
    told = {"bought": True, "first_on": NEW_ON, "known_on": NEW_ON, "acquisition_cost": cost, "orders": 1.0}
    return n, told | {"revenue": revenue} | more


def lead(n: int, **more: Any) -> tuple[int, dict[str, Any]]:
    return n, {"first_on": pd.NaT} | more


def by(name: str, customers: pd.DataFrame, *sizes: tuple[str, int], moment: str = FIXED) -> Grouping:
    """The first so many customers in one segment, the next in another …"""
    labels = np.repeat([s for s, _ in sizes], [n for _, n in sizes])
    segments = pd.Series(labels, index=customers["customer_id"].head(len(labels)), dtype="str")
    return Grouping(name, segments, moment, [s for s, _ in sizes])


def figures(customers: pd.DataFrame, *groupings: Grouping, period: Period = YEAR, **more: Any) -> Kpis:
    return measure_kpis(customers, period, groupings, **({"margin": 0.4} | more))


def value(found: Kpis, kpi: str, segment: str = "All customers", segmentation: str = "everyone") -> float:
    rows = found.of(segmentation, kpi)
    return float(rows.loc[rows["segment"] == segment, "value"].iloc[0])


def note(found: Kpis, kpi: str, segment: str = "All customers", segmentation: str = "everyone") -> str:
    rows = found.of(segmentation, kpi)
    return str(rows.loc[rows["segment"] == segment, "note"].iloc[0])
