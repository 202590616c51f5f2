"""Collections: occurrences, dunning policies, call notes; no table changes, only what they hold.

An older net30 would read such books without these fields and lose them at its next save, so it
must not open them.
"""

from __future__ import annotations

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Change no table."""
