"""Names and lists as sentences print them."""

from helpers.story.phrases import brief, inside, opening, quoted, shortened, some, told_by


def test_names_in_sentences() -> None:
    assert inside("delivery_reliability") == "delivery reliability"
    assert inside("NPS_app") == "NPS app"
    assert inside("Wi-Fi") == "Wi-Fi"
    assert inside("rfm_segment") == "segment"
    assert quoted("Cannot lose them") == "“Cannot lose them”"
    assert some(["a", "b", "c", "d", "e"]) == "a, b, c, d and e"  # "and one more" would be no shorter
    assert some(["a", "b", "c", "d", "e", "f"]) == "a, b, c, d and two more"
    assert some([]) == ""


def test_names_that_open_a_sentence() -> None:
    assert [opening(name) for name in ("delivery_reliability", "NPS", "wi-fi")] == [
        "Delivery reliability",
        "NPS",
        "Wi-fi",
    ]


def test_a_brief_text_is_cut_between_sentences() -> None:
    assert brief("Ask for it. Wait.") == "Ask for it. Wait."
    assert brief("Ask for it. Wait for them.", most=5) == "Ask for it."
    assert brief("Ask for it at 0.5 a piece.", most=2) == "Ask for it at 0.5 a piece."


def test_a_text_cut_between_words_shows_it() -> None:
    assert shortened("Ask for it.", 3) == "Ask for it."
    assert shortened("Ask for it, then wait.", 3) == "Ask for it …"


def test_data_asked_for_are_named_in_readers_words() -> None:
    assert told_by("orders", [["customer_id"], ["ordered_at"]]) == "orders with customer number and order date"
    assert told_by("exposures", [["arm"]]) == "a list of campaign contacts with the group each customer was in"
    groups = [["customer_id"], ["attributes", "order_count", "spend", "tenure_months"]]
    assert told_by("customers", groups) == (
        "a customer list with customer number and traits of the customer, number of orders or the like"
    )
