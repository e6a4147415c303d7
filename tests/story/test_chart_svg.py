"""A chart as an SVG: light, the same each time, and no text of the client's mistaken for the drawing."""

import re
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.figure import Figure

from helpers.story.chart import GOOD, Chart, house_style, label_rows, note, render, sheet
from helpers.story.chart_marks import tell

SVG = "{http://www.w3.org/2000/svg}"
LOOKS_DRAWN = 'a id="x" d="M 1.23456 2" style="x: y" url(#p) href="#q" <b> & >'


def texts(chart: Chart) -> list[str]:
    return [str(text.text) for text in ElementTree.fromstring(chart.svg).iter(f"{SVG}text")]


@house_style()
def bars(name: str = "North") -> Chart:
    figure = sheet("One bar", body=1)
    ax = figure.subplots()
    tell(ax.barh(0, 1.0, color=GOOD), [f"{name}: all"])
    ax.plot([0.5, 0.6], [0, 0], "o")
    note(ax, "all", 1, 0)
    label_rows(ax, [name])
    return render(figure, "One bar", "One bar, all.")


def test_words_that_look_like_a_drawing_are_drawn_as_they_are() -> None:
    figure = Figure(figsize=(6, 2))
    figure.text(0.1, 0.5, LOOKS_DRAWN)
    figure.text(0.1, 0.2, "2.123456789")
    assert texts(render(figure, "T", "a")) == [LOOKS_DRAWN, "2.123456789"]


def test_values_are_pictures_with_names_over_the_one_picture() -> None:
    root = ElementTree.fromstring(bars('N & "S"').svg)
    picture, values = root
    assert (picture.get("role"), picture.get("aria-label")) == ("img", "One bar, all.")
    assert (values.get("role"), values.get("aria-label"), values.get("fill-opacity")) == ("group", "Values", "0")
    assert [(mark.get("role"), mark.findtext(f"{SVG}title")) for mark in values] == [("img", 'N & "S": all')]


def test_a_text_is_placed_by_its_end_and_says_only_what_is_special() -> None:
    root = ElementTree.fromstring(bars().svg)
    north = next(text for text in root.iter(f"{SVG}text") if text.text == "North")
    assert set(north.keys()) == {"x", "y", "fill"}
    assert root.get("font-size") == "11" and "Arial" in root.get("font-family", "")


def test_ids_are_few_referred_to_and_the_drawings_own() -> None:
    one, same, other = bars().svg, bars().svg, bars("South").svg
    assert one == same
    ids = [re.findall(r' id="([^"]*)"', svg) for svg in (one, other)]
    assert ids[0] and len(set(ids[0])) == len(ids[0])
    assert set(ids[0]) == set(re.findall(r'(?:href="|url\()#([^")]+)', one))
    assert not set(ids[0]) & set(ids[1])


def test_a_chart_weighs_little_and_no_digit_is_wasted() -> None:
    """Drawn with texts as paths, as matplotlib does by itself, the same chart is five times as heavy."""
    svg = bars().svg
    assert not re.search(r"(?<![\d>])\d+\.\d{3,}", svg)
    assert "<g>" not in svg and "<g/>" not in svg
    assert len(svg) < 3_000
    with mpl.rc_context({"svg.fonttype": "path"}):
        assert len(bars().svg) == len(svg)
