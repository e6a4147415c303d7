"""The errors a user is meant to read: what is wrong, where, what is allowed, how to mend it."""

import re
from collections.abc import Iterable
from difflib import get_close_matches


class InputError(Exception):
    """The client's data or a call's arguments cannot be used.

    The message is one short paragraph: `where: what. Allowed: allowed. Mend: mend.`, with the parts left out
    that are empty. It is the whole text shown to the user, so no part may hold a secret.
    """

    def __init__(self, what: str, *, where: str = "", allowed: str = "", mend: str = "") -> None:
        self.what, self.where, self.allowed, self.mend = what, where, allowed, mend
        parts = [f"{where}: {_sentence(what)}" if where else _sentence(what)]
        if allowed:
            parts.append(_sentence(f"Allowed: {allowed}"))
        if mend:
            parts.append(_sentence(mend))
        super().__init__(" ".join(parts))


class ColumnMissingError(InputError):
    """A column that the parameter file names is not in the source."""

    def __init__(self, what: str, *, column: str, there: list[str], where: str, mend: str) -> None:
        self.column, self.there = column, there
        super().__init__(what, where=where, allowed=", ".join(there), mend=mend)


class ThinDataError(InputError):
    """There are too few data for an analysis. Nobody's mistake: its page is left out and the cover says why."""


class ParamsError(InputError):
    """A parameter file, or a knob given on the command line, cannot be used."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name spelled most like `name`, as a hint for a message, or an empty string.

    Case and surrounding blanks are ignored when comparing.
    """
    by_folded = {k.strip().casefold(): k for k in known}
    found = get_close_matches(name.strip().casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else ""


def first_line(error: Exception) -> str:
    """What an error of a library says, in one line."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return re.sub(r"\s*SQLSTATE: \w+.*", "", " ".join(lines[0].split())).rstrip(".")


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "?", "!")) else text + "."
