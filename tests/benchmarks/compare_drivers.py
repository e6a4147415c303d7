"""Drivers of the score: the kit against pingouin and dominance-analysis, and its page at 1 million answers.

    python -m tests.benchmarks.compare_drivers                  # everything; writes docs/benchmarks.md
    python -m tests.benchmarks.compare_drivers page --rounds 1 --dry

The rivals get environments of their own (`drivers-requirements.txt`, `dominance-requirements.txt`). Each contestant
is a process that has loaded its libraries and data and done the work once before it is timed; then they take turns.
"""

import argparse
import statistics
import subprocess
import sys
import venv
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from tests.benchmarks import segment_data
from tests.benchmarks.generate import FOLDER
from tests.benchmarks.measure import ROOT, machine, markdown_table, write_section
from tests.benchmarks.worker import Lap, Worker

KIT, RIVALS = "tests.benchmarks.kit_drivers", "tests.benchmarks.rival_drivers"
DRIVERS, ANSWERS = 14, 5_000
FEWER = 9  # drivers that dominance-analysis is timed at, since its time grows with the models, 2^drivers
REPLICATES = 1_000
CLOSE = 1e-10
PAGE_SIZES = (100_000, 1_000_000)
RATINGS = 8
TIMES_ALLOWED = 12.0


def rival_python(name: str) -> Path:
    """The interpreter of a rival's environment, which is made if it is not there."""
    home = FOLDER / name
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        pins = Path(__file__).parent / f"{name}-requirements.txt"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement", pins], check=True)
        (home / "ready").touch()
    return python


def ratings(answers: int, k: int) -> dict[str, np.ndarray]:
    """Correlated ratings on a 1-5 scale, of falling weight in the score y, which has noise of its own."""
    rng = np.random.default_rng(k)
    latent = 3.6 + 0.7 * rng.normal(size=(answers, 1)) + 0.9 * rng.normal(size=(answers, k))
    rated = np.clip(np.rint(latent), 1, 5)
    score = np.clip(np.rint(7.5 + (rated - 3.6) @ (1 / np.arange(1, k + 1)) + rng.normal(size=answers)), 0, 10)
    return {f"rating_{i}": rated[:, i] for i in range(k)} | {"y": score}


def kit_worker() -> Worker:
    return Worker(KIT, Path(sys.executable), [ROOT / "src", ROOT])


def race(contestants: dict[str, tuple[str, str, Path]], rounds: int) -> dict[str, list[Lap]]:
    """Name -> laps; a contestant is a task, whose environment it needs ("" for the kit's) and the file it reads."""
    workers = {
        name: Worker(RIVALS, rival_python(home), [ROOT])
        if home
        else Worker(KIT, Path(sys.executable), [ROOT / "src", ROOT])
        for name, (_, home, _) in contestants.items()
    }
    laps: dict[str, list[Lap]] = {name: [] for name in contestants}
    try:
        for number in range(rounds + 1):
            for name in list(contestants)[:: -1 if number % 2 else 1]:
                task, _, source = contestants[name]
                lap = workers[name].run(task, source, answer_file(name))
                print(f"{name}: {lap.seconds:.4f} s, {lap.cpu_seconds:.4f} CPU s", flush=True)
                laps[name] += [lap] if number else []
    finally:
        for worker in workers.values():
            worker.close()
    return laps


def answer_file(name: str) -> Path:
    """Where a contestant leaves its shares."""
    return FOLDER / f"answer_drivers_{name.replace(' ', '_').replace(',', '')}.npy"


def _seconds(laps: list[Lap]) -> float:
    return statistics.median(lap.seconds for lap in laps)


def _row(name: str, laps: list[Lap], times: float) -> list[str]:
    seconds = sorted(lap.seconds for lap in laps)
    cpu = statistics.median(lap.cpu_seconds for lap in laps)
    told = f"{statistics.median(seconds):.3g} ({seconds[0]:.3g}–{seconds[-1]:.3g})"
    return [name, told, f"{cpu:.3g}", f"{times:,.1f}"]


def compare_shares(rounds: int) -> str:
    """Exact shares and their bootstrap; ends if a rival's shares differ by more than 1e-10."""
    most, fewer = (
        segment_data.write_once(f"ratings_{ANSWERS}_{k}", partial(ratings, ANSWERS, k)) for k in (DRIVERS, FEWER)
    )
    laps = race(
        {
            "kit": ("kit_shares", "", most),
            "kit bootstrap": ("kit_bootstrap", "", most),
            "pingouin": ("pingouin_shares", "drivers", most),
            "kit fewer": ("kit_shares", "", fewer),
            "dominance-analysis": ("dominance_shares", "dominance", fewer),
        },
        rounds,
    )
    for ours, theirs in (("kit", "pingouin"), ("kit fewer", "dominance-analysis")):
        gap = np.abs(np.load(answer_file(ours)) - np.load(answer_file(theirs))).max()
        if gap > CLOSE:
            sys.exit(f"The shares differ by up to {gap}")
    kit, bootstrap, pingouin = (_seconds(laps[name]) for name in ("kit", "kit bootstrap", "pingouin"))
    fewer_kit, dominance = (_seconds(laps[name]) for name in ("kit fewer", "dominance-analysis"))
    models = 2 ** (DRIVERS - FEWER)
    rows = [
        _row(f"kit, {DRIVERS} drivers", laps["kit"], 1),
        _row(f"pingouin, {DRIVERS} drivers", laps["pingouin"], pingouin / kit),
        _row(f"kit, {DRIVERS} drivers and {REPLICATES:,} replicates", laps["kit bootstrap"], bootstrap / kit),
        _row(f"kit, {FEWER} drivers", laps["kit fewer"], 1),
        _row(f"dominance-analysis, {FEWER} drivers", laps["dominance-analysis"], dominance / fewer_kit),
    ]
    table = markdown_table(["", "seconds, median (range)", "CPU seconds", "times the kit's"], rows)
    return (
        f"{ANSWERS:,} answers. {REPLICATES:,} times pingouin's time is {REPLICATES * pingouin / bootstrap:,.0f} times "
        f"what the kit takes for {REPLICATES:,} replicates. dominance-analysis was timed at {FEWER} drivers; {models} "
        f"times as many models at {DRIVERS} make {dominance * models:,.0f} seconds if none took longer, "
        f"{dominance * models / kit:,.0f} times the kit's.\n\n{table}"
    )


def write_survey(answers: int, folder: Path) -> Path:
    """A parameter file with a survey of that many answers: ratings with blanks, comments, four waves, two groups."""
    source, params = folder / "data" / f"survey_{answers}.parquet", folder / "params" / f"survey_{answers}.yaml"
    for place in (source.parent, params.parent, folder / "notebooks"):
        place.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(answers)
    frame = pd.DataFrame(ratings(answers, RATINGS)).rename(columns={"y": "score"})
    rated = [f"rating_{i}" for i in range(RATINGS)]
    frame[rated] = frame[rated].mask(rng.random((answers, RATINGS)) < 0.02)
    day = rng.integers(0, 1_460, answers)
    said = np.array(
        ["", "", "delivery came late again", "friendly staff and a quick answer", "prices went up", "all fine"]
    )
    frame["response_id"] = np.arange(answers)
    frame["customer_id"] = rng.integers(0, answers // 2, answers)
    frame["answered_at"] = pd.Timestamp("2022-10-01") + pd.to_timedelta(day, unit="D")
    frame["wave"] = (2023 + day // 365).astype(str)
    frame["comment"] = said[rng.integers(0, len(said), answers)]
    frame["touchpoint"] = np.array(["Delivery", "Shop", "Help desk"])[rng.integers(0, 3, answers)]
    frame["region"] = np.array(["North", "South", "East", "West"])[rng.integers(0, 4, answers)]
    frame.to_parquet(source, index=False)
    part = {
        "source": str(source),
        "ratings": {name: name for name in rated},
        "attributes": {"geographic": {"region": "region"}},
    }
    head = {"client": f"Survey of {answers}", "as_of": "2026-09-30", "currency": "GBP", "business_model": "b2c"}
    params.write_text(yaml.safe_dump({**head, "data": {"surveys": part}}), "utf-8")
    return params


def compare_page(rounds: int) -> str:
    """The page on recommendation at 1 million answers against itself at 100,000."""
    folder = FOLDER / "drivers-project"
    laps: dict[int, list[Lap]] = {}
    opening = {}
    workers = {size: kit_worker() for size in PAGE_SIZES}
    for size in PAGE_SIZES:
        params = write_survey(size, folder)
        each = [workers[size].run("kit_page", params, folder / f"run_{size}") for _ in range(rounds + 1)]
        opening[size], laps[size] = each[0], each[1:]
        workers[size].close()
    small, large = (_seconds(laps[size]) for size in PAGE_SIZES)
    first = opening[PAGE_SIZES[1]].seconds / opening[PAGE_SIZES[0]].seconds
    over = f" (over {TIMES_ALLOWED:.0f})" if max(large / small, first) > TIMES_ALLOWED else ""
    rows = [
        [f"{size:,}", f"{opening[size].seconds:.1f}", *_row("", laps[size], _seconds(laps[size]) / small)[1:]]
        for size in PAGE_SIZES
    ]
    header = ["answers", "first time, with reading, seconds", "again, seconds", "CPU seconds", "times as long"]
    return (
        f"All cells of the page, {RATINGS} ratings, comments, four waves; {large / small:.1f} times as long for ten "
        f"times the answers, {first:.1f} with reading them{over}.\n\n{markdown_table(header, rows)}"
    )


def _packages() -> str:
    """The rivals' versions, as their own interpreters have them."""
    told = []
    for home, names in (("drivers", ("pingouin", "numpy", "pandas")), ("dominance", ("dominance-analysis", "numpy"))):
        code = f"from importlib.metadata import version; print(*[f'{{n}} {{version(n)}}' for n in {names}], sep=', ')"
        found = subprocess.run([rival_python(home), "-c", code], check=True, capture_output=True, text=True)
        told.append(found.stdout.strip())
    return f"numpy {version('numpy')}, scipy {version('scipy')}; in other environments {'; '.join(told)}."


COMPARISONS: dict[str, Callable[[int], str]] = {"shares": compare_shares, "page": compare_page}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=[*COMPARISONS, []], help="all, if none is named")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dry", action="store_true", help="print, and leave docs/benchmarks.md as it is")
    asked = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for what in asked.what or COMPARISONS:
        text = f"{COMPARISONS[what](asked.rounds)}\n\n{machine()}{' ' + _packages() if what == 'shares' else ''}"
        print(text)
        if not asked.dry:
            write_section(f"drivers-{what}", text)


if __name__ == "__main__":
    main()
