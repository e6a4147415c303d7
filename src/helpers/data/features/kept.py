"""What an earlier report kept for this one: the table of a model, read from that report's folder."""

from pathlib import Path

import pandas as pd

from helpers.data.local_files import plain_path
from helpers.errors import InputError

MODEL = "cluster_model"


def read_kept(keep: str, base: Path) -> pd.DataFrame | None:
    """The table `cluster_model` of the report in the folder `keep`, or the Parquet file itself; None where `keep` is
    empty. Paths count from `base`. Raises InputError where there is none."""
    found = find_kept(keep, base)
    if found is None:
        return None
    try:
        return pd.read_parquet(found)
    except (OSError, ValueError) as error:
        raise InputError(f"{keep} cannot be read as a table", where="clusters.keep") from error


def find_kept(keep: str, base: Path) -> Path | None:
    """The file that `read_kept` reads; raises InputError where there is none."""
    if not keep:
        return None
    path = plain_path(base / keep)
    tried = [path] if path.suffix == ".parquet" else [path / "tables" / f"{MODEL}.parquet", path / f"{MODEL}.parquet"]
    found = next((p for p in tried if p.is_file()), None)
    if found is None:
        raise InputError(
            f"There are no groups to keep in {keep}",
            where="clusters.keep",
            allowed=f"the folder of an earlier report, or its tables/{MODEL}.parquet",
            mend=f"There is no {tried[0]}. Make that report first, or leave `keep` empty.",
        )
    return found
