"""Webhooks: other programs are told what happens; docs/webhooks.md says how to receive it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Path, Query
from starlette.responses import Response

from net30.api.answers.etag import tag_of
from net30.api.answers.paging import ROWS_USUAL, Cursor, Limit, Listed, reply_page
from net30.api.asked import ID_CHARACTERS_MAX
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.delivery import Delivery, DeliveryState
from net30.domain.identity.roles import Permission
from net30.domain.topics import topics
from net30.domain.webhook import Webhook
from net30.ports.store import Stored
from net30.services.context import Context
from net30.services.webhooks.deliver import Post, deliver_test
from net30.services.webhooks.log import (
    Replayed,
    list_deliveries,
    replay_delivery,
    replay_failed,
    replay_since,
)
from net30.services.webhooks.save_webhook import (
    NewWebhook,
    add_webhook,
    change_webhook,
    check_webhook,
    list_webhooks,
    remove_webhook,
    rotate_secret,
    secret_of,
    webhook_of,
)

routes = Resource("webhooks", "Other programs are told what happens, each message signed.")

READ, WRITE = Permission.WEBHOOKS_READ, Permission.WEBHOOKS_WRITE
EXAMPLE = {
    "url": "https://hooks.example.com/net30",
    "topics": ["invoice.issued", "payment.recorded"],
    "about": "the shop",
}

Id = Annotated[str, Path(description="The webhook's id.", max_length=ID_CHARACTERS_MAX)]
DeliveryId = Annotated[str, Path(description="The message's id.", max_length=ID_CHARACTERS_MAX)]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookShown:
    """A webhook without its secret; told of everything when `topics` is empty."""

    id: str
    url: str
    topics: tuple[str, ...]
    about: str
    made_at: datetime
    paused: bool
    pause_reason: str
    failing_since: datetime | None
    former_secret_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSecret:
    """What a webhook's messages are signed with: whsec_ and Base64."""

    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicShown:
    """What a webhook can be told of, and the permission that whoever asks for it needs."""

    topic: str
    needs: Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatToReplay:
    """Events since a day, or (without one) all that was given up; `after` goes on."""

    since: date | None = None
    after: int = 0


@routes.get("/webhooks", READ, gives=tuple[WebhookShown, ...])
def get_webhooks(visit: Looking) -> Response:
    """List the webhooks."""
    with visit.look() as ctx:
        return visit.reply([_shown(one) for one in list_webhooks(ctx)])


@routes.get("/webhooks/topics", READ, gives=tuple[TopicShown, ...])
def get_webhook_topics(visit: Looking) -> Response:
    """List what a webhook can be told of."""
    return visit.reply([TopicShown(topic=name, needs=one) for name, one in topics().items()])


@routes.post("/webhooks", WRITE, takes=NewWebhook, gives=WebhookShown, status=201, example=EXAMPLE)
def add_one_webhook(visit: Changing) -> Response:
    """Have another program told of what happens from now on; its secret is asked for apart."""
    new = check_webhook(visit.app.web, visit.body(NewWebhook), visit.principal)
    sealing = visit.app.sealing
    return visit.once(lambda ctx: _shown(add_webhook(ctx, sealing, new)), at=_address)


@routes.get("/webhooks/{webhook}", READ, gives=WebhookShown)
def get_webhook(visit: Looking, webhook: Id) -> Response:
    """Show a webhook."""
    with visit.look() as ctx:
        found = webhook_of(ctx, webhook)
    return visit.reply(_shown(found.value), tag=_tag(found))


@routes.put("/webhooks/{webhook}", WRITE, takes=NewWebhook, gives=WebhookShown, example=EXAMPLE)
def replace_webhook(visit: Changing, webhook: Id) -> Response:
    """Change a webhook's address or topics, pause or resume it; its secret stays."""
    wanted = visit.body(NewWebhook)

    def replaced(ctx: Context) -> tuple[object, str]:
        visit.check_match(_tag(webhook_of(ctx, webhook)))
        new = check_webhook(visit.app.web, wanted, visit.principal)
        stored = change_webhook(ctx, webhook, new)
        return _shown(stored.value), _tag(stored)

    return visit.keyless(replaced)


@routes.delete("/webhooks/{webhook}", WRITE)
def delete_webhook(visit: Changing, webhook: Id) -> Response:
    """Remove a webhook and what waits to be told to it."""

    def removed(ctx: Context) -> tuple[object, str]:
        visit.check_match(_tag(webhook_of(ctx, webhook)))
        remove_webhook(ctx, webhook)
        return None, ""

    return visit.keyless(removed)


@routes.get("/webhooks/{webhook}/secret", WRITE, gives=WebhookSecret)
def get_webhook_secret(visit: Looking, webhook: Id) -> Response:
    """Show the secret that a webhook's messages are signed with."""
    with visit.look() as ctx:
        found = webhook_of(ctx, webhook).value
    return visit.reply(WebhookSecret(secret=secret_of(_of(visit), visit.app.sealing, found)))


@routes.post("/webhooks/{webhook}/secret/rotate", WRITE, gives=WebhookShown)
def rotate_webhook_secret(visit: Changing, webhook: Id) -> Response:
    """Make a new secret; for a day messages are signed with both."""
    sealing = visit.app.sealing
    return visit.once(lambda ctx: _shown(rotate_secret(ctx, sealing, webhook)))


@routes.post("/webhooks/{webhook}/test", WRITE, gives=Delivery)
def test_webhook(visit: Changing, webhook: Id) -> Response:
    """Send a test message now and tell how it went."""
    app = visit.app

    def tested() -> Delivery:
        with visit.look() as ctx:
            webhook_of(ctx, webhook)
        post = Post(world=app.world, web=app.web, sealing=app.sealing)
        return deliver_test(post, _of(visit), webhook)

    return visit.once_apart(tested)


@routes.get("/webhooks/{webhook}/deliveries", READ, gives=Listed[Delivery])
def get_deliveries(
    visit: Looking,
    webhook: Id,
    *,
    state: Annotated[DeliveryState | None, Query(description="Only in this state.")] = None,
    limit: Limit = ROWS_USUAL,
    cursor: Cursor = "",
) -> Response:
    """List what was told to a webhook, the latest first, with each try; kept for 30 days."""
    with visit.look() as ctx:
        logged = list_deliveries(ctx, webhook, state=state, before=cursor, limit=limit)
    return reply_page(visit.request, logged.deliveries, logged.before)


@routes.post("/webhooks/{webhook}/deliveries/{delivery}/replay", WRITE, gives=Delivery)
def replay_one_delivery(visit: Changing, webhook: Id, delivery: DeliveryId) -> Response:
    """Send one message again, under the same id."""
    return visit.once(lambda ctx: replay_delivery(ctx, webhook, delivery))


@routes.post(
    "/webhooks/{webhook}/replay",
    WRITE,
    takes=WhatToReplay,
    gives=Replayed,
    example={"since": "2026-11-20"},
)
def replay_deliveries(visit: Changing, webhook: Id) -> Response:
    """Send again what was given up, or every event since a day, also what was never told."""
    asked = visit.body(WhatToReplay)

    def again(ctx: Context) -> Replayed:
        if asked.since is None:
            return replay_failed(ctx, webhook)
        begins = datetime.combine(asked.since, time(), ZoneInfo(ctx.time_zone)).astimezone(UTC)
        return replay_since(ctx, webhook, begins, after=asked.after)

    return visit.once(again)


def _shown(webhook: Webhook) -> WebhookShown:
    return WebhookShown(
        id=webhook.id,
        url=webhook.url,
        topics=webhook.topics,
        about=webhook.about,
        made_at=webhook.made_at,
        paused=webhook.is_paused,
        pause_reason=webhook.pause_reason,
        failing_since=webhook.failing_since,
        former_secret_until=webhook.former_until,
    )


def _tag(stored: Stored[Webhook]) -> str:
    return tag_of(stored.version)


def _of(visit: Looking) -> str:
    return visit.principal.organisation


def _address(made: object) -> str:
    assert isinstance(made, WebhookShown)
    return f"/api/v1/webhooks/{made.id}"
