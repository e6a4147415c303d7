"""Numbers as groups: attributes in bands of about equal size, and how long a customer had been one when answering."""

import math
from typing import Any

import ibis
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.features.attributes import with_numbers

TENURE = "tenure"
_YEARS = (1, 2, 5, 10)  # where bands of tenure begin
_PARTS = (0.25, 0.5, 0.75)  # of the customers or answers below the bands' edges
_SECONDS_A_YEAR = 365.25 * 86_400


def banded(data: ClientData, name: str) -> Table:
    """A client's table with its attributes that hold numbers as text, "18–34", "35–49" …: four bands at most, about
    equally many rows in each, with round edges. A number that nearly all rows share gives fewer."""
    table = data.tables[name]
    if not data.attributes(name):
        return table
    typed = with_numbers(data)[name]
    numbers = [a for a in data.attributes(name) if a in typed.columns and typed[a].type().is_numeric()]
    if not numbers:
        return table
    measures: dict[str, Any] = {}
    for i, a in enumerate(numbers):
        value = typed[a]
        measures |= {f"least_{i}": value.min(), f"broken_{i}": (value != value.floor()).sum()}
        measures |= {f"edge_{i}_{j}": value.quantile(part) for j, part in enumerate(_PARTS)}
    found = typed.aggregate(**measures).execute().iloc[0]
    columns = {}
    for i, a in enumerate(numbers):
        edges = [float(found[f"edge_{i}_{j}"]) for j in range(len(_PARTS))]
        columns[a] = _in_bands(typed[a], float(found[f"least_{i}"]), edges, whole=not found[f"broken_{i}"])
    return typed.mutate(**columns)


def with_tenure(answers: Table) -> Table:
    """Answers with `tenure` in bands of years, "0–1 years" to "10+ years", as far as it is known when the customer was
    won and when he answered, or the list tells the months; without the columns it is made of."""
    since = [c for c in ("acquired_on", "tenure_months") if c in answers.columns]
    if TENURE not in answers.columns:
        years: Any = None
        if "acquired_on" in answers.columns and "answered_at" in answers.columns:
            then, now = (answers[c].cast("timestamp").epoch_seconds() for c in ("acquired_on", "answered_at"))
            years = (now - then) / _SECONDS_A_YEAR
        elif "tenure_months" in answers.columns:
            years = answers.tenure_months / 12
        if years is not None:
            edges = [0, *_YEARS]
            names = [f"{low}–{high} years" for low, high in zip(edges, _YEARS, strict=False)]
            cases = [
                ((years >= low) & (years < high), name) for low, high, name in zip(edges, _YEARS, names, strict=False)
            ]
            answers = answers.mutate(**{TENURE: ibis.cases(*cases, (years >= _YEARS[-1], f"{_YEARS[-1]}+ years"))})
    return answers.drop(*since) if since else answers


def _in_bands(value: Any, least: float, edges: list[float], whole: bool) -> Any:
    """Text of the band that each value lies in."""
    edges = sorted({_rounded(edge, whole) for edge in edges if math.isfinite(edge)})
    edges = [edge for edge in edges if edge > least]
    if not edges:
        return value.cast("string")
    step = 1 if whole else 0  # whole numbers end before the next band begins
    starts = [math.floor(least) if least >= 1 or whole else least, *edges]
    names = [f"{_said(low)}–{_said(high - step)}" for low, high in zip(starts, edges, strict=False)]
    names = [
        _said(low) if whole and high - 1 <= low else name for low, high, name in zip(starts, edges, names, strict=False)
    ]
    cases = [(value < edge, name) for edge, name in zip(edges, names, strict=True)]
    return ibis.cases(*cases, (value >= edges[-1], f"{_said(edges[-1])}+"))


def _rounded(x: float, whole: bool) -> float:
    """Two figures, so that a band begins at 35 or 1200 rather than 1187."""
    if x == 0:
        return 0.0
    figures = 1 - math.floor(math.log10(abs(x)))
    return float(round(x, min(figures, 0) if whole else figures))


def _said(x: float) -> str:
    return f"{x:g}" if abs(x) < 1e5 else f"{x:.0f}"
