"""Campaigns: bootstrap intervals of the lift against scipy's, and the pages at 1 million customers.

    python -m tests.benchmarks.compare_campaigns                  # everything; writes docs/benchmarks.md
    python -m tests.benchmarks.compare_campaigns lift --rounds 1 --dry

Each contestant is a process that has loaded its libraries and data and done the work once before it is timed; then they
take turns.
"""

import argparse
import statistics
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from tests.benchmarks.generate import FOLDER
from tests.benchmarks.kit_campaigns import ARMS, CONTROL, REPLICATES
from tests.benchmarks.measure import ROOT, machine, markdown_table, write_section
from tests.benchmarks.worker import Lap, Worker

MODULE = "tests.benchmarks.kit_campaigns"
HILLSTROM = ROOT.parent / "shared" / "data" / "hillstrom.csv.gz"
TIMES_FASTER = 20.0
CLOSE = 0.16  # of the standard error: three times what two runs of 10,000 replicates differ by at a 95 % bound
PAGE_SIZES = (100_000, 1_000_000)
TIMES_ALLOWED = 12.0
LINES_A_CUSTOMER = 4
PAGES = {"kit_campaigns": "06_campaigns", "kit_returns": "06_roi"}  # each finds what the one before has saved


def worker() -> Worker:
    return Worker(MODULE, Path(sys.executable), [ROOT / "src", ROOT])


def _seconds(laps: list[Lap]) -> float:
    return statistics.median(lap.seconds for lap in laps)


def _row(name: str, laps: list[Lap], times: float) -> list[str]:
    seconds = sorted(lap.seconds for lap in laps)
    cpu = statistics.median(lap.cpu_seconds for lap in laps)
    told = f"{statistics.median(seconds):.3g} ({seconds[0]:.3g}–{seconds[-1]:.3g})"
    return [name, told, f"{cpu:.3g}", f"{times:,.1f}"]


def compare_lift(rounds: int) -> str:
    """Both of Hillstrom's lifts in spend; ends if a bound differs by more than Monte Carlo error explains."""
    if not HILLSTROM.is_file():
        sys.exit(f"Hillstrom's e-mail test is not there: {HILLSTROM}")
    contestants = {"kit": "kit_lift", "scipy": "scipy_lift"}
    workers = {name: worker() for name in contestants}
    laps: dict[str, list[Lap]] = {name: [] for name in contestants}
    try:
        for number in range(rounds + 1):
            for name in list(contestants)[:: -1 if number % 2 else 1]:
                lap = workers[name].run(contestants[name], HILLSTROM, FOLDER / f"answer_lift_{name}.npy")
                print(f"{name}: {lap.seconds:.4f} s, {lap.cpu_seconds:.4f} CPU s", flush=True)
                laps[name] += [lap] if number else []
    finally:
        for each in workers.values():
            each.close()
    gap = _gap()
    if gap > CLOSE:
        sys.exit(f"The bounds differ by up to {gap:.3f} of the standard error")
    kit, scipy = _seconds(laps["kit"]), _seconds(laps["scipy"])
    short = f" (under {TIMES_FASTER:.0f})" if scipy / kit < TIMES_FASTER else ""
    rows = [_row("kit", laps["kit"], 1), _row("scipy.stats.bootstrap", laps["scipy"], scipy / kit)]
    return (
        f"64,000 customers, two arms against the control, {REPLICATES:,} replicates, BCa on both sides. scipy takes "
        f"{scipy / kit:.0f} times as long{short}; the bounds differ by {gap:.3f} of the standard error at most, where "
        f"two runs may by {CLOSE}.\n\n"
        + markdown_table(["", "seconds, median (range)", "CPU seconds", "times the kit's"], rows)
    )


def _gap() -> float:
    """The largest distance of the contestants' bounds, in standard errors of the lift."""
    frame = pd.read_csv(HILLSTROM, usecols=["segment", "spend"])
    square = frame.groupby("segment")["spend"].var() / frame.groupby("segment")["spend"].count()
    errors = np.sqrt([square[arm] + square[CONTROL] for arm in ARMS])[:, None]
    kit, scipy = (np.load(FOLDER / f"answer_lift_{name}.npy") for name in ("kit", "scipy"))
    return float((np.abs(kit - scipy) / errors).max())


def write_campaigns(customers: int, folder: Path) -> Path:
    """A parameter file with so many customers, their orders, a test of all of them in three arms, and one by list."""
    params = folder / "params" / f"campaigns_{customers}.yaml"
    for place in (folder / "data", params.parent, folder / "notebooks"):
        place.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(customers)
    ids = np.char.add("C", np.arange(customers).astype(str))
    lines = LINES_A_CUSTOMER * customers
    orders = pd.DataFrame(
        {
            "order_id": np.arange(lines),
            "customer_id": ids[rng.integers(0, customers, lines)],
            "ordered_at": pd.Timestamp("2024-10-01") + pd.to_timedelta(rng.integers(0, 730, lines), unit="D"),
            "amount": rng.lognormal(3, 0.8, lines).round(2),
        }
    )
    arm = rng.integers(0, 3, customers)
    bought = rng.random(customers) < np.array([0.05, 0.055, 0.06])[arm]
    test = pd.DataFrame(
        {
            "campaign": "Spring",
            "arm": np.array(["Held out", "Email", "Email and call"])[arm],
            "customer_id": ids,
            "exposed_on": pd.Timestamp("2026-03-02"),
            "conversion": bought.astype(float),
            "spend": np.where(bought, rng.lognormal(3.5, 0.9, customers), 0.0).round(2),
            "cost": np.array([0.0, 0.35, 2.8])[arm],
        }
    )
    members = test.loc[rng.random(customers) < 0.2, ["customer_id"]]
    members = members.assign(campaign="Showroom", exposed_on=pd.Timestamp("2026-06-01"), cost=4.0)
    sources = {"orders": orders, "test": test, "members": members}
    paths = {name: folder / "data" / f"{name}_{customers}.parquet" for name in sources}
    for name, frame in sources.items():
        frame.to_parquet(paths[name], index=False)
    parts = [
        {"source": str(paths["test"]), "control": "Held out", "outcomes": ["conversion", "spend"]},
        {"source": str(paths["members"]), "control": "everyone else"},
    ]
    head = {"client": f"Campaigns of {customers}", "as_of": "2026-09-30", "currency": "GBP", "business_model": "b2c"}
    data = {"orders": {"source": str(paths["orders"])}, "exposures": parts}
    params.write_text(yaml.safe_dump({**head, "data": data}), "utf-8")
    return params


def compare_page(rounds: int) -> str:
    """The pages on campaigns and on returns at 1 million customers against themselves at 100,000."""
    folder = FOLDER / "campaigns-project"
    laps: dict[tuple[str, int], list[Lap]] = {}
    reading: dict[int, float] = {}
    contestant = worker()
    for size in PAGE_SIZES:
        params = write_campaigns(size, folder)
        for task in PAGES:
            if size == PAGE_SIZES[0]:
                contestant.run(task, params, folder / "run_warm")  # imports what cells import late
            laps[task, size] = [contestant.run(task, params, folder / f"run_{size}") for _ in range(rounds)]
            first = laps[task, size][0]
            reading.setdefault(size, first.seconds - first.told["seconds"])
            for lap in laps[task, size]:
                print(task, size, f"{lap.told['seconds']:.1f} s, {lap.told['cpu_seconds']:.1f} CPU s", flush=True)
    contestant.close()
    rows, cpu_times = [], []
    for task, page in PAGES.items():
        cells = {size: _cells(laps[task, size]) for size in PAGE_SIZES}
        small = cells[PAGE_SIZES[0]]
        for size, (seconds, cpu) in cells.items():
            times = [f"{seconds / small[0]:.1f}", f"{cpu / small[1]:.1f}"]
            rows.append([f"{page}, {size:,}", f"{seconds:.1f}", f"{cpu:.1f}", *times])
        cpu_times.append(cells[PAGE_SIZES[1]][1] / small[1])
    over = f" (over {TIMES_ALLOWED:.0f})" if max(cpu_times) > TIMES_ALLOWED else ""
    told = " and ".join(f"{times:.1f}" for times in cpu_times)
    read = " and ".join(f"{seconds:.0f}" for seconds in reading.values())
    header = ["page, customers", "seconds", "CPU seconds", "times as long", "times the CPU"]
    return (
        "A test of three arms and a list of members held against everyone else, "
        f"{LINES_A_CUSTOMER} orders a customer; {told} times the CPU for ten times the customers{over}. "
        f"Reading the files, which is not counted, took {read} seconds.\n\n" + markdown_table(header, rows)
    )


def _cells(laps: list[Lap]) -> tuple[float, float]:
    """Seconds and CPU seconds of all cells but the one that reads the client's data."""
    return statistics.median(lap.told["seconds"] for lap in laps), statistics.median(
        lap.told["cpu_seconds"] for lap in laps
    )


COMPARISONS: dict[str, Callable[[int], str]] = {"lift": compare_lift, "page": compare_page}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=[*COMPARISONS, []], help="all, if none is named")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dry", action="store_true", help="print, and leave docs/benchmarks.md as it is")
    asked = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for what in asked.what or COMPARISONS:
        text = f"{COMPARISONS[what](asked.rounds)}\n\n{machine()} numpy {version('numpy')}, scipy {version('scipy')}."
        print(text)
        if not asked.dry:
            write_section(f"campaigns-{what}", text)


if __name__ == "__main__":
    main()
