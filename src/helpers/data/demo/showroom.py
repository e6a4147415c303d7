"""A campaign of the fictional wholesaler without a group held out: sales reps invite whom they like to showroom days.

They mostly ask who had bought lately and much when the list was drawn up, a quarter before, so the invited would have
bought more anyway. What the days changed are orders of their own, added to the order lines, so that the truth is known
to the penny: without them nothing would differ.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from helpers.data.demo.people import FIRST_DAY, TRIAL
from helpers.data.demo.trade import Orders, export_lines, make_catalogue

CAMPAIGN: Final = "Showroom days 2026"
DRAWN_UP: Final = pd.Timestamp("2026-04-01")  # the list, from what was sold before this day
FIRST: Final = pd.Timestamp("2026-07-06")  # of the showroom days
COST: Final = 18.0  # GBP an invitation
ORDERED: Final = 0.5  # share of the invited who place one order more
VALUE: Final = 440.0  # GBP, median of these orders
HOW: Final = "by sales reps from the sales before 2026-04-01: mostly who had bought lately and much"


@dataclass(frozen=True)
class Showroom:
    """invited: the list as exported; orders: the order lines that the days brought; planted: what is true of them:
    campaign, began, control, chosen (how), members, orders, orders_lift (an invited customer), spend_lift and cost
    (GBP an invited customer)."""

    invited: pd.DataFrame
    orders: pd.DataFrame
    planted: dict[str, str | float]


def make_showroom(rng: np.random.Generator, people: pd.DataFrame, orders: Orders, size: int = 600) -> Showroom:
    """Invite `size` customers who had ordered in the two years before, and let half of those still buying order once
    more within nine weeks."""
    past = _past(orders.clean)
    able = people.assign(person=people.index).merge(past, on="customer_id", validate="one_to_one")
    wish = 0.25 * np.log1p(able["spend"]) - 0.6 * np.log1p(able["days"] / 30)
    # The largest of wish + Gumbel noise: a draw without replacement, likelier for who is wished for.
    drawn = np.argsort(-(wish + rng.gumbel(0, 1, len(able))), kind="stable")[:size]
    invited = able.iloc[np.sort(drawn)].reset_index(drop=True)
    came_on = FIRST + pd.to_timedelta(rng.integers(0, 5, size), unit="D")
    buys = (invited["stopped"] == "") & (invited["kind"] != TRIAL)
    orders_more = buys.to_numpy() & (rng.random(size) < ORDERED / buys.mean())
    lines = _order(rng, invited[orders_more], came_on[orders_more])
    exported = export_lines(people, lines)
    spend = float((exported["Quantity"].astype(int) * exported["UnitPrice"]).sum())
    listed = pd.DataFrame(
        {
            "CustomerCode": invited["customer_id"],
            "Campaign": CAMPAIGN,
            "Invited": came_on.strftime("%Y-%m-%d"),
            "Cost": COST,
        }
    ).sort_values("CustomerCode", ignore_index=True)
    planted: dict[str, str | float] = {
        "campaign": CAMPAIGN,
        "began": f"{FIRST:%Y-%m-%d}",
        "control": "everyone else",
        "chosen": HOW,
        "members": size,
        "orders": int(orders_more.sum()),
        "orders_lift": round(float(orders_more.mean()), 5),
        "spend_lift": round(spend / size, 3),
        "cost": COST,
    }
    return Showroom(listed, exported, planted)


def _past(clean: pd.DataFrame) -> pd.DataFrame:
    """customer_id, spend (GBP in the year before the list was drawn up) and days (since the last order) of who had
    ordered in two years."""
    sold = clean[clean["Quantity"].astype(int) > 0]
    ago = (DRAWN_UP - pd.to_datetime(sold["InvoiceDate"])).dt.days
    lines = pd.DataFrame(
        {
            "customer_id": sold["CustomerCode"].str.strip(),
            "spend": (sold["Quantity"].astype(int) * sold["UnitPrice"]).where(ago < 365, 0.0),
            "days": ago,
        }
    )
    lines = lines[(ago >= 0) & (ago < 730)]
    return lines.groupby("customer_id").agg(spend=("spend", "sum"), days=("days", "min")).reset_index()


def _order(rng: np.random.Generator, buyers: pd.DataFrame, came_on: pd.DatetimeIndex) -> pd.DataFrame:
    """One order of some lines each, in the days and weeks after: the columns that `export_lines` reads."""
    n = len(buyers)
    late = np.where(rng.random(n) < 0.6, 0, rng.integers(1, 63, n))
    at = came_on + pd.to_timedelta(late, unit="D")
    at = at - pd.to_timedelta(np.maximum(at.day_of_week - 4, 0), unit="D")
    at = at + pd.to_timedelta(rng.integers(9 * 60, 17 * 60, n), unit="min")
    day = (at.normalize() - FIRST_DAY).days.to_numpy()
    value = VALUE * rng.lognormal(0, 0.3, n)
    count = 1 + rng.poisson(2.0, n)
    line = np.repeat(np.arange(n), count)
    catalogue = make_catalogue()
    product = rng.integers(0, len(catalogue), len(line))
    part = pd.Series(rng.gamma(4, 1, len(line)))
    part = part / part.groupby(line).transform("sum")
    price = catalogue["price"].to_numpy()[product]
    lines = pd.DataFrame(
        {
            "person": buyers["person"].to_numpy()[line],
            "day": day[line],
            "at": at[line],
            "invoice": ("SHW" + pd.Series(np.arange(n) + 1_001).astype(str)).to_numpy(object)[line],
            "discount": 0.0,
            "promotion": "",
            "channel": "Sales rep",
            "product": product,
            "quantity": np.maximum(1, np.rint(value[line] * part / price)).astype(int),
        }
    )
    return lines.drop_duplicates(["invoice", "product"], ignore_index=True)
