from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.ledger import compute
from net30.ledger.safe_cells import neutralised, restored


def safe(text: str) -> str:
    return str(neutralised(pa.array([text]))[0].as_py())


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\nx",
        "  =1",
        "\ufeff=1",
        "\u00a0+1",
        "\u200b=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠A1",
        "−1",
        "'=1",
        "''=1",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert safe(text) == "'" + text


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("a;=1", "a;'=1"),
        ('a,"=1', "a,\"'=1"),
        ("a\n@x", "a\n'@x"),
        ("\t=1", "'\t'=1"),
        ("a; '=1", "a; ''=1"),
        ("a;b", "a;b"),
    ],
)
def test_what_another_delimiter_would_cut_out_gets_one_too(text: str, harmless: str) -> None:
    assert safe(text) == harmless


@pytest.mark.parametrize("text", ["", "Acme", "a=1", "1+1", "'quoted'", "O'Neil", '"=1"', " Acme"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert safe(text) == text


@given(st.lists(st.text(alphabet=st.sampled_from("'=+-@;,\" \t\r\nＡ＝a\ufeff\u2003"), max_size=8)))
def test_every_text_comes_back_as_it_was(texts: list[str]) -> None:
    column = pa.array(texts, pa.string())
    assert restored(neutralised(column)) == column
    for text in compute.texts(neutralised(column)):
        assert not text.strip("\ufeff \t\r\n\u2003").startswith(("=", "+", "-", "@", "＝"))


@given(st.text())
def test_any_text_at_all_comes_back(text: str) -> None:
    column = pa.array([text.encode("utf-8", "replace").decode()])
    assert restored(neutralised(column)) == column
