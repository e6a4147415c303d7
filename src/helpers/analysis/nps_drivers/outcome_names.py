"""What a rating's name says of it: whether it is an outcome (satisfaction, intention, effort, the score in other
words).

A wrong guess is worse than none, so a name counts as an outcome's only where nothing else stands in it: "overall
satisfaction" is one, "satisfaction with delivery" and "overall layout" are not. Names in English, German, French,
Spanish, Italian, Dutch, Portuguese and Polish, and question codes such as Q7ALL. The words are a list of our own,
tried on names as surveys have them (tests/analysis/nps_drivers/test_outcome_names.py).
"""

import re
import unicodedata
from typing import Literal

NameRole = Literal["outcome", "arguable", ""]


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Each list holds words as `_words` gives them: lower case, without accents.
_FILLERS = _set_of(""" a an the of to in on for from with by as at and or is are do does did you your we our ours us me
                   my i it its this that how what would will could be been being have has level score rating rate scale
                   question index measure kpi item customer customers client clients guest guests member members user
                   users patient buyer company firm brand business provider supplier organisation organization friend
                   friends colleague colleagues family others other people someone future next year years month months
                   time soon again further still very much most more der die das den dem des ein eine einer eines mit
                   von vom zu zum zur fur in im ihr ihre ihrem unser unsere unserer wie uns sie als und oder kunde
                   kunden firma marke unternehmen freunde kollegen bekannte score wert frage le la les l un une de du
                   des d a au aux avec pour par et ou en nous notre vos votre client clients entreprise marque amis
                   collegues proches qu que el la los las un una de del con a al y o en por para nos nuestro nuestra
                   cliente clientes empresa marca amigos su sus que il lo gli i le un uno di del della dello dei delle
                   da con a al alla e o in per noi nostro nostra cliente clienti azienda marchio amici ad de het een van
                   met voor te om en of bij ons onze klant klanten bedrijf merk vrienden bij er o os as um uma do da dos
                   das com ao e ou em por para nos nosso nossa cliente clientes empresa marca amigos z ze w do na i lub
                   dla o klient klienta klientow firma firmy marki nas nasza
""")
_WHOLE = _set_of("""
overall all total general global entire whole aggregate ovr ovl ovrl tot gen
gesamt insgesamt gesamte gesamter allgemein allgemeine generell
globale generale ensemble totale tout
completa
complessivo complessiva totale globale generale
algemeen algemene totaal geheel
geral total
ogolne ogolna ogolny ogolem ogolnie calkowita calkowite
""")
_ALONE = _set_of("""
overall all total gesamt insgesamt global complessivo complessiva ogolem ovr ovl ovrl
""")  # say "altogether" without another word; "general" may be a topic
_SATISFIED = _set_of("""
satisfaction satisfied dissatisfaction sat csat osat happiness delight
zufriedenheit zufrieden kundenzufriedenheit
satisfait satisfaits satisfecho satisfaccion soddisfazione soddisfatto tevredenheid tevreden klanttevredenheid
satisfacao satisfeito zadowolenie zadowolony satysfakcja
""")
_JUDGED = _set_of("""
experience impression opinion evaluation assessment judgement judgment verdict grade appraisal perception feeling
eindruck bewertung urteil note erfahrung erlebnis meinung
experience avis appreciation opinion impression evaluation
experiencia valoracion impresion evaluacion opinion nota
esperienza giudizio valutazione impressione opinione voto
oordeel ervaring indruk beoordeling mening cijfer
experiencia avaliacao impressao opiniao
ocena opinia wrazenie doswiadczenie
""")
_INTENT = _set_of("""
intent intention intentions intend likelihood likely probability willingness willing propensity would
absicht wahrscheinlichkeit bereitschaft wahrscheinlich
intention probabilite propension
intencion probabilidad disposicion
intenzione probabilita propensione
intentie waarschijnlijkheid bereidheid kans
intencao probabilidade
zamiar chec gotowosc prawdopodobienstwo sklonnosc
""")
_ACTED = _set_of(""" recommend recommending recommendation refer buy buying purchase purchasing repurchase rebuy reorder
                 reordering order ordering return returning revisit visit visiting come use using reuse renew renewing
                 renewal stay staying remain continue continuing switch switching leave leaving cancel cancelling churn
                 choose choosing shop shopping book booking rebook fly travel empfehlen empfehlung weiterempfehlen
                 weiterempfehlung kaufen kauf wiederkaufen wiederkauf wiederkommen wechseln bleiben kundigen recommander
                 recommandation acheter achat racheter rachat reachat revenir retour rester renouveler recomendar
                 recomendacion comprar compra recompra recomprar volver regresar repetir renovar permanecer raccomandare
                 raccomandazione consigliare comprare acquisto acquistare riacquisto riacquistare tornare ritorno
                 rinnovare aanbevelen aanbeveling kopen aankoop herhaalaankoop terugkomen terug komen terugkeren blijven
                 recomendacao voltar regressar retornar polecic polecenie polecenia rekomendacja rekomendacji zakup
                 zakupu powrot powrotu wrocic kupic
""")
_AGAIN = _set_of("""
again repeat would wieder erneut nouveau encore nuevo vez nuovo ancora opnieuw weer novo novamente ponownie ponowny
ponownego
""")  # with something done, they make an intention: "would buy again"
_SOLE = _set_of(""" nps enps netpro netpromoter promoter recommend recommendation recommending ltr l2r ltp rebuy
                repurchase repurchasing loyalty loyal churn csat osat ovsat totsat oversat overallsat
                overallsatisfaction custsat customersatisfaction gesamtzuf ces customereffort weiterempfehlung
                weiterempfehlungsbereitschaft weiterempfehlungsabsicht empfehlung empfehlungsbereitschaft wiederkauf
                wiederkaufabsicht wiederkaufsabsicht wiederkaufbereitschaft kaufabsicht kaufbereitschaft
                kaufwahrscheinlichkeit wiederwahl wiederbesuch wiederbesuchsabsicht ruckkehrabsicht loyalitat
                kundenloyalitat kundenbindung wechselabsicht wechselbereitschaft gesamtzufriedenheit gesamteindruck
                gesamtbewertung gesamturteil gesamtnote kundenaufwand recommandation recommander rachat reachat fidelite
                recomendacion recomendar recompra lealtad fidelidad raccomandazione raccomandare riacquisto fedelta
                aanbeveling aanbevelen aanbevelingsbereidheid aankoopintentie koopintentie herhaalaankoop
                herhalingsaankoop terugkeerintentie loyaliteit klantloyaliteit totaaloordeel eindoordeel totaalindruk
                recomendacao lealdade fidelidade polecenie rekomendacja lojalnosc
""")
_EFFORT = _set_of("effort aufwand esfuerzo sforzo inspanning moeite esforco wysilek")
_EASE = _set_of("ease easy easiness einfach einfachheit facilite facilidad facilita gemak facilidade latwosc")
_DEALT = _set_of(
    "dealing doing deal working work interacting interact business contact zusammenarbeit zusammenarbeiten"
)
_OBJECTS = _set_of("""
service services product products shop store stores bank hotel airport airline restaurant school hospital stay visit
purchase order app website leistung leistungen produkt produkte produits producto productos servicio servicios
prodotto prodotti servizio servizi diensten producten servico servicos produto produtos uslugi produkty flughafen
geschaft laden klinik praxis aufenthalt besuch dienstleistung angebot aeroport magasin boutique banque sejour visite
commande offre site aeropuerto tienda banco estancia visita pedido aeroporto negozio banca soggiorno luchthaven winkel
verblijf bezoek loja estadia lotnisko sklep wizyta museum musee museo event company brand trip journey flight clinic
branch shopping
""")  # "overall satisfaction with the airport" is of the whole, "satisfaction with service" may be a topic
_ARGUABLE = _set_of("""
trust trusted trustworthiness value money worth reputation image commitment advocacy relationship emotion affinity
preference ease convenience quality qualitat qualite calidad qualita kwaliteit qualidade jakosc
vertrauen preisleistung ruf
confiance confianza fiducia vertrouwen confianca zaufanie reputation reputacion reputazione wizerunek
""")

# "The airport as a whole": all of it is judged; of a topic ("prices in general") it may be said too. As `_spoken` gives
# them.
_OF_THE_WHOLE = re.compile(
    r"\b(as a whole|as whole|on the whole|all in all|in general|insgesamt|im ganzen|im allgemeinen|alles in allem|"
    r"dans l ensemble|dans son ensemble|en general|globalement|en conjunto|en su conjunto|nel complesso|in generale|"
    r"nell insieme|als geheel|in het algemeen|no geral|em geral|no conjunto|como um todo|w calosci|jako calosc|"
    r"ogolnie)\b"
)

_FOLDED = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d"})


def name_role(name: str) -> NameRole:
    """ "outcome" where the name says nothing else, "arguable" where the field disagrees (trust, value), else ""."""
    words = _words(name)
    told = [word for word in words if word not in _FILLERS or word in _WHOLE | _SOLE]
    found = set(told)
    asked = {word for word in words if word in _INTENT}
    done = {word for word in words if word in _ACTED}
    if asked and done and (asked - {"would"} or found <= _ACTED | _INTENT | _AGAIN | _WHOLE):
        return "outcome"  # "likelihood to buy from Acme": whatever else is named, it is an intention
    if _is_judgement(found) or _is_intention(set(words), found):
        return "outcome"
    if whole := _OF_THE_WHOLE.search(_spoken(name)):
        other = found - set(whole[0].split()) - _WHOLE - _OBJECTS - _JUDGED - _SATISFIED
        return "" if len(other) > 1 else "arguable" if other else "outcome"
    if set(words) & _EASE and set(words) & _DEALT and found <= _EASE | _DEALT:
        return "outcome"  # the customer effort question: how easy is it to do business with us?
    if found == {"net", "promoter"} or {"come", "back"} <= found <= {"come", "back"} | _INTENT:
        return "outcome"
    return "arguable" if found & (_ARGUABLE | _JUDGED) and found <= _ARGUABLE | _JUDGED | _WHOLE else ""


def _is_judgement(found: set[str]) -> bool:
    """Satisfaction, or a judgement of the whole: "satisfaction", "overall experience", "Q7ALL"; "quality" is none."""
    judged = found & (_SATISFIED | _JUDGED)
    if found & _WHOLE and judged:
        return found <= _SATISFIED | _JUDGED | _WHOLE | _OBJECTS
    of_all = found <= _WHOLE and found & _ALONE
    return bool(found and (of_all or (found <= _SATISFIED | _JUDGED and found & _SATISFIED) or found <= _EFFORT))


def _is_intention(words: set[str], found: set[str]) -> bool:
    """ "repurchase", "intention", "buy again"; but "return" alone may be goods sent back."""
    if found and found <= _INTENT - {"would"}:
        return True
    if found & _SOLE and found <= _SOLE | _ACTED | _WHOLE | _INTENT | _AGAIN:
        return True
    repeated = words & _AGAIN and words & _ACTED
    return bool(repeated and found <= _ACTED | _AGAIN | _WHOLE | _INTENT)


def _spoken(name: str) -> str:
    """The name in lower case, without accents, its words joined by one blank: "Q7 En_général" -> "q7 en general"."""
    return " ".join(re.findall(r"[^\W_]+", _folded(name)))


def _folded(name: str) -> str:
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(name))
    text = unicodedata.normalize("NFKD", split).casefold().translate(_FOLDED)
    return "".join(c for c in text if not unicodedata.combining(c))


def _words(name: str) -> list[str]:
    """Q7ALL -> ["all"]; "OverallSatisfaction" -> ["overall", "satisfaction"]; numbers and single letters go."""
    text = _folded(name).replace("l2r", "ltr")
    return [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 1 or word in ("a", "o", "i", "e", "z", "w")]
