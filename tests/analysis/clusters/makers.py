"""Customers of known kinds for the tests of groups."""

import numpy as np
import pandas as pd

RFM = ["recency_days", "order_count", "spend"]


def make_customers(sizes: tuple[int, int, int] = (60, 100, 140), seed: int = 1) -> pd.DataFrame:
    """Three kinds of customers far apart: regulars who spend, lapsed one-timers, and newcomers with two orders."""
    rng = np.random.default_rng(seed)
    kinds = [(10, 20, 5000.0), (400, 1, 30.0), (12, 2, 90.0)]
    parts = [
        pd.DataFrame(
            {
                "recency_days": recency * rng.uniform(0.8, 1.25, n),
                "order_count": [orders] * n,
                "spend": spend * rng.uniform(0.8, 1.25, n),
                "kind": kind,
            }
        )
        for kind, ((recency, orders, spend), n) in enumerate(zip(kinds, sizes, strict=True))
    ]
    customers = pd.concat(parts, ignore_index=True)
    return customers.assign(customer_id=[f"{i:05d}" for i in range(len(customers))])
