"""Tables of key figures by group, of targets, of proposals, and of how each figure is worked out."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.story import fmt
from helpers.story.roi.kpi_terms import (
    definition_of,
    form_of,
    grouping_name,
    in_reading_order,
    label_of,
    main_grouping,
    one_row_a_segment,
    segment_name,
    times,
)
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import rounded

if TYPE_CHECKING:
    from helpers.analysis.roi.kpis import Kpis
    from helpers.analysis.roi.targets import Targets

_MOST_ROWS = 60
_PROPOSALS = {"merge": "Merge", "split": "Split", "drop": "Drop as a group"}
_RANK = {"misses": 0, "unclear": 1, "meets": 2}
_NEW = "New in the period"


def groups(found: "Kpis", money: fmt.Money) -> Table:
    """The groups that the page shows first, and all customers."""
    name = main_grouping(found)
    title = f"What a customer brings and cost, by {grouping_name(name).lower()}" if name else "What a customer brings"
    own = found.table[found.table["segmentation"].isin([name, "everyone"])]
    own = own.sort_values("segmentation", key=lambda s: s == "everyone", kind="stable")
    return _figures(own.head(0) if found.is_empty else own, found, title, money, _note(found, name))


def other_groupings(found: "Kpis", money: fmt.Money) -> Table:
    """The same for every other segmentation, one block each."""
    first = main_grouping(found)
    names = [n for n in found.segmentations if n != first]
    own = found.table[found.table["segmentation"].isin(names)]
    return _figures(own.head(0) if found.is_empty else own, found, "Every other grouping", money, "", group=True)


def judged(targets: "Targets", money: fmt.Money) -> Table:
    """The groups that miss a target, those of which it cannot be told, those that meet it; against the average customer
    only what is clear."""
    title = (
        "Groups compared with their targets" if targets.targets else "Groups clearly apart from the average customer"
    )
    shown = targets.judged
    shown = shown if targets.targets else shown[shown["verdict"].isin(["misses", "meets"])]
    shown = shown[shown["verdict"] != "too few"].assign(rank=lambda f: f["verdict"].map(_RANK))
    shown = shown.sort_values(["rank", "value"], ascending=[True, False], kind="stable").head(_MOST_ROWS)
    shown = shown.sort_values("kpi", kind="stable")
    rows = rows_of(shown)
    frame = pd.DataFrame(
        {
            "segment": [segment_name(r.segment) for r in rows],
            "grouping": [grouping_name(r.segmentation) for r in rows],
            "kpi": [label_of(r.kpi) for r in rows],
            "value": [bracketed(*_written(r, money)) for r in rows],
            "against": [form_of(r.kpi, money)(r.against) for r in rows],
            "verdict": [_verdict(r) for r in rows],
        }
    )
    labels = {"segment": "Group", "grouping": "Grouping", "value": "Value (95% interval)"}
    labels |= {"against": "Target" if targets.targets else "All customers", "verdict": "Verdict"}
    note = "Intervals are wide enough to hold for all groups of a grouping at once."
    nothing, right = "no group could be judged", ["value", "against"]
    return frame_table(frame, labels, {}, title, note, group="kpi", right=right, nothing=nothing)


def advice(advice: pd.DataFrame, money: fmt.Money) -> Table:
    """What is proposed for which group, and by which limit; what to watch stands with the targets."""
    rows = rows_of(advice[advice["advice"] != "watch"].head(_MOST_ROWS))
    frame = pd.DataFrame(
        {
            "segment": [segment_name(r.segment) for r in rows],
            "grouping": [grouping_name(r.segmentation) for r in rows],
            "advice": [_PROPOSALS[r.advice] for r in rows],
            "why": [_why(r) for r in rows],
            "measured": [f"{label_of(r.kpi)}: {_measured(r, money)}" for r in rows],
        }
    )
    labels = {"segment": "Group", "grouping": "Grouping", "advice": "Proposal", "why": "Why", "measured": "Measured"}
    return frame_table(frame, labels, {}, "What could become of the groups", nothing="nothing is clear enough")


def definitions(found: "Kpis", money: fmt.Money) -> Table:
    """Each figure with its numerator, denominator and unit of time, worked out for all customers."""
    rows = [] if found.is_empty else rows_of(found.table[found.table["segmentation"] == "everyone"])
    parts = [definition_of(r.kpi, found) for r in rows]
    frame = pd.DataFrame(
        {
            "kpi": [label_of(r.kpi) for r in rows],
            "value": [bracketed(*_written(r, money)) for r in rows],
            "above": [above for above, _ in parts],
            "below": [below or fmt.MISSING for _, below in parts],
            "unit": [f"{r.unit}; {r.note}" if r.note else r.unit for r in rows],
        }
    )
    labels = {
        "kpi": "Figure",
        "value": "All customers (95% interval)",
        "above": "Counted",
        "below": "Divided by",
        "unit": "Unit, and what to know",
    }
    title = "How each figure is worked out"
    return frame_table(frame, labels, {}, title, right=["value"], nothing="no figure could be worked out")


def _figures(
    table: pd.DataFrame, found: "Kpis", title: str, money: fmt.Money, note: str, *, group: bool = False
) -> Table:
    if table.empty:
        return frame_table(table, {"segment": "Group"}, {}, title, nothing="customers are in no other groups")
    wide = in_reading_order(one_row_a_segment(table))
    rows = wide.to_dict("records")
    amount, stood = rounded(money), [name for name, moment in found.moments.items() if moment == "start"]
    has_size = wide["segmentation"].isin(stood) & (wide["segment"] != _NEW)
    mixed = bool((~wide["segmentation"].isin([*stood, "everyone"])).any())
    shown = pd.DataFrame(
        {
            "segment": [segment_name(r["segment"]) for r in rows],
            "grouping": [grouping_name(r["segmentation"]) for r in rows],
            "members": wide["members"].where(has_size, float("nan")) if not mixed else float("nan"),
            "customers": wide["customers"],
            "revenue": wide["revenue"],
            "margin_per_customer": wide["margin_per_customer"],
            "retention": [_between(r, "retention", fmt.share) for r in rows],
            "value": wide["gross_margin_value"],
            "cac_loaded": wide["cac_loaded"],
            "cltv_cac": wide["cltv_cac"],
            "payback_months": wide["payback_months"],
        }
    )
    known = [
        c for c in shown if c in ("segment", "grouping") or not (shown[c].isna() | (shown[c] == fmt.MISSING)).all()
    ]
    if "members" in known and not mixed:
        known.remove("customers")  # who bought again is told by who stayed
    if group and "margin_per_customer" in known:
        known.remove("margin_per_customer")  # the value in five years is made of it, and there is no room for both
    labels = {
        "segment": "Group",
        "members": "In the group",
        "customers": "Bought" if "members" in known or mixed else "Customers",
        "revenue": "Revenue",
        "margin_per_customer": "Margin a customer",
        "retention": "Stayed",
        "value": "Value in five years",
        "cac_loaded": "Cost of winning one",
        "cltv_cac": "Value to cost (times)",
        "payback_months": "Payback (months)",
    }
    forms = {
        "members": fmt.count,
        "customers": fmt.count,
        "revenue": amount,
        "margin_per_customer": amount,
        "cac_loaded": amount,
    }
    forms |= {"value": amount, "cltv_cac": times, "payback_months": times}
    return frame_table(shown[known], labels, forms, title, note, group="grouping" if group else "", right=["retention"])


def _between(row: dict[Any, Any], kpi: str, form: Form) -> str:
    if row[kpi] != row[kpi]:
        return fmt.MISSING
    return bracketed(form(row[kpi]), fmt.interval(row[f"{kpi}_low"], row[f"{kpi}_high"], form))


def _note(found: "Kpis", name: str) -> str:
    period = found.period
    said = [f"Figures of {fmt.day(period.first)} to {fmt.day(period.last)}." if period.first else ""]
    said.append(f"Who stayed is not known: {found.no_retention}." if found.no_retention else "")
    if name and found.moments[name] == "start":
        said.append(
            "Groups as they stood when the period began; amounts per customer count everyone who was in the group then."
        )
    if name and found.moments[name] == "today" and not found.no_retention:
        said.append("Groups are today's, which would decide who stayed, so who stayed is not shown for them.")
    if period.first and period.years < 1:
        said.append("The period is shorter than a year, so a season may sway it.")
    said.append("In brackets: 95% interval. A dash: not known, or fewer than 30 customers.")
    return " ".join(filter(None, said))


def _written(row: Any, money: fmt.Money) -> tuple[str, str]:
    form = form_of(row.kpi, money)
    return (form(row.value) if row.value == row.value else fmt.MISSING), fmt.interval(row.low, row.high, form)


def _verdict(row: Any) -> str:
    if row.against_what == "average":
        return {"misses": "Worse", "meets": "Better"}.get(row.verdict, "Unclear")
    return {"misses": "Misses", "meets": "Meets"}.get(row.verdict, "Unclear")


def _why(row: Any) -> str:
    return str(row.why)[:1].upper() + str(row.why)[1:]


def _measured(row: Any, money: fmt.Money) -> str:
    form = form_of(row.kpi, money)
    if row.advice == "merge":
        return f"at most {form(row.value)} apart, limit {form(row.against)}"
    if row.advice == "split" and row.kpi == "retention":
        return (
            f"{fmt.points(row.value).removeprefix('+')} points apart, limit {fmt.points(row.against).removeprefix('+')}"
        )
    value = fmt.share(row.value, 1) if row.kpi == "customer_share" else form(row.value)
    return f"{value}, limit {form(row.against)}"
