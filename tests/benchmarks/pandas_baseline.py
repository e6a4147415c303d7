"""pandas as the other contestant: python -m tests.benchmarks.pandas_baseline FILE OUT.parquet.

What a competent user of pandas 3 would write to get the same: read all columns as text, since dirt demands it, cast
with the failures kept, set faulty rows aside each under its first reason and keep them, then one row a customer with
all of `features.customers`' columns. Texts are backed by pyarrow, as pandas 3 has them where it is installed;
nothing is done row by row.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks.generate import AS_OF

TEXT = ["order_id", "customer_id", "product_id", "product", "category", "channel"]


def read_lines(source: Path) -> pd.DataFrame:
    """All columns as text; only an empty field is a blank, since "n/a" has to be found and counted."""
    if source.suffix == ".parquet":
        return pd.read_parquet(source)
    return pd.read_csv(source, dtype="str", keep_default_na=False, na_values=[""], engine="pyarrow")


def clean_lines(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Usable lines, and the others as they came with the first reason that applies."""
    text = raw.apply(lambda column: column.str.strip())
    text = text.mask(text == "")
    typed = text[TEXT].copy()
    for column in ("order_id", "customer_id", "product_id"):
        typed[column] = typed[column].str.replace(r"^(\d+)\.0+$", r"\1", regex=True)
    typed["ordered_at"] = pd.to_datetime(text["ordered_at"], errors="coerce", format="ISO8601")
    for column in ("quantity", "unit_price"):
        number = pd.to_numeric(text[column], errors="coerce")
        typed[column] = number.where(np.isfinite(number))
    typed["amount"] = typed["quantity"] * typed["unit_price"]
    typed["is_return"] = typed["amount"] < 0

    def unreadable(column: str) -> pd.Series:
        return text[column].notna() & typed[column].isna()

    failed = unreadable("quantity") | unreadable("unit_price")
    reasons = {
        "exact duplicate": raw.duplicated(),
        "ordered_at is not a date": unreadable("ordered_at"),
        "quantity is not a number": unreadable("quantity"),
        "unit_price is not a number": unreadable("unit_price"),
        "no customer_id": typed["customer_id"].isna(),
        "no ordered_at": text["ordered_at"].isna(),
        "no amount": typed["amount"].isna() & ~failed,
        f"dated after {AS_OF}": typed["ordered_at"] >= pd.Timestamp(AS_OF + timedelta(days=1)),
        "price is zero or below": typed["unit_price"] <= 0,
    }
    reason = pd.Series(np.select(list(reasons.values()), list(reasons), default=""), index=raw.index)
    rejected = raw[reason != ""].assign(reason=reason[reason != ""])
    return typed[reason == ""], rejected


def customer_features(lines: pd.DataFrame) -> pd.DataFrame:
    """One row a buyer, with the columns of helpers.data.features.customers.customer_features."""
    bought, returned = lines[lines["amount"] > 0], lines[lines["amount"] < 0]
    frame = bought.groupby("customer_id").agg(
        first_at=("ordered_at", "min"),
        last_at=("ordered_at", "max"),
        order_count=("order_id", "nunique"),
        spend=("amount", "sum"),
        product_count=("product_id", "nunique"),
    )
    frame["returned"] = (-returned.groupby("customer_id")["amount"].sum()).reindex(frame.index).fillna(0.0)
    frame[["spend", "returned"]] = frame[["spend", "returned"]].round(4)
    first, last = frame.pop("first_at").dt.normalize(), frame.pop("last_at").dt.normalize()
    frame["recency_days"] = (pd.Timestamp(AS_OF) - last).dt.days
    frame["tenure_days"] = (pd.Timestamp(AS_OF) - first).dt.days
    frame["average_order_value"] = frame["spend"] / frame["order_count"]
    frame["product_count"] = frame["product_count"].astype(float)
    frame["days_between_orders"] = (last - first).dt.days / (frame["order_count"] - 1).where(frame["order_count"] > 1)
    frame["return_share"] = frame["returned"] / frame["spend"]
    return frame.sort_index().reset_index()


def main() -> None:
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    lines, rejected = clean_lines(read_lines(source))
    customer_features(lines).to_parquet(out, index=False)
    counts = {reason: int(n) for reason, n in rejected["reason"].value_counts().items()}
    out.with_suffix(".json").write_text(json.dumps(counts), "utf-8")


if __name__ == "__main__":
    main()
