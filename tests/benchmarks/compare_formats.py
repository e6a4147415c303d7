"""What the forms of a report besides its pages take, beside what a user would do himself.

The workbook is held against `DataFrame.to_excel` of the same tables, the PDF against Chromium's own print of
`report.html`. The time of the slides and of the PDF is told with and without reading the pages, which a run has done
already.

    python -m tests.benchmarks.compare_formats [--rounds 3] [--client demo]

The report must have been made (`kit run demo`). Each is a process of its own, imports included; `--dry` leaves
docs/benchmarks.md as it is.
"""

import argparse
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from statistics import median

from pypdf import PdfReader

from helpers.runs.formats.printing import find_browser
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
PAPER = """
import json, sys
from datetime import date
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace
from helpers.runs.formats import Report
from helpers.runs.formats.pdf import write_pdf
from helpers.runs.render import Page, Reading, ReportInfo
folder, path = Path(sys.argv[1]), Path(sys.argv[2])
record = json.loads((folder / "run.json").read_text("utf-8"))
info = ReportInfo(record["client"], date.fromisoformat(record["as_of"]), "#0b5c8a", None)
with Reading(info.unit) as reading:
    for notebook in sorted((folder / "notebooks").glob("*.ipynb")):
        file = "index.html" if notebook.stem == "00_summary" else f"{notebook.stem}.html"
        reading.add(Page(notebook.stem, notebook, file))
    chapters = reading.chapters()
begun = perf_counter()
params = SimpleNamespace(currency=record["currency"], locale="")
write_pdf(Report(params, {}, chapters, info, folder), path)
print(perf_counter() - begun)
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
    paper = compare_paper(
        report, asked.rounds, f"`{asked.client}`, medians of {asked.rounds} rounds in turn. {machine()}"
    )
    print(paper)
    if not asked.dry:
        write_section("formats", text)
        write_section("formats-paper", paper)


def compare_paper(report: Path, rounds: int, told: str) -> str:
    """The PDF: a table of what it takes, and how many pages it has."""
    kit, plain = [], []
    with tempfile.TemporaryDirectory(prefix="kit-paper-") as folder:
        ours, theirs = Path(folder) / "ours.pdf", Path(folder) / "theirs.pdf"
        flags = ["--headless", "--no-sandbox", f"--user-data-dir={folder}/profile", "--no-pdf-header-footer"]
        for _ in range(rounds):
            kit.append(run_measured([sys.executable, "-c", PAPER, str(report), str(ours)]))
            page = (report / "report.html").as_uri()
            plain.append(run_measured([find_browser(), *flags, f"--print-to-pdf={theirs}", page]))
        pages = [len(PdfReader(path).pages) for path in (ours, theirs)]
    alone = sorted(float(run.said) for run in kit)
    _, cpu, peak = medians(kit)
    _, plain_cpu, plain_peak = medians(plain)
    rows = [
        ["the kit, as a part of a run", f"{median(alone):.1f} ({alone[0]:.1f}–{alone[-1]:.1f})", "", "", str(pages[0])],
        ["the kit, with imports and reading the pages", spread(kit), f"{cpu:.1f}", f"{peak:.0f}", str(pages[0])],
        ["Chromium's print of `report.html`", spread(plain), f"{plain_cpu:.1f}", f"{plain_peak:.0f}", str(pages[1])],
    ]
    return f"{told}\n\n{markdown_table(['the PDF of a report', 'seconds', 'CPU seconds', 'peak MB', 'pages'], rows)}"


if __name__ == "__main__":
    main()
