"""What looks like a person's is in no page and in no table but those of customers, whichever column it came in; names
in quoted comments neither, and with pseudonyms no table has a customer's number."""

import io
import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
import yaml
from pypdf import PdfReader

from helpers.data.schema import TABLES, Column, Table
from helpers.errors import InputError
from helpers.runs.formats.printing import find_browser
from helpers.runs.project import Project
from tests.runs.formats.test_pdf import tags
from tests.runs.reports import publish
from tests.servers import missing

ROWS = 400
FIRST = date(2025, 1, 1)
CONTROL = "zebulon.holdout@quackenbush.example"  # an arm's name is a text too
# What a column must hold for its table to be read at all.
USUAL = {"currency": ["GBP"], "arm": ["mail", CONTROL]}
PEOPLE = ("customers_", "nps_actions", "rejected_")  # tables with a row a customer, and rows as they came
# Names on a list of given names, and one that the client's customers alone tell.
COMMENTS = [
    "Sarah Throckmorton never called back, and nobody told me why, although I asked three times about the delivery",
    "my name is jonathan throckmorton and I have been waiting for weeks, write to jon@throckmorton.example please",
    "wilhelmina throckmorton got the wrong parcel again and again, call +44 20 7946 0777 or order no. 4711471147",
]
NAMED = ["hrockmorton", "Sarah", "jonathan", "wilhelmina", "7946 0777", "4711471147"]
QUOTED = {"comments": 3, "themes": ["delivery: called, waiting, parcel"]}
SALT = "a secret of the environment"


def sentinel(table: str, column: str) -> list[str]:
    """Two values that are a person's, of which either tells where it came from."""
    name = f"{table}.{column}".replace("_", "-")
    number = 100 + [f"{t}.{c.name}" for t in TABLES for c in TABLES[t].columns].index(f"{table}.{column}")
    return [f"zebulon.{name}@quackenbush.example", f"+44 20 7946 0{number}"]


def client(folder: Path) -> dict[str, list[str]]:
    """A file a table, with the personal values in a tenth of each text column; those of every column, by its name."""
    told = {"the control": [CONTROL]}
    for table in TABLES.values():
        frame = pd.DataFrame({c.name: values_of(table, c) for c in table.columns if c.name != "cancelled_on"})
        for place, column in enumerate(c.name for c in table.columns if c.kind == "text" and c.name != "currency"):
            mine = sentinel(table.name, column)
            frame[column] = [mine[i // 10 % 2] if i % 10 == place else v for i, v in enumerate(frame[column])]
            told[f"{table.name}.{column}"] = mine
        if table.name == "customers":
            frame["region"] = frame["role"]  # an attribute the client declares
            frame.loc[ROWS - 1, "name"] = "Throckmorton, Wilhelmina"
        if table.name == "surveys":
            frame.loc[[1, 2, 4], ["comment", "score"]] = pd.DataFrame({"comment": COMMENTS, "score": 0}, [1, 2, 4])
        frame.assign(spend=[float(i % 7) for i in range(ROWS)]).to_csv(folder / f"{table.name}.csv", index=False)
    return told | {"surveys.comment, in other words": NAMED}


def values_of(table: Table, column: Column) -> list[object]:
    alone = table.key == column.name or column.name == "order_id"
    usual = USUAL.get(column.name, ["Alpha", "Beta", "Gamma"])
    make: dict[str, Callable[[int], object]] = {
        "text": lambda i: usual[i // 3 % len(usual)],
        "date": lambda i: FIRST + timedelta(days=i % 360),
        "number": lambda i: i % 11 if column.name == "score" else 1 + i % 5,
        "flag": lambda i: i % 2 == 0,
        "id": lambda i: f"{column.name[0]}{i if alone else i % 120}",
    }
    return [make[column.kind](i) for i in range(ROWS)]


@pytest.mark.slow
def test_no_page_and_no_table_of_results_holds_what_is_a_persons(
    tmp_path: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIT_SALT", SALT)
    told = client(tmp_path)
    data = {name: {"source": str(tmp_path / f"{name}.csv")} for name in TABLES}
    data["exposures"] |= {"control": CONTROL, "outcomes": ["spend"]}
    data["customers"] |= {"attributes": {"geographic": ["region"]}}
    groups = {"group_by": ["wave", "touchpoint", "journey_stage", "region", "wave"]}  # one of them named twice
    head = {"client": "Acme", "as_of": "2026-01-10", "currency": "GBP", "business_model": "b2c"}
    head |= {"formats": ["pptx", "xlsx", "pdf"]}
    shutil.copytree(project.notebooks, tmp_path / "notebooks")
    path = tmp_path / "params" / "acme.yaml"
    path.parent.mkdir()
    privacy = {"identifiers": "pseudonyms", "salt": "${KIT_SALT}"}
    text = yaml.safe_dump({**head, "privacy": privacy, "data": data, "nps_drivers": {**groups, **QUOTED}})
    path.write_text(text, "utf-8")
    folder = publish(project, path, tmp_path / "out").folder
    kinds = (".html", ".csv", ".json", ".ipynb")
    files = [f for f in folder.rglob("*") if f.suffix in kinds and not f.name.startswith(PEOPLE)]
    assert len(files) > 25
    leaks = {
        (f.name, column)
        for f in files
        for column, values in told.items()
        for value in values
        if value in f.read_text("utf-8")
    }
    assert sorted(leaks) == []
    assert "nobody told me why" in (folder / "05_nps_drivers.html").read_text("utf-8")  # quoted, but for the name
    assert not any(SALT in f.read_text("utf-8", errors="ignore") for f in folder.rglob("*") if f.is_file())
    check_pseudonyms(folder / "tables")
    secrets = [*(v for values in told.values() for v in values), SALT, str(tmp_path), str(project.root)]
    check_workbook(folder, secrets)
    check_slides(folder, secrets)
    check_paper(folder, secrets)


def check_workbook(report: Path, secrets: list[str]) -> None:
    """The workbook for a client holds no value of a person, no path, and no customer, not even by a pseudonym."""
    customers = pd.read_parquet(report / "tables/customers_rfm.parquet")["customer_id"]
    with zipfile.ZipFile(next(report.glob("*.xlsx"))) as packed:
        held = "".join(packed.read(name).decode("utf-8") for name in packed.namelist())
    assert "rfm_segments" in held
    assert [secret for secret in [*secrets, *customers] if secret in held] == []


def check_slides(report: Path, secrets: list[str]) -> None:
    """Nor do the slides: neither in what is seen and said of it, nor in the workbooks of their charts."""
    customers = pd.read_parquet(report / "tables/customers_rfm.parquet")["customer_id"]
    held = ""
    with zipfile.ZipFile(next(report.glob("*.pptx"))) as slides:
        for name in slides.namelist():
            content = slides.read(name)
            if name.endswith(".xlsx"):
                with zipfile.ZipFile(io.BytesIO(content)) as book:
                    held += "".join(book.read(part).decode("utf-8") for part in book.namelist())
            elif name.endswith((".xml", ".rels")):
                held += content.decode("utf-8")
    assert "What to do first" in held
    assert [secret for secret in [*secrets, *customers] if secret in held] == []


def check_paper(report: Path, secrets: list[str]) -> None:
    """Nor does the PDF, neither in its text nor in what is said of it or of its pictures."""
    try:
        find_browser()
    except InputError:
        missing("Chromium", "apt-get install chromium")
    customers = pd.read_parquet(report / "tables/customers_rfm.parquet")["customer_id"]
    printed = PdfReader(next(report.glob("*.pdf")))
    held = "".join(page.extract_text() for page in printed.pages) + str(printed.metadata)
    held += "".join(str(part.get("/Alt", "")) for part in tags(printed.trailer["/Root"]["/StructTreeRoot"]["/K"]))
    assert "Customer report for Acme" in held
    assert "Cash so far, by month" in held  # what a picture shows
    assert [secret for secret in [*secrets, *customers] if secret in held] == []


def check_pseudonyms(tables: Path) -> None:
    """Tables of customers hold pseudonyms and can be joined by them; rows as they came are not there."""
    listed = {path.stem: pd.read_parquet(path) for path in tables.glob("*.parquet")}
    numbers = {name: set(frame["customer_id"].dropna()) for name, frame in listed.items() if "customer_id" in frame}
    assert {"customers_rfm", "customers_nps", "nps_actions"} <= numbers.keys()
    assert all(re.fullmatch("[a-z2-7]{16}", number) for found in numbers.values() for number in found)
    assert len(numbers["nps_actions"]) > 0
    assert numbers["nps_actions"] <= numbers["customers_nps"]
    assert numbers["customers_nps"] & numbers["customers_rfm"]
    assert not [name for name in listed if name.startswith("rejected_")]
