"""The log of a webhook, and sending again: one message, what was given up, all since a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from net30.domain.delivery import PAUSES, DeliveryState
from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Permission
from net30.domain.webhook import WEBHOOKS_MAX
from net30.kernel.errors import Conflict, Forbidden, InputError, LimitExceeded, NotFound
from net30.services.webhooks.deliver import deliver_test
from net30.services.webhooks.log import (
    list_deliveries,
    replay_delivery,
    replay_failed,
    replay_since,
)
from net30.services.webhooks.save_webhook import NewWebhook, add_webhook, check_webhook
from tests.services.webhooks.conftest import Told

ISSUED = "invoice.issued"


def test_the_log_goes_back_page_by_page(told: Told) -> None:
    webhook, other = told.webhook(ISSUED), told.webhook(ISSUED)
    told.issue(5)
    seen: list[int] = []
    before = ""
    with told.desk.app.look() as ctx:
        while True:
            page = list_deliveries(ctx, webhook.id, before=before, limit=2)
            seen += [one.sequence for one in page.deliveries]
            before = page.before
            if not before:
                break
        assert {one.webhook_id for one in page.deliveries} <= {webhook.id}
        waiting = list_deliveries(ctx, other.id, state=DeliveryState.WAITING, limit=9)
        assert len(waiting.deliveries) == 5
        assert list_deliveries(ctx, other.id, state=DeliveryState.FAILED).deliveries == ()
    assert len(seen) == len(set(seen)) == 5
    with told.desk.app.look() as ctx, pytest.raises(NotFound, match="no webhook"):
        list_deliveries(ctx, "nobody")


def test_one_message_is_sent_again_under_its_id(told: Told) -> None:
    webhook = told.webhook(ISSUED)
    told.issue()
    (waiting,) = told.log(webhook)
    with told.desk.app.change() as ctx, pytest.raises(Conflict, match="waits to be sent"):
        replay_delivery(ctx, webhook.id, waiting.id)
    told.deliver()
    with told.desk.app.change() as ctx:
        replay_delivery(ctx, webhook.id, waiting.id)
    assert told.deliver().taken == 1
    first, second = told.receiver.heard
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert [len(one.tries) for one in told.log(webhook)] == [2]
    for wrong in ("nobody", told.webhook(ISSUED).id):
        with told.desk.app.change() as ctx, pytest.raises(NotFound, match="no message"):
            replay_delivery(ctx, webhook.id, wrong)
    another = told.webhook(ISSUED)
    with told.desk.app.change() as ctx, pytest.raises(NotFound, match="no message"):
        replay_delivery(ctx, another.id, waiting.id)


def test_what_was_given_up_is_sent_again_tests_are_not(told: Told) -> None:
    webhook = told.webhook(ISSUED)
    told.issue(2)
    told.receiver.answers = [400]
    tested = deliver_test(told.post, told.desk.app.organisation, webhook.id)
    for pause in (*PAUSES, timedelta()):
        told.deliver()
        told.later.by += pause
    with told.desk.app.change() as ctx:
        assert replay_failed(ctx, webhook.id).messages == 2
        with pytest.raises(Conflict, match="test is not sent again"):
            replay_delivery(ctx, webhook.id, tested.id)
    told.receiver.answers = [200]
    assert told.deliver().taken == 2
    with told.desk.app.change() as ctx:
        assert replay_failed(ctx, webhook.id).messages == 0


def test_a_webhook_that_is_new_learns_what_it_missed(told: Told) -> None:
    told.issue(2)
    told.later.by += timedelta(hours=1)
    since = told.later()
    told.issue(3)
    told.later.by += timedelta(hours=1)
    webhook = told.webhook(ISSUED)
    with told.desk.app.change() as ctx:
        assert replay_since(ctx, webhook.id, since).messages == 3
    assert told.deliver().taken == 3
    with told.desk.app.change() as ctx:
        first = replay_since(ctx, webhook.id, since, most=2)
        assert (first.messages, first.after > 0) == (2, True)
        second = replay_since(ctx, webhook.id, since, after=first.after, most=2)
        assert (second.messages, second.after) == (1, 0)
        assert replay_since(ctx, webhook.id, told.later(), after=10**30).messages == 0
    assert told.deliver().taken == 3
    assert len(told.receiver.heard) == 6
    assert len({one.headers["webhook-id"] for one in told.receiver.heard}) == 3


def test_nobody_has_told_what_they_may_not_read(told: Told) -> None:
    by = Principal(
        user="u",
        name="",
        organisation="main",
        permissions=frozenset({Permission.WEBHOOKS_WRITE, Permission.JOBS_READ}),
    )
    web = told.desk.app.web
    check_webhook(web, NewWebhook(url=told.receiver.url, topics=("job.ended",)), by)
    for topics in ((), ("job.ended", "payment.recorded")):
        with pytest.raises(Forbidden):
            check_webhook(web, NewWebhook(url=told.receiver.url, topics=topics), by)
    with pytest.raises(InputError, match="no topic"):
        check_webhook(web, NewWebhook(url=told.receiver.url, topics=("rain",)), by)
    with pytest.raises(InputError):
        check_webhook(web, NewWebhook(url="https://10.0.0.1/", topics=("job.ended",)), by)


def test_there_are_not_more_webhooks_than_can_be_told(told: Told) -> None:
    app = told.desk.app
    new = NewWebhook(url=told.receiver.url)
    with app.change() as ctx:
        for _ in range(WEBHOOKS_MAX):
            add_webhook(ctx, app.sealing, new)
        with pytest.raises(LimitExceeded):
            add_webhook(ctx, app.sealing, new)
