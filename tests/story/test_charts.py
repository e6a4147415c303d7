"""Charts: their words carry the numbers, their pictures stand alone, and no client's text can break them."""

import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import ImageColor

from helpers.analysis.roi.roi import Returns
from helpers.errors import InputError
from helpers.story import charts, fmt
from helpers.story.charts import base, labels, numbers, roi
from tests.story import samples

POUNDS = fmt.Money("GBP")
ODD = [
    "$\\frac{1}{0}$ and $5",
    '<script>alert(1)</script> & "quotes"',
    "東京 🎉 Ελλάδα \x00\t\n",
    "🎉",
    "",
    "x" * 300,
    "many words " * 40,
]

# What each chart must say: its main numbers, as a reader would look for them.
CHARTS: dict[str, tuple[Callable[[], charts.Chart], list[str]]] = {
    "profile_coverage": (
        lambda: charts.profile_coverage(samples.COLUMNS),
        ["Comment in survey answers 29%; Customer number in orders 75%", "at least 95% in 1 of 3 columns"],
    ),
    "profile_rows": (
        lambda: charts.profile_rows(samples.TABLES.assign(rows_kept=[392_692, 2_740], rows_set_aside=[149_217, 6])),
        ["Orders: 392,692 of 541,909 rows kept (72%)", "2,740 of 2,746 rows kept (>99%)"],
    ),
    "customer_coverage": (
        lambda: charts.customer_coverage(samples.COVERAGE),
        ["orders, customers and survey answers: 600 (60%)", "customers: 300 (30%); orders: 100 (10%)"],
    ),
    "monthly_volume": (
        lambda: charts.monthly_volume(samples.MONTHS, POUNDS),
        ["December 2010 to March 2011", "1,400 orders", "Highest spend: £579k in March 2011"],
    ),
    "sudden_changes": (
        lambda: charts.sudden_changes(samples.COURSES, samples.ALERTS),
        ["What changed suddenly. Orders: from 4 May 2026 on the number of rows is 50% lower"],
    ),
    "correlations": (
        lambda: charts.correlations(samples.PAIRS),
        ["Survey answers: food with shops 0.62 and art with food −0.31."],
    ),
    "rfm_segments": (
        lambda: charts.rfm_segments(samples.RFM, POUNDS),
        ["Champions 52% of customers and 89% of spend"],
    ),
    "rfm_grid": (
        lambda: charts.rfm_grid(samples.RFM, POUNDS),
        ["750 customers at recency 2 and frequency 2", "average spend £11.6k"],
    ),
    "spend_concentration": (lambda: charts.spend_concentration(samples.RFM), ["the top 20% bring 75%"]),
    "cluster_choice": (
        lambda: charts.cluster_choice(samples.CLUSTERS),
        ["Chosen: 2 groups", "2 groups: silhouette 0.43, stability 0.95"],
    ),
    "cluster_profiles": (
        lambda: charts.cluster_profiles(samples.CLUSTERS, POUNDS),
        ["Long gone (64% of customers): days since last order 215, spend £260"],
    ),
    "nps_interval": (
        lambda: charts.nps_interval(samples.NPS, label="Lapsed customers"),
        ["Lapsed customers: +40 points, 95% interval +37 to +42, from 2,746 answers"],
    ),
    "nps_groups": (
        lambda: charts.nps_groups(samples.SEGMENT_GROUPS, overall=samples.NPS),
        ["Champions +57 (+52 to +62, 610 answers); At risk −3 (−33 to +27, 30 answers)", "All answers: +40"],
    ),
    "score_distribution": (
        lambda: charts.score_distribution(samples.SCORES),
        ["200 answers", "detractors (0 to 6) 20%", "promoters (9 to 10) 70%", "Most frequent score: 10 (50%)"],
    ),
    "drivers_importance": (
        lambda: charts.drivers_importance(samples.DRIVERS),
        ["Wifi 20.0% (15.0% to 25.0%)", "Together 35%", "2,410 answers"],
    ),
    "drivers_matrix": (
        lambda: charts.drivers_matrix(samples.DRIVERS),
        ["Important and rated below average: Wifi.", "Art: importance 9%, average rating 3.90"],
    ),
    "campaign_lift": (
        lambda: charts.campaign_lift(samples.LIFT.by_arm, "spend", POUNDS),
        ["Mens E-Mail +£0.77 (£0.49 to £1.05)", "Postcard −£0.15."],
    ),
    "segment_returns": (
        lambda: charts.segment_returns(samples.RETURNS, POUNDS),
        ["Champions", "extra revenue £59.8k (£21k to £98k), cost £4,000, pays"],
    ),
}

EMPTY: list[Callable[[], charts.Chart]] = [
    lambda: charts.profile_coverage(samples.COLUMNS.head(0)),
    lambda: charts.profile_rows(samples.TABLES.head(0)),
    lambda: charts.customer_coverage(samples.COVERAGE.head(0)),
    lambda: charts.monthly_volume(samples.MONTHS.head(0), POUNDS),
    lambda: charts.sudden_changes(samples.COURSES.head(0), samples.ALERTS.head(1)),
    lambda: charts.correlations(samples.PAIRS.head(0)),
    lambda: charts.rfm_segments(replace(samples.RFM, segments=samples.RFM.segments.head(0)), POUNDS),
    lambda: charts.rfm_grid(replace(samples.RFM, grid=samples.RFM.grid.head(0)), POUNDS),
    lambda: charts.spend_concentration(replace(samples.RFM, concentration=samples.RFM.concentration.head(0))),
    lambda: charts.cluster_choice(replace(samples.CLUSTERS, by_k=samples.CLUSTERS.by_k.head(0))),
    lambda: charts.cluster_profiles(replace(samples.CLUSTERS, by_cluster=samples.CLUSTERS.by_cluster.head(0))),
    lambda: charts.nps_interval(replace(samples.NPS, n=0), label="Lapsed"),
    lambda: charts.nps_groups(samples.SEGMENT_GROUPS.head(0)),
    lambda: charts.score_distribution(samples.SCORES.head(0)),
    lambda: charts.drivers_importance(replace(samples.DRIVERS, drivers=samples.DRIVERS.drivers.head(0))),
    lambda: charts.drivers_matrix(replace(samples.DRIVERS, drivers=samples.DRIVERS.drivers.head(0))),
    lambda: charts.campaign_lift(samples.LIFT.by_arm, "no such metric", POUNDS),
    lambda: charts.segment_returns(replace(samples.RETURNS, by_segment=samples.RETURNS.by_segment.head(0)), POUNDS),
]


def test_every_chart_is_tried() -> None:
    drawn = {name for name in charts.__all__ if name not in {"Chart", "accent", "render", "use_brand"}}
    assert drawn == set(CHARTS)
    assert len(EMPTY) == len(CHARTS)


@pytest.mark.parametrize("name", CHARTS)
def test_chart_says_its_numbers_and_stands_alone(name: str) -> None:
    make, said = CHARTS[name]
    chart = make()
    assert [s for s in said if s not in chart.alt] == []
    assert "nan" not in chart.alt.lower()
    assert len(chart.svg) < 150_000
    root = ElementTree.fromstring(chart.svg)
    assert root.get("aria-label") == chart.alt
    assert root.get("viewBox")
    addresses = set(re.findall(r"https?://[^\"' <]+", chart.svg))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}  # names, never fetched
    assert not re.search(r"<(script|image|foreignObject|text)\b|<!--", chart.svg)
    assert make().svg == chart.svg


@pytest.mark.parametrize("make", EMPTY)
def test_nothing_to_show_says_so(make: Callable[[], charts.Chart]) -> None:
    chart = make()
    assert "Nothing to show: " in chart.alt
    assert chart._repr_mimebundle_() == (
        {"text/html": f'<p class="nothing">{chart.alt}</p>', "text/plain": chart.alt},
        {},
    )


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        (
            lambda: charts.nps_groups(samples.SEGMENT_GROUPS.head(1)),
            "one group to show: Champions +57 (+52 to +62, 610",
        ),
        (lambda: charts.profile_rows(samples.TABLES), "(72%); 1 table kept every row."),
        (lambda: charts.profile_rows(samples.TABLES.tail(1)), "received. 1 table kept every row."),
        (
            lambda: charts.profile_coverage(samples.COLUMNS.tail(1)),
            "Comment in survey answers 29%; at least 95% in 0 of 1 column.",
        ),
        (lambda: charts.monthly_volume(samples.MONTHS.head(1), POUNDS), "£552k in December 2010"),
    ],
)
def test_one_bar_is_no_comparison_and_is_said_in_words(chart: Callable[[], charts.Chart], said: str) -> None:
    assert said in chart().alt
    assert chart().svg == ""


def test_words_in_place_of_a_picture_are_escaped() -> None:
    chart = charts.nps_groups(samples.SEGMENT_GROUPS.head(1).assign(group="<script>"))
    assert "&lt;script&gt;" in chart._repr_mimebundle_()[0]["text/html"]


@pytest.mark.parametrize(
    ("grouping", "names", "order"),
    [
        ("company_size", ["250+", "1-9", "(unknown)", "10-49"], ["1-9", "10-49", "250+", "Not known"]),
        ("wave", ["Spring", "Autumn", "Winter"], ["Spring", "Autumn", "Winter"]),
        ("region", ["North", "South", "West"], ["West", "South", "North"]),
    ],
)
def test_groups_with_an_order_of_their_own_keep_it(grouping: str, names: list[str], order: list[str]) -> None:
    """The scores rise from row to row, so by score the last one would come first."""
    rows = pd.concat([samples.SEGMENT_GROUPS.head(1)] * len(names), ignore_index=True)
    rows = rows.assign(grouping=grouping, group=names, nps=[10.0 + i for i in range(len(names))])
    said = charts.nps_groups(rows).alt
    assert sorted(order, key=lambda name: said.index(f"{name} +")) == order


def _many_returns() -> Returns:
    """Forty cases: one pays, one loses, the others are unclear and cost 1 to 38; one interval is huge."""
    rows = pd.concat([samples.RETURNS.by_segment.head(1)] * 40, ignore_index=True)
    rows = rows.assign(
        segment=[f"Group {i:02}" for i in range(40)],
        cost=[float(i) for i in range(40)],
        incremental_revenue=100.0,
        incremental_low=[-1e9 if i == 38 else -50.0 for i in range(40)],
        incremental_high=[1e9 if i == 38 else 250.0 for i in range(40)],
        verdict=["pays", "loses", *["unclear"] * 38],
    )
    return replace(samples.RETURNS, by_segment=rows)


def test_of_many_returns_the_clear_and_the_costly_are_drawn() -> None:
    """Thirty-six rows nobody compares; what is unclear is ranked by cost, not by revenue that may be chance."""
    said = re.findall(r"Group (\d\d):", charts.segment_returns(_many_returns(), POUNDS).alt)
    assert said == ["00", "01", *(str(i) for i in range(39, 29, -1))]


def test_one_huge_interval_does_not_flatten_the_others() -> None:
    """The axis ends near the other eleven intervals; what goes on beyond it has an arrow at either end."""
    shown = _many_returns().by_segment.tail(12)
    ends = roi._ends(shown["incremental_revenue"], shown["incremental_low"], shown["incremental_high"])
    assert ends == pytest.approx((100 - 600 - 48, 100 + 600 + 48))
    assert "arrows" in roi._beyond(shown["incremental_low"], shown["incremental_high"], ends)


def test_bundle_gives_the_picture_with_its_words() -> None:
    chart = charts.Chart("<svg/>", "Words with 3 numbers", "Title")
    assert chart._repr_mimebundle_() == (
        {"image/svg+xml": "<svg/>", "text/plain": "Words with 3 numbers"},
        {"image/svg+xml": {"alt": "Words with 3 numbers", "title": "Title"}},
    )


@pytest.mark.parametrize("odd", ODD)
def test_any_text_can_be_drawn(odd: str) -> None:
    """Warnings are errors here, so a glyph that no font has would fail."""
    segments = samples.RFM.segments.assign(rfm_segment=[odd, "b", "c"])
    groups = samples.SEGMENT_GROUPS.assign(group=[odd, "b"], grouping=odd)
    drivers = samples.DRIVERS.drivers.assign(driver=[odd, "b", "c"])
    by_cluster = samples.CLUSTERS.by_cluster.assign(cluster=[odd, "b"])
    by_arm = samples.LIFT.by_arm.assign(arm=odd, campaign=[odd, odd, "b"])
    columns = samples.COLUMNS.assign(table=[odd, odd, "b"], column=[odd, "b", odd])
    drawn = [
        charts.rfm_segments(replace(samples.RFM, segments=segments), fmt.Money(odd[:3])),
        charts.nps_groups(groups),
        charts.nps_interval(samples.NPS, label=odd),
        charts.drivers_matrix(replace(samples.DRIVERS, drivers=drivers)),
        charts.cluster_profiles(replace(samples.CLUSTERS, by_cluster=by_cluster)),
        charts.campaign_lift(by_arm, "spend", POUNDS),
        charts.profile_coverage(columns),
        charts.profile_rows(samples.TABLES.assign(table=odd, rows_kept=1, rows_set_aside=[541_908, 2_745])),
        charts.profile_rows(samples.TABLES.assign(table=odd)),
        charts.correlations(samples.PAIRS.assign(table=odd)),
        charts.correlations(samples.PAIRS.replace({"left": {"food": odd}})),
        charts.sudden_changes(samples.COURSES.assign(table=odd), samples.ALERTS.assign(table=odd)),
    ]
    for chart in drawn:
        if chart.svg:
            ElementTree.fromstring(chart.svg)
        bundle = chart._repr_mimebundle_()[0]
        assert "<script" not in bundle.get("image/svg+xml", "") + bundle.get("text/html", "")


def test_dollars_are_drawn_as_dollars() -> None:
    """Two dollar signs are two prices, not a formula: their width is that of the characters."""
    one, two = base.text_width("$1"), base.text_width("$1 $1")
    assert two > 2 * one


def test_drawable_keeps_what_can_be_drawn() -> None:
    assert base.drawable("  Café\n au \x07lait 🎉 ") == "Café au lait"
    assert base.drawable("🎉") == base.drawable("") == "□"
    assert base.drawable("a\U000e0041b") in ("a b", "ab")


def test_fit_breaks_and_cuts_to_the_width() -> None:
    lines = base.fit("Potential loyalists " + "x" * 100, 90, lines=3).split("\n")
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(base.text_width(line.rstrip("…")) <= 90 for line in lines)


def test_unclear_and_unknown_intervals_are_not_shown_as_effects() -> None:
    """An arm whose interval is unknown gets no interval in words and the neutral colour."""
    only = samples.LIFT.by_arm[samples.LIFT.by_arm["arm"] == "Postcard"]
    chart = charts.campaign_lift(only, "spend", POUNDS)
    assert "Postcard −£0.15." in chart.alt
    assert base.BAD not in chart.svg
    assert base.GOOD not in chart.svg
    assert base.MUTED in chart.svg


def test_months_without_orders_keep_their_place() -> None:
    """December, January, March: the third bar stands three months after the first, not two."""
    with_gap = charts.monthly_volume(samples.MONTHS, POUNDS).svg
    filled = samples.MONTHS.assign(month=pd.to_datetime(["2010-12-01", "2011-01-01", "2011-02-01"]))
    assert with_gap != charts.monthly_volume(filled, POUNDS).svg
    as_text = samples.MONTHS.assign(month=["2010-12", "2011-01", "2011-03"])
    as_periods = samples.MONTHS.assign(month=pd.PeriodIndex(as_text["month"], freq="M"))
    assert charts.monthly_volume(as_text, POUNDS).svg == charts.monthly_volume(as_periods, POUNDS).svg == with_gap


def test_settings_of_the_caller_are_neither_used_nor_changed() -> None:
    before = charts.spend_concentration(samples.RFM).svg
    with mpl.rc_context({"font.size": 30, "svg.fonttype": "none", "axes.facecolor": "red"}):
        kept = dict(mpl.rcParams)
        assert charts.spend_concentration(samples.RFM).svg == before
        assert dict(mpl.rcParams) == kept


@pytest.mark.parametrize("brand", ["#ffff00", "white", "#0b5c8a", "black"])
def test_brand_stands_out_from_white(brand: str) -> None:
    """WCAG 2 asks 3 to 1 of graphics; black on white is 21 to 1 and white on white 1 to 1."""
    try:
        charts.use_brand(brand)
        assert 1.05 / (base.luminance(charts.accent()) + 0.05) >= 3
        assert charts.accent() in charts.spend_concentration(samples.RFM).svg
        if ImageColor.getrgb(brand) in ((11, 92, 138), (0, 0, 0)):
            assert ImageColor.getrgb(charts.accent()) == ImageColor.getrgb(brand)
    finally:
        charts.use_brand("#0b5c8a")


def test_brand_that_is_no_colour_is_refused() -> None:
    with pytest.raises(InputError, match=r'brand\.color: "blau" is not a colour'):
        charts.use_brand("blau")


@pytest.mark.parametrize("brand", ["#ffff00", "white", "#0b5c8a", "#2e5d45", "black"])
def test_ink_is_read_on_the_deepest_shade(brand: str) -> None:
    """WCAG 2 asks 4.5 to 1 of text."""
    try:
        charts.use_brand(brand)
        assert (base.luminance(base.tint()) + 0.05) / (base.luminance(base.INK) + 0.05) >= 4.5
        assert base.text_on(base.tint()) == base.INK
    finally:
        charts.use_brand("#0b5c8a")


def test_known_contrast() -> None:
    """WCAG's relative luminance: white 1, black 0, and #777777 gives 4.48 to 1 on white."""
    assert base.luminance("white") == 1
    assert base.luminance("black") == 0
    assert 1.05 / (base.luminance("#777777") + 0.05) == pytest.approx(4.48, abs=0.005)


def test_labels_of_crowded_points_keep_clear_of_each_other() -> None:
    """Fifteen drivers, the most there can be, in a crowd: no label on another, none outside the axes."""
    x = pd.Series([3.9 + 0.02 * (i % 4) + 0.05 * (i // 4) for i in range(15)])
    y = pd.Series([0.02 + 0.004 * i for i in range(15)])
    with base.house_style():
        figure = base.sheet("Crowd", body=4.7)
        ax = figure.subplots()
        ax.plot(x, y, "o")
        ax.margins(0.22, 0.16)
        labels.place_labels(ax, x, y, [f"Driver number {i}" for i in range(15)], {})
        figure.draw_without_rendering()
        boxes = [text.get_window_extent() for text in ax.texts]
        area = ax.get_window_extent()
    overlaps = [(i, j) for i in range(15) for j in range(i) if labels._overlap(boxes[i], boxes[j]) > 20]
    assert overlaps == []
    assert all(area.x0 - 3 <= b.x0 and b.x1 <= area.x1 + 3 for b in boxes)


def test_render_lets_the_figure_go() -> None:
    figure = Figure(figsize=(2, 1))
    figure.text(0.5, 0.5, "hello")
    chart = charts.render(figure, "Title", 'Said "so" & <more>')
    assert ElementTree.fromstring(chart.svg).get("aria-label") == 'Said "so" & <more>'
    assert figure.texts == []


def test_numbers_are_drawn_from_a_medium_correlation_on_and_only_of_three_columns() -> None:
    def drawn(*rows: tuple[str, str, float]) -> str:
        frame = pd.DataFrame(rows, columns=["left", "right", "correlation"]).assign(table="orders", n=99)
        return charts.correlations(frame).svg

    assert drawn(("a", "b", -0.3), ("a", "c", 0.0), ("b", "c", float("nan")))
    assert not drawn(("a", "b", -0.29), ("a", "c", 0.0), ("b", "c", 0.1))
    assert not drawn(("a", "b", 0.9))


def test_of_many_numbers_the_closest_are_drawn() -> None:
    names = [f"c{i}" for i in range(12)]
    rows = [(a, b, 0.9 if {a, b} <= set(names[4:8]) else 0.3) for i, a in enumerate(names) for b in names[i + 1 :]]
    frame = pd.DataFrame(rows, columns=["left", "right", "correlation"]).assign(table="orders", n=99)
    chosen = numbers._closest(frame, names)
    assert len(chosen) == 8 and set(names[4:8]) <= set(chosen)


def test_of_many_changes_five_are_drawn_and_all_are_told() -> None:
    changes = pd.concat([samples.ALERTS.query("alert == 'sudden change'")] * 7, ignore_index=True)
    chart = charts.sudden_changes(samples.COURSES, changes)
    assert chart.alt.count("Orders: from 4 May 2026") == 7
    assert chart.svg.count(base.BAD) >= 5
