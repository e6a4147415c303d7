"""What of a change comes of who answered: published and worked examples, statsmodels, and simulation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.oaxaca import OaxacaBlinder

from helpers.analysis.nps_drivers.mix import decompose, explain_change

COUNTS = ["promoters", "passives", "detractors"]


def cells(before: dict[str, tuple], now: dict[str, tuple], grouping: str = "region") -> pd.DataFrame:
    """Counts by group in two waves."""
    rows = [(grouping, g, wave, *n) for wave, groups in (("a", before), ("b", now)) for g, n in groups.items()]
    return pd.DataFrame(rows, columns=["grouping", "group", "wave", *COUNTS])


def test_earnings_of_das_gupta() -> None:
    """Das Gupta (1993, "Standardization and Decomposition of Rates", US Census P23-186), table 2.1: earnings a head of
    black and white men, 1980. Of the 5,857 dollars between them 1,487 come of the share that earns and 4,370 of what
    those earn who do."""
    black, white = np.array([0.717892, 1 - 0.717892]), np.array([0.825974, 1 - 0.825974])
    composition, within = decompose(black, np.array([10_930, 0]), white, np.array([16_591, 0]))
    assert (round(composition), round(within)) == (1487, 4370)
    assert round(composition + within) == 5857


def test_a_change_worked_by_hand() -> None:
    """North scores +50 in both waves, South 0 then -20; North's share falls from 3/4 to 1/2.

    Change: 37.5 -> 15. Composition: -1/4 of (50 - -10) = -15; within: -20 at a mean share of 3/8 = -7.5.
    """
    before = {"North": (200, 50, 50), "South": (40, 20, 40)}
    now = {"North": (120, 40, 40), "South": (60, 40, 100)}
    before["North"], now["North"] = (180, 90, 30), (120, 60, 20)
    found = explain_change(cells(before, now), "a", "b")
    row = found.by_grouping.to_dict("records")[0]
    assert found.change == pytest.approx(15 - 37.5)
    assert (row["composition"], row["within"]) == pytest.approx((-15, -7.5))
    assert row["composition_low"] < -15 < row["composition_high"] < 0
    assert (row["verdict"], found.best, row["groups"]) == ("fell", "region", 2)
    assert (row["from_wave"], row["to_wave"]) == ("a", "b")


def test_it_is_oaxaca_and_blinders_with_both_waves_means() -> None:
    """statsmodels' two-fold decomposition of +1, 0, -1 on indicators of the groups, both coefficients at one half."""
    before = {"x": (50, 20, 30), "y": (20, 30, 50), "z": (30, 5, 5)}
    now = {"x": (30, 20, 20), "y": (60, 30, 90), "z": (15, 5, 10)}
    rows = [
        (wave, group, value)
        for wave, groups in ((0, before), (1, now))
        for group, counts in groups.items()
        for value, n in zip((1, 0, -1), counts, strict=True)
        for _ in range(n)
    ]
    frame = pd.DataFrame(rows, columns=["wave", "group", "value"])
    exog = pd.get_dummies(frame["group"], drop_first=True, dtype=float).assign(wave=frame["wave"])
    model = OaxacaBlinder(frame["value"], exog, "wave", hasconst=False, swap=False)
    unexplained, explained, gap = model.two_fold(two_fold_type="self_submitted", submitted_weight=0.5).params
    row = explain_change(cells(before, now), "a", "b").by_grouping.iloc[0]
    # Theirs is the first wave less the second.
    assert (row["composition"], row["within"]) == pytest.approx((-100 * explained, -100 * unexplained))
    assert row["change"] == pytest.approx(-100 * gap)


def test_the_intervals_are_those_of_surveys_drawn_again() -> None:
    """Standard deviations over 4,000 surveys drawn from the counts, against the delta method's."""
    before = {"x": (300, 100, 100), "y": (100, 150, 250), "z": (60, 20, 20)}
    now = {"x": (150, 60, 90), "y": (250, 200, 300), "z": (70, 30, 20)}
    rng = np.random.default_rng(4)
    drawn = []
    for groups in (before, now):
        flat = np.array(list(groups.values()), float)
        counts = rng.multinomial(int(flat.sum()), (flat / flat.sum()).ravel(), 4000).reshape(4000, *flat.shape)
        n = counts.sum(axis=2)
        drawn.append((n / n.sum(axis=1, keepdims=True), (counts[:, :, 0] - counts[:, :, 2]) / n))
    (p0, s0), (p1, s1) = drawn
    composition = 100 * ((p1 - p0) * (s0 + s1) / 2).sum(axis=1)
    within = 100 * ((s1 - s0) * (p0 + p1) / 2).sum(axis=1)
    row = explain_change(cells(before, now), "a", "b").by_grouping.iloc[0]
    for name, values in (("composition", composition), ("within", within)):
        half = (row[f"{name}_high"] - row[f"{name}_low"]) / 2
        assert half == pytest.approx(1.96 * values.std(), rel=0.05), name


def test_a_group_that_comes_or_goes_is_composition() -> None:
    before = {"old": (60, 20, 20), "usual": (500, 200, 300)}
    now = {"usual": (500, 200, 300), "new": (0, 0, 100)}
    row = explain_change(cells(before, now), "a", "b").by_grouping.iloc[0]
    assert row["within"] == pytest.approx(0)
    assert row["composition"] == pytest.approx(row["change"]) == pytest.approx(100 * (100 / 1100 - 240 / 1100))
    assert row["composition_low"] < row["composition"] < row["composition_high"]


@pytest.mark.parametrize(("unknown", "kept"), [(250, 1), (251, 0)])
def test_a_grouping_not_asked_for_in_a_wave_explains_nothing(unknown: int, kept: int) -> None:
    now = {"x": (500, 0, 0), "y": (0, 0, 500), "(unknown)": (unknown, 0, 0)}
    found = explain_change(cells({"x": (500, 0, 0), "y": (0, 0, 500)}, now), "a", "b")
    assert len(found.by_grouping) == kept
    assert np.isnan(found.change) == (not kept)


@pytest.mark.parametrize(("renamed", "kept"), [(200, 1), (201, 0)])
def test_a_grouping_whose_groups_are_others_explains_nothing(renamed: int, kept: int) -> None:
    before = {"x": (400, 0, 0), "y": (0, 0, 1000 - 400 - renamed), "old": (renamed, 0, 0)}
    now = {"x": (400, 0, 0), "y": (0, 0, 600)}
    assert len(explain_change(cells(before, now), "a", "b").by_grouping) == kept


def test_where_nothing_can_be_said() -> None:
    one = {"x": (400, 0, 0)}
    for frame in (cells(one, one), cells({}, one), cells({}, {}), cells(one, {})):
        found = explain_change(frame, "a", "b")
        assert (found.best, len(found.by_grouping)) == ("", 0)
    both = cells({"x": (40, 0, 10), "y": (30, 0, 10)}, {"x": (40, 0, 12), "y": (28, 0, 10)})
    assert explain_change(both, "a", "b").best == ""
    assert explain_change(both, "", "").by_grouping.empty


def test_the_grouping_that_explains_most_is_named_and_all_are_judged_together() -> None:
    moved = cells({"x": (900, 0, 100), "y": (100, 0, 900)}, {"x": (450, 0, 50), "y": (150, 0, 1350)}, "region")
    little = cells({"x": (600, 0, 400), "y": (400, 0, 600)}, {"x": (270, 0, 180), "y": (330, 0, 1220)}, "age")
    both = explain_change(pd.concat([little, moved]), "a", "b")
    assert both.best == "region"
    alone = explain_change(moved, "a", "b").by_grouping.iloc[0]
    row = both.by_grouping[both.by_grouping["grouping"] == "region"].iloc[0]
    assert row["composition_low"] < alone["composition_low"]
    assert row["within_low"] == alone["within_low"]


counts = st.lists(st.tuples(*[st.integers(0, 300)] * 6), min_size=2, max_size=6)


@settings(max_examples=60, deadline=None)
@given(counts)
def test_the_parts_sum_to_the_change(rows: list[tuple[int, ...]]) -> None:
    frame = cells({f"g{i}": row[:3] for i, row in enumerate(rows)}, {f"g{i}": row[3:] for i, row in enumerate(rows)})
    found = explain_change(frame, "a", "b")
    if found.by_grouping.empty:
        return
    totals = frame.groupby("wave")[COUNTS].sum()
    score = 100 * (totals["promoters"] - totals["detractors"]) / totals.sum(axis=1)
    row = found.by_grouping.iloc[0]
    assert row["composition"] + row["within"] == pytest.approx(row["change"], abs=1e-9)
    assert row["change"] == pytest.approx(score["b"] - score["a"], abs=1e-9)
    for part in ("composition", "within"):
        assert row[f"{part}_low"] <= row[part] <= row[f"{part}_high"]
