"""The slides, read back by python-pptx: what is said, charts with the pages' numbers, nothing beside a slide."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest
from pptx import Presentation
from pptx.enum.dml import MSO_COLOR_TYPE, MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Inches

from helpers.errors import InputError
from helpers.runs.formats.deck import About, write_deck
from helpers.runs.formats.deck_page import READABLE, SMALLEST, fitting_lines
from helpers.runs.formats.deck_theme import is_readable
from helpers.runs.formats.page_parts import Grid, Picture
from helpers.runs.formats.slides import Cover, Slide, Talk, plan_talk, title_of
from helpers.runs.params_head import Slides
from helpers.runs.render import Page, Reading, ReportInfo, say_about
from helpers.runs.table_cells import Cell
from helpers.story.colors import PALE
from tests.runs.reports import Report

ABOUT = About("Acme & Söhne", date(2026, 9, 30), "#2d5d44")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="560" height="280" viewBox="0 0 4 2"><path d="M0 0h1v1z"/></svg>'
BARS = {
    "kind": "bar", "title": "Spend", "categories": ["Champions", "Lost"], "form": "0%", "stacked": False,
    "labelled": True, "across": "", "interval": "", "rules": {},
    "series": [{"name": "share", "color": "#2d5d44", "values": [0.65, None], "x": [], "low": [], "high": [],
                "colors": ["#2d5d44", "#c4532a"], "labels": ["65%, £5k", ""]}],
}  # fmt: skip
DOTS = BARS | {
    "kind": "dot", "rules": {"all": 0.3}, "interval": "95% interval",
    "series": [BARS["series"][0] | {"values": [0.65, 0.2], "low": [0.6, None], "high": [0.7, None], "labels": []}],
}  # fmt: skip
COURSE = BARS | {
    "kind": "course", "categories": [], "across": "Months",
    "series": [BARS["series"][0] | {"x": [0, 1, 2], "values": [1, 0.5, 0.25], "colors": [], "labels": []}],
}  # fmt: skip


def picture(*panels: Any) -> Picture:
    return Picture("What they spend", "Share of all", "Champions 65%.", panels, SVG, "image/svg+xml")


def grid(rows: int, columns: int = 3, text: str = "a cell") -> Grid:
    body = tuple(tuple(Cell(f"{text} {n}", column > 0) for column in range(columns)) for n in range(rows))
    return Grid("The table", tuple(f"Head {n}" for n in range(columns)), body, frozenset({1}))


def slide(shown: Any = None, title: str = "Champions bring 65% of spend", **more: Any) -> Slide:
    facts = {"source": "Who our best customers are", "verdict": "Concern", "figure": "65%", "action": "Thank them."}
    return Slide(title, shown=shown, notes="How to read it: so.", **(facts | more))


def made(tmp_path: Path, *slides: Slide, about: About = ABOUT, cover: Cover | None = None) -> Any:
    path = tmp_path / "deck.pptx"
    write_deck(path, about, Talk(cover, slides, (), ()))
    return Presentation(str(path))


def charts(show: Any) -> list[Any]:
    return [shape.chart for page in show.slides for shape in page.shapes if shape.has_chart]


def texts(page: Any) -> str:
    return "\n".join(shape.text_frame.text for shape in page.shapes if shape.has_text_frame)


def outside(show: Any) -> Iterator[str]:
    """Shapes that are not wholly on their slide."""
    for number, page in enumerate(show.slides, start=1):
        for shape in page.shapes:
            right, low = shape.left + shape.width, shape.top + shape.height
            if min(shape.left, shape.top) < 0 or right > show.slide_width or low > show.slide_height:
                yield f"slide {number}: {shape.name}"


def test_a_finding_has_its_sentence_figure_action_source_and_notes(tmp_path: Path) -> None:
    show = made(tmp_path, slide(picture(BARS)))
    page = show.slides[1]
    assert page.shapes.title.text == "Champions bring 65% of spend"
    said = texts(page)
    for words in ("65%", "What to do", "Thank them.", "Who our best customers are", "30 September 2026"):
        assert words in said
    assert page.notes_slide.notes_text_frame.text == "How to read it: so."
    assert list(outside(show)) == []


def test_bars_are_a_chart_with_the_numbers_in_its_workbook(tmp_path: Path) -> None:
    (chart,) = charts(made(tmp_path, slide(picture(BARS))))
    plot = chart.plots[0]
    assert list(plot.categories) == ["Champions", "Lost"]
    assert list(plot.series[0].values) == [0.65, None]
    assert plot.data_labels.number_format == "0%"
    assert plot.series[0].points[0].data_label.text_frame.text == "65%, £5k"
    assert zipfile.is_zipfile(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))


@pytest.mark.parametrize("kind", ["bar", "dot"])
def test_what_xml_would_take_for_its_own_is_written(tmp_path: Path, kind: str) -> None:
    form = '[=0]0%;[<0.005]"<1%";0%'
    odd = {"kind": kind, "form": form, "categories": ["A & <b>", "C"], "title": "<T> & t"}
    one = BARS["series"][0] | {"name": "<s> & s", "values": [0.001, 0.5], "labels": [], "colors": []}
    (chart,) = charts(made(tmp_path, slide(picture(BARS | odd | {"series": [one, one | {"name": "other"}]}))))
    assert "<s> & s" in [series.name for series in chart.plots[0].series]
    assert chart.chart_title.text_frame.text == "<T> & t"
    if kind == "bar":
        assert list(chart.plots[0].categories) == ["A & <b>", "C"]
        assert chart.plots[0].data_labels.number_format == form


def test_intervals_of_bars_are_error_bars(tmp_path: Path) -> None:
    one = BARS["series"][0] | {"values": [0.65, 0.2], "low": [0.6, None], "high": [0.7, None]}
    (chart,) = charts(made(tmp_path, slide(picture(BARS | {"series": [one]}))))
    (errors,) = chart._chartSpace.iter("{*}errBars")
    ways = [float(v.text) for v in errors.iter("{*}v")]
    assert ways == pytest.approx([0.05, 0, 0.05, 0])  # up, then down
    assert not chart.plots[0].has_data_labels  # they would stand on them


def test_dots_have_their_intervals_rules_and_rows(tmp_path: Path) -> None:
    (chart,) = charts(made(tmp_path, slide(picture(DOTS))))
    series = {one.name: one for one in chart.plots[0].series}
    assert list(series) == ["95% interval", "share", "all", "rows"]
    assert {len(list(one.iter_values())) for one in series.values()} == {3}  # LibreOffice draws no shorter ones
    assert list(series["share"].iter_values()) == [2, 1, None]
    assert [label.text for label in chart._chartSpace.iter("{*}t") if label.text in BARS["categories"]] == [
        "Champions",
        "Lost",
    ]


@pytest.mark.parametrize("value", [0.0, 0.3, -5.0])
def test_dots_of_one_value_have_room(tmp_path: Path, value: float) -> None:
    one = DOTS["series"][0] | {"values": [value, value], "low": [], "high": []}
    (chart,) = charts(made(tmp_path, slide(picture(DOTS | {"series": [one], "rules": {}}))))
    axis = chart.category_axis
    assert axis.minimum_scale <= value <= axis.maximum_scale
    assert axis.minimum_scale < axis.maximum_scale


def test_lines_go_over_numbers(tmp_path: Path) -> None:
    (chart,) = charts(made(tmp_path, slide(picture(COURSE))))
    assert list(chart.plots[0].series[0].iter_values()) == [1, 0.5, 0.25]
    assert chart.category_axis.axis_title.text_frame.text == "Months"


def test_a_stroke_across_a_row_of_dots_is_drawn_as_one(tmp_path: Path) -> None:
    cost = BARS["series"][0] | {"name": "cost", "values": [0.4, 0.1], "labels": [], "tick": True}
    (chart,) = charts(made(tmp_path, slide(picture(DOTS | {"series": [*DOTS["series"], cost]}))))
    drawn = next(one for one in chart.plots[0].series if one.name == "cost")
    assert [x.text for x in drawn._element.findall(".//{*}xVal//{*}v")][:3] == ["0.4", "0.4", "0.4"]
    low, high, gap = list(drawn.iter_values())[:3]
    assert (low, high, gap) == (pytest.approx(1.78), pytest.approx(2.22), None)


@pytest.mark.parametrize(
    ("form", "most", "axis"),
    [
        ('[>=999500]"£"0.0,,"m";[>=999.5]"£"0.0,"k";"£"0', 17_300, '[>=999500]"£"0.0,,"m";[>=999.5]"£"0,"k";"£"0'),
        ('[>=999500]"£"0.0,,"m";[>=999.5]"£"0.0,"k";"£"0', 4_000, '[>=999500]"£"0.0,,"m";[>=999.5]"£"0.0,"k";"£"0'),
        ('"£"#,##0.00', 39.42, '"£"#,##0'),
        ('"£"#,##0.00', 0.77, '"£"#,##0.00'),
        ('[=0]0.0%;[<0.0005]"<0.1%";0.0%', 0.5, "0%"),
    ],
)
def test_an_axis_has_no_decimals_that_its_steps_have_not(tmp_path: Path, form: str, most: float, axis: str) -> None:
    one = BARS["series"][0] | {"values": [most, most / 2], "labels": []}
    (chart,) = charts(made(tmp_path, slide(picture(BARS | {"form": form, "labelled": False, "series": [one]}))))
    assert chart.value_axis.tick_labels.number_format == axis


def test_an_axis_is_as_long_as_the_intervals_of_its_bars(tmp_path: Path) -> None:
    one = BARS["series"][0] | {"values": [13.9, 2], "low": [9, -1.5], "high": [18.2, None], "labels": []}
    (chart,) = charts(made(tmp_path, slide(picture(BARS | {"series": [one]}))))
    assert (chart.value_axis.minimum_scale, chart.value_axis.maximum_scale) == (-2, 20)


def test_what_has_no_numbers_is_a_picture_with_its_words(tmp_path: Path) -> None:
    page = made(tmp_path, slide(picture())).slides[1]
    (image,) = [shape for shape in page.shapes if shape.shape_type is not None and hasattr(shape, "image")]
    assert image._element.nvPicPr.cNvPr.get("descr") == "Champions 65%."
    assert image.image.dpi is not None
    assert image.image.size[0] / (image.width / 914_400) >= 200  # dots an inch
    assert image.width / image.height == pytest.approx(2, rel=0.01)


def test_a_table_is_a_table_and_says_how_many_rows_it_has_not(tmp_path: Path) -> None:
    show = made(
        tmp_path, slide(grid(3)), slide(grid(400)), slide(grid(3, columns=14)), slide(grid(2, text="long " * 40))
    )
    few, many, wide, _ = [
        next(shape.table for shape in page.shapes if shape.has_table) for page in list(show.slides)[1:]
    ]
    assert [[cell.text for cell in row.cells] for row in few.rows][:2] == [
        ["Head 0", "Head 1", "Head 2"],
        ["a cell 0", "a cell 0", "a cell 0"],
    ]
    assert few.cell(2, 0).is_merge_origin  # a heading within the table
    assert f"{400 - len(many.rows) + 1} more rows on the page" in texts(show.slides[2])
    assert len(wide.columns) == 10
    assert "4 more columns on the page" in texts(show.slides[3])
    assert list(outside(show)) == []


def table_of(page: Any) -> Any:
    return next(shape.table for shape in page.shapes if shape.has_table)


def test_rows_of_a_table_have_air_where_there_is_room_and_headings_run_across(tmp_path: Path) -> None:
    heading = Cell("A heading that is much longer than the first column is wide", False)
    few = replace(grid(3), rows=((Cell("a", False),) * 3, (heading, *[Cell("", False)] * 2), (Cell("b", False),) * 3))
    show = made(tmp_path, slide(few), slide(grid(24)))
    rows = [row.height for row in table_of(show.slides[1]).rows]
    assert rows[1] == rows[2] == rows[3]  # the heading on one line
    assert rows[1] > 1.5 * table_of(show.slides[2]).rows[1].height


def test_a_text_keeps_clear_of_the_figure_before_it(tmp_path: Path) -> None:
    body = tuple((Cell("Champions", False), Cell("£5k", True), Cell("thank them", False)) for _ in range(3))
    cells = table_of(made(tmp_path, slide(Grid("T", ("Who", "Spend", "Do"), body))).slides[1]).rows[1].cells
    assert cells[2].margin_left == 3 * cells[1].margin_left == 3 * cells[0].margin_left


def test_a_long_head_takes_two_lines_before_a_text_does(tmp_path: Path) -> None:
    head = ("Segment", *["What a customer of it brings"] * 7)
    row = (Cell("Womens E-Mail", False), *[Cell("£5,000,000", True)] * 7)
    rows = list(table_of(made(tmp_path, slide(Grid("T", head, (row,) * 12))).slides[1]).rows)
    assert rows[0].height > 1.5 * rows[1].height


def test_rows_that_were_left_out_are_told(tmp_path: Path) -> None:
    show = made(tmp_path, slide(replace(grid(2), more=21)))
    assert len(table_of(show.slides[1]).rows) == 3
    assert "21 more rows on the page" in texts(show.slides[1])


def test_a_picture_has_the_room_that_words_leave_it(tmp_path: Path) -> None:
    def drawn(width: int, height: int) -> Picture:
        image = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"></svg>'
        return replace(picture(), image=image.encode())

    flat, tall = slide(drawn(1000, 300)), slide(drawn(500, 700))
    alone = slide(picture(BARS), figure="", action="")
    pages = list(made(tmp_path, flat, tall, alone).slides)[1:]
    image = {n: next(s for s in pages[n].shapes if s.shape_type == MSO_SHAPE_TYPE.PICTURE) for n in (0, 1)}
    assert image[0].width > Inches(9)  # words beneath it
    words = next(shape for shape in pages[1].shapes if shape.has_text_frame and "Concern" in shape.text_frame.text)
    assert words.left - image[1].left - image[1].width < Inches(0.5)
    assert next(shape for shape in pages[2].shapes if shape.has_chart).width > Inches(12)


@pytest.mark.parametrize("words", [6, 25, 60])
@pytest.mark.parametrize("letters", [5, 200])
def test_no_title_takes_more_than_two_lines(tmp_path: Path, words: int, letters: int) -> None:
    title = " ".join(["w" * letters] * words)
    shape = made(tmp_path, slide(title=title)).slides[1].shapes.title
    size = shape.text_frame.paragraphs[0].runs[0].font.size.pt
    assert size >= SMALLEST
    assert fitting_lines(shape.text, size, shape.width - Inches(0.2), bold=True) <= 2


def test_names_of_two_hundred_letters_fit(tmp_path: Path) -> None:
    long = {"categories": ["Champions of " * 16, "Lost"]}
    shown = slide(picture(BARS | long)), slide(picture(DOTS | long)), slide(grid(3, text="x" * 200))
    show = made(tmp_path, *shown, about=About("Gesellschaft " * 25, date(2026, 9, 30), "#2d5d44"))
    assert list(outside(show)) == []
    assert max(len(name) for name in charts(show)[0].plots[0].categories) <= 60


def test_the_cover_has_its_figures_and_first_steps(tmp_path: Path) -> None:
    cover = Cover("Newer customers come back less", "", (("Sales", "£9m", "+7%"),) * 8, (("Call", "Sales"),) * 3, "All")
    show = made(tmp_path, cover=cover)
    assert [page.shapes.title.text for page in show.slides] == ["Acme & Söhne", "Newer customers come back less"]
    said = texts(show.slides[1])
    assert said.count("£9m") == 8
    assert "3. Call" in said
    assert list(outside(show)) == []


def test_figures_of_the_cover_are_of_one_size(tmp_path: Path) -> None:
    figures = (("Sales", "£9m", "+7%"), ("Earned", "5.4 times", "gross margin so far of customers won long ago " * 3))
    page = made(tmp_path, cover=Cover("It fell", "", figures, (), "")).slides[1]
    sizes = {
        run.font.size
        for shape in page.shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
        for run in paragraph.runs
        if run.text in ("£9m", "5.4 times")
    }
    assert len(sizes) == 1


def test_a_cover_of_little_says_what_else_was_found(tmp_path: Path) -> None:
    found = tuple(f"Finding {n} is told here." for n in range(20))
    one = Cover("It fell", "Call them.", (("NPS", "+31", ""),), (), "", found)
    full = replace(one, figures=one.figures * 8, first=(("Call", "Sales"),) * 3)
    show = made(tmp_path, cover=one)
    assert "Finding 3 is told here." in texts(show.slides[1])
    assert list(outside(show)) == []
    assert "Finding" not in texts(made(tmp_path, cover=full).slides[1])


def test_nothing_that_xml_refuses_stops_it(tmp_path: Path) -> None:
    show = made(tmp_path, slide(grid(2, text="a\x00\x0b<b>&"), title="Ampersand & <b>\x00", action="=1+1"))
    assert show.slides[1].shapes.title.text == "Ampersand & <b>"


def test_a_pale_brand_is_read(tmp_path: Path) -> None:
    color = say_about(ReportInfo("Acme", date(2026, 9, 30), "#ffe066", None))["accent"]
    show = made(tmp_path, slide(), about=About("Acme", date(2026, 9, 30), color))
    runs = [r for s in show.slides[1].shapes if s.has_text_frame for p in s.text_frame.paragraphs for r in p.runs]
    shown = next(run.font.color for run in runs if run.text == "What to do")
    told = color if shown.type == MSO_COLOR_TYPE.SCHEME else f"#{shown.rgb}"
    assert is_readable(told, PALE)
    assert is_readable(color, "#ffffff")


class TestATemplate:
    @pytest.fixture
    def template(self, tmp_path: Path) -> Path:
        """One of 4:3 with a slide of its own, its layouts named in another language."""
        show = Presentation()
        for number, layout in enumerate(show.slide_layouts):
            layout.name = f"Folie {number}"
        show.slides.add_slide(show.slide_layouts[0])
        show.save(str(tmp_path / "brand.pptx"))
        return tmp_path / "brand.pptx"

    def test_is_respected(self, tmp_path: Path, template: Path) -> None:
        about = About("Acme", date(2026, 9, 30), "#2d5d44", template)
        show = made(tmp_path, slide(picture(BARS)), slide(grid(30)), about=about)
        assert (show.slide_width, show.slide_height) == (9_144_000, 6_858_000)
        assert len(show.slides) == 3  # without its own
        assert [page.slide_layout.name for page in show.slides] == ["Folie 0", "Folie 5", "Folie 5"]
        kinds = {p.placeholder_format.type for p in show.slides[1].placeholders}
        assert kinds == {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER}
        assert list(outside(show)) == []

    def painted(self, template: Path, **shades: str) -> About:
        """The template with other colours in its theme."""
        show = Presentation(str(template))
        theme = show.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        text = theme.blob.decode("utf-8")
        for name, shade in shades.items():
            text = re.sub(rf"<a:{name}>.*?</a:{name}>", f'<a:{name}><a:srgbClr val="{shade}"/></a:{name}>', text)
        theme._blob = text.encode("utf-8")
        show.save(str(template))
        return About("Acme", date(2026, 9, 30), "#2d5d44", template)

    def test_of_dark_paper_has_charts_and_tables_on_white(self, tmp_path: Path, template: Path) -> None:
        about = self.painted(template, lt1="101828", dk1="FFFFFF")
        show = made(tmp_path, slide(picture(BARS)), slide(grid(3)), about=about)
        for page in list(show.slides)[1:]:
            fills = [s.fill.fore_color for s in page.shapes if s.shape_type == MSO_SHAPE_TYPE.AUTO_SHAPE]
            assert "FFFFFF" in [str(color.rgb) for color in fills if color.type == MSO_COLOR_TYPE.RGB]
        told = [s.text_frame for s in show.slides[1].shapes if s.has_text_frame]
        font = next(frame.paragraphs[0].runs[0].font for frame in told if frame.text.startswith("Concern"))
        assert font.color.theme_color == MSO_THEME_COLOR.TEXT_1

    def test_of_coloured_paper_has_pictures_on_it(self, tmp_path: Path, template: Path) -> None:
        drawn = replace(picture(), image=SVG.replace(b"<path", b'<path d="M0 0h4v2h-4z" style="fill:#ffffff"/><path'))
        page = made(tmp_path, slide(drawn), about=self.painted(template, lt1="FFF6D6")).slides[1]
        (image,) = [shape for shape in page.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]
        shades = plt.imread(io.BytesIO(image.image.blob))
        assert (shades[-1, -1, :3] * 255).round().tolist() == [255, 246, 214]

    @pytest.mark.parametrize(("accent", "is_read"), [("FFE066", False), ("2D5D44", True)])
    def test_of_a_pale_accent_says_what_to_do_in_ink(
        self, tmp_path: Path, template: Path, accent: str, is_read: bool
    ) -> None:
        page = made(tmp_path, slide(), about=self.painted(template, accent1=accent)).slides[1]
        runs = [r for s in page.shapes if s.has_text_frame for p in s.text_frame.paragraphs for r in p.runs]
        color = next(run.font.color for run in runs if run.text == "What to do")
        assert (color.type == MSO_COLOR_TYPE.SCHEME) == is_read

    def test_may_be_called_a_template(self, tmp_path: Path, template: Path) -> None:
        potx = tmp_path / "brand.potx"
        with zipfile.ZipFile(template) as old, zipfile.ZipFile(potx, "w") as new:
            for name in old.namelist():
                part = old.read(name)
                if name == "[Content_Types].xml":
                    part = part.replace(b"presentation.main+xml", b"template.main+xml")
                new.writestr(name, part)
        assert len(made(tmp_path, about=About("Acme", date(2026, 9, 30), "#2d5d44", potx)).slides) == 1

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"no presentation", "the template is no presentation"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "the template is protected by a password"),
            (b"", "the template is no presentation"),
        ],
    )
    def test_that_is_none_is_told(self, tmp_path: Path, content: bytes, said: str) -> None:
        path = tmp_path / "brand.pptx"
        path.write_bytes(content)
        with pytest.raises(InputError) as refused:
            made(tmp_path, about=About("Acme", date(2026, 9, 30), "#2d5d44", path))
        assert said in str(refused.value)
        assert str(refused.value).startswith("brand.deck, brand.pptx: ")

    def test_without_a_title_anywhere_is_told(self, tmp_path: Path, template: Path) -> None:
        show = Presentation(str(template))
        for layout in show.slide_layouts:
            for place in list(layout.placeholders):
                if place.placeholder_format.type in (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE):
                    place._element.getparent().remove(place._element)
        show.save(str(template))
        with pytest.raises(InputError, match="o layout of the template has a title"):
            made(tmp_path, about=About("Acme", date(2026, 9, 30), "#2d5d44", template))


@pytest.fixture(scope="module")
def deck(demo: Report, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with Reading("customer") as reading:
        for notebook in sorted((demo.folder / "notebooks").glob("*.ipynb")):
            file = "index.html" if notebook.stem == "00_summary" else f"{notebook.stem}.html"
            reading.add(Page(notebook.stem, notebook, file))
        chapters = reading.chapters()
    path = tmp_path_factory.mktemp("deck") / "demo.pptx"
    write_deck(path, ABOUT, plan_talk(chapters, demo.findings, Slides()))
    return Presentation(str(path))


@pytest.mark.slow
@pytest.mark.xdist_group("demo report")
class TestTheDemo:
    def test_stays_on_its_slides_in_titles_of_two_lines(self, deck: Any) -> None:
        assert list(outside(deck)) == []
        for page in deck.slides:
            title = page.shapes.title
            size = title.text_frame.paragraphs[0].runs[0].font.size.pt
            assert size >= READABLE
            assert fitting_lines(title.text, size, title.width - Inches(0.2), bold=True) <= 2, title.text

    def test_has_charts_pictures_with_words_tables_and_notes(self, deck: Any) -> None:
        slides = list(deck.slides)
        assert 25 <= len(slides) <= 60
        assert len(charts(deck)) >= 8
        assert sum(shape.has_table for page in slides for shape in page.shapes) >= 15
        assert all(page.has_notes_slide for page in slides[2:])
        for page in slides:
            for shape in page.shapes:
                if shape.has_chart or shape.shape_type == MSO_SHAPE_TYPE.PICTURE:
                    assert next(shape._element.iter(qn("p:cNvPr"))).get("descr")

    def test_no_title_says_less_than_its_finding(self, demo: Report) -> None:
        """Every finding of the cover is a title whole, not cut."""
        titles = [title_of(one["text"]) for one in demo.findings if one["headline"]]
        assert titles
        assert not [title for title in titles if title.endswith("…")]
