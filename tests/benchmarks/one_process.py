"""The cells of a report's notebooks in one process, as a contestant of `compare_runs`: what a run's arithmetic costs.

    python -m tests.benchmarks.one_process PARAMS RUN_DIR

A fresh Python reads the client's data once and runs the code cells of every notebook that has its data, in the order
of a run, with outputs made as Jupyter would show them. There is no kernel, no rendering of pages, and nothing that is
imported beforehand. What each page took is printed.
"""

import ast
import json
import os
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import matplotlib
import nbformat
from IPython.core.formatters import DisplayFormatter
from IPython.core.interactiveshell import InteractiveShell

from helpers.data.client_data import open_data
from helpers.runs.notebooks import find_notebooks
from helpers.runs.params import read_params
from helpers.runs.project import DATA_FOLDER


def run_cell(source: str, name: str, names: dict[str, Any], formatter: DisplayFormatter) -> None:
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), name, "exec"), names)
    if last:
        formatter.format(eval(compile(ast.Expression(last.value), name, "eval"), names))


def main() -> None:
    params_file, run_dir = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    folder = params_file.parents[1] / "notebooks"
    matplotlib.use("agg")
    os.chdir(folder)
    params = read_params(params_file, folder)
    started = perf_counter()
    data = open_data(params.data, params.as_of, run_dir / DATA_FOLDER, params.engine)
    supplied = {name: list(table.columns) for name, table in data.supplied_tables().items()}
    data.close()
    print(f"data {perf_counter() - started:.2f}")
    shell = InteractiveShell.instance()
    steps: list[dict[str, Any]] = []
    for notebook in find_notebooks(folder):
        if notebook.lacks(supplied):
            continue
        (run_dir / "run.json").write_text(json.dumps({"steps": steps, "params": {}}), "utf-8")  # the cover reads it
        started = perf_counter()
        given = {"params_file": str(params_file), "run_dir": str(run_dir), **params.knobs.get(notebook.section, {})}
        names: dict[str, Any] = {}
        for cell in nbformat.read(notebook.path, as_version=4).cells:
            if cell.cell_type == "code":
                run_cell(cell.source, notebook.path.name, names, shell.display_formatter)
                names |= given if "parameters" in cell.metadata.get("tags", []) else {}
        steps.append({"name": notebook.name, "title": notebook.title, "status": "done"})
        print(f"{notebook.name} {perf_counter() - started:.2f}")


if __name__ == "__main__":
    main()
