"""Which segments a change of the market hit: sales, buyers and visits of a period against the same days a year before,
and against what the same comparison showed a year ago.

Segments are made of what customers did, and who was placed in a good time does worse after it, market or no market. So
the change of a segment's customers from the same days a year before is set beside the change of those who stood in that
segment a year ago, over the year before: a difference in differences whose control is the segment's own past. What
selection, drift and seasons do every year drops out. Only customers of more than a year count, since others have no
year before. Customers are placed at the start of each period, by the same rules, from the year before it.

Changes are relative (logarithms of ratios of means), so that a market which falls by a tenth everywhere hits nobody
more than others. Errors come from each customer's influence on the whole figure (delta method, as survey statistics
have it), so that one who is in both years, or in the segment and later among the rest, counts as one. p-values are
corrected over all segments of a measure (Benjamini and Hochberg 1995).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.review.cells import Cells, add_up
from helpers.analysis.review.differences import CHANCE, Z, adjust
from helpers.errors import InputError

NOW, PAST, BEFORE = "now", "past", "before"
EVERYONE = "All customers"
SALES, BOUGHT, VISITS = "sales", "bought", "visits"
LEAST_DAYS = 28
YEAR_DAYS = 365  # customers count from so many days after their first order on
_LEAST_ACTIVE = 10  # customers with anything at all, in each of the four periods, from which a change is told


@dataclass(frozen=True)
class Periods:
    """spans: first and last day, both included, of `now`, `past` (the same days a year before) and `before` (two years
    before); empty where no comparison is made, for the reason given, with needs: what would bring one."""

    spans: dict[str, tuple[date, date]] = field(default_factory=dict)
    reason: str = ""
    needs: str = ""

    @property
    def starts(self) -> tuple[date, date]:
        """The last days before `now` and `past`: by when customers are placed. Of the epoch where there are none."""
        if not self.spans:
            return date(1970, 1, 1), date(1970, 1, 1)
        return self.spans[NOW][0] - timedelta(1), self.spans[PAST][0] - timedelta(1)


@dataclass(frozen=True)
class Market:
    """changes: a row a measure and group, of all customers first: measure (sales, bought, visits), segmentation,
        segment, customers_now, customers_past (placed there at the start of `now`, of `past`), mean_now, mean_year_ago
        (a customer's, in `now` and a year before; of bought the share who bought), plain_change (from the one to the
        other), usual_change (the same a year ago), change (the plain one over the usual one, relative), low, high (95%
        interval), p_value, p_adjusted, against_rest (relative change of the group over that of all others), rest_low,
        rest_high, rest_p, rest_adjusted, verdict: hit (fell beyond chance, and more than the rest), fell (beyond
        chance, as the rest), rose, unclear, one customer (would not be clear without the largest), few
    periods: what was compared
    """

    changes: pd.DataFrame
    periods: Periods

    @property
    def hit(self) -> pd.DataFrame:
        """Segments hit, in sales first, the most certain first."""
        found = self.changes[self.changes["verdict"] == "hit"]
        place = found["measure"].map([SALES, BOUGHT, VISITS].index)
        return found.assign(place=place).sort_values(["place", "rest_adjusted"], kind="stable").drop(columns="place")


def choose_periods(day: date | None, as_of: date, market_change: str = "", first_order: date | None = None) -> Periods:
    """The days from `market_change`, else from the day after the earlier report, to `as_of`, the last year at most, and
    the same a year and two years before.

    Raises InputError where `market_change` is no day, or not before `as_of`.
    """
    if day is None:
        return Periods(reason="There is no earlier report.", needs="an earlier report of this client")
    begin = _read_day(market_change, as_of) if market_change else day + timedelta(1)
    begin = max(begin, as_of - timedelta(364))
    length = (as_of - begin).days + 1
    if length < LEAST_DAYS:
        reason = f"{length} days are too few to tell a change of the market."
        return Periods(reason=reason if length != 1 else "One day is too short.", needs="four weeks to look at")
    spans = {name: (_years_before(begin, n), _years_before(as_of, n)) for n, name in enumerate((NOW, PAST, BEFORE))}
    if first_order is None or first_order >= spans[BEFORE][0]:
        reason = "The orders do not reach back far enough."
        return Periods(reason=reason, needs="orders of more than two years before the period looked at")
    return Periods(spans)


def compare_market(
    done: pd.DataFrame, placed: Mapping[str, pd.DataFrame], periods: Periods, *, min_customers: int = 30
) -> Market:
    """Changes of every segment's sales, buyers and visits, over what was usual.

    done: customer_id and spend_, orders_, events_ of `now`, `past` and `before`; who is missing did nothing. placed:
    for NOW and PAST a frame with customer_id and a column a segmentation: where customers stood when the period began.
    Groups with fewer than `min_customers` at either time are few. A measure that nobody has is left out.
    """
    if not periods.spans or any(placed[name].empty for name in (NOW, PAST)):
        return Market(pd.DataFrame(columns=list(_TYPES)).astype(_TYPES), periods)
    sides = [placed[when].drop_duplicates("customer_id") for when in (NOW, PAST)]
    ids = pd.Index(pd.concat([side["customer_id"] for side in sides]).unique())
    did = done.drop_duplicates("customer_id").set_index("customer_id").reindex(ids)
    where = [side.set_index("customer_id").reindex(ids) for side in sides]
    there = [_members(ids, side["customer_id"]) for side in sides]
    everyone = [pd.Series(EVERYONE, index=ids, dtype="str").where(here) for here in there]
    segmentations = [c for c in where[0].columns if c in where[1].columns]
    rows: list[dict[str, Any]] = []
    for measure, values in _measures(did).items():
        for name in ["all", *segmentations]:
            now, past = everyone if name == "all" else (side[name] for side in where)
            cells = add_up(values[NOW], values[PAST], values[BEFORE], now, past, there)
            rows += [
                {"measure": measure, "segmentation": name, "segment": str(segment)}
                | _compare(cells, place, min_customers)
                for place, segment in enumerate(cells.segments)
            ]
    changes = pd.DataFrame(rows, columns=[*_TYPES, "alone_low", "alone_high"])
    return Market(_judge(changes).astype(_TYPES), periods)


_TEXTS = ("measure", "segmentation", "segment", "verdict")
_COLUMNS = ["measure", "segmentation", "segment", "customers_now", "customers_past", "mean_now", "mean_year_ago"]
_COLUMNS += ["plain_change", "usual_change", "change", "low", "high", "p_value", "p_adjusted"]
_COLUMNS += ["against_rest", "rest_low", "rest_high", "rest_p", "rest_adjusted", "verdict"]
_TYPES: dict[str, Any] = {c: "str" if c in _TEXTS else "float64" for c in _COLUMNS}


def _members(ids: pd.Index, some: pd.Series) -> np.ndarray:
    """Of each of the ids whether it is among some of them."""
    found = np.zeros(len(ids), bool)
    found[ids.get_indexer(pd.Index(some))] = True
    return found


def _years_before(day: date, years: int) -> date:
    return (pd.Timestamp(day) - pd.DateOffset(years=years)).date()


def _read_day(text: str, as_of: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise InputError(
            f'"{text}" is not a day', where="review.market_change", allowed="a day like 2026-03-15"
        ) from None
    if found >= as_of:
        raise InputError(f"{found} is not before {as_of}", where="review.market_change", mend="Name an earlier day.")
    return found


def _measures(did: pd.DataFrame) -> dict[str, dict[str, np.ndarray]]:
    """By measure what each customer did in each period; measures that nobody has in all of them are left out."""
    found = {}
    for measure, column in ((SALES, "spend"), (BOUGHT, "orders"), (VISITS, "events")):
        values = {when: did[f"{column}_{when}"].fillna(0.0).to_numpy(float) for when in (NOW, PAST, BEFORE)}
        if measure == BOUGHT:
            values = {when: (x > 0).astype(float) for when, x in values.items()}
        if all(x.any() for x in values.values()):
            found[measure] = values
    return found


def _compare(cells: Cells, place: int, least: int) -> dict[str, Any]:
    own = np.zeros(len(cells.segments) + 2, bool)
    own[place] = True
    rest = ~own
    rest[-1] = False
    n_now, n_past = cells.count(own)
    sums = cells.sums(own)
    row: dict[str, Any] = {"customers_now": n_now, "customers_past": n_past, "verdict": "few"}
    row |= {"mean_now": sums[0] / n_now if n_now else np.nan, "mean_year_ago": sums[1] / n_now if n_now else np.nan}
    if not _enough(cells, own, least):
        return row
    logs, weights = cells.change(own)
    row |= {"plain_change": float(np.expm1(logs[0])), "usual_change": float(np.expm1(logs[1])), "verdict": ""}
    row |= _relative(logs[0] - logs[1], cells.square(weights), ("change", "low", "high", "p_value"))
    without = _alone(cells, place)
    row |= {"alone_low": without["low"], "alone_high": without["high"]} if without else {}
    if _enough(cells, rest, least):
        rest_logs, rest_weights = cells.change(rest)
        names = ("against_rest", "rest_low", "rest_high", "rest_p")
        apart = logs[0] - logs[1] - (rest_logs[0] - rest_logs[1])
        row |= _relative(apart, cells.square(weights - rest_weights), names)
    return row


def _enough(cells: Cells, chosen: np.ndarray, least: int) -> bool:
    return min(cells.count(chosen)) >= least and bool(cells.active[:, chosen].sum(axis=1).min() >= _LEAST_ACTIVE)


def _alone(cells: Cells, place: int) -> dict[str, float]:
    """The change without the customer whose value is the largest, of those placed then and of those placed now; nothing
    where too few are left."""
    fewer = cells.without_largest(place)
    own = np.zeros(len(cells.segments) + 2, bool)
    own[place] = True
    if not _enough(fewer, own, 2):
        return {}
    logs, weights = fewer.change(own)
    return _relative(logs[0] - logs[1], fewer.square(weights), ("change", "low", "high", "p_value"))


def _relative(log: float, square: float, names: tuple[str, str, str, str]) -> dict[str, float]:
    error = float(np.sqrt(max(square, 0.0)))
    p = 2 * special.ndtr(-abs(log) / error) if error else float(log == 0)
    ends = [float(np.expm1(log + sign * Z * error)) for sign in (0, -1, 1)]
    return dict(zip(names, [*ends, float(p)], strict=True))


def _judge(changes: pd.DataFrame) -> pd.DataFrame:
    changes = changes.copy()
    for measure in changes["measure"].unique():
        own = (changes["measure"] == measure) & (changes["segmentation"] != "all")
        for raw, corrected in (("p_value", "p_adjusted"), ("rest_p", "rest_adjusted")):
            changes.loc[own, corrected] = adjust(changes.loc[own, raw].to_numpy(float))
    whole = changes["segmentation"] == "all"
    changes.loc[whole, "p_adjusted"] = changes.loc[whole, "p_value"]
    clear = changes["p_adjusted"] < CHANCE
    alone = (changes["alone_low"] > 0) | (changes["alone_high"] < 0)
    down = changes["change"] < 0
    more = (changes["rest_adjusted"] < CHANCE) & (changes["against_rest"] < 0)
    told = np.select(
        [changes["verdict"] == "few", ~clear, ~alone, down & more, down],
        ["few", "unclear", "one customer", "hit", "fell"],
        "rose",
    )
    return changes.assign(verdict=told)
