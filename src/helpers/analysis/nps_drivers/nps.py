"""Net Promoter Score of one or many groups of answers, each with its 95% interval.

Promoters answer 9-10, passives 7-8, detractors 0-6 on the 0-10 scale; the score is the share of promoters
less the share of detractors. Interval: adjusted Wald, which adds 3/4 to promoters and to detractors and 3 to
n (Rocks 2016, "Interval Estimation for the Net Promoter Score", The American Statistician 70(4)). It keeps
its promised coverage where the plain Wald interval falls short: few answers, or nearly all of one kind.

Scores are shares in [-1, 1], except in columns named nps*, which hold points in [-100, 100].
"""

from dataclasses import dataclass
from typing import overload

import numpy as np
import pandas as pd
from scipy import stats

from helpers.errors import InputError

Z_95 = 1.959963984540054  # the normal quantile that leaves 2.5% above it

COUNTS = ["promoters", "passives", "detractors"]
WEIGHTS = ["weight_promoters", "weight_passives", "weight_detractors", "weight_squares"]


@dataclass(frozen=True)
class Nps:
    score: float  # promoters - detractors, as a share of n
    low: float  # 95% interval, same unit
    high: float
    n: int  # answers counted; blanks are not


@dataclass(frozen=True)
class NpsDifference:
    difference: float  # first group's score less the second's, as a share, in [-2, 2]
    low: float  # 95% interval, same unit
    high: float


@dataclass(frozen=True)
class NpsGroups:
    """by_group has one row per grouping and group, in the order given: grouping, group, answers, promoters,
    passives, detractors, nps, nps_low, nps_high, nps_weighted, nps_weighted_low, nps_weighted_high (points,
    NaN where there is no answer; the weighted ones also NaN without weights)."""

    by_group: pd.DataFrame


def score_nps(answers: pd.Series) -> Nps:
    """Score one group of 0-10 answers; blanks are left out.

    Raises InputError where no answer is left, or where one is not a whole number from 0 to 10.
    """
    given = answers.dropna()
    numbers = pd.to_numeric(given, errors="coerce").astype("float64")
    wrong = given[~numbers.isin(range(11))]
    if len(wrong):
        raise InputError(
            f"{len(wrong)} of {len(given)} answers cannot be scored, the first is {wrong.tolist()[0]!r}",
            where=str(answers.name or "answers"),
            allowed="whole numbers from 0 to 10",
            mend="List codes such as 11 or 99 for 'no answer' under `missing`",
        )
    promoters, detractors = int((numbers >= 9).sum()), int((numbers <= 6).sum())
    return score_counts(promoters, len(numbers) - promoters - detractors, detractors)


def score_counts(promoters: int, passives: int, detractors: int) -> Nps:
    """Score one group from its three counts; raises InputError on a negative count or no answer at all."""
    n = promoters + passives + detractors
    if min(promoters, passives, detractors) < 0 or n == 0:
        raise InputError(
            f"no score from {promoters} promoters, {passives} passives and {detractors} detractors",
            where="NPS",
            allowed="counts of 0 or more, with at least one answer",
        )
    (low,), (high,) = _interval(np.array([promoters / n]), np.array([detractors / n]), np.array([n]))
    return Nps((promoters - detractors) / n, float(low), float(high), int(n))


@overload
def standard_error(promoters: float, passives: float, detractors: float) -> float: ...
@overload
def standard_error(promoters: np.ndarray, passives: np.ndarray, detractors: np.ndarray) -> np.ndarray: ...
def standard_error(
    promoters: float | np.ndarray, passives: float | np.ndarray, detractors: float | np.ndarray
) -> float | np.ndarray:
    """Standard error of the score as a share: each answer is +1, 0 or -1 and this is the error of their mean.

    200 promoters, 120 passives and 80 detractors give 0.03905.
    """
    n = promoters + passives + detractors
    score = (promoters - detractors) / n
    return np.sqrt(((promoters + detractors) / n - score**2) / n)


def score_groups(counts: pd.DataFrame) -> NpsGroups:
    """Score many groups at once, from counts made in the engine.

    `counts` has one row per group: grouping (the attribute, "all" for the whole sample), group, promoters,
    passives, detractors; with survey weights also weight_promoters, weight_passives, weight_detractors (sums
    of w) and weight_squares (sum of w^2 in the group). The weighted interval rests on Kish's effective number
    of answers, (sum of w)^2 / (sum of w^2) (Kish 1965, "Survey Sampling"). A group without answers keeps its
    row, scored NaN. Raises InputError on missing columns and on negative or blank numbers.
    """
    weights_given = [c for c in WEIGHTS if c in counts]
    needed = ["grouping", "group", *COUNTS, *(WEIGHTS if weights_given else [])]
    if missing := [c for c in needed if c not in counts]:
        raise InputError(f"column {missing[0]!r} is missing", where="NPS counts", allowed=", ".join(needed))
    numbers = counts[needed[2:]].astype("float64")
    if (bad := ~(numbers >= 0).all()).any():
        raise InputError(
            f"column {bad.idxmax()!r} has blank or negative numbers", where="NPS counts", allowed="0 or more"
        )
    answers = numbers[COUNTS].sum(axis=1).to_numpy()
    by_group = counts[["grouping", "group"]].reset_index(drop=True)
    by_group["answers"] = answers.astype("int64")
    for column in COUNTS:
        by_group[column] = numbers[column].to_numpy().astype("int64")
    by_group = by_group.assign(**_points("nps", numbers[COUNTS].to_numpy(), answers))
    if weights_given:
        weights = numbers[WEIGHTS[:3]].to_numpy()
        squares = numbers["weight_squares"].to_numpy()
        effective = _divide(weights.sum(axis=1) ** 2, squares)
    else:
        weights, effective = np.zeros((len(counts), len(COUNTS))), np.zeros(len(counts))
    return NpsGroups(by_group.assign(**_points("nps_weighted", weights, effective)))


def whole_sample(groups: NpsGroups) -> Nps:
    """The score of all answers together."""
    (row,) = groups.by_group.query("grouping == 'all'").to_dict("records")
    return score_counts(int(row["promoters"]), int(row["passives"]), int(row["detractors"]))


def compare_groups(a: Nps, b: Nps) -> NpsDifference:
    """How far `a` scores above `b`, for two separate groups of people.

    The adjusted Wald variances of the two groups add, and the interval is centred on the difference of the
    adjusted scores. Not for two answers of the same people, whose errors do not simply add.
    """
    (centre_a, half_a), (centre_b, half_b) = _adjusted(a), _adjusted(b)
    difference, centre, half = a.score - b.score, centre_a - centre_b, float(np.hypot(half_a, half_b))
    low, high = min(centre - half, difference), max(centre + half, difference)
    return NpsDifference(difference, max(low, -2.0), min(high, 2.0))


def compare_counts(a: np.ndarray, b: np.ndarray, confidence: float = 0.95) -> tuple[np.ndarray, ...]:
    """How far the groups in `a` score above those in `b`, row by row: difference, low, high, as shares in [-2, 2], and
    the two-sided p of no difference.

    `a` and `b` hold promoters, passives and detractors, (groups, 3). The interval is that of `compare_groups` at any
    `confidence`, and p comes from the same adjusted scores and variances, so that one below 1 - confidence goes with an
    interval beside zero. NaN where a group has no answer.
    """
    (score_a, centre_a, variance_a), (score_b, centre_b, variance_b) = _adjusted_counts(a), _adjusted_counts(b)
    difference, centre, error = score_a - score_b, centre_a - centre_b, np.sqrt(variance_a + variance_b)
    half = stats.norm.isf((1 - confidence) / 2) * error
    low, high = np.minimum(centre - half, difference), np.maximum(centre + half, difference)
    return difference, np.maximum(low, -2), np.minimum(high, 2), 2 * stats.norm.sf(np.abs(centre) / error)


def _adjusted_counts(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Score, adjusted score and its variance of each row of promoters, passives and detractors."""
    counts = np.asarray(counts, dtype="float64").reshape(-1, 3)
    n = counts.sum(axis=1)
    up, down = counts[:, 0] + 0.75, counts[:, 2] + 0.75
    n = np.where(n > 0, n, np.nan)
    variance = standard_error(up, n + 3 - up - down, down) ** 2
    return (counts[:, 0] - counts[:, 2]) / n, (up - down) / (n + 3), variance


def _adjusted(nps: Nps) -> tuple[float, float]:
    """Adjusted score and half the width of its interval, read back from the result.

    The bound on the side of zero is never cut at -1 or 1 (the half-width is at most 0.735), so it gives the
    width.
    """
    centre = nps.score * nps.n / (nps.n + 3)
    return centre, centre - nps.low if nps.score >= 0 else nps.high - centre


def _interval(promoters: np.ndarray, detractors: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Adjusted Wald bounds from shares of promoters and detractors and (effective) answers n, arrays of one
    length."""
    up, down = promoters * n + 0.75, detractors * n + 0.75
    centre = (up - down) / (n + 3)
    half = Z_95 * standard_error(up, n + 3 - up - down, down)
    score = promoters - detractors
    # A single answer's adjusted interval stops just short of its own score: the interval is widened to hold
    # it.
    return np.maximum(np.minimum(centre - half, score), -1), np.minimum(np.maximum(centre + half, score), 1)


def _points(name: str, parts: np.ndarray, n: np.ndarray) -> dict[str, np.ndarray]:
    """Columns name, name_low, name_high in points, from parts (groups, 3) and (effective) answers n."""
    total = parts.sum(axis=1)
    promoters, detractors = _divide(parts[:, 0], total), _divide(parts[:, 2], total)
    low, high = _interval(promoters, detractors, n)
    return {name: 100 * (promoters - detractors), f"{name}_low": 100 * low, f"{name}_high": 100 * high}


def _divide(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
