"""Where a client sells to companies: the score by account, by role and by revenue, and which accounts are silent.

Answers of one account are alike, so every view's interval takes accounts, not answers, as what was drawn (see
`estimates`). How a person's role counts is a convention to be chosen, not a finding.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd

from helpers.analysis.nps_sample.estimates import Estimate, estimate_difference, estimate_ratio
from helpers.errors import InputError

WITHHELD = "(withheld)"  # the role of people whose role is named by what looks like a person's
DECIDING = ("c-level", "decision maker")
VIEWS = ("all answers", "account average", "by role", "by revenue")
# What the words of a role say about its influence, the strongest first: a chief executive decides too.
_WORDS = {
    "c-level": r"c level|c suite|chief|\bc[a-z]o\b|(?<!product )owner|founder|managing director|(?<!vice )president"
    r"|geschäftsführ\w*|vorstand\w*|directeur général|\bboard\b",
    "decision maker": r"decision|decid\w+|director|head of|\bvp\b|vice president|budget|entscheid\w*"
    r"|décideur\w*|leiter",
    "influencer": r"influenc\w+|einfluss\w*|champion|advis[eo]r\w*|recommend\w*|specif\w+|consultant",
    "end user": r"\busers?\b|buyer|purchas\w+|procure\w+|operator|anwender\w*|utilisat\w+|einkäufer\w*"
    r"|acheteur\w*",
}
_PATTERNS = {kind: re.compile(words) for kind, words in _WORDS.items()}


@dataclass(frozen=True)
class Accounts:
    """views: one row a way to count: view, nps, nps_low, nps_high, answers, accounts, design_effect, change,
        change_low, change_high (against all answers); a view that cannot be made has no row
    heard: one row an account known or heard from: account_id, contacts, contacts_heard, answers, nps, decision_makers
        (known contacts who decide), decision_makers_heard, silent (answers, none of a decision maker), spend,
        spend_share; by spend
    roles: one row a role: role, kind (as `read_roles` has it, "" = not known), weight, contacts, answers
    """

    views: pd.DataFrame
    heard: pd.DataFrame
    roles: pd.DataFrame
    revenue_gap: Estimate  # the score by revenue less that by account: above zero, big accounts are happier
    answers: int  # of people whose account is known
    unplaced: int  # answers of people with no account, or without a number

    @property
    def known(self) -> int:
        return len(self.heard)

    @property
    def answered(self) -> int:
        return int((self.heard["answers"] > 0).sum())

    @property
    def spend_share(self) -> float:
        return _share_of(self.heard, self.heard["answers"] > 0)

    @property
    def silent(self) -> pd.DataFrame:
        return self.heard[self.heard["silent"]]

    @property
    def unknown_roles(self) -> list[str]:
        """Roles of people who answered that nothing tells the influence of."""
        named = ~self.roles["role"].isin(["", WITHHELD])
        unknown = (self.roles["kind"] == "") & named & (self.roles["answers"] > 0)
        return self.roles.loc[unknown, "role"].tolist()


def read_roles(roles: list[str], weights: Mapping[str, float]) -> pd.DataFrame:
    """What each role of the client's counts: role, kind, weight.

    A name in `weights` is a kind known here (c-level, decision maker, influencer, end user), found in the client's
    words for it, or a role as the client writes it, which comes first. A role that is neither weighs 1 and has the kind
    "". Raises InputError for a negative weight, or where none is above zero.
    """
    given = {" ".join(name.split()).casefold(): float(weight) for name, weight in weights.items()}
    if any(weight < 0 for weight in given.values()) or (given and not any(given.values())):
        raise InputError("roles need weights of zero or more, and one above zero", where="nps_sample.role_weights")
    rows = [_read_role(role, given) for role in dict.fromkeys(roles)]
    return pd.DataFrame(rows, columns=["role", "kind", "weight"]).astype({"weight": float})


def _read_role(role: str, weights: Mapping[str, float]) -> tuple[str, str, float]:
    said = " ".join(role.split()).casefold()
    if said in weights:
        return role, _kind_of(said) or said, weights[said]
    kind = _kind_of(said)
    return (role, kind, weights[kind]) if kind in weights else (role, "", 1.0)


def _kind_of(said: str) -> str:
    spaced = re.sub(r"[\s_-]+", " ", said)
    return next((kind for kind, words in _PATTERNS.items() if words.search(spaced)), "")


def measure_accounts(
    answers: pd.DataFrame, contacts: pd.DataFrame, spend: pd.DataFrame, weights: Mapping[str, float], unplaced: int = 0
) -> Accounts:
    """The score by account, and which accounts were heard from.

    `answers`: one row an account and role: account_id, role, answers, people, promoters, detractors. `contacts`: the
    people known, account_id, role, contacts. `spend`: account_id, spend; no rows where it is not known. `weights`:
    see `read_roles`.
    """
    roles = read_roles([*contacts["role"], *answers["role"]], weights)
    weight = roles.set_index("role")["weight"]
    decides = roles.set_index("role")["kind"].isin(DECIDING)
    told = answers.assign(y=answers["promoters"] - answers["detractors"], w=answers["role"].map(weight).astype(float))
    told["decided"] = told["people"].where(told["role"].map(decides).astype(bool), 0)
    told = told.assign(
        voiced=told["promoters"] + told["detractors"], wn=told["w"] * told["answers"], wy=told["w"] * told["y"]
    )
    by_account = told.groupby("account_id")[["answers", "people", "decided", "y", "voiced", "wn", "wy"]].sum()
    listed = contacts.assign(deciding=contacts["contacts"].where(contacts["role"].map(decides).astype(bool), 0))
    listed = listed.groupby("account_id")[["contacts", "deciding"]].sum()
    everyone = by_account.join(listed, how="outer").fillna(0.0)
    money = spend.set_index("account_id")["spend"].reindex(everyone.index)
    everyone["spend"] = money.fillna(0.0) if len(spend) else nan
    heard = everyone[everyone["answers"] > 0]
    counted_ways = _ways(heard, roles)
    counted = roles.assign(
        contacts=roles["role"].map(contacts.groupby("role")["contacts"].sum()).fillna(0).astype(int),
        answers=roles["role"].map(answers.groupby("role")["answers"].sum()).fillna(0).astype(int),
    )
    any_decider = bool(decides.any())
    gap = (
        estimate_difference(counted_ways["by revenue"], counted_ways["account average"])
        if ("by revenue" in counted_ways)
        else estimate_ratio(np.zeros(0), np.zeros(0))
    )
    views = _views(heard, counted_ways)
    return Accounts(views, _list_accounts(everyone, any_decider), counted, gap, int(answers["answers"].sum()), unplaced)


def _ways(heard: pd.DataFrame, roles: pd.DataFrame) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Every view's totals and weights by account."""
    n, y = heard["answers"].to_numpy(float), heard["y"].to_numpy(float)
    ones = np.ones(len(n))
    mean = y / np.where(n > 0, n, 1)
    spend = heard["spend"].clip(lower=0).to_numpy(float)
    given = {"all answers": (y, n), "account average": (mean, ones)}
    if roles["weight"].nunique() > 1:
        given["by role"] = (heard["wy"].to_numpy(float), heard["wn"].to_numpy(float))
    if np.nansum(spend) > 0:
        given["by revenue"] = (spend * mean, spend)
    return given


def _views(heard: pd.DataFrame, ways: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> pd.DataFrame:
    plain = ways[VIEWS[0]]
    rows = [_view(view, parts, plain, heard) for view, parts in ways.items() if len(heard)]
    return pd.DataFrame(rows, columns=_VIEW)


_VIEW = [
    *("view", "nps", "nps_low", "nps_high", "answers", "accounts", "design_effect"),
    *("change", "change_low", "change_high"),
]


def _view(
    view: str, parts: tuple[np.ndarray, np.ndarray], plain: tuple[np.ndarray, np.ndarray], heard: pd.DataFrame
) -> dict[str, object]:
    found, change = estimate_ratio(*parts), estimate_difference(parts, plain)
    counted = parts[1] > 0
    answers = int(plain[1][counted].sum())
    return {
        "view": view,
        "nps": found.score,
        "nps_low": found.low,
        "nps_high": found.high,
        "answers": answers,
        "accounts": int(counted.sum()),
        "design_effect": _design_effect(found, heard),
        "change": change.score,
        "change_low": change.low if view != VIEWS[0] else 0.0,
        "change_high": change.high if view != VIEWS[0] else 0.0,
    }


def _design_effect(found: Estimate, heard: pd.DataFrame) -> float:
    """The variance of the view, as a multiple of that of as many answers drawn one by one, each counting once (Kish
    1965, 8.2); NaN where these do not differ."""
    n = float(heard["answers"].sum())
    share = float(heard["y"].sum()) / n
    squares = float(heard["voiced"].sum()) / n
    alone = 100**2 * (squares - share**2) / (n - 1) if n > 1 else nan
    return found.se**2 / alone if alone > 0 else nan


def _list_accounts(everyone: pd.DataFrame, any_decider: bool) -> pd.DataFrame:
    everyone = everyone.rename_axis("account").reset_index()
    whole = everyone["spend"].clip(lower=0).sum()
    answers = everyone["answers"].astype(int)
    frame = pd.DataFrame(
        {
            "account_id": everyone["account"].astype("str"),
            "contacts": np.maximum(everyone["contacts"], everyone["people"]).astype(int),
            "contacts_heard": everyone["people"].astype(int),
            "answers": answers,
            "nps": 100 * everyone["y"] / answers.where(answers > 0),
            "decision_makers": np.maximum(everyone["deciding"], everyone["decided"]).astype(int),
            "decision_makers_heard": everyone["decided"].astype(int),
            "silent": (answers > 0) & (everyone["decided"] == 0) & any_decider,
            "spend": everyone["spend"].astype(float),
            "spend_share": everyone["spend"].clip(lower=0) / whole if whole > 0 else nan,
        }
    )
    return frame.sort_values(["spend", "account_id"], ascending=[False, True], na_position="last", ignore_index=True)


def _share_of(heard: pd.DataFrame, chosen: pd.Series) -> float:
    shares = heard.loc[chosen, "spend_share"]
    return float(shares.sum()) if heard["spend_share"].notna().any() else nan
