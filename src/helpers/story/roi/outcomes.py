"""Which outcome of a comparison the page tells of, and how its values are written."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from helpers.story import fmt

if TYPE_CHECKING:
    from helpers.analysis.roi.experiments import Lift

Form = Callable[[float], str]


def shown_outcome(lift: "Lift", outcome: str, form: Form) -> tuple[str, Form]:
    """The outcome that is revenue, written as `form` does; or orders, where nothing else is known of everyone."""
    metrics = [str(metric) for metric in lift.by_arm["metric"].unique()]
    if lift.tested or outcome in metrics or not metrics:
        return outcome, form
    return metrics[0], lambda x: fmt.number(x, 2)
