"""Tables and columns while they are being profiled: where they stand in the engine, and what is known so far."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import numpy as np
from ibis.expr.types import Table
from numpy.typing import NDArray

from helpers.data.engines.dialect import is_finite

_OF_PERSONS = ("name", "email", "phone")  # columns of a customer list, whatever stands in them


@dataclass(frozen=True)
class Counts:
    """All values of a column of finite numbers or flags (1 and 0), in order, and the rows that have them."""

    values: NDArray[np.float64]
    rows: NDArray[np.int64]

    def facts(self) -> dict[str, float | None]:
        """What `profile_facts.plain_facts` asks of the columns whose values are not all counted."""
        values, rows, n = self.values, self.rows, int(self.rows.sum())
        mean = float(values @ rows) / n if len(values) > 1 else float(values[0])
        return {
            "min": float(values[0]),
            "max": float(values[-1]),
            "mean": mean,
            "sd": float(np.sqrt(((values - mean) ** 2) @ rows / (n - 1))) if n > 1 else None,
            "zeros": float(rows[values == 0].sum()),
            "negatives": float(rows[values < 0].sum()),
            "broken": float(rows[values % 1 != 0].sum()),
        }

    def quantiles(self, shares: Sequence[float]) -> NDArray[np.float64]:
        """Type 7 of Hyndman and Fan (1996), as the engines have it: between two numbers in proportion."""
        upto = np.cumsum(self.rows)
        place = (upto[-1] - 1) * np.asarray(shares)
        low, high = (self.values[np.searchsorted(upto, at, side="right")] for at in (np.floor(place), np.ceil(place)))
        part = place - np.floor(place)
        return low * (1 - part) + high * part

    def moment(self, power: int, mean: float, sd: float) -> float:
        """The mean of a power of the standardised values."""
        return float(((self.values - mean) / sd) ** power @ self.rows / self.rows.sum())

    def first(self, n: int, largest: bool) -> NDArray[np.float64]:
        """The numbers of the `n` rows at an end, outermost first."""
        step = -1 if largest else 1
        return np.repeat(self.values[::step][:n], self.rows[::step][:n])[:n]


@dataclass
class ProfiledColumn:
    """A column being profiled: where it stands, and its facts so far."""

    name: str
    key: str  # its name among the plain columns: c0, c1 …
    kind: str  # number, date, yes/no, text
    whole: bool  # whole numbers only
    value: Any  # as a number, text, date or flag; an expression on the table
    raw: Any  # the same, but for numbers without an end, which `value` leaves blank
    facts: dict[str, Any] = field(default_factory=dict)
    few: bool = False  # whether all its values are counted
    counts: Counts | None = None  # of a number or flag with few values, the finite ones
    seen: dict[str, int] = field(default_factory=dict)  # texts looked at, with their rows
    top: dict[str, int] = field(default_factory=dict)  # most frequent texts, where not all were looked at
    bins: list[dict[str, Any]] = field(default_factory=list)  # rows of `profiling.Profile.values`
    ends: list[dict[str, Any]] = field(default_factory=list)
    days: tuple[NDArray[np.datetime64], NDArray[np.int64]] | None = None  # of a date, in order, with their rows

    @property
    def filled(self) -> int:
        """Rows with a value; with a finite one where it is a number."""
        return int(self.facts["filled"])

    @property
    def gaps(self) -> bool:
        return bool(self.facts["missing"] or self.facts.get("infinite"))

    @property
    def private(self) -> bool:
        """Whether its values are nobody's business: they name a person, a case, or are somebody's words."""
        if self.name in _OF_PERSONS or self.facts["role"] in ("identifier", "free text"):
            return True
        return bool(self.facts.get("personal"))


@dataclass
class ProfiledTable:
    """A table being profiled. What is known of it beforehand is told in `profiling.profile_columns`."""

    name: str
    table: Table
    date_column: str
    identifiers: Collection[str]
    sparse: Collection[str]
    grain: str
    left_out: Collection[str] = ()  # columns
    columns: list[ProfiledColumn] = field(init=False)
    plain: Table = field(init=False)  # its columns by their keys, and whether a number is infinite: inf0, inf1 …
    rows: int = 0

    def __post_init__(self) -> None:
        self.columns, selected = [], {}
        profiled = {name: dtype for name, dtype in self.table.schema().items() if name not in self.left_out}
        for i, (name, dtype) in enumerate(profiled.items()):
            value, key = self.table[name], f"c{i}"
            kind, whole = kind_of(dtype), bool(dtype.is_integer())
            if kind == "number":
                number = value.cast("float64")
                if not whole:
                    selected[f"inf{i}"] = (~is_finite(number) & ~number.isnan()).fill_null(False)
                    number = is_finite(number).ifelse(number, ibis.null("float64"))
                selected[key] = number
            else:
                selected[key] = value.cast({"date": "timestamp", "yes/no": "boolean", "text": "string"}[kind])
            raw = value.cast("float64") if kind == "number" else selected[key]
            self.columns.append(ProfiledColumn(name, key, kind, whole, selected[key], raw))
        self.plain = self.table.select(**selected)

    @property
    def dates(self) -> list[ProfiledColumn]:
        return [c for c in self.columns if c.kind == "date" and c.facts["distinct"]]

    @property
    def main_date(self) -> ProfiledColumn | None:
        """The date that its course in time is told by."""
        return next((c for c in self.dates if c.name == self.date_column), self.dates[0] if self.dates else None)


def kind_of(dtype: Any) -> str:
    """A column's kind in readers' words."""
    if dtype.is_boolean():
        return "yes/no"
    if dtype.is_numeric():
        return "number"
    return "date" if dtype.is_timestamp() or dtype.is_date() else "text"
