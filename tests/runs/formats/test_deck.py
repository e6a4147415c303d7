"""The slides, read back by python-pptx: what is said, charts with the pages' numbers, nothing beside a slide."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.util import Inches

from helpers.errors import InputError
from helpers.runs.formats.deck import About, write_deck
from helpers.runs.formats.deck_page import READABLE, SMALLEST, fitting_lines
from helpers.runs.formats.page_parts import Grid, Picture
from helpers.runs.formats.slides import Cover, Slide, Talk, plan_talk, title_of
from helpers.runs.params_head import Slides
from helpers.runs.render import Page, Reading
from helpers.runs.table_cells import Cell
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


def test_nothing_that_xml_refuses_stops_it(tmp_path: Path) -> None:
    show = made(tmp_path, slide(grid(2, text="a\x00\x0b<b>&"), title="Ampersand & <b>\x00", action="=1+1"))
    assert show.slides[1].shapes.title.text == "Ampersand & <b>"


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
        assert len(charts(deck)) >= 10
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
