"""What several files say of each other: which of their columns is the customer, by the values they share."""

from collections.abc import Sequence

import pandas as pd

from helpers.data.guess.fits import looks_like_id
from helpers.data.guess.names import read_header
from helpers.data.guess.values import Column, FileLook

_OTHER_KEYS = ("ORDER", "PRODUCT", "CAMPAIGN", "EVENT", "RESPONSE", "PLAN", "STORE", "CHANNEL", "TICKET", "USAGE",
               "PROMOTION", "CATEGORY", "DATE", "AMOUNT", "STAFF", "GEOGRAPHIC", "ROLE")  # fmt: skip
_CUSTOMER = ("CUSTOMER", "HOUSEHOLD", "ACCOUNT")
_FEWEST_VALUES, _MOST_KEYS = 5, 40  # values of a key; keys of a file looked at
_SHARED, _SHARED_UNDER_OTHER_NAMES = 0.05, 0.6  # of the smaller column's values


def customer_columns(files: Sequence[tuple[pd.DataFrame, FileLook]]) -> list[str]:
    """For each file the column that holds the customers the files share; "" where a file has none.

    The customer is the identifier whose values occur in most of the files: of equals the one that is called so.
    Without two files that share one there is none.
    """
    columns: list[tuple[int, Column, set[str]]] = []
    for i, (frame, look) in enumerate(files):
        names = [str(name) for name in frame.columns]
        for column in [c for c in look.columns if _may_be_key(c)][:_MOST_KEYS]:
            values = frame.iloc[:, names.index(column.name)].dropna().astype(str)
            columns.append((i, column, {_plain(v) for v in values.unique()}))
    groups = _group(columns)
    best: list[int] = []
    rank = (1, 0)
    for group in groups:
        told = [read_header(columns[at][1].name) for at in group]
        named = any(header.means(concept) for header in told for concept in _CUSTOMER)
        other = any(header.means(concept) for header in told for concept in _OTHER_KEYS)
        uniqueness = [columns[at][1].unique_share for at in group]
        if not named and (other or max(uniqueness) < 1 or min(uniqueness) == 1):
            continue  # what no name calls the customer must be a list in one file and repeat in another
        own = (len({columns[at][0] for at in group}), int(named) + any(h.means("CUSTOMER") for h in told))
        finer = named and best and _is_finer(group, best, columns)
        coarser = best and _is_finer(best, group, columns)
        if own[0] > 1 and (finer or (own > rank and not coarser)):
            best, rank = group, own
    found = [""] * len(files)
    for at in sorted(best, key=lambda at: -_named(columns[at][1])):
        i, column, _ = columns[at]
        found[i] = found[i] or column.name
    return found


def _is_finer(one: Sequence[int], other: Sequence[int], columns: Sequence[tuple[int, Column, set[str]]]) -> bool:
    """Whether a file tells its rows apart by `one` and has `other` in several of them: contacts of accounts."""
    unique = {columns[at][0] for at in one if columns[at][1].unique_share == 1}
    repeated = {columns[at][0] for at in other if columns[at][1].unique_share < 1}
    return bool(unique & repeated) and any(read_header(columns[at][1].name).means("CUSTOMER") for at in one)


def strangers(keys: Sequence[pd.Series]) -> list[int]:
    """The files, by place, whose customers are in none of the others, where the others share some."""
    sets = [{_plain(str(v)) for v in key.dropna().unique()} for key in keys]
    meets = [any(a & b for j, b in enumerate(sets) if i != j) for i, a in enumerate(sets)]
    return [i for i, met in enumerate(meets) if not met and len(sets[i]) >= _FEWEST_VALUES] if len(sets) > 1 else []


def _may_be_key(column: Column) -> bool:
    header = read_header(column.name)
    told = header.means("ID") or any(header.means(concept) for concept in _CUSTOMER) or header.means("EMAIL")
    if column.distinct < _FEWEST_VALUES or column.dates or column.mean_length > 80 or column.flag_share > 0.9:
        return False
    if column.number_share > 0.9 and column.whole_share < 0.95 * column.number_share:
        return False
    texts = list(column.common)[:50]
    coded = column.mean_length >= 8 and not any(" " in text for text in texts) and column.unique_share > 0.3
    return told or looks_like_id(column) or coded


def _group(columns: Sequence[tuple[int, Column, set[str]]]) -> list[list[int]]:
    """Columns of different files that share values, linked through a third or directly."""
    parent = list(range(len(columns)))

    def root(at: int) -> int:
        while parent[at] != at:
            at = parent[at]
        return at

    for a in range(len(columns)):
        for b in range(a):
            if columns[a][0] != columns[b][0] and root(a) != root(b) and _share(columns[a], columns[b]):
                parent[root(a)] = root(b)
    members: dict[int, list[int]] = {}
    for at in range(len(columns)):
        members.setdefault(root(at), []).append(at)
    return [group for group in members.values() if len(group) > 1]


def _share(one: tuple[int, Column, set[str]], other: tuple[int, Column, set[str]]) -> bool:
    shared = len(one[2] & other[2]) / max(1, min(len(one[2]), len(other[2])))
    headers = [read_header(c.name) for c in (one[1], other[1])]
    if headers[0].canonical == headers[1].canonical and len(headers[0].words) > 1:  # more than "id"
        return shared >= _SHARED
    if all(any(header.means(word) for word in _CUSTOMER) for header in headers):
        return shared >= _SHARED_UNDER_OTHER_NAMES / 2
    return shared >= _SHARED_UNDER_OTHER_NAMES and not (_running(one[2]) or _running(other[2]))


def _running(values: set[str]) -> bool:
    """Whether values are small whole numbers, which any two numberings share."""
    numbers = [int(v) for v in values if v.isdigit()]
    return len(numbers) > 0.5 * len(values) and max(numbers) < 100_000


def _named(column: Column) -> int:
    header = read_header(column.name)
    return 2 * header.means("CUSTOMER") + header.means("ID") + any(header.means(c) for c in _CUSTOMER)


def _plain(value: str) -> str:
    value = value.strip()
    return value[:-2] if value.endswith(".0") and value[:-2].isdigit() else value
