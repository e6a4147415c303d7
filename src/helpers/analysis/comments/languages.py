"""The language of each comment, told by the letters it is made of and by the mix of languages of all comments.

The letters are py3langid's (Lui and Baldwin 2012, "langid.py: An Off-the-shelf Language Identification Tool"): a naive
Bayes model of byte n-grams. Alone it guesses wildly at short texts, and comments are short. So the languages of the
corpus are found first, in the comments that are long enough; then every comment is given the likeliest of these, those
of three words or less that of most comments unless their letters clearly say otherwise.
"""

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from helpers.analysis.comments.vocabulary import LANGUAGES

LONG_WORDS = 5  # a text of as many words tells its language by itself
SHORT_WORDS = 3
LEAST_SHARE = 0.02  # of the long texts, in a language of the corpus
LEAST_TEXTS = 5
_LEAD = 3.0  # log-likelihood by which a short text must lean to a language that is not that of most
_FOREIGN_LEAD = 20.0  # the same, for a text in a language that the corpus does not speak
_READ = 400  # characters that tell a language
_WORD = re.compile(r"[^\W\d_]+")
_NO_LANGUAGE = re.compile(r"https?://\S+|\S+@\S+|<[^<>]{0,200}>|\[[\w-]+\]|[\d_]+")


def find_languages(texts: Sequence[str]) -> np.ndarray:
    """The ISO 639-1 code of each text's language, "" for one without a letter; an array of str, one a text."""
    words = [_WORD.findall(_NO_LANGUAGE.sub(" ", text[:_READ])) for text in texts]
    counts = np.array([len(w) for w in words], dtype=int)
    found = np.full(len(texts), "", dtype=object)
    spoken = np.flatnonzero(counts)
    if not len(spoken):
        return found
    joined, place = np.unique([" ".join(words[i]) for i in spoken], return_inverse=True)
    scores = _log_likelihoods(joined.tolist())[place]
    counts = counts[spoken]
    best = scores.argmax(axis=1)
    telling = counts >= LONG_WORDS if (counts >= LONG_WORDS).sum() >= LEAST_TEXTS else np.ones(len(spoken), dtype=bool)
    share = np.bincount(best[telling], minlength=len(LANGUAGES)) / telling.sum()
    least = min(max(LEAST_SHARE, LEAST_TEXTS / telling.sum()), share.max())
    corpus = np.flatnonzero(share >= least)
    main = corpus[share[corpus].argmax()]
    likely = scores[:, corpus] + np.log(share[corpus])
    chosen = corpus[likely.argmax(axis=1)]
    lead = likely.max(axis=1) - likely[:, corpus == main][:, 0]
    chosen = np.where((counts <= SHORT_WORDS) & (lead < _LEAD), main, chosen)
    rows = np.arange(len(spoken))
    foreign = scores[rows, best] - scores[rows, chosen] > _FOREIGN_LEAD
    codes = np.array(list(LANGUAGES), dtype=object)
    found[spoken] = codes[np.where(foreign, best, chosen)]
    return found


def _log_likelihoods(texts: list[str]) -> np.ndarray:
    """One row a text, one column a language of LANGUAGES."""
    identifier, place = _identifier(), {code: i for i, code in enumerate(LANGUAGES)}
    scores = np.empty((len(texts), len(place)))
    for row, text in zip(scores, texts, strict=True):
        for code, score in identifier.rank(text.lower()):
            row[place[code]] = score
    return scores


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    return identifier
