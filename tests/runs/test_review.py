"""Two runs of the demo at two dates: every sentence of the review is held against the tables that it saved."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock

from helpers.runs.project import Project
from tests.runs.page_checks import read_page
from tests.runs.reports import Report, publish
from tests.runs.test_findings import numbers_not_in_values
from tests.story.word_checks import leaves

PAGE = "07_review"
BEFORE = ("00_summary", "02_rfm", "03_lifecycle")
PLAN = {
    **{"id": "A1", "segment": "Hibernating", "action": "Win back", "customers": 100, "list": "customers_rfm"},
    **{"cost": 500.0, "expected": 9000.0, "low": 4000.0, "high": 14000.0, "measure": "orders", "owner": "Ann"},
    **{"due": pd.Timestamp("2026-08-31"), "source": "02_rfm"},
}


@pytest.fixture(scope="session")
def reviewed(demo_data: Path, project: Project, once: Path) -> Report:
    """The report of 30 September against that of 30 June, which promised an action; made once for all processes."""
    with FileLock(once / "review.lock"):
        latest = once / "reviewed" / "demo" / "latest"
        if latest.exists():
            return Report(latest.resolve())
        folder = once / "review project"
        for part in ("params", "earlier", "notebooks"):
            (folder / part).mkdir(parents=True)
        for page in (*BEFORE, PAGE):
            shutil.copy(project.notebooks / f"{page}.ipynb", folder / "notebooks")
            if page != PAGE:
                shutil.copy(project.notebooks / f"{page}.ipynb", folder / "earlier")
        text = (project.params / "demo.yaml").read_text("utf-8").replace("../data/demo", str(demo_data))
        text = text[: text.index("# Knobs:")]
        for day, notebooks in (("2026-06-30", "earlier"), ("2026-09-30", "notebooks")):
            params = folder / "params" / "demo.yaml"
            params.write_text(text.replace("as_of: 2026-09-30", f"as_of: {day}"), "utf-8")
            made = publish(project, params, once / "reviewed", notebooks=folder / notebooks)
            if day == "2026-06-30":
                pd.DataFrame([PLAN]).to_parquet(made.folder / "tables" / "actions.parquet")
        return made


@pytest.mark.slow
@pytest.mark.xdist_group("review")
class TestReviewOfTheDemo:
    def test_a_run_of_the_past_does_not_see_the_future(self, reviewed: Report) -> None:
        then = Report(reviewed.folder.with_name("2026-06-30"))
        assert then.record["as_of"] == "2026-06-30"
        rows = then.table("customers_lifecycle")
        assert rows[["first_on", "last_on", "known_on", "since"]].max().max() <= pd.Timestamp("2026-06-30")
        assert (then.table("rejected_orders")["reason"] == "dated after 2026-06-30").sum() > 1000

    def test_every_sentence_is_short_and_its_numbers_are_in_its_values(self, reviewed: Report) -> None:
        said = [f for f in reviewed.findings if f["page"] == PAGE]
        assert {"answer", "figures", "moved", "sizes", "promises", "market", "same", "drifted", "advised"} <= {
            f["key"] for f in said
        }
        assert {f["key"]: numbers for f in said if (numbers := numbers_not_in_values(f))} == {}
        assert [f["text"] for f in said if len(f["text"].split()) > 25 and not f["aside"]] == []
        assert [f["action"] for f in said if len(f["action"].split()) > 20] == []

    def test_every_value_is_in_a_table_or_counts_its_rows(self, reviewed: Report) -> None:
        tables = {path.stem: pd.read_parquet(path) for path in (reviewed.folder / "tables").glob("review_*.parquet")}
        known = {
            round(float(x), 6) for t in tables.values() for x in leaves(t.select_dtypes("number").to_numpy().tolist())
        }
        for table in tables.values():
            known |= {len(table)}
            for column in table.select_dtypes(["str", "object"]):
                known |= set(table[column].value_counts().to_dict().values())
        moves = tables["review_moves"]
        into = moves[(moves["segmentation"] == "lifecycle") & (moves["to_segment"] == "dormant")]
        known.add(int(into.loc[~into["from_segment"].isin(["dormant", "New since"]), "customers"].sum()))
        judged = ("judged", "clear", "segments", "tested", "things", "moved", "day", "days", "changed", "stable")
        odd = {}
        for f in (f for f in reviewed.findings if f["page"] == PAGE):
            values = {name: value for name, value in f["values"].items() if name not in judged}
            unknown = [x for x in leaves(values) if x and round(abs(x), 6) not in {abs(k) for k in known}]
            if unknown:
                odd[f["key"]] = unknown
        assert odd == {}

    def test_what_is_counted_in_sentences_is_counted_in_tables(self, reviewed: Report) -> None:
        kpis, segments = reviewed.table("review_kpis"), reviewed.table("review_segments")
        judged = kpis["verdict"].isin(["rose", "fell", "unclear"])
        assert reviewed.said(PAGE, "figures")["values"]["judged"] == judged.sum() > 0
        clear = segments["verdict"].isin(["grew", "shrank"])
        assert reviewed.said(PAGE, "sizes")["values"]["clear"] == clear.sum()
        kept = segments[(segments["kept"] != "") & (segments["then"] > 0) & (segments["now"] > 0)]
        assert reviewed.said(PAGE, "same")["values"]["changed"] == (kept["kept"] == "changed").sum()
        market = reviewed.table("review_market")
        tested = market[(market["segmentation"] != "all") & (market["verdict"] != "few")]
        assert reviewed.said(PAGE, "market")["values"]["tested"] == tested["segment"].nunique()

    def test_every_customer_of_then_is_accounted_for(self, reviewed: Report) -> None:
        totals = reviewed.table("review_stability").set_index("segmentation")
        then = Report(reviewed.folder.with_name("2026-06-30"))
        for name, table in (("rfm", "customers_rfm"), ("lifecycle", "customers_lifecycle")):
            row = totals.loc[name]
            assert row["customers_then"] == len(then.table(table)) == row["stayed"] + row["moved"] + row["gone"]
            assert row["customers_now"] == len(reviewed.table(table)) == row["stayed"] + row["moved"] + row["new"]
        shares = reviewed.table("review_moves").groupby(["segmentation", "from_segment"])["from_share"].sum()
        assert shares.to_numpy() == pytest.approx(1.0)

    def test_nothing_was_planted_in_the_market_and_nobody_is_said_to_be_hit(self, reviewed: Report) -> None:
        assert "hit" not in set(reviewed.table("review_market")["verdict"])
        assert "No segment was hit" in reviewed.said(PAGE, "market")["text"]

    def test_the_promised_action_is_followed(self, reviewed: Report) -> None:
        row = reviewed.table("review_actions").iloc[0]
        then = Report(reviewed.folder.with_name("2026-06-30")).table("customers_rfm")
        assert row["status"] == "overdue"
        assert row["listed"] == (then["rfm_segment"] == "Hibernating").sum()
        assert "one is past the date" in reviewed.said(PAGE, "promises")["text"]

    def test_the_page_shows_what_there_is_and_names_what_would_bring_the_rest(self, reviewed: Report) -> None:
        page = read_page(reviewed.folder / f"{PAGE}.html")
        text = " ".join(page.texts["main"])
        assert "What became of last time's actions?" in text
        assert re.search(r"What do customers say now\?.{0,9}Needs a score in both reports", text)
        assert not re.search(r"\bnan\b|None", text)


@pytest.mark.slow
@pytest.mark.xdist_group("review")
def test_the_first_report_says_so_and_leaves_its_sections_out(
    reviewed: Report, project: Project, tmp_path: Path
) -> None:
    params = reviewed.folder.parents[2] / "review project" / "params" / "demo.yaml"
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    for page in ("00_summary", PAGE):
        shutil.copy(project.notebooks / f"{page}.ipynb", notebooks)
    first = publish(project, params, tmp_path / "reports", notebooks=notebooks)
    text = " ".join(read_page(first.folder / f"{PAGE}.html").texts["main"])
    assert "This is the first report of this client" in text
    assert "Needs an earlier report of this client." in text
    assert "Nothing to show" not in text
    assert all(first.table(name).empty for name in ("review_kpis", "review_moves", "review_market", "review_actions"))
