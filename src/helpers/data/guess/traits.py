"""Which columns that nothing else claims are traits of the customer, and which are a person's name, a key or a text."""

from collections.abc import Container, Iterable
from dataclasses import dataclass

from helpers.data.guess.names import Header, attribute_kind, is_personal, names_a_person, read_header, short_name
from helpers.data.guess.values import Column, FileLook
from helpers.data.schema import TABLES

_LISTS = ("customers", "subscriptions")  # whose other columns are the customer's, whatever they are called
_MOST_GROUPS, _MOST_PLACES, _MOST_CODES = 25, 80, 12  # a trait with more values than these tells no groups apart
_MOST_VALUES = 500  # of a trait in a list of customers, unless it is a number
_MOST_TRAITS_OF_A_SURVEY = 12


@dataclass(frozen=True)
class Trait:
    """An attribute of a customer, with its kind."""

    kind: str
    name: str
    source: str
    doubt: str = ""


def find_traits(table: str, look: FileLook, claimed: Container[str], names: Iterable[str]) -> tuple[Trait, ...]:
    """The columns that are not claimed and tell customers apart; `names` are given already.

    In a list of customers any number or group does; elsewhere a header must name a trait and its values make groups.
    """
    known = [*TABLES[table].column_names, *names, "ratings", "all"]
    traits = []
    for column in look.columns:
        header = read_header(column.name)
        kind = attribute_kind(header)
        if column.name in claimed or is_personal(header):
            continue
        if table in _LISTS:
            if not _tells_customers_apart(column, header):
                continue
        elif not kind or not _makes_groups(column, kind) or (table == "exposures" and kind == "behavioural"):
            continue
        known.append(short_name(column.name, known, suffix=kind or "trait"))
        traits.append(Trait(kind or "behavioural", known[-1], column.name, _doubt_trait(table, column)))
    most = _MOST_TRAITS_OF_A_SURVEY if table == "surveys" else len(traits)
    return tuple(traits[:most])


def _tells_customers_apart(column: Column, header: Header) -> bool:
    """Whether a column of a customer list is a number or a group of the customer: no name, key, date or text."""
    if column.distinct < 2 or column.dates or column.filled_share < 0.05 or column.email_share > 0.5:
        return False
    named = names_a_person(header) and column.flag_share < 0.9
    if column.phone_share > 0.6 or named or column.mean_length > 60:
        return False
    if column.number_share > 0.9:
        many = column.filled >= 20 and column.unique_share > 0.95 and column.whole_share > 0.95
        return not (many and (header.means("ID") or (not attribute_kind(header) and _counts_rows(column))))
    if column.filled >= 20 and column.unique_share > 0.5:
        return False  # a name, an address or a number of its own
    return column.distinct <= _MOST_VALUES


def _counts_rows(column: Column) -> bool:
    """Whether whole numbers run from row to row without a gap."""
    return len(column.whole) > 1 and max(column.whole) - min(column.whole) < 1.05 * len(column.whole)


def _makes_groups(column: Column, kind: str) -> bool:
    most = _MOST_PLACES if kind == "geographic" else _MOST_GROUPS
    most = _MOST_CODES if column.number_share > 0.95 else most
    if not 2 <= column.distinct <= most or column.dates or column.filled_share < 0.05:
        return False
    return column.filled < 20 or column.unique_share < 0.5


def _doubt_trait(table: str, column: Column) -> str:
    if table not in _LISTS and column.number_share > 0.95 and column.distinct > 2:
        return "its values are codes or numbers; ask what they mean"
    return "" if table in _LISTS else "named like a trait of the customer"
