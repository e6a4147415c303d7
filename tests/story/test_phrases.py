"""Names and lists as sentences print them."""

from helpers.story.phrases import brief, inside, quoted, some


def test_names_in_sentences() -> None:
    assert inside("delivery_reliability") == "delivery reliability"
    assert inside("NPS_app") == "NPS app"
    assert inside("Wi-Fi") == "Wi-Fi"
    assert inside("rfm_segment") == "segment"
    assert quoted("Cannot lose them") == "“Cannot lose them”"
    assert some(["a", "b", "c", "d", "e"]) == "a, b, c, d and e"  # "and one more" would be no shorter
    assert some(["a", "b", "c", "d", "e", "f"]) == "a, b, c, d and two more"
    assert some([]) == ""


def test_a_brief_text_is_cut_between_sentences() -> None:
    assert brief("Ask for it. Wait.") == "Ask for it. Wait."
    assert brief("Ask for it. Wait for them.", most=5) == "Ask for it."
    assert brief("Ask for it at 0.5 a piece.", most=2) == "Ask for it at 0.5 a piece."
