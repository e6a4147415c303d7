"""The cells of a page run in one process, as a contestant of `compare_pages`: no kernel, no rendering of the report.

What is timed is everything but the cell that opens the client, with outputs made as Jupyter would show them. The lap
that does not count has imported what cells import late.
"""

import ast
import os
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import matplotlib
import nbformat
import yaml
from IPython.core.formatters import DisplayFormatter

from tests.benchmarks.worker import serve

PARAMS = "../params/demo.yaml"


def page(source: Path, out: Path) -> tuple[Callable[[], Any], Callable[[Any], dict[str, Any]]]:
    """A notebook of a project with the demo's parameters; `out` is the run's folder, in which pages find each other."""
    matplotlib.use("agg")
    os.chdir(source.parent)
    cells = [cell for cell in nbformat.read(source, as_version=4).cells if cell.cell_type == "code"]
    knobs = yaml.safe_load(Path(PARAMS).read_text("utf-8")).get(source.stem.partition("_")[2], {})
    given = {**knobs, "params_file": PARAMS, "run_dir": str(out)}
    show = DisplayFormatter().format

    def run(cell: Any, names: dict[str, Any]) -> None:
        body = ast.parse(cell.source).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), source.name, "exec"), names)
        if last:
            show(eval(compile(ast.Expression(last.value), source.name, "eval"), names))

    timed = [c for c in cells if "parameters" not in c.metadata.get("tags", []) and "open_client(" not in c.source]

    def work() -> list[tuple[float, float]]:
        names: dict[str, Any] = {}
        spent = []
        for cell in cells:
            start, before = perf_counter(), process_time()
            run(cell, names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= given
            elif cell in timed:
                spent.append((perf_counter() - start, process_time() - before))
        return spent

    def tell(spent: list[tuple[float, float]]) -> dict[str, Any]:
        return {
            "seconds": sum(each[0] for each in spent),
            "cpu_seconds": sum(each[1] for each in spent),
            "cells": [(cell.source.splitlines()[-1][:60], each[1]) for cell, each in zip(timed, spent, strict=True)],
        }

    return work, tell


if __name__ == "__main__":
    serve({"page": page})
