"""Deliver: signed, in order, tried again, at least once, and never more than is bearable."""

from __future__ import annotations

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from net30.domain.delivery import DeliveryState
from net30.domain.webhook import new_webhook_secret
from tests.services.webhooks.conftest import Told

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
    assert heard.method == "POST"
    assert heard.path == "/in"
    assert heard.headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        heard.verified(new_webhook_secret())
    assert told.deliver().tried == 0
    (logged,) = told.log(webhook)
    assert (logged.state, logged.tries[0].status) == (DeliveryState.DELIVERED, 204)
