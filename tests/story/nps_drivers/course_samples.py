"""Courses, mixes and groups for the tests of their words, charts and tables, made by the methods themselves."""

import pandas as pd

from helpers.analysis.nps_drivers.groups import Cells, Groups, compare_cells, compare_groups
from helpers.analysis.nps_drivers.mix import Mix, explain_change
from helpers.analysis.nps_drivers.waves import Course, find_course
from tests.analysis.nps_drivers.courses import counts_of

COUNTS = ["promoters", "passives", "detractors"]
Kinds = tuple[int, int, int]


def course(
    *scores: float, n: int = 1300, start: int = 2021, names: list[str] | None = None, kind: str = "wave"
) -> Course:
    counts = counts_of(*scores, n=n, start=start)
    return find_course(counts.assign(wave=names) if names else counts, kind=kind)


def weighted(*scores: float, shift: float) -> Course:
    """Waves whose weighted score is `shift` points above the plain one."""
    counts = counts_of(*scores)
    sums = {f"weight_{kind}": counts[kind].astype(float) for kind in COUNTS}
    sums["weight_promoters"] = sums["weight_promoters"] + shift / 100 * 1300 / 2
    sums["weight_detractors"] = sums["weight_detractors"] - shift / 100 * 1300 / 2
    return find_course(counts.assign(**sums, weight_squares=1300.0))


def mixed(before: dict[str, Kinds], now: dict[str, Kinds], grouping: str = "region") -> Mix:
    rows = [(grouping, g, w, *n) for w, groups in (("2021", before), ("2023", now)) for g, n in groups.items()]
    return explain_change(pd.DataFrame(rows, columns=["grouping", "group", "wave", *COUNTS]), "2021", "2023")


def groups(**groupings: dict[str, Kinds]) -> Groups:
    rows = [(grouping, group, *kinds) for grouping, found in groupings.items() for group, kinds in found.items()]
    whole = pd.DataFrame([n for _, _, *n in rows], columns=COUNTS).sum() if rows else pd.Series([1, 0, 0], COUNTS)
    frame = pd.DataFrame([("all", "all", *whole), *rows], columns=["grouping", "group", *COUNTS])
    return compare_groups(frame.astype(dict.fromkeys(COUNTS, int)))


def cells(rows: str = "touchpoint", columns: str = "rfm_segment", **by_row: dict[str, Kinds]) -> Cells:
    told = [(row, column, *kinds) for row, found in by_row.items() for column, kinds in found.items()]
    return compare_cells(pd.DataFrame(told, columns=["row", "column", *COUNTS]), rows, columns)


SEGMENTS = {"Champions": (300, 50, 50), "Lost": (100, 100, 200), "At risk": (60, 40, 45)}
PAIRS = {
    "Shop": {"Champions": (160, 30, 10), "Lost": (70, 40, 40)},
    "Web": {"Champions": (80, 60, 30), "Lost": (20, 30, 100)},
}
