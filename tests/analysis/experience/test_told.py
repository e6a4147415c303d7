"""A page that would say nothing is left out, with its reason."""

import pandas as pd
import pytest

from helpers.analysis.experience.activity import Activity, place_activity
from helpers.analysis.experience.links import Links, find_links
from helpers.analysis.experience.told import check_told
from helpers.analysis.experience.touchpoints import Touchpoints, compare_touchpoints
from helpers.errors import ThinDataError
from tests.analysis.experience.samples import MEASURES, make_answers
from tests.analysis.experience.test_activity import MEASURES as DOINGS
from tests.analysis.experience.test_activity import NO_RHYTHM, NOBODY, rhythm, window
from tests.analysis.experience.test_touchpoints import NO_USE, USED, asked

NO_LINKS: Links = find_links(make_answers(30), MEASURES)
NO_TOUCHPOINTS: Touchpoints = compare_touchpoints(asked(), NO_USE, USED.head(0), MEASURES)
NO_ACTIVITY: Activity = place_activity(NO_RHYTHM, NOBODY, window(), DOINGS, 365)


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("customer_id", "do not say whose they are"),
        ("answered_at", "have no dates"),
        ("history", "do not cover"),
        ("surveys", "There are no answers"),
        ("", "Too few customers"),
    ],
)
def test_nothing_to_say(reason: str, why: str) -> None:
    with pytest.raises(ThinDataError, match=why):
        check_told(reason, NO_LINKS, NO_TOUCHPOINTS, NO_ACTIVITY)


def test_any_of_three_is_enough() -> None:
    check_told("", find_links(make_answers(400), MEASURES), NO_TOUCHPOINTS, NO_ACTIVITY)
    named = compare_touchpoints(asked(shop=(60, 0, 0), desk=(0, 0, 60)), NO_USE, USED.head(0), MEASURES)
    check_told("customer_id", NO_LINKS, named, NO_ACTIVITY)
    alike = compare_touchpoints(asked(shop=(60, 0, 20), desk=(60, 0, 20)), NO_USE, USED.head(0), MEASURES)
    with pytest.raises(ThinDataError):
        check_told("customer_id", NO_LINKS, alike, NO_ACTIVITY)
    doing = place_activity(rhythm(a=0.1), pd.DataFrame(NOBODY), window(a=(1, 1, 1)), DOINGS, 365)
    check_told("surveys", NO_LINKS, NO_TOUCHPOINTS, doing)
