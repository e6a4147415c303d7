"""What the fictional wholesaler's customers say and do besides ordering: surveys, events and two campaigns.

The recommendation score is a weighted sum of six ratings and noise, so the importance of each is known. The
campaigns' outcomes are drawn from planted rates, not summed from the order lines, so their lift is known too.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from helpers.data.demo import words
from helpers.data.demo.people import CALENDAR, FIRST_DAY, each, pick

CONTROL: Final = "Held out"


@dataclass(frozen=True)
class Driver:
    """A rated topic: its question in the file, its weight in the score, its average rating (1-5)."""

    name: str
    question: str
    weight: float  # points of score a point of rating
    mean: float


DRIVERS: Final = (
    Driver("delivery_reliability", "Q2_Delivery", 1.06, 3.55),
    Driver("product_range", "Q3_Range", 0.33, 3.75),
    Driver("ordering_ease", "Q4_Ordering", 0.82, 3.60),
    Driver("prices", "Q5_Prices", 0.53, 3.40),
    Driver("support", "Q6_Support", 0.18, 3.80),
    Driver("invoicing", "Q7_Invoicing", 0.01, 3.75),
)
# Wave: (first day of the fieldwork, change of every rating, further change of delivery)
WAVES: Final = {
    "2024": ("2024-06-03", 0.02, 0.0),
    "2025": ("2025-06-02", -0.05, -0.35),
    "2026": ("2026-06-01", 0.02, 0.0),
}


@dataclass(frozen=True)
class Arm:
    """One arm of a campaign: what it does to each segment's rate of conversion, and its cost."""

    campaign: str
    arm: str
    sent_on: str
    times: float  # rate of conversion, as a multiple of the control's
    cost: float  # GBP a contact


ARMS: Final = (
    Arm("Spring restock 2026", CONTROL, "2026-03-02", 1.0, 0.0),
    Arm("Spring restock 2026", "Email", "2026-03-02", 1.15, 0.35),
    Arm("Spring restock 2026", "Email and call", "2026-03-02", 2.0, 2.80),
    Arm("Autumn catalogue 2025", CONTROL, "2025-09-15", 1.0, 0.0),
    Arm("Autumn catalogue 2025", "Catalogue", "2025-09-15", 1.0, 7.20),
)
# Rate of conversion in 60 days without any contact, and mean revenue (GBP) of those who convert, by segment.
# Key account buyers are left out of both campaigns: account managers call them anyway. So is who never ordered.
CONVERSION: Final = {"Regular restockers": 0.20, "Seasonal buyers": 0.14, "Trial buyers": 0.05}
REVENUE: Final = {"Regular restockers": 240.0, "Seasonal buyers": 390.0, "Trial buyers": 110.0}


def make_surveys(
    rng: np.random.Generator, people: pd.DataFrame, a_wave: int = 800
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The answers as exported, and how many hold a code for missing, by question."""
    parts = [_ask(rng, people, wave, a_wave) for wave in WAVES]
    answers = pd.concat(parts, ignore_index=True)
    ratings = answers[[one.question for one in DRIVERS]].to_numpy()
    pull = (ratings - np.array([one.mean for one in DRIVERS])) @ np.array([one.weight for one in DRIVERS])
    score = np.clip(np.rint(8.3 + pull + rng.normal(0, 1.25, len(answers))), 0, 10).astype(int)
    answers["Comment"] = _comment(rng, score, ratings)
    answers.loc[np.flatnonzero(score >= 9)[7], "Comment"] = 'Great service <script>alert("x")</script>'
    answers.insert(3, "Q1_Recommend", np.where(rng.random(len(answers)) < 0.02, 99, score))
    unrated = rng.random(ratings.shape) < 0.015
    answers[[one.question for one in DRIVERS]] = np.where(unrated, 0, ratings)
    answers.insert(0, "ResponseID", "R" + (10_001 + answers.index).astype(str))
    dirt = {"score_99": int((answers["Q1_Recommend"] == 99).sum())}
    dirt |= {f"{one.question}_0": int((answers[one.question] == 0).sum()) for one in DRIVERS}
    return answers, dirt | {"script_in_comment": 1}


def make_events(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Visits, logins, opened mails and tickets, until some weeks after a person's last order."""
    mean = np.where(people["buys"], each("events")[people["kind"]], 5.5)
    until = np.minimum(people["last_day"].to_numpy() + 60, len(CALENDAR) - 1)
    active = (until - people["first_day"].to_numpy() + 1) / len(CALENDAR)
    count = rng.poisson(mean * np.sqrt(active) * rng.gamma(3, 1 / 3, len(people)))
    who = np.repeat(np.arange(len(people)), count)
    start = people["first_day"].to_numpy()[who]
    day = start + (rng.random(len(who)) * (until[who] - start + 1)).astype(int)
    weekend = (CALENDAR.day_of_week.to_numpy()[day] >= 5) & (rng.random(len(day)) < 0.8)
    day = np.where(weekend & (day - 2 >= start), day - 2, day)
    kinds = np.array(["visit", "login", "email_open", "ticket"], dtype=object)
    places = np.array(["Web shop", "Customer portal", "Newsletter", "Help desk"], dtype=object)
    fading = (people["stopped"] == "faded").to_numpy()[who]
    kind = pick(rng, np.where(fading[:, None], [0.38, 0.20, 0.27, 0.15], [0.42, 0.27, 0.26, 0.05]))
    minute = np.clip(rng.normal(13, 3.2, len(day)), 6, 23) * 60
    at = FIRST_DAY + pd.to_timedelta(day * 1440 + minute.astype(int), unit="min")
    events = pd.DataFrame(
        {
            "CustomerCode": people["customer_id"].to_numpy(object)[who],
            "Time": at,
            "Event": kinds[kind],
            "Place": places[kind],
        }
    ).sort_values(["Time", "CustomerCode", "Event"], kind="stable", ignore_index=True)
    events = events.drop_duplicates(ignore_index=True)  # two alike in one minute would read as a fault
    return events.assign(Time=events["Time"].dt.strftime("%Y-%m-%d %H:%M"))


def make_exposures(rng: np.random.Generator, people: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The campaign file as exported, and the planted lift: campaign, arm, customers, conversion_lift,
    spend_lift (GBP a customer), cost (GBP a contact). The lift is the expected one of the customers drawn."""
    parts, lifts = [], []
    for campaign in dict.fromkeys(one.campaign for one in ARMS):
        arms = [one for one in ARMS if one.campaign == campaign]
        known = people["acquired_on"] < pd.Timestamp(arms[0].sent_on)
        able = people[known & people["segment"].isin(list(CONVERSION))]
        # Drawn within segments, so that the arms are alike.
        drawn = able.iloc[rng.permutation(len(able))].sort_values("segment", kind="stable")
        arm = np.arange(len(drawn)) % len(arms)
        rate = drawn["segment"].map(CONVERSION).to_numpy(float)
        revenue = drawn["segment"].map(REVENUE).to_numpy(float)
        converts = rng.random(len(drawn)) < rate * np.array([one.times for one in arms])[arm]
        spend = np.where(converts, revenue * rng.lognormal(-0.125, 0.5, len(drawn)), 0.0)
        parts.append(
            pd.DataFrame(
                {
                    "Campaign": campaign,
                    "CustomerCode": drawn["customer_id"].to_numpy(),
                    "Group": np.array([one.arm for one in arms], dtype=object)[arm],
                    "SentOn": arms[0].sent_on,
                    "conversion": converts.astype(int),
                    "spend": spend.round(2),
                    "Cost": np.array([one.cost for one in arms])[arm],
                }
            ).sort_values("CustomerCode", ignore_index=True)
        )
        lifts += [
            {
                "campaign": campaign,
                "arm": one.arm,
                "customers": int((arm == place).sum()),
                "conversion_lift": round(float((rate * (one.times - 1)).mean()), 5),
                "spend_lift": round(float((rate * revenue * (one.times - 1)).mean()), 3),
                "cost": one.cost,
            }
            for place, one in enumerate(arms)
            if one.arm != CONTROL
        ]
    return pd.concat(parts, ignore_index=True), pd.DataFrame(lifts)


def _ask(rng: np.random.Generator, people: pd.DataFrame, wave: str, size: int) -> pd.DataFrame:
    """Answers of one wave without score and comment: who, when, wave, touchpoint and six ratings (1-5)."""
    began, change, delivery = WAVES[wave]
    first = (pd.Timestamp(began) - FIRST_DAY).days
    known = people[people["first_day"] < first]
    kind = known["kind"].to_numpy()
    ready = np.where(known["buys"], each("answering")[kind], 0.5)
    asked = known.iloc[np.sort(rng.choice(len(known), size, replace=False, p=ready / ready.sum()))]
    mood = np.where(asked["buys"], each("mood")[asked["kind"]], 0.0)
    mood = mood + np.where((asked["stopped"] != "") & (asked["last_day"] < first + 200), -0.7, 0.0)
    shared = rng.normal(0, 0.33, size) + mood + change
    latent = np.array([one.mean for one in DRIVERS]) + shared[:, None] + rng.normal(0, 0.82, (size, len(DRIVERS)))
    latent[:, 0] += delivery
    ratings = np.clip(np.rint(latent), 1, 5).astype(int)
    day = first + rng.integers(0, 19, size)
    answers = pd.DataFrame(
        {
            "CustomerCode": asked["customer_id"].to_numpy(),
            "Completed": (FIRST_DAY + pd.to_timedelta(day, unit="D")).strftime("%Y-%m-%d"),
            "Wave": wave,
            "Touchpoint": rng.choice(
                ["After delivery", "Annual survey", "Customer portal", "After support"],
                size,
                p=[0.35, 0.4, 0.15, 0.1],
            ),
        }
    )
    return answers.join(pd.DataFrame(ratings, columns=[one.question for one in DRIVERS]))


def _comment(rng: np.random.Generator, score: np.ndarray, ratings: np.ndarray) -> np.ndarray:
    """A comment for half of the answers: promoters praise their best rating, detractors blame their worst."""
    shaken = ratings + rng.random(ratings.shape) * 0.5  # ties fall at random
    tone = np.select([score >= 9, score <= 6], [0, 1], 2)
    topic = np.select([tone == 0, tone == 1], [shaken.argmax(axis=1), shaken.argmin(axis=1)], shaken.argmin(axis=1))
    rated = ratings[np.arange(len(score)), topic]
    plain = ((tone == 0) & (rated < 4)) | ((tone == 1) & (rated > 3)) | (rng.random(len(score)) < 0.06)
    topic = np.where(plain, len(DRIVERS), topic)
    themes = [*(words.COMMENTS[one.name] for one in DRIVERS), words.GENERAL]
    drawn = rng.integers(0, 30, len(score))  # a multiple of every list's length: each text is equally likely
    written = rng.random(len(score)) < np.where(tone == 2, 0.4, 0.6)
    texts = [_say(themes[t][m], d) for t, m, d in zip(topic, tone, drawn, strict=True)]
    return np.where(written, np.array(texts, dtype=object), "")


def _say(sentences: list[str], drawn: int) -> str:
    """One sentence, or two of the same topic: 30 draws give every pair of five, and each alone once or twice."""
    first, second = drawn % len(sentences), drawn // len(sentences)
    return (
        sentences[first]
        if second in (first, len(sentences))
        else f"{sentences[first]} {sentences[second % len(sentences)]}"
    )
