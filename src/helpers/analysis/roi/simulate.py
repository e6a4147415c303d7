"""How far a return may lie from what is expected, given how uncertain each thing it rests on is.

Monte Carlo: lift, margin, cost, reach and duration are drawn together many times, and each draw's return is worked
out as the expected one is. A lift is drawn from its interval: normal to either side of the estimate, with a spread of
its own where the interval is lopsided, as a bootstrap's may be (two-piece normal). Arms compared with one control group
are drawn together, since a control that bought little by chance makes all of them look good: with equal spreads two
arms' lifts have the correlation sqrt(l1 l2), l = n / (n + n_control) (Dunnett 1955, "A multiple comparison procedure
for comparing several treatments with a control", JASA 50). How far the other inputs may be off is nothing that data
tell; `SPREADS` assumes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.roi.cash import Programme, net_gain
from helpers.analysis.roi.returns import Returns, counted

# Half the width of each input's 95% interval, as a share of what is expected: an assumption.
SPREADS = {"margin": 0.1, "cost": 0.1, "reach": 0.1, "duration": 0.25}
DRAWS = 10_000
SCENARIOS = {"pessimistic": 0.1, "expected": 0.5, "optimistic": 0.9}
INPUTS = ("lift", "margin", "cost", "reach", "duration")
TORNADO = ["input", "expected", "at_low", "at_high", "net_gain_low", "net_gain_high", "swing"]
_NEAR = 0.025  # draws so near a scenario's place in the ranking tell which inputs make it
_Z95 = float(special.ndtri(0.975))


@dataclass(frozen=True)
class SimulatedReturns:
    """by_segment: that of the returns with roi_simulated_low, roi_simulated_high (95 % interval of the return at
    margin) and pays_chance (share of draws in which the margin exceeds the cost), blank without an interval or a cost.
    The same of all counted cases together: low, high, pays_chance."""

    by_segment: pd.DataFrame
    low: float
    high: float
    pays_chance: float


@dataclass(frozen=True)
class Outlook:
    """What a programme may gain. net_gain: expected, in money; low, high: 95 % interval; pays_chance.

    scenarios: scenario, quantile, net_gain, roi, and lift (revenue a customer), margin, cost, reach, duration as they
    are on average in the draws about there: the joint distribution's 10th, 50th and 90th percentile, and not all inputs
    at their worst. tornado: input, expected, at_low, at_high (the input's 10th and 90th percentile; cost, reach and
    duration as a share of what is expected), net_gain_low, net_gain_high (the net gain there, all else as expected),
    swing; the widest first.
    """

    net_gain: float
    low: float
    high: float
    pays_chance: float
    scenarios: pd.DataFrame
    tornado: pd.DataFrame
    spreads: dict[str, float] = field(default_factory=dict)
    basis: str = ""  # that of the programme


def simulate_returns(
    returns: Returns, spreads: Mapping[str, float] = SPREADS, draws: int = DRAWS, seed: int = 0
) -> SimulatedReturns:
    """Draw the returns of campaigns that have been: their lift and the margin are uncertain, and the cost where it is
    assumed. Whom they reached and what that brought in the time followed is known."""
    rng = np.random.default_rng(seed)
    table = returns.by_segment
    each = _drawn_lifts(table, draws, rng) * table["customers"].to_numpy()
    margin = returns.margin * _factor(spreads["margin"], draws, rng)
    margin = np.minimum(margin, 1)
    cost_factor = _factor(spreads["cost"], draws, rng)
    known = table["cost"].to_numpy() * np.where(table["cost_assumed"], cost_factor[:, None], 1.0)
    gained = margin[:, None] * each
    bounded = table["incremental_low"].notna().to_numpy() & (table["cost"] > 0).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        roi = np.where(bounded, gained / known - 1, nan)
    low, high = _bounds(roi)
    by_segment = table.assign(
        roi_simulated_low=low,
        roi_simulated_high=high,
        pays_chance=np.where(bounded, (roi > 0).mean(axis=0), nan),
    )
    of_total = table.index.get_indexer(counted(table).index)
    if not len(of_total) or not bounded[of_total].all():
        return SimulatedReturns(by_segment, nan, nan, nan)
    total = gained[:, of_total].sum(axis=1) / known[:, of_total].sum(axis=1) - 1
    bounds = _bounds(total[:, None])
    return SimulatedReturns(by_segment, float(bounds[0][0]), float(bounds[1][0]), float((total > 0).mean()))


def simulate_programme(
    programme: Programme, spreads: Mapping[str, float] = SPREADS, draws: int = DRAWS, seed: int = 0
) -> Outlook:
    """Draw the net gain of a programme over its horizon: every input of `INPUTS` is uncertain.

    The lift of a plan, and one without an interval, is drawn as if it could be off by its own size (95 %): nobody has
    measured it. Nothing, and neither scenarios nor inputs, where there is no programme.
    """
    if not programme.basis:
        nothing = pd.DataFrame(columns=["scenario", "quantile", "net_gain", "roi", *INPUTS])
        return Outlook(nan, nan, nan, nan, nothing, pd.DataFrame(columns=TORNADO), dict(spreads))
    rng = np.random.default_rng(seed)
    cases = programme.cases
    customers = cases["customers"].to_numpy("float64")
    lifts = _drawn_lifts(cases, draws, rng, unmeasured=1.0) @ customers / max(customers.sum(), 1)
    inputs = {
        "lift": lifts,
        "margin": np.minimum(programme.margin * _factor(spreads["margin"], draws, rng), 1),
        **{name: _factor(spreads[name], draws, rng) for name in ("cost", "reach", "duration")},
    }
    expected = {"lift": programme.lift, "margin": programme.margin, "cost": 1.0, "reach": 1.0, "duration": 1.0}
    gains, roi = net_gain(programme, **inputs)
    bounds = np.quantile(gains, [0.025, 0.975])
    tenth = float(special.ndtri(0.9)) / _Z95
    ends = {
        name: [max(at - tenth * at * spreads[name], 0), at + tenth * at * spreads[name]]
        for name, at in expected.items()
        if name != "lift"
    }
    ends["margin"][1] = min(ends["margin"][1], 1.0)
    ends["lift"] = [float(end) for end in np.quantile(lifts, [0.1, 0.9])]
    alone = [_moved(programme, name, ends[name], expected) for name in INPUTS]
    tornado = pd.DataFrame(alone).sort_values("swing", ascending=False, kind="stable", ignore_index=True)
    return Outlook(
        net_gain=float(net_gain(programme, **expected)[0]),
        low=float(bounds[0]),
        high=float(bounds[1]),
        pays_chance=float((gains > 0).mean()),
        scenarios=_scenarios(gains, roi, inputs),
        tornado=tornado,
        spreads=dict(spreads),
        basis=programme.basis,
    )


def _moved(programme: Programme, name: str, ends: list[float], expected: dict[str, float]) -> dict[str, object]:
    """One input at its 10th and its 90th percentile, all others as expected."""
    first, last = (float(net_gain(programme, **{**expected, name: end})[0]) for end in ends)
    return {
        "input": name,
        "expected": expected[name],
        "at_low": ends[0],
        "at_high": ends[1],
        "net_gain_low": first,
        "net_gain_high": last,
        "swing": abs(last - first),
    }


def _scenarios(gains: np.ndarray, roi: np.ndarray, inputs: Mapping[str, np.ndarray]) -> pd.DataFrame:
    places = np.argsort(np.argsort(gains, kind="stable"), kind="stable") / max(len(gains) - 1, 1)
    rows = []
    for name, quantile in SCENARIOS.items():
        near = np.abs(places - quantile) <= max(_NEAR, 1 / len(gains))
        means = {key: float(values[near].mean()) for key, values in inputs.items()}
        at = {"net_gain": float(np.quantile(gains, quantile)), "roi": float(np.nanquantile(roi, quantile))}
        rows.append({"scenario": name, "quantile": quantile, **at, **means})
    return pd.DataFrame(rows)


def _drawn_lifts(cases: pd.DataFrame, draws: int, rng: np.random.Generator, unmeasured: float = nan) -> np.ndarray:
    """Lifts (draws, cases) in revenue per customer; `unmeasured`: the spread of those without an interval, as a share
    of the lift (95 %)."""
    lift = (cases["new_average_revenue"] - cases["old_average_revenue"]).to_numpy("float64")
    reached = cases["customers"].where(cases["customers"] > 0).to_numpy("float64")
    half = special.ndtri((1 + cases["confidence"].to_numpy("float64")) / 2)
    down = (lift - cases["incremental_low"].to_numpy("float64") / reached) / half
    up = (cases["incremental_high"].to_numpy("float64") / reached - lift) / half
    unknown = np.isnan(down) | np.isnan(up)
    down, up = (np.where(unknown, np.abs(lift) * unmeasured / _Z95, spread) for spread in (down, up))
    control = cases["control_customers"].to_numpy("float64")
    with np.errstate(invalid="ignore", divide="ignore"):
        shared = np.nan_to_num(reached / (reached + control), nan=0.0)
    groups = cases.groupby(["campaign", "segment"], dropna=False, sort=False).ngroup().to_numpy()
    common = rng.standard_normal((draws, groups.max(initial=-1) + 1))[:, groups]
    own = rng.standard_normal((draws, len(cases)))
    # A control above its average lowers every lift measured against it.
    z = np.sqrt(shared) * common + np.sqrt(1 - shared) * own
    return lift + np.where(z > 0, z * np.maximum(up, 0), z * np.maximum(down, 0))


def _factor(spread: float, draws: int, rng: np.random.Generator) -> np.ndarray:
    """What an input is multiplied by (draws,): about 1, normal, never negative."""
    return np.maximum(1 + spread / _Z95 * rng.standard_normal(draws), 0)


def _bounds(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The 95 % interval of each column, NaN where it is not known."""
    low, high = np.quantile(values, [0.025, 0.975], axis=0) if values.size else (np.empty(0), np.empty(0))
    return low, high
