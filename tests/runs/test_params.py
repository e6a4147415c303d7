"""The parameter file: what it becomes, with the environment and overrides, and what is said of a file that is none."""

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.data.spec import PartSpec, Rule
from helpers.errors import ParamsError
from helpers.runs.params import read_params
from helpers.runs.params_head import DEFAULT_COLOR
from helpers.runs.project import Project, client_names
from tests.runs.params_text import DATA, HEAD, Read, Refused


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
        "    sheet: 2\n    decimal: ','\n    date_format: '%d/%m/%Y'\n    rules: {identical_lines: note}\n"
    )
    [spec] = read(HEAD + DATA + part).data["orders"].parts
    assert spec.missing == {"channel": ["007", "1.50", "NULL", "no", ""], "cost": ["99"]}
    assert spec.filter == {"Country": ["NO", "United Kingdom"], "2024": ["1"]}
    assert spec.set == {"promotion": "2026-01-01"}
    assert spec.attributes == {"Country": ("geographic", "Country"), "visits": ("behavioural", "n_visits")}
    assert (spec.sheet, spec.decimal, spec.date_format) == (2, ",", {"all": ("%d/%m/%Y",)})
    assert spec.severities == {"identical_lines": "note"}
    [named] = read(HEAD + DATA + '    sheet: "2"\n').data["orders"].parts
    assert named.sheet == "2"


def test_ratings_in_a_list_keep_the_names_of_their_columns(read: Read) -> None:
    survey = "data:\n  surveys:\n    source: orders.csv\n    columns: {score: q}\n"
    [spec] = read(HEAD + survey + "    ratings: [signs, 2]\n").data["surveys"].parts
    assert spec.ratings == {"signs": "signs", "2": "2"}
    with pytest.raises(ParamsError, match=r"surveys\.signs is named more than once"):
        read(HEAD + survey + "    ratings: [signs, signs]\n")


def test_rules_formats_values_and_databases(read: Read, tmp_path: Path) -> None:
    part = (
        "    date_format: {ordered_at: [excel, '%d.%m.%y']}\n"
        "    values: {quantity: {one: 1, a dozen: 12}}\n"
        "    rules: {price_not_positive: note, small: {expression: amount < 100, severity: stop}}\n"
    )
    [spec] = read(HEAD + DATA + part).data["orders"].parts
    assert spec.date_format == {"ordered_at": ("excel", "%d.%m.%y")}
    assert spec.values == {"quantity": {"one": "1", "a dozen": "12"}}
    assert spec.severities == {"price_not_positive": "note"}
    assert spec.rules == (Rule("small", "amount < 100", "stop"),)
    url = "postgresql://me:secret@db/shop"
    [spec] = read(HEAD + f"data: {{orders: {{source: '{url}', query: select 1}}}}\n").data["orders"].parts
    assert (spec.source, spec.query) == (url, "select 1")
    assert "secret" not in repr(spec)
    [spec] = read(HEAD + "data: {orders: {source: 'sqlite://shop.db', table: orders}}\n").data["orders"].parts
    assert spec.source == f"sqlite://{tmp_path / 'params' / 'shop.db'}"


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


def test_all_problems_are_told_together_in_the_files_order(refused: Refused) -> None:
    text = HEAD.replace("GBP", "pounds") + DATA + "rfm:\n  binz: 4\n  bins: 1\nclusters: {}\n"
    lines = refused(text).splitlines()
    assert [line.split(" ")[2] for line in lines] == ["currency", "rfm.binz", "rfm.bins", "clusters"]
    assert [line.split(":")[0] for line in lines] == ["line 3", "line 9", "line 10", "line 11"]


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


def test_privacy_has_defaults_and_takes_its_salt_from_the_environment(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = read(HEAD + DATA).privacy
    assert (plain.quotes, plain.identifiers, plain.salt, plain.min_group) == (True, "as_given", None, 5)
    assert read(HEAD + DATA + "privacy:\n  # quotes: false\n").privacy == plain
    monkeypatch.setenv("KIT_SALT", "0123456789abcdef")
    text = HEAD + DATA + 'privacy: {identifiers: pseudonyms, salt: "${KIT_SALT}", min_group: 10}\n'
    asked = read(text).privacy
    assert (asked.identifiers, asked.salt, asked.min_group) == ("pseudonyms", "0123456789abcdef", 10)
    assert "0123456789abcdef" not in repr(read(text))


def test_quotes_are_forbidden_whatever_the_knobs_say(project: Project) -> None:
    demo = project.params / "demo.yaml"
    assert read_params(demo, project.notebooks).knobs["nps_drivers"]["comments"] == 2
    forbidden = read_params(demo, project.notebooks, ["privacy.quotes=false"])
    assert forbidden.knobs["nps_drivers"]["comments"] == 0
    assert forbidden.knobs["roi"]["margin"] == 0.42
    asked = read_params(demo, project.notebooks, ["privacy.quotes=no"])  # YAML 1.2: "no" is a word, and read as such
    assert asked.knobs["nps_drivers"]["comments"] == 0


def test_a_salt_of_a_few_signs_is_refused(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIT_SALT", "0123456789abcde")
    said = refused(HEAD + DATA + 'privacy: {salt: "${KIT_SALT}"}\n')
    assert said.startswith("line 8: privacy.salt is too short to keep a secret. Allowed: 16 characters or more.")


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
