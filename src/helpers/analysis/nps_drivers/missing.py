"""How much it matters what is done about ratings that were not given.

Three ways: only answers that give everything (complete); each correlation from the answers that give both ratings
(pairs); and every blank filled in several times over (imputed). The page reports the first where little is lost, else
the second (`drivers.rest_on_pairs`). Neither invents a rating: who never parked has no opinion of the car park, so
"not applicable" is not filled in but for this comparison.

Filling in: multivariate imputation by chained equations, each rating from all others and the score by Bayesian linear
regression (method "norm" of van Buuren and Groothuis-Oudshoorn 2011, "mice", J. Stat. Software 45(3)); IMPUTATIONS
sets, pooled by Rubin's rules (Rubin 1987, "Multiple Imputation for Nonresponse in Surveys").
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.nps_drivers import intervals
from helpers.analysis.nps_drivers.lmg import MAX_EXACT, shapley_shares
from helpers.analysis.nps_drivers.moments import collect_moments, collect_pairs, describe, nearest_correlation, stack
from helpers.analysis.nps_drivers.owen import group_to_share, owen_shares
from helpers.errors import InputError

COMPLETE, PAIRS, IMPUTED = "complete", "pairs", "imputed"
IMPUTATIONS = 10
BUCKETS, REPLICATES, ORDERS = 200, 300, 100  # of the bootstraps, one a way

_BURN_IN, _BETWEEN = 10, 2  # rounds through all ratings before the first set, and between sets
_RIDGE = 1e-5  # of each rating's own sum of squares, as mice has it


@dataclass(frozen=True)
class MissingWays:
    """ways: one row a method and driver: method (complete, pairs, imputed), answers it rests on, driver, lmg (or
    Owen's value beyond twenty drivers), lmg_low, lmg_high, rank. A method with too few answers has no rows; none has
    any where nothing is missing."""

    ways: pd.DataFrame
    answers: int  # looked at
    missing_share: float  # of the ratings that these answers might have given
    agree_on_first: bool  # the same driver comes first in every way
    most_ranks_moved: int  # by a driver, from one way to another
    moved: str  # the driver that moves most; empty where none does


def compare_ways(
    rows: pd.DataFrame, target: str, drivers: list[str], min_answers: int = 50, seed: int = 0
) -> MissingWays:
    """Shares of `drivers` by each way; `rows` (answers) has the target, the drivers and weight, blanks where not rated.

    Needs the target in every row. Raises InputError on a blank target or missing columns.
    """
    if rows[target].isna().any():
        raise InputError("some answers have no score", where=target, mend="Leave them out")
    blank = rows[drivers].isna()
    share = float(blank.to_numpy().mean()) if len(rows) and drivers else 0.0
    empty = pd.DataFrame(columns=["method", "answers", "driver", "lmg", "lmg_low", "lmg_high", "rank"])
    if not share > 0 or len(drivers) < 2 or len(rows) < max(min_answers, len(drivers) + 3):
        return MissingWays(empty, len(rows), share, True, 0, "")
    complete = int((~blank.any(axis=1)).sum())
    in_pairs = stack(collect_pairs(rows, target, drivers, "weight"), [*drivers, target])
    groups = _groups(nearest_correlation(describe(in_pairs.cells, True).correlations[0]))
    found = []
    if complete >= max(min_answers, len(drivers) + 3) and not _degenerate(rows[~blank.any(axis=1)], drivers):
        found.append((COMPLETE, complete, *_share(rows.dropna(subset=drivers), target, drivers, groups, False)))
    found.append((PAIRS, len(rows), *_share(rows, target, drivers, groups, True)))
    found.append((IMPUTED, len(rows), *_share_imputed(rows, target, drivers, groups, seed)))
    parts = [
        pd.DataFrame({"method": method, "answers": n, "driver": drivers, "lmg": lmg, "lmg_low": low, "lmg_high": high})
        for method, n, lmg, low, high in found
    ]
    ranks = [part["lmg"].rank(ascending=False, method="first").astype(int) for part in parts]
    spread = np.ptp(np.array(ranks), axis=0)
    most = int(spread.max())
    return MissingWays(
        pd.concat([part.assign(rank=rank) for part, rank in zip(parts, ranks, strict=True)], ignore_index=True),
        len(rows),
        share,
        len({int(rank.to_numpy().argmin()) for rank in ranks}) == 1,
        most,
        drivers[int(spread.argmax())] if most else "",
    )


def impute(values: np.ndarray, seed: int = 0, count: int = IMPUTATIONS) -> list[np.ndarray]:
    """`count` filled-in copies of `values` (rows, columns), whose blanks are NaN; a column without any is left as it
    is."""
    rng = np.random.default_rng(seed)
    blank = np.isnan(values)
    filled = values.copy()
    columns = [int(j) for j in np.argsort(blank.sum(axis=0), kind="stable") if blank[:, j].any()]
    for j in columns:
        filled[blank[:, j], j] = rng.choice(values[~blank[:, j], j], blank[:, j].sum())
    sets: list[np.ndarray] = []
    while len(sets) < count:
        for _ in range(_BETWEEN if sets else _BURN_IN):
            for j in columns:
                filled[blank[:, j], j] = _draw(filled, j, blank[:, j], rng)
        sets.append(filled.copy())
    return sets


def _draw(filled: np.ndarray, j: int, blank: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Column j where it is blank, drawn from its regression on all others where it is given."""
    others = np.delete(filled, j, axis=1)
    others = np.column_stack([np.ones(len(others)), others - others.mean(axis=0)])
    x, y = others[~blank], filled[~blank, j]
    squares = x.T @ x
    squares[np.diag_indices_from(squares)] *= 1 + _RIDGE
    slopes = np.linalg.solve(squares, x.T @ y)
    free = max(len(y) - x.shape[1], 1)
    spread = np.sqrt(((y - x @ slopes) ** 2).sum() / rng.chisquare(free))
    # The inverse's square root from the factor of the matrix itself: cov(solve(L.T, z)) = inverse(L L.T).
    slopes = slopes + spread * np.linalg.solve(np.linalg.cholesky(squares).T, rng.normal(size=x.shape[1]))
    return others[blank] @ slopes + spread * rng.normal(size=int(blank.sum()))


def pool(estimates: np.ndarray, within: np.ndarray, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Rubin's rules: the mean of estimates (sets, columns) and half the width of its interval (columns,).

    within: variance of an estimate within a set (columns,). Total variance: within + (1 + 1 / sets) times that between
    sets; Student's t with (sets - 1) (1 + within / ((1 + 1 / sets) between))^2 degrees of freedom.
    """
    sets = len(estimates)
    between = (1 + 1 / sets) * estimates.var(axis=0, ddof=1)
    free = (sets - 1) * (1 + within / np.maximum(between, 1e-9 * within + 1e-150)) ** 2
    quantile = special.stdtrit(np.minimum(free, 1e9), (1 + confidence) / 2)
    return estimates.mean(axis=0), quantile * np.sqrt(within + between)


def _groups(correlations: np.ndarray) -> np.ndarray | None:
    return None if len(correlations) - 1 <= MAX_EXACT else group_to_share(correlations[:-1, :-1])


def _shares(correlations: np.ndarray, groups: np.ndarray | None) -> np.ndarray:
    return shapley_shares(correlations[None])[0] if groups is None else owen_shares(correlations, groups)


def _degenerate(rows: pd.DataFrame, drivers: list[str]) -> bool:
    """Whether, in these rows, a driver is constant or follows from others."""
    spread = rows[drivers].std().to_numpy()
    return bool((spread <= 0).any()) or bool(np.linalg.eigvalsh(np.corrcoef(rows[drivers].to_numpy().T))[0] < 1e-8)


def _share(
    rows: pd.DataFrame, target: str, drivers: list[str], groups: np.ndarray | None, in_pairs: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """lmg, lmg_low and lmg_high (drivers,) of complete rows or in pairs."""
    collect = collect_pairs if in_pairs else collect_moments
    sums = stack(collect(rows, target, drivers, "weight", BUCKETS), [*drivers, target])
    total = describe(sums.cells.sum(axis=0)[None], in_pairs)
    correlations = nearest_correlation(total.correlations[0])
    lmg, means = _shares(correlations, groups), total.means[0, :-1]
    drawn = intervals.resample(sums, lmg, means, groups, replicates=REPLICATES, orders=ORDERS)
    low, high = intervals.bounds(drawn.shares, lmg, 0.95)
    return lmg, np.maximum(low, 0), high


def _share_imputed(
    rows: pd.DataFrame, target: str, drivers: list[str], groups: np.ndarray | None, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As `_share`, pooled over the filled-in sets; the variance within a set is that of the first."""
    weights, names = rows["weight"].to_numpy(float), [*drivers, target]
    estimates, within = [], np.zeros(len(drivers))
    for number, filled in enumerate(impute(rows[names].to_numpy(float), seed)):
        correlations = np.cov(filled.T, aweights=weights)
        scale = np.sqrt(np.diag(correlations))
        estimates.append(_shares(nearest_correlation(correlations / scale / scale[:, None]), groups))
        if not number:
            frame = pd.DataFrame(filled, columns=names).assign(weight=weights)
            sums = stack(collect_moments(frame, target, drivers, "weight", BUCKETS), names)
            means = np.average(filled[:, :-1], axis=0, weights=weights)
            drawn = intervals.resample(sums, estimates[0], means, groups, replicates=REPLICATES, orders=ORDERS)
            within = drawn.shares.var(axis=0) if len(drawn.shares) else within * np.nan
    lmg, half = pool(np.array(estimates), within)
    return lmg, np.maximum(lmg - half, 0), lmg + half
