"""Key figures of each segment: who stayed, what a customer brings, and what winning one cost.

Every figure is written with its numerator, its denominator and its unit of time. Definitions follow Farris, Bendle,
Pfeifer and Reibstein (2010, "Marketing Metrics", ch. 5): retention is of those who were customers before, acquisition
cost of those who were won, and simple lifetime value is a year's margin of a customer over yearly churn. That form
counts on customers of today for ever; beside it stands the margin of the next HORIZON_YEARS years alone, discounted
(Gupta and Lehmann 2003, "Customers as assets", Journal of Interactive Marketing 17(1)), on which all judgement rests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import nan

import numpy as np
import pandas as pd

from helpers.analysis.roi.figures import FIGURES, RATES, Figure, Terms
from helpers.analysis.roi.groupings import ALL, EVERYONE, FIXED, NEW, START, TODAY, Grouping, codes_of
from helpers.analysis.roi.ratios import Sums, estimate, sum_groups, wilson
from helpers.errors import InputError

HORIZON_YEARS = 5
LEAST = 30  # customers, below which a rate or a mean says too much
COSTS_KNOWN = 0.9  # of revenue after returns, from which the lines' own costs tell the margin
GAP_SHARE = 0.8  # of the usual gap between orders, that a period must last to tell who stayed
EARLIER_SHARE = 0.5  # of a period, that the history must go back before the period before, to tell who was new in it
JUDGED_SHARE = 0.5  # of customers, who must be known to be late or not
KEEPING = ("retention", "churn", "revenue_churn")  # what the groups of today's orders would decide themselves
VALUES = ("cltv", "gross_margin_value", "cltv_cac", "roi")
OF_FIXED = ("leads", "conversion", "won_value", "won_retention", "won_to_cac")  # not of groups of behaviour
OF_LEADS = ("leads", "conversion")
COLUMNS = (
    *("segmentation", "segment", "kpi", "value", "low", "high", "numerator", "denominator", "unit"),
    *("period_first", "period_last", "note"),
)
TOO_FEW = f"fewer than {LEAST} customers"
_NEEDED = (
    *("customer_id", "known_on", "first_on", "acquisition_cost", "bought", "before", "kept", "orders", "revenue"),
    *("returned", "costed", "cost", "revenue_before", "returned_before", "years"),
)


@dataclass(frozen=True)
class Period:
    """What figures are of.

    basis: orders, subscriptions, tenure, list or nothing. first, last: its days; first is None where nothing is dated.
    before: first day of the equally long period before; None where there is none. began: the first purchase of all, by
    which it is known who was new in the period before.
    """

    basis: str
    first: date | None
    last: date
    before: date | None = None
    began: date | None = None

    @property
    def knows_who_is_new(self) -> bool:
        """Whether a first purchase on record is a customer's first: orders reach back before the period."""
        return not (self.basis == "orders" and self.first and self.before is None)

    @property
    def knows_won_before(self) -> bool:
        """Whether it is known who was won in the period before: the history goes back beyond it, by half as long."""
        if not (self.before and self.began and self.basis == "orders"):
            return False
        return (self.before - self.began).days >= EARLIER_SHARE * self.days

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1 if self.first else 0

    @property
    def years(self) -> float:
        """Its length, whole months being twelfths; 1 where nothing is dated, as fees are then those of a year."""
        if not self.first:
            return 1.0
        months = round(self.days / 365.25 * 12)
        whole = months and abs(self.days - months * 365.25 / 12) < 3
        return months / 12 if whole else self.days / 365.25

    @property
    def time(self) -> str:
        """The unit of time of what is counted in it: "in 12 months"."""
        if not self.first:
            return "since joining" if self.basis == "tenure" else "so far"
        months = self.years * 12
        return f"in {months:.0f} month{'s' if months > 1 else ''}" if months % 1 == 0 else f"in {self.days} days"


@dataclass(frozen=True)
class Kpis:
    """table: segmentation, segment, kpi, value, low, high (95% interval, where the figure is an estimate), numerator,
        denominator, unit, period_first, period_last, note (why there is no value, or what it rests on); segmentation
        "everyone" has one segment, "All customers". Money in the client's currency, shares in 0-1
    period; margin: share of revenue after returns, of all; margin_known: whether lines' costs told it
    discount_rate: a year; overhead: as given; moments: by segmentation, as in Grouping
    no_retention: why nobody's staying is told; "" where it is
    """

    table: pd.DataFrame
    period: Period
    margin: float
    margin_known: bool
    discount_rate: float
    overhead: float
    moments: dict[str, str]
    no_retention: str = ""

    def of(self, segmentation: str, kpi: str) -> pd.DataFrame:
        """The rows of one segmentation and figure."""
        table = self.table
        return table[(table["segmentation"] == segmentation) & (table["kpi"] == kpi)]

    def overall(self, kpi: str) -> pd.Series:
        """The row of all customers."""
        return self.of(EVERYONE, kpi).iloc[0]

    @property
    def is_empty(self) -> bool:
        """Whether nobody has bought anything."""
        return not float(self.overall("members")["value"]) > 0

    @property
    def segmentations(self) -> list[str]:
        return [name for name in self.moments if name != EVERYONE]


@dataclass(frozen=True)
class _Facts:
    """What is known of any customer at all."""

    has_money: bool
    has_orders: bool
    has_costs: bool
    costs: float
    leads: int
    has_dates_of_leads: bool

    @staticmethod
    def of(customers: pd.DataFrame) -> "_Facts":
        money, orders, costed, dated = (
            bool(customers[c].notna().any()) for c in ("revenue", "orders", "acquisition_cost", "known_on")
        )
        is_lead = customers["first_on"].isna() & ~customers["bought"] & ~customers["before"]
        costs = float(customers["acquisition_cost"].sum())
        return _Facts(money, orders, costed, costs, int(is_lead.sum()), dated)


def measure_kpis(
    customers: pd.DataFrame,
    period: Period,
    groupings: Sequence[Grouping] = (),
    *,
    margin: float,
    overhead: float = 0.0,
    discount_rate: float = 0.08,
    rhythm: pd.DataFrame | None = None,
    confidence: float = 0.95,
) -> Kpis:
    """The key figures of all customers and of each segment.

    customers: one row a customer or lead, as `features.segment_kpis.period_customers` has them. margin: share of
    revenue that is kept, where lines' costs do not tell it. overhead: spent in the period on winning customers beyond
    their acquisition costs; all customers won share it. rhythm: usual_gap_days and late (NaN where not known) of buyers
    today, by which a period is too short to tell who stayed; not looked at where not given.

    Raises InputError on absent columns, a customer twice, and a margin, overhead or discount that cannot be.
    """
    _check(customers, margin, overhead, discount_rate)
    customers = customers.reset_index(drop=True)
    measures, rate, known = _measures(customers, period, margin)
    no_retention = _why_no_retention(period, rhythm)
    won = float(measures["won"].sum())
    each = overhead / won if won else (nan if overhead else 0.0)
    facts, ids = _Facts.of(customers), pd.Index(customers["customer_id"])
    everyone = Grouping(EVERYONE, pd.Series(ALL, index=ids), FIXED, [ALL])
    rows: list[tuple[object, ...]] = []
    for grouping in [everyone, *groupings]:
        names, codes = codes_of(grouping, customers, period.first, ids)
        names = names or [ALL] * (grouping is everyone)  # a client without any customer has figures too: none is known
        parts = _for(grouping, measures, codes, period, won)
        lost = float(measures["lead_cost"].sum()) / won if won and grouping.moment != FIXED else 0.0
        staying = not no_retention and grouping.moment != TODAY
        told = Terms(period.years, discount_rate, HORIZON_YEARS, each + lost, staying)
        for name, sums in zip(names, sum_groups(parts, codes, len(names)), strict=True):
            for figure in FIGURES:
                if grouping.moment != FIXED and figure.kpi in OF_FIXED:
                    continue
                why = _why_not(figure, name, sums, grouping, facts, period, no_retention)
                numbers = _figure(figure, sums, told, why, confidence)
                if figure.kpi == "margin" and not known:  # an assumption has no interval
                    numbers = (numbers[0], nan, nan, *numbers[3:])
                note = why or _left_out(numbers, figure) or _rests_on(figure, grouping, known, period)
                unit = figure.unit.format(time=period.time)
                rows.append((grouping.name, name, figure.kpi, *numbers, unit, *_ends(period), note))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table = table.astype({"period_first": "datetime64[us]", "period_last": "datetime64[us]"})
    moments = {g.name: g.moment for g in [everyone, *groupings]}
    return Kpis(table, period, rate, known, discount_rate, overhead, moments, no_retention)


def _measures(customers: pd.DataFrame, period: Period, margin: float) -> tuple[pd.DataFrame, float, bool]:
    """What each customer adds to the sums, the margin of all, and whether lines' costs told it."""
    c = customers
    revenue, returned = c["revenue"].fillna(0.0), c["returned"].fillna(0.0)
    net, costed, cost = revenue - returned, c["costed"].fillna(0.0), c["cost"].fillna(0.0)
    total = float(net.sum())
    known = total > 0 and float(cost.sum()) > 0 and float(costed.sum()) >= COSTS_KNOWN * total
    rate = 1 - float(cost.sum()) / float(costed.sum()) if known else margin
    earned = (costed - cost) + rate * (net - costed) if known else margin * net
    first = pd.Timestamp(period.first) if period.first else pd.NaT
    is_lead = c["first_on"].isna() & ~c["bought"] & ~c["before"]
    won = c["first_on"].ge(first) if period.first else pd.Series(False, index=c.index)
    pool = c["known_on"].notna() & (is_lead | won) if period.first else won
    has_cost = c["acquisition_cost"].notna()
    came = is_lead & c["known_on"].ge(first) if period.first else won
    frame = pd.DataFrame(
        {
            "bought": c["bought"], "before": c["before"], "kept": c["kept"], "won": won, "leads": is_lead,
            "pool": pool, "pool_won": pool & won, "orders": c["orders"].fillna(0.0), "revenue": revenue, "net": net,
            "earned": earned, "revenue_before": c["revenue_before"].fillna(0.0).where(c["before"], 0.0),
            "customer": ~is_lead, "has_cost": has_cost, "cost": c["acquisition_cost"].fillna(0.0),
            "lead_cost": c["acquisition_cost"].fillna(0.0).where(came, 0.0), "years": c["years"].fillna(0.0),
        }
    ).astype(float)  # fmt: skip
    frame["revenue_lost"] = frame["revenue_before"].where(~c["kept"], 0.0)
    frame["left"] = frame["before"] - frame["kept"]
    new_before = pd.Timestamp(period.before) if period.before and period.knows_won_before else pd.NaT
    cohort = c["before"] & c["first_on"].ge(new_before)
    earlier = rate * (c["revenue_before"].fillna(0.0) - c["returned_before"].fillna(0.0))
    frame["cohort"], frame["cohort_kept"] = cohort.astype(float), (cohort & c["kept"]).astype(float)
    frame["cohort_earned"] = (earned + earlier).where(cohort, 0.0)
    frame["cohort_costed"] = (cohort & has_cost).astype(float)
    frame["cohort_cost"] = frame["cost"].where(cohort, 0.0)
    came_before = is_lead & c["known_on"].ge(new_before) & c["known_on"].lt(first)
    frame["cohort_leads"] = frame["cost"].where(came_before, 0.0)
    return frame, (float(earned.sum()) / total if total > 0 else rate), known


def _for(grouping: Grouping, measures: pd.DataFrame, codes: np.ndarray, period: Period, won: float) -> pd.DataFrame:
    """The same with `base`, the customers that money is divided by, and whose acquisition cost counts."""
    of_group = grouping.moment == START
    base = measures["customer"] if of_group else measures["bought"]
    whose = measures["won"] if grouping.moment == FIXED and period.first else measures["customer"]
    counted = whose * measures["has_cost"]
    leads = measures["lead_cost"] if grouping.moment == FIXED else 0.0
    return measures.assign(base=base, cac_customers=counted, cac_cost=measures["cost"] * counted, cac_leads=leads)


def _figure(figure: Figure, sums: Sums, terms: Terms, why: str, confidence: float) -> tuple[float, ...]:
    """value, low, high, numerator, denominator."""
    at = {name: np.array([total]) for name, total in zip(sums.names, sums.totals, strict=True)}
    with np.errstate(all="ignore"):
        above, below = (float(part(at, terms)[0]) for part in (figure.above, figure.below))
    above, below = (x if np.isfinite(x) else nan for x in (above, below))
    if why:
        return nan, nan, nan, above, below
    if figure.counted:
        return above, nan, nan, above, below
    if figure.kpi in RATES:
        return *wilson(above, below, confidence), above, below
    value, low, high = estimate(sums, lambda s: figure.value(s, terms), confidence, positive=figure.positive)
    if figure.kpi == "revenue_churn":
        low, high = _around_all_or_none(sums, value, (max(low, 0.0), min(high, 1.0)), confidence)
    elif figure.needs_staying:
        low, high = _around_staying(figure, at, terms, (low, high), confidence)
    return value, low, high, above, below


def _around_all_or_none(sums: Sums, value: float, ends: tuple[float, float], confidence: float) -> tuple[float, float]:
    """The interval of revenue lost; where none or all left, no difference between customers tells how far off that may
    be, so it goes as far as that of customers lost."""
    _, least, most = wilson(sums["left"], sums["before"], confidence)
    return (least if value == 1 else ends[0]), (most if value == 0 else ends[1])


def _around_staying(
    figure: Figure, at: dict[str, np.ndarray], terms: Terms, ends: tuple[float, float], confidence: float
) -> tuple[float, float]:
    """The interval, widened to where the figure lies at the ends of retention's own: where all or none stayed, no
    difference between customers tells how far off that may be."""
    found = [*ends]
    for share in wilson(float(at["kept"][0]), float(at["before"][0]), confidence)[1:]:
        kept = at["before"] * share
        with np.errstate(all="ignore"):
            found.append(float(figure.value({**at, "kept": kept, "left": at["before"] - kept}, terms)[0]))
    known = [x for x in found if np.isfinite(x)]
    return (min(known), max(known)) if np.isfinite(ends).all() else ends


def _why_not(
    figure: Figure,
    name: str,
    sums: Sums,
    grouping: Grouping,
    facts: _Facts,
    period: Period,
    no_retention: str,
) -> str:
    """Why a figure has no value here; "" where it has."""
    if figure.of_money and not facts.has_money:
        return "what customers paid is not known"
    if figure.kpi == "average_order" and not facts.has_orders:
        return "orders are not known"
    if figure.needs_cost:
        if not facts.has_costs:
            return "the customer list has no acquisition costs"
        if not facts.costs > 0:
            return "all acquisition costs are zero"
    if figure.kpi in OF_LEADS:
        if not facts.leads:
            return "no customer list names people who have not bought"
        if figure.kpi == "conversion" and not facts.has_dates_of_leads:
            return "when each lead came is not known"
    if figure.kpi in ("new_customers", "conversion") and not period.knows_who_is_new:
        return "the history begins with the period, so nobody can be told to be new"
    if figure.kpi == "payback_months" and grouping.moment == START and name == NEW:
        return "won in the period, of which each has seen a part only"
    if figure.kpi == "payback_months" and period.basis == "list":
        return "purchases have no dates"
    if figure.of_cohort and not period.knows_won_before:
        return "the history is too short to tell who was new in the period before"
    if figure.needs_staying:
        if no_retention:
            return no_retention
        if grouping.moment == TODAY:
            return "its groups are made of the same period's orders, which decide who stayed"
        if grouping.moment == START and name == NEW:
            return "won in the period, so not yet seen to stay or leave"
    if any(sums[count] < LEAST for count in figure.least):
        return TOO_FEW
    return ""


def _left_out(numbers: tuple[float, ...], figure: Figure) -> str:
    """Why a figure that could be worked out has no end, or no sense."""
    value, above, below = numbers[0], numbers[3], numbers[4]
    if value == value:
        return ""
    if figure.kpi == "cltv" and above > 0:
        return "nobody left in the period, so the simple form has no end"
    if figure.kpi == "payback_months" and above == above:
        return "not paid back within five years" if below > 0 else "a customer leaves no margin to pay it back"
    if figure.needs_cost and figure.kpi in ("cltv_cac", "roi") and below == 0:
        return "winning a customer cost nothing"
    return "not known"


def _rests_on(figure: Figure, grouping: Grouping, known: bool, period: Period) -> str:
    said = []
    if figure.needs_cost:
        every = grouping.moment != FIXED or not period.first
        won = "of customers won in the period before" if figure.of_cohort else "of customers won in the period"
        said.append("acquisition cost of its customers, whenever won" if every else won)
    if figure.of_margin:
        said.append("margin from the lines' costs" if known else "margin as assumed")
    if figure.kpi == "churn" and period.basis == "tenure":
        said.append("of all who ever joined, not a yearly rate")
    if figure.needs_staying and grouping.moment == START:
        said.append("groups as they stood when the period began")
    return "; ".join(said)


def _why_no_retention(period: Period, rhythm: pd.DataFrame | None) -> str:
    if period.basis in ("list", "nothing"):
        return "purchases have no dates" if period.basis == "list" else "there are no purchases"
    if period.basis == "orders" and period.before is None:
        return "the history does not hold two equally long periods"
    if period.basis != "orders" or rhythm is None or rhythm.empty:
        return ""
    gap = float(rhythm["usual_gap_days"].median())
    judged = float(rhythm["late"].notna().mean())
    if not gap * GAP_SHARE <= period.days or judged < JUDGED_SHARE:
        return "customers order so seldom that it is too early to tell who stayed"
    return ""


def _ends(period: Period) -> tuple[object, object]:
    return (pd.Timestamp(period.first) if period.first else pd.NaT), pd.Timestamp(period.last)


def _check(customers: pd.DataFrame, margin: float, overhead: float, discount_rate: float) -> None:
    if missing := [c for c in _NEEDED if c not in customers]:
        raise InputError(f"the customers lack {', '.join(missing)}", where="key figures")
    if twice := int(customers["customer_id"].duplicated().sum()):
        raise InputError(f"{twice} rows repeat a customer_id", where="key figures", mend="Give one row a customer.")
    if not 0 < margin <= 1:
        raise InputError(f"a margin of {margin} is impossible", where="margin", allowed="above 0, up to 1 (0.6 = 60 %)")
    if not 0 <= overhead < float("inf"):
        raise InputError(f"an overhead of {overhead} is impossible", where="acquisition_overhead", allowed="0 or more")
    if not 0 <= discount_rate <= 1:
        raise InputError(f"a discount of {discount_rate} a year", where="discount_rate", allowed="0 to 1 (0.08 = 8 %)")
