"""Who answered and who did not, and what the score would be if all customers had.

Each customer counts once, by the latest answer: +1 (promoter), 0 or -1 (detractor). Those who answered are taken as a
random sample of their group and no more, so the reweighted score is the post-stratified one, and its variance is the
one given the answers of each group (Holt and Smith 1979, "Post Stratification", JRSS A 142; Cochran 1977, 5A.9). It
mends what goes with the groups; a difference between those who answer and those who do not within a group stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import pandas as pd
from scipy import stats

from helpers.analysis.nps_sample.estimates import Estimate, one_mind
from helpers.errors import InputError

MIN_CELL = 20  # customers who answered that a group of its own in the reweighting takes; our own convention
_Z2 = stats.norm.ppf(0.975) ** 2
_Y = {"promoters": 1.0, "passives": 0.0, "detractors": -1.0}
RATES = ["grouping", "group", "customers", "answered", "response_rate", "rate_low", "rate_high"]
COLUMNS = [*RATES, "customer_share", "answered_share", "spend_share", "heard_spend_share", "nps", "nps_low", "nps_high"]


@dataclass(frozen=True)
class Response:
    """answers = answers of customers known + answers of customers not known + anonymous.

    groups: one row a group of customers known, "all" first: COLUMNS and `cell`, the groups it was reweighted with;
        heard_spend_share is the share of the group's spend by those who answered; nps is NaN under `min_answers`
    once, finite, reweighted: the score of each customer once; the same with the correction for a finite population;
        that of all customers, reweighted by group. change: reweighted less once
    """

    answers: int
    anonymous: int  # answers without a customer number
    customers: int  # who could have answered: known, or as `population` says; 0 = not told
    answered: int  # of them
    strangers: int  # customers who answered and are not among those known
    later: int  # customers known who came after the last answer: left out of all that follows
    invited: int  # as the client says; 0 = not told
    spend_share: float  # of all spend, by those who answered; NaN where no spend is known
    groups: pd.DataFrame
    by: str  # the grouping that was reweighted by; empty where none could be
    cells: int
    collapsed: int  # groups with too few answers to be reweighted on their own
    design_effect: float  # of the reweighting (Kish)
    once: Estimate
    finite: Estimate
    reweighted: Estimate
    change: Estimate

    @property
    def rate(self) -> float:
        """Share of the customers who answered; NaN where nobody says how many there are."""
        return self.answered / self.customers if self.customers else nan

    @property
    def is_told(self) -> bool:
        return bool(self.customers or self.invited)

    @property
    def invited_rate(self) -> float:
        return self.answers / self.invited if self.invited else nan

    @property
    def views(self) -> pd.DataFrame:
        """One row a way to count: view, nps, nps_low, nps_high, customers (who answered), design_effect."""
        named = {"each customer once": self.once, "finite population": self.finite, "reweighted": self.reweighted}
        rows = [
            {
                "view": view,
                "nps": e.score,
                "nps_low": e.low,
                "nps_high": e.high,
                "customers": e.clusters,
                "design_effect": self.design_effect if view == "reweighted" else nan,
            }
            for view, e in named.items()
            if e.score == e.score
        ]
        return pd.DataFrame(rows, columns=["view", "nps", "nps_low", "nps_high", "customers", "design_effect"])


def measure_response(
    known: pd.DataFrame,
    latest: pd.DataFrame,
    counts: Mapping[str, int],
    groupings: Sequence[str],
    *,
    population: int = 0,
    invited: int = 0,
    min_answers: int = 50,
) -> Response:
    """Compare those who answered with all customers.

    `known`: one row a customer: customer_id, spend (NaN where not known), came_later (after the last answer; who did
    not answer is then left out) and the groupings. `latest`: customer_id and group (promoters, passives,
    detractors) of the customer's latest answer. `counts`: answers, anonymous. The first of `groupings` is the one
    to reweight by. `population` and `invited` are what the client says, 0 = nothing. Raises InputError for a
    customer twice, for more answers than invitations, or a population smaller than who answered.
    """
    for name, frame in (("customers", known), ("latest answers", latest)):
        if frame["customer_id"].duplicated().any():
            raise InputError("A customer is in this table more than once", where=name)
    _check_size("invited", invited, counts["answers"], "answers")
    _check_size("population", population, max(len(latest), len(known)), "customers known")
    y = latest.set_index("customer_id")["group"].map(_Y).astype(float)
    everyone = known.assign(y=known["customer_id"].map(y))
    people = everyone[~known["came_later"] | everyone["y"].notna()].reset_index(drop=True)
    heard = people["y"].notna()
    listed = int(heard.sum())
    strangers = len(latest) - listed if len(people) else 0
    by = next((g for g in groupings if people[g].nunique() > 1), "") if listed > 1 else ""
    cells = collapse_cells(people, by) if by else {}
    groups = _by_group(people, groupings, min_answers)
    groups["cell"] = [cells.get(str(r.group), "") if r.grouping == by else "" for r in groups.itertuples()]
    whole = bool(population) or people.empty
    customers = population or len(people)
    sample = y if whole else people.loc[heard, "y"]
    once = _mean(sample, 0)
    several = len(set(cells.values())) > 1
    reweighted, change, effect = _reweight(people, by, cells) if several else (_NONE, _NONE, nan)
    return Response(
        answers=counts["answers"],
        anonymous=counts["anonymous"],
        customers=customers,
        answered=len(latest) if whole else listed,
        strangers=strangers,
        later=len(known) - len(people),
        invited=invited,
        spend_share=_share(people.loc[heard, "spend"].sum(), people["spend"].sum()),
        groups=groups,
        by=by if several else "",
        cells=len(set(cells.values())) if several else 0,
        collapsed=int(
            (people[heard].groupby(people[by].astype("str")).size().reindex(list(cells), fill_value=0) < MIN_CELL).sum()
        )
        if several
        else 0,
        design_effect=effect,
        once=once,
        finite=_mean(sample, customers) if customers else _NONE,
        reweighted=reweighted,
        change=change,
    )


def collapse_cells(people: pd.DataFrame, by: str) -> dict[str, str]:
    """Group -> the cell it is reweighted in, named by its groups.

    The cell with the fewest answers joins the one whose response rate is nearest to its own, until every cell has
    MIN_CELL customers who answered: groups that answer alike are weighted alike (Little 1986, "Survey nonresponse
    adjustments for estimates of means"). `people` has `by` and y, NaN for those who did not answer.
    """
    counted = people.groupby(by, observed=True)["y"].agg(["size", "count"])
    cells = [([str(g)], int(n), int(r)) for g, n, r in counted.itertuples()]
    while len(cells) > 1 and min(r for _, _, r in cells) < MIN_CELL:
        thin = min(range(len(cells)), key=lambda i: (cells[i][2], cells[i][1], cells[i][0]))
        names, n, r = cells.pop(thin)
        near = min(range(len(cells)), key=lambda i: (abs(cells[i][2] / cells[i][1] - r / n), cells[i][0]))
        cells[near] = ([*cells[near][0], *names], cells[near][1] + n, cells[near][2] + r)
    return {name: " + ".join(names) for names, _, _ in cells for name in names}


def wilson(answered: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95% interval of a share (Wilson 1927); NaN of none."""
    of = np.where(of > 0, of, nan)
    p = answered / of
    centre = (p + _Z2 / (2 * of)) / (1 + _Z2 / of)
    half = np.sqrt(_Z2 * (p * (1 - p) / of + _Z2 / (4 * of**2))) / (1 + _Z2 / of)
    return np.minimum(centre - half, p), np.maximum(centre + half, p)


_NONE = Estimate(nan, nan, nan, nan, 0)


def _check_size(knob: str, given: int, least: int, what: str) -> None:
    if given and given < least:
        raise InputError(
            f"{knob} is {given:,}, and there are {least:,} {what}",
            where=f"nps_sample.{knob}",
            allowed=f"{least:,} or more, or 0 where it is not known",
        )


def _mean(y: pd.Series, of: int) -> Estimate:
    """Mean of +1, 0, -1 with its t interval; `of` many there are in all, 0 = without end (Cochran 1977, 2.6)."""
    n = len(y)
    if n < 2:
        return Estimate(100 * float(y.mean()), nan, nan, nan, n) if n else _NONE
    left_out = 1 - n / of if of else 1.0
    if not y.var() > 0 and left_out > 0:
        return one_mind(float(y.mean()), n)
    error = 100 * sqrt(max(left_out, 0.0) * float(y.var()) / n)
    return _around(100 * float(y.mean()), error, n, n - 1)


def _around(score: float, error: float, n: int, freedom: int) -> Estimate:
    half = float(stats.t.ppf(0.975, freedom)) * error
    return Estimate(score, max(score - half, -100.0), min(score + half, 100.0), error, n)


def _reweight(people: pd.DataFrame, by: str, cells: Mapping[str, str]) -> tuple[Estimate, Estimate, float]:
    """The post-stratified score, how far it is from the plain one, and Kish's design effect of the weights."""
    found = people.groupby(people[by].astype("str").map(cells))["y"].agg(["size", "count", "mean", "var"])
    of, n = found["size"].to_numpy(float), found["count"].to_numpy(float)
    means = found["mean"].to_numpy()
    # A group that is all of one mind has no variance of its own to speak of, and adds none.
    errors = (1 - n / of) * found["var"].fillna(0.0).to_numpy() / n
    share, plain = of / of.sum(), n / n.sum()
    total, freedom = int(n.sum()), int(n.sum()) - len(n)
    score = _around(100 * float(share @ means), 100 * sqrt(float(share**2 @ errors)), total, freedom)
    moved = share - plain
    change = 100 * float(moved @ means)
    half = 100 * sqrt(float(moved**2 @ errors))
    t = float(stats.t.ppf(0.975, freedom))
    effect = float(total * (of**2 / n).sum() / of.sum() ** 2)
    return score, Estimate(change, change - t * half, change + t * half, half, total), effect


def _by_group(people: pd.DataFrame, groupings: Sequence[str], min_answers: int) -> pd.DataFrame:
    frames = [_count(people.assign(all="all"), "all", min_answers)] if len(people) else []
    frames += [_count(people, grouping, min_answers) for grouping in groupings if len(people)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS)


def _count(people: pd.DataFrame, grouping: str, min_answers: int) -> pd.DataFrame:
    heard = people["y"].notna()
    each = people.assign(heard_spend=people["spend"].where(heard)).groupby(grouping, observed=True)
    found = each.agg(
        customers=("y", "size"),
        answered=("y", "count"),
        mean=("y", "mean"),
        var=("y", "var"),
        spend=("spend", "sum"),
        heard_spend=("heard_spend", "sum"),
    )
    n, of = found["answered"].to_numpy(float), found["customers"].to_numpy(float)
    low, high = wilson(n, of)
    half = 100 * stats.t.ppf(0.975, np.maximum(n - 1, 1)) * np.sqrt(found["var"].to_numpy() / np.maximum(n, 1))
    score = 100 * found["mean"].to_numpy()
    judged = ~withheld(found["answered"], min_answers).to_numpy()
    worth = found["spend"].to_numpy()
    return pd.DataFrame(
        {
            "grouping": grouping,
            "group": found.index.astype(str),
            "customers": found["customers"].to_numpy(),
            "answered": found["answered"].to_numpy(),
            "response_rate": n / of,
            "rate_low": low,
            "rate_high": high,
            "customer_share": of / of.sum(),
            "answered_share": n / n.sum() if n.sum() else np.full(len(n), nan),
            "spend_share": worth / worth.sum() if worth.sum() > 0 else np.full(len(n), nan),
            "heard_spend_share": np.where(
                worth > 0, found["heard_spend"].to_numpy() / np.where(worth > 0, worth, 1), nan
            ),
            "nps": np.where(judged, score, nan),
            "nps_low": np.where(judged, np.maximum(score - half, -100), nan),
            "nps_high": np.where(judged, np.minimum(score + half, 100), nan),
        }
    )[COLUMNS]


def withheld(answered: pd.Series, min_answers: int) -> pd.Series:
    """Which groups' scores are not told: those of fewer than `min_answers`, and where that is one group alone, whose
    score the others and the whole would give away, the next smallest too."""
    few = answered < min_answers
    if (few & (answered > 0)).sum() == 1 and len(answered) > 1 and not few.all():
        few = few | (answered.index == answered[~few].idxmin())
    return few


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else nan
