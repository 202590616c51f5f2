"""Save a webhook: who is told, of what; every change is an event, so it stands in the audit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from net30.domain.aggregates import Key
from net30.domain.delivery import Delivery
from net30.domain.events import WebhookChanged
from net30.domain.identity.principal import Principal
from net30.domain.text import clean
from net30.domain.topics import topics
from net30.domain.webhook import (
    ABOUT_CHARACTERS_MAX,
    WEBHOOKS_MAX,
    Webhook,
    new_webhook_secret,
    resumed,
    rotated,
)
from net30.kernel.errors import InputError, LimitExceeded, NotFound
from net30.ports.sealing import Sealing
from net30.ports.store import NEW, Stored
from net30.ports.web import Web
from net30.services.context import Context, ReadContext

PAUSED_BY_HAND = "paused by hand"
Changed = Literal["added", "changed", "rotated", "paused", "resumed", "removed", "replayed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook:
    """Where to tell, of which topics (none: of all that the maker may read), and what it is for."""

    url: str
    topics: tuple[str, ...] = ()
    about: str = ""
    paused: bool = False


def check_webhook(web: Web, new: NewWebhook, by: Principal) -> NewWebhook:
    """Return what was asked for, tidied.

    Raises InputError for an address that can never be called or a topic that does not exist,
    Forbidden for topics that `by` may not read: nobody has told what they may not see.
    """
    known = topics()
    for topic in new.topics:
        if topic not in known:
            raise InputError(
                f"there is no topic {topic[:60]!r}",
                hint=f"there are: {', '.join(known)}",
                code="webhook_topic",
            )
    by.need_all({known[topic] for topic in new.topics} if new.topics else set(known.values()))
    about = " ".join(clean(new.about, "what the webhook is for", ABOUT_CHARACTERS_MAX).split())
    url = str(web.check(new.url))
    return replace(new, url=url, about=about, topics=tuple(dict.fromkeys(new.topics)))


def add_webhook(ctx: Context, sealing: Sealing, new: NewWebhook) -> Webhook:
    """Return a new webhook, told of what happens from now on; `new` is from check_webhook.

    Raises LimitExceeded when the organisation has WEBHOOKS_MAX.
    """
    if len(list_webhooks(ctx)) >= WEBHOOKS_MAX:
        raise LimitExceeded(
            f"there are {WEBHOOKS_MAX} webhooks", hint="remove one first", code="webhooks"
        )
    webhook_id = ctx.new_id()
    webhook = Webhook(
        id=webhook_id,
        url=new.url,
        topics=new.topics,
        about=new.about,
        made_at=ctx.now,
        secret=sealing.seal(new_webhook_secret(), sealed_about(ctx.organisation, webhook_id)),
        pause_reason=PAUSED_BY_HAND if new.paused else "",
    )
    ctx.tx.save(webhook, expected=NEW)
    return _noted(ctx, webhook, "added")


def change_webhook(ctx: Context, webhook_id: str, new: NewWebhook) -> Stored[Webhook]:
    """Return the webhook with another address, topics or state; raise NotFound."""
    stored = webhook_of(ctx, webhook_id)
    before = stored.value
    changed = replace(before, url=new.url, topics=new.topics, about=new.about)
    if new.paused != before.is_paused:
        changed = replace(changed, pause_reason=PAUSED_BY_HAND) if new.paused else resumed(changed)
    ctx.tx.save(changed, expected=stored.version)
    what: Changed = "changed"
    if new.paused != before.is_paused:
        what = "paused" if new.paused else "resumed"
    return Stored(_noted(ctx, changed, what), stored.version + 1)


def rotate_secret(ctx: Context, sealing: Sealing, webhook_id: str) -> Webhook:
    """Return the webhook with a new secret; for a day messages bear both signatures."""
    stored = webhook_of(ctx, webhook_id)
    sealed = sealing.seal(new_webhook_secret(), sealed_about(ctx.organisation, webhook_id))
    changed = rotated(stored.value, sealed, ctx.now)
    ctx.tx.save(changed, expected=stored.version)
    return _noted(ctx, changed, "rotated")


def remove_webhook(ctx: Context, webhook_id: str) -> None:
    """Remove a webhook and what waits for it; raise NotFound."""
    stored = webhook_of(ctx, webhook_id)
    for waiting in ctx.tx.find(Delivery, Key.PARENT, webhook_id):
        ctx.tx.delete(Delivery, waiting.value.id, expected=waiting.version)
    ctx.tx.delete(Webhook, webhook_id, expected=stored.version)
    _noted(ctx, stored.value, "removed")


def webhook_of(ctx: ReadContext, webhook_id: str) -> Stored[Webhook]:
    """Return a webhook; raise NotFound."""
    try:
        return ctx.tx.load(Webhook, webhook_id)
    except NotFound:
        raise NotFound(
            f"there is no webhook {webhook_id[:60]!r}",
            hint="net30 webhook list shows them",
            code="webhook",
        ) from None


def list_webhooks(ctx: ReadContext) -> tuple[Webhook, ...]:
    """Return all webhooks, the oldest first."""
    return tuple(stored.value for stored in ctx.tx.page(Webhook, limit=WEBHOOKS_MAX))


def secret_of(organisation: str, sealing: Sealing, webhook: Webhook) -> str:
    """Return the secret that a webhook's messages are signed with."""
    return unsealed(organisation, sealing, webhook.id, [webhook.secret])[0]


def unsealed(
    organisation: str, sealing: Sealing, webhook_id: str, sealed: Iterable[str]
) -> tuple[str, ...]:
    """Return secrets of a webhook; raise Unavailable when the key that sealed them is not here."""
    about = sealed_about(organisation, webhook_id)
    return tuple(sealing.unseal(one, about) for one in sealed)


def sealed_about(organisation: str, webhook_id: str) -> str:
    """Return whose secret it is that is sealed."""
    return f"webhook:{organisation}:{webhook_id}"


def noted_replay(ctx: Context, webhook: Webhook) -> None:
    """Note that somebody had messages sent again."""
    _noted(ctx, webhook, "replayed")


def _noted(ctx: Context, webhook: Webhook, change: Changed) -> Webhook:
    ctx.record(WebhookChanged(webhook_id=webhook.id, change=change, url=webhook.url, day=ctx.today))
    return webhook
