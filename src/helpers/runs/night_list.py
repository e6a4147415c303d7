"""`kit list`: the night's page for the terminal, or for machines."""

import json
import shutil
import sys
from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from helpers.runs.job import FAILED
from helpers.runs.night import PAGE, read_clients, sort_clients
from helpers.runs.night_figures import columns
from helpers.runs.params import client_names
from helpers.runs.project import Project
from helpers.runs.times import now, read_time, say_age

_COLOURS = {"failed": "red", "thin": "yellow", "published": "green"}
_GAP = 2  # between columns


def print_clients(project: Project, as_json: bool = False) -> None:
    """Every client of params/ and of reports/, those that failed first; as_json: what index.json has of each."""
    clients = sort_clients(read_clients(project.reports, client_names(project.params)).values())
    if as_json:
        print(json.dumps(clients, indent=1, ensure_ascii=False))
        return
    clients.sort(key=lambda client: (client["status"] != FAILED, client["client"]))  # by what is shown and typed
    # Piped into a file or another program, no more than the width asked for, which is wide enough for a log.
    width = shutil.get_terminal_size((160, 24)).columns
    console = Console(width=width, highlight=False)
    heads, rows = _tell(clients, width)
    table = Table(*heads, box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for client, row in zip(clients, rows, strict=True):
        table.add_row(*(Text(text) for text in row), style=_COLOURS.get(client["status"]))
    console.print(table)
    for client in clients:
        if client["status"] == FAILED:
            print(f"{client['client']}: {client['message']}")
    if (project.reports / PAGE).is_file():
        print(f"All of them, with what changed: {project.show(project.reports / PAGE)}", file=sys.stderr)


def _tell(clients: Sequence[dict[str, Any]], width: int) -> tuple[list[str], list[list[str]]]:
    """Heads and cells: what is always shown, then as many figures as fit."""
    today = now()
    heads = ["client", "last report", "age", "status"]
    rows = []
    for client in clients:
        made = read_time(client["made_at"])
        age = say_age((today - made).total_seconds()) if made else ""
        rows.append([client["client"], client["as_of"] or "none yet", age, client["status"]])
    used = sum(max(cell_len(row[at]) for row in [heads, *rows]) + _GAP for at in range(len(heads)))
    for label in columns(client["cover"] for client in clients):
        cells = [next((f["value"] for f in client["cover"] if f["label"] == label), "") for client in clients]
        wide = max(map(cell_len, [label, *cells])) + _GAP
        if used + wide - _GAP > width:
            break
        used += wide
        heads.append(label)
        for row, cell in zip(rows, cells, strict=True):
            row.append(cell)
    return heads, rows
