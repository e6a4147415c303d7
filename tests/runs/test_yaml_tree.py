"""Any text is read as YAML or refused in words, and what came from the environment is never shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import ParamsError
from helpers.runs.yaml_tree import read_tree
from tests.runs.params_text import DATA, HEAD, Refused


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
        (HEAD + DATA.replace("orders.csv", "pg://${KEY}@db"), "kind “pg://” cannot be read"),
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


@given(st.text(alphabet="ab:-{}[]&*!|>'\"#%@,?$ \n\t\0\a<=1é", max_size=40))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        tree = read_tree("x.yaml", text)
        tree.raise_problems()
    except ParamsError as error:
        assert str(error).startswith("x.yaml")
    else:
        assert isinstance(tree.values, dict)
