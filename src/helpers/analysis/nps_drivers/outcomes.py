"""Which ratings are outcomes and which may be drivers, and how the outcomes stand beside the score.

Satisfaction, intention, effort and the score in other words are results of what a customer lived through, as the score
is: explaining one by the other says nothing. They are told apart by what the parameter file declares, else by name,
else by near-identity with the score. A rating that alone goes with half of the score is only asked about, since a true
strong driver may.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.nps_drivers.outcome_names import name_role
from helpers.errors import InputError, nearest

SAME_AS_SCORE = 0.9  # correlation from which a rating is the score in other words
ASKED_ABOUT = 0.5  # share of the score's variance that a rating explains alone from which it is asked about
ARGUABLE_FROM = 0.25  # the same for a name on which the field disagrees, such as trust or value
MIN_ANSWERS = 50  # fewer say nothing of how much a rating explains alone

DECLARED, NAMED, SAME, ASKED_AS = "declared", "name", "same as the score", "asked as an outcome"


@dataclass(frozen=True)
class Parted:
    """ratings, one row a rating in the order given: rating, role (driver or outcome), reason (declared, name, same as
    the score, asked as an outcome; empty for a driver nobody declared), explained_alone (share of the score's variance
    that goes with it alone, 0-1; NaN where that is not known), asked_about (whether the page asks what it is)."""

    ratings: pd.DataFrame

    @property
    def drivers(self) -> list[str]:
        return list(self.ratings.loc[self.ratings["role"] == "driver", "rating"])

    @property
    def doubtful(self) -> list[str]:
        """Drivers that may be outcomes, as far as the page asks about them."""
        return list(self.ratings.loc[self.ratings["asked_about"], "rating"])

    @property
    def outcomes(self) -> list[str]:
        return list(self.ratings.loc[self.ratings["role"] == "outcome", "rating"])


@dataclass(frozen=True)
class Outcomes:
    """by_outcome, one row an outcome: outcome, answers, mean (of an outcome with two values the share with the higher
    one, 0-1, as in all that follows), low, high (95% interval of the mean), distinct (values given), first_wave,
    last_wave, first_mean, last_mean, change (last less first), change_low, change_high (95% interval; blanks where
    there are no two waves with enough answers), correlation (with the score)."""

    by_outcome: pd.DataFrame

    @property
    def two_valued(self) -> str:
        """The outcome with two values only, such as satisfied or not, that most answered; "" where there is none."""
        found = self.by_outcome[self.by_outcome["distinct"] == 2]
        return str(found["outcome"].iloc[int(found["answers"].argmax())]) if len(found) else ""


def part_outcomes(
    ratings: Sequence[str],
    alone: pd.DataFrame,
    outcomes: Sequence[str] = (),
    drivers: Sequence[str] = (),
    asked: Sequence[str] = (),
) -> Parted:
    """Say of each rating whether it is a driver or an outcome, and why.

    alone: rating, answers, correlation (with the score), one row a rating. outcomes, drivers: what the client declares,
    which is never questioned. asked: columns that are outcomes by definition (csat, ces); they stand after the ratings.
    Raises InputError on a declared name that is no rating, and on one declared as both.
    """
    known = list(dict.fromkeys([*ratings, *asked]))
    _check_declared(known, outcomes, drivers)
    of_alone = alone.drop_duplicates("rating").set_index("rating").reindex(known)
    enough = of_alone["answers"].fillna(0) >= MIN_ANSWERS
    correlation = of_alone["correlation"].where(enough).astype("float64")
    frame = pd.DataFrame({"rating": known})
    reasons = []
    for rating, r in zip(known, correlation, strict=True):
        if rating in drivers:
            reasons.append(("driver", DECLARED))
        elif rating in outcomes:
            reasons.append(("outcome", DECLARED))
        elif rating in asked:
            reasons.append(("outcome", ASKED_AS))
        elif name_role(rating) == "outcome":
            reasons.append(("outcome", NAMED))
        else:
            reasons.append(("outcome", SAME) if abs(r) > SAME_AS_SCORE else ("driver", ""))
    frame["role"] = [role for role, _ in reasons]
    frame["reason"] = [reason for _, reason in reasons]
    frame["explained_alone"] = (correlation**2).to_numpy()
    arguable = [name_role(rating) == "arguable" for rating in known]
    limit = np.where(arguable, ARGUABLE_FROM, ASKED_ABOUT)
    open_question = (frame["role"] == "driver") & (frame["reason"] == "")
    frame["asked_about"] = open_question & (frame["explained_alone"] >= limit)
    return Parted(frame.astype({"rating": "str", "role": "str", "reason": "str"}))


def measure_outcomes(
    outcomes: Sequence[str],
    levels: pd.DataFrame,
    alone: pd.DataFrame,
    waves: Sequence[str] = (),
    min_answers: int = MIN_ANSWERS,
) -> Outcomes:
    """Level, change from the first to the last wave, and link with the score of each outcome.

    levels: rating, wave ("" for all answers), answers, mean, sd. alone: rating, distinct, least, most, correlation.
    waves: in order; those in which an outcome has fewer than `min_answers` are passed over for it. Intervals are
    Student's, and Welch's (1947, Biometrika 34) for the change. An outcome that nobody rated keeps its row, with
    blanks.
    """
    rows = []
    of_alone = alone.drop_duplicates("rating").set_index("rating")
    for outcome in outcomes:
        of_it = levels[levels["rating"] == outcome]
        distinct = int(of_alone["distinct"].get(outcome, 0))
        told = of_it[["answers", "mean", "sd"]].to_numpy(float).tolist()
        if distinct == 2:
            least, span = (float(x) for x in (of_alone["least"][outcome], of_alone["most"][outcome]))
            span -= least
            told = [[n, (mean - least) / span, sd / span] for n, mean, sd in told]
        found = {str(wave): (n, mean, sd) for wave, (n, mean, sd) in zip(of_it["wave"], told, strict=True)}
        whole = found.get("", _NO_LEVEL)
        judged = [wave for wave in waves if found.get(wave, _NO_LEVEL)[0] >= min_answers]
        first, last = (judged[0], judged[-1]) if len(judged) > 1 else ("", "")
        before, now = (found[first], found[last]) if first else (_NO_LEVEL, _NO_LEVEL)
        half = _half_width(whole[2] ** 2 / whole[0] if whole[0] else np.nan, whole[0] - 1)
        change, change_half = now[1] - before[1], _welch(before, now)
        rows.append(
            {
                "outcome": outcome,
                "answers": int(whole[0]),
                "mean": whole[1],
                "low": whole[1] - half,
                "high": whole[1] + half,
                "distinct": distinct,
                "first_wave": first,
                "last_wave": last,
                "first_mean": before[1],
                "last_mean": now[1],
                "change": change,
                "change_low": change - change_half,
                "change_high": change + change_half,
                "correlation": float(of_alone["correlation"].get(outcome, np.nan)),
            }
        )
    return Outcomes(pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS))


_COLUMNS = {
    "outcome": "str", "answers": "int64", "mean": "float64", "low": "float64", "high": "float64", "distinct": "int64",
    "first_wave": "str", "last_wave": "str", "first_mean": "float64", "last_mean": "float64", "change": "float64",
    "change_low": "float64", "change_high": "float64", "correlation": "float64",
}  # fmt: skip
_NO_LEVEL = (0.0, np.nan, np.nan)


def _check_declared(known: Sequence[str], outcomes: Sequence[str], drivers: Sequence[str]) -> None:
    for knob, names in (("outcomes", outcomes), ("drivers", drivers)):
        for name in names:
            if name not in known:
                hint = nearest(name, known)
                raise InputError(
                    f'nps_drivers.{knob} names "{name}", which is no rating',
                    allowed=", ".join(known) or "nothing, since there are no ratings",
                    mend=f'Did you mean "{hint}"?' if hint else "",
                )
    if both := [name for name in outcomes if name in drivers]:
        raise InputError(
            f'"{both[0]}" is declared as an outcome and as a driver',
            where="nps_drivers",
            mend="Take it out of `outcomes` or of `drivers`.",
        )


def _half_width(variance: float, freedom: float) -> float:
    """Half of Student's 95% interval of a mean, from the variance of the mean; NaN for fewer than two answers."""
    return float(special.stdtrit(freedom, 0.975) * np.sqrt(variance)) if freedom > 0 else np.nan


def _welch(before: tuple[float, float, float], now: tuple[float, float, float]) -> float:
    """Half of Welch's 95% interval of the difference of two means; none where neither group varies at all."""
    if min(before[0], now[0]) < 2:
        return np.nan
    a, b = (level[2] ** 2 / level[0] for level in (before, now))
    if a + b == 0:
        return 0.0
    return _half_width(a + b, (a + b) ** 2 / (a**2 / (before[0] - 1) + b**2 / (now[0] - 1)))
