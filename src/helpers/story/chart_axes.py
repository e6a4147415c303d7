"""What a pair of axes prints: the texts on it, the names of its categories, and how it writes numbers."""

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.text import Annotation, Text
from matplotlib.ticker import FixedLocator, FuncFormatter

from helpers.story import fmt

_ROW = 0.49  # of the step between categories, within which a mark belongs to the nearest

Form = Callable[[float], str]


@dataclass(frozen=True)
class Note:
    """A text on the axes: where its mark is, in the data's units, and what it says, on one line."""

    at: tuple[float, float]
    text: str
    of_data: bool  # placed by data both ways; else only by row


def find_note(text: Text, ax: Axes) -> Note | None:
    """The note that an artist is; None where it says nothing or has no place among the data."""
    words = ", ".join(line for line in text.get_text().split("\n") if line)
    if not words:
        return None
    if isinstance(text, Annotation):
        x, y = text.xy
        return Note((float(ax.convert_xunits(x)), float(ax.convert_yunits(y))), words, text.xycoords == "data")
    if text.get_transform() != ax.transData:
        return None
    x, y = text.get_unitless_position()
    return Note((float(x), float(y)), words, True)


class Side:
    """One axis: the names of its categories, or the way it writes numbers."""

    def __init__(self, axis: Axis) -> None:
        fixed = isinstance(axis.get_major_locator(), FixedLocator)
        places = [float(place) for place in axis.get_majorticklocs()] if fixed else []
        formatter = axis.get_major_formatter()
        labels = [label.replace("\n", " ") for label in formatter.format_ticks(places)] if places else []
        ticks = dict(zip(places, labels, strict=True))
        self._form: Form | None = None
        if ticks and all(label == fmt.share(place) for place, label in ticks.items()):
            self._form, ticks = fmt.share, {}
        elif not fixed and isinstance(formatter, FuncFormatter):
            self._form = lambda value: formatter(value, 0)
        self._names = ticks
        self._counted = bool(ticks) and all(label == fmt.count(place) for place, label in ticks.items())
        self.label = axis.get_label().get_text().split(";")[0]

    def form(self, value: float) -> str:
        """A value as the axis writes it, "" where it writes none."""
        return self._form(value) if self._form else ""

    def is_numeric(self) -> bool:
        """Whether its ticks are numbers and no names."""
        return not self._names or self._counted

    def name(self, at: float) -> str:
        """The name of the category that a place belongs to; "" where it has none."""
        if self._counted and float(at).is_integer():
            return f"{self.label} {fmt.count(at)}".strip()
        near = min(self._names, key=lambda place: abs(place - at), default=None)
        return self._names[near] if near is not None and abs(near - at) <= _ROW else ""

    def exact(self, at: float) -> str:
        """`name`, of a place that is right at a category's tick."""
        return self.name(at) if any(abs(place - at) < 1e-6 for place in self._names) else ""
