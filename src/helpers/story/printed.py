"""Figures read back from what `fmt` printed in English form ("£9.24m", "61%", "+33"), and what changed between two.

A change is told from what was printed, so that nobody sees a difference between two figures that look the same.
"""

import re
from dataclasses import dataclass

from helpers.story import fmt

_SCALES = {"": 1.0, "k": 1e3, "m": 1e6, "bn": 1e9}
_FIGURE = re.compile(
    r"(?P<bound>[<>]?)(?P<sign>[+−-]?)(?P<prefix>[^\d\s<>+−.,-]*\s?)(?P<digits>\d[\d,]*(?:\.(?P<decimals>\d+))?)"
    r"(?:(?P<scale>bn|[km])(?![a-z]))?(?P<unit>.*)"
)


@dataclass(frozen=True)
class Printed:
    """A printed figure taken apart: "£9.24m" is "", "£", 9,240,000, 2 decimals, "m" and ""."""

    number: float
    sign: str
    prefix: str
    decimals: int
    scale: str
    unit: str
    bound: str  # "<" of "<1%"

    @property
    def step(self) -> float:
        """What one of the last whole digit stands for."""
        return _SCALES[self.scale]

    @property
    def is_score(self) -> bool:
        """A score or a share: its change is points, not percent."""
        return self.unit.startswith("%") or (bool(self.sign) and not self.prefix)

    def is_like(self, other: "Printed") -> bool:
        """Whether the same stands before and after it: two figures of unlike kinds are not compared."""
        return (self.prefix, self.unit) == (other.prefix, other.unit)


def sort_value(text: str) -> float | None:
    """The number that a printed figure stands for, to sort by; None where it holds none."""
    read = read_figure(text)
    return read.number if read else None


def say_change(before: str, now: str) -> str:
    """("£8.62m", "£9.24m") -> "+7%"; ("58%", "61%") -> "+3 points"; "" for what cannot be compared."""
    a, b = read_figure(before), read_figure(now)
    if a is None or b is None or a.bound or b.bound or not a.is_like(b):
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


def read_figure(text: str) -> Printed | None:
    """A printed figure taken apart; None for what holds none."""
    found = _FIGURE.fullmatch(text.strip())
    if found is None:
        return None
    scale = found["scale"] or ""
    number = float(found["digits"].replace(",", "")) * _SCALES[scale]
    return Printed(
        -number if found["sign"] in ("−", "-") else number,
        found["sign"],
        found["prefix"],
        len(found["decimals"] or ""),
        scale,
        found["unit"].strip(),
        found["bound"],
    )
