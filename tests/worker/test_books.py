"""The worker pulls and pushes by itself; a connection that breaks is an alert at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from net30.services.alerts.check_alerts import open_alerts
from net30.services.books.connections import ConnectionChange, change_connection
from net30.services.create_organisation import save_organisation
from net30.worker.chores import books
from tests.books_beside import Beside, connected_to
from tests.desk import Desk, open_desk
from tests.doubles.books_server import ALLOWED
from tests.doubles.xero_server import xero_server


@pytest.fixture
def xero(tmp_path: Path) -> Iterator[Beside]:
    desk: Desk = open_desk(tmp_path, web_allow=ALLOWED)
    with desk.app.change() as ctx:
        save_organisation(ctx, replace(ctx.company, currency="EUR"))
    with xero_server() as server:
        yield connected_to(desk, "xero", server)
    desk.app.close()


def test_what_is_connected_is_pulled_and_pushed_only_when_asked_for(xero: Beside) -> None:
    xero.server.invoice("B-1", xero.server.contact("Baobab"), "1.00")
    ours = xero.desk.issue("10", "1")
    books.run(xero.desk.app)
    assert xero.item("B-1").balance.minor == 100
    assert len(xero.server.invoices) == 1
    xero.option(tax__18="OUTPUT")
    program = xero.work.program_of(xero.connection())
    with xero.work.change() as ctx:
        change_connection(ctx, "xero", ConnectionChange(scheduled_push=True), program)
    books.run(xero.desk.app)
    assert {row["InvoiceNumber"] for row in xero.server.invoices.values()} == {"B-1", ours.number}


def test_a_connection_that_breaks_is_an_alert_until_it_is_mended(xero: Beside) -> None:
    xero.server.end_tokens()
    xero.server.refresh = "gone"
    books.run(xero.desk.app)
    with xero.desk.app.look() as ctx:
        (alert,) = [one for one in open_alerts(ctx) if one.rule == "books_connection"]
    assert (alert.subject, alert.subject_name) == ("xero", "Lagune Conseil")
    books.run(xero.desk.app)  # nothing is asked of a program that lets us in no more
    assert xero.connection().state.value == "broken"


def test_a_program_that_wants_to_be_left_alone_is(xero: Beside) -> None:
    xero.server.busy, xero.server.seconds = 1, 5000
    books.run(xero.desk.app)
    asked = len(xero.server.asked)
    books.run(xero.desk.app)
    assert len(xero.server.asked) == asked
    xero.desk.clock.day += timedelta(days=1)
    books.run(xero.desk.app)
    assert len(xero.server.asked) > asked
