"""Segments and lifetime value: the kit against lifetimes, pymc-marketing and scikit-learn. Same answers, how long.

    python -m tests.benchmarks.compare_segments                          # everything; writes docs/benchmarks.md
    python -m tests.benchmarks.compare_segments forecast --size 20_000 --rounds 1 --dry

lifetimes and pymc-marketing get an environment of their own (`rival_environment`). Every contestant is a process that
loads its libraries and data and does one round that does not count; then they take turns, and who begins changes from
round to round. Only the work itself is timed: no start, no import, no reading.
"""

import argparse
import statistics
import subprocess
import sys
import venv
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy import special
from sklearn.metrics import adjusted_rand_score

from tests.benchmarks import segment_data
from tests.benchmarks.generate import FOLDER
from tests.benchmarks.measure import ROOT, machine, markdown_table, write_section
from tests.benchmarks.worker import Lap, Worker

PINS = Path(__file__).parent / "segments-requirements.txt"
KIT, RIVALS = "tests.benchmarks.kit_segments", "tests.benchmarks.rival_segments"
CLOSE = 1e-4  # parameters of one optimum
CDNOW_ROUNDS = 15
Laps = dict[str, list[Lap]]


def rival_python() -> Path:
    """The interpreter of the rivals' environment, which is made if it is not there."""
    home = FOLDER / "segments"
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement", PINS], check=True)
        (home / "ready").touch()
    return python


def race(contestants: dict[str, tuple[str, Path]], rounds: int) -> Laps:
    """Name -> laps; a contestant is a task and the file it reads. One lap before the first does not count."""
    workers = {
        name: Worker(RIVALS, rival_python(), [ROOT])
        if task.startswith(("lifetimes", "pymc"))
        else Worker(KIT, Path(sys.executable), [ROOT / "src", ROOT])
        for name, (task, _) in contestants.items()
    }
    laps: Laps = {name: [] for name in contestants}
    try:
        for number in range(rounds + 1):
            for name in list(contestants)[:: -1 if number % 2 else 1]:
                task, source = contestants[name]
                lap = workers[name].run(task, source, answer_file(task))
                print(f"{name}: {lap.seconds:.3f} s, {lap.cpu_seconds:.3f} CPU s", flush=True)
                laps[name] += [lap] if number else []
    finally:
        for worker in workers.values():
            worker.close()
    return laps


def answer_file(task: str, kind: str = "") -> Path:
    """Where a task leaves its answer; NumPy adds the kind when it writes: .npy for an array, .npz for several."""
    return FOLDER / f"answer_{task}{kind}"


def describe_race(laps: Laps, more: dict[str, list[str]], header: list[str], cost: bool = False) -> str:
    """A row a contestant: median seconds with the range, times the first one's, and what else is told of it.

    Times are medians of what they are in each round, whose laps follow each other: a machine may be busy for a while.
    cost: how many times as long the first one takes instead, which is known to do more.
    """
    rows = []
    first = next(iter(laps.values()))
    for name, each in laps.items():
        seconds = sorted(lap.seconds for lap in each)
        median, cpu = statistics.median(seconds), statistics.median(lap.cpu_seconds for lap in each)
        pairs = list(zip(first, each, strict=True))
        ratios = [[a.seconds / b.seconds for a, b in pairs], [a.cpu_seconds / b.cpu_seconds for a, b in pairs]]
        times = [statistics.median(ratio if cost else [1 / one for one in ratio]) for ratio in ratios]
        told = [f"{median:.3g} ({seconds[0]:.3g}–{seconds[-1]:.3g})", f"{cpu:.3g}", *[f"{one:.2f}" for one in times]]
        rows.append([name, *told, *more.get(name, [])])
    times_of = ["the kit takes, times", "CPU, times"] if cost else ["times the kit's", "times its CPU"]
    columns = ["", "seconds, median (range)", "CPU seconds", *times_of]
    return markdown_table([*columns, *header], rows)


def log_likelihood(parameters: list[float], given: dict[str, np.ndarray]) -> float:
    """Of the BG/NBD model, written anew from Fader, Hardie and Lee (2005), equation 6: the same judge for everybody."""
    r, alpha, a, b = parameters
    x, t_x, age = given["frequency"], given["recency"], given["age"]
    common = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) - special.betaln(a, b)
    alive = special.betaln(a, b + x) - (r + x) * np.log(alpha + age)
    gone = special.betaln(a + 1, b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + t_x)
    return float((common + np.logaddexp(alive, np.where(x > 0, gone, -np.inf))).sum())


def _fitted(laps: Laps, given: dict[str, np.ndarray]) -> dict[str, list[str]]:
    """Log-likelihood and parameters of each contestant as cells."""
    found = {name: each[-1].told["parameters"] for name, each in laps.items()}
    return {
        name: [f"{log_likelihood(at, given):,.4f}", ", ".join(f"{value:.4f}" for value in at)]
        for name, at in found.items()
    }


FITTED = ["log-likelihood", "r, alpha, a, b"]


def compare_fit(size: int, rounds: int) -> str:
    """CDNOW's sample; ends if the optima differ."""
    given = segment_data.cdnow()
    source = segment_data.write_once("cdnow", lambda: given)
    laps = race({"kit": ("kit_fit", source), "lifetimes": ("lifetimes_fit", source)}, max(rounds, CDNOW_ROUNDS))
    own, theirs = (np.array(laps[name][-1].told["parameters"]) for name in ("kit", "lifetimes"))
    _check(np.abs(own - theirs).max() <= CLOSE, f"The optima differ: {own} and {theirs}")
    return f"{len(given['age']):,} customers of CDNOW.\n\n{describe_race(laps, _fitted(laps, given), FITTED)}"


def compare_forecast(size: int, rounds: int) -> str:
    """Simulated customers: fit, then each one's expected orders; ends if the expectations differ from lifetimes'."""
    source = segment_data.write_once(f"histories_{size}", lambda: segment_data.histories(size))
    with np.load(source) as found:
        given = {name: found[name] for name in found.files}
    tasks = {"kit": "kit_forecast", "lifetimes": "lifetimes_forecast", "pymc-marketing, MAP": "pymc_forecast"}
    laps = race({name: (task, source) for name, task in tasks.items()}, rounds)
    answers = {name: np.load(answer_file(task, ".npy")) for name, task in tasks.items()}
    gap = np.abs(answers["kit"] - answers["lifetimes"]).max()
    _check(gap <= 1e-3, f"The expected orders differ by up to {gap}")
    more = {name: [*cells, f"{answers[name].sum():,.1f}"] for name, cells in _fitted(laps, given).items()}
    table = describe_race(laps, more, [*FITTED, "orders expected of all"])
    return f"{size:,} simulated customers, forecast for 39 weeks.\n\n{table}"


def compare_scores(size: int, rounds: int) -> str:
    placed = segment_data.write_once(f"orders_{size}", lambda: segment_data.orders(size))
    summed = segment_data.write_once(f"summaries_{size}", lambda: segment_data.summaries(size))
    contestants = {
        "kit, scores alone": ("kit_scores", summed),
        "pymc-marketing, scores alone": ("pymc_scores", placed),
        "kit, from orders": ("kit_segments", placed),
        "pymc-marketing, from orders": ("pymc_segments", placed),
    }
    laps = race(contestants, rounds)
    more = {name: _tell_levels(task) for name, (task, _) in contestants.items()}
    with np.load(placed) as found, np.load(summed) as of:
        once = (of["order_count"] == 1).mean()
        told = f"{len(found['day']):,} orders of {size:,} customers, {once:.0%} of whom ordered once"
    header = [
        "levels of recency, frequency, money",
        "equal value, unequal score",
        "repeaters scored as one-time buyers",
    ]
    names = list(contestants)
    tables = [describe_race({name: laps[name] for name in pair}, more, header) for pair in (names[:2], names[2:])]
    return "\n\n".join([f"{told}.", *tables, describe_ties(size // 10)])


def describe_ties(size: int) -> str:
    """What each makes of customers of whom nearly all ordered once."""
    source = segment_data.write_once(f"mostly_once_{size}", lambda: segment_data.mostly_once(size))
    with np.load(source) as found:
        _, orders = np.unique(found["customer"], return_counts=True)
    told = []
    for name, task in {"the kit": "kit_segments", "pymc-marketing": "pymc_segments"}.items():
        try:
            race({name: (task, source)}, 1)
            told.append(f"{name} tells {_tell_levels(task)[0]} levels")
        except RuntimeError as error:
            told.append(f'{name} ends with "{str(error).strip().splitlines()[-1]}"')
    return f"Where {(orders == 1).mean():.0%} ordered once: {'; '.join(told)}."


def _tell_levels(task: str) -> list[str]:
    """Levels of each score; customers with equal values and unequal scores; repeaters scored as one-time buyers."""
    with np.load(answer_file(task, ".npz")) as found:
        *scores, values = (found[name] for name in found.files)
    levels = ", ".join(str(len(np.unique(score))) for score in scores)
    split = [unequal_share(values[:, place], score) for place, score in enumerate(scores)]
    once = values[:, 1] == 1
    alike = np.isin(scores[1][~once], np.unique(scores[1][once])).mean()
    return [levels, ", ".join(f"{share:.1%}" for share in split), f"{alike:.1%}"]


def unequal_share(values: np.ndarray, scores: np.ndarray) -> float:
    """Share of customers whose value others have too, but with another score."""
    order = np.lexsort([scores, values])
    value, score = values[order], scores[order]
    begins = np.flatnonzero(np.append(True, np.diff(value) != 0))
    sizes = np.diff(np.append(begins, len(value)))
    differs = np.maximum.reduceat(score, begins) != np.minimum.reduceat(score, begins)
    return float(sizes[differs].sum() / len(values))


def compare_clusters(size: int, rounds: int) -> str:
    source = segment_data.write_once(f"to_cluster_{size}", lambda: segment_data.to_cluster(size))
    tasks = {
        "kit, the whole choice": "kit_clusters",
        "scikit-learn, one fit at k = 10, standardised": "sklearn_scaled",
        "scikit-learn, one fit at k = 10, as they are": "sklearn_raw",
    }
    laps = race({name: (task, source) for name, task in tasks.items()}, rounds)
    with np.load(source) as found:
        kinds = found["type"]
    agreed = {name: adjusted_rand_score(kinds, np.load(answer_file(task, ".npy"))) for name, task in tasks.items()}
    more = {name: [str(laps[name][-1].told["groups"]), f"{agreed[name]:.2f}"] for name in tasks}
    table = describe_race(laps, more, ["groups", "adjusted Rand with the planted types"], cost=True)
    return f"{size:,} customers of {segment_data.TYPES} types, {len(segment_data.FEATURES)} columns.\n\n{table}"


def _check(holds: bool, said: str) -> None:
    if not holds:
        sys.exit(said)


COMPARISONS: dict[str, tuple[Callable[[int, int], str], int]] = {
    "fit": (compare_fit, 0),
    "forecast": (compare_forecast, 200_000),
    "scores": (compare_scores, 1_000_000),
    "clusters": (compare_clusters, 1_000_000),
}


def _packages() -> str:
    """The rivals' versions, as their own interpreter has them."""
    names = ("lifetimes", "pymc-marketing", "pymc", "pytensor", "pandas", "numpy")
    told = f"from importlib.metadata import version; print(*[f'{{n}} {{version(n)}}' for n in {names}], sep=', ')"
    found = subprocess.run([rival_python(), "-c", told], check=True, capture_output=True, text=True).stdout.strip()
    return f"scikit-learn {version('scikit-learn')}, scipy {version('scipy')}; in the other environment {found}."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=[*COMPARISONS, []], help="all, if none is named")
    parser.add_argument("--size", type=int, help="customers; 200,000 for forecast, 1 million for scores and clusters")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dry", action="store_true", help="print, and leave docs/benchmarks.md as it is")
    asked = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for what in asked.what or COMPARISONS:
        compare, size = COMPARISONS[what]
        text = f"{compare(asked.size or size, asked.rounds)}\n\n{machine()} {_packages()}"
        print(text)
        if not asked.dry:
            write_section(f"segments-{what}", text)


if __name__ == "__main__":
    main()
