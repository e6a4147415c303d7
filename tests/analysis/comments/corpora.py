"""Made-up comments with planted topics: parts of sentences, combined at random, in four languages."""

from dataclasses import dataclass

import numpy as np

# Topic: (who or what, what is said of it, what people add). Each comment takes one of each, some a second topic.
FRENCH = {
    "prix": (
        "le prix de l'eau|les prix|le tarif|mon abonnement|le prix du mètre cube|vos tarifs|l'abonnement annuel",
        "augmente chaque année|est beaucoup trop cher|devient hors de prix|a encore augmenté|est plus cher qu'ailleurs",
        "sans explication|pour une petite retraite|malgré ma faible consommation|et personne ne le justifie|",
    ),
    "coupure": (
        "une coupure d'eau|des coupures répétées|la coupure de mardi|les coupures|une coupure de six heures",
        "sans prévenir les habitants|a duré toute la nuit|n'était pas annoncée|dans notre rue|à cause d'une fuite",
        "et la pression reste faible|, aucune information par SMS|, l'eau était ensuite trouble|pendant les travaux|",
    ),
    "conseiller": (
        "le conseiller|la conseillère au téléphone|votre conseiller|l'accueil téléphonique|les conseillers",
        "n'a pas rappelé|ne connaît pas mon dossier|m'a raccroché au nez|demande de rappeler|répond très vite",
        "après vingt minutes d'attente|malgré trois appels|, l'attente est interminable|et reste aimable|",
    ),
    "facture": (
        "la facture|ma dernière facture|la facture de régularisation|vos factures|le montant de la facture",
        "est incompréhensible|comporte une erreur|arrive en retard|a été prélevée deux fois|ne suit pas le relevé",
        "et l'échéancier est faux|, le prélèvement aussi|, j'attends un remboursement|depuis le relevé de compteur|",
    ),
    "site": (
        "le site internet|l'espace client en ligne|l'application mobile|mon compte en ligne|le site",
        "plante à la connexion|est peu intuitif|refuse mon mot de passe|ne permet pas de payer|est pratique et clair",
        "sur mobile|depuis la mise à jour|, impossible de se connecter|, mot de passe oublié|",
    ),
}
GERMAN = {
    "Preis": (
        "die Preise|der Tarif|der Grundpreis|Ihre Preise",
        "sind viel zu hoch|steigen jedes Jahr|ist teurer als bei anderen|wurde ohne Begründung erhöht",
        "für einen kleinen Haushalt|trotz geringem Verbrauch|, ich werde den Anbieter wechseln|",
    ),
    "Lieferung": (
        "die Lieferung|das Paket|der Paketbote|die letzte Lieferung",
        "kam eine Woche zu spät|wurde beschädigt geliefert|hat niemanden benachrichtigt|ist nie angekommen",
        "und der Karton war offen|, keine Sendungsverfolgung|, beim Nachbarn abgegeben|",
    ),
    "Rechnung": (
        "die Rechnung|meine Abrechnung|die Jahresabrechnung|der Rechnungsbetrag",
        "stimmt nicht|ist unverständlich|enthält einen Fehler|wurde zweimal abgebucht",
        "und der Abschlag ist falsch|, die Gutschrift fehlt|, der Zählerstand wurde geschätzt|",
    ),
    "Hotline": (
        "die Hotline|der Kundendienst|der Mitarbeiter am Telefon|Ihre Hotline",
        "ist nie erreichbar|ließ mich zwanzig Minuten warten|war freundlich und kompetent|hat nicht zurückgerufen",
        "nach drei Anrufen|, lange Warteschleife|, immer besetzt|",
    ),
}
POLISH = {
    "cena": (
        "ceny|cena abonamentu|wasze ceny|abonament",
        "są za wysokie|ciągle rosną|jest za drogi|wzrosła bez powodu",
        "w porównaniu z konkurencją|dla stałych klientów|, brak rabatów|",
    ),
    "dostawa": (
        "dostawa|paczka|kurier|przesyłka",
        "spóźniła się o tydzień|przyszła uszkodzona|nie zadzwonił|zaginęła",
        "i paczka była otwarta|, kurier zostawił ją u sąsiada|przed świętami|",
    ),
    "faktura": (
        "faktura|ostatnia faktura|rachunek|kwota na fakturze",
        "jest niezrozumiała|zawiera błąd|została wystawiona dwa razy|nie zgadza się z umową",
        ", czekam na korektę|i na zwrot pieniędzy|, korekta trwa miesiąc|",
    ),
}
ENGLISH = {
    "delivery": (
        "the delivery|my parcel|the last three deliveries|the courier|your delivery driver",
        "arrived a week late|was left in the rain|turned up damaged|never called ahead|missed the delivery slot",
        "and nobody told us|, tracking was useless|, parcel box crushed|again|",
    ),
    "price": (
        "the price|your prices|the monthly fee|the subscription price",
        "went up again|is too expensive|keeps rising every year|is higher than competitors charge",
        "for the same product|, expensive for pensioners|without any discount|",
    ),
    "phone": (
        "the helpline|the phone queue|the call centre|your agent on the phone",
        "kept me on hold for an hour|never answered|hung up twice|was friendly and solved it",
        "after four calls|, waiting music all morning|, nobody called back|",
    ),
    "app": (
        "the app|the website|your mobile app|the login page",
        "crashes at login|is slow and confusing|rejects my password|logs me out while paying",
        "on my tablet|since the update|, password reset broken|",
    ),
}


@dataclass(frozen=True)
class Corpus:
    texts: list[str]
    topics: np.ndarray  # the planted topic of each


def make_corpus(parts: dict[str, tuple[str, str, str]], n: int, seed: int = 1) -> Corpus:
    """n comments, each of one topic of `parts`, drawn evenly."""
    rng = np.random.default_rng(seed)
    names = list(parts)
    topics = rng.integers(0, len(names), n)
    texts = []
    for topic in topics:
        drawn = [str(rng.choice(part.split("|"))) for part in parts[names[topic]]]
        text = " ".join(drawn[:2]) + ("" if drawn[2].startswith(",") else " ") + drawn[2]
        texts.append(text.strip().capitalize() + rng.choice([".", "!", "", "..."]))
    return Corpus(texts, np.array(names, dtype=object)[topics])


def make_noise(n: int, seed: int = 1, words: int = 4_000) -> list[str]:
    """n comments of words drawn at random: no theme is in them."""
    rng = np.random.default_rng(seed)
    letters = np.array(list("bcdfghklmnprstvz"))
    vocabulary = ["".join(rng.choice(letters, 2)) + "o" + "".join(rng.choice(letters, 3)) + "a" for _ in range(words)]
    return [" ".join(rng.choice(vocabulary, 8)) for _ in range(n)]
