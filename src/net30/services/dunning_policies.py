"""Dunning policies as people write them: a TOML file in, the organisation's policies out."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace

import msgspec

from net30.domain.customer import Customer
from net30.domain.dunning import DEFAULT_POLICY, Channel, DunningPolicy, Step, Tone
from net30.kernel.errors import Conflict, InputError
from net30.kernel.money import Money
from net30.ports.store import PAGE_ROWS_MAX
from net30.services.context import Context, ReadContext
from net30.services.create_organisation import save_organisation
from net30.services.save_customer import save_customer

POLICIES_MAX = 50


class _Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    days: int
    tone: Tone = Tone.FRIENDLY
    channel: Channel = Channel.MAIL
    fees: tuple[str, ...] = ()
    interest: bool = False


class _Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str = DEFAULT_POLICY.name
    gap_days: int = DEFAULT_POLICY.gap_days
    grace_days: int = DEFAULT_POLICY.grace_days
    together: bool = DEFAULT_POLICY.together
    country: str = ""
    step: tuple[_Step, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    policy: tuple[_Policy, ...]


def read_policies(content: bytes) -> tuple[DunningPolicy, ...]:
    """Return the policies of a TOML file in UTF-8; levels are numbered in the order of the steps.

    Raises InputError saying what cannot be read, or what no policy may say.
    """
    try:
        file = msgspec.convert(tomllib.loads(content.decode()), type=_File)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputError(
            f"the dunning policies cannot be read: {error}",
            hint="net30 collect policy --example shows how they are written",
            code="dunning_policy",
        ) from None
    policies = tuple(_policy(one) for one in file.policy)
    names = [policy.name for policy in policies]
    if len(set(names)) != len(names) or len(names) > POLICIES_MAX:
        raise InputError(
            "two dunning policies have one name, or there are too many",
            hint=f"give at most {POLICIES_MAX} policies, each its own name",
            code="dunning_policy",
        )
    return policies


def write_policies(policies: tuple[DunningPolicy, ...]) -> str:
    """Return policies as the TOML that `read_policies` reads."""
    return "\n".join(line for policy in policies for line in _lines(policy)) + "\n"


def save_policies(ctx: Context, policies: tuple[DunningPolicy, ...]) -> None:
    """Make these the organisation's policies; raise Conflict when a customer names one that goes.

    Without one called default, ours applies to whoever names none.
    """
    names = {policy.name for policy in policies} | {DEFAULT_POLICY.name}
    for customer in _customers(ctx):
        if customer.dunning and customer.dunning not in names:
            raise Conflict(
                f"{customer.name} is reminded by the policy {customer.dunning!r}",
                hint="keep the policy, or give the customer another: net30 collect assign",
                code="dunning_policy",
            )
    save_organisation(ctx, replace(ctx.company, dunning=policies))


def assign_policy(ctx: Context, customer: Customer, name: str) -> Customer:
    """Return the customer, reminded by a policy from now on; raise NotFound for an unknown one."""
    ctx.company.dunning_policy(name)
    return save_customer(ctx, replace(customer, dunning=name))


def _policy(one: _Policy) -> DunningPolicy:
    return DunningPolicy(
        name=one.name.strip(),
        steps=tuple(_step(step, level) for level, step in enumerate(one.step, 1)),
        gap_days=one.gap_days,
        grace_days=one.grace_days,
        together=one.together,
        country=one.country.upper(),
    )


def _step(step: _Step, level: int) -> Step:
    return Step(
        level=level,
        days=step.days,
        tone=step.tone,
        channel=step.channel,
        fees=tuple(_fee(text) for text in step.fees),
        interest=step.interest,
    )


def _fee(text: str) -> Money:
    amount, _, currency = text.strip().partition(" ")
    if not currency:
        raise InputError(f"{text!r} is no fee", hint='write it as "5000 XOF"', code="dunning_fee")
    return Money.of(amount, currency.strip().upper())


def _lines(policy: DunningPolicy) -> Iterator[str]:
    yield "[[policy]]"
    yield f"name = {_quoted(policy.name)}"
    yield f"gap_days = {policy.gap_days}  # at least so long between two reminders of an invoice"
    yield f"grace_days = {policy.grace_days}  # so long after the day of a promise to pay"
    yield f"together = {str(policy.together).lower()}  # one letter for all invoices"
    yield f"country = {_quoted(policy.country)}  # whose law; empty: the company's"
    for step in policy.steps:
        yield ""
        yield "[[policy.step]]"
        yield f"days = {step.days}  # past due; negative: before"
        yield f"tone = {_quoted(step.tone)}  # {', '.join(Tone)}"
        yield f"channel = {_quoted(step.channel)}  # {', '.join(Channel)}"
        fees = ", ".join(_quoted(f"{fee.amount:f} {fee.currency}") for fee in step.fees)
        yield f"fees = [{fees}]"
        yield f"interest = {str(step.interest).lower()}  # state the late interest of the law"
    yield ""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _customers(ctx: ReadContext) -> Iterator[Customer]:
    after = ""
    while page := ctx.tx.page(Customer, after=after, limit=PAGE_ROWS_MAX):
        yield from (stored.value for stored in page)
        after = page[-1].value.id
