"""What silent customers would score, if behaviour tells scores at all: a model, checked on answers it has not seen.

The check comes first. Customers are dealt into folds; each fold is expected by models fitted to the others, and the
model used for a fold is the one that erred least on the others' held-out answers, so that the choice is checked too.
The error is set against that of expecting the mean of all, which is what a report would say without any model. Its
interval is a bootstrap over customers. Where behaviour does not clearly beat the mean nothing is expected.

Otherwise the score and the NPS of the silent are expected by the model that did best. Recent answers set the level, in
case customers have become happier or less so. The interval of a group holds what another sample of customers would have
taught the model, and the chance of a group of that size. Of a single customer it is
the expected score and around it the held-out error that four in five answers keep within, the plain K-fold form of what
Barber, Candes, Ramdas and Tibshirani (2021, Annals of Statistics 49(1)) call the jackknife+.

Not in any interval: silent customers may feel differently from customers who did the same and answered.
"""

import itertools
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from helpers.analysis.experience.models import MODELS, TREES, fit_predict, learn_columns
from helpers.errors import InputError

POINTS = {"promoters": 100.0, "passives": 0.0, "detractors": -100.0}
LEAST_ANSWERS = 200  # to fit a model to
FOLDS = 5
RECENT_DAYS = 180  # before the latest answer: these answers set the level
KEEPS = 0.8  # of answers that lie in a single customer's interval
LEAST_SKILL = 0.01  # of the squared error that must be saved, as printed
_REPLICATES, _REPLICATES_OF_TREES, _CHECKS = 200, 40, 1000
_MOST_DRAWN = 2_000  # silent customers of a group on whom the replicates are averaged
_SEED = 20_260_930
UNKNOWN = "(unknown)"


@dataclass(frozen=True)
class Check:
    """How well behaviour tells the score of customers whose answers it has not seen.

    answers, customers: checked; model: the one that erred least, "" where too few; skill: share of the squared error of
    expecting the mean that the model saves (out-of-sample R-squared; below 0 it errs more), with low and high (95%,
    bootstrap over customers); error, error_of_mean: root mean squared, in points of the score; later_skill: fitted to
    earlier answers and checked on those of the last RECENT_DAYS of other customers; NaN where there are no earlier ones
    beats_mean: whether low is LEAST_SKILL or more, and later_skill, where known, above 0
    fifths: fifth (1 the lowest expected), answers, expected, actual, low, high (NPS in points, of held-out answers)
    by_model: model, skill
    """

    answers: int
    customers: int
    model: str
    skill: float
    low: float
    high: float
    error: float
    error_of_mean: float
    later_skill: float
    beats_mean: bool
    fifths: pd.DataFrame
    by_model: pd.DataFrame


@dataclass(frozen=True)
class Expected:
    """check: as above
    groups: grouping ("all" or that of the groups given), group, silent_customers, expected_nps, low, high, answers and
        answered_nps (recent ones, of customers of the group), gap (of the silent to these, with gap_low and gap_high);
        "all" first; no rows where behaviour does not tell
    customers: customer_id, expected_score, low, high; a row a silent customer, none where behaviour does not tell
    silent: how many customers are silent
    """

    check: Check
    groups: pd.DataFrame
    customers: pd.DataFrame
    silent: int
    measures: list[str] = field(default_factory=list)


def expect_scores(
    answers: pd.DataFrame,
    silent: pd.DataFrame,
    measures: list[str],
    groups: pd.DataFrame | None = None,
    *,
    rest: str = UNKNOWN,
    min_answers: int = 50,
) -> Expected:
    """The silent customers' scores and NPS.

    answers: customer_id, answered_on, score, group (promoters, passives, detractors) and the measures, numbers, missing
    where not known; a row an answer. silent: customer_id and the measures; a row a customer. groups: customer_id and
    one more column, whose name is the grouping, a row a customer; who has no row is of the group `rest`. Only groups of
    `min_answers` silent customers and as many recent answers are told.

    Raises InputError for a silent customer twice, or one who has answered.
    """
    _refuse(answers, silent, groups)
    usable = [m for m in measures if answers[m].nunique() > 1 and (silent.empty or silent[m].notna().any())]
    check, held = check_models(answers, usable)
    none = pd.DataFrame(columns=_GROUPS), pd.DataFrame(columns=["customer_id", "expected_score", "low", "high"])
    if not check.beats_mean or silent.empty:
        return Expected(check, *none, silent=len(silent), measures=usable)
    targets = _targets(answers)
    parts = _parts(answers, silent, groups, rest, min_answers)
    told, means = _expect(answers, silent, usable, check.model, targets, [part.drawn for part in parts])
    residual = targets - held
    half = float(np.quantile(np.abs(residual[:, 0]), min(1.0, KEEPS * (1 + 1 / len(residual)))))
    lowest, highest = float(answers["score"].min()), float(answers["score"].max())
    customers = pd.DataFrame(
        {
            "customer_id": silent["customer_id"],
            "expected_score": np.clip(told[:, 0], lowest, highest),
            "low": np.clip(told[:, 0] - half, lowest, highest),
            "high": np.clip(told[:, 0] + half, lowest, highest),
        }
    )
    spread = float(residual[:, 1].std())
    rows = [_row(part, told[:, 1], means[:, i], spread) for i, part in enumerate(parts)]
    by_group = pd.DataFrame(rows, columns=_GROUPS)
    return Expected(check, by_group, customers.reset_index(drop=True), len(silent), usable)


def check_models(answers: pd.DataFrame, measures: list[str]) -> tuple[Check, np.ndarray]:
    """The check, and (n, 2) the held-out expected score and NPS points of each answer."""
    targets = _targets(answers)
    cluster, names = pd.factorize(answers["customer_id"])
    if len(answers) < LEAST_ANSWERS or len(names) < 2 * FOLDS or not measures or np.ptp(targets[:, 0]) == 0:
        return _no_check(len(answers), len(names)), targets
    rng = np.random.default_rng(_SEED)
    fold = rng.permutation(np.arange(len(names)) % FOLDS)[cluster]
    by_model, mean = _hold_out(answers, measures, targets, fold)
    errors = {model: (targets[:, 0] - told[:, 0]) ** 2 for model, told in by_model.items()}
    held = np.empty_like(targets)
    for one in range(FOLDS):
        others = fold != one
        best = min(errors, key=lambda m: float(errors[m][others].sum()))
        held[~others] = by_model[best][~others]
    best = min(errors, key=lambda m: float(errors[m].sum()))
    of_mean, of_model = (targets[:, 0] - mean) ** 2, (targets[:, 0] - held[:, 0]) ** 2
    low, high = _skill_interval(of_model, of_mean, cluster, rng)
    later = _later(answers, measures, best, targets[:, 0], cluster)
    fifths = _fifths(held[:, 1], targets[:, 1])
    check = Check(
        len(answers),
        len(names),
        best,
        float(1 - of_model.sum() / of_mean.sum()),
        low,
        high,
        float(np.sqrt(of_model.mean())),
        float(np.sqrt(of_mean.mean())),
        later,
        bool(round(low, 2) >= LEAST_SKILL and not later <= 0),
        fifths,
        pd.DataFrame({"model": list(errors), "skill": [1 - e.sum() / of_mean.sum() for e in errors.values()]}),
    )
    return check, held


_GROUPS = [
    *("grouping", "group", "silent_customers", "expected_nps", "low", "high", "answers", "answered_nps"),
    *("gap", "gap_low", "gap_high"),
]


def _refuse(answers: pd.DataFrame, silent: pd.DataFrame, groups: pd.DataFrame | None) -> None:
    for frame, what in ((silent, "silent customers"), (groups, "groups")):
        twice = 0 if frame is None or frame.empty else int(frame["customer_id"].duplicated().sum())
        if twice:
            raise InputError(f"{twice} rows repeat a customer", where=what, mend="Give one row a customer.")
    both = int(silent["customer_id"].isin(answers["customer_id"]).sum())
    if both:
        raise InputError(f"{both} of them have answered", where="silent customers")


def _targets(answers: pd.DataFrame) -> np.ndarray:
    return np.column_stack([answers["score"].to_numpy(float), answers["group"].map(POINTS).to_numpy(float)])


def _hold_out(
    answers: pd.DataFrame, measures: list[str], targets: np.ndarray, fold: np.ndarray
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """By model what each answer was expected to be by the other folds, and the other folds' mean score."""
    told = {model: np.empty_like(targets) for model in MODELS}
    mean = np.empty(len(targets))
    for one in range(FOLDS):
        fitted, rest = fold != one, fold == one
        mean[rest] = targets[fitted, 0].mean()
        columns = learn_columns(answers[fitted], _varying(answers[fitted], measures))
        for model in MODELS:
            x, new = columns.of(answers[fitted], model), columns.of(answers[rest], model)
            told[model][rest] = fit_predict(model, x, targets[fitted], np.ones(len(x)), new)
    return told, mean


def _varying(frame: pd.DataFrame, measures: list[str]) -> list[str]:
    varying = [m for m in measures if frame[m].nunique() > 1]
    return varying or measures[:1]


def _skill_interval(
    of_model: np.ndarray, of_mean: np.ndarray, cluster: np.ndarray, rng: np.random.Generator
) -> tuple[float, float]:
    groups = int(cluster.max()) + 1
    model, mean = (np.bincount(cluster, e, minlength=groups) for e in (of_model, of_mean))
    skills = []
    for _ in range(_CHECKS):
        drawn = rng.integers(0, groups, groups)
        skills.append(1 - model[drawn].sum() / mean[drawn].sum())
    low, high = np.quantile(skills, [0.025, 0.975])
    return float(low), float(high)


def _later(answers: pd.DataFrame, measures: list[str], model: str, score: np.ndarray, cluster: np.ndarray) -> float:
    late = _recent(answers)
    fitted = ~late & ~np.isin(cluster, cluster[late])
    if min(fitted.sum(), late.sum()) < LEAST_ANSWERS / 2:
        return float("nan")
    columns = learn_columns(answers[fitted], _varying(answers[fitted], measures))
    x, new = columns.of(answers[fitted], model), columns.of(answers[late], model)
    told = fit_predict(model, x, score[fitted], np.ones(len(x)), new)
    of_mean = ((score[late] - score[fitted].mean()) ** 2).sum()
    return float(1 - ((score[late] - told) ** 2).sum() / of_mean) if of_mean > 0 else float("nan")


def _recent(answers: pd.DataFrame) -> np.ndarray:
    last = answers["answered_on"].max()
    return np.asarray(answers["answered_on"] > last - pd.Timedelta(days=RECENT_DAYS))


def _fifths(expected: np.ndarray, actual: np.ndarray) -> pd.DataFrame:
    """Held-out answers by what was expected of them: whether those expected to be happier are."""
    place = np.minimum((pd.Series(expected).rank(method="first") - 1) * 5 // len(expected), 4).astype(int) + 1
    grouped = pd.DataFrame({"fifth": place, "expected": expected, "actual": actual}).groupby("fifth")
    frame = grouped.agg(
        answers=("actual", "size"), expected=("expected", "mean"), actual=("actual", "mean"), spread=("actual", "std")
    ).reset_index()
    half = 1.96 * frame.pop("spread") / np.sqrt(frame["answers"])
    return frame.assign(low=(frame["actual"] - half).clip(-100), high=(frame["actual"] + half).clip(upper=100))


@dataclass(frozen=True)
class _Part:
    """Silent customers of one group: their places, a sample of them, and what their like have answered (NPS points)."""

    grouping: str
    group: str
    silent: np.ndarray
    drawn: np.ndarray
    heard: np.ndarray


def _parts(
    answers: pd.DataFrame, silent: pd.DataFrame, groups: pd.DataFrame | None, rest: str, min_answers: int
) -> list[_Part]:
    """All silent customers, and the groups of which enough are silent and enough have answered lately."""
    recent = _recent(answers)
    points = answers["group"].map(POINTS).to_numpy(float)[recent]
    everyone = np.arange(len(silent))
    parts = [_Part("all", "all", everyone, _some(everyone), points)]
    if groups is None or groups.empty or groups.shape[1] < 2:
        return parts
    grouping = next(str(c) for c in groups.columns if c != "customer_id")
    of = groups.set_index("customer_id")[grouping].astype("object")
    mine = of.reindex(silent["customer_id"]).fillna(rest).astype("str").to_numpy()
    theirs = of.reindex(answers["customer_id"][recent]).fillna(rest).astype("str").to_numpy()
    for group in np.unique(mine):
        inside, heard = np.flatnonzero(mine == group), points[theirs == group]
        if min(len(inside), len(heard)) >= min_answers:
            parts.append(_Part(grouping, str(group), inside, _some(inside), heard))
    return parts


def _some(places: np.ndarray) -> np.ndarray:
    if len(places) <= _MOST_DRAWN:
        return places
    return np.sort(np.random.default_rng(_SEED).choice(places, _MOST_DRAWN, replace=False))


def _expect(
    answers: pd.DataFrame,
    silent: pd.DataFrame,
    measures: list[str],
    model: str,
    targets: np.ndarray,
    drawn: list[np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """(silent, 2) the expected score and NPS points, and (replicates, groups) the mean NPS of the silent drawn of each
    group, by a bootstrap over customers who answered."""
    columns = learn_columns(answers, measures)
    x, new = columns.of(answers, model), columns.of(silent, model)
    recent = _recent(answers)
    cluster, names = pd.factorize(answers["customer_id"])
    told = _with_level(model, x, targets, np.ones(len(x)), new, recent)
    rng = np.random.default_rng(_SEED + 1)
    times = _REPLICATES_OF_TREES if model == TREES else _REPLICATES
    wanted, place = np.unique(np.concatenate(drawn), return_inverse=True)
    bounds = np.cumsum([0, *(len(part) for part in drawn)])
    means = np.empty((times, len(drawn)))
    for i in range(times):
        weight = np.bincount(rng.integers(0, len(names), len(names)), minlength=len(names)).astype(float)[cluster]
        kept = weight > 0
        points = _with_level(model, x[kept], targets[kept, 1], weight[kept], new[wanted], recent[kept])[place]
        means[i] = [points[a:b].mean() for a, b in itertools.pairwise(bounds)]
    return told, means


def _with_level(
    model: str, x: np.ndarray, y: np.ndarray, weight: np.ndarray, new: np.ndarray, recent: np.ndarray
) -> np.ndarray:
    """What is expected of `new`, raised or lowered by how far the recent answers lie from what is expected of them."""
    told = fit_predict(model, x, y, weight, np.vstack([new, x[recent]]))
    if not recent.any():
        return told[: len(new)]
    off = np.average(y[recent] - told[len(new) :], axis=0, weights=weight[recent])
    return np.asarray(told[: len(new)] + off)


def _row(part: _Part, told: np.ndarray, means: np.ndarray, spread: float) -> list[object]:
    n, heard = len(part.silent), len(part.heard)
    expected = float(np.clip(told[part.silent].mean(), -100, 100))
    error = float(np.sqrt(means.var(ddof=1) + spread**2 / n))
    ends = (max(expected - 1.96 * error, -100.0), min(expected + 1.96 * error, 100.0))
    answered = float(part.heard.mean()) if heard else np.nan
    half = 1.96 * float(np.sqrt(error**2 + part.heard.var(ddof=1) / heard)) if heard > 1 else np.nan
    gap = expected - answered
    return [part.grouping, part.group, n, expected, *ends, heard, answered, gap, gap - half, gap + half]


def _no_check(answers: int, customers: int) -> Check:
    fifths = pd.DataFrame(
        {c: pd.Series(dtype=float) for c in ("fifth", "answers", "expected", "actual", "low", "high")}
    )
    models = pd.DataFrame({"model": pd.Series(dtype="str"), "skill": pd.Series(dtype=float)})
    nan = float("nan")
    return Check(answers, customers, "", nan, nan, nan, nan, nan, nan, False, fifths, models)
