"""The other forms in which a report is sent, made of the same tables and findings as its pages.

None of them is imported but when it is asked for. One that cannot be made stops no report: the cover says what is
missing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from helpers.errors import InputError

if TYPE_CHECKING:
    from helpers.runs.params import Params
    from helpers.runs.render import Chapter, ReportInfo

Format = Literal["html", "pdf", "pptx", "xlsx"]
_ONE = {"pdf": "The PDF", "pptx": "The slides", "xlsx": "The Excel workbook"}
_CALLED = {"pdf": "PDF", "pptx": "Slides", "xlsx": "Excel workbook"}


@dataclass(frozen=True)
class Report:
    """What the forms are made from.

    titles: of the pages, by name in their order; chapters: the pages as they were read, the cover first; info: what
    all of them say of the report; folder: where they and the tables are
    """

    params: "Params"
    titles: Mapping[str, str]
    chapters: "Sequence[Chapter]"
    info: "ReportInfo"
    folder: Path


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
        return " ".join(f"{_ONE[name]} could not be made: {why}" for name, why in self.missing.items())


def make_formats(report: Report) -> Made:
    """Make what the parameter file asks for besides the pages, into the report's folder."""
    made = Made()
    for name in report.params.formats:
        if name == "html":
            continue
        path = report.folder / f"{report.params.slug}-{report.params.as_of}.{name}"
        try:
            _MAKERS[name](report, path)
            made.files[name] = path.name
        except Exception as error:  # whatever goes wrong with a form, the pages are there to be read
            path.unlink(missing_ok=True)
            made.missing[name] = _why(error)
    return made


def _why(error: Exception) -> str:
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return f"something went wrong, {type(error).__name__}."


def _make_deck(report: Report, path: Path) -> None:
    from helpers.runs.formats.deck import About, write_deck
    from helpers.runs.formats.slides import plan_talk
    from helpers.runs.render import say_about
    from helpers.story.notebook import read_findings

    params = report.params
    color = say_about(report.info)["accent"]  # the brand's, dark enough for text, as on the pages
    about = About(params.client, params.as_of, color, params.brand.deck, params.brand.logo)
    write_deck(path, about, plan_talk(report.chapters, read_findings(report.folder / "tables"), params.deck))


def _make_workbook(report: Report, path: Path) -> None:
    from helpers.runs.formats.workbook import About, write_workbook
    from helpers.runs.render import say_about

    params = report.params
    color = say_about(report.info)["accent"]
    about = About(params.client, params.as_of, params.currency, params.audience == "team", color)
    write_workbook(path, about, report.folder / "tables", report.titles)


def _make_pdf(report: Report, path: Path) -> None:
    from helpers.runs.formats.pdf import write_pdf

    write_pdf(report, path)


_MAKERS: dict[str, Callable[[Report, Path], None]] = {"pdf": _make_pdf, "pptx": _make_deck, "xlsx": _make_workbook}
