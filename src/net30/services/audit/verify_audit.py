"""Verify the audit: every chain against itself, against exported heads and against the books."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from net30.domain.audit import INSTALLATION, AuditEntry, AuditHead, broken_links
from net30.kernel.findings import Finding
from net30.ports.accounts import RECORDS_PER_PAGE_MAX, AccountsReading
from net30.ports.store import PAGE_ROWS_MAX, Reading
from net30.services.projections.audit import PROJECTION, note_of
from net30.services.world import World

_EVENT = "event:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """How many entries and events were looked at, where the chains end, and what is wrong."""

    entries: int
    events: int
    heads: tuple[AuditHead, ...]
    findings: tuple[Finding, ...]


def verify_audit(world: World, known: Sequence[AuditHead] = (), *, only: str = "") -> Verified:
    """Look at every entry of every chain, and at every event that a chain must have.

    Without `known`, heads that were exported before, a chain that was cut off at its end together
    with the books, or made anew from some entry on, looks whole. With `only` it is one
    organisation's chain, and nothing of others is told.
    """
    findings: list[Finding] = []
    entries = events = 0
    # Asked for first: what the audit has reached by now is in the view that is opened next.
    reached = {
        name: world.store.checkpoint(name, PROJECTION) for name in world.store.organisations()
    }
    with world.accounts.reading() as tx:
        heads = tuple(one for one in tx.chains() if only in {"", one.chain})
        names = {only} if only else {head.chain for head in (*heads, *known)} | set(reached)
        for chain in sorted(names):
            walked = _Walked(tx, chain)
            findings += broken_links(chain, walked.entries(), known)
            entries += walked.count
            if chain != INSTALLATION:
                with world.store.reading(chain) as books:
                    noted = walked.noted
                    events += _compare(books, noted, reached.get(chain, 0), findings)
    return Verified(entries=entries, events=events, heads=heads, findings=tuple(findings))


class _Walked:
    """A chain that is read once, a page at a time; it keeps what was noted of events."""

    def __init__(self, tx: AccountsReading, chain: str) -> None:
        self._tx, self._chain = tx, chain
        self.count = 0
        self.noted: dict[str, str] = {}

    def entries(self) -> Iterator[AuditEntry]:
        after = 0
        while page := self._tx.entries(self._chain, after=after, limit=RECORDS_PER_PAGE_MAX):
            for entry in page:
                self.count += 1
                if entry.source.startswith(_EVENT):
                    self.noted[entry.source] = entry.detail
                yield entry
            after = page[-1].sequence


def _compare(books: Reading, noted: dict[str, str], reached: int, findings: list[Finding]) -> int:
    """Compare the events with what was noted of them; return how many there are."""
    chain = books.organisation
    after = count = 0
    while page := books.events(after=after, limit=PAGE_ROWS_MAX):
        for event in page:
            count += 1
            detail = noted.pop(note_of(event).source, None)
            path = f"{chain}/event[{event.sequence}]"
            if detail is None and event.sequence <= reached:
                findings.append(Finding("audit_missing", path, "the audit has no entry of it"))
            elif detail is not None and detail != event.digest:
                findings.append(
                    Finding("audit_event", path, "it was changed after the audit noted it")
                )
        after = page[-1].sequence
    findings += [
        Finding("audit_event_gone", f"{chain}/{source}", "the audit noted it; it is not there")
        for source in noted
    ]
    return count
