"""The demo client's files, as a client would hand them over."""

import pandas as pd

from helpers.data.demo import Planted


def read(planted: Planted, file: str) -> pd.DataFrame:
    """A file as text: blanks stay empty strings and codes keep their zeros."""
    return pd.read_csv(planted.folder / file, dtype=str, keep_default_na=False)
