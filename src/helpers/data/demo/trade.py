"""Order lines of the fictional wholesaler, with the dirt of a real export, and its replenishment plan.

Order counts are gamma-Poisson (negative binomial), order values log-normal; the calendar has quiet weekends,
the trade's seasons and growth of 6% a year. Days are counted from the first day of history.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from helpers.data.demo import words
from helpers.data.demo.people import CALENDAR, FIRST_DAY, SEGMENTS, TRIAL, each, pick

COST_SHARE: Final = 0.54  # of the list price, on average
PRICE_RISE: Final = 0.03  # a year
PROMOTIONS: Final = {3: "SPRING10", 6: "SUMMER5", 11: "GIFT10"}  # by month
PROMOTION_DISCOUNTS: Final = {"": 0.0, "SPRING10": 0.10, "SUMMER5": 0.05, "GIFT10": 0.10}
ADD_ONS: Final = ["", "Next-day delivery", "Shelf labels", "Next-day delivery; Shelf labels"]
_MONTH_LOAD: Final = np.array([0.80, 0.95, 1.20, 1.25, 1.15, 1.00, 0.85, 0.80, 1.00, 1.15, 1.15, 0.70])


@dataclass(frozen=True)
class Orders:
    """exported: the order lines as exported; dirt: how many rows are dirty, by kind of dirt; clean: the lines that can
    be used, each once."""

    exported: pd.DataFrame
    dirt: dict[str, int]
    clean: pd.DataFrame


def make_orders(rng: np.random.Generator, people: pd.DataFrame) -> Orders:
    """The order lines of three years."""
    invoices = _make_invoices(rng, people)
    lines = _make_lines(rng, invoices)
    lines = pd.concat([lines, _make_returns(rng, lines)], ignore_index=True)
    lines = lines.sort_values(["at", "invoice", "product"], kind="stable", ignore_index=True)
    orders = export_lines(people, lines)
    exported, dirt, spoilt = _dirty_orders(rng, orders)
    return Orders(exported, dirt, orders.drop(index=spoilt))


def add_orders(orders: Orders, more: pd.DataFrame) -> Orders:
    """The same with clean lines put in at their dates; the other rows stay as they are and in their order."""
    exported = pd.concat([orders.exported, more], ignore_index=True)
    at = pd.to_datetime(exported["InvoiceDate"], format="%Y-%m-%d %H:%M", errors="coerce").ffill()
    exported = exported.loc[at.sort_values(kind="stable").index].reset_index(drop=True)
    return Orders(exported, orders.dirt, pd.concat([orders.clean, more], ignore_index=True))


def export_lines(people: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Lines as the shop exports them.

    lines: invoice, person (row of `people`), at, day, product (place in the catalogue), quantity, discount (a share),
    promotion, channel.
    """
    catalogue = make_catalogue()
    category, product = (catalogue[one].to_numpy(object)[lines["product"]] for one in ("category", "product"))
    listed = (catalogue["price"].to_numpy()[lines["product"]] * (1 + PRICE_RISE) ** (lines["day"] // 365.25)).round(2)
    price = (listed * (1 - lines["discount"])).round(2)
    cost = catalogue["cost_share"].to_numpy()[lines["product"]] * listed
    return pd.DataFrame(
        {
            "InvoiceNo": lines["invoice"],
            "CustomerCode": people["customer_id"].to_numpy(object)[lines["person"]],
            "InvoiceDate": lines["at"].dt.strftime("%Y-%m-%d %H:%M"),
            "SKU": catalogue["sku"].to_numpy(object)[lines["product"]],
            "Product": product,
            "Category": category,
            "Quantity": lines["quantity"].astype(str),
            "UnitPrice": price,
            "Discount": ((listed - price) * lines["quantity"]).round(2) + 0.0,
            "Promotion": lines["promotion"],
            "LineCost": (cost * lines["quantity"]).round(2),
            "Channel": lines["channel"],
        }
    )


def sample_days(people: pd.DataFrame, share: np.ndarray, until: np.ndarray) -> np.ndarray:
    """The day at which `share` (0-1) of each person's trade between first_day and `until` is done."""
    load = _day_load()
    day = np.empty(len(people), dtype=int)
    for kind, segment in enumerate(SEGMENTS):
        rows = np.flatnonzero(people["kind"] == kind)
        in_season = np.isin(CALENDAR.month, segment.months) if segment.months else np.ones(len(CALENDAR), bool)
        done = np.concatenate([[0.0], np.cumsum(load * np.where(in_season, 1.0, 0.01))])
        start, stop = done[people["first_day"].to_numpy()[rows]], done[until[rows] + 1]
        wanted = start + share[rows] * (stop - start)
        day[rows] = np.searchsorted(done, wanted, side="right") - 1
    return np.clip(day, people["first_day"].to_numpy(), until)


def make_subscriptions(rng: np.random.Generator, people: pd.DataFrame, size: int = 380) -> pd.DataFrame:
    """Replenishment plans of key account buyers and restockers; who stops buying cancels within a month."""
    able = people[people["buys"] & (people["kind"] < 2)]
    chosen = able.iloc[np.sort(rng.choice(len(able), size, replace=False))]
    latest = np.minimum(chosen["last_day"].to_numpy() - 30, len(CALENDAR) - 60)
    start = chosen["first_day"].to_numpy() + 15
    start = start + (rng.random(size) * np.maximum(latest - start, 1)).astype(int)
    left = np.where(chosen["stopped"] != "", chosen["last_day"] + rng.integers(3, 30, size), 10_000)
    tired = start + 60 + rng.exponential(1_900, size).astype(int)
    cancelled = np.minimum(left, tired)
    plan = np.minimum(rng.integers(0, 3, size), np.where(chosen["kind"] == 0, 2, 1))
    return pd.DataFrame(
        {
            "CustomerCode": chosen["customer_id"].to_numpy(),
            "Plan": np.array(["Restock Basic", "Restock Plus", "Restock Pro"])[plan],
            "TrialStart": np.where(rng.random(size) < 0.6, _date(start - 30), ""),
            "Started": _date(start),
            "Cancelled": np.where(cancelled < len(CALENDAR), _date(np.minimum(cancelled, 2_000)), ""),
            "MonthlyFee": np.array([29.0, 59.0, 129.0])[plan],
            "AddOns": rng.choice(ADD_ONS, size, p=[0.55, 0.25, 0.15, 0.05]),
        }
    )


def _make_invoices(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Invoices: person, day, at, value (GBP) and lines wanted, discount, promotion, channel."""
    buyers = people[people["buys"]]
    kind, last = buyers["kind"].to_numpy(), buyers["last_day"].to_numpy()
    active = np.where(kind == TRIAL, 1.0, (last - buyers["first_day"] + 1) / len(CALENDAR))
    shape = each("shape")[kind]
    count = 1 + rng.poisson((each("orders")[kind] - 1) * active * rng.gamma(shape, 1 / shape))
    buyer = np.repeat(np.arange(len(buyers)), count)
    place = np.arange(len(buyer)) - np.repeat(np.cumsum(count) - count, count)
    # Each order falls in its own stretch of the buyer's time: shops restock when the shelf is empty.
    share = (place + rng.uniform(0.1, 0.9, len(buyer))) / count[buyer]
    ordering = buyers.iloc[buyer]
    share = np.where(ordering["stopped"] == "faded", 1 - np.sqrt(1 - share), share)  # ever longer gaps
    day = sample_days(ordering, share, last[buyer])
    minutes = np.clip(rng.normal(11.5, 2.6, len(day)), 6, 21) * 60
    typical = each("order_value")[kind] * rng.lognormal(0, 0.28, len(buyers))
    month = CALENDAR.month.to_numpy()[day]
    promotion = np.array([PROMOTIONS.get(one, "") for one in range(13)], dtype=object)[month]
    promotion = np.where(rng.random(len(day)) < 0.3, promotion, "")
    terms = np.array([0.08, 0.03, 0.0, 0.0])[kind][buyer]
    channels = np.array(["Web shop", "Sales rep", "Phone", "EDI"], dtype=object)
    habits = np.array(
        [[0.15, 0.25, 0.05, 0.55], [0.55, 0.15, 0.20, 0.10], [0.40, 0.35, 0.25, 0.0], [0.80, 0.1, 0.1, 0.0]]
    )
    usual = pick(rng, habits[kind])
    usual = np.where(rng.random(len(day)) < 0.85, usual[buyer], rng.integers(0, 3, len(day)))
    invoices = pd.DataFrame(
        {
            "person": buyers.index.to_numpy()[buyer],
            "day": day,
            "at": FIRST_DAY + pd.to_timedelta(day * 1440 + minutes.astype(int), unit="min"),
            "value": typical[buyer] * rng.lognormal(0, 0.32, len(day)),
            "lines": 1 + rng.poisson(each("lines")[kind][buyer] - 1),
            "discount": terms + pd.Series(promotion).map(PROMOTION_DISCOUNTS).to_numpy(float),
            "promotion": promotion,
            "channel": channels[usual],
        }
    ).sort_values(["at", "person"], ignore_index=True)
    return invoices.assign(invoice="INV" + (200_001 + invoices.index).astype(str))


def _make_lines(rng: np.random.Generator, invoices: pd.DataFrame) -> pd.DataFrame:
    """One row an order line: the invoice's columns with product (place in the catalogue) and quantity."""
    catalogue = make_catalogue()
    line = np.repeat(np.arange(len(invoices)), invoices["lines"])
    lines = invoices.iloc[line].reset_index(drop=True)
    part = pd.Series(rng.gamma(4, 1, len(lines)))
    lines["value"] *= part / part.groupby(line).transform("sum")
    popular = 1 / np.arange(3, len(catalogue) + 3) ** 0.7
    rng.shuffle(popular)
    product = np.empty(len(lines), dtype=int)
    month = CALENDAR.month.to_numpy()[lines["day"]]
    for one in range(1, 13):
        high = np.array([one in words.CATEGORIES[name][4] for name in catalogue["category"]])
        chance = popular * np.where(high, 2.6, 1.0)
        rows = np.flatnonzero(month == one)
        product[rows] = rng.choice(len(catalogue), size=len(rows), p=chance / chance.sum())
    lines["product"] = product
    lines["quantity"] = np.maximum(1, np.rint(lines["value"] / catalogue["price"].to_numpy()[product])).astype(int)
    return lines.drop_duplicates(["invoice", "product"], ignore_index=True)


def _make_returns(rng: np.random.Generator, lines: pd.DataFrame, share: float = 0.018) -> pd.DataFrame:
    """Credit notes: part or all of a line sent back within four weeks, at the price paid."""
    back = lines[(lines["day"] < len(CALENDAR) - 30) & (rng.random(len(lines)) < share)].copy()
    late = rng.integers(3, 28, len(back))
    # The list price is looked up by day, so the credit keeps the day of the sale; only its date moves.
    back["at"] = back["at"] + pd.to_timedelta(late, unit="D")
    back["quantity"] = -np.ceil(back["quantity"] * rng.uniform(0.15, 1.0, len(back))).astype(int)
    return back.assign(invoice="CRN" + (50_001 + np.arange(len(back))).astype(str).astype(object))


def _dirty_orders(rng: np.random.Generator, clean: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int], list[int]]:
    """Spoil some rows, none in two ways (blanks around text apart), so that each kind can be counted.

    Returns the rows as exported, the number of rows by kind, and which of the clean rows can no longer be used.
    """
    orders = clean.copy()
    n = len(orders)
    rows = iter(np.split(rng.permutation(n), np.cumsum([n // 100, 60, 45, 35, n // 200])))
    dirt: dict[str, int] = {}
    spoilt: list[int] = []

    def spoil(kind: str, column: str, values: list[str] | list[float]) -> None:
        chosen = next(rows)
        orders.loc[chosen, column] = np.resize(values, len(chosen))
        dirt[kind] = len(chosen)
        spoilt.extend(chosen)

    spoil("without_customer", "CustomerCode", [""])
    spoil("zero_price", "UnitPrice", [0.0])
    spoil("unreadable_date", "InvoiceDate", ["31/02/2025", "n/a", "00/00/0000"])
    spoil("unreadable_quantity", "Quantity", ["12 pcs", "see note", "1 box"])
    padded = (rng.random(n) < 0.01) & (orders["CustomerCode"] != "").to_numpy()
    orders.loc[padded, "CustomerCode"] = " " + orders.loc[padded, "CustomerCode"] + "  "
    trailing = rng.random(n) < 0.01
    orders.loc[trailing, "Product"] = orders.loc[trailing, "Product"] + " "
    again = orders.loc[next(rows)]
    exported = pd.concat([orders, again]).sort_index(kind="stable").reset_index(drop=True)
    code, product = exported["CustomerCode"], exported["Product"]
    dirt["exact_duplicates"] = len(again)
    dirt["blanks_around_customer"] = int((code != code.str.strip()).sum())
    dirt["blanks_around_product"] = int((product != product.str.strip()).sum())
    return exported, dirt, spoilt


def total_clean(orders: pd.DataFrame) -> dict[str, float]:
    """Totals of the rows that can be used, each counted once; amounts in GBP."""
    quantity = orders["Quantity"].astype(int)
    amount = quantity * orders["UnitPrice"]
    sold = quantity > 0
    return {
        "lines": int(sold.sum()),
        "invoices": orders.loc[sold, "InvoiceNo"].nunique(),
        "customers": orders.loc[sold, "CustomerCode"].nunique(),
        "sales": round(float(amount[sold].sum()), 2),
        "return_lines": int((~sold).sum()),
        "returns": round(float(amount[~sold].sum()), 2),
    }


def make_catalogue() -> pd.DataFrame:
    """The products: sku, product, category, price (GBP, list price of the first year), cost_share."""
    parts = []
    for number, (category, (low, high, kinds, things, _)) in enumerate(words.CATEGORIES.items(), start=1):
        names = [f"{kind} {thing}" for thing in things.split("|") for kind in kinds.split()]
        price = np.geomspace(low, high, len(names)).round(1) - 0.05
        sku = [f"{number}{place:03d}" for place in range(1, len(names) + 1)]
        parts.append(pd.DataFrame({"sku": sku, "product": names, "category": category, "price": price}))
    catalogue = pd.concat(parts, ignore_index=True)
    wobble = 0.06 * np.cos(np.arange(len(catalogue)))
    return catalogue.assign(cost_share=COST_SHARE + wobble, price=catalogue["price"].round(2))


def _day_load() -> np.ndarray:
    """How busy each day of the calendar is, relative to the others."""
    load = _MONTH_LOAD[CALENDAR.month - 1] * 1.06 ** (np.arange(len(CALENDAR)) / 365.25)
    load = load * np.array([1.15, 1.1, 1.0, 1.0, 0.9, 0.16, 0.08])[CALENDAR.day_of_week]
    closed = np.isin(CALENDAR.strftime("%m-%d"), ["12-25", "12-26", "01-01"])
    return np.where(closed, 0.0, load)


def _date(days: np.ndarray) -> np.ndarray:
    return (FIRST_DAY + pd.to_timedelta(days, unit="D")).strftime("%Y-%m-%d").to_numpy(object)
