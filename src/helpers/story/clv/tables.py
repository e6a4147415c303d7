"""Tables of lifetime value."""

from typing import TYPE_CHECKING

from helpers.story import fmt
from helpers.story.table import Form, Table, frame_table

if TYPE_CHECKING:
    from helpers.analysis.clv.checks import ForecastTest


def candidates(tested: "ForecastTest") -> Table:
    """Both models, and how each did on the later orders."""
    shown = tested.candidates.assign(
        kept=["kept" if name == tested.model else "" for name in tested.candidates["model"]],
        actual=tested.actual_orders,
    )
    labels = {
        "model": "Model",
        "expected_orders": "Orders forecast",
        "actual": "Orders that came",
        "error": "Error",
        "group_error": "Error by groups",
        "kept": "Choice",
    }
    formats: dict[str, Form] = {
        "expected_orders": fmt.count,
        "actual": fmt.count,
        "error": fmt.change,
        "group_error": fmt.share,
    }
    note = "Error by groups: customers by how often they had ordered; gaps either way added up, as a share of orders."
    return frame_table(shown, labels, formats, "How two models did", note, nothing="the forecast could not be tested")
