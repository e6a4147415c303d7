"""The unit of analysis in words: with `unit: account` a page speaks of accounts where it would of customers.

What the kit or an analyst wrote passes through `in_unit` where it is put on a page: statements, key figures, headings
of charts and tables, a notebook's prose. What comes from data does not, so a segment called "Key customers" keeps its
name wherever it stands; nor do names in quotes, the kit's own names of groups, which are in the saved tables too, and
the customers table, which stays one of customers.
"""

import re
from contextvars import ContextVar

from helpers.story.chapters import chapter_of

CUSTOMER, ACCOUNT = "customer", "account"
_unit: ContextVar[str] = ContextVar("unit", default=CUSTOMER)

_KEPT = r"“[^”]*”|\b(?:Loyal|New|new|long-standing|typical) customers\b|\b[Cc]ustomers? (?:table|file|list|number)s?\b"
_SAID = re.compile(rf"(?P<kept>{_KEPT})|\b(?P<article>[Aa] )?(?P<initial>[Cc])ustomer(?P<end>s?)\b(?P<who> who\b)?")


def speak_of(unit: str, page: str) -> None:
    """Set what the page that this kernel writes speaks of: "customer" or "account"; page as "02_rfm"."""
    _unit.set(unit_of(page, unit))


def unit_of(page: str, unit: str) -> str:
    """What a page of a report speaks of where the parameter file says `unit`: that, unless its chapter has a `UNIT`."""
    return str(getattr(chapter_of(page), "UNIT", unit))


def in_unit(text: str, unit: str = "") -> str:
    """A text as written here, in the words of the unit: by default that of the page being written."""
    return text if (unit or _unit.get()) == CUSTOMER else _SAID.sub(_of_accounts, text)


def _of_accounts(said: re.Match[str]) -> str:
    if said["kept"]:
        return said["kept"]
    article = f"{said['article'].strip()}n " if said["article"] else ""
    return f"{article}{'A' if said['initial'] == 'C' else 'a'}ccount{said['end']}{' that' if said['who'] else ''}"
