"""Account statements: every piece of SQL of the accounts and the audit."""

from __future__ import annotations

from net30.domain.identity.records import AccountKey

# Changes of accounts follow one another: what one has read is still so when it writes.
LOCK_ACCOUNTS = "SELECT pg_advisory_xact_lock(3031, 0)"

LOAD = "SELECT body FROM account WHERE kind = :kind AND id = :id"

FIND = {
    AccountKey.NAME: """
SELECT body FROM account WHERE kind = :kind AND name = :value ORDER BY id LIMIT :limit""",
    AccountKey.OWNER: """
SELECT body FROM account WHERE kind = :kind AND owner = :value
ORDER BY id || '' LIMIT :limit""",
    AccountKey.ORGANISATION: """
SELECT body FROM account WHERE kind = :kind AND organisation = :value
ORDER BY id || '' LIMIT :limit""",
}

PAGE = "SELECT body FROM account WHERE kind = :kind AND id > :after ORDER BY id LIMIT :limit"

INSERT = """
INSERT INTO account (kind, id, name, owner, organisation, ends_at, body)
VALUES (:kind, :id, :name, :owner, :organisation, :ends_at, :body)
ON CONFLICT DO NOTHING"""

UPDATE = """
UPDATE account
SET name = :name, owner = :owner, organisation = :organisation, ends_at = :ends_at, body = :body
WHERE kind = :kind AND id = :id
AND NOT EXISTS (
    SELECT 1 FROM account AS other
    WHERE other.kind = :kind AND other.name = :name AND other.id <> :id)"""

DELETE = "DELETE FROM account WHERE kind = :kind AND id = :id"

FORGET = "DELETE FROM account WHERE ends_at <= :now"

HEADS = """
SELECT chain, sequence, hash FROM audit AS entry
WHERE sequence = (SELECT MAX(sequence) FROM audit AS other WHERE other.chain = entry.chain)
ORDER BY chain"""

HEAD = """
SELECT chain, sequence, hash FROM audit WHERE chain = :chain ORDER BY sequence DESC LIMIT 1"""

ENTRIES = """
SELECT chain, sequence, noted_at, actor, action, target, source, detail, before_hash, hash
FROM audit WHERE chain = :chain AND sequence > :after ORDER BY sequence LIMIT :limit"""

NOTED = "SELECT 1 FROM audit WHERE chain = :chain AND source = :source"

APPEND = """
INSERT INTO audit
    (chain, sequence, noted_at, actor, action, target, source, detail, before_hash, hash)
VALUES
    (:chain, :sequence, :at, :actor, :action, :target, :source, :detail, :before, :hash)"""
