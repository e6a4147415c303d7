"""Recency, frequency and monetary value: scores, the segments they make, how customers move between them, and whether
the scores foretell what customers do next."""

from helpers.analysis.rfm.segments import Rfm, score_rfm
from helpers.analysis.rfm.settings import Settings, map_of

__all__ = ["Rfm", "Settings", "map_of", "score_rfm"]
