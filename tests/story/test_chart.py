"""What all charts share: texts that fit and can be drawn, a brand that is seen, and a picture with its words."""

import re
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure
from PIL import ImageColor

from helpers.errors import InputError
from helpers.story import chart


@chart.house_style()
def example() -> chart.Chart:
    """One line in the brand's colour."""
    figure = chart.sheet("One line")
    figure.subplots().plot([0, 1], [0, 1], color=chart.accent())
    return chart.render(figure, "One line", "From 0 to 1.")


def test_bundle_gives_the_picture_with_its_words() -> None:
    made = chart.Chart("<svg/>", "Words with 3 numbers", "Title")
    assert made._repr_mimebundle_() == (
        {"image/svg+xml": "<svg/>", "text/plain": "Words with 3 numbers"},
        {"image/svg+xml": {"alt": "Words with 3 numbers", "title": "Title"}},
    )


def test_a_phone_gets_a_drawing_of_its_own_narrower_with_letters_as_large() -> None:
    sizes: list[float] = []

    @chart.picture(wide=True)
    def drawn(name: str) -> chart.Chart:
        sizes.append(chart.points_across())
        figure = chart.sheet("Wide", "What it is of. " * 12, 2.0)
        ax = figure.subplots()
        ax.barh(0, 1)
        ax.set_xticks([])
        chart.note(ax, "one", 1, 0)
        chart.label_rows(ax, [name], 150)
        return chart.render(figure, "Wide", f"{name}: one.")

    made = drawn("A name that takes two lines on paper")
    assert sizes == [chart.WIDE * 72], "the other is drawn when it is asked for, once"
    assert made.narrow == made.narrow
    assert sizes == [chart.WIDE * 72, chart.NARROW * 72]
    assert sizes != [chart.points_across()] * 2, "which is the page's again"
    across = [float(ElementTree.fromstring(svg).get("viewBox", "").split()[2]) for svg in (made.svg, made.narrow)]
    assert across == pytest.approx(sizes, abs=1)
    assert made._repr_mimebundle_()[1]["image/svg+xml"]["narrow"] == made.narrow
    page, phone = (len(re.findall("<text", svg)) for svg in (made.svg, made.narrow))
    assert phone > page, "its lines are shorter, and so there are more of them"
    assert "Values" in made.svg and "Values" not in made.narrow
    assert 'font-size="11"' in made.narrow
    assert chart.label_room(150) == 150


def test_what_shows_nothing_is_not_drawn_twice() -> None:
    calls = []

    @chart.picture()
    def empty() -> chart.Chart:
        calls.append(1)
        return chart.nothing("Bars", "no rows")

    assert (empty().narrow, len(calls)) == ("", 1)


def test_dollars_are_drawn_as_dollars() -> None:
    """Two dollar signs are two prices, not a formula: their width is that of the characters."""
    one, two = chart.text_width("$1"), chart.text_width("$1 $1")
    assert two > 2 * one


def test_drawable_keeps_what_can_be_drawn() -> None:
    assert chart.drawable("  Café\n au \x07lait 🎉 ") == "Café au lait"
    assert chart.drawable("🎉") == chart.drawable("") == "□"
    assert chart.drawable("a\U000e0041b") in ("a b", "ab")


def test_fit_breaks_and_cuts_to_the_width() -> None:
    lines = chart.fit("Potential loyalists " + "x" * 100, 90, lines=3).split("\n")
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(chart.text_width(line) <= 90 for line in lines), "the ellipsis as well"


@pytest.mark.parametrize(
    ("text", "points", "lines"),
    [
        ("Orders in the same season a year ago", 170, ["Orders in the same", "season a year ago"]),
        ("Email and call, Spring restock 2026", 150, ["Email and call,", "Spring restock 2026"]),
        ("One order, low spend, small baskets (31%)", 150, ["One order, low spend,", "small baskets (31%)"]),
        ("Loyal customers", 60, ["Loyal", "customers"]),
        ("Gift shop", 150, ["Gift shop"]),
    ],
)
def test_fit_leaves_no_word_alone_at_the_end(text: str, points: float, lines: list[str]) -> None:
    assert chart.fit(text, points).split("\n") == lines
    assert all(chart.text_width(line) <= points for line in lines)


def test_texts_beside_marks_get_the_room_they_need() -> None:
    need, room = chart.text_width("£12,345") + 12, 200.0
    assert chart.room_beside(["£1", "£12,345"], room, sides=1) == pytest.approx(need / (room - need))
    assert chart.room_beside(["£12,345"], room) == pytest.approx(need / (room - 2 * need))
    assert chart.room_beside(["£12,345"], 10) == 1, "as much as the marks, where there is next to none"


@pytest.mark.parametrize("brand", ["#ffff00", "white", "#0b5c8a", "black"])
def test_brand_stands_out_from_white(brand: str) -> None:
    """WCAG 2 asks 3 to 1 of graphics; black on white is 21 to 1 and white on white 1 to 1."""
    try:
        chart.use_brand(brand)
        assert 1.05 / (chart.luminance(chart.accent()) + 0.05) >= 3
        assert chart.accent() in example().svg
        if ImageColor.getrgb(brand) in ((11, 92, 138), (0, 0, 0)):
            assert ImageColor.getrgb(chart.accent()) == ImageColor.getrgb(brand)
    finally:
        chart.use_brand("#0b5c8a")


def test_brand_that_is_no_colour_is_refused() -> None:
    with pytest.raises(InputError, match=r'brand\.color: "blau" is not a colour'):
        chart.use_brand("blau")


@pytest.mark.parametrize("brand", ["#ffff00", "white", "#0b5c8a", "#2e5d45", "black"])
def test_ink_is_read_on_the_deepest_shade(brand: str) -> None:
    """WCAG 2 asks 4.5 to 1 of text."""
    try:
        chart.use_brand(brand)
        assert (chart.luminance(chart.tint()) + 0.05) / (chart.luminance(chart.INK) + 0.05) >= 4.5
        assert chart.text_on(chart.tint()) == chart.INK
    finally:
        chart.use_brand("#0b5c8a")


def test_known_contrast() -> None:
    """WCAG's relative luminance: white 1, black 0, and #777777 gives 4.48 to 1 on white."""
    assert chart.luminance("white") == 1
    assert chart.luminance("black") == 0
    assert 1.05 / (chart.luminance("#777777") + 0.05) == pytest.approx(4.48, abs=0.005)


def test_render_lets_the_figure_go() -> None:
    figure = Figure(figsize=(2, 1))
    figure.text(0.5, 0.5, "hello")
    made = chart.render(figure, "Title", 'Said "so" & <more>')
    assert ElementTree.fromstring(made.svg)[0].get("aria-label") == 'Said "so" & <more>'
    assert figure.texts == []
