"""Who lets us in, and for how long: answers count once, tokens are kept before they are used."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from net30.domain.books import BooksConnection, ConnectionState
from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Role, permissions_of
from net30.kernel.errors import Conflict, Forbidden, InputError, Unavailable
from net30.services.books.connections import NewConnection, disconnect, list_connections
from net30.services.books.consent import (
    Asker,
    ask,
    ask_again,
    choose_company,
    read_returned,
    take_answer,
)
from net30.services.books.lease import leased
from net30.services.books.tokens import Tokens
from net30.services.create_organisation import first_organisation
from tests.books_beside import BACK, Beside, asker_of, new_connection
from tests.desk import Desk
from tests.doubles.books_server import Refusal
from tests.doubles.xero_server import xero_server


def test_a_connection_knows_its_company_and_keeps_no_secret_in_the_clear(beside: Beside) -> None:
    connection = beside.connection()
    assert (connection.state, connection.company_name) == (
        ConnectionState.CONNECTED,
        "Lagune Conseil",
    )
    assert connection.consent is None
    kept = (connection.client_secret, connection.access, connection.refresh)
    for secret in ("s3cret", "access-1", "refresh-1"):
        assert all(secret not in one for one in kept)
    assert "s3cret" not in repr(connection)
    assert connection.access not in repr(connection)


def named(organisation: str, user: str) -> Asker:
    """An owner at a browser."""
    owner = Principal(
        user=user, name="", organisation=organisation, permissions=permissions_of(Role.OWNER)
    )
    return Asker(principal=owner, back_to=BACK, session="one")


def test_what_was_asked_at_the_machine_an_owner_may_answer_in_a_browser(xero: Beside) -> None:
    asked = ask_again(xero.work, "xero", asker_of(xero.desk.app))
    awa = named(xero.desk.app.organisation, "awa")
    assert take_answer(xero.work, xero.server.consent(asked.address), awa).is_connected


def test_an_answer_counts_once(xero: Beside) -> None:
    asked = ask_again(xero.work, "xero", asker_of(xero.desk.app))
    told = xero.server.consent(asked.address)
    take_answer(xero.work, told, asker_of(xero.desk.app))
    with pytest.raises(Forbidden, match="no question of yours") as refused:
        take_answer(xero.work, told, asker_of(xero.desk.app))
    assert refused.value.code == "books_state"


@pytest.mark.parametrize("case", ["state", "session", "user", "late"])
def test_an_answer_to_another_s_question_is_refused_and_ends_it(xero: Beside, case: str) -> None:
    app = xero.desk.app
    mine = named(app.organisation, "awa")
    told = xero.server.consent(ask_again(xero.work, "xero", mine).address)
    other = mine
    if case == "state":
        told["state"] = "guessed"
    if case == "session":
        other = replace(mine, session="two")
    if case == "user":
        other = named(app.organisation, "eve")
    if case == "late":
        xero.desk.clock.day += timedelta(days=1)
    with pytest.raises(Forbidden):
        take_answer(xero.work, told, other)
    if case != "state":
        with pytest.raises(Forbidden):
            take_answer(xero.work, told, mine)


def test_who_may_not_change_settings_connects_nothing(xero: Beside) -> None:
    viewer = Principal(
        user="v", name="", organisation=xero.desk.app.organisation,
        permissions=permissions_of(Role.ACCOUNTANT),
    )  # fmt: skip
    asker = Asker(principal=viewer, back_to=BACK)
    for attempt in (
        lambda: ask(xero.work, new_connection("xero", xero.server), asker),
        lambda: take_answer(xero.work, {}, asker),
        lambda: choose_company(xero.work, "xero", "x", asker),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_a_client_without_a_secret_proves_itself_by_a_verifier(euros: Desk) -> None:
    with xero_server(client_secret="") as server:
        work, asker = euros.app.books_work(), asker_of(euros.app)
        asked = ask(work, new_connection("xero", server), asker)
        assert "code_challenge_method=S256" in asked.address
        connection = take_answer(work, server.consent(asked.address), asker)
    assert connection.is_connected


def test_no_said_there_is_told(xero: Beside) -> None:
    asker = asker_of(xero.desk.app)
    told = xero.server.consent(ask_again(xero.work, "xero", asker).address)
    with pytest.raises(Forbidden) as refused:
        take_answer(xero.work, {"state": told["state"], "error": "access_denied"}, asker)
    assert refused.value.code == "books_declined"


def test_of_several_companies_somebody_says_which(euros: Desk) -> None:
    with xero_server(companies=2) as server:
        work, asker = euros.app.books_work(), asker_of(euros.app)
        asked = ask(work, new_connection("xero", server), asker)
        with pytest.raises(Conflict, match="Other 1"):
            take_answer(work, server.consent(asked.address), asker)
        with work.look() as ctx:
            (waiting,) = list_connections(ctx)
        assert waiting.state is ConnectionState.WAITING
        assert choose_company(work, "xero", "Lagune Conseil", asker).is_connected
        with pytest.raises(Conflict, match="not to Other 1"):
            choose_company(work, "xero", "Other 1", asker)


def test_a_token_that_ends_is_renewed_and_the_next_one_is_kept_first(xero: Beside) -> None:
    xero.desk.clock.day += timedelta(days=1)
    xero.pull()
    connection = xero.connection()
    assert xero.work.unsealed("xero", connection.refresh) == xero.server.refresh == "refresh-2"
    # The program refuses a token that we took for good: once renewed, the question is asked again.
    xero.server.end_tokens()
    xero.pull()
    assert xero.server.refresh == "refresh-3"


def test_the_next_token_is_kept_even_when_the_question_then_fails(xero: Beside) -> None:
    xero.desk.clock.day += timedelta(days=1)
    xero.server.busy, xero.server.seconds = 1, 7200
    with pytest.raises(Unavailable):
        xero.pull()
    kept = xero.work.unsealed("xero", xero.connection().refresh)
    assert kept == xero.server.refresh == "refresh-2"
    xero.pull()


def test_a_connection_that_breaks_is_said_so_until_it_is_connected_again(beside: Beside) -> None:
    beside.server.end_tokens()
    beside.server.refresh = "revoked there"
    with pytest.raises(Forbidden):
        beside.pull()
    broken = beside.connection()
    assert (broken.state, broken.refresh, broken.busy_until) == (ConnectionState.BROKEN, "", None)
    assert "invalid_grant" in broken.broken_because
    with pytest.raises(Conflict):
        beside.pull()
    asker = asker_of(beside.desk.app)
    told = beside.server.consent(ask_again(beside.work, beside.name, asker).address)
    take_answer(beside.work, told, asker)
    beside.pull()
    with beside.work.look() as ctx:
        said = [one.event.change for one in ctx.tx.events_naming(beside.name)]  # type: ignore[union-attr]
    assert said == ["connected", "asked", "broken", "connected", "asked"]


def test_only_one_works_with_a_connection_at_a_time(xero: Beside) -> None:
    with leased(xero.work, "xero", "pull"), pytest.raises(Conflict) as refused:
        xero.pull()
    assert refused.value.code == "books_busy"


def test_short_pauses_are_made_when_the_program_asks_for_them(beside: Beside) -> None:
    beside.server.invoice("B-1", beside.server.contact("Baobab"), "1.00")
    beside.server.busy, beside.server.seconds = 2, 30
    assert beside.pull().added == 1
    assert beside.pauses == [30, 30]


def test_disconnecting_gives_the_tokens_back_and_keeps_what_came(beside: Beside) -> None:
    beside.server.invoice("B-1", beside.server.contact("Baobab"), "1.00")
    beside.pull()
    assert disconnect(beside.work, beside.name) == ""
    assert beside.server.revoked
    with beside.work.look() as ctx:
        assert list_connections(ctx) == ()
    assert beside.item("B-1").balance.minor == 100


def test_another_organisation_sees_no_connection(xero: Beside) -> None:
    app = xero.desk.app
    with app.world.store.transaction("rival") as tx:
        tx.save(first_organisation("rival"), expected=0)
    work = app.of("rival").books_work()
    with work.look() as ctx:
        assert list_connections(ctx) == ()
    asked = ask_again(xero.work, "xero", asker_of(app))
    with pytest.raises(Forbidden):
        take_answer(work, xero.server.consent(asked.address), asker_of(app.of("rival")))
    # Nor does a sealed token of the one open in the other.
    with pytest.raises(Unavailable):
        work.unsealed("xero", xero.connection().refresh)


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NewConnection(program="xero", client_id=""), "books_client"),
        (NewConnection(program="xero", client_id="c", name="Net 30"), "source"),
        (NewConnection(program="xero", client_id="c", name="net30"), "source"),
        (NewConnection(program="quickbooks", client_id="c"), "books_secret"),
        (
            NewConnection(program="xero", client_id="c", address="http://10.0.0.8"),
            "web_address_private",
        ),
    ],
)
def test_what_cannot_be_connected_is_told(euros: Desk, new: NewConnection, code: str) -> None:
    with pytest.raises(InputError) as refused:
        ask(euros.app.books_work(), new, asker_of(euros.app))
    assert refused.value.code == code
    with euros.app.look() as ctx:
        assert ctx.tx.page(BooksConnection) == ()


def test_an_option_that_no_program_has_is_refused(beside: Beside) -> None:
    with pytest.raises(InputError, match="has no option"):
        beside.option(colour="blue")
    beside.option(tax__20="X")
    beside.option(tax__20="")
    assert beside.connection().options == ()


def test_the_address_the_browser_ended_at_is_read() -> None:
    told = read_returned("https://books.example/books/callback?code=a%20b&state=s&realmId=7 ")
    assert told == {"code": "a b", "state": "s", "realmId": "7"}
    with pytest.raises(InputError):
        read_returned("https://books.example/")


def test_tokens_of_a_connection_that_was_never_opened_are_refused(xero: Beside) -> None:
    asked = ask(
        xero.work,
        NewConnection(program="xero", client_id="c", name="second", address=xero.server.url),
        asker_of(xero.desk.app),
    )
    with pytest.raises(Forbidden):
        Tokens(xero.work, asked.connection.id).current()


def test_a_proxy_that_refuses_ends_no_connection(xero: Beside) -> None:
    xero.server.end_tokens()
    xero.server.token_answers = Refusal(403, {"Message": "Forbidden by the proxy"})
    with pytest.raises(Unavailable) as refused:
        xero.pull()
    assert refused.value.code == "books_answer"
    assert xero.connection().is_connected
