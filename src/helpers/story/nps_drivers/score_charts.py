"""The picture of the answers that make the score."""

from typing import Any

import numpy as np
import pandas as pd

from helpers.story import fmt
from helpers.story.chart import (
    BAD,
    GOOD,
    MUTED,
    QUIET,
    Chart,
    note,
    nothing,
    picture,
    points_across,
    records,
    render,
    sheet,
    text_width,
)
from helpers.story.chart_text import size_within
from helpers.story.headings import head
from helpers.story.nps_drivers import titles
from helpers.story.terms import printable

_KINDS = (("detractors", BAD), ("passives", QUIET), ("promoters", GOOD))
_MOST_BARS = 13  # with the share written above each


@picture()
def score_distribution(scores: pd.DataFrame, wave: str = "") -> Chart:
    """How many answered each score, coloured by what the score counts as.

    scores: score, group (detractors, passives, promoters) and answers, in the order of the scores. wave: whose answers
    they are, "" for all.
    """
    topic = f"Answers by score{f', {printable(wave)}' if wave else ''}"
    total = scores["answers"].sum()
    if not total:
        return nothing(topic, "no answers")
    highest = _score(scores["score"].max())
    reading = f"Share of {fmt.many(total, 'answer')}; {highest}: would certainly recommend"
    title, subtitle = head(titles.score_distribution(scores), topic, reading)
    figure = sheet(title, subtitle, 2.9)
    ax = figure.subplots()
    most = scores["answers"].max()
    few = len(scores) <= _MOST_BARS
    slot = points_across() / len(scores)
    kinds = scores["group"].value_counts()
    size = min(size_within(kind, slot * kinds[kind] - 10, bold=True) for kind in kinds.index)
    said = []
    for kind, color in _KINDS:
        rows = scores[scores["group"] == kind]
        if rows.empty:
            continue
        places = [int(i) for i in np.flatnonzero(scores["group"] == kind)]
        ax.bar(places, rows["answers"], width=0.8, color=color)
        for x, row in zip(places, records(rows), strict=True):
            if row.answers and few:
                note(ax, fmt.share(row.answers / total), x, row.answers, 0, 3, ha="center", va="bottom")
        share = fmt.share(rows["answers"].sum() / total)
        ax.plot([places[0] - 0.4, places[-1] + 0.4], [most * 1.17] * 2, color=color, linewidth=3)
        name = kind.capitalize()
        middle = (places[0] + places[-1]) / 2
        style: dict[str, Any] = {"ha": "center", "va": "bottom", "weight": "bold", "fontsize": size}
        note(ax, f"{name}\n{share}", middle, most * 1.17, 0, 4, **style)
        first, last = (_score(rows["score"].iloc[i]) for i in (0, -1))
        said.append(f"{kind} ({f'{first} to {last}' if first != last else first}) {share}")
    labels = [_score(s) for s in scores["score"]]
    step = 1 + sum(text_width(label) + 8 for label in labels) // (points_across() - 13)
    ax.set_xticks(range(0, len(labels), int(step)), labels[:: int(step)])
    ax.set_xlim(-0.6, len(labels) - 0.4)
    ax.set_yticks([])
    ax.axhline(0, color=MUTED, linewidth=0.8)
    ax.set_xlabel("Score")
    top = scores.iloc[int(scores["answers"].to_numpy().argmax())]
    alt = (
        f"{topic}: {fmt.many(total, 'answer')}, {', '.join(said)}. Most frequent score: "
        f"{_score(top['score'])} ({fmt.share(top['answers'] / total)})."
    )
    return render(figure, title, alt)


def _score(score: float) -> str:
    return fmt.count(score) if score % 1 == 0 else fmt.number(score, 1)
