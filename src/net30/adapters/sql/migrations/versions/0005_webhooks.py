"""Webhooks: who is told of events, and each message; no table changes, only what they hold.

An older net30 does not know the event that says who changed a webhook, so it must not open them.
"""

from __future__ import annotations

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Change no table."""
