"""Groups against the rest, corrected for how many there are, and none small enough to be told."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from helpers.analysis.nps_drivers import groups as module
from helpers.analysis.nps_drivers.groups import WITHHELD, Groups, compare_cells, compare_groups, withhold_small
from helpers.analysis.nps_drivers.nps import compare_groups as compare_two
from helpers.analysis.nps_drivers.nps import score_counts

COUNTS = ["promoters", "passives", "detractors"]
Kinds = tuple[int, int, int]


def counts_of(**groupings: dict[str, Kinds]) -> pd.DataFrame:
    rows = [(grouping, group, *kinds) for grouping, groups in groupings.items() for group, kinds in groups.items()]
    return pd.DataFrame(rows, columns=["grouping", "group", *COUNTS])


def found(min_answers: int = 50, **groupings: dict[str, Kinds]) -> Groups:
    return compare_groups(counts_of(**groupings), min_answers)


def test_a_group_is_compared_with_all_others_of_its_grouping() -> None:
    result = found(region={"A": (60, 20, 20), "B": (80, 10, 10), "C": (20, 40, 40)})
    row = result.row("C")
    alone = compare_two(score_counts(20, 40, 40), score_counts(140, 30, 30))
    assert (row["difference"], row["low"], row["high"]) == pytest.approx(
        tuple(100 * x for x in (alone.difference, alone.low, alone.high))
    )
    assert row["rest"] == pytest.approx(55)
    assert (result.grouping, result.lowest, result.highest, row["verdict"]) == ("region", "C", "B", "below")
    assert result.compared == 3
    assert result.tested()["group"].tolist() == ["A", "B", "C"]
    assert "q" not in result.scored() and len(result.scored()) == 3


def test_p_values_are_corrected_over_all_groups_of_all_groupings() -> None:
    rng = np.random.default_rng(8)
    groupings = {
        f"by_{i}": {f"g{j}": tuple(int(n) for n in rng.multinomial(400, [0.45, 0.3, 0.25])) for j in range(6)}
        for i in range(5)
    }
    groupings["by_0"]["g0"] = (100, 120, 180)
    result = found(**groupings)
    tested = result.tested()
    assert len(tested) == result.compared == 30
    assert tested["q"].to_numpy() == pytest.approx(multipletests(tested["p"], method="fdr_bh")[1])
    clear = tested["verdict"] != "unclear"
    assert clear.tolist() == multipletests(tested["p"], method="fdr_bh", alpha=0.05)[0].tolist()
    assert (tested["p"] < 0.05).sum() > clear.sum() > 0  # by itself one of twenty would be called apart
    assert result.lowest == "g0"


def test_of_groups_that_are_alike_hardly_any_is_called_apart() -> None:
    """Sixty surveys of 20 alike groups: about one in twenty may have a group that is called apart."""
    rng = np.random.default_rng(3)
    called = 0
    for _ in range(60):
        drawn = rng.multinomial(100, [0.5, 0.3, 0.2], 20)
        called += bool(found(x={f"g{i}": tuple(map(int, row)) for i, row in enumerate(drawn)}).grouping)
    assert called <= 6


def test_everyone_and_survey_waves_are_no_groups_to_compare() -> None:
    waves = {"2024": (0, 0, 100), "2025": (100, 0, 0)}
    result = found(all={"all": (100, 0, 100)}, wave=waves, terminal={"A": (50, 0, 0), "B": (49, 0, 1)})
    assert result.compared == 2
    assert result.by_group["verdict"].tolist() == ["", "", "", "unclear", "unclear"]
    assert result.grouping == ""
    assert result.chosen()["grouping"].unique().tolist() == ["terminal"]
    assert result.overall() == score_counts(100, 0, 100)


def test_the_grouping_shown_has_a_clear_group_on_each_side_or_else_the_widest() -> None:
    wide = {"low": (0, 10, 60), "a": (500, 100, 400), "b": (500, 100, 400)}
    sure = {"C": (500, 300, 200), "D": (300, 400, 300)}
    for groupings in ({"wide": wide, "sure": sure}, {"sure": sure, "wide": wide}):
        result = found(**groupings)
        assert (result.grouping, result.lowest, result.highest) == ("sure", "D", "C")
    only = found(wide=wide)
    assert (only.grouping, only.lowest, only.highest) == ("wide", "low", "")
    above = found(x={"high": (60, 5, 0), "a": (500, 100, 400), "b": (500, 100, 400)})
    assert (above.lowest, above.highest) == ("", "high")
    none = found(first={"a": (30, 20, 30), "b": (30, 20, 30)}, second={"a": (40, 20, 30), "b": (30, 20, 30)})
    assert (none.grouping, none.chosen()["grouping"].iloc[0]) == ("", "second")  # the smallest p
    assert found().chosen().empty


@pytest.mark.parametrize(("more", "verdict"), [(4_900, "unclear"), (5_100, "above")])
def test_less_than_half_a_point_is_no_difference_to_tell(more: int, verdict: str) -> None:
    """A million answers make any difference certain: 0.49 and 0.51 of a point."""
    half = 500_000
    result = found(x={"A": (half + more, half - more, 0), "B": (half, half, 0)})
    assert result.row("A")["verdict"] == verdict


def test_small_groups_become_one() -> None:
    counts = counts_of(
        all={"all": (130, 20, 60)},
        wave={"1": (20, 0, 0), "2": (110, 20, 60)},
        region={"A": (50, 10, 0), "B": (10, 5, 5), "C": (40, 0, 0), "D": (30, 5, 55)},
    )
    kept = withhold_small(counts, 50)
    assert kept["group"].tolist() == ["all", "1", "2", "A", "D", WITHHELD]
    assert kept.iloc[-1].tolist() == ["region", WITHHELD, 50, 5, 5]
    assert withhold_small(counts, 20).equals(counts)
    assert withhold_small(counts, 21)["group"].tolist() == ["all", "1", "2", "A", "D", WITHHELD]  # C joins B
    sums = withhold_small(counts.assign(weight_squares=1.5), 50)
    assert sums["weight_squares"].iloc[-1] == 3.0
    answers = pd.DataFrame(
        {"grouping": "x", "group": ["a", "b", "c"], "answers": [9, 70, 80], "spend": [1.0, 2.0, 3.0]}
    )
    assert withhold_small(answers, 50).values.tolist() == [["x", "c", 80, 3.0], ["x", WITHHELD, 79, 3.0]]
    assert withhold_small(answers.head(0), 50).empty


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ([100, 90, 10], [100]),  # a single one could be subtracted: the next smallest joins
        ([100, 10, 10], []),  # two of ten are fewer than fifty still
        ([100, 30, 20], [100]),
        ([100, 29, 20], []),
        ([100, 90], [100, 90]),
        ([10, 9], []),
        ([49], []),
        ([50], [50]),
    ],
)
def test_who_joins_the_withheld(sizes: list[int], shown: list[int]) -> None:
    kept = withhold_small(counts_of(x={f"g{i}": (n, 0, 0) for i, n in enumerate(sizes)}), 50)
    assert kept.loc[kept["group"] != WITHHELD, "promoters"].tolist() == shown
    assert kept["promoters"].sum() == sum(sizes)


def test_a_group_withheld_for_its_name_joins_the_small_ones() -> None:
    kept = withhold_small(counts_of(x={WITHHELD: (70, 0, 0), "a": (10, 0, 0), "b": (90, 0, 0), "c": (80, 0, 0)}), 50)
    assert kept["group"].tolist() == ["b", "c", WITHHELD]
    assert kept["promoters"].tolist() == [90, 80, 80]


sizes = st.lists(st.integers(0, 120), min_size=1, max_size=9)


@settings(max_examples=100, deadline=None)
@given(sizes, st.integers(1, 60))
def test_no_small_group_is_known_by_subtraction(sizes: list[int], min_answers: int) -> None:
    counts = counts_of(x={f"g{i}": (n, 0, 0) for i, n in enumerate(sizes)})
    kept = withhold_small(counts, min_answers)
    assert kept["promoters"].sum() == sum(sizes)
    assert not kept["group"].duplicated().any()
    hidden = set(counts["group"]) - set(kept["group"])
    small = {f"g{i}" for i, n in enumerate(sizes) if n < min_answers}
    assert small <= hidden
    named = kept[kept["group"] != WITHHELD]
    assert (named["promoters"] >= min_answers).all()
    if hidden and sum(sizes) >= min_answers:
        assert kept["promoters"].iloc[-1] >= min_answers
        assert len(hidden) >= 2 or len(sizes) == 1


def test_groups_too_small_are_neither_shown_nor_compared() -> None:
    result = found(region={"A": (60, 20, 20), "B": (80, 10, 10), "C": (2, 0, 0), "D": (30, 10, 9)})
    assert result.by_group["group"].tolist() == ["A", "B", WITHHELD]
    assert result.by_group["verdict"].tolist()[-1] == "withheld"
    assert result.compared == 2
    one = found(region={"A": (60, 20, 20), "B": (2, 0, 0)})
    assert one.by_group["group"].tolist() == [WITHHELD]
    assert (one.compared, one.by_group["verdict"].tolist(), one.chosen().empty) == (0, [""], True)
    nobody = found(0, region={"A": (60, 20, 20), "B": (80, 10, 10), "C": (0, 0, 0)})
    assert nobody.by_group["verdict"].tolist() == ["below", "above", ""]


def cells(**rows: dict[str, Kinds]) -> pd.DataFrame:
    told = [(row, column, *kinds) for row, columns in rows.items() for column, kinds in columns.items()]
    return pd.DataFrame(told, columns=["row", "column", *COUNTS])


def test_pairs_are_compared_with_all_other_answers() -> None:
    frame = cells(
        shop={"new": (60, 20, 20), "old": (60, 20, 20)},
        web={"new": (10, 20, 70), "old": (60, 20, 20)},
    )
    by_cell = compare_cells(frame, "touchpoint", "segment").by_cell.set_index(["row", "column"])
    worst = by_cell.loc[("web", "new")]
    alone = compare_two(score_counts(10, 20, 70), score_counts(180, 60, 60))
    assert (worst["nps"], worst["rest"], worst["verdict"]) == (pytest.approx(-60), pytest.approx(40), "below")
    assert (worst["low"], worst["high"]) == pytest.approx((100 * alone.low, 100 * alone.high))
    assert by_cell["answers"].tolist() == [100] * 4
    assert by_cell.loc[("shop", "new"), "verdict"] == "above"
    p = [compare_two_p(frame, i) for i in range(4)]
    assert by_cell["q"].to_numpy() == pytest.approx(multipletests(p, method="fdr_bh")[1])
    table = compare_cells(frame, "touchpoint", "segment").table()
    assert table[["row_grouping", "column_grouping"]].iloc[0].tolist() == ["touchpoint", "segment"]


def compare_two_p(frame: pd.DataFrame, i: int) -> float:
    points = frame[COUNTS].to_numpy(float)
    return float(module.compare_counts(points[[i]], (points.sum(axis=0) - points[i])[None])[3][0])


def test_a_pair_nobody_is_in_is_none_and_a_small_one_withheld() -> None:
    frame = cells(
        shop={"new": (60, 20, 20), "old": (60, 20, 20), "lost": (60, 0, 0)},
        web={"new": (60, 20, 20), "old": (10, 20, 19)},
        desk={"new": (60, 0, 0), "old": (50, 0, 9), "lost": (60, 0, 0)},
    )
    by_cell = compare_cells(frame, "r", "c").by_cell.set_index(["row", "column"])
    assert by_cell.loc[("web", "lost"), "verdict"] == "none"
    hidden = by_cell[by_cell["verdict"] == "withheld"]
    assert ("web", "old") in hidden.index
    assert len(hidden) == 4  # a square of four: with fewer one of them would be known from the totals
    assert (hidden["answers"] == 0).all() and hidden["nps"].isna().all()
    assert compare_cells(frame.head(0), "", "").by_cell.empty


grids = st.integers(1, 5).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 90), min_size=k, max_size=k), min_size=1, max_size=5)
)


@settings(max_examples=80, deadline=None)
@given(grids)
def test_no_small_pair_is_known_from_the_totals(grid: list[list[int]]) -> None:
    """Whoever knows all totals of rows and columns and all pairs shown cannot solve for one that is withheld, unless it
    is all there is in its row and column."""
    sizes = np.array(grid)
    hidden = module._hide_cells(sizes, 50)
    assert hidden[(sizes > 0) & (sizes < 50)].all()
    assert not hidden[sizes == 0].any()
    for row, column in module._determined(hidden):
        shown = (sizes > 0) & ~hidden
        assert not shown[row].any() and not shown[:, column].any()


def test_waves_are_in_the_order_of_time_in_the_places_they_had() -> None:
    few = (60, 20, 20)
    waves = dict.fromkeys(("Q1 2024", "Q1 2025", "Q4 2024"), few)
    frame = found(region={"B": few, "A": few}, wave=waves, role={"D": few, "C": few}).by_group
    assert frame["group"].tolist() == ["B", "A", "Q1 2024", "Q4 2024", "Q1 2025", "D", "C"]
