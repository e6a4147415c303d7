"""Key figures of covers side by side: which are columns, and what changed since the report before."""

from collections.abc import Iterable, Sequence

from helpers.story.printed import say_change

MOST_COLUMNS = 16


def changes(cover: Sequence[dict[str, str]], earlier: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Figures printed otherwise in the report before: label, before, now, and change ("+7%", "+3 points"; "" where it
    cannot be reckoned)."""
    before = {figure["label"]: figure["value"] for figure in earlier}
    return [
        {"label": f["label"], "before": then, "now": f["value"], "change": say_change(then, f["value"])}
        for f in cover
        if (then := before.get(f["label"], f["value"])) != f["value"]
    ]


def columns(covers: Iterable[Sequence[dict[str, str]]]) -> list[str]:
    """Labels that more than half of the covers have, in the order in which covers have them."""
    places: dict[str, list[int]] = {}
    made = 0
    for cover in covers:
        made += bool(cover)
        for place, label in enumerate(dict.fromkeys(figure["label"] for figure in cover)):
            places.setdefault(label, []).append(place)
    common = sorted((label for label in places if 2 * len(places[label]) > made), key=lambda label: -len(places[label]))
    return sorted(common[:MOST_COLUMNS], key=lambda label: sum(places[label]) / len(places[label]))
