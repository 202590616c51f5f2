"""Gather evidence: who may what and did what, whether the audit holds, what the law keeps.

Read from the accounts, the audit and the books; nothing is asked of people, and what net30 cannot
know (was access reviewed?) is told as not known. Backups that it made itself stand in the audit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from net30.domain.audit import INSTALLATION, AuditEntry
from net30.domain.identity.api_key import ApiKey
from net30.domain.identity.principal import Principal
from net30.domain.identity.records import AccountKey
from net30.domain.identity.roles import Permission
from net30.domain.identity.second_factor import SecondFactor
from net30.domain.identity.session import Session
from net30.ports.accounts import AccountsReading
from net30.services.audit.verify_audit import Verified, verify_audit
from net30.services.compliance.note_evidence import ACTION, EvidenceKind
from net30.services.context import ReadContext
from net30.services.identity.list_members import Member, list_members
from net30.services.privacy.apply_retention import RetentionState, retention_state
from net30.services.privacy.erase_again import came_back
from net30.services.world import World

PERIOD = timedelta(days=365)
"""What happened is told of this time before the day of the report."""
ENTRIES_SHOWN_MAX = 500
BACKUPS_SHOWN_MAX = 31
"""One a day would hide what people have noted."""

ACCESS_ACTIONS = frozenset(
    {
        "first_owner_link_made",
        "key_made",
        "key_revoked",
        "member_added",
        "member_removed",
        "organisation_added",
        "password_link_made",
        "role_changed",
        "sign_on_added",
        "sign_on_removed",
    }
)
OUTGOING_ACTIONS = frozenset({"exported", "read_in_bulk"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One member: what it may, how it signs in, and when it last did within the period."""

    member: Member
    second_factor: bool
    sessions: int
    keys: int
    last_sign_in: datetime | None
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How often something was done in the period, and when last."""

    action: str
    times: int
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All of it, as of a moment; `changes` of the books and settings by kind, the most first.

    `wall` says whether the database itself keeps organisations apart: in_force, bypassed (its user
    is a superuser) or none (SQLite).
    """

    at: datetime
    access: tuple[Access, ...]
    keys: tuple[ApiKey, ...]
    access_changes: tuple[AuditEntry, ...]
    outgoing: tuple[AuditEntry, ...]
    changes: tuple[Done, ...]
    noted: tuple[AuditEntry, ...]
    audit: Verified
    retention: RetentionState
    erased: int
    came_back: int
    wall: str

    def last_noted(self, kind: EvidenceKind) -> AuditEntry | None:
        """Return the latest note of a kind, None when nothing is known."""
        return next((one for one in reversed(self.noted) if one.target == kind.value), None)


def gather_evidence(world: World, ctx: ReadContext, by: Principal) -> Evidence:
    """Return the evidence of the organisation of `by`; raise Forbidden without audit.read."""
    by.need_all((Permission.AUDIT_READ, Permission.MEMBERS_READ))
    accounts, now = world.accounts, ctx.now
    since = (now - PERIOD).isoformat()
    members = list_members(accounts, by)
    with accounts.reading() as tx:
        entries = [one for one in _entries(tx, by.organisation) if one.at >= since]
        signed = [one for one in _entries(tx, INSTALLATION) if one.at >= since]
        keys = tx.find(ApiKey, AccountKey.ORGANISATION, by.organisation)
        access = tuple(_access(tx, one, keys, signed, now) for one in members)
    return Evidence(
        at=now,
        access=access,
        keys=tuple(sorted(keys, key=lambda key: key.made_at)),
        access_changes=_only(entries, ACCESS_ACTIONS),
        outgoing=_only(entries, OUTGOING_ACTIONS),
        changes=_done(entries),
        noted=_noted(entries),
        audit=verify_audit(world, only=by.organisation),
        retention=retention_state(ctx),
        erased=sum(one.action == "customer_erased" for one in entries),
        came_back=len(came_back(ctx)),
        wall=world.store.wall(),
    )


def _entries(tx: AccountsReading, chain: str) -> Iterator[AuditEntry]:
    after = 0
    while page := tx.entries(chain, after=after):
        yield from page
        after = page[-1].sequence


def _access(
    tx: AccountsReading,
    member: Member,
    keys: tuple[ApiKey, ...],
    signed: list[AuditEntry],
    now: datetime,
) -> Access:
    user = member.user.id
    factor = tx.get(SecondFactor, user)
    sessions = tx.find(Session, AccountKey.OWNER, user)
    ins = [one.at for one in signed if one.action == "signed_in" and one.target == user]
    refused = sum(one.action == "sign_in_refused" and one.target == user for one in signed)
    return Access(
        member=member,
        second_factor=bool(factor and factor.is_asked_for),
        sessions=sum(one.is_valid(now) for one in sessions),
        keys=sum(one.user_id == user and one.is_valid(now) for one in keys),
        last_sign_in=datetime.fromisoformat(max(ins)) if ins else None,
        refused=refused,
    )


def _only(entries: list[AuditEntry], actions: frozenset[str]) -> tuple[AuditEntry, ...]:
    """Return the latest entries of some actions, in their order."""
    return tuple([one for one in entries if one.action in actions][-ENTRIES_SHOWN_MAX:])


def _noted(entries: list[AuditEntry]) -> tuple[AuditEntry, ...]:
    """Return the latest notes in their order; of backups only the last of them."""
    backup = EvidenceKind.BACKUP.value
    backups = [one for one in entries if (one.action, one.target) == (ACTION, backup)]
    older = {one.sequence for one in backups[:-BACKUPS_SHOWN_MAX]}
    return _only([one for one in entries if one.sequence not in older], frozenset({ACTION}))


def _done(entries: list[AuditEntry]) -> tuple[Done, ...]:
    apart = ACCESS_ACTIONS | OUTGOING_ACTIONS | {ACTION}
    last: dict[str, tuple[int, str]] = {}
    for one in entries:
        if one.action not in apart:
            times, _ = last.get(one.action, (0, ""))
            last[one.action] = (times + 1, one.at)
    done = [
        Done(action=action, times=times, last=datetime.fromisoformat(at))
        for action, (times, at) in last.items()
    ]
    return tuple(sorted(done, key=lambda one: (-one.times, one.action)))
