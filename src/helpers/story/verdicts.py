"""Named rules that turn a number into a word, each with its source. They judge what is printed.

A reader holds the word against the number beside it: "rose" next to an interval from "0" to "+4" is a
contradiction, whatever the third decimal was. So values are rounded as they are shown before they are judged.
"""

from collections.abc import Callable
from typing import Literal

from helpers.story import fmt

Side = Literal["above", "below", "unclear"]

STABLE = 0.75  # see cluster_stability


def side_of_zero(low: float, high: float, form: Callable[[float], str] = fmt.points) -> Side:
    """Where an interval lies, as `form` prints it; unknown bounds, and bounds printed as zero, are unclear."""
    if 0 < low <= high and not fmt.is_zero(form(low)):
        return "above"
    if low <= high < 0 and not fmt.is_zero(form(high)):
        return "below"
    return "unclear"


def cluster_stability(jaccard: float) -> str:
    """Hennig (2007), as in fpc::clusterboot: below .6 not to be trusted, from .75 a stable cluster."""
    printed = round(jaccard, 2)
    return "stable" if printed >= STABLE else "recognisable" if printed >= 0.6 else "unstable"


def cluster_separation(silhouette: float) -> str:
    """Kaufman and Rousseeuw (1990), average silhouette: above .7 strong, above .5 reasonable, above .25 weak."""
    printed = round(silhouette, 2)
    if printed > 0.7:
        return "strongly"
    if printed > 0.5:
        return "clearly"
    return "weakly" if printed > 0.25 else "hardly"


def explained(r_squared: float) -> str:
    """Cohen (1988), f-squared .02, .15, .35 written as R-squared: .02, .13, .26."""
    percent = round(100 * r_squared)
    if percent >= 26:
        return "a large part"
    if percent >= 13:
        return "a moderate part"
    return "a small part" if percent >= 2 else "next to nothing"


def leans_on_few(top_hundredth_spend_share: float) -> bool:
    """Our own convention: one customer in a hundred brings a tenth of spend or more."""
    return round(100 * top_hundredth_spend_share) >= 10


def seldom_returns(repeat_share: float) -> bool:
    """As the gate for value segments has it: fewer than one buyer in five has a second order."""
    return repeat_share < 0.2


def clearly_more(share: float, of: float) -> bool:
    """Our own convention: a share is five points or more above what it is held against."""
    return round(100 * share) - round(100 * of) >= 5


def worth_saving(spend_share: float) -> bool:
    """Our own convention: a group of customers with a twentieth of all spend or more is a concern when it goes."""
    return round(100 * spend_share) >= 5


def too_much_set_aside(share: float) -> bool:
    """Our own convention: from 5% of rows on, what is set aside could change the findings."""
    return round(100 * share, 1) >= 5
