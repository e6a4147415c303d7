"""What the files of a draft have to do with each other: customers in common, and the keys of what was not placed."""

from collections.abc import Sequence

import pandas as pd

from helpers.data.guess.keys import strangers
from helpers.data.guess.names import read_header
from helpers.data.guess.values import Column
from helpers.data.spec import ROW_NUMBER
from helpers.runs.draft_look import Understood

_INCLUDED = 0.6  # of a key's values that the other file must hold, where both have one name; else nearly all of them
_INCLUDED_UNDER_OTHER_NAMES = 0.95
_FEWEST_VALUES = 2
_MOST_KEYS = 60  # columns of a file looked at


def of_others(everything: Sequence[Understood]) -> list[Understood]:
    """Files whose customers are in no other, where others share theirs."""
    keyed, alone = _alone(everything)
    return [keyed[i] for i in alone] if len(alone) < len(keyed) else []


def nothing_shared(everything: Sequence[Understood]) -> str:
    """What to say where no two files have a customer in common; empty where some have."""
    keyed, alone = _alone(everything)
    if len(keyed) < 2 or len(alone) < len(keyed):
        return ""
    told = [f"{one.part.source_of('customer_id')} of {one.shown}" for one in keyed[:3]]
    more = f" and {len(keyed) - 3} more" if len(keyed) > 3 else ""
    return f"no two files have a customer in common ({', '.join(told)}{more}), so no page can join them"


def relation(one: Understood, understood: Sequence[Understood]) -> str:
    """What a file that is no table has to do with one that is: the key whose values are in both."""
    found = [
        (_rank(one, own, other), own, other, column)
        for own in _keys(one)
        for other in understood
        for column in _keys(other)
        if _included(one, own, other, column)
    ]
    if not found:
        return ""
    _, own, other, column = max(found, key=lambda f: f[0])
    if own.unique_share == 1 and column.unique_share < 1:
        by = f", by its {own.name}" if own.name != column.name else ""
        return f"it describes the {column.name} of {other.shown}{by}"
    named = "that" if own.name == column.name else f"the {column.name}"
    return f"its {own.name} is {named} of {other.shown}"


def _alone(everything: Sequence[Understood]) -> tuple[list[Understood], list[int]]:
    """The files that name customers, and the places of those whose customers no other has."""
    keyed = [u for u in everything if u.part.source_of("customer_id") not in ("", ROW_NUMBER)]
    values = [u.frame[u.part.source_of("customer_id")] for u in keyed]
    return keyed, strangers(values)


def _keys(one: Understood) -> list[Column]:
    """Columns that may number something: codes or names that are neither measures nor dates nor texts."""

    def may_be(column: Column) -> bool:
        fraction = column.number_share > 0.9 and column.whole_share < 0.95 * column.number_share
        few = column.distinct < _FEWEST_VALUES or column.flag_share > 0.9
        return not (few or fraction or column.dates or column.mean_length > 60) and read_header(column.name).means("ID")

    return [column for column in one.look.columns if may_be(column)][:_MOST_KEYS]


def _included(one: Understood, own: Column, other: Understood, column: Column) -> bool:
    """Whether the values of the column with fewer of them are among the other's."""
    headers = read_header(own.name), read_header(column.name)
    same = headers[0].canonical == headers[1].canonical and len(headers[0].words) > 1
    mine, theirs = _values(one.frame, own.name), _values(other.frame, column.name)
    share = len(mine & theirs) / max(1, min(len(mine), len(theirs)))
    running = all(value.isdigit() for value in mine)  # any two numberings share small numbers
    return share >= (_INCLUDED if same else _INCLUDED_UNDER_OTHER_NAMES) and (same or not running)


def _rank(one: Understood, own: Column, other: Understood) -> tuple[bool, bool, int]:
    """The plainest relation: a list of what another file names, not the customer whom many files name."""
    customer = own.name in (one.part.source_of("customer_id"), *(other.part.source_of("customer_id"),))
    return own.unique_share == 1, not customer, own.distinct


def _values(frame: pd.DataFrame, name: str) -> set[str]:
    column = frame.iloc[:, [str(c) for c in frame.columns].index(name)]
    texts = column.dropna().astype(str).str.strip().str.removesuffix(".0")
    return set(texts.unique())
