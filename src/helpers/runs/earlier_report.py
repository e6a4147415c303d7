"""The earlier report that a review compares with: where it stands, whether it may be compared, and its tables.

A client's reports stand side by side in one folder, named by their dates; a run builds its own in a hidden folder
beside them, so that the folder around the run is where to look. What a report says of itself is in its run.json.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.errors import InputError
from helpers.runs.client import Client
from helpers.runs.params import Params
from helpers.runs.project import find_project
from helpers.runs.pseudonyms import IDENTIFIERS, make_key, pseudonyms_of
from helpers.runs.states import recorded_days
from helpers.story.statement import only_figures

_WHERE = "review.against"
_UNREADABLE = (OSError, ValueError, pa.ArrowException)


@dataclass(frozen=True)
class EarlierReport:
    """A published report of the same client, or none.

    folder: None where there is no earlier report
    day, as_of: the days that report and this one look back from
    no_money: why amounts are not to be compared; "" where they are
    no_customers: why customers are not to be followed from one to the other; "" where they are
    key: makes this run's numbers what the earlier tables hold, where those are pseudonyms; None where they are not
    damaged: names of its tables that cannot be read; they count as missing
    cover: the key figures of its cover, each with label, value and note; none where it counts another unit
    """

    folder: Path | None
    as_of: date
    day: date | None = None
    no_money: str = ""
    no_customers: str = ""
    key: bytes | None = None
    damaged: tuple[str, ...] = ()
    record: dict[str, Any] = field(default_factory=dict)
    cover: tuple[dict[str, str], ...] = ()

    @property
    def there(self) -> bool:
        return self.folder is not None

    @property
    def days(self) -> int:
        """Days between the two reports; 0 without an earlier one."""
        return (self.as_of - self.day).days if self.day else 0

    @property
    def spans(self) -> dict[str, tuple[date, date]]:
        """The days since the earlier report, and as many up to it, as first and last day; none without one."""
        if self.day is None:
            return {}
        after, length = self.day + timedelta(days=1), timedelta(days=self.days)
        return {"since": (after, self.as_of), "before": (after - length, self.day)}

    def table(self, name: str) -> pd.DataFrame:
        """A table that the earlier report saved; without rows and columns where it has none that can be read."""
        path = self.folder / "tables" / f"{name}.parquet" if self.folder else None
        if path is None or name in self.damaged or not path.is_file() or not name.replace("_", "").isalnum():
            return pd.DataFrame()
        return pd.read_parquet(path)

    def tables(self, names: Iterable[str]) -> dict[str, pd.DataFrame]:
        """Of each of these tables the earlier report's."""
        return {name: self.table(name) for name in names if isinstance(name, str)}

    def own(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A frame of this run with the numbers of customers written as the earlier tables have them."""
        named = [column for column in IDENTIFIERS if column in frame]
        if self.key is None or not named:
            return frame
        return frame.assign(**{column: pseudonyms_of(frame[column], self.key) for column in named})

    def own_tables(self, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        """`own` of each."""
        return {name: self.own(frame) for name, frame in tables.items()}


def open_earlier(client: Client, run_dir: str, against: str | None = "") -> EarlierReport:
    """The report to compare with: that of the day, or in the folder, that `against` names, else the last one of an
    earlier day. None stands for the one that the review compares with, and is for the cover.

    Without any earlier report, one that is not there. Raises InputError in one sentence where the report asked for is
    missing, damaged, not earlier than this one, or another client's.
    """
    params = client.params
    client_dir = _client_dir(params, run_dir)
    against = str(params.knobs.get("review", {}).get("against", "")) if against is None else against
    folder = find_report(client_dir, params, against)
    if folder is None:
        return EarlierReport(None, client.as_of)
    record = _record(folder)
    key, no_customers = _find_key(params, record)
    cover = only_figures(record.get("cover"))
    if record.get("unit") not in (None, params.unit):
        cover = []
        no_customers = f"the earlier report counts by {record['unit']}, this one by {params.unit}"
    damaged = tuple(sorted(p.stem for p in (folder / "tables").glob("*.parquet") if not _is_readable(p)))
    day = _day_of(folder, record)
    no_money = _why_no_money(params, record)
    return EarlierReport(folder, client.as_of, day, no_money, no_customers, key, damaged, record, tuple(cover))


def find_report(client_dir: Path, params: Params, against: str) -> Path | None:
    """The folder of the report meant; None where `against` is empty and there is none of an earlier day."""
    if against in ("", "latest"):
        days = [day for day in recorded_days(client_dir) if day < str(params.as_of)]
        whole = (client_dir / day for day in reversed(days))
        return next((folder for folder in whole if _is_comparable(folder, params)), None)
    is_day = _as_day(against) is not None
    folder = client_dir / against if is_day else (params.path.parent / against).resolve()
    if not (folder / "tables").is_dir():
        before = [day for day in recorded_days(client_dir) if day < str(params.as_of)]
        what = f"There is no report of {against} of this client" if is_day else f"There is no report in {folder}"
        allowed = ", ".join(before) or "none yet: this is the first report of this client"
        raise InputError(what, where=_WHERE, allowed=allowed)
    record = _record(folder)
    day = _day_of(folder, record)
    if day is None:
        raise InputError(
            f"The report in {folder} does not say of which day it is",
            where=_WHERE,
            mend="Make it again, or take another.",
        )
    if not _is_of_client(folder, record, params):
        who = record.get("client") or folder.parent.name
        raise InputError(f"The report in {folder} is of another client, {who}", where=_WHERE)
    if day >= params.as_of:
        raise InputError(f"The report of {day} is not earlier than this one, of {params.as_of}", where=_WHERE)
    return folder


def check_against(params: Params, client_dir: Path) -> None:
    """Refuse a report asked for by the parameter file that cannot be compared with, before any work is done."""
    against = params.knobs.get("review", {}).get("against", "")
    if against:
        find_report(client_dir, params, str(against))


def _client_dir(params: Params, run_dir: str) -> Path:
    """Where the client's reports stand: around the run's folder; for a notebook run by hand also in the project's."""
    project = find_project(params.path.parent)
    if not run_dir:
        return project.reports / params.slug
    around = Path(run_dir).resolve().parent
    by_kit = (Path(run_dir) / "run.json").is_file()
    return around if by_kit or recorded_days(around) else project.reports / params.slug


def _is_comparable(folder: Path, params: Params) -> bool:
    """Whether a report found, not asked for, will do: a damaged one is passed over for the one before."""
    try:
        record = _record(folder)
    except InputError:
        return False
    return (folder / "tables").is_dir() and _is_of_client(folder, record, params)


def _is_of_client(folder: Path, record: dict[str, Any], params: Params) -> bool:
    """A client may change its name, or its file's, but not both."""
    return folder.parent.name == params.slug or record.get("client") == params.client


def _record(folder: Path) -> dict[str, Any]:
    path = folder / "run.json"
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:  # tables alone, as an older version or a copy has them
        return {}
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise InputError(f"The report in {folder} is damaged: its run.json cannot be read", where=_WHERE)
    return found


def _day_of(folder: Path, record: dict[str, Any]) -> date | None:
    return _as_day(str(record.get("as_of", ""))) or _as_day(folder.name)


def _as_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-09-30") else None
    except ValueError:
        return None


def _why_no_money(params: Params, record: dict[str, Any]) -> str:
    currency = record.get("currency")
    if currency is None:
        return "the earlier report does not say in which currency it is"
    if currency != params.currency:
        return f"the earlier report is in {currency}, this one in {params.currency}"
    return ""


def _find_key(params: Params, record: dict[str, Any]) -> tuple[bytes | None, str]:
    """The key that makes numbers of this run what the earlier tables hold, and why there is none where it takes one."""
    if record.get("identifiers") != "pseudonyms":
        return None, ""
    if not params.privacy.salt:
        return None, "the earlier report holds pseudonyms, and this parameter file has no salt to make them with"
    return make_key(params.privacy.salt, params.slug), ""


def _is_readable(path: Path) -> bool:
    if path.is_dir():  # Spark writes a folder
        return True
    try:
        pq.ParquetFile(path).close()
    except _UNREADABLE:
        return False
    return True
