"""The narrators of active, passive and lost customers, at their branches."""

from helpers.story.experience import activity_words as words
from tests.story.experience.samples import REGION, SIZE, VALUE, active, apart
from tests.story.word_checks import Case, WordChecks

CASES: dict[str, list[Case]] = {
    "activity": [
        (
            lambda: words.activity(active(active=300, passive=500, lost=200)),
            "neutral",
            [
                "30% are active, 50% passive and 20% lost; the active brought 30% of spend in the last year.",
                "Ask the passive what is missing",
            ],
        ),
        (
            lambda: words.activity(active(active=600, passive=100, lost=50, spend=False)),
            "neutral",
            ["80% are active, 13% passive and 7% lost.", "Ask the active what they value"],
        ),
        (
            lambda: words.activity(active(active=10, passive=10, lost=80)),
            "bad",
            ["80% lost", "Ask a sample of the lost"],
        ),
        (
            lambda: words.activity(active(active=50, days=90)),
            "neutral",
            ["100% are active", "100% of spend in the last 90 days."],
        ),
        (lambda: words.activity(active(active=49)), "few", ["Of 49 customers we know"]),
        (lambda: words.activity(active(), asked=True), "neutral", []),
    ],
    "not_known": [
        (lambda: words.not_known(active(active=5, not_known=3)), "neutral", ["3 customers are not placed"]),
        (lambda: words.not_known(active(active=5, not_known=1)), "neutral", ["1 customer is not placed"]),
        (lambda: words.not_known(active(active=5)), "neutral", []),
    ],
    "sets_apart": [
        (
            lambda: words.sets_apart(apart(SIZE, REGION)),
            "neutral",
            [
                "Active customers differ most by company size: 60% of “big” are active, 20% of “small”.",
                "Win more customers like “big”",
            ],
        ),
        (
            lambda: words.sets_apart(apart(VALUE)),
            "neutral",
            [
                "by value of the first order: 60% with “90 to 400” are active, 20% with",
                "Guide some new customers the same way",
            ],
        ),
        (
            lambda: words.sets_apart(apart(REGION, REGION)),
            "unclear",
            ["Of two attributes none sets active customers clearly apart"],
        ),
        (lambda: words.sets_apart(apart(REGION)), "unclear", ["The one attribute known does not"]),
        (lambda: words.sets_apart(apart(REGION | {"verdict": "too few"})), "few", ["Too few active and passive"]),
        (lambda: words.sets_apart(apart(), asked=True), "neutral", []),
    ],
    "also_apart": [
        (
            lambda: words.also_apart(apart(SIZE, VALUE)),
            "neutral",
            ["Value of the first order also sets the active apart."],
        ),
        (
            lambda: words.also_apart(apart(SIZE, VALUE, SIZE | {"attribute": "trade"})),
            "neutral",
            ["Value of the first order and trade also set the active apart."],
        ),
        (
            lambda: words.also_apart(apart(*[SIZE | {"attribute": f"kind {x}"} for x in "abcdefgh"])),
            "neutral",
            ["and three more also set"],
        ),
        (lambda: words.also_apart(apart(SIZE)), "neutral", []),
    ],
}


class TestActivityWords(WordChecks):
    module, cases = words, CASES
    never_few = ("not_known", "also_apart")
    counted = ("activity", "not_known", "also_apart")


def test_findings_are_short() -> None:
    for cases in CASES.values():
        for tell, _, _ in cases:
            statement = tell()
            assert len(statement.action.split()) <= 20
            assert len(statement.text.split()) <= 25
