"""Audit: who did what, as a chain in which each entry carries the hash of the one before.

Whoever edits, removes, adds or reorders an entry breaks the chain; whoever makes the rest of it
anew is found by a head that was exported before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from hashlib import sha256

from net30.kernel.findings import Finding, Severity

INSTALLATION = "*"
"""The chain of what belongs to no organisation: users and sign-ins."""
TEXT_CHARACTERS_MAX = 500
NO_HASH = "0" * 64
"""What stands before the first entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditNote:
    """What somebody did: `actor` (a user's id, or cli), `action`, to what, and more about it.

    `source` is unique in a chain: the same thing noted twice is one entry.
    """

    at: datetime
    actor: str
    action: str
    target: str
    source: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHead:
    """The end of a chain: how many entries it has, and the hash of the last."""

    chain: str
    sequence: int = 0
    hash: str = NO_HASH


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """A note in its place in a chain."""

    chain: str
    sequence: int
    at: str
    actor: str
    action: str
    target: str
    source: str
    detail: str
    before: str
    hash: str

    @property
    def head(self) -> AuditHead:
        """Return the chain's head when this is its last entry."""
        return AuditHead(chain=self.chain, sequence=self.sequence, hash=self.hash)


def chained(head: AuditHead, note: AuditNote) -> AuditEntry:
    """Return the entry that a note becomes after a head."""
    values = {
        "chain": head.chain,
        "sequence": head.sequence + 1,
        "at": note.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": note.actor[:TEXT_CHARACTERS_MAX],
        "action": note.action[:TEXT_CHARACTERS_MAX],
        "target": note.target[:TEXT_CHARACTERS_MAX],
        "source": note.source,
        "detail": note.detail[:TEXT_CHARACTERS_MAX],
        "before": head.hash,
    }
    return AuditEntry(**values, hash=_digest(values))  # type: ignore[arg-type] # its fields by name


def broken_links(
    chain: str, entries: Iterable[AuditEntry], known: Iterable[AuditHead] = ()
) -> Iterator[Finding]:
    """Yield what is wrong with a whole chain, and with it against heads that were exported."""
    heads = {head.sequence: head for head in known if head.chain == chain}
    last = AuditHead(chain=chain)
    for entry in entries:
        yield from _faults_of(entry, last, heads.pop(entry.sequence, None))
        last = entry.head
    for head in heads.values():
        if head.sequence:
            yield _fault("audit_cut", head, f"the chain ends before this head, at {last.sequence}")


def _faults_of(entry: AuditEntry, last: AuditHead, known: AuditHead | None) -> Iterator[Finding]:
    head = entry.head
    if entry.sequence != last.sequence + 1:
        yield _fault("audit_gap", head, f"{entry.sequence} follows {last.sequence}")
    if entry.chain != last.chain:
        yield _fault("audit_chain", head, f"it is of the chain {entry.chain!r}")
    if entry.before != last.hash:
        yield _fault("audit_link", head, "it does not follow from the entry before it")
    values = {f.name: getattr(entry, f.name) for f in fields(entry) if f.name != "hash"}
    if entry.hash != _digest(values):
        yield _fault("audit_entry", head, "it was changed after it was written")
    if known and known.hash != entry.hash:
        yield _fault("audit_head", head, "it is not the entry that the exported head names")


def _fault(code: str, head: AuditHead, message: str) -> Finding:
    return Finding(
        code=code, path=f"{head.chain}[{head.sequence}]", message=message, severity=Severity.ERROR
    )


def _digest(values: dict[str, object]) -> str:
    text = json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
