"""Answers whose link with behaviour is known."""

import numpy as np
import pandas as pd

MEASURES = pd.DataFrame(
    {
        "measure": ["orders", "ticket_events", "visit_events", "returns"],
        "family": ["orders", "event", "event", "returns"],
        "subject": ["", "ticket", "visit", ""],
    }
)


def groups_of(score: np.ndarray) -> np.ndarray:
    return np.select([score >= 9, score >= 7], ["promoters", "passives"], "detractors")


def make_answers(n: int = 2_000, *, seed: int = 1, twice: bool = False) -> pd.DataFrame:
    """Busy customers order, visit and complain more, and are happier; a ticket costs 1.2 points of score; returns are
    drawn at random."""
    rng = np.random.default_rng(seed)
    busy = rng.gamma(2.0, 1.0, n)
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i // 2 if twice else i}" for i in range(n)],
            "answered_on": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 400, n), unit="D"),
            "orders": rng.poisson(3 * busy).astype(float),
            "ticket_events": rng.poisson(0.5 * busy).astype(float),
            "visit_events": rng.poisson(6 * busy).astype(float),
            "returns": rng.poisson(0.4, n).astype(float),
        }
    )
    pull = 1.6 * np.log1p(2 * busy) - 1.2 * (frame["ticket_events"] > 0)
    frame["score"] = np.clip(np.rint(5.6 + pull + rng.normal(0, 1.3, n)), 0, 10)
    return frame.assign(group=groups_of(frame["score"].to_numpy()))
