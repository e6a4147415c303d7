"""Whole reports of subscription businesses: telephone customers without dates, and accounts with use and tickets."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.runs.project import Project
from helpers.story.results import declared
from tests.runs.page_checks import check_page, read_page
from tests.runs.reports import Report, publish

pytestmark = pytest.mark.slow

HEAD = "client: Lines\nas_of: 2024-12-31\ncurrency: USD\nbusiness_model: b2c\n"
Make = Callable[[str, str], Report]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory, project: Project) -> Make:
    """A report of the page on the lifecycle and the cover, checked as every page is."""

    def publish_it(data: str, head: str = HEAD) -> Report:
        folder = tmp_path_factory.mktemp("lines")
        (folder / "params").mkdir()
        (folder / "notebooks").mkdir()
        for name in ("00_summary", "03_lifecycle"):
            shutil.copy(project.notebooks / f"{name}.ipynb", folder / "notebooks")
        (folder / "params/lines.yaml").write_text(head + data, "utf-8")
        report = publish(project, folder / "params/lines.yaml", folder / "reports", notebooks=folder / "notebooks")
        assert [problem for page in report.folder.glob("*.html") for problem in check_page(page)] == []
        for name, table in declared("03_lifecycle").items():
            assert not report.has(name) or set(table.columns) <= set(report.table(name).columns)
        return report

    return publish_it


def figures(report: Report) -> dict[str, str]:
    return {f["label"]: f["value"] for finding in report.findings for f in finding["figures"]}


@pytest.fixture(scope="module")
def phone(make: Make, shared_data: Path) -> Report:
    data = f"""data:
  subscriptions:
    source: {shared_data / "telco_churn.csv"}
    columns:
      {{customer_id: customerID, plan: Contract, monthly_fee: MonthlyCharges, tenure_months: tenure, churned: Churn}}
    attributes: {{behavioural: [PaymentMethod], demographic: [gender]}}
"""
    return make(data, HEAD)


def test_telephone_customers_have_a_page_and_a_cover(phone: Report) -> None:
    """The known answers of the data's README, in the tables that others load."""
    groups = phone.table("customers_lifecycle")
    assert len(groups) == 7_043 == groups["customer_id"].nunique()
    assert groups["since"].isna().all()
    assert groups["lifecycle_group"].value_counts()["lapsed"] == 1_869
    curves = phone.table("survival")
    whole = curves[curves["grouping"] == "all"].set_index("months")["survival"].round(4)
    known = {1: 0.9460, 6: 0.8848, 12: 0.8432, 24: 0.7887, 36: 0.7485, 60: 0.6644, 72: 0.5928}
    assert whole[list(known)].to_dict() == known
    best = phone.table("subscription_attributes").iloc[0]
    assert (best["attribute"], best["degrees"]) == ("plan", 2)
    assert best["chi_squared"] == pytest.approx(2_352.873, abs=0.001)
    assert set(figures(phone)) == {
        *("Recurring revenue a month", "Paying customers", "Churn", "Revenue at risk a month"),
    }
    assert sum(f["headline"] for f in phone.findings) >= 3
    assert phone.table("subscription_months").empty


def test_what_dates_would_bring_is_said_and_nothing_is_made_up(phone: Report) -> None:
    said = " ".join(read_page(phone.folder / "03_lifecycle.html").texts["main"])
    shown, _, missing = said.partition("What is not on this page?")
    assert "Needs the day each subscription started, and ended." in missing
    assert "“Two year”" in shown
    assert not re.search(r"\bnan\b|NaT|[Ss]ilent customers", shown)
    values = phone.table("recurring_revenue").set_index("figure")["value"]
    assert values[["net_revenue_retention", "churn_a_month"]].isna().all()
    assert values["recurring_revenue"] == pytest.approx(316_985.75)


@pytest.fixture(scope="module")
def accounts(make: Make, tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, pd.DataFrame]:
    """Sixty accounts with five subscriptions each; a quarter leave, five stop using; use is told by subscription."""
    folder, rng, n = tmp_path_factory.mktemp("accounts"), np.random.default_rng(2), 60
    end = pd.Timestamp("2024-12-31")
    account = pd.DataFrame({"account": [f"A{i:02d}" for i in range(n)], "trade": rng.choice(["shop", "farm"], n)})
    start = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 300, n * 5), "D")
    who = np.repeat(np.arange(n), 5)
    leaves = np.where(who < 15, 400 + who * 15, 10_000)
    stop = pd.Series(pd.Timestamp("2023-01-01") + pd.to_timedelta(leaves, "D"))
    lines = pd.DataFrame({"line": [f"S{i:03d}" for i in range(n * 5)], "account": account["account"].to_numpy()[who]})
    lines["begun"], lines["over"] = start.strftime("%Y-%m-%d"), stop.dt.strftime("%Y-%m-%d").where(stop <= end, "")
    lines["fee"] = rng.choice([10, 25, 90], n * 5)
    quiet = (who >= 15) & (who < 20)
    last = np.where(quiet, 500, np.minimum(leaves, 730))
    use = [
        (line, pd.Timestamp("2023-11-01") + pd.Timedelta(days=int(day)), "feature")
        for line, until in zip(lines["line"], last, strict=True)
        for day in range(int(rng.integers(0, 9)), int(until) - 304, 9)
    ]
    tickets = [(a, pd.Timestamp("2024-12-20"), "ticket") for a in account["account"]]
    events = pd.DataFrame([*use, *tickets], columns=["who", "at", "kind"])
    for name, frame in (("accounts", account), ("lines", lines), ("events", events)):
        (folder / f"{name}.csv").write_text(frame.to_csv(index=False), "utf-8")
    data = f"""unit: account
data:
  customers:
    - source: {folder}/accounts.csv
      columns: {{customer_id: account, account_id: account}}
      attributes: {{firmographic: [trade]}}
    - source: {folder}/lines.csv
      columns: {{customer_id: line, account_id: account}}
  subscriptions:
    source: {folder}/lines.csv
    columns: {{customer_id: account, started_on: begun, cancelled_on: over, monthly_fee: fee}}
  events:
    source: {folder}/events.csv
    columns: {{customer_id: who, occurred_at: at, kind: kind}}
"""
    return make(data, HEAD.replace("b2c", "b2b")), lines


def test_subscriptions_use_and_tickets_come_together_by_account(accounts: tuple[Report, pd.DataFrame]) -> None:
    report, lines = accounts
    groups = report.table("customers_lifecycle").set_index("customer_id")["lifecycle_group"]
    assert sorted(groups.index) == sorted(lines["account"].unique())
    assert set(groups[groups == "lapsed"].index) == {f"A{i:02d}" for i in range(15)}
    silent_ones = set(groups[groups == "silent"].index)
    assert silent_ones >= {f"A{i:02d}" for i in range(15, 20)}
    assert len(silent_ones) <= 8  # one in twenty who still use is called late by design
    shown = figures(report)
    assert set(shown) == {
        *("Recurring revenue a month", "Paying accounts", "Churn a month"),
        *("Net revenue retention", "Revenue at risk a month"),
    }
    assert shown["Paying accounts"] == "45"
    now, ago = lines[lines["over"] == ""], lines[(lines["over"] == "") | (lines["over"] > "2023-12-31")]
    ago = ago[ago["begun"] <= "2023-12-31"]
    months = report.table("subscription_months").set_index("month")
    assert months["mrr"].iloc[-1] == now["fee"].sum()
    assert months.loc["2023-12-01", "mrr"] == ago["fee"].sum()
    silent = now[now["account"].isin([f"A{i:02d}" for i in range(15, 20)])]
    figure = report.table("recurring_revenue").set_index("figure")["value"]
    assert figure["net_revenue_retention"] == pytest.approx(now["fee"].sum() / ago["fee"].sum())
    assert figure["revenue_at_risk"] >= silent["fee"].sum()
    assert "accounts" in report.said("03_lifecycle", "recurring")["text"]
