"""Several questions to the engine asked as one query.

An engine other than DuckDB takes half a second for any query, however small: what can be asked at the same time is.
"""

from collections.abc import Sequence
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from ibis.expr.types import Table
from numpy.typing import NDArray

Answer = dict[str, NDArray[Any]]  # its columns
_KINDS = {"text": "string", "number": "float64", "moment": "timestamp(6)", "numbers": "array<float64>"}


def ask_together(questions: Sequence[Table]) -> list[Answer]:
    """The rows of each question, by column, in no order; all are asked as one query, of one engine.

    Questions may differ in their columns: each travels in a place for columns of its kind, which are texts (None where
    blank), numbers and flags (as floats), dates and times, and lists of numbers.
    """
    if not questions:
        return []
    placed = [_places(question) for question in questions]
    empty = {kind: ibis.null(dtype) for kind, dtype in _KINDS.items()}
    blank = {place: empty[kind] for places in placed for place, (kind, _) in places.items()}
    parts = [
        question.select(
            kit_question=ibis.literal(i, "int32"),
            **(blank | {place: question[c].cast(_KINDS[kind]) for place, (kind, c) in places.items()}),
        )
        for i, (question, places) in enumerate(zip(questions, placed, strict=True))
    ]
    found = (ibis.union(*parts) if len(parts) > 1 else parts[0]).to_pyarrow()
    asked = found["kit_question"].to_numpy()
    order = np.argsort(asked, kind="stable")
    ends = np.searchsorted(asked[order], np.arange(len(questions) + 1))
    values = {place: _to_numpy(found[place])[order] for place in blank}
    return [
        {column: values[place][start:end] for place, (_, column) in places.items()}
        for places, start, end in zip(placed, ends[:-1], ends[1:], strict=True)
    ]


def _places(question: Table) -> dict[str, tuple[str, str]]:
    """Where each column of a question travels: place -> its kind, and the column."""
    places: dict[str, tuple[str, str]] = {}
    taken = dict.fromkeys(_KINDS, 0)
    for column, dtype in question.schema().items():
        kind = "text" if dtype.is_string() else "moment" if dtype.is_temporal() else "number"
        kind = "numbers" if dtype.is_array() else kind
        places[f"{kind}_{taken[kind]}"] = kind, column
        taken[kind] += 1
    return places


def _to_numpy(column: pa.ChunkedArray) -> NDArray[Any]:
    return column.to_numpy() if not pa.types.is_nested(column.type) else _lists(column.to_pylist())


def _lists(values: list[Any]) -> NDArray[Any]:
    lists = np.empty(len(values), dtype=object)  # numpy would make a table of lists that are all as long
    lists[:] = values
    return lists
