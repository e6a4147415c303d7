"""The keys of results: what changes which, and what the record may hold."""

import hashlib
import json
import os
import re
from pathlib import Path

import fsspec
import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.errors import InputError
from helpers.runs import made_from as module
from helpers.runs import states
from helpers.runs.made_from import BEHIND_KEY, IN_DATABASE
from helpers.runs.project import Project
from helpers.runs.states import kit_digest
from tests.runs.conftest import ORDERS, PARAMS
from tests.runs.recorded import SALES, SEGMENTS, Recorded, write_recorded

ALL = {"00_summary", "01_sales", "02_segments", "03_opinions", "07_review"}


@pytest.fixture
def made(tmp_path: Path) -> Recorded:
    return write_recorded(tmp_path / "project")


def test_each_notebook_has_a_key_and_no_two_the_same(made: Recorded) -> None:
    keys = made.keys()
    assert set(keys) == ALL
    assert len(set(keys.values())) == len(ALL)
    assert keys == made.keys()


def test_a_changed_notebook_changes_its_key_and_those_that_read_its_tables(made: Recorded) -> None:
    before = made.keys()
    made.notebook("01_sales", SALES + "  # rounded", knobs="least: int = 0  # the least that counts [0..]\n")
    assert made.changed_keys(before) == {"01_sales", "02_segments", "00_summary"}


def test_a_changed_reader_leaves_what_it_reads_alone(made: Recorded) -> None:
    before = made.keys()
    made.notebook("02_segments", SEGMENTS, "print(2)")
    assert made.changed_keys(before) == {"02_segments", "00_summary"}


def test_a_changed_sentence_changes_no_key(made: Recorded) -> None:
    before = made.keys()
    path = made.root / "notebooks/01_sales.ipynb"
    path.write_text(path.read_text("utf-8").replace("Because.", "Why not?"), "utf-8")
    assert made.changed_keys(before) == set()


def test_a_changed_title_changes_the_summary_which_tells_of_the_others_by_it(made: Recorded) -> None:
    before = made.keys()
    path = made.root / "notebooks/01_sales.ipynb"
    path.write_text(path.read_text("utf-8").replace("# 01_sales", "# What was sold"), "utf-8")
    assert made.changed_keys(before) == {"00_summary"}


def test_tags_of_a_cell_are_part_of_its_code(made: Recorded) -> None:
    before = made.keys()
    path = made.root / "notebooks/03_opinions.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].metadata.tags = ["raises-exception"]
    nbformat.write(notebook, path)
    assert made.changed_keys(before) == {"03_opinions", "00_summary"}


def test_outputs_saved_in_a_notebook_change_no_key(made: Recorded) -> None:
    before = made.keys()
    path = made.root / "notebooks/03_opinions.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].outputs = [nbformat.v4.new_output("stream", text="1\n")]
    notebook.cells[-1].execution_count = 7
    notebook.cells[-1].metadata.collapsed = False
    nbformat.write(notebook, path)
    assert made.changed_keys(before) == set()


@pytest.mark.parametrize("given", ["file", "command"])
def test_a_knob_changes_its_notebook_and_those_that_read_it(made: Recorded, given: str) -> None:
    before = made.keys()
    if given == "file":
        made.params("sales: {least: 5}")
    sets = ["sales.least=5"] if given == "command" else []
    assert made.changed_keys(before, *sets) == {"01_sales", "02_segments", "00_summary"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2026-09-30", "2026-09-29"),
        ("EUR", "GBP"),
        ("b2c", "b2b"),
        ("Söhne", "Töchter"),
        ("amount: value", "amount: no"),
        ("currency: EUR", "currency: EUR\nprivacy: {min_group: 7}"),
        ("currency: EUR", 'currency: EUR\nbrand: {color: "#112233"}'),  # charts are drawn in it
    ],
)
def test_the_head_of_the_parameter_file_and_the_mapping_change_all(made: Recorded, old: str, new: str) -> None:
    before = made.keys()
    made.params_file.write_text(PARAMS.replace(old, new), "utf-8")
    assert made.changed_keys(before) == ALL


def test_a_logo_is_for_pages_and_changes_no_key(made: Recorded) -> None:
    before = made.keys()
    (made.params_file.parent / "acme.svg").write_text("<svg/>", "utf-8")
    made.params("brand: {logo: acme.svg}")
    assert made.changed_keys(before) == set()
    assert str(made.params_file.parent / "acme.svg") in made.made().record()["files"]


def test_an_anchor_in_the_file_makes_no_difference_to_what_it_says(made: Recorded) -> None:
    made.params("sales: {least: 5}")
    before = made.keys()
    made.params("sales: &of_sales {least: 5}")
    assert made.changed_keys(before) == set()


def test_the_cover_of_some_sections_is_not_that_of_all(made: Recorded) -> None:
    before, some = made.keys(), made.made(only=("sales",)).keys
    assert {name for name in before if before[name] != some[name]} == {"00_summary"}


def test_changed_data_change_all(made: Recorded) -> None:
    before = made.keys()
    made.orders.write_text(ORDERS.replace("10.5", "11.5"), "utf-8")
    assert made.changed_keys(before) == ALL


def test_a_file_that_was_touched_changes_none(made: Recorded) -> None:
    before = made.keys()
    os.utime(made.orders, (1, 1))
    assert made.changed_keys(before) == set()


def test_a_file_that_a_knob_names_is_part_of_its_notebook(made: Recorded) -> None:
    made.params("opinions: {targets: targets.csv}")
    targets = made.params_file.parent / "targets.csv"
    targets.write_text("a\n1\n", "utf-8")
    before = made.keys()
    targets.write_text("a\n2\n", "utf-8")
    assert made.changed_keys(before) == {"03_opinions", "00_summary"}


def test_groups_kept_from_a_report_are_part_of_the_notebook_that_keeps_them(made: Recorded) -> None:
    made.notebook("04_clusters", "print(4)", knobs='keep: str = ""  # folder of an earlier report\n')
    made.params("clusters: {keep: ../reports/other/latest}")
    other = made.root / "reports/other"
    for day, content in (("2026-06-30", b"old"), ("2026-07-31", b"new")):
        (other / day / "tables").mkdir(parents=True)
        (other / day / "tables/cluster_model.parquet").write_bytes(content)
    (other / "latest").symlink_to("2026-06-30")
    before = made.keys()
    (other / "latest").unlink()
    (other / "latest").symlink_to("2026-07-31")
    assert made.changed_keys(before) == {"04_clusters", "00_summary"}


def test_an_earlier_report_is_part_of_the_review_alone(made: Recorded) -> None:
    before = made.keys()
    made.publish(day="2026-06-30")
    assert made.changed_keys(before) == {"07_review", "00_summary"}
    before = made.keys()
    made.publish(day="2026-10-31")  # a later one
    (made.client_dir / "2026-07-31").mkdir()  # one that is not whole
    assert made.changed_keys(before) == set()


def test_a_report_that_the_review_is_told_to_take_is_part_of_it(made: Recorded) -> None:
    made.params('review: {against: "2026-06-30"}')
    record = made.publish(day="2026-06-30")
    before = made.keys()
    made.publish(day="2026-07-31")
    assert made.changed_keys(before) == set()
    made.write_record(made.client_dir / "2026-06-30", record | {"finished_at": "2026-07-01T00:00:00+00:00"})
    assert made.changed_keys(before) == {"07_review", "00_summary"}


def test_the_cover_takes_the_report_that_the_review_takes(made: Recorded) -> None:
    made.notebook("00_summary", "earlier = open_earlier(client, run_dir, None)")
    made.params('review: {against: "2026-06-30"}')
    record = made.publish(day="2026-06-30")
    before = made.keys()
    made.publish(day="2026-07-31")
    assert made.changed_keys(before) == set()
    made.write_record(made.client_dir / "2026-06-30", record | {"finished_at": "2026-07-01T00:00:00+00:00"})
    assert made.changed_keys(before) == {"07_review", "00_summary"}


def test_of_the_kits_notebooks_the_review_and_the_cover_compare_and_the_cover_tells_of_the_others(
    project: Project,
) -> None:
    notebooks = sorted(project.notebooks.glob("*.ipynb"))
    compares = [p.stem for p in notebooks if _names(p, module._OPENS_EARLIER)]
    tells = [p.stem for p in notebooks if _names(p, module._READS_STEPS)]
    assert (compares, tells) == (["00_summary", "07_review"], ["00_summary"])


def test_no_notebook_reads_the_knobs_of_another(project: Project) -> None:
    code = [source for p in project.notebooks.glob("*.ipynb") for source, _ in module.code_of(p)]
    assert code
    assert not [source for source in code if "params.knobs" in source]


def _names(notebook: Path, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(source) for source, _ in module.code_of(notebook))


def test_the_kit_changes_all(made: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    before = made.keys()
    monkeypatch.setattr(module, "kit_digest", lambda: "another")
    assert made.changed_keys(before) == ALL


def test_a_database_on_a_server_gives_no_keys_and_says_why(made: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "hunter2")
    source = "postgresql://kit:${SHOP_PASSWORD}@db/shop"
    made.params_file.write_text(
        PARAMS.replace("source: ../orders.csv", f"source: {source}\n    table: orders"), "utf-8"
    )
    found = made.made()
    assert set(found.keys.values()) == {""}
    assert found.record()["cannot_tell"] == IN_DATABASE
    assert "hunter2" not in json.dumps(found.record())


def test_an_address_with_a_key_in_it_is_not_kept(made: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_stored", lambda address: {"memory://bucket/orders.csv": states.State(3, 7)})
    source = "memory://bucket/orders.csv?token=hunter2"
    made.params_file.write_text(PARAMS.replace("../orders.csv", source), "utf-8")
    found = made.made()
    assert set(found.keys.values()) == {""}
    assert found.record()["cannot_tell"] == BEHIND_KEY
    assert "hunter2" not in json.dumps(found.record())


def test_files_in_object_storage_are_known_by_what_the_store_says(made: Recorded) -> None:
    with fsspec.open("memory://bucket/orders.csv", "w") as stream:
        stream.write(ORDERS)
    made.params_file.write_text(PARAMS.replace("../orders.csv", "memory://bucket/*.csv"), "utf-8")
    before = made.keys()
    assert made.changed_keys(before) == set()
    with fsspec.open("memory://bucket/orders.csv", "w") as stream:
        stream.write(ORDERS.replace("10.5", "11.5"))
    assert made.changed_keys(before) == ALL


def test_a_database_file_is_known_by_its_content(made: Recorded) -> None:
    (made.root / "shop.db").write_bytes(b"old")
    made.params_file.write_text(
        PARAMS.replace("source: ../orders.csv", "source: sqlite://../shop.db\n    table: orders"), "utf-8"
    )
    before = made.keys()
    (made.root / "shop.db-wal").write_bytes(b"not in it yet")
    assert made.changed_keys(before) == ALL


def test_an_earlier_record_saves_reading_files_that_did_not_change(
    made: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = made.publish()
    read: list[Path] = []
    hashed = states._hash
    monkeypatch.setattr(states, "_hash", lambda path, *state: read.append(path) or hashed(path, *state))
    assert made.made(before=record).keys == {step["name"]: step["key"] for step in record["steps"]}
    assert read == [made.params_file]


@pytest.mark.parametrize("damage", [None, {}, {"version": 1}, {"version": 1, "files": 3}, "text", {"version": 0}])
def test_a_damaged_earlier_record_is_no_help_and_no_harm(made: Recorded, damage: object) -> None:
    assert made.made(before={"made_from": damage}).keys == made.keys()


def test_files_that_changed_before_they_were_read_are_told(made: Recorded) -> None:
    found = made.made()
    path, state = next(iter(found.record()["sources"][0]["files"].items()))
    assert found.changed_since([{"path": path, "sha256": state[2]}, {"path": "shop.orders", "sha256": ""}]) == []
    assert found.changed_since([{"path": path, "sha256": "another"}]) == [path]
    notebook = made.root / "notebooks/01_sales.ipynb"
    same = hashlib.sha256(notebook.read_bytes()).hexdigest()
    assert found.changed_since([], [{"name": "data"}, {"name": "01_sales", "sha256": same}]) == []
    assert found.changed_since([], [{"name": "01_sales", "sha256": "another"}]) == [str(notebook)]


def test_a_parameter_file_that_changed_after_it_was_read_counts_as_changed(made: Recorded) -> None:
    params = made.read()
    made.params_file.write_text(PARAMS.replace("EUR", "GBP"), "utf-8")
    record = module.made_from(params, made.notebooks(), made.client_dir).record()
    assert not states.is_unchanged(made.params_file, states.State(*record["params"]["state"]))


def test_a_file_that_cannot_be_read_is_one_sentence(made: Recorded) -> None:
    made.orders.unlink()
    made.orders.symlink_to("/proc/self/mem")  # readable by nobody from its start, root included
    with pytest.raises(InputError, match="cannot be read"):
        made.made()


def test_the_record_is_plain(made: Recorded) -> None:
    record = made.made("sales.least=1", only=("sales",)).record()
    assert json.loads(json.dumps(record)) == record
    assert (record["sets"], record["only"], record["kit"]) == (["sales.least=1"], ["sales"], kit_digest())


NAMES = ["01_a", "02_b", "03_c", "04_d", "05_e"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    reads=st.lists(st.sets(st.integers(0, 4)), min_size=5, max_size=5),
    changed=st.integers(0, 4),
)
def test_a_change_reaches_exactly_those_that_read_it_however_far(
    tmp_path_factory: pytest.TempPathFactory, reads: list[set[int]], changed: int
) -> None:
    """Against a walk through who reads whom."""
    root = tmp_path_factory.mktemp("graph")
    project = write_recorded(root / "project")
    for path in (root / "project/notebooks").glob("0[1-9]*.ipynb"):
        path.unlink()
    before_me = [sorted(other for other in reads[i] if other < i) for i in range(5)]

    def write(i: int, note: str = "") -> None:
        loads = [f'load_table("t{other}")' for other in before_me[i]]
        project.notebook(NAMES[i], "\n".join([*loads, f'save_table("t{i}", 1){note}']))

    for i in range(5):
        write(i)
    before = project.keys()
    write(changed, "  # changed")
    reached = {changed}
    for i in range(changed + 1, 5):
        if reached & set(before_me[i]):
            reached.add(i)
    assert project.changed_keys(before) == {NAMES[i] for i in reached} | {"00_summary"}
