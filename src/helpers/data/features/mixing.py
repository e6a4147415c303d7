"""Numbers in no order, the same on every engine and every run: by them rows are dealt out or sampled without a trace of
the order in which an export was sorted."""

from typing import Any

PRIME = 2**31 - 1


def mixed(number: Any) -> Any:
    """Whole numbers from 0 on as numbers below PRIME: a linear congruential step (Park and Miller 1988), squared."""
    step = (number % PRIME * 48_271) % PRIME
    return (step * step) % PRIME
