"""Which attributes of customers go with staying, and strongly enough to be acted on.

Staying must be comparable: a customer of three years and one of a month differ in any case. Orders are judged only of
customers who have had the time to come back, and every attribute is tested among customers of like tenure, in five
strata, which remove nine tenths of what tenure would otherwise add (Cochran 1968, Biometrics 24(2)). P-values are
corrected for the number of attributes (Holm 1979). With many customers everything is significant, so an attribute is a
differentiator only where the effect is no less than small: Cramer's V of .1 (Cohen 1988; .3 medium, .5 large), or a
rank-biserial correlation of .12 (.28, .42: an AUC of .56, .64 and .71, Vargha and Delaney 2000).

What tells the outcome itself is no attribute of a customer, such as the reason for leaving, nor is what grows as long
as a customer stays, such as all charges so far: these are named and left out.
Everything here is association; nothing says that changing an attribute would keep a customer.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from helpers.analysis.loyalty.association import NONE, Association, compare_levels, compare_numbers
from helpers.errors import InputError

ORDER, SUBSCRIPTION = "order", "subscription"
UNKNOWN, OTHERS = "(unknown)", "(all others)"
DIFFERENTIATOR, SLIGHT, UNCLEAR = "differentiator", "slight", "unclear"
GIVEAWAY, GROWS, CONSTANT = "tells the outcome", "grows with tenure", "one value"
TOO_MANY, TOO_FEW = "too many values", "too few"
MIN_LEVEL = 20  # customers; smaller levels are put together
MIN_OUTCOME = 20  # customers who stayed and who did not, each, that an attribute must be known of
MOST_LEVELS = 20
SIGNIFICANT = 0.05
_STRATA, _BINS = 5, 4
_GROWS_WITH_TENURE = 0.7  # rank correlation with tenure, from which a number says how long a customer stayed
_PURE = 0.95
_V_RULE, _RANK_RULE = (0.1, 0.3, 0.5), (0.12, 0.28, 0.42)
_STRENGTHS = ("negligible", "small", "medium", "large")


@dataclass(frozen=True)
class Differentiators:
    """retention: a row a level of an attribute: attribute, kind (category, number), level (of a number, a quarter of
        the customers), customers, retained, retained_share, low, high (Wilson 95%), comparable_share (had it the
        tenure of all customers; NaN where a stratum lacks the level); in order, "(all others)" and "(unknown)" last
    effects: a row an attribute, differentiators first, the largest effect for its kind first: attribute, kind,
        customers, statistic, degrees, p_value, p_adjusted (Holm), effect, effect_low, effect_high, strength
        (negligible, small, medium, large), best_level, best_share, worst_level, worst_share (retained, of the levels of
        MIN_LEVEL customers or more; "" and NaN with fewer than two), verdict
    customers, retained_share: of all compared; set_aside: customers whose outcome is not known or who came too lately
    outcome: "order" or "subscription", what a customer stays with
    """

    retention: pd.DataFrame
    effects: pd.DataFrame
    customers: int
    retained_share: float
    set_aside: int
    outcome: str


def outcome_of_rhythm(customers: pd.DataFrame, tenure: pd.DataFrame, usual_gap_days: float) -> pd.DataFrame:
    """customer_id, retained (not late), tenure_days, comparable (of whom it is known, and who has been a customer for
    two usual gaps or more, so that there was time to come back or to be late), stays_with.

    customers: as `Rhythm.customers`; tenure: customer_id, tenure_days.
    """
    frame = customers[["customer_id", "late", "is_late"]].merge(
        tenure[["customer_id", "tenure_days"]], on="customer_id", how="left", validate="one_to_one"
    )
    had_time = (frame["tenure_days"] >= 2 * usual_gap_days).to_numpy()
    return pd.DataFrame(
        {
            "customer_id": frame["customer_id"],
            "retained": ~frame["is_late"].astype(bool),
            "tenure_days": frame["tenure_days"].astype(float),
            "comparable": frame["late"].notna().to_numpy() & had_time,
            "stays_with": ORDER,
        }
    )


def outcome_of_subscribers(subscribers: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The same of subscribers: retained where none of theirs has ended, tenure since the first start; where no date is
    known, by the months told.

    subscribers: customer_id, ended (1, 0 or NaN), started_on, months.
    """
    told = subscribers["months"].astype(float) * (365.25 / 12)
    since = (pd.Timestamp(as_of) - pd.to_datetime(subscribers["started_on"])).dt.days.astype(float)
    return pd.DataFrame(
        {
            "customer_id": subscribers["customer_id"],
            "retained": subscribers["ended"].astype(float) == 0,
            "tenure_days": since.fillna(told),
            "comparable": subscribers["ended"].notna().to_numpy(),
            "stays_with": SUBSCRIPTION,
        }
    )


def outcome_of(
    rhythm: pd.DataFrame, tenure: pd.DataFrame, usual_gap_days: float, subscribers: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """By the orders where anyone's can be compared, else by the subscriptions; `outcome_of_rhythm` and
    `outcome_of_subscribers` say what is in it."""
    by_orders = outcome_of_rhythm(rhythm, tenure, usual_gap_days)
    return by_orders if by_orders["comparable"].any() else outcome_of_subscribers(subscribers, as_of)


def compare_attributes(outcome: pd.DataFrame, attributes: pd.DataFrame) -> Differentiators:
    """Every attribute against staying, among customers of like tenure.

    outcome: customer_id, retained, tenure_days (NaN where not known: a stratum of its own), comparable, stays_with
    ("order" or "subscription"); one row a customer. attributes: customer_id and a column an attribute: numbers, yes/no
    or text, missing where not known.

    Raises InputError for a customer twice.
    """
    for frame, what in ((outcome, "outcome"), (attributes, "attributes")):
        twice = int(frame["customer_id"].duplicated().sum())
        if twice:
            raise InputError(f"{twice} rows repeat a customer", where=what, mend="Give one row a customer.")
    compared = outcome[outcome["comparable"].astype(bool)]
    known = compared.merge(attributes, on="customer_id", how="left", validate="one_to_one")
    kept, stratum = known["retained"].to_numpy(int), _strata(known["tenure_days"].to_numpy(float))
    names = [c for c in attributes.columns if c != "customer_id" and known[c].notna().any()]
    retention, effects = [], []
    for name in names:
        is_number, labels = _label(known[name])
        retention.append(_retention(name, is_number, labels, kept, stratum))
        grows = is_number and _grows(known[name], known["tenure_days"])
        effects.append(_effect(name, is_number, known[name], labels, kept, stratum, grows=grows))
    shares = pd.concat(retention, ignore_index=True) if retention else _NO_RETENTION
    return Differentiators(
        shares,
        _rank(_with_ends(pd.DataFrame(effects, columns=list(_EFFECTS)).astype(_EFFECTS), shares)),
        customers=len(known),
        retained_share=float(kept.mean()) if len(kept) else np.nan,
        set_aside=len(outcome) - len(known),
        outcome=str(outcome["stays_with"].iloc[0]) if len(outcome) else ORDER,
    )


def _strata(tenure: np.ndarray) -> np.ndarray:
    """Fifths by tenure, equal tenures together; not known: a stratum of its own."""
    known = ~np.isnan(tenure)
    stratum = np.full(len(tenure), _STRATA)
    if known.any():
        cuts = np.unique(np.quantile(tenure[known], np.arange(1, _STRATA) / _STRATA))
        stratum[known] = np.searchsorted(cuts, tenure[known], "left")
    return stratum


def _label(values: pd.Series) -> tuple[bool, Any]:
    """Whether an attribute is a number, and each customer's level; the levels in their order, missing where unknown."""
    is_number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if is_number:
        values = values.astype(float).replace([np.inf, -np.inf], np.nan)
    if is_number and values.nunique() > 2:
        return True, _quarters(values)
    if pd.api.types.is_bool_dtype(values):
        values = values.map({True: "yes", False: "no"})
    text = values.map(_plain, na_action="ignore") if is_number else values
    levels = pd.Categorical(text)
    if is_number:  # in the order of the numbers, not of their texts
        levels = levels.reorder_categories([_plain(x) for x in sorted(values.dropna().unique())])
    small = levels.categories[
        np.bincount(levels.codes[levels.codes >= 0], minlength=len(levels.categories)) < MIN_LEVEL
    ]
    if len(small) < 2 or len(small) == len(levels.categories):
        return False, levels
    pooled = pd.Series(levels).astype(object).where(~pd.Series(levels).isin(small), OTHERS)
    kept = [c for c in levels.categories if c not in set(small)]
    return False, pd.Categorical(pooled.where(levels.codes >= 0), [*kept, OTHERS])


def _plain(x: float) -> str:
    return f"{x:,.0f}" if float(x).is_integer() or abs(x) >= 1000 else f"{x:,.4g}"


def _quarters(values: pd.Series) -> Any:
    """Quarters by the values, equal values together, each named by its lowest and highest value."""
    numbers = values.to_numpy(float)
    known = ~np.isnan(numbers)
    cuts = np.unique(np.quantile(numbers[known], np.arange(1, _BINS) / _BINS))
    place = np.where(known, np.searchsorted(cuts, numbers, "left"), -1)
    names = {}
    for one in np.unique(place[known]):
        inside = numbers[place == one]
        low, high = _plain(inside.min()), _plain(inside.max())
        names[one] = low if low == high else f"{low} to {high}"
    labels = pd.Series(place).map(names)
    return pd.Categorical(labels, list(dict.fromkeys(names.values())))


def _retention(name: str, is_number: bool, labels: Any, kept: np.ndarray, stratum: np.ndarray) -> pd.DataFrame:
    levels = [*labels.categories, UNKNOWN]
    code = np.where(labels.codes < 0, len(levels) - 1, labels.codes)
    n = np.bincount(code, minlength=len(levels))
    m = np.bincount(code, weights=kept, minlength=len(levels)).astype(int)
    there = n > 0
    low, high = proportion_confint(m[there], n[there], method="wilson")
    return pd.DataFrame(
        {
            "attribute": name,
            "kind": "number" if is_number else "category",
            "level": pd.Series(levels, dtype="str")[there],
            "customers": n[there],
            "retained": m[there],
            "retained_share": m[there] / n[there],
            "low": low,
            "high": high,
            "comparable_share": _standardised(code, kept, stratum, len(levels))[there],
        }
    )


def _standardised(code: np.ndarray, kept: np.ndarray, stratum: np.ndarray, levels: int) -> np.ndarray:
    """The share kept of each level, had it the tenure of all customers (direct standardisation)."""
    place, size = stratum * levels + code, (_STRATA + 1) * levels
    n = np.bincount(place, minlength=size).reshape(-1, levels).astype(float)
    m = np.bincount(place, weights=kept, minlength=size).reshape(-1, levels)
    weight = n.sum(axis=1, keepdims=True) / len(code)
    with np.errstate(invalid="ignore"):
        share = np.where(weight > 0, m / np.where(n > 0, n, np.nan), 0.0)
    return np.asarray((weight * share).sum(axis=0))


def _effect(
    name: str,
    is_number: bool,
    values: pd.Series,
    labels: Any,
    kept: np.ndarray,
    stratum: np.ndarray,
    *,
    grows: bool,
) -> list[object]:
    known = labels.codes >= 0
    found, verdict = NONE, GROWS if grows else ""
    if len(labels.categories) < 2:
        verdict = CONSTANT
    elif not is_number and len(labels.categories) > MOST_LEVELS:
        verdict = TOO_MANY
    elif min(kept[known].sum(), (1 - kept[known]).sum()) < MIN_OUTCOME and not _gives_away(labels, kept):
        verdict = TOO_FEW
    if _gives_away(labels, kept) and verdict != TOO_MANY:
        verdict = GIVEAWAY
    if not verdict:
        found = (
            compare_numbers(values.to_numpy(float)[known], kept[known], stratum[known])
            if is_number
            else compare_levels(labels.codes[known].astype(int), kept[known], stratum[known])
        )
        verdict = UNCLEAR if found is not NONE else TOO_FEW
    if is_number and abs(found.effect) >= 0.98:  # an AUC of .99
        found, verdict = NONE, GIVEAWAY
    return [name, "number" if is_number else "category", int(known.sum()), *_numbers(found), "", verdict]


def _grows(values: pd.Series, tenure: pd.Series) -> bool:
    both = values.notna() & tenure.notna()
    if values[both].nunique() < 2 or tenure[both].nunique() < 2:
        return False
    return bool(abs(values[both].rank().corr(tenure[both].rank())) >= _GROWS_WITH_TENURE)


def _numbers(found: Association) -> list[float]:
    p = found.p_value
    return [found.statistic, found.degrees, p, np.nan, found.effect, found.effect_low, found.effect_high]


def _gives_away(labels: Any, kept: np.ndarray) -> bool:
    """Whether levels, not known being one, that hold hardly anyone else hold nearly all of the rarer outcome."""
    code = np.where(labels.codes < 0, len(labels.categories), labels.codes)
    rarer = kept if kept.mean() < 0.5 else 1 - kept
    n = np.bincount(code)
    of = np.bincount(code, weights=rarer)
    pure = (of >= _PURE * n) & (n >= MIN_LEVEL)
    return bool(rarer.sum() >= MIN_OUTCOME and of[pure].sum() >= _PURE * rarer.sum())


def _with_ends(effects: pd.DataFrame, retention: pd.DataFrame) -> pd.DataFrame:
    """The effects with the level kept most and least, and `agrees`: whether it is so among customers of like tenure."""
    usual = retention[~retention["level"].isin([UNKNOWN, OTHERS]) & (retention["customers"] >= MIN_LEVEL)]
    usual = usual[usual["attribute"].duplicated(keep=False)]  # a single level is neither best nor worst
    ordered = usual.sort_values("retained_share", kind="stable").groupby("attribute")
    worst, best = (
        rows.set_index("attribute").reindex(effects["attribute"]) for rows in (ordered.head(1), ordered.tail(1))
    )
    for end, rows in (("best", best), ("worst", worst)):
        effects[f"{end}_level"] = pd.Series(rows["level"].fillna("").to_numpy(), dtype="str")
        effects[f"{end}_share"] = rows["retained_share"].to_numpy()
    effects["agrees"] = ~(best["comparable_share"].to_numpy() < worst["comparable_share"].to_numpy())
    return effects


def _rank(effects: pd.DataFrame) -> pd.DataFrame:
    """Corrected p-values, strengths and verdicts, the strongest first."""
    tested = effects["verdict"] == UNCLEAR
    if tested.any():
        effects.loc[tested, "p_adjusted"] = multipletests(effects.loc[tested, "p_value"], method="holm")[1]
    size = effects["effect"].abs().round(2)
    of_rank = effects["kind"] == "number"
    grade = np.zeros(len(effects), int)
    for v, rank in zip(_V_RULE, _RANK_RULE, strict=True):
        grade += (size >= np.where(of_rank, rank, v)).to_numpy(int)
    effects["strength"] = pd.Series(np.where(tested, np.array(_STRENGTHS)[grade], ""), dtype="str")
    sure = tested & (effects["p_adjusted"] < SIGNIFICANT) & effects.pop("agrees")
    effects.loc[sure, "verdict"] = np.where(grade[sure] > 0, DIFFERENTIATOR, SLIGHT)
    order = [DIFFERENTIATOR, SLIGHT, UNCLEAR, TOO_FEW, TOO_MANY, CONSTANT, GROWS, GIVEAWAY]
    # The two measures of effect are put side by side by what is large of each.
    relative: Any = effects["effect"].abs() / np.where(of_rank, _RANK_RULE[-1], _V_RULE[-1])
    key = pd.DataFrame({"verdict": effects["verdict"].map(order.index), "effect": -relative})
    return effects.loc[key.sort_values(["verdict", "effect"], kind="stable").index].reset_index(drop=True)


_EFFECTS = {
    **{"attribute": "str", "kind": "str", "customers": "int64", "statistic": "float64", "degrees": "int64"},
    **dict.fromkeys(["p_value", "p_adjusted", "effect", "effect_low", "effect_high"], "float64"),
    **{"strength": "str", "verdict": "str"},
}
_NO_RETENTION = pd.DataFrame(
    {
        **{c: pd.Series([], dtype="str") for c in ("attribute", "kind", "level")},
        **{c: pd.Series([], dtype="int64") for c in ("customers", "retained")},
        **{c: pd.Series([], dtype="float64") for c in ("retained_share", "low", "high", "comparable_share")},
    }
)
