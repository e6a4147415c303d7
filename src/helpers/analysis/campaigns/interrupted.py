"""Interrupted time series: what the business sold after a campaign began, against the course it was on before.

Segmented regression of weekly sales (Wagner, Soumerai, Zhang and Ross-Degnan 2002; Bernal, Cummins and Gasparrini 2017,
"Interrupted time series regression for the evaluation of public health interventions", IJE 46): a trend, a change of
level and of slope on the first day, and the season by two pairs of harmonics of the year where two years are known.
Errors are Newey and West's (1987), which allow for weeks that resemble their neighbours, with the lags of their rule
of 1994, by statsmodels.

Nobody is compared here, so anything else that happened in these weeks counts as the campaign's. Two guards: the same is
estimated for every week before the campaign, and the interval is at least as wide as 95% of these estimates scatter;
and where fewer than two years are known, the season cannot be told from the campaign, and the estimate is not to be
used.
"""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from helpers.errors import InputError

WEEK = 7
YEAR_WEEKS = 365.25 / WEEK
LEAST_BEFORE, LEAST_AFTER = 12, 4  # weeks
SLOPE_AFTER = 8  # weeks after, from which a change of slope is told from one of level
MOST_AFTER = 26  # weeks; what came later has other causes too
LEAST_PLACEBOS = 19  # dates before: with fewer, one effect cannot be the largest of twenty
_HARMONICS = 2
_SHARED = ["campaign", "contacted", "weeks_before", "weeks_after"]


@dataclass(frozen=True)
class Interrupted:
    """by_campaign: one row a campaign: campaign, contacted (customers), weeks_before, weeks_after (judged), days (these
    weeks'), level (sales a week that the campaign's first week had more than its course), slope (the change of the
    course's rise a week; NaN unless told), effect (sales in all weeks after, above the course before), error, hac_low,
    hac_high (Newey and West's interval), low, high (the same, but at least as wide as the placebos scatter),
    expected (sales in these weeks on the course before), estimate, estimate_low, estimate_high (the effect per customer
    contacted), placebos (dates before that were tried), placebo_p (how often their effect was as large), season
    (whether it is in the model), ok, why ("" where ok).
    weeks: one row a campaign and week: campaign, week (0 is the first after), first_on, sales, fitted, expected (the
    course without the campaign; before it, the same as fitted).
    placebos: one row a campaign and date before it: campaign, week, effect."""

    by_campaign: pd.DataFrame
    weeks: pd.DataFrame
    placebos: pd.DataFrame


def measure_interruptions(
    days: pd.DataFrame, campaigns: pd.DataFrame, confidence: float = 0.95, *, judged: Collection[str] | None = None
) -> Interrupted:
    """Judge each campaign by the course of all sales.

    `days`: day, value, one row a day with sales; a day between first and last that has none counts as 0. `campaigns`:
    campaign, first_on, last_on, contacted; also those that are only to be known as having run at the same time, for
    where `judged` names some, only these are.
    Weeks are counted from the first day of each; days at either end that fill none are left out.

    Raises InputError where a column is missing or the confidence is impossible.
    """
    needed = (days, ["day", "value"]), (campaigns, ["campaign", "first_on", "last_on", "contacted"])
    for frame, columns in needed:
        if missing := [c for c in columns if c not in frame]:
            raise InputError(f"column {missing[0]!r} is missing", where="series", allowed=", ".join(columns))
    if not 0 < confidence < 1:
        raise InputError(f"confidence {confidence} is impossible", where="series", allowed="between 0 and 1")
    rows, weeks, placebos = [], [], []
    for row in campaigns.to_dict("records"):
        if judged is not None and row["campaign"] not in judged:
            continue
        if days.empty:
            break
        series = _weekly(days, row["first_on"])
        told, own, effects = _judge(series, row, campaigns, confidence)
        rows.append(told)
        weeks.append(own.assign(campaign=row["campaign"]))
        placebos.append(effects.assign(campaign=row["campaign"]))
    course = _joined(weeks, ["campaign", "week", "first_on", "sales", "fitted", "expected"])
    tried = _joined(placebos, ["campaign", "week", "effect"])
    return Interrupted(pd.DataFrame(rows, columns=_COLUMNS), course, tried)


def _joined(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True)[columns] if filled else pd.DataFrame(columns=columns)


def _weekly(days: pd.DataFrame, began: pd.Timestamp) -> pd.Series:
    """Sales by whole week from the campaign's first day, 0 being the first after; every day from first to last
    counts."""
    every = days.set_index("day")["value"].astype("float64").sort_index()
    dates = pd.date_range(every.index[0], every.index[-1], freq="D")
    every = every.reindex(dates, fill_value=0.0)
    week = (dates - pd.Timestamp(began)).days // WEEK
    by_week = every.groupby(week).agg(["sum", "size"])
    return by_week.loc[by_week["size"] == WEEK, "sum"].rename_axis("week")


def _judge(
    series: pd.Series, row: Mapping[Hashable, Any], campaigns: pd.DataFrame, confidence: float
) -> tuple[dict[str, Any], pd.DataFrame, pd.DataFrame]:
    before = int((series.index < 0).sum())
    after = min(int((series.index >= 0).sum()), MOST_AFTER, max(before, 0))
    told: dict[str, Any] = dict.fromkeys(_COLUMNS, np.nan)
    told |= {"campaign": row["campaign"], "contacted": int(row["contacted"]), "weeks_before": before}
    told |= {"weeks_after": after, "days": after * WEEK, "season": False, "placebos": 0, "ok": False}
    judged = series.iloc[: before + after]
    values = judged.to_numpy()
    if why := _too_thin(values, before, after):
        return told | {"why": why}, pd.DataFrame(), pd.DataFrame()
    season = before + after >= 2 * YEAR_WEEKS and before >= YEAR_WEEKS + after
    design, effect = _design(before, after, season)
    fit = _fit(values, design)
    contrast = effect @ fit.params
    error = float(np.sqrt(max(0.0, effect @ fit.cov_params() @ effect)))
    reach = float(special.stdtrit(len(values) - design.shape[1], (1 + confidence) / 2)) * error
    tried = _placebos(values[:before], after, season)
    scatter = float(np.quantile(np.abs(tried["effect"]), confidence)) if len(tried) else 0.0
    wide = max(reach, scatter)
    told |= {"level": fit.params[2], "slope": fit.params[3] if after >= SLOPE_AFTER else np.nan, "effect": contrast}
    told |= {"error": error, "hac_low": contrast - reach, "hac_high": contrast + reach, "season": season}
    told |= {"low": contrast - wide, "high": contrast + wide, "placebos": len(tried)}
    as_large = int((np.abs(tried["effect"]) >= abs(contrast)).sum())
    told["placebo_p"] = (1 + as_large) / (1 + len(tried)) if len(tried) else np.nan
    without = design.copy()
    without[:, 2 : _fixed(after)] = 0.0
    expected = without @ fit.params
    told["expected"] = float(expected[before:].sum())
    for name, column in (("estimate", "effect"), ("estimate_low", "low"), ("estimate_high", "high")):
        told[name] = told[column] / told["contacted"] if told["contacted"] else np.nan
    why = _why_not(row, campaigns, after, season, len(tried))
    course = pd.DataFrame({"week": judged.index, "sales": values, "fitted": fit.fittedvalues, "expected": expected})
    course["first_on"] = pd.Timestamp(row["first_on"]) + pd.to_timedelta(course["week"] * WEEK, unit="D")
    return told | {"ok": not why, "why": why}, course, tried


def _too_thin(values: np.ndarray, before: int, after: int) -> str:
    if before < LEAST_BEFORE:
        return "too few weeks before"
    if after < LEAST_AFTER:
        return "too few weeks after"
    return "" if np.ptp(values) else "sales never change"


def _why_not(row: Mapping[Hashable, Any], campaigns: pd.DataFrame, after: int, season: bool, tried: int) -> str:
    """What else may have made the change; the gravest first."""
    span = pd.Timedelta(days=after * WEEK)
    began = pd.Timestamp(row["first_on"])
    others = campaigns[campaigns["campaign"] != row["campaign"]]
    if ((others["first_on"] < began + span) & (others["last_on"] >= began - span)).any():
        return "other campaigns at the time"
    if not season:
        return "less than two years of sales"
    return "" if tried >= LEAST_PLACEBOS else "too few weeks before"


def _fixed(after: int) -> int:
    """How many columns of the design come before the season: intercept, trend, level and, where told, slope."""
    return 4 if after >= SLOPE_AFTER else 3


def _design(before: int, after: int, season: bool) -> tuple[np.ndarray, np.ndarray]:
    """The regressors of each week, and the weights that make the effect of all weeks after from their coefficients."""
    week = np.arange(-before, after, dtype="float64")
    step = (week >= 0).astype("float64")
    columns = [np.ones(len(week)), week, step]
    if after >= SLOPE_AFTER:
        columns.append(step * week)
    if season:
        turns = 2 * np.pi * week / YEAR_WEEKS
        columns += [wave(k * turns) for k in range(1, _HARMONICS + 1) for wave in (np.sin, np.cos)]
    design = np.column_stack(columns)
    effect = design[week >= 0].sum(axis=0)
    keep = np.zeros(design.shape[1])
    keep[2 : _fixed(after)] = 1.0
    return design, effect * keep


def _fit(values: np.ndarray, design: np.ndarray) -> Any:
    from statsmodels.regression.linear_model import OLS  # slow to import, and for campaigns only

    lags = max(1, int(4 * (len(values) / 100) ** (2 / 9)))
    return OLS(values, design).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})


def _placebos(values: np.ndarray, after: int, season: bool) -> pd.DataFrame:
    """The effect that each week before would have shown, had the campaign begun then; all weeks are from before it."""
    least = int(np.ceil(YEAR_WEEKS)) + after if season else LEAST_BEFORE
    rows = []
    for start in range(least, len(values) - after + 1):
        design, effect = _design(start, after, season)
        found = np.linalg.lstsq(design, values[: start + after], rcond=None)[0]
        rows.append({"week": start - len(values), "effect": float(effect @ found)})
    return pd.DataFrame(rows, columns=["week", "effect"])


_COLUMNS = [
    *_SHARED,
    *("days", "level", "slope", "effect", "error", "hac_low", "hac_high", "low", "high", "expected"),
    *("estimate", "estimate_low", "estimate_high", "placebos", "placebo_p", "season", "ok", "why"),
]
