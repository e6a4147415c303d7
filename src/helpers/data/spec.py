"""What a parameter file says about a client's tables: where they are and how their columns map."""

from dataclasses import dataclass, field, fields
from pathlib import Path

from helpers.data.urls import database_label, is_database, redact


@dataclass(frozen=True)
class PartSpec:
    """One source of a table. Canonical names on the left of every mapping, the source's own on the right."""

    source: str  # a file, a glob or a folder, absolute; or a database URL, which may hold a password
    sheet: str | int = 0  # Excel only
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
    table: str | None = None  # databases only: a table or view, "schema.name" where it needs one
    query: str | None = None  # databases only, instead of `table`: a SELECT

    @property
    def place(self) -> str:
        """Where the part comes from, as messages, logs and pages may show it."""
        return database_label(self.source, self.table) if is_database(self.source) else self.source

    def __repr__(self) -> str:
        """The fields, without the secrets of a database URL: a repr ends up in logs and tracebacks."""
        shown = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields(self))
        return f"PartSpec({redact(shown, self.source) if is_database(self.source) else shown})"


@dataclass(frozen=True)
class TableSpec:
    """One canonical table, made of one or more parts."""

    name: str
    parts: tuple[PartSpec, ...]
    base: Path  # the parameter file's folder, for messages
