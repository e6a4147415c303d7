"""Folders for the sockets of kernels, each named after the process whose run it serves: by them it is known of which
runs that were killed something may still be at work."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from helpers.errors import InputError

_LONGEST = 85  # bytes of the folder's path: a socket in it, "/0123456789ab-5", may have 103 on macOS
_SERVER = "helpers.runs.fork_server"  # as its command line, and that of all its children, names it
_GONE_SECONDS = 25.0  # until what a run has left ends by itself: a fork server gives its children 20


def socket_folder() -> Path:
    """A folder for kernels' sockets that only this user can enter; its path is short, as sockets' names must be.

    Folders of processes that were killed before they could remove theirs go. Raises InputError where none can be made.
    """
    why = "there is no folder for temporary files"
    for _, left in _died():
        shutil.rmtree(left, ignore_errors=True)
    for base in _bases():
        try:
            made = Path(tempfile.mkdtemp(prefix=f"kit-{os.getpid()}-", dir=base))
        except OSError as error:
            why = f"{error.strerror} ({base})"
            continue
        if len(os.fsencode(made)) <= _LONGEST:
            return made
        made.rmdir()
        why = f"sockets cannot have names as long as in {base}"
    raise InputError(
        f"Kernels have no place for their sockets: {why}",
        mend="Make room in /tmp, or set TMPDIR to a folder with a short path.",
    )


@contextlib.contextmanager
def outlasting_killed_runs() -> Iterator[None]:
    """What is done here does not end before the fork servers have, and their children, of runs that were killed before
    it began: these clean up after themselves, and end; one that does not is killed. Kernels started cold end by
    themselves, unawaited.
    """
    died = {str(pid) for pid, _ in _died()}
    try:
        yield
    finally:
        ends = time.monotonic() + _GONE_SECONDS
        while died and (left := _processes_of(died)):
            if time.monotonic() > ends:
                for process in left:
                    with contextlib.suppress(psutil.Error):
                        process.kill()
                break
            time.sleep(0.05)


def _processes_of(runs: set[str]) -> list[psutil.Process]:
    """The fork servers of these runs, and their children; the id of the run stands last on their command line."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        told = process.info["cmdline"] or []
        if _SERVER in told and told[-1] in runs and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def _bases() -> list[Path]:
    bases = [Path("/tmp")]
    with contextlib.suppress(OSError):
        bases.append(Path(tempfile.gettempdir()).resolve())
    return list(dict.fromkeys(bases))


def _died() -> Iterator[tuple[int, Path]]:
    """Processes of this user that were killed before they could remove their folders."""
    for base in _bases() if hasattr(os, "getuid") else []:
        for left in base.glob("kit-*-*"):
            pid = left.name.split("-")[1]
            with contextlib.suppress(OSError):
                if pid.isdigit() and left.stat().st_uid == os.getuid() and not psutil.pid_exists(int(pid)):
                    yield int(pid), left
