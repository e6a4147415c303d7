"""Rules that one row alone can't break: repeated keys, orders of two customers, unknown ones, mixed currencies.

Each looks at the rows a table has kept so far and returns those at fault, by their place. What then happens to them
is the rule's severity.
"""

from collections.abc import Callable, Mapping
from typing import Any

import ibis
import pandas as pd
from ibis.expr.types import Table, Value

from helpers.data.cleaning.keeping import SplitTable
from helpers.data.cleaning.marking import CURRENCY
from helpers.data.cleaning.row_rules import BUILT_IN, NOTE, severity_of
from helpers.data.engines.questions import ask_together
from helpers.errors import InputError

IN_ORDER = ("kit_part", "kit_file", "kit_row")


def apply_whole_rules(split: SplitTable, tables: Mapping[str, Table]) -> list[dict[str, Any]]:
    """Apply a table's rules in their order; `tables` has the kept rows of the tables read before it.

    Returns check, part, rows_found, handling and severity of each that found a row in a part.
    """
    counts = []
    waiting = [name for name in _RULES if split.name in BUILT_IN[name].tables]
    while waiting:
        found = {name: rows for name in waiting if (rows := _RULES[name](split, tables)) is not None}
        by_part = _count_by_part(found)
        now, waiting = waiting, []
        for place, name in enumerate(now):
            rule, aside = BUILT_IN[name], []
            for part, rows in by_part.get(name, {}).items():
                severity = severity_of(name, split.parts[part].spec)
                said = {"handling": rule.handling(severity), "severity": severity}
                counts.append({"check": rule.phrase, "part": part, "rows_found": rows, **said})
                aside += [part] if severity != NOTE else []
            if aside:
                split.set_aside(found[name].filter(found[name].kit_part.isin(aside)), rule.phrase)
                waiting = now[place + 1 :]  # to be counted again, among the rows that are left
                break
    return counts


def _count_by_part(found: Mapping[str, Table]) -> dict[str, dict[int, int]]:
    """How many rows there are for each rule and part, in one query."""
    counts = ask_together([rows.group_by("kit_part").aggregate(n=rows.count()) for rows in found.values()])
    return {
        name: dict(sorted((int(part), int(n)) for part, n in zip(count["kit_part"], count["n"], strict=True)))
        for name, count in zip(found, counts, strict=True)
    }


def merge_customers(split: SplitTable, columns: tuple[str, ...]) -> pd.DataFrame:
    """Find the customers that are one person because a column says so: customer_id, merged_into, and their places.

    Rows equal in any of `columns` (e-mail, phone, name: written alike) are one person, and so are those linked
    through a third; the first row stands for all. Raises InputError for a column the customers do not have.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    kept = split.kept()
    alike = []
    for column in columns:
        if column not in kept.columns:
            raise InputError(
                f'`merge` names "{column}", which the customers do not have',
                allowed=", ".join(c for c in _WRITTEN_ALIKE if c in kept.columns),
                mend="Map the column under data: customers: columns:, or take it out of `merge`.",
            )
        key = _WRITTEN_ALIKE[column](kept[column])
        keyed = kept.select("customer_id", *IN_ORDER, key=ibis.literal(f"{column}:") + key)
        keyed = keyed.filter(keyed.key.notnull())
        shared = keyed.group_by("key").aggregate(n=keyed.customer_id.nunique()).filter(lambda t: t.n > 1)
        alike.append(keyed.semi_join(shared, "key").order_by(*IN_ORDER).execute())
    found = pd.concat(alike, ignore_index=True).sort_values(list(IN_ORDER), kind="stable", ignore_index=True)
    people, ids = pd.factorize(found["customer_id"])
    keys, names = pd.factorize(found["key"])
    links = coo_array(([1] * len(found), (people, keys + len(ids))), shape=(len(ids) + len(names),) * 2)
    _, group = connected_components(links, directed=False)
    found["merged_into"] = found.groupby(group[people])["customer_id"].transform("first")
    merged = found.drop_duplicates("customer_id").astype({"customer_id": "str", "merged_into": "str"})
    return merged.loc[merged["customer_id"] != merged["merged_into"], ["customer_id", "merged_into", *IN_ORDER]]


def _later_of_equal(rows: Table, key: Value) -> Table:
    """The second and later of the rows that share a key, in the order of the source."""
    keyed = rows.select(*IN_ORDER, kit_key=key).filter(lambda t: t.kit_key.notnull())
    shared = keyed.group_by("kit_key").aggregate(n=keyed.count()).filter(lambda t: t.n > 1)
    keyed = keyed.semi_join(shared, "kit_key")
    place = ibis.row_number().over(group_by="kit_key", order_by=list(IN_ORDER))
    return keyed.mutate(kit_place=place).filter(lambda t: t.kit_place > 0)


def _repeated_customers(split: SplitTable, tables: Mapping[str, Table]) -> Table | None:
    kept = split.kept()
    return _later_of_equal(kept, kept.customer_id)


def _repeated_responses(split: SplitTable, tables: Mapping[str, Table]) -> Table | None:
    """Answers are numbered anew in each wave's file, so only those of one part are held against each other."""
    kept = split.kept()
    if "response_id" not in kept.columns:
        return None
    return _later_of_equal(kept, kept.kit_part.cast("string") + ":" + kept.response_id)


def _written_alike(column: str) -> Callable[[SplitTable, Mapping[str, Table]], Table | None]:
    def find(split: SplitTable, tables: Mapping[str, Table]) -> Table | None:
        kept = split.kept()
        return _later_of_equal(kept, _WRITTEN_ALIKE[column](kept[column])) if column in kept.columns else None

    return find


# How a column is written once what differs between two people's typing is taken off.
_WRITTEN_ALIKE: dict[str, Callable[[Any], Any]] = {
    "email": lambda text: text.lower().re_replace(r"\s", "").nullif(""),
    "phone": lambda text: _nine_digits(text),
    "name": lambda text: text.lower().re_replace(r"[\s.,'’-]+", " ").strip().nullif(""),
}


def _same_names(split: SplitTable, tables: Mapping[str, Table]) -> Table | None:
    """Customers without e-mail or telephone who share their name with another; with one they are told apart."""
    kept = split.kept()
    if "name" not in kept.columns:
        return None
    nothing = [kept[c].isnull() for c in ("email", "phone") if c in kept.columns]
    keyed = kept.select(*IN_ORDER, key=_WRITTEN_ALIKE["name"](kept["name"]), alone=ibis.and_(*nothing))
    keyed = keyed.filter(keyed.key.notnull())
    shared = keyed.group_by("key").aggregate(n=keyed.count()).filter(lambda t: t.n > 1)
    return keyed.filter(keyed.alone).semi_join(shared, "key")


def _nine_digits(text: Any) -> Any:
    """The last nine digits, which a country's code and a leading zero do not change; null for fewer than seven."""
    digits = text.re_replace(r"\D", "")
    return (digits.length() >= 7).ifelse(digits.right(9), ibis.null("string"))


def _orders_of_two_customers(split: SplitTable, tables: Mapping[str, Table]) -> Table | None:
    kept = split.kept()
    if "order_id" not in kept.columns:
        return None
    ends = kept.group_by("order_id").aggregate(first=kept.customer_id.min(), last=kept.customer_id.max())
    return kept.semi_join(ends.filter(ends["first"] != ends["last"]), "order_id")


def _unknown_customers(split: SplitTable, tables: Mapping[str, Table]) -> Table | None:
    kept = split.kept()
    if "customers" not in tables or "customer_id" not in kept.columns:
        return None
    known = tables["customers"].select("customer_id").distinct()
    return kept.filter(kept.customer_id.notnull()).anti_join(known, "customer_id")


def _mixed_currencies(split: SplitTable, tables: Mapping[str, Table]) -> Table | None:
    """The rows that are not in the currency most are in, where rows name more than one."""
    rows = split.kept(CURRENCY)
    rows = rows.filter(rows[CURRENCY].notnull())
    usual = rows.group_by(CURRENCY).aggregate(n=rows.count()).order_by(ibis.desc("n"), CURRENCY).limit(1)
    return rows.anti_join(usual, CURRENCY)


_RULES: dict[str, Callable[[SplitTable, Mapping[str, Table]], Table | None]] = {
    "mixed_currencies": _mixed_currencies,
    "repeated_customer": _repeated_customers,
    "same_email": _written_alike("email"),
    "same_phone": _written_alike("phone"),
    "same_name": _same_names,
    "order_of_two_customers": _orders_of_two_customers,
    "unknown_customer": _unknown_customers,
    "repeated_response": _repeated_responses,
}
