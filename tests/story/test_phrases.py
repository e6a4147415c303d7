"""Names and lists as sentences print them."""

from helpers.story.phrases import inside, quoted, some


def test_names_in_sentences() -> None:
    assert inside("delivery_reliability") == "delivery reliability"
    assert inside("NPS_app") == "NPS app"
    assert inside("Wi-Fi") == "Wi-Fi"
    assert inside("rfm_segment") == "segment"
    assert quoted("Cannot lose them") == "“Cannot lose them”"
    assert some(["a", "b", "c", "d", "e"]) == "a, b, c, d and e"  # "and one more" would be no shorter
    assert some(["a", "b", "c", "d", "e", "f"]) == "a, b, c, d and two more"
    assert some([]) == ""
