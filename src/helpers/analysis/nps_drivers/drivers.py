"""What goes with a high score: each driver's share of the variance a linear model explains.

Up to twenty drivers the shares are LMG, exactly (`lmg`). Beyond, they are Owen's value, that is LMG of groups of like
drivers and within each of them (`owen`). Johnson's relative weights stand beside both, an independent check. Shares
describe association: a driver that explains much need not cause anything.

Everything rests on sums of products (`moments`), so rows stay in the engine. How sure shares and ranks are tells a
bootstrap (`intervals`), where to begin a comparison with how drivers are rated (`quadrants`).
"""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.nps_drivers import intervals, quadrants
from helpers.analysis.nps_drivers.lmg import MAX_EXACT, johnson_weights, shapley_shares
from helpers.analysis.nps_drivers.moments import Sums, check_names, describe, nearest_correlation, stack
from helpers.analysis.nps_drivers.moments import collect_moments as collect_moments
from helpers.analysis.nps_drivers.moments import collect_pairs as collect_pairs
from helpers.analysis.nps_drivers.owen import group_alike, group_to_share, owen_shares
from helpers.errors import InputError

MOSTLY_COMPLETE = 0.8  # of answers with any rating, from which the complete ones speak for all
EVEN_FEWER = 30  # answers that give both ratings of a pair; fewer tell nothing of a correlation

_TOLERANCE = 1e-8  # variance of a driver not explained by the others, below which it is their combination

_COLUMNS = [
    *("driver", "lmg", "lmg_low", "lmg_high", "rank_low", "rank_high", "importance", "importance_low"),
    *("importance_high", "johnson", "relative_weight", "performance", "performance_low", "performance_high"),
    *("performance_share", "scale_low", "scale_high", "quadrant", "quadrant_verdict", "group", "correlation"),
    *("coefficient", "answers"),
]
_TEXTS = ("driver", "quadrant", "quadrant_verdict", "group")


@dataclass(frozen=True)
class Drivers:
    """drivers: one row a driver, largest lmg first:

    driver; lmg (share of the target's variance, by `shares`), lmg_low, lmg_high; rank_low, rank_high (the ranks by lmg
    that it may have); importance (lmg / R-squared), importance_low, importance_high; johnson and relative_weight (the
    same: Johnson's weight); performance (mean rating, weighted if the moments are), performance_low, performance_high,
    performance_share (as a share of the scale), scale_low, scale_high (guessed from the answers given); quadrant and
    quadrant_verdict ("clear", "unclear"), see `quadrants`; group (the most important of the drivers like it, itself
    where there is none); correlation (with the target); coefficient (standardised); answers (that rate it).
    """

    drivers: pd.DataFrame
    r_squared: float  # share of the target's variance explained by all drivers together
    r_squared_low: float
    r_squared_high: float
    answers: int  # complete ones; in pairs, those with any rating
    rest_on: str = "complete"  # or "pairs"
    shares: str = "lmg"  # or "owen"
    p_value: float = 0.0  # of the F test that the drivers explain nothing
    asked: int = 0  # ratings that were to be drivers
    left_out: dict[str, str] = field(default_factory=dict)  # a rating that is none, and why: see `describe_coverage`


def usable_drivers(coverage: pd.DataFrame, min_coverage: float, min_answers: int) -> list[str]:
    """The ratings that enough customers gave, and not all alike, in the order they come.

    `coverage`: driver, answers, answered_share (0-1), distinct (values given).
    """
    enough = (coverage["answered_share"] >= min_coverage) & (coverage["answers"] >= min_answers)
    return coverage.loc[enough & (coverage["distinct"] > 1), "driver"].tolist()


def rest_on_pairs(rated: int, complete: int) -> bool:
    """Whether so many answers lack a rating that correlations should rest on pairs of ratings: `complete` answers
    give all ratings, `rated` any."""
    return complete < MOSTLY_COMPLETE * rated


def find_drivers(
    moments: pd.DataFrame,
    target: str,
    drivers: list[str],
    answers: int,
    min_answers: int = 50,
    coverage: pd.DataFrame | None = None,
) -> Drivers:
    """`measure_drivers` of all drivers that can be told apart, or of none where too few answers rate them.

    Left out, and named in `left_out`: what is constant; a copy of another, and what follows from several; in pairs
    also what too few rated together with the score or with another. No drivers are found where fewer than
    `min_answers` are there, or not three more than drivers.
    """
    if not drivers or answers < max(min_answers, len(drivers) + 3):
        return _none(answers, "pairs" if "left_sum" in moments else "complete", len(drivers))
    sums = stack(moments, [*drivers, target])
    if not len(sums.cells):
        return _none(0, "pairs" if sums.in_pairs else "complete", len(drivers))
    left_out = _set_aside(sums, [*drivers, target], answers, min_answers)
    kept = [driver for driver in drivers if driver not in left_out]
    if not kept or target in left_out:
        return _none(answers, "pairs" if sums.in_pairs else "complete", len(drivers), left_out)
    found = measure_drivers(moments, target, kept, answers, coverage=coverage)
    return replace(found, asked=len(drivers), left_out=left_out)


def measure_drivers(
    moments: pd.DataFrame,
    target: str,
    drivers: list[str],
    answers: int | None = None,
    confidence: float = 0.95,
    coverage: pd.DataFrame | None = None,
) -> Drivers:
    """Importance of each driver of `target`, from moments of complete answers or of pairs (`moments`).

    Repeated pairs are summed, so moments of several frames may be stacked, and names not asked for are ignored.
    `answers` is the number of rows, needed where they are weighted (otherwise the sum of weights, rounded, stands for
    it). `coverage` (driver, answers, lowest, highest) tells how many rate each driver and on what scale; without it
    all do, on one scale.

    Bounds are those of `intervals.resample`, cut to [0, 1]; NaN with fewer than 30 buckets, or where a tenth of the
    replicates could not be used. Raises InputError on no drivers, missing moments, rows too few for the drivers, a
    constant target or driver, and, of complete answers, on a driver that follows from others; all named.
    """
    check_names(target, drivers)
    if not 0 < confidence < 1:
        raise InputError(f"confidence {confidence} is impossible", where="drivers", allowed="between 0 and 1")
    sums = stack(moments, [*drivers, target])
    rows = round(float(sums.sizes.sum())) if answers is None else answers
    # Without rows to spare beyond the constant and the slopes, R-squared is near 1 whatever the data.
    if rows < len(drivers) + 3 or not len(sums.cells):
        raise InputError(
            f"{rows} complete answers are too few for {len(drivers)} drivers ({', '.join(drivers)})",
            where=target,
            allowed=f"{len(drivers) + 3} answers or more",
            mend="Use fewer drivers, or drop those that are often blank",
        )
    total = describe(sums.cells.sum(axis=0)[None], sums.in_pairs)
    correlations, means = total.correlations[0], total.means[0, :-1]
    _refuse_unusable(correlations, total.flat[0], target, drivers, sums.in_pairs)
    if sums.in_pairs:
        correlations = nearest_correlation(correlations)
    among, with_target = correlations[:-1, :-1], correlations[:-1, -1]
    exact = len(drivers) <= MAX_EXACT
    groups = group_alike(among) if exact else group_to_share(among)
    lmg = shapley_shares(correlations[None])[0] if exact else owen_shares(correlations, groups)
    drawn = intervals.resample(sums, lmg, means, None if exact else groups)
    johnson = johnson_weights(correlations[None])[0]
    table = pd.DataFrame({"driver": drivers, "lmg": lmg, "johnson": johnson, "relative_weight": johnson})
    low, high = intervals.bounds(drawn.shares, lmg, confidence)
    table["lmg_low"], table["lmg_high"] = np.maximum(low, 0), np.minimum(high, 1)
    table["rank_low"], table["rank_high"] = intervals.rank_bounds(drawn.shares, lmg, confidence)
    table["performance"] = means
    table["performance_low"], table["performance_high"] = intervals.bounds(drawn.means, means, confidence)
    table["correlation"], table["coefficient"] = with_target, np.linalg.solve(among, with_target)
    table["group"] = [drivers[max(np.flatnonzero(groups == g), key=lambda i: lmg[i])] for g in groups]
    table = _add_importance(_add_coverage(table, coverage, rows), drawn, confidence)
    r_squared, of_sum = float(lmg.sum()), drawn.shares.sum(axis=1, keepdims=True)
    (r_low,), (r_high,) = intervals.bounds(of_sum, np.array([r_squared]), confidence)
    return Drivers(
        table[_COLUMNS].sort_values("lmg", ascending=False, kind="stable", ignore_index=True),
        r_squared,
        float(np.maximum(r_low, 0)),
        float(np.minimum(r_high, 1)),
        rows,
        "pairs" if sums.in_pairs else "complete",
        "lmg" if exact else "owen",
        _test_all(r_squared, _rows_behind(sums, rows), len(drivers)),
        len(drivers),
    )


def describe_coverage(coverage: pd.DataFrame, found: Drivers, min_coverage: float, min_answers: int) -> pd.DataFrame:
    """`coverage` with used (whether it is a driver) and why_not: empty, "too few answers", "too small a share of
    answers", "all alike", "a copy of …", "follows from …" (others' names), "seldom rated together with …", "too few
    answers for so many ratings"."""
    used = coverage["driver"].isin(found.drivers["driver"])
    first = [
        (coverage["answers"] < min_answers, "too few answers"),
        (coverage["answered_share"] < min_coverage, "too small a share of answers"),
        (coverage["distinct"] < 2, "all alike"),
    ]
    why = coverage["driver"].map(found.left_out).fillna("too few answers for so many ratings").astype(object)
    for holds, reason in reversed(first):
        why = why.mask(holds, reason)
    return coverage.assign(used=used, why_not=why.mask(used, "").astype("str"))


def _rows_behind(sums: Sums, rows: int) -> float:
    """Answers behind a correlation: all, or in pairs the mean over drivers of those that rate them and the target."""
    if not sums.in_pairs:
        return rows
    weight = sums.cells.sum(axis=0)[0]
    return float(rows * weight[-1, :-1].mean() / np.diagonal(weight).max())


def _test_all(r_squared: float, rows: float, k: int) -> float:
    """Probability of as high an R-squared where no driver goes with the target (F test of the regression)."""
    free = rows - k - 1
    if free <= 0 or r_squared >= 1:
        return 1.0 if free <= 0 else 0.0
    return float(special.fdtrc(k, free, r_squared / k / ((1 - r_squared) / free)))


def _none(answers: int, rest_on: str, asked: int, left_out: dict[str, str] | None = None) -> Drivers:
    empty = pd.DataFrame({c: pd.Series(dtype="str" if c in _TEXTS else "float64") for c in _COLUMNS})
    return Drivers(empty, np.nan, np.nan, np.nan, answers, rest_on, asked=asked, left_out=left_out or {})


def _add_coverage(table: pd.DataFrame, coverage: pd.DataFrame | None, rows: int) -> pd.DataFrame:
    """With answers and performance_share: the mean as a share of the way from the worst mark to the best."""
    if coverage is None:
        return table.assign(answers=float(rows), scale_low=0.0, scale_high=1.0, performance_share=table["performance"])
    scales = quadrants.guess_scales(coverage[coverage["driver"].isin(table["driver"])])
    known = table.merge(scales[["driver", "answers", "scale_low", "scale_high"]], on="driver", how="left")
    width = (known["scale_high"] - known["scale_low"]).where(lambda w: w > 0, 1.0)
    return known.assign(
        answers=known["answers"].astype(float), performance_share=(known["performance"] - known["scale_low"]) / width
    )


def _add_importance(table: pd.DataFrame, drawn: intervals.Replicates, confidence: float) -> pd.DataFrame:
    """With importance, its bounds and the quadrant; blank where the drivers explain nothing at all."""
    total = table["lmg"].sum()
    if not total > 0:
        blank = dict.fromkeys(("importance", "importance_low", "importance_high"), np.nan)
        return table.assign(**blank, quadrant="", quadrant_verdict=quadrants.UNCLEAR)
    importance = (table["lmg"] / total).to_numpy()
    shares = np.maximum(drawn.shares, 0)
    shares = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-12)
    start, width = table["scale_low"].to_numpy(), (table["scale_high"] - table["scale_low"]).to_numpy()
    rated = (drawn.means - start) / np.where(width > 0, width, 1.0)
    names, verdicts = quadrants.place(importance, table["performance_share"].to_numpy(), (shares, rated))
    low, high = intervals.bounds(shares, importance, confidence)
    return table.assign(
        importance=importance, importance_low=low, importance_high=high, quadrant=names, quadrant_verdict=verdicts
    )


def _set_aside(sums: Sums, names: list[str], answers: int, min_answers: int) -> dict[str, str]:
    """Names (the target last) that cannot be told apart from others or are constant, and why."""
    total = sums.cells.sum(axis=0)
    found = describe(total[None], sums.in_pairs)
    correlations, flat = found.correlations[0], found.flat[0]
    out = {name: "all alike" for name, is_flat in zip(names, flat, strict=True) if is_flat}
    if sums.in_pairs:
        out |= _seldom_together(total[0], names, out, answers, min_answers)
    kept: list[int] = []
    for j, name in enumerate(names[:-1]):
        if name in out:
            continue
        others = _follows_from(correlations, kept, j, sums.in_pairs)
        if others:
            quoted = [f'"{names[i]}"' for i in others]
            out[name] = f"a copy of {quoted[0]}" if len(others) == 1 else f"follows from {', '.join(quoted)}"
        else:
            kept.append(j)
    return out


def _follows_from(correlations: np.ndarray, kept: list[int], j: int, in_pairs: bool) -> list[int]:
    """Those of `kept` of which driver j is a copy or a combination; empty where it is none."""
    copies = [i for i in kept if 1 - correlations[i, j] ** 2 <= _TOLERANCE]
    if copies or in_pairs or not kept:  # of pairs, only a copy shows without doubt
        return copies[:1]
    coefficients = np.linalg.solve(correlations[np.ix_(kept, kept)], correlations[kept, j])
    if 1 - correlations[kept, j] @ coefficients > _TOLERANCE:
        return []
    return [i for i, weight in zip(kept, coefficients, strict=True) if abs(weight) > 1e-4]


def _seldom_together(
    weight: np.ndarray, names: list[str], out: dict[str, str], answers: int, min_answers: int
) -> dict[str, str]:
    """Drivers that too few rate together with the target or with another: of each such pair, the one that has more of
    them or was rated less, until none is left."""
    counts = weight * answers / np.diagonal(weight).max()
    enough = min(EVEN_FEWER, min_answers)
    left = [i for i, name in enumerate(names) if name not in out]
    seldom: dict[str, str] = {}
    while len(left) > 1:
        together = counts[np.ix_(left, left)]
        short = together < enough
        np.fill_diagonal(short, False)
        if not short.any():
            break
        worst = max(range(len(left) - 1), key=lambda i: (short[i, -1], short[i].sum(), -together[i, i]))
        other = left[int(np.flatnonzero(short[worst])[-1])]
        seldom[names[left[worst]]] = f'seldom rated together with "{names[other]}"'
        left.pop(worst)
    return seldom


def _refuse_unusable(
    correlations: np.ndarray, flat: np.ndarray, target: str, drivers: list[str], in_pairs: bool
) -> None:
    """Raise on constant columns and on the first driver that those listed before it determine."""
    for name, is_flat in zip([*drivers, target], flat, strict=True):
        if is_flat:
            raise InputError(f"{name!r} has the same value in every answer", where="drivers", mend="Leave it out")
    for j, driver in enumerate(drivers):
        others = _follows_from(correlations, list(range(j)), j, in_pairs)
        if others:
            raise InputError(
                f"{driver!r} follows from {', '.join(repr(drivers[i]) for i in others)}: "
                "their shares cannot be told apart",
                where="drivers",
                mend="Leave one of them out",
            )
