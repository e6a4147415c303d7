"""Charts on paper: one too wide for half a page is printed as it is drawn for a phone."""

import base64
import re

import pytest
from bs4 import BeautifulSoup

from helpers.runs.formats import paper
from helpers.runs.formats.columns import measure

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="300" font-size="11"><title>seen</title>{}</svg>'


def address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def printed(width: int) -> tuple[str, str]:
    """The picture of a page on paper: its drawing and its tag."""
    page, phone = SVG.format(width, '<text font-size="8.5">page</text>'), SVG.format(448, "<text>phone</text>")
    picture = f'<img src="{address(page)}" alt="A" width="{width}" height="300" data-narrow="{address(phone)}">'
    prose = '<div class="prose"><h1>T</h1></div><div class="prose"><h2>Q</h2></div>'
    html = f'{prose}<figure class="picture">{picture}</figure>'
    laid = paper.read_chapter(BeautifulSoup(html, "html.parser"), "02_rfm")
    tag = re.search("<img[^>]*>", paper.write_chapter(laid, 1)[0])
    assert tag
    return base64.b64decode(re.findall('src="[^,]*,([^"]*)', tag[0])[0]).decode(), tag[0]


def test_a_wide_chart_is_printed_as_for_a_phone() -> None:
    drawing, tag = printed(874)
    assert "phone" in drawing and "seen" not in drawing
    assert 'width="448"' in tag and "data-narrow" not in tag
    assert measure(BeautifulSoup(f"<div>{tag}</div>", "html.parser")).heights[1] == pytest.approx(76 * 300 / 448)


def test_a_chart_that_fits_is_printed_as_on_the_page_with_letters_that_can_be_read() -> None:
    drawing, tag = printed(627)
    assert 'font-size="10.4">page' in drawing and "seen" not in drawing
    assert 'width="627"' in tag and "data-narrow" not in tag
