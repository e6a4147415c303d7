"""Customers with known habits, drawn at random: orders fall by chance, or in one season, or on promotion."""

import numpy as np
import pandas as pd

START, MONTHS = 12 * 2023, 36  # three years from January 2023
CALENDAR = [f"months_{month}" for month in range(1, 13)]
CATEGORIES = ["Bulbs", "Candles", "Pots", "Tools"]


def draw_habits(
    rng: np.random.Generator,
    customers: int,
    *,
    orders: float = 8.0,
    in_season: int = 0,
    on_promotion: int = 0,
    of_one_category: int = 0,
    season: tuple[int, ...] = (1, 2, 3, 4),
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """customers, by_month and by_category as `Habits` has them. The first customers keep to the season, the next buy on
    promotion alone, the next from one category; all others order by chance while they are customers, which many are for
    a part of the time only."""
    counts = 1 + rng.poisson(orders - 1, customers)
    who = np.repeat(np.arange(customers), counts)
    joined = rng.integers(0, 12, customers)
    left = np.where(rng.random(customers) < 0.4, rng.integers(18, MONTHS, customers), MONTHS)
    month = joined[who] + (rng.random(len(who)) * (left - joined)[who]).astype(int)
    seasonal = who < in_season
    year = rng.integers(0, 3, len(who))
    month = np.where(seasonal, 12 * year + rng.choice(season, len(who)), month)
    promoted = rng.random(len(who)) < np.where(month % 12 == 10, 0.6, 0.1)
    promoted |= (who >= in_season) & (who < in_season + on_promotion)
    fond = (who >= in_season + on_promotion) & (who < in_season + on_promotion + of_one_category)
    category = np.where(fond, 3, rng.choice(4, len(who), p=[0.4, 0.3, 0.2, 0.1]))
    lines = pd.DataFrame({"who": who, "month": START + month, "promoted": promoted, "category": category})
    return summed_up(lines, customers)


def summed_up(lines: pd.DataFrame, customers: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Orders as the engine sums them up. lines: who (0 to customers - 1), month, promoted, category (a number)."""
    each = lines.groupby("who")
    frame = each.agg(
        orders=("month", "size"),
        first_month=("month", "min"),
        last_month=("month", "max"),
        promoted=("promoted", "sum"),
    )
    active = lines[["who", "month"]].drop_duplicates()
    of_year = pd.crosstab(active["who"], active["month"] % 12).reindex(columns=range(12), fill_value=0)
    picks = pd.crosstab(lines["who"], lines["category"]).reindex(columns=range(4), fill_value=0)
    frame[CALENDAR] = of_year.to_numpy()
    favourite = picks.to_numpy().argmax(axis=1)
    frame = frame.assign(
        customer_id=[f"{i:05d}" for i in frame.index],
        spend=10.0 * frame["orders"],
        picks=frame["orders"],
        favourite=np.array(CATEGORIES)[favourite],
        favourite_picks=picks.to_numpy().max(axis=1),
    )
    assert len(frame) == customers
    by_month = lines.groupby("month").agg(
        orders=("who", "size"), promoted=("promoted", "sum"), customers=("who", "nunique")
    )
    named = lines.assign(category=np.array(CATEGORIES)[lines["category"]])
    by_category = named.groupby(["month", "category"]).size().rename("picks").reset_index()
    return frame.reset_index(drop=True), by_month.reset_index(), by_category
