"""Sums of products of ratings, the correlations that follow from them, and their repair where they contradict.

All that drivers need is in such sums, so rows can stay in the engine, and sums of parts add up. There are two kinds:

- of complete answers: bucket, left, right, value, the sum of weight * left * right over the rows of the bucket that
  give the target and every driver, for every unordered pair out of ["1", target, *drivers];
- of pairs: bucket, left, right, weight, left_sum, left_square, value, all over the rows that give both left and
  right, for every ordered pair out of [target, *drivers], a name with itself too. Each correlation then rests on
  all the answers that there are for it, as in R's cor(use = "pairwise.complete.obs") or pandas' DataFrame.corr.

Correlations of pairs need not fit together: a matrix with a negative eigenvalue belongs to no data. The nearest one
that does takes its place (Higham 2002, "Computing the Nearest Correlation Matrix", IMA J. Numerical Analysis 22(3)).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import InputError

ONE = "1"  # stands for the constant in moments, so ("1", x) is the sum of x
PAIR_SUMS = ["weight", "left_sum", "left_square", "value"]
SMALLEST = 1e-4  # eigenvalue that a repaired matrix keeps, so that its inverse is of use

_FLAT = 1e-12  # variance against mean square below which a column is constant but for rounding


@dataclass(frozen=True)
class Sums:
    """Moments as arrays: `cells` (buckets, ...), of complete answers (names + 1, names + 1) with the constant first, of
    pairs (4, names, names) in the order of PAIR_SUMS, left in rows. Buckets without rows are left out."""

    cells: np.ndarray
    in_pairs: bool

    @property
    def sizes(self) -> np.ndarray:
        """(buckets,): the sum of weights of each bucket; of pairs, that of the name given most."""
        if self.in_pairs:
            return np.diagonal(self.cells[:, 0], axis1=1, axis2=2).max(axis=1)
        return self.cells[:, 0, 0]


@dataclass(frozen=True)
class Moments:
    """What sums come to, by set of sums: correlations (sets, names, names), where those of a constant name are 0; means
    (sets, names); flat (sets, names), whether a name is constant."""

    correlations: np.ndarray
    means: np.ndarray
    flat: np.ndarray


def collect_moments(
    frame: pd.DataFrame, target: str, drivers: list[str], weight: str | None = None, buckets: int = 1
) -> pd.DataFrame:
    """Sums of products of the complete rows of `frame`, in random buckets of equal size (within one row).

    Returns bucket (0 to buckets - 1), left, right, value, see above. A row counts if target, drivers and weight are all
    there. Rows are dealt to buckets by a fixed shuffle, because an export is often sorted, and buckets dealt in order
    would then be too alike and make intervals too short. Raises InputError on a missing or non-numeric column, an
    infinite value or a negative weight.
    """
    values, weights = _read_rows(frame, target, drivers, weight, buckets)
    complete = ~np.isnan(values).any(axis=1)
    values, weights = values[complete], weights[complete]
    shuffled = np.random.default_rng(0).permutation(len(values))
    names = [ONE, target, *drivers]
    values = np.column_stack([np.ones(len(values)), values])
    upper = np.triu_indices(len(names))
    parts = []
    for bucket in range(buckets):
        rows = shuffled[bucket::buckets]
        parts.append(((values[rows] * weights[rows, None]).T @ values[rows])[upper])
    pairs = [(names[i], names[j]) for i, j in zip(*upper, strict=True)]
    return pd.DataFrame(_labelled(pairs, buckets) | {"value": np.concatenate(parts)})


def collect_pairs(
    frame: pd.DataFrame, target: str, drivers: list[str], weight: str | None = None, buckets: int = 1
) -> pd.DataFrame:
    """Sums of pairs of `frame`, dealt to buckets as `collect_moments` does; a row without the target counts for
    nothing.

    Returns bucket, left, right, weight, left_sum, left_square, value, see above; raises InputError likewise.
    """
    values, weights = _read_rows(frame, target, drivers, weight, buckets)
    asked = ~np.isnan(values[:, 0])
    values, weights = values[asked], weights[asked]
    shuffled = np.random.default_rng(0).permutation(len(values))
    names = [target, *drivers]
    given = (~np.isnan(values)).astype(float)
    zeros = np.nan_to_num(values)
    parts = []
    for bucket in range(buckets):
        rows = shuffled[bucket::buckets]
        w, x, d = weights[rows, None], zeros[rows], given[rows]
        parts.append(np.stack([(w * d).T @ d, (w * x).T @ d, (w * x * x).T @ d, (w * x).T @ x], axis=-1).reshape(-1, 4))
    pairs = [(left, right) for left in names for right in names]
    sums = np.concatenate(parts)
    return pd.DataFrame(_labelled(pairs, buckets) | {name: sums[:, i] for i, name in enumerate(PAIR_SUMS)})


def stack(moments: pd.DataFrame, names: list[str]) -> Sums:
    """Moments of either kind as arrays, in the order of `names`; InputError where one is missing or not a number."""
    in_pairs = "left_sum" in moments
    values = PAIR_SUMS if in_pairs else ["value"]
    if missing := [c for c in ("bucket", "left", "right", *values) if c not in moments]:
        allowed = ", ".join(["bucket", "left", "right", *values])
        raise InputError(f"column {missing[0]!r} is missing", where="moments", allowed=allowed)
    names = names if in_pairs else [ONE, *names]
    place = pd.Index(names)
    left, right = place.get_indexer(pd.Index(moments["left"])), place.get_indexer(pd.Index(moments["right"]))
    wanted = (left >= 0) & (right >= 0)
    left, right = left[wanted], right[wanted]
    bucket, labels = pd.factorize(moments.loc[wanted, "bucket"], use_na_sentinel=False)
    cells = np.zeros((len(labels), len(values), len(names), len(names)))
    if not in_pairs:
        left, right = np.minimum(left, right), np.maximum(left, right)
    for number, column in enumerate(values):
        np.add.at(cells[:, number], (bucket, left, right), moments.loc[wanted, column].to_numpy(float))
    given = np.zeros((len(names), len(names)), dtype=bool)
    given[left, right] = True
    unusable = ~given | ~np.isfinite(cells).all(axis=(0, 1))
    for i, j in zip(*np.triu_indices(len(names)), strict=True):
        if unusable[i, j] or (in_pairs and unusable[j, i]):
            raise InputError(f"no usable sum for {names[i]!r} with {names[j]!r}", where="moments")
    if not in_pairs:
        cells = cells[:, 0]
        cells += np.triu(cells, 1).transpose(0, 2, 1)
    sums = Sums(cells, in_pairs)
    return Sums(cells[sums.sizes > 0], in_pairs)


def describe(cells: np.ndarray, in_pairs: bool) -> Moments:
    """Correlations and means from cells (sets, ...) as in `Sums`."""
    if in_pairs:
        return _describe_pairs(cells)
    n = cells[:, 0, 0, None]
    means = cells[:, 0, 1:] / n
    squares = cells[:, 1:, 1:] / n[..., None]
    covariances = squares - means[:, :, None] * means[:, None, :]
    variances = np.diagonal(covariances, axis1=1, axis2=2)
    flat = variances <= _FLAT * np.diagonal(squares, axis1=1, axis2=2)
    scale = np.sqrt(np.where(flat, np.inf, variances))
    return Moments(_with_ones(covariances / scale[:, :, None] / scale[:, None, :]), means, flat)


def _describe_pairs(cells: np.ndarray) -> Moments:
    weight = np.where(cells[:, 0] > 0, cells[:, 0], np.inf)
    means, squares, products = cells[:, 1] / weight, cells[:, 2] / weight, cells[:, 3] / weight
    variances = squares - means**2
    flat = variances <= _FLAT * squares  # in this pair; nothing is known of what does not vary there
    scale = np.sqrt(np.where(flat, np.inf, variances))
    correlations = (products - means * means.transpose(0, 2, 1)) / scale / scale.transpose(0, 2, 1)
    of_itself = {"axis1": 1, "axis2": 2}
    return Moments(_with_ones(correlations), np.diagonal(means, **of_itself), np.diagonal(flat, **of_itself))


def _with_ones(correlations: np.ndarray) -> np.ndarray:
    diagonal = np.arange(correlations.shape[1])
    correlations[:, diagonal, diagonal] = 1.0
    return correlations


def nearest_correlation(matrix: np.ndarray, smallest: float = SMALLEST, rounds: int = 500) -> np.ndarray:
    """The correlation matrix nearest to `matrix` (Frobenius norm) whose eigenvalues are `smallest` or more.

    Higham (2002): alternating projections onto the matrices with such eigenvalues and those with a diagonal of ones,
    with Dykstra's correction for the first. `matrix` itself where it is one already.
    """
    if np.linalg.eigvalsh(matrix)[0] >= smallest:
        return matrix
    found, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(rounds):
        before, shifted = found, found - correction
        values, vectors = np.linalg.eigh(shifted)
        projected = (vectors * np.maximum(values, smallest)) @ vectors.T
        correction, found = projected - shifted, projected.copy()
        np.fill_diagonal(found, 1.0)
        if np.abs(found - before).max() < 1e-10:
            break
    return clip_correlations(found[None], smallest)[0]


def clip_correlations(matrices: np.ndarray, smallest: float = SMALLEST) -> np.ndarray:
    """Each matrix (sets, names, names) with eigenvalues below `smallest` raised to it and ones on the diagonal again:
    not the nearest, but near, and quick for the many of a bootstrap."""
    values, vectors = np.linalg.eigh(matrices)
    low = values[:, 0] < smallest * (1 - 1e-6)
    if not low.any():
        return matrices
    raised = (vectors[low] * np.maximum(values[low], smallest)[:, None, :]) @ vectors[low].transpose(0, 2, 1)
    scale = np.sqrt(np.diagonal(raised, axis1=1, axis2=2))
    clipped = matrices.copy()
    clipped[low] = _with_ones(raised / scale[:, :, None] / scale[:, None, :])
    return clipped


def _read_rows(
    frame: pd.DataFrame, target: str, drivers: list[str], weight: str | None, buckets: int
) -> tuple[np.ndarray, np.ndarray]:
    """Values (rows, 1 + drivers) with the target first, and weights (rows,), of the rows that have a weight."""
    check_names(target, drivers)
    if buckets < 1:
        raise InputError(f"{buckets} buckets asked for", where="drivers", allowed="1 or more")
    values = np.column_stack([_read_numbers(frame, column) for column in [target, *drivers]])
    weights = _read_numbers(frame, weight) if weight else np.ones(len(values))
    if (weights < 0).any():
        raise InputError("some weights are negative", where=str(weight), allowed="0 or more")
    known = ~np.isnan(weights)
    return values[known], weights[known]


def check_names(target: str, drivers: list[str]) -> None:
    """InputError on no driver at all, and on a name used twice."""
    if not drivers:
        raise InputError("0 drivers given", where="drivers", allowed="1 driver or more")
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


def _labelled(pairs: list[tuple[str, str]], buckets: int) -> dict[str, object]:
    return {
        "bucket": np.repeat(np.arange(buckets), len(pairs)),
        "left": [left for left, _ in pairs] * buckets,
        "right": [right for _, right in pairs] * buckets,
    }
