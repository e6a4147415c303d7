"""Charts as drawings in a page: what is only shapes and words comes in, all else stays an image that can do nothing."""

import base64
import re

import pytest

from helpers.runs.drawings import draw_charts

PLAIN = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="5" viewBox="0 0 10 5" '
    'style="max-width:100%;height:auto;stroke-linecap:butt"><g role="img" aria-label="old">{}</g></svg>'
)
SHAPES = '<defs><clipPath id="c1"><rect width="1" height="1"/></clipPath></defs><path d="M0 0" clip-path="url(#c1)"/>'


def image(svg: str, alt: str = "Two bars") -> str:
    data = base64.b64encode(svg.encode()).decode()
    return f'<figure class="picture"><img alt="{alt}" src="data:image/svg+xml;base64,{data}" width="10"/></figure>'


def for_phone(svg: str, page: str = "") -> str:
    """A chart with a drawing for a phone."""
    data = base64.b64encode(svg.encode()).decode()
    return image(page or PLAIN.format(SHAPES)).replace(
        " width=", f' data-narrow="data:image/svg+xml;base64,{data}" width='
    )


def test_a_chart_comes_into_the_page_with_the_pages_words_for_it() -> None:
    shown = draw_charts(f"<p>x</p>{image(PLAIN.format(SHAPES), 'A &amp; &quot;B&quot; &lt;c&gt;')}", set())
    assert shown.startswith(
        '<p>x</p><figure class="picture"><svg width="10" height="5" viewBox="0 0 10 5" style="stroke-'
    )
    assert 'role="img" aria-label="A &amp; &quot;B&quot; &lt;c&gt;"' in shown
    assert "xmlns" not in shown and "<img" not in shown and "old" not in shown


def test_the_same_chart_twice_has_ids_of_its_own() -> None:
    taken = {"c9"}
    first, second = draw_charts(image(PLAIN.format(SHAPES)), taken), draw_charts(image(PLAIN.format(SHAPES)), taken)
    assert re.findall(r'id="([^"]+)"|url\(#([^)]+)', first) == [("c1", ""), ("", "c1")]
    assert re.findall(r'id="([^"]+)"|url\(#([^)]+)', second) == [("c1-2", ""), ("", "c1-2")]
    assert taken == {"c9", "c1", "c1-2"}


def test_a_chart_drawn_for_a_phone_as_well_comes_twice_with_the_same_words() -> None:
    taken: set[str] = set()
    shown = draw_charts(for_phone(PLAIN.format(SHAPES)), taken)
    assert re.findall(r'<svg class="([^"]+)"', shown) == ["drawn-wide", "drawn-narrow"]
    assert shown.count('aria-label="Two bars"') == 2
    assert taken == {"c1", "c1-2"}, "their ids are apart"
    assert "data-narrow" not in shown and "<img" not in shown


def test_a_drawing_for_a_phone_that_could_do_more_stays_away() -> None:
    shown = draw_charts(for_phone(PLAIN.format("<script>1</script>")), set())
    assert shown.count("<svg") == 1 and "class=" not in shown.partition("<svg")[2] and "script" not in shown
    whole = draw_charts(for_phone(PLAIN.format(SHAPES), page=PLAIN.format("<script>1</script>")), set())
    assert whole.count("<img") == 1 and "data-narrow" not in whole and "<svg" not in whole


@pytest.mark.parametrize(
    "part",
    [
        "<script>1</script>",
        "<foreignObject/>",
        "<style>p {color: red}</style>",
        '<image href="data:image/png;base64,AA"/>',
        '<a href="#x"/>',
        '<path onclick="go()"/>',
        '<use href="https://example.org/x.svg#a"/>',
        '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="//example.org"/>',
        '<path style="fill: url(https://example.org)"/>',
        '<p xmlns="http://www.w3.org/1999/xhtml">x</p>',
        "<path>",
    ],
)
def test_what_could_run_load_or_restyle_stays_an_image(part: str) -> None:
    assert draw_charts(image(PLAIN.format(part)), set()) == image(PLAIN.format(part))


def test_a_drawing_without_words_of_its_own_stays_an_image() -> None:
    for svg in (
        '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>',
        f"<!DOCTYPE svg>{PLAIN.format(SHAPES)}",
        "<svg/>",
    ):
        assert draw_charts(image(svg), set()) == image(svg)


def test_images_elsewhere_stay() -> None:
    logo = image(PLAIN.format(SHAPES)).removeprefix('<figure class="picture">')
    assert draw_charts(logo, set()) == logo
