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


def test_shares_of_several_rows_have_a_bar_and_other_numbers_none() -> None:
    """The bar's length is a style; the cell's text is the same, and so is that of what is missing or no share."""
    frame = pd.DataFrame(
        {
            "name": ["a", "b", "c", "d"],
            "part": [0.25, 0.004, float("nan"), 1.0],
            "growth": [0.25, 1.5, 0.1, 0.2],
            "count": [1.0, 2.0, 3.0, 4.0],
        }
    )
    labels = {"name": "Name", "part": "Part, <all>", "growth": "Growth", "count": "Count"}
    forms = {"part": fmt.share, "growth": fmt.share, "count": fmt.count}
    html = frame_table(frame, labels, forms, "T").html
    bars = re.findall(r'<td data-label="([^"]*)" style="--share: ([^"]*)"[^>]*>([^<]*)</td>', html)
    label = "Part, &lt;all&gt;"
    assert bars == [(label, "25", "25%"), (label, "1", "&lt;1%"), (label, "100", "100%")]
    assert html.count("--share") == 3
    assert "--share" not in frame_table(frame.head(2), labels, forms, "T").html
    many = pd.DataFrame({f"m{n}": [0.1, 0.2, 0.3] for n in range(5)})
    for columns, bars in ((["m0", "m1", "m2", "m3"], 9), (list(many), 0)):
        table = frame_table(many, {c: c for c in columns}, dict.fromkeys(columns, fmt.share), "T")
        assert table.html.count("--share") == bars
