"""What happened to customers before they answered: a row an answer, with what their orders, events and subscriptions
hold of the days before it, and the same of customers who have not answered, at the day of the latest answer.

Nothing of the day of an answer, or later, is counted: it could be a consequence of what was said. An answer counts only
where the orders and events reach back over the whole window before it, so that no count is low merely because the data
begin late. Joined and summed in the engine; of many answers a fixed sample comes back, dealt by row number.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.engines.dialect import hashed
from helpers.data.features.answers import group_of, one_scale
from helpers.data.features.experience_window import MEASURES, Window, measure_window, run
from helpers.data.features.mixing import PRIME, mixed
from helpers.data.features.order_lines import is_purchase
from helpers.data.features.persons import withhold
from helpers.data.features.subscriptions import has_dates
from helpers.data.reading import SOURCE_ROW
from helpers.errors import InputError

MOST_ANSWERS = 20_000  # that come back from the engine; of more, a fixed sample
LEAST_DAYS = 30  # of orders or events before an answer, without which they tell nothing of it
_AFTER_LAST = pd.Timedelta(days=31)  # answers so long after the last order or event are still covered by them
_COVERED = 0.5  # of the answers that must have the whole window; else the window is shortened
_CONTEXT = ("wave", "touchpoint")


@dataclass(frozen=True)
class Experience:
    """answers: a row an answer used: customer_id, answered_on, score, group (promoters, passives, detractors), wave
        and touchpoint where the survey has them, then the columns of `measures` and `used_touchpoints`, numbers
    silent: a row a customer known by then who has never answered: customer_id and the same columns
    measures: measure (a column), family (see `experience_window.MEASURES`), subject (the kind of event; else "")
    used_touchpoints: touchpoint, measure (the column that counts its events)
    accounted: answers, other_scale, without_customer, without_date, not_covered, unknown (customers nothing else is
        known of), not_drawn, used; the first is the sum of the others
    days: length of the window; asked_days: what was asked for, longer where too few answers have it whole
    reference_on: the day before which the silent are measured; NaT without answers
    reason: what is missing where no answer can be used ("surveys", "customer_id", "answered_at", "history"); else ""
    """

    answers: pd.DataFrame
    silent: pd.DataFrame
    measures: pd.DataFrame
    used_touchpoints: pd.DataFrame
    accounted: dict[str, int]
    days: int
    asked_days: int
    reference_on: pd.Timestamp
    reason: str = ""


def measure_experience(data: ClientData, as_of: date, days: int = 365, most: int = MOST_ANSWERS) -> Experience:
    """What each customer lived through in the `days` before an answer, and before the latest one those who are silent.

    Raises InputError for less than LEAST_DAYS, and ThinDataError where no answer's scale is known (`one_scale`).
    """
    if days < LEAST_DAYS:
        raise InputError(f"{days} days are asked for", where="experience.days", allowed=f"{LEAST_DAYS} or more")
    every = data.tables["surveys"]
    surveys, _ = one_scale(every)
    counted = _count(surveys)
    counted["other_scale"] = int(every.count().execute()) - counted["answers"]
    if counted["reason"]:
        return _nothing(counted, days)
    usable = surveys.filter(surveys.customer_id.notnull(), surveys.answered_at.notnull(), surveys.score.notnull())
    per_day = _answers_per_day(usable)
    tables = {name: data.tables[name] for name in data.supplied()}
    window = _find_window(per_day, _spans(tables), days, has_subscriptions=_has_dated_subscriptions(tables))
    if window is None or (known := _known_customers(tables)) is None:
        return _nothing(counted | {"not_covered": counted["dated"], "reason": "history"}, days)
    covered = usable.filter(
        usable.answered_at >= _at(window.first_day), usable.answered_at < _at(window.last_day + pd.Timedelta(days=1))
    )
    matched = covered.semi_join(known, "customer_id")
    found = matched.aggregate(n=matched.count(), last=matched.answered_at.max()).execute().iloc[0]
    n = int(found["n"])
    of_window = int(per_day.loc[per_day["day"].between(window.first_day, window.last_day), "answers"].sum())
    counted |= {"not_covered": counted["dated"] - of_window, "unknown": of_window - n}
    if not n:
        return _nothing(counted | {"reason": "history"}, days)
    drawn = _sample(matched, n, most)
    points = drawn.select(
        "customer_id",
        until=drawn.answered_at.truncate("D"),
        score=drawn.score,
        group=group_of(drawn),
        **{name: drawn[name].cast("string") for name in _CONTEXT if name in drawn.columns},
    )
    reference_on = pd.Timestamp(found["last"]).normalize()
    asked = run(points)
    told = measure_window(points.select("customer_id", "until").distinct(), tables, window)
    silent = _silent(tables, known, every, reference_on)
    untold = measure_window(silent, tables, window, like=told)
    answers = asked.merge(told.values, on=["customer_id", "until"], how="left", validate="many_to_one")
    answers = withhold(answers, [name for name in _CONTEXT if name in answers])
    answers = answers.sort_values(["until", "customer_id", "score"], kind="stable", ignore_index=True)
    return Experience(
        answers.rename(columns={"until": "answered_on"}),
        untold.values.drop(columns="until"),
        told.measures,
        told.touchpoints,
        _accounted(counted, n, len(answers)),
        window.days,
        days,
        reference_on,
    )


def asked_touchpoints(surveys: Table, days: int = 365, most: int = MOST_ANSWERS) -> pd.DataFrame:
    """Answers that say what they are about, of the last `days` up to the latest one (all, where no date is known):
    customer_id (of an answer without one, a name of its own), score, group, touchpoint. No rows where none says it."""
    empty = pd.DataFrame({"customer_id": [], "score": [], "group": [], "touchpoint": []})
    if "touchpoint" not in surveys.columns:
        return empty
    scored, _ = one_scale(surveys)
    told = scored.filter(scored.touchpoint.notnull(), scored.score.notnull())
    if "answered_at" in told.columns:
        last = told.answered_at.max().execute()
        if pd.notna(last):
            told = told.filter(told.answered_at >= _at(pd.Timestamp(last).normalize() - pd.Timedelta(days=days - 1)))
    n = int(told.count().execute())
    drawn = _sample(told, n, most)
    row = drawn[SOURCE_ROW].cast("string") if SOURCE_ROW in drawn.columns else ibis.row_number().cast("string")
    own = ibis.literal("answer ") + row
    who = ibis.coalesce(drawn.customer_id, own) if "customer_id" in drawn.columns else own
    chosen = drawn.select(customer_id=who, score=drawn.score, group=group_of(drawn), touchpoint=drawn.touchpoint)
    frame = chosen.order_by("touchpoint", "customer_id", "score").execute() if n else empty
    return withhold(frame, ["touchpoint"]) if n else frame


def _count(surveys: Table) -> dict[str, Any]:
    """How many answers there are, with a customer, and dated too; and what all of them lack."""
    has = {name: name in surveys.columns for name in ("customer_id", "answered_at", "score")}
    total = int(surveys.count().execute())
    if not total or not has["score"]:
        return {"answers": total, "with_customer": 0, "dated": 0, "reason": "surveys"}
    whose = surveys.filter(surveys.customer_id.notnull()) if has["customer_id"] else surveys.limit(0)
    with_customer = int(whose.count().execute())
    dated = int(whose.filter(whose.answered_at.notnull()).count().execute()) if has["answered_at"] else 0
    reason = "" if dated else "answered_at" if with_customer else "customer_id"
    return {"answers": total, "with_customer": with_customer, "dated": dated, "reason": reason}


def _accounted(counted: dict[str, Any], usable: int, used: int) -> dict[str, int]:
    return {
        "answers": counted["answers"] + counted["other_scale"],
        "other_scale": counted["other_scale"],
        "without_customer": counted["answers"] - counted["with_customer"],
        "without_date": counted["with_customer"] - counted["dated"],
        "not_covered": counted.get("not_covered", 0),
        "unknown": counted.get("unknown", 0),
        "not_drawn": usable - used,
        "used": used,
    }


def _nothing(counted: dict[str, Any], days: int) -> Experience:
    answers = pd.DataFrame({"customer_id": [], "score": [], "group": []}).astype({"customer_id": "str", "group": "str"})
    measures = pd.DataFrame({name: pd.Series(dtype="str") for name in MEASURES})
    touchpoints = pd.DataFrame({name: pd.Series(dtype="str") for name in ("touchpoint", "measure")})
    none = answers.assign(answered_on=pd.Series(dtype="datetime64[us]"))
    silent = answers[["customer_id"]]
    held = _accounted(counted, 0, 0)
    return Experience(none, silent, measures, touchpoints, held, days, days, pd.NaT, counted["reason"])  # type: ignore[arg-type]


def _answers_per_day(usable: Table) -> pd.DataFrame:
    day = usable.answered_at.truncate("D")
    frame = usable.group_by(day=day).aggregate(answers=usable.count()).order_by("day").execute()
    return frame.assign(day=pd.to_datetime(frame["day"]))


def _spans(tables: dict[str, Table]) -> dict[str, tuple[pd.Timestamp, pd.Timestamp]]:
    """The first and last day of the orders and of the events, where there are any."""
    spans = {}
    for name, column in (("orders", "ordered_at"), ("events", "occurred_at")):
        if name not in tables:
            continue
        rows = tables[name].filter(is_purchase(tables[name])) if name == "orders" else tables[name]
        found = rows.aggregate(first=rows[column].min(), last=rows[column].max()).execute().iloc[0]
        if pd.notna(found["first"]):
            spans[name] = pd.Timestamp(found["first"]).normalize(), pd.Timestamp(found["last"]).normalize()
    return spans


def _has_dated_subscriptions(tables: dict[str, Table]) -> bool:
    return "subscriptions" in tables and has_dates(tables["subscriptions"])


def _find_window(
    per_day: pd.DataFrame,
    spans: dict[str, tuple[pd.Timestamp, pd.Timestamp]],
    days: int,
    *,
    has_subscriptions: bool,
) -> Window | None:
    """The longest window, up to `days`, that half of the answers have whole, and the days whose answers have it.

    Orders or events that cover LEAST_DAYS before fewer than half of the answers are left out of account.
    """
    weight, reach = per_day["answers"].to_numpy(float), {}
    for name, (first, last) in spans.items():
        back = (per_day["day"] - first).dt.days.where(per_day["day"] <= last + _AFTER_LAST, -1).to_numpy()
        if weight[back >= LEAST_DAYS].sum() >= _COVERED * weight.sum():
            reach[name] = back
    first_day, last_day = per_day["day"].min(), per_day["day"].max()
    if not reach:
        return Window(days, (), first_day, last_day, has_subscriptions=True) if has_subscriptions else None
    back = np.min(list(reach.values()), axis=0)
    if weight[back >= days].sum() < _COVERED * weight.sum():
        order = np.argsort(-back, kind="stable")
        enough = np.searchsorted(weight[order].cumsum(), _COVERED * weight.sum() - 1e-9)
        days = max(LEAST_DAYS, int(back[order][enough]))
    whole = per_day["day"][back >= days]
    if whole.empty:
        return None
    return Window(days, tuple(reach), whole.min(), whole.max(), has_subscriptions=has_subscriptions)


def _known_customers(tables: dict[str, Table]) -> Table | None:
    """Everyone of whom anything but an answer is known: customer_id."""
    known = [
        tables[name].filter(tables[name].customer_id.notnull()).select("customer_id")
        for name in ("customers", "orders", "events", "subscriptions")
        if name in tables
    ]
    return ibis.union(*known, distinct=True) if len(known) > 1 else known[0].distinct() if known else None


def _silent(tables: dict[str, Table], known: Table, surveys: Table, on: pd.Timestamp) -> Table:
    """customer_id, until: who was a customer before that day and has never answered."""
    answered = surveys.filter(surveys.customer_id.notnull()).select("customer_id").distinct()
    before = _at(on)
    if "customers" in tables:
        listed = tables["customers"]
        if "acquired_on" in listed.columns:
            listed = listed.filter((listed.acquired_on < before).fill_null(True))
        known = listed.select("customer_id").distinct()
    else:
        times = {"orders": "ordered_at", "events": "occurred_at", "subscriptions": "started_on"}
        seen = [
            tables[name].filter(tables[name][column] < before).select("customer_id")
            for name, column in times.items()
            if name in tables and column in tables[name].columns
        ]
        known = ibis.union(*seen, distinct=True) if len(seen) > 1 else seen[0].distinct() if seen else known
    return known.anti_join(answered, "customer_id").select("customer_id", until=before)


def _sample(answers: Table, n: int, most: int) -> Table:
    """At most about `most` of the answers, the same on every run and engine."""
    if n <= most:
        return answers
    number = answers[SOURCE_ROW] if SOURCE_ROW in answers.columns else hashed(answers.customer_id).abs()
    return answers.filter(mixed(number) < int(PRIME * (most / n)))


def _at(day: pd.Timestamp) -> Any:
    return ibis.literal(pd.Timestamp(day).to_pydatetime()).cast("timestamp(6)")
