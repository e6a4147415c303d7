"""Who buys from the fictional wholesaler: four planted kinds of buyer, their accounts and time as customers.

Days are counted from the first day of history; `CALENDAR` turns them into dates.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from helpers.data.demo import words

FIRST_DAY: Final = pd.Timestamp("2023-10-01")
LAST_DAY: Final = pd.Timestamp("2026-09-30")
CALENDAR: Final = pd.date_range(FIRST_DAY, LAST_DAY)
NO_ORDERS: Final = "No orders"


@dataclass(frozen=True)
class Segment:
    """What was planted for one kind of buyer; money in GBP, times in days."""

    name: str
    accounts: int
    contacts: float  # people an account, on average
    buyer_share: float  # of the people beyond the first, who always buys
    orders: float  # a buyer over the whole history, on average
    shape: float  # of the gamma that spreads order rates among buyers: low is uneven
    order_value: float  # median
    lines: float  # an order, on average
    months: tuple[int, ...]  # in which they order; empty: all year
    known_before: float  # share who were customers before the history starts
    latest_start: int  # day by which the others have joined
    stopped_share: float  # share who stopped buying during the history
    events: float  # visits, logins, opened mails and tickets a person
    answering: float  # readiness to answer a survey, relative to the others
    mood: float  # added to every rating


SEGMENTS: Final = (
    Segment("Key account buyers", 60, 9.0, 0.40, 54, 12, 1150, 4.1, (), 0.80, 500, 0.07, 60, 3.0, 0.45),
    Segment("Regular restockers", 380, 5.0, 0.47, 17.5, 14, 240, 2.7, (), 0.70, 450, 0.10, 23, 2.0, 0.25),
    Segment("Seasonal buyers", 360, 4.0, 0.60, 5.5, 16, 980, 3.6, (2, 3, 4, 5), 0.70, 220, 0.11, 13, 1.4, 0.05),
    Segment("Trial buyers", 400, 2.8, 0.85, 1.25, 4, 95, 1.8, (), 0.0, 1050, 0.0, 6.5, 0.6, -0.55),
)
TRIAL: Final = 3  # place in SEGMENTS: they try once or twice within some weeks, then never again


def make_people(rng: np.random.Generator) -> pd.DataFrame:
    """One row a contact: customer_id, account_id, segment, kind (place in SEGMENTS), buys, place (in the
    account), first_day and last_day (of buying), stopped ("", "at once", "faded"), acquired_on, and the
    firm's industry, company_size and region."""
    accounts = np.repeat(np.arange(len(SEGMENTS)), each("accounts"))
    rng.shuffle(accounts)
    people = np.ones(len(accounts), dtype=int)
    for number, segment in enumerate(SEGMENTS):
        rows = np.flatnonzero(accounts == number)
        further = round(len(rows) * (segment.contacts - 1))
        people[rows] += rng.multinomial(further, np.full(len(rows), 1 / len(rows)))
    account = np.repeat(np.arange(len(accounts)), people)
    kind = accounts[account]
    place = np.arange(len(account)) - np.repeat(np.cumsum(people) - people, people)
    buys = place == 0
    for number, segment in enumerate(SEGMENTS):
        rows = rng.permutation(np.flatnonzero((kind == number) & ~buys))
        buys[rows[: round(len(rows) * segment.buyer_share)]] = True
    firms = _describe_firms(rng, accounts)
    frame = pd.DataFrame(
        {
            "customer_id": _code(rng.permutation(np.arange(101, 19_999))[: len(account)]),
            "account_id": pd.Series(account + 1).astype(str).str.zfill(4).radd("AC"),
            "segment": np.where(buys, np.array([one.name for one in SEGMENTS])[kind], NO_ORDERS),
            "kind": kind,
            "buys": buys,
            "place": place,
        }
    ).join(firms.loc[account].reset_index(drop=True))
    return frame.join(_live(rng, kind, buys))


def make_customers(rng: np.random.Generator, people: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """The customer file as exported, and how many of its rows are dirty, by kind of dirt."""
    firsts, lasts = np.array(words.FIRST_NAMES.split()), np.array(words.LAST_NAMES.split())
    account = people["account_id"].str[2:].astype(int).to_numpy()
    # A stride that shares no factor with the number of names: nobody has a namesake in the same account.
    whole = len(firsts) * len(lasts)
    name = (rng.integers(whole, size=account.max() + 1)[account] + people["place"].to_numpy() * 1_237) % whole
    first, last = pd.Series(firsts[name // len(lasts)]), pd.Series(lasts[name % len(lasts)])
    company = np.array(words.COMPANY_WORDS.split())
    domain = pd.Series(company[account % len(company)] + company[(account // len(company)) * 7 % len(company)])
    channels = np.array(["Trade fair", "Sales rep", "Web search", "Referral", "Catalogue"])
    channel = rng.choice(5, size=len(people), p=[0.22, 0.28, 0.24, 0.16, 0.10])
    cost = np.array([140, 210, 62, 25, 38])[channel] * rng.lognormal(0, 0.35, len(people))
    customers = pd.DataFrame(
        {
            "CustomerCode": people["customer_id"],
            "AccountNo": people["account_id"],
            "ContactName": first + " " + last,
            "Email": (first + "." + last).str.lower() + "@" + domain.str.lower() + ".example.com",
            "JobRole": np.where(
                people["place"] == 0,
                rng.choice(["Decision maker", "Buyer"], len(people)),
                rng.choice(words.ROLES, len(people), p=[0.35, 0.12, 0.22, 0.18, 0.13]),
            ),
            "CustomerSince": people["acquired_on"].dt.strftime("%Y-%m-%d"),
            "LeadSource": channels[channel],
            "AcquisitionCost": cost.round(2),
            "MarketingConsent": np.where(rng.random(len(people)) < 0.81, "yes", "no"),
            "Industry": people["industry"],
            "CompanySize": people["company_size"],
            "Region": people["region"],
        }
    )
    return _dirty_customers(rng, customers, people)


def _dirty_customers(
    rng: np.random.Generator, customers: pd.DataFrame, people: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Add people entered twice, drop some addresses, and plant one name that a page must escape."""
    twice, unmailed = 24, 75
    rows = rng.permutation(len(customers))
    again = customers.iloc[rows[:twice]].copy()
    free = np.setdiff1d(np.arange(101, 19_999), customers["CustomerCode"].astype(int))
    again["CustomerCode"] = _code(rng.choice(free, twice, replace=False)).to_numpy()
    parts = again["ContactName"].str.split(" ", expand=True)
    written = [
        parts[1].str.upper() + ", " + parts[0],
        parts[0].str[0] + ". " + parts[1],
        parts[0] + "  " + parts[1],
    ]
    again["ContactName"] = np.choose(np.arange(twice) % 3, [one.to_numpy(object) for one in written])
    again["Email"] = again["Email"].str.capitalize()
    customers.loc[rows[twice : twice + unmailed], "Email"] = ""
    odd = people.index[people["buys"] & (people["kind"] == 0) & ~people.index.isin(rows[: twice + unmailed])][0]
    customers.loc[odd, "ContactName"] = 'Robin <script>alert("x")</script>'
    customers = pd.concat([customers, again]).sort_values("CustomerCode", ignore_index=True)
    return customers, {"near_duplicate_people": twice, "missing_email": unmailed, "script_in_name": 1}


def _describe_firms(rng: np.random.Generator, accounts: np.ndarray) -> pd.DataFrame:
    """Trade, size and region of each account; bigger firms and garden centres lean to the bigger segments."""
    sizes = np.array(
        [
            [0.02, 0.13, 0.45, 0.40],
            [0.30, 0.48, 0.18, 0.04],
            [0.42, 0.42, 0.14, 0.02],
            [0.72, 0.23, 0.04, 0.01],
        ]
    )
    trades = np.array(
        [
            [0.34, 0.08, 0.04, 0.22, 0.24, 0.08],
            [0.18, 0.24, 0.18, 0.20, 0.12, 0.08],
            [0.48, 0.10, 0.18, 0.10, 0.06, 0.08],
            [0.06, 0.34, 0.14, 0.14, 0.20, 0.12],
        ]
    )
    regions = rng.choice(words.REGIONS, len(accounts), p=[0.22, 0.17, 0.24, 0.15, 0.11, 0.07, 0.04])
    return pd.DataFrame(
        {
            "industry": np.array(words.INDUSTRIES)[pick(rng, trades[accounts])],
            "company_size": np.array(words.COMPANY_SIZES)[pick(rng, sizes[accounts])],
            "region": regions,
        }
    )


def _live(rng: np.random.Generator, kind: np.ndarray, buys: np.ndarray) -> pd.DataFrame:
    """When each person joined, and when and how those who stopped did."""
    n, end = len(kind), len(CALENDAR) - 1
    before = rng.random(n) < each("known_before")[kind]
    joined = np.where(before, -rng.integers(1, 1_500, n), (rng.random(n) * each("latest_start")[kind]).astype(int))
    first = np.maximum(joined, 0)
    earliest, latest = (
        np.maximum(first + 250, 300),
        860,
    )  # no stop so late that it may be a pause, nor so early
    stops = buys & (rng.random(n) < each("stopped_share")[kind]) & (earliest < latest)
    faded = stops & (rng.random(n) < 0.5)
    last = np.where(stops, (earliest + rng.random(n) * (latest - earliest)).astype(int), end)
    last = np.where(buys & (kind == TRIAL), np.minimum(first + 40, end), last)
    return pd.DataFrame(
        {
            "first_day": first,
            "last_day": last,
            "stopped": np.select([faded, stops], ["faded", "at once"], ""),
            "acquired_on": FIRST_DAY + pd.to_timedelta(joined, unit="D"),
        }
    )


def pick(rng: np.random.Generator, shares: np.ndarray) -> np.ndarray:
    """One column number for each row of shares (rows sum to 1)."""
    return (rng.random(len(shares))[:, None] > shares.cumsum(axis=1)[:, :-1]).sum(axis=1)


def each(field: str) -> np.ndarray:
    """What was planted for each segment, in the order of SEGMENTS."""
    return np.array([getattr(one, field) for one in SEGMENTS])


def _code(numbers: np.ndarray) -> pd.Series:
    return pd.Series(numbers).astype(str).str.zfill(5)
