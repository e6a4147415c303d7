"""What groups of customers are called: by the features that set them apart, in words that are true as they stand."""

import pandas as pd

# Low and high against this client's other customers, and the measure itself.
_WORDS = {
    "recency_days": ("recent", "last order long ago", "time since last order"),
    "age": ("younger", "older", "age"),
    "visits": ("few visits", "many visits", "number of visits"),
    "tenure_months": ("short tenure", "long tenure", "time as a customer"),
    "tenure_days": ("short tenure", "long tenure", "time as a customer"),
    "order_count": ("few orders", "frequent", "number of orders"),
    "spend": ("low spend", "high spend", "spend"),
    "average_order_value": ("small baskets", "large baskets", "basket value"),
    "product_count": ("few products", "many products", "number of products"),
    "return_share": ("few returns", "many returns", "share of returns"),
    "days_between_orders": ("short gaps between orders", "long gaps between orders", "gap between orders"),
}
_EXTREMES = {"last order long ago": "last order very long ago", "younger": "much younger", "older": "much older"}
_ORDINALS = ("", "second ", "third ", "fourth ", "fifth ", "sixth ", "seventh ", "eighth ", "ninth ", "tenth ")
# Words that things of every kind are measured in: a credit score says nothing of a spending score.
_UNTELLING = {"score", "rate", "ratio", "share", "count", "number", "amount", "value", "total", "average", "mean"}
_UNTELLING |= {"days", "months", "of", "per"}
_SIZES = ("very low", "very high", "low", "high", "few", "many")  # said once of all that share it
_NOTABLE, _EXTREME = 0.5, 1.5  # standard units from the average customer
_QUARTER = 90  # days: nobody who ordered this quarter did so long ago, nobody else recently


def name_clusters(z: pd.DataFrame, medians: pd.DataFrame) -> pd.Series:
    """A short, unique name a group, from its most telling features ("Recent, high spend and visits").

    z: centres in standard units, one row a group, one column a feature; medians: the same in the features' own
    units, and for a category its word ("mostly Female"). Groups with the same words are told apart by the feature they
    differ in most.
    """
    names = pd.Series([_name(z.loc[label], medians.loc[label]) for label in z.index], index=z.index)
    for _, same in names.groupby(names):
        if len(same) > 1:
            names.update(_tell_apart(same, z.loc[same.index]))
    return names


def _name(z: pd.Series, medians: pd.Series) -> str:
    """Up to three features at half a standard unit or more; a lone one is joined by the next, from a quarter.

    A feature that only repeats one that tells more ("high purchases, high purchases frequency") gives way to the next.
    """
    ranked = z.abs().sort_values(ascending=False, kind="stable")
    telling: list[str] = []
    for f in ranked.index:
        least = _NOTABLE / 2 if len(telling) < 2 else _NOTABLE
        if len(telling) < 3 and ranked[f] >= least and not any(_repeats(f, told, z) for told in telling):
            telling.append(f)
    name = _join([_word(f, z[f], medians[f]) for f in z.index if f in telling]) or "typical customers"
    return name[0].upper() + name[1:]


def _repeats(feature: str, told: str, z: pd.Series) -> bool:
    """Whether both lie on the same side and share a word that tells what they are about, in names that are not ours."""
    if {feature, told} & set(_WORDS) or z[feature] * z[told] <= 0:
        return False
    words, others = (set(_words(f)[2].lower().split()) - _UNTELLING for f in (feature, told))
    return bool(words & others)


def _join(words: list[str]) -> str:
    """ "low milk", "low paper", "recent" -> "low milk and paper, recent" """
    by_size: dict[str, list[str]] = {}
    for word in words:
        size = next((s for s in _SIZES if word.startswith(f"{s} ")), word)
        by_size.setdefault(size, []).append(word.removeprefix(size).strip())
    return ", ".join(
        f"{size} {', '.join(what[:-1])}{' and ' if what[1:] else ''}{what[-1]}".strip()
        for size, what in by_size.items()
    )


def _word(feature: str, z: float, median: float | str) -> str:
    if isinstance(median, str):  # a category: "mostly Female"
        return median
    above = z > 0
    if feature == "order_count" and not above and median <= 1:
        return "one order" if median > 0 else "no orders"
    if feature == "order_count" and above and median < 3:
        return "ordered again" if median >= 2 else "more orders than most"
    # Words that claim more than a comparison must be true as they stand.
    if feature == "recency_days" and (median > _QUARTER) != above:
        return "less recent than most" if above else "more recent than most"
    low, high, _ = _words(feature)
    word = high if above else low
    return _EXTREMES.get(word, f"very {word}") if abs(z) >= _EXTREME else word


def _words(feature: str) -> tuple[str, str, str]:
    plain = feature.replace("_", " ")
    plain = plain.lower() if plain.isupper() and len(plain) > 4 else plain
    return _WORDS.get(feature, (f"low {plain}", f"high {plain}", plain))


def _tell_apart(names: pd.Series, z: pd.DataFrame) -> pd.Series:
    """Add each group's rank on the feature that spreads the groups most; ties go on to the next feature."""
    feature = str((z.max() - z.min()).idxmax())
    rank = z[feature].rank(method="dense").astype(int)  # 1 is lowest
    names = names + ", " + rank.map(lambda r: _rank_word(r, rank.max())) + f" {_words(feature)[2]} of its kind"
    for _, tied in names.groupby(rank):
        if 1 < len(tied) < len(rank):
            names.update(_tell_apart(tied, z.loc[tied.index]))
    return names


def _rank_word(rank: int, ranks: int) -> str:
    return f"{_ORDINALS[rank - 1]}lowest" if rank <= ranks // 2 else f"{_ORDINALS[ranks - rank]}highest"
