"""What stands in one client's folder of reports, as one object of `reports/index.json` (see `night`).

Read from the records that runs leave: `run.json` of the last report and of the one before, and of what failed since.
A record that cannot be read is told as such; records of older versions lack fields, which are then null or reckoned.
"""

import contextlib
import json
from pathlib import Path
from typing import Any

from helpers.runs.job import FAILED, PUBLISHED
from helpers.runs.night_figures import changes
from helpers.runs.states import report_days
from helpers.runs.times import read_time, stamp
from helpers.story.statement import cover_figures, only_figures

THIN, NEVER = "thin", "never made"
_LONGEST = 400  # characters of a message: it stands in a cell
BLANK: dict[str, Any] = {  # a client without any report
    "client": "",
    "name": "",
    "status": NEVER,
    "message": "",
    "as_of": None,
    "page": None,
    "files": {},  # other forms of the report by format: paths, as of `page`
    "made_at": None,
    "tried_at": None,
    "seconds": None,
    "rows": None,
    "cover": [],
    "earlier": None,
    "changes": [],
    "changed": "",
    "left_out": [],
    "seen": [],
}


def read_client(reports: Path, slug: str) -> dict[str, Any]:
    """One client's object for index.json, from its folder alone; never raises for what stands in it."""
    seen = look(reports, slug)
    folder = last_report(reports / slug)
    entry = BLANK | {"client": slug, "name": slug, "seen": seen}
    if folder is not None:
        entry |= _of_report(reports / slug, folder)
    return entry | _of_failure(reports / slug, entry["made_at"])


def look(reports: Path, slug: str) -> list[Any]:
    """What tells whether a client's folder is as it was: size and time of its last record and of its failed one."""
    folder = reports / slug
    found: list[Any] = []
    for record in (folder / "latest" / "run.json", folder / "failed" / "run.json"):
        try:
            known = record.stat()
            found += [known.st_mtime_ns, known.st_size]
        except OSError:
            found += [0, 0]
    if not found[0]:  # without links (Windows) or a record
        found.append(str(last_report(folder) or ""))
    return found


def last_report(folder: Path) -> Path | None:
    """The folder of a client's newest report, by the link, the text file that stands for one, or its date."""
    if (folder / "latest" / "index.html").is_file():
        return folder / "latest"
    with contextlib.suppress(OSError, UnicodeDecodeError):
        named = folder / (folder / "latest.txt").read_text("utf-8").strip()
        if named.parent == folder and (named / "index.html").is_file():
            return named
    days = shown_days(folder)
    return folder / days[-1] if days else None


def shown_days(folder: Path) -> list[str]:
    """Days of which a client has a report to look at, sorted."""
    return [day for day in report_days(folder) if (folder / day / "index.html").is_file()]


def first_line(message: str) -> str:
    """A message as it fits in a cell."""
    line = next((line.strip() for line in message.splitlines() if line.strip()), "")
    return line if len(line) <= _LONGEST else line[:_LONGEST].rsplit(None, 1)[0] + " …"


def say_left_out(left_out: list[dict[str, str]]) -> str:
    named = ", ".join(f"“{one['title']}”" for one in left_out)
    return f"Left out for too few data: {named}." if left_out else ""


def _of_report(client_dir: Path, folder: Path) -> dict[str, Any]:
    """What the last report tells of itself, and how it differs from the one before."""
    day = folder.resolve().name
    shown = f"{client_dir.name}/{day}/run.json"
    found: dict[str, Any] = {"page": f"{client_dir.name}/{folder.name}/index.html", "as_of": day}
    try:
        record = _read_object(folder / "run.json")
    except ValueError:
        why = "is damaged" if (folder / "run.json").exists() else "is missing"
        message = f"The record of the report of {day} cannot be read: {shown} {why}."
        return found | {"status": FAILED, "message": message}
    steps = [step for step in _list(record.get("steps")) if isinstance(step, dict)]
    thin = [  # a page that lacks its tables says what is `asked` for; one with too few rows only why
        {"title": _text(step.get("title")) or _text(step.get("name")), "reason": _text(step.get("reason"))}
        for step in steps
        if step.get("status") == "skipped" and "asked" not in step
    ]
    cover, sentence = _cover(folder, record)
    made_at = _text(record.get("finished_at")) or None
    return (
        found
        | {
            "name": _text(record.get("client")) or client_dir.name,
            "as_of": _text(record.get("as_of")) or day,
            "status": THIN if thin else PUBLISHED,
            "message": say_left_out(thin),
            "files": _files(folder, client_dir.name, record),
            "made_at": made_at,
            "tried_at": made_at,
            "seconds": _seconds(record),
            "rows": _rows(record),
            "cover": cover,
            "changed": sentence,
            "left_out": thin,
        }
        | _since_earlier(client_dir, day, cover)
    )


def _since_earlier(client_dir: Path, day: str, cover: list[dict[str, str]]) -> dict[str, Any]:
    """How the figures differ from those of the newest report of an earlier day that can be read."""
    for before in reversed([one for one in shown_days(client_dir) if one < day]):
        try:
            record = _read_object(client_dir / before / "run.json")
        except ValueError:
            continue
        earlier, _ = _cover(client_dir / before, record)
        return {"earlier": before, "changes": changes(cover, earlier)}
    return {}


def _of_failure(client_dir: Path, made_at: str | None) -> dict[str, Any]:
    """What failed after the last report was made; nothing where nothing did."""
    path = client_dir / "failed" / "run.json"
    try:
        record = _read_object(path)
    except ValueError:
        if not path.exists():
            return {}
        message = f"The last run failed, and its record cannot be read: {client_dir.name}/failed/run.json is damaged."
        return {"status": FAILED, "message": message}
    failed, made = read_time(record.get("finished_at")), read_time(made_at)
    if failed and made and failed < made:
        return {}
    found = {
        "status": FAILED,
        "message": first_line(_text(record.get("error"))) or "The run failed without saying why.",
        "tried_at": stamp(failed) if failed else None,
    }
    name = _text(record.get("client"))
    return found | ({"name": name} if name else {})


def _files(folder: Path, client: str, record: dict[str, Any]) -> dict[str, str]:
    """The report's other forms that are there, by format."""
    listed = record.get("files")
    named = listed if isinstance(listed, dict) else {}
    return {
        form: f"{client}/{folder.name}/{name}"
        for form, name in named.items()
        if isinstance(name, str) and name == Path(name).name and (folder / name).is_file()
    }


def _cover(folder: Path, record: dict[str, Any]) -> tuple[list[dict[str, str]], str]:
    """The key figures of a report's cover, and what its review page put on it on changes."""
    findings: list[dict[str, Any]] = []
    with contextlib.suppress(OSError, ValueError):
        found = json.loads((folder / "tables" / "findings.json").read_text("utf-8"))
        findings = [one for one in _list(found) if isinstance(one, dict)]
    figures = record.get("cover")
    if figures is None:  # an older version's
        with contextlib.suppress(TypeError, KeyError):
            figures = cover_figures(findings)
    sentence = next((_text(f.get("text")) for f in findings if _is_review(f)), "")
    return only_figures(figures), sentence


def _is_review(finding: dict[str, Any]) -> bool:
    on_page = _text(finding.get("page")).partition("_")[2] == "review" and finding.get("key") == "answer"
    return on_page and finding.get("headline") is True


def _seconds(record: dict[str, Any]) -> float | None:
    if isinstance(record.get("seconds"), int | float):
        return float(record["seconds"])
    began, ended = read_time(record.get("started_at")), read_time(record.get("finished_at"))
    return (ended - began).total_seconds() if began and ended else None


def _rows(record: dict[str, Any]) -> int | None:
    """Rows read over all tables; records of older versions have them by file."""
    if isinstance(record.get("rows"), int):
        return record["rows"]
    counted = [i["rows"] for i in _list(record.get("inputs")) if isinstance(i, dict) and isinstance(i.get("rows"), int)]
    return sum(counted) if counted else None


def _read_object(path: Path) -> dict[str, Any]:
    """A JSON object; ValueError for all else, and for what is not there."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if not isinstance(found, dict):
        raise ValueError(f"{path} holds no object")
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
