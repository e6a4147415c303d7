"""Text on charts: what the fonts at hand can draw, how wide it is, and how it breaks into lines."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import text_to_path

SIZE, SMALL, LARGE = 11.5, 11.0, 13.5  # points
_LEAST = 8.5

# The first installed one sets the look; the later ones supply scripts it lacks.
_FAMILIES = (
    *("Arial", "Helvetica", "Liberation Sans", "DejaVu Sans", "Noto Sans CJK JP", "Noto Sans CJK SC"),
    *("Hiragino Sans", "PingFang SC", "Yu Gothic", "Microsoft YaHei", "Malgun Gothic", "WenQuanYi Zen Hei"),
    *("Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans Thai", "Segoe UI Symbol"),
)


def drawable(text: object) -> str:
    """One line of text with nothing in it that the fonts at hand can't draw.

    Emoji are left out, control characters become blanks, other unknown characters become a box.
    """
    known = fonts()[1]
    shown = []
    for character in unicodedata.normalize("NFC", str(text)):
        kind = unicodedata.category(character)
        if kind.startswith(("Z", "C")):
            shown.append(" " if kind != "Cf" else "")
        elif ord(character) in known:
            shown.append(character)
        elif kind not in ("So", "Sk", "Mn", "Me"):
            shown.append("□")
    return " ".join("".join(shown).split()) or "□"


def fit(text: object, points: float, size: float = SMALL, lines: int = 3, bold: bool = False) -> str:
    """`drawable` text broken into lines at most `points` wide, as even as can be, the rest cut with an ellipsis."""
    words = drawable(text).split(" ")
    done = _broken(words, points, size, bold)
    if len(done) > lines:
        last = done[lines - 1]
        kept = last[: _letters_within(last, points - text_width("…", size, bold), size, bold)]
        done = [*done[: lines - 1], kept.rstrip() + "…"]
    elif 1 < len(done) < len(words):
        evened = _evened(words, len(done), points, size, bold)
        fits = len(evened) == len(done) and all(text_width(line, size, bold) <= points for line in evened)
        done = evened if fits else done  # widths of words don't quite add up
    return "\n".join(done)


def _broken(words: Sequence[str], points: float, size: float, bold: bool) -> list[str]:
    """Each line as long as it may be."""
    done: list[str] = []
    line = ""
    for word in words:
        longer = f"{line} {word}".strip()
        if text_width(longer, size, bold) <= points:
            line = longer
            continue
        if line:
            done.append(line)
        while text_width(word, size, bold) > points and len(word) > 1:
            cut = _letters_within(word, points, size, bold)
            done.append(word[:cut])
            word = word[cut:]
        line = word
    return [*done, line]


def _evened(words: Sequence[str], lines: int, points: float, size: float, bold: bool) -> list[str]:
    """In as many lines, none much shorter than the others: no word is left alone at the end."""
    widths = [text_width(word, size, bold) for word in words]
    blank = text_width("n n", size, bold) - text_width("nn", size, bold)
    low, high = max(widths), points
    if low > points:
        return _broken(words, points, size, bold)  # a word is cut
    while high - low > 1:
        middle = (low + high) / 2
        low, high = (low, middle) if len(_filled(widths, blank, middle)) <= lines else (middle, high)
    counts = _filled(widths, blank, high)
    starts = [sum(counts[:i]) for i in range(len(counts) + 1)]
    return [" ".join(words[start:end]) for start, end in pairwise(starts)]


def _filled(widths: Sequence[float], blank: float, points: float) -> list[int]:
    """How many words each line takes that is filled up to so many points."""
    counts, line = [0], 0.0
    for width in widths:
        if counts[-1] and line + blank + width > points:
            counts.append(0)
            line = 0.0
        line += (blank if counts[-1] else 0) + width
        counts[-1] += 1
    return counts


def size_within(text: str, points: float, bold: bool = False) -> float:
    """Points of letters so that a line is at most so wide: SMALL, or less, down to what is still read."""
    return max(_LEAST, min(SMALL, SMALL * points / text_width(text, SMALL, bold)))


def _letters_within(word: str, points: float, size: float, bold: bool) -> int:
    """How many letters of a word, one at least, are at most so wide; found by halving, since to measure takes long."""
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(word[:middle], size, bold) <= points:
            low = middle
        else:
            high = middle - 1
    return low


@cache
def text_width(text: str, size: float = SMALL, bold: bool = False) -> float:
    """Width of one drawn line in points."""
    properties = font_manager.FontProperties(family=list(fonts()[0]), size=size, weight="bold" if bold else "normal")
    return text_to_path.get_text_width_height_descent(text, properties, ismath=False)[0]


@cache
def fonts() -> tuple[tuple[str, ...], frozenset[int]]:
    """The installed families of the list, and every code point they can draw in both weights."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    families = tuple(name for name in _FAMILIES if name in installed)
    known: set[int] = set()
    for name in families:
        weights = [
            FT2Font(font_manager.findfont(font_manager.FontProperties(family=name, weight=weight)))
            for weight in ("normal", "bold")
        ]
        known |= set.intersection(*(set(font.get_charmap()) for font in weights))
    return families, frozenset(known)


@cache
def font_files(bold: bool = False) -> tuple[str, ...]:
    """The files of the installed fonts of the house, in their order."""
    weight = "bold" if bold else "normal"
    named = [font_manager.FontProperties(family=name, weight=weight) for name in fonts()[0]]
    return tuple(font_manager.findfont(font) for font in named)


def lines_of(text: str) -> int:
    """Lines of a text that is broken."""
    return text.count("\n") + 1
