"""The map of loyalty and commitment."""

from typing import TYPE_CHECKING, Any

from matplotlib.patches import Rectangle

from helpers.story import fmt
from helpers.story.chart import (
    INK,
    MUTED,
    SMALL,
    Chart,
    nothing,
    picture,
    records,
    render,
    sheet,
    tint,
)
from helpers.story.headings import head
from helpers.story.loyalty import titles

if TYPE_CHECKING:
    from helpers.analysis.loyalty.commitment import Commitment

_COLUMNS = {"detractor": "Detractors", "passive": "Passives", "promoter": "Promoters"}
_NAMES = {
    **{(True, "detractor"): "Trapped", (True, "passive"): "Undecided", (True, "promoter"): "Loyal"},
    **{(False, "detractor"): "Dissatisfied", (False, "passive"): "Undecided", (False, "promoter"): "Committed"},
}


@picture()
def commitment_map(result: "Commitment") -> Chart:
    """Customers by what they say (left to right) and what they do (above: they stay), a cell a pair."""
    topic = "What customers say, and what they do"
    if not result.placed:
        return nothing(topic, "of no customer both an answer and behaviour are known")
    of = fmt.many(result.placed, "customer")
    title, subtitle = head(titles.commitment_map(result), topic, f"{of} whose answer and behaviour are known")
    figure = sheet(title, subtitle, 3.0)
    ax = figure.subplots()
    most = result.cells["customers"].max()
    said = []
    for cell in records(result.cells):
        x, y = list(_COLUMNS).index(cell.attitude), 0 if cell.kept else 1
        shade = min(1.0, 0.1 + 0.9 * cell.customers / most)  # rounding may pass 1
        ax.add_patch(Rectangle((x - 0.48, y - 0.47), 0.96, 0.94, color=tint(), alpha=shade, linewidth=0))
        size = f"{fmt.count(cell.customers)} ({fmt.share(cell.customer_share)})"
        more = _of_them(cell, result.of_subscriptions)
        name = _NAMES[cell.kept, cell.attitude]
        for text, up, weight in ((name, -0.22, "bold"), (size, 0.06, "normal"), (more, 0.32, "normal")):
            ax.text(x, y + up, text, ha="center", va="center", fontsize=SMALL, weight=weight, color=INK)
        does = "stay" if cell.kept else "do not"
        said.append(f"{_COLUMNS[cell.attitude].lower()} who {does} {size}")
    ax.set_xlim(-0.5, 2.5)
    ax.set_ylim(1.5, -0.5)
    lowest, passive_from, _, highest = result.cuts
    ends = [(lowest, passive_from - 1), (passive_from, result.loyal_score - 1), (result.loyal_score, highest)]
    scores = [f"{fmt.count(low)} to {fmt.count(high)}" if low < high else fmt.count(high) for low, high in ends]
    names = [f"{name}\n({score})" for name, score in zip(_COLUMNS.values(), scores, strict=True)]
    ax.set_xticks(range(3), names, color=MUTED)
    ax.set_yticks(
        [0, 1], ["Subscribe", "Have left"] if result.of_subscriptions else ["Keep\nbuying", "Seldom\nor late"]
    )
    return render(figure, title, f"{topic}, of {of}: {'; '.join(said)}.")


def _of_them(cell: Any, of_subscriptions: bool) -> str:
    """What stands below the count: how many of the dissatisfied are late, which makes them customers at risk."""
    if cell.kept or cell.attitude != "detractor" or not cell.gone or of_subscriptions:
        return ""
    return f"{fmt.count(cell.gone)} late: at risk"
