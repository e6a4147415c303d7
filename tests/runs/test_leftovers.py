"""What may go from the folder of reports, and what never does."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from helpers.errors import InputError
from helpers.runs import leftovers
from helpers.runs.leftovers import find_leftovers, remove
from helpers.runs.publish import client_lock, is_half_made, open_stage

DAYS = ["2026-05-31", "2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30"]


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A client with five reports, each of 1,000 bytes and a record."""
    folder = tmp_path / "reports"
    for day in DAYS:
        write_report(folder / "acme" / day)
    (folder / "acme/latest").symlink_to(DAYS[-1])
    (folder / "README.md").write_text("About this folder.", "utf-8")
    return folder


def write_report(folder: Path, **record: object) -> None:
    (folder / "tables").mkdir(parents=True)
    (folder / "tables/sales.csv").write_bytes(b"x" * 1000)
    at = {"as_of": folder.name, "finished_at": datetime.now(UTC).isoformat()}
    (folder / "run.json").write_text(json.dumps(at | record), "utf-8")


def names(found: list[leftovers.Leftover]) -> list[str]:
    return [one.path.name for one in found]


def test_without_a_number_all_reports_stay(reports: Path) -> None:
    assert find_leftovers(reports) == []


def test_reports_beyond_the_last_ones_may_go(reports: Path) -> None:
    found = find_leftovers(reports, 3)
    assert names(found) == DAYS[:2]
    size = sum(p.stat().st_size for p in (reports / "acme" / DAYS[0]).rglob("*") if p.is_file())
    assert found[0].bytes == size > 1000
    assert names(find_leftovers(reports, 5)) == names(find_leftovers(reports, 50)) == []


def test_the_newest_report_and_the_one_it_is_compared_with_stay(reports: Path) -> None:
    assert names(find_leftovers(reports, 1)) == DAYS[:3]
    (reports / "acme/latest").unlink()
    (reports / "acme/latest").symlink_to(DAYS[1])  # an older day was made last
    assert names(find_leftovers(reports, 1)) == [DAYS[2], DAYS[3]]
    (reports / "acme/latest").unlink()
    assert names(find_leftovers(reports, 1)) == DAYS[:3]


def test_a_damaged_report_is_not_the_one_compared_with(reports: Path) -> None:
    (reports / "acme" / DAYS[3] / "run.json").write_text("{", "utf-8")
    assert names(find_leftovers(reports, 1)) == [DAYS[0], DAYS[1], DAYS[3]]


def test_reports_that_a_newest_one_was_made_from_stay_also_those_of_other_clients(reports: Path) -> None:
    kept = str(reports / "acme" / DAYS[1] / "tables/cluster_model.parquet")
    made = {"files": {kept: [1, 2, "3"]}, "earlier": {"07_review": [str(reports / "acme" / DAYS[0]), "now"]}}
    write_report(reports / "other" / DAYS[0], made_from=made)
    (reports / "other/latest").symlink_to(DAYS[0])
    assert names(find_leftovers(reports, 1)) == [DAYS[2]]


@pytest.mark.parametrize("keep", [0, -1])
def test_a_number_below_one_is_refused(reports: Path, keep: int) -> None:
    with pytest.raises(InputError, match="from 1 on"):
        find_leftovers(reports, keep)


def test_a_project_without_reports_has_no_leftovers(tmp_path: Path) -> None:
    assert find_leftovers(tmp_path / "reports", 1) == []


def test_what_failed_what_was_cut_short_and_drafts_may_go(reports: Path) -> None:
    client = reports / "acme"
    half = [".2026-09-30.0a1b2c3d.stage", ".2026-09-30.replaced"]
    for name in ("failed", "draft", *half, ".2026-10-31.replaced", ".mine"):
        (client / name).mkdir()
        (client / name / "page.html").write_bytes(b"12345")
    (client / ".latest.new").symlink_to("2026-09-30")
    found = find_leftovers(reports)
    # The report of 2026-10-31 was taken out of the way for one that never came, and will be put back.
    assert set(names(found)) == {"failed", "draft", ".latest.new", *half}
    assert {one.path.name: one.bytes for one in found}["failed"] == 5
    assert len({one.why for one in found}) == 3
    assert set(names(remove(found))) == set(names(found))
    assert (client / "2026-09-30/tables").is_dir()


def test_a_client_whose_report_is_being_made_is_left_alone(reports: Path) -> None:
    write_report(reports / "other" / DAYS[0])
    (reports / "other/failed").mkdir()
    stage = open_stage(reports / "acme", "2026-10-31")
    found = find_leftovers(reports, 1)
    assert stage in [one.path for one in found]
    with client_lock(reports, "acme"):
        assert names(find_leftovers(reports, 1)) == ["failed"]
        assert names(remove(found)) == ["failed"]
    assert stage.is_dir()
    assert names(remove(found)) == [*DAYS[:3], stage.name]


def test_folders_that_are_no_clients_are_left_alone(reports: Path) -> None:
    (reports / ".locks/failed").mkdir(parents=True)
    assert find_leftovers(reports) == []


def test_they_are_removed_and_nothing_else(reports: Path) -> None:
    (reports / "acme/failed").mkdir()
    found = find_leftovers(reports, 2)
    assert remove(found) == found
    assert sorted(p.name for p in (reports / "acme").iterdir()) == [*DAYS[3:], "latest"]
    assert find_leftovers(reports, 2) == []
    assert remove(found) == []


def test_what_is_needed_by_now_stays(reports: Path) -> None:
    found = find_leftovers(reports, 1)
    (reports / "acme/latest").unlink()
    (reports / "acme/latest").symlink_to(DAYS[1])
    assert names(remove(found)) == [DAYS[2]]  # the newest one now, and the one before it


def test_a_link_is_removed_and_not_what_it_leads_to(reports: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine").touch()
    (reports / "acme/draft").symlink_to(elsewhere)
    assert names(remove(find_leftovers(reports))) == ["draft"]
    assert (elsewhere / "mine").exists()


def test_a_machine_that_stops_meanwhile_leaves_no_half_report(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stays has the name of a report in the making, which the next run clears."""

    def stop(path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(leftovers.shutil, "rmtree", stop)
    with pytest.raises(KeyboardInterrupt):
        remove(find_leftovers(reports, 4))
    hidden, *others = sorted((reports / "acme").iterdir())
    assert [p.name for p in others] == [*DAYS[1:], "latest"]
    assert is_half_made(hidden)


def test_one_that_cannot_be_removed_is_one_sentence(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(InputError, match=r"2026-05-31: This cannot be removed: Permission denied"):
        remove(find_leftovers(reports, 4))
