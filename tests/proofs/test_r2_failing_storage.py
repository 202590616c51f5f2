"""R2: the n-th call to a storage part fails, for every n; the invoice is whole or not there.

A client issues and sends an invoice under an idempotency key and repeats what failed; then the
projections are drained, again until nothing waits. Every call of store, files, search and mail
can fail before it does its work or after, and a commit too: then the client does not know.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

from net30.adapters.sql import build
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.invoice import Invoice
from net30.domain.rendering import Rendering
from net30.kernel.errors import Unavailable
from net30.kernel.findings import Severity
from net30.ports.search import Query
from net30.services.check_books import check_books
from net30.services.context import Context
from net30.services.create_draft import create_draft
from net30.services.issue_invoice import issue_invoice
from net30.services.once import once
from net30.services.relay import drain
from net30.services.send_invoice import send_invoice
from net30.services.world import World
from tests.databases import DIALECTS, fresh
from tests.proofs.faults import Fuse, breakable
from tests.proofs.proof import Outcome
from tests.samples import NOW
from tests.surroundings import change, found_company, world_of

ID = "R2"
TITLE = "invoices lost or half done when the n-th storage call fails"
SMALL = 6  # on SQLite without files and mail every call is tried all the same
FULL = 10_000  # more than there are: every call

QUICK = ("ledger", "search")
ALL = ("documents", "ledger", "mail", "search")
REPEATS_MAX = 3
Work = Callable[[Context], str]
_LINE = NewLine(name="consulting", unit_price=Decimal(90_000))


def run(size: int, seed: int) -> Outcome:
    """Let `size` calls fail, or all, on each database, without files and mail and with them."""
    chance = random.Random(seed)
    tries = 0
    faults: list[str] = []
    details: list[str] = []
    for dialect in DIALECTS:
        with _bench(dialect) as bench:
            for projections in (QUICK, ALL):
                most = FULL if (dialect, projections) == ("sqlite", QUICK) else size
                moments = bench.moments(projections)
                chosen = range(1, moments + 1)
                for at in chosen if most >= moments else chance.sample(chosen, most):
                    found = bench.try_at(projections, at)
                    faults += [f"{dialect}, call {at}: {fault}" for fault in found]
                    tries += 1
                details.append(f"{dialect}, {' '.join(projections)}: {moments} moments to fail at")
    return Outcome(tries, len(faults), "\n".join([*details, *faults[:5]]))


@contextmanager
def _bench(dialect: str) -> Iterator[_Bench]:
    with (
        tempfile.TemporaryDirectory() as name,
        fresh(dialect, Path(name)) as url,
        closing(build(url)) as store,
    ):
        yield _Bench(world_of(store, Path(name)), Path(name))


@dataclass(slots=True)
class _Bench:
    """One database on which each try is a company of its own."""

    world: World
    home: Path
    companies: int = 0

    def moments(self, projections: Sequence[str]) -> int:
        """Return how many moments there are to fail at."""
        fuse = Fuse()
        assert not self.faults(projections, fuse), "it fails without a fault"
        return fuse.moments

    def try_at(self, projections: Sequence[str], at: int) -> list[str]:
        """Return what is wrong after the call of that number failed."""
        fuse = Fuse(blows_at=at)
        found = self.faults(projections, fuse)
        return found if fuse.moments >= at else [*found, "the call never came"]

    def faults(self, projections: Sequence[str], fuse: Fuse, *, keyed: bool = True) -> list[str]:
        """Issue, send and drain with a fuse, and return what is wrong then."""
        self.companies += 1
        company = f"company-{self.companies}"
        found_company(self.world, company)
        client = _Client(breakable(self.world, fuse), company, keyed=keyed)
        number = client.request("issue", _issue)
        client.request("send", partial(_send, number=number))
        wrong = client.drain(projections)
        wrong += _wrong(self.world, company, number, with_files="documents" in projections)
        messages = len(list((self.home / "mail" / company).glob("*.eml")))
        if messages != ("mail" in projections):
            wrong.append(f"{messages} messages were handed over")
        return wrong


@dataclass(frozen=True, slots=True)
class _Client:
    """Who sends requests to a world that can break, and sends them again."""

    world: World
    company: str
    keyed: bool

    def request(self, key: str, work: Work) -> str:
        """Send a request until it is answered."""
        for _ in range(REPEATS_MAX):
            try:
                with change(self.world, self.company) as ctx:
                    if not self.keyed:
                        return work(ctx)
                    return once(ctx, key, key, partial(work, ctx)).text
            except Unavailable:
                continue
        raise AssertionError("the client gave up")

    def drain(self, projections: Sequence[str]) -> list[str]:
        """Drain the projections until nothing waits; return what still does."""
        for _ in range(REPEATS_MAX):
            report = drain(self.world, self.company, projections)
            if report.ok:
                return []
        return [f"the backlog stays: {report.errors}"]


def _issue(ctx: Context) -> str:
    draft = create_draft(ctx, NewInvoice(customer_id="acme", lines=(_LINE,)))
    return issue_invoice(ctx, draft.id).number


def _send(ctx: Context, number: str) -> str:
    return send_invoice(ctx, number).to


def _wrong(world: World, company: str, number: str, *, with_files: bool) -> Iterator[str]:
    with change(world, company) as ctx:
        invoices = [stored.value.number for stored in ctx.tx.page(Invoice)]
        if invoices != ["INV-2026-000001"] or number != invoices[0]:
            yield f"{number} was answered, {invoices} are in the books"
        told = [recorded.event.name for recorded in ctx.tx.events()]
        if told != ["DraftSaved", "InvoiceIssued", "InvoiceSent"]:
            yield f"the events are {told}"
        for finding in check_books(ctx).findings:
            if finding.severity is Severity.ERROR:
                yield str(finding)
        if with_files and len(ctx.tx.page(Rendering)) != 1:
            yield "the files are not written"
    found = world.search.find(company, Query(as_of=(NOW + timedelta(days=1)).date()))
    if [hit.entry.number for hit in found.hits] != [number]:
        yield f"the search finds {[hit.entry.number for hit in found.hits]}"


def test_the_invoice_is_whole_whichever_call_fails() -> None:
    outcome = run(SMALL, seed=1)
    print(outcome, outcome.detail)
    assert outcome.holds, outcome.detail


def test_without_its_key_a_repeated_request_issues_twice_when_the_answer_is_lost() -> None:
    with _bench("sqlite") as bench:
        for at in range(1, bench.moments(QUICK) + 1):
            faults = bench.faults(QUICK, Fuse(blows_at=at), keyed=False)
            if faults:
                break
    assert "are in the books" in faults[0]
