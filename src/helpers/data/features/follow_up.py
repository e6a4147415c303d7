"""Answers that somebody should follow up: the latest of each customer, recent, of a customer who may be contacted.

Reduced in the engine: what comes back has a row a customer to be contacted. Every answer is accounted for by one of
`STATUSES`, so that those listed and those left out add up to the answers given.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.features.answers import group_of
from helpers.data.features.order_lines import has_money, is_purchase
from helpers.data.features.subscriptions import paid_rows
from helpers.data.profiling.texts import looks_personal
from helpers.data.reading import SOURCE, SOURCE_ROW

YEAR_DAYS = 365
TO_FOLLOW, SUPERSEDED, OLD = "to follow up", "followed by a later answer", "too long ago"
UNDATED, ANONYMOUS, REFUSED = "without a date", "without a customer number", "not to be contacted"
UNSCORED = "on a scale that is not known"
STATUSES = (TO_FOLLOW, SUPERSEDED, OLD, UNDATED, ANONYMOUS, REFUSED, UNSCORED)
# Headings of a column that names who looks after a customer.
_OWNER = re.compile(
    r"(account|key_account|relationship|customer_success|success|sales)_?(manager|owner|executive|rep|lead)|csm|kam"
    r"|account_?owner|owner|advisor|adviser|betreuer(in)?|kundenbetreuer(in)?|conseill(er|ère)|gestor|accountmanager"
)
_LOW = ("worst", "second", "ask_about")
_TEXTS = ("source", "response_id", "account_id", "owner", "wave", "touchpoint", "category", *_LOW)
_NUMBERS = ("worst_rating", "second_rating", "ask_rating")


@dataclass(frozen=True)
class FollowUp:
    """What `find_follow_up` found."""

    answers: pd.DataFrame  # one row an answer to follow up, see `find_follow_up`
    accounted: pd.DataFrame  # status, answers: one row each of STATUSES, in that order; together all answers
    latest_wave: str  # the wave that counts as recent where answers carry no date, else ""


def find_follow_up(
    data: ClientData,
    as_of: date,
    *,
    days: int,
    ratings: Sequence[str] = (),
    importance: Mapping[str, float] | None = None,
    waves: Sequence[str] = (),
) -> FollowUp:
    """The latest answer of each customer, given in the `days` up to `as_of`, without customers who refused contact.

    data: tables by person, not rolled up to accounts. ratings: columns of the surveys, a higher value being better.
    importance: of some of them, what goes with the score, from 0 on. waves: names in their order; where no answer
    has a date, only the last of them is recent (without waves, all are).

    `answers` has source and source_row (which answer it is), customer_id, response_id, account_id, owner, wave and
    touchpoint ("" where not known), score, category ("detractors" …), answered_on (NaT where not known), commented,
    consented (False where the list does not say); and of the ratings that lie below that rating's average: worst and
    second (furthest down their scale, "" where none) and ask_about (furthest down by importance), with worst_rating,
    second_rating and ask_rating. By customer_id.
    """
    answers = data.tables["surveys"]
    total = int(answers.count().execute())
    if "customer_id" not in answers.columns:
        return FollowUp(_frame(pd.DataFrame()), _accounted({ANONYMOUS: total}), "")
    dated = "answered_at" in answers.columns and bool(answers.answered_at.count().execute())
    waves = [] if dated or "wave" not in answers.columns else list(waves)
    answers = _with_customer(answers, data)
    answers = answers.mutate(kit_status=_status(answers, as_of, days, dated, waves))
    counted = answers.group_by("kit_status").aggregate(n=answers.count()).execute()
    found = dict(zip(counted["kit_status"], counted["n"].astype(int), strict=True))
    chosen = answers.filter(answers.kit_status == TO_FOLLOW)
    scales = _scales(answers, ratings)
    rated = {f"rating_{i}": chosen[name].cast("float64") for i, name in enumerate(scales)}
    rows = chosen.select(**_columns(chosen, dated), **rated).order_by("customer_id").execute()
    if scales:
        given = rows[list(rated)].set_axis(range(len(scales)), axis=1)
        rows = rows.assign(**_rated_low(given, scales, importance or {}))
    frame = _frame(rows)
    return FollowUp(frame, _accounted(found), waves[-1] if waves else "")


def wave_names(data: ClientData) -> list[str]:
    """The waves of the answers in the order in which they come, by their first row; none where there are none."""
    answers = data.tables["surveys"]
    if "wave" not in answers.columns:
        return []
    known = answers.filter(answers.wave.notnull())
    first = known.group_by("wave", SOURCE).aggregate(row=known[SOURCE_ROW].min()).order_by(SOURCE, "row", "wave")
    return first.execute()["wave"].astype(str).drop_duplicates().tolist()


def value_at_stake(tables: Mapping[str, Table], supplied: Sequence[str], as_of: date) -> pd.DataFrame:
    """customer_id, value (spent in the 365 days up to `as_of`, returns taken off; else the fees of a year of what
    still runs; never negative) and last_order_on, a row a customer; no rows where neither is known.

    `basis` in the frame's attrs says which: "spend", "fees" or "".
    """
    orders = tables["orders"]
    if "orders" in supplied and has_money(orders):
        since = ibis.literal(pd.Timestamp(as_of + timedelta(days=1 - YEAR_DAYS)).to_pydatetime())
        spent = orders.amount.sum(where=orders.ordered_at >= since).fill_null(0.0)
        last = orders.ordered_at.max(where=is_purchase(orders))
        return _valued(orders.group_by("customer_id").aggregate(value=spent, last_order_on=last), "spend")
    if "subscriptions" in supplied and "monthly_fee" in tables["subscriptions"].columns:
        paid = paid_rows(tables["subscriptions"], as_of)
        runs = paid.filter(paid.runs)
        fees = runs.group_by("customer_id").aggregate(value=runs.fee.sum() * 12)
        return _valued(fees.mutate(last_order_on=ibis.null("timestamp")), "fees")
    return _valued(None, "")


def owner_column(columns: Sequence[str]) -> str:
    """The column that names who looks after a customer, such as account_manager; "" where none does."""
    return next((c for c in columns if _OWNER.fullmatch(re.sub(r"\W+", "_", c.strip().casefold()))), "")


def _valued(table: Table | None, basis: str) -> pd.DataFrame:
    columns = ["customer_id", "value", "last_order_on"]
    frame = pd.DataFrame(columns=columns) if table is None else table.select(*columns).order_by("customer_id").execute()
    frame = frame.astype({"customer_id": "str", "value": float})
    frame["value"] = frame["value"].clip(lower=0).round(2)
    frame["last_order_on"] = pd.to_datetime(frame["last_order_on"]).astype("datetime64[us]").dt.normalize()
    frame.attrs["basis"] = basis
    return frame


def _with_customer(answers: Table, data: ClientData) -> Table:
    """Answers with what the customers table says of who answered: consent, account and owner."""
    customers = data.tables["customers"]
    owner = owner_column(data.attributes("customers"))
    wanted = {"kit_consent": "consent", "kit_account": "account_id", "kit_owner": owner}
    known = {new: customers[old] for new, old in wanted.items() if old and old in customers.columns}
    if "customers" not in data.specs or not known:
        return answers
    joined = answers.left_join(customers.select("customer_id", **known), "customer_id")
    return joined.drop(*[c for c in joined.columns if c == "customer_id_right"])


def _status(answers: Table, as_of: date, days: int, dated: bool, waves: Sequence[str]) -> Any:
    order: list[Any] = [ibis.desc(answers[name]) for name in (SOURCE, SOURCE_ROW)]
    cases: list[tuple[Any, str]] = [(answers.customer_id.isnull(), ANONYMOUS)]
    recent: list[tuple[Any, str]] = []
    if dated:
        # Nulls come last by the first: engines differ in where they put them.
        order = [ibis.asc(answers.answered_at.isnull()), ibis.desc(answers.answered_at), *order]
        since = ibis.literal(pd.Timestamp(as_of + timedelta(days=1 - days)).to_pydatetime())
        recent = [(answers.answered_at.isnull(), UNDATED), (answers.answered_at < since, OLD)]
    elif waves:
        places = [(answers.wave == wave, i) for i, wave in enumerate(waves)]
        order = [ibis.desc(ibis.cases(*places, else_=-1)), *order]
        recent = [(answers.wave.isnull(), UNDATED), (answers.wave != waves[-1], OLD)]
    place = ibis.row_number().over(group_by="customer_id", order_by=order)
    cases += [(place > 0, SUPERSEDED), *recent, (group_of(answers).isnull(), UNSCORED)]
    if "kit_consent" in answers.columns:
        cases.append(((~answers.kit_consent).fill_null(False), REFUSED))
    return ibis.cases(*cases, else_=TO_FOLLOW)


def _rated_low(
    given: pd.DataFrame, scales: Mapping[str, tuple[float, float, float]], importance: Mapping[str, float]
) -> dict[str, Any]:
    """The ratings furthest down their scale, of those below their average; of equals the more important one.

    given: a row an answer, the ratings by their place in `scales`.
    """
    names = list(scales)
    weights = np.array([max(importance.get(name, 0.0), 0.0) for name in names])
    ranks = np.argsort(-weights, kind="stable")  # argmax takes the first of equals
    names, weights = [names[i] for i in ranks], weights[ranks]
    rated = given[ranks.tolist()].to_numpy(dtype=float)
    low, high, mean = (np.array([scales[name][i] for name in names]) for i in range(3))
    short = np.where(rated < mean, (high - rated) / (high - low), 0.0)  # blanks are not below anything
    found: dict[str, Any] = {}
    row = np.arange(len(rated))
    weighted = short * weights if weights.any() else short.copy()
    for what, column, by in (("worst", "worst", short), ("second", "second", short), ("ask", "ask_about", weighted)):
        place = by.argmax(axis=1)
        some = by[row, place] > 0
        found[column] = np.where(some, np.array(names, dtype=object)[place], "")
        found[f"{what}_rating"] = np.where(some, rated[row, place], np.nan)
        if what == "worst":
            short[row, place] = 0.0
    return found


def _scales(answers: Table, ratings: Sequence[str]) -> dict[str, tuple[float, float, float]]:
    """The least and the greatest value and the mean of each rating that differs."""
    columns = [name for name in ratings if name in answers.columns]
    if not columns:
        return {}
    measures: dict[str, Any] = {}
    for i, name in enumerate(columns):
        value = answers[name]
        measures |= {f"low_{i}": value.min(), f"high_{i}": value.max(), f"mean_{i}": value.mean()}
    row = answers.aggregate(**measures).execute().iloc[0].astype(float)
    found = {name: (row[f"low_{i}"], row[f"high_{i}"], row[f"mean_{i}"]) for i, name in enumerate(columns)}
    return {name: bounds for name, bounds in found.items() if bounds[0] < bounds[1]}


def _columns(chosen: Table, dated: bool) -> dict[str, Any]:
    blank = ibis.literal("")

    def text(column: str) -> Any:
        return chosen[column].cast("string").fill_null("") if column in chosen.columns else blank

    said = chosen.comment.strip().length() > 0 if "comment" in chosen.columns else ibis.literal(False)
    consented = chosen.kit_consent if "kit_consent" in chosen.columns else ibis.literal(False)
    return {
        "customer_id": chosen.customer_id,
        "source": chosen[SOURCE],
        "source_row": chosen[SOURCE_ROW],
        "response_id": text("response_id"),
        "account_id": text("kit_account"),
        "owner": text("kit_owner"),
        "wave": text("wave"),
        "touchpoint": text("touchpoint"),
        "score": chosen.score.cast("float64"),
        "category": group_of(chosen),
        "answered_on": chosen.answered_at if dated else ibis.null("timestamp"),
        "commented": said.fill_null(False),
        "consented": consented.fill_null(False),
    }


def _frame(found: pd.DataFrame) -> pd.DataFrame:
    """With the same columns and types whatever the engine, and the client."""
    frame = pd.DataFrame({"customer_id": found.get("customer_id", pd.Series(dtype="str")).astype("str")})
    for name in _TEXTS:
        frame[name] = found[name].astype("str") if name in found else pd.Series("", frame.index, dtype="str")
    frame["source_row"] = found["source_row"].astype("int64") if "source_row" in found else pd.Series(dtype="int64")
    if frame["wave"].str.fullmatch(r"(-?\d+(\.0+)?)?").all():  # a column of years with blanks comes as fractions
        frame["wave"] = frame["wave"].str.replace(r"\.0+$", "", regex=True)
    personal = {t for t in frame["touchpoint"].unique() if looks_personal(t)}
    frame["touchpoint"] = frame["touchpoint"].mask(frame["touchpoint"].isin(personal), "")
    for name in ("score", *_NUMBERS):
        frame[name] = found[name].astype(float) if name in found else pd.Series(np.nan, frame.index)
    for name in ("commented", "consented"):
        frame[name] = found[name].astype(bool) if name in found else pd.Series(dtype=bool)
    times = pd.to_datetime(found["answered_on"]) if "answered_on" in found else pd.Series(dtype="datetime64[us]")
    frame["answered_on"] = times.astype("datetime64[us]").dt.normalize()
    return frame


def _accounted(found: Mapping[str, int]) -> pd.DataFrame:
    counts = np.array([found.get(status, 0) for status in STATUSES], dtype=np.int64)
    return pd.DataFrame({"status": list(STATUSES), "answers": counts})
