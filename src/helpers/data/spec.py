"""What a parameter file says about a client's tables: where they are and how their columns map."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class PartSpec:
    """One source of a table. Canonical names on the left of every mapping, the source's own on the right."""

    source: str  # a file, a glob or a folder, absolute
    sheet: str | int = 0  # Excel only
    header_row: int | None = None  # 1-based; 0 = no header, columns are column1, column2 …; None = found by looking
    encoding: str | None = None  # None = found by looking
    delimiter: str | None = None  # None = found by looking; " " = any number of blanks
    columns: dict[str, str] = field(default_factory=dict)
    ratings: dict[str, str] = field(default_factory=dict)  # driver -> source column
    attributes: dict[str, tuple[str, str]] = field(default_factory=dict)  # name -> (kind, source column)
    missing: dict[str, list[str]] = field(default_factory=dict)  # column, or "ratings" -> codes for "blank"
    set: dict[str, str] = field(default_factory=dict)  # canonical column -> constant
    filter: dict[str, list[str]] = field(default_factory=dict)  # source column -> values kept
    date_format: str | None = None  # strptime; None reads ISO dates
    decimal: str = "."
    control: str | None = None  # exposures: the arm that got nothing
    outcomes: tuple[str, ...] = ()  # exposures: columns measured per customer
    duplicates: str = "drop"  # exact duplicate rows: "drop" sets them aside, "keep" does not


@dataclass(frozen=True)
class TableSpec:
    """One canonical table, made of one or more parts."""

    name: str
    parts: tuple[PartSpec, ...]
    base: Path  # the parameter file's folder, for messages
