"""Which touchpoints matter to the overall score, and how they score.

A touchpoint's pull is its share of the answers times the difference between its answers and the others: the score of
all less that of the others, which is what the score would lose without its answers. So a touchpoint matters that many
customers meet and that differs; a bad one that hardly anyone meets pulls little. What is asked about (the answer names
the touchpoint) and what is used (events before the answer) are two things, and are kept apart. Who uses a touchpoint
also does more of everything, so of those used the difference counts that is left with other measures held equal.

Intervals are those of `regression`, by customers. P-values are corrected together (Benjamini and Hochberg 1995).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from helpers.analysis.experience.links import POINTS, SIGNIFICANT, controls
from helpers.analysis.experience.regression import fit_clustered

EQUAL = ("orders", "order_recency", "spend", "subscription")  # families of measures: what events are not made of
ASKED, USED = "asked about", "used"
BELOW, ABOVE, ALIKE, FEW = "below", "above", "alike", "few"


@dataclass(frozen=True)
class Touchpoints:
    """touchpoints: a row a touchpoint and source: touchpoint, source ("asked about", "used"), answers, answer_share (of
        those of the source), nps, low, high, others_nps, difference (from the others; of those used with the other
        measures equal), difference_low, difference_high, p_adjusted, pull (points of the overall score), importance
        (its size), verdict (below, above, alike; few: not judged); by source, those judged and the most important first
    asked, used: answers that name a touchpoint; answers before which any use is known
    focus: the source to look at: asked about where one stands out, else used where one does, else the first judged; ""
    is_equal: whether those used are compared with customers who buy alike, as far as is known of orders
    """

    touchpoints: pd.DataFrame
    asked: int
    used: int
    focus: str
    is_equal: bool = True


def compare_touchpoints(
    asked: pd.DataFrame,
    answers: pd.DataFrame,
    used: pd.DataFrame,
    measures: pd.DataFrame,
    *,
    min_answers: int = 50,
) -> Touchpoints:
    """asked: a row an answer that names what it is about: customer_id, group, touchpoint. answers: customer_id, group
    and, by touchpoint used, the number of events before the answer; used: touchpoint, measure (that column).
    measures: measure, family; columns of `answers`, of which those of EQUAL are held equal. With fewer than two
    touchpoints asked about, these tell nothing."""
    others = measures.loc[measures["family"].isin(EQUAL), "measure"]
    rows: list[list[object]] = []
    y, who = _points(asked)
    names = sorted(asked["touchpoint"].dropna().unique()) if len(asked) else []
    for name in names if len(names) > 1 else []:
        inside = (asked["touchpoint"] == name).to_numpy()
        rows.append([name, ASKED, *_compare(y, who, inside, None, min_answers)])
    y, who = _points(answers)
    everyone = np.ones(len(answers), bool)
    equal = controls([answers[m].astype(float) for m in others], everyone) if len(answers) else None
    for one in used.to_dict("records"):
        inside = (answers[one["measure"]] > 0).to_numpy()
        if inside.any():
            rows.append([one["touchpoint"], USED, *_compare(y, who, inside, equal, min_answers)])
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    frame = frame.astype({"touchpoint": "str", "source": "str", "verdict": "str"} | dict.fromkeys(_NUMBERS, float))
    judged = _judge(frame.astype({"answers": "int64"}))
    n_used = len(answers) if len(used) else 0
    n_asked = len(asked) if len(names) > 1 else 0
    return Touchpoints(judged, n_asked, n_used, _focus(judged), is_equal=len(others) > 0)


_NUMBERS = [
    *("answer_share", "nps", "low", "high", "others_nps", "difference", "difference_low", "difference_high"),
    *("p_adjusted", "pull", "importance"),
]
_COLUMNS = ["touchpoint", "source", "answers", *_NUMBERS, "verdict"]


def _focus(judged: pd.DataFrame) -> str:
    """Sources stand in the order of their names: asked about, then used."""
    clear = judged.loc[judged["verdict"].isin([BELOW, ABOVE]), "source"]
    told = judged.loc[judged["verdict"] != FEW, "source"]
    return str(clear.iloc[0]) if len(clear) else str(told.iloc[0]) if len(told) else ""


def _points(answers: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return answers["group"].map(POINTS).to_numpy(float), pd.factorize(answers["customer_id"])[0]


def _compare(
    y: np.ndarray, who: np.ndarray, inside: np.ndarray, equal: np.ndarray | None, min_answers: int
) -> list[object]:
    n, share = int(inside.sum()), float(inside.mean())
    own = fit_clustered(np.ones((n, 1)), y[inside], pd.factorize(who[inside])[0])
    nps, low, high, _ = own.interval(0)
    ends = [max(low, -100.0), min(high, 100.0)]
    if n == len(y):
        return [n, share, nps, *ends, *[float("nan")] * 7, FEW]
    parts = [np.ones((len(y), 1)), inside[:, None].astype(float), *([] if equal is None else [equal])]
    difference, lower, upper, p = fit_clustered(np.hstack(parts), y, who).interval(1)
    others, pull = float(y[~inside].mean()), share * difference
    verdict = ALIKE if min(n, len(y) - n) >= min_answers else FEW
    return [n, share, nps, *ends, others, difference, lower, upper, p, pull, abs(pull), verdict]


def _judge(frame: pd.DataFrame) -> pd.DataFrame:
    """P-values corrected over those judged, verdicts by them, the most important first."""
    tested = (frame["verdict"] == ALIKE) & frame["p_adjusted"].notna()
    corrected = np.full(len(frame), np.nan)
    if tested.any():
        corrected[tested] = multipletests(frame.loc[tested, "p_adjusted"], method="fdr_bh")[1]
    frame["p_adjusted"] = corrected
    clear = (frame["p_adjusted"] < SIGNIFICANT).to_numpy()
    side = np.where(frame["difference"] < 0, BELOW, ABOVE)
    frame["verdict"] = pd.Series(np.where(clear & tested, side, frame["verdict"]), dtype="str")
    few = frame["verdict"] == FEW
    order = ["source", "few", "importance"]
    placed = frame.assign(few=few).sort_values(order, ascending=[True, True, False], kind="stable", ignore_index=True)
    return placed.drop(columns="few")
