"""Every narrator at its branches: what it claims, what it advises, and that a reader can read it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from math import nan
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analysis import nps, rfm, roi
from helpers.analysis.clusters import Clusters
from helpers.analysis.drivers import Drivers
from helpers.analysis.experiments import Lift
from helpers.analysis.profile import assess_readiness
from helpers.analysis.roi import Returns
from helpers.story import fmt, narrate
from helpers.story.narrate.phrases import inside, quoted, some
from helpers.story.statement import Statement

POUNDS = fmt.Money("GBP")


def received(rows_in: int, aside: int, tables: int = 1) -> pd.DataFrame:
    rest = tables - 1
    return pd.DataFrame({"rows_in": [rows_in, *[0] * rest], "rows_set_aside": [aside, *[0] * rest]})


def quality(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["table", "check", "rows_set_aside"])


def columns(**missing: float) -> pd.DataFrame:
    frame = pd.DataFrame({"table": "orders", "column": list(missing), "missing_share": list(missing.values())})
    return frame.assign(sparse=[name == "cancelled_on" for name in missing])


def matches(**tables: tuple[int, int]) -> pd.DataFrame:
    rows = [(table, *counts) for table, counts in tables.items()]
    return pd.DataFrame(rows, columns=["table", "customers", "in_customers"])


def months(spend: Iterable[float], start: str = "2024-01-01") -> pd.DataFrame:
    spend = list(spend)
    month = pd.date_range(start, periods=len(spend), freq="MS")
    cut = [i in (0, len(spend) - 1) for i in range(len(spend))]
    return pd.DataFrame({"month": month, "spend": spend, "partial": cut})


def two_years(before: float, now: float) -> pd.DataFrame:
    """Whole months that add up to `before` and `now`, between two cut ones whose spend must not count."""
    return months([9e9, *[before / 12] * 12, *[now / 12] * 12, 9e9])


def scored(customers: dict[str, tuple[int, float]]) -> rfm.Rfm:
    """Segments by name: customers and average spend."""
    frame = pd.DataFrame([(s, n, a) for s, (n, a) in customers.items()], columns=["rfm_segment", "customers", "a"])
    frame = frame.rename(columns={"a": "average_spend"}).assign(spend=lambda f: f["customers"] * f["average_spend"])
    total = frame["spend"].sum()
    frame["customer_share"] = frame["customers"] / frame["customers"].sum()
    frame["spend_share"] = frame["spend"] / total if total > 0 else nan
    frame["action"] = "Thank them."
    top = {0.01: 0.15, 0.2: 0.75} if total > 0 else {0.01: nan, 0.2: nan}
    concentration = pd.DataFrame({"customer_share": list(top), "spend_share": list(top.values())})
    return rfm.Rfm(pd.DataFrame(), frame, pd.DataFrame(), concentration, 5)


def concentrated(hundredth: float, buyers: int = 3400) -> rfm.Rfm:
    frame = pd.DataFrame({"customer_share": [0.01, 0.2], "spend_share": [hundredth, 0.75]})
    return replace(scored({"Champions": (buyers, 10.0)}), concentration=frame)


def grouped(silhouette: float, *jaccard: float, spend: tuple[float, ...] = (0.8, 0.2), size: int = 200) -> Clusters:
    k = len(jaccard)
    by_cluster = pd.DataFrame(
        {
            "cluster": [f"Recent, spend {i}" for i in range(k)],
            "customers": [size] * k,
            "customer_share": [1 / k] * k,
            "jaccard": jaccard,
            "spend": [1e6 * s for s in spend[:k]],
            "spend_share": list(spend[:k]),
        }
    )
    by_k = pd.DataFrame({"k": [k], "silhouette": [silhouette], "jaccard_min": [min(jaccard)], "chosen": [True]})
    return Clusters(pd.DataFrame(), by_cluster, by_k, ["spend"], k, f"{k} groups were asked for.", [], [])


def weighted(plain: float, weight: float) -> nps.NpsGroups:
    row = {"grouping": "all", "group": "all", "nps": plain, "nps_weighted": weight}
    return nps.NpsGroups(pd.DataFrame([row | {"nps_weighted_low": weight - 2, "nps_weighted_high": weight + 2}]))


def waves(before: tuple[int, int, int], now: tuple[int, int, int]) -> nps.WaveChange:
    a, b = nps.score_counts(*before), nps.score_counts(*now)
    return nps.WaveChange("2025", "2026", a, b, nps.compare_groups(b, a))


def gap(**counts: tuple[int, int, int]) -> nps.Gap:
    rows = [("rfm_segment", "(unknown)" if g == "unknown" else g, *n) for g, n in counts.items()]
    frame = pd.DataFrame(rows, columns=["grouping", "group", "promoters", "passives", "detractors"])
    return nps.widest_gap(nps.score_groups(frame))


def rated(r_squared: float, *rows: tuple[str, float, float], half: float = 0.0, answers: int = 500) -> Drivers:
    """Drivers by name, importance and rating; `half` is half the width of the interval of each share."""
    frame = pd.DataFrame(rows, columns=["driver", "importance", "performance"])
    frame["lmg"] = frame["importance"] * r_squared
    frame["lmg_low"], frame["lmg_high"] = frame["lmg"] - half, frame["lmg"] + half
    return Drivers(frame, r_squared, r_squared - 0.05, r_squared + 0.05, answers)


def answered(detractors: int, promoters: int, spend: float = 0.0, known: bool = True) -> pd.DataFrame:
    counts = [detractors, 5, promoters]
    return pd.DataFrame(
        {
            "group": ["detractors", "passives", "promoters"],
            "answers": counts,
            "customers": counts if known else [0, 0, 0],
            "spend": [spend, 1.0, 1.0],
        }
    )


def lift(*arms: tuple[str, str, float, float, float]) -> Lift:
    frame = pd.DataFrame(arms, columns=["campaign", "arm", "lift", "low", "high"])
    return Lift(frame.assign(metric="net_spend", n=1_000, control_n=1_000), "Control")


def tiny(found: Lift) -> Lift:
    """The same measured against 29 customers."""
    return Lift(found.by_arm.assign(control_n=29), found.control)


def case(arm: str, cost: float, low: float, high: float, **other: Any) -> dict[str, Any]:
    """One case of 100 customers; low and high bound the extra revenue of all of them, of margin 0.5."""
    middle = (low + high) / 2 if low == low else 0.0
    bounds = {"lift_low": low / 100, "lift_high": high / 100, "new_average_revenue": 10 + middle / 100}
    fixed = {"segment": "All customers", "campaign": "Spring", "customers": 100, "old_average_revenue": 10.0}
    return fixed | {"arm": arm, "cost": cost, "basis": "measured"} | bounds | other


def returns(*cases: dict[str, Any]) -> Returns:
    return roi.measure_returns(pd.DataFrame(cases, columns=roi.CASE_COLUMNS), 0.5)


def plan(cost: float, gain: float) -> Returns:
    segments = pd.DataFrame({"rfm_segment": ["Lost"], "customers": [100], "average_spend": [100.0]})
    return roi.measure_returns(roi.planned_cases(segments, gain / 100, cost), 0.5)


PAYS, LOSES = case("Call", 1_000, 5_000, 9_000), case("Post", 1_000, -500, 1_500)
UNCLEAR, UNKNOWN, FREE = (
    case("E-mail", 350, -9_000, 11_800),
    case("Fax", 100, nan, nan),
    case("Chat", 0, 1_000, 2_000),
)
NO_CASES = returns()
SEGMENTS = scored({"Champions": (650, 25_000.0), "Lost": (600, 480.0), "New customers": (2, 91.0)}).segments
DRIVERS = (("delivery_reliability", 0.5, 3.5), ("NPS_app", 0.3, 4.2), ("prices", 0.2, 4.0))
READY = {"buyers": 900, "repeat_share": 0.5, "history_days": 900, "answers": 900, "ratings": 3} | dict.fromkeys(
    ("control_customers", "treated_customers"), 3_000
)

# narrator: (what is told, verdict, what the text and the action must say), a line a branch.
Case = tuple[Callable[[], Statement], str, list[str]]
CASES: dict[str, list[Case]] = {
    "data_received": [
        (lambda: narrate.data_received(received(0, 0), quality()), "few", ["no rows", "Ask for the export again."]),
        (
            lambda: narrate.data_received(received(64_000, 0, 2), quality()),
            "good",
            ["64,000 rows in 2 tables", "all of them"],
        ),
        (
            lambda: narrate.data_received(received(1_000, 49), quality(("orders", "no customer_id", 49))),
            "neutral",
            ["49 of them aside (4.9%), for “no customer id”. "],
        ),
        (
            lambda: narrate.data_received(
                received(1_000, 50), quality(("orders", "no amount", 1), ("orders", "b", 49))
            ),
            "bad",
            ["(5.0%), most often for “b” in orders (49 rows)", "the orders export about “b”"],
        ),
        (
            lambda: narrate.data_received(received(10, 5), quality()),
            "bad",
            ["5 of them aside (50.0%).", "Look through"],
        ),
    ],
    "columns_gaps": [
        (lambda: narrate.columns_gaps(columns()), "few", ["No columns"]),
        (lambda: narrate.columns_gaps(columns(a=0.0)), "good", ["every column is filled"]),
        (lambda: narrate.columns_gaps(columns(a=0.0, cancelled_on=0.9)), "good", ["every column is filled"]),
        (
            lambda: narrate.columns_gaps(columns(a=0.0, b=0.1994)),
            "good",
            ["in 20% or more of the rows kept", "19.9% of them"],
        ),
        (lambda: narrate.columns_gaps(columns(a=0.0, b=1e-9)), "good", ["blank in <0.1% of them"]),
        (
            lambda: narrate.columns_gaps(columns(a=0.0, fax_number=0.19996)),
            "neutral",
            ["1 of 2 columns is blank", "“fax number” in orders (20%)"],
        ),
        (
            lambda: narrate.columns_gaps(columns(a=0.9, b=0.8, c=0.7, d=0.6, e=0.5, f=0.4)),
            "neutral",
            ["6 of 6 columns are blank", "“d” in orders (60%) and two more."],
        ),
    ],
    "view_of_customers": [
        (lambda: narrate.view_of_customers(matches()), "few", ["cannot be checked"]),
        (lambda: narrate.view_of_customers(matches(surveys=(0, 0))), "few", ["cannot be checked"]),
        (lambda: narrate.view_of_customers(matches(orders=(5, 5), surveys=(0, 0))), "good", ["Every customer"]),
        (
            lambda: narrate.view_of_customers(matches(orders=(1_000, 950), surveys=(10, 10))),
            "good",
            ["95.0% of the customers in orders (950 of 1,000); no other"],
        ),
        (
            lambda: narrate.view_of_customers(matches(orders=(1_000, 949))),
            "bad",
            ["94.9%", "(949 of 1,000).", "the other 51 customers"],
        ),
        (lambda: narrate.view_of_customers(matches(orders=(10, 9))), "bad", ["the other 1 customer,"]),
    ],
    "sales_rhythm": [
        (lambda: narrate.sales_rhythm(months([]), POUNDS), "few", ["No orders"]),
        (lambda: narrate.sales_rhythm(months([5.0] * 3), POUNDS), "few", ["cover 1 whole month."]),
        (lambda: narrate.sales_rhythm(months([5.0] * 25), POUNDS), "few", ["cover 23 whole months."]),
        (
            lambda: narrate.sales_rhythm(two_years(1_000_000, 1_080_000), POUNDS),
            "good",
            ["to January 2026 were £1.08m", "8% more than in the twelve months before (£1m)"],
        ),
        (
            lambda: narrate.sales_rhythm(two_years(1_000_000, 920_000), POUNDS),
            "bad",
            ["8% less", "List the twenty customers"],
        ),
        (lambda: narrate.sales_rhythm(two_years(1_000_000, 1_004_000), POUNDS), "neutral", ["about as much as"]),
        (lambda: narrate.sales_rhythm(two_years(1_005_100, 1_014_900), POUNDS), "neutral", ["about as much as"]),
        (lambda: narrate.sales_rhythm(two_years(0, 50), POUNDS), "neutral", ["There were none"]),
    ],
    "readiness": [
        (lambda: narrate.readiness(assess_readiness(READY)), "good", ["The data are enough for value segments, behav"]),
        (
            lambda: narrate.readiness(assess_readiness(READY | {"treated_customers": 0})),
            "neutral",
            ["the drivers of the score. Data are missing for the return on campaigns."],
        ),
        (
            lambda: narrate.readiness(assess_readiness(READY | {"answers": 90, "buyers": 0})),
            "few",
            ["They are thin for the Net Promoter Score. Data are", "Start simple: one score for everyone"],
        ),
        (lambda: narrate.readiness(assess_readiness({"answers": 90})), "few", ["The data are thin for the Net"]),
        (lambda: narrate.readiness(assess_readiness({})), "few", ["Data are missing for value segments"]),
    ],
    "rfm_overview": [
        (
            lambda: narrate.rfm_overview(scored({"Cannot lose them": (20, 900.0), "Lost": (80, 10.0)}), POUNDS),
            "neutral",
            [
                "The segment “Cannot lose them” holds 20% of 100 buyers and has brought 96% of spend, £900 a customer.",
                "Th",
            ],
        ),
        (
            lambda: narrate.rfm_overview(scored({"Lost": (60, 10.0), "Champions": (40, 10.0)}), POUNDS),
            "unclear",
            ["60% of spend, no more than its number"],
        ),
        (lambda: narrate.rfm_overview(scored({"Lost": (49, 10.0)}), POUNDS), "few", ["Only 49 customers bought"]),
        (lambda: narrate.rfm_overview(scored({"Lost": (1, 10.0)}), POUNDS), "few", ["Only 1 customer bought"]),
        (lambda: narrate.rfm_overview(scored({"Lost": (90, 0.0)}), POUNDS), "few", ["Spend adds up to nothing"]),
    ],
    "rfm_concentration": [
        (
            lambda: narrate.rfm_concentration(concentrated(0.0951)),
            "neutral",
            ["hundredth (34 customers) 10%", "would be felt", "one person who answers"],
        ),
        (lambda: narrate.rfm_concentration(concentrated(0.0949)), "neutral", ["9%. No handful of customers carries"]),
        (lambda: narrate.rfm_concentration(concentrated(0.2, 100)), "neutral", ["hundredth (1 customer) 20%"]),
        (lambda: narrate.rfm_concentration(concentrated(0.2, 99)), "few", ["With 99 buyers there is no saying"]),
        (lambda: narrate.rfm_concentration(scored({"Lost": (200, 0.0)})), "few", ["adds up to nothing"]),
    ],
    "rfm_slipping": [
        (lambda: narrate.rfm_slipping(scored({"Champions": (200, 9.0)}), POUNDS), "good", ["No customer who ordered"]),
        (
            lambda: narrate.rfm_slipping(scored({"Champions": (200, 9.0), "At risk": (1, 9.0)}), POUNDS),
            "few",
            ["1 customer who ordered often has gone quiet, too few"],
        ),
        (
            lambda: narrate.rfm_slipping(scored({"At risk": (9, 9.0)}), POUNDS),
            "few",
            ["9 customers who ordered often have gone quiet, too few"],
        ),
        (
            lambda: narrate.rfm_slipping(
                scored({"Champions": (950, 10.0), "At risk": (40, 10.0), "Cannot lose them": (10, 10.0)}), POUNDS
            ),
            "bad",
            ["50 customers who used to order often have gone quiet", "£500, 5% of all spend", "Sort them by spend"],
        ),
        (
            lambda: narrate.rfm_slipping(scored({"Champions": (960, 10.0), "At risk": (40, 10.0)}), POUNDS),
            "neutral",
            ["4% of all spend"],
        ),
        (lambda: narrate.rfm_slipping(scored({"At risk": (40, 0.0)}), POUNDS), "neutral", ["spent £0."]),
    ],
    "cluster_choice": [
        (
            lambda: narrate.cluster_choice(grouped(0.59, 0.97, 0.99)),
            "good",
            ["asked for. They are clearly apart (separation 0.59 of 1) and hold in fresh samples", "0.97 of 1)."],
        ),
        (lambda: narrate.cluster_choice(grouped(0.71, 0.75, 0.99)), "good", ["They lie far apart"]),
        (lambda: narrate.cluster_choice(grouped(0.50, 0.97, 0.99)), "neutral", ["They overlap at their edges"]),
        (lambda: narrate.cluster_choice(grouped(0.25, 0.97, 0.99)), "unclear", ["They run into each other"]),
        (lambda: narrate.cluster_choice(grouped(0.59, 0.74, 0.99)), "neutral", ["only in outline"]),
        (
            lambda: narrate.cluster_choice(grouped(0.59, 0.99, 0.594)),
            "unclear",
            [
                "“Recent, spend 1” does not come back (stability of the weakest 0.59 of 1): do not",
                "Plan with the value",
            ],
        ),
        (lambda: narrate.cluster_choice(grouped(0.59, nan, nan)), "few", ["is not known"]),
    ],
    "cluster_value": [
        (
            lambda: narrate.cluster_value(grouped(0.5, 0.9, 0.9), POUNDS),
            "neutral",
            [
                "“Recent, spend 0” is the group worth most: 50% of customers and 80% of spend (£800k).",
                "Write one offer",
            ],
        ),
        (lambda: narrate.cluster_value(grouped(0.5, 0.5, 0.9), POUNDS), "unclear", ["do not build on it"]),
        (lambda: narrate.cluster_value(grouped(0.5, 0.9, 0.9, size=29), POUNDS), "few", ["With 29 customers"]),
        (
            lambda: narrate.cluster_value(grouped(0.5, 0.9, 0.9, spend=(nan, nan)), POUNDS),
            "neutral",
            ["The largest group is “Recent, spend 0”, with 50% of customers."],
        ),
    ],
    "nps_level": [
        (
            lambda: narrate.nps_level(nps.score_counts(600, 200, 200)),
            "good",
            ["+40 (95% interval", "1,000 answers", "rs o"],
        ),
        (lambda: narrate.nps_level(nps.score_counts(200, 200, 600)), "bad", ["−40", "detractors outnumber promoters"]),
        (lambda: narrate.nps_level(nps.score_counts(34, 34, 32)), "unclear", ["+2", "neither promoters nor"]),
        (
            lambda: narrate.nps_level(nps.score_counts(49, 0, 0), group="Lapsed customers"),
            "few",
            ["Lapsed customers gave 49 answers, fewer than the 50", "Collect 1 more answer before"],
        ),
        (lambda: narrate.nps_level(nps.score_counts(50, 0, 0)), "good", ["50 answers"]),
        (lambda: narrate.nps_level(nps.score_counts(1, 0, 0)), "few", ["gave 1 answer,", "Collect 49 more answers"]),
    ],
    "nps_weighting": [
        (
            lambda: narrate.nps_weighting(weighted(35.5, 37.8)),
            "neutral",
            ["With the survey weights the score is +38 (95% interval +36 to +40), without them +36."],
        ),
        (lambda: narrate.nps_weighting(weighted(35.4, 34.8)), "neutral", ["it stays at +35"]),
    ],
    "nps_trend": [
        (lambda: narrate.nps_trend(None), "few", ["no two survey waves with enough answers"]),
        (
            lambda: narrate.nps_trend(waves((400, 300, 300), (600, 200, 200))),
            "good",
            ["rose from +10 (2025) to +40 (2026), by 23 to 37 points (95% interval)"],
        ),
        (
            lambda: narrate.nps_trend(waves((600, 200, 200), (400, 300, 300))),
            "bad",
            ["fell from +40 (2025) to +10 (2026), by 23 to 37 points", "List what changed"],
        ),
        (
            lambda: narrate.nps_trend(waves((400, 300, 300), (410, 300, 290))),
            "unclear",
            ["did not clearly change from 2025 to 2026: the difference lies between −5 and +9 points"],
        ),
        # Half a million answers show even less than a point; the score reads the same and is not called a rise.
        (
            lambda: narrate.nps_trend(waves((205_000, 100_000, 195_000), (207_300, 100_000, 192_700))),
            "good",
            ["rose from +2 (2025) to +3 (2026), by about 1 point (95%"],
        ),
        (
            lambda: narrate.nps_trend(waves((2_019_000, 1_000_000, 1_941_000), (2_061_000, 1_000_000, 1_938_500))),
            "neutral",
            ["stayed at +2", "less than a point"],
        ),
    ],
    "nps_by_group": [
        (lambda: narrate.nps_by_group(gap(Lost=(40, 5, 4), Champions=(40, 5, 50))), "few", ["gave 50 answers or more"]),
        (
            lambda: narrate.nps_by_group(gap(Lost=(100, 50, 90), Champions=(110, 50, 90))),
            "unclear",
            ["their 95% intervals overlap"],
        ),
        (
            lambda: narrate.nps_by_group(gap(Lost=(100, 100, 200), Champions=(300, 50, 50))),
            "bad",
            ["by segment: “Lost” scores −25, “Champions” +62", "Read the comments from “Lost” first"],
        ),
        (
            lambda: narrate.nps_by_group(gap(Promising=(200, 100, 100), Champions=(300, 50, 50))),
            "neutral",
            ["“Promising” scores +25"],
        ),
        (
            lambda: narrate.nps_by_group(gap(unknown=(100, 100, 200), Champions=(300, 50, 50))),
            "bad",
            ["segment not known scores −25", "Look up who these customers are"],
        ),
    ],
    "drivers_found": [
        (lambda: narrate.drivers_found(rated(0.4, *DRIVERS, answers=49)), "few", ["49 answers rate", "the 50 needed"]),
        (lambda: narrate.drivers_found(rated(0.4, *DRIVERS, answers=1)), "few", ["1 answer rates everything asked"]),
        (lambda: narrate.drivers_found(rated(nan, answers=500)), "few", ["No aspect was rated by enough customers"]),
        (
            lambda: narrate.drivers_found(rated(0.4, *DRIVERS)),
            "neutral",
            [
                "most closely with delivery reliability (50% of what the ratings explain), clearly ahead of NPS app "
                "(30%) and prices (20%). In 500 complete answers the ratings account for a large part",
                "not what causes it",
                "Try one visible improvement in delivery reliability with some",
            ],
        ),
        (
            lambda: narrate.drivers_found(rated(0.4, *DRIVERS, half=0.05)),
            "unclear",
            ["NPS app (30%) and prices (20%), but which of them comes first is not clear"],
        ),
        (lambda: narrate.drivers_found(rated(0.4, *DRIVERS, half=nan)), "unclear", ["comes first is not clear"]),
        (
            lambda: narrate.drivers_found(rated(0.014, *DRIVERS)),
            "unclear",
            ["next to nothing", "no driver", "own words"],
        ),
        (
            lambda: narrate.drivers_found(rated(0.4, DRIVERS[0])),
            "neutral",
            ["delivery reliability (50% of what the ra"],
        ),
    ],
    "driver_gap": [
        (lambda: narrate.driver_gap(rated(0.4, *DRIVERS, answers=49)), "few", ["too few ratings"]),
        (lambda: narrate.driver_gap(rated(0.4, DRIVERS[0])), "few", ["too few ratings"]),
        (lambda: narrate.driver_gap(rated(0.014, *DRIVERS)), "unclear", ["set no priorities"]),
        (
            lambda: narrate.driver_gap(rated(0.4, *DRIVERS)),
            "bad",
            ["yet rated below average: delivery reliability (3.50).", "rated delivery reliability low what went wrong"],
        ),
        (
            lambda: narrate.driver_gap(rated(0.4, ("wifi", 0.6, 4.5), ("signs", 0.4, 3.5))),
            "good",
            ["No rating that goes closely", "Keep up wifi before"],
        ),
    ],
    "nps_actions": [
        (
            lambda: narrate.nps_actions(answered(383, 898, 1_800_000.0), POUNDS),
            "neutral",
            [
                "383 customers are detractors and 898 customers are promoters. The detractors have spent £1.8m so far.",
                "this week, the biggest spenders first. Ask",
            ],
        ),
        (
            lambda: narrate.nps_actions(answered(1, 1, 50.0), POUNDS),
            "neutral",
            [
                "1 customer is a detractor and 1 customer is a promoter. The detractor has spent £50",
                "detractors this week.",
            ],
        ),
        (lambda: narrate.nps_actions(answered(3, 0), POUNDS), "neutral", ["no customers are promoters."]),
        (lambda: narrate.nps_actions(answered(0, 3), POUNDS), "good", ["No customer is a detractor", "Invite the"]),
        (
            lambda: narrate.nps_actions(answered(789, 3, known=False), POUNDS),
            "few",
            ["789 detractors answered, but the answers carry no customer number", "Send the customer number"],
        ),
    ],
    "segment_value": [
        (lambda: narrate.segment_value(pd.DataFrame(), POUNDS), "few", ["No orders were scored"]),
        (lambda: narrate.segment_value(SEGMENTS.tail(2), POUNDS), "few", ["30 customers or more"]),
        # Two customers are no segment to compare with.
        (
            lambda: narrate.segment_value(SEGMENTS, POUNDS),
            "neutral",
            [
                "On average a customer in “Champions” has spent £25k, one in “Lost” £480.",
                "not what a campaign would add",
            ],
        ),
        (
            lambda: narrate.segment_value(SEGMENTS.assign(average_spend=[480.1, 480.2, 9.0]), POUNDS),
            "unclear",
            ["about £480 in every segment"],
        ),
    ],
    "break_even": [
        (lambda: narrate.break_even(roi.break_even(SEGMENTS, 0, 0.5), 0.5, POUNDS), "few", ["cannot be worked out"]),
        (
            lambda: narrate.break_even(roi.break_even(SEGMENTS.head(1), 10, 0.5), 0.5, POUNDS),
            "few",
            ["raises revenue by £20 a customer. There are too few"],
        ),
        (
            lambda: narrate.break_even(roi.break_even(SEGMENTS, 10, 0.5), 0.5, POUNDS),
            "neutral",
            [
                "At £10 a customer and an assumed gross margin of 50%",
                "0.1% of what",
                "4.2% in “Lost”",
                "Start with “Champ",
            ],
        ),
        (
            lambda: narrate.break_even(roi.break_even(SEGMENTS.assign(average_spend=480.0), 10, 0.5), 0.5, POUNDS),
            "unclear",
            ["In every segment that is about 4.2%"],
        ),
    ],
    "campaign_lift": [
        (lambda: narrate.campaign_lift(lift(), "net_spend", POUNDS), "few", ["No campaign with a control group"]),
        (
            lambda: narrate.campaign_lift(lift(("s", "Call", 0.77, 0.49, 1.05)), "net_spend", POUNDS),
            "good",
            ["“Call” raised net spend by £0.77 a customer (between £0.49 and £1.05). Bounds", "picked at random"],
        ),
        (
            lambda: narrate.campaign_lift(lift(("s", "Call", -0.77, -1.05, -0.49)), "net_spend", POUNDS),
            "bad",
            ["“Call” lowered net spend by £0.77 a customer (between £0.49 and £1.05)"],
        ),
        (
            lambda: narrate.campaign_lift(lift(("s", "Call", 0.77, 0.004, 1.5)), "net_spend", POUNDS),
            "unclear",
            ["For “Call” (between £0 and £1.50) no clear difference in net spend was found"],
        ),
        (
            lambda: narrate.campaign_lift(
                lift(("s", "A", 2.0, 1.0, 3.0), ("t", "B", -2.0, -3.0, -1.0)), "net_spend", POUNDS
            ),
            "neutral",
            ["“A” in “s” raised", "“B” in “t” lowered"],
        ),
        (
            lambda: narrate.campaign_lift(
                lift(("s", "A", 2.0, 1.0, 3.0), ("s", "B", 1.0, nan, nan)), "net_spend", POUNDS
            ),
            "good",
            ["For “B” there are too few customers, or too few with any net spend, to say"],
        ),
        (
            lambda: narrate.campaign_lift(tiny(lift(("s", "B", 1.0, 0.5, 1.5))), "net_spend", POUNDS),
            "few",
            ["too few customers"],
        ),
        (
            lambda: narrate.campaign_lift(lift(("s", "B", 1.0, nan, nan)), "net_spend", POUNDS),
            "few",
            ["too few customers"],
        ),
    ],
    "returns_on_campaigns": [
        (
            lambda: narrate.returns_on_campaigns(NO_CASES, POUNDS),
            "few",
            ["No return can be shown", "Hold a random tenth"],
        ),
        (
            lambda: narrate.returns_on_campaigns(returns(FREE), POUNDS),
            "few",
            ["extra revenue of the campaigns is £1,500", "was not given", "Find out what one contact cost"],
        ),
        (
            lambda: narrate.returns_on_campaigns(returns(PAYS, LOSES), POUNDS),
            "neutral",
            [
                "The campaigns cost £2,000 and brought an estimated £7,500 of extra revenue. At an assumed gross "
                "margin of 50%, that leaves 88% more than the cost.",
                "“Call” paid: it cost £1,000 and earned between £2,500 and £4,500 of margin.",
                "“Post” lost money: it cost £1,000 and earned between −£250 and £750 of margin.",
                "Repeat “Call”, again with a control group. Stop “Post”, or make it cheaper.",
            ],
        ),
        (lambda: narrate.returns_on_campaigns(returns(PAYS, FREE), POUNDS), "good", ["For “Chat” no cost was given."]),
        (
            lambda: narrate.returns_on_campaigns(returns(LOSES), POUNDS),
            "bad",
            ["that leaves 75% less than the cost", "Stop “Post”, or make it cheaper."],
        ),
        (
            lambda: narrate.returns_on_campaigns(returns(UNCLEAR), POUNDS),
            "unclear",
            [
                "Whether “E-mail” paid cannot be told: it cost £350 and earned between −£4,500 and £5,900 of margin.",
                "Run it again with larger groups",
            ],
        ),
        (lambda: narrate.returns_on_campaigns(returns(UNKNOWN), POUNDS), "few", ["reached too few customers to say"]),
        (
            lambda: narrate.returns_on_campaigns(returns(case("Call", 1_000, 1_500, 2_500)), POUNDS),
            "unclear",
            ["that just covers the cost"],
        ),
        (
            lambda: narrate.returns_on_campaigns(returns(case("Call", 1_000, -2_500, -1_500)), POUNDS),
            "bad",
            ["brought no extra revenue (an estimated −£2,000)", "leaves nothing to set", "between −£1,250 and −£750"],
        ),
        (
            lambda: narrate.returns_on_campaigns(returns(*[PAYS | {"arm": f"Arm {c}"} for c in "ABCDE"]), POUNDS),
            "good",
            ["“Arm B” paid: it", "“Arm C”, “Arm D” and “Arm E” paid too."],
        ),
    ],
    "returns_on_segments": [
        (lambda: narrate.returns_on_segments(NO_CASES, POUNDS), "few", ["neither a measured campaign nor a plan"]),
        (lambda: narrate.returns_on_segments(returns(PAYS), POUNDS), "few", ["cannot be matched", "Keep the customer"]),
        (
            lambda: narrate.returns_on_segments(plan(10, 40), POUNDS),
            "unclear",
            [
                "If the plan holds, £1,000 would bring £4,000 of extra revenue. At an assumed gross margin of 50%, "
                "that leaves 100% more than the cost. The plan is an assumption",
                "Test the plan on a random half",
            ],
        ),
        (lambda: narrate.returns_on_segments(plan(10, 10), POUNDS), "unclear", ["50% less", "Do not run the plan"]),
        (lambda: narrate.returns_on_segments(plan(10, 20), POUNDS), "unclear", ["just covers", "Do not run the plan"]),
        (lambda: narrate.returns_on_segments(plan(0, 20), POUNDS), "few", ["The plan has no cost"]),
        (
            lambda: narrate.returns_on_segments(
                returns(PAYS | {"segment": "Lost"}, UNCLEAR | {"segment": "At risk"}), POUNDS
            ),
            "good",
            [
                "It clearly paid for “Lost” with “Call”. For the one other pair of segment and campaign it cannot be",
                "Put the next budget on “Lost” with “Call” first, again with a control group.",
            ],
        ),
        (
            lambda: narrate.returns_on_segments(
                returns(LOSES | {"segment": "Lost"}, LOSES | {"segment": "At risk"}), POUNDS
            ),
            "bad",
            ["It clearly lost money for “Lost” and “At risk”.", "Leave out “Lost” next time."],
        ),
        (
            lambda: narrate.returns_on_segments(
                returns(PAYS | {"segment": "Lost"}, *[LOSES | {"segment": f"S{i}"} for i in range(6)]), POUNDS
            ),
            "neutral",
            ["It clearly lost money for “S0” with “Post”, “S1” with “Post”, “S2” with “Post”, “S3” with “Post” and"],
        ),
        (
            lambda: narrate.returns_on_segments(returns(UNCLEAR, UNKNOWN | {"segment": "Lost"}), POUNDS),
            "unclear",
            ["cannot be told for any of the 2 pairs", "contact more customers of each"],
        ),
        # A planned case beside measured ones is neither counted as measured nor as unclear.
        (
            lambda: narrate.returns_on_segments(
                returns(
                    PAYS | {"segment": "Lost", "arm": "Call"},
                    PAYS | {"segment": "At risk"},
                    case("Plan", 10, nan, nan, basis="planned", segment="New"),
                ),
                POUNDS,
            ),
            "good",
            ["It clearly paid for “Lost” and “At risk”."],
        ),
        (
            lambda: narrate.returns_on_segments(returns(FREE, FREE | {"segment": "Lost"}), POUNDS),
            "few",
            ["was not given, so no return by segment"],
        ),
    ],
}
BRANCHES = [
    pytest.param(tell, verdict, parts, id=f"{name}-{i}-{verdict}")
    for name, cases in CASES.items()
    for i, (tell, verdict, parts) in enumerate(cases)
]
# Narrators of plain facts have no "unclear": what is counted has no interval. Weights change the score or do not.
COUNTED = {"data_received", "columns_gaps", "view_of_customers", "sales_rhythm", "readiness", "nps_actions"}
COUNTED |= {"rfm_concentration", "rfm_slipping", "nps_weighting"}


def sentences_of(statement: Statement) -> list[str]:
    figures = [part for f in statement.figures for part in (f.label, f.value, f.note)]
    return [text for text in (statement.text, statement.action, *figures) if text]


def check_reads_well(statement: Statement) -> None:
    for text in sentences_of(statement):
        assert not re.search(r"\b(nan|NaN|None|inf|null|NA|NaT|True|False)\b", text), text
        assert not re.search(r"[A-Za-z]_[A-Za-z]|[{}\[\]]|–", text), text
        assert not re.search(r"  |\s[.,;:]|\.\.|,,|\(\)", text), text
        assert not re.search(r"\b1 (customers|answers|rows|tables|columns|months|detractors|promoters|pairs)\b", text)
        assert not re.search(r"(?<![\w\d])-\d|−0(?![.\d])|\+0(?![.\d])", text), text
        assert not re.search(r"(\S+) to \1 (points|%)", text.replace("by about 1 point (95%", "")), text
        assert not re.search(r"\b(drives?|because of|leads to|results? in|Jaccard|silhouette|p-value|R²)\b", text), text
        assert not re.search(r"\b(cause|impact|effect)s?\b", text.replace("not what causes it", "")), text
        assert not re.search(r"from (\S+)(?: \(\w+\))? to \1[ ,.]", text), text
    for text in (statement.text, statement.action):
        if text:
            assert text[0] in "“" or text[0].isupper() or text[0].isdigit(), text
            assert text.endswith("."), text
            assert text.count("“") == text.count("”"), text
    assert len(statement.text) < 700


def leaves(value: Any) -> Iterable[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from leaves(part)
    elif isinstance(value, int | float | np.number) and value == value:
        yield float(value)


def printed(x: float) -> set[str]:
    """All the ways a value may stand in a sentence, without sign and unit."""
    texts = [fmt.count(x), *[fmt.number(x, d) for d in (0, 1, 2)], fmt.share(abs(x)), fmt.share(abs(x), 1)]
    texts += [fmt.points(x), fmt.points(x / 100), fmt.ratio(x), POUNDS(x), fmt.words(round(abs(x)))]
    return {re.sub(r"[^\d.,]", "", text) for text in texts}


@pytest.mark.parametrize(("tell", "verdict", "parts"), BRANCHES)
class TestBranches:
    def test_says_what_it_should(self, tell: Callable[[], Statement], verdict: str, parts: list[str]) -> None:
        statement = tell()
        said = f"{statement.text} {statement.action}"
        assert statement.verdict == verdict, said
        for part in parts:
            assert part in said

    def test_reads_well(self, tell: Callable[[], Statement], verdict: str, parts: list[str]) -> None:
        check_reads_well(tell())

    def test_values_hold_every_number_printed(
        self, tell: Callable[[], Statement], verdict: str, parts: list[str]
    ) -> None:
        statement = tell()
        known = {text for x in leaves(statement.values) for text in printed(x)}
        # Rules' own limits, years and the number in "95% interval" are no findings; quoted names are the client's.
        known |= {"95", "20", "24", "30", "50", "2025", "2026", "100"}
        text = re.sub("“[^”]*”|[0-9]+ groups were asked for", "", statement.text)
        text = re.sub(r"of 1\)", "", text)
        numbers = [n.rstrip(".,") for n in re.findall(r"\d[\d.,]*", text)]
        assert [n for n in numbers if n not in known] == [], statement.values

    def test_advice_is_given_only_where_something_was_found(
        self, tell: Callable[[], Statement], verdict: str, parts: list[str]
    ) -> None:
        statement = tell()
        if statement.verdict == "bad":
            assert statement.action
            assert statement.headline or statement.key == "view_of_customers"
        assert not re.match(r"(Consider|Leverage|Monitor|Think)\b", statement.action)


def test_every_narrator_is_tried_at_every_kind_of_branch() -> None:
    assert set(CASES) == set(narrate.__all__)
    for name, cases in CASES.items():
        told = {verdict for _, verdict, _ in cases}
        assert "few" in told or name == "nps_weighting", name
        assert "unclear" in told or name in COUNTED, name
        assert {tell().key for tell, _, _ in cases} == {name}


counts = st.tuples(*[st.integers(0, 3_000)] * 3).filter(lambda c: sum(c) > 0)


@given(before=counts, now=counts)
@settings(deadline=None)
def test_a_trend_is_never_from_a_score_to_itself(before: tuple[int, int, int], now: tuple[int, int, int]) -> None:
    statement = narrate.nps_trend(waves(before, now))
    check_reads_well(statement)
    found = re.search(r"(rose|fell) from (\S+) \(2025\) to (\S+) \(2026\)", statement.text)
    if found:
        verb, old, new = found.groups()
        a, b = (int(score.replace("−", "-")) for score in (old, new))
        assert (b > a) == (verb == "rose") and a != b
        assert statement.verdict == ("good" if verb == "rose" else "bad")


@given(answers=counts)
@settings(deadline=None)
def test_a_level_reads_well_for_any_answers(answers: tuple[int, int, int]) -> None:
    result = nps.score_counts(*answers)
    statement = narrate.nps_level(result)
    check_reads_well(statement)
    if "promoters outnumber detractors" in statement.text:
        assert result.low > 0 and result.n >= 50


@given(before=st.floats(0, 1e9), now=st.floats(0, 1e9))
@settings(deadline=None)
def test_sales_are_more_or_less_only_as_printed(before: float, now: float) -> None:
    statement = narrate.sales_rhythm(two_years(before, now), POUNDS)
    check_reads_well(statement)
    found = re.search(r"were (\S+) before returns, \S+ (more|less) than .* \((\S+)\)", statement.text)
    if found:
        assert found.group(1) != found.group(3)
        assert (found.group(2) == "more") == (now > before)


money_bounds = st.floats(-1e5, 1e5).map(lambda x: round(x, 2))


@given(arms=st.lists(st.tuples(st.floats(1, 1e5), money_bounds, money_bounds), min_size=1, max_size=8))
@settings(deadline=None)
def test_returns_read_well_and_agree_with_their_verdicts(arms: list[tuple[float, float, float]]) -> None:
    cases = [case(f"Arm {i}", cost, min(a, b), max(a, b)) for i, (cost, a, b) in enumerate(arms)]
    result = returns(*cases)
    statement = narrate.returns_on_campaigns(result, POUNDS)
    check_reads_well(statement)
    for row in result.by_segment.to_dict("records"):
        name = quoted(row["arm"])
        assert (f"{name} paid: " in statement.text) <= (row["verdict"] == "pays")
        assert (f"{name} lost money: " in statement.text) <= (row["verdict"] == "loses")
        assert name in statement.text or "more" in statement.text


def test_sales_of_months_without_orders_count_as_nothing() -> None:
    """A month without orders has no row; the twelve months must not reach further back for it."""
    frame = months([100.0] * 26)
    statement = narrate.sales_rhythm(frame.drop(index=[20, 21]), POUNDS)
    assert "were £1,000 before returns, 17% less than in the twelve months before (£1,200)" in statement.text


def test_a_campaign_is_named_only_where_there_are_several() -> None:
    arms = [("s", "Call", 2.0, 1.0, 3.0), ("s", "Post", 2.0, 1.0, 3.0)]
    assert " in “" not in narrate.campaign_lift(lift(*arms), "net_spend", POUNDS).text
    assert "“Call” in “t”" in narrate.campaign_lift(lift(*arms, ("t", *arms[0][1:])), "net_spend", POUNDS).text


def test_clients_names_keep_the_sentence_whole() -> None:
    """Line breaks and control characters from an export end in one blank; markup is escaped where it is shown."""
    statement = narrate.campaign_lift(lift(("s", "Call\n\x00<b>", 2.0, 1.0, 3.0)), "net_spend", POUNDS)
    assert statement.text.startswith("“Call <b>” raised")


def test_names_in_sentences() -> None:
    assert inside("delivery_reliability") == "delivery reliability"
    assert inside("NPS_app") == "NPS app"
    assert inside("Wi-Fi") == "Wi-Fi"
    assert inside("rfm_segment") == "segment"
    assert quoted("Cannot lose them") == "“Cannot lose them”"
    assert some(["a", "b", "c", "d", "e"]) == "a, b, c, d and e"  # "and one more" would be no shorter
    assert some(["a", "b", "c", "d", "e", "f"]) == "a, b, c, d and two more"
    assert some([]) == ""


def test_without_weights_nothing_is_said_about_them() -> None:
    assert narrate.nps_weighting(weighted(35.5, nan)).text == ""


def test_an_unclear_return_is_no_key_figure() -> None:
    assert [f.label for f in narrate.returns_on_campaigns(returns(PAYS), POUNDS).figures] == ["Return on campaigns"]
    assert narrate.returns_on_campaigns(returns(UNCLEAR), POUNDS).figures == ()
