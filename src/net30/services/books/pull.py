"""Pull: invoices, credit notes and what settled them, from an accounting program into the ledger.

What is there is compared with what the ledger has of it; only the difference becomes facts. So
pulling again changes nothing, and what was voided, deleted or taken back there comes off here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from net30.domain.books import BooksConnection, LinkKind
from net30.domain.customer import Customer
from net30.domain.events import CustomerSaved, LedgerImported
from net30.domain.organisation import Organisation
from net30.kernel.findings import Finding, Severity
from net30.ledger.segments import put_import, read_ledger_with
from net30.ports.books import Change, TheirDocument, TheirLoss, Unreadable
from net30.services.books.connections import connection_of
from net30.services.books.lease import exchange, leased
from net30.services.books.links import links_of_theirs
from net30.services.books.pulled_customers import customers_of
from net30.services.books.pulled_facts import facts_table, ids_here
from net30.services.books.pulled_items import changed_items
from net30.services.books.pulled_ours import take_in_ours
from net30.services.books.recorded import Recorded, recorded_of
from net30.services.books.target import (
    Knowing,
    Row,
    Target,
    facts_between,
    target_gone,
    target_of,
    target_without,
)
from net30.services.books.tokens import Tokens
from net30.services.books.work import BooksWork
from net30.services.context import Context

OVERLAP = timedelta(minutes=15)
"""Changes are asked for again from a little before: their clock is not ours."""
ITEMS_PER_EVENT_MAX = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PullReport:
    """What a pull did: `documents` were told of; `added`, `changed` and `voided` of them here.

    `payments` came in on invoices of ours.
    """

    connection: str
    whole: bool
    documents: int
    added: int
    changed: int
    voided: int
    unchanged: int
    payments: int
    new_customers: int
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Told:
    """What the program told: documents by their id there, and what is gone.

    What is `left_out` could not be read, or has a day to come: it stays as it was.
    """

    documents: dict[str, TheirDocument] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    left_out: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    held_back: datetime | None = None


def pull(work: BooksWork, name: str, *, whole: bool = False) -> PullReport:
    """Return what was pulled: what changed since the last time, or (`whole`) everything.

    A document that cannot be taken is a finding and stops no other. Raises NotFound, Conflict when
    the connection is not connected or busy, Forbidden (books_access) when we are let in no more,
    Unavailable.
    """
    with leased(work, name, "pull") as connection:
        began = work.clock()
        program = work.program_of(connection)
        books = program.open(Tokens(work, name), connection.company_id, dict(connection.options))
        since = None if whole or not connection.pulled_to else connection.pulled_to - OVERLAP
        kept = books.deletions_kept
        if since and kept is not None and began - since > kept:
            since = None  # what was deleted in between is told no more: everything is compared
        told = _told(books.changes(since))
        is_complete = since is None and connection.pulled_to is not None and kept is not None
        with work.change() as ctx:
            report = _taken_in(ctx, connection, told, is_complete=is_complete)
            report = replace(report, whole=since is None)
            stored = connection_of(ctx, name)
            done = replace(
                stored.value,
                busy_until=None,
                wait_until=None,
                pulled_to=min(began, told.held_back or began),
                last_pull=exchange(ctx.now, _counts(report), list(report.findings)),
            )
            ctx.tx.save(done, expected=stored.version)
    return report


def _told(changes: Iterable[Change]) -> _Told:
    told = _Told()
    for change in changes:
        _add(told, change)
    return told


def _add(told: _Told, change: Change) -> None:
    match change:
        case TheirDocument():
            told.documents[change.id] = change
        case TheirLoss():
            (told.gone if change.document_id else told.lost).add(
                change.document_id or change.settlement_id
            )
        case Unreadable():
            told.left_out.add(change.document_id)
            told.findings.append(Finding(change.code, change.path, change.why))


def _taken_in(
    ctx: Context, connection: BooksConnection, told: _Told, *, is_complete: bool
) -> PullReport:
    # Two imports at once could both miss the other's invoices: the second one to end is refused.
    company = ctx.tx.load(Organisation, ctx.organisation)
    ctx.tx.save(company.value, expected=company.version)
    recorded = recorded_of(read_ledger_with(ctx.blobs, ctx.tx), connection.id)
    knowing = Knowing(ctx.today, is_history=connection.pulled_to is None)
    documents = _of_today(ctx, told)
    ours = links_of_theirs(ctx, connection.id, LinkKind.DOCUMENT, documents)
    findings = told.findings
    payments = take_in_ours(ctx, connection, {ours[key]: documents[key] for key in ours}, findings)
    strangers = {key: one for key, one in documents.items() if key not in ours}
    ids = ids_here(connection.id, strangers)
    customers = customers_of(ctx, connection.id, strangers.values())
    targets = [
        target_of(one, ids[key], customers.ids[one.customer.id]) for key, one in strangers.items()
    ]
    targets.extend(_losses(connection.id, told, recorded, targets, is_complete=is_complete))
    plan = changed_items(ctx, connection, targets, recorded, findings)
    rows: list[Row] = []
    added = changed = voided = unchanged = 0
    taken: list[Target] = []
    for target in plan.taken:
        known = recorded.get(target.invoice_id)
        facts = list(facts_between(known, target, knowing))
        rows.extend(facts)
        if not facts:
            unchanged += 1
            continue
        taken.append(target)
        added += known is None
        voided += known is not None and target.is_void
        changed += known is not None and not target.is_void
    needed = {target.customer_id for target in taken}
    new_customers = [one for one in customers.new if one.id in needed]
    _add_customers(ctx, new_customers)
    if rows:
        _write(ctx, connection.id, rows, plan.save(ctx, taken, knowing))
    return PullReport(
        connection=connection.id,
        whole=False,
        documents=len(documents),
        added=added,
        changed=changed,
        voided=voided,
        unchanged=unchanged,
        payments=payments,
        new_customers=len(new_customers),
        findings=tuple(findings),
    )


def _add_customers(ctx: Context, customers: list[Customer]) -> None:
    ctx.tx.save_new(customers)
    for customer in customers:
        ctx.record(CustomerSaved(customer_id=customer.id))


def _write(ctx: Context, source: str, rows: list[Row], touched: list[str]) -> None:
    """Write the new facts, and an event for every page of open items that they touch."""
    segment = put_import(ctx.blobs, ctx.organisation, facts_table(rows, source))
    for start in range(0, max(1, len(touched)), ITEMS_PER_EVENT_MAX):
        ctx.record(
            LedgerImported(
                segment=segment,
                source=source,
                rows=0 if start else len(rows),
                open_items=tuple(touched[start : start + ITEMS_PER_EVENT_MAX]),
            )
        )


def _of_today(ctx: Context, told: _Told) -> dict[str, TheirDocument]:
    """Return the documents without those of days to come: they are asked for again."""
    found = {}
    for key, one in told.documents.items():
        days = [one.issue_date, *(part.day for part in one.settlements if part.day)]
        if max(days) <= ctx.today:
            found[key] = one
            continue
        told.findings.append(
            Finding(
                "books_future",
                one.number,
                f"it has a day to come, '{max(days)}': it is taken when that day is there",
                Severity.NOTE,
            )
        )
        told.left_out.add(key)
        changed = one.changed_at or ctx.now
        told.held_back = min(changed, told.held_back or changed)
    return found


def _losses(
    source: str,
    told: _Told,
    recorded: dict[str, Recorded],
    targets: list[Target],
    *,
    is_complete: bool,
) -> list[Target]:
    """Return what recorded documents are to be that were not told of, as something is gone."""
    met = {target.invoice_id for target in targets}
    met |= set(ids_here(source, dict.fromkeys(told.left_out)).values())
    gone = set(ids_here(source, dict.fromkeys(told.gone)).values())
    if is_complete:
        gone |= recorded.keys()  # whatever was not told is not there any more
    found = [
        target_gone(invoice_id, recorded[invoice_id])
        for invoice_id in sorted((gone - met) & recorded.keys())
        if recorded[invoice_id].claimed
    ]
    met |= gone
    if told.lost:
        for invoice_id, known in recorded.items():
            if invoice_id not in met and told.lost & known.parts.keys():
                found.append(target_without(invoice_id, known, told.lost))
    return found


def _counts(report: PullReport) -> dict[str, int]:
    names = ("documents", "added", "changed", "voided", "unchanged", "payments", "new_customers")
    return {name: getattr(report, name) for name in names}
