"""What the rows of a file are, where no column names a customer: people or firms, or something else."""

from dataclasses import dataclass

from helpers.data.guess.names import Header, attribute_kind, read_header
from helpers.data.guess.values import Column, FileLook

_OF_PEOPLE = {"demographic", "firmographic", "geographic"}
_OF_TRADE = ("CHANNEL", "CUSTOMER", "ACCOUNT", "AMOUNT", "PLAN", "CONSENT", "ORDER", "SEGMENT", "CHURN", "TENURE",
             "MONEY", "DISCOUNT")  # fmt: skip
_OF_CUSTOMERS = ("CHANNEL", "CHURN", "PLAN", "CONSENT", "CUSTOMER", "TENURE")
_THINGS = ("ORDER", "PRODUCT", "TICKET", "EVENT", "RESPONSE", "CAMPAIGN")  # what is numbered and is nobody
_MANY_TRAITS = 3  # who has so many is a person or a firm, whatever else is told


@dataclass(frozen=True)
class Rows:
    """What speaks for rows that are customers, and what against."""

    traits: tuple[str, ...]  # columns that only people or firms have: age, industry, region
    trade: tuple[str, ...]  # columns that only somebody one deals with has: income, plan, channel
    are_not_customers: str  # why not; empty where nothing speaks against

    @property
    def are_people(self) -> bool:
        """Whether each row may count as a customer although nothing numbers them."""
        sold_to = any(read_header(name).means(word) for name in self.trade for word in _OF_CUSTOMERS)
        some = len(self.traits) >= 2 and len({*self.traits, *self.trade}) >= 3
        enough = len(self.traits) >= _MANY_TRAITS or some or (self.traits and sold_to)
        return bool(enough) and not self.are_not_customers


def what_rows_are(look: FileLook) -> Rows:
    """Judge a file's rows by its headers, and by which of its columns differ from row to row."""
    traits, trade, against, key, placed = [], [], "", "", False
    mail = any(column.email_share > 0.8 for column in look.columns)
    for column in look.columns:
        header = read_header(column.name)
        kind = attribute_kind(header)
        if not (header.means("COORDINATE") and mail):  # of an address list
            against = against or _speaks_against(column, header)
        key = key or _is_key_of_others(column, header, look)
        if header.unknown > (kind == "demographic") or not header.meanings or header.means("STORE"):
            continue
        again = kind == "geographic" and placed  # whatever has a place has a city and a country
        placed = placed or kind == "geographic"
        if kind in _OF_PEOPLE and not again and not any(header.means(word) for word in ("ID", "PRODUCT")):
            traits.append(column.name)
        if any(header.means(concept) for concept in _OF_TRADE):
            trade.append(column.name)
    few = len(traits) < _MANY_TRAITS and not mail
    if key and (few or any(read_header(key).means(word) for word in _THINGS)):
        against = against or f"{key} numbers something else"
    return Rows(tuple(traits), tuple(trade), against)


def _is_key_of_others(column: Column, header: Header, look: FileLook) -> str:
    """The column, where it numbers what is no customer: a payment, a product, a shop."""
    customers = any(header.means(word) for word in ("CUSTOMER", "HOUSEHOLD", "ACCOUNT"))
    row = {"row", "index", "zeile"} & set(header.words)
    said = header.means("ID") and len(header.words) > 1 and not customers and not row
    alone = column.unique_share > 0.9 and not column.dates and not any(" " in text for text in list(column.common)[:50])
    return column.name if said and look.rows >= 20 and alone else ""


def _speaks_against(column: Column, header: Header) -> str:
    if header.means("COORDINATE") and column.number_share > 0.9:
        return f"{column.name} is a place on the map"
    if header.means("STAFF") and (header.means("ID") or header.means("NAME")):
        return f"{column.name} numbers people who do not buy"
    when = header.means("DATE") and not any(
        header.means(w) for w in ("SINCE", "LAST", "FIRST", "PERSONAL", "START", "END")
    )
    bare = header.unknown <= 1 and all(
        meaning & {"DATE", "WAVE", "SENT", "DONE", "ORDER"} for meaning in header.meanings
    )
    written = column.unique_share > 0.5 and all(any(c.isdigit() for c in text) for text in list(column.common)[:50])
    if when and bare and (column.dates or _is_year(column) or (written and column.number_share < 0.5)):
        return f"{column.name} dates each row"
    if header.means("WAVE") and bare and not header.unknown and _is_year(column):
        return f"{column.name} dates each row"
    place = attribute_kind(header) == "geographic" and column.number_share < 0.5
    if place and column.filled >= 20 and column.unique_share > 0.95:
        return f"{column.name} differs from row to row, so a row is a place"
    return ""


def _is_year(column: Column) -> bool:
    return column.number_share > 0.9 and all(1900 <= v <= 2100 for v in column.numbers) and column.distinct > 1
