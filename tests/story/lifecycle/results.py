"""Small results of the lifecycle with numbers a reader can check by eye."""

from math import nan

import pandas as pd

from helpers.analysis.lifecycle.groups import Lifecycle
from helpers.analysis.lifecycle.retention import CohortTrend, Rates
from helpers.analysis.lifecycle.survival import Survival
from helpers.analysis.lifecycle.thresholds import Thresholds
from helpers.analysis.lifecycle.transitions import Transitions

STAGES = ["lead", "active", "loyal", "high value", "dormant"]
OF_VISITS = ["browser", "active", "loyal", "high activity", "dormant"]


def life(
    customers: list[int], spend: list[float] | None = None, *, of_visits: bool = False, known: bool = True
) -> Lifecycle:
    """Customers and spend a stage, leads first."""
    worth = pd.Series(spend or [nan] * 5)
    count = pd.Series(customers)
    groups = pd.DataFrame(
        {
            "lifecycle_group": OF_VISITS if of_visits else STAGES,
            "customers": count,
            "customer_share": count / max(count.sum(), 1),
            "spend": worth,
            "spend_share": worth / worth.sum(),
            "median_orders": [0, 4, 18, 58, 1],
            "median_days_since": [nan, 149, 23, 7, 671],
            "action": "Do this.",
        }
    )
    return Lifecycle(pd.DataFrame(), groups, of_visits, known)


LIFE = life([1000, 500, 300, 50, 150], [0.0, 50_000, 60_000, 80_000, 10_000])

_REASONS = {
    "orders_a_year": (5.2, 5.0, 5.5, "the average of those who ordered in the last 365 days"),
    "usual_gap_days": (63.0, 31.0, 193.0, "between orders: the median customer, and the range of eight in ten"),
    "loyal_orders": (5.0, 4.0, 5.0, "from then on, more orders make another hardly more likely"),
    "high_value_orders": (11.0, 11.0, 12.0, "at least as many orders as the average customer"),
    "high_value_spend": (42_395.4, 35_316.5, 49_984.8, "those who spent as much bring half of all spend"),
    "dormant_days": (102.0, 100.0, 104.0, "9 of 10 orders that followed came sooner"),
}
_NEXT = pd.DataFrame(
    {
        "order": [1, 2, 3, 4, 5, 6, 7],
        "customers": [3000, 2000, 1500, 1200, 1000, 900, 5000],
        "share": [0.58, 0.62, 0.75, 0.85, 0.9, 0.91, 0.92],
        "low": [0.56, 0.6, 0.73, 0.83, 0.88, 0.89, 0.91],
        "high": [0.6, 0.64, 0.77, 0.87, 0.92, 0.93, 0.93],
    }
)


def cuts(source: str = "data", low: float = 4, high: float = 5, loyal: int = 5) -> Thresholds:
    rows = [(name, *told[:3], "data", told[3]) for name, told in _REASONS.items()]
    table = pd.DataFrame(rows, columns=["threshold", "value", "low", "high", "source", "reason"])
    at = table["threshold"] == "loyal_orders"
    table.loc[at, ["low", "high"]] = low, high
    table.loc[at, "source"] = source
    return Thresholds(loyal, 11, 42_395.4, nan, table, _NEXT, 102)


CUTS = cuts()
NO_CUTS = Thresholds(3, 2, nan, nan, CUTS.table.assign(source="not known"), _NEXT.iloc[:1], 90)


def rates(
    churned: tuple[int, int] | None = (420, 2451),
    woken: tuple[int, int] = (64, 545),
    kept: tuple[int, int] = (114, 200),
) -> Rates:
    told = {"repeat_purchase": (2549, 3361), "retention": kept}
    if churned:
        told |= {"churn": churned, "revival": woken}
    rows = [(n, p / w, p / w - 0.02, p / w + 0.02, float(p), float(w), f"{n} of all") for n, (p, w) in told.items()]
    rows.insert(1, ("second_order", 0.58, 0.56, 0.6, nan, 3361.0, "customers with a second order within 102 days"))
    columns = ["rate", "value", "low", "high", "numerator", "denominator", "definition"]
    return Rates(pd.DataFrame(rows, columns=columns), 91, 4 if churned else 0, "quarter")


RATES = rates()


def trend(early: float, late: float, low: float, high: float, customers: int = 400) -> CohortTrend:
    return CohortTrend(1, early, late, late - early, low, high, 6, customers)


GRID = pd.DataFrame(
    {
        "cohort": pd.to_datetime(["2025-01-01"] * 4 + ["2025-04-01"] * 3 + ["2025-07-01"] * 2 + ["2025-10-01"]),
        "period": [0, 1, 2, 3, 0, 1, 2, 0, 1, 0],
        "customers": [1049] * 4 + [893] * 3 + [423] * 2 + [154],
        "retention": [1.0, 0.89, 0.91, 0.88, 1.0, 0.68, 0.0, 1.0, 0.17, 1.0],
    }
)


def staying(
    shares: tuple[float, float] | None = (0.9, 0.6), p_value: float = 0.001, customers: int = 800, ended: int = 200
) -> Survival:
    """All customers at 76% after a year, and two channels at these shares."""
    names = [("all", "all", 0.76)]
    names += [("channel", n, s) for n, s in zip(("Trade fair", "Web search"), shares or (), strict=False)]
    curves = pd.concat(
        [
            pd.DataFrame(
                {
                    "grouping": of,
                    "group": name,
                    "months": range(25),
                    "at_risk": 400,
                    "survival": [1 - (1 - share) * m / 12 for m in range(25)],
                }
            )
            for of, name, share in names
        ],
        ignore_index=True,
    )
    curves = curves.assign(low=curves["survival"] - 0.02, high=curves["survival"] + 0.02)
    medians = [(of, name, nan, customers if of == "all" else customers // 2, ended) for of, name, _ in names]
    columns = ["grouping", "group", "median_months", "customers", "ended"]
    degrees = 1 if shares else 0
    return Survival(curves, pd.DataFrame(medians, columns=columns), 9.0 if shares else nan, degrees, p_value)


def moves(before: float = 0.12, now: float = 0.18, later: float = 0.22, periods: int = 4) -> Transitions:
    matrix = {
        "lead": [0.99, 0.01, 0, 0, 0],
        "active": [0, 0.85, 0.07, 0, 0.08],
        "loyal": [0, 0, 0.96, 0.03, 0.01],
        "high value": [0, 0, 0, 0.98, 0.02],
        "dormant": [0, 0.05, 0.004, 0, 0.946],
        "new": [0.24, 0.76, 0, 0, 0],
    }
    rows = [(a, b, 10, s) for a, shares in matrix.items() for b, s in zip(STAGES, shares, strict=True)]
    frame = pd.DataFrame(rows, columns=["from_status", "to_status", "customers", "share"])
    heading = pd.DataFrame(
        {"status": STAGES, "before": 0.22, "now": [0.33, 0.28, 0.17, 0.04, 0.0], "later": 0.2, "settled": 0.3}
    )
    heading.loc[4, ["before", "now", "later"]] = before, now, later
    return Transitions(frame, frame, heading, pd.DataFrame(), "quarter", periods, 4)


_NONE = moves().moves.iloc[:0]
NO_MOVES = Transitions(_NONE, _NONE, moves().heading.iloc[:0], pd.DataFrame(), "quarter", 0, 0)
