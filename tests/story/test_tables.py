"""Tables: what a reader sees in the cells, and that a client's text is shown and never run."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from math import nan

import pandas as pd
import pytest

from helpers.analysis.data_profile.readiness import FACTS, assess_readiness
from helpers.story import fmt, tables
from tests.story import samples

POUNDS = fmt.Money("GBP")

# What each table must show: (a row's cells), each found in one row of the body.
TABLES: dict[str, tuple[Callable[[], tables.Table], list[list[str]]]] = {
    "tables_received": (
        lambda: tables.tables_received(samples.TABLES),
        [
            ["Orders", "2", "541,909", "392,692", "149,217", "December 2010 to December 2011"],
            ["Survey answers", "–"],
        ],
    ),
    "data_quality": (
        lambda: tables.data_quality(samples.QUALITY),
        [["No customer", "135,080", "135,080", "Set aside: it belongs to no customer"]],
    ),
    "tables_grain": (
        lambda: tables.tables_grain(
            pd.DataFrame(
                {
                    "table": ["orders", "customers"],
                    "rows": [541_909, 4_372],
                    "grain": ["an order line", "a customer"],
                    "keys": ["", "customer_id"],
                    "repeated_rows": [5_268, float("nan")],
                }
            )
        ),
        [
            ["Orders", "an order line", "541,909", "no single column", "5,268"],
            ["Customers", "a customer", "4,372", "customer number", "–"],
        ],
    ),
    "data_alerts": (
        lambda: tables.data_alerts(samples.ALERTS),
        [
            ["Paid with", "Looks like a payment card number (100% of the values looked at)"],
            ["All rows", "From 4 May 2026 on the number of rows is 50% lower, and stays so"],
            ["City", "47 rows in another spelling, such as “<b>rome” for “Rome”"],
        ],
    ),
    "drift": (
        lambda: tables.drift(samples.DRIFT),
        [
            ["area → region", "Renamed", "0.01", "900 → 600", "0%", "4 → 5", "new: Wales"],
            ["amount", "Changed", "0.40", "900 → 600", "0% → 25%", "800 → 500", ""],
        ],
    ),
    "key_matches": (
        lambda: tables.key_matches(
            pd.DataFrame({"table": ["orders"], "customers": [4_338], "in_customers": [4_300], "listed": [8_600]})
        ),
        [["Orders", "4,338", "38 (1%)", "4,300 (50%)"]],
    ),
    "readiness": (
        lambda: tables.readiness(samples.READINESS),
        [["NPS", "Thin", "120 answers are few.", "Ask 180 more customers."]],
    ),
    "readiness_gates": (
        lambda: tables.readiness_gates(samples.READINESS),
        [["Answers", "300 answers", "120 answers", "no", "Hair 2010"], ["Repeat share", "20%", "not known", "no"]],
    ),
    "rfm_segments": (
        lambda: tables.rfm_segments(samples.RFM, POUNDS),
        [["Champions", "Thank them.", "980 (52%)", "£5.6m (89%)", "£5,714", "14.3", "9"]],
    ),
    "clusters": (
        lambda: tables.clusters(samples.CLUSTERS, POUNDS),
        [["Long gone", "1,480 (64%)", "£400k (11%)", "0.81"]],
    ),
    "nps_groups": (
        lambda: tables.nps_groups(samples.GROUPS),
        [
            ["All answers", "2,746", "1,436", "968", "342", "+40 (+37 to +42)", "+40 (+37 to +43)"],
            ["At risk", "30", "−3 (−33 to +27)", "–"],
        ],
    ),
    "drivers": (
        lambda: tables.drivers(samples.DRIVERS),
        [["Security wait", "4.20", "12.0% (8.0% to 16.0%)", "34%"]],
    ),
    "nps_actions": (
        lambda: tables.nps_actions(
            pd.DataFrame(
                {
                    "group": ["Detractors"],
                    "answers": [342],
                    "customers": [300],
                    "spend": [45_678.0],
                    "action": ["Call"],
                }
            ),
            POUNDS,
        ),
        [["Detractors", "342", "300", "£45.7k", "Call"]],
    ),
    "comments": (
        lambda: tables.comments(pd.DataFrame({"score": [3], "comment": ["Too slow"]})),
        [["3", "Too slow"]],
    ),
    "campaign_lift": (
        lambda: tables.campaign_lift(samples.LIFT, POUNDS),
        [
            ["Mens E-Mail", "21,307", "£1.42", "£0.65", "+£0.77 (£0.49 to £1.05)", "+118%"],
            ["Mens E-Mail", "18.3%", "10.6%", "+7.7 points (7.0 to 8.3)"],
            ["Postcard", "−£0.15", "−23%"],
        ],
    ),
    "segment_kpis": (
        lambda: tables.segment_kpis(
            pd.DataFrame({"segment": ["Lost"], "customers": [398], "return_share": [0.034], "average_spend": [210.5]}),
            POUNDS,
        ),
        [["Lost", "398", "3%", "£210"]],
    ),
    "break_even": (
        lambda: tables.break_even(
            pd.DataFrame(
                {
                    "segment": ["Lost"],
                    "customers": [398],
                    "average_spend": [210.5],
                    "cost": [3_980.0],
                    "break_even_lift": [25.0],
                    "break_even_share": [0.1188],
                }
            ),
            POUNDS,
        ),
        [["Lost", "398", "£210", "£3,980", "£25", "11.9%"]],
    ),
    "returns": (
        lambda: tables.returns(samples.RETURNS, POUNDS),
        [
            ["test: Mens E-Mail"],
            ["Champions", "980", "£59.8k (£21k to £98k)", "£4,000", "1,390%", "498%", "Pays"],
            ["plan: Call (planned)"],
            ["New customers", "150", "£4,500", "No cost given"],
            ["All together", "£60.2k", "£9,800", "514%", "146%"],
        ],
    ),
}


class _Cells(HTMLParser):
    """The texts of the cells by row, and every tag that was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.in_cell = False
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.in_cell = True

    def handle_data(self, data: str) -> None:
        if self.in_cell:
            self.rows[-1][-1] += data.strip()

    def handle_endtag(self, tag: str) -> None:
        self.in_cell = self.in_cell and tag not in ("td", "th")


def read(table: tables.Table) -> _Cells:
    cells = _Cells()
    cells.feed(table.html)
    return cells


def test_gates_of_analyses_without_data_are_one_line() -> None:
    ready = assess_readiness({"answers": 900, "ratings": 3, "answers_per_group": 0})
    shown = tables.readiness_gates(ready)
    assert "Answers for a score" in shown.text
    assert "Buyers" not in shown.text and "arm" not in shown.text
    assert (
        "Not shown for want of data: value segments, lifecycle and behavioural segments (orders with a customer and a "
        "date); NPS by group (the wave or touchpoint of each answer); return on campaigns (who was in which campaign, "
        "and a control group)."
    ) in shown.html
    every = dict.fromkeys(FACTS, 9_000.0) | {"repeat_share": 0.5}
    assert "Not shown" not in tables.readiness_gates(assess_readiness(every)).html


def test_every_table_is_tried() -> None:
    assert {name for name in tables.__all__ if name not in {"Table", "frame_table"}} == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_table_shows_its_numbers(name: str) -> None:
    make, expected = TABLES[name]
    table = make()
    rows = read(table).rows
    for cells in expected:
        assert any(_in_order(cells, row) for row in rows), (cells, rows)
    assert "nan" not in " ".join(" ".join(row) for row in rows).lower()
    assert make().html == table.html


@pytest.mark.parametrize("name", TABLES)
def test_table_stands_in_any_page(name: str) -> None:
    table = TABLES[name][0]()
    cells = read(table)
    assert not re.search(r"https?:|url\(|@import|<script|<link", table.html)
    assert len(table.html) < 60_000
    assert [tag for tag, _ in cells.tags[:3]] == ["figure", "figcaption", "div"]
    assert cells.tags[2][1] == {
        "role": "region",
        "aria-label": table.title,
        "tabindex": "0",
        "style": "overflow-x:auto",
    }
    assert all(attrs.get("scope") for tag, attrs in cells.tags if tag == "th")
    # No rule of the table's style sheet may reach beyond the table.
    name_of_table = re.search(r'<div id="(\w+)"', table.html)[1]  # type: ignore[index]
    rules = re.findall(r"([^{}]+)\{", re.search(r"<style>(.*?)</style>", table.html, re.S)[1])  # type: ignore[index]
    assert [r for r in rules if not r.strip().startswith(f"#{name_of_table} ")] == []


def test_text_from_data_is_shown_not_run() -> None:
    evil = '<script>alert("1")</script>'
    labels = {"name": evil, "value": evil + " {{x}} <b>"}
    frame = pd.DataFrame({"name": [evil, "a & b"], "value": ["<img src=x onerror=y>", 5], "part": [evil, evil]})
    table = tables.frame_table(frame, labels, {}, evil, note=evil, group="part")
    cells = read(table)
    assert {tag for tag, _ in cells.tags}.isdisjoint({"script", "img", "b"})
    assert any(_in_order([evil, "<img src=x onerror=y>"], row) for row in cells.rows)
    assert any(_in_order(["a & b", "5"], row) for row in cells.rows)
    assert "&amp;lt;" not in table.html  # escaped once, not twice


def test_one_group_of_customers_needs_no_block() -> None:
    """Two arms of one campaign, for all customers: the arm names the row."""
    cases = samples.RETURNS.by_segment.head(2).assign(segment="All customers")
    rows = read(tables.returns(replace(samples.RETURNS, by_segment=cases), POUNDS)).rows
    assert [row[0] for row in rows] == ["Campaign", "Mens E-Mail", "Postcard", "All together"]


@pytest.mark.parametrize(
    ("cost", "roi", "said"), [(1.0, 20.0, "2,000%"), (0.35, 642.66, ">2,000%"), (0.35, -29.6, "<−2,000%")]
)
def test_a_return_on_next_to_nothing_is_not_given_to_the_percent(cost: float, roi: float, said: str) -> None:
    cases = samples.RETURNS.by_segment.head(1).assign(cost=cost, roi=roi)
    assert said in read(tables.returns(replace(samples.RETURNS, by_segment=cases), POUNDS)).rows[1]


def test_groups_named_by_numbers_stand_in_their_order() -> None:
    rows = samples.SEGMENT_GROUPS.iloc[[0, 0, 0, 0]].assign(
        grouping="company_size", group=["10-49", "250+", "(unknown)", "1-9"]
    )
    shown = read(tables.nps_groups(replace(samples.GROUPS, by_group=rows))).rows
    assert [row[0] for row in shown][1:] == ["Company size", "1-9", "10-49", "250+", "Not known"]


def test_columns_without_any_word_or_customer_are_left_out() -> None:
    """All data there: nothing to collect. Anonymous answers: no customers, no spend."""
    ready = samples.READINESS.verdicts.assign(collect="")
    assert "collect" not in tables.readiness(replace(samples.READINESS, verdicts=ready)).html
    anonymous = pd.DataFrame({"group": ["passives"], "answers": [9], "customers": [0], "action": ["Ask"]})
    shown = read(tables.nps_actions(anonymous, POUNDS)).rows
    assert shown == [["Who", "Answers", "What to do"], ["Passives", "9", "Ask"]]
    no_orders = anonymous.assign(customers=9, spend=0.0)
    shown = read(tables.nps_actions(no_orders, POUNDS)).rows
    assert shown == [["Who", "Answers", "Customers", "What to do"], ["Passives", "9", "9", "Ask"]]


def test_key_figures_leave_words_to_the_page_on_segments() -> None:
    table = tables.segment_kpis(samples.RFM.segments, POUNDS)
    assert "Thank them." not in table.html
    assert read(table).rows[0][-2:] == ["Days since last order (median)", "Orders per customer"]


def test_money_of_an_odd_currency_is_shown_not_run() -> None:
    table = tables.rfm_segments(samples.RFM, fmt.Money("<b>"))
    assert "b" not in {tag for tag, _ in read(table).tags}


def test_no_rows_says_so() -> None:
    table = tables.rfm_segments(replace(samples.RFM, segments=samples.RFM.segments.head(0)), POUNDS)
    assert table.html == '<p class="nothing">Segments and what to do. Nothing to show: no rows.</p>'


@pytest.mark.parametrize(
    "make",
    [
        lambda: tables.nps_groups(replace(samples.GROUPS, by_group=samples.GROUPS.by_group.head(0))),
        lambda: tables.campaign_lift(replace(samples.LIFT, by_arm=samples.LIFT.by_arm.head(0)), POUNDS),
        lambda: tables.returns(replace(samples.RETURNS, by_segment=samples.RETURNS.by_segment.head(0)), POUNDS),
        lambda: tables.drivers(replace(samples.DRIVERS, drivers=samples.DRIVERS.drivers.head(0))),
        lambda: tables.comments(pd.DataFrame()),
        lambda: tables.data_alerts(samples.ALERTS.head(0)),
    ],
)
def test_empty_results_say_so(make: Callable[[], tables.Table]) -> None:
    assert "Nothing to show" in make().html


def test_blanks_in_many_columns_are_one_row_and_in_few_a_row_each() -> None:
    def shown(columns: list[str]) -> str:
        gaps = samples.ALERTS.iloc[[2] * len(columns)].assign(
            column=columns, figure=[0.74, 0.5, 0.31, 0.2][: len(columns)]
        )
        return tables.data_alerts(pd.concat([samples.ALERTS.iloc[[1]], gaps], ignore_index=True)).html

    many, few = shown(["park", "rental", "wifi", "art"]), shown(["park", "rental", "wifi"])
    assert "4 columns" in many
    assert "Blank in 20% to 74% of rows: park, rental, wifi and art" in many
    assert many.count("Ask whether a blank") == 1
    assert few.count("Ask whether a blank") == 3


def test_numbers_stand_right_and_words_left() -> None:
    frame = pd.DataFrame({"name": ["a"], "value": [1234.0], "word": ["x"]})
    formats = {"value": fmt.count}
    html = tables.frame_table(frame, {"name": "Name", "value": "Value", "word": "Word"}, formats, "T").html
    assert re.search(r'<td[^>]*class="[^"]*gt_right[^"]*"[^>]*>1,234</td>', html)
    assert re.search(r'<td[^>]*class="[^"]*gt_left[^"]*"[^>]*>x</td>', html)


def test_equal_tables_share_an_id_and_others_do_not() -> None:
    frame = pd.DataFrame({"name": ["a"], "value": [1]})
    first, again, other = (
        re.search(r'<div id="(\w+)"', tables.frame_table(f, {"name": "N", "value": "V"}, {}, "T").html)[1]  # type: ignore[index]
        for f in (frame, frame.copy(), frame.assign(value=2))
    )
    assert first == again != other


def test_bundle_has_html_and_text() -> None:
    bundle = tables.comments(pd.DataFrame({"score": [3], "comment": ["Too slow"]}))._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert "Too slow" in bundle["text/plain"]


def _in_order(wanted: list[str], row: list[str]) -> bool:
    rest = iter(row)
    return all(any(cell == want for cell in rest) for want in wanted)


def alert(column: str, name: str, figure: float, other: str = "", n: int = 90) -> dict[str, object]:
    return {"table": "surveys", "column": column, "alert": name, "severity": "look", "figure": figure} | {
        "other": other,
        "on": pd.NaT,
        "n": n,
    }


def test_columns_with_the_same_to_say_are_one_row() -> None:
    state = alert("state", "gaps", 0.05, "wave: 2018", 2_650)
    codes = [alert("age", "coded", 7), alert("income", "coded", 5)]
    one = tables.data_alerts(pd.DataFrame([state, codes[0], alert("response_id", "repeated key", nan, "wave", 5_286)]))
    assert "Blank in all 2,650 rows of wave 2018, elsewhere in 5%" in one.text
    assert "7 codes in figures, and no word for any of them" in one.text
    assert "5,286 rows share their number with another: it starts again in each wave" in one.text
    assert "Join by the number and the wave together" in one.text
    two = tables.data_alerts(pd.DataFrame([state, {**state, "column": "zip"}, *codes]))
    assert "2 columns" in two.text
    assert "Blank in all 2,650 rows of wave 2018: state and zip" in two.text
    assert "Codes in figures, and no word for any of them: age and income" in two.text
    many = tables.data_alerts(pd.DataFrame([alert("a", "gaps", 0.0, "file: a.csv; b.csv; c.csv; d.csv", 1)]))
    assert "Blank in the only row of four files, elsewhere in none" in many.text


def test_a_table_wider_than_a_phone_stands_row_by_row_there() -> None:
    frame = pd.DataFrame({"name": ["a", "b"], "x": [1.0, 2.0], "why": ["so", '"quoted" & long ' * 4]})
    labels = {"name": "Name", "x": "Figure", "why": 'Why "this"'}
    frame["name"] = ["Recency", "Behaviour"]
    wide = tables.frame_table(frame, labels, {"x": fmt.count}, "T").html
    assert '<figure class="table stacks"' in wide
    cells = re.findall(r'<t[dh] data-label="([^"]*)"', wide)
    assert cells == ["Name", "Figure", "Why &quot;this&quot;"] * 2
    narrow = tables.frame_table(frame[["name", "x"]], labels, {"x": fmt.count}, "T").html
    assert '<figure class="table" ' in narrow


def test_headings_of_groups_are_no_cells() -> None:
    frame = pd.DataFrame({"group": ["g", "h"], "name": ["a", "b"], "x": [1.0, 2.0]})
    html = tables.frame_table(frame, {"name": "Name", "x": "Figure"}, {"x": fmt.count}, "T", group="group").html
    assert re.findall(r'data-label="([^"]*)"', html) == ["Name", "Figure"] * 2
