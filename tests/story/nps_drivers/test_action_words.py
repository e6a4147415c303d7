"""The sentence on who should hear from the client, at its branches and for any counts."""

from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.story.nps_drivers import action_words as words
from tests.story.nps_drivers.action_samples import planned
from tests.story.word_checks import POUNDS, Case, WordChecks, check_reads_well

CASES: dict[str, list[Case]] = {
    "actions": [
        (
            lambda: words.actions(planned(61, 5, 9), POUNDS, days=180),
            "neutral",
            [
                "61 detractors who spent £6,100 in the last twelve months should get a call within 2 days.",
                "Call detractors, the most valuable first. Ask passives what was missing and invite promoters to speak",
            ],
        ),
        (
            lambda: words.actions(planned(1, 0, 1, basis="fees", due=dict.fromkeys(DUE, 1)), POUNDS, days=180),
            "neutral",
            ["1 detractor who pays £100 a year should get a call within a day. Call the detractor. Invite promoters"],
        ),
        (
            lambda: words.actions(planned(2, basis="fees", by_account=True), POUNDS, days=180),
            "neutral",
            ["2 detractors whose accounts pay £200 a year should"],
        ),
        (
            lambda: words.actions(planned(1, by_account=True), POUNDS, days=180),
            "neutral",
            ["1 detractor whose account spent £100 in the last twelve months"],
        ),
        (
            lambda: words.actions(planned(3, basis=""), POUNDS, days=180),
            "neutral",
            ["3 detractors should get a call within 2 days. Call detractors."],
        ),
        (lambda: words.actions(planned(3, worth=0.0), POUNDS, days=180), "neutral", ["3 detractors should get a call"]),
        (
            lambda: words.actions(planned(0, 4, 2), POUNDS, days=180),
            "good",
            ["No recent answer calls for an apology: 4 passives and 2 promoters can be asked for more. Ask passives"],
        ),
        (lambda: words.actions(planned(0, 0, 1), POUNDS, days=180), "good", ["1 promoter can be asked for more."]),
        (
            lambda: words.actions(planned(left_out={"without a customer number": 789}), POUNDS, days=180),
            "few",
            ["789 answers came without a customer number, so nobody can be called back."],
        ),
        (
            lambda: words.actions(planned(left_out={"too long ago": 5}), POUNDS, days=180),
            "few",
            ["No answer of the last 180 days comes from a customer who may be contacted."],
        ),
        (
            lambda: words.actions(planned(left_out={"too long ago": 5}, latest_wave="2024"), POUNDS, days=180),
            "few",
            ["No answer of the latest wave comes from a customer"],
        ),
    ],
}
DUE = {"detractors": 2, "passives": 30, "promoters": 14}


class TestActionWords(WordChecks):
    module, cases = words, CASES
    counted = ("actions",)


def test_a_section_without_anybody_to_contact_says_what_would_bring_some() -> None:
    told = words.actions(planned(left_out={"without a customer number": 9}), POUNDS, days=180)
    assert told.needs == "the customer number sent along with the survey, as a hidden field"
    assert "answers of the last 9 days" in words.actions(planned(left_out={"too long ago": 5}), POUNDS, days=9).needs


@given(
    counts=st.tuples(*[st.integers(0, 30)] * 3),
    basis=st.sampled_from(["", "fees", "spend"]),
    by_account=st.booleans(),
    worth=st.floats(0, 1e7),
)
@settings(max_examples=20, deadline=None)
def test_it_is_short_and_reads_well(counts: tuple[int, int, int], basis: str, by_account: bool, worth: float) -> None:
    told = words.actions(planned(*counts, basis=basis, by_account=by_account, worth=worth), POUNDS, days=180)
    check_reads_well(told)
    assert len(told.text.split()) <= 25
    assert len(told.action.split()) <= 20
