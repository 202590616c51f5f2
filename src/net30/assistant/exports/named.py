"""Named: what is meant by the thing to export: a list, a report, or invoices of a status."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from net30.domain.customer import fold
from net30.kernel.errors import InputError


class Subject(StrEnum):
    """What can be exported."""

    INVOICES = "invoices"
    CLIENTS = "clients"
    PAYMENTS = "payments"
    STATISTICS = "statistics"
    ANALYTICS = "analytics"
    AGEING = "ageing"
    TOP_CLIENTS = "top_clients"
    FORECAST = "forecast"
    RISK = "risk"
    RECOMMENDATIONS = "recommendations"


@dataclass(frozen=True, slots=True)
class Named:
    """A subject, and the statuses that its name narrows invoices to."""

    subject: Subject
    statuses: tuple[str, ...] = ()


_SUBJECTS = {
    "invoices": Subject.INVOICES,
    "all invoices": Subject.INVOICES,
    "search results": Subject.INVOICES,
    "results": Subject.INVOICES,
    "clients": Subject.CLIENTS,
    "customers": Subject.CLIENTS,
    "payments": Subject.PAYMENTS,
    "statistics": Subject.STATISTICS,
    "stats": Subject.STATISTICS,
    "analytics": Subject.ANALYTICS,
    "analytics report": Subject.ANALYTICS,
    "ageing": Subject.AGEING,
    "aging": Subject.AGEING,
    "ageing report": Subject.AGEING,
    "top clients": Subject.TOP_CLIENTS,
    "top customers": Subject.TOP_CLIENTS,
    "forecast": Subject.FORECAST,
    "cash forecast": Subject.FORECAST,
    "cash flow": Subject.FORECAST,
    "risk": Subject.RISK,
    "risk report": Subject.RISK,
    "risks": Subject.RISK,
    "recommendations": Subject.RECOMMENDATIONS,
}

_OPEN = ("issued", "partially_paid", "overdue")
_STATUSES = {
    "overdue": ("overdue",),
    "late": ("overdue",),
    "unpaid": _OPEN,
    "open": _OPEN,
    "outstanding": _OPEN,
    "paid": ("paid",),
    "partially paid": ("partially_paid",),
    "draft": ("draft",),
    "drafts": ("draft",),
    "issued": ("issued",),
    "void": ("void",),
    "cancelled": ("void",),
}


def named(what: str) -> Named | None:
    """Return what a name means: "clients", "overdue invoices"; None where it means nothing."""
    said = fold(what).replace("_", " ")
    if said in _SUBJECTS:
        return Named(_SUBJECTS[said])
    status = said.removesuffix(" invoices")
    return Named(Subject.INVOICES, _STATUSES[status]) if status in _STATUSES else None


def unknown(what: str) -> InputError:
    """Return the error for a name that means nothing."""
    return InputError(
        f"{what[:80]!r} cannot be exported",
        hint=f"say {', '.join(sorted(set(_SUBJECTS.values())))}, or an invoice's number",
        code="export_what",
        values={"what": what[:80]},
    )
