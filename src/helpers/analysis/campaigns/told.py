"""The checks of all tests in one table, a row a check: what was found, and whether it passed."""

import pandas as pd

from helpers.analysis.campaigns.checks import Checks
from helpers.analysis.campaigns.lift import Lift

COLUMNS = ["campaign", "check", "arm", "measure", "value", "p_value", "passed"]


def list_checks(checks: Checks, lift: Lift) -> pd.DataFrame:
    """campaign, check, arm, measure, value, p_value (NaN where there is none), passed.

    ratio: value is the number of customers, measure the design they fit best. balance: the standardised difference of a
    measure of the time before. largest customers: how many have to go for the answer to change, 0 = no few of them.
    earlier purchases: the share of the variance that they foretell; passed where that is used.
    """
    ratios = checks.ratios.assign(
        check="ratio", arm="", measure=checks.ratios["design"], value=checks.ratios["customers"]
    )
    balance = checks.balance.assign(check="balance", value=checks.balance["smd"], p_value=checks.balance["p_adjusted"])
    hangs = lift.leverage.assign(check="largest customers", measure=lift.outcome, value=lift.leverage["hangs_on"])
    gains = lift.gains.assign(check="earlier purchases", arm="", measure=lift.gains["metric"], value=lift.gains["gain"])
    parts = [
        ratios.assign(passed=~ratios["broken"].astype(bool)),
        balance.assign(passed=balance["alike"].astype(bool)),
        hangs.assign(p_value=float("nan"), passed=hangs["hangs_on"] == 0),
        gains.assign(p_value=float("nan"), passed=gains["used"].astype(bool)),
    ]
    told = [part[COLUMNS].astype({"value": "float64", "p_value": "float64"}) for part in parts if len(part)]
    return pd.concat(told, ignore_index=True) if told else pd.DataFrame(columns=COLUMNS)
