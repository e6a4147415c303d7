"""No narrator is left out of the tests, and none lacks a kind of branch."""

from helpers.story import narrate
from tests.story.narrate.branches import Case
from tests.story.narrate.test_loyalty import CASES as LOYALTY
from tests.story.narrate.test_plans import CASES as PLANS
from tests.story.narrate.test_quality import CASES as QUALITY
from tests.story.narrate.test_returns import CASES as RETURNS
from tests.story.narrate.test_supply import CASES as SUPPLY
from tests.story.narrate.test_value import CASES as VALUE

CASES: dict[str, list[Case]] = SUPPLY | QUALITY | VALUE | LOYALTY | RETURNS | PLANS
# Narrators of plain facts have no "unclear": what is counted has no interval. Weights change the score or do not.
COUNTED = {"data_received", "columns_gaps", "view_of_customers", "sales_rhythm", "readiness", "nps_actions"}
COUNTED |= {"columns_unused", "number_links", "oddities", "personal_data", "coverage", "segmentation"}
COUNTED |= {"rfm_concentration", "rfm_slipping", "nps_weighting"}


def test_every_narrator_is_tried_at_every_kind_of_branch() -> None:
    assert set(CASES) == set(narrate.__all__)
    for name, cases in CASES.items():
        told = {verdict for _, verdict, _ in cases}
        assert "few" in told or name in ("nps_weighting", "personal_data", "columns_unused"), name
        assert "unclear" in told or name in COUNTED, name
        assert {tell().key for tell, _, _ in cases} == {name}
