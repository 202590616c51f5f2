"""A desk whose webhooks may reach a receiver on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from net30.domain.delivery import Delivery
from net30.domain.webhook import Webhook
from net30.services.identity.noted import at_this_machine
from net30.services.webhooks.deliver import DeliveryReport, Post, deliver_due
from net30.services.webhooks.log import list_deliveries
from net30.services.webhooks.save_webhook import (
    NewWebhook,
    add_webhook,
    check_webhook,
    secret_of,
    webhook_of,
)
from tests.desk import Desk, open_desk
from tests.doubles.receiver import ALLOWED, Receiver, receiving


@dataclass(slots=True)
class Later:
    """The present time, moved on by hand: signatures are dated, and receivers look."""

    by: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by


@dataclass(frozen=True, slots=True)
class Told:
    """A desk with a receiver, and what webhooks are worked with."""

    desk: Desk
    receiver: Receiver
    later: Later
    post: Post

    def webhook(self, *topics: str, url: str = "") -> Webhook:
        """Add a webhook to the receiver."""
        app = self.desk.app
        new = NewWebhook(url=url or self.receiver.url, topics=topics)
        checked = check_webhook(app.web, new, at_this_machine(app.organisation))
        with app.change() as ctx:
            return add_webhook(ctx, app.sealing, checked)

    def again(self, webhook: Webhook) -> Webhook:
        """The webhook as it is now."""
        with self.desk.app.look() as ctx:
            return webhook_of(ctx, webhook.id).value

    def secret(self, webhook: Webhook) -> str:
        """What its messages are signed with."""
        return secret_of(self.desk.app.organisation, self.desk.app.sealing, self.again(webhook))

    def issue(self, count: int = 1) -> None:
        """Issue invoices and keep what follows from them."""
        for _ in range(count):
            self.desk.issue()
        assert self.desk.app.settle().ok

    def deliver(self) -> DeliveryReport:
        """Send what is due."""
        return deliver_due(self.post, self.desk.app.organisation)

    def log(self, webhook: Webhook) -> tuple[Delivery, ...]:
        """What was told, the latest first."""
        with self.desk.app.look() as ctx:
            return list_deliveries(ctx, webhook.id).deliveries


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    with at_a_desk(tmp_path / "home") as opened:
        yield opened


@contextmanager
def at_a_desk(home: Path, **settings: object) -> Iterator[Told]:
    """Open a desk with a receiver beside it."""
    desk, later = open_desk(home, web_allow=ALLOWED, **settings), Later()
    app = replace(desk.app, clock=later, world=replace(desk.app.world, clock=later))
    desk = replace(desk, app=app)
    with receiving() as receiver:
        yield Told(desk, receiver, later, Post(world=app.world, web=app.web, sealing=app.sealing))
    app.close()
