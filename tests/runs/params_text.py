"""The parameter file that the tests of parameters begin with, and the notebooks whose knobs it may set."""

from collections.abc import Callable

from helpers.runs.params import Params

OWN = 'params_file: str = "x"  # the client\nrun_dir: str = "y"  # the run\n'
RFM = """bins: int = 5  # scores per measure [2..10]
margin: float = 0.5  # share kept [0..1]
method: str = "auto"  # how [auto | fixed]
log: bool = True  # log scale
features: list[str] = ["spend"]  # what counts
weights: dict[str, float] = {}  # weight of each [0..]
"""
HEAD = "client: Acme Ltd\nas_of: 2026-09-30\ncurrency: GBP\nbusiness_model: b2b\n"  # lines 1 to 4
DATA = "data:\n  orders:\n    source: orders.csv\n"  # lines 5 to 7
Read = Callable[..., Params]
Refused = Callable[..., str]
