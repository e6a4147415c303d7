"""Whether a segmentation is worth using: predictive, distinctive, actionable, substantial, stable, of the right number.

Any segmentation is judged by what marketing asks of one (Kotler and Keller; Wedel and Kamakura 2000, Market
Segmentation, ch. 1): who is in which segment has to tell something that comes later (share of variance explained,
epsilon squared after Kelley 1935, by Cohen's 1988 limits), segments must differ (mean silhouette, Kaufman and
Rousseeuw's 1990 limits), be reachable by what is known of customers (a shallow tree's balanced accuracy above chance,
cross-validated), be large enough, and come back (bootstrap Jaccard where the method has one, else the share of
customers whom rules learnt from others put into the same segment). What cannot be known is said to be so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from sklearn.metrics import silhouette_score
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits

from helpers.errors import InputError

CRITERIA = ("predictive", "distinctive", "actionable", "substantial", "stable", "number")
GOOD, FAIR, POOR, UNKNOWN = "good", "fair", "poor", "unknown"
_PREDICTED = (0.02, 0.13)  # share of variance explained: small, medium (Cohen 1988)
_DISTINCT = (0.25, 0.5)  # mean silhouette
_REACHED = (0.1, 0.3)  # of the way from chance to certainty; our own convention
_STABLE = (0.6, 0.75)  # Jaccard (Hennig 2007); the same is asked of rules
_LEAST_SHARE, _LEAST_CUSTOMERS = 0.02, 30
_TWINS = 0.2  # of a standard deviation: less is a negligible difference (Cohen 1988)
_TOLD = 0.26  # share of the measures' variance between segments: less leaves most differences inside (Cohen's large)
_CUSTOMERS = 3_000  # looked at where exactness is not needed
_SILHOUETTE_CUSTOMERS = 2_000
_FOLDS, _DEPTH = 3, 3
_SAME = 0.8  # share of customers that rules must place as they are, before rules may stand for a segmentation


@dataclass(frozen=True)
class Scorecard:
    """rows: one a criterion, in the order of CRITERIA: criterion, value (NaN unknown), verdict (good, fair, poor,
    unknown), why (what was measured, or why it is not known, as a key for the narrator)

    predictive: share of variance explained, of the outcome told best; distinctive: mean silhouette; actionable: 0 as
    chance, 1 always right; substantial: share of the smallest segment; stable: 0-1; number: segments
    twins: pairs of segments that hardly differ in any measure (over-segmented); coarse: whether segments leave most of
    the differences inside (under-segmented)
    """

    rows: pd.DataFrame
    twins: list[tuple[str, str]]
    coarse: bool
    segments: int


def score_segmentation(
    labels: pd.Series,
    measures: pd.DataFrame,
    *,
    earlier: pd.Series | None = None,
    outcomes: pd.DataFrame | None = None,
    attributes: pd.DataFrame | None = None,
    stability: float = np.nan,
    seed: int = 0,
) -> Scorecard:
    """Judge the segments of `labels` (by customer_id; blanks are in none).

    measures: by customer_id, numbers in any unit by which segments should differ; attributes: by customer_id, text by
    which customers can be reached. earlier: segments at an earlier date, and outcomes: numbers, not negative, of what
    came after it, both by customer_id. stability: Jaccard of the weakest segment, where the method tells one.
    Raises InputError where no customer is in a segment.
    """
    labels = labels.dropna().sort_index()
    if labels.empty:
        raise InputError("no customer is in a segment", where="Scorecard", mend="Give each customer a segment.")
    sizes = labels.value_counts()
    with threadpool_limits(limits=1):
        some = _sample(labels, _CUSTOMERS, seed)
        known = measures.reindex(some.index).select_dtypes("number")
        known = known.loc[:, known.notna().mean() >= 0.5].dropna()
        X = _standardise(known)
        own = some.reindex(known.index)
        twins, told = _find_twins(X, own), _between(X, own)
        coarse = len(sizes) < 2 or told < _TOLD
        rows = [
            _predictive(earlier, outcomes),
            _distinctive(X, own, seed),
            _actionable(some, attributes),
            _substantial(sizes, len(labels)),
            _stable(X, own, stability),
            _number(len(sizes), twins, coarse),
        ]
    table = pd.DataFrame(rows, columns=["criterion", "value", "verdict", "why"])
    return Scorecard(table, twins, coarse, len(sizes))


def label_earlier(labels: pd.Series, measures: pd.DataFrame, earlier: pd.DataFrame, seed: int = 0) -> pd.Series | None:
    """The segments customers had at an earlier date, by rules learnt from today's: None where no rules tell them.

    labels: today's segments by customer_id; measures: today's numbers by customer_id; earlier: the same columns as
    they were then. A tree of any depth learns the segments' limits; it must place four customers in five of those it
    has not seen as they are.
    """
    columns = [c for c in measures.select_dtypes("number") if c in earlier and earlier[c].notna().all()]
    labels = _sample(labels.dropna().sort_index(), 4 * _CUSTOMERS, seed)
    known = measures.reindex(labels.index)[columns].dropna()
    labels = labels.reindex(known.index)
    if not columns or labels.nunique() < 2 or len(labels) < 50:
        return None
    X, y = known.to_numpy(float), labels.to_numpy(dtype=object)
    if _accuracy(X, y, depth=None) < _SAME:
        return None
    tree = DecisionTreeClassifier(random_state=0, min_samples_leaf=2).fit(X, y)
    return pd.Series(tree.predict(earlier[columns].to_numpy(float)), index=earlier.index, dtype="str")


def segments_of(table: pd.DataFrame, column: str) -> pd.Series | None:
    """The segments of a result table by customer_id; None where the table or the column is not there."""
    if table.empty or column not in table or table[column].isna().all():
        return None
    return table.set_index("customer_id")[column].dropna()


def with_earlier_segments(
    then: pd.DataFrame, segments: pd.Series | None, today: pd.DataFrame, seed: int = 0
) -> pd.DataFrame:
    """`then`, customers at an earlier date (customer_id and measures), with `segment`: the one each had, see
    `label_earlier`; as it is where that is not known. today: customer_id and the measures of today."""
    if segments is None or then.empty:
        return then
    past, now = then.set_index("customer_id"), today.set_index("customer_id")
    found = label_earlier(segments, now, past, seed)
    return then if found is None else then.assign(segment=found.to_numpy())


def score_segmentations(
    segmentations: Mapping[str, pd.Series | None],
    today: pd.DataFrame,
    then: pd.DataFrame,
    attributes: pd.DataFrame,
    stability: Mapping[str, float] | None = None,
    seed: int = 0,
) -> dict[str, Scorecard]:
    """A scorecard for each segmentation that is there, by name; those that are None are left out.

    today: customer_id and measures; then: the same at an earlier date, with columns <what>_after of what came later, or
    no rows; attributes: customer_id and text; stability: of the segmentations whose method tells one.
    """
    now, by_id = today.set_index("customer_id"), attributes.set_index("customer_id")
    past = then.set_index("customer_id") if len(then) else None
    cards = {}
    for name, labels in segmentations.items():
        if labels is None or labels.dropna().empty:
            continue
        earlier, outcomes = None, None
        if past is not None:
            after = {str(c): str(c).removesuffix("_after") for c in past if str(c).endswith("_after")}
            outcomes = past[list(after)].rename(columns=after)
            earlier = label_earlier(labels, now, past.drop(columns=list(after)), seed)
        cards[name] = score_segmentation(
            labels,
            now,
            earlier=earlier,
            outcomes=outcomes,
            attributes=by_id,
            stability=(stability or {}).get(name, np.nan),
            seed=seed,
        )
    return cards


def tabulate(cards: Mapping[str, Scorecard]) -> pd.DataFrame:
    """One row a segmentation and criterion: segmentation, criterion, value, verdict, why."""
    columns = ["segmentation", "criterion", "value", "verdict", "why"]
    frames = [card.rows.assign(segmentation=name) for name, card in cards.items()]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def explained_variance(segments: pd.Series, outcome: pd.Series) -> float:
    """Share of the variance of log(1 + outcome) between segments, epsilon squared, zero at least; NaN where unknown."""
    both = pd.DataFrame({"segment": segments, "y": np.log1p(outcome.clip(lower=0).astype(float))}).dropna()
    n, k = len(both), both["segment"].nunique()
    if k < 2 or n <= k or both["y"].std() == 0:
        return np.nan
    means = both.groupby("segment")["y"].transform("mean")
    within = float(((both["y"] - means) ** 2).sum()) / (n - k)
    return max(0.0, 1 - within / float(both["y"].var()))


def _predictive(earlier: pd.Series | None, outcomes: pd.DataFrame | None) -> tuple[str, float, str, str]:
    if outcomes is None or outcomes.empty:
        return "predictive", np.nan, UNKNOWN, "no later orders"
    if earlier is None:
        return "predictive", np.nan, UNKNOWN, "no earlier segments"
    found = {str(c): explained_variance(earlier.reindex(outcomes.index), outcomes[c]) for c in outcomes}
    known = {c: x for c, x in found.items() if not np.isnan(x)}
    if not known:
        return "predictive", np.nan, UNKNOWN, "no later orders"
    best = max(known, key=lambda c: known[c])
    return "predictive", known[best], _grade(known[best], _PREDICTED), best


def _distinctive(X: np.ndarray, own: pd.Series, seed: int) -> tuple[str, float, str, str]:
    places = np.arange(len(X))
    if len(X) > _SILHOUETTE_CUSTOMERS:
        places = np.random.default_rng(seed).choice(len(X), _SILHOUETTE_CUSTOMERS, replace=False)
    names = own.to_numpy(dtype=object)[places]
    if X.shape[1] == 0:
        return "distinctive", np.nan, UNKNOWN, "no measures"
    if not 1 < len(set(names)) < len(names):
        return "distinctive", np.nan, UNKNOWN, "one segment"
    value = float(silhouette_score(X[places], names))
    return "distinctive", value, _grade(value, _DISTINCT), "silhouette"


def _actionable(labels: pd.Series, attributes: pd.DataFrame | None) -> tuple[str, float, str, str]:
    if attributes is None or attributes.shape[1] == 0:
        return "actionable", np.nan, UNKNOWN, "no attributes"
    counts = labels.value_counts()
    kept = labels[labels.isin(counts.index[counts >= 2 * _FOLDS])]
    known = attributes.reindex(kept.index)
    ones = pd.get_dummies(known.astype("str").fillna("(unknown)"), dtype=float)
    if kept.nunique() < 2 or ones.shape[1] < 2:
        return "actionable", np.nan, UNKNOWN, "one segment" if kept.nunique() < 2 else "no attributes"
    reached = _accuracy(ones.to_numpy(), kept.to_numpy(dtype=object), _DEPTH, balanced=True)
    chance = 1 / kept.nunique()
    value = max(0.0, (reached - chance) / (1 - chance))
    return "actionable", value, _grade(value, _REACHED), "attributes"


def _substantial(sizes: pd.Series, n: int) -> tuple[str, float, str, str]:
    share, customers = sizes.min() / n, int(sizes.min())
    if share < _LEAST_SHARE:
        return "substantial", share, POOR, "share"
    return (
        ("substantial", share, FAIR, "customers") if customers < _LEAST_CUSTOMERS else ("substantial", share, GOOD, "")
    )


def _stable(X: np.ndarray, own: pd.Series, stability: float) -> tuple[str, float, str, str]:
    if not np.isnan(stability):
        return "stable", stability, _grade(stability, _STABLE), "resampled"
    if X.shape[1] == 0 or own.nunique() < 2 or len(own) < 50:
        return "stable", np.nan, UNKNOWN, "no measures" if X.shape[1] == 0 else "one segment"
    value = _accuracy(X, own.to_numpy(dtype=object), depth=None)
    return "stable", value, _grade(value, _STABLE), "rules"


def _number(segments: int, twins: Sequence[object], coarse: bool) -> tuple[str, float, str, str]:
    why = " and ".join(w for w, holds in (("over", bool(twins)), ("under", coarse)) if holds)
    return "number", float(segments), POOR if why else GOOD, why or "right"


def _grade(value: float, limits: tuple[float, float]) -> str:
    """By the value as it is printed, with two decimals."""
    printed = round(value, 2)
    return GOOD if printed >= limits[1] else FAIR if printed >= limits[0] else POOR


def _sample(labels: pd.Series, size: int, seed: int) -> pd.Series:
    if len(labels) <= size:
        return labels
    return labels.iloc[np.sort(np.random.default_rng(seed).choice(len(labels), size, replace=False))]


def _standardise(known: pd.DataFrame) -> np.ndarray:
    """Ranks as normal-like scores between -1.7 and 1.7: comparable whatever their unit, and outliers are tame."""
    varying = known.loc[:, known.nunique() > 1] if len(known) else known.iloc[:, :0]
    ranks = varying.rank(pct=True).to_numpy(float)
    return np.asarray((ranks - ranks.mean(axis=0)) / ranks.std(axis=0)) if ranks.size else np.zeros((len(known), 0))


def _find_twins(X: np.ndarray, own: pd.Series) -> list[tuple[str, str]]:
    """Pairs of segments whose means differ by less than a fifth of a standard deviation in every measure."""
    if X.shape[1] == 0:
        return []
    means = pd.DataFrame(X).groupby(own.to_numpy(dtype=object)).mean()
    pairs = combinations(means.index, 2)
    return [(str(a), str(b)) for a, b in pairs if (means.loc[a] - means.loc[b]).abs().max() < _TWINS]


def _between(X: np.ndarray, own: pd.Series) -> float:
    """Share of the measures' variance that lies between segments; 1 where there are no measures to tell."""
    if X.shape[1] == 0:
        return 1.0
    frame = pd.DataFrame(X)
    within = frame - frame.groupby(own.to_numpy(dtype=object)).transform("mean")
    return float(1 - (within**2).to_numpy().sum() / max((X**2).sum(), 1e-12))


def _accuracy(X: np.ndarray, names: np.ndarray, depth: int | None, balanced: bool = False) -> float:
    """Share of rows that a tree learnt from the others places as they are; balanced: the mean over segments."""
    places = np.random.default_rng(0).permutation(len(X)) % _FOLDS
    told = np.empty(len(X), dtype=object)
    for fold in range(_FOLDS):
        out = places == fold
        weight = "balanced" if balanced else None
        tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=2, class_weight=weight, random_state=0)
        told[out] = tree.fit(X[~out], names[~out]).predict(X[out])
    right = pd.Series(told == names)
    return float(right.groupby(names).mean().mean() if balanced else right.mean())
