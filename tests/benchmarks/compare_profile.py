"""Profiling a table: the kit against ydata-profiling, which needs pandas 2 and so gets an environment of its own.

    python -m tests.benchmarks.compare_profile                    # writes docs/benchmarks.md
    python -m tests.benchmarks.compare_profile --modes minimal --dry

The environment is made once, from ydata-requirements.txt, in the cache folder outside the project. Each side reads
its Parquet file and then is timed from the table to its finished result.
"""

import argparse
import statistics
import subprocess
import sys
import venv
from pathlib import Path

from tests.benchmarks.generate import FOLDER, write_profiled
from tests.benchmarks.measure import Run, machine, markdown_table, medians, run_measured, write_section

HERE = Path(__file__).parent
TABLES = ((1_000_000, 10), (40_000, 37))
TIMEOUT_SECONDS = 1_800


def ydata_python(folder: Path = FOLDER) -> Path:
    """The interpreter of ydata-profiling's environment, which is made if it is not there."""
    home = folder / "ydata"
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        pins = HERE / "ydata-requirements.txt"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement", pins], check=True)
        (home / "ready").touch()
    return python


def profile_with_ydata(source: Path, mode: str) -> Run:
    command = [str(ydata_python()), str(HERE / "ydata_profile.py"), str(source), str(FOLDER / "ydata.html"), mode]
    # pyplot would look for a screen, and the kit's own modules are of no use there.
    return run_measured(command, TIMEOUT_SECONDS, {"MPLBACKEND": "agg", "PYTHONPATH": ""})


def profile_with_kit(source: Path) -> Run:
    return run_measured([sys.executable, "-m", "tests.benchmarks.kit_profile", str(source), str(FOLDER / "kit.html")])


def _inner_seconds(run: Run) -> float:
    """What a contestant says it took once its table was read."""
    return float(run.said.split("profiled")[1].split()[0])


def describe_profiles(modes: list[str], repeats: int) -> str:
    rows = []
    for size in TABLES:
        source = write_profiled(*size)
        contestants = {"kit": (own := [profile_with_kit(source) for _ in range(repeats)])}
        size_mb = own[-1].said.split(", ")[1].split()[0]
        for mode in modes:
            try:
                contestants[f"ydata-profiling, {mode}"] = [profile_with_ydata(source, mode) for _ in range(repeats)]
            except subprocess.TimeoutExpired:
                rows.append(
                    [f"{size[0]:,} × {size[1]}", f"ydata-profiling, {mode}", f"over {TIMEOUT_SECONDS:,}", "", "", ""]
                )
        base = statistics.median(map(_inner_seconds, own))
        for name, runs in contestants.items():
            seconds = statistics.median(map(_inner_seconds, runs))
            page = size_mb if name == "kit" else f"{(FOLDER / 'ydata.html').stat().st_size / 1e6:.2f}"
            about = [f"{seconds:.1f}", f"{seconds / base:.1f}", f"{medians(runs)[2]:,.0f}", page]
            rows.append([f"{size[0]:,} × {size[1]}", name, *about])
            print(rows[-1], flush=True)
    header = ["rows × columns", "", "seconds", "times the kit's", "peak memory, MB", "page, MB"]
    return f"Medians of {repeats} run(s) each. {machine()}\n\n{markdown_table(header, rows)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modes", nargs="+", choices=["minimal", "full"], default=["minimal", "full"])
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--dry", action="store_true", help="print, and leave docs/benchmarks.md as it is")
    asked = parser.parse_args()
    text = describe_profiles(asked.modes, asked.repeats)
    print(text)
    if not asked.dry:
        write_section("profile", text)


if __name__ == "__main__":
    main()
