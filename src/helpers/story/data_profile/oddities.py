"""Alerts on the data in a reader's words: what is odd, in figures, and what to do about it."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from helpers.story import fmt
from helpers.story.terms import lower, plain, printable


def oddity(alert: Any) -> str:
    """What an alert (a row of data_alerts with columns as attributes) says, with its figures."""
    return _TEXTS[alert.alert](alert)


def kind(alert: str) -> str:
    """The name of a kind of alert where several are counted."""
    return _KINDS.get(alert, alert)


def advice(alert: Any) -> str:
    """What to do about an alert."""
    if alert.alert == "personal data" and alert.severity == "note":
        return "Expected here; pages of this report never show it."
    if alert.alert == "gaps" and alert.other:
        return "Ask whether it was left out of the export or of the questions; compare only where it is filled."
    if alert.alert == "repeated key" and alert.other:
        return f"Join by the number and the {alert.other} together, never by the number alone."
    return _ADVICE[alert.alert]


def _spelling(a: Any) -> str:
    if a.other == "blanks around":
        return f"{fmt.many(a.n, 'row')} with blanks before or after the text"
    return f"{fmt.many(a.n, 'row')} in another spelling, such as {printable(a.other)}"


def _personal(a: Any) -> str:
    if a.other == "mentioned in texts":
        return f"{fmt.share(a.figure)} of the texts hold an e-mail address, a phone or a card number"
    return f"looks like {_article(a.other)} {a.other} ({fmt.share(a.figure)} of the values looked at)"


def _gap(a: Any) -> str:
    """Blanks in all rows, or in all of some waves or files: "blank in all 2,650 rows of wave 2018, elsewhere in 3%"."""
    if not a.other:
        return f"blank in {fmt.share(a.figure)} of rows"
    grouping, groups = source_groups(a.other)
    others = f"elsewhere in {fmt.share(a.figure)}" if a.figure else "elsewhere in none"
    return f"blank in {_all_rows(a.n)} of {groups_named(grouping, groups)}, {others}"


def _all_rows(n: int) -> str:
    return "the only row" if n == 1 else f"all {fmt.many(n, 'row')}"


def source_groups(other: str) -> tuple[str, list[str]]:
    """What a "gaps" alert names: "wave: 2018; 2019" -> ("wave", ["2018", "2019"])."""
    grouping, _, groups = other.partition(": ")
    return grouping, groups.split("; ")


def groups_named(grouping: str, groups: list[str]) -> str:
    """Waves or files in a sentence; beyond three they are counted."""
    if len(groups) > 3:
        return f"{fmt.words(len(groups))} {grouping}s"
    return f"{grouping if len(groups) == 1 else grouping + 's'} {fmt.listing([printable(g) for g in groups])}"


def _repeated(a: Any) -> str:
    shared = f"{fmt.many(a.n, 'row')} share their number with another"
    return f"{shared}: it starts again in each {a.other}" if a.other else shared


def _charges(a: Any) -> str:
    names = [f"“{printable(name)}”" for name in a.other.split("; ")]
    more = int(a.figure) - len(names)
    named = fmt.listing([*names, f"{fmt.words(more)} more"] if more else names)
    return f"{fmt.many(a.n, 'row')} that charge or correct, and sell no product: {named}"


def _side(skewness: float) -> str:
    return "large" if skewness > 0 else "small"


def _article(noun: str) -> str:
    return "an" if noun[:1] in "aeio" else "a"


def _change(a: Any) -> str:
    since = f"from {fmt.day(pd.Timestamp(a.on))} on"
    if a.other == "filled":
        way = "up" if a.figure > 0 else "down"
        return f"{since} the share of rows with a value is {way} by {fmt.number(abs(100 * a.figure), 0)} points"
    what = "the number of rows" if a.other == "rows" else "the average"
    return f"{since} {what} is {fmt.share(abs(a.figure))} {'higher' if a.figure > 0 else 'lower'}, and stays so"


def _texts() -> dict[str, Callable[[Any], str]]:
    return {
        "empty": lambda a: "blank in every row",
        "gaps": _gap,
        "constant": lambda a: "the same value wherever it is filled",
        "nearly constant": lambda a: f"one value in {fmt.share(a.figure, 1)} of rows",
        "imbalance": lambda a: f"one value in {fmt.share(a.figure)} of rows",
        "high cardinality": lambda a: f"{fmt.count(a.figure)} different values",
        "unique": lambda a: "another value in every row",
        "repeated key": _repeated,
        "constant length": lambda a: f"every value has {fmt.many(a.figure, 'character')}",
        "zeros": lambda a: f"zero in {fmt.share(a.figure)} of rows",
        "infinite": lambda a: f"{fmt.many(a.n, 'infinite value')}, left out of every figure",
        "skew": lambda a: (
            f"a long tail of {'large' if a.figure > 0 else 'small'} values (skewness {fmt.number(a.figure)})"
        ),
        "outliers": lambda a: f"{fmt.many(a.n, 'value')} far from most others ({fmt.share(a.figure, 1)})",
        "mixed types": lambda a: f"{fmt.share(a.figure)} {a.other}s, the other {fmt.many(a.n, 'row')} words",
        "numbers as text": lambda a: f"nothing but {a.other}s, kept as text",
        "dirty categories": _spelling,
        "coded": lambda a: f"{fmt.many(a.figure, 'number')} that may be codes, and no word for any of them",
        "personal data": _personal,
        "high correlation": lambda a: f"moves with {lower(plain(a.other))} (correlation {fmt.number(a.figure, 2)})",
        "duplicates": lambda a: f"{fmt.many(a.n, 'row')} the same as another in every column",
        "sudden change": _change,
        "charges": _charges,
        "several names": lambda a: f"{fmt.many(a.figure, 'number')} with several names, up to {a.other} for one",
        "closed weekdays": lambda a: f"not one row on a {fmt.listing(a.other.split('; '))}",
        "gaps in dates": lambda a: f"no row for {fmt.days(a.figure)} after {fmt.day(pd.Timestamp(a.on))}",
    }


_TEXTS = _texts()
_KINDS = {
    "gaps": "blanks",
    "dirty categories": "several spellings",
    "coded": "codes without words",
    "repeated key": "repeated row numbers",
    "outliers": "far-out values",
    "high cardinality": "many categories",
    "gaps in dates": "days without rows",
    "closed weekdays": "weekdays without rows",
    "charges": "charges among products",
    "several names": "products with several names",
}
_ADVICE = {
    "empty": "Leave it out of the export, or ask why it is empty.",
    "gaps": "Ask whether a blank means no, not known or not asked, and since when it is filled.",
    "constant": "It tells nothing apart; no analysis uses it.",
    "nearly constant": "Compare no groups by it: nearly all rows are in one.",
    "imbalance": "Compare groups by it only where the small one has enough customers.",
    "high cardinality": "Group the values before comparing, for example by category.",
    "unique": "It can serve as the key of the table.",
    "constant length": "A shorter or longer code in a later export would be a slip.",
    "repeated key": "Ask whether the same row came twice, or two rows got one number.",
    "coded": "If they are codes, ask for the code book, and give each its word under “values” in the parameter file.",
    "zeros": "Say whether zero means none or not known; look at the others separately.",
    "infinite": "Correct the division by zero in the export.",
    "skew": "Trust medians over averages here.",
    "outliers": "Look at the largest and smallest of them: real, or a slip of the decimal point.",
    "mixed types": "Ask what the words mean; if they mean no answer, declare them under “missing”.",
    "numbers as text": "Declare it as a number or date if it is one.",
    "dirty categories": "Settle on one spelling in the source, or groups fall apart.",
    "personal data": "Leave it out of the export unless an analysis needs it, and keep the files accordingly.",
    "high correlation": "One of the two is enough where measures are weighed against each other.",
    "charges": "Say whether they are sales: a filter or a rule in the parameter file sets them aside.",
    "several names": "Count products by their number; ask which name holds.",
    "closed weekdays": "Ask whether that is when the business is closed, or the days are missing from the export.",
    "duplicates": "Ask whether they are repeats or different things with the same figures.",
    "sudden change": "Ask what changed on that day: the business, or how it is recorded.",
    "gaps in dates": "Ask whether nothing happened or the days are missing from the export.",
}
