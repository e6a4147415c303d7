"""CDNOW's customers as the models of repeat buying read them, in weeks."""

from pathlib import Path

import pandas as pd
import pytest


@pytest.fixture(scope="session")
def cdnow(shared_data: Path) -> pd.DataFrame:
    """x, t_x, age up to 1997-09-30, mean_value of the repeat orders, later: orders in the 39 weeks after."""
    names = ["master_id", "customer_id", "on", "cds", "amount"]
    rows = pd.read_csv(shared_data / "cdnow_sample.txt", sep=r"\s+", header=None, names=names, dtype=str)
    rows = rows.assign(on=pd.to_datetime(rows["on"], format="%Y%m%d"), amount=rows["amount"].astype(float))
    days = rows.groupby(["customer_id", "on"], as_index=False)["amount"].sum()
    end = pd.Timestamp("1997-09-30")
    known = days[days["on"] <= end]
    first = known.groupby("customer_id")["on"].transform("min")
    told = known.groupby("customer_id")["on"].agg(["min", "max", "count"])
    return pd.DataFrame(
        {
            "x": told["count"] - 1,
            "t_x": (told["max"] - told["min"]).dt.days / 7,
            "age": (end - told["min"]).dt.days / 7,
            "mean_value": known[known["on"] > first].groupby("customer_id")["amount"].mean(),
            "later": days[days["on"] > end].groupby("customer_id").size(),
        }
    )
