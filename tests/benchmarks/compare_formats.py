"""What the forms of a report besides its pages take, beside what a user would write himself.

The workbook is held against `DataFrame.to_excel` of the same tables. The slides' time is told with and without reading
the pages, which a run has done already.

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
SLIDES = """
import json, sys, time
from datetime import date
from pathlib import Path
from helpers.runs.params_head import ALL_SLIDES
from helpers.runs.render import Page, Reading
from helpers.story.notebook import read_findings
report, path = Path(sys.argv[1]), Path(sys.argv[2])
record = json.loads((report / "run.json").read_text("utf-8"))
with Reading("customer") as reading:
    for notebook in sorted((report / "notebooks").glob("*.ipynb")):
        file = "index.html" if "summary" in notebook.stem else notebook.stem + ".html"
        reading.add(Page(notebook.stem, notebook, file))
    chapters = reading.chapters()
if sys.argv[3] == "write":
    from helpers.runs.formats.deck import About, write_deck
    from helpers.runs.formats.slides import plan_talk
    talk = plan_talk(chapters, read_findings(report / "tables"), ALL_SLIDES)
    write_deck(path, About(record["client"], date.fromisoformat(record["as_of"]), "#0b5c8a"), talk)
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
    "workbook, for a client": (KIT, "client"),
    "workbook, for the team": (KIT, "team"),
    "workbook by pandas with XlsxWriter, all tables": (PANDAS, "xlsxwriter"),
    "workbook by pandas with openpyxl, all tables": (PANDAS, "openpyxl"),
    "slides": (SLIDES, "write"),
    "of which reading the pages": (SLIDES, "read"),
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
    header = ["a form of a report", "seconds", "CPU seconds", "peak MB"]
    told = (
        f"`{asked.client}`, medians of {asked.rounds} rounds in turn. {machine()} XlsxWriter {version('xlsxwriter')}, "
        f"python-pptx {version('python-pptx')}."
    )
    text = f"{told}\n\n{markdown_table(header, rows)}"
    print(text)
    if not asked.dry:
        write_section("formats", text)


if __name__ == "__main__":
    main()
