"""How customers are scored and named, as a client sets it, and what follows from their number and rhythm."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.rfm import plans
from helpers.analysis.rfm.maps import FIFTHS, SegmentMap, read_map
from helpers.analysis.rfm.scores import QUANTILES, Scored, check_levels, score_measure
from helpers.errors import InputError

RECENCY, FREQUENCY, MONETARY = "recency", "frequency", "monetary"
LETTERS = {RECENCY: "r", FREQUENCY: "f", MONETARY: "m"}
MONEY = {"spend": "spend", "margin": "margin", "average_order": "average_order_value"}  # knob -> column
MONTH_DAYS = 31
_LETTER_OF = {"recency_days": "r", "order_count": "f", "orders_per_year": "f"} | dict.fromkeys(MONEY.values(), "m")


@dataclass(frozen=True)
class Settings:
    """bins, method: scores a measure and how they are cut. scales: what differs for a measure, as "recency: 30, 90"
    (its limits) or "frequency: 3 scores". monetary: one of MONEY. per_year: frequency as orders a year since the first.
    weights: of recency, frequency and money in the score of all three. segment_map: rules as in `maps`, or one of
    "5", "8" and "11"; by the number of customers where empty."""

    bins: int = 5
    method: str = QUANTILES
    scales: Sequence[str] = ()
    monetary: str = "spend"
    per_year: bool = False
    weights: Sequence[float] = (1, 1, 1)
    segment_map: Sequence[str] = ()
    _limits: dict[str, Sequence[float]] = field(init=False, default_factory=dict)
    _levels: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        check_levels(self.bins)
        if self.monetary not in MONEY:
            raise _refusal("monetary", self.monetary, ", ".join(MONEY))
        weights = list(self.weights)
        if len(weights) != 3 or min(weights) < 0 or not 0 < sum(weights) < float("inf"):
            raise _refusal("weights", weights, "three numbers from zero on, such as [1, 1, 1], not all zero")
        for line in self.scales:
            self._read_scale(line)

    def score(self, measure: str, values: np.ndarray) -> Scored:
        """Scores of one measure; of recency, fewer days are better."""
        levels, limits = self._levels.get(measure, self.bins), self._limits.get(measure, ())
        return score_measure(values, levels, self.method, limits, less_is_better=measure == RECENCY)

    def _read_scale(self, line: str) -> None:
        name, _, value = (part.strip() for part in line.partition(":"))
        if name not in LETTERS:
            raise _refusal("scales", line, 'lines like "recency: 30, 90, 365" or "frequency: 3 scores"')
        if number := re.fullmatch(r"(\d+) scores?", value):
            check_levels(int(number[1]), f"The number of {name} scores")
            self._levels[name] = int(number[1])
            return
        try:
            self._limits[name] = [float(limit) for limit in value.split(",")]
        except ValueError:
            raise _refusal("scales", line, 'limits like "recency: 30, 90, 365", or "frequency: 3 scores"') from None


AS_USUAL = Settings()


@dataclass(frozen=True)
class Chosen:
    """A segment map and why it is used: "own" or "asked" (by the client), "size" (of the data), "unknown" (nobody's
    rhythm is known) or "on time" (nobody is late, and all came within a month)."""

    rules: SegmentMap
    why: str


def choose_map(
    settings: Settings, levels: dict[str, int], customers: int, known: bool, late: int, oldest: float
) -> Chosen:
    """The map to use. known: whether rhythm is; late: customers late; oldest: days since the least recent last order.

    A shipped map with names that claim absence is not used where nobody can be known to be absent.
    """
    lines = list(settings.segment_map)
    numbers = {str(n): rules for n, rules in plans.BY_NUMBER.items()}
    asked = len(lines) == 1 and lines[0].strip() in numbers
    if lines and not asked:
        return Chosen(read_map(lines, {"m": settings.bins} | levels), "own")
    if not known:
        return Chosen(read_map(plans.POSITIONS), "unknown")
    if not late and oldest <= MONTH_DAYS:
        return Chosen(read_map(plans.ON_TIME if "m" in levels else plans.ON_TIME_WITHOUT_SPEND), "on time")
    shipped = numbers[lines[0].strip()] if asked else plans.BY_NUMBER[plans.propose_segments(customers)]
    return Chosen(read_map(shipped), "asked" if asked else "size")


def map_of(rules: pd.DataFrame, cuts: pd.DataFrame) -> SegmentMap | None:
    """The map that another scoring used, from what it saved; none where it saved nothing.

    rules: rfm_segment, rule, in their order. cuts: metric, score. A shipped map speaks of five scores a measure, a
    client's own of as many as were cut.
    """
    if rules.empty:
        return None
    lines = [f"{segment}: {rule}" for segment, rule in zip(rules["rfm_segment"], rules["rule"], strict=True)]
    if [line.strip() for line in lines] in [[line.strip() for line in shipped] for shipped in plans.SHIPPED]:
        return read_map(lines)
    highest = {str(metric): int(score) for metric, score in cuts.groupby("metric")["score"].max().items()}
    return read_map(lines, FIFTHS | {_LETTER_OF[metric]: score for metric, score in highest.items()})


def _refusal(knob: str, value: Any, allowed: str) -> InputError:
    return InputError(f"{knob} holds {value!r}", where="RFM", allowed=allowed)
