"""Statements: every piece of SQL that the store says, in words both databases know."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from string import ascii_lowercase

from net30.domain.aggregates import Key

LOAD = """
SELECT body, version FROM record
WHERE organisation = :organisation AND kind = :kind AND id = :id"""

# SQLite would rather walk the primary key in the order of ids, through every row of the kind, than
# sort the few that have the key; it cannot walk in the order of an expression.
FIND = {
    Key.NUMBER: """
SELECT body, version FROM record
WHERE organisation = :organisation AND kind = :kind AND number = :value
ORDER BY id LIMIT :limit""",
    Key.EXTERNAL: """
SELECT body, version FROM record
WHERE organisation = :organisation AND kind = :kind AND external = :value
ORDER BY id LIMIT :limit""",
    Key.CUSTOMER: """
SELECT body, version FROM record
WHERE organisation = :organisation AND kind = :kind AND customer = :value
ORDER BY id || '' LIMIT :limit""",
    Key.NAME: """
SELECT body, version FROM record
WHERE organisation = :organisation AND kind = :kind AND name = :value
ORDER BY id || '' LIMIT :limit""",
    Key.PARENT: """
SELECT body, version FROM record
WHERE organisation = :organisation AND kind = :kind AND parent = :value
ORDER BY id || '' LIMIT :limit""",
}

LOAD_MANY = """
SELECT id, body, version FROM record
WHERE organisation = :organisation AND kind = :kind AND id IN ({values})"""

_FIND_MANY = """
SELECT value, body, version FROM (
    SELECT {key} AS value, body, version, id,
        ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY id) AS place
    FROM record
    WHERE organisation = :organisation AND kind = :kind AND {key} IN ({values})
    AND id > :after) AS found
WHERE place <= :limit
ORDER BY value, id"""
FIND_MANY = {key: _FIND_MANY.replace("{key}", key.value) for key in Key}

MANY = (1, 10, 100, 500)
"""So many values stand in one statement, the last one repeated: few texts to prepare."""
# A parameter has small letters only.
_LETTERS = ascii_lowercase
_NAMES = tuple(f"one_{ten}{unit}" for ten in _LETTERS for unit in _LETTERS)[: MANY[-1]]

PAGE = """
SELECT body, version FROM record
WHERE organisation = :organisation AND kind = :kind AND id > :after
ORDER BY id LIMIT :limit"""

LATEST = """
SELECT body, version FROM record
WHERE organisation = :organisation AND kind = :kind
ORDER BY id DESC LIMIT :limit"""

LATEST_BEFORE = """
SELECT body, version FROM record
WHERE organisation = :organisation AND kind = :kind AND id < :before
ORDER BY id DESC LIMIT :limit"""

EVENTS = """
SELECT sequence, id, name, body, recorded_at, known_on, recorded_by FROM event
WHERE organisation = :organisation AND sequence > :after
ORDER BY sequence LIMIT :limit"""

EVENTS_NAMING = """
SELECT event.sequence, event.id, event.name, body, recorded_at, known_on, recorded_by
FROM event_name JOIN event
    ON event.organisation = event_name.organisation AND event.sequence = event_name.sequence
WHERE event_name.organisation = :organisation AND event_name.name = :named
ORDER BY event_name.sequence DESC LIMIT :limit"""

LAST_EVENT = """
SELECT sequence, id FROM event
WHERE organisation = :organisation
ORDER BY sequence DESC LIMIT 1"""

NAMES = """
SELECT id, name FROM record
WHERE organisation = :organisation AND kind = :kind AND name IS NOT NULL
ORDER BY id LIMIT :limit"""

LAST_NUMBERS = "SELECT series, year, last FROM counter WHERE organisation = :organisation"

INSERT = """
INSERT INTO record
    (organisation, kind, id, version, body, number, external, customer, name, parent)
VALUES
    (:organisation, :kind, :id, 1, :body, :number, :external, :customer, :name, :parent)
ON CONFLICT DO NOTHING"""

# A unique key that another has is looked for here, because an error of the unique index (which
# stays the last guard) would end the whole transaction on PostgreSQL.
UPDATE = """
UPDATE record
SET version = version + 1, body = :body, number = :number, external = :external,
    customer = :customer, name = :name, parent = :parent
WHERE organisation = :organisation AND kind = :kind AND id = :id AND version = :expected
AND NOT EXISTS (
    SELECT 1 FROM record AS other
    WHERE other.organisation = :organisation AND other.kind = :kind
    AND other.number = :number AND other.id <> :id)
AND NOT EXISTS (
    SELECT 1 FROM record AS other
    WHERE other.organisation = :organisation AND other.kind = :kind
    AND other.external = :external AND other.id <> :id)"""

DELETE = """
DELETE FROM record
WHERE organisation = :organisation AND kind = :kind AND id = :id AND version = :expected"""

NEXT_NUMBER = """
INSERT INTO counter (organisation, series, year, last)
VALUES (:organisation, :series, :year, 1)
ON CONFLICT (organisation, series, year) DO UPDATE SET last = counter.last + 1
RETURNING last"""

# Writers of an organisation follow one another, so nobody else can take the same sequence.
_APPEND = """
INSERT INTO event
    (organisation, sequence, id, name, body, recorded_at, known_on, recorded_by)
SELECT :organisation, COALESCE(MAX(sequence), 0) + 1, :id, :name, :body,
    :recorded_at, :known_on, :recorded_by
FROM event WHERE organisation = :organisation"""

APPEND = {
    "sqlite": (
        _APPEND,
        """
INSERT INTO event_name (organisation, name, sequence)
SELECT :organisation, named.value,
    (SELECT MAX(sequence) FROM event WHERE organisation = :organisation)
FROM json_each(:named) AS named""",
    ),
    # One message to the server instead of two.
    "postgresql": (
        f"""
WITH told AS ({_APPEND} RETURNING sequence)
INSERT INTO event_name (organisation, name, sequence)
SELECT :organisation, named.value, told.sequence
FROM told, json_array_elements_text(CAST(:named AS json)) AS named(value)""",  # noqa: S608 our own text
    ),
}
"""An event and the ids in it, as a JSON array."""

KEEP_PAD = """
INSERT INTO personal_key (organisation, id, customer, pad)
VALUES (:organisation, :id, :customer, :pad)"""

PADS = """
SELECT id, pad FROM personal_key WHERE organisation = :organisation AND id IN ({values})"""

SHRED = "DELETE FROM personal_key WHERE organisation = :organisation AND customer = :customer"

RECALL = """
SELECT request, answer FROM idempotency WHERE organisation = :organisation AND key = :key"""

REMEMBER = """
INSERT INTO idempotency (organisation, key, request, answer, remembered_at)
VALUES (:organisation, :key, :request, :answer, :remembered_at)
ON CONFLICT (organisation, key) DO NOTHING"""

ANSWERS = """
SELECT key, answer FROM idempotency
WHERE organisation = :organisation AND key > :after
ORDER BY key LIMIT :limit"""

REWORD = """
UPDATE idempotency SET answer = :answer WHERE organisation = :organisation AND key = :key"""

FORGET = """
DELETE FROM idempotency WHERE organisation = :organisation AND remembered_at < :oldest"""

PASSES_THE_WALL = """
SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"""

ORGANISATIONS = """
SELECT organisation FROM record WHERE kind = 'organisation' ORDER BY organisation"""

CHECKPOINT = """
SELECT sequence FROM checkpoint WHERE organisation = :organisation AND projection = :projection"""

ADVANCE = """
INSERT INTO checkpoint (organisation, projection, sequence)
VALUES (:organisation, :projection, :sequence)
ON CONFLICT (organisation, projection) DO UPDATE SET sequence = excluded.sequence
WHERE checkpoint.sequence < excluded.sequence"""


def of_many(
    statement: str, values: Collection[str]
) -> Iterator[tuple[str, dict[str, str | int | None]]]:
    """Yield a statement about many values in pieces that the databases take, with the values."""
    wanted = list(dict.fromkeys(values))
    for start in range(0, len(wanted), MANY[-1]):
        piece = wanted[start : start + MANY[-1]]
        size = next(one for one in MANY if one >= len(piece))
        piece += piece[-1:] * (size - len(piece))
        spelt = statement.replace("{values}", ", ".join(f":{name}" for name in _NAMES[:size]))
        yield spelt, {**dict(zip(_NAMES, piece, strict=False))}
