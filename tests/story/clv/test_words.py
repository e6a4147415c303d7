"""The narrators of lifetime value, at their branches."""

from dataclasses import replace
from math import nan

import pytest

from helpers.analysis.clv.value import Total
from helpers.story.clv import words
from helpers.story.statement import Statement
from tests.story.clv import samples
from tests.story.clv.samples import NOBODY, RENEWING, TESTED, UNFORECAST, WORTH
from tests.story.word_checks import POUNDS, Case, WordChecks

ONE = replace(WORTH, customers=WORTH.customers.head(1), orders=Total(1.2, 0, 3.4), months=1, margin=0.4)
SPLIT = {"repeaters": 12, "weeks": 20.2, "actual_orders": 8.0}


def refusal(reason: str, **more: float) -> Statement:
    return words.worth(UNFORECAST, samples.untested(reason, **{**SPLIT, **more}), POUNDS)


CASES: dict[str, list[Case]] = {
    "worth": [
        (
            lambda: words.worth(WORTH, TESTED, POUNDS),
            "neutral",
            [
                "Today's 2,300 customers should place 1,973 orders and bring £68.9k of revenue in the next 12 months; "
                "when tested, the forecast was under 1% off.",
                "Let expected value",
            ],
        ),
        (
            lambda: words.worth(ONE, TESTED, POUNDS),
            "neutral",
            ["Today's 1 customer should place 1 order and bring £68.9k of margin in the next month; when"],
        ),
        (
            lambda: words.worth(samples.unvalued("amounts"), TESTED, POUNDS),
            "neutral",
            ["1,973 orders in the next 12 months; when tested, the forecast was 1% too high.", "Write first"],
        ),
        (
            lambda: words.worth(WORTH, replace(TESTED, value_error=-0.18), POUNDS),
            "neutral",
            ["; when tested, the forecast was 18% too low."],
        ),
        (
            lambda: words.worth(WORTH, replace(TESTED, value_error=nan), POUNDS),
            "neutral",
            ["; when tested, the forecast was 1% too high."],
        ),
        (
            lambda: words.worth(WORTH, replace(TESTED, value_error=nan, error=nan), POUNDS),
            "neutral",
            ["revenue in the next 12 months."],
        ),
        (lambda: words.worth(NOBODY, samples.untested("none"), POUNDS), "few", ["No customer has ordered yet."]),
        (lambda: refusal("short"), "few", ["cannot be forecast: the orders cover 20 weeks, less than half a year."]),
        (lambda: refusal("one-time"), "few", ["by the day of the test only 12 customers had come back."]),
        (lambda: refusal("one-time", repeaters=1), "few", ["only 1 customer had come back."]),
        (lambda: refusal("one-time", repeaters=0), "few", ["by the day of the test nobody had come back."]),
        (lambda: refusal("few later"), "few", ["only 8 repeat orders came after the day of the test."]),
        (lambda: refusal("few later", actual_orders=0.0), "few", [": no repeat order came after"]),
        (
            lambda: words.worth(UNFORECAST, samples.refused("seasonal", busiest_share=0.71), POUNDS),
            "unclear",
            ["71% of the last year's repeat orders fell into one quarter"],
        ),
        (
            lambda: words.worth(UNFORECAST, samples.refused("missed", error=-0.41), POUNDS),
            "unclear",
            ["tested on later orders, the forecast was 41% off."],
        ),
        (lambda: words.worth(UNFORECAST, TESTED, POUNDS), "unclear", ["no model fits their orders."]),
    ],
    "so_far": [
        (
            lambda: words.so_far(WORTH, TESTED, POUNDS),
            "neutral",
            [
                "brought £244k of revenue, after returns. The top tenth of customers brought 51% of it, and "
                "should bring 57% of what is to come: £171 each. If customers go on as before, what is to come lies "
                "between £61.2k and £76.7k (95% interval).",
                "Give these 230 customers the best service",
            ],
        ),
        (
            lambda: words.so_far(
                replace(WORTH, margin=0.3, by_historic=samples.TENTHS.assign(customers=1)), TESTED, POUNDS
            ),
            "neutral",
            ["£244k of margin", "Give this 1 customer a named contact"],
        ),
        (
            lambda: words.so_far(replace(WORTH, by_historic=samples.TENTHS.assign(customers=50)), TESTED, POUNDS),
            "neutral",
            ["Give these 50 customers a named contact"],
        ),
        (
            lambda: words.so_far(replace(WORTH, by_historic=samples.TENTHS.assign(customers=51)), TESTED, POUNDS),
            "neutral",
            ["Give these 51 customers the best service"],
        ),
        (lambda: words.so_far(NOBODY, TESTED, POUNDS), "few", [""]),
        (
            lambda: words.so_far(
                replace(UNFORECAST, historic_value=nan, by_historic=samples.TENTHS.head(0)), TESTED, POUNDS
            ),
            "few",
            ["What each customer has spent is not known."],
        ),
        (
            lambda: words.so_far(replace(UNFORECAST, by_historic=samples.TENTHS.head(0)), TESTED, POUNDS),
            "few",
            ["brought £244k of revenue, after returns."],
        ),
        (lambda: words.so_far(UNFORECAST, TESTED, POUNDS), "neutral", ["brought 51% of it."]),
        (
            lambda: words.so_far(samples.unvalued("missed"), replace(TESTED, value_error=-0.36), POUNDS),
            "unclear",
            [
                "51% of it. The value of future orders is left open: in a test it was 36% off. If customers go on as ",
                "the number of orders lies between 1,795 and 2,150 (95% interval).",
            ],
        ),
        (
            lambda: words.so_far(samples.unvalued("missed"), replace(TESTED, value_error=5.2), POUNDS),
            "unclear",
            ["in a test it was far off."],
        ),
        (
            lambda: words.so_far(samples.unvalued("missed"), replace(TESTED, value_error=nan), POUNDS),
            "unclear",
            ["The value of future orders is left open."],
        ),
        (
            lambda: words.so_far(samples.unvalued("linked", link=-0.44), TESTED, POUNDS),
            "unclear",
            ["is linked to how often a customer orders (rank correlation 0.44); the model excludes that"],
        ),
        (lambda: words.so_far(samples.unvalued("linked", link=nan), TESTED, POUNDS), "unclear", ["orders; the model"]),
        (lambda: words.so_far(samples.unvalued("amounts"), TESTED, POUNDS), "unclear", ["Not all orders have amounts"]),
        (lambda: words.so_far(samples.unvalued("few"), TESTED, POUNDS), "unclear", ["Too few customers came back"]),
        (lambda: words.so_far(samples.unvalued("wide"), TESTED, POUNDS), "unclear", ["A few large orders"]),
    ],
    "trust": [
        (
            lambda: words.trust(TESTED),
            "good",
            [
                "For the last 26 weeks, which it had not seen, the model forecast 1,158 orders; 1,145 came, 1% "
                "too many. The fifth of customers it ranked first placed 65% of them. The value "
                "of all orders was forecast almost exactly. BG/NBD was kept: by "
                "groups of customers it was 15% off, Pareto/NBD 18%."
            ],
        ),
        (
            lambda: words.trust(replace(TESTED, model="Pareto/NBD", chosen_by="likelihood", error=-0.08)),
            "good",
            ["8% too few.", "Pareto/NBD was kept, as it fits the earlier orders better than BG/NBD."],
        ),
        (
            lambda: words.trust(replace(TESTED, chosen_by="simplicity", error=0.0)),
            "good",
            ["1,145 came. The fifth", "BG/NBD was kept, the simpler of two models that forecast equally well."],
        ),
        (lambda: words.trust(replace(TESTED, value_error=-0.07)), "good", ["was forecast 7% too low. BG"]),
        (lambda: words.trust(replace(TESTED, value_error=1.01)), "good", ["65% of them. BG/NBD"]),
        (lambda: words.trust(replace(TESTED, error=-0.1049)), "good", ["10% too few."]),
        (lambda: words.trust(replace(TESTED, error=0.1051)), "neutral", ["11% too many."]),
        (lambda: words.trust(replace(TESTED, error=0.002)), "good", ["1,145 came. The fifth"]),
        (
            lambda: words.trust(replace(TESTED, candidates=TESTED.candidates.head(1), chosen_by="simplicity")),
            "good",
            ["placed 65% of them."],
        ),
        (
            lambda: words.trust(samples.refused("seasonal", busiest_share=0.71)),
            "unclear",
            ["It is not used: 71% of the last year's repeat orders"],
        ),
        (
            lambda: words.trust(samples.refused("missed", error=0.41)),
            "unclear",
            ["41% too many. That is more than the 25% allowed, so it is not used."],
        ),
        (lambda: words.trust(samples.untested("none", later_weeks=nan)), "few", ["No customer has ordered yet."]),
        (
            lambda: words.trust(samples.untested("one-time", repeaters=3)),
            "few",
            ["The forecast could not be tested: by the day of the test only 3 customers had come back."],
        ),
    ],
    "subscribers": [
        (
            lambda: words.subscribers(RENEWING, POUNDS),
            "neutral",
            [
                "Of today's 5,174 subscribers, 92% should still be there in 12 months (95% interval 91% to 93%); their "
                "fees until then should be £3.48m.",
                "Budget with this share",
            ],
        ),
        (lambda: words.subscribers(replace(RENEWING, margin=0.4), POUNDS), "neutral", ["their margin until then"]),
        (lambda: words.subscribers(replace(RENEWING, value=Total()), POUNDS), "neutral", ["91% to 93%)."]),
        (lambda: words.subscribers(samples.unrenewed("none"), POUNDS), "few", ["No subscription is known"]),
        (
            lambda: words.subscribers(samples.unrenewed("few", ended=9), POUNDS),
            "few",
            ["only 9 subscribers have left"],
        ),
        (lambda: words.subscribers(samples.unrenewed("few", ended=1), POUNDS), "few", ["only 1 subscriber has left."]),
        (lambda: words.subscribers(samples.unrenewed("few", ended=0), POUNDS), "few", ["nobody has left yet."]),
        (lambda: words.subscribers(samples.unrenewed("short"), POUNDS), "few", ["under half a year."]),
        (lambda: words.subscribers(replace(RENEWING, running=0), POUNDS), "few", ["none is left."]),
    ],
    "read_off": [
        (
            lambda: words.read_off(RENEWING),
            "good",
            ["From the first 36 months of the curve, the model predicted the later ones to within 2 points."],
        ),
        (lambda: words.read_off(replace(RENEWING, gap=0.004)), "good", ["predicted the later ones almost exactly."]),
        (
            lambda: words.read_off(replace(RENEWING, method="curve", gap=0.12)),
            "unclear",
            ["to within 12 points, more than the 5 allowed: the forecast is read off the observed curve."],
        ),
        (lambda: words.read_off(samples.unrenewed("few")), "few", [""]),
    ],
}


class TestClvWords(WordChecks):
    module, cases = words, CASES
    counted = ("subscribers",)


@pytest.mark.parametrize("tell", [case[0] for cases in CASES.values() for case in cases])
def test_what_goes_on_the_cover_is_short(tell) -> None:  # type: ignore[no-untyped-def]
    statement = tell()
    if statement.headline:
        assert len(statement.text.split()) <= 25
    assert len(statement.action.split()) <= 20


def test_without_orders_the_section_leaves_the_page() -> None:
    assert words.worth(NOBODY, samples.untested("none"), POUNDS).needs == words.NEEDS
    assert words.trust(samples.untested("none")).needs == words.NEEDS
    assert words.so_far(NOBODY, TESTED, POUNDS).text == ""
    assert words.subscribers(samples.unrenewed("none"), POUNDS).needs
    assert words.read_off(samples.unrenewed("none")).text == ""
