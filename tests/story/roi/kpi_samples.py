"""Key figures of small businesses, for the tests of what is said and shown of them."""

import pandas as pd

from helpers.analysis.roi.groupings import START
from helpers.analysis.roi.kpis import Kpis, Period
from helpers.analysis.roi.targets import Targets, judge_targets
from tests.analysis.roi.kpi_samples import COHORT_ON, YEAR, by, figures, lead, left, people, stayed, won


def business(n_stay: int = 300, n_left: int = 100, gone: float = 20.0, cost: float = 20.0, **more: object) -> Kpis:
    """Champions who stayed and lost customers, and in between customers won last year, of whom a third stayed."""
    cohort = {"first_on": COHORT_ON, "acquisition_cost": cost}
    c = people(
        stayed(n_stay, 200.0, acquisition_cost=cost), left(n_left, gone, acquisition_cost=cost),
        stayed(20, 90.0, **cohort), left(40, 60.0, **cohort), won(50, cost), lead(60),
    )  # fmt: skip
    jitter = pd.Series(range(len(c))) % 7 - 3.0
    c["revenue"] += jitter.where(c["bought"], 0.0)
    sizes = [("Champions", n_stay), ("Lost", n_left), ("Repeat buyers", 60)]
    value = by("rfm_segment", c, *sizes, moment=START)
    half = (len(c) - 60) // 2
    region = by("region", c, ("North", half), ("South", len(c) - half))
    return figures(c, value, region, **more)  # type: ignore[arg-type]


def plain(*groups: tuple[int, dict[str, object]], period: Period = YEAR) -> Kpis:
    return figures(people(*groups), period=period)  # type: ignore[arg-type]


BUSINESS = business()
NOTHING = figures(people(stayed(1)).head(0), period=Period("nothing", None, YEAR.last))
FEW = plain(stayed(9), left(5))
NO_COST = plain(stayed(90, 120.0), left(30, 30.0))
SELDOM = figures(people(stayed(50), left(10)), rhythm=pd.DataFrame({"usual_gap_days": [900.0], "late": [0.5]}))
HALF = plain(stayed(90), left(30), period=Period("orders", pd.Timestamp("2026-04-01").date(), YEAR.last, YEAR.before))


def judged(targets: dict[str, float]) -> Targets:
    return judge_targets(BUSINESS, targets)


NO_TARGETS = Targets(judge_targets(BUSINESS).judged.head(0), {})
ADVICE = pd.DataFrame(
    [
        ("region", "Isle", "drop", "too few customers to steer by", "customers", 12.0, 30.0),
        ("region", "North + South", "merge", "alike in every figure that is known", "retention", 0.04, 0.1),
        ("rfm_segment", "Champions", "split", "retention is another by region: least in North, most in South",
         "retention", 0.3, 0.15),
        ("region", "West", "watch", "under target", "cac", 61.0, 50.0),
        ("role", "Buyer", "split", "its best tenth of customers brings most of its revenue",
         "top_tenth_share", 0.7, 0.6),
    ],
    columns=["segmentation", "segment", "advice", "why", "kpi", "value", "against"],
)  # fmt: skip
