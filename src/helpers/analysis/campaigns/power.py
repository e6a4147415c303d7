"""How many customers a test needs, and the smallest lift that a test of so many could have seen.

A test that found nothing has not shown that there is nothing: it could only have seen what is large beside its noise.
Two-sided, normal approximation; of rates with the pooled variance under no lift (Fleiss, Levin and Paik 2003,
"Statistical Methods for Rates and Proportions", ch. 4, without continuity correction; R's power.prop.test).
"""

from math import ceil, sqrt

import numpy as np
from scipy import special

from helpers.errors import InputError

POWER = 0.8
ALPHA = 0.05
_STEPS = 60


def sample_size(rate: float, expected_rate: float, power: float = POWER, alpha: float = ALPHA) -> int:
    """Customers needed in each of two equal arms to tell `rate` from `expected_rate`.

    5 % against 6 % at 80 % power needs 8,158. Raises InputError on rates outside 0-1 or equal, and on impossible
    power or alpha.
    """
    for name, value in {"rate": rate, "expected_rate": expected_rate, "power": power, "alpha": alpha}.items():
        if not 0 < value < 1:
            raise InputError(f"{name} {value} is impossible", where="sample size", allowed="between 0 and 1")
    if rate == expected_rate:
        raise InputError(f"both rates are {rate}: no test can tell them apart", where="sample size")
    if power <= alpha:
        raise InputError(f"power {power} is no more than alpha {alpha}", where="sample size", allowed="above alpha")
    pooled = (rate + expected_rate) / 2
    under_none = -special.ndtri(alpha / 2) * sqrt(2 * pooled * (1 - pooled))
    under_lift = special.ndtri(power) * sqrt(rate * (1 - rate) + expected_rate * (1 - expected_rate))
    return ceil(((under_none + under_lift) / (rate - expected_rate)) ** 2)


def smallest_lift(error: float, power: float = POWER, alpha: float = ALPHA) -> float:
    """The smallest true lift in a mean that a test would see with that power, given the standard error of the lift:
    at 80 % and 5 %, 2.802 errors. NaN where the error is not known or zero."""
    return float((special.ndtri(power) - special.ndtri(alpha / 2)) * error) if error > 0 else float("nan")


def smallest_lift_in_rate(rate: float, n: int, control_n: int, power: float = POWER, alpha: float = ALPHA) -> float:
    """The smallest rise over the control's rate that a test would see with that power: 8,158 customers an arm see a
    rise from 5 % to 6 %. NaN without customers, and where no rate up to 100 % would be seen."""
    if not (n and control_n and 0 <= rate < 1):
        return float("nan")
    z_alpha, z_power = -special.ndtri(alpha / 2), special.ndtri(power)

    def seen(expected: float) -> bool:
        pooled = (rate * control_n + expected * n) / (n + control_n)
        under_none = z_alpha * np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / control_n))
        under_lift = z_power * np.sqrt(expected * (1 - expected) / n + rate * (1 - rate) / control_n)
        return bool(expected - rate >= under_none + under_lift)

    least, most = rate, 1.0
    if not seen(most):
        return float("nan")
    for _ in range(_STEPS):
        middle = (least + most) / 2
        least, most = (least, middle) if seen(middle) else (middle, most)
    return most - rate
