"""net30 collect today: whom to call first."""

from __future__ import annotations

from typing import Annotated

import typer

from net30.cli.output import print_json, print_table, say
from net30.cli.session import Json, opened
from net30.kernel.dates import parse_date
from net30.language.amounts import write_money

REASONS = {
    "broken_promise": "a promise was broken",
    "last_reminder_unanswered": "the last reminder went unanswered",
    "likely_very_late": "likely more than 30 days late",
    "never_reminded": "never reminded",
    "past_due": "past due",
}
ACTIONS = {
    "find_contact": "find a phone number or an address",
    "escalate": "decide: hold sales, hand over to a collector or a lawyer",
    "agree_new_date": "agree a new date: net30 collect promise",
    "hold_sales": "call, and sell nothing more for now",
    "ask_date": "ask for a day: net30 collect promise",
    "check_received": "ask whether the invoice was received and is right",
}


def today(
    *,
    as_of: Annotated[str, typer.Option(help="As if it were this day.")] = "",
    limit: Annotated[int, typer.Option(help="So many customers at most.")] = 20,
    json: Json = False,
) -> None:
    """Show whom to call today: who owes what, since when, why, and what to do next."""
    # Scoring takes a while to import; the other commands of the group do without.
    from net30.services.collect_today import collect_today

    with opened() as net30, net30.look() as ctx:
        found = collect_today(ctx, parse_date(as_of) if as_of else None, limit)
    if json:
        print_json(found)
        return
    if not found.calls:
        say(f"Nobody to call on {found.as_of}: nothing is overdue and free to be asked for.")
        return
    rows = [
        (
            call.customer,
            call.phone or call.email,
            write_money(call.open, "en"),
            write_money(call.at_stake, "en") if call.at_stake is not None else "",
            str(call.days_past_due),
            call.expected.isoformat() if call.expected else "",
            REASONS[call.reason],
            ACTIONS[call.action],
            f"{call.last_contact_on} {call.last_contact}".strip() if call.last_contact_on else "",
        )
        for call in found.calls
    ]
    columns = (
        "customer",
        "contact",
        "overdue>",
        "at stake>",
        "days>",
        "expected",
        "why",
        "next",
        "last contact",
    )
    print_table(f"Call on {found.as_of}", columns, rows)
    if found.more:
        say(f"and {found.more} more: --limit {len(found.calls) + found.more}")
    told = f"by {found.model}" if found.model else f"no model: {found.note}"
    say(f"In the order of {found.order}; {told}.")
