"""What a run costs beside its arithmetic, beside what one would type by hand, and beside an earlier version.

    python -m tests.benchmarks.compare_runs demo      # the demo's report
    python -m tests.benchmarks.compare_runs clients   # ten clients of 300 orders
    python -m tests.benchmarks.compare_runs many      # two hundred clients, made and then unchanged

Contestants take turns on the same machine, each as commands of its own; figures are medians, and what is to be reached
is a ratio within this one run. `--dry` leaves docs/benchmarks.md as it is.
"""

import argparse
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

from helpers.runs.notebooks import find_notebooks
from tests.benchmarks.compare_pages import check_out
from tests.benchmarks.measure import ROOT, Run, machine, markdown_table, run_measured, spread, write_section

COLD = "de04f5e"  # the last version that made one client after the other and started every kernel anew
ORDERS, TEN, FEW, MANY = 300, 10, 10, 200
SMALL = ("00_summary", "01_data_profile", "02_rfm")  # the pages of the many
PARAMS = """client: Client {number}
as_of: 2026-09-30
currency: EUR
business_model: b2c
data:
  orders: {{source: ../orders/{number}.csv}}
"""
KIT = [sys.executable, "-m", "helpers"]
Contestant = Callable[[Path], Run]  # in an empty folder


def demo(rounds: int) -> str:
    """`kit run demo` against its cells in one process, and against the commands that one would type."""
    params = ROOT / "params" / "demo.yaml"
    runs = _race(
        {
            "kit run demo": lambda out: run_measured(
                [*KIT, "run", "demo", "--force", "--quiet", "--reports", str(out)], cwd=ROOT
            ),
            "the same cells in one process": lambda out: run_measured(
                [sys.executable, "-m", "tests.benchmarks.one_process", str(params), str(out)], cwd=ROOT
            ),
            "papermill and jupyter nbconvert": lambda out: run_measured(["bash", "-ec", _typed(params, out)], cwd=ROOT),
        },
        rounds,
    )
    kit, cells, typed = runs.values()
    rows = [
        ["CPU seconds, of the same cells in one process", _ratio(kit, cells, "cpu_seconds"), "≤ 1.25"],
        ["seconds, of the same cells in one process", _ratio(kit, cells, "seconds"), "≤ 1.0"],
        ["times faster than papermill and nbconvert", _ratio(typed, kit, "seconds"), "≥ 4"],
    ]
    return _describe("The demo's report", runs, "kit run demo", rows, rounds)


def clients(rounds: int) -> str:
    """Ten small clients: the earlier version, and the present one with one and with two clients at work."""
    with tempfile.TemporaryDirectory(prefix="kit-ten-") as folder:
        now, before = (_project(Path(folder) / name, TEN) for name in ("now", "before"))
        old = check_out(COLD)
        shutil.rmtree(before / "notebooks")
        shutil.copytree(old / "notebooks", before / "notebooks")
        runs = _race(
            {
                "kit run --all": lambda out: _run_all(now, out),
                "--jobs 2": lambda out: _run_all(now, out, "--jobs", "2"),
                "--jobs 1": lambda out: _run_all(now, out, "--jobs", "1"),
                f"one after the other, cold ({COLD})": lambda out: run_measured(
                    [*KIT, "run", "--all", "--quiet", "--reports", str(out)],
                    env={"PYTHONPATH": str(old / "src")},
                    cwd=before,
                ),
            },
            rounds,
        )
    alone, two, one, cold = runs.values()
    rows = [
        ["times faster than one after the other, cold", _ratio(cold, alone, "seconds"), "≥ 4"],
        ["--jobs 2, times faster than --jobs 1", _ratio(one, two, "seconds"), "≥ 1.8"],
    ]
    return _describe(
        f"{TEN} clients of {ORDERS} orders, all pages that these allow", runs, "kit run --all", rows, rounds
    )


def many(rounds: int) -> str:
    """Two hundred clients: the memory of the main process while they are made; then again, nothing having changed."""
    with tempfile.TemporaryDirectory(prefix="kit-many-") as folder:
        project = _project(Path(folder) / "project", MANY, SMALL)
        held = _memory_after(project, (FEW, MANY))
        kept = project / "reports"
        runs: dict[str, list[Run]] = {}
        for _ in range(rounds):
            for name, asked in ((f"{MANY} unchanged", ["--all"]), ("one client, made", ["client0000", "--force"])):
                run = run_measured([*KIT, "run", *asked, "--log-json", "--reports", str(kept)], cwd=project)
                made = MANY if "--all" in asked else 1
                said = _events(run.said)
                wanted = "unchanged" if "--all" in asked else "published"
                if said.count(wanted) != made:
                    raise RuntimeError(f"{name}: {said.count(wanted)} of {made} {wanted}\n{run.said[-2000:]}")
                runs.setdefault(name, []).append(run)
                print(name, f"{run.seconds:.1f} s", flush=True)
    unchanged, single = runs.values()
    rows = [
        [f"{MANY} unchanged clients, times one that is made", _ratio(unchanged, single, "seconds"), "≤ 2"],
        [f"memory of the main process after {MANY} clients, of after {FEW}", f"{held[1] / held[0]:.2f}", "≤ 1.1"],
    ]
    text = _describe(
        f"{MANY} clients of {ORDERS} orders, pages {', '.join(SMALL)}", runs, "one client, made", rows, rounds
    )
    megabytes = [f"{one / 1e6:.0f} MB" for one in held]
    return f"{text}\n\nThe main process held {megabytes[0]} after {FEW} clients, {megabytes[1]} after {MANY}."


def _typed(params: Path, out: Path) -> str:
    """What one would type for every notebook of the demo, in the order of who reads whose tables."""
    tools = Path(sys.executable).parent
    lines = ["cd notebooks", "export JUPYTER_PREFER_ENV_PATH=1"]
    for notebook in find_notebooks(ROOT / "notebooks"):
        executed = out / notebook.path.name
        given = ["-p", "params_file", str(params), "-p", "run_dir", str(out)]
        lines += [
            shlex.join([str(tools / "papermill"), notebook.path.name, str(executed), "--no-progress-bar", *given]),
            shlex.join([str(tools / "jupyter"), "nbconvert", "--to", "html", "--no-input", str(executed)]),
        ]
    return "\n".join(lines)


def _run_all(project: Path, out: Path, *options: str) -> Run:
    return run_measured([*KIT, "run", "--all", "--force", "--quiet", "--reports", str(out), *options], cwd=project)


def _race(contestants: Mapping[str, Contestant], rounds: int) -> dict[str, list[Run]]:
    runs: dict[str, list[Run]] = {name: [] for name in contestants}
    for number in range(rounds):
        for name in list(contestants)[:: -1 if number % 2 else 1]:
            with tempfile.TemporaryDirectory(prefix="kit-run-") as folder:
                run = contestants[name](Path(folder))
            print(name, f"{run.seconds:.1f} s, {run.cpu_seconds:.1f} CPU s, load {os.getloadavg()[0]:.1f}", flush=True)
            runs[name].append(run)
    return runs


def _project(root: Path, count: int, pages: tuple[str, ...] = ()) -> Path:
    """A project with `count` clients, each with orders of its own, and the notebooks of the kit or those named."""
    for folder in ("params", "orders", "reports", "notebooks"):
        (root / folder).mkdir(parents=True)
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        if not pages or path.stem in pages:
            shutil.copy(path, root / "notebooks")
    for number in range(count):
        drawn = np.random.default_rng(number)
        days = pd.Timestamp("2026-09-30") - pd.to_timedelta(drawn.integers(0, 900, ORDERS), unit="D")
        frame = pd.DataFrame(
            {
                "order_id": np.arange(ORDERS),
                "customer_id": drawn.integers(0, 90, ORDERS),
                "ordered_at": days.strftime("%Y-%m-%d"),
                "amount": drawn.gamma(2, 30, ORDERS).round(2),
            }
        )
        frame.to_csv(root / "orders" / f"{number:04d}.csv", index=False)
        text = PARAMS.format(number=f"{number:04d}")
        (root / "params" / f"client{number:04d}.yaml").write_text(text, "utf-8")
    return root


def _memory_after(project: Path, counts: tuple[int, ...]) -> list[int]:
    """Bytes that the main process of `kit run --all` holds once so many clients are published."""
    command = [*KIT, "run", "--all", "--log-json", "--reports", str(project / "reports")]
    held, published = [], 0
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(
        command, cwd=project, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        watched = psutil.Process(process.pid)
        assert process.stdout
        for line in process.stdout:
            published += _events(line).count("published")
            if len(held) < len(counts) and published >= counts[len(held)]:
                held.append(watched.memory_info().rss)
    if process.returncode or len(held) < len(counts):
        raise RuntimeError(f"The run ended with {process.returncode}, {published} clients published")
    return held


def _events(said: str) -> list[str]:
    return [json.loads(line).get("event", "") for line in said.splitlines() if line.startswith("{")]


def _ratio(one: list[Run], other: list[Run], what: str) -> str:
    """Median over the rounds of one's figure as a multiple of the other's in the same round."""
    pairs = zip(one, other, strict=True)
    return f"{statistics.median(getattr(a, what) / getattr(b, what) for a, b in pairs):.2f}"


def _describe(work: str, runs: dict[str, list[Run]], base: str, reached: list[list[str]], rounds: int) -> str:
    rows = []
    for name, laps in runs.items():
        cpu = statistics.median(lap.cpu_seconds for lap in laps)
        rows.append([name, spread(laps), f"{cpu:.1f}", _ratio(laps, runs[base], "seconds")])
    header = ["", "seconds, median (range)", "CPU seconds", f"times the seconds of {base}"]
    goals = markdown_table(["", "measured", "to reach"], reached)
    return f"{work}; {rounds} round(s) in turn. {machine()}\n\n{markdown_table(header, rows)}\n\n{goals}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    works = {"demo": demo, "clients": clients, "many": many}
    parser.add_argument("work", choices=works)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dry", action="store_true", help="print, and leave docs/benchmarks.md as it is")
    asked = parser.parse_args()
    text = works[asked.work](asked.rounds)
    print(text)
    if not asked.dry:
        write_section(f"runs-{asked.work}", text)


if __name__ == "__main__":
    main()
