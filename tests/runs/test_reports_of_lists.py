"""Whole reports of clients who send no amounts, or no orders at all: a customer list, a list of traits."""

import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.runs.project import Project
from helpers.story.results import declared
from tests.runs.page_checks import check_page, read_page
from tests.runs.reports import Report, publish

pytestmark = pytest.mark.slow
PAGES = ("00_summary", "02_rfm", "04_clusters")  # the others have tests of their own
HEAD = "client: Corner Shop\nas_of: 2026-09-30\ncurrency: GBP\nbusiness_model: b2c\ndata:\n"


def make(folder: Path, project: Project, data: str, frame: pd.DataFrame) -> Report:
    (folder / "params").mkdir()
    (folder / "notebooks").mkdir()
    for name in PAGES:
        shutil.copy(project.notebooks / f"{name}.ipynb", folder / "notebooks")
    (folder / "export.csv").write_text(frame.to_csv(index=False), "utf-8")
    (folder / "params/shop.yaml").write_text(HEAD + data, "utf-8")
    report = publish(project, folder / "params/shop.yaml", folder / "reports", notebooks=folder / "notebooks")
    assert {p.name: check_page(p) for p in report.folder.glob("*.html")} == {
        p.name: [] for p in report.folder.glob("*.html")
    }
    for page in report.status():
        for name, table in declared(page).items():
            assert not report.has(name) or set(table.columns) <= set(report.table(name).columns)
    return report


def words_of(report: Report, page: str) -> str:
    """All that a page says but its list of what is not on it, its pictures' words included."""
    outline = read_page(report.folder / page)
    said = " ".join([*outline.texts["main"], *(attrs.get("aria-label", "") for _, attrs in outline.tags)])
    return said.partition("What is not on this page?")[0]


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """Ninety regulars and 210 who come seldom; forty of these never did."""
    rng = np.random.default_rng(3)
    orders = np.concatenate([rng.integers(8, 20, 90), rng.integers(1, 4, 170), np.zeros(40, int)])
    days = np.concatenate([rng.integers(0, 40, 90), rng.integers(20, 600, 210)])
    last = pd.Timestamp("2026-09-30") - pd.to_timedelta(days, "D")
    return pd.DataFrame(
        {
            "card": [f"K{i:03d}" for i in range(300)],
            "last": last.strftime("%Y-%m-%d").where(orders > 0, ""),
            "orders": orders,
            "paid": (orders * rng.uniform(10, 30, 300)).round(2),
            "visits": [*(orders * 2 + 1)[:297], "n/a", "n/a", ""],
        }
    )


LIST = """  customers:
    source: ../export.csv
    columns: {customer_id: card, last_order_on: last, order_count: orders, spend: paid}
    attributes: {behavioural: [visits]}
"""


def test_a_customer_list_has_value_segments_and_groups(tmp_path: Path, project: Project, people: pd.DataFrame) -> None:
    report = make(tmp_path, project, LIST, people)
    status = report.status()
    assert (status["02_rfm"], status["04_clusters"], status["00_summary"]) == ("done", "done", "done")
    rfm, groups = report.table("customers_rfm"), report.table("customers_clusters")
    bought = people[people["orders"] > 0]
    assert rfm["customer_id"].tolist() == bought["card"].tolist()
    assert rfm["spend"].tolist() == pytest.approx(bought["paid"].tolist())
    last = pd.to_datetime(bought["last"])
    assert rfm["recency_days"].tolist() == (pd.Timestamp("2026-09-30") - last).dt.days.tolist()
    assert "40 customers without an order" in report.said("02_rfm", "basis")["text"]
    assert report.said("02_rfm", "slipping")["verdict"] == "neutral"  # ranks are no facts
    basis = report.said("04_clusters", "basis")
    assert basis["values"]["customers"] == 300 == len(groups)
    assert groups["cluster"].isna().sum() == basis["values"]["left_out"]
    assert report.table("clusters")["customer_share"].sum() == pytest.approx(1)
    assert "£" in words_of(report, "02_rfm.html")
    assert not re.search(r"\b(returns?|nan)\b", words_of(report, "02_rfm.html"))


def test_without_spend_nothing_is_said_of_money(tmp_path: Path, project: Project, people: pd.DataFrame) -> None:
    report = make(tmp_path, project, LIST.replace(", spend: paid", ""), people.drop(columns="paid"))
    assert report.said("02_rfm", "overview")["values"]["orders"] == people["orders"].sum()
    assert report.table("customers_rfm")["m_score"].isna().all()
    for page in ("02_rfm.html", "04_clusters.html", "index.html"):
        said = words_of(report, page).replace("It does not say what they spent", "")
        assert not re.search(r"£|\b[Ss]pen[dt]\b|nan\b", said), page


def test_traits_alone_have_groups_and_the_cover_says_what_is_missing(tmp_path: Path, project: Project) -> None:
    rng = np.random.default_rng(4)
    income = np.concatenate([rng.normal(20, 3, 100), rng.normal(80, 5, 120)]).round()
    frame = pd.DataFrame(
        {"id": range(220), "income": income, "score": rng.integers(1, 99, 220), "sex": ["f", "m"] * 110}
    )
    data = """  customers:
    source: ../export.csv
    columns: {customer_id: id}
    attributes: {demographic: [income, sex], behavioural: [score]}
"""
    report = make(tmp_path, project, data, frame)
    assert report.status()["02_rfm"] == "skipped"
    assert report.said("04_clusters", "basis")["text"] == (
        "220 customers are grouped by numbers of the customer list: income and score."
    )
    assert report.said("04_clusters", "value")["headline"]
    said = words_of(report, "04_clusters.html").replace("Not known (no later orders)", "")
    assert not re.search(r"£|\b[Ss]pend\b|\b[Oo]rders?\b|lapsed|recent", said)
    cover = report.cover()
    assert "Kinds of customers" in cover
    assert (
        "or a customer list with customer number, number of orders and day of the last order or days since it" in cover
    )


def test_orders_without_amounts_are_counted(tmp_path: Path, project: Project) -> None:
    rng = np.random.default_rng(5)
    n = 1500
    days = pd.Timestamp("2025-09-30") + pd.to_timedelta(rng.integers(0, 360, n), "D")
    who = [f"{i:03d}" for i in (rng.uniform(size=n) ** 2 * 150).astype(int)]
    frame = pd.DataFrame(
        {"who": who, "day": days.strftime("%Y-%m-%d"), "item": rng.choice(["tea", "milk", "rolls"], n)}
    )
    data = "  orders:\n    source: ../export.csv\n    columns: {customer_id: who, ordered_at: day, product: item}\n"
    report = make(tmp_path, project, data, frame)
    placed = frame.drop_duplicates(["who", "day"])
    assert report.said("02_rfm", "overview")["values"]["orders"] == len(placed)
    assert "two scores" in report.said("02_rfm", "basis")["text"]
    assert report.table("customers_rfm")["spend"].isna().all()
    assert "grouped by days since last order and orders." in report.said("04_clusters", "basis")["text"]
    for page in ("02_rfm.html", "04_clusters.html", "index.html"):
        assert not re.search(r"£|\b[Ss]pen[dt]\b|nan\b", words_of(report, page)), page
