"""What a stranger mistypes: each answer says what, where, and what to do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from net30.cli import exits
from tests.cli.typed import Say, Typed


@pytest.fixture(autouse=True)
def _company(say: Say) -> None:
    """A small company with a customer."""
    say("init", "--name", "Lagune Conseil", "--country", "CI", "--tax-id", "1", "--terms", "15")
    say("customer", "add", "Acme Corp", "--country", "CI", "--email", "a@acme.example")


def issued(net30: Typed) -> str:
    line = "consulting; 40; 90000; hour"
    code, out = net30("invoice", "new", "Acme Corp", "--line", line, "--issue", "--json")
    assert code == exits.DONE, out
    return str(json.loads(out)["number"])


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("pay", "--amunt", "5"), "see net30 pay --help"),
        (("invoice", "new", "Acme Corp"), "see net30 invoice new --help"),
        (("invoicee",), "see net30 --help"),
    ],
)
def test_a_mistyped_command_names_its_own_help(
    net30: Typed, words: tuple[str, ...], hint: str
) -> None:
    code, told = net30(*words)
    assert code == exits.USAGE
    assert hint in told


def test_a_folder_where_a_file_is_needed_is_called_one(net30: Typed, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    for words in (
        ("import", "ledger", "here"),
        ("import", "invoice", "here"),
        ("export", "invoices", "-o", "here"),
    ):
        code, told = net30(*words)
        assert code in {exits.INPUT, exits.NOT_FOUND}, told
        assert "here' is a folder" in told


def test_a_country_is_a_code_and_a_name_is_told_its_code(net30: Typed) -> None:
    code, told = net30("customer", "add", "Teranga SA", "--country", "Sénégal")
    assert (code, "write SN" in told) == (exits.INPUT, True), told
    code, told = net30("init", "--country", "ZZ")
    assert code == exits.INPUT
    assert "'ZZ' is no country code" in told
    assert "1 customer" in net30("customer", "list")[1]


def test_days_below_zero_are_refused_not_passed_over(net30: Typed) -> None:
    number = issued(net30)
    for words in (("init", "--terms", "-5"), ("predict", number, "--terms", "-5")):
        code, told = net30(*words)
        assert code == exits.INPUT, told
        assert "-5" in told


def test_a_port_that_is_none_is_told_the_whole_range(net30: Typed) -> None:
    for words in (("serve", "--port", "-1"), ("demo", "--serve", "--port", "70000")):
        code, told = net30(*words)
        assert (code, "0<=x<=65535" in told) == (exits.USAGE, True), told


def test_mail_that_waits_is_not_called_sent(net30: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    number = issued(net30)
    monkeypatch.setenv("NET30_MAIL_URL", "smtp://127.0.0.1:9")
    code, told = net30("invoice", "send", number)
    assert code == exits.DONE
    assert "Sent" not in told
    assert "as soon as the mail takes it" in told
    assert '"waits": true' in net30("invoice", "send", number, "--json")[1]


def test_what_is_no_backup_is_not_told_twice_that_it_is_damaged(
    net30: Typed, tmp_path: Path
) -> None:
    (tmp_path / "some.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    code, told = net30("restore", "some.csv", "--into", str(tmp_path / "other"))
    assert code == exits.INPUT
    assert told.count("the backup is damaged") == 1


def test_what_a_missing_package_needs_is_told_without_a_traceback(tmp_path: Path) -> None:
    hidden = (
        "import sys; sys.modules['starlette'] = None; sys.modules['starlette.responses'] = None;"
        "from net30.cli.commands import run; sys.exit(run(['demo', '--serve', '--port', '0']))"
    )
    told = subprocess.run(
        [sys.executable, "-c", hidden],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"NET30_HOME": str(tmp_path / "home"), "PATH": ""},
    )
    assert told.returncode == exits.CONFIGURATION, told.stderr
    assert "pip install 'net30[ui]'" in told.stderr
    assert "python3 dev.py setup --all" in told.stderr
    assert "Traceback" not in told.stderr
