"""The command line: what it refuses, what it prints where, and its exit codes."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer.testing
from rich.console import Console

from helpers.data import demo
from helpers.runs import cli, progress
from tests.runs.conftest import AS_OF, ORDERS, PARAMS, Kit, run_kit, write_notebook

PAGE = f"reports/acme/{AS_OF}/index.html\n"
NIGHT = "reports/index.html\n"  # of all clients


class TestHelp:
    @pytest.mark.parametrize(
        ("command", "options"),
        [
            (
                [],
                ["new", "run", "check", "demo", "list", "schema",
                 "Exit codes: 0 all published, 1 a client failed, 2 the command"],
            ),
            (
                ["run"],
                ["CLIENT...", "--all", "--set", "SECTION.KNOB=VALUE", "--quiet", "-q", "--log-json", "--notebooks",
                 "--reports", "--timeout"],
            ),
            (["check"], ["CLIENT...", "--all", "--set"]),
            (
                ["new"],
                ["CLIENT", "SOURCE...", "--name", "--as-of", "--currency", "--force", "--update", "--explain", "--yes"],
            ),
            (["demo"], ["--if-missing"]),
            (["list"], ["date of their last report", "--json"]),
        ],
    )  # fmt: skip
    def test_each_option_is_named(self, command: list[str], options: list[str]) -> None:
        runner = typer.testing.CliRunner(env={"COLUMNS": "120", "TERM": "dumb", "NO_COLOR": "1"})
        for flag in ("--help", "-h"):
            done = runner.invoke(cli.app, [*command, flag])
            assert done.exit_code == 0
            shown = " ".join(done.output.replace("│", " ").split())
            for option in options:
                assert option in shown

    def test_every_option_there_is_has_a_help_text(self) -> None:
        group = typer.main.get_command(cli.app)
        for command in group.commands.values():  # type: ignore[attr-defined]
            assert command.help
            assert all(p.help for p in command.params)


class TestRefused:
    """The command is wrong: exit code 2, a message that says what to do, nothing made."""

    @pytest.mark.parametrize("command", ["run", "check"])
    @pytest.mark.parametrize("args", [[], ["--all", "acme"]])
    def test_clients_and_all(self, kit: Kit, command: str, args: list[str]) -> None:
        done = kit(command, *args)
        assert (done.code, done.out) == (2, "")
        assert "name one or more clients, or --all" in done.err
        assert ("not both" in done.err) == bool(args)

    @pytest.mark.parametrize(
        ("args", "message"),
        [
            (["run", "acmee"], 'Clients in params: acme. Did you mean "acme"?'),
            (["check", "acmee"], 'Did you mean "acme"?'),
            (["run", "params/acmee.yaml"], 'Did you mean "acme"?'),
            (["run", "acme", "--set", "summary.wrod=one"], 'Did you mean "word"?'),
            (["run", "acme", "--set", "sumary.word=one"], 'Did you mean "summary"?'),
            (["run", "acme", "--set", "summary.word=two"], "none, one"),
            (["run", "acme", "--set", "summary.word"], "section.knob=value"),
            (["run", "acme", "--notebooks", "nowhere"], "nowhere is not a folder"),
            (["run", "acme", "--timeout", "0"], "--timeout"),
            (["run", "acme", "--quite"], "--quiet"),
            (["runn", "acme"], "run"),
        ],
    )
    def test_the_nearest_is_named(self, kit: Kit, args: list[str], message: str) -> None:
        done = kit(*args)
        assert (done.code, done.out) == (2, "")
        assert message in " ".join(done.err.replace("│", " ").split())
        assert kit.last_good_stands()
        assert {p.name for p in kit.reports.iterdir()} == {AS_OF, "latest"}

    def test_a_misspelt_knob_in_the_file_is_told_with_its_line(self, kit: Kit) -> None:
        kit.params(PARAMS + "summary:\n  wrod: one\n")
        done = kit("run", "acme")
        assert (done.code, done.out) == (2, "")
        assert done.err == (
            'acme: params/acme.yaml, line 10: summary.wrod is not a knob. Allowed: word. Did you mean "word"?\n'
        )
        assert kit.last_good_stands()

    def test_no_clients_at_all(self, kit: Kit) -> None:
        (kit.root / "params/acme.yaml").rename(kit.root / "params/.acme.yaml")  # hidden: an editor's, or put away
        done = kit("run", "--all")
        assert done.code == 2
        assert "There is no client" in done.err
        assert "params/demo.yaml" in done.err

    def test_outside_a_project(self, tmp_path: Path) -> None:
        """In a process of its own, as a user meets it."""
        done = run_kit(tmp_path, "run", "acme")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            f"{tmp_path}: This is not inside a project. Allowed: a folder with notebooks/ and params/, "
            "or any folder below it. Change to the project's folder and try again.\n"
        )

    @pytest.mark.parametrize("args", [["list"], ["check", "acme"], ["demo"], ["schema"], ["new", "x", "x.csv"]])
    def test_every_command_needs_a_project(
        self, kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str]
    ) -> None:
        monkeypatch.chdir(tmp_path)
        done = kit(*args)
        assert (done.code, done.out) == (2, "")
        assert "This is not inside a project" in done.err


class TestWhatIsPrinted:
    def test_quiet_prints_only_the_page(self, kit: Kit) -> None:
        assert kit("run", "acme", "--quiet").__dict__ == {"code": 0, "out": PAGE, "err": ""}

    def test_below_the_project_the_path_is_still_one_to_open(self, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(kit.root / "params")
        done = kit("run", "acme.yaml", "-q")
        assert (done.code, done.err) == (0, "")
        assert Path(done.out.strip()).resolve() == kit.root / PAGE.strip()

    def test_log_json_prints_one_object_a_line(self, kit: Kit) -> None:
        kit.params("client: Bad\n", "bad")
        done = kit("run", "bad", "acme", "--log-json")
        assert (done.code, done.err) == (2, "")
        events = [json.loads(line) for line in done.out.splitlines()]
        first, *events, last = events
        assert first == {"event": "started", "client": "", "clients": 2}
        counts = {"published": 1, "unchanged": 0, "failed": 1}
        assert last == {"event": "finished", "client": "", **counts, "seconds": last["seconds"]}
        assert [(e["event"], e["client"]) for e in events] == [("failed", "bad"), ("client", "acme")] + [
            ("step", "acme")
        ] * 6 + [("published", "acme")]
        assert "bad.yaml" in events[0]["message"]
        assert events[1]["as_of"] == AS_OF
        assert [(e["name"], e["status"]) for e in events[2:8]] == [
            (name, status) for name in ("data", "00_summary", "pages") for status in ("running", "done")
        ]
        assert all(e["seconds"] >= 0 for e in events if e.get("status") == "done")
        assert Path(events[-1]["page"]) == kit.reports / AS_OF / "index.html"

    def test_a_terminal_shows_client_notebook_and_cell(self, monkeypatch: pytest.MonkeyPatch) -> None:
        shown = Console(force_terminal=True, width=100, record=True, file=io.StringIO())
        monkeypatch.setattr(progress, "Console", lambda **_: shown)
        with progress.Live() as report:
            report("client", "acme", as_of=AS_OF)
            report("cell", "acme", done=0, of=5)  # before any step: nothing to show it on
            report("step", "acme", name="02_rfm", status="running")
            report("cell", "acme", done=2, of=5)
            bar = report.progress.tasks[0]
            assert (bar.description, bar.fields["cell"], bar.percentage) == ("acme  02_rfm", "cell 3 of 5", 40)
            report("step", "acme", name="02_rfm", status="done", seconds=1.5)
            report("step", "acme", name="06_roi", status="skipped", reason="needs [orders]")
            report("failed", "acme", message="It [b]failed[/b].")
            report("published", "acme", page="x")
            assert report.progress.tasks == []
        text = shown.export_text()
        assert "acme  02_rfm           1.5 s" in text
        assert "acme  06_roi           skipped: needs [orders]" in text
        assert "acme: It [b]failed[/b]." in text

    def test_a_long_message_is_cut_to_a_screen(self) -> None:
        assert progress.brief("One sentence.") == "One sentence."
        assert progress.brief("\n".join(map(str, range(100)))).splitlines()[-2:] == ["14", "… and 85 more like these."]
        cut = progress.brief("word " * 1_000)
        assert len(cut) < 1_610
        assert cut.endswith("word …")


class TestSeveralClients:
    """One client's trouble stays that client's; the exit code tells the worst."""

    @pytest.fixture
    def two(self, kit: Kit) -> Callable[[str], Kit]:
        def add(text: str) -> Kit:
            kit.params(text, "aaa")  # before acme, so that acme comes after the trouble
            return kit

        return add

    def test_one_whose_data_are_bad(self, two: Callable[[str], Kit]) -> None:
        kit = two(PARAMS.replace("orders.csv", "none.csv"))
        done = kit("run", "--all")
        assert (done.code, done.out) == (1, PAGE + NIGHT)
        assert [line for line in done.err.splitlines() if line.startswith("aaa: ")]
        assert not (kit.reports / AS_OF / "good").exists()  # acme's is new

    def test_one_whose_parameter_file_is_wrong(self, two: Callable[[str], Kit]) -> None:
        kit = two(PARAMS.replace("currency: EUR", "curency: EUR"))
        done = kit("run", "aaa", "acme", "-q")
        assert (done.code, done.out) == (2, PAGE + NIGHT)
        assert 'Did you mean "currency"?' in done.err
        assert not (kit.reports.parent / "aaa").exists()

    def test_two_files_of_one_name_have_one_place_for_their_reports(self, kit: Kit) -> None:
        """Side by side, the second would be told that another run is making the report, which is not so."""
        (kit.root / "other").mkdir()
        (kit.root / "other/acme.yaml").write_text(PARAMS, "utf-8")
        done = kit("run", "acme", "other/acme.yaml")
        assert (done.code, done.out) == (2, "")
        told = " ".join(done.err.split())
        assert "are both the client acme, whose reports have one place. Rename one of them" in told
        assert kit.last_good_stands()
        assert kit("run", "acme", "params/acme.yaml").code == 0  # the same file, named twice

    def test_the_worst_outcome_counts(self, two: Callable[[str], Kit]) -> None:
        kit = two("")
        kit.params(PARAMS.replace("orders.csv", "none.csv"), "bbb")
        assert kit("run", "aaa", "bbb").code == 2
        assert kit("run", "bbb", "aaa").code == 2
        assert kit("check", "bbb", "aaa").code == 2


class TestCheck:
    def test_a_good_client(self, kit: Kit) -> None:
        write_notebook(kit.root / "notebooks/02_opinions.ipynb", "Opinions", needs=["surveys", "orders|events"])
        (kit.root / "orders.csv").write_text(ORDERS + "77,001,someday,3\n")
        done = kit("check", "acme")
        assert (done.code, done.err) == (0, "")
        lines = [line.split() for line in done.out.splitlines()]
        assert done.out.startswith(f"Acme & Söhne, as of {AS_OF}\n")
        assert ["Orders", "13", "12", "1", "orders.csv"] in lines
        assert ["00_summary", "would", "run"] in lines
        assert ["02_opinions", "would", "be", "skipped:", "needs", "surveys"] in lines
        assert kit.last_good_stands()

    def test_bad_clients(self, kit: Kit) -> None:
        (kit.root / "orders.csv").write_text("")
        done = kit("check", "acme")
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith("acme: ")
        assert "it is empty (0 bytes)" in done.err
        kit.params("clinet: x\n")
        done = kit("check", "--all")
        assert (done.code, done.out) == (2, "")
        assert 'Did you mean "client"?' in done.err

    def test_an_override_is_checked_too(self, kit: Kit) -> None:
        assert kit("check", "acme", "--set", "as_of=2026-10-01").out.startswith("Acme & Söhne, as of 2026-10-01\n")
        assert kit("check", "acme", "--set", "summary.word=two").code == 2


class TestDemo:
    def test_demo_writes_its_files_unless_they_are_there(self, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
        written: list[Path] = []

        def write(folder: Path) -> None:
            written.append(folder)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "planted.json").touch()

        monkeypatch.setattr(demo, "write_demo", write)
        for args in (["--if-missing"], ["--if-missing"], []):
            done = kit("demo", *args)
            assert (done.code, done.out) == (0, "")
        assert written == [kit.root / "data/demo"] * 2
        assert "data/demo. Next: kit run demo" in done.err


def test_no_command_shows_the_help() -> None:
    done = typer.testing.CliRunner(env={"COLUMNS": "120"}).invoke(cli.app, [])
    assert done.exit_code == 2
    assert "Usage: " in done.output


def test_a_scheduler_and_jobs_are_one_too_many(kit: Kit) -> None:
    done = kit("run", "--all", "--scheduler", "tcp://127.0.0.1:1", "--jobs", "2")
    assert done.code == 2
    assert "Invalid value for --scheduler: a scheduler gives each of its workers' threads a client" in done.err
    assert kit.last_good_stands()
