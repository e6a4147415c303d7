"""From a comment to its terms: words without endings, pairs of words that stand together, and what is denied.

A term has a key, by which "deliveries late" and "delivery was late" are one, and a surface: what people wrote. Pairs
are of words in one sentence between which stand two stop words at most ("answer the phone"). A negation belongs to the
word it denies: "not answered" and "nobody answers" are a term of their own.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from helpers.analysis.comments.vocabulary import fold, stem, vocabulary

READ_CHARACTERS = 5_000  # of a comment; who writes more has said by then what it is about
DENIED = "¬"
_APART = 2  # stop words that may stand between the words of a pair
_LONGEST = 40  # characters of a word; longer ones are no words
_MARKUP = re.compile(
    r"^\s*[=+@-]\s*\w+\(|<[^<>]{0,200}>|https?://[^\s\"'<>]+|www\.[^\s\"'<>]+|\S+@\S+|\[[\w-]{2,12}\]|&\w{2,8};"
)
_SENTENCE = re.compile(r"[.!?:;,()\n\r\t…|/\"„“”«»=]+")
_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_CJK}]+|[^\W\d_{_CJK}]+(?:['’-][^\W\d_{_CJK}]+)*")
_HAS_CJK = re.compile(rf"[{_CJK}]")
# "l'eau", "dell'acqua": the word stands after the apostrophe; in "don't", "it's" before it.
_ELIDED = re.compile(
    r"(?i)^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|[\w]{0,6}ll|un|quest|quell|sant|cos|dov|anch)['’](?=\w)"
)
_NOT = re.compile(r"(?i)n['’]t$")


@dataclass(frozen=True)
class Term:
    key: str
    surface: str


@dataclass
class Surfaces:
    """How people wrote each term, counted."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, terms: Iterable[Term]) -> None:
        for term in terms:
            self.counts[term.key][term.surface] += 1

    def of(self, key: str) -> str:
        """The way in which most wrote it; of equals the first in the alphabet."""
        return min(self.counts[key].items(), key=lambda item: (-item[1], item[0]))[0]


@dataclass(frozen=True)
class _Token:
    key: str  # "" for a stop word
    denies: bool
    start: int
    end: int


def terms_of(text: str, language: str) -> list[Term]:
    """The terms of one comment, in its order; a term that stands in it twice is there twice."""
    text = _MARKUP.sub(" . ", text[:READ_CHARACTERS])
    if text.isupper():
        text = text.lower()
    found: list[Term] = []
    last = 0
    for gap in [*_SENTENCE.finditer(text), None]:
        end = gap.start() if gap else len(text)
        sentence = text[last:end]
        if sentence.strip():
            tokens = _tokens(sentence, language)
            found += _words(sentence, tokens) + _pairs(sentence, tokens) + _denials(sentence, tokens)
        last = gap.end() if gap else end
    return found


def terms_of_all(texts: Sequence[str], language: str) -> tuple[list[list[str]], Surfaces]:
    """The keys of each text's terms, and how they were written."""
    surfaces, keys = Surfaces(), []
    for text in texts:
        terms = terms_of(text, language)
        surfaces.add(terms)
        keys.append([term.key for term in terms])
    return keys, surfaces


def words_only(text: str, most: int) -> str:
    """The first words of a text as they were written, without markup, addresses, numbers and signs."""
    words = [match[0] for match in _WORD.finditer(_MARKUP.sub(" ", text[:READ_CHARACTERS]))]
    said = " ".join(words[:most])
    said = said[:1].lower() + said[1:] if said[1:2].islower() else said
    return f"{said} …" if len(words) > most else said


def _tokens(sentence: str, language: str) -> list[_Token]:
    words = vocabulary(language)
    tokens = []
    for match in _WORD.finditer(sentence):
        start, end = match.span()
        if _HAS_CJK.match(match[0]):  # no blanks between words: each two signs are one
            tokens += [
                _Token(match[0][i : i + 2], False, start + i, start + i + 2) for i in range(max(end - start - 1, 0))
            ]
            continue
        if _NOT.search(match[0]):
            tokens.append(_Token("", True, start, end))
            continue
        if elided := _ELIDED.match(match[0]):
            start += elided.end()
        elif (apostrophe := re.search("['’]", match[0])) is not None:
            end = start + apostrophe.start()
        word = sentence[start:end].casefold().replace("-", "").replace("’", "").replace("'", "")
        folded = fold(word)
        denies = folded in words.negations
        empty = denies or folded in words.stops or len(folded) < 2 or len(folded) > _LONGEST
        tokens.append(_Token("" if empty else stem(word, language), denies, start, end))
    return tokens


def _words(sentence: str, tokens: list[_Token]) -> list[Term]:
    return [Term(t.key, _written(sentence, t.start, t.end, not i)) for i, t in enumerate(tokens) if t.key]


def _pairs(sentence: str, tokens: list[_Token]) -> list[Term]:
    found = []
    filled = [i for i, t in enumerate(tokens) if t.key]
    for i, j in pairwise(filled):
        between = tokens[i + 1 : j]
        if len(between) > _APART or any(t.denies for t in between) or tokens[i].key == tokens[j].key:
            continue
        if _HAS_CJK.match(tokens[i].key) and _HAS_CJK.match(tokens[j].key):
            continue
        surface = _written(sentence, tokens[i].start, tokens[j].end, not i)
        found.append(Term(f"{tokens[i].key} {tokens[j].key}", surface))
    return found


def _denials(sentence: str, tokens: list[_Token]) -> list[Term]:
    """What each negation denies: the next word that is no stop word, or where the sentence ends before, the last
    one.
    """
    found = []
    for i, token in enumerate(tokens):
        if not token.denies:
            continue
        denied = _nearest(tokens, range(i + 1, min(i + 2 + _APART, len(tokens))))
        if denied is None:
            denied = _nearest(tokens, range(i - 1, max(i - 2 - _APART, -1), -1))
        if denied is not None:
            first, last = sorted((i, denied))
            surface = _written(sentence, tokens[first].start, tokens[last].end, not first)
            found.append(Term(DENIED + tokens[denied].key, surface))
    return found


def _nearest(tokens: list[_Token], places: range) -> int | None:
    """The first of the places with a word; none beyond another negation, which denies what follows it."""
    for i in places:
        if tokens[i].key:
            return i
        if tokens[i].denies:
            return None
    return None


def _written(sentence: str, start: int, end: int, opens: bool) -> str:
    """As written, in one line; the capital that only opens a sentence is taken back."""
    surface = " ".join(sentence[start:end].split())
    return surface[:1].lower() + surface[1:] if opens and surface[1:2].islower() else surface
