"""Segments: an organisation's ledger as Parquet blobs that only ever grow.

The facts of our own events lie in blocks of 1,024 event sequences; 32 full blocks become one, and
32 of those again (this is the compaction: nothing else has to be run). What is left after the
last full block is the tail, written anew as it grows. A segment's name is its range of sequences
and its bytes follow from the events of the range, so which process wrote it, when, and how often
makes no difference: throwing all of them away and reading the events again gives the same bytes.

An import is too large for an event: its facts lie in one blob named by its SHA-256, the event
names it, and here stands an empty blob as a pointer: ledger/imported/<sequence>-<sha256>.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TypeVar

import pyarrow as pa

from net30.domain.events import LedgerImported, RecordedEvent
from net30.kernel.errors import NotFound, Unavailable
from net30.ledger import compute
from net30.ledger.event_facts import facts_of
from net30.ledger.schema import (
    CLAIMS,
    FACTS,
    FIGURE_COLUMNS,
    OWN_SOURCE,
    Fact,
    joined,
    no_facts,
)
from net30.ledger.writers.parquet import decode_facts, encode_facts
from net30.ports.blobs import Blobs
from net30.ports.store import PAGE_ROWS_MAX, Reading

BLOCK_SEQUENCES = (1024 * 32 * 32, 1024 * 32, 1024)
"""How many event sequences a full segment covers, the largest first."""

TRIES_MAX = 20
"""How often a read begins again because another process tidied up meanwhile."""

_EVENTS = "ledger/events/"
_IMPORTED = "ledger/imported/"
_SEGMENT = re.compile(_EVENTS + r"(\d{12})-(\d{12})\.parquet")
_POINTER = re.compile(_IMPORTED + r"(\d{12})-([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """The sequences from `first` to `last`, both within."""

    first: int
    last: int

    @property
    def name(self) -> str:
        """Return the blob's name."""
        return f"{_EVENTS}{self.first:012d}-{self.last:012d}.parquet"

    def within(self, other: Segment) -> bool:
        """Tell whether another segment holds all of this one's sequences."""
        return other.first <= self.first and self.last <= other.last


def read_ledger(blobs: Blobs, organisation: str, as_of: date | None = None) -> pa.Table:
    """Return the organisation's facts (schema.FACTS) known by the end of a day, or all of them.

    Each fact has its customer, number and currency, whatever its own event said. Raises
    Unavailable when the blobs cannot be read.
    """
    return _as_of(_completed(_retried(blobs, organisation, _whole)), as_of)


def read_figure_facts(
    blobs: Blobs, organisation: str, as_of: date | None = None, *, numbers: bool = False
) -> pa.Table:
    """Return the ledger as figures need it (schema.FIGURE_COLUMNS): a few columns, read faster.

    A fact says only what its own event said; whose claim it is tells the rest. What imported
    invoices say besides is left out. Raises Unavailable when the blobs cannot be read.
    """
    columns = [name for name in FIGURE_COLUMNS if numbers or name != "number"]

    def read(blobs: Blobs, organisation: str) -> pa.Table:
        return _whole(blobs, organisation, columns)

    return _as_of(_retried(blobs, organisation, read), as_of)


def read_ledger_with(
    blobs: Blobs, books: Reading, columns: Sequence[str] = FACTS.names
) -> pa.Table:
    """Return the ledger as the books have it now, also with events that no segment holds yet.

    Nothing is written: the events may be of a transaction that is undone in the end.
    """

    def read(blobs: Blobs, organisation: str) -> _Stored:
        return _stored(blobs, organisation, columns)

    stored = _retried(blobs, books.organisation, read)
    tables, pointers = [stored.facts], list(stored.pointers)
    for events in _pages(books, stored.reach):
        tables.append(facts_of(events).select(list(columns)))
        pointers.extend(_pointers(events))
    imported = _imports(blobs, books.organisation, pointers, columns)
    return _completed(joined([*tables, *imported]))


def reach_of(blobs: Blobs, organisation: str) -> int:
    """Return the last event sequence that the ledger has taken in; 0 when it is empty."""
    cover = _cover(blobs, organisation)
    return cover[-1].last if cover else 0


def extend_ledger(blobs: Blobs, books: Reading) -> int:
    """Take in every event of the books after the ledger's reach; return the new reach.

    Two processes may do it at once, and it may be done again: the facts stay the same. A ledger
    whose segments were lost is made anew from the first missing sequence on.
    """
    for _ in range(TRIES_MAX):
        try:
            return _extend(blobs, books)
        except NotFound:  # another process merged a segment that was about to be read
            continue
    raise _restless()


def import_blob(digest: str) -> str:
    """Return the name of the blob that holds an import's facts."""
    return f"imports/{digest}.parquet"


def put_import(blobs: Blobs, organisation: str, facts: pa.Table) -> str:
    """Write an import's facts and return their SHA-256; the same facts are the same blob."""
    content = encode_facts(facts)
    digest = sha256(content).hexdigest()
    blobs.put(organisation, import_blob(digest), content)
    return digest


# --- growing ------------------------------------------------------------------------------------


def _extend(blobs: Blobs, books: Reading) -> int:
    organisation = books.organisation
    reach = reach_of(blobs, organisation)
    for events in _pages(books, reach):
        for sequence, digest in _pointers(events):
            blobs.put(organisation, f"{_IMPORTED}{sequence:012d}-{digest}", b"")
        reach = events[-1].sequence
        _append(blobs, organisation, facts_of(events), reach)
    return reach


def _append(blobs: Blobs, organisation: str, new: pa.Table, reach: int) -> None:
    present = _present(blobs, organisation)
    wanted = _layout(reach)
    old = _covering(present)
    before = old[-1].last if old else 0
    for segment in wanted:
        if segment not in present:
            parts = [part for part in old if part.last >= segment.first]
            facts = [_between(*row) for row in _read(blobs, organisation, parts, segment)]
            facts.append(_between(new, max(segment.first, before + 1), segment.last))
            blobs.put(organisation, segment.name, encode_facts(joined(facts)))
    # Only what the segments just written hold is removed: a process that is behind must not take
    # away the tail of one that is ahead.
    for segment in present - set(wanted):
        if any(segment.within(kept) for kept in wanted):
            blobs.delete(organisation, segment.name)


def _read(
    blobs: Blobs, organisation: str, parts: Sequence[Segment], wanted: Segment
) -> Iterator[tuple[pa.Table, int, int]]:
    after = wanted.first - 1
    for part in parts:
        if part.first > wanted.last:
            return
        facts = decode_facts(blobs.get(organisation, part.name))
        yield facts, after + 1, min(part.last, wanted.last)
        after = part.last


def _layout(reach: int) -> list[Segment]:
    """Return the segments of a ledger that reaches so far: full blocks, then the tail."""
    segments, covered = [], 0
    for size in BLOCK_SEQUENCES:
        while covered + size <= reach:
            segments.append(Segment(covered + 1, covered + size))
            covered += size
    if covered < reach:
        segments.append(Segment(covered + 1, reach))
    return segments


def _pages(books: Reading, after: int) -> Iterator[Sequence[RecordedEvent]]:
    while events := books.events(after=after, limit=PAGE_ROWS_MAX):
        yield events
        after = events[-1].sequence


def _pointers(events: Sequence[RecordedEvent]) -> list[tuple[int, str]]:
    return [
        (recorded.sequence, recorded.event.segment)
        for recorded in events
        if isinstance(recorded.event, LedgerImported) and recorded.event.segment
    ]


# --- reading ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stored:
    """The facts of our own events, the imports beside them, and the last event taken in."""

    facts: pa.Table
    pointers: tuple[tuple[int, str], ...]
    reach: int


T = TypeVar("T")


def _retried(blobs: Blobs, organisation: str, read: Callable[[Blobs, str], T]) -> T:
    for _ in range(TRIES_MAX):
        cover = _cover(blobs, organisation)
        try:
            return read(blobs, organisation)
        except NotFound as error:
            if _cover(blobs, organisation) == cover:  # nobody tidied up: it is really gone
                raise Unavailable(
                    f"a part of the ledger is missing: {error.message}",
                    hint="restore the blobs from the backup",
                    code="ledger_lost",
                ) from error
    raise _restless()


def _whole(blobs: Blobs, organisation: str, columns: Sequence[str] = FACTS.names) -> pa.Table:
    stored = _stored(blobs, organisation, columns)
    return joined([stored.facts, *_imports(blobs, organisation, stored.pointers, columns)])


def _stored(blobs: Blobs, organisation: str, columns: Sequence[str] = FACTS.names) -> _Stored:
    tables, after = [], 0
    for segment in _cover(blobs, organisation):
        facts = decode_facts(blobs.get(organisation, segment.name), columns)
        tables.append(_between(facts, after + 1, segment.last))
        after = segment.last
    pointers = []
    for name in blobs.names(organisation, _IMPORTED):
        match = _POINTER.fullmatch(name)
        if match and int(match[1]) <= after:
            pointers.append((int(match[1]), match[2]))
    facts = joined(tables) if tables else no_facts().select(columns)
    return _Stored(facts, tuple(pointers), after)


def _imports(
    blobs: Blobs,
    organisation: str,
    pointers: Sequence[tuple[int, str]],
    columns: Sequence[str] = FACTS.names,
) -> Iterator[pa.Table]:
    # One import may be told in several events (a page of open items each): its facts count once.
    first: dict[str, int] = {}
    for sequence, digest in pointers:
        first.setdefault(digest, sequence)
    for digest, sequence in first.items():
        facts = _imported(blobs.get(organisation, import_blob(digest)), columns)
        stamp = compute.repeat(sequence, facts.num_rows)
        at = facts.schema.get_field_index("sequence")
        yield facts.set_column(at, FACTS.field("sequence"), stamp)


def _imported(content: bytes, columns: Sequence[str]) -> pa.Table:
    if not set(columns) <= set(FIGURE_COLUMNS):
        return decode_facts(content, columns)
    # Of figures only promises need extras, which no import has; of imported invoices they are many.
    facts = decode_facts(content, [name for name in columns if name != "extras"])
    nothing = pa.nulls(facts.num_rows, FACTS.field("extras").type)
    return facts.append_column(FACTS.field("extras"), nothing).select(columns)


def _cover(blobs: Blobs, organisation: str) -> list[Segment]:
    return _covering(_present(blobs, organisation))


def _present(blobs: Blobs, organisation: str) -> set[Segment]:
    matches = map(_SEGMENT.fullmatch, blobs.names(organisation, _EVENTS))
    return {Segment(int(match[1]), int(match[2])) for match in matches if match}


def _covering(present: set[Segment]) -> list[Segment]:
    """Return the segments that hold everything from the first sequence on, up to the first gap."""
    cover: list[Segment] = []
    reach = 0
    for segment in sorted(present, key=lambda segment: (segment.first, -segment.last)):
        if segment.first > reach + 1:
            break
        if segment.last > reach:
            cover.append(segment)
            reach = segment.last
    return cover


def _between(facts: pa.Table, first: int, last: int) -> pa.Table:
    sequence = facts["sequence"]
    inside = compute.both(compute.at_most(first, sequence), compute.at_most(sequence, last))
    return facts.filter(inside)


def _as_of(facts: pa.Table, as_of: date | None) -> pa.Table:
    if as_of is None:
        return facts
    return facts.filter(compute.at_most(facts["known_on"], as_of))


def _completed(facts: pa.Table) -> pa.Table:
    """Fill in, from the invoice's own fact, what a later event about it does not repeat."""
    own = compute.equal(compute.text(facts["source"]), OWN_SOURCE)
    is_claim = compute.within(compute.text(facts["fact"]), CLAIMS)
    if not compute.some(compute.both(own, compute.no(is_claim))):
        return facts
    claims = facts.filter(is_claim)
    place = compute.place_in(facts["invoice_id"], claims["invoice_id"])
    is_refund = compute.equal(compute.text(facts["fact"]), Fact.REFUND.value)
    unknown_refund = compute.both(is_refund, compute.missing(place))
    completed = {"invoice_id": compute.pick(unknown_refund, None, facts["invoice_id"])}
    for name in ("number", "customer_id", "currency"):
        if name not in facts.column_names:
            continue
        of_claim = compute.text(claims[name]).take(place)
        filled = compute.first_of(compute.text(facts[name]), of_claim)
        kind = FACTS.field(name).type
        completed[name] = filled.dictionary_encode() if pa.types.is_dictionary(kind) else filled
    for name, column in completed.items():
        facts = facts.set_column(facts.schema.get_field_index(name), FACTS.field(name), column)
    return facts.unify_dictionaries().combine_chunks()


def _restless() -> Unavailable:
    return Unavailable(
        "the ledger changes faster than it can be read",
        hint="try again in a moment",
        code="ledger_busy",
    )
