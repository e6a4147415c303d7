"""Whether there is anything to say of what keeps customers."""

from helpers.analysis.loyalty.commitment import Commitment
from helpers.analysis.loyalty.differentiators import Differentiators
from helpers.analysis.loyalty.triggers import Triggers
from helpers.errors import ThinDataError


def check_told(commitment: Commitment, differentiators: Differentiators, triggers: Triggers) -> None:
    """Raises ThinDataError where nobody is placed by behaviour and attitude, no attribute could be compared, and no
    habit could be tested."""
    if not commitment.placed and differentiators.effects.empty and not triggers.by_trigger["tested"].sum():
        raise ThinDataError(
            "No customer who orders has answered a survey, no attribute can be compared, and no habit tested",
            mend="Add survey answers, traits of customers, two years of orders, or their promotions and categories.",
        )
