"""Sentences about how strong the evidence on campaigns is."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.analysis.campaigns.evidence import AGREE, ALONE, DIFFER, KINDS, NONE, RANDOM
from helpers.story import fmt
from helpers.story.campaigns.evidence_labels import INSIDE, METHODS, reason
from helpers.story.phrases import quoted
from helpers.story.statement import Statement
from helpers.story.terms import lower

if TYPE_CHECKING:
    from helpers.analysis.campaigns.evidence import Evidence

_NEEDS = "a campaign, with the day of each contact, and orders"
_HOLD_OUT = "Hold a random tenth out of the next campaign: nothing else proves what it adds."
_WAIT = "Look again once customers have had time to buy."
_MEND = "Find out how customers came into each arm before the next test is drawn."


def evidence_strength(result: "Evidence") -> Statement:
    """On what kind of evidence the campaigns rest."""
    key, rows = "evidence_strength", result.by_campaign
    if rows.empty:
        return Statement(key, "No campaign was supplied whose results could be judged.", "few", needs=_NEEDS)
    kinds = rows.groupby("campaign", sort=False)["evidence"].agg(_best)
    tested, total = int((kinds == RANDOM).sum()), len(kinds)
    values = {"campaigns": total, "tested": tested, "untold": int((kinds == NONE).sum()), "kinds": kinds.to_dict()}
    if tested == total:
        who = quoted(kinds.index[0]) + " was a random test" if total == 1 else "All campaigns were random tests"
        return Statement(key, f"{who}, the strongest evidence there is.", values=values)
    if total == 1 and kinds.iloc[0] == NONE:
        why = reason(str(rows["why"].iloc[0]))
        text = f"What {quoted(kinds.index[0])} changed cannot be shown by any method: {why}."
        mend = {"not as drawn": _MEND, "rare": _WAIT}.get(str(rows["why"].iloc[0]), _HOLD_OUT)
        return Statement(key, text, "unclear", mend, values=values)
    if total == 1:
        text = f"What {quoted(kinds.index[0])} changed is shown by {INSIDE[kinds.iloc[0]]}: a hint, not proof."
        return Statement(key, text, "unclear", _HOLD_OUT, values=values)
    if values["untold"] == total:
        text = f"What the {fmt.words(total)} campaigns changed cannot be shown by any method."
        return Statement(key, text, "unclear", _HOLD_OUT, values=values)
    text = f"No campaign of {fmt.words(total)} was a random test, so nothing proves what they changed."
    if tested:
        were = "was a random test" if tested == 1 else "were random tests"
        rest = "other" if total - tested == 1 else "others"
        text = f"{fmt.words(tested).capitalize()} of {fmt.words(total)} campaigns {were}; "
        text += f"nothing proves what the {rest} changed."
    return Statement(key, text, "unclear", _HOLD_OUT, values=values)


def evidence_agreement(result: "Evidence") -> Statement:
    """Whether what the weaker methods find agrees with the one that leads; nothing where there is only one."""
    key, rows = "evidence_agreement", result.by_campaign
    compared = rows[rows["agreement"] != ALONE]
    if compared.empty:
        return Statement(key, "")
    apart = compared[compared["agreement"] == DIFFER]
    values = {"compared": len(compared), "apart": len(apart)}
    if apart.empty:
        who = _who(compared) if len(compared) == 1 else "each campaign that has several"
        others = result.methods[result.methods["agrees"] == AGREE]
        clear = ((others["low"] > 0) | (others["high"] < 0)).groupby([others["campaign"], others["arm"]]).any().all()
        text = f"For {who}, the methods agree: same direction, overlapping intervals."
        if not clear and ((compared["low"] <= 0) & (compared["high"] >= 0)).all():
            text = f"For {who}, no method finds a clear difference."
        elif not clear:
            text = (
                f"For {who}, the weaker methods that hold do not contradict the strongest, but are not clear by "
                "themselves."
            )
        return Statement(key, text, values=values)
    first = apart.iloc[0]
    own = result.methods[(result.methods["campaign"] == first["campaign"]) & (result.methods["arm"] == first["arm"])]
    other = lower(METHODS[str(own.loc[own["agrees"] == DIFFER, "method"].iloc[0])])
    text = (
        f"For {_who(apart)}, the methods disagree: “{lower(METHODS[first['evidence']])}” is not borne out by “{other}”."
    )
    more = len(apart) - 1
    text += f" So it is for {fmt.many(more, 'more campaign')}." if more else ""
    return Statement(key, text, "unclear", values=values | {"more": more})


def _best(kinds: pd.Series) -> str:
    """The strongest of the kinds that a campaign's arms have."""
    return min((str(kind) for kind in kinds), key=KINDS.index)


def _who(rows: pd.DataFrame) -> str:
    return quoted(rows["campaign"].iloc[0])
