"""Corrections for many comparisons, against statsmodels and by hand."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from helpers.analysis.campaigns.family import family_confidence, holm


def test_holm_agrees_with_statsmodels_and_by_hand() -> None:
    p_values = pd.Series([0.3, 0.01, np.nan, 0.02, 0.04])
    found = holm(p_values)
    assert found.dropna().tolist() == pytest.approx(multipletests(p_values.dropna(), method="holm")[1].tolist())
    assert np.isnan(found[2])
    assert holm(pd.Series([0.01, 0.02, 0.04])).tolist() == pytest.approx([0.03, 0.04, 0.04])
    assert holm(pd.Series([0.9, 0.8])).tolist() == [1, 1]
    assert holm(pd.Series(dtype=float)).empty


def test_intervals_are_as_wide_as_their_number_asks() -> None:
    assert family_confidence(10) == pytest.approx(0.995)
    assert family_confidence(20, 0.9) == pytest.approx(0.995)
    assert family_confidence(0) == family_confidence(1) == pytest.approx(0.95)
