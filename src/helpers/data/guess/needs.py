"""What a canonical table cannot do without, what speaks for it beside that, and what rules it out."""

from collections.abc import Sequence

from helpers.data.guess.fits import control_arm
from helpers.data.guess.identity import says_customer
from helpers.data.guess.matches import BY_VALUES, SURE, Match
from helpers.data.guess.names import named_after, names_a_campaign, read_header
from helpers.data.guess.people import Rows
from helpers.data.guess.values import FileLook
from helpers.data.schema import TABLES
from helpers.data.spec import ROW_NUMBER

_BASKET = ("order_id", "product_id", "product", "quantity")  # one of them makes a purchase where no money does


def find_lacking(
    look: FileLook, table: str, used: Sequence[Match], found: dict[str, float], rows: Rows, file_name: str
) -> list[str]:
    """What the table cannot do without and the file does not show."""
    lacking = [c.name for c in TABLES[table].columns if c.required and c.name not in found]
    if (either := TABLES[table].either) and not any(set(group) <= found.keys() for group in either):
        lacking.append(" or ".join(" with ".join(group) for group in either))
    has_money = "amount" in found or {"quantity", "unit_price"} <= found.keys()
    has_basket = any(m.column in _BASKET and m.fit >= SURE and _says_basket(m.source) for m in used)
    if table == "orders" and not has_money and not has_basket and not named_after(file_name, "orders"):
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
        sure = numbered and (says_customer(key) or named_after(file_name, "customers"))
        if rows.are_not_customers and not sure:
            lacking.append(f"customers: {rows.are_not_customers}")
    of_a_campaign = "campaign" in found or names_a_campaign(file_name)
    if table == "exposures" and "arm" not in found and "customer_id" in found and of_a_campaign:
        lacking.remove("arm")  # a list of those contacted, against everyone else
    if table == "exposures" and "arm" in found and "campaign" not in found:
        arm = next(m for m in used if m.column == "arm")
        told = read_header(arm.source)
        named = any(told.means(word) for word in ("ARM", "CAMPAIGN", "GROUP", "TRIAL", "SEGMENT"))
        if not named and not control_arm(look.column(arm.source), surely=True):
            lacking.append("arm")
        who = next((m.source for m in used if m.column == "customer_id"), "")
        if who and look.rows >= 50 and look.column(who).unique_share < 0.9:
            lacking.append("a campaign, for customers come more than once")  # a treatment, not a test
    return lacking


def needed_fits(table: str, found: dict[str, float]) -> list[float]:
    needed = [found.get(c.name, 0.0) for c in TABLES[table].columns if c.required]
    if table == "orders":
        money = max(found.get("amount", 0.0), min(found.get("quantity", 0.0), found.get("unit_price", 0.0)))
        needed.append(max(money, 0.8 * max(found.get(name, 0.0) for name in _BASKET)))
    if either := TABLES[table].either:
        needed.append(max(min(found.get(name, 0.0) for name in group) for group in either))
    return needed


def count_support(
    look: FileLook, table: str, used: Sequence[Match], found: dict[str, float], rows: Rows, file_name: str
) -> float:
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
    if not named and not arms and names_a_campaign(file_name):
        return support + outcomes + 0.6
    return support + outcomes if outcomes or named else -0.5  # groups of customers are no campaign yet


def _speaks_of_plans(look: FileLook, found: dict[str, float], file_name: str) -> bool:
    """Whether there are subscriptions at all: what starts and ends may be a project, a deal or a stay too."""
    if {"plan", "trial_started_on"} & found.keys() or named_after(file_name, "subscriptions"):
        return bool({"plan", "cancelled_on", "monthly_fee", "trial_started_on"} & found.keys())
    headers = [read_header(c.name) for c in look.columns]
    told = any(
        h.means("FEE") or h.means("PLAN") or h.means("MONTH", "AMOUNT") or h.means("MONTH", "MONEY") for h in headers
    )
    return told and bool({"cancelled_on", "monthly_fee"} & found.keys())


def _once_each(look: FileLook, used: Sequence[Match]) -> bool:
    """Whether rows without an order's number have a customer each: a list of customers with a date and a sum."""
    by_column = {m.column: m for m in used}
    key, order = by_column.get("customer_id"), by_column.get("order_id")
    if not key or key.source not in [c.name for c in look.columns]:
        return False
    bought = by_column.keys() & {"product_id", "product", "quantity"}
    return look.rows >= 50 and look.column(key.source).unique_share > 0.98 and not (order or bought)


def _says_basket(source: str) -> bool:
    return any(read_header(source).means(word) for word in ("ORDER", "PRODUCT", "ARTICLE", "QUANTITY"))
