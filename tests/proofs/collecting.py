"""A company whose dunning and recurring invoices are run day by day, with all that comes between.

What happens is a script drawn from a seed, so that two companies can live through the same.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from net30.app import App, open_app
from net30.domain.aggregates import Key
from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.open_item import OpenItem
from net30.domain.party import Address, Contact, Party
from net30.domain.payment import Allocation
from net30.domain.schedule import Occurrence, Schedule, Unit
from net30.domain.terms import PaymentTerms
from net30.services.context import Context
from net30.services.create_draft import create_draft
from net30.services.create_organisation import save_organisation
from net30.services.issue_invoice import issue_invoice
from net30.services.mark_invoice import close_dispute, note_promise, open_dispute
from net30.services.plan_dunning import DunningPlan, plan_dunning
from net30.services.plan_schedules import plan_schedules
from net30.services.record_payment import NewPayment, record_payment
from net30.services.run_dunning import DunningRun, run_dunning
from net30.services.run_schedules import run_schedules
from net30.services.save_customer import save_customer
from net30.services.save_schedule import save_schedule
from net30.settings import Settings

CUSTOMERS = 4
DAYS = 70
MISSED_DAYS = 10
HOURS = (time(0, 10), time(1, 30), time(2, 30), time(12), time(23, 50))

Deed = tuple[str, int, int]
Begin = Callable[[Context], Context]
Dun = Callable[[Callable[[], AbstractContextManager[Context]], DunningPlan], DunningRun]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the script: the hour, what happens, and whether there is a run.

    Where someone `pays`, it is what the run is about to remind of, after its plan was made.
    """

    day: date
    hour: time
    deeds: tuple[Deed, ...]
    pays: bool
    runs: bool


def script(start: date, chance: Random, days: int = DAYS) -> tuple[Day, ...]:
    """Draw what happens on each day; ten days in a row are missed."""
    missed = chance.randint(15, days - 15)
    return tuple(
        Day(
            day=start + timedelta(days=at),
            hour=chance.choice(HOURS),
            deeds=tuple(_deed(chance) for _ in range(chance.randint(1, 4))),
            pays=chance.random() < 0.3,
            runs=not missed <= at < missed + MISSED_DAYS and chance.random() < 0.5,
        )
        for at in range(days)
    )


def _deed(chance: Random) -> Deed:
    kinds = {"issue": 5, "pay": 2, "dispute": 1, "settle": 2, "promise": 1, "park": 1, "free": 3}
    kind = chance.choices(list(kinds), list(kinds.values()))[0]
    return kind, chance.randrange(99), chance.randint(1, 20)


@dataclass(slots=True)
class Wall:
    """A clock on the wall that the script sets."""

    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The moment that was set."""
        return self.now


def _as_it_is(ctx: Context) -> Context:
    return ctx


@dataclass(slots=True)
class Company:
    """One company that lives through a script; `apps` are its processes, on one database."""

    apps: list[App]
    wall: Wall
    zone: str
    begin: Begin = _as_it_is
    dun: Dun = run_dunning
    customers: list[Customer] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)
    parked: list[tuple[str, date, bool]] = field(default_factory=list)
    ran: set[date] = field(default_factory=set)

    @contextmanager
    def change(self, app: App) -> Iterator[Context]:
        """Open a request, as the proof wants it."""
        with app.change() as ctx:
            yield self.begin(ctx)

    def set_up(self, start: date) -> None:
        """Found the company, its customers, and four schedules that meet the month's end."""
        app = self.apps[0]
        self.wall.now = datetime.combine(start, time(12), tzinfo=ZoneInfo(self.zone))
        with app.change() as ctx:
            party = replace(ctx.company.party, name="Lagune Conseil SARL")
            save_organisation(ctx, replace(ctx.company, party=party, time_zone=self.zone))
        for at in range(CUSTOMERS):
            contact = Contact(email=f"c{at}@example.com")
            party = Party(name=f"Customer {at}", address=Address(country="CI"), contact=contact)
            with app.change() as ctx:
                self.customers.append(save_customer(ctx, Customer(id="", party=party)))
            day = start.replace(day=28 + at) if at else start
            unit = Unit.WEEK if at == 0 else Unit.MONTH
            schedule = Schedule(id="", invoice=self._request(at, 7), start=day, unit=unit)
            with app.change() as ctx:
                self.schedules.append(save_schedule(ctx, schedule))

    def live(self, day: Day) -> None:
        """Let a day's deeds happen before the run."""
        local = datetime.combine(day.day, day.hour, tzinfo=ZoneInfo(self.zone))
        self.wall.now = local.astimezone(UTC)
        for deed in day.deeds:
            self.do(deed)

    def do(self, deed: Deed) -> None:
        """Let one thing happen, if it can."""
        kind, at, amount = deed
        app = self.apps[0]
        with app.change() as ctx:
            if kind == "issue":
                draft = create_draft(ctx, self._request(at % CUSTOMERS, amount))
                self.numbers.append(issue_invoice(ctx, draft.id).number)
            elif kind in {"park", "free"}:
                self._park(ctx, at % CUSTOMERS, parked=kind == "park")
            elif self.numbers:
                self._mark(ctx, kind, self.numbers[at % len(self.numbers)], amount)

    def run(self, app: App, *, pays: bool = False) -> None:
        """Run both once; with `pays` money comes between the plan and the sending."""
        self.ran.add(self.wall.now.astimezone(ZoneInfo(self.zone)).date())
        with app.look() as ctx:
            plan, recurring = plan_dunning(ctx), plan_schedules(ctx)
        about = {notice.item.number for letter in plan.letters for notice in letter.notices}
        paid = [at for at, number in enumerate(self.numbers) if number in about]
        if pays and paid:
            self.do(("pay", paid[0], 1))
        self.dun(partial(self.change, app), plan)
        run_schedules(partial(self.change, app), recurring)

    def _mark(self, ctx: Context, kind: str, number: str, amount: int) -> None:
        (stored,) = ctx.tx.find(OpenItem, Key.NUMBER, number)
        item = stored.value
        if item.balance.minor <= 0:
            return
        if kind == "pay":
            part = item.balance if amount % 3 else replace(item.balance, minor=1)
            paid = NewPayment(
                customer_id=item.customer_id,
                amount=part,
                allocations=(Allocation(item.id, part),),
            )
            record_payment(ctx, paid)
        elif kind == "dispute" and not item.is_disputed:
            open_dispute(ctx, number, "not as ordered")
        elif kind == "settle" and item.is_disputed:
            close_dispute(ctx, number)
        elif kind == "promise":
            note_promise(ctx, number, ctx.today + timedelta(days=amount))

    def _park(self, ctx: Context, at: int, *, parked: bool) -> None:
        customer = ctx.tx.load(Customer, self.customers[at].id).value
        save_customer(ctx, replace(customer, parked=parked))
        self.parked.append((customer.id, ctx.today, parked))

    def _request(self, at: int, amount: int) -> NewInvoice:
        line = NewLine(name="rent {month}", unit_price=Decimal(1000 * amount))
        customer = self.customers[at].id
        return NewInvoice(customer_id=customer, lines=(line,), terms=PaymentTerms(10))


def open_company(home: Path, url: str, zone: str, processes: int) -> Company:
    """Open a company on a database, once for each process."""
    wall = Wall()
    settings = replace(Settings(home=home), database_url=url)
    return Company([open_app(settings, clock=wall) for _ in range(processes)], wall, zone)


def state_of(company: Company) -> dict[str, object]:
    """Return what the runs left, without ids and without the order among invoices of one day."""
    with company.apps[0].look() as ctx:
        items = {one.value.id: one.value for one in ctx.tx.page(OpenItem, limit=1000)}
        made = [one.value for one in ctx.tx.page(Occurrence, limit=1000)]
    place = {schedule.id: at for at, schedule in enumerate(company.schedules)}
    names = {one.invoice_id: f"s{place[one.schedule_id]} {one.day}" for one in made}
    names |= {
        item.id: f"i{company.numbers.index(item.number)}"
        for item in items.values()
        if item.number in company.numbers
    }
    return {
        names.get(key, f"made twice: {item.number}"): (
            item.issue_date,
            item.balance,
            tuple((one.day, one.level, one.to) for one in item.reminders),
        )
        for key, item in items.items()
    }


def days_of(schedule: Schedule, last: date) -> list[date]:
    """Return a schedule's days by a slow walk over the calendar."""
    found = []
    day = schedule.start
    while day <= last:
        if schedule.unit is Unit.WEEK:
            falls = (day - schedule.start).days % 7 == 0
        else:
            falls = day.day == min(schedule.start.day, _last_of_month(day).day)
        if falls:
            found.append(day)
        day += timedelta(days=1)
    return found


def _last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
