"""Which interval fits, and what is done where one customer outweighs all others."""

import numpy as np
import pytest

from helpers.analysis.campaigns.bootstrap import bootstrap
from helpers.analysis.campaigns.comparison import compare, relative
from helpers.analysis.campaigns.intervals import Sample, newcombe, welch
from tests.analysis.campaigns.samples import spending


def test_each_metric_has_the_interval_that_fits() -> None:
    rng = np.random.default_rng(0)
    normal, heavy = Sample(rng.normal(5, 1, 100)), Sample(spending(rng, 200, 0.2))
    assert compare(normal, normal, rate=False, confidence=0.9) == welch(normal, normal, 0.9)
    for pair in ((normal, heavy), (heavy, normal)):
        assert compare(*pair, rate=False, confidence=0.9, resamples=500) == bootstrap(*pair, 0.9, resamples=500)
    rate = Sample(np.array([1.0, 0, 0, 1]))
    assert compare(rate, rate, rate=True, confidence=0.9) == newcombe(0.5, 4, 0.5, 4, 0.9)


def test_one_customer_with_over_half_of_the_variance_widens_the_interval() -> None:
    """Of squared distances 1, 1 ... and one alone: the wider end of both methods, and the larger p-value."""
    quiet = np.tile([0.0, 2.0], 20)
    control = Sample(np.tile([0.0, 1.0], 20))
    far = Sample(np.r_[quiet, 1_000.0])
    found = compare(far, control, rate=False, confidence=0.95)
    parts = bootstrap(far, control, 0.95), welch(far, control, 0.95)
    assert parts[0].low > 0 > parts[1].low
    assert (found.low, found.high) == (min(p.low for p in parts), max(p.high for p in parts))
    assert found.p_value == max(p.p_value for p in parts)
    assert found.method == "bootstrap"
    swapped = compare(control, far, rate=False, confidence=0.95)
    assert swapped.high > 0


def test_the_limit_is_a_half() -> None:
    """Distances 3, -1, -1, -1 have squares 9 and 3: three quarters are one's; 1 and -1 have half each."""
    one = Sample(np.array([4.0, 0, 0, 0]))
    two = Sample(np.array([2.0, 0.0]))
    both = Sample(np.array([0.0, 1, 0, 1]))
    assert compare(one, both, rate=False, confidence=0.95).low == welch(one, both, 0.95).low
    assert compare(two, both, rate=False, confidence=0.95) == bootstrap(two, both, 0.95)


def test_a_lift_is_relative_to_what_those_left_out_had() -> None:
    assert relative(1.0, 4.0) == 0.25
    assert np.isnan([relative(1.0, 0.0), relative(1.0, -1.0)]).all()
    assert relative(-1.0, 4.0) == pytest.approx(-0.25)
