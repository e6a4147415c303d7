"""Segments under target, and which to merge, split, drop or watch: proposals, each by a limit that has a name.

Against a target a segment is judged by its interval, which is widened to hold for all segments judged at once
(Bonferroni), since a rank is no fact: among twenty segments one is last in any case. Two segments are alike only where
they are shown to be, not where nothing shows that they differ: the interval of each difference must lie within a limit
of no importance (two one-sided tests; Schuirmann 1987, Journal of Pharmacokinetics and Biopharmaceutics 15).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import nan, sqrt
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.roi.groupings import EVERYONE, FIXED, NEW, NOT_KNOWN, Grouping, codes_of
from helpers.analysis.roi.kpis import Kpis
from helpers.errors import InputError, nearest

LESS_IS_BETTER = ("churn", "revenue_churn", "cac", "cac_loaded", "payback_months")
AIMED_AT = (
    *("average_order", "revenue_per_customer", "margin", "margin_per_customer", "conversion", "retention", "churn"),
    *("revenue_churn", "cac", "cac_loaded", "cltv", "gross_margin_value", "cltv_cac", "payback_months", "roi"),
)
AGAINST_AVERAGE = ("retention", "conversion", "cac")  # what is looked at without a target
SHARES = ("conversion", "retention", "churn", "revenue_churn", "margin")
ALIKE_SHARE = 0.1  # a difference of shares below ten points is of no importance
ALIKE_MONEY = 0.2  # of amounts, below a fifth of the two segments' mean
COMPARED = ("retention", "revenue_per_customer", "average_order", "cac")  # what segments to merge must be alike in
LEAST_COMPARED = 2  # of these that must be known
SMALL_SHARE, SMALL_CUSTOMERS = 0.02, 30
LARGE_SHARE = 0.3  # of customers, from which it is worth looking inside a segment
TOP_SHARE, CONCENTRATED = 0.1, 0.6  # its best tenth brings so much of its revenue,
LEANS_MORE = 0.05  # and so much more than the best tenth of all customers does of theirs
INSIDE_GAP, INSIDE_LEAST = 0.15, 100  # retention apart by so much between two values of so many customers each
_WITHHELD = "(withheld)"
_Z_95 = 1.959963984540054
ADVICE_COLUMNS = ("segmentation", "segment", "advice", "why", "kpi", "value", "against")
TARGET_COLUMNS = (
    *("segmentation", "segment", "kpi", "value", "low", "high", "against", "against_what", "verdict"),
)  # fmt: skip
Interval = tuple[float, float, float]  # value, low, high
MERGE, SPLIT, DROP, WATCH = "merge", "split", "drop", "watch"


@dataclass(frozen=True)
class Targets:
    """judged: a row a segment and figure that has a target, or is held against the average of all customers where no
        target is given: segmentation, segment, kpi, value, low, high (95% together), against (the target or average),
        against_what ("target" or "average"), verdict: misses, meets, unclear, too few
    targets: as given
    """

    judged: pd.DataFrame
    targets: dict[str, float]

    @property
    def missed(self) -> pd.DataFrame:
        return self.judged[self.judged["verdict"] == "misses"]


def judge_targets(found: Kpis, targets: Mapping[str, float] | None = None) -> Targets:
    """Hold each segment's figures against the targets; without any, against the average of all customers.

    targets: by figure, one of AIMED_AT, shares in 0-1. Against the average only fixed groups are held, such as regions:
    that groups of behaviour differ in what they were made of is no news. Raises InputError for a figure that is not
    known, and a share outside 0-1.
    """
    targets = dict(targets or {})
    _check_targets(targets)
    rows: list[tuple[object, ...]] = []
    asked = targets or dict.fromkeys(AGAINST_AVERAGE, nan)
    names = [EVERYONE, *found.segmentations] if targets else found.segmentations
    for name in names:
        if not targets and found.moments[name] != FIXED:
            continue
        for kpi, target in asked.items():
            own = found.of(name, kpi)
            own = own[~own["segment"].isin([NOT_KNOWN, _WITHHELD])]
            against = target if targets else float(found.overall(kpi)["value"])
            wider = _family(max(int(own["value"].notna().sum()), 1)) / _Z_95
            rows += [_judge(row, against, wider, bool(targets)) for row in own.to_dict("records")]
    return Targets(pd.DataFrame(rows, columns=list(TARGET_COLUMNS)), targets)


def advise(
    found: Kpis,
    judged: Targets,
    customers: pd.DataFrame,
    groupings: Sequence[Grouping],
    now: Mapping[str, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """Which segments to merge, split, drop or watch: segmentation, segment, advice, why, kpi, value, against.

    customers, groupings: as the figures were made of. now: by segmentation, its segments as they are today, as
    `groups_now` gives them: segments that are treated differently are not merged, and which are small is told by
    today's customers. Where that is not given, by those the figures are of.
    """
    rows: list[tuple[object, ...]] = []
    ids = pd.Index(customers["customer_id"])
    codes = {g.name: codes_of(g, customers, found.period.first, ids) for g in groupings}
    top = _top_share(customers, np.ones(len(customers), bool))
    for grouping in groupings:
        given = (now or {}).get(grouping.name, pd.DataFrame())
        own = given if len(given) else _groups_of(codes[grouping.name])
        own = own if "spend_share" in own else own.assign(spend_share=nan)
        own = own[~own["segment"].isin([NEW, NOT_KNOWN, _WITHHELD]) & (own["customers"] > 0)]
        total = max(float(own["customers"].sum()), 1.0)
        small = own[(own["customers"] < SMALL_CUSTOMERS) | (own["customers"] / total < SMALL_SHARE)]
        # Few customers who bring much are no group to give up: they are called one by one.
        little = small[~small["spend_share"].ge(SMALL_SHARE)]
        rows += [_drop(grouping.name, row, total) for row in little.to_dict("records")]
        there = set(found.of(grouping.name, "customers")["segment"])
        large = own[~own["segment"].isin(small["segment"]) & own["segment"].isin(there)]
        rows += _merges(found, grouping.name, dict(zip(large["segment"], large["plan"], strict=True)))
        for segment in large.loc[large["customers"] / total >= LARGE_SHARE, "segment"]:
            rows += _splits(grouping, segment, customers, codes, groupings, top, bool(found.no_retention))
    for row in judged.missed.to_dict("records"):
        if row["segmentation"] != EVERYONE:
            why = "under target" if row["against_what"] == "target" else "worse than the average customer"
            rows.append((row["segmentation"], row["segment"], WATCH, why, row["kpi"], row["value"], row["against"]))
    return pd.DataFrame(rows, columns=list(ADVICE_COLUMNS)).astype({"value": float, "against": float})


def _judge(row: dict[object, object], against: float, wider: float, is_target: bool) -> tuple[object, ...]:
    value, low, high = (float(row[c]) for c in ("value", "low", "high"))  # type: ignore[arg-type]
    low, high = value - (value - low) * wider, value + (high - value) * wider
    less = row["kpi"] in LESS_IS_BETTER
    if not (value == value and low == low and against == against):
        verdict = "too few"
    elif (low > against) if less else (high < against):
        verdict = "misses"
    elif _reaches(high, against, is_target) if less else _reaches(against, low, is_target):
        verdict = "meets"
    else:
        verdict = "unclear"
    what = "target" if is_target else "average"
    return (row["segmentation"], row["segment"], row["kpi"], value, low, high, against, what, verdict)


def _reaches(lower: float, upper: float, is_target: bool) -> bool:
    """A target is met by what equals it; better than the average is only what is above it."""
    return lower <= upper if is_target else lower < upper


def _family(tests: int) -> float:
    return float(special.ndtri(1 - 0.05 / 2 / tests))


def _groups_of(codes: tuple[list[str], np.ndarray]) -> pd.DataFrame:
    names, places = codes
    sizes = np.bincount(places[places >= 0], minlength=len(names))
    return pd.DataFrame({"segment": pd.array(names, "str"), "customers": sizes.astype(float), "plan": ""})


def _drop(name: str, row: Mapping[Any, Any], total: float) -> tuple[object, ...]:
    if row["customers"] < SMALL_CUSTOMERS:
        why = "too few customers to steer by"
        return (name, row["segment"], DROP, why, "customers", row["customers"], float(SMALL_CUSTOMERS))
    share = row["customers"] / total
    return (name, row["segment"], DROP, "too small a share of customers", "customer_share", share, SMALL_SHARE)


def _merges(found: Kpis, name: str, plans: Mapping[str, str]) -> list[tuple[object, ...]]:
    """Segments each of which is shown to be like each other one, in all that is known of both."""
    table = found.table[(found.table["segmentation"] == name) & found.table["kpi"].isin(COMPARED)]
    known = {(r["segment"], r["kpi"]): (r["value"], r["low"], r["high"]) for r in table.to_dict("records")}
    alike: dict[frozenset[str], tuple[float, float, str]] = {}
    for one, other in combinations(plans, 2):
        if plans[one] != plans[other]:
            continue
        differences = [_difference(known[one, k], known[other, k], k) for k in COMPARED]
        told = [d for d in differences if d is not None]
        if len(told) >= LEAST_COMPARED and all(reach <= limit for reach, limit, _ in told):
            alike[frozenset((one, other))] = max(told, key=lambda d: d[0] / d[1])
    rows: list[tuple[object, ...]] = []
    left = list(plans)
    while left:
        together = [left.pop(0)]
        for other in list(left):
            if all(frozenset((one, other)) in alike for one in together):
                together.append(other)
                left.remove(other)
        if len(together) > 1:
            pairs = [alike[frozenset(pair)] for pair in combinations(together, 2)]
            reach, limit, kpi = max(pairs, key=lambda d: d[0] / d[1])
            rows.append((name, " + ".join(together), MERGE, "alike in every figure that is known", kpi, reach, limit))
    return rows


def _difference(one: Interval, other: Interval, kpi: str) -> tuple[float, float, str] | None:
    """How far apart two segments may be in a figure (the farther end of the 90% interval), and the limit within which
    that is of no importance; None where one is not known."""
    if np.isnan([*one, *other]).any():
        return None
    errors = [(high - low) / 2 / _Z_95 for _, low, high in (one, other)]
    reach = abs(one[0] - other[0]) + float(special.ndtri(0.95)) * sqrt(errors[0] ** 2 + errors[1] ** 2)
    limit = ALIKE_SHARE if kpi in SHARES else ALIKE_MONEY * abs(one[0] + other[0]) / 2
    return (reach, limit, kpi) if limit > 0 else None


def _splits(
    grouping: Grouping,
    segment: str,
    customers: pd.DataFrame,
    codes: Mapping[str, tuple[list[str], np.ndarray]],
    groupings: Sequence[Grouping],
    top_of_all: float,
    no_retention: bool,
) -> list[tuple[object, ...]]:
    """Why a large segment might be two: its revenue leans on few, or its retention is another by some attribute."""
    names, places = codes[grouping.name]
    inside = places == names.index(segment)
    rows: list[tuple[object, ...]] = []
    top = _top_share(customers, inside)
    if top >= CONCENTRATED and top - top_of_all >= LEANS_MORE:
        why = "its best tenth of customers brings most of its revenue"
        rows.append((grouping.name, segment, SPLIT, why, "top_tenth_share", top, CONCENTRATED))
    if no_retention:
        return rows
    others = [g for g in groupings if g.moment == FIXED and g.name != grouping.name]
    found = [(g.name, *_apart(codes[g.name], inside, customers, len(others))) for g in others]
    found = [f for f in found if f[1] >= INSIDE_GAP]
    if found:
        name, gap, worst, best = max(found, key=lambda f: f[1])
        why = f"retention is another by {name}: least in {worst}, most in {best}"
        rows.append((grouping.name, segment, SPLIT, why, "retention", gap, INSIDE_GAP))
    return rows


def _top_share(customers: pd.DataFrame, inside: np.ndarray) -> float:
    """Share of revenue that the best tenth of those who bought brings; 0 of too few."""
    spent = np.sort(customers.loc[inside & customers["bought"].to_numpy(), "revenue"].dropna().to_numpy(float))
    if len(spent) < INSIDE_LEAST or not spent.sum() > 0:
        return 0.0
    return float(spent[-int(np.ceil(TOP_SHARE * len(spent))) :].sum() / spent.sum())


def _apart(
    codes: tuple[list[str], np.ndarray], inside: np.ndarray, customers: pd.DataFrame, tests: int
) -> tuple[float, str, str]:
    """The least difference of retention, at 95% over all pairs and attributes, between the values of an attribute that
    keep most and least; 0 where that is not clear."""
    names, places = codes
    asked = inside & customers["before"].to_numpy() & (places >= 0)
    n = np.bincount(places[asked], minlength=len(names)).astype(float)
    kept = np.bincount(places[asked], customers["kept"].to_numpy(float)[asked], minlength=len(names))
    usable = [i for i in range(len(names)) if n[i] >= INSIDE_LEAST and names[i] not in (NOT_KNOWN, _WITHHELD)]
    if len(usable) < 2:
        return 0.0, "", ""
    share = kept / np.maximum(n, 1)
    low, high = min(usable, key=lambda i: share[i]), max(usable, key=lambda i: share[i])
    gap = float(share[high] - share[low])
    error = sqrt(sum(share[i] * (1 - share[i]) / n[i] for i in (low, high)))
    pairs = len(usable) * (len(usable) - 1) / 2 * tests
    clear = gap - _family(max(int(pairs), 1)) * error > 0
    return (gap, names[low], names[high]) if clear else (0.0, "", "")


def _check_targets(targets: Mapping[str, float]) -> None:
    for kpi, target in targets.items():
        if kpi not in AIMED_AT:
            guess = nearest(kpi, AIMED_AT)
            mend = f"Did you mean {guess}?" if guess else ""
            raise InputError(
                f'no figure is called "{kpi}"', where="roi.targets", allowed=", ".join(AIMED_AT), mend=mend
            )
        if kpi in SHARES and not 0 <= target <= 1:
            raise InputError(f"the target of {kpi} is {target}", where="roi.targets", allowed="0 to 1 (0.8 = 80 %)")


def groups_now(table: pd.DataFrame, segment: str, plan: str = "") -> pd.DataFrame:
    """The segments of a saved table as they are today: segment, customers, plan (what is done with its customers; ""
    where the table does not tell), spend_share (of all spend; NaN likewise); no rows where it has not been saved."""
    columns = [segment, "customers", *([plan] if plan else [])]
    if table.empty or not set(columns) <= set(table.columns):
        return pd.DataFrame({"segment": [], "customers": [], "plan": [], "spend_share": []})
    plans = table[plan].astype(str) if plan else ""
    spend_share = table["spend_share"].astype(float) if "spend_share" in table else nan
    named = {"segment": table[segment].astype(str), "customers": table["customers"]}
    return pd.DataFrame({**named, "plan": plans, "spend_share": spend_share})
