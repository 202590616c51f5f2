"""After a restore: who was erased since the backup is erased again, and the books are checked.

No mail and no webhook is sent: that is left to whoever starts net30 on these books.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from net30.domain.aggregates import Key
from net30.domain.events import JobEnded
from net30.domain.identity.membership import Membership
from net30.domain.identity.records import AccountKey
from net30.domain.identity.user import User
from net30.domain.job import BACKUP, Job, JobState, ended
from net30.kernel.errors import InputError, NotFound
from net30.kernel.findings import Finding, has_errors
from net30.services.audit.verify_audit import verify_audit
from net30.services.backups.restore_backup import Restored
from net30.services.check_books import BookCheck, check_books
from net30.services.context import Context, ReadContext
from net30.services.identity.change_role import remove_member
from net30.services.identity.noted import LOCAL_USER, at_this_machine, noted
from net30.services.privacy.erase_again import came_back
from net30.services.privacy.erase_person import erase_person
from net30.services.privacy.marks import CONTACTS, MEMBERS, Marks
from net30.services.privacy.member_records import ERASED_EMAIL, erase_member
from net30.services.projections import ledger, search
from net30.services.relay import drain
from net30.services.world import World

FOLLOWING = ("audit", "erasure", "ledger", "search")
"""The projections that are brought up to date: quick, and told to nobody outside.

Documents that were not yet made when the backup was, a worker makes when net30 runs again.
"""
ACTION = "restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Restored books, opened: the world, and a change or a view of an organisation."""

    world: World
    change: Callable[[str], AbstractContextManager[Context]]
    look: Callable[[str], AbstractContextManager[ReadContext]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What was found of restored books: checks by organisation, the audit, who was erased again.

    `not_erased` tells of whom it could not be done, and why; `waits` which projections could not
    follow.
    """

    checks: Mapping[str, BookCheck]
    audit_entries: int
    audit: tuple[Finding, ...]
    erased: tuple[str, ...]
    not_erased: tuple[str, ...]
    waits: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Tell whether nothing is wrong and nobody came back."""
        findings = [one for check in self.checks.values() for one in check.findings]
        return not (has_errors([*findings, *self.audit]) or self.not_erased or self.waits)


def after_restore(opened: Opened, restored: Restored, marks: Mapping[str, Marks]) -> Settled:
    """Bring restored books up to date, erase anew, note the restore in the audit, check all."""
    world, organisations = opened.world, opened.world.store.organisations()
    waits: list[str] = []
    erased: list[str] = []
    not_erased: list[str] = []
    for organisation in organisations:
        ledger.rebuild(world, organisation)
        _index(world, organisation)
        _give_up_backups(opened, organisation)
        own = dict(marks.get(organisation, {}))
        for name, at in own.items():
            world.blobs.put(organisation, name, at.encode())
        again = _Again(opened, organisation, restored.manifest.made_at)
        again.customers()
        again.contacts(own)
        again.members(own)
        erased += again.erased
        not_erased += again.not_erased
        _note(world, organisation, restored)
        report = drain(world, organisation, FOLLOWING)
        waits += [f"{organisation}: {name}: {why}" for name, why in report.errors.items()]
    checks = {}
    for organisation in organisations:
        with opened.look(organisation) as ctx:
            checks[organisation] = check_books(ctx)
    audit = verify_audit(world, restored.manifest.heads)
    return Settled(
        checks=checks,
        audit_entries=audit.entries,
        audit=audit.findings,
        erased=tuple(erased),
        not_erased=tuple(not_erased),
        waits=tuple(waits),
    )


def _give_up_backups(opened: Opened, organisation: str) -> None:
    """End the backup that was under way when this one was made: it was this one."""
    with opened.change(organisation) as ctx:
        for stored in ctx.tx.find(Job, Key.PARENT, JobState.RUNNING.value):
            job, state = stored.value, JobState.CANCELLED
            if job.kind == BACKUP:
                ctx.tx.save(ended(job, state, ctx.now), expected=stored.version)
                ctx.record(JobEnded(job_id=job.id, kind=job.kind, state=state.value, day=ctx.today))


def _index(world: World, organisation: str) -> None:
    """Make the search index anew: from the books as they are, sooner than event by event."""
    with world.store.reading(organisation) as books:
        last, _ = books.last_event()
    world.store.advance(organisation, search.PROJECTION, last)
    search.rebuild(world, organisation)  # one elsewhere knew what came after the backup


def _note(world: World, organisation: str, restored: Restored) -> None:
    told = f"backup of {restored.manifest.made_at}, {restored.digest}"
    with world.accounts.writing() as tx:
        tx.note(organisation, [noted(ACTION, "books", LOCAL_USER, world.clock(), told)])


class _Again:
    """Erases again in one organisation, each person by itself; who cannot be is told."""

    def __init__(self, opened: Opened, organisation: str, made_at: str) -> None:
        self._opened = opened
        self._organisation = organisation
        self._made_at = made_at
        self.erased: list[str] = []
        self.not_erased: list[str] = []

    def customers(self) -> None:
        """Erase the customers who were erased once and are there by name."""
        with self._opened.look(self._organisation) as ctx:
            found = [customer.id for customer in came_back(ctx)]
        for customer in found:
            self._customer(customer, contact_only=False)

    def contacts(self, marks: Marks) -> None:
        """Erase the contacts of companies that were erased after the backup."""
        for customer in self._since(marks, CONTACTS):
            self._customer(customer, contact_only=True)

    def members(self, marks: Marks) -> None:
        """Erase the users who were erased after the backup, and end what memberships came back."""
        world = self._opened.world
        for user_id in self._since(marks, MEMBERS):
            with world.accounts.reading() as tx:
                user = tx.get(User, user_id)
                memberships = tx.find(Membership, AccountKey.OWNER, user_id)
            if user is None or user.email == ERASED_EMAIL.format(user_id):
                continue
            try:
                for one in memberships:
                    by = at_this_machine(one.organisation)
                    remove_member(world.accounts, user_id, by, world.clock())
                erase_member(world, user.email)
                self.erased.append(f"user {user_id}")
            except InputError as error:
                self.not_erased.append(f"user {user_id}: {error.message}")

    def _customer(self, customer: str, *, contact_only: bool) -> None:
        told = f"{self._organisation}: {'contact of ' if contact_only else ''}customer {customer}"
        try:
            with self._opened.change(self._organisation) as ctx:
                erase_person(ctx, customer, contact_only=contact_only)
            self.erased.append(told)
        except NotFound:  # the backup is from before the customer was
            return
        except InputError as error:
            # Its message may name the person; the code is enough.
            self.not_erased.append(f"{told}: {error.code}")

    def _since(self, marks: Marks, folder: str) -> Sequence[str]:
        """Return whose mark is younger than the backup, or of an unknown day."""
        return [
            name.removeprefix(folder)
            for name, at in sorted(marks.items())
            if name.startswith(folder) and (not at or at >= self._made_at)
        ]
