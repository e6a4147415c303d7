"""What goes with a high score: each driver's share of the variance a linear model explains.

LMG shares (Lindeman, Merenda and Gold 1980; Groemping 2006, "Relative Importance for Linear Regression in R:
The Package relaimpo", J. Stat. Software 17(1)): the rise in R-squared when a driver joins the model, averaged
over every order in which the drivers can join. The shares are never negative and sum to R-squared, also when
drivers correlate. Beside them Johnson's relative weights (Johnson 2000, Multivariate Behavioral Research
35(1)), an independent check. They describe association: a driver that explains much need not cause anything.

Everything rests on sums of products, so rows can stay in the engine, and sums of parts add up.
"""

from dataclasses import dataclass
from math import comb

import numpy as np
import pandas as pd
from scipy import special  # stats has the same quantiles, and takes most of a second to import

from helpers.errors import InputError

MAX_DRIVERS = 15  # 2^15 models are fitted for each bucket
MIN_BUCKETS = 10  # fewer replicates say too little about a spread
ONE = "1"  # stands for the constant in moments, so ("1", x) is the sum of x

_TOLERANCE = 1e-8  # variance of a driver not explained by the others, below which it is their combination
_FLAT = 1e-12  # variance against mean square below which a column is constant but for rounding
_CHUNK = 4  # replicates worked on at a time: the arrays of 2^15 models stay near the cache


@dataclass(frozen=True)
class Drivers:
    """drivers: driver, lmg (share of the target's variance), lmg_low, lmg_high, importance (lmg / R-squared),
    performance (mean of the driver, weighted if the moments are), correlation (with the target), coefficient
    (standardised), relative_weight (Johnson); one row a driver, largest lmg first."""

    drivers: pd.DataFrame
    r_squared: float  # share of the target's variance explained by all drivers together
    r_squared_low: float
    r_squared_high: float
    answers: int


def collect_moments(
    frame: pd.DataFrame, target: str, drivers: list[str], weight: str | None = None, buckets: int = 1
) -> pd.DataFrame:
    """Sums of products of the complete rows of `frame`, in random buckets of equal size (within one row).

    Returns bucket (0 to buckets - 1), left, right, value: the sum of weight * left * right over the rows of
    the bucket, for every unordered pair out of ["1", target, *drivers] in that order. A row counts if target,
    drivers and weight are all there. Rows are dealt to buckets by a fixed shuffle, because an export is often
    sorted, and buckets dealt in order would then be too alike and make intervals too short. Raises InputError
    on a missing or non-numeric column, an infinite value or a negative weight.
    """
    _check_names(target, drivers)
    if buckets < 1:
        raise InputError(f"{buckets} buckets asked for", where="drivers", allowed="1 or more")
    columns = [target, *drivers, *([weight] if weight else [])]
    values = np.column_stack([_read_numbers(frame, column) for column in columns])
    values = values[~np.isnan(values).any(axis=1)]
    weights = values[:, -1] if weight else np.ones(len(values))
    if (weights < 0).any():
        raise InputError("some weights are negative", where=str(weight), allowed="0 or more")
    names = [ONE, target, *drivers]
    values = np.column_stack([np.ones(len(values)), values])  # a weight stands last, where no pair reaches it
    shuffled = np.random.default_rng(0).permutation(len(values))
    upper = np.triu_indices(len(names))
    parts = []
    for bucket in range(buckets):
        rows = shuffled[bucket::buckets]
        parts.append(((values[rows] * weights[rows, None]).T @ values[rows])[upper])
    pairs = [(names[i], names[j]) for i, j in zip(*upper, strict=True)]
    return pd.DataFrame(
        {
            "bucket": np.repeat(np.arange(buckets), len(pairs)),
            "left": [left for left, _ in pairs] * buckets,
            "right": [right for _, right in pairs] * buckets,
            "value": np.concatenate(parts),
        }
    )


def usable_drivers(coverage: pd.DataFrame, min_coverage: float, min_answers: int) -> list[str]:
    """The ratings that enough customers gave, the best covered first, at most fifteen.

    `coverage`: driver, answers, answered_share (0-1), distinct (values given). A rating that few gave would cost
    the others most of their answers; one that all gave alike can explain nothing.
    """
    enough = coverage[(coverage["answered_share"] >= min_coverage) & (coverage["answers"] >= min_answers)]
    enough = enough[enough["distinct"] > 1]
    kept = enough.nlargest(MAX_DRIVERS, "answers")["driver"]
    return [driver for driver in coverage["driver"] if driver in set(kept)]


def find_drivers(
    moments: pd.DataFrame, target: str, drivers: list[str], answers: int, min_answers: int = 50
) -> Drivers:
    """`measure_drivers`, or no drivers at all where nothing was rated or fewer than `min_answers` rated it all."""
    if not drivers or answers < max(min_answers, len(drivers) + 3):
        columns = ["driver", "lmg", "lmg_low", "lmg_high", "importance", "performance", "correlation", "coefficient"]
        empty = pd.DataFrame({c: pd.Series(dtype="float64") for c in [*columns, "relative_weight"]})
        return Drivers(empty.astype({"driver": "str"}), np.nan, np.nan, np.nan, answers)
    return measure_drivers(moments, target, drivers, answers)


def measure_drivers(
    moments: pd.DataFrame,
    target: str,
    drivers: list[str],
    answers: int | None = None,
    confidence: float = 0.95,
) -> Drivers:
    """Importance of each driver of `target`, from moments as `collect_moments` gives them.

    `moments`: bucket, left, right, value; repeated pairs are summed, so moments of several frames may be
    stacked, and names not asked for are ignored. `answers` is the number of complete rows, needed where rows
    are weighted (otherwise the sum of weights, rounded, stands for it).

    Intervals: delete-a-group jackknife for groups of unequal size (Busing, Meijer and van der Leeden 1999,
    "Delete-m Jackknife for Unequal m", Statistics and Computing 9), with Student's t on groups - 1 degrees of
    freedom (Kott 2001, "The Delete-a-Group Jackknife", J. Official Statistics 17), cut to [0, 1]. A bucket's
    size is its sum of weights; empty buckets are left out. Bounds are NaN with fewer than 10 buckets, or
    where without some bucket a driver would be constant or a combination of others. Near a share of 0 they
    are rough, as the shares cannot be negative.

    Raises InputError on none or more than 15 drivers, missing moments, rows too few for the drivers, a
    constant target or driver, and a driver that is a combination of others; all named.
    """
    _check_names(target, drivers)
    if not 0 < confidence < 1:
        raise InputError(f"confidence {confidence} is impossible", where="drivers", allowed="between 0 and 1")
    by_bucket = _stack_moments(moments, [ONE, *drivers, target])
    total = by_bucket.sum(axis=0)
    rows = round(float(total[0, 0])) if answers is None else answers
    # Without rows to spare beyond the constant and the slopes, R-squared is near 1 whatever the data.
    if rows < len(drivers) + 3 or total[0, 0] <= 0:
        raise InputError(
            f"{rows} complete answers are too few for {len(drivers)} drivers ({', '.join(drivers)})",
            where=target,
            allowed=f"{len(drivers) + 3} answers or more",
            mend="Use fewer drivers, or drop those that are often blank",
        )
    (correlations,), (flat,) = _correlate(total[None])
    _refuse_unusable(correlations, flat, target, drivers)
    among, with_target = correlations[:-1, :-1], correlations[:-1, -1]
    (lmg,) = _share_variance(correlations[None])
    r_squared = float(lmg.sum())
    half = _half_widths(by_bucket, np.append(lmg, r_squared), confidence)
    low = np.maximum(np.append(lmg, r_squared) - half, 0)
    high = np.minimum(np.append(lmg, r_squared) + half, 1)
    table = pd.DataFrame(
        {
            "driver": drivers,
            "lmg": lmg,
            "lmg_low": low[:-1],
            "lmg_high": high[:-1],
            "importance": lmg / r_squared if r_squared > 0 else np.nan,
            "performance": total[0, 1:-1] / total[0, 0],
            "correlation": with_target,
            "coefficient": np.linalg.solve(among, with_target),
            "relative_weight": _weigh_johnson(among, with_target),
        }
    )
    table = table.sort_values("lmg", ascending=False, kind="stable", ignore_index=True)
    return Drivers(table, r_squared, float(low[-1]), float(high[-1]), rows)


def _check_names(target: str, drivers: list[str]) -> None:
    if not 1 <= len(drivers) <= MAX_DRIVERS:
        raise InputError(f"{len(drivers)} drivers given", where="drivers", allowed=f"1 to {MAX_DRIVERS} drivers")
    seen = {ONE, target}
    for name in drivers:
        if name in seen:
            raise InputError(f"{name!r} cannot be a driver: the name is taken", where="drivers", allowed="names once")
        seen.add(name)


def _read_numbers(frame: pd.DataFrame, column: str) -> np.ndarray:
    if column not in frame:
        raise InputError(f"column {column!r} is missing", where="drivers", allowed=", ".join(map(str, frame.columns)))
    try:
        numbers = frame[column].to_numpy(dtype="float64", na_value=np.nan)
    except (TypeError, ValueError):
        raise InputError(f"column {column!r} has values that are not numbers", where="drivers") from None
    if np.isinf(numbers).any():
        raise InputError(f"column {column!r} has infinite values", where="drivers")
    return numbers


def _stack_moments(moments: pd.DataFrame, names: list[str]) -> np.ndarray:
    """Moments as symmetric matrices (buckets, names, names), buckets without rows left out."""
    if missing := [c for c in ("bucket", "left", "right", "value") if c not in moments]:
        raise InputError(f"column {missing[0]!r} is missing", where="moments", allowed="bucket, left, right, value")
    position = {name: i for i, name in enumerate(names)}
    wanted = moments[moments["left"].isin(names) & moments["right"].isin(names)]
    left, right = wanted["left"].map(position).to_numpy(int), wanted["right"].map(position).to_numpy(int)
    bucket, labels = pd.factorize(wanted["bucket"], use_na_sentinel=False)
    stacked = np.zeros((len(labels), len(names), len(names)))
    given = np.zeros(stacked.shape[1:], dtype=bool)
    np.add.at(stacked, (bucket, np.minimum(left, right), np.maximum(left, right)), wanted["value"].to_numpy(float))
    given[np.minimum(left, right), np.maximum(left, right)] = True
    for i, j in zip(*np.triu_indices(len(names)), strict=True):
        if not given[i, j] or not np.isfinite(stacked[:, i, j]).all():
            raise InputError(f"no usable sum for {names[i]!r} with {names[j]!r}", where="moments")
    stacked += np.triu(stacked, 1).transpose(0, 2, 1)
    return stacked[stacked[:, 0, 0] > 0]


def _correlate(moments: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Correlations (sets, names - 1, names - 1) and which names are constant (sets, names - 1); those
    correlate 0."""
    n = moments[:, 0, 0, None]
    means = moments[:, 0, 1:] / n
    squares = moments[:, 1:, 1:] / n[..., None]
    covariances = squares - means[:, :, None] * means[:, None, :]
    variances = np.diagonal(covariances, axis1=1, axis2=2)
    flat = variances <= _FLAT * np.diagonal(squares, axis1=1, axis2=2)
    scale = np.sqrt(np.where(flat, np.inf, variances))
    correlations = covariances / scale[:, :, None] / scale[:, None, :]
    diagonal = np.arange(means.shape[1])
    correlations[:, diagonal, diagonal] = 1.0
    return correlations, flat


def _refuse_unusable(correlations: np.ndarray, flat: np.ndarray, target: str, drivers: list[str]) -> None:
    """Raise on constant columns and on the first driver that those listed before it determine."""
    for name, is_flat in zip([*drivers, target], flat, strict=True):
        if is_flat:
            raise InputError(f"{name!r} has the same value in every answer", where="drivers", mend="Leave it out")
    for j, driver in enumerate(drivers):
        coefficients = np.linalg.solve(correlations[:j, :j], correlations[:j, j])
        if 1 - correlations[:j, j] @ coefficients > _TOLERANCE:
            continue
        others = [drivers[i] for i in np.flatnonzero(np.abs(coefficients) > 1e-4)]
        raise InputError(
            f"{driver!r} follows from {', '.join(map(repr, others))}: their shares cannot be told apart",
            where="drivers",
            mend="Leave one of them out",
        )


def _share_variance(correlations: np.ndarray) -> np.ndarray:
    """LMG shares (sets, drivers) from correlations (sets, drivers + 1, drivers + 1) with the target last."""
    k = correlations.shape[1] - 1
    subsets = np.arange(2**k)
    member = (subsets[:, None] >> np.arange(k)) & 1
    size = member.sum(axis=1, keepdims=True)
    # The Shapley weight of a set of s drivers joined by one more: s! (k - 1 - s)! / k!
    joining = np.array([*(1 / (k * comb(k - 1, s)) for s in range(k)), np.nan])  # none joins where all are in
    weights = np.where(member == 1, joining[size - 1], -joining[size])
    chunks = np.array_split(correlations, -(-len(correlations) // _CHUNK))
    return np.maximum(np.concatenate([(1 - _leave_variance(chunk)).T @ weights for chunk in chunks]), 0)


def _leave_variance(matrices: np.ndarray) -> np.ndarray:
    """The target's variance left by each of the 2^k models (2^k, sets); bit j of the row says driver j is in.

    Drivers are decided one after the other. Leaving one out drops its row and column, taking it in leaves the
    Schur complement; either way the matrices shrink by one as their number doubles, so all models together
    cost little more than the last doubling.
    """
    matrices = matrices[None]
    for _ in range(matrices.shape[-1] - 1):
        without, link, pivot = matrices[..., 1:, 1:], matrices[..., 0, 1:], matrices[..., 0, 0]
        within = without - link[..., :, None] * (link / pivot[..., None])[..., None, :]
        matrices = np.concatenate([without, within])
    return matrices[..., 0, 0]


def _weigh_johnson(among: np.ndarray, with_target: np.ndarray) -> np.ndarray:
    """Johnson's relative weights: shares of the nearest uncorrelated stand-ins, dealt back to the drivers."""
    values, vectors = np.linalg.eigh(among)
    loadings = (vectors * np.sqrt(values)) @ vectors.T
    return loadings**2 @ np.linalg.solve(loadings, with_target) ** 2


def _half_widths(by_bucket: np.ndarray, estimates: np.ndarray, confidence: float) -> np.ndarray:
    """Half the width of the interval of each driver's lmg and, last, of R-squared; NaN where there is
    none."""
    buckets = len(by_bucket)
    if buckets < MIN_BUCKETS:
        return np.full(len(estimates), np.nan)
    correlations, flat = _correlate(by_bucket.sum(axis=0) - by_bucket)
    if flat.any() or np.linalg.eigvalsh(correlations[:, :-1, :-1]).min() <= _TOLERANCE:
        return np.full(len(estimates), np.nan)
    shares = _share_variance(correlations)
    replicates = np.column_stack([shares, shares.sum(axis=1)])
    errors = _jackknife_errors(estimates, replicates, by_bucket[:, 0, 0])
    return special.stdtrit(buckets - 1, (1 + confidence) / 2) * errors


def _jackknife_errors(estimates: np.ndarray, replicates: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Standard errors (estimates,) from replicates (buckets, estimates), each without the bucket of that
    size.

    Busing et al. (1999): pseudo-values h * estimate - (h - 1) * replicate with h = n / size, their squared
    distance to the jackknife estimate weighted by 1 / (h - 1). With equal sizes, the usual (g - 1) / g * sum
    of squares.
    """
    h = (sizes.sum() / sizes)[:, None]
    pseudo = h * estimates - (h - 1) * replicates
    jackknifed = (pseudo / h).sum(axis=0)
    return np.sqrt(((pseudo - jackknifed) ** 2 / (h - 1)).mean(axis=0))
