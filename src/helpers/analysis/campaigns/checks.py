"""Whether a test can be trusted: the sizes of its arms, and their likeness before it began.

Arms drawn at random are alike in what their customers did before, but for chance. Each measure of the time before is
compared with the control's (Welch; kinds of customer by chi-squared), and the p-values of a campaign are corrected
together (Holm 1979); one below .001 says that the draw was not random. The standardised difference tells how far apart
the arms are, in standard deviations (Austin 2009, Statistics in Medicine 28: 3083-3107, takes .1 for small).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from helpers.analysis.campaigns.arms import Arms, read_arms
from helpers.analysis.campaigns.family import holm
from helpers.analysis.campaigns.intervals import welch
from helpers.analysis.campaigns.ratio import LEVEL, check_ratios

_MOST_KINDS = 50  # of a text; more are names
_LEAST_EXPECTED = 5  # customers of a kind, as chi-squared asks
BALANCE = ["campaign", "arm", "measure", "mean", "control_mean", "smd", "p_value", "p_adjusted", "alike"]


@dataclass(frozen=True)
class Checks:
    """ratios: a row a test, as from `check_ratios`
    balance: a row an arm and measure of the time before: campaign, arm, measure, mean, control_mean, smd, p_value,
        p_adjusted, alike; mean, control_mean and smd are NaN for kinds of customer
    """

    ratios: pd.DataFrame
    balance: pd.DataFrame

    @property
    def broken(self) -> list[str]:
        """The campaigns whose draw was not random, by either check."""
        odd = self.ratios.loc[self.ratios["broken"].astype(bool), "campaign"]
        unlike = self.balance.loc[~self.balance["alike"].astype(bool), "campaign"]
        return sorted({*odd, *unlike})


def check_tests(
    customers: pd.DataFrame, before: Sequence[str] = (), shares: Mapping[str, float] | None = None
) -> Checks:
    """Check every campaign that has an arm held out.

    customers: as for `measure_lift`. before: its columns that tell of the time before, numbers or kinds; those it lacks
    are passed over. shares: of each arm, where they are declared.
    """
    tests = [test for test in read_arms(customers) if test.is_test]
    sizes = [
        {"campaign": t.campaign, "arm": arm, "customers": len(rows)} for t in tests for arm, rows in t.rows.items()
    ]
    ratios = check_ratios(pd.DataFrame(sizes, columns=["campaign", "arm", "customers"]), shares)
    known = [measure for measure in before if measure in customers]
    rows = [row for test in tests for measure in known for row in _compare(test, measure, customers[measure])]
    balance = pd.DataFrame(rows, columns=BALANCE[:-2])
    balance["p_adjusted"] = balance.groupby("campaign")["p_value"].transform(holm) if rows else balance["p_value"]
    return Checks(ratios, balance.assign(alike=~(balance["p_adjusted"] < LEVEL)))


def _compare(test: Arms, measure: str, values: pd.Series) -> list[dict[str, Any]]:
    """Each arm of a test against its control in one measure; none where nothing is known, or nothing varies."""
    rows = []
    if pd.api.types.is_numeric_dtype(values):
        found = values.to_numpy(float, na_value=np.nan)
        control = test.sample(found, test.control)
        for arm in test.treated:
            treated = test.sample(found, arm)
            spread = np.sqrt((treated.variance + control.variance) / 2)
            if spread > 0:
                gap = welch(treated, control, 0.95)
                told = {"mean": treated.mean, "control_mean": control.mean, "smd": gap.lift / spread}
                rows.append({"campaign": test.campaign, "arm": arm, "measure": measure, **told, "p_value": gap.p_value})
        return rows
    codes, kinds = pd.factorize(values)
    if not 2 <= len(kinds) <= _MOST_KINDS:
        return []
    counts = {
        arm: np.bincount(codes[places][codes[places] >= 0], minlength=len(kinds)) for arm, places in test.rows.items()
    }
    unknown = dict.fromkeys(("mean", "control_mean", "smd"), float("nan"))
    for arm in test.treated:
        p_value = _independence(counts[arm], counts[test.control])
        if p_value == p_value:
            rows.append({"campaign": test.campaign, "arm": arm, "measure": measure, **unknown, "p_value": p_value})
    return rows


def _independence(treated: np.ndarray, control: np.ndarray) -> float:
    """Chi-squared of two groups' counts by kind; kinds too rare for it are taken together, and left out if they still
    are. NaN where one kind is left."""
    table = np.array([treated, control], float)
    rare = _expected(table).min(axis=0) < _LEAST_EXPECTED
    table = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)])
    table = table[:, _expected(table).min(axis=0) >= _LEAST_EXPECTED]
    if table.shape[1] < 2 or not table.sum(axis=1).all():
        return float("nan")
    expected = _expected(table)
    return float(special.chdtrc(table.shape[1] - 1, ((table - expected) ** 2 / expected).sum()))


def _expected(table: np.ndarray) -> np.ndarray:
    return np.outer(table.sum(axis=1), table.sum(axis=0)) / max(table.sum(), 1)
