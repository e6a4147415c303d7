"""Trials and what became of them, where some are still open."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.analysis.lifecycle.plans_trials import LEAST_TRIALS, follow_trials

TODAY = pd.Timestamp("2026-09-30")


def follow(*rows: tuple[str, str | None]):  # type: ignore[no-untyped-def]
    frame = pd.DataFrame(rows, columns=["trial", "paid"])
    return follow_trials(pd.to_datetime(frame["trial"]), pd.to_datetime(frame["paid"]), TODAY)


def test_by_hand() -> None:
    """Ten pay after 10 days, five after 20, fifteen of long ago never did: half in all, and half of these by day 10."""
    found = follow(
        *[("2026-01-01", "2026-01-11")] * 10, *[("2026-01-01", "2026-01-21")] * 5, *[("2026-01-01", None)] * 15
    )
    assert (found.trials, found.paid, found.open) == (30, 15, 0)
    assert (found.days, found.median_days) == (20, 10)
    assert found.paid_share == pytest.approx(0.5)
    assert found.low < 0.5 < found.high
    assert not found.only_paid
    assert found.curve["days"].tolist() == list(range(21))
    assert found.curve["paid_share"].iloc[[9, 10, 19, 20]].tolist() == pytest.approx([0, 1 / 3, 1 / 3, 0.5])


def test_trials_that_are_still_open_count_as_long_as_they_were_seen() -> None:
    """Half of the trials pay, after 30 days; those begun ten days ago cannot have paid yet: the share is the same."""
    old = [("2026-01-01", "2026-01-31")] * 20 + [("2026-01-01", None)] * 20
    found = follow(*old, *[("2026-09-20", None)] * 60)
    assert found.paid_share == pytest.approx(0.5)
    assert found.open == 60
    assert follow(*old, ("2026-08-31", None)).open == 1
    assert follow(*old, ("2026-08-30", None)).open == 0


def test_days_are_those_of_nine_in_ten_who_pay() -> None:
    found = follow(*[("2026-01-01", "2026-01-11")] * 18, *[("2026-01-01", "2026-06-01")] * 2)
    assert found.days == 10
    assert found.paid_share == pytest.approx(0.9)
    assert found.only_paid


def test_a_subscription_begun_before_the_trial_is_no_answer_to_it() -> None:
    assert follow(("2026-03-01", "2026-01-01"), ("2026-03-01", "2026-03-01")).trials == 1


def test_no_trial_and_none_paid() -> None:
    none = follow()
    assert (none.trials, none.paid) == (0, 0)
    assert math.isnan(none.paid_share)
    unpaid = follow(*[("2026-01-01", None)] * 25)
    assert (unpaid.paid, unpaid.paid_share, unpaid.open) == (0, 0, 25)
    assert math.isnan(unpaid.days)


def test_few_trials_have_no_share() -> None:
    rows = [("2026-01-01", "2026-01-02")] * (LEAST_TRIALS - 1)
    assert math.isnan(follow(*rows).paid_share)
    assert follow(*rows, rows[0]).paid_share == 1


def test_censoring_does_not_bend_the_share() -> None:
    """Trials begun evenly over a year, of which 60% pay after an exponential time: the share is recovered."""
    rng = np.random.default_rng(3)
    n = 6_000
    begun = TODAY - pd.to_timedelta(rng.integers(0, 365, n), "D")
    lag = np.where(rng.random(n) < 0.6, rng.exponential(12, n), 1e4)
    paid = pd.Series(begun + pd.to_timedelta(lag.astype(int), "D"))
    found = follow_trials(pd.Series(begun), paid.where(paid <= TODAY), TODAY)
    truth = 0.6 * (1 - math.exp(-(found.days + 1) / 12))
    assert found.low < truth < found.high
    assert found.paid_share == pytest.approx(truth, abs=0.02)
