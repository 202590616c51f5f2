"""Roles: what each may do in an organisation, as one table (roles.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType


class Permission(StrEnum):
    """One thing that somebody may do in one organisation."""

    CUSTOMERS_READ = "customers.read"
    CUSTOMERS_WRITE = "customers.write"
    PRODUCTS_READ = "products.read"
    PRODUCTS_WRITE = "products.write"
    INVOICES_READ = "invoices.read"
    INVOICES_WRITE = "invoices.write"
    """Draft, issue and send."""
    INVOICES_CANCEL = "invoices.cancel"
    """Void, credit and write off: what reduces a claim."""
    SCHEDULES_READ = "schedules.read"
    SCHEDULES_WRITE = "schedules.write"
    PAYMENTS_READ = "payments.read"
    PAYMENTS_WRITE = "payments.write"
    COLLECTIONS_READ = "collections.read"
    """The work list, reminders and alerts."""
    COLLECTIONS_WRITE = "collections.write"
    """Send reminders; note promises, disputes and calls; settle alerts."""
    FIGURES_READ = "figures.read"
    """Figures, insights and forecasts."""
    PREDICTIONS_READ = "predictions.read"
    MODELS_READ = "models.read"
    MODELS_WRITE = "models.write"
    """Train and promote."""
    JOBS_READ = "jobs.read"
    JOBS_WRITE = "jobs.write"
    IMPORTS_WRITE = "imports.write"
    EXPORTS_READ = "exports.read"
    """Take out many records at once."""
    CHAT_USE = "chat.use"
    SETTINGS_READ = "settings.read"
    SETTINGS_WRITE = "settings.write"
    MEMBERS_READ = "members.read"
    MEMBERS_WRITE = "members.write"
    KEYS_WRITE = "keys.write"
    AUDIT_READ = "audit.read"
    WEBHOOKS_READ = "webhooks.read"
    WEBHOOKS_WRITE = "webhooks.write"
    """Have other programs told, see the secrets that messages are signed with."""
    PRIVACY_WRITE = "privacy.write"
    """Take out all that is known of a person, and erase it."""
    ORGANISATIONS_WRITE = "organisations.write"
    """Make organisations, and make or unmake their owners."""


class Role(StrEnum):
    """What a user is in an organisation."""

    OWNER = "owner"
    ADMIN = "admin"
    ACCOUNTANT = "accountant"
    COLLECTOR = "collector"
    VIEWER = "viewer"
    AUDITOR = "auditor"
    API = "api"


def permissions_of(role: Role) -> frozenset[Permission]:
    """Return what a role may do; nothing that roles.toml does not say."""
    return table()[role]


@cache
def table() -> Mapping[Role, frozenset[Permission]]:
    """Return the whole table: every role and its permissions."""
    text = files("net30.domain.identity").joinpath("roles.toml").read_text(encoding="utf-8")
    rows: dict[str, list[str]] = tomllib.loads(text)["roles"]
    return MappingProxyType(
        {Role(name): frozenset(map(Permission, allowed)) for name, allowed in rows.items()}
    )
