"""Small changes put into analysis/, one at a time, and whether that module's own tests notice them: `make mutate`.

    python -m tests.analysis.mutate             # every module, an hour or two
    python -m tests.analysis.mutate nps roi     # these only

Cosmic Ray makes the changes: an operator, a comparison or a boolean becomes its neighbour or its opposite, a number one
more or one less, a loop runs zero times. It writes each into the source, so all of this happens in a copy of the
project. A change is noticed where the module's tests fail, or don't end. docs/decisions.md says of what kind the
changes are that nothing notices, and why they cannot matter.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import WorkerOutcome

ROOT = Path(__file__).parents[2]
SOURCE, TESTS = Path("src/helpers/analysis"), Path("tests/analysis")
# Of the eleven operators and seven comparisons that could stand in another's place, those nearest to it. With the
# profile "ci" Hypothesis tries the same examples on every change. A module's tests take ten seconds at most.
CONFIGURATION = r"""
[cosmic-ray]
module-path = "{module}"
timeout = 300
excluded-modules = []
test-command = "{python} -m pytest -x -q --tb=no -n 0 -p no:cacheprovider --hypothesis-profile=ci {tests}"

[cosmic-ray.distributor]
name = "local"

[cosmic-ray.filters.operators-filter]
exclude-operators = ['''core/(?!(NumberReplacer|ZeroIterationForLoop|Replace(True|False|And|Or|Break|Continue)With.*|\
ReplaceUnaryOperator_(USub_UAdd|Delete_Not|Delete_Invert)|\
ReplaceComparisonOperator_(Lt_GtE|Lt_LtE|LtE_Gt|LtE_Lt|Gt_LtE|Gt_GtE|GtE_Lt|GtE_Gt|Eq_NotEq|NotEq_Eq|Is_IsNot|IsNot_Is)|\
ReplaceBinaryOperator_(Add_Sub|Sub_Add|Mul_Div|Div_Mul|FloorDiv_Mul|Mod_Mul|Pow_Mul|RShift_LShift|BitOr_BitAnd|BitAnd_BitOr)\
)$)''']
""".replace("\\\n", "")
STEPS = (
    ("cosmic_ray.cli", "init", "changes.toml", "changes.sqlite"),
    ("cosmic_ray.tools.filters.operators_filter", "changes.sqlite", "changes.toml"),
    ("cosmic_ray.cli", "baseline", "changes.toml"),
    ("cosmic_ray.cli", "exec", "changes.toml", "changes.sqlite"),
)


@dataclass(frozen=True)
class Outcome:
    module: str
    tried: int
    unnoticed: list[str]  # line, and what became of it

    def __str__(self) -> str:
        return f"{self.module}: {_share(self.tried, len(self.unnoticed))}\n" + "".join(
            f"    {change}\n" for change in self.unnoticed
        )


def mutate(module: Path) -> Outcome:
    """Try every change of one module, given below SOURCE, in a copy of the project."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in ("src", "tests"):
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        found = sorted((copy / TESTS / module.parent).glob(f"test_{module.stem}*.py"))
        tests = " ".join(str(path.relative_to(copy)) for path in found)
        configuration = CONFIGURATION.format(module=SOURCE / module, python=sys.executable, tests=tests)
        (copy / "changes.toml").write_text(configuration, "utf-8")
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(copy / "src"), str(copy)])}
        for step in STEPS:
            subprocess.run([sys.executable, "-m", *step], cwd=copy, env=environment, check=True)
        with use_db(str(copy / "changes.sqlite"), WorkDB.Mode.open) as session:
            results = [r for _, r in session.completed_work_items if r.worker_outcome == WorkerOutcome.NORMAL]
        unnoticed = [_describe(result.diff) for result in results if not result.is_killed]
        return Outcome(module.stem, len(results), [f"{line}: {change}" for line, change in sorted(unnoticed)])


def _describe(diff: str) -> tuple[int, str]:
    """A change's line, and "was -> is"."""
    _, place, hunk = re.split(r"^@@ -(\d+).*$\n", diff, maxsplit=1, flags=re.M)
    lines = hunk.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("-"))
    now = next(line for line in lines if line.startswith("+"))
    return int(place) + at, f"{lines[at][1:].strip()}  ->  {now[1:].strip()}"


def _share(tried: int, missed: int) -> str:
    return f"{tried - missed} of {tried} changes noticed, {1 - missed / max(tried, 1):.1%}"


def main() -> None:
    found = sorted(path.relative_to(ROOT / SOURCE) for path in (ROOT / SOURCE).rglob("*.py"))
    known = {path.stem: path for path in found if path.stem != "__init__"}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", metavar="module", help=f"of {', '.join(known)}; all where none is named")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="modules tried at a time")
    given = parser.parse_args()
    if unknown := set(given.modules) - set(known):
        parser.error(f"no module {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    tried = missed = 0
    with ThreadPoolExecutor(given.processes) as pool:
        for outcome in pool.map(mutate, [known[name] for name in given.modules or known]):
            print(outcome, flush=True)
            tried, missed = tried + outcome.tried, missed + len(outcome.unnoticed)
    print(f"analysis: {_share(tried, missed)}")


if __name__ == "__main__":
    main()
