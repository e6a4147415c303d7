"""What a comparison of before and after cannot show, estimated: how much of a change would have come anyway.

Customers chosen for having spent much will, as a group, spend less afterwards, whatever is done: part of what put them
at the top was chance (Galton 1886, "Regression towards mediocrity in hereditary stature"; Davis 1976, "The effect of
regression to the mean in epidemiologic and clinical studies", American Journal of Epidemiology 104; Barnett, van der
Pols and Dobson 2005, "Regression to the mean: what it is and how to deal with it", International Journal of
Epidemiology 34). Seasons and growth move everyone besides. Both are in the same comparison made once more where no
action can have played a part: the same choice of customers, followed for as long, a period or a year earlier (a
placebo). The change less the one that came anyway is what is left to explain. It proves no effect, since years differ.
"""

from dataclasses import dataclass
from math import exp, nan, pi, sqrt

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.roi.before_changes import LEAST, Change, Ratio, compare, interval, ratio
from helpers.analysis.roi.before_periods import Periods
from helpers.errors import InputError

TOP_SHARE = 0.2
EVERYONE, HIGH_VALUE, OTHERS, NEWCOMERS = "All customers", "High-value customers", "Other buyers", "No purchase before"
GROUPS = (EVERYONE, HIGH_VALUE, OTHERS, NEWCOMERS)
NOW, PERIOD_EARLIER, YEAR_EARLIER = "now", "a period earlier", "a year earlier"
LEFT = "left to explain"
CAME_ANYWAY = (
    *("group", "comparison", "customers", "before", "after", "change", "low", "high"),
    *("change_share", "share_low", "share_high", "verdict"),
)


@dataclass(frozen=True)
class CameAnyway:
    """rows: CAME_ANYWAY; per group and comparison ("now", "a period earlier", "a year earlier", and "left to explain",
    which is the first less the one named by `against`): customers, mean spend before and after, change in money per
    customer and as a share of before, with 95% intervals; verdict on the share ("above", "below", "unclear", "too
    few"). A group without spend before has no share.

    moves: comparison, high_value (customers), left (of them, no longer among the high-value ones after), left_share,
    entered.
    against: the comparison that counts as what would have come anyway; "" where there is none.
    same_season: whether it compares the same parts of the year. reason: why there are no rows, "" where there are."""

    rows: pd.DataFrame
    moves: pd.DataFrame
    against: str
    same_season: bool
    reason: str = ""

    @property
    def expected(self) -> bool:
        return bool(self.against)


def came_anyway(customers: pd.DataFrame, periods: Periods, *, top_share: float = TOP_SHARE) -> CameAnyway:
    """The change in spend of all customers, of the high-value ones and of the others, beside that which came earlier.

    customers: a row a customer with spend_… of the windows in `periods`. High-value are the `top_share` of buyers who
    spent most in the period before, equal spend being treated alike; they are chosen anew for each comparison.
    """
    if not 0 < top_share < 1:
        raise InputError(f"a top share of {top_share} is impossible", where="top share", allowed="between 0 and 1")
    if periods.before is None or periods.after is None:
        return _nothing("two periods of orders")
    if len(customers) == 0 or not customers["spend_before"].notna().all() or not customers["spend_before"].any():
        return _nothing("orders with amounts")
    named = {NOW: ("before", "after")}
    named |= {PERIOD_EARLIER: ("placebo_before", "placebo_after")} if periods.has_placebo else {}
    named |= {YEAR_EARLIER: ("year_before", "year_after")} if periods.has_year else {}
    pairs = {name: _Pair.of(customers, *columns, top_share) for name, columns in named.items()}
    pairs = {name: pair for name, pair in pairs.items() if name == NOW or pair.before.any()}
    # The same seasons go first: a placebo of other months would take a season for an effect.
    against = next((name for name in (YEAR_EARLIER, PERIOD_EARLIER) if name in pairs), "")
    rows = [_row(group, name, pair) for group in GROUPS for name, pair in pairs.items()]
    if against:
        rows += [_left_to_explain(group, pairs[NOW], pairs[against]) for group in GROUPS[:3]]
    rows = sorted(rows, key=lambda row: GROUPS.index(str(row["group"])))
    frame = pd.DataFrame.from_records(rows, columns=list(CAME_ANYWAY))
    moves = pd.DataFrame([pair.moves(name) for name, pair in pairs.items()])
    return CameAnyway(frame, moves, against, against == YEAR_EARLIER or periods.same_season)


@dataclass(frozen=True)
class _Pair:
    """Spend of each customer in two periods, and who was of high value in the first and in the second."""

    before: np.ndarray
    after: np.ndarray
    high: np.ndarray
    high_after: np.ndarray

    @classmethod
    def of(cls, customers: pd.DataFrame, before: str, after: str, top_share: float) -> "_Pair":
        first, second = (customers[f"spend_{name}"].to_numpy(dtype="float64") for name in (before, after))
        return cls(first, second, choose_high_value(first, top_share), choose_high_value(second, top_share))

    def group(self, name: str) -> np.ndarray:
        had = self.before > 0
        return {
            EVERYONE: had | (self.after > 0),
            HIGH_VALUE: self.high,
            OTHERS: had & ~self.high,
            NEWCOMERS: ~had & (self.after > 0),
        }[name]

    def growth(self, name: str) -> Ratio:
        """Spend after by spend before of a group, with each customer's part in it."""
        within = self.group(name)
        return ratio(np.where(within, self.after, 0.0), np.where(within, self.before, 0.0))

    def gain(self, name: str) -> Ratio:
        """Mean change in spend of a group's customers."""
        within = self.group(name)
        return ratio(np.where(within, self.after - self.before, 0.0), within.astype(float))

    def moves(self, comparison: str) -> dict[str, object]:
        return {
            "comparison": comparison,
            "high_value": int(self.high.sum()),
            "left": int((self.high & ~self.high_after).sum()),
            "left_share": float((~self.high_after[self.high]).mean()) if self.high.any() else nan,
            "entered": int((~self.high & self.high_after).sum()),
        }


def choose_high_value(spend: np.ndarray, top_share: float = TOP_SHARE) -> np.ndarray:
    """Who is among the `top_share` of buyers by spend (customers,): at least one where anybody bought, and all who
    spent as much as the last of them."""
    buyers = spend[spend > 0]
    if len(buyers) == 0:
        return np.zeros(len(spend), dtype=bool)
    place = max(1, round(top_share * len(buyers)))
    cut = np.partition(buyers, len(buyers) - place)[len(buyers) - place]
    return spend >= cut


def _row(group: str, comparison: str, pair: _Pair) -> dict[str, object]:
    within, gain, growth = pair.group(group), pair.gain(group), pair.growth(group)
    n = int(within.sum())
    few = n < LEAST
    low, high = (nan, nan) if few else interval(gain.value, gain.parts)
    share_low, share_high = (nan, nan) if few else interval(growth.value - 1, growth.parts)
    before, after = (float(side[within].mean()) if n else nan for side in (pair.before, pair.after))
    told = {"customers": n, "before": before, "after": after, "change": after - before, "low": low, "high": high}
    return _told(group, comparison, told, growth.value - 1, share_low, share_high)


def _left_to_explain(group: str, now: _Pair, then: _Pair) -> dict[str, object]:
    """The change now less the change then; customers of both comparisons are in both sums, and counted once."""
    gained: Change = compare(then.gain(group), now.gain(group))
    grown: Change = compare(then.growth(group), now.growth(group))
    told = {"customers": int(now.group(group).sum()), "before": nan, "after": nan}
    told |= {"change": gained.change, "low": gained.low, "high": gained.high}
    return _told(group, LEFT, told, grown.change, grown.low, grown.high)


def _told(
    group: str, comparison: str, told: dict[str, float], share: float, low: float, high: float
) -> dict[str, object]:
    verdict = "above" if low > 0 else "below" if high < 0 else "unclear" if low == low else "too few"
    shares = {"change_share": share, "share_low": low, "share_high": high, "verdict": verdict}
    return {"group": group, "comparison": comparison, **told, **shares}


def _nothing(needs: str) -> CameAnyway:
    kinds = {"group": "str", "comparison": "str", "verdict": "str", "customers": "int64"}
    rows = pd.DataFrame({c: pd.Series(dtype=kinds.get(c, "float64")) for c in CAME_ANYWAY})
    moves = pd.DataFrame({c: pd.Series(dtype="int64") for c in ("high_value", "left", "left_share", "entered")})
    return CameAnyway(rows, moves.assign(comparison=pd.Series(dtype="str")), "", False, needs)


def expected_follow_up(value: float, mean: float, correlation: float) -> float:
    """What is to be expected of those who had `value`, where nothing but chance moves them: mean + r (value - mean)."""
    return mean + correlation * (value - mean)


def expected_regression(mean: float, deviation: float, correlation: float, cut: float) -> float:
    """By how much the mean of all above `cut` falls towards `mean` when they are measured again, for normal values:
    (1 - r) * deviation * phi(z) / (1 - Phi(z)), z = (cut - mean) / deviation (Davis 1976; Barnett et al. 2005, whose
    within-subject variance is (1 - r) of the whole).

    Raises InputError on a deviation that is not positive or a correlation outside -1 to 1.
    """
    if not deviation > 0 or not -1 <= correlation <= 1:
        what = f"a deviation of {deviation} with a correlation of {correlation} is impossible"
        raise InputError(what, where="regression to the mean", allowed="above 0, and -1 to 1")
    z = (cut - mean) / deviation
    above = float(special.ndtr(-z))
    return (1 - correlation) * deviation * exp(-(z**2) / 2) / sqrt(2 * pi) / above
