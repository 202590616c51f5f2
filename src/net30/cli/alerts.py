"""net30 alerts: rules that fire, who has seen them, and at which limits."""

from __future__ import annotations

from typing import Annotated

import typer

from net30.cli.output import print_json, print_table, say
from net30.cli.session import Json, changing, opened
from net30.domain.alert import Alert
from net30.kernel.dates import parse_date
from net30.kernel.errors import InputError
from net30.language.alerts import alert_languages, alert_line, list_title, list_word
from net30.services.alerts.check_alerts import acknowledge_alert, check_alerts, firing
from net30.services.alerts.mail_alerts import mail_alerts_to, with_units
from net30.services.alerts.readings import readings
from net30.services.alerts.rules import OFF, our_rules, rules_of, set_rule

app = typer.Typer(help="Rules about the receivables that fire.", invoke_without_command=True)

Language = Annotated[str, typer.Option(help="en or fr.")]


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(app, name="alerts")


@app.callback()
def alerts(
    ctx: typer.Context,
    *,
    as_of: Annotated[str, typer.Option(help="Show a past day; nothing is kept or mailed.")] = "",
    language: Language = "en",
    json: Json = False,
) -> None:
    """Look at the figures and list the alerts that are open; new ones are mailed once."""
    if ctx.invoked_subcommand:
        return
    if language not in alert_languages():
        raise InputError(
            f"alerts are not told in {language!r}",
            hint=f"use {' or '.join(alert_languages())}",
            code="language",
        )
    if as_of:
        day = parse_date(as_of)
        with opened() as net30, net30.look() as look:
            found = firing(look, day)
        if json:
            print_json({"open": found})
            return
        _show(found, list_title(found, day, language, past=True), language)
        return
    with changing() as net30:
        with net30.look() as look:
            seen = readings(look, look.today)
        with net30.change() as change:
            checked = check_alerts(change, seen)
    if json:
        print_json(checked)
        return
    _show(checked.open, list_title(checked.open, checked.day, language, past=False), language)
    raised, closed = len(checked.raised), len(checked.closed)
    say(list_word("looked", language, raised=raised, closed=closed))


@app.command("ack")
def ack(
    *,
    alert: Annotated[str, typer.Argument(help="The alert's id; net30 alerts shows it.")],
    note: Annotated[str, typer.Option(help="What is done about it.")] = "",
    json: Json = False,
) -> None:
    """Note that you have seen an alert; it stays open while the rule fires."""
    with changing() as net30, net30.change() as ctx:
        seen = acknowledge_alert(ctx, alert, note)
    print_json(seen) if json else say(f"Acknowledged: {alert_line(with_units([seen])[0], 'en')}")


@app.command("rules")
def rules(*, json: Json = False) -> None:
    """List the rules with their limits, ours and your own."""
    with opened() as net30, net30.look() as ctx:
        company = ctx.company
    on = rules_of(company)
    if json:
        print_json({"rules": on, "mail": company.alert_mail})
        return
    rows = []
    for name, rule in our_rules().items():
        mine = on.get(name)
        side = "below" if rule.below is not None else "above"
        rows.append((name, side, str(mine.limit) if mine else OFF, rule.unit, rule.severity))
    print_table("Alert rules", ("rule", "fires", "limit>", "unit", "severity"), rows)
    say(f"New alerts are mailed to {company.alert_mail or 'nobody: net30 alerts mail ADDRESS'}.")


@app.command("set")
def set_limit(
    *,
    rule: Annotated[str, typer.Argument(help="A rule's name.")],
    limit: Annotated[str, typer.Argument(help="A number (0.75 of a share), or off.")],
    json: Json = False,
) -> None:
    """Give a rule your own limit, or switch it off."""
    with changing() as net30, net30.change() as ctx:
        now = set_rule(ctx, rule, limit)
    if json:
        print_json({"rule": rule, "limit": now.limit if now else None})
        return
    say(f"{rule}: {now.limit if now else OFF}.")


@app.command("mail")
def mail(
    *,
    address: Annotated[str, typer.Argument(help="Whom to tell; leave it out to tell nobody.")] = "",
    json: Json = False,
) -> None:
    """Say to whom new alerts are mailed."""
    with changing() as net30, net30.change() as ctx:
        mail_alerts_to(ctx, address)
    if json:
        print_json({"mail": address})
        return
    say(f"New alerts are mailed to {address or 'nobody'}.")


def _show(found: tuple[Alert, ...], title: str, language: str) -> None:
    if not found:
        say(title)
        return
    rows = [
        (
            one.alert.id,
            list_word(one.alert.severity.value, language),
            one.alert.raised_on.isoformat(),
            alert_line(one, language),
            one.alert.acknowledged_by,
        )
        for one in with_units(found)
    ]
    columns = [list_word(name, language) for name in ("severity", "since", "what", "seen_by")]
    print_table(title, ("id", *columns), rows)
