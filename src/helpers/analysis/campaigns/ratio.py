"""Whether the arms of a test are as large as a random draw would make them (sample ratio mismatch).

Fewer customers in an arm than were drawn for it means that some were lost after the draw, and those lost are seldom
like the rest. Chi-squared against the shares that were declared, or else against simple designs: all arms alike, or one
arm with a round share and the others alike (halves, thirds, a tenth held out). A test is broken where the best of
them has a p-value below .001 (Fabijan et al. 2019, "Diagnosing Sample Ratio Mismatch in Online Controlled
Experiments", KDD).
Choosing the nearest design makes the check lenient: what it flags is far from any design anybody would draw.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from scipy import special

from helpers.errors import InputError

LEVEL = 0.001
# Shares that one arm may be given, the others having the rest in equal parts.
ROUND = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 1 / 3, 0.4, 0.5, 0.6, 2 / 3, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


def check_ratios(arms: pd.DataFrame, shares: Mapping[str, float] | None = None) -> pd.DataFrame:
    """One row a campaign of two arms or more: campaign, customers, design (as "50 : 50", in the order of `arms`),
    declared, p_value and broken.

    arms: campaign, arm, customers. shares: of each arm, as declared; they count where all arms of a campaign have one.
    Raises InputError on shares that are not above zero.
    """
    shares = shares or {}
    if any(not share > 0 for share in shares.values()):
        raise InputError("a declared share is not above zero", where="shares", allowed="above 0")
    rows = []
    for campaign, found in arms.groupby("campaign", sort=True):
        if len(found) < 2:
            continue
        counts = found["customers"].to_numpy(float)
        declared = all(arm in shares for arm in found["arm"])
        designs = [np.array([shares[a] for a in found["arm"]])] if declared else list(_designs(len(found)))
        designs = [design / design.sum() for design in designs]
        p_values = [_chi_squared(counts, design) for design in designs]
        best = int(np.argmax(p_values))
        rows.append(
            {
                "campaign": campaign,
                "customers": int(counts.sum()),
                "design": " : ".join(f"{100 * share:.3g}" for share in designs[best]),
                "declared": declared,
                "p_value": p_values[best],
                "broken": p_values[best] < LEVEL,
            }
        )
    return pd.DataFrame(rows, columns=["campaign", "customers", "design", "declared", "p_value", "broken"])


def _designs(arms: int) -> Iterator[np.ndarray]:
    """All arms alike first, so that of designs that fit as well the simplest is named."""
    yield np.full(arms, 1 / arms)
    for place in range(arms):
        for share in ROUND:
            design = np.full(arms, (1 - share) / (arms - 1))
            design[place] = share
            yield design


def _chi_squared(counts: np.ndarray, shares: np.ndarray) -> float:
    """The p-value of the counts under the shares; 507 and 493 against halves: chi-squared .196, p .658."""
    expected = counts.sum() * shares
    statistic = float(((counts - expected) ** 2 / expected).sum()) if counts.sum() else 0.0
    return float(special.chdtrc(len(counts) - 1, statistic))
