"""Small results with numbers a reader can check by eye, for the tests of charts and tables."""

from dataclasses import replace
from math import nan

import pandas as pd

from helpers.analysis.clusters.clusters import Clusters
from helpers.analysis.data_profile.readiness import Readiness
from helpers.analysis.drift import Drift
from helpers.analysis.nps_drivers.drivers import Drivers
from helpers.analysis.nps_drivers.nps import Nps, NpsGroups
from helpers.analysis.rfm import Rfm
from helpers.analysis.rfm.holdout import Holdout
from helpers.analysis.rfm.movement import Movement

TABLES = pd.DataFrame(
    {
        "table": ["orders", "surveys"],
        "files": [2, 1],
        "rows_in": [541_909, 2_746],
        "rows_kept": [392_692, 2_746],
        "rows_set_aside": [149_217, 0],
        "first_on": pd.to_datetime(["2010-12-01", None]),
        "last_on": pd.to_datetime(["2011-12-09", None]),
    }
)
COLUMNS = pd.DataFrame(
    {
        "table": ["orders", "orders", "surveys"],
        "column": ["customer_id", "amount", "comment"],
        "kind": ["text", "number", "text"],
        "rows": [541_909, 541_909, 2_746],
        "missing_share": [0.2493, 0.0, 0.71],
        "distinct": [4_372, 16_204, 700],
        "minimum": ["12346", -168469.6, None],
        "maximum": ["18287", 168469.6, None],
    }
)
ALERTS = pd.DataFrame(
    {
        "table": ["orders", "orders", "surveys", "surveys", "orders"],
        "column": ["paid_with", "", "score", "city", "amount"],
        "alert": ["personal data", "sudden change", "gaps", "dirty categories", "skew"],
        "severity": ["act", "look", "look", "look", "note"],
        "figure": [1.0, -0.5, 0.31, 0.02, 4.2],
        "other": ["payment card number", "rows", "", "“<b>rome” for “Rome”", ""],
        "on": pd.to_datetime([None, "2026-05-04", None, None, None]),
        "n": [0, 900, 728, 47, 541_909],
    }
)
COURSES = pd.DataFrame(
    {
        "table": "orders",
        "column": "",
        "measure": "rows",
        "period_days": 7,
        "starts_on": pd.date_range("2026-01-05", periods=34, freq="7D"),
        "value": [900.0] * 17 + [450.0] * 17,
    }
)
PAIRS = pd.DataFrame(
    {
        "table": ["surveys"] * 3 + ["orders"],
        "left": ["art", "food", "art", "amount"],
        "right": ["food", "shops", "shops", "cost"],
        "correlation": [-0.31, 0.62, 0.1, 0.99],
        "n": 900,
    }
)
COVERAGE = pd.DataFrame(
    {
        "orders": [True, False, True],
        "customers": [True, True, False],
        "surveys": [True, False, False],
        "customers_known": [600, 300, 100],
    }
)
DRIFT = Drift(
    columns=pd.DataFrame(
        {
            "table": ["orders", "orders", "orders", "surveys"],
            "column": ["fax", "region", "amount", "score"],
            "column_before": ["fax", "area", "amount", "score"],
            "verdict": ["gone", "renamed", "changed", "same"],
            "psi": [nan, 0.01, 0.4, 0.02],
            "psi_by_chance": [nan, 0.02, 0.02, 0.03],
            "rows_before": [900.0, 900, 900, 80],
            "rows_after": [nan, 600, 600, 80],
            "missing_share_before": [0.1, 0.0, 0.0, 0.0],
            "missing_share_after": [nan, 0.0, 0.25, 0.0],
            "distinct_before": [5.0, 4, 800, 11],
            "distinct_after": [nan, 5, 500, 11],
            "mean_before": [nan, nan, 20.0, 8.0],
            "mean_after": [nan, nan, 35.0, 8.0],
            "new_values": ["", "Wales", "", ""],
            "gone_values": ["", "", "", ""],
        }
    ),
    tables=pd.DataFrame(
        {"table": ["orders"], "verdict": ["fewer rows"], "rows_before": [900.0], "rows_after": [600.0]}
    ),
)
QUALITY = pd.DataFrame(
    {
        "table": ["orders", "orders"],
        "check": ["no customer", "exact duplicate"],
        "rows_found": [135_080, 5_268],
        "rows_set_aside": [135_080, 5_225],
        "handling": ["set aside: it belongs to no customer", "kept once"],
    }
)
MONTHS = pd.DataFrame(
    {
        "month": pd.to_datetime(["2010-12-01", "2011-01-01", "2011-03-01"]),
        "order_count": [1_400, 987, 1_321],
        "spend": [552_373.0, 473_731.0, 578_576.0],
    }
)
RFM = Rfm(
    customers=pd.DataFrame(),
    segments=pd.DataFrame(
        {
            "rfm_segment": ["Champions", "At risk", "Lost"],
            "customers": [980, 520, 398],
            "customer_share": [0.5163, 0.2740, 0.2097],
            "spend": [5_600_000.0, 550_000.0, 110_000.0],
            "spend_share": [0.8946, 0.0879, 0.0176],
            "average_spend": [5714.29, 1057.69, 276.38],
            "median_recency_days": [9.0, 140.0, 290.0],
            "median_orders": [11.0, 3.5, 1.0],
            "median_spend": [3_210.0, 800.0, 250.0],
            "average_orders": [14.3, 4.2, 1.1],
            "order_share": [0.8441, 0.1315, 0.0264],
            "yearly_spend": [2_100_000.0, 160_000.0, 40_000.0],
            "late_customers": [0.0, 520.0, 398.0],
            "late_spend": [0.0, 550_000.0, 110_000.0],
            "late_regulars": [0.0, 320.0, 0.0],
            "late_regulars_spend": [0.0, 300_000.0, 0.0],
            "apart_measure": ["spend", "recency_days", "order_count"],
            "apart_value": [3_210.0, 140.0, 1.0],
            "apart_overall": [900.0, 45.0, 4.0],
            "objective": ["Keep", "Bring back", "Limit the cost"],
            "action": ["Thank them.", "Call them.", "Leave them."],
        }
    ),
    grid=pd.DataFrame(
        {
            "r_score": [1, 1, 2, 2],
            "f_score": [1, 2, 1, 2],
            "customers": [300, 0, 75, 750],
            "spend": [10_890.0, nan, 7_425.0, 8_700_000.0],
            "average_spend": [36.3, nan, 99, 11600],
        }
    ),
    concentration=pd.DataFrame({"customer_share": [0.01, 0.2, 1.0], "spend_share": [0.315, 0.746, 1.0]}),
    cuts=pd.DataFrame(
        {
            "metric": ["recency_days"] * 2 + ["order_count"] * 2 + ["spend"] * 2,
            "score": [2, 1] * 3,
            "low": [0.0, 46.0, 5.0, 1.0, 901.0, 12.5],
            "high": [45.0, 373.0, 209.0, 4.0, 280_000.0, 900.0],
            "customers": [960, 938] * 3,
        }
    ),
    rules=pd.DataFrame(
        {
            "rfm_segment": ["Champions", "At risk", "Lost"],
            "rule": ["late no", "f 2, late yes", ""],
            "customers": [980, 520, 398],
        }
    ),
    levels={"r": 2, "f": 2, "m": 2},
    gini=0.7312,
    pareto_customers=490.0,
)
RF = replace(  # the same customers where amounts are not known
    RFM,
    segments=RFM.segments.assign(
        apart_measure="order_count",
        **dict.fromkeys([c for c in RFM.segments if "spend" in c], nan),
    ),
    grid=RFM.grid.assign(spend=nan, average_spend=nan),
    concentration=RFM.concentration.head(0),
    cuts=RFM.cuts.head(4),
    levels={"r": 2, "f": 2},
    gini=nan,
    pareto_customers=nan,
    with_spend=False,
)
MOVES = Movement(
    flows=pd.DataFrame(
        {
            "from_segment": ["Champions", "Champions", "Not yet a customer"],
            "to_segment": ["Champions", "At risk", "Champions"],
            "customers": [800, 90, 180],
            "spend_before": [2_000_000.0, 300_000.0, 0.0],
            "spend_now": [2_100_000.0, 20_000.0, 90_000.0],
        }
    ),
    by_segment=pd.DataFrame(
        {
            "rfm_segment": ["Champions", "At risk"],
            "before": [890, 430],
            "now": [980, 520],
            "stayed": [800, 430],
            "arrived": [180, 90],
            "left": [90, 0],
            "net": [90, 90],
            "spend_before": [2_300_000.0, 9_000.0],
            "spend_now": [2_120_000.0, 0.0],
        }
    ),
    months=6,
    became_late=90.0,
    became_late_before=300_000.0,
    became_late_now=20_000.0,
    came_back=12.0,
    new=180,
)
HOLDOUT = Holdout(
    by_segment=pd.DataFrame(
        {
            "rfm_segment": ["Champions", "At risk"],
            "customers": [890, 430],
            "ordered": [801, 43],
            "ordered_share": [0.9, 0.1],
            "low": [0.8786, 0.0751],
            "high": [0.9180, 0.1319],
            "orders_each": [4.2, 0.1],
            "spend_each": [2_382.0, 20.93],
            "order_lift": [1.466, 0.035],
            "spend_lift": [1.481, 0.013],
        }
    ),
    by_tenth=pd.DataFrame(
        {
            "tenth": [1, 6],
            "customers": [890, 430],
            "ordered": [801, 43],
            "ordered_share": [0.9, 0.1],
            "low": [0.8786, 0.0751],
            "high": [0.9180, 0.1319],
            "order_share": [0.98, 0.02],
            "spend_share": [0.9958, 0.0042],
        }
    ),
    auc=0.912,
    auc_low=0.895,
    auc_high=0.929,
    customers=1_320,
    ordered=844,
    months=6,
)
CLUSTERS = Clusters(
    customers=pd.DataFrame(),
    by_cluster=pd.DataFrame(
        {
            "cluster": ["Recent, high spend", "Long gone"],
            "customers": [820, 1480],
            "customer_share": [0.3565, 0.6435],
            "jaccard": [0.93, 0.81],
            "stable": [True, True],
            "silhouette": [0.4, 0.35],
            "spend": [3_400_000.0, 400_000.0],
            "spend_share": [0.8947, 0.1053],
            "median_recency_days": [11.0, 215.0],
            "recency_days_z": [-1.1, 1.3],
            "median_spend": [3450.0, 260.0],
            "spend_z": [1.4, nan],
        }
    ),
    by_k=pd.DataFrame(
        {
            "k": [2, 3],
            "silhouette": [0.43, 0.35],
            "jaccard_min": [0.95, nan],
            "smallest_share": [0.36, 0.1],
            "chosen": [True, False],
        }
    ),
    features=["recency_days", "spend"],
    k=2,
    reason="",
    constant=[],
    logged=[],
)
NPS = Nps(score=0.3984, low=0.3731, high=0.4237, n=2_746)
GROUPS = NpsGroups(
    by_group=pd.DataFrame(
        {
            "grouping": ["all", "segment", "segment"],
            "group": ["all", "Champions", "At risk"],
            "answers": [2_746, 610, 30],
            "promoters": [1_436, 400, 10],
            "passives": [968, 160, 9],
            "detractors": [342, 50, 11],
            "nps": [39.84, 57.4, -3.3],
            "nps_low": [37.3, 52.0, -33.0],
            "nps_high": [42.4, 62.0, 27.0],
            "nps_weighted": [40.4, nan, nan],
            "nps_weighted_low": [37.0, nan, nan],
            "nps_weighted_high": [43.0, nan, nan],
        }
    )
)
SEGMENT_GROUPS = GROUPS.by_group[GROUPS.by_group["grouping"] == "segment"].reset_index(drop=True)
SCORES = pd.DataFrame({"score": [0, 6, 8, 9, 10], "answers": [10, 30, 20, 40, 100]})
DRIVERS = Drivers(
    drivers=pd.DataFrame(
        {
            "driver": ["wifi", "security_wait", "art"],
            "lmg": [0.2, 0.12, 0.03],
            "lmg_low": [0.15, 0.08, -0.001],
            "lmg_high": [0.25, 0.16, 0.05],
            "importance": [0.571, 0.343, 0.086],
            "performance": [3.4, 4.2, 3.9],
            "correlation": [0.5, 0.4, 0.2],
            "coefficient": [0.4, 0.2, 0.1],
            "relative_weight": [0.21, 0.11, 0.03],
            "johnson": [0.21, 0.11, 0.03],
            "rank_low": [1.0, 2.0, 3.0],
            "rank_high": [1.0, 2.0, 3.0],
            "importance_low": [0.5, 0.26, 0.05],
            "importance_high": [0.64, 0.43, 0.12],
            "performance_low": [3.3, 4.1, 3.8],
            "performance_high": [3.5, 4.3, 4.0],
            "performance_share": [0.6, 0.8, 0.725],
            "scale_low": 1.0,
            "scale_high": 5.0,
            "quadrant": ["fix first", "keep up", "good enough"],
            "quadrant_verdict": ["clear", "clear", "unclear"],
            "group": ["wifi", "security_wait", "art"],
            "answers": 2410.0,
        }
    ),
    r_squared=0.35,
    r_squared_low=0.3,
    r_squared_high=0.4,
    answers=2_410,
)
READINESS = Readiness(
    gates=pd.DataFrame(
        {
            "analysis": ["rfm", "rfm", "nps"],
            "gate": ["customers", "repeat_share", "answers"],
            "needed": [200.0, 0.2, 300.0],
            "found": [4_338.0, nan, 120.0],
            "unit": ["customers", "share", "answers"],
            "passed": [True, False, False],
            "source": ["rule of thumb", "reasoning", "Hair 2010"],
        }
    ),
    verdicts=pd.DataFrame(
        {
            "analysis": ["rfm", "nps"],
            "verdict": ["ready", "thin"],
            "why": ["4,338 customers are enough.", "120 answers are few."],
            "collect": ["", "Ask 180 more customers."],
            "needs": ["", ""],
        }
    ),
)


def scored(customers: dict[str, tuple[int, float]]) -> Rfm:
    """Segments by name: customers, all of them late, and average spend; every customer has two orders."""
    frame = pd.DataFrame([(s, n, a) for s, (n, a) in customers.items()], columns=["rfm_segment", "customers", "a"])
    frame = frame.rename(columns={"a": "average_spend"}).assign(spend=lambda f: f["customers"] * f["average_spend"])
    total = frame["spend"].sum()
    frame["customer_share"] = frame["customers"] / frame["customers"].sum()
    frame["spend_share"] = frame["spend"] / total if total > 0 else nan
    frame["average_orders"], frame["order_share"] = 2.0, frame["customer_share"]
    for kind in ("customers", "regulars"):
        frame[f"late_{kind}"] = frame["customers"].astype(float)
    frame["late_spend"] = frame["late_regulars_spend"] = frame["yearly_spend"] = frame["spend"]
    frame["objective"], frame["action"] = "Keep", "Thank them."
    top = {0.01: 0.15, 0.2: 0.75} if total > 0 else {0.01: nan, 0.2: nan}
    concentration = pd.DataFrame({"customer_share": list(top), "spend_share": list(top.values())})
    return Rfm(pd.DataFrame(), frame, pd.DataFrame(), concentration, cuts=RFM.cuts)
