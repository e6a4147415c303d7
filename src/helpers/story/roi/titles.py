"""Titles of the charts of what campaigns returned and customers are worth: what each surely shows, or nothing."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.analysis.roi.returns import LOSES, PAYS
from helpers.story import fmt
from helpers.story.fmt import Money
from helpers.story.headings import group_does
from helpers.story.phrases import quoted
from helpers.story.roi import before_words, money_words
from helpers.story.roi.kpi_terms import segment_name
from helpers.story.roi.steps import INPUT_NAMES
from helpers.story.terms import rounded

if TYPE_CHECKING:
    from helpers.analysis.roi.cash import Cash, Programme
    from helpers.analysis.roi.regression import CameAnyway
    from helpers.analysis.roi.simulate import Outlook


def returns(shown: pd.DataFrame, names: list[str], margin: float, money: Money) -> str:
    """What the first row earned for its cost, where it clearly paid or lost money; such rows are drawn first."""
    if shown.empty or shown["verdict"].iloc[0] not in (PAYS, LOSES):
        return ""
    first: dict[str, Any] = {str(name): value for name, value in shown.to_dict("records")[0].items()}
    amount = rounded(money)
    earned, cost = amount(margin * first["incremental_revenue"]), amount(first["cost"])
    paid = "paid" if first["verdict"] == PAYS else "lost money"
    return f"{quoted(names[0])} {paid}: {earned} of extra margin for {cost}"


def worth(shown: pd.DataFrame, kpi: str, money: Money) -> str:
    """What a customer of the first group is worth beside the average one, where it is clearly more.

    shown: segment, segmentation ("everyone" in the row of all), and the figure named `kpi` with `_low` and `_high`.
    """
    rows = shown.to_dict("records")
    top, everyone = rows[0], rows[-1]
    if everyone["segmentation"] != "everyone" or not top[f"{kpi}_low"] > everyone[f"{kpi}_high"]:
        return ""
    each, usual = (rounded(money)(row[kpi]) for row in (top, everyone))
    known = "gross_margin" in kpi
    verb = ("are worth", "is worth") if known else ("brought", "brought")
    return f"{group_does(segment_name(top['segment']), *verb)} {each} a customer, the average customer {usual}"


def cash(programme: "Programme", result: "Cash", outlook: "Outlook | None", money: Money) -> str:
    """What the programme should gain and when it has paid for itself, where that is clear; or that it would lose."""
    if outlook is None:
        return ""
    said = money_words.cash(programme, result, outlook, money)
    found = said.values
    if said.verdict not in ("good", "bad"):
        return ""
    gain = found["net_present_value"]
    over = f"over {fmt.many(found['months'], 'month')}"
    if said.verdict == "bad":
        return f"The programme would lose {money(-gain)} {over}" if gain < 0 else ""
    if gain <= 0:
        return ""
    pays = found["payback_month"] == found["payback_month"]
    until = f"and pay for itself by month {fmt.count(found['payback_month'])}" if pays else over
    return f"The programme should gain {money(gain)} {until}"


def waterfall(steps: pd.DataFrame, money: Money) -> str:
    """How much of the extra revenue is left."""
    amounts = dict(zip(steps["step"], steps["amount"], strict=True))
    revenue, gain = amounts.get("extra_revenue", 0.0), amounts.get("net_gain", 0.0)
    if not revenue > 0 or fmt.is_zero(money(revenue)):
        return ""
    left = money(gain) if gain > 0 and not fmt.is_zero(money(gain)) else "nothing"
    return f"Of {money(revenue)} of extra revenue {left} is left as net gain"


def tornado(outlook: "Outlook", money: Money) -> str:
    """The input that moves the net gain most, where one does."""
    said = money_words.what_matters(outlook, money)
    if said.verdict != "neutral":
        return ""
    first = str(outlook.tornado["input"].iloc[0])
    name = INPUT_NAMES[first]
    return f"{name[:1].upper()}{name[1:]} moves the net gain most: by {money(said.values[first])}"


def came_anyway(found: "CameAnyway") -> str:
    """How spend changed now and in the same comparison made earlier, where the two clearly differ."""
    said = before_words.came_anyway(found)
    return said.text.partition(". ")[0] if said.verdict == "neutral" else ""


def naive_campaigns(campaigns: pd.DataFrame, money: Money) -> str:
    """What before and after would credit a campaign with, beside its measured lift, where the two clearly differ."""
    said = before_words.naive_campaigns(campaigns, money)
    found = said.values
    if said.verdict != "neutral":
        return ""
    naive, lift = (fmt.signed(found[name], rounded(money)) for name in ("naive", "lift"))
    return f"Before and after would credit {quoted(found['arm'])} with {naive}; the measured lift is {lift}"
