"""The table of three methods side by side."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import plain

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.checks import Checks


def methods(checks: "Checks") -> Table:
    """Ranks of each driver by a linear, an ordinal and a boosted model."""
    frame = checks.drivers
    rows = rows_of(frame)
    frame = frame.assign(
        odds=[_ranked(r.ordinal_rank, fmt.change(r.ordinal, 1)) for r in rows],
        held=[_ranked(r.boosted_rank, fmt.share(max(r.boosted, 0), 1) if r.boosted == r.boosted else "") for r in rows],
    )
    labels = {
        "driver": "Rating",
        "lmg_rank": "Rank on this page",
        "odds": "Rank by odds of promoting",
        "held": "Rank by flexible model",
    }
    formats: dict[str, Form] = {"driver": plain, "lmg_rank": fmt.count}
    note = (
        "In brackets: how much likelier customers are to promote who rate one standard deviation higher; and how much "
    )
    note += "worse a flexible model predicts unseen scores once that rating is shuffled."
    nothing = "there are no drivers to compare"
    return frame_table(frame, labels, formats, "Ranks by three methods", note, right=["odds", "held"], nothing=nothing)


def _ranked(rank: float, size: str) -> str:
    return bracketed(fmt.count(rank), size) if rank == rank else fmt.MISSING
