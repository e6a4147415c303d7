"""Gates that data about customers must pass: for segments by value, for the lifecycle, for behavioural segments."""

import math
from dataclasses import dataclass

RFM_BUYERS = 500
HISTORY_DAYS = 358  # a year less a week: the first and the last order seldom fall on the year's own ends
REPEAT_SHARE = 0.2
CUSTOMERS_PER_FEATURE = 70
LIFECYCLE_BUYERS = 100
MOSTLY_COMPLETE = 0.8  # of all answers; with fewer complete ones drivers are told of those who gave them


@dataclass(frozen=True)
class Gate:
    """What an analysis needs of the data, and how much of it was found (NaN where that is not known)."""

    gate: str
    needed: float
    found: float
    unit: str
    source: str
    why: str  # when the gate is not passed
    collect: str

    @property
    def passed(self) -> bool:
        return self.found >= self.needed  # never, where found is NaN


def check_rfm(facts: dict[str, float]) -> list[Gate]:
    buyers = facts["scored"]
    # As many scores as leave about 20 buyers a cell, and at least two.
    scores = buyers if math.isnan(buyers) else max(2, math.isqrt(int(buyers) // 20))
    each = f"about {buyers / 25:.0f}" if buyers >= 25 else "less than one"
    return [
        Gate(
            gate="buyers for scores from 1 to 5",
            needed=RFM_BUYERS,
            found=buyers,
            unit="customers",
            source="25 cells of recency and frequency with 20 buyers each on average",
            why=f"{count(buyers)} buyers in 25 cells are {each} a cell, so single customers can change a segment.",
            collect=f"Start simple: {scores} scores a measure instead of 5, until there are {RFM_BUYERS} buyers.",
        ),
        _check_history("days of order history", facts["history_days"]),
        _check_repeats(facts, "so frequency says little more than whether someone came back."),
    ]


def check_lifecycle(facts: dict[str, float]) -> list[Gate]:
    """Subscriptions say when customers leave, orders only let it be told by their silence: the former go first, unless
    the latter alone are enough. Visits are followed where there are neither."""
    if facts["visitors"] > 0 and not (facts["buyers"] > 0 or facts["subscribers"] > 0):
        return [_check_followed(facts["visitors"], "visitors", "list who has not come for a while")]
    orders = _check_orders_over_time(facts)
    subscriptions = _check_followed(facts["subscribers"], "subscribers", "count who has cancelled")
    if not facts["subscribers"] > 0 or (all(g.passed for g in orders) and not subscriptions.passed):
        return orders
    return [subscriptions]


def _check_followed(customers: float, called: str, start: str) -> Gate:
    points = math.ceil(98 / math.sqrt(max(1, customers)))  # NaN, too, is no more than 1
    return Gate(
        gate=f"{called} to follow over time",
        needed=LIFECYCLE_BUYERS,
        found=customers,
        unit="customers",
        source="a share of a hundred customers is known to ±10 points (95%, binomial)",
        why=f"Of {count(customers)} {called} the share that stays is known only to about ±{points} points.",
        collect=f"Start simple: {start}, until there are {LIFECYCLE_BUYERS} {called}.",
    )


def _check_history(gate: str, days: float) -> Gate:
    return Gate(
        gate=gate,
        needed=HISTORY_DAYS,
        found=days,
        unit="days",
        source="a year holds every season once, so that seasonal buyers do not look lapsed",
        why=f"{count(days)} days of orders are less than a year, so a seasonal buyer looks lapsed.",
        collect="Add older orders, or wait until they span a year.",
    )


def _check_orders_over_time(facts: dict[str, float]) -> list[Gate]:
    return [
        _check_followed(facts["buyers"], "buyers", "list who has not ordered for a while"),
        _check_history("days of orders to see customers leave in", facts["history_days"]),
        _check_repeats(facts, "so there is little rhythm to miss."),
    ]


def check_clusters(facts: dict[str, float]) -> list[Gate]:
    people = facts["grouped"]
    by = facts["features"] if facts["features"] > 0 else 5
    needed = CUSTOMERS_PER_FEATURE * by
    fewer = max(1, people // CUSTOMERS_PER_FEATURE)
    gate = Gate(
        gate="customers for the measures they are grouped by",
        needed=needed,
        found=people,
        unit="customers",
        source="70 customers a measure (Dolnicar, Grün, Leisch and Schmidt 2014, Journal of Travel Research)",
        why=f"{count(people)} customers are few to group by {count(by, 'measure')}: the next may change the groups.",
        collect=f"Start simple: group by {count(fewer, 'measure')}, until there are {count(needed)} customers.",
    )
    # Of customers who are told by other numbers alone it does not matter how often they order.
    repeats = _check_repeats(facts, "so most customers look the same on most measures.")
    return [gate, repeats] if facts["scored"] > 0 or not people > 0 else [gate]


def _check_repeats(facts: dict[str, float], so: str) -> Gate:
    return Gate(
        gate="share of buyers with a second order",
        needed=REPEAT_SHARE,
        found=facts["repeat_share"],
        unit="share",
        source="the top fifth by frequency should have ordered more than once",
        why=f"Only {percent(facts['repeat_share'])} of buyers ordered again, {so}",
        collect="Tell one-time from repeat buyers first, and work on the second order.",
    )


def percent(share: float) -> str:
    """Rounded, but 19.9% is never shown as the 20% that would do, nor 79.9% as 80%."""
    down = share < round(share, 2) in (REPEAT_SHARE, MOSTLY_COMPLETE)
    return "" if math.isnan(share) else f"{math.floor(100 * share) if down else round(100 * share)}%"


def count(value: float, of: str = "") -> str:
    return f"{value:,.0f}" + (f" {of}{'' if value == 1 else 's'}" if of else "")
