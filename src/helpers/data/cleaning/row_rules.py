"""What must hold of a client's rows, and what is done with those of which it does not.

Each rule has a name for the parameter file, a phrase for the reader and a severity: "note" keeps the row and counts
it, "set_aside" keeps it out, "stop" ends the run with the message. `severities` of a part replace the defaults.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import pandas as pd
import sqlglot
from ibis.expr.types import BooleanValue, Table
from sqlglot import exp

from helpers.data.engines import errors_of_engines
from helpers.data.scales import DEFAULT, Scale, scale_of
from helpers.data.schema import TABLES
from helpers.data.spec import PartSpec, Rule
from helpers.errors import InputError, first_line, nearest

NOTE, SET_ASIDE, STOP = "note", "set_aside", "stop"


@dataclass(frozen=True)
class BuiltIn:
    phrase: str  # what the reader is told is the matter with the row
    severity: str
    tables: tuple[str, ...]
    done: str = ""  # what was done, where the severity alone does not say it

    def handling(self, severity: str) -> str:
        return self.done if self.done and severity == self.severity else say_handling(severity)


BUILT_IN: dict[str, BuiltIn] = {
    "identical_lines": BuiltIn("exact duplicate", SET_ASIDE, tuple(TABLES), "set aside, the first one kept"),
    "after_as_of": BuiltIn("dated after {as_of}", SET_ASIDE, tuple(TABLES), "set aside, after the report's date"),
    "price_not_positive": BuiltIn("price is zero or below", SET_ASIDE, ("orders",), "set aside, not a sale"),
    "score_out_of_range": BuiltIn("score is not a whole number from {low} to {high}", SET_ASIDE, ("surveys",)),
    "negative_weight": BuiltIn("weight is below zero", NOTE, ("surveys",)),
    "negative_tenure": BuiltIn("tenure_months is below zero", SET_ASIDE, ("customers", "subscriptions")),
    "negative_recency": BuiltIn("recency_days is below zero", SET_ASIDE, ("customers",)),
    "negative_order_count": BuiltIn("order_count is below zero", SET_ASIDE, ("customers",)),
    "last_order_after_as_of": BuiltIn("last order dated after {as_of}", NOTE, ("customers",)),
    "negative_duration": BuiltIn("ended before it began", NOTE, ("events",)),
    "repeated_customer": BuiltIn("customer_id seen before", SET_ASIDE, ("customers",), "set aside, the first one kept"),
    "same_email": BuiltIn("same e-mail as another customer", NOTE, ("customers",)),
    "same_phone": BuiltIn("same phone as another customer", NOTE, ("customers",)),
    "same_name": BuiltIn("same name as another customer, and no e-mail", NOTE, ("customers",)),
    "order_of_two_customers": BuiltIn("order with more than one customer", NOTE, ("orders",)),
    "unknown_customer": BuiltIn(
        "customer_id not in the customers table", NOTE, tuple(t for t in TABLES if t != "customers")
    ),
    "repeated_response": BuiltIn("response_id seen before", NOTE, ("surveys",)),
    "mixed_currencies": BuiltIn("amounts in more than one currency", STOP, ("orders", "subscriptions")),
}


@dataclass(frozen=True)
class Check:
    """A trait a row may have, and what is done about it."""

    name: str
    found: BooleanValue
    severity: str = SET_ASIDE
    done: str = ""

    @property
    def handling(self) -> str:
        return self.done or say_handling(self.severity)


def say_handling(severity: str) -> str:
    return {NOTE: "kept", SET_ASIDE: "set aside", STOP: "the run ends"}[severity]


def severity_of(rule: str, part: PartSpec) -> str:
    return part.severities.get(rule, BUILT_IN[rule].severity)


def row_checks(rows: Table, part: PartSpec, table: str, as_of: date) -> list[Check]:
    """The rules that a row alone can break; `rows` has the canonical columns, typed."""
    checks = []
    held = scale_of(part.scale or DEFAULT)
    for name, found in _row_traits(rows, table, as_of, held).items():
        built_in = BUILT_IN[name]
        phrase = built_in.phrase.format(as_of=as_of, low=held.low, high=held.high)
        severity = severity_of(name, part)
        checks.append(Check(phrase, found.fill_null(False), severity, built_in.handling(severity)))
    if table == "orders":
        measured = "amount" if "amount" in rows.columns else "quantity"
        checks.append(Check("return", rows.is_return.fill_null(False), NOTE, f"kept, as a negative {measured}"))
    for i, rule in enumerate(part.rules):
        checks.append(Check(rule.name, ~rows[rule_column(i)].fill_null(True), rule.severity))
    return checks


def with_rules(rows: Table, part: PartSpec, table: str) -> Table:
    """The rows with a column for each of the part's own rules: whether it holds, null where that is not known.

    Raises InputError for an expression that cannot be read, or that is not one over the table's columns.
    """
    if not part.rules:
        return rows
    for rule in part.rules:
        check_expression(rule, [c for c in rows.columns if not c.startswith("kit_")], table)
    holds = ", ".join(f"CAST(({rule.expression}) AS BOOLEAN) AS {rule_column(i)}" for i, rule in enumerate(part.rules))
    with computing(part, table):
        ruled = rows.alias("kit_rows").sql(f"SELECT *, {holds} FROM kit_rows", dialect="duckdb")
        ruled.select(ibis.selectors.startswith("kit_rule_")).limit(1).execute()
    return ruled


@contextmanager
def computing(part: PartSpec, table: str) -> Iterator[None]:
    """Where a part's own rules are computed: the engine's complaint about one of them becomes a sentence."""
    try:
        yield
    except Exception as error:
        if not part.rules or not isinstance(error, errors_of_engines()):
            raise
        raise InputError(
            f"A rule of {table} cannot be computed: {first_line(error)}",
            where=", ".join(rule.name for rule in part.rules),
            mend="Correct its expression; numbers compare with numbers, dates with DATE '2026-09-30'.",
        ) from error


def check_expression(rule: Rule, columns: list[str], table: str) -> None:
    """Refuse an expression that does not parse, reads anything but its row, or names an unknown column."""
    where = f'the rule "{rule.name}" of {table}'
    try:
        parsed = sqlglot.parse_one(f"SELECT {rule.expression}", read="duckdb")
    except sqlglot.errors.ParseError as error:
        raise InputError(
            f"Its expression cannot be read: {rule.expression}", where=where, mend='Write it like "amount < 10000".'
        ) from error
    forbidden = (exp.From, exp.Subquery, exp.Window, exp.AggFunc, exp.Command)
    if not isinstance(parsed, exp.Select) or len(parsed.expressions) != 1 or parsed.find(*forbidden):
        raise InputError(
            f"Its expression must look at one row alone: {rule.expression}",
            where=where,
            allowed="comparisons of the row's own columns, like amount < 10000",
        )
    for column in parsed.find_all(exp.Column):
        if column.name not in columns:
            hint = nearest(column.name, columns)
            raise InputError(
                f'Its expression names "{column.name}", which is not a column of {table} here',
                where=where,
                allowed=", ".join(columns),
                mend=f'Did you mean "{hint}"?' if hint else "",
            )


def rule_column(i: int) -> str:
    return f"kit_rule_{i}"


# What can never be below zero: rule -> column.
_BELOW_ZERO = {
    "negative_tenure": "tenure_months",
    "negative_recency": "recency_days",
    "negative_order_count": "order_count",
    "negative_duration": "duration_minutes",
}


def _row_traits(rows: Table, table: str, as_of: date, scale: Scale) -> dict[str, Any]:
    """What is known to go wrong in each table."""
    traits: dict[str, Any] = {}
    when, after = TABLES[table].date_column, ibis.literal(pd.Timestamp(as_of + timedelta(days=1)).to_pydatetime())
    if when in rows.columns:
        traits["after_as_of"] = rows[when] >= after
    if table == "orders" and "unit_price" in rows.columns:
        traits["price_not_positive"] = rows.unit_price <= 0
    elif table == "orders" and "amount" in rows.columns:
        traits["price_not_positive"] = rows.amount == 0
    for rule, column in _BELOW_ZERO.items():
        if table in BUILT_IN[rule].tables and column in rows.columns:
            traits[rule] = rows[column] < 0
    if table == "customers" and "last_order_on" in rows.columns:
        traits["last_order_after_as_of"] = rows.last_order_on >= after
    if table == "surveys":
        score = rows.score
        traits["score_out_of_range"] = (score < scale.low) | (score > scale.high) | (score != score.round())
    return traits
