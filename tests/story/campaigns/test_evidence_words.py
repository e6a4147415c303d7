"""The narrators of the strength of evidence, at their branches."""

from typing import Any

import pytest

from helpers.analysis.campaigns import evidence
from helpers.analysis.campaigns.evidence import KINDS
from helpers.story.campaigns import evidence_labels
from helpers.story.campaigns import evidence_words as words
from helpers.story.statement import Statement
from tests.story.campaigns.evidence_samples import MIXED, ranked, row
from tests.story.word_checks import Case, WordChecks


def strength(*rows: dict[str, Any]) -> Statement:
    return words.evidence_strength(ranked(*rows))


def agreement(*rows: dict[str, Any]) -> Statement:
    return words.evidence_agreement(ranked(*rows))


TEST, LIST = row(evidence.RANDOM), row(evidence.MATCHED)
BAD = row(evidence.DIFFERENCES, ok=False, why="they moved apart before")
OTHER, THIRD = {"campaign": "Autumn"}, {"campaign": "Winter"}
CASES: dict[str, list[Case]] = {
    "evidence_strength": [
        (strength, "few", ["No campaign was supplied"]),
        (lambda: strength(TEST), "neutral", ["“Spring” was a random test, the strongest evidence there is."]),
        (lambda: strength(TEST, TEST | OTHER), "neutral", ["All campaigns were random tests, the strongest"]),
        (
            lambda: strength(LIST),
            "unclear",
            [
                "What “Spring” changed is shown by a comparison with customers alike before: a hint, not proof.",
                "Hold a random tenth out of the next campaign: nothing else proves what it adds.",
            ],
        ),
        (lambda: strength(row(evidence.BROKEN)), "unclear", ["by a random test whose draw is in doubt: a hint"]),
        (lambda: strength(row(evidence.SERIES)), "unclear", ["is shown by the course of all sales: a hint"]),
        (
            lambda: strength(BAD),
            "unclear",
            ["“Spring” changed cannot be shown by any method: the groups moved apart before it began."],
        ),
        (lambda: strength(BAD | {"why": "odd"}), "unclear", ["by any method: its own checks do not hold."]),
        (
            lambda: strength(row(evidence.BROKEN, ok=False, why="not as drawn")),
            "unclear",
            ["by any method: its arms are not what a random draw would give.", "Find out how customers came"],
        ),
        (lambda: strength(row(evidence.RANDOM, ok=False, why="rare")), "unclear", ["Look again once customers"]),
        (
            lambda: strength(BAD, BAD | OTHER),
            "unclear",
            ["What the two campaigns changed cannot be shown by any method"],
        ),
        (
            lambda: strength(LIST, BAD | OTHER),
            "unclear",
            ["No campaign of two was a random test, so nothing proves what they changed."],
        ),
        (
            lambda: strength(TEST, LIST | OTHER),
            "unclear",
            ["One of two campaigns was a random test; nothing proves what the other changed."],
        ),
        (
            lambda: strength(TEST, TEST | OTHER, LIST | THIRD, LIST | {"campaign": "Rest"}),
            "unclear",
            ["Two of four campaigns were random tests; nothing proves what the others changed."],
        ),
        (lambda: strength(TEST | {"arm": "mail"}, LIST | {"arm": "call"}), "neutral", ["“Spring” was a random test"]),
    ],
    "evidence_agreement": [
        (
            lambda: agreement(LIST, row(evidence.DIFFERENCES, 6)),
            "neutral",
            ["For “Spring”, the methods agree: same direction, overlapping intervals."],
        ),
        (lambda: words.evidence_agreement(MIXED), "neutral", ["For “Spring”, the methods agree"]),
        (
            lambda: agreement(LIST, row(evidence.SERIES, 6, 6)),
            "neutral",
            ["“Spring”, the weaker methods that hold do not contradict the strongest, but are not clear by"],
        ),
        (lambda: agreement(LIST, row(evidence.SERIES, 6, 5.9)), "neutral", ["the methods agree"]),
        (
            lambda: agreement(row(evidence.MATCHED, -1, 9), row(evidence.DIFFERENCES, 2, 9)),
            "neutral",
            ["For “Spring”, no method finds a clear difference."],
        ),
        (
            lambda: agreement(*(r | c for c in ({}, OTHER) for r in (LIST, row(evidence.DIFFERENCES, 6)))),
            "neutral",
            ["For each campaign that has several, the methods agree"],
        ),
        (
            lambda: agreement(LIST, row(evidence.DIFFERENCES, -6)),
            "unclear",
            ["“against customers alike before” is not borne out by “how both groups moved”."],
        ),
        (
            lambda: agreement(*(r | c for c in ({}, OTHER) for r in (LIST, row(evidence.SERIES, -6)))),
            "unclear",
            ["For “Spring”, the methods disagree", "by “course of all sales”. So it is for 1 more campaign."],
        ),
    ],
}


class TestEvidenceWords(WordChecks):
    module, cases = words, CASES
    never_few = ("evidence_agreement",)


def test_a_single_estimate_agrees_with_nothing() -> None:
    assert agreement(LIST, BAD).text == ""


@pytest.mark.parametrize("kind", KINDS)
def test_no_weak_kind_is_called_proof(kind: str) -> None:
    told = f"{evidence_labels.METHODS[kind]} {evidence_labels.TRUST[kind]} {evidence_labels.INSIDE.get(kind, '')}"
    assert "pro" not in told.lower()
    assert ("Far:" in told) == (kind == evidence.RANDOM)


@pytest.mark.parametrize("cases", CASES.values())
def test_findings_are_short(cases: list[Case]) -> None:
    for tell, _, _ in cases:
        assert len(tell().text.split()) <= 25, tell().text
        assert len(tell().action.split()) <= 20
