"""The words of each language that make no theme by themselves: stop words, negations, and what says nothing.

Stop words come from the package `stop-words`, endings are taken off by Snowball's stemmers. The English and Spanish
lists of the package hold words that customers complain in ("late answer", "bill", "wrong order"): KEPT takes them back.
Such lists differ widely and are seldom looked at (Nothman, Qin and Yurchak 2018, "Stop Word Lists in Free Open-source
Software Packages").
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import snowballstemmer
import stop_words

# Language: (its name, Snowball's stemmer, the list of stop words); "" where there is none.
LANGUAGES: dict[str, tuple[str, str, str]] = {
    "en": ("English", "english", "english"),
    "fr": ("French", "french", "french"),
    "de": ("German", "german", "german"),
    "es": ("Spanish", "spanish", "spanish"),
    "it": ("Italian", "italian", "italian"),
    "nl": ("Dutch", "dutch", "dutch"),
    "pt": ("Portuguese", "portuguese", "portuguese"),
    "pl": ("Polish", "polish", "polish"),
    "ar": ("Arabic", "arabic", "arabic"),
    "bg": ("Bulgarian", "", "bulgarian"),
    "ca": ("Catalan", "catalan", "catalan"),
    "cs": ("Czech", "czech", "czech"),
    "da": ("Danish", "danish", "danish"),
    "el": ("Greek", "greek", "greek"),
    "fa": ("Persian", "persian", "persian"),
    "fi": ("Finnish", "finnish", "finnish"),
    "he": ("Hebrew", "", "hebrew"),
    "hi": ("Hindi", "hindi", "hindi"),
    "hu": ("Hungarian", "hungarian", "hungarian"),
    "id": ("Indonesian", "indonesian", "indonesian"),
    "ja": ("Japanese", "", "japanese"),
    "ko": ("Korean", "", "korean"),
    "no": ("Norwegian", "norwegian", "norwegian"),
    "ro": ("Romanian", "romanian", "romanian"),
    "ru": ("Russian", "russian", "russian"),
    "sk": ("Slovak", "", "slovak"),
    "sv": ("Swedish", "swedish", "swedish"),
    "tr": ("Turkish", "turkish", "turkish"),
    "uk": ("Ukrainian", "", "ukrainian"),
    "vi": ("Vietnamese", "", "vietnamese"),
    "zh": ("Chinese", "", "chinese"),
}
# Words on the lists that customers complain in.
KEPT = {
    "en": "bill call changes clear computer copy detail empty face fire front full help home ignored important "
    "information late later latest line long longer miss number numbers open opened opening order ordered ordering "
    "orders page pages parts past placed poorly problem problems promptly quickly right room rooms seconds section "
    "serious site small state stop system test text useful website webpage welcome work worked working works",
    "es": "cuenta llegó tiempo trabajo estado realizado",
    "it": "comprare lavoro gente",
    "pt": "tempo horas ligado desligado corrente",
    "pl": "tel kierunku",
}
# Words that the lists lack and that say as little; so do praise and blame without an object.
_ADDED = {
    "en": "im ive dont didnt doesnt isnt cant wont also really always etc get got lot bit bad nice excellent awesome "
    "poor terrible awful horrible amazing fantastic perfect ok okay yes nil thank thanks",
    "fr": "être avoir toute ensuite fois jours jour toujours très bonne bons bonnes mauvais mauvaise super parfait "
    "merci continuez",
    "de": "immer gut gute guter gutes guten schlecht schlechte schlechter super toll mal ganz bitte leider wurde "
    "wurden schon gar eher etwa ans aufs ins beim danke vielen",
    "es": "muy siempre buen mal mala malo excelente solo gracias",
    "it": "sempre molto buona buoni ottimo ottima cattivo pessimo grazie",
    "nl": "goed goede slecht slechte altijd heel erg gaat gewoon waar te jullie bedankt dank",
    "pt": "não sempre boa boas bons mau má ótimo péssimo obrigado obrigada",
    "pl": "dobry dobra dobre zły zła złe super dziękuję dzięki",
}
NEGATIONS = {
    "en": "not no never none nobody nothing without cannot cant dont didnt doesnt isnt wasnt arent werent wont wouldnt "
    "couldnt shouldnt havent hasnt hadnt nt hardly",
    "fr": "pas jamais aucun aucune rien personne sans",
    "de": "nicht kein keine keinen keiner keinem nie niemand niemanden nichts ohne",
    "es": "no nunca nadie nada sin ningún ninguna ninguno",
    "it": "non mai nessuno nessuna niente nulla senza",
    "nl": "niet geen nooit niemand niets zonder",
    "pt": "não nunca ninguém nada sem nenhum nenhuma",
    "pl": "nie brak bez nikt nigdy nic żaden żadna",
}
# What people write who have nothing to say, folded and without signs.
_EMPTY = frozenset(
    said.strip()
    for said in """
    na|n a|nil|none|no|nope|nothing|nothing to add|no comment|no comments|not applicable|ok|okay|yes|good|fine|great|dk
    idk|all good|all fine|no thanks|no thank you|nothing else|nothing really|no answer given|test|x|xx|xxx|asdf|blank
    null|nan
    ras|rien|rien a dire|rien a signaler|rien a ajouter|neant|aucun|aucun commentaire|pas de commentaire
    non|oui|sans|nsp
    sans commentaire|sans avis|tout va bien|bien|tres bien|parfait
    nichts|nein|ja|keine|keine angabe|keine angaben|k a|ka|kein kommentar|nichts zu sagen|alles gut|alles ok|passt|gut
    nada|ninguno|ninguna|ningun comentario|sin comentarios|si|todo bien|bien|nada que decir|nada mas|bueno
    niente|nessuno|nessun commento|nulla|niente da dire|tutto bene|tutto ok|bene|nessuna
    niets|nee|geen|geen opmerkingen|geen commentaar|nvt|n v t|prima|alles goed|goed|niks
    nenhum|nenhuma|nao|sim|sem comentarios|nada a declarar|nada a dizer|tudo bem|bom
    brak|nic|nie|tak|brak uwag|bez uwag|brak komentarza|nie mam|nie mam uwag|nie dotyczy|dobrze|bez komentarza
    """.replace("\n", "|").split("|")
)


@dataclass(frozen=True)
class Vocabulary:
    """What a language's words are judged by, folded: in small letters and without accents."""

    stops: frozenset[str]
    negations: frozenset[str]
    stemmer: str


def fold(text: str) -> str:
    """Small letters without accents: "Délai" -> "delai", "Straße" -> "strasse", "łódź" -> "lodz"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    if plain.isascii():
        return plain
    # Marks of scripts that write vowels with them stay: without them other words remain.
    return "".join(c for c in plain if not "\u0300" <= c <= "\u036f").replace("ł", "l").replace("ø", "o")


def says_nothing(text: str) -> bool:
    """Whether a comment has no word, or only words by which people say that they have nothing to say."""
    words = re.findall(r"[^\W_]+", fold(text[:200]))
    if not any(c.isalpha() for word in words for c in word):
        return True
    return len(words) <= 6 and " ".join(words) in _EMPTY


def language_name(code: str) -> str:
    """ "fr" -> "French"."""
    return LANGUAGES[code][0] if code in LANGUAGES else code


@cache
def vocabulary(language: str) -> Vocabulary:
    """The stop words, negations and stemmer of a language; none of them where nobody has made any."""
    _, stemmer, listed = LANGUAGES.get(language, ("", "", ""))
    words = set(stop_words.get_stop_words(listed)) if listed else set()
    words -= set(KEPT.get(language, "").split())
    negations = frozenset(fold(w) for w in NEGATIONS.get(language, "").split())
    stops = {fold(w) for w in words} | {fold(w) for w in _ADDED.get(language, "").split()}
    return Vocabulary(frozenset(stops | {part for w in stops for part in re.split(r"\W", w)}), negations, stemmer)


@cache
def stem(word: str, language: str) -> str:
    """A word in small letters without its ending, folded, so that "deliveries" and "delivery" are one."""
    stemmer = _stemmer(vocabulary(language).stemmer)
    return fold(stemmer.stemWord(word) if stemmer else word)


@cache
def _stemmer(name: str) -> "snowballstemmer.stemmer | None":
    return snowballstemmer.stemmer(name) if name else None
