"""Recency, frequency and monetary value: a score for each, and the segment they put a customer in.

Method: Hughes (1994), Strategic Database Marketing, with two changes. Cutting customers into equal fifths by rank gives
buyers with the very same history different scores; here equal values always score the same (`scores`). And scores are
ranks among the client's customers: whether somebody is late is a matter of that customer's own rhythm, which is given
beside them, and only who is late can be in a segment whose name says so (`maps`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.rfm import maps, plans
from helpers.analysis.rfm.settings import (
    AS_USUAL,
    FREQUENCY,
    LETTERS,
    MONETARY,
    MONEY,
    RECENCY,
    Chosen,
    Settings,
    choose_map,
)
from helpers.errors import InputError, ThinDataError

MEASURES = ("recency_days", "order_count", "spend")  # spend where it is known
REGULAR = 3  # orders from which a customer is a regular: two gaps between orders are seen
_YEAR = 365.25
_LEAST_TENURE = 90  # days; who came since counts as long a customer as that
_LATE = ("late_customers", "late_spend", "late_regulars", "late_regulars_spend")
_TOP_SHARES = (0.01, 0.05, 0.1, 0.2, 0.5, 1.0)


@dataclass(frozen=True)
class Rfm:
    """Scores and segments of the customers who bought.

    customers: the rows given, in their order, plus r_score, f_score, m_score (1 is worst; NaN where spend is not
        known), rfm_score (0-100, weighted), is_late and rfm_segment
    segments: one row a segment that has customers, in the map's order: rfm_segment, customers, customer_share (0-1),
        spend, spend_share (0-1; NaN where total spend is not positive), average_spend, median_recency_days,
        median_orders, median_spend, average_orders, order_share (0-1, of all orders), yearly_spend (at the members'
        pace since their first order, at least a year; NaN where that is not known), late_customers, late_spend,
        late_regulars (late with three orders or more), late_regulars_spend, apart_measure (of the three, where the
        segment's median lies farthest from everyone's), apart_value, apart_overall, objective, action
    grid: a row a pair of scores, empty ones too: r_score, f_score, customers, spend, average_spend (NaN where empty)
    concentration: customer_share, spend_share: what the biggest spenders bring, at 1, 5, 10, 20, 50 and 100%
        of customers. Net returns can lift spend_share above 1 on the way. No rows where spend is not known
    cuts: metric (column of customers), score, low, high (in the metric's unit), customers; best score first
    rules: rfm_segment, rule, customers: the map, in the order in which rules are tried
    segment_map, why: the map, and why this one; see `settings.Chosen`
    levels: the number of scores of r, f and m; without m where spend is not known
    with_spend: whether spend is known; if not, all that is of spend is NaN, and there are two scores instead of three
    with_rhythm: whether it is known of anybody if he is late; if not, late customers are NaN
    repeat_share: share of the customers with a second order, 0-1
    gini: of spend, 0-1, what is below zero counting as nothing; NaN where nothing was spent
    pareto_customers: the fewest customers who bring 80% of spend; NaN as well
    """

    customers: pd.DataFrame
    segments: pd.DataFrame
    grid: pd.DataFrame
    concentration: pd.DataFrame
    cuts: pd.DataFrame = field(default_factory=pd.DataFrame)
    rules: pd.DataFrame = field(default_factory=pd.DataFrame)
    segment_map: maps.SegmentMap | None = None
    why: str = "size"
    levels: dict[str, int] = field(default_factory=lambda: {"r": 5, "f": 5, "m": 5})
    with_spend: bool = True
    with_rhythm: bool = True
    repeat_share: float = float("nan")
    gini: float = float("nan")
    pareto_customers: float = float("nan")


def score_rfm(
    customers: pd.DataFrame,
    rhythm: pd.DataFrame | None = None,
    settings: Settings = AS_USUAL,
    *,
    same_map: maps.SegmentMap | None = None,
) -> Rfm:
    """Score every buyer on recency, frequency and, where it is known, spend, and name the segment.

    customers: one row a customer: customer_id (text), recency_days (days since the last order), order_count,
    spend (client's currency, net of returns; may be negative; not known where the column is absent or NaN throughout),
    tenure_days (since the first order), margin and average_order_value where the settings ask for them. Other columns
    are carried along. rhythm: customer_id, is_late, late (NaN where no rhythm is known), of these customers or more.
    same_map: the map of another scoring, to be compared with.

    Raises InputError on absent columns, a customer twice, missing values and settings that cannot be; ThinDataError
    without customers.
    """
    with_spend = _is_told(customers, "spend")
    measures = {RECENCY: "recency_days", FREQUENCY: "order_count"} | ({MONETARY: "spend"} if with_spend else {})
    if with_spend:
        measures[MONETARY] = MONEY[settings.monetary]
    _check_customers(customers, ["spend", *measures.values()] if with_spend else list(measures.values()))
    scored = customers.reset_index(drop=True)
    scored = scored if with_spend else scored.assign(spend=np.nan)
    is_late, with_rhythm = _lateness(scored["customer_id"], rhythm)
    if settings.per_year:
        scored, measures[FREQUENCY] = _per_year(scored), "orders_per_year"
    found = {measure: settings.score(measure, scored[c].to_numpy(float)) for measure, c in measures.items()}
    scores = {LETTERS[measure]: result.scores for measure, result in found.items()}
    levels = {LETTERS[measure]: result.levels for measure, result in found.items()}
    oldest = float(scored["recency_days"].max())
    chosen = (
        Chosen(same_map, "same")
        if same_map
        else choose_map(settings, levels, len(scored), with_rhythm, int(is_late.sum()), oldest)
    )
    if chosen.rules.uses("m") and not with_spend:
        raise InputError("A rule asks for m, and spend is not known", where="rfm.segment_map", mend="Leave m out.")
    facts = {"late": is_late, "once": scored["order_count"].to_numpy() <= 1}
    codes = maps.apply_map(chosen.rules, scores, levels, facts)
    names = pd.array(chosen.rules.segments, dtype="str")
    scored = scored.assign(
        r_score=scores["r"],
        f_score=scores["f"],
        m_score=scores.get("m", np.nan),
        rfm_score=_weigh(scores, levels, settings.weights),
        is_late=is_late,
        rfm_segment=names.take(codes),
    )
    spend = scored["spend"].to_numpy(float)
    gini, pareto = _measure_inequality(spend)
    return Rfm(
        customers=scored,
        segments=_sum_segments(scored, codes, chosen, with_rhythm),
        grid=_fill_grid(scored, levels),
        concentration=_measure_concentration(spend).iloc[: None if with_spend else 0],
        cuts=pd.concat([r.cuts.assign(metric=measures[m]) for m, r in found.items()], ignore_index=True)[
            ["metric", "score", "low", "high", "customers"]
        ],
        rules=_list_rules(chosen, codes),
        segment_map=chosen.rules,
        why=chosen.why,
        levels=levels,
        with_spend=with_spend,
        with_rhythm=with_rhythm,
        repeat_share=float((scored["order_count"] > 1).mean()),
        gini=gini,
        pareto_customers=pareto,
    )


def _is_told(customers: pd.DataFrame, column: str) -> bool:
    return column in customers.columns and (customers.empty or bool(customers[column].notna().any()))


def _lateness(ids: pd.Series, rhythm: pd.DataFrame | None) -> tuple[np.ndarray, bool]:
    """Whether each customer is late (False where not known), and whether that is known of anybody."""
    if rhythm is None or rhythm.empty or not rhythm["late"].notna().any():
        return np.zeros(len(ids), bool), False
    return ids.isin(rhythm.loc[rhythm["is_late"].astype(bool), "customer_id"]).to_numpy(), True


def _per_year(customers: pd.DataFrame) -> pd.DataFrame:
    if not _is_told(customers, "tenure_days") or customers["tenure_days"].isna().any():
        raise InputError("Orders a year need the first order of each", where="rfm.per_year", mend="Set it to false.")
    years = customers["tenure_days"].clip(lower=_LEAST_TENURE) / _YEAR
    return customers.assign(orders_per_year=customers["order_count"] / years)


def _weigh(scores: dict[str, np.ndarray], levels: dict[str, int], weights: Sequence[float]) -> np.ndarray:
    """The weighted mean of the scores, each from 0 for the worst to 100 for the best."""
    of = dict(zip("rfm", weights, strict=True))
    total = sum(of[m] for m in scores)
    if not total > 0:
        raise InputError("The weights leave no measure that is known", where="rfm.weights", allowed="one above zero")
    weighted = np.sum([of[m] * (scores[m] - 1) / (levels[m] - 1) for m in scores], axis=0)
    return np.round(100 * weighted / total, 6)


def _sum_segments(scored: pd.DataFrame, codes: np.ndarray, chosen: Chosen, with_rhythm: bool) -> pd.DataFrame:
    late = scored["is_late"].astype(float) if with_rhythm else pd.Series(np.nan, index=scored.index)
    regular = late * (scored["order_count"] >= REGULAR)
    tenure = scored["tenure_days"] if "tenure_days" in scored else pd.Series(np.nan, index=scored.index)
    worked = pd.DataFrame(
        {
            "spend": scored["spend"],
            "orders": scored["order_count"],
            "recency_days": scored["recency_days"],
            "yearly_spend": scored["spend"] / (tenure.clip(lower=_YEAR) / _YEAR),
            "late_customers": late,
            "late_spend": late * scored["spend"],
            "late_regulars": regular,
            "late_regulars_spend": regular * scored["spend"],
        }
    )
    groups = worked.groupby(codes)
    sums, medians = groups.sum(min_count=1), groups[["recency_days", "orders", "spend"]].median()
    names = chosen.rules.segments
    segments = pd.DataFrame({"rfm_segment": pd.array([names[code] for code in sums.index], dtype="str")})
    customers = groups.size().to_numpy()
    sums, medians = sums.reset_index(drop=True), medians.reset_index(drop=True)
    total, orders = float(sums["spend"].sum()), float(sums["orders"].sum())
    segments = segments.assign(
        customers=customers,
        customer_share=customers / len(scored),
        spend=sums["spend"],
        spend_share=sums["spend"] / total if total > 0 else np.nan,
        average_spend=sums["spend"] / customers,
        median_recency_days=medians["recency_days"],
        median_orders=medians["orders"],
        median_spend=medians["spend"],
        average_orders=sums["orders"] / customers,
        order_share=sums["orders"] / orders,
    )
    segments = segments.join(sums[["yearly_spend", *_LATE]])
    segments = segments.join(_apart(medians, scored))
    return segments.assign(**_plan_of(segments["rfm_segment"], chosen.rules))


def _plan_of(segments: pd.Series, rules: maps.SegmentMap) -> dict[str, list[str]]:
    """The objective and action of each segment, by the first of its rules."""
    first: dict[str, Any] = {}
    for rule in rules.rules:
        first.setdefault(rule.segment, rule)
    late = {name: rule.facts.get("late", False) for name, rule in first.items()}
    return {
        "objective": [plans.objective_of(name, late[name]) for name in segments],
        "action": [first[name].action for name in segments],
    }


def _apart(medians: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """Of each segment the measure whose median lies farthest from everyone's, as a rank, and both medians."""
    columns = {"recency_days": "recency_days", "orders": "order_count", "spend": "spend"}
    away, overall = [], []
    for of, column in columns.items():
        values = np.sort(scored[column].to_numpy(float))
        own = medians[of].to_numpy(float)
        below, upto = np.searchsorted(values, own, side="left"), np.searchsorted(values, own, side="right")
        away.append(np.where(np.isnan(own), -1.0, np.abs((below + upto) / 2 / len(values) - 0.5)))
        overall.append(float(np.median(values)))
    farthest = np.argmax(away, axis=0)
    return pd.DataFrame(
        {
            "apart_measure": pd.array(list(columns.values()), dtype="str").take(farthest),
            "apart_value": medians[list(columns)].to_numpy(float)[np.arange(len(medians)), farthest],
            "apart_overall": np.array(overall)[farthest],
        }
    )


def _fill_grid(scored: pd.DataFrame, levels: dict[str, int]) -> pd.DataFrame:
    shape = levels["r"], levels["f"]
    cell = (scored["r_score"].to_numpy() - 1) * shape[1] + scored["f_score"].to_numpy() - 1
    customers = np.bincount(cell, minlength=shape[0] * shape[1])
    spend = np.bincount(cell, scored["spend"].to_numpy(float), minlength=shape[0] * shape[1])
    spend = np.where(customers > 0, spend, np.nan)
    r, f = (index.ravel() + 1 for index in np.indices(shape))
    average = spend / np.maximum(customers, 1)
    return pd.DataFrame({"r_score": r, "f_score": f, "customers": customers, "spend": spend, "average_spend": average})


def _list_rules(chosen: Chosen, codes: np.ndarray) -> pd.DataFrame:
    segments = chosen.rules.segments
    counts = np.bincount(codes, minlength=len(segments))
    rows = [(rule.segment, rule.said, int(counts[segments.index(rule.segment)])) for rule in chosen.rules.rules]
    return pd.DataFrame(rows, columns=["rfm_segment", "rule", "customers"])


def _measure_concentration(spend: np.ndarray) -> pd.DataFrame:
    """The Lorenz curve read from the top; straight between customers: 1% of 80 is 0.8 of the first."""
    brought = np.concatenate([[0.0], np.cumsum(np.sort(spend)[::-1])])
    reached = np.arange(len(spend) + 1) / len(spend)
    share = np.interp(_TOP_SHARES, reached, brought)
    total = brought[-1]
    return pd.DataFrame({"customer_share": _TOP_SHARES, "spend_share": share / total if total > 0 else np.nan})


def _measure_inequality(spend: np.ndarray) -> tuple[float, float]:
    """The Gini coefficient (Gini 1912, not corrected for the sample's size), and the fewest who bring 80%."""
    ranked = np.sort(np.maximum(spend, 0))
    n, total = len(ranked), ranked.sum()
    if not total > 0:
        return float("nan"), float("nan")
    gini = (2 * np.arange(1, n + 1) - n - 1) @ ranked / (n * total)
    brought = np.cumsum(ranked[::-1])
    return float(gini), float(1 + np.searchsorted(brought, 0.8 * total * (1 - 1e-12)))


def _check_customers(customers: pd.DataFrame, measures: Sequence[str]) -> None:
    _check_columns(customers, ["customer_id", *measures])
    if customers.empty:
        raise ThinDataError("There are no customers to score", mend="Check the filters and the as-of date.")
    twice = int(customers["customer_id"].duplicated().sum())
    if twice:
        raise InputError(f"{twice} rows repeat a customer_id", where="RFM", mend="Give one row a customer.")
    for column in dict.fromkeys(["customer_id", *measures]):
        values = customers[column]
        if column != "customer_id" and not pd.api.types.is_numeric_dtype(values):
            raise InputError(f"{column} holds {values.dtype} values", where="RFM", allowed="numbers")
        gaps = values.isna() if column == "customer_id" else ~np.isfinite(values.to_numpy(float, na_value=np.nan))
        missing = int(np.sum(gaps))
        if missing:
            raise InputError(
                f"{column} is missing for {missing} of {len(customers)} customers",
                where="RFM",
                mend="Score only customers who have bought.",
            )


def _check_columns(customers: pd.DataFrame, needed: Sequence[str]) -> None:
    absent = [column for column in dict.fromkeys(needed) if column not in customers.columns]
    if absent:
        raise InputError(
            f"the customers lack {', '.join(absent)}",
            where="RFM",
            mend=f"Columns given: {', '.join(map(str, customers.columns)) or 'none'}.",
        )
