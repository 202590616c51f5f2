"""Dunning policies as files: what is written is read back, what is wrong is refused."""

from __future__ import annotations

import pytest

from net30.domain.customer import Customer
from net30.domain.dunning import DEFAULT_POLICY, Channel, DunningPolicy, Step, Tone
from net30.kernel.errors import Conflict, InputError, NotFound
from net30.kernel.money import Money
from net30.services.dunning_policies import (
    assign_policy,
    read_policies,
    save_policies,
    write_policies,
)
from tests.desk import Desk

HARSH = DunningPolicy(
    name='the "harsh" \\ one',
    steps=(
        Step(level=1, days=-3),
        Step(level=2, days=1, channel=Channel.LETTER, tone=Tone.FIRM),
        Step(
            level=3,
            days=10,
            tone=Tone.FINAL,
            fees=(Money(5000, "XOF"), Money(1250, "EUR")),
            interest=True,
        ),
    ),
    gap_days=2,
    grace_days=0,
    together=False,
    country="FR",
)


def test_policies_come_back_as_they_were_written() -> None:
    assert read_policies(write_policies((DEFAULT_POLICY, HARSH)).encode()) == (
        DEFAULT_POLICY,
        HARSH,
    )


def test_what_is_left_out_takes_the_defaults() -> None:
    (policy,) = read_policies(b'[[policy]]\nname = "mild"\n[[policy.step]]\ndays = 5\n')
    assert policy == DunningPolicy(name="mild", steps=(Step(level=1, days=5),))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[[policy",
        '[[policy]]\nname = "é"',
        "[[policy]]\ncolour = 1",
        '[[policy]]\n[[policy.step]]\ndays = "soon"',
        '[[policy]]\n[[policy.step]]\ndays = 3\ntone = "angry"',
        '[[policy]]\n[[policy.step]]\ndays = 3\nfees = ["5000"]',
        '[[policy]]\n[[policy.step]]\ndays = 3\nfees = ["-5 XOF"]',
        '[[policy]]\n[[policy.step]]\ndays = 3\nfees = ["5 ABC"]',
        "[[policy]]\n[[policy.step]]\ndays = 3\n[[policy.step]]\ndays = 2",
        '[[policy]]\nname = "a"\n[[policy]]\nname = "a"',
    ],
)
def test_what_is_no_policy_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_policies(text.encode("latin-1"))


def test_a_policy_that_a_customer_has_cannot_go(desk: Desk) -> None:
    with desk.app.change() as ctx:
        save_policies(ctx, (HARSH,))
        acme = ctx.tx.load(Customer, desk.acme.id).value
        assert assign_policy(ctx, acme, HARSH.name).dunning == HARSH.name
    with pytest.raises(Conflict, match="Acme Corp is reminded by"), desk.app.change() as ctx:
        save_policies(ctx, ())
    with pytest.raises(NotFound), desk.app.change() as ctx:
        assign_policy(ctx, acme, "unknown")
    with desk.app.change() as ctx:
        assign_policy(ctx, ctx.tx.load(Customer, desk.acme.id).value, "default")
        save_policies(ctx, ())
        assert ctx.company.dunning == ()
