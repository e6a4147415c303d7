"""All comments of a survey: read, shared out among themes, and each theme told with what goes with it.

Every comment is accounted for: it raises a theme or several, raises none, says nothing ("n/a", "ok", an emoji), or is
in a language with too few comments to find themes in.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.analysis.comments.codes import find_codes
from helpers.analysis.comments.dictionary import raise_declared, read_dictionary
from helpers.analysis.comments.languages import find_languages
from helpers.analysis.comments.scores import compare_waves, link_ratings, score_themes
from helpers.analysis.comments.themes import Topics, find_topics
from helpers.analysis.comments.vocabulary import language_name, says_nothing
from helpers.errors import InputError

FOUND, DECLARED, CODED = "found", "declared", "coded"
_GROUPS = ("promoters", "passives", "detractors")


@dataclass(frozen=True)
class Comments:
    """What customers say.

    by_theme: a row a theme, most comments first: theme, language (its name, "" where themes are declared or coded),
        comments, share (of the comments that say something, in its language), promoters, passives, detractors, nps,
        nps_low, nps_high, others_nps, difference, difference_low, difference_high, p_value, verdict
        (`scores.score_themes`), first_wave, last_wave, share_first, share_last, change, change_low, change_high, trend
        (`scores.compare_waves`), driver, driver_difference, driver_low, driver_high (`scores.link_ratings`), stability
    terms: theme, term, weight (of its heaviest term, 1), texts (different comments that hold it); without rows where
        themes are declared or coded
    raised: a row a theme that a comment raises: place (of the comment in what was given), theme, nearness (0 to 1)
    languages: language, comments, themes; without rows where themes are declared or coded
    """

    by_theme: pd.DataFrame
    terms: pd.DataFrame
    raised: pd.DataFrame
    languages: pd.DataFrame
    kind: str  # FOUND, DECLARED or CODED
    read: int  # comments given
    saying: int  # of them, those that say something: in themes, without one, in other languages
    with_theme: int
    without: int  # that say something and raise none
    other_languages: int  # in languages with too few comments
    empty: int  # that say nothing
    unnamed_codes: int
    least: int  # as given

    def coverage(self, total: int) -> pd.DataFrame:
        """What became of `total` comments, of which those read are a sample: state, comments; they sum to `total`."""
        states = {
            "with_theme": self.with_theme,
            "without": self.without,
            "other_languages": self.other_languages,
            "empty": self.empty,
            "not_read": max(total - self.read, 0),
        }
        return pd.DataFrame({"state": list(states), "comments": list(states.values())})


def read_comments(
    comments: pd.DataFrame,
    *,
    declared: Sequence[str] = (),
    ratings: Sequence[str] = (),
    waves: Sequence[str] = (),
    least: int = 50,
    hidden: Collection[str] = (),
) -> Comments:
    """Themes of comments, and what goes with each.

    comments: a row a comment: comment (text), group (promoters, passives, detractors), and as far as known wave and the
    ratings. declared: themes as `dictionary` has them; then none are sought. waves: in their order; those of the
    comments in the order of their names, if not given. least: comments of a language from which themes are sought in
    it, and of a theme from which it is scored. hidden: words that may not name a theme.

    Raises InputError for a column that is missing, an unknown group and a declared theme that cannot be read.
    """
    _check(comments)
    texts = comments["comment"].astype(str).tolist()
    patterns = read_dictionary(declared)
    codes = None if patterns else find_codes(texts)
    if codes:
        found = _as_given(codes.names, codes.raised.astype(float), np.full(len(texts), True))
    else:
        nothing = {text: says_nothing(text) for text in set(texts)}
        empty = np.array([nothing[text] for text in texts], dtype=bool)
        held = _part(raise_declared(texts, patterns))
        found = _as_given(list(patterns), held, empty) if patterns else _find(texts, empty, least, hidden)
    raised, saying = found.nearness > 0, ~found.empty
    frame = comments.iloc[np.flatnonzero(saying)].reset_index(drop=True)
    by_theme = _tell(found.names, raised[saying], found.among[saying], frame, ratings, waves, least)
    by_theme.insert(1, "language", pd.Series(found.spoken, dtype="str"))
    by_theme["stability"] = found.stability
    by_theme = by_theme.sort_values("comments", ascending=False, kind="stable", ignore_index=True)
    place, theme = np.nonzero(raised)
    pairs = pd.DataFrame({"place": place, "theme": np.array(found.names, dtype=object)[theme]})
    pairs["nearness"] = found.nearness[place, theme]
    any_raised = raised.any(axis=1)
    return Comments(
        by_theme, found.terms, pairs, found.languages, CODED if codes else DECLARED if patterns else FOUND,
        read=len(texts), saying=int(saying.sum()), with_theme=int(any_raised.sum()),
        without=int((saying & ~any_raised & ~found.other).sum()), other_languages=int(found.other.sum()),
        empty=int(found.empty.sum()),
        unnamed_codes=codes.unnamed if codes else 0, least=least,
    )  # fmt: skip


@dataclass(frozen=True)
class _Sorted:
    """Comments sorted into themes: arrays of a row a comment, those of two dimensions with a column a theme."""

    names: list[str]
    nearness: np.ndarray  # 0 where a comment does not raise the theme
    among: np.ndarray  # whether the comment could raise it, being in its language
    empty: np.ndarray
    other: np.ndarray  # in a language with too few comments
    spoken: list[str]  # the language of each theme, by name
    stability: np.ndarray  # of each theme
    terms: pd.DataFrame
    languages: pd.DataFrame


def _check(comments: pd.DataFrame) -> None:
    if missing := [c for c in ("comment", "group") if c not in comments]:
        raise InputError(f"column {missing[0]!r} is missing", where="comments", allowed="comment, group")
    if wrong := sorted(set(comments["group"].unique()) - set(_GROUPS), key=str):
        raise InputError(f"{wrong[0]!r} is no group", where="comments", allowed=", ".join(_GROUPS))


def _part(counts: np.ndarray) -> np.ndarray:
    """Words held of a theme, as a part of the most that any comment holds of it."""
    return counts / np.maximum(counts.max(axis=0, initial=1), 1)


def _as_given(names: list[str], nearness: np.ndarray, empty: np.ndarray) -> _Sorted:
    """Themes that were declared or coded, in whatever language; a comment that raises one says something."""
    empty = empty & ~(nearness > 0).any(axis=1)
    everywhere, unknown = np.ones(nearness.shape, dtype=bool), np.full(len(names), np.nan)
    no_languages = pd.DataFrame({"language": [], "comments": [], "themes": []})
    nowhere = np.zeros(len(nearness), dtype=bool)
    return _Sorted(names, nearness, everywhere, empty, nowhere, [""] * len(names), unknown, _no_terms(), no_languages)


def _find(texts: list[str], empty: np.ndarray, least: int, hidden: Collection[str]) -> _Sorted:
    """Themes in every language with enough comments."""
    language = find_languages(texts)
    language[empty] = ""
    counts = (
        pd.Series(language[~empty], dtype=object)
        .value_counts()
        .sort_index()
        .sort_values(ascending=False, kind="stable")
    )
    names: list[str] = []
    spoken: list[str] = []
    found: list[tuple[np.ndarray, Topics]] = []
    rows = []
    for code, size in counts.items():
        themes = 0
        if size >= least and code:
            of = np.flatnonzero(language == code)
            topics = find_topics([texts[i] for i in of], str(code), hidden=hidden, taken=names)
            themes = len(topics.names)
            names += topics.names
            spoken += [language_name(str(code))] * themes
            found.append((of, topics))
        rows.append((language_name(str(code)) or "not known", int(size), themes))
    nearness, among = np.zeros((len(texts), len(names))), np.zeros((len(texts), len(names)), dtype=bool)
    other, first = ~empty, 0
    for of, topics in found:
        columns = slice(first, first + len(topics.names))
        nearness[of, columns] = np.where(topics.raised, topics.nearness, 0.0)
        among[of, columns] = True
        other[of] = False
        first = columns.stop
    return _Sorted(
        names, nearness, among, empty, other, spoken,
        np.concatenate([topics.stability for _, topics in found] or [np.zeros(0)]),
        pd.concat([topics.terms for _, topics in found] or [_no_terms()], ignore_index=True),
        pd.DataFrame(rows, columns=["language", "comments", "themes"]),
    )  # fmt: skip


def _no_terms() -> pd.DataFrame:
    return pd.DataFrame({"theme": [], "term": [], "weight": [], "texts": []})


def _tell(
    names: list[str],
    raised: np.ndarray,
    among: np.ndarray,
    comments: pd.DataFrame,
    ratings: Sequence[str],
    waves: Sequence[str],
    least: int,
) -> pd.DataFrame:
    frame = score_themes(raised, comments["group"], least, among)
    frame.insert(0, "theme", pd.Series(names, dtype="str"))
    wave = comments["wave"].astype("string").fillna("") if "wave" in comments else pd.Series("", comments.index)
    order = [str(w) for w in waves] or sorted(w for w in wave.unique() if w)
    rated = comments[[r for r in ratings if r in comments]]
    course, linked = compare_waves(raised, wave, order, least, among), link_ratings(raised, rated, among)
    return pd.concat([frame, course, linked], axis=1)
