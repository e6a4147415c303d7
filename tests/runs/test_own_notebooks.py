"""A client's own versions of notebooks: how they are found and made, whose knobs hold, and how a misfit is told."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers.errors import InputError, ParamsError
from helpers.runs import cli_notebooks
from helpers.runs.json_schema import make_schema
from helpers.runs.knobs import notebook_sections, read_knobs
from helpers.runs.notebooks import find_notebooks
from helpers.runs.own import base_of, fill_in
from helpers.runs.params import read_params
from helpers.runs.project import Project
from tests.runs.conftest import AS_OF, PARAMS, Kit, write_notebook

OWN = "notebooks/acme/00_summary.ipynb"
WORD = 'word: str = "{}"  # any [none | one]\n'
NOTE = "This page is this client's own version, not the standard one."


def ran(kit: Kit) -> str:
    """What the only notebook printed in the last run."""
    [page] = (kit.reports / "latest" / "notebooks").glob("*.ipynb")
    outputs = [o for cell in nbformat.read(page, 4).cells for o in cell.get("outputs", [])]
    return "".join(o["text"] for o in outputs)


def step(kit: Kit, name: str = "00_summary") -> dict[str, Any]:
    record = json.loads((kit.reports / "latest" / "run.json").read_text("utf-8"))
    [found] = [s for s in record["steps"] if s["name"] == name]
    return found


def own(kit: Kit, *cells: str, knobs: str = WORD.format("none"), name: str = "00_summary") -> Path:
    return write_notebook(kit.root / f"notebooks/acme/{name}.ipynb", "Own cover", *cells, knobs=knobs)


class TestFound:
    def test_own_stands_in_place_of_the_kits_and_beside_it(self, tmp_path: Path) -> None:
        for name in ("00_summary", "02_rfm", "acme/02_rfm", "acme/09_regions", "beta/01_early"):
            write_notebook(tmp_path / f"{name}.ipynb", name)
        found = [(n.title, n.section, n.page, n.own) for n in find_notebooks(tmp_path, "acme")]
        assert found == [
            ("acme/02_rfm", "rfm", "02_rfm.html", True),
            ("acme/09_regions", "regions", "09_regions.html", True),
            ("00_summary", "summary", "index.html", False),
        ]
        assert [n.name for n in find_notebooks(tmp_path, "beta")] == ["01_early", "02_rfm", "00_summary"]
        assert not any(n.own for client in ("", "gamma") for n in find_notebooks(tmp_path, client))
        assert [n.name for n in find_notebooks(tmp_path)] == ["02_rfm", "00_summary"]

    def test_sections_come_in_the_order_of_numbers(self, tmp_path: Path) -> None:
        for name in ("00_summary", "05_late", "acme/03_own"):
            write_notebook(tmp_path / f"{name}.ipynb", name)
        assert list(notebook_sections(tmp_path, "acme")) == ["summary", "own", "late"]

    def test_another_number_is_refused(self, tmp_path: Path) -> None:
        for name in ("02_rfm", "acme/03_rfm"):
            write_notebook(tmp_path / f"{name}.ipynb", name)
        with pytest.raises(InputError, match=r"03_rfm\.ipynb and the kit's 02_rfm\.ipynb are both the section rfm"):
            notebook_sections(tmp_path, "acme")

    def test_two_of_one_section_are_refused(self, tmp_path: Path) -> None:
        for name in ("00_summary", "acme/08_own", "acme/09_own"):
            write_notebook(tmp_path / f"{name}.ipynb", name)
        with pytest.raises(InputError, match=r"08_own\.ipynb and 09_own\.ipynb are both the section own"):
            find_notebooks(tmp_path, "acme")

    def test_a_change_of_the_file_is_seen(self, tmp_path: Path) -> None:
        path = write_notebook(tmp_path / "00_summary.ipynb", "Before", knobs="bins: int = 5  # scores\n")
        assert (find_notebooks(tmp_path)[0].title, read_knobs(path)["bins"].default) == ("Before", 5)
        write_notebook(path, "Later", "save_table('late', 1)", knobs="bins: int = 6  # scores\n")
        [found] = find_notebooks(tmp_path)
        assert (found.title, found.writes, read_knobs(path)["bins"].default) == ("Later", {"late"}, 6)

    def test_a_cycle_that_an_own_version_makes_is_told_with_how_to_compare(self, tmp_path: Path) -> None:
        write_notebook(tmp_path / "00_summary.ipynb", "Cover")
        write_notebook(tmp_path / "01_a.ipynb", "A", "save_table('a', 1)")
        write_notebook(tmp_path / "02_b.ipynb", "B", "save_table('b', load_table('a'))")
        write_notebook(tmp_path / "acme/01_a.ipynb", "A", "save_table('a', load_table('b'))")
        with pytest.raises(InputError, match=r"wait for each other: .* `kit diff acme a` shows what differs"):
            find_notebooks(tmp_path, "acme")


class TestParameterFile:
    def test_a_section_of_a_clients_own_is_only_for_that_client(self, kit: Kit) -> None:
        own(kit, name="09_regions", knobs="top: int = 3  # how many [1..9]\n")
        for client in ("acme", "beta"):
            kit.params(PARAMS + "regions: {top: 4}\n", client)
        assert read_params(Path("params/acme.yaml"), Path("notebooks")).knobs == {"regions": {"top": 4}}
        with pytest.raises(ParamsError, match="regions is neither a key of the head nor a notebook's section"):
            read_params(Path("params/beta.yaml"), Path("notebooks"))

    def test_a_notebook_cannot_be_named_as_a_key_of_the_head(self, kit: Kit) -> None:
        own(kit, name="09_data")
        done = kit("run", "acme")
        assert (done.code, kit.last_good_stands()) == (2, True)
        assert "09_data.ipynb: data is a key of the head, not a name for a notebook." in done.err

    def test_the_schema_takes_every_clients_sections_and_knobs(self, kit: Kit) -> None:
        own(kit, knobs=WORD.format("one").replace("none | one", "none | one | two") + "most: int = 1  # lines\n")
        own(kit, name="09_regions", knobs="top: int = 3  # how many [1..9]\n")
        (kit.root / "notebooks/beta").mkdir()
        (kit.root / "notebooks/beta/00_summary.ipynb").write_text("half")  # one client's trouble
        sections = json.loads(make_schema(Path("notebooks")))["properties"]
        assert list(sections["regions"]["properties"]) == ["top"]
        word, most = (sections["summary"]["properties"][name] for name in ("word", "most"))
        assert [one["anyOf"][0]["enum"] for one in word["anyOf"]] == [["none", "one"], ["none", "one", "two"]]
        assert most["default"] == 1


class TestRun:
    def test_the_own_version_runs_and_says_so(self, kit: Kit) -> None:
        own(kit, "print('by hand', word)")
        done = kit("run", "acme")
        assert (done.code, done.out) == (0, f"reports/acme/{AS_OF}/index.html\n")
        assert ran(kit) == "by hand none\n"
        assert step(kit)["own"] is True
        for page in ("index.html", "report.html"):
            assert (kit.reports / "latest" / page).read_text("utf-8").count(NOTE.replace("'", "&#39;")) == 1

    def test_another_client_has_the_kits(self, kit: Kit) -> None:
        own(kit, "1 / 0")
        kit.params(PARAMS, "beta")
        assert kit("run", "beta").code == 0
        folder = kit.root / "reports/beta/latest"
        assert "own version" not in (folder / "report.html").read_text("utf-8")
        assert not any("own" in s for s in json.loads((folder / "run.json").read_text("utf-8"))["steps"])

    def test_an_additional_notebook_makes_a_page(self, kit: Kit) -> None:
        own(kit, "print(top)", name="09_regions", knobs="top: int = 3  # how many [1..9]\n")
        assert kit("run", "acme", "--set", "regions.top=5").code == 0
        assert (kit.reports / "latest/09_regions.html").is_file()
        assert (step(kit, "09_regions")["own"], "own" in step(kit)) == (True, False)

    @pytest.mark.parametrize(
        ("file", "args", "held", "told"),
        [
            ("", [], "one", ""),
            ("summary: {word: one}\n", [], "one", ""),
            (
                "summary: {word: none}\n",
                [],
                "none",
                'acme: acme.yaml sets summary.word to "none" where the first cell of acme/00_summary.ipynb has "one"; '
                "the parameter file holds.",
            ),
            ("summary: {word: one}\n", ["--set", "summary.word=none"], "none", ""),
        ],
        ids=["the first cell", "both", "the file", "--set"],
    )
    def test_whose_knob_holds(self, kit: Kit, file: str, args: list[str], held: str, told: str) -> None:
        own(kit, "print(word)", knobs=WORD.format("one"))
        kit.params(PARAMS + file)
        done = kit("run", "acme", *args)
        assert (done.code, ran(kit)) == (0, f"{held}\n")
        assert [line for line in done.err.splitlines() if "first cell" in line] == ([told] if told else [])

    def test_check_names_the_own_version(self, kit: Kit) -> None:
        own(kit)
        assert "would run (acme's own version)" in kit("check", "acme").out


class TestMisfit:
    HINT = "`kit diff acme summary` shows what differs from the kit's notebook."

    @pytest.mark.parametrize(
        ("cell", "message"),
        [
            ("from helpers.story.rfm import gone", "A cell raised ImportError: cannot import name 'gone'"),
            ("load_table = lambda name: {}\nload_table('old')['spend']", "A cell raised KeyError: 'spend'."),
        ],
    )
    def test_what_is_gone_is_told_with_how_to_compare(self, kit: Kit, cell: str, message: str) -> None:
        own(kit, cell)
        done = kit("run", "acme")
        assert (done.code, done.out, kit.last_good_stands()) == (1, "", True)
        assert message in done.err
        reads = " and reads the table old, which no notebook saves now" if "old" in cell else ""
        assert f". This is acme's own version of the notebook{reads}: {self.HINT}" in done.err

    def test_a_table_that_nobody_saves_is_told_although_the_notebook_ran(self, kit: Kit) -> None:
        own(kit, "load_table = len\nload_table('old')")
        done = kit("run", "acme")
        assert done.code == 0
        told = f"acme: acme/00_summary.ipynb reads the table old, which no notebook saves now. {self.HINT}\n"
        assert told in done.err

    def test_without_a_cell_of_knobs(self, kit: Kit) -> None:
        path = own(kit)
        path.write_text(path.read_text("utf-8").replace('"parameters"', '"other"'), "utf-8")
        done = kit("run", "acme")
        assert (done.code, kit.last_good_stands()) == (1, True)
        assert "The notebook has no cell tagged `parameters`." in done.err
        assert self.HINT in done.err

    def test_without_a_knob_that_the_file_sets(self, kit: Kit) -> None:
        own(kit, knobs="other: int = 1  # another\n")
        kit.params(PARAMS + "summary: {word: one}\n")
        done = kit("run", "acme")
        assert (done.code, kit.last_good_stands()) == (2, True)
        whose = "notebooks/acme/00_summary.ipynb, this client's own version"
        assert f"summary.word is not a knob of {whose}. Allowed: other." in done.err
        assert self.HINT in done.err

    def test_one_that_is_no_notebook(self, kit: Kit) -> None:
        own(kit).write_text("{", "utf-8")
        done = kit("run", "acme")
        assert (done.code, kit.last_good_stands()) == (1, True)
        assert "acme/00_summary.ipynb: This is not a notebook that can be read." in done.err


class TestOpen:
    def test_the_first_time_a_copy_is_made_with_the_clients_knobs(self, kit: Kit) -> None:
        knobs = WORD.format("none") + "share: float = 0.5\nnames: list[str] = [] # e.g. é\n"
        kit.cover("print(word, share)", knobs=knobs)
        kit.params(PARAMS + 'summary: {word: one, names: ["Ä \\"x\\"", b]}\n')
        done = kit("open", "acme", "summary", "--no-lab")
        assert (done.code, done.out) == (0, f"{OWN}\n")
        assert done.err == f"Made {OWN} from the kit's 00_summary.ipynb; `kit run acme` uses it from now on.\n"
        copy, kits = (nbformat.read(path, 4) for path in (OWN, "notebooks/00_summary.ipynb"))
        assert copy.cells[1].source == (
            'params_file: str = "../../params/acme.yaml"  # the client\nrun_dir: str = ""  # where results go\n'
            'word: str = "one"  # any [none | one]\nshare: float = 0.5\n'
            'names: list[str] = ["Ä \\"x\\"", "b"] # e.g. é\n'
        )
        assert copy.cells[1].source != kits.cells[1].source
        copy.cells[1].source = kits.cells[1].source
        assert copy == kits
        assert base_of(Path(OWN)).read_bytes() == Path("notebooks/00_summary.ipynb").read_bytes()
        assert read_knobs(Path(OWN))["names"].default == ['Ä "x"', "b"]

    def test_opened_again_it_stays_as_it_is(self, kit: Kit) -> None:
        kit("open", "acme", "summary", "--no-lab")
        edited = own(kit, "print('mine')", knobs=WORD.format("one")).read_bytes()
        kit.params(PARAMS + "summary: {word: none}\n")
        kit.cover("print('new')", knobs=WORD.format("none"))
        done = kit("open", "acme", "00_summary", "--path")
        assert (done.code, done.out, Path(OWN).read_bytes()) == (0, f"{OWN}\n", edited)
        differs, changed = done.err.splitlines()
        assert differs == (
            'acme.yaml sets summary.word to "none" where the first cell of acme/00_summary.ipynb has "one"; '
            "`kit run` takes the parameter file's."
        )
        assert changed == "The kit's 00_summary.ipynb has changed since it was copied: kit diff acme summary"

    def test_one_that_no_longer_fits_is_opened_to_be_mended(self, kit: Kit) -> None:
        own(kit, knobs="other: int = 1  # another\n")
        kit.params(PARAMS + "summary: {word: one}\n")
        done = kit("open", "acme", "summary", "--no-lab")
        assert (done.code, done.out) == (0, f"{OWN}\n")
        assert "word is not a knob" in done.err

    @pytest.mark.parametrize(
        ("args", "message"),
        [
            (["acme", "sumary"], "kit open acme sumary: there is no section sumary; did you mean summary?\n"),
            (["acme", "roi"], "kit open acme roi: there is no section roi. Allowed: summary.\n"),
            (["acmee", "summary"], 'Did you mean "acme"?'),
        ],
    )
    def test_what_is_misspelt_is_answered_with_the_nearest(self, kit: Kit, args: list[str], message: str) -> None:
        done = kit("open", *args, "--no-lab")
        assert (done.code, done.out) == (2, "")
        assert message in done.err
        assert not Path("notebooks/acme").exists()

    def test_a_wrong_parameter_file_makes_no_copy(self, kit: Kit) -> None:
        kit.params(PARAMS + "summary: {word: two}\n")
        done = kit("open", "acme", "summary", "--no-lab")
        assert (done.code, Path("notebooks/acme").exists()) == (2, False)
        assert "none, one" in done.err

    def test_what_the_disk_refuses_is_one_sentence(self, kit: Kit) -> None:
        Path("notebooks/acme").write_text("in the way")
        done = kit("open", "acme", "summary", "--no-lab")
        assert (done.code, len(done.err.splitlines())) == (2, 1)
        assert "Not a directory." in done.err

    def test_jupyterlab_of_this_interpreter_starts_on_it(self, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
        started: list[list[str]] = []

        class Lab:
            def __init__(self, command: list[str]) -> None:
                started.append(command)
                self.waits = iter([KeyboardInterrupt(), 3])  # Ctrl-C is for JupyterLab, which asks whether to stop

            def __enter__(self) -> "Lab":
                return self

            def __exit__(self, *_: object) -> None:
                return None

            def wait(self) -> int:
                met = next(self.waits)
                if isinstance(met, BaseException):
                    raise met
                return met

        monkeypatch.setattr(cli_notebooks.subprocess, "Popen", Lab)
        assert kit("open", "acme", "summary").code == 3
        path = kit.root.resolve() / OWN
        assert started == [
            [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={kit.root.resolve()}", str(path)]
        ]


@pytest.mark.parametrize(
    ("cell", "values", "filled"),
    [
        ("a: int = 1  # é [1..2]\nb: str = 'x'", {"a": 2}, "a: int = 2  # é [1..2]\nb: str = 'x'"),
        ('é: str = "ß"  # ä\nb: float = 1', {"b": 0.25}, 'é: str = "ß"  # ä\nb: float = 0.25'),
        ("# first\n\na: list[int] = [\n  1,\n  2]  # two\nb: bool = True", {"a": [3], "b": False},
         "# first\n\na: list[int] = [3]  # two\nb: bool = False"),
        ("a: dict[str, list[float]] = {}", {"a": {"x": [1.0, 2.5]}}, 'a: dict[str, list[float]] = {"x": [1.0, 2.5]}'),
        ('a: str = ""', {"a": 'say "hé"\\ \n'}, 'a: str = "say \\"hé\\"\\\\ \\n"'),
    ],
)  # fmt: skip
def test_a_first_cell_is_filled_in(cell: str, values: dict[str, Any], filled: str) -> None:
    assert fill_in(cell, values) == filled


@pytest.mark.slow
def test_a_copy_of_the_demos_page_runs_with_plain_papermill(demo_data: Path, project: Project, tmp_path: Path) -> None:
    shutil.copytree(project.notebooks, tmp_path / "notebooks")
    (tmp_path / "params").mkdir()
    text = (project.params / "demo.yaml").read_text("utf-8").replace("../data/demo", str(demo_data))
    (tmp_path / "params/demo.yaml").write_text(text + "\nrfm: {bins: 4}\n", "utf-8")
    for command in (
        ["-m", "helpers", "open", "demo", "rfm", "--no-lab"],
        ["-m", "papermill", "--cwd", "notebooks/demo", "notebooks/demo/02_rfm.ipynb", "out.ipynb", "-k", "python3"],
    ):
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
    tables = tmp_path / "reports/demo/draft/tables"
    assert (tables / "customers_rfm.parquet").is_file()
    printed = [o.get("text", "") for c in nbformat.read(tmp_path / "out.ipynb", 4).cells for o in c.get("outputs", [])]
    assert "outside `kit run`" not in "".join(printed)  # the first cell has what the file sets
