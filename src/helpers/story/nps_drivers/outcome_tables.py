"""The table of outcomes beside the score."""

from typing import TYPE_CHECKING, Any

from helpers.story import fmt
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import plain

if TYPE_CHECKING:
    from helpers.analysis.nps_drivers.outcomes import Outcomes


def outcomes(result: "Outcomes") -> Table:
    """Level, course and link with the score of each outcome."""
    frame, title = result.by_outcome, "Outcomes beside the score"
    rows = rows_of(frame)
    told = frame.loc[frame["first_wave"] != "", ["first_wave", "last_wave"]].drop_duplicates()
    alike = len(told) == 1  # then the heading names the waves, and the cells stay narrow
    frame = frame.assign(
        level=[bracketed(_form(r)(r.mean), fmt.interval(r.low, r.high, _form(r))) for r in rows],
        course=[
            f"{_at(_form(r)(r.first_mean), r.first_wave, alike)} to {_at(_form(r)(r.last_mean), r.last_wave, alike)}"
            if r.first_wave
            else ""
            for r in rows
        ],
        moved=[
            bracketed(_moved(r)(r.change), fmt.interval(r.change_low, r.change_high, _moved(r))) if r.first_wave else ""
            for r in rows
        ],
    )
    labels = {
        "outcome": "Outcome",
        "answers": "Answers",
        "level": "Average or share (95% interval)" if (frame["distinct"] == 2).any() else "Average (95% interval)",
        "course": "From {} to {}".format(*told.iloc[0]) if alike else "First to last wave",
        "moved": "Change (95% interval)",
        "correlation": "Correlation with the score",
    }
    if not (frame["first_wave"] != "").any():
        labels = {name: label for name, label in labels.items() if name not in ("course", "moved")}
    formats: dict[str, Form] = {"outcome": plain, "answers": fmt.count, "correlation": _two}
    nothing = "no outcome was asked beside the score"
    return frame_table(frame, labels, formats, title, right=["level", "moved"], nothing=nothing)


def _at(level: str, wave: str, alike: bool) -> str:
    """A level with its wave, unless all outcomes are of the same waves."""
    return level if alike else f"{level} ({wave})"


def _two(x: float) -> str:
    return fmt.number(x, 2)


def _form(row: Any) -> Form:
    return fmt.share if row.distinct == 2 else _two


def _moved(row: Any) -> Form:
    """A change: shares change by points."""
    return fmt.points if row.distinct == 2 else lambda x: fmt.signed(x, _two)
