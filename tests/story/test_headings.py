"""The heading of a chart: its claim where there is one, over its topic."""

import pytest

from helpers.story.headings import group_does, head

READING = "Share of all customers"


def test_a_claim_stands_over_its_topic() -> None:
    assert head("Champions are 19% of customers", "Customers by segment", READING) == (
        "Champions are 19% of customers",
        "Customers by segment. Share of all customers",
    )
    assert head("All is well", "Customers by segment") == ("All is well", "Customers by segment")


@pytest.mark.parametrize("claim", ["", "x" * 91, " ".join("x" * 15)])
def test_without_a_claim_that_fits_the_topic_is_the_title(claim: str) -> None:
    assert head(claim, "Customers by segment", READING) == ("Customers by segment", READING)


def test_the_longest_claim_fits() -> None:
    assert head("x" * 90, "Topic")[0] == "x" * 90
    assert head(" ".join("x" * 14), "Topic")[0] == " ".join("x" * 14)


def test_groups_whose_names_are_no_nouns_are_quoted() -> None:
    assert group_does("Champions", "are", "is") == "Champions are"
    assert group_does("At risk\x00", "are", "is") == "“At risk” is"
    assert group_does("(unknown)", "are", "is") == "“Not known” is"
