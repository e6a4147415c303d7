"""Whether the page has anything to tell."""

from helpers.errors import ThinDataError


def check_told(*told: bool) -> None:
    """Raises ThinDataError where no section has anything to say of this survey."""
    if not any(told):
        raise ThinDataError(
            "Nothing is known of who answered: no customers, weights, accounts, satisfaction or competitors",
            mend="Send the customer number with each answer and a customer list, or say how many were `invited`.",
        )
