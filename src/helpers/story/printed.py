"""Figures read back from what `fmt` printed ("£9.24m", "61%", "+33"), and what changed from one to another.

A change is told from what was printed, so that nobody sees a difference between two figures that look the same.
"""

import re
from dataclasses import dataclass

from helpers.story import fmt

_SCALES = {None: 1.0, "k": 1e3, "m": 1e6, "bn": 1e9}
_FIGURE = re.compile(
    r"(?P<bound>[<>]?)(?P<sign>[+−-]?)(?P<prefix>[^\d\s<>+−.,-]*\s?)(?P<digits>\d[\d,]*(?:\.(?P<decimals>\d+))?)"
    r"(?:(?P<scale>bn|[km])(?![a-z]))?(?P<unit>.*)"
)


@dataclass(frozen=True)
class _Read:
    """A printed figure taken apart."""

    number: float
    kind: tuple[str, str]  # what stands before and after it: two figures of unlike kinds are not compared
    decimals: int
    is_score: bool  # a score or a share: its change is points, not percent
    is_bound: bool  # "<1%"


def sort_value(text: str) -> float | None:
    """The number that a printed figure stands for, to sort by; None where it holds none."""
    read = _read(text)
    return read.number if read else None


def say_change(before: str, now: str) -> str:
    """("£8.62m", "£9.24m") -> "+7%"; ("58%", "61%") -> "+3 points"; "" for what cannot be compared."""
    a, b = _read(before), _read(now)
    if a is None or b is None or a.is_bound or b.is_bound or a.kind != b.kind:
        return ""
    if a.is_score or b.is_score:
        decimals = max(a.decimals, b.decimals)
        moved = round(b.number - a.number, decimals)
        points = "point" if abs(moved) == 1 else "points"
        return f"{fmt.signed(moved, lambda x: fmt.number(x, decimals))} {points}" if moved else ""
    if a.number <= 0:
        return ""
    text = fmt.change(b.number / a.number - 1)
    return "" if fmt.is_zero(text) else text


def _read(text: str) -> _Read | None:
    found = _FIGURE.fullmatch(text.strip())
    if found is None:
        return None
    number = float(found["digits"].replace(",", "")) * _SCALES[found["scale"]]
    return _Read(
        -number if found["sign"] in ("−", "-") else number,
        (found["prefix"], found["unit"].strip()),
        len(found["decimals"] or ""),
        found["unit"].startswith("%") or (bool(found["sign"]) and not found["prefix"]),
        bool(found["bound"]),
    )
