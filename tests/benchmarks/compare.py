"""The kit against pandas, from order lines in a file to one row a customer: same numbers, how long, how much memory.

    python -m tests.benchmarks.compare orders --lines 10_000_000      # writes docs/benchmarks.md
    python -m tests.benchmarks.compare doubling                       # 1.25, 2.5, 5 and 10 million lines, kit only
    python -m tests.benchmarks.compare hundred                        # 100 million lines within 4 GB, kit only
    python -m tests.benchmarks.compare orders --lines 200_000 --dry   # only prints

Each run is a process of its own, from its start to its end; contestants alternate, and who begins alternates too, so
that a machine growing warm or busy is no one's advantage. Figures are medians.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks.generate import FOLDER, write_orders
from tests.benchmarks.measure import Run, machine, markdown_table, medians, run_measured, spread, write_section

CONTESTANTS = {"kit": "tests.benchmarks.kit", "pandas": "tests.benchmarks.pandas_baseline"}
DOUBLING = (1_250_000, 2_500_000, 5_000_000, 10_000_000)
HUNDRED, TENTH, FILES = 100_000_000, 10_000_000, 20
MEMORY_LIMIT = "4GB"  # of the engine, for both sizes
TIMES_ALLOWED = 12.0  # as long for ten times the lines
GROWTH_ALLOWED = 1.15  # CPU seconds a line, against half as many lines; more is no longer noise


def compare_orders(lines: int, kind: str, repeats: int) -> tuple[dict[str, list[Run]], int]:
    """Each contestant's runs on the same file, and the number of customers; ends if their numbers differ."""
    source = write_orders(lines, csv=kind == "csv")[kind]
    runs: dict[str, list[Run]] = {name: [] for name in CONTESTANTS}
    for repeat in range(repeats):
        names = list(CONTESTANTS) if repeat % 2 == 0 else list(CONTESTANTS)[::-1]
        for name in names:
            run = _run(name, source)
            runs[name].append(run)
            print(f"{name} {run.seconds:.1f} s, {run.cpu_seconds:.1f} CPU s, {run.peak_mb:,.0f} MB", flush=True)
        _check_equal()
    return runs, len(pd.read_parquet(_out("kit"), columns=["customer_id"]))


def _run(name: str, source: Path, env: dict[str, str] | None = None) -> Run:
    return run_measured([sys.executable, "-m", CONTESTANTS[name], str(source), str(_out(name))], env=env)


def _out(name: str) -> Path:
    return FOLDER / f"customers_{name}.parquet"


def _check_equal() -> None:
    """The contestants must have computed the same: customers, every feature, and the lines set aside by reason."""
    kit, other = (pd.read_parquet(_out(name)).set_index("customer_id").sort_index() for name in ("kit", "pandas"))
    aside = [json.loads(_out(name).with_suffix(".json").read_text("utf-8")) for name in ("kit", "pandas")]
    if aside[0] != aside[1]:
        sys.exit(f"The lines set aside differ: {aside[0]} and {aside[1]}")
    if not kit.index.equals(other.index) or set(kit.columns) != set(other.columns):
        sys.exit(f"The customers or the columns differ: {kit.shape} and {other.shape}")
    for column in kit.columns:
        equal = np.isclose(kit[column].astype(float), other[column].astype(float), rtol=0, atol=1e-6, equal_nan=True)
        if not equal.all():
            sys.exit(f"{column} differs for {(~equal).sum()} customers, first {kit.index[~equal][0]}")


def describe_orders(lines: int, kind: str, runs: dict[str, list[Run]], customers: int) -> str:
    rows = []
    base = medians(runs["pandas"])
    for name, own in runs.items():
        seconds, cpu, peak = medians(own)
        ratios = [f"{theirs / mine:.2f}" for theirs, mine in zip(base, (seconds, cpu, peak), strict=True)]
        rows.append([name, spread(own), f"{cpu:.1f}", f"{peak:,.0f}", *ratios])
    header = ["", "seconds, median (range)", "CPU seconds", "peak memory, MB"]
    header += ["times faster than pandas", "times less CPU", "times less memory"]
    return (
        f"{lines:,} order lines as {'CSV' if kind == 'csv' else 'Parquet'} to {customers:,} customers, "
        f"{len(runs['kit'])} runs each in turn. {machine()}\n\n{markdown_table(header, rows)}"
    )


def describe_doubling(sizes: tuple[int, ...], repeats: int) -> str:
    rows, before = [], 0.0
    for lines in sizes:
        source = write_orders(lines)["csv"]
        runs = [_run("kit", source) for _ in range(repeats)]
        _, cpu, peak = medians(runs)
        each = cpu / lines * 1e6
        growth = f"{each / before:.2f}" if before else ""
        if before and each / before > GROWTH_ALLOWED:
            growth += " (grows)"
        rows.append([f"{lines:,}", spread(runs), f"{each:.2f}", growth, f"{peak:,.0f}"])
        print(rows[-1], flush=True)
        before = each
    header = [
        "lines",
        "seconds, median (range)",
        "CPU microseconds a line",
        "against half the lines",
        "peak memory, MB",
    ]
    return f"The kit alone, CSV, {repeats} runs each. {machine()}\n\n{markdown_table(header, rows)}"


def describe_hundred(lines: int) -> str:
    """The kit alone, Parquet: a tenth of `lines` in one file, and `lines` in a folder of files; same memory limit."""
    sources = {
        lines // 10: write_orders(lines // 10, csv=False)["parquet"],
        lines: write_orders(lines, csv=False, files=FILES)["parquet"],
    }
    rows, before = [], 0.0
    for size, source in sources.items():
        run = _run("kit", source, {"KIT_MEMORY_LIMIT": MEMORY_LIMIT})
        times = f"{run.seconds / before:.1f}" if before else ""
        if before and run.seconds / before > TIMES_ALLOWED:
            times += f" (over {TIMES_ALLOWED:.0f})"
        files = str(sum(1 for _ in source.iterdir()) if source.is_dir() else 1)
        rows.append([f"{size:,}", files, f"{run.seconds:.0f}", f"{run.cpu_seconds:.0f}", times, f"{run.peak_mb:,.0f}"])
        print(rows[-1], flush=True)
        before = run.seconds
    header = ["lines", "files", "seconds", "CPU seconds", "times as long", "peak memory, MB"]
    told = f"The kit alone, Parquet, one run each, with KIT_MEMORY_LIMIT={MEMORY_LIMIT}. {machine()}"
    return f"{told}\n\n{markdown_table(header, rows)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["orders", "doubling", "hundred"])
    parser.add_argument("--lines", type=int, help="10 million; for hundred, the larger of the two sizes")
    parser.add_argument("--kind", choices=["csv", "parquet"], default="csv")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--largest", type=int, default=DOUBLING[-1], help="doubling: leave out larger files")
    parser.add_argument("--dry", action="store_true", help="print, and leave docs/benchmarks.md as it is")
    asked = parser.parse_args()
    if asked.what == "orders":
        lines = asked.lines or TENTH
        runs, customers = compare_orders(lines, asked.kind, asked.repeats)
        section, text = f"orders-{asked.kind}", describe_orders(lines, asked.kind, runs, customers)
    elif asked.what == "hundred":
        section, text = "hundred", describe_hundred(asked.lines or HUNDRED)
    else:
        sizes = tuple(size for size in DOUBLING if size <= asked.largest)
        section, text = "doubling", describe_doubling(sizes, asked.repeats)
    print(text)
    if not asked.dry:
        write_section(section, text)


if __name__ == "__main__":
    main()
