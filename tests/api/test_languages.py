"""Errors in the language that was asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from net30.api.answers.languages import language_wanted
from net30.api.answers.problem import problem
from net30.kernel.errors import NotFound
from net30.language.error_words import error_table
from tests.api.front import Front

ROOT = Path(__file__).parents[2] / "src" / "net30"
NO_ERRORS = {"Finding", "Told", "Price", "Unit"}
"""What else has a code."""
ROOMS = (
    *("kernel", "domain", "language", "ports", "ledger", "features", "scoring", "training"),
    *("recommend", "insights", "charts", "documents", "adapters", "services", "assistant", "api"),
    *("finding", "stored", "wiring"),
)
"""What the API stands on: an error of these may be what it answers."""
FR = {"Accept-Language": "fr-SN,fr;q=0.9,en;q=0.5"}


def texts() -> Iterator[str]:
    """Every text in the source: every code that an error of ours has is one of them."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def codes() -> Iterator[str]:
    """The code of every error of the source, of findings none."""
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=made), keywords=words) if made not in NO_ERRORS:
                    given = [word.value for word in words if word.arg == "code"]
                case ast.ClassDef(body=body):
                    given = [
                        one.value
                        for one in body
                        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "code"
                    ]
                case _:
                    continue
            yield from (
                one.value
                for value in given
                for one in (
                    (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,)
                )
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value
            )


def test_french_has_words_for_what_clients_meet_and_for_nothing_else() -> None:
    table = error_table("fr")
    known = set(texts())
    assert set(table["detail"]) == set(table["hint"])
    assert set(table["detail"]) - known == set(), "no error has this code any more"
    assert set(codes()) - set(table["detail"]) == set(), "an error has no words"
    for sentence in table["hint"].values():
        assert "{it}" not in sentence
        assert sentence.format_map({})
    for sentence in table["detail"].values():
        assert (
            sentence.format_map({"it": "x", "rest": "y", "number": "1"})[0]
            in "ABCDEFGHIJKLMNOPQRSTUVWXYZÉÀ«n"
        )


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-SN, en;q=0.8", "fr"),
        ("en, fr", "en"),
        ("nl, fr;q=0.3", "fr"),
        ("nl", "en"),
        ("de-AT, fr;q=0.3", "de"),
        ("ar;q=0.9, en;q=0.1", "ar"),
        ("fr;q=0, en", "en"),
        ("en;q=0.2, fr;q=0.9", "fr"),
        ("*", "en"),
        ("fr;q=2", "en"),
        ("é, ;;;, " * 50, "en"),
    ],
)
def test_the_language_is_that_of_the_header_that_we_speak(header: str, language: str) -> None:
    assert language_wanted(header) == language


def test_a_frenchman_is_told_what_where_and_what_to_do_in_french(front: Front) -> None:
    told = front.get("/customers/Inconnu", headers=FR)
    assert told.headers["content-language"] == "fr"
    assert "Accept-Language" in told.headers["vary"]
    assert told.json()["title"] == "Introuvable"
    assert told.json()["detail"] == "Il n'y a pas de client « Inconnu »."
    assert told.json()["hint"] == "GET /api/v1/customers les énumère"
    assert told.json()["code"] == "customer_not_found"
    english = front.get("/customers/Inconnu").json()
    assert english["title"] == "Not Found"
    assert english["code"] == "customer_not_found"


def test_findings_a_wrong_key_and_a_wrong_method_are_told_in_french(front: Front) -> None:
    wrong = front.post("/invoices", {"lines": [{"nme": "x"}]}, headers=FR).json()
    told = [one["message"] for one in wrong["findings"]]
    assert told[0].startswith("ce champ n'existe pas ; il y a : name, unit_price, quantity, unit,")
    assert told[1:] == ["customer_id manque"]
    alone = front.get("/figures?as_of=2026-02-30", headers=FR).json()
    assert alone["detail"] == "ce n'est pas une date AAAA-MM-JJ (2026-02-30)"
    assert [one["code"] for one in alone["findings"]] == ["json_date"]
    stranger = front.client.get("/api/v1/me", headers=FR)
    assert stranger.json()["title"] == "Authentification nécessaire"
    method = front.send("PUT", "/invoices", {}, headers=FR)
    assert (method.status_code, method.json()["title"]) == (405, "Méthode impossible")
    huge = front.post("/invoices", headers=FR, content=b"x" * 2_000_001)
    assert huge.json()["title"] == "Trop volumineux"
    nowhere = front.get("/nowhere", headers=FR)
    assert nowhere.json()["detail"] == "Il n'y a rien à cette adresse."


@pytest.mark.parametrize(
    ("language", "title", "detail"),
    [
        ("es", "No se encuentra", "No hay ningún cliente «Inconnu»."),
        ("pt", "Não encontrado", "Não há cliente «Inconnu»."),
        ("de", "Nicht gefunden", "Es gibt keinen Kunden „Inconnu“."),
        ("ar", "غير موجود", "لا يوجد عميل «Inconnu»."),
    ],
)
def test_others_are_told_in_their_language_too(
    front: Front, language: str, title: str, detail: str
) -> None:
    told = front.get("/customers/Inconnu", headers={"Accept-Language": language})
    assert told.headers["content-language"] == language
    assert (told.json()["title"], told.json()["detail"]) == (title, detail)
    assert "/api/v1/customers" in told.json()["hint"]


def test_what_cannot_be_said_whole_in_french_says_that_some_is_english() -> None:
    nameless = NotFound("there is no such thing", hint="look again", code="not_found")
    told = problem(nameless, "1", language="fr")
    assert told.headers["content-language"] == "fr, en"
    assert b"Introuvable" in told.body
    assert b"there is no such thing" in told.body
