"""Two groups of customers compared by the interval that fits their metric."""

from helpers.analysis.campaigns.bootstrap import RESAMPLES, bootstrap
from helpers.analysis.campaigns.intervals import BOOTSTRAP, Difference, Sample, newcombe, welch


def compare(
    treated: Sample, control: Sample, *, rate: bool, confidence: float, resamples: int = RESAMPLES
) -> Difference:
    """Newcombe's interval for a rate, Welch's for a mean, the bootstrap's for a mean with a heavy tail.

    Where one customer makes more than half of a group's variance, replicates without that one are all alike and the
    bootstrap may seem sure of what one order did; then each end is the wider of its own and Welch's.
    """
    if rate:
        return newcombe(treated.mean, treated.n, control.mean, control.n, confidence)
    if treated.is_normal_enough and control.is_normal_enough:
        return welch(treated, control, confidence)
    found = bootstrap(treated, control, confidence, resamples=resamples)
    if not (_rests_on_one(treated) or _rests_on_one(control)):
        return found
    other = welch(treated, control, confidence)
    low, high, p_value = min(found.low, other.low), max(found.high, other.high), max(found.p_value, other.p_value)
    return Difference(found.lift, low, high, p_value, BOOTSTRAP)


def _rests_on_one(sample: Sample) -> bool:
    away = (sample.values - sample.mean) ** 2
    return bool(sample.n > 1 and away.max() > away.sum() / 2)


def relative(lift: float, control_mean: float) -> float:
    return lift / control_mean if control_mean > 0 else float("nan")
