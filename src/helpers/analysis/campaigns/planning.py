"""How large the next test must be: customers an arm, how long, and the smallest lift that could be seen.

Rates: the normal approximation with the pooled variance under no effect (Fleiss, Levin and Paik 2003, "Statistical
Methods for Rates and Proportions", ch. 4, without continuity correction; R's power.prop.test): 5 % against 6 % at 80 %
power takes 8,158 an arm. Amounts: the two-sample t-test's power by the noncentral t (Cohen 1988, "Statistical Power
Analysis", ch. 2; R's power.t.test). Both two-sided, and for arms of unequal size.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, nan, sqrt

import pandas as pd
from scipy import special  # stats has the same quantiles, and takes most of a second to import

from helpers.errors import InputError

LEAST_KNOWN = 30  # customers, below which neither a rate nor a spread is known well enough to plan by
LONGEST_DAYS = 730  # a test that takes longer answers a question nobody asks any more
DAYS_A_MONTH = 365.25 / 12
RATE, AMOUNT = "rate", "amount"
_ONE_SIDED, _CERTAIN = 5.0, 30.0  # standard errors of the lift
BASELINE_COLUMNS = ["segment", "metric", "customers", "n", "mean", "sd", "days", "new_a_month"]
PLAN_COLUMNS = [
    *("segment", "metric", "kind", "baseline", "sd", "smallest_worthwhile", "worthwhile_lift", "customers"),
    *("needed_an_arm", "needed_contacted", "needed_held_out", "duration_days", "possible", "smallest_seen"),
    *("smallest_seen_share", "followed_days", "verdict"),
]
PAIR_COLUMNS = [
    *("campaign", "arm", "metric", "segment", "customers", "control_customers", "baseline", "needed_an_arm"),
    *("smallest_seen", "smallest_seen_share", "large_enough"),
]


@dataclass(frozen=True)
class NextTest:
    """by_segment: segment, metric, kind ("rate" of 0 and 1, or "amount"), baseline (a customer who is not contacted, as
    long as outcomes are followed), sd, smallest_worthwhile (lift a customer, in the metric's unit), worthwhile_lift
    (the same as a share of the baseline), customers (there are), needed_an_arm (in equal arms), needed_contacted,
    needed_held_out (with `hold_out`), duration_days (until the last outcome is in), possible (two equal arms with the
    customers there are), smallest_seen (lift that all of the segment could show, with `hold_out`), smallest_seen_share
    (of the baseline), followed_days (that outcomes are followed), verdict: "possible", "later" (once enough new
    customers have come, within two years), "too few", "no room" (a rate cannot rise so far), "not known".
    """

    by_segment: pd.DataFrame
    worthwhile: float
    hold_out: float
    power: float
    alpha: float


def size_for_rate(
    rate: float, expected_rate: float, *, hold_out: float = 0.5, power: float = 0.8, alpha: float = 0.05
) -> tuple[int, int]:
    """Customers to contact and to hold out, to tell `rate` from `expected_rate`; `hold_out` is the share held out.

    Raises InputError on rates outside 0-1 or equal, and on an impossible share, power or alpha.
    """
    _check(hold_out, power, alpha)
    for name, value in {"rate": rate, "expected rate": expected_rate}.items():
        if not 0 < value < 1:
            raise InputError(f"{name} {value} is impossible", where="sample size", allowed="between 0 and 1")
    if rate == expected_rate:
        raise InputError(f"both rates are {rate}: no test can tell them apart", where="sample size")
    contacted = 1 - hold_out
    pooled = hold_out * rate + contacted * expected_rate
    under_none = -special.ndtri(alpha / 2) * sqrt(pooled * (1 - pooled) * (1 / hold_out + 1 / contacted))
    under_effect = special.ndtri(power) * sqrt(
        rate * (1 - rate) / hold_out + expected_rate * (1 - expected_rate) / contacted
    )
    total = ((under_none + under_effect) / (rate - expected_rate)) ** 2
    return _up(total * contacted), _up(total * hold_out)


def size_for_mean(
    sd: float, lift: float, *, hold_out: float = 0.5, power: float = 0.8, alpha: float = 0.05
) -> tuple[int, int]:
    """Customers to contact and to hold out, to see a `lift` of the mean where a customer's amount has deviation `sd`.

    Raises InputError on a lift of zero, a deviation that is not positive, and an impossible share, power or alpha.
    """
    _check(hold_out, power, alpha)
    if lift == 0 or not sd > 0:
        raise InputError(f"a lift of {lift} at a standard deviation of {sd}", where="sample size", allowed="above 0")
    effect = abs(lift) / sd

    def enough(total: float) -> bool:
        return power_of_means(effect, total * (1 - hold_out), total * hold_out, alpha) >= power

    by_normal = ((special.ndtri(power) - special.ndtri(alpha / 2)) / effect) ** 2 / (hold_out * (1 - hold_out))
    low, high = 2.0 / min(hold_out, 1 - hold_out), max(by_normal, 8.0) * 4 / min(hold_out, 1 - hold_out)
    total = _bisect(enough, low, high)
    return _up(total * (1 - hold_out)), _up(total * hold_out)


def power_of_means(effect: float, n: float, control_n: float, alpha: float = 0.05) -> float:
    """Power of the two-sided two-sample t-test at a lift of `effect` standard deviations."""
    freedom = n + control_n - 2
    shift = effect / sqrt(1 / n + 1 / control_n)
    if freedom > 1e5:  # the normal, to six digits; the noncentral t's series is slow and loses digits there
        bound = -special.ndtri(alpha / 2)
        return float(special.ndtr(shift - bound) + special.ndtr(-shift - bound))
    if shift > _CERTAIN:
        return 1.0
    bound = special.stdtrit(freedom, 1 - alpha / 2)
    wrong_side = special.nctdtr(freedom, shift, -bound) if shift < _ONE_SIDED else 0.0  # below 1e-9 from there on
    return float(1 - special.nctdtr(freedom, shift, bound) + wrong_side)


def smallest_rate_lift(rate: float, n: float, control_n: float, power: float = 0.8, alpha: float = 0.05) -> float:
    """The smallest rise of `rate` that so many contacted and held out would show; NaN where not even 100 % would."""
    if not (0 < rate < 1 and n >= 1 and control_n >= 1):
        return nan
    hold_out = control_n / (n + control_n)

    def seen(lift: float) -> bool:
        contacted, held_out = size_for_rate(rate, rate + lift, hold_out=hold_out, power=power, alpha=alpha)
        return contacted <= n and held_out <= control_n

    most = (1 - rate) * (1 - 1e-9)
    return _bisect(seen, most * 1e-9, most) if seen(most) else nan


def smallest_mean_lift(sd: float, n: float, control_n: float, power: float = 0.8, alpha: float = 0.05) -> float:
    """The smallest lift of a mean that so many contacted and held out would show; NaN with fewer than two in either."""
    if not (sd > 0 and n >= 2 and control_n >= 2):
        return nan
    return sd * _bisect(lambda effect: power_of_means(effect, n, control_n, alpha) >= power, 1e-9, 1e3)


def plan_tests(
    baselines: pd.DataFrame,
    *,
    worthwhile: float,
    hold_out: float = 0.5,
    power: float = 0.8,
    alpha: float = 0.05,
) -> NextTest:
    """What the next test takes in each segment, for each metric.

    `baselines`: one row a segment and metric: segment, metric, customers (who could be tested), n (customers of whom
    the outcome is known), mean, sd (of these, none of them contacted), days (that outcomes are followed), new_a_month
    (new customers of the segment; NaN where not known). A metric whose mean and deviation are those of 0 and 1 is a
    rate. `worthwhile`: the smallest lift worth finding, as a share of the mean. Baselines of fewer than LEAST_KNOWN
    customers, or without any outcome, are "not known".

    Raises InputError on missing columns, a segment given twice, and impossible shares, power or alpha.
    """
    _check(hold_out, power, alpha)
    if not worthwhile > 0:
        raise InputError(f"a lift of {worthwhile} is not worth finding", where="test plan", allowed="above 0")
    if missing := [name for name in BASELINE_COLUMNS if name not in baselines]:
        raise InputError(f"column {missing[0]!r} is missing", where="test plan", allowed=", ".join(BASELINE_COLUMNS))
    if baselines.duplicated(["segment", "metric"]).any():
        raise InputError("a segment is given twice for one metric", where="test plan")
    rows = [_plan(row, worthwhile, hold_out, power, alpha) for row in baselines[BASELINE_COLUMNS].to_dict("records")]
    return NextTest(pd.DataFrame(rows, columns=PLAN_COLUMNS), worthwhile, hold_out, power, alpha)


def look_back(arms: pd.DataFrame, *, worthwhile: float, power: float = 0.8, alpha: float = 0.05) -> pd.DataFrame:
    """Whether past tests were large enough to see a lift worth finding: a row a campaign, arm, metric and segment.

    `arms`: campaign, arm, metric, segment, customers, control_customers, control_mean, control_sd. Gives those but the
    deviation (control_mean as baseline), needed_an_arm, smallest_seen, smallest_seen_share (of the baseline) and
    large_enough (with the arms as they were). Blank where the control shows nothing to plan by.
    """
    rows = []
    for row in arms.to_dict("records"):
        n, control_n, mean, sd = (row[c] for c in ("customers", "control_customers", "control_mean", "control_sd"))
        kind = _kind(control_n, mean, sd)
        lift = worthwhile * mean
        sizable = kind and not (kind == RATE and mean + lift >= 1)
        needed = _size(kind, mean, sd, lift, 0.5, power, alpha)[0] if sizable else nan
        seen = _smallest(kind, mean, sd, n, control_n, power, alpha) if kind else nan
        kept = {key: row[key] for key in PAIR_COLUMNS[:6]}
        told = {
            "baseline": mean,
            "needed_an_arm": needed,
            "smallest_seen": seen,
            "smallest_seen_share": seen / mean if mean else nan,
        }
        rows.append(kept | told | {"large_enough": bool(sizable and seen <= lift)})
    return pd.DataFrame(rows, columns=PAIR_COLUMNS)


def _plan(row: dict, worthwhile: float, hold_out: float, power: float, alpha: float) -> dict:
    mean, sd, customers = float(row["mean"]), float(row["sd"]), int(row["customers"])
    kind = _kind(row["n"], mean, sd)
    told = {"segment": row["segment"], "metric": row["metric"], "customers": customers, "possible": False}
    told |= {"followed_days": float(row["days"])}
    if not kind:
        return told | {"kind": "", "baseline": mean, "sd": sd, "worthwhile_lift": worthwhile, "verdict": "not known"}
    lift = worthwhile * mean
    told |= {"kind": kind, "baseline": mean, "sd": sd, "smallest_worthwhile": lift, "worthwhile_lift": worthwhile}
    seen = _smallest(kind, mean, sd, customers * (1 - hold_out), customers * hold_out, power, alpha)
    told |= {"smallest_seen": seen, "smallest_seen_share": seen / mean}
    if kind == RATE and mean + lift >= 1:
        return told | {"verdict": "no room"}
    each = _size(kind, mean, sd, lift, 0.5, power, alpha)[0]
    contacted, held_out = _size(kind, mean, sd, lift, hold_out, power, alpha)
    told |= {"needed_an_arm": each, "needed_contacted": contacted, "needed_held_out": held_out}
    lacking, new = 2 * each - customers, row["new_a_month"]
    if lacking <= 0:
        return told | {"duration_days": float(row["days"]), "possible": True, "verdict": "possible"}
    followed = row["days"] if row["days"] == row["days"] else 0.0
    days = followed + lacking / new * DAYS_A_MONTH if new > 0 else nan
    if days <= LONGEST_DAYS:
        return told | {"duration_days": float(ceil(days)), "verdict": "later"}
    return told | {"verdict": "too few"}


def _kind(n: float, mean: float, sd: float) -> str:
    """Rate or amount; nothing where the customers are too few or show nothing that a lift could be a share of."""
    if not (n >= LEAST_KNOWN and mean > 0 and sd > 0):
        return ""
    of_rate = sqrt(mean * (1 - mean) * n / (n - 1)) if mean < 1 else nan
    return RATE if abs(sd - of_rate) <= 1e-6 * sd else AMOUNT


def _size(
    kind: str, mean: float, sd: float, lift: float, hold_out: float, power: float, alpha: float
) -> tuple[int, int]:
    if kind == RATE:
        return size_for_rate(mean, mean + lift, hold_out=hold_out, power=power, alpha=alpha)
    return size_for_mean(sd, lift, hold_out=hold_out, power=power, alpha=alpha)


def _smallest(kind: str, mean: float, sd: float, n: float, control_n: float, power: float, alpha: float) -> float:
    if kind == RATE:
        return smallest_rate_lift(mean, n, control_n, power, alpha)
    return smallest_mean_lift(sd, n, control_n, power, alpha)


def _check(hold_out: float, power: float, alpha: float) -> None:
    for name, value in {"hold_out": hold_out, "power": power, "alpha": alpha}.items():
        if not 0 < value < 1:
            raise InputError(f"{name} {value} is impossible", where="sample size", allowed="between 0 and 1")
    if power <= alpha:
        raise InputError(f"power {power} is no more than alpha {alpha}", where="sample size", allowed="above alpha")


def _up(n: float) -> int:
    """Whole customers, where rounding errors do not make one more."""
    return ceil(n - 1e-9 * n)


def _bisect(holds: Callable[[float], bool], low: float, high: float) -> float:
    """The least value between low and high for which `holds`, which stays true from there on."""
    if holds(low):
        return low
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
        if high - low <= 1e-10 * high:
            break
    return high
