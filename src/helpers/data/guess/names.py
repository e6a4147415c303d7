"""What a header says: its words' meanings, how well they name a canonical column, and a short name made of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz import fuzz, process

from helpers.data.guess.patterns import MANY, PATTERNS, REFUSES, STRICT
from helpers.data.guess.words import LEXEMES, NOISE, fold, plain
from helpers.data.schema import TABLES

_NEARLY = 88  # of 100: a word so much like a known one is it, misspelt
_LINKS = ("", "s", "n", "es", "en", "er")  # between the parts of German and Dutch compounds
_SPELT_WITH_SIGNS = tuple(
    (re.compile(shape, re.IGNORECASE), f" {meant} ")
    for shape, meant in (
        ("#", "no"), (r"\bq\.t[àa]", "qta"), (r"\bp\.?v\.?p\b\.?", "pvp"), (r"\bart[.\-_ ]*(nr|no|num)\b", "artikelnr"),
        (r"\bdistinct_?id\b", "user id"), (r"\bto[ _]?date\b", "until date"),
        (r"months?[ _]on[ _]books?", "tenure months"),
    )
)  # fmt: skip
_UNKNOWN_COST, _EXTRA_COST, _MOST_UNKNOWN = 0.1, 0.2, 0.35
_ASIDE_COST = 0.5  # tax, shipping, status: beside what the other word says
_DATED = frozenset({"START", "SINCE", "DONE", "SENT", "OCCURRED", "TRIAL", "ORDER"})  # what names a date without "date"
_ENDS, _OTHER_END_COST = (
    frozenset({"START", "END", "TRIAL", "LAST", "REFUND", "DUE", "AVERAGE"}),
    0.4,
)  # a name without them is another one
_OF_A_LINE, _MEASURED = frozenset({"ORDER", "PRODUCT"}), frozenset({"QUANTITY", "AMOUNT", "PRICE", "DISCOUNT", "COST"})
_NEAR_COST = 0.05  # "order item total" is a total
_NEUTRAL = frozenset({"GROUP", "TYPE", "LINE"})  # said beside anything without changing much
KINDS = ("demographic", "firmographic", "geographic", "psychographic", "technographic", "behavioural")


_FILE_WORDS = {
    "orders": {"ORDER", "AMOUNT"},
    "customers": {"CUSTOMER", "ACCOUNT", "HOUSEHOLD"},
    "surveys": {"SCORE", "CSAT", "SURVEY", "RESPONSE", "COMMENT"},
    "subscriptions": {"PLAN"},
    "events": {"EVENT", "TICKET", "USAGE"},
    "exposures": {"CAMPAIGN", "SENT", "ARM"},
}
_MORE_FILE_WORDS = {
    "surveys": {"survey", "surveys", "umfrage", "enquete", "encuesta", "sondaggio", "enquesta", "ankieta", "inquerito"},
    "customers": {"crm", "clienti", "kontakte"},
    "events": {"log", "logs", "tracking", "clickstream", "redemptions", "visits", "returns"},
    "exposures": {"exposures", "exposure", "abtest"},
}


@dataclass(frozen=True)
class Header:
    """One header: its words, and for each known word what it may mean."""

    text: str
    words: tuple[str, ...]  # folded, without numbers and words that mean nothing
    meanings: tuple[frozenset[str], ...]  # one a known word or part of a compound
    unknown: int  # words that mean nothing to us
    canonical: str  # the header as a canonical name would be written

    def means(self, *concepts: str) -> bool:
        return self.said.issuperset(concepts)

    @cached_property
    def said(self) -> frozenset[str]:
        """All that its words may mean."""
        return frozenset().union(*self.meanings)


@lru_cache(maxsize=10_000)
def read_header(text: str) -> Header:
    """Split a header into words ("InvoiceNo", "rechnungs_datum", "Q7SIGN") and look each up."""
    words = [fold(word) for word in split_words(text) if not word.isdigit()]
    meanings: list[frozenset[str]] = []
    unknown = 0
    counts = bool(re.search(r"(?i)\b(number|num|no|nr|#)[ _]?of|NumberOf|NumOf", text))
    for word in words:
        found = _look_up(word)
        if counts and any("ID" in meaning for meaning in found):  # "number of orders" is no order's number
            found = tuple(meaning - {"ID"} | {"COUNT"} for meaning in found)
        if not found and word not in NOISE:
            unknown += 1
            found = _look_up_end(word)
        meanings += found
    told = tuple(word for word in words if word not in NOISE or word in LEXEMES)
    return Header(text, told, tuple(meanings), unknown, re.sub(r"\W+", "_", text.strip().casefold()))


def split_words(text: str) -> list[str]:
    """The words of a header in lower case, parted at signs, at a change of case, and between letters and digits."""
    for shape, meant in _SPELT_WITH_SIGNS:
        text = shape.sub(meant, text)
    text = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-ZÀ-Þ])(?=[A-ZÀ-Þ][a-zà-ÿ])", " ", text)
    return re.findall(r"[^\W\d_]+|\d+", plain(text))


def name_fit(header: Header, table: str, column: str) -> float:
    """How well a header names a canonical column, 0 to 1; the canonical name itself is 1."""
    return name_reason(header, table, column)[0]


def name_reason(header: Header, table: str, column: str) -> tuple[float, str]:
    """How well a header names a canonical column, and what it says for it."""
    if header.canonical == column:
        return 1.0, "its name is the kit's own"
    if is_personal(header) or (column == "consent" and REFUSES & set(header.words)):
        return 0.0, ""
    if column == "monthly_fee" and header.means("SUMMED") and not header.means("MONTH") and len(header.words) > 1:
        return 0.0, ""  # what was paid in all
    if column == "customer_id" and not header.means("ID") and MANY & set(header.words):
        return 0.0, ""  # a count of them
    patterns = PATTERNS[table].get(column, ())
    against = STRICT.get(column, frozenset())
    if any(
        meaning & against and not meaning & {w for _, p in patterns for w in p.split()} for meaning in header.meanings
    ):
        return 0.0, ""
    fit, wanted = max(
        ((_fit_pattern(header, weight, wanted.split()), wanted) for weight, wanted in patterns), default=(0.0, "")
    )
    return fit, f"its name says {' and '.join(wanted.casefold().split())}" if fit else ""


def name_fits(header: Header, table: str) -> dict[str, float]:
    """Every column of a table that a header may name, with how well."""
    fits = {column: name_fit(header, table, column) for column in TABLES[table].column_names}
    return {column: fit for column, fit in fits.items() if fit > 0}


def named_after_a_table(name: str) -> bool:
    """Whether a file or a table is called like one of the canonical tables, in any language that is known."""
    return any(named_after(name, table) for table in TABLES)


def named_after(file_name: str, table: str) -> bool:
    """Whether it is called like this one."""
    words = split_words(file_name)
    meanings = frozenset().union(*read_header(file_name).meanings)
    return bool(meanings & _FILE_WORDS[table] or set(words) & _MORE_FILE_WORDS.get(table, set()) or table in words)


def names_a_campaign(file_name: str) -> bool:
    """Whether it is called like a campaign, so that a list of customers in it is a list of its members."""
    return read_header(file_name).means("CAMPAIGN") or bool(set(split_words(file_name)) & {"exposures", "exposure"})


def attribute_kind(header: Header) -> str:
    """The kind of trait a header names, or an empty string."""
    if header.means("ACCOUNT", "SIZE"):
        return "firmographic"
    return next((kind for kind in KINDS if header.means(kind.upper())), "")


def is_personal(header: Header) -> bool:
    """Whether a column holds what a report has no use for and should not carry: phone, street, birth date."""
    place = header.means("GEOGRAPHIC") and {"country", "city", "state", "region", "land", "pais"} & set(header.words)
    personal = (header.means("PERSONAL") and not place) or header.means("FIRSTNAME") or header.means("FIRST", "NAME")
    return personal and not header.means("EMAIL")


def names_a_person(header: Header) -> bool:
    """Whether a column holds a person's name or number, which no report groups by: card, surname, full name."""
    words = set(header.words)
    if header.means("COMMENT") or {"note", "notes"} & words or {"card", "last"} <= words:
        return True
    if {"owner", "rep", "manager", "agent", "advisor", "assignee", "last4"} & set(header.words):
        return True
    card = bool({"cc", "card", "iban", "passport", "license", "licence", "ssn"} & set(header.words))
    of_a_thing = any(header.means(word) for word in ("GEOGRAPHIC", "PRODUCT", "CATEGORY", "PLAN", "CAMPAIGN"))
    named = header.means("NAME") and not of_a_thing
    return is_personal(header) or header.means("SURNAME") or named or (card and header.means("ID"))


def short_name(text: str, taken: Iterable[str] = (), suffix: str = "rating") -> str:
    """A name for the report from a header: "Q2_Delivery" is delivery, "Q7SIGN" is sign, a question its main words."""
    stripped = re.sub(r"^\s*[A-Za-z]{1,2}\d+[a-z]?(?=[\s_.:\-)]|[A-Z])[\s_.:\-)]*", "", text)
    without_unit = re.sub(r"\s*[(\[][^)\]]*[)\]]\s*$", "", stripped or text)  # "Annual income (k$)"
    pieces = split_words(without_unit or stripped or text)
    words = [w for w in pieces if fold(w) not in NOISE and not w.isdigit()]
    if len(words) > 4:
        told = [w for w in words if not set().union(*_look_up(fold(w))) & {"CSAT", "MARK", "OVERALL", "EFFORT"}]
        words = (told or words)[:4]
    if not words:  # "Q2_1", "Were you": the header as it is
        words = re.findall(r"[^\W_]+", plain(text))
    name = base = "_".join(words)[:40].strip("_") or suffix
    taken, number = set(taken), 1
    while name in taken or name.isdigit():
        name = f"{base}_{suffix}" if number == 1 else f"{base}_{suffix}_{number}"
        number += 1
    return name


def question_block(text: str) -> str:
    """What the questions of one battery share: "Q7" of "Q7SIGN", "sat" of "sat_price"; empty where nothing shows."""
    match = re.match(r"\s*([A-Za-z]{1,12}\s?\d+)(?=\D)", text) or re.match(r"\s*([A-Za-z]{2,12})[_ .\-]+(?=\w)", text)
    return match[1].upper().replace(" ", "") if match else ""


def _fit_pattern(header: Header, weight: float, wanted: list[str]) -> float:
    if not header.means(*wanted) or (wanted == ["ID"] and header.unknown):
        return 0.0
    if wanted == ["ID"] and any("ID" not in meaning for meaning in header.meanings):
        return 0.0  # another thing's number
    beside = [meaning for meaning in header.meanings if not meaning & {*wanted, *_NEUTRAL}]
    near = sum(bool(meaning & _OF_A_LINE) for meaning in beside) if {*wanted} & _MEASURED else 0
    extra = len(beside) - near
    unknown = min(_MOST_UNKNOWN, _UNKNOWN_COST * header.unknown)
    aside = _ASIDE_COST if header.means("ASIDE") else 0.0
    if "CHURN" not in wanted:
        other = (
            _ENDS - {"AVERAGE"}
            if "PRICE" in wanted
            else _ENDS
            if "DATE" in wanted or {*wanted} & _DATED
            else frozenset({"REFUND", "AVERAGE"})
        )
        ends = [meaning & other for meaning in header.meanings if meaning & other and not meaning & {*wanted}]
        aside += _OTHER_END_COST * len(frozenset().union(*ends))
    return max(0.05, weight - _NEAR_COST * near - _EXTRA_COST * extra - unknown - aside)


@lru_cache(maxsize=10_000)
def _look_up(word: str) -> tuple[frozenset[str], ...]:
    """The meanings of a word, or of the parts of a compound; nothing when it is not known."""
    if word in LEXEMES:
        return (LEXEMES[word],)
    if word in NOISE or len(word) < 4:
        return ()
    singular = next((word.removesuffix(end) for end in ("en", "es", "s", "n", "e") if word.endswith(end)), word)
    if singular in LEXEMES and len(singular) >= 4:
        return (LEXEMES[singular],)
    parts = _split_compound(word)
    if parts:
        return parts
    near = process.extractOne(word, _LONG, scorer=fuzz.ratio, score_cutoff=_NEARLY) if len(word) >= 6 else None
    return (LEXEMES[near[0]],) if near else ()


def _look_up_end(word: str) -> tuple[frozenset[str], ...]:
    """The meaning of a compound's last part where its first is not known: "Erhebungswelle" is some wave."""
    ends = (word[cut:] for cut in range(4, len(word) - 4))
    return next(((LEXEMES[end],) for end in ends if end in LEXEMES), ())


def _split_compound(word: str) -> tuple[frozenset[str], ...]:
    """Two to three known words run together, "bestelldatum" or "CUSTID"; the longest first part wins."""
    for cut in range(len(word) - 2, 1, -1):
        first, rest = word[:cut], word[cut:]
        if first not in LEXEMES or (len(first) < 3 and first not in ("id", "nr", "no")):
            continue
        for link in _LINKS:
            tail = rest.removeprefix(link) if rest.startswith(link) else ""
            if (len(tail) >= 4 and tail in LEXEMES) or tail in ("id", "nr", "no", "num", "key", "cod", "qty", "dat"):
                return (LEXEMES[first], LEXEMES.get(tail, frozenset({"DATE"})))
            inner = _split_compound(tail) if len(tail) >= 6 else ()
            if inner:
                return (LEXEMES[first], *inner)
    return ()


_LONG = [word for word in LEXEMES if len(word) >= 6]
