"""What one client's folder tells for the page of all clients, and the figures side by side."""

import shutil
from pathlib import Path

import pytest

from helpers.runs.night import Night
from helpers.runs.night_client import BLANK, read_client
from helpers.runs.night_figures import columns
from helpers.story.statement import KeyFigure, Statement, cover_figures
from tests.runs.conftest import AS_OF
from tests.runs.night_reports import CHANGED, COVER, MADE, SENTENCE, THIN_STEPS, add_failed, add_report, figures, told


class TestOneClient:
    def test_a_report(self, tmp_path: Path) -> None:
        add_report(tmp_path, "acme", "2026-06-30", cover=figures(("Spend", "£8.62m"), ("Retention", "61%")))
        add_report(tmp_path, "acme", findings=CHANGED)
        found = read_client(tmp_path, "acme")
        assert found.keys() == BLANK.keys()
        assert found | {"seen": []} == {
            "client": "acme", "name": "Acme", "status": "published", "message": "", "as_of": AS_OF,
            "page": "acme/latest/index.html", "files": {}, "made_at": MADE, "tried_at": MADE, "seconds": 41.5,
            "rows": 1234,
            "cover": figures(*COVER), "earlier": "2026-06-30",
            "changes": [{"label": "Spend", "before": "£8.62m", "now": "£9.24m", "change": "+7%"}],
            "changed": SENTENCE, "left_out": [], "seen": [],
        }  # fmt: skip
        assert (tmp_path / found["page"]).is_file()

    def test_a_record_of_an_older_version(self, tmp_path: Path) -> None:
        inputs = [{"table": "orders", "rows": 10}, {"table": "surveys", "rows": 5}]
        said = [{"page": "02_rfm", "key": "a", "figures": figures(("Spend", "£1"))}]
        add_report(tmp_path, "acme", findings=said, cover=None, seconds=None, rows=None, inputs=inputs)
        found = read_client(tmp_path, "acme")
        assert (found["cover"], found["seconds"], found["rows"]) == (figures(("Spend", "£1")), 60, 15)

    def test_forms_of_the_report_are_those_that_are_there(self, tmp_path: Path) -> None:
        files = {"pptx": "a.pptx", "pdf": "gone.pdf", "xlsx": "../a.pptx", "odd": 5}
        (add_report(tmp_path, "acme", files=files) / "a.pptx").touch()
        assert read_client(tmp_path, "acme")["files"] == {"pptx": "acme/latest/a.pptx"}
        add_report(tmp_path, "beta", files=["a.pptx"])
        assert read_client(tmp_path, "beta")["files"] == {}

    def test_one_left_out_for_too_few_data_is_thin_one_that_lacks_a_table_is_not(self, tmp_path: Path) -> None:
        add_report(tmp_path, "acme", steps=THIN_STEPS)
        add_report(tmp_path, "beta", steps=THIN_STEPS[1:])
        found = read_client(tmp_path, "acme")
        assert (found["status"], found["message"]) == ("thin", "Left out for too few data: “Who recommends us”.")
        assert found["left_out"] == [{"title": "Who recommends us", "reason": "there are 12 answers"}]
        assert read_client(tmp_path, "beta")["status"] == "published"

    def test_a_run_that_failed_since(self, tmp_path: Path) -> None:
        add_report(tmp_path, "acme")
        add_failed(tmp_path, "acme", error="It is empty.\nAnd more.")
        found = read_client(tmp_path, "acme")
        assert (found["status"], found["message"], found["as_of"]) == ("failed", "It is empty.", AS_OF)
        assert (found["made_at"], found["tried_at"]) == (MADE, "2026-11-26T02:00:00+00:00")

    def test_a_failure_before_the_report_is_mended(self, tmp_path: Path) -> None:
        add_report(tmp_path, "acme")
        add_failed(tmp_path, "acme", finished_at="2026-11-24T02:00:00+00:00")
        assert read_client(tmp_path, "acme")["status"] == "published"

    @pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "\udcff", "[" * 100_000])
    @pytest.mark.parametrize("folder", [AS_OF, "failed"])
    def test_a_damaged_record_is_told(self, tmp_path: Path, folder: str, text: str) -> None:
        add_report(tmp_path, "acme")
        add_failed(tmp_path, "acme")
        if folder == AS_OF:
            shutil.rmtree(tmp_path / "acme/failed")
        (tmp_path / "acme" / folder / "run.json").write_bytes(text.encode("utf-8", "surrogateescape"))
        found = read_client(tmp_path, "acme")
        assert found["status"] == "failed"
        assert f"acme/{folder}/run.json is damaged." in found["message"]
        assert found["page"] == "acme/latest/index.html"

    def test_fields_of_other_kinds_are_as_if_they_were_not_there(self, tmp_path: Path) -> None:
        add_report(
            tmp_path, "acme", findings=[1, {"figures": 3}], client=7, steps="x", cover=[{"label": 1}, "y"],
            seconds="long", rows="many", finished_at=5, started_at=[],
        )  # fmt: skip
        found = read_client(tmp_path, "acme")
        assert (found["name"], found["cover"], found["seconds"], found["rows"]) == ("acme", [], None, None)
        Night(tmp_path, ["acme"]).write()
        assert told(tmp_path) == {"acme": ("published", "")}

    def test_findings_of_other_kinds(self, tmp_path: Path) -> None:
        for n, findings in enumerate(([{"figures": 3}], [{"figures": [3]}], [{"figures": [{"label": "x"}]}])):
            add_report(tmp_path, f"c{n}", findings=findings, cover=None)
            assert read_client(tmp_path, f"c{n}")["cover"] == []

    def test_without_links_a_text_file_names_the_folder(self, tmp_path: Path) -> None:
        add_report(tmp_path, "acme", "2026-06-30")
        add_report(tmp_path, "acme")
        (tmp_path / "acme/latest").unlink()
        (tmp_path / "acme/latest.txt").write_text("2026-06-30\n")
        assert read_client(tmp_path, "acme")["page"] == "acme/2026-06-30/index.html"
        (tmp_path / "acme/latest.txt").write_text("../../etc\n")
        assert read_client(tmp_path, "acme")["page"] == f"acme/{AS_OF}/index.html"

    def test_never_made(self, tmp_path: Path) -> None:
        (tmp_path / "acme/draft").mkdir(parents=True)
        found = read_client(tmp_path, "acme")
        assert (found["status"], found["page"], found["tried_at"]) == ("never made", None, None)


class TestFigures:
    def test_columns_are_what_most_covers_have_in_their_order(self) -> None:
        covers = [figures(*COVER), figures(*COVER[1:]), figures(("Own", "1"), *COVER[2:]), []]
        assert columns(covers) == ["Retention", "Net Promoter Score"]
        assert columns([]) == []

    def test_the_figures_of_a_cover_are_those_of_its_strip(self) -> None:
        said = Statement("a", "Text.", figures=(KeyFigure("Spend", "£1", "of all"), KeyFigure("Buyers", "3")))
        findings = [said.as_record("02_rfm"), Statement("b", "Other.").as_record("03_clv")]
        assert cover_figures(findings) == [
            {"label": "Spend", "value": "£1", "note": "of all"},
            {"label": "Buyers", "value": "3", "note": ""},
        ]
