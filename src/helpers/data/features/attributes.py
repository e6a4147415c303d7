"""Attributes as what they are: they come as text, and those that hold nothing but numbers are profiled as numbers."""

from ibis.expr.types import Table, Value

from helpers.data.cleaning.casting import plain_number
from helpers.data.client_data import ClientData

MOST_CODES = 10  # with so many different values or fewer, numbers may stand for categories
_CODE = r"^0\d|\d{8}"  # numbers as long as a telephone's are looked at as texts, which tells whose they are
_NAMES_OF_PLACES = "geographic"  # postcodes and the like, which are no quantities


def with_numbers(data: ClientData) -> dict[str, Table]:
    """The tables supplied, with their attributes that are numbers as such; all others, and what groups are made of,
    stay text.

    A number is one in every row that has a value, with a decimal point or comma; it does not begin with a zero as codes
    do ("0123"), has no eight digits in a row, is not a place's, and has more than MOST_CODES different values.
    """
    return {name: _typed(table, _candidates(data, name, table)) for name, table in data.supplied_tables().items()}


def _candidates(data: ClientData, name: str, table: Table) -> list[str]:
    kinds = {a: kind for part in data.specs[name].parts for a, (kind, _) in part.attributes.items()}
    text = [a for a, kind in kinds.items() if kind != _NAMES_OF_PLACES and a in table.columns]
    return [a for a in text if table[a].type().is_string()]


def _typed(table: Table, attributes: list[str]) -> Table:
    if not attributes:
        return table
    measures: dict[str, Value] = {}
    for i, a in enumerate(attributes):
        measures |= {f"filled_{i}": table[a].count(), f"values_{i}": table[a].nunique()}
        measures |= {f"codes_{i}": table[a].re_search(_CODE).sum()}
        measures |= {f"read_{i}_{mark}": plain_number(table[a], mark).count() for mark in ".,"}
    found = table.aggregate(**measures).execute().iloc[0].fillna(0)
    numbers = {}
    for i, a in enumerate(attributes):
        marks = [mark for mark in ".," if found[f"read_{i}_{mark}"] == found[f"filled_{i}"]]
        if marks and found[f"values_{i}"] > MOST_CODES and not found[f"codes_{i}"]:
            numbers[a] = plain_number(table[a], marks[0])
    return table.mutate(**numbers) if numbers else table
