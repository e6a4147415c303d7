"""The other forms in which a report is sent, made of the same tables and findings as its pages.

None of them is imported but when it is asked for. One that cannot be made stops no report: the cover says what is
missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from helpers.errors import InputError

if TYPE_CHECKING:
    from helpers.runs.params import Params

Format = Literal["html", "xlsx"]
_CALLED = {"xlsx": "Excel workbook"}


@dataclass(frozen=True)
class Made:
    """files: by format the name of its file, beside the pages; missing: why one could not be made."""

    files: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def links(self) -> tuple[tuple[str, str], ...]:
        """What pages link to: file and what it is called."""
        return tuple((file, _CALLED[name]) for name, file in self.files.items())

    def note(self) -> str:
        """What pages say of what is missing; "" where nothing is."""
        return " ".join(f"The {_CALLED[name]} could not be made: {why}" for name, why in self.missing.items())


def make_formats(params: "Params", pages: Mapping[str, str], stage: Path) -> Made:
    """Make what the parameter file asks for besides the pages, into the report's folder `stage`.

    pages: their titles by name, in their order.
    """
    made = Made()
    for name in params.formats:
        if name == "html":
            continue
        file = f"{params.slug}-{params.as_of}.{name}"
        try:
            _make(params, pages, stage, stage / file)
            made.files[name] = file
        except (InputError, OSError) as error:
            (stage / file).unlink(missing_ok=True)
            made.missing[name] = str(error) if isinstance(error, InputError) else error.strerror or str(error)
    return made


def _make(params: "Params", pages: Mapping[str, str], stage: Path, path: Path) -> None:
    from helpers.runs.formats.workbook import About, write_workbook

    about = About(params.client, params.as_of, params.currency, for_team=params.audience == "team")
    write_workbook(path, about, stage / "tables", pages)
