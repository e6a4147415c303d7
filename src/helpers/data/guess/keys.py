"""What several files say of each other: which of their columns is the customer, by the values they share."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from helpers.data.guess.fits import looks_like_id
from helpers.data.guess.names import read_header
from helpers.data.guess.values import Column, FileLook

_OTHER_KEYS = ("ORDER", "PRODUCT", "CAMPAIGN", "EVENT", "RESPONSE", "PLAN", "STORE", "CHANNEL", "TICKET", "USAGE",
               "PROMOTION", "CATEGORY", "DATE", "AMOUNT", "STAFF", "GEOGRAPHIC", "ROLE")  # fmt: skip
_CUSTOMER = ("CUSTOMER", "HOUSEHOLD", "ACCOUNT")
_FEWEST_VALUES, _MOST_KEYS = 5, 40  # values of a key; keys of a file looked at
_SHARED, _SHARED_UNDER_OTHER_NAMES = 0.05, 0.6  # of the smaller column's values
_WITHIN = 0.9  # of the values that point to a list's own numbers


@dataclass(frozen=True)
class _Key:
    """A column that may number something, with its values."""

    file: int
    column: Column
    values: set[str] = field(repr=False)
    concepts: frozenset[str]  # whom it numbers by its name or, of a bare "id", by its file's
    bare: bool  # its name says no more than "id"

    @property
    def unique(self) -> bool:
        return self.column.unique_share == 1


def customer_columns(files: Sequence[tuple[pd.DataFrame, FileLook, str]]) -> list[str]:
    """For each file (rows, their look, its name) the column that holds the customers the files share; "" for none.

    The customer is the identifier whose values occur in most of the files: of equals the one that is called so, and
    the finer where one is within the other. Without two files that share one there is none.
    """
    if len(files) < 2:
        return [""] * len(files)
    keys = [key for i, file in enumerate(files) for key in _keys_of(i, *file)]
    best: list[_Key] = []
    rank = (1, 0)
    for group in _group(keys):
        concepts = frozenset().union(*(key.concepts for key in group))
        named = bool(concepts & {*_CUSTOMER})
        other = any(read_header(key.column.name).means(concept) for key in group for concept in _OTHER_KEYS)
        if not named and (other or not any(k.unique for k in group) or all(k.unique for k in group)):
            continue  # what no name calls the customer must be a list in one file and repeat in another
        own = (len({key.file for key in group}), int(named) + ("CUSTOMER" in concepts))
        finer = named and best and _is_finer(group, best)
        coarser = best and _is_finer(best, group)
        if own[0] > 1 and (finer or (own > rank and not coarser)):
            best, rank = group, own
    found = [""] * len(files)
    for key in sorted(
        best, key=lambda key: ("CUSTOMER" not in key.concepts, not read_header(key.column.name).means("ID"))
    ):
        found[key.file] = found[key.file] or key.column.name
    return found


def _keys_of(file: int, frame: pd.DataFrame, look: FileLook, name: str) -> list[_Key]:
    names = [str(column) for column in frame.columns]
    keys = []
    for column in [c for c in look.columns if _may_be_key(c)][:_MOST_KEYS]:
        values = frame.iloc[:, names.index(column.name)].dropna().astype(str)
        header = read_header(column.name)
        bare = bool(header.meanings) and not header.unknown and all("ID" in meaning for meaning in header.meanings)
        told = read_header(name) if bare else header
        concepts = frozenset(concept for concept in _CUSTOMER if told.means(concept))
        keys.append(_Key(file, column, {_plain(v) for v in values.unique()}, concepts, bare))
    return keys


def _is_finer(one: Sequence[_Key], other: Sequence[_Key]) -> bool:
    """Whether a file tells its rows apart by `one` and has `other` in several of them: contacts of accounts."""
    unique = {key.file for key in one if key.unique}
    repeated = {key.file for key in other if not key.unique}
    return bool(unique & repeated) and any("CUSTOMER" in key.concepts for key in one)


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


def _group(keys: Sequence[_Key]) -> list[list[_Key]]:
    """Columns of different files that share values, linked through a third or directly."""
    parent = list(range(len(keys)))

    def root(at: int) -> int:
        while parent[at] != at:
            at = parent[at]
        return at

    for a in range(len(keys)):
        for b in range(a):
            if keys[a].file != keys[b].file and root(a) != root(b) and _share(keys[a], keys[b]):
                parent[root(a)] = root(b)
    members: dict[int, list[_Key]] = {}
    for at, key in enumerate(keys):
        members.setdefault(root(at), []).append(key)
    return [group for group in members.values() if len(group) > 1]


def _share(one: _Key, other: _Key) -> bool:
    shared = len(one.values & other.values) / max(1, min(len(one.values), len(other.values)))
    headers = [read_header(key.column.name) for key in (one, other)]
    if one.bare or other.bare:
        listed, pointing = (one, other) if one.bare else (other, one)
        meant = not pointing.bare and listed.unique and bool(listed.concepts & pointing.concepts)
        within = len(listed.values & pointing.values) >= _WITHIN * len(pointing.values)
        return (meant and within) or (
            shared >= _SHARED_UNDER_OTHER_NAMES and not (_running(one.values) or _running(other.values))
        )
    if headers[0].canonical == headers[1].canonical:
        return shared >= _SHARED
    if one.concepts and other.concepts:
        return shared >= _SHARED_UNDER_OTHER_NAMES / 2
    return shared >= _SHARED_UNDER_OTHER_NAMES and not (_running(one.values) or _running(other.values))


def _running(values: set[str]) -> bool:
    """Whether values are small whole numbers, which any two numberings share."""
    numbers = [int(v) for v in values if v.isdigit()]
    return len(numbers) > 0.5 * len(values) and max(numbers) < 100_000


def _plain(value: str) -> str:
    value = value.strip()
    return value[:-2] if value.endswith(".0") and value[:-2].isdigit() else value
