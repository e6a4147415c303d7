"""What `kit check` prints: what was read and set aside, what the data can carry, and what drifted since."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from helpers.analysis.data_profile.readiness import assess_readiness
from helpers.analysis.drift import Drift, Extract, compare_profiles
from helpers.data.client_data import ClientData, open_data, remove_data
from helpers.data.features.accounts import ACCOUNT, roll_up_to_accounts
from helpers.data.features.order_lines import with_returns_kept
from helpers.data.features.readiness import readiness_facts
from helpers.data.features.score_scales import refuse_unscored
from helpers.errors import InputError, ThinDataError
from helpers.runs.earlier import extract_of, remembering, saved_extract
from helpers.runs.notebooks import find_notebooks
from helpers.runs.params import Params
from helpers.runs.project import Project, client_names
from helpers.runs.states import LATEST, recorded_days
from helpers.story import fmt
from helpers.story.drift import describe_drift
from helpers.story.terms import in_plain, plain

Read = Callable[[Path], Params]


def check_client(params: Params, project: Project, notebooks_dir: Path, against: str | None, read: Read) -> None:
    """Read a client's data and print what a report would hold; `against` names an earlier extract to compare with.

    Raises InputError for data that cannot be used, and for an extract that is not there.
    """
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    with tempfile.TemporaryDirectory() as folder:
        data = _open(params, project, Path(folder) / "now")
        try:
            before = _find_extract(params, project, against, Path(folder) / "before", read) if against else None
            console.print(f"{params.client}, as of {params.as_of}", style="bold", markup=False)
            _show_rows(console, data)
            _show_readiness(console, params, data)
            unscored = _why_unscored(data)
            supplied = {name: table.columns for name, table in data.supplied_tables().items()}
            drift = compare_profiles(before, extract_of(data)) if before else None
        finally:
            data.close()
            remove_data(params.data, Path(folder) / "now", params.engine)
    for notebook in find_notebooks(notebooks_dir, params.slug):
        lacking = [need.replace("|", " or ") for need in notebook.lacks(supplied)]
        outcome = f"would be skipped: needs {', '.join(lacking)}" if lacking else "would run"
        outcome += f" ({params.slug}'s own version)" if notebook.own else ""
        console.print(f"{notebook.name:<16} {outcome}", markup=False)
    console.print("A page that finds too little in the data is left out, and the cover says why.")
    if unscored:
        console.print(f"Pages that need the score would be left out. {unscored}", markup=False)
    if drift:
        _show_drift(console, drift, against or "")


def _open(params: Params, project: Project, folder: Path) -> ClientData:
    with remembering(project.reports / params.slug):
        return open_data(params.data, params.as_of, folder, params.engine)


def _find_extract(params: Params, project: Project, against: str, folder: Path, read: Read) -> Extract:
    """An earlier report of the client by its date, or another client's data, by name or file."""
    saved = saved_extract(project.reports / params.slug, against)
    if saved is not None:
        return saved
    path = Path(against) if against.endswith((".yaml", ".yml")) else project.params / f"{against}.yaml"
    if path.is_file():
        other = read(path)
        data = _open(other, project, folder)
        try:
            return extract_of(data)
        finally:
            data.close()
            remove_data(other.data, folder, other.engine)
    days = recorded_days(project.reports / params.slug)
    raise InputError(
        f'There is no earlier extract "{against}"',
        where="--against",
        allowed=", ".join([*([LATEST] if days else []), *days, *client_names(project.params)]),
        mend="Name the date of a report of this client, or a parameter file.",
    )


def _show_rows(console: Console, data: ClientData) -> None:
    rows = Table("table", "rows in", "kept", "set aside", "files", box=None, header_style="bold")
    for r in data.received.to_dict("records"):
        rows.add_row(plain(r["table"]), *(f"{r[c]:,}" for c in ("rows_in", "rows_kept", "rows_set_aside")), r["files"])
    console.print(rows)
    quality = with_returns_kept(data.quality, data.tables["orders"])
    if len(quality):
        traits = Table("table", "what was found", "rows", "what was done", box=None, header_style="bold")
        for q in quality.to_dict("records"):
            traits.add_row(plain(q["table"]), in_plain(q["check"]), f"{q['rows_found']:,}", in_plain(q["handling"]))
        console.print(traits)


def _show_readiness(console: Console, params: Params, data: ClientData) -> None:
    tables = data.tables
    if params.unit == ACCOUNT:
        tables = roll_up_to_accounts(tables, data.supplied())
    places = data.attributes("customers", "geographic")
    ready = assess_readiness(readiness_facts(tables, data.ratings(), places, as_of=params.as_of))
    shown = Table("analysis", "verdict", "why", box=None, header_style="bold")
    for verdict in ready.verdicts.to_dict("records"):
        shown.add_row(plain(verdict["analysis"]), verdict["verdict"], verdict["why"])
    console.print(shown)


def _why_unscored(data: ClientData) -> str:
    """Why no answer can be scored, and what to write; empty where some can, or there are none."""
    try:
        refuse_unscored(data.tables["surveys"])
    except ThinDataError as error:
        return str(error)
    return ""


def _show_drift(console: Console, drift: Drift, against: str) -> None:
    console.print(f"Compared with {against}: {describe_drift(drift).text}", markup=False)
    changed = drift.columns[~drift.columns["verdict"].isin(["same"])]
    if len(changed):
        shown = Table("table", "column", "verdict", "PSI", "rows", "blank", box=None, header_style="bold")
        for row in changed.to_dict("records"):
            name = f"{row['column_before']} → {row['column']}" if row["verdict"] == "renamed" else row["column"]
            rows = f"{fmt.count(row['rows_before'])} → {fmt.count(row['rows_after'])}"
            blank = f"{fmt.share(row['missing_share_before'])} → {fmt.share(row['missing_share_after'])}"
            shown.add_row(plain(row["table"]), name, row["verdict"], fmt.number(row["psi"], 2), rows, blank)
        console.print(shown)
