"""The table of all estimates of a campaign, the strongest evidence first."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.analysis.campaigns.evidence import WHOLE
from helpers.data.spec import CONTACTED
from helpers.story import fmt
from helpers.story.campaigns.evidence_labels import METHODS, TRUST, form_of, reason
from helpers.story.fmt import Money
from helpers.story.table import Table, bracketed, frame_table, rows_of
from helpers.story.terms import printable

if TYPE_CHECKING:
    from helpers.analysis.campaigns.evidence import Evidence
_MOST = 12  # arms that a reader compares


def evidence_methods(result: "Evidence", money: Money) -> Table:
    """Each campaign's estimates by kind of evidence: method, estimate with its interval, how far to trust it."""
    methods = _of_most(result.methods)
    rows = rows_of(methods)
    shown = methods.assign(
        name=[METHODS[r.method] for r in rows],
        heading=[_heading(r) for r in rows],
        found=[_found(r, money) for r in rows],
        trust=[_trust(r) for r in rows],
    )
    labels = {"name": "Method", "found": "A customer contacted (95% interval)", "trust": "How far to trust it"}
    note = (
        "What each contacted customer brought that would not have come without the campaign, by method; the strongest "
        "kind of evidence first. In brackets the 95% interval: where it includes zero, there may be no difference at "
        "all. Sales are counted over the days that each method followed."
    )
    if len(methods) < len(result.methods):
        note += f" Of many, the {fmt.words(_MOST)} arms that most methods tell of; all are in the saved table."
    title = "What each method says, and how far to trust it"
    why = "no campaign has an estimate"
    return frame_table(shown, labels, {}, title, note, group="heading", right=["found"], nothing=why)


def _of_most(methods: pd.DataFrame) -> pd.DataFrame:
    """Of many arms those with the most methods to compare, in the order of the rest."""
    arms = methods.groupby(["campaign", "arm"], sort=False)["method"].transform("size")
    kept = (
        methods.assign(size=arms)
        .drop_duplicates(["campaign", "arm"])
        .sort_values("size", ascending=False, kind="stable")
    )
    wanted = pd.MultiIndex.from_frame(kept[["campaign", "arm"]].head(_MOST))
    return methods[pd.MultiIndex.from_frame(methods[["campaign", "arm"]]).isin(wanted)]


def _heading(row: Any) -> str:
    arm = "" if row.arm in (WHOLE, CONTACTED) else f", {printable(row.arm)}"
    return f"{printable(row.campaign)}{arm}"


def _found(row: Any, money: Money) -> str:
    if row.estimate != row.estimate:
        return fmt.MISSING
    form = form_of(row.metric, money)
    return bracketed(fmt.signed(row.estimate, form), fmt.interval(row.low, row.high, form))


def _trust(row: Any) -> str:
    if row.ok or row.method in ("before and after", "none"):
        return TRUST[row.method]
    return f"Not used: {reason(row.why)}"
