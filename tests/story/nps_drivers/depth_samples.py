"""Small results around drivers, with numbers a reader can check by eye."""

from math import nan

import pandas as pd

from helpers.analysis.nps_drivers.checks import Checks
from helpers.analysis.nps_drivers.gain import Gain
from helpers.analysis.nps_drivers.outcomes import Outcomes, Parted
from helpers.analysis.nps_drivers.penalty import Penalties
from helpers.analysis.nps_drivers.segments import Contrasts
from helpers.analysis.nps_drivers.two_valued import TwoValued

DELIVERY, PRICES, SUPPORT = "delivery_reliability", "prices", "support"


def parted(*rows: tuple[str, str, str, float, bool]) -> Parted:
    columns = ["rating", "role", "reason", "explained_alone", "asked_about"]
    frame = pd.DataFrame(rows, columns=columns)
    return Parted(frame.astype({"explained_alone": "float64", "asked_about": "bool"}))


def outcome(name: str, mean: float, change: tuple[float, float, float] | None = None, answers: int = 900) -> dict:  # type: ignore[type-arg]
    moved = change or (nan, nan, nan)
    return {
        "outcome": name, "answers": answers, "mean": mean, "low": mean - 0.05, "high": mean + 0.05, "distinct": 5,
        "first_wave": "2024" if change else "", "last_wave": "2026" if change else "",
        "first_mean": mean - moved[0], "last_mean": mean if change else nan, "change": moved[0],
        "change_low": moved[1], "change_high": moved[2], "correlation": 0.62,
    }  # fmt: skip


def outcomes(*rows: dict) -> Outcomes:  # type: ignore[type-arg]
    return Outcomes(pd.DataFrame(rows, columns=list(outcome("x", 1))))


def satisfied(*shares: tuple[str, float, float, float], r_squared: float = 0.4, answers: int = 900) -> TwoValued:
    frame = pd.DataFrame(shares, columns=["driver", "share", "share_low", "share_high"])
    frame = frame.assign(importance=frame["share"] / r_squared, mean_with=4.2, mean_without=3.1)
    name = "overall_satisfaction" if shares else ""
    return TwoValued(name, frame, r_squared, r_squared - 0.05, r_squared + 0.05, 0.7, answers, [])


def checks(
    first: dict[str, str],
    r_squared: float = 0.42,
    answers: int = 900,
    drivers: tuple[str, ...] = (DELIVERY, PRICES),
    within_error: bool = False,
) -> Checks:
    n = len(drivers)
    frame = pd.DataFrame({"driver": list(drivers), "lmg_rank": range(1, n + 1), "ordinal": [0.18, 0.1, -0.02][:n]})
    frame["ordinal_rank"] = [1.0, 2.0, 3.0][:n]
    frame["boosted"], frame["boosted_low"], frame["boosted_high"] = [0.4, 0.12, -0.001][:n], 0.0, 0.5
    frame["boosted_rank"] = [1.0, 2.0, 3.0][:n]
    return Checks(frame, first, 1.0, r_squared, answers, within_error)


def penalties(*rows: tuple[str, str, float, float, float], answers: int = 900) -> Penalties:
    """Each row: driver, kind, penalty, reward, asymmetry."""
    frame = pd.DataFrame(rows, columns=["driver", "kind", "penalty", "reward", "asymmetry"])
    frame = frame.assign(low_up_to=2.0, high_from=5.0, low_share=0.3, high_share=0.35)
    for name in ("penalty", "reward", "asymmetry"):
        frame[f"{name}_low"], frame[f"{name}_high"] = frame[name] - 0.15, frame[name] + 0.15
    return Penalties(frame, answers)


def gains(*rows: tuple[str, float, float, float], rise: float = 0.5, answers: int = 900) -> Gain:
    """Each row: driver, change, low, high."""
    frame = pd.DataFrame(rows, columns=["driver", "nps_change", "low", "high"])
    frame = frame.assign(rise=rise, answers_changed=720, changed_share=0.8)
    frame["nps_change_among"] = frame["nps_change"] / 0.8
    frame["among_low"], frame["among_high"] = frame["low"] / 0.8, frame["high"] / 0.8
    return Gain(frame, rise, 12.0, 11.8, answers)


def contrasts(*rows: tuple[str, str, str, float, float, bool]) -> Contrasts:
    """Each row: grouping, group, driver, slope, slope of the others, clear."""
    frame = pd.DataFrame(rows, columns=["grouping", "group", "driver", "slope", "slope_others", "clear"])
    frame = frame.assign(answers=300, p_value=0.001, p_adjusted=0.01, difference=frame["slope"] - frame["slope_others"])
    frame["slope_low"], frame["slope_high"] = frame["slope"] - 0.2, frame["slope"] + 0.2
    frame["low"], frame["high"] = frame["difference"] - 0.25, frame["difference"] + 0.25
    return Contrasts(frame.astype({"clear": "bool"}), 70, 900)


NO_PARTING, NO_OUTCOMES, NOT_SATISFIED = parted(), outcomes(), satisfied()
NO_CHECKS, NO_PENALTIES, NO_GAINS, NO_CONTRASTS = checks({}, drivers=()), penalties(), gains(), contrasts()
