"""What all tables share: a client's text is shown and never run, and a reader finds the way on any screen."""

import re

import pandas as pd

from helpers.story import fmt
from helpers.story.table import frame_table
from tests.story.table_checks import in_order, read


def test_text_from_data_is_shown_not_run() -> None:
    evil = '<script>alert("1")</script>'
    labels = {"name": evil, "value": evil + " {{x}} <b>"}
    frame = pd.DataFrame({"name": [evil, "a & b"], "value": ["<img src=x onerror=y>", 5], "part": [evil, evil]})
    table = frame_table(frame, labels, {}, evil, note=evil, group="part")
    cells = read(table)
    assert {tag for tag, _ in cells.tags}.isdisjoint({"script", "img", "b"})
    assert any(in_order([evil, "<img src=x onerror=y>"], row) for row in cells.rows)
    assert any(in_order(["a & b", "5"], row) for row in cells.rows)
    assert "&amp;lt;" not in table.html  # escaped once, not twice


def test_numbers_stand_right_and_words_left() -> None:
    frame = pd.DataFrame({"name": ["a"], "value": [1234.0], "word": ["x"]})
    formats = {"value": fmt.count}
    html = frame_table(frame, {"name": "Name", "value": "Value", "word": "Word"}, formats, "T").html
    assert re.search(r'<td[^>]*class="[^"]*gt_right[^"]*"[^>]*>1,234</td>', html)
    assert re.search(r'<td[^>]*class="[^"]*gt_left[^"]*"[^>]*>x</td>', html)


def test_equal_tables_share_an_id_and_others_do_not() -> None:
    frame = pd.DataFrame({"name": ["a"], "value": [1]})
    first, again, other = (
        re.search(r'<div id="(\w+)"', frame_table(f, {"name": "N", "value": "V"}, {}, "T").html)[1]  # type: ignore[index]
        for f in (frame, frame.copy(), frame.assign(value=2))
    )
    assert first == again != other


def test_bundle_has_html_and_text() -> None:
    bundle = frame_table(pd.DataFrame({"comment": ["Too slow"]}), {"comment": "Comment"}, {}, "T")._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert "Too slow" in bundle["text/plain"]


def test_a_table_wider_than_a_phone_stands_row_by_row_there() -> None:
    frame = pd.DataFrame({"name": ["a", "b"], "x": [1.0, 2.0], "why": ["so", '"quoted" & long ' * 4]})
    labels = {"name": "Name", "x": "Figure", "why": 'Why "this"'}
    frame["name"] = ["Recency", "Behaviour"]
    wide = frame_table(frame, labels, {"x": fmt.count}, "T").html
    assert '<figure class="table stacks"' in wide
    cells = re.findall(r'<t[dh] data-label="([^"]*)"', wide)
    assert cells == ["Name", "Figure", "Why &quot;this&quot;"] * 2
    narrow = frame_table(frame[["name", "x"]], labels, {"x": fmt.count}, "T").html
    assert '<figure class="table" ' in narrow


def test_headings_of_groups_are_no_cells() -> None:
    frame = pd.DataFrame({"group": ["g", "h"], "name": ["a", "b"], "x": [1.0, 2.0]})
    html = frame_table(frame, {"name": "Name", "x": "Figure"}, {"x": fmt.count}, "T", group="group").html
    assert re.findall(r'data-label="([^"]*)"', html) == ["Name", "Figure"] * 2
