"""Customers of campaigns by arm: which rows are whose, which arm got nothing, and whether it was held out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.campaigns.intervals import Sample
from helpers.errors import InputError

# What `control` may be beside an arm: those not in the campaign, whom nobody drew, or that there is nobody else.
EVERYONE_ELSE, NOBODY = "everyone else", "nobody"
NEEDED = ["campaign", "arm", "control"]


@dataclass(frozen=True)
class Arms:
    """One campaign. rows: the places of each arm's customers, the arms by name; control: the arm that got nothing."""

    campaign: str
    control: str
    rows: dict[str, np.ndarray]

    @property
    def treated(self) -> list[str]:
        return [arm for arm in self.rows if arm != self.control]

    @property
    def has_control(self) -> bool:
        return self.control in self.rows

    @property
    def is_test(self) -> bool:
        """Whether some were contacted and others held out; everyone else was not held out, and merely is."""
        return self.has_control and self.control not in (EVERYONE_ELSE, NOBODY) and len(self.rows) > 1

    def sample(self, values: np.ndarray, arm: str) -> Sample:
        """One arm's values, blanks left out."""
        found = values[self.rows[arm]]
        return Sample(found[~np.isnan(found)])


def read_arms(customers: pd.DataFrame, outcomes: Sequence[str] = ()) -> list[Arms]:
    """The campaigns by name. customers: campaign, arm, control and the outcomes, a row a customer and campaign.

    Raises InputError where a column is missing, and where a customer is twice in a campaign: whose outcome counts
    twice makes every interval too narrow.
    """
    if missing := [c for c in [*NEEDED, *outcomes] if c not in customers]:
        raise InputError(f"column {missing[0]!r} is missing", where="campaigns", allowed=", ".join(map(str, customers)))
    if "customer_id" in customers:
        known = customers.loc[customers["customer_id"].notna(), ["campaign", "customer_id"]]
        if known.duplicated().any():
            raise InputError("a customer is in one campaign twice", where="campaigns", allowed="one row a customer")
    places: dict[Any, Any] = dict(customers.groupby(["campaign", "arm"], sort=True).indices)
    controls = customers.groupby("campaign")["control"].first()
    found: dict[str, dict[str, np.ndarray]] = {}
    for campaign, arm in sorted(places):
        found.setdefault(str(campaign), {})[str(arm)] = np.asarray(places[campaign, arm])
    return [Arms(campaign, str(controls[campaign]), rows) for campaign, rows in found.items()]


def is_rate(values: np.ndarray) -> bool:
    """Whether an outcome is yes or no, 1 or 0, of everyone whose outcome is known."""
    known = values[~np.isnan(values)]
    return bool(len(known)) and bool(((known == 0) | (known == 1)).all())
