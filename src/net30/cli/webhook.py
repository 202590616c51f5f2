"""net30 webhook: other programs are told what happens."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from net30.cli.output import counted, print_json, print_table, say
from net30.cli.session import Json, changing, opened
from net30.kernel.dates import parse_date
from net30.kernel.errors import InputError
from net30.kernel.plugins import load

if TYPE_CHECKING:
    from net30.app import App
    from net30.domain.delivery import Delivery
    from net30.domain.webhook import Webhook

ROUNDS_MAX = 1000

webhook = typer.Typer(help="Other programs are told what happens.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(metavar="ID", help="The webhook: net30 webhook list.")]
Topics = Annotated[
    list[str] | None,
    typer.Option("--topic", help="Such as invoice.issued; again for more; none: everything."),
]


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(webhook, name="webhook")


@webhook.command("add")
def add(
    url: Annotated[str, typer.Argument(help="Where to tell: https://HOST/PATH.")],
    *,
    topic: Topics = None,
    about: Annotated[str, typer.Option(help="What it is for.")] = "",
    json: Json = False,
) -> None:
    """Have another program told of what happens from now on; prints the secret to check it with."""
    from net30.services.webhooks.save_webhook import (
        NewWebhook,
        add_webhook,
        check_webhook,
        secret_of,
    )

    with changing() as net30:
        new = NewWebhook(url=url, topics=tuple(topic or ()), about=about)
        checked = check_webhook(net30.web, new, _by(net30))
        with net30.change() as ctx:
            made = add_webhook(ctx, net30.sealing, checked)
        secret = secret_of(net30.organisation, net30.sealing, made)
    if json:
        print_json({**_shown(made), "secret": secret})
        return
    say(f"Webhook {made.id} tells {made.url} of {_topics(made)}.")
    say(f"  {secret}")
    say("Messages are signed with it (net30 webhook secret shows it again). Try it:")
    say(f"  net30 webhook test {made.id}")


@webhook.command("list")
def listed(*, json: Json = False) -> None:
    """List the webhooks."""
    from net30.services.webhooks.save_webhook import list_webhooks

    with opened() as net30, net30.look() as ctx:
        found = list_webhooks(ctx)
    if json:
        print_json([_shown(one) for one in found])
        return
    rows = [(one.id, one.url, _topics(one), _state(one), one.about) for one in found]
    print_table(counted(len(rows), "webhooks"), ("webhook", "tells", "of", "state", "for"), rows)


@webhook.command("topics")
def topics(*, json: Json = False) -> None:
    """List what a webhook can be told of."""
    from net30.domain.topics import topics

    found = topics()
    if json:
        print_json({name: needed.value for name, needed in found.items()})
        return
    for name in found:
        say(name)


@webhook.command("secret")
def secret(
    webhook_id: Id,
    *,
    rotate: Annotated[
        bool, typer.Option("--rotate", help="Make a new one; both sign for a day.")
    ] = False,
    json: Json = False,
) -> None:
    """Show the secret that a webhook's messages are signed with."""
    from net30.services.webhooks.save_webhook import rotate_secret, secret_of, webhook_of

    with changing() as net30:
        if rotate:
            with net30.change() as ctx:
                rotate_secret(ctx, net30.sealing, webhook_id)
        with net30.look() as ctx:
            found = webhook_of(ctx, webhook_id).value
        shown = secret_of(net30.organisation, net30.sealing, found)
    if json:
        print_json({"secret": shown, "former_until": found.former_until})
        return
    say(shown)
    if rotate and found.former_until:
        say(f"The former one signs beside it until {found.former_until:%Y-%m-%d %H:%M} UTC.")


@webhook.command("pause")
def pause(webhook_id: Id, *, json: Json = False) -> None:
    """Tell a webhook nothing for now; what happens meanwhile is not kept for it (see replay)."""
    _set_paused(webhook_id, paused=True, json=json)


@webhook.command("resume")
def resume(webhook_id: Id, *, json: Json = False) -> None:
    """Tell a webhook again, also what waited when it was paused."""
    _set_paused(webhook_id, paused=False, json=json)


@webhook.command("remove")
def remove(webhook_id: Id, *, json: Json = False) -> None:
    """Remove a webhook and what waits to be told to it."""
    from net30.services.webhooks.save_webhook import remove_webhook

    with changing() as net30, net30.change() as ctx:
        remove_webhook(ctx, webhook_id)
    if json:
        print_json({"removed": webhook_id})
        return
    say(f"The webhook {webhook_id} is removed.")


@webhook.command("test")
def try_out(webhook_id: Id, *, json: Json = False) -> None:
    """Send a test message now and say how it went; exit code 6 when it was not taken."""
    from net30.cli.exits import FAULTS

    deliver = load("net30.services.webhooks", "deliver", extra="web")
    with opened() as net30:
        _check(net30, webhook_id)
        sent = deliver.deliver_test(_post(net30), net30.organisation, webhook_id)
    _print_delivery(sent, json=json)
    if sent.tries[-1].why:
        raise typer.Exit(FAULTS)


@webhook.command("log")
def log(
    webhook_id: Id,
    *,
    state: Annotated[str, typer.Option(help="waiting, delivered or failed.")] = "",
    limit: Annotated[int, typer.Option(help="So many at most.", min=1, max=1000)] = 20,
    json: Json = False,
) -> None:
    """List what a webhook was told, the latest first, and how each went."""
    from net30.domain.delivery import DeliveryState
    from net30.services.webhooks.log import list_deliveries

    if state and state not in set(DeliveryState):
        raise InputError(f"there is no state {state!r}", hint=f"one of {', '.join(DeliveryState)}")
    wanted = DeliveryState(state) if state else None
    with opened() as net30, net30.look() as ctx:
        found = list_deliveries(ctx, webhook_id, state=wanted, limit=limit).deliveries
    if json:
        print_json(found)
        return
    rows = [
        (one.id, one.topic, f"{one.made_at:%Y-%m-%d %H:%M:%S}", one.state.value, _last_try(one))
        for one in found
    ]
    columns = ("message", "topic", "of (UTC)", "state", "last try")
    print_table(counted(len(rows), "messages"), columns, rows)


@webhook.command("replay")
def replay(
    webhook_id: Id,
    *,
    message: Annotated[str, typer.Option(help="One message: net30 webhook log.")] = "",
    since: Annotated[str, typer.Option(help="Every event since a day, YYYY-MM-DD.")] = "",
    json: Json = False,
) -> None:
    """Send again: one message, every event since a day, or (without either) what was given up."""
    from net30.services.webhooks.log import Replayed, replay_delivery, replay_failed, replay_since

    if message and since:
        raise InputError("--message and --since are two things", hint="give one of them")
    done = 0
    with changing() as net30:
        if message:
            with net30.change() as ctx:
                replay_delivery(ctx, webhook_id, message)
            done = 1
        elif not since:
            with net30.change() as ctx:
                done = replay_failed(ctx, webhook_id).messages
        else:
            again = Replayed(messages=0, after=-1)
            while again.after:
                with net30.change() as ctx:
                    zone = ZoneInfo(ctx.time_zone)
                    begins = datetime.combine(parse_date(since), time(), zone).astimezone(UTC)
                    again = replay_since(ctx, webhook_id, begins, after=again.after)
                done += again.messages
    if json:
        print_json({"messages": done})
        return
    say(f"{done} messages wait to be sent: by net30 serve, or now: net30 webhook send")


@webhook.command("send")
def send(*, json: Json = False) -> None:
    """Send what is due now, of all webhooks; net30 serve does so by itself."""
    deliver = load("net30.services.webhooks", "deliver", extra="web")
    taken = refused = 0
    with opened() as net30:
        net30.settle()
        for _ in range(ROUNDS_MAX):
            report = deliver.deliver_due(_post(net30), net30.organisation)
            taken, refused = taken + report.taken, refused + report.refused
            if not report.tried:
                break
    if json:
        print_json({"taken": taken, "refused": refused})
        return
    say(f"{taken} messages were taken, {refused} were not; those are tried again.")


def _set_paused(webhook_id: str, *, paused: bool, json: bool) -> None:
    from net30.services.webhooks.save_webhook import NewWebhook, change_webhook, webhook_of

    with changing() as net30, net30.change() as ctx:
        now = webhook_of(ctx, webhook_id).value
        same = NewWebhook(url=now.url, topics=now.topics, about=now.about, paused=paused)
        changed = change_webhook(ctx, webhook_id, same).value
    if json:
        print_json(_shown(changed))
        return
    say(f"The webhook {webhook_id} is {'paused' if paused else 'told again'}.")


def _check(net30: App, webhook_id: str) -> None:
    from net30.services.webhooks.save_webhook import webhook_of

    with net30.look() as ctx:
        webhook_of(ctx, webhook_id)


def _post(net30: App) -> Any:  # Any: a Post, whose file needs the extra web
    deliver = load("net30.services.webhooks", "deliver", extra="web")
    return deliver.Post(world=net30.world, web=net30.web, sealing=net30.sealing)


def _by(net30: App) -> Any:  # Any: a Principal, imported when it is needed
    from net30.services.identity.noted import at_this_machine

    return at_this_machine(net30.organisation)


def _shown(one: Webhook) -> dict[str, object]:
    names = ("id", "url", "topics", "about", "made_at", "pause_reason", "failing_since")
    return {name: getattr(one, name) for name in (*names, "former_until")}


def _topics(one: Webhook) -> str:
    return ", ".join(one.topics) or "everything"


def _state(one: Webhook) -> str:
    if one.is_paused:
        return f"paused: {one.pause_reason}"
    return f"failing since {one.failing_since:%Y-%m-%d %H:%M}" if one.failing_since else "told"


def _last_try(one: Delivery) -> str:
    if not one.tries:
        return "none yet"
    last = one.tries[-1]
    return last.why or f"{last.status} in {last.milliseconds} ms"


def _print_delivery(sent: Delivery, *, json: bool) -> None:
    if json:
        print_json(sent)
        return
    say(f"{sent.message_id}: {sent.state.value} ({_last_try(sent)})")
