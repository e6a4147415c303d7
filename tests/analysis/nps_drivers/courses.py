"""Counts of answers by wave, made from scores."""

import pandas as pd


def counts_of(*scores: float, n: int = 1300, start: int = 2021) -> pd.DataFrame:
    """wave, promoters, passives, detractors of `n` answers a year from `start` on, a quarter of them passives."""
    passives = n // 4
    rows = []
    for year, score in enumerate(scores, start):
        promoters = round((n - passives + n * score / 100) / 2)
        rows.append((str(year), promoters, passives, n - passives - promoters))
    return pd.DataFrame(rows, columns=["wave", "promoters", "passives", "detractors"])
