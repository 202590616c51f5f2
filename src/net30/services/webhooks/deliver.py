"""Deliver: sends the messages that are due, each webhook by itself, and notes how it went.

A message is claimed before it is sent and noted afterwards, both in transactions of their own, so
no books wait for another server. Should the process die in between, the claim ends by itself and
the message is sent again: at least once, under the same id.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

from net30.domain.aggregates import Key
from net30.domain.delivery import (
    KEPT_FOR,
    WHY_CHARACTERS_MAX,
    Delivery,
    DeliveryState,
    Try,
    delivered,
    failed,
    given_up,
    put_off,
)
from net30.domain.events import WebhookChanged
from net30.domain.organisation import Organisation
from net30.domain.topics import TEST
from net30.domain.webhook import WEBHOOKS_MAX, Webhook, refused, took
from net30.kernel.errors import Conflict, Net30Error, NotFound
from net30.kernel.ids import new_id
from net30.ports.sealing import Sealing
from net30.ports.store import NEW, PAGE_ROWS_MAX, Reading, Stored, Transaction
from net30.ports.web import SECONDS_MAX, Web, WebAnswer
from net30.services.steps import NO_STEPS, Around
from net30.services.webhooks.message import message_of, signed
from net30.services.webhooks.save_webhook import unsealed
from net30.services.world import World

AT_ONCE_MAX = 20
"""So many messages of a webhook are claimed together."""
ROUND_SECONDS = 20
LEASE = timedelta(seconds=ROUND_SECONDS + 2 * SECONDS_MAX + 30)
"""A claim ends after the longest round, with room for its notes."""
UNANSWERED_PAUSE = timedelta(seconds=60)
"""What waits behind a message that nobody answered is not tried before."""
SENDERS = 8
ACTOR = "net30"

_ServerFault = HTTPStatus.INTERNAL_SERVER_ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What is needed to send: the books, the way to other servers, what opens the secrets.

    `around` is opened around each message that is sent, by its topic.
    """

    world: World
    web: Web
    sealing: Sealing
    around: Around = NO_STEPS


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What one round did: messages taken, not taken, and put off without a try."""

    taken: int = 0
    refused: int = 0
    put_off: int = 0

    @property
    def tried(self) -> int:
        """Return how many messages were sent."""
        return self.taken + self.refused


@dataclass(frozen=True, slots=True)
class _Claim:
    """The messages of one webhook that this round may send."""

    webhook: Webhook
    deliveries: tuple[Stored[Delivery], ...]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How one message went: as it is now, and the version it was claimed at."""

    delivery: Delivery
    version: int
    tried: Try | None = None


def deliver_due(
    post: Post, organisation: str, is_stopping: Callable[[], bool] = lambda: False
) -> DeliveryReport:
    """Send what is due, AT_ONCE_MAX of each webhook; raise Unavailable without a database.

    A server that does not answer, or answers that it cannot, gets no more of the round; nobody
    gets more once `is_stopping`.
    """
    claims = _claimed(post.world, organisation)
    if not claims:
        return DeliveryReport()
    with ThreadPoolExecutor(min(SENDERS, len(claims)), "net30-webhook") as pool:
        sent = list(
            pool.map(lambda claim: tuple(_round(post, organisation, claim, is_stopping)), claims)
        )
    for claim, outcomes in zip(claims, sent, strict=True):
        with post.world.store.transaction(organisation) as tx:
            _note(tx, claim.webhook.id, outcomes, post.world.clock())
    every = [outcome for outcomes in sent for outcome in outcomes]
    taken = sum(one.delivery.state is DeliveryState.DELIVERED for one in every)
    tried = sum(one.tried is not None for one in every)
    return DeliveryReport(taken=taken, refused=tried - taken, put_off=len(every) - tried)


def deliver_test(post: Post, organisation: str, webhook_id: str) -> Delivery:
    """Send a test message now, once, and return how it went; raise NotFound."""
    now = post.world.clock()
    with post.world.store.reading(organisation) as books:
        webhook = books.load(Webhook, webhook_id).value
    message_id = new_id(now)
    made = Delivery(
        id=message_id,
        webhook_id=webhook_id,
        message_id=f"test_{message_id}",
        sequence=0,
        topic=TEST,
        made_at=now,
    )
    tried, _ = _sent(post, organisation, webhook, made)
    delivery = given_up(made, tried) if tried.why else delivered(made, tried)
    with post.world.store.transaction(organisation) as tx:
        tx.save(delivery, expected=NEW)
    return delivery


def forget_old(world: World, organisation: str) -> int:
    """Remove messages older than KEPT_FOR, PAGE_ROWS_MAX at most; return how many."""
    oldest = world.clock() - KEPT_FOR
    with world.store.reading(organisation) as books:
        if not any(_is_old(one.value, oldest) for one in books.page(Delivery, limit=1)):
            return 0
    with world.store.transaction(organisation) as tx:
        page = tx.page(Delivery, limit=PAGE_ROWS_MAX)
        old = [stored for stored in page if _is_old(stored.value, oldest)]
        for stored in old:
            tx.delete(Delivery, stored.value.id, expected=stored.version)
    return len(old)


def _is_old(delivery: Delivery, oldest: datetime) -> bool:
    # An old event's message may have been replayed lately.
    latest = delivery.tries[-1].at if delivery.tries else delivery.made_at
    return latest < oldest


def _claimed(world: World, organisation: str) -> list[_Claim]:
    now = world.clock()
    with world.store.reading(organisation) as books:
        if not any(_due(books, now)):
            return []
    with world.store.transaction(organisation) as tx:
        claims = []
        for claim in list(_due(tx, now)):
            held = []
            for stored in claim.deliveries:
                leased = put_off(stored.value, now + LEASE)
                tx.save(leased, expected=stored.version)
                held.append(Stored(leased, stored.version + 1))
            claims.append(_Claim(claim.webhook, tuple(held)))
    return claims


def _due(books: Reading, now: datetime) -> Iterator[_Claim]:
    for webhook in books.page(Webhook, limit=WEBHOOKS_MAX):
        if webhook.value.is_paused:
            continue
        waiting = books.find(Delivery, Key.PARENT, webhook.value.id)
        due = sorted(
            (stored for stored in waiting if stored.value.is_due(now)),
            key=lambda stored: stored.value.sequence,
        )
        if due:
            yield _Claim(webhook.value, tuple(due[:AT_ONCE_MAX]))


def _round(
    post: Post, organisation: str, claim: _Claim, is_stopping: Callable[[], bool]
) -> Iterator[_Outcome]:
    """Send one webhook's messages in their order, until one shows that its server is in trouble."""
    ends = time.monotonic() + ROUND_SECONDS
    until = post.world.clock()
    stopped = False
    for stored in claim.deliveries:
        if stopped or time.monotonic() > ends or is_stopping():
            yield _Outcome(put_off(stored.value, until), stored.version)
            continue
        tried, wait = _sent(post, organisation, claim.webhook, stored.value)
        if not tried.why:
            yield _Outcome(delivered(stored.value, tried), stored.version, tried)
            continue
        yield _Outcome(failed(stored.value, tried, wait), stored.version, tried)
        if tried.status < HTTPStatus.BAD_REQUEST or tried.status >= _ServerFault or wait:
            stopped, until = True, tried.at + max(UNANSWERED_PAUSE, wait)


def _sent(
    post: Post, organisation: str, webhook: Webhook, delivery: Delivery
) -> tuple[Try, timedelta]:
    """Send one message; return how it went and how long the other side asks to be left alone."""
    now, began = post.world.clock(), time.monotonic()
    try:
        with post.around(f"webhook {delivery.topic}", organisation):
            answer = _answered(post, organisation, webhook, delivery, now)
    except _NotTaken as refusal:
        answer = refusal.answer
        tried = Try(at=now, status=answer.status, milliseconds=answer.milliseconds)
        return replace(tried, why=_why(answer)), _asked_pause(answer)
    except Net30Error as error:
        spent = round((time.monotonic() - began) * 1000)
        why = error.message[:WHY_CHARACTERS_MAX]
        return Try(at=now, status=0, milliseconds=spent, why=why), timedelta()
    return Try(at=now, status=answer.status, milliseconds=answer.milliseconds), timedelta()


class _NotTaken(Exception):
    """The other side answered, and did not take the message: so the step has failed."""

    def __init__(self, answer: WebAnswer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def _answered(
    post: Post, organisation: str, webhook: Webhook, delivery: Delivery, now: datetime
) -> WebAnswer:
    """Return the answer of whoever took a message; raise _NotTaken for any other."""
    with post.world.store.reading(organisation) as books:
        content = message_of(books, delivery).content()
    secrets = unsealed(organisation, post.sealing, webhook.id, webhook.secrets_at(now))
    answer = post.web.send(signed(webhook.url, delivery.message_id, content, secrets, now))
    if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        raise _NotTaken(answer)
    return answer


def _why(answer: WebAnswer) -> str:
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        return f"it answered {answer.status}; a redirect is not followed"
    return f"it answered {answer.status}"


def _asked_pause(answer: WebAnswer) -> timedelta:
    """Return what Retry-After says in seconds; its other form, a date, is rare and passed over."""
    asked = answer.headers.get("retry-after", "")
    busy = answer.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
    return timedelta(seconds=int(asked[:6])) if busy and asked[:6].isdecimal() else timedelta()


def _note(tx: Transaction, webhook_id: str, outcomes: Sequence[_Outcome], now: datetime) -> None:
    for outcome in outcomes:
        with suppress(Conflict):  # it was removed with its webhook, or replayed by somebody
            tx.save(outcome.delivery, expected=outcome.version)
    try:
        stored = tx.load(Webhook, webhook_id)
    except NotFound:
        return
    webhook = stored.value
    for outcome in outcomes:
        if outcome.tried is None:
            continue
        gone = outcome.tried.status == HTTPStatus.GONE
        webhook = refused(webhook, now, gone=gone) if outcome.tried.why else took(webhook)
    if webhook != stored.value:
        tx.save(webhook, expected=stored.version)
    if webhook.is_paused and not stored.value.is_paused:
        paused = WebhookChanged(
            webhook_id=webhook.id, change="paused", url=webhook.url, day=_today(tx, now)
        )
        tx.append(paused, at=now, known_on=paused.day, user=ACTOR)


def _today(tx: Transaction, now: datetime) -> date:
    zone = tx.load(Organisation, tx.organisation).value.time_zone
    return now.astimezone(ZoneInfo(zone)).date()
