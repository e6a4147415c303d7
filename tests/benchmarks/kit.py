"""The kit as one contestant: python -m tests.benchmarks.kit FILE OUT.parquet, from the file to a row a customer."""

import json
import sys
import tempfile
from pathlib import Path

from helpers.data.client_data import open_data
from helpers.data.features.customers import customer_features
from helpers.data.spec import PartSpec, TableSpec
from tests.benchmarks.generate import AS_OF


def main() -> None:
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    spec = TableSpec("orders", (PartSpec(str(source)),))
    with tempfile.TemporaryDirectory(prefix="kit-benchmark-") as folder:
        data = open_data({"orders": spec}, AS_OF, Path(folder))
        customer_features(data.tables["orders"], AS_OF).to_parquet(out, index=False)
        aside = data.quality[data.quality["rows_set_aside"] > 0]
        counts = dict(zip(aside["check"], aside["rows_set_aside"].astype(int), strict=True))
        data.close()
    out.with_suffix(".json").write_text(json.dumps(counts), "utf-8")


if __name__ == "__main__":
    main()
