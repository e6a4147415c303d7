"""Customers for the comparisons of segmentations, made the same each time; .npz files, which every interpreter reads.

Histories follow the BG/NBD model with the parameters of CDNOW (Fader, Hardie and Lee 2005): customers joined on any day
of two years and order until they leave. Orders of one day are one order.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks.generate import FOLDER
from tests.benchmarks.measure import ROOT

CDNOW = ROOT.parent / "shared" / "data" / "cdnow_sample.txt"
CDNOW_END = pd.Timestamp("1997-09-30")
R, ALPHA, A, B = 0.2426, 4.4136, 0.7929, 2.4259  # weeks
DAYS = 728  # of history
PRICES = np.array([4.99, 9.99, 14.99, 19.99, 24.99, 49.99])
TYPES = 5  # planted among the customers to be clustered
FEATURES = ["recency_days", "order_count", "spend", "average_order_value", "product_count", "tenure_days"]


def write_once(name: str, make: Callable[[], dict[str, np.ndarray]]) -> Path:
    path = FOLDER / f"{name}.npz"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        np.savez(path, **make())
    return path


def cdnow() -> dict[str, np.ndarray]:
    """The sample to 1997-09-30 in weeks: frequency (repeat purchases), recency (first to last), age (first to end)."""
    lines = pd.read_csv(CDNOW, sep=r"\s+", header=None, names=["master_id", "id", "date", "units", "spend"])
    lines["date"] = pd.to_datetime(lines["date"].astype(str))
    bought = lines[lines["date"] <= CDNOW_END].drop_duplicates(["id", "date"]).groupby("id")["date"]
    first, last, days = bought.min(), bought.max(), bought.count()
    return {
        "frequency": (days - 1).to_numpy(float),
        "recency": (last - first).dt.days.to_numpy() / 7,
        "age": (CDNOW_END - first).dt.days.to_numpy() / 7,
    }


def orders(customers: int, seed: int = 11) -> dict[str, np.ndarray]:
    """An order a row: customer (0..), day (0..DAYS), amount; each customer has one at least."""
    rng = np.random.default_rng(seed)
    joined = rng.integers(0, DAYS, customers)
    gap = 7 * ALPHA / rng.gamma(R, size=customers).clip(1e-12)  # mean days between orders while a customer buys
    leaves = rng.beta(A, B, customers)
    who, when, all_who, all_when = np.arange(customers), joined.astype(float), [np.arange(customers)], [joined]
    while len(who):
        stays = rng.random(len(who)) >= leaves[who] if len(all_who) > 1 else np.full(len(who), True)
        who, when = who[stays], when[stays]
        when = when + rng.exponential(gap[who])
        inside = when < DAYS
        who, when = who[inside], when[inside]
        all_who.append(who)
        all_when.append(when.astype(int))
    placed = pd.DataFrame({"customer": np.concatenate(all_who), "day": np.concatenate(all_when)})
    placed = placed.drop_duplicates().sort_values(["day", "customer"])
    amount = PRICES[rng.integers(0, len(PRICES), len(placed))] * rng.integers(1, 4, len(placed))
    return {name: placed[name].to_numpy() for name in placed} | {"amount": amount.round(2)}


def mostly_once(customers: int, seed: int = 11) -> dict[str, np.ndarray]:
    """`orders`, of which two customers in three have only their first."""
    placed = pd.DataFrame(orders(customers, seed))
    kept = placed[(placed["customer"] % 3 == 0) | ~placed.duplicated("customer")]
    return {name: kept[name].to_numpy() for name in kept}


def histories(customers: int, seed: int = 11) -> dict[str, np.ndarray]:
    """What `cdnow` gives, for simulated customers."""
    placed = pd.DataFrame(orders(customers, seed))
    day = placed.groupby("customer")["day"].agg(["min", "max", "count"])
    return {
        "frequency": (day["count"] - 1).to_numpy(float),
        "recency": (day["max"] - day["min"]).to_numpy() / 7,
        "age": (DAYS - day["min"]).to_numpy() / 7,
    }


def summaries(customers: int, seed: int = 11) -> dict[str, np.ndarray]:
    """Recency, frequency and money of simulated customers: customer, recency_days, order_count, spend."""
    placed = pd.DataFrame(orders(customers, seed))
    by = placed.groupby("customer")
    return {
        "customer": np.arange(customers),
        "recency_days": (DAYS - by["day"].max()).to_numpy(float),
        "order_count": by["day"].count().to_numpy(),
        "spend": by["amount"].sum().to_numpy().round(2),
    }


def to_cluster(customers: int, seed: int = 11) -> dict[str, np.ndarray]:
    """FEATURES of customers of five types that overlap somewhat, and the type."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(TYPES, customers, p=[0.35, 0.25, 0.2, 0.12, 0.08])
    usual = np.array([  # recency, orders, order value, products an order, tenure
        [300, 1.5, 30, 1.5, 400],
        [40, 4, 35, 2, 300],
        [25, 15, 20, 4, 650],
        [200, 3, 160, 2, 600],
        [10, 40, 60, 6, 700],
    ])  # fmt: skip
    recency, count, value, width, tenure = (usual[kind] * rng.lognormal(0, 0.45, (customers, 5))).T
    count = np.maximum(count.round(), 1)
    tenure = np.maximum(tenure, recency).round()
    columns = [
        recency.round(),
        count,
        (count * value).round(2),
        value.round(2),
        np.maximum((count**0.7 * width).round(), 1),
    ]
    return dict(zip(FEATURES, [*columns, tenure], strict=True)) | {"type": kind}
