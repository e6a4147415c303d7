"""One profile by the kit: python -m tests.benchmarks.kit_profile FILE OUT.html.

Reads the file into the engine before the clock starts, as the other side reads it into a frame; prints the seconds to
the HTML of all columns with their alerts, and the page's size.
"""

import sys
import tempfile
import time
from pathlib import Path

from helpers.analysis.data_profile import alerts, breaks
from helpers.data.engines.duck import connect
from helpers.data.profiling.tables import profile_columns
from helpers.story.data_profile import cards, tables


def main() -> None:
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    with tempfile.TemporaryDirectory(prefix="kit-benchmark-") as folder:
        con = connect(Path(folder))
        table = con.create_table("profiled", con.read_parquet(str(source)))
        dated = [c for c in table.columns if table[c].type().is_timestamp()]
        start = time.perf_counter()
        profile = profile_columns("profiled", table, date_column=dated[0] if dated else "")
        changes = breaks.find_changes(profile.tables, profile.days)
        found = alerts.find_alerts(profile.columns, profile.tables, profile.correlations, [changes])
        page = [cards.column_cards(profile.columns, profile.values, found)._repr_html_()]
        page += [tables.alerts(found)._repr_html_()] if len(found) else []
        out.write_text("".join(page), "utf-8")
        seconds = time.perf_counter() - start
        con.disconnect()
    print(f"profiled {seconds:.2f} s, {out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
