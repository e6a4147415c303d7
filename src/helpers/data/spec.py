"""What a parameter file says about a client's tables: where they are and how their columns map."""

from dataclasses import dataclass, field, fields

from helpers.data.urls import database_label, is_database, redact, without_secrets

ROW_NUMBER = "(row number)"  # stands for the number of the row where a source has no identifier
EVERYONE_ELSE = "everyone else"  # as `control`: the customers who are not listed in the campaign
NOBODY = "nobody"  # as `control`: everyone was contacted, or who was not is not known
NO_ARM = (EVERYONE_ELSE, NOBODY)  # what `control` may be beside an arm
CONTACTED = "contacted"  # the arm of those who are, where no column says more
EVERY_COLUMN = "all"  # under `missing`: codes that mean "blank" wherever they stand
EXCEL_SERIAL = "excel"  # a date format: days since 1899-12-30, as spreadsheets count them


@dataclass(frozen=True)
class Rule:
    """What must hold of every row of a canonical table, as an expression over its columns."""

    name: str
    expression: str  # SQL as DuckDB writes it; a row where it is not known passes
    severity: str  # "note", "set_aside" or "stop"


@dataclass(frozen=True)
class PartSpec:
    """One source of a table. Canonical names on the left of every mapping, the source's own on the right."""

    source: str  # a file, a glob or a folder, absolute; or a URL, which may hold a password
    table: str | None = None  # databases only: a table or view, "schema.name" where it needs one
    query: str | None = None  # databases only, instead of `table`: a SELECT
    sheet: str | int = 0  # Excel only
    header_row: int | None = None  # 1-based; 0 = the file has none; None = found by looking
    encoding: str | None = None  # None = found by looking
    delimiter: str | None = None  # None = found by looking; " " = any number of blanks
    columns: dict[str, str] = field(default_factory=dict)
    ratings: dict[str, str] = field(default_factory=dict)  # driver -> source column
    attributes: dict[str, tuple[str, str]] = field(default_factory=dict)  # name -> (kind, source column)
    missing: dict[str, list[str]] = field(default_factory=dict)  # column, "ratings" or "all" -> codes for "blank"
    values: dict[str, dict[str, str]] = field(default_factory=dict)  # column or "ratings" -> text -> value
    set: dict[str, str] = field(default_factory=dict)  # canonical column -> constant
    filter: dict[str, list[str]] = field(default_factory=dict)  # source column -> values kept
    date_format: dict[str, tuple[str, ...]] = field(default_factory=dict)  # column or "all" -> strptime formats
    decimal: str | None = None  # "." or ","; None = found by looking
    control: str | None = None  # exposures: the arm that got nothing; or EVERYONE_ELSE, or NOBODY
    outcomes: tuple[str, ...] = ()  # exposures: columns measured per customer
    severities: dict[str, str] = field(default_factory=dict)  # built-in rule -> severity
    rules: tuple[Rule, ...] = ()
    scale: str | None = None  # surveys: of the score, see `helpers.data.scales`; None = 0-10 unless it looks otherwise
    merge: tuple[str, ...] = ()  # customers: rows equal in one of these columns are one person

    @property
    def place(self) -> str:
        """Where the part comes from, as messages, logs and pages may show it."""
        return database_label(self.source, self.table) if is_database(self.source) else without_secrets(self.source)

    def __repr__(self) -> str:
        """The fields, without the secrets of a URL: a repr ends up in logs and tracebacks."""
        shown = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if f.name != "source")
        return f"PartSpec({self.place!r}, {redact(shown, self.source)})"


@dataclass(frozen=True)
class TableSpec:
    """One canonical table, made of one or more parts."""

    name: str
    parts: tuple[PartSpec, ...]
