"""The one number of a finding that is set large beside it on the cover: taken from its own sentence."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from helpers.story import fmt

_NUMBER = re.compile(
    r"(?<![\w.,%–-])[<>]?[+−]?(?:[£$€¥₹]|CN¥|[A-Z]{3} )?"
    r"(?P<digits>\d+(?:,\d{3})*(?:\.\d+)?)(?:bn|[km])?%?(?: times)?(?![\w%–-])"
)
_APART = re.compile(r"“[^”]*”|\([^)]*\)")  # names are the client's, and what stands in brackets is said by the way
_PART_OF = re.compile(r"\b(?:[Oo]f|[Tt]oday's)(?: (?:all|the|these|today's))* $")  # "of 3,361 buyers"
_BEFORE = re.compile(r"\b(?:from|against|than) $")  # what the main number is compared with
_TIME = re.compile(
    r"(?: to \d+)?(?: |-)(?:hour|day|week|month|quarter|year)s?\b"
    r"| (?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_YEAR = re.compile(r"(?:19|20)\d\d")


def main_figure(finding: Mapping[str, Any]) -> str:
    """The number of a finding's text to set large, as printed there; "" where none stands out.

    It is the one that the narrator names (`main`), or the first that is also a key figure of the finding; else the
    first that is neither what something is a part of ("of 3,361 buyers"), nor what it is compared with ("from £4,219"),
    nor a time.
    """
    named = str(finding.get("main") or "")
    if named and named in finding["text"]:
        return named
    said = str(finding["text"])
    text = _APART.sub(lambda found: " " * len(found[0]), fmt.as_english(said))
    found = [said[start:end] for start, end in _candidates(text)]
    own = {figure["value"] for figure in finding.get("figures") or ()}
    return next((number for number in found if number in own), next(iter(found), ""))


def _candidates(text: str) -> Iterator[tuple[int, int]]:
    for number in _NUMBER.finditer(text):
        before, after = text[: number.start()], text[number.end() :]
        plain = number[0] == number["digits"]
        if (plain and _PART_OF.search(before)) or _BEFORE.search(before):
            continue
        if plain and (_TIME.match(after) or _YEAR.fullmatch(number[0])):
            continue
        yield number.span()
