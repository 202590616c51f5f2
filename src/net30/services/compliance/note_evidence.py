"""Note evidence: what happened outside of net30 and belongs into the audit.

Backups that were made, restores that were tried, incidents, reviews of who may what: an auditor
asks for their days, and the chain shows that none was added later.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from net30.domain.audit import TEXT_CHARACTERS_MAX
from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Permission
from net30.domain.text import clean
from net30.kernel.errors import InputError
from net30.ports.accounts import Accounts
from net30.services.identity.noted import noted

ACTION = "evidence"


class EvidenceKind(StrEnum):
    """What can be noted."""

    BACKUP = "backup"
    RESTORE_TEST = "restore_test"
    INCIDENT = "incident"
    ACCESS_REVIEW = "access_review"
    OTHER = "other"


def evidence_kind(name: str) -> EvidenceKind:
    """Return the kind of a name; raise InputError for one that is none."""
    try:
        return EvidenceKind(name.strip().lower().replace("-", "_"))
    except ValueError:
        raise InputError(
            f"{name!r} cannot be noted", hint=f"one of {', '.join(EvidenceKind)}", code="evidence"
        ) from None


def note_evidence(
    accounts: Accounts, kind: EvidenceKind, text: str, by: Principal, now: datetime
) -> None:
    """Add a sentence to the organisation's chain; it cannot be changed afterwards.

    Raises Forbidden, InputError for no text.
    """
    by.need(Permission.SETTINGS_WRITE)
    told = clean(text, "the note", TEXT_CHARACTERS_MAX).strip()
    if not told:
        raise InputError("the note says nothing", hint="write one sentence", code="note")
    entry = noted(ACTION, kind.value, by.user, now, told)
    with accounts.writing() as tx:
        tx.note(by.organisation, [entry])
