"""net30 chat with its messages from a pipe, net30 chats, and what net30 ask goes on from."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from net30.app import open_app
from net30.cli import exits
from net30.cli.chat import keyboard
from net30.cli.chat.screen import Screen
from net30.cli.commands import run
from net30.domain.conversation import Conversation, Said
from net30.settings import Settings
from tests.desk import open_desk
from tests.doubles.openai_server import refused_port

HOURS = "Invoice Acme Corp for 40 hours of consulting at 90000"
Typed = Callable[..., tuple[int, str, str]]
Piped = Callable[..., str]
Changed = Callable[[Conversation], Conversation]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of a small company, by the clock of today."""
    home = tmp_path / "home"
    open_desk(home).app.close()
    monkeypatch.setenv("NET30_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    return home


@pytest.fixture
def net30(home: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Type a command; returns the exit code, what was said and what was complained of."""

    def typed(*words: str) -> tuple[int, str, str]:
        code = run(list(words))
        told = capsys.readouterr()
        return code, told.out, told.err

    return typed


@pytest.fixture
def chat(net30: Typed, monkeypatch: pytest.MonkeyPatch) -> Piped:
    """Say things to net30 chat through a pipe; returns all that was shown."""

    def piped(*lines: str, options: tuple[str, ...] = ()) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        code, out, err = net30("chat", *options)
        assert code == exits.DONE
        return out + err

    return piped


def drafts(net30: Typed) -> int:
    return int(json.loads(net30("invoice", "list", "--json")[1])["total"])


def conversations(net30: Typed) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads(net30("chats", "list", "--json")[1])
    return listed


@contextmanager
def stored_in(home: Path, kept: str) -> Iterator[Callable[[Changed], None]]:
    """Change a kept conversation behind the commands' back."""
    app = open_app(Settings(home=home))
    with app.change() as ctx:
        stored = ctx.tx.load(Conversation, kept)
        yield lambda changed: ctx.tx.save(changed(stored.value), expected=stored.version)
    app.close()


def half_an_hour_ago(turn: Said) -> Said:
    return replace(turn, at=turn.at - timedelta(minutes=31))


def test_messages_of_a_pipe_are_answered_one_after_another(chat: Piped, net30: Typed) -> None:
    shown = chat(HOURS, "", "make it 45 hours")
    assert "4,248,000" in shown
    assert "4,779,000" in shown
    assert shown.count("-- offline\n") == 2
    assert shown.count(".pdf") == 2
    assert "Goodbye" not in shown
    assert "\x1b" not in shown
    assert drafts(net30) == 1


def test_no_line_is_wider_than_eighty_columns_but_the_place_of_a_file(chat: Piped) -> None:
    shown = chat(HOURS, "issue it", "yes", "show invoice 1", "show all invoices", "/list", "/help")
    tables = [line for line in shown.splitlines() if line.startswith(("|", "  "))]
    assert len(tables) > 12
    assert [line for line in tables if len(line) > 80 and not line.endswith(".pdf")] == []


def test_undo_takes_the_draft_back_and_its_files_are_gone(
    chat: Piped, net30: Typed, home: Path
) -> None:
    shown = chat(HOURS, "/undo", "/undo", "undo that")
    assert "is removed; nothing was issued" in shown
    assert shown.count("There is nothing more to undo.") == 2
    assert drafts(net30) == 0
    assert [path for path in home.rglob("*.pdf") if "draft" in path.name] == []


def test_conversations_are_listed_opened_and_gone_on_with(chat: Piped, net30: Typed) -> None:
    shown = chat(HOURS, "/new", "help", "/list", "/open 2", "make it 45 hours", "/list")
    assert f"Going on with: {HOURS}" in shown
    assert "4,779,000" in shown
    rows = [line for line in shown.splitlines() if line[:5].strip() in {"1", "2"}]
    assert ["help" in row for row in rows] == [True, False, False, True]
    assert drafts(net30) == 1
    assert [one["turns"] for one in conversations(net30)] == [4, 2]


def test_a_number_that_was_not_listed_is_refused_and_the_chat_goes_on(chat: Piped) -> None:
    shown = chat("help", "/new", "/open 3", "/open x", "/open", "/open 1", "/dance", "help")
    assert shown.count("is no conversation") == 3
    assert "Going on with: help" in shown
    assert "there is no command '/dance'" in shown
    assert "/help lists them" in shown
    assert shown.count("-- offline") == 2 + 1  # the exchange that /open shows ends so, too


def test_a_conversation_is_deleted_only_after_a_yes(chat: Piped, net30: Typed) -> None:
    shown = chat("/delete", HOURS, "/delete", "no", "/delete", "", "/delete", "yes", "/list")
    assert "nothing was said yet" in shown
    assert shown.count("Kept.") == 2
    assert "Deleted. Its drafts and invoices stay in the books." in shown
    assert "No conversation is kept yet." in shown
    assert drafts(net30) == 1
    assert conversations(net30) == []


def test_a_conversation_is_written_to_a_file(chat: Piped, tmp_path: Path) -> None:
    shown = chat(HOURS, "/export", "/export talk.json", "/export talk.md", "/export talk.xlsx")
    assert "no file is named" in shown
    assert "cannot be written as '.xlsx'" in shown
    told = json.loads((tmp_path / "talk.json").read_text(encoding="utf-8"))
    assert told["turns"][1]["calls"][0]["tool"] == "create_invoice"
    assert "    Draft for Acme Corp" in (tmp_path / "talk.md").read_text(encoding="utf-8")


def test_quit_leaves_and_what_follows_is_not_read(chat: Piped) -> None:
    assert "offline" not in chat("/quit", "help")


def test_a_chat_is_resumed_by_its_id_or_the_latest(chat: Piped, net30: Typed) -> None:
    assert "Going on" not in chat("help", options=("--resume",))
    chat(HOURS)
    assert f"Going on with: {HOURS}" in chat("make it 45 hours", options=("--resume",))
    older = str(conversations(net30)[1]["id"])
    assert "Going on with: help" in chat(options=("--resume", older))
    assert net30("chat", "--resume", "nothing")[0] == exits.NOT_FOUND
    assert drafts(net30) == 1


def test_a_very_long_line_and_a_stray_byte_are_answered(
    net30: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = b"x" * (keyboard.LINE_CHARACTERS_MAX + 10) + b"\n\xff\xfe help\nhelp"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed), encoding="utf-8"))
    code, out, _ = net30("chat")
    assert code == exits.DONE
    assert out.count("-- offline") == 3


def test_what_does_not_answer_is_told_and_the_chat_goes_on(chat: Piped, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    shown = chat("help", "/export folder", "help")
    assert "net30: " in shown
    assert shown.count("-- offline") == 2


def test_a_language_model_that_does_not_answer_is_named(
    chat: Piped, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pydantic_ai", reason="the extra net30[chat] is not installed")
    url = f"openai:http://127.0.0.1:{refused_port()}/v1#gpt-4o"
    assert "-- offline (gpt-4o did not answer" in chat("help", options=("--model", url))
    monkeypatch.setenv("NET30_CHAT_URL", url)
    assert "-- offline (gpt-4o did not answer" in chat("help")
    assert "-- offline\n" in chat("help", options=("--model", "offline"))


def test_colours_are_for_terminals_of_people_who_want_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    screen = Screen()
    screen.write("said")
    screen.write("")
    screen.note("not\x1b[2Jed")
    monkeypatch.setenv("NO_COLOR", "1")
    Screen().note("plain")
    assert capsys.readouterr().out == "said\n\x1b[2mnot[2Jed\x1b[0m\nplain\n"


# --- net30 ask -----------------------------------------------------------------------------------


def test_ask_goes_on_from_the_last_conversation_unless_it_is_new(net30: Typed) -> None:
    assert net30("ask", HOURS)[0] == exits.DONE
    assert "4,779,000" in net30("ask", "make it 45 hours")[1]
    assert net30("ask", "--new", "make it 50 hours")[0] != exits.DONE
    assert drafts(net30) == 1
    assert [one["turns"] for one in conversations(net30)] == [2, 4]


def test_ask_begins_anew_after_half_an_hour(home: Path, net30: Typed) -> None:
    net30("ask", HOURS)
    (kept,) = conversations(net30)
    with stored_in(home, str(kept["id"])) as change:
        change(lambda one: replace(one, turns=tuple(half_an_hour_ago(turn) for turn in one.turns)))
    assert net30("ask", "make it 45 hours")[0] != exits.DONE
    assert len(conversations(net30)) == 2


def test_the_exit_code_tells_how_it_ended_and_yes_goes_through_the_same_guard(
    net30: Typed,
) -> None:
    assert net30("ask", "Invoice Acme Corp for 3 days of transport")[0] == exits.ASKED
    assert net30("ask", "--new", "Tell me a joke")[0] == exits.REFUSED
    assert net30("ask", HOURS)[0] == exits.DONE
    assert net30("ask", "issue it")[0] == exits.CONFIRM
    code, out, _ = net30("ask", "yes", "--json")
    told = json.loads(out)
    number = f"INV-{datetime.now(UTC).year}-000001"  # the command line's clock is the system's
    assert (code, told["outcome"], told["references"]) == (exits.DONE, "done", [number])
    assert told["conversation"] == conversations(net30)[0]["id"]
    code, out, _ = net30("ask", "--yes", f"record a payment of 9000000 on {number}")
    assert code == exits.ASKED
    assert net30("ask", "--yes", "--new", "delete all invoices")[0] == exits.REFUSED
    code, out, _ = net30("ask", "--yes", "--new", f"void {number}", "--json")
    assert code == exits.DONE
    assert [one["tool"] for one in json.loads(out)["calls"]] == ["void_invoice"]


def test_what_the_books_refuse_has_its_own_exit_code(net30: Typed) -> None:
    draft = json.loads(net30("ask", HOURS, "--json")[1])["references"][0]
    assert net30("ask", "issue it")[0] == exits.CONFIRM
    net30("invoice", "issue", draft)
    code, out, _ = net30("ask", "yes")
    assert code in {exits.CONFLICT, exits.NOT_FOUND}
    assert "issued" in out


# --- net30 chats ---------------------------------------------------------------------------------


def test_scripts_list_show_and_search_what_was_said(net30: Typed) -> None:
    assert net30("chats", "list") == (exits.DONE, "", "")
    net30("ask", "Facture Acme Corp : 3 jours de conseil à 150 000")
    kept = str(conversations(net30)[0]["id"])
    listed = net30("chats", "list")[1]
    assert listed.startswith(kept)
    assert all(len(line) <= 80 for line in listed.splitlines())
    shown = net30("chats", "show", kept)[1]
    assert "> Facture Acme Corp" in shown
    assert "-- offline" in shown
    assert json.loads(net30("chats", "show", kept, "--json")[1])["id"] == kept
    assert kept in net30("chats", "search", "FACTURE", "conseil")[1]
    (found,) = json.loads(net30("chats", "search", "acme", "--json")[1])
    assert found["id"] == kept
    assert found["text"].startswith("Facture")
    assert net30("chats", "search", "nothing of that") == (exits.DONE, "", "")
    assert net30("chats", "show", "nothing")[0] == exits.NOT_FOUND


def test_scripts_export_to_a_file_or_to_the_pipe(net30: Typed, tmp_path: Path) -> None:
    net30("ask", "help")
    kept = str(conversations(net30)[0]["id"])
    assert net30("chats", "export", kept)[1].startswith("# help")
    assert json.loads(net30("chats", "export", kept, "--to", "json")[1])["title"] == "help"
    assert "Wrote talk.json" in net30("chats", "export", kept, "-o", "talk.json")[1]
    assert json.loads((tmp_path / "talk.json").read_text(encoding="utf-8"))["turns"]
    told = json.loads(net30("chats", "export", kept, "-o", "talk.txt", "--json")[1])
    assert told == {"file": "talk.txt", "turns": 2}


def test_scripts_delete_only_with_yes(net30: Typed) -> None:
    net30("ask", "help")
    kept = str(conversations(net30)[0]["id"])
    code, out, _ = net30("chats", "delete", kept)
    assert code == exits.CONFIRM
    assert "With --yes" in out
    assert json.loads(net30("chats", "delete", kept, "--json")[1])["deleted"] is None
    assert "Deleted: help" in net30("chats", "delete", kept, "--yes")[1]
    assert net30("chats", "delete", kept, "--yes")[0] == exits.NOT_FOUND


def test_what_was_dropped_of_a_long_conversation_is_said(home: Path, net30: Typed) -> None:
    net30("ask", "help")
    kept = str(conversations(net30)[0]["id"])
    with stored_in(home, kept) as change:
        change(lambda one: replace(one, dropped=6))
    assert "(6 earlier turns were not kept)" in net30("chats", "show", kept)[1]
