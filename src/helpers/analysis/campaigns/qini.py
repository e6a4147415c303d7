"""The Qini curve: what contacting the best-ranked share of customers would have brought, against a random share.

Radcliffe (2007), "Using control groups to target on predicted lift: building and assessing uplift models", Direct
Marketing Analytics Journal 1. Values are per customer of the whole campaign, so that the curve ends at the lift.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.campaigns.rankings import SEED

STEPS = 200  # of a curve; with fewer different ranks each is a step of its own
GROUPS = 200  # random groups of customers that the bootstrap draws, so that it costs no more for a million
REPLICATES = 250
POINTS = 20  # steps of a curve that are kept


@dataclass(frozen=True)
class Qini:
    """curve: contacted_share (0-1), gain, random, low, high (95 % each); lift of the whole arm; area between the curve
    and the random line with its interval; all in the outcome's unit for each customer of the whole campaign."""

    curve: pd.DataFrame
    lift: float
    area: float
    low: float
    high: float


def measure_qini(
    rank: np.ndarray, outcome: np.ndarray, treated: np.ndarray, *, confidence: float = 0.95, seed: int = SEED
) -> Qini:
    """The Qini curve of an ordering, the highest rank contacted first, and the area between it and the random line.

    rank, outcome: (n,), treated: (n,) booleans, assigned at random. Of the best-ranked share the gain is
    (R_t - R_c * N_t / N_c) / N, R being sums of the outcome and N_t, N_c counts, N that of all treated. Customers of
    equal rank come together, as no order between them is claimed. The interval is the area plus and minus normal
    quantiles of its bootstrap error.
    """
    step = np.unique(-rank, return_inverse=True)[1].astype("int64")
    if step.max() >= STEPS:
        place = pd.Series(step).rank(method="first").to_numpy("int64") - 1
        step = (place * STEPS // len(step)).astype("int64")
    groups = min(GROUPS, len(rank))
    rng = np.random.default_rng(seed)
    sums = _sums(step, rng.permutation(len(rank)) % groups, groups, outcome, treated)
    share, gain = _curves(sums, np.ones((1, groups)))
    draws = rng.multinomial(groups, np.full(groups, 1 / groups), size=REPLICATES).astype("float64")
    drawn_share, drawn_gain = _curves(sums, draws)
    area = float(_area(share, gain)[0])
    half = -special.ndtri((1 - confidence) / 2) * float(np.std(_area(drawn_share, drawn_gain), ddof=1))
    at = np.linspace(0, 1, POINTS + 1)
    kept = np.interp(at, share[0], gain[0])
    drawn = np.stack([np.interp(at, s, g) for s, g in zip(drawn_share, drawn_gain, strict=True)])
    spread = -special.ndtri(0.025) * drawn.std(axis=0, ddof=1)
    lift = float(gain[0, -1])
    columns = {"contacted_share": at, "gain": kept, "random": at * lift, "low": kept - spread, "high": kept + spread}
    return Qini(pd.DataFrame(columns), lift, area, area - half, area + half)


def _sums(step: np.ndarray, group: np.ndarray, groups: int, outcome: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """(4, groups, steps): outcome and count of the treated, outcome and count of the control."""
    steps = int(step.max()) + 1
    cell = group * steps + step
    parts = [outcome * treated, treated, outcome * ~treated, ~treated]
    return np.stack([np.bincount(cell, weights=p, minlength=groups * steps).reshape(groups, steps) for p in parts])


def _curves(sums: np.ndarray, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Contacted share and gain of each draw (draws, 1 + steps), both beginning at zero."""
    treated_sum, n, control_sum, n_control = (np.cumsum(draws @ part, axis=1) for part in sums)
    of_control = np.divide(control_sum, n_control, out=np.zeros_like(control_sum), where=n_control > 0)
    gain = (treated_sum - of_control * n) / np.maximum(n[:, -1:], 1)
    share = (n + n_control) / (n + n_control)[:, -1:]
    return tuple(np.pad(curve, ((0, 0), (1, 0))) for curve in (share, gain))  # type: ignore[return-value]


def _area(share: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """Between each curve and the straight line to its end."""
    above = gain - share * gain[:, -1:]
    return np.trapezoid(above, share, axis=1)
