"""How stages move from one period's end to the next, and where that heads.

The stage of each customer is put together again for past days by today's rules, from what was known then. The moves of
all periods together give the share that goes from each stage to each other: a Markov chain (Pfeifer and Carraway
2000, Modeling customer relationships as Markov chains, Journal of Interactive Marketing 14(2)). Carried on it is a
projection: what would be if these shares held and nobody new came.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from helpers.analysis.lifecycle.groups import ACTIVE, DORMANT, HIGH, LEAD, LOYAL, NAMES_OF_VISITS, STAGES
from helpers.errors import InputError

NEW = "new"  # where customers come from who were not known at the last period's end
PERIODS_A_YEAR: dict[str, int] = {"month": 12, "quarter": 4, "year": 1}
_FREQUENCY = {"month": "M", "quarter": "Q", "year": "Y"}
_YEARS_AHEAD = {"month": 1, "quarter": 1, "year": 3}
_MONTHLY_GAP, _QUARTERLY_GAP = 45, 135  # usual days between orders up to which periods are months, or quarters
_LEAST_HISTORY = {"month": 0, "quarter": 730, "year": 5 * 365}  # days, for periods of a length to be of use


@dataclass(frozen=True)
class Transitions:
    """How stages move.

    moves: from_status, to_status, customers (moves of all periods together), share (of those from there, 0-1); from
        "new" come customers first known in a period. Only pairs whose from_status had customers, zeros too
    over_year: the same columns and since, until: moves from a year ago (or the first period's end there is) to the
        last period's end
    heading: status, before, now, later, settled (shares of all customers at the first and the last period's end, after
        `periods_ahead` periods more, and in the long run)
    statuses: period_end, status, customers
    unit, periods (moves between so many pairs of period ends), periods_ahead
    """

    moves: pd.DataFrame
    over_year: pd.DataFrame
    heading: pd.DataFrame
    statuses: pd.DataFrame
    unit: str
    periods: int
    periods_ahead: int


def choose_unit(usual_gap_days: float, history_days: float, asked: str = "auto") -> str:
    """Months, quarters or years, as customers come often or seldom, and as the history holds enough of them.

    usual_gap_days: NaN where not known. Raises InputError where something else is asked for.
    """
    if asked != "auto":
        if asked not in _FREQUENCY:
            raise InputError(f'the period is "{asked}"', where="Lifecycle", allowed="auto, month, quarter or year")
        return asked
    gap = usual_gap_days if usual_gap_days == usual_gap_days else _QUARTERLY_GAP
    wanted = "month" if gap <= _MONTHLY_GAP else "quarter" if gap <= _QUARTERLY_GAP else "year"
    fits = [unit for unit, days in _LEAST_HISTORY.items() if history_days >= days]
    return wanted if wanted in fits else fits[-1] if fits else "month"


def period_ends(first: date, as_of: date, unit: str) -> list[date]:
    """The last days of the last whole periods by `as_of`: as many as let a year of moves be seen (of years: five),
    and none before somebody had bought on `first`."""
    if first is pd.NaT:
        return []
    moves = 5 if unit == "year" else PERIODS_A_YEAR[unit]
    last = pd.Period(as_of + timedelta(days=1), _FREQUENCY[unit]) - 1
    ends = [(last - back).end_time.date() for back in range(moves, -1, -1)]
    return [end for end in ends if end >= pd.Timestamp(first).date()]


def late_at(
    past: pd.DataFrame, judged: pd.DataFrame, today: pd.DataFrame, as_of: date, dormant_days: float = float("nan")
) -> pd.DataFrame:
    """Who was late at the end of each period: period_end, customer_id, is_late.

    past: period_end, buyer, days_since. judged: is_late of each row of `past`, in its order. today: customer_id,
    days_since, is_late at `as_of`, which stand for that day instead of what `past` has. dormant_days: decides alone
    where it is given.
    """
    then = past[["period_end", "days_since"]].assign(customer_id=past["buyer"], is_late=judged["is_late"].to_numpy())
    then = then[then["period_end"] != pd.Timestamp(as_of)]
    now = today[["customer_id", "days_since", "is_late"]].assign(period_end=pd.Timestamp(as_of))
    rows = pd.concat([then, now], ignore_index=True)
    if dormant_days == dormant_days:
        rows["is_late"] = rows["days_since"] > dormant_days
    return rows[["period_end", "customer_id", "is_late"]]


def follow_stages(
    customers: pd.DataFrame, late: pd.DataFrame, period_ends: Sequence[date], unit: str, *, of_visits: bool = False
) -> Transitions:
    """Count the moves between the stages at these period ends, of those that `late` tells of.

    customers: customer_id, known_on, first_on, loyal_on, high_value_on. late: period_end, customer_id, is_late, of
    those who had bought by then. Fewer than two ends give frames without rows.
    """
    told = set(late["period_end"])
    ends = [end for end in map(pd.Timestamp, period_ends) if end in told]
    if len(ends) < 2:
        none = _list_moves(np.zeros((len(STAGES) + 1, len(STAGES)), dtype=np.int64))
        heading = pd.DataFrame(columns=["status", "before", "now", "later", "settled"])
        statuses = pd.DataFrame(columns=["period_end", "status", "customers"])
        return Transitions(none, none.reindex(columns=[*none.columns, "since", "until"]), heading, statuses, unit, 0, 0)
    codes = [_codes_at(customers, late, end) for end in ends]
    moves = np.sum([_count_moves(before, after) for before, after in itertools.pairwise(codes)], axis=0)
    counts = np.stack([np.bincount(code[code >= 0], minlength=len(STAGES)) for code in codes])
    ahead = PERIODS_A_YEAR[unit] * _YEARS_AHEAD[unit]
    matrix = to_shares(moves[:-1])
    before, now = (counts[i] / counts[i].sum() for i in (0, -1))
    year_ago = max(len(ends) - 1 - PERIODS_A_YEAR[unit], 0)
    over_year = _list_moves(_count_moves(codes[year_ago], codes[-1]))
    names = NAMES_OF_VISITS if of_visits else {}
    return Transitions(
        moves=_list_moves(moves).replace(names),
        over_year=over_year.assign(since=ends[year_ago], until=ends[-1]).replace(names),
        heading=pd.DataFrame(
            {
                "status": [names.get(s, s) for s in STAGES],
                "before": before,
                "now": now,
                "later": project(now, matrix, ahead),
                "settled": settle(now, matrix),
            }
        ),
        statuses=pd.DataFrame(
            {
                "period_end": np.repeat(np.array(ends, dtype="datetime64[us]"), len(STAGES)),
                "status": np.tile([names.get(s, s) for s in STAGES], len(ends)),
                "customers": counts.ravel(),
            }
        ),
        unit=unit,
        periods=len(ends) - 1,
        periods_ahead=ahead,
    )


def _count_moves(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Moves from each stage, and in the last row from none yet, to each stage."""
    there = after >= 0
    start = np.where(before[there] >= 0, before[there], len(STAGES))
    pairs = np.bincount(start * len(STAGES) + after[there], minlength=len(STAGES) * (len(STAGES) + 1))
    return pairs.reshape(len(STAGES) + 1, len(STAGES))


def to_shares(moves: np.ndarray) -> np.ndarray:
    """Rows of counts as shares; a stage nobody left or stayed in keeps to itself."""
    totals = moves.sum(axis=1, keepdims=True)
    return np.where(totals > 0, moves / np.maximum(totals, 1), np.eye(len(moves)))


def project(shares: np.ndarray, matrix: np.ndarray, periods: int) -> np.ndarray:
    """Shares after so many periods more: shares times the matrix, so many times."""
    return shares @ np.linalg.matrix_power(matrix, periods)


def settle(shares: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Where the shares end up. The chain that stays put every second time has the same end and never swings."""
    lazy = (matrix + np.eye(len(matrix))) / 2
    for _ in range(60):  # 2 ** 60 periods
        lazy = lazy @ lazy
        lazy /= lazy.sum(axis=1, keepdims=True)
    return shares @ lazy


def _codes_at(customers: pd.DataFrame, late: pd.DataFrame, end: pd.Timestamp) -> np.ndarray:
    """The place in STAGES of each customer at the end of that day; -1 where not known yet."""
    overdue = late.loc[(late["period_end"] == end) & late["is_late"], "customer_id"]
    bought = customers["first_on"].le(end)
    rules = [
        bought & customers["customer_id"].isin(overdue),
        customers["high_value_on"].le(end),
        customers["loyal_on"].le(end),
        bought,
        customers["known_on"].le(end),
    ]
    places = [STAGES.index(stage) for stage in (DORMANT, HIGH, LOYAL, ACTIVE, LEAD)]
    return np.select([rule.to_numpy() for rule in rules], places, -1)


def _list_moves(moves: np.ndarray) -> pd.DataFrame:
    totals = moves.sum(axis=1)
    rows = [
        (start, end, int(moves[i, j]), float(moves[i, j] / totals[i]))
        for i, start in enumerate((*STAGES, NEW))
        for j, end in enumerate(STAGES)
        if totals[i]
    ]
    return pd.DataFrame(rows, columns=["from_status", "to_status", "customers", "share"])
