"""Frames of invented values, as the exports in cases.yaml have them, from a shape a column.

A shape is a word and what it needs. Numbers of a range are `low..high`, dates `first..last format`:

    count #1001             a running number from #1001       lines 1..3 #1001   the same, each on 1 to 3 rows
    key 50 C####            50 codes, on rows at random       unique 50 C####    50 codes, each on one row
    code ##-@@              a code a row                      uuid, ip           an identifier, an address
    pick A|B|C              one of them                       pick A*8|B*2       with weights
    whole 0..120            an integer                        few 0..120         an integer, mostly a small one
    decimal 1.5..300        three decimals                    money 5..900       two decimals, mostly a small one
    score, score 1..5       an answer, mostly a high one      constant USD       always that
    date 2024-01-01..2025-06-30 %Y-%m-%d                      stamp ...          with a time of day
    blank                   nothing                           email, phone       and name, first, last, company,
                                                              street, city, product, sentence

Of a pattern, # is a digit, @ a capital, * a letter or digit; a key is also of a word: `key 50 email`. The same pattern
gives the same codes in every file, so that files share keys. A date is `date rising ...` where later rows have later
ones, and of the format `epoch` or `micros` where it is a number. Of money and decimals, `money 5..900 comma` has a
decimal comma, and `money 5..900 $` that sign.

Columns may go by others, named in braces: `per {Order} email` is one e-mail an order, `once {Order} money 5..90` stands
on the order's first row only, `times {Quantity} {Price}` multiplies, `after {Created} 0..30 %Y-%m-%d` is as many days
later. A shape's last word may be `?30`: 30 % are blank.
"""

import re
import string
import uuid
import zlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

WORDS = {
    "first": "Alma Bram Cato Dela Edda Fenn Greta Hauke Ilse Jory Kaja Lorin Mira Nils Odile "
    "Piet Quirin Runa Selma Tove",
    "last": "Ashdell Brackwin Colvane Dorrit Elmsgard Farrowby Grindale Hollvik Ingmoor Jessop Kettleby Lundrow "
    "Marrable Norvang Osterby Pellworm Quillfeld Rodenby Sandvoss Tarnholt Umbray Vennegoor Wexcombe Yarrowby Zellmark",
    "city": "Aldmoor Brackenfeld Corvalle Dunwick Estermark Farnholt Glenhaven Holmstad Ivybridge Karlsburg Lindow",
    "street": "Mill Station Harbour Garden Chapel Orchard Market Bridge Meadow Quarry",
    "thing": "Shelf Lamp Kettle Chair Rug Vase Blanket Mug Clock Basket Mirror Candle",
    "stuff": "Oak Linen Copper Wool Glass Walnut Cotton Ceramic Bamboo Steel",
    "trade": "Tools Foods Logistics Textiles Energy Optics Print Systems",
    "form": "Ltd GmbH Inc BV AG",
}
LISTS = {kind: words.split() for kind, words in WORDS.items()}
SENTENCES = [
    "Delivery was quick and the parcel well packed.",
    "I waited two weeks for an answer.",
    "Friendly staff, I will come back.",
    "Too expensive for what it is.",
    "The app keeps logging me out!",
    "Everything as expected, thank you.",
    "Could not find the right size, otherwise fine.",
    "Support solved my problem at once.",
    "The invoice was wrong twice.",
    "Good quality, fair price.",
]
CHARACTERS = {"#": string.digits, "@": string.ascii_uppercase, "*": string.ascii_letters + string.digits}

Values = list[str]
Draw = Callable[[np.random.Generator, str], str]


def make_frame(columns: dict[str, str], rows: int, seed: int) -> pd.DataFrame:
    """A frame of text of so many rows; blank cells are empty strings. The same seed gives the same frame."""
    made: dict[str, Values] = {}

    def make(name: str) -> None:  # after those it goes by
        for other in re.findall(r"\{(.+?)\}", columns[name]):
            make(other)
        if name not in made:
            rng = np.random.default_rng([seed, list(columns).index(name)])
            made[name] = make_column(columns[name], rows, rng, columns, made)

    for name in columns:
        make(name)
    return pd.DataFrame({name: made[name] for name in columns}, dtype=str)


def make_column(
    shape: str, rows: int, rng: np.random.Generator, columns: dict[str, str], made: dict[str, Values]
) -> Values:
    if by := re.fullmatch(r"(per|once) \{(.+?)\} (.+)", shape):
        groups = made[by[2]]
        firsts = [groups.index(group) for group in dict.fromkeys(groups) if group]
        values = make_column(by[3], rows if "{" in by[3] else len(firsts), rng, columns, made)
        places = firsts if "{" in by[3] else range(len(firsts))
        one = {groups[first]: values[place] for first, place in zip(firsts, places, strict=True)}
        return [one.get(group, "") if by[1] == "per" else one.pop(group, "") for group in groups]
    if blanks := re.fullmatch(r"(.*) \?(\d+)", shape):
        values = make_column(blanks[1], rows, rng, columns, made)
        return ["" if rng.random() * 100 < int(blanks[2]) else value for value in values]
    if factors := re.fullmatch(r"times \{(.+?)\} \{(.+?)\}( comma)?", shape):
        pairs = zip(made[factors[1]], made[factors[2]], strict=True)
        products = [f"{number(a) * number(b):.2f}" if a and b else "" for a, b in pairs]
        return [p.replace(".", ",") for p in products] if factors[3] else products
    if later := re.fullmatch(r"after \{(.+?)\} (\d+)\.\.(\d+) (.+)", shape):
        days = rng.integers(int(later[2]), int(later[3]) + 1, rows)
        layout = layout_of(columns[later[1]])
        moments = [datetime.strptime(value, layout) if value else None for value in made[later[1]]]
        return [
            write_moment(moment + timedelta(days=int(d), minutes=int(d) * 7), later[4]) if moment else ""
            for moment, d in zip(moments, days, strict=True)
        ]
    word, _, rest = shape.partition(" ")
    if word in ("count", "lines"):
        return count(word, rest, rows, rng)
    if word in ("key", "unique"):
        size, _, pattern = rest.partition(" ")
        codes = pool(pattern, int(size))
        if word == "key":  # a few customers buy much
            return [codes[int(len(codes) * u**1.5)] for u in rng.random(rows)]
        return [codes[place] for place in rng.permutation(len(codes))[:rows]]
    if word in ("date", "stamp"):
        return moments_between(word, rest, rows, rng)
    return [DRAWS[word](rng, rest) for _ in range(rows)]


def number(text: str) -> float:
    return float(text.lstrip("$€£").replace(",", "."))


def layout_of(shape: str) -> str:
    """The format of a column of dates."""
    match = re.search(r"\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d (.+?)( \?\d+)?$", shape) or re.search(
        r"\} \d+\.\.\d+ (.+?)( \?\d+)?$", shape
    )
    assert match, f"no dates: {shape}"
    return match[1]


def count(word: str, rest: str, rows: int, rng: np.random.Generator) -> Values:
    low, high = 1, 1
    if word == "lines":
        span, _, rest = rest.partition(" ")
        low, high = (int(end) for end in span.split(".."))
    prefix = rest.rstrip(string.digits)
    digits = rest[len(prefix) :]
    places = np.repeat(np.arange(rows), rng.integers(low, high + 1, rows))[:rows]
    return [f"{prefix}{int(digits) + place:0{len(digits)}d}" for place in places]


def pool(pattern: str, size: int) -> Values:
    """Distinct codes of a pattern, or values of a word: always the same, and of a smaller pool the first ones."""
    rng = np.random.default_rng(zlib.crc32(pattern.encode()))
    draw: Draw = DRAWS.get(pattern) or (lambda rng, _: code(rng, pattern))
    codes: dict[str, None] = {}
    for _ in range(1000 * size):
        if len(codes) == size:
            return list(codes)
        codes[draw(rng, "")] = None
    raise ValueError(f"there are no {size} different values of {pattern}")


def moments_between(word: str, rest: str, rows: int, rng: np.random.Generator) -> Values:
    rising = rest.startswith("rising ")
    span, _, layout = rest.removeprefix("rising ").partition(" ")
    first, last = (datetime.fromisoformat(day) for day in span.split(".."))
    parts = np.sort(rng.random(rows)) if rising else rng.random(rows)
    moments = [first + timedelta(seconds=int(part * (last - first).total_seconds())) for part in parts]
    if word == "date":
        moments = [moment.replace(hour=0, minute=0, second=0) for moment in moments]
    return [write_moment(moment, layout) for moment in moments]


def write_moment(moment: datetime, layout: str) -> str:
    if layout in ("epoch", "micros"):
        seconds = int((moment - datetime(1970, 1, 1)).total_seconds())
        return str(seconds * (1_000_000 if layout == "micros" else 1))
    return moment.strftime(layout)


def code(rng: np.random.Generator, pattern: str) -> str:
    return "".join(one_of(rng, CHARACTERS.get(c, c)) for c in pattern)


def choose(rng: np.random.Generator, kind: str) -> str:
    return one_of(rng, LISTS[kind])


def one_of(rng: np.random.Generator, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]


def pick(rng: np.random.Generator, rest: str) -> str:
    options = [re.fullmatch(r"(.*?)(?:\*(\d+))?", option) for option in rest.split("|")]
    weights = np.array([int(option[2] or 1) for option in options if option], dtype=float)
    return str([option[1] for option in options if option][rng.choice(len(weights), p=weights / weights.sum())])


def between(rng: np.random.Generator, rest: str, skew: float, decimals: int) -> str:
    span, _, style = rest.partition(" ")
    low, high = (float(end) for end in span.split(".."))
    value = low + (high - low + (decimals == 0)) * float(rng.random()) ** skew
    text = f"{value:.{decimals}f}" if decimals else str(int(np.floor(value)))
    return text.replace(".", ",") if style == "comma" else style + text


def score(rng: np.random.Generator, rest: str) -> str:
    low, high = (int(end) for end in (rest or "0..10").split(".."))
    return str(high - int((high - low + 1) * float(rng.random()) ** 2))


def email(rng: np.random.Generator, _: str) -> str:
    domain = one_of(rng, ["example.com", "example.org", "mail.example.net"])
    return f"{choose(rng, 'first')}.{choose(rng, 'last')}{rng.integers(1, 99)}@{domain}".lower()


DRAWS: dict[str, Draw] = {
    "blank": lambda rng, rest: "",
    "city": lambda rng, rest: choose(rng, "city"),
    "code": code,
    "company": lambda rng, rest: f"{choose(rng, 'last')} {choose(rng, 'trade')} {choose(rng, 'form')}",
    "constant": lambda rng, rest: rest,
    "decimal": lambda rng, rest: between(rng, rest, 1, 3),
    "email": email,
    "few": lambda rng, rest: between(rng, rest, 3, 0),
    "first": lambda rng, rest: choose(rng, "first"),
    "ip": lambda rng, rest: f"203.0.113.{rng.integers(1, 255)}",
    "last": lambda rng, rest: choose(rng, "last"),
    "money": lambda rng, rest: between(rng, rest, 2, 2),
    "name": lambda rng, rest: f"{choose(rng, 'first')} {choose(rng, 'last')}",
    "phone": lambda rng, rest: code(rng, "+1 555-01#-####"),
    "pick": pick,
    "product": lambda rng, rest: f"{choose(rng, 'stuff')} {choose(rng, 'thing')}",
    "score": score,
    "sentence": lambda rng, rest: one_of(rng, SENTENCES),
    "street": lambda rng, rest: f"{rng.integers(1, 180)} {choose(rng, 'street')} Lane",
    "uuid": lambda rng, rest: str(uuid.UUID(bytes=rng.bytes(16), version=4)),
    "whole": lambda rng, rest: between(rng, rest, 1, 0),
}
