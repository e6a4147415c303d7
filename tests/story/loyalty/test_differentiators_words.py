"""The narrators of attributes that go with staying, at their branches."""

from helpers.story.loyalty import differentiators_words as words
from tests.story.loyalty.differentiator_samples import (
    AGE,
    ALL,
    CITY,
    CONSENT,
    PAID,
    REASON,
    REGION,
    SIZE,
    attributes,
)
from tests.story.word_checks import Case, WordChecks

CASES: dict[str, list[Case]] = {
    "strongest": [
        (
            lambda: words.strongest(attributes(*ALL)),
            "neutral",
            [
                "Customers differ most by company size: 88% of “250+” are still active, 61% of “1-9”.",
                "Ask customers of “1-9” what they lack, before winning more of them.",
            ],
        ),
        (
            lambda: words.strongest(attributes(AGE, REGION, outcome="subscription")),
            "neutral",
            ["Customers differ most by age: 79% of “51 to 80” stay, 66% of “18 to 35”."],
        ),
        (
            lambda: words.strongest(attributes(REGION)),
            "unclear",
            ["The attribute tested does not go clearly with staying."],
        ),
        (
            lambda: words.strongest(attributes(REGION, REGION, outcome="subscription")),
            "unclear",
            ["No attribute goes clearly with staying: two were tested."],
        ),
        (
            lambda: words.strongest(attributes(CONSENT, REGION)),
            "unclear",
            ["Of two attributes none predicts staying well enough to act on."],
        ),
        (lambda: words.strongest(attributes(CONSENT)), "unclear", ["The attribute tested does not predict"]),
        (lambda: words.strongest(attributes(CITY, REASON)), "few", ["No attribute is known of enough customers"]),
        (lambda: words.strongest(attributes()), "few", ["No attribute is known"]),
    ],
    "others": [
        (
            lambda: words.others(attributes(*ALL)),
            "neutral",
            ["Age also goes with staying. Region does not, as far as the data show."],
        ),
        (
            lambda: words.others(attributes(SIZE, AGE, SIZE, outcome="subscription")),
            "neutral",
            ["Age and company size also go with staying."],
        ),
        (
            lambda: words.others(attributes(SIZE, *[REGION] * 6)),
            "unclear",
            ["Six others do not, as far as the data show."],
        ),
        (lambda: words.others(attributes(SIZE, *[REGION] * 3)), "unclear", ["Region, region and region do not"]),
        (lambda: words.others(attributes(SIZE, CONSENT)), "unclear", ["Consent goes with it too, but only just."]),
        (lambda: words.others(attributes(CONSENT, CONSENT)), "unclear", ["Consent and consent go with it"]),
        (lambda: words.others(attributes(SIZE)), "few", ["No further attribute was tested."]),
    ],
    "left_out": [
        (
            lambda: words.left_out(attributes(*ALL)),
            "neutral",
            ["Left out: reason gives away the outcome itself; total paid grows with the time as a customer."],
        ),
        (
            lambda: words.left_out(attributes(REASON, REASON)),
            "neutral",
            ["Left out: reason and reason give away the outcome itself."],
        ),
        (lambda: words.left_out(attributes(PAID, PAID)), "neutral", ["total paid and total paid grow with the time"]),
        (lambda: words.left_out(attributes(SIZE)), "neutral", []),
    ],
}


class TestDifferentiatorsWords(WordChecks):
    module, cases = words, CASES
    never_few = ("left_out",)
    counted = ("left_out",)


def test_only_what_can_be_acted_on_is_on_the_cover() -> None:
    assert words.strongest(attributes(SIZE)).headline
    assert not words.strongest(attributes(CONSENT)).headline
    assert words.left_out(attributes(SIZE)).text == ""


def test_findings_are_short() -> None:
    for cases in CASES.values():
        for tell, _, _ in cases:
            statement = tell()
            assert len(statement.action.split()) <= 20
            assert all(len(said.split()) <= 25 for said in statement.text.split(". "))
