"""A front door to test at: two organisations, members with keys, and a client of the API."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from net30.api.application import create_api
from net30.api.house import House
from net30.api.serving import recognised
from net30.app import App
from net30.domain.customer import Customer
from net30.domain.delivery import Delivery, Try, delivered
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Role
from net30.domain.job import Job
from net30.domain.party import Address, Contact, Party
from net30.domain.schedule import Schedule
from net30.kernel.money import Money
from net30.ports.store import NEW
from net30.services.create_draft import create_draft
from net30.services.identity.accept_link import Accepted, accept_link
from net30.services.identity.add_organisation import NewOrganisation, add_organisation
from net30.services.identity.add_user import NewUser, add_user
from net30.services.identity.make_key import NewKey, make_key
from net30.services.identity.noted import at_this_machine
from net30.services.issue_invoice import issue_invoice
from net30.services.record_payment import NewPayment, record_payment
from net30.services.save_customer import save_customer
from net30.services.save_schedule import save_schedule
from net30.services.webhooks.save_webhook import NewWebhook, add_webhook
from tests.accounts_desk import PASSWORD, quick_passwords
from tests.desk import Desk, open_desk

US, THEM = "main", "rival"
SECRET = "Zanzibar Spices"
"""The name of the rival's customer: whoever of us reads it has seen what is not ours."""


@dataclass(slots=True)
class Front:
    """The API of a desk; each role of each organisation has a key."""

    desk: Desk
    api: FastAPI
    client: TestClient
    keys: dict[tuple[str, Role], str] = field(default_factory=dict)

    @property
    def house(self) -> House:
        """What all requests share."""
        found: House = self.api.state.house
        return found

    def key(self, role: Role = Role.OWNER, of: str = US) -> str:
        """The key of a member."""
        if (of, role) not in self.keys:
            self.keys[of, role] = member_key(self.desk.app, role, of)
        return self.keys[of, role]

    def get(self, path: str, *, role: Role = Role.OWNER, of: str = US, **more: Any) -> Response:
        """Ask for something below /api/v1."""
        return self.send("GET", path, role=role, of=of, **more)

    def post(self, path: str, body: object = None, **more: Any) -> Response:
        """Change something, under a new key of its own unless one is given."""
        return self.send("POST", path, body, **more)

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        role: Role = Role.OWNER,
        of: str = US,
        once: str = "",
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Response:
        """Send a request."""
        own = {"Authorization": f"Bearer {self.key(role, of)}"}
        if method == "POST":
            own["Idempotency-Key"] = once or str(uuid.uuid4())
        sent = {**more, "json": body} if body is not None else more
        if isinstance(body, bytes):
            sent = {**more, "files": {"file": ("file", body)}}
        return self.client.request(
            method, f"/api/v1{path}", headers={**own, **(headers or {})}, **sent
        )

    def settled(self) -> Front:
        """Wait until lists and documents have followed."""
        assert self.house.relay.rest()
        return self


@contextmanager
def open_front(
    home: Path, recognise: Callable[[App, str, str], Principal] = recognised, **settings: object
) -> Iterator[Front]:
    """Open a desk with the API before it; mutants recognise people in ways of their own."""
    desk = open_desk(home, **settings)
    api = create_api(desk.app, partial(recognise, desk.app))
    with TestClient(api, raise_server_exceptions=False) as client:
        yield Front(desk, api, client)
    desk.app.close()


def found_rival(app: App) -> dict[str, str]:
    """Found the rival's books and return the ids of what is in them, by what paths call them."""
    now, by = app.clock(), at_this_machine(US)
    add_organisation(app.world, NewOrganisation(id=THEM, name="Rival SA"), by, now)
    theirs = app.of(THEM)
    contact = Contact(email="zanzibar@spices.example")
    with theirs.change("rita") as ctx:
        customer = save_customer(
            ctx,
            Customer(
                id="",
                party=Party(
                    name=SECRET, address=Address(city="Zanzibar", country="TZ"), contact=contact
                ),
            ),
        )
    return {"customer": customer.id, **_papers(theirs, customer.id), **_work(theirs)}


def _papers(theirs: App, customer_id: str) -> dict[str, str]:
    line = NewLine(name="saffron of Zanzibar", unit_price=Decimal(777))
    new = NewInvoice(customer_id=customer_id, lines=(line,))
    with theirs.change("rita") as ctx:
        for _ in range(3):  # our own number of that name may exist: theirs goes further
            number = issue_invoice(ctx, create_draft(ctx, new).id).number
        payment = record_payment(
            ctx, NewPayment(customer_id=customer_id, amount=Money.of("100", "XOF"))
        )
        schedule = save_schedule(ctx, Schedule(id="", invoice=new, start=date(2026, 12, 1)))
    theirs.settle()
    return {"number": number, "payment": payment.id, "schedule": schedule.id}


def _work(theirs: App) -> dict[str, str]:
    """A webhook that is paused, a message it was told, a job that runs."""
    new = NewWebhook(url="https://hooks.zanzibar.example/in", paused=True)
    with theirs.change("rita") as ctx:
        webhook = add_webhook(ctx, theirs.sealing, new)
        delivery = Delivery(
            id=ctx.new_id(),
            webhook_id=webhook.id,
            message_id="m1",
            sequence=1,
            topic="invoice.issued",
            made_at=ctx.now,
        )
        tried = Try(at=ctx.now, status=200, milliseconds=1)
        ctx.tx.save(delivered(delivery, tried), expected=NEW)
        job = Job(
            id=ctx.new_id(),
            kind="train",
            title="saffron",
            user="rita",
            began=ctx.now,
            began_step=ctx.now,
            heard=ctx.now,
        )
        ctx.tx.save(job, expected=NEW)
    return {"webhook": webhook.id, "delivery": delivery.id, "job": job.id}


def member_key(app: App, role: Role, of: str) -> str:
    """Add a member and return the secret of a key that may all that the member may."""
    by, now, accounts = at_this_machine(of), app.clock(), app.world.accounts
    email = f"{role.value}@{of}.example"
    added = add_user(accounts, NewUser(email=email, role=role), by, now)
    if added.link:  # programs have none
        accepted = Accepted(secret=added.link, password=PASSWORD)
        accept_link(accounts, quick_passwords(), accepted, now)
    new = NewKey(name=f"{role.value}'s", user_id=added.user.id)
    return make_key(accounts, new, by, now).secret
