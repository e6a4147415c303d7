"""What a campaign did for its members, where nobody was held out: members against everyone else, made comparable.

Members differ from everyone else before they are contacted, since somebody chose them. So each is held against others
who had bought alike: weighted and modelled, see `adjusted`. That takes in what is seen of customers only. Three things
say how far it may be believed, and a comparison that fails one of them claims no effect:

- overlap: members whom no other customer is like are set aside (Dehejia and Wahba 1999, JASA 94), and those nearly
  certain to be members (Crump et al. 2009, Biometrika 96, whose rule of thumb is .9);
- balance: after weighting no trait may differ by more than .25 standard deviations, see `balance`;
- a placebo: the same done with what was bought before the campaign, which it cannot have changed. A difference clear of
  zero there says that members differ in what is not seen, or were picked for what they bought in those very weeks.

Such a result is consistent with an effect, never proof of one; the E-value (see `sensitivity`) says how strong
something unseen would have to be to make it up.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from math import nan
from typing import Any

import numpy as np
import pandas as pd
from scipy import special
from threadpoolctl import threadpool_limits

from helpers.analysis.campaigns import adjusted, balance, sensitivity
from helpers.analysis.campaigns.family import holm
from helpers.errors import InputError

OTHERS = "everyone else"  # the arm of those who were not contacted
EVIDENCE, METHOD = "matched comparison", "doubly robust"
CAPPED = "spend_capped"  # spend, the largest cut down
LEAST = 50  # members, and others, below which nothing is compared
LEAST_BUYERS, LEAST_OTHER_BUYERS = 20, 10  # with an order since, of all compared and of the others
LEAST_DAYS = 7  # followed
HIGHEST = 0.9  # probability of being a member
SPREAD_DAYS, SPREAD_SHARE = 14, 0.25  # from the first to the last contact; and as a share of the days followed
ENTANGLED = 0.5  # share of members in another campaign, others half as often at most
CAP = 0.99  # quantile
MOST_OTHERS = 100_000  # compared; of more, so many drawn at random
BINS = 20  # of the picture of overlap
CLAIMS = ("more", "less", "unclear")
EFFECT_COLUMNS = [
    *("campaign", "arm", "metric", "listed", "members", "others", "members_aside", "others_aside"),
    *("not_compared", "others_not_drawn"),
    *("members_mean", "naive_lift", "naive_low", "naive_high", "adjusted_lift", "adjusted_low", "adjusted_high"),
    *("p_value", "placebo", "placebo_low", "placebo_high", "e_value", "e_value_limit", "overlap_share"),
    *("others_effective", "largest_difference", "cost", "verdict"),
]


@dataclass(frozen=True)
class Members:
    """effects: one row a campaign, arm and metric (spend, spend_capped, orders, conversion), EFFECT_COLUMNS:

    - listed: members of the campaign's list; members and others: customers compared; members_aside and others_aside:
      of those known, set aside as nobody on the other side is like them; not_compared: listed and not known, or in
      several arms; others_not_drawn: of more others than 100,000. listed = members + members_aside + not_compared, for
      a campaign of one arm;
    - members_mean, the lifts and the placebo in the metric's unit a member, intervals at `confidence`; naive of all
      known, NaN with fewer than two on a side; adjusted and placebo of those compared, NaN where they were not made;
    - overlap_share: of members known, those compared; others_effective: how many others of equal weight would say as
      much; largest_difference: standardised, after weighting; cost: of all members, NaN where not given;
    - verdict: more, less or unclear; else why no effect is claimed: "broken" (the placebo is clear of zero),
      "unbalanced", "few", "rare" (hardly anybody ordered since), "nobody else", "no history" (no orders before),
      "early" (followed less than a week), "spread" (contacted over so long that orders may have come first),
      "entangled" (another campaign had the same members).

    balance: campaign, arm, and `balance.BALANCE_COLUMNS`. overlap: campaign, arm, low, high (of the probability of
    being a member), members, others, others_weighted (shares of each), of all known. shared, campaigns: as given.
    """

    effects: pd.DataFrame
    balance: pd.DataFrame
    overlap: pd.DataFrame
    campaigns: pd.DataFrame
    shared: pd.DataFrame
    confidence: float = 0.95


def compare_members(
    customers: pd.DataFrame,
    campaigns: pd.DataFrame,
    shared: pd.DataFrame,
    measures: list[str],
    traits: list[str],
    *,
    confidence: float = 0.95,
    seed: int = 0,
) -> Members:
    """Compare the members of each campaign and arm with everyone else of that campaign.

    customers: campaign, arm ("everyone else" of those not contacted), customer_id, cost, the outcomes (spend, orders,
    conversion), `measures` and "earlier_" measures, among them window_spend and window_orders, and `traits`; campaigns:
    campaign, days, spread_days, listed, twice, unknown, has_orders, has_earlier; shared: campaign, other, member_share,
    others_share; as `features.campaign_history` gives them.

    Raises InputError on an impossible confidence, and where a customer is twice in a campaign's arm.
    """
    if not 0 < confidence < 1:
        raise InputError(f"confidence {confidence} is impossible", where="members", allowed="between 0 and 1")
    if customers.duplicated(["campaign", "arm", "customer_id"]).any():
        raise InputError("a customer is twice in one arm of a campaign", where="members")
    effects, balances, overlaps = [], [], []
    for about in campaigns.to_dict("records"):
        mine = customers[customers["campaign"] == about["campaign"]]
        arms = [a for a in mine["arm"].unique() if a != OTHERS] or [""]
        near = shared[shared["campaign"] == about["campaign"]]
        for arm in sorted(arms):
            frame = mine[mine["arm"].isin([arm, OTHERS])].reset_index(drop=True)
            found = _Comparison(frame, about, near, measures, traits, confidence, seed)
            keys = {"campaign": about["campaign"], "arm": arm}
            with threadpool_limits(limits=1, user_api="blas"):  # small products: threads would wait for each other
                rows, balanced, overlap = found.compare()
            effects.append(rows.assign(**keys))
            balances.append(balanced.assign(**keys))
            overlaps.append(overlap.assign(**keys))
    empty = pd.DataFrame(columns=["campaign", "arm"])
    return Members(
        _stack(effects, EFFECT_COLUMNS),
        _stack(balances, ["campaign", "arm", *balance.BALANCE_COLUMNS]),
        _stack(overlaps, ["campaign", "arm", "low", "high", "members", "others", "others_weighted"]),
        campaigns if len(campaigns) else empty,
        shared,
        confidence,
    )


def of_largest(result: Members, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of `frame` (balance or overlap) of the campaign and arm with most members compared; none without any."""
    compared = result.effects[result.effects["adjusted_lift"].notna()]
    if compared.empty or frame.empty:
        return frame.iloc[:0]
    top = compared.iloc[int(compared["members"].astype(int).argmax())]
    return frame[(frame["campaign"] == top["campaign"]) & (frame["arm"] == top["arm"])].reset_index(drop=True)


def as_lift(result: Members) -> pd.DataFrame:
    """The comparisons as rows of the table of lifts, for `lift.with_estimates`.

    The lift is the adjusted one, NaN with the evidence "none" where no effect is claimed. control_mean is what members
    would have had without the campaign; n and control_n are the customers compared; customers and cost those of all
    members; p_adjusted is Holm's over a campaign. Capped spend is no outcome of its own and left out.
    """
    rows = result.effects[result.effects["metric"] != CAPPED].reset_index(drop=True)
    claimed = rows["verdict"].isin(CLAIMS)
    lift, low, high, p = (
        rows[c].where(claimed).astype("float64") for c in ("adjusted_lift", "adjusted_low", "adjusted_high", "p_value")
    )
    without = (rows["members_mean"] - lift).astype("float64")
    return pd.DataFrame(
        {
            "campaign": rows["campaign"],
            "arm": rows["arm"],
            "metric": rows["metric"],
            "n": rows["members"].astype("int64"),
            "mean": rows["members_mean"],
            "control_n": rows["others"].astype("int64"),
            "control_mean": without,
            "lift": lift,
            "low": low,
            "high": high,
            "p_value": p,
            "p_adjusted": p.groupby(rows["campaign"]).transform(holm).astype("float64"),
            "relative_lift": lift / without.where(without > 0),
            "cost": rows["cost"],
            "customers": (rows["members"] + rows["members_aside"]).astype("int64"),
            "is_revenue": rows["metric"] == "spend",
            "evidence": np.where(claimed, EVIDENCE, "none"),
            "naive_lift": rows["naive_lift"],
            "control": OTHERS,
            "interval": np.where(claimed, METHOD, ""),
            "sharpened": False,
            "detectable": nan,
            "hangs_on": 0,
        }
    )


@dataclass(frozen=True)
class _Comparison:
    """One arm of a campaign and everyone else."""

    frame: pd.DataFrame
    about: dict[Hashable, Any]
    shared: pd.DataFrame
    measures: list[str]
    traits: list[str]
    confidence: float
    seed: int

    def compare(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        is_member = (self.frame["arm"] != OTHERS).to_numpy()
        outcomes = _outcomes(self.frame, is_member)
        rows = self._naive(outcomes, is_member)
        why = self._why_not(is_member)
        nothing = pd.DataFrame(columns=balance.BALANCE_COLUMNS), pd.DataFrame()
        if why:
            return rows.assign(verdict=why), *nothing
        drawn = self._draw(is_member)
        if not drawn.all():
            rows = rows.assign(others_not_drawn=int((~drawn).sum()))
            smaller = replace(self, frame=self.frame[drawn].reset_index(drop=True))
            return smaller._match(rows, outcomes[drawn].reset_index(drop=True), is_member[drawn])
        return self._match(rows, outcomes, is_member)

    def _draw(self, is_member: np.ndarray) -> np.ndarray:
        """All members, and of more others than are compared so many."""
        others = np.flatnonzero(~is_member)
        drawn = np.ones(len(is_member), dtype=bool)
        if len(others) > MOST_OTHERS:
            left = np.random.default_rng(self.seed).permutation(others)[MOST_OTHERS:]
            drawn[left] = False
        return drawn

    def _match(
        self, rows: pd.DataFrame, outcomes: pd.DataFrame, is_member: np.ndarray
    ) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """The rows with what the comparison found, the balance and the overlap."""
        numbers, categories = self._kinds(self.measures)
        x = adjusted.design_matrix(self.frame, numbers, categories)
        likely = adjusted.probabilities(x, is_member, adjusted.deal_folds(is_member, self.seed))
        kept = _overlapping(likely, is_member)
        overlap = _overlap(likely, is_member)
        rows = rows.assign(
            members=int((kept & is_member).sum()),
            others=int((kept & ~is_member).sum()),
            members_aside=int((~kept & is_member).sum()),
            others_aside=int((~kept & ~is_member).sum()),
            overlap_share=float(kept[is_member].mean()),
        )
        if min(rows["members"].iloc[0], rows["others"].iloc[0]) < LEAST:
            return rows.assign(verdict="few"), pd.DataFrame(columns=balance.BALANCE_COLUMNS), overlap
        bought = (outcomes["orders"] > 0).to_numpy() & kept
        if bought.sum() < LEAST_BUYERS or (bought & ~is_member).sum() < LEAST_OTHER_BUYERS:
            return rows.assign(verdict="rare"), pd.DataFrame(columns=balance.BALANCE_COLUMNS), overlap
        return *self._adjust(rows, outcomes[kept], is_member[kept], self.frame[kept].reset_index(drop=True)), overlap

    def _why_not(self, is_member: np.ndarray) -> str:
        members, others = int(is_member.sum()), int((~is_member).sum())
        entangled = (self.shared["member_share"] >= ENTANGLED) & (
            self.shared["others_share"] <= self.shared["member_share"] / 2
        )
        too_long = max(SPREAD_DAYS, SPREAD_SHARE * self.about["days"])
        faults = {
            "nobody else": others == 0,
            "few": min(members, others) < LEAST,
            "early": self.about["days"] < LEAST_DAYS,
            "no history": not self.about["has_orders"],
            "spread": self.about["spread_days"] > too_long,
            "entangled": bool(entangled.any()),
        }
        return next((name for name, holds in faults.items() if holds), "")

    def _naive(self, outcomes: pd.DataFrame, is_member: np.ndarray) -> pd.DataFrame:
        members, others = outcomes[is_member], outcomes[~is_member]
        n, m = len(members), len(others)
        known = min(n, m) >= 2
        lift = members.mean() - others.mean() if known else pd.Series(nan, index=outcomes.columns)
        error = np.sqrt(members.var() / n + others.var() / m) if known else lift
        half = special.ndtri(0.5 + self.confidence / 2) * error
        costs = self.frame.loc[is_member, "cost"]
        lost = int(self.about["twice"] + self.about["unknown"])
        rows = pd.DataFrame(
            {
                "metric": list(outcomes.columns),
                "listed": int(self.about["listed"]),
                "members": n,
                "others": m,
                "members_aside": 0,
                "others_aside": 0,
                "not_compared": lost,
                "others_not_drawn": 0,
                "members_mean": members.mean().to_numpy(),
                "naive_lift": lift.to_numpy(),
                "naive_low": (lift - half).to_numpy(),
                "naive_high": (lift + half).to_numpy(),
            }
        )
        return rows.assign(cost=float(costs.sum()) if costs.notna().any() else nan).reindex(columns=EFFECT_COLUMNS)

    def _kinds(self, measures: list[str]) -> tuple[list[str], list[str]]:
        """Numbers and categories among what was known before."""
        is_number = {t: pd.api.types.is_numeric_dtype(self.frame[t]) for t in self.traits}
        numbers = [t for t in self.traits if is_number[t]]
        return [*measures, *numbers], [t for t in self.traits if not is_number[t]]

    def _adjust(
        self, rows: pd.DataFrame, outcomes: pd.DataFrame, is_member: np.ndarray, frame: pd.DataFrame
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The rows with lift, placebo, E-value and verdict; and the balance."""
        numbers, categories = self._kinds(self.measures)
        fold = adjusted.deal_folds(is_member, self.seed)
        effects, likely = self._effects(frame, outcomes, is_member, fold, numbers, categories)
        weight = np.where(is_member, 1.0, likely / (1 - likely))
        balanced = balance.measure_balance(frame, is_member, weight, numbers, categories)
        largest = float(balanced["weighted_difference"].abs().max())
        before: list[adjusted.Effect] = []
        if self.about["has_earlier"]:
            earlier, _ = self._kinds([f"earlier_{m}" for m in self.measures])
            before, _ = self._effects(frame, _before(frame, is_member), is_member, fold, earlier, categories)
        others = weight[~is_member]
        effective = float(others.sum() ** 2 / (others**2).sum())
        told = []
        for i, (metric, effect) in enumerate(zip(outcomes, effects, strict=True)):
            y = outcomes[metric].to_numpy()
            found = {"members_mean": float(y[is_member].mean()), "largest_difference": largest}
            found |= {"adjusted_lift": effect.value, "adjusted_low": effect.low, "adjusted_high": effect.high}
            found |= {"others_effective": effective, "p_value": _p_value(effect)}
            found |= _e_values(str(metric), y, is_member, effect)
            if before:
                found |= {"placebo": before[i].value, "placebo_low": before[i].low, "placebo_high": before[i].high}
            verdict = _verdict(effect, before[i] if before else None, largest, effective)
            told.append(found | {"verdict": verdict})
        return rows.assign(**pd.DataFrame(told, index=rows.index)), balanced

    def _effects(
        self,
        frame: pd.DataFrame,
        outcomes: pd.DataFrame,
        is_member: np.ndarray,
        fold: np.ndarray,
        numbers: list[str],
        categories: list[str],
    ) -> tuple[list[adjusted.Effect], np.ndarray]:
        """The effect on each outcome, and the probability of being a member."""
        x = adjusted.design_matrix(frame, numbers, categories)
        likely = adjusted.probabilities(x, is_member, fold)
        values = outcomes.to_numpy(dtype=float)
        expected = adjusted.expectations(x, values, is_member, fold)
        effects = [
            adjusted.effect_on_members(values[:, i], is_member, expected[:, i], likely, self.confidence)
            for i in range(values.shape[1])
        ]
        return effects, likely


def _outcomes(frame: pd.DataFrame, is_member: np.ndarray, prefix: str = "") -> pd.DataFrame:
    """spend, spend_capped, orders and conversion, as far as they are known."""
    found = {}
    if f"{prefix}spend" in frame:
        spend = frame[f"{prefix}spend"].astype(float)
        sides = [spend[side] for side in (is_member, ~is_member) if side.any()]
        found = {"spend": spend, CAPPED: spend.clip(upper=max((float(s.quantile(CAP)) for s in sides), default=0.0))}
    orders = frame[f"{prefix}orders"].astype(float)
    return pd.DataFrame(found | {"orders": orders, "conversion": (orders > 0).astype(float)})


def _before(frame: pd.DataFrame, is_member: np.ndarray) -> pd.DataFrame:
    """The same of the weeks before the campaign."""
    return _outcomes(frame, is_member, "window_")


def _overlapping(likely: np.ndarray, is_member: np.ndarray) -> np.ndarray:
    """Who has somebody alike on the other side."""
    member = is_member & (likely <= min(HIGHEST, likely[~is_member].max()))
    least = likely[member].min() if member.any() else 1.0
    return member | (~is_member & (likely >= least) & (likely <= HIGHEST))


def _overlap(likely: np.ndarray, is_member: np.ndarray) -> pd.DataFrame:
    edges = np.linspace(0, 1, BINS + 1)
    sides = {"members": likely[is_member], "others": likely[~is_member]}
    shares = {name: np.histogram(p, edges)[0] / len(p) for name, p in sides.items()}
    p = sides["others"]
    weighted = np.histogram(p, edges, weights=p / (1 - p))[0]
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], **shares, "others_weighted": weighted / weighted.sum()})


def _e_values(metric: str, y: np.ndarray, is_member: np.ndarray, effect: adjusted.Effect) -> dict[str, float]:
    if metric == "conversion":
        ratios = sensitivity.ratio_of_rates(float(y[is_member].mean()), effect.value, effect.low, effect.high)
    else:
        spread = float(np.sqrt((y[is_member].var(ddof=1) + y[~is_member].var(ddof=1)) / 2))
        ratios = sensitivity.ratio_of_means(effect.value, effect.error, spread)
    return {"e_value": sensitivity.e_value(ratios[0]), "e_value_limit": sensitivity.e_value_of_limit(*ratios)}


def _verdict(effect: adjusted.Effect, before: adjusted.Effect | None, largest: float, effective: float) -> str:
    if effective < LEAST:
        return "few"
    if largest > balance.LARGE:
        return "unbalanced"
    if before is not None and (before.low > 0 or before.high < 0):
        return "broken"
    return "more" if effect.low > 0 else "less" if effect.high < 0 else "unclear"


def _p_value(effect: adjusted.Effect) -> float:
    return 2 * float(special.ndtr(-abs(effect.value) / effect.error)) if effect.error > 0 else nan


def _stack(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    frames = [f for f in frames if len(f)]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)
