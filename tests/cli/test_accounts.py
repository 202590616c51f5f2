"""net30 user, org, key, audit, as they are typed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from pyotp import TOTP

from net30.app import open_app
from net30.cli import exits
from net30.services.identity.accept_link import Accepted, accept_link
from net30.services.identity.log_in import SignIn, log_in
from net30.settings import Settings
from tests.accounts_desk import PASSWORD, quick_passwords
from tests.cli.terminal import terminal
from tests.cli.typed import Say
from tests.desk import open_desk

EMAIL = "awa@lagune.example"


def told(say: Say, *words: str) -> Any:  # Any: JSON
    return json.loads(say(*words, "--json"))


def test_a_user_is_added_listed_changed_and_removed(say: Say) -> None:
    said = say("user", "add", EMAIL, "--role", "owner", "--name", "Awa")
    assert "is owner of main" in said
    assert "http://localhost:8501/link/n30l_" in said
    added = told(say, "user", "add", "v@lagune.example")
    assert added["role"] == "viewer"
    assert added["link"].startswith("n30l_")
    assert "v@lagune.example is now admin" in say("user", "role", "v@lagune.example", "admin")
    assert told(say, "user", "role", "v@lagune.example", "viewer")["role"] == "viewer"
    assert "invited" in say("user", "list")
    say("user", "remove", "v@lagune.example")
    (member,) = told(say, "user", "list")
    assert member["user"]["email"] == EMAIL
    assert "password" not in json.dumps(member)
    assert "last owner" in say("user", "remove", EMAIL, code=exits.CONFLICT)


def test_bad_words_are_refused_plainly(say: Say) -> None:
    assert "owner, admin" in say("user", "add", EMAIL, "--role", "king", code=exits.INPUT)
    assert "not a mail address" in say("user", "add", "awa", code=exits.INPUT)
    assert "no organisation 'x'" in say("user", "list", "--org", "x", code=exits.NOT_FOUND)
    assert "no member" in say("user", "remove", EMAIL, code=exits.NOT_FOUND)
    assert "no key" in say("key", "revoke", "abcd", code=exits.NOT_FOUND)
    say("user", "add", EMAIL)
    refused = say("key", "new", EMAIL, "--name", "x", "--may", "all", code=exits.INPUT)
    assert "invoices.read" in refused


def test_keys_are_made_listed_and_revoked(say: Say) -> None:
    say("user", "add", EMAIL, "--role", "api")
    may = ("--may", "invoices.read", "--may", "invoices.write")
    made = told(say, "key", "new", EMAIL, "--name", "shop", *may)
    assert made["secret"].startswith(f"n30k_{made['key']['prefix']}_")
    assert made["key"]["scopes"] == ["invoices.read", "invoices.write"]
    assert "n30k_" in say("key", "new", EMAIL, "--name", "other", "--days", "3")
    assert made["secret"] not in say("key", "list")
    assert "revoked" in say("key", "revoke", made["key"]["prefix"])
    assert [key["valid"] for key in told(say, "key", "list")] == [False, True]
    assert told(say, "key", "revoke", made["key"]["id"])["revoked_at"]


def test_a_password_is_typed_here_or_set_by_a_link(say: Say, home: Path) -> None:
    say("user", "add", EMAIL)
    assert told(say, "user", "password", EMAIL)["link"].startswith("n30l_")
    assert "good for an hour" in say("user", "password", EMAIL)
    with terminal(home, "user", "password", EMAIL, "--here") as screen:
        for asked in ("New password: ", "confirmation: "):
            screen.until(asked)
            screen.type("horse battery staple\r")
        assert "horse" not in screen.until("has a new password")
        assert screen.leave() == exits.DONE


def test_a_second_factor_is_told_of_and_removed(say: Say, home: Path) -> None:
    say("user", "add", EMAIL)
    with terminal(home, "user", "second-factor", EMAIL, "--set-up") as screen:
        screen.until("or type into the app: ")
        secret = screen.until("The app's code").strip()
        screen.type(TOTP(secret).now() + "\r")
        screen.until("shown only now:")
        assert screen.leave() == exits.DONE
        assert screen.seen.count("-") == 10 * 3
    assert "10 recovery codes left" in say("user", "second-factor", EMAIL)
    assert told(say, "user", "second-factor", EMAIL)["second_factor"]
    assert "no second factor" in say("user", "second-factor", EMAIL, "--remove")
    assert not told(say, "user", "second-factor", EMAIL)["second_factor"]


def test_sessions_are_listed_and_ended(say: Say, home: Path) -> None:
    say("user", "add", EMAIL)
    with closing(open_app(Settings(home=home))) as app:
        accounts, passwords = app.world.accounts, quick_passwords()
        link = told(say, "user", "password", EMAIL)["link"]
        accept_link(accounts, passwords, Accepted(secret=link, password=PASSWORD), app.clock())
        attempt = SignIn(email=EMAIL, password=PASSWORD, source="home", agent="a shop")
        log_in(accounts, passwords, attempt, app.clock())
    assert "a shop" in say("user", "sessions", EMAIL)
    assert [one["agent"] for one in told(say, "user", "sessions", EMAIL)] == ["a shop"]
    assert "0 sessions" in say("user", "sessions", EMAIL, "--end")


def test_organisations_are_added_and_listed(say: Say) -> None:
    assert "NET30_ORGANISATION=rival" in say("org", "add", "rival", "--name", "Rival SA")
    assert told(say, "org", "add", "third")["party"]["name"] == "My company"
    say("user", "add", EMAIL, "--org", "rival")
    assert told(say, "org", "list") == [
        {"id": "main", "name": "My company", "members": 0},
        {"id": "rival", "name": "Rival SA", "members": 1},
        {"id": "third", "name": "My company", "members": 0},
    ]
    assert "3 organisations" in say("org", "list")
    assert "there already" in say("org", "add", "rival", code=exits.CONFLICT)
    for bad in ("../up", "Rival", "a b", "*", "-x"):
        assert "cannot be" in say("org", "add", "--", bad, code=exits.INPUT)


def test_the_audit_holds_until_somebody_edits_it(say: Say, home: Path, tmp_path: Path) -> None:
    desk = open_desk(home)
    desk.issue()
    desk.app.close()
    say("user", "add", EMAIL)
    kept = tmp_path / "heads.json"
    assert "Written" in say("audit", "head", "--to", str(kept))
    said = say("audit", "verify", "--head", str(kept))
    assert "it holds" in said
    found = told(say, "audit", "verify")
    assert found["findings"] == []
    assert found["entries"] == found["events"] + 1
    assert told(say, "audit", "head", "--to", str(kept)) == {"written": str(kept)}
    lines = [json.loads(line) for line in say("audit", "export").splitlines()]
    assert {line["action"] for line in lines} >= {"member_added", "invoice_issued"}
    assert say("audit", "export", "--chain", "*") == ""
    with closing(sqlite3.connect(home / "net30.db")) as raw, raw:
        raw.execute("UPDATE audit SET actor = 'eve' WHERE sequence = 1")
    said = say("audit", "verify", "--head", str(kept), code=exits.FAULTS)
    assert "changed after it was written" in said


def test_a_file_that_holds_no_heads_is_refused(say: Say, tmp_path: Path) -> None:
    file = tmp_path / "heads.json"
    for text in ("", "[]", '{"form": "net30-audit-heads/1"}', "\xff", '{"form": 1}'):
        file.write_bytes(text.encode("latin-1"))
        said = say("audit", "verify", "--head", str(file), code=exits.INPUT)
        assert "no file of audit heads" in said
    head = {"chain": "x", "sequence": 0, "hash": "0" * 64}
    file.write_text(json.dumps({"form": "net30-audit-heads/1", "heads": [head, 3]}))
    say("audit", "verify", "--head", str(file), code=exits.INPUT)
