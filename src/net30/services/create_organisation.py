"""Set up an organisation, or change what it takes for granted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from net30.domain.events import SettingsSaved
from net30.domain.numbering import check_patterns
from net30.domain.organisation import DEPTHS, ENGINES, Organisation
from net30.domain.party import Address, Party
from net30.domain.tax import TaxRate, check_percent
from net30.kernel.errors import InputError
from net30.kernel.money import digits_of
from net30.language.countries import check_country
from net30.ports.store import Stored
from net30.services.context import Context

FIRST_NAME = "My company"
"""The name of a company that has not been set up yet."""


def first_organisation(organisation_id: str) -> Organisation:
    """Return an organisation as it is before anyone has set it up: Abidjan, XOF, 18 %."""
    return Organisation(
        id=organisation_id,
        party=Party(name=FIRST_NAME, address=Address(city="Abidjan", country="CI")),
        currency="XOF",
        tax=TaxRate.of(Decimal(18)),
        time_zone="Africa/Abidjan",
        place="Abidjan",
    )


def save_organisation(ctx: Context, organisation: Organisation) -> Organisation:
    """Write the organisation's own settings.

    Raises InputError for an unknown currency, country, time zone, engine or depth of analytics, a
    pattern that would repeat numbers, no name, or a cost of capital that is no percentage.
    """
    if not organisation.party.name.strip():
        raise InputError("the company has no name", hint="give a name", code="company_name")
    digits_of(organisation.currency)
    check_patterns(organisation.patterns)
    check_percent(organisation.cost_of_capital, "the cost of capital")
    _check_time_zone(organisation.time_zone)
    check_choice("engine", organisation.engine, ENGINES)
    check_choice("depth of analytics", organisation.analytics, DEPTHS)
    stored = ctx.tx.load(Organisation, ctx.organisation)
    if organisation.party.address.country != stored.value.party.address.country:
        check_country(organisation.party.address.country)
    saved = replace(organisation, id=ctx.organisation)
    keep_settings(ctx, stored, saved)
    return saved


def _check_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            f"there is no time zone {name[:60]!r}",
            hint="name one such as Africa/Abidjan or UTC",
            code="time_zone",
        ) from None


def check_choice(what: str, chosen: str, there_are: Sequence[str]) -> None:
    """Raise InputError for what cannot be chosen."""
    if chosen not in there_are:
        raise InputError(
            f"there is no {what} {chosen[:60]!r}",
            hint=f"there are: {', '.join(filter(None, there_are))}",
            code="choice",
        )


def keep_settings(ctx: Context, stored: Stored[Organisation], saved: Organisation) -> None:
    """Write settings over those they replace; what changed is an event, so the audit tells it."""
    ctx.tx.save(saved, expected=stored.version)
    changed = tuple(
        field.name
        for field in fields(Organisation)
        if getattr(saved, field.name) != getattr(stored.value, field.name)
    )
    if changed:
        ctx.record(SettingsSaved(changed=changed, day=ctx.today))
