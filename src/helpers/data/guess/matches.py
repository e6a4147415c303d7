"""Which source column is which canonical column of one table.

Header and values together give each pair of canonical and source column a fit; the pairs are chosen together so
that their sum is greatest (Hungarian method). What a name speaks for and no value against is used; what is close to
another pair is used and doubted, with its runner-up; what is weak is only proposed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from helpers.data.guess.fits import fit_by_values_alone, looks_like_id, value_fit
from helpers.data.guess.names import name_reason, read_header
from helpers.data.guess.values import Column, FileLook
from helpers.data.schema import TABLES

SURE, CLEAR = 0.7, 0.15
USED, USED_REQUIRED, CONSIDERED = 0.78, 0.5, 0.28  # from which fit on a column is used, and thought of at all
BY_VALUES = "guessed by its values"
_NAMED = 0.3  # from here on a header says something
_ONLY_DATE = 0.45  # the fit of a file's only date, whatever it is called
_KNOWN_KEY = 0.97  # what other files say of a column is as good as its name
_BY_VALUES_USED = {"email", "currency"}  # unmistakable by themselves
_WHO = {"CUSTOMER", "HOUSEHOLD", "ACCOUNT"}
_NEEDED_SOMEHOW = {"customer_id", "amount", "started_on"}
_HARMLESS = {"comment", "answered_at", "response_id"}  # a wrong one would soon be seen


@dataclass(frozen=True)
class Match:
    """A canonical column (or rating, or trait) and the source's column, with what speaks against it."""

    column: str
    source: str
    fit: float = 1.0
    doubt: str = ""
    runner_up: str = ""  # the source column that might be meant instead


@dataclass(frozen=True)
class Evidence:
    """What speaks for and against a source column being a canonical one."""

    column: str
    source: str
    fit: float
    said_for: str
    against: str


def rate_pairs(look: FileLook, table: str, customer: str) -> tuple[np.ndarray, np.ndarray, list[Evidence]]:
    """Fits of canonical (rows) and source columns (columns), the part of them that the headers give, and why."""
    names = TABLES[table].column_names
    scores = [c.name for c in look.columns if table == "surveys" and read_header(c.name).means("SCORE")]
    only_date = sum(1 for c in look.columns if c.dates) == 1
    cells, by_name = np.zeros((len(names), len(look.columns))), np.zeros((len(names), len(look.columns)))
    evidence = []
    for j, column in enumerate(look.columns):
        header = read_header(column.name)
        for i, name in enumerate(names):
            told, said = name_reason(header, table, name)
            numbered = header.means("ID") or header.means("EMAIL") or looks_like_id(column)
            plain = not header.unknown and all(meaning & _WHO for meaning in header.meanings)
            if name == "customer_id" and not numbered and not plain:
                told, said = 0.0, ""  # something of the customer's: "insured_hobbies"
            if name == "customer_id" and customer:
                told, said = (_KNOWN_KEY, "other files hold its values too") if column.name == customer else (0.0, "")
            if name == "score" and not told and not header.words and (survey := _is_survey(look, column)):
                told, said = 0.55, survey
            if name == "score" and not told and (group := _grouped_score(column.name, scores)):
                told, said = 0.9, f"{group} beside it sorts it into promoters and detractors"
            alone = fit_by_values_alone(table, name, column, only_date)
            if name in (TABLES[table].date_column, "amount") and header.meanings and told < _NAMED:
                alone = 0.0  # its name says that it is something else
            if not told and not alone:
                continue
            values = value_fit(table, name, column)
            by_name[i, j] = told
            both = 0.15 if told >= _NAMED and alone and name != "amount" else 0.0  # header and values tell the same
            share = values.share
            if name == "customer_id" and customer and share:
                share = 1.0  # few values, or small ones, are what the other files have too
            cells[i, j] = min(1.0, max(told * share**0.5, alone) + both)
            evidence.append(Evidence(name, column.name, float(cells[i, j]), said or "its values", values.against))
    return cells, by_name, evidence


def _is_survey(look: FileLook, column: Column) -> str:
    """What makes a bare "Q1" the score: a survey around it in which nothing else runs from 0 to 10."""
    if not any(read_header(c.name).means("RESPONSE") for c in look.columns):
        return ""
    whole = set(column.whole)
    others = [c for c in look.columns if c is not column and {0, 10} <= set(c.whole) and max(c.whole) == 10]
    return "alone in this survey it runs from 0 to 10" if {0, 10} <= whole and not others else ""


def _grouped_score(name: str, scores: Sequence[str]) -> str:
    """The column beside a question that says who is a promoter: "Q1_NPS_GROUP" of "Q1"."""
    return next((score for score in scores if score.startswith(f"{name}_")), "")


def choose_pairs(look: FileLook, table: str, cells: np.ndarray, by_name: np.ndarray) -> tuple[list[Match], list[Match]]:
    """The pairs that are used, and those that are only proposed."""
    columns = TABLES[table].columns
    if not cells.size:
        return [], []
    told = [[_same_words(c.name, column.name) for column in look.columns] for c in columns]
    worth = np.where(cells >= CONSIDERED, cells + 0.01 * np.array(told), 0.0)  # of equals the plainest
    chosen = {int(i): int(j) for i, j in zip(*linear_sum_assignment(-worth), strict=True) if worth[i, j] > 0}
    used: list[Match] = []
    proposals: list[Match] = []
    for i, j in sorted(chosen.items()):
        name = columns[i].name
        match = _doubted(look, name, i, j, cells, by_name, chosen)
        needed = columns[i].required or name in _NEEDED_SOMEHOW or any(name in e for e in TABLES[table].either)
        least = USED_REQUIRED if needed else SURE - 1e-9 if name in _HARMLESS else USED - 1e-9
        named = by_name[i, j] >= _NAMED or name in _BY_VALUES_USED or name == TABLES[table].date_column
        only = name == TABLES[table].date_column and needed and not by_name[i, j]  # the file's only date
        enough = cells[i, j] >= (_ONLY_DATE if only else least)
        taken = (named and enough) or (name in _BY_VALUES_USED and cells[i, j] > 0.5)
        (used if taken or (name == "order_id" and cells[i, j] >= SURE) else proposals).append(match)
    return used, proposals


def _same_words(canonical: str, source: str) -> int:
    header = read_header(source)
    whole = canonical in ("amount", "spend") and header.means("SUMMED")
    return len(set(canonical.split("_")) & set(header.words)) + whole


def _doubted(
    look: FileLook, name: str, i: int, j: int, cells: np.ndarray, by_name: np.ndarray, chosen: dict[int, int]
) -> Match:
    """A chosen pair with the runner-up where one comes near, and the doubt where it is weak."""
    better_used = {column for row, column in chosen.items() if row != i and cells[row, column] > cells[i, column] + 0.1}
    others = [(cells[i, k], k) for k in range(cells.shape[1]) if k != j and k not in better_used]
    best_other, k = max(others, default=(0.0, -1))
    near = best_other >= CONSIDERED and cells[i, j] - best_other < CLEAR
    runner_up = look.columns[k].name if near or (best_other >= CONSIDERED and cells[i, j] < SURE) else ""
    doubt = ""
    if cells[i, j] < SURE:
        doubt = BY_VALUES if by_name[i, j] < _NAMED else "the header and the values fit loosely"
    elif near:
        doubt = "two columns fit"
    return Match(name, look.columns[j].name, float(cells[i, j]), doubt, runner_up if doubt else "")
