"""Measures in readers' words, of whichever kind."""

import pytest

from helpers.story.experience import labels

FAMILIES = [
    *("orders", "order_recency", "spend", "returns", "discounts", "event_recency", "event", "value", "minutes"),
    *("variety", "subscription", "subscription_months", "products"),
]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("subject", ["", "ticket", "Besuch im Laden"])
def test_every_family_has_words(family: str, subject: str) -> None:
    label = labels.measure_label(family, subject)
    assert "_" not in label
    assert label[0].isupper() or label[0] == "“"
    for split in ("some", "thirds"):
        much, little = labels.ends(family, subject, split)
        assert much != little
        assert "_" not in much + little


def test_kinds_of_events_known_and_not() -> None:
    assert labels.kind_of_event("Email-Open") == "opened e-mails"
    assert labels.kind_of_event("support ticket") == "support tickets"
    assert labels.kind_of_event("Besuch") == "“Besuch” events"
    assert labels.measure_label("event", "ticket") == "Support tickets"
    assert labels.measure_label("minutes", "call") == "Average minutes of calls"


def test_the_window_in_words() -> None:
    assert labels.before(365) == labels.before(366) == "in the year before answering"
    assert labels.before(364) == "in the 364 days before answering"


def test_what_sets_apart_in_words() -> None:
    assert labels.attribute_label("first_order_reduced") == "First order at a reduced price"
    assert labels.attribute_label("company_size") == "Company size"
    assert labels.attribute_label("email_open (first 90 days)") == "Opened e-mails in the first 90 days"
