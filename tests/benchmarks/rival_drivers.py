"""What else one would use for drivers, by interpreters of their own: pingouin and dominance-analysis.

Runs under `worker`, which says what a task is. Nothing of the kit is imported here.
"""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.benchmarks.worker import serve

Work = tuple[Callable[[], Any], Callable[[Any], dict[str, Any]]]


def _read(source: Path) -> pd.DataFrame:
    with np.load(source) as found:
        return pd.DataFrame({name: found[name] for name in found.files})


def pingouin_shares(source: Path, out: Path) -> Work:
    import pingouin

    frame = _read(source)
    drivers, score = frame.drop(columns="y"), frame["y"]

    def told(result: pd.DataFrame) -> dict[str, Any]:
        np.save(out, result["relimp"].to_numpy()[1:])
        return {}

    return lambda: pingouin.linear_regression(drivers, score, relimp=True), told


def dominance_shares(source: Path, out: Path) -> Work:
    import bokeh.io

    bokeh.io.output_notebook = lambda *_, **__: None  # called on import, where there is no notebook
    from dominance_analysis import Dominance

    frame = _read(source)
    names = [name for name in frame if name != "y"]

    def told(result: dict[str, float]) -> dict[str, Any]:
        np.save(out, np.array([result[name] for name in names]))
        return {}

    return lambda: Dominance(data=frame, target="y", top_k=len(names), objective=1).incremental_rsquare(), told


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    serve({task.__name__: task for task in (pingouin_shares, dominance_shares)})
