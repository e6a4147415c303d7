"""The narrator of differences between groups, at its branches."""

from helpers.story.nps_drivers import contrast_words as words
from tests.story.nps_drivers.depth_samples import DELIVERY, NO_CONTRASTS, PRICES, contrasts
from tests.story.word_checks import Case, WordChecks

MORE = ("company_size", "250+", DELIVERY, 1.1, 0.4, True)
LESS = ("region", "North", PRICES, 0.1, 0.5, True)
CASES: dict[str, list[Case]] = {
    "contrasts": [
        (
            lambda: words.contrasts(contrasts(MORE, LESS)),
            "neutral",
            [
                "Delivery reliability goes with the score more closely for “250+” (company size): 1.10 points a point "
                "of rating, 0.40 elsewhere.",
                "Put delivery reliability first for “250+”.",
            ],
        ),
        (
            lambda: words.contrasts(contrasts(LESS)),
            "neutral",
            ["less closely for “North” (region): 0.10 points", "Start with prices elsewhere than there."],
        ),
        (
            lambda: words.contrasts(contrasts((*MORE[:5], False), (*LESS[:5], False))),
            "unclear",
            ["than to the others, compared by company size or region."],
        ),
        (
            lambda: words.contrasts(contrasts(("region", "North", PRICES, 0.501, 0.499, True))),
            "unclear",
            ["compared by region."],
        ),
        (
            lambda: words.contrasts(contrasts(*[(name, *MORE[1:5], False) for name in "abcd"])),
            "unclear",
            ["in any of four comparisons."],
        ),
        (lambda: words.contrasts(NO_CONTRASTS), "few", ["No two groups gave enough ratings"]),
    ],
}


class TestContrastWords(WordChecks):
    module, cases = words, CASES


def test_it_says_how_many_answers_a_group_needs() -> None:
    needs = "two groups of customers with 70 rated answers or more each"
    assert words.contrasts(NO_CONTRASTS).needs == needs
