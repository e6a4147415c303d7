"""What a run tells while it runs: live on a terminal, plain lines elsewhere, JSON lines for machines, or nothing.

All are the same small set of events. Of a client: `client` (as_of; it is started), `step` (name, status: running, done,
skipped or failed; seconds, reason), `cell` (name of the step, done, of), `note` (message), and how it ended:
`published` (page), `unchanged` (since: when the report that stands was made, as run.json writes times) or `failed`
(message). Of the whole run, with "" as the client: `started` (clients: how many it is to make) and `finished`
(published, unchanged, failed, seconds). Clients may be at work at once, and so may steps of one client; events come
from one thread.
"""

import json
import sys
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from helpers.runs.times import now, read_time, say_duration, say_since


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

    def __init__(self) -> None:
        self.clients = 1

    def __call__(self, event: str, client: str, **fields: Any) -> None:
        super().__call__(event, client, **fields)
        if event == "step" and fields["status"] != "running":
            self._print(_step_line(client, fields))
        elif event == "note":
            self._print(f"{client}: {fields['message']}")
        elif event == "unchanged":
            self._print(f"{client}  unchanged since {say_since(fields['since'], now())}")
        elif event == "started":
            self.clients = fields["clients"]
        elif event == "finished" and self.clients > 1:
            self._print(_end_line(self.clients, fields))

    def _print(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)


class Json(Quiet):
    """One JSON object a line on standard output."""

    def __call__(self, event: str, client: str, **fields: Any) -> None:
        if event != "cell":
            print(json.dumps({"event": event, "client": client, **fields}, default=str), flush=True)


@dataclass
class _AtWork:
    """A client at work, as its line shows it."""

    task: TaskID
    steps: dict[str, tuple[int, int]] = field(default_factory=dict)  # running: cells done, and of how many
    skipped: int = 0
    began: float = field(default_factory=time.monotonic)


class Live(Quiet):
    """A line for every client at work, which names what runs now and its cells; above them one for the whole run.

    What is over scrolls by: of a single client its steps, of several only the clients. Those unchanged are told
    together, in one line at the end.
    """

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)
        self.progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[cell]}", markup=False),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
        )
        self.clients = 1  # that the run is to make
        self.whole: TaskID | None = None  # the line of the run
        self.began = time.monotonic()
        self.at_work: dict[str, _AtWork] = {}
        self.published = self.failed = 0
        self.unchanged: list[tuple[str, str]] = []  # client and since when

    def __enter__(self) -> "Live":
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()
        if self.unchanged:
            self._print(_unchanged_line(self.unchanged), "dim")

    def __call__(self, event: str, client: str, **fields: Any) -> None:
        if event == "started":
            self.clients = fields["clients"]
            if self.clients > 1:
                self.whole = self.progress.add_task("", total=self.clients, cell="")
        elif event == "client":
            self._begin(client)
        elif event == "step":
            self._step(client, fields)
        elif event == "cell" and client in self.at_work:
            steps = self.at_work[client].steps
            name = fields.get("name") or next(reversed(steps), None)
            if name in steps:
                steps[name] = fields["done"], fields["of"]
        elif event == "note":
            self._print(f"{client}: {fields['message']}", "yellow")
        elif event == "published":
            self._tell_published(client)
        elif event == "unchanged":
            self.unchanged.append((client, str(fields["since"])))
        elif event == "failed":
            self.failed += 1
            self._print(f"{client}: {fields['message']}", "red")
        elif event == "finished" and self.whole is not None:
            self._print(_end_line(self.clients, fields), "bold")
        if event in ("published", "unchanged", "failed"):
            self._drop(client)
        self._show(client)

    def _begin(self, client: str) -> _AtWork:
        if client not in self.at_work:
            task = self.progress.add_task(client, total=None, cell="", visible=self.whole is not None)
            self.at_work[client] = _AtWork(task)
        return self.at_work[client]

    def _step(self, client: str, fields: dict[str, Any]) -> None:
        known = self._begin(client)
        if fields["status"] == "running":
            known.steps[fields["name"]] = 0, 0
            return
        known.steps.pop(fields["name"], None)
        known.skipped += fields["status"] == "skipped"
        if self.whole is None:
            colour = {"done": "green", "skipped": "yellow", "failed": "red"}[fields["status"]]
            self._print(_step_line(client, fields), colour)

    def _tell_published(self, client: str) -> None:
        self.published += 1
        if self.whole is not None:
            known = self._begin(client)
            skipped = f", {known.skipped} skipped" if known.skipped else ""
            self._print(f"{client}  published, {say_duration(time.monotonic() - known.began)}{skipped}", "green")

    def _drop(self, client: str) -> None:
        known = self.at_work.pop(client, None)
        if known is not None:
            self.progress.remove_task(known.task)

    def _show(self, client: str) -> None:
        """Bring a client's line, and that of the run, up to date."""
        known = self.at_work.get(client)
        if known is not None:
            cells = [(done, of) for done, of in known.steps.values() if of]
            told = ", ".join(f"{done + 1} of {of}" for done, of in cells)
            self.progress.update(
                known.task,
                description=f"{client}  {', '.join(known.steps)}".rstrip(),
                completed=sum(done for done, _ in cells),
                total=sum(of for _, of in cells) or None,
                cell=f"{'cell' if len(cells) == 1 else 'cells'} {told}" if cells else "",
                visible=self.whole is not None or bool(known.steps),
            )
        if self.whole is not None:
            done = self.published + self.failed + len(self.unchanged)
            failed = f", {self.failed} failed" if self.failed else ""
            self.progress.update(
                self.whole,
                description=f"{done} of {self.clients} clients{failed}",
                completed=done,
                cell=self._left(done),
            )

    def _left(self, done: int) -> str:
        """How long the rest will take, at the pace so far; nothing until there is one."""
        worked = self.published + self.failed
        left = self.clients - done
        if not worked or not left:
            return ""
        return f"about {say_duration((time.monotonic() - self.began) / done * left)} left"

    def _print(self, text: str, style: str) -> None:
        self.console.print(Text(text, style), soft_wrap=True)  # styled by itself: the lines below keep their colours


def brief(message: str, lines: int = 15, characters: int = 1600) -> str:
    """A message cut to what one screen shows."""
    kept = message.splitlines()[:lines]
    left = len(message.splitlines()) - len(kept)
    text = "\n".join(kept)
    if len(text) > characters:
        text = text[:characters].rsplit(None, 1)[0] + " …"
    return text + (f"\n… and {left} more like these." if left else "")


def _step_line(client: str, fields: dict[str, Any]) -> str:
    seconds = "as before" if fields.get("reused") else f"{fields.get('seconds', 0):.1f} s"
    what = {"done": seconds, "skipped": f"skipped: {fields.get('reason')}"}
    return f"{client}  {fields['name']:<16} {what.get(fields['status'], fields['status'])}"


def _unchanged_line(clients: list[tuple[str, str]]) -> str:
    """[("acme", "2026-11-26T02:14:05+00:00")] -> "acme: unchanged since 02:14."; several in one sentence."""
    who = clients[0][0] if len(clients) == 1 else f"{len(clients):,} clients"
    # Reports made on several days: what holds for all is the last of them.
    since = max({since for _, since in clients}, key=lambda one: (read_time(one) is not None, read_time(one) or one))
    longer = " or longer" if len({since for _, since in clients}) > 1 else ""
    return f"{who}: unchanged since {say_since(since, now())}{longer}."


def _end_line(clients: int, fields: dict[str, Any]) -> str:
    became = [f"{fields[name]:,} {name}" for name in ("published", "unchanged", "failed") if fields.get(name)]
    return f"{clients:,} clients in {say_duration(fields.get('seconds', 0))}: {', '.join(became) or 'none made'}."
