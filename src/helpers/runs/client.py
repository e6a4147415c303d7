"""What a notebook opens in its first cell: one client's parameters and tables, and the page it writes to."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from ibis.expr.types import Table

from helpers.data.client_data import ClientData, open_data
from helpers.data.features.accounts import ACCOUNT, roll_up_to_accounts
from helpers.data.features.persons import known_names
from helpers.data.features.small_groups import withhold_small_groups
from helpers.runs.own import say_overruled
from helpers.runs.params import Params, read_params
from helpers.runs.project import DATA_FOLDER, find_project
from helpers.story import fmt
from helpers.story.chapters import chapter_of
from helpers.story.chart import use_brand
from helpers.story.fmt import Money
from helpers.story.notebook import open_page
from helpers.story.units import speak_of


@dataclass(frozen=True)
class Client:
    params: Params
    data: ClientData  # by the unit of analysis
    persons: ClientData  # by person, whatever the unit
    supplied: ClientData  # by person and with groups of few customers: for lists that only the client's people see

    @property
    def as_of(self) -> date:
        return self.params.as_of

    @property
    def money(self) -> Money:
        return Money(self.params.currency)

    @property
    def benchmarks(self) -> pd.DataFrame:
        """Competitors' scores as the parameter file has them: name, nps (points), source, date (as written), day (the
        last that it may mean), answers (NaN where not stated), scale and method ("" where not stated)."""
        rows = [{**b.model_dump(), "day": pd.Timestamp(b.day)} for b in self.params.benchmarks]
        columns = ["name", "nps", "source", "date", "day", "answers", "scale", "method"]
        frame = pd.DataFrame(rows, columns=columns).fillna({"scale": "", "method": ""})
        return frame.astype({"nps": float, "answers": float})

    def quotes(self, asked: int) -> int:
        """How many comments a page may quote, of those asked for: none where `privacy:` forbids it."""
        return asked if self.params.privacy.quotes else 0

    def names(self) -> list[str]:
        """The names of the client's customers, which no quoted comment may hold; empty where the list has none."""
        return known_names(self.supplied.tables["customers"]) if "customers" in self.supplied.specs else []

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
    data = persons = supplied = open_data(params.data, params.as_of, folder / DATA_FOLDER, params.engine)
    if params.unit == ACCOUNT:
        data = replace(data, tables=roll_up_to_accounts(data.tables, data.supplied()))
    if not _is_about_the_data(page):
        data = _without_small_groups(data, params.privacy.min_group, ["role"])
        persons = _without_small_groups(persons, params.privacy.min_group)  # roles have weights by their names
    use_brand(params.brand.color)
    fmt.use_locale(params.locale)
    speak_of(params.unit, page)
    open_page(page, folder)
    knobs = params.knobs.get(page.partition("_")[2])
    own = project.notebooks / path.stem / f"{page}.ipynb"
    if knobs and not run and not (own.is_file() and not say_overruled(params, own)):
        print(f"{path.name} sets {knobs}; outside `kit run` the values of the first cell hold.")
    return Client(params, data, persons, supplied)


def _is_about_the_data(page: str) -> bool:
    """Whether a page is about the data as they came: those of a chapter that says `AS_SUPPLIED`."""
    return bool(getattr(chapter_of(page), "AS_SUPPLIED", False))


def _without_small_groups(data: ClientData, least: int, more: Sequence[str] = ()) -> ClientData:
    """The same, with the values of declared attributes, and of `more` columns, that few have put together."""
    named = {name: [*data.attributes(name), *more] for name in data.supplied()}
    return replace(data, tables=withhold_small_groups(data.tables, named, least))


def _run_of(folder: Path) -> dict[str, Any]:
    """What `kit run` read the parameter file with, as the run's record has it: the folder of notebooks that
    declare the knobs, and what --set replaced. Nothing outside a run."""
    record = folder / "run.json"
    return json.loads(record.read_text("utf-8"))["params"] if record.is_file() else {}
