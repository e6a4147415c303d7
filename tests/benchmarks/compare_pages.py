"""What pages cost in arithmetic on the demo, against the same or other pages of an earlier commit.

    python -m tests.benchmarks.compare_pages COMMIT --old 02_rfm 04_clusters --new 02_rfm 03_lifecycle 04_clusters
    python -m tests.benchmarks.compare_pages COMMIT --dry

Both sides run the cells of their notebooks in one process each and take turns; see `page_cells`. The earlier state is
checked out beside the benchmarks' files, with the demo's data of this one.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.generate import FOLDER
from tests.benchmarks.measure import ROOT, machine, markdown_table, write_section
from tests.benchmarks.worker import Worker

OLD, NEW = ("02_rfm", "04_clusters"), ("02_rfm", "03_lifecycle", "04_clusters")
TIMES_ALLOWED = 3.0
Spent = dict[str, list[tuple[float, float]]]  # page -> seconds and CPU seconds of each lap


def check_out(commit: str) -> Path:
    """A folder with the project as it was, made if it is not there."""
    home = FOLDER / f"pages-{commit}"
    if not home.exists():
        packed = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
        home.mkdir(parents=True)
        subprocess.run(["tar", "-x"], cwd=home, input=packed, check=True)
        shutil.copytree(ROOT / "data" / "demo", home / "data" / "demo")
    return home


def race(sides: dict[Path, Sequence[str]], rounds: int) -> dict[Path, Spent]:
    """Every page of each side, `rounds` times after one that does not count."""
    workers = {
        root: Worker("tests.benchmarks.page_cells", Path(sys.executable), [root / "src", ROOT]) for root in sides
    }
    spent: dict[Path, Spent] = {root: {page: [] for page in pages} for root, pages in sides.items()}
    with tempfile.TemporaryDirectory(prefix="kit-pages-") as folder:
        runs = {root: Path(folder) / str(number) for number, root in enumerate(sides)}
        for number in range(rounds + 1):
            for root in list(sides)[:: -1 if number % 2 else 1]:
                for page in sides[root]:
                    told = workers[root].run("page", root / "notebooks" / f"{page}.ipynb", runs[root]).told
                    print(root.name, page, f"{told['seconds']:.2f} s, {told['cpu_seconds']:.2f} CPU s", flush=True)
                    spent[root][page] += [(told["seconds"], told["cpu_seconds"])] if number else []
        for worker in workers.values():
            worker.close()
    return spent


def describe(old: Spent, new: Spent, commit: str, rounds: int) -> str:
    medians = [
        {page: [statistics.median(lap[place] for lap in laps) for place in (0, 1)] for page, laps in side.items()}
        for side in (old, new)
    ]
    rows = []
    for page in dict.fromkeys([*old, *new]):
        cells = [f"{side[page][place]:.2f}" if page in side else "" for place in (0, 1) for side in medians]
        rows.append([page, *cells])
    totals = [[sum(each[place] for each in side.values()) for side in medians] for place in (0, 1)]
    rows.append(["together", *[f"{total:.2f}" for pair in totals for total in pair]])
    times = [pair[1] / pair[0] for pair in totals]
    over = f" (over {TIMES_ALLOWED:.0f})" if times[1] > TIMES_ALLOWED else ""
    header = ["", f"seconds, {commit}", "seconds, now", f"CPU seconds, {commit}", "CPU seconds, now"]
    return (
        f"The demo, medians of {rounds} rounds in turn: now {times[0]:.2f} times as long, {times[1]:.2f} times the CPU"
        f"{over}. {machine()}\n\n{markdown_table(header, rows)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit", help="the earlier state")
    parser.add_argument("--old", nargs="+", default=OLD, metavar="PAGE")
    parser.add_argument("--new", nargs="+", default=NEW, metavar="PAGE")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dry", action="store_true", help="print, and leave docs/benchmarks.md as it is")
    asked = parser.parse_args()
    before = check_out(asked.commit)
    spent = race({before: asked.old, ROOT: asked.new}, asked.rounds)
    text = describe(spent[before], spent[ROOT], asked.commit, asked.rounds)
    print(text)
    if not asked.dry:
        write_section("pages", text)


if __name__ == "__main__":
    main()
