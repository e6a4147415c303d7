"""Pages are checked as files: what a reader gets, not how it was put together."""

import base64
import re
import struct
import zlib
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import great_tables
import nbformat
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.errors import InputError
from helpers.runs import render
from helpers.runs.render import Page, ReportInfo, render_pages
from helpers.story.table import frame_table
from tests.runs.page_checks import check_page, read_page

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="360pt" height="180pt" viewBox="0 0 360 180"><text>{}</text></svg>'
CLIENT = 'A <b>& "Co"'
TITLE = new_markdown_cell("# Who buys?\n\nWhy it matters.")


def show(data: dict[str, str], metadata: dict[str, Any] | None = None, source: str = "charts.one(result)") -> Any:
    return new_code_cell(source, outputs=[new_output("display_data", data=data, metadata=metadata or {})])


def chart(alt: str = "Champions 6%, Lost 10%", title: str = "Segments") -> Any:
    bundle = {"image/svg+xml": SVG.format("<script>alert(1)</script>"), "text/plain": alt}
    return show(bundle, {"image/svg+xml": {"alt": alt, "title": title}})


def html(markup: str) -> Any:
    return show({"text/html": markup, "text/plain": "PLAIN"}, source="say(result)")


def png(width: int, height: int) -> str:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\0" * width) * height)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return base64.b64encode(content).decode()


def table() -> str:
    frame = pd.DataFrame({"Segment": ["A & B"], "Customers": [3]})
    return great_tables.GT(frame).tab_header("By segment").as_raw_html()


def make(folder: Path, name: str, cells: list[Any], **metadata: Any) -> Page:
    path = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata=metadata), path)
    return Page(name, path, "index.html" if name == "00_summary" else f"{name}.html")


def info(**changes: Any) -> ReportInfo:
    given = {"client": CLIENT, "as_of": date(2026, 9, 30), "color": "#0b5c8a", "logo": None, "notes": "Made by hand."}
    return ReportInfo(**{**given, **changes})


def one(folder: Path, *cells: Any, **changes: Any) -> str:
    """The text of a page made of a title and these cells."""
    render_pages([make(folder, "02_rfm", [TITLE, *cells])], info(**changes), folder / "out")
    assert check_page(folder / "out/02_rfm.html") == []
    assert check_page(folder / "out/report.html") == []
    return (folder / "out/02_rfm.html").read_text(encoding="utf-8")


def refusal(folder: Path, *cells: Any) -> str:
    with pytest.raises(InputError) as caught:
        render_pages([make(folder, "02_rfm", [TITLE, *cells])], info(), folder / "out")
    return str(caught.value)


@pytest.fixture
def report(tmp_path: Path) -> list[Path]:
    """Three linked pages with everything that cells show, given out of order."""
    cover = [
        new_markdown_cell("# What we found\n\nIn short."),
        html('<ul class="figures"><li class="figure"><span class="figure-value">4,338</span></li></ul>'),
        new_markdown_cell("## Findings"),
        html('<ol class="findings"><li class="finding"><a href="02_rfm.html#how-loyal">Loyalty</a></li></ol>'),
        new_markdown_cell("[Skipped](06_roi.html), [file](tables/rfm.csv), [source](https://example.org/paper)"),
    ]
    rfm = [
        TITLE,
        new_markdown_cell("## How loyal?\n\nSee [the cover](00_summary.ipynb) and [here](#Where-next?)."),
        chart(),
        html('<div class="say say-good"><p>Good.</p></div>'),
        html(table()),
        new_markdown_cell("## Where next?\n\n#### Deep\n\n## Where next?"),
        html(table()),
    ]
    review = [
        new_markdown_cell("# Did it work?"),
        new_markdown_cell("## How loyal?\n\n[up](02_rfm.html#Where-next%3F)"),
        chart(),
    ]
    pages = [make(tmp_path, "02_rfm", rfm), make(tmp_path, "07_review", review), make(tmp_path, "00_summary", cover)]
    (tmp_path / "out/tables").mkdir(parents=True)
    (tmp_path / "out/tables/rfm.csv").write_text("a\n1\n")
    logo = tmp_path / "logo.png"
    logo.write_bytes(base64.b64decode(png(4, 2)))
    return render_pages(pages, info(logo=logo), tmp_path / "out")


def test_all_pages_hold_to_the_rules_and_the_cover_comes_first(report: list[Path]) -> None:
    assert [path.name for path in report] == ["index.html", "02_rfm.html", "07_review.html", "report.html"]
    assert {path.name: check_page(path) for path in report} == {path.name: [] for path in report}


def test_navigation_lists_pages_and_sections_and_marks_the_current_page(report: list[Path]) -> None:
    page = read_page(report[1])
    current = [a["href"] for a in page.all("a") if a.get("aria-current") == "page"]
    assert set(current) == {"02_rfm.html"}
    links = [a["href"] for a in page.all("a")]
    for target in ("index.html", "07_review.html", "report.html", "#how-loyal", "#where-next", "#where-next-2"):
        assert target in links
    assert {"Pages of this report", "On this page"} <= {a["aria-label"] for a in page.all("nav")}


NOTHING = '<p class="nothing">Lift. Nothing to show: no arm.</p>'


def test_nothing_to_show_is_left_out_where_a_statement_says_why(tmp_path: Path) -> None:
    said = html('<div class="say say-few"><p>No campaign was supplied.</p></div>')
    page = one(tmp_path, new_markdown_cell("## Did it work?"), html(NOTHING), said, html(NOTHING))
    assert "Nothing to show" not in page
    assert page.count('<div class="output">') == 1
    page = one(tmp_path, new_markdown_cell("## Did it work?"), html(NOTHING), chart())
    assert "Nothing to show" in page


def test_a_minus_stays_with_its_amount(tmp_path: Path) -> None:
    """A line may break between a minus and a currency sign, so a word joiner goes between; a digit holds by itself."""
    page = one(tmp_path, html("<p>−£6.44 to −5% − as told</p>"))
    assert "−\u2060£6.44 to −5% − as told" in page


def test_heading_levels_close_their_gaps(report: list[Path]) -> None:
    page = read_page(report[1])
    assert page.texts["h3"] == ["Deep"] and "h4" not in page.texts
    whole = read_page(report[-1])
    assert whole.texts["h2"] == ["What we found", "Who buys?", "Did it work?"]
    assert whole.texts["h4"] == ["Deep"]


def test_links_follow_the_pages_into_the_one_file(report: list[Path]) -> None:
    cover, rfm, review, whole = (path.read_text(encoding="utf-8") for path in report)
    assert 'href="02_rfm.html#how-loyal"' in cover and 'href="#02_rfm-how-loyal"' in whole
    assert 'href="index.html">the cover' in rfm and 'href="#00_summary">the cover' in whole
    assert 'href="02_rfm.html#where-next"' in review and whole.count('href="#02_rfm-where-next"') == 2
    assert 'href="tables/rfm.csv"' in cover and "tables/rfm.csv" not in whole
    assert "source (https://example.org/paper)" in cover and "06_roi.html" not in cover + whole


def test_a_finding_leads_to_the_section_that_states_it(tmp_path: Path) -> None:
    """Its own words there decide; a statement that no section makes leads to the page."""
    told = ("Only 27% of newly won customers bought again.", "Two of three campaigns paid off, one lost money.")

    def finding(kind: str, text: str) -> str:
        link = '<a class="finding-more" href="02_rfm.html">Who buys?</a>'
        return f'<div class="{kind}"><p class="{kind}-text">{text}</p><p>{link}</p></div>'

    findings = [("lead", told[1]), ("finding", told[0])]
    findings += [("finding", "Two of three campaigns paid …"), ("finding", "x" * 30)]
    cover = [new_markdown_cell("# What we found"), html("".join(finding(*one) for one in findings))]
    page = [TITLE]
    for heading, text in zip(("How loyal?", "What paid?"), told, strict=True):
        page += [
            new_markdown_cell(f"## {heading}"),
            html(f'<div class="say say-bad"><p>{text} More is said.</p></div>'),
        ]
    pages = [make(tmp_path, "00_summary", cover), make(tmp_path, "02_rfm", page)]
    made = render_pages(pages, info(), tmp_path / "out")
    links = re.findall(r'class="finding-more" href="([^"]*)"', made[0].read_text("utf-8"))
    assert links == ["02_rfm.html#what-paid", "02_rfm.html#how-loyal", "02_rfm.html#what-paid", "02_rfm.html"]
    whole = re.findall(r'class="finding-more" href="([^"]*)"', made[-1].read_text("utf-8"))
    assert whole == ["#02_rfm-what-paid", "#02_rfm-how-loyal", "#02_rfm-what-paid", "#02_rfm"]


def test_tables_keep_their_style_when_ids_change(report: list[Path]) -> None:
    # A CSS selector can't begin with a digit, so #02_rfm-x is written #\30 2_rfm-x.
    whole = read_page(report[-1])
    names = [a["id"] for tag, a in whole.tags if tag == "div" and a.get("id", "").startswith("02_rfm-")]
    assert len(names) == 2
    styles = " ".join(whole.texts["style"])
    assert all(f"#\\30 {name[1:]} .gt_table" in styles for name in names)


def test_every_table_is_one_region_with_a_name_of_its_own(report: list[Path], tmp_path: Path) -> None:
    def regions(page: Path) -> list[str]:
        return [a["aria-label"] for _, a in read_page(page).tags if a.get("role") == "region"]

    assert regions(report[1]) == ["By segment", "By segment (Where next?)"]
    assert regions(report[-1]) == ["By segment", "By segment (Where next?)"]
    by_age = frame_table(pd.DataFrame({"a": ["x"]}), {"a": "A"}, {}, "By age").html
    plain = new_markdown_cell("| a |\n| --- |\n| x |")
    pages = [
        make(tmp_path, name, [TITLE, html(by_age), html(by_age), html(by_age), plain]) for name in ("02_rfm", "03_more")
    ]
    first, second, whole = render_pages(pages, info(), tmp_path / "two")
    names = ["By age", "By age (Who buys?)", "By age (2)", "Table: Who buys?"]
    assert regions(first) == regions(second) == names
    assert regions(whole) == [*names, "By age (3)", "By age (4)", "By age (5)", "Table: Who buys? (2)"]


def test_the_first_column_is_marked_where_cells_span_rows_too(tmp_path: Path) -> None:
    rows = "<tr><th></th><th>k</th></tr><tr><td rowspan=2>a</td><td>1</td></tr><tr><td>2</td></tr>"
    page = one(tmp_path, html(f"<table>{rows}<tr><td>b</td><td>3</td></tr></table>"))
    assert read_page(tmp_path / "out/02_rfm.html").texts["th"] == ["k"], "a heading without words is none"
    marked = re.findall(r'<td class="row-name"[^>]*>(\w*)', page)
    assert marked == ["", "a", "b"]


def test_the_frame_says_who_when_and_how(report: list[Path]) -> None:
    page = read_page(report[1])
    assert page.texts["title"] == [f"Who buys? – {CLIENT}"]
    assert page.texts["time"] == ["30 September 2026"]
    assert page.texts["footer"] == [f"{CLIENT} · as of 30 September 2026 Made by hand."]
    logo = page.all("img")[0]
    assert logo["alt"] == f"Logo of {CLIENT}" and logo["src"].startswith("data:image/png;base64,")


def test_charts_become_pictures_with_size_and_words(tmp_path: Path) -> None:
    page = one(tmp_path, chart(alt="Champions 6%, Lost < 10%", title="Who buys?"))
    picture = read_page(tmp_path / "out/02_rfm.html").all("img")[0]
    assert picture["alt"] == "Who buys? Champions 6%, Lost < 10%"
    assert (picture["width"], picture["height"]) == ("480", "240")  # 360 x 180 points at 96 to 72 pixels
    assert "<svg" not in page and "alert(1)" not in page


def test_bitmaps_are_measured_and_get_their_title_as_caption(tmp_path: Path) -> None:
    one(tmp_path, show({"image/png": png(7, 3)}, {"image/png": {"alt": "A map", "title": "Shops & stores"}}))
    page = read_page(tmp_path / "out/02_rfm.html")
    assert (page.all("img")[0]["width"], page.all("img")[0]["height"]) == ("7", "3")
    assert page.texts["figcaption"] == ["Shops & stores"]


def test_machinery_vanishes(tmp_path: Path) -> None:
    outputs = [
        new_output("stream", name="stdout", text="HIDDEN"),
        new_output("stream", name="stderr", text="HIDDEN"),
        new_output("error", ename="ValueError", evalue="HIDDEN", traceback=["HIDDEN"]),
        new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {}, "text/plain": "HIDDEN"}),
        new_output("execute_result", data={"text/plain": "HIDDEN"}, execution_count=3),
        new_output("execute_result", data={"text/html": "<p>Shown</p>", "text/plain": "HIDDEN"}, execution_count=3),
    ]
    failed = new_markdown_cell("HIDDEN", metadata={"tags": ["papermill-error-cell-tag"]})
    page = one(tmp_path, new_code_cell("HIDDEN = 1", outputs=outputs, execution_count=3), failed)
    assert "<p>Shown</p>" in page
    for word in ("HIDDEN", "In&nbsp;[", "In [", "<script", "widget"):
        assert word not in page


@pytest.mark.parametrize("metadata", [{}, {"image/svg+xml": {"alt": "  ", "title": "T"}}, {"image/svg+xml": {}}])
def test_a_picture_without_words_is_refused(tmp_path: Path, metadata: dict[str, Any]) -> None:
    said = refusal(tmp_path, show({"image/svg+xml": SVG.format(""), "text/plain": "x"}, metadata))
    assert said.startswith("02_rfm.ipynb, cell 2 (charts.one(result)): the picture has no alt text")


@pytest.mark.parametrize(
    "cell",
    [
        html('<img src="data:image/png;base64,AAAA">'),
        new_markdown_cell("![](data:image/png;base64,AAAA)"),
        html("<script>1</script>"),
        html('<p onclick="go()">x</p>'),
        html('<a href=" javascript:go()">x</a>'),
        html('<iframe src="data:text/html,x"></iframe>'),
        html('<link rel="stylesheet" href="data:text/css,">'),
        html('<img alt="x" src="https://example.org/x.png">'),
        html('<img alt="x" src="data:image/png;base64,AA" srcset="//example.org/x.png 2x">'),
        html("<style>@import 'https://example.org/x.css';</style>"),
        html("<style>p { background: url( 'https://example.org/x.png') }</style>"),
        html('<p style="background: URL(//example.org/x.png)">x</p>'),
        new_markdown_cell("![a map](missing.png)"),
        show({"text/markdown": "![a map](https://example.org/x.png)"}),
    ],
)
def test_what_needs_more_than_the_page_is_refused(tmp_path: Path, cell: Any) -> None:
    assert refusal(tmp_path, cell).startswith("02_rfm.ipynb, cell 2 (")


def test_styles_and_pictures_inside_the_page_are_welcome(tmp_path: Path) -> None:
    (tmp_path / "map.png").write_bytes(base64.b64decode(png(2, 2)))
    page = one(
        tmp_path,
        html("<style>p { background: url( \"data:image/png;base64,AA\") } q { mask: url('#m') }</style>"),
        new_markdown_cell("![a map](map.png)"),
    )
    assert f'alt="a map" src="data:image/png;base64,{png(2, 2)}"' in page


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["## Only a section"], "found: none"),
        (["Text"], "found: none"),
        (["# One", "# Two"], 'found: "One", "Two"'),
        (["## Before", "# Title"], 'found: "Title"'),
    ],
)
def test_a_page_has_one_title_and_it_comes_first(tmp_path: Path, cells: list[str], found: str) -> None:
    page = make(tmp_path, "03_lifecycle", [new_markdown_cell(text) for text in cells])
    with pytest.raises(InputError, match=f"03_lifecycle.ipynb: .*{found}"):
        render_pages([page], info(), tmp_path / "out")


def test_a_heading_named_like_the_frame_gets_its_own_id(tmp_path: Path) -> None:
    assert 'id="content-2"' in one(tmp_path, new_markdown_cell("## Content"))


HOSTILE = ["</title><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "A & B <i>", "'\"`"]


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_from_outside_is_shown_as_text(tmp_path: Path, text: str) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text(SVG.format("x"), encoding="utf-8")
    cells = [chart(alt=text), new_markdown_cell(f"## {escape(text)}")]
    one(tmp_path, *cells, client=text, notes=text, logo=logo)
    for name in ("02_rfm.html", "report.html"):
        page = read_page(tmp_path / "out" / name)
        assert page.texts["title"][0].endswith(f"– {text}")
        assert page.texts["p"].count(text) >= 2  # header and footer
        assert page.all("img")[0]["alt"] == f"Logo of {text}"
        assert page.all("img")[1]["alt"] == f"Segments. {text}"
        assert not page.all("script", "i")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_title_can_not_break_the_navigation(tmp_path: Path, text: str) -> None:
    page = make(tmp_path, "02_rfm", [new_markdown_cell(f"# {escape(text)}\n\n## {escape(text)}")])
    for path in render_pages([page], info(), tmp_path / "out"):
        assert check_page(path) == []
        assert not read_page(path).all("script", "i", "img")


@given(st.integers(0, 0xFFFFFF))
def test_text_stands_out_from_the_brand_colour(number: int) -> None:
    # WCAG 2.2, 1.4.3: at least 4.5 to 1.
    colors = render._colors(f"#{number:06x}")
    assert render._contrast(colors["brand"], colors["on_brand"]) >= 4.5
    assert render._contrast(colors["accent"], "#ffffff") >= 4.5
    assert render._contrast(colors["accent"], "#f4f5f7") >= 4.5


def test_contrast_and_colours_by_known_answers() -> None:
    # WCAG 2.2's definition gives 21 for black on white and 1 for a colour on itself; #767676 is the lightest
    # grey that passes on white, with 4.54 (WebAIM's contrast checker).
    assert render._contrast("#000000", "#ffffff") == pytest.approx(21)
    assert render._contrast("#0b5c8a", "#0b5c8a") == 1
    assert render._contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert render._colors("#0B5C8A") == {"brand": "#0b5c8a", "on_brand": "#ffffff", "accent": "#0b5c8a"}
    assert render._colors("#fd0")["on_brand"] == "#000000"


@pytest.mark.parametrize("color", ["red", "#12345", "#0b5c8a; } body { display: none", ""])
def test_a_colour_that_is_none_is_refused(tmp_path: Path, color: str) -> None:
    with pytest.raises(InputError, match=r"brand\.color"):
        render_pages([make(tmp_path, "02_rfm", [TITLE])], info(color=color), tmp_path / "out")


@pytest.mark.parametrize("name", ["missing.png", "logo.bmp"])
def test_a_logo_that_can_not_be_used_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "logo.bmp").write_bytes(b"BM")
    with pytest.raises(InputError, match=f"brand.logo: .*{name}"):
        render_pages([make(tmp_path, "02_rfm", [TITLE])], info(logo=tmp_path / name), tmp_path / "out")


def test_notebooks_that_can_not_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "02_rfm.ipynb").write_text("not a notebook")
    for name in ("02_rfm", "missing"):
        with pytest.raises(InputError, match=f"{name}.ipynb: the executed notebook can't be read"):
            render_pages([Page(name, tmp_path / f"{name}.ipynb", f"{name}.html")], info(), tmp_path / "out")
    with pytest.raises(InputError, match="no page"):
        render_pages([], info(), tmp_path / "out")


def test_the_same_notebooks_give_the_same_bytes(report: list[Path]) -> None:
    before = [path.read_bytes() for path in report]
    folder = report[0].parent.parent
    pages = [Page(n, folder / f"{n}.ipynb", f"{n}.html") for n in ("02_rfm", "07_review")]
    cover = Page("00_summary", folder / "00_summary.ipynb", "index.html")
    again = render_pages([cover, *pages], info(logo=folder / "logo.png"), folder / "out")
    assert [path.read_bytes() for path in again] == before


def test_the_checker_sees_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "bad.html"
    path.write_text(
        '<html><head><title>x</title><link href="https://example.org/a.css"></head><body onload="go()">'
        '<a href="#nowhere">x</a><main id="a"><h1>x</h1><h3 id="a">y</h3><img src="x.png"><script>1</script>'
        '<p style="background:url(http://example.org)">x</p></i></main></body></html>',
        encoding="utf-8",
    )
    said = "\n".join(check_page(path))
    for part in (
        "language", "viewport", "h3 follows h1", "no label", "no alt text", "<script>", "runs a script",
        "https://example.org/a.css", "x.png", "a style loads http://example.org", '"a" stands 2 times',
        "skip to the content", "#nowhere leads to no place", "</i> closes nothing",
    ):  # fmt: skip
        assert part in said, part
