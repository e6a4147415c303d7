"""Whether a report stands as it is, and what is named when it does not."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import fsspec
import pytest

from helpers.runs import states, unchanged
from helpers.runs.unchanged import Standing, standing_of, unchanged_since
from tests.runs.conftest import ORDERS, PARAMS
from tests.runs.recorded import SALES, Recorded, write_recorded


@pytest.fixture
def made(tmp_path: Path) -> Recorded:
    return write_recorded(tmp_path / "project")


def why(made: Recorded, *sets: str, only: tuple[str, ...] = ()) -> str:
    return standing_of(made.job(sets=sets, only=only)).why


def step_of(record: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(step for step in record["steps"] if step["name"] == name)
    return found


def test_a_client_is_unchanged_since_its_report_was_made(made: Recorded) -> None:
    record = made.publish()
    found = standing_of(made.job())
    assert found.unchanged
    assert found.since == record["finished_at"]


def test_a_report_of_another_day_says_which(made: Recorded) -> None:
    record = made.publish() | {"finished_at": "2025-11-25T02:14:30+00:00"}
    assert unchanged_since(record, made.job()) == Standing(since=record["finished_at"])


def test_a_client_without_a_report_has_never_been_made(made: Recorded) -> None:
    assert why(made) == "never made"
    made.client_dir.mkdir()
    assert why(made) == "never made"
    (made.client_dir / "latest").symlink_to("2026-09-30")  # of a report that is gone
    assert why(made) == "never made"


def test_what_was_asked_for_is_made(made: Recorded) -> None:
    made.publish()
    assert not standing_of(made.job(force=True)).unchanged


def test_what_failed_last_time_is_made(made: Recorded) -> None:
    made.publish()
    (made.client_dir / "failed").mkdir()
    assert why(made) == "failed last time"


def _replace(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


CHANGES: dict[str, tuple[str, Callable[[Recorded], object]]] = {
    "data": ("the file orders.csv", lambda m: m.orders.write_text(ORDERS.replace("10.5", "11.5"), "utf-8")),
    "shorter data": ("the file orders.csv", lambda m: m.orders.write_text(ORDERS[:40], "utf-8")),
    "no data": ("the file orders.csv, which is gone", lambda m: m.orders.unlink()),
    "parameters": ("the parameter file", lambda m: m.params("sales: {least: 1}")),
    "no parameters": ("the parameter file", lambda m: m.params_file.unlink()),
    "code": ("the notebook 01_sales", lambda m: m.notebook("01_sales", SALES + " ")),
    "a sentence": (
        "the notebook 01_sales", lambda m: _replace(m.root / "notebooks/01_sales.ipynb", "Because", "Why not"),
    ),
    "a new notebook": ("the notebook 04_more, which is new", lambda m: m.notebook("04_more", "1")),
    "a notebook less": (
        "the notebook 03_opinions, which is gone", lambda m: (m.root / "notebooks/03_opinions.ipynb").unlink(),
    ),
    "no notebooks": (
        "the folder of notebooks", lambda m: (m.root / "notebooks").rename(m.root / "elsewhere"),
    ),
    "the client's own": (
        "the notebook 01_sales", lambda m: m.notebook("acme/01_sales", SALES, "1"),
    ),
    "an earlier report": (
        "the earlier report that is compared with",
        lambda m: m.write_record(m.client_dir / "2026-06-30", {"finished_at": "2026-07-01T00:00:00+00:00"})
        or (m.client_dir / "2026-06-30/tables").mkdir(),
    ),
    "a page gone": ("the report, of which 01_sales.html is missing", lambda m: (m.report / "01_sales.html").unlink()),
    "an empty page": (
        "the report, of which report.html is missing", lambda m: (m.report / "report.html").write_text(""),
    ),
    "the folder half gone": (
        "the report, of which 01_sales.html is missing", lambda m: [p.unlink() for p in m.report.glob("*.html")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_is_named(made: Recorded, change: str) -> None:
    made.publish()
    told, make = CHANGES[change]
    make(made)
    assert why(made) == told


def test_a_table_that_somebody_took_away_is_missed(made: Recorded) -> None:
    record = made.publish()
    step_of(record, "01_sales")["tables"] = ["sales"]
    for ending in ("csv", "parquet"):
        (made.report / f"tables/sales.{ending}").write_text("something", "utf-8")
    assert unchanged_since(record, made.job()).unchanged
    (made.report / "tables/sales.csv").unlink()
    assert unchanged_since(record, made.job()).why == "the report, of which tables/sales.csv is missing"


def test_a_page_without_a_notebook_is_missed(made: Recorded) -> None:
    record = made.publish() | {"pages": ["glossary.html"]}
    assert unchanged_since(record, made.job()).why == "the report, of which glossary.html is missing"
    (made.report / "glossary.html").write_text("something", "utf-8")
    assert unchanged_since(record, made.job()).unchanged


def test_pages_of_notebooks_that_were_skipped_are_not_missed(made: Recorded) -> None:
    record = made.publish()
    step_of(record, "01_sales").update(status="skipped", reason="too few")
    (made.report / "01_sales.html").unlink()
    assert unchanged_since(record, made.job()).unchanged


def test_files_that_were_touched_are_no_change(made: Recorded) -> None:
    made.publish()
    for path in (made.orders, made.params_file, made.root / "notebooks/01_sales.ipynb"):
        os.utime(path, (1, 1))
    assert standing_of(made.job()).unchanged


def test_a_clock_that_was_set_back_does_no_harm(made: Recorded) -> None:
    record = made.publish()
    ahead = (datetime.now(UTC) + timedelta(days=400)).isoformat(timespec="seconds")
    assert unchanged_since(record | {"finished_at": ahead}, made.job()).unchanged
    made.orders.write_text(ORDERS.replace("10.5", "11.5"), "utf-8")
    os.utime(made.orders, (1, 1))  # older than the report
    assert why(made) == "the file orders.csv"


def test_a_file_of_the_same_size_and_time_is_taken_for_the_same(made: Recorded) -> None:
    """As the module says; --force makes the report."""
    made.publish()
    then = made.orders.stat()
    made.orders.write_text(ORDERS.replace("10.5", "11.5"), "utf-8")
    os.utime(made.orders, ns=(then.st_atime_ns, then.st_mtime_ns))
    assert standing_of(made.job()).unchanged


def test_a_file_that_cannot_be_read_is_a_change(made: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    made.publish()
    os.utime(made.orders, (1, 1))
    opened = Path.open
    refused = PermissionError(13, "Permission denied")

    def refuse(path: Path, *args: object, **more: object) -> object:
        if path == made.orders:
            raise refused
        return opened(path, *args, **more)

    monkeypatch.setattr(Path, "open", refuse)
    assert why(made) == "the file orders.csv"


def test_a_file_that_shrinks_while_it_is_read_is_a_change(made: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    made.publish()
    os.utime(made.orders, (1, 1))
    digest = states.hashlib.file_digest

    def shrink(stream: object, name: str) -> object:
        found = digest(stream, name)
        os.truncate(made.orders, 10)
        return found

    monkeypatch.setattr(states.hashlib, "file_digest", shrink)
    assert why(made) == "the file orders.csv"


def test_a_link_that_leads_to_another_file_by_now_is_a_change(made: Recorded) -> None:
    """Also a link to a folder on the way."""
    for day, content in (("monday", ORDERS), ("tuesday", ORDERS.replace("10.5", "11.5")), ("copy", ORDERS)):
        (made.root / day).mkdir()
        (made.root / day / "orders.csv").write_text(content, "utf-8")
    link = made.root / "newest"
    link.symlink_to("monday")
    made.params_file.write_text(PARAMS.replace("../orders.csv", "../newest/orders.csv"), "utf-8")
    made.publish()
    assert standing_of(made.job()).unchanged
    link.unlink()
    link.symlink_to("copy")
    assert standing_of(made.job()).unchanged
    link.unlink()
    link.symlink_to("tuesday")
    assert why(made) == "the file orders.csv"


@pytest.mark.parametrize("source", ["../exports", "../exports/*.csv", "../exports/orders_*"])
def test_files_that_came_and_left_are_changes(made: Recorded, source: str) -> None:
    folder = made.root / "exports"
    folder.mkdir()
    for n in range(3):
        (folder / f"orders_{n}.csv").write_text(ORDERS, "utf-8")
    made.params_file.write_text(PARAMS.replace("../orders.csv", f'"{source}"'), "utf-8")
    made.publish()
    for name in (".orders_9.csv", "~$orders_9.csv"):  # being written, being edited
        (folder / name).write_text("half", "utf-8")
    assert standing_of(made.job()).unchanged
    (folder / "orders_3.csv").write_text(ORDERS, "utf-8")
    assert why(made) == "the file orders_3.csv, which is new"
    (folder / "orders_3.csv").unlink()
    (folder / "orders_0.csv").unlink()
    assert why(made) == "the file orders_0.csv, which is gone"


def test_a_folder_that_is_gone_is_a_change(made: Recorded) -> None:
    folder = made.root / "exports"
    folder.mkdir()
    (folder / "orders.csv").write_text(ORDERS, "utf-8")
    made.params_file.write_text(PARAMS.replace("../orders.csv", "../exports"), "utf-8")
    made.publish()
    folder.rename(made.root / "elsewhere")
    assert why(made) == "the file orders.csv, which is gone"


def test_the_environment_is_looked_at_and_never_told(made: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAST", "17170001")
    made.params("sales:", "  least: ${LEAST}", "# not ${NEVER} of interest, nor $${THIS}")
    record = made.publish()
    assert set(record["made_from"]["environment"]) == {"LEAST", "NEVER"}
    assert "17170001" not in json.dumps(record)
    assert standing_of(made.job()).unchanged
    monkeypatch.setenv("LEAST", "17170002")
    assert why(made) == "the environment variable LEAST"


def test_a_variable_that_is_set_by_now_is_a_change(made: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEAST", raising=False)
    made.params("sales:", "  least: ${LEAST:-3}")
    made.publish()
    monkeypatch.setenv("LEAST", "")
    assert why(made) == "the environment variable LEAST"


def test_what_was_set_for_a_run_holds_for_that_run(made: Recorded) -> None:
    made.publish("sales.least=1")
    assert why(made) == "what --set says"
    assert why(made, "sales.least=1") == ""
    assert why(made, "sales.least=1", only=("sales",)) == "the sections asked for"
    made.publish(only=("sales",))
    assert why(made) == "the sections asked for"
    assert why(made, only=("sales",)) == ""


def test_the_kit_is_looked_at(made: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    made.publish()
    monkeypatch.setattr(unchanged, "kit_digest", lambda: "another")
    assert why(made) == "the kit"


def test_a_database_on_a_server_is_never_skipped(made: Recorded) -> None:
    source = "postgresql://kit@db/shop\n    table: orders"
    made.params_file.write_text(PARAMS.replace("../orders.csv", source), "utf-8")
    made.publish()
    assert why(made) == "its data are in a database, which does not say whether they changed"


def test_a_database_file_is_looked_at_with_its_log(made: Recorded) -> None:
    (made.root / "shop.db").write_bytes(b"pages")
    made.params_file.write_text(PARAMS.replace("../orders.csv", "sqlite://../shop.db\n    table: orders"), "utf-8")
    made.publish()
    assert standing_of(made.job()).unchanged
    (made.root / "shop.db-wal").write_bytes(b"written")
    assert why(made) == "the file shop.db-wal, which is new"


def test_object_storage_is_asked(made: Recorded) -> None:
    for name in ("a", "b"):
        with fsspec.open(f"memory://asked/{name}.csv", "w") as stream:
            stream.write(ORDERS)
    made.params_file.write_text(PARAMS.replace("../orders.csv", "memory://asked/*.csv"), "utf-8")
    made.publish()
    assert standing_of(made.job()).unchanged
    with fsspec.open("memory://asked/b.csv", "w") as stream:
        stream.write(ORDERS)
    assert why(made) == "the file b.csv"
    fsspec.filesystem("memory").rm("/asked", recursive=True)
    assert why(made) == "the files of memory://asked/*.csv, which cannot be looked up"


def test_a_report_that_notebooks_name_is_looked_at(made: Recorded) -> None:
    made.params('review: {against: "2026-06-30"}')
    earlier = made.publish(day="2026-06-30")
    made.publish()
    assert standing_of(made.job()).unchanged
    made.write_record(made.client_dir / "2026-06-30", earlier | {"finished_at": "2026-07-09T00:00:00+00:00"})
    assert why(made).startswith("the report in ")


def test_a_report_rendered_from_saved_outputs_is_not_what_a_run_makes(made: Recorded) -> None:
    record = made.publish()
    assert not unchanged_since(record | {"from_outputs": True}, made.job()).unchanged
    assert not unchanged_since(record | {"status": "failed"}, made.job()).unchanged


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"text"', "{}", "\x00\xff", "[" * 100_000])
def test_a_damaged_record_is_made_again(made: Recorded, text: str) -> None:
    made.publish()
    (made.report / "run.json").write_text(text, "latin-1")
    assert not standing_of(made.job()).unchanged


def test_any_part_of_the_record_may_be_missing_or_another_thing(made: Recorded) -> None:
    record = made.publish()
    parts = [*((record, name) for name in ("made_from", "steps", "as_of", "finished_at", "status"))]
    parts += [(record["made_from"], name) for name in record["made_from"]]
    for holder, name in parts:
        kept = holder.pop(name)
        assert not unchanged_since(record, made.job()).unchanged, name
        for damage in (3, "text", [1], {"a": 1}, None):
            holder[name] = damage
            unchanged_since(record, made.job())  # says something, whatever it is
        holder[name] = kept
    assert unchanged_since(record, made.job()).unchanged


def test_a_project_that_was_copied_is_looked_at_where_it_is(made: Recorded, tmp_path: Path) -> None:
    """The record names the files of the first."""
    made.publish()
    copy = Recorded(made.root.rename(tmp_path / "second"))
    write_recorded(tmp_path / "project")
    copy.orders.write_text("another", "utf-8")
    assert not standing_of(copy.job()).unchanged


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys, helpers.runs.unchanged\n"
        "heavy = ('pandas', 'numpy', 'ibis', 'duckdb', 'pydantic', 'ruamel', 'nbformat', 'fsspec', 'psutil')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_looking_reads_no_file_that_stayed_but_the_parameters(made: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a night of unchanged clients takes no longer with large data."""
    made.publish()
    monkeypatch.setattr(states, "_hash", lambda *_: pytest.fail("a file was read"))
    assert standing_of(made.job()).unchanged


def test_ten_thousand_files_are_looked_at_in_a_moment(made: Recorded) -> None:
    folder = made.root / "exports"
    folder.mkdir()
    for n in range(10_000):
        (folder / f"{n}.csv").write_text("a\n", "utf-8")
    made.params_file.write_text(PARAMS.replace("../orders.csv", "../exports"), "utf-8")
    made.publish()
    started = time.process_time()
    assert standing_of(made.job()).unchanged
    assert time.process_time() - started < 1
