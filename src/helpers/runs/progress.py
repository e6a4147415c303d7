"""What a run tells while it runs: live on a terminal, plain lines elsewhere, JSON lines for machines, or nothing.

All are the same small set of events: `client` (started), `step` (name, status: running, done, skipped or failed),
`cell` (name, done, of), `published` (page) and `failed` (message).
"""

import json
import sys
from contextlib import AbstractContextManager
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class Reporter(Protocol):
    def __call__(self, event: str, client: str, **fields: Any) -> None: ...


class Quiet(AbstractContextManager["Quiet"]):
    """Says nothing but what went wrong."""

    def __exit__(self, *_: object) -> None:
        return None

    def __call__(self, event: str, client: str, **fields: Any) -> None:
        if event == "failed":
            print(f"{client}: {fields['message']}", file=sys.stderr)


class Plain(Quiet):
    """One line a step, for logs."""

    def __call__(self, event: str, client: str, **fields: Any) -> None:
        super().__call__(event, client, **fields)
        if event == "step" and fields["status"] != "running":
            print(_step_line(client, fields), file=sys.stderr, flush=True)


class Json(Quiet):
    """One JSON object a line on standard output."""

    def __call__(self, event: str, client: str, **fields: Any) -> None:
        if event != "cell":
            print(json.dumps({"event": event, "client": client, **fields}, default=str), flush=True)


class Live(Quiet):
    """A bar that names client, notebook and cell, above it the steps that are done."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)
        self.progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[cell]}"),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
        )
        self.task: TaskID | None = None

    def __enter__(self) -> "Live":
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def __call__(self, event: str, client: str, **fields: Any) -> None:
        if event == "step" and fields["status"] == "running":
            self._drop()
            self.task = self.progress.add_task(f"{client}  {fields['name']}", total=None, cell="")
        elif event == "cell" and self.task is not None:
            at = f"cell {fields['done'] + 1} of {fields['of']}"
            self.progress.update(self.task, completed=fields["done"], total=fields["of"], cell=at)
        elif event == "step":
            self._drop()
            colour = {"done": "green", "skipped": "yellow", "failed": "red"}[fields["status"]]
            self.console.print(_step_line(client, fields), style=colour, markup=False, soft_wrap=True)
        elif event == "failed":
            self._drop()
            self.console.print(f"{client}: {fields['message']}", style="red", markup=False, soft_wrap=True)

    def _drop(self) -> None:
        if self.task is not None:
            self.progress.remove_task(self.task)
            self.task = None


def brief(message: str, lines: int = 15, characters: int = 1600) -> str:
    """A message cut to what one screen shows."""
    kept = message.splitlines()[:lines]
    left = len(message.splitlines()) - len(kept)
    text = "\n".join(kept)
    if len(text) > characters:
        text = text[:characters].rsplit(None, 1)[0] + " …"
    return text + (f"\n… and {left} more like these." if left else "")


def _step_line(client: str, fields: dict[str, Any]) -> str:
    what = {"done": f"{fields.get('seconds', 0):.1f} s", "skipped": f"skipped: {fields.get('reason')}"}
    return f"{client}  {fields['name']:<16} {what.get(fields['status'], fields['status'])}"
