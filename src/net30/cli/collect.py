"""net30 collect: who to call, who to remind, and what customers said."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from net30.cli import collect_marks
from net30.cli.collect_today import today
from net30.cli.output import counted, print_json, print_table, say
from net30.cli.session import Json, changing, opened, settle
from net30.domain.dunning import DEFAULT_POLICY
from net30.kernel.dates import parse_date
from net30.kernel.errors import InputError
from net30.language.amounts import write_money
from net30.services.dunning_policies import read_policies, save_policies, write_policies
from net30.services.plan_dunning import HeldBack, PlannedLetter, plan_dunning
from net30.services.run_dunning import run_dunning

HELD_MAX = 50
"""So many claims that are held back are shown; JSON has all."""

app = typer.Typer(help="Who to call and to remind today; what they said.", no_args_is_help=True)


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    app.command("today")(today)
    collect_marks.register(app)
    program.add_typer(app, name="collect")


@app.command("run")
def run(
    *,
    as_of: Annotated[str, typer.Option(help="Show what would go on this day; sends nothing.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Send; without it nothing is sent.")] = False,
    json: Json = False,
) -> None:
    """Show the reminders that are due, and with --yes send them; each goes once."""
    if yes and as_of:
        raise InputError(
            "reminders are sent on the day they are due, not as of another",
            hint="leave out --as-of or --yes",
            code="dunning_day",
        )
    if not yes:
        with opened() as net30, net30.look() as ctx:
            plan = plan_dunning(ctx, parse_date(as_of) if as_of else None)
        if json:
            print_json({"as_of": plan.as_of, "sent": False, **_told(plan.letters, plan.held)})
            return
        _show(f"due on {plan.as_of}", plan.letters, plan.held)
        say("Nothing was sent. Send it: net30 collect run --yes" if plan.letters else "")
        return
    with opened() as net30:
        with net30.look() as ctx:
            plan = plan_dunning(ctx)
        done = run_dunning(net30.change, plan)
        waits = not settle(net30).isdisjoint({"letters", "mail"})
    if json:
        told = _told(done.letters, done.held)
        print_json({"as_of": done.day, "sent": True, "waits": waits, **told})
        return
    _show(f"sent on {done.day}", done.letters, done.held)
    if waits:
        say("They go as soon as the mail takes them.")


@app.command("policy")
def policy(
    *,
    file: Annotated[
        Path | None, typer.Option("--set", help="A TOML file of policies that replaces all.")
    ] = None,
    example: Annotated[bool, typer.Option("--example", help="Show how one is written.")] = False,
    json: Json = False,
) -> None:
    """Show the dunning policies as TOML, or replace them."""
    if example:
        say(write_policies((DEFAULT_POLICY,)))
        return
    if file:
        policies = read_policies(file.read_bytes())
        with changing() as net30, net30.change() as ctx:
            save_policies(ctx, policies)
    with opened() as net30, net30.look() as ctx:
        own = ctx.company.dunning
        shown = (
            own if any(one.name == DEFAULT_POLICY.name for one in own) else (DEFAULT_POLICY, *own)
        )
    print_json(shown) if json else say(write_policies(shown))


def _show(title: str, letters: tuple[PlannedLetter, ...], held: tuple[HeldBack, ...]) -> None:
    rows = [
        (
            letter.customer.name,
            letter.tone.value,
            letter.channel.value,
            letter.to,
            _numbers(letter),
            " · ".join(write_money(amount, "en") for amount in letter.open),
        )
        for letter in letters
    ]
    columns = ("customer", "tone", "by", "to", "invoices (level)", "open>")
    print_table(counted(len(letters), f"reminders {title}"), columns, rows)
    if held:
        reasons = [
            (one.number, one.customer, one.reason.replace("_", " ")) for one in held[:HELD_MAX]
        ]
        print_table(f"{len(held)} held back", ("invoice", "customer", "why"), reasons)
        say(f"... and {len(held) - HELD_MAX} more (--json)" if len(held) > HELD_MAX else "")


def _numbers(letter: PlannedLetter) -> str:
    return ", ".join(f"{one.item.number} ({one.step.level})" for one in letter.notices)


def _told(letters: tuple[PlannedLetter, ...], held: tuple[HeldBack, ...]) -> dict[str, object]:
    return {
        "reminders": [
            {
                "customer": letter.customer.name,
                "to": letter.to,
                "tone": letter.tone,
                "channel": letter.channel,
                "language": letter.language,
                "policy": letter.policy,
                "invoices": [
                    {
                        "number": one.item.number,
                        "level": one.step.level,
                        "due_date": one.item.due_date,
                        "open": one.item.balance,
                    }
                    for one in letter.notices
                ],
                "open": letter.open,
                "fees": letter.fees,
            }
            for letter in letters
        ],
        "held": held,
    }
