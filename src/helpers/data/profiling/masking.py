"""Free text with what identifies a person masked: names, e-mail addresses, telephones, accounts, addresses, links.

Nothing finds every name. The rules prefer masking too much to masking too little: a given name of Faker's lists, the
client's own customers, what follows a title or "my name is", initials, and pairs of words with capitals that no
everyday word explains. German, where every noun has a capital, asks for a listed name in such a pair. Scripts without
capitals are masked by numbers, links and known names alone.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from helpers.data.profiling import given_names as lists

NAME, EMAIL, LINK, NUMBER, DATE, ADDRESS = "[name]", "[e-mail]", "[link]", "[number]", "[date]", "[address]"
_MONEY = r"[$£€¥]|\b(?:eur|usd|gbp|chf|pln|euros?|dollars?|pounds?|zł)\b"
_DAY = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
_ENDINGS = "com|org|net|de|fr|it|es|nl|pl|uk|ch|at|eu|io"
# In this order: what an earlier rule has masked, a later one finds no more.
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\b(?:https?://|www\.)\S+"), LINK),
    (re.compile(r"[^\s@<>()\[\],;:\"']{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+"), EMAIL),
    (
        re.compile(
            r"(?i)(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}\.(?:com|org|net|de|fr|it|es|nl|pl|uk|ch|at|eu|io)/\S+"
        ),
        LINK,
    ),
    (re.compile(r"(?<![\w@])@\w[\w.]+"), NAME),
    (re.compile(rf"(?<![\d./-])(?:{_DAY})(?![\d/-])"), DATE),
    (re.compile(r"(?i)\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?\b"), NUMBER),  # an IBAN
    (
        re.compile(
            r"(?i)\b\d{1,5}[a-z]?,? (?:[^\W\d_][\w'’.-]* ){1,3}"
            r"(?:street|st|road|rd|avenue|ave|lane|drive|close|court|square|boulevard|blvd)\b\.?"
            r"|\b[^\W\d_-]{3,}(?:stra(?:ß|ss)e|str\.|weg|platz|gasse|allee|straat|laan|plein) \d{1,4}[a-z]?\b"
            r"|\b\d{1,4},? (?:bis |ter )?(?:rue|avenue|bd|boulevard|chemin|place)(?: [\w'’-]+){1,4}"
            r"|\b(?:via|viale|piazza|corso|calle|avenida|plaza|rua|ulica|ul\.)"
            r"(?: [\w'’.-]+){1,3},? (?:n\.? ?)?\d{1,4}\b"
            r"|\b[a-z]{1,2}\d[a-z\d]? \d[abd-hjlnp-uw-z]{2}\b"
        ),
        ADDRESS,
    ),
    (re.compile(r"\b(?=(?:[^\W\d]*\d){5})(?=\d*[^\W\d])\w+\b"), NUMBER),  # letters with five figures or more
    (re.compile(r"\b[A-Za-z]{1,5}[-/#](?=(?:[-/]?\d){5})[\d/-]*\d\b"), NUMBER),
    (re.compile(r"(?<![\w,])(?:\+|\()?(?=(?:[ ()./-]{0,2}\d){6})\d(?:[ ()./-]{0,2}\d)+(?!\d)(?!,\d)"), NUMBER),
)
_SUM = r"(?:\d{1,3}(?:[ .,'’]\d{3}){1,3}|\d{1,9})(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(rf"(?i)(?:{_MONEY})\s?{_SUM}(?![ .,'’]?\d)|(?<!\d)(?<!\d[ .,'’]){_SUM}\s?(?:{_MONEY})")
_YEARS = re.compile(r"(?:19|20)\d\d ?[-/] ?(?:19|20)\d\d")
_WORD = re.compile(r"(?<!\w)(?:[OD]['’](?=[^\W\d_a-z]))?[^\W\d_]++(?:-[^\W\d_]++)*+(?![\d_])")
_ENDS_SENTENCE = re.compile(r"[.!?:;\n•\"„“”«»…|]|\s[-–—*]\s|^[-–—*]\s?|\]")
_TITLES = """
    mr mrs ms miss mister dr prof professor sir lady lord rev herr herrn frau fräulein monsieur madame mademoiselle
    mme mlle mmes señor señora señorita sra sr srta doña signor signora signorina sig dott dottoressa dhr mevrouw
    mevr meneer heer mw senhor senhora pani pan pana panu panią panem państwo pana fru г-н г-жа господин госпожа κύριος
    κυρία
"""
_CAPITAL_TITLES = {"m", "mm", "don", "pan", "sir", "lady", "lord", "sr", "sig", "miss"}
_PARTICLES = """
    van der den de von zu la di da dos das do del della le les el al bin ibn du d ter ten af 't y e
"""
_INTRODUCED = re.compile(
    r"(?i)\b(?:my name is|my name's|name is|ich hei(?:ß|ss)e|mein name(?: ist)?|je m['’]appelle|mon nom est|me llamo|"
    r"mi nombre es|mi chiamo|il mio nome è|ik heet|mijn naam is|(?:o )?meu nome é|chamo-me|me chamo|nazywam się|"
    r"mam na imię|jag heter|mit navn er|меня зовут|με λένε)\s*:?\s+(?=[^\W\d_])"
)
_BEFORE_NAME = re.compile(
    r"(?i)\b(?:spoke (?:to|with)|speak (?:to|with)|talked (?:to|with)|dealt with|helped by|served by|thanks to|"
    r"thank you|thanks|called|named|ask(?:ed)? for|regards|cheers|yours|sincerely|agent|advisor|waiter|waitress|"
    r"manager|colleague|driver|technician|engineer|rep|representative|employee|nurse|clerk|cashier|assistant|guy|lady|"
    r"kollegin|kollege|kollegen|berater|beraterin|"
    r"verkäufer|verkäuferin|grüße|grüßen|gruß|dank an|namens|"
    r"conseill(?:er|ère)|vendeu(?:r|se)|nommée?|appelée?|grâce à|merci à|cordialement|llamad[oa]|gracias a|atendió|"
    r"chiamat[oa]|grazie a|genaamd|dankzij|medewerker|medewerkster|groeten|graças a|chamad[oa]|dzięki|pozdrawiam)"
    r"[ ,:]{1,3}\n?(?=[^\W\d_])"
)
_SHOUTS = 0.7  # of the words of a text: above it, capitals tell nothing
_GERMAN = """
    und der die das nicht ist ich sehr mit für war ein eine wir auf zu den dem im bei von hat wurde alles
"""
_OTHER = """
    the and is was to of my very with for le les est une et el los muy con il che het een niet nie jest o a e
"""

_TITLE_WORDS = frozenset(_TITLES.split())
_PARTICLE_WORDS = frozenset(_PARTICLES.split())
_GERMAN_WORDS = frozenset(_GERMAN.split())
_OTHER_WORDS = frozenset(_OTHER.split())


def mask_texts(texts: pd.Series, known_names: Collection[str] = ()) -> pd.Series:
    """The texts with what identifies a person replaced by [name], [e-mail], [link], [number], [date] or [address].

    texts: text, blanks stay blank; the index stays. known_names: names of the client's customers, "Jane Doe" or
    "Doe, Jane", masked also where no rule would find them. Masked text masked again stays as it is.
    """
    known = _Known.of(known_names)
    masked = {text: mask_text(text, known) for text in texts.dropna().astype(str).unique()}
    return texts.map(lambda text: text if pd.isna(text) else masked[str(text)]).astype(object)


@dataclass(frozen=True)
class _Known:
    """Names that are certainly persons': their parts, and which part may follow which, in small letters."""

    parts: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    whole: tuple[str, ...]  # in scripts that do not part words

    @classmethod
    def of(cls, names: Iterable[str]) -> "_Known":
        parts, pairs, whole = set(), set(), []
        for name in {str(n) for n in names if isinstance(n, str)}:
            words = [w.casefold() for w in _WORD.findall(name)]
            parts |= {w for w in words if len(w) > 2 and w not in _PARTICLE_WORDS and w not in _TITLE_WORDS}
            pairs |= {pair for one in pairwise(words) for pair in (one, one[::-1])}
            if len(words) == 1 and len(name.strip()) > 1 and not name.isascii() and name.upper() == name.lower():
                whole.append(name.strip())
        return cls(frozenset(parts), frozenset(pairs), tuple(sorted(whole, key=len, reverse=True)))


def mask_text(text: str, known: _Known | None = None) -> str:
    """One text, as `mask_texts` masks it."""
    known = known or _Known.of(())
    for pattern, what in _FORMS:
        if what == NUMBER:
            kept = [found.span() for keep in (_AMOUNT, _YEARS) for found in keep.finditer(text)]
            text = _replace_except(text, pattern, kept)
        else:
            text = pattern.sub(what, text)
    for name in known.whole:
        text = text.replace(name, NAME)
    return _mask_names(text, known)


def _replace_except(text: str, pattern: re.Pattern[str], kept: list[tuple[int, int]]) -> str:
    def replaced(found: re.Match[str]) -> str:
        return found[0] if any(start <= found.start() < end for start, end in kept) else NUMBER

    return pattern.sub(replaced, text)


@dataclass
class _Word:
    """A word of a text: where it stands, in small letters, and what may be told of it by itself."""

    start: int
    end: int
    folded: str
    capital: bool  # "Anna", and "ANNA" where the whole text shouts
    opens: bool  # at the start of a sentence
    joined: bool  # only a blank, or a full stop and a blank, parts it from the word before


def _words(text: str) -> list[_Word]:
    words: list[_Word] = []
    last = 0
    for m in _WORD.finditer(text):
        if text[m.start() - 1 : m.start()] == "[" and text[m.end() : m.end() + 1] == "]":
            continue  # masked before
        gap = text[last : m.start()]
        after_title = bool(words) and _is_title(words[-1], gap)
        initial = bool(words) and words[-1].capital and words[-1].end - words[-1].start == 1
        opens = not words or (_ENDS_SENTENCE.search(gap) is not None and not after_title and not initial)
        joined = bool(words) and (gap == " " or (gap in (". ", ".") and (after_title or initial)))
        words.append(_Word(m.start(), m.end(), m[0].casefold(), m[0][0].isupper(), opens, joined))
        last = m.end()
    return words


def _is_title(word: _Word, gap: str) -> bool:
    if word.folded in _CAPITAL_TITLES:
        return word.capital and (gap.startswith(".") or word.folded not in {"m", "mm"})
    return word.folded in _TITLE_WORDS


def _mask_names(text: str, known: _Known) -> str:
    words = _words(text)
    named = [False] * len(words)
    style = _Style.of(words)
    introduced = {m.end() for m in _INTRODUCED.finditer(text)}
    beside = {m.end() for m in _BEFORE_NAME.finditer(text)}
    for i, word in enumerate(words):
        after = words[i + 1] if i + 1 < len(words) and words[i + 1].joined else None
        if _is_title(word, text[word.end : word.end + 1]):
            _mark_run(words, named, i + 1, 3)
            if after and not named[i + 1] and not after.capital and _may_be_name(after.folded):
                named[i + 1] = after.folded not in lists.everyday_words()
        elif named[i]:
            continue
        elif after and (word.folded, after.folded) in known.pairs:
            named[i] = named[i + 1] = True
        elif word.start in introduced and _may_be_name(word.folded):
            named[i] = True
            if after and not after.capital:  # "my name is jane doe"
                named[i + 1] = after.folded not in lists.everyday_words()
        elif word.start in beside and _is_addressed(word, style):
            named[i] = True
        elif not word.capital:
            named[i] = after is not None and not after.capital and _is_small_name(word.folded, after.folded)
            if named[i]:
                named[i + 1] = True
        else:
            named[i] = _is_name(word, after, known, style)
        if named[i]:
            _mark_run(words, named, i + 1, 1 if style.shouts else 2)
    return _replace(text, words, named)


@dataclass(frozen=True)
class _Style:
    """How a text uses capitals."""

    shouts: bool  # nearly all letters, or the first ones of nearly all words, are capitals
    german: bool  # every noun has one

    @classmethod
    def of(cls, words: list[_Word]) -> "_Style":
        long = [w for w in words if len(w.folded) > 1]
        said = [w.folded for w in words]
        german = sum(w in _GERMAN_WORDS or re.search("[äöüß]", w) is not None for w in said)
        shouts = len(long) > 3 and sum(w.capital for w in long) > _SHOUTS * len(long)
        return cls(shouts, german > sum(w in _OTHER_WORDS for w in said))


def _may_be_name(folded: str) -> bool:
    return folded not in lists.common_words() and folded not in _TITLE_WORDS


def _is_given(folded: str) -> bool:
    """A given name, and no everyday word; of a double one, either part."""
    parts = [folded, *folded.split("-")]
    return any(p in lists.given_names() and p not in lists.ambiguous_names() for p in parts)


def _is_addressed(word: _Word, style: _Style) -> bool:
    if not _may_be_name(word.folded):
        return False
    if not word.capital or style.shouts or style.german:
        return word.folded in lists.given_names() and word.folded not in lists.everyday_words()
    return True


def _is_small_name(one: str, other: str) -> bool:
    """ "john smith", without capitals."""
    return _is_given(one) and other in lists.family_names() and other not in lists.everyday_words()


def _is_name(word: _Word, after: _Word | None, known: _Known, style: _Style) -> bool:
    """Whether a word with a capital begins a name."""
    folded, alone = word.folded, after is None or not after.capital or not _may_be_name(after.folded)
    if folded in known.parts and folded not in lists.everyday_words():
        return True
    if _is_given(folded):
        return True
    if not _may_be_name(folded):
        return False
    if folded in lists.given_names() and not word.opens and not (style.shouts or style.german):
        return True
    if alone or after is None:
        return False
    if word.end - word.start == 1:  # J. Smith, J. R. Smith
        return not style.shouts
    # A given name after it is masked without it: "Kollegin Petra".
    listed = folded in lists.given_names() or (after.folded in lists.family_names() and not _is_given(after.folded))
    listed = listed or (_is_given(after.folded) and folded in lists.family_names())
    if style.shouts or style.german:
        return listed and folded not in lists.everyday_words()
    if word.opens:
        known_word = after.folded in lists.everyday_words() or _is_given(after.folded)
        return folded not in lists.everyday_words() and (listed or not known_word)
    return True


def _mark_run(words: list[_Word], named: list[bool], first: int, most: int) -> None:
    """Take what follows as the rest of a name: words with capitals, with the particles between them."""
    i = first
    while i < len(words) and words[i].joined and most:
        ahead = next((j for j in range(i, min(i + 3, len(words))) if words[j].folded not in _PARTICLE_WORDS), None)
        if ahead is None or not all(w.joined for w in words[i : ahead + 1]):
            return
        if not words[ahead].capital or not _may_be_name(words[ahead].folded):
            return
        named[i : ahead + 1] = [True] * (ahead + 1 - i)
        i, most = ahead + 1, most - 1


def _replace(text: str, words: list[_Word], named: list[bool]) -> str:
    spans: list[list[int]] = []
    for i, word in enumerate(words):
        if not named[i]:
            continue
        if spans and i and named[i - 1] and text[spans[-1][1] : word.start] in (" ", ".", ". "):
            spans[-1][1] = word.end
        else:
            spans.append([word.start, word.end])
    parts, last = [], 0
    for start, end in spans:
        dotted = end - start == 1 or (text[end - 2 : end - 1] in " ." and text[end : end + 1] == ".")
        parts += [text[last:start], NAME]
        last = end + (dotted and text[end : end + 1] == ".")
    return "".join([*parts, text[last:]])
