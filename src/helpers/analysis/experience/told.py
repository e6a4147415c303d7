"""Whether there is anything to say of what customers live through."""

from helpers.analysis.experience.activity import Activity
from helpers.analysis.experience.links import TESTED, Links
from helpers.analysis.experience.touchpoints import ABOVE, BELOW, Touchpoints
from helpers.errors import ThinDataError

_WHY = {
    "customer_id": (
        "The answers do not say whose they are, so they cannot be set beside orders or events",
        "Add the customer number to the survey.",
    ),
    "answered_at": (
        "The answers have no dates, so what came before them cannot be told from what came after",
        "Add the date of each answer to the survey.",
    ),
    "history": (
        "Orders, events or dated subscriptions do not cover the weeks before the answers",
        "Add orders or events of the same customers from before they answered.",
    ),
    "surveys": (
        "There are no answers, and neither orders nor events show who is active",
        "Add orders or events of a year or more.",
    ),
}


def check_told(reason: str, links: Links, touchpoints: Touchpoints, activity: Activity) -> None:
    """Raises ThinDataError where no measure could be set beside a score, no touchpoint stands out and no customer could
    be placed by activity. reason: why no answer could be used, of `experience.Experience`."""
    stands_out = bool(touchpoints.touchpoints["verdict"].isin([ABOVE, BELOW]).any())
    if links.measures["verdict"].isin(TESTED).any() or stands_out or activity.known:
        return
    why, mend = _WHY.get(
        reason,
        ("Too few customers with and without orders or events have answered", "Add answers, or a longer history."),
    )
    raise ThinDataError(why, mend=mend)
