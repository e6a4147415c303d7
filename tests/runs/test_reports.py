"""Whole reports of four clients: the demo's planted truth is recovered, and real data give their known answers.

Each client is run once, as `kit run` would, into a folder of the test's own.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml
from pandas.testing import assert_frame_equal
from sklearn.metrics import adjusted_rand_score

from helpers.errors import InputError
from helpers.runs.params import Params
from helpers.runs.project import Project
from helpers.story.results import declared
from tests.runs.page_checks import check_page
from tests.runs.reports import Report, publish
from tests.servers import spark_server
from tests.story.title_checks import check_title

SPARK_PAGES = ("00_summary", "02_rfm", "06_roi")  # what the others ask of an engine is compared in tests/data/engines
SPARK_TABLES = ("orders", "customers")
NAMES_OTHERS_LOAD = {
    "customers_rfm": [
        "customer_id",
        "recency_days",
        "order_count",
        "spend",
        "r_score",
        "f_score",
        "m_score",
        "rfm_segment",
    ],
    "rfm_segments": ["rfm_segment", "customers", "customer_share", "spend", "spend_share", "action"],
    "customers_clusters": ["customer_id", "cluster", "cluster_name", "silhouette"],
    "clusters_scorecard": ["segmentation", "criterion", "value", "verdict"],
    "nps": [
        "grouping",
        "group",
        "answers",
        "promoters",
        "passives",
        "detractors",
        "nps",
        "nps_low",
        "nps_high",
    ],
    "nps_drivers": ["driver", "lmg", "performance"],
    "campaign_lift": ["campaign", "arm", "metric", "n", "mean", "control_mean", "lift", "low", "high"],
    "roi": ["segment", "customers", "incremental_revenue", "cost", "roi", "roi_at_margin"],
}


def assert_sound(report: Report) -> None:
    """What holds for every report, whatever the client."""
    pages = sorted(report.folder.glob("*.html"))
    assert {p.name for p in pages} >= {"index.html", "report.html"}
    assert {p.name: check_page(p) for p in pages} == {p.name: [] for p in pages}
    assert report.record["status"] == "published"
    for step in report.record["steps"]:
        assert (step["status"] == "done" and step["seconds"] >= 0) or (step["status"] == "skipped" and step["reason"])
    for given in report.record["inputs"]:
        content = Path(given["path"]).read_bytes()
        assert given["sha256"] == hashlib.sha256(content).hexdigest()
    received = report.table("data_received")
    assert (received["rows_in"] == received["rows_kept"] + received["rows_set_aside"]).all()
    for row in received.to_dict("records"):
        rejected = report.table(f"rejected_{row['table']}") if row["rows_set_aside"] else []
        assert len(rejected) == row["rows_set_aside"]
    declarations = {name: table for page in report.status() for name, table in declared(page).items()}
    saved = {path.stem for path in (report.folder / "tables").glob("*.parquet") if path.stem[:9] != "rejected_"}
    assert saved <= set(declarations)
    for name in saved:
        undeclared = set(report.table(name).columns) - set(declarations[name].columns)
        assert not undeclared or declarations[name].others, (name, undeclared)
    for name, columns in NAMES_OTHERS_LOAD.items():
        if report.has(name):
            assert set(columns) <= set(report.table(name).columns), name
    if report.has("rfm_segments"):
        segments, customers = report.table("rfm_segments"), report.table("customers_rfm")
        assert segments["customer_share"].sum() == pytest.approx(1)
        assert segments["spend_share"].sum() == pytest.approx(1)
        assert segments["customers"].sum() == len(customers)
        assert segments["action"].str.len().gt(0).all()
    for finding in report.findings:
        assert not {"nan", "None"} & set(finding["text"].replace(",", " ").split()), finding["text"]


def facts_of_pictures(report: Report) -> Iterator[tuple[str, str]]:
    """Title and alternative text of every chart drawn."""
    for path in sorted((report.folder / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            for output in cell.get("outputs", ()):
                if facts := output.get("metadata", {}).get("image/svg+xml"):
                    yield facts["title"], facts["alt"]


@pytest.fixture(scope="module")
def planted(demo_data: Path) -> dict:
    return json.loads((demo_data / "planted.json").read_text("utf-8"))


@pytest.mark.xdist_group("demo report")
class TestDemo:
    def test_is_sound(self, demo: Report) -> None:
        assert_sound(demo)
        assert set(demo.status().values()) == {"done"}
        assert all(demo.has(name) for name in NAMES_OTHERS_LOAD)

    def test_pictures_say_what_they_show_in_two_lines_and_are_read_aloud_once(self, demo: Report) -> None:
        facts = list(facts_of_pictures(demo))
        for title, alt in facts:
            check_title(title)
            assert alt.count(title) <= 1
        claims = [title for title, _ in facts if re.search(r"\d", title)]
        assert len(claims) > 2 / 3 * len(facts), "a title names its topic only where nothing is surely shown"

    def test_planted_segments_are_found(self, demo: Report, demo_data: Path) -> None:
        planted = pd.read_csv(demo_data / "planted_customers.csv", dtype=str, keep_default_na=False)
        both = demo.table("customers_clusters").merge(planted, on="customer_id", validate="one_to_one")
        assert len(both) == 3_361
        assert both["cluster"].nunique() == 4
        assert adjusted_rand_score(both["segment"], both["cluster"]) >= 0.85

    def test_key_accounts_are_champions_and_those_who_stopped_are_not(self, demo: Report, demo_data: Path) -> None:
        planted = pd.read_csv(demo_data / "planted_customers.csv", dtype=str, keep_default_na=False)
        both = demo.table("customers_rfm").merge(planted, on="customer_id")
        top = both["rfm_segment"].isin(["Champions", "Loyal customers"])
        active_keys = (both["segment"] == "Key account buyers") & (both["stopped"] == "")
        assert top[active_keys].mean() >= 0.95
        assert top[both["stopped"] == "at once"].mean() <= 0.05

    def test_planted_driver_order_is_found(self, demo: Report, planted: dict) -> None:
        found = demo.table("nps_drivers")
        assert found["driver"].tolist() == [d["driver"] for d in planted["drivers"]]
        assert found["lmg"].sum() == pytest.approx(demo.said("05_nps_drivers", "drivers")["values"]["r_squared"])
        assert (found["lmg_low"] <= found["lmg"]).all() and (found["lmg"] <= found["lmg_high"]).all()

    def test_planted_priorities_are_found(self, demo: Report) -> None:
        """Delivery and ordering were planted as important and rated low; prices lie near an even share."""
        placed = demo.table("nps_drivers").set_index("driver")
        clear = placed[placed["quadrant_verdict"] == "clear"]["quadrant"].to_dict()
        assert clear == {
            "delivery_reliability": "fix first",
            "ordering_ease": "fix first",
            "product_range": "good enough",
            "support": "good enough",
            "invoicing": "good enough",
        }
        assert placed.loc["delivery_reliability", ["rank_low", "rank_high"]].tolist() == [1, 1]

    def test_the_dip_in_delivery_is_the_course_of_the_score(self, demo: Report) -> None:
        waves, steps = demo.table("nps_waves"), demo.table("nps_trend").set_index("comparison")
        assert waves["wave"].tolist() == ["2024", "2025", "2026"]
        assert steps.loc["step", "verdict"].tolist() == ["fell", "rose"]
        assert waves["change"].iloc[1:].to_numpy() == pytest.approx(waves["nps"].diff().iloc[1:].to_numpy())

    def test_planted_topics_are_themes(self, demo: Report, planted: dict) -> None:
        themes = demo.table("themes")
        assert set(themes["driver"]) == {d["driver"] for d in planted["drivers"]}
        comments = demo.table("theme_coverage").set_index("state")["comments"]
        assert themes["comments"].max() <= comments.max()

    def test_every_answer_to_follow_up_is_listed_once(self, demo: Report) -> None:
        listed = demo.table("nps_actions")
        assert not listed.duplicated("customer_id").any() and not listed.duplicated("response_id").any()
        first = listed[listed["category"] == "detractors"]
        assert first["value_at_stake"].fillna(0).is_monotonic_decreasing
        assert (listed["answered_on"] > pd.Timestamp("2026-09-30") - pd.Timedelta(days=180)).all()
        assert demo.said("05_nps_drivers", "actions")["values"]["detractors"] == len(first)

    def test_planted_lift_is_inside_its_interval(self, demo: Report, planted: dict) -> None:
        found = demo.table("campaign_lift").set_index(["campaign", "arm", "metric"])
        assert len(planted["lifts"]) == 3
        for lift in planted["lifts"]:
            for metric in ("spend", "conversion"):
                row = found.loc[(lift["campaign"], lift["arm"], metric)]
                assert row["low"] <= lift[f"{metric}_lift"] <= row["high"], (lift["arm"], metric)

    def test_the_winner_pays_and_the_dud_does_not(self, demo: Report) -> None:
        verdicts = demo.table("roi_campaigns").set_index("arm")["verdict"]
        tested = {"Email": "unclear", "Email and call": "pays", "Catalogue": "loses"}
        assert verdicts.to_dict() == tested | {"contacted": "consistent with paying"}

    def test_planted_returns_are_inside_their_intervals(self, demo: Report, planted: dict) -> None:
        """A planted lift of £38 at 42 % margin, for £2.80, returns 470 %: each arm's, and that of all together."""
        found = demo.table("roi_campaigns").set_index(["campaign", "arm"])
        earned = spent = 0.0
        for lift in planted["lifts"]:
            row = found.loc[(lift["campaign"], lift["arm"])]
            expected = 0.42 * lift["spend_lift"] / lift["cost"] - 1
            assert row["roi_at_margin_low"] <= expected <= row["roi_at_margin_high"], lift["arm"]
            assert row["roi_simulated_low"] <= expected <= row["roi_simulated_high"], lift["arm"]
            earned += 0.42 * lift["spend_lift"] * row["customers"]
            spent += row["cost"]
        told = demo.said("06_roi", "returns_on_campaigns")["values"]
        assert told["low"] <= earned / spent <= told["high"]
        assert told["margin_per_cost"] == pytest.approx(told["roi_at_margin"] + 1)

    def test_returns_follow_the_formula(self, demo: Report) -> None:
        returns = demo.table("roi")
        rise = (returns["new_average_revenue"] - returns["old_average_revenue"]) * returns["customers"]
        for column, expected in (
            ("incremental_revenue", rise),
            ("roi", rise / returns["cost"] - 1),
            ("roi_at_margin", 0.42 * rise / returns["cost"] - 1),
        ):
            assert returns[column].to_numpy() == pytest.approx(expected.to_numpy(), nan_ok=True)
        assert (rise.isna() == (returns["verdict"] == "no control")).all()
        # All who were in a test are in exactly one segment of it, those with nobody to compare with too.
        tests = demo.table("roi_campaigns").query("evidence == 'random test'")
        by_arm = tests.set_index(["campaign", "arm"])["customers"]
        assert returns.groupby(["campaign", "arm"])["customers"].sum().to_dict() == by_arm.to_dict()

    def test_segments_have_the_same_names_on_both_pages(self, demo: Report) -> None:
        named = set(demo.table("rfm_rules")["rfm_segment"])
        assert set(demo.table("roi")["segment"]) <= named | {"No purchase before"}
        assert len(named) == 11

    def test_the_planted_dip_is_found(self, demo: Report) -> None:
        waves = demo.table("nps").query("grouping == 'wave'").set_index("group")
        assert waves.loc["2025", "nps_high"] < min(waves.loc["2024", "nps_low"], waves.loc["2026", "nps_low"])

    def test_markup_in_the_data_shows_as_text(self, demo: Report) -> None:
        page = (demo.folder / "05_nps_drivers.html").read_text("utf-8")
        assert "<script" not in page
        assert "&lt;script&gt;" in page

    def test_no_customer_is_named_on_a_page(self, demo: Report, demo_data: Path) -> None:
        customers = pd.read_csv(demo_data / "customers.csv", dtype=str, keep_default_na=False)
        addresses = set(customers["Email"]) - {""}
        for page in demo.folder.glob("*.html"):
            text = page.read_text("utf-8")
            assert not [a for a in addresses if a in text]


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_spark_makes_the_same_report(demo_data: Path, demo_params: Params, project: Project, tmp_path: Path) -> None:
    """Every result table and every sentence of the pages on orders and segments, on a fifth of the demo's customers,
    from a Spark that runs beside the kit."""
    written = yaml.safe_load(demo_params.path.read_text("utf-8"))
    del written["nps_drivers"], written["campaigns"], written["plan"]  # knobs of pages that are not there
    written["data"] = {table: written["data"][table] for table in SPARK_TABLES}
    for table in SPARK_TABLES:
        given = written["data"][table]
        for part, told in zip(
            demo_params.data[table].parts, given if isinstance(given, list) else [given], strict=True
        ):
            rows = pd.read_csv(part.source, dtype=str, keep_default_na=False)
            chosen = rows[part.columns.get("customer_id", "customer_id")].str.extract(r"(\d+)")[0].astype(float)
            rows[chosen.isna() | (chosen % 5 == 0)].to_csv(tmp_path / Path(part.source).name, index=False)
            told["source"] = str(tmp_path / Path(part.source).name)
    (tmp_path / "params").mkdir(exist_ok=True)
    (tmp_path / "params" / "demo.yaml").write_text(yaml.safe_dump(written), "utf-8")
    (tmp_path / "notebooks").mkdir()
    for page in SPARK_PAGES:
        shutil.copy(project.notebooks / f"{page}.ipynb", tmp_path / "notebooks")
    duckdb = publish(Project(tmp_path), tmp_path / "params" / "demo.yaml", tmp_path / "reports")
    with spark_server(tmp_path) as address:
        command = [sys.executable, "-m", "helpers", "run", "demo", "--quiet", "--set", "engine=spark"]
        environment = {**os.environ, "SPARK_REMOTE": address}
        subprocess.run([*command, "--reports", str(tmp_path / "spark")], cwd=tmp_path, env=environment, check=True)
    spark = Report(tmp_path / "spark" / "demo" / duckdb.folder.name)
    assert "skipped" not in duckdb.status().values()
    names = {path.stem for path in (duckdb.folder / "tables").glob("*.parquet")}
    assert names == {path.stem for path in (spark.folder / "tables").glob("*.parquet")} and len(names) > 10
    for name in sorted(names):
        assert_frame_equal(spark.table(name), duckdb.table(name), rtol=1e-9, atol=1e-9, obj=name)
    assert [f["text"] for f in spark.findings] == [f["text"] for f in duckdb.findings]


@pytest.mark.slow
@pytest.mark.xdist_group("real reports")
def test_a_start_up_gets_a_report_that_says_what_is_too_thin(project: Project, tmp_path: Path) -> None:
    """Five customers and a survey without ratings: no page may fail, and the cover says what is left out."""
    for name in ("notebooks", "params"):
        (tmp_path / name).mkdir()
    orders = [f"{i},c{i % 5},2026-0{1 + i % 9}-10,{10 + i}" for i in range(12)]
    (tmp_path / "orders.csv").write_text("\n".join(["order_id,customer_id,ordered_at,amount", *orders]), "utf-8")
    (tmp_path / "survey.csv").write_text("customer_id,score\nc1,9\nc2,3\n", "utf-8")
    (tmp_path / "params" / "tiny.yaml").write_text(
        "client: Tiny\nas_of: 2026-09-30\ncurrency: EUR\nbusiness_model: b2c\n"
        "data: {orders: {source: ../orders.csv}, surveys: {source: ../survey.csv}}\n",
        "utf-8",
    )
    for notebook in project.notebooks.glob("*.ipynb"):
        (tmp_path / "notebooks" / notebook.name).write_bytes(notebook.read_bytes())
    report = publish(Project(tmp_path), tmp_path / "params" / "tiny.yaml", tmp_path / "reports")
    assert_sound(report)
    assert report.status()["04_clusters"] == "skipped"
    assert report.status()["02_rfm"] == "done"
    assert "5 customers are too few" in report.cover()
    assert not report.has("customers_clusters")
    assert not (report.folder / "04_clusters.html").exists()
    assert report.said("05_nps_drivers", "level")["verdict"] == "few"
    assert report.said("05_nps_drivers", "drivers")["verdict"] == "few"


@pytest.mark.slow
@pytest.mark.xdist_group("real reports")
class TestRealClients:
    def test_online_retail(self, online_retail: Report) -> None:
        """Known answers: the data's README (purchases without exact duplicates)."""
        assert_sound(online_retail)
        customers = online_retail.table("customers_rfm")
        assert len(customers) == 4_338
        assert customers["order_count"].sum() == 18_532
        assert customers["spend"].sum() == pytest.approx(8_887_208.89, abs=0.005)
        assert online_retail.status()["05_nps_drivers"] == "skipped"
        assert "needs survey answers with a recommendation score" in online_retail.cover()

    def test_sfo_survey(self, sfo: Report) -> None:
        """Known answers: the data's README, both years, plain and weighted."""
        assert_sound(sfo)
        waves = sfo.table("nps").query("grouping == 'wave'").set_index("group")
        assert waves[["answers", "promoters", "detractors"]].to_numpy().tolist() == [
            [2_746, 1_436, 342],
            [2_650, 1_268, 447],
        ]
        assert waves["nps"].round(2).tolist() == [39.84, 30.98]
        assert waves["nps_weighted"].round(2).tolist() == [40.40, 35.11]
        assert sfo.said("05_nps_drivers", "trend")["verdict"] == "bad"
        (fall,) = sfo.table("nps_trend").query("comparison == 'first to last'").to_dict("records")
        assert (fall["from_wave"], fall["to_wave"], fall["verdict"]) == ("2017", "2018", "fell")
        assert fall["low"] < fall["change"] < fall["high"] < 0
        assert fall["change"] == pytest.approx(30.98 - 39.84, abs=0.01)
        roles = sfo.table("nps_rating_roles").set_index("rating")["role"]
        assert roles[roles == "outcome"].index.tolist() == ["airport_as_a_whole"]
        assert len(sfo.table("nps_drivers")) == len(roles) - 1 == 20
        assert sfo.table("themes")["theme"].str.startswith("code ").all()  # no key to the codes is at hand
        status = sfo.status()
        assert {status[name] for name in ("02_rfm", "04_clusters", "06_roi")} == {"skipped"}
        assert {status[name] for name in ("01_data_profile", "05_nps_drivers", "00_summary")} == {"done"}
        assert "needs orders with customer number and order date" in sfo.cover()

    def test_hillstrom(self, hillstrom: Report) -> None:
        """Known answers: the data's README; visit, conversion and spend per customer, and the lift in spend."""
        assert_sound(hillstrom)
        lift = hillstrom.table("campaign_lift").set_index(["arm", "metric"])
        for arm, n, visit, conversion, spend, low, high in (
            ("Mens E-Mail", 21_307, 0.18276, 0.01253, 1.4226, 0.485, 1.055),
            ("Womens E-Mail", 21_387, 0.15140, 0.00884, 1.0772, 0.169, 0.680),
        ):
            assert lift.loc[(arm, "spend"), "n"] == n
            assert lift.loc[(arm, "visit"), "mean"] == pytest.approx(visit, abs=5e-6)
            assert lift.loc[(arm, "conversion"), "mean"] == pytest.approx(conversion, abs=5e-6)
            assert lift.loc[(arm, "spend"), "mean"] == pytest.approx(spend, abs=5e-5)
            assert lift.loc[(arm, "spend"), ["low", "high"]].tolist() == pytest.approx([low, high], abs=5e-4)
        assert lift.loc[("Mens E-Mail", "spend"), "control_mean"] == pytest.approx(0.6528, abs=5e-5)
        status = hillstrom.status()
        assert {status[name] for name in ("02_rfm", "04_clusters", "05_nps_drivers")} == {"skipped"}
        assert {status[name] for name in ("01_data_profile", "06_roi", "00_summary")} == {"done"}

    def test_a_segment_that_nobody_asked_for_is_refused(
        self, shared_data: Path, project: Project, tmp_path: Path
    ) -> None:
        pages = tmp_path / "notebooks"
        pages.mkdir()
        shutil.copy(project.notebooks / "05_nps_drivers.ipynb", pages)
        shutil.copy(project.notebooks / "00_summary.ipynb", pages)
        params, asked = project.root / "tests/params/sfo_survey.yaml", "nps_drivers.group_by=[touchpiont]"
        with pytest.raises(InputError, match='group_by names "touchpiont"'):
            publish(project, params, tmp_path / "reports", asked, notebooks=pages)
