"""Collect today: whom to call first, by the money that is not expected to come by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice

from net30.domain.aggregates import Key
from net30.domain.customer import Customer
from net30.domain.dunning import DunningPolicy, broken_promises, level_of, promised_until
from net30.domain.open_item import OpenItem, days_past_due
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.ports.store import PAGE_ROWS_MAX
from net30.recommend.next_call import Standing, next_call
from net30.scoring.bands import BANDS
from net30.scoring.delay_bins import HIGH_RISK
from net30.scoring.open_items import ScoredOpenItems
from net30.services.context import ReadContext
from net30.services.score_open_items import score_open_items

CALL_DAYS = 14
"""What has not come within so many days is what a call today could bring."""

CALL_AGAIN_DAYS = 3
"""Nobody is called again before so many days have passed since a noted call."""

LIMIT_MAX = 1000
FORMULA = "open amount x P(still unpaid 14 days from now)"
WITHOUT_MODEL = "open amount x days past due"


@dataclass(frozen=True, slots=True)
class Chance:
    """What a model says of an open invoice: P(unpaid in CALL_DAYS), the median day, the band."""

    unpaid: float
    expected: date | None
    band: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimToCollect:
    """An overdue claim: what is open, since when, and what is at stake (None without a model)."""

    number: str
    due_date: date
    days_past_due: int
    open: Money
    at_stake: Money | None
    expected: date | None
    level: int
    broken_promises: int
    disputes_closed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallToMake:
    """A customer to call about the overdue claims in one currency, the most at stake first.

    `expected` is when the model expects the money of the first claim; `reason` and `action` are
    codes. `last_contact` is the latest call or reminder, in words.
    """

    customer: str
    customer_id: str
    phone: str
    email: str
    open: Money
    at_stake: Money | None
    days_past_due: int
    expected: date | None
    reason: str
    action: str
    last_contact_on: date | None
    last_contact: str
    claims: tuple[ClaimToCollect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """Whom to call on a day, in this order; `more` says how many others there are.

    `order` is the formula, `model` who told the chances; without one `note` says why.
    """

    as_of: date
    calls: tuple[CallToMake, ...]
    more: int
    order: str
    model: str
    note: str


def collect_today(ctx: ReadContext, as_of: date | None = None, limit: int = 20) -> Worklist:
    """Return whom to call on a day (today), by what is at stake; the own currency comes first.

    Left out are disputed claims, parked customers, promises whose day has not passed, and whoever
    was called in the last days. Raises InputError for a limit that is none.
    """
    if not 1 <= limit <= LIMIT_MAX:
        raise InputError(
            f"a worklist of {limit} is none", hint=f"give 1 to {LIMIT_MAX:,}", code="limit"
        )
    day = as_of or ctx.today
    scored = score_open_items(ctx, day)
    chances = _chances(scored, day)
    calls = sorted(_calls(ctx, day, chances), key=lambda call: _order(call, ctx.company.currency))
    return Worklist(
        as_of=day,
        calls=tuple(islice(calls, limit)),
        more=max(0, len(calls) - limit),
        order=FORMULA if scored.model else WITHOUT_MODEL,
        model=str(scored.model or ""),
        note=scored.reason,
    )


def _chances(scored: ScoredOpenItems, as_of: date) -> Mapping[str, Chance]:
    """Return what the model says of each invoice, by id; nothing without a model."""
    if scored.model is None or not len(scored):
        return {}
    paid = scored.paid_by((as_of - date(1970, 1, 1)).days + CALL_DAYS)
    rows = scored.table.select(["invoice_id", "expected_date", "band"]).to_pylist()
    return {
        row["invoice_id"]: Chance(1 - float(chance), row["expected_date"], row["band"])
        for row, chance in zip(rows, paid, strict=True)
    }


def _calls(ctx: ReadContext, as_of: date, chances: Mapping[str, Chance]) -> Iterator[CallToMake]:
    company = ctx.company
    for customer in _customers(ctx):
        if customer.parked:
            continue
        found = ctx.tx.find(OpenItem, Key.CUSTOMER, customer.id)
        items = [stored.value for stored in found if _is_to_call(stored.value, as_of)]
        if not items or _called_lately(items, as_of):
            continue
        policy = company.dunning_policy(customer.dunning)
        for currency in sorted({item.amount.currency for item in items}):
            mine = [item for item in items if item.amount.currency == currency]
            yield _call(customer, mine, (policy, as_of), chances)


def _call(
    customer: Customer,
    items: Sequence[OpenItem],
    about: tuple[DunningPolicy, date],
    chances: Mapping[str, Chance],
) -> CallToMake:
    policy, as_of = about
    claims = sorted((_claim(item, as_of, chances) for item in items), key=_weight, reverse=True)
    currency = items[0].amount.currency
    staked = [claim.at_stake for claim in claims if claim.at_stake is not None]
    standing = _standing(customer, items, about, chances)
    contact = customer.party.contact
    last_on, last = _last_contact(items)
    return CallToMake(
        customer=customer.name,
        customer_id=customer.id,
        phone=contact.phone,
        email=contact.email,
        open=Money.total((claim.open for claim in claims), currency),
        at_stake=Money.total(staked, currency) if staked else None,
        days_past_due=standing.days,
        expected=claims[0].expected,
        reason=_reason(standing, policy),
        action=next_call(standing),
        last_contact_on=last_on,
        last_contact=last,
        claims=tuple(claims),
    )


def _claim(item: OpenItem, as_of: date, chances: Mapping[str, Chance]) -> ClaimToCollect:
    assert item.due_date is not None, "what has no due date is not past due"
    chance = chances.get(item.id)
    return ClaimToCollect(
        number=item.number,
        due_date=item.due_date,
        days_past_due=days_past_due(item, as_of),
        open=item.balance,
        at_stake=item.balance.times(Decimal(repr(chance.unpaid))) if chance else None,
        expected=chance.expected if chance else None,
        level=level_of(item),
        broken_promises=len(broken_promises(item, as_of)),
        disputes_closed=sum(dispute.closed is not None for dispute in item.disputes),
    )


def _standing(
    customer: Customer,
    items: Sequence[OpenItem],
    about: tuple[DunningPolicy, date],
    chances: Mapping[str, Chance],
) -> Standing:
    policy, as_of = about
    last_level = policy.steps[-1].level if policy.steps else 0
    found = [chances[item.id].band for item in items if item.id in chances]
    contact = customer.party.contact
    return Standing(
        reachable=bool(contact.phone or contact.email),
        reminded=any(item.reminders for item in items),
        last_step=bool(last_level) and any(level_of(item) >= last_level for item in items),
        broken=sum(len(broken_promises(item, as_of)) for item in items),
        overdue=len(items),
        days=max(days_past_due(item, as_of) for item in items),
        band=max(found, key=BANDS.index) if found else "",
    )


def _reason(standing: Standing, policy: DunningPolicy) -> str:
    if standing.broken:
        return "broken_promise"
    if standing.last_step:
        return "last_reminder_unanswered"
    if standing.band == BANDS[-1] and standing.days <= HIGH_RISK:
        return "likely_very_late"
    if not standing.reminded and policy.steps and standing.days > policy.steps[0].days:
        return "never_reminded"
    return "past_due"


def _is_to_call(item: OpenItem, as_of: date) -> bool:
    return (
        item.balance.minor > 0
        and not item.voided_by
        and not item.is_disputed
        and days_past_due(item, as_of) > 0
        and promised_until(item, as_of) is None
    )


def _called_lately(items: Sequence[OpenItem], as_of: date) -> bool:
    calls = [call.day for item in items for call in item.calls]
    return any(0 <= (as_of - day).days < CALL_AGAIN_DAYS for day in calls)


def _last_contact(items: Sequence[OpenItem]) -> tuple[date | None, str]:
    calls = [(call.day, call.text) for item in items for call in item.calls]
    letters = [
        (one.day, f"reminder {one.level} to {one.to}") for item in items for one in item.reminders
    ]
    return max([*calls, *letters], default=(None, ""), key=lambda one: one[0])


def _weight(claim: ClaimToCollect) -> int:
    staked = claim.at_stake
    return staked.minor if staked is not None else claim.open.minor * claim.days_past_due


def _order(call: CallToMake, own: str) -> tuple[bool, str, int, str]:
    weight = sum(_weight(claim) for claim in call.claims)
    return call.open.currency != own, call.open.currency, -weight, call.customer_id


def _customers(ctx: ReadContext) -> Iterator[Customer]:
    after = ""
    while page := ctx.tx.page(Customer, after=after, limit=PAGE_ROWS_MAX):
        yield from (stored.value for stored in page)
        after = page[-1].value.id
