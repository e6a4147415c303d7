"""What the pages on segments say of the demo: short enough to be read, and every number of it in the result."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers.runs.project import Project
from tests.runs.reports import Report
from tests.story.word_checks import leaves, printed

OPINIONS = ("05_nps_drivers", "05_nps_sample", "06_experience")
EARNED = ("06_campaigns", "06_roi", "07_review", "08_plan")
PAGES = ("02_rfm", "03_lifecycle", "03_loyalty", "04_clusters", "04_clv", *OPINIONS, *EARNED)
MOST_WORDS, MOST_OF_ACTION = 25, 20
MOST_HEADLINES = 3  # of buyers, and as many of subscribers where there are both
MOST_OF_SCORE = 5  # headlines: its level, its course, its groups, where to start and what customers say
MOST_OF_RETURNS = 5  # what was earned, what a customer is worth and costs, what changed, and the next budget
INTERVAL = "95"  # a convention, no finding


def names_in(value: Any) -> list[str]:
    """The texts of one letter or more among a finding's values, however deep."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [name for part in value for name in names_in(part)]
    return [value] if isinstance(value, str) and value else []


def numbers_not_in_values(finding: dict[str, Any]) -> list[str]:
    """The numbers of a text that none of its values is printed as; quoted names are the client's, and so are names that
    stand in the values ("2024", a survey wave)."""
    known = {text for x in leaves(finding["values"]) for text in printed(x)} | {INTERVAL}
    text = re.sub("“[^”]*”", "", finding["text"])
    for name in sorted(names_in(finding["values"]), key=len, reverse=True):
        text = re.sub(rf"(?<![\w.,]){re.escape(name)}(?![\w%])", "", text)
    return [n for n in (found.rstrip(".,") for found in re.findall(r"\d[\d.,]*", text)) if n not in known]


@pytest.mark.xdist_group("demo report")
class TestDemoFindings:
    def test_headlines_and_actions_are_short(self, demo: Report) -> None:
        of_pages = [f for f in demo.findings if f["page"] in PAGES]
        assert {f["page"] for f in of_pages} == set(PAGES)
        long = [f["text"] for f in of_pages if f["headline"] and len(f["text"].split()) > MOST_WORDS]
        assert long + [f["action"] for f in of_pages if len(f["action"].split()) > MOST_OF_ACTION] == []

    def test_what_is_said_of_opinions_is_short_on_the_cover_or_not(self, demo: Report) -> None:
        of_pages = [f for f in demo.findings if f["page"] in OPINIONS]
        assert [f["text"] for f in of_pages if len(f["text"].split()) > MOST_WORDS] == []

    def test_every_number_is_in_the_result(self, demo: Report) -> None:
        of_pages = [f for f in demo.findings if f["page"] in PAGES]
        found = {f"{f['page']}, {f['key']}": numbers_not_in_values(f) for f in of_pages}
        assert {name: numbers for name, numbers in found.items() if numbers} == {}

    def test_the_cover_is_not_flooded(self, demo: Report) -> None:
        told = [f["page"] for f in demo.findings if f["headline"]]
        most = dict.fromkeys(PAGES, MOST_HEADLINES) | {
            "03_lifecycle": 2 * MOST_HEADLINES,
            "05_nps_drivers": MOST_OF_SCORE,
            "06_roi": MOST_OF_RETURNS,
        }
        assert {page: told.count(page) for page in PAGES if told.count(page) > most[page]} == {}

    def test_a_figure_is_on_the_cover_once(self, demo: Report) -> None:
        labels = [figure["label"] for f in demo.findings for figure in f["figures"]]
        assert sorted(labels) == sorted(set(labels))

    def test_pages_agree_on_who_is_late(self, demo: Report) -> None:
        by_segment = demo.said("02_rfm", "naming")["values"]["late"]
        assert demo.said("03_lifecycle", "answer")["values"]["dormant"] == by_segment
        assert demo.table("customers_rhythm")["is_late"].sum() == by_segment


@pytest.mark.parametrize("page", PAGES)
def test_no_finding_takes_the_place_of_another(page: str, project: Project) -> None:
    """A finding is kept by its narrator's name, so a page must not have two of one name."""
    cells = nbformat.read(Path(project.notebooks) / f"{page}.ipynb", 4).cells
    told = re.findall(r"say\(\w+\.(\w+)\(", "\n".join(cell.source for cell in cells))
    assert told
    assert sorted(told) == sorted(set(told))
