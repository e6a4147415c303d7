"""Processes that keep what they have loaded and do one task at a time when told, so that contestants can take turns.

A contestant is a module with `serve({name: task})` under `__main__`. A task is given the files to read and to write,
loads what it needs, and returns the work, which is timed, and what to tell of its result, which is not.
"""

import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

Task = Callable[[Path, Path], tuple[Callable[[], Any], Callable[[Any], dict[str, Any]]]]


@dataclass(frozen=True)
class Lap:
    seconds: float  # on the clock
    cpu_seconds: float  # of all threads together; steadier than the clock on a busy machine
    told: dict[str, Any]


class Worker:
    """A contestant in its process, started at once; `python` is its interpreter, `path` what it may import from."""

    def __init__(self, module: str, python: Path, path: Sequence[Path]) -> None:
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - what it prints besides answers, open as long as it
        self._process = subprocess.Popen(
            [python, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))},
        )

    def run(self, task: str, source: Path, out: Path) -> Lap:
        """One lap; RuntimeError with the process's last words if it ends."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([task, str(source), str(out)]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            self._said.seek(0)
            raise RuntimeError(f"{task} ended with {self._process.wait()}:\n{self._said.read()[-2000:]}")
        return Lap(**json.loads(answer))

    def close(self) -> None:
        """End the process; it has nothing left to do."""
        self._process.communicate()
        self._said.close()


def serve(tasks: Mapping[str, Task]) -> None:
    """Do what comes in on standard input until it ends."""
    answers, sys.stdout = sys.stdout, sys.stderr  # libraries print where they like
    prepare = functools.cache(lambda task, source, out: tasks[task](Path(source), Path(out)))
    for line in sys.stdin:
        work, tell = prepare(*json.loads(line))
        start, before = perf_counter(), process_time()
        result = work()
        lap = {"seconds": perf_counter() - start, "cpu_seconds": process_time() - before}
        print(json.dumps({**lap, "told": tell(result)}), file=answers, flush=True)
