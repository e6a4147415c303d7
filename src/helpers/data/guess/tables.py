"""Which canonical table a file is.

Each table's columns are looked for in the file (`matches`), and what the table cannot do without must be among what
is used (`needs`). Of the tables that a file may be, the one that most speaks for comes first.
"""

from dataclasses import dataclass, replace

from helpers.data.guess.identity import identify_rows, name_customers, number_customers
from helpers.data.guess.matches import SURE, USED, USED_REQUIRED, Evidence, Match, choose_pairs, rate_pairs
from helpers.data.guess.names import named_after, read_header, split_words
from helpers.data.guess.needs import count_support, find_lacking, needed_fits
from helpers.data.guess.people import Rows, what_rows_are
from helpers.data.guess.values import FileLook
from helpers.data.schema import TABLES

LEAST_TOTAL = 0.42  # below it, a file is none of the tables
_SUPPORT = {"orders": 3.0, "customers": 3.0, "surveys": 2.0, "subscriptions": 3.0, "events": 1.0, "exposures": 1.5}


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
    cells, by_name, evidence = rate_pairs(look, table, customer)
    used, proposals = choose_pairs(look, table, cells, by_name)
    constants: dict[str, str] = {}
    if table == "customers" and not any(m.column == "account_id" for m in used):
        used = [m for m in used if m.column != "role"]  # a job, not a role in an account
    if table == "orders":
        used = _settle_amount(used)
        if any(m.column == "amount" for m in used):
            used = number_customers(look, used, customer)
        used = name_customers(look, used, customer)
    if table == "subscriptions":
        used, proposals = _started_by_joining(used, proposals)
    if table == "customers":
        used = identify_rows(look, used, rows, customer, file_name)
    if table == "events" and not any(m.column == "kind" for m in used) and (kind := _kind_of_file(file_name)):
        constants["kind"] = kind
    found = {m.column: m.fit for m in used} | dict.fromkeys(constants, 0.6)
    lacking = find_lacking(look, table, used, found, rows, file_name)
    needed = needed_fits(table, found)
    support = count_support(look, table, used, found, rows, file_name)
    if table == "exposures" and support < 0:
        lacking = [*lacking, "a sign that it is a campaign"]
    essential = 0.7 if table == "events" else 0.5  # events have little beside what they need
    total = essential * sum(needed) / len(needed) + (1 - essential) * min(1.0, support / _SUPPORT[table])
    if "plan" in found and {"cancelled_on", "monthly_fee"} & found.keys():
        total += 0.3 if {"started_on", "tenure_months"} & found.keys() else 0.1  # no other table has them
    sold = any(read_header(c.name).means("QUANTITY") for c in look.columns)
    if table == "events" and found.get("kind", 0.0) >= 0.9 and not sold:
        total += 0.2  # nor events
    sent = found.get("campaign", 0.0) >= 0.9 and found.get("exposed_on", 0.0) >= 0.85
    if table == "exposures" and ({"campaign", "arm"} <= found.keys() or sent):
        total += 0.2
    total += 0.2 * named_after(file_name, table)
    return TableFit(
        table, total, tuple(used), tuple(lacking), tuple(proposals), tuple(evidence), tuple(constants.items())
    )


def _without_customers_of_its_own(fit: TableFit) -> TableFit:
    """A list whose customers are in none of the files, where others share theirs, is a list of something else."""
    lacking = (*fit.lacking, "the customers that the other files share")
    return replace(fit, lacking=lacking) if fit.table == "customers" else fit


def _kind_of_file(file_name: str) -> str:
    """What each row of a file of events is, where no column says it: "ticket" of support_tickets.csv."""
    if not named_after(file_name, "events"):
        return ""
    words = [w for w in split_words(file_name) if not w.isdigit()]
    return " ".join(words[-2:]).removesuffix("s") if words else ""


def _started_by_joining(used: list[Match], proposals: list[Match]) -> tuple[list[Match], list[Match]]:
    """The day somebody joined starts what has a plan and a fee, or an end."""
    by_column = {m.column: m.fit for m in used}
    joined = next((m for m in proposals if m.column == "started_on" and read_header(m.source).means("SINCE")), None)
    if (
        joined
        and min(by_column.get("plan", 0), max(by_column.get(c, 0) for c in ("monthly_fee", "cancelled_on"))) >= USED
    ):
        return [*used, replace(joined, fit=USED_REQUIRED)], [m for m in proposals if m is not joined]
    return used, proposals


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
