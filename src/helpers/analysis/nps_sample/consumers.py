"""Where a client's customers are businesses with consumers of their own: what both say, business by business."""

from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd
from scipy import stats

from helpers.analysis.nps_sample.estimates import Estimate, estimate_difference, estimate_ratio

SIDES = ("business", "consumer")


@dataclass(frozen=True)
class Beside:
    """businesses: one row a business that either side answered for: account_id, business_answers, business_nps,
        consumer_answers, consumer_nps, consumer_low, consumer_high (NaN with fewer than `min_answers` consumers'
        answers), judged (both sides can be compared), warning (the business is no detractor, its consumers' interval is
        below zero); by consumers' answers
    by_side: one row a side: side, businesses, answers, nps, nps_low, nps_high, over the businesses that both sides
        answered for
    difference: businesses less consumers, over these; its interval takes businesses as drawn
    """

    businesses: pd.DataFrame
    by_side: pd.DataFrame
    difference: Estimate
    both: int  # businesses that both sides answered for

    @property
    def judged(self) -> int:
        return int(self.businesses["judged"].sum())

    @property
    def warnings(self) -> int:
        return int(self.businesses["warning"].sum())


def compare_sides(answers: pd.DataFrame, min_answers: int = 10) -> Beside:
    """`answers`: one row a business and side: account_id, side (business or consumer), answers, promoters,
    detractors. Each side's score is that of its answers."""
    told = answers.assign(y=answers["promoters"] - answers["detractors"])
    wide = told.pivot_table(
        index="account_id", columns="side", values=["answers", "y", "promoters", "detractors"], aggfunc="sum"
    )
    wide = wide.reindex(columns=pd.MultiIndex.from_product([["answers", "y", "promoters", "detractors"], SIDES]))
    wide = wide.fillna(0.0).astype(float)
    n = {side: wide["answers", side].to_numpy() for side in SIDES}
    y = {side: wide["y", side].to_numpy() for side in SIDES}
    both = (n["business"] > 0) & (n["consumer"] > 0)
    low, high = _adjusted_wald(
        wide["promoters", "consumer"].to_numpy(), wide["detractors", "consumer"].to_numpy(), n["consumer"]
    )
    enough = n["consumer"] >= min_answers
    frame = pd.DataFrame(
        {
            "account_id": wide.index.astype(str),
            "business_answers": n["business"].astype(int),
            "business_nps": _score(y["business"], n["business"]),
            "consumer_answers": n["consumer"].astype(int),
            "consumer_nps": np.where(enough, _score(y["consumer"], n["consumer"]), nan),
            "consumer_low": np.where(enough, 100 * low, nan),
            "consumer_high": np.where(enough, 100 * high, nan),
            "judged": both & enough,
        }
    )
    frame["warning"] = frame["judged"] & (frame["business_nps"] >= 0) & (frame["consumer_high"].round() < 0)
    frame = frame.sort_values(["consumer_answers", "account_id"], ascending=[False, True], ignore_index=True)
    parts = {side: (y[side][both], n[side][both]) for side in SIDES}
    estimates = {side: estimate_ratio(*parts[side]) for side in SIDES}
    by_side = pd.DataFrame(
        [
            {
                "side": side,
                "businesses": int(both.sum()),
                "answers": int(parts[side][1].sum()),
                "nps": e.score,
                "nps_low": e.low,
                "nps_high": e.high,
            }
            for side, e in estimates.items()
        ]
    )
    return Beside(frame, by_side, estimate_difference(parts["business"], parts["consumer"]), int(both.sum()))


def _score(y: np.ndarray, n: np.ndarray) -> np.ndarray:
    return 100 * np.divide(y, n, out=np.full(len(n), nan), where=n > 0)


def _adjusted_wald(promoters: np.ndarray, detractors: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95% interval of a score as a share, 3/4 added to either side and 3 to n (Rocks 2016)."""
    up, down, of = promoters + 0.75, detractors + 0.75, n + 3
    centre = (up - down) / of
    half = stats.norm.ppf(0.975) * np.sqrt(((up + down) / of - centre**2) / of)
    score = np.divide(promoters - detractors, n, out=np.zeros(len(n)), where=n > 0)
    return np.maximum(np.minimum(centre - half, score), -1), np.minimum(np.maximum(centre + half, score), 1)
