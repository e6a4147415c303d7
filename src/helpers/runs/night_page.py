"""`reports/index.html`: every client in a table, in the look of the reports.

It needs no server and nothing outside its own file. Its script sorts, filters and keeps ages true; without it the
table reads as it was written, those that failed first, then by name.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from helpers.runs.job import FAILED, PUBLISHED, UNCHANGED
from helpers.runs.night_client import NEVER, THIN
from helpers.runs.night_figures import columns
from helpers.runs.times import read_time, say_age, say_duration, say_time, stamp
from helpers.story import fmt
from helpers.story.printed import sort_value

_TEMPLATE = Path(__file__).parent / "template"
STATUSES = {  # as the page names them, in the order of its filter
    FAILED: "Failed",
    NEVER: "Never made",
    THIN: "Thin",
    PUBLISHED: "Published",
    UNCHANGED: "Unchanged",
}


def render_night(run: dict[str, Any], clients: Sequence[dict[str, Any]], written: datetime) -> str:
    """The page, of the run and the clients as index.json has them (see `night`), in the order given."""
    labels = columns(client["cover"] for client in clients)
    rows = [_row(client, labels, written) for client in clients]
    counts = {status: sum(status in row["statuses"] for row in rows) for status in STATUSES}
    template, script, hashed = _page()
    return template.render(
        sentence=say_run(run, written),
        labels=labels,
        numeric=[label for label in labels if any(c["sort"] is not None for r in rows for c in r["figures"])],
        rows=rows,
        any_changed=any(client["changed"] for client in clients),
        any_other=any(row["others"] for row in rows),
        statuses=STATUSES,
        counts=counts,
        written=stamp(written),
        written_shown=say_time(written),
        script=script,
        script_hash=hashed,
    )


def say_run(run: dict[str, Any], today: datetime) -> str:
    """What the run did, in one sentence."""
    began, ended = read_time(run["started_at"]), read_time(run["finished_at"])
    asked, done = fmt.many(max(run["asked"], run["done"]), "client"), fmt.count(run["done"])
    thin = f" ({fmt.count(run['thin'])} of them thin)" if run["thin"] else ""
    became = [f"{fmt.count(run['published'])} published{thin}"] if run["published"] else []
    became += [f"{fmt.count(run[status])} {status}" for status in (UNCHANGED, FAILED) if run[status]]
    told = f": {fmt.listing(became)}" if became else ""
    start = say_time(began, today if ended is None else None) if began else fmt.MISSING
    if ended is None:
        return f"A run is at work since {start}; {done} of {asked} done{told}."
    end = say_time(ended, began)
    if run["interrupted"]:
        return f"The last run, of {start}, was stopped at {end} with {done} of {asked} done{told}."
    until = "" if start.endswith(end) else f" to {end}"
    return f"The last run, of {start}{until}, had {asked}{told}."


def _row(client: dict[str, Any], labels: Sequence[str], written: datetime) -> dict[str, Any]:
    """A client as the table shows it: its own fields, and what is reckoned from them."""
    made = read_time(client["made_at"])
    figures = {figure["label"]: figure for figure in client["cover"]}
    changed = {change["label"]: change for change in client["changes"]}
    statuses = [client["status"]]
    if client["left_out"] and client["status"] == UNCHANGED:
        statuses.append(THIN)  # unchanged, and as thin as it was
    return client | {
        "href": quote(client["page"]) if client["page"] else "",
        "forms": [(form.upper(), quote(path)) for form, path in client["files"].items()],
        "statuses": statuses,
        "rank": list(STATUSES).index(client["status"]),
        "age": say_age((written - made).total_seconds()) if made else "",
        "figures": [_figure(figures.get(label), changed.get(label)) for label in labels],
        "others": [_figure(f, changed.get(label)) for label, f in figures.items() if label not in labels],
        "rows_shown": "" if client["rows"] is None else fmt.count(client["rows"]),
        "seconds_shown": "" if client["seconds"] is None else say_duration(client["seconds"]),
    }


def _figure(figure: dict[str, str] | None, change: dict[str, str] | None) -> dict[str, Any]:
    if figure is None:
        return {"label": "", "value": "", "note": "", "was": "", "change": "", "sort": None}
    was = {"was": f"was {change['before']}", "change": change["change"]} if change else {"was": "", "change": ""}
    return figure | was | {"sort": sort_value(figure["value"])}


@cache
def _page() -> tuple[Template, Markup, str]:
    """The template, its script, and the hash by which the page allows this script and no other."""
    frames = Environment(
        loader=FileSystemLoader(_TEMPLATE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    script = (_TEMPLATE / "night.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return frames.get_template("night.html.j2"), Markup(script), digest
