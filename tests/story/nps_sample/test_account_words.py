"""The narrators of accounts and of consumers, at their branches."""

from math import nan

from helpers.story.nps_sample import account_words as words
from tests.story.nps_sample.samples import APART, FIRMS, beside, firms
from tests.story.word_checks import POUNDS, Case, WordChecks

ALIKE = [(30, "Director", 2, 1, 0, 100.0), (30, "Director", 2, 0, 1, 100.0)]
SPREAD = [(30, "User", 2, 2, 0, 100.0), (30, "User", 2, 0, 2, 100.0)]
UNHAPPY = [(20, "Director", 2, 0, 2, 900.0), (30, "User", 3, 2, 0, 50.0)]
CASES: dict[str, list[Case]] = {
    "accounts_heard": [
        (
            lambda: words.accounts_heard(firms()),
            "neutral",
            ["We have heard from 50 of 60 accounts (83%), which bring 98% of revenue."],
        ),
        (
            lambda: words.accounts_heard(firms([(3, "User", 1, 1, 0, nan)], unplaced=4)),
            "neutral",
            ["We have heard from 3 of 3 accounts (100%). 4 answers could not be placed in any account."],
        ),
        (lambda: words.accounts_heard(firms([])), "few", ["No answer belongs to an account"]),
    ],
    "silent_decision_makers": [
        (
            lambda: words.silent_decision_makers(firms(), POUNDS),
            "bad",
            [
                "In 30 of 50 accounts heard from, no decision maker answered; they bring 8% of revenue (£1,500).",
                "Ask their decision makers in person, the biggest accounts first; the list is saved with this report.",
            ],
        ),
        (
            lambda: words.silent_decision_makers(
                firms([(20, "Director", 2, 2, 0, 900.0), (*FIRMS[1][:5], 20.0)]), POUNDS
            ),
            "neutral",
            ["they bring 3% of revenue (£600)"],
        ),
        (
            lambda: words.silent_decision_makers(firms([(20, "CEO", 1, 1, 0, nan), (1, "User", 1, 1, 0, nan)]), POUNDS),
            "bad",
            ["In 1 of 21 accounts heard from, no decision maker answered. Ask their decision makers in person; the"],
        ),
        (
            lambda: words.silent_decision_makers(
                firms([(20, "CEO", 1, 1, 0, 50.0), (1, "User", 1, 1, 0, 4.0)]), POUNDS
            ),
            "neutral",
            ["it brings <1% of revenue (£4)"],
        ),
        (
            lambda: words.silent_decision_makers(firms(ALIKE), POUNDS),
            "good",
            ["In every account that answered, a decision maker did."],
        ),
        (lambda: words.silent_decision_makers(firms(SPREAD, deciders=False), POUNDS), "neutral", []),
        (lambda: words.silent_decision_makers(firms([]), POUNDS), "neutral", []),
    ],
    "account_views": [
        (
            lambda: words.account_views(firms()),
            "neutral",
            [
                "The score is −15 by answer, 0 by account, +29 by role and +87 by revenue. High-revenue accounts "
                "are happier than the others."
            ],
        ),
        (
            lambda: words.account_views(firms(UNHAPPY)),
            "neutral",
            ["High-revenue accounts are less happy than the others.", "First visit the accounts with high revenue"],
        ),
        (
            lambda: words.account_views(firms(ALIKE)),
            "unclear",
            ["The score is 0 by answer, 0 by account and 0 by revenue; none is clearly apart."],
        ),
        (lambda: words.account_views(firms([(1, "User", 1, 1, 0, 1.0)])), "neutral", []),
    ],
    "account_clustering": [
        (
            lambda: words.account_clustering(firms(SPREAD)),
            "neutral",
            ["Answers of one account are alike: the 120 answers say as much as 59 of"],
        ),
        (
            lambda: words.account_clustering(firms([(30, "User", 2, 1, 1, 1.0)])),
            "neutral",
            ["Answers of one account are no more alike than those of several."],
        ),
        (lambda: words.account_clustering(firms([(9, "User", 1, 1, 0, 1.0)])), "neutral", []),
        (lambda: words.account_clustering(firms([])), "neutral", []),
    ],
    "role_weights": [
        (
            lambda: words.role_weights(firms([(9, "Gardener", 2, 1, 0, 1.0)])),
            "neutral",
            ["“Gardener” is not a role known here and counts once (18 answers).", "Give each role its weight"],
        ),
        (
            lambda: words.role_weights(firms([(9, "Gardener", 2, 1, 0, 1.0), (1, "Cook", 1, 1, 0, 1.0)])),
            "neutral",
            ["“Gardener” and “Cook” are not roles known here and count once (19 answers)."],
        ),
        (lambda: words.role_weights(firms()), "neutral", []),
        (lambda: words.role_weights(firms([(2, "Cook", 0, 0, 0, 1.0)])), "neutral", []),
    ],
    "business_and_consumers": [
        (
            lambda: words.business_and_consumers(beside(*APART)),
            "neutral",
            [
                "Businesses score +43, their consumers −27. 12 businesses are content while their consumers clearly "
                "are not.",
                "Work with these businesses",
            ],
        ),
        (
            lambda: words.business_and_consumers(beside((1, (1, 1, 0), (40, 0, 30)), (11, (1, 1, 0), (20, 20, 0)))),
            "unclear",
            ["1 business is content while its consumers clearly are not."],
        ),
        (
            lambda: words.business_and_consumers(beside((10, (2, 1, 1), (20, 9, 9)))),
            "unclear",
            ["Businesses and their consumers are not clearly apart: 0 and 0."],
        ),
        (lambda: words.business_and_consumers(beside((9, (2, 1, 1), (20, 9, 9)))), "few", ["too few businesses"]),
        (lambda: words.business_and_consumers(beside(*APART), is_b2b2c=False), "few", ["too few businesses"]),
    ],
}


class TestAccountWords(WordChecks):
    module, cases = words, CASES
    never_few = ("silent_decision_makers", "account_views", "account_clustering", "role_weights")
    counted = ("accounts_heard", "silent_decision_makers", "account_clustering", "role_weights")


def test_findings_are_short() -> None:
    for cases in CASES.values():
        for tell, _, _ in cases:
            statement = tell()
            assert len(statement.action.split()) <= 20, statement.action
            if statement.headline:
                assert len(statement.text.split()) <= 25, statement.text
