"""What texts look like: numbers, dates, personal data, and several spellings of one category.

Everything here looks at a column's distinct values (or a sample of them), never at rows. Personal data are told by
form and check digit or, where the form says nothing, as with names, by the column's heading together with the form.
"""

import re
from collections.abc import Callable, Sequence

from rapidfuzz.distance import OSA
from stdnum import iban, luhn
from stdnum.br import cpf
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.nl import bsn

NUMBER = re.compile(r"[+-]?[£$€]?\s?(\d{1,3}([ ,.'\u00a0]\d{3})+|\d+)([.,]\d+)?\s?%?")
DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([ T].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}( .*)?"
    r"|\d{1,2}\.? [A-Za-z]{3,9}\.?,? \d{2,4}"
)
EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[A-Za-z]{2,}")
_MENTIONS = (
    re.compile(r"[\w.+-]+@[\w-]+\.[A-Za-z]{2,}"),
    re.compile(r"(?<!\w)(?:\+|00)\d[\d ()./-]{7,16}\d\b|(?<!\w)0\d{2,4}[ /-]\d{3,4}[ -]?\d{3,4}\b"),
)
# A number with its thousands apart, as in bands ("10 001 - 20 000"), where its zeros would begin a telephone's. In a
# telephone such groups have more figures before or after them.
_THOUSANDS = re.compile(r"(?<![\w+])(?<!\d[ .-])[1-9]\d{0,2}(?:[ .'’\u00a0\u202f]\d{3})+(?!\w)(?![ .-]\d)")
_CARD_IN_TEXT = re.compile(r"(?<!\d)(?:\d[ -]?){13,19}(?!\d)")
_PHONE = re.compile(
    r"\+[1-9][\d ()./-]{7,17}|00[1-9]\d{0,2}[ (./-][\d ()./-]{6,14}"
    r"|\(0?\d{2,4}\)[\d ./-]{5,12}|0\d{2,4}[ /.-]\d{2,4}([ .-]?\d{2,4})+"
)
_PHONE_DIGITS = re.compile(r"[+(]?\d[\d ()./-]{5,18}\d")
_PERSON = re.compile(r"[^\W\d_][^\W\d_'’.-]*([ '’.-]+[^\W\d_]+\.?)*")
_STREET = re.compile(
    r"(?i)\d+[a-z]?,? .*\b(street|st|road|rd|avenue|ave|lane|ln|drive|close|court|way|square|place|boulevard|blvd)\b"
    r"|.+(stra(ß|ss)e|str\.|weg|platz|gasse|straat|laan|gatan|vej) \d+|\d+,? (rue|avenue|bd|chemin)\b"
    r"|\b(via|viale|piazza|calle|avenida|rua)\b.* \d+"
)
_COMPANY = re.compile(r"(?i)\b(ltd|limited|inc|llc|gmbh|ag|plc|sa|bv|co|company|group|shop|store|stores|services)\b")
_NAME_WORDS = {"surname", "firstname", "lastname", "forename", "fullname", "vorname", "nachname", "prenom", "apellidos"}
_NAMED_PERSONS = {"first", "last", "full", "given", "family", "middle", "contact", "customer", "client", "person"}
_PHONE_WORDS = {"phone", "telephone", "tel", "mobile", "cell", "cellphone", "handy", "fax", "msisdn"}
_ADDRESS_WORDS = {"address", "addr", "street", "strasse", "straße", "adresse", "direccion", "indirizzo"}
_BIRTH_WORDS = {"birth", "dob", "birthday", "birthdate", "geburtsdatum", "geboren"}
_MOSTLY = 0.8  # a column is what this share of its values looks like
# Countries that clients' files often abbreviate or name in two ways, by what is then folded together.
_COUNTRIES = {
    "united kingdom": "uk u.k. gb gbr great_britain",
    "united states": "us usa u.s. u.s.a. united_states_of_america",
    "united arab emirates": "uae u.a.e. are",
    "germany": "de deu ger deutschland",
    "france": "fr fra",
    "spain": "es esp españa",
    "italy": "it ita italia",
    "netherlands": "nl nld holland the_netherlands nederland",
    "belgium": "be bel",
    "switzerland": "ch che schweiz suisse",
    "austria": "at aut österreich",
    "ireland": "ie irl eire republic_of_ireland",
    "canada": "ca can",
    "australia": "au aus",
    "south korea": "kr kor korea republic_of_korea korea,_south",
    "czech republic": "cz cze czechia",
}
_SAME_COUNTRY = {other.replace("_", " "): country for country, others in _COUNTRIES.items() for other in others.split()}
_LONGEST_IBAN = 34 + 8  # with a blank after every four characters
_NATIONAL: dict[int, tuple[Callable[[str], bool], ...]] = {  # by the number of characters
    9: (dni.is_valid, nie.is_valid, bsn.is_valid),
    11: (cpf.is_valid,),
    15: (nir.is_valid,),
}
_NEAR_VALUES = 300  # with more categories than this near spellings are not looked for: they are no categories
_NEAR_SHARE = 0.05  # a slip is rare beside what was meant


def describe_texts(heading: str, values: Sequence[str], rows: Sequence[int], complete: bool) -> dict[str, object]:
    """Facts on a column's distinct values, of which `rows[i]` rows hold `values[i]`.

    Shares of rows in 0-1: number_like_share, date_like_share, padded_share (blanks around). personal: what kind of
    personal data the column looks like, "" for none, and personal_share of its values; mention_share of values
    that hold an e-mail address, phone or card number among other words. With `complete`, that is all values are
    given, spelling_rows: rows that spell a category otherwise than most do, and spelling_example.
    """
    total = max(sum(rows), 1)

    def row_share(match: Callable[[str], object]) -> float:
        return sum(n for value, n in zip(values, rows, strict=True) if match(value)) / total

    personal, share = personal_kind(heading, values)
    slips, example = other_spellings(values, rows) if complete else (0, "")
    return {
        "number_like_share": row_share(lambda v: NUMBER.fullmatch(v.strip())),
        "date_like_share": row_share(lambda v: DATE.fullmatch(v.strip())),
        "padded_share": row_share(lambda v: v != v.strip()),
        "personal": personal,
        "personal_share": share,
        "mention_share": 0.0 if personal or not values else sum(map(_mentions, values)) / len(values),
        "spelling_rows": slips,
        "spelling_example": example,
    }


def personal_kind(heading: str, values: Sequence[str]) -> tuple[str, float]:
    """What kind of personal data a column looks like, "" for none, and the share of its values that do."""
    texts = _spread([text for value in sorted(values) if (text := value.strip())], 500)
    words = heading_words(heading)
    if not texts:
        return "", 0.0
    for kind, least, enough, match in _FORMS:
        share = sum(map(match, texts)) / len(texts)
        if share >= enough and len(texts) >= least:
            return kind, share
    headed: list[tuple[str, bool, Callable[[str], bool]]] = [
        ("phone number", bool(words & _PHONE_WORDS), lambda t: _PHONE_DIGITS.fullmatch(t) is not None),
        (
            "address",
            bool(words & _ADDRESS_WORDS),
            lambda t: _STREET.search(t) is not None or re.search(r"\d", t) is None,
        ),
        ("date of birth", bool(words & _BIRTH_WORDS), lambda t: DATE.fullmatch(t) is not None),
        ("name of a person", _heads_names(words), lambda t: _is_person(t, one_word=bool(words - {"name"}))),
    ]
    for kind, is_headed, match in headed:
        share = sum(map(match, texts)) / len(texts) if is_headed else 0.0
        if share >= _MOSTLY and len(texts) >= 3:
            return kind, share
    return "", 0.0


def _spread(texts: list[str], most: int) -> list[str]:
    """At most about `most` of the texts, evenly spaced."""
    return texts[:: max(1, len(texts) // most)]


def heading_words(heading: str) -> set[str]:
    """The words of a column's heading: "ContactName", "contact_name" -> {"contact", "name"}."""
    return set(re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading).casefold()))


def other_spellings(values: Sequence[str], rows: Sequence[int]) -> tuple[int, str]:
    """Rows that spell a category otherwise than most rows do, and the most frequent case as “retail” for “Retail”.

    The same but for case and blanks, one letter apart (two from ten letters on) and rare beside the other, or a
    country's abbreviation beside its name; digits apart are different things.
    """
    by_folded: dict[str, list[tuple[int, str]]] = {}
    for value, n in zip(values, rows, strict=True):
        folded = " ".join(value.split()).casefold()
        by_folded.setdefault(_SAME_COUNTRY.get(folded, folded), []).append((n, value))
    found = []
    for spellings in by_folded.values():
        (_, usual), *others = sorted(spellings, reverse=True)
        found += [(n, other, usual) for n, other in others]
    if 2 <= len(by_folded) <= _NEAR_VALUES:
        totals = sorted(((sum(n for n, _ in s), text) for text, s in by_folded.items()), reverse=True)
        for i, (n, text) in enumerate(totals):
            meant = next((t for m, t in totals[:i] if n <= _NEAR_SHARE * m and _is_slip(text, t)), None)
            if meant is not None:
                found.append((n, max(by_folded[text])[1], max(by_folded[meant])[1]))
    if not found:
        return 0, ""
    _, other, most = max(found)
    return sum(n for n, _, _ in found), f"“{other}” for “{most}”"


def _is_card(text: str) -> bool:
    digits = re.sub(r"[ -]", "", text)
    known = re.fullmatch(r"4\d{12}(\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[068]\d{12}|6\d{15,18}", digits)
    return known is not None and luhn.is_valid(digits)


def _is_iban(text: str) -> bool:
    # Without the country's own checks, which refuse accounts of banks that their list lacks.
    return len(text) <= _LONGEST_IBAN and iban.is_valid(text, check_country=False)


def _is_national(text: str) -> bool:
    """US SSN and UK NINO by form; Spanish DNI/NIE, French NIR, Dutch BSN and Brazilian CPF by check digit."""
    text = text.upper()
    if re.fullmatch(r"(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}", text):
        return True
    text = re.sub(r"[ .-]", "", text)
    if re.fullmatch(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]", text):
        return True
    return any(is_valid(text) for is_valid in _NATIONAL.get(len(text), ()))


def _is_phone(text: str) -> bool:
    return _PHONE.fullmatch(text) is not None and 8 <= sum(map(str.isdigit, text)) <= 15


def _is_address(text: str) -> bool:
    return _STREET.search(text) is not None


def _is_ip(text: str) -> bool:
    parts = text.split(".")
    return len(parts) == 4 and all(p.isdigit() and int(p) <= 255 for p in parts)


# Kind, fewest values that prove it, share of values that must look so, test. Check digits pass by chance at one in
# ten to one in a hundred, so those need more values and fewer exceptions.
_FORMS: tuple[tuple[str, int, float, Callable[[str], bool]], ...] = (
    ("e-mail address", 1, _MOSTLY, lambda t: EMAIL.fullmatch(t) is not None),
    ("bank account number (IBAN)", 2, _MOSTLY, _is_iban),
    ("payment card number", 5, 0.9, _is_card),
    ("national identity number", 10, 0.95, _is_national),
    ("phone number", 3, _MOSTLY, _is_phone),
    ("internet address of a person", 5, 0.95, _is_ip),
    ("address", 3, _MOSTLY, _is_address),
)


def looks_personal(text: str) -> bool:
    """Whether one text by itself looks like, or mentions, what belongs to a person: a whole column proves more."""
    text = text.strip()
    forms = (EMAIL.fullmatch(text) is not None, _is_phone(text), _is_iban(text), _is_card(text))
    return any(forms) or _mentions(text)


def _heads_names(words: set[str]) -> bool:
    return bool(words & _NAME_WORDS) or ("name" in words and words <= _NAMED_PERSONS | {"name"})


def _is_person(text: str, one_word: bool) -> bool:
    words = text.split()
    long_enough = 1 <= len(words) <= 5 if one_word else 2 <= len(words) <= 5
    return long_enough and text[0].isupper() and _PERSON.fullmatch(text) is not None and not _COMPANY.search(text)


def _mentions(text: str) -> bool:
    if " " not in text.strip():  # a code, not somebody's words
        return False
    words = _THOUSANDS.sub("", text)
    if any(pattern.search(words) for pattern in _MENTIONS):
        return True
    return any(_is_card(found[0].strip(" -")) for found in _CARD_IN_TEXT.finditer(text)) if len(text) > 12 else False


def _is_slip(one: str, other: str) -> bool:
    if len(one) < 5 or abs(len(one) - len(other)) > 1 or re.sub(r"\D", "", one) != re.sub(r"\D", "", other):
        return False
    return OSA.distance(one, other) <= (2 if len(one) >= 10 else 1)  # letters put in, out, replaced or swapped
