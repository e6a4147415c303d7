"""Comments that somebody has read and coded: the codes are the themes.

Codes are few, short, and used again and again: that tells them from what people write. Several in one cell are parted
by ";", "|" or ",". A nought means that there was no comment.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_CODES = 200
_MOST_SHARE = 0.1  # different codes, of all comments
_MOST_WORDS = 4
_MOST_CHARACTERS = 40
_LEAST_COMMENTS = 20
_MOST_SINGLE = 0.02  # of the comments, in codes used once
_CODE = re.compile(r"(?i)[a-z]{0,3}[-_. ]?\d{1,6}(?:\.0)?")
_NOTHING = re.compile(r"0+(?:\.0+)?")


@dataclass(frozen=True)
class Codes:
    """names: of the codes, most frequent first; a code without a name is "code 12". raised: a row a comment."""

    names: list[str]
    raised: np.ndarray
    unnamed: int  # codes without a name


def find_codes(texts: Sequence[str]) -> Codes | None:
    """The codes, where the comments are codes and no text."""
    cells = [_split(text) for text in texts]
    counts = Counter(code for cell in cells for code in cell)
    n = len(texts)
    if n < _LEAST_COMMENTS or not counts or len(counts) > min(MOST_CODES, _MOST_SHARE * n):
        return None
    if any(len(code) > _MOST_CHARACTERS or len(code.split()) > _MOST_WORDS for code in counts):
        return None
    coded = sum(count for code, count in counts.items() if _CODE.fullmatch(code))
    single = sum(1 for count in counts.values() if count == 1)
    if coded < sum(counts.values()) / 2 and single > _MOST_SINGLE * n:
        return None
    kept = sorted((c for c in counts if not _NOTHING.fullmatch(c)), key=lambda c: (-counts[c], c))
    place = {code: i for i, code in enumerate(kept)}
    raised = np.zeros((n, len(kept)), dtype=bool)
    for row, cell in zip(raised, cells, strict=True):
        row[[place[code] for code in cell if code in place]] = True
    unnamed = [bool(_CODE.fullmatch(code)) for code in kept]
    names = [f"code {code.removesuffix('.0')}" if bare else code for code, bare in zip(kept, unnamed, strict=True)]
    return Codes(names, raised, sum(unnamed))


def _split(text: str) -> list[str]:
    """The codes of one cell: "12; 14" is two, "Food, drinks" one."""
    whole = " ".join(text.split())
    if not any(sign.isalnum() for sign in whole):
        return []
    parts = [part.strip() for part in re.split(r"[;|,]", whole) if part.strip()]
    if len(parts) > 1 and (";" in whole or "|" in whole or all(_CODE.fullmatch(part) for part in parts)):
        return list(dict.fromkeys(parts))
    return [whole] if whole else []
