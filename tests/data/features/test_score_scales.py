"""Promoters by the cuts of each answer's scale, and the one scale that a page scores."""

import ibis
import pandas as pd
import pytest
from ibis.expr.types import Table

from helpers.data.features import answers as answers_module
from helpers.data.features.score_scales import (
    group_of,
    on_one_scale,
    one_scale,
    refuse_unscored,
)
from helpers.data.scales import DOUBTED, SCALES, Scale
from helpers.errors import ThinDataError


def answers(**scores: list[float]) -> Table:
    """Scores by scale, "of_1_10" for "1-10", "seen_1_5" for one that is doubted."""
    rows = []
    for name, values in scores.items():
        kind, _, scale = name.partition("_")
        rows += [(float(v), scale.replace("_", "-") + (DOUBTED if kind == "seen" else "")) for v in values]
    return ibis.memtable(pd.DataFrame(rows, columns=["score", "scale"]), schema={"score": "float64", "scale": "string"})


@pytest.mark.parametrize("scale", SCALES.values(), ids=list(SCALES))
def test_answers_are_placed_by_the_cuts_of_their_scale(scale: Scale) -> None:
    edges = [scale.low, scale.passive_from - 1, scale.passive_from, scale.promoter_from - 1, scale.promoter_from]
    table = answers(**{f"of_{scale.name.replace('-', '_')}": [float(x) for x in [*edges, scale.high]]})
    kinds = table.mutate(group=group_of(table)).execute()["group"].tolist()
    passive = ["passives"] * 2 if scale.passive_from < scale.promoter_from else ["promoters"] * 2
    assert kinds == ["detractors", "detractors", *passive, "promoters", "promoters"]


def test_an_answer_on_a_doubted_scale_has_no_kind() -> None:
    table = answers(seen_1_10=[10.0], of_0_10=[10.0])
    assert table.mutate(group=group_of(table)).execute()["group"].fillna("").tolist() == ["", "promoters"]


def test_answers_without_a_scale_are_on_0_to_10() -> None:
    table = ibis.memtable(pd.DataFrame({"score": [6.0, 7.0, 9.0]}))
    assert table.mutate(group=group_of(table)).execute()["group"].tolist() == ["detractors", "passives", "promoters"]
    kept, told = one_scale(table)
    assert kept.count().execute() == told.answers == 3
    assert told.is_usual


def test_0_to_10_is_scored_where_it_has_enough_answers() -> None:
    table = answers(of_0_10=[9] * 5, of_1_5=[4] * 8, seen_1_7=[3] * 2)
    kept, told = one_scale(table, min_answers=5)
    assert (told.scale.name, told.answers, told.others, told.doubted) == ("0-10", 5, {"1-5": 8}, {"1-7?": 2})
    assert kept.scale.execute().unique().tolist() == ["0-10"]
    assert not told.is_usual


def test_else_the_one_with_most_answers_is() -> None:
    kept, told = one_scale(answers(of_0_10=[9] * 5, of_1_5=[4] * 8, of_1_7=[4] * 2), min_answers=6)
    assert (told.scale.name, told.answers, told.others) == ("1-5", 8, {"0-10": 5, "1-7": 2})
    assert kept.count().execute() == 8


def test_all_answers_are_accounted_for() -> None:
    table = answers(of_0_10=[9] * 5, of_1_5=[4] * 8, of_1_10=[4] * 2, seen_0_100=[50] * 3, seen_words=[5])
    for least in (1, 6, 50):
        kept, told = one_scale(table, least)
        assert kept.count().execute() == told.answers
        assert told.answers + sum(told.others.values()) + sum(told.doubted.values()) == table.count().execute()


def test_one_scale_for_all_takes_nothing_out() -> None:
    table = answers(of_1_10=[4] * 2)
    kept, told = one_scale(table)
    assert kept is table
    assert not told.is_usual


def test_where_nothing_can_be_scored_the_line_to_add_is_said() -> None:
    table = answers(seen_1_10=[4] * 1_200, seen_words=[5])
    with pytest.raises(ThinDataError, match="1,200 answers are not scored: many scores are 1 and none is 0") as raised:
        one_scale(table)
    assert "that part of surveys needs “scale: 1-10”, or “scale: 0-10” if that was asked. 1 answer" in str(raised.value)
    assert "1 answer is not scored: the scores are words" in str(raised.value)
    assert on_one_scale(table).count().execute() == 0
    with pytest.raises(ThinDataError):
        refuse_unscored(table)


def test_no_answers_are_on_0_to_10() -> None:
    kept, told = one_scale(answers())
    assert (told.scale.name, told.answers, kept.count().execute()) == ("0-10", 0, 0)


def test_the_kinds_of_all_answers_are_counted_by_their_scale() -> None:
    table = answers(of_1_5=[5, 4, 3, 5])
    assert answers_module.nps_counts(table, []).iloc[0][["promoters", "passives", "detractors"]].tolist() == [2, 1, 1]
