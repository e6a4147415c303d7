"""Answers in words, "sehr wahrscheinlich" or "very satisfied", and the step of five that each stands for.

English, German, French, Spanish, Italian, Dutch, Portuguese and Polish.
"""

import re
import unicodedata
from functools import lru_cache

# A line a scale, from the best of five steps to the worst; what means the same is parted by ";".
_LABELS = """
very satisfied|satisfied;rather satisfied;somewhat satisfied|neutral;neither satisfied nor dissatisfied;neither|dissatisfied;unsatisfied;rather dissatisfied;somewhat dissatisfied|very dissatisfied;very unsatisfied
strongly agree;totally agree|agree;somewhat agree|neither agree nor disagree;undecided|disagree;somewhat disagree|strongly disagree;totally disagree
excellent;very good|good|fair;average;ok;okay|poor;bad|very poor;very bad;terrible
very easy|easy|neither easy nor difficult|difficult|very difficult
sehr zufrieden|zufrieden;eher zufrieden|teils/teils;teils teils;neutral;weder noch;mittel|unzufrieden;eher unzufrieden|sehr unzufrieden
stimme voll zu;stimme voll und ganz zu;trifft voll zu|stimme zu;stimme eher zu;trifft eher zu|teils teils|stimme nicht zu;stimme eher nicht zu;trifft eher nicht zu|stimme gar nicht zu;stimme überhaupt nicht zu;trifft nicht zu
sehr gut;ausgezeichnet|gut|befriedigend;durchschnittlich|schlecht;ausreichend|sehr schlecht;mangelhaft
très satisfait;très satisfaite|satisfait;satisfaite;plutôt satisfait;plutôt satisfaite|neutre;ni satisfait ni insatisfait|insatisfait;insatisfaite;plutôt insatisfait;peu satisfait;pas satisfait|très insatisfait;très insatisfaite;pas du tout satisfait
tout à fait d'accord|d'accord;plutôt d'accord|ni d'accord ni pas d'accord|pas d'accord;plutôt pas d'accord|pas du tout d'accord
très bien;très bon;excellent|bien;bon|moyen;correct|mauvais;mal|très mauvais;très mal
muy satisfecho;muy satisfecha|satisfecho;satisfecha;algo satisfecho;bastante satisfecho|neutral;ni satisfecho ni insatisfecho;indiferente|insatisfecho;insatisfecha;poco satisfecho;algo insatisfecho|muy insatisfecho;muy insatisfecha;nada satisfecho
totalmente de acuerdo;muy de acuerdo|de acuerdo|ni de acuerdo ni en desacuerdo|en desacuerdo|totalmente en desacuerdo;muy en desacuerdo
muy bueno;muy buena;excelente;muy bien|bueno;buena;bien|regular|malo;mala;mal|muy malo;muy mala;muy mal
molto soddisfatto;molto soddisfatta|soddisfatto;soddisfatta;abbastanza soddisfatto|neutrale;né soddisfatto né insoddisfatto;indifferente|insoddisfatto;insoddisfatta;poco soddisfatto|molto insoddisfatto;molto insoddisfatta;per niente soddisfatto
completamente d'accordo;molto d'accordo|abbastanza d'accordo|né d'accordo né in disaccordo|in disaccordo;poco d'accordo|completamente in disaccordo;per niente d'accordo
ottimo|buono|discreto;sufficiente|scarso;insufficiente|pessimo
zeer tevreden|tevreden|neutraal;niet tevreden, niet ontevreden;niet tevreden niet ontevreden|ontevreden|zeer ontevreden
helemaal mee eens;helemaal eens|mee eens;eens|niet mee eens, niet mee oneens;neutraal|mee oneens;oneens|helemaal mee oneens;helemaal oneens
zeer goed;uitstekend|goed|matig;redelijk|slecht|zeer slecht
muito satisfeito;muito satisfeita|satisfeito;satisfeita|neutro;nem satisfeito nem insatisfeito;indiferente|insatisfeito;insatisfeita;pouco satisfeito|muito insatisfeito;muito insatisfeita
concordo totalmente|concordo|nem concordo nem discordo|discordo|discordo totalmente
bardzo zadowolony;bardzo zadowolona|zadowolony;zadowolona;raczej zadowolony|neutralny;ani zadowolony ani niezadowolony;trudno powiedzieć|niezadowolony;niezadowolona;raczej niezadowolony|bardzo niezadowolony;bardzo niezadowolona
zdecydowanie tak|raczej tak|trudno powiedzieć|raczej nie|zdecydowanie nie
bardzo dobrze;bardzo dobry|dobrze;dobry|średnio;przeciętnie|źle;zły|bardzo źle;bardzo zły
always|often|sometimes|rarely;seldom|never
extremely likely;very likely|likely;somewhat likely;rather likely;quite likely|neither likely nor unlikely;maybe;might or might not;not sure|unlikely;somewhat unlikely;rather unlikely|very unlikely;extremely unlikely;not at all likely;not likely at all
definitely|probably|maybe|probably not|definitely not
äußerst wahrscheinlich;sehr wahrscheinlich|wahrscheinlich;eher wahrscheinlich|vielleicht;weder wahrscheinlich noch unwahrscheinlich|unwahrscheinlich;eher unwahrscheinlich|sehr unwahrscheinlich;äußerst unwahrscheinlich;überhaupt nicht wahrscheinlich;gar nicht wahrscheinlich
auf jeden fall;ganz bestimmt|wahrscheinlich ja;eher ja|vielleicht|wahrscheinlich nicht;eher nicht|auf keinen fall;ganz bestimmt nicht
très probable;extrêmement probable|probable;plutôt probable|ni probable ni improbable;peut-être|improbable;peu probable;plutôt improbable|très improbable;très peu probable;pas du tout probable
muy probable;extremadamente probable|bastante probable|ni probable ni improbable;quizás;tal vez|poco probable|muy improbable;muy poco probable;nada probable
molto probabile;estremamente probabile|probabile;abbastanza probabile|né probabile né improbabile;forse|improbabile;poco probabile|molto improbabile;per niente probabile
zeer waarschijnlijk;heel waarschijnlijk;uiterst waarschijnlijk|waarschijnlijk|misschien;niet waarschijnlijk, niet onwaarschijnlijk|onwaarschijnlijk|zeer onwaarschijnlijk;heel onwaarschijnlijk;helemaal niet waarschijnlijk
muito provável;extremamente provável|provável|nem provável nem improvável;talvez|improvável;pouco provável|muito improvável;nada provável
bardzo prawdopodobne;bardzo prawdopodobnie|prawdopodobne;prawdopodobnie;raczej prawdopodobne|ani prawdopodobne, ani nieprawdopodobne;być może|nieprawdopodobne;mało prawdopodobne;raczej nieprawdopodobne|bardzo nieprawdopodobne;bardzo mało prawdopodobne;zupełnie nieprawdopodobne
"""  # noqa: E501


def plain(text: str) -> str:
    """Lower case without accents."""
    text = text.replace("ß", "ss").replace("ł", "l").replace("Ł", "L").replace("ø", "o").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Lower case without accents, and "ü" and "ue" alike: for comparing, not for showing."""
    return re.sub("(?<=[aou])e(?=[^aeiou]|$)", "", plain(text))


LABELS = {
    fold(label): 5 - step
    for line in _LABELS.strip().splitlines()
    for step, labels in enumerate(line.split("|"))
    for label in labels.split(";")
}
