"""A page on what keeps customers needs something to say."""

from dataclasses import replace

import pandas as pd
import pytest

from helpers.analysis.loyalty.told import check_told
from helpers.errors import ThinDataError
from tests.story.loyalty import commitment_samples, differentiator_samples, habit_samples

PLACED = commitment_samples.placed(commitment_samples.USUAL)
FOUND = differentiator_samples.attributes(differentiator_samples.SIZE)
HABITS = habit_samples.habits(habit_samples.SPRING)
NONE = pd.DataFrame()


@pytest.mark.parametrize("placed", [0, 9])
@pytest.mark.parametrize("effects", [NONE, FOUND.effects])
@pytest.mark.parametrize("habits", [HABITS.by_trigger.assign(tested=0), HABITS.by_trigger])
def test_any_of_three_is_enough(placed: int, effects: pd.DataFrame, habits: pd.DataFrame) -> None:
    told = replace(PLACED, placed=placed), replace(FOUND, effects=effects), replace(HABITS, by_trigger=habits)
    if placed or len(effects) or habits["tested"].any():
        check_told(*told)
    else:
        with pytest.raises(ThinDataError, match="no habit tested"):
            check_told(*told)
