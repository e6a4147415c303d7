"""The scales a recommendation score may be on: their marks, their published cuts, and how one is recognised.

Cuts. 0-10: Reichheld (2003), "The One Number You Need to Grow", Harvard Business Review: 9 and 10 promote, 7 and 8 are
passive. 1-10: the same marks (InterWorks' dashboard on NPS: 1 to 6 are detractors). 1-5: the top mark promotes, the
next is passive (MaritzCX, "5 Point Versus 11 Point Scales", part 2, whose 35.2 % and 24.3 % gave 11 points where the
same people gave 21 on 0-10; Sauro, "Changing the Net Promoter Scale", measuringu.com, after Reichheld's example of
Enterprise). 1-7: no cuts are agreed on; those of 1-5 are taken, which let the top mark alone promote. 0-100: ten times
the cuts of 0-10, as no others are published. A score on one scale is not compared with one on another: see the
difference of 10 points above.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from helpers.data.answer_words import LABELS, fold


@dataclass(frozen=True)
class Scale:
    """A scale of whole numbers; detractors are below `passive_from`."""

    name: str
    low: int
    high: int
    passive_from: int
    promoter_from: int


SCALES = {
    scale.name: scale
    for scale in (
        Scale("0-10", 0, 10, 7, 9),
        Scale("1-10", 1, 10, 7, 9),
        Scale("1-5", 1, 5, 4, 5),
        Scale("1-7", 1, 7, 6, 7),
        Scale("0-100", 0, 100, 70, 90),
    )
}
DEFAULT = "0-10"
ALSO = {"stars": "1-5", "words": "1-5"}  # how the five marks of a scale may come
DOUBTED = "?"  # ends the name of a scale that was recognised and is not declared
NO_ANSWER_CODES = frozenset(
    (-99, -98, -97, -9, -8, -7, -2, -1, 66, 77, 88, 96, 97, 98, 99, 666, 777, 888, 996, 997, 998, 999, 9999, 99999)
)

_MOST = 0.8  # of the answers that can be read, which make a form of writing the form of all
_SLIPS = 0.0005  # a mark given by fewer is a slip of the pen
_ANSWERS_ABOVE_5, _ANSWERS_ABOVE_7 = 21, 44
_ONES = 12
_BIG_SHARE, _BIG_MARKS = 0.2, 5
_SEVERAL = r"out of|of|von|sur|de|su|van|na"
_PLAIN = re.compile(r"[-+]?\d+([.,]\d+)?")
_OF = re.compile(rf"(\d{{1,3}})(?:[.,]0+)?\s*(?:/|(?:{_SEVERAL})\b)\s*(\d{{1,3}})", re.I)
_PERCENT = re.compile(r"(\d{1,3})\s*%")
_LABELLED = re.compile(r"(\d{1,3})\s*([-–—:=.)(\[]|\s)[^\d/%]*")
_LABEL_FIRST = re.compile(r"[^\d/%]*[^\d/%\s]\s*[-–—:=(\[]\s*(\d{1,3})\s*[)\]]?")
_STARS = re.compile(r"([★⭐🌟]*)([☆✩]*)")
_STAR_COUNT = re.compile(
    r"(\d)\s*(?:[★⭐🌟]|(?:stars?|sterne?|[ée]toiles?|estrellas?|stell[ae]|sterren|estrelas?|gwiazd(?:k[aię]|ek)?))",
    re.I,
)


@dataclass(frozen=True)
class Reading:
    """A score that is not written as a plain number."""

    value: int
    form: str  # "label", "of", "stars" or "words"
    top: int = 0  # the highest mark, where the text says it: 10 of "9/10"


@dataclass(frozen=True)
class ScoreLook:
    """What a column of scores looks like.

    scale: the one declared; else the default, or the one recognised, with DOUBTED at its end
    numbers: text -> the number it stands for, of texts that are not plain numbers
    """

    scale: str
    numbers: dict[str, str]


def scale_of(name: str) -> Scale:
    """The scale of that name, by which scores are held; of a doubted one that it may be, else 0-10."""
    plain = name.removesuffix(DOUBTED)
    return SCALES.get(ALSO.get(plain, plain), SCALES[DEFAULT])


def read_score(text: str) -> Reading | None:
    """The number in a text, where there can be no doubt about which; None for plain numbers and all else.

    "10 - extremely likely", "0 (not at all likely)", "very likely (9)", "9/10", "9 out of 10", "90 %", "★★★★",
    "★★★★☆", "4 stars", "sehr wahrscheinlich" (5 to 1). "7 or 8" and "less than 5" have none.
    """
    text = text.strip().replace("\ufe0f", "")
    if not text or len(text) > 120 or _PLAIN.fullmatch(text):
        return None
    if found := _STAR_COUNT.fullmatch(text):
        return Reading(int(found[1]), "stars", 5)
    if found := _STARS.fullmatch(text):
        return Reading(len(found[1]), "stars", max(5, len(found[1]) + len(found[2])))
    if found := _OF.fullmatch(text):
        return Reading(int(found[1]), "of", int(found[2]))
    if found := _PERCENT.fullmatch(text):
        return Reading(int(found[1]), "of", 100)
    if (step := LABELS.get(fold(text))) is not None:
        return Reading(step, "words", 5)
    found = _LABELLED.fullmatch(text) or _LABEL_FIRST.fullmatch(text)
    return Reading(int(found[1]), "label") if found else None


def look_at_scores(counts: Mapping[str, int], declared: str | None = None, *, mapped: bool = False) -> ScoreLook:
    """How the scores of a column, text -> answers, are to be read, and on which scale they are.

    A scale that is declared holds. Without one, a column is 0-10 unless chance does not explain that it looks
    otherwise; each rule is wrong about a column that is 0-10 in fewer than 1 of 100 cases:

    - none above 5 in 21 answers or more: were a fifth of all opinions above, it would be 0.8 ** 21 = 0.9 %;
    - none above 7, and no 0, in 44: were a tenth above, 0.9 ** 44 = 1.0 %;
    - no 0 beside 12 answers or more of 1: were 0 said half as often as 1, (2/3) ** 12 = 0.8 %. In both years of San
      Francisco airport's survey it is said more than twice as often, the ends of a scale being liked;
    - a fifth of them between 11 and 100, at five different marks or more, usual codes such as 99 not counted.

    Stars and words are what four in five of the answers are that can be read. `mapped`: the client said what values
    stand for, so that a missing 0 tells nothing.
    """
    readings = {text: found for text in counts if (found := read_score(text)) is not None}
    scale = ALSO.get(declared, declared) if declared else _recognise(counts, readings, mapped)
    held = scale_of(scale)
    numbers = {text: str(found.value) for text, found in readings.items() if _belongs(found, scale, held)}
    return ScoreLook(scale, numbers)


def say_doubt(scale: str) -> tuple[str, str]:
    """What speaks against 0-10 where a scale is doubted, and what to write, as parts of a sentence."""
    name = scale.removesuffix(DOUBTED)
    held = "" if name in SCALES or name in ALSO else "on no scale with known cuts"
    why = {
        "1-10": "many scores are 1 and none is 0, as on a scale from 1 to 10",
        "1-5": "no score is above 5, as on a scale from 1 to 5",
        "1-7": "no score is above 7 and none is 0, as on a scale from 1 to 7",
        "0-100": "many scores are between 11 and 100, as on a scale from 0 to 100",
        "stars": "the scores are stars",
        "words": "the scores are words",
    }.get(name, f"the scores run from {name.replace('-', ' to ')}, {held}")
    if held:
        return why, "what each value means from 0 to 10 under “values: score:”, and “scale: 0-10”"
    return why, f"“scale: {name}”" + ("" if name in ALSO else ", or “scale: 0-10” if that was asked")


def _belongs(found: Reading, scale: str, held: Scale) -> bool:
    """Whether a text's number is one of the scale: words and stars only of five marks."""
    if found.form == "words":
        return held.high == 5
    return found.top in (0, held.high)


def _recognise(counts: Mapping[str, int], readings: Mapping[str, Reading], mapped: bool) -> str:
    readable = sum(n for text, n in counts.items() if text in readings or _PLAIN.fullmatch(text.strip()))
    forms: Counter[str] = Counter()
    tops: Counter[int] = Counter()
    for text, found in readings.items():
        forms[found.form] += counts[text]
        tops[found.top if found.form == "of" else 0] += counts[text]
    steps = {found.value for found in readings.values() if found.form == "words"}
    for form in ("stars", "words"):
        if readable and forms[form] >= _MOST * readable and (form == "stars" or len(steps) > 1):
            return form + DOUBTED
    for top, name in ((5, "1-5"), (7, "1-7"), (100, "0-100")):
        if readable and tops[top] >= _MOST * readable:
            return name + DOUBTED
    return _recognise_numbers(_whole_numbers(counts, readings), mapped)


def _recognise_numbers(marks: Counter[int], mapped: bool) -> str:
    big = {v: n for v, n in marks.items() if 10 < v <= 100 and v not in NO_ANSWER_CODES and v != 11}
    if len(big) >= _BIG_MARKS and sum(big.values()) >= _BIG_SHARE * sum(n for v, n in marks.items() if 0 <= v <= 100):
        return "0-100" + DOUBTED
    inside = {v: n for v, n in marks.items() if 0 <= v <= 10}
    answers = sum(inside.values())
    given = [v for v, n in inside.items() if n > _SLIPS * answers]
    top, zeros = max(given, default=0), inside.get(0, 0)
    if 2 <= top <= 5 and answers >= _ANSWERS_ABOVE_5:
        return "1-5" + DOUBTED
    if top == 1 and answers >= _ANSWERS_ABOVE_5:
        return "0-1" + DOUBTED
    if top in (6, 7) and 0 not in given and answers >= _ANSWERS_ABOVE_7:
        return f"1-{top}{DOUBTED}"
    if top == 10 and not zeros and inside.get(1, 0) >= _ONES and not mapped:
        return "1-10" + DOUBTED
    return DEFAULT


def _whole_numbers(counts: Mapping[str, int], readings: Mapping[str, Reading]) -> Counter[int]:
    marks: Counter[int] = Counter()
    for text, n in counts.items():
        if text in readings:
            marks[readings[text].value] += n if readings[text].form in ("label", "of") else 0
        elif _PLAIN.fullmatch(text.strip()) and (value := float(text.strip().replace(",", "."))).is_integer():
            marks[int(value)] += n
    return +marks
