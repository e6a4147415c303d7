"""Which operational measures go with the recommendation score, alone and beside the others.

Each measure parts the answers into customers with and without it (a ticket, a return), or where nearly everyone has
some, into thirds. The difference is in NPS points: every promoter counts +100 and every detractor -100, so that a
regression's coefficient is a difference in NPS. Beside the others: the same difference with all other measures held
equal (logarithms of counts and sums), and the survey waves. Busy customers have more of everything, so the two can
differ, even in sign (Simpson 1951, J. Royal Statistical Society B 13).

P-values of all measures tested are corrected together (Benjamini and Hochberg 1995, J. Royal Statistical Society B 57).
Rank correlations are Spearman's, with the interval of Bonett and Wright (2000, Psychometrika 65(1)) over the number of
customers. Association is not cause: nothing here says that a change of a measure would move the score.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

from helpers.analysis.experience.regression import fit_clustered
from helpers.errors import InputError

CLEAR, SHARED, HIDDEN, UNCLEAR = "clear", "shared", "hidden", "unclear"
FEW, CONSTANT, COPY = "few", "one value", "copy"
TESTED = (CLEAR, SHARED, HIDDEN, UNCLEAR)
SIGNIFICANT = 0.05
MOSTLY_NONE = 0.3  # share of answers without any, from which those with and without are compared
SAME = 0.98  # rank correlation from which two measures are one
POINTS = {"promoters": 100.0, "passives": 0.0, "detractors": -100.0}


@dataclass(frozen=True)
class Links:
    """measures: a row a measure: measure, family, subject, split ("some" or "thirds"), answers (of which it is known),
        answers_with, answers_without (with some, or in the highest third, and without any, or in the lowest), nps_with,
        nps_without, difference, low, high, p_value, p_adjusted, correlation (of ranks), correlation_low,
        correlation_high, adjusted, adjusted_low, adjusted_high, adjusted_p (corrected too), verdict, same_as; clear
        ones first, the largest difference beside the others first
    levels: measure, level (none, some; low, middle, high, about a third each), least, most, answers, nps, low, high
    answers, customers: all compared; nps: of all
    verdict: clear (alone and beside the others, in the same direction), shared (alone, not beside the others), hidden
        (beside the others, and alone not or the other way), unclear; few, one value, copy (of `same_as`): not tested
    """

    measures: pd.DataFrame
    levels: pd.DataFrame
    answers: int
    customers: int
    nps: float


def find_links(answers: pd.DataFrame, measures: pd.DataFrame, *, min_answers: int = 50) -> Links:
    """Every measure against the score.

    answers: a row an answer: customer_id, group (promoters, passives, detractors), wave if known, and the columns that
    `measures` names (measure, family, subject), numbers, missing where not known. min_answers: with and without, each,
    that a measure needs to be tested. Raises InputError for groups other than these three.
    """
    other = set(answers["group"].dropna()) - set(POINTS)
    if other or answers["group"].isna().any():
        raise InputError(f"answers of the group {sorted(other) or 'missing'}", where="group", allowed=", ".join(POINTS))
    y = answers["group"].map(POINTS).to_numpy(float)
    cluster, customers = pd.factorize(answers["customer_id"])
    values = {m: answers[m].astype(float).replace([np.inf, -np.inf], np.nan) for m in measures["measure"]}
    same = _copies(values)
    waves = _dummies(answers["wave"]) if "wave" in answers else np.empty((len(y), 0))
    family = dict(zip(measures["measure"], measures["family"], strict=True))
    rows, levels = [], []
    for measure in measures.to_dict("records"):
        name = str(measure["measure"])
        split, level = part(values[name].to_numpy())
        kept = [m for m in values if m not in (name, same[name]) and not same[m]]
        others = [m for m in kept if family[m] not in apart(family[name])]
        row, parts = _compare(y, cluster, split, level, [values[m] for m in others], waves, min_answers)
        row |= _correlate(values[name], answers["score"] if "score" in answers else pd.Series(y), cluster)
        verdict = CONSTANT if not split else COPY if same[name] else row["verdict"]
        rows.append(measure | {"split": split, **row, "verdict": verdict, "same_as": same[name]})
        levels.append(parts.assign(measure=name, **_bounds(values[name].to_numpy(), level, parts)))
    return Links(
        _judge(pd.DataFrame(rows)) if rows else _NO_MEASURES,
        _together(levels),
        len(answers),
        len(customers),
        float(y.mean()) if len(y) else np.nan,
    )


_LEVELS = ["measure", "level", "least", "most", "answers", "nps", "low", "high"]
_NUMBERS = [
    *("answers", "answers_with", "answers_without", "nps_with", "nps_without", "difference", "low", "high"),
    *("p_value", "p_adjusted", "correlation", "correlation_low", "correlation_high"),
    *("adjusted", "adjusted_low", "adjusted_high", "adjusted_p"),
]
_NO_MEASURES = pd.DataFrame(
    {c: pd.Series(dtype="str") for c in ("measure", "family", "subject", "split")}
    | {c: pd.Series(dtype=float) for c in _NUMBERS}
    | {c: pd.Series(dtype="str") for c in ("verdict", "same_as")}
)


def _together(levels: list[pd.DataFrame]) -> pd.DataFrame:
    """One frame of those of all measures; one that is the same in every answer has no levels."""
    told = [parts for parts in levels if len(parts)]
    return pd.concat(told, ignore_index=True)[_LEVELS] if told else pd.DataFrame(columns=_LEVELS)


def part(values: np.ndarray) -> tuple[str, np.ndarray]:
    """How a measure parts the answers ("some", "thirds", or "" with one value), and each answer's part: 0, 1, 2; -1
    where it is not known. "some" has parts 0 and 2. Equal values are in one part."""
    level = np.full(len(values), -1)
    known = np.isfinite(values)
    x = values[known]
    if len(np.unique(x)) < 2:
        return "", level
    if len(np.unique(x)) == 2 or (x.min() == 0 and (x == 0).mean() >= MOSTLY_NONE):
        level[known] = np.where(x > x.min(), 2, 0)
        return "some", level
    lower, upper = np.quantile(x, [1 / 3, 2 / 3])
    if upper == x.max():  # a third or more have the highest value: they are the highest part
        places = np.where(x == upper, 2, np.where(x <= lower, 0, 1))
    else:
        places = np.where(x > upper, 2, np.where(x <= lower, 0, 1))
    level[known] = places
    return "thirds", level


def apart(family: str) -> tuple[str, ...]:
    """The families that are not held equal with this one: how many touchpoints were used is made up of the counts of
    events, and with it held equal a visit more would be a mail less."""
    return ("event", "variety") if family == "variety" else ("variety",)


def _copies(values: dict[str, pd.Series]) -> dict[str, str]:
    """Of each measure the one before it that ranks the answers alike; "" where none does."""
    found = dict.fromkeys(values, "")
    frame = pd.DataFrame(values)
    names = list(values)
    ranks = frame.corr("spearman").abs().to_numpy() if len(frame) > 1 else np.zeros((len(names), len(names)))
    for i, name in enumerate(names):
        alike = [m for j, m in enumerate(names[:i]) if not found[m] and ranks[j, i] >= SAME]
        found[name] = alike[0] if alike else ""
    return found


def _dummies(wave: pd.Series) -> np.ndarray:
    return pd.get_dummies(wave.astype("object").fillna("(unknown)"), drop_first=True).to_numpy(float)


def _compare(
    y: np.ndarray,
    cluster: np.ndarray,
    split: str,
    level: np.ndarray,
    others: Sequence[pd.Series],
    waves: np.ndarray,
    min_answers: int,
) -> tuple[dict[str, object], pd.DataFrame]:
    known = level >= 0
    parts = _levels(y[known], pd.factorize(cluster[known])[0], level[known], split)
    n = parts["answers"].to_numpy()
    row: dict[str, object] = {"answers": int(known.sum())}
    row |= dict.fromkeys([c for c in _NUMBERS if c != "answers"], np.nan)
    if not split:
        return row | {"answers_with": 0, "answers_without": 0, "verdict": CONSTANT}, parts
    ends = parts.iloc[[0, -1]]
    row |= {"answers_without": int(n[0]), "answers_with": int(n[-1])}
    row |= {"nps_without": float(ends["nps"].iloc[0]), "nps_with": float(ends["nps"].iloc[1])}
    if min(n[0], n[-1]) < max(min_answers, 2):
        return row | {"verdict": FEW}, parts
    own = np.column_stack([level[known] == place for place in (2, 1) if (level[known] == place).any()]).astype(float)
    one = np.ones((int(known.sum()), 1))
    who = pd.factorize(cluster[known])[0]
    alone = fit_clustered(np.hstack([one, own]), y[known], who)
    beside = fit_clustered(np.hstack([one, own, controls(others, known), waves[known]]), y[known], who)
    for fit, names in (
        (alone, ("difference", "low", "high", "p_value")),
        (beside, ("adjusted", "adjusted_low", "adjusted_high", "adjusted_p")),
    ):
        row |= dict(zip(names, fit.interval(1), strict=True))
    return row | {"verdict": UNCLEAR}, parts


def controls(others: Sequence[pd.Series], known: np.ndarray) -> np.ndarray:
    """(n, columns) the other measures to be held equal: logarithms of what is never negative, in standard deviations;
    what is missing at the mean, with a column that says so. Constant columns are left out."""
    columns = []
    for other in others:
        x = other.to_numpy(float)[known]
        missing = ~np.isfinite(x)
        if missing.all():
            continue
        if np.nanmin(x) >= 0:
            x = np.log1p(x)
        x = np.where(missing, np.nanmean(x), x)
        columns += [column for column in (x, missing.astype(float)) if column.std() > 1e-9]
    if not columns:
        return np.empty((int(known.sum()), 0))
    stacked = np.column_stack(columns)
    return np.asarray((stacked - stacked.mean(axis=0)) / stacked.std(axis=0))


def _levels(y: np.ndarray, cluster: np.ndarray, level: np.ndarray, split: str) -> pd.DataFrame:
    names = {"some": {0: "none", 2: "some"}, "thirds": {0: "low", 1: "middle", 2: "high"}}
    rows = []
    for place, name in names.get(split, {}).items():
        inside = level == place
        if not inside.any():
            continue
        fit = fit_clustered(np.ones((int(inside.sum()), 1)), y[inside], pd.factorize(cluster[inside])[0])
        nps, low, high, _ = fit.interval(0)
        rows.append([name, int(inside.sum()), nps, max(low, -100.0), min(high, 100.0)])
    return pd.DataFrame(rows, columns=["level", "answers", "nps", "low", "high"])


def _bounds(values: np.ndarray, level: np.ndarray, parts: pd.DataFrame) -> dict[str, list[float]]:
    places = [p for p in (0, 1, 2) if (level == p).any()]
    ends = [(float(values[level == p].min()), float(values[level == p].max())) for p in places][: len(parts)]
    return {"least": [low for low, _ in ends], "most": [high for _, high in ends]}


def _correlate(values: pd.Series, score: pd.Series, cluster: np.ndarray) -> dict[str, float]:
    known = values.notna().to_numpy() & score.notna().to_numpy()
    x, s = values.to_numpy(float)[known], score.to_numpy(float)[known]
    customers = len(np.unique(cluster[known]))
    if len(x) < 4 or len(np.unique(x)) < 2 or len(np.unique(s)) < 2 or customers < 4:
        return {}
    r = float(stats.spearmanr(x, s).statistic)
    low, high = spearman_interval(r, customers)
    return {"correlation": r, "correlation_low": low, "correlation_high": high}


def spearman_interval(r: float, n: int) -> tuple[float, float]:
    """The 95% interval of a rank correlation of n pairs, n above 3 (Bonett and Wright 2000)."""
    bounded = np.clip(r, -0.999999, 0.999999)
    half = stats.norm.ppf(0.975) * np.sqrt((1 + bounded**2 / 2) / (n - 3))
    return float(np.tanh(np.arctanh(bounded) - half)), float(np.tanh(np.arctanh(bounded) + half))


def _judge(rows: pd.DataFrame) -> pd.DataFrame:
    frame = rows.reindex(columns=["measure", "family", "subject", "split", *_NUMBERS, "verdict", "same_as"])
    tested = (frame["verdict"] == UNCLEAR).to_numpy()
    for raw, corrected in (("p_value", "p_adjusted"), ("adjusted_p", "adjusted_p")):
        known = tested & frame[raw].notna().to_numpy()
        adjusted = np.full(len(frame), np.nan)
        if known.any():
            adjusted[known] = multipletests(frame.loc[known, raw], method="fdr_bh")[1]
        frame[corrected] = adjusted
    alone = (frame["p_adjusted"] < SIGNIFICANT).to_numpy()
    beside = (frame["adjusted_p"] < SIGNIFICANT).to_numpy()
    agree = (np.sign(frame["difference"]) == np.sign(frame["adjusted"])).to_numpy()
    verdict = np.select([alone & beside & agree, beside, alone], [CLEAR, HIDDEN, SHARED], UNCLEAR)
    frame["verdict"] = pd.Series(np.where(tested, verdict, frame["verdict"]), frame.index, dtype="str")
    order = frame["verdict"].map({v: i for i, v in enumerate((CLEAR, HIDDEN, SHARED, UNCLEAR, FEW, COPY, CONSTANT))})
    size = frame["adjusted"].where(beside, frame["difference"]).abs()
    placed = frame.assign(order=order, size=size).sort_values(
        ["order", "size"], ascending=[True, False], kind="stable", ignore_index=True
    )
    return placed.drop(columns=["order", "size"]).astype({"answers_with": "int64", "answers_without": "int64"})


def without(links: Links, families: Sequence[str]) -> Links:
    """The same links without the measures of some families."""
    return replace(links, measures=links.measures[~links.measures["family"].isin(families)].reset_index(drop=True))
