"""How soon an analyst's change is on the page of `kit preview`: a sentence, and a notebook beside its cells' own time.

    python -m tests.benchmarks.compare_preview [--rounds 5] [--page 02_rfm]

A change is saved, and the page is asked for over HTTP until it has it. What the cells took is written in the executed
notebook by papermill. `--dry` leaves docs/benchmarks.md as it is.
"""

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from tests.benchmarks.measure import ROOT, machine, markdown_table, run_measured, write_section

KIT = [sys.executable, "-m", "helpers"]
LONGEST_SECONDS, LOOK_EVERY_SECONDS = 120.0, 0.01
SENTENCE_SECONDS, MORE_SECONDS = 1.0, 0.5  # to reach


def measure(root: Path, page: str, rounds: int) -> list[list[str]]:
    """Seconds until the page has a changed sentence, and more than its cells take until it has run anew."""
    notebook = root / "notebooks" / f"{page}.ipynb"
    sentences, more, cells = [], [], []
    with _showing(root) as address:
        _change(notebook, "warm-up", runs=True)  # reads the data
        _until_shown(f"{address}{page}.html", "warm-up")
        _until_quiet(address)
        for number in range(rounds):
            began = _change(notebook, f"sentence {number}", runs=False)
            sentences.append(_until_shown(f"{address}{page}.html", f"sentence {number}") - began)
            _until_quiet(address)
            began = _change(notebook, f"run {number}", runs=True)
            taken = _until_shown(f"{address}{page}.html", f"run {number}") - began
            _until_quiet(address)
            cells.append(_cells_seconds(next((root / "reports/demo").glob(f".preview*/notebooks/{page}.ipynb"))))
            more.append(taken - cells[-1])
            print(f"{sentences[-1]:.2f} s, cells {cells[-1]:.2f} s and {more[-1]:.2f} s more", flush=True)
    return [
        ["a changed sentence is on the page", _seconds(sentences), f"< {SENTENCE_SECONDS:.0f} s"],
        [f"a changed notebook, whose cells take {_seconds(cells)}, after these", _seconds(more), f"≤ {MORE_SECONDS} s"],
    ]


def _seconds(laps: list[float]) -> str:
    return f"{statistics.median(laps):.2f} s ({min(laps):.2f}–{max(laps):.2f})"


@contextmanager
def _showing(root: Path) -> Iterator[str]:
    """A preview of the demo client, once it has taken over the last report; its address."""
    preview = subprocess.Popen(
        [*KIT, "preview", "demo", "--no-open"], cwd=root, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert preview.stdout
        address = preview.stdout.readline().strip()
        _until_quiet(address)
        yield address
    finally:
        preview.terminate()
        preview.communicate(timeout=LONGEST_SECONDS)


def _change(notebook: Path, text: str, *, runs: bool) -> float:
    """Save the notebook with another sentence, and another comment in its code where it is to run; returns when."""
    read = json.loads(notebook.read_text("utf-8"))
    prose = next(cell for cell in read["cells"] if cell["cell_type"] == "markdown")
    prose["source"] = re.sub(r"\n\nSeen: .*", "", "".join(prose["source"])) + f"\n\nSeen: {text}."
    if runs:
        code = next(cell for cell in read["cells"][::-1] if cell["cell_type"] == "code")
        code["source"] = re.sub(r"\n# seen: .*", "", "".join(code["source"])) + f"\n# seen: {text}"
    fresh = notebook.with_suffix(".new")
    fresh.write_text(json.dumps(read), "utf-8")
    fresh.replace(notebook)
    return time.perf_counter()


def _until_shown(page: str, text: str) -> float:
    """When the page first had the text."""
    ends = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < ends:
        with urlopen(page, timeout=LONGEST_SECONDS) as answer:
            if f"Seen: {text}." in answer.read().decode():
                return time.perf_counter()
        time.sleep(LOOK_EVERY_SECONDS)
    raise RuntimeError(f"{page} never had: {text}")


def _until_quiet(address: str) -> None:
    """Nothing is being made, for half a second on end."""
    ends, quiet = time.monotonic() + LONGEST_SECONDS, 0
    while quiet < 5:
        if time.monotonic() > ends:
            raise RuntimeError("The preview is never done")
        with urlopen(f"{address}preview-events", timeout=LONGEST_SECONDS) as stream:
            news = json.loads(stream.readline().decode().removeprefix("data: "))
        quiet = 0 if news["text"] else quiet + 1
        time.sleep(0.1)


def _cells_seconds(executed: Path) -> float:
    cells = json.loads(executed.read_text("utf-8"))["cells"]
    return sum(cell["metadata"].get("papermill", {}).get("duration") or 0.0 for cell in cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--page", default="02_rfm")
    parser.add_argument("--dry", action="store_true", help="print, and leave docs/benchmarks.md as it is")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kit-preview-") as folder:
        root = Path(folder)
        (root / "params").mkdir()
        text = (ROOT / "params/demo.yaml").read_text("utf-8").replace("../data/demo", str(ROOT / "data/demo"))
        (root / "params/demo.yaml").write_text(text, "utf-8")
        shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
        run_measured([*KIT, "run", "demo", "--quiet"], cwd=root)
        rows = measure(root, asked.page, asked.rounds)
    told = f"`kit preview demo`, page {asked.page}, {asked.rounds} changes of each kind; median (range). {machine()}"
    text = f"{told}\n\n{markdown_table(['', 'measured', 'to reach'], rows)}"
    print(text)
    if not asked.dry:
        write_section("runs-preview", text)


if __name__ == "__main__":
    main()
