"""Names of themes in people's own words: "late delivery, courier", never a stem and never a number."""

import re
from collections.abc import Collection, Sequence

from helpers.analysis.comments.texts import DENIED
from helpers.analysis.comments.vocabulary import fold

UNNAMED = "people by name"
_WORDS = 3  # words of a name, a pair counting as two
_PAIR_WEIGHT = 0.5  # a pair says more than its first word, from this part of that word's weight on
_LEAST_WEIGHT = 0.25  # of the heaviest term; a word that weighs less does not help to name the theme
_LONGEST = 3  # words that people wrote for a pair: "answered the phone"

Weighed = tuple[str, str, float]  # key, as people wrote it, weight as a part of the heaviest


def without_persons(terms: Sequence[Weighed], hidden: Collection[str]) -> list[Weighed]:
    """The terms without those that hold a hidden word, as persons' names are."""
    unsaid = {fold(word) for word in hidden}
    return [term for term in terms if not unsaid & set(re.findall(r"\w+", fold(term[1])))]


def name_theme(usable: Sequence[Weighed], taken: Collection[str] = ()) -> str:
    """A name from terms, heaviest first. taken: names of other themes, which are not given again."""
    words = {key for key, _, weight in usable if not is_pair(key) and weight >= _LEAST_WEIGHT}
    pairs = [t for t in usable if is_pair(t[0]) and len(t[1].split()) <= _LONGEST and _parts(t[0]) <= words]
    chosen: list[str] = []
    said: set[str] = set()
    room = _WORDS
    for term in usable:
        key, _, weight = term
        if is_pair(key) or key in said or not room or (chosen and weight < _LEAST_WEIGHT):
            continue
        pair = next((p for p in pairs if _holds(p, term, said)), None) if room > 1 else None
        chosen.append(pair[1] if pair else term[1])
        said |= _parts(pair[0]) if pair else {key}
        room -= 2 if pair else 1
    name = ", ".join(chosen) or UNNAMED
    more = iter([t[1] for t in usable if t[1] not in chosen])
    while name in taken:
        name = f"{name}, {next(more, 'more')}"
    return name


def is_pair(key: str) -> bool:
    """Whether a term is of two words, or of a word and what denies it."""
    return " " in key or key.startswith(DENIED)


def _holds(pair: Weighed, word: Weighed, said: set[str]) -> bool:
    return word[0] in _parts(pair[0]) and not _parts(pair[0]) & said and pair[2] >= _PAIR_WEIGHT * word[2]


def _parts(key: str) -> set[str]:
    return set(key.removeprefix(DENIED).split())
