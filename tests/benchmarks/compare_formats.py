"""What the workbook of a report takes, beside `DataFrame.to_excel` of the same tables: what a user would write himself.

    python -m tests.benchmarks.compare_formats [--rounds 3] [--client demo]

The report must have been made (`kit run demo`). Each is a process of its own, imports included; `--dry` leaves
docs/benchmarks.md as it is.
"""

import argparse
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.measure import ROOT, Run, machine, markdown_table, medians, run_measured, spread, write_section

KIT = """
import json, sys
from datetime import date
from pathlib import Path
from helpers.runs.formats.workbook import About, write_workbook
from helpers.runs.record import titles_of
report, path, for_team = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "team"
record = json.loads((report / "run.json").read_text("utf-8"))
about = About(record["client"], date.fromisoformat(record["as_of"]), record["currency"], for_team)
write_workbook(path, about, report / "tables", titles_of(record["steps"]))
"""
PANDAS = """
import sys
from pathlib import Path
import pandas as pd
with pd.ExcelWriter(sys.argv[2], engine=sys.argv[3]) as book:
    for path in sorted((Path(sys.argv[1]) / "tables").glob("*.parquet")):
        pd.read_parquet(path).to_excel(book, sheet_name=path.stem[:31], index=False)
"""
ASKED = {
    "the kit, for a client": (KIT, "client"),
    "the kit, for the team": (KIT, "team"),
    "pandas with XlsxWriter, all tables": (PANDAS, "xlsxwriter"),
    "pandas with openpyxl, all tables": (PANDAS, "openpyxl"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--client", default="demo")
    parser.add_argument("--dry", action="store_true", help="print, and leave docs/benchmarks.md as it is")
    asked = parser.parse_args()
    report = (ROOT / "reports" / asked.client / "latest").resolve()
    if not report.is_dir():
        sys.exit(f"There is no report of {asked.client}: make it with `kit run {asked.client}`.")
    runs: dict[str, list[Run]] = {name: [] for name in ASKED}
    with tempfile.TemporaryDirectory(prefix="kit-formats-") as folder:
        book = Path(folder) / "book.xlsx"
        for _ in range(asked.rounds):
            for name, (code, how) in ASKED.items():
                runs[name].append(run_measured([sys.executable, "-c", code, str(report), str(book), how]))
    rows = []
    for name, laps in runs.items():
        _, cpu, peak = medians(laps)
        rows.append([name, spread(laps), f"{cpu:.1f}", f"{peak:.0f}"])
    header = ["the workbook of a report", "seconds", "CPU seconds", "peak MB"]
    told = (
        f"`{asked.client}`, medians of {asked.rounds} rounds in turn. {machine()} XlsxWriter {version('xlsxwriter')}."
    )
    text = f"{told}\n\n{markdown_table(header, rows)}"
    print(text)
    if not asked.dry:
        write_section("formats", text)


if __name__ == "__main__":
    main()
