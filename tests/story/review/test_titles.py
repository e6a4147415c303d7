"""What the titles of the charts of changes since an earlier report say, and when they say nothing."""

from helpers.story.review import charts, titles
from tests.story.review.samples import ACTIVE, CALM, DORMANT, HIT, STEADY, THIN, WENT, market, moves
from tests.story.title_checks import TitleChecks, ToldTitle

CASES: dict[str, list[ToldTitle]] = {
    "sizes": [
        (
            lambda: titles.sizes(moves(DORMANT, ACTIVE).segments),
            "“Active” shrank most, by 155 customers to 435",
        ),
        (
            lambda: titles.sizes(moves(DORMANT, ACTIVE | {"net": -94}).segments),
            "“Dormant” grew by 94 customers to 911",
        ),
        (lambda: titles.sizes(moves(STEADY, STEADY).segments), ""),
        (lambda: titles.sizes(moves().segments), ""),
    ],
    "flows": [
        (
            lambda: titles.flows(moves(DORMANT, flows=[WENT]), "lifecycle"),
            "307 of 1,407 customers have moved between lifecycle groups",
        ),
        (lambda: titles.flows(moves(DORMANT, flows=[WENT], moved=9), "lifecycle"), ""),
        (lambda: titles.flows(moves(DORMANT, flows=[WENT]), "rfm"), ""),
    ],
    "market": [
        (
            lambda: titles.market(market(HIT, CALM).changes),
            "“Florist”: sales per customer fell 30% short of what is usual",
        ),
        (lambda: titles.market(market(CALM, THIN).changes), ""),
    ],
}


class TestReviewTitles(TitleChecks):
    module, cases = titles, CASES


def test_a_segment_with_a_long_name_leaves_the_topic() -> None:
    chart = charts.market(market({}, HIT | {"segment": "x" * 200}))
    assert chart.title == "Sales per customer against what is usual"
