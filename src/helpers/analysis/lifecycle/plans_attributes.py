"""Which attribute parts those who stay from those who leave: a log-rank test each, corrected for having tried many.

An attribute must be known at a customer's start. Two kinds of columns are no attributes and are left out by name: what
numbers customers, and what grows with the time they stay (total charges), which says how long they stayed and nothing
else. Effect: the standard deviation over customers of their group's log hazard, sqrt((chi-squared - degrees) /
cancellations), after Schoenfeld (1981), Biometrika 68, 316-319, by whom chi-squared over events is the variance of
log hazards between groups; 0.1 is small (a tenth more risk or less), 0.7 doubles it. Correction: Holm (1979).
"""

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np
import pandas as pd

from helpers.analysis.lifecycle.survival import ALL, Survival, estimate_survival

LEAST_CUSTOMERS = 30  # of a group; those of smaller ones take no part
LEAST_ENDED = 20  # cancellations in all, below which no attribute is tried
MOST_GROUPS = 8  # more than that and it is no grouping that a reader compares
SURE = 0.05  # corrected p-value from which on a difference may be chance
WORTH_NOTING = 0.2  # effect below which a difference is real but too small to act on
_GROWS_WITH_TIME = 0.7  # rank correlation with the months stayed
_SAMPLE = 100_000  # customers on whom attributes are compared, once there are more
_SEED = 20_260_930
_COLUMNS = ["attribute", "groups", "customers", "chi_squared", "degrees", "p_value", "p_corrected", "effect"]
_ENDS = ["best_group", "best_share", "worst_group", "worst_share"]


@dataclass(frozen=True)
class Attributes:
    """Attributes by how much they part those who stay from those who leave.

    tested: the largest effect first: attribute, groups, customers, chi_squared, degrees, p_value, p_corrected, effect,
        best_group, best_share, worst_group, worst_share (share still a customer after `horizon_months`), verdict
        ("parts", "small": surely, but little, or "unclear")
    best: the attribute that parts most, "" where none does for sure
    curves: Survival by `best`; of the whole sample alone where there is none
    groups: the group of each customer by `best`, in the order given; "all" where there is none
    left_out: attribute, why ("no groups", "too many groups", "grows with time", "too few customers", "too few left")
    horizon_months: months after which the shares are told
    """

    tested: pd.DataFrame
    best: str
    curves: Survival
    groups: pd.Series
    left_out: pd.DataFrame
    horizon_months: int


def compare_attributes(months: pd.Series, ended: pd.Series, attributes: pd.DataFrame, horizon: int = 12) -> Attributes:
    """Test every column of `attributes`, a row a customer in the order of `months` and `ended`.

    Columns of text are groups; numbers with more than MOST_GROUPS values are cut at their quartiles. Customers without
    a value, or of a group below LEAST_CUSTOMERS, take no part in that attribute's test. Raises as `estimate_survival`.
    """
    horizon = min(horizon, max(1, int(months.max()))) if len(months) else horizon
    chosen = _sample(len(months))
    rows, left_out = [], []
    for name in attributes.columns:
        groups, why = _groups(attributes[name], months, ended)
        if not why:
            row = _test(str(name), months.iloc[chosen], ended.iloc[chosen], groups.iloc[chosen], horizon)
            rows += [row] if row else []
            why = "" if row else "too few left"
        if why:
            left_out.append((str(name), why))
    tested = _ranked(pd.DataFrame(rows, columns=[*_COLUMNS[:6], *_COLUMNS[7:], *_ENDS]))
    parts = tested.loc[tested["verdict"] == "parts", "attribute"]
    best = str(parts.iloc[0]) if len(parts) else ""
    groups = _groups(attributes[best], months, ended)[0] if best else pd.Series(ALL, index=months.index)
    curves = estimate_survival(months, ended, groups if best else None, _grouping(best))
    return Attributes(
        tested=tested,
        best=best,
        curves=curves,
        groups=groups,
        left_out=pd.DataFrame(left_out, columns=["attribute", "why"]),
        horizon_months=horizon,
    )


def _groups(values: pd.Series, months: pd.Series, ended: pd.Series) -> tuple[pd.Series, str]:
    """The group of each customer, missing where it takes no part; and why the column is no attribute, or ""."""
    known = values.dropna()
    if pd.api.types.is_numeric_dtype(known) and not pd.api.types.is_bool_dtype(known) and len(known):
        if known.nunique() > MOST_GROUPS:
            if abs(float(known.rank().corr(months[known.index].rank()))) >= _GROWS_WITH_TIME:
                return values, "grows with time"
            values = _bands(values.astype(float))
        else:
            values = values.map(lambda x: f"{x:g}", na_action="ignore")
    values = values.astype("object").where(values.notna()).map(str, na_action="ignore")
    sizes = values.value_counts()
    if len(sizes) > max(MOST_GROUPS, len(values) // LEAST_CUSTOMERS):
        return values, "too many groups"
    large = sizes[sizes >= LEAST_CUSTOMERS]
    if len(large) > MOST_GROUPS:
        return values, "too many groups"
    if len(large) < 2:
        return values, "no groups" if len(sizes) < 2 else "too few customers"
    if int(ended.sum()) < LEAST_ENDED:
        return values, "too few left"
    return values.where(values.isin(large.index)), ""


def _bands(values: pd.Series) -> pd.Series:
    """Quarters of the customers by a number, named by their ends; equal numbers are in the same one."""
    cuts = np.unique(np.nanquantile(values, [0.25, 0.5, 0.75], method="higher"))
    place = np.searchsorted(cuts, values.to_numpy(), side="right")
    said = [f"{float(f'{c:.4g}'):,.10g}" for c in cuts]
    names = [f"below {said[0]}", *(f"{a} to {b}" for a, b in pairwise(said)), f"{said[-1]} and more"]
    return pd.Series([names[p] for p in place], index=values.index).where(values.notna())


def _test(name: str, months: pd.Series, ended: pd.Series, groups: pd.Series, horizon: int) -> tuple[object, ...] | None:
    known = groups.notna()
    found = estimate_survival(months[known], ended[known], groups[known], f"by {name}", at=[0, horizon])
    events = int(ended[known].sum())
    if not found.degrees or not events:
        return None
    by_group = found.curves[found.curves["grouping"] != ALL].groupby("group", sort=False)["survival"]
    # A group whose longest time is shorter than the horizon has its last share there.
    at_end = by_group.last().sort_values(kind="stable")
    effect = sqrt(max(0.0, found.chi_squared - found.degrees) / events)
    shares = (str(at_end.index[-1]), float(at_end.iloc[-1]), str(at_end.index[0]), float(at_end.iloc[0]))
    tested = (name, found.degrees + 1, int(known.sum()), found.chi_squared, found.degrees, found.p_value)
    return (*tested, effect, *shares)


def _ranked(tested: pd.DataFrame) -> pd.DataFrame:
    tested = tested.assign(p_corrected=_holm(tested["p_value"].to_numpy(dtype=float)))
    sure, large = tested["p_corrected"] < SURE, tested["effect"] >= WORTH_NOTING
    verdict = np.select([sure & large, sure], ["parts", "small"], "unclear")
    tested = tested.assign(verdict=pd.Series(verdict, index=tested.index, dtype="str"))
    tested = tested.sort_values(["effect", "attribute"], ascending=[False, True], ignore_index=True)
    return tested[[*_COLUMNS, *_ENDS, "verdict"]]


def _holm(p_values: np.ndarray) -> np.ndarray:
    """Holm's step-down correction (1979)."""
    from statsmodels.stats.multitest import multipletests  # two seconds to import

    return np.asarray(multipletests(p_values, method="holm")[1]) if len(p_values) else np.empty(0)


def _grouping(attribute: str) -> str:
    return f"by {attribute}" if attribute == ALL else attribute or ALL


def _sample(customers: int) -> np.ndarray:
    if customers <= _SAMPLE:
        return np.arange(customers)
    return np.sort(np.random.default_rng(_SEED).choice(customers, _SAMPLE, replace=False))
