"""Folders of reports as runs leave them, without running anything."""

import json
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from helpers.runs.job import PUBLISHED, Outcome

COVER = [("Spend", "£9.24m"), ("Retention", "61%"), ("Net Promoter Score", "+33")]
MADE = "2026-11-25T02:14:00+00:00"
SENTENCE = "Since 30 June 2026 one thing has changed: retention fell to 61%."
CHANGED = [
    {"page": "02_rfm", "key": "answer", "text": "Not this one.", "headline": True, "figures": []},
    {"page": "07_review", "key": "answer", "text": SENTENCE, "headline": True, "figures": []},
]


DONE = Outcome(PUBLISHED)
THIN_STEPS = [
    {"name": "05_nps_drivers", "title": "Who recommends us", "status": "skipped", "reason": "there are 12 answers"},
    {"name": "06_roi", "title": "What it earns", "status": "skipped", "reason": "needs …", "asked": "needs …"},
]


def figures(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "value": value, "note": "of customers"} for label, value in pairs]


def add_report(reports: Path, slug: str, day: str = "2026-09-30", findings: Any = (), **fields: Any) -> Path:
    """A published report, to which `latest` points; a field that is None is left out of run.json."""
    folder = reports / slug / day
    (folder / "tables").mkdir(parents=True)
    (folder / "index.html").write_text(f"<title>{slug}</title>", "utf-8")
    (folder / "tables/findings.json").write_text(json.dumps(list(findings)), "utf-8")
    record = {
        "client": slug.title(), "as_of": day, "status": "published", "started_at": "2026-11-25T02:13:00+00:00",
        "finished_at": MADE, "steps": [], "cover": figures(*COVER), "seconds": 41.5, "rows": 1234,
    } | fields  # fmt: skip
    kept = {name: value for name, value in record.items() if value is not None}
    (folder / "run.json").write_text(json.dumps(kept), "utf-8")
    latest = reports / slug / "latest"
    latest.unlink(missing_ok=True)
    latest.symlink_to(day)
    return folder


def add_failed(reports: Path, slug: str, **fields: Any) -> Path:
    """What a run that failed leaves."""
    folder = reports / slug / "failed"
    folder.mkdir(parents=True)
    record = {"client": slug.title(), "finished_at": "2026-11-26T02:00:00+00:00", "error": "orders.csv: it is empty."}
    (folder / "run.json").write_text(json.dumps(record | fields), "utf-8")
    return folder


def index(reports: Path) -> dict[str, Any]:
    return json.loads((reports / "index.json").read_text("utf-8"))


def told(reports: Path) -> dict[str, tuple[str, str]]:
    """Status and message of each client, in the order of index.json."""
    return {c["client"]: (c["status"], c["message"]) for c in index(reports)["clients"]}


def page(reports: Path) -> BeautifulSoup:
    return BeautifulSoup((reports / "index.html").read_text("utf-8"), "html.parser")
