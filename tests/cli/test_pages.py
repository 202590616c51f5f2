"""net30 invoice link, sso, user add --mail: the commands behind the pages, as they are typed."""

from __future__ import annotations

import io
import json
import quopri
from collections.abc import Callable
from pathlib import Path

import pytest

from net30.cli import exits
from net30.cli.commands import run
from tests.desk import open_desk

Say = Callable[..., str]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NET30_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NET30_PUBLIC_URL", "https://books.example")
    return tmp_path / "home"


@pytest.fixture
def net30(home: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command; its exit code must be the one that is expected."""

    def said(*words: str, code: int = exits.DONE) -> str:
        assert run(list(words)) == code
        out, err = capsys.readouterr()
        return out + err

    return said


def test_an_invitation_is_mailed_and_its_link_is_not_shown(home: Path, net30: Say) -> None:
    assert "n30l_" not in net30("user", "add", "awa@lagune.example", "--mail")
    (mail,) = (home / "outbox-mail").rglob("*.eml")
    assert "https://books.example/link/n30l_" in quopri.decodestring(mail.read_bytes()).decode()


def test_an_invitation_that_the_mail_does_not_take_is_shown(
    net30: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NET30_MAIL_URL", "smtp://127.0.0.1:9")
    assert "n30l_" in net30("user", "add", "awa@lagune.example", "--mail")


def test_a_customer_s_link_is_printed_for_an_issued_invoice(home: Path, net30: Say) -> None:
    desk = open_desk(home)
    number, draft = desk.issue().number, desk.draft().id
    desk.app.close()
    said = net30("invoice", "link", number)
    assert said.startswith("https://books.example/pay/main.")
    assert number in said
    told = json.loads(net30("invoice", "link", number, "--days", "1", "--json"))
    assert told["link"].startswith("https://books.example/pay/")
    assert "draft" in net30("invoice", "link", draft, code=exits.CONFLICT)
    assert "no invoice" in net30("invoice", "link", "INV-1", code=exits.NOT_FOUND)


def test_a_sign_on_server_is_added_listed_and_removed(
    home: Path, net30: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("s3cret\n" * 3))
    words = ("--issuer", "https://login.lagune.example", "--client-id", "net30")
    said = net30("sso", "add", "Lagune ID", *words)
    assert "https://books.example/sso/callback" in said
    told = json.loads(net30("sso", "add", "Other", *words, "--json"))
    assert told["redirect_uri"] == "https://books.example/sso/callback"
    assert "Lagune ID" in net30("sso", "list")
    assert b"s3cret" not in (home / "net30.db").read_bytes()
    assert "Removed" in net30("sso", "remove", told["id"])
    (left,) = json.loads(net30("sso", "list", "--json"))
    assert left["name"] == "Lagune ID"
    net30("sso", "remove", "nobody", code=exits.NOT_FOUND)
    inside = ("--issuer", "https://10.0.0.1", "--client-id", "net30")
    net30("sso", "add", "Inside", *inside, code=exits.INPUT)
