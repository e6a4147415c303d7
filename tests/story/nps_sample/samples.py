"""Results of the page on the sample, in numbers a reader can check by eye."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from math import nan
from typing import Any, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from helpers.analysis.nps_sample.accounts import Accounts, measure_accounts
from helpers.analysis.nps_sample.benchmarks import GIVEN, Benchmarks, compare_scores
from helpers.analysis.nps_sample.consumers import Beside, compare_sides
from helpers.analysis.nps_sample.questions import Question, measure_question, read_scale
from helpers.analysis.nps_sample.response import Response, measure_response
from helpers.analysis.nps_sample.weights import COLUMNS, Weighting, weigh_answers

P, R = ParamSpec("P"), TypeVar("R")
_MADE: dict[str, Any] = {}


def remembered(make: Callable[P, R]) -> Callable[P, R]:
    """A maker of samples that makes each but once: a case is asked for by several checks."""

    @wraps(make)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        key = f"{make.__name__}{args!r}{kwargs!r}"
        if key not in _MADE:
            _MADE[key] = make(*args, **kwargs)
        return _MADE[key]

    return again


# group: customers, promoters, passives, detractors among those who answered
HAPPY = {"Best": (100, 70, 10, 0), "Rest": (900, 20, 20, 60)}
EVEN = {"North": (400, 50, 30, 20), "South": (600, 80, 40, 30)}


@remembered
def responded(
    groups: Mapping[str, tuple[int, int, int, int]] = HAPPY,
    *,
    by: str = "rfm_segment",
    spend: float = 10.0,
    anonymous: int = 0,
    strangers: int = 0,
    later: int = 0,
    min_answers: int = 50,
    **options: int,
) -> Response:
    known, latest = [], []
    for group, (n, *kinds) in groups.items():
        said = [k for k, r in zip(("promoters", "passives", "detractors"), kinds, strict=True) for _ in range(r)]
        for i in range(n):
            known.append((f"{group}{i}", group, spend, False))
            if i < len(said):
                latest.append((f"{group}{i}", said[i]))
    known += [(f"new{i}", next(iter(groups)), spend, True) for i in range(later)]
    latest += [(f"stranger{i}", "passives") for i in range(strangers)]
    frame = pd.DataFrame(known, columns=["customer_id", by, "spend", "came_later"])
    counts = {"answers": len(latest) + anonymous, "anonymous": anonymous}
    return measure_response(
        frame.astype({"spend": float}),
        pd.DataFrame(latest, columns=["customer_id", "group"]),
        counts,
        [by],
        min_answers=min_answers,
        **options,
    )


@remembered
def nobody(answers: int = 40, **options: int) -> Response:
    """Answers without customers."""
    known = pd.DataFrame(columns=["customer_id", "spend", "came_later"]).astype({"came_later": bool, "spend": float})
    latest = pd.DataFrame(columns=["customer_id", "group"])
    return measure_response(known, latest, {"answers": answers, "anonymous": answers}, [], **options)


@remembered
def weighed(waves: Mapping[str, Sequence[tuple[int, float, int]]]) -> Weighting:
    """Of each wave, so many answers (the number last) of a value, +1, 0 or -1, with a weight; each of a customer."""
    rows = []
    everything = [answer for answers in waves.values() for answer in answers]
    for name, answers in {"all": everything, **waves}.items():
        y, w, n = (np.array(column, float) for column in zip(*answers, strict=True))
        y, w = np.repeat(y, n.astype(int)), np.repeat(w, n.astype(int))
        row = {
            **{"wave": name, "answers": len(y), "unweighted": (w == 0).sum(), "sum_y": y.sum(), "sum_w": w.sum()},
            **{"sum_wy": (w * y).sum(), "sum_w2": (w * w).sum(), "max_w": w.max(), "clusters": (w > 0).sum()},
            **{"ss": (w * y * w * y).sum(), "sw": (w * y * w).sum(), "ww": (w * w).sum(), "clusters_all": len(y)},
            **{"ss_all": (y * y).sum(), "sw_all": y.sum(), "ww_all": len(y)},
            **{"cross_ss": (w * y * y).sum(), "cross_sw": (w * y).sum()},
            **{"cross_ws": (w * y).sum(), "cross_ww": w.sum()},
        }
        rows.append(row)
    return weigh_answers(pd.DataFrame(rows, columns=COLUMNS))


WEIGHTED = {"2025": [(1, 2.0, 300), (-1, 1.0, 100)], "2026": [(1, 2.0, 300), (0, 1.0, 100), (-1, 1.0, 100)]}
ALIKE = {"2025": [(1, 1.0, 30), (-1, 1.0, 10)]}
UNCLEAR = {"2025": [(1, 1.0, 20), (-1, 1.0, 20), (1, 3.0, 10), (-1, 3.0, 12)]}
HEAVY = {"2025": [(1, 20.0, 10), (1, 1.0, 100), (-1, 1.0, 200), (0, 0.0, 5)]}

ROLE_WEIGHTS = {"C-level": 4.0, "decision maker": 3.0, "influencer": 2.0, "end user": 1.0}
# how many accounts: role, answers, promoters, detractors of each, spend of each
FIRMS = [(20, "Director", 2, 2, 0, 900.0), (30, "User", 3, 0, 2, 50.0), (10, "User", 0, 0, 0, 50.0)]


@remembered
def firms(
    accounts: Sequence[tuple[int, str, int, int, int, float]] = FIRMS, *, unplaced: int = 0, deciders: bool = True
) -> Accounts:
    answers, contacts, spend = [], [], []
    for k, (n, role, given, up, down, each) in enumerate(accounts):
        for i in range(n):
            account = f"{k}-{i}"
            contacts.append((account, role, 1))
            if deciders and role != "Director":
                contacts.append((account, "Director", 1))
            spend.append((account, each))
            if given:
                answers.append((account, role, given, 1, up, down))
    return measure_accounts(
        pd.DataFrame(answers, columns=["account_id", "role", "answers", "people", "promoters", "detractors"]),
        pd.DataFrame(contacts, columns=["account_id", "role", "contacts"]),
        pd.DataFrame([s for s in spend if s[1] == s[1]], columns=["account_id", "spend"]),
        ROLE_WEIGHTS,
        unplaced,
    )


@remembered
def beside(*businesses: tuple[int, tuple[int, int, int], tuple[int, int, int]]) -> Beside:
    """So many businesses, with the answers, promoters and detractors of the business and of its consumers."""
    rows = []
    for k, (n, business, consumer) in enumerate(businesses):
        for i in range(n):
            for side, (given, up, down) in (("business", business), ("consumer", consumer)):
                if given:
                    rows.append((f"{k}-{i}", side, given, given, up, down))
    columns = ["account_id", "side", "answers", "people", "promoters", "detractors"]
    return compare_sides(pd.DataFrame(rows, columns=columns))


APART = ((12, (1, 1, 0), (20, 2, 14)), (8, (2, 1, 1), (15, 9, 3)))


@remembered
def question(
    measure: str = "csat",
    waves: Mapping[str, Sequence[float]] | None = None,
    *,
    scale: str = "1-5",
    asks: str = "ease",
    asked: str = "",
    outside: int = 0,
    correlation: float = 0.5,
) -> Question:
    """A question by the answers of its waves; none where it was not asked. `asked` is the scale the client gives."""
    waves = waves or {}
    values = [np.array(answers, float) for answers in waves.values()]
    everything = np.concatenate(values) if values else np.array([])
    facts = dict.fromkeys(("fractions", "below_one", "above_five", "above_seven", "above_ten"), 0.0)
    facts |= {"answers": float(len(everything)), "least": nan, "most": nan}
    reading = read_scale(facts, measure, asked or scale or "auto", asks)
    if not asked and reading.scale:
        reading = type(reading)(**{**reading.__dict__, "guessed": True})
    rows = [_sums(reading.bounds, name, wave, outside) for name, wave in [("all", everything), *waves.items()]]
    sums = pd.DataFrame(rows if len(everything) and reading.scale else [], columns=_SUMS)
    return measure_question(reading, sums, correlation)


_SUMS = ["wave", "answers", "outside", "good", "total", "squares"]


def _sums(bounds: tuple[float, ...], name: str, answers: Sequence[float], outside: int) -> tuple[object, ...]:
    values = np.array(answers, float)
    good = ((values >= bounds[2]) & (values <= bounds[3])).sum()
    return name, len(values), outside if name == "all" else 0, int(good), values.sum(), (values**2).sum()


LOW, HIGH = [5, 4, 3, 2, 2] * 40, [5, 5, 4, 4, 2] * 40  # 40% and 80% satisfied
RISING, FALLING = {"2025": LOW, "2026": HIGH}, {"2025": HIGH, "2026": LOW}


@remembered
def rivals(*scores: Mapping[str, object], answers: int = 900, ours: float = 30.0) -> Benchmarks:
    usual = {
        **{"name": "Rival", "nps": 10.0, "source": "Monitor", "date": "2026-03", "day": pd.Timestamp("2026-03-31")},
        **{"answers": 2000.0, "scale": "", "method": "online panel"},
    }
    given = pd.DataFrame([usual | dict(score) for score in scores], columns=GIVEN)
    return compare_scores(given, (ours, ours - 3, ours + 3), answers, pd.Timestamp("2026-09-30").date())
