"""What the titles of the charts of lifetime value say, and when they say nothing."""

from dataclasses import replace
from math import nan

from helpers.story.clv import titles
from tests.story.clv import samples
from tests.story.clv.samples import NOBODY, RENEWING, TESTED, UNFORECAST, WORTH
from tests.story.title_checks import TitleChecks, ToldTitle

CASES: dict[str, list[ToldTitle]] = {
    "tenths": [
        (lambda: titles.tenths(WORTH), "The top tenth of customers has brought 51% of value and should bring 57%"),
        (lambda: titles.tenths(UNFORECAST), "The top tenth of customers has brought 51% of value"),
        (lambda: titles.tenths(NOBODY), ""),
    ],
    "tracking": [
        (lambda: titles.tracking(TESTED), "For the last 26 weeks 1,158 orders were forecast; 1,145 came"),
        (lambda: titles.tracking(samples.refused("missed", error=-0.41)), ""),
        (lambda: titles.tracking(samples.untested("short")), ""),
    ],
    "by_frequency": [
        (lambda: titles.by_frequency(TESTED), "Forecast and real orders differ by at most 0.7 per customer"),
        (lambda: titles.by_frequency(samples.refused("missed", error=-0.41)), ""),
        (lambda: titles.by_frequency(samples.untested("short")), ""),
    ],
    "retention": [
        (lambda: titles.retention(RENEWING), "94% of new subscribers are still there after 12 months"),
        (
            lambda: titles.retention(replace(RENEWING, curve=RENEWING.curve.head(2))),
            ">99% of new subscribers are still there after 1 month",
        ),
        (lambda: titles.retention(replace(RENEWING, curve=RENEWING.curve.assign(actual=nan))), ""),
        (lambda: titles.retention(samples.unrenewed("few")), ""),
    ],
}


class TestClvTitles(TitleChecks):
    module, cases = titles, CASES
