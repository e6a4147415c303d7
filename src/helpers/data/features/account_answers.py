"""Survey answers by the account of who gave them, and what is known of each account: its people, its revenue.

Everything here goes by person, whatever the unit of analysis: take the tables as they were before a roll-up.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.features.answer_sums import scored
from helpers.data.features.order_lines import has_money, is_purchase
from helpers.data.profiling.texts import looks_personal
from helpers.data.schema import WITHHELD

BUSINESS, CONSUMER = "business", "consumer"
_CONSUMER_WORDS = ("consumer", "end.customer", "guest", "patient", "shopper", "passenger", "resident")
_COUNTS = ["answers", "people", "promoters", "detractors"]


@dataclass(frozen=True)
class AccountAnswers:
    """answers: one row an account and role: account_id, role ("" = not known, "(withheld)" = named by what looks like a
    person's), answers, people, promoters, detractors. contacts: account_id, role, contacts (people of the list). spend:
    account_id, spend; no rows where not known. unplaced: answers of nobody on the list, or without a number. An account
    without a number is its only person."""

    answers: pd.DataFrame
    contacts: pd.DataFrame
    spend: pd.DataFrame
    unplaced: int


def account_answers(
    persons: ClientData, surveys: Table, business_model: str, as_of: date, consumer_roles: Collection[str] = ()
) -> AccountAnswers:
    """Answers of `surveys`, people and revenue by account, without the consumers of businesses (b2b2c); no rows where
    the client sells to consumers, or where the customer list does not say who belongs to which account."""
    if business_model == "b2c" or not _has_accounts(persons, surveys):
        empty = pd.DataFrame({"account_id": pd.Series(dtype="str"), "role": pd.Series(dtype="str")})
        numbers = {name: pd.Series(dtype=int) for name in _COUNTS}
        spend = pd.DataFrame({"account_id": pd.Series(dtype="str"), "spend": pd.Series(dtype=float)})
        return AccountAnswers(empty.assign(**numbers), empty.assign(contacts=pd.Series(dtype=int)), spend, 0)
    everyone = people = _people(persons.tables["customers"])
    if business_model == "b2b2c":
        people = _with_side(everyone, consumer_roles).filter(lambda t: t.side == BUSINESS)
    known = scored(surveys)
    placed = known.inner_join(people, "customer_id")
    answers = _withhold(_count(placed, ["account_id", "role"]))
    # A list of accounts beside one of people has a row of each account's own, which is no contact.
    contacts = people.group_by("account_id", "role").aggregate(contacts=people.is_person.sum())
    contacts = _withhold(contacts.order_by("account_id", "role").execute().astype({"contacts": int}))
    unplaced = known.anti_join(everyone, "customer_id").count().execute()
    return AccountAnswers(answers, contacts, _spend(persons, everyone, as_of), int(unplaced))


def answers_by_side(
    persons: ClientData, surveys: Table, business_model: str, consumer_roles: Collection[str] = ()
) -> pd.DataFrame:
    """Answers of `surveys` by businesses and by their consumers: account_id, side, answers, people, promoters,
    detractors; no rows unless the client sells through businesses (b2b2c).

    A consumer is a person of an account whose role is one of `consumer_roles`, or, where none is named, one that says
    so in words; where no role does, whoever has no role, others having one or being the account itself.
    """
    if business_model != "b2b2c" or not _has_accounts(persons, surveys):
        return pd.DataFrame(columns=["account_id", "side", *_COUNTS])
    customers = persons.tables["customers"]
    people = _with_side(_people(customers.filter(customers.account_id.notnull())), consumer_roles)
    placed = scored(surveys).inner_join(people, "customer_id")
    return _count(placed, ["account_id", "side"])


def _has_accounts(persons: ClientData, surveys: Table) -> bool:
    """Whether the customer list says who belongs to which account, and the answers who answered."""
    return (
        {"customers", "surveys"} <= persons.specs.keys()
        and "account_id" in persons.tables["customers"].columns
        and "customer_id" in surveys.columns
    )


def _with_side(people: Table, consumer_roles: Collection[str]) -> Table:
    said = people.role.lower().strip()
    named = [" ".join(role.split()).lower() for role in consumer_roles]
    consumes = said.isin(named) if named else said.re_search("|".join(_CONSUMER_WORDS))
    if not named and not people.filter(consumes).count().execute():
        consumes = said == ""
    return people.mutate(side=ibis.ifelse(consumes & people.is_person, CONSUMER, BUSINESS))


def _people(customers: Table) -> Table:
    """customer_id, account_id, role ("" where there is none), is_person (no: the account's own row)."""
    role = customers.role.cast("string").fill_null("") if "role" in customers.columns else ibis.literal("")
    account = customers.account_id.cast("string").fill_null(customers.customer_id)
    own_row = (customers.customer_id == customers.account_id).fill_null(False)
    return customers.select("customer_id", account_id=account, role=role, is_person=~own_row)


def _count(placed: Table, by: list[str]) -> pd.DataFrame:
    counted = placed.group_by(by).aggregate(
        answers=placed.count(),
        people=placed.customer_id.nunique(),
        promoters=(placed.kind == "promoters").sum(),
        detractors=(placed.kind == "detractors").sum(),
    )
    return counted.order_by(by).execute().astype(dict.fromkeys(_COUNTS, int))


def _withhold(counts: pd.DataFrame) -> pd.DataFrame:
    """Counts with the roles that are named by what looks like a person's as one."""
    names = {role: WITHHELD for role in counts["role"].unique() if looks_personal(role)}
    if not names:
        return counts
    return counts.assign(role=counts["role"].replace(names)).groupby(["account_id", "role"], as_index=False).sum()


def _spend(persons: ClientData, people: Table, as_of: date) -> pd.DataFrame:
    """What each account has bought by the end of `as_of`, by the orders of its people, else by the list."""
    if "orders" in persons.specs and has_money(persons.tables["orders"]):
        orders = persons.tables["orders"]
        end = ibis.literal(pd.Timestamp(as_of + timedelta(days=1)).to_pydatetime())
        bought = orders.filter(is_purchase(orders), orders.ordered_at < end)
        by_person = bought.group_by("customer_id").aggregate(spend=bought.amount.sum())
    elif "spend" in persons.tables["customers"].columns:
        by_person = persons.tables["customers"].select("customer_id", "spend")
    else:
        return pd.DataFrame({"account_id": pd.Series(dtype="str"), "spend": pd.Series(dtype=float)})
    joined = by_person.inner_join(people, "customer_id")
    summed = joined.group_by("account_id").aggregate(spend=joined.spend.sum()).order_by("account_id").execute()
    return summed.assign(spend=summed["spend"].astype(float).fillna(0.0).round(4))
