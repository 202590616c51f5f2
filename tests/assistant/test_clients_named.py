"""Clients are found by name, short form, misspelling, address or description; never guessed."""

from __future__ import annotations

from functools import cache

import pytest

from net30.assistant.evaluation import TODAY
from net30.assistant.roll.people import KnownClient
from net30.assistant.targets.described import described_client
from net30.assistant.understanding.clients import ClientIndex
from net30.assistant.understanding.days import Calendar
from net30.assistant.understanding.directory import Customs
from net30.assistant.understanding.scene import Scene, World, make_scene
from tests.assistant.chat_cases import own_books


@cache
def world() -> World:
    return World(own_books(), Customs(), Calendar(TODAY))


def scene(text: str) -> Scene:
    return make_scene(text, world())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("invoice Acme Corp", "Acme Corp"),
        ("invoice acme corp", "Acme Corp"),
        ("invoice ACME CORP.", "Acme Corp"),
        ("invoice Acme Crop", "Acme Corp"),
        ("facture Acme Indus.", "Acme Industries"),
        ("facture Baobab", "Baobab Logistique"),
        ("facture hotel ebrie palace", "Hôtel Ébrié Palace"),
        ("facture Lumière et Fils", "Lumière & Fils"),
        ("bill D'Arcy", "D'Arcy Media"),
        ("bill Darcy Media", "D'Arcy Media"),
        ("bill Whitfeild & Sons", "Whitfield & Sons LLP"),
        ("facture Ousmane", "Ousmane Ndiaye"),
        ("facture Sté Ivo. Travaux", "Sté Ivo. Travaux"),
        ("facture Société Ivoirienne de Travaux", "Société Ivoirienne de Travaux"),
        ("remind ap@zephyr.example", "Zephyr Inc"),
        ("remind someone@zephyr.example", "Zephyr Inc"),
        ("bill KandaFoods", "Kanda Foods Ltd"),
    ],
)
def test_one_client_is_meant(text: str, name: str) -> None:
    client = scene(text).client
    assert client is not None
    assert client.name == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("invoice Acme", {"Acme Corp", "Acme Industries"}),
        ("invoice Kanda", {"Kanda Foods Ltd", "Kanda Farms"}),
        ("facture Ndiaye", {"Awa Ndiaye", "Ousmane Ndiaye"}),
    ],
)
def test_a_word_of_two_names_leaves_both(text: str, names: set[str]) -> None:
    found = scene(text)
    assert {client.name for client in found.clients} == names
    assert found.client is None


@pytest.mark.parametrize(
    "text",
    [
        "invoice Umbrella Holdings",
        "solar panels and energy services",
        "sur la facture",
        "bank transfer received",
        "food safety training",
        "mail me at unknown@nowhere.example",
    ],
)
def test_nobody_is_meant(text: str) -> None:
    assert scene(text).clients == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("bill the German company for it", "Nordsee Technik GmbH"),
        ("facture notre client du Mali dans l'énergie", "Fouta Énergie SA"),
        ("invoice the logistics people", "Baobab Logistique"),
        ("the law firm in the UK", "Whitfield & Sons LLP"),
        ("invoice the platform licence client", "Zephyr Inc"),
    ],
)
def test_a_description_that_fits_one(text: str, name: str) -> None:
    found = described_client(scene(text))
    assert found is not None
    assert name in [client.name for client in found.clients]


def test_a_description_that_fits_nobody() -> None:
    assert described_client(scene("bill the Martian client")) is None
    assert described_client(scene("bill somebody")) is None


def test_an_index_of_nobody_finds_nobody() -> None:
    index = ClientIndex.of([])
    assert index.named("Acme") is None
    assert index.by_email("a@b.example") is None


def test_two_clients_of_one_domain_are_not_told_apart_by_it() -> None:
    index = ClientIndex.of(
        KnownClient(id=name, name=name, email=f"{name}@mail.example") for name in ("one", "two")
    )
    assert index.by_email("three@mail.example") is None
    assert index.named("one") is not None


def test_many_clients_are_searched_quickly() -> None:
    index = ClientIndex.of(
        KnownClient(id=str(at), name=f"Client{at} Number{at % 97} Ltd") for at in range(10_000)
    )
    assert index.named("client77 number77 ltd") is not None
