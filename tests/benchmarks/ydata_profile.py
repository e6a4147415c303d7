"""One run of ydata-profiling, by its own interpreter: python ydata_profile.py FILE OUT.html minimal|full.

Reads the file before the clock starts, since profiling is what is compared; prints the seconds to the HTML page.
"""

import sys
import time

import pandas as pd
from ydata_profiling import ProfileReport


def main() -> None:
    source, out, mode = sys.argv[1:4]
    frame = pd.read_parquet(source)
    start = time.perf_counter()
    ProfileReport(frame, minimal=mode == "minimal", progress_bar=False).to_file(out, silent=True)
    print(f"profiled {time.perf_counter() - start:.2f}")


if __name__ == "__main__":
    main()
