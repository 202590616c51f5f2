"""Deliver: signed, in order, tried again, at least once, and never more than is bearable."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from net30.domain.delivery import KEPT_FOR, PAUSES, Delivery, DeliveryState
from net30.domain.events import WebhookChanged
from net30.domain.webhook import FORMER_SECRET_FOR, PAUSED_AFTER, new_webhook_secret
from net30.kernel.errors import NotFound, Unavailable
from net30.services.projections.webhooks import apply
from net30.services.webhooks.courier import Courier
from net30.services.webhooks.deliver import (
    AT_ONCE_MAX,
    LEASE,
    Post,
    deliver_due,
    deliver_test,
    forget_old,
)
from net30.services.webhooks.save_webhook import (
    NewWebhook,
    change_webhook,
    remove_webhook,
    rotate_secret,
)
from tests.databases import fresh
from tests.services.webhooks.conftest import Told, at_a_desk

ISSUED = "invoice.issued"


def test_an_issued_invoice_is_told_and_the_receiver_believes_it(told: Told) -> None:
    webhook = told.webhook(ISSUED)
    told.issue()
    assert told.deliver().taken == 1
    (heard,) = told.receiver.heard
    message = heard.verified(told.secret(webhook))
    assert message["type"] == ISSUED
    assert message["organisation"] == "main"
    assert message["data"]["number"] == "INV-2026-000001"
    assert message["data"]["amount"] == {"amount": "4248000", "currency": "XOF"}
    assert "name" not in message["data"]
    assert (heard.method, heard.path) == ("POST", "/in")
    assert heard.headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        heard.verified(new_webhook_secret())
    assert told.deliver().tried == 0
    (logged,) = told.log(webhook)
    assert (logged.state, logged.tries[0].status) == (DeliveryState.DELIVERED, 204)


def test_messages_come_in_the_order_of_the_books(told: Told) -> None:
    told.webhook()
    told.issue(3)
    while told.deliver().tried:
        pass
    sequences = [one.told["sequence"] for one in told.receiver.heard]
    assert sequences == sorted(sequences)
    assert {one.told["type"] for one in told.receiver.heard} == {"draft.saved", ISSUED}


def test_a_webhook_hears_nothing_from_before_it_nor_what_it_did_not_ask_for(told: Told) -> None:
    told.issue()
    told.later.by += timedelta(seconds=1)
    told.webhook("payment.recorded")
    told.webhook(ISSUED)
    told.issue()
    assert told.deliver().taken == 1
    assert told.receiver.heard[0].told["data"]["number"] == "INV-2026-000002"


def test_an_event_that_comes_twice_is_one_message(told: Told) -> None:
    webhook = told.webhook(ISSUED)
    told.issue()
    with told.desk.app.look() as ctx:
        events = ctx.tx.events()
    apply(told.desk.app.world, told.desk.app.organisation, events)
    assert len(told.log(webhook)) == 1


def test_what_is_not_taken_is_tried_again_with_longer_pauses_then_given_up(told: Told) -> None:
    webhook = told.webhook(ISSUED)
    told.issue()
    told.receiver.answers = [400]
    for pause in PAUSES:
        assert told.deliver().refused == 1
        (waiting,) = told.log(webhook)
        assert waiting.state is DeliveryState.WAITING
        assert waiting.next_at == waiting.tries[-1].at + pause
        assert told.deliver().tried == 0, "not before its pause is over"
        told.later.by += pause
    told.deliver()
    (over,) = told.log(webhook)
    assert (over.state, over.failures) == (DeliveryState.FAILED, len(PAUSES) + 1)
    ids = {one.headers["webhook-id"] for one in told.receiver.heard}
    contents = {one.content for one in told.receiver.heard}
    assert len(told.receiver.heard) == len(PAUSES) + 1
    assert len(ids) == len(contents) == 1, "the same message at every try"


def test_each_message_is_a_step_that_fails_when_it_is_not_taken(told: Told) -> None:
    steps: list[tuple[str, str, bool]] = []

    @contextmanager
    def around(name: str, organisation: str) -> Iterator[None]:
        taken = False
        try:
            yield
            taken = True
        finally:
            steps.append((name, organisation, taken))

    post = replace(told.post, around=around)
    told.webhook(ISSUED)
    told.issue()
    for answer, pause in ((503, PAUSES[0]), (204, timedelta())):
        told.receiver.answers = [answer]
        deliver_due(post, "main")
        told.later.by += pause
    assert steps == [(f"webhook {ISSUED}", "main", False), (f"webhook {ISSUED}", "main", True)]


def test_a_server_in_trouble_gets_no_more_of_the_round(told: Told) -> None:
    webhook = told.webhook(ISSUED)
    told.issue(3)
    told.receiver.answers = [503]
    report = told.deliver()
    assert (report.refused, report.put_off, len(told.receiver.heard)) == (1, 2, 1)
    assert told.again(webhook).failing_since
    told.receiver.answers = [200]
    told.later.by += timedelta(minutes=2)
    assert told.deliver().taken == 3
    assert told.again(webhook).failing_since is None


def test_a_message_that_is_wrong_by_itself_holds_up_no_other(told: Told) -> None:
    told.webhook(ISSUED)
    told.issue(3)
    told.receiver.answers = [422, 200]
    report = told.deliver()
    assert (report.taken, report.refused, report.put_off) == (2, 1, 0)


def test_retry_after_is_obeyed_within_reason(told: Told) -> None:
    webhook = told.webhook(ISSUED)
    told.issue(2)
    told.receiver.answers, told.receiver.headers = [429], {"Retry-After": "7200"}
    told.deliver()
    waits = {one.next_at for one in told.log(webhook)}
    assert min(one for one in waits if one) >= told.later() + timedelta(seconds=7100)
    told.receiver.headers = {"Retry-After": "Fri, 31 Dec 2027 23:59:59 GMT"}
    told.later.by += timedelta(hours=3)
    told.deliver()
    assert len(told.receiver.heard) == 3, "a date is passed over: the next one is tried too"


def test_a_redirect_is_no_success_and_is_not_followed(told: Told) -> None:
    webhook = told.webhook(ISSUED)
    told.issue()
    told.receiver.answers, told.receiver.headers = [307], {"Location": told.receiver.url}
    told.deliver()
    assert len(told.receiver.heard) == 1
    assert "a redirect is not followed" in told.log(webhook)[0].tries[0].why


def test_an_address_that_is_gone_is_paused_at_once_and_that_is_an_event(told: Told) -> None:
    webhook = told.webhook(ISSUED)
    told.issue()
    told.receiver.answers = [410]
    told.deliver()
    assert "gone" in told.again(webhook).pause_reason
    told.issue()
    assert told.deliver().tried == 0
    with told.desk.app.look() as ctx:
        changes = [
            (one.event.change, one.user)
            for one in ctx.tx.events()
            if isinstance(one.event, WebhookChanged)
        ]
    assert changes == [("added", "cli"), ("paused", "net30")]


def test_an_address_that_takes_nothing_for_days_is_paused_and_can_be_resumed(told: Told) -> None:
    webhook = told.webhook(ISSUED, url="http://127.0.0.1:1/in")
    told.issue()
    told.deliver()
    told.later.by += PAUSED_AFTER
    told.issue()
    told.deliver()
    paused = told.again(webhook)
    assert "nothing was taken since" in paused.pause_reason
    assert "does not answer" in told.log(webhook)[-1].tries[0].why
    with told.desk.app.change() as ctx:
        change_webhook(ctx, webhook.id, NewWebhook(url=told.receiver.url, topics=(ISSUED,)))
    told.later.by += timedelta(minutes=10)
    assert told.deliver().taken == 2, "what waited goes to the new address"


def test_what_died_half_way_is_sent_again_when_its_claim_ends(told: Told) -> None:
    webhook = told.webhook(ISSUED)
    told.issue()

    class Died(Exception):
        """The process is gone."""

    class Dying:
        def check(self, url: str) -> object:
            raise Died

        def send(self, request: object) -> object:
            told.desk.app.web.send(request)  # type: ignore[arg-type] # passed on as it came
            raise Died

    dying = Post(world=told.post.world, web=Dying(), sealing=told.post.sealing)  # type: ignore[arg-type] # dies
    with pytest.raises(Died):
        deliver_due(dying, told.desk.app.organisation)
    assert told.deliver().tried == 0, "it is claimed"
    told.later.by += LEASE
    assert told.deliver().taken == 1
    first, second = told.receiver.heard
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert len(told.log(webhook)) == 1


def test_two_processes_do_not_send_one_message_twice(told: Told) -> None:
    told.webhook(ISSUED)
    told.issue(2)
    told.receiver.pause_seconds = 0.3
    courier = Courier(told.post)
    courier.start()
    told.receiver.wait_for(1)
    assert told.deliver().tried == 0
    told.receiver.wait_for(2)
    courier.stop()
    assert len(told.receiver.heard) == 2


def test_a_courier_sends_what_is_kept_while_it_runs_and_stops_between_two(told: Told) -> None:
    told.webhook(ISSUED)
    courier = Courier(told.post)
    courier.start()
    told.issue()
    courier.poke("main")
    told.receiver.wait_for(1)
    told.receiver.pause_seconds = 0.3
    told.issue(5)
    courier.poke("main")
    told.receiver.wait_for(2)
    courier.stop()
    assert len(told.receiver.heard) < 6
    told.receiver.pause_seconds = 0.0
    told.later.by += LEASE
    while told.deliver().tried:
        pass
    assert len({one.headers["webhook-id"] for one in told.receiver.heard}) == 6


def test_a_courier_survives_a_fault_and_a_store_that_is_away(told: Told) -> None:
    told.webhook(ISSUED)
    told.issue()
    faults = ["fault", "away"]

    class Faulty:
        def send(self, request: object) -> object:
            if "fault" in faults:
                faults.remove("fault")
                raise RuntimeError
            return told.desk.app.web.send(request)  # type: ignore[arg-type] # passed on

    class Away:
        def organisations(self) -> tuple[str, ...]:
            if "away" in faults:
                faults.remove("away")
                raise Unavailable("the store is away")
            return told.desk.app.world.store.organisations()

        def __getattr__(self, name: str) -> object:
            return getattr(told.desk.app.world.store, name)

    world = replace(told.post.world, store=Away())  # type: ignore[arg-type] # the rest is passed on
    courier = Courier(replace(told.post, world=world, web=Faulty()))  # type: ignore[arg-type] # sends
    courier.start()
    until = time.monotonic() + 20
    while faults and time.monotonic() < until:
        courier.poke("main")
        time.sleep(0.05)
    assert faults == []
    told.later.by += LEASE
    courier.poke("main")
    told.receiver.wait_for(1)
    courier.stop()


def test_a_courier_finds_webhooks_that_another_process_added(told: Told) -> None:
    courier = Courier(told.post, look_seconds=0.2, everybody_seconds=1.0)
    courier.start()
    told.webhook(ISSUED)
    told.issue()
    told.receiver.wait_for(1)
    told.issue()
    told.receiver.wait_for(2)
    courier.stop()


def test_a_new_secret_signs_beside_the_former_for_a_day(told: Told) -> None:
    webhook = told.webhook(ISSUED)
    before = told.secret(webhook)
    with told.desk.app.change() as ctx:
        rotate_secret(ctx, told.desk.app.sealing, webhook.id)
    now = told.secret(webhook)
    told.issue()
    told.deliver()
    told.later.by += FORMER_SECRET_FOR
    told.issue()
    told.deliver()
    first, second = told.receiver.heard
    assert first.verified(before) == first.verified(now)
    assert second.is_signed_with(now)
    assert not second.is_signed_with(before)


def test_secrets_are_sealed_in_the_books(told: Told) -> None:
    webhook = told.webhook()
    secret = told.secret(webhook)
    assert secret.startswith("whsec_")
    assert secret not in json.dumps([webhook.secret, repr(webhook)])
    database = told.desk.app.settings.home / "net30.db"
    assert secret.encode() not in database.read_bytes()
    assert secret.encode() not in database.with_suffix(".db-wal").read_bytes()


def test_a_removed_webhook_is_told_nothing_more(told: Told) -> None:
    webhook = told.webhook(ISSUED)
    told.issue()
    with told.desk.app.change() as ctx:
        remove_webhook(ctx, webhook.id)
    assert told.deliver().tried == 0
    with pytest.raises(NotFound):
        deliver_test(told.post, told.desk.app.organisation, webhook.id)


def test_a_webhook_that_is_removed_while_it_is_told_leaves_no_trace(told: Told) -> None:
    webhook = told.webhook(ISSUED)
    told.issue()

    class Removing:
        def send(self, request: object) -> object:
            with told.desk.app.change() as ctx:
                remove_webhook(ctx, webhook.id)
            return told.desk.app.web.send(request)  # type: ignore[arg-type] # passed on

    post = replace(told.post, web=Removing())  # type: ignore[arg-type] # only sends
    assert deliver_due(post, told.desk.app.organisation).taken == 1
    with told.desk.app.look() as ctx:
        assert ctx.tx.page(Delivery) == ()


def test_a_round_takes_so_many_and_the_next_goes_on(told: Told) -> None:
    told.webhook(ISSUED)
    told.issue(AT_ONCE_MAX + 2)
    assert (told.deliver().taken, told.deliver().taken) == (AT_ONCE_MAX, 2)


def test_old_messages_are_forgotten_and_young_ones_are_not(told: Told) -> None:
    webhook = told.webhook(ISSUED)
    told.issue()
    told.deliver()
    told.later.by += KEPT_FOR + timedelta(seconds=5)
    told.issue()
    world, organisation = told.post.world, told.desk.app.organisation
    assert forget_old(world, organisation) == 1
    assert forget_old(world, organisation) == 0
    assert len(told.log(webhook)) == 1


def test_nothing_is_sent_where_nothing_waits(told: Told) -> None:
    told.webhook("payment.recorded")
    told.issue()
    assert told.deliver().tried == 0


@pytest.mark.slow
def test_postgresql_keeps_messages_as_well(tmp_path: Path) -> None:
    with (
        fresh("postgresql", tmp_path) as url,
        at_a_desk(tmp_path / "home", database_url=url) as told,
    ):
        webhook = told.webhook(ISSUED)
        told.issue(2)
        told.receiver.answers = [503, 204]
        assert told.deliver().refused == 1
        told.later.by += timedelta(minutes=2)
        assert told.deliver().taken == 2
        assert len(told.log(webhook)) == 2
        told.later.by += KEPT_FOR + timedelta(seconds=5)
        assert forget_old(told.post.world, told.desk.app.organisation) == 2
