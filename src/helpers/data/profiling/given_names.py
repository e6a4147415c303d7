"""Words that are given names, family names, or everyday words beside which a capital proves no name.

The lists are Faker's (MIT licence), which keeps them by country; they are read as plain data, when first asked for.
"""

from functools import cache
from importlib import import_module

# The countries whose lists are read: Latin script, Cyrillic and Greek. Other scripts have no capitals to go by.
_COUNTRIES = """
    en_US en_GB en_IE en_IN en_KE en_NG en_NZ de_DE de_AT de_CH fr_FR fr_BE fr_CA fr_CH es_ES es_MX es_AR it_IT
    nl_NL nl_BE pt_PT pt_BR pl_PL sv_SE da_DK no_NO fi_FI cs_CZ sk_SK sl_SI hr_HR hu_HU ro_RO tr_TR tw_GH yo_NG
    vi_VN ru_RU uk_UA bg_BG el_GR
"""
_WORD_LISTS = "en_US de_DE fr_FR it_IT nl_NL pl_PL da_DK"  # Spanish and Czech ones hold names too
_NAMES_AMONG_WORDS = (
    "john tom david stan sean dan domenica krystal claire ben antonio massimo marco victoria pierre jan"
)
# Short forms that the lists lack.
_SHORT = """
    kath lizzie barb chrissie freddie geoff gabby jen jess kev matt mickey mikey mitch nige olly phil richie roz
    sid stu susie trish trudy viv wes basti flo steph daz gaz jez baz shaz
"""
# Names that are words too, in any of the languages: alone they prove nothing.
_AMBIGUOUS = """
    abril amber amor angel april art august autumn beau bill blanca brook can candy chance charity chase christian
    christmas clay cliff cruz dale dawn dean destiny dick dolores don drew earnest easter else eve faith floor
    florence fox frank gay gene georgia ginger glen gloria grace grant gun guy harmony harry heather heaven holly
    hope hunter iris ivory ivy jet job joy june junior justice kitty lane laurel lily line lo lot london lucky luz
    mai major mar marina mark mars may melody mercedes mercy mia mio misty my nada niki nova odd olive ole or paris
    pat patience paz pearl penny per pierce pilar prince princess queen ray red rich rob robin rock roman rose ruby
    rusty sandy savannah september sierra sky smiley sol stein star sterling stone storm sue summer sunny sunshine
    terra tor trinity uno urban us van virginia wade wolf will winter woods young max per anders beat berg bob linda
    rosa viola perle luca dolly joker asia africa china india israel jordan kenya ireland austria sydney austin
    dallas denver houston phoenix brooklyn chelsea madison carolina cheyenne dakota montana salem troy aria mira
    nina kara ella stella luna sana tage maj mille pelle pero
"""
# Everyday words that stand beside each other with capitals, in comments, without being a name.
_COMMON = """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december christmas easter montag dienstag mittwoch donnerstag freitag samstag
    sonnabend sonntag januar februar märz mai juni juli oktober dezember lundi mardi mercredi jeudi vendredi samedi
    dimanche janvier février mars avril juin juillet août septembre octobre novembre décembre lunes martes miércoles
    jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre
    diciembre lunedì martedì mercoledì giovedì venerdì sabato domenica gennaio febbraio aprile maggio giugno luglio
    settembre ottobre dicembre maandag dinsdag woensdag donderdag vrijdag zaterdag zondag service services customer
    customers support team staff center centre airport hotel hotels street online shop store app website web
    internet email mail wifi wlan gate terminal bank kunde kunden kundenservice kundendienst hotline ende anfang
    mitte uhr euro prozent stück herr frau herrn dank danke vielen bitte leider alles super gut sehr toller tolle
    gute guter preis preise qualität lieferung ware produkt produkte bestellung rechnung termin werkstatt
    mitarbeiter personal great good bad best very thank thanks please dear hello hi hey ok okay no yes not never
    always keep everything nothing excellent poor friendly amazing awesome terrible horrible perfect quick fast slow
    nice love loved like overall bonjour merci madame monsieur service tout très bon bonne gracias muy todo buen
    buena grazie molto tutto buon bedankt goed obrigado obrigada muito tudo bom boa dzień dobry dziękuję bardzo
    north south east west united new york los angeles san francisco states kingdom great britain europe germany
    france spain italy switzerland google apple amazon microsoft facebook android iphone ipad paypal visa mastercard
    premium basic plus gold silver black week weekend covid pin tv usb and or but if when while where why how what
    which who whom whose this that these those there here the a an i we you he she they it is are was were be been
    has have had do does did can could will would shall should may might must my your his her our their its at by
    for from in into of off on onto out over to up with without as after again all also any because before both
    during each even every few first last more most much my next now once only other own same since so some still
    such than then through too under until was well went were ich wir sie er es ihr du mein meine unser unsere der
    die das den dem des ein eine einen einem einer und oder aber nicht kein keine ist sind war waren wird werden hat
    haben mit von vom bei beim für auf aus nach vor seit zu zum zur im in an am als wenn weil dass da hier dort nur
    noch schon mal immer nie man mehr viel viele wieder auch so wie was wer wo je tu il elle on nous vous ils elles
    le la les un une des du de et ou mais pas ne est sont était avec pour par sur dans chez sans plus mon ma mes
    notre votre ce cette ces qui que quoi où quand comme si yo él ella nosotros ellos el los las una unos y o pero
    no es son fue con para por sobre en sin mi su que como cuando si io lui lei noi loro lo gli uno è sono era con
    per su tra fra senza mio mia nostro che come quando se non ma ik wij jij hij zij het een en of maar niet geen is
    zijn was waren met voor van op in uit bij naar zonder mijn ons onze dat die wat wie waar hoe als eu nós ele ela
    eles os as um uma não é são foi com para por em sem meu minha que como quando se ja ty on ona my wy oni nie jest
    są był była było z w na do od dla po przez bez mój moja nasz że jak kiedy
"""


@cache
def given_names() -> frozenset[str]:
    """Given names in small letters, each part of a double one by itself: some 9,000."""
    return _parts("first_names") | frozenset(_NAMES_AMONG_WORDS.split()) | frozenset(_SHORT.split())


@cache
def family_names() -> frozenset[str]:
    """Family names in small letters: some 10,000."""
    return _parts("last_names")


@cache
def ambiguous_names() -> frozenset[str]:
    """Given names, in small letters, that are everyday words too ("rose", "mark", "job")."""
    words = _vocabulary() - frozenset(_NAMES_AMONG_WORDS.split())
    return (given_names() & (words | common_words())) | frozenset(_AMBIGUOUS.split())


@cache
def common_words() -> frozenset[str]:
    """Words, in small letters, that are no part of a name however they are written."""
    return frozenset(_COMMON.split()) - frozenset(_NAMES_AMONG_WORDS.split())


@cache
def everyday_words() -> frozenset[str]:
    """Common words and Faker's lists of words: some 7,000, in small letters."""
    return common_words() | _vocabulary() - frozenset(_NAMES_AMONG_WORDS.split())


@cache
def _vocabulary() -> frozenset[str]:
    lists = [import_module(f"faker.providers.lorem.{language}").Provider.word_list for language in _WORD_LISTS.split()]
    return frozenset(str(word).casefold() for words in lists for word in words)


def _parts(kind: str) -> frozenset[str]:
    found: set[str] = set()
    for country in _COUNTRIES.split():
        provider = import_module(f"faker.providers.person.{country}").Provider
        lists = [getattr(provider, name) for name in dir(provider) if name.startswith(kind)]
        names = {str(name) for listed in lists if not callable(listed) for name in listed}
        found |= {part.casefold() for name in names for part in (name, *name.replace("-", " ").split())}
    return frozenset(part for part in found if len(part) > 1 and " " not in part)
