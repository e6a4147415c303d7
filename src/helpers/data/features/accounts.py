"""The unit of analysis: where a client sells to companies, the account instead of the person, by one roll-up.

`unit: account` in the parameter file makes every later table speak of accounts: `customer_id` then is the account, so
that no analysis needs to know of it.
"""

from collections.abc import Callable
from typing import Any

import ibis
from ibis.expr.types import Table, Value

from helpers.errors import InputError

ACCOUNT = "account"  # the other unit is the customer, and needs nothing


def roll_up_to_accounts(tables: dict[str, Table], supplied: list[str]) -> dict[str, Table]:
    """The same tables with the account in place of the customer.

    A customer without an account is an account of its own, under the customer's own number. Orders, answers,
    subscriptions and events keep their rows. `customers` becomes one row an account: first known on the earliest
    day, the costs and what was bought added up, the latest order, consent where anyone gave it, the attribute that
    most of its people have; names, e-mails, telephones and roles are of people and left out; `contacts` counts them,
    an account's own row only where it has no others. Exposures stay as they are, by person: who was drawn into an arm
    is what a test compares.

    Raises InputError where no customer has an account, or where an account has the number of a customer of another.
    """
    customers = tables["customers"]
    if "customers" not in supplied or "account_id" not in customers.columns:
        raise InputError(
            "`unit: account` needs to know who belongs to which account",
            where="data: customers",
            allowed="a customers table with account_id",
            mend="Map account_id under data: customers: columns:, or take `unit: account` out.",
        )
    members = customers.select("customer_id", kit_account=customers.account_id)
    members = members.filter(members.kit_account.notnull())
    _refuse_clashes(customers, members)
    rolled = dict(tables)
    for name in supplied:
        if name != "exposures" and "customer_id" in tables[name].columns:
            rolled[name] = _to_account(tables[name], members)
    own_row = (customers.customer_id == customers.account_id).fill_null(False)  # of a list of accounts
    people = _to_account(customers.mutate(kit_person=~own_row), members)
    rolled["customers"] = _one_row_an_account(people)
    return rolled


def _to_account(table: Table, members: Table) -> Table:
    columns = table.columns
    joined = table.left_join(members, "customer_id")
    return joined.mutate(customer_id=ibis.coalesce(joined.kit_account, joined.customer_id)).select(columns)


def _one_row_an_account(customers: Table) -> Table:
    of_people = ("customer_id", "account_id", "name", "email", "phone", "role", "kit_file", "kit_row", "kit_person")
    contacts = customers.count(where=customers.kit_person)
    measures: dict[str, Value] = {"contacts": ibis.greatest(contacts, 1).cast("int64")}
    described = [column for column in customers.columns if column not in of_people]
    measures |= {c: _SUMMED[c](customers[c]) for c in described if c in _SUMMED}
    accounts = customers.group_by("customer_id").aggregate(**measures)
    for column in described:
        if column not in _SUMMED:
            accounts = accounts.left_join(_most_frequent(customers, column), "customer_id").drop("customer_id_right")
    accounts = accounts.select("customer_id", "contacts", *described)
    # What tells rows apart further on; an account has no row of its own in any file.
    marks: dict[str, Any] = {"account_id": accounts.customer_id, "kit_file": ibis.literal("accounts")}
    return accounts.mutate(**marks, kit_row=ibis.row_number().over(order_by="customer_id") + 1)


_SUMMED: dict[str, Callable[[Any], Value]] = {
    "acquired_on": lambda value: value.min(),
    "acquisition_cost": lambda value: value.sum(),
    "consent": lambda value: value.any(),
    "last_order_on": lambda value: value.max(),
    "recency_days": lambda value: value.min(),
    "order_count": lambda value: value.sum(),
    "spend": lambda value: value.sum(),
    "tenure_months": lambda value: value.max(),
    "churned": lambda value: value.all(),  # an account stays as long as one of its people does
}


def _most_frequent(customers: Table, column: str) -> Table:
    """customer_id and the value that most of its rows have; of equally frequent ones the first in order."""
    known = customers.filter(customers[column].notnull())
    counted = known.group_by("customer_id", column).aggregate(kit_n=known.count())
    place = ibis.row_number().over(group_by="customer_id", order_by=[ibis.desc("kit_n"), column])
    return counted.mutate(kit_place=place).filter(lambda t: t.kit_place == 0).select("customer_id", column)


def _refuse_clashes(customers: Table, members: Table) -> None:
    """An account whose number is that of a customer of another account would swallow that customer's rows."""
    accounts = members.select(kit_number="kit_account").distinct()
    loose = customers.filter(customers.account_id.isnull())
    clashing = loose.semi_join(accounts, [loose.customer_id == accounts.kit_number])
    found = clashing.select("customer_id").limit(1).execute()
    if len(found):
        number = found["customer_id"].iloc[0]
        raise InputError(
            f"{number} is the number of an account and of a customer without one, so their orders would be mixed up",
            where="data: customers",
            mend="Give that customer an account, or number accounts and customers differently.",
        )
