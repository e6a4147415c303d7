"""The table of simulated gains."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import plain

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.gain import Gain


def gain(result: "Gain") -> Table:
    """Gains over all customers, and among those who rated below the top of the scale."""
    frame = result.drivers
    rows = rows_of(frame)
    frame = frame.assign(
        whole=[bracketed(fmt.score(r.nps_change), fmt.interval(r.low, r.high, fmt.score)) for r in rows],
        among=[
            bracketed(fmt.score(r.nps_change_among), fmt.interval(r.among_low, r.among_high, fmt.score)) for r in rows
        ],
    )
    labels = {
        "driver": "Rating",
        "rise": "Rise",
        "changed_share": "Rated below the top",
        "whole": "NPS of all (95% interval)",
        "among": "NPS of those below the top",
    }
    formats: dict[str, Form] = {"driver": plain, "rise": lambda x: fmt.number(x, 1), "changed_share": fmt.share}
    note = (
        f"From {fmt.many(result.answers, 'answer')}, by an ordinal model; no rating rises above the top of its scale. "
    )
    note += "It assumes that raising a rating raises the score, which nobody has tried yet."
    nothing = "too few answers rate anything"
    return frame_table(frame, labels, formats, "Gain in NPS by rating", note, right=["whole", "among"], nothing=nothing)
