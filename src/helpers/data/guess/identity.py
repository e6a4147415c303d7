"""What identifies a customer in a file: a number, else the account, the e-mail address, the name, or the row itself."""

from dataclasses import replace

from helpers.data.guess.matches import Match
from helpers.data.guess.names import is_personal, named_after, read_header
from helpers.data.guess.people import Rows
from helpers.data.guess.values import FileLook
from helpers.data.spec import ROW_NUMBER

# What only a list of customers has.
_OF_CUSTOMERS_ALONE = {"email", "consent", "churned", "tenure_months", "recency_days", "last_order_on"}


def identify_rows(look: FileLook, used: list[Match], rows: Rows, customer: str, file_name: str) -> list[Match]:
    """What identifies a customer in a list: a number, else the account or the e-mail address, else the row's own."""
    by_column = {m.column: m for m in used}
    key = by_column.get("customer_id")
    if key and (key.source == customer or says_customer(key.source)):
        return used
    account = by_column.get("account_id")
    if customer and customer in [c.name for c in look.columns]:
        return used  # the file's rows are something of the customers: contacts of accounts
    if account and look.column(account.source).unique_share > 0.95 and (not key or key.source == account.source):
        return [
            replace(account, column="customer_id"),
            *(m for m in used if m.column not in ("account_id", "customer_id")),
        ]
    told = bool(by_column.keys() & _OF_CUSTOMERS_ALONE)
    in_name = named_after(file_name, "customers") and (rows.traits or by_column.keys() - {"customer_id", "name"})
    if key and not customer and (len(rows.traits) >= 2 or told or in_name):
        return used
    used = [m for m in used if m is not key]  # an "ID" of what nothing says to be customers
    email = by_column.get("email")
    if email and look.column(email.source).unique_share >= 0.95:
        return [
            Match("customer_id", email.source, 0.5, "no number identifies a customer, so the e-mail address does"),
            *used,
        ]
    dated = any(column.dates and not is_personal(read_header(column.name)) for column in look.columns)
    own = _own_number(look, used) if rows.are_people and not customer else ""
    if own:
        return [Match("customer_id", own, 0.6, "it numbers the rows, and nothing else identifies a customer"), *used]
    if rows.are_people and not customer and not dated:
        return [
            Match("customer_id", ROW_NUMBER, 0.9, "no column identifies a customer, so each row counts as one"),
            *used,
        ]
    return used


def _own_number(look: FileLook, used: list[Match]) -> str:
    """A column that numbers the rows without saying what they are: "Loan_ID", "IDpol"."""
    taken = {m.source for m in used}
    for column in look.columns:
        header = read_header(column.name)
        row = {"row", "index", "zeile"} & set(header.words)
        if (
            header.means("ID")
            and not row
            and column.name not in taken
            and column.unique_share == 1
            and column.filled > 1
        ):
            return column.name
    return ""


def number_customers(look: FileLook, used: list[Match], customer: str) -> list[Match]:
    """Of orders whose only number is a bare "id" that comes back, that is the customer."""
    numbers = [c for c in look.columns if read_header(c.name).means("ID")]
    if customer or any(m.column in ("customer_id", "order_id") for m in used) or len(numbers) != 1:
        return used
    (column,) = numbers
    header = read_header(column.name)
    if header.unknown or len(header.words) != 1 or column.unique_share > 0.8 or column.distinct < 5:
        return used
    dated = next((m.source for m in used if m.column == "ordered_at"), "")
    if not dated or not _comes_back(look, column.name, dated):
        return used  # the lines of one order
    doubt = "the only number in the file, which comes back from row to row"
    return [Match("customer_id", column.name, 0.55, doubt), *(m for m in used if m.source != column.name)]


def _comes_back(look: FileLook, number: str, dated: str) -> bool:
    """Whether most of the numbers that stand in several rows have several dates."""
    if look.frame.columns.duplicated().any():
        return False
    days = look.frame.groupby(number)[dated].agg(["size", "nunique"])
    several = days[days["size"] > 1]
    return bool(len(several)) and bool((several["nunique"] > 1).mean() > 0.5)


def name_customers(look: FileLook, used: list[Match], customer: str) -> list[Match]:
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


def says_customer(source: str) -> bool:
    header = read_header(source)
    return not header.means("STAFF") and (header.means("CUSTOMER") or header.means("HOUSEHOLD"))
