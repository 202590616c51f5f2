"""Webhook: another program's address that is told what happened, each message signed."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

SECRET_PREFIX = "whsec_"  # noqa: S105 - what a secret begins with
SECRET_BYTES = 32
FORMER_SECRET_FOR = timedelta(hours=24)
"""After a rotation messages are signed with both secrets for so long."""
PAUSED_AFTER = timedelta(days=5)
"""An address that has taken nothing for so long is told nothing more."""
WEBHOOKS_MAX = 50
ABOUT_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where to tell, of what (`topics`; none: of everything), and the secret that proves it is us.

    `secret` is sealed, and so is `former_secret`, which signs too until `former_until`.
    `pause_reason` says why nothing is told for now, empty while it is. `failing_since` is when the
    first of an unbroken row of messages was not taken. Nothing from before `made_at` is told by
    itself.
    """

    id: str
    url: str
    made_at: datetime
    secret: str = field(repr=False)
    topics: tuple[str, ...] = ()
    about: str = ""
    former_secret: str = field(default="", repr=False)
    former_until: datetime | None = None
    pause_reason: str = ""
    failing_since: datetime | None = None

    @property
    def is_paused(self) -> bool:
        """Tell whether it is told nothing for now."""
        return bool(self.pause_reason)

    def wants(self, topic: str) -> bool:
        """Tell whether it is to be told of a topic."""
        return not self.topics or topic in self.topics

    def secrets_at(self, now: datetime) -> tuple[str, ...]:
        """Return the sealed secrets that a message is signed with, the present one first."""
        if self.former_secret and self.former_until and now < self.former_until:
            return (self.secret, self.former_secret)
        return (self.secret,)


def new_webhook_secret() -> str:
    """Return a new secret in the form of Standard Webhooks: whsec_ and 32 random bytes."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def rotated(webhook: Webhook, secret: str, now: datetime) -> Webhook:
    """Return the webhook with a new sealed secret; the present one also signs for a while."""
    return replace(
        webhook,
        secret=secret,
        former_secret=webhook.secret,
        former_until=now + FORMER_SECRET_FOR,
    )


def took(webhook: Webhook) -> Webhook:
    """Return the webhook after a message was taken."""
    return replace(webhook, failing_since=None) if webhook.failing_since else webhook


def refused(webhook: Webhook, now: datetime, *, gone: bool) -> Webhook:
    """Return the webhook after a message was not taken: paused when that has lasted too long.

    `gone`: the address itself said that it wants no more (410).
    """
    since = webhook.failing_since or now
    reason = webhook.pause_reason
    if gone:
        reason = "the address answered that it is gone (410)"
    elif now - since >= PAUSED_AFTER:
        reason = f"nothing was taken since {since:%Y-%m-%d %H:%M} UTC"
    return replace(webhook, failing_since=since, pause_reason=reason)


def resumed(webhook: Webhook) -> Webhook:
    """Return the webhook as it is told again; its failures are forgotten."""
    return replace(webhook, pause_reason="", failing_since=None)
