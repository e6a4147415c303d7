"""Comments out of the engine: a bounded sample, what is known of each, and which of their words name persons."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd
from ibis.expr.types import Table

from helpers.data.features.answers import group_of
from helpers.data.features.mixing import mixed
from helpers.data.profiling.masking import mask_texts
from helpers.data.reading import SOURCE, SOURCE_ROW

MOST_COMMENTS = 20_000
_CHARACTERS = 5_000  # of a comment; who writes more has said by then what it is about
_MASKED = 1_500  # comments in which persons' names are sought, to keep them out of themes' names


@dataclass(frozen=True)
class CommentSample:
    """comments: a row a comment: source, source_row (which answer it is), comment, group (promoters, passives,
        detractors), and as far as the answers have them customer_id, wave and the ratings
    total: comments in the engine; more than there are rows where only a sample came
    """

    comments: pd.DataFrame
    total: int


def sample_comments(answers: Table, ratings: Sequence[str] = (), *, most: int = MOST_COMMENTS) -> CommentSample:
    """The comments of answers, at most `most`, chosen by a hash of their place in the source: the same on every run and
    engine. Blank ones do not count, nor those of answers that belong to no group.
    """
    known = [c for c in ("customer_id", "wave", *ratings) if c in answers.columns]
    if "comment" not in answers.columns:
        none = pd.DataFrame(columns=["source", "source_row", "comment", "group", *known])
        return CommentSample(none, 0)
    said = answers.filter(answers.comment.notnull())
    said = said.filter(said.comment.strip() != "").mutate(group=group_of(said))
    said = said.filter(said.group.notnull())
    total = int(said.count().execute())
    chosen = said.mutate(shuffled=mixed(said[SOURCE_ROW]))
    chosen = chosen.order_by("shuffled", SOURCE, SOURCE_ROW).limit(most)
    columns = {"source": chosen[SOURCE], "source_row": chosen[SOURCE_ROW], "shuffled": chosen.shuffled}
    columns |= {"comment": chosen.comment.substr(0, _CHARACTERS), "group": chosen.group}
    frame = chosen.select(**columns, **{c: chosen[c] for c in known}).execute()
    frame = frame.sort_values(["shuffled", "source", "source_row"], ignore_index=True).drop(columns="shuffled")
    if "wave" in frame:
        frame["wave"] = _whole(frame["wave"])
    return CommentSample(frame, total)


def person_words(texts: pd.Series, names: Collection[str] = ()) -> set[str]:
    """Words, in small letters, that mostly stand for persons in the first of the texts: no theme may be named by them.

    names: of customers, see `mask_texts`.
    """
    looked_at = texts.drop_duplicates().head(_MASKED)
    shown = mask_texts(looked_at, names).str.replace(r"\[[\w-]+\]", " ", regex=True)
    written, left = _count(looked_at), _count(shown)
    return {word for word, count in written.items() if left[word] <= count / 2}


def mask_quotes(quotes: pd.DataFrame, names: Collection[str] = ()) -> pd.DataFrame:
    """Quotes with what identifies a person masked in their comment."""
    return quotes.assign(comment=mask_texts(quotes["comment"], names))


def _whole(wave: pd.Series) -> pd.Series:
    """Waves that are years come as "2025.0" from some spreadsheets; where all are whole they are told so."""
    told = wave.dropna().astype(str)
    if len(told) and told.str.fullmatch(r"-?\d+(\.0+)?").all():
        return wave.astype("string").str.replace(r"\.0+$", "", regex=True)
    return wave


def _count(texts: pd.Series) -> Counter[str]:
    return Counter(word for text in texts.astype(str) for word in re.findall(r"[^\W\d_]+", text.casefold()))
