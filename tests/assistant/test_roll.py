"""The roll of clients: never that of yesterday, of another database or another tenant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from net30.app import App, open_app
from net30.assistant.books import Books
from net30.assistant.roll.kept import EVENTS_FOLLOWED_MAX, ORGANISATIONS_KEPT_MAX, Rolls
from net30.assistant.roll.names import NameIndex, name_words
from net30.assistant.roll.people import KnownClient
from net30.assistant.understanding.clients import HOLDERS_MAX, ClientIndex
from net30.assistant.understanding.tokens import tokenise
from net30.domain.customer import Customer
from net30.domain.events import CustomerSaved
from net30.domain.party import Address, Contact, Party
from net30.services.context import ReadContext
from net30.services.save_customer import save_customer
from net30.settings import Settings
from tests.desk import TODAY, Clock


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    opened = open_app(Settings(home=tmp_path / "home"), clock=Clock())
    yield opened
    opened.close()


def add(app: App, name: str, client_id: str = "", **more: str) -> str:
    party = Party(
        name=name,
        address=Address(city=more.get("city", ""), country=more.get("country", "")),
        contact=Contact(email=more.get("email", "")),
    )
    with app.change() as ctx:
        return save_customer(ctx, Customer(id=client_id, party=party)).id


def knows(ctx: ReadContext, name: str) -> bool:
    return Books(ctx).clients.named(name) is not None


def is_known(app: App, name: str) -> bool:
    with app.look() as ctx:
        return knows(ctx, name)


def test_a_client_added_by_another_process_is_known_to_the_next_message(
    app: App, tmp_path: Path
) -> None:
    other = open_app(Settings(home=tmp_path / "home"), clock=Clock())
    added = add(app, "Baobab Logistique", email="ap@baobab.example", country="SN")
    for reader in (app, other):
        assert is_known(reader, "baobab logistique")
    renamed = add(other, "Teranga Fret", added, email="ap@teranga.example", country="ML")
    assert renamed == added
    for reader in (app, other):
        assert is_known(reader, "Teranga Fret")
        assert not is_known(reader, "Baobab Logistique")
        with reader.look() as ctx:
            people = Books(ctx).clients.people
            assert people.by_country.keys() == {"ML"}
            assert people.by_email("ap@baobab.example") is None
    add(app, "Iroko SA", country="CI", email="ap@iroko.example")
    with other.look() as ctx:
        assert Books(ctx).clients.people.by_email("ap@iroko.example") is not None
    other.close()


def test_organisations_of_one_database_never_see_each_others_clients(
    app: App, tmp_path: Path
) -> None:
    rival = open_app(Settings(home=tmp_path / "home", organisation="rival"), clock=Clock())
    add(app, "Baobab Logistique")
    add(rival, "Iroko SA")
    for _ in range(2):  # from the store, then as kept
        assert is_known(app, "Baobab Logistique")
        assert not is_known(app, "Iroko SA")
        assert is_known(rival, "Iroko SA")
        assert not is_known(rival, "Baobab Logistique")
    rival.close()


def test_two_databases_with_the_same_organisation_are_not_mixed_up(
    app: App, tmp_path: Path
) -> None:
    elsewhere = open_app(Settings(home=tmp_path / "elsewhere"), clock=Clock())
    add(app, "Baobab Logistique")
    add(elsewhere, "Iroko SA")
    assert is_known(app, "Baobab Logistique")
    assert not is_known(elsewhere, "Baobab Logistique")
    assert is_known(elsewhere, "Iroko SA")
    assert not is_known(app, "Iroko SA")
    elsewhere.close()


def test_what_a_transaction_took_back_is_not_remembered(app: App) -> None:
    add(app, "Baobab Logistique")

    class Refused(Exception):
        pass

    def change_of_mind() -> None:
        with app.change() as ctx:
            save_customer(ctx, Customer(id="", party=Party(name="Iroko SA")))
            assert knows(ctx, "Iroko SA")
            raise Refused

    with pytest.raises(Refused):
        change_of_mind()
    assert not is_known(app, "Iroko SA")
    add(app, "Teranga Fret")
    assert not is_known(app, "Iroko SA")
    assert is_known(app, "Teranga Fret")


def test_a_view_opened_before_a_change_keeps_seeing_what_it_saw(app: App) -> None:
    added = add(app, "Baobab Logistique")
    with app.look() as before:
        assert before.tx.last_event()[0] == 1
        add(app, "Teranga Fret", added)
        assert is_known(app, "Teranga Fret")
        assert knows(before, "Baobab Logistique")
        assert not knows(before, "Teranga Fret")


def test_after_very_many_events_the_roll_is_read_anew(app: App) -> None:
    added = add(app, "Baobab Logistique")
    assert is_known(app, "Baobab Logistique")
    with app.change() as ctx:
        for _ in range(EVENTS_FOLLOWED_MAX + 1):
            ctx.record(CustomerSaved(customer_id=added))
    add(app, "Zephyr Inc")
    assert is_known(app, "Zephyr Inc")


def test_the_organisations_asked_for_last_are_kept(app: App) -> None:
    rolls, store = Rolls(), app.world.store
    names = [f"tenant{at}" for at in range(ORGANISATIONS_KEPT_MAX + 1)]
    for name in names:
        with store.transaction(name) as tx:
            tx.append(CustomerSaved(customer_id="c"), at=app.clock(), known_on=TODAY, user="awa")
    seen = []
    for name in names:
        with store.reading(name) as books:
            seen.append(rolls.roll(books))
    with store.reading(names[-1]) as books:
        assert rolls.roll(books) is seen[-1]
    with store.reading(names[0]) as books:
        assert rolls.roll(books) is not seen[0]


def test_books_without_any_event_are_read_each_time(app: App) -> None:
    with app.look() as ctx:
        roll = Rolls().roll(ctx.tx)
        assert (roll.sequence, "acme" in roll.names) == (0, False)


def test_an_index_with_changes_is_the_index_of_the_changed_names() -> None:
    names = {"a": "Baobab Logistique", "b": "Baobab Nord", "c": "Iroko SA"}
    changed = NameIndex(names.items()).with_changes({"b": "Iroko Nord", "d": "Nord Est"})
    anew = NameIndex((names | {"b": "Iroko Nord", "d": "Nord Est"}).items())
    for word in ("baobab", "logistique", "nord", "iroko", "sa", "est"):
        assert set(changed.holders(word)) == set(anew.holders(word))
    assert changed.named(("iroko", "nord")) == ("b",)
    assert changed.named(("baobab", "nord")) == ()
    assert set(changed.beginning("l")) == {"logistique"}
    assert NameIndex([("a", "Baobab")]).with_changes({"a": "Iroko"}).holders("baobab") == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Société Générale de BTP", ("societe", "generale", "de", "btp")),
        ("D'Arcy Media", ("d", "arcy", "media")),
        ("3M Côte d'Ivoire", ("3", "m", "cote", "d", "ivoire")),
        ("Straße & Söhne", ("strasse", "sohne")),
        ("a b c d e f g h i j", ("a", "b", "c", "d", "e", "f", "g", "h")),
        ("!!!", ("!!!",)),
    ],
)
def test_names_are_compared_by_their_words(name: str, words: tuple[str, ...]) -> None:
    assert name_words(name) == words


def test_names_written_together_mean_the_only_one_that_is_written_so() -> None:
    index = NameIndex([("a", "Acme Corp"), ("b", "Kanda Foods Ltd"), ("c", "Kanda Foods Bis")])
    assert index.run_together("acmecorp") == "a"
    assert index.run_together("kandafoods") == ""  # two begin so
    assert index.run_together("kandafoodsltd") == "b"
    assert index.run_together("acme") == ""


def found(index: ClientIndex, text: str) -> list[list[str]]:
    named = index.find(tokenise(text), {"invoice", "the"})
    return [[client.name for client in one.clients] for one in named]


def test_a_name_that_hundreds_begin_with_is_certain_only_with_the_rest() -> None:
    rest = [f"{first}{second}ara" for first in "BCDFGHJKLMNP" for second in "aeiouy" * 2]
    names = [f"Kouassi {word.capitalize()} Abidjan" for word in dict.fromkeys(rest)]
    names += [f"Kouassi {word.capitalize()} Dakar" for word in dict.fromkeys(rest)]
    assert len(names) > HOLDERS_MAX
    index = ClientIndex.of(KnownClient(id=name, name=name) for name in names)
    assert found(index, "invoice Kouassi Baara Abidjan") == [["Kouassi Baara Abidjan"]]
    assert found(index, "invoice Kouassi & Baara, Dakar") == [["Kouassi Baara Dakar"]]
    for several in ("invoice Kouassi", "invoice Kouasi", "invoice Kouassi the Baara"):
        assert all(len(clients) > 1 for clients in found(index, several))
    called = [*names, "Kouassi"]
    index = ClientIndex.of(KnownClient(id=name, name=name) for name in called)
    assert found(index, "invoice Kouassi") == [["Kouassi"]]


def test_a_common_word_of_the_trade_alone_names_nobody() -> None:
    rest = [f"{first}{second}ndu" for first in "BCDFGHJKLMNP" for second in "aeiouy"]
    names = [f"Société {word.capitalize()} {place}" for word in rest for place in ("Nord", "Sud")]
    assert len(names) > HOLDERS_MAX
    index = ClientIndex.of(KnownClient(id=name, name=name) for name in names)
    assert found(index, "invoice the societe") == []
    assert found(index, "invoice the societee") == []
    assert found(index, "invoice the Societe Bandu Nord") == [["Société Bandu Nord"]]
