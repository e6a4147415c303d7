"""The canonical tables: what each may hold, in which unit, and what one row stands for.

Clients supply what they have. A column that is `required` must be mapped where its table is given, and a row
in which it is blank is set aside. `date_column` is the column that as_of cuts and that dates a table.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

UNKNOWN = "(unknown)"  # the group of rows whose group is not known
WITHHELD = "(withheld)"  # the group of rows whose group is named by what looks like a person's

# What the kit adds to a table beside what the client maps.
DERIVED = {"orders": ("is_return",), "surveys": ("scale",), "exposures": ("control",)}

Kind = Literal["id", "text", "date", "number", "flag"]


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    doc: str
    required: bool = False
    sparse: bool = False  # a blank is an answer too: no promotion, not cancelled, nothing to add


@dataclass(frozen=True)
class Table:
    name: str
    grain: str
    columns: tuple[Column, ...]
    date_column: str = ""
    key: str = ""  # the column that names a row
    either: tuple[tuple[str, ...], ...] = ()  # of these groups of columns one must be mapped whole
    instead: str = ""  # the column that will do in a row where those in `either` are blank

    @property
    def column_names(self) -> list[str]:
        return [c.name for c in self.columns]

    @property
    def either_said(self) -> str:
        """What one of the groups in `either` stands for, in words: "started_on (or tenure_months and churned)"."""
        first, *others = (" and ".join(group) for group in self.either)
        return f"{first} (or {' or '.join(others)})"

    def whole_groups(self, mapped: Collection[str]) -> list[tuple[str, ...]]:
        """The groups in `either` of which every column is mapped."""
        return [group for group in self.either if set(group) <= set(mapped)]


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "orders",
            "an order line",
            (
                Column("order_id", "id", "order or invoice number"),
                Column("customer_id", "id", "who bought", required=True),
                Column("ordered_at", "date", "when", required=True),
                Column(
                    "amount",
                    "number",
                    "line value in the client's currency, negative for a return; or quantity and unit_price",
                ),
                Column("quantity", "number", "units, negative for a return"),
                Column("unit_price", "number", "price of one unit"),
                Column("product_id", "id", "article number"),
                Column("product", "text", "article name"),
                Column("category", "text", "article group"),
                Column("discount", "number", "discount already taken off the amount", sparse=True),
                Column("promotion", "text", "promotion the line was bought in", sparse=True),
                Column("cost", "number", "what the line cost the client"),
                Column("currency", "text", "ISO code of the amount; one file may hold one only"),
                Column("channel", "text", "where it was ordered"),
            ),
            "ordered_at",
        ),
        Table(
            "customers",
            "a customer",
            (
                Column("customer_id", "id", "the customer", required=True),
                Column("account_id", "id", "the company the customer buys for"),
                Column("name", "text", "the customer's name"),
                Column("email", "text", "the customer's e-mail address"),
                Column("phone", "text", "the customer's telephone number"),
                Column("role", "text", "influence in the account"),
                Column("acquired_on", "date", "first known"),
                Column("channel", "text", "where the customer came from"),
                Column("acquisition_cost", "number", "what winning the customer cost"),
                Column("consent", "flag", "may be contacted"),
                Column("last_order_on", "date", "last order, where the list tells and not the orders"),
                Column("recency_days", "number", "days since the last order, at as_of; instead of last_order_on"),
                Column("order_count", "number", "orders so far"),
                Column("spend", "number", "spent so far, in the client's currency"),
                Column("tenure_months", "number", "months a customer so far"),
                Column("churned", "flag", "has left"),
            ),
            "acquired_on",
            "customer_id",
        ),
        Table(
            "surveys",
            "an answer",
            (
                Column("response_id", "id", "the answer"),
                Column("customer_id", "id", "who answered"),
                Column("answered_at", "date", "when"),
                Column("score", "number", "would recommend, 0 to 10 unless `scale` says otherwise", required=True),
                Column("csat", "number", "satisfaction"),
                Column("ces", "number", "effort"),
                Column("comment", "text", "in the customer's words", sparse=True),
                Column("touchpoint", "text", "what the answer is about"),
                Column("journey_stage", "text", "where in the journey"),
                Column("wave", "text", "survey wave"),
                Column("weight", "number", "survey weight"),
            ),
            "answered_at",
            "response_id",
        ),
        Table(
            "subscriptions",
            "a subscription",
            (
                Column("customer_id", "id", "the subscriber", required=True),
                Column("plan", "text", "what is subscribed to"),
                Column("trial_started_on", "date", "start of the trial", sparse=True),
                Column("started_on", "date", "start of the paid subscription; blank for a trial not paid for"),
                Column("cancelled_on", "date", "end; blank while it runs", sparse=True),
                Column("monthly_fee", "number", "fee a month"),
                Column("addons", "text", "extras", sparse=True),
                Column("tenure_months", "number", "months it has run, or ran; with churned, instead of dates"),
                Column("churned", "flag", "has ended; with tenure_months, instead of dates"),
            ),
            "started_on",
            either=(("started_on",), ("tenure_months", "churned")),
            instead="trial_started_on",  # of a trial that nobody has paid for
        ),
        Table(
            "events",
            "an interaction",
            (
                Column("customer_id", "id", "who", required=True),
                Column("occurred_at", "date", "when", required=True),
                Column("kind", "text", "visit, login, email_open, ticket …", required=True),
                Column("touchpoint", "text", "where"),
                Column("value", "number", "what was measured: pages seen, money, points"),
                Column("ended_at", "date", "when it ended, where it lasted", sparse=True),
                Column(
                    "duration_minutes", "number", "how long it lasted; from occurred_at to ended_at where not given"
                ),
            ),
            "occurred_at",
        ),
        Table(
            "exposures",
            "a customer in a campaign",
            (
                Column("campaign", "text", "the campaign; the file's name where none is given"),
                Column(
                    "arm",
                    "text",
                    "treatment or control group; not needed with `control: everyone else` or `nobody`",
                    required=True,
                ),
                Column("customer_id", "id", "who; needed with `control: everyone else`"),
                Column("exposed_on", "date", "when"),
                Column("cost", "number", "cost of the contact"),
            ),
            "exposed_on",
        ),
    )
}
