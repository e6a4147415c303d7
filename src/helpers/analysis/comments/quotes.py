"""Typical comments of each theme: nearest to what all who raise it have in common, short enough to be read."""

import numpy as np
import pandas as pd

from helpers.analysis.comments.dictionary import plain_text
from helpers.analysis.comments.reading import CODED, Comments
from helpers.analysis.comments.vocabulary import says_nothing

LEAST_WORDS, MOST_WORDS = 6, 40
_ALIKE = 0.6  # part of their words that two quotes share, from which the second adds nothing
_LOOKED_AT = 200  # of the nearest comments of a theme
_SHORTER = 2  # words at least, where no comment of a theme is long enough


def pick_quotes(found: Comments, comments: pd.DataFrame, most: int) -> pd.DataFrame:
    """Up to `most` comments of each theme, of different people and unlike each other: theme, comment, group, and wave
    where it is known. Where no theme was found, of all comments, those of the lowest scorers first; theme is then "".

    comments: as `read_comments` was given them; with customer_id nobody is quoted twice for one theme. The comments
    come as they were written: mask them before they are shown.
    """
    columns = ["theme", "comment", "group", *(["wave"] if "wave" in comments else [])]
    if most <= 0 or found.kind == CODED or not len(comments):
        return pd.DataFrame(columns=columns).astype("str")
    by_theme = found.raised.groupby("theme", sort=False)
    nearest = {name: part.sort_values("nearness", ascending=False, kind="stable") for name, part in by_theme}
    chosen: list[tuple[str, int]] = []
    for theme in found.by_theme["theme"]:
        places = nearest[theme]["place"].to_numpy() if theme in nearest else np.zeros(0, dtype=int)
        chosen += [(theme, place) for place in _choose(comments, places[:_LOOKED_AT], most)]
    if not len(found.by_theme):
        order = comments["group"].map({"detractors": 0, "passives": 1, "promoters": 2}).to_numpy()
        chosen = [("", place) for place in _choose(comments, np.argsort(order, kind="stable"), most)]
    picked = comments.iloc[[place for _, place in chosen]].reset_index(drop=True)
    picked["theme"] = [theme for theme, _ in chosen]
    return picked[columns]


def _choose(comments: pd.DataFrame, places: np.ndarray, most: int) -> list[int]:
    """The first `most` of the places with comments of a fit length, each of another person and in other words."""
    texts = comments["comment"].to_numpy()
    who = comments["customer_id"].to_numpy() if "customer_id" in comments else np.full(len(comments), None)
    words = {place: plain_text(str(texts[place])[:2_000]).split() for place in places}
    for least in (LEAST_WORDS, _SHORTER):
        chosen: list[int] = []
        for place in places:
            if len(chosen) == most:
                break
            if not least <= len(words[place]) <= MOST_WORDS or says_nothing(str(texts[place])):
                continue
            same = any(not pd.isna(who[place]) and who[place] == who[other] for other in chosen)
            if not same and not any(_alike(words[place], words[other]) for other in chosen):
                chosen.append(int(place))
        if chosen:
            return chosen
    return []


def _alike(one: list[str], other: list[str]) -> bool:
    shared = set(one) & set(other)
    return len(shared) >= _ALIKE * min(len(set(one)), len(set(other)))
