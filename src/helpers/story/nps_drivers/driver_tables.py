"""Tables of what goes with the score."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import plain

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.agreement import Agreement
    from helpers.analysis.nps_drivers.drivers import Drivers

_METHODS = {
    "lmg": "This page",
    "owen": "This page",
    "johnson": "Johnson's weights",
    "complete": "Complete answers only",
    "pairs": "Answers by pairs",
    "imputed": "Blanks filled in",
}


def drivers(drivers: "Drivers") -> Table:
    """Ratings by how much of the differences in score goes with them, with their ranks and priorities."""
    labels = {
        "driver": "Rating",
        "performance": "Average rating",
        "shared": "Importance (95% interval)",
        "ranks": "Rank",
        "priority": "Priority",
    }
    formats: dict[str, Form] = {"driver": plain, "performance": lambda x: fmt.number(x, 2)}
    on = "complete answer" if drivers.rest_on == "complete" else "answer"
    note = (
        f"From {fmt.many(drivers.answers, on)}. Importance: share of what the ratings explain. Rank: all that it "
        "may have. Association, not proof of cause."
    )
    if drivers.shares == "owen":
        note += " With so many ratings, shares are split between groups of like ratings, then within each."
    rows = rows_of(drivers.drivers)
    between = [fmt.interval(r.importance_low, r.importance_high) for r in rows]
    frame = drivers.drivers.assign(
        shared=[bracketed(fmt.share(r.importance), b) for r, b in zip(rows, between, strict=True)],
        ranks=[_ranks(r.rank_low, r.rank_high) for r in rows],
        priority=[plain(r.quadrant) if r.quadrant_verdict == "clear" else "Unclear" for r in rows],
    )
    return frame_table(frame, labels, formats, "Ratings and how much goes with them", note, right=["shared", "ranks"])


def methods(agreement: "Agreement") -> Table:
    """Importance and rank of each rating by every calculation."""
    shares = agreement.shares
    written = shares.assign(text=[bracketed(fmt.share(r.importance), _place(r.rank)) for r in rows_of(shares)])
    methods = list(dict.fromkeys(shares["method"]))
    frame = written.pivot(index="driver", columns="method", values="text").reindex(shares["driver"].unique())
    frame = frame.reset_index()
    labels = {"driver": "Rating"} | {method: _METHODS.get(method, plain(method)) for method in methods}
    note = "Share of what the ratings explain in each, with the rank in brackets."
    return frame_table(frame, labels, {"driver": plain}, "Importance by other calculations", note, right=methods)


def _ranks(low: float, high: float) -> str:
    if low != low:
        return fmt.MISSING
    return fmt.count(low) if low == high else f"{fmt.count(low)} to {fmt.count(high)}"


def _place(rank: float) -> str:
    return fmt.MISSING if rank != rank else fmt.count(rank)
