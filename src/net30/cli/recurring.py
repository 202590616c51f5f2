"""net30 recurring: invoices that come back, made once for each of their days."""

from __future__ import annotations

from typing import Annotated

import typer

from net30.cli.invoice import Line, parse_line
from net30.cli.output import counted, print_json, print_table, say
from net30.cli.session import Json, changing, opened
from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice
from net30.domain.schedule import Making, Schedule, Unit
from net30.domain.terms import PaymentTerms
from net30.kernel.dates import parse_date
from net30.kernel.errors import InputError
from net30.services.found import customer_by_name
from net30.services.plan_schedules import HeldSchedule, plan_schedules, schedules
from net30.services.run_schedules import run_schedules
from net30.services.save_schedule import (
    pause_schedule,
    resume_schedule,
    save_schedule,
    skip_schedule,
)

app = typer.Typer(help="Invoices that come back every week or month.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The schedule's id: net30 recurring list.")]


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(app, name="recurring")


@app.command("add")
def add(
    *,
    customer: Annotated[str, typer.Argument(help="The customer's name or id.")],
    line: Line,
    start: Annotated[str, typer.Option("--from", help="The first day, YYYY-MM-DD.")] = "",
    end: Annotated[str, typer.Option("--to", help="No day after this one.")] = "",
    every: Annotated[int, typer.Option(help="So many weeks or months apart.")] = 1,
    unit: Annotated[Unit, typer.Option(help="week or month.")] = Unit.MONTH,
    making: Annotated[Making, typer.Option(help="draft, issue or send.")] = Making.ISSUE,
    currency: Annotated[str, typer.Option(help="ISO 4217; the customer's by default.")] = "",
    terms: Annotated[int, typer.Option(help="Days to pay.")] = -1,
    note: Annotated[list[str] | None, typer.Option(help="A remark to print.")] = None,
    json: Json = False,
) -> None:
    """Add an invoice that comes back; {month}, {year}, {day} in its texts name the day."""
    with changing() as net30, net30.change() as ctx:
        request = NewInvoice(
            customer_id=customer_by_name(ctx, customer).value.id,
            lines=tuple(parse_line(text) for text in line),
            currency=currency.upper(),
            terms=PaymentTerms(terms) if terms >= 0 else None,
            notes=tuple(note or ()),
        )
        schedule = Schedule(
            id="",
            invoice=request,
            start=parse_date(start) if start else ctx.today,
            end=parse_date(end) if end else None,
            every=every,
            unit=unit,
            making=making,
        )
        saved = save_schedule(ctx, schedule)
    if json:
        print_json(saved)
        return
    say(f"Added {saved.id}: every {every} {unit} from {saved.start}, {making}.")


@app.command("list")
def list_schedules(*, json: Json = False) -> None:
    """List the schedules with their next day."""
    with opened() as net30, net30.look() as ctx:
        found = list(schedules(ctx))
        names = {
            one.customer_id: ctx.tx.load(Customer, one.customer_id).value.name for one in found
        }
    if json:
        print_json([{"schedule": one, "next_day": one.next_day()} for one in found])
        return
    rows = [
        (
            one.id,
            names[one.customer_id],
            one.invoice.lines[0].name,
            f"{one.every} {one.unit}",
            one.making.value,
            "paused" if one.paused else str(one.next_day() or "ended"),
        )
        for one in found
    ]
    columns = ("id", "customer", "first line", "every", "makes", "next")
    print_table(counted(len(rows), "schedules"), columns, rows)


@app.command("run")
def run(
    *,
    as_of: Annotated[str, typer.Option(help="Show what is due on this day; makes nothing.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Make them; without it nothing is.")] = False,
    json: Json = False,
) -> None:
    """Show the recurring invoices that are due, and with --yes make each of them once."""
    if yes and as_of:
        raise InputError(
            "invoices are dated the day they are made, not another",
            hint="leave out --as-of or --yes",
            code="recurring_day",
        )
    with changing() as net30:
        with net30.look() as ctx:
            plan = plan_schedules(ctx, parse_date(as_of) if as_of else None)
        done = run_schedules(net30.change, plan) if yes else None
    if json:
        print_json(done or plan)
        return
    if done:
        made = [(one.customer, str(one.day), one.number or one.invoice_id) for one in done.made]
        print_table(f"{len(made)} made", ("customer", "for", "invoice"), made)
    else:
        due = [(one.customer, str(one.day), one.making.value) for one in plan.due]
        print_table(f"{len(due)} due on {plan.as_of}", ("customer", "for", "makes"), due)
        say("Nothing was made. Make them: net30 recurring run --yes" if due else "")
    _show_held(done.held if done else plan.held)


@app.command("pause")
def pause(*, schedule: Id, json: Json = False) -> None:
    """Make nothing of a schedule until it is resumed."""
    with changing() as net30, net30.change() as ctx:
        saved = pause_schedule(ctx, schedule)
    print_json(saved) if json else say(f"{saved.id} is paused.")


@app.command("resume")
def resume(*, schedule: Id, json: Json = False) -> None:
    """Go on with a paused schedule from today; the days of the pause are left out."""
    with changing() as net30, net30.change() as ctx:
        saved = resume_schedule(ctx, schedule)
    print_json(saved) if json else say(f"{saved.id} goes on; next {saved.next_day() or 'never'}.")


@app.command("skip")
def skip(
    *,
    schedule: Id,
    until: Annotated[str, typer.Argument(help="Leave out the days up to this one.")],
    json: Json = False,
) -> None:
    """Leave out a schedule's days up to and with one."""
    with changing() as net30, net30.change() as ctx:
        saved = skip_schedule(ctx, schedule, parse_date(until))
    print_json(saved) if json else say(f"{saved.id}: next {saved.next_day() or 'never'}.")


def _show_held(held: tuple[HeldSchedule, ...]) -> None:
    if not held:
        return
    rows = [(one.customer, str(one.day), one.reason.replace("_", " "), one.hint) for one in held]
    print_table(f"{len(held)} held back", ("customer", "for", "why", "what to do"), rows)
