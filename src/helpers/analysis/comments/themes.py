"""Themes of comments in one language: which words are used together, and how many themes the comments really hold.

TF-IDF of words and pairs of words, then non-negative matrix factorisation (Lee and Seung 1999, Nature 401): a theme
is a weighting of terms, a comment a mixture of themes. Each different text counts once in this, so that a template that
hundreds sent makes no theme by itself; where few texts are sent over and over, as from a list to choose from, they are
all there is, and each comment counts. How many themes: the comments are halved several times, themes are sought in
both halves, and the stability of a theme is how far the worse half finds it again (after Greene, O'Callaghan and
Cunningham 2014, "How Many Topics? Stability Analysis for Topic Models", who compare samples). The number of themes is
the one at which stability above HOLDS outweighs what is below by most; a theme below is dropped, and where nothing
outweighs, the comments have no themes.
"""

import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from sklearn import config_context
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from helpers.analysis.comments.naming import name_theme, without_persons
from helpers.analysis.comments.texts import terms_of_all, words_only

MOST_THEMES = 8
MOST_REPEATED = 16  # where each comment counts: a list to choose from may be longer
LEAST_COMMENTS = 10  # that raise a theme
HOLDS = 0.5  # stability: cosine of a theme with the one that a half of the comments has in its place
RAISED = 0.2  # cosine of a comment with a theme, from which it raises it
REPEATED = 10  # comments a different text, from which every comment counts
_NAMED = 8  # words of a text that names a theme by itself
_HALVINGS = 5
_FITTED = 3_000  # different comments that themes are sought in
_TERMS = 1_500
_COMMON = 0.5  # a term in more of the comments says nothing about any


@dataclass(frozen=True)
class Topics:
    """Themes of comments of one language.

    names: one a theme, in people's words. terms: theme, term, weight (of the theme's heaviest term, 1), comments that
    hold it. raised: a row a comment, a column a theme: whether it raises it. nearness: the cosine of both, 0 to 1.
    stability: by theme, the mean cosine with what halves of the comments find in its place.
    """

    names: list[str]
    terms: pd.DataFrame
    raised: np.ndarray
    nearness: np.ndarray
    stability: np.ndarray


def find_topics(
    texts: Sequence[str],
    language: str,
    *,
    most: int = MOST_THEMES,
    hidden: Collection[str] = (),
    taken: Collection[str] = (),
    seed: int = 0,
) -> Topics:
    """The themes that hold in comments of one language; none where the comments have none.

    hidden: words that may not name a theme, as persons' names. taken: names of other themes.
    """
    keys, surfaces = terms_of_all(texts, language)
    different = sorted(set(map(tuple, keys)))  # in whatever order comments come
    rows = {key: i for i, key in enumerate(different)}
    place = np.array([rows[tuple(key)] for key in keys], dtype=int)
    repeated = len(place) >= REPEATED * len(different)
    if repeated and 1 < len([key for key in different if key]) <= MOST_REPEATED:
        return _each_text(place, texts, different, hidden, taken)
    tfidf = _weigh(different)
    if tfidf is None:
        return _no_topics(len(texts))
    vectors, vocabulary = tfidf
    rng = np.random.default_rng(seed)
    told = np.flatnonzero(np.diff(vectors.indptr))
    if repeated:
        told, most = np.sort(place[np.isin(place, told)]), max(most, MOST_REPEATED)
    sought = vectors[rng.permutation(told)[:_FITTED]]
    # The matrices are too small to be worth sharing out, and known to be sound.
    with threadpool_limits(1), config_context(assume_finite=True, skip_parameter_validation=True):
        found, stability = _choose(sought, most, rng)
    if found is None:
        return _no_topics(len(texts))
    nearness = np.asarray(vectors @ normalize(found).T)[place]
    raised = nearness >= RAISED
    kept = raised.sum(axis=0) >= LEAST_COMMENTS
    order = np.flatnonzero(kept)[np.argsort(-raised.sum(axis=0)[kept], kind="stable")]
    counts = np.asarray((vectors > 0).sum(axis=0)).ravel()
    names: list[str] = []
    tables = []
    for theme in order:
        top = np.argsort(-found[theme], kind="stable")[:12]
        top = top[found[theme][top] > 0]
        heaviest = [(vocabulary[i], surfaces.of(vocabulary[i]), found[theme][i] / found[theme].max()) for i in top]
        heaviest = without_persons(heaviest, hidden)
        names.append(name_theme(heaviest, [*taken, *names]))
        held = pd.Series(counts, vocabulary)[[key for key, _, _ in heaviest]].to_numpy()
        table = pd.DataFrame(heaviest, columns=["key", "term", "weight"]).assign(theme=names[-1], texts=held)
        tables.append(table.drop_duplicates("term")[["theme", "term", "weight", "texts"]])
    terms = pd.concat(tables, ignore_index=True) if tables else _no_topics(0).terms
    return Topics(names, terms, raised[:, order], nearness[:, order], stability[order])


def _each_text(
    place: np.ndarray,
    texts: Sequence[str],
    different: list[tuple[str, ...]],
    hidden: Collection[str],
    taken: Collection[str],
) -> Topics:
    """Where all comments are a few texts, each text is a theme, named by itself."""
    counts = np.bincount(place, minlength=len(different))
    kept = [i for i in np.argsort(-counts, kind="stable") if different[i] and counts[i] >= LEAST_COMMENTS]
    said = pd.Series(texts, dtype="str").groupby(place).agg(lambda of: of.mode()[0])
    names: list[str] = []
    for i in kept:
        whole = [(str(i), words_only(said[i], _NAMED), 1.0)]
        names.append(name_theme(without_persons(whole, hidden), [*taken, *names]))
    raised = place[:, None] == np.array(kept, dtype=int)
    terms = pd.DataFrame({"theme": names, "term": names, "weight": 1.0, "texts": 1})
    return Topics(names, terms, raised, raised.astype(float), np.ones(len(kept)))


def _weigh(texts: list[tuple[str, ...]]) -> tuple[csr_matrix, np.ndarray] | None:
    """Rows of TF-IDF weights of length one, and the terms; None where no term stands in enough comments."""
    least = max(2, round(len(texts) / 500))
    vectorizer = TfidfVectorizer(
        analyzer=lambda keys: keys,
        min_df=least,
        max_df=_COMMON,
        max_features=_TERMS,
        sublinear_tf=True,
        dtype=np.float64,
    )
    try:
        vectors = vectorizer.fit_transform(texts)
    except ValueError:  # no term is left
        return None
    return csr_matrix(vectors), vectorizer.get_feature_names_out()


def _choose(vectors: csr_matrix, most: int, rng: np.random.Generator) -> tuple[np.ndarray | None, np.ndarray]:
    """The themes that hold, at the number of themes that is most stable: rows of term weights, and their stability."""
    halves = [np.array_split(rng.permutation(vectors.shape[0]), 2) for _ in range(_HALVINGS)]
    most = min(most, vectors.shape[0] // 4, vectors.shape[1] // 2)
    best, found, stability = 0.0, None, np.zeros(0)
    for k in range(2, most + 1):
        themes = _factorise(vectors, k)
        agreed = [[_agreement(themes, _factorise(vectors[half], k)) for half in pair] for pair in halves]
        stable = np.min(agreed, axis=1).mean(axis=0)
        holds = stable >= HOLDS
        if (stable - HOLDS).sum() > best:
            best, found, stability = (stable - HOLDS).sum(), themes[holds], stable[holds]
    return found, stability


def _factorise(vectors: csr_matrix, k: int) -> np.ndarray:
    """k themes, rows of non-negative term weights."""
    model = NMF(k, init="nndsvd", solver="cd", max_iter=150, tol=1e-3, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # themes are read, not measured: nearly there is there
        model.fit(vectors)
    return model.components_


def _agreement(themes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The cosine of each theme with the other one in its place, matched so that all together are closest."""
    cosines = normalize(themes) @ normalize(others).T
    left, right = linear_sum_assignment(-cosines)
    agreed = np.zeros(len(themes))
    agreed[left] = cosines[left, right]
    return agreed


def _no_topics(comments: int) -> Topics:
    nothing = np.zeros((comments, 0))
    terms = pd.DataFrame({"theme": [], "term": [], "weight": [], "texts": []})
    return Topics([], terms.astype({"theme": "str", "term": "str"}), nothing.astype(bool), nothing, np.zeros(0))
