"""The project file: what it may say, and how a mistake in it is told."""

from pathlib import Path

import pytest

from helpers.errors import ParamsError
from helpers.runs.project import Project
from helpers.runs.settings import FILE, Settings, read_settings
from tests.runs.conftest import Kit

KNOWN = "Allowed: reports, keep, jobs, scheduler, notify."


def read(folder: Path, text: str | bytes) -> Settings:
    (folder / FILE).write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_settings(folder)


def test_without_a_file_or_with_an_empty_one_defaults_hold(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()
    assert read(tmp_path, "") == read(tmp_path, "# reports: elsewhere\nkeep:\n") == Settings()
    assert Project(tmp_path).reports == tmp_path / "reports"


def test_all_that_it_may_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIT_BUCKET", "acme-reports")
    text = (
        "reports: s3://${KIT_BUCKET}/kit\nkeep: ${KEEP:-3}\njobs: 2\nscheduler: tcp://10.0.0.5:8786\nnotify: ./tell\n"
    )
    settings = read(tmp_path, text)
    assert settings == Settings("s3://acme-reports/kit", 3, 2, "tcp://10.0.0.5:8786", "./tell")
    assert settings.storage == "s3://acme-reports/kit"
    assert Project(tmp_path).reports == tmp_path / "reports"  # where they are built


@pytest.mark.parametrize("where", ["made/here", "{root}/elsewhere"])
def test_reports_may_stand_in_another_folder(tmp_path: Path, where: str) -> None:
    named = where.format(root=tmp_path)
    assert read(tmp_path, f"reports: {named}\n").storage == ""
    assert Project(tmp_path).reports == tmp_path / named


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("keep: 2\nreprots: a\n", f'line 2: reprots is no setting of a project. {KNOWN} Did you mean "reports"?'),
        ("client: Acme\n", f"line 1: client is no setting of a project. {KNOWN} What is a client's stands in its file "
         "in params/."),
        ("reports: s4://bucket\n", 'line 1: reports is "s4://bucket", which is no kind of storage that is known. '
         "Allowed: like s3://…, gs://…, az://…."),
        ("reports: file:///srv/r\n", 'line 1: reports is "file:///srv/r", and a folder of this machine is written as '
         "its path. Allowed: like /srv/reports."),
        ("reports: s3://\n", "line 1: reports names no bucket or container. Allowed: like s3://bucket/reports."),
        ("reports: [a]\n", "line 1: reports must be a folder, or an address in object storage. Allowed: like "
         "/srv/reports or s3://bucket/reports."),
        ("keep: 0\n", "line 1: keep is 0, and must be a whole number. Allowed: from 1 on."),
        ("jobs: two\n", 'line 1: jobs is "two", and must be a whole number. Allowed: from 1 on.'),
        ("jobs: true\n", "line 1: jobs is true, and must be a whole number. Allowed: from 1 on."),
        ("notify: {a: b}\n", "line 1: notify must be a text."),
        ("keep: 1\nkeep: 2\n", "line 2: keep is given twice, first on line 1. Keep one of them."),
        ("reports: ${NOWHERE_SET}\n", "line 1: reports needs the environment variable NOWHERE_SET, which is not set. "
         "Set it, or give a default: ${NOWHERE_SET:-value}."),
        ("- a\n", "line 1: The file must hold lines of `key: value`."),
        (b"\xff\xfe", "There is a character that is not UTF-8. Save the file with the encoding UTF-8."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_it_is_one_sentence(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(ParamsError) as error:
        read(tmp_path, text)
    assert str(error.value).removeprefix("kit.yaml").removeprefix(", ").removeprefix(": ") == said


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(ParamsError, match=r"^kit\.yaml: The file cannot be read: Is a directory\.$"):
        read_settings(tmp_path)


def test_the_command_line_tells_of_a_mistake(kit: Kit) -> None:
    (kit.root / FILE).write_text("kep: 3\n")
    result = kit("list")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("kit.yaml, line 1: kep is no setting of a project.")
