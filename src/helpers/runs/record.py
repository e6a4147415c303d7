"""The record of a run while it is being made: what was made from what, written as run.json, and told step by step."""

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from helpers.errors import ThinDataError
from helpers.runs.params import Params
from helpers.runs.progress import Reporter
from helpers.runs.states import versions
from helpers.story.units import in_unit, unit_of


@dataclass
class Run:
    params: Params
    notebooks: Path
    report: Reporter
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)  # by name, in the order of the record
    status: str = "running"
    error: str = ""
    inputs: list[dict[str, Any]] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)  # what else the record says
    started_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    began: float = field(default_factory=time.perf_counter)

    def plan(self, names: list[str]) -> None:
        """The order in which steps stand in the record, whatever the order in which they end."""
        self.steps = {name: self.steps.get(name, {}) for name in [*self.steps, *names]}

    def write(self, folder: Path) -> None:
        """Whole or not at all: kernels read it at any moment."""
        record = {
            "client": self.params.client,
            "as_of": str(self.params.as_of),
            "currency": self.params.currency,
            "unit": self.params.unit,
            "identifiers": self.params.privacy.identifiers,  # as the published tables hold them
            "status": self.status,
            "error": self.error,
            "started_at": self.started_at,
            "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(time.perf_counter() - self.began, 2),
            "rows": sum(one["rows"] for one in self.inputs),
            "steps": [step for step in self.steps.values() if step],
            "inputs": self.inputs,
            "params": {
                "path": str(self.params.path),
                "sha256": self.params.sha256,
                "notebooks": str(self.notebooks),  # whose knobs the file was checked against
                "overrides": list(self.params.overrides),
            },
            "versions": versions(),
        }
        fresh = folder / f".run.json.{os.getpid()}"
        fresh.write_text(json.dumps(record | self.more, indent=1, ensure_ascii=False), "utf-8")
        fresh.replace(folder / "run.json")

    def titles(self) -> dict[str, str]:
        """The titles of the pages there are, by name."""
        return titles_of(list(self.steps.values()))

    def title(self, name: str, title: str) -> str:
        return in_unit(title, unit_of(name, self.params.unit))


def titles_of(steps: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The titles of the pages that were made, by name, of the steps as run.json has them."""
    done = [step for step in steps if step and step["status"] == "done" and step["name"][0].isdigit()]
    return {str(step["name"]): str(step["title"]) for step in done}


class Step:
    """Times a step, tells about it, and writes its outcome into the run's record.

    A step that finds too few data is skipped with its reason; any other error goes on its way.
    """

    def __init__(self, run: Run, name: str, title: str) -> None:
        self.run, self.name = run, name
        self.record: dict[str, Any] = {"name": name, "title": run.title(name, title), "status": "running"}
        self.started = 0.0

    def __enter__(self) -> "Step":
        self.begin()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        self.end(error)
        return isinstance(error, ThinDataError)

    def begin(self) -> None:
        self.started = time.perf_counter()
        self.run.steps[self.name] = self.record
        self.run.report("step", self.run.params.slug, name=self.name, status="running")

    def end(self, error: BaseException | None) -> None:
        thin = isinstance(error, ThinDataError)
        if not self.started:  # it never had its turn
            self.begin()
        self.record |= {
            "status": "skipped" if thin else "failed" if error else "done",
            "seconds": round(time.perf_counter() - self.started, 2),
        }
        if thin:
            self.record["reason"] = in_unit(str(error), unit_of(self.name, self.run.params.unit))
        self._tell()

    def skip(self, reason: str, asked: str) -> None:
        """It lacks its data: `reason` is for who runs the report, `asked` says the same to its reader."""
        self.run.steps[self.name] = self.record = self.record | {
            "status": "skipped", "reason": reason, "asked": asked
        }  # fmt: skip
        self._tell()

    def reuse(self, kept: dict[str, Any]) -> None:
        """Its outcome is that of an earlier run."""
        self.run.steps[self.name] = self.record = self.record | kept | {"seconds": 0.0}
        self._tell()

    def _tell(self) -> None:
        told = {k: v for k, v in self.record.items() if k in ("name", "status", "seconds", "reason", "reused")}
        self.run.report("step", self.run.params.slug, **told)
