"""Makes the files that the comparisons read: order lines with the dirt of real exports, and tables to profile.

    python -m tests.benchmarks.generate orders --lines 10_000_000
    python -m tests.benchmarks.generate orders --lines 100_000_000 --no-csv --files 20

The same arguments give the same rows. They are drawn in blocks, each with its own seed, so that memory does not grow
with the number of lines. Of the lines about 0.5% are exact repeats of another, 1% have no customer, 0.3% an unreadable
number, 0.2% a date after `AS_OF`, 2% are returns and 0.1% have a price of zero.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

AS_OF = date(2026, 9, 30)
DAYS = 730  # of history, up to AS_OF
BLOCK = 250_000  # lines drawn at a time
LINES_AN_ORDER, ORDERS_A_CUSTOMER = 5, 10
CATEGORIES = ("Kitchen", "Garden", "Stationery", "Toys", "Lighting", "Textiles", "Seasonal", "Bath")
CHANNELS = ("web", "shop", "phone", "marketplace")
PRODUCTS = 4_000
SHARES = {"repeat": 0.005, "blank": 0.010, "unreadable": 0.003, "late": 0.002, "return": 0.020, "free": 0.001}
FOLDER = Path(tempfile.gettempdir()) / "kit-benchmarks"


def order_blocks(lines: int, seed: int = 7) -> Iterator[pa.Table]:
    """The order lines as text, as an export has them, in blocks."""
    for block, start in enumerate(range(0, lines, BLOCK)):
        yield _order_block(min(BLOCK, lines - start), start, lines, np.random.default_rng([seed, block]))


def _order_block(count: int, start: int, lines: int, draw: np.random.Generator) -> pa.Table:
    orders = (start + np.arange(count)) // LINES_AN_ORDER
    customers = max(lines // (LINES_AN_ORDER * ORDERS_A_CUSTOMER), 1)
    own = np.random.default_rng([11, start])  # what all lines of an order share is drawn by order
    first = orders[0]
    held = orders - first
    # A few customers buy much: the square of a uniform number leans to the low ones.
    customer = (own.random(held[-1] + 1) ** 2 * customers).astype(np.int64)[held] + 10_000
    seconds = own.integers(0, DAYS * 86_400, held[-1] + 1)[held]
    channel = own.integers(0, len(CHANNELS), held[-1] + 1)[held]
    product = (draw.random(count) ** 3 * PRODUCTS).astype(np.int64)
    quantity = draw.integers(1, 25, count)
    cents = 95 + (product * 7_919) % 4_900 + draw.integers(0, 20, count)
    trait = draw.random(count)
    late, returned, free = (_between(trait, name) for name in ("late", "return", "free"))
    first_day = np.datetime64(AS_OF) - np.timedelta64(DAYS - 1, "D")
    at = first_day.astype("datetime64[s]") + np.where(late, seconds + DAYS * 86_400, seconds)
    price = np.where(free, 0, cents)
    columns = {
        "order_id": pa.array(536_365 + orders).cast("string"),
        "customer_id": _with_tail(customer),
        "ordered_at": pa.array(at).cast("timestamp[s]").cast("string"),
        "quantity": pa.array(np.where(returned, -quantity, quantity)).cast("string"),
        "unit_price": _as_money(price),
        "product_id": pa.array(product + 20_000).cast("string"),
        "product": _named("Product no. ", product),
        "category": pa.array(np.array(CATEGORIES, dtype=object)[product % len(CATEGORIES)]),
        "channel": pa.array(np.array(CHANNELS, dtype=object)[channel]),
    }
    columns["customer_id"] = _replaced(columns["customer_id"], _between(trait, "blank"), None)
    columns["quantity"] = _replaced(columns["quantity"], _between(trait, "unreadable"), "n/a")
    table = pa.table(columns)
    source = np.arange(count)
    repeats = np.flatnonzero(_between(trait, "repeat"))
    repeats = repeats[repeats > 0]
    source[repeats] = source[repeats] - 1  # the line before once more, as a double click leaves it
    return table.take(pa.array(source))


def _between(trait: np.ndarray, name: str) -> np.ndarray:
    """Which lines have a trait: each has its own stretch of the unit interval, so that none has two."""
    low = sum(share for other, share in SHARES.items() if list(SHARES).index(other) < list(SHARES).index(name))
    return (trait >= low) & (trait < low + SHARES[name])


def _with_tail(number: np.ndarray) -> pa.Array:
    """Every twentieth customer's number as a spreadsheet leaves it: 17850.0."""
    text = pa.array(number).cast("string").to_numpy(zero_copy_only=False)
    return pa.array(np.where(number % 20 == 0, text + ".0", text))


def _as_money(cents: np.ndarray) -> pa.Array:
    pence = np.char.zfill((cents % 100).astype("U2"), 2)
    return pa.array(np.char.add(np.char.add((cents // 100).astype("U6"), "."), pence))


def _named(prefix: str, number: np.ndarray) -> pa.Array:
    names = np.array([f"{prefix}{i}" for i in range(PRODUCTS)], dtype=object)
    return pa.array(names[number])


def _replaced(values: pa.Array, where: np.ndarray, by: str | None) -> pa.Array:
    return pc.if_else(pa.array(where), pa.scalar(by, values.type), values)


def write_orders(lines: int, folder: Path = FOLDER, *, csv: bool = True, files: int = 1) -> dict[str, Path]:
    """The paths of the CSV file and of the Parquet file or folder of that many lines, made where they are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {"parquet": folder / (f"orders_{lines}" if files > 1 else f"orders_{lines}.parquet")}
    if csv:
        paths["csv"] = folder / f"orders_{lines}.csv"
    if all(path.exists() for path in paths.values()):
        return paths
    blocks_a_file = -(-lines // BLOCK // files)
    if files > 1:
        paths["parquet"].mkdir(exist_ok=True)
    with ExitStack() as stack:
        writers: list[pq.ParquetWriter | pcsv.CSVWriter] = []
        for i, block in enumerate(order_blocks(lines)):
            if i == 0 and csv:
                options = pcsv.WriteOptions(quoting_style="none")
                writers.append(stack.enter_context(pcsv.CSVWriter(paths["csv"], block.schema, write_options=options)))
            if i % blocks_a_file == 0 and (i == 0 or files > 1):
                part = paths["parquet"] / f"part_{i // blocks_a_file:03}.parquet" if files > 1 else paths["parquet"]
                writers = [*writers[: int(csv)], stack.enter_context(pq.ParquetWriter(part, block.schema))]
            for writer in writers:
                writer.write_table(block)
    return paths


def write_profiled(rows: int, columns: int, folder: Path = FOLDER, seed: int = 7) -> Path:
    """A Parquet file to profile: numbers, texts, dates and yes/no in turn, with blanks and outliers."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"profile_{rows}x{columns}.parquet"
    if path.exists():
        return path
    draw = np.random.default_rng(seed)
    made: dict[str, pa.Array] = {}
    base = draw.normal(size=rows)
    for i in range(columns):
        blank = draw.random(rows) < 0.01 * (i % 5)
        kind = ("number", "text", "whole", "date", "flag", "long")[i % 6]
        made[f"{kind}_{i}"] = pa.array(_profiled_values(kind, i, rows, base, draw), mask=blank)
    pq.write_table(pa.table(made), path)
    return path


def _profiled_values(kind: str, i: int, rows: int, base: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    if kind == "number":  # skewed, and correlated with the other numbers
        return np.round(np.exp(0.5 * base + draw.normal(size=rows)), 2)
    if kind == "whole":
        return draw.poisson(5, rows)
    if kind == "date":
        return np.datetime64("2024-01-01", "s") + draw.integers(0, 60_000_000, rows)
    if kind == "flag":
        return draw.random(rows) < 0.3
    names = [f"id-{k}" for k in range(50_000)] if kind == "long" else [f"group {k}" for k in range(3 + i)]
    return np.array(names, dtype=object)[draw.integers(0, len(names), rows)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["orders", "profile"])
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--columns", type=int, default=10, help="profile only")
    parser.add_argument("--files", type=int, default=1, help="orders only: Parquet files")
    parser.add_argument("--no-csv", action="store_true")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    asked = parser.parse_args()
    if asked.what == "profile":
        print(write_profiled(asked.lines, asked.columns, asked.folder))
    else:
        for path in write_orders(asked.lines, asked.folder, csv=not asked.no_csv, files=asked.files).values():
            print(path)


if __name__ == "__main__":
    main()
