"""Charts of who answered, and of scores counted in several ways: a dot a row, with its 95% interval."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.story import fmt
from helpers.story.chart import (
    INK,
    QUIET,
    Chart,
    accent,
    in_words,
    label_rows,
    note,
    nothing,
    picture,
    records,
    render,
    rows_height,
    sheet,
)
from helpers.story.headings import head
from helpers.story.nps_sample import titles
from helpers.story.terms import group_name, lower, natural_order, plain

if TYPE_CHECKING:
    from helpers.analysis.nps_sample.accounts import Accounts
    from helpers.analysis.nps_sample.benchmarks import Benchmarks
    from helpers.analysis.nps_sample.consumers import Beside
    from helpers.analysis.nps_sample.questions import Question
    from helpers.analysis.nps_sample.response import Response
    from helpers.analysis.nps_sample.weights import Weighting

VIEWS = {
    "all answers": "Every answer counts once",
    "account average": "Every account counts once",
    "by role": "Answers count by role",
    "by revenue": "Accounts count by revenue",
}
SIDES = {"business": "Businesses", "consumer": "Their consumers"}
MEASURES = {"csat": "Satisfied", "ces": "Easy to deal with"}
MOST = 14  # rows of a picture; the table beside it has all


def grouping_name(grouping: str) -> str:
    """A grouping in mid-sentence."""
    return {"spend_band": "spend", "rfm_segment": "value segment"}.get(grouping, lower(plain(grouping)))


def in_order(groups: pd.DataFrame) -> pd.DataFrame:
    """The groups of one grouping: from the best to the least spenders, by the numbers in their names, else by response
    rate."""
    if len(groups) and groups["grouping"].iloc[0] == "spend_band":
        return groups
    order = natural_order(groups["group"])
    return groups.iloc[order] if order else groups.sort_values("response_rate", ascending=False, kind="stable")


@dataclass(frozen=True)
class _Dot:
    label: str
    value: float
    low: float = nan
    high: float = nan
    hollow: bool = False


@picture()
def rates(result: "Response", min_customers: int = 10) -> Chart:
    """The share of each group's customers who answered, and that of all as a line; the table beside it has the groups
    of fewer than `min_customers`.

    The grouping shown is the one that the score was reweighted by, else the first there is.
    """
    groupings = [g for g in result.groups["grouping"].drop_duplicates() if g != "all"] if len(result.groups) else []
    if not groupings:
        return nothing("Who answered", "no groups of customers are known")
    grouping = result.by or groupings[0]
    topic = f"Share of customers who answered, by {grouping_name(grouping)}"
    shown = in_order(result.groups[result.groups["grouping"] == grouping])
    shown = shown[shown["customers"] >= min_customers] if (shown["customers"] >= min_customers).sum() > 1 else shown
    dots = [
        _Dot(f"{group_name(r.group)} ({fmt.count(r.customers)})", r.response_rate, r.rate_low, r.rate_high)
        for r in records(shown)
    ]
    overall = float(result.groups["response_rate"].iloc[0])
    return _dots(
        *(topic, "Customers of the group in brackets", dots, fmt.share),
        claim=titles.rates(shown),
        line=(overall, f"all customers {fmt.share(overall)}"),
    )


@picture()
def weights(result: "Weighting") -> Chart:
    """The score of each wave with the survey weights and without."""
    topic = "Score with and without the survey weights"
    if not result.weighted:
        return nothing(topic, "no weights, or none that differ")
    waves = result.by_wave if len(result.by_wave) == 1 else result.by_wave.iloc[1:]
    dots = []
    for row in records(waves):
        name = "All answers" if row.wave == "all" else group_name(row.wave)
        dots.append(_Dot(f"{name}, weighted", row.nps_weighted, row.nps_weighted_low, row.nps_weighted_high))
        dots.append(_Dot(f"{name}, unweighted", row.nps, row.nps_low, row.nps_high, hollow=True))
    return _dots(topic, "Points from −100 to +100", dots, fmt.score, claim=titles.weights(result))


@picture()
def views(result: "Accounts") -> Chart:
    """The score by answer, by account, by role and by revenue."""
    topic = "The score, counted in several ways"
    if not result.answers:
        return nothing(topic, "no answer belongs to an account")
    dots = [_Dot(VIEWS[r.view], r.nps, r.nps_low, r.nps_high) for r in records(result.views)]
    said = f"{fmt.many(result.answers, 'answer')} from {fmt.many(result.answered, 'account')}"
    return _dots(topic, f"Points from −100 to +100; {said}", dots, fmt.score, claim=titles.views(result))


@picture()
def sides(result: "Beside") -> Chart:
    """What businesses say beside what their consumers say, over the businesses that both answered for."""
    topic = "Businesses and their consumers"
    if not result.both:
        return nothing(topic, "no business has answers of its own and of its consumers")
    dots = [
        _Dot(f"{SIDES[r.side]} ({fmt.count(r.answers)})", r.nps, r.nps_low, r.nps_high) for r in records(result.by_side)
    ]
    return _dots(
        topic,
        f"Points from −100 to +100; answers of {fmt.many(result.both, 'business', 'businesses')} in brackets",
        dots,
        fmt.score,
        claim=titles.sides(result),
    )


@picture()
def questions(asked: "Sequence[Question]") -> Chart:
    """Satisfaction and ease by wave, or of all answers where there are no two waves. What is told by its mean, on
    0-100, is shown as a share of 100."""
    topic = "Satisfaction and effort"
    dots = []
    for question in asked:
        levels = question.levels.head(1) if len(question.levels) < 3 else question.levels.iloc[1:]
        name = MEASURES[question.reading.measure]
        for r in records(levels):
            wave = "" if r.wave == "all" else f", {group_name(r.wave)}"
            kept = (r.mean / 100, r.mean_low / 100, r.mean_high / 100) if question.is_mean else (
                r.share, r.share_low, r.share_high,
            )  # fmt: skip
            if r.answers:
                dots.append(_Dot(f"{name}{wave} ({fmt.count(r.answers)})", *kept))
    if not dots:
        return nothing(topic, "neither was asked on a scale that can be told")
    on_hundred = any(question.is_mean for question in asked)
    subtitle = "Share of good answers" + (", or the average on 0-100" if on_hundred else "") + "; answers in brackets"
    return _dots(topic, subtitle, dots, fmt.share, claim=titles.questions(asked))


@picture()
def competitors(result: "Benchmarks") -> Chart:
    """The client's score among those published by competitors; those that cannot be compared are hollow."""
    topic = "Our score and published scores"
    if result.scores.empty:
        return nothing(topic, "no score of a competitor is declared")
    ours = _Dot("Our own survey", result.ours, result.ours_low, result.ours_high)
    shown = result.scores.sort_values("nps", ascending=False, kind="stable")
    dots = [_Dot(f"{r.name}, {r.date}", r.nps, r.nps_low, r.nps_high, hollow=not r.verdict) for r in records(shown)]
    reading = "Points from −100 to +100; hollow: made otherwise, not to be ranked"
    return _dots(topic, reading, [ours, *dots], fmt.score, claim=titles.competitors(result))


def _dots(
    topic: str,
    reading: str,
    dots: Sequence[_Dot],
    form: Callable[[float], str],
    line: tuple[float, str] | None = None,
    claim: str = "",
) -> Chart:
    said = [f"{d.label} {form(d.value)}{_between(d, form)}" for d in dots]
    if len(dots) == 1:
        return in_words(topic, f"There is only one row to show: {said[0]}.")
    dots = dots[:MOST]
    key = [("dot", accent(), "score" if form is fmt.score else "share")]
    key += [("line", QUIET, "95% interval")] if any(d.low == d.low for d in dots) else []
    key += [("line", INK, line[1])] if line else []
    title, subtitle = head(claim, topic, reading)
    figure = sheet(title, subtitle, rows_height([d.label for d in dots], 175, 0.36) + 0.25, key)
    ax = figure.subplots()
    label_rows(ax, [d.label for d in dots], 175)
    if line:
        ax.axvline(line[0], color=INK, linewidth=1.4)
    for y, dot in enumerate(dots):
        _draw(ax, y, dot, form)
    ax.grid(axis="x")
    ax.margins(x=0.06)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(lambda v, _: form(v) if form is fmt.score or 0 <= v <= 1 else "")
    alt = f"{topic}: {'; '.join(said)}." + (f" {line[1][:1].upper()}{line[1][1:]}." if line else "")
    return render(figure, title, alt)


def _draw(ax: Axes, y: int, dot: _Dot, form: Callable[[float], str]) -> None:
    ax.plot([dot.low, dot.high], [y, y], color=QUIET, linewidth=4, solid_capstyle="round")
    face = "white" if dot.hollow else accent()
    ax.plot(
        *([dot.value], [y]), color=accent(), marker="o", markersize=9, markeredgewidth=1.6, markerfacecolor=face
    )  # fmt: skip
    note(ax, form(dot.value), 1, y, 38, weight="bold", ha="right", xycoords=ax.get_yaxis_transform())


def _between(dot: _Dot, form: Callable[[float], str]) -> str:
    return f" ({fmt.interval(dot.low, dot.high, form)})" if dot.low == dot.low else ""
