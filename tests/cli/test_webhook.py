"""net30 webhook, as it is typed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from net30.cli import exits
from net30.cli.commands import run
from tests.desk import Desk, open_desk
from tests.doubles.receiver import ALLOWED, Receiver, receiving

Say = Callable[..., str]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("NET30_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NET30_WEB_ALLOW", ALLOWED)
    desk = open_desk(tmp_path / "home", web_allow=ALLOWED)
    yield desk
    desk.app.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as lent:
        yield lent


@pytest.fixture
def net30(desk: Desk, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command; its exit code must be the one that is expected."""

    def said(*words: str, code: int = exits.DONE) -> str:
        assert run(["webhook", *words]) == code
        out, err = capsys.readouterr()
        return out + err

    return said


def told(net30: Say, *words: str) -> Any:  # Any: JSON
    return json.loads(net30(*words, "--json"))


def test_a_receiver_is_added_tried_and_told_what_happened_since_a_day(
    desk: Desk, receiver: Receiver, net30: Say
) -> None:
    text = net30("add", receiver.url, "--topic", "invoice.issued", "--about", "the shop")
    assert "whsec_" in text
    assert "net30 webhook test" in text
    (listed,) = told(net30, "list")
    webhook = listed["id"]
    assert receiver.url in net30("list").replace("\n", "")
    assert (listed["topics"], listed["about"]) == (["invoice.issued"], "the shop")
    assert "delivered" in net30("test", webhook)
    secret = told(net30, "secret", webhook)["secret"]
    assert receiver.heard[0].is_signed_with(secret)
    receiver.answers = [500]
    assert "it answered 500" in net30("test", webhook, code=exits.FAULTS)
    receiver.answers = [200]
    desk.issue()
    desk.issue()
    assert "wait to be sent" in net30("replay", webhook, "--since", "2026-11-21")
    assert told(net30, "send") == {"taken": 2, "refused": 0}
    assert "0 messages were taken" in net30("send")
    assert [one.told["type"] for one in receiver.heard[2:]] == ["invoice.issued"] * 2
    logged = told(net30, "log", webhook, "--state", "delivered")
    assert len(logged) == 3
    assert "invoice.issued" in net30("log", webhook)
    assert told(net30, "replay", webhook, "--message", logged[-1]["id"]) == {"messages": 1}
    assert told(net30, "send") == {"taken": 1, "refused": 0}
    assert told(net30, "replay", webhook) == {"messages": 0}


def test_a_webhook_is_paused_resumed_given_a_new_secret_and_removed(
    receiver: Receiver, net30: Say
) -> None:
    made = told(net30, "add", receiver.url)
    webhook = made["id"]
    assert "is paused" in net30("pause", webhook)
    assert "paused by hand" in net30("list").replace("\n", " ")
    assert told(net30, "resume", webhook)["pause_reason"] == ""
    rotated = told(net30, "secret", webhook, "--rotate")
    assert rotated["secret"] != made["secret"]
    assert rotated["former_until"]
    assert "former one signs beside it" in net30("secret", webhook, "--rotate")
    assert "is removed" in net30("remove", webhook)
    assert told(net30, "list") == []
    assert told(net30, "add", receiver.url)["id"] != webhook
    assert told(net30, "remove", told(net30, "list")[0]["id"])["removed"]


def test_what_cannot_be_is_refused_in_words(net30: Say) -> None:
    assert "NET30_WEB_ALLOW" in net30("add", "https://10.0.0.1/in", code=exits.INPUT)
    wrong = net30("add", "https://hooks.example.com/in", "--topic", "rain", code=exits.INPUT)
    assert "there is no topic 'rain'" in wrong
    for words in (["log", "nobody"], ["test", "nobody"], ["secret", "nobody"], ["pause", "nobody"]):
        assert "there is no webhook" in net30(*words, code=exits.NOT_FOUND)
    net30("replay", "x", "--message", "y", "--since", "2026-11-21", code=exits.INPUT)
    net30("log", "x", "--state", "rotten", code=exits.INPUT)


def test_topics_are_listed(net30: Say) -> None:
    assert "payment.recorded" in net30("topics").splitlines()
    assert told(net30, "topics")["payment.recorded"] == "payments.read"
