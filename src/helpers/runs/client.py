"""What a notebook opens in its first cell: one client's parameters and tables, and the page it writes to."""

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from ibis.expr.types import Table

from helpers.data.client_data import ClientData, open_data
from helpers.data.features.accounts import ACCOUNT, roll_up_to_accounts
from helpers.runs.params import Params, read_params
from helpers.runs.project import DATA_FOLDER, find_project
from helpers.story.chart import use_brand
from helpers.story.fmt import Money
from helpers.story.notebook import open_page
from helpers.story.units import speak_of


@dataclass(frozen=True)
class Client:
    params: Params
    data: ClientData

    @property
    def as_of(self) -> date:
        return self.params.as_of

    @property
    def money(self) -> Money:
        return Money(self.params.currency)

    def table(self, name: str) -> Table:
        """A canonical table; without rows where the client did not supply it."""
        return self.data.tables[name]


def open_client(params_file: str, run_dir: str = "", *, page: str) -> Client:
    """Read a client's parameter file, open the tables it names, and direct what `page` says to `run_dir`.

    An empty `run_dir` is reports/<client>/draft in the project the parameter file belongs to. Raises
    ParamsError or InputError with one sentence saying what to mend.
    """
    path = Path(params_file).resolve()
    project = find_project(path.parent)
    folder = Path(run_dir).resolve() if run_dir else project.reports / path.stem / "draft"
    run = _run_of(folder)
    params = read_params(path, Path(run.get("notebooks", project.notebooks)), run.get("overrides", []))
    data = open_data(params.data, params.as_of, folder / DATA_FOLDER, params.engine)
    if params.unit == ACCOUNT:
        data = replace(data, tables=roll_up_to_accounts(data.tables, data.supplied()))
    use_brand(params.brand.color)
    speak_of(params.unit, page)
    open_page(page, folder)
    knobs = params.knobs.get(page.partition("_")[2])
    if knobs and not run:
        print(f"{path.name} sets {knobs}; outside `kit run` the values of the first cell hold.")
    return Client(params, data)


def _run_of(folder: Path) -> dict[str, Any]:
    """What `kit run` read the parameter file with, as the run's record has it: the folder of notebooks that
    declare the knobs, and what --set replaced. Nothing outside a run."""
    record = folder / "run.json"
    return json.loads(record.read_text("utf-8"))["params"] if record.is_file() else {}
