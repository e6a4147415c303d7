"""A page that has nothing to tell is left out."""

import pytest

from helpers.analysis.nps_sample.told import check_told
from helpers.errors import ThinDataError


def test_one_thing_told_is_enough() -> None:
    check_told(False, True, False)
    with pytest.raises(ThinDataError, match="Nothing is known of who answered"):
        check_told(False, False)
