"""The narrators of subscribers, at their branches."""

import re
from dataclasses import replace
from math import nan
from typing import Any

import pytest

from helpers.analysis.lifecycle.plans import Thresholds
from helpers.analysis.lifecycle.plans_follow import Followed
from helpers.story.lifecycle import plans_words as words
from helpers.story.lifecycle.plans_stages import stage_name
from tests.analysis.lifecycle.subscribers import frame, subscriber
from tests.story.lifecycle import plans_samples as samples
from tests.story.lifecycle.plans_samples import dated, follow, kept, nobody
from tests.story.word_checks import POUNDS, Case, WordChecks


def with_plans(**changes: Any) -> Followed:
    found = dated()
    assert found.plans is not None
    return replace(found, plans=replace(found.plans, **changes))


def limits(*values: Any) -> Followed:
    return with_plans(thresholds=Thresholds(*values))


def peak(from_months: int, to_months: int) -> Followed:
    found = dated()
    assert found.hazard is not None
    stages = found.hazard.stages.assign(from_months=from_months, to_months=to_months, hazard=0.2)
    return replace(found, hazard=replace(found.hazard, stages=stages, peak=0, peak_is_clear=True))


def addons(yes: float, no: float, verdict: str = "parts") -> Followed:
    found = dated()
    assert found.attributes is not None
    tested = found.attributes.tested
    best, worst = (("yes", yes), ("no", no)) if yes >= no else (("no", no), ("yes", yes))
    row = tested["attribute"] == "add-ons"
    columns = ["best_group", "best_share", "worst_group", "worst_share", "verdict"]
    tested = tested.copy()
    tested.loc[row, columns] = [*best, *worst, verdict]
    return replace(found, attributes=replace(found.attributes, tested=tested))


EIGHT = [subscriber(f"C{i}", 6, fee=10.0) for i in range(8)]
CASES: dict[str, list[Case]] = {
    "recurring": [
        (lambda: words.recurring(dated(), POUNDS), "neutral", ["customers pay £", "of 600 (", "have left."]),
        (lambda: words.recurring(dated(), POUNDS, leads=False), "neutral", ["customers pay £"]),
        (lambda: words.recurring(samples.all_stay(), POUNDS), "neutral", ["40 customers pay £980 a month; nobody has"]),
        (
            lambda: words.recurring(follow(frame(subscriber("a", fee=9.0))), POUNDS),
            "neutral",
            ["1 customer pays £9 a month; nobody has left."],
        ),
        (
            lambda: words.recurring(samples.by_tenure(), POUNDS),
            "neutral",
            ["60 customers have a subscription that runs; 30 of 90 (33%) have left."],
        ),
        (lambda: words.recurring(nobody(), POUNDS), "few", ["No subscriptions were supplied."]),
        (
            lambda: words.recurring(samples.only_trials(), POUNDS),
            "few",
            ["2 customers have been on a trial; none pays."],
        ),
        (lambda: words.recurring(samples.untold(), POUNDS), "few", ["its end is not recorded"]),
    ],
    "thresholds": [
        (
            lambda: words.thresholds(limits(12, "levels off", 90, "top fifth", 0.19), POUNDS),
            "neutral",
            [
                "loyal after 12 months: from then on the risk",
                "starts at £90 a month, which 19% of payers reach.",
            ],
        ),
        (
            lambda: words.thresholds(limits(12, "usual", nan, "equal fees"), POUNDS),
            "neutral",
            ["by convention", "Fees differ"],
        ),
        (
            lambda: words.thresholds(limits(9, "set", 50, "set"), POUNDS),
            "neutral",
            ["9 months, as set", "£50 a month, as set"],
        ),
        (
            lambda: words.thresholds(limits(1, "set", nan, "no fees"), POUNDS),
            "neutral",
            ["1 month, as", "No fee is known"],
        ),
        (lambda: words.thresholds(nobody(), POUNDS), "few", ["No subscriptions"]),
    ],
    "basis": [
        (lambda: words.basis(dated()), "neutral", [" "]),
        (lambda: words.basis(nobody()), "neutral", [" "]),
        (
            lambda: words.basis(with_plans(without_fee=3, unknown=1)),
            "neutral",
            ["leaves out 3 paying customers whose fee", "Of 1 customer it is not recorded"],
        ),
        (
            lambda: words.basis(samples.by_tenure()),
            "neutral",
            ["no dates: churn by month, growth and net revenue"],
        ),
    ],
    "at_risk": [
        (
            lambda: words.at_risk(with_plans(at_risk=30, fee_at_risk=900.0, monthly_fee=9000.0), POUNDS),
            "bad",
            ["30 subscribers with £900 a month (10% of revenue) are at least twice as likely as average"],
        ),
        (
            lambda: words.at_risk(with_plans(at_risk=1, fee_at_risk=90.0, monthly_fee=9000.0, risk_times=2.5), POUNDS),
            "neutral",
            ["1 subscriber with £90 a month (1% of revenue) is at least 2.5 times as likely"],
        ),
        (
            lambda: words.at_risk(follow(frame(*EIGHT), ["C1", "C2"]), POUNDS),
            "bad",
            ["2 subscribers with £20 a month (25% of revenue) no longer use what they pay for."],
        ),
        (
            lambda: words.at_risk(follow(frame(*EIGHT[:2]), ["C1"]), POUNDS),
            "bad",
            ["1 subscriber with £10 a month (50% of revenue) no longer uses what is paid for."],
        ),
        (
            lambda: words.at_risk(follow(frame(*EIGHT, subscriber("L", leaving=True, fee=1.0))), POUNDS),
            "neutral",
            ["1 subscriber with £1 a month (1% of revenue) has cancelled for a later day."],
        ),
        (
            lambda: words.at_risk(with_plans(at_risk=9, silent=2, leaving=3, fee_at_risk=1e3, monthly_fee=1e4), POUNDS),
            "bad",
            ["are silent, leaving or twice as likely as average to cancel."],
        ),
        (
            lambda: words.at_risk(with_plans(at_risk=9, fee_at_risk=nan, monthly_fee=nan, paying=100), POUNDS),
            "bad",
            ["9 subscribers (9%) are at least twice as likely"],
        ),
        (
            lambda: words.at_risk(with_plans(at_risk=0, fee_at_risk=0.0, expected_fee_loss=40.0), POUNDS),
            "good",
            ["No paying customer is twice as likely as the average to cancel within a year, which is"],
        ),
        (lambda: words.at_risk(samples.all_stay(), POUNDS), "few", ["Nobody has left, so no risk is known."]),
        (lambda: words.at_risk(with_plans(paying=0, at_risk=0), POUNDS), "few", ["Nobody pays now"]),
        (lambda: words.at_risk(nobody(), POUNDS), "few", ["No subscriptions"]),
    ],
    "staying": [
        (
            lambda: words.staying(dated()),
            "neutral",
            ["of customers stay a year. What sets them apart most is plan:", "with “pro”", "with “basic”."],
        ),
        (
            lambda: words.staying(samples.by_tenure()),
            "unclear",
            ["stay 9 months; no attribute on record clearly sets"],
        ),
        (lambda: words.staying(samples.all_stay()), "few", ["Nobody has left"]),
        (
            lambda: words.staying(follow(frame(*EIGHT, subscriber("L", ended=1)))),
            "few",
            ["Only 1 customer has left, so we"],
        ),
        (lambda: words.staying(samples.untold()), "few", ["How long customers stay is not recorded."]),
    ],
    "hazard": [
        (lambda: words.hazard(peak(0, 1)), "neutral", ["highest in the first month: 20.0% leave, against"]),
        (lambda: words.hazard(peak(3, 6)), "neutral", ["highest in months 4 to 6: 20.0% leave in each, against"]),
        (lambda: words.hazard(dated()), "unclear", ["No time stands out: in an average month"]),
        (lambda: words.hazard(samples.all_stay()), "few", ["No cancellation has a known date."]),
        (lambda: words.hazard(follow(frame(*EIGHT, subscriber("L", ended=1)))), "few", ["Only 1 cancellation has"]),
        (lambda: words.hazard(nobody()), "few", ["No cancellation"]),
    ],
    "kept": [
        (
            lambda: words.kept(dated(), POUNDS),
            "good",
            ["Subscribers of a year ago now pay 104% of what they paid then; 7% of"],
        ),
        (lambda: words.kept(replace(dated(), kept=kept(1000, 0, 0, 80)), POUNDS), "neutral", ["now pay 92% of"]),
        (
            lambda: words.kept(replace(dated(), kept=kept(1000, 0, 50, 100, months=7)), POUNDS, leads=False),
            "bad",
            ["Subscribers of 7 months ago now pay 85%", "Ask the last ten"],
        ),
        (
            lambda: words.kept(replace(dated(), kept=kept(1000, 10, 0, 0, lost=0)), POUNDS),
            "good",
            ["now pay 101% of what they paid then; none of them has left."],
        ),
        (
            lambda: words.kept(replace(dated(), kept=kept(nan, nan, nan, nan)), POUNDS),
            "neutral",
            ["Of the 100 customers who paid a year ago, 7% have left."],
        ),
        (
            lambda: words.kept(
                replace(dated(), kept=replace(kept(1000, 0, 0, 0, lost=0), any_cancelled=False)), POUNDS
            ),
            "unclear",
            ["Of the 100 customers of a year ago none has left, or the data hold only those who stayed."],
        ),
        (
            lambda: words.kept(replace(dated(), kept=kept(10, 0, 0, 0, customers=1, lost=0, months=1)), POUNDS),
            "few",
            ["Only 1 customer paid 1 month ago"],
        ),
        (lambda: words.kept(samples.by_tenure(), POUNDS), "few", ["Without dates"]),
    ],
    "months": [
        (
            lambda: words.months(dated(), POUNDS),
            "neutral",
            [
                "Recurring revenue is £505 a month, up from £400 3 months before.",
                "of customers left and",
                "of revenue.",
            ],
        ),
        (
            lambda: words.months(replace(dated(), months=samples.months((nan,) * 4), mrr_churn=nan), POUNDS),
            "neutral",
            ["Paying customers number 43, up from 40"],
        ),
        (
            lambda: words.months(replace(dated(), months=samples.months((500, 1, 1, 400))), POUNDS),
            "neutral",
            ["is £400 a month, down from £500"],
        ),
        (
            lambda: words.months(replace(dated(), months=samples.months((400, 1, 1, 400.4))), POUNDS),
            "neutral",
            ["is £400 a month, unchanged from £400"],
        ),
        (lambda: words.months(samples.by_tenure(), POUNDS), "few", ["no month before"]),
    ],
    "trials": [
        (
            lambda: words.trials(dated()),
            "neutral",
            ["75% of 40 trials are paid for within 14 days, half of these within 14"],
        ),
        (lambda: words.trials(replace(dated(), trials=samples.trials(0, 30))), "neutral", ["Not one of 30 trials"]),
        (
            lambda: words.trials(replace(dated(), trials=samples.trials(30, 0))),
            "unclear",
            ["All 30 trials on record were"],
        ),
        (lambda: words.trials(replace(dated(), trials=samples.trials(1, 0))), "few", ["Only 1 trial is on record."]),
        (lambda: words.trials(nobody()), "few", ["No trial is on record."]),
    ],
    "moves": [
        (
            lambda: words.moves(dated()),
            "neutral",
            ["12 customers of 600 have moved to a more expensive plan and 1 to a cheaper one; 3 have added"],
        ),
        (
            lambda: words.moves(replace(dated(), upgraded=1, downgraded=0, added=0)),
            "neutral",
            ["1 customer of 600 has moved to a more expensive plan and 0 to a cheaper one."],
        ),
        (lambda: words.moves(samples.by_tenure()), "few", ["one subscription only"]),
        (lambda: words.moves(nobody()), "few", ["No subscriptions"]),
    ],
    "addons": [
        (
            lambda: words.addons(addons(0.9, 0.6)),
            "neutral",
            ["stay more often than others: 90% against 60% after 12 months."],
        ),
        (lambda: words.addons(addons(0.5, 0.6)), "neutral", ["stay less often than others: 50% against 60%"]),
        (lambda: words.addons(samples.by_tenure()), "unclear", ["stay about as long as others:"]),
        (lambda: words.addons(addons(0.601, 0.6)), "unclear", ["60% and 60% after"]),
        (lambda: words.addons(nobody()), "neutral", [" "]),
    ],
}


class TestPlansWords(WordChecks):
    module, cases = words, CASES
    never_few = ("basis", "addons")
    counted = ("recurring", "thresholds", "basis", "at_risk", "months", "moves")


@pytest.mark.parametrize("name", list(CASES))
def test_the_cover_is_brief(name: str) -> None:
    for tell, _, _ in CASES[name]:
        said = tell()
        if said.headline:
            assert len(said.text.split()) <= 25, said.text
        assert len(said.action.split()) <= 20, said.action


def test_the_covers_figures() -> None:
    found = dated()
    shown = [f for tell in (words.recurring, words.kept, words.at_risk) for f in tell(found, POUNDS).figures]
    assert [f.label for f in shown] == [
        *("Recurring revenue a month", "Paying customers", "Churn a month"),
        *("Net revenue retention", "Revenue at risk a month"),
    ]
    assert found.plans is not None
    assert shown[0].value == POUNDS(found.plans.monthly_fee)
    assert shown[3].value == "104%"
    quiet = [
        f for tell in (words.recurring, words.kept, words.at_risk) for f in tell(found, POUNDS, leads=False).figures
    ]
    assert quiet == []


def test_without_dates_no_figure_is_made_up() -> None:
    found = samples.by_tenure()
    labels = {f.label: f for tell in (words.recurring, words.kept, words.at_risk) for f in tell(found, POUNDS).figures}
    assert set(labels) == {"Paying customers", "Churn"}
    assert labels["Churn"].note == "of all customers; when they left is not told"


def test_nobody_is_called_silent_who_was_not_found_so() -> None:
    for name in ("recurring", "at_risk"):
        for tell, _, _ in CASES[name]:
            said = tell()
            if not said.values.get("silent"):
                assert not re.search("silent|no longer use|lapsed", said.text)


@pytest.mark.parametrize(
    ("ends", "name"), [((0, 1), "the first month"), ((1, 2), "month 2"), ((3, 6), "months 4 to 6")]
)
def test_stages_have_names(ends: tuple[int, int], name: str) -> None:
    assert stage_name(*ends) == name


def test_without_subscriptions_every_section_needs_the_same() -> None:
    """So that the page names them in one line."""
    told = [words.recurring(nobody(), POUNDS), words.at_risk(nobody(), POUNDS), words.staying(nobody())]
    told += [words.hazard(nobody()), words.kept(nobody(), POUNDS), words.months(nobody(), POUNDS)]
    told += [words.trials(nobody()), words.moves(nobody()), words.thresholds(nobody(), POUNDS)]
    assert {s.needs for s in told} == {"subscriptions, with their start and end or their tenure"}
