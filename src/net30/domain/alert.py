"""Alert: a rule about the receivables that fires; it stays open until it fires no more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from net30.kernel.errors import Conflict


class AlertSeverity(StrEnum):
    """How soon somebody should look."""

    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a rule saw: its `value` against the rule's `limit`, first on `raised_on`.

    `subject` is the id of the customer, invoice or model it is about (empty: the company) and
    `subject_name` what people call it; `currency` is empty where no money is meant.
    """

    id: str
    rule: str
    severity: AlertSeverity
    value: Decimal
    limit: Decimal
    raised_on: date
    subject: str = ""
    subject_name: str = ""
    currency: str = ""
    acknowledged_by: str = ""
    acknowledged_on: date | None = None
    note: str = ""
    closed_on: date | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether the rule still fires."""
        return self.closed_on is None

    @property
    def about(self) -> str:
        """Return what tells open alerts apart: rule, currency and subject; never two of one."""
        return f"{self.rule}/{self.currency}/{self.subject}"


def acknowledged(alert: Alert, *, by: str, day: date, note: str = "") -> Alert:
    """Return the alert as seen by somebody; raise Conflict when it is closed or was seen before."""
    if not alert.is_open:
        raise Conflict(
            f"the alert {alert.id} was closed on {alert.closed_on}",
            hint="nothing need be done",
            code="alert_closed",
        )
    if alert.acknowledged_by:
        raise Conflict(
            f"{alert.acknowledged_by} acknowledged the alert on {alert.acknowledged_on}",
            hint="nothing need be done",
            code="alert_acknowledged",
        )
    return replace(alert, acknowledged_by=by, acknowledged_on=day, note=note.strip())


def closed(alert: Alert, day: date) -> Alert:
    """Return the alert as no longer firing."""
    return replace(alert, closed_on=day)
