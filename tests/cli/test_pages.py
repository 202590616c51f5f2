"""net30 invoice link, sso, user add --mail: the commands behind the pages, as they are typed."""

from __future__ import annotations

import io
import json
import quopri
from pathlib import Path

import pytest

from net30.cli import exits
from tests.cli.typed import Say
from tests.desk import open_desk


@pytest.fixture(autouse=True)
def _reached_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NET30_PUBLIC_URL", "https://books.example")


def test_an_invitation_is_mailed_and_its_link_is_not_shown(home: Path, say: Say) -> None:
    assert "n30l_" not in say("user", "add", "awa@lagune.example", "--mail")
    (mail,) = (home / "outbox-mail").rglob("*.eml")
    assert "https://books.example/link/n30l_" in quopri.decodestring(mail.read_bytes()).decode()


def test_an_invitation_that_the_mail_does_not_take_is_shown(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NET30_MAIL_URL", "smtp://127.0.0.1:9")
    assert "n30l_" in say("user", "add", "awa@lagune.example", "--mail")


def test_a_customer_s_link_is_printed_for_an_issued_invoice(home: Path, say: Say) -> None:
    desk = open_desk(home)
    number, draft = desk.issue().number, desk.draft().id
    desk.app.close()
    said = say("invoice", "link", number)
    assert said.startswith("https://books.example/pay/main.")
    assert number in said
    told = json.loads(say("invoice", "link", number, "--days", "1", "--json"))
    assert told["link"].startswith("https://books.example/pay/")
    assert "draft" in say("invoice", "link", draft, code=exits.CONFLICT)
    assert "no invoice" in say("invoice", "link", "INV-1", code=exits.NOT_FOUND)


def test_a_sign_on_server_is_added_listed_and_removed(
    home: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("s3cret\n" * 3))
    words = ("--issuer", "https://login.lagune.example", "--client-id", "net30")
    said = say("sso", "add", "Lagune ID", *words)
    assert "https://books.example/sso/callback" in said
    told = json.loads(say("sso", "add", "Other", *words, "--json"))
    assert told["redirect_uri"] == "https://books.example/sso/callback"
    assert "Lagune ID" in say("sso", "list")
    assert b"s3cret" not in (home / "net30.db").read_bytes()
    assert "Removed" in say("sso", "remove", told["id"])
    (left,) = json.loads(say("sso", "list", "--json"))
    assert left["name"] == "Lagune ID"
    say("sso", "remove", "nobody", code=exits.NOT_FOUND)
    inside = ("--issuer", "https://10.0.0.1", "--client-id", "net30")
    say("sso", "add", "Inside", *inside, code=exits.INPUT)
