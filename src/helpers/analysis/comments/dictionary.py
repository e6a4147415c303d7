"""Themes that the client declares: which words stand for each, in as many languages as are listed.

A line is "delivery: late, delay*, arriv*, délai": a name, a colon, and words or phrases parted by commas; an asterisk
ends a word that only begins so. Accents and capitals do not count. A comment raises every theme of which it holds a
word.
"""

import re
from collections.abc import Sequence

import numpy as np

from helpers.analysis.comments.vocabulary import fold
from helpers.errors import InputError

WHERE = "nps_drivers.themes"
_FORM = '"delivery: late, delay*, arriv*"'
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def read_dictionary(lines: Sequence[str]) -> dict[str, re.Pattern[str]]:
    """The pattern of each declared theme, for folded text without signs, by the theme's name.

    Raises InputError for a line without a name or words, an asterisk that does not end a word, and a name given twice.
    """
    themes: dict[str, re.Pattern[str]] = {}
    for line in lines:
        name, colon, words = (part.strip() for part in line.partition(":"))
        listed = [word.strip() for word in words.split(",") if word.strip()]
        if not name or not colon or not listed:
            raise InputError(f'"{line}" declares no theme', where=WHERE, allowed=f"a name and its words: {_FORM}")
        if fold(name) in {fold(taken) for taken in themes}:
            raise InputError(
                f'The theme "{name}" is declared twice', where=WHERE, mend="List all its words in one line."
            )
        themes[name] = re.compile("|".join(_pattern(word) for word in listed))
    return themes


def raise_declared(texts: Sequence[str], themes: dict[str, re.Pattern[str]]) -> np.ndarray:
    """How many different words of each theme a text holds: a row a text, a column a theme."""
    plain = [plain_text(text) for text in texts]
    counts = np.zeros((len(plain), len(themes)), dtype=int)
    for column, pattern in enumerate(themes.values()):
        counts[:, column] = [len(set(pattern.findall(text))) for text in plain]
    return counts


def plain_text(text: str) -> str:
    """Folded, and every sign a blank: "L'eau, encore!" -> "l eau encore"."""
    return " ".join(re.split(r"[\W_]+", fold(text))).strip()


def _pattern(word: str) -> str:
    parts = [part for part in re.split(r"[^\w*]+|_+", fold(word)) if part]
    if not any(part.strip("*") for part in parts) or any("*" in part[:-1] for part in parts):
        raise InputError(
            f'"{word}" is no word to look for',
            where=WHERE,
            allowed=f"words and phrases, * only at a word's end: {_FORM}",
        )
    said = " ".join(re.escape(part.removesuffix("*")) + (r"\w*" if part.endswith("*") else "") for part in parts)
    return said if _CJK.search(said) else rf"(?<!\w){said}(?!\w)"
