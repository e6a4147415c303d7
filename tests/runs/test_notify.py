"""`--notify`: what the command is given, and that its trouble is one sentence."""

import json
import os
import sys
from pathlib import Path
from shlex import quote
from typing import Any

import pytest

from helpers.errors import InputError
from helpers.runs.notify import notify, split_command
from tests.runs.test_pipeline import wait_until

SUMMARY: dict[str, Any] = {"done": 1, "clients": [{"client": "acme", "name": "Acme & Söhne", "status": "published"}]}


def command(code: str) -> str:
    return f"{quote(sys.executable)} -c {quote(code)}"


def test_the_command_gets_the_summary(tmp_path: Path) -> None:
    out = tmp_path / "a file.json"
    code = f"import sys; open({str(out)!r}, 'wb').write(sys.stdin.buffer.read())"
    assert notify(command(code), SUMMARY) == ""
    assert json.loads(out.read_text("utf-8")) == SUMMARY
    assert "Söhne" in out.read_text("utf-8")


def test_what_it_prints_is_not_on_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    assert notify(command("print('told')"), SUMMARY) == ""
    assert capfd.readouterr() == ("", "told\n")


def test_no_shell_reads_it(tmp_path: Path) -> None:
    assert notify(f"{command('import sys; assert sys.argv[1:] == [chr(59), chr(36) + chr(72)]')} ';' '$H'", {}) == ""


def test_it_need_not_read_a_long_summary() -> None:
    assert notify(command("pass"), {"clients": ["x" * 1000] * 1000}) == ""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (command("raise SystemExit(3)"), "failed with exit code 3"),
        ("no-such-command-here x", "could not be started: No such file or directory"),
        ("", "There is no command"),
        ("curl 'http://", "The command cannot be read: no closing quotation"),
        (f"{command('pass')} a\0b", "could not be started: embedded null byte"),
    ],
)
def test_its_trouble_is_one_sentence(given: str, said: str) -> None:
    told = notify(given, SUMMARY)
    assert said in told
    assert "Traceback" not in told
    assert len(told.splitlines()) == 1


def test_one_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    code = (
        "import os, subprocess, sys; "
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}'); child.wait()"
    )
    assert "took longer than 3 seconds" in notify(command(code), SUMMARY, seconds=3)
    parent, child = map(int, pids.read_text().split())
    wait_until(lambda: not _is_at_work(parent) and not _is_at_work(child))  # killed, they need a moment to end


def test_a_command_is_refused_before_a_run_begins() -> None:
    assert split_command("mail -s 'the night' me@example.org") == ["mail", "-s", "the night", "me@example.org"]
    with pytest.raises(InputError, match="--notify: There is no command"):
        split_command("  ")


def _is_at_work(pid: int) -> bool:
    """Whether a process lives: one that was killed may linger until its parent looks."""
    try:
        os.kill(pid, 0)
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False
