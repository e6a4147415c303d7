"""Terms of comments: endings, accents, elisions, pairs, denials; and what says nothing."""

import pytest

from helpers.analysis.comments.texts import READ_CHARACTERS, Surfaces, Term, terms_of, terms_of_all
from helpers.analysis.comments.vocabulary import LANGUAGES, fold, language_name, says_nothing, stem, vocabulary


def surfaces_of(text: str, language: str) -> list[str]:
    return [term.surface for term in terms_of(text, language)]


def keys_of(text: str, language: str) -> list[str]:
    return [term.key for term in terms_of(text, language)]


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "delivery", "Deliveries"),
        ("fr", "facture", "FACTURES"),
        ("fr", "délai", "DELAIS"),
        ("de", "Rechnung", "Rechnungen"),
        ("es", "factura", "facturas"),
        ("it", "consegna", "consegne"),
        ("nl", "levering", "leveringen"),
        ("pt", "entrega", "entregas"),
        ("pl", "faktura", "fakturach"),
    ],
)
def test_forms_of_a_word_are_one_term(language: str, one: str, other: str) -> None:
    assert keys_of(one, language) == keys_of(other, language)
    assert len(keys_of(one, language)) == 1


@pytest.mark.parametrize("language", ["en", "fr", "de", "es", "it", "nl", "pt", "pl"])
def test_stop_words_of_each_language_are_kept_from_terms(language: str) -> None:
    sentence = {
        "en": "this is what they were with us and then", "fr": "c'est ce que nous avons avec vous et puis",
        "de": "das ist was wir mit euch haben und dann", "es": "esto es lo que tenemos con ustedes y entonces",
        "it": "questo è quello che abbiamo con voi", "nl": "dat is wat wij met u hebben en dan",
        "pt": "isto é o que nós temos com você", "pl": "to jest co my mamy z wami i tak",
    }[language]  # fmt: skip
    assert len(keys_of(sentence, language)) <= 1
    assert len(vocabulary(language).stops) > 90


def test_words_that_people_complain_in_are_no_stop_words() -> None:
    for word in ("bill", "late", "order", "website", "help"):
        assert keys_of(word, "en"), word


def test_pairs_span_two_stop_words_and_no_more() -> None:
    assert "délai d'intervention" in surfaces_of("Le délai d'intervention est long", "fr")
    assert "answered the phone" in surfaces_of("They answered the phone", "en")
    assert "driver with the parcel" in surfaces_of("driver with the parcel", "en")
    assert not [s for s in surfaces_of("driver was with all of the parcel", "en") if " " in s]


def test_pairs_keep_to_one_sentence() -> None:
    assert not [s for s in surfaces_of("Late delivery. Broken, expensive: unclear", "en") if s == "delivery. broken"]
    assert surfaces_of("Late! Broken", "en") == ["late", "broken"]


@pytest.mark.parametrize(
    ("language", "text", "denied"),
    [
        ("en", "Nobody answered the phone", "nobody answered"),
        ("en", "The driver didn't call", "didn't call"),
        ("en", "It is not working", "not working"),
        ("fr", "Le conseiller n'a pas rappelé", "pas rappelé"),
        ("de", "Die Rechnung stimmt nicht", "stimmt nicht"),
        ("pl", "Nikt nie odbiera telefonu", "nie odbiera"),
        ("es", "Nadie contesta", "nadie contesta"),
        ("it", "Nessuno risponde", "nessuno risponde"),
        ("nl", "De factuur klopt niet", "klopt niet"),
        ("pt", "Ninguém atende o telefone", "ninguém atende"),
    ],
)
def test_a_negation_goes_with_what_it_denies(language: str, text: str, denied: str) -> None:
    found = [t for t in terms_of(text, language) if t.key.startswith("¬")]
    assert denied in [t.surface for t in found]
    assert len({t.key for t in found}) == len(found)


def test_a_negation_denies_nothing_beyond_the_next_one() -> None:
    denied = [t.surface for t in terms_of("Es stimmt nicht und niemand antwortet", "de") if t.key.startswith("¬")]
    assert denied == ["stimmt nicht", "niemand antwortet"]


def test_elisions_and_apostrophes() -> None:
    assert keys_of("L'eau", "fr") == keys_of("eau", "fr")
    assert keys_of("dell’assistenza", "it") == keys_of("assistenza", "it")
    assert keys_of("the driver's", "en") == keys_of("driver", "en")
    assert keys_of("wi-fi", "en") == keys_of("wifi", "en")


def test_the_capital_that_opens_a_sentence_is_taken_back_and_no_other() -> None:
    assert surfaces_of("Delivery late", "en")[0] == "delivery"
    assert surfaces_of("Die Rechnung", "de")[0] == "Rechnung"
    assert surfaces_of("LATE DELIVERY", "en")[:2] == ["late", "delivery"]


def test_markup_formulas_and_addresses_are_no_words() -> None:
    assert keys_of('<script>alert("x")</script>', "en") == ["alert"]
    assert keys_of('=HYPERLINK("http://example.com/late","parcel")', "en") == ["parcel"]
    assert keys_of("write to a.b@example.com, [name]", "en") == ["write"]
    assert keys_of("😀 12 345 --- ???", "en") == []


def test_signs_without_blanks_between_words_are_read_in_twos() -> None:
    assert keys_of("配送遅い", "ja") == ["配送", "送遅", "遅い"]


def test_a_long_comment_is_read_to_its_bound() -> None:
    text = "delivery " * 10_000
    assert len([k for k in keys_of(text, "en") if k == "deliveri"]) == READ_CHARACTERS // 9 + 1 - 1
    assert keys_of("x" * 60_000, "en") == []


def test_the_surface_is_what_most_wrote() -> None:
    keys, surfaces = terms_of_all(["Late deliveries", "the delivery", "a delivery"], "en")
    assert surfaces.of("deliveri") == "delivery"
    assert keys[1] == ["deliveri"]
    tied = Surfaces()
    tied.add([Term("a", "y"), Term("a", "x")])
    assert tied.of("a") == "x"


NOTHING = """
    -|...|n/a|N.A.|None|no comment|OK|ok!|😀|👍👍|12|RAS|Rien à signaler.|néant|nichts|keine Angabe|k.A.|nada
    sin comentarios|niente|geen|nvt|nenhum|brak uwag
"""


@pytest.mark.parametrize("text", ["", " ", *NOTHING.strip().replace("\n", "|").split("|")])
def test_what_says_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text", ["late", "no answer", "prix", "none of them called", "nothing works", "ok but slow", "水"]
)
def test_what_says_something(text: str) -> None:
    assert not says_nothing(text)


def test_folding_and_names_of_languages() -> None:
    assert [fold(t) for t in ("Délai", "Straße", "Łódź", "ÆRØ")] == ["delai", "strasse", "lodz", "æro"]
    assert language_name("fr") == "French"
    assert language_name("xx") == "xx"
    assert stem("deliveries", "xx") == "deliveries"


def test_every_language_has_its_lists() -> None:
    for code in LANGUAGES:
        words = vocabulary(code)
        assert words.stops, code
        assert stem("abc", code)
