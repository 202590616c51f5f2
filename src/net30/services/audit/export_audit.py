"""Export the audit: every entry for who checks it, and the heads that a later check holds to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict

from net30.domain.audit import NO_HASH, AuditEntry, AuditHead
from net30.kernel.errors import InputError
from net30.ports.accounts import Accounts

_FORM = "net30-audit-heads/1"


def audit_heads(accounts: Accounts) -> tuple[AuditHead, ...]:
    """Return where each chain ends now. Keep it where nobody of this machine can write."""
    with accounts.reading() as tx:
        return tx.chains()


def audit_entries(accounts: Accounts, chain: str = "") -> Iterator[AuditEntry]:
    """Yield the entries of a chain, of all chains for none, in their order."""
    with accounts.reading() as tx:
        for head in tx.chains():
            if chain and head.chain != chain:
                continue
            after = 0
            while page := tx.entries(head.chain, after=after):
                yield from page
                after = page[-1].sequence


def heads_as_json(heads: tuple[AuditHead, ...]) -> str:
    """Return heads as the file that `read_heads` reads."""
    rows = [asdict(head) for head in heads]
    return json.dumps({"form": _FORM, "heads": rows}, indent=2) + "\n"


def read_heads(content: bytes) -> tuple[AuditHead, ...]:
    """Return the heads of an exported file; raise InputError for what is none."""
    try:
        table = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _no_heads("it is no JSON") from error
    if not isinstance(table, dict) or table.get("form") != _FORM:
        raise _no_heads(f"its form is not {_FORM}")
    rows = table.get("heads")
    if not isinstance(rows, list) or not rows:
        raise _no_heads("it has no heads")
    return tuple(_head(row) for row in rows)


def _head(row: object) -> AuditHead:
    match row:
        case {"chain": str(chain), "sequence": int(sequence), "hash": str(digest)} if (
            sequence > 0 and len(digest) == len(NO_HASH)
        ):
            return AuditHead(chain=chain, sequence=sequence, hash=digest)
    shown = list(row) if isinstance(row, Mapping) else row
    raise _no_heads(f"{shown!r} is not chain, sequence and hash")


def _no_heads(reason: str) -> InputError:
    return InputError(
        f"this is no file of audit heads: {reason}",
        hint="write one with: net30 audit head --to FILE",
        code="audit_heads",
    )
