"""The PDF: its pages and paper, the browser that prints it, and what a reader's program finds in it."""

import itertools
import os
import re
import stat
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pandas as pd
import psutil
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PageObject, PdfReader
from pypdf.generic import Destination, DictionaryObject

from helpers.errors import InputError
from helpers.runs.formats import Made, Report, make_formats, pdf, printing
from helpers.runs.render import Chapter, Page, Reading, ReportInfo
from helpers.story.table import frame_table
from tests.runs.reports import Report as Published
from tests.servers import missing

AS_OF = date(2026, 9, 30)
MARGIN_TOP, MARGIN_BOTTOM = 34.0, 39.7  # points, as in paper.css
INFO = ReportInfo("Acme Ltd", AS_OF, "#0b5c8a", None)


PLAIN = b"""%PDF-1.4
2 0 obj
<</Type /Page
/Parent 8 0 R>>
endobj
5 0 obj
<</Type /Page
/Parent 8 0 R>>
endobj
8 0 obj
<</Type /Pages
/Count 2
/Kids [5 0 R 2 0 R]
/Parent 9 0 R>>
endobj
9 0 obj
<</Type /Pages
/Count 2
/Kids [8 0 R]>>
endobj
10 0 obj
<</01_data-at-0 [5 0 R /XYZ 0 700 0]
/01_data-at-1 [2 0 R /XYZ 0 700 0]>>
endobj
"""


def test_pages_are_read_in_the_order_of_their_tree() -> None:
    targets = ["01_data-at-0", "01_data-at-1"]
    assert pdf.read_pages(PLAIN, targets) == ({"01_data-at-0": 1, "01_data-at-1": 2}, 2)
    with pytest.raises(InputError, match=r"^the contents could not be numbered\. Install a newer Chromium\.$"):
        pdf.read_pages(PLAIN, [*targets, "02_rfm-at-0"])


@pytest.mark.parametrize(
    ("currency", "locale", "size"),
    [
        *(("GBP", "", "A4"), ("EUR", "", "A4"), ("USD", "", "letter"), ("CAD", "", "letter")),
        *(("USD", "de-DE", "A4"), ("EUR", "en-US", "letter"), ("USD", "en", "letter"), ("GBP", "es_MX", "letter")),
    ],
)
def test_the_paper_is_that_of_the_clients_country(currency: str, locale: str, size: str) -> None:
    assert pdf.paper_size(currency, locale) == size


def program(folder: Path, code: str) -> str:
    """A program in the place of a browser; its last two arguments are where to print to, and what."""
    path = folder / "browser"
    path.write_text(f"#!{sys.executable}\nimport sys, subprocess\nfrom pathlib import Path\n{code}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


class TestBrowser:
    @pytest.fixture(autouse=True)
    def _nowhere(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.delenv(printing.BROWSER, raising=False)
        monkeypatch.setattr(sys, "platform", "linux")

    def refused(self, browser: str, folder: Path, longest: float = 30) -> str:
        with pytest.raises(InputError) as error:
            printing.print_page(browser, folder / "page.html", folder / "page.pdf", longest)
        return str(error.value)

    def test_none_is_told_with_how_to_mend_it(self) -> None:
        with pytest.raises(InputError) as error:
            printing.find_browser()
        assert str(error.value) == (
            "it is printed by a browser, and none was found. Install Chromium, Chrome or Edge, or name the program in "
            "the environment variable KIT_BROWSER."
        )

    def test_one_is_found_by_its_name_or_by_the_environment(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own = program(tmp_path, "")
        monkeypatch.setenv(printing.BROWSER, own)
        assert printing.find_browser() == own
        monkeypatch.setenv(printing.BROWSER, "nowhere")
        with pytest.raises(
            InputError, match=r'^KIT_BROWSER: "nowhere" is no program\. Name a Chromium, Chrome or Edge'
        ):
            printing.find_browser()
        monkeypatch.delenv(printing.BROWSER)
        Path(own).rename(tmp_path / "google-chrome")
        assert printing.find_browser() == str(tmp_path / "google-chrome")

    def test_one_that_fails_or_prints_nothing_is_told(self, tmp_path: Path) -> None:
        ended = "browser ended without printing it. Start it once by hand to see why."
        assert self.refused(program(tmp_path, "sys.exit(1)"), tmp_path) == ended
        assert self.refused(program(tmp_path, ""), tmp_path) == ended
        assert self.refused(program(tmp_path, "Path(sys.argv[-2].split('=')[1]).write_text('no')"), tmp_path) == ended
        assert self.refused(str(tmp_path / "gone"), tmp_path).startswith("gone cannot be started: No such file")

    def test_one_that_is_too_old_is_told(self, tmp_path: Path) -> None:
        old = program(tmp_path, "Path(sys.argv[-2].split('=')[1]).write_text('%PDF-1.4 /Producer (Skia/PDF m120)')")
        assert self.refused(old, tmp_path) == "browser is of version 120. Install version 131 or newer."

    def test_one_that_hangs_is_ended_with_all_it_started(self, tmp_path: Path) -> None:
        wait = "import signal; signal.pause()"
        code = f"subprocess.Popen([sys.executable, '-c', {wait!r}])\n{wait}"
        assert self.refused(program(tmp_path, code), tmp_path, longest=0.25) == (
            "browser did not finish within 0 seconds. Try again when the machine is less busy."
        )
        left = [child for child in psutil.Process().children(recursive=True) if wait in " ".join(child.cmdline())]
        assert [child for child in left if child.status() != psutil.STATUS_ZOMBIE] == []

    def test_its_profile_is_its_own_and_goes(self, tmp_path: Path) -> None:
        code = "Path(sys.argv[-2].split('=')[1]).write_text('%PDF-1.4 ' + ' '.join(sys.argv))"
        printing.print_page(program(tmp_path, code), tmp_path / "page.html", tmp_path / "page.pdf")
        profile = re.findall(r"--user-data-dir=(\S+)", (tmp_path / "page.pdf").read_text())
        assert len(profile) == 1
        assert not Path(profile[0]).exists()

    def test_without_one_the_pages_say_what_is_missing_and_nothing_is_left(self, tmp_path: Path) -> None:
        params = SimpleNamespace(formats=("html", "pdf"), slug="acme", as_of=AS_OF, currency="GBP", locale="")
        made = make_formats(Report(params, {}, [], INFO, tmp_path))  # type: ignore[arg-type]
        assert made.files == {}
        assert made.note().startswith("The PDF could not be made: it is printed by a browser, and none was found.")
        assert list(tmp_path.iterdir()) == []


def read_chapters(pages: Sequence[Page], unit: str = "customer") -> list[Chapter]:
    with Reading(unit) as reading:
        for page in pages:
            reading.add(page)
        return reading.chapters()


def print_report(chapters: Sequence[Chapter], info: ReportInfo, currency: str, folder: Path) -> PdfReader:
    """The report as a PDF; skips the test, or in CI fails it, where there is no browser."""
    try:
        printing.find_browser()
    except InputError:
        missing("Chromium", "apt-get install chromium")
    params = SimpleNamespace(formats=("html", "pdf"), slug="acme", as_of=info.as_of, currency=currency, locale="")
    made = make_formats(Report(params, {}, chapters, info, folder))  # type: ignore[arg-type]
    assert made == Made({"pdf": f"acme-{info.as_of}.pdf"})
    assert [path.name for path in folder.iterdir()] == [made.files["pdf"]]
    return PdfReader(folder / made.files["pdf"])


def print_published(report: Published, folder: Path, currency: str) -> PdfReader:
    names = [path.stem for path in sorted((report.folder / "notebooks").glob("*.ipynb"))]
    files = {name: f"{name}.html" for name in names} | {"00_summary": "index.html"}
    pages = [Page(name, report.folder / "notebooks" / f"{name}.ipynb", files[name]) for name in names]
    return print_report(read_chapters(pages), replace(INFO, client=report.record["client"]), currency, folder)


def heights(page: PageObject) -> list[float]:
    """Where the page has text, in points from its foot, without the line at the foot."""
    found: list[float] = []

    def note(text: str, around: list[float], at: list[float], *_: object) -> None:
        if text.strip():
            found.append(around[1] * at[4] + around[3] * at[5] + around[5])

    page.extract_text(visitor_text=note)
    return [height for height in found if height > MARGIN_BOTTOM]


def outline(reader: PdfReader) -> list[tuple[int, str, int, float]]:
    """Bookmarks as (level, title, page from 1, points from the foot)."""

    def walk(entries: list[Any], level: int) -> list[tuple[int, str, int, float]]:
        found: list[tuple[int, str, int, float]] = []
        for entry in entries:
            if isinstance(entry, Destination):
                number = reader.get_destination_page_number(entry)
                assert number is not None
                found.append((level, str(entry.title), number + 1, float(entry.top or 0)))
            else:
                found += walk(entry, level + 1)
        return found

    return walk(reader.outline, 1)


def chapters_of(reader: PdfReader) -> dict[str, int]:
    return {title: page for level, title, page, _ in outline(reader) if level == 2 and title != "Contents"}


def tags(node: Any) -> list[DictionaryObject]:
    """All parts of the PDF's structure, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        return [tag for part in node for tag in tags(part)]
    if not isinstance(node, dict):
        return []
    return [*([node] if "/S" in node else []), *(tags(node["/K"]) if "/K" in node else [])]


def check_pages(reader: PdfReader) -> None:
    """No page is nearly empty but a chapter's last, no heading is parted from what it is of, the contents are right."""
    begin = set(chapters_of(reader).values())
    last = len(reader.pages)
    lowest = {number: min(heights(page)) for number, page in enumerate(reader.pages, start=1)}
    for number, page in enumerate(reader.pages, start=1):
        height = float(page.mediabox.height)
        filled = (height - MARGIN_TOP - lowest[number]) / (height - MARGIN_TOP - MARGIN_BOTTOM)
        assert filled >= 0.4 or number == last or number + 1 in begin, f"page {number} is {filled:.0%} full"
        assert f"Page {number} of {last}" in page.extract_text()
    for _, title, number, top in outline(reader):
        assert lowest[number] < top - 40, f'"{title}" stands alone at the foot of {number}'
    contents = " ".join(reader.pages[0].extract_text().split())
    for title, number in chapters_of(reader).items():
        assert re.search(rf"{re.escape(title)} ?{number}\b", contents), f'"{title}" begins on page {number}'


def check_access(reader: PdfReader) -> None:
    """What PDF/UA asks of a tagged document, as far as it is seen in the file's structure (rules of ISO 14289-1)."""
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value  # 6.2
    assert root["/Lang"] == "en"  # 7.2
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]  # 7.1
    assert reader.metadata and reader.metadata.title
    found = tags(root["/StructTreeRoot"]["/K"])
    names = [str(tag["/S"]) for tag in found]
    levels = [int(name[2:]) for name in names if re.fullmatch(r"/H\d", name)]
    assert levels[0] == 1  # 7.4: the first is the highest, and none is left out on the way down
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert [tag for tag in found if tag["/S"] == "/Figure" and not tag.get("/Alt")] == []  # 7.3
    for tag in found:  # 7.5: headings of tables say what they head
        if tag["/S"] == "/TH":
            facts = tag["/A"].get_object()
            assert any("/Scope" in fact.get_object() for fact in (facts if isinstance(facts, list) else [facts]))
    for page in reader.pages:
        if "/Annots" in page:
            assert page["/Tabs"] == "/S"  # 7.18.3
        for annotation in page.get("/Annots", []):
            assert "/StructParent" in annotation.get_object()  # 7.18.5
        for font in page["/Resources"].get("/Font", {}).values():  # 7.21: embedded, and their letters known
            font = font.get_object()
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            if font["/Subtype"] != "/Type3":
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())
            assert "/ToUnicode" in font


@pytest.fixture(scope="module")
def printed(demo: Published, tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    return print_published(demo, tmp_path_factory.mktemp("demo"), "GBP")


@pytest.mark.slow
@pytest.mark.xdist_group("demo report")
class TestDemo:
    def test_it_has_at_most_24_pages_that_are_well_filled(self, printed: PdfReader) -> None:
        assert len(printed.pages) <= 24
        assert [round(float(size)) for size in printed.pages[0].mediabox[2:]] == [595, 842]
        check_pages(printed)

    def test_it_can_be_read_by_assistive_technology(self, printed: PdfReader) -> None:
        check_access(printed)
        assert printed.metadata and "Brackenfold" in str(printed.metadata.title)
        assert printed.metadata.creator == "Customer report kit"
        assert b"file:" not in printed.stream.getvalue()  # no link leads to where it was printed

    def test_all_chapters_are_bookmarked_in_their_order(self, printed: PdfReader, demo: Published) -> None:
        names = [path.stem for path in sorted((demo.folder / "notebooks").glob("*.ipynb"))]
        titles = []
        for name in names:
            page = demo.folder / ("index.html" if name == "00_summary" else f"{name}.html")
            title = BeautifulSoup(page.read_text("utf-8"), "html.parser").find("h1")
            assert title is not None
            titles.append(" ".join(title.get_text().split()))
        assert list(chapters_of(printed)) == titles
        assert list(chapters_of(printed).values()) == sorted(chapters_of(printed).values())

    def test_words_are_read_before_what_comes_after_them(self, printed: PdfReader) -> None:
        text = " ".join(" ".join(page.extract_text().split()) for page in printed.pages)
        asked = [
            "Where do we stand?",
            "What did we find?",
            "What should be done first?",
            "Each row of the files supplied",
        ]
        places = [text.index(words) for words in asked]
        assert places == sorted(places)


@pytest.mark.slow
@pytest.mark.xdist_group("real reports")
@pytest.mark.parametrize("client", ["hillstrom", "sfo"])
def test_real_clients_reports_are_well_filled(client: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    printed = print_published(request.getfixturevalue(client), tmp_path, "USD")
    assert [round(float(size)) for size in printed.pages[0].mediabox[2:]] == [612, 792]
    check_pages(printed)
    check_access(printed)


def notebook(folder: Path, name: str, cells: Sequence[Any], file: str = "") -> Page:
    path = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=list(cells)), path)
    return Page(name, path, file or f"{name}.html")


@pytest.mark.slow
def test_odd_reports_are_printed_whole(tmp_path: Path) -> None:
    """A table over several pages has its head on each; names of 200 characters, an odd client, no pictures."""
    frame = pd.DataFrame({"segment": [f"Group {n}" for n in range(150)] + ["W" * 200], "customers": range(151)})
    labels = {"segment": "Name of it", "customers": "Customers"}
    shown = frame_table(frame, labels, {"segment": str, "customers": str}, "All groups", right=["customers"])
    output = new_output("display_data", data={"text/html": shown._repr_html_()})
    long = [new_markdown_cell("# Long\n\nWhy."), new_markdown_cell("## Who?"), new_code_cell("x", outputs=[output])]
    source = tmp_path / "source"
    source.mkdir()
    pages = [
        notebook(source, "00_summary", [new_markdown_cell("# Summary\n\nNothing was found.")], "index.html"),
        notebook(source, "01_long", long),
        notebook(source, "02_bare", [new_markdown_cell("# Only a title")]),
        notebook(
            source, "03_said", [new_markdown_cell(f"# {'Very ' * 40}long?\n\nWords."), new_markdown_cell("## Why?")]
        ),
    ]
    client = 'A "} </style><b> \\ & Co ' + "x" * 200
    (tmp_path / "made").mkdir()
    printed = print_report(read_chapters(pages), replace(INFO, client=client), "GBP", tmp_path / "made")
    texts = [" ".join(page.extract_text().split()) for page in printed.pages]
    rows = [text for text in texts if re.search(r"Group \d+ \d+", text)]
    assert len(rows) >= 2
    assert all("Name of it" in text and "Customers" in text for text in rows)
    assert sum(len(set(re.findall(r"Group (\d+) \1\b", text))) for text in rows) == 150
    assert 'A "} </style><b> \\ & Co' in texts[0]
    assert all(re.search(r'^|A "} </style><b> \\ & Co x+…', text) for text in texts)
    check_access(printed)


def test_a_client_named_as_markup_is_text_at_the_foot() -> None:
    told = pdf._css_text(pdf._short('"} </style> \\ ' + "x" * 200))
    assert not set(told) & set('"<>}')
    assert len(pdf._short("x" * 200)) == 90
    assert os.linesep not in told
