"""The space in which customers are compared: features made comparable, so that no one of them drowns the others.

Numbers: skewed ones are taken as sign(x) log(1 + |x|); values beyond Tukey's outer fences (three quartile ranges beyond
the quartiles; Tukey 1977) are drawn in to the fence where fewer than 2% of customers lie beyond it, since more are a
group and fewer an accident; then all are standardised (population deviation). A category becomes a 0/1 column for each
of its values, all divided by the root of their summed variance: it then varies as much as one standardised number, and
counts as one feature. Of two numbers that tell nearly the same (|r| >= .9, the default of caret's findCorrelation) the
later one is left out, if they go along (|r| >= .5) on both sides of the middle too: where groups lie far apart,
measures are correlated by the groups alone, and each helps to tell them. All of it is a scikit-learn transformer, which
a pipeline can hold.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import skew
from sklearn.base import BaseEstimator, TransformerMixin

SMALLEST_SHARE = 0.02  # of customers; a smaller group is seldom worth a plan of its own
ALIKE = 0.9  # |r| from which two measures tell nearly the same
_SKEWED = 1.0
_ALONG = 0.5  # |r| within each half; of two normal measures with r = .9 it is .78
_SAME = 1e-9  # standard units: no difference
_FENCE = 3.0  # quartile ranges beyond the quartiles


@dataclass(frozen=True)
class Number:
    """How a number is treated: logged or not, drawn in to low..high, standardised. `tamed` customers lay beyond."""

    name: str
    log: bool
    low: float
    high: float
    mean: float
    scale: float
    tamed: int = 0

    def treat(self, values: pd.Series) -> np.ndarray:
        taken = _signed_log(values.to_numpy(float, na_value=np.nan)) if self.log else values.to_numpy(float)
        return (np.clip(taken, self.low, self.high) - self.mean) / self.scale


@dataclass(frozen=True)
class Category:
    """A category's values with the share of customers that each had, and what its 0/1 columns are divided by."""

    name: str
    values: tuple[str, ...]
    shares: tuple[float, ...]

    @property
    def scale(self) -> float:
        return float(np.sqrt(sum(s * (1 - s) for s in self.shares)))

    def treat(self, values: pd.Series) -> np.ndarray:
        ones = values.to_numpy()[:, None] == np.array(self.values, dtype=object)[None, :]
        return (ones - np.array(self.shares)) / self.scale


class Treatment(TransformerMixin, BaseEstimator):
    """Customers' features -> coordinates (n x columns): numbers first, in their order, then the columns of categories.

    After fit: numbers_, categories_, and left_out_: of each number that tells nearly the same as an earlier one, that
    one and their correlation. A value of a category that was not there at fit lies at the average of none.
    """

    def __init__(self, features: list[str], log: bool = True, alike: float = ALIKE) -> None:
        self.features, self.log, self.alike = features, log, alike

    def fit(self, customers: pd.DataFrame, y: Any = None) -> "Treatment":
        numbers, categories = split_kinds(customers, self.features)
        treated = [fit_number(customers[f], self.log) for f in numbers]
        kept: list[int] = []
        self.left_out_: dict[str, tuple[str, float]] = {}
        columns = [number.treat(customers[number.name]) for number in treated]
        for i, number in enumerate(treated):
            r = {j: float(np.mean(columns[i] * columns[j])) for j in kept}
            twin = max(r, key=lambda j: abs(r[j])) if r else -1
            if r and abs(r[twin]) >= self.alike and _goes_along(columns[twin], columns[i]):
                self.left_out_[number.name] = (treated[twin].name, r[twin])
            else:
                kept.append(i)
        self.numbers_ = [treated[i] for i in kept]
        self.categories_ = [_fit_category(customers[f]) for f in categories]
        return self

    def transform(self, customers: pd.DataFrame) -> np.ndarray:
        numbers = [number.treat(customers[number.name])[:, None] for number in self.numbers_]
        return np.hstack([*numbers, *[c.treat(customers[c.name]) for c in self.categories_]])

    @property
    def used_(self) -> list[str]:
        """The features used, as they were asked for but those left out."""
        return [f for f in self.features if f not in self.left_out_]

    @property
    def columns_(self) -> list[str]:
        """What the coordinates stand for: a number's name, or "category: value"."""
        return [n.name for n in self.numbers_] + [f"{c.name}: {v}" for c in self.categories_ for v in c.values]


def split_kinds(customers: pd.DataFrame, features: list[str]) -> tuple[list[str], list[str]]:
    """The features that are numbers, and the categories."""
    numbers = [f for f in features if pd.api.types.is_numeric_dtype(customers[f])]
    return numbers, [f for f in features if f not in numbers]


def fit_number(values: pd.Series, log: bool = True) -> Number:
    """How a number is treated, found from its values; those that only outliers make skewed are not taken as logs."""
    raw = values.to_numpy(float)
    low, high = _fences(raw)
    log = log and _skewness(np.clip(raw, low, high)) > _SKEWED
    taken = _signed_log(raw) if log else raw
    low, high = _fences(taken)
    clipped = np.clip(taken, low, high)
    mean = float(clipped.mean())
    number = Number(str(values.name), log, low, high, mean, float(clipped.std()), int((clipped != taken).sum()))
    if number.scale > 0:
        return number
    # One customer unlike all others would, once drawn in, leave nothing by which customers differ.
    scale = float(taken.std()) or 1.0
    return replace(number, low=-np.inf, high=np.inf, mean=float(taken.mean()), scale=scale, tamed=0)


def _goes_along(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two measures are correlated among customers low in the first, and among those high in it."""
    low = one <= np.median(one)
    sides = [(one[side], other[side]) for side in (low, ~low)]
    varied = all(len(a) > 2 and a.std() > _SAME and b.std() > _SAME for a, b in sides)
    return varied and all(abs(np.corrcoef(a, b)[0, 1]) >= _ALONG for a, b in sides)


def _fit_category(values: pd.Series) -> Category:
    shares = values.value_counts(normalize=True).sort_index()
    return Category(str(values.name), tuple(map(str, shares.index)), tuple(map(float, shares)))


def _skewness(values: np.ndarray) -> float:
    return float(skew(values, bias=False)) if len(values) > 2 and values.std() > 0 else 0.0


def _signed_log(values: np.ndarray) -> np.ndarray:
    """log1p where nothing is negative; it keeps the odd customer with net returns."""
    return np.sign(values) * np.log1p(np.abs(values))


def _fences(values: np.ndarray) -> tuple[float, float]:
    """Where values are drawn in to: infinite on a side where nobody, or enough for a group, lies beyond the fence."""
    q25, median, q75 = np.quantile(values, [0.25, 0.5, 0.75])
    if q25 == q75:  # most are the same: the others are measured among themselves
        others = values[values != median]
        q25, q75 = np.quantile(others, [0.25, 0.75]) if len(others) else (median, median)
    reach = _FENCE * (q75 - q25)
    if reach == 0:
        return -np.inf, np.inf
    low, high = min(q25 - reach, median), max(q75 + reach, median)
    few = SMALLEST_SHARE * len(values)
    low = low if 0 < (values < low).sum() < few else -np.inf
    return float(low), float(high if 0 < (values > high).sum() < few else np.inf)
