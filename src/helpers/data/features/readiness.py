"""The facts by which a client's data are judged ready for an analysis: plain counts, shares and days."""

from collections.abc import Collection
from datetime import date

import ibis
import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.campaigns import with_everyone_else
from helpers.data.features.customers import list_summary
from helpers.data.features.measures import measure_customers
from helpers.data.features.order_lines import order_totals, sum_by_order
from helpers.data.features.score_scales import on_one_scale
from helpers.data.spec import NO_ARM, NOBODY
from helpers.errors import ThinDataError


def readiness_facts(
    tables: dict[str, Table], ratings: list[str], places: Collection[str] = (), *, as_of: date
) -> dict[str, float]:
    """What `readiness.assess_readiness` asks about the data: plain counts, shares and days.

    Who was not in a campaign with `control: everyone else` was not held out at random, and is no control group.
    `places` are columns of the customer list that nobody is grouped by unasked, as `measure_customers` has it.
    """
    orders, surveys, subscriptions = tables["orders"], tables["surveys"], tables["subscriptions"]
    per_order = sum_by_order(orders)
    bought = per_order.filter(per_order.first_at.notnull())
    per_customer = bought.group_by("customer_id").aggregate(n=bought.count())
    repeat = per_customer.aggregate(share=(per_customer.n > 1).mean()).execute()["share"].iloc[0]
    totals = order_totals(orders)
    others = {} if totals["buyers"] else _facts_without_orders(tables, places, as_of)
    every_answer, surveys = surveys, on_one_scale(surveys)
    complete = ibis.and_(*[surveys[r].notnull() for r in ratings]) if ratings else ibis.literal(False)
    given = sum((surveys[r].notnull().ifelse(1, 0) for r in ratings), ibis.literal(0))
    answers = surveys.aggregate(
        answers=surveys.count(), complete=surveys.count(where=complete), rated=surveys.count(where=given >= 2)
    )
    answers = answers.execute().iloc[0]
    unscored = 0.0 if answers["answers"] else float(every_answer.count().execute())
    exposures = tables["exposures"]
    held_out, treated = _largest_test(exposures.filter(exposures.control.notin(NO_ARM)))
    listed_by_name = not held_out and "customer_id" in exposures.columns
    not_contacted, listed = _largest_test(with_everyone_else(tables)) if listed_by_name else (0.0, 0.0)
    return {
        "buyers": totals["buyers"],
        "history_days": totals["history_days"],
        "repeat_share": float("nan") if pd.isna(repeat) else float(repeat),
        "subscribers": float(subscriptions.customer_id.nunique().execute()),
        "visitors": float(tables["events"].customer_id.nunique().execute()),
        "answers": float(answers["answers"]),
        "unscored_answers": unscored,
        "answers_per_group": _answers_per_group(surveys),
        "ratings": float(len(ratings)),
        "complete_answers": float(answers["complete"]),
        "rated_answers": float(answers["rated"]),
        "control_customers": held_out,
        "treated_customers": treated or listed or _largest_campaign(exposures.filter(exposures.control == NOBODY)),
        "not_contacted": not_contacted,
    } | others


def _facts_without_orders(tables: dict[str, Table], places: Collection[str], as_of: date) -> dict[str, float]:
    """RFM by what the customer list says of orders; groups by what customers do, else by numbers of the list or by
    answers, as `measure_customers` chooses."""
    told = list_summary(tables["customers"])
    told = told[told["recency_days"].notna() & (told["order_count"] > 0)]
    try:
        measures = measure_customers(tables["orders"], tables["customers"], as_of, (), places, tables)
        facts = {"features": float(len(measures.features)), "grouped": float(len(measures.customers))}
    except ThinDataError:
        facts = {"features": 0.0, "grouped": 0.0}
    facts["scored"] = float(len(told))
    if len(told):
        # The last orders alone span so long; the orders before them longer.
        facts["history_days"] = float(told["recency_days"].max() - told["recency_days"].min())
        facts["repeat_share"] = float((told["order_count"] > 1).mean())
    return facts


def _answers_per_group(surveys: Table) -> float:
    """Answers in the second largest wave, touchpoint or journey stage, whichever has most: it takes two to compare."""
    groupings = [c for c in ("wave", "touchpoint", "journey_stage") if c in surveys.columns]
    if not groupings:
        return 0.0
    named = [surveys.select(by=ibis.literal(c), name=surveys[c]).filter(lambda t: t.name.notnull()) for c in groupings]
    sizes = ibis.union(*named).group_by("by", "name").aggregate(n=ibis._.count()).execute()
    second = sizes.sort_values("n", ascending=False).groupby("by")["n"].nth(1)
    return float(second.max()) if len(second) else 0.0


def _largest_campaign(exposures: Table) -> float:
    """Rows of the campaign that reached most; 0 where there is none."""
    sizes = exposures.group_by("campaign").aggregate(customers=exposures.count())
    largest = sizes.customers.max().execute()
    return 0.0 if pd.isna(largest) else float(largest)


def _largest_test(exposures: Table) -> tuple[float, float]:
    """Customers in the control arm and in the smallest other arm, of the campaign that can show most."""
    arms = exposures.group_by("campaign", "arm", "control").aggregate(customers=exposures.count()).execute()
    is_control = arms["arm"] == arms["control"]
    sizes = pd.DataFrame(
        {
            "control": arms[is_control].set_index("campaign")["customers"],
            "treated": arms[~is_control].groupby("campaign")["customers"].min(),
        }
    ).fillna(0)
    if sizes.empty:
        return 0.0, 0.0
    best = sizes.iloc[int(sizes.min(axis=1).to_numpy().argmax())]
    return float(best["control"]), float(best["treated"])
