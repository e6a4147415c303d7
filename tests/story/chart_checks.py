"""What holds of every chart: its words carry its numbers, its picture stands alone, no client's text can break it."""

import re
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, ClassVar
from xml.etree import ElementTree

import matplotlib as mpl

from helpers.story.chart import Chart
from tests.story.chapters import functions_of
from tests.story.chart_room import crowded
from tests.story.sentences import lines_of_chart, listed
from tests.story.title_checks import check_title

Draw = Callable[[], Chart]
# How a chart is drawn, and what its words must say: its main numbers, as a reader would look for them.
ToldChart = tuple[Draw, list[str]]
ODD_TEXTS = {
    "all signs, many words": '$\\frac{1}{0}$ and $5 <script>alert(1)</script> & "quotes" 東京 🎉 Ελλάδα \x00\t\n'
    + "many words " * 40,
    "empty": "",
    "one long word": "x" * 300,
}


class ChartChecks:
    """The checks of one module's charts; a subclass names the module and tells how each of its charts is drawn.

    charts, empty: each chart by its name, and each again of a result without anything to show. odd: the charts that
    print a client's text, each drawn with the text given. textless: those that print none.
    """

    module: ClassVar[ModuleType]
    charts: ClassVar[dict[str, ToldChart]]
    empty: ClassVar[dict[str, Draw]]
    odd: ClassVar[dict[str, Callable[[str], Sequence[Chart]]]]
    textless: ClassVar[Sequence[str]] = ()

    def pytest_generate_tests(self, metafunc: Any) -> None:
        """Each check is a test of its own for each chart it is made of."""
        wanted = set(metafunc.fixturenames)
        if "draw_empty" in wanted:
            metafunc.parametrize("draw_empty", list(self.empty.values()), ids=list(self.empty))
        elif "draw_odd" in wanted:
            cases = [(f"{c}-{t}", draw, text) for c, draw in self.odd.items() for t, text in ODD_TEXTS.items()]
            metafunc.parametrize(
                ("draw_odd", "odd_text"), [case[1:] for case in cases], ids=[case[0] for case in cases]
            )
        elif "draw" in wanted:
            metafunc.parametrize(("draw", "parts"), list(self.charts.values()), ids=list(self.charts))

    def test_every_chart_is_tried_also_empty_and_with_any_text(self) -> None:
        drawn = functions_of(self.module)
        assert set(self.charts) == drawn
        assert set(self.empty) == drawn
        assert sorted([*self.odd, *self.textless]) == sorted(drawn)

    def test_chart_says_its_numbers_and_stands_alone(self, draw: Draw, parts: list[str]) -> None:
        chart = draw()
        assert [s for s in parts if s not in chart.alt] == []
        assert "nan" not in chart.alt.lower()
        check_title(chart.title)
        assert set(lines_of_chart(chart)) <= listed(), "make docs lists it in docs/sentences.md: read it there"
        assert chart.alt.count(chart.title) <= 1, "what is read aloud says it once"
        assert len(chart.svg) < 50_000
        assert (crowded(chart.svg), crowded(chart.narrow)) == ([], [])
        root = ElementTree.fromstring(chart.svg)
        picture, *over = root
        assert (picture.get("role"), picture.get("aria-label")) == ("img", chart.alt)
        assert root.get("viewBox")
        assert len(over) == 1, "the values of its marks lie over the picture"
        titles = [mark.findtext("{*}title") or "" for mark in over[0]]
        assert titles
        assert [t for t in titles if not re.search(r"\d|none", t) or "nan" in t.lower()] == []
        addresses = set(re.findall(r"https?://[^\"' <]+", chart.svg))
        assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}  # names, never fetched
        assert not re.search(r"<(script|image|foreignObject|style)\b|<!--", chart.svg)
        with mpl.rc_context({"font.size": 30, "svg.fonttype": "path", "axes.facecolor": "red"}):
            kept = dict(mpl.rcParams)
            assert draw().svg == chart.svg, "the same bytes, whatever the settings of the caller"
            assert dict(mpl.rcParams) == kept, "which it leaves as they are"

    def test_nothing_to_show_says_so(self, draw_empty: Draw) -> None:
        chart = draw_empty()
        assert "Nothing to show: " in chart.alt
        assert chart._repr_mimebundle_() == (
            {"text/html": f'<p class="nothing">{chart.alt}</p>', "text/plain": chart.alt},
            {},
        )

    def test_any_text_can_be_drawn(self, draw_odd: Callable[[str], Sequence[Chart]], odd_text: str) -> None:
        """Warnings are errors here, so a glyph that no font has would fail."""
        for chart in draw_odd(odd_text):
            if chart.svg:
                assert (crowded(chart.svg), crowded(chart.narrow)) == ([], [])
            bundle = chart._repr_mimebundle_()[0]
            assert "<script" not in bundle.get("image/svg+xml", "") + bundle.get("text/html", "")
