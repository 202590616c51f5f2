"""The chain of the audit: every way to tamper with it is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from net30.domain.audit import NO_HASH, AuditEntry, AuditHead, AuditNote, broken_links, chained


def chain_of(count: int, chain: str = "lagune") -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    head = AuditHead(chain=chain)
    for place in range(count):
        note = AuditNote(
            at=datetime(2026, 11, 21, 9, place, tzinfo=UTC),
            actor="u1",
            action="invoice.issued",
            target=f"INV-{place}",
            source=f"event.{place}",
        )
        entries.append(chained(head, note))
        head = entries[-1].head
    return entries


def codes(entries: list[AuditEntry], *known: AuditHead) -> list[str]:
    return [fault.code for fault in broken_links("lagune", entries, known)]


def test_a_chain_as_it_was_written_is_whole() -> None:
    entries = chain_of(3)
    assert entries[0].before == NO_HASH
    assert (
        codes(entries, entries[1].head, AuditHead(chain="lagune"), AuditHead(chain="other")) == []
    )


def test_an_entry_that_was_taken_out_leaves_a_gap_and_a_torn_link() -> None:
    one, _, three = chain_of(3)
    assert codes([one, three]) == ["audit_gap", "audit_link"]


def test_an_entry_that_was_changed_is_found_by_its_hash() -> None:
    one, two = chain_of(2)
    assert codes([one, replace(two, actor="u2")]) == ["audit_entry"]


def test_an_entry_of_another_chain_is_found() -> None:
    (one,) = chain_of(1, "rival")
    assert codes([one]) == ["audit_chain"]


def test_a_chain_that_ends_before_an_exported_head_was_cut() -> None:
    entries = chain_of(3)
    assert codes(entries[:2], entries[2].head) == ["audit_cut"]


def test_a_chain_that_was_made_anew_is_not_the_exported_one() -> None:
    entries = chain_of(2)
    assert codes(entries, replace(entries[1].head, hash=NO_HASH)) == ["audit_head"]
