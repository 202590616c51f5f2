"""Mail alerts: the letter that tells somebody of alerts that were raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from net30.domain.alert import Alert
from net30.domain.events import AlertsRaised
from net30.domain.organisation import Organisation
from net30.domain.text import clean
from net30.kernel.errors import InputError
from net30.language.alerts import AlertWithUnit, alerts_letter
from net30.language.letter import Letter
from net30.ports.store import Reading
from net30.services.alerts.rules import Unit, our_rules
from net30.services.context import Context
from net30.services.create_organisation import save_organisation

ADDRESS_CHARACTERS_MAX = 254


def with_units(alerts: Sequence[Alert]) -> list[AlertWithUnit]:
    """Return alerts with how their values are written."""
    rules = our_rules()
    return [
        AlertWithUnit(one, rules[one.rule].unit if one.rule in rules else Unit.COUNT)
        for one in alerts
    ]


def compose_alerts(books: Reading, raised: AlertsRaised) -> tuple[str, Letter] | None:
    """Return to whom and what to write of new alerts; None when nobody is named.

    One that has closed or was acknowledged meanwhile is told all the same: it did happen.
    """
    company = books.load(Organisation, books.organisation).value
    if not company.alert_mail:
        return None
    alerts = [books.load(Alert, one).value for one in raised.alerts]
    letter = alerts_letter(with_units(alerts), company.party.name, raised.day, company.language)
    return company.alert_mail, letter


def mail_alerts_to(ctx: Context, address: str) -> None:
    """Mail new alerts to an address from now on, to nobody when it is empty.

    Raises InputError for what is no address.
    """
    wanted = clean(address, "the address", ADDRESS_CHARACTERS_MAX) if address.strip() else ""
    if wanted and (wanted.count("@") != 1 or " " in wanted):
        raise InputError(
            f"{address!r} is no mail address", hint="write it as boss@company.example", code="mail"
        )
    save_organisation(ctx, replace(ctx.company, alert_mail=wanted))
