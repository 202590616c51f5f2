"""R7: dunning and recurring invoices run again and again, at once, late: the same as run once.

Each company lives through seventy days of a zone whose clocks change, or of a leap year: invoices,
payments, disputes, promises and parked customers come between, also within a run; ten days are
missed. It is run many times a day by threads of two processes' parts; its twin is run once.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest

from net30.domain.dunning import DEFAULT_POLICY
from net30.domain.events import ReminderSent
from net30.domain.open_item import OpenItem
from net30.domain.schedule import Occurrence, Schedule
from net30.ports.store import Transaction
from net30.services.context import Context
from net30.services.plan_dunning import DunningPlan, plan_dunning
from net30.services.plan_schedules import plan_schedules
from net30.services.relay import drain
from net30.services.run_dunning import DunningRun, _record, dun_customer
from tests.databases import fresh
from tests.proofs.collecting import (
    DAYS,
    Company,
    Day,
    days_of,
    open_company,
    script,
    state_of,
)
from tests.proofs.proof import Outcome

ID = "R7"
TITLE = "reminders and recurring invoices sent twice, to who had paid, or not at all"
SMALL = 200
FULL = 14_000  # a hundred runs on each day that is run

ZONES = (
    ("Europe/Paris", date(2026, 3, 1), "sqlite"),
    ("America/New_York", date(2026, 10, 1), "postgresql"),
    ("Pacific/Auckland", date(2026, 8, 20), "sqlite"),
    ("Africa/Abidjan", date(2028, 1, 15), "postgresql"),
)
RUN_DAYS = 30
SMALL_DAYS = 45
THREADS = 4

Prepare = Callable[[Company], None]


def _as_it_is(_company: Company) -> None:
    return


def run(size: int, seed: int, prepare: Prepare = _as_it_is) -> Outcome:
    """Run `size` times over all companies; `prepare` takes a guard away."""
    zones = ZONES if size > SMALL else ZONES[:2]
    times = max(THREADS, size // (RUN_DAYS * len(zones)))
    tries, faults = 0, list[str]()
    told = []
    for at, (zone, start, dialect) in enumerate(zones):
        days = script(start, Random(seed + at), DAYS if size > SMALL else SMALL_DAYS)
        done, found, summary = _live(days, zone, dialect, times, prepare)
        tries += done
        faults += found
        told.append(f"{zone} on {dialect}: {summary}")
    return Outcome(tries, len(faults), "\n".join([*told, *faults[:5]]))


def _live(
    days: tuple[Day, ...], zone: str, dialect: str, times: int, prepare: Prepare
) -> tuple[int, list[str], str]:
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        subject = _opened(stack, home / "subject", zone, dialect, 2)
        twin = _opened(stack, home / "twin", zone, "sqlite", 1)
        prepare(subject)
        for company in (subject, twin):
            company.set_up(days[0].day)
        runs = 0
        for day in days:
            subject.live(day)
            twin.live(day)
            if day.runs:
                runs += _run_many(subject, day, times)
                twin.run(twin.apps[0], pays=day.pays)
        last = max(day.day for day in days if day.runs)
        faults = list(_faults(subject, last))
        if state_of(subject) != state_of(twin):
            faults.append("the state differs from that of one run a day")
        letters = 0 if faults else _letters(subject, faults)
        made = sum(len(days_of(schedule, last)) for schedule in subject.schedules)
        return runs, faults, f"{runs:,} runs, {letters} letters, {made} recurring invoices"


def _opened(stack: ExitStack, home: Path, zone: str, dialect: str, processes: int) -> Company:
    home.mkdir()
    url = stack.enter_context(fresh(dialect, home))
    company = open_company(home, url, zone, processes)
    for app in company.apps:
        stack.callback(app.close)
    return company


def _run_many(company: Company, day: Day, times: int) -> int:
    """Run once with what happens within, then again and again from all sides at once."""
    company.run(company.apps[0], pays=day.pays)
    with ThreadPoolExecutor(THREADS) as pool:
        apps = [company.apps[at % 2] for at in range(times - 1)]
        list(pool.map(company.run, apps))
    return times


def _faults(company: Company, last: date) -> Iterator[str]:
    with company.apps[0].look() as ctx:
        items = [one.value for one in ctx.tx.page(OpenItem, limit=1000)]
        made = [one.value for one in ctx.tx.page(Occurrence, limit=1000)]
    for item in items:
        yield from _wrong_reminders(company, item)
    for schedule in company.schedules:
        wanted = days_of(schedule, last)
        got = sorted(one.day for one in made if one.schedule_id == schedule.id)
        waits = _is_parked(company, schedule.customer_id, last)
        if got != wanted and not (waits and got == wanted[: len(got)]):
            yield f"a schedule was made on {got}, not on {wanted}"
    if len(items) != len(company.numbers) + len(made):
        yield f"{len(items) - len(company.numbers)} recurring invoices for {len(made)} days"


def _wrong_reminders(company: Company, item: OpenItem) -> Iterator[str]:
    """Yield what is wrong with an invoice's reminders, told from its own history only."""
    days = [one.day for one in item.reminders]
    if [one.level for one in item.reminders] != list(range(1, len(days) + 1)):
        yield f"{item.number} was reminded at levels {[one.level for one in item.reminders]}"
    gap = timedelta(days=DEFAULT_POLICY.gap_days)
    if any(later - earlier < gap for earlier, later in pairwise(days)):
        yield f"{item.number} was reminded on {days}"
    for one in item.reminders:
        paid = sum(entry.amount.minor for entry in item.settlements if entry.day <= one.day)
        if paid >= item.amount.minor:
            yield f"{item.number} was reminded on {one.day}, when it was paid"
        due = item.due_date or one.day
        step = DEFAULT_POLICY.steps[min(one.level, len(DEFAULT_POLICY.steps)) - 1]
        if (one.day - due).days < step.days:
            yield f"{item.number} was reminded {(one.day - due).days} days after due"
        for dispute in item.disputes:
            if dispute.opened < one.day < (dispute.closed or date.max):
                yield f"{item.number} was reminded while disputed"
        for promise in item.promises:
            if promise.made < one.day <= promise.day and promise == item.promises[-1]:
                yield f"{item.number} was reminded before a promised day"


def _is_parked(company: Company, customer_id: str, day: date) -> bool:
    """Tell whether the customer was parked on the last run's day."""
    marks = [parked for who, on, parked in company.parked if who == customer_id and on <= day]
    return bool(marks) and marks[-1]


def _letters(company: Company, faults: list[str]) -> int:
    """Hand everything over, twice, and count that each letter is one mail."""
    # The invoices' own files are left out: rendering them would take most of the time.
    reports = [drain(app.world, app.organisation, ("letters", "mail")) for app in company.apps]
    unsettled = [report for report in reports if not report.ok]
    faults += ["the mail did not take all letters"] * len(unsettled)
    with company.apps[0].look() as ctx:
        events = [one.event for one in ctx.tx.events(limit=1000)]
        after = 1000
        while more := ctx.tx.events(after=after, limit=1000):
            events += [one.event for one in more]
            after += 1000
    sent = [one for one in events if isinstance(one, ReminderSent)]
    reminded = [(one.invoice_id, one.level) for one in sent]
    if len(set(reminded)) != len(reminded):
        faults.append("a level of an invoice was sent twice")
    if not {one.day for one in sent} <= company.ran:
        faults.append("a reminder bears a day that was none where the company is")
    return sum(bool(one.covers) for one in sent)


def test_a_hundred_runs_leave_what_one_leaves() -> None:
    outcome = run(SMALL, seed=7)
    print(outcome, outcome.detail)
    assert outcome.holds, outcome.detail


class Forgetting:
    """A transaction that does not keep some kinds: a guard removed."""

    def __init__(self, tx: Transaction, *kinds: type) -> None:
        self._tx, self._kinds = tx, kinds

    def __getattr__(self, name: str) -> Any:  # Any: whatever the real one has
        return getattr(self._tx, name)

    def save(self, aggregate: Any, *, expected: int) -> None:
        """Keep all but those kinds."""
        if not isinstance(aggregate, self._kinds) or _is_new(aggregate):
            self._tx.save(aggregate, expected=expected)


def _is_new(aggregate: object) -> bool:
    return isinstance(aggregate, OpenItem) and not aggregate.reminders


def _forget(*kinds: type) -> Prepare:
    def prepare(company: Company) -> None:
        company.begin = lambda ctx: replace(ctx, tx=cast("Transaction", Forgetting(ctx.tx, *kinds)))

    return prepare


def _trust_the_plan(company: Company) -> None:
    """Send what the plan said, without another look inside the transaction."""

    def trusting(
        change: Callable[[], AbstractContextManager[Context]], plan: DunningPlan
    ) -> DunningRun:
        for letter in plan.letters:
            with change() as ctx:
                notices = tuple(
                    replace(notice, claim=ctx.tx.load(OpenItem, notice.item.id))
                    for notice in letter.notices
                )
                _record(ctx, replace(letter, notices=notices))
        return DunningRun(day=plan.as_of, letters=plan.letters, held=plan.held)

    company.dun = trusting


def _catch_up_every_step(company: Company) -> None:
    """Send step after step for days that were missed, as if each had its own day."""

    def catching_up(
        change: Callable[[], AbstractContextManager[Context]], plan: DunningPlan
    ) -> DunningRun:
        for customer in {letter.customer.id for letter in plan.letters}:
            for days in range(14, -1, -1):
                with change() as ctx:
                    dun_customer(replace(ctx, now=ctx.now - timedelta(days=days)), customer)
        return DunningRun(day=plan.as_of, letters=plan.letters, held=plan.held)

    company.dun = catching_up


def _in_utc(company: Company) -> None:
    company.begin = lambda ctx: replace(ctx, time_zone="UTC")


@pytest.mark.parametrize(
    "guard",
    [
        _forget(OpenItem),
        _forget(Schedule, Occurrence),
        _trust_the_plan,
        _catch_up_every_step,
        _in_utc,
    ],
    ids=["reminders kept", "days kept", "second look", "one step a day", "own zone"],
)
def test_without_a_guard_it_is_noticed(guard: Prepare) -> None:
    days = script(date(2026, 8, 20), Random(7), SMALL_DAYS)
    _, faults, _ = _live(days, "Pacific/Auckland", "sqlite", 2, guard)
    assert faults


def test_three_processes_at_once_leave_what_one_leaves(tmp_path: Path) -> None:
    with ExitStack() as stack:
        company = _opened(stack, tmp_path / "home", "Europe/Paris", "sqlite", 1)
        company.set_up(date(2026, 1, 31))
        for at in range(12):
            company.do(("issue", at, 3))
        later = company.wall.now + timedelta(days=70)
        words = [sys.executable, "-m", "tests.proofs.collector", str(tmp_path / "home")]
        words += [company.apps[0].settings.database_url, later.isoformat()]
        root = Path(__file__).parents[2]
        runs = [subprocess.Popen(words, cwd=root, stderr=subprocess.PIPE) for _ in range(3)]
        for one in runs:
            _, complaint = one.communicate(timeout=100)
            assert one.returncode == 0, complaint.decode()
        company.wall.now = later
        with company.apps[0].look() as ctx:
            assert plan_dunning(ctx).letters == ()
            assert plan_schedules(ctx).due == ()
            items = [one.value for one in ctx.tx.page(OpenItem, limit=1000)]
        assert list(_faults(company, later.date())) == []
        assert sum(len(item.reminders) for item in items) == 12
        app = company.apps[0]
        assert drain(app.world, app.organisation, ("letters", "mail")).ok
        mails = list((tmp_path / "home").rglob("*.eml"))
        assert len(mails) == len(company.customers)
