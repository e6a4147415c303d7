"""The parameter file: what it becomes, and the sentence for every way it can be wrong."""

import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from helpers.data.spec import PartSpec
from helpers.errors import ParamsError
from helpers.runs.params import Params, client_names, read_params
from helpers.runs.params_shape import DEFAULT_COLOR
from helpers.runs.yaml_tree import read_tree

OWN = 'params_file: str = "x"  # the client\nrun_dir: str = "y"  # the run\n'
RFM = """bins: int = 5  # scores per measure [2..10]
margin: float = 0.5  # share kept [0..1]
method: str = "auto"  # how [auto | fixed]
log: bool = True  # log scale
features: list[str] = ["spend"]  # what counts
weights: dict[str, float] = {}  # weight of each [0..]
"""
HEAD = "client: Acme Ltd\nas_of: 2026-09-30\ncurrency: GBP\nbusiness_model: b2b\n"  # lines 1 to 4
DATA = "data:\n  orders:\n    source: orders.csv\n"  # lines 5 to 7
Read = Callable[..., Params]
Refused = Callable[..., str]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Reads a text as params/acme.yaml, with the knobs of two small notebooks."""
    monkeypatch.chdir(tmp_path)
    for folder in ("params", "notebooks"):
        Path(folder).mkdir()
    for name, source in (("02_rfm", RFM), ("05_nps_drivers", "min_answers: int = 30  # too few [1..]")):
        cell = new_code_cell(OWN + source, metadata={"tags": ["parameters"]})
        nbformat.write(new_notebook(cells=[cell]), f"notebooks/{name}.ipynb")

    def read_text(text: str | bytes, *overrides: str) -> Params:
        Path("params/acme.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_params(Path("params/acme.yaml"), Path("notebooks"), overrides)

    return read_text


@pytest.fixture
def refused(read: Read) -> Refused:
    """The message for a text that cannot be used, without the file's name."""

    def message(text: str | bytes, *overrides: str) -> str:
        with pytest.raises(ParamsError) as error:
            read(text, *overrides)
        return str(error.value).replace("params/acme.yaml, ", "").replace("params/acme.yaml: ", "")

    return message


def test_the_example_of_the_design_is_read(read: Read, tmp_path: Path) -> None:
    Path("params/acme.svg").write_text("<svg/>")
    text = """\
client: Acme Ltd
as_of: 2026-09-30            # every age and recency is counted back from the end of this day
currency: GBP
business_model: b2b
brand: {color: "#0b5c8a", logo: acme.svg}
data:
  orders:
    source: exports/orders_*.csv.gz
    columns: {order_id: InvoiceNo, customer_id: CustomerID, ordered_at: InvoiceDate, quantity: Quantity}
  surveys:
    - {source: wave_2025.csv, columns: {score: "NETPRO  ", weight: WEIGHT}, ratings: {signs: Q7SIGN, wifi: Q7WIFI},
       missing: {score: [11], ratings: [0, 6]}, set: {wave: "2025"}}
    - {source: ../wave_2026.xlsx, sheet: Answers, columns: {score: 7}}
  exposures:
    source: email_test.csv
    columns: {arm: segment}
    control: No E-Mail
    outcomes: [visit, conversion, spend]
rfm: {bins: 4, margin: 1}
nps_drivers: {min_answers: 50}
"""
    params = read(text)
    assert (params.client, params.slug, params.as_of) == ("Acme Ltd", "acme", date(2026, 9, 30))
    assert (params.currency, params.business_model, params.brand.color) == ("GBP", "b2b", "#0b5c8a")
    assert params.brand.logo == tmp_path / "params" / "acme.svg"
    assert params.knobs == {"rfm": {"bins": 4, "margin": 1.0}, "nps_drivers": {"min_answers": 50}}
    assert params.sha256 == hashlib.sha256(text.encode()).hexdigest()
    folder = tmp_path / "params"
    assert list(params.data) == ["orders", "surveys", "exposures"]
    assert params.data["orders"].base == folder
    assert [p.source for p in params.data["orders"].parts] == [str(folder / "exports/orders_*.csv.gz")]
    assert params.data["surveys"].parts == (
        PartSpec(
            source=str(folder / "wave_2025.csv"),
            columns={"score": "NETPRO  ", "weight": "WEIGHT"},  # trailing blanks are part of a header
            ratings={"signs": "Q7SIGN", "wifi": "Q7WIFI"},
            missing={"score": ["11"], "ratings": ["0", "6"]},
            set={"wave": "2025"},
        ),
        PartSpec(source=str(tmp_path / "wave_2026.xlsx"), sheet="Answers", columns={"score": "7"}),
    )
    [exposures] = params.data["exposures"].parts
    assert (exposures.control, exposures.outcomes) == ("No E-Mail", ("visit", "conversion", "spend"))


def test_what_is_not_given_has_a_default(read: Read) -> None:
    params = read(HEAD + DATA + "rfm:\n  # bins: 4\nbrand:\n")
    assert (params.brand.color, params.brand.logo, params.overrides) == (DEFAULT_COLOR, None, ())
    assert params.knobs == {"rfm": {}}
    [part] = params.data["orders"].parts
    assert part == PartSpec(source=part.source)


def test_data_is_text_as_the_client_wrote_it(read: Read) -> None:
    part = (
        "    missing: {channel: [007, 1.50, NULL, no, ''], cost: 99}\n"
        "    filter: {Country: [NO, United Kingdom], 2024: 1}\n"
        "    set: {promotion: 2026-01-01}\n"
        "    attributes: {geographic: [Country], behavioural: {visits: n_visits}}\n"
        "    sheet: 2\n    decimal: ','\n    date_format: '%d/%m/%Y'\n    duplicates: keep\n"
    )
    [spec] = read(HEAD + DATA + part).data["orders"].parts
    assert spec.missing == {"channel": ["007", "1.50", "NULL", "no", ""], "cost": ["99"]}
    assert spec.filter == {"Country": ["NO", "United Kingdom"], "2024": ["1"]}
    assert spec.set == {"promotion": "2026-01-01"}
    assert spec.attributes == {"Country": ("geographic", "Country"), "visits": ("behavioural", "n_visits")}
    assert (spec.sheet, spec.decimal, spec.date_format, spec.duplicates) == (2, ",", "%d/%m/%Y", "keep")
    [named] = read(HEAD + DATA + '    sheet: "2"\n').data["orders"].parts
    assert named.sheet == "2"


def test_a_file_saved_by_excel_or_windows_is_read(read: Read) -> None:
    assert read(b"\xef\xbb\xbf" + (HEAD + DATA).replace("\n", "\r\n").encode()).client == "Acme Ltd"


def test_parts_may_share_a_mapping(read: Read) -> None:
    text = """data:
  surveys:
    - &wave {source: a.csv, columns: {score: Q1}, set: {wave: "1"}}
    - {set: {wave: "2"}, <<: *wave, source: b.csv}
"""
    first, second = read(HEAD + text).data["surveys"].parts
    assert second.columns == first.columns
    assert (first.set, second.set) == ({"wave": "1"}, {"wave": "2"})
    assert Path(second.source).name == "b.csv"


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
            'currency, business_model, brand, data, rfm, nps_drivers. Did you mean "nps_drivers"?',
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
            'line 9: brand.colour is not a key here. Allowed: color, logo. Did you mean "color"?',
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
    "promotion, cost, channel"
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
            "line 6: data.orders.source is missing: it is a file, a glob or a folder.",
        ),
        ("data: {orders: {source: ''}}", "line 5: data.orders.source is empty."),
        (
            "data: {orders: {source: x, column: {}}}",
            "line 5: data.orders.column is not a key here. Allowed: source, sheet, columns, attributes, missing, set, "
            'filter, date_format, decimal, duplicates. Did you mean "columns"?',
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
            "line 5: data.exposures.control is missing: it names the arm that got nothing.",
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
            f"line 5: data.orders.missing.discont is not a column of orders. Allowed: {ORDERS}, ratings. "
            'Did you mean "discount"?',
        ),
        (
            "data: {orders: {source: x, decimal: ;}}",
            'line 5: data.orders.decimal cannot be ";". Allowed: ".", ",".',
        ),
        (
            "data: {orders: {source: x, duplicates: remove}}",
            'line 5: data.orders.duplicates cannot be "remove". Allowed: drop, keep.',
        ),
        (
            "data: {orders: {source: x, date_format: dd/mm/yyyy}}",
            'line 5: data.orders.date_format is "dd/mm/yyyy", which has no % codes. '
            'Allowed: a strptime format, like "%d/%m/%Y".',
        ),
        (
            "data: {orders: {source: x, sheet: [a]}}",
            "line 5: data.orders.sheet must be one text, not a list.",
        ),
        (
            "data: {orders: {source: 'postgresql://me:secret@db/x', table: orders}}",
            "line 5: data.orders.source is a database or web address, which is not yet supported. "
            "Allowed: a file, a glob or a folder. Export the table to CSV or Parquet.",
        ),
        (
            "data: {orders: {source: x, query: select 1}}",
            "line 5: data.orders.query goes with a database as `source`, which is not yet supported.",
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


def test_all_problems_are_told_together_in_the_files_order(refused: Refused) -> None:
    text = HEAD.replace("GBP", "pounds") + DATA + "rfm:\n  binz: 4\n  bins: 1\nclusters: {}\n"
    lines = refused(text).splitlines()
    assert [line.split(" ")[2] for line in lines] == ["currency", "rfm.binz", "rfm.bins", "clusters"]
    assert [line.split(":")[0] for line in lines] == ["line 3", "line 9", "line 10", "line 11"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("rfm:\n\tbins: 4", "line 9: A tab is used to indent. Use spaces: YAML does not take tabs."),
        (
            "rfm: x: 4",
            "line 8: There is a second colon, or the line is indented differently from the one it belongs with. "
            'Put text that holds ": " in quotes, and indent keys of one level equally.',
        ),
        (
            "rfm:\n    bins: 4\n  log: true",
            "line 10: The line does not fit the lines above it. "
            "Indent keys of one level equally, and write each as `key: value`.",
        ),
        ("rfm: 'x\n", "line 8: A quote is opened here and never closed. Close it."),
        (
            'rfm: "C:\\data"',
            "line 8: A backslash in double quotes means something else in YAML. Use single quotes.",
        ),
        (
            "rfm: {bins: ${BINS}}",
            "line 8: A bracket is opened here and not closed, or text inside it needs quotes. "
            'Close it; inside { } and [ ] put text with : , # { } in quotes, as in "${NAME}" or "#0b5c8a".',
        ),
        (
            "rfm: %d/%m",
            "line 8: A value begins with a sign that means something else in YAML. Put the value in quotes.",
        ),
        ("rfm: *", "line 8: A value begins with * and names nothing. Put text that begins with * in quotes."),
        ("rfm: *x", "line 8: A value begins with * and names nothing. Put text that begins with * in quotes."),
        ("---\nrfm: {}", "line 8: A second document begins here. Keep one client in one file, without `---`."),
        ("rfm: \a", "line 8: There is a character that YAML does not allow. Delete it."),
        ("rfm: {{bins}}", "line 8: rfm has a bracket where a key belongs. Put text that begins with { or [ in quotes."),
        ("[a]: b", "line 8: The file has a bracket where a key belongs. Put text that begins with { or [ in quotes."),
    ],
)
def test_text_that_is_not_yaml_is_explained(text: str, sentence: str, refused: Refused) -> None:
    assert refused(HEAD + DATA + text) == sentence


def test_files_that_are_no_parameter_files(refused: Refused) -> None:
    empty = "The file is empty. The smallest file has client, as_of, currency, business_model and data; "
    for text in ("", "\n \n", "# only a comment\n", "{}"):
        assert refused(text) == empty + "docs/params.md shows one."
    assert refused("- a\n- b\n") == "line 1: The file must hold lines of `key: value`."
    assert refused(b"client: Acme\nx: \xa3\n") == (
        "line 2: There is a character that is not UTF-8. Save the file with the encoding UTF-8."
    )
    assert refused("a: \0") == "This is not a text file. Save it as plain text (UTF-8)."


def test_a_missing_file_lists_the_clients(read: Read, tmp_path: Path) -> None:
    read(HEAD + DATA)
    Path("params/demo.yaml").write_text("")
    Path("params/.draft.yaml").write_text("")
    Path("params/notes.txt").write_text("")
    assert client_names(Path("params")) == ["acme", "demo"]
    assert client_names(Path("none")) == []
    for path, sentence in {
        "params/acmee.yaml": 'There is no such parameter file. Clients in params: acme, demo. Did you mean "acme"?',
        "params/zzz.yaml": "There is no such parameter file. Clients in params: acme, demo.",
        "params": "This is a folder, not a parameter file. Clients in params: acme, demo.",
        "none/acme.yaml": "There is no such parameter file. There are no clients in none.",
    }.items():
        for given_as in (Path(path), Path(path).absolute()):
            with pytest.raises(ParamsError) as error:
                read_params(given_as, Path("notebooks"))
            assert str(error.value) == f"{path}: {sentence}"
    for i in range(20):
        Path(f"params/c{i:02}.yaml").write_text("")
    with pytest.raises(ParamsError, match=r"acme, c00, .* c10 and 10 more\.$"):
        read_params(Path("params/zzz.yaml"), Path("notebooks"))


def test_the_environment_fills_values(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_DIR", "exports")
    monkeypatch.setenv("BINS", "4")
    monkeypatch.setenv("EMPTY", "")
    monkeypatch.delenv("NONE", raising=False)
    text = HEAD.replace("Acme Ltd", "$${ACME_DIR}") + DATA.replace(
        "orders.csv", '"${ACME_DIR}/${NONE:-a}${EMPTY:-b}${EMPTY}.csv"'
    )
    params = read(text + 'rfm:\n  bins: ${BINS}\n  features: ["${BINS}"]\n')
    assert params.client == "${ACME_DIR}"
    assert params.data["orders"].parts[0].source.endswith("/params/exports/ab.csv")
    assert params.knobs == {"rfm": {"bins": 4, "features": ["4"]}}  # only an unquoted one may be a number


def test_an_unset_variable_is_named_once(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NONE", raising=False)
    assert refused(HEAD + DATA + "rfm:\n  bins: ${NONE}\n") == (
        "line 9: rfm.bins needs the environment variable NONE, which is not set. "
        "Set it, or give a default: ${NONE:-value}."
    )
    assert refused(HEAD + DATA + "rfm:\n  method: x${1}\n") == (
        'line 9: rfm.method has a "${" that is not a reference. Write ${NAME} or ${NAME:-default}.'
    )


# Each case: a file with the secret in one place where it is refused.
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (HEAD + DATA + "rfm:\n  bins: ${KEY}\n", "rfm.bins must be a whole number, not ${KEY}"),
        (HEAD + DATA + "rfm:\n  method: ${KEY}\n", "rfm.method cannot be ${KEY}"),
        (HEAD + DATA + "rfm:\n  weights:\n    r: a ${KEY}\n", "rfm.weights.r must be a number, not a ${KEY}"),
        (HEAD.replace("GBP", "${KEY}") + DATA, "currency is ${KEY}, which is not an ISO code"),
        (HEAD.replace("2026-09-30", "${KEY}") + DATA, "as_of is ${KEY}"),
        (HEAD.replace("b2b", "${KEY}") + DATA, "business_model cannot be ${KEY}"),
        (HEAD + DATA + 'brand: {logo: "${KEY}", color: "${KEY}"}\n', "brand.logo is ${KEY}"),
        (HEAD + DATA.replace("orders.csv", "pg://${KEY}@db"), "not yet supported"),
        (HEAD + DATA + '    attributes: {geographic: ["${KEY}", "${KEY}"]}\n', "data.orders.${KEY} is named more"),
        (HEAD + DATA + '    attributes: {geo: ["${KEY}"]}\n    missing: {x: 1}\n', "Allowed: order_id"),
        (HEAD + DATA + "    sheet:\n      - ${KEY}\n", "data.orders.sheet must be"),
    ],
)
def test_what_came_from_the_environment_is_never_shown(
    text: str, shown: str, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY", "s3cr3t")
    message = refused(text)
    assert shown in message
    assert "s3cr3t" not in message


def test_overrides_replace_what_the_file_says(read: Read) -> None:
    given_twice = "rfm:\n  bins: thirty\n  log: true\n"
    params = read(
        HEAD + DATA + given_twice,
        "rfm.bins=4",
        "rfm.features=[a, b]",
        "nps_drivers.min_answers=9",
        "as_of=2026-10-31",
        "brand.color=#fff",
        "data.orders.source=new.csv",
    )
    assert params.knobs == {
        "rfm": {"bins": 4, "log": True, "features": ["a", "b"]},
        "nps_drivers": {"min_answers": 9},
    }
    assert (params.as_of, params.brand.color) == (date(2026, 10, 31), "#fff")
    assert params.data["orders"].parts[0].source.endswith("/params/new.csv")
    assert params.overrides[0] == "rfm.bins=4"


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        (
            "rfm.binz=4",
            "--set rfm.binz=4: rfm.binz is not a knob. Allowed: bins, margin, method, log, features, weights. "
            'Did you mean "bins"?',
        ),
        ("rfm.bins=thirty", '--set rfm.bins=thirty: rfm.bins must be a whole number, not "thirty".'),
        ("rfm.bins=99", "--set rfm.bins=99: rfm.bins cannot be 99. Allowed: 2 to 10."),
        (
            "rfm.bins=",
            "--set rfm.bins=: rfm.bins is empty; it must be a whole number. Give a value, or delete the line.",
        ),
        ("rfm.bins=[1", "--set rfm.bins=[1: The value cannot be read as YAML. Put it in quotes."),
        ("rfm.bins", "--set rfm.bins: This sets nothing. Write it as section.knob=value."),
        ("rfm..bins=4", "--set rfm..bins=4: This sets nothing. Write it as section.knob=value."),
        ("client.x=4", "--set client.x=4: client holds no keys that could be set."),
        ("rfm.bins=${NONE}", "--set rfm.bins=${NONE}: rfm.bins needs the environment variable NONE, which"),
    ],
)
def test_overrides_are_checked_like_the_file(override: str, sentence: str, refused: Refused) -> None:
    assert refused(HEAD + DATA, override).startswith(sentence)


@given(st.text(alphabet="ab:-{}[]&*!|>'\"#%@,?$ \n\t\0\a<=1é", max_size=40))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        tree = read_tree("x.yaml", text)
        tree.raise_problems()
    except ParamsError as error:
        assert str(error).startswith("x.yaml")
    else:
        assert isinstance(tree.values, dict)


KEYS = st.sampled_from([
    "client", "as_of", "brand", "color", "data", "orders", "surveys", "exposures", "source", "sheet", "columns",
    "ratings", "attributes", "geographic", "missing", "set", "filter", "outcomes", "amount", "rfm", "bins",
    "features", "weights", "x",
])  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.sampled_from(["", "x", "${NONE}", "#fff"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(top=st.dictionaries(KEYS, VALUES, max_size=6), orders=st.dictionaries(KEYS, VALUES, max_size=6))
def test_any_shape_is_refused_in_words(
    top: dict[str, object], orders: dict[str, object], read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NONE", raising=False)
    text = json.dumps(top | {"data": {"orders": orders, "surveys": [orders], "exposures": top}, "rfm": orders})
    with pytest.raises(ParamsError) as error:
        read(text)
    for line in str(error.value).splitlines():
        assert line.startswith("params/acme.yaml")
        assert line.endswith((".", "?"))
