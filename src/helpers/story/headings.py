"""The heading of a chart: its title says what the picture shows, the line beneath what it is a picture of.

What a picture shows is computed in the `titles` module of its chapter, from what the narrator of the same result found
where there is one, so that title and sentence cannot contradict each other.
"""

from helpers.story.phrases import quoted
from helpers.story.terms import group_name, printable

MOST_WORDS, MOST_LETTERS = 14, 90  # of a title: two lines of a sheet at most

# The kit's own names of groups that can open a sentence as they are.
_PLURAL = ("Champions", "Loyal customers", "Potential loyalists", "Repeat buyers", "New customers", "One-time buyers")


def head(claim: str, topic: str, reading: str = "") -> tuple[str, str]:
    """Title and subtitle of a chart.

    claim: what the picture surely shows, without a full stop; "" where that is nothing. topic: what the picture is
    of, which is its title where there is no claim, or one too long because of a name. reading: how to read the axes.
    """
    if not claim or len(claim) > MOST_LETTERS or len(claim.split(" ")) > MOST_WORDS:
        return topic, reading
    return claim, f"{topic}. {reading}" if reading else topic


def group_does(group: object, many: str, one: str) -> str:
    """A group that opens a sentence, with its verb: "Champions are", and "“At risk” is", whose name is no noun."""
    name = printable(group_name(group))
    return f"{name} {many}" if name in _PLURAL else f"{quoted(name)} {one}"
