"""The client's score beside published scores of competitors, each with what is known of how it was made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan, nan, sqrt
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from helpers.errors import InputError

OLD_YEARS = 2
OURS_SCALE = "0-10"
_Z = float(stats.norm.ppf(0.975))
GIVEN = ["name", "nps", "source", "date", "day", "answers", "scale", "method"]


@dataclass(frozen=True)
class Benchmarks:
    """scores: one row a competitor, as declared: name, nps, nps_low, nps_high (NaN without `answers`), source, date,
    day, answers, scale, method, is_old, verdict (above, below or unclear: the client's score against it; "" where the
    two cannot be compared), why_not (what is in the way), difference (ours less theirs), difference_low,
    difference_high"""

    scores: pd.DataFrame
    ours: float  # points
    ours_low: float
    ours_high: float
    answers: int
    waves: tuple[str, ...]
    scale: str

    @property
    def compared(self) -> pd.DataFrame:
        return self.scores[self.scores["verdict"] != ""]


def compare_scores(
    given: pd.DataFrame,
    ours: tuple[float, float, float],
    answers: int,
    as_of: date,
    *,
    waves: Sequence[str] = (),
    scale: str = OURS_SCALE,
) -> Benchmarks:
    """Set competitors' scores beside ours, which is score, low and high in points.

    `given`: GIVEN, nps in points, date as written and day the last it may mean, answers NaN and scale and method ""
    where not stated. A score is compared only where method and number of answers are stated, the scale is ours, and it
    is not over two years old: all else is shown and not ranked. Its interval is the widest that the score allows, with
    nobody passive: the variance of an answer is then 1 - score^2, and three answers are added as for the adjusted Wald
    (Rocks 2016).

    Raises InputError on a score outside -100 to 100.
    """
    if not given["nps"].between(-100, 100).all():
        raise InputError("a score is outside its range", where="benchmarks", allowed="-100 to 100")
    rows = [_compare(row, ours, as_of, scale) for row in given.to_dict("records")]
    return Benchmarks(pd.DataFrame(rows, columns=_RESULT), *ours, answers, tuple(waves), scale)


_RESULT = [
    *("name", "nps", "nps_low", "nps_high", "source", "date", "day", "answers", "scale", "method", "is_old"),
    *("verdict", "why_not", "difference", "difference_low", "difference_high"),
]


def _compare(row: dict[Any, Any], ours: tuple[float, float, float], as_of: date, scale: str) -> dict[str, object]:
    theirs, n = float(row["nps"]), float(row["answers"])
    low, high = widest_interval(theirs, n)
    day = pd.Timestamp(row["day"])
    is_old = day < pd.Timestamp(as_of) - pd.DateOffset(years=OLD_YEARS)
    hindered = {
        "method not stated": not row["method"],
        "answers not stated": isnan(n),
        "another scale": bool(row["scale"]) and row["scale"] != scale,
        "over two years old": is_old,
        "our own interval not known": isnan(ours[1]),
    }
    why_not = "; ".join(why for why, holds in hindered.items() if holds)
    difference = ours[0] - theirs
    # The two surveys are apart, so the squares of the half-widths add; each on the side that faces the other.
    below = float(np.hypot(ours[0] - ours[1], high - theirs))
    above = float(np.hypot(ours[2] - ours[0], theirs - low))
    sides = (difference - below, difference + above)
    verdict = "" if why_not else "above" if round(sides[0]) > 0 else "below" if round(sides[1]) < 0 else "unclear"
    return {
        "name": row["name"],
        "nps": theirs,
        "nps_low": low,
        "nps_high": high,
        "source": row["source"],
        "date": row["date"],
        "day": day,
        "answers": n,
        "scale": row["scale"],
        "method": row["method"],
        "is_old": is_old,
        "verdict": verdict,
        "why_not": why_not,
        "difference": difference,
        "difference_low": sides[0],
        "difference_high": sides[1],
    }


def widest_interval(score: float, n: float) -> tuple[float, float]:
    """The widest 95% interval of a published score, in points, from its number of answers; NaN where that is not
    known."""
    if not n >= 1:
        return nan, nan
    share = score / 100
    centre = share * n / (n + 3)
    # Three added answers, half of them on either side.
    half = _Z * sqrt((1 - centre**2) / (n + 3))
    return 100 * max(min(centre - half, share), -1.0), 100 * min(max(centre + half, share), 1.0)
