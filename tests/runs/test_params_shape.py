"""The sentence for every way in which the head, the brand, the knobs and the data of a parameter file can be wrong."""

import pytest

from tests.runs.params_text import DATA, HEAD, Refused


# Each case: what follows the head and the data (so the first line is 8), and the whole message.
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "rfm:\n  binz: 4",
            "line 9: rfm.binz is not a knob. Allowed: bins, margin, method, log, features, weights. "
            'Did you mean "bins"?',
        ),
        ("rfm: {bins: thirty}", 'line 8: rfm.bins must be a whole number, not "thirty".'),
        ("rfm: {bins: '30'}", 'line 8: rfm.bins must be a whole number, not "30".'),
        ("rfm: {bins: true}", "line 8: rfm.bins must be a whole number, not true."),
        (
            "rfm: {bins: }",
            "line 8: rfm.bins is empty; it must be a whole number. Give a value, or delete the line.",
        ),
        ("rfm: {bins: 11}", "line 8: rfm.bins cannot be 11. Allowed: 2 to 10."),
        ("rfm: {margin: 1.5}", "line 8: rfm.margin cannot be 1.5. Allowed: 0 to 1."),
        (
            "rfm: {method: Auto}",
            'line 8: rfm.method cannot be "Auto". Allowed: auto, fixed. Did you mean "auto"?',
        ),
        ("rfm: {log: yes}", 'line 8: rfm.log must be true or false, not "yes".'),
        (
            "rfm:\n  features:\n    - spend\n    - 2024",
            "line 11: rfm.features must be text, not 2024. Put it in quotes.",
        ),
        ("rfm: {weights: {r: -1}}", "line 8: rfm.weights.r cannot be -1. Allowed: 0 or more."),
        (
            "rfm: {params_file: x}",
            "line 8: rfm.params_file cannot be set: it is the parameter file itself. Delete the line.",
        ),
        (
            "rfm: {run_dir: x}",
            "line 8: rfm.run_dir cannot be set: it is where each run keeps its results; the run sets it. "
            "Delete the line.",
        ),
        ("rfm: 4", "line 8: rfm must hold knobs. Write `rfm: {knob: value}`."),
        (
            "rfm:\n  bins: 4\n  bins: 5",
            "line 10: rfm.bins is given twice, first on line 9. Keep one of them.",
        ),
        (
            "nps_driver: {}",
            "line 8: nps_driver is neither a key of the head nor a notebook's section. Allowed: client, as_of, "
            "currency, business_model, unit, engine, brand, privacy, benchmarks, deck, formats, locale, audience, "
            'data, rfm, nps_drivers. Did you mean "nps_drivers"?',
        ),
        ("rfm: {features: &a [*a]}", "line 8: rfm.features repeats itself without end through its `*` reference."),
        (
            "rfm: {<<: 3}",
            "line 8: rfm has a `<<` that names no mapping. Write `<<: *name` after `&name`.",
        ),
        (
            "rfm: {bins: !int4 3}",
            "line 8: rfm.bins has a YAML tag or sign that means nothing here. Put the value in quotes.",
        ),
        (
            "brand:\n  colour: red",
            'line 9: brand.colour is not a key here. Allowed: color, logo, deck. Did you mean "color"?',
        ),
        (
            "brand: {color: blue}",
            'line 8: brand.color is "blue", which is not a color in hex. Allowed: like "#0b5c8a", in quotes.',
        ),
        (
            "brand:\n  color: #0b5c8a",
            'line 9: brand.color is empty: without quotes, "#" begins a comment. Write it as "#0b5c8a", in quotes.',
        ),
        (
            "brand: {logo: acme.svg}",
            'line 8: brand.logo is "acme.svg", a file that is not there. '
            "Its path counts from the parameter file's folder.",
        ),
        ("brand: blue", "line 8: brand must be lines of `key: value`."),
        (
            "privacy: {quote: false}",
            "line 8: privacy.quote is not a key here. Allowed: quotes, identifiers, salt, min_group. "
            'Did you mean "quotes"?',
        ),
        (
            "locale: german",
            'line 8: locale is "german", a locale that nobody knows. Allowed: a language with its country. Write it '
            "like de-DE, fr-CH or en-IN; without it numbers are written as in English.",
        ),
        ("privacy: {quotes: perhaps}", 'line 8: privacy.quotes cannot be "perhaps". Allowed: true, false.'),
        (
            "privacy: {identifiers: pseudonym}",
            'line 8: privacy.identifiers cannot be "pseudonym". Allowed: as_given, pseudonyms. '
            'Did you mean "pseudonyms"?',
        ),
        ("privacy: {min_group: -1}", "line 8: privacy.min_group must be a whole number from 0 on, not -1."),
        (
            "privacy: {identifiers: pseudonyms}",
            "line 8: privacy has pseudonyms without a salt, so anyone could work out who is who. Write "
            "`salt: ${KIT_SALT}` under `privacy:`, and keep a long random text of that name in the environment.",
        ),
        (
            "privacy: {salt: a long random text}",
            "line 8: privacy.salt is a secret that stands in the file. Write `salt: ${KIT_SALT}` under `privacy:`, "
            "and keep a long random text of that name in the environment.",
        ),
    ],
)
def test_knobs_and_brand_are_checked(text: str, sentence: str, refused: Refused) -> None:
    assert refused(HEAD + DATA + text + "\n") == sentence


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "as_of: 30/09/2026",
            'line 2: as_of is "30/09/2026", which is not a day in ISO form. Allowed: year-month-day, like 2026-09-30.',
        ),
        (
            "as_of: 2026-09-30 12:00:00",
            'line 2: as_of is "2026-09-30 12:00:00", which is not a day in ISO form. '
            "Allowed: year-month-day, like 2026-09-30.",
        ),
        ("as_of: 2026-02-30", 'line 2: as_of is "2026-02-30", a day that is not in the calendar.'),
        ("as_of: [2026-09-30]", "line 2: as_of must be one day."),
        (
            "as_of:",
            "line 2: as_of is empty: it is required, like 2026-09-30, because a report never depends on today's date.",
        ),
        (
            "currency: gbp",
            'line 3: currency is "gbp", which is not an ISO code. Allowed: three capitals, like GBP, EUR or USD. '
            'Did you mean "GBP"?',
        ),
        (
            "currency: £",
            'line 3: currency is "£", which is not an ISO code. Allowed: three capitals, like GBP, EUR or USD.',
        ),
        (
            "business_model: b2x",
            'line 4: business_model cannot be "b2x". Allowed: b2c, b2b, b2b2c. Did you mean "b2c"?',
        ),
        ("client: '  '", "line 1: client is empty."),
        ("client: {name: Acme}", "line 1: client must be one text, not several keys."),
        ("client:", "line 1: client is empty. Give a value, or delete the line."),
    ],
)
def test_the_head_is_checked(line: str, sentence: str, refused: Refused) -> None:
    key = line.split(":")[0]
    head = "".join(f"{line}\n" if h.startswith(key) else f"{h}\n" for h in HEAD.splitlines())
    assert refused(head + DATA) == sentence


def test_the_head_is_required(refused: Refused) -> None:
    assert refused(DATA) == (
        "client is missing: it is the name that the report shows.\n"
        "as_of is missing: it is required, like 2026-09-30, because a report never depends on today's date.\n"
        "currency is missing: it is the ISO code of the money in the data, like GBP.\n"
        "business_model is missing: it says who the client sells to: b2c, b2b or b2b2c."
    )


ORDERS = (
    "order_id, customer_id, ordered_at, amount, quantity, unit_price, product_id, product, category, discount, "
    "promotion, cost, currency, channel"
)
KINDS = "demographic, firmographic, geographic, psychographic, technographic, behavioural"
TABLE_NAMES = "orders, customers, surveys, subscriptions, events, exposures"


# Each case: what the head is followed by (so the first line is 5), and the whole message.
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", f"data is missing. Allowed: {TABLE_NAMES}. Name at least one table and its `source`."),
        ("data:", f"line 5: data is empty. Allowed: {TABLE_NAMES}. Name at least one table and its `source`."),
        (
            "data: x.csv",
            f"line 5: data must hold tables. Allowed: {TABLE_NAMES}. Name at least one table and its `source`.",
        ),
        (
            "data: {order: {source: x}}",
            f'line 5: data.order is not a table. Allowed: {TABLE_NAMES}. Did you mean "orders"?',
        ),
        (
            "data: {orders: x.csv}",
            "line 5: data.orders must say where the table is. Write `orders: {source: …}`.",
        ),
        ("data: {orders: []}", "line 5: data.orders is empty. Write `orders: {source: …}`."),
        (
            "data:\n  orders:\n    columns: {amount: x}",
            "line 6: data.orders.source is missing: it is a file, a glob, a folder, or the URL of a database.",
        ),
        ("data: {orders: {source: ''}}", "line 5: data.orders.source is empty."),
        (
            "data: {orders: {source: x, column: {}}}",
            "line 5: data.orders.column is not a key here. Allowed: source, table, query, sheet, header_row, encoding, "
            "delimiter, columns, attributes, missing, values, set, filter, date_format, decimal, rules. "
            'Did you mean "columns"?',
        ),
        (
            "data:\n  orders:\n    source: x\n    columns:\n      unitprice: Price",
            f"line 9: data.orders.columns.unitprice is not a column of orders. Allowed: {ORDERS}. "
            'Did you mean "unit_price"?',
        ),
        (
            "data: {orders: {source: x, set: {chanel: web}}}",
            f'line 5: data.orders.set.chanel is not a column of orders. Allowed: {ORDERS}. Did you mean "channel"?',
        ),
        (
            "data: {orders: {source: x, columns: [a]}}",
            "line 5: data.orders.columns must be lines of `key: value`.",
        ),
        (
            "data: {orders: {source: x, columns: {amount: [a, b]}}}",
            "line 5: data.orders.columns.amount must be one text, not a list.",
        ),
        (
            "data: {orders: {source: x, columns: {amount: }}}",
            "line 5: data.orders.columns.amount is empty. Give a value, or delete the line.",
        ),
        (
            "data: {orders: {source: x, columns: {amount: a}, set: {amount: 1}}}",
            "line 5: data.orders.set.amount is mapped under `columns` too. Keep one of them.",
        ),
        (
            "data: {orders: {source: x, ratings: {a: b}}}",
            "line 5: data.orders.ratings belongs only to surveys, not to orders.",
        ),
        (
            "data: {surveys: {source: x, control: a}}",
            "line 5: data.surveys.control belongs only to exposures, not to surveys.",
        ),
        (
            "data: {exposures: {source: x}}",
            "line 5: data.exposures.control is missing: it names the arm that got nothing, or is `everyone else` "
            "or `nobody`.",
        ),
        (
            "data: {exposures: {source: x, control: everyone else}}",
            'line 5: data.exposures.control is "everyone else", and no table tells who else there is. Allowed: with '
            "customers or orders. Add the table, or name the arm that got nothing.",
        ),
        (
            "data: {exposures: [{source: x, control: a}, {source: y, control: Everyone else}]}",
            'line 5: data.exposures.control is "everyone else", and no table tells who else there is. Allowed: with '
            "customers or orders. Add the table, or name the arm that got nothing.",
        ),
        (
            "unit: account\ndata: {orders: {source: x}, exposures: {source: x, control: everyone else}}",
            'line 6: data.exposures.control is "everyone else", which does not go with `unit: account`: a campaign '
            "lists people. Take `unit: account` out, or name the arm that got nothing.",
        ),
        (
            "data: {exposures: {source: x, control: a, outcomes: {b: c}}}",
            "line 5: data.exposures.outcomes must be a list, like [a, b].",
        ),
        (
            "data: {surveys: {source: x, ratings: {csat: Q1}}}",
            "line 5: data.surveys.ratings.csat has the name of a column that surveys has already. "
            "Choose another name, or map it under `columns`.",
        ),
        (
            "data: {customers: {source: x, attributes: {demografic: [age]}}}",
            f"line 5: data.customers.attributes.demografic is not a kind of attribute. Allowed: {KINDS}. "
            'Did you mean "demographic"?',
        ),
        (
            "data: {customers: {source: x, attributes: {demographic: [age], behavioural: [age]}}}",
            "line 5: data.customers.age is named more than once. Give each its own name.",
        ),
        (
            "data: {orders: {source: x, missing: {discont: [0]}}}",
            f"line 5: data.orders.missing.discont is not a column of orders. Allowed: {ORDERS}, ratings, all. "
            'Did you mean "discount"?',
        ),
        (
            "data: {orders: {source: x, decimal: ;}}",
            'line 5: data.orders.decimal cannot be ";". Allowed: ".", ",".',
        ),
        (
            "data: {orders: {source: x, rules: {identical_line: note}}}",
            'line 5: data.orders.rules names "identical_line", which is not a built-in rule of orders. '
            "Allowed: identical_lines, after_as_of, price_not_positive, order_of_two_customers, unknown_customer, "
            'mixed_currencies. Did you mean "identical_lines"?',
        ),
        (
            "data: {orders: {source: x, rules: {mine: {expression: amount < 5, severity: warn}}}}",
            'line 5: data.orders.rules.mine.severity cannot be "warn". Allowed: note, set_aside, stop.',
        ),
        (
            "data: {orders: {source: x, rules: {identical_lines: ignore}}}",
            'line 5: data.orders.rules.identical_lines cannot be "ignore". Allowed: note, set_aside, stop. '
            'Did you mean "note"?',
        ),
        (
            "data: {orders: {source: x, merge: [email]}}",
            "line 5: data.orders.merge belongs only to customers, not to orders.",
        ),
        (
            "data: {orders: {source: x, scale: 1-10}}",
            "line 5: data.orders.scale belongs only to surveys, not to orders.",
        ),
        (
            "data: {surveys: {source: x, scale: 1 to 10}}",
            'line 5: data.surveys.scale is "1 to 10", which is no scale of a recommendation score. '
            'Allowed: 0-10, 1-10, 1-5, 1-7, 0-100, stars, words. Did you mean "1-10"?',
        ),
        (
            "data: {surveys: {source: x, scale: wordz}}",
            'line 5: data.surveys.scale is "wordz", which is no scale of a recommendation score. '
            'Allowed: 0-10, 1-10, 1-5, 1-7, 0-100, stars, words. Did you mean "words"?',
        ),
        (
            "data: {surveys: {source: x, scale: [1-5]}}",
            "line 5: data.surveys.scale must be one text, not a list.",
        ),
        (
            "data: {surveys: {source: x, attributes: {demographic: [scale]}}}",
            "line 5: data.surveys.attributes.demographic has the name of a column that the kit adds to surveys. "
            "Choose another name.",
        ),
        (
            "data: {orders: {source: x, header_row: top}}",
            'line 5: data.orders.header_row must be a whole number from 0 on, not "top".',
        ),
        (
            "data: {orders: {source: x, date_format: dd/mm/yyyy}}",
            'line 5: data.orders.date_format is "dd/mm/yyyy", which has no % codes. '
            'Allowed: a strptime format, like "%d/%m/%Y", or excel for the numbers of a spreadsheet.',
        ),
        (
            "data: {orders: {source: x, sheet: [a]}}",
            "line 5: data.orders.sheet must be one text, not a list.",
        ),
        (
            "data: {orders: {source: 'pg://me:secret@db/x', table: orders}}",
            "line 5: data.orders.source cannot be used: databases of the kind “pg://” cannot be read. Allowed: "
            "sqlite://, duckdb://, postgresql://, postgres://, mysql://, mariadb://, spark://, "
            "sc://, snowflake://, bigquery://; or a file, a glob or a folder.",
        ),
        (
            "data: {orders: {source: x, query: select 1}}",
            "line 5: data.orders.query goes with the URL of a database as `source`. Allowed: sqlite://shop.db, "
            "duckdb://shop.duckdb, postgresql://user:password@host:5432/shop, mysql://…, mariadb://…, "
            "spark://, sc://…, snowflake://…, bigquery://….",
        ),
        (
            "data:\n  surveys:\n    - source: a\n    - source: b\n      columns:\n        scor: x",
            "line 10: data.surveys.columns.scor is not a column of surveys. Allowed: response_id, customer_id, "
            "answered_at, score, csat, ces, comment, touchpoint, journey_stage, wave, weight. "
            'Did you mean "score"?',
        ),
    ],
)
def test_the_data_is_checked(text: str, sentence: str, refused: Refused) -> None:
    assert refused(HEAD + text + "\n") == sentence
