"""`--notify COMMAND`: hands what a run did to a command, when the run ends or is interrupted.

The command is split as a shell splits words, and run without one, from the working folder. On its standard input it
gets one JSON object in UTF-8:

- `started_at`, `finished_at`: in UTC, like "2026-11-26T02:14:05+00:00"; `interrupted`: whether the run was stopped
- `asked`: clients the run was to make; `done`: clients it has tried, which are `published` (`thin` of them: an analysis
  was left out for too few data), `unchanged` or `failed`
- `clients`: those it has tried, the failed first, then by name: `client` (the name of its parameter file), `name` (what
  its report calls it), `status` (published, thin, unchanged or failed) and `message` (one sentence, or "")
- `page`: the path of reports/index.html

What the command prints goes to standard error, so that standard output holds what `kit` promises there.
"""

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
from typing import Any

from helpers.errors import InputError

SECONDS = 60


def split_command(command: str) -> list[str]:
    """The command's words; InputError where it has none, or a quotation mark that does not close."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise InputError(
            f"The command cannot be read: {str(error).lower()}", where="--notify", mend="Close what is quoted."
        ) from None
    if not words:
        raise InputError("There is no command", where="--notify", allowed="a command that reads standard input")
    return words


def notify(command: str, summary: dict[str, Any], seconds: float = SECONDS) -> str:
    """Run the command with the summary; returns "", or the one sentence to warn with where it failed. Never raises."""
    try:
        words = split_command(command)
        process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=_standard_error(), start_new_session=True
        )  # a session of its own: Ctrl-C is the run's, and all that it starts can be ended at once
    except InputError as error:
        return str(error)
    except (OSError, ValueError) as error:
        return _warn(command, f"could not be started: {getattr(error, 'strerror', None) or error}")
    try:
        process.communicate(json.dumps(summary, ensure_ascii=False).encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        return _warn(command, f"was ended: it took longer than {seconds:g} seconds")
    except BaseException:
        _end(process)
        raise
    if process.returncode:
        return _warn(command, f"failed with exit code {process.returncode}")
    return ""


def _standard_error() -> int | None:
    """The descriptor of standard error; where that is none of the system's, as in a notebook, nothing is kept."""
    try:
        return sys.stderr.fileno()
    except (OSError, ValueError, AttributeError):
        return subprocess.DEVNULL


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    if process.stdin:
        with contextlib.suppress(OSError):
            process.stdin.close()
    process.wait()


def _warn(command: str, what: str) -> str:
    return f"Warning: the command given to --notify {what}: {command}"
