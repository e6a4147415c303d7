"""Which canonical table a file is, and which of its columns is which.

Header and values together give each pair of canonical and source column a fit; the pairs are chosen together so
that their sum is greatest (Hungarian method). What is close to another pair, or weak, is doubted, and the
runner-up is named.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from helpers.data.guess.fits import fit_by_values_alone, value_fit
from helpers.data.guess.names import name_fits, read_header, split_words
from helpers.data.guess.values import FileLook
from helpers.data.schema import TABLES

SURE, CLEAR, ACCEPTED, ACCEPTED_REQUIRED = 0.7, 0.15, 0.5, 0.28
BY_VALUES = "guessed by its values"
LEAST_TOTAL = 0.42  # below it, a file is none of the tables
_SUPPORT = {"orders": 3.0, "customers": 3.0, "surveys": 2.0, "subscriptions": 3.0, "events": 1.0, "exposures": 1.5}
_FILE_WORDS = {
    "orders": {"ORDER", "AMOUNT"},
    "customers": {"CUSTOMER", "ACCOUNT"},
    "surveys": {"SCORE", "CSAT", "SURVEY", "RESPONSE", "COMMENT"},
    "subscriptions": {"PLAN"},
    "events": {"EVENT"},
    "exposures": {"CAMPAIGN", "SENT", "ARM"},
}
_MORE_FILE_WORDS = {
    "surveys": {"survey", "surveys", "umfrage", "enquete", "encuesta", "sondaggio", "enquesta", "ankieta", "inquerito"},
    "customers": {"crm", "clienti", "kontakte"},
    "events": {"log", "logs", "tracking", "clickstream"},
    "exposures": {"exposures", "exposure", "abtest"},
}


@dataclass(frozen=True)
class Match:
    """A canonical column (or rating, or trait) and the source's column, with what speaks against it."""

    column: str
    source: str
    fit: float = 1.0
    doubt: str = ""
    runner_up: str = ""  # the source column that might be meant instead


@dataclass(frozen=True)
class TableFit:
    """How well a file fits one canonical table."""

    table: str
    total: float
    matches: tuple[Match, ...]
    lacking: tuple[str, ...]  # what the table cannot do without and the file does not show

    @property
    def usable(self) -> bool:
        return not self.lacking and self.total >= LEAST_TOTAL

    def source_of(self, column: str) -> str:
        return next((m.source for m in self.matches if m.column == column), "")


def fit_tables(look: FileLook, file_name: str) -> list[TableFit]:
    """Every canonical table with how well the file fits it, usable ones first, the best first."""
    fits = [_fit_table(look, table, file_name) for table in TABLES]
    return sorted(fits, key=lambda fit: (not fit.usable, -fit.total))


def _fit_table(look: FileLook, table: str, file_name: str) -> TableFit:
    cells, by_name = _cells(look, table)
    matches = _assign(look, table, cells, by_name)
    if table == "orders":
        matches = _settle_amount(matches)
    if table == "customers":
        matches = _identified(look, matches)
    found = {m.column: m.fit for m in matches}
    required = [c.name for c in TABLES[table].columns if c.required]
    lacking = [name for name in required if name not in found]
    if table == "orders" and "amount" not in found and not {"quantity", "unit_price"} <= found.keys():
        lacking.append("amount (or quantity and unit_price)")
    needed = [found.get(name, 0.0) for name in required]
    if table == "orders":
        needed.append(max(found.get("amount", 0.0), min(found.get("quantity", 0.0), found.get("unit_price", 0.0))))
    support = sum(m.fit for m in matches if m.column not in required and m.doubt != BY_VALUES)
    if table == "exposures":
        outcomes = sum(read_header(c.name).means("OUTCOME") for c in look.columns if c.number_share > 0.9)
        named = "campaign" in found or any(read_header(m.source).means("ARM") for m in matches if m.column == "arm")
        support = support + outcomes if outcomes or named else -0.5  # groups of customers are no campaign yet
    if support < 0.5 and any(m.doubt == BY_VALUES for m in matches if m.column in required):
        lacking += [m.column for m in matches if m.doubt == BY_VALUES and m.column in required]
    essential = 0.7 if table == "events" else 0.5  # events have little beside what they need
    total = essential * sum(needed) / len(needed) + (1 - essential) * min(1.0, support / _SUPPORT[table])
    if {"plan", "cancelled_on"} <= found.keys():
        total += 0.1  # orders have neither
    if table == "customers" and "customer_id" in found:
        key = look.column(next(m.source for m in matches if m.column == "customer_id"))
        total *= 1.0 if key.unique_share > 0.9 else 0.35
    return TableFit(table, total + 0.2 * _named_after(file_name, table), tuple(matches), tuple(lacking))


def named_after_a_table(name: str) -> bool:
    """Whether a file or a table is called like one of the canonical tables, in any language that is known."""
    return any(_named_after(name, table) for table in TABLES)


def _named_after(file_name: str, table: str) -> bool:
    words = split_words(file_name)
    meanings = frozenset().union(*read_header(file_name).meanings)
    return bool(meanings & _FILE_WORDS[table] or set(words) & _MORE_FILE_WORDS.get(table, set()) or table in words)


def _cells(look: FileLook, table: str) -> tuple[np.ndarray, np.ndarray]:
    """Fits of canonical (rows) and source columns (columns), and the part of them that the headers give."""
    names = TABLES[table].column_names
    only_date = sum(1 for c in look.columns if c.dates) == 1
    cells, by_name = np.zeros((len(names), len(look.columns))), np.zeros((len(names), len(look.columns)))
    for j, column in enumerate(look.columns):
        told = name_fits(read_header(column.name), table)
        for i, name in enumerate(names):
            header = told.get(name, 0.0)
            values = value_fit(table, name, column) if header else 0.0
            by_name[i, j] = header
            alone = fit_by_values_alone(table, name, column, only_date)
            both = 0.15 if header >= 0.3 and alone else 0.0  # header and values tell the same
            cells[i, j] = min(1.0, max(header * values**0.5, alone) + both)
    return cells, by_name


def _assign(look: FileLook, table: str, cells: np.ndarray, by_name: np.ndarray) -> list[Match]:
    columns = TABLES[table].columns
    if not cells.size:
        return []
    least = np.array([ACCEPTED_REQUIRED if c.required or c.name == "amount" else ACCEPTED for c in columns])
    worth = np.where(cells >= least[:, None], cells, 0.0)
    chosen = {int(i): int(j) for i, j in zip(*linear_sum_assignment(-worth), strict=True) if worth[i, j] > 0}
    return [_doubted(look, columns[i].name, i, j, cells, by_name, chosen) for i, j in sorted(chosen.items())]


def _doubted(
    look: FileLook, name: str, i: int, j: int, cells: np.ndarray, by_name: np.ndarray, chosen: dict[int, int]
) -> Match:
    """A chosen pair with the runner-up where one comes near, and the doubt where it is weak."""
    better_used = {column for row, column in chosen.items() if row != i and cells[row, column] > cells[i, column] + 0.1}
    others = [(cells[i, k], k) for k in range(cells.shape[1]) if k != j and k not in better_used]
    best_other, k = max(others, default=(0.0, -1))
    near = best_other >= ACCEPTED_REQUIRED and cells[i, j] - best_other < CLEAR
    runner_up = look.columns[k].name if near or (best_other >= ACCEPTED_REQUIRED and cells[i, j] < SURE) else ""
    doubt = ""
    if cells[i, j] < SURE:
        doubt = BY_VALUES if by_name[i, j] < 0.3 else "the header and the values fit loosely"
    elif near:
        doubt = "two columns fit"
    return Match(name, look.columns[j].name, float(cells[i, j]), doubt, runner_up if doubt else "")


def _identified(look: FileLook, matches: list[Match]) -> list[Match]:
    """The e-mail address identifies customers where nothing else does and each has an own one."""
    by_column = {m.column: m for m in matches}
    email = by_column.get("email")
    if "customer_id" in by_column or not email or look.column(email.source).unique_share < 0.95:
        return matches
    doubt = "no number identifies a customer, so the e-mail address does"
    return [Match("customer_id", email.source, 0.5, doubt), *matches]


def _settle_amount(matches: list[Match]) -> list[Match]:
    """A lone price, without a quantity, is the amount; a doubtful amount beside quantity and price is not needed."""
    by_column = {m.column: m for m in matches}
    price, amount = by_column.get("unit_price"), by_column.get("amount")
    if "quantity" in by_column and price and amount and (amount.fit < ACCEPTED or amount.runner_up):
        return [m for m in matches if m.column != "amount"]
    if price and "quantity" not in by_column and amount is None:
        moved = replace(
            price, column="amount", fit=0.6, doubt="a price without a quantity beside it is the line's value"
        )
        return [moved if m is price else m for m in matches]
    return matches
