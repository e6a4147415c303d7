"""When survey waves were, as far as their names tell: "2021", "Q3 2024", "Spring 2025", "Mai 2025", "Wave 10".

A name tells a year with or without a part of it (a date, week, month, quarter, season or half), or a number in a row.
Months and seasons are known in English, German, French, Spanish, Italian, Dutch, Portuguese and Polish.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan

_MONTHS = (
    "january januar janvier enero gennaio januari janeiro styczen janv jaen janner",
    "february februar fevrier febrero febbraio februari fevereiro luty fevr",
    "march marz mars marzo maart marco marzec maerz",
    "april avril abril aprile kwiecien avr",
    "may mai mayo maggio mei maio maj",
    "june juni juin junio giugno junho czerwiec",
    "july juli juillet julio luglio julho lipiec juil",
    "august aout agosto augustus sierpien",
    "september septembre septiembre settembre setembro wrzesien sept",
    "october oktober octobre octubre ottobre outubro pazdziernik",
    "november novembre noviembre novembro listopad",
    "december dezember decembre diciembre dicembre dezembro grudzien",
)
_SEASONS = (  # by the part of the year in which each begins in the north
    ("spring fruhjahr fruhling printemps primavera voorjaar lente wiosna", 0.25),
    ("summer sommer ete verano estate zomer verao lato", 0.5),
    ("autumn fall herbst automne otono autunno herfst najaar outono jesien", 0.75),
    ("winter hiver invierno inverno zima", 0.95),
)
_ORDINALS = (
    "zeroth baseline pre before vorher avant antes prima",
    "first erste premiere primera i",
    "second zweite deuxieme segunda midline mid ii",
    "third dritte troisieme tercera iii",
    "fourth vierte iv",
    "fifth v",
    "sixth vi",
    "seventh vii",
    "eighth viii",
    "ninth ix endline post after nachher apres despues followup",
    "tenth x",
)
_MONTH_OF = {word[:n]: i for i, words in reversed([*enumerate(_MONTHS)]) for word in words.split() for n in (3, 99)}
_SEASON_OF = {word: start for words, start in _SEASONS for word in words.split()}
_ORDINAL_OF = {word: i for i, words in enumerate(_ORDINALS) for word in words.split()}

_YEAR = r"(?<!\d)((?:19|20)\d\d)(?!\d)"
_DATES = (
    (re.compile(_YEAR + r"[-./](\d\d?)[-./](\d\d?)(?!\d)"), (0, 1, 2)),
    (re.compile(r"(?<!\d)(\d\d?)\.(\d\d?)\." + _YEAR), (2, 1, 0)),
)
_YEAR_MONTH = re.compile(_YEAR + r"[-/. ]?m?(0\d|1[0-2]|(?<=[-/.m])[1-9])(?!\d)")
_MONTH_YEAR = re.compile(r"(?<!\d)(0?[1-9]|1[0-2])[-/.]" + _YEAR)
_YEARS = re.compile(_YEAR + r"\s?[-/]\s?(?:(?:19|20)\d\d|\d\d)(?![-\d])")  # 2024/25
_SHORT_YEAR = re.compile(r"(?:\bfy|\bgj|')\s?'?(\d\d)(?!\d)|(?<=[a-z])[ .'-]{1,2}(\d\d)$|(?<=[1-4][qth])(\d\d)$")
_SHORT_AFTER = re.compile(r"(?<=[a-z] [1-4])[ /'-]{1,2}(\d\d)$")
_PARTS = (  # a quarter, a half, a week, and how many make a year
    (
        re.compile(
            r"\b(?:q|t|quarter|quartal|trimestre|trimester|kwartaal|kwartal) ?([1-4])\b|\b([1-4])\.? ?q(?:\b|uart)"
        ),
        4,
    ),
    (re.compile(r"\b(?:h|hj|s|half|halbjahr|semestre) ?([12])\b|\b([12])\.? ?h(?:\b|j\b|alb)"), 2),
    (re.compile(r"\b(?:w|kw|week|woche|semaine) ?([0-5]?\d)\b"), 52),
)
_LIKE = str.maketrans({"’": "'", "_": " ", "ł": "l", "ø": "o"})  # which no accent tells


@dataclass(frozen=True)
class _Told:
    year: float = nan
    part: float = nan  # of the year, where it begins, from 0 to 1
    number: float = nan  # in a row
    season: bool = False
    winter: bool = False  # of one year: its beginning or its end


def order_waves(names: Sequence[str], days: Sequence[float] = ()) -> list[str]:
    """The names from the first wave to the last: by their days, else by what they tell, else as they came.

    `days` are one a name, in any unit that grows with time, such as the day of the middle answer; where one of them is
    blank or two are equal they tell nothing. Every name is in the order once.
    """
    names = list(dict.fromkeys(names))
    if len(days) == len(names) and not any(isnan(d) for d in days) and len(set(days)) == len(names):
        return [name for _, name in sorted(zip(days, names, strict=True))]
    told = [_read(name) for name in names]
    for keys in (_by_time(told), _by_part(told), _by_number(told)):
        if keys and len(set(keys)) == len(names):
            return [name for _, name in sorted(zip(keys, names, strict=True))]
    return names


def wave_years(names: Sequence[str]) -> list[float]:
    """When each wave was, in years ("Q3 2024": 2024.5), or no value where a name tells no year."""
    keys = _by_time([_read(name) for name in names])
    return [year for year, _ in keys] if keys else []


def _by_time(told: list[_Told]) -> list[tuple[float, float]]:
    """Year and part, then number, of names that all tell a year."""
    if any(isnan(t.year) for t in told):
        return []
    keys = [(t.year + (0 if isnan(t.part) else t.part), 0.0 if isnan(t.number) else t.number) for t in told]
    # "Winter 2024" may be the beginning of that year or its end: the beginning where the names came in that order.
    early = [(t.year, key[1]) if t.winter else key for t, key in zip(told, keys, strict=True)]
    return early if any(t.winter for t in told) and early == sorted(early) and keys != sorted(keys) else keys


def _by_part(told: list[_Told]) -> list[float]:
    """Months or quarters without a year; as they came where they go round once, as from October to March."""
    parts = [t.part for t in told]
    if any(isnan(p) for p in parts) or any(t.season for t in told):
        return []
    turns = sum(a > b for a, b in zip(parts, [*parts[1:], parts[0]], strict=True))
    return [float(i) for i in range(len(parts))] if turns == 1 and len(set(parts)) == len(parts) else parts


def _by_number(told: list[_Told]) -> list[float]:
    return [] if any(isnan(t.number) for t in told) else [t.number for t in told]


def _read(name: str) -> _Told:
    text = _folded(name)
    for pattern, places in _DATES:
        if found := pattern.search(text):
            told, month, day = (int(found[i + 1]) for i in places)
            if month <= 12 and day <= 31:
                return _Told(told, (month - 1) / 12 + day / 400)
    if (found := _YEARS.search(text)) and not _YEAR_MONTH.search(text):  # 2024-05 is a month, 2024-25 two years
        text = _without(text, found)
        part, season, _ = _part(text)
        return _Told(int(found[1]), part, _number(text, part), season)
    if found := _YEAR_MONTH.search(text):
        return _Told(int(found[1]), (int(found[2]) - 1) / 12)
    if found := _MONTH_YEAR.search(text):
        return _Told(int(found[2]), (int(found[1]) - 1) / 12)
    year: float = nan
    if found := re.search(_YEAR, text):
        year, text = int(found[1]), _without(text, found)
    elif found := _SHORT_YEAR.search(text) or _SHORT_AFTER.search(text):
        before = text
        text = _without(text, found)
        if before.startswith(("fy", "gj", "'")) or not isnan(_part(text)[0]):
            year = 2000 + int(next(group for group in found.groups() if group))
        else:
            text = before
    part, season, winter = _part(text)
    return _Told(year, part, _number(text, part), season, winter and not isnan(year))


def _part(text: str) -> tuple[float, bool, bool]:
    """Where in the year, from 0 to 1, whether told by a season, and whether by winter."""
    for pattern, of in _PARTS:
        if found := pattern.search(text):
            return (int(next(group for group in found.groups() if group)) - 1) / of, False, False
    for word in re.findall(r"[a-z]+", text):
        if word in _MONTH_OF:
            return _MONTH_OF[word] / 12, False, False
        if word in _SEASON_OF:
            return _SEASON_OF[word], True, _SEASON_OF[word] == 0.95
    return nan, False, False


def _number(text: str, part: float) -> float:
    """The number that a name has besides its time: "Wave 10", "second wave", "Wave II"."""
    if not isnan(part):
        return nan
    if found := re.search(r"(?<!\d)(\d{1,6})(?:\.0+)?(?!\d)", text):
        return float(found[1])
    return next((float(_ORDINAL_OF[word]) for word in re.findall(r"[a-z]+", text) if word in _ORDINAL_OF), nan)


def _folded(name: str) -> str:
    """Small letters without accents, one blank between words."""
    text = unicodedata.normalize("NFKD", str(name).casefold())
    text = "".join(c for c in text if not unicodedata.combining(c)).translate(_LIKE)
    return " ".join(re.sub(r"(?<=[a-z])(?=\d)|(?<=\d{4})(?=[a-z])", " ", text).split())


def _without(text: str, found: re.Match[str]) -> str:
    return " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())
