"""Runs a command as a process of its own: its seconds, and the most memory that it and its children held at once."""

import os
import platform
import statistics
import subprocess
import sys
import threading
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import psutil

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
LOOK_EVERY_SECONDS = 0.02


@dataclass(frozen=True)
class Run:
    seconds: float  # on the clock
    cpu_seconds: float  # of all cores together; steadier than the clock on a busy machine
    peak_mb: float  # 10^6 bytes
    said: str  # standard output


def run_measured(
    command: list[str], timeout: float | None = None, env: dict[str, str] | None = None, cwd: Path | None = None
) -> Run:
    """Run a command to its end; RuntimeError with its last words if it fails, TimeoutExpired if it takes too long.

    CPU seconds are those of the command and of all processes that were waited for by whoever started them: kernels of a
    fork server too, which waits for them and for which the command waits.
    """
    # Nothing of the callers' own: a benchmark must not depend on the terminal it is started from.
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", **(env or {})}
    start, before = perf_counter(), _children_cpu()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, cwd=cwd
    )
    peak, done = [0], threading.Event()
    watch = threading.Thread(target=_watch, args=(process.pid, peak, done), daemon=True)
    watch.start()
    try:
        said, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    finally:
        seconds = perf_counter() - start
        done.set()
        watch.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{said[-2000:]}")
    return Run(seconds, _children_cpu() - before, peak[0] / 1e6, said)


def _children_cpu() -> float:
    """CPU seconds of all processes that this one started and that have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system


def _watch(pid: int, peak: list[int], done: threading.Event) -> None:
    root = psutil.Process(pid)
    while not done.wait(LOOK_EVERY_SECONDS):
        held = 0
        try:
            for process in [root, *root.children(recursive=True)]:
                held += process.memory_info().rss
        except psutil.NoSuchProcess:  # it ended between two looks
            continue
        peak[0] = max(peak[0], held)


def medians(runs: list[Run]) -> tuple[float, float, float]:
    """Median seconds, CPU seconds and peak memory."""
    columns = zip(*((r.seconds, r.cpu_seconds, r.peak_mb) for r in runs), strict=True)
    seconds, cpu, peak = (statistics.median(column) for column in columns)
    return seconds, cpu, peak


def spread(runs: list[Run]) -> str:
    """Median seconds with the fastest and the slowest."""
    seconds = sorted(r.seconds for r in runs)
    return f"{statistics.median(seconds):.1f} ({seconds[0]:.1f}–{seconds[-1]:.1f})"


def machine() -> str:
    """What the figures were measured on."""
    memory = psutil.virtual_memory().total / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "ibis-framework", "pandas", "pyarrow"))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{platform.system()} on {platform.machine()}, {cores} cores, {memory:.0f} GiB; "
        f"Python {platform.python_version()}, {packages}."
    )


def write_section(name: str, text: str) -> None:
    """Put `text` between the page's markers of that name; the rest of the page is written by hand."""
    page = PAGE.read_text("utf-8")
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    head, found, rest = page.partition(begin)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        sys.exit(f"{PAGE} has no section between {begin.strip()} and {end}")
    PAGE.write_text(f"{head}{begin}{text.rstrip()}\n{end}{tail}", "utf-8")


def markdown_table(header: list[str], rows: list[list[str]]) -> str:
    """The rows as a Markdown table; numbers to the right of the first column."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
