"""The demo client: a fictional wholesaler's exports, made from a seed, with the truth they were made from.

`write_demo` writes what a client would hand over (orders, customers, surveys, events, subscriptions, exposures, and who
was invited to showroom days), as dirty as such exports are, and beside it `planted.json` and `planted_customers.csv`:
what an honest analysis has to find again. The same seed gives the same bytes.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.data.demo.people import FIRST_DAY, LAST_DAY, NO_ORDERS, SEGMENTS, make_customers, make_people
from helpers.data.demo.showroom import make_showroom
from helpers.data.demo.trade import add_orders, make_orders, make_subscriptions, total_clean
from helpers.data.demo.voice import CONTROL, DRIVERS, WAVES, make_events, make_exposures, make_surveys

__all__ = ["COMPANY", "Planted", "write_demo"]

COMPANY = "Brackenfold Garden & Home Wholesale"


@dataclass(frozen=True)
class Planted:
    """The truth behind the demo's files.

    customers: customer_id, segment, stopped ("", "at once", "faded"), stopped_on; one row a contact, people
        entered twice left out. segment is "No orders" for contacts who never bought.
    segments: segment, orders_mean, order_value_median (GBP), lines_mean (an order), order_months ("all" or
        their numbers), customers, and how many of them stopped_at_once or by stopped_fading.
    drivers: driver, question, weight (points of score a point of rating), rank (of importance).
    lifts: campaign, arm, customers, conversion_lift (share), spend_lift and cost (GBP a customer).
    dirt: file, kind, rows. files: file, rows.
    clean_orders: totals of the order lines with a customer, a price, a readable date and quantity, duplicates
        counted once: lines, invoices, customers and sales (GBP); return_lines and returns (GBP, negative).
    members: of the campaign without a group held out, see `showroom.Showroom`.
    """

    folder: Path
    seed: int
    customers: pd.DataFrame
    segments: pd.DataFrame
    drivers: pd.DataFrame
    lifts: pd.DataFrame
    dirt: pd.DataFrame
    files: pd.DataFrame
    clean_orders: dict[str, float]
    members: dict[str, str | float]


def write_demo(folder: Path, seed: int = 20260930) -> Planted:
    """Write the demo client's files into `folder` (made when absent); return what was planted in them."""
    people = make_people(_draw(seed, "people"))
    orders = make_orders(_draw(seed, "orders"), people)
    showroom = make_showroom(_draw(seed, "showroom"), people, orders)
    orders = add_orders(orders, showroom.orders)
    customers, customers_dirt = make_customers(_draw(seed, "customers"), people)
    surveys, surveys_dirt = make_surveys(_draw(seed, "surveys"), people)
    exposures, lifts = make_exposures(_draw(seed, "exposures"), people)
    tables = {
        "orders.csv": orders.exported,
        "customers.csv": customers,
        "surveys.csv": surveys,
        "events.csv": make_events(_draw(seed, "events"), people),
        "subscriptions.csv": make_subscriptions(_draw(seed, "subscriptions"), people),
        "exposures.csv": exposures,
        "showroom.csv": showroom.invited,
    }
    dirt = {"orders.csv": orders.dirt, "customers.csv": customers_dirt, "surveys.csv": surveys_dirt}
    planted = Planted(
        folder=folder,
        seed=seed,
        customers=_list_customers(people),
        segments=_list_segments(people),
        drivers=_list_drivers(),
        lifts=lifts,
        dirt=pd.DataFrame(
            [{"file": file, "kind": kind, "rows": rows} for file, kinds in dirt.items() for kind, rows in kinds.items()]
        ),
        files=pd.DataFrame([{"file": file, "rows": len(table)} for file, table in tables.items()]),
        clean_orders=total_clean(orders.clean),
        members=showroom.planted,
    )
    folder.mkdir(parents=True, exist_ok=True)
    for file, table in (tables | {"planted_customers.csv": planted.customers}).items():
        table.to_csv(folder / file, index=False, float_format="%.2f", lineterminator="\n", encoding="utf-8")
    (folder / "planted.json").write_text(json.dumps(_as_json(planted), indent=2) + "\n", encoding="utf-8", newline="\n")
    return planted


def _draw(seed: int, what: str) -> np.random.Generator:
    """A stream of random numbers for each file, so that a change to one leaves the others as they are."""
    return np.random.default_rng([seed, *what.encode()])


def _list_customers(people: pd.DataFrame) -> pd.DataFrame:
    stopped_on = FIRST_DAY + pd.to_timedelta(people["last_day"], unit="D")
    frame = people[["customer_id", "segment", "stopped"]].assign(
        stopped_on=stopped_on.dt.strftime("%Y-%m-%d").where(people["stopped"] != "", "")
    )
    return frame.sort_values("customer_id", ignore_index=True)


def _list_segments(people: pd.DataFrame) -> pd.DataFrame:
    counts = people.groupby("segment").agg(
        customers=("customer_id", "size"),
        stopped_at_once=("stopped", lambda how: int((how == "at once").sum())),
        stopped_fading=("stopped", lambda how: int((how == "faded").sum())),
    )
    made = pd.DataFrame(
        [
            {
                "segment": one.name,
                "orders_mean": one.orders,
                "order_value_median": one.order_value,
                "lines_mean": one.lines,
                "order_months": ",".join(map(str, one.months)) or "all",
            }
            for one in SEGMENTS
        ]
    )
    return made.join(counts, on="segment")


def _list_drivers() -> pd.DataFrame:
    frame = pd.DataFrame([{"driver": one.name, "question": one.question, "weight": one.weight} for one in DRIVERS])
    frame = frame.sort_values("weight", ascending=False, ignore_index=True)
    return frame.assign(rank=np.arange(1, len(frame) + 1))


def _as_json(planted: Planted) -> dict[str, Any]:
    stopped = planted.customers["stopped"]
    return {
        "company": COMPANY,
        "seed": planted.seed,
        "history": [f"{FIRST_DAY:%Y-%m-%d}", f"{LAST_DAY:%Y-%m-%d}"],
        "control": CONTROL,
        "contacts_without_orders": int((planted.customers["segment"] == NO_ORDERS).sum()),
        "waves": [
            {"wave": wave, "asked_from": day, "change_of_ratings": every, "further_change_of_delivery": delivery}
            for wave, (day, every, delivery) in WAVES.items()
        ],
        "clean_orders": planted.clean_orders,
        "members": planted.members,
        "dormancy": {
            "stopped": int((stopped != "").sum()),
            "at_once": int((stopped == "at once").sum()),
            "faded": int((stopped == "faded").sum()),
        },
        **{
            name: getattr(planted, name).to_dict(orient="records")
            for name in ("segments", "drivers", "lifts", "dirt", "files")
        },
    }
