"""A small project whose report stands as a run leaves it, made without running anything."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from helpers.runs.job import Job
from helpers.runs.made_from import MadeFrom, made_from
from helpers.runs.notebooks import Notebook, find_notebooks
from helpers.runs.params import Params, read_params
from tests.runs.conftest import AS_OF, ORDERS, PARAMS, write_notebook

SALES = 'save_table("sales", 1)'
SEGMENTS = 'sales = load_table("sales")\nsave_table("segments", sales)'
REVIEW = "then = open_earlier(client, run_dir, against)"
AGAINST = 'against: str = ""  # the earlier report\n'


@dataclass(frozen=True)
class Recorded:
    root: Path

    @property
    def client_dir(self) -> Path:
        return self.root / "reports/acme"

    @property
    def orders(self) -> Path:
        return self.root / "orders.csv"

    @property
    def params_file(self) -> Path:
        return self.root / "params/acme.yaml"

    @property
    def report(self) -> Path:
        return self.client_dir / AS_OF

    def job(self, **changes: Any) -> Job:
        root = self.root
        return Job(self.params_file, root, root / "notebooks", root / "reports", **changes)

    def read(self, *sets: str) -> Params:
        return read_params(self.params_file, self.root / "notebooks", sets)

    def notebooks(self) -> list[Notebook]:
        return find_notebooks(self.root / "notebooks")

    def made(self, *sets: str, only: tuple[str, ...] = (), before: dict[str, Any] | None = None) -> MadeFrom:
        return made_from(self.read(*sets), self.notebooks(), self.client_dir, only=only, before=before)

    def keys(self, *sets: str) -> dict[str, str]:
        return self.made(*sets).keys

    def changed_keys(self, before: dict[str, str], *sets: str) -> set[str]:
        now = self.keys(*sets)
        return {name for name in now.keys() | before.keys() if now.get(name) != before.get(name)}

    def publish(self, *sets: str, only: tuple[str, ...] = (), day: str = AS_OF) -> dict[str, Any]:
        """Write pages and run.json as of now, and point `latest` at them; the record."""
        made = self.made(*sets, only=only)
        folder = self.client_dir / day
        (folder / "tables").mkdir(parents=True, exist_ok=True)
        steps = [{"name": name, "status": "done", "key": key, "tables": []} for name, key in made.keys.items()]
        record = {
            "client": "Acme", "as_of": day, "status": "published", "identifiers": "as_given",
            "finished_at": datetime.now(UTC).isoformat(timespec="seconds"), "steps": steps, "made_from": made.record(),
        }  # fmt: skip
        for name in ("report", "index", *(name for name in made.keys if name != "00_summary")):
            (folder / f"{name}.html").write_text("page", "utf-8")
        self.write_record(folder, record)
        latest = self.client_dir / "latest"
        latest.unlink(missing_ok=True)
        latest.symlink_to(day)
        return record

    def write_record(self, folder: Path, record: dict[str, Any]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "run.json").write_text(json.dumps(record), "utf-8")

    def notebook(self, name: str, *cells: str, knobs: str = "") -> Path:
        return write_notebook(self.root / f"notebooks/{name}.ipynb", name, *cells, knobs=knobs)

    def params(self, *lines: str) -> None:
        self.params_file.write_text(PARAMS + "".join(f"{line}\n" for line in lines), "utf-8")


def write_recorded(root: Path) -> Recorded:
    """Five notebooks: of two, one reads what the other saves; one that neither touches, a review, and the summary."""
    project = Recorded(root)
    for folder in ("notebooks", "params", "reports"):
        (root / folder).mkdir(parents=True)
    project.orders.write_text(ORDERS, "utf-8")
    project.params()
    project.notebook("00_summary", "print(load_findings(), load_steps())")
    project.notebook("01_sales", "# Why\n\nBecause.", SALES, knobs="least: int = 0  # the least that counts [0..]\n")
    project.notebook("02_segments", SEGMENTS)
    project.notebook("03_opinions", "print(1)", knobs='targets: str = ""  # a file of targets\n')
    project.notebook("07_review", REVIEW, knobs=AGAINST)
    return project
