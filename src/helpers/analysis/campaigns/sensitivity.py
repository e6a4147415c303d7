"""How strong something unseen would have to be to explain a difference away: the E-value.

VanderWeele and Ding (2017, Annals of Internal Medicine 167): the risk ratio that an unmeasured trait would need with
both being in the campaign and the outcome, beyond all that was held equal, to bring the effect down to none. For a
difference of means d in standard deviations the risk ratio is taken as exp(.91 d), with limits exp(.91 d -/+ 1.78 s).
"""

from math import exp, inf, nan, sqrt

PER_DEVIATION = 0.91
PER_ERROR = 1.78


def e_value(ratio: float) -> float:
    """Of a risk ratio above zero; below one, of its inverse. RR 3.9 has 7.26. NaN of what is no ratio."""
    if not 0 < ratio < inf:
        return nan
    ratio = max(ratio, 1 / ratio)
    return ratio + sqrt(ratio * (ratio - 1))


def e_value_of_limit(ratio: float, low: float, high: float) -> float:
    """The E-value of the interval's end nearer to one; 1 where the interval holds one."""
    if not low <= ratio <= high:
        return nan
    if low <= 1 <= high:
        return 1.0
    return e_value(low if low > 1 else high)


def ratio_of_rates(rate: float, effect: float, low: float, high: float) -> tuple[float, float, float]:
    """The risk ratio of members' rate to the rate without the campaign, and its limits from those of the effect.

    Infinite where the rate without the campaign would be none or less.
    """
    return _over(rate, rate - effect), _over(rate, rate - low), _over(rate, rate - high)


def ratio_of_means(effect: float, error: float, deviation: float) -> tuple[float, float, float]:
    """The risk ratio that a difference of means stands for, and its limits; deviation: the outcome's standard one."""
    if not deviation > 0:
        return nan, nan, nan
    d, s = effect / deviation, error / deviation
    return exp(PER_DEVIATION * d), exp(PER_DEVIATION * d - PER_ERROR * s), exp(PER_DEVIATION * d + PER_ERROR * s)


def _over(rate: float, without: float) -> float:
    return rate / without if without > 0 else inf
