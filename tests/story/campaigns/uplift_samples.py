"""Results of uplift for the tests of what the page shows and says."""

from typing import Any

import pandas as pd

from helpers.analysis.campaigns.uplift import CURVE_COLUMNS, SCORE_COLUMNS, SEGMENT_COLUMNS, Uplift

KEYS = {"campaign": "Spring", "arm": "Mail", "metric": "spend"}


def segment(name: str, shrunk: float, **changed: Any) -> dict[str, Any]:
    row = KEYS | {"segment": name, "customers": 200, "control_customers": 190, "lift": shrunk + 1}
    row |= {"low": shrunk - 4, "high": shrunk + 6, "shrunk": shrunk, "shrunk_low": shrunk - 3}
    return row | {"shrunk_high": shrunk + 3, "own_weight": 0.8, "p_alike": 0.001} | changed


def score(**changed: Any) -> dict[str, Any]:
    row = KEYS | {"ordering": "features", "customers": 4_000, "lift": 10.0, "qini": 2.0, "low": 1.0, "high": 3.0}
    return row | changed


def curve(half: float = 0.8, **changed: Any) -> pd.DataFrame:
    """Rises to a share `half` of the lift at half of the customers."""
    told = score(**changed)
    at = [0.0, 0.25, 0.5, 0.75, 1.0]
    gain = [told["lift"] * x for x in (0.0, half / 2, half, (1 + half) / 2, 1.0)]
    frame = pd.DataFrame({"contacted_share": at, "gain": gain, "random": [told["lift"] * x for x in at]})
    frame = frame.assign(low=frame["gain"] - 1, high=frame["gain"] + 1)
    return frame.assign(**{key: told[key] for key in (*KEYS, "ordering")})


def uplift(*segments: dict[str, Any], scores: list[dict[str, Any]] | None = None, half: float = 0.8) -> Uplift:
    scores = scores if scores is not None else [score()]
    curves = [curve(half, **{k: v for k, v in s.items() if k in (*KEYS, "ordering", "lift")}) for s in scores]
    return Uplift(
        pd.DataFrame(segments, columns=SEGMENT_COLUMNS),
        pd.concat(curves)[CURVE_COLUMNS] if curves else pd.DataFrame(columns=CURVE_COLUMNS),
        pd.DataFrame(scores, columns=SCORE_COLUMNS),
    )


BEST, LEAST = segment("Champions", 20.0), segment("Lost", 1.0)
NOTHING = uplift(scores=[])
UNCLEAR = {"low": -1.0, "high": 3.0}
RATE = {"metric": "visit", "lift": 0.05, "qini": 0.007, "low": 0.004, "high": 0.01}
