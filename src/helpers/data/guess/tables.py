"""Which canonical table a file is, and which of its columns is which.

Header and values together give each pair of canonical and source column a fit; the pairs are chosen together so
that their sum is greatest (Hungarian method). What a name speaks for and no value against is used; what is close to
another pair is used and doubted, with its runner-up; what is weak is only proposed. A file is a table when what the
table cannot do without is among what is used.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from helpers.data.guess.fits import control_arm, fit_by_values_alone, value_fit
from helpers.data.guess.names import is_personal, name_reason, read_header, split_words
from helpers.data.guess.people import Rows, what_rows_are
from helpers.data.guess.values import Column, FileLook
from helpers.data.schema import TABLES
from helpers.data.spec import ROW_NUMBER

SURE, CLEAR = 0.7, 0.15
USED, USED_REQUIRED, CONSIDERED = 0.78, 0.5, 0.28  # from which fit on a column is used, and thought of at all
BY_VALUES = "guessed by its values"
LEAST_TOTAL = 0.42  # below it, a file is none of the tables
_NAMED = 0.3  # from here on a header says something
_KNOWN_KEY = 0.97  # what other files say of a column is as good as its name
_BY_VALUES_USED = {"email", "currency"}  # unmistakable by themselves
_SUPPORT = {"orders": 3.0, "customers": 3.0, "surveys": 2.0, "subscriptions": 3.0, "events": 1.0, "exposures": 1.5}
_BASKET = ("order_id", "product_id", "product", "quantity")  # one of them makes a purchase where no money does
_HARMLESS = {"comment", "answered_at", "response_id"}  # a wrong one would soon be seen
_FILE_WORDS = {
    "orders": {"ORDER", "AMOUNT"},
    "customers": {"CUSTOMER", "ACCOUNT", "HOUSEHOLD"},
    "surveys": {"SCORE", "CSAT", "SURVEY", "RESPONSE", "COMMENT"},
    "subscriptions": {"PLAN"},
    "events": {"EVENT", "TICKET", "USAGE"},
    "exposures": {"CAMPAIGN", "SENT", "ARM"},
}
_MORE_FILE_WORDS = {
    "surveys": {"survey", "surveys", "umfrage", "enquete", "encuesta", "sondaggio", "enquesta", "ankieta", "inquerito"},
    "customers": {"crm", "clienti", "kontakte"},
    "events": {"log", "logs", "tracking", "clickstream", "redemptions", "visits", "returns"},
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
class Evidence:
    """What speaks for and against a source column being a canonical one."""

    column: str
    source: str
    fit: float
    said_for: str
    against: str


@dataclass(frozen=True)
class TableFit:
    """How well a file fits one canonical table."""

    table: str
    total: float
    matches: tuple[Match, ...]  # used
    lacking: tuple[str, ...]  # what the table cannot do without and the file does not show
    proposals: tuple[Match, ...] = ()  # too weak to be used
    evidence: tuple[Evidence, ...] = ()
    constants: tuple[tuple[str, str], ...] = ()  # canonical column -> what it is throughout

    @property
    def usable(self) -> bool:
        return not self.lacking and self.total >= LEAST_TOTAL

    def source_of(self, column: str) -> str:
        return next((m.source for m in self.matches if m.column == column), "")


def fit_tables(look: FileLook, file_name: str, customer: str = "", *, shared: bool = False) -> list[TableFit]:
    """Every canonical table with how well the file fits it, usable ones first, the best first.

    `customer` is the column that other files tell to be the customer; `shared` says that others have one, be it here
    or not.
    """
    rows = what_rows_are(look)
    fits = [_fit_table(look, table, file_name, customer, rows) for table in TABLES]
    if shared and not customer:
        fits = [_without_customers_of_its_own(fit) for fit in fits]
    return sorted(fits, key=lambda fit: (not fit.usable, -fit.total))


def _fit_table(look: FileLook, table: str, file_name: str, customer: str, rows: Rows) -> TableFit:
    cells, by_name, evidence = _cells(look, table, customer)
    used, proposals = _assign(look, table, cells, by_name)
    constants: dict[str, str] = {}
    if table == "customers" and not any(m.column == "account_id" for m in used):
        used = [m for m in used if m.column != "role"]  # a job, not a role in an account
    if table == "orders":
        used = _named_customers(look, _settle_amount(used), customer)
    if table == "subscriptions":
        used, proposals = _started_by_joining(used, proposals)
    if table == "customers":
        used = _identified(look, used, rows, customer, file_name)
    if table == "events" and not any(m.column == "kind" for m in used) and (kind := _kind_of_file(file_name)):
        constants["kind"] = kind
    found = {m.column: m.fit for m in used} | dict.fromkeys(constants, 0.6)
    lacking = _lacking(look, table, used, found, rows, file_name)
    needed = _needed(table, found)
    support = _support(look, table, used, found, rows)
    if table == "exposures" and support < 0:
        lacking = [*lacking, "a sign that it is a campaign"]
    essential = 0.7 if table == "events" else 0.5  # events have little beside what they need
    total = essential * sum(needed) / len(needed) + (1 - essential) * min(1.0, support / _SUPPORT[table])
    if {"plan", "cancelled_on"} <= found.keys() or {"plan", "monthly_fee", "started_on"} <= found.keys():
        total += 0.3 if "monthly_fee" in found else 0.1  # no other table has them
    sold = any(read_header(c.name).means("QUANTITY") for c in look.columns)
    if table == "events" and found.get("kind", 0.0) >= 0.9 and not sold:
        total += 0.2  # nor events
    if table == "exposures" and {"campaign", "arm"} <= found.keys():
        total += 0.2
    total += 0.2 * _named_after(file_name, table)
    return TableFit(
        table, total, tuple(used), tuple(lacking), tuple(proposals), tuple(evidence), tuple(constants.items())
    )


def _without_customers_of_its_own(fit: TableFit) -> TableFit:
    """A list whose customers are in none of the files, where others share theirs, is a list of something else."""
    lacking = (*fit.lacking, "the customers that the other files share")
    return replace(fit, lacking=lacking) if fit.table == "customers" else fit


def named_after_a_table(name: str) -> bool:
    """Whether a file or a table is called like one of the canonical tables, in any language that is known."""
    return any(_named_after(name, table) for table in TABLES)


def _named_after(file_name: str, table: str) -> bool:
    words = split_words(file_name)
    meanings = frozenset().union(*read_header(file_name).meanings)
    return bool(meanings & _FILE_WORDS[table] or set(words) & _MORE_FILE_WORDS.get(table, set()) or table in words)


def _kind_of_file(file_name: str) -> str:
    """What each row of a file of events is, where no column says it: "ticket" of support_tickets.csv."""
    if not _named_after(file_name, "events"):
        return ""
    words = [w for w in split_words(file_name) if not w.isdigit()]
    return " ".join(words[-2:]).removesuffix("s") if words else ""


def _cells(look: FileLook, table: str, customer: str) -> tuple[np.ndarray, np.ndarray, list[Evidence]]:
    """Fits of canonical (rows) and source columns (columns), the part of them that the headers give, and why."""
    names = TABLES[table].column_names
    only_date = sum(1 for c in look.columns if c.dates) == 1
    cells, by_name = np.zeros((len(names), len(look.columns))), np.zeros((len(names), len(look.columns)))
    evidence = []
    for j, column in enumerate(look.columns):
        header = read_header(column.name)
        for i, name in enumerate(names):
            told, said = name_reason(header, table, name)
            if name == "customer_id" and customer:
                told, said = (_KNOWN_KEY, "other files hold its values too") if column.name == customer else (0.0, "")
            if name == "score" and not told and not header.words and (survey := _is_survey(look, column)):
                told, said = 0.55, survey
            if name == "score" and not told and (group := _grouped_score(column.name, look)):
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


def _grouped_score(name: str, look: FileLook) -> str:
    """The column beside a question that says who is a promoter: "Q1_NPS_GROUP" of "Q1"."""
    return next(
        (c.name for c in look.columns if c.name.startswith(f"{name}_") and read_header(c.name).means("SCORE")), ""
    )


def _assign(look: FileLook, table: str, cells: np.ndarray, by_name: np.ndarray) -> tuple[list[Match], list[Match]]:
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
        needed = columns[i].required or name in ("amount", "started_on") or any(name in e for e in TABLES[table].either)
        least = USED_REQUIRED if needed else SURE - 1e-9 if name in _HARMLESS else USED - 1e-9
        named = by_name[i, j] >= _NAMED or name in _BY_VALUES_USED or name == TABLES[table].date_column
        only = name == TABLES[table].date_column and needed and not by_name[i, j]  # the file's only date
        enough = cells[i, j] >= (0.45 if only else least)
        taken = (named and enough) or (name in _BY_VALUES_USED and cells[i, j] > 0.5)
        (used if taken or (name == "order_id" and cells[i, j] >= SURE) else proposals).append(match)
    return used, proposals


def _same_words(canonical: str, source: str) -> int:
    return len(set(canonical.split("_")) & set(read_header(source).words))


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


def _lacking(
    look: FileLook, table: str, used: Sequence[Match], found: dict[str, float], rows: Rows, file_name: str
) -> list[str]:
    """What the table cannot do without and the file does not show."""
    lacking = [c.name for c in TABLES[table].columns if c.required and c.name not in found]
    if (either := TABLES[table].either) and not any(set(group) <= found.keys() for group in either):
        lacking.append(" or ".join(" with ".join(group) for group in either))
    has_money = "amount" in found or {"quantity", "unit_price"} <= found.keys()
    has_basket = any(m.column in _BASKET and m.fit >= SURE and _says_basket(m.source) for m in used)
    if table == "orders" and not has_money and not has_basket:
        lacking.append("amount (or quantity and unit_price, or what was bought)")
    if table == "orders" and _once_each(look, used):
        lacking.append("customers who may come back, for each has one row")
    if table == "subscriptions" and not _speaks_of_plans(look, found, file_name):
        lacking.append("a plan, a fee or a trial")
    if table == "customers" and "customer_id" in found:
        key = next(m.source for m in used if m.column == "customer_id")
        if key != ROW_NUMBER and look.column(key).unique_share <= 0.9:
            lacking.append("a customer_id that differs from row to row")
        numbered = read_header(key).means("ID") and not look.column(key).email_share if key != ROW_NUMBER else False
        sure = numbered and (_says_customer(key) or _named_after(file_name, "customers"))
        if rows.are_not_customers and not sure:
            lacking.append(f"customers: {rows.are_not_customers}")
    if table == "exposures" and "arm" not in found and {"campaign", "customer_id"} <= found.keys():
        lacking.remove("arm")  # a list of those contacted, against everyone else
    if table == "exposures" and "arm" in found and "campaign" not in found:
        arm = next(m for m in used if m.column == "arm")
        told = read_header(arm.source)
        named = any(told.means(word) for word in ("ARM", "CAMPAIGN", "GROUP", "TRIAL", "SEGMENT"))
        if not named and not control_arm(look.column(arm.source), surely=True):
            lacking.append("arm")
    return lacking


def _once_each(look: FileLook, used: Sequence[Match]) -> bool:
    """Whether rows without an order's number have a customer each: a list of customers with a date and a sum."""
    by_column = {m.column: m for m in used}
    key, order = by_column.get("customer_id"), by_column.get("order_id")
    if not key or key.source not in [c.name for c in look.columns]:
        return False
    bought = by_column.keys() & {"product_id", "product", "quantity"}
    return look.rows >= 50 and look.column(key.source).unique_share > 0.98 and not (order or bought)


def _speaks_of_plans(look: FileLook, found: dict[str, float], file_name: str) -> bool:
    """Whether there are subscriptions at all: what starts and ends may be a project, a deal or a stay too."""
    if {"plan", "trial_started_on"} & found.keys() or _named_after(file_name, "subscriptions"):
        return bool({"plan", "cancelled_on", "monthly_fee", "trial_started_on"} & found.keys())
    headers = [read_header(c.name) for c in look.columns]
    told = any(
        h.means("FEE") or h.means("PLAN") or h.means("MONTH", "AMOUNT") or h.means("MONTH", "MONEY") for h in headers
    )
    return told and bool({"cancelled_on", "monthly_fee"} & found.keys())


def _says_basket(source: str) -> bool:
    return any(read_header(source).means(word) for word in ("ORDER", "PRODUCT", "ARTICLE", "QUANTITY"))


def _needed(table: str, found: dict[str, float]) -> list[float]:
    needed = [found.get(c.name, 0.0) for c in TABLES[table].columns if c.required]
    if table == "orders":
        money = max(found.get("amount", 0.0), min(found.get("quantity", 0.0), found.get("unit_price", 0.0)))
        needed.append(max(money, 0.8 * max(found.get(name, 0.0) for name in _BASKET)))
    if either := TABLES[table].either:
        needed.append(max(min(found.get(name, 0.0) for name in group) for group in either))
    return needed


def _support(look: FileLook, table: str, used: Sequence[Match], found: dict[str, float], rows: Rows) -> float:
    """How much speaks for the table beside what it needs."""
    needed = {c.name for c in TABLES[table].columns if c.required} | {n for g in TABLES[table].either for n in g}
    support = sum(m.fit for m in used if m.column not in needed and m.doubt != BY_VALUES)
    if table == "customers":
        support -= sum(m.fit for m in used if m.column in ("tenure_months", "churned"))  # subscriptions have them too
        support += 0.5 * min(4, len(rows.traits))
    if table != "exposures":
        return support
    measured = [c for c in look.columns if c.number_share > 0.9 or c.flag_share > 0.9]
    outcomes = sum(read_header(c.name).means("OUTCOME") for c in measured)
    arms = [read_header(m.source) for m in used if m.column == "arm"]
    named = "campaign" in found or any(arm.means("ARM") or arm.means("TRIAL") for arm in arms)
    return support + outcomes if outcomes or named else -0.5  # groups of customers are no campaign yet


def _identified(look: FileLook, used: list[Match], rows: Rows, customer: str, file_name: str) -> list[Match]:
    """What identifies a customer in a list: a number, else the account or the e-mail address, else the row's own."""
    by_column = {m.column: m for m in used}
    key = by_column.get("customer_id")
    if key and (key.source == customer or _says_customer(key.source)):
        return used
    account = by_column.get("account_id")
    if customer and customer in [c.name for c in look.columns]:
        return used  # the file's rows are something of the customers: contacts of accounts
    if account and look.column(account.source).unique_share > 0.95 and (not key or key.source == account.source):
        return [
            replace(account, column="customer_id"),
            *(m for m in used if m.column not in ("account_id", "customer_id")),
        ]
    told = bool(by_column.keys() & {"email", "acquired_on", "consent"})
    in_name = _named_after(file_name, "customers") and (rows.traits or by_column.keys() - {"customer_id", "name"})
    if key and not customer and (len(rows.traits) >= 2 or told or in_name):
        return used
    used = [m for m in used if m is not key]  # an "ID" of what nothing says to be customers
    email = by_column.get("email")
    if email and look.column(email.source).unique_share >= 0.95:
        return [
            Match("customer_id", email.source, 0.5, "no number identifies a customer, so the e-mail address does"),
            *used,
        ]
    if rows.are_people and not customer:
        return [
            Match("customer_id", ROW_NUMBER, 0.9, "no column identifies a customer, so each row counts as one"),
            *used,
        ]
    return used


def _named_customers(look: FileLook, used: list[Match], customer: str) -> list[Match]:
    """Of orders that no number and no address tells a customer of, the customer's name does."""
    if customer or any(m.column == "customer_id" for m in used):
        return used
    doubt = "no number identifies a customer, so the name does"
    for column in look.columns:
        header = read_header(column.name)
        firm = header.means("ACCOUNT") or header.means("CUSTOMER")
        plain = not header.unknown and firm and header.means("NAME") and not is_personal(header)
        if (
            plain
            and not header.means("SURNAME")
            and column.number_share < 0.1
            and 5 <= column.distinct < 0.9 * column.filled
        ):
            return [Match("customer_id", column.name, 0.55, doubt), *(m for m in used if m.source != column.name)]
    return used


def _started_by_joining(used: list[Match], proposals: list[Match]) -> tuple[list[Match], list[Match]]:
    """The day somebody joined starts what has a plan and a fee."""
    by_column = {m.column: m.fit for m in used}
    joined = next((m for m in proposals if m.column == "started_on"), None)
    if joined and min(by_column.get("plan", 0), by_column.get("monthly_fee", 0)) >= USED:
        return [*used, replace(joined, fit=USED_REQUIRED)], [m for m in proposals if m is not joined]
    return used, proposals


def _says_customer(source: str) -> bool:
    header = read_header(source)
    return not header.means("STAFF") and (header.means("CUSTOMER") or header.means("HOUSEHOLD"))


def _settle_amount(matches: list[Match]) -> list[Match]:
    """A lone price, without a quantity, is the amount; a doubtful amount beside quantity and price is not needed."""
    by_column = {m.column: m for m in matches}
    price, amount = by_column.get("unit_price"), by_column.get("amount")
    if "quantity" in by_column and price and amount and amount.fit < SURE:
        return [m for m in matches if m.column != "amount"]
    if price and "quantity" not in by_column and amount is None:
        moved = replace(
            price, column="amount", fit=0.6, doubt="a price without a quantity beside it is the line's value"
        )
        return [moved if m is price else m for m in matches]
    return matches
