"""Themes as they come out of comments, for what is said and shown of them."""

import numpy as np
import pandas as pd

from helpers.analysis.comments.reading import CODED, FOUND, Comments

_NAN = float("nan")
_BLANK = {
    "language": "English", "promoters": 40, "passives": 20, "detractors": 60, "nps": -17.0, "nps_low": -35.0,
    "nps_high": 2.0, "others_nps": 22.0, "difference": -39.0, "difference_low": -55.0, "difference_high": -23.0,
    "p_value": 0.001, "first_wave": "2024", "last_wave": "2026", "share_first": 0.1, "share_last": 0.11, "change": 0.01,
    "change_low": -0.04, "change_high": 0.06, "trend": "unclear", "driver": "", "driver_difference": _NAN,
    "driver_low": _NAN, "driver_high": _NAN, "stability": 0.8,
}  # fmt: skip


def theme(name: str, comments: int, share: float, verdict: str = "unclear", **others: object) -> dict[str, object]:
    row = {"theme": name, "comments": comments, "share": share, "verdict": verdict} | _BLANK
    if verdict == "few":
        row |= dict.fromkeys(["nps", "nps_low", "nps_high", "others_nps", "difference", "p_value"], _NAN)
        row |= {"promoters": pd.NA, "passives": pd.NA, "detractors": pd.NA}
    return row | others


LATE = theme(
    "late delivery, courier", 180, 0.18, "lower", driver="delivery_reliability", driver_difference=-1.32,
    driver_low=-1.6, driver_high=-1.04, share_first=0.1, share_last=0.2, change=0.1, change_low=0.05, trend="more",
)  # fmt: skip
PRICE = theme("price, expensive", 120, 0.12, "lower", detractors=40, nps=-5.0)
STAFF = theme("friendly staff", 100, 0.1, "higher", nps=61.0, others_nps=10.0, promoters=70, detractors=5)
APP = theme("app, login", 60, 0.06)
SMALL = theme("invoice", 20, 0.02, "few")


def comments(*themes: dict[str, object], **others: object) -> Comments:
    """1,000 comments that say something, of 1,050, with these themes."""
    by_theme = pd.DataFrame(list(themes) or [APP])
    by_theme = by_theme if themes else by_theme.head(0)
    told = {
        "by_theme": by_theme, "terms": pd.DataFrame({"theme": [], "term": [], "weight": [], "texts": []}),
        "raised": pd.DataFrame({"place": [], "theme": [], "nearness": []}),
        "languages": pd.DataFrame({"language": ["English"], "comments": [1_000], "themes": [len(themes)]}),
        "kind": FOUND, "read": 1_050, "saying": 1_000, "with_theme": 600 if themes else 0,
        "without": 380 if themes else 980, "other_languages": 20, "empty": 50, "unnamed_codes": 0, "least": 50,
    } | others  # fmt: skip
    return Comments(**told)  # type: ignore[arg-type]


def few(saying: int, empty: int = 3) -> Comments:
    return comments(read=saying + empty, saying=saying, with_theme=0, without=0, other_languages=saying, empty=empty)


NONE = comments(read=0, saying=0, with_theme=0, without=0, other_languages=0, empty=0)
TOO_MANY_LANGUAGES = comments(with_theme=0, without=0, other_languages=1_000)
CODES = comments(
    theme("code 102", 200, 0.2, "lower", language=""), theme("wifi", 90, 0.09, language=""), kind=CODED, unnamed_codes=1
)  # fmt: skip
QUOTES = pd.DataFrame(
    {
        "theme": ["late delivery, courier", "late delivery, courier", "friendly staff"],
        "comment": ["The courier came a week late again.", "Nobody knew where [name] was.", "So kind, all of them!"],
        "group": ["detractors", "passives", "promoters"],
        "wave": ["2024", "2026", np.nan],
    }
)
