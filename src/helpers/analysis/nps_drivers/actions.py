"""Who is to be contacted after a survey, by whom, within how many days and for what: the lists that close the loop.

Detractors are called back while it still helps: practitioners ask for 24 to 48 hours (pegamento.nl, "How do you close
the feedback loop after an NPS survey?"). Passives are asked what was missing, promoters to speak for the firm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from helpers.errors import InputError, nearest

CATEGORIES = ("detractors", "passives", "promoters")
CALL, QUESTION = "call", "question"
REFERENCE, TESTIMONIAL, REVIEW, REFERRAL = "reference", "testimonial", "review", "referral"
TOP_SHARE = 0.25  # of the promoters whose value is known: these are asked to be a reference
RECENT_DAYS = 90  # a purchase no longer ago is fresh enough for a review
_OWNERS = {
    "b2b": {"detractors": "account manager", "passives": "product team", "promoters": "account manager"},
    "b2c": {"detractors": "customer service", "passives": "product team", "promoters": "marketing"},
}
_OWNERS["b2b2c"] = _OWNERS["b2b"]


@dataclass(frozen=True)
class Actions:
    """The lists and what they come to."""

    answers: pd.DataFrame  # one row an answer to follow up, see `plan_actions`
    by_group: pd.DataFrame  # one row each of CATEGORIES: group, customers, value, owner, due_in_days, ask
    accounted: pd.DataFrame  # status, answers: together all answers given
    basis: str  # what value is: "spend" (of the last year), "fees" (a year's) or "" (not known)
    named_owners: bool  # whether the client's own data name who looks after a customer
    latest_wave: str  # the wave that counts as recent where answers carry no date, else ""
    by_account: bool  # whether value is that of the account

    @property
    def to_contact(self) -> int:
        return len(self.answers)


def plan_actions(
    answers: pd.DataFrame,
    accounted: pd.DataFrame,
    value: pd.DataFrame,
    as_of: date,
    *,
    business_model: str,
    due_in_days: Mapping[str, float],
    owners: Sequence[str] = (),
    by_account: bool = False,
    latest_wave: str = "",
) -> Actions:
    """Each answer to follow up with its owner, what to ask for, when it is due and its place in its category's list.

    answers: as `features.follow_up.find_follow_up` gives them, each customer once, with `theme` or without; accounted:
    status and answers.
    value: customer_id, value in money (NaN or no row where not known), last_order_on, with `basis` in its attrs; with
    `by_account` customer_id is the account's. due_in_days: days from `as_of` on, by category. owners: "detractors:
    account manager", in place of the usual role.

    Adds to `answers`: value_at_stake, last_order_on, ask (CALL … REFERRAL), due_in_days, and priority, 1 first: by
    value, then by score (the lowest first, of promoters the highest), then the latest answer. Sorted by category and
    priority.

    Raises InputError for an owner of no category, for a category without a due day, and for a customer given twice.
    """
    roles = _roles(business_model, owners)
    missing = [c for c in CATEGORIES if c not in due_in_days]
    if missing:
        raise InputError(
            f"There is no day by which {missing[0]} are due",
            where="nps_drivers.due_in_days",
            allowed=f"{', '.join(CATEGORIES)}, each with its days",
        )
    if answers["customer_id"].duplicated().any():
        raise InputError("A customer has more than one answer to follow up", mend="Give the latest of each.")
    frame = _with_value(answers, value, by_account)
    frame["theme"] = frame.get("theme", "")
    frame["owner"] = frame["owner"].where(frame["owner"].str.strip() != "", frame["category"].map(roles))
    frame["due_in_days"] = frame["category"].map(dict(due_in_days)).astype(np.int64)
    frame["ask"] = _asks(frame, pd.Timestamp(as_of), business_model)
    frame = _ranked(frame)
    known = bool(answers["owner"].str.strip().ne("").any())
    basis = str(value.attrs.get("basis", ""))
    by_group = _by_group(frame, roles, due_in_days, by_account)
    return Actions(frame, by_group, accounted, basis, known, latest_wave, by_account)


def add_themes(answers: pd.DataFrame, comments: pd.DataFrame, raised: pd.DataFrame) -> pd.DataFrame:
    """The answers with `theme`: what the comment is about most, "" where it is not known.

    comments: source and source_row of each comment read, in the order to which `place` of raised refers; raised: place,
    theme, nearness (0 to 1, the theme with the highest is taken, of equals the first).
    """
    main = raised.sort_values(["place", "nearness"], ascending=[True, False], kind="stable").drop_duplicates("place")
    told = comments[["source", "source_row"]].assign(place=range(len(comments)))
    told = told.merge(main[["place", "theme"]], on="place").drop(columns="place")
    kept = answers.drop(columns="theme", errors="ignore")
    found = kept.merge(told, on=["source", "source_row"], how="left", validate="many_to_one")
    return found.assign(theme=found["theme"].fillna("").astype("str")).set_axis(answers.index)


def _roles(business_model: str, owners: Sequence[str]) -> dict[str, str]:
    roles = dict(_OWNERS[business_model])
    for given in owners:
        category, _, owner = (part.strip() for part in given.partition(":"))
        if category not in CATEGORIES or not owner:
            hint = nearest(category, CATEGORIES)
            raise InputError(
                f'owners has "{given}", which names no owner of a list',
                where="nps_drivers.owners",
                allowed=f'{", ".join(CATEGORIES)}, each with its owner, like "detractors: account manager"',
                mend=f'Did you mean "{hint}: {owner}"?' if hint and owner else "",
            )
        roles[category] = owner
    return roles


def _with_value(answers: pd.DataFrame, value: pd.DataFrame, by_account: bool) -> pd.DataFrame:
    frame = answers.copy()
    own = frame["customer_id"]
    key = own.where(frame["account_id"] == "", frame["account_id"]) if by_account else own
    known = value.set_index("customer_id").reindex(key)
    frame["value_at_stake"] = known["value"].to_numpy(float)
    if value.attrs.get("basis"):
        frame["value_at_stake"] = frame["value_at_stake"].fillna(0.0)  # whoever is in no order spent nothing
    frame["last_order_on"] = pd.to_datetime(known["last_order_on"]).to_numpy("datetime64[us]")
    frame["of"] = key
    return frame


def _asks(frame: pd.DataFrame, as_of: pd.Timestamp, business_model: str) -> np.ndarray:
    promoters = (frame["category"] == "promoters").to_numpy()
    value = frame["value_at_stake"].where(promoters)
    worth = value.where(value > 0)
    if business_model == "b2c":
        recently = ((as_of - frame["last_order_on"]).dt.days <= RECENT_DAYS).to_numpy()
        unknown = frame["last_order_on"].isna().all()
        invite = np.where(recently | unknown, REVIEW, REFERRAL)
    else:
        least = worth.quantile(1 - TOP_SHARE, interpolation="higher") if worth.notna().any() else np.inf
        invite = np.where((worth >= least).to_numpy(), REFERENCE, TESTIMONIAL)
    return np.where(promoters, invite, np.where(frame["category"] == "passives", QUESTION, CALL))


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    by_score = frame["score"].where(frame["category"] != "promoters", -frame["score"])
    order = frame.assign(
        place=frame["category"].map({c: i for i, c in enumerate(CATEGORIES)}),
        by_value=-frame["value_at_stake"].fillna(-1.0),
        by_score=by_score,
        by_day=-(frame["answered_on"].astype("int64").where(frame["answered_on"].notna(), 0)),
    ).sort_values(["place", "by_value", "by_score", "by_day", "customer_id"], kind="stable")
    ranked = frame.loc[order.index].reset_index(drop=True)
    return ranked.assign(priority=ranked.groupby("category").cumcount() + 1)


def _by_group(
    frame: pd.DataFrame, roles: Mapping[str, str], due_in_days: Mapping[str, float], by_account: bool
) -> pd.DataFrame:
    """Value is counted once an account, however many of its people answered."""
    once = frame.drop_duplicates(["category", "of"]) if by_account else frame
    value = once.groupby("category")["value_at_stake"].sum(min_count=1).reindex(list(CATEGORIES))
    customers = frame["category"].value_counts().reindex(list(CATEGORIES), fill_value=0)
    asks = frame.groupby("category")["ask"].agg(lambda asks: ", ".join(asks.unique()))
    return pd.DataFrame(
        {
            "group": list(CATEGORIES),
            "customers": customers.to_numpy(np.int64),
            "value": value.where(customers > 0).to_numpy(float),
            "owner": [roles[c] for c in CATEGORIES],
            "due_in_days": [int(due_in_days[c]) for c in CATEGORIES],
            "ask": asks.reindex(list(CATEGORIES)).fillna("").to_numpy(),
        }
    )
