"""Tables of tests: each arm against those left out, lifts by group, the draw, and what a few customers do to it."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.analysis.campaigns.leverage import FEW
from helpers.analysis.campaigns.lift import BROKEN, RANDOM
from helpers.story import fmt
from helpers.story.campaigns.outcomes import answer_of, level_form, lift_form, measure_name
from helpers.story.phrases import inside
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import plain

if TYPE_CHECKING:
    from helpers.analysis.campaigns.checks import Checks
    from helpers.analysis.campaigns.lift import Lift
    from helpers.analysis.campaigns.segments import SegmentLift

_MOST = 12  # arms that a reader compares; all are in the saved table
_INTERVALS = {"Newcombe": "Newcombe's", "Welch": "Welch's", "bootstrap": "a bootstrap"}
_VERDICTS = {
    **{"up": "Raised", "down": "Lowered", "unclear": "Unclear", "hangs": "Hangs on few", "few": "Too few"},
    **{"broken": "Not read", "alone": "Nobody left out"},
}


def lift(found: "Lift", money: fmt.Money) -> Table:
    """Each arm against those left out of it, one block a measure; of many arms those with the largest lifts."""
    tests = found.by_arm[found.by_arm["evidence"].isin([RANDOM, BROKEN])]
    first = tests[tests["metric"] == found.outcome]
    order = first.assign(size=first["lift"].abs()).sort_values(
        "size", ascending=False, na_position="last", kind="stable"
    )
    kept = set(zip(order["campaign"].head(_MOST), order["arm"].head(_MOST), strict=True))
    held = [(r.campaign, r.arm) in kept for r in rows_of(tests)]
    by_arm = tests[pd.Series(held, index=tests.index, dtype=bool)]
    rows = rows_of(by_arm)
    several = by_arm["campaign"].nunique() > 1
    levels = [level_form(r.metric, r.control_mean, money) for r in rows]
    lifts = [lift_form(r.metric, r.control_mean, money) for r in rows]
    shown = by_arm.assign(
        case=[f"{r.campaign}: {r.arm}" if several else str(r.arm) for r in rows],
        measured=[form(r.mean) for form, r in zip(levels, rows, strict=True)],
        compared=[form(r.control_mean) for form, r in zip(levels, rows, strict=True)],
        difference=[_difference(r.lift, r.low, r.high, form) for form, r in zip(lifts, rows, strict=True)],
        seen=[form(r.detectable) for form, r in zip(lifts, rows, strict=True)],
        verdict=[_VERDICTS[answer_of(r, money)] for r in by_arm.to_dict("records")],
    )
    labels = {
        "case": "Campaign",
        "n": "Customers",
        "measured": "Contacted",
        "compared": "Left out",
        "difference": "Lift (95% interval)",
        "seen": "Smallest lift it could see",
        "verdict": "Verdict",
    }
    formats: dict[str, Form] = {"n": fmt.count, "metric": plain}
    right = ["measured", "compared", "difference", "seen"]
    more = (
        f" Of {fmt.count(len(first))} arms, those with the largest lifts."
        if len(first) > len(order.head(_MOST))
        else ""
    )
    note = (
        f"{_methods(by_arm)}Also unclear: what does not hold once all comparisons of its campaign are counted (Holm)."
    )
    note += more
    if by_arm["sharpened"].astype("bool").any():
        note += " Where earlier purchases are taken out, a lift is not the difference of the two averages."
    return frame_table(shown, labels, formats, "Campaigns against those left out, per customer", note, "metric", right)


def segment_lift(found: "SegmentLift") -> Table:
    """Whether the lifts of each arm differ between groups, one row an arm."""
    arms = found.interaction
    several = arms["campaign"].nunique() > 1
    shown = arms.assign(
        case=[f"{r.campaign}: {r.arm}" if several else str(r.arm) for r in rows_of(arms)],
        told=["Differs" if differs else "May be chance" for differs in arms["differs"]],
    ).head(_MOST)
    labels = {
        "case": "Campaign",
        "best": "Surest lift",
        "worst": "Least lift",
        "p_adjusted": "Chance of such differences",
        "told": "Between groups",
    }
    formats: dict[str, Form] = {"p_adjusted": _chance}
    note = "Chance: how often groups with one and the same lift would differ as much (Cochran's Q, corrected by Holm)."
    return frame_table(shown, labels, formats, "Does the lift differ between groups?", note)


def checks(found: "Checks") -> Table:
    """Sizes of the arms, one row a test, with the least likely difference of the time before."""
    rows = []
    for row in rows_of(found.ratios):
        before = found.balance[found.balance["campaign"] == row.campaign].sort_values("p_adjusted", kind="stable")
        first = before.to_dict("records")[0] if len(before) else {}
        broken = bool(row.broken) or (bool(first) and not first["alike"])
        rows.append(
            {
                "campaign": row.campaign,
                "customers": row.customers,
                "design": _design(row.design) + (" (declared)" if row.declared else ""),
                "p_value": row.p_value,
                "measure": measure_name(first["measure"]) if first else fmt.MISSING,
                "p_before": first["p_adjusted"] if first else float("nan"),
                "told": "Not a random draw" if broken else "As random",
            }
        )
    shown = pd.DataFrame(rows, columns=["campaign", "customers", "design", "p_value", "measure", "p_before", "told"])
    labels = {
        "campaign": "Test",
        "customers": "Customers",
        "design": "Nearest design",
        "p_value": "Chance of such sizes",
        "measure": "Least alike before",
        "p_before": "Chance of that",
        "told": "The draw",
    }
    formats: dict[str, Form] = {"customers": fmt.count, "p_value": _chance, "p_before": _chance}
    note = f"A draw counts as broken where either chance is below {fmt.share(0.001, 1)}."
    return frame_table(shown.head(_MOST), labels, formats, "Are the arms what a random draw would give?", note)


def few_customers(found: "Lift", money: fmt.Money) -> Table:
    """Each lift with and without the one customer with the largest outcome."""
    rows = found.leverage.sort_values("largest_share", ascending=False, kind="stable").head(_MOST)
    several = rows["campaign"].nunique() > 1
    level = float(found.by_arm.loc[found.by_arm["metric"] == found.outcome, "control_mean"].mean())
    form = lift_form(found.outcome, level, money)
    shown = rows.assign(
        case=[f"{r.campaign}: {r.arm}" if several else str(r.arm) for r in rows_of(rows)],
        told=[f"Without {fmt.words(n)}" if n else "Stays" for n in rows["hangs_on"]],
    )
    labels = {
        "case": "Campaign",
        "largest": f"Most {inside(found.outcome)} of one" if found.outcome else "Most of one",
        "largest_share": "Share of all",
        "lift": "Lift",
        "lift_without": "Without that one",
        "told": "Answer changes",
    }
    formats: dict[str, Form] = {"largest": form, "largest_share": lambda x: fmt.share(x, 1)}
    formats |= dict.fromkeys(("lift", "lift_without"), lambda x: fmt.signed(x, form))
    note = f"Answer changes: how many of the {fmt.words(FEW)} with the most have to be left out before it does."
    if found.gains["used"].astype("bool").any():
        note += " Lifts here are differences of plain averages."
    return frame_table(shown, labels, formats, "Lifts without their largest customer", note)


def _methods(by_arm: pd.DataFrame) -> str:
    """Which interval each measure has: "Intervals: Welch's for spend; Newcombe's for visit." """
    used = by_arm[by_arm["interval"] != ""]
    told = []
    for metric, rows in used.groupby("metric", sort=False):
        kinds = fmt.listing([_INTERVALS[kind] for kind in rows["interval"].unique()])
        told.append(
            f"{kinds} for {inside(metric)}" + (", less what was bought before" if rows["sharpened"].any() else "")
        )
    return f"Intervals: {'; '.join(told)}. " if told else ""


def _difference(lift: float, low: float, high: float, form: Form) -> str:
    low_text, high_text = form(low), form(high)
    if low_text.endswith(" points"):
        low_text = low_text.removesuffix(" points")
        high_text = high_text.removesuffix(" points")
    between = f"{low_text} to {high_text}" if low == low and high == high else fmt.MISSING
    return bracketed(fmt.signed(lift, form), between)


def _design(text: str) -> str:
    """ "33.3 : 33.3 : 33.3" -> "equal parts"."""
    return "equal parts" if len(set(text.split(" : "))) == 1 else f"{text} percent"


def _chance(x: float) -> str:
    return fmt.share(x, 1)
