"""The table of attributes by how far they go with staying."""

from typing import TYPE_CHECKING

import numpy as np

from helpers.story import fmt
from helpers.story.table import Form, Table, frame_table, rows_of
from helpers.story.terms import plain

if TYPE_CHECKING:
    from helpers.analysis.loyalty.differentiators import Differentiators

_TOLD = {
    "differentiator": "Yes",
    "slight": "Too little to act on",
    "unclear": "Not clear",
    "too few": "Known of too few",
    "too many values": "Too many values",
    "one value": "All alike",
    "grows with tenure": "Grows with time",
    "tells the outcome": "Tells the outcome",
}


def attributes(result: "Differentiators") -> Table:
    """Every attribute: whether it parts those who stay from the others, how strongly, and the levels at the ends."""
    rows = rows_of(result.effects)
    shown = result.effects.assign(
        told=[_TOLD[r.verdict] for r in rows],
        chance=[fmt.share(r.p_adjusted, 1) for r in rows],
        strength=[r.strength or fmt.MISSING for r in rows],
        best=[_end(r.best_level, r.best_share, r.strength) for r in rows],
        worst=[_end(r.worst_level, r.worst_share, r.strength) for r in rows],
    )
    labels = {
        "attribute": "Attribute",
        "told": "Sets apart",
        "strength": "Strength",
        "best": "Highest share",
        "worst": "Lowest share",
        "chance": "By chance",
    }
    formats: dict[str, Form] = {"attribute": plain}
    note = (
        "By chance: how often so large a difference, among customers of similar tenure, would come from chance, "
        "corrected for the number of attributes. Association, not proof of cause."
    )
    title = "Attributes and staying"
    return frame_table(shown, labels, formats, title, note, right=["chance"], nothing="no attribute is known")


def _end(level: str, share: float, strength: str) -> str:
    return f"{level} ({fmt.share(share)})" if strength and level and not np.isnan(share) else fmt.MISSING
