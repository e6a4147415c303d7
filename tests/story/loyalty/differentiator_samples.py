"""Attributes and who stays, in numbers a reader can check by eye."""

from math import nan

import pandas as pd

from helpers.analysis.loyalty.differentiators import Differentiators

# attribute, kind, effect, corrected p, strength, level kept most and its share, level kept least and its share, verdict
Effect = tuple[str, str, float, float, str, str, float, str, float, str]
SIZE: Effect = ("company_size", "category", 0.31, 0.0001, "medium", "250+", 0.883, "1-9", 0.61, "differentiator")
AGE: Effect = ("age", "number", 0.2, 0.002, "small", "51 to 80", 0.79, "18 to 35", 0.66, "differentiator")
REGION: Effect = ("region", "category", 0.02, 0.7, "negligible", "Wales", 0.74, "Scotland", 0.71, "unclear")
CONSENT: Effect = ("consent", "category", 0.06, 0.01, "negligible", "yes", 0.73, "no", 0.7, "slight")
REASON: Effect = ("reason", "category", nan, nan, "", "", nan, "", nan, "tells the outcome")
PAID: Effect = ("total_paid", "number", nan, nan, "", "", nan, "", nan, "grows with tenure")
CITY: Effect = ("city", "category", nan, nan, "", "Bath", 0.9, "York", 0.8, "too many values")
ALL = (SIZE, AGE, CONSENT, REGION, CITY, PAID, REASON)

SIZES = pd.DataFrame(
    {
        "attribute": "company_size",
        "kind": "category",
        "level": ["1-9", "10-49", "250+", "(unknown)"],
        "customers": [1330, 1232, 188, 12],
        "retained": [811, 944, 166, 6],
        "retained_share": [0.610, 0.766, 0.883, 0.5],
        "low": [0.583, 0.742, 0.829, 0.254],
        "high": [0.636, 0.789, 0.921, 0.746],
        "comparable_share": [0.649, 0.75, 0.828, nan],
    }
)


def attributes(*effects: Effect, retention: pd.DataFrame = SIZES, outcome: str = "order") -> Differentiators:
    columns = ["attribute", "kind", "effect", "p_adjusted", "strength"]
    columns += ["best_level", "best_share", "worst_level", "worst_share", "verdict"]
    frame = pd.DataFrame(list(effects), columns=columns)
    frame = frame.astype({"effect": float, "p_adjusted": float, "best_share": float, "worst_share": float})
    return Differentiators(retention, frame, customers=2762, retained_share=0.698, set_aside=122, outcome=outcome)
